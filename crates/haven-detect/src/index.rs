//! Many patterns looked for at once in a row of words.

use crate::fold::Word;
use crate::pattern::{First, Pattern};
use std::collections::HashMap;

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

/// The beginning of a word, and a pattern that may begin with it.
type Stem = (Box<str>, usize);

/// Patterns by the words with which they may begin.
#[derive(Debug, Default, Clone)]
pub(crate) struct Index {
    patterns: Vec<(usize, Pattern)>,
    words: HashMap<Box<str>, Vec<usize>>,
    stems: HashMap<Box<[u8]>, Vec<Stem>>,
}

impl Index {
    /// Adds a pattern of `owner`.
    pub fn add(&mut self, owner: usize, pattern: &Pattern) {
        let index = self.patterns.len();
        self.patterns.push((owner, pattern.clone()));
        for first in pattern.firsts() {
            match first {
                First::Word(word) => self.words.entry(word).or_default().push(index),
                First::Stem(stem) => {
                    let key = stem.as_bytes().get(..STEM_KEY_BYTES).unwrap_or(stem.as_bytes());
                    self.stems.entry(key.into()).or_default().push((stem, index));
                }
            }
        }
    }

    /// The patterns.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.patterns.iter().map(|(_, pattern)| pattern)
    }

    /// Every pattern's longest match at every word, in order of words.
    pub fn find(&self, words: &[Word<'_>]) -> Vec<Match> {
        self.find_numbered(words).into_iter().map(|(_, found)| found).collect()
    }

    /// The same, each with the number of its pattern in the order in which they were added.
    pub fn find_numbered(&self, words: &[Word<'_>]) -> Vec<(usize, Match)> {
        let (mut found, mut tried) = (Vec::new(), Vec::new());
        for at in 0..words.len() {
            self.at(words, at, &mut tried, &mut found);
        }
        found
    }

    /// Whether any pattern matches anywhere in `words`.
    pub fn any(&self, words: &[Word<'_>]) -> Option<Match> {
        let (mut found, mut tried) = (Vec::new(), Vec::new());
        for at in 0..words.len() {
            self.at(words, at, &mut tried, &mut found);
            if let Some((_, first)) = found.first() {
                return Some(*first);
            }
        }
        None
    }

    fn at(&self, words: &[Word<'_>], at: usize, tried: &mut Vec<usize>, found: &mut Vec<(usize, Match)>) {
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
            let Some((owner, pattern)) = self.patterns.get(index) else { continue };
            if let Some(last) = pattern.longest(words, at) {
                found.push((index, Match { owner: *owner, first: at, last }));
            }
        }
    }
}
