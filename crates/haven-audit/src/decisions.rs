//! What people decided about searches in the queue: a table that a reviewer fills in, one row a search.

use crate::AuditError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What may be decided. None says that somebody broke a law: that is for those who inquire.
pub const DECISIONS: [&str; 4] = ["explained", "referred", "improper", "machine_wrong"];

/// A decision about one search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The search, as the queue names it: digits of the file's digest, a colon, the row.
    pub search: String,
    /// One of [`DECISIONS`].
    pub decision: String,
    /// Why, in words without a name.
    pub because: String,
    /// The id of who decided, with a digit in it: never a name.
    pub by: String,
    /// The day, `2026-11-27`.
    pub on: String,
}

/// Reads decisions from CSV with the columns `search`, `decision`, `because`, `by`, `on` among any others; rows without a
/// decision are still open and are passed over.
///
/// # Errors
/// The first row that is not as it must be, by its number in the file; never its text.
pub fn decisions(file: &str, bytes: &[u8]) -> Result<Vec<Decision>, AuditError> {
    let data = |place: String, expected: &str, found: &str| AuditError::Data {
        file: file.to_owned(),
        place: Some(place),
        expected: expected.to_owned(),
        found: found.to_owned(),
    };
    let mut reader = csv::Reader::from_reader(bytes);
    let heads = reader.headers().map_err(|_| data("row 1".to_owned(), "a header in UTF-8", "something else"))?.clone();
    for name in ["search", "decision", "because", "by", "on"] {
        if !heads.iter().any(|head| head == name) {
            return Err(data("row 1".to_owned(), &format!("a column `{name}`"), "none"));
        }
    }
    let mut decisions: Vec<Decision> = Vec::new();
    let mut seen = BTreeSet::new();
    for (row, record) in (2..).zip(reader.deserialize::<Decision>()) {
        let place = format!("row {row}");
        let decision = record.map_err(|_| data(place.clone(), "as many cells as the header has, in UTF-8", "others"))?;
        if decision.decision.is_empty() {
            continue;
        }
        let wrong = if !DECISIONS.contains(&decision.decision.as_str()) {
            Some((format!("`decision` as one of {}", DECISIONS.join(", ")), "another word"))
        } else if decision.because.trim().is_empty() {
            Some(("a reason in `because`".to_owned(), "an empty cell"))
        } else if !decision.by.chars().any(|letter| letter.is_ascii_digit()) || decision.by.contains(char::is_whitespace) {
            Some(("an id with a digit in `by`".to_owned(), "something else"))
        } else if decision.on.parse::<jiff::civil::Date>().is_err() {
            Some(("a day like 2026-11-27 in `on`".to_owned(), "something else"))
        } else if !seen.insert(decision.search.clone()) {
            Some(("one decision a search".to_owned(), "a second one"))
        } else {
            None
        };
        match wrong {
            Some((expected, found)) => return Err(data(place, &expected, found)),
            None => decisions.push(decision),
        }
    }
    Ok(decisions)
}
