//! The decision log: what Haven was asked and answered, with all its reasons, and the request that gives the same answer.
//!
//! INVARIANT: what is shown and exported are fields of closed words, days, digests and the ids of entries; no member of staff.

mod export;
mod one;

use super::App;
use super::answer::Word;
use super::books::Served;
use super::desk::own_station;
use super::form::{Field, Posted};
use super::here::{Frame, Here};
use super::pages::{ask_of, page, problem};
use super::who::{Role, Staff};
use crate::error::CliError;
use crate::node;
use crate::words::Language;
use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use haven_law::decide::{Basis, Verdict};
use haven_law::pack::Pack;
use haven_law::request::{Request, Scope};
use haven_register::entry::Record;
use haven_register::register::{Filter, Stored};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Who may look at the log. An officer sees their own decisions, one by one.
pub(super) const FOR: &[Role] = &[Role::Supervisor, Role::Counsel, Role::Auditor];
/// Who sees all stations, whatever their own.
const ALL_STATIONS: &[Role] = &[Role::Counsel, Role::Auditor];
/// The fact that says whether a matter is civil or criminal.
pub(super) const MATTER: &str = "matter";
/// How many decisions a page shows.
const PAGE: usize = 50;
/// How many days are shown where nobody says which, and how many at most.
const DAYS: i32 = 30;
const DAYS_MAX: i32 = 400;
/// The verdicts, in the order of their seriousness.
const VERDICTS: [Verdict; 4] = [Verdict::Prohibited, Verdict::NeedsFacts, Verdict::Required, Verdict::Permitted];
/// The size of the timeline, in its own units.
const WIDE: usize = 700;
const HIGH: usize = 120;

/// The request that a decision answered, under today's vocabulary.
pub(super) fn request_of(pack: &Pack, record: &Record) -> Option<Request> {
    Request::parse(&line_of(record)?, pack, &Scope::default()).ok()
}

/// Taking decisions out is recorded, so it is done by asking for them and in no other way.
async fn only_get() -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}

/// The request as a line of JSON.
fn line_of(record: &Record) -> Option<String> {
    let request = json!({
        "as_of": record.text("as_of")?, "action": record.text("action")?, "agency": record.agency, "facts": record.fields.get("facts")?,
    });
    Some(request.to_string())
}

/// A request as a form sends it.
pub(super) fn pairs(pack: &Pack, request: &Request) -> Vec<(String, String)> {
    let mut pairs = vec![("as_of".to_owned(), request.as_of.to_string())];
    pairs.extend(request.agency.iter().map(|agency| ("agency".to_owned(), agency.clone())));
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

/// The facts of a request in words.
pub(super) fn facts(here: &Here, request: &Request) -> Vec<(String, String)> {
    let pack = &here.app.pack;
    let posted = Posted(pairs(pack, request));
    let known = request.facts.known().without(request.from_agency);
    let told = |field: Field| (field.label.clone(), field.said());
    known.iter().map(|id| told(Field::new(&here.language, pack, id, &posted))).collect()
}

/// The verdict of a word of the register.
fn verdict_of(word: &str) -> Option<Verdict> {
    VERDICTS.into_iter().find(|verdict| verdict.name() == word)
}

/// The word of the answer that was given.
pub(super) fn word_of(language: &Language, record: &Record) -> Word {
    let basis = record.text("basis").and_then(|word| serde_json::from_value::<Basis>(Value::from(word)).ok());
    // A word of another version of Haven would be no permission here.
    Word::new(language, record.text("verdict").and_then(verdict_of).unwrap_or(Verdict::NeedsFacts), basis)
}

/// The citation of a provision.
pub(super) fn cite(pack: &Pack, id: &str) -> String {
    pack.clauses.iter().find(|clause| clause.provision == id).map_or_else(|| id.to_owned(), |clause| clause.cite.clone())
}

/// An entry by its whole id, in its last version.
pub(super) async fn entry(served: &Served, id: &str) -> Result<Option<Stored>, CliError> {
    let last = served.register.history(id).await.map_err(node::failed)?.pop();
    // A device that asked without a network shows its own number: it had no other.
    Ok(last.filter(|stored| stored.record.id == id || stored.record.external.as_deref() == Some(id)))
}

/// The station to which somebody's view is limited.
fn limited_to(staff: &Staff) -> Option<&str> {
    let sees_all = staff.roles.iter().any(|role| ALL_STATIONS.contains(role));
    if sees_all { None } else { own_station(staff) }
}

/// The pages.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/decisions", get(list))
        .route("/decisions.csv", get(export::csv).head(only_get))
        .route("/decisions.json", get(export::json).head(only_get))
        .route("/decisions/{id}", get(one::show))
        .route("/decisions/{id}/again", post(one::again))
}

/// What an address may say of the decisions that are wanted: days and closed words.
#[derive(Clone, Default)]
struct Wanted {
    from: Option<Date>,
    /// The last day, itself included.
    until: Option<Date>,
    station: String,
    action: String,
    verdict: String,
    provision: String,
    door: String,
    page: usize,
}

/// What an address was asked with.
type Asked = Result<Query<Vec<(String, String)>>, QueryRejection>;

impl Wanted {
    /// Reads an address; none where it says anything else.
    fn read(here: &Here, served: &Served, pairs: &[(String, String)]) -> Option<Wanted> {
        let schema = &served.schema;
        let listed = |list: &str, word: &str| schema.list(list).iter().any(|known| known.name == word);
        let mut wanted = Wanted { page: 1, ..Wanted::default() };
        let mut seen: Vec<&str> = Vec::new();
        for (name, text) in pairs {
            if seen.contains(&name.as_str()) {
                return None;
            }
            seen.push(name);
            let known = match name.as_str() {
                "from" | "until" | "station" | "action" | "verdict" | "provision" | "door" if text.is_empty() => continue,
                "from" | "until" => day(text).is_some(),
                "station" => schema.station(text).is_some(),
                "action" => here.app.pack.vocabulary().action_named(text).is_some(),
                "verdict" => verdict_of(text).is_some(),
                "provision" => schema.has_provision(text),
                "door" => listed("door", text),
                "page" => text.parse::<usize>().is_ok_and(|page| (1..=9999).contains(&page)),
                _ => false,
            };
            if !known {
                return None;
            }
            match name.as_str() {
                "from" => wanted.from = day(text),
                "until" => wanted.until = day(text),
                "station" => wanted.station.clone_from(text),
                "action" => wanted.action.clone_from(text),
                "verdict" => wanted.verdict.clone_from(text),
                "provision" => wanted.provision.clone_from(text),
                "door" => wanted.door.clone_from(text),
                _ => wanted.page = text.parse().unwrap_or(1),
            }
        }
        let now = node::now(&served.schema).ok()?.date();
        let until = wanted.until.unwrap_or(now);
        let from = wanted.from.unwrap_or_else(|| until.saturating_sub((DAYS - 1).days()));
        wanted.from = Some(from);
        wanted.until = Some(until);
        (from <= until && until.since(from).is_ok_and(|span| span.get_days() < DAYS_MAX)).then_some(wanted)
    }

    /// Limits it to the station that somebody sees; whether that can be.
    fn limit(&mut self, staff: &Staff) -> bool {
        match limited_to(staff) {
            None => true,
            Some(own) if self.station.is_empty() || self.station == own => {
                own.clone_into(&mut self.station);
                true
            }
            Some(_) => false,
        }
    }

    /// The days that are wanted.
    fn days(&self) -> impl Iterator<Item = Date> + use<> {
        let until = self.until;
        self.from.into_iter().flat_map(move |from| from.series(1.day()).take_while(move |day| until.is_some_and(|until| *day <= until)))
    }

    /// The decisions between two days, the second included, in the order in which they were asked.
    async fn of_days(&self, served: &Served, from: Date, until: Date) -> Result<Vec<Stored>, CliError> {
        let station = Some(self.station.clone()).filter(|station| !station.is_empty());
        let filter =
            Filter { kinds: vec!["decision".to_owned()], from: Some(from), until: until.tomorrow().ok(), station, ..Filter::default() };
        let listed = served.register.list(&filter).await.map_err(node::failed)?;
        Ok(listed.into_iter().filter(|stored| !stored.erased && self.has(&stored.record)).collect())
    }

    fn has(&self, record: &Record) -> bool {
        let is = |field: &str, word: &String| word.is_empty() || record.text(field) == Some(word.as_str());
        is("action", &self.action)
            && is("verdict", &self.verdict)
            && is("door", &self.door)
            && (self.provision.is_empty() || record.texts("provisions").contains(&self.provision.as_str()))
    }

    /// The same decisions as an address asks for them, on a page of them.
    fn query(&self, page: usize) -> String {
        let days =
            [("from", self.from), ("until", self.until)].map(|(name, day)| (name, day.map_or_else(String::new, |day| day.to_string())));
        let words = [
            ("station", &self.station),
            ("action", &self.action),
            ("verdict", &self.verdict),
            ("provision", &self.provision),
            ("door", &self.door),
        ];
        let words = words.map(|(name, word)| (name, word.clone()));
        let page = (page > 1).then(|| ("page", page.to_string()));
        let all = days.into_iter().chain(words).chain(page).filter(|(_, text)| !text.is_empty());
        // Days and the names of acts need no escape; a provision has parentheses, which an address may hold as they are.
        all.map(|(name, text)| format!("{name}={}", escaped(&text))).collect::<Vec<_>>().join("&")
    }
}

/// A text as it stands in the query of an address.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.()".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn day(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok())?
}

/// A decision as a line of the list.
struct Line {
    id: String,
    at: String,
    station: String,
    what: String,
    who: String,
    word: Word,
    door: String,
}

/// A day of the timeline.
struct Bar {
    day: Date,
    /// How many of each verdict, and of all.
    counts: Vec<usize>,
    total: usize,
    /// The bar: its place, and for each verdict its class, its top and its height.
    x: usize,
    parts: Vec<(&'static str, usize, usize)>,
    wide: usize,
}

/// A word to choose: its name, its label, whether it is chosen.
type Choice = (String, String, bool);

#[derive(Template)]
#[template(path = "decisions/list.html")]
struct List<'a> {
    frame: Frame<'a>,
    wanted: &'a Wanted,
    from: String,
    until: String,
    query: String,
    stations: Vec<Choice>,
    actions: Vec<Choice>,
    verdicts: Vec<Choice>,
    provisions: Vec<Choice>,
    doors: Vec<Choice>,
    lines: Vec<Line>,
    total: usize,
    bars: Vec<Bar>,
    /// The verdicts in words, as the columns of the table.
    heads: Vec<Word>,
    wide: usize,
    high: usize,
    before: String,
    after: String,
    pages: usize,
}

/// Reads who asks, and for what; else the answer.
#[expect(clippy::result_large_err, reason = "the error is the answer, and is sent at once")]
fn wanted(here: &Here, asked: Asked) -> Result<(&Served, &Staff, Wanted), Response> {
    let staff = here.need(FOR)?;
    let Some(served) = here.app.served.as_ref() else { return Err(problem(here, StatusCode::NOT_FOUND)) };
    let read = asked.ok().and_then(|Query(pairs)| Wanted::read(here, served, &pairs));
    // What an address may not say is not repeated: somebody may have typed a name.
    let mut wanted = read.ok_or_else(|| problem(here, StatusCode::BAD_REQUEST))?;
    if wanted.limit(staff) { Ok((served, staff, wanted)) } else { Err(super::access::not_for_you(here)) }
}

async fn list(here: Here, asked: Asked) -> Response {
    let (served, staff, wanted) = match wanted(&here, asked) {
        Ok(read) => read,
        Err(response) => return response,
    };
    let (Some(from), Some(until)) = (wanted.from, wanted.until) else { return problem(&here, StatusCode::BAD_REQUEST) };
    let Ok(found) = wanted.of_days(served, from, until).await else { return problem(&here, StatusCode::INTERNAL_SERVER_ERROR) };
    let total = found.len();
    let pages = total.div_ceil(PAGE).max(1);
    if wanted.page > pages {
        return problem(&here, StatusCode::NOT_FOUND);
    }
    let vocabulary = here.app.pack.vocabulary();
    let on_page = found.iter().rev().skip((wanted.page - 1) * PAGE).take(PAGE);
    let lines = on_page.map(|stored| Line::new(&here, &stored.record)).collect();
    let limited = limited_to(staff);
    let link = |page: usize| format!("/decisions?{}", wanted.query(page));
    let words = |verdict: &Verdict| Word::new(&here.language, *verdict, None);
    let page_of = List {
        frame: here.frame(),
        from: from.to_string(),
        until: until.to_string(),
        query: wanted.query(1),
        stations: served
            .schema
            .stations()
            .iter()
            .filter(|station| limited.is_none_or(|own| own == station.name))
            .map(|station| (station.name.clone(), station.label.clone(), station.name == wanted.station))
            .collect(),
        actions: vocabulary
            .actions()
            .iter()
            .map(|action| (action.name.clone(), ask_of(&here.language, action), action.name == wanted.action))
            .collect(),
        verdicts: VERDICTS
            .iter()
            .map(|verdict| (verdict.name().to_owned(), words(verdict).text, verdict.name() == wanted.verdict))
            .collect(),
        provisions: here
            .app
            .pack
            .provisions()
            .into_iter()
            .map(|id| (id.to_owned(), cite(&here.app.pack, id), id == wanted.provision))
            .collect(),
        doors: served
            .schema
            .list("door")
            .iter()
            .map(|door| (door.name.clone(), super::desk::listed(&here, "door", &door.name), door.name == wanted.door))
            .collect(),
        lines,
        total,
        bars: bars(&wanted, &found),
        heads: VERDICTS.iter().map(words).collect(),
        wide: WIDE,
        high: HIGH,
        before: if wanted.page > 1 { link(wanted.page - 1) } else { String::new() },
        after: if wanted.page < pages { link(wanted.page + 1) } else { String::new() },
        pages,
        wanted: &wanted,
    };
    page(StatusCode::OK, &page_of)
}

impl Line {
    fn new(here: &Here, record: &Record) -> Line {
        Line {
            id: record.id.clone(),
            at: record.at.get(..16).unwrap_or(&record.at).replace('T', " "),
            station: record.station.clone().unwrap_or_default(),
            what: super::desk::what(here, record),
            who: super::desk::who(here, record),
            word: word_of(&here.language, record),
            door: record.text("door").map(|door| super::desk::listed(here, "door", door)).unwrap_or_default(),
        }
    }
}

/// The timeline: a bar a day.
fn bars(wanted: &Wanted, found: &[Stored]) -> Vec<Bar> {
    let mut by_day: BTreeMap<Date, Vec<usize>> = wanted.days().map(|day| (day, vec![0; VERDICTS.len()])).collect();
    for record in found.iter().map(|stored| &stored.record) {
        let at = VERDICTS.iter().position(|verdict| record.text("verdict") == Some(verdict.name()));
        let counts = record.day().and_then(|day| by_day.get_mut(&day));
        if let Some(count) = at.zip(counts).and_then(|(at, counts)| counts.get_mut(at)) {
            *count += 1;
        }
    }
    let most = by_day.values().map(|counts| counts.iter().sum::<usize>()).max().unwrap_or_default().max(1);
    let days = by_day.len().max(1);
    let step = WIDE / days;
    by_day
        .into_iter()
        .enumerate()
        .map(|(number, (day, counts))| {
            let mut top = HIGH;
            let classes = ["no", "ask", "must", "yes"];
            let parts = counts.iter().zip(classes).filter(|(count, _)| **count > 0).map(|(count, class)| {
                let height = (count * HIGH / most).max(2);
                top = top.saturating_sub(height);
                (class, top, height)
            });
            let parts = parts.collect();
            Bar { day, total: counts.iter().sum(), counts, x: number * WIDE / days, parts, wide: step.saturating_sub(1).max(1) }
        })
        .collect()
}
