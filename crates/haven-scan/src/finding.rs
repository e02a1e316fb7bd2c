//! Findings, and what a scan as a whole says.

use haven_detect::Category;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What was found, in the words of the ordinance: asking is one thing, keeping another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// A form, page or script asks a person for it.
    Asks,
    /// A schema, table or file has a place for it.
    Keeps,
    /// Text states it of a person.
    States,
    /// A number that belongs to a foreign person or an immigration case.
    Identifies,
}

impl Found {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asks => "asks",
            Self::Keeps => "keeps",
            Self::States => "states",
            Self::Identifies => "identifies",
        }
    }
}

/// Why a city may keep something that a clause speaks against: the grounds the ordinance itself names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// A federal or state statute demands it.
    Statute,
    /// A federal regulation demands it.
    FederalRegulation,
    /// A court ordered it.
    CourtOrder,
    /// A judge's warrant.
    JudicialWarrant,
    /// The person consented in writing.
    WrittenConsent,
    /// The Corporation Counsel decided it.
    CorporationCounsel,
    /// The machine is wrong: it is no such data.
    FalsePositive,
}

impl Ground {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Statute,
        Self::FederalRegulation,
        Self::CourtOrder,
        Self::JudicialWarrant,
        Self::WrittenConsent,
        Self::CorporationCounsel,
        Self::FalsePositive,
    ];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Statute => "statute",
            Self::FederalRegulation => "federal_regulation",
            Self::CourtOrder => "court_order",
            Self::JudicialWarrant => "judicial_warrant",
            Self::WrittenConsent => "written_consent",
            Self::CorporationCounsel => "corporation_counsel",
            Self::FalsePositive => "false_positive",
        }
    }

    /// Whether it rests on a text that can be cited. A consent lies with a person, and is not to be pointed at.
    pub fn is_cited(self) -> bool {
        !matches!(self, Self::WrittenConsent | Self::FalsePositive)
    }
}

/// One finding. Holds a place and a rule, never the matched value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Twelve hexadecimal digits of a digest over source, place without line numbers, and rule: the same under moved lines.
    pub fingerprint: String,
    /// What was found.
    pub found: Found,
    /// Of which kind.
    pub category: Category,
    /// The rule: an entry of the phrase packs, or a kind of identifier.
    pub rule: String,
    /// What the rule means, in English.
    pub means: String,
    /// Of a hundred: how sure.
    pub confidence: u8,
    /// The source: a path relative to where the scan began, or a database's name.
    pub source: String,
    /// What the source was read as: `html`, `pdf`, `postgresql`.
    pub format: String,
    /// From 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u64>,
    /// Characters from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<u64>,
    /// From 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub page: Option<u64>,
    /// A path inside: JSON pointer, cell, `table.column`. Names that an author gave, never values.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<String>,
    /// Of a column: how much of it holds what was found.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub share: Option<Share>,
    /// First letters of each word, only where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub masked: Option<String>,
    /// The clause that speaks of it, as the law pack cites it.
    pub clause: String,
    /// What to do next, in English.
    pub next: String,
}

/// How much of a column holds what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Share {
    /// How many hold it.
    pub matching: u64,
    /// Of so many.
    pub of: u64,
    /// What was counted.
    pub counted: ShareOf,
}

/// What a share is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareOf {
    /// Distinct values, of which nobody knows how often they occur: choices, what a schema names, names of folders.
    Values,
    /// Those rows of a table that were looked at.
    RowsSampled,
    /// All rows.
    Rows,
}

impl ShareOf {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Values => "values",
            Self::RowsSampled => "rows_sampled",
            Self::Rows => "rows",
        }
    }
}

impl Share {
    /// Of a hundred; a little is not nothing, and almost all is not all.
    pub fn percent(self) -> f64 {
        let hundredths = (u128::from(self.matching) * 10_000 + u128::from(self.of) / 2) / u128::from(self.of.max(1));
        let least = u128::from(self.matching > 0);
        let most = if self.matching < self.of { 9_999 } else { 10_000 };
        f64::from(u16::try_from(hundredths.clamp(least, most)).unwrap_or(10_000)) / 100.0
    }

    /// The same, where the rows are those of one part of a table.
    #[must_use]
    pub fn of_a_part(self) -> Self {
        let counted = if self.counted == ShareOf::Rows { ShareOf::RowsSampled } else { self.counted };
        Self { counted, ..self }
    }

    /// In words.
    pub fn words(self) -> String {
        let (percent, of) = (self.percent(), grouped(self.of));
        let s = if self.of == 1 { "" } else { "s" };
        match self.counted {
            ShareOf::Values => format!("{percent} % of {of} distinct value{s}"),
            ShareOf::RowsSampled => format!("{percent} % of the {of} row{s} sampled"),
            ShareOf::Rows => format!("{percent} % of {of} row{s}"),
        }
    }
}

/// A number whose thousands are set apart.
fn grouped(number: u64) -> String {
    let mut digits = number.to_string();
    let mut at = digits.len();
    while at > 3 {
        at -= 3;
        digits.insert(at, ',');
    }
    digits
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unread {
    /// The source.
    pub source: String,
    /// Where in it; empty for all of it.
    pub place: String,
    /// Why.
    pub reason: String,
}

/// What a scan saw.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Scan {
    /// What there is to look at, in order of source and place.
    pub findings: Vec<Finding>,
    /// What could not be read: never the same as clean.
    pub unread: Vec<Unread>,
    /// Findings held back by a suppression that is in force, by fingerprint, with its reason.
    pub suppressed: BTreeMap<String, String>,
    /// The findings that [`Scan::suppressed`] speaks of; they are not among [`Scan::findings`].
    #[serde(default)]
    pub held: Vec<Finding>,
    /// Fingerprints of findings whose suppression no longer holds: no baseline hides them.
    #[serde(default)]
    pub returned: BTreeSet<String>,
    /// Findings that the baseline knows already.
    pub known: usize,
    /// The day of the baseline, where there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub baseline: Option<String>,
    /// What else a reader must know to judge the rest, in words.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Suppressions that do not hold, in words: expired, for something that is no longer found, or lacking something.
    pub lapsed: Vec<String>,
    /// Sources read, by format.
    pub read: BTreeMap<String, u64>,
    /// Bytes read.
    pub bytes: u64,
    /// Whether the scan was stopped before its end.
    pub stopped: bool,
    /// The day of the scan, as the edge says it.
    pub day: String,
    /// Digest of the phrase packs: findings are only comparable under the same rules.
    pub rules: String,
}

impl Scan {
    /// Takes over what another scan saw of other sources.
    pub fn merge(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.unread.extend(other.unread);
        self.notes.extend(other.notes);
        self.bytes += other.bytes;
        self.stopped |= other.stopped;
        for (format, count) in other.read {
            *self.read.entry(format).or_default() += count;
        }
    }

    /// Puts everything in order: the same however many threads found it.
    pub fn sort(&mut self) {
        self.findings.sort_by(Finding::order);
        self.held.sort_by(Finding::order);
        self.unread.sort();
    }

    /// The exit code: 2 where something could not be read or the scan was stopped, since nobody knows what is there; else 1
    /// where there are findings; else 0.
    pub fn exit_code(&self) -> u8 {
        if self.stopped || !self.unread.is_empty() { 2 } else { u8::from(!self.findings.is_empty()) }
    }
}

impl Finding {
    /// By source and place; all else only so that no two orders are possible.
    pub(crate) fn order(&self, other: &Self) -> std::cmp::Ordering {
        fn key(f: &Finding) -> impl Ord + '_ {
            let place = (&f.source, f.page, f.line, f.column, &f.path);
            let rest = (&f.fingerprint, f.confidence, &f.format, &f.means, f.category, f.share, &f.masked, &f.clause, &f.next);
            (place, f.found, &f.rule, rest)
        }
        key(self).cmp(&key(other))
    }
}
