//! One decision with all its reasons as they were, and the request that gives the same answer today.

use super::super::answer::{Answer, Word, words};
use super::super::desk;
use super::super::here::{Frame, Here};
use super::super::pages::{page, problem};
use super::super::path::Path;
use super::super::who::Role;
use super::{FOR, cite, entry, facts, limited_to, line_of, request_of, word_of};
use crate::ask::record::pairs_of;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use haven_law::decide::Decision;
use haven_law::request::Request;
use haven_register::entry::Record;
use haven_register::moment::Moment;
use haven_register::register::{Filter, Stored};
use jiff::civil::Date;
use serde_json::Value;

/// An officer sees what they asked themselves.
const ANY: &[Role] = &Role::ALL;

/// Another entry of the incident.
struct Beside {
    at: String,
    kind: String,
    what: String,
    id: String,
    is_decision: bool,
}

#[derive(Template)]
#[template(path = "decisions/one.html")]
struct Page<'a> {
    frame: Frame<'a>,
    id: String,
    what: String,
    at: String,
    day: String,
    agency: String,
    station: String,
    door: String,
    known_by: String,
    /// What is to be known of an answer that a device gave, where it does not hold.
    held: String,
    word: Word,
    facts: Vec<(String, String)>,
    provisions: Vec<(String, String)>,
    law: String,
    is_todays_law: bool,
    /// All of the answer, where the law is today's.
    answer: Option<Answer>,
    /// Whether it comes out as it was recorded; none where it was not worked out.
    same: Option<bool>,
    /// The word today, where it was asked again.
    today: Option<Word>,
    beside: Vec<Beside>,
    log: i64,
    index: u64,
    /// The name of the proof, once the log is published so far.
    proof: String,
    line: String,
    command: String,
    on_desk: bool,
}

/// The page.
pub(super) async fn show(here: Here, Path(id): Path<String>) -> Response {
    decision(&here, &id, false).await
}

/// Asks it again, under today's law, and records nothing.
pub(super) async fn again(mut here: Here, Path(id): Path<String>) -> Response {
    here.path = format!("/decisions/{id}");
    decision(&here, &id, true).await
}

async fn decision(here: &Here, id: &str, again: bool) -> Response {
    let staff = match here.need(ANY) {
        Ok(staff) => staff,
        Err(response) => return response,
    };
    let Some(served) = here.app.served.as_ref() else { return problem(here, StatusCode::NOT_FOUND) };
    let broken = || problem(here, StatusCode::INTERNAL_SERVER_ERROR);
    let stored = match entry(served, id).await {
        Ok(Some(stored)) if stored.record.kind == "decision" && !stored.erased => stored,
        Ok(_) => return problem(here, StatusCode::NOT_FOUND),
        Err(_) => return broken(),
    };
    let record = &stored.record;
    let own = record.by == staff.id;
    let limited = limited_to(staff);
    let in_view = here.has(FOR)
        && limited.is_none_or(|own| {
            let station = served.schema.station(own);
            station.is_some_and(|station| served.schema.is_seen_at(station, &record.agency, record.station.as_deref()))
        });
    if !own && !in_view {
        return super::super::access::not_for_you(here);
    }
    // Whoever sees only what they asked does not see what others entered about it.
    let beside = if in_view { Filter { incident: Some(record.incident.clone()), ..Filter::default() } } else { Filter::default() };
    let beside = match in_view {
        true => served.register.list(&beside).await,
        false => Ok(Vec::new()),
    };
    let (Ok(beside), Ok(published)) = (beside, served.register.published(stored.log).await) else { return broken() };
    let published: u64 = published.and_then(|note| note.lines().nth(1)?.parse().ok()).unwrap_or_default();
    let pack = &here.app.pack;
    let request = request_of(pack, record);
    let law = record.text("law").unwrap_or_default();
    let is_todays_law = law == pack.digest;
    let decided = request.as_ref().map(|request| (request, pack.decide(request)));
    let asked = decided.as_ref().filter(|_| is_todays_law || again);
    let page_of = Page {
        frame: here.frame(),
        id: record.id.clone(),
        what: desk::what(here, record),
        at: record.at.get(..16).unwrap_or(&record.at).replace('T', " "),
        day: record.text("as_of").and_then(|day| day.parse::<Date>().ok()).map(words).unwrap_or_default(),
        agency: record.agency.clone(),
        station: record.station.clone().unwrap_or_default(),
        door: record.text("door").map(|door| desk::listed(here, "door", door)).unwrap_or_default(),
        held: desk::held(here, record),
        known_by: record.text("known_by").map(|how| desk::listed(here, "known_by", how)).unwrap_or_default(),
        word: word_of(&here.language, record),
        facts: request.as_ref().map(|request| facts(here, request)).unwrap_or_default(),
        provisions: record.texts("provisions").into_iter().map(|id| (id.to_owned(), cite(pack, id))).collect(),
        law: law.to_owned(),
        is_todays_law,
        answer: asked.map(|(request, decision)| Answer::new(&here.language, pack, request, decision)),
        same: asked.map(|(request, decision)| is_same(here, record, request, decision)),
        today: asked.filter(|_| again).map(|(_, decision)| Word::new(&here.language, decision.verdict, decision.basis)),
        beside: beside
            .into_iter()
            .filter(|stored| !stored.erased && stored.record.id != record.id)
            .map(|Stored { record: other, .. }| Beside {
                at: other.at.get(..16).unwrap_or(&other.at).replace('T', " "),
                kind: here.language.text(&format!("watch-kind-{}", other.kind)),
                what: desk::what(here, &other),
                is_decision: other.kind == "decision",
                id: other.id,
            })
            .collect(),
        log: stored.log,
        index: stored.index,
        proof: if stored.index < published { format!("{}-{}.tlog-proof", stored.log, stored.index) } else { String::new() },
        line: line_of(record).unwrap_or_default(),
        command: command(record),
        on_desk: here.has(desk::FOR) && in_view,
    };
    page(StatusCode::OK, &page_of)
}

/// Whether an answer is the one that was recorded: the verdict, why, and the provisions that decided.
fn is_same(here: &Here, record: &Record, request: &Request, decision: &Decision) -> bool {
    let Some(at) = record.moment("at", &jiff::tz::TimeZone::UTC) else { return false };
    let now = pairs_of(&here.app.pack, request, decision, &Moment::on(at.day()));
    let text = |name: &str| now.get(name).map(String::as_str).unwrap_or_default();
    let provisions = record.texts("provisions").join(",");
    record.text("verdict") == Some(text("verdict"))
        && record.text("basis").unwrap_or_default() == text("basis")
        && provisions == text("provisions")
}

/// The command that asks it again.
fn command(record: &Record) -> String {
    let mut words = vec!["haven ask".to_owned(), record.text("action").unwrap_or_default().to_owned()];
    words.push(format!("--agency '{}'", record.agency.replace('\'', "'\\''")));
    words.push(format!("--on {}", record.text("as_of").unwrap_or_default()));
    for (name, value) in record.fields.get("facts").and_then(Value::as_object).into_iter().flatten() {
        let value = match value {
            Value::String(word) => word.clone(),
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
            other => other.to_string(),
        };
        words.push(format!("--fact {name}={value}"));
    }
    words.join(" ")
}
