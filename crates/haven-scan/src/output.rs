//! What a scan saw, for people and for programs: a table, JSON, CSV, SARIF and one page of HTML.
//!
//! Every output is made of the [`Scan`] alone and comes out the same for the same scan, in whatever order it was found. None
//! takes what could not be read for clean, and none holds a matched value, since a finding holds none.

mod csv;
pub(crate) mod html;
mod json;
mod sarif;
mod table;

use crate::finding::{Finding, Found, Scan, Share};
use haven_detect::Category;

/// The ways to say what a scan saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// For people at a terminal, so many characters wide.
    Table {
        /// Characters in a line.
        width: usize,
    },
    /// The whole scan.
    Json,
    /// A row a finding, and a row for each thing that could not be read.
    Csv,
    /// SARIF 2.1.0, for programs that follow up findings.
    Sarif,
    /// One page that needs no other file and no network.
    Html,
}

/// An output that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// JSON or SARIF.
    #[error("expected a scan that can be written as JSON")]
    Json(#[from] serde_json::Error),
    /// CSV.
    #[error("expected a scan that can be written as CSV")]
    Csv(#[from] ::csv::Error),
    /// The page.
    #[error("expected a scan that fits the page")]
    Html(#[from] askama::Error),
}

impl Output {
    /// Writes a scan this way.
    ///
    /// # Errors
    /// [`OutputError`] says which form cannot be written; for a scan of this crate's making all can.
    pub fn write(self, scan: &Scan) -> Result<String, OutputError> {
        let mut scan = scan.clone();
        scan.sort();
        match self {
            Self::Table { width } => Ok(table::write(&scan, width)),
            Self::Json => json::write(&scan),
            Self::Csv => csv::write(&scan),
            Self::Sarif => sarif::write(&scan),
            Self::Html => html::write(&scan),
        }
    }
}

/// Findings by source, in order.
fn by_source(findings: &[Finding]) -> impl Iterator<Item = &[Finding]> {
    findings.chunk_by(|a, b| a.source == b.source)
}

/// What was found, in a few words.
pub(crate) fn headline(finding: &Finding) -> String {
    let verb = match finding.found {
        Found::Asks => "asks for",
        Found::Keeps => "keeps",
        Found::States => "states",
        Found::Identifies => "holds",
    };
    format!("{verb} {}", noun(finding.category))
}

fn noun(category: Category) -> &'static str {
    match category {
        Category::None => "nothing",
        Category::Proxy => "what can reveal status",
        Category::Identifier => "an identifying number",
        Category::Enforcement => "immigration enforcement",
        Category::Status => "status",
    }
}

/// Where in its source a finding is.
fn place(finding: &Finding) -> String {
    let mut parts = Vec::new();
    parts.extend(finding.path.as_deref().map(clean));
    parts.extend(finding.page.map(|page| format!("page {page}")));
    parts.extend(finding.line.map(|line| format!("line {line}")));
    parts.extend(finding.column.map(|column| format!("column {column}")));
    parts.extend(finding.share.map(Share::words));
    if parts.is_empty() { "somewhere in it".to_owned() } else { parts.join(", ") }
}

/// A text that comes from the world, made fit for a terminal and a page: a file's name can hold codes that clear a screen or
/// turn the direction of reading.
pub(crate) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        if c.is_control() || turns {
            clean.extend(c.escape_unicode());
        } else {
            clean.push(c);
        }
    }
    clean
}

/// A number and what it counts.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Bytes, as people say them.
fn size(bytes: u64) -> String {
    let units = [(1_000_000_000_u64, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} bytes"),
    }
}

/// What the scan came to, in sentences: first how much was found, then all that limits what that means, but for the lists.
fn summary(scan: &Scan) -> Vec<String> {
    let read: u64 = scan.read.values().sum();
    let sources = by_source(&scan.findings).count();
    let mut lines = Vec::new();
    let new = if scan.baseline.is_some() { " new" } else { "" };
    lines.push(if scan.findings.is_empty() {
        format!("No{new} findings in what was read.")
    } else {
        let kinds = [Found::Asks, Found::Keeps, Found::States, Found::Identifies]
            .map(|found| (found, scan.findings.iter().filter(|finding| finding.found == found).count()));
        let kinds: Vec<String> =
            kinds.iter().filter(|(_, number)| *number > 0).map(|(found, number)| format!("{} {number}", found.name())).collect();
        let findings = count(scan.findings.len(), "finding", "findings").replacen(' ', &format!("{new} "), 1);
        format!("{findings} in {}: {}.", count(sources, "source", "sources"), kinds.join(", "))
    });
    let formats: Vec<String> = scan.read.iter().map(|(format, number)| format!("{} {number}", clean(format))).collect();
    let formats = if formats.is_empty() { String::new() } else { format!(" ({})", formats.join(", ")) };
    lines.push(format!("Read: {read} {}{formats}, {}.", if read == 1 { "source" } else { "sources" }, size(scan.bytes)));
    if !scan.held.is_empty() {
        lines.push(format!("Held back by suppressions: {}.", count(scan.held.len(), "finding", "findings")));
    }
    if let Some(day) = &scan.baseline {
        lines.push(format!("Known to the baseline of {}: {}.", clean(day), count(scan.known, "finding", "findings")));
    }
    if scan.stopped {
        lines.push("The scan was stopped before its end: nobody knows what is in the rest.".to_owned());
    }
    if !scan.unread.is_empty() {
        lines.push(format!("Not read: {}. That is not the same as clean.", count(scan.unread.len(), "place", "places")));
    }
    lines
}
