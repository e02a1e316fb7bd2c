//! Who can see what, and by which right: a sharing list joined with agreements and with declarations on file.
//!
//! [`sharing`], [`agreements`] and [`declarations`] read the tables, whose columns are data (`audit/agencies.toml`); [`access`]
//! joins them as of a day; [`to_csv`] and [`picture`] print what came out, [`crate::output::access`] the rest. All are pure: the same bytes in, the same bytes out.
//!
//! A right is what the files show, not what is lawful. The law behind the declarations is 625 ILCS 5/2-130(c): an agency of
//! another state declares in writing, before anything is shared, what it will not use the data for. No row is called a violation.
//!
//! INVARIANT: networks are counted and never printed, and an organisation's name is printed only where something in it says
//! that it is an agency; other accounts may carry the name of a person and are told by their row.

use crate::AuditError;
use crate::agency::{Agencies, By, Holder, Match, Matcher, Table, triple};
use crate::output::Given;
use crate::read;
use haven_detect::fold;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Read;

/// Rows of the picture; smaller states are put together.
const PICTURE_STATES: usize = 14;

/// One organisation of a sharing list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sharing {
    /// Its row, counted from 1 behind the header.
    pub row: u64,
    /// Its name, as the list has it.
    pub name: String,
    /// Its ORI, where the list has one.
    pub ori: Option<String>,
    /// How many of its networks this agency sees.
    pub with_me: usize,
    /// How many of this agency's networks it sees.
    pub sharing: usize,
}

/// One agreement of an agency with the federal government, or one model of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agreement {
    /// Who holds it.
    pub holder: Holder,
    /// Its model, as the list has it.
    pub model: String,
}

/// One declaration on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// Who made it.
    pub holder: Holder,
    /// When it was signed.
    pub signed: Date,
    /// The last day on which it holds; without one it holds until it is taken back.
    pub expires: Option<Date>,
}

/// By which right an organisation sees what this agency records, as far as the files show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// An agency of the same state, of which no declaration is asked.
    InState,
    /// Another state's, with a declaration in force.
    Declaration,
    /// Another state's, with a declaration that has expired.
    DeclarationExpired,
    /// Another state's, without a declaration on file, or with one that was signed later than the day.
    DeclarationMissing,
    /// Another state's; no file of declarations was given.
    DeclarationUnknown,
    /// A federal agency: the statute on declarations does not speak of it.
    Federal,
    /// A fusion centre, or another go-between with users of its own.
    FusionCentre,
    /// A test or demonstration.
    NotAnAgency,
    /// The name does not tell the state.
    NotRead,
}

impl Right {
    /// All, in the order in which tables and pictures show them.
    pub const ALL: [Self; 9] = [
        Self::InState,
        Self::Declaration,
        Self::DeclarationExpired,
        Self::DeclarationMissing,
        Self::DeclarationUnknown,
        Self::Federal,
        Self::FusionCentre,
        Self::NotAnAgency,
        Self::NotRead,
    ];

    /// Whether it is one that the files show.
    pub fn is_on_file(self) -> bool {
        matches!(self, Self::InState | Self::Declaration)
    }

    /// Its word in tables.
    pub fn id(self) -> &'static str {
        match self {
            Self::InState => "in_state",
            Self::Declaration => "declaration",
            Self::DeclarationExpired => "declaration_expired",
            Self::DeclarationMissing => "declaration_missing",
            Self::DeclarationUnknown => "declaration_unknown",
            Self::Federal => "federal",
            Self::FusionCentre => "fusion_centre",
            Self::NotAnAgency => "not_an_agency",
            Self::NotRead => "not_read",
        }
    }
}

/// An agreement that an organisation holds, and by what its name was matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Held {
    /// The holder, as the list of agreements has it.
    pub agency: String,
    /// The models, in the order of the alphabet.
    pub models: Vec<String>,
    /// By what the names are one.
    pub by: By,
    /// In words.
    pub why: String,
}

/// What keeps a match from being made, and with whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Doubt {
    /// The agencies that it may be.
    pub agencies: Vec<String>,
    /// What the name does not tell.
    pub why: String,
}

/// One organisation: what it sees and by which right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its row in the sharing list.
    pub row: u64,
    /// Its name; nothing where the name does not say that it is an agency.
    pub agency: Option<String>,
    /// The state, by its name.
    pub state: Option<String>,
    /// The kind of agency: an id of `audit/agencies.toml`.
    pub kind: Option<String>,
    /// Marks of the account: `inactive`, `old`, …
    pub marks: Vec<String>,
    /// How many networks of this agency it sees; 0: none.
    pub sees_ours: usize,
    /// How many of its networks this agency sees.
    pub we_see: usize,
    /// By which right.
    pub right: Right,
    /// Why that right, in words.
    pub why: String,
    /// The day until which (for an expired one: up to which) the declaration holds, where it has one.
    pub until: Option<Date>,
    /// The agreement that it holds.
    pub agreement: Option<Held>,
    /// Why it cannot be said whether it holds one.
    pub agreement_doubt: Option<Doubt>,
    /// Why it cannot be said whether a declaration is its own.
    pub declaration_doubt: Option<Doubt>,
}

/// How many organisations are of one group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The group: a right's id, or `agreement`, `agreement_doubt`, `inactive`, `all`.
    pub group: String,
    /// Organisations that see what this agency records.
    pub see_ours: usize,
    /// Organisations of which this agency sees something.
    pub we_see: usize,
    /// The query of both, over the table of access.
    pub query: String,
}

/// Who can see what, as of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Access {
    /// The day.
    pub day: Date,
    /// The state of the agency whose list this is.
    pub state: String,
    /// Whether a list of agreements was given: without one no agreement says nothing.
    pub agreements_given: bool,
    /// One row for each organisation, in the list's order.
    pub rows: Vec<Row>,
    /// Counts of the groups; a group of nobody is there with 0.
    pub counts: Vec<Count>,
    /// The list and those it was held against, where they were files.
    pub given: Vec<Given>,
}

/// The columns of a table, found by their headings.
pub(crate) struct Columns<'a> {
    pub(crate) table: &'a Table,
    at: BTreeMap<&'a str, usize>,
}

impl Columns<'_> {
    pub(crate) fn cell<'r>(&self, record: &'r csv::StringRecord, field: &str) -> &'r str {
        self.at.get(field).and_then(|at| record.get(*at)).map(str::trim).unwrap_or_default()
    }

    fn ori(&self, record: &csv::StringRecord) -> Option<String> {
        let ori = self.cell(record, "ori");
        (!ori.is_empty() && !self.table.unknown.iter().any(|unknown| unknown == ori)).then(|| ori.to_uppercase())
    }

    fn holder(&self, record: &csv::StringRecord, file: &str, row: u64) -> Result<Holder, AuditError> {
        let cell = |field| self.cell(record, field).to_owned();
        if cell("agency").is_empty() {
            return Err(AuditError::Data {
                file: file.to_owned(),
                place: Some(format!("row {row}, agency")),
                expected: "the name of an agency".to_owned(),
                found: "nothing".to_owned(),
            });
        }
        let county = Some(cell("county")).filter(|county| !self.table.unknown.contains(county));
        Ok(Holder { agency: cell("agency"), state: cell("state"), county: county.unwrap_or_default(), ori: self.ori(record) })
    }
}

/// Reads a table whose columns `audit/agencies.toml` names, row by row with its number.
pub(crate) fn table<T>(
    agencies: &Agencies,
    id: &str,
    input: impl Read,
    file: &str,
    row: impl Fn(&Columns<'_>, &csv::StringRecord, u64) -> Result<Option<T>, AuditError>,
) -> Result<Vec<T>, AuditError> {
    let wrong = |place: Option<String>, expected: String, found: &str| AuditError::Data {
        file: file.to_owned(),
        place,
        expected,
        found: found.to_owned(),
    };
    let table = agencies.table(id).ok_or_else(|| wrong(None, format!("a table `{id}` in agencies.toml"), "none"))?;
    let text = whole(agencies, input, file)?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_slice());
    let head = reader.headers().map_err(|error| wrong(Some("header".to_owned()), "a table in CSV".to_owned(), kind_of(&error)))?.clone();
    let folded = |text: &str| fold::fold(text).text();
    let head: Vec<String> = head.iter().map(folded).collect();
    let find = |names: &Vec<String>| names.iter().find_map(|name| head.iter().position(|own| *own == folded(name)));
    let columns = Columns { at: table.columns.iter().filter_map(|(field, names)| Some((field.as_str(), find(names)?))).collect(), table };
    if let Some(missing) = table.must.iter().find(|field| !columns.at.contains_key(field.as_str())) {
        let names = table.columns.get(missing).map(|names| names.join("`, `")).unwrap_or_default();
        return Err(wrong(Some("header".to_owned()), format!("a column `{names}`"), "no column of that name"));
    }
    let mut records: Vec<(u64, csv::StringRecord)> = Vec::new();
    for (number, record) in (1..).zip(reader.records()) {
        let record = record.map_err(|error| wrong(Some(format!("row {number}")), "a row in UTF-8".to_owned(), kind_of(&error)))?;
        // A spreadsheet leaves rows behind the last in which nothing stands.
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            records.push((number, record));
        }
    }
    // Half of a row is none, and a row of another width may be one whose cells have moved. Empty cells beyond the header are no
    // such sign where every row has them.
    let beyond = records.first().map_or(0, |(_, first)| first.len().saturating_sub(head.len()));
    let width = if records.iter().all(|(_, record)| record.len() == head.len() + beyond) { head.len() + beyond } else { head.len() };
    let mut rows = Vec::new();
    for (number, record) in &records {
        if record.len() != width || record.iter().skip(head.len()).any(|cell| !cell.is_empty()) {
            let expected = format!("{} values, as the header has", head.len());
            return Err(wrong(Some(format!("row {number}")), expected, &record.len().to_string()));
        }
        rows.extend(row(&columns, record, *number)?);
    }
    if rows.is_empty() {
        return Err(wrong(None, "a list of at least one row; where there is none, leave the list out".to_owned(), "none"));
    }
    Ok(rows)
}

/// The text of a list, if nothing in it says that it is half of one: what is asked of half a list has no answer.
fn whole(agencies: &Agencies, mut input: impl Read, file: &str) -> Result<Vec<u8>, AuditError> {
    let wrong = |place: Option<String>, expected: &str, found: &str| AuditError::Data {
        file: file.to_owned(),
        place,
        expected: expected.to_owned(),
        found: found.to_owned(),
    };
    let mut text = Vec::new();
    input.read_to_end(&mut text).map_err(|error| AuditError::File { file: file.to_owned(), error })?;
    let has = |name: &str| memchr::memmem::find(&text, name.as_bytes()).is_some();
    let packed = match text.as_slice() {
        [b'P', b'K', 3, 4, ..] if has("[Content_Types].xml") || has("META-INF/manifest.xml") => Some(read::WORKBOOK),
        [b'P', b'K', 3, 4, ..] | [0x1f, 0x8b, ..] => Some("a packed file; unpack it first"),
        begin => read::no_table(begin),
    };
    if let Some(found) = packed {
        return Err(wrong(None, "a table as text (CSV)", found));
    }
    for (number, line) in (1..).zip(text.split(|byte| *byte == b'\n')) {
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii_start();
        let line = line.strip_prefix(b"\"").unwrap_or(line);
        if let Some(mark) = agencies.incomplete().iter().find(|mark| line.starts_with(mark.as_bytes())) {
            let found = format!("one that ends with `{mark}`: download it again");
            return Err(wrong(Some(format!("line {number}")), "a list that is whole", &found));
        }
    }
    if read::scan(&text, b',').open {
        return Err(wrong(None, "a list that is whole", "one that ends inside a quoted cell: download it again"));
    }
    Ok(text)
}

/// What is wrong with a CSV file, without what a cell held.
fn kind_of(error: &csv::Error) -> &'static str {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "bytes that are not UTF-8",
        csv::ErrorKind::Io(_) => "a file that cannot be read to its end",
        _ => "something else",
    }
}

/// Reads a sharing list: columns `name`, `with_me`, `sharing` of the table `sharing`. A row without a name that shares something is
/// one of which nobody knows whose it is.
///
/// # Errors
/// A column that is missing, bytes that are not UTF-8, a list that is empty or not whole, a row of another width than the header.
pub fn sharing(agencies: &Agencies, input: impl Read, file: &str) -> Result<Vec<Sharing>, AuditError> {
    table(agencies, "sharing", input, file, |columns, record, row| {
        let split = columns.table.split.as_deref().unwrap_or(",");
        let count = |field| columns.cell(record, field).split(split).filter(|network| !network.trim().is_empty()).count();
        let name = columns.cell(record, "name");
        let (ori, with_me, sharing) = (columns.ori(record), count("with_me"), count("sharing"));
        let says = !name.is_empty() || with_me > 0 || sharing > 0;
        Ok(says.then(|| Sharing { row, name: name.to_owned(), ori, with_me, sharing }))
    })
}

/// Reads a bare list of organisations that see this agency's data, one a line, as portals print it; a table that was saved as text is
/// read as [`sharing`] reads it.
///
/// # Errors
/// As [`sharing`].
pub fn bare(agencies: &Agencies, input: impl Read, file: &str) -> Result<Vec<Sharing>, AuditError> {
    let text = whole(agencies, input, file)?;
    let wrong = |expected: &str, found: &str| AuditError::Data {
        file: file.to_owned(),
        place: None,
        expected: expected.to_owned(),
        found: found.to_owned(),
    };
    let lines = std::str::from_utf8(&text).map_err(|_| wrong("text in UTF-8", "bytes that are not UTF-8"))?;
    let first = lines.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    let head: Vec<String> = first.split(',').map(|cell| fold::fold(cell).text()).collect();
    let has = |names: Option<&Vec<String>>| names.into_iter().flatten().any(|name| head.contains(&fold::fold(name).text()));
    if agencies.table("sharing").is_some_and(|table| table.must.iter().all(|field| has(table.columns.get(field)))) {
        return sharing(agencies, text.as_slice(), file);
    }
    let list = names(lines);
    if list.is_empty() { Err(wrong("a list of at least one name", "none")) } else { Ok(list) }
}

fn names(text: &str) -> Vec<Sharing> {
    let lines = (1..).zip(text.trim_start_matches('\u{feff}').lines()).map(|(row, name)| (row, name.trim()));
    lines
        .filter(|(_, name)| !name.is_empty())
        .map(|(row, name)| Sharing { row, name: name.to_owned(), sharing: 1, ..Sharing::default() })
        .collect()
}

/// Reads a list of agreements: columns `state`, `agency`, `model` and, where they are, `county` and `ori` of the table `agreements`.
///
/// # Errors
/// As [`sharing`], and a row without an agency.
pub fn agreements(agencies: &Agencies, input: impl Read, file: &str) -> Result<Vec<Agreement>, AuditError> {
    table(agencies, "agreements", input, file, |columns, record, row| {
        Ok(Some(Agreement { holder: columns.holder(record, file, row)?, model: columns.cell(record, "model").to_owned() }))
    })
}

/// Reads the declarations on file: columns `agency`, `signed` and, where they are, `state`, `ori`, `expires` of the table `declarations`.
///
/// # Errors
/// As [`agreements`], and a date that is not written `YYYY-MM-DD`.
pub fn declarations(agencies: &Agencies, input: impl Read, file: &str) -> Result<Vec<Declaration>, AuditError> {
    table(agencies, "declarations", input, file, |columns, record, row| {
        let date = |field: &str| {
            columns.cell(record, field).parse::<Date>().map_err(|_| AuditError::Data {
                file: file.to_owned(),
                place: Some(format!("row {row}, {field}")),
                expected: "a date as YYYY-MM-DD".to_owned(),
                found: "something else".to_owned(),
            })
        };
        let expires = if columns.cell(record, "expires").is_empty() { None } else { Some(date("expires")?) };
        Ok(Some(Declaration { holder: columns.holder(record, file, row)?, signed: date("signed")?, expires }))
    })
}

/// Joins a sharing list with agreements and declarations as of a day. `state` is that of the agency whose list it is. Without
/// a list of agreements or of declarations what it would say is unknown, and said so.
pub fn access(
    agencies: &Agencies,
    state: &str,
    list: &[Sharing],
    agreements: Option<&[Agreement]>,
    declarations: Option<&[Declaration]>,
    day: Date,
) -> Access {
    let state = agencies.state(state).unwrap_or(state).to_owned();
    let held: Vec<Holder> = agreements.unwrap_or_default().iter().map(|agreement| agreement.holder.clone()).collect();
    let declared: Vec<Holder> = declarations.unwrap_or_default().iter().map(|declaration| declaration.holder.clone()).collect();
    let (held, declared) = (Matcher::new(agencies, &held), Matcher::new(agencies, &declared));
    let read: Vec<_> = list.iter().map(|sharing| (sharing, agencies.read(&sharing.name))).collect();
    let others: BTreeSet<_> = read.iter().filter_map(|(_, name)| triple(name)).collect();
    let mut rows = Vec::with_capacity(list.len());
    for (sharing, name) in &read {
        let find = |matcher: &Matcher<'_>| matcher.find(name, sharing.ori.as_deref(), &sharing.name, &others);
        let doubt = |matcher: &Matcher<'_>, found: &Match| match found {
            Match::Unclear { holders, why } => {
                let names: BTreeSet<String> = holders
                    .iter()
                    .filter_map(|at| matcher.holder(*at))
                    .map(|holder| format!("{} ({})", holder.agency, holder.state))
                    .collect();
                Some(Doubt { agencies: names.into_iter().collect(), why: why.clone() })
            }
            _ => None,
        };
        let found = find(&held);
        let agreement = match &found {
            Match::Same { holder, by, why } => held.holder(*holder).map(|own| {
                let rows = agreements
                    .unwrap_or_default()
                    .iter()
                    .filter(|other| other.holder.agency == own.agency && other.holder.state == own.state);
                let models: BTreeSet<String> = rows.map(|other| other.model.clone()).collect();
                Held { agency: own.agency.clone(), models: models.into_iter().collect(), by: *by, why: why.clone() }
            }),
            _ => None,
        };
        let declaration = find(&declared);
        // Of several declarations of one agency the one that holds longest.
        let latest = match (&declaration, declarations) {
            (Match::Same { holder, .. }, Some(declarations)) => declared.holder(*holder).and_then(|own| {
                let rows = declarations
                    .iter()
                    .filter(|other| other.holder.agency == own.agency && other.holder.state == own.state && other.signed <= day);
                rows.max_by_key(|other| (other.expires.is_none(), other.expires))
            }),
            _ => None,
        };
        let (right, why) = right(name, &state, declarations.is_some(), latest, day);
        rows.push(Row {
            row: sharing.row,
            agency: name.is_agency().then(|| sharing.name.clone()),
            state: name.state.clone(),
            kind: name.kind.clone(),
            marks: name.marks.iter().cloned().collect(),
            sees_ours: sharing.sharing,
            we_see: sharing.with_me,
            right,
            why,
            until: latest.and_then(|declaration| declaration.expires),
            agreement,
            agreement_doubt: doubt(&held, &found),
            declaration_doubt: doubt(&declared, &declaration),
        });
    }
    let counts = counts(&rows);
    Access { day, state, agreements_given: agreements.is_some(), rows, counts, given: Vec::new() }
}

fn right(name: &crate::agency::Name, state: &str, given: bool, declaration: Option<&Declaration>, day: Date) -> (Right, String) {
    if name.test {
        return (Right::NotAnAgency, "the name says that it is a test or a demonstration".to_owned());
    }
    if name.federal {
        return (Right::Federal, "the name is that of a federal agency".to_owned());
    }
    if name.fusion {
        return (
            Right::FusionCentre,
            "the name is that of a fusion centre or another go-between, whose users the list does not name".to_owned(),
        );
    }
    let Some(own) = &name.state else { return (Right::NotRead, "the name tells no state".to_owned()) };
    if own == state {
        return (Right::InState, format!("an agency of {state}"));
    }
    let Some(declaration) = declaration else {
        let why = if given {
            format!("an agency of {own}; no declaration on file by {day}")
        } else {
            format!("an agency of {own}; no declarations were given")
        };
        return (if given { Right::DeclarationMissing } else { Right::DeclarationUnknown }, why);
    };
    match declaration.expires {
        Some(expires) if expires < day => (Right::DeclarationExpired, format!("an agency of {own}; its declaration held until {expires}")),
        Some(expires) => {
            (Right::Declaration, format!("an agency of {own}; its declaration of {} holds until {expires}", declaration.signed))
        }
        None => (Right::Declaration, format!("an agency of {own}; its declaration of {} has no end", declaration.signed)),
    }
}

/// The groups that are no rights, and their conditions in SQL.
const GROUPS: [(&str, &str); 4] = [
    ("all", "true"),
    ("agreement", "agreement IS NOT NULL"),
    ("agreement_doubt", "agreement_doubt IS NOT NULL"),
    ("inactive", "' ' || marks || ' ' LIKE '% inactive %'"),
];

/// The figures of the picture, over the table of access.
pub const PICTURE_QUERY: &str = "SELECT state, \"right\", count(*) AS organisations, count(agreement) AS agreements
FROM access WHERE sees_ours > 0 GROUP BY state, \"right\" ORDER BY state, \"right\"";

impl Row {
    /// Whether it is of a group: that of a right, or one of those beside.
    pub fn is_of(&self, group: &str) -> bool {
        match group {
            "all" => true,
            "agreement" => self.agreement.is_some(),
            "agreement_doubt" => self.agreement_doubt.is_some(),
            "inactive" => self.marks.iter().any(|mark| mark == "inactive"),
            right => self.right.id() == right,
        }
    }
}

fn counts(rows: &[Row]) -> Vec<Count> {
    let count = |group: &str, when: &str| Count {
        group: group.to_owned(),
        see_ours: rows.iter().filter(|row| row.sees_ours > 0 && row.is_of(group)).count(),
        we_see: rows.iter().filter(|row| row.we_see > 0 && row.is_of(group)).count(),
        query: format!(
            "SELECT count(CASE WHEN sees_ours > 0 THEN 1 END) AS see_ours, count(CASE WHEN we_see > 0 THEN 1 END) AS we_see\n\
             FROM access WHERE {when}"
        ),
    };
    let [all, beside @ ..] = GROUPS;
    let mut counts = vec![count(all.0, all.1)];
    counts.extend(Right::ALL.map(|right| count(right.id(), &format!("\"right\" = '{}'", right.id()))));
    counts.extend(beside.map(|(group, when)| count(group, when)));
    counts
}

/// The table in CSV. Names of organisations that do not say that they are agencies are told by their row.
///
/// # Errors
/// None that a caller can bring about: the table is written to memory.
pub fn to_csv(access: &Access) -> Result<String, AuditError> {
    let failed = |error: csv::Error| AuditError::File { file: "table of access".to_owned(), error: error.into() };
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = [
        "row",
        "agency",
        "state",
        "kind",
        "marks",
        "sees_ours",
        "we_see",
        "right",
        "until",
        "agreement",
        "models",
        "matched_by",
        "why",
        "agreement_why",
        "doubt",
    ];
    writer.write_record(head).map_err(failed)?;
    for row in &access.rows {
        let held = row.agreement.as_ref();
        let doubt = [&row.agreement_doubt, &row.declaration_doubt]
            .into_iter()
            .flatten()
            .map(|doubt| format!("{}: {}", doubt.why, doubt.agencies.join(", ")));
        let by = held.map(|held| match held.by {
            By::Ori => "ori",
            By::Name => "name",
            By::Alias => "alias",
            By::Letter => "letter",
        });
        let cells = [
            row.row.to_string(),
            name(row),
            row.state.clone().unwrap_or_default(),
            row.kind.clone().unwrap_or_default(),
            row.marks.join(" "),
            row.sees_ours.to_string(),
            row.we_see.to_string(),
            row.right.id().to_owned(),
            row.until.map(|until| until.to_string()).unwrap_or_default(),
            held.map(|held| held.agency.clone()).unwrap_or_default(),
            held.map(|held| held.models.join("; ")).unwrap_or_default(),
            by.unwrap_or_default().to_owned(),
            row.why.clone(),
            held.map(|held| held.why.clone()).unwrap_or_default(),
            doubt.collect::<Vec<_>>().join("; "),
        ];
        writer.write_record(cells).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|error| AuditError::File { file: "table of access".to_owned(), error: error.into_error() })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What an organisation is called in what is printed.
pub(crate) fn name(row: &Row) -> String {
    row.agency.clone().unwrap_or_else(|| format!("[row {}]", row.row))
}

/// Fill and colour of the text on it, by right: apart for eyes that see no red and green, and dark enough on white.
fn colours(right: Right) -> (&'static str, &'static str) {
    match right {
        Right::InState => ("#0072b2", "#fff"),
        Right::Declaration => ("#009e73", "#000"),
        Right::DeclarationExpired => ("#e69f00", "#000"),
        Right::DeclarationMissing => ("#d55e00", "#000"),
        Right::DeclarationUnknown => ("#b8b8b8", "#000"),
        Right::Federal => ("#cc79a7", "#000"),
        Right::FusionCentre => ("#56b4e9", "#000"),
        Right::NotAnAgency => ("#e4e4e4", "#000"),
        Right::NotRead => ("#777", "#fff"),
    }
}

/// One row of the picture: a state, or several.
struct Group {
    label: String,
    rights: BTreeMap<Right, usize>,
    /// To holders of agreements, federal agencies, users of fusion centres.
    onward: [usize; 3],
    all: usize,
}

fn groups(agencies: &Agencies, access: &Access) -> Vec<Group> {
    let mut by_state: BTreeMap<Option<&String>, Vec<&Row>> = BTreeMap::new();
    for row in access.rows.iter().filter(|row| row.sees_ours > 0) {
        by_state.entry(row.state.as_ref()).or_default().push(row);
    }
    let mut states: Vec<(Option<&String>, Vec<&Row>)> = by_state.into_iter().collect();
    // The agency's own state first, then by size; those without a state last.
    states.sort_by_key(|(state, rows)| {
        (
            *state != Some(&access.state),
            state.is_none(),
            std::cmp::Reverse(rows.len()),
            state.map(String::as_str).unwrap_or_default().to_owned(),
        )
    });
    let group = |label: String, rows: &[&Row]| {
        let count = |is: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| is(row)).count();
        let rights =
            Right::ALL.map(|right| (right, count(&|row| row.right == right))).into_iter().filter(|(_, count)| *count > 0).collect();
        let onward = [
            count(&|row| row.agreement.is_some()),
            count(&|row| row.right == Right::Federal),
            count(&|row| row.right == Right::FusionCentre),
        ];
        Group { label, rights, onward, all: rows.len() }
    };
    let (named, without): (Vec<_>, Vec<_>) = states.into_iter().partition(|(state, _)| state.is_some());
    let shown = if named.len() > PICTURE_STATES { PICTURE_STATES - 1 } else { named.len() };
    let (shown, rest) = named.split_at_checked(shown).unwrap_or((&named, &[]));
    let mut groups: Vec<Group> = shown.iter().map(|(state, rows)| group(state.cloned().unwrap_or_default(), rows)).collect();
    if !rest.is_empty() {
        let rows: Vec<&Row> = rest.iter().flat_map(|(_, rows)| rows.iter().copied()).collect();
        groups.push(group(format!("{} {}", rest.len(), agencies.label("other_states")), &rows));
    }
    groups.extend(without.iter().map(|(_, rows)| group(agencies.label("no_state").to_owned(), rows)));
    groups
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The picture of onward sharing, in SVG: from this agency to the states whose organisations see its data, each a bar of
/// their rights, and from there to those who can get it through them. It has a title, a description in words that holds every
/// figure, and texts for all colours; no organisation is named in it.
pub fn picture(agencies: &Agencies, access: &Access) -> String {
    let label = |id: &str| escaped(agencies.label(id));
    let groups = groups(agencies, access);
    let most = groups.iter().map(|group| group.all).max().unwrap_or(1).max(1);
    let all: usize = groups.iter().map(|group| group.all).sum();
    let rights: Vec<(Right, usize)> = Right::ALL
        .map(|right| (right, groups.iter().filter_map(|group| group.rights.get(&right)).sum()))
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .collect();
    let targets: Vec<(usize, &str, usize)> = ["agreement", "to_federal", "to_fusion"]
        .into_iter()
        .enumerate()
        .map(|(at, id)| (at, id, groups.iter().filter_map(|group| group.onward.get(at)).sum()))
        .filter(|(_, _, count)| *count > 0)
        .collect();
    let (row, top, bar_x, bar_width) = (34, 84, 330, 300);
    let height = top + row * groups.len().max(3) + 40 + 26 * rights.len();
    let middle = top + row * groups.len().max(1) / 2;
    let mut svg = String::new();
    let mut words = format!("{} {} ({}): ", all, agencies.label("organisations"), access.day);
    let listed = |group: &Group| {
        let rights: Vec<String> = group.rights.iter().map(|(right, count)| format!("{count} {}", agencies.label(right.id()))).collect();
        let held = group.onward.first().filter(|held| **held > 0).map(|held| format!(" ({}: {held})", agencies.label("agreement")));
        format!("{} {}: {}{}", group.label, group.all, rights.join(", "), held.unwrap_or_default())
    };
    words.push_str(&groups.iter().map(listed).collect::<Vec<_>>().join("; "));
    let onward: Vec<String> = targets.iter().map(|(_, id, count)| format!("{} {count}", agencies.label(id))).collect();
    if !onward.is_empty() {
        let _ = write!(words, ". {}: {}", agencies.label("onward"), onward.join(", "));
    }
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 {height}\" role=\"img\" aria-labelledby=\"access-title access-desc\" font-family=\"system-ui, sans-serif\" font-size=\"14\">\
         <title id=\"access-title\">{}</title><desc id=\"access-desc\">{}.</desc><rect width=\"960\" height=\"{height}\" fill=\"#fff\"/>",
        label("title"),
        escaped(&words)
    );
    let _ = write!(
        svg,
        "<text x=\"16\" y=\"30\" font-size=\"20\" font-weight=\"600\">{}</text><text x=\"16\" y=\"54\" fill=\"#333\">{all} {} · {}</text>",
        label("title"),
        label("organisations"),
        access.day
    );
    if groups.is_empty() {
        let _ = write!(svg, "<text x=\"16\" y=\"{}\">{}</text></svg>", top + 24, label("empty"));
        return svg;
    }
    let _ = write!(
        svg,
        "<rect x=\"16\" y=\"{}\" width=\"130\" height=\"44\" rx=\"6\" fill=\"#222\"/><text x=\"81\" y=\"{}\" text-anchor=\"middle\" fill=\"#fff\">{}</text>",
        middle - 22,
        middle + 5,
        label("us")
    );
    let mut onward_lines = String::new();
    for (at, group) in groups.iter().enumerate() {
        let y = top + row * at + row / 2;
        let _ = write!(
            svg,
            "<path d=\"M146 {middle} C 186 {middle} 186 {y} 214 {y}\" fill=\"none\" stroke=\"#999\" stroke-width=\"{}\"/>",
            width(group.all, most)
        );
        let _ = write!(svg, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>", bar_x - 8, y + 5, escaped(&group.label));
        let mut x = bar_x * 10;
        for (right, count) in &group.rights {
            // In tenths, so that the pieces of a bar add up to it.
            let wide = (bar_width * 10 * count / most).max(20);
            let (fill, ink) = colours(*right);
            let _ = write!(
                svg,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"24\" fill=\"{fill}\" stroke=\"#fff\"><title>{}: {count} {}</title></rect>",
                tenths(x),
                y - 12,
                tenths(wide),
                escaped(&group.label),
                label(right.id())
            );
            if wide >= 90 * count.to_string().len() + 60 {
                let _ = write!(
                    svg,
                    "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"{ink}\">{count}</text>",
                    tenths(x + wide / 2),
                    y + 5
                );
            }
            x += wide;
        }
        let _ = write!(svg, "<text x=\"{}\" y=\"{}\" fill=\"#333\">{}</text>", tenths(x + 60), y + 5, group.all);
        let from = x / 10 + 16 + 9 * group.all.to_string().len();
        for (place, (target, id, _)) in targets.iter().enumerate() {
            let count = group.onward.get(*target).copied().unwrap_or(0);
            if count > 0 {
                let to = target_y(place, targets.len(), top, row * groups.len());
                let bend = (from + 730) / 2;
                let _ = write!(
                    onward_lines,
                    "<path d=\"M{from} {y} C {bend} {y} {bend} {to} 728 {to}\" fill=\"none\" stroke=\"#555\" stroke-opacity=\"0.55\" stroke-width=\"{}\"><title>{}: {count} {}</title></path>",
                    width(count, most),
                    escaped(&group.label),
                    label(id)
                );
            }
        }
    }
    svg.push_str(&onward_lines);
    if !targets.is_empty() {
        let _ = write!(svg, "<text x=\"728\" y=\"{}\" fill=\"#333\">{}</text>", top - 8, label("onward"));
    }
    for (place, (_, id, count)) in targets.iter().enumerate() {
        let y = target_y(place, targets.len(), top, row * groups.len());
        let _ = write!(
            svg,
            "<rect x=\"728\" y=\"{}\" width=\"216\" height=\"54\" rx=\"6\" fill=\"#fff\" stroke=\"#222\" stroke-width=\"2\"/>",
            y - 27
        );
        let _ = write!(
            svg,
            "<text x=\"836\" y=\"{}\" text-anchor=\"middle\" font-weight=\"600\">{count}</text><text x=\"836\" y=\"{}\" text-anchor=\"middle\" font-size=\"11\">{}</text>",
            y - 5,
            y + 15,
            label(id)
        );
    }
    for (at, (right, count)) in rights.iter().enumerate() {
        let y = top + row * groups.len().max(3) + 40 + 26 * at;
        let _ = write!(
            svg,
            "<rect x=\"16\" y=\"{}\" width=\"18\" height=\"18\" fill=\"{}\" stroke=\"#222\"/><text x=\"44\" y=\"{y}\">{count} {}</text>",
            y - 14,
            colours(*right).0,
            label(right.id())
        );
    }
    svg.push_str("</svg>");
    svg
}

/// A line is as thick as its share, within reason.
fn width(count: usize, most: usize) -> usize {
    (count * 14 / most.max(1)).max(1)
}

fn tenths(length: usize) -> String {
    format!("{}.{}", length / 10, length % 10)
}

fn target_y(place: usize, places: usize, top: usize, height: usize) -> usize {
    top + 30 + (height.max(places * 70) - 60) * (2 * place + 1) / (2 * places.max(1))
}
