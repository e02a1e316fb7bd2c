//! What definitions in SQL name: the values of checks, defaults and enumerations, and SQLite's comments.
//!
//! A statement is only cut into words here. Databases print checks in forms of their own (casts, character sets, lists as
//! arrays), and what is wanted of them are the words between quotes.

/// A word of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// A name or keyword.
    Word(String),
    /// A name in quotes.
    Name(String),
    /// A value in quotes.
    Text(String),
    /// Anything else.
    Mark(char),
    /// A comment, and whether it stands on a line of its own.
    Comment(String, bool),
}

/// What differs in how definitions are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writing {
    /// As the standard has it.
    Standard,
    /// A backslash escapes, and quotes may be escaped once more.
    Backslash,
    /// Names may stand in brackets.
    Brackets,
}

/// Cuts a definition into words.
pub(crate) fn tokens(text: &str, writing: Writing) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    let mut new_line = false;
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let token = match c {
            '\n' => {
                new_line = true;
                continue;
            }
            c if c.is_whitespace() => continue,
            '-' if next == Some('-') => {
                let mut comment = String::new();
                while let Some(c) = chars.next_if(|c| *c != '\n') {
                    comment.push(c);
                }
                Token::Comment(comment.trim_start_matches('-').trim().to_owned(), new_line)
            }
            '/' if next == Some('*') => {
                chars.next();
                let mut comment = String::new();
                while let Some(c) = chars.next() {
                    if c == '*' && chars.next_if_eq(&'/').is_some() {
                        break;
                    }
                    comment.push(c);
                }
                Token::Comment(comment.trim_matches('*').trim().to_owned(), new_line)
            }
            '\'' => Token::Text(quoted(&mut chars, '\'', writing)),
            // MySQL prints `_utf8mb4\'value\'`.
            '\\' if writing == Writing::Backslash && next == Some('\'') => {
                chars.next();
                let mut value = quoted(&mut chars, '\'', Writing::Standard);
                value.truncate(value.trim_end_matches('\\').len());
                Token::Text(value)
            }
            '"' => Token::Name(quoted(&mut chars, '"', Writing::Standard)),
            '`' => Token::Name(quoted(&mut chars, '`', Writing::Standard)),
            '[' if writing == Writing::Brackets => Token::Name(quoted(&mut chars, ']', Writing::Standard)),
            c if c.is_alphanumeric() || c == '_' => {
                let mut word = String::from(c);
                while let Some(c) = chars.next_if(|c| c.is_alphanumeric() || matches!(c, '_' | '$')) {
                    word.push(c);
                }
                Token::Word(word)
            }
            c => Token::Mark(c),
        };
        tokens.push(token);
        new_line = false;
    }
    tokens
}

fn quoted(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, end: char, writing: Writing) -> String {
    let mut text = String::new();
    while let Some(c) = chars.next() {
        if c == end {
            if chars.next_if_eq(&end).is_none() {
                break;
            }
            text.push(end);
        } else if c == '\\' && writing == Writing::Backslash {
            text.extend(chars.next());
        } else {
            text.push(c);
        }
    }
    text
}

/// The values that an expression names, each with the column named before it.
pub(crate) fn listed(tokens: &[Token], columns: &[String]) -> Vec<(String, String)> {
    let mut listed = Vec::new();
    let mut of: Option<&String> = None;
    let mut is_pattern = false;
    let mut colons = 0;
    for token in tokens {
        match token {
            // The type of a cast.
            Token::Word(_) | Token::Name(_) if colons == 2 => {}
            Token::Word(word) => match word.to_ascii_lowercase().as_str() {
                "like" | "ilike" | "similar" | "regexp" | "rlike" | "glob" | "match" => is_pattern = true,
                _ => {
                    if let Some(column) = columns.iter().find(|column| column.eq_ignore_ascii_case(word)) {
                        (of, is_pattern) = (Some(column), false);
                    }
                }
            },
            Token::Name(name) => {
                if let Some(column) = columns.iter().find(|column| column.eq_ignore_ascii_case(name)) {
                    (of, is_pattern) = (Some(column), false);
                }
            }
            Token::Mark('~') => is_pattern = true,
            Token::Text(value) => {
                if let (Some(column), false) = (of, is_pattern) {
                    listed.push((column.clone(), value.clone()));
                }
            }
            Token::Mark(_) | Token::Comment(..) => {}
        }
        colons = if matches!(token, Token::Mark(':')) { colons + 1 } else { 0 };
    }
    listed
}

/// The value of a default that is one, and no expression.
pub(crate) fn default(text: &str, writing: Writing) -> Option<String> {
    let mut tokens = tokens(text, writing).into_iter().skip_while(|token| matches!(token, Token::Mark('(')));
    match tokens.next() {
        Some(Token::Text(value)) => Some(value),
        _ => None,
    }
}

/// What the statement says that made a table of SQLite, and that its catalogue does not.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Made {
    /// Comments, by column; of the table itself without one.
    pub comments: Vec<(Option<String>, String)>,
    /// What stands in the brackets behind each `CHECK`.
    pub checks: Vec<Vec<Token>>,
}

impl Made {
    /// Reads a `CREATE TABLE`. A comment is of the definition that it stands behind on the same line, or above.
    pub fn read(sql: &str) -> Self {
        let tokens = tokens(sql, Writing::Brackets);
        let mut made = Self::default();
        let mut waiting: Vec<String> = Vec::new();
        let mut owner: Option<String> = None;
        let mut depth = 0_usize;
        let mut begins = false;
        for (at, token) in tokens.iter().enumerate() {
            match token {
                Token::Comment(comment, own_line) => {
                    if *own_line {
                        waiting.push(comment.clone());
                    } else {
                        made.comments.push((owner.clone(), comment.clone()));
                    }
                }
                Token::Mark('(') => {
                    depth += 1;
                    begins |= depth == 1;
                }
                Token::Mark(')') => depth = depth.saturating_sub(1),
                Token::Mark(',') => begins |= depth == 1,
                Token::Word(word) | Token::Name(word) => {
                    let is_word = matches!(token, Token::Word(_));
                    let keyword = if is_word { word.to_ascii_uppercase() } else { String::new() };
                    if begins {
                        begins = false;
                        let is_rule = matches!(keyword.as_str(), "CONSTRAINT" | "PRIMARY" | "UNIQUE" | "CHECK" | "FOREIGN");
                        owner = (!is_rule).then(|| word.clone());
                        made.comments.extend(waiting.drain(..).map(|comment| (owner.clone(), comment)));
                    }
                    if keyword == "CHECK" {
                        made.checks.push(bracketed(tokens.get(at + 1..).unwrap_or_default()));
                    }
                }
                Token::Text(_) | Token::Mark(_) => {}
            }
        }
        made.comments.extend(waiting.drain(..).map(|comment| (owner.clone(), comment)));
        made
    }
}

/// What stands between the first bracket and its end.
fn bracketed(tokens: &[Token]) -> Vec<Token> {
    let mut depth = 0_usize;
    let mut inside = Vec::new();
    for token in tokens {
        match token {
            Token::Mark('(') => depth += 1,
            Token::Mark(')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            break;
        }
        inside.push(token.clone());
    }
    inside
}
