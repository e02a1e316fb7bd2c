//! JSON: keys, values, text in values, documents in strings.
//!
//! serde_json says whether it is JSON; what is read here is only where the parts of valid JSON stand, so that all that is
//! not changed stays byte for byte.

use crate::Blocked;
use crate::look::{Columns, Fate, Look};
use crate::mapped::{Edit, Escape, Mapped};
use crate::policy::Treatment;
use serde::de::IgnoredAny;
use std::collections::BTreeSet;
use std::ops::Range;

const FORMAT: &str = "JSON";
/// What keeps the keys of a path apart; no key holds it unescaped.
const STEP: char = '\u{1}';
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
    Text(Mapped),
    /// A number, `true`, `false` or `null`.
    Scalar,
}

struct Member {
    key: Mapped,
    start: usize,
    value: Node,
}

/// Reads a document.
pub(crate) fn read(text: &str) -> Result<Node, Blocked> {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        return Err(Blocked::Form { format: FORMAT, at: before + error.column() });
    }
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0 };
    let node = reader.value()?;
    reader.space();
    if reader.at == text.len() { Ok(node) } else { Err(reader.broken()) }
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
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
            b'"' => Kind::Text(self.string()?),
            _ => {
                while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')) {
                    self.at += 1;
                }
                Kind::Scalar
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

fn below(path: &str, key: &str) -> String {
    format!("{path}{STEP}{key}")
}

/// Shows the columns what stands under each path.
pub(crate) fn see(node: &Node, path: &str, name: &str, columns: &mut Columns) {
    match &node.kind {
        Kind::Object(members) => {
            members.iter().for_each(|member| see(&member.value, &below(path, &member.key.text), &member.key.text, columns));
        }
        Kind::Array(items) => items.iter().for_each(|item| see(item, path, name, columns)),
        Kind::Text(text) => columns.see(path, name, &text.text),
        Kind::Scalar => {}
    }
}

/// What takes status out of a document.
pub(crate) struct Walk<'w, 'a> {
    pub look: &'w Look<'a>,
    pub columns: &'w Columns,
    pub depth: usize,
}

impl Walk<'_, '_> {
    /// The edits of a value under a name.
    pub fn visit(&self, node: &Node, path: &str, name: &str, edits: &mut Vec<Edit>) -> Result<(), Blocked> {
        match &node.kind {
            Kind::Object(members) => self.object(node, members, path, edits),
            Kind::Array(items) => items.iter().try_for_each(|item| self.visit(item, path, name, edits)),
            Kind::Text(text) => self.string(text, name, edits),
            Kind::Scalar => Ok(()),
        }
    }

    fn object(&self, node: &Node, members: &[Member], path: &str, edits: &mut Vec<Edit>) -> Result<(), Blocked> {
        // A member that says what another member answers.
        let asked = members.iter().find_map(|member| match &member.value.kind {
            Kind::Text(text) if self.look.policy.asks(&member.key.text) => self.look.label(&text.text).map(|fate| (member.start, fate)),
            _ => None,
        });
        let fate = |member: &Member| {
            let key = &member.key.text;
            self.look.name(key).or_else(|| self.columns.fate(&below(path, key)))
        };
        let fates: Vec<Option<Fate>> = members.iter().map(fate).collect();
        let gone: Vec<bool> = fates.iter().map(|fate| fate.is_some_and(|fate| fate.treatment == Treatment::Remove)).collect();
        for (member, fate) in members.iter().zip(&fates) {
            match (fate, asked) {
                (Some(fate), _) if fate.treatment == Treatment::Remove => {}
                (Some(fate), _) => self.fill(&member.value, *fate, edits),
                (None, Some((start, fate))) if member.start == start || self.look.policy.answers(&member.key.text) => {
                    self.fill(&member.value, fate, edits);
                }
                _ => self.visit(&member.value, &below(path, &member.key.text), &member.key.text, edits)?,
            }
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
        if !matches!(&node.kind, Kind::Text(text) if text.text == word) {
            edits.push(Edit { range: node.span.clone(), with: format!("\"{word}\"") });
        }
    }

    fn string(&self, text: &Mapped, name: &str, edits: &mut Vec<Edit>) -> Result<(), Blocked> {
        if !nested(text, self.look, self.depth, edits)? {
            self.look.text(name, text, edits);
        }
        Ok(())
    }
}

/// A document in a string; whether it was one.
pub(crate) fn nested(text: &Mapped, look: &Look<'_>, depth: usize, edits: &mut Vec<Edit>) -> Result<bool, Blocked> {
    if !text.text.trim_start().starts_with(['{', '[', '"']) {
        return Ok(false);
    }
    let node = match read(&text.text) {
        Ok(node) => node,
        // Valid, but with two keys of one name.
        Err(blocked @ Blocked::Twice { .. }) => return Err(blocked),
        Err(_) => return Ok(false),
    };
    if depth >= NESTED_MAX {
        return Err(Blocked::Large { what: "documents in strings of documents", limit: NESTED_MAX });
    }
    let mut columns = Columns::default();
    see(&node, "", "", &mut columns);
    columns.learn(look);
    let mut inner = Vec::new();
    Walk { look, columns: &columns, depth: depth + 1 }.visit(&node, "", "", &mut inner)?;
    text.lift(inner, edits);
    Ok(true)
}

/// A whole document: the edits of one round.
pub(crate) fn round(text: &str, look: &Look<'_>) -> Result<Vec<Edit>, Blocked> {
    let node = read(text)?;
    let mut columns = Columns::default();
    see(&node, "", "", &mut columns);
    columns.learn(look);
    let mut edits = Vec::new();
    Walk { look, columns: &columns, depth: 0 }.visit(&node, "", "", &mut edits)?;
    Ok(edits)
}
