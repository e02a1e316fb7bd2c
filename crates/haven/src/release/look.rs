//! Files to the places in them that would reveal something, by topic. A place never holds what stands there.

use haven_detect::{Category, Detector};
use haven_extract::{Area, Limits, Piece, PieceKind, Place, name_of_file};
use haven_guard::judge::Rules;
use haven_guard::office::Of;
use haven_guard::{Blocked, Policy, Scrubber};
use haven_scan::child::Child;
use haven_scan::judge::{Clauses, Judge};
use haven_scan::source::files::pieces;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

/// Of a hundred: what is less sure is not reported, as by `haven scan`.
const CONFIDENCE_MIN: u8 = 50;
/// Distinct values of a column that are looked at one by one; of more it is said that they were not.
const VALUES_MAX: usize = 100_000;
/// Bytes of a value that is looked at as a cell.
const CELL_BYTES_MAX: usize = 200;

/// Letters from which part of a place is a word.
const WORD_LETTERS_MIN: usize = 4;
/// Where something stands in what a file is called.
const NAME: &str = "the name of the file";
/// What the gateway's look finds, of which no rule is known.
const GATEWAY: &str = "gateway";

/// The content type of a text of which a clean copy is made, by its name.
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
    /// A path inside, as it is shown: cell, part, JSON pointer; without what may be a name or a value.
    #[serde(rename = "path", skip_serializing_if = "Option::is_none")]
    pub shown: Option<String>,
    /// The same, as it is.
    #[serde(skip)]
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

/// A text that is being looked at.
struct Text {
    /// Inside the file; none where it is the file.
    path: Option<String>,
    /// Its content type.
    kind: String,
    said: String,
    /// The topics that were found in it.
    topics: BTreeSet<String>,
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
        let own = self.name(last).into_iter().map(|spot| Spot {
            file: name.to_owned(),
            path: Some(NAME.to_owned()),
            shown: Some(NAME.to_owned()),
            ..spot
        });
        into.spots.extend(own);
    }

    /// Looks at a file; recognising text in its pictures may take so many seconds.
    pub fn look_for(&self, seconds: u64, name: &str, path: &Path, into: &mut Looked) {
        // Of what leaves nothing is taken for an ornament.
        let limits =
            Limits { values_max: VALUES_MAX, picture_bytes_min: 0, picture_seconds_max: seconds, texts: true, ..Limits::default() };
        let child = Child { pictures: Duration::from_secs(seconds), ..self.child.clone() };
        let mut at_hand: Option<Text> = None;
        let outcome = pieces(name, path, &limits, Some(&child), &mut |piece| match (piece.kind, &mut at_hand) {
            (PieceKind::Document, Some(_)) if piece.text.is_empty() => {
                at_hand.take().into_iter().for_each(|text| self.as_it_passes(name, &text, into));
            }
            (PieceKind::Document, Some(text)) => text.said.push_str(&piece.text),
            (PieceKind::Document, None) => {
                at_hand = Some(Text { path: piece.place.path, kind: piece.context, said: piece.text, topics: BTreeSet::new() });
            }
            (_, Some(text)) => {
                let spots = self.piece(name, &piece, Some(text));
                text.topics.extend(spots.iter().map(|spot| spot.topic.clone()));
                into.spots.extend(spots);
            }
            (_, None) => {
                let spots = self.piece(name, &piece, None);
                self.in_disguise(name, &piece, &spots, into);
                into.spots.extend(spots);
            }
        });
        into.unread.extend(outcome.unread.into_iter().map(|unread| Blind {
            file: name.to_owned(),
            page: unread.place.page,
            place: words(unread.place.page, unread.place.line, unread.place.path.map(|path| self.without_names(&path)).as_deref()),
            reason: unread.reason,
        }));
        // What ended in the midst of a text is unread; what came of it may be more than what was found.
        at_hand.into_iter().for_each(|text| self.as_it_passes(name, &text, into));
    }

    /// Looks at a piece that is part of no text as the gateway looks at a text: what is written in it may be encoded, or a record.
    fn in_disguise(&self, name: &str, piece: &Piece, spots: &BTreeSet<Spot>, into: &mut Looked) {
        let topics: BTreeSet<String> = spots.iter().map(|spot| spot.topic.clone()).collect();
        let of = if piece.kind == PieceKind::Column { Of::Column } else { Of::Text };
        let Place { page, line, path, area, .. } = &piece.place;
        let said = (!matches!(piece.kind, PieceKind::Name | PieceKind::Column)).then_some(&piece.text);
        let shown = self.shown(&piece.place, None);
        for text in said.into_iter().chain(&piece.values) {
            match self.beside(&topics, text, "text/plain") {
                Ok(topics) => into.spots.extend(topics.into_keys().map(|topic| Spot {
                    file: name.to_owned(),
                    page: *page,
                    line: *line,
                    path: path.clone(),
                    shown: shown.clone(),
                    hidden: piece.hidden_in(),
                    topic,
                    rule: GATEWAY.to_owned(),
                    of,
                    area: *area,
                })),
                Err(reason) => {
                    let (file, place) = (name.to_owned(), words(*page, *line, shown.as_deref()));
                    into.unread.insert(Blind { file, place, reason: reason.to_string(), page: *page });
                }
            }
        }
    }

    /// Looks at a text as the gateway does, which undoes more disguises than a reader of documents: what it would take out and
    /// was not found yet stands somewhere in the text.
    fn as_it_passes(&self, name: &str, text: &Text, into: &mut Looked) {
        match self.beside(&text.topics, &text.said, &text.kind) {
            Ok(topics) => into.spots.extend(topics.into_iter().map(|(topic, line)| Spot {
                file: name.to_owned(),
                page: None,
                line,
                path: text.path.clone(),
                shown: text.path.as_deref().map(|path| self.without_names(path)),
                hidden: None,
                topic,
                rule: GATEWAY.to_owned(),
                of: Of::Text,
                area: None,
            })),
            Err(reason) => {
                let place = text.path.as_deref().map(|path| self.without_names(path)).unwrap_or_default();
                into.unread.insert(Blind { file: name.to_owned(), place, reason: reason.to_string(), page: None });
            }
        }
    }

    /// The topics of what the gateway would take out of a text, beside those that are known, and the line where it begins.
    fn beside(&self, known: &BTreeSet<String>, text: &str, kind: &str) -> Result<BTreeMap<String, Option<u64>>, Blocked> {
        let changed = |policy: &Policy| {
            let clean = Scrubber::new(self.detector, policy).scrub_text(text, kind)?;
            let same = text.bytes().zip(&clean).take_while(|(before, after)| before == *after);
            Ok((clean != text.as_bytes()).then(|| 1 + same.filter(|(byte, _)| *byte == b'\n').count() as u64))
        };
        if changed(self.policy)?.is_none() {
            return Ok(BTreeMap::new());
        }
        let topics = self.rules.topics().map(|(topic, _)| topic).filter(|topic| self.rules.can_be_found(topic) && !known.contains(*topic));
        let found = topics.filter_map(|topic| match changed(&self.policy.clone().withholding(self.rules, &[topic.to_owned()])) {
            Ok(line) => line.map(|line| (topic.to_owned(), Some(line))),
            // One that is blocked with less to take out is not clean either.
            Err(_) => Some((topic.to_owned(), None)),
        });
        Ok(found.collect())
    }

    /// A path inside a file, without keys of a text that may be somebody's name or a value.
    fn shown(&self, place: &Place, text: Option<&Text>) -> Option<String> {
        let path = place.path.as_deref()?;
        match text.map(|text| (text, text.path.as_deref())) {
            Some((text, None)) => self.masked(&text.kind, path, place),
            Some((text, Some(file))) => Some(match path.strip_prefix(file).and_then(|rest| rest.strip_prefix('!')) {
                Some(rest) => {
                    let rest = self.masked(&text.kind, rest, place).unwrap_or_else(|| "…".to_owned());
                    format!("{}!{rest}", self.without_names(file))
                }
                None => self.without_names(path),
            }),
            None => Some(self.without_names(path)),
        }
    }

    /// A path inside a file without what tells by itself, and without names of sheets, fields and properties that may be those
    /// of people: words that begin with capitals. What a file is called stays.
    fn without_names(&self, path: &str) -> String {
        let shown = |part: &str| {
            let (before, part) = part.strip_prefix("properties ").map_or(("", part), |name| ("properties ", name));
            let (stem, ending) = match part.rsplit_once('.') {
                Some((stem, ending)) if (1..=5).contains(&ending.len()) && ending.chars().all(char::is_alphanumeric) => {
                    (stem, Some(ending))
                }
                _ => (part, None),
            };
            let words = stem.split_whitespace();
            let is_name = ending.is_none()
                && words.clone().count() > 1
                && words.clone().all(|word| word.starts_with(char::is_uppercase) && !word.contains(|c: char| c.is_ascii_digit()))
                && self.detector.field(stem, None).category == Category::None;
            // A name that a program gave names a field, and nobody; a few letters are a cell.
            let is_word = !stem.contains(['_', '[', '.']) && stem.chars().filter(|c| c.is_alphabetic()).nth(WORD_LETTERS_MIN - 1).is_some();
            let is_value = (is_word && self.detector.tells(stem)) || self.numbers(stem).next().is_some();
            match (is_name || is_value, ending) {
                (true, Some(ending)) => format!("{before}….{ending}"),
                (true, None) => format!("{before}…"),
                (false, _) => format!("{before}{part}"),
            }
        };
        let parts = path.split('!').map(|part| part.split('/').map(shown).collect::<Vec<_>>().join("/"));
        parts.collect::<Vec<_>>().join("!")
    }

    /// The kinds of numbers of people that stand in a name.
    fn numbers(&self, name: &str) -> impl Iterator<Item = &'static str> {
        // What joins the words of a name is no part of a number.
        let name = name.replace('_', " ").replace("-A", " A").replace("-a", " a");
        self.detector.identifiers(&name).into_iter().filter(|number| number.valid).map(|number| number.kind)
    }

    /// A path inside a text, without such keys.
    fn masked(&self, kind: &str, path: &str, place: &Place) -> Option<String> {
        // A table without a head has somebody's row for one.
        match (kind, place.column) {
            ("text/csv" | "text/tab-separated-values", number) => return number.map(|number| format!("column {number}")),
            ("text/plain", Some(number)) => return Some(format!("column {number}")),
            _ => {}
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
        name_of_file(name, &mut |piece| spots.extend(self.piece(name, &piece, None)));
        spots
    }

    /// What stands in a piece of a file, which may be one of a text.
    fn piece(&self, name: &str, piece: &Piece, text: Option<&Text>) -> BTreeSet<Spot> {
        let mut spots = BTreeSet::new();
        let judge = Judge {
            detector: self.detector,
            clauses: self.clauses,
            source: name,
            format: "",
            masked: false,
            confidence_min: CONFIDENCE_MIN,
        };
        let of = match piece.kind {
            PieceKind::Sentence | PieceKind::Document => Of::Text,
            PieceKind::Name | PieceKind::Question | PieceKind::Description => Of::Label,
            PieceKind::Column => Of::Column,
        };
        let shown = self.shown(&piece.place, text);
        let mut add = |topics: &mut dyn Iterator<Item = &str>, rule: &str| {
            for topic in topics {
                let Place { page, line, area, path, .. } = piece.place.clone();
                // A copy of a text is made as a whole, whatever stands where.
                let (shown, path) = (shown.clone(), if text.is_some() { shown.clone() } else { path });
                let (file, topic, rule) = (name.to_owned(), topic.to_owned(), rule.to_owned());
                spots.insert(Spot { file, page, line, path, shown, hidden: piece.hidden_in(), topic, rule, of, area });
            }
        };
        for finding in judge.judge(piece) {
            add(&mut self.rules.topics_of(finding.category.name()), &finding.rule);
        }
        if piece.kind == PieceKind::Name {
            for number in self.numbers(&piece.text) {
                add(&mut self.rules.topics_of(Category::Identifier.name()), number);
            }
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
        spots
    }
}

/// The content type of the bytes of a text: where they are no UTF-8 and have no mark, what Windows writes here.
pub(crate) fn typed<'k>(kind: &'k str, bytes: &[u8]) -> Cow<'k, str> {
    let is_marked = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if is_marked || kind == "application/json" || std::str::from_utf8(bytes).is_ok() {
        Cow::Borrowed(kind)
    } else {
        Cow::Owned(format!("{kind}; charset=windows-1252"))
    }
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
        let at = At { page: spot.page, line: spot.line, path: spot.shown.as_deref(), hidden: spot.hidden, topic: &spot.topic };
        places.lines.entry(at).or_default().insert(&spot.rule);
    }
    by_file
}
