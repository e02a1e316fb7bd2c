//! Residents: "Was it lawful?", letters to print, complaints without a name, the poster of rights.
//!
//! No account, no cookie, nothing in addresses: what is told travels in the forms of the pages and is forgotten with each
//! answer. Only a complaint is kept, and its text was encrypted before. Which questions there are, which bodies and which
//! letters is data beside the law; what was lawful is asked of the law.

mod complaint;
mod data;
mod finding;
mod state;

use super::App;
use super::form::capital;
use super::here::{Frame, Here};
use super::pages::{missing, page};
use super::path::Path;
use crate::ask;
use crate::config::Config;
use crate::error::CliError;
use crate::node;
use crate::words::Language;
use askama::Template;
use axum::extract::DefaultBodyLimit;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Form, Router};
use complaint::{Clock, Docket, Intake, Refused, TEXT_CHARS_MAX, docket, grouped};
use data::{Body, Guide, Letter, UNKNOWN};
use finding::{Chapter, Term};
use haven_law::pack::{Pack, Source, Verified};
use haven_report::report::Value;
use jiff::civil::Date;
use state::{State, Step, WHO, When};
use std::sync::Arc;

/// The longest form of a complaint: every character of its text may be four bytes, each written as `%F0`.
const COMPLAINT_BYTES_MAX: usize = 12 * TEXT_CHARS_MAX + 1024;

/// What the room works with.
pub(crate) struct Room {
    guide: Guide,
    intake: Intake,
}

impl Room {
    /// Reads the files of the jurisdiction; none where it has none for residents.
    pub(super) fn open(source: &Source, pack: &Pack, config: &Config) -> Result<Option<Room>, CliError> {
        let guide = Guide::read(source, pack, &*node::schema(source, pack)?)?;
        Ok(guide.map(|guide| Room { guide, intake: Intake::new(config.complaint_key.clone()) }))
    }
}

/// The paths of the room.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/lawful", get(begin).post(told))
        .route("/lawful/letter/{kind}", post(letter))
        .route("/your-rights", get(poster))
        .route("/complaint", get(complain).post(complained).layer(DefaultBodyLimit::max(COMPLAINT_BYTES_MAX)))
        .route("/complaint/confirm", post(confirm))
        .route("/complaint/status", get(status).post(looked_up))
        .route("/complaints", get(public))
}

type Posted = Result<Form<Vec<(String, String)>>, FormRejection>;

/// The first value of a name.
fn value<'p>(pairs: &'p [(String, String)], name: &str) -> &'p str {
    pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

#[derive(Template)]
#[template(path = "residents/problem.html")]
struct Problem<'a> {
    frame: Frame<'a>,
    leave: &'a str,
    /// `foreign`, `often`, `failed`: keys `lawful-problem-…`.
    what: &'static str,
}

fn problem(here: &Here, room: &Room, status: StatusCode, what: &'static str) -> Response {
    page(status, &Problem { frame: here.frame(), leave: &room.guide.leave, what })
}

fn refused(here: &Here, room: &Room, refused: &Refused) -> Response {
    match refused {
        Refused::TooOften => problem(here, room, StatusCode::TOO_MANY_REQUESTS, "often"),
        Refused::Failed => problem(here, room, StatusCode::INTERNAL_SERVER_ERROR, "failed"),
    }
}

/// A choice of a question.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// How a question is answered.
#[derive(PartialEq, Eq)]
enum Shape {
    One,
    Many,
    When,
}

#[derive(Template)]
#[template(path = "residents/question.html")]
struct Asked<'a> {
    frame: Frame<'a>,
    leave: &'a str,
    id: String,
    who: &'a str,
    shape: Shape,
    choices: Vec<Choice>,
    hidden: Vec<(String, String)>,
    /// The question before, for the way back.
    before: Option<String>,
    /// What is wrong with the answer that was given; keys `lawful-wrong-…`.
    wrong: &'static str,
    /// Whether nobody can know it better than whoever tells it.
    certain: bool,
    number: usize,
    years: Vec<Choice>,
    months: Vec<Choice>,
    days: Vec<Choice>,
}

/// The first question.
async fn begin(here: Here) -> Response {
    let Some(room) = &here.app.residents else { return missing(here).await };
    let Ok(today) = ask::today(&here.app.pack) else { return refused(&here, room, &Refused::Failed) };
    question(&here, room, &State::new(), &Step::First("who"), today, "")
}

/// The next question, or the answer.
async fn told(here: Here, form: Posted) -> Response {
    let Some(room) = &here.app.residents else { return missing(here).await };
    let Ok(today) = ask::today(&here.app.pack) else { return refused(&here, room, &Refused::Failed) };
    let Ok(Form(pairs)) = form else { return problem(&here, room, StatusCode::BAD_REQUEST, "foreign") };
    let mut state = State::read(&pairs, &room.guide, today);
    let again = value(&pairs, "again");
    if !again.is_empty() {
        state.back_to(again);
    }
    if let Some(asked) = asked_again(&here, room, &mut state, today) {
        return asked;
    }
    match state.next(&room.guide, &here.app.pack, today) {
        Some(step) => question(&here, room, &state, &step, today, ""),
        None => answer(&here, room, &state, today),
    }
}

/// The question whose answer could not be taken, with what is wrong and all other answers kept; none where all could be.
fn asked_again(here: &Here, room: &Room, state: &mut State, today: Date) -> Option<Response> {
    let (id, what) = state.fault()?;
    state.back_to(&id);
    let step = state.next(&room.guide, &here.app.pack, today)?;
    Some(question(here, room, state, &step, today, what))
}

fn question(here: &Here, room: &Room, state: &State, step: &Step<'_>, today: Date, wrong: &'static str) -> Response {
    let language = &here.language;
    let choice = |id: &str, value: &str, label: String| Choice { value: value.to_owned(), chosen: state.chose(id, value), label };
    let (id, shape, choices) = match step {
        Step::First("who") => {
            ("who", Shape::One, WHO.iter().map(|who| choice("who", who, language.text(&format!("lawful-who-{who}")))).collect())
        }
        Step::First("happened") => {
            let label = |id: &str| language.with(&format!("lawful-happened-{id}"), &[("who", state.who())]);
            let choices = room.guide.happened.iter().map(|happened| choice("happened", &happened.id, label(&happened.id)));
            ("happened", Shape::Many, choices.collect())
        }
        Step::First("by") => {
            let choices = room.guide.by.iter().map(|by| choice("by", &by.id, language.text(&format!("lawful-by-{}", by.id))));
            ("by", Shape::One, choices.collect())
        }
        Step::First(id) => (*id, Shape::When, Vec::new()),
        Step::Question(question) => {
            let choices: Vec<Choice> = room
                .guide
                .lists
                .get(&question.list)
                .map(|list| &list.answer)
                .into_iter()
                .flatten()
                .map(|answer| choice(&question.id, &answer.id, answer_label(here, room, &question.list, &answer.id)))
                .collect();
            (question.id.as_str(), if question.many { Shape::Many } else { Shape::One }, choices)
        }
    };
    let [year, month, day] = state.menus();
    let menu = |chosen: &str, from: i16, until: i16, label: &dyn Fn(i16) -> String| -> Vec<Choice> {
        (from..=until)
            .map(|number| Choice { value: number.to_string(), label: label(number), chosen: chosen == number.to_string() })
            .collect()
    };
    let plain = |number: i16| number.to_string();
    let mut years = menu(year, room.guide.since.year(), today.year(), &plain);
    years.reverse();
    let asked = Asked {
        frame: here.frame(),
        leave: &room.guide.leave,
        id: id.to_owned(),
        who: state.who(),
        certain: matches!(id, "who" | "happened"),
        shape,
        choices,
        hidden: state.pairs(),
        before: state.asked.last().cloned(),
        wrong,
        number: state.asked.len() + 1,
        years,
        months: menu(month, 1, 12, &|number| language.text(&format!("lawful-month-{number}"))),
        days: menu(day, 1, 31, &plain),
    };
    page(if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &asked)
}

/// The words of an answer: the law's own for the values of a fact, else ours.
fn answer_label(here: &Here, room: &Room, list: &str, answer: &str) -> String {
    let own = room.guide.lists.get(list).and_then(|list| list.words.as_ref());
    match own.and_then(|fact| Some((fact, room.guide.word(&here.app.pack, fact, answer)?))) {
        Some((fact, english)) => capital(&here.language.law(&format!("fact-{fact}-{answer}"), "", english)),
        None => here.language.text(&format!("lawful-answer-{list}-{answer}")),
    }
}

/// One thing that was told, and the way to change it.
struct Told {
    id: String,
    question: String,
    answer: String,
}

/// A body as the page shows it.
struct BodyView<'a> {
    body: &'a Body,
    cite: &'a str,
    mark: &'static str,
}

/// Who hears what is alleged.
struct RouteView<'a> {
    happened: Vec<String>,
    to: &'a str,
    copies: Vec<&'a str>,
}

/// What is done at bodies, in the order of the page: keys `lawful-do-…`.
const DOES: [&str; 3] = ["complaint", "records", "court"];

#[derive(Template)]
#[template(path = "residents/answer.html")]
struct Answered<'a> {
    frame: Frame<'a>,
    leave: &'a str,
    who: &'a str,
    by: &'a str,
    day: String,
    told: Vec<Told>,
    chapters: Vec<Chapter>,
    routes: Vec<RouteView<'a>>,
    /// Who hears it where no body of the city does.
    elsewhere: Vec<&'a str>,
    bodies: Vec<(&'static str, Vec<BodyView<'a>>)>,
    letters: Vec<&'a Letter>,
    hidden: Vec<(String, String)>,
    takes: bool,
    reviewed_on: String,
}

impl Answered<'_> {
    /// A word of the law in the language of the page.
    fn law(&self, kind: &str, pair: &(String, String)) -> String {
        self.frame.language().law(&format!("{kind}-{}", pair.0), "", &pair.1)
    }

    fn on(&self, day: &Date) -> String {
        day_in_words(self.frame.language(), When::Day(*day))
    }

    fn in_force(&self, term: &Term) -> String {
        term_in_words(self.frame.language(), term)
    }

    fn law_list(&self, kind: &str, pairs: &[(String, String)]) -> String {
        pairs.iter().map(|pair| self.law(kind, pair)).collect::<Vec<_>>().join("; ")
    }
}

/// The day in the words of a language, as far as it is known.
fn day_in_words(language: &Language, when: When) -> String {
    let month = |month: i8| language.text(&format!("lawful-month-{month}"));
    match when {
        When::Day(day) => language
            .with("lawful-day", &[("day", &day.day().to_string()), ("month", &month(day.month())), ("year", &day.year().to_string())]),
        When::Month(year, number) => language.with("lawful-about", &[("month", &month(number)), ("year", &year.to_string())]),
        When::Year(year) => language.with("lawful-year", &[("year", &year.to_string())]),
        When::Unknown => language.text("lawful-day-unknown"),
    }
}

/// When a provision was in force, in the words of a language.
fn term_in_words(language: &Language, term: &Term) -> String {
    let on = |day: Option<Date>| day.map(|day| day_in_words(language, When::Day(day))).unwrap_or_default();
    let kind = match (term.from, term.until) {
        (Some(_), Some(_)) => "both",
        (None, Some(_)) => "until",
        _ => "from",
    };
    let mut words = vec![language.with("lawful-term", &[("kind", kind), ("from", &on(term.from)), ("until", &on(term.until))])];
    if term.perhaps_from.is_some() {
        words.push(language.with("lawful-term-perhaps-from", &[("day", &on(term.perhaps_from))]));
    }
    if term.perhaps_until.is_some() {
        words.push(language.with("lawful-term-perhaps-until", &[("day", &on(term.perhaps_until))]));
    }
    words.join(&language.text("lawful-term-and"))
}

fn chapters(here: &Here, room: &Room, state: &State, today: Date) -> Vec<Chapter> {
    let happened = state.happened();
    // In the order of the file, which is that of events.
    let told = room.guide.happened.iter().filter(|known| happened.contains(&known.id.as_str()));
    told.map(|happened| Chapter::new(&room.guide, &here.app.pack, state, happened, today)).collect()
}

/// Who hears complaints about what happened, each body once with what it is for.
fn heard<'g>(room: &'g Room, state: &State) -> Vec<RouteView<'g>> {
    let mut routes: Vec<RouteView<'g>> = Vec::new();
    let against = room.guide.by(state.by()).and_then(|by| by.against.as_ref());
    let name = |id: &str| room.guide.body(id).map(|body| body.name.as_str());
    for id in state.happened() {
        let route = against.zip(room.guide.happened(id)).and_then(|(against, happened)| room.guide.route(against, &happened.allegation));
        let Some((route, to)) = route.and_then(|route| Some((route, name(&route.to)?))) else { continue };
        let copies: Vec<&str> = route.copy.iter().filter_map(|id| name(id)).collect();
        match routes.iter_mut().find(|known| known.to == to && known.copies == copies) {
            Some(known) => known.happened.push(id.to_owned()),
            None => routes.push(RouteView { happened: vec![id.to_owned()], to, copies }),
        }
    }
    routes
}

fn mark(verified: Verified) -> &'static str {
    match verified {
        Verified::V => "v",
        Verified::S => "s",
        Verified::U => "u",
    }
}

fn body_view<'g>(guide: &Guide, pack: &'g Pack, body: &'g Body) -> BodyView<'g> {
    let clause = body.provision.as_ref().and_then(|provision| guide.clause(pack, provision));
    BodyView { body, cite: clause.map_or("", |clause| clause.cite.as_str()), mark: mark(body.verified) }
}

fn answer(here: &Here, room: &Room, state: &State, today: Date) -> Response {
    let (guide, pack, language) = (&room.guide, &here.app.pack, &here.language);
    let told = state.asked.iter().map(|id| {
        let answers = state.answers(id);
        let said = match id.as_str() {
            "when" => day_in_words(language, state.when),
            _ if answers.is_empty() => language.text("lawful-unknown"),
            "who" => language.text(&format!("lawful-who-{}", state.who())),
            "by" => language.text(&format!("lawful-by-{}", state.by())),
            "happened" => {
                let words = answers.iter().map(|id| language.with(&format!("lawful-happened-{id}"), &[("who", state.who())]));
                words.collect::<Vec<_>>().join("; ")
            }
            question => {
                let list = guide.question(question).map(|question| question.list.as_str()).unwrap_or_default();
                answers.iter().map(|answer| answer_label(here, room, list, answer)).collect::<Vec<_>>().join("; ")
            }
        };
        Told { id: id.clone(), question: language.with(&format!("lawful-q-{id}"), &[("who", state.who())]), answer: said }
    });
    let bodies = DOES.into_iter().map(|does| {
        let fits = guide.bodies.iter().filter(|body| body.does.iter().any(|known| known == does) && body.is_for(state));
        (does, fits.map(|body| body_view(guide, pack, body)).collect::<Vec<_>>())
    });
    let answered = Answered {
        frame: here.frame(),
        leave: &guide.leave,
        who: state.who(),
        by: state.by(),
        day: day_in_words(language, state.when),
        told: told.collect(),
        chapters: chapters(here, room, state, today),
        routes: heard(room, state),
        elsewhere: guide.heard_elsewhere(state.by()).into_iter().map(|body| body.name.as_str()).collect(),
        bodies: bodies.filter(|(_, bodies)| !bodies.is_empty()).collect(),
        letters: guide.letters.iter().filter(|letter| letter.by.iter().any(|by| by == state.by())).collect(),
        hidden: state.pairs(),
        takes: room.intake.takes(here.app.served.as_ref()),
        reviewed_on: pack.reviewed_on().map(|day| day_in_words(language, When::Day(day))).unwrap_or_default(),
    };
    page(StatusCode::OK, &answered)
}

#[derive(Template)]
#[template(path = "residents/letter.html")]
struct Printed<'a> {
    frame: Frame<'a>,
    leave: &'a str,
    id: &'a str,
    to: String,
    subject: &'a str,
    /// Runs of paragraphs and of items.
    parts: Vec<(bool, Vec<String>)>,
    hidden: Vec<(String, String)>,
}

/// A letter to print.
async fn letter(mut here: Here, Path(kind): Path<String>, form: Posted) -> Response {
    // A letter has no address of its own: what it says is in the form that asked for it.
    "/lawful".clone_into(&mut here.path);
    let Some(room) = &here.app.residents else { return missing(here).await };
    let Some(letter) = room.guide.letters.iter().find(|letter| letter.id == kind) else { return missing(here).await };
    let Ok(today) = ask::today(&here.app.pack) else { return refused(&here, room, &Refused::Failed) };
    let Ok(Form(pairs)) = form else { return problem(&here, room, StatusCode::BAD_REQUEST, "foreign") };
    let mut state = State::read(&pairs, &room.guide, today);
    if let Some(asked) = asked_again(&here, room, &mut state, today) {
        return asked;
    }
    if state.happened().is_empty() {
        return problem(&here, room, StatusCode::BAD_REQUEST, "foreign");
    }
    let english = &here.app.english;
    // As letters say it in the middle of a sentence: the day, the month or the year alone.
    let day = match state.when {
        When::Unknown => "____________________".to_owned(),
        When::Year(year) => year.to_string(),
        When::Month(year, month) => format!("{} {year}", english.text(&format!("lawful-month-{month}"))),
        when @ When::Day(_) => day_in_words(english, when),
    };
    let chapters = chapters(&here, room, &state, today);
    let list = |texts: Vec<String>| if texts.is_empty() { "____________________".to_owned() } else { texts.join("; ") };
    let acts = state.happened().iter().filter_map(|id| room.guide.acts.get(*id).cloned()).collect();
    let mut clauses: Vec<(String, Option<Term>)> = chapters.iter().flat_map(Chapter::clauses).collect();
    clauses.sort_unstable();
    clauses.dedup();
    let clauses = clauses.into_iter().map(|(cite, term)| match term {
        Some(term) => format!("{cite} ({})", term_in_words(english, &term)),
        None => cite,
    });
    let mut bodies: Vec<String> = Vec::new();
    for route in heard(room, &state) {
        for name in std::iter::once(route.to).chain(route.copies) {
            if !bodies.iter().any(|known| known == name) {
                bodies.push(name.to_owned());
            }
        }
    }
    let values = [("{day}", day), ("{acts}", list(acts)), ("{clauses}", list(clauses.collect())), ("{bodies}", list(bodies))];
    let filled = |text: &str| values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value));
    let mut parts: Vec<(bool, Vec<String>)> = Vec::new();
    for part in letter.part.iter().filter(|part| part.is_for(&state)) {
        match parts.last_mut() {
            Some((item, texts)) if *item == part.item => texts.push(filled(&part.text)),
            _ => parts.push((part.item, vec![filled(&part.text)])),
        }
    }
    let to = letter.to.get(state.by()).or_else(|| letter.to.get(UNKNOWN)).map(|to| filled(to)).unwrap_or_default();
    let printed = Printed {
        frame: here.frame(),
        leave: &room.guide.leave,
        id: &letter.id,
        to,
        subject: &letter.subject,
        parts,
        hidden: state.pairs(),
    };
    page(StatusCode::OK, &printed)
}

/// A line of the poster.
struct Line<'a> {
    id: &'a str,
    cite: &'a str,
    mark: &'static str,
}

#[derive(Template)]
#[template(path = "residents/rights.html")]
struct Rights<'a> {
    frame: Frame<'a>,
    leave: &'a str,
    lines: Vec<Line<'a>>,
}

/// What the city does not ask and may not keep: a page and a poster.
async fn poster(here: Here) -> Response {
    let Some(room) = &here.app.residents else { return missing(here).await };
    let lines = room.guide.notices.iter().filter_map(|notice| {
        let clause = room.guide.clause(&here.app.pack, &notice.provision)?;
        Some(Line { id: &notice.id, cite: &clause.cite, mark: mark(clause.verified) })
    });
    page(StatusCode::OK, &Rights { frame: here.frame(), leave: &room.guide.leave, lines: lines.collect() })
}

#[derive(Template)]
#[template(path = "residents/complaint.html")]
struct Complain<'a> {
    frame: Frame<'a>,
    leave: &'a str,
    takes: bool,
    against: Vec<Choice>,
    allegations: Vec<Choice>,
    bodies: Vec<BodyView<'a>>,
    /// Who it is about, where no body of the city hears that: an id of residents.toml.
    elsewhere: &'a str,
    text: &'a str,
    /// What has to be filled in and was not: `choice`, `text`, `long`; keys `complaint-lacking-…`.
    lacking: &'static str,
    max: usize,
}

fn desk(here: &Here, room: &Room, pairs: &[(String, String)], lacking: &'static str) -> Response {
    let (mut against, mut allegations): (Vec<Choice>, Vec<Choice>) = (Vec::new(), Vec::new());
    let add = |list: &mut Vec<Choice>, kind: &str, word: &str| {
        if !list.iter().any(|known| known.value == word) {
            let label = here.language.text(&format!("complaint-{kind}-{word}"));
            list.push(Choice { value: word.to_owned(), label, chosen: value(pairs, kind) == word });
        }
    };
    for route in &room.guide.routes {
        add(&mut against, "against", &route.against);
        add(&mut allegations, "allegation", &route.allegation);
    }
    let (guide, pack) = (&room.guide, &here.app.pack);
    for by in guide.by.iter().filter(|by| !guide.is_heard_here(&by.id)) {
        let label = here.language.text(&format!("lawful-by-{}", by.id));
        against.push(Choice { value: by.id.clone(), label, chosen: value(pairs, "against") == by.id });
    }
    let elsewhere = guide.by(value(pairs, "against")).map(|by| by.id.as_str()).filter(|by| !guide.is_heard_here(by)).unwrap_or_default();
    let hears = |body: &&Body| body.does.iter().any(|does| does == "complaint");
    let bodies: Vec<&Body> =
        if elsewhere.is_empty() { guide.bodies.iter().filter(hears).collect() } else { guide.heard_elsewhere(elsewhere) };
    let complain = Complain {
        frame: here.frame(),
        leave: &room.guide.leave,
        takes: room.intake.takes(here.app.served.as_ref()),
        against,
        allegations,
        bodies: bodies.into_iter().map(|body| body_view(guide, pack, body)).collect(),
        elsewhere,
        text: value(pairs, "text"),
        lacking,
        max: TEXT_CHARS_MAX,
    };
    page(if lacking.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &complain)
}

/// The form of a complaint.
async fn complain(here: Here) -> Response {
    let Some(room) = &here.app.residents else { return missing(here).await };
    desk(&here, room, &[], "")
}

#[derive(Template)]
#[template(path = "residents/code.html")]
struct Code<'a> {
    frame: Frame<'a>,
    leave: &'a str,
    code: String,
}

/// Takes a complaint and shows its code, the first time.
async fn complained(here: Here, form: Posted) -> Response {
    let Some(room) = &here.app.residents else { return missing(here).await };
    let Ok(Form(pairs)) = form else { return problem(&here, room, StatusCode::BAD_REQUEST, "foreign") };
    let Some(served) = here.app.served.as_ref().filter(|served| room.intake.takes(Some(served))) else {
        return desk(&here, room, &pairs, "");
    };
    let against = value(&pairs, "against");
    if !room.guide.heard_elsewhere(against).is_empty() {
        return desk(&here, room, &pairs, "");
    }
    let Some(route) = room.guide.route(against, value(&pairs, "allegation")) else {
        return desk(&here, room, &pairs, "choice");
    };
    let text = value(&pairs, "text").trim();
    if text.is_empty() {
        return desk(&here, room, &pairs, "text");
    }
    if text.chars().count() > TEXT_CHARS_MAX {
        return desk(&here, room, &pairs, "long");
    }
    match room.intake.take(served, &room.guide, route, text).await {
        Ok(code) => page(StatusCode::OK, &Code { frame: here.frame(), leave: &room.guide.leave, code: grouped(&code) }),
        // What was written stays on the page.
        Err(Refused::TooOften) => {
            let mut again = desk(&here, room, &pairs, "often");
            *again.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            again
        }
        Err(error) => refused(&here, room, &error),
    }
}

#[derive(Template)]
#[template(path = "residents/confirm.html")]
struct Confirm<'a> {
    frame: Frame<'a>,
    leave: &'a str,
    wrong: bool,
}

#[derive(Template)]
#[template(path = "residents/receipt.html")]
struct ReceiptPage<'a> {
    frame: Frame<'a>,
    leave: &'a str,
    code: String,
    clock: Clock,
}

/// Asks for the code back, and shows it the second time, with a receipt.
async fn confirm(mut here: Here, form: Posted) -> Response {
    // What is asked for in another language is how the complaint stands.
    "/complaint/status".clone_into(&mut here.path);
    let Some(room) = &here.app.residents else { return missing(here).await };
    let (Ok(Form(pairs)), Some(served)) = (form, here.app.served.as_ref()) else {
        return problem(&here, room, StatusCode::BAD_REQUEST, "foreign");
    };
    let leave = room.guide.leave.as_str();
    if !pairs.iter().any(|(name, _)| name == "code") {
        return page(StatusCode::OK, &Confirm { frame: here.frame(), leave, wrong: false });
    }
    match room.intake.find(served, value(&pairs, "code")).await {
        Ok(Some(clock)) => {
            let code: String = value(&pairs, "code").chars().filter(char::is_ascii_digit).collect();
            page(StatusCode::OK, &ReceiptPage { frame: here.frame(), leave, code: grouped(&code), clock })
        }
        Ok(None) => page(StatusCode::UNPROCESSABLE_ENTITY, &Confirm { frame: here.frame(), leave, wrong: true }),
        Err(error) => refused(&here, room, &error),
    }
}

#[derive(Template)]
#[template(path = "residents/status.html")]
struct Status<'a> {
    frame: Frame<'a>,
    leave: &'a str,
    can: bool,
    takes: bool,
    wrong: bool,
    clock: Option<Clock>,
}

/// Where a code is typed.
async fn status(here: Here) -> Response {
    let Some(room) = &here.app.residents else { return missing(here).await };
    let status = Status {
        frame: here.frame(),
        leave: &room.guide.leave,
        can: here.app.served.is_some(),
        takes: room.intake.takes(here.app.served.as_ref()),
        wrong: false,
        clock: None,
    };
    page(StatusCode::OK, &status)
}

/// How a complaint stands: its age and its stage, and nothing of its content.
async fn looked_up(here: Here, form: Posted) -> Response {
    let Some(room) = &here.app.residents else { return missing(here).await };
    let (Ok(Form(pairs)), Some(served)) = (form, here.app.served.as_ref()) else {
        return problem(&here, room, StatusCode::BAD_REQUEST, "foreign");
    };
    match room.intake.find(served, value(&pairs, "code")).await {
        Ok(clock) => {
            let code = if clock.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            page(
                code,
                &Status {
                    frame: here.frame(),
                    leave: &room.guide.leave,
                    can: true,
                    takes: room.intake.takes(Some(served)),
                    wrong: clock.is_none(),
                    clock,
                },
            )
        }
        Err(error) => refused(&here, room, &error),
    }
}

#[derive(Template)]
#[template(path = "residents/docket.html")]
struct Public<'a> {
    frame: Frame<'a>,
    leave: &'a str,
    docket: Docket,
    takes: bool,
}

impl Public<'_> {
    fn until(&self) -> String {
        day_in_words(self.frame.language(), When::Day(self.docket.until))
    }

    fn next(&self) -> String {
        day_in_words(self.frame.language(), When::Day(self.docket.next))
    }

    /// A number as it may be shown.
    fn shown(&self, value: &Value) -> String {
        match value {
            Value::Number(number) => number.to_string(),
            Value::FewerThan(most) => self.frame.t1("docket-fewer", "number", most),
            Value::Withheld | Value::NotShown => self.frame.t("docket-withheld"),
        }
    }
}

/// The public docket: how many complaints, where, how far, how old.
async fn public(here: Here) -> Response {
    let (Some(room), Some(served)) = (&here.app.residents, &here.app.served) else { return missing(here).await };
    let Ok(today) = ask::today(&here.app.pack) else { return refused(&here, room, &Refused::Failed) };
    match docket(served, today).await {
        Ok(docket) => {
            let takes = room.intake.takes(Some(served));
            page(StatusCode::OK, &Public { frame: here.frame(), leave: &room.guide.leave, docket, takes })
        }
        Err(error) => refused(&here, room, &error),
    }
}
