//! The baseline: what a city knew on a day, so that a scan can say only what is new since.
//!
//! A JSON file of fingerprints and how often each was found. It holds nothing of what was found, not even where.

use crate::finding::{Finding, Scan};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

const FORMAT: &str = "haven-baseline/1";

/// Known findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    format: String,
    /// The day of the scan it was made from.
    day: String,
    /// The rules of that scan.
    rules: String,
    /// How often each was found: the second of two equal questions is new.
    fingerprints: BTreeMap<String, u64>,
}

impl Baseline {
    /// The open findings of a scan. What a suppression holds back is left out, so that it comes back with the suppression's
    /// end; so call this after the suppressions and before [`Baseline::only_new`].
    pub fn of(scan: &Scan) -> Self {
        let mut fingerprints = BTreeMap::new();
        for finding in &scan.findings {
            *fingerprints.entry(finding.fingerprint.clone()).or_insert(0) += 1;
        }
        Self { format: FORMAT.to_owned(), day: scan.day.clone(), rules: scan.rules.clone(), fingerprints }
    }

    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong with it and where.
    pub fn read(source: &str) -> Result<Self, String> {
        // The parser's own words can repeat what stands in the file.
        let baseline: Self = serde_json::from_str(source).map_err(|error| {
            // Where a line ends too early, the parser counts no column.
            let column = if error.column() > 0 { format!(", column {}", error.column()) } else { String::new() };
            let line = error.line().max(1);
            format!(
                "line {line}{column}: expected a baseline as `--write-baseline` writes it (`format`, `day`, `rules`, `fingerprints`), found something else"
            )
        })?;
        if baseline.format != FORMAT {
            return Err(format!("expected the format `{FORMAT}`, found another"));
        }
        if let Some(at) = baseline.fingerprints.keys().position(|fingerprint| !is_fingerprint(fingerprint)) {
            return Err(format!("expected twelve hexadecimal digits as fingerprint {}, found something else", at + 1));
        }
        Ok(baseline)
    }

    /// The file.
    ///
    /// # Errors
    /// None that is known: it holds only text and numbers.
    pub fn write(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// Leaves only what is new. What a suppression no longer holds is never known: it comes back.
    pub fn only_new(&self, scan: &mut Scan) {
        scan.sort();
        let mut left = self.fingerprints.clone();
        let found: BTreeSet<String> = scan.findings.iter().chain(&scan.held).map(|finding| finding.fingerprint.clone()).collect();
        let before = scan.findings.len();
        let mut is_new = |finding: &Finding| match left.get_mut(&finding.fingerprint) {
            Some(count) if *count > 0 && !scan.returned.contains(&finding.fingerprint) => {
                *count -= 1;
                false
            }
            _ => true,
        };
        scan.findings.retain(|finding| is_new(finding));
        scan.known += before - scan.findings.len();
        scan.baseline = Some(self.day.clone());
        if self.rules != scan.rules {
            scan.notes.push(format!(
                "the baseline of {} was made with other rules: what they name anew counts as new; look through it, then write another baseline",
                self.day
            ));
        }
        let gone = self.fingerprints.keys().filter(|fingerprint| !found.contains(*fingerprint)).count();
        // A scan that was stopped has not looked everywhere.
        if gone > 0 && !scan.stopped {
            let unless = if scan.unread.is_empty() { "" } else { ", or could not be read this time" };
            scan.notes.push(format!(
                "{gone} of the {} places in the baseline are not found any more: mended, changed{unless}; write another baseline, else they count as known when they come back",
                self.fingerprints.len()
            ));
        }
    }
}

/// Whether a text has the form of a fingerprint.
pub(crate) fn is_fingerprint(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
