//! Identifiers: numbers and codes that belong to a foreign person or to an immigration case.
//!
//! A number is read with the letters before it, its groups, and the words around it. Shape alone is enough only where it is
//! rare (a USCIS receipt, a machine-readable zone); elsewhere a label must stand near. Labels, symbols and the words that
//! speak against are data: `phrases/*/identifiers.toml`.

use crate::fold::{Word, fold};
use crate::mrz;
use crate::pack::{PackError, Source};
use crate::pattern::{Pattern, Sets};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Words before a number among which its label is looked for.
const LABEL_WORDS_BEFORE: usize = 6;
/// Words behind it.
const LABEL_WORDS_BEHIND: usize = 3;

/// Prefixes of receipt numbers: service centres, field offices, electronic filing (8 CFR 103.2; USCIS, "Receipt Number").
const RECEIPTS: [&str; 15] = ["AOS", "CSC", "EAC", "IOE", "LIN", "MCT", "MSC", "NBC", "NSC", "PSC", "SRC", "TSC", "VSC", "WAC", "YSC"];

/// An identifier found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    /// Its kind, as in `docs/detect.md`.
    pub kind: &'static str,
    /// Whether its form, ranges and check digits are right.
    pub valid: bool,
    /// First byte.
    pub start: usize,
    /// Behind the last byte.
    pub end: usize,
    /// Of a hundred: how sure.
    pub confidence: u8,
    /// What spoke for it.
    pub why: String,
}

/// Labels, symbols and contrary words.
#[derive(Debug, Default, Clone)]
pub(crate) struct Labels {
    near: BTreeMap<&'static str, Vec<Pattern>>,
    not: BTreeMap<&'static str, Vec<Pattern>>,
    symbols: BTreeMap<&'static str, BTreeSet<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The name as the other files of a folder have it; identifiers have no sets.
    #[serde(default)]
    identifier: BTreeMap<String, Raw>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    /// Words that must (or may) stand near.
    #[serde(default)]
    near: Vec<String>,
    /// Words that speak against.
    #[serde(default)]
    not: Vec<String>,
    /// The symbols themselves, where the kind is a closed list.
    #[serde(default)]
    symbols: Vec<String>,
}

/// Every kind, in the order in which one is preferred over the next.
pub const KINDS: [&str; 17] = [
    "mrz_td3_passport",
    "mrz_mrv_a_visa",
    "mrz_mrv_b_visa",
    "mrz_td1_resident_card",
    "mrz_td1_id",
    "mrz_td2_id",
    "mrz_td3_line2",
    "uscis_receipt",
    "sevis_id",
    "i94",
    "a_number",
    "itin",
    "matricula_consular",
    "visa_foil",
    "passport_number",
    "ice_form",
    "visa_class",
];

fn kind(name: &str) -> Option<&'static str> {
    KINDS.into_iter().find(|kind| *kind == name)
}

impl Labels {
    /// Reads the labels of all folders.
    pub fn read(sources: &[Source]) -> Result<Self, Vec<PackError>> {
        let mut labels = Self::default();
        let mut errors = Vec::new();
        for source in sources {
            let mut error = |place: String, problem: String| errors.push(PackError { path: source.path.clone(), place, problem });
            let file: File = match toml::from_str(&source.text) {
                Ok(file) => file,
                Err(wrong) => {
                    error("file".to_owned(), wrong.message().to_owned());
                    continue;
                }
            };
            for (name, raw) in &file.identifier {
                let Some(kind) = kind(name) else {
                    error(name.clone(), format!("expected a kind of identifier ({}), found `{name}`", KINDS.join(", ")));
                    continue;
                };
                for (list, patterns) in [(&raw.near, &mut labels.near), (&raw.not, &mut labels.not)] {
                    for text in list {
                        match Pattern::read(text, &Sets::new()) {
                            Ok(pattern) => patterns.entry(kind).or_default().push(pattern),
                            Err(problem) => error(name.clone(), format!("`{text}`: {problem}")),
                        }
                    }
                }
                labels.symbols.entry(kind).or_default().extend(raw.symbols.iter().map(|symbol| squeeze(symbol)));
            }
        }
        if errors.is_empty() { Ok(labels) } else { Err(errors) }
    }

    fn is_symbol(&self, kind: &str, text: &str) -> bool {
        self.symbols.get(kind).is_some_and(|symbols| symbols.contains(text))
    }
}

/// Letters and digits alone, in capitals.
fn squeeze(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// A run of ASCII letters and digits.
#[derive(Debug, Clone, Copy)]
struct Run<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

/// The runs of ASCII letters and digits that stand alone: not inside a word of another script, a path or an address.
fn runs(text: &str) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    let mut start = None;
    for (at, byte) in text.bytes().chain([b' ']).enumerate() {
        match (byte.is_ascii_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                if let Some(run) = text.get(from..at) {
                    runs.push(Run { text: run, start: from, end: at });
                }
                start = None;
            }
            _ => {}
        }
    }
    runs
}

/// One or more runs that are written as one number: `LIN-60-326-96072`, `099 337 656`, `A# 099337656`.
struct Number<'a> {
    /// Letters before the first digit, in capitals.
    letters: String,
    /// Whether something stands between the letters and the digits, and whether it is or holds `#`.
    parted: bool,
    sharp: bool,
    /// Whether the letters were written as capitals.
    capital: bool,
    /// All digits.
    digits: String,
    /// Lengths of the groups of digits.
    groups: Vec<usize>,
    /// What stands behind the last digit of the last run.
    tail: &'a str,
    start: usize,
    end: usize,
}

impl Labels {
    /// The identifiers in `text`, in order. `alone`: the text is nothing but the identifier and perhaps its label.
    pub fn find(&self, text: &str, alone: bool) -> Vec<Identifier> {
        let mut found: Vec<Identifier> = mrz::zones(text)
            .into_iter()
            .map(|zone| Identifier {
                kind: zone.kind,
                valid: zone.valid,
                start: zone.start,
                end: zone.end,
                confidence: if zone.valid { 99 } else { 85 },
                why: if zone.valid { "shape and check digits".to_owned() } else { "shape; a check digit is wrong".to_owned() },
            })
            .collect();
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return found;
        }
        let folded = fold(text);
        let words = folded.words();
        let runs = runs(text);
        let mut at = 0;
        while at < runs.len() {
            let inside = runs.get(at).is_none_or(|run| found.iter().any(|other| run.start < other.end && other.start < run.end));
            let best = if inside { None } else { self.number(text, &runs, at, &words, alone) };
            match best {
                Some(identifier) => {
                    at += runs.get(at..).map_or(1, |rest| rest.iter().take_while(|run| run.start < identifier.end).count().max(1));
                    found.push(identifier);
                }
                None => at += 1,
            }
        }
        found.sort_by_key(|identifier| identifier.start);
        found
    }

    /// The best identifier that begins with run `at`, the longest reading first.
    fn number(&self, text: &str, runs: &[Run<'_>], at: usize, words: &[Word<'_>], alone: bool) -> Option<Identifier> {
        let mut readings = Vec::new();
        for count in 1..=5 {
            readings.extend(Number::read(text, runs.get(at..at + count)?));
            if readings.len() < count.saturating_sub(1) {
                break;
            }
            if runs.get(at + count).is_none() {
                break;
            }
        }
        let mut best: Option<Identifier> = None;
        for number in readings.iter().rev() {
            for found in self.judge(number, words, alone) {
                if best.as_ref().is_none_or(|old| (found.valid, found.confidence) > (old.valid, old.confidence)) {
                    best = Some(found);
                }
            }
        }
        best
    }

    fn judge(&self, number: &Number<'_>, words: &[Word<'_>], alone: bool) -> Vec<Identifier> {
        let labelled = |kind: &str| self.near.get(kind).is_some_and(|labels| near(words, labels, number.start, number.end));
        let against = |kind: &str| self.not.get(kind).is_some_and(|contrary| near(words, contrary, number.start, number.end));
        let length = number.digits.len();
        let bare = number.letters.is_empty() && number.tail.is_empty();
        let mut found = Vec::new();
        let mut add = |kind: &'static str, valid: bool, confidence: u8, why: &str| {
            if !against(kind) {
                let why = format!("{why}{}", if valid { "" } else { "; its form is not right" });
                found.push(Identifier { kind, valid, start: number.start, end: number.end, confidence, why });
            }
        };

        // Three letters before a few digits are anything; without a gap between them they are not.
        let receipt = (8..=12).contains(&length) || (!number.parted && (5..=13).contains(&length));
        if RECEIPTS.contains(&number.letters.as_str()) && !number.sharp && number.tail.is_empty() && receipt {
            add("uscis_receipt", length == 10, if length == 10 { 95 } else { 60 }, "prefix of a receipt number");
        }
        if number.letters == "N" && number.tail.is_empty() && !number.sharp {
            let label = labelled("sevis_id");
            if length == 10 || ((9..=11).contains(&length) && (label || (alone && !number.parted))) {
                add("sevis_id", length == 10, if label { 95 } else { 70 }, "N and ten digits");
            }
        }
        if number.tail.is_empty() && (number.letters == "A" || bare) {
            let label = labelled("a_number");
            // In running text a small letter before digits is the beginning of a digest or of a part's number.
            let shape = number.letters == "A" && grouped(&number.groups) && (alone || label || number.capital);
            // Without its letter a number is an A-number only by its label.
            let sure = label || (number.letters == "A" && number.sharp);
            if shape && (7..=9).contains(&length) && (sure || length >= 8) {
                add("a_number", plausible(number), if sure { 95 } else { 75 }, "A and seven to nine digits");
            } else if bare && label && (7..=9).contains(&length) {
                add("a_number", plausible(number), 85, "its label, and seven to nine digits");
            } else if (shape || bare) && sure && (5..=12).contains(&length) {
                add("a_number", false, 60, "its label");
            }
        }
        if labelled("i94") && (number.letters.is_empty() || number.letters == "I") {
            let modern = length == 10 && is_modern_i94(number);
            if (length == 11 && bare) || modern {
                add("i94", true, 90, "its label, and eleven characters");
            } else if bare && (5..=13).contains(&length) {
                add("i94", false, 60, "its label");
            }
        }
        if bare && length == 9 && number.digits.starts_with('9') {
            let right = itin_range(&number.digits);
            let dashed = number.groups == [3, 2, 4];
            if labelled("itin") && (dashed || number.groups.len() == 1) {
                add("itin", right, 95, "its label");
            } else if dashed && right {
                add("itin", true, 80, "nine digits in the range of taxpayer numbers that are not Social Security numbers");
            }
        } else if bare && labelled("itin") && (8..=10).contains(&length) {
            add("itin", false, 55, "its label");
        }
        if labelled("matricula_consular") && (bare || number.letters.len() <= 3) && (4..=12).contains(&length) {
            add("matricula_consular", (7..=9).contains(&length), 90, "its label");
        }
        let whole = number.letters.len() + length + number.tail.len();
        if labelled("visa_foil") && number.letters.len() <= 1 && number.tail.is_empty() && (6..=10).contains(&whole) {
            add("visa_foil", whole == 8, 85, "its label");
        }
        if labelled("passport_number")
            && number.letters.len() <= 3
            && number.tail.len() <= 2
            && length >= 5
            && whole <= 12
            && number.groups.len() == 1
        {
            add("passport_number", (7..=9).contains(&whole), 85, "its label");
        }
        let symbol = format!("{}{}{}", number.letters, number.digits, number.tail.to_ascii_uppercase());
        if self.is_symbol("ice_form", &symbol) && !number.sharp {
            let label = labelled("ice_form");
            if label || alone || number.digits.starts_with("247") {
                add("ice_form", true, if label { 95 } else { 70 }, "the number of a form of immigration enforcement");
            }
        }
        if self.is_symbol("visa_class", &symbol) && labelled("visa_class") {
            add("visa_class", true, 85, "its label, and a class of admission");
        }
        found
    }
}

/// Nine characters, a letter, a digit: the form of admission numbers since May 2019 (CBP).
fn is_modern_i94(number: &Number<'_>) -> bool {
    let mut tail = number.tail.chars();
    number.letters.is_empty()
        && number.digits.len() == 10
        && tail.next().is_some_and(|c| c.is_ascii_alphabetic())
        && tail.next().is_some_and(|c| c.is_ascii_digit())
        && tail.next().is_none()
}

/// An A-number written in one piece or in threes.
fn grouped(groups: &[usize]) -> bool {
    groups.len() == 1 || (groups.iter().skip(1).all(|length| *length == 3) && groups.first().is_some_and(|length| *length <= 3))
}

fn plausible(number: &Number<'_>) -> bool {
    number.digits.chars().any(|digit| digit != '0')
}

/// Fourth and fifth digit of numbers that the IRS gives to people who have no Social Security number (IRS Publication 1915).
fn itin_range(digits: &str) -> bool {
    digits.get(3..5).and_then(|group| group.parse::<u8>().ok()).is_some_and(|group| matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99))
}

impl<'a> Number<'a> {
    fn read(text: &str, runs: &[Run<'a>]) -> Option<Self> {
        let (first, last) = (runs.first()?, runs.last()?);
        let head = first.text.find(|c: char| c.is_ascii_digit()).unwrap_or(first.text.len());
        let (letters, mut rest) = first.text.split_at_checked(head)?;
        if letters.len() > 4 {
            return None;
        }
        let (mut digits, mut groups, mut tail) = (String::new(), Vec::new(), "");
        let (mut parted, mut sharp) = (false, false);
        for (index, run) in runs.iter().enumerate() {
            if index > 0 {
                let before = runs.get(index - 1)?;
                let gap = text.get(before.end..run.start)?;
                let joins = if digits.is_empty() {
                    // Between letters and digits: `A# 099`, `A: 049`, `A-096`.
                    parted = true;
                    sharp |= gap.contains('#') || gap.contains(':');
                    gap.len() <= 3 && gap.chars().all(|c| matches!(c, ' ' | '-' | '#' | ':' | '.' | '\u{a0}'))
                } else {
                    matches!(gap, " " | "-" | "." | "–" | "\u{a0}")
                };
                if !joins || !tail.is_empty() {
                    return None;
                }
                rest = run.text;
            }
            let count = rest.chars().take_while(char::is_ascii_digit).count();
            if count == 0 && !rest.is_empty() {
                return None;
            }
            if count > 0 {
                groups.push(count);
                digits.push_str(rest.get(..count)?);
            }
            tail = rest.get(count..)?;
            // Digits may stand behind a letter once (`123456789A1`); they count, the letter is the tail.
            if tail.len() == 2 && tail.ends_with(|c: char| c.is_ascii_digit()) {
                digits.push_str(tail.get(1..)?);
            }
        }
        (!digits.is_empty()).then(|| Self {
            letters: letters.to_ascii_uppercase(),
            capital: letters.chars().all(|c| c.is_ascii_uppercase()),
            parted,
            sharp,
            digits,
            groups,
            tail,
            start: first.start,
            end: last.end,
        })
    }
}

/// Whether one of `patterns` stands near `start..end`: at most a few words before it or behind it.
fn near(words: &[Word<'_>], patterns: &[Pattern], start: usize, end: usize) -> bool {
    let first = words.partition_point(|word| word.end <= start);
    let last = words.partition_point(|word| word.start < end);
    // A label may reach into the number's own letters (`A number`), so the look goes over it.
    let from = first.saturating_sub(LABEL_WORDS_BEFORE);
    let to = (last + LABEL_WORDS_BEHIND).min(words.len());
    let Some(window) = words.get(from..to) else { return false };
    (0..window.len()).any(|at| patterns.iter().any(|pattern| pattern.longest(window, at).is_some()))
}
