//! For people at a terminal: findings by source, then what they come to, and last what could not be read.

use super::{by_source, clean, count, headline, place, summary};
use crate::finding::{Finding, Scan};
use textwrap::core::display_width;
use textwrap::{Options, WordSplitter};

/// Characters below which columns no longer fit side by side.
const COLUMNS_WIDTH_MIN: usize = 90;
const INDENT: usize = 2;
const GAP: usize = 2;

/// Writes a sorted scan.
pub(super) fn write(scan: &Scan, width: usize) -> String {
    let width = width.clamp(40, 200);
    let mut out = String::new();
    for findings in by_source(&scan.findings) {
        let Some(first) = findings.first() else { continue };
        let title = format!("{} ({}): {}", clean(&first.source), clean(&first.format), count(findings.len(), "finding", "findings"));
        paragraph(&mut out, &title, width, 0);
        if width >= COLUMNS_WIDTH_MIN {
            side_by_side(&mut out, findings, width)
        } else {
            one_below_other(&mut out, findings, width)
        }
        out.push('\n');
    }
    for line in summary(scan) {
        paragraph(&mut out, &line, width, 0);
    }
    list(&mut out, "To know:", &scan.notes, width);
    list(&mut out, "Suppressions that do not hold:", &scan.lapsed, width);
    let unread: Vec<String> = scan
        .unread
        .iter()
        .map(|unread| {
            let place = if unread.place.is_empty() { String::new() } else { format!(", {}", unread.place) };
            format!("{}{place}: {}", unread.source, unread.reason)
        })
        .collect();
    list(&mut out, "Not read:", &unread, width);
    out
}

/// What a row says: place, what, how sure, clause, next step.
fn cells(finding: &Finding) -> [String; 5] {
    let masked = finding.masked.as_deref().map(|masked| format!(" “{}”", clean(masked))).unwrap_or_default();
    let what =
        format!("{}: {}{masked} [{}, {}]", headline(finding), clean(&finding.means), clean(&finding.rule), clean(&finding.fingerprint));
    [place(finding), what, format!("{} %", finding.confidence), clean(&finding.clause), clean(&finding.next)]
}

const HEADS: [&str; 5] = ["Place", "What", "Sure", "Clause", "Next step"];

fn side_by_side(out: &mut String, findings: &[Finding], width: usize) {
    let sure = 5;
    let rest = width - INDENT - 4 * GAP - sure;
    let (place, what, clause) = (rest * 24 / 100, rest * 31 / 100, rest * 18 / 100);
    let widths = [place, what, sure, clause, rest - place - what - clause];
    row(out, &HEADS.map(str::to_owned), &widths);
    row(out, &widths.map(|width| "─".repeat(width)), &widths);
    for finding in findings {
        row(out, &cells(finding), &widths);
    }
}

fn row(out: &mut String, cells: &[String; 5], widths: &[usize; 5]) {
    let columns: Vec<(Vec<String>, usize)> = cells.iter().zip(widths).map(|(cell, width)| (wrap(cell, *width), *width)).collect();
    let height = columns.iter().map(|(lines, _)| lines.len()).max().unwrap_or_default();
    for at in 0..height {
        let mut line = " ".repeat(INDENT);
        for (lines, width) in &columns {
            let text = lines.get(at).map(String::as_str).unwrap_or_default();
            line.push_str(text);
            line.push_str(&" ".repeat((width + GAP).saturating_sub(display_width(text))));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

fn one_below_other(out: &mut String, findings: &[Finding], width: usize) {
    for finding in findings {
        let [place, what, sure, clause, next] = cells(finding);
        paragraph(out, &place, width, INDENT);
        for (head, text) in [("What", what), ("Sure", sure), ("Clause", clause), ("Next step", next)] {
            paragraph(out, &format!("{head}: {text}"), width, 2 * INDENT);
        }
    }
}

fn list(out: &mut String, head: &str, items: &[String], width: usize) {
    if items.is_empty() {
        return;
    }
    out.push('\n');
    paragraph(out, head, width, 0);
    for item in items {
        paragraph(out, &clean(item), width, INDENT);
    }
}

/// A paragraph, its later lines further in than its first.
fn paragraph(out: &mut String, text: &str, width: usize, indent: usize) {
    for (at, line) in wrap(text, width - indent - INDENT).iter().enumerate() {
        out.push_str(&" ".repeat(if at == 0 { indent } else { indent + INDENT }));
        out.push_str(line);
        out.push('\n');
    }
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    // A clause, a rule and a path are looked for as they are written, hyphens and all.
    let options = Options::new(width).word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).into_iter().map(std::borrow::Cow::into_owned).collect()
}
