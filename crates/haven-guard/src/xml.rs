//! XML: elements, attributes, text, CDATA, comments, instructions.
//!
//! quick-xml says whether it is XML; what it does not look at (names, letters, what stands outside of the root) is looked at
//! here. A doctype blocks, and with it every entity but the five that XML knows: what they stand for nobody can say.

use crate::Blocked;
use crate::body::Round;
use crate::framing::Charset;
use crate::look::{Columns, Fate, HEADS_MAX, Look};
use crate::mapped::{Edit, Escape, Mapped};
use crate::policy::Treatment;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

const FORMAT: &str = "XML";
/// What keeps the names of a path apart, and an attribute from an element.
const STEP: char = '\u{1}';
const ATTRIBUTE: char = '\u{2}';
/// Attributes that say of what kind an element is, beside its name.
const KINDS: [&str; 4] = ["type", "kind", "url", "uri"];
/// Elements that hold rows of a table.
const GROUPS: [&str; 6] = ["thead", "tbody", "tfoot", "table-header-rows", "table-rows", "table-row-group"];
/// Bytes of an element that may be a head or a question.
const HEAD_BYTES_MAX: usize = 2000;
/// Elements in elements.
const DEPTH_MAX: usize = 256;

struct Element {
    name: String,
    span: Range<usize>,
    /// What stands between its tags; empty where it is one tag.
    inner: Range<usize>,
    is_empty: bool,
    attributes: Vec<Attribute>,
    items: Vec<Item>,
}

enum Item {
    Element(Element),
    /// Text and CDATA.
    Text(Mapped),
    Comment(Mapped),
    /// An instruction and what it says.
    Instruction(Range<usize>, Mapped),
}

struct Attribute {
    name: String,
    /// With the space before it.
    span: Range<usize>,
    value: Mapped,
    value_span: Range<usize>,
}

impl Attribute {
    /// Whether it only binds a prefix or names a language of the text.
    fn is_markup(&self) -> bool {
        self.name == "xmlns" || self.name == "lang"
    }
}

fn broken(at: usize) -> Blocked {
    Blocked::Form { format: FORMAT, at }
}

fn is_name(name: &str) -> bool {
    let begins = |letter: char| letter.is_alphabetic() || matches!(letter, '_' | ':');
    name.starts_with(begins)
        && name.chars().all(|letter| begins(letter) || letter.is_alphanumeric() || matches!(letter, '-' | '.' | '·') || is_mark(letter))
}

/// Marks that names of some scripts hold.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{fff}' | '\u{64b}'..='\u{6ed}')
}

fn is_allowed(letter: char) -> bool {
    !matches!(letter, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Where part of a text stands in it.
fn place(whole: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize)
}

/// What a reference means: one of the five, or a letter by its number.
fn meant(name: &str) -> Option<String> {
    let Some(number) = name.strip_prefix('#') else { return resolve_predefined_entity(name).map(str::to_owned) };
    let number = match number.strip_prefix('x') {
        Some(hex) if hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16).ok()?,
        None if number.bytes().all(|byte| byte.is_ascii_digit()) => number.parse().ok()?,
        _ => return None,
    };
    char::from_u32(number).filter(|letter| is_allowed(*letter)).map(String::from)
}

/// Reads a text with references.
fn references(raw: &str, at: usize, escape: Escape) -> Result<Mapped, Blocked> {
    let mut out = Mapped::new(escape);
    let mut from = at;
    for (index, part) in raw.split('&').enumerate() {
        let mut letters = part;
        if index > 0 {
            let (name, behind) = part.split_once(';').ok_or(broken(from))?;
            let end = from + name.len() + 2;
            out.push(&meant(name).ok_or(broken(from))?, from..end, false);
            (letters, from) = (behind, end);
        }
        out.push(letters, from..from + letters.len(), true);
        from += letters.len();
    }
    Ok(out)
}

/// Reads a document: what stands beside the root, and the root.
fn read(text: &str, charset: Option<Charset>) -> Result<(Vec<Item>, Element), Blocked> {
    if let Some(at) = text.find(|letter| !is_allowed(letter)) {
        return Err(broken(at));
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    let mut beside = Vec::new();
    let mut root: Option<Element> = None;
    let mut open: Vec<Element> = Vec::new();
    loop {
        let start = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event().map_err(|_| broken(start))?;
        let end = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let raw = text.get(start..end).ok_or(broken(start))?;
        let (item, ended) = match event {
            Event::Start(tag) => {
                if open.len() >= DEPTH_MAX {
                    return Err(Blocked::Large { what: "elements in elements", limit: DEPTH_MAX });
                }
                open.push(element(text, &tag, start..end, false)?);
                continue;
            }
            Event::Empty(tag) => (None, Some(element(text, &tag, start..end, true)?)),
            Event::End(_) => {
                let mut element = open.pop().ok_or(broken(start))?;
                element.inner.end = start;
                element.span.end = end;
                (None, Some(element))
            }
            Event::Text(_) if raw.contains("]]>") || raw.contains('&') => return Err(broken(start)),
            Event::Text(_) => (Some(Item::Text(Mapped::verbatim(raw, start, Escape::None))), None),
            Event::CData(said) => {
                let at = place(text, &said);
                (Some(Item::Text(Mapped::verbatim(text.get(at..at + said.len()).ok_or(broken(start))?, at, Escape::None))), None)
            }
            Event::GeneralRef(_) => (Some(Item::Text(references(raw, start, Escape::None)?)), None),
            Event::Comment(said) => {
                let at = start + "<!--".len();
                (Some(Item::Comment(Mapped::verbatim(text.get(at..at + said.len()).ok_or(broken(start))?, at, Escape::None))), None)
            }
            Event::PI(said) => {
                let said = Mapped::verbatim(&said, start + "<?".len(), Escape::None);
                (Some(Item::Instruction(start..end, said)), None)
            }
            // A declaration anywhere but at the beginning is none.
            Event::Decl(_) if start > 0 => return Err(broken(start)),
            Event::Decl(declared) => {
                if let Some(encoding) = declared.encoding() {
                    let encoding = encoding.map_err(|_| broken(start))?;
                    if charset.is_some_and(|charset| !charset.is_called(&encoding)) {
                        return Err(Blocked::Charset);
                    }
                }
                continue;
            }
            Event::DocType(_) => return Err(Blocked::Doctype),
            Event::Eof => break,
        };
        match (open.last_mut(), item, ended) {
            (Some(parent), Some(Item::Text(said)), _) => match parent.items.last_mut() {
                Some(Item::Text(before)) => before.append(said),
                _ => parent.items.push(Item::Text(said)),
            },
            (Some(parent), Some(item), _) => parent.items.push(item),
            (Some(parent), None, Some(element)) => parent.items.push(Item::Element(element)),
            (None, Some(Item::Text(said)), _) if said.text.trim().is_empty() => {}
            (None, Some(Item::Text(_)), _) => return Err(broken(start)),
            (None, Some(item), _) => beside.push(item),
            (None, None, Some(_)) if root.is_some() => return Err(broken(start)),
            (None, None, Some(element)) => root = Some(element),
            (_, None, None) => {}
        }
    }
    match root {
        Some(root) if open.is_empty() => Ok((beside, root)),
        _ => Err(broken(text.len())),
    }
}

fn element(text: &str, tag: &BytesStart<'_>, span: Range<usize>, is_empty: bool) -> Result<Element, Blocked> {
    let at = span.start;
    if !is_name(tag.name().into_inner()) {
        return Err(broken(at));
    }
    let mut attributes = Vec::new();
    let mut names = BTreeSet::new();
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| broken(at))?;
        let key = attribute.key.into_inner();
        let start = place(text, key);
        if !names.insert(key.to_owned()) {
            return Err(Blocked::Twice { format: FORMAT, at: start });
        }
        let value_start = place(text, &attribute.value);
        let value_span = value_start..value_start + attribute.value.len();
        let before = text.get(at..start).ok_or(broken(at))?;
        let space = before.len() - before.trim_end().len();
        let is_right = text.get(value_span.clone()) == Some(&*attribute.value);
        if !is_right || space == 0 || attribute.value.contains('<') || !is_name(key) {
            return Err(broken(start));
        }
        attributes.push(Attribute {
            name: if key.starts_with("xmlns:") { "xmlns" } else { attribute.key.local_name().into_inner() }.to_owned(),
            span: start - space..value_span.end + 1,
            value: references(&attribute.value, value_start, Escape::Attribute)?,
            value_span,
        });
    }
    let inner = span.end..span.end;
    Ok(Element { name: tag.local_name().into_inner().to_owned(), span, inner, is_empty, attributes, items: Vec::new() })
}

impl Element {
    fn elements(&self) -> impl Iterator<Item = &Element> {
        self.items.iter().filter_map(|item| if let Item::Element(element) = item { Some(element) } else { None })
    }

    /// What it is called: by an attribute that says so (`<field name="ward">`), else by its own name.
    fn called(&self, look: &Look<'_>) -> &str {
        let names = |name: &str| look.policy.asks(name) && !look.policy.answers(name) && !KINDS.contains(&name);
        let said = self.attributes.iter().find(|attribute| names(&attribute.name) && !attribute.value.text.trim().is_empty());
        said.map_or(&self.name, |attribute| &attribute.value.text)
    }

    /// Its own text; none where it has elements in it.
    fn leaf(&self) -> Option<&Mapped> {
        match self.items.as_slice() {
            [Item::Text(said)] => Some(said),
            _ => None,
        }
    }

    /// What it asks for that others answer.
    fn asks(&self, look: &Look<'_>) -> Option<Fate> {
        let key = look.key(&self.name);
        let by_key = || if key.asks { self.leaf().and_then(|said| look.asked(key, &said.text)) } else { None };
        self.asking(look).or_else(by_key)
    }

    /// The same, by the form of its text or of an attribute, or in a part of it where its name says that it asks.
    fn asking(&self, look: &Look<'_>) -> Option<Fate> {
        let key = look.key(&self.name);
        let own = self.leaf().and_then(|said| look.asking_anew(&said.text));
        let by_attribute = || {
            let mut attributes = self.attributes.iter().filter(|attribute| !attribute.is_markup() && look.name(&attribute.name).is_none());
            if self.is_silent() { attributes.find_map(|attribute| look.asking_anew(&attribute.value.text)) } else { None }
        };
        let inner = || if key.asks { self.elements().find_map(|inner| inner.asking(look)) } else { None };
        own.or_else(by_attribute).or_else(inner)
    }

    /// Whether an attribute of it may answer what another asks.
    fn answers_itself(&self, look: &Look<'_>) -> bool {
        self.attributes.iter().any(|attribute| {
            let key = look.key(&attribute.name);
            let asks = || look.asked(key, &attribute.value.text).or_else(|| look.asking_anew(&attribute.value.text));
            key.answers && !look.policy.defines(&attribute.name) && asks().is_none()
        })
    }

    /// Whether text and elements stand side by side in it.
    fn is_mixed(&self) -> bool {
        let says = |item: &Item| matches!(item, Item::Text(said) if !said.text.trim().is_empty());
        self.items.len() > 1 && self.items.iter().any(says)
    }

    /// Its cells, where it is a row: elements of one or two names, so that only their places say what they are.
    fn cells(&self, look: &Look<'_>) -> Option<Vec<&Element>> {
        let cells: Vec<&Element> = self.elements().collect();
        let names: BTreeSet<&str> = cells.iter().map(|cell| cell.name.as_str()).collect();
        let is_row = cells.len() > 1 && (names.len() == 1 || names.iter().all(|name| matches!(*name, "td" | "th")));
        (is_row && !cells.iter().any(|cell| cell.is_named(look))).then_some(cells)
    }

    /// Whether an attribute says what it is: a number of its own does not.
    fn is_named(&self, look: &Look<'_>) -> bool {
        let names = |name: &str| look.policy.asks(name) && !look.policy.answers(name) && !KINDS.contains(&name) && name != "id";
        self.attributes.iter().any(|attribute| names(&attribute.name))
    }

    /// Whether an attribute says that it stands at another place, or at several.
    fn is_moved(&self) -> bool {
        let moves = |name: &str| matches!(name, "colspan" | "rowspan" | "Index" | "MergeAcross" | "MergeDown" | "number-columns-repeated");
        self.attributes.iter().any(|attribute| moves(&attribute.name))
    }

    /// Whether no text stands in it.
    fn is_silent(&self) -> bool {
        self.items.iter().all(|item| match item {
            Item::Text(said) => said.text.trim().is_empty(),
            Item::Element(element) => element.is_silent(),
            Item::Comment(_) | Item::Instruction(..) => true,
        })
    }

    fn words(&self) -> String {
        let mut said = Mapped::new(Escape::None);
        self.said(&mut said);
        said.text.trim().to_owned()
    }

    /// What happens to elements because of where they stand: below a head, behind a question.
    fn places(&self, look: &Look<'_>, places: &mut BTreeMap<usize, Fate>) {
        let mut rows: Vec<Vec<&Element>> = Vec::new();
        for part in self.elements() {
            if GROUPS.contains(&part.name.as_str()) {
                rows.extend(part.elements().filter_map(|row| row.cells(look)));
            } else {
                rows.extend(part.cells(look));
            }
        }
        for row in rows.iter().take(if rows.len() > 1 { HEADS_MAX } else { 0 }) {
            for (at, cell) in row.iter().enumerate().filter(|(_, cell)| cell.span.len() < HEAD_BYTES_MAX) {
                let Some(fate) = look.heading(&cell.words()) else { continue };
                let is_moved = row.iter().take(at + 1).any(|cell| cell.is_moved());
                for row in &rows {
                    // Where places are not what they seem, nobody can say what stands under the head.
                    let is_moved = is_moved || row.iter().take(at + 1).any(|cell| cell.is_moved());
                    let below = row.iter().enumerate().filter(|(place, _)| *place == at || is_moved);
                    places.extend(below.map(|(_, cell)| (cell.span.start, fate)));
                }
            }
        }
        for (asker, said) in self.elements().zip(self.elements().skip(1)).filter(|(asker, _)| asker.span.len() < HEAD_BYTES_MAX) {
            let is_same = asker.name == said.name || (asker.name == "th" && said.name == "td") || (asker.name == "dt" && said.name == "dd");
            if is_same
                && !asker.is_named(look)
                && asker.elements().nth(1).is_none()
                && let Some(fate) = look.asked_above(&asker.words(), &said.words())
            {
                places.extend([asker, said].map(|element| (element.span.start, fate)));
            }
        }
        self.elements().for_each(|element| element.places(look, places));
    }

    /// All text in it, as a person reads it.
    fn said(&self, out: &mut Mapped) {
        for item in &self.items {
            match item {
                Item::Text(said) => out.append(said.clone()),
                Item::Element(element) => element.said(out),
                Item::Comment(_) | Item::Instruction(..) => {}
            }
        }
    }
}

fn below(path: &str, name: &str) -> String {
    format!("{path}{STEP}{name}")
}

fn attribute_of(path: &str, name: &str) -> String {
    format!("{path}{ATTRIBUTE}{name}")
}

/// The column of what an element says, below the elements around it: what it is called by an attribute parts columns.
fn column(element: &Element, path: &str, look: &Look<'_>) -> String {
    let called = element.called(look);
    if called == element.name { path.to_owned() } else { below(path, called) }
}

/// The column of an attribute: one that answers belongs to what the element is called.
fn column_of(attribute: &Attribute, element: &Element, path: &str, look: &Look<'_>) -> String {
    let path = if look.policy.answers(&attribute.name) { column(element, path, look) } else { path.to_owned() };
    attribute_of(&path, &attribute.name)
}

/// Shows the columns what stands under each path.
fn see(element: &Element, path: &str, look: &Look<'_>, columns: &mut Columns) {
    for attribute in element.attributes.iter().filter(|attribute| !attribute.is_markup()) {
        columns.see(&column_of(attribute, element, path, look), &attribute.name, &attribute.value.text, look);
    }
    match element.leaf() {
        Some(said) if !crate::json::is_document(&said.text) => {
            columns.see(&column(element, path, look), element.called(look), &said.text, look)
        }
        _ => element.elements().for_each(|inner| see(inner, &below(path, &inner.name), look, columns)),
    }
}

struct Walk<'w, 'a> {
    look: &'w Look<'a>,
    columns: &'w Columns,
    /// What happens to elements because of where they stand, by where they begin.
    places: BTreeMap<usize, Fate>,
}

impl Walk<'_, '_> {
    fn visit(&self, element: &Element, path: &str, edits: &mut Vec<Edit>) -> Result<(), Blocked> {
        let asked = self.attributes(element, path, edits)?;
        if let Some(fate) = asked {
            self.fill(element, fate, edits);
            return Ok(());
        }
        if element.is_mixed() {
            let mut said = Mapped::new(Escape::None);
            element.said(&mut said);
            self.look.prose(&said, edits);
        }
        // Elements that say what other elements answer; where none is known to answer, each behind it may, up to one of its name,
        // and each before it as well where it has no other of its name.
        // What stands under a name of status, or in a column of values, asks for nothing.
        let is_value = |inner: &Element| {
            let path = below(path, &inner.name);
            let mut columns = inner.attributes.iter().map(|attribute| column_of(attribute, inner, &path, self.look));
            self.look.name(&inner.name).is_some()
                || self.columns.are_values(&column(inner, &path, self.look))
                || columns.any(|column| self.columns.are_values(&column))
        };
        let asked: BTreeMap<usize, Fate> = element
            .elements()
            .filter(|inner| !is_value(inner))
            .filter_map(|inner| Some((inner.span.start, inner.asks(self.look)?)))
            .collect();
        let asks = |inner: &Element| asked.get(&inner.span.start).copied();
        let answered = asked.values().next().copied();
        let is_answer = |inner: &Element| self.look.policy.answers(&inner.name) && asks(inner).is_none();
        let asker =
            element.elements().find(|inner| asks(inner).is_some() && inner.asking(self.look).is_some() && !inner.answers_itself(self.look));
        let asker = asker.filter(|_| !element.elements().any(is_answer));
        let is_only = asker.is_some_and(|asker| element.elements().filter(|inner| inner.name == asker.name).count() == 1);
        let mut open = answered.filter(|_| is_only);
        for item in &element.items {
            if let (Item::Element(inner), Some(asker)) = (item, asker)
                && inner.name == asker.name
            {
                open = asks(inner).and(inner.asking(self.look)).filter(|_| !inner.answers_itself(self.look));
            }
            match item {
                Item::Text(said) if open.is_some() && !said.text.trim().is_empty() => {
                    let word = open.map_or("", |fate| self.look.word(fate));
                    if said.text.trim() != word {
                        said.replace(0..said.text.len(), word, edits);
                    }
                }
                Item::Text(said) => self.look.value(element.called(self.look), said, edits)?,
                Item::Comment(said) => self.look.prose(said, edits),
                Item::Instruction(span, said) => self.instruction(span, said, edits),
                Item::Element(inner) => {
                    let path = below(path, &inner.name);
                    let fate = self.look.name(&inner.name).or_else(|| self.columns.fate(&column(inner, &path, self.look)));
                    // What an attribute asks is taken out there.
                    let own = asks(inner);
                    let asked = own
                        .filter(|_| inner.leaf().is_some())
                        .or_else(|| answered.filter(|_| is_answer(inner)))
                        .or_else(|| open.filter(|_| own.is_none()))
                        .or_else(|| self.places.get(&inner.span.start).copied());
                    match (fate, asked) {
                        (Some(fate), _) if fate.treatment == Treatment::Remove => {
                            edits.push(Edit { range: inner.span.clone(), with: String::new() });
                        }
                        // What says nothing between its tags says it in its attributes.
                        (None, Some(fate)) if inner.is_silent() => self.emptied(inner, fate, edits),
                        (Some(fate), _) | (None, Some(fate)) => {
                            self.attributes(inner, &path, edits)?;
                            self.fill(inner, fate, edits);
                        }
                        (None, None) => self.visit(inner, &path, edits)?,
                    }
                }
            }
        }
        Ok(())
    }

    /// What happens to the attributes; whether one of them asks for what the element says.
    fn attributes(&self, element: &Element, path: &str, edits: &mut Vec<Edit>) -> Result<Option<Fate>, Blocked> {
        let asks = |attribute: &Attribute| {
            let key = self.look.key(&attribute.name);
            if key.asks { self.look.asked(key, &attribute.value.text) } else { None }
        };
        let asked = element.attributes.iter().find_map(asks);
        // Where nothing else answers a question or a name, each attribute may.
        let may_ask = |attribute: &Attribute| {
            let is_value = || self.columns.are_values(&column_of(attribute, element, path, self.look));
            let asked = if self.look.name(&attribute.name).is_some() { None } else { self.look.asking_anew(&attribute.value.text) };
            asked.filter(|_| !is_value())
        };
        let is_open = element.is_silent() && !element.answers_itself(self.look);
        let open = if is_open { element.attributes.iter().find_map(may_ask) } else { None };
        for attribute in element.attributes.iter().filter(|attribute| !attribute.is_markup()) {
            let fate = self.look.name(&attribute.name).or_else(|| self.columns.fate(&column_of(attribute, element, path, self.look)));
            let answers = || asked.filter(|_| self.look.policy.answers(&attribute.name));
            let may_answer = || open.filter(|_| !self.look.policy.asks(&attribute.name));
            match (fate, asks(attribute).or_else(answers).or_else(may_answer)) {
                (Some(fate), _) if fate.treatment == Treatment::Remove => {
                    edits.push(Edit { range: attribute.span.clone(), with: String::new() });
                }
                (Some(fate), _) | (None, Some(fate)) => {
                    let word = self.look.word(fate);
                    if attribute.value.text != word {
                        edits.push(Edit { range: attribute.value_span.clone(), with: word.to_owned() });
                    }
                }
                (None, None) => self.look.value(&attribute.name, &attribute.value, edits)?,
            }
        }
        Ok(asked)
    }

    /// The same constant in all attributes, also of the elements in it.
    fn emptied(&self, element: &Element, fate: Fate, edits: &mut Vec<Edit>) {
        let word = self.look.word(fate);
        for attribute in element.attributes.iter().filter(|attribute| !attribute.is_markup() && attribute.value.text != word) {
            edits.push(Edit { range: attribute.value_span.clone(), with: word.to_owned() });
        }
        element.elements().for_each(|inner| self.emptied(inner, fate, edits));
    }

    /// The same constant, whatever stood there.
    fn fill(&self, element: &Element, fate: Fate, edits: &mut Vec<Edit>) {
        let word = self.look.word(fate);
        if !element.is_empty && element.leaf().is_none_or(|said| said.text != word) {
            edits.push(Edit { range: element.inner.clone(), with: word.to_owned() });
        }
    }

    fn instruction(&self, span: &Range<usize>, said: &Mapped, edits: &mut Vec<Edit>) {
        let mut found = Vec::new();
        self.look.prose(said, &mut found);
        let words = said.text.split_once(char::is_whitespace).map_or("", |(_, words)| words);
        if !found.is_empty() || self.look.cell("", words).is_some() {
            edits.push(Edit { range: span.clone(), with: String::new() });
        }
    }
}

/// A whole document: the edits of one round.
pub(crate) fn round(text: &str, charset: Charset, look: &Look<'_>) -> Result<Round, Blocked> {
    let (beside, root) = read(text, (!look.is_decoded).then_some(charset))?;
    if look.name(&root.name).is_some_and(|fate| fate.treatment == Treatment::Remove) {
        return Err(Blocked::Root);
    }
    let mut columns = Columns::default();
    see(&root, "", look, &mut columns);
    columns.learn(look);
    let mut places = BTreeMap::new();
    root.places(look, &mut places);
    let walk = Walk { look, columns: &columns, places };
    let mut edits = Vec::new();
    for item in &beside {
        match item {
            Item::Comment(said) => look.prose(said, &mut edits),
            Item::Instruction(span, said) => walk.instruction(span, said, &mut edits),
            Item::Element(_) | Item::Text(_) => {}
        }
    }
    match look.name(&root.name).or_else(|| columns.fate(&column(&root, "", look))) {
        Some(fate) => {
            walk.attributes(&root, "", &mut edits)?;
            walk.fill(&root, fate, &mut edits);
        }
        None => walk.visit(&root, "", &mut edits)?,
    }
    Ok(edits.into())
}
