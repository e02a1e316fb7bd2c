//! Names of columns, keys and variables, taken apart into words.
//!
//! `CITZ_FLG`, `parent1VisaExpiry`, `immigration-status` and `dateofbirth` are names, not text: they are cut at separators,
//! at changes of case and between letters and digits, and what is left in one piece is cut by the words that the packs know.

use crate::fold::{Folded, fold};
use std::collections::{BTreeMap, BTreeSet};

/// Letters of a piece below which it is not cut further.
const CUT_LETTERS_MIN: usize = 5;
/// Letters below which only a word of columns is cut off at its end (`LPRIND`, `CITCD`): any other two words may be one by chance.
const ANY_CUT_LETTERS_MIN: usize = 7;
/// Letters of what stands before it.
const STEM_LETTERS_MIN: usize = 3;
/// Letters that a word found inside a piece must have.
const WORD_LETTERS_MIN: usize = 2;

/// What is needed to take names apart.
#[derive(Debug, Default, Clone)]
pub(crate) struct Names {
    /// Words that a name may be cut into.
    pub vocabulary: BTreeSet<String>,
    /// Words that say what a column holds technically: `flag`, `date`.
    pub generic: BTreeSet<String>,
    /// Short words and what they stand for.
    pub abbreviations: BTreeMap<String, BTreeSet<String>>,
}

/// Digits behind the `x` that marks a number in sixteen digits.
const MARKED_DIGITS_MIN: usize = 3;
/// Digits of one that nothing marks, and how often letters and figures take turns in it.
const DIGEST_DIGITS_MIN: usize = 8;
const DIGEST_CHANGES_MIN: usize = 3;

/// One reading of a name: its words, and where each stands in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub words: Vec<(String, usize, usize)>,
}

impl Name {
    pub fn folded(&self) -> Folded {
        Folded::of(self.words.iter().map(|(text, start, end)| (text.as_str(), *start, *end)))
    }
}

impl Names {
    /// The readings of a name: as written, and with abbreviations written out where there are any.
    pub fn read(&self, source: &str) -> Vec<Name> {
        let mut words = Vec::new();
        for (start, end) in pieces(source) {
            let Some(piece) = source.get(start..end).filter(|_| !in_a_digest(source, start, end)) else { continue };
            let folded = fold(piece);
            for word in folded.row().iter() {
                let (from, to) = (start + word.start, start + word.end);
                match self.cut(word.text) {
                    Some(parts) => {
                        // Offsets inside an ASCII piece are exact; elsewhere the whole piece is named.
                        let exact = word.text.len() == to - from;
                        let mut at = from;
                        for part in parts {
                            let ends = if exact { at + part.len() } else { to };
                            words.push((part.to_owned(), if exact { at } else { from }, ends));
                            at = ends;
                        }
                    }
                    None => words.push((word.text.to_owned(), from, to)),
                }
            }
        }
        let longs = |text: &str| self.abbreviations.get(text).into_iter().flatten();
        let most = words.iter().map(|(text, ..)| longs(text).count()).max().unwrap_or_default();
        let expanded = |nth: usize| {
            let long = |(text, start, end): &(String, usize, usize)| {
                // Where another word of the name may mean more, the last meaning of this one goes with it.
                let long = longs(text).take(nth + 1).last().unwrap_or(text);
                long.split(' ').map(|word| (word.to_owned(), *start, *end)).collect::<Vec<_>>()
            };
            Name { words: words.iter().flat_map(long).collect() }
        };
        let mut readings: Vec<Name> = (0..most).map(expanded).filter(|name| name.words != words).collect();
        readings.insert(0, Name { words });
        readings
    }

    /// Whether a word says only how a column is kept, or counts its kind.
    pub fn is_generic(&self, word: &str) -> bool {
        self.generic.contains(word) || word.chars().all(char::is_numeric)
    }

    /// Cuts a piece without separators into known words, the fewest that fill it; `None` where it is a word or cannot be cut.
    fn cut<'w>(&self, word: &'w str) -> Option<Vec<&'w str>> {
        let known = |part: &str| self.vocabulary.contains(part) || self.generic.contains(part) || self.abbreviations.contains_key(part);
        let letters = word.chars().count();
        if letters < CUT_LETTERS_MIN || known(word) {
            return None;
        }
        if letters < ANY_CUT_LETTERS_MIN {
            let mut cuts = word.char_indices().skip(STEM_LETTERS_MIN).filter_map(|(at, _)| word.split_at_checked(at));
            return cuts
                .find(|(stem, end)| end.len() >= WORD_LETTERS_MIN && known(stem) && self.generic.contains(*end))
                .map(|(stem, end)| vec![stem, end]);
        }
        let ends: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
        // best[i]: the fewest words that fill the first i letters, and where the last of them begins.
        let mut best: Vec<Option<(usize, usize)>> = vec![None; ends.len()];
        if let Some(first) = best.first_mut() {
            *first = Some((0, 0));
        }
        for to in 1..ends.len() {
            for from in 0..to.saturating_sub(WORD_LETTERS_MIN - 1) {
                let (Some(Some((count, _))), Some(&a), Some(&b)) = (best.get(from), ends.get(from), ends.get(to)) else { continue };
                let count = count + 1;
                let better = best.get(to).copied().flatten().is_none_or(|(old, _)| count < old);
                if better
                    && word.get(a..b).is_some_and(known)
                    && let Some(slot) = best.get_mut(to)
                {
                    *slot = Some((count, from));
                }
            }
        }
        let mut parts = Vec::new();
        let mut to = ends.len() - 1;
        while to > 0 {
            let (_, from) = best.get(to).copied().flatten()?;
            parts.push(word.get(*ends.get(from)?..*ends.get(to)?)?);
            to = from;
        }
        parts.reverse();
        (parts.len() > 1).then_some(parts)
    }
}

/// The pieces of a name between separators and changes of case: `visaExpiryDT` is visa, Expiry, DT.
fn pieces(source: &str) -> Vec<(usize, usize)> {
    let chars: Vec<(usize, char)> = source.char_indices().collect();
    let mut pieces = Vec::new();
    let mut start: Option<usize> = None;
    for (index, &(at, c)) in chars.iter().enumerate() {
        let letter = c.is_alphanumeric() || (!c.is_ascii() && !c.is_whitespace());
        let previous = index.checked_sub(1).and_then(|before| chars.get(before)).map(|(_, c)| *c);
        let next = chars.get(index + 1).map(|(_, c)| *c);
        // A capital begins a word behind a small letter (`visaType`), and where a run of capitals ends (`USCitizen`).
        let hump = c.is_uppercase()
            && (previous.is_some_and(char::is_lowercase)
                || (previous.is_some_and(char::is_uppercase) && next.is_some_and(char::is_lowercase)));
        if !letter || hump {
            if let Some(from) = start.take() {
                pieces.push((from, at));
            }
            if letter {
                start = Some(at);
            }
        } else if start.is_none() {
            start = Some(at);
        }
    }
    if let Some(from) = start {
        pieces.push((from, source.len()));
    }
    pieces
}

/// Whether the letters and figures around a piece are one number in sixteen digits (`x1EAD`, `e36dacac7064`): what its letters
/// spell is no word.
fn in_a_digest(source: &str, start: usize, end: usize) -> bool {
    let alike = |c: char| c.is_ascii_alphanumeric();
    let from = source.get(..start).unwrap_or_default().trim_end_matches(alike).len();
    let to = source.len() - source.get(end..).unwrap_or_default().trim_start_matches(alike).len();
    source.get(from..to).is_some_and(is_digest)
}

fn is_digest(run: &str) -> bool {
    let marked = run.strip_prefix("0x").or_else(|| run.strip_prefix(['x', 'X']));
    let bytes = marked.unwrap_or(run).as_bytes();
    if !bytes.iter().all(u8::is_ascii_hexdigit) || !bytes.iter().any(u8::is_ascii_digit) {
        return false;
    }
    let changes = bytes.windows(2).filter(|pair| matches!(pair, [a, b] if a.is_ascii_digit() != b.is_ascii_digit())).count();
    marked.is_some() && bytes.len() >= MARKED_DIGITS_MIN || bytes.len() >= DIGEST_DIGITS_MIN && changes >= DIGEST_CHANGES_MIN
}

#[cfg(test)]
mod tests {
    use super::Names;

    fn check(source: &str, expected: &[&str]) {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        let names = Names {
            vocabulary: words(&["immigration", "status", "country", "of", "birth", "citizen", "us", "visa"]),
            generic: words(&["date", "flag", "no"]),
            abbreviations: [("citz", "citizen"), ("dob", "date of birth")]
                .map(|(short, long)| (short.to_owned(), [long.to_owned()].into()))
                .into(),
        };
        let readings = names.read(source);
        let found = readings.last().unwrap().words.iter().map(|(word, ..)| word.as_str()).collect::<Vec<_>>();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn names_fall_into_words() {
        for (source, expected) in [
            ("CITZ_FLG", &["citizen", "flg"][..]),
            ("parent1VisaExpiryDate", &["parent", "1", "visa", "expiry", "date"]),
            ("USCitizenFlag", &["us", "citizen", "flag"]),
            ("immigrationstatus", &["immigration", "status"]),
            ("COUNTRYOFBIRTH", &["country", "of", "birth"]),
            ("person/us-citizen.no", &["person", "us", "citizen", "no"]),
            ("applicant[dob]", &["applicant", "date", "of", "birth"]),
            ("statusMigración", &["status", "migracion"]),
            ("usable_dates", &["usable", "dates"]),
            ("VISANO", &["visa", "no"]),
            ("citzno", &["citizen", "no"]),
            // Two words of no column may be one by chance, and two letters are no word.
            ("ofvisa", &["ofvisa"]),
            ("usno", &["usno"]),
            ("usflag", &["usflag"]),
            ("f2_visa", &["f", "2", "visa"]),
            // Numbers in sixteen digits spell words by chance.
            ("x1EAD", &[]),
            ("0xDACA772A_visa", &["visa"]),
            ("e36dacac7064cab5c6270", &[]),
            ("DACA1", &["daca", "1"]),
            ("added2020", &["added", "2020"]),
            ("", &[]),
        ] {
            check(source, expected);
        }
    }

    #[test]
    fn words_lead_back_to_their_place() {
        let names = Names { vocabulary: ["birth", "country"].map(str::to_owned).into(), ..Names::default() };
        let read = names.read("xBirthcountry");
        assert_eq!(read[0].words[1], ("birth".to_owned(), 1, 6));
        assert_eq!(read[0].words[2], ("country".to_owned(), 6, 13));
    }
}
