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
        let line = target.line.map(|line| format!(" line {line}")).unwrap_or_default();
        return Err(Unclean::Place { place: format!("{}{line}", target.path.as_deref().unwrap_or("the document")) });
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
                    edits.push(Edit { range, with: with_attribute(tag, &element, "name", &format!("{word} {number}")) });
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
            let is_body = short(&name).trim_end_matches(|c: char| c.is_ascii_digit()) == "document";
            let path = (!is_body).then(|| short(&name));
            let own: Vec<&Target> = left.iter().copied().filter(|target| target.path == path && target.line.is_some()).collect();
            if own.is_empty() {
                continue;
            }
            let paragraphs = paragraphs(self.xml(&name)?, &name)?;
            let mut gone = BTreeSet::new();
            for target in own {
                let hit: Vec<usize> =
                    (0..).zip(&paragraphs).filter(|(_, each)| Some(each.number) == target.line).map(|(at, _)| at).collect();
                if hit.is_empty() {
                    continue;
                }
                left.remove(target);
                for at in hit {
                    gone.insert(at);
                    if target.of != Of::Text {
                        gone.extend(answers(&paragraphs, at));
                    }
                }
            }
            let mut edits = Vec::new();
            for paragraph in gone.iter().filter_map(|at| paragraphs.get(*at)) {
                let mut first = true;
                for range in &paragraph.texts {
                    edits.push(Edit {
                        range: range.clone(),
                        with: if std::mem::take(&mut first) { word.to_owned() } else { String::new() },
                    });
                }
            }
            // Names and hints of fields to fill in, and descriptions of pictures.
            let numbers: BTreeSet<u64> = gone.iter().filter_map(|at| paragraphs.get(*at)).map(|each| each.number).collect();
            let (mut number, xml) = (0_u64, self.xml(&name)?);
            events(xml, &name, |event, range| {
                if let Node::Open(element, tag, _) = event {
                    number += u64::from(element == "p");
                    let keys: &[&str] = match element {
                        "alias" | "tag" | "helpText" | "statusText" | "name" | "listEntry" => &["val"],
                        "listItem" => &["displayText", "value"],
                        "docPr" | "cNvPr" => &["title", "descr"],
                        _ => return,
                    };
                    if numbers.contains(&number) {
                        let mut with = xml.get(range.clone()).unwrap_or_default().to_owned();
                        for key in keys {
                            with = with_attribute(&with, &tag, key, word);
                        }
                        edits.push(Edit { range, with });
                    }
                }
            })?;
            self.change(&name, "paragraphs", gone.len() as u64, edits)?;
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
                        "s" => with_attribute(old, &tag, "v", word),
                        "cacheField" => {
                            field += 1;
                            with_attribute(old, &tag, "name", &format!("{word} {field}"))
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
        let mut used = BTreeSet::new();
        for (sheet, part) in &sheets {
            let mut cells: Vec<(&Target, u32, u32)> = Vec::new();
            for target in left.iter().copied() {
                let Some((name, cell)) = target.path.as_deref().and_then(|path| path.rsplit_once('!')) else { continue };
                if let (true, Some((column, row))) = (name == sheet, at(cell)) {
                    cells.push((target, column, row));
                }
            }
            let filled = filled(self.xml(part)?, part)?;
            let mut gone: BTreeSet<(u32, u32)> = BTreeSet::new();
            for (target, column, row) in cells {
                left.remove(target);
                gone.insert((row, column));
                match target.of {
                    Of::Text => {}
                    Of::Label => gone.extend(filled.keys().copied().find(|(r, c)| *r == row && *c > column)),
                    Of::Column => gone.extend(filled.keys().copied().filter(|(r, c)| *r > row && *c == column)),
                }
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
    texts: Vec<Range<usize>>,
    /// Whether its text ends as a question or label does.
    asks: bool,
    /// Table, row and cell, and how many rows begin with this table.
    cell: Option<(u64, u64, u64)>,
}

fn paragraphs(xml: &str, name: &str) -> Result<Vec<Paragraph>, Unclean> {
    let mut out = Vec::new();
    // The texts of those around, and what they say.
    let mut open: Vec<(Vec<Range<usize>>, String)> = Vec::new();
    let (mut number, mut fallback, mut written) = (0_u64, 0_u64, false);
    // Tables around, each with its number, row and cell.
    let (mut tables, mut around): (u64, Vec<(u64, u64, u64)>) = (0, Vec::new());
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
                open.push((Vec::new(), String::new()));
            }
        }
        Node::Open("t" | "instrText", _, false) => written = true,
        Node::Close("t" | "instrText") => written = false,
        Node::Open("tbl", _, false) => {
            tables += 1;
            around.push((tables, 0, 0));
        }
        Node::Close("tbl") => {
            around.pop();
        }
        Node::Open("tr", _, false) => {
            if let Some(table) = around.last_mut() {
                *table = (table.0, table.1 + 1, 0);
            }
        }
        Node::Open("tc", _, false) => {
            if let Some(table) = around.last_mut() {
                table.2 += 1;
            }
        }
        Node::Text(text) if written => {
            if let Some((texts, said)) = open.last_mut() {
                texts.push(range);
                said.push_str(text);
            }
        }
        Node::Close("p") => {
            if let Some((mut texts, said)) = open.pop() {
                texts.append(&mut alternatives);
                let asks = said.trim_end().ends_with([':', '?', '：', '？', '؟']);
                out.push(Paragraph { number, texts, asks, cell: around.last().copied() });
            }
        }
        _ => {}
    })?;
    Ok(out)
}

/// The paragraphs in which the answer to a label stands: the cell beside it, the cells below the head of a table, the next one.
fn answers(paragraphs: &[Paragraph], label: usize) -> Vec<usize> {
    let Some(asked) = paragraphs.get(label) else { return Vec::new() };
    let all = |is: &dyn Fn((u64, u64, u64)) -> bool| {
        (0..).zip(paragraphs).filter(|(_, each)| each.cell.is_some_and(is)).map(|(at, _)| at).collect::<Vec<_>>()
    };
    match asked.cell {
        Some((table, row, cell)) => {
            let width = paragraphs.iter().filter_map(|each| each.cell).filter(|at| at.0 == table && at.1 == row).map(|at| at.2).max();
            let is_head = row == 1 && width.is_some_and(|width| width > 2 || cell == width);
            if is_head {
                all(&|at| at.0 == table && at.1 > row && at.2 == cell)
            } else {
                all(&|at| at.0 == table && at.1 == row && at.2 == cell + 1)
            }
        }
        None if asked.asks => vec![label + 1],
        None => Vec::new(),
    }
}

/// A cell with something in it.
struct Cell {
    range: Range<usize>,
    /// Its name and style, as attributes.
    kept: String,
    /// The shared text that it shows.
    shared: Option<u64>,
}

impl Cell {
    fn instead(&self, word: &str) -> String {
        format!(r#"<c{} t="inlineStr"><is><t>{word}</t></is></c>"#, self.kept)
    }
}

/// The filled cells of a sheet by row and column from 0.
fn filled(xml: &str, name: &str) -> Result<BTreeMap<(u32, u32), Cell>, Unclean> {
    let mut cells = BTreeMap::new();
    // Where the cell begins, what of it is kept, whether its text is a shared one, and its name.
    let mut open: Option<(usize, String, bool, String)> = None;
    let (mut shown, mut sound) = (false, true);
    let mut value = String::new();
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
        Node::Open("v", ..) => shown = true,
        Node::Close("v") => shown = false,
        Node::Text(text) if shown => value.push_str(text),
        Node::Close("c") => {
            if let Some((start, kept, shared, place)) = open.take() {
                match at(&place) {
                    Some((column, row)) => {
                        let shared = if shared { value.trim().parse().ok() } else { None };
                        cells.insert((row, column), Cell { range: start..range.end, kept, shared });
                    }
                    None => sound = false,
                }
            }
        }
        _ => {}
    })?;
    if sound { Ok(cells) } else { Err(Unclean::Part { part: name.to_owned() }) }
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

/// A tag in which an attribute, where it has one, has another value.
fn with_attribute(tag: &str, element: &BytesStart<'_>, name: &str, value: &str) -> String {
    let mut tag = tag.to_owned();
    for found in element.attributes().with_checks(false).flatten().filter(|found| found.key.local_name().into_inner() == name) {
        let (key, old) = (found.key.into_inner(), found.value.as_ref());
        for quote in ['"', '\''] {
            tag = tag.replace(&format!(" {key}={quote}{old}{quote}"), &format!(" {key}=\"{value}\""));
        }
    }
    tag
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
