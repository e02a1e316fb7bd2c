//! What leaves: a records officer sends files here and says who asks; the answer is that of `haven release check`.
//!
//! INVARIANT: the judgement is in the register before it is shown; the files are gone before the answer is sent; no name of a
//! file is in an address, a log or the register.

mod result;
mod shelf;
mod temp;
mod upload;

use super::App;
use super::desk::own_station;
use super::form::{self, Posted, capital};
use super::here::{Frame, Here};
use super::pages::{page, problem};
use super::record;
use super::watch;
use super::who::{Role, Staff};
use crate::config::Config;
use crate::error::CliError;
use crate::release::checker::{Checker, Failed, Outturn};
use crate::release::cover;
use crate::release::record::{NotKept, Recorder};
use crate::release::said::Said;
use crate::words::Language;
use askama::Template;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, Form, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use haven_law::pack::{Pack, Source};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use upload::{Fault, Laid, Limits};

/// Who checks what leaves. Who only reads, or only enrols people, judges nothing.
pub(super) const FOR: &[Role] = &[Role::Officer, Role::Supervisor, Role::Counsel];
/// How many checks run at once: each may hold a file whole, and a process that recognises pictures.
const AT_ONCE: usize = 2;
/// How long a check waits for its turn before it is told to come again.
const TURN_WITHIN: Duration = Duration::from_secs(20);
/// How long sending the files and checking them may take together.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(900);
/// How much longer than the files a request may be. So far it is read to its end, so that a browser that sends too much is there
/// to read why it is refused.
const READ_ON: u64 = 2;

/// What the page needs.
pub(crate) struct Room {
    checker: Checker,
    source: Source,
    limits: Limits,
    turns: Arc<Semaphore>,
    shelf: shelf::Shelf,
}

impl Room {
    /// Opens the room, and takes away what a service that died left behind. Where the words of requests do not fit the law there
    /// is no such page, and the log says why.
    pub(super) fn open(source: &Source, pack: &Pack, config: &Config) -> Option<Room> {
        temp::sweep();
        let checker = Checker::new(source, pack, &config.jurisdiction);
        let checker = checker.inspect_err(|error| tracing::warn!(why = error.to_string(), "there is no page that checks what leaves"));
        let limits = Limits { files: config.release_files_max, bytes: u64::from(config.release_mib_max) << 20 };
        Some(Room {
            checker: checker.ok()?,
            source: source.clone(),
            shelf: shelf::Shelf::new(limits.bytes.saturating_mul(READ_ON)),
            limits,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        })
    }

    /// How long a request may be.
    fn request_bytes_max(&self) -> usize {
        usize::try_from(self.limits.bytes.saturating_mul(READ_ON).saturating_add(1 << 20)).unwrap_or(usize::MAX)
    }
}

/// The pages.
pub(super) fn routes(app: &App) -> Router<Arc<App>> {
    let most = app.release.as_ref().map_or(0, Room::request_bytes_max);
    Router::new()
        .route("/release", get(form).post(sent))
        .layer(DefaultBodyLimit::max(most))
        .route("/release/copies", post(copies).layer(DefaultBodyLimit::max(4096)))
}

/// A word to choose, its label, whether it is chosen.
type Choice = (String, String, bool);

/// What is wrong with a form: the field, and what is said of it.
type Wrong = (&'static str, String);

#[derive(Template)]
#[template(path = "release/form.html")]
struct Page<'a> {
    frame: Frame<'a>,
    once: String,
    wrong: Vec<Wrong>,
    /// Why nothing was checked, where that is no field's fault.
    failed: String,
    files_hint: String,
    to: Vec<Choice>,
    classes: Vec<Choice>,
    purposes: Vec<Choice>,
    authorities: Vec<Choice>,
    topics: Vec<Choice>,
    /// The only station of whoever asks.
    own: String,
    stations: Vec<Choice>,
    /// Agencies that have no station.
    agencies: Vec<Choice>,
    request: &'a str,
}

impl Page<'_> {
    /// What is wrong with a field; empty where nothing is.
    fn wrong_of(&self, field: &str) -> &str {
        self.wrong.iter().find(|(known, _)| *known == field).map_or("", |(_, text)| text)
    }
}

/// The empty form.
async fn form(here: Here) -> Response {
    match here.need(FOR) {
        Ok(staff) => show(&here, staff, StatusCode::OK, &Posted::default(), Vec::new(), String::new()),
        Err(response) => response,
    }
}

fn show(here: &Here, staff: &Staff, status: StatusCode, posted: &Posted, wrong: Vec<Wrong>, failed: String) -> Response {
    let (Some(served), Some(room)) = (&here.app.served, &here.app.release) else { return problem(here, StatusCode::NOT_FOUND) };
    let (language, pack, rules) = (&here.language, &here.app.pack, &room.checker.rules);
    let chosen = |name: &str, word: &str| posted.0.iter().any(|(known, value)| known == name && value == word);
    let of_list = |name: &str, keys: &str, list: &mut dyn Iterator<Item = (&str, &str)>| -> Vec<Choice> {
        list.map(|(word, label)| (word.to_owned(), worded(language, keys, word, label), chosen(name, word))).collect()
    };
    let vocabulary = pack.vocabulary();
    let requester = vocabulary.fact_named("requester").map(|id| vocabulary.fact(id));
    let asks = |name: &str| rules.requester(name).is_some();
    let to = requester.into_iter().flat_map(|fact| fact.values.iter().filter(|value| asks(&value.name)).map(move |value| (fact, value)));
    let to = to.map(|(fact, value)| (value.name.clone(), capital(&form::label(language, fact, value)), chosen("to", &value.name)));
    let stations = served.schema.stations();
    let without = |agency: &&str| !stations.iter().any(|station| station.agency == **agency);
    let page_of = Page {
        frame: here.frame(),
        once: record::once(),
        wrong,
        failed,
        files_hint: language.with(
            "release-files-hint",
            &[("count", &room.limits.files.to_string()), ("megabytes", &(room.limits.bytes >> 20).to_string())],
        ),
        to: to.collect(),
        classes: of_list("class", CLASS, &mut rules.classes()),
        purposes: of_list("purpose", PURPOSE, &mut rules.purposes()),
        authorities: of_list("authority", AUTHORITY, &mut rules.authorities()),
        // The record itself is always asked for.
        topics: of_list("topic", TOPIC, &mut rules.topics().filter(|(name, _)| !rules.is_always_asked(name))),
        own: own_station(staff).unwrap_or_default().to_owned(),
        stations: stations
            .iter()
            .map(|station| format!("{STATION}{}", station.name))
            .zip(stations)
            .map(|(word, station)| (word.clone(), station.label.clone(), chosen("whose", &word)))
            .collect(),
        agencies: pack
            .agencies
            .iter()
            .map(|agency| agency.name.as_str())
            .filter(without)
            .map(|name| (format!("{AGENCY}{name}"), name))
            .map(|(word, name)| (word.clone(), name.to_owned(), chosen("whose", &word)))
            .collect(),
        request: number_only(posted.get("request")),
    };
    page(status, &page_of)
}

/// What stands before the name of a station, and of an agency, where it is chosen whose record it is.
const STATION: &str = "station ";
const AGENCY: &str = "agency ";

/// What the keys of the words of each list of `guard/judge.toml` begin with.
const CLASS: &str = "release-class-";
const PURPOSE: &str = "release-purpose-";
const AUTHORITY: &str = "release-authority-";
const TOPIC: &str = "release-topic-";

/// A word of a list in a language.
fn worded(language: &Language, keys: &str, word: &str, english: &str) -> String {
    capital(&language.law(&format!("{keys}{word}"), "", english))
}

/// What was typed where that could be the id of an entry; anything else could be a name, and is not shown again.
fn number_only(typed: &str) -> &str {
    let is_number =
        typed.bytes().any(|byte| byte.is_ascii_digit()) && typed.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_number { typed } else { "" }
}

/// What the form says of the request; what is not said stays unknown.
fn said(staff: &Staff, posted: &Posted) -> Said {
    let given = |name: &str| Some(posted.get(name)).filter(|word| !word.is_empty()).map(str::to_owned);
    let whose = posted.get("whose");
    let station = own_station(staff).or_else(|| whose.strip_prefix(STATION)).map(str::to_owned);
    Said {
        to: given("to"),
        class: given("class"),
        purpose: given("purpose"),
        authority: given("authority"),
        topics: posted.0.iter().filter(|(name, _)| name == "topic").map(|(_, word)| word.clone()).collect(),
        agency: whose.strip_prefix(AGENCY).filter(|_| station.is_none()).map(str::to_owned),
        by: Some(staff.id.clone()),
        station,
        request: given("request"),
        ..Said::default()
    }
}

/// Takes the files, checks them, and shows what came of it.
async fn sent(here: Here, request: Request) -> Response {
    let staff = match here.need(FOR) {
        Ok(staff) => staff.clone(),
        Err(response) => return response,
    };
    let (Some(served), Some(room)) = (&here.app.served, &here.app.release) else { return problem(&here, StatusCode::NOT_FOUND) };
    let language = &here.language;
    // The turn is taken before the files are, so that no more of them lie here at once than can be checked.
    let turn = tokio::time::timeout(TURN_WITHIN, Arc::clone(&room.turns).acquire_owned()).await;
    let Ok(Ok(turn)) = turn else {
        let busy = language.text("release-busy");
        return show(&here, &staff, StatusCode::SERVICE_UNAVAILABLE, &Posted::default(), Vec::new(), busy);
    };
    let (posted, laid) = match upload::receive(request, room.limits).await {
        Ok(received) => received,
        Err(status) => return problem(&here, status),
    };
    let said = said(&staff, &posted);
    let mut wrong: Vec<Wrong> = Vec::new();
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    let laid = match laid {
        Ok(laid) => Some(laid),
        Err(Fault::None) => {
            wrong.push(("files", language.text("release-no-file")));
            None
        }
        Err(Fault::TooMany | Fault::TooLarge) => {
            status = StatusCode::PAYLOAD_TOO_LARGE;
            let limits = [("count", room.limits.files.to_string()), ("megabytes", (room.limits.bytes >> 20).to_string())];
            wrong.push(("files", language.with("release-too-much", &limits.each_ref().map(|(name, value)| (*name, value.as_str())))));
            None
        }
        Err(Fault::Failed) => return failed(&here, &staff, &posted),
    };
    let station = said.station.as_deref().and_then(|name| served.schema.station(name));
    let agency = said.agency.as_deref().and_then(|name| served.schema.agency(name));
    if station.is_none() && agency.is_none() {
        wrong.push(("whose", language.text("release-no-whose")));
    }
    let laid = match laid {
        Some(laid) if wrong.is_empty() => laid,
        _ => return show(&here, &staff, status, &posted, wrong, String::new()),
    };
    let (app, once) = (Arc::clone(&here.app), posted.get("once").to_owned());
    let runtime = Handle::current();
    let checked = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let told = check(&app, &runtime, &said, &laid, &once);
        laid.destroy();
        told.map(|told| (told, said))
    });
    match checked.await {
        Ok(Ok((told, said))) => {
            let copies = told.zip.map(|zip| room.shelf.put(&staff.id, zip)).transpose();
            let Ok(copies) = copies else { return failed(&here, &staff, &posted) };
            if let Some(token) = &copies {
                shelf::forget(Arc::clone(&here.app), token, &staff.id);
            }
            result::show(&here, room, &said, &told.outturn, &told.sheet, copies.unwrap_or_default())
        }
        Ok(Err(Failed::NotKept(NotKept::Refused(errors)))) if errors.iter().all(|error| error.field == "request") => {
            let wrong = vec![("request", language.text("release-no-request"))];
            show(&here, &staff, StatusCode::UNPROCESSABLE_ENTITY, &posted, wrong, String::new())
        }
        Ok(Err(Failed::NotKept(_))) => {
            watch::not_recorded("the judgement on a release");
            show(&here, &staff, StatusCode::INTERNAL_SERVER_ERROR, &posted, Vec::new(), language.text("release-not-recorded"))
        }
        // What failed may name a place; that it failed is all that is said.
        Ok(Err(Failed::Other(_))) | Err(_) => failed(&here, &staff, &posted),
    }
}

fn failed(here: &Here, staff: &Staff, posted: &Posted) -> Response {
    tracing::error!("files could not be checked");
    show(here, staff, StatusCode::INTERNAL_SERVER_ERROR, posted, Vec::new(), here.language.text("release-failed"))
}

/// What came of a check, when its files are gone.
struct Told {
    outturn: Outturn,
    /// The cover sheet.
    sheet: String,
    /// Clean copies, with what went from each and the cover sheet.
    zip: Option<Vec<u8>>,
}

fn check(app: &App, runtime: &Handle, said: &Said, laid: &Laid, once: &str) -> Result<Told, Failed> {
    let (Some(served), Some(room)) = (&app.served, &app.release) else {
        return Err(CliError::other("there is no register", "the page is not there without one").into());
    };
    let recorder = Recorder { runtime, register: &served.register, once };
    let law = (&room.source, &*app.pack);
    let outturn = room.checker.check(law, said, &laid.files, Some(&laid.copies()), Some(&recorder))?;
    let Some(receipt) = &outturn.receipt else {
        return Err(CliError::other("the judgement was not recorded", "report this").into());
    };
    let goes = outturn.goes(&laid.files);
    let goes: Vec<(String, &Path)> = goes.iter().map(|sent| (sent.name.clone(), sent.path.as_path())).collect();
    let sheet = cover::sheet(said, &outturn.checked, &room.checker.rules, &app.pack, receipt, &goes)?;
    let made = outturn.copies.as_ref().map_or(&[][..], |copies| &copies.made);
    let zip = if made.is_empty() { None } else { Some(shelf::pack(made, &cover::html(&sheet)).map_err(CliError::from)?) };
    Ok(Told { outturn, sheet, zip })
}

/// Hands out clean copies, once.
async fn copies(mut here: Here, sent: Result<Form<Vec<(String, String)>>, FormRejection>) -> Response {
    // What is shown where they are gone is the form.
    here.path = "/release".to_owned();
    let staff = match here.need(FOR) {
        Ok(staff) => staff,
        Err(response) => return response,
    };
    let Some(room) = &here.app.release else { return problem(&here, StatusCode::NOT_FOUND) };
    let posted = match sent {
        Ok(Form(pairs)) => Posted(pairs),
        Err(rejection) => return problem(&here, rejection.status()),
    };
    let Some(zip) = room.shelf.take(posted.get("copies"), &staff.id) else {
        return show(&here, staff, StatusCode::GONE, &Posted::default(), Vec::new(), here.language.text("release-gone"));
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"clean-copies.zip\"")),
    ];
    (headers, zip).into_response()
}
