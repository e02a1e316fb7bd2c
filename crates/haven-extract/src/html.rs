//! HTML and the templates that make it: labels, names, choices, hints, text.
//!
//! A template's own tags (`<% %>`, `{% %}`, `{{ }}`, `<?php ?>`) are read as program text and blanked out; what is left is
//! tokenised as a browser would. No tree is built: a label belongs to the text between its tags, a choice to its list.

use crate::code::{self, Counter, Family};
use crate::format::Peek;
use crate::text::{decode, sentences};
use crate::{Job, PieceKind, Place};
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};
use std::collections::{BTreeMap, HashSet};

/// Words up to which a text inside a form that does not end a sentence is a label.
const LABEL_WORDS_MAX: usize = 24;

/// Attributes that a person reads.
const SAID: [&str; 8] = ["placeholder", "aria-label", "title", "alt", "label", "data-label", "data-question", "aria-description"];
/// Attributes that name data.
const NAMED: [&str; 8] = ["name", "id", "for", "v-model", "ng-model", "data-field", "formcontrolname", "x-model"];
/// Elements that do not end a line of text.
const INLINE: [&str; 22] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u",
    "wbr",
];
/// Elements whose text is a question or a label.
const ASKS: [&str; 6] = ["label", "legend", "th", "caption", "dt", "summary"];
/// Elements whose text stands above what follows.
const HEADS: [&str; 7] = ["h1", "h2", "h3", "h4", "h5", "h6", "title"];

/// Reads a page or template.
pub(crate) fn read(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    if let Some(bytes) = job.whole(input) {
        fragment(&decode(&bytes), 1, job);
    }
}

/// Reads HTML that begins on line `line` of the document.
pub(crate) fn fragment(source: &str, line: u64, job: &mut Job<'_, '_>) {
    let mut names = HashSet::new();
    let html = blank(source, line, &mut names, job);
    let mut page = Page {
        counter: Counter { text: &html, at: 0, line, start: 0, column: 1 },
        text: String::new(),
        start: 0,
        block: String::new(),
        heading: String::new(),
        forms: 0,
        label: 0,
        select: None,
        groups: BTreeMap::new(),
        option: None,
        names,
    };
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut program: Option<usize> = None;
    for token in Tokenizer::new_with_emitter(html.as_str(), emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                page.open(&name, &tag, job);
                program = (name == "script" || name == "style").then_some(usize::from(name == "script"));
            }
            Token::EndTag(tag) => {
                program = None;
                page.close(&String::from_utf8_lossy(&tag.name), job);
            }
            Token::String(string) => match program {
                Some(1) => {
                    let at = page.counter.place(string.span.start);
                    code::scan(&String::from_utf8_lossy(&string.value), at, Family::Slashes, &mut page.names, job);
                }
                Some(_) => {}
                None => page.write(&String::from_utf8_lossy(&string.value), string.span.start),
            },
            Token::Comment(comment) => {
                let (line, _) = page.counter.place(comment.span.start);
                sentences(String::from_utf8_lossy(&comment.value).trim(), line, "comment", job);
            }
            Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    page.flush(job);
    page.lists(job);
}

struct Page<'a> {
    counter: Counter<'a>,
    /// The text of the block so far, and where it began.
    text: String,
    start: usize,
    /// The element whose text it is.
    block: String,
    heading: String,
    forms: usize,
    label: usize,
    /// The list of choices being read: its name, place and choices.
    select: Option<(String, Place, Vec<String>)>,
    /// Radio buttons and check boxes by their name.
    groups: BTreeMap<String, (Place, Vec<String>)>,
    option: Option<String>,
    names: HashSet<String>,
}

impl Page<'_> {
    fn place(&mut self, offset: usize) -> Place {
        let (line, column) = self.counter.place(offset);
        Place { line: Some(line), column: Some(column), ..Place::default() }
    }

    fn open(&mut self, name: &str, tag: &StartTag<usize>, job: &mut Job<'_, '_>) {
        let attribute = |wanted: &str| {
            tag.attributes.iter().find(|(name, _)| name.as_slice() == wanted.as_bytes()).map(|(_, value)| String::from_utf8_lossy(value).into_owned())
        };
        if !INLINE.contains(&name) && name != "br" {
            self.flush(job);
            self.block = name.to_owned();
        } else if name == "br" {
            self.text.push(' ');
        }
        let place = self.place(tag.span.start);
        for wanted in NAMED {
            if let Some(value) = attribute(wanted)
                && self.names.insert(format!("={value}"))
            {
                let Place { line, column, .. } = place.clone();
                job.piece(PieceKind::Name, value.trim(), name, Place { line, column, ..Place::default() });
            }
        }
        for wanted in SAID {
            if let Some(value) = attribute(wanted) {
                job.piece(PieceKind::Question, &value, &self.heading, place.clone());
            }
        }
        match name {
            "form" | "fieldset" => self.forms += 1,
            "label" | "legend" => self.label += 1,
            "select" | "datalist" => {
                let named = attribute("name").or_else(|| attribute("id")).unwrap_or_default();
                self.select = Some((named, place, Vec::new()));
            }
            "option" => {
                self.choice(job);
                self.option = Some(String::new());
            }
            "input" | "button" => {
                let kind = attribute("type").unwrap_or_default().to_ascii_lowercase();
                match (kind.as_str(), attribute("name"), attribute("value")) {
                    ("radio" | "checkbox", Some(group), Some(value)) => {
                        self.groups.entry(group).or_insert((place, Vec::new())).1.push(value);
                    }
                    ("submit" | "button", _, Some(value)) => job.piece(PieceKind::Question, &value, &self.heading, place),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str, job: &mut Job<'_, '_>) {
        if INLINE.contains(&name) {
            return;
        }
        if matches!(name, "option" | "select" | "datalist") {
            self.choice(job);
        }
        self.flush(job);
        match name {
            "form" | "fieldset" => self.forms = self.forms.saturating_sub(1),
            "label" | "legend" => self.label = self.label.saturating_sub(1),
            "select" | "datalist" => {
                if let Some((name, place, choices)) = self.select.take() {
                    job.column(&name, choices, &self.heading, place);
                }
            }
            _ => {}
        }
        self.block.clear();
    }

    /// Ends a choice, whose own end is often left out.
    fn choice(&mut self, job: &Job<'_, '_>) {
        if let (Some(text), Some((_, _, choices))) = (self.option.take(), self.select.as_mut()) {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if !text.is_empty() && choices.len() < job.limits.values_max {
                choices.push(text);
            }
        }
    }

    fn write(&mut self, text: &str, start: usize) {
        if let Some(option) = &mut self.option {
            option.push_str(text);
            return;
        }
        if self.text.trim().is_empty() {
            self.text.clear();
            self.start = start + (text.len() - text.trim_start().len());
        }
        self.text.push_str(text);
    }

    /// Hands out the text of a block.
    fn flush(&mut self, job: &mut Job<'_, '_>) {
        let text = std::mem::take(&mut self.text);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() || !text.chars().any(char::is_alphabetic) {
            return;
        }
        let place = self.place(self.start);
        let short = text.split_whitespace().count() <= LABEL_WORDS_MAX && !text.ends_with(['.', '。', '۔', '।']);
        let heading = HEADS.contains(&self.block.as_str());
        if self.label > 0 || ASKS.contains(&self.block.as_str()) || (self.forms > 0 && short && !heading) {
            job.piece(PieceKind::Question, &text, &self.heading, place);
        } else if short && (self.block == "td" || self.block == "li") && text.ends_with(':') {
            job.piece(PieceKind::Question, &text, &self.heading, place);
        } else {
            let (line, column) = (place.line.unwrap_or(1), place.column);
            for (start, end) in crate::text::split(&text) {
                let sentence = text.get(start..end).unwrap_or_default();
                let asks = sentence.ends_with(['?', '？', '؟']);
                let kind = if asks { PieceKind::Question } else { PieceKind::Sentence };
                job.piece(kind, sentence, &self.heading, Place { line: Some(line), column, ..Place::default() });
            }
        }
        if heading || self.block == "legend" {
            self.heading = text;
        }
    }

    /// Hands out the groups of buttons, once their values are all there.
    fn lists(&mut self, job: &mut Job<'_, '_>) {
        for (name, (place, values)) in std::mem::take(&mut self.groups) {
            job.column(&name, values, "", place);
        }
    }
}

/// Reads what stands between a template's own tags as program text, and puts spaces in its place.
fn blank(source: &str, line: u64, names: &mut HashSet<String>, job: &mut Job<'_, '_>) -> String {
    const TAGS: [(&str, &str); 6] = [("<%", "%>"), ("{%", "%}"), ("{{", "}}"), ("<?", "?>"), ("{#", "#}"), ("${", "}")];
    let mut out = String::with_capacity(source.len());
    let mut counter = Counter { text: source, at: 0, line, start: 0, column: 1 };
    let mut at = 0;
    while let Some((start, (open, close))) = TAGS
        .iter()
        .filter_map(|tag| source.get(at..).and_then(|rest| rest.find(tag.0)).map(|found| (at + found, *tag)))
        .min_by_key(|(start, _)| *start)
    {
        out.push_str(source.get(at..start).unwrap_or_default());
        let inside = source.get(start + open.len()..).unwrap_or_default();
        let length = inside.find(close).unwrap_or(inside.len());
        let code = inside.get(..length).unwrap_or_default();
        let (line, column) = counter.place(start);
        if open == "{#" || code.starts_with("xml") {
            sentences(code, line, "comment", job);
        } else {
            let program = code.trim_start_matches(['=', '-', '!', '#', '/', '>', '^', '&']);
            let column = column + (open.len() + code.len() - program.len()) as u64;
            code::scan(program, (line, column), if open == "<%" { Family::Hash } else { Family::Both }, names, job);
        }
        let end = (start + open.len() + length + close.len()).min(source.len());
        // As many bytes as before, so that places stay.
        out.extend(source.get(start..end).unwrap_or_default().bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        at = end;
    }
    out.push_str(source.get(at..).unwrap_or_default());
    out
}
