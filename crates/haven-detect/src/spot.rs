//! Where in raw text a phrase can stand at all, without folding it.
//!
//! Every match of a pattern holds one of its anchors ([`crate::pattern::Anchor`]): its rarest words. A run of letters in ASCII
//! is looked at only where a table of four-byte groups says that an anchor may stand; the table is asked at every third byte,
//! since six bytes of every anchor and its surroundings are entered from each of three beginnings. What holds letters beyond
//! ASCII, or dots between single letters, is folded word by word. So a place may be named for nothing, but none is passed over.
//! `common.txt` holds how often words stand in a million words of manuals and programs; it decides which anchors are rare,
//! never what is found.

use crate::fold::{cuts, fold, sure};
use crate::pattern::{First, Pattern};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

/// How often common words stand in a million.
const COMMON: &str = include_str!("common.txt");
/// What a further anchor costs beside how often it stands in text: room in the table.
const COST_NEW: u64 = 4;
/// What words beyond ASCII cost by their length: single characters of Chinese are everywhere in Chinese.
const COST_SINGLE: u64 = 400;
/// Bits of a class of bytes.
const CLASS_BITS: usize = 5;
/// Classes beside the 26 letters.
const SPACE: u8 = 0;
/// Digits by thirds: numbers would pass for one another, and ten classes do not fit.
const DIGITS: [u8; 3] = [27, 28, 29];
const DOT: u8 = 30;
const BEYOND: u8 = 31;
const CLASSES: u8 = 32;
/// Bytes in a group, groups in a window, and so bytes in a window.
const GROUP: usize = 4;
const STEP: usize = 3;
const WINDOW: usize = GROUP + STEP - 1;
/// Bytes looked at together.
const BLOCK: usize = 48;
/// Most bytes beyond ASCII that are folded in one piece.
const PIECE_BYTES_MAX: usize = 1 << 14;
/// Bytes by which stems are looked up.
const STEM_KEY_BYTES: usize = 3;
/// Bytes of a word that are folded in place.
const RUN_BYTES_MAX: usize = 64;

/// A place where a match may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// First byte of the anchor.
    pub start: usize,
    /// Behind its last byte.
    pub end: usize,
    /// The pattern, as [`Spotter::reach`] knows it.
    pub pattern: usize,
}

/// A pattern, and how far its matches reach around its anchors.
#[derive(Debug, Clone)]
pub(crate) struct Reach {
    pub pattern: Pattern,
    /// Words of a match before an anchor.
    pub before: usize,
    /// Words of a match from an anchor on.
    pub from: usize,
}

/// Patterns by their number.
type Numbers = Vec<usize>;

fn enter(numbers: &mut Numbers, pattern: usize) {
    if numbers.last() != Some(&pattern) {
        numbers.push(pattern);
    }
}

/// FNV-1a: words are short, and an adversary who makes two of the packs' words collide has changed the packs.
#[derive(Debug, Default, Clone)]
pub(crate) struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

type Map<K, V> = HashMap<K, V, BuildHasherDefault<Fnv>>;

/// What is known of words and of stems.
#[derive(Debug, Clone)]
struct Known<T> {
    words: Map<Box<[u8]>, T>,
    stems: Map<[u8; STEM_KEY_BYTES], BTreeMap<Box<[u8]>, T>>,
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self { words: Map::default(), stems: Map::default() }
    }
}

impl<T: Default> Known<T> {
    fn entry(&mut self, text: &str, stem: bool) -> &mut T {
        let bytes = text.as_bytes();
        let Some(key) = bytes.first_chunk::<STEM_KEY_BYTES>().filter(|_| stem) else {
            return self.words.entry(bytes.into()).or_default();
        };
        self.stems.entry(*key).or_default().entry(bytes.into()).or_default()
    }

    fn is_empty(&self) -> bool {
        self.words.is_empty() && self.stems.is_empty()
    }

    fn all(&self, mut each: impl FnMut(&T)) {
        self.words.values().for_each(&mut each);
        self.stems.values().flat_map(BTreeMap::values).for_each(each);
    }

    fn each(&self, word: &[u8], mut each: impl FnMut(&T)) {
        if let Some(known) = self.words.get(word) {
            each(known);
        }
        if let Some(stems) = word.first_chunk::<STEM_KEY_BYTES>().and_then(|key| self.stems.get(key)) {
            stems.iter().filter(|(stem, _)| word.starts_with(stem)).for_each(|(_, known)| each(known));
        }
    }
}

/// What the patterns of an anchor want around it.
#[derive(Debug, Clone, Default)]
struct Wanted {
    /// Of those that want no word directly before or behind it.
    free: Numbers,
    follows: Known<Numbers>,
    leads: Known<Numbers>,
}

/// The anchors of a set of patterns, and the table that says where one may stand.
#[derive(Debug, Clone)]
pub(crate) struct Spotter {
    patterns: Vec<Reach>,
    words: Known<Wanted>,
    classes: Box<[u8; 256]>,
    groups: Box<[u64]>,
}

fn class(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => byte - b'a' + 1,
        b'A'..=b'Z' => byte - b'A' + 1,
        b'0'..=b'2' => 27,
        b'3'..=b'6' => 28,
        b'7'..=b'9' => 29,
        b'.' => DOT,
        0..=0x7f => SPACE,
        _ => BEYOND,
    }
}

/// What is needed while anchors are chosen.
struct Costs {
    words: BTreeMap<&'static str, u64>,
    groups: HashMap<usize, u64>,
}

impl Costs {
    fn new() -> Self {
        let mut words = BTreeMap::new();
        let mut groups: HashMap<usize, u64> = HashMap::new();
        for (word, often) in COMMON.lines().filter_map(|line| line.split_once(' ')) {
            let often: u64 = often.parse().unwrap_or_default();
            words.insert(word, often);
            let spaced: Vec<u8> = [SPACE].into_iter().chain(word.bytes().map(class)).chain([SPACE, SPACE, SPACE]).collect();
            for group in spaced.windows(GROUP) {
                *groups.entry(number(group)).or_default() += often;
            }
        }
        Self { words, groups }
    }

    fn first(&self, first: &First) -> u64 {
        match first {
            First::Word(word) => self.of(word, false),
            First::Stem(stem) => self.of(stem, true),
        }
    }

    /// How often a word or a stem is looked at for nothing.
    fn of(&self, text: &str, stem: bool) -> u64 {
        if !text.is_ascii() {
            return if text.chars().count() == 1 { COST_SINGLE } else { 40 };
        }
        let often = if stem {
            self.words.range(text..).take_while(|(word, _)| word.starts_with(text)).map(|(_, often)| often).sum()
        } else {
            self.words.get(text).copied().unwrap_or(1)
        };
        // Few letters give groups that stand in many words, and a number is as good as another.
        let short = match text.len() {
            0..=1 => 2_000,
            2 => 800,
            3 => 300,
            4 => 100,
            _ => 0,
        };
        let digits = if text.bytes().all(|byte| byte.is_ascii_digit()) { 500 } else { 0 };
        often + short + digits
    }
}

fn number(group: &[u8]) -> usize {
    group.iter().fold(0, |number, class| number << CLASS_BITS | usize::from(*class))
}

/// Classes that may stand at a place of a window.
type Choice = Vec<u8>;

fn border(classes: &[u8]) -> Choice {
    classes.iter().chain(&DIGITS).copied().collect()
}

fn any() -> Choice {
    (0..CLASSES).collect()
}

impl Spotter {
    /// For these patterns.
    pub fn new<'p>(patterns: impl Iterator<Item = &'p Pattern>) -> Self {
        let costs = Costs::new();
        let mut chosen: BTreeSet<(&str, bool)> = BTreeSet::new();
        let mut words: Known<Wanted> = Known::default();
        let mut reaches = Vec::new();
        for (number, pattern) in patterns.enumerate() {
            let mut whole = Reach { pattern: pattern.clone(), before: 0, from: 0 };
            let cost = |text: &str, stem: bool| costs.of(text, stem) + if chosen.contains(&(text, stem)) { 0 } else { COST_NEW };
            for anchor in pattern.anchors(&cost) {
                chosen.insert((anchor.text, anchor.stem));
                whole.before = whole.before.max(anchor.before);
                whole.from = whole.from.max(anchor.from);
                let wanted = words.entry(anchor.text, anchor.stem);
                let common =
                    |set: &Option<BTreeSet<First>>| set.as_ref().map(|set| set.iter().map(|first| costs.first(first)).sum::<u64>());
                // The side on which fewer words may stand.
                let (side, set) = match (common(&anchor.follows), common(&anchor.leads)) {
                    (Some(follows), leads) if leads.is_none_or(|leads| follows <= leads) => (&mut wanted.follows, anchor.follows),
                    (_, Some(_)) => (&mut wanted.leads, anchor.leads),
                    _ => {
                        enter(&mut wanted.free, number);
                        continue;
                    }
                };
                for first in set.into_iter().flatten() {
                    match first {
                        First::Word(word) => enter(side.entry(&word, false), number),
                        First::Stem(stem) => enter(side.entry(&stem, true), number),
                    }
                }
            }
            reaches.push(whole);
        }
        let mut classes = [0; 256];
        for (byte, slot) in (0..=u8::MAX).zip(classes.iter_mut()) {
            *slot = class(byte);
        }
        let mut spotter =
            Self { patterns: reaches, words, classes: Box::new(classes), groups: vec![0; 1 << (GROUP * CLASS_BITS - 6)].into() };
        for (text, stem) in chosen {
            if text.is_ascii() {
                spotter.enter(text.as_bytes(), stem, &costs);
            }
        }
        spotter.enter_dots();
        spotter
    }

    /// Enters the rarest window of an anchor and what may stand around it.
    fn enter(&mut self, text: &[u8], stem: bool, costs: &Costs) {
        let digits = text.iter().all(u8::is_ascii_digit);
        let border: Choice =
            if digits { (0..CLASSES).filter(|class| !DIGITS.contains(class)).collect() } else { border(&[SPACE, DOT, BEYOND]) };
        let mut choices: Vec<Choice> = vec![border.clone()];
        choices.extend(text.iter().map(|byte| vec![class(*byte)]));
        if !stem {
            choices.push(border);
        }
        choices.resize(choices.len().max(WINDOW), any());
        let often =
            |group: &[Choice]| -> u64 { expand(group).iter().map(|group| costs.groups.get(group).copied().unwrap_or_default() + 1).sum() };
        let best = choices.windows(WINDOW).min_by_key(|window| window.windows(GROUP).map(often).sum::<u64>());
        for group in best.unwrap_or_default().windows(GROUP) {
            self.mark(group);
        }
    }

    /// `U.S`: single letters with dots between them are one word, whatever the letters.
    fn enter_dots(&mut self) {
        let letter: Choice = (1..=26).collect();
        let window = [border(&[SPACE, DOT, BEYOND]), letter.clone(), vec![DOT], letter, vec![SPACE, DOT, BEYOND], any()];
        for group in window.windows(GROUP) {
            self.mark(group);
        }
    }

    fn mark(&mut self, group: &[Choice]) {
        for group in expand(group) {
            if let Some(slot) = self.groups.get_mut(group >> 6) {
                *slot |= 1 << (group & 63);
            }
        }
    }

    fn class(&self, byte: u8) -> usize {
        self.classes.get(usize::from(byte)).copied().map_or(0, usize::from)
    }

    fn marked(&self, group: &[u8]) -> bool {
        let [a, b, c, d] = *group else { return false };
        let number = ((self.class(a) << CLASS_BITS | self.class(b)) << CLASS_BITS | self.class(c)) << CLASS_BITS | self.class(d);
        self.groups.get(number >> 6).is_some_and(|slot| slot >> (number & 63) & 1 == 1)
    }

    /// Whether any pattern may match in `text`.
    pub fn any(&self, text: &str) -> bool {
        self.scan(text, &mut |_| false)
    }

    /// Every place where a match may stand, by their ends.
    pub fn places(&self, text: &str) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        self.scan(text, &mut |place| {
            places.push(place);
            true
        });
        places.sort_unstable_by_key(|place| (place.start, place.end));
        places
    }

    /// Hands out places until `each` has enough; answers whether it had.
    fn scan(&self, text: &str, each: &mut dyn FnMut(Place) -> bool) -> bool {
        let bytes = text.as_bytes();
        let mut look = Look { spotter: self, text, done: 0, enough: false, found: Numbers::new(), each };
        let mut base = 0;
        // The first and last bytes have no surroundings for a window.
        look.around(0, WINDOW.min(bytes.len()));
        while base < bytes.len() && !look.enough {
            let block = bytes.get(base..(base + BLOCK + STEP).min(bytes.len())).unwrap_or_default();
            let plain = block.is_ascii();
            for (index, group) in block.windows(GROUP).step_by(STEP).enumerate() {
                if self.marked(group) || (!plain && group.iter().any(|byte| !byte.is_ascii())) {
                    let at = base + index * STEP;
                    look.around(at, at + GROUP);
                }
            }
            base += BLOCK;
        }
        if !look.enough {
            look.around(bytes.len().saturating_sub(WINDOW), bytes.len());
        }
        look.enough
    }

    /// A pattern, by its number.
    pub fn reach(&self, pattern: usize) -> Option<&Reach> {
        self.patterns.get(pattern)
    }

    /// The patterns that may match around `word`, with these words before and behind it.
    fn word(&self, word: &[u8], found: &mut Numbers, sides: &mut dyn FnMut() -> (Side, Side)) {
        let mut known: Option<(Side, Side)> = None;
        self.words.each(word, |wanted| {
            found.extend_from_slice(&wanted.free);
            if wanted.follows.is_empty() && wanted.leads.is_empty() {
                return;
            }
            let (before, behind) = known.get_or_insert_with(&mut *sides);
            for (side, wanted) in [(before, &wanted.leads), (behind, &wanted.follows)] {
                match side {
                    Side::None => {}
                    Side::Word(word) => wanted.each(word, |numbers| found.extend_from_slice(numbers)),
                    Side::Unknown => wanted.all(|numbers| found.extend_from_slice(numbers)),
                }
            }
        });
    }
}

/// What stands directly before or behind a word.
#[derive(Debug, Clone)]
enum Side {
    /// Nothing: the text ends.
    None,
    /// This word, folded.
    Word(Vec<u8>),
    /// What must be folded to be known.
    Unknown,
}

/// The word behind `at`.
fn behind(bytes: &[u8], at: usize) -> Side {
    let rest = bytes.get(at..).unwrap_or_default();
    let Some(start) = rest.iter().position(|byte| !cuts(*byte)) else { return Side::None };
    let rest = rest.get(start..).unwrap_or_default();
    let Some(first) = rest.first().filter(|byte| byte.is_ascii_alphanumeric()) else { return Side::Unknown };
    let end = rest.iter().position(|byte| cuts(*byte) || kind(*byte) != kind(*first) || !byte.is_ascii()).unwrap_or(rest.len());
    if rest.get(end).is_some_and(|byte| *byte == b'.' || !byte.is_ascii()) {
        return Side::Unknown;
    }
    Side::Word(rest.get(..end).unwrap_or_default().to_ascii_lowercase())
}

/// The word before `at`.
fn before(bytes: &[u8], at: usize) -> Side {
    let rest = bytes.get(..at).unwrap_or_default();
    let Some(last) = rest.iter().rposition(|byte| !cuts(*byte)) else { return Side::None };
    let rest = rest.get(..=last).unwrap_or_default();
    let Some(first) = rest.last().filter(|byte| byte.is_ascii_alphanumeric()) else { return Side::Unknown };
    let cut = rest.iter().rposition(|byte| cuts(*byte) || kind(*byte) != kind(*first) || !byte.is_ascii());
    if cut.and_then(|cut| rest.get(cut)).is_some_and(|byte| *byte == b'.' || !byte.is_ascii()) {
        return Side::Unknown;
    }
    Side::Word(rest.get(cut.map_or(0, |cut| cut + 1)..).unwrap_or_default().to_ascii_lowercase())
}

/// Every group that a row of choices allows.
fn expand(group: &[Choice]) -> Vec<usize> {
    group.iter().fold(vec![0], |numbers, choice| {
        numbers.iter().flat_map(|number| choice.iter().map(move |class| number << CLASS_BITS | usize::from(*class))).collect()
    })
}

/// A look through one text.
struct Look<'a> {
    spotter: &'a Spotter,
    text: &'a str,
    /// Behind the last run looked at.
    done: usize,
    enough: bool,
    found: Numbers,
    each: &'a mut dyn FnMut(Place) -> bool,
}

impl Look<'_> {
    /// Looks at the runs between `from` and `to` that were not looked at.
    fn around(&mut self, from: usize, to: usize) {
        let bytes = self.text.as_bytes();
        let mut at = from.max(self.done);
        while at < to.min(bytes.len()) && !self.enough {
            if bytes.get(at).copied().is_none_or(cuts) {
                at += 1;
                continue;
            }
            let start = bytes
                .get(self.done..at)
                .unwrap_or_default()
                .iter()
                .rposition(|byte| cuts(*byte))
                .map_or(self.done, |cut| self.done + cut + 1);
            let end = self.end(at);
            self.run(start, end);
            self.done = end;
            at = end;
        }
    }

    /// Where the run at `at` ends. What is beyond ASCII goes on over single separators, to be folded in one piece.
    fn end(&self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let next =
            |from: usize| bytes.get(from..).unwrap_or_default().iter().position(|byte| cuts(*byte)).map_or(bytes.len(), |cut| from + cut);
        let mut end = next(at);
        while end - at < PIECE_BYTES_MAX
            && bytes.get(end.saturating_sub(1)).is_some_and(|byte| !byte.is_ascii())
            && bytes.get(end + 1).is_some_and(|byte| !byte.is_ascii())
        {
            end = next(end + 1);
        }
        end
    }

    fn run(&mut self, start: usize, end: usize) {
        let Some(run) = self.text.get(start..end) else { return };
        let bytes = run.as_bytes();
        if bytes.is_ascii() && !dotted(bytes) {
            let mut from = 0;
            for at in 1..=bytes.len() {
                let (Some(last), next) = (bytes.get(at - 1), bytes.get(at)) else { continue };
                if next.is_some_and(|next| kind(*next) == kind(*last)) {
                    continue;
                }
                if last.is_ascii_alphanumeric() {
                    self.piece(bytes.get(from..at).unwrap_or_default(), start + from);
                }
                from = at;
            }
        } else {
            let folded = fold(run);
            let words = folded.words();
            for (at, word) in words.iter().enumerate() {
                let side = |at: Option<usize>| {
                    at.and_then(|at| words.get(at)).map_or(Side::Unknown, |word| Side::Word(word.text.as_bytes().to_vec()))
                };
                self.spotter.word(word.text.as_bytes(), &mut self.found, &mut || (side(at.checked_sub(1)), side(Some(at + 1))));
                self.name(start + word.start, start + word.end);
            }
        }
    }

    /// A word of ASCII.
    fn piece(&mut self, piece: &[u8], start: usize) {
        let bytes = self.text.as_bytes();
        let end = start + piece.len();
        let mut sides = || (before(bytes, start), behind(bytes, end));
        let mut buffer = [0; RUN_BYTES_MAX];
        match buffer.get_mut(..piece.len()) {
            Some(word) => {
                word.copy_from_slice(piece);
                word.make_ascii_lowercase();
                self.spotter.word(word, &mut self.found, &mut sides);
            }
            None => self.spotter.word(&piece.to_ascii_lowercase(), &mut self.found, &mut sides),
        }
        self.name(start, end);
    }

    /// Hands out what was found for a word.
    fn name(&mut self, start: usize, end: usize) {
        if self.found.is_empty() {
            return;
        }
        self.found.sort_unstable();
        self.found.dedup();
        for &pattern in &self.found {
            if !self.enough {
                self.enough = !(self.each)(Place { start, end, pattern });
            }
        }
        self.found.clear();
    }
}

fn kind(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => 1,
        b'.' => 2,
        _ => 0,
    }
}

/// Whether a dot stands behind a single letter.
fn dotted(run: &[u8]) -> bool {
    let letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
    run.iter().enumerate().any(|(at, byte)| {
        *byte == b'.' && at > 0 && letter(run.get(at - 1)) && (at == 1 || !letter(at.checked_sub(2).and_then(|before| run.get(before))))
    })
}

/// Where `count` words end before `at`, or the beginning; at a place where text may be cut.
pub(crate) fn back(text: &str, at: usize, count: usize) -> usize {
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
pub(crate) fn ahead(text: &str, at: usize, count: usize) -> usize {
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
