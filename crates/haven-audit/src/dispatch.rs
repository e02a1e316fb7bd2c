//! Events of dispatch that speak of immigration enforcement, held against the register's entries.
//!
//! A log is read row by row; rows with one number are one event and its history. What was typed is asked as reasons of searches
//! are ([`Purposes`]) and only printed masked. An event has an entry where the register has its number; an entry near in time and
//! place is a candidate, and said to be no more. Entries come in as a plain table: the edge knows the register.

use crate::AuditError;
use crate::layout::{Column, Is, Layouts, Table};
use crate::moment::{Clock, Moments};
use crate::output::page::{cell, clean};
use crate::purpose::{Purposes, Reason, named, unreadable};
use crate::read::{self, Fault, Head, Piece, Pieces, Tally};
use encoding_rs::WINDOWS_1252;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::{self, Write};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Text in memory at a time.
const PIECE_BYTES: usize = 4 << 20;
/// The longest record.
const RECORD_BYTES_MAX: usize = 1 << 20;
/// Records that could not be read are counted all and listed up to here.
const UNREAD_MAX: usize = 100;
/// Texts that are remembered; when there are more it begins anew.
const REMEMBERED_MAX: usize = 50_000;

/// How events are held against the register: `[dispatch]` of `audit/dispatch.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Minutes between an event and an entry within which the entry is a candidate.
    pub minutes: u32,
    /// The word by which the register keeps numbers of events.
    pub link: String,
    /// Kinds of entries that show that somebody recorded what came.
    pub kinds: Vec<String>,
    /// Moments of an entry that are held against the time of an event.
    pub moments: Vec<String>,
    /// The moment by which an entry says that dispatch was told.
    pub notified: String,
    /// How many figures a number of an event has, at least and at most.
    pub figures: (usize, usize),
}

impl Settings {
    /// Reads `dispatch.toml` among the files of `audit/`.
    ///
    /// # Errors
    /// [`AuditError::Data`] where there is none, or it is not in its form.
    pub fn load(files: &[(String, String)]) -> Result<Self, AuditError> {
        #[derive(Deserialize)]
        struct File {
            dispatch: Settings,
        }
        let (path, text) = named(files, "dispatch.toml")?;
        let file: File = toml::from_str(text).map_err(|error| unreadable(path, text, &error))?;
        Ok(file.dispatch)
    }
}

/// An entry of the register, as the edge hands it over.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Its kind, as the register's word.
    pub kind: String,
    /// Its kind, in words.
    pub label: String,
    /// The entry with which its incident began.
    pub incident: String,
    /// When it happened, and the other moments in it.
    pub moments: Vec<Moment>,
    /// Numbers of events it is linked to.
    pub numbers: Vec<String>,
    /// Its station, as the register names it.
    pub place: Option<String>,
    /// What its fields say, in the words of their lists.
    pub says: String,
}

/// A moment of an entry.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Its field; `at` is the entry's own.
    pub field: String,
    /// The field in words.
    pub label: String,
    /// As it is recorded.
    pub text: String,
    /// Its day.
    pub day: Date,
    /// The instant in seconds since 1970, where the time is known.
    pub instant: Option<i64>,
}

/// The register, as far as it is asked.
#[derive(Clone, Debug)]
pub struct Register {
    /// Its entries, in the order in which they were recorded.
    pub entries: Vec<Entry>,
    /// Whether numbers of events can be read.
    pub numbers: bool,
    /// For how many days it keeps them.
    pub keep_days: i64,
}

/// What a log is read with.
pub struct With<'a> {
    /// Layouts of exports of dispatch.
    pub layouts: &'a Layouts,
    /// What typed words mean.
    pub purposes: &'a Purposes,
    /// How events are held against the register.
    pub settings: &'a Settings,
    /// The zone in which moments are told.
    pub zone: &'a TimeZone,
}

/// A file, as read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct File {
    /// Its name.
    pub name: String,
    /// SHA-256 of it.
    pub sha256: String,
    /// Its layout.
    pub layout: String,
    /// Rows that were read.
    pub rows: u64,
    /// The earliest time.
    pub first: Option<String>,
    /// The latest.
    pub last: Option<String>,
    /// What is to be known of it: columns missing, new, not read; rows repeated, out of order, of hours that came twice.
    pub notes: Vec<String>,
    /// What was not read.
    pub unread: Vec<String>,
}

/// How an event came to its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The register has its number.
    Number,
    /// Candidates: near in time, and of the same place.
    TimeAndPlace,
    /// Candidates: near in time, and one of the two says no place.
    Time,
    /// No entry.
    Nothing,
    /// It has neither a number nor a time that can be read.
    NotAsked,
}

impl By {
    /// All of them, what asks for a look first.
    pub(crate) const ALL: [Self; 5] = [Self::Nothing, Self::Time, Self::TimeAndPlace, Self::NotAsked, Self::Number];

    /// Its word in outputs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::TimeAndPlace => "time_and_place",
            Self::Time => "time",
            Self::Nothing => "nothing",
            Self::NotAsked => "not_asked",
        }
    }

    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Number => "has an entry, by its number",
            Self::TimeAndPlace => "no entry of its number; a candidate by time and place, which is no match",
            Self::Time => "no entry of its number; a candidate by time alone, which is no match",
            Self::Nothing => "no entry",
            Self::NotAsked => "neither a number nor a time that can be read: not asked",
        }
    }
}

/// A cell that speaks of immigration enforcement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// Its file.
    pub file: String,
    /// Its row, counted from 1 behind the header.
    pub row: u64,
    /// Its column.
    pub column: String,
    /// The rule that saw it.
    pub rule: String,
    /// What the rule looks for.
    pub means: String,
    /// The text, masked; none where the column is never printed.
    pub masked: Option<String>,
}

/// An event that speaks of immigration enforcement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Its number, where it can be read.
    pub number: Option<String>,
    /// When it began.
    pub first: Option<String>,
    /// Its last line.
    pub last: Option<String>,
    /// Where it was.
    pub place: Option<String>,
    /// Rows of the log with its number.
    pub rows: u64,
    /// What kind of event it is, masked.
    pub kind: Option<String>,
    /// What speaks, cell by cell.
    pub says: Vec<Said>,
    /// How it came to its entries.
    pub by: By,
    /// The entries, or the candidates.
    pub entries: Vec<String>,
}

/// An entry that the log should have an event of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lone {
    /// Its id.
    pub entry: String,
    /// Its kind, in words.
    pub label: String,
    /// When dispatch was told, or else when it happened.
    pub moment: String,
    /// Numbers of events it has.
    pub numbers: Vec<String>,
    /// Events without an entry that it is a candidate of.
    pub candidate_of: Vec<String>,
}

/// Events of dispatch beside the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dispatch {
    /// The format's name.
    pub format: &'static str,
    /// The zone of moments.
    pub zone: String,
    /// Minutes within which an entry is a candidate.
    pub minutes: u32,
    /// What was read.
    pub read: Vec<File>,
    /// Events in the log.
    pub events_read: u64,
    /// Entries of the register that were asked.
    pub entries_asked: u64,
    /// What the register could not be asked.
    pub not_asked: Vec<String>,
    /// Events that speak, in the order of time.
    pub events: Vec<Event>,
    /// Entries of the log's period whose number is not in the log.
    pub not_in_log: Vec<Lone>,
    /// Entries of the log's period that say that dispatch was told, and have no number.
    pub without_number: Vec<Lone>,
}

impl Dispatch {
    /// Whether something was not read.
    pub fn unread(&self) -> bool {
        self.read.iter().any(|file| !file.unread.is_empty())
    }

    /// Whether there is something to look at.
    pub fn open(&self) -> bool {
        !self.not_in_log.is_empty() || self.events.iter().any(|event| event.by != By::Number)
    }
}

/// A row, or a moment of an entry, in the story of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// When; a day where the time is not known.
    pub moment: Option<String>,
    /// `log` or `register`.
    pub source: &'static str,
    /// The file and the row, or the entry.
    pub place: String,
    /// The number of the event.
    pub number: Option<String>,
    /// What it is.
    pub what: String,
    /// What it says; texts of the log masked.
    pub says: String,
    /// What is to be known of the line.
    pub note: String,
}

/// The story of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Story {
    /// The format's name.
    pub format: &'static str,
    /// The zone of moments.
    pub zone: String,
    /// Numbers that belong together, with the one that was asked for.
    pub numbers: Vec<String>,
    /// What was read.
    pub read: Vec<File>,
    /// Its lines, in the order of time.
    pub lines: Vec<Line>,
}

/// A row of a log, as it is kept.
struct Row {
    number: Option<String>,
    linked: Vec<String>,
    time: Option<i64>,
    place: Option<String>,
    kind: Option<Arc<Reason>>,
    said: Vec<Said>,
    /// Every printed text with its column, where the whole row is wanted.
    texts: Vec<(String, String)>,
    file: String,
    row: u64,
    repeats: Option<(String, u64)>,
    clock: Clock,
}

/// What is known of a number.
#[derive(Default)]
struct Sum {
    rows: u64,
    first: Option<i64>,
    last: Option<i64>,
    place: Option<String>,
}

/// A log, read.
struct Log {
    files: Vec<File>,
    /// Of each file, from when to when.
    periods: Vec<(i64, i64)>,
    numbers: HashMap<String, Sum>,
    /// Rows without a number.
    bare: u64,
    kept: Vec<Row>,
    links: BTreeSet<(String, String)>,
}

/// Finds events that speak of immigration enforcement and have no entry, and entries without an event.
///
/// # Errors
/// A file that cannot be read, or whose header no layout has.
pub fn dispatch(files: &[PathBuf], with: &With<'_>, register: &Register) -> Result<Dispatch, AuditError> {
    let mut log = read(files, with, |row| !row.said.is_empty())?;
    let entries: Vec<&Entry> = register.entries.iter().filter(|entry| with.settings.kinds.contains(&entry.kind)).collect();
    let mut events = group(std::mem::take(&mut log.kept), &log, with);
    let pool = Pool::new(&entries, &log);
    let mut candidate_of: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (event, span) in &mut events {
        let (by, found) = pool.find(event, *span, with.settings);
        event.by = by;
        event.entries = found.iter().map(|entry| entry.id.clone()).collect();
        for entry in found.into_iter().filter(|_| by != By::Number) {
            candidate_of.entry(&entry.id).or_default().push(event.number.clone().unwrap_or_else(|| row_of(event)));
        }
    }
    let mut dispatch = Dispatch {
        format: "haven-dispatch/1",
        zone: zone_name(with.zone),
        minutes: with.settings.minutes,
        events_read: log.numbers.len() as u64 + log.bare,
        entries_asked: entries.len() as u64,
        not_asked: Vec::new(),
        events: events.into_iter().map(|(event, _)| event).collect(),
        not_in_log: Vec::new(),
        without_number: Vec::new(),
        read: log.files,
    };
    for entry in &entries {
        let notified = entry.moments.iter().find(|moment| moment.field == with.settings.notified);
        let told = notified.or_else(|| entry.moments.iter().find(|moment| moment.field == "at"));
        let Some(told) = told.filter(|told| within(told, &log.periods, with.zone)) else { continue };
        let lone = || Lone {
            entry: entry.id.clone(),
            label: entry.label.clone(),
            moment: told.text.clone(),
            numbers: entry.numbers.clone(),
            candidate_of: candidate_of.get(entry.id.as_str()).cloned().unwrap_or_default(),
        };
        let numbers = pool.numbers(entry);
        if numbers.is_empty() && notified.is_some() {
            dispatch.without_number.push(lone());
        } else if !entry.numbers.is_empty() && !numbers.iter().any(|number| log.numbers.contains_key(number)) {
            dispatch.not_in_log.push(lone());
        }
    }
    if !register.numbers {
        dispatch.not_asked.push("this role may not read numbers of events: nothing was matched by number".to_owned());
    }
    if !dispatch.without_number.is_empty() {
        let count = dispatch.without_number.len();
        dispatch.not_asked.push(format!(
            "{count} entries of the period say that dispatch was told and have no number to look for; the register keeps numbers for {} days",
            register.keep_days
        ));
    }
    Ok(dispatch)
}

/// Tells the story of an event: its rows, those of events linked to it, and the register's entries.
///
/// # Errors
/// As [`dispatch`], and where neither the log nor the register has the number.
pub fn story(files: &[PathBuf], with: &With<'_>, register: &Register, number: &str) -> Result<Story, AuditError> {
    let asked = plain(number);
    let mut numbers = BTreeSet::from([asked.clone()]);
    let (log, incidents) = loop {
        let before = numbers.len();
        let mut incidents: BTreeSet<&str> = BTreeSet::new();
        for entry in &register.entries {
            if entry.numbers.iter().any(|number| numbers.contains(&plain(number))) {
                incidents.insert(&entry.incident);
            }
        }
        let of_incident = register.entries.iter().filter(|entry| incidents.contains(entry.incident.as_str()));
        numbers.extend(of_incident.flat_map(|entry| &entry.numbers).map(|number| plain(number)));
        let log = read(files, with, |row| row.number.as_ref().is_some_and(|number| numbers.contains(number)))?;
        for (one, other) in &log.links {
            if numbers.contains(one) || numbers.contains(other) {
                numbers.extend([one.clone(), other.clone()]);
            }
        }
        if numbers.len() == before {
            break (log, incidents.into_iter().map(ToOwned::to_owned).collect::<BTreeSet<_>>());
        }
    };
    let mut lines: Vec<((i64, u8, usize), Line)> = Vec::new();
    for (at, row) in log.kept.into_iter().enumerate() {
        let order = row.time.map_or(i64::MAX, |time| time.div_euclid(1000));
        lines.push(((order, 1, at), line_of(row, with)));
    }
    let of_incident = |entry: &&Entry| incidents.contains(&entry.incident);
    for (at, entry) in register.entries.iter().filter(of_incident).enumerate() {
        for moment in &entry.moments {
            let own = moment.field == "at";
            // A day without a time stands at its begin.
            let begin = || moment.day.to_zoned_datetime(with.zone.clone()).map_or(0, |zoned| zoned.timestamp().as_second());
            lines.push((
                (moment.instant.unwrap_or_else(begin), 0, at),
                Line {
                    moment: Some(moment.text.clone()),
                    source: "register",
                    place: entry.id.clone(),
                    number: entry.numbers.first().map(|number| plain(number)),
                    what: format!("{}: {}", entry.label, moment.label),
                    says: if own { entry.says.clone() } else { String::new() },
                    note: if moment.instant.is_none() { "the day is known, the time is not".to_owned() } else { String::new() },
                },
            ));
        }
    }
    if lines.is_empty() {
        return Err(AuditError::Data {
            file: "the log and the register".to_owned(),
            place: None,
            expected: "an event of that number".to_owned(),
            found: "none".to_owned(),
        });
    }
    lines.sort_by_key(|(order, _)| *order);
    let lines = lines.into_iter().map(|(_, line)| line).collect();
    Ok(Story { format: "haven-event/1", zone: zone_name(with.zone), numbers: numbers.into_iter().collect(), read: log.files, lines })
}

fn line_of(row: Row, with: &With<'_>) -> Line {
    let mut notes: Vec<String> = Vec::new();
    if let Some((file, earlier)) = &row.repeats {
        notes.push(format!("the same as {file}, row {earlier}"));
    }
    notes.extend(clock_note(row.clock).map(ToOwned::to_owned));
    notes.extend(row.said.iter().map(|said| format!("speaks of {} ({})", said.means, said.column)));
    if !row.linked.is_empty() {
        notes.push(format!("linked to {}", row.linked.join(", ")));
    }
    let says: Vec<String> = row.texts.iter().map(|(column, text)| format!("{column}: {text}")).collect();
    Line {
        moment: row.time.map(|time| told(time, with.zone)),
        source: "log",
        place: format!("{}, row {}", row.file, row.row),
        number: row.number,
        what: row.kind.map_or_else(|| "event".to_owned(), |kind| format!("event: {}", kind.masked)),
        says: says.join("; "),
        note: notes.join("; "),
    }
}

fn clock_note(clock: Clock) -> Option<&'static str> {
    match clock {
        Clock::Once => None,
        Clock::Twice => Some("the clocks were put back over this time, the first is taken"),
        Clock::Never => Some("the clocks were put forward over this time, an hour later is taken"),
    }
}

fn zone_name(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("UTC").to_owned()
}

/// A moment in the zone, to the second, with its offset.
fn told(milliseconds: i64, zone: &TimeZone) -> String {
    let Ok(moment) = Timestamp::from_millisecond(milliseconds) else { return String::new() };
    moment.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// A number without what people write into it.
fn plain(number: &str) -> String {
    number.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_uppercase()
}

/// A place as both sides write it: without noughts before it. What has no figure is no part of the city.
fn place(text: &str) -> Option<String> {
    let place = plain(text);
    let place = place.trim_start_matches('0');
    place.bytes().any(|byte| byte.is_ascii_digit()).then(|| place.to_owned())
}

fn row_of(event: &Event) -> String {
    event.says.first().map_or_else(String::new, |said| format!("{}, row {}", said.file, said.row))
}

/// Whether a moment lies in one of the periods.
fn within(moment: &Moment, periods: &[(i64, i64)], zone: &TimeZone) -> bool {
    let day =
        |milliseconds: i64| Timestamp::from_millisecond(milliseconds).ok().map(|moment| moment.to_zoned_datetime(zone.clone()).date());
    periods.iter().any(|(first, last)| match moment.instant {
        Some(instant) => (first.div_euclid(1000)..=last.div_euclid(1000)).contains(&instant),
        None => day(*first) <= Some(moment.day) && Some(moment.day) <= day(*last),
    })
}

/// Rows that speak, by event, with when each began and ended.
fn group(rows: Vec<Row>, log: &Log, with: &With<'_>) -> Vec<(Event, Option<(i64, i64)>)> {
    let mut events: Vec<(Event, Option<(i64, i64)>)> = Vec::new();
    let mut at: HashMap<String, usize> = HashMap::new();
    for row in rows.into_iter().filter(|row| row.repeats.is_none()) {
        let known = row.number.as_ref().and_then(|number| at.get(number)).and_then(|at| events.get_mut(*at));
        if let Some((event, _)) = known {
            event.says.extend(row.said);
            event.kind = event.kind.take().or_else(|| row.kind.map(|kind| kind.masked.clone()));
            continue;
        }
        let sum = row.number.as_ref().and_then(|number| log.numbers.get(number));
        let (first, last) = sum.map_or((row.time, row.time), |sum| (sum.first, sum.last));
        let event = Event {
            number: row.number.clone(),
            first: first.map(|time| told(time, with.zone)),
            last: last.map(|time| told(time, with.zone)),
            place: sum.map_or(row.place, |sum| sum.place.clone()),
            rows: sum.map_or(1, |sum| sum.rows),
            kind: row.kind.map(|kind| kind.masked.clone()),
            says: row.said,
            by: By::NotAsked,
            entries: Vec::new(),
        };
        if let Some(number) = row.number {
            at.insert(number, events.len());
        }
        events.push((event, first.zip(last)));
    }
    // In the order of the log where two began at once; without a time behind all others.
    events.sort_by_key(|(_, span)| span.map_or(i64::MAX, |(first, _)| first));
    events
}

/// The entries that events are looked for in.
struct Pool<'a> {
    by_number: HashMap<String, Vec<&'a Entry>>,
    /// Numbers by incident.
    numbers: HashMap<&'a str, BTreeSet<String>>,
    by_incident: HashMap<&'a str, Vec<&'a Entry>>,
    /// Entries none of whose numbers is in the log, so that they may be of any event.
    free: Vec<&'a Entry>,
}

impl<'a> Pool<'a> {
    fn new(entries: &[&'a Entry], log: &Log) -> Self {
        let mut pool = Self { by_number: HashMap::new(), numbers: HashMap::new(), by_incident: HashMap::new(), free: Vec::new() };
        for entry in entries {
            pool.by_incident.entry(&entry.incident).or_default().push(entry);
            for number in &entry.numbers {
                pool.by_number.entry(plain(number)).or_default().push(entry);
                pool.numbers.entry(&entry.incident).or_default().insert(plain(number));
            }
        }
        let known = |entry: &&&Entry| pool.numbers(entry).iter().any(|number| log.numbers.contains_key(number));
        pool.free = entries.iter().filter(|entry| !known(entry)).copied().collect();
        pool
    }

    /// The numbers of an entry's incident.
    fn numbers(&self, entry: &Entry) -> BTreeSet<String> {
        self.numbers.get(entry.incident.as_str()).cloned().unwrap_or_default()
    }

    fn find(&self, event: &Event, span: Option<(i64, i64)>, settings: &Settings) -> (By, Vec<&'a Entry>) {
        if let Some(own) = event.number.as_ref().and_then(|number| self.by_number.get(number)) {
            let incidents: BTreeSet<&str> = own.iter().map(|entry| entry.incident.as_str()).collect();
            let all = incidents.iter().filter_map(|incident| self.by_incident.get(incident)).flatten().copied();
            return (By::Number, all.collect());
        }
        let Some((first, last)) = span else {
            return (if event.number.is_some() { By::Nothing } else { By::NotAsked }, Vec::new());
        };
        let window = i64::from(settings.minutes) * 60;
        let near = first.div_euclid(1000) - window..=last.div_euclid(1000) + window;
        let mut same = Vec::new();
        let mut unplaced = Vec::new();
        for entry in &self.free {
            let moments = entry.moments.iter().filter(|moment| settings.moments.contains(&moment.field));
            if !moments.filter_map(|moment| moment.instant).any(|instant| near.contains(&instant)) {
                continue;
            }
            match (&event.place, entry.place.as_deref().and_then(place)) {
                (Some(own), Some(other)) if *own == other => same.push(*entry),
                (Some(_), Some(_)) => {}
                _ => unplaced.push(*entry),
            }
        }
        match (same.is_empty(), unplaced.is_empty()) {
            (false, _) => (By::TimeAndPlace, same),
            (true, false) => (By::Time, unplaced),
            (true, true) => (By::Nothing, Vec::new()),
        }
    }
}

/// Reads logs; rows that `keep` wants are kept with all they say.
fn read(files: &[PathBuf], with: &With<'_>, keep: impl Fn(&Row) -> bool) -> Result<Log, AuditError> {
    let mut log =
        Log { files: Vec::new(), periods: Vec::new(), numbers: HashMap::new(), bare: 0, kept: Vec::new(), links: BTreeSet::new() };
    let mut seen: HashMap<u64, (usize, u64)> = HashMap::new();
    let mut remembered = HashMap::new();
    for path in files {
        read_file(path, with, &keep, &mut log, &mut seen, &mut remembered)?;
    }
    Ok(log)
}

/// What goes wrong in a file, counted.
#[derive(Default)]
struct Faults {
    records: u64,
    listed: Vec<String>,
    cells: BTreeMap<String, (u64, u64)>,
    incomplete: Option<String>,
}

impl Faults {
    fn record(&mut self, row: u64, why: &str) {
        self.records += 1;
        if self.listed.len() < UNREAD_MAX {
            self.listed.push(format!("row {row}: {why}"));
        }
    }

    fn cell(&mut self, column: &str, row: u64) {
        self.cells.entry(column.to_owned()).or_insert((0, row)).0 += 1;
    }

    fn lines(self) -> Vec<String> {
        let mut lines: Vec<String> = self.incomplete.iter().map(|why| format!("the log is not whole: {why}")).collect();
        let listed = self.listed.len() as u64;
        lines.extend(self.listed);
        if self.records > listed {
            lines.push(format!("and {} rows more", self.records - listed));
        }
        lines.extend(self.cells.iter().map(|(column, (cells, first))| {
            format!("{cells} cells of `{column}` could not be read, the first in row {first}; the rows are asked all the same")
        }));
        lines
    }
}

/// Counts of what is to be known of a file, with the first row of each.
#[derive(Default)]
struct Counts(BTreeMap<&'static str, (u64, u64)>);

impl Counts {
    fn add(&mut self, what: &'static str, row: u64) {
        self.0.entry(what).or_insert((0, row)).0 += 1;
    }
}

fn read_file(
    path: &Path,
    with: &With<'_>,
    keep: &impl Fn(&Row) -> bool,
    log: &mut Log,
    seen: &mut HashMap<u64, (usize, u64)>,
    remembered: &mut HashMap<String, Arc<Reason>>,
) -> Result<(), AuditError> {
    let head = read::head(path, with.layouts)?;
    let name = path.display().to_string();
    let Some(recognised) = with.layouts.recognise(&head.header) else { return Err(with.layouts.unknown(&name, &head.header)) };
    if recognised.layout.table != Table::Dispatch {
        return Err(AuditError::Data {
            file: name,
            place: None,
            expected: "a log of dispatch".to_owned(),
            found: recognised.layout.name.clone(),
        });
    }
    let columns = Columns {
        number: recognised.columns(Is::Number).next(),
        linked: recognised.columns(Is::Linked).collect(),
        time: recognised.columns(Is::Time).collect(),
        utc: recognised.columns(Is::Time).next().map(|(column, _)| column.moments.in_utc()),
        kind: recognised.columns(Is::Type).next(),
        texts: recognised.columns(Is::Type).chain(recognised.columns(Is::Text)).map(|(column, at)| (column, at, true)).collect(),
        unprinted: recognised.columns(Is::Unprinted).map(|(column, at)| (column, at, false)).collect(),
        place: recognised.columns(Is::Place).collect(),
    };
    let mut file = File { name: name.clone(), layout: recognised.layout.name.clone(), ..File::default() };
    file.notes.extend(recognised.missing.iter().map(|column| format!("the layout has a column `{column}`, the file has none")));
    file.notes.extend(recognised.new.iter().map(|column| format!("the file has a column `{column}` that the layout does not know")));
    if !recognised.not_read.is_empty() {
        file.notes.push(format!("not read at all: `{}`", recognised.not_read.join("`, `")));
    }
    let mut reader = FileReader {
        with,
        head: &head,
        columns,
        name: &name,
        files_before: log.files.len(),
        faults: Faults::default(),
        counts: Counts::default(),
        forms: (0, 0),
        records: 0,
        latest: None,
        period: None,
    };
    let tally = Tally::default();
    let failed = |error| AuditError::File { file: name.clone(), error };
    read::with_text(path, &tally, &|_| ControlFlow::Continue(()), |text| {
        let mut pieces = Pieces::new(text, head.delimiter, PIECE_BYTES, RECORD_BYTES_MAX);
        pieces.skip(head.bytes).map_err(failed)?;
        let mut piece = Piece::default();
        while pieces.next(&mut piece).map_err(failed)? {
            reader.piece(&piece, log, seen, remembered, keep);
        }
        Ok(())
    })?;
    (file.sha256, _) = tally.finish();
    file.rows = reader.records - reader.faults.records;
    if let Some((first, last)) = reader.period {
        (file.first, file.last) = (Some(told(first, with.zone)), Some(told(last, with.zone)));
        log.periods.push((first, last));
    }
    file.notes.extend(reader.counts.0.iter().map(|(what, (count, first))| format!("{count} rows {what}, the first is row {first}")));
    file.unread = reader.faults.lines();
    log.files.push(file);
    Ok(())
}

/// Where the columns stand.
struct Columns<'a> {
    number: Option<(&'a Column, usize)>,
    linked: Vec<(&'a Column, usize)>,
    time: Vec<(&'a Column, usize)>,
    utc: Option<Moments>,
    kind: Option<(&'a Column, usize)>,
    /// What is asked, and whether it may be printed.
    texts: Vec<(&'a Column, usize, bool)>,
    unprinted: Vec<(&'a Column, usize, bool)>,
    place: Vec<(&'a Column, usize)>,
}

/// Goes through the records of a file.
struct FileReader<'a> {
    with: &'a With<'a>,
    head: &'a Head,
    columns: Columns<'a>,
    name: &'a str,
    files_before: usize,
    faults: Faults,
    counts: Counts,
    /// The forms that read the time before.
    forms: (usize, usize),
    records: u64,
    latest: Option<i64>,
    period: Option<(i64, i64)>,
}

impl FileReader<'_> {
    fn piece(
        &mut self,
        piece: &Piece,
        log: &mut Log,
        seen: &mut HashMap<u64, (usize, u64)>,
        remembered: &mut HashMap<String, Arc<Reason>>,
        keep: &impl Fn(&Row) -> bool,
    ) {
        let width = self.head.header.len();
        let marks = &self.with.layouts.marks;
        let mut reader = read::reader(&piece.text, self.head.delimiter);
        let mut record = csv::ByteRecord::new();
        // In memory there is nothing that fails.
        while reader.read_byte_record(&mut record).unwrap_or(false) {
            let begin = record.get(0).unwrap_or_default().trim_ascii_start();
            if record.len() < width
                && let Some(mark) = marks.incomplete.iter().find(|mark| begin.starts_with(mark.as_bytes()))
            {
                self.faults.incomplete.get_or_insert(mark.clone());
                continue;
            }
            self.records += 1;
            if self.head.is(&record) {
                self.faults.record(self.records, "the header again");
                continue;
            }
            if let Some(why) = self.head.misfit(&record) {
                self.faults.record(self.records, &why);
                continue;
            }
            let row = self.row(&record, log, seen, remembered);
            if let Some(number) = &row.number {
                log.links.extend(row.linked.iter().map(|linked| (number.clone(), linked.clone())));
            }
            if keep(&row) {
                log.kept.push(row);
            }
        }
        match piece.then {
            Some(Fault::Unclosed) => {
                self.records += 1;
                self.faults.record(self.records, "a quote or a line that does not end");
            }
            Some(Fault::BrokenOff) => {
                self.records += 1;
                self.faults.record(self.records, "the file ends in it");
                self.faults.incomplete = Some("the packed file breaks off".to_owned());
            }
            Some(Fault::Ended) => self.faults.incomplete = Some("the packed file breaks off".to_owned()),
            None => {}
        }
    }

    fn row(
        &mut self,
        record: &csv::ByteRecord,
        log: &mut Log,
        seen: &mut HashMap<u64, (usize, u64)>,
        remembered: &mut HashMap<String, Arc<Reason>>,
    ) -> Row {
        let at = self.records;
        let cell = |at: usize| text(record.get(at).unwrap_or_default().trim_ascii());
        let mut hasher = DefaultHasher::new();
        record.iter().for_each(|cell| cell.hash(&mut hasher));
        let earlier = seen.get(&hasher.finish()).copied();
        let repeats = earlier.map(|(file, row)| (log.files.get(file).map_or(self.name, |file| file.name.as_str()).to_owned(), row));
        if repeats.is_some() {
            self.counts.add("repeat an earlier row and are not listed again", at);
        } else {
            seen.insert(hasher.finish(), (self.files_before, at));
        }
        let number = self.columns.number.and_then(|(column, place)| self.number(&cell(place), column, at, true));
        let linked: Vec<String> = self
            .columns
            .linked
            .clone()
            .into_iter()
            .flat_map(|(column, place)| {
                let cell = cell(place).into_owned();
                cell.split([',', ';', '|']).map(|part| (column, part.trim().to_owned())).collect::<Vec<_>>()
            })
            .filter_map(|(column, part)| self.number(&part, column, at, false))
            .collect();
        let (time, clock) = self.time(&cell, at);
        let district = self.columns.place.iter().find_map(|(column, at)| {
            let Some((first, of)) = column.figures else { return place(&cell(*at)) };
            let figures: String = cell(*at).chars().filter(char::is_ascii_digit).collect();
            if figures.is_empty() || figures.len() > of {
                return None;
            }
            place(&format!("{figures:0>of$}").chars().take(first).collect::<String>())
        });
        let mut said = Vec::new();
        let mut texts = Vec::new();
        for (column, place, printed) in self.columns.texts.iter().chain(&self.columns.unprinted) {
            let typed = cell(*place);
            if typed.is_empty() || self.marked(&typed) {
                continue;
            }
            let reason = reason(self.with.purposes, remembered, &typed);
            if let Some(rule) = &reason.immigration {
                said.push(Said {
                    file: self.name.to_owned(),
                    row: at,
                    column: column.name().to_owned(),
                    rule: rule.clone(),
                    means: self.with.purposes.means(rule).unwrap_or_default().to_owned(),
                    masked: printed.then(|| reason.masked.clone()),
                });
            }
            if *printed && self.columns.kind.is_none_or(|(_, kind)| kind != *place) {
                texts.push((column.name().to_owned(), reason.masked.clone()));
            }
        }
        let kind = self.columns.kind.map(|(_, place)| cell(place)).filter(|kind| !kind.is_empty());
        let kind = kind.map(|kind| reason(self.with.purposes, remembered, &kind));
        match &number {
            None => {
                log.bare += 1;
                self.counts.add("have no number that can be read and stand each for itself", at);
            }
            Some(number) => {
                let sum = log.numbers.entry(number.clone()).or_default();
                sum.rows += 1;
                sum.first = sum.first.into_iter().chain(time).min();
                sum.last = sum.last.into_iter().chain(time).max();
                if sum.place.is_none() {
                    sum.place.clone_from(&district);
                }
            }
        }
        Row { number, linked, time, place: district, kind, said, texts, file: self.name.to_owned(), row: at, repeats, clock }
    }

    /// The number of an event; what a spreadsheet has rounded is none.
    fn number(&mut self, cell: &str, column: &Column, row: u64, own: bool) -> Option<String> {
        if cell.is_empty() || self.marked(cell) {
            return None;
        }
        let cell = cell.strip_suffix(".0").unwrap_or(cell);
        let (least, most) = self.with.settings.figures;
        let figures = cell.chars().filter(char::is_ascii_digit).count();
        if (least..=most).contains(&figures) && cell.chars().all(|c| c.is_ascii_alphanumeric() || " -#/".contains(c)) {
            return Some(plain(cell));
        }
        if own || figures > 0 {
            self.faults.cell(column.name(), row);
        }
        None
    }

    fn time<'c>(&mut self, cell: &impl Fn(usize) -> Cow<'c, str>, row: u64) -> (Option<i64>, Clock) {
        let Some((column, _)) = self.columns.time.first() else { return (None, Clock::Once) };
        let parts: Vec<Cow<'_, str>> = self.columns.time.iter().map(|(_, at)| cell(*at)).filter(|cell| !cell.is_empty()).collect();
        let text = parts.join(" ");
        if text.is_empty() || self.marked(&text) {
            self.counts.add("have no time", row);
            return (None, Clock::Once);
        }
        let Some(moment) = column.moments.read(text.as_bytes(), &mut self.forms.0) else {
            self.faults.cell(column.name(), row);
            return (None, Clock::Once);
        };
        let utc = self.columns.utc.as_ref().and_then(|utc| utc.read(text.as_bytes(), &mut self.forms.1));
        let clock = utc.map_or(Clock::Once, |utc| column.moments.clock(moment, utc));
        match clock {
            Clock::Once => {}
            Clock::Twice => self.counts.add("have a time over which the clocks were put back: the first is taken", row),
            Clock::Never => self.counts.add("have a time over which the clocks were put forward: an hour later is taken", row),
        }
        if self.latest.is_some_and(|latest| moment < latest) {
            self.counts.add("lie before the row above them in time", row);
        }
        self.latest = Some(moment);
        let (first, last) = self.period.unwrap_or((moment, moment));
        self.period = Some((first.min(moment), last.max(moment)));
        (Some(moment), clock)
    }

    fn marked(&self, cell: &str) -> bool {
        let marks = &self.with.layouts.marks;
        marks.redacted.iter().chain(&marks.sentinel).chain(&marks.absent).any(|mark| mark == cell)
    }
}

/// A cell as text: UTF-8, or else what older programs write.
fn text(cell: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(cell).map_or_else(|_| WINDOWS_1252.decode_without_bom_handling(cell).0, Cow::Borrowed)
}

/// What a typed text says. Where all of it is in capitals they say nothing.
fn reason(purposes: &Purposes, remembered: &mut HashMap<String, Arc<Reason>>, typed: &str) -> Arc<Reason> {
    if let Some(reason) = remembered.get(typed) {
        return Arc::clone(reason);
    }
    if remembered.len() >= REMEMBERED_MAX {
        remembered.clear();
    }
    let shouted = !typed.chars().any(char::is_lowercase);
    let made = Arc::new(if shouted { purposes.read(&typed.to_lowercase()) } else { purposes.read(typed) });
    remembered.insert(typed.to_owned(), Arc::clone(&made));
    made
}

/// Anything as JSON.
///
/// # Errors
/// None that this crate can cause.
pub fn json(value: &impl Serialize) -> Result<String, AuditError> {
    let text = serde_json::to_string_pretty(value).map_err(|error| unwritable(&error))?;
    Ok(text + "\n")
}

fn unwritable(error: &impl fmt::Display) -> AuditError {
    AuditError::File { file: "the table".to_owned(), error: std::io::Error::other(error.to_string()) }
}

pub(crate) fn csv_of<const N: usize>(head: [&str; N], rows: impl Iterator<Item = [String; N]>) -> Result<String, AuditError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(head).map_err(|error| unwritable(&error))?;
    for row in rows {
        writer.write_record(row.map(|text| cell(&text))).map_err(|error| unwritable(&error))?;
    }
    String::from_utf8(writer.into_inner().map_err(|error| unwritable(&error))?).map_err(|error| unwritable(&error))
}

/// A row for each cell that speaks, and one for each entry that the log should have an event of.
///
/// # Errors
/// None that this crate can cause.
pub fn csv(dispatch: &Dispatch) -> Result<String, AuditError> {
    let of = |text: &Option<String>| text.clone().unwrap_or_default();
    let events = dispatch.events.iter().flat_map(|event| {
        event.says.iter().map(move |said| {
            let place = format!("{}, row {}", said.file, said.row);
            let what = [of(&event.number), of(&event.first), of(&event.last), of(&event.place), place, said.column.clone()];
            let [number, first, last, district, place, column] = what;
            let masked = said.masked.clone().unwrap_or_default();
            let entries = event.entries.join(" ");
            ["event".to_owned(), number, first, last, district, place, column, said.rule.clone(), masked, event.by.id().to_owned(), entries]
        })
    });
    let lone = |what: &'static str| {
        move |lone: &Lone| {
            let none = String::new;
            let (first, numbers) = (lone.moment.clone(), lone.numbers.join(" "));
            [
                what.to_owned(),
                numbers,
                first,
                none(),
                none(),
                none(),
                none(),
                none(),
                lone.label.clone(),
                what.to_owned(),
                lone.entry.clone(),
            ]
        }
    };
    let entries = dispatch.not_in_log.iter().map(lone("not_in_log")).chain(dispatch.without_number.iter().map(lone("without_number")));
    let head = ["what", "number", "first", "last", "place", "row", "column", "rule", "says", "by", "entries"];
    csv_of(head, events.chain(entries))
}

/// The lines of a story.
///
/// # Errors
/// None that this crate can cause.
pub fn story_csv(story: &Story) -> Result<String, AuditError> {
    let of = |text: &Option<String>| text.clone().unwrap_or_default();
    let rows = story.lines.iter().map(|line| {
        let (what, says, note) = (line.what.clone(), line.says.clone(), line.note.clone());
        [of(&line.moment), line.source.to_owned(), line.place.clone(), of(&line.number), what, says, note]
    });
    csv_of(["moment", "source", "place", "number", "what", "says", "note"], rows)
}

/// The result as lines for a terminal.
pub fn table(dispatch: &Dispatch) -> String {
    let mut out = String::new();
    // A string takes whatever is written into it.
    let _ = write_table(dispatch, &mut out);
    out
}

fn write_table(dispatch: &Dispatch, out: &mut String) -> fmt::Result {
    let count = |by: By| dispatch.events.iter().filter(|event| event.by == by).count();
    writeln!(out, "{} events read, {} speak of immigration enforcement", dispatch.events_read, dispatch.events.len())?;
    for by in By::ALL {
        writeln!(out, "{:>9}  {}", count(by), by.in_words())?;
    }
    writeln!(out, "{:>9}  entries of the period with a number that the log does not have", dispatch.not_in_log.len())?;
    for line in &dispatch.not_asked {
        writeln!(out, "Not asked: {line}")?;
    }
    let mut events: Vec<&Event> = dispatch.events.iter().collect();
    // What has no entry first; within, the order of time.
    events.sort_by_key(|event| std::cmp::Reverse(event.by));
    for event in events {
        let when = event.first.as_deref().unwrap_or("time not known");
        let number = event.number.as_deref().unwrap_or("no number");
        let place = event.place.as_ref().map_or_else(String::new, |place| format!(", place {place}"));
        writeln!(out, "\n{number}  {when}{place}, {} rows: {}", event.rows, event.by.in_words())?;
        if !event.entries.is_empty() {
            writeln!(out, "  {}", event.entries.join(" "))?;
        }
        for said in &event.says {
            let masked = said.masked.as_deref().unwrap_or("(never printed)");
            writeln!(out, "  {}, row {}, {}: {} [{}]", clean(&said.file), said.row, said.column, clean(masked), said.rule)?;
        }
    }
    for (title, lone) in
        [("The log does not have the number of", &dispatch.not_in_log), ("No number to look for has", &dispatch.without_number)]
    {
        if !lone.is_empty() {
            writeln!(out, "\n{title}")?;
        }
        for lone in lone {
            let candidate =
                if lone.candidate_of.is_empty() { String::new() } else { format!("; a candidate of {}", lone.candidate_of.join(", ")) };
            writeln!(out, "  {}  {} {} {}{candidate}", lone.entry, lone.label, lone.moment, lone.numbers.join(" "))?;
        }
    }
    write_files(&dispatch.read, out)?;
    writeln!(out, "\nA machine saw words; a person says what an event was. An event without an entry is a question, not a breach.")
}

/// A story as lines for a terminal.
pub fn story_table(story: &Story) -> String {
    let mut out = String::new();
    let _ = write_story(story, &mut out);
    out
}

fn write_story(story: &Story, out: &mut String) -> fmt::Result {
    writeln!(out, "Event {}, times in {}", story.numbers.join(", "), story.zone)?;
    for line in &story.lines {
        let moment = line.moment.as_deref().unwrap_or("time not known");
        writeln!(out, "\n{moment}  {} ({}: {})", clean(&line.what), line.source, clean(&line.place))?;
        for text in [&line.says, &line.note].into_iter().filter(|text| !text.is_empty()) {
            writeln!(out, "  {}", clean(text))?;
        }
    }
    write_files(&story.read, out)
}

fn write_files(files: &[File], out: &mut String) -> fmt::Result {
    for file in files {
        let period = match (&file.first, &file.last) {
            (Some(first), Some(last)) => format!("{first} to {last}"),
            _ => "no time".to_owned(),
        };
        writeln!(out, "\n{}: {}, {} rows, {period}, SHA-256 {}", clean(&file.name), file.layout, file.rows, file.sha256)?;
        for line in file.notes.iter().chain(&file.unread) {
            writeln!(out, "  {}", clean(line))?;
        }
    }
    Ok(())
}
