//! Folding: text to the form in which phrases are compared, with a way back to the bytes it came from.
//!
//! Letters are lower-cased and lose their accents (Unicode NFKD without combining marks, plus the letters that have no
//! decomposition), Arabic letters are unified across keyboards, Hangul is taken apart into its letters. What separates
//! words becomes one space, what ends a sentence becomes [`BREAK`]. Letters and digits are parted (`I-94`, `I94` and
//! `i 94` are one), dots between single letters fall away (`U.S.` is `us`), a Chinese character or kana is a word of its own.
//!
//! Vowel signs of Indic scripts are part of the word and stay; the nukta, which is often not typed, goes.

use std::sync::LazyLock;
use unicode_normalization::char::decompose_compatible;

/// Stands in folded text where a sentence ends.
pub const BREAK: char = '\n';

/// Folded text, and its words with the way back to where they came from.
#[derive(Debug, Default, Clone)]
pub struct Folded {
    /// Words parted by one space or one [`BREAK`]; none at either end.
    pub text: String,
    words: Vec<Piece>,
}

/// Where a word lies in the folded text and in the source.
#[derive(Debug, Clone, Copy)]
struct Piece {
    from: usize,
    to: usize,
    start: usize,
    end: usize,
    begins: bool,
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
}

impl Folded {
    /// The words, in order.
    pub fn words(&self) -> Vec<Word<'_>> {
        (0..self.words.len()).filter_map(|at| self.word(at)).collect()
    }

    /// A word by its place among the words.
    pub(crate) fn word(&self, at: usize) -> Option<Word<'_>> {
        let piece = self.words.get(at)?;
        Some(Word { text: self.text.get(piece.from..piece.to)?, start: piece.start, end: piece.end, begins: piece.begins })
    }
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

/// Whether text holds what may fold to such a character.
pub(crate) fn any_single(text: &str) -> bool {
    let may = |c: char| c >= '\u{2e80}' && !matches!(c, '\u{ac00}'..='\u{d7a3}');
    // None of them is written with a smaller byte.
    text.bytes().any(|byte| byte >= 0xe2) && text.chars().any(may)
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
    let room = Folded { text: String::with_capacity(source.len()), words: Vec::with_capacity(source.len() / 6 + 1) };
    fold_in(source, room)
}

/// The same, in the room of what was folded before.
pub(crate) fn fold_in(source: &str, mut folded: Folded) -> Folded {
    folded.text.clear();
    folded.words.clear();
    let mut folder = Folder { folded, word: 0, last: Role::Space, end: None, abbreviation: false, pending: Some(true) };
    let bytes = source.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_alphanumeric() {
            let digit = byte.is_ascii_digit();
            let same = |byte: &u8| if digit { byte.is_ascii_digit() } else { byte.is_ascii_alphabetic() };
            let rest = bytes.get(at..).unwrap_or_default();
            let run = source.get(at..at + rest.iter().position(|byte| !same(byte)).unwrap_or(rest.len())).unwrap_or_default();
            folder.run(run, at, if digit { Role::Digit } else { Role::Letter });
            at += run.len();
            continue;
        }
        let Some(c) = source.get(at..).and_then(|rest| rest.chars().next()) else { break };
        let end = at + c.len_utf8();
        let char = char_of(c);
        match char.role {
            Role::Silent => {}
            Role::Space => {
                folder.part(false);
                folder.abbreviation = false;
            }
            Role::Break => {
                folder.part(true);
                folder.abbreviation = false;
            }
            Role::Stop => folder.stop(source.get(end..).unwrap_or_default()),
            Role::Single => {
                folder.part(false);
                folder.put(c, char, at, end);
                folder.part(false);
            }
            Role::Letter | Role::Digit => folder.put(c, char, at, end),
        }
        at = end;
    }
    folder.folded
}

struct Folder {
    folded: Folded,
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

impl Folder {
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
        self.folded.text.push_str(run);
        let from = self.folded.text.len() - run.len();
        self.folded.text.get_mut(from..).unwrap_or_default().make_ascii_lowercase();
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
        self.folded.text.push(letter);
        self.reach(end);
    }

    /// Begins a word where one is due. A character that folds to nothing leaves that to the next.
    fn begin(&mut self, at: usize) {
        let Some(begins) = self.pending.take() else { return };
        let Folded { text, words } = &mut self.folded;
        if !text.is_empty() {
            text.push(if begins { BREAK } else { ' ' });
        }
        words.push(Piece { from: text.len(), to: text.len(), start: at, end: at, begins });
    }

    /// The last word reaches so far.
    fn reach(&mut self, end: usize) {
        self.end = Some(end);
        let to = self.folded.text.len();
        if let Some(word) = self.folded.words.last_mut() {
            (word.to, word.end) = (to, end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    fn check(source: &str, expected: &str) {
        assert_eq!(fold(source).text, expected, "{source}");
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
        assert_eq!(fold("시민권").text, fold("\u{1109}\u{1175}\u{1106}\u{1175}\u{11ab}\u{1100}\u{116f}\u{11ab}").text);
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
}
