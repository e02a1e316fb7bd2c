//! Identifiers: numbers and codes that belong to a foreign person or to an immigration case.
//!
//! A number is read with the letters before it, its groups, and the words around it. Shape alone is enough only where it is
//! rare (a USCIS receipt, a machine-readable zone); elsewhere a label must stand near. Labels, symbols and the words that
//! speak against are data: `phrases/*/identifiers.toml`.

use crate::block::{BLOCK, Figures};
use crate::fold::{Folded, Row, cuts, fold, sure};
use crate::index::Index;
use crate::mrz;
use crate::pack::{self, PackError, Source};
use crate::pattern::{Pattern, Sets};
use crate::spot::{Map, Sieve};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// Words before a number among which its label is looked for.
const LABEL_WORDS_BEFORE: usize = 6;
/// Words of a label that may lie before those: a Chinese character is one.
const LABEL_WORDS_MAX: usize = 8;
/// The digits of the form that asks a jail to hold a person: known without a label.
const DETAINER: &str = "247";
/// Letters and digits of a symbol in one run.
const SYMBOL_BYTES_MAX: usize = 8;
/// Digits before the letter of an admission number.
const MODERN_DIGITS: usize = 9;
/// Symbols of a kind that are so rare in text that its labels are looked for where one stands. There are more classes of visas
/// than that, and they look like any short name: of those the labels come first.
const SYMBOLS_FEW: usize = 64;
/// Runs of letters and digits that may be one number.
const RUNS_MAX: usize = 5;
/// Letters before its first digit.
const LETTERS_MAX: usize = 4;
/// Kinds whose name says that a number is meant to be one.
const NAMED: [&str; 9] =
    ["a_number", "uscis_receipt", "sevis_id", "visa_class", "i94", "itin", "matricula_consular", "visa_foil", "passport_number"];
/// Of these: another label does as well, where a sign stands behind it; and where digits enough do.
const SIGNED: [&str; 4] = ["a_number", "i94", "matricula_consular", "passport_number"];
const COUNTED: [&str; 3] = ["i94", "matricula_consular", "passport_number"];
/// Bytes between its runs.
const GAP_BYTES_MAX: usize = 5;
/// Words behind it.
const LABEL_WORDS_BEHIND: usize = 3;

/// Words that may stand between a number and its name, where they are of those that join the two.
const JOINING_WORDS_MAX: usize = 2;
/// Runs that may be one symbol: `B-1/B-2`.
const SYMBOL_RUNS_MAX: usize = 4;
/// Letters and digits of what a name says is a number, though its form is another.
const NAMED_BYTES_MIN: usize = 3;
const NAMED_BYTES_MAX: usize = 16;
/// Digits that must be there where nothing but a word that may mean something else stands before it.
const TOLD_DIGITS_MIN: usize = 5;

/// Prefixes of receipt numbers: service centres, field offices, electronic filing, asylum offices (8 CFR 103.2; USCIS, "Receipt
/// Number").
const RECEIPTS: [&str; 23] = [
    "AOS", "CSC", "EAC", "IOE", "LIN", "MCT", "MSC", "NBC", "NSC", "PSC", "SRC", "TSC", "VSC", "WAC", "YSC", "ZAR", "ZCH", "ZHN", "ZLA",
    "ZMI", "ZNK", "ZNY", "ZSF",
];

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
    /// What must (or may) stand near a kind, what speaks against it, and its names: see [`owner`].
    words: Index,
    /// Words that may stand between a name and its number.
    joining: BTreeSet<String>,
    symbols: BTreeMap<&'static str, BTreeSet<String>>,
    means: BTreeMap<&'static str, String>,
    /// Where a label can stand; built when numbers are first looked for.
    search: OnceLock<Search>,
}

/// How text is searched for labels.
#[derive(Debug, Clone)]
struct Search {
    /// Letters with which a number may be known without a label.
    heads: Map<u32, ()>,
    /// The beginnings of symbols.
    symbols: Map<u64, ()>,
    /// Whether a symbol begins with a digit.
    bare: bool,
    /// The kinds that have symbols: their labels are looked for where one stands.
    listed: Kinds,
    /// The words of which labels are made.
    words: Sieve,
}

/// Kinds by their place in [`KINDS`], a bit for each.
type Kinds = u32;

/// What stands around a number: the words, or the kinds whose labels may stand there and nothing that speaks against any.
enum Heard<'w> {
    Words(Row<'w>),
    Labels(Kinds),
}

/// What the words around a number say.
#[derive(Debug, Clone, Copy, Default)]
struct Told {
    /// A label stands near.
    near: Kinds,
    /// A word that speaks against the kind does.
    against: Kinds,
    /// A name of the kind stands directly before, or any other label of it.
    named: Kinds,
    before: Kinds,
    /// A label stands directly behind.
    behind: Kinds,
    /// There are no other words at all.
    bare: bool,
}

impl Told {
    fn near(self, kind: &str) -> bool {
        self.near & place(kind) != 0
    }

    fn against(self, kind: &str) -> bool {
        self.against & place(kind) != 0
    }

    fn named(self, kind: &str) -> bool {
        self.named & place(kind) != 0
    }
}

/// How a list of a kind's words speaks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voice {
    Near,
    Against,
    Name,
}

impl Voice {
    const ALL: [Self; 3] = [Self::Near, Self::Against, Self::Name];
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The name as the other files of a folder have it; identifiers have no sets.
    #[serde(default)]
    identifier: BTreeMap<String, Raw>,
    /// Words that may stand between a name and its number: `is`, `no`.
    #[serde(default)]
    joining: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    /// What the kind is, in English, for findings; one folder says it.
    means: Option<String>,
    /// Words that must (or may) stand near.
    #[serde(default)]
    near: Vec<String>,
    /// The names of the number itself: near, and what stands directly behind one is meant to be such a number.
    #[serde(default)]
    name: Vec<String>,
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

/// To what the patterns of a list belong: the kind by its place in [`KINDS`], and how they speak of it.
fn owner(kind: usize, voice: Voice) -> usize {
    kind * Voice::ALL.len() + voice as usize
}

fn owned(owner: usize) -> (usize, Voice) {
    (owner / Voice::ALL.len(), Voice::ALL.get(owner % Voice::ALL.len()).copied().unwrap_or(Voice::Near))
}

/// The bit of a kind.
fn place(kind: &str) -> Kinds {
    KINDS.iter().position(|known| *known == kind).map_or(0, bit)
}

impl Labels {
    /// Reads the labels of all folders.
    pub fn read(sources: &[Source]) -> Result<Self, Vec<PackError>> {
        let mut labels = Self::default();
        let mut errors = Vec::new();
        for source in sources {
            let file: File = match pack::parse(source) {
                Ok(file) => file,
                Err(wrong) => {
                    errors.push(wrong);
                    continue;
                }
            };
            let mut error = |place: String, problem: String| errors.push(PackError { path: source.path.clone(), place, problem });
            labels.joining.extend(file.joining.iter().map(|word| fold(word).text()));
            for (name, raw) in &file.identifier {
                let Some(kind) = KINDS.into_iter().position(|kind| kind == name) else {
                    error(name.clone(), format!("expected a kind of identifier ({}), found `{name}`", KINDS.join(", ")));
                    continue;
                };
                for (list, voice) in [(&raw.near, Voice::Near), (&raw.not, Voice::Against), (&raw.name, Voice::Name)] {
                    for text in list {
                        match Pattern::read(text, &Sets::default()) {
                            Ok(pattern) => labels.words.add(owner(kind, voice), &pattern),
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

fn bit(kind: usize) -> Kinds {
    1_u32.wrapping_shl(u32::try_from(kind).unwrap_or_default())
}

/// The kinds whose labels stand near: from each place on, up to the next.
#[derive(Debug, Default)]
pub(crate) struct Near {
    /// Where a label begins to be heard, or ends to be.
    ends: Vec<(usize, usize, bool)>,
    stretches: Vec<(usize, Kinds)>,
    at: usize,
}

impl Near {
    /// Enters a label of a kind that stands in a row of words.
    pub fn enter(&mut self, kind: usize, row: Row<'_>, first: usize, last: usize) {
        // A number of several runs may stand between a label and what is heard of it.
        let begins = row.get(first.saturating_sub(LABEL_WORDS_BEHIND + 2 * RUNS_MAX)).map_or(0, |word| word.start);
        let ends = row.get(last + LABEL_WORDS_BEFORE + 1).map_or(usize::MAX, |word| word.start);
        self.ends.push((begins, kind, true));
        self.ends.push((ends, kind, false));
    }

    /// All labels are there.
    fn ordered(&mut self) {
        self.ends.sort_unstable();
        let mut open = [0_usize; KINDS.len()];
        let mut kinds = 0;
        for (at, kind, begins) in self.ends.drain(..) {
            let Some(open) = open.get_mut(kind) else { continue };
            *open = if begins { *open + 1 } else { open.saturating_sub(1) };
            kinds = if *open > 0 { kinds | bit(kind) } else { kinds & !bit(kind) };
            self.stretches.push((at, kinds));
        }
    }

    /// Whether there are any from a place on up to another. Asked in order.
    fn any(&mut self, from: usize, to: usize) -> bool {
        self.of(from) != 0 || self.stretches.get(self.at).is_some_and(|(at, _)| *at < to)
    }

    /// Those near `at`. Asked in order.
    fn of(&mut self, at: usize) -> Kinds {
        while self.stretches.get(self.at).is_some_and(|(from, _)| *from <= at) {
            self.at += 1;
        }
        self.at.checked_sub(1).and_then(|before| self.stretches.get(before)).map_or(0, |(_, kinds)| *kinds)
    }
}

/// Letters in capitals as one number, the digits and signs among them left out.
fn packed(letters: &[u8]) -> u32 {
    let letters = letters.iter().filter(|byte| byte.is_ascii_alphabetic());
    letters.fold(0, |all, letter| all << 8 | u32::from(letter.to_ascii_uppercase()))
}

/// Hands out the first digits of what may be numbers, with the kinds whose labels stand near. Without a label a number has
/// letters before it, or begins as those do that are known by their digits; `bare`: or with any digit.
fn numbers(text: &str, bare: bool, near: &mut Near, mut each: impl FnMut(usize, Kinds)) {
    let (blocks, rest) = text.as_bytes().as_chunks::<BLOCK>();
    let mut last = [b' '; BLOCK];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    let (mut before, mut amid) = (Figures::default(), false);
    for (block, base) in blocks.iter().chain([&last]).zip((0..).step_by(BLOCK)) {
        let figures = Figures::of(block);
        let Figures { digits, letters, .. } = figures;
        let behind = |bits: fn(&Figures) -> u64, by: u32| bits(&figures) << by | bits(&before) >> (u64::BITS - by);
        let mut starts = digits & !behind(|all| all.digits, 1);
        // Digits behind letters behind digits are in the midst of something: a sum runs through such letters to what follows.
        let (sum, over) = letters.overflowing_add(letters & behind(|all| all.digits, 1));
        let (sum, goes_on) = sum.overflowing_add(u64::from(amid));
        amid = over | goes_on;
        starts &= letters | !sum;
        if !bare && starts != 0 && !near.any(base, base + BLOCK) {
            let (mut lettered, mut joined) = (0, u64::MAX);
            for by in 1..=GAP_BYTES_MAX as u32 + 1 {
                lettered |= joined & behind(|all| all.letters, by);
                joined &= behind(|all| all.joints, by);
            }
            // See [`taxpayer`]; of the last bytes of a block it is not seen what follows.
            let unseen = u64::MAX << (BLOCK - 3);
            let taxpayers = figures.nines & (digits >> 1) & (digits >> 2) & !(digits >> 3);
            starts &= lettered | taxpayers | unseen & figures.nines;
        }
        before = figures;
        while starts != 0 {
            let at = base + starts.trailing_zeros() as usize;
            each(at, near.of(at));
            starts &= starts - 1;
        }
    }
}

/// The letters directly before `end`, where no other letter or digit stands before them and they may begin a number.
fn letters_before(bytes: &[u8], end: usize) -> Option<usize> {
    for letters in 0..=LETTERS_MAX {
        match end.checked_sub(letters + 1).and_then(|at| bytes.get(at)) {
            Some(byte) if byte.is_ascii_alphabetic() => {}
            Some(byte) if byte.is_ascii_digit() => return None,
            _ => return Some(letters),
        }
    }
    None
}

/// Where a number may begin whose first digit this is: with letters that stand apart from the digits, with those before them.
fn starts(bytes: &[u8], digits: usize) -> impl Iterator<Item = usize> {
    // Digits behind other digits and letters, or behind a long word, begin none.
    let before = letters_before(bytes, digits);
    let is_part = |gap: &usize| digits.checked_sub(gap + 1).is_some_and(|at| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric));
    let gap = if before == Some(0) { (1..=GAP_BYTES_MAX).find(is_part) } else { None };
    let apart = gap.and_then(|gap| Some(digits - gap - letters_before(bytes, digits - gap).filter(|letters| *letters > 0)?));
    apart.into_iter().chain(before.map(|letters| digits - letters))
}

impl Search {
    /// Whether a number whose first digit this is may be known by itself, or by labels of these kinds near it: see
    /// [`Labels::judge`].
    fn may_be(&self, kinds: Kinds, bytes: &[u8], start: usize, digits: usize) -> bool {
        let rest = bytes.get(digits..).unwrap_or_default();
        let letters = bytes.get(start..digits).unwrap_or_default();
        let speaks = if let [first_letter, ..] = letters {
            // In running text a small letter before digits is the beginning of a digest or of a part's number.
            let letter = *first_letter == b'a' && packed(letters) == packed(b"A");
            (self.heads.contains_key(&packed(letters)) && !letter) || self.begins_symbol(letters, rest)
        } else {
            // A taxpayer number is known by its groups.
            (rest.first() == Some(&b'9') && taxpayer(rest)) || (self.bare && self.begins_symbol(letters, rest))
        };
        speaks || (kinds != 0 && fits(kinds, rest))
    }

    /// Whether letters and the run of letters and digits behind them are the beginning of a symbol.
    fn begins_symbol(&self, letters: &[u8], rest: &[u8]) -> bool {
        let run = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric());
        key(letters.iter().filter(|byte| byte.is_ascii_alphabetic()).chain(run)).is_some_and(|key| self.symbols.contains_key(&key))
    }
}

/// A symbol or its beginning in capitals as one number; `None` where it is longer than symbols are.
fn key<'b>(symbol: impl Iterator<Item = &'b u8>) -> Option<u64> {
    let add = |(all, left): (u64, usize), byte: &u8| Some((all << 8 | u64::from(byte.to_ascii_uppercase()), left.checked_sub(1)?));
    symbol.take(SYMBOL_BYTES_MAX + 1).try_fold((0, SYMBOL_BYTES_MAX), add).map(|(all, _)| all)
}

/// Whether three digits stand there and two behind them, or what is not told without reading on.
fn taxpayer(rest: &[u8]) -> bool {
    let digit = |at: usize| rest.get(at).is_some_and(u8::is_ascii_digit);
    digit(1) && digit(2) && !digit(3) && rest.get(3).is_some_and(|gap| !gap.is_ascii() || (digit(4) && digit(5) && !digit(6)))
}

/// Whether there are digits enough for one of these kinds.
fn fits(kinds: Kinds, rest: &[u8]) -> bool {
    let is = |kind: &str| kinds & place(kind) != 0;
    let count = count(rest);
    let few = ["a_number", "sevis_id", "i94", "matricula_consular", "visa_foil", "passport_number"];
    (count >= 4 && few.into_iter().any(is)) || (count >= 8 && is("itin"))
}

/// How many digits a number has at most, from its first on.
fn count(mut rest: &[u8]) -> usize {
    let mut count = 0;
    for _ in 0..RUNS_MAX {
        let run = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        count += run;
        rest = rest.get(run..).unwrap_or_default();
        if rest.first().is_some_and(u8::is_ascii_alphabetic) {
            // A letter and a last digit may stand behind the others.
            return count + 1;
        }
        let gap = rest.iter().take(GAP_BYTES_MAX + 1).take_while(|byte| !byte.is_ascii_alphanumeric()).count();
        rest = rest.get(gap..).unwrap_or_default();
        if run == 0 || gap > GAP_BYTES_MAX {
            break;
        }
    }
    count
}

/// The zones of travel documents.
fn zones(text: &str) -> Vec<Identifier> {
    let identifier = |zone: mrz::Zone| Identifier {
        kind: zone.kind,
        valid: zone.valid,
        start: zone.start,
        end: zone.end,
        confidence: if zone.valid { 99 } else { 85 },
        why: if zone.valid { "shape and check digits".to_owned() } else { "shape; a check digit is wrong".to_owned() },
    };
    mrz::zones(text).into_iter().map(identifier).collect()
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

/// The runs from `start` on that may be one number.
fn runs_from(text: &str, start: usize) -> Vec<Run<'_>> {
    let bytes = text.as_bytes();
    let mut runs: Vec<Run<'_>> = Vec::new();
    let mut at = start;
    while runs.len() < RUNS_MAX {
        let rest = bytes.get(at..).unwrap_or_default();
        let gap = rest.iter().take_while(|byte| !byte.is_ascii_alphanumeric()).take(GAP_BYTES_MAX + 1).count();
        let length = rest.iter().skip(gap).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        if gap > GAP_BYTES_MAX || length == 0 {
            break;
        }
        let (start, end) = (at + gap, at + gap + length);
        runs.extend(text.get(start..end).map(|text| Run { text, start, end }));
        at = end;
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
    /// The labels that must be looked for, each with its kind by its place in [`KINDS`]: what has few symbols is known by them
    /// first.
    pub fn patterns(&self) -> impl Iterator<Item = (usize, &Pattern)> {
        self.words.patterns().filter_map(|(owner, pattern, _)| {
            let (kind, voice) = owned(owner);
            (voice != Voice::Against && !self.listed(kind)).then_some((kind, pattern))
        })
    }

    fn listed(&self, kind: usize) -> bool {
        KINDS.get(kind).and_then(|kind| self.symbols.get(kind)).is_some_and(|symbols| (1..=SYMBOLS_FEW).contains(&symbols.len()))
    }

    /// The identifiers in running text, in order; `near` are its labels.
    pub fn find(&self, text: &str, mut near: Near) -> Vec<Identifier> {
        near.ordered();
        let mut found = zones(text);
        let zones = found.len();
        let (bytes, search) = (text.as_bytes(), self.search());
        let mut behind = 0;
        numbers(text, search.bare, &mut near, |digits, kinds| {
            let mut number = |start: usize| {
                // Inside of what was found there is no other.
                if start < behind || !search.may_be(kinds, bytes, start, digits) {
                    return;
                }
                let runs = runs_from(text, start);
                let inside = |run: &Run<'_>| found.iter().take(zones).any(|zone: &Identifier| run.start < zone.end && zone.start < run.end);
                if runs.first().is_none_or(inside) {
                    return;
                }
                if let Some(number) = self.number_near(text, &runs, kinds) {
                    behind = number.end;
                    found.push(number);
                }
            };
            starts(bytes, digits).for_each(&mut number);
        });
        found.sort_by_key(|identifier| identifier.start);
        found
    }

    /// Whether an identifier may stand in a text with these labels: never no where [`Self::find`] finds one.
    pub fn may_stand_in(&self, text: &str, mut near: Near) -> bool {
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return false;
        }
        near.ordered();
        let (bytes, search) = (text.as_bytes(), self.search());
        let mut may = !zones(text).is_empty();
        numbers(text, search.bare, &mut near, |digits, kinds| {
            may = may || starts(bytes, digits).any(|start| search.may_be(kinds, bytes, start, digits));
        });
        may
    }

    /// Whether more may be an identifier behind this name and a colon than is one without it: where a word of a label, letters
    /// with which a number may begin, or a digit stands in the name.
    pub fn may_lead(&self, name: &str) -> bool {
        let search = self.search();
        let bare = name.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let letters = bare.as_bytes().rsplit(|byte| !byte.is_ascii_alphabetic()).next().unwrap_or_default();
        let begins =
            search.heads.contains_key(&packed(letters)) || key(letters.iter()).is_some_and(|key| search.symbols.contains_key(&key));
        name.chars().any(char::is_numeric)
            || (!letters.is_empty() && begins)
            || fold(name).row().pieces().iter().any(|piece| search.words.holds(piece.key(), piece.length()))
    }

    /// The same, the simple way: all text is folded, every run is judged. `alone`: the text is nothing but the identifier and
    /// perhaps its label.
    pub fn find_folded(&self, text: &str, alone: bool) -> Vec<Identifier> {
        let mut found = zones(text);
        let folded = fold(text);
        let runs = runs(text);
        let zones = found.len();
        let mut at = 0;
        while let Some(run) = runs.get(at) {
            // What was found lies in order: only the zones and the last number can hold this run.
            let inside = found.iter().take(zones).chain(found.last()).any(|other| run.start < other.end && other.start < run.end);
            let best = if inside { None } else { self.number(text, &runs, at, &Heard::Words(folded.row()), alone) };
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

    fn search(&self) -> &Search {
        self.search.get_or_init(|| {
            let heads = RECEIPTS.into_iter().chain(["A", "N"]).map(|letters| (packed(letters.as_bytes()), ())).collect();
            let mut symbols = Map::default();
            for symbol in self.symbols.values().flatten().map(String::as_bytes) {
                symbols.extend((1..=symbol.len()).filter_map(|length| Some((key(symbol.iter().take(length))?, ()))));
            }
            let bare = self.symbols.values().flatten().any(|symbol| symbol.starts_with(|c: char| c.is_ascii_digit()));
            let listed = (0..KINDS.len()).filter(|kind| self.listed(*kind)).fold(0, |all, kind| all | bit(kind));
            let mut words = Sieve::new();
            self.patterns().for_each(|(_, pattern)| pattern.each_word(&mut |word, stem| words.enter(word, stem)));
            Search { heads, symbols, bare, listed, words }
        })
    }

    /// The same as [`Self::number`], with the words around the number alone, and those only where there is a number.
    fn number_near(&self, text: &str, runs: &[Run<'_>], kinds: Kinds) -> Option<Identifier> {
        let (first, last) = (runs.first()?, runs.last()?);
        self.number(text, runs, 0, &Heard::Labels(kinds | self.search().listed), false)?;
        let (from, to) = (back(text, first.start, LABEL_WORDS_BEFORE + LABEL_WORDS_MAX), ahead(text, last.end, LABEL_WORDS_BEHIND));
        let mut folded = Folded::default();
        folded.add(text, from..to);
        self.number(text, runs, 0, &Heard::Words(folded.row()), false)
    }

    /// The best identifier that begins with run `at`, the longest reading first.
    fn number(&self, text: &str, runs: &[Run<'_>], at: usize, heard: &Heard<'_>, alone: bool) -> Option<Identifier> {
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
        let mut consider = |found: Identifier| {
            if best.as_ref().is_none_or(|old| (found.valid, found.confidence) > (old.valid, old.confidence)) {
                best = Some(found);
            }
        };
        for number in readings.iter().rev() {
            let told = self.told(heard, number.start, number.end);
            self.judge(text, number, told, alone).into_iter().for_each(&mut consider);
        }
        self.symbols(text, runs, at, heard, alone).into_iter().for_each(&mut consider);
        if alone {
            self.named(text, runs, at, heard).into_iter().for_each(&mut consider);
        }
        let best = best?;
        // Letters before a number may be the end of its label: `Passport No 548192037`.
        if best.valid || !runs.get(at)?.text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Some(best);
        }
        let end = best.end;
        Some(self.number(text, runs, at + 1, heard, alone).filter(|other| other.valid && other.end == end).unwrap_or(best))
    }

    /// What the words around `start..end` say.
    fn told(&self, heard: &Heard<'_>, start: usize, end: usize) -> Told {
        let words = match heard {
            Heard::Labels(kinds) => return Told { near: *kinds, named: *kinds, before: *kinds, behind: *kinds, ..Told::default() },
            Heard::Words(words) => *words,
        };
        let (near, from) = around(words, start, end);
        let first = near.ended_by(start);
        let last = near.begun_by(end);
        // From behind a name to the number: nothing, or words that join the two.
        let joined = |from: usize| {
            from <= first && first - from <= JOINING_WORDS_MAX && near.part(from..first).iter().all(|word| self.joining.contains(word.text))
        };
        let mut told = Told { bare: words.iter().all(|word| start <= word.start && word.end <= end), ..Told::default() };
        for found in self.words.find(near).into_iter().filter(|found| found.last > from) {
            let (kind, voice) = owned(found.owner);
            if voice == Voice::Against {
                told.against |= bit(kind);
                continue;
            }
            told.near |= bit(kind);
            if joined(found.last) {
                told.before |= bit(kind);
                told.named |= if voice == Voice::Name { bit(kind) } else { 0 };
            } else if found.first == last {
                told.behind |= bit(kind);
            }
        }
        told
    }

    /// What a number may be by its form and its labels.
    fn judge(&self, text: &str, number: &Number<'_>, told: Told, alone: bool) -> Vec<Identifier> {
        let labelled = |kind: &str| told.near(kind);
        let length = number.digits.len();
        let bare = number.letters.is_empty() && number.tail.is_empty();
        // A part of a longer row of groups is no number: `4111 1111` of a card.
        let part = number.groups.last().is_some_and(|group| follows(text, number.end, *group))
            || number.groups.first().is_some_and(|group| bare && precedes(text, number.start, *group));
        let other = (bare || number.parted) && (part || is_years(&number.digits, &number.groups) || elsewhere(&number.groups));
        // In groups a number is one only directly behind a label: amounts, dates and paragraphs stand around the word as well.
        let together = |kind: &str| number.groups.len() == 1 || told.before & place(kind) != 0;
        let mut found = Vec::new();
        let mut add = |kind: &'static str, valid: bool, confidence: u8, why: &str| {
            if !told.against(kind) {
                let why = format!("{why}{}", if valid { "" } else { "; its form is not right" });
                found.push(Identifier { kind, valid, start: number.start, end: number.end, confidence, why });
            }
        };

        // Three letters before a few digits are anything; without a gap between them they are not, nor behind a label.
        let grouped_so = matches!(number.groups.first(), Some(2 | 8..));
        let receipt =
            !number.parted && (5..=13).contains(&length) || (8..=12).contains(&length) && grouped_so || told.named("uscis_receipt");
        if RECEIPTS.contains(&number.letters.as_str()) && !number.sharp && number.tail.is_empty() && receipt {
            add("uscis_receipt", length == 10, if length == 10 { 95 } else { 60 }, "prefix of a receipt number");
        }
        if number.letters == "N" && number.tail.is_empty() && !number.sharp {
            let label = labelled("sevis_id");
            if length == 10 || ((9..=11).contains(&length) && (label || (alone && !number.parted))) {
                add("sevis_id", length == 10 && plausible(number), if label { 95 } else { 70 }, "N and ten digits");
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
            } else if bare
                && label
                && (number.groups.first() != Some(&1) || together("a_number"))
                && grouped(&number.groups)
                && !part
                && (7..=9).contains(&length)
            {
                add("a_number", plausible(number), 85, "its label, and seven to nine digits");
            } else if shape && sure && (if alone { NAMED_BYTES_MIN } else { TOLD_DIGITS_MIN }..=12).contains(&length) {
                add("a_number", false, 60, "its label");
            }
        }
        if labelled("i94") && (number.letters.is_empty() || number.letters == "I") && !other {
            let modern = length == 10 && is_modern_i94(number);
            if (length == 11 && bare) || modern {
                add("i94", plausible(number), 90, "its label, and eleven characters");
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
        }
        if labelled("matricula_consular")
            && number.letters.len() <= 3
            && number.tail.len() <= 2
            && !other
            && together("matricula_consular")
            && (7..=9).contains(&length)
        {
            add("matricula_consular", true, 90, "its label");
        }
        let whole = number.letters.len() + length + number.tail.len();
        if labelled("visa_foil") && number.letters.len() <= 1 && number.tail.is_empty() && !other && together("visa_foil") && whole == 8 {
            add("visa_foil", true, 85, "its label");
        }
        // `No: 90337` is a label's end, no series.
        let series = !(number.parted && number.letters.len() > 1 && self.joining.contains(&number.letters.to_ascii_lowercase()));
        if labelled("passport_number")
            && series
            && number.letters.len() <= 3
            && number.tail.len() <= 2
            && length >= 5
            && (7..=9).contains(&whole)
            && together("passport_number")
            && (number.groups.len() == 1 || !other)
        {
            add("passport_number", true, 85, "its label");
        }
        found
    }

    /// A symbol of a closed list that begins with run `at`.
    fn symbols(&self, text: &str, runs: &[Run<'_>], at: usize, heard: &Heard<'_>, alone: bool) -> Option<Identifier> {
        let first = runs.get(at)?;
        let (mut symbol, mut before) = (String::new(), None);
        let mut best = None;
        for count in 1..=SYMBOL_RUNS_MAX {
            let Some(run) = runs.get(at + count - 1) else { break };
            if let Some(end) = before {
                let gap = text.get(end..run.start)?;
                // Letters and digits take turns: behind a digit another digit begins something else.
                let turns = symbol.ends_with(|c: char| c.is_ascii_digit()) != run.text.starts_with(|c: char| c.is_ascii_digit());
                if !turns || gap.len() > GAP_BYTES_MAX || !gap.chars().all(|c| matches!(c, ' ' | '/') || joins(c)) {
                    break;
                }
            }
            symbol.push_str(&run.text.to_ascii_uppercase());
            before = Some(run.end);
            if symbol.len() > SYMBOL_BYTES_MAX {
                break;
            }
            // In running text small letters before a digit are names of variables and elements; beside its name it is a class.
            let written = alone || first.text.bytes().all(|byte| !byte.is_ascii_lowercase());
            best = self.symbol(&symbol, (first.start, run.end), heard, (alone, written)).or(best);
        }
        best
    }

    fn symbol(&self, symbol: &str, (start, end): (usize, usize), heard: &Heard<'_>, (alone, written): (bool, bool)) -> Option<Identifier> {
        let kind = ["ice_form", "visa_class"].into_iter().find(|kind| self.is_symbol(kind, symbol))?;
        let told = self.told(heard, start, end);
        let beside = told.named(kind) || (alone && told.behind & place(kind) != 0);
        let label = told.near(kind) && (written || beside || kind == "ice_form");
        let digits = symbol.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let known = match kind {
            "ice_form" => {
                label || digits.starts_with(DETAINER) || (alone && (told.bare || digits.ends_with(|c: char| !c.is_ascii_digit())))
            }
            // Two letters are a state, or a word: they are a symbol directly beside a name or a label of it.
            _ if digits.is_empty() => alone && beside,
            _ => label,
        };
        let (confidence, why) = match kind {
            "ice_form" => (if label { 95 } else { 70 }, "the number of a form of immigration enforcement"),
            _ => (85, "its label, and a class of admission"),
        };
        (known && !told.against(kind)).then(|| Identifier { kind, valid: true, start, end, confidence, why: why.to_owned() })
    }

    /// What stands directly behind a number's name is meant to be one, though its form is another: a digit is missing, its
    /// letter is, or a letter was read for a digit.
    fn named(&self, text: &str, runs: &[Run<'_>], at: usize, heard: &Heard<'_>) -> Option<Identifier> {
        let first = runs.get(at)?;
        let (mut end, mut written, mut groups) = (first.end, first.text.to_owned(), vec![first.text.len()]);
        let is_digit = |c: char| c.is_ascii_digit();
        for run in runs.get(at + 1..)?.iter().take(RUNS_MAX) {
            let gap = text.get(end..run.start)?;
            let joined = gap.len() <= 3 && gap.chars().all(|c| c == ' ' || joins(c)) && run.text.starts_with(is_digit);
            if !joined || !(written.contains(is_digit) || written.len() <= LETTERS_MAX) {
                break;
            }
            end = run.end;
            written.push_str(run.text);
            groups.push(run.text.len());
        }
        let digits = written.chars().filter(char::is_ascii_digit).count();
        let pure = digits == written.len();
        // An amount, a date with slashes, a time, a share.
        let head = text.get(..first.start)?;
        let measured = head.ends_with(['$', '€', '/', '£']) || text.get(end..)?.starts_with(['/', '%', ':']);
        if digits == 0 || written.len() > NAMED_BYTES_MAX || measured || (pure && is_years(&written, &groups)) {
            return None;
        }
        let told = self.told(heard, first.start, end);
        let signed = head.trim_end().ends_with([':', '#', '：', '№', '=']);
        let kind = NAMED.into_iter().find(|kind| {
            let label = (signed && SIGNED.contains(kind)) || (pure && digits >= TOLD_DIGITS_MIN && COUNTED.contains(kind));
            (told.named(kind) || (label && told.before & place(kind) != 0)) && !told.against(kind)
        })?;
        // A taxpayer number is grouped as a Social Security number is.
        if pure && elsewhere(&groups) && !(kind == "itin" && groups == [3, 2, 4]) {
            return None;
        }
        let identifier =
            |valid: bool, confidence: u8, why: &str| Identifier { kind, valid, start: first.start, end, confidence, why: why.to_owned() };
        match kind {
            // Some states mix letters and digits throughout.
            "passport_number" if groups.len() == 1 && !pure && digits >= 3 && (8..=9).contains(&written.len()) && mixed(&written) => {
                Some(identifier(true, 80, "its label"))
            }
            // A class is a letter or two and a digit.
            "visa_class" if !is_class(&written) => None,
            _ if written.len() < NAMED_BYTES_MIN && kind != "visa_class" => None,
            _ => Some(identifier(false, 50, "its name; its form is not right")),
        }
    }
}

/// Whether letters stand among the digits, not only before and behind them.
fn mixed(text: &str) -> bool {
    text.trim_matches(|c: char| c.is_ascii_alphabetic()).contains(|c: char| c.is_ascii_alphabetic())
}

/// Whether a class of admission could be written so: `H9`, `ZZ9`.
fn is_class(text: &str) -> bool {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    (1..=3).contains(&(text.len() - digits.len())) && (1..=2).contains(&digits.len()) && digits.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether digits follow directly, so that a last group of this length is a part of a longer number.
fn follows(text: &str, end: usize, group: usize) -> bool {
    let mut rest = text.get(end..).unwrap_or_default().chars();
    rest.next().is_some_and(|c| c == '-' || (group <= 4 && matches!(c, ' ' | '.'))) && rest.next().is_some_and(|c| c.is_ascii_digit())
}

/// Whether digits precede directly. Those of a label are few: `I-94 2290 1147 8A3`.
fn precedes(text: &str, start: usize, group: usize) -> bool {
    let mut rest = text.get(..start).unwrap_or_default().chars().rev();
    rest.next().is_some_and(|c| c == '-' || (group <= 4 && matches!(c, ' ' | '.')))
        && rest.take(3).filter(char::is_ascii_digit).count() == 3
}

/// Nine characters, a letter, a digit: the form of admission numbers since May 2019 (CBP).
fn is_modern_i94(number: &Number<'_>) -> bool {
    let mut tail = number.tail.chars();
    number.letters.is_empty()
        && number.digits.len() == MODERN_DIGITS + 1
        && tail.next().is_some_and(|c| c.is_ascii_alphabetic())
        && tail.next().is_some_and(|c| c.is_ascii_digit())
        && tail.next().is_none()
}

/// An A-number written in one piece or in threes.
fn grouped(groups: &[usize]) -> bool {
    groups.len() == 1 || (groups.iter().skip(1).all(|length| *length == 3) && groups.first().is_some_and(|length| *length <= 3))
}

/// Digits in groups as other numbers have them: telephone, Social Security, ZIP+4, payment cards, dates.
fn elsewhere(groups: &[usize]) -> bool {
    matches!(
        groups,
        [3, 3, 4]
            | [1, 3, 3, 4]
            | [3, 4]
            | [3, 2, 4]
            | [5, 4]
            | [4, 4, 4, ..]
            | [4, 2, 2]
            | [4, 1..=2, 1..=2]
            | [1..=2, 1..=2, 4]
            | [1..=2, 1..=2, 2]
    )
}

/// Whether all groups of digits are years.
fn is_years(digits: &str, groups: &[usize]) -> bool {
    groups.iter().all(|group| *group == 4) && digits.as_bytes().chunks(4).all(|year| matches!(year, [b'1', b'9', ..] | [b'2', b'0', ..]))
}

fn plausible(number: &Number<'_>) -> bool {
    number.digits.chars().any(|digit| digit != '0')
}

/// Fourth and fifth digit of numbers that the IRS gives to people who have no Social Security number (IRS Publication 1915).
fn itin_range(digits: &str) -> bool {
    digits.get(3..5).and_then(|group| group.parse::<u8>().ok()).is_some_and(|group| matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99))
}

/// Signs that join the groups of a number.
fn joins(c: char) -> bool {
    matches!(c, '-' | '.' | '–' | '\u{2011}' | '\u{a0}')
}

impl<'a> Number<'a> {
    fn read(text: &str, runs: &[Run<'a>]) -> Option<Self> {
        let (first, last) = (runs.first()?, runs.last()?);
        let head = first.text.find(|c: char| c.is_ascii_digit()).unwrap_or(first.text.len());
        let (letters, mut rest) = first.text.split_at_checked(head)?;
        if letters.len() > LETTERS_MAX {
            return None;
        }
        let receipt = RECEIPTS.iter().any(|prefix| prefix.eq_ignore_ascii_case(letters));
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
                    gap.len() <= GAP_BYTES_MAX && gap.chars().all(|c| matches!(c, ' ' | '#' | ':') || joins(c) || (c == '*' && receipt))
                } else {
                    // Receipts are printed with asterisks as well.
                    let mut chars = gap.chars();
                    chars.next().is_some_and(|c| c == ' ' || joins(c) || (c == '*' && receipt)) && chars.next().is_none()
                };
                if !joins || !tail.is_empty() {
                    return None;
                }
                rest = run.text;
            }
            let count = rest.chars().take_while(char::is_ascii_digit).count();
            // The letter of an admission number may begin its last group.
            let ends =
                digits.len() == MODERN_DIGITS && letters.is_empty() && rest.len() == 2 && rest.ends_with(|c: char| c.is_ascii_digit());
            if count == 0 && !rest.is_empty() && !ends {
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

/// The words near `start..end`, with those before that a label may begin with whose end is near; and which of them is the first
/// that is near itself.
fn around(words: Row<'_>, start: usize, end: usize) -> (Row<'_>, usize) {
    let (first, last) = (words.ended_by(start), words.begun_by(end));
    // A label may reach into the number's own letters (`A number`), so the look goes over it.
    let near = first.saturating_sub(LABEL_WORDS_BEFORE);
    let from = near.saturating_sub(LABEL_WORDS_MAX);
    let to = (last + LABEL_WORDS_BEHIND).min(words.len());
    (words.part(from..to), near - from)
}

/// Where `count` words end before `at`, or the beginning; at a place where text may be cut.
fn back(text: &str, at: usize, count: usize) -> usize {
    let bytes = text.as_bytes();
    let run = |end: usize| bytes.get(..end).unwrap_or_default().iter().rposition(|byte| cuts(*byte)).map_or(0, |cut| cut + 1);
    // The run that holds `at` may hold words before it; they are not counted.
    let mut from = run(at);
    let mut seen = 0;
    while from > 0 && seen < count {
        let end = from - 1;
        from = run(end);
        seen += words_in(text, from, end);
    }
    from
}

/// Where `count` words behind `at` end, or the end of the text.
fn ahead(text: &str, at: usize, count: usize) -> usize {
    let bytes = text.as_bytes();
    let run = |from: usize| bytes.get(from..).unwrap_or_default().iter().position(|byte| cuts(*byte)).map_or(bytes.len(), |cut| from + cut);
    let mut to = run(at);
    let mut seen = 0;
    while to < bytes.len() && seen < count {
        let start = to + 1;
        to = run(start);
        seen += words_in(text, start, to);
    }
    to
}

/// The words that a run is sure to hold.
fn words_in(text: &str, start: usize, end: usize) -> usize {
    let Some(run) = text.get(start..end) else { return 0 };
    if run.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
        return 1;
    }
    if run.is_ascii() {
        return 0;
    }
    let mut singles = 0;
    let mut letters = false;
    for c in run.chars() {
        match sure(c) {
            (true, true) => singles += 1,
            (true, false) => letters = true,
            _ => {}
        }
    }
    if singles > 0 { singles } else { usize::from(letters) }
}
