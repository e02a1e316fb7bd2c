//! The detector: five kinds of input, one answer with its evidence.

use crate::fold::{Folded, Piece, Row, fold};
use crate::identifier::{Identifier, Labels, Near};
use crate::index::{Index, Match};
use crate::names::{Name, Names};
use crate::pack::{self, Category, Entry, Example, PackError, Source};
use crate::pattern::{Pattern, Vocabulary};
use crate::spot::{self, Spot, Spotter};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// Words on either side of a match among which `needs` and `unless` are looked for.
const CONTEXT_WORDS: usize = 12;
/// Of a hundred: below this share of a column's cells, what was found in some says nothing of the column.
const SHARE_PERCENT_MIN: usize = 20;
/// The same, of a column whose name is one that such cells stand in: of a list of nine papers one may be a green card.
const SHARE_PERCENT_MIN_NAMED: usize = 10;

/// Names of columns that are remembered, and the bytes of such a name.
const NAMES_MAX: usize = 4096;
const NAME_BYTES_MAX: usize = 200;

/// Folders of the packs: of no language, and of the language that decides a tie.
const UNDETERMINED: &str = "und";
const ENGLISH: &str = "en";

/// The kinds of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The name of a column, key or variable.
    Field,
    /// A question or the label of a form.
    Question,
    /// A sentence of running text.
    Sentence,
    /// A column's name with some of its cells.
    Value,
    /// A number or code.
    Identifier,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Field, Self::Question, Self::Sentence, Self::Value, Self::Identifier];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Question => "question",
            Self::Sentence => "sentence",
            Self::Value => "value",
            Self::Identifier => "identifier",
        }
    }

    /// The label that states status, in this kind's words.
    fn stating(self) -> &'static str {
        match self {
            Self::Question => "asks",
            Self::Sentence => "states",
            Self::Field | Self::Value | Self::Identifier => "status",
        }
    }

    fn label(self, category: Category) -> &'static str {
        match (self, category) {
            (_, Category::Status | Category::Enforcement) => self.stating(),
            // A sentence either states a status or does not.
            (Self::Sentence, _) | (_, Category::None) => "none",
            (_, Category::Proxy | Category::Identifier) => "proxy",
        }
    }
}

/// A place in the input that spoke for the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Behind the last byte.
    pub end: usize,
    /// The entry, or the kind of identifier.
    pub rule: String,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Detection {
    /// As `docs/detect.md` lists them per kind.
    pub label: &'static str,
    /// What was found.
    pub category: Category,
    /// Between 0 and 0.99: the sum of the evidence named in `why`; certainty that the label is right where it is `none`.
    pub confidence: f64,
    /// Where; what decided first.
    pub spans: Vec<Span>,
    /// The evidence, in words.
    pub why: String,
    /// Of identifiers: whether form, ranges and check digits are right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid: Option<bool>,
    /// Of columns: which of the cells speak for the label, by their places among those given.
    #[serde(skip)]
    pub cells: Vec<usize>,
}

/// One piece of evidence, of a hundred.
type Evidence = (i32, String);

fn confidence(evidence: &[Evidence]) -> f64 {
    let sum: i32 = evidence.iter().map(|(points, _)| points).sum();
    f64::from(sum.clamp(1, 99)) / 100.0
}

fn why(evidence: &[Evidence]) -> String {
    evidence.iter().map(|(points, what)| format!("{what} ({points:+})")).collect::<Vec<_>>().join("; ")
}

/// A match of an entry that survived its conditions.
#[derive(Debug, Clone)]
struct Hit {
    entry: usize,
    first: usize,
    last: usize,
    /// A word of `needs` that stood near.
    helped: bool,
}

impl Hit {
    /// Whether it is of the same entry at the same place.
    fn same(&self, other: &Self) -> bool {
        (self.entry, self.first, self.last) == (other.entry, other.first, other.last)
    }
}

/// What was found so far: hits, and the places where a hit was silenced by a word near it.
#[derive(Debug, Default)]
struct Kept {
    hits: Vec<Hit>,
    silenced: Vec<(usize, usize)>,
}

/// What may stand in a text. Never less than what is found there once it is looked at.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Glance {
    /// A phrase: without one no question, no sentence and no hit is found.
    pub phrase: bool,
    /// What a cell may be: without it and without a phrase no column is judged by the text.
    pub cell: bool,
    /// An identifier, by the text alone.
    pub number: bool,
}

/// What the packs know, ready to be asked.
#[derive(Debug, Clone)]
pub struct Detector {
    entries: Vec<Entry>,
    text: Index,
    ask: Index,
    state: Index,
    field: Index,
    /// Whether the `field` pattern of that index wants the whole name.
    whole: Vec<bool>,
    column: Index,
    column_whole: Vec<bool>,
    cells: Index,
    codes: Index,
    person: Index,
    somebody: Index,
    nobody: Index,
    opening: Index,
    article: Index,
    telling: Index,
    policy: Index,
    disclaimer: Index,
    frame: Index,
    names: Names,
    labels: Labels,
    /// For each entry the words that it needs near, and those that silence it.
    near: Vec<(Index, Index)>,
    /// For each entry those of the latter that are no words of its own phrases: they silence it in a gap of a match as well.
    inside: Vec<Index>,
    /// Built when text is first read: names need none.
    search: OnceLock<Search>,
    remembered: Remembered,
}

/// Names of columns that were read before.
#[derive(Debug, Default)]
struct Remembered(RwLock<HashMap<Box<str>, Arc<Column>>>);

impl Clone for Remembered {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// What the name of a column says of its cells.
#[derive(Debug, Clone)]
pub struct Column {
    /// Bytes of the name.
    length: usize,
    by_name: Detection,
    /// Entries that the name gives company to: their codes count alone.
    expected: BTreeSet<usize>,
    /// Those of them whose own `column` names it.
    named: BTreeSet<usize>,
    words: Folded,
    leads: bool,
}

impl Column {
    /// What the name says by itself.
    pub fn category(&self) -> Category {
        self.by_name.category
    }

    /// Whether the name may make an identifier of a number that is none without it.
    pub fn leads(&self) -> bool {
        self.leads
    }
}

/// How text is searched for phrases and for the labels of numbers.
#[derive(Debug, Clone)]
struct Search {
    /// Of the phrases that mean something, and of the labels behind them.
    spotter: Spotter,
    /// For each of the phrases the entry, and whether it wants all the words.
    owners: Vec<(usize, bool)>,
    /// For each of the labels the kind of number.
    kinds: Vec<usize>,
    /// The phrases of another meaning, which may cover those.
    covers: Index,
    /// The most words of one that means something.
    reach: usize,
    /// Every word of a phrase.
    known: BTreeSet<String>,
}

impl Detector {
    /// Reads the packs.
    ///
    /// # Errors
    /// Everything that is wrong in any file.
    pub fn new(sources: &[Source]) -> Result<Self, Vec<PackError>> {
        let (labels, phrases): (Vec<_>, Vec<_>) = sources.iter().cloned().partition(|source| source.path.ends_with("/identifiers.toml"));
        let labels = Labels::read(&labels)?;
        let packs = pack::read(&phrases)?;
        let mut vocabulary = Vocabulary::default();
        vocabulary.words.clone_from(&packs.words);
        let mut detector = Self {
            entries: Vec::new(),
            text: Index::large(),
            ask: Index::large(),
            state: Index::large(),
            field: Index::large(),
            whole: Vec::new(),
            column: Index::default(),
            column_whole: Vec::new(),
            cells: Index::large(),
            codes: Index::large(),
            person: Index::default(),
            somebody: Index::default(),
            nobody: Index::default(),
            opening: Index::default(),
            article: Index::default(),
            telling: Index::default(),
            policy: Index::default(),
            disclaimer: Index::default(),
            frame: Index::default(),
            names: Names::default(),
            labels,
            near: Vec::new(),
            inside: Vec::new(),
            search: OnceLock::new(),
            remembered: Remembered::default(),
        };
        for (owner, entry) in packs.entries.iter().enumerate() {
            entry.text.iter().for_each(|pattern| detector.text.add(owner, pattern));
            entry.ask.iter().for_each(|(pattern, alone)| detector.ask.add_where(owner, pattern, *alone));
            entry.state.iter().for_each(|pattern| detector.state.add(owner, pattern));
            entry.value.iter().for_each(|pattern| detector.cells.add(owner, pattern));
            entry.code.iter().for_each(|pattern| detector.codes.add(owner, pattern));
            let index = |patterns: &[Pattern]| {
                let mut index = Index::default();
                patterns.iter().for_each(|pattern| index.add(owner, pattern));
                index
            };
            detector.near.push((index(&entry.needs), index(&entry.unless)));
            let mut own = Vocabulary::default();
            if !entry.unless.is_empty() {
                let named = [&entry.ask, &entry.field, &entry.column].into_iter().flatten().map(|(pattern, _)| pattern);
                entry.text.iter().chain(&entry.state).chain(named).for_each(|pattern| own.add(pattern));
            }
            let foreign = entry.unless.iter().filter(|pattern| {
                let mut words = Vocabulary::default();
                words.add(pattern);
                words.words.is_disjoint(&own.words)
            });
            detector.inside.push(index(&foreign.cloned().collect::<Vec<_>>()));
            for (pattern, whole) in &entry.field {
                detector.field.add(owner, pattern);
                detector.whole.push(*whole);
                vocabulary.add(pattern);
            }
            for (pattern, whole) in &entry.column {
                detector.column.add(owner, pattern);
                detector.column_whole.push(*whole);
                vocabulary.add(pattern);
            }
        }
        for cues in packs.cues.values() {
            cues.person.iter().for_each(|pattern| detector.person.add(0, pattern));
            cues.somebody.iter().for_each(|pattern| detector.somebody.add(0, pattern));
            cues.nobody.iter().for_each(|pattern| detector.nobody.add(0, pattern));
            cues.opening.iter().for_each(|pattern| detector.opening.add(0, pattern));
            cues.article.iter().for_each(|pattern| detector.article.add(0, pattern));
            cues.telling.iter().for_each(|pattern| detector.telling.add(0, pattern));
            cues.policy.iter().for_each(|pattern| detector.policy.add(0, pattern));
            cues.disclaimer.iter().for_each(|pattern| detector.disclaimer.add(0, pattern));
            cues.frame.iter().for_each(|pattern| detector.frame.add(0, pattern));
        }
        // Two letters of some language's pattern cut any word into scraps (`st-or-age`): of those, only what a pack lists as a word.
        let mut vocabulary = vocabulary.words;
        vocabulary.retain(|word| word.len() > 2 || packs.words.contains(word));
        detector.names = Names { vocabulary, generic: packs.generic, abbreviations: packs.abbreviations };
        detector.entries = packs.entries;
        Ok(detector)
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What an entry, or a kind of identifier, means.
    pub fn means(&self, rule: &str) -> Option<&str> {
        let entry = self.entries.iter().find(|entry| entry.id == rule);
        entry.map(|entry| entry.means.as_str()).or_else(|| self.labels.means(rule))
    }

    /// What an entry finds.
    pub fn category_of(&self, rule: &str) -> Option<Category> {
        self.entries.iter().find(|entry| entry.id == rule).map(|entry| entry.category)
    }

    /// A question or the label of a form.
    pub fn question(&self, text: &str) -> Detection {
        let folded = fold(text);
        let words = folded.row();
        let number = if self.speaks(words) {
            None
        } else {
            let number = self.number_in(Kind::Question, text);
            if number.category == Category::None {
                return number;
            }
            Some(number)
        };
        // What says that it does not ask asks for no number either.
        if let Some(cue) = self.disclaimer.any(words) {
            return nothing(format!("it says that this is not asked: {}", place(text, words, cue.first, cue.last)));
        }
        if let Some(number) = number {
            return number;
        }
        let hits = self.hits(words, &[&self.text, &self.ask]);
        let Some(best) = self.best(&hits) else {
            return self.number_in(Kind::Question, text);
        };
        if let Some(cue) = self.frame.any(words) {
            return nothing(format!("it asks for no answer about a person: {}", place(text, words, cue.first, cue.last)));
        }
        let mut evidence = self.evidence(&best, 80);
        if text.contains(['?', '？', '؟']) {
            evidence.push((10, "a question mark".to_owned()));
        }
        self.answer(Kind::Question, &best, &hits, words, evidence)
    }

    /// A sentence of running text: whether it states the status of a person.
    pub fn sentence(&self, text: &str) -> Detection {
        let folded = fold(text);
        let words = folded.row();
        if !self.speaks(words) {
            return nothing("no phrase of status".to_owned());
        }
        let hits: Vec<Hit> = self.hits(words, &[&self.text, &self.state]);
        let mut stating: Vec<Hit> = hits.iter().filter(|hit| self.category(hit).states()).cloned().collect();
        let Some(found) = self.best(&stating) else {
            return nothing("no phrase of status".to_owned());
        };
        stating.retain(|hit| self.of_nobody(text, words, hit).is_none());
        let Some(best) = self.best(&stating) else {
            let means = self.entries.get(found.entry).map_or("", |entry| entry.means.as_str());
            return nothing(format!("{means}, but {}", self.of_nobody(text, words, &found).unwrap_or_default()));
        };
        let said = self.hits(words, &[&self.state]).iter().any(|hit| stating.iter().any(|kept| kept.same(hit)));
        let mut evidence = self.evidence(&best, if said { 70 } else { 40 });
        if let Some(cue) = self.person.any(words) {
            evidence.push((20, format!("said of a person (`{}`)", place(text, words, cue.first, cue.last))));
        } else if said && self.named(text, words, &best) {
            evidence.push((20, "said of a person by name".to_owned()));
        }
        for (index, means) in [(&self.policy, "talk of rules or services"), (&self.disclaimer, "it says that this is not asked")] {
            if let Some(cue) = index.any(words) {
                evidence.push((-25, format!("{means} (`{}`)", place(text, words, cue.first, cue.last))));
            }
        }
        if confidence(&evidence) < 0.5 {
            return Detection { confidence: 1.0 - confidence(&evidence), ..nothing(why(&evidence)) };
        }
        self.answer(Kind::Sentence, &best, &stating, words, evidence)
    }

    /// Why a hit in a sentence speaks of nobody in particular: of whoever it may concern, of something asked, or of a thing.
    fn of_nobody(&self, text: &str, words: Row<'_>, hit: &Hit) -> Option<String> {
        if text.trim_end().ends_with(['?', '？', '؟'])
            && self.opening.any(words.part(0..hit.first.max(1))).is_some_and(|cue| cue.first == 0)
        {
            return Some("it is asked".to_owned());
        }
        if of_a_program(text, words, hit) {
            return Some("it is a name in a program".to_owned());
        }
        // The words of its own sentence before it, and its first: another sentence supposes nothing about this one.
        let begins = |at: &usize| words.pieces().get(*at).is_some_and(Piece::begins);
        let farthest = hit.first.saturating_sub(2 * CONTEXT_WORDS);
        let from = (farthest..=hit.first).rev().find(begins).unwrap_or(farthest);
        let before = words.part(from..hit.first + 1);
        let supposed = self.nobody.any(before);
        if let Some(cue) = supposed {
            return Some(format!("said of nobody in particular (`{}`)", place(text, before, cue.first, cue.last)));
        }
        let (wants, starts) =
            (self.entries.get(hit.entry).is_some_and(|entry| entry.person), words.pieces().get(hit.first).is_none_or(Piece::begins));
        if !wants || starts || hit.first == 0 {
            return None;
        }
        if self.of_a_thing(text, words, hit.first) {
            return Some("it is said of a thing".to_owned());
        }
        let of_a_person = self.person.any(words).is_some() || self.somebody.any(words).is_some() || self.named(text, words, hit);
        (!of_a_person).then(|| "nobody is named of whom it is said".to_owned())
    }

    /// Whether the word before a hit is a thing's: it has an article or an owner, and no pack knows it as a person's.
    fn of_a_thing(&self, text: &str, words: Row<'_>, first: usize) -> bool {
        let tells = |at: usize| self.telling.any(words.part(at..at + 1)).is_some();
        // `was deported`: the verb before the hit belongs to it.
        let first = if tells(first) && first.checked_sub(1).is_some_and(tells) { first - 1 } else { first };
        let (Some(article), Some(noun)) = (first.checked_sub(2), first.checked_sub(1)) else { return false };
        let (before, noun) = (words.part(article..noun), words.part(noun..first));
        let capital = noun.get(0).is_some_and(|word| text.get(word.start..).is_some_and(|rest| rest.starts_with(char::is_uppercase)));
        tells(first)
            && !capital
            && self.article.any(before).is_some()
            && self.person.any(noun).is_none()
            && self.somebody.any(noun).is_none()
    }

    /// Whether a name stands before a hit: a word with a capital letter that no pack knows and no article stands before. The first
    /// word of a text has a capital letter anyway, and is a name only directly before the hit, a verb or another such word.
    fn named(&self, text: &str, words: Row<'_>, hit: &Hit) -> bool {
        let capital = |at: usize| {
            words.get(at).is_some_and(|word| {
                let mut letters = text.get(word.start..word.end).unwrap_or_default().chars();
                letters.next().is_some_and(char::is_uppercase) && letters.clone().count() > 1 && letters.all(char::is_lowercase)
            })
        };
        let unknown = |at: usize| words.get(at).is_some_and(|word| !self.search().known.contains(word.text));
        let article = |at: usize| self.article.any(words.part(at..at + 1)).is_some();
        (0..hit.first).any(|at| {
            let first = at == 0 && !(hit.first == 1 || self.telling.any(words.part(1..2)).is_some() || capital(1) && unknown(1));
            capital(at) && unknown(at) && !first && !at.checked_sub(1).is_some_and(article)
        })
    }

    fn search(&self) -> &Search {
        self.search.get_or_init(|| {
            let patterns = || [&self.text, &self.ask, &self.state].into_iter().flat_map(Index::patterns);
            let means = |owner: usize| self.entries.get(owner).is_some_and(|entry| entry.category != Category::None);
            let phrases = || patterns().filter(|(owner, ..)| means(*owner));
            let mut vocabulary = Vocabulary::default();
            patterns().for_each(|(_, pattern, _)| vocabulary.add(pattern));
            let mut search = Search {
                spotter: Spotter::new(phrases().map(|(_, pattern, _)| pattern).chain(self.labels.patterns().map(|(_, pattern)| pattern))),
                owners: phrases().map(|(owner, _, alone)| (owner, alone)).collect(),
                kinds: self.labels.patterns().map(|(kind, _)| kind).collect(),
                covers: Index::large(),
                reach: 0,
                known: vocabulary.words,
            };
            for (owner, pattern, alone) in patterns().filter(|(owner, ..)| !means(*owner)) {
                search.covers.add_where(owner, pattern, alone);
            }
            search.reach = search.spotter.reach();
            search
        })
    }

    /// Whether any phrase that means something stands among words, its conditions aside.
    fn speaks(&self, words: Row<'_>) -> bool {
        let (mut found, search) = (false, self.search());
        search.spotter.matches(words, 0..words.len(), 0..search.owners.len(), &mut |_| {
            found = true;
            false
        });
        found
    }

    /// Every phrase of a question or a sentence in a whole block of text, whose conditions hold; those of no meaning are left out.
    ///
    /// Only where a phrase can stand is the text matched; the answer is that of [`Self::hits_in_folded`].
    pub fn hits_in(&self, text: &str) -> Vec<Span> {
        let mut spans = Vec::new();
        self.through(text, 0..self.search().owners.len(), &mut spans);
        ordered(spans)
    }

    /// The same, and the identifiers, in one go.
    pub fn hits_and_identifiers_in(&self, text: &str) -> (Vec<Span>, Vec<Identifier>) {
        let mut spans = Vec::new();
        let labels = self.through(text, 0..usize::MAX, &mut spans);
        (ordered(spans), self.labels.find(text, labels))
    }

    /// Goes through a text with some of the patterns; answers where labels of numbers are heard.
    fn through(&self, text: &str, patterns: Range<usize>, spans: &mut Vec<Span>) -> Near {
        let search = self.search();
        let mut labels = Near::default();
        let mut spots = Vec::new();
        // What lies over a match reaches so far, and so does what it must be judged by.
        let margin = 2 * search.reach + search.covers.reach() + CONTEXT_WORDS;
        spot::through(text, margin, &mut |row, part, whole| {
            let around = part.start.saturating_sub(search.reach)..(part.end + search.reach).min(row.len());
            spots.clear();
            search.spotter.matches(row, around, patterns.clone(), &mut |spot| {
                match spot.pattern.checked_sub(search.owners.len()) {
                    None => spots.push(spot),
                    Some(label) => labels.enter(search.kinds.get(label).copied().unwrap_or_default(), row, spot.first, spot.last),
                }
                true
            });
            spots.sort_unstable();
            spots.dedup();
            let mut rest = spots.as_slice();
            while let Some(first) = rest.first() {
                let mut last = first.last;
                let together = rest.iter().take_while(|spot| {
                    let touches = spot.first < last;
                    last = last.max(spot.last);
                    touches
                });
                let (spots, behind) = rest.split_at_checked(together.count()).unwrap_or((rest, &[]));
                let hits = self.judged(row, whole, spots);
                spans.extend(hits.iter().filter(|hit| part.contains(&hit.first)).filter_map(|hit| self.span(hit, row)));
                rest = behind;
            }
        });
        labels
    }

    /// What is left of the matches of phrases that lie over one another once the words around them are heard; `whole`: these are
    /// all the words there are.
    fn judged(&self, words: Row<'_>, whole: bool, spots: &[Spot]) -> Vec<Hit> {
        let search = self.search();
        let mut kept = Kept::default();
        for spot in spots {
            let Some(&(owner, alone)) = search.owners.get(spot.pattern) else { continue };
            if !alone || (whole && spot.first == 0 && spot.last == words.len()) {
                self.conditions(Match { owner, first: spot.first, last: spot.last }, words, None, &mut kept);
            }
        }
        // Most matches lack a word that they need, and then it does not matter what covers them.
        let firsts = || kept.hits.iter().map(|hit| hit.first);
        let (Some(first), Some(last)) = (firsts().min(), firsts().max()) else { return Vec::new() };
        let mut covers = search.covers.around(words, first, last);
        covers.retain(|cover| kept.hits.iter().any(|hit| cover.first <= hit.first && hit.last <= cover.last));
        covers.into_iter().for_each(|cover| self.conditions(cover, words, None, &mut kept));
        let mut hits = self.uncovered(kept);
        hits.retain(|hit| self.category(hit) != Category::None);
        hits
    }

    /// The same, the simple way: all text is folded, all phrases are tried at every word.
    pub fn hits_in_folded(&self, text: &str) -> Vec<Span> {
        let folded = fold(text);
        let words = folded.row();
        let hits = self.hits(words, &[&self.text, &self.ask, &self.state]);
        ordered(hits.iter().filter(|hit| self.category(hit) != Category::None).filter_map(|hit| self.span(hit, words)).collect())
    }

    /// The name of a column, key or variable; `context` is what is known of its surroundings.
    pub fn field(&self, name: &str, context: Option<&str>) -> Detection {
        let around = context.map(fold);
        let around = around.as_ref().map(Folded::row);
        let mut best: Option<Detection> = None;
        for reading in self.names.read(name) {
            let folded = reading.folded();
            let words = folded.row();
            let hits = self.name_hits(words, around, &self.field, &self.whole);
            if let Some(hit) = self.best(&hits) {
                let evidence = self.evidence(&hit, 85);
                let found = self.answer(Kind::Field, &hit, &hits, words, evidence);
                if best.as_ref().is_none_or(|old| (old.category.states(), old.confidence) < (found.category.states(), found.confidence)) {
                    best = Some(found);
                }
            }
        }
        best.unwrap_or_else(|| nothing("no known words in the name".to_owned()))
    }

    /// A column by its name and some of its cells, as far as the packs know their words: who looks for numbers as well asks for
    /// [`Self::numbers_of_column`], or for [`Self::value_or_numbers`].
    pub fn value(&self, column: &str, values: &[&str]) -> Detection {
        self.value_in(&self.column(column), values)
    }

    /// A column by its name and some of its cells, also where these are numbers.
    pub fn value_or_numbers(&self, column: &str, values: &[&str]) -> Detection {
        let judged = self.value(column, values);
        if judged.category.states() {
            return judged;
        }
        let numbers = self.numbers_of_column(column, values);
        let Some((kind, (cells, confidence))) = numbers.into_iter().max_by_key(|(_, (cells, _))| cells.len()) else { return judged };
        let category = category_of(kind);
        let label = if gives_status(kind) { Kind::Value.stating() } else { Kind::Value.label(category) };
        if label != Kind::Value.stating() && judged.category != Category::None {
            return judged;
        }
        Detection {
            label,
            category,
            confidence: f64::from(confidence) / 100.0,
            spans: vec![Span { start: 0, end: column.len(), rule: kind.to_owned() }],
            why: format!("{} of {} cells are numbers of one kind", cells.len(), values.len()),
            valid: None,
            cells,
        }
    }

    /// The kinds of number that stand in a fifth of the cells or more, with the column's name as their label: in which cells, and
    /// how sure, of a hundred. The symbols of classes and forms prove nothing in a cell: the packs judge them with their column.
    pub fn numbers_of_column(&self, column: &str, values: &[&str]) -> BTreeMap<&'static str, (Vec<usize>, u8)> {
        let mut kinds: BTreeMap<&'static str, (Vec<usize>, u8)> = BTreeMap::new();
        for (at, value) in values.iter().enumerate() {
            if let Some(number) = self.identifiers(&format!("{column}: {value}")).into_iter().find(|number| number.valid) {
                let (cells, confidence) = kinds.entry(number.kind).or_default();
                cells.push(at);
                *confidence = number.confidence.max(*confidence);
            }
        }
        kinds.retain(|kind, (cells, _)| {
            cells.len() * 100 >= values.len() * SHARE_PERCENT_MIN && !matches!(*kind, "ice_form" | "visa_class")
        });
        kinds
    }

    /// The name of a column, read once for many cells.
    pub fn column(&self, name: &str) -> Column {
        let by_name = self.field(name, None);
        let readings = self.names.read(name);
        let mut expected: BTreeSet<usize> = BTreeSet::new();
        let mut named: BTreeSet<usize> = BTreeSet::new();
        for reading in &readings {
            let folded = reading.folded();
            let words = folded.row();
            expected.extend(self.name_hits(words, None, &self.field, &self.whole).iter().map(|hit| hit.entry));
            for (pattern, found) in self.column.find_numbered(words) {
                if self.alone_if_asked(pattern, found, words, &self.column_whole) {
                    named.insert(found.owner);
                }
            }
        }
        expected.extend(&named);
        let words = readings.first().map(Name::folded).unwrap_or_default();
        Column { length: name.len(), by_name, expected, named, words, leads: self.labels.may_lead(name) }
    }

    /// The same, remembered for the next body or table with a column of that name: names are few, and come again and again.
    pub fn known_column(&self, name: &str) -> Arc<Column> {
        let known = &self.remembered.0;
        if let Some(column) = known.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Arc::clone(column);
        }
        let column = Arc::new(self.column(name));
        if name.len() <= NAME_BYTES_MAX {
            let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= NAMES_MAX {
                known.clear();
            }
            known.insert(name.into(), Arc::clone(&column));
        }
        column
    }

    /// Whether a cell holds anything that a column could be judged by, besides its name.
    pub fn tells(&self, cell: &str) -> bool {
        let folded = fold(cell);
        self.tells_in(folded.row())
    }

    fn tells_in(&self, words: Row<'_>) -> bool {
        self.is_cell(words) || self.speaks(words) || self.search().covers.any(words).is_some()
    }

    /// Whether some words are, all of them, what stands in cells.
    fn is_cell(&self, words: Row<'_>) -> bool {
        [&self.cells, &self.codes].into_iter().any(|index| !index.whole(words).is_empty())
    }

    /// Sees at a glance what may stand in a text.
    pub fn glance(&self, text: &str) -> Glance {
        let search = self.search();
        let (mut glance, mut labels) = (Glance::default(), Near::default());
        spot::through(text, search.reach, &mut |row, part, whole| {
            glance.cell |= whole && self.is_cell(row);
            let around = part.start.saturating_sub(search.reach)..(part.end + search.reach).min(row.len());
            search.spotter.matches(row, around, 0..usize::MAX, &mut |spot| {
                match spot.pattern.checked_sub(search.owners.len()) {
                    None => glance.phrase = true,
                    Some(label) => labels.enter(search.kinds.get(label).copied().unwrap_or_default(), row, spot.first, spot.last),
                }
                true
            });
        });
        glance.number = self.labels.may_stand_in(text, labels);
        glance
    }

    /// A column whose name was read before, by some of its cells.
    pub fn value_in(&self, column: &Column, values: &[&str]) -> Detection {
        self.value_among(column, values, 0)
    }

    /// The same, of a column with so many other cells that hold nothing at a glance.
    pub fn value_among(&self, column: &Column, values: &[&str], others: usize) -> Detection {
        let Column { length, by_name, expected, named, words: name_words, .. } = column;
        let cells: Vec<&str> = values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).collect();
        let count = cells.len() + others;
        let stated = |entry: &usize| self.entries.get(*entry).is_some_and(|entry| entry.category.states());
        let share_min = if named.iter().any(stated) { SHARE_PERCENT_MIN_NAMED } else { SHARE_PERCENT_MIN };
        let related = |entry: usize| {
            expected.contains(&entry)
                || expected.iter().any(|other| {
                    self.entries
                        .get(*other)
                        .zip(self.entries.get(entry))
                        .is_some_and(|(named, code)| named.category == code.category || (named.category.states() && code.category.states()))
                })
        };
        let mut by_entry: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
        let mut codes: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
        let mut silenced: BTreeSet<&str> = BTreeSet::new();
        for cell in &cells {
            let folded = fold(cell);
            let words = folded.row();
            if !self.tells_in(words) {
                continue;
            }
            let mut owners: BTreeSet<usize> = self.cells.whole(words).into_iter().map(|found| found.owner).collect();
            owners.extend(self.hits(words, &[&self.text, &self.state]).iter().map(|hit| hit.entry));
            let allowed = |owner: &usize| self.allows(*owner, named.contains(owner), name_words.row(), words);
            owners.retain(|owner| allowed(owner));
            if owners.iter().any(|owner| self.entries.get(*owner).is_some_and(|entry| entry.category == Category::None)) {
                silenced.insert(cell);
                continue;
            }
            for owner in owners {
                by_entry.entry(owner).or_default().insert(cell);
            }
            for found in self.codes.whole(words) {
                if allowed(&found.owner) {
                    codes.entry(found.owner).or_default().insert(cell);
                }
            }
        }
        for (entry, found) in codes {
            let distinct: BTreeSet<String> = found.iter().map(|cell| fold(cell).text()).collect();
            if distinct.len() >= 2 && distinct.len() * 2 >= count || related(entry) {
                by_entry.entry(entry).or_default().extend(found);
            }
        }
        let best_of = |states: bool| {
            let mut matched: BTreeSet<&str> = BTreeSet::new();
            let mut rules: Vec<usize> = Vec::new();
            for (entry, found) in &by_entry {
                let category = self.entries.get(*entry).map_or(Category::None, |entry| entry.category);
                if category.states() == states && category != Category::None {
                    matched.extend(found.iter().filter(|cell| !silenced.contains(**cell)));
                    rules.push(*entry);
                }
            }
            let cells = |entry: &usize| by_entry.get(entry).map_or(0, BTreeSet::len);
            let mut by_lang: BTreeMap<&str, usize> = BTreeMap::new();
            rules.iter().for_each(|entry| *by_lang.entry(self.lang(*entry)).or_default() += cells(entry));
            let known = self.spoken(by_lang.into_iter());
            rules.sort_by_key(|entry| std::cmp::Reverse((known(self.lang(*entry)), cells(entry))));
            (matched, rules)
        };
        for states in [true, false] {
            let (matched, rules) = best_of(states);
            let share = matched.len() * 100 / count.max(1);
            if matched.is_empty() || share < if states { share_min } else { SHARE_PERCENT_MIN } {
                continue;
            }
            let Some(entry) = rules.first().and_then(|rule| self.entries.get(*rule)) else { continue };
            if !states && by_name.category.states() {
                break;
            }
            let mut evidence = vec![(50, format!("{} of {} cells: {}", matched.len(), count, entry.means))];
            evidence.push((i32::try_from(share / 4).unwrap_or_default(), format!("{share} % of the cells")));
            if by_name.category != Category::None {
                evidence.push((20, "the column's name".to_owned()));
            }
            let spans = rules.iter().filter_map(|rule| self.entries.get(*rule)).map(|entry| Span {
                start: 0,
                end: *length,
                rule: entry.id.clone(),
            });
            return Detection {
                label: Kind::Value.label(entry.category),
                category: entry.category,
                confidence: confidence(&evidence),
                spans: spans.collect(),
                why: why(&evidence),
                valid: None,
                cells: values.iter().enumerate().filter(|(_, value)| matched.contains(value.trim())).map(|(at, _)| at).collect(),
            };
        }
        if by_name.category == Category::None {
            return nothing("neither the name nor the cells are known".to_owned());
        }
        if !silenced.is_empty() && silenced.len() * 2 >= count {
            return nothing("the cells have another meaning".to_owned());
        }
        Detection { label: Kind::Value.label(by_name.category), why: format!("by the column's name: {}", by_name.why), ..by_name.clone() }
    }

    /// A number or code, perhaps with its label.
    pub fn identifier(&self, text: &str) -> Detection {
        let found = self.labels.find_folded(text, true);
        let Some(best) = found.iter().max_by_key(|found| (found.valid, found.confidence, found.end - found.start)) else {
            return Detection { valid: Some(false), ..nothing("no known form".to_owned()) };
        };
        Detection {
            label: best.kind,
            category: category_of(best.kind),
            confidence: f64::from(best.confidence) / 100.0,
            spans: vec![Span { start: best.start, end: best.end, rule: best.kind.to_owned() }],
            why: best.why.clone(),
            valid: Some(best.valid),
            cells: Vec::new(),
        }
    }

    /// The identifiers in running text.
    pub fn identifiers(&self, text: &str) -> Vec<Identifier> {
        // Without a digit there is no number; the zones of travel documents have some too.
        let labels = if text.bytes().any(|byte| byte.is_ascii_digit()) {
            self.through(text, self.search().owners.len()..usize::MAX, &mut Vec::new())
        } else {
            Near::default()
        };
        self.labels.find(text, labels)
    }

    /// The same, the simple way: what the property tests hold [`Self::identifiers`] against.
    pub fn identifiers_in_folded(&self, text: &str) -> Vec<Identifier> {
        self.labels.find_folded(text, false)
    }

    /// The examples of all entries that do not come out as they should.
    pub fn failures(&self) -> Vec<Failure> {
        let mut failures = Vec::new();
        for entry in &self.entries {
            for example in &entry.examples {
                let (kind, found) = match example.kind.as_str() {
                    "question" => (Kind::Question, self.question(&example.text)),
                    "sentence" => (Kind::Sentence, self.sentence(&example.text)),
                    "field" => (Kind::Field, self.field(&example.text, None)),
                    _ => {
                        let (column, cells) = example.text.split_once('=').unwrap_or((&example.text, ""));
                        (Kind::Value, self.value(column.trim(), &cells.split('|').collect::<Vec<_>>()))
                    }
                };
                let expected = match (&example.label, example.hit) {
                    (Some(label), _) => label.as_str(),
                    (None, true) => kind.label(entry.category),
                    (None, false) => "none",
                };
                if found.label != expected {
                    failures.push(Failure {
                        id: entry.id.clone(),
                        example: example.clone(),
                        expected: expected.to_owned(),
                        found: found.label,
                        why: found.why,
                    });
                }
            }
        }
        failures
    }

    fn number_in(&self, kind: Kind, text: &str) -> Detection {
        match self.identifiers(text).into_iter().find(|found| found.valid) {
            Some(found) => {
                let category = category_of(found.kind);
                Detection {
                    label: kind.label(category),
                    category,
                    confidence: f64::from(found.confidence) / 100.0,
                    spans: vec![Span { start: found.start, end: found.end, rule: found.kind.to_owned() }],
                    why: found.why,
                    valid: None,
                    cells: Vec::new(),
                }
            }
            None => nothing("no known phrase".to_owned()),
        }
    }

    fn category(&self, hit: &Hit) -> Category {
        self.entries.get(hit.entry).map_or(Category::None, |entry| entry.category)
    }

    /// The hit that decides: status before proxy, a rule of the input's own language before another's, then the longest.
    fn best(&self, hits: &[Hit]) -> Option<Hit> {
        let mut words: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for hit in hits {
            words.entry(self.lang(hit.entry)).or_default().extend(hit.first..hit.last);
        }
        let known = self.spoken(words.into_iter().map(|(lang, words)| (lang, words.len())));
        hits.iter()
            .filter(|hit| self.category(hit) != Category::None)
            .max_by_key(|hit| (self.category(hit).states(), known(self.lang(hit.entry)), hit.last - hit.first))
            .cloned()
    }

    fn lang(&self, entry: usize) -> &str {
        self.entries.get(entry).map_or("", |entry| entry.lang.as_str())
    }

    /// Tells the rules of the language that knows most of an input, and of none (`und`), from those of others: a rule explains
    /// itself best to whoever wrote the input. Where two know as much, English, which most of a city's records are in.
    fn spoken<'l>(&self, known: impl Iterator<Item = (&'l str, usize)>) -> impl Fn(&str) -> bool {
        let most = known.filter(|(lang, _)| *lang != UNDETERMINED).max_by_key(|(lang, words)| (*words, *lang == ENGLISH));
        let most = most.map(|(lang, _)| lang.to_owned()).unwrap_or_default();
        move |lang| lang == most || lang == UNDETERMINED
    }

    fn evidence(&self, hit: &Hit, points: i32) -> Vec<Evidence> {
        let Some(entry) = self.entries.get(hit.entry) else { return Vec::new() };
        let mut evidence = vec![(points, format!("{}: {}", entry.id, entry.means))];
        if hit.helped {
            evidence.push((5, "a word of its context".to_owned()));
        }
        evidence
    }

    fn answer(&self, kind: Kind, best: &Hit, hits: &[Hit], words: Row<'_>, evidence: Vec<Evidence>) -> Detection {
        let category = self.category(best);
        let mut spans =
            ordered(hits.iter().filter(|hit| self.category(hit) != Category::None).filter_map(|hit| self.span(hit, words)).collect());
        let decided = self.entries.get(best.entry).map_or("", |entry| entry.id.as_str());
        // Stable: what decided first, all else by place.
        spans.sort_by_key(|span| span.rule != decided);
        Detection {
            label: kind.label(category),
            category,
            confidence: confidence(&evidence),
            spans,
            why: why(&evidence),
            valid: None,
            cells: Vec::new(),
        }
    }

    fn span(&self, hit: &Hit, words: Row<'_>) -> Option<Span> {
        let (first, last) = (words.get(hit.first)?, words.get(hit.last.checked_sub(1)?)?);
        Some(Span { start: first.start, end: last.end, rule: self.entries.get(hit.entry)?.id.clone() })
    }

    /// Matches whose conditions hold, without those that another meaning covers.
    fn hits(&self, words: Row<'_>, indexes: &[&Index]) -> Vec<Hit> {
        let mut kept = Kept::default();
        for index in indexes {
            index.find(words).into_iter().for_each(|found| self.conditions(found, words, None, &mut kept));
        }
        self.uncovered(kept)
    }

    fn name_hits(&self, words: Row<'_>, around: Option<Row<'_>>, index: &Index, whole: &[bool]) -> Vec<Hit> {
        let mut kept = Kept::default();
        for (pattern, found) in index.find_numbered(words) {
            if self.alone_if_asked(pattern, found, words, whole) {
                self.conditions(found, words, around, &mut kept);
            }
        }
        self.uncovered(kept)
    }

    /// Whether a pattern that wants the whole name (`=visa`) has it but for technical words.
    fn alone_if_asked(&self, pattern: usize, found: Match, words: Row<'_>, whole: &[bool]) -> bool {
        let mut outside = words.iter().enumerate().filter(|(at, _)| !(found.first..found.last).contains(at));
        !whole.get(pattern).copied().unwrap_or_default() || outside.all(|(_, word)| self.names.is_generic(word.text))
    }

    /// Drops hits that lie inside a match of another meaning, or inside one that its own context silenced: where `lane`
    /// silences `I-94` in one language, the same words say nothing in another.
    fn uncovered(&self, kept: Kept) -> Vec<Hit> {
        let mut covers = kept.silenced;
        covers.extend(kept.hits.iter().filter(|hit| self.category(hit) == Category::None).map(|hit| (hit.first, hit.last)));
        let covered = |hit: &Hit| covers.iter().any(|(first, last)| *first <= hit.first && hit.last <= *last);
        kept.hits.into_iter().filter(|hit| self.category(hit) == Category::None || !covered(hit)).collect()
    }

    fn conditions(&self, found: Match, words: Row<'_>, around: Option<Row<'_>>, kept: &mut Kept) {
        let Some((needs, unless)) = self.near.get(found.owner) else { return };
        let from = found.first.saturating_sub(CONTEXT_WORDS);
        let to = (found.last + CONTEXT_WORDS).min(words.len());
        let (before, behind) = (words.part(from..found.first), words.part(found.last..to));
        let near = |index: &Index| [Some(before), Some(behind), around].into_iter().flatten().any(|window| index.any(window).is_some());
        let inside = || self.inside.get(found.owner).is_some_and(|index| index.any(words.part(found.first..found.last)).is_some());
        if near(unless) || inside() {
            // Another meaning that is silenced says nothing, and so takes nothing away.
            if self.entries.get(found.owner).is_some_and(|entry| entry.category != Category::None) {
                kept.silenced.push((found.first, found.last));
            }
            return;
        }
        let helped = near(needs);
        if helped || needs.is_empty() {
            kept.hits.push(Hit { entry: found.owner, first: found.first, last: found.last, helped });
        }
    }

    /// Whether an entry's conditions let it speak for a cell: `needs` and `unless` are looked for in the column's name and the cell.
    /// `named`: the entry's own `column` names the column, which is all the context it needs.
    fn allows(&self, entry: usize, named: bool, name: Row<'_>, cell: Row<'_>) -> bool {
        let near = |index: &Index| [name, cell].into_iter().any(|window| index.any(window).is_some());
        self.near.get(entry).is_some_and(|(needs, unless)| (named || needs.is_empty() || near(needs)) && !near(unless))
    }
}

fn ordered(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by(|a, b| (a.start, b.end, &a.rule).cmp(&(b.start, a.end, &b.rule)));
    spans.dedup();
    spans
}

/// An example that does not come out as it should.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The entry.
    pub id: String,
    /// The example.
    pub example: Example,
    /// The label expected.
    pub expected: String,
    /// The label found.
    pub found: &'static str,
    /// The evidence.
    pub why: String,
}

/// What an identifier of a kind is: most identify; some name a status or an act of enforcement.
fn category_of(kind: &str) -> Category {
    match kind {
        "ice_form" => Category::Enforcement,
        "visa_class" => Category::Status,
        "itin" | "passport_number" | "matricula_consular" => Category::Proxy,
        _ => Category::Identifier,
    }
}

/// Whether only who has a status, asks for one or is sought over one has such a number: others have a passport or an ITIN as well.
fn gives_status(kind: &str) -> bool {
    matches!(kind, "a_number" | "uscis_receipt" | "i94" | "sevis_id" | "visa_foil" | "mrz_td1_resident_card" | "mrz_mrv_a_visa")
}

/// Whether a hit is, or lies in, a name as programs write them (`visa_expiry`). With a value behind it (`us_citizen=no`) it says something.
fn of_a_program(text: &str, words: Row<'_>, hit: &Hit) -> bool {
    let place = words.get(hit.first).zip(hit.last.checked_sub(1).and_then(|last| words.get(last)));
    let Some((found, before, behind)) =
        place.and_then(|(first, last)| Some((text.get(first.start..last.end)?, text.get(..first.start)?, text.get(last.end..)?)))
    else {
        return false;
    };
    let of_a_name = |letter: char| letter == '_' || letter.is_alphanumeric();
    let rest = behind.trim_start_matches(of_a_name).trim_start_matches(['`', '"', '\'', ' ']);
    (found.contains('_') || before.ends_with('_') || behind.starts_with('_')) && !rest.starts_with(['=', ':'])
}

fn nothing(why: String) -> Detection {
    Detection { label: "none", category: Category::None, confidence: 0.9, spans: Vec::new(), why, valid: None, cells: Vec::new() }
}

/// The words of a cue, as they stand in the packs' form: cues are common words, never what identifies.
fn place(text: &str, words: Row<'_>, first: usize, last: usize) -> String {
    let start = words.get(first).map_or(0, |word| word.start);
    let end = last.checked_sub(1).and_then(|last| words.get(last)).map_or(start, |word| word.end);
    text.get(start..end).unwrap_or_default().to_owned()
}
