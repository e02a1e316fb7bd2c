//! What came in, how it stands, and what is missing about it.

use super::super::answer::Word;
use super::super::decisions;
use super::super::form;
use super::super::here::Here;
use super::super::pages::ask_of;
use super::{OPEN_HOURS, View, listed, station_of};
use crate::error::CliError;
use crate::node;
use haven_register::entry::Record;
use haven_register::gaps::GapKind;
use haven_register::register::{Filter, Stored};
use jiff::ToSpan as _;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The kinds of entries that come in.
const KINDS: [&str; 4] = ["request", "document", "decision", "visit"];
/// The verdicts that a supervisor looks at: what was answered yes needs nobody.
const LOOKED_AT: [&str; 2] = ["needs_facts", "prohibited"];

/// How something stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Nobody has done anything about it.
    Open,
    /// A supervisor found out what the matter is, and nothing else was done: civil, criminal, mixed, none.
    Confirmed(&'static str),
    /// It was answered: a word of the list `outcome`.
    Answered(&'static str),
    /// There is nothing to do.
    Noted,
}

/// The values of a matter, as a state names them.
const MATTERS: [&str; 4] = ["civil", "criminal", "mixed", "none"];
/// The outcomes of a response, as a state names them.
const OUTCOMES: [&str; 5] = ["declined", "referred", "complied", "partly", "withdrawn"];

impl State {
    /// The word in keys: `watch-state-open`, `watch-state-civil`, `watch-state-declined`.
    pub(super) fn name(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Confirmed(word) | State::Answered(word) => word,
            State::Noted => "noted",
        }
    }

    /// The colour it goes with.
    fn kind(self) -> &'static str {
        match self {
            State::Open | State::Answered("referred") => "ask",
            State::Confirmed(_) => "must",
            State::Answered(_) | State::Noted => "silent",
        }
    }
}

/// Something that is missing about an item, in words, with what to do.
pub(super) struct Lack {
    pub says: String,
    pub next: String,
    /// The name: keys `watch-lack-…`.
    name: &'static str,
}

impl Lack {
    fn new(here: &Here, name: &'static str) -> Lack {
        let key = format!("watch-lack-{name}");
        Lack { says: here.language.text(&key), next: here.language.attribute(&key, "next"), name }
    }

    /// Whether what is overdue says the same.
    pub(super) fn is_said_by(&self, gap: GapKind) -> bool {
        match self.name {
            "response" => matches!(gap, GapKind::RequestOpen | GapKind::DecisionAlone),
            "outcome" => gap == GapKind::PaperOpen,
            _ => false,
        }
    }
}

/// Something that came in.
pub(super) struct Item {
    /// The number.
    pub id: String,
    /// The time of day, with the day where it is another.
    pub time: String,
    /// The station.
    pub station: String,
    /// What came in: the kind.
    pub kind: String,
    /// The act, what was asked, or the paper, in words.
    pub what: String,
    /// Who asks, where that is known.
    pub who: String,
    /// What Haven answered.
    pub word: Option<Word>,
    /// How it stands, as a word with a sign.
    pub state: Word,
    /// Who does what next.
    pub next: String,
    /// Whether something is still to be done.
    pub is_open: bool,
    /// What is missing.
    pub lacks: Vec<Lack>,
}

/// A question that nobody has answered.
pub(super) struct Open {
    pub id: String,
    pub time: String,
    pub station: String,
    pub what: String,
    pub who: String,
    pub word: Word,
    /// What is missing.
    pub lacks: Vec<Lack>,
}

/// Entries with those of their incidents.
pub(super) struct Gathered {
    /// The entries that were looked for.
    pub entries: Vec<Stored>,
    incidents: BTreeMap<String, Vec<Stored>>,
    /// The incidents that have an event number; none where this node cannot know.
    linked: Option<BTreeSet<String>>,
}

impl Gathered {
    /// Adds to entries those of their incidents.
    pub(super) async fn around(view: &View<'_>, entries: Vec<Stored>) -> Result<Gathered, CliError> {
        let names: BTreeSet<String> = entries.iter().map(|stored| stored.record.incident.clone()).collect();
        let names: Vec<String> = names.into_iter().collect();
        let register = &view.served.register;
        let mut incidents: BTreeMap<String, Vec<Stored>> = BTreeMap::new();
        for stored in register.of_incidents(&names).await.map_err(node::failed)? {
            incidents.entry(stored.record.incident.clone()).or_default().push(stored);
        }
        // In the order in which they were written: two entries of one second have no other.
        for all in incidents.values_mut() {
            all.sort_by_key(|stored| (stored.log, stored.index));
        }
        let linked = register.linked("event", &names).await.map_err(node::failed)?.map(|linked| linked.into_iter().collect());
        Ok(Gathered { entries, incidents, linked })
    }

    /// The entries of an incident, in the order of the log.
    pub(super) fn beside(&self, record: &Record) -> &[Stored] {
        self.incidents.get(&record.incident).map_or(&[], Vec::as_slice)
    }

    fn of<'a>(&'a self, record: &Record, kind: &'a str) -> impl DoubleEndedIterator<Item = &'a Record> {
        self.beside(record).iter().filter(move |stored| !stored.erased && stored.record.kind == kind).map(|stored| &stored.record)
    }

    /// The responses that concern an entry.
    pub(super) fn responses<'a>(&'a self, record: &'a Record) -> impl DoubleEndedIterator<Item = &'a Record> {
        let concerns = |response: &&Record| record.kind != "request" || response.text("request") == Some(record.id.as_str());
        self.of(record, "response").filter(concerns)
    }

    /// The request of an incident.
    pub(super) fn request(&self, record: &Record) -> Option<&Record> {
        self.of(record, "request").next()
    }

    /// The matter that was stated last in an incident, with the moment at which it was stated first.
    pub(super) fn matter(&self, record: &Record) -> Option<(&str, &str)> {
        let stated = |decision: &'_ &Record| matter_of(decision).is_some();
        let last = self.of(record, "decision").rfind(stated).and_then(matter_of)?;
        let first = self.of(record, "decision").find(|decision| matter_of(decision) == Some(last))?;
        Some((last, &first.at))
    }

    /// The last decision of an incident.
    pub(super) fn last_decision(&self, record: &Record) -> Option<&Record> {
        self.of(record, "decision").next_back()
    }

    /// How an entry stands.
    pub(super) fn state(&self, record: &Record) -> State {
        if let Some(outcome) = self.responses(record).next_back().and_then(|response| response.text("outcome")) {
            return OUTCOMES.into_iter().find(|known| *known == outcome).map_or(State::Noted, State::Answered);
        }
        let ended = |milestone: &Record| milestone.texts("milestone").iter().any(|word| ["released", "transferred"].contains(word));
        if record.kind == "visit" || (record.kind == "document" && self.of(record, "custody").any(ended)) {
            return State::Noted;
        }
        let confirmed = self.of(record, "decision").rfind(|decision| decision.text("known_by").is_some());
        match confirmed.and_then(matter_of) {
            Some(matter) => MATTERS.into_iter().find(|known| *known == matter).map_or(State::Open, State::Confirmed),
            None => State::Open,
        }
    }

    /// What is missing about an entry.
    fn lacks(&self, here: &Here, record: &Record) -> Vec<Lack> {
        let mut lacks = Vec::new();
        if record.kind == "visit" {
            return lacks;
        }
        if self.linked.as_ref().is_some_and(|linked| !linked.contains(&record.incident)) {
            lacks.push(Lack::new(here, "event"));
        }
        if let Some(request) = self.request(record)
            && request.text("supervisor_notified_at").is_none()
        {
            lacks.push(Lack::new(here, "supervisor"));
        }
        let pack = &here.app.pack;
        let asks_matter = |decision: &Record| {
            let vocabulary = pack.vocabulary();
            let action = decision.text("action").and_then(|name| vocabulary.action(vocabulary.action_named(name)?));
            action.zip(vocabulary.fact_named(decisions::MATTER)).is_some_and(|(action, fact)| action.facts.contains(fact))
        };
        let of_request = self.request(record).and_then(|request| request.text("matter"));
        let needs_matter = record.kind == "request" || (record.kind == "decision" && asks_matter(record));
        if needs_matter && of_request.is_none() && self.matter(record).is_none() {
            lacks.push(Lack::new(here, "matter"));
        }
        if record.kind != "document" && self.responses(record).next().is_none() {
            lacks.push(Lack::new(here, "response"));
        }
        if record.kind == "document" && self.state(record) == State::Open {
            lacks.push(Lack::new(here, "outcome"));
        }
        lacks
    }

    /// An entry as the desk shows it.
    pub(super) fn item(&self, here: &Here, view: &View<'_>, record: &Record) -> Item {
        let state = self.state(record);
        let next = match (state, record.kind.as_str(), record.text("verdict")) {
            (State::Open, "decision", Some("needs_facts")) => "ask",
            (State::Open, "document", _) => "paper",
            (State::Open | State::Confirmed(_), ..) => "respond",
            (State::Answered("referred"), ..) => "counsel",
            _ => "nothing",
        };
        Item {
            id: record.id.clone(),
            time: time(&record.at, &view.watch.day.to_string()),
            station: station_of(here, view.served, record),
            kind: here.language.text(&format!("watch-kind-{}", record.kind)),
            what: what(here, record),
            who: who(here, record),
            word: (record.kind == "decision").then(|| decisions::word_of(&here.language, record)),
            state: Word { kind: state.kind(), text: here.language.text(&format!("watch-state-{}", state.name())) },
            next: here.language.text(&format!("watch-next-{next}")),
            is_open: next != "nothing",
            lacks: self.lacks(here, record),
        }
    }
}

/// What a decision says the matter is.
fn matter_of(decision: &Record) -> Option<&str> {
    decision.fields.get("facts")?.get(decisions::MATTER)?.as_str().filter(|word| *word != "unknown")
}

/// The time of day of a moment, with its day where that is another.
pub(super) fn time(at: &str, day: &str) -> String {
    let (on, time) = (at.get(..10).unwrap_or_default(), at.get(11..16).unwrap_or_default());
    if on == day && !time.is_empty() { time.to_owned() } else { format!("{on} {time}").trim().to_owned() }
}

/// A word for a value of a fact.
pub(super) fn value(here: &Here, fact: &str, word: &str) -> String {
    let vocabulary = here.app.pack.vocabulary();
    let known = vocabulary.fact_named(fact).map(|id| vocabulary.fact(id));
    let labels = known.map(|fact| form::labels(&here.language, fact, &[word.to_owned()])).unwrap_or_default();
    labels.into_iter().next().unwrap_or_else(|| word.to_owned())
}

/// What an entry is about, in words.
pub(super) fn what(here: &Here, record: &Record) -> String {
    let vocabulary = here.app.pack.vocabulary();
    let words =
        |list: &str, field: &str| record.texts(field).into_iter().map(|word| listed(here, list, word)).collect::<Vec<_>>().join(", ");
    match record.kind.as_str() {
        "decision" => {
            let action = record.text("action").and_then(|name| vocabulary.action(vocabulary.action_named(name)?));
            action.map_or_else(|| record.text("action").unwrap_or_default().to_owned(), |action| ask_of(&here.language, action))
        }
        "request" => form::capital(&words("asked", "asked")),
        "response" => form::capital(&words("outcome", "outcome")),
        "document" => form::capital(&value(here, "document", record.text("document").unwrap_or_default())),
        "visit" => form::capital(&words("place", "place")),
        "custody" => form::capital(&words("milestone", "milestone")),
        _ => String::new(),
    }
}

/// Who asks, in words; empty where nobody said so.
pub(super) fn who(here: &Here, record: &Record) -> String {
    let stated = record.fields.get("facts").and_then(|facts| facts.get("requester")).and_then(Value::as_str);
    record.text("requester").or(stated).filter(|word| *word != "unknown").map_or_else(String::new, |word| value(here, "requester", word))
}

/// Whether an entry is one that the desk shows as having come in.
fn came_in(record: &Record) -> bool {
    let looked_at = || record.text("verdict").is_some_and(|verdict| LOOKED_AT.contains(&verdict));
    // What a supervisor decided again did not come in.
    KINDS.contains(&record.kind.as_str()) && (record.kind != "decision" || (looked_at() && record.text("known_by").is_none()))
}

/// All that was entered on the watch, whatever it is.
pub(super) async fn on_watch(view: &View<'_>) -> Result<Gathered, CliError> {
    let filter = Filter { from: Some(view.watch.from.date()), until: view.watch.until.date().tomorrow().ok(), ..Filter::default() };
    let zone = view.served.register.zone();
    let listed = view.served.register.list(&filter).await.map_err(node::failed)?;
    let of_watch = |stored: &Stored| {
        !stored.erased && view.sees(&stored.record) && stored.record.moment("at", zone).is_some_and(|at| view.watch.has(&at))
    };
    Gathered::around(view, listed.into_iter().filter(of_watch).collect()).await
}

/// What came in on the watch, the last first.
pub(super) async fn of_watch(here: &Here, view: &View<'_>) -> Result<Vec<Item>, CliError> {
    let gathered = on_watch(view).await?;
    Ok(gathered.items(here, view))
}

impl Gathered {
    /// The items among the entries, the last first.
    pub(super) fn items(&self, here: &Here, view: &View<'_>) -> Vec<Item> {
        let came_in = self.entries.iter().rev().filter(|stored| came_in(&stored.record));
        came_in.map(|stored| self.item(here, view, &stored.record)).collect()
    }
}

/// The questions of the last hours that nobody has answered, the last first, each incident once.
pub(super) async fn open(here: &Here, view: &View<'_>) -> Result<Vec<Open>, CliError> {
    let since = view.now.saturating_sub(OPEN_HOURS.hours());
    let filter = Filter { kinds: vec!["decision".to_owned()], from: Some(since.date()), ..Filter::default() };
    let zone = view.served.register.zone();
    let listed = view.served.register.list(&filter).await.map_err(node::failed)?;
    let asks = |stored: &Stored| {
        let recent = || stored.record.moment("at", zone).is_some_and(|at| at.order(zone) >= since.timestamp().as_second());
        !stored.erased && view.sees(&stored.record) && stored.record.text("verdict") == Some("needs_facts") && recent()
    };
    let gathered = Gathered::around(view, listed.into_iter().filter(asks).collect()).await?;
    let still = |record: &&Record| {
        gathered.responses(record).next().is_none() && gathered.last_decision(record).is_some_and(|last| last.id == record.id)
    };
    let open = gathered.entries.iter().rev().map(|stored| &stored.record).filter(still);
    let today = view.now.date().to_string();
    Ok(open
        .map(|record| Open {
            id: record.id.clone(),
            time: time(&record.at, &today),
            station: station_of(here, view.served, record),
            what: what(here, record),
            who: who(here, record),
            word: decisions::word_of(&here.language, record),
            lacks: gathered.lacks(here, record),
        })
        .collect())
}
