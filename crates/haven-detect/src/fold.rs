//! Folding: text to the form in which phrases are compared, with a way back to the bytes it came from.
//!
//! Letters are lower-cased and lose their accents (Unicode NFKD without combining marks, plus the letters that have no
//! decomposition), Arabic letters are unified across keyboards, Hangul is taken apart into its letters. What separates
//! words becomes one space, what ends a sentence becomes [`BREAK`]. Letters and digits are parted (`I-94`, `I94` and
//! `i 94` are one), dots between single letters fall away (`U.S.` is `us`), a Chinese character or kana is a word of its own.
//!
//! Vowel signs of Indic scripts are part of the word and stay; the nukta, which is often not typed, goes.

use crate::block::{BLOCK, Bits, WINDOW};
use std::ops::Range;
use std::sync::LazyLock;
use unicode_normalization::char::decompose_compatible;

/// Stands in folded text where a sentence ends.
pub const BREAK: char = '\n';

/// Bytes of a word by which it is known at once.
pub(crate) const KEY: usize = 8;
/// Most bytes beyond ASCII that are folded in one piece.
const PIECE_BYTES_MAX: usize = 1 << 14;
/// Behind the letters, so that whole blocks can be read.
const PADDING: &str = match str::from_utf8(&[b' '; WINDOW]) {
    Ok(spaces) => spaces,
    Err(_) => "",
};

/// The words of a text, with the way back to where they came from.
#[derive(Debug, Clone)]
pub struct Folded {
    /// Letters of the words. Of plain ASCII the text itself in lower case, with all that lies between the words.
    letters: String,
    words: Vec<Piece>,
    /// Whether a sentence ended behind the last word.
    ended: bool,
}

impl Default for Folded {
    fn default() -> Self {
        Self { letters: String::new(), words: Vec::new(), ended: true }
    }
}

/// Where a word lies among the letters and in the source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    from: usize,
    to: usize,
    start: usize,
    end: usize,
    begins: bool,
    key: u64,
}

impl Piece {
    /// The first eight bytes of the word as a number.
    pub fn key(&self) -> u64 {
        self.key
    }

    /// The bytes of the word.
    pub fn length(&self) -> usize {
        self.to - self.from
    }

    /// Whether it may be a character that is a word by itself: none is written with a smaller first byte.
    pub fn may_be_single(&self) -> bool {
        self.key & 0xff >= 0xe2
    }

    /// Whether a sentence ended before it.
    pub fn begins(&self) -> bool {
        self.begins
    }
}

/// One word of folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'a> {
    /// The folded word.
    pub text: &'a str,
    /// Where it begins in the source, in bytes.
    pub start: usize,
    /// Where it ends in the source, in bytes.
    pub end: usize,
    /// Whether a sentence ended before it.
    pub begins: bool,
    /// Its first eight bytes as a number.
    pub(crate) key: u64,
}

/// Some words of a folded text that stand in a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    letters: &'a str,
    words: &'a [Piece],
}

impl<'a> Row<'a> {
    pub fn len(self) -> usize {
        self.words.len()
    }

    pub fn pieces(self) -> &'a [Piece] {
        self.words
    }

    pub fn get(self, at: usize) -> Option<Word<'a>> {
        let piece = self.words.get(at)?;
        let text = self.letters.get(piece.from..piece.to)?;
        Some(Word { text, start: piece.start, end: piece.end, begins: piece.begins, key: piece.key })
    }

    pub fn iter(self) -> impl Iterator<Item = Word<'a>> {
        (0..self.words.len()).filter_map(move |at| self.get(at))
    }

    /// Those of a range; none where it reaches over the end.
    pub fn part(self, range: Range<usize>) -> Self {
        Self { words: self.words.get(range).unwrap_or_default(), ..self }
    }

    /// How many words from the first on end at or before this byte of the source.
    pub fn ended_by(self, at: usize) -> usize {
        self.words.partition_point(|word| word.end <= at)
    }

    /// How many words from the first on begin before this byte of the source.
    pub fn begun_by(self, at: usize) -> usize {
        self.words.partition_point(|word| word.start < at)
    }
}

/// A word's first bytes as a number.
pub(crate) fn key(word: &[u8]) -> u64 {
    match word.first_chunk::<KEY>() {
        Some(first) => u64::from_le_bytes(*first),
        None => word.iter().rev().fold(0, |key, byte| key << 8 | u64::from(*byte)),
    }
}

impl Folded {
    /// Words that come from somewhere else, each with its place in the source.
    pub(crate) fn of<'w>(words: impl Iterator<Item = (&'w str, usize, usize)>) -> Self {
        let mut folded = Self::default();
        for (text, start, end) in words {
            let from = folded.letters.len();
            folded.letters.push_str(text);
            folded.words.push(Piece { from, to: folded.letters.len(), start, end, begins: false, key: key(text.as_bytes()) });
        }
        folded
    }

    /// The words, in order.
    pub fn words(&self) -> Vec<Word<'_>> {
        self.row().iter().collect()
    }

    /// The words parted by one space or one [`BREAK`]; none at either end.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.letters.len());
        for (at, word) in self.row().iter().enumerate() {
            if at > 0 {
                text.push(if word.begins { BREAK } else { ' ' });
            }
            text.push_str(word.text);
        }
        text
    }

    pub(crate) fn row(&self) -> Row<'_> {
        Row { letters: &self.letters, words: &self.words }
    }

    /// Forgets all words.
    pub(crate) fn clear(&mut self) {
        self.letters.clear();
        self.words.clear();
        self.ended = true;
    }

    /// Bytes of letters that it has room for.
    pub(crate) fn room(&self) -> usize {
        self.letters.capacity()
    }

    /// Forgets all words but the last ones.
    pub(crate) fn keep(&mut self, count: usize) {
        self.words.drain(..self.words.len().saturating_sub(count));
        let mut letters = String::with_capacity(self.letters.capacity());
        for word in &mut self.words {
            let from = letters.len();
            letters.push_str(self.letters.get(word.from..word.to).unwrap_or_default());
            (word.from, word.to) = (from, letters.len());
        }
        self.letters = letters;
    }

    /// Adds the words of a part of a text that may be cut at either end.
    pub(crate) fn add(&mut self, text: &str, part: Range<usize>) {
        let start = part.start;
        let Some(source) = text.get(part) else { return };
        let base = self.letters.len();
        self.letters.push_str(source);
        if let Some(letters) = self.letters.get_mut(base..) {
            letters.make_ascii_lowercase();
        }
        self.letters.push_str(PADDING);
        let mut at = 0;
        while at < source.len() {
            let odd;
            (at, odd) = self.block(base, start, at);
            if odd {
                at = self.piece(source, start, at);
            }
        }
    }

    /// Adds the plain words of a block; answers where the next one begins, and whether what comes there must be folded.
    fn block(&mut self, base: usize, start: usize, at: usize) -> (usize, bool) {
        let Some(window) = self.letters.as_bytes().get(base + at..).and_then(<[u8]>::first_chunk::<WINDOW>) else {
            return (at + BLOCK, false);
        };
        let Some(bits) = window.first_chunk::<BLOCK>().map(Bits::of) else { return (at + BLOCK, false) };
        // What stands behind the last bytes is not seen: they, and a word that reaches them, are left to the next block.
        let word = bits.letters | bits.digits;
        let mut next = SEEN;
        if word >> (SEEN - 1) & 1 == 1 {
            let same = if bits.letters >> (SEEN - 1) & 1 == 1 { bits.letters } else { bits.digits };
            next -= (!(same << (BLOCK - SEEN))).leading_zeros() as usize;
        }
        let lone = bits.letters & !(bits.letters << 1) & !(bits.letters >> 1);
        // `U.S`: single letters with dots between them may be one word.
        let dotted = lone & (bits.dots >> 1) & ((bits.letters | bits.beyond) >> 2);
        let strange = (bits.beyond | bits.dots & (bits.beyond >> 1) | dotted) & below(SEEN);
        let mut odd = next == 0;
        if strange != 0 && (strange.trailing_zeros() as usize) < SEEN {
            let cuts = !(word | bits.dots | bits.beyond) & below(strange.trailing_zeros() as usize);
            let run = BLOCK - cuts.leading_zeros() as usize;
            odd = true;
            next = run.min(next);
        }
        let seen = below(next);
        // A dot behind a single letter ends no sentence, nor does one before a letter.
        let mut ends = (bits.breaks | bits.dots & !(word >> 1) & !(lone << 1)) & seen;
        let mut starts = (bits.letters & !(bits.letters << 1) | bits.digits & !(bits.digits << 1)) & seen;
        let mut lasts = bits.letters & !(bits.letters >> 1) | bits.digits & !(bits.digits >> 1);
        let (from, start, mut ended) = (base + at, start + at, self.ended);
        self.words.reserve(BLOCK / 2);
        while starts != 0 {
            let first = starts.trailing_zeros() as usize;
            let behind = lasts.trailing_zeros() as usize + 1;
            starts &= starts - 1;
            lasts &= lasts - 1;
            let before = below(first);
            let begins = ended | (ends & before != 0);
            ends &= !before;
            ended = false;
            let bytes = window.get(first..).and_then(<[u8]>::first_chunk::<KEY>).copied().unwrap_or_default();
            let length = behind.wrapping_sub(first);
            let key = u64::from_le_bytes(bytes) & (u64::MAX >> (8 * (KEY - length.min(KEY))));
            self.words.push(Piece {
                from: from.wrapping_add(first),
                to: from.wrapping_add(behind),
                start: start.wrapping_add(first),
                end: start.wrapping_add(behind),
                begins,
                key,
            });
        }
        self.ended = ended | (ends != 0);
        (at + next, odd)
    }

    /// Adds the words of the run at `at`, and of more where that is beyond ASCII too; answers where it ends.
    fn piece(&mut self, source: &str, start: usize, at: usize) -> usize {
        let bytes = source.as_bytes();
        let next =
            |from: usize| bytes.get(from..).unwrap_or_default().iter().position(|byte| cuts(*byte)).map_or(bytes.len(), |cut| from + cut);
        let mut end = next(at);
        while end - at < PIECE_BYTES_MAX
            && bytes.get(end.saturating_sub(1)).is_some_and(|byte| !byte.is_ascii())
            && bytes.get(end + 1).is_some_and(|byte| !byte.is_ascii())
        {
            end = next(end + 1);
        }
        self.one_by_one(source, start, at..end);
        end
    }

    /// Adds the words of a part of a source, one character after the other.
    fn one_by_one(&mut self, source: &str, start: usize, part: Range<usize>) {
        let known = self.words.len();
        let pending = Some(self.ended);
        let mut folder = Folder { folded: self, start, word: 0, last: Role::Space, end: None, abbreviation: false, pending };
        folder.fold(source, part);
        let pending = folder.pending;
        self.ended = pending == Some(true);
        for word in self.words.get_mut(known..).unwrap_or_default() {
            word.key = key(self.letters.as_bytes().get(word.from..word.to).unwrap_or_default());
        }
    }
}

/// Bytes of a block behind which two more are seen.
const SEEN: usize = BLOCK - 2;

/// The bits below a place in a block.
fn below(at: usize) -> u64 {
    1_u64.wrapping_shl(at as u32).wrapping_sub(1)
}

/// What a source character does to the words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Part of a word.
    Letter,
    /// Part of a number.
    Digit,
    /// A word by itself: Chinese characters and kana.
    Single,
    /// Nothing at all: accents, zero-width characters.
    Silent,
    /// Parts words.
    Space,
    /// Ends a sentence if what follows is not part of a word.
    Stop,
    /// Ends a sentence.
    Break,
}

/// Whether a character is written without spaces between words.
pub fn single(c: char) -> bool {
    matches!(c, '\u{3005}' | '\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Characters that carry no letter of their own: combining accents (not vowel signs), nuktas, tatweel, zero-width characters.
fn silent(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}'
        | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}' | '\u{93c}' | '\u{9bc}' | '\u{a3c}'
        | '\u{abc}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Whether a character is a vowel sign or a joiner of an Indic script: a mark that `char::is_alphanumeric` may not count.
fn sign(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{955}'..='\u{957}' | '\u{981}'..='\u{983}' | '\u{9be}'..='\u{9cd}'
        | '\u{a01}'..='\u{a03}' | '\u{a3e}'..='\u{a4d}' | '\u{a70}' | '\u{a71}' | '\u{a81}'..='\u{a83}' | '\u{abe}'..='\u{acd}')
}

fn role(c: char) -> Role {
    match c {
        'a'..='z' | 'A'..='Z' => Role::Letter,
        '0'..='9' => Role::Digit,
        '.' => Role::Stop,
        '!' | '?' | ';' | '。' | '！' | '？' | '；' | '؟' | '۔' | '।' | '॥' | '\u{2029}' => Role::Break,
        // The rest of ASCII, before the tables.
        '\0'..='\x7f' => Role::Space,
        _ if silent(c) => Role::Silent,
        _ if single(c) => Role::Single,
        _ if sign(c) => Role::Letter,
        _ if c.is_numeric() => Role::Digit,
        _ if c.is_alphanumeric() => Role::Letter,
        _ => Role::Space,
    }
}

/// One decomposed character to its folded letters.
fn letters(c: char, out: &mut impl FnMut(char)) {
    match c {
        'ł' | 'Ł' => out('l'),
        'đ' | 'Đ' | 'ð' | 'Ð' => out('d'),
        'ø' | 'Ø' => out('o'),
        'ı' => out('i'),
        'ß' | 'ẞ' => {
            out('s');
            out('s');
        }
        'æ' | 'Æ' => {
            out('a');
            out('e');
        }
        'œ' | 'Œ' => {
            out('o');
            out('e');
        }
        // Arabic letters as typed on Arabic, Persian and Urdu keyboards.
        'ى' | 'ی' | 'ې' | 'ے' => out('ي'),
        'ة' | 'ہ' | 'ھ' | 'ە' | 'ۃ' | 'ۂ' => out('ه'),
        'ک' => out('ك'),
        'ٱ' => out('ا'),
        // Arabic and Persian digits read as digits.
        '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' | '\u{966}'..='\u{96f}' | '\u{ae6}'..='\u{aef}' => {
            let zero = match c {
                '\u{660}'..='\u{669}' => 0x660,
                '\u{6f0}'..='\u{6f9}' => 0x6f0,
                '\u{966}'..='\u{96f}' => 0x966,
                _ => 0xae6,
            };
            out(char::from_digit(u32::from(c) - zero, 10).unwrap_or(c));
        }
        // The letters of Hangul syllables have no case.
        '\u{1100}'..='\u{11ff}' => out(c),
        _ if silent(c) => {}
        _ => c.to_lowercase().for_each(|lower| {
            // Lower-casing may bring marks of its own (İ).
            if !silent(lower) {
                out(lower);
            }
        }),
    }
}

/// Whether text may be cut before or behind this byte without a change to the words on either side.
pub(crate) fn cuts(byte: u8) -> bool {
    byte.is_ascii() && !byte.is_ascii_alphanumeric() && byte != b'.'
}

/// Whether a character beyond ASCII is sure to give a word, and whether it is a word by itself.
pub(crate) fn sure(c: char) -> (bool, bool) {
    match role(c) {
        Role::Single => (true, true),
        // Presentation forms and modifier letters may fold to nothing.
        Role::Letter => (!matches!(c, '\u{2b0}'..='\u{37a}' | '\u{1d2c}'..='\u{1d6a}' | '\u{fb50}'..='\u{ffff}') && !sign(c), false),
        _ => (false, false),
    }
}

/// What is known of a character below [`KNOWN`].
#[derive(Clone, Copy)]
struct Char {
    role: Role,
    sign: bool,
    folds: Folds,
}

#[derive(Clone, Copy)]
enum Folds {
    Nothing,
    /// To one letter.
    One(char),
    /// To several, or to something with white space in it.
    Several,
}

/// Alphabets and kana; beyond them lie characters that are words by themselves, and rare ones.
const KNOWN: u32 = 0x3100;

/// What each character below [`KNOWN`] folds to: looking it up is several times faster than decomposing it.
static CHARS: LazyLock<Vec<Char>> = LazyLock::new(|| (0..KNOWN).map(|c| char::from_u32(c).map_or(UNKNOWN, known)).collect());
const UNKNOWN: Char = Char { role: Role::Space, sign: false, folds: Folds::Several };

fn known(c: char) -> Char {
    let mut folds = Folds::Nothing;
    decompose_compatible(c, |part| {
        letters(part, &mut |letter| {
            folds = if matches!(folds, Folds::Nothing) && !letter.is_whitespace() { Folds::One(letter) } else { Folds::Several };
        });
    });
    Char { role: role(c), sign: sign(c), folds }
}

fn char_of(c: char) -> Char {
    match c {
        // Most of what is written in Chinese, and nothing else, stands for itself; of Hangul all are letters.
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' => Char { role: Role::Single, sign: false, folds: Folds::One(c) },
        '\u{ac00}'..='\u{d7a3}' => Char { role: Role::Letter, sign: false, folds: Folds::Several },
        _ if u32::from(c) < KNOWN => CHARS.get(c as usize).copied().unwrap_or(UNKNOWN),
        _ => Char { role: role(c), sign: sign(c), folds: Folds::Several },
    }
}

/// Folds `source`.
pub fn fold(source: &str) -> Folded {
    let mut folded = Folded {
        letters: String::with_capacity(source.len() + PADDING.len()),
        words: Vec::with_capacity(source.len() / 5 + 1),
        ended: true,
    };
    folded.add(source, 0..source.len());
    folded
}

/// Folds what is not plain ASCII, one character after the other.
struct Folder<'f> {
    folded: &'f mut Folded,
    /// Where the source begins in its text.
    start: usize,
    /// Letters in the word being written, when each stood alone between dots.
    word: usize,
    last: Role,
    /// Behind the last source character that gave a letter.
    end: Option<usize>,
    /// Whether a dot stood between letters, so that the next one ends an abbreviation and no sentence.
    abbreviation: bool,
    /// A separator waits until another word comes: `Some(true)` is the end of a sentence.
    pending: Option<bool>,
}

impl Folder<'_> {
    fn fold(&mut self, source: &str, part: Range<usize>) {
        let bytes = source.as_bytes().get(..part.end).unwrap_or_default();
        let mut at = part.start;
        while let Some(&byte) = bytes.get(at) {
            if byte.is_ascii_alphanumeric() {
                let digit = byte.is_ascii_digit();
                let same = |byte: &u8| if digit { byte.is_ascii_digit() } else { byte.is_ascii_alphabetic() };
                let rest = bytes.get(at..).unwrap_or_default();
                let run = source.get(at..at + rest.iter().position(|byte| !same(byte)).unwrap_or(rest.len())).unwrap_or_default();
                self.run(run, at, if digit { Role::Digit } else { Role::Letter });
                at = self.on(bytes, at + run.len());
                continue;
            }
            let Some(c) = source.get(at..).and_then(|rest| rest.chars().next()) else { break };
            let end = at + c.len_utf8();
            let char = char_of(c);
            match char.role {
                Role::Silent => {}
                Role::Space => {
                    self.part(false);
                    self.abbreviation = false;
                }
                Role::Break => {
                    self.part(true);
                    self.abbreviation = false;
                }
                Role::Stop => self.stop(source.get(end..).unwrap_or_default()),
                Role::Single => {
                    self.part(false);
                    self.put(c, char, at, end);
                    self.part(false);
                }
                Role::Letter | Role::Digit => self.put(c, char, at, end),
            }
            at = self.on(bytes, end);
        }
    }

    /// Adds the letters with which a word goes on directly, where each folds to one; answers where others come.
    fn on(&mut self, bytes: &[u8], from: usize) -> usize {
        if self.last != Role::Letter || self.pending.is_some() || self.end != Some(from) {
            return from;
        }
        let chars = CHARS.as_slice();
        let mut at = from;
        while let Some(&byte) = bytes.get(at) {
            if byte.is_ascii_alphabetic() {
                self.folded.letters.push(char::from(byte.to_ascii_lowercase()));
                at += 1;
            } else if let (0xc0..=0xdf, Some(&second)) = (byte, bytes.get(at + 1))
                && let Some(Char { role: Role::Letter, sign: false, folds: Folds::One(letter) }) =
                    chars.get(usize::from(byte & 0x1f) << 6 | usize::from(second & 0x3f))
            {
                self.folded.letters.push(*letter);
                at += 2;
            } else {
                break;
            }
            self.word += 1;
        }
        if at > from {
            self.reach(at);
        }
        at
    }

    fn part(&mut self, ends: bool) {
        self.pending = Some(ends || self.pending == Some(true));
        self.last = Role::Space;
        self.word = 0;
    }

    /// A dot, and what stands behind it.
    fn stop(&mut self, rest: &str) {
        let mut chars = rest.chars();
        let next = chars.next().map(|next| char_of(next).role);
        // `U.S.`: a dot behind a single letter is no end, and a single letter behind it belongs to the same word.
        if self.last == Role::Letter && self.word == 1 {
            let after = chars.next().map(|after| char_of(after).role);
            let joins = next == Some(Role::Letter) && !matches!(after, Some(Role::Letter | Role::Digit));
            if !joins {
                self.part(false);
                // `यू.एस.`: letters whose names have several letters.
                self.abbreviation = next == Some(Role::Letter);
            }
        } else if std::mem::take(&mut self.abbreviation) {
            self.part(false);
        } else {
            self.part(!matches!(next, Some(Role::Letter | Role::Digit | Role::Single)));
        }
    }

    /// Letters, or digits, of ASCII.
    fn run(&mut self, run: &str, at: usize, role: Role) {
        self.goes_on(role, false, at);
        self.word += run.len() - 1;
        self.begin(at);
        let from = self.folded.letters.len();
        self.folded.letters.push_str(run);
        if let Some(letters) = self.folded.letters.get_mut(from..) {
            letters.make_ascii_lowercase();
        }
        self.reach(at + run.len());
    }

    /// Counts a character of a word.
    fn goes_on(&mut self, role: Role, sign: bool, at: usize) {
        // Letters and digits are words apart.
        if matches!((self.last, role), (Role::Letter, Role::Digit) | (Role::Digit, Role::Letter)) && !sign {
            self.part(false);
        }
        // Behind a dot the count starts again: `U.S` stays a run of single letters.
        let dotted = self.end.is_some_and(|end| end < at) && self.pending.is_none();
        // A vowel sign belongs to the letter before it: `यू.एस.` is a row of single letters.
        self.word = if dotted { 1 } else { self.word + usize::from(!sign) };
        self.last = role;
    }

    fn put(&mut self, c: char, char: Char, at: usize, end: usize) {
        self.goes_on(char.role, char.sign, at);
        match char.folds {
            Folds::Nothing => {}
            Folds::One(letter) => self.push(letter, at, end),
            Folds::Several => decompose_compatible(c, |part| {
                letters(part, &mut |letter| {
                    // Compatibility forms may hold spaces or points (`㎏`, `…`); they part nothing.
                    if !letter.is_whitespace() {
                        self.push(letter, at, end);
                    }
                });
            }),
        }
    }

    fn push(&mut self, letter: char, at: usize, end: usize) {
        self.begin(at);
        self.folded.letters.push(letter);
        self.reach(end);
    }

    /// Begins a word where one is due. A character that folds to nothing leaves that to the next.
    fn begin(&mut self, at: usize) {
        let Some(begins) = self.pending.take() else { return };
        let (from, start) = (self.folded.letters.len(), self.start + at);
        self.folded.words.push(Piece { from, to: from, start, end: start, begins, key: 0 });
    }

    /// The last word reaches so far.
    fn reach(&mut self, end: usize) {
        self.end = Some(end);
        let to = self.folded.letters.len();
        if let Some(word) = self.folded.words.last_mut() {
            (word.to, word.end) = (to, self.start + end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Folded, cuts, fold};
    use proptest::prelude::*;

    fn check(source: &str, expected: &str) {
        assert_eq!(fold(source).text(), expected, "{source}");
    }

    #[test]
    fn spellings_of_one_phrase_are_one() {
        for (source, expected) in [
            ("Are you a U.S. citizen?", "are you a us citizen"),
            ("the U.S. Citizens left. Then", "the us citizens left\nthen"),
            ("country-of_birth / País", "country of birth pais"),
            ("I-94, I94 and i 94", "i 94 i 94 and i 94"),
            ("Form (c)(9)  C09", "form c 9 c 09"),
            ("Łódź Đà Nẵng straße", "lodz da nang strasse"),
            ("don't l’entrée", "don t l entree"),
            ("您是公民吗？不是", "您 是 公 民 吗\n不 是"),
            ("تأشيرةٌ إقامة", "تاشيره اقامه"),
            ("ما نوع تأشيرتك؟", "ما نوع تاشيرتك"),
            ("नागरिक हैं", "नागरिक हैं"),
            ("i\u{301}mm\u{ad}igrant", "immigrant"),
            ("ＵＳＣ", "usc"),
            ("यू.एस. के नागरिक", "यू एस के नागरिक"),
            ("paid 3.50. No", "paid 3 50\nno"),
            ("", ""),
        ] {
            check(source, expected);
        }
        assert_eq!(fold("시민권").text(), fold("\u{1109}\u{1175}\u{1106}\u{1175}\u{11ab}\u{1100}\u{116f}\u{11ab}").text());
    }

    #[test]
    fn words_lead_back_to_their_source() {
        let source = "Ist ER ein U.S. Bürger? Ja";
        let folded = fold(source);
        let words = folded.words();
        let back: Vec<_> = words.iter().filter_map(|word| source.get(word.start..word.end)).collect();
        assert_eq!(back, ["Ist", "ER", "ein", "U.S", "Bürger", "Ja"]);
        assert_eq!(words.iter().map(|word| word.begins).collect::<Vec<_>>(), [true, false, false, false, false, true]);
    }

    /// What makes a difference to words: letters, digits, dots, what ends sentences, what is not seen, what is a word by itself.
    const PIECES: [&str; 26] = [
        "a",
        "B",
        "word",
        "Ab1",
        "7",
        "2025",
        ".",
        ". ",
        "..",
        "!",
        "; ",
        " ",
        "  ",
        "\n",
        "_",
        "/",
        "U.S.",
        "e.g",
        "é",
        "Ł",
        "ß",
        "\u{301}",
        "\u{ad}",
        "公民",
        "यू",
        "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

        #[test]
        fn blocks_fold_as_single_characters_do(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..90), cut in any::<prop::sample::Index>()) {
            let source = pieces.concat();
            let mut slow = Folded::default();
            slow.one_by_one(&source, 0, 0..source.len());
            let blocks = fold(&source);
            prop_assert_eq!(blocks.words(), slow.words(), "{:?}", source);
            // So too in two parts, with some of the words forgotten between them.
            let cut = cut.index(source.len() + 1);
            if source.as_bytes().get(cut).is_some_and(|byte| cuts(*byte)) {
                let mut parts = Folded::default();
                parts.add(&source, 0..cut);
                let forgotten = parts.words().len() / 2;
                parts.keep(parts.words().len() - forgotten);
                parts.add(&source, cut..source.len());
                prop_assert_eq!(&parts.words()[..], &slow.words()[forgotten..], "{:?}", source);
            }
        }
    }
}
