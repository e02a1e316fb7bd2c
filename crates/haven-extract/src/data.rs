//! Data as text: CSV, JSON and its lines, YAML, XML. Keys are names, strings are values of their key, long ones are read.

use crate::format::Peek;
use crate::text::{Utf8, decode, sentences};
use crate::{Job, PieceKind, Place, Rows};
use serde_json::de::IoRead;
use std::cell::Cell as Shared;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

/// Words from which a value is read as text.
pub(crate) const TEXT_WORDS_MIN: usize = 5;
/// Different keys kept; beyond it the rest is said to be unread.
pub(crate) const KEYS_MAX: usize = 20_000;
/// Bytes of values kept of one document, over all its columns or keys.
const KEPT_BYTES_MAX: usize = 64 << 20;
/// Bytes of one row, string or element; what has no end must not be held.
const ITEM_BYTES_MAX: usize = 16 << 20;
/// Elements of XML in one another.
const XML_DEPTH_MAX: usize = 1000;
/// Keys under which a person finds what is asked of them: names that formats give, and so data.
const LABELS: &str = include_str!("labels.txt");

/// Whether a person finds under a key what is asked of them.
fn is_label(key: &str) -> bool {
    let key = key.to_lowercase().replace(['_', '-'], "");
    !key.starts_with('#') && LABELS.lines().any(|label| label == key)
}

/// Distinct values of a column or key, each with the number of rows that hold it.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    values: HashMap<String, Held>,
    /// Rows whose value is none of these.
    lost: u64,
}

#[derive(Debug)]
struct Held {
    /// Its place in the order of appearance.
    at: usize,
    rows: u64,
}

impl Kept {
    /// Takes the value of so many rows, of none where it only stands in a list. Keeps it, unless it is long or one too many; says
    /// whether the document may keep more.
    pub fn take(&mut self, value: &str, rows: u64, max: usize, bytes: &mut usize) -> bool {
        let value = value.trim();
        if value.is_empty() {
            return true;
        }
        if value.len() > 200 {
            self.lost += rows;
            return true;
        }
        if let Some(held) = self.values.get_mut(value) {
            held.rows += rows;
            return true;
        }
        let mut fits = true;
        if self.values.len() < max {
            *bytes += value.len() + size_of::<(String, Held)>();
            fits = *bytes <= KEPT_BYTES_MAX;
            if fits {
                self.values.insert(value.to_owned(), Held { at: self.values.len(), rows });
                return true;
            }
        }
        self.lost += rows;
        fits
    }

    /// Counts a row, and says whether its value is kept.
    pub fn count(&mut self, value: &str) -> bool {
        let held = self.values.get_mut(value.trim());
        held.map(|held| held.rows += 1).is_some()
    }

    /// Counts a row whose value is not kept, and that is not looked at in another way.
    pub fn lose(&mut self) {
        self.lost += 1;
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// The values in order of appearance; with the rows of the table, which may also be empty, where their number is known.
    pub fn among(self, rows: Option<u64>) -> (Vec<String>, Option<Rows>) {
        let mut values: Vec<(String, Held)> = self.values.into_iter().collect();
        values.sort_by_key(|(_, held)| held.at);
        let (values, holding): (Vec<String>, Vec<u64>) = values.into_iter().map(|(value, held)| (value, held.rows)).unzip();
        let rows = rows.map(|rows| {
            // A list may have several values where there is one row.
            let looked_at = rows.saturating_sub(self.lost).max(holding.iter().sum());
            Rows { holding, looked_at, is_sample: self.lost > 0 }
        });
        (values, rows)
    }
}

/// Where one item of a format ends, seen byte by byte.
trait Ends {
    /// Whether the byte ends an item.
    fn over(&mut self, byte: u8) -> bool;
}

/// A reader that stops before an item without end fills the memory.
struct Bounded<R, E> {
    inner: R,
    ends: E,
    /// Bytes since the last end.
    run: usize,
}

impl<R: Read, E: Ends> Read for Bounded<R, E> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.run > ITEM_BYTES_MAX {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let count = self.inner.read(out)?;
        for byte in out.get(..count).unwrap_or_default() {
            self.run = if self.ends.over(*byte) { 0 } else { self.run + 1 };
        }
        Ok(count)
    }
}

/// Where the rows of a table as text end.
struct Lines {
    delimiter: u8,
    state: Cell,
}

#[derive(Clone, Copy, PartialEq)]
enum Cell {
    Begins,
    Bare,
    Quoted,
    /// Behind a quote that ends the cell, or is the first of two.
    Quote,
}

impl Ends for Lines {
    fn over(&mut self, byte: u8) -> bool {
        self.state = match (self.state, byte) {
            (Cell::Begins | Cell::Quote, b'"') => Cell::Quoted,
            (Cell::Quoted, b'"') => Cell::Quote,
            (Cell::Quoted, _) => Cell::Quoted,
            (_, b'\n') => {
                self.state = Cell::Begins;
                return true;
            }
            (_, byte) if byte == self.delimiter => Cell::Begins,
            _ => Cell::Bare,
        };
        false
    }
}

/// The strings and numbers of JSON.
#[derive(Default)]
struct Scalars {
    quoted: bool,
    escaped: bool,
}

impl Ends for Scalars {
    fn over(&mut self, byte: u8) -> bool {
        match byte {
            _ if std::mem::take(&mut self.escaped) => false,
            b'\\' if self.quoted => {
                self.escaped = true;
                false
            }
            b'"' => {
                self.quoted = !self.quoted;
                true
            }
            _ => !self.quoted && (byte.is_ascii_whitespace() || matches!(byte, b',' | b':' | b'{' | b'}' | b'[' | b']')),
        }
    }
}

/// A table with a head.
pub(crate) fn csv(input: &mut Peek<'_>, delimiter: u8, job: &mut Job<'_, '_>) {
    let head = input.head().to_vec();
    let text = decode(&head);
    let delimiter = if delimiter == 0 { sniff(&text) } else { delimiter };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(Bounded {
        inner: Utf8::new(input, &head),
        ends: Lines { delimiter, state: Cell::Begins },
        run: 0,
    });
    let mut record = csv::StringRecord::new();
    let mut names: Vec<String> = Vec::new();
    let mut columns: Vec<Kept> = Vec::new();
    let (mut kept_bytes, mut full, mut rows) = (0, false, 0);
    let mut first = true;
    // Whether the row at hand is the head; nothing before the first.
    let mut headed: Option<bool> = None;
    let mut listed: BTreeSet<String> = BTreeSet::new();
    // Cells of more columns than are kept are read as text only.
    let mut beyond = Kept::default();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                let line = error.position().map(csv::Position::line);
                if let csv::ErrorKind::Io(error) = error.kind() {
                    let line = Some(reader.position().line());
                    job.unread(Place { line, ..Place::default() }, stopped(error, "rows"));
                    break;
                }
                job.unread(Place { line, ..Place::default() }, "expected rows of cells, found bytes that are none");
                continue;
            }
        }
        let line = record.position().map(csv::Position::line);
        if first {
            // A title above the head, or the mark that one program leaves for itself.
            if record.iter().filter(|cell| !cell.trim().is_empty()).count() < 2 && record.get(0).is_some_and(is_title) {
                text_of_value(record.get(0).unwrap_or_default(), "title", Place { line, ..Place::default() }, job);
                continue;
            }
            first = false;
            columns.resize_with(record.len(), Kept::default);
            names = (1..=record.len()).map(|number| format!("column {number}")).collect();
        }
        if headed.is_none() {
            headed = Some(!record.iter().any(is_value));
        } else if headed == Some(true) {
            headed = Some(false);
        }
        if headed == Some(true) {
            names.clear();
            for (index, name) in record.iter().enumerate() {
                let name = name.trim();
                let place = Place { line, column: Some(index as u64 + 1), path: Some(name.to_owned()), ..Place::default() };
                job.piece(kind_of_head(name), name, "column", place);
                names.push(name.to_owned());
            }
            continue;
        }
        rows += 1;
        // A row may have more cells than the head.
        while names.len() < record.len() && names.len() < KEYS_MAX {
            names.push(format!("column {}", names.len() + 1));
            columns.push(Kept::default());
        }
        for (index, cell) in record.iter().enumerate() {
            let name = names.get(index).map_or("", String::as_str);
            let column = columns.get_mut(index).unwrap_or(&mut beyond);
            let place = Place { line, path: Some(name.to_owned()), ..Place::default() };
            full |=
                !read_cell(cell, name, place, &mut Gathered { kept: column, rows: 1, bytes: &mut kept_bytes, listed: &mut listed }, job);
        }
    }
    if full {
        job.unread(Place::default(), too_many_values());
    }
    for (index, (name, values)) in names.into_iter().zip(columns).enumerate() {
        if !values.is_empty() {
            let place = Place { column: Some(index as u64 + 1), path: Some(name.clone()), ..Place::default() };
            job.column_of_rows(&name, values.among(Some(rows)), "", place);
        }
    }
}

/// Where the cells of a column go.
pub(crate) struct Gathered<'c> {
    pub kept: &'c mut Kept,
    /// How many rows a cell stands for.
    pub rows: u64,
    /// Bytes kept of the whole document.
    pub bytes: &'c mut usize,
    /// Names that cells gave.
    pub listed: &'c mut BTreeSet<String>,
}

/// A cell of a column: running text, a name, or a value to keep; says whether the document may keep more.
pub(crate) fn read_cell(cell: &str, name: &str, place: Place, column: &mut Gathered<'_>, job: &mut Job<'_, '_>) -> bool {
    if is_text(cell) {
        text_of_value(cell, name, place, job);
    } else if is_name(cell) && column.listed.len() < KEYS_MAX {
        // A data dictionary lists names as its rows.
        if column.listed.insert(cell.to_owned()) {
            job.piece(PieceKind::Name, cell, name, Place { path: Some(cell.to_owned()), ..place });
        }
    } else {
        return column.kept.take(cell, column.rows, job.limits.values_max, column.bytes);
    }
    true
}

/// Whether a cell is read as text.
pub(crate) fn is_text(cell: &str) -> bool {
    cell.split_whitespace().take(TEXT_WORDS_MIN).count() >= TEXT_WORDS_MIN
}

/// The kind of a column's head: it may be a question as forms export it.
pub(crate) fn kind_of_head(name: &str) -> PieceKind {
    if name.split_whitespace().count() > 3 { PieceKind::Question } else { PieceKind::Name }
}

/// What is said when more values came than are kept.
pub(crate) fn too_many_values() -> String {
    format!("its values are more than the {} MiB that are kept of one document; some columns were looked at in part", KEPT_BYTES_MAX >> 20)
}

/// Why reading stopped: the input's own error, or something in it without end.
fn stopped(error: &io::Error, what: &str) -> String {
    if error.kind() == io::ErrorKind::FileTooLarge {
        format!("expected {what} of at most {} MiB, found a longer one; what follows was not read", ITEM_BYTES_MAX >> 20)
    } else {
        format!("reading stopped: {}", error.kind())
    }
}

/// Whether the only cell of a first row is a title, or `sep=;`.
fn is_title(cell: &str) -> bool {
    cell.contains(' ') || cell.starts_with("sep=")
}

/// Whether a cell or key is no name but a value: numbers, addresses, sentences. Such a one must not stand in any place.
pub(crate) fn is_value(cell: &str) -> bool {
    let digits = cell.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() >= 5);
    let number =
        !cell.trim().is_empty() && cell.trim().chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '/' | ':' | '$'));
    digits || number || cell.contains('@') || cell.len() > 200
}

/// Whether a cell is the name of something in a program: `birth_country`, `usCitizen`.
fn is_name(cell: &str) -> bool {
    let hump = |pair: [char; 2]| matches!(pair, [a, b] if a.is_lowercase() && b.is_uppercase());
    cell.len() <= 120
        && cell.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
        && cell.chars().filter(char::is_ascii_alphabetic).count() >= 5
        && (cell.contains('_') || cell.chars().zip(cell.chars().skip(1)).any(|(a, b)| hump([a, b])))
}

/// The delimiter of a table: the one that one of its first lines has most of, outside quotes.
fn sniff(head: &str) -> u8 {
    let mut quoted = false;
    let bare: String = head
        .chars()
        .filter(|c| {
            quoted ^= *c == '"';
            !quoted
        })
        .collect();
    let count = |mark: &(char, u8)| bare.lines().take(5).map(|line| line.matches(mark.0).count()).max();
    let marks = [('|', b'|'), ('\t', b'\t'), (';', b';'), (',', b',')];
    marks.iter().max_by_key(|mark| count(mark)).map_or(b',', |(_, byte)| *byte)
}

/// Sentences of one value; their place is the value's.
pub(crate) fn text_of_value(text: &str, context: &str, place: Place, job: &mut Job<'_, '_>) {
    for (start, end) in crate::text::split(text) {
        let sentence = text.get(start..end).unwrap_or_default();
        let kind = if sentence.ends_with(['?', '？', '؟']) { PieceKind::Question } else { PieceKind::Sentence };
        job.piece(kind, sentence, context, place.clone());
    }
}

/// What a document of keys and values holds, collected while it is read.
pub(crate) struct Tree<'j, 'a, 'b> {
    pub job: &'j mut Job<'a, 'b>,
    path: Vec<String>,
    names: BTreeSet<String>,
    /// By path.
    values: BTreeMap<String, Values>,
    /// How many there are of what has or may have a value, which is what rows are here: documents and items of lists, in XML
    /// elements. By path.
    records: BTreeMap<String, u64>,
    /// Parts of the path at the beginning of a document.
    base: usize,
    /// Whether it is not all documents there are that are read, but each that is different.
    pub is_list: bool,
    /// Whether it is XML, where nothing but its elements says what is a list.
    by_elements: bool,
    bytes: usize,
    /// Whether there were more keys, or more values, than are kept.
    full: bool,
    overflowed: bool,
    line: Option<u64>,
    /// Lines passed by the reader, where it counts them.
    counted: Option<Rc<Shared<u64>>>,
}

/// The values under one path.
struct Values {
    /// The line of the first.
    line: Option<u64>,
    /// The path of the records that they are in.
    of: String,
    kept: Kept,
}

impl<'j, 'a, 'b> Tree<'j, 'a, 'b> {
    fn new(job: &'j mut Job<'a, 'b>) -> Self {
        Self {
            job,
            path: Vec::new(),
            names: BTreeSet::new(),
            values: BTreeMap::new(),
            records: BTreeMap::new(),
            base: 0,
            is_list: false,
            by_elements: false,
            bytes: 0,
            full: false,
            overflowed: false,
            line: None,
            counted: None,
        }
    }

    /// What lies under a name in another document: JSON in the cells of a column, in a field of metadata.
    pub fn under(name: &str, job: &'j mut Job<'a, 'b>) -> Self {
        Self { path: vec![name.to_owned()], base: 1, ..Self::new(job) }
    }

    /// Reads a text as JSON; whether it is JSON, and of keys or a list.
    pub fn json(&mut self, text: &str) -> bool {
        if !text.trim_start().starts_with(['{', '[']) || serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
            return false;
        }
        let depth = self.path.len();
        let read = serde::de::DeserializeSeed::deserialize(Seed(self), &mut serde_json::Deserializer::from_str(text));
        self.path.truncate(depth);
        self.records(1);
        read.is_ok()
    }

    /// The path without the positions in lists: all rows of a list are one column.
    fn pointer(&self) -> String {
        format!("/{}", self.path.join("/"))
    }

    /// Counts records at the path.
    fn records(&mut self, count: u64) {
        let pointer = self.pointer();
        if let Some(records) = self.records.get_mut(&pointer) {
            *records += count;
        } else if self.records.len() < KEYS_MAX {
            self.records.insert(pointer, count);
        }
    }

    /// The path of the records that values at the path are in.
    fn record(&self) -> String {
        let length = if self.by_elements {
            self.path.len().saturating_sub(1)
        } else {
            self.path.iter().rposition(|part| part == "*").map_or(self.base, |last| last + 1)
        };
        format!("/{}", self.path.get(..length).unwrap_or_default().join("/"))
    }

    fn line(&self) -> Option<u64> {
        self.line.or_else(|| self.counted.as_ref().map(|lines| lines.get()))
    }

    fn key(&mut self, key: &str) {
        let pointer = format!("{}/{key}", if self.path.is_empty() { String::new() } else { self.pointer() });
        if self.names.len() >= KEYS_MAX {
            self.full = true;
        } else if self.names.insert(pointer.clone()) {
            let context = self.path.last().cloned().unwrap_or_default();
            let place = Place { line: self.line(), path: Some(pointer), ..Place::default() };
            // A message bundle has sentences for keys.
            let kind = if key.split_whitespace().count() > 3 { PieceKind::Question } else { PieceKind::Name };
            self.job.piece(kind, key, &context, place);
        }
    }

    fn string(&mut self, value: &str) {
        let pointer = self.pointer();
        let key = self.path.iter().rev().find(|part| part.as_str() != "*").cloned().unwrap_or_default();
        let words = value.split_whitespace().take(TEXT_WORDS_MIN).count();
        let place = Place { line: self.line(), path: Some(pointer.clone()), ..Place::default() };
        if is_label(&key) || (words >= 2 && value.trim_end().ends_with(['?', '？', '؟'])) {
            self.job.piece(PieceKind::Question, value, &key, place);
        } else if words >= TEXT_WORDS_MIN {
            text_of_value(value, &key, place, self.job);
        } else if self.values.len() < KEYS_MAX || self.values.contains_key(&pointer) {
            let max = self.job.limits.values_max;
            let of = self.record();
            let found = self.values.entry(pointer).or_insert_with(|| Values { line: place.line, of, kept: Kept::default() });
            self.overflowed |= !found.kept.take(value, 1, max, &mut self.bytes);
        } else {
            self.full = true;
        }
    }

    /// Hands out the columns at the end.
    pub fn finish(self) {
        for (pointer, Values { line, of, kept }) in self.values {
            let name = pointer.rsplit('/').find(|part| *part != "*").unwrap_or_default().to_owned();
            if !kept.is_empty() {
                let values = kept.among(self.records.get(&of).filter(|_| !self.is_list).copied());
                self.job.column_of_rows(&name, values, "", Place { line, path: Some(pointer), ..Place::default() });
            }
        }
        if self.overflowed {
            self.job.unread(Place::default(), too_many_values());
        }
        if self.full {
            self.job.unread(
                Place::default(),
                format!("expected at most {KEYS_MAX} different keys, found more; those beyond were not looked at"),
            );
        }
    }
}

/// One value somewhere in the tree.
struct Seed<'t, 'j, 'a, 'b>(&'t mut Tree<'j, 'a, 'b>);

impl<'de> serde::de::DeserializeSeed<'de> for Seed<'_, '_, '_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> serde::de::Visitor<'de> for Seed<'_, '_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.0.string(&value.to_string());
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.0.string(&value.to_string());
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.0.string(value);
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.0.path.push("*".to_owned());
        let mut items = 0;
        while seq.next_element_seed(Seed(self.0))?.is_some() {
            items += 1;
        }
        self.0.records(items);
        self.0.path.pop();
        Ok(())
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key::<Key>()? {
            // `serde_json` hands out numbers of any length as a map of one private key.
            if key.starts_with("$serde_json::") {
                map.next_value::<serde::de::IgnoredAny>()?;
                continue;
            }
            if is_value(&key) {
                self.0.path.push("*".to_owned());
                self.0.records(1);
            } else {
                self.0.key(&key);
                self.0.path.push(key);
            }
            map.next_value_seed(Seed(self.0))?;
            self.0.path.pop();
        }
        Ok(())
    }

    fn visit_enum<A: serde::de::EnumAccess<'de>>(self, data: A) -> Result<(), A::Error> {
        // YAML's tags: `!tag value`.
        use serde::de::VariantAccess;
        let (Key(_), value) = data.variant::<Key>()?;
        value.newtype_variant_seed(Seed(self.0))
    }
}

/// A key of any scalar type, as text.
struct Key(String);

impl<'de> serde::Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;
        impl serde::de::Visitor<'_> for Scalar {
            type Value = Key;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a key")
            }

            fn visit_str<E>(self, value: &str) -> Result<Key, E> {
                Ok(Key(value.to_owned()))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Key, E> {
                Ok(Key(value.to_string()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Key, E> {
                Ok(Key(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Key, E> {
                Ok(Key(value.to_string()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Key, E> {
                Ok(Key(value.to_string()))
            }

            fn visit_unit<E>(self) -> Result<Key, E> {
                Ok(Key(String::new()))
            }
        }
        deserializer.deserialize_any(Scalar)
    }
}

/// JSON: one value, or values one after another, of any length.
pub(crate) fn json(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    let head = input.head().to_vec();
    let bounded = Bounded { inner: Utf8::new(input, &head), ends: Scalars::default(), run: 0 };
    let counted = Counted::new(BufReader::new(bounded));
    let lines = Rc::clone(&counted.lines);
    let mut reader = serde_json::Deserializer::new(IoRead::new(counted));
    let mut tree = Tree { counted: Some(lines), ..Tree::new(job) };
    loop {
        let error = match reader.end() {
            Ok(()) => break,
            Err(error) if error.is_io() => error,
            Err(_) => match serde::de::DeserializeSeed::deserialize(Seed(&mut tree), &mut reader) {
                Ok(()) => {
                    tree.records(1);
                    continue;
                }
                Err(error) => error,
            },
        };
        let place = Place { line: Some(error.line() as u64), ..Place::default() };
        tree.job.unread(place, no_json(error));
        break;
    }
    tree.finish();
}

/// Why JSON was read no further. The parser's own words may hold the document's.
fn no_json(error: serde_json::Error) -> String {
    if error.to_string().starts_with("recursion limit") {
        return "expected lists and objects at most 127 deep, found deeper ones; what follows was not read".to_owned();
    }
    if error.is_io() {
        return stopped(&io::Error::from(error), "strings and numbers");
    }
    "expected JSON, found something else; what follows was not read".to_owned()
}

/// JSON lines: a line that is no JSON is unread, the others are read.
pub(crate) fn json_lines(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    let head = input.head().to_vec();
    let mut lines = BufReader::new(Utf8::new(input, &head));
    let mut tree = Tree::new(job);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let place = Place { line: Some(number), ..Place::default() };
        match lines.by_ref().take(ITEM_BYTES_MAX as u64).read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) if line.len() >= ITEM_BYTES_MAX && !line.ends_with(b"\n") => {
                tree.job.unread(place, format!("expected a line of at most {} MiB, found a longer one", ITEM_BYTES_MAX >> 20));
                if lines.skip_until(b'\n').is_err() {
                    break;
                }
            }
            Ok(_) if line.trim_ascii().is_empty() => {}
            Ok(_) => {
                tree.line = Some(number);
                let mut reader = serde_json::Deserializer::from_slice(&line);
                let read = serde::de::DeserializeSeed::deserialize(Seed(&mut tree), &mut reader).and_then(|()| reader.end());
                if read.is_ok() {
                    tree.records(1);
                } else {
                    tree.path.clear();
                    tree.job.unread(place, "expected a line of JSON, found something else");
                }
            }
            Err(error) => {
                tree.job.unread(place, format!("reading stopped: {}", error.kind()));
                break;
            }
        }
    }
    tree.finish();
}

/// YAML, of one document or several.
pub(crate) fn yaml(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    let Some(bytes) = job.whole(input) else { return };
    let text = decode(&bytes);
    let mut tree = Tree::new(job);
    for document in serde_norway::Deserializer::from_str(&text) {
        tree.records(1);
        if let Err(error) = serde::de::DeserializeSeed::deserialize(Seed(&mut tree), document) {
            tree.path.clear();
            let line = error.location().map(|place| place.line() as u64);
            tree.job.unread(Place { line, ..Place::default() }, "expected YAML, found something else; what follows was not read");
            break;
        }
    }
    tree.finish();
}

/// A reader that knows at which line it is, and how many bytes have been taken since whoever reads began with something new.
struct Counted<R> {
    inner: R,
    lines: Rc<Shared<u64>>,
    run: Rc<Shared<usize>>,
    /// Bytes that may be taken at once.
    run_max: usize,
}

impl<R: BufRead> Counted<R> {
    fn new(inner: R) -> Self {
        Self { inner, lines: Rc::new(Shared::new(1)), run: Rc::default(), run_max: usize::MAX }
    }
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let count = ready.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..count), ready.get(..count)) {
            to.copy_from_slice(from);
        }
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.run.get() > self.run_max {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        // What is ready is not read again.
        let ready = self.inner.fill_buf().unwrap_or_default();
        let lines = ready.iter().take(count).filter(|byte| **byte == b'\n').count();
        self.lines.set(self.lines.get() + lines as u64);
        self.run.set(self.run.get().saturating_add(count));
        self.inner.consume(count);
    }
}

/// XML: elements and attributes are names, their text is their value.
pub(crate) fn xml(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    use quick_xml::events::Event;
    let head = input.head().to_vec();
    let counted = Counted { run_max: ITEM_BYTES_MAX, ..Counted::new(BufReader::new(Utf8::new(input, &head))) };
    let (lines, run) = (Rc::clone(&counted.lines), Rc::clone(&counted.run));
    let mut reader = quick_xml::Reader::from_reader(counted);
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    let mut tree = Tree { by_elements: true, ..Tree::new(job) };
    let mut text = String::new();
    // Where the text being gathered begins.
    let mut text_line = None;
    loop {
        let line = lines.get();
        run.set(text.len());
        tree.line = Some(line);
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) => break,
            Ok(Event::Start(start)) => {
                flush(&mut tree, &mut text, &mut text_line);
                let name = start.local_name().as_ref().to_owned();
                tree.key(&name);
                tree.path.push(name);
                tree.records(1);
                attributes(&start, &mut tree);
            }
            Ok(Event::Empty(start)) => {
                flush(&mut tree, &mut text, &mut text_line);
                let name = start.local_name().as_ref().to_owned();
                tree.key(&name);
                tree.path.push(name);
                tree.records(1);
                attributes(&start, &mut tree);
                tree.path.pop();
            }
            Ok(Event::End(_)) => {
                flush(&mut tree, &mut text, &mut text_line);
                tree.path.pop();
            }
            Ok(Event::Text(part)) => said(&part, line, &mut text, &mut text_line),
            Ok(Event::CData(part)) => said(&part, line, &mut text, &mut text_line),
            Ok(Event::GeneralRef(name)) => {
                let resolved = name.resolve_char_ref().ok().flatten().map(String::from);
                let named = || quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned);
                said(&resolved.or_else(named).unwrap_or_default(), line, &mut text, &mut text_line);
            }
            Ok(Event::Comment(comment)) => {
                sentences(&comment, line, "comment", tree.job);
            }
            Ok(_) => {}
            Err(error) => {
                let place = Place { line: Some(lines.get()), path: Some(tree.pointer()), ..Place::default() };
                let reason = match error {
                    quick_xml::Error::Io(error) => stopped(&error, "elements and texts"),
                    _ => "expected XML, found something else; what follows was not read".to_owned(),
                };
                tree.job.unread(place, reason);
                break;
            }
        }
        if tree.path.len() > XML_DEPTH_MAX {
            let reason = format!("expected at most {XML_DEPTH_MAX} elements in one another, found more; what follows was not read");
            tree.job.unread(Place { line: Some(lines.get()), ..Place::default() }, reason);
            break;
        }
        buffer.clear();
    }
    flush(&mut tree, &mut text, &mut text_line);
    tree.finish();
}

/// Gathers a text that may come in parts; it begins where its first word is.
fn said(part: &str, line: u64, text: &mut String, text_line: &mut Option<u64>) {
    if text_line.is_none() && !part.trim().is_empty() {
        let blank = part.len() - part.trim_start().len();
        *text_line = Some(line + part.get(..blank).unwrap_or_default().matches('\n').count() as u64);
    }
    text.push_str(part);
}

fn flush(tree: &mut Tree<'_, '_, '_>, text: &mut String, text_line: &mut Option<u64>) {
    if !text.trim().is_empty() {
        let line = tree.line;
        tree.line = text_line.or(line);
        tree.string(text.trim());
        tree.line = line;
    }
    text.clear();
    *text_line = None;
}

fn attributes(start: &quick_xml::events::BytesStart<'_>, tree: &mut Tree<'_, '_, '_>) {
    for attribute in start.attributes().with_checks(false).flatten() {
        let name = attribute.key.local_name().as_ref().to_owned();
        let value = attribute.value.into_owned();
        // A schema names its elements and columns in attributes.
        if matches!(name.as_str(), "name" | "id" | "ref" | "field" | "column") && !value.contains(char::is_whitespace) {
            tree.key(&value);
        }
        tree.key(&name);
        tree.path.push(name);
        tree.string(&value);
        tree.path.pop();
    }
}
