//! Workbooks: cells one at a time, hidden sheets too, comments, lists that cells are held to, names that were defined.

use crate::archive::zip_reason;
use crate::beneath::{Beneath, Taken, lax};
use crate::office::{Archive, Below, part, part_bytes, short};
use crate::sheet::{Hidden, Sheet, column_of, letters, sentences_at};
use crate::xml::{Node, attribute, walk};
use crate::{Job, PieceKind, Place, text};
use calamine::{Data, DataRef, Reader, SheetVisible, Xls, Xlsb, Xlsx};
use quick_xml::events::{BytesStart, Event};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Cursor, Read};

/// What belongs to a sheet of a workbook beside its cells.
pub(crate) struct SheetParts {
    pub name: String,
    columns: BTreeMap<u32, String>,
    pub comments: Vec<String>,
}

/// Reads the names that a workbook defines and the cells of its sheets. Gives the names of each sheet's columns. The readers of
/// the two zipped formats have no type in common.
macro_rules! cells_of_all {
    ($book:expr, $hidden:expr, $job:expr) => {{
        let mut columns = BTreeMap::new();
        for name in $book.defined_names() {
            $job.piece(PieceKind::Name, &name.0, "defined name", Place::default());
        }
        for sheet in $book.sheets_metadata().to_vec() {
            match $book.worksheet_cells_reader(&sheet.name) {
                Ok(mut cells) => {
                    let read =
                        cells_of(&sheet, $hidden.get(&sheet.name).cloned().unwrap_or_default(), $job, || cells.next_cell().map_err(|_| ()));
                    columns.insert(sheet.name.clone(), read);
                }
                Err(_) => no_cells(&sheet, $job),
            }
        }
        columns
    }};
}

/// Reads a zipped workbook's cells. Gives its sheets by the names of their parts, and which of the shared strings cells show.
pub(crate) fn zipped(
    bytes: &[u8],
    names: &[String],
    archive: &mut Archive<'_>,
    below: &mut Below<'_>,
    job: &mut Job<'_, '_>,
) -> (BTreeMap<String, SheetParts>, BTreeSet<u64>) {
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
            return Default::default();
        }
        if let Err(reason) = counted {
            job.unread(Place { path: Some(short(name)), ..Place::default() }, reason);
        }
    }
    if names.iter().any(|name| name == "xl/workbook.bin") {
        match Xlsb::new(Cursor::new(bytes)) {
            Ok(mut book) => {
                cells_of_all!(book, BTreeMap::<String, Hidden>::new(), job);
            }
            Err(_) => job.unread(Place::default(), "expected a workbook, found one whose parts are damaged"),
        }
        binary_parts(names, archive, job);
        return Default::default();
    }
    let (hidden, cited) = hidden_of(names, archive, below, job);
    let columns = match Xlsx::new(Cursor::new(bytes)) {
        Ok(mut book) => cells_of_all!(book, hidden, job),
        Err(error) => {
            let encrypted = matches!(error, calamine::XlsxError::Password);
            let reason = if encrypted { "encrypted with a password" } else { "expected a workbook, found one whose parts are damaged" };
            job.unread(Place::default(), reason);
            BTreeMap::new()
        }
    };
    (sheet_parts(names, archive, columns, job), cited)
}

/// Reads the comments of a binary workbook. Says what of it is not read.
fn binary_parts(names: &[String], archive: &mut Archive<'_>, job: &mut Job<'_, '_>) {
    // The records that matter here, by their numbers in the format's description.
    const COMMENT: u32 = 635;
    const COMMENT_TEXT: u32 = 637;
    for (index, name) in names.iter().enumerate() {
        let Some(file) = name.strip_prefix("xl/").and_then(|name| name.rsplit('/').next()).and_then(|file| file.strip_suffix(".bin"))
        else {
            continue;
        };
        if !file.starts_with("comments") && !file.starts_with("sheet") {
            continue;
        }
        let place =
            |cell: &str| Place { path: Some(if cell.is_empty() { file.to_owned() } else { format!("{file}!{cell}") }), ..Place::default() };
        let bytes = match part_bytes(archive, index, job) {
            Ok(bytes) => bytes,
            Err(reason) => {
                job.unread(place(""), reason);
                continue;
            }
        };
        let (mut rest, mut cell) = (bytes.as_slice(), String::new());
        while !rest.is_empty() {
            let Some((kind, data, behind)) = record(rest) else {
                job.unread(place(""), "its records end early; what stands before was read");
                break;
            };
            rest = behind;
            match kind {
                COMMENT => {
                    // Behind the author: first and last row, first and last column.
                    let number = |at: usize| data.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
                    cell = number(4)
                        .zip(number(12))
                        .map(|(row, column)| format!("{}{}", letters(column), row.saturating_add(1)))
                        .unwrap_or_default();
                }
                COMMENT_TEXT => {
                    // Behind a byte of flags and the count of letters.
                    let letters =
                        data.get(5..).unwrap_or_default().chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(u16::from_le_bytes);
                    let count = data.get(1..5).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes);
                    let comment: String = char::decode_utf16(letters.take(usize::try_from(count).unwrap_or(0)))
                        .map(|letter| letter.unwrap_or('\u{fffd}'))
                        .collect();
                    sentences_at(&comment, "comment", &place(&cell), job);
                }
                _ => {}
            }
        }
    }
    job.unread(Place::default(), "lists of choices, formulas, links and formats of a binary workbook are not read");
}

/// The first record of a part of a binary workbook: its number, what it holds, and what follows.
fn record(bytes: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    // Seven bits a byte; the eighth says that more follow.
    let number = |bytes: &[u8], most: usize| {
        let length = bytes.iter().take(most).position(|byte| byte & 0x80 == 0).map_or(most, |at| at + 1);
        let read = bytes.get(..length)?;
        Some((read.iter().rev().fold(0_u32, |number, byte| (number << 7) | u32::from(byte & 0x7f)), length))
    };
    let (kind, first) = number(bytes, 2)?;
    let (size, second) = number(bytes.get(first..)?, 4)?;
    let behind = bytes.get(first + second..)?;
    let (data, rest) = behind.split_at_checked(usize::try_from(size).ok()?)?;
    Some((kind, data, rest))
}

/// Reads the cells of a sheet, one at a time. Gives the names of its columns.
fn cells_of<'a>(
    sheet: &calamine::Sheet,
    hidden: Hidden,
    job: &mut Job<'_, '_>,
    mut next: impl FnMut() -> Result<Option<calamine::Cell<DataRef<'a>>>, ()>,
) -> BTreeMap<u32, String> {
    let mut read = Sheet::new(&sheet.name, sheet.visible != SheetVisible::Visible);
    read.hide(hidden);
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
pub(crate) fn xls(bytes: &[u8], job: &mut Job<'_, '_>) {
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

/// What is hidden of each sheet: its columns, which are said before the cells, and its rows, which say it themselves. Looks
/// also beneath the cells, and gives which of the shared strings they show.
fn hidden_of(
    names: &[String],
    archive: &mut Archive<'_>,
    below: &mut Below<'_>,
    job: &mut Job<'_, '_>,
) -> (BTreeMap<String, Hidden>, BTreeSet<u64>) {
    let (mut all, mut cited) = (BTreeMap::new(), BTreeSet::new());
    for (part, sheet) in sheet_parts(names, archive, BTreeMap::new(), job) {
        let Some(entry) = names.iter().position(|name| *name == part).and_then(|index| archive.by_index(index).ok()) else { continue };
        let (mut hidden, mut row, mut bytes) = (Hidden::default(), None::<u32>, Vec::new());
        let mut beneath = Beneath::new(Taken::Cells, below.parts);
        let mut reader = quick_xml::Reader::from_reader(BufReader::new(job.inflating(entry)));
        lax(reader.config_mut());
        let is_whole = loop {
            let Ok(event) = reader.read_event_into(&mut bytes) else { break false };
            beneath.event(&event);
            match &event {
                Event::Eof => break true,
                Event::Start(element) | Event::Empty(element) => match element.local_name().into_inner() {
                    "col" if is_hidden(element) => {
                        let number = |name: &str| attribute(element, name)?.parse::<u32>().ok()?.checked_sub(1);
                        hidden.columns.extend(number("min").zip(number("max")).map(|(first, last)| first..=last));
                    }
                    "row" => {
                        // One without a number follows the one before.
                        let number = attribute(element, "r").and_then(|number| number.parse::<u32>().ok()?.checked_sub(1));
                        let number = number.unwrap_or_else(|| row.map_or(0, |row| row.saturating_add(1)));
                        row = Some(number);
                        if is_hidden(element) || attribute(element, "ht").is_some_and(|height| height.parse() == Ok(0.0)) {
                            match hidden.rows.last_mut().filter(|last| last.end().checked_add(1) == Some(number)) {
                                Some(last) => *last = *last.start()..=number,
                                None => hidden.rows.push(number..=number),
                            }
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
            bytes.clear();
        };
        drop(reader);
        let place = Place { path: Some(sheet.name.clone()), ..Place::default() };
        if !is_whole {
            job.unread(place.clone(), "its XML is not well-formed; what stands beneath its cells may be missing");
        }
        cited.append(&mut beneath.cited);
        below.looked.push((place, beneath));
        all.insert(sheet.name, hidden);
    }
    (all, cited)
}

fn is_hidden(element: &BytesStart<'_>) -> bool {
    attribute(element, "hidden").is_some_and(|is| is == "1" || is == "true")
}

/// Reads what a chart keeps of the cells that it draws: the names of its series, what stands on its axes, its values.
pub(crate) fn chart(xml: &str, path: &str, job: &mut Job<'_, '_>) -> Result<(), &'static str> {
    const CONTEXT: &str = "cache of a chart";
    let place = || Place { path: Some(path.to_owned()), ..Place::default() };
    let (mut series, mut values, mut text) = (String::new(), Vec::new(), String::new());
    let (mut depth, mut names) = (0_u64, false);
    walk(xml, |node| match node {
        Node::Open("ser" | "series", _) => series.clear(),
        Node::Open("tx", _) => names = true,
        Node::Open("pt" | "v", _) => {
            if depth == 0 {
                text.clear();
            }
            depth += 1;
        }
        Node::Text(said) if depth > 0 => text.push_str(said),
        Node::Close("pt" | "v") => {
            depth = depth.saturating_sub(1);
            if depth == 0 && !text.trim().is_empty() {
                values.push(text.trim().to_owned());
            }
        }
        Node::Close("tx") => {
            names = false;
            series = values.join(" ");
            values.clear();
            job.piece(PieceKind::Name, &series, CONTEXT, place());
        }
        Node::Close("strCache" | "numCache" | "multiLvlStrCache" | "strLit" | "numLit" | "strDim" | "numDim") if !names => {
            for part in values.chunks(job.limits.values_max.max(1)) {
                job.column(&series, part.to_vec(), CONTEXT, place());
            }
            values.clear();
        }
        _ => {}
    })
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
pub(crate) fn comments(xml: &str, sheet: &str, job: &mut Job<'_, '_>) -> Result<(), &'static str> {
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

/// Reads what a pivot table keeps of its source, which may be long gone: its columns with their values.
pub(crate) fn pivot(definition: &str, records: Option<&str>, name: &str, job: &mut Job<'_, '_>) -> Result<(), &'static str> {
    let mut fields: Vec<(String, Vec<String>)> = Vec::new();
    let mut shared = false;
    walk(definition, |node| match node {
        Node::Open("cacheField", element) => fields.push((attribute(element, "name").unwrap_or_default(), Vec::new())),
        Node::Open("sharedItems", _) => shared = true,
        Node::Close("sharedItems") => shared = false,
        Node::Open("s" | "n" | "d", element) if shared => {
            if let (Some((_, values)), Some(value)) = (fields.last_mut(), attribute(element, "v")) {
                values.push(value);
            }
        }
        _ => {}
    })?;
    let mut at = None;
    walk(records.unwrap_or("<none/>"), |node| match node {
        Node::Open("r", _) => at = Some(0),
        Node::Close("r") => at = None,
        Node::Open("s" | "n" | "d" | "b" | "e" | "m" | "x", element) => {
            if let Some(index) = at.as_mut() {
                // `x` is the number of a shared item.
                if let (Some((_, values)), Some(value)) =
                    (fields.get_mut(*index).filter(|_| element.local_name().into_inner() != "x"), attribute(element, "v"))
                {
                    values.push(value);
                }
                *index += 1;
            }
        }
        _ => {}
    })?;
    let place = Place { path: Some(name.to_owned()), ..Place::default() };
    for (field, values) in fields {
        kept(&field, values, "pivot cache", &place, job);
    }
    Ok(())
}

/// Reads what a workbook keeps of the cells of another.
pub(crate) fn cached(xml: &str, name: &str, job: &mut Job<'_, '_>) -> Result<(), &'static str> {
    let (mut values, mut open) = (Vec::new(), false);
    walk(xml, |node| match node {
        Node::Open("v", _) => {
            open = true;
            values.push(String::new());
        }
        Node::Close("v") => open = false,
        Node::Text(text) if open => values.last_mut().into_iter().for_each(|value| value.push_str(text)),
        _ => {}
    })?;
    kept("", values, "cached values of another workbook", &Place { path: Some(name.to_owned()), ..Place::default() }, job);
    Ok(())
}

/// Hands out values that nobody sees: as a column, and running text also as sentences.
fn kept(name: &str, mut values: Vec<String>, context: &str, place: &Place, job: &mut Job<'_, '_>) {
    let mut seen = BTreeSet::new();
    values.retain(|value| !value.trim().is_empty() && seen.insert(value.clone()));
    for value in values.iter().filter(|value| value.split_whitespace().nth(4).is_some()) {
        sentences_at(value, context, place, job);
    }
    if values.len() > job.limits.values_max {
        values.truncate(job.limits.values_max);
        job.unread(place.clone(), format!("more than {} distinct values; the rest was left", job.limits.values_max));
    }
    if !(name.is_empty() && values.is_empty()) {
        job.column(name, values, context, place.clone());
    }
}

/// Reads the lists that cells are held to, what is said to who fills them in, and what is printed above and below a sheet.
pub(crate) fn validations(xml: &str, sheet: &SheetParts, job: &mut Job<'_, '_>) -> Result<(), &'static str> {
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
        Node::Open("oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter", _) => {
            written = true;
            formula.clear();
        }
        Node::Open(..) => {}
        Node::Text(text) if written => formula.push_str(text),
        Node::Text(_) => {}
        Node::Close("formula1") => written = false,
        Node::Close("oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter") => {
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

/// What stands behind the cells of a sheet's part; the cells, which are most of it, are passed over.
pub(crate) fn behind_the_cells(archive: &mut Archive<'_>, index: usize, job: &Job<'_, '_>) -> Result<String, String> {
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
