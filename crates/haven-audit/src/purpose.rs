//! What the typed reason of a search says: immigration, help for another agency, an offence, another purpose, or nothing.
//!
//! All words are data (`audit/purposes.toml`); immigration is also seen by the phrase packs of `haven-detect`. A machine sees
//! words, not intentions: `immigration` says which rule saw the purpose named, and a person decides what it was.
//!
//! INVARIANT: [`Reason::masked`] holds no word that `audit/purposes.toml` does not list. Names, plates, addresses and case
//! numbers are not looked for; what is not listed becomes `[…]`. A typing error is printed as the word it is read as, and of a
//! word that only begins as one of immigration does that begin is printed.

use crate::AuditError;
use crate::agency::{AGENCIES, Agencies};
use haven_detect::{Category, Detector, fold};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What a masked reason has in place of words that are not listed.
pub const MASK: &str = "[…]";

/// Words shorter than this are never the word that somebody meant to type.
const TYPO_WORD: usize = 5;
/// From this length on two typing errors are forgiven, below it one.
const TYPO_LONG: usize = 8;
/// The first letter is wrong only in words of at least this length.
const TYPO_FIRST: usize = 7;
/// Letters that a stem has at least.
const STEM: usize = 3;

/// What a reason says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The reason without what is not listed.
    pub masked: String,
    /// The rule that saw an immigration purpose: an entry of `audit/purposes.toml` or of the phrase packs ([`Purposes::means`]).
    pub immigration: Option<String>,
    /// That the search was for another agency: `named` where the reason names it, `unnamed` where it names nothing, `unclear`
    /// where a word stands beside it that is not listed: a name of an agency, of a place or of a person.
    pub assists: Option<&'static str>,
    /// The alert list that it names: an entry of `audit/purposes.toml`.
    pub list: Option<String>,
    /// `offense` (names an offence, or a person's safety), `named` (some other concrete purpose), `vague`, `none` (blank) or
    /// `redacted`.
    pub purpose: &'static str,
}

/// The words of `audit/purposes.toml` beside the phrase packs, ready to be asked; cheap to clone.
#[derive(Clone)]
pub struct Purposes {
    inner: Arc<Inner>,
}

struct Inner {
    detector: Arc<Detector>,
    /// How agencies are named, where `agencies.toml` is among the files; else no name is known as one.
    agencies: Option<Agencies>,
    entries: Vec<Entry>,
    endings: Vec<String>,
    phrases: Vec<Phrase>,
    /// Phrases by their first word, by the first letters of a stem they begin with, and by all their letters in one piece.
    first: HashMap<String, Vec<usize>>,
    stems: HashMap<String, Vec<usize>>,
    joined: HashMap<String, Vec<usize>>,
    words: HashSet<String>,
    /// Every stem by its first letters.
    begins: HashMap<String, Vec<String>>,
    /// Long words by their first letter, and all words without their first letter, for typing errors.
    spelt: HashMap<char, Vec<String>>,
    tails: HashMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Immigration,
    Other,
    Assistance,
    Agency,
    Offense,
    Named,
    Vague,
    Blank,
    Redacted,
    Wrapper,
    Filler,
    Keep,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// With what a word goes on behind the stem of `word*` to be printed; others may be names (Forgione).
    #[serde(default)]
    endings: Vec<String>,
    entry: Vec<Entry>,
}

/// An entry, as the head of `audit/purposes.toml` and `docs/audit.md` explain it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    kind: Kind,
    means: String,
    #[serde(default)]
    text: Vec<String>,
    #[serde(default)]
    alone: Vec<String>,
    #[serde(default)]
    capitals: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    /// Of immigration: silent where an offence is named.
    #[serde(default)]
    yields: bool,
    /// The name of an alert list.
    #[serde(default)]
    list: bool,
    /// Of assistance: counts only where an agency is named.
    #[serde(default)]
    needs_agency: bool,
    /// Of agencies: how unlisted words end that name one, and what stands behind such words.
    #[serde(default)]
    ends: Vec<String>,
    #[serde(default)]
    behind: Vec<String>,
    /// Of redactions: signs.
    #[serde(default)]
    signs: Vec<char>,
    hits: Vec<String>,
    near: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    Word(String),
    Begins(String),
}

impl Pattern {
    fn read(word: &str) -> Self {
        word.strip_suffix('*').map_or_else(|| Self::Word(word.to_owned()), |stem| Self::Begins(stem.to_owned()))
    }

    fn is(&self, word: &str) -> bool {
        match self {
            Self::Word(own) => own == word,
            Self::Begins(stem) => word.starts_with(stem),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Text,
    Alone,
    Capitals,
}

struct Phrase {
    entry: usize,
    how: How,
    words: Vec<Pattern>,
}

/// What a word of a reason is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Listed, as it was typed.
    Typed,
    /// A typing error of a listed word.
    Meant,
    /// Begins as a listed stem does and goes on as no ending does: it counts and is not printed.
    Begins,
    Number,
    /// Not listed, or masked by whoever gave the log away.
    No,
}

struct Token {
    word: String,
    start: usize,
    end: usize,
    known: Known,
    capitals: bool,
    /// A digit stands against it: part of a plate or a number unless a phrase has both.
    glued: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Found {
    entry: usize,
    first: usize,
    /// Behind the last word.
    end: usize,
}

impl Found {
    fn len(&self) -> usize {
        self.end - self.first
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.first < other.end && other.first < self.end
    }
}

/// An example of an entry that does not come out as the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The entry.
    pub id: String,
    /// Its example.
    pub example: String,
    /// Whether it should have been seen.
    pub hit: bool,
}

impl Purposes {
    /// Reads some of the files of `audit/` by name, one behind the other: what is typed elsewhere than into a search has words of its
    /// own. Names of agencies are known by `agencies.toml`, where it is among the files.
    ///
    /// # Errors
    /// Where no such file is there, or something in it is not as `docs/audit.md` says.
    pub fn load(files: &[(String, String)], names: &[&str], detector: Arc<Detector>) -> Result<Self, AuditError> {
        let mut endings = Vec::new();
        let mut entries: Vec<Entry> = Vec::new();
        let mut paths = Vec::new();
        for name in names {
            let (path, text) = named(files, name)?;
            let file: File = toml::from_str(text).map_err(|error| unreadable(path, text, &error))?;
            endings.extend(file.endings);
            paths.extend(std::iter::repeat_n(path, file.entry.len()));
            entries.extend(file.entry);
        }
        let has_agencies = files.iter().any(|(path, _)| path.rsplit('/').next() == Some(AGENCIES));
        let agencies = has_agencies.then(|| Agencies::load(files)).transpose()?;
        let mut inner = Inner {
            detector,
            agencies,
            entries,
            endings,
            phrases: Vec::new(),
            first: HashMap::new(),
            stems: HashMap::new(),
            joined: HashMap::new(),
            words: HashSet::new(),
            begins: HashMap::new(),
            spelt: HashMap::new(),
            tails: HashMap::new(),
        };
        let mut seen = HashSet::new();
        for ((at, entry), path) in inner.entries.iter().enumerate().zip(paths) {
            let wrong = |expected: &str, found: &str| AuditError::Data {
                file: path.to_owned(),
                place: Some(format!("entry `{}`", entry.id)),
                expected: expected.to_owned(),
                found: found.to_owned(),
            };
            if !seen.insert(&entry.id) {
                return Err(wrong("an id of its own", "the id a second time"));
            }
            if entry.hits.is_empty() || entry.near.is_empty() {
                return Err(wrong("hits and near misses", "none"));
            }
            for (how, patterns) in [(How::Text, &entry.text), (How::Alone, &entry.alone), (How::Capitals, &entry.capitals)] {
                for pattern in patterns {
                    for words in
                        expand(pattern).and_then(patterns_of).ok_or_else(|| wrong("words, `(a|b)` and stems of three letters", pattern))?
                    {
                        inner.phrases.push(Phrase { entry: at, how, words });
                    }
                }
            }
            if let Some(word) = entry.unless.iter().chain(&entry.behind).find(|word| patterns_of(vec![(*word).clone()]).is_none()) {
                return Err(wrong("words and stems of three letters", word));
            }
        }
        inner.index();
        Ok(Self { inner: Arc::new(inner) })
    }

    /// What a reason says.
    pub fn read(&self, reason: &str) -> Reason {
        self.inner.read(reason)
    }

    /// Whether the name of an organisation is known as that of an agency; any other may be the name of a person.
    pub fn names_agency(&self, name: &str) -> bool {
        self.inner.agencies.as_ref().is_some_and(|agencies| agencies.read(name).is_agency())
    }

    /// What a rule that saw an immigration purpose looks for, in a line.
    pub fn means(&self, rule: &str) -> Option<&str> {
        let entry = self.inner.entries.iter().find(|entry| entry.id == rule);
        entry.map(|entry| entry.means.as_str()).or_else(|| self.inner.detector.means(rule))
    }

    /// Every example of the file that comes out otherwise.
    pub fn check(&self) -> Vec<Failure> {
        let mut failures = Vec::new();
        for (at, entry) in self.inner.entries.iter().enumerate() {
            for (hit, examples) in [(true, &entry.hits), (false, &entry.near)] {
                let wrong = examples.iter().filter(|example| self.inner.sees(at, example) != hit);
                failures.extend(wrong.map(|example| Failure { id: entry.id.clone(), example: example.clone(), hit }));
            }
        }
        failures
    }
}

/// The file of that name, and its path.
pub(crate) fn named<'a>(files: &'a [(String, String)], name: &str) -> Result<(&'a str, &'a str), AuditError> {
    let found = files.iter().find(|(path, _)| path.rsplit('/').next() == Some(name));
    found.map(|(path, text)| (path.as_str(), text.as_str())).ok_or_else(|| AuditError::Data {
        file: name.to_owned(),
        place: None,
        expected: "the file".to_owned(),
        found: "none of that name".to_owned(),
    })
}

/// What TOML says of a file that it cannot read.
pub(crate) fn unreadable(path: &str, text: &str, error: &toml::de::Error) -> AuditError {
    let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
    AuditError::Data {
        file: path.to_owned(),
        place: line.map(|line| format!("line {line}")),
        expected: "what docs/audit.md says".to_owned(),
        found: error.message().to_owned(),
    }
}

/// Every way to read a pattern with `(a|b|)`; nothing where brackets are not closed or stand inside one another.
pub(crate) fn expand(pattern: &str) -> Option<Vec<String>> {
    let mut ways = vec![String::new()];
    let mut rest = pattern;
    while let Some((before, behind)) = rest.split_once('(') {
        let (choices, after) = behind.split_once(')')?;
        if before.contains([')', '|']) || choices.contains('(') {
            return None;
        }
        let add = |way: &String| choices.split('|').map(|choice| format!("{way}{before}{choice}")).collect::<Vec<_>>();
        ways = ways.iter().flat_map(add).collect();
        rest = after;
    }
    if rest.contains([')', '|']) {
        return None;
    }
    ways.iter_mut().for_each(|way| way.push_str(rest));
    Some(ways)
}

fn patterns_of(ways: Vec<String>) -> Option<Vec<Vec<Pattern>>> {
    ways.iter()
        .map(|way| {
            let mut words = Vec::new();
            for piece in way.split_whitespace() {
                let folded = fold::fold(piece.trim_end_matches('*'));
                words.extend(folded.words().iter().map(|word| word.text.to_owned()));
                if piece.ends_with('*') {
                    let last = words.last_mut().filter(|last| last.chars().count() >= STEM)?;
                    last.push('*');
                }
            }
            (!words.is_empty()).then(|| words.iter().map(|word| Pattern::read(word)).collect())
        })
        .collect()
}

/// Whether a longer phrase of one kind says that a shorter one in it means something else.
fn hides(longer: Kind, shorter: Kind) -> bool {
    match shorter {
        Kind::Agency => false,
        Kind::Immigration | Kind::Assistance => longer == shorter || longer == Kind::Other,
        _ => longer != Kind::Other,
    }
}

fn head(word: &str) -> String {
    word.chars().take(STEM).collect()
}

impl Inner {
    fn index(&mut self) {
        for (at, phrase) in self.phrases.iter().enumerate() {
            match phrase.words.first() {
                Some(Pattern::Word(word)) => self.first.entry(word.clone()).or_default().push(at),
                Some(Pattern::Begins(stem)) => self.stems.entry(head(stem)).or_default().push(at),
                None => {}
            }
            let letters: String = phrase.words.iter().map(|(Pattern::Word(word) | Pattern::Begins(word))| word.as_str()).collect();
            if phrase.words.len() > 1 && letters.len() >= TYPO_FIRST {
                self.joined.entry(letters).or_default().push(at);
            }
            for word in &phrase.words {
                match word {
                    Pattern::Word(word) => drop(self.words.insert(word.clone())),
                    Pattern::Begins(stem) => self.begins.entry(head(stem)).or_default().push(stem.clone()),
                }
            }
        }
        let single = |agency: bool| -> HashSet<&String> {
            let phrases = self.phrases.iter().filter(|phrase| phrase.words.len() == 1);
            let phrases =
                phrases.filter(|phrase| self.entries.get(phrase.entry).is_some_and(|entry| (entry.kind == Kind::Agency) == agency));
            phrases
                .flat_map(|phrase| &phrase.words)
                .filter_map(|word| if let Pattern::Word(word) = word { Some(word) } else { None })
                .collect()
        };
        // The letters of agencies are too like one another to guess at, USPIS and USCIS; what is more than the name of one is no such letters.
        let (agencies, others) = (single(true), single(false));
        // Of two words that are equally near, the first of the alphabet.
        let mut words: Vec<&String> = self
            .words
            .iter()
            .filter(|word| word.chars().count() >= TYPO_WORD && (!agencies.contains(word) || others.contains(word)))
            .collect();
        words.sort();
        for word in words {
            if let Some(letter) = word.chars().next() {
                self.spelt.entry(letter).or_default().push(word.clone());
                self.tails.entry(word.chars().skip(1).collect()).or_insert_with(|| word.clone());
            }
        }
    }

    fn listed(&self, word: &str) -> bool {
        let ending = |rest: &str| rest.is_empty() || self.endings.iter().any(|ending| ending == rest);
        self.words.contains(word) || self.joined.contains_key(word) || self.stems_of(word).any(ending)
    }

    /// What is left of a word behind each stem that it begins with.
    fn stems_of<'w>(&self, word: &'w str) -> impl Iterator<Item = &'w str> {
        self.begins.get(&head(word)).into_iter().flatten().filter_map(move |stem| word.strip_prefix(stem.as_str()))
    }

    /// The listed word that somebody meant to type.
    fn meant(&self, word: &str) -> Option<&str> {
        let length = word.chars().count();
        if length + 1 < TYPO_WORD || !word.chars().all(char::is_alphabetic) {
            return None;
        }
        let allowed = |own: &str| if own.chars().count().min(length) >= TYPO_LONG { 2 } else { 1 };
        let near = |own: &&String| {
            let errors = allowed(own);
            own.len().abs_diff(word.len()) <= errors && strsim::damerau_levenshtein(own, word) <= errors
        };
        let own = self
            .spelt
            .get(&word.chars().next()?)
            .and_then(|words| words.iter().filter(near).min_by_key(|own| strsim::damerau_levenshtein(own, word)));
        if own.is_some() || length < TYPO_FIRST {
            return own.map(String::as_str);
        }
        // A first letter too many, too few or wrong.
        let tail: String = word.chars().skip(1).collect();
        let by_word = self.words.get(&tail).filter(|own| own.len() >= TYPO_FIRST);
        by_word.or_else(|| self.tails.get(word)).or_else(|| self.tails.get(&tail).filter(|own| own.len() >= TYPO_FIRST)).map(String::as_str)
    }

    fn tokens(&self, reason: &str) -> Vec<Token> {
        let folded = fold::fold(reason);
        let words = folded.words();
        let digit = |word: &fold::Word<'_>| word.text.chars().all(char::is_numeric);
        let mut tokens = Vec::with_capacity(words.len());
        for (at, word) in words.iter().enumerate() {
            let typed = reason.get(word.start..word.end).unwrap_or_default();
            let bracketed = reason.get(..word.start).is_some_and(|before| before.ends_with('['))
                && reason.get(word.end..).is_some_and(|behind| behind.starts_with(']'));
            let beside = |other: Option<&fold::Word<'_>>| {
                other.is_some_and(|other| (other.end == word.start || other.start == word.end) && digit(other) != digit(word))
            };
            let before = at.checked_sub(1).and_then(|before| words.get(before));
            let capitals = typed.chars().any(char::is_uppercase) && !typed.chars().any(char::is_lowercase);
            let (known, meant) = if bracketed && capitals {
                (Known::No, None)
            } else if self.listed(word.text) {
                (Known::Typed, None)
            } else if digit(word) {
                (Known::Number, None)
            } else {
                let other = if self.stems_of(word.text).next().is_some() { Known::Begins } else { Known::No };
                self.meant(word.text).map_or((other, None), |own| (Known::Meant, Some(own.to_owned())))
            };
            let glued = beside(before) || beside(words.get(at + 1));
            tokens.push(Token {
                word: meant.unwrap_or_else(|| word.text.to_owned()),
                start: word.start,
                end: word.end,
                known,
                capitals,
                glued,
            });
        }
        tokens
    }

    /// Every phrase that stands in the reason, conditions aside.
    fn phrases(&self, tokens: &[Token]) -> Vec<(Found, How)> {
        let mut found = Vec::new();
        for (first, token) in
            tokens.iter().enumerate().filter(|(_, token)| matches!(token.known, Known::Typed | Known::Meant | Known::Begins))
        {
            let begin = |map: &HashMap<String, Vec<usize>>, key: &str| map.get(key).cloned().unwrap_or_default();
            for at in begin(&self.first, &token.word).into_iter().chain(begin(&self.stems, &head(&token.word))) {
                let Some(phrase) = self.phrases.get(at) else { continue };
                let end = first + phrase.words.len();
                let stands = |tokens: &[Token]| {
                    tokens.iter().zip(&phrase.words).all(|(token, word)| {
                        token.known != Known::No && word.is(&token.word) && (phrase.how != How::Capitals || token.capitals)
                    })
                };
                if tokens.get(first..end).is_some_and(stands) {
                    found.push((Found { entry: phrase.entry, first, end }, phrase.how));
                }
            }
            for at in begin(&self.joined, &token.word) {
                if let Some(phrase) = self.phrases.get(at).filter(|phrase| phrase.how == How::Text) {
                    found.push((Found { entry: phrase.entry, first, end: first + 1 }, How::Text));
                }
            }
        }
        found
    }

    fn kind(&self, found: &Found) -> Kind {
        self.entries.get(found.entry).map_or(Kind::Keep, |entry| entry.kind)
    }

    /// The phrases whose conditions hold and that no longer one, or another meaning, covers.
    fn found(&self, tokens: &[Token]) -> Vec<Found> {
        let all = self.phrases(tokens);
        let says_nothing = |at: usize, but: &Found| {
            (but.first..but.end).contains(&at)
                || tokens.get(at).is_some_and(|token| token.known == Known::Number || token.glued)
                || all.iter().any(|(found, how)| {
                    *how == How::Text
                        && (found.first..found.end).contains(&at)
                        && matches!(self.kind(found), Kind::Vague | Kind::Filler | Kind::Wrapper | Kind::Assistance | Kind::Agency)
                })
        };
        let mut kept: Vec<Found> = Vec::new();
        for (found, how) in &all {
            let Some(entry) = self.entries.get(found.entry) else { continue };
            let alone = *how != How::Alone || (0..tokens.len()).all(|at| says_nothing(at, found));
            let silenced = entry.unless.iter().any(|word| {
                let pattern = Pattern::read(word);
                tokens.iter().any(|token| token.known != Known::Number && pattern.is(&token.word))
            });
            let inside = all.iter().any(|(other, how)| {
                *how == How::Text
                    && hides(self.kind(other), entry.kind)
                    && other.len() > found.len()
                    && other.first <= found.first
                    && found.end <= other.end
            });
            let another = entry.kind == Kind::Immigration
                && all.iter().any(|(other, _)| self.kind(other) == Kind::Other && other.overlaps(found) && other.len() >= found.len());
            if alone && !silenced && !inside && !another {
                kept.push(*found);
            }
        }
        let offense = kept.iter().any(|found| self.kind(found) == Kind::Offense);
        kept.retain(|found| !offense || self.entries.get(found.entry).is_none_or(|entry| !entry.yields));
        let named = self.agency_named(tokens, &kept);
        kept.retain(|found| named || self.entries.get(found.entry).is_none_or(|entry| !entry.needs_agency));
        kept
    }

    /// Whether a word names an agency: a listed one, one that ends as agencies' letters do, or a name before `PD`.
    fn agency_named(&self, tokens: &[Token], kept: &[Found]) -> bool {
        let agencies = || self.entries.iter().filter(|entry| entry.kind == Kind::Agency);
        let ends = |token: &Token| {
            agencies().flat_map(|entry| &entry.ends).any(|end| {
                token.known == Known::No
                    && !token.glued
                    && token.word.len() > end.len()
                    && token.word.len() <= end.len() + 4
                    && token.word.ends_with(end.as_str())
            })
        };
        let behind = |pair: &[Token]| {
            let [name, word] = pair else { return false };
            name.known == Known::No && agencies().flat_map(|entry| &entry.behind).any(|behind| Pattern::read(behind).is(&word.word))
        };
        kept.iter().any(|found| self.kind(found) == Kind::Agency) || tokens.iter().any(ends) || tokens.windows(2).any(behind)
    }

    /// Whether an entry sees something in an example of its own.
    fn sees(&self, entry: usize, example: &str) -> bool {
        let tokens = self.tokens(example);
        let signs = self.entries.get(entry).is_some_and(|entry| tokens.is_empty() && example.chars().any(|c| entry.signs.contains(&c)));
        let agency = self.entries.get(entry).is_some_and(|entry| entry.kind == Kind::Agency);
        let found = self.found(&if self.redacted(example, &tokens) { self.unbracketed(example) } else { tokens });
        let named = || agency && self.agency_named(&self.tokens(example), &found);
        signs || named() || found.iter().any(|found| found.entry == entry)
    }

    fn unbracketed(&self, reason: &str) -> Vec<Token> {
        self.tokens(&reason.replace(['[', ']'], " "))
    }

    /// Whether the whole reason was taken out.
    fn redacted(&self, reason: &str, tokens: &[Token]) -> bool {
        let entries = || self.entries.iter().filter(|entry| entry.kind == Kind::Redacted);
        if tokens.is_empty() {
            return reason.chars().any(|c| entries().any(|entry| entry.signs.contains(&c)));
        }
        let words: Vec<&str> = tokens.iter().map(|token| token.word.as_str()).collect();
        entries().flat_map(|entry| &entry.alone).any(|word| words == [word.as_str()])
    }

    fn read(&self, reason: &str) -> Reason {
        let tokens = self.tokens(reason);
        if self.redacted(reason, &tokens) {
            let masked = if tokens.is_empty() { reason.trim().to_owned() } else { MASK.to_owned() };
            return Reason { masked, immigration: None, assists: None, list: None, purpose: "redacted" };
        }
        let found = self.found(&tokens);
        let has = |kind: Kind| found.iter().any(|found| self.kind(found) == kind);
        let named = self.agency_named(&tokens, &found);
        let unlisted = tokens.iter().any(|token| token.known == Known::No && !token.glued);
        let assists = has(Kind::Assistance).then_some(match (named, unlisted) {
            (true, _) => "named",
            (false, true) => "unclear",
            (false, false) => "unnamed",
        });
        let immigration = self.immigration(&tokens, &found);
        let list = found.iter().filter_map(|found| self.entries.get(found.entry)).find(|entry| entry.list).map(|entry| entry.id.clone());
        let purpose = if has(Kind::Offense) {
            "offense"
        } else if has(Kind::Named) || immigration.is_some() {
            "named"
        } else if tokens.is_empty() || has(Kind::Blank) {
            "none"
        } else {
            "vague"
        };
        Reason { masked: self.masked(reason, &tokens), immigration, assists, list, purpose }
    }

    /// The rule that saw an immigration purpose: one of the file, or of the phrase packs, which read a reason as the label of a form.
    /// A status that they see beside an offence, or beside a person's safety, is no purpose.
    fn immigration(&self, tokens: &[Token], found: &[Found]) -> Option<String> {
        let own = found.iter().find(|found| self.kind(found) == Kind::Immigration).and_then(|found| self.entries.get(found.entry));
        if let Some(entry) = own {
            return Some(entry.id.clone());
        }
        let mut text = String::new();
        let mut places = Vec::with_capacity(tokens.len());
        for token in tokens {
            places.push(text.len());
            text.push_str(&token.word);
            text.push(' ');
        }
        let others: Vec<(usize, usize)> = self
            .phrases(tokens)
            .iter()
            .filter(|(found, _)| self.kind(found) == Kind::Other)
            .map(|(found, _)| (places.get(found.first).copied().unwrap_or(0), places.get(found.end).copied().unwrap_or(text.len())))
            .collect();
        let offense = found.iter().any(|found| self.kind(found) == Kind::Offense);
        [self.detector.question(&text), self.detector.sentence(&text)]
            .into_iter()
            .filter(|detection| {
                detection.label != "none" && (detection.category == Category::Enforcement || detection.category.states() && !offense)
            })
            .find_map(|detection| {
                detection.spans.into_iter().find(|span| !others.iter().any(|(start, end)| span.start < *end && *start < span.end))
            })
            .map(|span| span.rule)
    }

    /// The listed begin of a word that speaks of immigration and goes on as no word does: what was found must be seen by whoever decides.
    fn evidence(&self, token: &Token, at: usize, phrases: &[(Found, How)]) -> Option<&str> {
        let covers = |(found, _): &&(Found, How)| (found.first..found.end).contains(&at) && self.kind(found) == Kind::Immigration;
        let entries: Vec<usize> = phrases.iter().filter(covers).map(|(found, _)| found.entry).collect();
        let stems = self.phrases.iter().filter(|phrase| entries.contains(&phrase.entry)).flat_map(|phrase| &phrase.words);
        let stems = stems.filter_map(|word| if let Pattern::Begins(stem) = word { Some(stem.as_str()) } else { None });
        stems.filter(|stem| token.word.starts_with(stem)).max_by_key(|stem| stem.len())
    }

    fn masked(&self, reason: &str, tokens: &[Token]) -> String {
        let phrases = self.phrases(tokens);
        let mut masked = String::with_capacity(reason.len());
        let mut end = 0;
        let mut hidden = false;
        for (at, token) in tokens.iter().enumerate() {
            let gap = reason.get(end..token.start).unwrap_or_default();
            end = token.end;
            let mut covering = phrases.iter().filter(|(found, _)| (found.first..found.end).contains(&at));
            let shown = token.known != Known::Begins && covering.any(|(found, _)| found.len() > 1 || !token.glued);
            let stem = if token.known == Known::Begins { self.evidence(token, at, &phrases) } else { None };
            if shown || !hidden || stem.is_some() {
                masked.extend(gap.chars().filter(|c| !c.is_control() && !matches!(c, '[' | ']')));
                if gap.contains(char::is_control) {
                    masked.push(' ');
                }
            }
            match (shown, token.known) {
                (true, Known::Meant) => masked.push_str(&token.word),
                (true, _) => masked.push_str(reason.get(token.start..token.end).unwrap_or_default()),
                (false, _) if stem.is_some() => masked.extend(stem.into_iter().chain([MASK])),
                (false, _) if !hidden => masked.push_str(MASK),
                (false, _) => {}
            }
            hidden = !shown;
        }
        let tail = reason.get(end..).unwrap_or_default();
        masked.extend(tail.chars().filter(|c| !c.is_control() && !matches!(c, '[' | ']')));
        masked.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
