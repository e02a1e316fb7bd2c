//! HTML: text, attributes, tables, lists of terms, forms, comments, programs, documents in scripts.
//!
//! html5gum says what the tags and texts are; what is read here is where they stand, and must come to the same. No tree is
//! built: what matters is which text is one block, which cell stands under which head, and which answer beside which label.
//! Since a table would fall apart without a column, nothing is taken out but attributes and programs: words stand in place
//! of text, in every row.

use crate::Blocked;
use crate::body::Round;
use crate::framing::Charset;
use crate::json;
use crate::look::{Columns, Fate, Look};
use crate::mapped::{Edit, Escape, Mapped};
use crate::policy::Treatment;
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

const FORMAT: &str = "HTML";
/// Elements that do not end a block of text.
const INLINE: [&str; 27] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q", "s",
    "small", "span", "strong", "sub", "sup", "tt", "u", "wbr",
];
/// Elements whose content browsers and others read differently.
const AMBIGUOUS: [&str; 5] = ["plaintext", "xmp", "noembed", "noframes", "frameset"];
/// Attributes whose value names what the element holds.
const NAMING: [&str; 8] = ["name", "id", "for", "headers", "data-field", "data-name", "data-label", "itemprop"];
/// Of them those that name the text in it.
const NAMING_TEXT: [&str; 5] = ["itemprop", "property", "data-field", "data-name", "data-label"];
/// Attributes that say by its `id` what names the text in it.
const REFERRING: [&str; 2] = ["headers", "aria-labelledby"];
/// Elements that hold no text.
const VOID: [&str; 4] = ["input", "meta", "link", "img"];
/// Attributes that hold what the element is for.
const HOLDING: [&str; 3] = ["value", "content", "data-value"];
/// Attributes that say which of several answers was given.
const CHOSEN: [&str; 3] = ["checked", "selected", "aria-checked"];
/// Attributes that say how text is to be read or shown, and nothing else.
const TECHNICAL: [&str; 7] = ["lang", "dir", "hreflang", "charset", "accept-charset", "xml:lang", "translate"];

fn broken(at: usize) -> Blocked {
    Blocked::Form { format: FORMAT, at }
}

/// Where a block stands, as far as it tells what belongs together.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Role {
    Text,
    /// A cell of a table: the table, the row, the columns, and whether it is a head.
    Cell {
        table: usize,
        row: usize,
        columns: Range<usize>,
        is_head: bool,
    },
    Term,
    Details,
    Label,
    Choice,
}

/// A text without a break.
struct Block {
    said: Mapped,
    role: Role,
}

struct Attribute {
    name: String,
    /// With the space before it.
    span: Range<usize>,
    value: Mapped,
    value_span: Range<usize>,
}

struct Tag {
    name: String,
    attributes: Vec<Attribute>,
    /// How many blocks stand before it.
    at: usize,
}

/// What stands in a script or style.
struct Program {
    span: Range<usize>,
    is_json: bool,
}

#[derive(Default)]
struct Page {
    blocks: Vec<Block>,
    tags: Vec<Tag>,
    comments: Vec<Mapped>,
    programs: Vec<Program>,
    /// Text that is a page of its own where no programs run.
    inner: Vec<Range<usize>>,
}

/// A table that is being read.
struct Table {
    number: usize,
    row: usize,
    column: usize,
    /// For each column how many rows below are taken by a cell from above.
    taken: BTreeMap<usize, usize>,
    is_head: bool,
}

struct Reader<'t> {
    text: &'t str,
    charset: Option<Charset>,
    page: Page,
    block: Mapped,
    role: Role,
    tables: Vec<Table>,
    tables_begun: usize,
    /// Where the text behind the last tag begins, and what html5gum has read of it.
    from: usize,
    read: String,
    /// The element whose text is no markup.
    raw: Option<String>,
    is_json: bool,
}

impl Reader<'_> {
    fn token(&mut self, token: Token<usize>) -> Result<(), Blocked> {
        match token {
            Token::String(said) => {
                self.read.push_str(std::str::from_utf8(&said.value).map_err(|_| Blocked::Text)?);
                Ok(())
            }
            Token::StartTag(tag) => {
                self.texts(tag.span.start, tag.span.end)?;
                self.open(&tag)
            }
            Token::EndTag(tag) => {
                self.texts(tag.span.start, tag.span.end)?;
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                self.raw = None;
                self.close(&name);
                Ok(())
            }
            Token::Comment(comment) => {
                self.texts(comment.span.start, comment.span.end)?;
                let source = self.text.get(comment.span.start..comment.span.end).ok_or(broken(comment.span.start))?;
                let inner = source.strip_prefix("<!--").and_then(|inner| inner.strip_suffix("-->")).ok_or(broken(comment.span.start))?;
                self.page.comments.push(Mapped::verbatim(inner, comment.span.start + 4, Escape::None));
                Ok(())
            }
            Token::Doctype(doctype) => self.texts(doctype.span.start, doctype.span.end),
            Token::Error(error) => Err(broken(error.span.start)),
        }
    }

    /// Takes the text before a tag, which must be what html5gum read there.
    fn texts(&mut self, start: usize, next: usize) -> Result<(), Blocked> {
        let from = std::mem::replace(&mut self.from, next);
        let raw = self.text.get(from..start).ok_or(broken(from))?;
        let read = std::mem::take(&mut self.read);
        let is_raw = self.raw.as_deref().is_some_and(|name| name != "textarea" && name != "title");
        let said = if is_raw { Mapped::verbatim(raw, from, Escape::None) } else { references(raw, from, Escape::None) };
        if !same(&said.text, &read) {
            return Err(broken(from));
        }
        if raw.is_empty() {
            return Ok(());
        }
        match self.raw.as_deref() {
            Some("script" | "style") => self.page.programs.push(Program { span: from..start, is_json: self.is_json }),
            Some("noscript" | "iframe") => self.page.inner.push(from..start),
            _ => self.block.append(said),
        }
        Ok(())
    }

    fn flush(&mut self) {
        let said = std::mem::replace(&mut self.block, Mapped::new(Escape::None));
        if !said.text.trim().is_empty() {
            self.page.blocks.push(Block { said, role: self.role.clone() });
        }
    }

    fn open(&mut self, tag: &StartTag<usize>) -> Result<(), Blocked> {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        let at = tag.span.start;
        if AMBIGUOUS.contains(&name.as_str()) {
            return Err(broken(at));
        }
        let source = self.text.get(at..tag.span.end).ok_or(broken(at))?;
        let attributes = attributes(source, at)?;
        let is_same = attributes.len() == tag.attributes.len()
            && attributes.iter().all(|own| {
                let other = tag.attributes.iter().find(|(name, _)| name.as_slice() == own.name.as_bytes());
                other.and_then(|(_, value)| std::str::from_utf8(value).ok()).is_some_and(|value| same(&own.value.text, value))
            });
        if !is_same {
            return Err(broken(at));
        }
        let value = |wanted: &str| attributes.iter().find(|own| own.name == wanted).map(|own| own.value.text.trim().to_ascii_lowercase());
        if name == "meta" {
            let content = value("content").unwrap_or_default();
            let said = value("charset").or_else(|| content.split_once("charset=").map(|(_, said)| said.trim().to_owned()));
            if said.is_some_and(|said| self.charset.is_some_and(|charset| !charset.is_called(&said))) {
                return Err(Blocked::Charset);
            }
        }
        self.is_json = name == "script" && value("type").is_some_and(|kind| kind.contains("json"));
        let spans =
            |wanted: &str| value(wanted).and_then(|said| said.parse::<usize>().ok()).filter(|said| (1..1000).contains(said)).unwrap_or(1);
        let (wide, high) = (spans("colspan"), spans("rowspan"));
        self.raw = matches!(name.as_str(), "script" | "style" | "noscript" | "iframe" | "textarea" | "title").then(|| name.clone());
        if !INLINE.contains(&name.as_str()) {
            self.flush();
            self.begin(&name, wide, high);
        }
        self.page.tags.push(Tag { name, attributes, at: self.page.blocks.len() });
        Ok(())
    }

    /// What the text behind a tag belongs to.
    fn begin(&mut self, name: &str, wide: usize, high: usize) {
        match name {
            "table" => {
                self.tables.push(Table { number: self.tables_begun, row: 0, column: 0, taken: BTreeMap::new(), is_head: false });
                self.tables_begun += 1;
            }
            "thead" | "tbody" | "tfoot" => {
                if let Some(table) = self.tables.last_mut() {
                    table.is_head = name == "thead";
                }
            }
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    table.row += 1;
                    table.column = 0;
                    table.taken.values_mut().for_each(|rows| *rows = rows.saturating_sub(1));
                    table.taken.retain(|_, rows| *rows > 0);
                }
            }
            "td" | "th" => {
                if let Some(table) = self.tables.last_mut() {
                    while table.taken.contains_key(&table.column) {
                        table.column += 1;
                    }
                    let columns = table.column..table.column + wide;
                    if high > 1 {
                        // It stands in this row and in those below.
                        table.taken.extend(columns.clone().map(|column| (column, high)));
                    }
                    table.column = columns.end;
                    self.role = Role::Cell { table: table.number, row: table.row, columns, is_head: name == "th" || table.is_head };
                }
            }
            "dt" => self.role = Role::Term,
            "dd" => self.role = Role::Details,
            "label" | "legend" => self.role = Role::Label,
            "option" => self.role = Role::Choice,
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if INLINE.contains(&name) {
            return;
        }
        self.flush();
        match name {
            "table" => {
                self.tables.pop();
                self.role = Role::Text;
            }
            // Rows may follow without a group of their own.
            "thead" => self.tables.last_mut().into_iter().for_each(|table| table.is_head = false),
            "td" | "th" | "dt" | "dd" | "label" | "legend" | "option" | "tr" | "dl" | "select" => self.role = Role::Text,
            _ => {}
        }
    }
}

/// Whether two texts are the same once ends of lines are.
fn same(one: &str, other: &str) -> bool {
    one == other || one.replace("\r\n", "\n").replace('\r', "\n") == other.replace("\r\n", "\n").replace('\r', "\n")
}

/// Reads a text with references. What it is must still be held against what html5gum reads.
fn references(raw: &str, at: usize, escape: Escape) -> Mapped {
    let mut out = Mapped::new(escape);
    let mut from = at;
    for (index, part) in raw.split('&').enumerate() {
        let mut letters = part;
        if index > 0 {
            let name = part.split_once(';').map(|(name, _)| name);
            let is_name = |name: &&str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#');
            match name.filter(is_name).and_then(|name| meant(name).map(|meant| (name, meant))) {
                Some((name, meant)) => {
                    let end = from + name.len() + 2;
                    out.push(&meant, from..end, false);
                    letters = part.get(name.len() + 1..).unwrap_or_default();
                    from = end;
                }
                None => {
                    out.push("&", from..from + 1, true);
                    from += 1;
                }
            }
        }
        out.push(letters, from..from + letters.len(), true);
        from += letters.len();
    }
    out
}

/// What a reference means, as html5gum reads it.
fn meant(name: &str) -> Option<String> {
    let mut out = String::new();
    for token in Tokenizer::new(format!("&{name};").as_str()) {
        let Ok(token) = token;
        match token {
            Token::String(said) => out.push_str(std::str::from_utf8(&said.value).ok()?),
            _ => return None,
        }
    }
    Some(out)
}

/// Where the attributes of a tag stand.
fn attributes(tag: &str, at: usize) -> Result<Vec<Attribute>, Blocked> {
    let mut out = Vec::new();
    let bytes = tag.as_bytes();
    let is_space = |byte: &u8| byte.is_ascii_whitespace();
    let skip = |from: usize, skipped: &dyn Fn(&u8) -> bool| {
        from + bytes.get(from..).unwrap_or_default().iter().take_while(|byte| skipped(byte)).count()
    };
    let mut here = skip(1, &|byte| !is_space(byte) && !matches!(byte, b'/' | b'>'));
    loop {
        let before = here;
        here = skip(here, &|byte| is_space(byte) || *byte == b'/');
        if bytes.get(here).is_none_or(|byte| *byte == b'>') {
            return Ok(out);
        }
        let start = here;
        here = skip(here + 1, &|byte| !is_space(byte) && !matches!(byte, b'/' | b'>' | b'='));
        let name = tag.get(start..here).ok_or(broken(at + start))?.to_ascii_lowercase();
        let equals = skip(here, &is_space);
        let (mut value, mut escape) = (here..here, Escape::Attribute);
        if bytes.get(equals) == Some(&b'=') {
            let from = skip(equals + 1, &is_space);
            value = match bytes.get(from).copied() {
                Some(quote @ (b'"' | b'\'')) => {
                    let end = skip(from + 1, &|byte| *byte != quote);
                    here = end + 1;
                    from + 1..end
                }
                _ => {
                    escape = Escape::Bare;
                    here = skip(from, &|byte| !is_space(byte) && *byte != b'>');
                    from..here
                }
            };
        }
        let said = references(tag.get(value.clone()).ok_or(broken(at + start))?, at + value.start, escape);
        // A `/` before it stays.
        let space = tag.get(before..start).map_or(0, |before| before.len() - before.trim_end().len());
        out.push(Attribute { name, span: at + start - space..at + here, value: said, value_span: at + value.start..at + value.end });
    }
}

fn read(text: &str, charset: Option<Charset>) -> Result<Page, Blocked> {
    let mut reader = Reader {
        text,
        charset,
        page: Page::default(),
        block: Mapped::new(Escape::None),
        role: Role::Text,
        tables: Vec::new(),
        tables_begun: 0,
        from: 0,
        read: String::new(),
        raw: None,
        is_json: false,
    };
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(text, emitter) {
        let Ok(token) = token;
        reader.token(token)?;
    }
    reader.texts(text.len(), text.len())?;
    if reader.raw.is_some() {
        return Err(broken(text.len()));
    }
    reader.flush();
    Ok(reader.page)
}

struct Walk<'p, 'l, 'a> {
    page: &'p Page,
    look: &'l Look<'a>,
    /// What happens to a block because of what stands beside or above it.
    fates: Vec<Option<Fate>>,
    edits: Vec<Edit>,
}

impl Walk<'_, '_, '_> {
    /// What the block asks, as a label.
    fn asks(&self, at: usize) -> Option<Fate> {
        self.page.blocks.get(at).and_then(|block| self.look.label(&block.said.text))
    }

    fn set(&mut self, at: usize, fate: Fate) {
        if let Some(place) = self.fates.get_mut(at)
            && place.is_none()
        {
            *place = Some(fate.in_place());
        }
    }

    /// What stands in tables: under a head, beside a label, in a column that its cells tell.
    fn tables(&mut self) {
        let cell = |block: &Block| match &block.role {
            Role::Cell { table, row, columns, is_head } => Some((*table, *row, columns.clone(), *is_head)),
            _ => None,
        };
        let cells: Vec<_> = self.page.blocks.iter().enumerate().filter_map(|(at, block)| cell(block).map(|cell| (at, cell))).collect();
        // Heads of columns: in a row that has nothing else, or in the head of the table.
        let mut data_rows: BTreeMap<(usize, usize), bool> = BTreeMap::new();
        for (_, (table, row, _, is_head)) in &cells {
            *data_rows.entry((*table, *row)).or_default() |= !is_head;
        }
        let mut heads: BTreeMap<(usize, usize), (String, Option<Fate>)> = BTreeMap::new();
        // Where there are none, the first row of several cells may be one.
        let mut widths: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (_, (table, row, ..)) in &cells {
            *widths.entry((*table, *row)).or_default() += 1;
        }
        let mut first: BTreeMap<usize, usize> = BTreeMap::new();
        for ((table, row), _) in widths.iter().filter(|(_, width)| **width > 1) {
            first.entry(*table).or_insert(*row);
        }
        // A head beside data names its row, not a column.
        let named: BTreeSet<(usize, usize)> =
            cells.iter().filter(|(_, (.., is_head))| *is_head).map(|(_, (table, row, ..))| (*table, *row)).collect();
        let has_head: BTreeSet<usize> = data_rows.iter().filter(|(_, is_data)| !**is_data).map(|((table, _), _)| *table).collect();
        let mut above: BTreeMap<(usize, usize), Fate> = BTreeMap::new();
        for (at, (table, row, range, _)) in &cells {
            if first.get(table) == Some(row)
                && !named.contains(&(*table, *row))
                && !has_head.contains(table)
                && let Some(fate) = self.page.blocks.get(*at).and_then(|block| self.look.heading(&block.said.text))
            {
                above.extend(range.clone().take(1000).map(|column| ((*table, column), fate)));
            }
        }
        let mut columns = Columns::default();
        for (at, (table, row, range, is_head)) in &cells {
            let Some(block) = self.page.blocks.get(*at) else { continue };
            let is_data = data_rows.get(&(*table, *row)) == Some(&true);
            let said = block.said.text.trim().to_owned();
            for column in range.clone().take(1000) {
                if *is_head && !is_data {
                    let fate = self.asks(*at);
                    let head = heads.entry((*table, column)).or_insert_with(|| (said.clone(), fate));
                    head.1 = head.1.or(fate);
                } else if !is_head {
                    let name = heads.get(&(*table, column)).map_or("", |(name, _)| name.as_str());
                    columns.see(&format!("{table} {column}"), name, &said, self.look);
                }
            }
        }
        columns.learn(self.look);
        // What a row asks in one cell, others answer: those behind a label, and those under a head of answers.
        let mut asked: BTreeMap<(usize, usize), (usize, Fate)> = BTreeMap::new();
        for (at, (table, row, range, is_head)) in &cells {
            if *is_head && data_rows.get(&(*table, *row)) != Some(&true) {
                continue;
            }
            let head = |column: usize| heads.get(&(*table, column));
            let named = |test: &dyn Fn(&str) -> bool| range.clone().any(|column| head(column).is_some_and(|(name, _)| test(name)));
            let has_head = range.clone().any(|column| head(column).is_some());
            let column = |column: usize| head(column).and_then(|head| head.1).or_else(|| columns.fate(&format!("{table} {column}")));
            let above = || range.clone().find_map(|column| above.get(&(*table, column)).copied());
            if let Some(fate) = range.clone().find_map(column).or_else(above) {
                self.set(*at, fate);
            }
            if (*is_head || !has_head || named(&|name| self.look.policy.asks(name)))
                && let Some(fate) = self.asks(*at)
            {
                asked.insert((*table, *row), (range.end, fate));
                self.set(*at, fate);
            } else if let Some((from, fate)) = asked.get(&(*table, *row)).copied()
                && range.start >= from
                && !has_head
            {
                self.set(*at, fate);
            }
        }
        // Where columns hold questions and answers, the question may stand behind.
        for (at, (table, row, range, is_head)) in &cells {
            let answers = range.clone().any(|column| heads.get(&(*table, column)).is_some_and(|(name, _)| self.look.policy.answers(name)));
            if let Some((_, fate)) = asked.get(&(*table, *row)).copied()
                && answers
                && !is_head
            {
                self.set(*at, fate);
            }
        }
    }

    /// Lists of terms and what they mean: what is called so in one list is a column of all.
    fn terms(&mut self) {
        let mut columns = Columns::default();
        let mut term: Option<(String, Option<Fate>)> = None;
        for round in 0..2 {
            for at in 0..self.page.blocks.len() {
                let Some(block) = self.page.blocks.get(at) else { continue };
                let said = block.said.text.trim();
                match (&block.role, &term) {
                    (Role::Term, _) => term = Some((said.to_owned(), self.asks(at))),
                    (Role::Details, Some((name, _))) if round == 0 => columns.see(name, name, said, self.look),
                    (Role::Details, Some((name, fate))) => {
                        if let Some(fate) = fate.or_else(|| columns.fate(name)) {
                            self.set(at, fate);
                        }
                    }
                    _ => {}
                }
            }
            term = None;
            columns.learn(self.look);
        }
    }

    /// Blocks below a question, or below a short name, in text of the same kind.
    fn below(&mut self) {
        let page = self.page;
        for (at, (asker, said)) in page.blocks.iter().zip(page.blocks.iter().skip(1)).enumerate() {
            let is_same = asker.role == said.role && !matches!(said.role, Role::Term | Role::Choice | Role::Label);
            if (is_same || (asker.role == Role::Label && said.role == Role::Text))
                && let Some(fate) = self.look.asked_above(&asker.said.text, &said.said.text)
            {
                self.set(at, fate);
                self.set(at + 1, fate);
            }
        }
    }

    /// What each tag is called: by the label around it, before it or that names it, and by its own attributes.
    fn called(&self) -> Vec<String> {
        let said = |at: usize| self.page.blocks.get(at).map(|block| block.said.text.trim().trim_end_matches(':').to_owned());
        let value = |tag: &'_ Tag, wanted: &str| tag.attributes.iter().find(|own| own.name == wanted).map(|own| own.value.text.clone());
        let labels = self.page.tags.iter().filter(|tag| tag.name == "label");
        let labels: BTreeMap<String, String> = labels.filter_map(|tag| Some((value(tag, "for")?, said(tag.at)?))).collect();
        let mut label = None;
        let mut called = Vec::with_capacity(self.page.tags.len());
        for tag in &self.page.tags {
            match tag.name.as_str() {
                "label" | "legend" => label = said(tag.at),
                "p" | "div" | "li" | "tr" | "td" | "form" | "fieldset" | "section" => label = None,
                _ => {}
            }
            let is_field = matches!(tag.name.as_str(), "input" | "select" | "textarea" | "output" | "meter" | "data");
            let by_id = || value(tag, "id").and_then(|id| labels.get(&id).cloned());
            let beside = || if is_field { label.clone() } else { None };
            let own = || ["name", "itemprop", "property"].into_iter().find_map(|naming| value(tag, naming));
            called.push(by_id().or_else(beside).or_else(own).unwrap_or_default());
        }
        called
    }

    fn tags(&mut self) -> Result<(), Blocked> {
        let called = self.called();
        let mut columns = Columns::default();
        let holding = |tag: &'_ Tag| {
            tag.attributes.iter().find(|attribute| HOLDING.contains(&attribute.name.as_str())).map(|own| own.value.text.clone())
        };
        for (tag, name) in self.page.tags.iter().zip(&called).filter(|(_, name)| !name.is_empty()) {
            if let Some(value) = holding(tag) {
                columns.see(name, name, &value, self.look);
            }
        }
        columns.learn(self.look);
        let id = |tag: &'_ Tag| tag.attributes.iter().find(|own| own.name == "id").map(|own| own.value.text.clone());
        let places: BTreeMap<String, usize> = self.page.tags.iter().filter_map(|tag| Some((id(tag)?, tag.at))).collect();
        let mut chosen_from: Option<Fate> = None;
        for (tag, name) in self.page.tags.iter().zip(&called) {
            let value = |wanted: &str| tag.attributes.iter().find(|own| own.name == wanted).map(|own| own.value.text.as_str());
            let named = NAMING.iter().filter_map(|naming| value(naming)).find_map(|name| self.look.name(name));
            let asked = value("aria-label").into_iter().chain(value("placeholder")).find_map(|said| self.look.label(said));
            let fate = named.or_else(|| self.look.label(name)).or_else(|| columns.fate(name)).or(asked);
            match tag.name.as_str() {
                "select" | "datalist" => chosen_from = fate,
                "input" | "form" => chosen_from = None,
                _ => {}
            }
            // The text in it is a part of a block, or the next: the block goes.
            let own = || NAMING_TEXT.iter().filter_map(|naming| value(naming)).find_map(|name| self.look.name(name));
            let referred = || {
                let ids = REFERRING.iter().filter_map(|referring| value(referring)).flat_map(str::split_whitespace);
                ids.filter_map(|id| self.page.blocks.get(*places.get(id)?)).find_map(|block| self.look.heading(&block.said.text))
            };
            if !VOID.contains(&tag.name.as_str())
                && let Some(fate) = own().or_else(referred)
            {
                self.set(tag.at, fate);
            }
            if tag.name == "textarea"
                && let Some(fate) = fate
            {
                self.set(tag.at, fate);
            }
            let inherited = if tag.name == "option" { chosen_from } else { None };
            for attribute in &tag.attributes {
                self.attribute(name, attribute, fate.or(inherited))?;
            }
        }
        Ok(())
    }

    fn attribute(&mut self, called: &str, attribute: &Attribute, fate: Option<Fate>) -> Result<(), Blocked> {
        let Attribute { name, span, value, value_span } = attribute;
        let gone = Edit { range: span.clone(), with: String::new() };
        if TECHNICAL.contains(&name.as_str()) {
            return Ok(());
        }
        if let Some(found) = self.look.name(name.strip_prefix("data-").unwrap_or(name)).or_else(|| self.look.name(name)) {
            if found.treatment == Treatment::Remove {
                self.edits.push(gone);
            } else {
                self.put(value, value_span, found);
            }
            return Ok(());
        }
        let holds = HOLDING.contains(&name.as_str());
        match fate {
            Some(fate) if holds => self.put(value, value_span, fate),
            Some(_) if CHOSEN.contains(&name.as_str()) => self.edits.push(gone),
            _ if NAMING.contains(&name.as_str()) => match self.look.name(&value.text) {
                Some(found) if found.treatment == Treatment::Remove => self.put(value, value_span, found),
                Some(_) => {}
                None => self.look.value(name, value, &mut self.edits)?,
            },
            _ if name == "srcdoc" => {
                let inner = self.look.page(&value.text, None)?;
                value.lift(inner, &mut self.edits);
            }
            _ if name.starts_with("on") || name == "style" => {
                if is_found(&value.text, self.look) {
                    self.edits.push(gone);
                }
            }
            _ => self.look.value(if holds { called } else { name }, value, &mut self.edits)?,
        }
        Ok(())
    }

    /// The same constant, whatever stood there.
    fn put(&mut self, value: &Mapped, span: &Range<usize>, fate: Fate) {
        let word = self.look.word(fate);
        if value.text == word || (value.text.is_empty() && span.is_empty()) {
            return;
        }
        let mut written = Vec::new();
        value.replace(0..value.text.len(), word, &mut written);
        self.edits.append(&mut written);
    }

    fn blocks(&mut self) -> Result<(), Blocked> {
        for (at, block) in self.page.blocks.iter().enumerate() {
            let said = &block.said;
            let whole = said.text.len() - said.text.trim_start().len()..said.text.trim_end().len();
            let fate = self.fates.get(at).copied().flatten();
            let is_label =
                matches!(block.role, Role::Term | Role::Label | Role::Choice) || matches!(block.role, Role::Cell { is_head: true, .. });
            let own = || {
                if is_label { self.asks(at).filter(|fate| fate.treatment == Treatment::Remove).map(|fate| fate.in_place()) } else { None }
            };
            match fate.or_else(own) {
                Some(fate) => {
                    let word = self.look.word(fate);
                    if said.text.trim() != word {
                        said.replace(whole, word, &mut self.edits);
                    }
                }
                // A name that stays by policy is no text to look into.
                None if is_label && self.asks(at).is_some() => {}
                None => self.look.value("", said, &mut self.edits)?,
            }
        }
        Ok(())
    }
}

/// Whether a program or style speaks of status, by a name, a text or a note.
fn is_found(program: &str, look: &Look<'_>) -> bool {
    let mut found = Vec::new();
    look.prose(&Mapped::verbatim(program, 0, Escape::None), &mut found);
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$' | '-');
    !found.is_empty() || program.split(|letter| !is_part(letter)).filter(|name| name.len() > 1).any(|name| look.name(name).is_some())
}

/// The edits of a page, or of part of one; the charset of a part is that of the whole.
pub(crate) fn edits(text: &str, charset: Option<Charset>, look: &Look<'_>) -> Result<Vec<Edit>, Blocked> {
    let page = read(text, charset)?;
    let mut walk = Walk { page: &page, look, fates: vec![None; page.blocks.len()], edits: Vec::new() };
    walk.tables();
    walk.terms();
    walk.below();
    walk.tags()?;
    walk.blocks()?;
    let mut all = walk.edits;
    page.comments.iter().for_each(|comment| look.prose(comment, &mut all));
    for program in &page.programs {
        let source = text.get(program.span.clone()).unwrap_or_default();
        match if program.is_json { json::edits(source, look)? } else { None } {
            Some(inner) => Mapped::verbatim(source, program.span.start, Escape::None).lift(inner, &mut all),
            None if is_found(source, look) => all.push(Edit { range: program.span.clone(), with: String::new() }),
            None => {}
        }
    }
    for span in &page.inner {
        let source = text.get(span.clone()).unwrap_or_default();
        let inner = look.page(source, charset)?;
        Mapped::verbatim(source, span.start, Escape::None).lift(inner, &mut all);
    }
    Ok(all)
}

/// A whole page: the edits of one round.
pub(crate) fn round(text: &str, charset: Charset, look: &Look<'_>) -> Result<Round, Blocked> {
    edits(text, (!look.is_decoded).then_some(charset), look).map(Round::from)
}
