//! JSON: keys, values, text in values, documents in strings.
//!
//! serde_json says whether it is JSON; what is read here is only where the parts of valid JSON stand, so that all that is
//! not changed stays byte for byte.

use crate::Blocked;
use crate::body::Round;
use crate::framing::Charset;
use crate::look::{Columns, Fate, Heard, Key, Look};
use crate::mapped::{Edit, Escape, Mapped};
use crate::policy::Treatment;
use serde::de::IgnoredAny;
use std::cell::{Cell, OnceCell};
use std::collections::BTreeSet;
use std::ops::Range;

const FORMAT: &str = "JSON";
/// What keeps the keys of a path apart; no key holds it unescaped.
const STEP: char = '\u{1}';
/// Objects and arrays in one another; serde_json counts none where it keeps nothing.
const OPEN_MAX: usize = 128;
/// Step of a path from a string to the document that it is.
const INSIDE: &str = "\u{2}";
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
    let length = path.len();
    path.push(STEP);
    path.push_str(key);
    let done = there(path);
    path.truncate(length);
    done
}

/// Shows the columns what stands under each path.
pub(crate) fn see(node: &Node, look: &Look<'_>, columns: &mut Columns) {
    see_below(node, &mut String::new(), "", look, columns);
}

fn see_below(node: &Node, path: &mut String, name: &str, look: &Look<'_>, columns: &mut Columns) {
    match &node.kind {
        Kind::Object(members) => {
            for Member { key, value, .. } in members {
                below(path, &key.text, |path| see_below(value, path, &key.text, look, columns));
            }
        }
        Kind::Array(items) => items.iter().for_each(|item| see_below(item, path, name, look, columns)),
        Kind::Text(_, Some(inner)) => below(path, INSIDE, |path| see_below(inner, path, name, look, columns)),
        Kind::Text(text, None) => columns.see_heard(path, name, &text.said.text, text.heard(look), look),
        Kind::Scalar(_) => {}
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

    /// The edits of a value under a name.
    fn visit(&self, node: &Node, path: &mut String, name: &str, edits: &mut Vec<Edit>) -> Result<(), Blocked> {
        match &node.kind {
            Kind::Object(members) => self.object(node, members, path, edits),
            Kind::Array(items) => items.iter().try_for_each(|item| self.visit(item, path, name, edits)),
            Kind::Text(text, Some(inner)) => {
                let mut within = Vec::new();
                below(path, INSIDE, |path| self.visit(inner, path, name, &mut within))?;
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

    fn object(&self, node: &Node, members: &[Member], path: &mut String, edits: &mut Vec<Edit>) -> Result<(), Blocked> {
        let keys: Vec<Key> = members.iter().map(|member| self.look.key(&member.key.text)).collect();
        // A member that says what other members answer.
        let asks = |member: &Member, key: &Key| match &member.value.kind {
            Kind::Text(text, _) if key.asks => self.look.label(&text.said.text),
            _ => None,
        };
        let answered = members.iter().zip(&keys).find_map(|(member, key)| asks(member, key));
        let mut gone: Vec<bool> = Vec::with_capacity(members.len());
        for (member, key) in members.iter().zip(&keys) {
            below(path, &member.key.text, |path| {
                let fate = key.fate.or_else(|| self.columns.fate(path));
                gone.push(fate.is_some_and(|fate| fate.treatment == Treatment::Remove));
                match (fate, asks(member, key).or(answered.filter(|_| key.answers))) {
                    (Some(fate), _) if fate.treatment == Treatment::Remove => Ok(()),
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
    see(node, look, &mut columns);
    columns.learn(look);
    Walk::new(look, &columns).round(node)
}

/// A whole document: the edits of one round.
pub(crate) fn round(text: &str, _: Charset, look: &Look<'_>) -> Result<Round, Blocked> {
    of(&read(text)?, look)
}
