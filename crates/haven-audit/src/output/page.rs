//! What the pages and tables of all audits share: the style, charts, and numbers in words.

use crate::AuditError;
use base64::Engine;
use sha2::{Digest, Sha256};
use std::fmt;

/// Bars of a chart; what is smaller is put together.
const BARS_MAX: usize = 12;

/// The pages look as that of a scan does; what only they have comes behind.
pub(crate) const STYLE: Verbatim =
    Verbatim(concat!(include_str!("../../../haven-scan/templates/scan.css"), include_str!("../../templates/audit.css")));

/// Our own style, put into the page as it is: the browser applies it only because its digest is named.
#[derive(Clone, Copy)]
pub(crate) struct Verbatim(&'static str);

impl fmt::Display for Verbatim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl askama::filters::HtmlSafe for Verbatim {}

/// What a page may do: show its own style, and nothing else.
pub(crate) fn policy() -> String {
    let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(STYLE.0));
    format!("default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'")
}

/// A table whose numbers are also drawn.
pub(crate) struct Chart {
    pub(crate) caption: String,
    pub(crate) head: String,
    pub(crate) unit: String,
    pub(crate) bars: Vec<Bar>,
}

pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) number: String,
    /// Of a hundred: its length beside the longest.
    pub(crate) length: u64,
}

impl Chart {
    pub(crate) fn new(caption: &str, head: &str, unit: &str, numbers: Vec<(String, u64)>) -> Chart {
        let longest = numbers.iter().map(|(_, count)| *count).max().unwrap_or_default().max(1);
        let bars = numbers.into_iter().map(|(label, count)| Bar {
            label,
            number: number(count.cast_signed()),
            length: count.saturating_mul(100).div_ceil(longest),
        });
        Chart { caption: caption.to_owned(), head: head.to_owned(), unit: unit.to_owned(), bars: bars.collect() }
    }

    /// The most first, with the smallest put together; `others` names them.
    pub(crate) fn most_first(caption: &str, head: &str, unit: &str, mut numbers: Vec<(String, u64)>, others: &str) -> Chart {
        // The order of names stays where numbers are equal.
        numbers.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        if numbers.len() > BARS_MAX {
            let rest = numbers.split_off(BARS_MAX - 1);
            numbers.push((format!("{} {others}", rest.len()), rest.iter().map(|(_, count)| count).sum()));
        }
        Chart::new(caption, head, unit, numbers)
    }
}

/// A text that no spreadsheet takes for a formula.
pub(crate) fn cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// A text without what could move a terminal's cursor.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

pub(crate) fn share(part: i64, whole: i64) -> Option<String> {
    if part == 0 || whole == 0 {
        return None;
    }
    let tenths = part.saturating_mul(1000) / whole;
    Some(if tenths == 0 { "under 0.1 %".to_owned() } else { format!("{}.{} %", tenths / 10, tenths % 10) })
}

/// A number with its thousands apart.
pub(crate) fn number(number: i64) -> String {
    grouped(&number.to_string())
}

pub(crate) fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) && digit.is_ascii_digit() {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

pub(crate) fn plural(count: usize, one: &str) -> String {
    let many = if one.ends_with("ch") { format!("{one}es") } else { format!("{one}s") };
    plural_of(i64::try_from(count).unwrap_or(i64::MAX), one, &many)
}

pub(crate) fn plural_of(count: i64, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

pub(crate) fn unwritable(form: &str, error: &dyn fmt::Display) -> AuditError {
    AuditError::Data {
        file: "the report".to_owned(),
        place: None,
        expected: format!("an audit that can be written as {form}"),
        found: error.to_string(),
    }
}
