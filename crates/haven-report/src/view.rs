//! The register as the reports look at it: what belongs together, what a field says in words, and where it stands in the log.

use crate::duties;
use crate::groups::Groups;
use crate::input::Input;
use crate::period::Period;
use crate::report::{
    Basis, Cell, Certificate, Column, Duplicate, EntryRef, Figure, Item, ListWords, Report, Row, Section, Standing, Statement, Table,
    Value, count,
};
use haven_register::entry::Record;
use haven_register::moment::Moment;
use haven_register::register::Stored;
use haven_register::schema::{FieldType, Schema, Station};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What is shown where nothing is recorded.
pub(crate) const NOTHING: &str = "–";

pub(crate) struct View<'a> {
    pub(crate) input: &'a Input<'a>,
    /// The kind of report, under which its words are found.
    report: &'static str,
    /// Entries that are not erased, in order of when they happened.
    live: Vec<&'a Stored>,
    by_id: BTreeMap<&'a str, &'a Stored>,
    /// Custody milestones and responses, by the entry they name.
    custody: BTreeMap<&'a str, Vec<&'a Stored>>,
    responses: BTreeMap<&'a str, Vec<&'a Stored>>,
}

impl<'a> View<'a> {
    pub(crate) fn new(input: &'a Input<'a>, report: &'static str) -> View<'a> {
        let mut live: Vec<&Stored> = input.entries.iter().filter(|stored| !gone(stored)).collect();
        live.sort_by_cached_key(|stored| (order(input, &stored.record), stored.record.id.clone()));
        let mut custody: BTreeMap<&str, Vec<&Stored>> = BTreeMap::new();
        let mut responses: BTreeMap<&str, Vec<&Stored>> = BTreeMap::new();
        for stored in &live {
            let (field, named) = match stored.record.kind.as_str() {
                "custody" => ("document", &mut custody),
                "response" => ("request", &mut responses),
                _ => continue,
            };
            if let Some(id) = stored.record.text(field) {
                named.entry(id).or_default().push(stored);
            }
        }
        let by_id = input.entries.iter().map(|stored| (stored.record.id.as_str(), stored)).collect();
        View { input, report, live, by_id, custody, responses }
    }

    pub(crate) fn schema(&self) -> &'a Schema {
        self.input.schema
    }

    pub(crate) fn groups(&self) -> &'a Groups {
        self.input.groups
    }

    pub(crate) fn say(&self, id: &str, places: &[(&str, &str)]) -> String {
        self.groups().say(id, places)
    }

    // Which entries ------------------------------------------------------------------------------------------------

    /// All entries that are not erased.
    pub(crate) fn all(&self) -> &[&'a Stored] {
        &self.live
    }

    pub(crate) fn of_kind(&self, kind: &str) -> Vec<&'a Stored> {
        self.live.iter().filter(|stored| stored.record.kind == kind).copied().collect()
    }

    pub(crate) fn of_class(&self, class: &str) -> Vec<&'a Stored> {
        self.live.iter().filter(|stored| self.groups().is(class, &stored.record)).copied().collect()
    }

    pub(crate) fn of_class_in(&self, class: &str, period: &Period) -> Vec<&'a Stored> {
        self.of_class(class).into_iter().filter(|stored| self.happened_in(stored, period)).collect()
    }

    /// The civil date in the jurisdiction of a moment of an entry.
    pub(crate) fn day(&self, stored: &Stored, field: &str) -> Option<Date> {
        stored.record.moment(field, self.input.zone).map(|moment| moment.day())
    }

    pub(crate) fn happened_in(&self, stored: &Stored, period: &Period) -> bool {
        self.lies_in(stored, "at", period)
    }

    pub(crate) fn lies_in(&self, stored: &Stored, field: &str, period: &Period) -> bool {
        self.day(stored, field).is_some_and(|day| period.has(day))
    }

    pub(crate) fn custody_of(&self, document: &Stored, group: &str) -> Vec<&'a Stored> {
        let all = self.custody.get(document.record.id.as_str()).map_or(&[][..], Vec::as_slice);
        let fits = |stored: &&&Stored| stored.record.text("milestone").is_some_and(|word| self.groups().has(group, word));
        all.iter().filter(fits).copied().collect()
    }

    pub(crate) fn responses_to(&self, request: &Stored) -> &[&'a Stored] {
        self.responses.get(request.record.id.as_str()).map_or(&[], Vec::as_slice)
    }

    /// Numbers of events of emergency communications, where the reader may have them.
    pub(crate) fn event_numbers(&self, stored: &Stored) -> String {
        let events = || self.input.links.iter().filter(|(system, ..)| self.groups().has("event_number", system));
        let own: BTreeSet<&str> =
            events().filter(|(.., record)| *record == stored.record.id).map(|(_, number, ..)| number.as_str()).collect();
        let of_incident = || {
            let same = events().filter(|(_, _, incident, _)| *incident == stored.record.incident);
            same.map(|(_, number, ..)| number.as_str()).collect::<BTreeSet<_>>()
        };
        let numbers = if own.is_empty() { of_incident() } else { own };
        or_nothing(numbers.into_iter().collect::<Vec<_>>().join(", "))
    }

    // What is said of them -------------------------------------------------------------------------------------------

    /// A moment as people read it: in the zone of the report, with its offset only in the hour that comes twice.
    pub(crate) fn moment(&self, moment: &Moment) -> String {
        let Some(time) = moment.time() else { return moment.day().to_string() };
        let mut text = format!("{} {:02}:{:02}", moment.day(), time.hour(), time.minute());
        if time.second() != 0 {
            text.push_str(&format!(":{:02}", time.second()));
        }
        if Moment::parse(&text, self.input.zone).is_ok() { text } else { moment.to_string() }
    }

    /// A moment or a day of an entry in words.
    pub(crate) fn when(&self, record: &Record, field: &str) -> String {
        let moment = match field {
            "recorded_at" => Moment::parse(&record.recorded_at, self.input.zone).ok(),
            field => record.moment(field, self.input.zone),
        };
        moment.map_or_else(|| NOTHING.to_owned(), |moment| self.moment(&moment))
    }

    /// The words of a field, by their labels.
    pub(crate) fn words(&self, record: &Record, field: &str) -> String {
        let labels = record.texts(field).into_iter().map(|word| self.schema().label(&record.kind, field, word));
        or_nothing(labels.collect::<Vec<_>>().join(", "))
    }

    /// The station of an entry, or its agency where it has none.
    pub(crate) fn station(&self, record: &Record) -> String {
        match &record.station {
            Some(name) => self.schema().station(name).map_or_else(|| name.clone(), |station| station.label.clone()),
            None if record.agency.is_empty() => NOTHING.to_owned(),
            None => record.agency.clone(),
        }
    }

    /// What an entry is: the words of the field that says it, else its kind.
    pub(crate) fn what(&self, record: &Record) -> String {
        let kind = self.schema().kind(&record.kind);
        let field = ["document", "asked", "milestone", "outcome", "form", "agreement"].into_iter().find(|field| {
            record.fields.contains_key(*field)
                && kind.and_then(|kind| kind.field(field)).is_some_and(|field| matches!(field.of, FieldType::Words(_)))
        });
        let label = kind.map_or(record.kind.as_str(), |kind| kind.label.as_str());
        match field {
            Some(field) => format!("{label}: {}", self.words(record, field)),
            None => label.to_owned(),
        }
    }

    // Parts of reports -----------------------------------------------------------------------------------------------

    /// A figure: the number of some entries.
    pub(crate) fn figure(&self, id: &str, entries: &[&Stored]) -> Figure {
        self.figure_of(id, count(entries.len()), entries)
    }

    /// A figure that is obtained from some entries but is not their number.
    pub(crate) fn figure_of(&self, id: &str, value: u64, entries: &[&Stored]) -> Figure {
        let (label, how) = self.groups().figure(self.report, id);
        let (label, how) = (self.fill_numbers(&label), self.fill_numbers(&how));
        let held = self.held(entries.len());
        Figure { id: id.to_owned(), label, value: Value::Number(value), how: sentences([how, held]), entries: refs(entries) }
    }

    /// How the entries behind a figure were held.
    pub(crate) fn held(&self, entries: usize) -> String {
        let size = self.input.log_size.to_string();
        let id = match entries {
            0 => "held_none",
            1 => "held_one",
            _ => "held",
        };
        self.say(id, &[("entries", &entries.to_string()), ("origin", self.input.origin), ("size", &size)])
    }

    pub(crate) fn section(&self, id: &str, figures: Vec<Figure>, tables: Vec<Table>) -> Section {
        let (title, intro) = self.groups().section(self.report, id);
        let intro = intro.iter().map(|text| self.fill_numbers(text)).collect();
        Section { id: id.to_owned(), title, intro, figures, tables }
    }

    pub(crate) fn table(&self, id: &str, columns: &[&str], rows: Vec<Row>) -> Table {
        let (caption, empty, note) = self.groups().table(self.report, id);
        let (caption, empty, note) = (self.fill_numbers(&caption), self.fill_numbers(&empty), self.fill_numbers(&note));
        Table { id: id.to_owned(), caption, columns: self.columns(columns), rows, total: None, empty, note }
    }

    fn columns(&self, ids: &[&str]) -> Vec<Column> {
        ids.iter().map(|id| Column { id: (*id).to_owned(), label: self.groups().column(id) }).collect()
    }

    /// Fills the numbers that the words of the reports have among them.
    pub(crate) fn fill_numbers(&self, text: &str) -> String {
        let groups = self.groups();
        crate::groups::fill(
            text,
            &[
                ("late_days", &groups.late_days.to_string()),
                ("renewal_days", &groups.renewal_days.to_string()),
                ("fewer_than", &groups.fewer_than.to_string()),
                ("most_hidden", &(groups.fewer_than - 1).to_string()),
                ("gap_minutes", &groups.gap_minutes.to_string()),
                ("match_days", &groups.match_days.to_string()),
                ("as_of", &self.input.as_of.to_string()),
            ],
        )
    }

    /// A report without its parts.
    pub(crate) fn empty(&self, id: String, period: Option<Period>) -> Report {
        let (title, intro) = self.groups().report(self.report);
        let mut notes = Vec::new();
        if let Some(period) = &period {
            if self.input.as_of < period.until {
                notes.push(self.say("not_over", &[("as_of", &self.input.as_of.to_string()), ("last", &period.last().to_string())]));
            }
            match duties::earliest(self.input) {
                Some(first) if first > period.from && first < period.until => {
                    notes.push(self.say("register_began", &[("first", &first.to_string())]));
                }
                Some(first) if first >= period.until => notes.push(self.say("register_after", &[("first", &first.to_string())])),
                Some(_) => {}
                None => notes.push(self.say("register_empty", &[])),
            }
        }
        let intro = intro.iter().map(|text| self.fill_numbers(text)).collect();
        let basis = self.basis(period.as_ref());
        Report {
            id,
            kind: self.report.to_owned(),
            title: title.to_owned(),
            place: self.schema().place().to_owned(),
            period,
            as_of: self.input.as_of,
            time_zone: self.schema().time_zone().to_owned(),
            origin: self.input.origin.to_owned(),
            log_size: self.input.log_size,
            law: self.schema().law().to_owned(),
            words: self.groups().digest.clone(),
            public: false,
            page_size: self.groups().page_size.name(),
            basis,
            intro,
            statements: Vec::new(),
            sections: Vec::new(),
            nil: Vec::new(),
            open: Vec::new(),
            late: Vec::new(),
            duplicates: Vec::new(),
            amended: Vec::new(),
            erased: Vec::new(),
            lists: Vec::new(),
            notes,
            files: Vec::new(),
        }
    }

    fn basis(&self, period: Option<&Period>) -> Vec<Basis> {
        let of_report = self.schema().deadlines().iter().filter(|deadline| deadline.report.as_deref() == Some(self.report));
        let basis = |deadline: &haven_register::schema::Deadline| {
            let due = period.filter(|_| self.report != "public").map(|period| duties::day_due(deadline, period));
            let done = period.and_then(|period| duties::done(self.input, &deadline.id, period));
            Basis {
                duty: deadline.id.clone(),
                label: deadline.label.clone(),
                cite: deadline.cite.clone(),
                who: deadline.who.clone(),
                to: deadline.to.clone(),
                due,
                done,
                verified: self.say(&format!("verified_{}", deadline.verified), &[]),
                note: deadline.note.clone(),
            }
        };
        of_report.map(basis).collect()
    }

    // What is missing --------------------------------------------------------------------------------------------------

    /// The lists of what is late, said twice, amended and erased, of kinds of entries in a period.
    pub(crate) fn completeness(&self, report: &mut Report, kinds: &[&str], period: &Period) {
        let of_kinds =
            || self.live.iter().filter(|stored| kinds.contains(&stored.record.kind.as_str()) && self.happened_in(stored, period));
        for stored in of_kinds() {
            let record = &stored.record;
            if record.version > 1 {
                let why = record.why.as_deref().unwrap_or_default();
                let label = self.schema().list("amend_reason").iter().find(|word| word.name == why).map_or(why, |word| word.label.as_str());
                let version = record.version.to_string();
                let at = self.when(record, "recorded_at");
                report.amended.push(self.item(stored, self.say("amended", &[("version", &version), ("at", &at), ("why", label)])));
            } else if let Some(days) = self.days_late(record)
                && days > self.groups().late_days
            {
                let at = self.when(record, "recorded_at");
                report.late.push(self.item(stored, self.say("late", &[("days", &days.to_string()), ("at", &at)])));
            }
        }
        if !report.amended.is_empty() {
            report.notes.push(self.say("amended_not_late", &[]));
        }
        report.duplicates = self.duplicates(of_kinds().copied());
        let mut erased: Vec<&Stored> = self.input.entries.iter().filter(|stored| gone(stored)).collect();
        erased.sort_by_key(|stored| (stored.record.at.clone(), stored.record.id.clone()));
        for stored in erased {
            let record = &stored.record;
            if kinds.contains(&record.kind.as_str()) && self.happened_in(stored, period) {
                let why = record.why.as_deref().unwrap_or_default();
                let label = self.schema().list("erase_ground").iter().find(|word| word.name == why).map_or(why, |word| word.label.as_str());
                let says = if label.is_empty() { self.say("erased_unsaid", &[]) } else { self.say("erased", &[("why", label)]) };
                report.erased.push(self.item(stored, says));
            }
        }
        if !report.erased.is_empty() {
            report.notes.push(self.say("erased_not_counted", &[("n", &report.erased.len().to_string())]));
        }
    }

    fn days_late(&self, record: &Record) -> Option<i32> {
        let happened = record.moment("at", self.input.zone)?.day();
        let recorded = Moment::parse(&record.recorded_at, self.input.zone).ok()?.day();
        Some(happened.until(recorded).ok()?.get_days())
    }

    pub(crate) fn item(&self, stored: &Stored, says: String) -> Item {
        let record = &stored.record;
        Item { station: self.station(record), what: self.what(record), at: self.when(record, "at"), says, entry: entry_ref(stored) }
    }

    /// Entries of one kind and station with the same words on the same day, and the same moment where both times are known.
    fn duplicates(&self, entries: impl Iterator<Item = &'a Stored>) -> Vec<Duplicate> {
        let mut same: BTreeMap<(Option<Date>, &str, String, String), Vec<&Stored>> = BTreeMap::new();
        for stored in entries {
            let record = &stored.record;
            let Some(kind) = self.schema().kind(&record.kind) else { continue };
            // Milestones of two people on one paper look alike; what they name tells them apart as far as anything does.
            let words = kind.fields.iter().filter(|field| matches!(field.of, FieldType::Words(_) | FieldType::Entry(_)));
            let said: Vec<String> = words.map(|field| format!("{}={}", field.name, record.texts(&field.name).join(";"))).collect();
            let place = format!("{}/{}", record.agency, record.station.as_deref().unwrap_or_default());
            same.entry((self.day(stored, "at"), record.kind.as_str(), place, said.join(" "))).or_default().push(stored);
        }
        let mut duplicates = Vec::new();
        for group in same.into_values().filter(|group| group.len() > 1) {
            let instant = |stored: &Stored| stored.record.moment("at", self.input.zone).and_then(|moment| moment.instant());
            // A time that is not known may be any time of the day.
            let parts: Vec<Vec<&Stored>> = if group.iter().any(|stored| instant(stored).is_none()) {
                vec![group]
            } else {
                let mut by_instant: BTreeMap<Option<i64>, Vec<&Stored>> = BTreeMap::new();
                for stored in group {
                    by_instant.entry(instant(stored)).or_default().push(stored);
                }
                by_instant.into_values().filter(|part| part.len() > 1).collect()
            };
            for part in parts {
                if let Some(first) = part.first() {
                    duplicates.push(Duplicate {
                        station: self.station(&first.record),
                        what: self.what(&first.record),
                        at: self.when(&first.record, "at"),
                        entries: refs(&part),
                    });
                }
            }
        }
        duplicates
    }

    /// The words under which the lists are shown, those given first.
    pub(crate) fn lists(&self, names: &[&'static str]) -> Vec<ListWords> {
        let words = |list: &&'static str| {
            let (caption, empty, note) = self.groups().table(self.report, list);
            let columns: &[&str] = match *list {
                "nil" => &["station"],
                "duplicates" => &["station", "what", "at", "times"],
                _ => &["station", "what", "at", "says"],
            };
            let (caption, empty, note) = (self.fill_numbers(&caption), self.fill_numbers(&empty), self.fill_numbers(&note));
            ListWords { list, caption, empty, note, columns: self.columns(columns) }
        };
        names.iter().map(words).collect()
    }

    /// What the stations recorded and certified of a subject in a period.
    pub(crate) fn certificates(&self, subject: &str, period: &Period) -> Vec<Certificate> {
        let class = self.groups().nil.get(subject).map_or("", String::as_str);
        let recorded = self.of_class_in(class, period);
        let about = self.schema().list("nil_subject").iter().find(|word| word.name == subject).map_or(subject, |word| word.label.as_str());
        let bound = self.schema().stations().iter().filter(|station| station.nil.iter().any(|word| word == subject));
        bound.map(|station| self.certificate(station, subject, about, &recorded, period)).collect()
    }

    fn certificate(&self, station: &Station, subject: &str, about: &str, recorded: &[&'a Stored], period: &Period) -> Certificate {
        let here = |stored: &&Stored| stored.record.station.as_deref() == Some(station.name.as_str());
        let own: Vec<&Stored> = recorded.iter().filter(|stored| here(stored)).copied().collect();
        // What was certified, cut to the period.
        let span = |stored: &'a Stored| {
            let (from, until) = (self.day(stored, "period_from")?.max(period.from), self.day(stored, "period_until")?.min(period.until));
            (from < until).then_some((from, until, stored))
        };
        let certified = self.of_kind("nil").into_iter().filter(here).filter(|stored| stored.record.texts("nothing").contains(&subject));
        let mut spans: Vec<(Date, Date, &Stored)> = certified.filter_map(span).collect();
        spans.sort_by_key(|(from, until, stored)| (*from, *until, stored.record.id.clone()));
        let mut parts: Vec<(Date, Date)> = Vec::new();
        for (from, until, _) in &spans {
            match parts.last_mut() {
                Some((_, end)) if *from <= *end => *end = (*end).max(*until),
                _ => parts.push((*from, *until)),
            }
        }
        let whole = parts.iter().any(|(from, until)| *from <= period.from && period.until <= *until);
        let covered = |day: Date| parts.iter().any(|(from, until)| *from <= day && day < *until);
        let contradicting: Vec<&Stored> = own.iter().filter(|stored| self.day(stored, "at").is_some_and(covered)).copied().collect();
        let standing = match (own.len(), contradicting.len(), parts.len()) {
            (_, 1.., _) => Standing::Contradicted,
            (1.., _, _) => Standing::Entries,
            (0, _, 0) => Standing::Silent,
            (0, _, _) if whole => Standing::Certified,
            (0, _, _) => Standing::Partly,
        };
        let spelled: Vec<String> = parts
            .iter()
            .map(|(from, until)| {
                self.say("from_to", &[("from", &from.to_string()), ("last", &until.yesterday().unwrap_or(*until).to_string())])
            })
            .collect();
        let days: Vec<String> = contradicting.iter().map(|stored| self.when(&stored.record, "at")).collect();
        let id = match standing {
            Standing::Entries => "standing_entries",
            Standing::Certified => "standing_certified",
            Standing::Partly => "standing_partly",
            Standing::Silent => "standing_silent",
            Standing::Contradicted => "standing_contradicted",
        };
        let number = own.len().to_string();
        let says = self.say(id, &[("spans", &spelled.join(", ")), ("days", &days.join(", ")), ("n", &number)]);
        let shown: Vec<&Stored> = spans.iter().map(|(_, _, stored)| *stored).chain(contradicting).collect();
        Certificate {
            station: station.name.clone(),
            label: station.label.clone(),
            subject: subject.to_owned(),
            about: about.to_owned(),
            recorded: count(own.len()),
            standing,
            says,
            entries: refs(&shown),
        }
    }

    /// Whether it may be certified that nothing of a subject came, and what to say.
    pub(crate) fn statement(&self, subject: &str, entries: &[&Stored], certificates: &[Certificate], period: &Period) -> Statement {
        let own: Vec<&Certificate> = certificates.iter().filter(|certificate| certificate.subject == subject).collect();
        let label = self.schema().list("nil_subject").iter().find(|word| word.name == subject).map_or(subject, |word| word.label.as_str());
        let missing: Vec<&str> = own.iter().filter(|each| each.standing != Standing::Certified).map(|each| each.label.as_str()).collect();
        let (stations, list, n) = (own.len().to_string(), missing.join("; "), entries.len().to_string());
        let places = [("about", label), ("period", period.label.as_str()), ("stations", &stations), ("missing", &list), ("n", &n)];
        let (id, nil) = match (entries.len(), own.len(), missing.len()) {
            (1.., _, _) => ("statement_entries", false),
            (0, 0, _) => ("statement_nobody", false),
            (0, _, 0) => ("statement_nil", true),
            (0, _, _) => ("statement_missing", false),
        };
        let entries: BTreeSet<EntryRef> = own.iter().flat_map(|each| each.entries.iter().cloned()).collect();
        Statement { subject: subject.to_owned(), nil, says: self.say(id, &places), entries: entries.into_iter().collect() }
    }

    /// The figures that sum up the certificates of a subject.
    pub(crate) fn standing_figures(&self, subject: &str, certificates: &[Certificate]) -> Vec<Figure> {
        let of = |standing: Standing| certificates.iter().filter(move |each| each.subject == subject && each.standing == standing);
        let figure = |name: &str, standing: Standing| {
            let ids: BTreeSet<&EntryRef> = of(standing).flat_map(|each| &each.entries).collect();
            let entries: Vec<&Stored> = ids.iter().filter_map(|entry| self.by_id.get(entry.record.as_str()).copied()).collect();
            self.figure_of(&format!("{name}_{subject}"), count(of(standing).count()), &entries)
        };
        vec![figure("certified", Standing::Certified), figure("silent", Standing::Silent)]
    }
}

/// Whether the private part of an entry is gone.
pub(crate) fn gone(stored: &Stored) -> bool {
    stored.erased || stored.record.erased
}

/// A key that sorts entries by when they happened: by the day, those without a time first.
pub(crate) fn order(input: &Input<'_>, record: &Record) -> (Option<Date>, Option<i64>) {
    let moment = record.moment("at", input.zone);
    (moment.as_ref().map(Moment::day), moment.and_then(|moment| moment.instant()))
}

pub(crate) fn entry_ref(stored: &Stored) -> EntryRef {
    EntryRef { log: stored.log, index: stored.index, record: stored.record.id.clone(), version: stored.record.version }
}

pub(crate) fn refs(entries: &[&Stored]) -> Vec<EntryRef> {
    let mut refs: Vec<EntryRef> = entries.iter().map(|stored| entry_ref(stored)).collect();
    refs.sort();
    refs.dedup();
    refs
}

/// A row that shows entries.
pub(crate) fn row(cells: impl IntoIterator<Item = Cell>, entries: &[&Stored]) -> Row {
    Row { cells: cells.into_iter().collect(), entries: refs(entries) }
}

pub(crate) fn or_nothing(text: String) -> String {
    if text.is_empty() { NOTHING.to_owned() } else { text }
}

/// Sentences put one after the other, the empty ones left out.
pub(crate) fn sentences<const N: usize>(parts: [String; N]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
