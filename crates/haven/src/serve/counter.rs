//! The counter: the commonest questions, a tap a fact, and an answer that fills the screen.
//!
//! Which questions there are, what each takes as given and what it asks back is data: `counter.toml` of the jurisdiction.
//! What was answered so far travels in the form, never in an address.

use super::answer::{Answer, is_of_orders};
use super::form::Posted;
use super::here::{Frame, Here};
use super::pages::{page, problem};
use super::path::Path;
use super::record::{self, Note};
use super::{App, watch};
use crate::ask;
use crate::error::CliError;
use crate::words::Language;
use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use axum::{Form, Router};
use haven_law::decide::{Basis, Verdict};
use haven_law::pack::{Pack, Source};
use haven_law::paper::{Paper, Papers};
use haven_law::request::{Request, RequestError, Scope};
use jiff::civil::Date;
use qrcode::{Color, EcLevel, QrCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What stands before the name of a step in the name of a control.
const STEP: &str = "step.";
/// The languages of the phrases to say to people, whatever the language of the page.
pub(super) const SAID: [&str; 2] = ["es", "pl"];

/// `counter.toml`.
#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counter {
    /// Where people ask; the first is the one that opens.
    #[serde(default, rename = "desk")]
    pub desks: Vec<Desk>,
    /// What is asked back, by id.
    #[serde(default, rename = "step")]
    pub steps: BTreeMap<String, Step>,
    /// The questions, in their order on the screen.
    #[serde(default, rename = "tile")]
    pub tiles: Vec<Tile>,
}

/// A place at which people ask.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Desk {
    /// Its place in addresses.
    pub id: String,
    /// Its agency.
    pub agency: String,
    /// The station of its records where nobody says which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station: Option<String>,
}

/// One screen that asks something back.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// Whether it is asked even where it cannot change the answer, because the record needs it.
    #[serde(default)]
    pub always: bool,
    /// What can be answered.
    #[serde(rename = "choice")]
    pub choices: Vec<Choice>,
}

/// An answer to a step.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    /// Its name.
    pub id: String,
    /// What it states; nothing is "I don't know".
    #[serde(default)]
    pub facts: Map<String, Value>,
    /// What a paper shows, by the fields of `papers.toml`. What the paper is, is read from that when the file is, and stated.
    #[serde(default, skip_serializing)]
    signs: BTreeMap<String, String>,
}

/// A question.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tile {
    /// Its place in addresses.
    pub id: String,
    /// The act of the vocabulary.
    pub action: String,
    /// Another act at some desks.
    #[serde(default)]
    pub actions: BTreeMap<String, String>,
    /// What it takes as given.
    #[serde(default)]
    pub facts: Map<String, Value>,
    /// What it asks back, by id, in order.
    #[serde(default)]
    pub steps: Vec<String>,
    /// Whether it stands above all others.
    #[serde(default)]
    pub first: bool,
    /// Whether it asks if one must, not if one may.
    #[serde(default)]
    pub duty: bool,
}

impl Tile {
    fn action(&self, desk: &Desk) -> &str {
        self.actions.get(&desk.id).unwrap_or(&self.action)
    }
}

impl Counter {
    /// Reads the counter of the pack's jurisdiction; a place without one has none.
    ///
    /// # Errors
    /// A file that cannot be read, or a question that asks what the vocabulary does not have.
    pub(super) fn read(source: &Source, pack: &Pack, today: Date) -> Result<Counter, CliError> {
        let path = format!("{}/counter.toml", pack.jurisdiction());
        let Some(text) = source.get(&path) else { return Ok(Counter::default()) };
        let wrong = |why: String| CliError::other(format!("`{path}`: {why}"), "the file explains its format at its head");
        let mut counter: Counter = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
        counter.read_papers(source).map_err(wrong)?;
        if let Some(desk) = counter.desks.iter().find(|desk| pack.agency(&desk.agency).is_none()) {
            return Err(wrong(format!("desk `{}`: its agency is not on the list of agencies", desk.id)));
        }
        for (desk, tile) in counter.desks.iter().flat_map(|desk| counter.tiles.iter().map(move |tile| (desk, tile))) {
            let at = |error: String| wrong(format!("question `{}`: {error}", tile.id));
            request(pack, desk, tile, &[], today).map_err(|error| at(error.to_string()))?;
            for name in &tile.steps {
                let step = counter.steps.get(name).ok_or_else(|| at(format!("there is no step `{name}`")))?;
                if !step.choices.iter().any(|choice| choice.facts.is_empty()) {
                    return Err(at(format!("step `{name}` has no choice without facts, for those who do not know")));
                }
                for choice in &step.choices {
                    request(pack, desk, tile, &[choice], today).map_err(|error| at(format!("choice `{}`: {error}", choice.id)))?;
                }
            }
        }
        Ok(counter)
    }

    /// States what the papers are whose signs are given: by the table of signs, as everywhere.
    fn read_papers(&mut self, source: &Source) -> Result<(), String> {
        const SIGNS: &str = "papers.toml";
        let papers = Papers::load(source.get(SIGNS).unwrap_or_default(), SIGNS);
        for (name, step) in &mut self.steps {
            for choice in step.choices.iter_mut().filter(|choice| !choice.signs.is_empty()) {
                let at = |error: String| format!("step `{name}`, choice `{}`: {error}", choice.id);
                let papers = papers.as_ref().map_err(|error| at(error.to_string()))?;
                let mut paper = Paper::default();
                for (field, value) in &choice.signs {
                    paper.state(papers, field, &Value::from(value.as_str())).map_err(|error| at(error.to_string()))?;
                }
                let facts = serde_json::to_value(papers.classify(&paper, None).facts).map_err(|error| at(error.to_string()))?;
                choice.facts.extend(facts.as_object().cloned().unwrap_or_default());
            }
        }
        Ok(())
    }

    /// The station of an agency's records where nobody says which.
    pub(super) fn station(&self, agency: &str) -> Option<&str> {
        self.desks.iter().find(|desk| desk.agency == agency)?.station.as_deref()
    }

    fn desk(&self, id: &str) -> Option<&Desk> {
        self.desks.iter().find(|desk| desk.id == id)
    }

    fn choice(&self, step: &str, id: &str) -> Option<&Choice> {
        self.steps.get(step)?.choices.iter().find(|choice| choice.id == id)
    }
}

/// The request of a question after some choices; what a later choice states replaces what an earlier one did.
fn request(pack: &Pack, desk: &Desk, tile: &Tile, choices: &[&Choice], today: Date) -> Result<Request, RequestError> {
    let mut facts = tile.facts.clone();
    facts.extend(choices.iter().flat_map(|choice| choice.facts.clone()));
    let request = serde_json::json!({
        "as_of": today.to_string(), "action": tile.action(desk), "agency": desk.agency, "facts": facts,
    });
    Request::parse(&request.to_string(), pack, &Scope::default())
}

/// The first step that is still open and can change the answer, whatever the other open ones say; or belongs in the record.
fn next<'c>(app: &'c App, desk: &Desk, tile: &'c Tile, chosen: &[(&str, &Choice)], today: Date) -> Option<(&'c str, &'c Step)> {
    let open: Vec<&str> = tile.steps.iter().map(String::as_str).filter(|name| !chosen.iter().any(|(step, _)| step == name)).collect();
    let choices: Vec<&Choice> = chosen.iter().map(|(_, choice)| *choice).collect();
    open.iter().find_map(|name| {
        let step = app.counter.steps.get(*name)?;
        let others: Vec<&Step> = open.iter().filter(|other| *other != name).filter_map(|other| app.counter.steps.get(*other)).collect();
        (step.always || matters(&app.pack, desk, tile, &choices, step, &others, today)).then_some((*name, step))
    })
}

fn matters(pack: &Pack, desk: &Desk, tile: &Tile, chosen: &[&Choice], step: &Step, others: &[&Step], today: Date) -> bool {
    match others.split_first() {
        Some((other, rest)) => other.choices.iter().any(|choice| {
            let mut chosen = chosen.to_vec();
            chosen.push(choice);
            matters(pack, desk, tile, &chosen, step, rest, today)
        }),
        None => {
            let mut words: Vec<Option<(Verdict, Option<Basis>)>> = step
                .choices
                .iter()
                .map(|choice| {
                    let mut chosen = chosen.to_vec();
                    chosen.push(choice);
                    // Every choice was read when the service started.
                    request(pack, desk, tile, &chosen, today).ok().map(|request| pack.verdict(&request))
                })
                .collect();
            words.dedup();
            words.len() > 1
        }
    }
}

/// A button of a screen.
struct Button {
    id: String,
    label: String,
}

#[derive(Template)]
#[template(path = "counter/tiles.html")]
struct Tiles<'a> {
    frame: Frame<'a>,
    desk: String,
    /// The desk in words.
    place: String,
    /// Where its records can belong, with the address and the label of each.
    stations: Vec<(String, String)>,
    /// Whether there are stations to choose among and none was chosen.
    unstated: bool,
    /// Each with its name in addresses, its label, and whether it is this one.
    desks: Vec<(&'a str, String, bool)>,
    first: Vec<Button>,
    tiles: Vec<Button>,
    once: String,
}

#[derive(Template)]
#[template(path = "counter/step.html")]
struct Screen<'a> {
    frame: Frame<'a>,
    desk: String,
    desk_label: String,
    tile: &'a str,
    title: String,
    step: &'a str,
    question: String,
    why: String,
    choices: Vec<Button>,
    chosen: Vec<(String, String)>,
    said: Vec<String>,
    once: String,
}

/// A phrase in a language.
struct Phrase {
    language: String,
    code: String,
    direction: String,
    text: String,
}

#[derive(Template)]
#[template(path = "counter/answer.html")]
struct Told<'a> {
    frame: Frame<'a>,
    desk: String,
    desk_label: String,
    tile: &'a str,
    action: &'a str,
    title: String,
    said: Vec<String>,
    first: bool,
    answer: Answer,
    questions: Vec<String>,
    radio: String,
    /// The same in English, where the page is not: colleagues are not asked which language they read.
    radio_english: Option<String>,
    phrases: Vec<Phrase>,
    /// Whether no station was chosen.
    unstated: bool,
    receipt: Note,
    code: Option<Code>,
    day: String,
    /// The request as the long form sends it.
    pairs: Vec<(String, String)>,
}

/// A picture that a telephone reads: an address.
struct Code {
    size: usize,
    path: String,
}

impl Code {
    /// The code of a decision. What it holds is an address, and in it nothing but the decision's number.
    fn new(here: &Here, number: &str) -> Option<Code> {
        if number.is_empty() || here.host.is_empty() {
            return None;
        }
        let address = format!("{}/decisions/{number}", here.origin());
        let code = QrCode::with_error_correction_level(address, EcLevel::M).ok()?;
        let size = code.width();
        let dark = code.to_colors().into_iter().enumerate().filter(|(_, colour)| *colour == Color::Dark);
        let path = dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % size, at / size)).collect();
        Some(Code { size, path })
    }
}

/// A desk, and the station at which it stands where the address says so: `police`, `police-012`.
struct Seat<'a> {
    desk: &'a Desk,
    station: Option<&'a str>,
}

impl<'a> Seat<'a> {
    fn named(here: &'a Here, name: &str) -> Option<Seat<'a>> {
        let counter = &here.app.counter;
        if let Some(desk) = counter.desk(name) {
            return Some(Seat { desk, station: None });
        }
        let (desk, station) = name.split_once('-')?;
        let desk = counter.desk(desk)?;
        let station = here.app.served.as_ref()?.schema.station(station).filter(|station| station.agency == desk.agency)?;
        Some(Seat { desk, station: Some(&station.name) })
    }

    fn id(&self) -> String {
        self.station.map_or_else(|| self.desk.id.clone(), |station| format!("{}-{station}", self.desk.id))
    }

    fn label(&self, here: &Here) -> String {
        let desk = here.language.text(&format!("desk-{}", self.desk.id));
        match self.station.and_then(|name| here.app.served.as_ref()?.schema.station(name)) {
            Some(station) => format!("{desk}, {}", station.label),
            None => desk,
        }
    }

    fn stations(&self, here: &Here) -> Vec<(String, String)> {
        let all = here.app.served.iter().flat_map(|served| served.schema.stations());
        let own = all.filter(|station| station.agency == self.desk.agency && !station.unstated);
        let own: Vec<_> = own.map(|station| (format!("{}-{}", self.desk.id, station.name), station.label.clone())).collect();
        // One is no choice.
        if own.len() > 1 { own } else { Vec::new() }
    }

    /// Whether there are stations to choose among, none was chosen, and whoever is signed in has none.
    fn unstated(&self, here: &Here) -> bool {
        let own = here.who.staff().and_then(|staff| staff.station.as_deref());
        self.station.is_none() && own.is_none() && !self.stations(here).is_empty()
    }
}

/// The pages.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/", get(opening)).route("/counter/{desk}", get(tiles)).route("/counter/{desk}/{tile}", get(begin).post(answered))
}

async fn opening(here: Here) -> Response {
    match here.app.counter.desks.first() {
        Some(desk) => show_tiles(&here, &Seat { desk, station: None }),
        // A place without a counter has its questions.
        None => super::pages::home(here).await,
    }
}

async fn tiles(here: Here, Path(desk): Path<String>) -> Response {
    match Seat::named(&here, &desk) {
        Some(seat) => show_tiles(&here, &seat),
        None => problem(&here, StatusCode::NOT_FOUND),
    }
}

fn show_tiles(here: &Here, seat: &Seat<'_>) -> Response {
    let desk = seat.desk;
    let button = |tile: &Tile| Button { id: tile.id.clone(), label: here.language.text(&format!("tile-{}", tile.id)) };
    let counter = &here.app.counter;
    let (first, tiles): (Vec<&Tile>, Vec<&Tile>) = counter.tiles.iter().partition(|tile| tile.first);
    page(
        StatusCode::OK,
        &Tiles {
            frame: here.frame(),
            desk: seat.id(),
            place: seat.label(here),
            unstated: seat.unstated(here),
            stations: seat.stations(here),
            desks: counter
                .desks
                .iter()
                .map(|other| (other.id.as_str(), here.language.text(&format!("desk-{}", other.id)), other.id == desk.id))
                .collect(),
            first: first.into_iter().map(button).collect(),
            tiles: tiles.into_iter().map(button).collect(),
            once: record::once(),
        },
    )
}

async fn begin(here: Here, Path((desk, tile)): Path<(String, String)>) -> Response {
    turn(&here, &desk, &tile, &Posted::default(), false).await
}

async fn answered(
    here: Here,
    Path((desk, tile)): Path<(String, String)>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    match form {
        Ok(Form(pairs)) => turn(&here, &desk, &tile, &Posted(pairs), true).await,
        Err(rejection) => problem(&here, rejection.status()),
    }
}

/// The next screen, or the answer where nothing that is still open can change it.
async fn turn(here: &Here, desk: &str, tile: &str, posted: &Posted, sent: bool) -> Response {
    let app = &here.app;
    let found = Seat::named(here, desk).zip(app.counter.tiles.iter().find(|known| known.id == tile));
    let Some((seat, tile)) = found else { return problem(here, StatusCode::NOT_FOUND) };
    let Ok(today) = ask::today(&app.pack) else { return problem(here, StatusCode::INTERNAL_SERVER_ERROR) };
    let mut chosen: Vec<(&str, &Choice)> = Vec::new();
    for (name, value) in &posted.0 {
        let Some(step) = name.strip_prefix(STEP) else { continue };
        let Some(step) = tile.steps.iter().find(|known| *known == step) else { return problem(here, StatusCode::BAD_REQUEST) };
        let Some(choice) = app.counter.choice(step, value) else { return problem(here, StatusCode::BAD_REQUEST) };
        chosen.push((step, choice));
    }
    let labels = Labels { here, seat: &seat, tile, chosen: &chosen };
    match next(app, seat.desk, tile, &chosen, today) {
        Some((name, step)) => labels.screen(name, step, posted),
        // An address alone decides nothing and leaves no record: the answer is sent for.
        None if !sent => labels.confirm(),
        None => labels.told(posted, today).await,
    }
}

/// A question on its way, in the words of the page.
struct Labels<'a> {
    here: &'a Here,
    seat: &'a Seat<'a>,
    tile: &'a Tile,
    chosen: &'a [(&'a str, &'a Choice)],
}

impl Labels<'_> {
    fn text(&self, key: &str) -> String {
        self.here.language.text(key)
    }

    fn title(&self) -> String {
        self.text(&format!("tile-{}", self.tile.id))
    }

    fn desk_label(&self) -> String {
        self.seat.label(self.here)
    }

    fn choice(&self, step: &str, choice: &Choice) -> String {
        match choice.facts.is_empty() {
            true => self.text("choice-unknown"),
            false => self.text(&format!("choice-{step}-{}", choice.id)),
        }
    }

    fn said(&self) -> Vec<String> {
        self.chosen.iter().map(|(step, choice)| self.choice(step, choice)).collect()
    }

    fn screen(&self, name: &str, step: &Step, posted: &Posted) -> Response {
        let key = format!("step-{name}");
        let choices = step.choices.iter().map(|choice| Button { id: choice.id.clone(), label: self.choice(name, choice) }).collect();
        let once = if posted.get("once").is_empty() { record::once() } else { posted.get("once").to_owned() };
        page(
            StatusCode::OK,
            &Screen {
                frame: self.here.frame(),
                desk: self.seat.id(),
                desk_label: self.desk_label(),
                tile: &self.tile.id,
                title: self.title(),
                step: name,
                question: self.text(&key),
                why: self.here.language.attribute(&key, "why"),
                choices,
                chosen: self.chosen.iter().map(|(step, choice)| (format!("{STEP}{step}"), choice.id.clone())).collect(),
                said: self.said(),
                once,
            },
        )
    }

    /// A screen with one button, for a question that asks nothing back and was opened by its address.
    fn confirm(&self) -> Response {
        page(
            StatusCode::OK,
            &Screen {
                frame: self.here.frame(),
                desk: self.seat.id(),
                desk_label: self.desk_label(),
                tile: &self.tile.id,
                title: self.title(),
                step: "",
                question: String::new(),
                why: String::new(),
                choices: vec![Button { id: String::new(), label: self.text("counter-answer") }],
                chosen: Vec::new(),
                said: Vec::new(),
                once: record::once(),
            },
        )
    }

    async fn told(&self, posted: &Posted, today: Date) -> Response {
        let (here, app) = (self.here, &self.here.app);
        let choices: Vec<&Choice> = self.chosen.iter().map(|(_, choice)| *choice).collect();
        let Ok(request) = request(&app.pack, self.seat.desk, self.tile, &choices, today) else {
            return problem(here, StatusCode::BAD_REQUEST);
        };
        let decision = app.pack.decide(&request);
        watch::answered(decision.verdict, "counter");
        // Asking makes the record, and the record is there before the answer is.
        let receipt = Note::new(record::keep(here, &request, &decision, self.seat.station, posted.get("once")).await);
        let answer = Answer::new(&here.language, &app.pack, &request, &decision);
        let questions = decision
            .questions
            .iter()
            .filter_map(|question| {
                let fact = question.fact.as_ref()?;
                Some(here.language.law(&format!("fact-{fact}"), "question", &question.question))
            })
            .collect();
        let kind = if self.tile.first { "help" } else { answer.word.kind };
        let of_orders = kind == "no" && is_of_orders(&decision);
        let sent: Vec<(String, String)> = match posted.0.is_empty() {
            // What asks nothing back was sent for with its word alone, or without.
            true => vec![("once".to_owned(), String::new())],
            false => posted.0.clone(),
        };
        page(
            StatusCode::OK,
            &Told {
                frame: here.frame_of(&sent),
                desk: self.seat.id(),
                desk_label: self.desk_label(),
                tile: &self.tile.id,
                action: self.tile.action(self.seat.desk),
                title: self.title(),
                said: self.said(),
                first: self.tile.first,
                questions,
                radio: self.radio(&here.language, kind, of_orders),
                radio_english: (!here.language.governs()).then(|| self.radio(&app.english, kind, of_orders)),
                unstated: self.seat.unstated(here),
                phrases: self.phrases(kind),
                code: Code::new(here, &receipt.number),
                receipt,
                day: here.language.day(request.as_of),
                pairs: pairs(self.seat.desk, &request, &app.pack),
                answer,
            },
        )
    }

    /// What to say on the radio.
    fn radio(&self, language: &Language, kind: &str, of_orders: bool) -> String {
        let act = language.attribute(&format!("tile-{}", self.tile.id), "radio");
        let key = match kind {
            "no" if of_orders => "radio-no-order".to_owned(),
            // Whether one must is not known, or nothing demands it: neither is said as if one might not.
            "ask" | "silent" if self.tile.duty => format!("radio-{kind}-duty"),
            _ => format!("radio-{kind}"),
        };
        language.with(&key, &[("act", &act)])
    }

    /// What to say to people: in the languages most spoken, and in that of the page.
    fn phrases(&self, kind: &str) -> Vec<Phrase> {
        let own = self.here.language.code.as_str();
        let kind_of = self.here.app.pack.agency(&self.seat.desk.agency).map_or("", |(agency, _)| agency.kind.as_str());
        let wanted = SAID.into_iter().chain((own != "en" && !SAID.contains(&own)).then_some(own));
        wanted
            .filter_map(|code| self.here.app.languages.iter().find(|language| language.code == code))
            .map(|language| Phrase {
                language: language.name.clone(),
                code: language.code.clone(),
                direction: language.direction.clone(),
                // Who does not work for the city does not say so.
                text: language.variant(&format!("say-{kind}"), &[&self.seat.desk.id, kind_of]),
            })
            .collect()
    }
}

/// A request as the long form of its act sends it, so that an answer can be looked into and changed there.
fn pairs(desk: &Desk, request: &Request, pack: &Pack) -> Vec<(String, String)> {
    let mut pairs = vec![("agency".to_owned(), desk.agency.clone()), ("as_of".to_owned(), request.as_of.to_string())];
    for id in request.facts.known().without(request.from_agency).iter() {
        let name = format!("fact.{}", pack.vocabulary().fact(id).name);
        match request.value_of(pack, id) {
            Value::Array(values) => pairs.extend(values.iter().filter_map(Value::as_str).map(|value| (name.clone(), value.to_owned()))),
            Value::String(value) => pairs.push((name, value)),
            other => pairs.push((name, other.to_string())),
        }
    }
    pairs
}
