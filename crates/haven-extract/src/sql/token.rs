//! The tokens of SQL, as they come from a stream of any length.
//!
//! One reader for all dialects, since a dump seldom says which it is. Where dialects read the same characters otherwise, what
//! stands around them decides: a bracket that begins a name is SQL Server's, a back-quote or `/*!` MySQL's. A text without end
//! comes in parts.

use std::io::{self, Read};

/// Bytes of a text, name or comment after which it comes in parts.
const PART_BYTES_MAX: usize = 256 << 10;
/// Bytes read at once.
const CHUNK_BYTES: usize = 64 << 10;
/// Characters of a name in brackets, as SQL Server has it.
const NAME_CHARS_MAX: usize = 128;

/// What a token is to us.
#[derive(Debug)]
pub(super) enum Part {
    /// A name or a word of the language.
    Word(String),
    /// In double quotes, back-quotes or brackets: a name, or in some dialects a text.
    Quoted(String),
    /// A text, or a part of a long one.
    Text(String),
    /// A text between two marks, as PostgreSQL writes bodies of functions.
    Body(String),
    Number(String),
    /// Bytes written as digits.
    Bytes,
    Comment(String),
    Mark(char),
}

/// A token and where it stands.
#[derive(Debug)]
pub(super) struct Token {
    pub part: Part,
    pub line: u64,
    pub column: u64,
    /// Whether it is the first of its line.
    pub begins: bool,
}

impl Token {
    pub fn is(&self, word: &str) -> bool {
        matches!(&self.part, Part::Word(found) if found.eq_ignore_ascii_case(word))
    }

    pub fn mark(&self, mark: char) -> bool {
        matches!(self.part, Part::Mark(found) if found == mark)
    }

    /// The name, in any kind of quotes.
    pub fn name(&self) -> Option<&str> {
        match &self.part {
            Part::Word(name) | Part::Quoted(name) => Some(name),
            _ => None,
        }
    }

    /// The text, where a text can stand.
    pub fn text(&self) -> Option<&str> {
        match &self.part {
            Part::Text(text) | Part::Body(text) | Part::Number(text) | Part::Quoted(text) => Some(text),
            _ => None,
        }
    }

    /// Bytes that it takes.
    pub fn len(&self) -> usize {
        match &self.part {
            Part::Word(text) | Part::Quoted(text) | Part::Text(text) | Part::Body(text) | Part::Number(text) | Part::Comment(text) => {
                text.len()
            }
            Part::Bytes | Part::Mark(_) => 1,
        }
    }
}

/// What a text that has begun ends with.
#[derive(Clone, Debug)]
enum Open {
    /// A quote; doubled it stands for itself.
    Text { quote: char, escapes: Escapes },
    /// A name in quotes.
    Name(char),
    /// A mark: `$body$`, or Oracle's `]'`.
    Marked { end: String, is_body: bool },
    /// A comment up to the end of the line, or up to `*/`.
    Comment { is_line: bool },
}

/// Whether a backslash takes its meaning from the quote behind it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Escapes {
    Always,
    /// Where the dialect is not known: unless the text would have to end there.
    Perhaps,
}

/// Tokens from a stream of UTF-8.
pub(super) struct Lexer<'a> {
    input: &'a mut dyn Read,
    bytes: Vec<u8>,
    text: String,
    at: usize,
    ended: bool,
    /// What stopped the reading, if anything did.
    pub error: Option<io::Error>,
    /// Line of the character at hand.
    pub line: u64,
    column: u64,
    begins: bool,
    before: char,
    mysql: bool,
    open: Option<(Open, u64)>,
    /// Where a text began whose end was not found.
    pub unended: Option<u64>,
}

impl<'a> Lexer<'a> {
    /// Tokens of `input`, whose first line has the number `line`.
    pub fn new(input: &'a mut dyn Read, line: u64) -> Self {
        Self {
            input,
            bytes: Vec::new(),
            text: String::new(),
            at: 0,
            ended: false,
            error: None,
            line,
            column: 1,
            begins: true,
            before: '\n',
            mysql: false,
            open: None,
            unended: None,
        }
    }

    /// Takes more of the input in.
    fn fill(&mut self) {
        if self.at > 0 {
            self.text.drain(..self.at);
            self.at = 0;
        }
        let kept = self.bytes.len();
        self.bytes.resize(kept + CHUNK_BYTES, 0);
        let count = match self.input.read(self.bytes.get_mut(kept..).unwrap_or_default()) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                self.bytes.truncate(kept);
                return;
            }
            Err(error) => {
                self.error = Some(error);
                0
            }
        };
        self.bytes.truncate(kept + count);
        self.ended = count == 0;
        // A character may be cut at the end of what was read.
        let valid = match std::str::from_utf8(&self.bytes) {
            Ok(text) => text.len(),
            Err(error) if self.ended || error.error_len().is_some() => {
                self.text.push_str(&String::from_utf8_lossy(&self.bytes));
                return self.bytes.clear();
            }
            Err(error) => error.valid_up_to(),
        };
        let head: Vec<u8> = self.bytes.drain(..valid).collect();
        self.text.push_str(&String::from_utf8(head).unwrap_or_default());
    }

    /// The character so many behind the one at hand.
    fn peek(&mut self, ahead: usize) -> Option<char> {
        while self.text.len() - self.at < (ahead + 1) * 4 && !self.ended {
            self.fill();
        }
        let mut ready = self.text.get(self.at..)?.chars();
        if ahead == 0 { ready.next() } else { ready.nth(ahead) }
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek(0)?;
        self.at += c.len_utf8();
        self.before = c;
        if c == '\n' {
            (self.line, self.column, self.begins) = (self.line + 1, 1, true);
        } else {
            self.column += 1;
        }
        Some(c)
    }

    /// Takes what means nothing inside quotes or comments, up to the next character that may, or so many bytes.
    fn plain(&mut self, most: usize, text: &mut String) {
        let ready = self.text.get(self.at..).unwrap_or_default();
        let means = |byte: u8| matches!(byte, b'\'' | b'"' | b'`' | b']' | b'\\' | b'\n' | b'*');
        let mut end = ready.bytes().take(most).position(means).unwrap_or_else(|| ready.len().min(most));
        while !ready.is_char_boundary(end) {
            end -= 1;
        }
        let run = ready.get(..end).unwrap_or_default();
        if let Some(last) = run.chars().next_back() {
            self.before = last;
            self.column += run.chars().count() as u64;
            text.push_str(run);
            self.at += run.len();
        }
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.bump();
        }
    }

    /// Whether nothing but blanks follows on the line, as far as is looked.
    pub fn line_is_over(&mut self) -> bool {
        (0..80).map_while(|ahead| self.peek(ahead)).find(|c| !matches!(c, ' ' | '\t' | '\r')).is_none_or(|c| c == '\n')
    }

    /// What stands before one of these characters, and that character, which is passed over. A long text comes in parts.
    pub fn until(&mut self, ends: &[char]) -> (String, Option<char>) {
        let mut text = String::new();
        while let Some(c) = self.bump() {
            if ends.contains(&c) {
                return (text, Some(c));
            }
            text.push(c);
            if is_part(&text, c) {
                break;
            }
        }
        (text, None)
    }

    /// The next cell of a row in which commas separate, and what ended it.
    pub fn cell(&mut self, separator: char) -> (String, Option<char>) {
        let mut cell = String::new();
        let mut quoted = false;
        while let Some(c) = self.bump() {
            match c {
                '"' if quoted && self.peek(0) == Some('"') => {
                    self.bump();
                    cell.push(c);
                }
                '"' => quoted = !quoted,
                '\n' => {
                    if !quoted {
                        return (cell, Some(c));
                    }
                    cell.push(c);
                }
                _ if c == separator && !quoted => return (cell, Some(c)),
                _ => cell.push(c),
            }
            if cell.len() > 2 * PART_BYTES_MAX {
                // A quote that never closes is none.
                break;
            }
        }
        (cell, None)
    }

    /// Whether all has been read.
    pub fn is_over(&mut self) -> bool {
        self.peek(0).is_none()
    }

    /// The next token.
    pub fn token(&mut self) -> Option<Token> {
        if let Some((open, line)) = self.open.take() {
            let column = self.column;
            let part = self.inside(open, line);
            return Some(Token { part, line, column, begins: false });
        }
        loop {
            let c = self.peek(0)?;
            if c.is_whitespace() {
                self.bump();
                continue;
            }
            let (line, column, begins) = (self.line, self.column, self.begins);
            let Some(part) = self.part(c, begins) else { continue };
            // A comment before the first word of a line takes nothing from it.
            self.begins &= matches!(part, Part::Comment(_));
            return Some(Token { part, line, column, begins });
        }
    }

    /// The token that begins with a character; `None` where it means nothing to us.
    fn part(&mut self, c: char, begins: bool) -> Option<Part> {
        let line = self.line;
        let next = self.peek(1).unwrap_or('\n');
        let joined = self.before.is_alphanumeric() || matches!(self.before, '_' | ']' | ')');
        let open = match (c, next) {
            ('-', '-') => {
                self.skip(2);
                Open::Comment { is_line: true }
            }
            ('#', ' ' | '\t' | '\n') => {
                self.bump();
                Open::Comment { is_line: true }
            }
            ('/', '*') => {
                self.skip(2);
                // `/*!40000 …*/` is read by MySQL, `/*M! …*/` by MariaDB.
                let maria = self.peek(0) == Some('M') && self.peek(1) == Some('!');
                if maria || self.peek(0) == Some('!') {
                    self.mysql = true;
                    self.skip(1 + usize::from(maria));
                    while self.peek(0).is_some_and(|c| c.is_ascii_digit()) {
                        self.bump();
                    }
                    return None;
                }
                Open::Comment { is_line: false }
            }
            ('*', '/') => {
                self.skip(2);
                return None;
            }
            // A command of the program that reads the dump.
            ('\\', _) if begins => {
                while self.peek(0).is_some_and(|c| c != '\n') {
                    self.bump();
                }
                return None;
            }
            ('\'', _) => {
                self.bump();
                Open::Text { quote: '\'', escapes: self.escapes() }
            }
            ('"', _) => {
                self.bump();
                Open::Name('"')
            }
            ('`', _) => {
                self.bump();
                self.mysql = true;
                Open::Name('`')
            }
            ('[', next) if !joined && (next.is_alphabetic() || next == '_') && self.is_name_in_brackets() => {
                self.bump();
                Open::Name(']')
            }
            ('$', _) if !joined && !self.mysql => match self.mark() {
                Some(end) => {
                    self.skip(end.chars().count());
                    Open::Marked { end, is_body: true }
                }
                None => {
                    self.bump();
                    return None;
                }
            },
            (c, _) if c.is_ascii_digit() => return Some(self.number()),
            (c, _) if c.is_alphabetic() || matches!(c, '_' | '@' | '#') => return self.word(begins),
            _ => {
                self.bump();
                return matches!(c, '(' | ')' | ',' | ';' | '.' | '=' | '/').then_some(Part::Mark(c));
            }
        };
        Some(self.inside(open, line))
    }

    fn escapes(&self) -> Escapes {
        if self.mysql { Escapes::Always } else { Escapes::Perhaps }
    }

    /// Whether a bracket ends soon and on its line, as one around a name does.
    fn is_name_in_brackets(&mut self) -> bool {
        (1..NAME_CHARS_MAX + 2).map_while(|ahead| self.peek(ahead)).find(|c| matches!(c, ']' | '\n')) == Some(']')
    }

    /// The mark of a body that begins here: `$$`, `$body$`.
    fn mark(&mut self) -> Option<String> {
        let mut mark = String::from("$");
        for ahead in 1..64 {
            let c = self.peek(ahead)?;
            mark.push(c);
            match c {
                '$' => return Some(mark),
                c if c.is_alphabetic() || c == '_' || (ahead > 1 && c.is_ascii_digit()) => {}
                _ => return None,
            }
        }
        None
    }

    fn number(&mut self) -> Part {
        let mut number = String::new();
        while let Some(c) = self.peek(0).filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_')) {
            self.bump();
            // Bytes may be many.
            if number.len() < 64 {
                number.push(c);
            }
        }
        let is_bytes = number.len() > 18 && number.get(..2).is_some_and(|head| head.eq_ignore_ascii_case("0x"));
        if is_bytes { Part::Bytes } else { Part::Number(number) }
    }

    /// A word, or the text whose kind it says: `N'…'`, `E'…'`, `q'[…]'`, `X'…'`.
    fn word(&mut self, begins: bool) -> Option<Part> {
        let mut word = String::new();
        while let Some(c) = self.peek(0).filter(|c| c.is_alphanumeric() || matches!(c, '_' | '@' | '#' | '$')) {
            self.bump();
            word.push(c);
            if word.len() > PART_BYTES_MAX {
                break;
            }
        }
        if begins && word.eq_ignore_ascii_case("delimiter") {
            self.mysql = true;
        }
        if self.peek(0) != Some('\'') {
            return Some(Part::Word(word));
        }
        let line = self.line;
        let kind = word.to_ascii_lowercase();
        let open = match kind.as_str() {
            "e" => Open::Text { quote: '\'', escapes: Escapes::Always },
            "q" | "nq" => {
                let end = match self.peek(1)? {
                    '[' => "]'".to_owned(),
                    '(' => ")'".to_owned(),
                    '{' => "}'".to_owned(),
                    '<' => ">'".to_owned(),
                    other => format!("{other}'"),
                };
                self.skip(2);
                return Some(self.inside(Open::Marked { end, is_body: false }, line));
            }
            "x" => {
                self.bump();
                self.until(&['\'']);
                return Some(Part::Bytes);
            }
            "n" | "b" => Open::Text { quote: '\'', escapes: self.escapes() },
            _ if kind.starts_with('_') => Open::Text { quote: '\'', escapes: self.escapes() },
            _ => return Some(Part::Word(word)),
        };
        self.bump();
        Some(self.inside(open, line))
    }

    /// What stands inside quotes or a comment that has begun on a line; it is gone on with where it is long.
    fn inside(&mut self, open: Open, line: u64) -> Part {
        let mut text = String::new();
        let mut is_part = false;
        loop {
            // The mark that ends a text may be of any characters.
            if !matches!(open, Open::Marked { .. }) {
                self.plain(PART_BYTES_MAX.saturating_sub(text.len()), &mut text);
            }
            let Some(c) = self.bump() else {
                if !matches!(open, Open::Comment { is_line: true }) {
                    self.unended.get_or_insert(line);
                }
                break;
            };
            match &open {
                Open::Comment { is_line: true } if c == '\n' => break,
                Open::Comment { is_line: false } if c == '*' && self.peek(0) == Some('/') => {
                    self.bump();
                    break;
                }
                Open::Comment { .. } => {}
                Open::Name(quote) if c == *quote => {
                    if self.peek(0) != Some(c) {
                        break;
                    }
                    self.bump();
                }
                Open::Name('"') if c == '\\' && self.mysql => {
                    if let Some(c) = self.bump() {
                        text.push(unescaped(c));
                    }
                    continue;
                }
                Open::Name(_) => {}
                Open::Text { quote, .. } if c == *quote => {
                    if self.peek(0) != Some(c) {
                        break;
                    }
                    self.bump();
                }
                Open::Text { quote, escapes } if c == '\\' && (*escapes == Escapes::Always || self.is_escape(*quote)) => {
                    if let Some(c) = self.bump() {
                        text.push(unescaped(c));
                    }
                    continue;
                }
                Open::Text { .. } => {}
                Open::Marked { end, .. } => {
                    let mut rest = end.chars();
                    if rest.next() == Some(c) && rest.enumerate().all(|(ahead, c)| self.peek(ahead) == Some(c)) {
                        self.skip(end.chars().count() - 1);
                        break;
                    }
                }
            }
            text.push(c);
            if self::is_part(&text, c) {
                is_part = true;
                break;
            }
        }
        let part = match open {
            Open::Text { .. } | Open::Marked { is_body: false, .. } => Part::Text(text),
            Open::Marked { .. } => Part::Body(text),
            Open::Name(_) => Part::Quoted(text),
            Open::Comment { .. } => Part::Comment(text),
        };
        if is_part {
            self.open = Some((open, self.line));
        }
        part
    }

    /// Whether the backslash just passed stands before a quote that does not end the text, in a dialect that is not known:
    /// where a text ends, a comma, a bracket or the end of the statement follows.
    fn is_escape(&mut self, quote: char) -> bool {
        self.peek(0) == Some(quote)
            && self.peek(1) != Some(quote)
            && !(1..40).map_while(|ahead| self.peek(ahead)).find(|c| !c.is_whitespace()).is_none_or(|c| matches!(c, ',' | ')' | ';'))
    }
}

/// What a character behind a backslash stands for.
fn unescaped(c: char) -> char {
    match c {
        'n' | 'r' => '\n',
        't' => '\t',
        other => other,
    }
}

/// Whether a text that goes on is cut here: between words where there are any.
fn is_part(text: &str, last: char) -> bool {
    text.len() > PART_BYTES_MAX && (last.is_whitespace() || text.len() > 2 * PART_BYTES_MAX)
}
