//! The report as a document: sections with figures and tables, the entries behind each, and what is missing.

use crate::period::Period;
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use std::collections::BTreeSet;
use std::fmt;

/// The place of an entry in a log: who has the log's proof of it can check it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct EntryRef {
    /// The log.
    pub log: i64,
    /// The index in the log.
    pub index: u64,
    /// The record.
    pub record: String,
    /// Its version.
    pub version: i64,
}

impl EntryRef {
    /// The file of the proof, relative to the report.
    pub fn proof(&self) -> String {
        format!("proofs/{}-{}.tlog-proof", self.log, self.index)
    }
}

/// A number as it may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// The number.
    Number(u64),
    /// At least 1 and below this: too few to show.
    FewerThan(u64),
    /// Not shown, because another number that is too small to show could be computed from it.
    Withheld,
    /// Nothing is said of it.
    NotShown,
}

impl Value {
    /// The number, where it is shown.
    pub fn number(self) -> Option<u64> {
        match self {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(number) => write!(f, "{number}"),
            Value::FewerThan(most) => write!(f, "fewer than {most}"),
            Value::Withheld => write!(f, "withheld"),
            Value::NotShown => write!(f, "not shown"),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Number(number) => serializer.serialize_u64(*number),
            other => serializer.collect_str(other),
        }
    }
}

/// A number with what it means and where it is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// Its id, which stands once in a report.
    pub id: String,
    /// What it counts.
    pub label: String,
    /// The number.
    pub value: Value,
    /// How it was obtained.
    pub how: String,
    /// The entries behind it. Public reports name none.
    pub entries: Vec<EntryRef>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub label: String,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// Words, a day, a moment.
    Text(String),
    /// A number.
    Number(Value),
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cell::Text(text) => f.write_str(text),
            Cell::Number(value) => value.fmt(f),
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Cell {
        Cell::Number(Value::Number(number))
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Cell {
        Cell::Number(Value::Number(count(number)))
    }
}

impl From<Value> for Cell {
    fn from(value: Value) -> Cell {
        Cell::Number(value)
    }
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its cells, as many as the table has columns.
    pub cells: Vec<Cell>,
    /// The entries it shows.
    pub entries: Vec<EntryRef>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Its id, which stands once in a report.
    pub id: String,
    /// What it shows.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// A last row with sums.
    pub total: Option<Row>,
    /// What it means that there are no rows.
    pub empty: String,
    /// What to know when reading it.
    pub note: String,
}

/// A part of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its id, which stands once in a report.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// Its first sentences.
    pub intro: Vec<String>,
    /// Its figures.
    pub figures: Vec<Figure>,
    /// Its tables.
    pub tables: Vec<Table>,
}

/// The duty that a report discharges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Basis {
    /// The id of the deadline.
    pub duty: String,
    /// What it is called.
    pub label: String,
    /// The provision.
    pub cite: String,
    /// Who has the duty.
    pub who: String,
    /// To whom.
    pub to: String,
    /// The day on which it is due.
    pub due: Option<Date>,
    /// The day on which it was done, by an entry of the register.
    pub done: Option<Date>,
    /// How well the day is known, in words.
    pub verified: String,
    /// What is known of the day.
    pub note: String,
}

/// One entry in a list of what is open, late, amended or erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// The station, or the agency where it has none.
    pub station: String,
    /// What the entry is.
    pub what: String,
    /// When it happened.
    pub at: String,
    /// What is to be said of it.
    pub says: String,
    /// The entry.
    pub entry: EntryRef,
}

/// Entries that say the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Duplicate {
    /// The station, or the agency where it has none.
    pub station: String,
    /// What they are.
    pub what: String,
    /// When it happened.
    pub at: String,
    /// The entries, at least two.
    pub entries: Vec<EntryRef>,
}

/// What a station recorded and certified of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It has entries and no certificate.
    Entries,
    /// It has none, and certified so for the whole period.
    Certified,
    /// It has none, and certified so for a part of the period.
    Partly,
    /// It has none and certified nothing: nobody knows whether nothing came or nothing was written down.
    Silent,
    /// It certified that nothing came on a day of which it has an entry.
    Contradicted,
}

/// The certificate of a station for a subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// The station.
    pub station: String,
    /// The words for people.
    pub label: String,
    /// A word of the list `nil_subject`.
    pub subject: String,
    /// What was to be certified.
    pub about: String,
    /// How many entries the station has.
    pub recorded: u64,
    /// Where it stands.
    pub standing: Standing,
    /// The same in words.
    pub says: String,
    /// The certificates, and the entries that contradict them.
    pub entries: Vec<EntryRef>,
}

/// What the report says of a subject of which the law wants a certificate where nothing came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// A word of the list `nil_subject`.
    pub subject: String,
    /// Whether it may be certified that nothing came.
    pub nil: bool,
    /// The sentence.
    pub says: String,
    /// The certificates behind it.
    pub entries: Vec<EntryRef>,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The id: the kind and the period.
    pub id: String,
    /// The kind: `quarterly`, `trust`, `voices`, `forms`, `agreements`, `incident`, `public`, `check`.
    pub kind: String,
    /// The title.
    pub title: String,
    /// The place.
    pub place: String,
    /// The period, where it has one.
    pub period: Option<Period>,
    /// The day on which it was made.
    pub as_of: Date,
    /// The time zone of its times.
    pub time_zone: String,
    /// The name of the log.
    pub origin: String,
    /// How many entries the log had.
    pub log_size: u64,
    /// The digest of the law pack.
    pub law: String,
    /// The digest of the words of the reports, `law/reports.toml`.
    pub words: String,
    /// Whether anyone may read it. INVARIANT: such a report names no entry, no case and no day.
    pub public: bool,
    /// The paper, as CSS names it.
    #[serde(skip)]
    pub page_size: &'static str,
    /// The duties it discharges.
    pub basis: Vec<Basis>,
    /// Its first sentences.
    pub intro: Vec<String>,
    /// What it says of subjects of which nothing came.
    pub statements: Vec<Statement>,
    /// Its sections.
    pub sections: Vec<Section>,
    /// The certificates, station by station.
    pub nil: Vec<Certificate>,
    /// What is open.
    pub open: Vec<Item>,
    /// What was recorded late.
    pub late: Vec<Item>,
    /// What says the same twice.
    pub duplicates: Vec<Duplicate>,
    /// What was amended.
    pub amended: Vec<Item>,
    /// What was erased.
    pub erased: Vec<Item>,
    /// Heading, caption and words for the lists above, by their names.
    #[serde(skip)]
    pub lists: Vec<ListWords>,
    /// What to know when reading it.
    pub notes: Vec<String>,
    /// The names of the files in which the same numbers stand.
    pub files: Vec<String>,
}

/// The words under which a list of a report is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListWords {
    /// `nil`, `open`, `late`, `duplicates`, `amended` or `erased`.
    pub list: &'static str,
    /// Caption, what it means that it is empty, and the rule.
    pub caption: String,
    /// What it means that it is empty.
    pub empty: String,
    /// The rule.
    pub note: String,
    /// The headings of its columns.
    pub columns: Vec<Column>,
}

impl Report {
    /// A figure by id.
    pub fn figure(&self, id: &str) -> Option<&Figure> {
        self.sections.iter().flat_map(|section| &section.figures).find(|figure| figure.id == id)
    }

    /// A table by id.
    pub fn table(&self, id: &str) -> Option<&Table> {
        self.sections.iter().flat_map(|section| &section.tables).find(|table| table.id == id)
    }

    /// Every entry that the report names, each once, in the order of the logs.
    pub fn entries(&self) -> Vec<EntryRef> {
        let mut all = BTreeSet::new();
        for section in &self.sections {
            all.extend(section.figures.iter().flat_map(|figure| &figure.entries));
            let rows = section.tables.iter().flat_map(|table| table.rows.iter().chain(&table.total));
            all.extend(rows.flat_map(|row| &row.entries));
        }
        all.extend(self.statements.iter().flat_map(|statement| &statement.entries));
        all.extend(self.nil.iter().flat_map(|certificate| &certificate.entries));
        all.extend(self.open.iter().chain(&self.late).chain(&self.amended).chain(&self.erased).map(|item| &item.entry));
        all.extend(self.duplicates.iter().flat_map(|duplicate| &duplicate.entries));
        all.into_iter().cloned().collect()
    }

    /// All tables: those of the sections, then the lists. Every format shows the same ones.
    pub fn tables(&self) -> Vec<Table> {
        let mut tables: Vec<Table> = self.sections.iter().flat_map(|section| section.tables.clone()).collect();
        tables.extend(self.list_tables());
        tables
    }

    /// The lists as tables, in the order in which they are shown.
    pub fn list_tables(&self) -> Vec<Table> {
        self.lists.iter().map(|words| self.list_table(words)).collect()
    }

    fn list_table(&self, words: &ListWords) -> Table {
        let items = |items: &[Item]| {
            let row = |item: &Item| Row {
                cells: vec![item.station.clone().into(), item.what.clone().into(), item.at.clone().into(), item.says.clone().into()],
                entries: vec![item.entry.clone()],
            };
            items.iter().map(row).collect()
        };
        let rows: Vec<Row> = match words.list {
            "nil" => self.stations(),
            "open" => items(&self.open),
            "late" => items(&self.late),
            "amended" => items(&self.amended),
            "erased" => items(&self.erased),
            _ => {
                let row = |duplicate: &Duplicate| Row {
                    cells: vec![
                        duplicate.station.clone().into(),
                        duplicate.what.clone().into(),
                        duplicate.at.clone().into(),
                        duplicate.entries.len().into(),
                    ],
                    entries: duplicate.entries.clone(),
                };
                self.duplicates.iter().map(row).collect()
            }
        };
        let mut columns = words.columns.clone();
        if words.list == "nil" {
            columns.extend(self.subjects().into_iter().map(|(id, label)| Column { id: id.to_owned(), label: capital(label) }));
        }
        Table {
            id: words.list.to_owned(),
            caption: words.caption.clone(),
            columns,
            rows,
            total: None,
            empty: words.empty.clone(),
            note: words.note.clone(),
        }
    }
}

impl Report {
    /// What stations certify for this report, in the order of the list.
    fn subjects(&self) -> Vec<(&str, &str)> {
        let mut subjects: Vec<(&str, &str)> = Vec::new();
        for certificate in &self.nil {
            if !subjects.iter().any(|(id, _)| *id == certificate.subject) {
                subjects.push((&certificate.subject, &certificate.about));
            }
        }
        subjects
    }

    /// A row for each station, with a cell for each subject.
    fn stations(&self) -> Vec<Row> {
        let mut stations: Vec<&Certificate> = Vec::new();
        for certificate in &self.nil {
            if !stations.iter().any(|each| each.station == certificate.station) {
                stations.push(certificate);
            }
        }
        let subjects = self.subjects();
        let row = |station: &&Certificate| {
            let own: Vec<&Certificate> = self.nil.iter().filter(|each| each.station == station.station).collect();
            let cell = |(subject, _): &(&str, &str)| {
                Cell::Text(own.iter().find(|each| each.subject == *subject).map_or_else(String::new, |each| each.says.clone()))
            };
            let entries: BTreeSet<&EntryRef> = own.iter().flat_map(|each| &each.entries).collect();
            Row {
                cells: std::iter::once(station.label.clone().into()).chain(subjects.iter().map(cell)).collect(),
                entries: entries.into_iter().cloned().collect(),
            }
        };
        stations.iter().map(row).collect()
    }
}

/// A text that begins with a capital letter.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A count; no machine holds more entries than fit.
pub(crate) fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
