//! Patterns: what an entry's phrases look like, and where one matches in a row of words. The grammar is in `docs/phrases.md`.

use crate::fold::{Folded, KEY, Row, Word, fold, key, single};
use crate::spot::Set;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Words that a gap may pass over.
const GAP_WORDS_MAX: usize = 4;
/// Single characters (Chinese) that a gap may pass over.
const GAP_SINGLES_MAX: usize = 10;
/// Letters that must stand before `*`, lest a pattern match half the language.
const STEM_LETTERS_MIN: usize = 3;

/// Sets of words that are compared before a pattern is tried, and the words that such a set may have to leave anything out.
const HELD_MAX: usize = 4;
const HELD_WORDS_MAX: u32 = 256;

/// How much more often than the rarest set of words another may stand to be weighed against it.
const WEIGHED_TIMES: u64 = 30;

/// One element of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Word(Term),
    Stem(Term),
    Any(Arc<Choices>),
    Gap,
}

/// A word, or the beginning of one, with its first bytes as a number: most words differ in these.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Term {
    key: u64,
    text: Box<str>,
}

impl Term {
    fn new(text: &str) -> Self {
        Self { key: key(text.as_bytes()), text: text.into() }
    }

    fn is(&self, word: Word<'_>) -> bool {
        self.key == word.key && self.text.len() == word.text.len() && (self.text.len() <= KEY || *self.text == *word.text)
    }

    fn begins(&self, word: Word<'_>) -> bool {
        if self.text.len() >= KEY {
            return self.key == word.key && word.text.starts_with(&*self.text);
        }
        let beyond = 8 * (KEY - self.text.len()) as u32;
        (self.key ^ word.key) & u64::MAX.wrapping_shr(beyond) == 0
    }
}

/// Alternatives: those that begin with a plain word first, in order of its first bytes, since a set may hold a hundred.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Choices {
    all: Vec<Vec<Part>>,
    /// The first bytes of the plain words.
    keys: Vec<u64>,
    /// What [`reach`] says of the longest.
    reach: Words,
}

/// The plain word with which a choice begins.
fn head(choice: &[Part]) -> Option<&Term> {
    match choice.first() {
        Some(Part::Word(word)) => Some(word),
        _ => None,
    }
}

impl Choices {
    fn new(mut all: Vec<Vec<Part>>) -> Self {
        all.sort_by(|a, b| (head(a).is_none(), head(a)).cmp(&(head(b).is_none(), head(b))));
        let keys = all.iter().map_while(|choice| head(choice)).map(|head| head.key).collect();
        let reach = all.iter().map(|choice| reach(choice)).fold(Words::default(), Words::max);
        Self { all, keys, reach }
    }

    /// The choices that may begin with `word`.
    fn beginning<'c>(&'c self, word: Option<Word<'_>>) -> impl Iterator<Item = &'c Vec<Part>> {
        let other = self.all.iter().skip(self.keys.len());
        let same = word.map(|word| {
            let from = self.keys.partition_point(|key| *key < word.key);
            let count = self.keys.iter().skip(from).take_while(|key| **key == word.key).count();
            self.all.iter().skip(from).take(count)
        });
        same.into_iter().flatten().chain(other)
    }
}

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Shared: an index holds every pattern of its entries.
    parts: Arc<[Part]>,
}

/// What a word at the beginning of a match may be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum First {
    /// This word.
    Word(Box<str>),
    /// A word that begins so.
    Stem(Box<str>),
}

/// A word that a match must hold, or another like it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Anchor<'p> {
    pub text: &'p str,
    /// Whether it is the beginning of a word.
    pub stem: bool,
    /// The most words of the match before it.
    pub before: Words,
    /// The words one of which must follow it directly, where the pattern wants that.
    pub follows: Option<BTreeSet<First>>,
    /// The words one of which must stand directly before it.
    pub leads: Option<BTreeSet<First>>,
}

/// Named sets of phrases of one folder. Each is read once and shared, however many patterns name it.
#[derive(Debug, Default)]
pub struct Sets {
    phrases: BTreeMap<String, Vec<String>>,
    /// Those read, by their name and whether a star stands behind it.
    read: RefCell<BTreeMap<(String, bool), Arc<Choices>>>,
}

impl Sets {
    /// Adds a set.
    pub fn insert(&mut self, name: String, phrases: Vec<String>) {
        self.phrases.insert(name, phrases);
    }
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(source: &str, sets: &Sets) -> Result<Self, String> {
        let parts = Reader { sets, depth: 0 }.sequence(source)?;
        let pattern = Self { parts: parts.into() };
        if matches!(pattern.parts.first(), Some(Part::Gap)) || matches!(pattern.parts.last(), Some(Part::Gap)) {
            return Err("a gap `..` must have words on both sides".to_owned());
        }
        if may_be_empty(&pattern.parts) {
            return Err("the pattern may match nothing at all".to_owned());
        }
        Ok(pattern)
    }

    /// The words with which a match may begin.
    pub fn firsts(&self) -> BTreeSet<First> {
        let mut firsts = BTreeSet::new();
        collect_firsts(&self.parts, &mut firsts);
        firsts
    }

    /// Words and stems of which every match holds at least one, each with the words that may stand in the match before it: of the sets whose words are rare by `often` the one that `weigh`s least.
    pub(crate) fn anchors(&self, often: &dyn Fn(&str, bool) -> u64, weigh: &dyn Fn(&[Anchor<'_>]) -> u64) -> Vec<Anchor<'_>> {
        let sums: Vec<Option<u64>> = self.parts.iter().map(|part| rarest(part, often).map(|words| sum(&words))).collect();
        let least = sums.iter().flatten().min().copied().unwrap_or_default();
        let sets = sums.iter().enumerate().filter(|(_, sum)| sum.is_some_and(|sum| sum <= least.saturating_mul(WEIGHED_TIMES)));
        let sets = sets.filter_map(|(index, _)| anchors_at(&self.parts, index, &Around::default(), often));
        sets.min_by_key(|anchors| weigh(anchors)).unwrap_or_default()
    }

    /// Sets of words: those with which a match may begin, and others of which it holds one each.
    pub(crate) fn sets(&self) -> (Set, Vec<Set>) {
        let mut firsts = Set::default();
        self.firsts().iter().for_each(|(First::Word(text) | First::Stem(text))| firsts.enter(text));
        let mut held = held(&self.parts);
        // Those that leave out most come first.
        held.sort_unstable_by_key(|set| set.count());
        held.truncate(HELD_MAX);
        (firsts, held)
    }

    /// The longest match that begins at word `at`: the index behind its last word.
    pub(crate) fn longest(&self, words: Row<'_>, at: usize) -> Option<usize> {
        matches(&self.parts, words, at).last().copied().filter(|end| *end > at)
    }

    /// The most words that a match has.
    pub(crate) fn reach(&self) -> Words {
        reach(&self.parts)
    }

    /// Hands out every word in it, and whether it is a stem.
    pub fn each_word(&self, each: &mut dyn FnMut(&str, bool)) {
        walk(&self.parts, each, &mut |_| true);
    }
}

/// Hands out the words of `parts`, of sets only where they are `wanted`.
fn walk(parts: &[Part], each: &mut dyn FnMut(&str, bool), wanted: &mut dyn FnMut(&Arc<Choices>) -> bool) {
    for part in parts {
        match part {
            Part::Word(term) => each(&term.text, false),
            Part::Stem(term) => each(&term.text, true),
            Part::Any(choices) => {
                if wanted(choices) {
                    choices.all.iter().for_each(|choice| walk(choice, each, wanted));
                }
            }
            Part::Gap => {}
        }
    }
}

/// The plain words in patterns, for taking names apart.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    pub words: BTreeSet<String>,
    /// Sets whose words are there already, by where they lie: hundreds of patterns share one.
    known: HashMap<usize, Arc<Choices>>,
}

impl Vocabulary {
    /// Adds the words of a pattern.
    pub fn add(&mut self, pattern: &Pattern) {
        let Self { words, known } = self;
        let mut each = |word: &str, _| {
            if !words.contains(word) {
                words.insert(word.to_owned());
            }
        };
        walk(&pattern.parts, &mut each, &mut |choices| known.insert(Arc::as_ptr(choices).addr(), Arc::clone(choices)).is_none());
    }
}

/// Sets of words of which every match of `parts` holds one each.
fn held(parts: &[Part]) -> Vec<Set> {
    let part = |part: &Part| match part {
        Part::Word(term) | Part::Stem(term) => {
            let mut set = Set::default();
            set.enter(&term.text);
            Some(set)
        }
        Part::Gap => None,
        Part::Any(choices) => choices.all.iter().try_fold(Set::default(), |mut all, choice| {
            all.add(held(choice).into_iter().min_by_key(|set| set.count())?);
            Some(all)
        }),
    };
    parts.iter().filter_map(part).filter(|set| set.count() <= HELD_WORDS_MAX).collect()
}

/// The ends of all matches of `parts` that begin at `at`, ascending.
fn matches(parts: &[Part], words: Row<'_>, at: usize) -> Vec<usize> {
    let mut ends = Vec::new();
    sequence(parts, words, at, at, &mut ends);
    tidy(&mut ends);
    ends
}

/// Whether `parts` match where there is no word.
fn may_be_empty(parts: &[Part]) -> bool {
    matches(parts, Folded::default().row(), 0).contains(&0)
}

fn tidy(ends: &mut Vec<usize>) {
    ends.sort_unstable();
    ends.dedup();
}

/// Adds the ends of `parts`, read from `at`, of a match that began at `start`.
fn sequence(parts: &[Part], words: Row<'_>, start: usize, at: usize, out: &mut Vec<usize>) {
    let (mut rest, mut at) = (parts, at);
    // Most patterns fail at their second word: words and stems need no list of ends.
    while let Some((part, behind)) = rest.split_first() {
        match part {
            Part::Word(_) | Part::Stem(_) => {
                if !one(part, words, start, at) {
                    return;
                }
                at += 1;
                rest = behind;
            }
            Part::Any(_) | Part::Gap => break,
        }
    }
    if let Some(Part::Any(choices)) = rest.first()
        && choices.beginning(within(words, start, at)).next().is_none()
    {
        return;
    }
    let mut ends = vec![at];
    let mut next = Vec::new();
    for part in rest {
        next.clear();
        for &end in &ends {
            step(part, words, start, end, &mut next);
        }
        if next.is_empty() {
            return;
        }
        tidy(&mut next);
        std::mem::swap(&mut ends, &mut next);
    }
    out.append(&mut ends);
}

/// The word at `at`, unless a match that began at `start` ends before it: it does not go on behind the end of a sentence.
fn within(words: Row<'_>, start: usize, at: usize) -> Option<Word<'_>> {
    words.get(at).filter(|word| at == start || !word.begins)
}

fn one(part: &Part, words: Row<'_>, start: usize, at: usize) -> bool {
    within(words, start, at).is_some_and(|word| match part {
        Part::Word(term) => term.is(word),
        Part::Stem(stem) => stem.begins(word),
        Part::Any(_) | Part::Gap => false,
    })
}

fn step(part: &Part, words: Row<'_>, start: usize, at: usize, out: &mut Vec<usize>) {
    match part {
        Part::Word(_) | Part::Stem(_) => {
            if one(part, words, start, at) {
                out.push(at + 1);
            }
        }
        Part::Any(choices) => {
            let word = within(words, start, at);
            choices.beginning(word).for_each(|choice| sequence(choice, words, start, at, out));
        }
        Part::Gap => {
            out.push(at);
            // A match begins with a word of the pattern, also where what stands before its gap may be missing.
            if at == start {
                return;
            }
            let (mut singles, mut whole) = (0, 0);
            for index in at..words.len() {
                let Some(word) = words.get(index) else { break };
                if word.begins && index > start {
                    break;
                }
                if word.text.chars().all(single) {
                    singles += 1
                } else {
                    whole += 1
                }
                if singles > GAP_SINGLES_MAX || whole > GAP_WORDS_MAX {
                    break;
                }
                out.push(index + 1);
            }
        }
    }
}

/// How far a row of parts reaches: in text with single characters in it, gaps reach further.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Words {
    /// The most words where there are none.
    pub whole: usize,
    /// How many more, single characters, gaps may pass over.
    pub singles: usize,
}

impl Words {
    pub fn add(&mut self, other: Self) {
        self.whole += other.whole;
        self.singles += other.singles;
    }

    pub fn max(self, other: Self) -> Self {
        Self { whole: self.whole.max(other.whole), singles: self.singles.max(other.singles) }
    }

    /// Whether so many words, singles among them, are not too many.
    pub fn holds(self, words: Self) -> bool {
        words.whole <= self.whole && words.all() <= self.all()
    }

    pub fn all(self) -> usize {
        self.whole + self.singles
    }
}

/// The most words that `parts` can take.
fn reach(parts: &[Part]) -> Words {
    let mut words = Words::default();
    for part in parts {
        words.add(match part {
            Part::Word(_) | Part::Stem(_) => Words { whole: 1, singles: 0 },
            Part::Any(choices) => choices.reach,
            Part::Gap => Words { whole: GAP_WORDS_MAX, singles: GAP_SINGLES_MAX },
        });
    }
    words
}

/// What stands around the parts looked at: the rests of the sequences that hold them, the nearest first.
#[derive(Default, Clone)]
struct Around<'p> {
    before: Vec<&'p [Part]>,
    behind: Vec<&'p [Part]>,
}

/// How the words at one end of a row of parts are known.
#[derive(PartialEq, Eq)]
enum End {
    /// One of those collected stands there.
    Sure,
    /// The row may be empty.
    Open,
    /// Anything may stand there.
    Unknown,
}

/// Collects the words with which `parts` may begin, or, `back`wards, end.
fn edge(parts: &[Part], back: bool, out: &mut BTreeSet<First>) -> End {
    for index in 0..parts.len() {
        let at = if back { parts.len() - 1 - index } else { index };
        match parts.get(at) {
            Some(Part::Word(word)) => {
                out.insert(First::Word(word.text.clone()));
                return End::Sure;
            }
            Some(Part::Stem(stem)) => {
                out.insert(First::Stem(stem.text.clone()));
                return End::Sure;
            }
            Some(Part::Any(choices)) => {
                let mut open = false;
                for choice in &choices.all {
                    match edge(choice, back, out) {
                        End::Sure => {}
                        End::Open => open = true,
                        End::Unknown => return End::Unknown,
                    }
                }
                if !open {
                    return End::Sure;
                }
            }
            Some(Part::Gap) | None => return End::Unknown,
        }
    }
    End::Open
}

/// The words of which one must stand next to something; `None` where any may, or none.
fn neighbours(rows: &[&[Part]], back: bool) -> Option<BTreeSet<First>> {
    let mut words = BTreeSet::new();
    for row in rows {
        match edge(row, back, &mut words) {
            End::Sure => return Some(words),
            End::Open => {}
            End::Unknown => return None,
        }
    }
    None
}

/// The rarest set of words of which a match of `parts` holds one; `None` where it may hold none.
fn anchors<'p>(parts: &'p [Part], around: &Around<'p>, often: &dyn Fn(&str, bool) -> u64) -> Option<Vec<Anchor<'p>>> {
    let sums = parts.iter().enumerate().filter_map(|(index, part)| Some((sum(&rarest(part, often)?), index)));
    anchors_at(parts, sums.min()?.1, around, often)
}

/// The words of the part at `index`.
fn anchors_at<'p>(parts: &'p [Part], index: usize, around: &Around<'p>, often: &dyn Fn(&str, bool) -> u64) -> Option<Vec<Anchor<'p>>> {
    let (before, behind) = (parts.get(..index).unwrap_or_default(), parts.get(index + 1..).unwrap_or_default());
    let mut around = around.clone();
    around.before.insert(0, before);
    around.behind.insert(0, behind);
    let mut found = Vec::new();
    match parts.get(index)? {
        Part::Word(term) | Part::Stem(term) => found.push(Anchor {
            text: &term.text,
            stem: matches!(parts.get(index), Some(Part::Stem(_))),
            before: Words::default(),
            follows: neighbours(&around.behind, false),
            leads: neighbours(&around.before, true),
        }),
        Part::Any(choices) => {
            for choice in &choices.all {
                found.extend(anchors(choice, &around, often)?);
            }
        }
        Part::Gap => return None,
    }
    let before = reach(before);
    found.iter_mut().for_each(|anchor| anchor.before.add(before));
    Some(found)
}

/// Words with how often they stand in text; each once.
type Rare<'p> = BTreeMap<(&'p str, bool), u64>;

fn sum(words: &Rare<'_>) -> u64 {
    words.values().fold(0, |sum, often| sum.saturating_add(*often))
}

/// The rarest set of words of which a match of `part` holds one.
fn rarest<'p>(part: &'p Part, often: &dyn Fn(&str, bool) -> u64) -> Option<Rare<'p>> {
    match part {
        Part::Word(word) => Some([((&*word.text, false), often(&word.text, false))].into()),
        Part::Stem(stem) => Some([((&*stem.text, true), often(&stem.text, true))].into()),
        Part::Any(choices) => {
            let mut all = Rare::new();
            for choice in &choices.all {
                all.extend(choice.iter().filter_map(|part| rarest(part, often)).min_by_key(sum)?);
            }
            Some(all)
        }
        Part::Gap => None,
    }
}

fn collect_firsts(parts: &[Part], out: &mut BTreeSet<First>) {
    for part in parts {
        match part {
            Part::Word(word) => {
                out.insert(First::Word(word.text.clone()));
                return;
            }
            Part::Stem(stem) => {
                out.insert(First::Stem(stem.text.clone()));
                return;
            }
            Part::Any(choices) => {
                for choice in &choices.all {
                    collect_firsts(choice, out);
                }
                if !choices.all.iter().any(|choice| may_be_empty(choice)) {
                    return;
                }
            }
            Part::Gap => {}
        }
    }
}

struct Reader<'a> {
    sets: &'a Sets,
    depth: usize,
}

impl Reader<'_> {
    fn sequence(&mut self, source: &str) -> Result<Vec<Part>, String> {
        self.depth += 1;
        if self.depth > 16 {
            return Err("sets and brackets stand too deep in one another".to_owned());
        }
        let mut parts = Vec::new();
        let mut rest = source;
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..).unwrap_or_default();
            match c {
                '(' => {
                    let (inside, behind) = enclosed(after, '(', ')')?;
                    let choices = split(inside)?;
                    // Signs are no words: a comma parts no choices, and a choice of signs alone is one that may be missing.
                    let sign = |choice: &&str| {
                        choice.contains([',', '，', '、', '،'])
                            || (!choice.trim().is_empty()
                                && fold(choice).words().is_empty()
                                && !choice.contains(['{', '(', '*'])
                                && !choice.contains(".."))
                    };
                    if let Some(choice) = choices.iter().find(|choice| sign(choice)) {
                        return Err(format!(
                            "`({inside})`: expected words between `|`, or nothing where they may be missing, found the signs of `{choice}`"
                        ));
                    }
                    let choices = choices.into_iter().map(|choice| self.sequence(choice)).collect::<Result<_, _>>()?;
                    let (star, behind) = starred(behind);
                    parts.push(Part::Any(Arc::new(any(choices, star)?)));
                    rest = behind;
                }
                '{' => {
                    let (name, behind) = after.split_once('}').ok_or("`{` without `}`")?;
                    let (star, behind) = starred(behind);
                    parts.push(Part::Any(self.set(name, star)?));
                    rest = behind;
                }
                ')' | '}' => return Err(format!("`{c}` without its opening")),
                '|' => return Err("`|` stands outside brackets".to_owned()),
                '.' if after.starts_with('.') => {
                    parts.push(Part::Gap);
                    rest = after.get(1..).unwrap_or_default();
                }
                _ => {
                    // Up to what means something else; one dot is part of the text, two are a gap.
                    let end = rest.find(['(', ')', '{', '}', '|']).unwrap_or(rest.len());
                    let end = rest.find("..").map_or(end, |gap| gap.min(end));
                    let (text, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
                    plain(text, &mut parts)?;
                    rest = behind;
                }
            }
        }
        self.depth -= 1;
        Ok(parts)
    }

    fn set(&mut self, name: &str, star: bool) -> Result<Arc<Choices>, String> {
        let key = (name.to_owned(), star);
        if let Some(choices) = self.sets.read.borrow().get(&key) {
            return Ok(Arc::clone(choices));
        }
        let phrases = self.sets.phrases.get(name).ok_or_else(|| format!("no set is named `{name}`"))?;
        let choices = phrases.iter().map(|phrase| self.sequence(phrase)).collect::<Result<_, _>>()?;
        let choices = Arc::new(any(choices, star)?);
        self.sets.read.borrow_mut().insert(key, Arc::clone(&choices));
        Ok(choices)
    }
}

/// Whether a star stands first, and what stands behind it.
fn starred(behind: &str) -> (bool, &str) {
    behind.strip_prefix('*').map_or((false, behind), |rest| (true, rest))
}

/// Alternatives; a star behind them makes the last word of each a stem.
fn any(mut choices: Vec<Vec<Part>>, star: bool) -> Result<Choices, String> {
    for choice in choices.iter_mut().filter(|_| star) {
        match choice.last_mut() {
            Some(last @ Part::Word(_)) => {
                if let Part::Word(word) = last {
                    *last = stem(&word.text)?;
                }
            }
            Some(Part::Stem(_)) => {}
            _ => return Err("`*` behind brackets: each choice must end with a word".to_owned()),
        }
    }
    Ok(Choices::new(choices))
}

fn stem(word: &str) -> Result<Part, String> {
    if word.chars().count() < STEM_LETTERS_MIN {
        return Err(format!("`{word}*`: at least {STEM_LETTERS_MIN} letters before the star"));
    }
    Ok(Part::Stem(Term::new(word)))
}

/// Words and stems of a piece without brackets.
fn plain(text: &str, parts: &mut Vec<Part>) -> Result<(), String> {
    for (index, piece) in text.split('*').enumerate() {
        let star = index + 1 < text.split('*').count();
        let folded = fold(piece);
        let words = folded.words();
        for (at, word) in words.iter().enumerate() {
            let last = star && at + 1 == words.len();
            parts.push(if last { stem(word.text)? } else { Part::Word(Term::new(word.text)) });
        }
        if star && (words.is_empty() || piece.ends_with(char::is_whitespace)) {
            return Err("`*` must stand directly behind a word".to_owned());
        }
    }
    Ok(())
}

/// What stands before the bracket that closes, and what behind it.
fn enclosed(source: &str, open: char, close: char) -> Result<(&str, &str), String> {
    let mut depth = 1;
    for (at, c) in source.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Ok((source.get(..at).unwrap_or_default(), source.get(at + c.len_utf8()..).unwrap_or_default()));
            }
        }
    }
    Err(format!("`{open}` without `{close}`"))
}

/// The choices of a bracket, at its own level.
fn split(source: &str) -> Result<Vec<&str>, String> {
    let mut choices = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, c) in source.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1).ok_or("`)` without `(`")?,
            '|' if depth == 0 => {
                choices.push(source.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    choices.push(source.get(start..).unwrap_or_default());
    Ok(choices)
}

#[cfg(test)]
mod tests {
    use super::{Pattern, Sets};
    use crate::fold::fold;

    fn check(pattern: &str, text: &str, expected: Option<&str>) {
        let mut sets = Sets::default();
        sets.insert("us".to_owned(), vec!["US".to_owned(), "the (United States|Union)".to_owned()]);
        let pattern = Pattern::read(pattern, &sets).unwrap();
        let folded = fold(text);
        let words = folded.words();
        let found = (0..words.len()).find_map(|at| pattern.longest(folded.row(), at).map(|end| (at, end)));
        let found = found.and_then(|(at, end)| text.get(words[at].start..words[end - 1].end));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn patterns_match_what_the_grammar_says() {
        check("{us} citizen", "is a citizen of the U.S. Citizen?", Some("U.S. Citizen"));
        check("citizen of {us}", "a citizen of the United States today", Some("citizen of the United States"));
        check("(non|not a) citizen*", "is not a citizenship", Some("not a citizenship"));
        check("when .. come to {us}", "When did you first come to the Union?", Some("When did you first come to the Union"));
        check("when .. come to {us}", "When? They come to the US", None);
        check("when .. come to {us}", "when one two three four five come to US", None);
        check("(are|is) (he|she|) (a|) citizen", "Is citizen", Some("Is citizen"));
        check("公民", "您是不是公民或", Some("公民"));
        check("何时..入境", "您何时第一次入境美国", Some("何时第一次入境"));
        check("(citizen|resident)*", "residents", Some("residents"));
        check("immigration status", "immigration_status", Some("immigration_status"));
        check("citizen", "citizenship", None);
    }

    #[test]
    fn a_broken_pattern_says_what_is_wrong() {
        for (source, expected) in [
            ("(a|b", "`(` without `)`"),
            ("a)", "`)` without its opening"),
            ("{they} go", "no set is named `they`"),
            (".. a", "a gap"),
            ("(a|)", "match nothing"),
            ("im*", "at least 3 letters"),
            ("a | b", "outside brackets"),
            ("(a, b) c", "found the signs"),
            ("x (a|,) c", "found the signs"),
            ("x ((a, b|c)|d)", "found the signs"),
            ("x (a|/) c", "found the signs of `/`"),
        ] {
            let error = Pattern::read(source, &Sets::default()).unwrap_err();
            assert!(error.contains(expected), "{source}: {error}");
        }
    }
}
