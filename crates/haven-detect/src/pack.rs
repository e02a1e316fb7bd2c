//! Phrase packs: what the detector knows, as data. The format is in `docs/phrases.md`.

use crate::fold::fold;
use crate::pattern::{Pattern, Sets};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What an entry holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// The same words with another meaning; nothing to report.
    None,
    /// Does not state status but commonly reveals it.
    Proxy,
    /// A number or code that identifies a foreign person or an immigration case.
    Identifier,
    /// Immigration enforcement against a person.
    Enforcement,
    /// Citizenship, immigration status, authority to be present, time or manner of entry.
    Status,
}

impl Category {
    /// Its name in packs and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Proxy => "proxy",
            Self::Identifier => "identifier",
            Self::Enforcement => "enforcement",
            Self::Status => "status",
        }
    }

    /// Whether it states status: enforcement said of a person does, since it is about nothing else.
    pub fn states(self) -> bool {
        matches!(self, Self::Status | Self::Enforcement)
    }
}

/// One file of a pack.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path below `phrases/`: `en/status.toml`.
    pub path: String,
    /// What it holds.
    pub text: String,
}

/// What is wrong with a pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("phrases/{path}: {place}: {problem}")]
pub struct PackError {
    /// The file, below `phrases/`.
    pub path: String,
    /// The entry and list, or the line.
    pub place: String,
    /// What is wrong.
    pub problem: String,
}

/// An entry, read.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub id: String,
    /// The folder it lies in: a language, or `und`.
    pub lang: String,
    pub category: Category,
    pub means: String,
    pub text: Vec<Pattern>,
    /// Patterns for questions; `true`: the question has no other words.
    pub ask: Vec<(Pattern, bool)>,
    pub state: Vec<Pattern>,
    /// Patterns for names; `true`: the name has no other words.
    pub field: Vec<(Pattern, bool)>,
    pub column: Vec<(Pattern, bool)>,
    pub value: Vec<Pattern>,
    pub code: Vec<Pattern>,
    pub needs: Vec<Pattern>,
    pub unless: Vec<Pattern>,
    /// Whether a sentence must say it of somebody: the words are said of things as well.
    pub person: bool,
    pub examples: Vec<Example>,
}

/// An example of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// `question`, `field`, `sentence` or `value`.
    pub kind: String,
    /// The label expected; none: the label of the entry's category for a hit.
    pub label: Option<String>,
    /// The example; of a value `column = cell | cell`.
    pub text: String,
    /// Whether it is a hit.
    pub hit: bool,
}

/// What a folder says beside its entries.
#[derive(Debug, Default)]
pub(crate) struct Cues {
    pub person: Vec<Pattern>,
    pub somebody: Vec<Pattern>,
    pub nobody: Vec<Pattern>,
    pub opening: Vec<Pattern>,
    pub article: Vec<Pattern>,
    pub telling: Vec<Pattern>,
    pub policy: Vec<Pattern>,
    pub disclaimer: Vec<Pattern>,
    pub frame: Vec<Pattern>,
}

/// All packs, read.
#[derive(Debug, Default)]
pub(crate) struct Packs {
    pub entries: Vec<Entry>,
    pub cues: BTreeMap<String, Cues>,
    pub generic: BTreeSet<String>,
    pub words: BTreeSet<String>,
    /// Each with all that it may stand for: two languages may shorten alike.
    pub abbreviations: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    sets: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    names: RawNames,
    #[serde(default)]
    cues: RawCues,
    #[serde(default)]
    entry: Vec<RawEntry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawNames {
    generic: Vec<String>,
    words: Vec<String>,
    abbreviations: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawCues {
    person: Vec<String>,
    somebody: Vec<String>,
    nobody: Vec<String>,
    opening: Vec<String>,
    article: Vec<String>,
    telling: Vec<String>,
    policy: Vec<String>,
    disclaimer: Vec<String>,
    frame: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    id: String,
    category: Category,
    means: String,
    #[serde(default)]
    text: Vec<String>,
    #[serde(default)]
    ask: Vec<String>,
    #[serde(default)]
    state: Vec<String>,
    #[serde(default)]
    field: Vec<String>,
    #[serde(default)]
    column: Vec<String>,
    #[serde(default)]
    value: Vec<String>,
    #[serde(default)]
    code: Vec<String>,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    person: bool,
    #[serde(default)]
    hits: Vec<String>,
    #[serde(default)]
    near: Vec<String>,
}

/// The kinds of input that examples may name, and the labels.
const KINDS: [&str; 4] = ["question", "field", "sentence", "value"];
const LABELS: [&str; 5] = ["asks", "states", "status", "proxy", "none"];

/// Reads packs.
///
/// # Errors
/// All that is wrong in any file: packs are read whole or not at all, since a phrase left out is a place not found.
pub(crate) fn read(sources: &[Source]) -> Result<Packs, Vec<PackError>> {
    let mut errors = Vec::new();
    let mut files = Vec::new();
    for source in sources {
        match parse::<File>(source) {
            Ok(file) => files.push((source.path.as_str(), file)),
            Err(error) => errors.push(error),
        }
    }
    let mut sets: BTreeMap<&str, Sets> = BTreeMap::new();
    let mut homes: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for (path, file) in &files {
        for (name, phrases) in &file.sets {
            match homes.insert((folder(path), name), path) {
                None => {
                    sets.entry(folder(path)).or_default().insert(name.clone(), phrases.clone());
                }
                Some(home) => errors.push(PackError {
                    path: (*path).to_owned(),
                    place: "sets".to_owned(),
                    problem: format!("expected each name once in a folder, found `{name}`, which stands in phrases/{home} as well"),
                }),
            }
        }
    }
    let mut packs = Packs::default();
    let mut ids = BTreeSet::new();
    for (path, file) in &files {
        let lang = folder(path);
        let empty = Sets::default();
        let mut reading = Reading { path, sets: sets.get(lang).unwrap_or(&empty), errors: &mut errors };
        let cues = packs.cues.entry(lang.to_owned()).or_default();
        cues.person.extend(reading.patterns("cues", "person", &file.cues.person));
        cues.somebody.extend(reading.patterns("cues", "somebody", &file.cues.somebody));
        cues.nobody.extend(reading.patterns("cues", "nobody", &file.cues.nobody));
        cues.opening.extend(reading.patterns("cues", "opening", &file.cues.opening));
        cues.article.extend(reading.patterns("cues", "article", &file.cues.article));
        cues.telling.extend(reading.patterns("cues", "telling", &file.cues.telling));
        cues.policy.extend(reading.patterns("cues", "policy", &file.cues.policy));
        cues.disclaimer.extend(reading.patterns("cues", "disclaimer", &file.cues.disclaimer));
        cues.frame.extend(reading.patterns("cues", "frame", &file.cues.frame));
        packs.generic.extend(file.names.generic.iter().map(|word| fold(word).text()));
        packs.words.extend(file.names.words.iter().map(|word| fold(word).text()));
        for (short, long) in &file.names.abbreviations {
            packs.abbreviations.entry(fold(short).text()).or_default().insert(fold(long).text());
        }
        for raw in &file.entry {
            if !ids.insert(raw.id.clone()) {
                reading.error(&raw.id, "an entry of this id stands elsewhere");
            }
            let entry = reading.entry(lang, raw);
            packs.entries.push(entry);
        }
    }
    if errors.is_empty() { Ok(packs) } else { Err(errors) }
}

/// Reads a file as TOML.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(source: &Source) -> Result<T, PackError> {
    toml::from_str(&source.text).map_err(|error| {
        let head = error.span().and_then(|span| source.text.get(..span.start)).unwrap_or_default();
        let line = head.matches('\n').count() + 1;
        PackError { path: source.path.clone(), place: format!("line {line}"), problem: error.message().to_owned() }
    })
}

fn folder(path: &str) -> &str {
    path.split(['/', '\\']).next().unwrap_or_default()
}

struct Reading<'a> {
    path: &'a str,
    sets: &'a Sets,
    errors: &'a mut Vec<PackError>,
}

impl Reading<'_> {
    fn error(&mut self, place: &str, problem: impl Into<String>) {
        self.errors.push(PackError { path: self.path.to_owned(), place: place.to_owned(), problem: problem.into() });
    }

    fn patterns(&mut self, place: &str, list: &str, sources: &[String]) -> Vec<Pattern> {
        let mut patterns = Vec::with_capacity(sources.len());
        for source in sources {
            match Pattern::read(source, self.sets) {
                Ok(pattern) => patterns.push(pattern),
                Err(problem) => self.error(place, format!("{list}: `{source}`: {problem}")),
            }
        }
        patterns
    }

    fn names(&mut self, place: &str, list: &str, sources: &[String]) -> Vec<(Pattern, bool)> {
        let mut patterns = Vec::with_capacity(sources.len());
        for source in sources {
            let (text, whole) = source.strip_prefix('=').map_or((source.as_str(), false), |text| (text, true));
            match Pattern::read(text, self.sets) {
                Ok(pattern) => patterns.push((pattern, whole)),
                Err(problem) => self.error(place, format!("{list}: `{source}`: {problem}")),
            }
        }
        patterns
    }

    fn entry(&mut self, lang: &str, raw: &RawEntry) -> Entry {
        let id = raw.id.as_str();
        if !id.strip_prefix(lang).is_some_and(|rest| rest.starts_with('-')) {
            self.error(id, format!("its id begins with `{lang}-`, since it lies in that folder"));
        }
        if raw.category == Category::Identifier {
            self.error(id, "identifiers are recognised by shape and check digits, not by phrases; use status, proxy, enforcement or none");
        }
        let lists = [&raw.text, &raw.ask, &raw.state, &raw.field, &raw.value, &raw.code];
        if lists.iter().all(|list| list.is_empty()) {
            self.error(id, "one of text, ask, state, field, value, code must be there");
        }
        if raw.hits.is_empty() && raw.category != Category::None {
            self.error(id, "an entry shows what it finds: `hits` is empty");
        }
        let mut examples = self.examples(id, "hits", &raw.hits, true);
        examples.extend(self.examples(id, "near", &raw.near, false));
        Entry {
            id: raw.id.clone(),
            lang: lang.to_owned(),
            category: raw.category,
            means: raw.means.clone(),
            text: self.patterns(id, "text", &raw.text),
            ask: self.names(id, "ask", &raw.ask),
            state: self.patterns(id, "state", &raw.state),
            field: self.names(id, "field", &raw.field),
            column: self.names(id, "column", &raw.column),
            value: self.patterns(id, "value", &raw.value),
            code: self.patterns(id, "code", &raw.code),
            needs: self.patterns(id, "needs", &raw.needs),
            unless: self.patterns(id, "unless", &raw.unless),
            person: raw.person,
            examples,
        }
    }

    fn examples(&mut self, place: &str, list: &str, sources: &[String], hit: bool) -> Vec<Example> {
        let mut examples = Vec::with_capacity(sources.len());
        for source in sources {
            let Some((head, text)) = source.split_once(':') else {
                self.error(place, format!("{list}: `{source}` does not begin with a kind, as in `question: …`"));
                continue;
            };
            let mut head = head.split_whitespace();
            let (kind, label) = (head.next().unwrap_or_default(), head.next());
            if !KINDS.contains(&kind) {
                self.error(place, format!("{list}: `{source}`: expected one of {}, found `{kind}`", KINDS.join(", ")));
                continue;
            }
            if let Some(more) = head.next() {
                self.error(place, format!("{list}: `{source}`: expected a kind and at most one label before `:`, found `{more}`"));
            }
            if let Some(label) = label.filter(|label| !LABELS.contains(label)) {
                self.error(place, format!("{list}: `{source}`: expected one of {}, found `{label}`", LABELS.join(", ")));
            }
            if kind == "value" && !text.contains('=') {
                self.error(place, format!("{list}: `{source}`: expected a column and its cells, `column = cell | cell`, found no `=`"));
            }
            examples.push(Example { kind: kind.to_owned(), label: label.map(str::to_owned), text: text.trim().to_owned(), hit });
        }
        examples
    }
}
