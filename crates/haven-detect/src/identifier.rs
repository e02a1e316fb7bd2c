//! Identifiers: numbers and codes that belong to a foreign person or to an immigration case.
//!
//! A number is read with the letters before it, its groups, and the words around it. Shape alone is enough only where it is
//! rare (a USCIS receipt, a machine-readable zone); elsewhere a label must stand near. Labels, symbols and the words that
//! speak against are data: `phrases/*/identifiers.toml`.

use crate::fold::{Word, fold};
use crate::index::Index;
use crate::mrz;
use crate::pack::{PackError, Source};
use crate::pattern::{Pattern, Sets};
use crate::spot::{self, Place, Spotter};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// Words before a number among which its label is looked for.
const LABEL_WORDS_BEFORE: usize = 6;
/// The digits of the form that asks a jail to hold a person: known without a label.
const DETAINER: &str = "247";
/// Runs of letters and digits that may be one number.
const RUNS_MAX: usize = 5;
/// Letters before its first digit.
const LETTERS_MAX: usize = 4;
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
    /// What must (or may) stand near a kind, and what speaks against it: patterns by the kind's place in [`KINDS`], times
    /// two, and one more for what speaks against.
    words: Index,
    symbols: BTreeMap<&'static str, BTreeSet<String>>,
    means: BTreeMap<&'static str, String>,
    /// Where a label can stand; built when numbers are first looked for.
    spotter: OnceLock<Spotter>,
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
    /// What the kind is, in English, for findings; one folder says it.
    means: Option<String>,
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

fn owner(kind: usize, against: bool) -> usize {
    kind * 2 + usize::from(against)
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
                let Some(kind) = KINDS.into_iter().position(|kind| kind == name) else {
                    error(name.clone(), format!("expected a kind of identifier ({}), found `{name}`", KINDS.join(", ")));
                    continue;
                };
                for (list, against) in [(&raw.near, false), (&raw.not, true)] {
                    for text in list {
                        match Pattern::read(text, &Sets::new()) {
                            Ok(pattern) => labels.words.add(owner(kind, against), &pattern),
                            Err(problem) => error(name.clone(), format!("`{text}`: {problem}")),
                        }
                    }
                }
                let Some(kind) = KINDS.get(kind) else { continue };
                if let Some(means) = &raw.means {
                    labels.means.insert(kind, means.clone());
                }
                labels.symbols.entry(kind).or_default().extend(raw.symbols.iter().map(|symbol| squeeze(symbol)));
            }
        }
        if errors.is_empty() { Ok(labels) } else { Err(errors) }
    }

    /// What a kind is, in English.
    pub fn means(&self, kind: &str) -> Option<&str> {
        self.means.get(kind).map(String::as_str)
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
        let labels = std::cell::OnceCell::new();
        self.read_through(text, |runs, at| {
            let labels = labels.get_or_init(|| self.spotter().places(text));
            self.number_near(text, runs, at, labels, alone)
        })
    }

    /// The same, the simple way: all text is folded, every run is judged.
    pub fn find_folded(&self, text: &str, alone: bool) -> Vec<Identifier> {
        let folded = fold(text);
        let words = folded.words();
        self.read_through(text, |runs, at| self.number(text, runs, at, &words, alone))
    }

    fn read_through(&self, text: &str, number: impl Fn(&[Run<'_>], usize) -> Option<Identifier>) -> Vec<Identifier> {
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
        let runs = runs(text);
        let zones = found.len();
        let mut at = 0;
        while let Some(run) = runs.get(at) {
            // What was found lies in order: only the zones and the last number can hold this run.
            let inside = found.iter().take(zones).chain(found.last()).any(|other| run.start < other.end && other.start < run.end);
            let best = if inside { None } else { number(&runs, at) };
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

    fn spotter(&self) -> &Spotter {
        self.spotter.get_or_init(|| Spotter::new(self.words.patterns()))
    }

    /// The same as [`Self::number`], with the words around the number alone, and none where nothing can be found.
    fn number_near(&self, text: &str, runs: &[Run<'_>], at: usize, labels: &[Place], alone: bool) -> Option<Identifier> {
        let run = runs.get(at)?;
        let head = run.text.bytes().take_while(u8::is_ascii_alphabetic).count();
        if head > LETTERS_MAX {
            return None;
        }
        // Without a digit in it, or at once behind it, a run begins no number.
        if head == run.text.len() && !runs.get(at + 1).is_some_and(|next| next.text.starts_with(|c: char| c.is_ascii_digit())) {
            return None;
        }
        let last = runs.get(at..(at + RUNS_MAX).min(runs.len()))?.last()?;
        let from = spot::back(text, run.start, LABEL_WORDS_BEFORE);
        let to = spot::ahead(text, last.end, LABEL_WORDS_BEHIND);
        let behind = labels.partition_point(|label| label.start < from);
        let labelled = labels.get(behind).is_some_and(|label| label.start < to);
        if !labelled && !alone && !self.speaks_for_itself(run.text, head) {
            return None;
        }
        let folded = fold(text.get(from..to)?);
        let words: Vec<Word<'_>> =
            folded.words().into_iter().map(|word| Word { start: word.start + from, end: word.end + from, ..word }).collect();
        self.number(text, runs, at, &words, alone)
    }

    /// Whether a number that begins with this run may be known without a label: see [`Self::judge`].
    fn speaks_for_itself(&self, run: &str, head: usize) -> bool {
        let letters = run.get(..head).unwrap_or_default().to_ascii_uppercase();
        match letters.as_str() {
            // A taxpayer number is known by its groups, a detainer by its digits.
            "" => (run.len() == 3 && run.starts_with('9')) || run.starts_with(DETAINER) || DETAINER.starts_with(run),
            "A" | "N" => true,
            letters => RECEIPTS.contains(&letters) || self.is_begun("ice_form", letters),
        }
    }

    fn is_begun(&self, kind: &str, letters: &str) -> bool {
        let own = |symbol: &String| symbol.strip_prefix(letters).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        self.symbols.get(kind).is_some_and(|symbols| symbols.iter().any(own))
    }

    /// The best identifier that begins with run `at`, the longest reading first.
    fn number(&self, text: &str, runs: &[Run<'_>], at: usize, words: &[Word<'_>], alone: bool) -> Option<Identifier> {
        let mut readings = Vec::new();
        for count in 1..=RUNS_MAX {
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
        let stand = self.words.find(around(words, number.start, number.end));
        let heard = |kind: &str, against: bool| {
            stand.iter().any(|found| KINDS.get(found.owner / 2) == Some(&kind) && found.owner % 2 == usize::from(against))
        };
        let labelled = |kind: &str| heard(kind, false);
        let against = |kind: &str| heard(kind, true);
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
            if label || alone || number.digits.starts_with(DETAINER) {
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
        if letters.len() > LETTERS_MAX {
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

/// The words near `start..end`: at most a few before it and behind it.
fn around<'w, 't>(words: &'w [Word<'t>], start: usize, end: usize) -> &'w [Word<'t>] {
    let first = words.partition_point(|word| word.end <= start);
    let last = words.partition_point(|word| word.start < end);
    // A label may reach into the number's own letters (`A number`), so the look goes over it.
    let from = first.saturating_sub(LABEL_WORDS_BEFORE);
    let to = (last + LABEL_WORDS_BEHIND).min(words.len());
    words.get(from..to).unwrap_or_default()
}
