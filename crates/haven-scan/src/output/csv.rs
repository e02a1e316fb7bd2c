//! A row a finding, open or held back, and a row for each thing that could not be read.

use super::{OutputError, clean};
use crate::finding::{Finding, Scan};

const HEADS: [&str; 21] = [
    "state",
    "fingerprint",
    "found",
    "category",
    "rule",
    "means",
    "confidence",
    "source",
    "format",
    "page",
    "line",
    "column",
    "path",
    "share",
    "matching",
    "of",
    "counted",
    "masked",
    "clause",
    "next",
    "reason",
];

/// Writes a sorted scan.
pub(super) fn write(scan: &Scan) -> Result<String, OutputError> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(HEADS)?;
    for finding in &scan.findings {
        csv.write_record(cells("open", finding, ""))?;
    }
    for finding in &scan.held {
        let reason = scan.suppressed.get(&finding.fingerprint).map(String::as_str).unwrap_or_default();
        csv.write_record(cells("held back", finding, reason))?;
    }
    for unread in &scan.unread {
        let row = HEADS.map(|head| match head {
            "state" => "not read".to_owned(),
            "source" => cell(&unread.source),
            "path" => cell(&unread.place),
            "reason" => cell(&unread.reason),
            _ => String::new(),
        });
        csv.write_record(row)?;
    }
    let bytes = csv.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn cells(state: &str, finding: &Finding, reason: &str) -> [String; 21] {
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    [
        state.to_owned(),
        cell(&finding.fingerprint),
        finding.found.name().to_owned(),
        finding.category.name().to_owned(),
        cell(&finding.rule),
        cell(&finding.means),
        finding.confidence.to_string(),
        cell(&finding.source),
        cell(&finding.format),
        number(finding.page),
        number(finding.line),
        number(finding.column),
        cell(finding.path.as_deref().unwrap_or_default()),
        finding.share.map(|share| share.percent().to_string()).unwrap_or_default(),
        number(finding.share.map(|share| share.matching)),
        number(finding.share.map(|share| share.of)),
        finding.share.map(|share| share.counted.name().to_owned()).unwrap_or_default(),
        cell(finding.masked.as_deref().unwrap_or_default()),
        cell(&finding.clause),
        cell(&finding.next),
        cell(reason),
    ]
}

/// A cell that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let text = clean(text);
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}
