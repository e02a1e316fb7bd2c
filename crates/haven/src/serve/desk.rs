//! The supervisor's desk: what came in on the watch, what is still open, and what is done about it.
//!
//! It shows what is recorded and records what is done; it decides nothing. Which grounds an outcome can rest on, and what an
//! act is called in the register, is data: `desk.toml` of the jurisdiction.

mod act;
mod handover;
mod item;
mod live;
mod paper;
mod shifts;

pub(super) use live::watch;

use super::App;
use super::books::Served;
use super::here::{Frame, Here};
use super::pages::{page, problem};
use super::path::Path;
use super::who::{Role, Staff};
use crate::error::CliError;
use crate::node;
use askama::Template;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use haven_law::pack::{Pack, Source};
use haven_law::request::Request;
use haven_register::entry::Record;
use haven_register::gaps::{Gap, GapKind, gaps};
use haven_register::register::Filter;
use haven_register::schema::{Schema, Station};
use item::{Item, Lack, Open};
use jiff::{ToSpan as _, ZonedDateTime};
use serde::Deserialize;
use serde_json::Value;
use shifts::Watch;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Who may look at the desk. Only supervisors act on it, each on what is of their own station.
pub(super) const FOR: &[Role] = &[Role::Supervisor, Role::Auditor, Role::Counsel];
/// Who looks at more than their own station.
const ALL_STATIONS: &[Role] = &[Role::Auditor, Role::Counsel];
/// Who acts.
const ACTS: &[Role] = &[Role::Supervisor];
/// How far back an answer that still asks for facts is an open question.
const OPEN_HOURS: i64 = 24;
/// How many days are looked through for what is missing, and how many before them say what is usual.
const GAP_DAYS: i32 = 30;
const USUAL_DAYS: i32 = 90;
/// How long what is missing is held to be known.
const GAPS_FOR_SECONDS: i64 = 300;
/// In an address: every station, and the watch that is on.
const ALL: &str = "all";
const NOW: &str = "now";

/// `desk.toml`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    asking: Option<String>,
    #[serde(default)]
    grounds: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    asked: BTreeMap<String, String>,
    #[serde(default)]
    asked_by: BTreeMap<String, BTreeMap<String, String>>,
}

/// What is missing, and as of when it was looked for.
type Missing = Option<(i64, Arc<Vec<Gap>>)>;

/// The desk.
pub(crate) struct Desk {
    file: File,
    live: live::Live,
    missing: Mutex<Missing>,
}

impl Desk {
    /// Reads the desk of the pack's jurisdiction; a place without one has one that knows no grounds but those of the register.
    ///
    /// # Errors
    /// A file that cannot be read, or that names what is not there.
    pub(super) fn read(source: &Source, pack: &Pack) -> Result<Desk, CliError> {
        let path = format!("{}/desk.toml", pack.jurisdiction());
        let wrong = |why: String| CliError::other(format!("`{path}`: {why}"), "the file explains its format at its head");
        let file: File = match source.get(&path) {
            Some(text) => toml::from_str(text).map_err(|error| wrong(error.to_string()))?,
            None => File::default(),
        };
        let schema = node::schema(source, pack)?;
        let has = |list: &str, word: &String| schema.list(list).iter().any(|known| known.name == *word);
        if let Some(asking) = file.asking.as_ref().filter(|asking| !schema.has_provision(asking)) {
            return Err(wrong(format!("asking: `{asking}` is no provision of the law packs")));
        }
        for (outcome, grounds) in &file.grounds {
            if !has("outcome", outcome) || !grounds.iter().all(|ground| has("response_ground", ground)) {
                return Err(wrong(format!("[grounds] {outcome}: expected an outcome and grounds of law/register.toml")));
            }
        }
        for (act, asked) in &file.asked {
            if pack.vocabulary().action_named(act).is_none() || !has("asked", asked) {
                return Err(wrong(format!("[asked] {act}: expected an act of the vocabulary and a word of the list `asked`")));
            }
        }
        for (fact, words) in &file.asked_by {
            let known = pack.vocabulary().fact_named(fact).map(|id| pack.vocabulary().fact(id));
            let fits = |(value, asked): (&String, &String)| known.is_some_and(|fact| fact.bit_of(value).is_some()) && has("asked", asked);
            if !words.iter().all(fits) {
                return Err(wrong(format!("[asked_by.{fact}]: expected values of a fact and words of the list `asked`")));
            }
        }
        Ok(Desk { file, live: live::Live::new(), missing: Mutex::new(None) })
    }

    /// No more is pushed to anybody: the service ends.
    pub(super) fn close(&self) {
        self.live.close();
    }

    /// What was asked of the city where somebody asked Haven about an act.
    fn asked(&self, pack: &Pack, request: &Request) -> &str {
        let vocabulary = pack.vocabulary();
        let by_fact = self.file.asked_by.iter().find_map(|(fact, words)| match request.value_of(pack, vocabulary.fact_named(fact)?) {
            Value::String(value) => words.get(&value),
            _ => None,
        });
        let by_act = || self.file.asked.get(&vocabulary.action(request.action)?.name);
        by_fact.or_else(by_act).map_or("other", String::as_str)
    }

    /// The grounds on which an outcome can rest; an outcome without any needs none.
    fn grounds(&self, outcome: &str) -> &[String] {
        self.file.grounds.get(outcome).map_or(&[], Vec::as_slice)
    }

    /// What is missing in the register, as of now or a little before: looking is work, and little changes.
    async fn gaps(&self, served: &Served, now: &ZonedDateTime) -> Result<Arc<Vec<Gap>>, CliError> {
        let mut known = self.missing.lock().await;
        let second = now.timestamp().as_second();
        if let Some((at, gaps)) = known.as_ref()
            && second - at < GAPS_FOR_SECONDS
        {
            return Ok(Arc::clone(gaps));
        }
        let today = now.date();
        let (from, usual) = (today.saturating_sub(GAP_DAYS.days()), today.saturating_sub((GAP_DAYS + USUAL_DAYS).days()));
        let entries = served.register.list(&Filter { from: Some(usual), ..Filter::default() }).await.map_err(node::failed)?;
        let links = served.register.all_links().await.map_err(node::failed)?;
        let found = Arc::new(gaps(&entries, &links, &served.schema, served.register.zone(), from, today));
        *known = Some((second, Arc::clone(&found)));
        Ok(found)
    }

    /// What is missing is looked for again next time: something was done about it.
    async fn look_again(&self) {
        *self.missing.lock().await = None;
    }
}

/// What somebody looks at: a station or all of them, and a watch.
struct View<'a> {
    served: &'a Served,
    /// Whoever looks.
    staff: &'a Staff,
    /// The station; none for all.
    station: Option<&'a Station>,
    watch: Watch,
    now: ZonedDateTime,
    /// Whether it is the watch that is on.
    current: bool,
}

impl<'a> View<'a> {
    /// Reads a view out of an address.
    #[expect(clippy::result_large_err, reason = "the error is the answer, and is sent at once")]
    fn read(here: &'a Here, station: &str, watch: &str) -> Result<View<'a>, Response> {
        let staff = here.need(FOR)?;
        let Some(served) = here.app.served.as_ref() else { return Err(problem(here, StatusCode::NOT_FOUND)) };
        let Ok(now) = node::now(&served.schema) else { return Err(problem(here, StatusCode::INTERNAL_SERVER_ERROR)) };
        let own = own_station(staff);
        let station = match (station, own) {
            (ALL, own) => own,
            (named, None) => Some(named),
            (named, Some(own)) if named == own => Some(own),
            _ => return Err(super::access::not_for_you(here)),
        };
        let station = match station {
            None => None,
            Some(name) => Some(served.schema.station(name).ok_or_else(|| problem(here, StatusCode::NOT_FOUND))?),
        };
        let on = Watch::on(&served.schema, &now);
        let watch = match watch {
            NOW => Some(on.clone()),
            named => Watch::named(&served.schema, named, &now),
        };
        let watch = watch.ok_or_else(|| problem(here, StatusCode::NOT_FOUND))?;
        let current = watch.key() == on.key();
        Ok(View { served, staff, station, watch, now, current })
    }

    /// The station as it stands in addresses.
    fn station_key(&self) -> &str {
        self.station.map_or(ALL, |station| station.name.as_str())
    }

    /// The station in words; empty for all.
    fn station_label(&self) -> &str {
        self.station.map_or("", |station| station.label.as_str())
    }

    /// Whether whoever looks sees an entry: it is of the station, or of their agency and nobody stated a station.
    fn sees(&self, record: &Record) -> bool {
        let schema = &self.served.schema;
        self.station.is_none_or(|station| schema.is_seen_at(station, &record.agency, record.station.as_deref()))
    }

    /// The stations among which whoever looks can choose.
    fn stations(&self) -> Vec<(&'a str, &'a str)> {
        match own_station(self.staff) {
            Some(_) => Vec::new(),
            None => self.served.schema.stations().iter().map(|station| (station.name.as_str(), station.label.as_str())).collect(),
        }
    }

    /// What is missing: what is overdue at the station from the last days, and what each thing that is shown lacks. The pages
    /// of single things say what they lack by the same function, so that no page says that nothing is missing where another
    /// names something.
    async fn missing(&self, here: &Here, items: &[Item], open: &[Open]) -> Result<Vec<Missed>, CliError> {
        let found = here.app.desk.gaps(self.served, &self.now).await?;
        let schema = &self.served.schema;
        let agency = |gap: &Gap| gap.station.as_ref().and_then(|name| schema.station(name)).map_or("", |station| station.agency.as_str());
        let here_or_all = |gap: &&Gap| self.station.is_none_or(|station| schema.is_seen_at(station, agency(gap), gap.station.as_deref()));
        let overdue: Vec<&Gap> = found.iter().filter(here_or_all).collect();
        let mut missed: Vec<Missed> = overdue.iter().map(|gap| Missed::new(here, gap)).collect();
        let told = missed.len();
        let shown = items.iter().map(|item| (&item.id, &item.lacks)).chain(open.iter().map(|open| (&open.id, &open.lacks)));
        for (id, lack) in shown.flat_map(|(id, lacks)| lacks.iter().map(move |lack| (id, lack))) {
            // What is overdue was said above.
            let said = overdue.iter().any(|gap| lack.is_said_by(gap.kind) && gap.records.contains(id));
            match missed.iter_mut().skip(told).find(|missed| missed.says == lack.says) {
                _ if said => {}
                Some(known) if known.records.contains(id) => {}
                Some(known) => known.records.push(id.clone()),
                None => missed.push(Missed::lack(lack, id)),
            }
        }
        Ok(missed)
    }

    /// How many days are looked through for what is overdue.
    fn gap_days(&self) -> i32 {
        GAP_DAYS
    }
}

/// The only station that somebody sees; none for all of them.
pub(super) fn own_station(staff: &Staff) -> Option<&str> {
    let sees_all = staff.roles.iter().any(|role| ALL_STATIONS.contains(role));
    staff.station.as_deref().filter(|_| !sees_all)
}

/// Why a supervisor does not act on an entry: the key of what they are told; none where they may.
///
/// Who has no station acts on what has none. Of the rest each entry is its station's, and so is the answer for it; where
/// nobody stated a station, it is every station's of the agency.
fn not_theirs(schema: &Schema, staff: &Staff, record: &Record) -> Option<&'static str> {
    let at = record.station.as_deref();
    let unstated = at.is_none_or(|name| schema.station(name).is_some_and(|station| station.unstated));
    match staff.station.as_deref() {
        None if unstated => None,
        None => Some("watch-no-station"),
        Some(own) if at == Some(own) => None,
        Some(own) if schema.station(own).is_some_and(|own| schema.is_seen_at(own, &record.agency, at)) => None,
        Some(_) => Some("watch-other-station"),
    }
}

/// The station of an entry as the desk says it; where nobody stated one of several, that.
fn station_of(here: &Here, served: &Served, record: &Record) -> String {
    let named = record.station.as_deref();
    let several = || served.schema.stations().iter().filter(|station| station.agency == record.agency).count() > 1;
    match named.and_then(|name| served.schema.station(name)) {
        Some(station) if !station.unstated => station.name.clone(),
        None if !several() => named.unwrap_or_default().to_owned(),
        _ => here.language.text("watch-unstated"),
    }
}

/// Something that is missing, in words.
struct Missed {
    says: String,
    next: String,
    days: String,
    station: String,
    /// The entries it concerns, by id.
    records: Vec<String>,
    /// Whether they have pages here.
    have_pages: bool,
}

impl Missed {
    fn new(here: &Here, gap: &Gap) -> Missed {
        let key = format!("watch-gap-{}", gap.kind.name());
        let last = gap.until.yesterday().unwrap_or(gap.until);
        let days = if last <= gap.from { gap.from.to_string() } else { format!("{} – {last}", gap.from) };
        let station = gap.station.clone().unwrap_or_default();
        Missed {
            says: here.language.text(&key),
            next: here.language.attribute(&key, "next"),
            days,
            station,
            records: gap.records.clone(),
            have_pages: [GapKind::RequestOpen, GapKind::PaperOpen, GapKind::DecisionAlone].contains(&gap.kind),
        }
    }

    /// Something that a thing on the page lacks; its day stands there.
    fn lack(lack: &Lack, id: &str) -> Missed {
        let (days, station) = Default::default();
        Missed { says: lack.says.clone(), next: lack.next.clone(), days, station, records: vec![id.to_owned()], have_pages: true }
    }
}

/// The word of a closed list of the register in a language: `watch-list-channel-phone`.
pub(super) fn listed(here: &Here, list: &str, word: &str) -> String {
    let schema = here.app.served.as_ref().map(|served| &served.schema);
    let english = schema.and_then(|schema| schema.list(list).iter().find(|known| known.name == word)).map_or(word, |word| &word.label);
    here.language.law(&format!("watch-list-{list}-{word}"), "", english)
}

/// What is to be known of an answer that a device gave without a network, where it does not hold; else nothing.
pub(super) fn held(here: &Here, record: &Record) -> String {
    let held = record.text("held").filter(|held| *held != "same");
    held.map(|held| listed(here, "held", held)).unwrap_or_default()
}

/// What an entry is about, in words.
pub(super) fn what(here: &Here, record: &Record) -> String {
    item::what(here, record)
}

/// Who asks, in words; empty where nobody said so.
pub(super) fn who(here: &Here, record: &Record) -> String {
    item::who(here, record)
}

/// The pages.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/desk", get(on_watch))
        .route("/desk/at/{station}/{watch}", get(at))
        .route("/desk/open/{station}", get(open))
        .route("/desk/events", get(live::events))
        .route("/desk/events/{station}", get(live::events_at))
        .route("/desk/handover", get(handover::on_watch))
        .route("/desk/handover/{station}/{watch}", get(handover::at))
        .route("/desk/paper", get(paper::form).post(paper::sent))
        .route("/desk/{id}", get(act::show))
        .route("/desk/{id}/confirm", post(act::confirm))
        .route("/desk/{id}/respond", post(act::respond))
}

#[derive(Template)]
#[template(path = "desk/list.html")]
struct List<'a> {
    frame: Frame<'a>,
    view: &'a View<'a>,
    before: String,
    open: Vec<Open>,
    items: Vec<Item>,
    missing: Vec<Missed>,
    acts: bool,
    /// Whether who looks checks what leaves.
    releases: bool,
    /// Whether who looks is a supervisor who has no station yet.
    lacks_station: bool,
}

#[derive(Template)]
#[template(path = "desk/open.html")]
struct OpenOnly<'a> {
    frame: Frame<'a>,
    open: Vec<Open>,
}

async fn on_watch(here: Here) -> Response {
    list(&here, ALL, NOW).await
}

async fn at(here: Here, Path((station, watch)): Path<(String, String)>) -> Response {
    list(&here, &station, &watch).await
}

async fn list(here: &Here, station: &str, watch: &str) -> Response {
    let view = match View::read(here, station, watch) {
        Ok(view) => view,
        Err(response) => return response,
    };
    let (Ok(open), Ok(items)) = (item::open(here, &view).await, item::of_watch(here, &view).await) else {
        return problem(here, StatusCode::INTERNAL_SERVER_ERROR);
    };
    let Ok(missing) = view.missing(here, &items, &open).await else { return problem(here, StatusCode::INTERNAL_SERVER_ERROR) };
    let before = view.watch.before(&view.served.schema).key();
    let acts = here.has(ACTS);
    let lacks_station = acts && view.staff.station.is_none();
    let releases = here.app.release.is_some() && here.has(super::release::FOR);
    page(StatusCode::OK, &List { frame: here.frame(), before, open, items, missing, acts, releases, lacks_station, view: &view })
}

/// The open questions alone, for the page to take up when something was pushed.
async fn open(here: Here, Path(station): Path<String>) -> Response {
    // Whoever is no longer signed in gets nothing: the page they have stays as it is, and their next step leads to signing in.
    let Ok(view) = View::read(&here, &station, NOW) else { return StatusCode::NO_CONTENT.into_response() };
    match item::open(&here, &view).await {
        Ok(open) => page(StatusCode::OK, &OpenOnly { frame: here.frame(), open }),
        Err(_) => StatusCode::NO_CONTENT.into_response(),
    }
}
