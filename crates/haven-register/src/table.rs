//! A paper log as a table: CSV in and out.
//!
//! Paper logs are typed into spreadsheets, and spreadsheets change what is typed. What they do to a file is dealt with here;
//! what may stand in a field is said by [`Draft::read`] alone. Format: `docs/formats/register.md`.

use crate::entry::{Draft, FieldError, Pairs, Record, as_text, references, rule_applies};
use crate::moment::Moment;
use crate::register::Stored;
use crate::schema::{Field, FieldType, Kind, Schema};
use jiff::ToSpan as _;
use jiff::civil::{Date, Time, date};
use jiff::tz::TimeZone;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The largest file that is read, in bytes.
pub const FILE_BYTES_MAX: usize = 32 * 1024 * 1024;
/// The largest row that is read, in bytes.
pub const ROW_BYTES_MAX: usize = 256 * 1024;
/// The largest number of columns.
const COLUMNS_MAX: usize = 512;
/// The external id of the example row of a template; a row that still has it is refused.
pub const EXAMPLE: &str = "EXAMPLE-1";
/// The columns that every kind has, in the order of a template.
const COMMON: [&str; 6] = ["external_id", "station", "agency", "at", "by", "incident"];
/// How many errors, conversions and rows a preview shows before it only counts.
const SHOWN_MAX: usize = 40;
const SHOWN_ROWS_MAX: usize = 5;

/// A table that was read.
///
/// INVARIANT: every row of the file that is not blank is among `rows`, unless `unread` holds an [`Unread::File`]; then there
/// are none.
#[derive(Debug, Default)]
pub struct Table {
    /// The rows, in their order.
    pub rows: Vec<Row>,
    /// Every cell that was refused, row by row.
    pub errors: Vec<CellError>,
    /// What was not read at all.
    pub unread: Vec<Unread>,
    /// The dates that stood there in another form, with the day they were taken for.
    pub taken_as: Vec<TakenAs>,
}

impl Table {
    /// Whether the file as a whole was refused.
    pub fn is_refused(&self) -> bool {
        self.unread.iter().any(|unread| matches!(unread, Unread::File(_)))
    }

    /// The number of rows that would be recorded.
    pub fn good(&self) -> usize {
        self.rows.iter().filter(|row| row.draft.is_ok()).count()
    }

    fn refused(error: FieldError) -> Table {
        Table { unread: vec![Unread::File(error)], ..Table::default() }
    }
}

/// A row of a table.
#[derive(Debug)]
pub struct Row {
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    /// Its external id, where it is one.
    pub external: Option<String>,
    /// The entry, or everything that is wrong with the row.
    pub draft: Result<Draft, Vec<FieldError>>,
}

/// A cell that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellError {
    /// The line of the file, from 1.
    pub line: u64,
    /// The name of the field.
    pub column: String,
    /// The column as a spreadsheet names it; empty where the table has no such column, or the row as a whole is wrong.
    pub letter: String,
    /// What is wrong.
    pub error: FieldError,
}

impl fmt::Display for CellError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.letter.as_str() {
            "" => write!(f, "line {}, {}", self.line, self.error),
            letter => write!(f, "line {}, column {letter}, {}", self.line, self.error),
        }
    }
}

/// What was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// The file as a whole, and why.
    File(FieldError),
    /// A column whose header is no field. Its header is not repeated: a table without a header begins with what people wrote.
    Column {
        /// The column as a spreadsheet names it.
        letter: String,
        /// How many rows have something in it.
        filled: usize,
    },
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unread::File(error) => write!(f, "{error}"),
            Unread::Column { letter, filled } => {
                write!(f, "column {letter}: its header is no field; what stands in {} is not taken over", counted(*filled, "row"))
            }
        }
    }
}

/// A date that stood there in the form of the United States, month first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenAs {
    /// The line of the file, from 1.
    pub line: u64,
    /// The column as a spreadsheet names it.
    pub letter: String,
    /// What was typed.
    pub typed: String,
    /// What it was taken for.
    pub taken: String,
}

// Reading ------------------------------------------------------------------------------------------------------------

/// Reads a table of a paper log: the first row names the columns, each further row is an entry.
///
/// Columns are named as [`Draft::read`] names them, or by the labels of the fields, whatever the case, spaces and marks. A
/// column `kind` says the kind of each row; where there is none, or it is empty, it is `kind`. `defaults` stand where a cell is
/// empty. Entries are named by their external ids, of earlier rows or of tables imported before; the register resolves them.
///
/// Commas, semicolons and tabs may separate cells; UTF-8 and, with its mark, UTF-16 are read. Blank rows are passed over.
/// Dates may also be written as the United States write them, month first: `6/4/2024`, `6/4/2024 2:06 PM`; each of them is
/// listed in [`Table::taken_as`]. `N/A`, `n.a.` and dashes are empty cells.
///
/// A cell that is wrong refuses its row, and the rows after it are read.
pub fn read(bytes: &[u8], schema: &Schema, zone: &TimeZone, kind: Option<&str>, now: &Moment, defaults: &Pairs) -> Table {
    let text = match decode(bytes) {
        Ok(text) => text,
        Err(error) => return Table::refused(error),
    };
    let (records, separator) = split(&text, schema);
    let Some((header, records)) = records.split_first() else {
        return Table::refused(FieldError::new("file", "a table with the names of columns in its first row", "nothing"));
    };
    let header: Vec<String> = header.cells.iter().map(|cell| clean(&String::from_utf8_lossy(cell))).collect();
    let mut reader = Reader {
        schema,
        zone,
        now,
        defaults,
        kind: kind.map(|name| named_kind(schema, name).map_or(name, |kind| kind.name.as_str())),
        day_first: day_first(records, header.len()),
        header,
        names: BTreeMap::new(),
        lines_of: BTreeMap::new(),
        table: Table::default(),
    };
    if let Err(error) = reader.check_header(separator) {
        return Table::refused(error);
    }
    for record in records {
        reader.row(record);
    }
    reader.unread_columns(records);
    reader.table
}

/// The text of a file, with the mark of its encoding taken off. Bytes that are no UTF-8 stay, and are refused cell by cell.
fn decode(bytes: &[u8]) -> Result<Vec<u8>, FieldError> {
    let refused = |expected: &str, found: &str| Err(FieldError::new("file", expected, found));
    if bytes.len() > FILE_BYTES_MAX {
        let expected = format!("at most {} MB; divide the table", FILE_BYTES_MAX / 1024 / 1024);
        return refused(&expected, &format!("{} MB", bytes.len() / 1024 / 1024));
    }
    match bytes {
        [b'P', b'K', 3, 4, ..] => refused("a table as CSV: in the spreadsheet, save as “CSV UTF-8”", "a workbook"),
        [b'%', b'P', b'D', b'F', ..] => refused("a table as CSV", "a PDF"),
        [0xEF, 0xBB, 0xBF, rest @ ..] => Ok(rest.to_vec()),
        [0xFF, 0xFE, rest @ ..] => decode_utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => decode_utf16(rest, u16::from_be_bytes),
        _ if bytes.contains(&0) => refused("a table as CSV, in UTF-8", "bytes that are no text"),
        _ => Ok(bytes.to_vec()),
    }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Vec<u8>, FieldError> {
    let (units, rest) = bytes.as_chunks::<2>();
    let text: Result<String, _> = char::decode_utf16(units.iter().map(|pair| unit(*pair))).collect();
    match text {
        Ok(text) if rest.is_empty() && !text.contains('\0') => Ok(text.into_bytes()),
        _ => Err(FieldError::new("file", "a table as CSV, in UTF-8", "UTF-16 that is cut or damaged")),
    }
}

/// A row as it stands in the file.
struct Raw {
    line: u64,
    last_line: u64,
    /// The number of bytes.
    size: usize,
    /// Whether a quote in it is left open.
    open: bool,
    cells: Vec<Vec<u8>>,
}

/// The rows of a file that are not blank, cut at the mark that separates cells.
fn split(text: &[u8], schema: &Schema) -> (Vec<Raw>, u8) {
    let (text, said, skipped) = separator_line(text);
    if let Some(separator) = said {
        return (rows(text, separator, skipped), separator);
    }
    // The separator is the one by which most names of the header are known; a comma where none is.
    let names: BTreeSet<String> = schema.kinds().iter().flat_map(|kind| headers_of(schema, kind)).map(|(header, _)| header).collect();
    let known = |separator: u8| {
        let first = text.split(|byte| matches!(byte, b'\r' | b'\n')).find(|line| !line.iter().all(u8::is_ascii_whitespace));
        let header = rows(first.unwrap_or_default(), separator, 0);
        let cells = header.iter().flat_map(|row| &row.cells);
        cells.filter(|cell| names.contains(&normal(&clean(&String::from_utf8_lossy(cell))))).count()
    };
    let separator = [b'\t', b';', b','].into_iter().max_by_key(|separator| known(*separator)).unwrap_or(b',');
    (rows(text, separator, 0), separator)
}

/// A first line `sep=;`, as some spreadsheets write it: the rest, the separator it names, the lines it takes.
fn separator_line(text: &[u8]) -> (&[u8], Option<u8>, u64) {
    match text {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator @ (b',' | b';' | b'\t'), rest @ ..] => {
            let rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).or_else(|| rest.strip_prefix(b"\r"));
            rest.map_or((text, None, 0), |rest| (rest, Some(*separator), 1))
        }
        _ => (text, None, 0),
    }
}

fn rows(text: &[u8], separator: u8, lines_before: u64) -> Vec<Raw> {
    // Where each line ends: a carriage return alone ends one too.
    let mut ends = Vec::new();
    for (at, byte) in text.iter().enumerate() {
        if *byte == b'\n' || (*byte == b'\r' && text.get(at + 1) != Some(&b'\n')) {
            ends.push(at + 1);
        }
    }
    let line_of = |at: usize| lines_before + 1 + ends.partition_point(|end| *end <= at) as u64;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text);
    let mut record = csv::ByteRecord::new();
    let mut found = Vec::new();
    let mut before = 0;
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        let after = usize::try_from(reader.position().byte()).unwrap_or(text.len());
        let raw = text.get(before..after).unwrap_or_default();
        // The reader passes over empty lines without saying how many.
        let skipped = raw.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let start = before + skipped;
        let end = before + raw.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(0);
        before = after;
        let cells: Vec<Vec<u8>> = record.iter().map(<[u8]>::to_vec).collect();
        if cells.iter().all(|cell| is_blank(cell)) {
            continue;
        }
        let open = raw.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
        found.push(Raw { line: line_of(start), last_line: line_of(end), size: raw.len(), open, cells });
    }
    found
}

/// Whether nothing is to be seen in a cell.
fn is_blank(cell: &[u8]) -> bool {
    cell.trim_ascii().is_empty() || std::str::from_utf8(cell).is_ok_and(|text| clean(text).is_empty())
}

/// A cell without what spreadsheets and people put around it.
fn clean(text: &str) -> String {
    let spaced: String = text
        .chars()
        .filter(|letter| !matches!(letter, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}'))
        .map(|letter| if letter.is_whitespace() && !matches!(letter, '\n' | '\r') { ' ' } else { letter })
        .collect();
    let trimmed = spaced.trim();
    // An apostrophe before what a spreadsheet would take for a formula.
    match trimmed.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest.to_owned(),
        _ => trimmed.to_owned(),
    }
}

/// Whether a spreadsheet would take a text for a formula.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Whether a cell says that nothing stands in it.
fn is_empty(text: &str) -> bool {
    let dashes = |letter: char| matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    text.chars().all(dashes) || ["n/a", "n.a.", "n. a."].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a text has the form of an id.
fn is_id(text: &str) -> bool {
    let letters = text.len() <= 40 && text.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'-');
    letters && text.bytes().any(|letter| letter.is_ascii_digit())
}

/// A header without what does not matter in it.
fn normal(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The kind of a name or label.
fn named_kind<'a>(schema: &'a Schema, text: &str) -> Option<&'a Kind> {
    let same = |kind: &&Kind| kind.name.eq_ignore_ascii_case(text) || kind.label.eq_ignore_ascii_case(text);
    schema.kinds().iter().find(same)
}

/// The headers by which the fields of a kind are known, with the fields. Names come before labels.
fn headers_of(schema: &Schema, kind: &Kind) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut add = |header: &str, field: &str| {
        let header = normal(header);
        if !headers.iter().any(|(known, _)| *known == header) {
            headers.push((header, field.to_owned()));
        }
    };
    for name in COMMON.into_iter().chain(["kind"]) {
        add(name, name);
    }
    let links = schema.list("link");
    links.iter().for_each(|link| add(&link.name, &link.name));
    kind.fields.iter().for_each(|field| add(&field.name, &field.name));
    kind.fields.iter().for_each(|field| add(&field.label, &field.name));
    links.iter().for_each(|link| add(&link.label, &link.name));
    add(&kind.at, "at");
    headers
}

/// The columns in which some date has its day first, with the line of the first of them.
fn day_first(records: &[Raw], columns: usize) -> Vec<Option<u64>> {
    let line = |column: usize| {
        let typed = |record: &&Raw| {
            let text = record.cells.get(column).map(|cell| clean(&String::from_utf8_lossy(cell)));
            matches!(text.as_deref().and_then(slashed), Some((first, second, ..)) if first > 12 && second <= 12)
        };
        records.iter().find(typed).map(|record| record.line)
    };
    (0..columns).map(line).collect()
}

/// The numbers of a date with slashes: `6/4/2024`, and what comes after it.
fn slashed(text: &str) -> Option<(i8, i8, &str, &str)> {
    let (day, time) = text.split_once(' ').unwrap_or((text, ""));
    let (first, rest) = day.split_once('/')?;
    let (second, year) = rest.split_once('/')?;
    let number = |text: &str| if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None };
    year.bytes().all(|byte| byte.is_ascii_digit()).then_some((number(first)?, number(second)?, year, time.trim()))
}

/// What a cell with a date was found to be.
enum Dated {
    /// As [`Draft::read`] takes it, or refuses it.
    Typed,
    /// In the form of the United States.
    Taken(String),
    /// In a form that nobody should have to guess at.
    Refused(FieldError),
}

/// Looks at a cell with a day or moment. `day_first` is the line of a cell in its column that has the day first.
fn dated(field: &str, text: &str, only_day: bool, day_first: Option<u64>) -> Dated {
    let refused = |expected: &str, hint: Option<String>| {
        let mut error = FieldError::new(field, expected, format!("`{text}`"));
        error.hint = hint;
        Dated::Refused(error)
    };
    if let Some(hint) = serial(text, only_day) {
        let expected =
            "a day or a moment; a spreadsheet keeps days as numbers, so give the column the format of a date, then save it again";
        return refused(expected, Some(hint));
    }
    let Some((month, day, year, time)) = slashed(text) else { return Dated::Typed };
    let lower = text.to_lowercase();
    let hours = ["am", "pm", "a.m.", "p.m."].iter().find_map(|half| lower.strip_suffix(half)).unwrap_or(&lower);
    if text.chars().count() > 32 || hours.chars().any(char::is_alphabetic) {
        return Dated::Typed;
    }
    if year.len() != 4 {
        return refused("a year of four digits, as in `6/24/2024`", None);
    }
    let parsed = year.parse().ok().and_then(|year| Date::new(year, month, day).ok());
    let Some(parsed) = parsed else {
        let turned = year.parse().ok().and_then(|year| Date::new(year, day, month).ok());
        return refused("the month first, as in `6/24/2024`, or a day as `2024-06-24`", turned.map(|day| day.to_string()));
    };
    if let Some(line) = day_first.filter(|_| day <= 12 && month != day) {
        let expected = format!("a day as `2024-06-24`; line {line} of this column has the day first, so this may be either of two days");
        return refused(&expected, None);
    }
    match (time, clock(time)) {
        ("", _) => Dated::Taken(parsed.to_string()),
        (_, Some(time)) if only_day && time == Time::midnight() => Dated::Taken(parsed.to_string()),
        (_, Some(time)) if !only_day => Dated::Taken(format!("{parsed} {time}")),
        (_, _) if only_day => refused("a day without a time", Some(parsed.to_string())),
        (_, _) => refused("a time as in `6/24/2024 2:06 PM` or `6/24/2024 14:06`", None),
    }
}

/// A time of day on a clock of twelve or twenty-four hours.
fn clock(text: &str) -> Option<Time> {
    let lower = text.to_ascii_lowercase().replace('.', "");
    let (clock, afternoon) = match (lower.strip_suffix("am"), lower.strip_suffix("pm")) {
        (Some(clock), _) => (clock, Some(false)),
        (_, Some(clock)) => (clock, Some(true)),
        _ => (lower.as_str(), None),
    };
    let parts: Option<Vec<i8>> = clock.trim().split(':').map(|part| part.parse().ok().filter(|number: &i8| *number >= 0)).collect();
    let (hour, minute, second) = match parts?.as_slice() {
        [hour, minute] => (*hour, *minute, 0),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return None,
    };
    let hour = match afternoon {
        None => hour,
        Some(afternoon) if (1..=12).contains(&hour) => hour % 12 + if afternoon { 12 } else { 0 },
        Some(_) => return None,
    };
    Time::new(hour, minute, second, 0).ok()
}

/// The day, or the moment, that a number means where a spreadsheet keeps days as numbers.
fn serial(text: &str, only_day: bool) -> Option<String> {
    let (days, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if days.len() != 5 || !digits(days) || !digits(fraction) || fraction.len() > 12 {
        return None;
    }
    let day = date(1899, 12, 30).checked_add(days.parse::<i32>().ok()?.days()).ok()?;
    if only_day || fraction.is_empty() {
        return Some(day.to_string());
    }
    let minutes = (format!("0.{fraction}").parse::<f64>().ok()? * 1440.0).round();
    let minutes = (0..1440).rev().find(|minute| f64::from(*minute) <= minutes)?;
    Some(format!("{day} {:02}:{:02}", minutes / 60, minutes % 60))
}

/// A column as a spreadsheet names it: A to Z, AA, AB.
fn letter(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

fn counted(count: usize, of: &str) -> String {
    if count == 1 { format!("1 {of}") } else { format!("{count} {of}s") }
}

struct Reader<'a> {
    schema: &'a Schema,
    zone: &'a TimeZone,
    now: &'a Moment,
    defaults: &'a Pairs,
    kind: Option<&'a str>,
    header: Vec<String>,
    day_first: Vec<Option<u64>>,
    /// The field of each column, by kind.
    names: BTreeMap<String, Vec<Option<String>>>,
    /// The line of each external id, in capital letters.
    lines_of: BTreeMap<String, u64>,
    table: Table,
}

impl Reader<'_> {
    /// Whether the columns can be read at all: one of each, those that every row needs, and none that is a slip of the pen.
    fn check_header(&self, separator: u8) -> Result<(), FieldError> {
        let wrong = |expected: String, found: String| Err(FieldError::new("header", expected, found));
        if self.header.len() > COLUMNS_MAX {
            return wrong(format!("at most {COLUMNS_MAX} columns"), format!("{}", self.header.len()));
        }
        let has_kinds = self.header.iter().any(|header| normal(header) == "kind");
        let kinds: Vec<&Kind> = match self.kind {
            Some(name) => {
                let Some(kind) = self.schema.kind(name) else {
                    return Err(Draft::read(self.schema, self.zone, &Pairs::from([("kind".to_owned(), name.to_owned())]), self.now)
                        .err()
                        .and_then(|errors| errors.into_iter().next())
                        .unwrap_or_else(|| FieldError::new("kind", "a kind of entry", "another word")));
                };
                if has_kinds { self.schema.kinds().iter().collect() } else { vec![kind] }
            }
            None if has_kinds => self.schema.kinds().iter().collect(),
            None => return wrong("a column `kind`, or a kind for all rows".to_owned(), "neither".to_owned()),
        };
        let known: Vec<(String, String)> = kinds.iter().flat_map(|kind| headers_of(self.schema, kind)).collect();
        let mut present: BTreeSet<&str> = BTreeSet::new();
        let mut columns: BTreeMap<String, usize> = BTreeMap::new();
        for (column, header) in self.header.iter().enumerate().filter(|(_, header)| !header.is_empty()) {
            let header = normal(header);
            present.extend(known.iter().filter(|(name, _)| *name == header).map(|(_, field)| field.as_str()));
            if let Some(first) = columns.insert(header.clone(), column)
                && known.iter().any(|(name, _)| *name == header)
            {
                return wrong(
                    "each column once".to_owned(),
                    format!("columns {} and {} with the same header", letter(first), letter(column)),
                );
            }
        }
        if present.is_empty() {
            let separator = match separator {
                b'\t' => "tabs",
                b';' => "semicolons",
                _ => "commas",
            };
            let expected = format!("a first row with the names of columns ({}, …), separated by {separator}", COMMON.join(", "));
            return wrong(expected, "none of them".to_owned());
        }
        for (column, header) in self.header.iter().enumerate() {
            let header = normal(header);
            let near = known.iter().filter(|(name, field)| *name != header && !present.contains(field.as_str()));
            let near = near.map(|(name, field)| (strsim::damerau_levenshtein(name, &header), name.chars().count(), field));
            let near = near.filter(|(distance, length, _)| *distance <= length / 3).min();
            if let Some((_, _, field)) = near
                && !known.iter().any(|(name, _)| *name == header)
            {
                let mut error =
                    FieldError::new("header", "the name or the label of a field", format!("another word in column {}", letter(column)));
                error.hint = Some(field.clone());
                return Err(error);
            }
        }
        let stands = |name: &&str| !present.contains(name) && !self.defaults.contains_key(*name);
        let mut missing: Vec<&str> = ["external_id", "at", "by"].into_iter().filter(stands).collect();
        if let [kind] = kinds.as_slice() {
            missing.extend(kind.fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).filter(stands));
        }
        if ["station", "agency"].iter().all(stands) {
            missing.push("station");
        }
        if missing.is_empty() {
            return Ok(());
        }
        let of = if let [kind] = kinds.as_slice() { format!(" of {}", kind.name) } else { String::new() };
        wrong(format!("the columns {}, which every entry{of} needs", missing.join(", ")), "none of these names".to_owned())
    }

    /// The field of each column in the rows of a kind.
    fn names(&mut self, kind: &Kind) -> Vec<Option<String>> {
        if let Some(names) = self.names.get(&kind.name) {
            return names.clone();
        }
        let known = headers_of(self.schema, kind);
        let others: Vec<(String, String)> = self.schema.kinds().iter().flat_map(|kind| headers_of(self.schema, kind)).collect();
        let name = |header: &String| {
            let header = normal(header);
            known.iter().chain(&others).find(|(name, _)| *name == header).map(|(_, field)| field.clone())
        };
        let names: Vec<Option<String>> = self.header.iter().map(name).collect();
        self.names.insert(kind.name.clone(), names.clone());
        names
    }

    fn row(&mut self, record: &Raw) {
        let mut errors: Vec<(Option<usize>, FieldError)> = Vec::new();
        let cells = self.cells(record, &mut errors);
        let mut external = None;
        let mut draft = None;
        if let (true, Some(cells)) = (errors.is_empty(), cells) {
            (external, draft) = self.entry(record.line, &cells, &mut errors);
        }
        let draft = match draft {
            Some(draft) if errors.is_empty() => Ok(draft),
            _ => Err(errors.iter().map(|(_, error)| error.clone()).collect()),
        };
        self.table.rows.push(Row { line: record.line, external, draft });
        self.table.errors.extend(errors.into_iter().map(|(column, error)| CellError {
            line: record.line,
            column: error.field.clone(),
            letter: column.map(letter).unwrap_or_default(),
            error,
        }));
    }

    /// The cells of a row as texts; none where the row as a whole is wrong.
    fn cells(&self, record: &Raw, errors: &mut Vec<(Option<usize>, FieldError)>) -> Option<Vec<String>> {
        let wrong = |expected: String, found: String| Some((None, FieldError::new("row", expected, found)));
        let broken = record.cells.iter().any(|cell| !is_armor(cell) && cell.trim_ascii().iter().any(|byte| matches!(byte, b'\n' | b'\r')));
        let extra = record.cells.iter().skip(self.header.len()).any(|cell| !is_blank(cell));
        let lines = || match record.last_line {
            last if last == record.line => "a quote that is not closed".to_owned(),
            last => format!("lines {} to {last} as one row", record.line),
        };
        let error = if record.size > ROW_BYTES_MAX {
            wrong(format!("at most {ROW_BYTES_MAX} bytes"), format!("{} bytes", record.size))
        } else if record.open || broken {
            wrong("a row on one line, with every quote closed".to_owned(), lines())
        } else if record.cells.len() < self.header.len() || extra {
            wrong(counted(self.header.len(), "cell"), counted(record.cells.len(), "cell"))
        } else {
            None
        };
        if let Some(error) = error {
            errors.push(error);
            return None;
        }
        let mut cells = Vec::new();
        for (column, cell) in record.cells.iter().enumerate().take(self.header.len()) {
            match std::str::from_utf8(cell) {
                Ok(text) => cells.push(clean(text)),
                Err(_) => {
                    let name = self
                        .header
                        .get(column)
                        .filter(|header| headers_of_any(self.schema, header))
                        .cloned()
                        .unwrap_or_else(|| "row".to_owned());
                    let expected = "text in UTF-8: in the spreadsheet, save as “CSV UTF-8”";
                    errors.push((Some(column), FieldError::new(name, expected, "bytes of another encoding")));
                }
            }
        }
        Some(cells)
    }

    /// Reads the entry of a row; gives its external id where it is one, and the entry unless it cannot be read.
    fn entry(&mut self, line: u64, cells: &[String], errors: &mut Vec<(Option<usize>, FieldError)>) -> (Option<String>, Option<Draft>) {
        let cell_of_kind = self.header.iter().zip(cells).find(|(header, cell)| normal(header) == "kind" && !is_empty(cell));
        let word = cell_of_kind.map(|(_, cell)| cell.as_str()).or(self.kind).unwrap_or_default();
        let kind = named_kind(self.schema, word);
        let kinds = self.schema.kinds();
        let names = kind.or(kinds.first()).map(|kind| self.names(kind)).unwrap_or_default();
        let mut pairs = self.defaults.clone();
        pairs.insert("kind".to_owned(), kind.map_or(word, |kind| kind.name.as_str()).to_owned());
        let mut columns: BTreeMap<&str, usize> = BTreeMap::new();
        for (column, (name, cell)) in names.iter().zip(cells).enumerate() {
            let Some(name) = name.as_deref().filter(|name| *name != "kind") else { continue };
            if columns.contains_key(name) && !is_empty(cell) {
                errors.push((Some(column), FieldError::new(name, "one column for each field", "a second one with something in it")));
                continue;
            }
            columns.entry(name).or_insert(column);
            if is_empty(cell) {
                continue;
            }
            let only_day = match kind.and_then(|kind| kind.field(name)).map(|field| &field.of) {
                Some(FieldType::Day) => Some(true),
                Some(FieldType::Moment) => Some(false),
                None if name == "at" => Some(false),
                _ => None,
            };
            let names_entry = matches!(kind.and_then(|kind| kind.field(name)).map(|field| &field.of), Some(FieldType::Entry(_)));
            if (names_entry || name == "incident") && !is_id(cell) {
                // Whether there is such an entry the register knows; what is no id at all may be anybody's name.
                let expected = "the external id of an entry: at most 40 letters, digits and `-`, with a digit in it";
                errors.push((Some(column), FieldError::new(name, expected, format!("a text of {} characters", cell.chars().count()))));
                continue;
            }
            let day_first = self.day_first.get(column).copied().flatten();
            let text = match only_day.map_or(Dated::Typed, |only_day| dated(name, cell, only_day, day_first)) {
                Dated::Typed => cell.clone(),
                Dated::Taken(taken) => {
                    let typed = cell.clone();
                    self.table.taken_as.push(TakenAs { line, letter: letter(column), typed, taken: taken.clone() });
                    taken
                }
                Dated::Refused(error) => {
                    errors.push((Some(column), error));
                    continue;
                }
            };
            pairs.insert(name.to_owned(), text);
        }
        if let Some(column) = self.header.iter().position(|header| normal(header) == "kind") {
            columns.insert("kind", column);
        }
        let external = pairs.get("external_id").map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let column = columns.get("external_id").copied();
        let found = external.as_ref().map(|external| external.to_ascii_uppercase());
        if let Some(key) = &found
            && key != EXAMPLE
            && let Some(first) = self.lines_of.get(key)
        {
            let found = format!("that of line {first}");
            errors.push((column, FieldError::new("external_id", "an id that stands once in the table", found)));
        }
        match found {
            None => {
                let expected = "the id of the line in the paper log, without which an import cannot be repeated safely";
                errors.push((column, FieldError::new("external_id", expected, "nothing")));
            }
            Some(key) if key == EXAMPLE => {
                let expected = "an id of your own: this is the example row of the template, which is to be deleted";
                errors.push((column, FieldError::new("external_id", expected, format!("`{EXAMPLE}`"))));
            }
            Some(key) => {
                self.lines_of.entry(key).or_insert(line);
            }
        }
        match Draft::read(self.schema, self.zone, &pairs, self.now) {
            Ok(draft) => (draft.external.clone(), Some(draft)),
            Err(found) => {
                // What was refused above was left out, and is not missing.
                let said: BTreeSet<String> = errors.iter().map(|(_, error)| error.field.clone()).collect();
                let bad_id = found.iter().any(|error| error.field == "external_id");
                let new = found.into_iter().filter(|error| !said.contains(&error.field));
                errors.extend(new.map(|error| (columns.get(error.field.as_str()).copied(), error)));
                (external.filter(|_| !bad_id), None)
            }
        }
    }

    /// Lists the columns that are no field of any kind, where something stands in them.
    fn unread_columns(&mut self, records: &[Raw]) {
        for (column, header) in self.header.iter().enumerate().filter(|(_, header)| !headers_of_any(self.schema, header)) {
            let stands = |record: &&Raw| record.cells.get(column).is_some_and(|cell| !is_blank(cell));
            let filled = records.iter().filter(stands).count();
            if filled > 0 || !header.is_empty() {
                self.table.unread.push(Unread::Column { letter: letter(column), filled });
            }
        }
    }
}

/// Whether a header is a field of any kind.
fn headers_of_any(schema: &Schema, header: &str) -> bool {
    let header = normal(header);
    schema.kinds().iter().any(|kind| headers_of(schema, kind).iter().any(|(name, _)| *name == header))
}

/// Whether a cell holds an encrypted text, the only one that has several lines.
fn is_armor(cell: &[u8]) -> bool {
    let cell = cell.trim_ascii();
    cell.strip_prefix(b"'").unwrap_or(cell).starts_with(b"-----BEGIN")
}

// Writing ------------------------------------------------------------------------------------------------------------

/// A table to fill in for a kind of entry: the names of the columns and one example, which [`read`] refuses to take.
///
/// Columns: `external_id`, `station`, `agency`, `at`, `by`, `incident`, the links to a case, then the fields of the kind.
pub fn template(schema: &Schema, kind: &Kind) -> String {
    let links = schema.list("link").iter().map(|link| link.name.as_str());
    let names: Vec<&str> = COMMON.into_iter().chain(links).chain(kind.fields.iter().map(|field| field.name.as_str())).collect();
    let example = example(schema, kind);
    let cells: Vec<String> = names.iter().map(|name| example.get(*name).cloned().unwrap_or_default()).collect();
    format!("{}\n{}\n", line(names.iter().copied()), line(cells.iter().map(String::as_str)))
}

/// An entry that shows what stands where: the required fields, and those which the rules then demand.
fn example(schema: &Schema, kind: &Kind) -> Pairs {
    let day = schema.earliest().unwrap_or(date(2024, 6, 4));
    let value = |field: &Field| match &field.of {
        FieldType::Words(words) => words.first().map_or_else(String::new, |word| word.name.clone()),
        FieldType::Moment => format!("{day} 14:06"),
        FieldType::Day => day.to_string(),
        FieldType::Number | FieldType::Seconds => "1".to_owned(),
        FieldType::Staff => "S-1042".to_owned(),
        FieldType::Entry(kind) => format!("{}-1", kind.to_uppercase()),
        FieldType::Facts => "{}".to_owned(),
        FieldType::Law => schema.law().to_owned(),
        FieldType::Provisions | FieldType::Sealed => String::new(),
    };
    let mut fields: BTreeMap<String, Value> = BTreeMap::new();
    let mut wanted: Vec<&str> = kind.fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
    // Each field that is filled in may bring a rule with it that demands another.
    while !wanted.is_empty() {
        for field in wanted.iter().filter_map(|name| kind.field(name)) {
            fields.insert(field.name.clone(), value(field).into());
        }
        let rules = kind.rules.iter().filter(|rule| rule_applies(rule, &fields));
        wanted = rules.flat_map(|rule| &rule.needs).map(String::as_str).filter(|name| !fields.contains_key(*name)).collect();
    }
    let mut example: Pairs = fields.iter().map(|(name, value)| (name.clone(), as_text(value))).collect();
    let station = schema.stations().first();
    let common = [
        ("external_id", EXAMPLE.to_owned()),
        ("station", station.map_or_else(String::new, |station| station.name.clone())),
        ("agency", station.map_or_else(|| schema.agency_names().first().cloned().unwrap_or_default(), |station| station.agency.clone())),
        ("at", format!("{day} 14:06")),
        ("by", "S-1042".to_owned()),
    ];
    example.extend(common.map(|(name, text)| (name.to_owned(), text)));
    example
}

/// The entries of a kind as a table that [`read`] takes back, with a column `kind`, without links to cases.
///
/// Entries that have no external id are known by their own id; entries name each other by external ids where they are among
/// `entries`. Entries that were erased are left out. What a spreadsheet would take for a formula has an apostrophe before it.
pub fn export(entries: &[Stored], kind: &Kind) -> String {
    let of_kind = |stored: &&Stored| stored.record.kind == kind.name && !stored.erased && !stored.record.erased;
    let external: BTreeMap<&str, &str> =
        entries.iter().map(|stored| (stored.record.id.as_str(), stored.record.external.as_deref().unwrap_or(&stored.record.id))).collect();
    let name_of = |id: &str| external.get(id).map_or_else(|| id.to_owned(), |name| (*name).to_owned());
    let names: Vec<&str> = ["kind"].into_iter().chain(COMMON).chain(kind.fields.iter().map(|field| field.name.as_str())).collect();
    let mut text = line(names.iter().copied()) + "\n";
    for stored in entries.iter().filter(of_kind) {
        let record: &Record = &stored.record;
        let mut pairs = record.pairs();
        pairs.insert("external_id".to_owned(), name_of(&record.id));
        // An entry's own incident is not named: it begins again with the entry.
        if record.incident == record.id {
            pairs.remove("incident");
        } else {
            pairs.insert("incident".to_owned(), name_of(&record.incident));
        }
        for (field, _, id) in record.references(kind) {
            pairs.insert(field.to_owned(), name_of(id));
        }
        text += &line(names.iter().map(|name| pairs.get(*name).map_or("", String::as_str)));
        text.push('\n');
    }
    text
}

fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    cells.map(cell).collect::<Vec<_>>().join(",")
}

fn cell(text: &str) -> String {
    let guarded = if is_formula(text) { format!("'{text}") } else { text.to_owned() };
    if guarded.contains([',', ';', '\t', '"', '\n', '\r']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

// Showing ------------------------------------------------------------------------------------------------------------

/// What a table would do to the register, for a person who decides whether it shall.
pub fn preview(table: &Table, schema: &Schema) -> String {
    let mut text = String::new();
    if table.is_refused() {
        text += "Nothing can be taken from this file.\n";
    } else {
        let refused = table.rows.len() - table.good();
        text += &format!("{}: {} would be recorded, {refused} refused.\n", counted(table.rows.len(), "row"), table.good());
        text += &counts(table, schema);
        text += &first_rows(table, schema);
        text += &taken(table);
    }
    section(&mut text, "Refused", table.errors.iter().map(ToString::to_string).collect());
    section(&mut text, "Not read", table.unread.iter().map(ToString::to_string).collect());
    text
}

fn section(text: &mut String, title: &str, lines: Vec<String>) {
    if lines.is_empty() {
        return;
    }
    *text += &format!("\n{title}:\n");
    lines.iter().take(SHOWN_MAX).for_each(|line| *text += &format!("  {line}\n"));
    if lines.len() > SHOWN_MAX {
        *text += &format!("  and {} more\n", lines.len() - SHOWN_MAX);
    }
}

fn drafts(table: &Table) -> impl Iterator<Item = (u64, &Draft)> {
    table.rows.iter().filter_map(|row| Some((row.line, row.draft.as_ref().ok()?)))
}

/// How many entries of each kind, where, and between which days.
fn counts(table: &Table, schema: &Schema) -> String {
    let mut text = String::new();
    for kind in schema.kinds() {
        let of_kind: Vec<&Draft> = drafts(table).map(|(_, draft)| draft).filter(|draft| draft.kind == kind.name).collect();
        let days = of_kind.iter().map(|draft| draft.at.day());
        let (Some(first), Some(last)) = (days.clone().min(), days.max()) else { continue };
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for draft in &of_kind {
            *places.entry(draft.station.as_deref().unwrap_or(&draft.agency)).or_default() += 1;
        }
        let places: Vec<String> = places.iter().map(|(place, count)| format!("{place} {count}")).collect();
        text += &format!("  {} {}, {first} to {last}\n    {}\n", of_kind.len(), kind.name, places.join(", "));
    }
    let unknown = drafts_with_names_elsewhere(table, schema);
    let (named, them) = if unknown == 1 { ("names", "it") } else { ("name", "them") };
    if unknown > 0 {
        let rows = counted(unknown, "row");
        text += &format!("  {rows} {named} entries that are not in this table before {them}; these must be in the register already.\n");
    }
    text
}

/// How many entries name another that does not stand in this table before them.
fn drafts_with_names_elsewhere(table: &Table, schema: &Schema) -> usize {
    let mut before: BTreeSet<&str> = BTreeSet::new();
    let mut count = 0;
    for (_, draft) in drafts(table) {
        let fields = schema.kind(&draft.kind).into_iter().flat_map(|kind| references(kind, &draft.fields)).map(|(_, _, name)| name);
        if fields.chain(draft.incident.as_deref()).any(|name| !before.contains(name)) {
            count += 1;
        }
        before.extend(draft.external.as_deref());
    }
    count
}

fn first_rows(table: &Table, schema: &Schema) -> String {
    let mut text = String::new();
    for (line, draft) in drafts(table).take(SHOWN_ROWS_MAX) {
        let shown = |name: &str, value: &Value| match schema.kind(&draft.kind).and_then(|kind| kind.field(name)).map(|field| &field.of) {
            Some(FieldType::Facts | FieldType::Sealed) => "…".to_owned(),
            _ => short(&as_text(value)),
        };
        let fields: Vec<String> = draft.fields.iter().map(|(name, value)| format!("{name}={}", shown(name, value))).collect();
        let external = draft.external.as_deref().unwrap_or_default();
        let place = draft.station.as_deref().unwrap_or(&draft.agency);
        text += &format!("  line {line}: {external} {}, {place}, {}, by {}\n    {}\n", draft.kind, draft.at, draft.by, fields.join(" "));
    }
    if text.is_empty() { text } else { format!("\nThe first of them, as they would be recorded:\n{text}") }
}

/// The beginning of a long text, on one line.
fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() > 60 || line.len() < text.len() {
        format!("{}…", line.chars().take(60).collect::<String>())
    } else {
        line.to_owned()
    }
}

fn taken(table: &Table) -> String {
    let count = table.taken_as.len();
    if count == 0 {
        return String::new();
    }
    let mut text = format!(
        "\n{} read with the month first, as in the United States:\n",
        if count == 1 { "1 date was".to_owned() } else { format!("{count} dates were") }
    );
    // Those that could be another day come first: they are the ones to look at.
    let (unsure, sure): (Vec<&TakenAs>, Vec<&TakenAs>) =
        table.taken_as.iter().partition(|taken| matches!(slashed(&taken.typed), Some((month, day, ..)) if day <= 12 && month != day));
    for taken in unsure.iter().chain(&sure).take(SHOWN_ROWS_MAX) {
        text += &format!("  line {}, column {}: `{}` as {}\n", taken.line, taken.letter, taken.typed, taken.taken);
    }
    text
}
