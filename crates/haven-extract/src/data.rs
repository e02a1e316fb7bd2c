//! Data as text: CSV, JSON and its lines, YAML, XML. Keys are names, strings are values of their key, long ones are read.

use crate::format::Peek;
use crate::text::{Lines, Utf8, decode, sentences};
use crate::{Job, PieceKind, Place};
use serde_json::de::IoRead;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::BufReader;

/// Words from which a value is read as text.
const TEXT_WORDS_MIN: usize = 5;
/// Different keys kept; beyond it the rest is said to be unread.
pub(crate) const KEYS_MAX: usize = 20_000;
/// Keys under which a person finds what is asked of them.
const LABELS: [&str; 14] = [
    "label",
    "question",
    "title",
    "placeholder",
    "prompt",
    "text",
    "caption",
    "legend",
    "helptext",
    "hint",
    "description",
    "heading",
    "tooltip",
    "displayname",
];

/// Values of one column or key.
#[derive(Debug, Default)]
pub(crate) struct Values {
    pub kept: Vec<String>,
    seen: BTreeSet<String>,
}

impl Values {
    pub fn add(&mut self, value: &str, max: usize) {
        let value = value.trim();
        if !value.is_empty() && value.len() <= 200 && self.kept.len() < max && self.seen.insert(value.to_owned()) {
            self.kept.push(value.to_owned());
        }
    }
}

/// A table with a head.
pub(crate) fn csv(input: &mut Peek<'_>, delimiter: u8, job: &mut Job<'_, '_>) {
    let head = input.head().to_vec();
    let text = decode(&head);
    let delimiter = if delimiter == 0 { sniff(&text) } else { delimiter };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(Utf8::new(input, &head));
    let mut record = csv::StringRecord::new();
    let mut names: Vec<String> = Vec::new();
    let mut columns: Vec<Values> = Vec::new();
    let mut first = true;
    // Whether the row at hand is the head; nothing before the first.
    let mut headed: Option<bool> = None;
    let mut listed: BTreeSet<String> = BTreeSet::new();
    // Cells of more columns than are kept are read as text only.
    let mut beyond = Values::default();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                let line = error.position().map(csv::Position::line);
                job.unread(Place { line, ..Place::default() }, "expected rows of cells, found bytes that are none");
                if error.is_io_error() {
                    break;
                }
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
            columns.resize_with(record.len(), Values::default);
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
        // A row may have more cells than the head.
        while names.len() < record.len() && names.len() < KEYS_MAX {
            names.push(format!("column {}", names.len() + 1));
            columns.push(Values::default());
        }
        for (index, cell) in record.iter().enumerate() {
            let name = names.get(index).map_or("", String::as_str);
            let values = columns.get_mut(index).unwrap_or(&mut beyond);
            read_cell(cell, name, Place { line, path: Some(name.to_owned()), ..Place::default() }, values, &mut listed, job);
        }
    }
    for (index, (name, values)) in names.into_iter().zip(columns).enumerate() {
        if !values.kept.is_empty() {
            let place = Place { column: Some(index as u64 + 1), path: Some(name.clone()), ..Place::default() };
            job.column(&name, values.kept, "", place);
        }
    }
}

/// A cell of a column: running text, a name, or a value to keep. `listed` are the names that other cells gave.
pub(crate) fn read_cell(cell: &str, name: &str, place: Place, values: &mut Values, listed: &mut BTreeSet<String>, job: &mut Job<'_, '_>) {
    if cell.split_whitespace().take(TEXT_WORDS_MIN).count() >= TEXT_WORDS_MIN {
        text_of_value(cell, name, place, job);
    } else if is_name(cell) && listed.len() < KEYS_MAX {
        // A data dictionary lists names as its rows.
        if listed.insert(cell.to_owned()) {
            job.piece(PieceKind::Name, cell, name, Place { path: Some(cell.to_owned()), ..place });
        }
    } else {
        values.add(cell, job.limits.values_max);
    }
}

/// The kind of a column's head: it may be a question as forms export it.
pub(crate) fn kind_of_head(name: &str) -> PieceKind {
    if name.split_whitespace().count() > 3 { PieceKind::Question } else { PieceKind::Name }
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
    values: BTreeMap<String, Values>,
    full: bool,
    line: Option<u64>,
}

impl<'j, 'a, 'b> Tree<'j, 'a, 'b> {
    fn new(job: &'j mut Job<'a, 'b>) -> Self {
        Self { job, path: Vec::new(), names: BTreeSet::new(), values: BTreeMap::new(), full: false, line: None }
    }

    /// What lies under a name in another document: JSON in the cells of a column, in a field of metadata.
    pub fn under(name: &str, job: &'j mut Job<'a, 'b>) -> Self {
        Self { path: vec![name.to_owned()], ..Self::new(job) }
    }

    /// Reads a text as JSON; whether it is JSON, and of keys or a list.
    pub fn json(&mut self, text: &str) -> bool {
        if !text.trim_start().starts_with(['{', '[']) || serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
            return false;
        }
        let depth = self.path.len();
        let read = serde::de::DeserializeSeed::deserialize(Seed(self), &mut serde_json::Deserializer::from_str(text));
        self.path.truncate(depth);
        read.is_ok()
    }

    /// The path without the positions in lists: all rows of a list are one column.
    fn pointer(&self) -> String {
        format!("/{}", self.path.join("/"))
    }

    fn key(&mut self, key: &str) {
        let pointer = format!("{}/{key}", if self.path.is_empty() { String::new() } else { self.pointer() });
        if self.names.len() >= KEYS_MAX {
            self.full = true;
        } else if self.names.insert(pointer.clone()) {
            let context = self.path.last().cloned().unwrap_or_default();
            let place = Place { line: self.line, path: Some(pointer), ..Place::default() };
            // A message bundle has sentences for keys.
            let kind = if key.split_whitespace().count() > 3 { PieceKind::Question } else { PieceKind::Name };
            self.job.piece(kind, key, &context, place);
        }
    }

    fn string(&mut self, value: &str) {
        let pointer = self.pointer();
        let key = self.path.iter().rev().find(|part| part.as_str() != "*").cloned().unwrap_or_default();
        let label = LABELS.contains(&key.to_lowercase().replace(['_', '-'], "").as_str());
        let words = value.split_whitespace().take(TEXT_WORDS_MIN).count();
        let place = Place { line: self.line, path: Some(pointer.clone()), ..Place::default() };
        if label || (words >= 2 && value.trim_end().ends_with(['?', '？', '؟'])) {
            self.job.piece(PieceKind::Question, value, &key, place);
        } else if words >= TEXT_WORDS_MIN {
            text_of_value(value, &key, place, self.job);
        } else if self.values.len() < KEYS_MAX || self.values.contains_key(&pointer) {
            let max = self.job.limits.values_max;
            self.values.entry(pointer).or_default().add(value, max);
        } else {
            self.full = true;
        }
    }

    /// Hands out the columns at the end.
    pub fn finish(self) {
        for (pointer, values) in self.values {
            let name = pointer.rsplit('/').find(|part| *part != "*").unwrap_or_default().to_owned();
            if !values.kept.is_empty() {
                self.job.column(&name, values.kept, "", Place { path: Some(pointer), ..Place::default() });
            }
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
        while seq.next_element_seed(Seed(self.0))?.is_some() {}
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
    let mut reader = serde_json::Deserializer::new(IoRead::new(BufReader::new(Utf8::new(input, &head))));
    let mut tree = Tree::new(job);
    let mut wrong = None;
    loop {
        match reader.end() {
            Ok(()) => break,
            Err(error) if error.is_io() => {
                wrong = Some((error.line(), "reading stopped"));
                break;
            }
            Err(_) => {}
        }
        if let Err(error) = serde::de::DeserializeSeed::deserialize(Seed(&mut tree), &mut reader) {
            wrong = Some((error.line(), "expected JSON, found something else; what follows was not read"));
            break;
        }
    }
    if let Some((line, reason)) = wrong {
        tree.job.unread(Place { line: Some(line as u64), ..Place::default() }, reason);
    }
    tree.finish();
}

/// JSON lines: a line that is no JSON is unread, the others are read.
pub(crate) fn json_lines(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    let head = input.head().to_vec();
    let mut lines = Lines::new(input, &head);
    let mut tree = Tree::new(job);
    loop {
        match lines.next() {
            Ok(Some((number, line))) if !line.trim().is_empty() => {
                tree.line = Some(number);
                let mut reader = serde_json::Deserializer::from_str(&line);
                if serde::de::DeserializeSeed::deserialize(Seed(&mut tree), &mut reader).is_err() {
                    tree.path.clear();
                    tree.job.unread(Place { line: Some(number), ..Place::default() }, "expected a line of JSON, found something else");
                }
            }
            Ok(Some(_)) => {}
            Ok(None) => break,
            Err(error) => {
                tree.job.unread(Place::default(), format!("reading stopped: {}", error.kind()));
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
        if let Err(error) = serde::de::DeserializeSeed::deserialize(Seed(&mut tree), document) {
            tree.path.clear();
            let line = error.location().map(|place| place.line() as u64);
            tree.job.unread(Place { line, ..Place::default() }, "expected YAML, found something else; what follows was not read");
            break;
        }
    }
    tree.finish();
}

/// XML: elements and attributes are names, their text is their value.
pub(crate) fn xml(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    use quick_xml::events::Event;
    let head = input.head().to_vec();
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(Utf8::new(input, &head)));
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    let mut tree = Tree::new(job);
    let mut text = String::new();
    loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) => break,
            Ok(Event::Start(start)) => {
                flush(&mut tree, &mut text);
                let name = start.local_name().as_ref().to_owned();
                tree.key(&name);
                tree.path.push(name);
                attributes(&start, &mut tree);
            }
            Ok(Event::Empty(start)) => {
                flush(&mut tree, &mut text);
                let name = start.local_name().as_ref().to_owned();
                tree.key(&name);
                tree.path.push(name);
                attributes(&start, &mut tree);
                tree.path.pop();
            }
            Ok(Event::End(_)) => {
                flush(&mut tree, &mut text);
                tree.path.pop();
            }
            Ok(Event::Text(part)) => text.push_str(&part),
            Ok(Event::CData(part)) => text.push_str(&part),
            Ok(Event::GeneralRef(name)) => {
                let resolved = name.resolve_char_ref().ok().flatten().map(String::from);
                let named = || quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned);
                text.push_str(&resolved.or_else(named).unwrap_or_default());
            }
            Ok(Event::Comment(comment)) => {
                sentences(&comment, 1, "comment", tree.job);
            }
            Ok(_) => {}
            Err(_) => {
                let place = Place { path: Some(tree.pointer()), ..Place::default() };
                tree.job.unread(place, "expected XML, found something else; what follows was not read");
                break;
            }
        }
        if tree.path.len() > 1000 {
            tree.job.unread(Place::default(), "expected at most 1000 elements in one another, found more");
            break;
        }
        buffer.clear();
    }
    flush(&mut tree, &mut text);
    tree.finish();
}

fn flush(tree: &mut Tree<'_, '_, '_>, text: &mut String) {
    if !text.trim().is_empty() {
        tree.string(text.trim());
    }
    text.clear();
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
