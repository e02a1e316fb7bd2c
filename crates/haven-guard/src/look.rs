//! The detector, asked about names, cells and texts, with the policy's answer.

use crate::framing::Charset;
use crate::mapped::{Edit, Mapped};
use crate::policy::{Policy, Treatment};
use crate::{Blocked, html};
use base64::Engine as _;
use haven_detect::{Category, Column, Detector, Glance};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::ops::Range;
use std::sync::Arc;

/// Bytes up to which a value may be a cell: a code, a word, a short phrase.
const CELL_BYTES_MAX: usize = 80;
/// Words of such a value.
const CELL_WORDS_MAX: usize = 8;
/// Names and labels remembered.
const KNOWN_MAX: usize = 50_000;
/// Distinct values of a column that are looked at together.
const DISTINCT_MAX: usize = 1000;
/// The same, of those seen since the body began.
const DISTINCT_EVER_MAX: usize = 200;
/// Columns that are kept in mind.
const COLUMNS_MAX: usize = 20_000;
/// Markup in texts of markup.
const MARKUP_MAX: usize = 4;
/// Colons of a line that may end a label.
const COLONS_MAX: usize = 8;
/// Letters of a label before a colon, or of a question.
const LABEL_LETTERS_MAX: usize = 200;
/// Letters from which what looks like Base64 is read as such.
const BASE64_MIN: usize = 16;
/// Letters and digits in one row that may be a hash, and changes from one to the other in it.
const RANDOM_MIN: usize = 14;
const RANDOM_TURNS_MIN: usize = 3;

/// What is to be done with what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fate {
    pub treatment: Treatment,
    pub category: Category,
}

impl Fate {
    /// The same where a value cannot go without its row: a constant stands in its place.
    pub fn in_place(&self) -> Self {
        let treatment = if self.treatment == Treatment::Remove { Treatment::Constant } else { self.treatment };
        Self { treatment, category: self.category }
    }
}

/// What the name of a key, column, element or attribute means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    /// What it says by itself.
    pub fate: Option<Fate>,
    /// Whether what stands under it says what other members of a record answer, or answers it.
    pub asks: bool,
    pub answers: bool,
}

/// What was heard of a text at a glance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heard {
    glance: Glance,
    /// Whether nothing in it has to be taken apart.
    is_plain: bool,
    is_cell: bool,
}

/// The detector and the policy, with what was asked before.
pub(crate) struct Look<'a> {
    pub detector: &'a Detector,
    pub policy: &'a Policy,
    keys: RefCell<HashMap<String, Key>>,
    labels: RefCell<HashMap<String, Option<Fate>>>,
    columns: RefCell<HashMap<String, Arc<Column>>>,
    /// In how much markup the text stands that is being read.
    markup: Cell<usize>,
}

impl<'a> Look<'a> {
    pub fn new(detector: &'a Detector, policy: &'a Policy) -> Self {
        Self { detector, policy, keys: RefCell::default(), labels: RefCell::default(), columns: RefCell::default(), markup: Cell::new(0) }
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
        self.key(name).fate
    }

    /// The same, and what it means for what stands beside it.
    pub fn key(&self, name: &str) -> Key {
        if let Some(known) = self.keys.borrow().get(name) {
            return *known;
        }
        let fate = self.named(name, || self.read(name).category());
        let key = Key { fate, asks: self.policy.asks(name), answers: self.policy.answers(name) };
        remember(&self.keys, name, key);
        key
    }

    /// What a name says whose words mean so much.
    fn named(&self, name: &str, means: impl FnOnce() -> Category) -> Option<Fate> {
        if name.is_empty() || self.policy.is_word(name) {
            return None;
        }
        match self.policy.of_field(name) {
            Some(treatment) => (treatment != Treatment::Keep).then_some(Fate { treatment, category: Category::Status }),
            None => self.fate(means()).or_else(|| self.first(name)),
        }
    }

    /// What a person reads before an answer: a label or a question.
    pub fn label(&self, text: &str) -> Option<Fate> {
        let text = text.trim().trim_end_matches([':', '*', '：']).trim_end();
        if text.is_empty() || text.chars().nth(LABEL_LETTERS_MAX).is_some() || self.policy.is_word(text) {
            return None;
        }
        let words = without_random(text);
        let text = words.trim();
        if text.is_empty() {
            return None;
        }
        if let Some(known) = self.labels.borrow().get(text) {
            return *known;
        }
        let named = self.named(text, || self.detector.field(text, None).category);
        let found = named.or_else(|| self.fate(self.detector.question(text).category));
        remember(&self.labels, text, found);
        found
    }

    /// A cell: what its words say by themselves, and under this name.
    pub fn cell(&self, name: &str, text: &str) -> Option<Fate> {
        let text = text.trim();
        if !is_cell(text) || self.policy.is_word(text) {
            return None;
        }
        let words = without_random(text);
        let glance = self.detector.glance(&words);
        let said = |name: &str| self.fate(self.detector.value_in(&self.read(name), &[&words]).category);
        // Where the cell tells nothing, the name is all there is, and that was judged before; here it is company.
        let found = if glance.phrase || glance.cell {
            let is_kept = || self.policy.of_field(name) == Some(Treatment::Keep) || self.name(name).is_some();
            said("").or_else(|| if is_kept() { None } else { said(name) })
        } else {
            None
        };
        found.or_else(|| {
            let fate = self.fate(Category::Identifier)?;
            let may = glance.number || (words.bytes().any(|byte| byte.is_ascii_digit()) && self.read(name).leads());
            let number = may && {
                let labelled = format!("{name}: {words}");
                self.detector.identifiers(&labelled).into_iter().any(|number| number.valid && number.end > name.len() + 2)
            };
            number.then_some(fate)
        })
    }

    /// A column by its cells, where its name is not enough.
    fn column(&self, name: &str, cells: &Cells) -> Option<Fate> {
        // What a cell asks of others is no value of its own.
        let asks = self.policy.asks(name);
        let loud: Vec<&str> = cells.loud.iter().map(String::as_str).filter(|cell| !(asks && self.label(cell).is_some())).collect();
        if loud.is_empty() && cells.quiet.is_empty() || self.policy.of_field(name) == Some(Treatment::Keep) {
            return None;
        }
        let column = self.read(name);
        if !loud.iter().any(|cell| self.detector.tells(cell)) {
            return self.fate(column.category());
        }
        self.fate(self.detector.value_among(&column, &loud, cells.quiet.len()).category)
    }

    /// The name of a column.
    fn read(&self, name: &str) -> Arc<Column> {
        if let Some(known) = self.columns.borrow().get(name) {
            return Arc::clone(known);
        }
        let column = self.detector.known_column(name);
        remember(&self.columns, name, Arc::clone(&column));
        column
    }

    fn first(&self, text: &str) -> Option<Fate> {
        self.found(text).first().map(|(_, fate)| *fate)
    }

    /// What a text says, where.
    fn found(&self, text: &str) -> Vec<(Range<usize>, Fate)> {
        let mut found = Vec::new();
        let glance = self.detector.glance(text);
        if !glance.phrase && !glance.number {
            return found;
        }
        // What the words around a phrase silence in a whole text, they may not in a sentence of it. And what a phrase finds over
        // several sentences is looked at only once each says nothing by itself: the less goes.
        let sentences = sentences(text);
        if sentences.len() > 1 {
            for sentence in sentences {
                self.said(text.get(sentence.clone()).unwrap_or_default(), sentence.start, &mut found);
            }
        }
        if found.is_empty() {
            self.said(text, 0, &mut found);
        }
        found.retain(|(range, _)| !text.get(range.clone()).is_some_and(|words| self.policy.is_word(words.trim())));
        found
    }

    /// What a text that begins at `at` says.
    fn said(&self, text: &str, at: usize, found: &mut Vec<(Range<usize>, Fate)>) {
        let (spans, numbers) = self.detector.hits_and_identifiers_in(text);
        for span in spans.into_iter().filter(|span| !in_random(text, span.start..span.end)) {
            if let Some(fate) = self.detector.category_of(&span.rule).and_then(|category| self.fate(category)) {
                found.push((at + span.start..at + span.end, fate));
            }
        }
        if let Some(fate) = self.fate(Category::Identifier) {
            let numbers = numbers.into_iter().filter(|number| number.valid && !in_random(text, number.start..number.end));
            found.extend(numbers.map(|number| (at + number.start..at + number.end, fate)));
        }
        let said = self.detector.sentence(text);
        if let Some(fate) = self.fate(said.category) {
            let spans = said.spans.iter().map(|span| span.start..span.end).filter(|span| !in_random(text, span.clone()));
            found.extend(spans.map(|span| (at + span.start..at + span.end, fate)));
        }
    }

    /// The edits that take what a value says out of it; it may be a document.
    pub fn value(&self, name: &str, value: &Mapped, edits: &mut Vec<Edit>) -> Result<(), Blocked> {
        match crate::json::edits(&value.text, self)? {
            Some(inner) => value.lift(inner, edits),
            None => self.text(name, value, edits)?,
        }
        Ok(())
    }

    /// The edits that take what a text says out of it: a short one goes as a whole, of a longer one what says it. It may be
    /// written for a browser.
    pub fn text(&self, name: &str, value: &Mapped, edits: &mut Vec<Edit>) -> Result<(), Blocked> {
        self.text_heard(name, value, self.hear(&value.text), edits)
    }

    /// The same, of a text that was glanced at before.
    pub fn text_heard(&self, name: &str, value: &Mapped, heard: Heard, edits: &mut Vec<Edit>) -> Result<(), Blocked> {
        if self.says_nothing(name, &value.text, heard) {
            return Ok(());
        }
        if let Some(fate) = self.cell(name, &value.text) {
            value.replace(0..value.text.len(), self.word(fate), edits);
            return Ok(());
        }
        if is_markup(&value.text) {
            match self.page(&value.text, None) {
                Ok(inner) if !inner.is_empty() => {
                    value.lift(inner, edits);
                    return Ok(());
                }
                Err(blocked @ Blocked::Large { .. }) => return Err(blocked),
                // What is no sound markup is read as it stands.
                Ok(_) | Err(_) => {}
            }
        }
        self.prose(value, edits);
        Ok(())
    }

    /// Glances at a text.
    pub fn hear(&self, text: &str) -> Heard {
        Heard { glance: self.detector.glance(text), is_plain: is_plain(text), is_cell: is_cell(text.trim()) }
    }

    /// Whether no more need be asked of a text: at a glance nothing stands in it, under this name or any, and nothing in it
    /// stands for something else. Most texts are so.
    fn says_nothing(&self, name: &str, text: &str, heard: Heard) -> bool {
        let may_be_number = || text.bytes().any(|byte| byte.is_ascii_digit()) && self.read(name).leads();
        heard.is_plain && heard.glance == Glance::default() && !may_be_number()
    }

    /// The same, of a value that may be a document.
    pub fn value_says_nothing(&self, name: &str, text: &str, heard: Heard) -> bool {
        self.says_nothing(name, text, heard) && !crate::json::may_be_document(text)
    }

    /// The edits of a page, or part of one, that stands in another text.
    pub fn page(&self, text: &str, charset: Option<Charset>) -> Result<Vec<Edit>, Blocked> {
        let depth = self.markup.get();
        if depth >= MARKUP_MAX {
            return Err(Blocked::Large { what: "markup in markup", limit: MARKUP_MAX });
        }
        self.markup.set(depth + 1);
        let edits = html::edits(text, charset, self);
        self.markup.set(depth);
        edits
    }

    /// The edits that take what running text says out of it.
    pub fn prose(&self, value: &Mapped, edits: &mut Vec<Edit>) {
        let text = value.text.as_str();
        let mut found = self.found(text);
        found.extend(self.labelled(text));
        found.extend(self.disguised(text));
        let inner = found.into_iter().map(|(range, fate)| Edit { range, with: self.word(fate).to_owned() }).collect();
        value.lift(inner, edits);
    }

    /// Lines of the form `label: answer`: where the label asks, both go; where the answer tells, it goes.
    fn labelled(&self, text: &str) -> Vec<(Range<usize>, Fate)> {
        let mut found = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let body = line.trim_end();
            let start = at + (body.len() - body.trim_start().len());
            if !has_label(body) && !body.contains('=') {
                at += line.len();
                continue;
            }
            for (colon, sign) in body.char_indices().filter(|(_, letter)| matches!(letter, ':' | '：' | '=')).take(COLONS_MAX) {
                let (label, answer) = (body.get(..colon).unwrap_or_default(), body.get(colon + sign.len_utf8()..).unwrap_or_default());
                if label.trim().is_empty() || answer.trim().is_empty() {
                    continue;
                }
                if let Some(fate) = self.label(label) {
                    found.push((start..at + body.len(), fate));
                    break;
                }
                if let Some(fate) = self.cell(label.trim(), answer) {
                    found.push((at + body.len() - answer.trim_start().len()..at + body.len(), fate));
                    break;
                }
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

fn remember<V>(known: &RefCell<HashMap<String, V>>, name: &str, value: V) {
    let mut known = known.borrow_mut();
    if known.len() >= KNOWN_MAX {
        known.clear();
    }
    known.insert(name.to_owned(), value);
}

/// Whether nothing in a text has to be taken apart: no markup, no label, no row of letters and digits as chance mixes them,
/// nothing that may be decoded.
fn is_plain(text: &str) -> bool {
    let (mut colon, mut row, mut word) = (false, Longest::default(), Longest::default());
    for byte in text.bytes() {
        match byte {
            b'<' | b'>' | b'&' | b'%' | b'=' => return false,
            // A wide colon begins so.
            b':' | 0xef => colon = true,
            _ => {}
        }
        row.add(byte.is_ascii_alphanumeric());
        word.add(!byte.is_ascii_whitespace());
    }
    let labelled = colon && has_label(text);
    let random = row.most >= RANDOM_MIN && text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(is_random);
    let encoded = word.most >= BASE64_MIN && words(text).any(|(_, word)| base64(word).is_some());
    !labelled && !random && !encoded
}

/// The length of the longest row.
#[derive(Default)]
struct Longest {
    now: usize,
    most: usize,
}

impl Longest {
    fn add(&mut self, goes_on: bool) {
        self.now = if goes_on { self.now + 1 } else { 0 };
        self.most = self.most.max(self.now);
    }
}

/// Whether a colon may end a label: in a time there is none.
fn has_label(text: &str) -> bool {
    let is_time = |before: &str, behind: &str| {
        let of_a_time = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'/' | b'.' | b':' | b'T' | b' ');
        before.bytes().all(of_a_time) && before.ends_with(|c: char| c.is_ascii_digit()) && behind.starts_with(|c: char| c.is_ascii_digit())
    };
    text.match_indices([':', '：'])
        .any(|(at, sign)| !is_time(text.get(..at).unwrap_or_default(), text.get(at + sign.len()..).unwrap_or_default()))
}

/// Whether a browser would read more in a text than stands there: tags, or references to letters.
fn is_markup(text: &str) -> bool {
    let is_tag = |rest: &str| rest.starts_with(|letter: char| letter.is_ascii_alphabetic() || matches!(letter, '/' | '!'));
    let is_reference = |rest: &str| {
        let name = rest.split(';').next().unwrap_or_default();
        name.len() < rest.len() && name.len() < 32 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
    };
    text.split('<').skip(1).any(is_tag) || text.split('&').skip(1).any(is_reference)
}

/// Whether a value is a code, a word or a short phrase, and no sentence.
fn is_cell(text: &str) -> bool {
    let ends = |letter: char| matches!(letter, '.' | '!' | '?' | '。' | '！' | '？' | '؟' | '।');
    !text.is_empty()
        && text.len() <= CELL_BYTES_MAX
        && !text.ends_with(ends)
        && !text.as_bytes().windows(2).any(|pair| pair == b". ")
        && !text.contains('\n')
        && text.split_whitespace().nth(CELL_WORDS_MAX).is_none()
}

/// Whether a text is one long row of letters and digits as chance mixes them, a hash or a token: what reads like a word in
/// it (`1daca42b9e603da1`) is none.
fn is_random(text: &str) -> bool {
    let text = text.trim_end_matches('=');
    let kinds = text.bytes().map(|byte| byte.is_ascii_digit());
    text.len() >= RANDOM_MIN
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && kinds.clone().zip(kinds.skip(1)).filter(|(before, behind)| before != behind).count() >= RANDOM_TURNS_MIN
}

/// The same text with such rows left out.
fn without_random(text: &str) -> Cow<'_, str> {
    if !text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(is_random) {
        return Cow::Borrowed(text);
    }
    let is_part = |letter: char| letter.is_ascii_alphanumeric();
    let parts = text.split_inclusive(|letter: char| !is_part(letter));
    parts.map(|part| if is_random(part.trim_end_matches(|letter| !is_part(letter))) { " " } else { part }).collect()
}

/// Whether part of a text is only part of such a row.
fn in_random(text: &str, part: Range<usize>) -> bool {
    let (Some(before), Some(behind)) = (text.get(..part.start), text.get(part.end..)) else { return false };
    let is_part = |letter: char| letter.is_ascii_alphanumeric();
    let start = before.len() - before.trim_end_matches(is_part).len();
    let end = behind.len() - behind.trim_start_matches(is_part).len();
    start + end > 0 && text.get(part.start - start..part.end + end).is_some_and(is_random)
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
    // The two letters before: a letter by itself before a dot is an abbreviation (`U.S.`).
    let (mut before, mut last) = (' ', ' ');
    for (at, letter) in text.char_indices() {
        if ended && letter.is_whitespace() || letter == '\n' {
            out.push(start..at);
            start = at;
        }
        ended = matches!(letter, '.' | '!' | '?' | ';' | '。' | '！' | '？' | '؟' | '।');
        ended &= !(letter == '.' && last.is_uppercase() && !before.is_alphanumeric());
        (before, last) = (last, letter);
        if matches!(letter, '。' | '！' | '？') {
            out.push(start..at + letter.len_utf8());
            start = at + letter.len_utf8();
        }
    }
    out.push(start..text.len());
    out.retain(|range| text.get(range.clone()).is_some_and(|sentence| !sentence.trim().is_empty()));
    out
}

/// What is known of columns: of the keys of a document, of the columns of a table.
#[derive(Debug, Default, Clone)]
pub(crate) struct Columns {
    /// By path: the name, the values seen since the columns were last asked about, and the first ones ever seen.
    seen: BTreeMap<String, Seen>,
    learnt: BTreeMap<String, Fate>,
    hasher: RandomState,
    /// Whether there are more than can be kept in mind.
    is_full: bool,
}

#[derive(Debug, Default, Clone)]
struct Seen {
    name: String,
    /// What asks is read as a question, which needs its words.
    asks: bool,
    now: Cells,
    ever: Cells,
    /// Whether the latter has grown.
    grown: bool,
}

/// The distinct cells of a column.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Cells {
    loud: BTreeSet<String>,
    /// Those in which nothing stands at a glance, by their hashes: that they are there is all that they tell of the column.
    quiet: HashSet<u64>,
}

impl Cells {
    fn len(&self) -> usize {
        self.loud.len() + self.quiet.len()
    }

    /// Adds a cell, where there is room; whether it is a new one.
    fn add(&mut self, cell: &str, quiet: Option<u64>, most: usize) -> bool {
        if self.len() >= most {
            return false;
        }
        match quiet {
            Some(hash) => self.quiet.insert(hash),
            None => !self.loud.contains(cell) && self.loud.insert(cell.to_owned()),
        }
    }
}

impl Columns {
    /// Shows what stands in a column of a name.
    pub fn see(&mut self, path: &str, name: &str, value: &str, look: &Look<'_>) {
        self.see_heard(path, name, value, look.hear(value), look);
    }

    /// The same, of a value that was glanced at before.
    pub fn see_heard(&mut self, path: &str, name: &str, value: &str, heard: Heard, look: &Look<'_>) {
        let value = value.trim();
        if !heard.is_cell || is_random(value) || self.learnt.contains_key(path) || look.policy.is_word(value) {
            return;
        }
        let is_full = self.seen.len() >= COLUMNS_MAX;
        let seen = match self.seen.get_mut(path) {
            Some(seen) => seen,
            None if is_full => {
                self.is_full = true;
                return;
            }
            None => {
                let asks = look.key(name).asks;
                self.seen.entry(path.to_owned()).or_insert_with(|| Seen { name: name.to_owned(), asks, ..Seen::default() })
            }
        };
        let is_quiet = !heard.glance.phrase && !heard.glance.cell && !seen.asks;
        let quiet = is_quiet.then(|| self.hasher.hash_one(value));
        if seen.now.add(value, quiet, DISTINCT_MAX) {
            seen.grown |= seen.ever.add(value, quiet, DISTINCT_EVER_MAX);
        }
    }

    /// Asks about what was seen; whether anything new was learnt.
    pub fn learn(&mut self, look: &Look<'_>) -> bool {
        let before = self.learnt.len();
        for (path, seen) in &mut self.seen {
            let now = std::mem::take(&mut seen.now);
            let grown = std::mem::take(&mut seen.grown);
            let fate = look.column(&seen.name, &now);
            // What is told by few values at a time, many may tell together.
            let fate = fate.or_else(|| if grown && seen.ever != now { look.column(&seen.name, &seen.ever) } else { None });
            if let Some(fate) = fate {
                self.learnt.insert(path.clone(), fate);
            }
        }
        self.seen.retain(|path, _| !self.learnt.contains_key(path));
        self.learnt.len() > before
    }

    pub fn fate(&self, path: &str) -> Option<Fate> {
        self.learnt.get(path).copied()
    }

    /// Whether all could be kept in mind.
    ///
    /// # Errors
    /// More columns than that: of keys that are values, there may be as many as records.
    pub fn bounded(&self) -> Result<(), Blocked> {
        if self.is_full { Err(Blocked::Large { what: "different keys of records", limit: COLUMNS_MAX }) } else { Ok(()) }
    }

    /// The same, with nothing seen yet: for another look at the same body.
    pub fn learnt(self) -> Self {
        Self { seen: BTreeMap::new(), ..self }
    }
}
