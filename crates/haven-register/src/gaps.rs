//! What is missing in the register: what should stand there beside what does.
//!
//! That nobody wrote anything down is a finding. Each rule here looks at records alone, and says what to look for elsewhere.

use crate::entry::Record;
use crate::moment::Moment;
use crate::register::Stored;
use crate::schema::Schema;
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Days within which a request, or an answer of Haven, is followed by what was done.
const ANSWER_DAYS: i32 = 7;
/// Days within which it is known what became of a paper.
const PAPER_DAYS: i32 = 30;
/// Hours within which somebody is let go after bail.
const BAIL_HOURS: i64 = 48;
/// Days after which a station that neither recorded nor certified anything is silent.
const SILENT_DAYS: i32 = 90;
/// Days after which an entry was recorded late.
const LATE_DAYS: i32 = 7;
/// How many entries a day of the week usually has where a day with none of them is missing.
const DAILY_ENTRIES: usize = 3;
/// How many days of the same name must lie between the two days before anything is usual.
const DAILY_WEEKS: usize = 8;
/// How many external ids with the same beginning make a series, and how many of its numbers may be missing, one in so many.
const SERIES_IDS: usize = 10;
const SERIES_HOLES: i64 = 10;
/// Entries that are written down when something comes. The others are made in an office, whenever there is time.
const INCOMING: [&str; 7] = ["request", "document", "decision", "response", "custody", "visit", "complaint"];

/// What is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GapKind {
    /// Two incidents name the same number of a case.
    NumberTwice,
    /// A request without a response.
    RequestOpen,
    /// A paper of which nobody says what became of it.
    PaperOpen,
    /// Bail was posted, and nobody was let go.
    BailHeld,
    /// Somebody was handed over without a ground that the law knows.
    TransferGround,
    /// An answer of Haven that nothing followed.
    DecisionAlone,
    /// A certificate says that nothing came, and something did.
    NilContradicted,
    /// A station that neither recorded nor certified anything.
    StationSilent,
    /// Days without entries where there usually are several.
    DaysMissing,
    /// Numbers that a series of external ids leaves out.
    IdsMissing,
    /// Entries that were recorded long after.
    RecordedLate,
}

impl GapKind {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            GapKind::NumberTwice => "number_twice",
            GapKind::RequestOpen => "request_open",
            GapKind::PaperOpen => "paper_open",
            GapKind::BailHeld => "bail_held",
            GapKind::TransferGround => "transfer_ground",
            GapKind::DecisionAlone => "decision_alone",
            GapKind::NilContradicted => "nil_contradicted",
            GapKind::StationSilent => "station_silent",
            GapKind::DaysMissing => "days_missing",
            GapKind::IdsMissing => "ids_missing",
            GapKind::RecordedLate => "recorded_late",
        }
    }
}

/// Something that is missing. INVARIANT: it names records, stations and days; no person, no number of a case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Gap {
    /// What is missing.
    pub kind: GapKind,
    /// The first day it concerns.
    pub from: Date,
    /// The first day after.
    pub until: Date,
    /// The station, where it is that of one.
    pub station: Option<String>,
    /// The records it concerns, by id.
    pub records: Vec<String>,
    /// What is the case, with the rule.
    pub says: String,
    /// What to do next.
    pub next: String,
}

/// Looks for what is missing between two days; `until` is the day as of which it is said, and no longer part of it.
///
/// `entries` are those of the whole register, as [`crate::register::Register::list`] gives them, and `links` those of
/// [`crate::register::Register::all_links`]; without access to links they are empty. The rules:
///
/// - `number_twice`: entries of two incidents have the same event, report or booking number.
/// - `request_open`: a request without a response that names it, 7 days after.
/// - `paper_open`: a paper, 30 days after, without a milestone `released` or `transferred` that names it or, naming no paper,
///   belongs to its incident. Where the incident has no milestone at all, nobody was held, and a response in it is enough.
/// - `bail_held`: a milestone `bail_posted` without one of `released` or `transferred` within 48 hours, on the same paper or in
///   the same incident; where a time is not known, within two days.
/// - `transfer_ground`: a milestone `transferred` to an agency of the class `federal_immigration` without a ground that is
///   also a word of the list `exception_ground`.
/// - `decision_alone`: an answer of Haven in whose incident there is neither a request nor a response, 7 days after.
/// - `nil_contradicted`: an entry of a kind at a station in a period for which the station certified that none came. The word
///   of the list `nil_subject` is the kind's name in the plural.
/// - `station_silent`: 90 days in a row at a station that certifies (`nil` in `register.toml`), with no entry on any of them and
///   no certificate for any of them.
/// - `days_missing`: a day without any entry of something that comes in, where the same day of the week has 3 or more in half
///   of at least 8 weeks. A register that usually has fewer says nothing by a day without.
/// - `ids_missing`: numbers left out by at least 10 external ids that begin alike and end in numbers of one length, where no
///   more than one number in ten is left out.
/// - `recorded_late`: an entry recorded more than 7 days after it happened. Entries with external ids were written down
///   elsewhere first; those recorded on the same day are said once. Of an entry that was amended the first recording is not
///   at hand, and nothing is said.
///
/// The same entries give the same gaps, in the same order: by kind, then by day.
pub fn gaps(
    entries: &[Stored],
    links: &[(String, String, String, String)],
    schema: &Schema,
    zone: &TimeZone,
    from: Date,
    until: Date,
) -> Vec<Gap> {
    let mut found =
        Finder { entries: Vec::new(), incidents: BTreeMap::new(), ends: BTreeMap::new(), schema, zone, from, until, gaps: Vec::new() };
    for stored in entries {
        let record = &stored.record;
        let Some(day) = record.day() else { continue };
        let gone = stored.erased || record.erased;
        found.entries.push(Known { record, day, gone });
    }
    // In the order in which they happened, whatever the order in which they were given.
    found.entries.sort_by_key(|known| (known.day, &known.record.at, &known.record.id));
    for known in &found.entries {
        found.incidents.entry(&known.record.incident).or_default().push(*known);
        if let Some(paper) = known.record.text("document").filter(|_| known.ends_custody()) {
            found.ends.entry(paper).or_default().push(*known);
        }
    }
    found.numbers_twice(links);
    found.requests();
    found.papers();
    found.bail();
    found.transfers();
    found.decisions();
    found.certificates();
    found.silence();
    found.days();
    found.series();
    found.late();
    found.gaps.sort();
    found.gaps
}

/// An entry with its day.
#[derive(Clone, Copy)]
struct Known<'a> {
    record: &'a Record,
    day: Date,
    /// Whether it was erased: only its kind, its day and its incident are left.
    gone: bool,
}

impl Known<'_> {
    fn is(&self, kind: &str) -> bool {
        self.record.kind == kind
    }

    fn has(&self, field: &str, words: &[&str]) -> bool {
        self.record.texts(field).iter().any(|word| words.contains(word))
    }

    /// Whether it says that somebody is no longer held.
    fn ends_custody(&self) -> bool {
        self.is("custody") && self.has("milestone", &["released", "transferred"])
    }
}

struct Finder<'a> {
    entries: Vec<Known<'a>>,
    incidents: BTreeMap<&'a str, Vec<Known<'a>>>,
    /// The releases and handovers that name a paper.
    ends: BTreeMap<&'a str, Vec<Known<'a>>>,
    schema: &'a Schema,
    zone: &'a TimeZone,
    from: Date,
    until: Date,
    gaps: Vec<Gap>,
}

impl<'a> Finder<'a> {
    /// The entries of a kind that happened between the two days.
    fn of(&self, kind: &str) -> Vec<Known<'a>> {
        let between = self.entries.iter().filter(|known| known.day >= self.from && known.day < self.until);
        between.filter(|known| known.is(kind) && !known.gone).copied().collect()
    }

    /// The entries of the incident of an entry.
    fn beside(&self, known: Known<'a>) -> &[Known<'a>] {
        self.incidents.get(known.record.incident.as_str()).map_or(&[], Vec::as_slice)
    }

    /// Whether so many days have passed since.
    fn passed(&self, day: Date, days: i32) -> bool {
        later(day, days) <= self.until
    }

    /// A gap that concerns one entry, and further ones.
    fn gap(&mut self, kind: GapKind, known: Known<'a>, others: &[&str], says: String, next: &str) {
        let mut records = vec![known.record.id.clone()];
        records.extend(others.iter().map(|id| (*id).to_owned()));
        let station = known.record.station.clone();
        self.gaps.push(Gap { kind, from: known.day, until: later(known.day, 1), station, records, says, next: next.to_owned() });
    }

    fn numbers_twice(&mut self, links: &[(String, String, String, String)]) {
        let mut numbers: BTreeMap<(&str, &str), BTreeSet<(&str, &str)>> = BTreeMap::new();
        for (system, number, incident, record) in links {
            numbers.entry((system, number)).or_default().insert((incident, record));
        }
        for ((system, _), named) in numbers {
            let incidents: BTreeSet<&str> = named.iter().map(|(incident, _)| *incident).collect();
            let in_incident = |(incident, record): &(&str, &str)| {
                let beside = self.incidents.get(incident).map_or(&[][..], Vec::as_slice);
                beside.iter().find(|known| known.record.id == *record).copied()
            };
            let mut known: Vec<Known<'_>> = named.iter().filter_map(in_incident).collect();
            known.sort_by_key(|known| (known.day, &known.record.id));
            if incidents.len() < 2 || !known.iter().any(|known| known.day >= self.from && known.day < self.until) {
                continue;
            }
            let (Some(first), Some(last)) = (known.first(), known.last()) else { continue };
            let label = self.schema.list("link").iter().find(|word| word.name == system).map_or(system, |word| word.label.as_str());
            self.gaps.push(Gap {
                kind: GapKind::NumberTwice,
                from: first.day,
                until: later(last.day, 1),
                station: one_station(&known),
                records: known.iter().map(|known| known.record.id.clone()).collect(),
                says: format!("{} incidents name the same {label}", incidents.len()),
                next: "look the number up where it was given: amend the entries that belong to another incident, or the number that was mistyped".to_owned(),
            });
        }
    }

    fn requests(&mut self) {
        let answered: BTreeSet<&str> =
            self.entries.iter().filter(|known| known.is("response")).filter_map(|known| known.record.text("request")).collect();
        // A response that was erased still stands in its incident, and says no longer what it answered.
        for known in self.of("request") {
            let erased = self.beside(known).iter().any(|other| other.is("response") && other.gone);
            if self.passed(known.day, ANSWER_DAYS) && !answered.contains(known.record.id.as_str()) && !erased {
                let says = format!("no response to it is recorded, {ANSWER_DAYS} days after it came");
                self.gap(GapKind::RequestOpen, known, &[], says, "ask the station what was done, and record the response");
            }
        }
    }

    fn papers(&mut self) {
        for known in self.of("document") {
            let beside = self.beside(known);
            let custody = |other: &&Known<'_>| other.is("custody");
            let ended = beside.iter().any(|other| other.ends_custody() && other.record.text("document").is_none());
            let erased = beside.iter().any(|other| other.is("custody") && other.gone);
            let elsewhere = self.ends.contains_key(known.record.id.as_str());
            let nobody_held = beside.iter().filter(custody).count() == 0 && beside.iter().any(|other| other.is("response"));
            if self.passed(known.day, PAPER_DAYS) && !ended && !erased && !elsewhere && !nobody_held {
                let says = format!(
                    "what became of it is not recorded, {PAPER_DAYS} days after it came: neither a release nor a handover, nor an answer where nobody was held"
                );
                self.gap(
                    GapKind::PaperOpen,
                    known,
                    &[],
                    says,
                    "look into the booking system, and record the release or the handover, with its time",
                );
            }
        }
    }

    fn bail(&mut self) {
        for known in self.of("custody").into_iter().filter(|known| known.has("milestone", &["bail_posted"])) {
            let Some(posted) = known.record.moment("at", self.zone) else { continue };
            let of_paper = known.record.text("document").and_then(|paper| self.ends.get(paper)).map_or(&[][..], Vec::as_slice);
            let ends = self.beside(known).iter().chain(of_paper).filter(|other| other.ends_custody());
            let after = ends.filter_map(|other| Some((other.record.moment("at", self.zone)?, other.record.id.as_str())));
            let after = after.filter(|(moment, _)| !moment.is_before(&posted)).min_by_key(|(moment, id)| (moment.order(self.zone), *id));
            let says = match &after {
                Some((moment, _)) if within(&posted, moment) => continue,
                Some((moment, _)) => {
                    format!("bail was posted at {posted}, and nobody was let go before {moment}, more than {BAIL_HOURS} hours later")
                }
                None if !self.passed(known.day, 3) => continue,
                None => format!("bail was posted at {posted}, and no release is recorded within {BAIL_HOURS} hours, nor after"),
            };
            let others: Vec<&str> = after.iter().map(|(_, id)| *id).collect();
            let next =
                "find out on what ground the person was held after bail, and tell counsel; if the release is only not recorded, record it";
            self.gap(GapKind::BailHeld, known, &others, says, next);
        }
    }

    fn transfers(&mut self) {
        let known_grounds: Vec<&str> = self.schema.list("exception_ground").iter().map(|word| word.name.as_str()).collect();
        for known in self.of("custody").into_iter().filter(|known| known.has("milestone", &["transferred"])) {
            let immigration = known.record.text("to").and_then(|to| self.schema.class_of(to)) == Some("federal_immigration");
            if immigration && !known.has("ground", &known_grounds) {
                let labels: Vec<&str> = self.schema.list("exception_ground").iter().map(|word| word.label.as_str()).collect();
                let says = format!("handed over to an immigration agency on no ground that the law knows ({})", labels.join(", "));
                self.gap(GapKind::TransferGround, known, &[], says, "tell counsel; find the paper on which it was done, and record it");
            }
        }
    }

    fn decisions(&mut self) {
        for known in self.of("decision") {
            let followed = self.beside(known).iter().any(|other| other.is("request") || other.is("response"));
            if self.passed(known.day, ANSWER_DAYS) && known.record.text("request").is_none() && !followed {
                let says = format!("Haven was asked, and {ANSWER_DAYS} days after neither the request nor the response is recorded");
                let next = "ask whoever asked Haven what came of it: record the request and the response, or leave it where nothing came";
                self.gap(GapKind::DecisionAlone, known, &[], says, next);
            }
        }
    }

    /// The certificates that nothing came, with their periods.
    fn periods(&self) -> Vec<(Known<'a>, Date, Date)> {
        let day = |known: &Known<'_>, field: &str| known.record.text(field)?.parse::<Date>().ok();
        let nil = self.entries.iter().filter(|known| known.is("nil"));
        nil.filter_map(|known| Some((*known, day(known, "period_from")?, day(known, "period_until")?))).collect()
    }

    fn certificates(&mut self) {
        for (known, first, end) in self.periods() {
            if end <= self.from || first >= self.until {
                continue;
            }
            let subjects = known.record.texts("nothing");
            let contradicts = |other: &&Known<'_>| {
                let place = (&other.record.station, &other.record.agency) == (&known.record.station, &known.record.agency);
                place && other.day >= first && other.day < end && subjects.contains(&format!("{}s", other.record.kind).as_str())
            };
            let others: Vec<&str> = self.entries.iter().filter(contradicts).map(|other| other.record.id.as_str()).collect();
            if !others.is_empty() {
                let says = format!(
                    "it certifies that nothing came from {first} until {end}, and {} recorded in that time",
                    count_are(others.len(), "entry", "entries")
                );
                self.gap(
                    GapKind::NilContradicted,
                    known,
                    &others,
                    says,
                    "have the certificate amended by whoever signed it, or the entry, if it belongs elsewhere",
                );
            }
        }
    }

    fn silence(&mut self) {
        let periods = self.periods();
        for station in self.schema.stations().iter().filter(|station| !station.nil.is_empty()) {
            let here = |known: &Known<'_>| known.record.station.as_deref() == Some(&station.name);
            let entries = self.entries.iter().filter(|known| here(known) && !known.is("nil")).map(|known| (known.day, later(known.day, 1)));
            let certified = periods.iter().filter(|(known, ..)| here(known)).map(|(_, first, end)| (*first, *end));
            let mut spoken: Vec<(Date, Date)> = entries.chain(certified).chain([(self.until, self.until)]).collect();
            spoken.sort_unstable();
            let mut since = self.from;
            for (first, end) in spoken {
                let first = first.min(self.until);
                if later(since, SILENT_DAYS) <= first {
                    self.gaps.push(Gap {
                        kind: GapKind::StationSilent,
                        from: since,
                        until: first,
                        station: Some(station.name.clone()),
                        records: Vec::new(),
                        says: format!(
                            "{}: no entry and no nil certificate from {since} until {first}, which is {SILENT_DAYS} days or more",
                            station.label
                        ),
                        next: "ask the station for its paper log, or for a nil certificate".to_owned(),
                    });
                }
                since = since.max(end);
            }
        }
    }

    fn days(&mut self) {
        let mut counts: BTreeMap<Date, usize> = BTreeMap::new();
        for known in self.entries.iter().filter(|known| INCOMING.contains(&known.record.kind.as_str())) {
            *counts.entry(known.day).or_default() += 1;
        }
        let all: Vec<Date> = days(self.from, self.until).collect();
        let mut missing: Vec<(Date, usize)> = Vec::new();
        for weekday in 1..=7 {
            let same: Vec<Date> = all.iter().filter(|day| day.weekday().to_monday_one_offset() == weekday).copied().collect();
            let mut usual: Vec<usize> = same.iter().map(|day| counts.get(day).copied().unwrap_or(0)).collect();
            usual.sort_unstable();
            // Of an even number of weeks the lower of the two in the middle: half of them have at least as many.
            let median = usual.get(usual.len().saturating_sub(1) / 2).copied().unwrap_or(0);
            if same.len() >= DAILY_WEEKS && median >= DAILY_ENTRIES {
                missing.extend(same.iter().filter(|day| !counts.contains_key(*day)).map(|day| (*day, median)));
            }
        }
        missing.sort_unstable();
        let mut runs: Vec<(Date, Date, usize)> = Vec::new();
        for (day, median) in missing {
            match runs.last_mut() {
                Some((_, end, least)) if *end == day => (*end, *least) = (later(day, 1), (*least).min(median)),
                _ => runs.push((day, later(day, 1), median)),
            }
        }
        for (first, end, median) in runs {
            let last = end.checked_sub(1.day()).unwrap_or(first);
            let when = if last == first { format!("on {first}") } else { format!("from {first} to {last}") };
            self.gaps.push(Gap {
                kind: GapKind::DaysMissing,
                from: first,
                until: end,
                station: None,
                records: Vec::new(),
                says: format!("no entry of anything that came in {when}; half of all such days of the week have {median} or more"),
                next: "find out whether nothing was recorded: ask for the paper logs of these days".to_owned(),
            });
        }
    }

    fn series(&mut self) {
        let mut series: BTreeMap<(&str, usize), BTreeMap<i64, &Known<'_>>> = BTreeMap::new();
        for known in &self.entries {
            let Some(external) = known.record.external.as_deref() else { continue };
            let start = external.trim_end_matches(|letter: char| letter.is_ascii_digit());
            let digits = external.strip_prefix(start).unwrap_or_default();
            if let (true, Ok(number)) = (digits.len() <= 9, digits.parse()) {
                series.entry((start, digits.len())).or_default().insert(number, known);
            }
        }
        let mut gaps = Vec::new();
        for ((start, width), numbers) in series {
            let (Some((first, _)), Some((last, _))) = (numbers.first_key_value(), numbers.last_key_value()) else { continue };
            let length = last - first + 1;
            let missing = length - i64::try_from(numbers.len()).unwrap_or(length);
            if numbers.len() < SERIES_IDS || missing == 0 || missing.saturating_mul(SERIES_HOLES) > length {
                continue;
            }
            let name = |number: i64| format!("{start}{number:0width$}");
            let mut before: Option<(i64, &Known<'_>)> = None;
            for (number, known) in &numbers {
                if let Some((previous, earlier)) = before.filter(|(previous, _)| previous + 1 < *number) {
                    let (first, last) = (previous + 1, number - 1);
                    let days = (earlier.day.min(known.day), earlier.day.max(known.day));
                    let names = if first == last { name(first) } else { format!("{} to {}", name(first), name(last)) };
                    if days.1 >= self.from && days.0 < self.until {
                        gaps.push(Gap {
                            kind: GapKind::IdsMissing,
                            from: days.0,
                            until: later(days.1, 1),
                            station: one_station(&[*earlier, **known]),
                            records: vec![earlier.record.id.clone(), known.record.id.clone()],
                            says: format!("{names}: not recorded, while its neighbours are"),
                            next: "look the line up in the paper log: it was refused at import, left out, or erased since".to_owned(),
                        });
                    }
                }
                before = Some((*number, known));
            }
        }
        self.gaps.extend(gaps);
    }

    fn late(&mut self) {
        let mut together: BTreeMap<Date, Vec<(Known<'a>, i32)>> = BTreeMap::new();
        for known in self.entries.clone() {
            let between = known.day >= self.from && known.day < self.until;
            let recorded = known.record.recorded_at.get(..10).and_then(|day| day.parse::<Date>().ok());
            let Some(recorded) = recorded.filter(|_| between && !known.gone && known.record.version == 1) else { continue };
            let days = recorded.since(known.day).map_or(0, |span| span.get_days());
            if days <= LATE_DAYS {
                continue;
            }
            if known.record.external.is_some() {
                together.entry(recorded).or_default().push((known, days));
                continue;
            }
            let says = format!("recorded on {recorded}, {days} days after it happened");
            self.gap(GapKind::RecordedLate, known, &[], says, "find out where it lay, and whether more lies there");
        }
        for (recorded, late) in together {
            let known: Vec<Known<'_>> = late.iter().map(|(known, _)| *known).collect();
            let days = || known.iter().map(|known| known.day);
            let (Some(first), Some(last), Some(most)) = (days().min(), days().max(), late.iter().map(|(_, days)| *days).max()) else {
                continue;
            };
            self.gaps.push(Gap {
                kind: GapKind::RecordedLate,
                from: first,
                until: later(last, 1),
                station: one_station(&known),
                records: known.iter().map(|known| known.record.id.clone()).collect(),
                says: format!(
                    "{} taken from another log on {recorded}, up to {most} days after they happened",
                    count_are(known.len(), "entry", "entries")
                ),
                next: "an import explains it; without one, find out where they lay".to_owned(),
            });
        }
    }
}

/// Whether a release came soon enough after bail.
fn within(posted: &Moment, released: &Moment) -> bool {
    match (posted.instant(), released.instant()) {
        (Some(posted), Some(released)) => released - posted <= BAIL_HOURS * 3600,
        _ => released.day() <= later(posted.day(), 2),
    }
}

/// The station of all of them, where they have the same.
fn one_station(known: &[Known<'_>]) -> Option<String> {
    let stations: BTreeSet<&Option<String>> = known.iter().map(|known| &known.record.station).collect();
    if stations.len() == 1 { stations.first().and_then(|station| (*station).clone()) } else { None }
}

fn count_are(count: usize, one: &str, several: &str) -> String {
    if count == 1 { format!("1 {one} is") } else { format!("{count} {several} are") }
}

fn later(day: Date, days: i32) -> Date {
    day.saturating_add(days.days())
}

fn days(from: Date, until: Date) -> impl Iterator<Item = Date> {
    from.series(1.day()).take_while(move |day| *day < until)
}
