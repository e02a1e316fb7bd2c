//! Many patterns looked for at once in a row of words.

use crate::fold::Row;
use crate::pattern::{First, Pattern};
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
    patterns: Vec<(usize, Pattern)>,
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
        self.patterns.push((owner, pattern.clone()));
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
        self.patterns.iter().zip(&self.alone).map(|((owner, pattern), alone)| (*owner, pattern, *alone))
    }

    /// The longest matches from word `first` to word `last` of patterns that do not want all the words.
    pub fn between(&self, words: Row<'_>, first: usize, last: usize) -> impl Iterator<Item = Match> {
        let (mut found, mut tried) = (Vec::new(), Vec::new());
        (first..=last).for_each(|at| self.at(words, at, &mut tried, &mut found));
        found.into_iter().filter(|(index, _)| !self.alone.get(*index).copied().unwrap_or_default()).map(|(_, found)| found)
    }

    /// Every pattern's longest match at every word, in order of words.
    pub fn find(&self, words: Row<'_>) -> Vec<Match> {
        self.find_numbered(words).into_iter().map(|(_, found)| found).collect()
    }

    /// The same, each with the number of its pattern in the order in which they were added.
    pub fn find_numbered(&self, words: Row<'_>) -> Vec<(usize, Match)> {
        let (mut found, mut tried) = (Vec::new(), Vec::new());
        for at in 0..words.len() {
            self.at(words, at, &mut tried, &mut found);
        }
        found
    }

    /// Whether any pattern matches anywhere in `words`.
    pub fn any(&self, words: Row<'_>) -> Option<Match> {
        let (mut found, mut tried) = (Vec::new(), Vec::new());
        for at in 0..words.len() {
            self.at(words, at, &mut tried, &mut found);
            if let Some((_, first)) = found.first() {
                return Some(*first);
            }
        }
        None
    }

    fn at(&self, words: Row<'_>, at: usize, tried: &mut Vec<usize>, found: &mut Vec<(usize, Match)>) {
        let Some(word) = words.get(at) else { return };
        let begins = match &self.sieve {
            Some(sieve) => sieve.holds(word.key, word.text.len()),
            None => self.firsts & mark_of(word.key, word.text.len()) != 0,
        };
        if !begins {
            return;
        }
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
            let Some((owner, pattern)) = self.patterns.get(index) else { continue };
            let alone = self.alone.get(index).copied().unwrap_or_default();
            if let Some(last) = pattern.longest(words, at).filter(|last| !alone || (at == 0 && *last == words.len())) {
                found.push((index, Match { owner: *owner, first: at, last }));
            }
        }
    }
}
