//! The pages: choose a question, answer it, read why.
//!
//! What is typed goes into the body of a form and comes back in the page, never into an address, a log or a store.

use super::answer::{Answer, Word, mark, weigh};
use super::examples::{Column, Example, Row};
use super::form::{Field, Posted, Shape, reasons_once};
use super::here::{Frame, Here};
use super::path::Path;
use super::record::{self, Note};
use super::watch;
use crate::ask;
use crate::words::Language;
use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use haven_law::ir::FactSet;
use haven_law::pack::Pack;
use haven_law::request::{Request, RequestError, Scope};
use haven_law::vocabulary::{Action, ActionId};
use jiff::civil::Date;

/// How many questions an empty form opens with; the others are a click away.
const OPENING_MAX: usize = 3;

struct Group<'a> {
    name: &'a str,
    label: String,
    /// The name of each act and its question.
    acts: Vec<(&'a str, String)>,
}

#[derive(Template)]
#[template(path = "questions.html")]
struct Questions<'a> {
    frame: Frame<'a>,
    groups: Vec<Group<'a>>,
    examples: &'a [Example],
}

/// A piece of text, and the act it names where it names one.
struct Piece<'a> {
    text: String,
    act: &'a str,
}

#[derive(Template)]
#[template(path = "ask.html")]
struct Ask<'a> {
    frame: Frame<'a>,
    action: &'a Action,
    /// The question.
    ask: String,
    meaning: Vec<Piece<'a>>,
    agency: &'a str,
    /// The agency as the list knows it.
    known_agency: &'a str,
    agencies: Vec<&'a str>,
    day: String,
    day_in_words: String,
    error: Option<RequestError>,
    answer: Option<Answer>,
    receipt: Option<Note>,
    once: String,
    questions: Vec<Field>,
    stated: Vec<Field>,
    more: Vec<Field>,
}

struct Cell<'a> {
    column: &'a str,
    day: String,
    word: Word,
    action: &'a str,
    pairs: Vec<(String, String)>,
}

struct Line<'a> {
    row: &'a Row,
    cells: Vec<Cell<'a>>,
}

#[derive(Template)]
#[template(path = "try.html")]
struct Try<'a> {
    frame: Frame<'a>,
    example: &'a Example,
    columns: Vec<(&'a Column, String)>,
    lines: Vec<Line<'a>>,
    mark: String,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Problem<'a> {
    frame: Frame<'a>,
    title: &'static str,
    text: &'static str,
}

pub(super) fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        // Writing to memory cannot fail; if it does, the page says nothing rather than half an answer.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

pub(super) fn problem(here: &Here, status: StatusCode) -> Response {
    let (title, text) = match status {
        StatusCode::NOT_FOUND => ("problem-missing", "problem-missing-text"),
        StatusCode::PAYLOAD_TOO_LARGE => ("problem-long", "problem-long-text"),
        StatusCode::INTERNAL_SERVER_ERROR => ("problem-failed", "problem-failed-text"),
        StatusCode::FORBIDDEN => ("problem-forbidden", "problem-forbidden-text"),
        _ => ("problem-unread", "problem-unread-text"),
    };
    let frame = if status == StatusCode::NOT_FOUND { here.frame().nowhere() } else { here.frame() };
    page(status, &Problem { frame, title, text })
}

/// An address that does not exist.
pub(super) async fn missing(here: Here) -> Response {
    problem(&here, StatusCode::NOT_FOUND)
}

/// Everything that can be asked.
pub(super) async fn home(here: Here) -> Response {
    let vocabulary = here.app.pack.vocabulary();
    let groups = vocabulary
        .groups()
        .iter()
        .map(|group| Group {
            name: &group.name,
            label: here.language.law(&format!("group-{}", group.name), "", &group.label),
            acts: vocabulary
                .actions()
                .iter()
                .filter(|action| action.group == group.name)
                .map(|action| (action.name.as_str(), ask_of(&here.language, action)))
                .collect(),
        })
        .collect();
    page(StatusCode::OK, &Questions { frame: here.frame(), groups, examples: &here.app.examples })
}

/// The empty form of a question.
pub(super) async fn question(here: Here, Path(name): Path<String>) -> Response {
    let Some((id, action)) = action(&here.app.pack, &name) else { return problem(&here, StatusCode::NOT_FOUND) };
    let Ok(today) = ask::today(&here.app.pack) else { return problem(&here, StatusCode::INTERNAL_SERVER_ERROR) };
    let posted = Posted::default();
    let first = opening(&here.app.pack, id, today);
    let is_first = |fact: &Field| first.contains(&fact.fact);
    let (mut questions, more): (Vec<Field>, Vec<Field>) =
        action.facts.iter().map(|id| Field::new(&here.language, &here.app.pack, id, &posted)).partition(is_first);
    questions.sort_by_key(|field| first.iter().position(|fact| *fact == field.fact));
    let form = Ask {
        frame: here.frame(),
        action,
        ask: ask_of(&here.language, action),
        meaning: linked(&here.language, &here.app.pack, action),
        agency: "",
        known_agency: "",
        agencies: agencies(&here.app.pack),
        day: today.to_string(),
        day_in_words: here.language.day(today),
        error: None,
        answer: None,
        receipt: None,
        once: record::once(),
        questions,
        stated: Vec::new(),
        more,
    };
    page(StatusCode::OK, &tidy(form))
}

/// The answer, with the form to change it.
pub(super) async fn answered(here: Here, Path(name): Path<String>, form: Result<Form<Vec<(String, String)>>, FormRejection>) -> Response {
    let Some((act, action)) = action(&here.app.pack, &name) else { return problem(&here, StatusCode::NOT_FOUND) };
    let Ok(today) = ask::today(&here.app.pack) else { return problem(&here, StatusCode::INTERNAL_SERVER_ERROR) };
    let posted = match form {
        Ok(Form(pairs)) => Posted(pairs),
        Err(rejection) => return problem(&here, rejection.status()),
    };
    let pack = &here.app.pack;
    let asked = posted.request(pack, &name, today);
    let decided = asked.as_ref().ok().map(|request| (request, pack.decide(request)));
    let asked_for: Vec<String> = match &decided {
        Some((_, decision)) => decision.questions.iter().filter_map(|question| question.fact.clone()).collect(),
        None => opening(pack, act, today),
    };
    let (mut stated, mut more, mut questions) = (Vec::new(), Vec::new(), Vec::new());
    for id in action.facts.iter() {
        let mut field = Field::new(&here.language, pack, id, &posted);
        field.follows = asked.as_ref().is_ok_and(|request| request.from_agency.contains(id));
        if posted.states(&field.fact) {
            stated.push(field);
        } else if asked_for.contains(&field.fact) {
            questions.push(field);
        } else {
            more.push(field);
        }
    }
    questions.sort_by_key(|field| asked_for.iter().position(|fact| *fact == field.fact));
    if let Some((request, decision)) = &decided {
        for question in &decision.questions {
            if let Some(field) = questions.iter_mut().find(|field| Some(&field.fact) == question.fact.as_ref()) {
                weigh(&here.language, field, pack, request, question);
            }
        }
    }
    // An example is looked at, not asked.
    let receipt = match &decided {
        Some((request, decision)) if posted.get("look").is_empty() => {
            watch::answered(decision.verdict, "page");
            Some(Note::new(record::keep(&here, request, decision, None, posted.get("once")).await))
        }
        _ => None,
    };
    // A control for days can only show one; anything else stands in the message.
    let day = posted.get("as_of").parse::<Date>().map_or_else(|_| String::new(), |day| day.to_string());
    let form = Ask {
        frame: here.frame_of(&posted.0),
        action,
        ask: ask_of(&here.language, action),
        meaning: linked(&here.language, &here.app.pack, action),
        agency: posted.get("agency"),
        known_agency: pack.agency(posted.get("agency")).map_or("", |(agency, _)| &agency.name),
        agencies: agencies(pack),
        day: asked.as_ref().map_or(day, |request| request.as_of.to_string()),
        day_in_words: asked.as_ref().map(|request| here.language.day(request.as_of)).unwrap_or_default(),
        answer: decided.as_ref().map(|(request, decision)| Answer::new(&here.language, pack, request, decision)),
        receipt,
        once: record::once(),
        error: asked.as_ref().err().cloned(),
        questions,
        stated,
        more,
    };
    let status = if form.error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    page(status, &tidy(form))
}

/// A thing to try.
pub(super) async fn example(here: Here, Path(id): Path<String>) -> Response {
    let Some(example) = here.app.examples.iter().find(|example| example.id == id) else { return problem(&here, StatusCode::NOT_FOUND) };
    let Ok(today) = ask::today(&here.app.pack) else { return problem(&here, StatusCode::INTERNAL_SERVER_ERROR) };
    let mut lines = Vec::new();
    for row in &example.row {
        let Some((_, action)) = action(&here.app.pack, &row.action) else { continue };
        let mut cells = Vec::new();
        for column in &example.column {
            let day = column.day(today);
            let posted = row.posted(day);
            // Every row was read when the service started, so this cannot fail now.
            let Ok(request) = posted.request(&here.app.pack, &row.action, today) else { continue };
            let (verdict, basis) = here.app.pack.verdict(&request);
            cells.push(Cell {
                column: &column.label,
                day: here.language.day(day),
                word: Word::new(&here.language, verdict, basis),
                action: &action.name,
                pairs: posted.0,
            });
        }
        lines.push(Line { row, cells });
    }
    let mark = match example.verified {
        None => String::new(),
        Some(verified) => mark(&here.language, verified, false),
    };
    let columns = example.column.iter().map(|column| (column, here.language.day(column.day(today)))).collect();
    page(StatusCode::OK, &Try { frame: here.frame(), example, columns, lines, mark })
}

fn action<'p>(pack: &'p Pack, name: &str) -> Option<(ActionId, &'p Action)> {
    let id = pack.vocabulary().action_named(name)?;
    Some((id, pack.vocabulary().action(id)?))
}

/// The question of an act.
pub(super) fn ask_of(language: &Language, action: &Action) -> String {
    language.law(&format!("act-{}", action.name), "ask", &action.ask)
}

/// What an act is, split at the acts it names in quotation marks, so that they can be links.
fn linked<'p>(language: &Language, pack: &'p Pack, action: &Action) -> Vec<Piece<'p>> {
    const OPEN: [char; 3] = ['“', '„', '«'];
    const CLOSE: [char; 2] = ['”', '»'];
    let label = |action: &Action| language.law(&format!("act-{}", action.name), "", &action.label);
    let actions = pack.vocabulary().actions();
    let text = language.law(&format!("act-{}", action.name), "meaning", &action.meaning);
    text.split_inclusive([OPEN.as_slice(), CLOSE.as_slice()].concat().as_slice())
        .flat_map(|part| {
            let name = part.trim_end_matches(CLOSE);
            let named = part.ends_with(CLOSE);
            let act = actions.iter().find(|action| named && label(action) == name).map_or("", |action| &action.name);
            let (text, rest) = if act.is_empty() { (part, "") } else { (name, part.get(name.len()..).unwrap_or_default()) };
            [Piece { text: text.to_owned(), act }, Piece { text: rest.to_owned(), act: "" }]
        })
        .collect()
}

fn agencies(pack: &Pack) -> Vec<&str> {
    pack.agencies.iter().map(|agency| agency.name.as_str()).collect()
}

/// The facts to ask first while nothing is known: what Haven would ask each kind of agency, the most decisive first.
/// What follows from the agency's name is left out: the name is the first question of the form.
fn opening(pack: &Pack, action: ActionId, today: Date) -> Vec<String> {
    let mut kinds: Vec<&str> = Vec::new();
    let mut settled = FactSet::EMPTY;
    let mut first: Vec<String> = Vec::new();
    for agency in &pack.agencies {
        if kinds.contains(&agency.kind.as_str()) {
            continue;
        }
        kinds.push(&agency.kind);
        let request = Request::new(pack, today, action, Some(agency.name.clone()), Scope::default());
        settled = settled.union(request.from_agency);
        for fact in pack.decide(&request).questions.into_iter().filter_map(|question| question.fact) {
            if !first.contains(&fact) {
                first.push(fact);
            }
        }
    }
    let follows = |fact: &String| pack.vocabulary().fact_named(fact).is_some_and(|id| settled.contains(id));
    first.retain(|fact| !follows(fact));
    first.truncate(OPENING_MAX);
    first
}

fn tidy(mut form: Ask<'_>) -> Ask<'_> {
    reasons_once(form.questions.iter_mut());
    reasons_once(form.stated.iter_mut().chain(&mut form.more));
    form
}
