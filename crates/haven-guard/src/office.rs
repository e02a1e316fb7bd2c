//! Word documents and workbooks made clean, part by part: what was found goes by its place, and what hides goes always:
//! deleted text, comments, document properties, caches of pivot tables, charts and other workbooks, texts that no cell shows.
//!
//! All else stays byte for byte. INVARIANT: what cannot be taken out is [`Unclean`], never left. Whether it is clean then is
//! for whoever looks at the copy.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Write};
use std::ops::Range;
use thiserror::Error;

/// Bytes that the parts of a file may come to.
const PARTS_BYTES_MAX: u64 = 512 << 20;

/// What kind of office file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Office {
    /// DOCX.
    Word,
    /// XLSX.
    Workbook,
}

/// A place that must go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The part, or `sheet!cell`; none is the body.
    pub path: Option<String>,
    /// The paragraph of the part.
    pub line: Option<u64>,
    /// What stands there.
    pub of: Of,
}

impl Target {
    fn place(&self) -> String {
        let line = self.line.map(|line| format!(" line {line}")).unwrap_or_default();
        format!("{}{line}", self.path.as_deref().unwrap_or("the document"))
    }
}

/// What stands in a place that must go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// Running text: it goes alone.
    Text,
    /// A name or question: its answer goes with it.
    Label,
    /// The head of a column: what stands below goes with it.
    Column,
}

/// A clean file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned {
    /// The file.
    pub bytes: Vec<u8>,
    /// What went: the part, what kind of thing, how many.
    pub went: BTreeMap<(String, &'static str), u64>,
}

/// Why a file cannot be made clean.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unclean {
    /// It is no such file.
    #[error("expected an office file, found an archive that is damaged, encrypted or too large")]
    Archive,
    /// A part that cannot be read.
    #[error("the part {part} cannot be taken apart")]
    Part {
        /// The part.
        part: String,
    },
    /// A place that cannot be taken out by itself.
    #[error("what stands in {place} cannot be taken out: the document must be made anew without it")]
    Place {
        /// The place.
        place: String,
    },
    /// A label whose answer may stand anywhere.
    #[error("nobody can tell where the answer to what stands in {place} is: the document must be made anew without it")]
    Answer {
        /// The place.
        place: String,
    },
}

/// Takes what must go out of a file. `word` stands in its place.
///
/// # Errors
/// What cannot be taken out.
pub fn clean(bytes: &[u8], office: Office, targets: &BTreeSet<Target>, word: &str) -> Result<Cleaned, Unclean> {
    let mut file = File::read(bytes)?;
    let mut left: BTreeSet<&Target> = targets.iter().collect();
    file.charts()?;
    match office {
        Office::Word => file.word(&mut left, word)?,
        Office::Workbook => file.workbook(&mut left, word)?,
    }
    file.properties(&mut left, word)?;
    if let Some(target) = left.first() {
        return Err(Unclean::Place { place: target.place() });
    }
    Ok(Cleaned { bytes: file.write()?, went: file.went })
}

struct File {
    parts: Vec<(String, Vec<u8>)>,
    went: BTreeMap<(String, &'static str), u64>,
}

/// A change of a part.
struct Edit {
    range: Range<usize>,
    with: String,
}

impl File {
    fn read(bytes: &[u8]) -> Result<Self, Unclean> {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unclean::Archive)?;
        let (mut parts, mut left) = (Vec::new(), PARTS_BYTES_MAX);
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(|_| Unclean::Archive)?;
            let name = entry.name().map_err(|_| Unclean::Archive)?.into_owned();
            let mut part = Vec::new();
            entry.take(left + 1).read_to_end(&mut part).map_err(|_| Unclean::Archive)?;
            left = left.checked_sub(part.len() as u64).ok_or(Unclean::Archive)?;
            if parts.iter().any(|(known, _)| *known == name) {
                return Err(Unclean::Archive);
            }
            parts.push((name, part));
        }
        Ok(Self { parts, went: BTreeMap::new() })
    }

    fn write(&self) -> Result<Vec<u8>, Unclean> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in &self.parts {
            archive.start_file(name, zip::write::SimpleFileOptions::DEFAULT).map_err(|_| Unclean::Archive)?;
            archive.write_all(bytes).map_err(|_| Unclean::Archive)?;
        }
        archive.finish().map(Cursor::into_inner).map_err(|_| Unclean::Archive)
    }

    fn names(&self, is: impl Fn(&str) -> bool) -> Vec<String> {
        self.parts.iter().map(|(name, _)| name.clone()).filter(|name| is(name)).collect()
    }

    fn xml(&self, name: &str) -> Result<&str, Unclean> {
        let part = self.parts.iter().find(|(part, _)| part == name).map(|(_, bytes)| bytes.as_slice());
        part.and_then(|bytes| std::str::from_utf8(bytes).ok()).ok_or_else(|| Unclean::Part { part: name.to_owned() })
    }

    /// Changes a part, and notes how many things of a kind went.
    fn change(&mut self, name: &str, what: &'static str, count: u64, edits: Vec<Edit>) -> Result<(), Unclean> {
        if edits.is_empty() {
            return Ok(());
        }
        let changed = applied(self.xml(name)?, edits);
        if let Some((_, bytes)) = self.parts.iter_mut().find(|(part, _)| part == name) {
            *bytes = changed.into_bytes();
        }
        if count > 0 {
            *self.went.entry((short(name), what)).or_default() += count;
        }
        Ok(())
    }

    /// Empties the texts of elements of these names; `only` may narrow it to those inside another.
    fn emptied(&mut self, name: &str, what: &'static str, elements: &[&str], inside: Option<&str>) -> Result<(), Unclean> {
        let xml = self.xml(name)?;
        let (mut open, mut within, mut count, mut edits) = (0_u64, 0_u64, 0_u64, Vec::new());
        events(xml, name, |event, range| match event {
            Node::Open(element, _, empty) if !empty => {
                within += u64::from(Some(element) == inside);
                if elements.contains(&element) {
                    open += 1;
                }
            }
            Node::Close(element) => {
                within = within.saturating_sub(u64::from(Some(element) == inside));
                if elements.contains(&element) {
                    open = open.saturating_sub(1);
                }
            }
            Node::Text(text) if open > 0 && (inside.is_none() || within > 0) && !text.trim().is_empty() => {
                count += 1;
                edits.push(Edit { range, with: String::new() });
            }
            _ => {}
        })?;
        self.change(name, what, count, edits)
    }

    /// What charts keep of the cells that they draw.
    fn charts(&mut self) -> Result<(), Unclean> {
        for name in self.names(|name| name.contains("/charts/chart") && name.ends_with(".xml")) {
            self.emptied(&name, "values that charts keep", &["v", "pt"], None)?;
        }
        Ok(())
    }

    /// Title, subject, keywords and what an author added; the picture of the first page.
    fn properties(&mut self, left: &mut BTreeSet<&Target>, word: &str) -> Result<(), Unclean> {
        for name in self.names(|name| name == "docProps/core.xml") {
            self.emptied(&name, "document properties", &["title", "subject", "keywords", "description", "category"], None)?;
        }
        for name in self.names(|name| name == "docProps/custom.xml") {
            let mut number = 0;
            let (mut edits, xml) = (Vec::new(), self.xml(&name)?);
            events(xml, &name, |event, range| match event {
                Node::Open("property", element, _) => {
                    number += 1;
                    let tag = xml.get(range.clone()).unwrap_or_default();
                    edits.push(Edit { range, with: with_attributes(tag, &element, &["name"], &format!("{word} {number}")) });
                }
                Node::Text(text) if !text.trim().is_empty() => edits.push(Edit { range, with: String::new() }),
                _ => {}
            })?;
            self.change(&name, "document properties", number, edits)?;
        }
        let pictures = self.names(|name| name.starts_with("docProps/thumbnail"));
        if !pictures.is_empty() {
            self.parts.retain(|(name, _)| !pictures.contains(name));
            let (mut edits, name) = (Vec::new(), "_rels/.rels");
            events(self.xml(name)?, name, |event, range| {
                if let Node::Open("Relationship", element, true) = event
                    && attribute(&element, "Target")
                        .is_some_and(|target| pictures.iter().any(|name| target.trim_start_matches('/') == name))
                {
                    edits.push(Edit { range, with: String::new() });
                }
            })?;
            self.change(name, "pictures of the first page", 1, edits)?;
        }
        left.retain(|target| target.path.as_deref() != Some("properties"));
        Ok(())
    }

    fn word(&mut self, left: &mut BTreeSet<&Target>, word: &str) -> Result<(), Unclean> {
        for name in self.names(|name| name.starts_with("word/") && name.ends_with(".xml")) {
            self.emptied(&name, "deleted text", &["delText", "delInstrText"], None)?;
            if short(&name).starts_with("comments") {
                self.emptied(&name, "comments", &["t"], None)?;
                left.retain(|target| target.path.as_deref() != Some(&short(&name)));
            }
            // Building blocks are no text of the document.
            let is_body = !name.contains("/glossary/") && short(&name).trim_end_matches(|c: char| c.is_ascii_digit()) == "document";
            let path = (!is_body).then(|| short(&name));
            let own: Vec<&Target> = left.iter().copied().filter(|target| target.path == path && target.line.is_some()).collect();
            if own.is_empty() {
                continue;
            }
            let paragraphs = Paragraphs::read(self.xml(&name)?, &name)?;
            let (mut gone, mut labels) = (BTreeSet::new(), BTreeMap::new());
            for target in own {
                for (at, paragraph) in (0..).zip(&paragraphs.all).filter(|(_, each)| Some(each.number) == target.line) {
                    left.remove(target);
                    gone.insert(at);
                    // What stands under a heading answers it, where anything does.
                    if target.of != Of::Text || paragraph.heading {
                        labels.insert(at, target);
                    }
                }
            }
            for (at, target) in &labels {
                match paragraphs.answers(*at, |each| labels.contains_key(&each)) {
                    Some(answers) => gone.extend(answers),
                    None if target.of == Of::Text => {}
                    None => return Err(Unclean::Answer { place: target.place() }),
                }
            }
            let gone: Vec<&Paragraph> = gone.iter().filter_map(|at| paragraphs.all.get(*at)).collect();
            let mut edits = Vec::new();
            for paragraph in &gone {
                let mut first = true;
                for range in &paragraph.texts {
                    edits.push(Edit {
                        range: range.clone(),
                        with: if std::mem::take(&mut first) { word.to_owned() } else { String::new() },
                    });
                }
            }
            let gone_count = gone.len() as u64;
            let (mut number, mut fixed, xml) = (0_u64, None, self.xml(&name)?);
            events(xml, &name, |event, range| {
                let Node::Open(element, tag, empty) = event else { return };
                number += u64::from(element == "p");
                if !gone.iter().any(|each| each.number == number || each.range.contains(&range.start)) {
                    return;
                }
                let keys: &[&str] = match element {
                    // Names and hints of fields to fill in, what was chosen in them, and descriptions of pictures.
                    "alias" | "tag" | "helpText" | "statusText" | "name" | "listEntry" => &["val"],
                    "listItem" => &["displayText", "value"],
                    "dropDownList" | "comboBox" => &["lastValue"],
                    "date" => &["fullDate"],
                    "docPr" | "cNvPr" => &["title", "descr"],
                    // A tick says as much as a word.
                    "sym" | "checked" | "default" | "result" if empty => {
                        edits.push(Edit { range, with: String::new() });
                        return;
                    }
                    // What stands there is a copy of what another part holds.
                    "sym" | "checked" | "default" | "result" | "dataBinding" => {
                        fixed = fixed.or(Some(number));
                        return;
                    }
                    _ => return,
                };
                // No other word is a date.
                let with = if element == "date" { "1900-01-01T00:00:00Z" } else { word };
                edits.push(Edit { with: with_attributes(xml.get(range.clone()).unwrap_or_default(), &tag, keys, with), range });
            })?;
            if let Some(line) = fixed {
                return Err(Unclean::Place { place: Target { path, line: Some(line), of: Of::Label }.place() });
            }
            self.change(&name, "paragraphs", gone_count, edits)?;
        }
        Ok(())
    }

    fn workbook(&mut self, left: &mut BTreeSet<&Target>, word: &str) -> Result<(), Unclean> {
        let sheets = self.sheets()?;
        for name in self.names(|name| name.starts_with("xl/comments") || name.starts_with("xl/threadedComments/")) {
            self.emptied(&name, "comments", &["t", "text"], None)?;
        }
        for name in self.names(|name| name.starts_with("xl/externalLinks/") && name.ends_with(".xml")) {
            self.emptied(&name, "values of other workbooks", &["v"], None)?;
            left.retain(|target| target.path.as_deref() != Some(&short(&name)));
        }
        for name in self.names(|name| name.starts_with("xl/pivotCache/") && name.ends_with(".xml")) {
            let (mut count, mut field, mut edits) = (0, 0, Vec::new());
            let xml = self.xml(&name)?;
            events(xml, &name, |event, range| {
                if let Node::Open(element, tag, _) = event {
                    let old = xml.get(range.clone()).unwrap_or_default();
                    let with = match element {
                        "s" => with_attributes(old, &tag, &["v"], word),
                        // Numbers, days, yes and no, and which of the shared ones it is.
                        "n" | "b" | "x" => with_attributes(old, &tag, &["v"], "0"),
                        "d" => with_attributes(old, &tag, &["v"], "1900-01-01T00:00:00"),
                        "cacheField" => {
                            field += 1;
                            with_attributes(old, &tag, &["name"], &format!("{word} {field}"))
                        }
                        _ => return,
                    };
                    if with != old {
                        count += 1;
                        edits.push(Edit { range, with });
                    }
                }
            })?;
            self.change(&name, "values that pivot tables keep", count, edits)?;
            left.retain(|target| target.path.as_deref() != Some(&short(&name)));
        }
        let shared = self.shared()?;
        let mut used = BTreeSet::new();
        for (sheet, part) in &sheets {
            let mut cells: Vec<(&Target, u32, u32)> = Vec::new();
            for target in left.iter().copied() {
                let Some((name, cell)) = target.path.as_deref().and_then(|path| path.rsplit_once('!')) else { continue };
                if let (true, Some((column, row))) = (name == sheet, at(cell)) {
                    cells.push((target, column, row));
                }
            }
            let filled = filled(self.xml(part)?, part, &shared)?;
            let grid: Vec<Spot> = filled.values().map(|cell| cell.spot.clone()).collect();
            let mut gone: BTreeSet<(u32, u32)> = BTreeSet::new();
            for (target, column, row) in cells {
                left.remove(target);
                gone.insert((row, column));
                let Some(spot) = filled.get(&(row, column)).map(|cell| &cell.spot) else { continue };
                let answers: Vec<usize> = match target.of {
                    Of::Text => Vec::new(),
                    Of::Label => answers_in(&grid, spot),
                    Of::Column if is_top(&grid, spot) => below(&grid, spot),
                    // Below other rows it may as well be the name of its own.
                    Of::Column => answers_in(&grid, spot).into_iter().chain(below(&grid, spot)).collect(),
                };
                gone.extend(answers.iter().filter_map(|at| grid.get(*at)).map(|spot| (spot.rows.start, spot.columns.start)));
            }
            let (mut edits, mut count) = (Vec::new(), 0);
            for (place, cell) in &filled {
                if gone.contains(place) {
                    count += 1;
                    edits.push(Edit { range: cell.range.clone(), with: cell.instead(word) });
                } else {
                    used.extend(cell.shared);
                }
            }
            self.change(part, "cells", count, edits)?;
        }
        // A comment stands under its cell, and all comments are gone.
        left.retain(|target| {
            let of_cell = target.path.as_deref().and_then(|path| path.rsplit_once('!'));
            !of_cell.is_some_and(|(sheet, cell)| sheets.contains_key(sheet) && at(cell).is_some())
        });
        for name in self.names(|name| name == "xl/sharedStrings.xml") {
            let (mut index, mut open, mut count, mut edits) = (0_u64, None, 0, Vec::new());
            events(self.xml(&name)?, &name, |event, range| match event {
                Node::Open("si", _, true) => index += 1,
                Node::Open("si", _, false) => open = Some(index),
                Node::Close("si") => {
                    open = None;
                    index += 1;
                }
                Node::Text(text) if open.is_some_and(|at| !used.contains(&at)) && !text.is_empty() => {
                    count += 1;
                    edits.push(Edit { range, with: String::new() });
                }
                _ => {}
            })?;
            self.change(&name, "texts that no cell shows", count, edits)?;
        }
        Ok(())
    }

    /// The texts that cells share.
    fn shared(&self) -> Result<Vec<String>, Unclean> {
        let (mut texts, mut open) = (Vec::new(), false);
        for name in self.names(|name| name == "xl/sharedStrings.xml") {
            events(self.xml(&name)?, &name, |event, _| match event {
                Node::Open("si", ..) => texts.push(String::new()),
                Node::Open("t", _, empty) => open = !empty,
                Node::Close("t") => open = false,
                Node::Text(text) if open => texts.last_mut().into_iter().for_each(|last| last.push_str(text)),
                _ => {}
            })?;
        }
        Ok(texts)
    }

    /// The parts of the sheets by their names.
    fn sheets(&self) -> Result<BTreeMap<String, String>, Unclean> {
        let (book, rels) = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels");
        let mut targets = BTreeMap::new();
        events(self.xml(rels)?, rels, |event, _| {
            if let Node::Open("Relationship", element, _) = event
                && let (Some(id), Some(target)) = (attribute(&element, "Id"), attribute(&element, "Target"))
            {
                let part = target.strip_prefix('/').map_or_else(|| format!("xl/{}", target.trim_start_matches("./")), str::to_owned);
                targets.insert(id, part);
            }
        })?;
        let mut sheets = BTreeMap::new();
        events(self.xml(book)?, book, |event, _| {
            if let Node::Open("sheet", element, _) = event
                && let (Some(name), Some(part)) = (attribute(&element, "name"), attribute(&element, "id").and_then(|id| targets.get(&id)))
            {
                sheets.insert(name, part.clone());
            }
        })?;
        // Sheets of charts and macros have no cells.
        sheets.retain(|_, part| part.contains("worksheets/"));
        Ok(sheets)
    }
}

/// A paragraph of a part.
struct Paragraph {
    /// As extraction numbers it: how many have begun when it ends.
    number: u64,
    /// How many have begun when it begins.
    begun: u64,
    range: Range<usize>,
    texts: Vec<Range<usize>>,
    /// Its words, and a sign for each place to tick.
    said: String,
    heading: bool,
    /// Whether a field is in it, which may be an answer.
    field: bool,
    /// The cells around, by their places in the list of cells, the innermost last.
    cells: Vec<usize>,
}

impl Paragraph {
    /// Whether nothing stands in it but a place to write.
    fn is_blank(&self) -> bool {
        self.said.chars().all(|c| c.is_whitespace() || matches!(c, '_' | '.' | '…' | '-'))
    }

    /// Whether an answer stands in it, behind what asks.
    fn holds_answer(&self) -> bool {
        let answer = self.said.split_once(ASKS).map(|(_, answer)| answer);
        self.field || answer.is_some_and(|answer| answer.chars().any(char::is_alphanumeric))
    }
}

/// What a question or label ends with.
const ASKS: [char; 5] = [':', '?', '：', '？', '؟'];

fn asks(said: &str) -> bool {
    said.trim_end_matches(|c: char| c.is_whitespace() || c == '_').ends_with(ASKS)
}

/// The paragraphs of a part in the order in which they end, and the cells in which they stand, each with its table.
struct Paragraphs {
    all: Vec<Paragraph>,
    cells: Vec<(u64, Spot)>,
}

/// A table that is being read.
struct Table {
    number: u64,
    row: u32,
    /// Whether the row is declared to be the head.
    head: bool,
    /// Where the next cell begins.
    column: u32,
    /// The cell that is open.
    cell: Option<usize>,
}

impl Paragraphs {
    fn read(xml: &str, name: &str) -> Result<Self, Unclean> {
        let (mut all, mut cells) = (Vec::new(), Vec::<(u64, Spot)>::new());
        // Those around.
        let mut open: Vec<Paragraph> = Vec::new();
        let (mut number, mut fallback, mut written, mut tables) = (0_u64, 0_u64, false, 0);
        let mut around: Vec<Table> = Vec::new();
        let mut alternatives = Vec::new();
        events(xml, name, |event, range| match event {
            Node::Open("Fallback", _, false) => fallback += 1,
            Node::Close("Fallback") => fallback = fallback.saturating_sub(1),
            // What an older program shows instead goes with the paragraph around.
            Node::Text(_) if fallback > 0 => alternatives.push(range),
            _ if fallback > 0 => {}
            Node::Open("p", _, empty) => {
                number += 1;
                if !empty {
                    let cells = around.iter().filter_map(|table| table.cell).collect();
                    let (texts, said) = (Vec::new(), String::new());
                    open.push(Paragraph { number, begun: number, range, texts, said, heading: false, field: false, cells });
                }
            }
            Node::Close("p") => {
                if let Some(mut paragraph) = open.pop() {
                    paragraph.number = number;
                    paragraph.range.end = range.end;
                    paragraph.texts.append(&mut alternatives);
                    for cell in &paragraph.cells {
                        if let Some((_, spot)) = cells.get_mut(*cell).filter(|_| !paragraph.is_blank()) {
                            spot.say(&paragraph.said);
                        }
                    }
                    all.push(paragraph);
                }
            }
            Node::Open("t" | "instrText", _, false) => written = true,
            Node::Close("t" | "instrText") => written = false,
            Node::Text(text) if written => {
                if let Some(paragraph) = open.last_mut() {
                    paragraph.texts.push(range);
                    paragraph.said.push_str(text);
                }
            }
            Node::Open("tbl", ..) => {
                tables += 1;
                around.push(Table { number: tables, row: 0, head: false, column: 0, cell: None });
            }
            Node::Close("tbl") => {
                around.pop();
            }
            Node::Open(element, tag, _) => {
                let value = || attribute(&tag, "val");
                match (element, around.last_mut(), open.last_mut()) {
                    ("tr", Some(table), _) => *table = Table { row: table.row + 1, head: false, column: 0, cell: None, ..*table },
                    ("tblHeader", Some(table), _) => table.head = !value().is_some_and(|value| matches!(value.as_str(), "0" | "false")),
                    ("gridBefore", Some(table), _) => table.column = span(value()),
                    ("tc", Some(table), _) => {
                        table.cell = Some(cells.len());
                        let (rows, columns) = (table.row..table.row + 1, table.column..table.column.saturating_add(1));
                        cells.push((table.number, Spot { rows, columns, head: table.head, ..Spot::default() }));
                    }
                    ("gridSpan", Some(Table { cell: Some(cell), .. }), _) => {
                        if let Some((_, spot)) = cells.get_mut(*cell) {
                            spot.columns.end = spot.columns.start.saturating_add(span(value()));
                        }
                    }
                    // The cell above goes on.
                    ("vMerge", Some(Table { cell: Some(cell), number, row, .. }), _) if value().is_none_or(|value| value != "restart") => {
                        let columns = cells.get(*cell).map(|(_, spot)| spot.columns.clone()).unwrap_or_default();
                        let goes_on =
                            |(table, spot): &(u64, Spot)| *table == *number && spot.rows.end == *row && spot.columns.start == columns.start;
                        if let Some(above) = cells.iter().position(goes_on)
                            && let Some((_, spot)) = cells.get_mut(above)
                        {
                            spot.rows.end = *row + 1;
                            cells.get_mut(*cell).into_iter().for_each(|(table, _)| *table = 0);
                            *cell = above;
                        }
                    }
                    ("pStyle", _, Some(paragraph)) => {
                        let style = value().unwrap_or_default().to_ascii_lowercase();
                        paragraph.heading = style.starts_with("heading") || style.starts_with("title");
                    }
                    ("sym" | "checkBox" | "checkbox", _, Some(paragraph)) => paragraph.said.push('☐'),
                    ("tab" | "br" | "cr", _, Some(paragraph)) => paragraph.said.push(' '),
                    ("fldSimple" | "fldChar", _, Some(paragraph)) => paragraph.field = true,
                    _ => {}
                }
            }
            Node::Close("tc") => {
                if let Some(table) = around.last_mut()
                    && let Some((_, spot)) = table.cell.take().and_then(|cell| cells.get(cell))
                {
                    table.column = spot.columns.end;
                }
            }
            _ => {}
        })?;
        Ok(Self { all, cells })
    }

    /// The paragraphs in which the answer to a label may stand: below it in its cell, in the cells beside or below, behind it.
    /// Where the label may be for several, all of them. None where there is no place for an answer.
    fn answers(&self, label: usize, is_label: impl Fn(usize) -> bool) -> Option<Vec<usize>> {
        let asked = self.all.get(label)?;
        let within = |cell: usize| (0..).zip(&self.all).filter(move |(_, each)| each.cells.contains(&cell));
        for cell in asked.cells.iter().rev() {
            let mut found: Vec<usize> =
                within(*cell).filter(|(_, each)| each.begun > asked.begun && !each.is_blank()).map(|(at, _)| at).collect();
            let (table, spot) = self.cells.get(*cell)?;
            let (places, grid): (Vec<usize>, Vec<Spot>) =
                (0..).zip(&self.cells).filter(|(_, (of, _))| of == table).map(|(at, (_, spot))| (at, spot.clone())).unzip();
            if grid.iter().any(|each| each.is_beside(spot) || each.is_below(spot)) {
                let beside = answers_in(&grid, spot).into_iter().filter_map(|at| places.get(at).copied());
                found.extend(beside.flat_map(within).map(|(at, _)| at));
                return Some(found);
            }
            if !found.is_empty() {
                return Some(found);
            }
        }
        let mut behind: Vec<(usize, &Paragraph)> = (0..).zip(&self.all).filter(|(_, each)| each.begun > asked.begun).collect();
        behind.sort_by_key(|(_, each)| each.begun);
        behind.retain(|(_, each)| !each.is_blank());
        // Several labels may stand before their answers.
        let (mut found, mut owed) = (Vec::new(), 1_u64);
        for (at, each) in behind {
            // A line that asks by itself answers none that is answered.
            if found.is_empty() && owed == 1 && asked.holds_answer() && each.said.contains(ASKS) {
                return Some(found);
            }
            let outermost = each.cells.first().filter(|cell| !asked.cells.contains(cell)).and_then(|cell| self.cells.get(*cell));
            if let Some((table, _)) = outermost {
                let is_inside = |cell: &usize| self.cells.get(*cell).is_some_and(|(of, _)| of == table);
                found.extend((0..).zip(&self.all).filter(|(_, each)| each.cells.first().is_some_and(is_inside)).map(|(at, _)| at));
                return Some(found);
            }
            if is_label(at) || asks(&each.said) {
                owed += 1;
                continue;
            }
            found.push(at);
            owed -= 1;
            if owed == 0 {
                break;
            }
        }
        (!found.is_empty() || asked.holds_answer()).then_some(found)
    }
}

fn span(value: Option<String>) -> u32 {
    value.and_then(|value| value.trim().parse().ok()).unwrap_or(1)
}

/// Words of a cell that may be the name of a column.
const NAME_WORDS_MAX: usize = 10;

/// Where a cell of a table stands, and what its words look like.
#[derive(Debug, Clone, Default)]
struct Spot {
    rows: Range<u32>,
    columns: Range<u32>,
    /// Whether it is declared to be of the head.
    head: bool,
    /// Whether something stands in it, whether with letters, and whether that may be a name.
    filled: bool,
    letters: bool,
    name: bool,
    /// Whether the first that stands in it asks.
    asks: bool,
}

impl Spot {
    /// Takes in what stands there.
    fn say(&mut self, said: &str) {
        let letters = said.chars().any(char::is_alphabetic);
        let name = letters && !said.chars().any(char::is_numeric) && said.split_whitespace().count() <= NAME_WORDS_MAX;
        self.asks = if self.filled { self.asks } else { asks(said) };
        self.name = name && (!self.filled || self.name);
        (self.filled, self.letters) = (true, self.letters || letters);
    }

    fn is_beside(&self, other: &Self) -> bool {
        self.rows.start < other.rows.end && self.rows.end > other.rows.start && self.columns.start >= other.columns.end
    }

    fn is_below(&self, other: &Self) -> bool {
        self.columns.start < other.columns.end && self.columns.end > other.columns.start && self.rows.start >= other.rows.end
    }
}

/// The cells below one.
fn below(grid: &[Spot], label: &Spot) -> Vec<usize> {
    (0..).zip(grid).filter(|(_, each)| each.filled && each.is_below(label)).map(|(at, _)| at).collect()
}

/// Whether no row but titles stands above a cell.
fn is_top(grid: &[Spot], label: &Spot) -> bool {
    let is_above = |each: &&Spot| each.filled && each.rows.end <= label.rows.start;
    let mut widths: BTreeMap<u32, usize> = BTreeMap::new();
    grid.iter().filter(is_above).for_each(|each| *widths.entry(each.rows.start).or_default() += 1);
    label.head || widths.values().all(|width| *width == 1)
}

/// The cells in which the answer to a label may stand. Whether it heads a column or has its answer beside it is told only where
/// there is no doubt; else both go.
fn answers_in(grid: &[Spot], label: &Spot) -> Vec<usize> {
    let filled = || grid.iter().filter(|each| each.filled);
    let mut names: BTreeMap<u32, usize> = BTreeMap::new();
    for each in filled() {
        *names.entry(each.rows.start).or_default() += usize::from(each.name);
    }
    // Above the names of columns stand titles: the first row with the most names is the lowest that may be the head.
    let most = names.values().copied().max().unwrap_or_default();
    let may_head = names.iter().find(|(_, count)| **count == most).is_some_and(|(head, _)| label.rows.start <= *head);
    let width = filled().filter(|each| each.rows.contains(&label.rows.start)).count();
    let below = below(grid, label);
    // What has no letters is no label: where numbers stand below, they are values of a column.
    let values = || below.iter().filter_map(|at| grid.get(*at)).any(|each| !each.letters);
    if label.head || (may_head && width > 2 && values()) {
        return below;
    }
    let mut rows: BTreeMap<u32, Vec<(u32, usize, bool)>> = BTreeMap::new();
    for (at, each) in (0..).zip(grid).filter(|(_, each)| each.filled && each.is_beside(label)) {
        rows.entry(each.rows.start).or_default().push((each.columns.start, at, each.asks));
    }
    let mut answers = Vec::new();
    for mut row in rows.into_values() {
        row.sort_unstable();
        // Up to the next that asks; what asks at once stands before its answer as well.
        answers.extend(row.into_iter().skip_while(|(_, _, asks)| *asks).take_while(|(_, _, asks)| !asks).map(|(_, at, _)| at));
    }
    // Right below several rows of two cells each another is one more of a form, in which the second cell answers.
    let is_form = (1..=2).all(|up| label.rows.start.checked_sub(up).is_some_and(|row| names.contains_key(&row)));
    let is_second = grid.iter().any(|each| each.filled && label.is_beside(each));
    if may_head || width > 2 || !is_form || (answers.is_empty() && !is_second) {
        answers.extend(below.into_iter().filter(|at| !grid.get(*at).is_some_and(|each| each.asks && !may_head)));
    }
    answers
}

/// A cell with something in it.
struct Cell {
    range: Range<usize>,
    /// Its name and style, as attributes.
    kept: String,
    /// The shared text that it shows.
    shared: Option<u64>,
    spot: Spot,
}

impl Cell {
    fn instead(&self, word: &str) -> String {
        format!(r#"<c{} t="inlineStr"><is><t>{word}</t></is></c>"#, self.kept)
    }
}

/// The filled cells of a sheet by row and column from 0.
fn filled(xml: &str, name: &str, shared_texts: &[String]) -> Result<BTreeMap<(u32, u32), Cell>, Unclean> {
    let mut cells: BTreeMap<(u32, u32), Cell> = BTreeMap::new();
    // Where the cell begins, what of it is kept, whether its text is a shared one, and its name.
    let mut open: Option<(usize, String, bool, String)> = None;
    let (mut shown, mut sound) = (false, true);
    let (mut value, mut merged) = (String::new(), Vec::new());
    events(xml, name, |event, range| match event {
        Node::Open("c", element, empty) => {
            let place = attribute(&element, "r");
            sound &= place.is_some() && !element.name().into_inner().contains(':');
            if !empty {
                let place = place.unwrap_or_default();
                let style = attribute(&element, "s").map(|style| format!(r#" s="{style}""#)).unwrap_or_default();
                let shared = attribute(&element, "t").as_deref() == Some("s");
                open = Some((range.start, format!(r#" r="{place}"{style}"#), shared, place));
                value.clear();
            }
        }
        Node::Open("mergeCell", element, _) => merged.extend(attribute(&element, "ref").as_deref().and_then(area)),
        Node::Open("v" | "t", _, empty) => shown = !empty,
        Node::Close("v" | "t") => shown = false,
        Node::Text(text) if shown => value.push_str(text),
        Node::Close("c") => {
            if let Some((start, kept, shared, place)) = open.take() {
                match at(&place) {
                    Some((column, row)) => {
                        let shared = if shared { value.trim().parse::<u64>().ok() } else { None };
                        let text = shared.and_then(|index| shared_texts.get(usize::try_from(index).ok()?));
                        let mut spot =
                            Spot { rows: row..row.saturating_add(1), columns: column..column.saturating_add(1), ..Spot::default() };
                        let said = text.unwrap_or(&value);
                        if said.trim().is_empty() {
                            // What a formula gives may be anything.
                            (spot.filled, spot.letters) = (true, true);
                        } else {
                            spot.say(said);
                        }
                        cells.insert((row, column), Cell { range: start..range.end, kept, shared, spot });
                    }
                    None => sound = false,
                }
            }
        }
        _ => {}
    })?;
    for (rows, columns) in merged {
        if let Some(cell) = cells.get_mut(&(rows.start, columns.start)) {
            (cell.spot.rows, cell.spot.columns) = (rows, columns);
        }
    }
    if sound { Ok(cells) } else { Err(Unclean::Part { part: name.to_owned() }) }
}

/// The rows and columns from 0 of an area: 0..1 and 0..3 of `A1:C1`.
fn area(name: &str) -> Option<(Range<u32>, Range<u32>)> {
    let (first, last) = name.split_once(':')?;
    let ((left, top), (right, bottom)) = (at(first)?, at(last)?);
    Some((top..bottom.checked_add(1)?, left..right.checked_add(1)?))
}

/// Column and row from 0 of a cell's name: 1 and 6 of `B7`.
fn at(cell: &str) -> Option<(u32, u32)> {
    let letters = cell.bytes().take_while(u8::is_ascii_uppercase).count();
    let (letters, digits) = cell.split_at_checked(letters)?;
    let column = letters.bytes().try_fold(0_u32, |number, letter| number.checked_mul(26)?.checked_add(u32::from(letter - b'A') + 1))?;
    Some((column.checked_sub(1)?, digits.parse::<u32>().ok()?.checked_sub(1)?))
}

/// What is met in a part.
enum Node<'a> {
    /// An element begins; whether it has no content and ends at once.
    Open(&'a str, BytesStart<'a>, bool),
    Close(&'a str),
    Text(&'a str),
}

/// Walks through a part, with the bytes that each event takes.
fn events(xml: &str, name: &str, mut on: impl FnMut(Node<'_>, Range<usize>)) -> Result<(), Unclean> {
    let wrong = || Unclean::Part { part: name.to_owned() };
    let mut reader = Reader::from_str(xml);
    loop {
        let start = usize::try_from(reader.buffer_position()).map_err(|_| wrong())?;
        let event = reader.read_event().map_err(|_| wrong())?;
        let range = start..usize::try_from(reader.buffer_position()).map_err(|_| wrong())?;
        match event {
            Event::Start(element) => on(Node::Open(element.local_name().into_inner(), element.clone(), false), range),
            Event::Empty(element) => on(Node::Open(element.local_name().into_inner(), element.clone(), true), range),
            Event::End(element) => on(Node::Close(element.local_name().into_inner()), range),
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => on(Node::Text(xml.get(range.clone()).unwrap_or_default()), range),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The value of an attribute, by its name without prefix.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().with_checks(false).flatten().find(|attribute| attribute.key.local_name().into_inner() == name)?;
    found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

/// A tag in which attributes, where it has them, have another value.
fn with_attributes(tag: &str, element: &BytesStart<'_>, names: &[&str], value: &str) -> String {
    let attributes: Vec<_> = element.attributes().with_checks(false).flatten().collect();
    if !attributes.iter().any(|found| names.contains(&found.key.local_name().into_inner())) {
        return tag.to_owned();
    }
    let mut out = format!("<{}", element.name().into_inner());
    for found in &attributes {
        let old = found.value.as_ref();
        let new = if names.contains(&found.key.local_name().into_inner()) { value } else { old };
        let quote = if new.contains('"') { '\'' } else { '"' };
        out.extend([" ", found.key.into_inner(), "="]);
        out.extend([quote]);
        out.push_str(new);
        out.push(quote);
    }
    out.push_str(if tag.ends_with("/>") { "/>" } else { ">" });
    out
}

/// A part's name as it stands in a path.
fn short(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or_default();
    file.strip_suffix(".xml").unwrap_or(file).to_owned()
}

fn applied(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| edit.range.start);
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for edit in edits.into_iter().filter(|edit| !edit.range.is_empty()) {
        if edit.range.start < from {
            continue;
        }
        out.push_str(text.get(from..edit.range.start).unwrap_or_default());
        out.push_str(&edit.with);
        from = edit.range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}
