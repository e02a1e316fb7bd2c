//! One page for people: it needs no other file and asks nothing of the network, so that it can be mailed, printed and kept.

use super::{OutputError, by_source, clean, count, headline, place, size, summary};
use crate::finding::{Finding, Found, Scan};
use askama::Template;
use base64::Engine;
use haven_detect::Category;
use sha2::{Digest, Sha256};
use std::fmt;

const STYLE: Verbatim = Verbatim(include_str!("../../templates/scan.css"));
const SCRIPT: Verbatim = Verbatim(include_str!("../../templates/scan.js"));

/// Sources that get a bar of their own.
const BARS_MAX: usize = 12;

/// Our own style or script, which is put into the page as it is: the browser runs it only because its digest is named.
#[derive(Clone, Copy)]
pub(crate) struct Verbatim(pub(crate) &'static str);

impl fmt::Display for Verbatim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl askama::filters::HtmlSafe for Verbatim {}

impl Verbatim {
    /// What a policy calls it.
    pub(crate) fn digest(self) -> String {
        format!("'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(self.0)))
    }
}

#[derive(Template)]
#[template(path = "scan.html")]
struct Page<'a> {
    scan: &'a Scan,
    policy: String,
    style: Verbatim,
    script: Verbatim,
    /// The first sentence of the summary.
    title: String,
    summary: Vec<String>,
    size: String,
    charts: Vec<Chart>,
    groups: Vec<Group<'a>>,
    held: Vec<Row<'a>>,
}

/// A table whose numbers are also drawn.
struct Chart {
    caption: &'static str,
    head: &'static str,
    /// What the numbers count.
    unit: &'static str,
    bars: Vec<Bar>,
}

struct Bar {
    label: String,
    number: usize,
    /// Of a hundred: its length beside the longest.
    length: usize,
}

struct Group<'a> {
    source: String,
    format: String,
    count: String,
    rows: Vec<Row<'a>>,
}

struct Row<'a> {
    finding: &'a Finding,
    place: String,
    headline: String,
    means: String,
    masked: Option<String>,
    /// Why it is held back.
    reason: &'a str,
}

/// Writes a sorted scan.
pub(super) fn write(scan: &Scan) -> Result<String, OutputError> {
    let policy = format!(
        "default-src 'none'; img-src data:; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        STYLE.digest(),
        SCRIPT.digest()
    );
    let groups: Vec<Group<'_>> = by_source(&scan.findings)
        .map(|findings| Group {
            source: findings.first().map(|finding| clean(&finding.source)).unwrap_or_default(),
            format: findings.first().map(|finding| clean(&finding.format)).unwrap_or_default(),
            count: count(findings.len(), "finding", "findings"),
            rows: findings.iter().map(|finding| row(finding, "")).collect(),
        })
        .collect();
    let held = scan
        .held
        .iter()
        .map(|finding| row(finding, scan.suppressed.get(&finding.fingerprint).map(String::as_str).unwrap_or_default()))
        .collect();
    let summary = summary(scan);
    let title = summary.first().cloned().unwrap_or_default();
    let page =
        Page { scan, policy, style: STYLE, script: SCRIPT, title, summary, size: size(scan.bytes), charts: charts(scan), groups, held };
    Ok(page.render()?)
}

fn row<'a>(finding: &'a Finding, reason: &'a str) -> Row<'a> {
    Row {
        finding,
        place: place(finding),
        headline: headline(finding),
        means: clean(&finding.means),
        masked: finding.masked.as_deref().map(clean),
        reason,
    }
}

fn charts(scan: &Scan) -> Vec<Chart> {
    let number = |is: &dyn Fn(&Finding) -> bool| scan.findings.iter().filter(|finding| is(finding)).count();
    let kinds = [
        (Found::Asks, "asks for it"),
        (Found::Keeps, "has a place for it"),
        (Found::States, "states it of a person"),
        (Found::Identifies, "holds a number"),
    ];
    let categories = [
        (Category::Status, "status"),
        (Category::Enforcement, "immigration enforcement"),
        (Category::Identifier, "identifying numbers"),
        (Category::Proxy, "what can reveal status"),
    ];
    let bands = [(90..=100, "90 % and more"), (75..=89, "75 to 89 %"), (0..=74, "less than 75 %")];
    let mut sources: Vec<(String, usize)> =
        by_source(&scan.findings).filter_map(|findings| findings.first().map(|first| (clean(&first.source), findings.len()))).collect();
    // The order of names stays where numbers are equal.
    sources.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    if sources.len() > BARS_MAX {
        let others = sources.split_off(BARS_MAX - 1);
        sources.push((format!("{} other sources", others.len()), others.iter().map(|(_, number)| number).sum()));
    }
    [
        ("What the sources do", "Kind", kinds.map(|(found, label)| (label.to_owned(), number(&|finding| finding.found == found))).to_vec()),
        (
            "What it is about",
            "About",
            categories.map(|(category, label)| (label.to_owned(), number(&|finding| finding.category == category))).to_vec(),
        ),
        (
            "How sure the machine is",
            "Sure",
            bands.map(|(band, label)| (label.to_owned(), number(&|finding| band.contains(&finding.confidence)))).to_vec(),
        ),
        ("Where most is", "Source", sources),
    ]
    .into_iter()
    .map(|(caption, head, numbers)| {
        let longest = numbers.iter().map(|(_, number)| *number).max().unwrap_or_default().max(1);
        let bars = numbers.into_iter().map(|(label, number)| Bar { label, number, length: (number * 100).div_ceil(longest) }).collect();
        Chart { caption, head, unit: "Findings", bars }
    })
    .collect()
}
