//! SQL: schemas and dumps. Tables, columns, comments, choices, and the rows of a dump.
//!
//! What stands between the tokens is followed loosely, because dumps are written in every dialect and a statement that is not
//! understood must not hide its names: they are handed out all the same. Rows are taken as they come, however many one
//! statement has.

mod token;

use crate::data::{Kept, TEXT_WORDS_MIN};
use crate::format::Peek;
use crate::text::{Utf8, sentences};
use crate::{DESCRIPTION_WORDS_MAX, Job, PieceKind, Place};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use token::{Lexer, Part, Token};

/// Tokens and bytes after which a statement that is no list of rows is taken in parts.
const TOKENS_MAX: usize = 100_000;
const STATEMENT_BYTES_MAX: usize = 4 << 20;
/// Columns and names remembered of a dump.
const NAMES_MAX: usize = 20_000;
/// Bodies of functions inside bodies.
const BODIES_MAX: usize = 4;

/// The words that begin a statement where the one before does not say that it ends.
const BEGINNINGS: [&str; 14] =
    ["insert", "replace", "create", "alter", "update", "delete", "drop", "truncate", "copy", "use", "exec", "execute", "declare", "grant"];
/// What may stand between `INSERT` and the table, where `INTO` is left out.
const MODIFIERS: [&str; 5] = ["low_priority", "delayed", "high_priority", "ignore", "overwrite"];
/// What stands at the beginning of a table's part that is no column.
const CONSTRAINTS: [&str; 11] =
    ["primary", "foreign", "unique", "key", "constraint", "check", "index", "fulltext", "exclude", "like", "period"];

/// What is known of a dump so far.
#[derive(Default)]
struct Dump {
    /// Columns by table in small letters, in order, as they were declared.
    tables: BTreeMap<String, Vec<String>>,
    columns: usize,
    /// Values by table and column, over all statements.
    values: BTreeMap<String, BTreeMap<String, Kept>>,
    values_columns: usize,
    /// Rows by table.
    rows: BTreeMap<String, u64>,
    values_bytes: usize,
    /// Names handed out that stand anywhere.
    names: BTreeSet<String>,
    /// Columns of which it has been said that they hold bytes.
    bytes: BTreeSet<(String, String)>,
    full: bool,
}

/// Reads a schema or dump, statement by statement.
pub(crate) fn read(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    let head = input.head().to_vec();
    let mut text = Utf8::new(input, &head);
    let mut dump = Dump::default();
    let mut lexer = Lexer::new(&mut text, 1);
    dump.statements(&mut lexer, 0, job);
    if let Some(line) = lexer.unended {
        job.unread(Place { line: Some(line), ..Place::default() }, "expected the end of a text or comment that begins here, found none");
    }
    if let Some(error) = lexer.error {
        job.unread(Place { line: Some(lexer.line), ..Place::default() }, format!("reading stopped: {}", error.kind()));
    }
    if dump.full {
        job.unread(
            Place::default(),
            "its values are more than are kept of one document; some columns were looked at in part or not at all",
        );
    }
    let rows = dump.rows;
    let all = dump.values.into_iter().flat_map(|(table, columns)| columns.into_iter().map(move |of| (table.clone(), of)));
    for (table, (column, values)) in all {
        if !values.is_empty() {
            let values = values.among(rows.get(&table).copied());
            job.column_of_rows(&column, values, &table, Place { path: Some(format!("{table}.{column}")), ..Place::default() });
        }
    }
}

/// A dotted name that begins at `at`: its last part, and where the text goes on.
fn dotted(parts: &[Token], mut at: usize) -> Option<(String, usize)> {
    let mut name = parts.get(at)?.name()?.to_owned();
    at += 1;
    while parts.get(at).is_some_and(|part| part.mark('.')) {
        // SQL Server leaves a schema out between two dots.
        at += 1;
        if let Some(next) = parts.get(at).and_then(Token::name) {
            next.clone_into(&mut name);
            at += 1;
        }
    }
    Some((name, at))
}

/// The texts of a bracket that begins at `at`, and where the text goes on.
fn list(parts: &[Token], at: usize) -> (Vec<String>, usize) {
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

fn placed(token: &Token, path: String) -> Place {
    Place { line: Some(token.line), column: Some(token.column), path: Some(path), ..Place::default() }
}

/// Hands out what a schema says of a column or table.
fn describe(text: &str, of: &str, place: &Place, job: &mut Job<'_, '_>) {
    for (start, end) in crate::text::split(text) {
        let sentence = text.get(start..end).unwrap_or_default();
        let long = sentence.split_whitespace().nth(DESCRIPTION_WORDS_MAX).is_some();
        job.piece(if long { PieceKind::Sentence } else { PieceKind::Description }, sentence, of, place.clone());
    }
}

impl Dump {
    /// Reads statements to the end. Bodies of functions are read as statements too, so many deep.
    fn statements(&mut self, lexer: &mut Lexer<'_>, depth_of_bodies: usize, job: &mut Job<'_, '_>) {
        let mut parts: Vec<Token> = Vec::new();
        let (mut bytes, mut depth) = (0, 0_usize);
        let mut waiting: Option<Token> = None;
        while let Some(token) = waiting.take().or_else(|| lexer.token()) {
            match &token.part {
                Part::Comment(text) => {
                    sentences(text.trim(), token.line, "comment", job);
                    continue;
                }
                Part::Body(text)
                    if depth_of_bodies < BODIES_MAX
                        && parts.first().is_some_and(|first| ["create", "do", "alter"].iter().any(|word| first.is(word))) =>
                {
                    let mut body = text.as_bytes();
                    self.statements(&mut Lexer::new(&mut body, token.line), depth_of_bodies + 1, job);
                    continue;
                }
                _ => {}
            }
            let ends = token.mark(';') || (token.begins && (token.is("go") || token.mark('/')) && lexer.line_is_over());
            let begins = depth == 0 && token.begins && BEGINNINGS.iter().any(|word| token.is(word));
            let rows = depth == 0 && (token.is("values") || token.is("value")) && is_insert(&parts);
            if rows {
                if let Some((table, columns)) = self.target(&parts) {
                    waiting = self.rows(lexer, &table, &columns, job);
                }
                parts.clear();
                bytes = 0;
                continue;
            }
            if ends || begins || parts.len() >= TOKENS_MAX || bytes > STATEMENT_BYTES_MAX {
                let copied = self.statement(&parts, job);
                let is_csv = parts.iter().any(|part| part.is("csv"));
                parts.clear();
                (bytes, depth) = (0, 0);
                if let Some((table, columns)) = copied {
                    self.copied(lexer, &table, &columns, is_csv, job);
                }
            }
            if !ends {
                depth = match token.part {
                    Part::Mark('(') => depth + 1,
                    Part::Mark(')') => depth.saturating_sub(1),
                    _ => depth,
                };
                bytes += token.len();
                parts.push(token);
            }
        }
        self.statement(&parts, job);
    }

    /// Reads one statement; the table and columns whose rows follow where it is a `COPY … FROM stdin`.
    fn statement(&mut self, parts: &[Token], job: &mut Job<'_, '_>) -> Option<(String, Vec<String>)> {
        let word = |at: usize, text: &str| parts.get(at).is_some_and(|part| part.is(text));
        let find = |text: &str| parts.iter().take(12).position(|part| part.is(text));
        if word(0, "create") && find("table").is_some_and(|at| at <= 4) {
            self.create(parts, job);
        } else if word(0, "create") && word(1, "type") && find("enum").is_some() {
            if let (Some((name, at)), Some(of)) = (dotted(parts, 2), find("enum")) {
                let (values, _) = list(parts, of);
                let place = parts.get(at.saturating_sub(1)).map(|part| placed(part, name.clone())).unwrap_or_default();
                job.column(&name, values, "type", place);
            }
        } else if word(0, "comment") && word(1, "on") {
            let text = parts.iter().rev().find_map(|part| part.text().map(|text| (text, part)));
            if let (Some((text, part)), Some((name, at))) = (text, dotted(parts, 3)) {
                // Of a column: the name before the last dot is its table's.
                let table = at.checked_sub(3).and_then(|before| parts.get(before)).and_then(Token::name).filter(|_| word(2, "column"));
                let path = table.map_or_else(|| name.clone(), |table| format!("{table}.{name}"));
                describe(text, &name, &placed(part, path), job);
            }
        } else if word(0, "copy") {
            let (table, at) = dotted(parts, 1)?;
            let columns = self.columns(parts, at, &table).0;
            return parts.iter().any(|part| part.is("stdin")).then_some((table, columns));
        } else {
            self.other(parts, job);
        }
        None
    }

    /// Views, functions, queries, changes: their names and texts, and what is set or compared.
    fn other(&mut self, parts: &[Token], job: &mut Job<'_, '_>) {
        let of = |word: &str| parts.first().is_some_and(|first| first.is(word));
        let table = match () {
            () if of("update") => dotted(parts, 1),
            () if of("alter") => parts.iter().take(4).position(|part| part.is("table")).and_then(|at| dotted(parts, at + 1)),
            () if is_insert(parts) => self.target(parts).map(|(table, _)| (table, 0)),
            () => None,
        };
        if let Some((table, _)) = &table {
            // `INSERT INTO table SET name = 'text'` is a row; what others compare or change is in nobody knows how many.
            let is_row = is_insert(parts) && parts.iter().any(|part| part.is("set")) && !parts.iter().any(|part| part.is("select"));
            if is_row {
                self.row(table);
            }
            self.compared(table, parts, is_row, job);
        }
        if let Some(at) = parts.iter().position(|part| part.text() == Some("MS_Description")) {
            return described_by_procedure(parts.get(at + 1..).unwrap_or_default(), job);
        }
        let context = table.map_or_else(|| "sql".to_owned(), |(table, _)| table);
        let mut parts = parts.iter().peekable();
        while let Some(part) = parts.next() {
            match &part.part {
                // `LANGUAGE plpgsql` says what a body is written in, and is no name.
                Part::Word(word) if word.eq_ignore_ascii_case("language") && parts.peek().is_some_and(|next| next.name().is_some()) => {}
                Part::Word(name) | Part::Quoted(name)
                    if name.len() <= 200 && (self.names.len() >= NAMES_MAX || self.names.insert(name.clone())) =>
                {
                    job.piece(PieceKind::Name, name, &context, placed(part, name.clone()));
                }
                Part::Text(text) | Part::Body(text) if text.split_whitespace().nth(1).is_some() => sentences(text, part.line, "sql", job),
                _ => {}
            }
        }
    }

    /// Takes `name = 'text'` for a value, as it stands in checks, changes and `INSERT … SET`.
    fn compared(&mut self, table: &str, parts: &[Token], is_row: bool, job: &mut Job<'_, '_>) {
        for three in parts.windows(3) {
            if let [name, equals, text] = three
                && equals.mark('=')
                && let (Some(name), Part::Text(text)) = (name.name(), &text.part)
            {
                self.value((table, name), text, u64::from(is_row), equals.line, job);
            }
        }
    }

    fn create(&mut self, parts: &[Token], job: &mut Job<'_, '_>) {
        let Some(mut at) = parts.iter().position(|part| part.is("table")).map(|at| at + 1) else { return };
        while ["if", "not", "exists"].iter().any(|word| parts.get(at).is_some_and(|part| part.is(word))) {
            at += 1;
        }
        let Some((table, next)) = dotted(parts, at) else { return };
        if let Some(part) = parts.get(at) {
            job.piece(PieceKind::Name, &table, "table", placed(part, table.clone()));
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
                column = None;
                if let Some(name) = part.name().filter(|_| !CONSTRAINTS.iter().any(|word| part.is(word))) {
                    job.piece(PieceKind::Name, name, &table, placed(part, format!("{table}.{name}")));
                    columns.push(name.to_owned());
                    column = Some(name.to_owned());
                }
            } else if part.is("enum") || part.is("set") || part.is("in") {
                if parts.get(index).is_some_and(|next| next.mark('(')) {
                    let (values, next) = list(parts, index);
                    // `CHECK (status IN (…))`: the column is the word before.
                    let before = || parts.get(index.checked_sub(2)?).and_then(Token::name).map(str::to_owned);
                    let name = column.clone().or_else(before).unwrap_or_default();
                    if !values.is_empty() {
                        job.column(&name, values, &table, placed(part, format!("{table}.{name}")));
                    }
                    index = next;
                }
            } else if part.is("comment") {
                // MySQL: `COMMENT 'text'` behind a column, `COMMENT='text'` behind the table.
                let at = index + usize::from(parts.get(index).is_some_and(|next| next.mark('=')));
                if let Some((text, next)) = parts.get(at).and_then(|next| next.text().map(|text| (text, next))) {
                    let column = column.as_deref().filter(|_| depth > 0);
                    let path = column.map_or_else(|| table.clone(), |name| format!("{table}.{name}"));
                    describe(text, column.unwrap_or(&table), &placed(next, path), job);
                    index = at + 1;
                }
            }
        }
        self.compared(&table, parts, false, job);
        self.columns += columns.len();
        if self.columns <= NAMES_MAX {
            self.tables.insert(table.to_lowercase(), columns);
        }
    }

    /// The columns named in brackets at `at`, or those that the table was declared with.
    fn columns(&self, parts: &[Token], at: usize, table: &str) -> (Vec<String>, usize) {
        if parts.get(at).is_some_and(|part| part.mark('(')) {
            let end = parts.iter().skip(at).position(|part| part.mark(')')).map_or(parts.len(), |found| at + found);
            let names = parts.get(at..end).unwrap_or_default().iter().filter_map(|part| part.name().map(str::to_owned)).collect();
            return (names, end + 1);
        }
        (self.tables.get(&table.to_lowercase()).cloned().unwrap_or_default(), at)
    }

    /// The table that an `INSERT` fills, and its columns.
    fn target(&self, parts: &[Token]) -> Option<(String, Vec<String>)> {
        let at = match parts.iter().take(6).rposition(|part| part.is("into")) {
            Some(into) => into + 1,
            None => parts.iter().enumerate().skip(1).find(|(_, part)| !MODIFIERS.iter().any(|word| part.is(word)))?.0,
        };
        let (table, at) = dotted(parts, at)?;
        let columns = self.columns(parts, at, &table).0;
        Some((table, columns))
    }

    /// Reads the rows behind `VALUES`, as many as there are; gives back the token that is none of them.
    fn rows(&mut self, lexer: &mut Lexer<'_>, table: &str, columns: &[String], job: &mut Job<'_, '_>) -> Option<Token> {
        let (mut depth, mut index) = (0_usize, 0);
        while let Some(token) = lexer.token() {
            match &token.part {
                Part::Comment(text) => sentences(text.trim(), token.line, "comment", job),
                Part::Mark('(') => {
                    depth += 1;
                    if depth == 1 {
                        index = 0;
                        self.row(table);
                    }
                }
                Part::Mark(')') => depth = depth.saturating_sub(1),
                Part::Mark(',') if depth == 1 => index += 1,
                Part::Mark(';') => return None,
                Part::Word(_) if depth == 0 && !token.is("row") => return Some(token),
                Part::Bytes if depth > 0 => self.has_bytes(table, &column(columns, index), token.line, job),
                _ if depth > 0 => {
                    // A number inside a call says how long or how exact.
                    if let Some(text) = token.text().filter(|_| depth == 1 || !matches!(token.part, Part::Number(_))) {
                        self.value((table, &column(columns, index)), text, 1, token.line, job);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Reads the rows behind a `COPY … FROM stdin;`.
    fn copied(&mut self, lexer: &mut Lexer<'_>, table: &str, columns: &[String], is_csv: bool, job: &mut Job<'_, '_>) {
        let separator = if is_csv { ',' } else { '\t' };
        while matches!(lexer.until(&['\n']), (_, None)) && !lexer.is_over() {}
        let (mut index, mut begins) = (0, true);
        while !lexer.is_over() {
            let line = lexer.line;
            let (cell, end) = if is_csv { lexer.cell(separator) } else { lexer.until(&[separator, '\n']) };
            let cell = cell.strip_suffix('\r').unwrap_or(&cell);
            if index == 0 && cell == "\\." {
                return;
            }
            if std::mem::take(&mut begins) {
                self.row(table);
            }
            let cell = if is_csv { cell.to_owned() } else { unescaped(cell) };
            self.value((table, &column(columns, index)), &cell, 1, line, job);
            match end {
                Some('\n') => (index, begins) = (0, true),
                Some(_) => index += 1,
                // A part of a long cell.
                None => {}
            }
        }
    }

    /// Says of a column, once, that it holds bytes.
    fn has_bytes(&mut self, table: &str, column: &str, line: u64, job: &mut Job<'_, '_>) {
        if self.bytes.len() < NAMES_MAX && self.bytes.insert((table.to_owned(), column.to_owned())) {
            let place = Place { line: Some(line), path: Some(format!("{table}.{column}")), ..Place::default() };
            job.unread(place, "it holds bytes, which are not read");
        }
    }

    /// Counts a row of a table.
    fn row(&mut self, table: &str) {
        if let Some(rows) = self.rows.get_mut(table) {
            *rows += 1;
        } else if self.rows.len() < NAMES_MAX {
            self.rows.insert(table.to_owned(), 1);
        }
    }

    /// Takes a value, which is that of so many rows.
    fn value(&mut self, (table, column): (&str, &str), value: &str, rows: u64, line: u64, job: &mut Job<'_, '_>) {
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
        let known = self.values.get_mut(table).and_then(|columns| columns.get_mut(column));
        let kept = match known {
            Some(kept) => kept,
            None if self.values_columns >= NAMES_MAX => {
                self.full = true;
                return;
            }
            None => {
                self.values_columns += 1;
                self.values.entry(table.to_owned()).or_default().entry(column.to_owned()).or_default()
            }
        };
        self.full |= !kept.take(value, rows, job.limits.values_max, &mut self.values_bytes);
    }
}

/// Whether a statement puts rows into a table; Oracle puts several in one.
fn is_insert(parts: &[Token]) -> bool {
    parts.first().is_some_and(|first| ["insert", "replace", "into"].iter().any(|word| first.is(word)))
}

/// The name of a column by its position; where nothing names it, its number.
fn column(columns: &[String], index: usize) -> Cow<'_, str> {
    columns.get(index).map_or_else(|| Cow::Owned(format!("column {}", index + 1)), |name| Cow::Borrowed(name.as_str()))
}

/// A cell as `COPY` writes it, read back.
fn unescaped(cell: &str) -> String {
    if cell == "\\N" || !cell.contains('\\') {
        return cell.to_owned();
    }
    let mut text = String::with_capacity(cell.len());
    let mut chars = cell.chars();
    while let Some(c) = chars.next() {
        text.push(match c {
            '\\' => match chars.next() {
                Some('n' | 'r') => '\n',
                Some('t') => '\t',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        });
    }
    text
}

/// SQL Server's way to comment: a text, then kinds and names of what it is about.
fn described_by_procedure(parts: &[Token], job: &mut Job<'_, '_>) {
    let mut texts = parts.iter().filter_map(|part| if let Part::Text(text) = &part.part { Some((text.as_str(), part)) } else { None });
    let Some((said, part)) = texts.next() else { return };
    let about: Vec<&str> = texts.map(|(text, _)| text).collect();
    let named = |kind: &str| about.iter().position(|text| text.eq_ignore_ascii_case(kind)).and_then(|at| about.get(at + 1)).copied();
    let path: Vec<&str> = [named("table"), named("view"), named("column")].into_iter().flatten().collect();
    describe(said, path.last().copied().unwrap_or_default(), &placed(part, path.join(".")), job);
}
