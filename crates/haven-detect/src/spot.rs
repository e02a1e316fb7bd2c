//! Which patterns of many may match where, by a look at each word.
//!
//! Every match of a pattern holds one of its anchors ([`crate::pattern::Anchor`]): its rarest words. The first eight letters and
//! the length of a word are asked of a sieve that fits into the nearest cache. What passes is compared with the words that its
//! patterns want directly beside it, then whole, and with the words that they must hold; only then is a pattern tried. So a
//! place may be named for nothing, but none is passed over.
//!
//! `common.txt` holds how often words stand in a million words of manuals in English, manuals in twenty other languages, notes
//! on packages, or programs, whichever is most; it decides which anchors are rare, never what is found.

use crate::fold::{Folded, KEY, Piece, Row, cuts, key};
use crate::pattern::{Anchor, First, Pattern, Words as Reach};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

/// How often common words stand in a million.
const COMMON: &str = include_str!("common.txt");
/// Numbers are no anchors where there is a word: they stand everywhere in tables and logs.
const OFTEN_DIGITS: u64 = 1 << 32;
/// What a place that must be folded costs, by what it costs to see that it need not be; and how often in a million words a
/// neighbour stands for each of that.
const PASSES: u64 = 20;
const OFTEN_TOGETHER: u64 = 500;
/// Bytes of a stem by which the sieve knows it.
const STEM_KEY: usize = 4;
/// Bytes by which stems are looked up.
const STEM_KEY_BYTES: usize = 3;
/// Bytes of a text that are folded before they are searched: their words stay in a near cache.
const CHUNK_BYTES: usize = 1 << 15;
/// Bytes of folded letters for which room is kept.
const ROOM_BYTES_MAX: usize = 1 << 12;

/// A pattern, and how far its matches reach around its anchors.
#[derive(Debug, Clone)]
struct Sought {
    pattern: Pattern,
    /// Words of a match before an anchor.
    before: Reach,
    /// Words of a match, and so the most that it has from an anchor on: the longest match may hold a later anchor.
    from: Reach,
    /// What [`Pattern::sets`] says.
    firsts: Set,
    held: Vec<Set>,
}

impl Sought {
    /// Whether among words with these places are all that a match must hold.
    fn may_be_among(&self, places: &[u16]) -> bool {
        self.held.iter().all(|held| places.iter().any(|place| held.has(*place)))
    }
}

/// A match of a pattern in a row of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spot {
    /// The first word.
    pub first: usize,
    /// Behind the last word.
    pub last: usize,
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

    fn each(&self, word: &[u8], mut each: impl FnMut(&T)) {
        if let Some(known) = self.words.get(word) {
            each(known);
        }
        if let Some(stems) = word.first_chunk::<STEM_KEY_BYTES>().and_then(|key| self.stems.get(key)) {
            stems.iter().filter(|(stem, _)| word.starts_with(stem)).for_each(|(_, known)| each(known));
        }
    }
}

/// What the patterns of an anchor want beside it.
#[derive(Debug, Clone, Default)]
struct Wanted {
    /// Of those that want no word directly before or behind it.
    free: Numbers,
    follows: Known<Numbers>,
    leads: Known<Numbers>,
    /// The marks of the words that may follow, and of those that may lead.
    following: Marks,
    leading: Marks,
}

fn hash(key: u64, length: usize) -> u64 {
    (key ^ (length as u64).wrapping_shl(58)).wrapping_mul(SPREAD)
}

/// Words, each as one bit of many: without its bit a word is not there, so that sets of words are compared at once.
pub(crate) type Marks = u128;

/// The mark of a folded word, or of all words that begin with a stem: that of its first letters.
pub(crate) fn mark(word: &str) -> Marks {
    mark_of(key(word.as_bytes()))
}

/// The same, by a word's first bytes.
#[inline]
pub(crate) fn mark_of(key: u64) -> Marks {
    1 << (place(key) & 127)
}

/// A number of nine bits that stands for the first three bytes of a word.
#[inline]
fn place(key: u64) -> u16 {
    ((key & 0xff_ffff).wrapping_mul(SPREAD) >> 55) as u16
}

/// A set of words, or of the beginnings of words, by what stands for their first letters: finer than marks, and of one word at
/// a time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Set([u64; 8]);

impl Set {
    pub fn enter(&mut self, word: &str) {
        let place = place(key(word.as_bytes()));
        self.0.get_mut(usize::from(place >> 6)).into_iter().for_each(|bits| *bits |= 1 << (place & 63));
    }

    pub fn add(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(bits, other)| *bits |= other);
    }

    pub fn count(self) -> u32 {
        self.0.iter().map(|bits| bits.count_ones()).sum()
    }

    fn has(&self, place: u16) -> bool {
        self.0.get(usize::from(place >> 6)).is_some_and(|bits| bits >> (place & 63) & 1 == 1)
    }
}

/// A bit for the first letters of the word at a place; none where there is no word.
#[inline]
fn bit_at(piece: Option<&Piece>) -> u64 {
    piece.map_or(0, |piece| 1 << (place(piece.key()) & 63))
}

/// The words that may be anchors: two bits for each in a table of hashes, and one for the beginning of each stem.
#[derive(Debug, Clone)]
pub(crate) struct Sieve {
    words: Box<[u64; 1 << 12]>,
    stems: Box<[u64; 1 << 9]>,
}

impl Sieve {
    pub fn new() -> Self {
        Self { words: Box::new([0; 1 << 12]), stems: Box::new([0; 1 << 9]) }
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
        let whole = key(bytes);
        if !stem {
            let (at, bits) = Self::word(whole, bytes.len());
            self.words.get_mut(at).into_iter().for_each(|slot| *slot |= bits);
            return;
        }
        // Of a stem shorter than that, any byte may stand behind, or none.
        let open = if bytes.len() < STEM_KEY { u8::MAX } else { 0 };
        for last in 0..=open {
            let (at, bit) = Self::stem(whole | u64::from(last) << (8 * (STEM_KEY - 1)));
            self.stems.get_mut(at).into_iter().for_each(|slot| *slot |= bit);
        }
    }

    /// Whether a word with this key, of this length, may be one of them.
    pub fn holds(&self, key: u64, length: usize) -> bool {
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

/// The anchors of a set of patterns.
#[derive(Debug, Clone)]
pub(crate) struct Spotter {
    patterns: Vec<Sought>,
    words: Known<Wanted>,
    sieve: Sieve,
    sides: Sides,
}

/// For each word that is an anchor, and for the beginnings of stems, the words beside which it may stand, by the word's hash:
/// one look tells most of the places apart where no pattern can match.
#[derive(Debug, Clone)]
struct Sides(Vec<Side>);

#[derive(Debug, Clone, Copy, Default)]
struct Side {
    /// A part of the word's hash; 0 where there is none.
    tag: u32,
    /// Whether it may stand beside any.
    free: bool,
    /// As [`bit_at`] has them.
    following: u64,
    leading: u64,
}

impl Sides {
    fn new(known: &Known<Wanted>) -> Self {
        let stems = known.stems.values().flatten().map(|(stem, wanted)| (beginning(key(stem), stem.len()), wanted));
        let all = known.words.iter().map(|(word, wanted)| (hash(key(word), word.len()), wanted)).chain(stems);
        let size = (all.clone().count() * 2).next_power_of_two();
        let mut sides = Self(vec![Side::default(); size]);
        for (hash, wanted) in all {
            let (mut at, tag) = sides.first(hash);
            while sides.0.get(at).is_some_and(|side| side.tag != 0 && side.tag != tag) {
                at = (at + 1) & (size - 1);
            }
            let Some(side) = sides.0.get_mut(at) else { continue };
            let halves = |marks: Marks| marks as u64 | (marks >> 64) as u64;
            side.tag = tag;
            side.free |= !wanted.free.is_empty();
            side.following |= halves(wanted.following);
            side.leading |= halves(wanted.leading);
        }
        sides
    }

    fn first(&self, hash: u64) -> (usize, u32) {
        ((hash >> 32) as usize & (self.0.len() - 1), hash as u32 | 1)
    }

    /// Whether a word of this hash may be an anchor between two with these bits.
    fn allow(&self, hash: u64, before: u64, behind: u64) -> bool {
        let (mut at, tag) = self.first(hash);
        while let Some(side) = self.0.get(at).filter(|side| side.tag != 0) {
            if side.tag == tag {
                return side.free || side.following & behind != 0 || side.leading & before != 0;
            }
            at = (at + 1) & (self.0.len() - 1);
        }
        false
    }
}

/// A hash of the beginning of a stem, apart from those of words.
fn beginning(key: u64, length: usize) -> u64 {
    let length = length.min(STEM_KEY);
    hash(key & u64::MAX >> (8 * (KEY - length)), length).rotate_left(32)
}

/// What is needed while anchors are chosen.
struct Costs {
    words: Map<&'static str, u64>,
    /// The same in their order, for stems.
    ordered: Vec<(&'static str, u64)>,
}

impl Costs {
    fn new() -> Self {
        let words = COMMON.lines().filter_map(|line| line.split_once(' '));
        let mut ordered: Vec<(&str, u64)> = words.map(|(word, often)| (word, often.parse().unwrap_or_default())).collect();
        ordered.sort_unstable();
        Self { words: ordered.iter().copied().collect(), ordered }
    }

    /// How often a word or a stem stands in a million words.
    fn often(&self, text: &str, stem: bool) -> u64 {
        if stem {
            let from = self.ordered.partition_point(|(word, _)| *word < text);
            let begin = self.ordered.iter().skip(from).take_while(|(word, _)| word.starts_with(text));
            1 + begin.map(|(_, often)| often).sum::<u64>()
        } else {
            1 + self.words.get(text).copied().unwrap_or_default()
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
            let (firsts, held) = pattern.sets();
            let mut whole = Sought { pattern: pattern.clone(), before: Reach::default(), from: pattern.reach(), firsts, held };
            for anchor in pattern.anchors(&|text, stem| costs.anchor(text, stem), &|anchors| costs.weigh(anchors)) {
                whole.before = whole.before.max(anchor.before);
                spotter.sieve.enter(anchor.text, anchor.stem);
                let wanted = spotter.words.entry(anchor.text, anchor.stem);
                let common = |set: &Option<BTreeSet<First>>| set.as_ref().map(|set| costs.sides(set));
                // The side on which fewer words may stand.
                let (side, set, marks) = match (common(&anchor.follows), common(&anchor.leads)) {
                    (Some(follows), leads) if leads.is_none_or(|leads| follows <= leads) => {
                        (&mut wanted.follows, anchor.follows, &mut wanted.following)
                    }
                    (_, Some(_)) => (&mut wanted.leads, anchor.leads, &mut wanted.leading),
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
                    *marks |= mark(text);
                    enter(side.entry(text, stem), number);
                }
            }
            spotter.patterns.push(whole);
        }
        spotter.sides = Sides::new(&spotter.words);
        spotter
    }

    /// The most words that a match has.
    pub fn reach(&self) -> usize {
        self.patterns.iter().map(|sought| sought.from.all()).max().unwrap_or_default()
    }

    /// Hands out the longest matches of these of the patterns whose anchors stand in this part of a row of words, from each word
    /// on with which they begin, in no order and perhaps more than once, until `each` has enough.
    pub fn matches(&self, row: Row<'_>, part: Range<usize>, patterns: Range<usize>, each: &mut dyn FnMut(Spot) -> bool) {
        let mut look = Look { spotter: self, row, patterns, found: Numbers::new(), places: Vec::new() };
        let from = part.start;
        for (at, piece) in row.pieces().get(part).unwrap_or_default().iter().enumerate() {
            let (word, stem) = self.sieve.asked(piece.key(), piece.length());
            if (word || stem) && look.anchor(from + at, piece, word, stem) && !look.tried(from + at, each) {
                return;
            }
        }
    }
}

/// A look through one row of words.
struct Look<'a> {
    spotter: &'a Spotter,
    row: Row<'a>,
    patterns: Range<usize>,
    found: Numbers,
    places: Vec<u16>,
}

impl Look<'_> {
    /// Whether patterns may match around a word that passed the sieve: they are what is `found`.
    #[inline(never)]
    fn anchor(&mut self, at: usize, piece: &Piece, word: bool, stem: bool) -> bool {
        let pieces = self.row.pieces();
        // No match goes on over the end of a sentence.
        let behind = pieces.get(at + 1).filter(|piece| !piece.begins());
        let before = at.checked_sub(1).filter(|_| !piece.begins());
        let near = before.and_then(|before| pieces.get(before));
        let (bits_before, bits_behind) = (bit_at(near), bit_at(behind));
        let allow = |hash: u64| self.spotter.sides.allow(hash, bits_before, bits_behind);
        let (key, length) = (piece.key(), piece.length());
        let word = word && allow(hash(key, length));
        if !word && !(stem && (allow(beginning(key, length)) || allow(beginning(key, STEM_KEY_BYTES)))) {
            return false;
        }
        let Some(word) = self.row.get(at) else { return false };
        let (found, row) = (&mut self.found, self.row);
        found.clear();
        self.spotter.words.each(word.text.as_bytes(), |wanted| {
            found.extend_from_slice(&wanted.free);
            for (side, mark, marks, known) in [
                (behind.map(|_| at + 1), bits_behind, wanted.following, &wanted.follows),
                (before, bits_before, wanted.leading, &wanted.leads),
            ] {
                if (u128::from(mark) | u128::from(mark) << 64) & marks != 0
                    && let Some(word) = side.and_then(|side| row.get(side))
                {
                    known.each(word.text.as_bytes(), |numbers| found.extend_from_slice(numbers));
                }
            }
        });
        found.retain(|number| self.patterns.contains(number));
        !found.is_empty()
    }

    /// Tries the patterns that were found for an anchor; answers whether more are wanted.
    #[inline(never)]
    fn tried(&mut self, anchor: usize, each: &mut dyn FnMut(Spot) -> bool) -> bool {
        self.found.sort_unstable();
        self.found.dedup();
        let sought = |number: &usize| Some((*number, self.spotter.patterns.get(*number)?));
        let most = |of: fn(&Sought) -> Reach| {
            self.found.iter().filter_map(sought).fold(Reach::default(), |most, (_, sought)| most.max(of(sought)))
        };
        let (before, from) = (most(|sought| sought.before), most(|sought| sought.from));
        // Where there are no single characters as far as matches of whole words reach, gaps have none to pass over.
        let mut words_of: fn(Reach) -> usize = |reach| reach.whole;
        let (mut first, mut around) = sentence(self.row.pieces(), anchor, before.whole, from.whole);
        if around.iter().any(Piece::may_be_single) {
            words_of = Reach::all;
            (first, around) = sentence(self.row.pieces(), anchor, before.all(), from.all());
        }
        self.places.clear();
        self.places.extend(around.iter().map(|piece| place(piece.key())));
        for (number, sought) in self.found.iter().filter_map(sought).filter(|(_, sought)| sought.may_be_among(&self.places)) {
            let begins = anchor.saturating_sub(words_of(sought.before)).max(first);
            for begin in begins..=anchor {
                if !self.places.get(begin - first).is_some_and(|place| sought.firsts.has(*place)) {
                    continue;
                }
                if let Some(last) = sought.pattern.longest(self.row, begin)
                    && !each(Spot { pattern: number, first: begin, last })
                {
                    return false;
                }
            }
        }
        true
    }
}

/// So many words before an anchor and from it on, as far as its sentence goes; and the place of the first.
fn sentence(pieces: &[Piece], anchor: usize, before: usize, from: usize) -> (usize, &[Piece]) {
    let head = pieces.get(anchor.saturating_sub(before)..=anchor).unwrap_or_default();
    let back = head.iter().rev().position(Piece::begins).unwrap_or(head.len().saturating_sub(1));
    let behind = pieces.get(anchor + 1..).unwrap_or_default();
    let ahead = behind.iter().take(from.saturating_sub(1)).take_while(|piece| !piece.begins()).count();
    let first = anchor - back;
    (first, pieces.get(first..=anchor + ahead).unwrap_or_default())
}

/// Folds a text chunk by chunk. Hands out its words, which of them are to be looked at, and whether they are all; around those
/// there are so many others as `margin`, if the text has them.
pub(crate) fn through(text: &str, margin: usize, each: &mut dyn FnMut(Row<'_>, Range<usize>, bool)) {
    thread_local! {
        /// Room for words: most texts are short, and finding room anew for each would cost more than they do.
        static ROOM: Cell<Folded> = Cell::default();
    }
    let bytes = text.as_bytes();
    let mut folded = ROOM.take();
    folded.clear();
    let (mut at, mut done) = (0, 0);
    while at < bytes.len() {
        let rest = bytes.get(at + CHUNK_BYTES..).unwrap_or_default();
        let end = rest.iter().position(|byte| cuts(*byte)).map_or(bytes.len(), |cut| at + CHUNK_BYTES + cut);
        folded.add(text, at..end);
        let known = folded.row().len();
        let ready = if end == bytes.len() { known } else { known.saturating_sub(margin).max(done) };
        each(folded.row(), done..ready, at == 0 && end == bytes.len());
        if end == bytes.len() {
            break;
        }
        let kept = (known - ready).saturating_add(margin).min(known);
        folded.keep(kept);
        (at, done) = (end, ready - (known - kept));
    }
    folded.clear();
    if folded.room() <= ROOM_BYTES_MAX {
        ROOM.set(folded);
    }
}
