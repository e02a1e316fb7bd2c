//! Where in raw text a phrase can stand at all, without folding it.
//!
//! Every match of a pattern holds one of its anchors ([`crate::pattern::Anchor`]): its rarest words. Sixty-four bytes at a time
//! become bits (letter, digit, beyond ASCII) and the bits words; the first eight letters and the length of a word are asked of
//! a sieve that fits into the nearest cache. What passes is compared whole, and with the words that its patterns want directly
//! beside it; only then is text folded, as much of it as a match can reach. Words with letters beyond ASCII in them, or with
//! dots between single letters, are folded first and then asked for in the same way. So a place may be named for nothing, but
//! none is passed over.
//!
//! `common.txt` holds how often words stand in a million words of manuals in English, manuals in twenty other languages, notes
//! on packages, or programs, whichever is most; it decides which anchors are rare, never what is found.

use crate::fold::{Folded, any_single, cuts, fold, fold_in, sure};
use crate::pattern::{Anchor, First, Pattern, Words as Reach};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

/// How often common words stand in a million.
const COMMON: &str = include_str!("common.txt");
/// Numbers are no anchors where there is a word: without them, the digits in a text need not be looked at.
const OFTEN_DIGITS: u64 = 1 << 32;
/// What a place that must be folded costs, by what it costs to see that it need not be; and how often in a million words a
/// neighbour stands for each of that.
const PASSES: u64 = 20;
const OFTEN_TOGETHER: u64 = 500;
/// Bytes that are looked at together.
const BLOCK: usize = 64;
/// Bytes of a word by which the sieve knows it.
const KEY: usize = 8;
const WINDOW: usize = BLOCK + KEY;
/// Bytes of a stem by which the sieve knows it.
const STEM_KEY: usize = 4;
/// Most bytes beyond ASCII that are folded in one piece.
const PIECE_BYTES_MAX: usize = 1 << 14;
/// Bytes by which stems are looked up.
const STEM_KEY_BYTES: usize = 3;
/// Bytes of a word that are folded in place.
const WORD_BYTES_MAX: usize = 64;

/// A pattern, and how far its matches reach around its anchors.
#[derive(Debug, Clone)]
struct Sought {
    pattern: Pattern,
    /// Words of a match before an anchor.
    before: Reach,
    /// Words of a match, and so the most that it has from an anchor on: the longest match may hold a later anchor.
    from: Reach,
    /// What [`Pattern::marks`] says.
    firsts: Marks,
    held: Vec<Marks>,
}

impl Sought {
    /// Whether among words with these marks are all that a match must hold.
    fn may_be_among(&self, marks: Marks) -> bool {
        self.held.iter().all(|held| held & marks != 0)
    }
}

/// A match of a pattern in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spot {
    /// First byte.
    pub start: usize,
    /// Behind the last byte.
    pub end: usize,
    /// The pattern, by its number.
    pub pattern: usize,
}

/// Patterns by their number.
type Numbers = Vec<usize>;

fn enter(numbers: &mut Numbers, pattern: usize) {
    if numbers.last() != Some(&pattern) {
        numbers.push(pattern);
    }
}

/// Odd, and with no pattern in its bits: multiplying by it spreads a key over the high bits of the product.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Eight bytes at a time: words are short, and who makes two of the packs' words collide has changed the packs.
#[derive(Debug, Default, Clone)]
pub(crate) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        let (chunks, rest) = bytes.as_chunks::<KEY>();
        let mut last = [0; KEY];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        for chunk in chunks.iter().chain([&last]) {
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(*chunk)).wrapping_mul(SPREAD);
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.write_usize(usize::from(number));
    }

    fn write_usize(&mut self, number: usize) {
        self.0 = (self.0 ^ number as u64).wrapping_mul(SPREAD);
    }
}

/// A map of words.
pub(crate) type Map<K, V> = HashMap<K, V, BuildHasherDefault<Spread>>;

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

/// A set of letters; digits are one of them.
#[derive(Debug, Default, Clone, Copy)]
struct Letters(u32);

impl Letters {
    const ALL: Self = Self(u32::MAX);

    /// The letter that a byte is, in either case; of what is none of them, every letter may come.
    fn of(byte: u8) -> Self {
        match byte {
            b'a'..=b'z' => Self(1 << (byte - b'a')),
            b'A'..=b'Z' => Self(1 << (byte - b'A')),
            b'0'..=b'9' => Self(1 << 26),
            _ => Self::ALL,
        }
    }

    fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// What the patterns of an anchor want beside it.
#[derive(Debug, Clone, Default)]
struct Wanted {
    /// Of those that want no word directly before or behind it.
    free: Numbers,
    follows: Known<Numbers>,
    leads: Known<Numbers>,
    /// The first letters of the words that may follow, and the last ones of those that may lead.
    firsts: Letters,
    lasts: Letters,
    /// The marks of both.
    following: Marks,
    leading: Marks,
}

/// A word's first bytes as a number; letters in lower case. What stands behind the word is cut off.
fn key(bytes: [u8; KEY], length: usize) -> u64 {
    let beyond = (KEY - length.min(KEY)) as u32 * 8;
    let key = u64::from_le_bytes(bytes) | 0x2020_2020_2020_2020;
    key & u64::MAX.checked_shr(beyond).unwrap_or_default()
}

fn hash(key: u64, length: usize) -> u64 {
    (key ^ (length as u64).wrapping_shl(58)).wrapping_mul(SPREAD)
}

/// Words, each as one bit of many: without its bit a word is not there, so that sets of words are compared at once.
pub(crate) type Marks = u128;

/// The mark of a folded word, or of all words that begin with a stem: that of its first letters.
pub(crate) fn mark(word: &str) -> Marks {
    let bytes = word.as_bytes();
    mark_of(padded(bytes), bytes.len())
}

fn mark_of(bytes: [u8; KEY], length: usize) -> Marks {
    1 << (key(bytes, length.min(STEM_KEY_BYTES)).wrapping_mul(SPREAD) >> 57)
}

/// The words that may be anchors: two bits for each in a table of hashes, and one for the beginning of each stem.
#[derive(Debug, Clone)]
pub(crate) struct Sieve {
    words: Box<[u64; 1 << 12]>,
    stems: Box<[u64; 1 << 9]>,
    /// Whether an anchor begins with a digit.
    digits: bool,
}

impl Sieve {
    pub fn new() -> Self {
        Self { words: Box::new([0; 1 << 12]), stems: Box::new([0; 1 << 9]), digits: false }
    }

    /// Where the bits of a word stand.
    fn word(key: u64, length: usize) -> (usize, u64) {
        let hash = hash(key, length);
        ((hash >> 52) as usize, 1 << ((hash >> 46) & 63) | 1 << ((hash >> 40) & 63))
    }

    fn stem(key: u64) -> (usize, u64) {
        let hash = (key & 0xffff_ffff).wrapping_mul(SPREAD) >> 32;
        ((hash >> 23) as usize, 1 << ((hash >> 17) & 63))
    }

    pub fn enter(&mut self, text: &str, stem: bool) {
        let bytes = text.as_bytes();
        self.digits |= bytes.first().is_some_and(u8::is_ascii_digit);
        if !stem {
            let (at, bits) = Self::word(key(padded(bytes), bytes.len()), bytes.len());
            self.words.get_mut(at).into_iter().for_each(|slot| *slot |= bits);
            return;
        }
        // Of a stem shorter than that, any byte may stand behind, or none.
        let open = bytes.len() < STEM_KEY;
        for last in 0..=u8::MAX {
            let mut bytes = padded(bytes);
            if open && let Some(byte) = bytes.get_mut(STEM_KEY - 1) {
                *byte = last;
            }
            let key = key(bytes, if open && last == 0 { STEM_KEY - 1 } else { STEM_KEY });
            let (at, bit) = Self::stem(key);
            self.stems.get_mut(at).into_iter().for_each(|slot| *slot |= bit);
        }
    }

    /// Whether a folded word may be one of them.
    pub fn holds(&self, word: &str) -> bool {
        let bytes = word.as_bytes();
        self.passes(key(padded(bytes), bytes.len()), bytes.len())
    }

    fn passes(&self, key: u64, length: usize) -> bool {
        let (word, stem) = self.asked(key, length);
        word || stem
    }

    /// Whether it may be a word, and whether it may begin with a stem.
    fn asked(&self, key: u64, length: usize) -> (bool, bool) {
        let (word, bits) = Self::word(key, length);
        let (stem, bit) = Self::stem(key);
        let words = self.words.get(word).copied().unwrap_or_default();
        let stems = self.stems.get(stem).copied().unwrap_or_default();
        (words & bits == bits, stems & bit != 0)
    }
}

fn padded(bytes: &[u8]) -> [u8; KEY] {
    bytes.first_chunk::<KEY>().copied().unwrap_or_else(|| {
        let mut key = [0; KEY];
        key.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        key
    })
}

/// The anchors of a set of patterns.
#[derive(Debug, Clone)]
pub(crate) struct Spotter {
    patterns: Vec<Sought>,
    words: Known<Wanted>,
    sieve: Sieve,
    sides: Sides,
}

/// For each word that is an anchor the letters beside which it may stand, by the word's hash: one look tells most of the places
/// apart where no pattern can match.
#[derive(Debug, Clone)]
struct Sides(Vec<Option<(u64, Letters, Letters)>>);

impl Sides {
    fn new(words: &Known<Wanted>) -> Self {
        let size = (words.words.len() * 2).next_power_of_two();
        let mut sides = Self(vec![None; size]);
        for (word, wanted) in &words.words {
            let hash = hash(key(padded(word), word.len()), word.len());
            let mut at = sides.first(hash);
            while sides.0.get(at).is_some_and(Option::is_some) {
                at = (at + 1) & (size - 1);
            }
            let (firsts, lasts) = if wanted.free.is_empty() { (wanted.firsts, wanted.lasts) } else { (Letters::ALL, Letters::ALL) };
            sides.0.get_mut(at).into_iter().for_each(|side| *side = Some((hash, firsts, lasts)));
        }
        sides
    }

    fn first(&self, hash: u64) -> usize {
        (hash >> 32) as usize & (self.0.len() - 1)
    }

    /// Whether a word of this hash may be an anchor where it stands.
    fn allow(&self, hash: u64, bytes: &[u8], start: usize, end: usize) -> bool {
        let mut at = self.first(hash);
        while let Some(Some((known, firsts, lasts))) = self.0.get(at) {
            if *known == hash && (firsts.0 == u32::MAX || next(bytes, end).0.meets(*firsts) || previous(bytes, start).0.meets(*lasts)) {
                return true;
            }
            at = (at + 1) & (self.0.len() - 1);
        }
        false
    }
}

/// What is needed while anchors are chosen.
struct Costs(BTreeMap<&'static str, u64>);

impl Costs {
    fn new() -> Self {
        let words = COMMON.lines().filter_map(|line| line.split_once(' '));
        Self(words.map(|(word, often)| (word, often.parse().unwrap_or_default())).collect())
    }

    /// How often a word or a stem stands in a million words.
    fn often(&self, text: &str, stem: bool) -> u64 {
        if stem {
            1 + self.0.range(text..).take_while(|(word, _)| word.starts_with(text)).map(|(_, often)| often).sum::<u64>()
        } else {
            1 + self.0.get(text).copied().unwrap_or_default()
        }
    }

    /// The same, of an anchor.
    fn anchor(&self, text: &str, stem: bool) -> u64 {
        if text.starts_with(|c: char| c.is_ascii_digit()) { OFTEN_DIGITS } else { self.often(text, stem) }
    }

    /// How often one of these words stands in a million.
    fn sides(&self, set: &BTreeSet<First>) -> u64 {
        let often = |first: &First| match first {
            First::Word(word) => self.often(word, false),
            First::Stem(stem) => self.often(stem, true),
        };
        set.iter().map(often).sum()
    }

    /// What it costs to look for these anchors: where one stands, and much more where its neighbour stands beside it.
    fn weigh(&self, anchors: &[Anchor<'_>]) -> u64 {
        let mut all: BTreeMap<(&str, bool), u64> = BTreeMap::new();
        for anchor in anchors {
            let sides = [&anchor.follows, &anchor.leads].into_iter().flatten().map(|set| self.sides(set)).min();
            // Words that belong together stand together more often than by chance.
            let passes = sides.map_or(PASSES, |often| (often / OFTEN_TOGETHER).clamp(1, PASSES));
            let most = all.entry((anchor.text, anchor.stem)).or_default();
            *most = passes.max(*most);
        }
        all.iter().map(|((text, stem), passes)| self.anchor(text, *stem).saturating_mul(passes + 1)).fold(0, u64::saturating_add)
    }
}

impl Spotter {
    /// For these patterns.
    pub fn new<'p>(patterns: impl Iterator<Item = &'p Pattern>) -> Self {
        let costs = Costs::new();
        let mut spotter = Self { patterns: Vec::new(), words: Known::default(), sieve: Sieve::new(), sides: Sides(Vec::new()) };
        for (number, pattern) in patterns.enumerate() {
            let (firsts, held) = pattern.marks();
            let mut whole = Sought { pattern: pattern.clone(), before: Reach::default(), from: pattern.reach(), firsts, held };
            for anchor in pattern.anchors(&|text, stem| costs.anchor(text, stem), &|anchors| costs.weigh(anchors)) {
                whole.before = whole.before.max(anchor.before);
                spotter.sieve.enter(anchor.text, anchor.stem);
                let wanted = spotter.words.entry(anchor.text, anchor.stem);
                let common = |set: &Option<BTreeSet<First>>| set.as_ref().map(|set| costs.sides(set));
                // The side on which fewer words may stand.
                let (side, set, letters, marks, last) = match (common(&anchor.follows), common(&anchor.leads)) {
                    (Some(follows), leads) if leads.is_none_or(|leads| follows <= leads) => {
                        (&mut wanted.follows, anchor.follows, &mut wanted.firsts, &mut wanted.following, false)
                    }
                    (_, Some(_)) => (&mut wanted.leads, anchor.leads, &mut wanted.lasts, &mut wanted.leading, true),
                    _ => {
                        enter(&mut wanted.free, number);
                        continue;
                    }
                };
                for first in set.into_iter().flatten() {
                    let (text, stem) = match &first {
                        First::Word(word) => (word, false),
                        First::Stem(stem) => (stem, true),
                    };
                    let byte = if last { text.bytes().next_back().filter(|_| !stem) } else { text.bytes().next() };
                    letters.add(byte.map_or(Letters::ALL, Letters::of));
                    *marks |= mark(text);
                    enter(side.entry(text, stem), number);
                }
            }
            spotter.patterns.push(whole);
        }
        spotter.sides = Sides::new(&spotter.words);
        spotter
    }

    /// Hands out the longest matches of the patterns from each word, in no order and perhaps more than once, until `each` has enough.
    pub fn matches(&self, text: &str, each: &mut dyn FnMut(Spot) -> bool) {
        let (mut room, mut marks) = (Folded::default(), Vec::new());
        self.scan(text, &mut |start, end, patterns| {
            let sought = || patterns.iter().filter_map(|number| Some((*number, self.patterns.get(*number)?)));
            let before = sought().fold(Reach::default(), |most, (_, sought)| most.max(sought.before));
            let from = sought().fold(Reach::default(), |most, (_, sought)| most.max(sought.from));
            let company = company(text.as_bytes(), start, end, before.whole, from.whole).unwrap_or(Marks::MAX);
            let sought = || sought().filter(|(_, sought)| sought.may_be_among(company));
            if sought().next().is_none() {
                return true;
            }
            let before = sought().fold(Reach::default(), |most, (_, sought)| most.max(sought.before));
            let from = sought().fold(Reach::default(), |most, (_, sought)| most.max(sought.from));
            let window = |words_of: fn(Reach) -> usize| (back(text, start, words_of(before)), ahead(text, end, words_of(from)));
            // Where there are no single characters as far as matches of whole words reach, gaps have none to pass over.
            let mut words_of: fn(Reach) -> usize = |reach| reach.whole;
            let (mut first, mut last) = window(words_of);
            if text.get(first..last).is_none_or(any_single) {
                words_of = Reach::all;
                (first, last) = window(words_of);
            }
            room = fold_in(text.get(first..last).unwrap_or_default(), std::mem::take(&mut room));
            let words = room.words();
            let anchor = words.partition_point(|word| word.end <= start - first);
            marks.clear();
            marks.extend(words.iter().map(|word| mark(word.text)));
            let all = marks.iter().fold(0, |all, mark| all | mark);
            for (number, sought) in sought() {
                if !sought.may_be_among(all) {
                    continue;
                }
                let begins = anchor.saturating_sub(words_of(sought.before));
                for (at, mark) in marks.iter().enumerate().take(anchor + 1).skip(begins) {
                    if sought.firsts & mark == 0 {
                        continue;
                    }
                    let behind = sought.pattern.longest(&words, at).and_then(|behind| words.get(behind.checked_sub(1)?));
                    let (Some(begin), Some(behind)) = (words.get(at), behind) else { continue };
                    if !each(Spot { pattern: number, start: first + begin.start, end: first + behind.end }) {
                        return false;
                    }
                }
            }
            true
        });
    }

    /// Hands out the places of anchors and the patterns that may match there, until `each` has enough.
    fn scan(&self, text: &str, each: &mut dyn FnMut(usize, usize, &[usize]) -> bool) {
        let bytes = text.as_bytes();
        let mut look =
            Look { spotter: self, text, done: 0, dotted: 0, enough: false, found: Numbers::new(), room: Folded::default(), each };
        let mut base = 0;
        while base < bytes.len() && !look.enough {
            let rest = bytes.get(base..).unwrap_or_default();
            base = match rest.first_chunk::<WINDOW>() {
                Some(window) => look.block(window, base),
                None => {
                    let mut window = [b' '; WINDOW];
                    window.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                    look.block(&window, base)
                }
            };
        }
    }
}

/// What the bytes of a block are: a bit for each, the first one lowest.
struct Bits {
    letters: u64,
    digits: u64,
    beyond: u64,
}

impl Bits {
    fn of(block: &[u8; BLOCK]) -> Self {
        Self { letters: letters(block), digits: digits(block), beyond: beyond(block) }
    }
}

/// The high bit of each byte of eight.
const HIGH: u64 = 0x8080_8080_8080_8080;

const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The bytes of a block of which `high` sets the high bit, eight at a time.
fn bits(block: &[u8; BLOCK], high: impl Fn(u64) -> u64) -> u64 {
    let (chunks, _) = block.as_chunks::<8>();
    // Each product has the eight high bits side by side in its last byte.
    let side_by_side = |chunk: &[u8; 8]| (high(u64::from_le_bytes(*chunk)) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    chunks.iter().rev().fold(0, |all, chunk| all << 8 | side_by_side(chunk))
}

/// The high bits where bytes lie between two of ASCII: a sum reaches them where its byte is not below the first, or above the last.
fn between(bytes: u64, first: u8, last: u8) -> u64 {
    bytes.wrapping_add(eight(0x80 - first)) & !bytes.wrapping_add(eight(0x7f - last)) & HIGH
}

fn letters(block: &[u8; BLOCK]) -> u64 {
    bits(block, |raw| between(raw & !HIGH | eight(0x20), b'a', b'z') & !raw)
}

fn digits(block: &[u8; BLOCK]) -> u64 {
    bits(block, |raw| between(raw & !HIGH, b'0', b'9') & !raw)
}

fn beyond(block: &[u8; BLOCK]) -> u64 {
    if block.is_ascii() { 0 } else { bits(block, |raw| raw & HIGH) }
}

/// The marks of a word of ASCII, of so many words before it, and of so many from it on; none where that cannot be told
/// without folding.
fn company(bytes: &[u8], start: usize, end: usize, before: usize, from: usize) -> Option<Marks> {
    if !bytes.get(start..end).is_some_and(|word| word.iter().all(u8::is_ascii_alphanumeric)) {
        return None;
    }
    let mut marks = 0;
    let mut add = |start: usize, end: usize| {
        let rest = bytes.get(start..).unwrap_or_default();
        marks |= mark_of(padded(rest), end - start);
    };
    add(start, end);
    let (mut at, mut seen) = (end, 1);
    while seen < from && at < bytes.len() {
        let words = Words::ahead(bytes, at)?;
        let count = words.each(bytes, from - seen, &mut add)?;
        (seen, at) = (seen + count, words.next);
    }
    let (mut at, mut seen) = (start, 0);
    while seen < before && at > 0 {
        let (words, next) = Words::back(bytes, at)?;
        let count = words.each(bytes, usize::MAX, &mut add)?;
        (seen, at) = (seen + count, next);
    }
    Some(marks)
}

/// Whether one of the words between `start` and `end`, or of so many before, may be in a sieve; so too where there are single
/// characters, so that more words may count.
pub(crate) fn any_before(text: &str, start: usize, end: usize, count: usize, sieve: &Sieve) -> bool {
    let bytes = text.as_bytes();
    let mut found = false;
    let mut ask = |start: usize, end: usize| {
        found |= sieve.passes(key(padded(bytes.get(start..).unwrap_or_default()), end - start), end - start);
    };
    let mut look = || {
        let mut at = end;
        while at > start {
            let (words, next) = Words::back(bytes, at)?;
            words.each(bytes, usize::MAX, &mut ask)?;
            at = next;
        }
        let mut seen = 0;
        while seen < count && at > 0 {
            let (words, next) = Words::back(bytes, at)?;
            seen += words.each(bytes, usize::MAX, &mut ask)?;
            at = next;
        }
        Some(())
    };
    if look().is_some() {
        return found;
    }
    let part = text.get(back(text, start, count)..end).unwrap_or_default();
    any_single(part) || fold(part).words().iter().any(|word| sieve.holds(word.text))
}

/// The words of a piece of ASCII of a block at most, from `base` on.
struct Words {
    base: usize,
    letters: u64,
    digits: u64,
    /// Where the next piece begins.
    next: usize,
}

impl Words {
    /// From a place where no word goes on.
    fn ahead(bytes: &[u8], base: usize) -> Option<Self> {
        let rest = bytes.get(base..)?;
        let next = (base + BLOCK).min(bytes.len());
        let words = Self::read(rest, base, next)?;
        // The last word may go on: it is left to the next piece.
        let last = words.letters.leading_ones().max(words.digits.leading_ones());
        if last == 0 || next == bytes.len() {
            return Some(words);
        }
        let keep = u64::MAX.checked_shr(last)?;
        Some(Self { letters: words.letters & keep, digits: words.digits & keep, next: next - last as usize, ..words })
    }

    /// Up to such a place; and where the piece begins.
    fn back(bytes: &[u8], end: usize) -> Option<(Self, usize)> {
        let base = end.saturating_sub(BLOCK);
        let words = Self::read(bytes.get(base..end)?, base, end)?;
        // The first word may have begun before.
        let first = words.letters.trailing_ones().max(words.digits.trailing_ones());
        if first == 0 || base == 0 {
            return Some((words, base));
        }
        let keep = u64::MAX.checked_shl(first)?;
        Some((Self { letters: words.letters & keep, digits: words.digits & keep, ..words }, base + first as usize))
    }

    fn read(bytes: &[u8], base: usize, next: usize) -> Option<Self> {
        let bits = match bytes.first_chunk::<BLOCK>() {
            Some(block) => Bits::of(block),
            None => {
                let mut block = [b' '; BLOCK];
                block.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
                Bits::of(&block)
            }
        };
        (bits.beyond == 0).then_some(Self { base, letters: bits.letters, digits: bits.digits, next })
    }

    /// Hands out so many words and answers how many there were; nothing where dots join single letters.
    fn each(&self, bytes: &[u8], most: usize, each: &mut dyn FnMut(usize, usize)) -> Option<usize> {
        let mut starts = (self.letters & !(self.letters << 1)) | (self.digits & !(self.digits << 1));
        let mut seen = 0;
        while starts != 0 && seen < most {
            let at = starts.trailing_zeros();
            starts &= starts - 1;
            let run = if self.letters.wrapping_shr(at) & 1 == 1 { self.letters } else { self.digits };
            let length = (!run.wrapping_shr(at)).trailing_zeros() as usize;
            let start = self.base + at as usize;
            if length == 1 && joins(bytes.get(start..).unwrap_or_default()) {
                return None;
            }
            each(start, start + length);
            seen += 1;
        }
        Some(seen)
    }
}

/// Hands out where numbers begin: digits of ASCII behind something else.
pub(crate) fn numbers(text: &str, mut each: impl FnMut(usize)) {
    let (blocks, rest) = text.as_bytes().as_chunks::<BLOCK>();
    let mut last = [b' '; BLOCK];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    let mut before = 0;
    for (block, base) in blocks.iter().chain([&last]).zip((0..).step_by(BLOCK)) {
        let digits = digits(block);
        let mut starts = digits & !(digits << 1 | before);
        before = digits >> 63;
        while starts != 0 {
            each(base + starts.trailing_zeros() as usize);
            starts &= starts - 1;
        }
    }
}

/// The bits from a place on.
fn bits_from(at: usize) -> u64 {
    u32::try_from(at).ok().and_then(|at| u64::MAX.checked_shl(at)).unwrap_or_default()
}

/// A look through one text.
struct Look<'a> {
    spotter: &'a Spotter,
    text: &'a str,
    /// Behind the last piece that was folded, and behind the last one for its dots.
    done: usize,
    dotted: usize,
    enough: bool,
    found: Numbers,
    room: Folded,
    each: &'a mut dyn FnMut(usize, usize, &[usize]) -> bool,
}

impl Look<'_> {
    /// Looks at the words that begin in a block; answers where the next block begins: no word goes on over that.
    fn block(&mut self, window: &[u8; WINDOW], base: usize) -> usize {
        let Some(block) = window.first_chunk::<BLOCK>() else { return base + BLOCK };
        // What was folded is done, here or from the block before.
        let mut fresh = bits_from(self.done.saturating_sub(base));
        let mut rest = beyond(block) & fresh;
        while rest != 0 && !self.enough {
            let at = base + rest.trailing_zeros() as usize;
            let start = self.start(at);
            self.done = self.end(at);
            self.folded(start, self.done);
            let behind = bits_from(self.done.saturating_sub(base));
            fresh &= behind | !bits_from(start.saturating_sub(base));
            rest &= behind;
        }
        let mut next = base + BLOCK;
        if self.spotter.sieve.digits {
            next = next.min(self.words(window, base, digits(block) & fresh));
        }
        next.min(self.words(window, base, letters(block) & fresh)).max(base + 1)
    }

    /// Looks at the words that these bits are; answers where the next block may begin.
    fn words(&mut self, window: &[u8; WINDOW], base: usize, bits: u64) -> usize {
        let mut starts = bits & !(bits << 1);
        while starts != 0 {
            let at = starts.trailing_zeros();
            starts &= starts - 1;
            let mut length = (!bits.wrapping_shr(at)).trailing_zeros() as usize;
            let at = at as usize;
            let start = base + at;
            if start < self.dotted {
                continue;
            }
            if at + length >= BLOCK {
                if at > 0 {
                    return start;
                }
                // A word as long as a block.
                let rest = self.text.as_bytes().get(start..).unwrap_or_default();
                length = rest.iter().position(|byte| kind(*byte) != kind(window[0])).unwrap_or(rest.len());
            }
            let Some(bytes) = window.get(at..).and_then(<[u8]>::first_chunk::<KEY>) else { continue };
            let key = key(*bytes, length);
            let (word, stem) = self.spotter.sieve.asked(key, length);
            if stem || (word && self.spotter.sides.allow(hash(key, length), self.text.as_bytes(), start, start + length)) {
                self.word(start, start + length);
            }
            // `U.S`: single letters with dots between them may be one word.
            if length == 1 && joins(bytes) {
                self.dotted = self.end(start);
                self.folded(start, self.dotted);
            }
            if length >= BLOCK {
                return start + length;
            }
        }
        base + BLOCK
    }

    /// Where the run that holds `at` begins.
    fn start(&self, at: usize) -> usize {
        self.text.as_bytes().get(..at).unwrap_or_default().iter().rposition(|byte| cuts(*byte)).map_or(0, |cut| cut + 1)
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

    /// Looks at the words of a piece that must be folded for it.
    fn folded(&mut self, start: usize, end: usize) {
        let room = fold_in(self.text.get(start..end).unwrap_or_default(), std::mem::take(&mut self.room));
        let mut at = 0;
        while let Some(word) = room.word(at) {
            let bytes = word.text.as_bytes();
            if self.spotter.sieve.holds(word.text) {
                let side =
                    |at: Option<usize>| at.and_then(|at| room.word(at)).map_or(Side::Unknown, |word| Side::Folded(word.text.as_bytes()));
                let (before, behind) = (side(at.checked_sub(1)), side(Some(at + 1)));
                let found = &mut self.found;
                self.spotter.words.each(bytes, |wanted| {
                    found.extend_from_slice(&wanted.free);
                    before.each(&wanted.leads, wanted.leading, found);
                    behind.each(&wanted.follows, wanted.following, found);
                });
                self.name(start + word.start, start + word.end);
            }
            at += 1;
        }
        self.room = room;
    }

    /// A word of ASCII that passed the sieve.
    fn word(&mut self, start: usize, end: usize) {
        let bytes = self.text.as_bytes();
        let found = &mut self.found;
        lowered(bytes.get(start..end).unwrap_or_default(), |word| {
            self.spotter.words.each(word, |wanted| {
                found.extend_from_slice(&wanted.free);
                if wanted.firsts.0 != 0 {
                    let (letter, at) = next(bytes, end);
                    if letter.meets(wanted.firsts) {
                        behind(bytes, at).each(&wanted.follows, wanted.following, found);
                    }
                }
                if wanted.lasts.0 != 0 {
                    let (letter, at) = previous(bytes, start);
                    if letter.meets(wanted.lasts) {
                        before(bytes, at).each(&wanted.leads, wanted.leading, found);
                    }
                }
            });
        });
        self.name(start, end);
    }

    /// Hands out what was found for a word.
    fn name(&mut self, start: usize, end: usize) {
        if self.found.is_empty() {
            return;
        }
        self.found.sort_unstable();
        self.found.dedup();
        if !self.enough {
            self.enough = !(self.each)(start, end, &self.found);
        }
        self.found.clear();
    }
}

/// Whether a dot and a letter stand behind the single letter that comes first.
fn joins(bytes: &[u8]) -> bool {
    bytes.get(1) == Some(&b'.') && bytes.get(2).is_some_and(u8::is_ascii_alphabetic)
}

/// Gives out a word of ASCII in lower case.
fn lowered<T>(word: &[u8], each: impl FnOnce(&[u8]) -> T) -> T {
    let mut buffer = [0; WORD_BYTES_MAX];
    match buffer.get_mut(..word.len()) {
        Some(lower) => {
            lower.copy_from_slice(word);
            lower.make_ascii_lowercase();
            each(lower)
        }
        None => each(&word.to_ascii_lowercase()),
    }
}

/// What stands directly before or behind a word.
#[derive(Debug, Clone, Copy)]
enum Side<'a> {
    /// This word of ASCII, in any case.
    Ascii(&'a [u8]),
    /// This word, folded.
    Folded(&'a [u8]),
    /// What must be folded to be known.
    Unknown,
}

impl Side<'_> {
    /// Adds the patterns that want this word there; `marks` are those of all words wanted.
    fn each(self, wanted: &Known<Numbers>, marks: Marks, found: &mut Numbers) {
        let mut add = |numbers: &Numbers| found.extend_from_slice(numbers);
        match self {
            Side::Ascii(word) | Side::Folded(word) if mark_of(padded(word), word.len()) & marks == 0 => {}
            Side::Ascii(word) => lowered(word, |word| wanted.each(word, add)),
            Side::Folded(word) => wanted.each(word, add),
            Side::Unknown => wanted.all(&mut add),
        }
    }
}

/// Whether a byte stands between words. A dot does: those that join letters are not looked at here.
fn parts(byte: u8) -> bool {
    (cuts(byte) && !breaks(byte)) || byte == b'.'
}

/// Whether a byte ends a sentence, whatever stands around it.
fn breaks(byte: u8) -> bool {
    matches!(byte, b'!' | b'?' | b';')
}

/// The letter with which the word behind `at` begins, and where; none where the text or the sentence ends.
fn next(bytes: &[u8], at: usize) -> (Letters, usize) {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.iter().position(|byte| !parts(*byte)) {
        Some(next) => (rest.get(next).filter(|byte| !breaks(**byte)).map_or(Letters(0), |byte| Letters::of(*byte)), at + next),
        None => (Letters(0), bytes.len()),
    }
}

/// The letter with which the word before `at` ends, and where.
fn previous(bytes: &[u8], at: usize) -> (Letters, usize) {
    let rest = bytes.get(..at).unwrap_or_default();
    match rest.iter().rposition(|byte| !parts(*byte)) {
        Some(last) => (rest.get(last).filter(|byte| !breaks(**byte)).map_or(Letters(0), |byte| Letters::of(*byte)), last + 1),
        None => (Letters(0), 0),
    }
}

/// The word that begins at `at`.
fn behind(bytes: &[u8], at: usize) -> Side<'_> {
    let rest = bytes.get(at..).unwrap_or_default();
    let Some(first) = rest.first() else { return Side::Unknown };
    let end = rest.iter().position(|byte| kind(*byte) != kind(*first)).unwrap_or(rest.len());
    side(rest.get(..end).unwrap_or_default(), rest.get(end))
}

/// The word that ends at `at`.
fn before(bytes: &[u8], at: usize) -> Side<'_> {
    let rest = bytes.get(..at).unwrap_or_default();
    let Some(last) = rest.last() else { return Side::Unknown };
    let start = rest.iter().rposition(|byte| kind(*byte) != kind(*last)).map_or(0, |start| start + 1);
    side(rest.get(start..).unwrap_or_default(), start.checked_sub(1).and_then(|before| rest.get(before)))
}

/// A word beside another, and the byte on its far side: a letter beyond ASCII may belong to it, and with a dot one letter is a
/// part of `U.S`.
fn side<'a>(word: &'a [u8], far: Option<&u8>) -> Side<'a> {
    let open = match far {
        Some(b'.') => word.len() == 1 && word.iter().all(u8::is_ascii_alphabetic),
        Some(byte) => !byte.is_ascii(),
        None => false,
    };
    if open || !word.iter().all(u8::is_ascii_alphanumeric) { Side::Unknown } else { Side::Ascii(word) }
}

/// What a byte is part of: words, numbers, neither.
fn kind(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => 1,
        b'a'..=b'z' | b'A'..=b'Z' => 2,
        _ => 0,
    }
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
