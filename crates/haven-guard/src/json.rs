//! JSON: keys, values, text in values, documents in strings.
//!
//! serde_json says whether it is JSON; what is read here is only where the parts of valid JSON stand, so that all that is
//! not changed stays byte for byte.

use crate::Blocked;
use crate::body::Round;
use crate::framing::Charset;
use crate::look::{Columns, Fate, Heard, Key, Look, is_question};
use crate::mapped::{Edit, Escape, Mapped};
use crate::policy::Treatment;
use serde::de::IgnoredAny;
use std::cell::{Cell, OnceCell};
use std::collections::BTreeSet;
use std::ops::Range;

const FORMAT: &str = "JSON";
/// What keeps the keys of a path apart; keys that hold it are written otherwise.
const STEP: char = '\u{1}';
/// Objects and arrays in one another; serde_json counts none where it keeps nothing.
const OPEN_MAX: usize = 128;
/// Step of a path from a string to the document that it is.
const INSIDE: char = '\u{2}';
/// Step of a path from a row to a place in it.
const PLACE: char = '\u{3}';
/// Code point of the first place, so that none is one of these.
const PLACE_FIRST: usize = 0x20;
/// What stands before a letter of a key that would be one of these.
const ESCAPED: char = '\0';
/// Places of a row that are told apart.
const PLACES_MAX: usize = 1000;
/// Objects in one another in which a question is looked for.
const QUESTION_DEPTH_MAX: usize = 4;
/// Members of an object that is only the answer at a place: `{"v": "no", "f": "No"}`.
const ANSWER_MEMBERS_MAX: usize = 2;
/// Bytes of a short name.
const SHORT_NAME_MAX: usize = 64;
/// Key whose members say what short names mean.
const CONTEXT: &str = "@context";
/// Documents in strings of documents.
const NESTED_MAX: usize = 8;

/// A value and where it stands.
pub(crate) struct Node {
    span: Range<usize>,
    kind: Kind,
}

enum Kind {
    Object(Vec<Member>),
    Array(Vec<Node>),
    /// A string, and the document that it is.
    Text(Text, Option<Box<Node>>),
    /// A number, `true`, `false` or `null`.
    Scalar(String),
}

/// A string, and what was heard of it when it was first glanced at.
struct Text {
    said: Mapped,
    heard: OnceCell<Heard>,
}

impl Text {
    fn heard(&self, look: &Look<'_>) -> Heard {
        *self.heard.get_or_init(|| look.hear(&self.said.text))
    }
}

struct Member {
    key: Mapped,
    start: usize,
    value: Node,
}

/// Reads a document.
pub(crate) fn read(text: &str) -> Result<Node, Blocked> {
    read_at(text, 0)
}

fn read_at(text: &str, depth: usize) -> Result<Node, Blocked> {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        return Err(Blocked::Form { format: FORMAT, at: before + error.column() });
    }
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, depth, open: 0 };
    let node = reader.value()?;
    reader.space();
    if reader.at == text.len() { Ok(node) } else { Err(reader.broken()) }
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// In how many strings it stands.
    depth: usize,
    /// Objects and arrays that are open.
    open: usize,
}

impl Reader<'_> {
    fn broken(&self) -> Blocked {
        Blocked::Form { format: FORMAT, at: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> Result<(), Blocked> {
        self.space();
        if self.peek() != Some(byte) {
            return Err(self.broken());
        }
        self.at += 1;
        Ok(())
    }

    /// Whether the list goes on behind a comma, or is closed.
    fn more(&mut self, close: u8) -> Result<bool, Blocked> {
        self.space();
        let more = self.peek() == Some(b',');
        if !more && self.peek() != Some(close) {
            return Err(self.broken());
        }
        self.at += 1;
        Ok(more)
    }

    fn value(&mut self) -> Result<Node, Blocked> {
        if self.open >= OPEN_MAX {
            return Err(Blocked::Large { what: "objects and arrays in one another", limit: OPEN_MAX });
        }
        self.open += 1;
        let node = self.part();
        self.open -= 1;
        node
    }

    fn part(&mut self) -> Result<Node, Blocked> {
        self.space();
        let start = self.at;
        let kind = match self.peek().ok_or_else(|| self.broken())? {
            b'{' => Kind::Object(self.members()?),
            b'[' => {
                self.at += 1;
                self.space();
                let mut items = Vec::new();
                if self.peek() == Some(b']') {
                    self.at += 1;
                } else {
                    loop {
                        items.push(self.value()?);
                        if !self.more(b']')? {
                            break;
                        }
                    }
                }
                Kind::Array(items)
            }
            b'"' => {
                let said = self.string()?;
                let inner = inner(&said.text, self.depth)?;
                Kind::Text(Text { said, heard: OnceCell::new() }, inner.map(Box::new))
            }
            _ => {
                while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')) {
                    self.at += 1;
                }
                Kind::Scalar(self.text.get(start..self.at).unwrap_or_default().to_owned())
            }
        };
        if self.at == start { Err(self.broken()) } else { Ok(Node { span: start..self.at, kind }) }
    }

    fn members(&mut self) -> Result<Vec<Member>, Blocked> {
        let mut members = Vec::new();
        let mut keys = BTreeSet::new();
        self.at += 1;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(members);
        }
        loop {
            self.space();
            let start = self.at;
            let key = self.string()?;
            if !keys.insert(key.text.clone()) {
                return Err(Blocked::Twice { format: FORMAT, at: start });
            }
            self.eat(b':')?;
            let value = self.value()?;
            members.push(Member { key, start, value });
            if !self.more(b'}')? {
                return Ok(members);
            }
        }
    }

    fn string(&mut self) -> Result<Mapped, Blocked> {
        self.eat(b'"')?;
        let mut out = Mapped::new(Escape::Json);
        loop {
            let from = self.at;
            let rest = self.bytes.get(from..).unwrap_or_default();
            let length = rest.iter().position(|byte| matches!(byte, b'"' | b'\\')).ok_or_else(|| self.broken())?;
            self.at += length;
            out.push(self.text.get(from..self.at).unwrap_or_default(), from..self.at, true);
            if self.peek() == Some(b'"') {
                self.at += 1;
                return Ok(out);
            }
            self.escape(&mut out)?;
        }
    }

    fn escape(&mut self, out: &mut Mapped) -> Result<(), Blocked> {
        let from = self.at;
        let letter = match self.bytes.get(from + 1).copied() {
            Some(b'u') => {
                let first = self.unit(from)?;
                let second = if (0xd800..0xdc00).contains(&first) { Some(self.unit(from + 6)?) } else { None };
                self.at = from + if second.is_some() { 12 } else { 6 };
                let units = [first, second.unwrap_or_default()];
                let units = units.get(..1 + usize::from(second.is_some())).unwrap_or_default();
                // Half a letter is no text: readers differ on what it is.
                char::decode_utf16(units.iter().copied()).next().and_then(Result::ok).ok_or(Blocked::Form { format: FORMAT, at: from })?
            }
            Some(byte) => {
                self.at = from + 2;
                match byte {
                    b'b' => '\u{8}',
                    b'f' => '\u{c}',
                    b'n' => '\n',
                    b'r' => '\r',
                    b't' => '\t',
                    other => char::from(other),
                }
            }
            None => return Err(self.broken()),
        };
        out.push(letter.encode_utf8(&mut [0; 4]), from..self.at, false);
        Ok(())
    }

    fn unit(&self, at: usize) -> Result<u16, Blocked> {
        let hex = self.text.get(at..at + 6).and_then(|escape| escape.strip_prefix("\\u"));
        hex.and_then(|hex| u16::from_str_radix(hex, 16).ok()).ok_or(Blocked::Form { format: FORMAT, at })
    }
}

/// The document that a string is.
fn inner(text: &str, depth: usize) -> Result<Option<Node>, Blocked> {
    if !may_be_document(text) {
        return Ok(None);
    }
    match read_at(text, depth + 1) {
        Ok(_) if depth >= NESTED_MAX => Err(Blocked::Large { what: "documents in strings of documents", limit: NESTED_MAX }),
        Ok(node) => Ok(Some(node)),
        // No document at all; with two keys of one name, or within too many others, it is one.
        Err(Blocked::Form { .. }) => Ok(None),
        Err(blocked) => Err(blocked),
    }
}

/// Whether a text begins as a document does.
pub(crate) fn may_be_document(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[', '"'])
}

/// Whether a text is a document.
pub(crate) fn is_document(text: &str) -> bool {
    may_be_document(text) && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// Goes a step down a path, does something there, and comes back.
fn below<T>(path: &mut String, key: &str, there: impl FnOnce(&mut String) -> T) -> T {
    step(path, there, |path| {
        if !key.bytes().any(|byte| byte < b' ') {
            path.push_str(key);
            return;
        }
        for letter in key.chars() {
            if letter < ' ' {
                path.push(ESCAPED);
                path.extend(letter.escape_unicode());
            } else {
                path.push(letter);
            }
        }
    })
}

/// The same, into the document that a string is.
fn inside<T>(path: &mut String, there: impl FnOnce(&mut String) -> T) -> T {
    step(path, there, |path| path.push(INSIDE))
}

/// The same, to a place of a row.
fn at_place<T>(path: &mut String, at: usize, there: impl FnOnce(&mut String) -> T) -> T {
    step(path, there, |path| {
        path.extend([PLACE, u32::try_from(PLACE_FIRST + at.min(PLACES_MAX)).ok().and_then(char::from_u32).unwrap_or(PLACE)])
    })
}

/// The same, to one of several lists.
fn at_list<T>(path: &mut String, at: usize, there: impl FnOnce(&mut String) -> T) -> T {
    step(path, |path| at_place(path, at, there), |path| path.push(PLACE))
}

/// Whether a text may be the short name of something: a code or an identifier, and no number of a list.
fn is_short_name(text: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | ':');
    text.len() <= SHORT_NAME_MAX && text.chars().all(is_part) && text.chars().any(char::is_alphabetic)
}

fn step<T>(path: &mut String, there: impl FnOnce(&mut String) -> T, write: impl FnOnce(&mut String)) -> T {
    let length = path.len();
    path.push(STEP);
    write(path);
    let done = there(path);
    path.truncate(length);
    done
}

impl Node {
    fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text, _) => Some(&text.said.text),
            _ => None,
        }
    }

    /// The items of a list.
    fn items(&self) -> Option<&[Node]> {
        if let Kind::Array(items) = &self.kind { Some(items) } else { None }
    }

    /// What it asks for that another place answers: a text, or an object in which nothing else stands.
    fn asking(&self, look: &Look<'_>) -> Option<Fate> {
        match &self.kind {
            Kind::Text(text, _) => look.asking(&text.said.text, text.heard(look)),
            Kind::Object(members) => {
                let first = members.first()?.value.asking(look)?;
                members.iter().all(|member| member.value.asking(look).is_some()).then_some(first)
            }
            Kind::Array(_) | Kind::Scalar(_) => None,
        }
    }

    /// Its members, where it is an object.
    fn members(&self) -> &[Member] {
        if let Kind::Object(members) = &self.kind { members } else { &[] }
    }

    fn is_single(&self) -> bool {
        matches!(self.kind, Kind::Text(..) | Kind::Scalar(_))
    }

    /// Whether it is a text, or a yes or no.
    fn is_told(&self) -> bool {
        match &self.kind {
            Kind::Text(..) => true,
            Kind::Scalar(said) => matches!(said.as_str(), "true" | "false"),
            Kind::Object(_) | Kind::Array(_) => false,
        }
    }

    /// What a member says that asks: itself, or a part of it that asks.
    fn asks(&self, look: &Look<'_>, key: Key, depth: usize) -> Option<Fate> {
        match &self.kind {
            Kind::Text(text, _) => look.asked(key, &text.said.text),
            Kind::Object(members) if depth < QUESTION_DEPTH_MAX => members.iter().find_map(|Member { key, value, .. }| {
                let key = look.key(&key.text);
                if key.asks { value.asks(look, key, depth + 1) } else { None }
            }),
            Kind::Array(items) if depth < QUESTION_DEPTH_MAX => items
                .iter()
                .take(PLACES_MAX)
                .filter(|item| matches!(item.kind, Kind::Object(_)))
                .find_map(|item| item.asks(look, key, depth + 1)),
            _ => None,
        }
    }
}

/// What one of these members asks for.
fn asked_by(members: &[Member], look: &Look<'_>) -> Option<Fate> {
    members.iter().find_map(|Member { key, value, .. }| {
        let key = look.key(&key.text);
        let asked = if key.asks { value.text().and_then(|text| look.asked(key, text)) } else { None };
        asked.or_else(|| value.asking(look))
    })
}

/// Whether each item of a list is only the answer at its place.
fn are_answers(items: &[Node], look: &Look<'_>) -> bool {
    let is_answer = |item: &Node| match &item.kind {
        Kind::Object(members) => {
            (1..=ANSWER_MEMBERS_MAX).contains(&members.len())
                && members.iter().all(|member| member.value.is_single() && look.key(&member.key.text).answers)
        }
        _ => false,
    };
    !items.is_empty() && items.iter().all(is_answer)
}

/// Whether a list has rows in it, or is one.
fn has_rows(items: &[Node], look: &Look<'_>) -> bool {
    items.iter().any(|item| item.items().is_some()) || are_answers(items, look)
}

/// The same, anywhere in a document.
fn holds_rows(node: &Node, look: &Look<'_>) -> bool {
    match &node.kind {
        Kind::Object(members) => members.iter().any(|member| holds_rows(&member.value, look)),
        Kind::Array(items) => has_rows(items, look) || items.iter().any(|item| holds_rows(item, look)),
        Kind::Text(..) | Kind::Scalar(_) => false,
    }
}

/// Lists in a document that name the places of rows which stand elsewhere, and how wide those rows are.
#[derive(Default)]
struct Heads {
    lists: Vec<Vec<Option<Fate>>>,
    widths: BTreeSet<usize>,
    /// Whether one of the rows is a list with more in it than numbers.
    is_told: bool,
}

impl Heads {
    fn of(node: &Node, look: &Look<'_>) -> Self {
        let mut heads = Self::default();
        if holds_rows(node, look) {
            heads.take(node, look);
            heads.lists.retain(|list| list.iter().any(Option::is_some));
        }
        heads
    }

    fn take(&mut self, node: &Node, look: &Look<'_>) {
        match &node.kind {
            Kind::Object(members) => members.iter().for_each(|member| self.take(&member.value, look)),
            Kind::Array(items) if has_rows(items, look) => {
                items.iter().filter(|item| item.items().is_none()).for_each(|item| self.take(item, look));
            }
            Kind::Array(items) => {
                self.lists.extend(named(items, look));
                items.iter().for_each(|item| self.take(item, look));
            }
            Kind::Text(..) | Kind::Scalar(_) => {}
        }
    }
}

/// What the items of a list say as names: words, or objects that say their names.
fn named(items: &[Node], look: &Look<'_>) -> Option<Vec<Option<Fate>>> {
    if items.is_empty() || items.len() > PLACES_MAX {
        return None;
    }
    let name = |item: &Node| match &item.kind {
        Kind::Text(text, _) => Some(look.heading(&text.said.text)),
        Kind::Object(members) => {
            let asks = |member: &&Member| look.key(&member.key.text).asks && member.value.text().is_some();
            members.iter().find(asks)?;
            Some(asked_by(members, look))
        }
        Kind::Array(_) | Kind::Scalar(_) => None,
    };
    items.iter().map(name).collect()
}

/// Shows the columns what stands under each path.
///
/// # Errors
/// Names of status for places, where no row has so many.
pub(crate) fn see(node: &Node, look: &Look<'_>, columns: &mut Columns) -> Result<(), Blocked> {
    see_document(node, &mut String::new(), "", look, columns)
}

/// The same, of a document that is a line: where it is a list, it is a row.
pub(crate) fn see_line(node: &Node, look: &Look<'_>, columns: &mut Columns) -> Result<(), Blocked> {
    match node.items() {
        Some(items) if items.iter().all(Node::is_single) => {
            See { look, columns, heads: Heads::default() }.row(items, &mut String::new(), "")
        }
        _ => see(node, look, columns),
    }
}

fn see_document(node: &Node, path: &mut String, name: &str, look: &Look<'_>, columns: &mut Columns) -> Result<(), Blocked> {
    let mut see = See { look, columns, heads: Heads::of(node, look) };
    see.below(node, path, name)?;
    let Heads { lists, widths, is_told } = see.heads;
    match lists.iter().find(|list| is_told && !widths.contains(&list.len())) {
        Some(list) => Err(Blocked::Unanswered { expected: list.len() }),
        None => Ok(()),
    }
}

/// Shows the columns a document.
struct See<'s, 'a> {
    look: &'s Look<'a>,
    columns: &'s mut Columns,
    heads: Heads,
}

impl See<'_, '_> {
    fn below(&mut self, node: &Node, path: &mut String, name: &str) -> Result<(), Blocked> {
        match &node.kind {
            Kind::Object(members) => {
                self.define(members, name);
                members.iter().try_for_each(|Member { key, value, .. }| below(path, &key.text, |path| self.below(value, path, &key.text)))
            }
            Kind::Array(items) if are_answers(items, self.look) => self.row(items, path, name),
            Kind::Array(items) => {
                // Lists that are columns have no places that a list could name.
                let is_done = self.columns_of(items, path, name);
                let lists = if is_done { std::mem::take(&mut self.heads.lists) } else { Vec::new() };
                items.iter().try_for_each(|item| match item.items() {
                    Some(row) => {
                        self.heads.is_told |= row.iter().any(Node::is_told);
                        self.row(row, path, name)
                    }
                    None => self.below(item, path, name),
                })?;
                self.heads.lists.extend(lists);
                Ok(())
            }
            Kind::Text(_, Some(inner)) => inside(path, |path| see_document(inner, path, name, self.look, self.columns)),
            Kind::Text(text, None) => {
                self.columns.see_heard(path, name, &text.said.text, text.heard(self.look), self.look);
                Ok(())
            }
            Kind::Scalar(_) => Ok(()),
        }
    }

    /// Short names that members define as names of status: beside what describes them, or above it in a list of descriptions.
    fn define(&mut self, members: &[Member], name: &str) {
        let is_map = |member: &Member| {
            let key = self.look.key(&member.key.text);
            matches!(member.value.kind, Kind::Object(_)) && !key.asks && !key.answers
        };
        let is_map = !members.is_empty() && (name == CONTEXT || members.iter().all(is_map));
        for Member { key, value, .. } in members.iter().filter(|_| is_map) {
            let address = value.text().filter(|_| name == CONTEXT);
            if let Some(fate) = asked_by(value.members(), self.look).or_else(|| self.look.meaning(address?)) {
                self.columns.define(&key.text, fate);
            }
        }
        let names = || members.iter().filter(|member| self.look.policy.defines(&member.key.text));
        if names().next().is_none() {
            return;
        }
        let Some(fate) = members.iter().find_map(|member| member.value.asking(self.look)) else { return };
        let names: Vec<&str> = names().filter_map(|member| member.value.text()).filter(|name| is_short_name(name)).collect();
        for name in names.into_iter().filter(|name| self.look.label(name).is_none()) {
            self.columns.define(name, fate);
        }
    }

    /// Lists that are columns of a table and no rows of it, where a list elsewhere names so many: each goes as a whole. Whether there are
    /// such.
    fn columns_of(&mut self, items: &[Node], path: &mut String, name: &str) -> bool {
        let widths: BTreeSet<usize> = items.iter().filter_map(|item| item.items().map(<[Node]>::len)).collect();
        let may_be = |list: &&Vec<Option<Fate>>| {
            list.len() == items.len() && (!widths.contains(&list.len()) || self.look.policy.holds_columns(name))
        };
        if widths.is_empty() || items.iter().any(|item| item.items().is_none()) {
            return false;
        }
        let mut are_columns = false;
        for list in self.heads.lists.iter().filter(may_be) {
            are_columns = true;
            self.heads.widths.insert(list.len());
            for (at, fate) in list.iter().enumerate() {
                if let Some(fate) = fate {
                    at_list(path, at, |path| self.columns.tell(path, *fate));
                }
            }
        }
        are_columns
    }

    /// A row: each of its places is a column.
    fn row(&mut self, items: &[Node], path: &mut String, name: &str) -> Result<(), Blocked> {
        self.heads.widths.insert(items.len());
        for list in self.heads.lists.iter().filter(|list| list.len() == items.len()) {
            for (at, fate) in list.iter().enumerate() {
                if let Some(fate) = fate {
                    at_place(path, at, |path| self.columns.tell(path, *fate));
                }
            }
        }
        let may_be_head = items.iter().any(|item| item.text().is_some()) && self.columns.may_be_head(path);
        for (at, item) in items.iter().enumerate() {
            if let Some(inner) = item.items() {
                self.row(inner, path, name)?;
                continue;
            }
            at_place(path, at, |path| {
                let head = if may_be_head { item.text().and_then(|text| self.look.heading(text)) } else { None };
                // Behind the first, which may be the name of the row, the names of another table may stand.
                if let Some(fate) = head.or_else(|| if at > 0 { item.asking(self.look) } else { None }) {
                    self.columns.tell(path, fate);
                }
                self.below(item, path, name)
            })?;
        }
        Ok(())
    }
}

/// What takes status out of a document.
pub(crate) struct Walk<'w, 'a> {
    look: &'w Look<'a>,
    columns: &'w Columns,
    /// Whether words were taken out of a text, and what is left must be read again. Where members go as a whole, the others
    /// stay what they were: nothing stands in them, or they would go as well.
    rewrote: Cell<bool>,
}

impl<'w, 'a> Walk<'w, 'a> {
    pub fn new(look: &'w Look<'a>, columns: &'w Columns) -> Self {
        Self { look, columns, rewrote: Cell::new(false) }
    }

    /// The edits of a document.
    pub fn round(&self, node: &Node) -> Result<Round, Blocked> {
        let mut edits = Vec::new();
        self.visit(node, &mut String::new(), "", &mut edits)?;
        Ok(Round { edits, is_last: !self.rewrote.get() })
    }

    /// The edits of a document that is a line.
    pub fn line(&self, node: &Node) -> Result<Round, Blocked> {
        match node.items() {
            Some(items) if items.iter().all(Node::is_single) => {
                let mut edits = Vec::new();
                self.row(items, &mut String::new(), "", false, &mut edits)?;
                Ok(Round { edits, is_last: !self.rewrote.get() })
            }
            _ => self.round(node),
        }
    }

    /// The edits of a value under a name.
    fn visit(&self, node: &Node, path: &mut String, name: &str, edits: &mut Vec<Edit>) -> Result<(), Blocked> {
        match &node.kind {
            Kind::Object(members) => self.object(node, members, path, edits),
            Kind::Array(items) if are_answers(items, self.look) => self.row(items, path, name, false, edits),
            Kind::Array(items) => {
                let mut asked = None;
                items.iter().enumerate().try_for_each(|(at, item)| {
                    let column = |row: &[Node], path: &mut String| {
                        if row.is_empty() { None } else { at_list(path, at, |path| self.columns.fate(path)) }
                    };
                    let fate = self.follows(item, &mut asked).or_else(|| item.items().and_then(|row| column(row, path)));
                    match (item.items(), fate) {
                        (_, Some(fate)) => {
                            self.fill(item, fate, edits);
                            Ok(())
                        }
                        // The first may be the names of columns.
                        (Some(row), None) => self.row(row, path, name, at == 0, edits),
                        (None, None) => self.visit(item, path, name, edits),
                    }
                })
            }
            Kind::Text(text, Some(inner)) => {
                let mut within = Vec::new();
                inside(path, |path| self.visit(inner, path, name, &mut within))?;
                text.said.lift(within, edits);
                Ok(())
            }
            Kind::Text(text, None) => {
                let before = edits.len();
                self.look.text_heard(name, &text.said, text.heard(self.look), edits)?;
                self.rewrote.set(self.rewrote.get() || edits.len() > before);
                Ok(())
            }
            Kind::Scalar(text) => {
                if let Some(fate) = self.look.cell(name, text) {
                    self.fill(node, fate, edits);
                }
                Ok(())
            }
        }
    }

    /// What happens to an item of a list because it is a question, or follows one.
    fn follows(&self, item: &Node, asked: &mut Option<Fate>) -> Option<Fate> {
        if let Some(text) = item.text().filter(|text| is_question(text)) {
            *asked = self.look.question(text);
        }
        *asked
    }

    /// A row. Its places stay, since their numbers tell what they are: words stand in them. What asks is answered behind it,
    /// unless it is one of the names in the head.
    fn row(&self, items: &[Node], path: &mut String, name: &str, is_first: bool, edits: &mut Vec<Edit>) -> Result<(), Blocked> {
        let mut asked = None;
        let is_head = is_first && items.iter().all(|item| item.text().is_some());
        for (at, item) in items.iter().enumerate() {
            if (at == 0 || !is_head) && !at_place(path, at, |path| self.columns.are_values(path)) {
                asked = item.asking(self.look).or(asked);
            }
            // A row of two may be a name and what it names.
            if items.len() == 2 && at == 1 && asked.is_none() {
                asked = items.first().and_then(Node::text).and_then(|text| self.look.heading(text));
            }
            let follows = self.follows(item, &mut asked);
            at_place(path, at, |path| match (self.columns.fate(path).or(follows), item.items()) {
                (Some(fate), _) => {
                    self.fill(item, fate, edits);
                    Ok(())
                }
                (None, Some(inner)) => self.row(inner, path, name, false, edits),
                (None, None) => self.visit(item, path, name, edits),
            })?;
        }
        Ok(())
    }

    fn object(&self, node: &Node, members: &[Member], path: &mut String, edits: &mut Vec<Edit>) -> Result<(), Blocked> {
        let keys: Vec<Key> = members.iter().map(|member| self.look.key(&member.key.text)).collect();
        // A member that says what other members answer; where none is known to answer a question, each of them may.
        // By its key, by its form, or by a short name that the document defines.
        let asks = |member: &Member, key: &Key| {
            let asked = if key.asks { member.value.asks(self.look, *key, 0) } else { None };
            let defined = || member.value.text().filter(|_| key.asks).and_then(|text| self.columns.defined(text));
            asked.or_else(|| member.value.asking(self.look)).or_else(defined)
        };
        let mut are_values = |member: &Member| below(path, &member.key.text, |path| self.columns.are_values(path));
        let asked: Vec<Option<Fate>> = members
            .iter()
            .zip(&keys)
            .map(|(member, key)| asks(member, key).filter(|_| key.asks || !(key.fate.is_some() || are_values(member))))
            .collect();
        let answered = asked.iter().find_map(|fate| *fate);
        let own = |at: usize| asked.get(at).copied().flatten();
        let is_open = || {
            let is_asking = |(at, member): (usize, &Member)| own(at).is_some() && member.value.asking(self.look).is_some();
            members.iter().enumerate().any(is_asking) && !keys.iter().enumerate().any(|(at, key)| key.answers && own(at).is_none())
        };
        let is_open = answered.is_some() && is_open();
        let places = self.beside(members);
        let mut gone: Vec<bool> = Vec::with_capacity(members.len());
        for (at, (member, key)) in members.iter().zip(&keys).enumerate() {
            below(path, &member.key.text, |path| {
                let fate = key.fate.or_else(|| self.columns.defined(&member.key.text)).or_else(|| self.columns.fate(path));
                gone.push(fate.is_some_and(|fate| fate.treatment == Treatment::Remove));
                // A question that is a part of a member is taken out there.
                let asks = own(at).filter(|_| member.value.text().is_some());
                let is_answer = own(at).is_none() && (key.answers || is_open && !key.asks);
                match (fate, asks.or(answered.filter(|_| is_answer))) {
                    (Some(fate), _) if fate.treatment == Treatment::Remove => Ok(()),
                    (None, None) if places.get(at).is_some_and(|places| !places.is_empty()) => {
                        let items = member.value.items().unwrap_or_default();
                        let places = places.get(at).map(Vec::as_slice).unwrap_or_default();
                        items.iter().zip(places).try_for_each(|(item, fate)| match fate {
                            Some(fate) => {
                                self.fill(item, *fate, edits);
                                Ok(())
                            }
                            None => self.visit(item, path, &member.key.text, edits),
                        })
                    }
                    (Some(fate), _) | (None, Some(fate)) => {
                        self.fill(&member.value, fate, edits);
                        Ok(())
                    }
                    (None, None) => self.visit(&member.value, path, &member.key.text, edits),
                }
            })?;
        }
        let mut at = 0;
        while at < members.len() {
            if gone.get(at) != Some(&true) {
                at += 1;
                continue;
            }
            let behind = (at..members.len()).find(|next| gone.get(*next) != Some(&true)).unwrap_or(members.len());
            let start = |index: usize| members.get(index).map(|member| member.start);
            let end = |index: usize| members.get(index).map_or(node.span.end, |member| member.value.span.end);
            let range = match (start(behind), at.checked_sub(1)) {
                (Some(next), _) => start(at).unwrap_or(next)..next,
                (None, Some(before)) => end(before)..end(members.len() - 1),
                (None, None) => start(0).unwrap_or(node.span.start)..end(members.len() - 1),
            };
            edits.push(Edit { range, with: String::new() });
            at = behind;
        }
        Ok(())
    }

    /// For lists of an object what happens to their items because a list beside them names their places; none where no list
    /// does.
    fn beside(&self, members: &[Member]) -> Vec<Vec<Option<Fate>>> {
        let lists = || members.iter().filter_map(|member| member.value.items().filter(|items| items.iter().all(Node::is_single)));
        if lists().nth(1).is_none() {
            return Vec::new();
        }
        let named: Vec<Vec<Option<Fate>>> =
            lists().filter_map(|items| named(items, self.look)).filter(|list| list.iter().any(Option::is_some)).collect();
        if named.is_empty() {
            return Vec::new();
        }
        let of = |member: &Member| {
            let items = member.value.items().filter(|items| items.iter().all(Node::is_single)).unwrap_or_default();
            named.iter().find(|list| list.len() == items.len()).cloned().unwrap_or_default()
        };
        members.iter().map(of).collect()
    }

    /// The same constant, whatever stood there.
    fn fill(&self, node: &Node, fate: Fate, edits: &mut Vec<Edit>) {
        let word = self.look.word(fate);
        if !matches!(&node.kind, Kind::Text(text, _) if text.said.text == word) {
            edits.push(Edit { range: node.span.clone(), with: format!("\"{word}\"") });
        }
    }
}

/// The edits of a text that is a document; none where it is no document.
pub(crate) fn edits(text: &str, look: &Look<'_>) -> Result<Option<Vec<Edit>>, Blocked> {
    inner(text, 0)?.map(|node| Ok(of(&node, look)?.edits)).transpose()
}

fn of(node: &Node, look: &Look<'_>) -> Result<Round, Blocked> {
    let mut columns = Columns::default();
    see(node, look, &mut columns)?;
    columns.learn(look);
    Walk::new(look, &columns).round(node)
}

/// A whole document: the edits of one round.
pub(crate) fn round(text: &str, _: Charset, look: &Look<'_>) -> Result<Round, Blocked> {
    of(&read(text)?, look)
}
