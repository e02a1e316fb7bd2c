//! The detector, asked about names, cells and texts, with the policy's answer.

use crate::Blocked;
use crate::mapped::{Edit, Mapped};
use crate::policy::{Policy, Treatment};
use base64::Engine as _;
use haven_detect::{Category, Detector};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

/// Bytes up to which a value may be a cell: a code, a word, a short phrase.
const CELL_BYTES_MAX: usize = 80;
/// Names and cells remembered.
const KNOWN_MAX: usize = 50_000;
/// Distinct values of a column that are looked at together.
const DISTINCT_MAX: usize = 1000;
/// Bytes of a label before a colon.
const LABEL_BYTES_MAX: usize = 80;
/// Letters from which what looks like Base64 is read as such.
const BASE64_MIN: usize = 16;

/// What is to be done with what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fate {
    pub treatment: Treatment,
    pub category: Category,
}

/// The detector and the policy, with what was asked before.
pub(crate) struct Look<'a> {
    pub detector: &'a Detector,
    pub policy: &'a Policy,
    names: RefCell<HashMap<String, Option<Fate>>>,
    cells: RefCell<HashMap<(String, String), Option<Fate>>>,
}

impl<'a> Look<'a> {
    pub fn new(detector: &'a Detector, policy: &'a Policy) -> Self {
        Self { detector, policy, names: RefCell::default(), cells: RefCell::default() }
    }

    fn fate(&self, category: Category) -> Option<Fate> {
        let treatment = self.policy.of(category);
        (treatment != Treatment::Keep).then_some(Fate { treatment, category })
    }

    /// What stands in the place of a value.
    pub fn word(&self, fate: Fate) -> &'a str {
        self.policy.word(fate.treatment, fate.category)
    }

    /// The name of a key, column, element or attribute.
    pub fn name(&self, name: &str) -> Option<Fate> {
        if name.is_empty() || self.policy.is_word(name) {
            return None;
        }
        if let Some(treatment) = self.policy.of_field(name) {
            return (treatment != Treatment::Keep).then_some(Fate { treatment, category: Category::Status });
        }
        if let Some(known) = self.names.borrow().get(name) {
            return *known;
        }
        let found = self.fate(self.detector.field(name, None).category).or_else(|| self.first(name));
        remember(&self.names, name.to_owned(), found);
        found
    }

    /// What a person reads before an answer: a label or a question.
    pub fn label(&self, text: &str) -> Option<Fate> {
        let text = text.trim().trim_end_matches([':', '*', '：']).trim_end();
        if text.is_empty() || text.len() > 4 * LABEL_BYTES_MAX || self.policy.is_word(text) {
            return None;
        }
        let name = || if text.len() <= LABEL_BYTES_MAX { self.name(text) } else { None };
        name().or_else(|| self.fate(self.detector.question(text).category))
    }

    /// A cell: what its words say by themselves, and under this name.
    pub fn cell(&self, name: &str, text: &str) -> Option<Fate> {
        let text = text.trim();
        if text.is_empty() || text.len() > CELL_BYTES_MAX || self.policy.is_word(text) {
            return None;
        }
        let key = (name.to_owned(), text.to_owned());
        if let Some(known) = self.cells.borrow().get(&key) {
            return *known;
        }
        // The name alone was judged before; here it is company.
        let alone = self.fate(self.detector.value("", &[text]).category);
        let found = alone.or_else(|| if self.name(name).is_none() { self.fate(self.detector.value(name, &[text]).category) } else { None });
        let found = found.or_else(|| {
            let labelled = format!("{name}: {text}");
            let number = self.detector.identifiers(&labelled).into_iter().any(|number| number.valid && number.end > name.len() + 2);
            if number { self.fate(Category::Identifier) } else { None }
        });
        remember(&self.cells, key, found);
        found
    }

    /// A column by its cells, where its name is not enough.
    pub fn column(&self, name: &str, cells: &BTreeSet<String>) -> Option<Fate> {
        let cells: Vec<&str> = cells.iter().map(String::as_str).filter(|cell| !self.policy.is_word(cell)).collect();
        if cells.is_empty() || self.policy.of_field(name) == Some(Treatment::Keep) {
            return None;
        }
        self.fate(self.detector.value(name, &cells).category)
    }

    fn first(&self, text: &str) -> Option<Fate> {
        self.found(text).first().map(|(_, fate)| *fate)
    }

    /// What a text says, where.
    fn found(&self, text: &str) -> Vec<(Range<usize>, Fate)> {
        let mut found = Vec::new();
        if text.len() < 2 {
            return found;
        }
        let (spans, numbers) = self.detector.hits_and_identifiers_in(text);
        for span in spans {
            if let Some(fate) = self.detector.category_of(&span.rule).and_then(|category| self.fate(category)) {
                found.push((span.start..span.end, fate));
            }
        }
        for number in numbers.into_iter().filter(|number| number.valid) {
            if let Some(fate) = self.fate(Category::Identifier) {
                found.push((number.start..number.end, fate));
            }
        }
        // What the words around a phrase silence in a whole text, they may not in a sentence of it.
        for sentence in sentences(text) {
            let Some(words) = text.get(sentence.clone()) else { continue };
            let said = self.detector.sentence(words);
            if let Some(fate) = self.fate(said.category) {
                found.extend(said.spans.iter().map(|span| (sentence.start + span.start..sentence.start + span.end, fate)));
            }
        }
        found.retain(|(range, _)| !text.get(range.clone()).is_some_and(|words| self.policy.is_word(words.trim())));
        found
    }

    /// The edits that take what a value says out of it; it may be a document.
    pub fn value(&self, name: &str, value: &Mapped, edits: &mut Vec<Edit>) -> Result<(), Blocked> {
        match crate::json::edits(&value.text, self)? {
            Some(inner) => value.lift(inner, edits),
            None => self.text(name, value, edits),
        }
        Ok(())
    }

    /// The edits that take what a text says out of it.
    pub fn text(&self, name: &str, value: &Mapped, edits: &mut Vec<Edit>) {
        let text = value.text.as_str();
        if let Some(fate) = self.cell(name, text) {
            value.replace(0..text.len(), self.word(fate), edits);
            return;
        }
        let mut found = self.found(text);
        found.extend(self.labelled(text));
        found.extend(self.disguised(text));
        let inner = found.into_iter().map(|(range, fate)| Edit { range, with: self.word(fate).to_owned() }).collect();
        value.lift(inner, edits);
    }

    /// Lines of the form `label: answer`: both go.
    fn labelled(&self, text: &str) -> Vec<(Range<usize>, Fate)> {
        let mut found = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let body = line.trim_end_matches(['\n', '\r']);
            if let Some((label, answer)) = body.split_once([':', '：', '='])
                && label.len() <= LABEL_BYTES_MAX
                && !label.trim().is_empty()
                && !answer.trim().is_empty()
                && let Some(fate) = self.label(label)
            {
                let start = at + (body.len() - body.trim_start().len());
                found.push((start..at + body.trim_end().len(), fate));
            }
            at += line.len();
        }
        found
    }

    /// Words in which something is found once they are decoded.
    fn disguised(&self, text: &str) -> Vec<(Range<usize>, Fate)> {
        let mut found = Vec::new();
        if !text.contains('%') && text.len() < BASE64_MIN {
            return found;
        }
        for (start, word) in words(text) {
            let plain = if word.contains('%') { percent(word) } else { base64(word) };
            let Some(plain) = plain else { continue };
            let spaced = plain.replace(['&', '?', '/', '+'], " ").replace('=', ": ");
            let names = plain.split(['?', '&', ';']).filter_map(|pair| pair.split_once('=')).find_map(|(name, _)| self.name(name));
            if let Some(fate) = self.first(&plain).or_else(|| self.first(&spaced)).or(names) {
                found.push((start..start + word.len(), fate));
            }
        }
        found
    }
}

fn remember<K: Eq + std::hash::Hash>(known: &RefCell<HashMap<K, Option<Fate>>>, key: K, fate: Option<Fate>) {
    let mut known = known.borrow_mut();
    if known.len() >= KNOWN_MAX {
        known.clear();
    }
    known.insert(key, fate);
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let base = text.as_ptr() as usize;
    text.split_whitespace().map(move |word| (word.as_ptr() as usize - base, word))
}

fn percent(word: &str) -> Option<String> {
    let mut out = Vec::with_capacity(word.len());
    let mut bytes = word.as_bytes();
    let mut changed = false;
    while let Some((first, rest)) = bytes.split_first() {
        let code = rest.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                changed = true;
                out.push(byte);
                bytes = rest.get(2..).unwrap_or_default();
            }
            None => {
                out.push(if *first == b'+' { b' ' } else { *first });
                bytes = rest;
            }
        }
    }
    changed.then(|| String::from_utf8(out).ok()).flatten()
}

fn base64(word: &str) -> Option<String> {
    use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    let bare = word.trim_matches(['"', '\'', ',', ';']).trim_end_matches('=');
    if bare.len() < BASE64_MIN {
        return None;
    }
    let bytes = STANDARD_NO_PAD.decode(bare).or_else(|_| URL_SAFE_NO_PAD.decode(bare)).ok()?;
    String::from_utf8(bytes).ok().filter(|text| !text.contains(|c: char| c.is_control() && !c.is_whitespace()))
}

/// The sentences of a text, roughly: one too long is no harm.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut ended = false;
    for (at, letter) in text.char_indices() {
        if ended && letter.is_whitespace() || letter == '\n' {
            out.push(start..at);
            start = at;
        }
        ended = matches!(letter, '.' | '!' | '?' | ';' | '。' | '！' | '？' | '؟' | '।');
        if matches!(letter, '。' | '！' | '？') {
            out.push(start..at + letter.len_utf8());
            start = at + letter.len_utf8();
        }
    }
    out.push(start..text.len());
    out.retain(|range| text.get(range.clone()).is_some_and(|sentence| !sentence.trim().is_empty()));
    out
}

/// The values of each path of a document, from which columns are learnt.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    seen: BTreeMap<String, (String, BTreeSet<String>)>,
    learnt: BTreeMap<String, Fate>,
}

impl Columns {
    pub fn see(&mut self, path: &str, name: &str, value: &str) {
        let value = value.trim();
        if value.is_empty() || value.len() > 200 {
            return;
        }
        let seen = match self.seen.get_mut(path) {
            Some(seen) => seen,
            None => self.seen.entry(path.to_owned()).or_insert_with(|| (name.to_owned(), BTreeSet::new())),
        };
        if seen.1.len() < DISTINCT_MAX {
            seen.1.insert(value.to_owned());
        }
    }

    /// Asks about what was seen, and forgets it; whether anything new was learnt.
    pub fn learn(&mut self, look: &Look<'_>) -> bool {
        let mut new = false;
        for (path, (name, cells)) in std::mem::take(&mut self.seen) {
            if let Some(fate) = look.column(&name, &cells) {
                new |= self.learnt.insert(path, fate).is_none();
            }
        }
        new
    }

    pub fn fate(&self, path: &str) -> Option<Fate> {
        self.learnt.get(path).copied()
    }
}
