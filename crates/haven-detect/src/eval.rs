//! Measures the detector on labelled rows: precision, recall and F1 per label and language, and every miss.

use crate::{Detection, Detector, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// A labelled row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Where it stands, from 1 and without the head.
    pub number: usize,
    /// The input: a name, a question, a sentence, an identifier, or a column's name.
    pub text: String,
    /// Cells of a column.
    pub values: Vec<String>,
    /// What is known of its surroundings.
    pub context: Option<String>,
    /// Its language; empty where nobody said.
    pub lang: String,
    /// The label expected.
    pub label: String,
    /// Of identifiers: whether it is expected to be valid.
    pub valid: Option<bool>,
}

impl Detector {
    /// The answer for a row of `kind`.
    pub fn detect(&self, kind: Kind, row: &Row) -> Detection {
        match kind {
            Kind::Field => self.field(&row.text, row.context.as_deref()),
            Kind::Question => self.question(&row.text),
            Kind::Sentence => self.sentence(&row.text),
            Kind::Value => self.value_or_numbers(&row.text, &row.values.iter().map(String::as_str).collect::<Vec<_>>()),
            Kind::Identifier => self.identifier(&row.text),
        }
    }
}

/// Counts of one label.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Rows of this label that got it.
    pub right: usize,
    /// Rows that got it and are of another.
    pub wrong: usize,
    /// Rows of this label that got another.
    pub missed: usize,
}

impl Score {
    /// Of those that got the label, the share that are of it; 1 where none got it.
    pub fn precision(self) -> f64 {
        ratio(self.right, self.right + self.wrong)
    }

    /// Of those that are of the label, the share that got it; 1 where there are none.
    pub fn recall(self) -> f64 {
        ratio(self.right, self.right + self.missed)
    }

    /// The harmonic mean of both.
    pub fn f1(self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// A row that did not come out as labelled.
#[derive(Debug, Clone)]
pub struct Miss {
    /// The row.
    pub row: Row,
    /// What came out.
    pub found: Detection,
}

/// The measure of one file.
#[derive(Debug, Clone)]
pub struct Report {
    /// The kind of its rows.
    pub kind: Kind,
    /// By label and language; the language `all` holds every row.
    pub scores: BTreeMap<(String, String), Score>,
    /// Rows measured.
    pub rows: usize,
    /// Rows whose label, and of identifiers whose validity, came out as expected.
    pub right: usize,
    /// The others.
    pub misses: Vec<Miss>,
}

impl Report {
    /// What says that there is something to report (`asks` and `proxy`, say) against `none`: every label but `none` summed up.
    pub fn found(&self) -> Score {
        let all = self.scores.iter().filter(|((label, lang), _)| lang == "all" && label != "none");
        all.fold(Score::default(), |sum, (_, score)| Score {
            right: sum.right + score.right,
            wrong: sum.wrong + score.wrong,
            missed: sum.missed + score.missed,
        })
    }
}

/// Measures `rows`.
pub fn measure(detector: &Detector, kind: Kind, rows: &[Row]) -> Report {
    let mut report = Report { kind, scores: BTreeMap::new(), rows: rows.len(), right: 0, misses: Vec::new() };
    for row in rows {
        let found = detector.detect(kind, row);
        let valid = row.valid.is_none() || row.label == "none" || row.valid == found.valid;
        let right = found.label == row.label && valid;
        let langs: BTreeSet<&str> = ["all", row.lang.as_str()].into_iter().filter(|lang| !lang.is_empty()).collect();
        for lang in langs {
            let mut score = |label: &str, change: fn(&mut Score)| {
                change(report.scores.entry((label.to_owned(), lang.to_owned())).or_default());
            };
            if right {
                score(&row.label, |score| score.right += 1);
            } else {
                score(&row.label, |score| score.missed += 1);
                score(found.label, |score| score.wrong += 1);
            }
        }
        if right {
            report.right += 1;
        } else {
            report.misses.push(Miss { row: row.clone(), found });
        }
    }
    report
}
