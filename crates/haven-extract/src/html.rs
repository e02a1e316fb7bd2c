//! HTML and the templates that make it: labels, names, choices, hints, text.
//!
//! A template's own tags (`<% %>`, `{% %}`, `{{ }}`, `<?php ?>`) are read as program text and blanked out; what is left is
//! tokenised as a browser would. No tree is built: a label belongs to the text between its tags, a choice to its list.

use crate::code::{self, Counter, Family};
use crate::format::Peek;
use crate::text::{decode, sentences};
use crate::{Job, PieceKind, Place, label};
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
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "small", "span", "strong", "sub",
    "sup", "u", "wbr",
];
/// Elements whose text is a question or a label.
const ASKS: [&str; 6] = ["label", "legend", "th", "caption", "dt", "summary"];
/// Words of a block outside of forms that is a label though nothing to fill in follows.
const ALONE_WORDS_MAX: usize = 4;
/// Kinds of inputs that nobody fills in.
const NOT_FILLED_IN: [&str; 5] = ["hidden", "submit", "button", "image", "reset"];
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
        lines: Vec::new(),
        links: 0,
        linked: 0,
        preformatted: false,
        ticked: false,
        held: None,
        waiting: label::Waiting::default(),
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
    page.flush(false, job);
    page.release(false, job);
    page.lists(job);
}

/// What is known of a text in a block.
struct Unit {
    heading: bool,
    is_link: bool,
    ticked: bool,
    filled_in: bool,
}

struct Page<'a> {
    counter: Counter<'a>,
    /// The lines of the block so far, and where each began.
    lines: Vec<(usize, String)>,
    /// Links that are open, and how many letters of the block stand in links.
    links: usize,
    linked: usize,
    preformatted: bool,
    /// Whether something to tick stands before the text.
    ticked: bool,
    /// A short text that is a label if something to fill in follows.
    held: Option<(String, Place)>,
    /// Choices that may go on in the next block.
    waiting: label::Waiting,
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
            tag.attributes
                .iter()
                .find(|(name, _)| name.as_slice() == wanted.as_bytes())
                .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
        };
        let kind = attribute("type").unwrap_or_default().to_ascii_lowercase();
        match name {
            "input" | "select" | "textarea" if !NOT_FILLED_IN.contains(&kind.as_str()) => {
                self.flush(true, job);
                self.release(true, job);
                self.ticked = matches!(kind.as_str(), "radio" | "checkbox");
            }
            "br" => self.lines.push((tag.span.end, String::new())),
            "a" => self.links += 1,
            _ if INLINE.contains(&name) => {}
            _ => {
                self.flush(false, job);
                self.block = name.to_owned();
            }
        }
        self.preformatted |= name == "pre";
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
            "input" | "button" => match (kind.as_str(), attribute("name"), attribute("value")) {
                ("radio" | "checkbox", Some(group), Some(value)) => {
                    self.groups.entry(group).or_insert((place, Vec::new())).1.push(value);
                }
                ("submit" | "button", _, Some(value)) => job.piece(PieceKind::Question, &value, &self.heading, place),
                _ => {}
            },
            _ => {}
        }
    }

    fn close(&mut self, name: &str, job: &mut Job<'_, '_>) {
        if name == "a" {
            self.links = self.links.saturating_sub(1);
        }
        if INLINE.contains(&name) {
            return;
        }
        if matches!(name, "option" | "select" | "datalist") {
            self.choice(job);
        }
        self.flush(false, job);
        self.preformatted &= name != "pre";
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
        self.linked += if self.links > 0 { text.chars().filter(|c| c.is_alphabetic()).count() } else { 0 };
        let mut at = start;
        for (index, line) in text.split('\n').enumerate() {
            // But where it was written so, the end of a line in the source is a blank.
            let begins = index == 0 || self.preformatted;
            match self.lines.last_mut() {
                Some((_, open)) if !begins || (index == 0 && !open.trim().is_empty()) => {
                    open.push(' ');
                    open.push_str(line);
                }
                Some((from, open)) if index == 0 => {
                    *from = at + (line.len() - line.trim_start().len());
                    open.push_str(line);
                }
                _ => self.lines.push((at + (line.len() - line.trim_start().len()), line.to_owned())),
            }
            at += line.len() + 1;
        }
    }

    /// Hands out the text of a block, whether something to fill in follows it or not.
    fn flush(&mut self, filled_in: bool, job: &mut Job<'_, '_>) {
        let lines: Vec<(usize, String)> = std::mem::take(&mut self.lines)
            .into_iter()
            .map(|(start, line)| (start, line.split_whitespace().collect::<Vec<_>>().join(" ")))
            .filter(|(_, line)| label::has_letters(line))
            .collect();
        let letters: usize = lines.iter().map(|(_, line)| line.chars().filter(|c| c.is_alphabetic()).count()).sum();
        let is_link = std::mem::take(&mut self.linked) * 5 > letters * 4;
        if lines.is_empty() {
            return;
        }
        let ticked = std::mem::take(&mut self.ticked);
        let heading = HEADS.contains(&self.block.as_str());
        let said = lines.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join(" ");
        let labels = self.label > 0 || ASKS.contains(&self.block.as_str());
        if labels {
            if let Some((start, _)) = lines.first() {
                let place = self.place(*start);
                self.ask(&said, place, job);
            }
        } else {
            let laid: Vec<label::Line<'_>> =
                lines.iter().map(|(_, line)| label::Line { text: line, width: 1.0, room: f64::INFINITY }).collect();
            let units = label::units(&laid);
            let last = units.len().saturating_sub(1);
            for (index, unit) in units.into_iter().enumerate() {
                let text = lines.get(unit.clone()).unwrap_or_default().iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join(" ");
                let Some((start, _)) = lines.get(unit.start) else { continue };
                let place = self.place(*start);
                self.unit(
                    &text,
                    place,
                    Unit { heading, is_link, ticked: ticked && index == 0, filled_in: filled_in && index == last },
                    job,
                );
            }
        }
        if heading || self.block == "legend" {
            self.heading = said;
        }
    }

    /// Hands out what stands together in a block: a label or its sentences.
    fn unit(&mut self, text: &str, place: Place, unit: Unit, job: &mut Job<'_, '_>) {
        // A heading's colon asks nothing.
        let asked = if unit.heading { Vec::new() } else { label::asked(text) };
        let several = crate::text::split(text).len() > 1;
        let short = text.split_whitespace().count() <= LABEL_WORDS_MAX && !label::ends_sentence(text) && !several;
        let may_be = !unit.heading && !unit.is_link && label::may_be_label(text);
        let alone = self.block == "td" || label::words(text) <= ALONE_WORDS_MAX;
        if !asked.is_empty() {
            self.say_held(false, job);
            label::hand_out(asked, &self.heading, &place, &mut self.waiting, job);
        } else if (short && (unit.ticked || unit.filled_in || (self.forms > 0 && !unit.heading && !unit.is_link))) || (may_be && alone) {
            self.ask(text, place, job);
        } else if may_be && !several && !label::ends_question(text) {
            self.release(false, job);
            self.held = Some((text.to_owned(), place));
        } else {
            self.release(false, job);
            self.say(text, &place, unit.filled_in, job);
        }
    }

    fn ask(&mut self, text: &str, place: Place, job: &mut Job<'_, '_>) {
        self.release(false, job);
        let asked = label::bare(text);
        job.piece(PieceKind::Question, &asked, &self.heading, place);
        self.waiting.follow(&asked);
    }

    /// Hands out what waited for what follows it: a list of choices, a short text.
    fn release(&mut self, filled_in: bool, job: &mut Job<'_, '_>) {
        self.waiting.flush(job);
        self.say_held(filled_in, job);
    }

    /// Hands out a short text that was held until it was known what follows it.
    fn say_held(&mut self, filled_in: bool, job: &mut Job<'_, '_>) {
        if let Some((text, place)) = self.held.take() {
            if filled_in {
                job.piece(PieceKind::Question, &label::bare(&text), &self.heading, place);
            } else {
                self.say(&text, &place, false, job);
            }
        }
    }

    /// Hands out sentences. What follows the last full stop is a label where something to fill in follows.
    fn say(&self, text: &str, place: &Place, filled_in: bool, job: &mut Job<'_, '_>) {
        for (start, end) in crate::text::split(text) {
            let sentence = text.get(start..end).unwrap_or_default();
            let asks = label::ends_question(sentence) || (filled_in && end == text.len() && label::may_be_label(sentence));
            let kind = if asks { PieceKind::Question } else { PieceKind::Sentence };
            job.piece(kind, sentence, &self.heading, place.clone());
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
