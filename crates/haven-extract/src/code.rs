//! Program text: the names in it, the strings a person will read, the comments.
//!
//! One lexer for all languages: what it needs to know is how comments and strings begin, which most languages share. It does
//! not parse; a name is taken wherever it stands, once per document.

use crate::format::Peek;
use crate::text::{decode, sentences};
use crate::{Job, PieceKind, Place};
use std::collections::HashSet;

/// How a family of languages writes comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// `//` and `/* */`.
    Slashes,
    /// `#`.
    Hash,
    /// Both, as PHP has it.
    Both,
}

impl Family {
    /// The family of a file's ending.
    pub fn of(ending: &str) -> Self {
        match ending {
            "rb" | "py" | "pyi" | "r" | "sh" | "bash" | "pl" | "pm" | "ex" | "exs" | "cr" | "jl" | "nim" | "coffee" | "haml" | "slim" | "pug"
            | "feature" | "toml" | "ini" | "cfg" | "conf" | "properties" | "po" | "pot" | "env" | "ftl" | "graphql" | "gql" | "tf" | "" => Self::Hash,
            "php" | "inc" => Self::Both,
            _ => Self::Slashes,
        }
    }
}

/// Words shorter than this are loop counters, not names of data.
const NAME_LETTERS_MIN: usize = 3;
/// Names remembered per document, so that each is handed out once; beyond it they come again.
const NAMES_MAX: usize = 200_000;

/// Reads a program.
pub(crate) fn read(input: &mut Peek<'_>, family: Family, job: &mut Job<'_, '_>) {
    let Some(bytes) = job.whole(input) else { return };
    let text = decode(&bytes);
    let mut names = HashSet::new();
    scan(&text, (1, 1), family, &mut names, job);
}

/// Walks over program text that begins at a line and column of its document.
pub(crate) fn scan(text: &str, (line, column): (u64, u64), family: Family, names: &mut HashSet<String>, job: &mut Job<'_, '_>) {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
    let mut counter = Counter { text, at: 0, line, start: 0, column };
    let mut at = 0;
    while at < bytes.len() {
        let c = byte(at);
        let hash = family != Family::Slashes && c == b'#' && byte(at + 1) != b'{';
        let slashes = family != Family::Hash && c == b'/' && byte(at + 1) == b'/' && at.checked_sub(1).is_none_or(|before| byte(before) != b':');
        if hash || slashes {
            let end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(bytes.len(), |found| at + found);
            let comment = text.get(at..end).unwrap_or_default().trim_start_matches(['#', '/', '!', ' ', '\t']);
            let (line, _) = counter.place(at);
            sentences(comment, line, "comment", job);
            at = end;
        } else if family != Family::Hash && c == b'/' && byte(at + 1) == b'*' {
            let end = text.get(at + 2..).and_then(|rest| rest.find("*/")).map_or(bytes.len(), |found| at + 2 + found);
            let (line, _) = counter.place(at);
            let comment = text.get(at + 2..end).unwrap_or_default();
            let clean: Vec<&str> = comment.split('\n').map(|row| row.trim().trim_start_matches('*').trim()).collect();
            for part in clean.join("\n").split("\n\n") {
                sentences(part, line, "comment", job);
            }
            at = (end + 2).min(bytes.len());
        } else if matches!(c, b'"' | b'\'' | b'`') && !(c == b'\'' && at > 0 && byte(at - 1).is_ascii_alphanumeric()) {
            let (inside, end) = string(text, at);
            let (line, column) = counter.place(at);
            said(inside, line, column, names, job);
            at = end;
        } else if c.is_ascii_alphabetic() || c == b'_' || c >= 0x80 {
            let rest = text.get(at..).unwrap_or_default();
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len()).max(1);
            let name = rest.get(..end).unwrap_or_default();
            if !name.is_empty() {
                let (line, column) = counter.place(at);
                self::name(name, line, column, names, job);
            }
            // A character that is neither letter nor separator is passed over whole.
            at += name.len().max(rest.chars().next().map_or(1, char::len_utf8));
        } else {
            at += 1;
        }
    }
}

/// What stands inside the quotes at `at`, and where the text goes on. A quote that is not closed on its line is an apostrophe,
/// except for back-quotes and triple quotes, which run over lines.
fn string(text: &str, at: usize) -> (&str, usize) {
    let rest = text.get(at..).unwrap_or_default();
    for triple in ["\"\"\"", "'''"] {
        if let Some(inside) = rest.strip_prefix(triple) {
            let end = inside.find(triple).unwrap_or(inside.len());
            return (inside.get(..end).unwrap_or_default(), (at + 6 + end).min(text.len()));
        }
    }
    let quote = rest.bytes().next().unwrap_or(b'"');
    let mut escaped = false;
    for (index, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            _ if byte == quote => return (rest.get(1..index).unwrap_or_default(), at + index + 1),
            b'\n' if quote != b'`' => break,
            _ => {}
        }
    }
    ("", at + 1)
}

/// A string: words that a person reads, or one name.
fn said(text: &str, line: u64, column: u64, names: &mut HashSet<String>, job: &mut Job<'_, '_>) {
    let words = text.split_whitespace().count();
    if words <= 1 && text.is_ascii() {
        // Keys and paths: `person.citizenship`, `immigration_status`.
        for part in text.split(['.', '/', ':', '?', '&', '=', '#', '[', ']', '>', ' ']) {
            name(part, line, column, names, job);
        }
        return;
    }
    if text.contains('<') && text.contains('>') {
        crate::html::fragment(text, line, job);
        return;
    }
    words_of_interface(text, line, column, job);
}

/// Text that a program shows: a short piece is a label, a longer one sentences.
pub(crate) fn words_of_interface(text: &str, line: u64, column: u64, job: &mut Job<'_, '_>) {
    let text = text.replace("\\n", " ").replace("\\\"", "\"").replace("\\'", "'");
    let label = text.split_whitespace().count() <= 14 && !text.trim_end().ends_with('.');
    if label {
        job.piece(PieceKind::Question, &text, "string", Place { line: Some(line), column: Some(column), ..Place::default() });
    } else {
        sentences(&text, line, "string", job);
    }
}

fn name(name: &str, line: u64, column: u64, names: &mut HashSet<String>, job: &mut Job<'_, '_>) {
    if name.chars().count() < NAME_LETTERS_MIN || name.len() > 120 || !name.chars().any(char::is_alphabetic) {
        return;
    }
    if names.len() < NAMES_MAX && !names.insert(name.to_owned()) {
        return;
    }
    job.piece(PieceKind::Name, name, "", Place { line: Some(line), column: Some(column), ..Place::default() });
}

/// Lines and columns of ascending offsets.
pub(crate) struct Counter<'a> {
    pub text: &'a str,
    pub at: usize,
    pub line: u64,
    /// Where the line of `at` begins.
    pub start: usize,
    /// The column at which the text begins.
    pub column: u64,
}

impl Counter<'_> {
    /// Line and column, from 1, of an offset not before the last one asked for.
    pub fn place(&mut self, offset: usize) -> (u64, u64) {
        let offset = offset.min(self.text.len());
        for (index, byte) in self.text.as_bytes().iter().enumerate().take(offset).skip(self.at) {
            if *byte == b'\n' {
                self.line += 1;
                self.start = index + 1;
            }
        }
        self.at = self.at.max(offset);
        let before = self.text.get(self.start..offset).unwrap_or_default();
        let first = if self.start == 0 { self.column } else { 1 };
        (self.line, before.chars().count() as u64 + first)
    }
}
