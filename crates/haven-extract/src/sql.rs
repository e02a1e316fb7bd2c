//! SQL: schemas and dumps. Tables, columns, comments, choices, and the rows of a dump.
//!
//! Tokens come from a library; what stands between them is followed loosely, because dumps are written in every dialect and
//! a statement that is not understood must not hide its names: they are handed out all the same.

use crate::format::Peek;
use crate::text::{Lines, sentences};
use crate::{Job, PieceKind, Place};
use sqlparser::dialect::{GenericDialect, MySqlDialect};
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer, Whitespace};
use std::collections::{BTreeMap, BTreeSet};

/// Bytes after which a statement is taken as it is: the rows of a dump may be one line of a gigabyte.
const STATEMENT_BYTES_MAX: usize = 4 << 20;
/// Words from which a value is read as text.
const TEXT_WORDS_MIN: usize = 5;

/// Values by table and column, over all statements of a dump.
#[derive(Default)]
struct Dump {
    /// Columns by table, in order, as they were declared.
    tables: BTreeMap<String, Vec<String>>,
    values: BTreeMap<(String, String), (Vec<String>, BTreeSet<String>)>,
}

/// Reads a schema or dump, statement by statement.
pub(crate) fn read(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    let head = input.head().to_vec();
    let mut lines = Lines::new(input, &head);
    let mut dump = Dump::default();
    let mut statement = String::new();
    let mut first = 1;
    let mut copying: Option<(String, Vec<String>)> = None;
    let mut state = Quotes::default();
    loop {
        let (number, line) = match lines.next() {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(error) => {
                job.unread(Place { line: Some(first), ..Place::default() }, format!("reading stopped: {}", error.kind()));
                break;
            }
        };
        if let Some((table, columns)) = &copying {
            if line.trim_end() == "\\." {
                copying = None;
            } else {
                for (column, cell) in columns.iter().zip(line.split('\t')) {
                    dump.value(table, column, &cell.replace("\\n", "\n").replace("\\t", "\t"), number, job);
                }
            }
            continue;
        }
        if statement.is_empty() {
            first = number;
        }
        statement.push_str(&line);
        statement.push('\n');
        state.over(&line);
        let ends = !state.open() && line.trim_end().ends_with([';', '/']);
        if ends || statement.len() > STATEMENT_BYTES_MAX {
            copying = dump.statement(&statement, first, job);
            statement.clear();
            state = Quotes::default();
        }
    }
    dump.statement(&statement, first, job);
    for ((table, column), (values, _)) in dump.values {
        if !values.is_empty() {
            job.column(&column, values, &table, Place { path: Some(format!("{table}.{column}")), ..Place::default() });
        }
    }
}

/// Whether a text stands inside quotes or a comment, as far as it has been read.
#[derive(Default)]
struct Quotes {
    quote: Option<char>,
    comment: bool,
}

impl Quotes {
    fn open(&self) -> bool {
        self.quote.is_some() || self.comment
    }

    fn over(&mut self, line: &str) {
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            match (self.quote, self.comment, c) {
                (_, true, '*') if chars.peek() == Some(&'/') => {
                    self.comment = false;
                    chars.next();
                }
                (_, true, _) => {}
                (Some(_), _, '\\') => {
                    chars.next();
                }
                (Some(quote), _, _) if c == quote => self.quote = None,
                (Some(_), ..) => {}
                (None, _, '-') if chars.peek() == Some(&'-') => break,
                (None, _, '/') if chars.peek() == Some(&'*') => self.comment = true,
                (None, _, '\'' | '"' | '`') => self.quote = Some(c),
                _ => {}
            }
        }
    }
}

/// What a token is to us.
enum Part {
    Word(String),
    Text(String),
    Number(String),
    Mark(char),
}

struct Placed {
    part: Part,
    line: u64,
    column: u64,
}

impl Placed {
    fn is(&self, word: &str) -> bool {
        matches!(&self.part, Part::Word(found) if found.eq_ignore_ascii_case(word))
    }

    fn mark(&self, mark: char) -> bool {
        matches!(self.part, Part::Mark(found) if found == mark)
    }

    /// The name, of an identifier in any kind of quotes.
    fn name(&self) -> Option<&str> {
        match &self.part {
            Part::Word(name) => Some(name),
            _ => None,
        }
    }

    fn text(&self) -> Option<&str> {
        match &self.part {
            Part::Text(text) | Part::Number(text) => Some(text),
            _ => None,
        }
    }

    fn place(&self, path: String) -> Place {
        Place { line: Some(self.line), column: Some(self.column), path: Some(path), ..Place::default() }
    }
}

fn tokens(sql: &str, first: u64, job: &mut Job<'_, '_>) -> Vec<Placed> {
    let mut raw: Vec<TokenWithSpan> = Vec::new();
    // Back-quotes and `#` comments are MySQL's; elsewhere they are no SQL at all.
    let mysql = sql.contains('`');
    let result = if mysql {
        Tokenizer::new(&MySqlDialect {}, sql).tokenize_with_location_into_buf(&mut raw)
    } else {
        Tokenizer::new(&GenericDialect {}, sql).tokenize_with_location_into_buf(&mut raw)
    };
    if result.is_err() {
        let line = first + raw.last().map_or(0, |token| token.span.end.line.saturating_sub(1));
        job.unread(Place { line: Some(line), ..Place::default() }, "expected SQL, found something else up to the end of the statement");
    }
    let mut parts = Vec::with_capacity(raw.len());
    for token in raw {
        let line = first + token.span.start.line.saturating_sub(1);
        let part = match token.token {
            Token::Word(word) => Part::Word(word.value),
            Token::SingleQuotedString(text) | Token::NationalStringLiteral(text) | Token::EscapedStringLiteral(text) => Part::Text(text),
            Token::DoubleQuotedString(text) => if mysql { Part::Text(text) } else { Part::Word(text) },
            Token::DollarQuotedString(text) => Part::Text(text.value),
            Token::Number(number, _) => Part::Number(number),
            Token::LParen => Part::Mark('('),
            Token::RParen => Part::Mark(')'),
            Token::Comma => Part::Mark(','),
            Token::SemiColon => Part::Mark(';'),
            Token::Period => Part::Mark('.'),
            Token::Whitespace(Whitespace::SingleLineComment { comment, .. } | Whitespace::MultiLineComment(comment)) => {
                sentences(comment.trim(), line, "comment", job);
                continue;
            }
            _ => continue,
        };
        parts.push(Placed { part, line, column: token.span.start.column });
    }
    parts
}

/// A dotted name that begins at `at`: its last part, and where the text goes on.
fn dotted(parts: &[Placed], mut at: usize) -> Option<(String, usize)> {
    let mut name = parts.get(at)?.name()?.to_owned();
    at += 1;
    while parts.get(at).is_some_and(|part| part.mark('.')) {
        name = parts.get(at + 1)?.name()?.to_owned();
        at += 2;
    }
    Some((name, at))
}

/// The texts of a bracket that begins at `at`, and where the text goes on.
fn list(parts: &[Placed], at: usize) -> (Vec<String>, usize) {
    let mut values = Vec::new();
    let mut depth = 0_usize;
    for (index, part) in parts.iter().enumerate().skip(at) {
        if part.mark('(') {
            depth += 1;
        } else if part.mark(')') {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return (values, index + 1);
            }
        } else if let Some(text) = part.text() {
            values.push(text.to_owned());
        }
    }
    (values, parts.len())
}

impl Dump {
    /// Reads one statement; the table and columns whose rows follow where it is a `COPY … FROM stdin`.
    fn statement(&mut self, sql: &str, first: u64, job: &mut Job<'_, '_>) -> Option<(String, Vec<String>)> {
        if sql.trim().is_empty() {
            return None;
        }
        let parts = tokens(sql, first, job);
        let word = |at: usize, text: &str| parts.get(at).is_some_and(|part| part.is(text));
        let find = |text: &str| parts.iter().take(12).position(|part| part.is(text));
        if word(0, "create") && find("table").is_some_and(|at| at <= 4) {
            self.create(&parts, job);
        } else if word(0, "create") && word(1, "type") {
            if let (Some((name, at)), Some(of)) = (dotted(&parts, 2), find("enum")) {
                let (values, _) = list(&parts, of);
                let place = parts.get(at.saturating_sub(1)).map(|part| part.place(name.clone())).unwrap_or_default();
                job.column(&name, values, "type", place);
            }
        } else if word(0, "comment") && word(1, "on") {
            let text = parts.iter().rev().find_map(|part| part.text().map(|text| (text.to_owned(), part.place(String::new()))));
            if let (Some((text, mut place)), Some((name, _))) = (text, dotted(&parts, 3)) {
                place.path = Some(name.clone());
                job.piece(PieceKind::Question, &text, &name, place);
            }
        } else if word(0, "insert") || word(0, "replace") {
            self.insert(&parts, job);
        } else if word(0, "copy") {
            let (table, at) = dotted(&parts, 1)?;
            let columns = self.columns(&parts, at, &table).0;
            return parts.iter().any(|part| part.is("stdin")).then_some((table, columns));
        } else {
            // Views, functions, queries, changes: their names and texts.
            let mut seen = BTreeSet::new();
            for part in &parts {
                match &part.part {
                    Part::Word(name) if seen.insert(name.clone()) => job.piece(PieceKind::Name, name, "sql", part.place(name.clone())),
                    Part::Text(text) if text.split_whitespace().count() >= 2 => sentences(text, part.line, "sql", job),
                    _ => {}
                }
            }
        }
        None
    }

    fn create(&mut self, parts: &[Placed], job: &mut Job<'_, '_>) {
        let Some(mut at) = parts.iter().position(|part| part.is("table")).map(|at| at + 1) else { return };
        while ["if", "not", "exists"].iter().any(|word| parts.get(at).is_some_and(|part| part.is(word))) {
            at += 1;
        }
        let Some((table, next)) = dotted(parts, at) else { return };
        if let Some(part) = parts.get(at) {
            job.piece(PieceKind::Name, &table, "table", part.place(table.clone()));
        }
        let mut columns = Vec::new();
        let (mut depth, mut begins) = (0_usize, false);
        let mut column: Option<String> = None;
        let mut index = next;
        while let Some(part) = parts.get(index) {
            index += 1;
            if part.mark('(') {
                depth += 1;
                begins = depth == 1;
            } else if part.mark(')') {
                depth = depth.saturating_sub(1);
            } else if part.mark(',') {
                begins = depth == 1;
            } else if begins && depth == 1 {
                begins = false;
                let constraint = ["primary", "foreign", "unique", "key", "constraint", "check", "index", "fulltext", "exclude", "like"];
                column = None;
                if let Some(name) = part.name().filter(|name| !constraint.iter().any(|word| name.eq_ignore_ascii_case(word))) {
                    job.piece(PieceKind::Name, name, &table, part.place(format!("{table}.{name}")));
                    columns.push(name.to_owned());
                    column = Some(name.to_owned());
                }
            } else if part.is("enum") || part.is("set") || part.is("in") {
                if parts.get(index).is_some_and(|next| next.mark('(')) {
                    let (values, next) = list(parts, index);
                    // `CHECK (status IN (…))`: the column is the word before.
                    let name = column.clone().or_else(|| parts.get(index.saturating_sub(2)).and_then(|before| before.name().map(str::to_owned)));
                    let name = name.unwrap_or_default();
                    if !values.is_empty() {
                        job.column(&name, values, &table, part.place(format!("{table}.{name}")));
                    }
                    index = next;
                }
            } else if part.is("comment") {
                // MySQL: `COMMENT 'text'` behind a column, `COMMENT='text'` behind the table.
                if let Some(comment) = parts.get(index).and_then(|next| next.text().map(|text| (text.to_owned(), next)))
                {
                    let path = column.as_ref().filter(|_| depth > 0).map_or(table.clone(), |name| format!("{table}.{name}"));
                    job.piece(PieceKind::Question, &comment.0, &table, comment.1.place(path));
                    index += 1;
                }
            }
        }
        self.tables.insert(table, columns);
    }

    /// The columns named in brackets at `at`, or those that the table was declared with.
    fn columns(&self, parts: &[Placed], at: usize, table: &str) -> (Vec<String>, usize) {
        if parts.get(at).is_some_and(|part| part.mark('(')) {
            let end = parts.iter().skip(at).position(|part| part.mark(')')).map_or(parts.len(), |found| at + found);
            let names = parts.get(at..end).unwrap_or_default().iter().filter_map(|part| part.name().map(str::to_owned)).collect();
            return (names, end + 1);
        }
        (self.tables.get(table).cloned().unwrap_or_default(), at)
    }

    fn insert(&mut self, parts: &[Placed], job: &mut Job<'_, '_>) {
        let Some(at) = parts.iter().take(6).position(|part| part.is("into")) else { return };
        let Some((table, at)) = dotted(parts, at + 1) else { return };
        let (columns, at) = self.columns(parts, at, &table);
        let mut depth = 0_usize;
        let mut index = 0;
        for part in parts.get(at..).unwrap_or_default() {
            if part.mark('(') {
                depth += 1;
                if depth == 1 {
                    index = 0;
                }
            } else if part.mark(')') {
                depth = depth.saturating_sub(1);
            } else if part.mark(',') && depth == 1 {
                index += 1;
            } else if let (1, Some(text)) = (depth, part.text()) {
                let column = columns.get(index).map_or("", String::as_str);
                self.value(&table, column, text, part.line, job);
            }
        }
    }

    fn value(&mut self, table: &str, column: &str, value: &str, line: u64, job: &mut Job<'_, '_>) {
        let value = value.trim();
        if value.is_empty() || value == "\\N" || value.eq_ignore_ascii_case("null") {
            return;
        }
        if value.split_whitespace().take(TEXT_WORDS_MIN).count() >= TEXT_WORDS_MIN {
            for (start, end) in crate::text::split(value) {
                let place = Place { line: Some(line), path: Some(format!("{table}.{column}")), ..Place::default() };
                job.piece(PieceKind::Sentence, value.get(start..end).unwrap_or_default(), column, place);
            }
            return;
        }
        let (values, seen) = self.values.entry((table.to_owned(), column.to_owned())).or_default();
        if values.len() < job.limits.values_max && value.len() <= 200 && seen.insert(value.to_owned()) {
            values.push(value.to_owned());
        }
    }
}
