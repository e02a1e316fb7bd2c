//! The comparison of our detainers with another party's data, by month and facility, and row by row where it has rows.
//!
//! Whoever reads their file, which may be larger than memory, hands over what the comparison needs of it ([`Theirs`], [`days`]);
//! which station is which facility is said by a table of the user's.

use crate::duties;
use crate::input::Input;
use crate::period::month;
use crate::report::{EntryRef, Report, Row, Value, count};
use crate::view::{View, entry_ref, row, sentences};
use csv::StringRecord;
use haven_register::register::Stored;
use haven_register::schema::Schema;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Why a table of stations or facilities is not read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// Its header is none that is known.
    #[error("`{file}`: expected a header with {expected}, found {found}")]
    Layout {
        /// The file.
        file: String,
        /// The headers that are known.
        expected: String,
        /// The header, or what stands in its place.
        found: String,
    },
    /// It is no table of comma-separated values in UTF-8.
    #[error("`{file}`, row {row}: expected {expected}, found {found}")]
    Table {
        /// The file.
        file: String,
        /// The row, the header being 1.
        row: u64,
        /// What may stand there.
        expected: String,
        /// What does.
        found: String,
    },
}

/// How another party's data is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// A row for each detainer, as the Deportation Data Project gives them.
    Rows,
    /// A count for each month.
    ByMonth,
    /// A count for each facility, by the reason why detainers were lifted.
    ByFacility,
}

/// A cell that could not be read. INVARIANT: it holds no text of the file that could be a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// The row, the header being 1.
    pub row: u64,
    /// The column, by its name in the layout.
    pub column: String,
    /// What may stand there.
    pub expected: String,
    /// What stands there, as far as it is digits and marks.
    pub found: String,
}

/// A facility as the other party names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Its code, in capitals.
    pub code: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

/// How many detainers of a place, or of a month where that is all that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The place; of both nothing where their data has no places.
    pub place: Place,
    /// The month, `2024-06`, where their data has months and no days.
    pub month: Option<String>,
    /// How many, without likely duplicates.
    pub number: u64,
}

/// A detainer of theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TheirRow {
    /// The row, the header being 1.
    pub row: u64,
    /// Its day.
    pub day: Date,
    /// The place.
    pub place: Place,
}

/// What is compared of another party's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theirs {
    /// The name of the file.
    pub file: String,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// How it is laid out.
    pub layout: Layout,
    /// What could not be read: the first cells.
    pub unread: Vec<Unread>,
    /// How many more there are.
    pub unread_rest: u64,
    /// The first day on which it has anything; none where it has no days.
    pub first: Option<Date>,
    /// The last.
    pub last: Option<Date>,
    /// Rows that it marks as likely duplicates itself: they are in no count.
    pub likely_duplicates: u64,
    /// All its places and months.
    pub counts: Vec<Count>,
    /// Why detainers at our facilities were lifted.
    pub reasons: Vec<(String, u64)>,
    /// The detainers at our facilities, of [`days`] at least.
    pub rows: Vec<TheirRow>,
}

/// The columns that hold the code and the name of a facility in a table of facilities.
const CODES: [&str; 2] = ["detainer_facility_code", "detention_facility_code"];
const NAMES: [&str; 2] = ["detainer_facility", "detention_facility"];
/// What a missing value is written as.
const MISSING: [&str; 4] = ["", "NA", "NULL", "N/A"];

/// The first and the last day whose rows can matter to a comparison: those of the register, and as far beyond as a pair may reach.
pub fn days(input: &Input<'_>) -> (Date, Date) {
    let view = View::new(input, "check");
    let ours: Vec<Date> = view.of_class("detainers").into_iter().filter_map(|stored| view.day(stored, "at")).collect();
    let since = duties::since(input).unwrap_or(input.as_of);
    let (first, last) = ours.iter().fold((since, input.as_of), |(first, last), day| (first.min(*day), last.max(*day)));
    let reach = i64::from(input.groups.match_days).days();
    (first.saturating_sub(reach), last.saturating_add(reach))
}

/// Reads a table: its header, and its records with their rows.
fn table(bytes: &[u8], file: &str) -> Result<(StringRecord, Vec<(u64, StringRecord)>), CheckError> {
    let wrong =
        |row: u64, expected: &str, found: String| CheckError::Table { file: file.to_owned(), row, expected: expected.to_owned(), found };
    // A byte order mark is no part of the first column's name.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let header = reader.headers().map_err(|_| wrong(1, "a header in UTF-8", "other bytes".to_owned()))?.clone();
    let mut records = Vec::new();
    for (record, row) in reader.records().zip(2..) {
        let record = record.map_err(|_| wrong(row, "text in UTF-8", "other bytes".to_owned()))?;
        records.push((row, record));
    }
    Ok((header, records))
}

fn cell(record: &StringRecord, at: usize) -> Option<&str> {
    record.get(at).filter(|text| !MISSING.contains(text))
}

/// What a text looks like: itself where it is digits and marks, else only how long it is.
fn shape(text: &str) -> String {
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    match (text.chars().count(), letters) {
        (0, _) => "nothing".to_owned(),
        (1..=32, 0) => format!("`{text}`"),
        (length, _) => format!("a text of {length} characters"),
    }
}

/// Which station is which facility, and what facilities are called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facilities {
    /// Code to name.
    names: BTreeMap<String, String>,
    /// Name in capitals, its signs left out, to code.
    codes: BTreeMap<String, BTreeSet<String>>,
    /// Station to code.
    stations: BTreeMap<String, String>,
}

impl Facilities {
    /// Reads the user's table, `station,detention_facility_code`, and a list of codes where there is one,
    /// `detention_facility_code,detention_facility,…`.
    ///
    /// # Errors
    /// [`CheckError`]: a header that is not this, a station that the jurisdiction does not have, a second code for one.
    pub fn read(stations: &[u8], codes: Option<&[u8]>, schema: &Schema) -> Result<Facilities, CheckError> {
        let mut facilities = Facilities::default();
        if let Some(codes) = codes {
            let (header, records) = table(codes, "facilities")?;
            let at = |names: &[&str]| names.iter().find_map(|name| header.iter().position(|column| column.eq_ignore_ascii_case(name)));
            let (Some(code), Some(name)) = (at(&CODES), at(&NAMES)) else {
                let expected = "`detention_facility_code` and `detention_facility`".to_owned();
                let found = format!("{} other columns", header.len());
                return Err(CheckError::Layout { file: "facilities".to_owned(), expected, found });
            };
            let other = at(&["vera_name"]);
            for (_, record) in &records {
                let Some(code) = cell(record, code).map(str::to_uppercase) else { continue };
                for text in [Some(name), other].into_iter().flatten().filter_map(|at| cell(record, at)) {
                    facilities.names.entry(code.clone()).or_insert_with(|| text.to_owned());
                    facilities.codes.entry(plain(text)).or_default().insert(code.clone());
                }
            }
        }
        let (header, records) = table(stations, "stations")?;
        let at = |name: &str| header.iter().position(|column| column.eq_ignore_ascii_case(name));
        let (Some(station), Some(code)) = (at("station"), at("detention_facility_code")) else {
            let expected = "`station` and `detention_facility_code`".to_owned();
            return Err(CheckError::Layout { file: "stations".to_owned(), expected, found: format!("{} columns", header.len()) });
        };
        for (row, record) in &records {
            let wrong = |expected: &str, found: String| CheckError::Table {
                file: "stations".to_owned(),
                row: *row,
                expected: expected.to_owned(),
                found,
            };
            let (station, code) = (record.get(station).unwrap_or_default(), record.get(code).unwrap_or_default());
            // Spreadsheets take leading zeros away.
            let bare = |name: &str| name.trim_start_matches('0').to_uppercase();
            let Some(known) = schema.stations().iter().find(|known| bare(&known.name) == bare(station) && !station.is_empty()) else {
                return Err(wrong("a station of the jurisdiction", shape(station)));
            };
            if code.is_empty() {
                return Err(wrong("the code of a facility", "nothing".to_owned()));
            }
            if facilities.stations.insert(known.name.clone(), code.to_uppercase()).is_some() {
                return Err(wrong("a station that stands once", format!("`{}` again", known.name)));
            }
        }
        Ok(facilities)
    }

    /// The code of one of our facilities that a place means; none where it means none of ours.
    pub fn own(&self, place: &Place) -> Option<&str> {
        let ours = |code: &str| self.stations.values().find(|own| own.as_str() == code).map(String::as_str);
        if let Some(code) = place.code.as_deref() {
            return ours(code);
        }
        let name = plain(place.name.as_deref()?);
        self.codes.get(&name).into_iter().flatten().find_map(|code| ours(code)).or_else(|| ours(&name))
    }

    fn label(&self, code: &str) -> String {
        self.names.get(code).map_or_else(|| code.to_owned(), |name| format!("{code} ({name})"))
    }
}

/// A name without what people write differently: capitals, and all that is neither letter nor digit.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// An entry of ours and a row of theirs that speak of the same detainer, as far as facility and day tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Match {
    /// Our entry.
    pub entry: EntryRef,
    /// The day of it.
    pub day: Date,
    /// Their row, the header being 1.
    pub row: u64,
    /// The day of it.
    pub their_day: Date,
    /// The facility.
    pub facility: String,
}

/// An entry of ours of which they have nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OnlyOurs {
    /// The entry.
    pub entry: EntryRef,
    /// Its day.
    pub day: Date,
    /// The facility.
    pub facility: String,
}

/// A row of theirs of which we have nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OnlyTheirs {
    /// The row, the header being 1.
    pub row: u64,
    /// Its day.
    pub day: Date,
    /// The facility.
    pub facility: String,
}

/// The counts of a facility and a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// The facility; empty where the other party's data has none.
    pub facility: String,
    /// The month; empty where it has none.
    pub month: String,
    /// Our entries.
    pub ours: u64,
    /// Their rows or counts.
    pub theirs: u64,
    /// How many of both were matched; none where the data has no rows.
    pub matched: Option<u64>,
    /// Our entries.
    pub entries: Vec<EntryRef>,
}

/// The result of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The other party's file.
    pub file: String,
    /// SHA-256 of it.
    pub sha256: String,
    /// How it is laid out.
    pub layout: Layout,
    /// The rule of the comparison, in words.
    pub rule: String,
    /// The days compared: from the first to the last on which both can have something. None where there are none.
    pub from: Option<Date>,
    /// The last of them.
    pub last: Option<Date>,
    /// Our detainers in these days at facilities that are mapped.
    pub ours: u64,
    /// Theirs.
    pub theirs: u64,
    /// What both have.
    pub matched: Vec<Match>,
    /// What only we have.
    pub only_ours: Vec<OnlyOurs>,
    /// What only they have.
    pub only_theirs: Vec<OnlyTheirs>,
    /// By facility and month.
    pub pairs: Vec<Pair>,
    /// What could not be read: the first cells.
    pub unread: Vec<Unread>,
    /// How many more there are.
    pub unread_rest: u64,
    /// Facilities of theirs that no station is mapped to, with their counts.
    pub unmapped_facilities: Vec<(String, u64)>,
    /// Stations of ours that are mapped to no facility, with their counts.
    pub unmapped_stations: Vec<(String, u64)>,
    /// Our detainers outside the days compared.
    pub ours_outside: u64,
    /// Theirs.
    pub theirs_outside: u64,
    /// Rows that the other party itself marks as likely duplicates; they are left out.
    pub likely_duplicates: u64,
    /// Why detainers were lifted, by their words, with counts, at our facilities.
    pub reasons: Vec<(String, u64)>,
}

/// Compares our detainers with another party's data.
pub fn against(input: &Input<'_>, theirs: &Theirs, facilities: &Facilities) -> Check {
    let view = View::new(input, "check");
    let mut unmapped_facilities: BTreeMap<String, u64> = BTreeMap::new();
    let mut unmapped_stations: BTreeMap<String, u64> = BTreeMap::new();

    // Which facilities each side speaks of. Counts by month speak of all of them at once.
    let by_facility = theirs.layout != Layout::ByMonth;
    let mut counts: Vec<(&Count, &str)> = Vec::new();
    for count in &theirs.counts {
        if !by_facility {
            counts.push((count, ""));
        } else if let Some(code) = facilities.own(&count.place) {
            counts.push((count, code));
        } else {
            let name = match (&count.place.code, &count.place.name) {
                (Some(code), Some(name)) => format!("{code} ({name})"),
                (code, name) => code.clone().or_else(|| name.clone()).unwrap_or_default(),
            };
            *unmapped_facilities.entry(name).or_default() += count.number;
        }
    }
    let rows: Vec<(&TheirRow, &str)> = theirs.rows.iter().filter_map(|row| Some((row, facilities.own(&row.place)?))).collect();
    let mut ours: Vec<(&Stored, Date, &str)> = Vec::new();
    for stored in view.of_class("detainers") {
        let Some(day) = view.day(stored, "at") else { continue };
        if !by_facility {
            ours.push((stored, day, ""));
            continue;
        }
        match stored.record.station.as_ref().and_then(|station| facilities.stations.get(station)) {
            Some(code) => ours.push((stored, day, code)),
            None => *unmapped_stations.entry(view.station(&stored.record)).or_default() += 1,
        }
    }

    let window = window(input, theirs);
    let inside = |day: Date| window.is_none_or(|(from, last)| from <= day && day <= last);
    // Rows are matched whatever their day, and a pair counts wherever it lies: what both have is no difference.
    let pairs = if theirs.layout == Layout::Rows { pair(&ours, &rows, input.groups.match_days) } else { Vec::new() };
    let (mut partners, mut their_partners) = (BTreeSet::new(), BTreeSet::new());
    let mut matched = Vec::new();
    for (own, their) in pairs {
        let (Some((stored, day, code)), Some((row, _))) = (ours.get(own), rows.get(their)) else { continue };
        partners.insert(own);
        their_partners.insert(their);
        matched.push(Match { entry: entry_ref(stored), day: *day, row: row.row, their_day: row.day, facility: facilities.label(code) });
    }
    matched.sort_by(|one, other| (one.day, &one.entry).cmp(&(other.day, &other.entry)));

    let by_month = theirs.layout != Layout::ByFacility;
    let mut cells: BTreeMap<(String, String), Pair> = BTreeMap::new();
    let blank = |code: &str, of: &str| Pair {
        facility: if code.is_empty() { String::new() } else { facilities.label(code) },
        month: of.to_owned(),
        ours: 0,
        theirs: 0,
        matched: (theirs.layout == Layout::Rows).then_some(0),
        entries: Vec::new(),
    };
    let (mut ours_inside, mut ours_outside, mut theirs_inside) = (0, 0, 0_u64);
    let mut only_ours = Vec::new();
    for (place, (stored, day, code)) in ours.iter().enumerate() {
        let paired = partners.contains(&place);
        if !inside(*day) && !paired {
            ours_outside += 1;
            continue;
        }
        ours_inside += 1;
        let of = if by_month { month(*day) } else { String::new() };
        let pair = cells.entry(((*code).to_owned(), of.clone())).or_insert_with(|| blank(code, &of));
        pair.ours += 1;
        pair.entries.push(entry_ref(stored));
        match (paired, &mut pair.matched) {
            (true, Some(matched)) => *matched += 1,
            (false, Some(_)) => {
                only_ours.push(OnlyOurs { entry: entry_ref(stored), day: *day, facility: facilities.label(code) });
            }
            _ => {}
        }
    }
    let mut only_theirs = Vec::new();
    let mut theirs_in = |code: &str, of: &str, number: u64| {
        theirs_inside += number;
        cells.entry((code.to_owned(), of.to_owned())).or_insert_with(|| blank(code, of)).theirs += number;
    };
    if theirs.layout == Layout::Rows {
        for (place, (row, code)) in rows.iter().enumerate() {
            let paired = their_partners.contains(&place);
            if inside(row.day) || paired {
                theirs_in(code, &month(row.day), 1);
            }
            if inside(row.day) && !paired {
                only_theirs.push(OnlyTheirs { row: row.row, day: row.day, facility: facilities.label(code) });
            }
        }
    } else {
        for (count, code) in &counts {
            match (&count.month, window) {
                (Some(own), Some((from, last))) if *own < month(from) || month(last) < *own => {}
                (own, _) => theirs_in(code, own.as_deref().unwrap_or_default(), count.number),
            }
        }
    }
    let theirs_outside = counts.iter().map(|(count, _)| count.number).sum::<u64>().saturating_sub(theirs_inside);
    Check {
        file: theirs.file.clone(),
        sha256: theirs.sha256.clone(),
        layout: theirs.layout,
        rule: rule(input, theirs.layout),
        from: window.map(|(from, _)| from),
        last: window.map(|(_, last)| last),
        ours: ours_inside,
        theirs: theirs_inside,
        matched,
        only_ours,
        only_theirs,
        pairs: cells.into_values().collect(),
        unread: theirs.unread.clone(),
        unread_rest: theirs.unread_rest,
        unmapped_facilities: unmapped_facilities.into_iter().collect(),
        unmapped_stations: unmapped_stations.into_iter().collect(),
        ours_outside,
        theirs_outside,
        likely_duplicates: theirs.likely_duplicates,
        reasons: theirs.reasons.clone(),
    }
}

/// The days on which both sides can have something. None where the other party's data has no days.
fn window(input: &Input<'_>, theirs: &Theirs) -> Option<(Date, Date)> {
    let (from, until) = theirs.first.zip(theirs.last)?;
    let since = duties::since(input).unwrap_or(input.as_of);
    // A count of a month cannot be cut: the month in which the register began is compared as it is.
    let since = if theirs.layout == Layout::ByMonth { since.first_of_month() } else { since };
    Some((from.max(since), until.min(input.as_of)))
}

/// Pairs of places in both lists: of one facility, at most so many days apart, the nearest first, each in one pair only.
fn pair(ours: &[(&Stored, Date, &str)], theirs: &[(&TheirRow, &str)], days: i32) -> Vec<(usize, usize)> {
    let mut of_facility: BTreeMap<&str, BTreeMap<Date, Vec<usize>>> = BTreeMap::new();
    for (place, (row, code)) in theirs.iter().enumerate() {
        of_facility.entry(code).or_default().entry(row.day).or_default().push(place);
    }
    let mut candidates = Vec::new();
    for (own, (stored, day, code)) in ours.iter().enumerate() {
        let Some(by_day) = of_facility.get(code) else { continue };
        let reach = i64::from(days).days();
        let (from, until) = (day.saturating_sub(reach), day.saturating_add(reach));
        for (their_day, places) in by_day.range(from..=until) {
            let apart = day.until(*their_day).map_or(i32::MAX, |span| span.get_days().abs());
            for their in places {
                candidates.push((apart, *day, &stored.record.id, *their_day, *their, own));
            }
        }
    }
    // The order decides every tie, and rests on nothing but what both files say.
    candidates.sort_unstable();
    let (mut used, mut their_used) = (BTreeSet::new(), BTreeSet::new());
    let mut pairs = Vec::new();
    for (_, _, _, _, their, own) in candidates {
        if !used.contains(&own) && !their_used.contains(&their) {
            used.insert(own);
            their_used.insert(their);
            pairs.push((own, their));
        }
    }
    pairs
}

fn rule(input: &Input<'_>, layout: Layout) -> String {
    let id = match layout {
        Layout::Rows => "rule_rows",
        Layout::ByMonth => "rule_by_month",
        Layout::ByFacility => "rule_by_facility",
    };
    input.groups.say(id, &[("match_days", &input.groups.match_days.to_string())])
}

impl Check {
    /// The comparison as a report, which every format can show.
    pub fn report(&self, input: &Input<'_>) -> Report {
        let view = View::new(input, "check");
        let mut report = view.empty(format!("check-{}", input.as_of), None);
        report.intro.push(self.rule.clone());
        let with_rows = self.layout == Layout::Rows;
        let figure = |id: &str, value: u64, entries: Vec<EntryRef>| {
            let (label, how) = view.groups().figure("check", id);
            let held = if entries.is_empty() {
                String::new()
            } else {
                let (entries, size) = (entries.len().to_string(), input.log_size.to_string());
                view.say("held_checked", &[("entries", &entries), ("origin", input.origin), ("size", &size)])
            };
            let how = sentences([how, held]);
            crate::report::Figure { id: id.to_owned(), label, value: Value::Number(value), how, entries }
        };
        let ours = self.pairs.iter().flat_map(|pair| pair.entries.iter().cloned()).collect();
        let mut figures = vec![figure("ours", self.ours, ours), figure("theirs", self.theirs, Vec::new())];
        if with_rows {
            let both = self.matched.iter().map(|each| each.entry.clone()).collect();
            let only = self.only_ours.iter().map(|each| each.entry.clone()).collect();
            figures.push(figure("matched", count(self.matched.len()), both));
            figures.push(figure("only_ours", count(self.only_ours.len()), only));
            figures.push(figure("only_theirs", count(self.only_theirs.len()), Vec::new()));
        }
        let columns: &[&str] = if with_rows {
            &["facility", "month", "ours", "theirs", "matched"]
        } else {
            &["facility", "month", "ours", "theirs", "difference"]
        };
        let line = |pair: &Pair| {
            let last = match pair.matched {
                Some(matched) => matched.into(),
                None => difference(pair.ours, pair.theirs).into(),
            };
            Row {
                cells: vec![
                    crate::view::or_nothing(pair.facility.clone()).into(),
                    crate::view::or_nothing(pair.month.clone()).into(),
                    pair.ours.into(),
                    pair.theirs.into(),
                    last,
                ],
                entries: pair.entries.clone(),
            }
        };
        let mut pairs = view.table("pairs", columns, self.pairs.iter().map(line).collect());
        let last = if with_rows { count(self.matched.len()).into() } else { difference(self.ours, self.theirs).into() };
        pairs.total = Some(row([view.say("total", &[]).into(), "".into(), self.ours.into(), self.theirs.into(), last], &[]));
        report.sections.push(view.section("totals", figures, vec![pairs]));

        if with_rows {
            let ours = self.only_ours.iter().map(|each| Row {
                cells: vec![each.day.to_string().into(), each.facility.clone().into(), each.entry.record.clone().into()],
                entries: vec![each.entry.clone()],
            });
            let theirs = self.only_theirs.iter();
            let theirs = theirs.map(|each| row([each.day.to_string().into(), each.facility.clone().into(), each.row.into()], &[]));
            let both = self.matched.iter().map(|each| Row {
                cells: vec![
                    each.day.to_string().into(),
                    each.their_day.to_string().into(),
                    each.facility.clone().into(),
                    each.entry.record.clone().into(),
                    each.row.into(),
                ],
                entries: vec![each.entry.clone()],
            });
            let tables = vec![
                view.table("only_ours", &["our_day", "facility", "record"], ours.collect()),
                view.table("only_theirs", &["their_day", "facility", "their_row"], theirs.collect()),
                view.table("matched", &["our_day", "their_day", "facility", "record", "their_row"], both.collect()),
            ];
            report.sections.push(view.section("rows", Vec::new(), tables));
        }
        let counted = |list: &[(String, u64)]| {
            list.iter().map(|(name, number)| row([name.clone().into(), (*number).into()], &[])).collect::<Vec<_>>()
        };
        let unread = self
            .unread
            .iter()
            .map(|cell| row([cell.row.into(), cell.column.clone().into(), cell.expected.clone().into(), cell.found.clone().into()], &[]));
        let left: Vec<(&str, u64)> = vec![
            ("likely_duplicates", self.likely_duplicates),
            ("ours_outside", self.ours_outside),
            ("theirs_outside", self.theirs_outside),
            ("unmapped_theirs", self.unmapped_facilities.iter().map(|(_, number)| number).sum()),
            ("unmapped_ours", self.unmapped_stations.iter().map(|(_, number)| number).sum()),
            ("unread", count(self.unread.len()) + self.unread_rest),
        ];
        let figures = left.into_iter().map(|(id, number)| figure(id, number, Vec::new())).collect();
        let mut tables = vec![
            view.table("unread", &["their_row", "column", "expected", "found"], unread.collect()),
            view.table("unmapped_facilities", &["facility", "number"], counted(&self.unmapped_facilities)),
            view.table("unmapped_stations", &["station", "number"], counted(&self.unmapped_stations)),
        ];
        if !self.reasons.is_empty() {
            tables.push(view.table("reasons", &["reason", "number"], counted(&self.reasons)));
        }
        report.sections.push(view.section("left_out", figures, tables));
        let days = match (self.from, self.last) {
            (Some(from), Some(last)) if from <= last => view.say("check_days", &[("from", &from.to_string()), ("last", &last.to_string())]),
            (Some(_), _) => view.say("check_no_days", &[]),
            _ => view.say("check_undated", &[]),
        };
        report.notes.push(days);
        if self.unread_rest > 0 {
            report.notes.push(view.say("check_unread_rest", &[("rest", &self.unread_rest.to_string())]));
        }
        report.notes.push(view.say("check_file", &[("file", &self.file), ("sha256", &self.sha256)]));
        report
    }
}

/// Ours less theirs, with its sign.
fn difference(ours: u64, theirs: u64) -> String {
    match ours.cmp(&theirs) {
        std::cmp::Ordering::Less => format!("−{}", theirs - ours),
        std::cmp::Ordering::Equal => "0".to_owned(),
        std::cmp::Ordering::Greater => format!("+{}", ours - theirs),
    }
}
