//! Office files: the text parts of DOCX, PPTX and OpenDocument, and workbooks.
//!
//! A paragraph's number in its part stands as its line; of slides the slide is the page; parts other than the body are named in
//! the path (`header1`, `comments`). Words joined over runs are one word. Of a tracked change both readings are handed out, the
//! older as `deleted text`. Content controls and legacy form fields are names, their help texts questions, their lists columns.

use crate::archive::{entry_name, say_what_is_unlisted, zip_reason};
use crate::format::{Format, Peek, is_compound};
use crate::guard::guarded;
use crate::sheet::{Sheet, column_of, letters, sentences_at};
use crate::xml::{Node, attribute, walk};
use crate::{Job, PieceKind, Place, label, text};
use calamine::{Data, DataRef, Reader, SheetVisible, Xls, Xlsb, Xlsx};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// A picture this large is more likely a scan than an ornament.
const PICTURE_BYTES: u64 = 100 << 10;

/// The archive that an office file is.
type Archive<'a> = zip::ZipArchive<Cursor<&'a [u8]>>;

/// Reads an office file.
pub(crate) fn read(format: Format, input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    let Some(bytes) = job.whole(input) else { return };
    let bytes = bytes.as_slice();
    guarded(job, move |job| {
        if format == Format::Xls {
            return if bytes.starts_with(b"PK") { zipped(Format::Xlsx, bytes, job) } else { xls(bytes, job) };
        }
        if is_compound(bytes) {
            return match format {
                Format::Xlsx => xls(bytes, job),
                _ => job.unread(Place::default(), "encrypted with a password, or of an older office format under this ending"),
            };
        }
        zipped(format, bytes, job);
    });
}

/// Reads an office file that is an archive.
fn zipped(format: Format, bytes: &[u8], job: &mut Job<'_, '_>) {
    let mut archive = match zip::ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(_) => {
            return job.unread(Place::default(), "expected an office file, found an archive whose list of contents is missing or damaged");
        }
    };
    say_what_is_unlisted(&mut archive, job);
    let names: Vec<String> = (0..archive.len()).map(|index| entry_name(archive.name_for_index(index))).collect();
    if !names.iter().any(|name| is_main(format, name)) {
        job.unread(
            Place::default(),
            format!("expected an office file of the kind {}, found an archive without its main part", format.name()),
        );
    }
    if format == Format::Odf
        && let Some(index) = names.iter().position(|name| name == "META-INF/manifest.xml")
    {
        match part(&mut archive, index, job) {
            Ok(manifest) if manifest.contains("encryption-data") => return job.unread(Place::default(), "encrypted with a password"),
            Ok(_) => {}
            Err(reason) => job.unread(Place { path: Some("manifest".to_owned()), ..Place::default() }, reason),
        }
    }
    let mut sheets = BTreeMap::new();
    if format == Format::Xlsx {
        sheets = workbook(bytes, &names, &mut archive, job);
    }
    for (index, name) in names.iter().enumerate() {
        match part_of(format, name) {
            Some(Part::Words { context, page }) => with_part(&mut archive, index, name, job, |xml, job| {
                let path = if context == "body" { None } else { Some(short(name)) };
                words(xml, context, &Place { page, path, ..Place::default() }, job)
            }),
            Some(Part::Odf) => with_part(&mut archive, index, name, job, |xml, job| odf(xml, short(name), job)),
            Some(Part::Properties) => with_part(&mut archive, index, name, job, properties),
            Some(Part::Comments) => with_part(&mut archive, index, name, job, |xml, job| {
                let sheet = sheets
                    .values()
                    .find(|sheet: &&SheetParts| sheet.comments.contains(name))
                    .map_or_else(|| short(name), |sheet| sheet.name.clone());
                comments(xml, &sheet, job)
            }),
            Some(Part::Embedded) => match archive.by_index(index) {
                Ok(entry) => {
                    let mut inflating = job.inflating(entry);
                    job.inner(name, &mut inflating);
                }
                Err(error) => job.unread(Place { path: Some(name.clone()), ..Place::default() }, zip_reason(&error)),
            },
            Some(Part::Picture) => {
                if archive.by_index_raw(index).is_ok_and(|entry| entry.size() >= PICTURE_BYTES) {
                    job.unread(Place { path: Some(name.clone()), ..Place::default() }, "a large picture, whose text is not read");
                }
            }
            Some(Part::Sheet) | None => {}
        }
    }
    for (part, sheet) in &sheets {
        let Some(index) = names.iter().position(|name| name == part) else { continue };
        let read = behind_the_cells(&mut archive, index, job).and_then(|xml| validations(&xml, sheet, job).map_err(str::to_owned));
        if let Err(reason) = read {
            job.unread(Place { path: Some(sheet.name.clone()), ..Place::default() }, format!("{reason}: lists of choices may be missing"));
        }
    }
}

/// Whether a part is the one that a file of the format cannot be without.
fn is_main(format: Format, name: &str) -> bool {
    let numbered = |stem: &str| name.strip_prefix(stem)?.strip_suffix(".xml").filter(|rest| rest.chars().all(|c| c.is_ascii_digit()));
    match format {
        // Some programs number it.
        Format::Docx => numbered("word/document").is_some(),
        Format::Pptx => name == "ppt/presentation.xml",
        Format::Xlsx | Format::Xls => matches!(name, "xl/workbook.xml" | "xl/workbook.bin"),
        _ => name == "content.xml",
    }
}

/// What a part of an office file holds.
enum Part {
    /// Paragraphs of runs.
    Words { context: &'static str, page: Option<u64> },
    /// OpenDocument's content or styles.
    Odf,
    /// Title, subject, the author's own properties.
    Properties,
    /// Comments on cells.
    Comments,
    /// A sheet, read apart.
    Sheet,
    /// A document inside.
    Embedded,
    /// A picture.
    Picture,
}

/// What a part holds, by its name.
fn part_of(format: Format, name: &str) -> Option<Part> {
    let words = |context| Some(Part::Words { context, page: None });
    let file = name.rsplit('/').next().unwrap_or_default();
    let xml = file.strip_suffix(".xml");
    let picture = [".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".emf", ".wmf"]
        .iter()
        .any(|ending| file.to_ascii_lowercase().ends_with(ending));
    if picture && (name.contains("media/") || name.starts_with("Pictures/")) {
        return Some(Part::Picture);
    }
    if format == Format::Odf {
        // Charts and formulas inside have a content of their own.
        return match file {
            "content.xml" | "styles.xml" => Some(Part::Odf),
            "meta.xml" => Some(Part::Properties),
            _ => None,
        };
    }
    if name.contains("/embeddings/") && !name.contains("/_rels/") {
        return Some(Part::Embedded);
    }
    if matches!(name, "docProps/core.xml" | "docProps/custom.xml") {
        return Some(Part::Properties);
    }
    let xml = xml.filter(|_| !name.contains("/_rels/"))?;
    if name.contains("/diagrams/data") || name.contains("/charts/chart") || name.contains("/drawings/drawing") {
        return words("drawing");
    }
    let numbered = |stem: &str| xml.strip_prefix(stem).and_then(|number| number.parse().ok());
    match format {
        Format::Docx if name.starts_with("word/") => match xml.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "document" if name.contains("glossary") => words("building block"),
            "document" => words("body"),
            "header" => words("header"),
            "footer" => words("footer"),
            "footnotes" => words("footnote"),
            "endnotes" => words("endnote"),
            "comments" => words("comment"),
            "settings" => words("settings"),
            _ => None,
        },
        Format::Pptx if name.starts_with("ppt/slides/") => Some(Part::Words { context: "slide", page: numbered("slide") }),
        Format::Pptx if name.starts_with("ppt/notesSlides/") => Some(Part::Words { context: "notes", page: numbered("notesSlide") }),
        Format::Pptx if name.starts_with("ppt/comments") => words("comment"),
        Format::Pptx if name.starts_with("ppt/slideMasters/") => words("slide master"),
        Format::Xlsx if name.starts_with("xl/comments") || name.starts_with("xl/threadedComments/") => Some(Part::Comments),
        Format::Xlsx if name.starts_with("xl/worksheets/") => Some(Part::Sheet),
        _ => None,
    }
}

/// A part's name as it stands in a path.
fn short(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or_default();
    file.strip_suffix(".xml").unwrap_or(file).to_owned()
}

/// Reads a part as text and hands it on; says so where it cannot be read or its XML is not sound.
fn with_part(
    archive: &mut Archive<'_>,
    index: usize,
    name: &str,
    job: &mut Job<'_, '_>,
    work: impl FnOnce(&str, &mut Job<'_, '_>) -> Result<(), &'static str>,
) {
    let place = || Place { path: Some(short(name)), ..Place::default() };
    match part(archive, index, job) {
        Ok(xml) => {
            if let Err(reason) = work(&xml, job) {
                job.unread(place(), format!("{reason}; what stands before was read"));
            }
        }
        Err(reason) => job.unread(place(), reason),
    }
}

/// A part as text.
fn part(archive: &mut Archive<'_>, index: usize, job: &Job<'_, '_>) -> Result<String, String> {
    let entry = archive.by_index(index).map_err(|error| zip_reason(&error).to_owned())?;
    let max = job.limits.whole_bytes_max;
    let mut bytes = Vec::new();
    match job.inflating(entry).take(max as u64 + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() <= max => Ok(String::from_utf8(bytes).unwrap_or_else(|other| text::decode(other.as_bytes()))),
        Ok(_) => Err(format!("longer than the {max} bytes that are held in memory for one part")),
        Err(_) if job.spent() => Err(format!("more than {} bytes came out of the archive", job.limits.inflated_bytes_max)),
        Err(error) => Err(format!("the archive is damaged here: {}", error.kind())),
    }
}

/// What stands behind the cells of a sheet's part; the cells, which are most of it, are passed over.
fn behind_the_cells(archive: &mut Archive<'_>, index: usize, job: &Job<'_, '_>) -> Result<String, String> {
    const END: &[u8] = b"</sheetData>";
    let entry = archive.by_index(index).map_err(|error| zip_reason(&error).to_owned())?;
    let mut inflating = job.inflating(entry);
    let (mut window, mut chunk, mut found) = (Vec::new(), vec![0; 64 << 10], false);
    loop {
        let count = inflating.read(&mut chunk).map_err(|error| format!("the archive is damaged here: {}", error.kind()))?;
        window.extend_from_slice(chunk.get(..count).unwrap_or_default());
        if !found {
            found = match window.windows(END.len()).position(|bytes| bytes == END) {
                Some(at) => {
                    window.drain(..at + END.len());
                    true
                }
                None => {
                    // The end of one chunk may be the beginning of the mark.
                    window.drain(..window.len().saturating_sub(END.len()));
                    false
                }
            };
        }
        if window.len() > job.limits.whole_bytes_max {
            return Err(format!("longer than the {} bytes that are held in memory for one part", job.limits.whole_bytes_max));
        }
        if count == 0 {
            return Ok(if found { text::decode(&window) } else { String::new() });
        }
    }
}

/// A paragraph being read: as it reads now, and as it read before tracked changes.
#[derive(Default)]
struct Paragraph {
    now: String,
    before: String,
    changed: bool,
    heading: bool,
}

/// A content control or form field being read.
#[derive(Default)]
struct Field {
    names: Vec<String>,
    help: Vec<String>,
    items: Vec<String>,
}

impl Field {
    /// Hands out its names, help texts and list.
    fn hand_out(self, kind: &str, place: &Place, job: &mut Job<'_, '_>) {
        let mut names = self.names.into_iter().filter(|name| !name.trim().is_empty()).collect::<Vec<_>>();
        names.dedup();
        for name in &names {
            job.piece(PieceKind::Name, name, kind, place.clone());
        }
        for help in &self.help {
            job.piece(PieceKind::Question, help, kind, place.clone());
        }
        if !self.items.is_empty() {
            job.column(names.first().map_or("", String::as_str), self.items, kind, place.clone());
        }
    }
}

/// Reads a part of paragraphs of runs: Word's, PowerPoint's, drawings.
fn words(xml: &str, context: &'static str, place: &Place, job: &mut Job<'_, '_>) -> Result<(), &'static str> {
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let (mut controls, mut legacy): (Vec<Field>, Option<Field>) = (Vec::new(), None);
    let (mut number, mut cells, mut inserted) = (0_u64, 0_u64, 0_u64);
    let (mut written, mut deleted, mut instructed) = (false, false, false);
    let mut instruction = String::new();
    let mut heading = String::new();
    let mut fallback = 0_u64;
    walk(xml, |node| {
        // What an older program shows instead says the same again.
        match node {
            Node::Open("Fallback", _) => fallback += 1,
            Node::Close("Fallback") => fallback = fallback.saturating_sub(1),
            _ => {}
        }
        if fallback > 0 {
            return;
        }
        let at = |number: u64| Place { line: Some(number), ..place.clone() };
        match node {
            Node::Open(name, element) => match name {
                "p" => {
                    number += 1;
                    paragraphs.push(Paragraph::default());
                }
                "pStyle" => {
                    let style = attribute(element, "val").unwrap_or_default().to_ascii_lowercase();
                    if let Some(paragraph) = paragraphs.last_mut() {
                        paragraph.heading = style.starts_with("heading") || style.starts_with("title");
                    }
                }
                "t" => written = true,
                "delText" => deleted = true,
                "instrText" | "delInstrText" => instructed = true,
                "fldSimple" => mail_merge(&attribute(element, "instr").unwrap_or_default(), &at(number), job),
                "tab" | "br" | "cr" => {
                    if let Some(paragraph) = paragraphs.last_mut() {
                        let space = if name == "tab" { '\t' } else { '\n' };
                        paragraph.now.push(space);
                        paragraph.before.push(space);
                    }
                }
                "noBreakHyphen" => {
                    if let Some(paragraph) = paragraphs.last_mut() {
                        paragraph.now.push('-');
                        paragraph.before.push('-');
                    }
                }
                "tc" => cells += 1,
                "ins" | "moveTo" => inserted += 1,
                "sdtPr" => controls.push(Field::default()),
                "alias" | "tag" => {
                    if let (Some(control), Some(value)) = (controls.last_mut(), attribute(element, "val")) {
                        control.names.push(value);
                    }
                }
                "listItem" => {
                    if let (Some(control), Some(value)) =
                        (controls.last_mut(), attribute(element, "displayText").or_else(|| attribute(element, "value")))
                    {
                        control.items.push(value);
                    }
                }
                "ffData" => legacy = Some(Field::default()),
                "name" => {
                    if let (Some(field), Some(value)) = (legacy.as_mut(), attribute(element, "val")) {
                        field.names.push(value);
                    }
                }
                "helpText" | "statusText" => {
                    if let (Some(field), Some(value)) = (legacy.as_mut(), attribute(element, "val")) {
                        field.help.push(value);
                    }
                }
                "listEntry" => {
                    if let (Some(field), Some(value)) = (legacy.as_mut(), attribute(element, "val")) {
                        field.items.push(value);
                    }
                }
                "docVar" => job.piece(PieceKind::Name, &attribute(element, "name").unwrap_or_default(), "document variable", at(number)),
                "docPr" | "cNvPr" => {
                    for described in ["title", "descr"].iter().filter_map(|name| attribute(element, name)) {
                        sentences_at(&described, "description of a picture", &at(number), job);
                    }
                }
                _ => {}
            },
            Node::Text(text) => {
                if instructed {
                    instruction.push_str(text);
                } else if let Some(paragraph) = paragraphs.last_mut() {
                    if written {
                        paragraph.now.push_str(text);
                        if inserted == 0 {
                            paragraph.before.push_str(text);
                        } else {
                            paragraph.changed |= deleted;
                        }
                    } else if deleted {
                        paragraph.before.push_str(text);
                        paragraph.changed = true;
                    }
                }
            }
            Node::Close(name) => match name {
                "t" => written = false,
                "delText" => deleted = false,
                "instrText" | "delInstrText" => instructed = false,
                "fldChar" if !instruction.is_empty() => {
                    mail_merge(&std::mem::take(&mut instruction), &at(number), job);
                }
                "p" => {
                    if !instruction.is_empty() {
                        mail_merge(&std::mem::take(&mut instruction), &at(number), job);
                    }
                    if let Some(paragraph) = paragraphs.pop() {
                        let around = if context == "body" { heading.as_str() } else { context };
                        hand_out(&paragraph.now, cells > 0, around, number, place, job);
                        if paragraph.changed {
                            hand_out(&paragraph.before, cells > 0, "deleted text", number, place, job);
                        }
                        if paragraph.heading {
                            heading = crate::cut(paragraph.now.trim(), 120).to_owned();
                        }
                    }
                }
                "tc" => cells = cells.saturating_sub(1),
                "ins" | "moveTo" => inserted = inserted.saturating_sub(1),
                "sdtPr" => {
                    if let Some(control) = controls.pop() {
                        control.hand_out("content control", &at(number), job);
                    }
                }
                "ffData" => {
                    if let Some(field) = legacy.take() {
                        field.hand_out("form field", &at(number), job);
                    }
                }
                _ => {}
            },
        }
    })
}

/// Hands out a paragraph: a label or its sentences. In a table short texts are labels.
fn hand_out(paragraph: &str, in_table: bool, context: &str, number: u64, place: &Place, job: &mut Job<'_, '_>) {
    let place = Place { line: Some(number), ..place.clone() };
    // A line may hold several labels, each before its place to fill in.
    for piece in paragraph.split(['\t', '\n']).filter(|piece| !piece.trim().is_empty()) {
        if label::is_label(piece) || (in_table && label::may_be_label(piece)) {
            let asked = label::bare(piece);
            job.piece(PieceKind::Question, &asked, context, place.clone());
        } else {
            sentences_at(piece, context, &place, job);
        }
    }
}

/// Hands out the name that a field instruction fills in, or the question it asks.
fn mail_merge(instruction: &str, place: &Place, job: &mut Job<'_, '_>) {
    let mut words = instruction.split_whitespace();
    let kind = words.next().unwrap_or_default().to_ascii_uppercase();
    match kind.as_str() {
        "MERGEFIELD" | "DOCPROPERTY" | "DOCVARIABLE" | "SET" | "REF" => {
            job.piece(PieceKind::Name, words.next().unwrap_or_default().trim_matches('"'), "merge field", place.clone());
        }
        "ASK" | "FILLIN" => {
            if let Some(asked) = instruction.split('"').nth(1) {
                job.piece(PieceKind::Question, asked, "merge field", place.clone());
            }
        }
        _ => {}
    }
}

/// Reads title, subject, keywords, and the properties that an author gave.
fn properties(xml: &str, job: &mut Job<'_, '_>) -> Result<(), &'static str> {
    let (mut open, mut custom): (Option<String>, Option<(String, String)>) = (None, None);
    walk(xml, |node| match node {
        Node::Open("title" | "subject" | "keywords" | "keyword" | "description" | "category", _) => open = Some(String::new()),
        Node::Open("property" | "user-defined", element) => custom = Some((attribute(element, "name").unwrap_or_default(), String::new())),
        Node::Open(..) => {}
        Node::Text(text) => match (&mut open, &mut custom) {
            (Some(open), _) => open.push_str(text),
            (None, Some((_, value))) => value.push_str(text),
            (None, None) => {}
        },
        Node::Close("title" | "subject" | "keywords" | "keyword" | "description" | "category") => {
            if let Some(text) = open.take() {
                sentences_at(&text, "document property", &Place { path: Some("properties".to_owned()), ..Place::default() }, job);
            }
        }
        Node::Close("property" | "user-defined") => {
            if let Some((name, value)) = custom.take().filter(|(name, _)| !name.trim().is_empty()) {
                let values = Some(value.trim().to_owned()).filter(|value| !value.is_empty()).into_iter().collect();
                job.column(&name, values, "document property", Place { path: Some("properties".to_owned()), ..Place::default() });
            }
        }
        Node::Close(_) => {}
    })
}

/// Reads OpenDocument's content or styles: paragraphs, comments, form controls, and sheets cell by cell.
fn odf(xml: &str, part: String, job: &mut Job<'_, '_>) -> Result<(), &'static str> {
    let path = Some(part.clone()).filter(|part| part != "content");
    let base = Place { path, ..Place::default() };
    let mut paragraphs: Vec<(String, u64)> = Vec::new();
    let mut sheet: Option<Sheet> = None;
    let (mut sheet_name, mut cell_text): (String, Option<String>) = (String::new(), None);
    let (mut row, mut column, mut here, mut repeat) = (0_u32, 0_u32, 0_u32, 1_u32);
    let (mut number, mut cells, mut comment, mut removed) = (0_u64, 0_u64, 0_u64, 0_u64);
    let (mut spreadsheet, mut described, mut page) = (false, None::<String>, None::<u64>);
    let mut list: Option<Field> = None;
    let mut hidden_styles: BTreeMap<String, bool> = BTreeMap::new();
    let mut style = String::new();
    let count = |value: Option<String>| value.and_then(|value| value.parse::<u32>().ok()).unwrap_or(1).max(1);
    walk(xml, |node| {
        match node {
            Node::Open(name, element) => match name {
                "spreadsheet" => spreadsheet = true,
                "style" => style = attribute(element, "name").unwrap_or_default(),
                "table-properties" if attribute(element, "display").as_deref() == Some("false") => {
                    hidden_styles.insert(std::mem::take(&mut style), true);
                }
                "page" => page = Some(page.unwrap_or(0) + 1),
                "table" if spreadsheet => {
                    sheet_name = attribute(element, "name").unwrap_or_default();
                    let hidden = attribute(element, "style-name").is_some_and(|style| hidden_styles.contains_key(&style));
                    (row, column) = (0, 0);
                    sheet = Some(Sheet::new(&sheet_name, hidden));
                }
                "table-row" => {
                    column = 0;
                    repeat = count(attribute(element, "number-rows-repeated"));
                }
                "table-cell" | "covered-table-cell" => {
                    cells += 1;
                    cell_text = Some(String::new());
                    // A repeated cell is one cell here: repetition adds no word. How far it reaches moves the next one.
                    here = column;
                    column = column.saturating_add(count(attribute(element, "number-columns-repeated")));
                }
                "p" | "h" => {
                    number += 1;
                    paragraphs.push((String::new(), number));
                }
                "s" | "tab" | "line-break" => {
                    if let Some((paragraph, _)) = paragraphs.last_mut() {
                        paragraph.push(match name {
                            "s" => ' ',
                            "tab" => '\t',
                            _ => '\n',
                        });
                    }
                }
                "annotation" => comment += 1,
                "deletion" => removed += 1,
                "title" | "desc" => described = Some(String::new()),
                // Controls of forms, drop-downs in text, lists that a cell is held to.
                "text" | "textarea" | "checkbox" | "radio" | "combobox" | "listbox" | "formatted-text" | "number" | "date"
                | "fixed-text" | "drop-down" | "content-validation" | "generic-control"
                    if attribute(element, "name").is_some() =>
                {
                    let mut field = Field { names: attribute(element, "name").into_iter().collect(), ..Field::default() };
                    field.help.extend(["label", "title", "help-text"].iter().filter_map(|name| attribute(element, name)));
                    if name == "content-validation" {
                        let condition = attribute(element, "condition").unwrap_or_default();
                        if condition.contains("is-in-list") {
                            field.items = condition.split('"').skip(1).step_by(2).map(str::to_owned).collect();
                        }
                    }
                    list = Some(field);
                }
                "option" | "item" => {
                    if let (Some(field), Some(value)) = (list.as_mut(), attribute(element, "label").or_else(|| attribute(element, "value")))
                    {
                        field.items.push(value);
                    }
                }
                "label" => {
                    if let (Some(field), Some(value)) = (list.as_mut(), attribute(element, "value")) {
                        field.items.push(value);
                    }
                }
                "help-message" | "error-message" => {
                    if let (Some(field), Some(value)) = (list.as_mut(), attribute(element, "title")) {
                        field.help.push(value);
                    }
                }
                "named-range" | "variable-decl" | "user-field-decl" | "database-range" => {
                    job.piece(PieceKind::Name, &attribute(element, "name").unwrap_or_default(), "named in the document", base.clone());
                }
                _ => {}
            },
            Node::Text(text) => match (&mut described, paragraphs.last_mut()) {
                (Some(described), _) => described.push_str(text),
                (None, Some((paragraph, _))) => paragraph.push_str(text),
                (None, None) => {}
            },
            Node::Close(name) => match name {
                "p" | "h" => {
                    let Some((paragraph, number)) = paragraphs.pop() else { return };
                    if comment > 0 {
                        let path =
                            sheet.is_some().then(|| format!("{sheet_name}!{}{}", letters(here), row + 1)).or_else(|| base.path.clone());
                        hand_out(&paragraph, false, "comment", number, &Place { path, page, ..Place::default() }, job);
                    } else if let (Some(cell), true) = (cell_text.as_mut(), sheet.is_some()) {
                        if !cell.is_empty() {
                            cell.push('\n');
                        }
                        cell.push_str(&paragraph);
                    } else {
                        let context = match () {
                            () if removed > 0 => "deleted text",
                            () if part == "styles" => "header or footer",
                            () => "",
                        };
                        hand_out(&paragraph, cells > 0, context, number, &Place { page, ..base.clone() }, job);
                    }
                }
                "table-cell" | "covered-table-cell" => {
                    cells = cells.saturating_sub(1);
                    if let (Some(cell), Some(sheet)) = (cell_text.take(), sheet.as_mut()) {
                        sheet.cell(row, here, &cell, job);
                    }
                }
                "table-row" => row = row.saturating_add(repeat),
                "table" if spreadsheet => {
                    if let Some(sheet) = sheet.take() {
                        sheet.finish(job);
                    }
                }
                "annotation" => comment = comment.saturating_sub(1),
                "deletion" => removed = removed.saturating_sub(1),
                "title" | "desc" => {
                    if let Some(described) = described.take() {
                        sentences_at(&described, "description of a picture", &base, job);
                    }
                }
                "text" | "textarea" | "checkbox" | "radio" | "combobox" | "listbox" | "formatted-text" | "number" | "date"
                | "fixed-text" | "drop-down" | "content-validation" | "generic-control" => {
                    if let Some(field) = list.take() {
                        field.hand_out("form field", &base, job);
                    }
                }
                _ => {}
            },
        }
    })
}

/// What belongs to a sheet of a workbook beside its cells.
struct SheetParts {
    name: String,
    columns: BTreeMap<u32, String>,
    comments: Vec<String>,
}

/// Reads a zipped workbook's cells. Gives its sheets by the names of their parts.
fn workbook(bytes: &[u8], names: &[String], archive: &mut Archive<'_>, job: &mut Job<'_, '_>) -> BTreeMap<String, SheetParts> {
    // The parser holds what it inflates and knows no bound: what would come out is counted first.
    for (index, name) in
        names.iter().enumerate().filter(|(_, name)| name.starts_with("xl/") && !name.contains("media/") && !name.contains("embeddings/"))
    {
        let counted = archive.by_index(index).map_err(|error| zip_reason(&error).to_owned()).and_then(|entry| {
            std::io::copy(&mut job.inflating(entry), &mut std::io::sink())
                .map_err(|error| format!("the archive is damaged here: {}", error.kind()))
        });
        if job.spent() {
            job.unread(
                Place::default(),
                format!("more than {} bytes would come out of the workbook; its cells were not read", job.limits.inflated_bytes_max),
            );
            return BTreeMap::new();
        }
        if let Err(reason) = counted {
            job.unread(Place { path: Some(short(name)), ..Place::default() }, reason);
        }
    }
    let mut columns = BTreeMap::new();
    if names.iter().any(|name| name == "xl/workbook.bin") {
        match Xlsb::new(Cursor::new(bytes)) {
            Ok(mut book) => {
                for name in book.defined_names() {
                    job.piece(PieceKind::Name, &name.0, "defined name", Place::default());
                }
                for sheet in book.sheets_metadata().to_vec() {
                    match book.worksheet_cells_reader(&sheet.name) {
                        Ok(mut cells) => {
                            let read = cells_of(&sheet, job, || cells.next_cell().map_err(|_| ()));
                            columns.insert(sheet.name.clone(), read);
                        }
                        Err(_) => no_cells(&sheet, job),
                    }
                }
            }
            Err(_) => job.unread(Place::default(), "expected a workbook, found one whose parts are damaged"),
        }
        job.unread(Place::default(), "comments and lists of choices of a binary workbook are not read");
        return BTreeMap::new();
    }
    match Xlsx::new(Cursor::new(bytes)) {
        Ok(mut book) => {
            for name in book.defined_names() {
                job.piece(PieceKind::Name, &name.0, "defined name", Place::default());
            }
            for sheet in book.sheets_metadata().to_vec() {
                match book.worksheet_cells_reader(&sheet.name) {
                    Ok(mut cells) => {
                        let read = cells_of(&sheet, job, || cells.next_cell().map_err(|_| ()));
                        columns.insert(sheet.name.clone(), read);
                    }
                    Err(_) => no_cells(&sheet, job),
                }
            }
        }
        Err(calamine::XlsxError::Password) => job.unread(Place::default(), "encrypted with a password"),
        Err(_) => job.unread(Place::default(), "expected a workbook, found one whose parts are damaged"),
    }
    sheet_parts(names, archive, columns, job)
}

/// Reads the cells of a sheet, one at a time. Gives the names of its columns.
fn cells_of<'a>(
    sheet: &calamine::Sheet,
    job: &mut Job<'_, '_>,
    mut next: impl FnMut() -> Result<Option<calamine::Cell<DataRef<'a>>>, ()>,
) -> BTreeMap<u32, String> {
    let mut read = Sheet::new(&sheet.name, sheet.visible != SheetVisible::Visible);
    loop {
        match next() {
            Ok(Some(cell)) => {
                let (row, column) = cell.get_position();
                read.cell(row, column, &shown(&Data::from(cell.get_value().clone())), job);
            }
            Ok(None) => break,
            Err(()) => {
                job.unread(
                    Place { path: Some(sheet.name.clone()), ..Place::default() },
                    "the sheet is damaged; the cells before were read",
                );
                break;
            }
        }
    }
    read.finish(job)
}

/// Says that a sheet has no cells to read: charts and macros are none, a damaged sheet is said to be unread.
fn no_cells(sheet: &calamine::Sheet, job: &mut Job<'_, '_>) {
    if matches!(sheet.typ, calamine::SheetType::WorkSheet) {
        job.unread(Place { path: Some(sheet.name.clone()), ..Place::default() }, "the sheet is damaged or missing");
    }
}

/// A cell as a person sees it.
fn shown(cell: &Data) -> String {
    match cell {
        // What a date is shown as is in its format, and a serial number says nothing.
        Data::DateTime(date) if date.is_datetime() => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::Error(_) => String::new(),
        other => other.to_string(),
    }
}

/// Reads a workbook of the older format.
fn xls(bytes: &[u8], job: &mut Job<'_, '_>) {
    match Xls::new(Cursor::new(bytes)) {
        Ok(mut book) => {
            for name in book.defined_names() {
                job.piece(PieceKind::Name, &name.0, "defined name", Place::default());
            }
            for sheet in book.sheets_metadata().to_vec() {
                let Ok(range) = book.worksheet_range(&sheet.name) else {
                    no_cells(&sheet, job);
                    continue;
                };
                let (top, left) = range.start().unwrap_or((0, 0));
                let mut read = Sheet::new(&sheet.name, sheet.visible != SheetVisible::Visible);
                for (row, column, cell) in range.used_cells() {
                    let at = |from: u32, by: usize| from.saturating_add(u32::try_from(by).unwrap_or(u32::MAX));
                    read.cell(at(top, row), at(left, column), &shown(cell), job);
                }
                read.finish(job);
            }
            job.unread(Place::default(), "comments and lists of choices of a workbook of the older format are not read");
        }
        Err(calamine::XlsError::Password) => job.unread(Place::default(), "encrypted with a password"),
        Err(_) => job.unread(Place::default(), "expected a workbook, found one that is damaged or encrypted with a password"),
    }
}

/// Which part each sheet is, and which comments are its own.
fn sheet_parts(
    names: &[String],
    archive: &mut Archive<'_>,
    mut columns: BTreeMap<String, BTreeMap<u32, String>>,
    job: &Job<'_, '_>,
) -> BTreeMap<String, SheetParts> {
    let mut xml =
        |name: &str| names.iter().position(|found| found == name).and_then(|index| part(archive, index, job).ok()).unwrap_or_default();
    // What is not well-formed here has been said by the reader of cells; then comments stand under the name of their part.
    let mut targets = BTreeMap::new();
    let _ = walk(&xml("xl/_rels/workbook.xml.rels"), |node| {
        if let Node::Open("Relationship", element) = node
            && let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target"))
        {
            targets.insert(id, resolve("xl", &target));
        }
    });
    let mut sheets = BTreeMap::new();
    let _ = walk(&xml("xl/workbook.xml"), |node| {
        if let Node::Open("sheet", element) = node
            && let (Some(name), Some(part)) =
                (attribute(element, "name"), attribute(element, "id").and_then(|id| targets.get(&id).cloned()))
        {
            sheets.insert(part, SheetParts { columns: columns.remove(&name).unwrap_or_default(), name, comments: Vec::new() });
        }
    });
    for (part, sheet) in &mut sheets {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let _ = walk(&xml(&format!("{folder}/_rels/{file}.rels")), |node| {
            if let Node::Open("Relationship", element) = node
                && let Some(target) = attribute(element, "Target")
            {
                sheet.comments.push(resolve(folder, &target));
            }
        });
    }
    sheets
}

/// A part's name from a target as written: absolute, or seen from a folder.
fn resolve(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for step in target.split('/').filter(|step| !step.is_empty() && *step != ".") {
        if step == ".." {
            parts.pop();
        } else {
            parts.push(step);
        }
    }
    parts.join("/")
}

/// Reads the comments on a sheet's cells, old or threaded.
fn comments(xml: &str, sheet: &str, job: &mut Job<'_, '_>) -> Result<(), &'static str> {
    let (mut cell, mut comment, mut written) = (String::new(), String::new(), false);
    walk(xml, |node| match node {
        Node::Open("comment" | "threadedComment", element) => {
            cell = attribute(element, "ref").unwrap_or_default();
            comment.clear();
        }
        Node::Open("t", _) => written = true,
        // Of a threaded comment the text is one element, of an old one it holds runs.
        Node::Open("text", _) if xml.contains("threadedComment") => written = true,
        Node::Open(..) => {}
        Node::Text(text) if written => comment.push_str(text),
        Node::Text(_) => {}
        Node::Close("t" | "text") => written = false,
        Node::Close("comment" | "threadedComment") => {
            sentences_at(&comment, "comment", &Place { path: Some(format!("{sheet}!{cell}")), ..Place::default() }, job);
        }
        Node::Close(_) => {}
    })
}

/// Reads the lists that cells are held to, what is said to who fills them in, and what is printed above and below a sheet.
fn validations(xml: &str, sheet: &SheetParts, job: &mut Job<'_, '_>) -> Result<(), &'static str> {
    let (mut cells, mut formula, mut written, mut is_list) = (String::new(), String::new(), false, false);
    let mut prompts = Vec::new();
    walk(xml, |node| match node {
        Node::Open("dataValidation", element) => {
            cells = attribute(element, "sqref").unwrap_or_default();
            is_list = attribute(element, "type").as_deref() == Some("list");
            prompts = ["promptTitle", "prompt", "error"].iter().filter_map(|name| attribute(element, name)).collect();
            formula.clear();
        }
        Node::Open("formula1", _) => written = true,
        Node::Open("oddHeader" | "oddFooter" | "firstHeader" | "firstFooter", _) => {
            written = true;
            formula.clear();
        }
        Node::Open(..) => {}
        Node::Text(text) if written => formula.push_str(text),
        Node::Text(_) => {}
        Node::Close("formula1") => written = false,
        Node::Close("oddHeader" | "oddFooter" | "firstHeader" | "firstFooter") => {
            written = false;
            // `&C` and its like say where on the page it stands.
            let printed: String =
                formula.split('&').map(|part| part.strip_prefix(['L', 'C', 'R']).unwrap_or(part)).collect::<Vec<_>>().join(" ");
            sentences_at(&printed, "header or footer", &Place { path: Some(sheet.name.clone()), ..Place::default() }, job);
        }
        Node::Close("dataValidation") => {
            let first = cells.split([' ', ':']).next().unwrap_or_default();
            let place = Place { path: Some(format!("{}!{first}", sheet.name)), ..Place::default() };
            for prompt in &prompts {
                job.piece(PieceKind::Question, prompt, "prompt of a cell", place.clone());
            }
            // A list that is a range of cells is read where those cells are.
            if let Some(items) = formula.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|_| is_list) {
                let name = column_of(first)
                    .and_then(|column| sheet.columns.get(&column))
                    .cloned()
                    .or_else(|| prompts.first().cloned())
                    .unwrap_or_default();
                let items = items.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect();
                job.column(&name, items, "list of choices of a cell", place);
            }
        }
        Node::Close(_) => {}
    })
}
