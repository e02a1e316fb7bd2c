//! Files to the places in them that would reveal something, by topic. A place never holds what stands there.

use haven_detect::{Category, Detector};
use haven_extract::{Area, Limits, Piece, PieceKind, Place, name_of_file};
use haven_guard::judge::Rules;
use haven_guard::office::Of;
use haven_guard::{Policy, Scrubber};
use haven_scan::child::Child;
use haven_scan::judge::{Clauses, Judge};
use haven_scan::source::files::pieces;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Of a hundred: what is less sure is not reported, as by `haven scan`.
const CONFIDENCE_MIN: u8 = 50;
/// Distinct values of a column that are looked at one by one; of more it is said that they were not.
const VALUES_MAX: usize = 100_000;
/// Bytes of a value that is looked at as a cell.
const CELL_BYTES_MAX: usize = 200;

/// Bytes of a text that is looked at as a body that passes the gateway; of a longer one it is said that it was not.
const TEXT_BYTES_MAX: u64 = 1 << 28;
/// Where something stands in what a file is called.
const NAME: &str = "the name of the file";
/// What the gateway's look finds, which says only that something stands in a text.
const GUARD: &str = "guard";

/// The content type of a text, by its name.
pub(crate) fn text_type(name: &str) -> Option<&'static str> {
    let ending = Path::new(name).extension()?.to_str()?.to_ascii_lowercase();
    Some(match ending.as_str() {
        "csv" => "text/csv",
        "tsv" | "tab" => "text/tab-separated-values",
        "json" => "application/json",
        "jsonl" | "ndjson" => "application/x-ndjson",
        "txt" => "text/plain",
        "html" | "htm" => "text/html",
        "xml" => "application/xml",
        _ => return None,
    })
}

/// As what a text is looked at, by its name; of some no clean copy is made.
fn looked_at_as(name: &str) -> Option<&'static str> {
    text_type(name).or_else(|| {
        let ending = Path::new(name).extension()?.to_str()?.to_ascii_lowercase();
        Some(match ending.as_str() {
            "psv" => "text/csv",
            "geojson" => "application/json",
            "xhtml" => "text/html",
            "svg" => "application/xml",
            "md" | "markdown" | "yaml" | "yml" | "log" => "text/plain",
            _ => return None,
        })
    })
}

/// A place that would reveal something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Spot {
    /// The file, as it was named.
    pub file: String,
    /// From 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u64>,
    /// From 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// A path inside: cell, part, JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Where it is hidden from whoever only looks at the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<&'static str>,
    /// What it would reveal: a topic of the judge.
    pub topic: String,
    /// The rule that found it.
    pub rule: String,
    /// What stands there.
    #[serde(skip)]
    pub of: Of,
    /// Of what is drawn: where on the page or picture.
    #[serde(skip)]
    pub area: Option<Area>,
}

impl Spot {
    /// Whether it is what the file is called.
    pub fn is_name(&self) -> bool {
        self.path.as_deref() == Some(NAME)
    }
}

/// A place that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Blind {
    /// The file.
    pub file: String,
    /// Where in it; empty for all of it.
    pub place: String,
    /// Why.
    pub reason: String,
    /// The page, where it is one.
    #[serde(skip)]
    pub page: Option<u64>,
}

/// What was seen of files.
#[derive(Debug, Default)]
pub(crate) struct Looked {
    /// Places that would reveal something.
    pub spots: BTreeSet<Spot>,
    /// What could not be read.
    pub unread: BTreeSet<Blind>,
}

impl Looked {
    /// The topics that stand in the files.
    pub fn topics(&self) -> BTreeSet<String> {
        self.spots.iter().map(|spot| spot.topic.clone()).collect()
    }
}

/// What looks.
pub(crate) struct Looker<'a> {
    pub detector: &'a Detector,
    pub clauses: &'a Clauses,
    pub rules: &'a Rules,
    pub child: &'a Child,
    /// What the gateway takes out of what passes, whoever asks.
    pub policy: &'a Policy,
}

impl Looker<'_> {
    /// Looks at a file and at what it is called, which is its name in what is found.
    pub fn look(&self, name: &str, path: &Path, into: &mut Looked) {
        self.look_for(Limits::default().picture_seconds_max, name, path, into);
        let last = name.rsplit('/').next().unwrap_or(name);
        let own = self.name(last).into_iter().map(|spot| Spot { file: name.to_owned(), path: Some(NAME.to_owned()), ..spot });
        into.spots.extend(own);
    }

    /// Looks at a file; recognising text in its pictures may take so many seconds.
    pub fn look_for(&self, seconds: u64, name: &str, path: &Path, into: &mut Looked) {
        // Of what leaves nothing is taken for an ornament.
        let limits = Limits { values_max: VALUES_MAX, picture_bytes_min: 0, picture_seconds_max: seconds, ..Limits::default() };
        let child = Child { pictures: Duration::from_secs(seconds), ..self.child.clone() };
        let mut spots = BTreeSet::new();
        let outcome = pieces(name, path, &limits, Some(&child), &mut |piece| self.piece(name, &piece, &mut spots));
        into.spots.extend(spots);
        into.unread.extend(outcome.unread.into_iter().map(|unread| Blind {
            file: name.to_owned(),
            page: unread.place.page,
            place: place(&unread.place),
            reason: unread.reason,
        }));
        if let Some(kind) = looked_at_as(name) {
            self.as_it_passes(kind, name, path, into);
        }
    }

    /// Looks at a text as the gateway does, which undoes more disguises than a reader of documents: what it would take out and
    /// was not found yet stands somewhere in the text.
    fn as_it_passes(&self, kind: &str, name: &str, path: &Path, into: &mut Looked) {
        let blind = |reason: String| Blind { file: name.to_owned(), place: String::new(), reason, page: None };
        let read = fs::metadata(path).and_then(|data| if data.len() > TEXT_BYTES_MAX { Ok(None) } else { fs::read(path).map(Some) });
        let bytes = match read {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                into.unread.insert(blind(format!("is longer than {} MiB", TEXT_BYTES_MAX >> 20)));
                return;
            }
            Err(error) => {
                into.unread.insert(blind(error.kind().to_string()));
                return;
            }
        };
        let kind = typed(kind, &bytes);
        let changes = |policy: &Policy| Scrubber::new(self.detector, policy).scrub(&bytes, &kind, "").map(|clean| clean != bytes);
        match changes(self.policy) {
            Ok(false) => {}
            Ok(true) => {
                let known: BTreeSet<String> = into.spots.iter().filter(|spot| spot.file == name).map(|spot| spot.topic.clone()).collect();
                let topics = self.rules.topics().map(|(topic, _)| topic).filter(|topic| self.rules.can_be_found(topic));
                for topic in topics.filter(|topic| !known.contains(*topic)) {
                    let alone = self.policy.clone().withholding(self.rules, &[topic.to_owned()]);
                    // One that is blocked with less to take out is not clean either.
                    if changes(&alone).unwrap_or(true) {
                        let (file, topic, rule) = (name.to_owned(), topic.to_owned(), GUARD.to_owned());
                        let nowhere =
                            Spot { file, page: None, line: None, path: None, hidden: None, topic, rule, of: Of::Text, area: None };
                        into.spots.insert(nowhere);
                    }
                }
            }
            Err(reason) => {
                into.unread.insert(blind(reason.to_string()));
            }
        }
    }

    /// A path inside a file, which may be a text or lie inside others, without keys that may be somebody's name or a value.
    fn shown(&self, name: &str, place: &Place) -> Option<String> {
        let path = place.path.as_deref()?;
        let inside = path.match_indices('!').filter_map(|(at, _)| Some((path.get(..at)?, path.get(at + 1..)?)));
        // The innermost that is a text.
        let text = inside.filter_map(|(file, rest)| Some((file, looked_at_as(file.rsplit('!').next()?)?, rest))).next_back();
        match text {
            Some((file, kind, rest)) => Some(format!("{file}!{}", self.masked(kind, rest, place).unwrap_or_else(|| "…".to_owned()))),
            None => looked_at_as(name).map_or_else(|| Some(path.to_owned()), |kind| self.masked(kind, path, place)),
        }
    }

    /// A path inside a text, without such keys.
    fn masked(&self, kind: &str, path: &str, place: &Place) -> Option<String> {
        if matches!(kind, "text/csv" | "text/tab-separated-values") {
            // A table without a head has somebody's row for one.
            return place.column.map(|number| format!("column {number}"));
        }
        let is_schema = |name: &str| {
            name.starts_with(|first: char| first.is_ascii_lowercase() || matches!(first, '*' | '@' | '#'))
                && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-*@#:".contains(c))
        };
        let is_label = |name: &str| self.detector.field(name, None).category != Category::None;
        // What tells by itself is a value, wherever it stands.
        let may_be_said = |part: &str| part.is_empty() || ((is_schema(part) || is_label(part)) && !self.detector.tells(part));
        let parts = path.split('/').map(|part| if may_be_said(part) { part } else { "…" });
        Some(parts.collect::<Vec<_>>().join("/"))
    }

    /// What the name of a file inside another says.
    pub fn name(&self, name: &str) -> BTreeSet<Spot> {
        let mut spots = BTreeSet::new();
        name_of_file(name, &mut |piece| self.piece(name, &piece, &mut spots));
        spots
    }

    fn piece(&self, name: &str, piece: &Piece, spots: &mut BTreeSet<Spot>) {
        let judge = Judge {
            detector: self.detector,
            clauses: self.clauses,
            source: name,
            format: "",
            masked: false,
            confidence_min: CONFIDENCE_MIN,
        };
        let of = match piece.kind {
            PieceKind::Sentence => Of::Text,
            PieceKind::Name | PieceKind::Question | PieceKind::Description => Of::Label,
            PieceKind::Column => Of::Column,
        };
        let shown = self.shown(name, &piece.place);
        let mut add = |topics: &mut dyn Iterator<Item = &str>, rule: &str| {
            for topic in topics {
                let (Place { page, line, area, .. }, path) = (piece.place.clone(), shown.clone());
                let (file, topic, rule) = (name.to_owned(), topic.to_owned(), rule.to_owned());
                spots.insert(Spot { file, page, line, path, hidden: piece.hidden_in(), topic, rule, of, area });
            }
        };
        for finding in judge.judge(piece) {
            add(&mut self.rules.topics_of(finding.category.name()), &finding.rule);
        }
        if matches!(piece.kind, PieceKind::Name | PieceKind::Question | PieceKind::Column) {
            add(&mut self.rules.topics_of_field(&piece.text), "field");
        }
        // A column is judged by most of its values; of what leaves, each may say too much.
        for value in piece.values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()) {
            let alone = if value.len() <= CELL_BYTES_MAX { Some(self.detector.value("", &[value])) } else { None };
            for seen in alone.into_iter().chain([self.detector.sentence(value)]) {
                if let Some(span) = seen.spans.first().filter(|_| seen.category != Category::None) {
                    add(&mut self.rules.topics_of(seen.category.name()), &span.rule);
                }
            }
            for number in self.detector.identifiers(&format!("{}: {value}", piece.text)).into_iter().filter(|number| number.valid) {
                add(&mut self.rules.topics_of(Category::Identifier.name()), number.kind);
            }
        }
    }
}

/// The content type of bytes: where they are no UTF-8 and have no mark, what Windows writes here.
pub(crate) fn typed<'k>(kind: &'k str, bytes: &[u8]) -> Cow<'k, str> {
    let is_marked = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if is_marked || kind == "application/json" || std::str::from_utf8(bytes).is_ok() {
        Cow::Borrowed(kind)
    } else {
        Cow::Owned(format!("{kind}; charset=windows-1252"))
    }
}

/// A place in words.
pub(crate) fn place(place: &Place) -> String {
    words(place.page, place.line, place.path.as_deref())
}

/// A place in words.
pub(crate) fn words(page: Option<u64>, line: Option<u64>, path: Option<&str>) -> String {
    let page = page.map(|page| format!("page {page}"));
    let line = line.map(|line| format!("line {line}"));
    page.into_iter().chain(line).chain(path.map(str::to_owned)).collect::<Vec<_>>().join(", ")
}

/// A place in a file, and what it would reveal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At<'s> {
    /// From 1.
    pub page: Option<u64>,
    /// From 1.
    pub line: Option<u64>,
    /// A path inside.
    pub path: Option<&'s str>,
    /// Where it is hidden from whoever only looks at the document.
    pub hidden: Option<&'static str>,
    /// A topic of the judge.
    pub topic: &'s str,
}

/// The places of a file.
#[derive(Debug, Default)]
pub(crate) struct Places<'s> {
    /// How much was found there.
    pub spots: usize,
    /// One line a place, with all rules that found something there.
    pub lines: BTreeMap<At<'s>, BTreeSet<&'s str>>,
}

/// What was found, by file.
pub(crate) fn places(spots: &[Spot]) -> BTreeMap<&str, Places<'_>> {
    let mut by_file: BTreeMap<&str, Places<'_>> = BTreeMap::new();
    for spot in spots {
        let places = by_file.entry(&spot.file).or_default();
        places.spots += 1;
        let at = At { page: spot.page, line: spot.line, path: spot.path.as_deref(), hidden: spot.hidden, topic: &spot.topic };
        places.lines.entry(at).or_default().insert(&spot.rule);
    }
    by_file
}
