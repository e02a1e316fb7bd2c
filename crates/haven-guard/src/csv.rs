//! Tables as text: columns by their names and cells, cells by what they say.

use crate::Blocked;
use crate::body::settled;
use crate::look::{Columns, Fate, HEADS_MAX, Heard, Look, is_question, is_short};
use crate::mapped::{Edit, Escape, Mapped, apply};
use crate::policy::Treatment;
use crate::rows::Group;
use csv_core::{ReadFieldResult, Reader, ReaderBuilder};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;

const FORMAT: &str = "CSV";

/// What the text says of rows, byte by byte.
#[derive(Default, Clone, Copy, PartialEq)]
enum Place {
    #[default]
    Begins,
    Bare,
    Quoted,
    /// Behind a quote that ends the cell, or is the first of two.
    Quote,
}

/// A table.
pub(crate) struct Table {
    delimiter: u8,
    /// Made once: that is dearer than to read a row.
    reader: Option<Box<Reader>>,
    /// Whether the first row names the columns.
    headless: bool,
    place: Place,
    /// A row that has not ended.
    rest: String,
    row: u64,
    width: usize,
    /// Whether the row before was blank.
    is_apart: bool,
    /// Whether the first row does not name all columns: a title.
    is_titled: bool,
    /// Names of the columns, as they were decoded, and what happens to them because of their names.
    names: Vec<String>,
    fates: Vec<Option<Fate>>,
    pub group: Group<Row>,
}

/// A row: its text, and where its cells stand in it.
pub(crate) struct Row {
    text: String,
    cells: Vec<Cell>,
    is_head: bool,
    /// Whether it stands so far above that it may name the columns below a title.
    may_be_head: bool,
    /// Whether it stands below a blank row: another table may begin.
    is_apart: bool,
}

struct Cell {
    /// With its quotes.
    span: Range<usize>,
    value: Mapped,
    /// What was heard of it when it was first glanced at.
    heard: OnceCell<Heard>,
}

impl Cell {
    fn heard(&self, look: &Look<'_>) -> Heard {
        *self.heard.get_or_init(|| look.hear(&self.value.text))
    }
}

impl Table {
    /// A table whose cells are parted by a byte; 0 where the first row is to tell.
    pub fn new(delimiter: u8, headless: bool, known: Option<Columns>) -> Self {
        Self {
            delimiter,
            reader: None,
            headless,
            place: Place::Begins,
            rest: String::new(),
            row: 0,
            width: 0,
            is_apart: false,
            is_titled: headless,
            names: Vec::new(),
            fates: Vec::new(),
            group: Group::new(known),
        }
    }

    pub fn push(&mut self, text: &str, look: &Look<'_>, out: &mut String) -> Result<(), Blocked> {
        let mut from = 0;
        for (at, byte) in text.bytes().enumerate() {
            if self.delimiter == 0 && byte == b'\n' && self.place != Place::Quoted {
                self.delimiter = sniff(&format!("{}{}", self.rest, text.get(from..at).unwrap_or_default()));
            }
            if self.ends(byte) {
                let mut row = std::mem::take(&mut self.rest);
                row.push_str(text.get(from..=at).unwrap_or_default());
                from = at + 1;
                self.line(row, look, out)?;
            }
        }
        self.rest.push_str(text.get(from..).unwrap_or_default());
        self.fits(self.rest.len(), look)
    }

    pub fn finish(&mut self, look: &Look<'_>, out: &mut String) -> Result<(), Blocked> {
        let rest = std::mem::take(&mut self.rest);
        if self.place == Place::Quoted {
            return Err(Blocked::Form { format: FORMAT, at: rest.len() });
        }
        if !rest.is_empty() {
            self.line(rest, look, out)?;
        }
        self.end(look, out)
    }

    fn fits(&self, length: usize, look: &Look<'_>) -> Result<(), Blocked> {
        let limit = look.policy.limits.row_bytes;
        if length > limit { Err(Blocked::Large { what: "a row", limit }) } else { Ok(()) }
    }

    /// Whether a byte ends a row. Until the delimiter is known every one that could be it begins a cell.
    fn ends(&mut self, byte: u8) -> bool {
        let parts = if self.delimiter == 0 { b",;\t|".contains(&byte) } else { byte == self.delimiter };
        self.place = match (self.place, byte) {
            (Place::Begins | Place::Quote, b'"') => Place::Quoted,
            (Place::Quoted, b'"') => Place::Quote,
            (Place::Quoted, _) => Place::Quoted,
            (_, b'\n') => Place::Begins,
            _ if parts => Place::Begins,
            _ => Place::Bare,
        };
        byte == b'\n' && self.place == Place::Begins
    }

    fn line(&mut self, text: String, look: &Look<'_>, out: &mut String) -> Result<(), Blocked> {
        self.fits(text.len(), look)?;
        if self.delimiter == 0 {
            self.delimiter = sniff(&text);
        }
        let is_blank = text.trim_matches(['\r', '\n']).is_empty();
        let delimiter = self.delimiter;
        let reader = self.reader.get_or_insert_with(|| Box::new(ReaderBuilder::new().delimiter(delimiter).build()));
        let cells = if is_blank { Vec::new() } else { cells(&text, reader)? };
        let is_head = !is_blank && self.row == 0;
        if !is_blank {
            self.row += 1;
            if is_head {
                self.width = cells.len();
                self.is_titled |= self.width > 1 && cells.iter().any(|cell| cell.value.text.trim().is_empty());
                self.names = cells.iter().map(|cell| if self.headless { String::new() } else { cell.value.text.clone() }).collect();
                self.fates = self.names.iter().map(|name| look.name(name.trim())).collect();
                self.span();
            } else if cells.len() != self.width {
                return Err(Blocked::Ragged { row: self.row, expected: self.width, found: cells.len() });
            }
        }
        let may_be_head = !is_blank && (self.headless || !is_head) && self.row <= HEADS_MAX as u64;
        let is_named = may_be_head && self.is_title(&cells);
        if is_named {
            self.names = cells.iter().map(|cell| cell.value.text.clone()).collect();
            self.fates = self.names.iter().zip(&self.fates).map(|(name, fate)| fate.or_else(|| look.name(name.trim()))).collect();
        }
        let is_apart = std::mem::replace(&mut self.is_apart, is_blank);
        let row = Row { text, cells, is_head: is_head && !self.headless || is_named, may_be_head, is_apart };
        let bytes = row.text.len();
        if self.group.take(row, bytes, look)? { self.end(look, out) } else { Ok(()) }
    }

    /// A name of status above several columns is written once: it is that of the empty names behind it, where others have names.
    fn span(&mut self) {
        let is_named = self.names.iter().zip(&self.fates).any(|(name, fate)| fate.is_none() && !name.trim().is_empty());
        let mut above = None;
        for (name, fate) in self.names.iter().zip(&mut self.fates).filter(|_| is_named) {
            above = if name.trim().is_empty() { above } else { *fate };
            *fate = fate.or(above);
        }
    }

    /// Whether what stood in the first row is only a title, and these cells name the columns.
    fn is_title(&self, cells: &[Cell]) -> bool {
        let is_name = |cell: &Cell| !cell.value.text.trim().is_empty() && !cell.value.text.bytes().any(|byte| byte.is_ascii_digit());
        let empty = self.names.iter().filter(|name| name.trim().is_empty()).count();
        !self.headless && empty * 2 >= self.width && empty > 0 && cells.iter().all(is_name)
    }

    /// Shows the columns what stands above them in a row that may be a head: a question, or in a row of names such a name.
    fn see_heads(&self, row: &Row, paths: &[String], columns: &mut Columns, look: &Look<'_>) {
        let is_name = |cell: &Cell| is_short(&cell.value.text) && !cell.value.text.bytes().any(|byte| byte.is_ascii_digit());
        let mut said: Vec<&str> = row.cells.iter().map(|cell| cell.value.text.trim()).collect();
        said.sort_unstable();
        said.dedup();
        let are_names = said.len() == row.cells.len() && row.cells.len() > 1 && row.cells.iter().all(is_name);
        for ((cell, name), path) in row.cells.iter().zip(&self.names).zip(paths) {
            let key = look.key(name);
            let said = cell.value.text.trim();
            let fate =
                if key.asks || key.answers { None } else { look.question(said).or_else(|| if are_names { look.name(said) } else { None }) };
            if let Some(fate) = fate {
                columns.tell(path, fate);
            }
        }
    }

    /// Shows the columns a name of status that stands in a cell: the names of another table may stand there. In the first cell it
    /// is the name of its row.
    fn see_names(&self, row: &Row, paths: &[String], columns: &mut Columns, look: &Look<'_>) {
        for (at, ((cell, name), path)) in row.cells.iter().zip(&self.names).zip(paths).enumerate() {
            let key = look.key(name);
            if (at > 0 || row.is_apart)
                && !(key.asks || key.answers)
                && let Some(fate) = look.asking(&cell.value.text, cell.heard(look))
            {
                columns.tell(path, fate);
            }
        }
    }

    fn end(&mut self, look: &Look<'_>, out: &mut String) -> Result<(), Blocked> {
        let mut group = std::mem::replace(&mut self.group, Group::new(None));
        let paths: Vec<String> = (0..self.names.len()).map(|at| at.to_string()).collect();
        let named = || self.names.iter().zip(&paths);
        let see = |row: &Row, columns: &mut Columns| {
            if row.may_be_head {
                self.see_heads(row, &paths, columns, look);
            }
            if !row.is_head {
                self.see_names(row, &paths, columns, look);
            }
            for (cell, (name, path)) in row.cells.iter().zip(named()).filter(|_| !row.is_head) {
                columns.see_heard(path, name, &cell.value.text, cell.heard(look), look);
            }
            Ok(())
        };
        let see_written = |row: &Row, cells: &Vec<Written>, columns: &mut Columns| {
            for ((cell, written), (name, path)) in row.cells.iter().zip(cells).zip(named()).filter(|_| !row.is_head) {
                match &written.text {
                    Text::Same(_) => columns.see_heard(path, name, &cell.value.text, cell.heard(look), look),
                    Text::Scrubbed(_, value) => columns.see(path, name, value, look),
                    Text::Word(_) | Text::Gone => {}
                }
            }
            Ok(())
        };
        let written = group.end(look, see, |row, columns| self.scrubbed(row, columns, &paths, look), see_written);
        self.group = group;
        written?.iter().for_each(|(row, cells)| self.write(row, cells, out));
        Ok(())
    }

    /// What is written of a row, and whether words were taken out of its texts.
    fn scrubbed(&self, row: &Row, columns: &Columns, paths: &[String], look: &Look<'_>) -> Result<(Vec<Written>, bool), Blocked> {
        // Cells that say what other cells of their row answer.
        let asks = |cell: &Cell, name: &str| {
            let key = look.key(name);
            if !row.is_head && key.asks { look.asked(key, &cell.value.text) } else { None }
        };
        let answered = row.cells.iter().zip(&self.names).find_map(|(cell, name)| asks(cell, name));
        let is_answer = |(cell, name): (&Cell, &String)| look.key(name).answers && asks(cell, name).is_none();
        let is_answered = answered.is_some() && row.cells.iter().zip(&self.names).any(is_answer);
        let (mut from, mut is_new) = (0, false);
        // What asks in the row itself, where no column is known to answer: what follows it may answer it, until another is asked.
        let mut follows = None;
        let mut out = Vec::with_capacity(row.cells.len());
        for (at, cell) in row.cells.iter().enumerate() {
            let name = self.names.get(at).map_or("", String::as_str);
            let by_name = self.fates.get(at).copied().flatten();
            let fate = by_name.or_else(|| paths.get(at).and_then(|path| columns.fate(path)));
            let fate = fate.or_else(|| asks(cell, name).as_ref().map(Fate::in_place));
            let fate = fate.or_else(|| answered.filter(|_| look.key(name).answers).as_ref().map(Fate::in_place));
            let is_value = by_name.is_some() || paths.get(at).is_some_and(|path| columns.are_values(path));
            if !row.is_head && !is_answered && !is_value {
                let asking = look.asking(&cell.value.text, cell.heard(look));
                follows = if asking.is_some() || is_question(&cell.value.text) { asking } else { follows };
            }
            let fate = fate.or_else(|| follows.as_ref().map(Fate::in_place));
            let before = from..cell.span.start;
            from = cell.span.end;
            let text = match fate {
                Some(fate) if fate.treatment == Treatment::Remove => Text::Gone,
                Some(fate) if !row.is_head => Text::Word(look.word(fate).to_owned()),
                // A name that is found stays by policy; another may say something as a text.
                Some(_) if by_name.is_some() => Text::Same(cell.span.clone()),
                _ => match scrubbed_cell(row, cell, if row.is_head { "" } else { name }, look)? {
                    None => Text::Same(cell.span.clone()),
                    Some((text, value)) => {
                        is_new = true;
                        Text::Scrubbed(text, value)
                    }
                },
            };
            out.push(Written { before, text });
        }
        out.push(Written { before: from..row.text.len(), text: Text::Gone });
        Ok((out, is_new))
    }

    fn write(&self, row: &Row, cells: &[Written], out: &mut String) {
        let Some((end, cells)) = cells.split_last() else { return };
        let source = |range: &Range<usize>| row.text.get(range.clone()).unwrap_or_default();
        let left: Vec<&str> = cells
            .iter()
            .filter_map(|cell| match &cell.text {
                Text::Same(range) => Some(source(range)),
                Text::Scrubbed(text, _) | Text::Word(text) => Some(text.as_str()),
                Text::Gone => None,
            })
            .collect();
        if left.is_empty() && !row.cells.is_empty() {
            return;
        }
        out.push_str(cells.first().map_or("", |cell| source(&cell.before)));
        let only = left.len() == 1 && cells.len() > 1;
        for (at, text) in left.iter().enumerate() {
            if at > 0 {
                out.push(char::from(self.delimiter));
            }
            // One empty cell alone would be no row at all.
            out.push_str(if only && text.is_empty() { "\"\"" } else { text });
        }
        out.push_str(source(&end.before));
    }
}

/// A cell as it is written.
struct Written {
    /// What stands between the cell before and this one.
    before: Range<usize>,
    text: Text,
}

enum Text {
    /// As it stands in the row.
    Same(Range<usize>),
    /// Without what it said: the source, and its value.
    Scrubbed(String, String),
    /// A word in its place.
    Word(String),
    /// Not at all.
    Gone,
}

/// A cell with what it says taken out, and its value then; none where it says nothing.
fn scrubbed_cell(row: &Row, cell: &Cell, name: &str, look: &Look<'_>) -> Result<Option<(String, String)>, Blocked> {
    if look.value_says_nothing(name, &cell.value.text, cell.heard(look)) {
        return Ok(None);
    }
    let source = row.text.get(cell.span.clone()).unwrap_or_default();
    let mut scrubbed: Option<(String, String)> = None;
    settled(|| {
        let text = scrubbed.as_ref().map_or(source, |(text, _)| text);
        let mut edits: Vec<Edit> = Vec::new();
        look.value(name, &decoded(text, 0), &mut edits)?;
        let changed = !edits.is_empty();
        if changed {
            let text = apply(text, edits);
            let value = decoded(&text, 0).text;
            scrubbed = Some((text, value));
        }
        Ok(changed)
    })?;
    Ok(scrubbed)
}

/// A cell's value.
fn decoded(source: &str, at: usize) -> Mapped {
    let Some(inner) = source.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) else {
        return Mapped::verbatim(source, at, Escape::None);
    };
    let mut mapped = Mapped::new(Escape::Quotes);
    let mut from = at + 1;
    let mut parts = inner.split("\"\"").peekable();
    while let Some(part) = parts.next() {
        mapped.push(part, from..from + part.len(), true);
        from += part.len();
        if parts.peek().is_some() {
            mapped.push("\"", from..from + 2, false);
            from += 2;
        }
    }
    mapped
}

/// The cells of one row. csv-core says what they are; what it says must be what their places say.
fn cells(text: &str, reader: &mut Reader) -> Result<Vec<Cell>, Blocked> {
    let body = text.trim_end_matches(['\r', '\n']);
    let lead = body.len() - body.trim_start_matches(['\r', '\n']).len();
    reader.reset();
    let mut field = vec![0; text.len() + 1];
    let mut out = Vec::new();
    let mut at = 0;
    loop {
        let broken = Blocked::Form { format: FORMAT, at };
        let (result, read, written) = reader.read_field(text.as_bytes().get(at..).unwrap_or_default(), &mut field);
        let ended = match result {
            ReadFieldResult::Field { record_end } => record_end,
            ReadFieldResult::InputEmpty if at + read >= text.len() => true,
            _ => return Err(broken),
        };
        let start = if at == 0 { lead } else { at };
        let end = if ended { body.len() } else { (at + read).saturating_sub(1) };
        let source = text.get(start..end.max(start)).ok_or_else(|| broken.clone())?;
        let value = decoded(source, start);
        if field.get(..written) != Some(value.text.as_bytes()) {
            return Err(broken);
        }
        out.push(Cell { span: start..start + source.len(), value, heard: OnceCell::new() });
        at += read;
        if ended {
            // Something behind the row's end that is no end of a line would be another row.
            return if at >= body.len() { Ok(out) } else { Err(Blocked::Form { format: FORMAT, at }) };
        }
    }
}

/// The delimiter that stands most often outside of quotes.
fn sniff(row: &str) -> u8 {
    let mut counts: BTreeMap<u8, usize> = BTreeMap::new();
    let mut quoted = false;
    for byte in row.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b',' | b';' | b'\t' | b'|' if !quoted => *counts.entry(byte).or_default() += 1,
            _ => {}
        }
    }
    let most = counts.into_iter().max_by_key(|(byte, count)| (*count, *byte == b','));
    most.map_or(b',', |(byte, _)| byte)
}
