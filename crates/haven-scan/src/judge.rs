//! Pieces to findings: which detector looks at a piece, and which clause speaks of what it saw.

use crate::finding::{Finding, Found, Share, ShareOf};
use haven_detect::{Category, Detection, Detector};
use haven_extract::{Piece, PieceKind, Place};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Which clause speaks of a finding, and what to do: data of the law pack (`law/…/find.toml`).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clauses {
    clause: Vec<Clause>,
    #[serde(default)]
    rewording: Vec<Rewording>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Clause {
    found: Found,
    category: Category,
    cite: String,
    next: String,
}

/// What a review suggests for a question of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rewording {
    /// What the question is about.
    pub category: Category,
    /// Words in the ids of the rules it is for; none: all of the category.
    #[serde(default)]
    pub rules: Vec<String>,
    /// What to do with the question.
    #[serde(rename = "do")]
    pub action: String,
    /// What to ask instead; may be nothing.
    #[serde(default)]
    pub instead: Vec<String>,
}

impl Rewording {
    /// Whether it is for a rule, by the words in the rule's id.
    pub fn fits(&self, rule: &str) -> bool {
        let rule = format!("-{rule}-");
        self.rules.is_empty() || self.rules.iter().any(|words| rule.contains(&format!("-{words}-")))
    }
}

impl Clauses {
    /// Reads the table.
    ///
    /// # Errors
    /// What is wrong with it; also where a kind of finding has no clause.
    pub fn read(source: &str) -> Result<Self, String> {
        let clauses: Self = toml::from_str(source).map_err(|error| error.message().to_owned())?;
        for found in [Found::Asks, Found::Keeps, Found::States, Found::Identifies] {
            for category in [Category::Status, Category::Proxy, Category::Enforcement, Category::Identifier] {
                if clauses.of(found, category).is_none() {
                    return Err(format!("no clause for {} × {}", found.name(), category.name()));
                }
            }
        }
        Ok(clauses)
    }

    /// All that may be suggested.
    pub fn rewordings(&self) -> &[Rewording] {
        &self.rewording
    }

    /// What is suggested for a question that a rule found; nothing where the law pack says nothing.
    pub fn rewording(&self, category: Category, rule: &str) -> Option<&Rewording> {
        self.rewording.iter().find(|rewording| rewording.category == category && rewording.fits(rule))
    }

    fn of(&self, found: Found, category: Category) -> Option<&Clause> {
        self.clause.iter().find(|clause| clause.found == found && clause.category == category)
    }
}

/// Judges the pieces of one source.
#[derive(Clone, Copy)]
pub struct Judge<'a> {
    /// What knows the phrases.
    pub detector: &'a Detector,
    /// What knows the clauses.
    pub clauses: &'a Clauses,
    /// The source's name in findings.
    pub source: &'a str,
    /// What the source is read as.
    pub format: &'a str,
    /// Whether first letters are shown.
    pub masked: bool,
    /// Of a hundred: below this confidence nothing is reported.
    pub confidence_min: u8,
}

impl Judge<'_> {
    /// The findings of a piece, none for most.
    pub fn judge(&self, piece: &Piece) -> Vec<Finding> {
        let mut findings = Vec::new();
        let context = (!piece.context.is_empty()).then_some(piece.context.as_str());
        match piece.kind {
            PieceKind::Name => self.add(&self.detector.field(&piece.text, context), Found::Keeps, piece, &mut findings),
            PieceKind::Question => {
                self.add(&self.detector.question(&piece.text), Found::Asks, piece, &mut findings);
                self.numbers(piece, &mut findings);
            }
            PieceKind::Description => {
                self.add(&self.detector.question(&piece.text), Found::Keeps, piece, &mut findings);
                self.numbers(piece, &mut findings);
            }
            PieceKind::Sentence => {
                self.add(&self.detector.sentence(&piece.text), Found::States, piece, &mut findings);
                self.numbers(piece, &mut findings);
            }
            // Its pieces follow.
            PieceKind::Document => {}
            PieceKind::Column => {
                let values: Vec<&str> = piece.values.iter().map(String::as_str).collect();
                self.add(&self.detector.value(&piece.text, &values), Found::Keeps, piece, &mut findings);
                self.column_numbers(piece, &values, &mut findings);
            }
        }
        findings
    }

    fn add(&self, seen: &Detection, found: Found, piece: &Piece, findings: &mut Vec<Finding>) {
        let Some(rule) = seen.spans.first().map(|span| span.rule.clone()) else { return };
        if seen.category == Category::None {
            return;
        }
        let confidence = percent(seen.confidence);
        self.push(found, seen.category, rule, confidence, share(piece, &seen.cells), piece, findings);
    }

    /// Identifiers in running text.
    fn numbers(&self, piece: &Piece, findings: &mut Vec<Finding>) {
        for number in self.detector.identifiers(&piece.text) {
            if number.valid && !matches!(number.kind, "ice_form" | "visa_class") {
                self.push(Found::Identifies, Category::Identifier, number.kind.to_owned(), number.confidence, None, piece, findings);
            }
        }
    }

    /// Identifiers among a column's cells.
    fn column_numbers(&self, piece: &Piece, values: &[&str], findings: &mut Vec<Finding>) {
        for (kind, (cells, confidence)) in self.detector.numbers_of_column(&piece.text, values) {
            self.push(Found::Identifies, Category::Identifier, kind.to_owned(), confidence, share(piece, &cells), piece, findings);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "each is one column of a finding")]
    fn push(
        &self,
        found: Found,
        category: Category,
        rule: String,
        confidence: u8,
        share: Option<Share>,
        piece: &Piece,
        findings: &mut Vec<Finding>,
    ) {
        if confidence < self.confidence_min {
            return;
        }
        let Some(clause) = self.clauses.of(found, category) else { return };
        let Place { line, column, page, path, .. } = piece.place.clone();
        findings.push(Finding {
            fingerprint: fingerprint(self.source, path.as_deref(), page, &rule, found, &piece.text),
            found,
            category,
            means: self.detector.means(&rule).unwrap_or(&rule).to_owned(),
            rule,
            confidence,
            source: self.source.to_owned(),
            format: self.format.to_owned(),
            line,
            column,
            page,
            path,
            share,
            masked: self.masked.then(|| mask(&piece.text)),
            clause: clause.cite.clone(),
            next: clause.next.clone(),
        });
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a confidence lies between 0 and 1")]
fn percent(confidence: f64) -> u8 {
    (confidence * 100.0).round().clamp(0.0, 100.0) as u8
}

/// How much of a column the cells at these places are: by its rows, where it is known how many hold each.
fn share(piece: &Piece, cells: &[usize]) -> Option<Share> {
    if cells.is_empty() {
        return None;
    }
    Some(match &piece.rows {
        Some(rows) => {
            let matching = cells.iter().filter_map(|cell| rows.holding.get(*cell)).sum::<u64>().min(rows.looked_at);
            let counted = if rows.is_sample { ShareOf::RowsSampled } else { ShareOf::Rows };
            Share { matching, of: rows.looked_at, counted }
        }
        None => {
            let of = piece.values.iter().filter(|value| !value.trim().is_empty()).count();
            Share { matching: cells.len() as u64, of: of as u64, counted: ShareOf::Values }
        }
    })
}

/// Stable under moved lines: the place counts only as far as names give it; of a text its digest counts, so that a finding
/// comes back when what it was about has changed.
fn fingerprint(source: &str, path: Option<&str>, page: Option<u64>, rule: &str, found: Found, text: &str) -> String {
    let mut hash = Sha256::new();
    for part in [source, path.unwrap_or_default(), &page.map(|page| page.to_string()).unwrap_or_default(), rule, found.name(), text.trim()]
    {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// The first letter of each word; digits become `#`.
pub fn mask(text: &str) -> String {
    let word = |word: &str| {
        let mut chars = word.chars();
        let first = chars.next().map(|c| if c.is_numeric() { '#' } else { c });
        first.into_iter().chain(chars.map(|c| if c.is_alphanumeric() { '·' } else { c })).collect::<String>()
    };
    text.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}
