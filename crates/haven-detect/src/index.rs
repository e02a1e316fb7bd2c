//! Many patterns looked for at once in a row of words.

use crate::fold::{Piece, Row};
use crate::pattern::{First, Pattern, Words};
use crate::spot::{Map, Marks, Sieve, mark, mark_of};

/// Bytes by which stems are looked up; a stem has at least three letters, so it has as many bytes.
const STEM_KEY_BYTES: usize = 3;

/// A match of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Match {
    /// What the pattern belongs to.
    pub owner: usize,
    /// The first word.
    pub first: usize,
    /// Behind the last word.
    pub last: usize,
}

/// A stem and the pattern that may begin with it.
type Stem = (Box<str>, usize);

/// Patterns by the words with which they may begin.
#[derive(Debug, Default, Clone)]
pub(crate) struct Index {
    /// Each with its owner, and how far it reaches.
    patterns: Vec<(usize, Pattern, Words)>,
    /// How far any of them reaches.
    reach: Words,
    /// Whether the pattern of that number wants all the words.
    alone: Vec<bool>,
    words: Map<Box<str>, Vec<usize>>,
    stems: Map<Box<[u8]>, Vec<Stem>>,
    /// Of the words with which a pattern may begin; where there are many patterns, a finer net is worth its room.
    firsts: Marks,
    sieve: Option<Sieve>,
}

impl Index {
    /// For many patterns.
    pub fn large() -> Self {
        Self { sieve: Some(Sieve::new()), ..Self::default() }
    }

    /// Adds a pattern of `owner` that matches anywhere.
    pub fn add(&mut self, owner: usize, pattern: &Pattern) {
        self.add_where(owner, pattern, false);
    }

    /// Adds a pattern of `owner`; `alone`: it matches only all the words there are.
    pub fn add_where(&mut self, owner: usize, pattern: &Pattern, alone: bool) {
        let index = self.patterns.len();
        let reach = pattern.reach();
        self.reach = self.reach.max(reach);
        self.patterns.push((owner, pattern.clone(), reach));
        self.alone.push(alone);
        for first in pattern.firsts() {
            let (First::Word(text) | First::Stem(text)) = &first;
            self.firsts |= mark(text);
            if let Some(sieve) = &mut self.sieve {
                sieve.enter(text, matches!(first, First::Stem(_)));
            }
            match first {
                First::Word(word) => self.words.entry(word).or_default().push(index),
                First::Stem(stem) => {
                    let key = stem.as_bytes().get(..STEM_KEY_BYTES).unwrap_or(stem.as_bytes());
                    self.stems.entry(key.into()).or_default().push((stem, index));
                }
            }
        }
    }

    /// Whether there are no patterns.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// The patterns, each with its owner and whether it wants all the words.
    pub fn patterns(&self) -> impl Iterator<Item = (usize, &Pattern, bool)> {
        self.patterns.iter().zip(&self.alone).map(|((owner, pattern, _), alone)| (*owner, pattern, *alone))
    }

    /// The most words that a match has.
    pub fn reach(&self) -> usize {
        self.reach.all()
    }

    /// The longest matches that begin at one of the words from `first` to `last`, or so far before that they may reach the
    /// first, of patterns that do not want all the words.
    pub fn around(&self, words: Row<'_>, first: usize, last: usize) -> Vec<Match> {
        let (mut found, mut tried) = (Vec::new(), Vec::new());
        (first..=last).for_each(|at| self.at(words, at, Words::default(), &mut tried, &mut found));
        let (mut at, mut between) = (first, Words::default());
        // No match goes on over the end of a sentence.
        while at > 0 && words.pieces().get(at).is_some_and(|piece| !piece.begins()) {
            at -= 1;
            if words.pieces().get(at).is_some_and(Piece::may_be_single) {
                between.singles += 1;
            } else {
                between.whole += 1;
            }
            if !self.reach.holds(between) {
                break;
            }
            self.at(words, at, between, &mut tried, &mut found);
        }
        found.retain(|(index, _)| !self.alone.get(*index).copied().unwrap_or_default());
        found.into_iter().map(|(_, found)| found).collect()
    }

    /// Every pattern's longest match at every word, in order of words.
    pub fn find(&self, words: Row<'_>) -> Vec<Match> {
        self.find_numbered(words).into_iter().map(|(_, found)| found).collect()
    }

    /// The same, each with the number of its pattern in the order in which they were added.
    pub fn find_numbered(&self, words: Row<'_>) -> Vec<(usize, Match)> {
        let (mut found, mut tried) = (Vec::new(), Vec::new());
        for at in 0..words.len() {
            self.at(words, at, Words::default(), &mut tried, &mut found);
        }
        found
    }

    /// Every match that holds all the words.
    pub fn whole(&self, words: Row<'_>) -> Vec<Match> {
        let (mut found, mut tried) = (Vec::new(), Vec::new());
        if words.len() > self.reach() {
            return Vec::new();
        }
        self.at(words, 0, Words::default(), &mut tried, &mut found);
        found.into_iter().map(|(_, found)| found).filter(|found| found.last == words.len()).collect()
    }

    /// Whether any pattern matches anywhere in `words`.
    pub fn any(&self, words: Row<'_>) -> Option<Match> {
        let (mut found, mut tried) = (Vec::new(), Vec::new());
        for at in 0..words.len() {
            self.at(words, at, Words::default(), &mut tried, &mut found);
            if let Some((_, first)) = found.first() {
                return Some(*first);
            }
        }
        None
    }

    /// Adds the matches at a word of the patterns that reach over so many words.
    fn at(&self, words: Row<'_>, at: usize, over: Words, tried: &mut Vec<usize>, found: &mut Vec<(usize, Match)>) {
        let Some(piece) = words.pieces().get(at) else { return };
        let begins = match &self.sieve {
            Some(sieve) => sieve.holds(piece.key(), piece.length()),
            None => self.firsts & mark_of(piece.key()) != 0,
        };
        if !begins {
            return;
        }
        let Some(word) = words.get(at) else { return };
        tried.clear();
        if let Some(same) = self.words.get(word.text) {
            tried.extend_from_slice(same);
        }
        if let Some(stems) = word.text.as_bytes().get(..STEM_KEY_BYTES).and_then(|key| self.stems.get(key)) {
            tried.extend(stems.iter().filter(|(stem, _)| word.text.starts_with(&**stem)).map(|(_, index)| *index));
            tried.sort_unstable();
            tried.dedup();
        }
        for &index in tried.iter() {
            let Some((owner, pattern, _)) = self.patterns.get(index).filter(|(.., reach)| reach.holds(over)) else { continue };
            let alone = self.alone.get(index).copied().unwrap_or_default();
            if let Some(last) = pattern.longest(words, at).filter(|last| !alone || (at == 0 && *last == words.len())) {
                found.push((index, Match { owner: *owner, first: at, last }));
            }
        }
    }
}
