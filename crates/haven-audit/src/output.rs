//! What an audit of searches and of alert lists found, for people and for programs: a table, JSON, CSV and one page of HTML.
//!
//! [`access`] and [`decided`] do the same for the other audits; [`page`] is what their pages share.

pub mod access;
pub mod compared;
pub mod decided;
pub(crate) mod page;

use crate::AuditError;
use crate::decisions::Decision;
use crate::findings::{Finding, Findings, Item};
use crate::rules::{Of, Parameter, Rule};
use askama::Template;
use page::{Chart, Verbatim, cell, clean, grouped, number, plural, plural_of, share, unwritable};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

/// Which clause speaks of what a rule finds, by the rule's name; `audit.toml` of a jurisdiction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// The rule.
    pub rule: String,
    /// The clause.
    pub cite: String,
    /// What to do next.
    pub next: String,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Read {
    /// Its name.
    pub name: String,
    /// What its rows are.
    pub of: Of,
    /// The digest of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// The layout it was recognised as.
    pub layout: String,
    /// How many.
    pub rows: u64,
    /// How it differs from that layout.
    pub drift: Vec<String>,
    /// What else is to be known of it.
    pub notes: Vec<String>,
    /// What was not read, and why.
    pub unread: Vec<String>,
}

/// A list that the rows were held against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Given {
    /// What it says: `agreements`, `declarations`.
    pub what: &'static str,
    /// Its name.
    pub name: String,
    /// The digest of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// How many agencies it names.
    pub rows: u64,
}

impl Given {
    /// A list, and what is read of it.
    pub fn new(what: &'static str, name: String, bytes: &[u8], rows: usize) -> Self {
        let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Self { what, name, sha256, rows: rows as u64 }
    }

    pub(crate) fn line(&self) -> String {
        format!("{}: {}, {}, SHA-256 {}", clean(&self.name), self.what, plural_of(self.rows as i64, "row", "rows"), self.sha256)
    }
}

/// An audit of searches and of changes of alert lists.
#[derive(Debug, Clone, Serialize)]
pub struct Audit {
    /// `haven-audit/1`
    pub format: &'static str,
    /// The day for which agreements and declarations were looked up, where any were given.
    pub day: Option<String>,
    /// What was read.
    pub read: Vec<Read>,
    /// The lists that it was held against.
    pub given: Vec<Given>,
    /// What stands in the rules' braces.
    pub parameters: BTreeMap<String, Parameter>,
    /// The rules.
    pub rules: Vec<Rule>,
    /// The clauses.
    pub clauses: Vec<Clause>,
    /// What was found.
    pub findings: Findings,
    /// What people decided about rows of these files.
    pub decisions: Vec<Decision>,
    /// How many decisions were given that are about rows of other files.
    pub decided_elsewhere: usize,
    /// The files that were not read to their end, where the audit was ended before its own: nothing was asked then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<Vec<String>>,
}

impl Audit {
    /// Whether something could not be read.
    pub fn unread(&self) -> bool {
        self.interrupted.is_some() || self.read.iter().any(|file| !file.unread.is_empty())
    }

    /// Whether a rule found a row that nobody has decided about.
    pub fn open(&self) -> bool {
        let decided = self.findings.queue.iter().filter(|item| self.decision(item).is_some()).count();
        usize::try_from(self.findings.queued).unwrap_or(usize::MAX) > decided
            || self.groups().any(|finding| self.decided(&self.group_id(&finding.rule)).is_none())
    }

    /// Leaves out decisions about rows and findings of other files.
    pub fn only_own(&mut self) {
        let all = self.digits();
        let read = &self.read;
        let own = |digits: &str| !digits.is_empty() && (digits == all || read.iter().any(|file| file.sha256.starts_with(digits)));
        let given = self.decisions.len();
        self.decisions.retain(|decision| decision.search.split_once(':').is_some_and(|(digits, _)| own(digits)));
        self.decided_elsewhere = given - self.decisions.len();
    }

    /// What rules of groups found: each is decided about as a whole.
    fn groups(&self) -> impl Iterator<Item = &Finding> {
        self.findings.findings.iter().filter(|finding| finding.groups.is_some_and(|groups| groups > 0))
    }

    /// The name of what a rule of groups found: the first twelve digits of the digest of all files' digests, and the rule.
    fn group_id(&self, rule: &str) -> String {
        format!("{}:{rule}", self.digits())
    }

    fn digits(&self) -> String {
        let all: String = self.read.iter().map(|file| file.sha256.as_str()).collect();
        Sha256::digest(all).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }

    /// The name of a row: the first twelve digits of its file's digest, and its number.
    pub fn id(&self, item: &Item) -> String {
        let digest =
            self.read.iter().find(|file| file.of == item.of && file.name == item.file).map(|file| file.sha256.as_str()).unwrap_or_default();
        format!("{}:{}", digest.get(..12).unwrap_or(digest), item.row)
    }

    fn decision(&self, item: &Item) -> Option<&Decision> {
        self.decided(&self.id(item))
    }

    fn decided(&self, id: &str) -> Option<&Decision> {
        self.decisions.iter().find(|decision| decision.search == id)
    }

    fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    fn clause(&self, id: &str) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.rule == id)
    }

    fn summary(&self) -> Vec<String> {
        if let Some(left) = &self.interrupted {
            let (read, all) = (self.read.len(), plural(self.read.len() + left.len(), "file"));
            let mut lines = vec![format!("Interrupted: {read} of {all} imported, and no rule was asked")];
            lines.extend(left.iter().map(|name| format!("Not imported: {}", clean(name))));
            lines.push("The same command goes on from there: what is imported into the folder of --out is not imported again".to_owned());
            return lines;
        }
        let findings = &self.findings;
        let rows: Vec<String> = Of::ALL.iter().filter_map(|of| Some(counted(*of, findings.rows(*of)?))).collect();
        let found = findings.findings.iter().filter(|finding| finding.rows > 0).count();
        let asked = findings.findings.iter().filter(|finding| finding.asked).count();
        let mut lines = vec![format!(
            "{} in {}; {found} of {} found something",
            rows.join(" and "),
            plural(self.read.len(), "file"),
            plural(asked, "rule")
        )];
        for of in Of::ALL.iter().filter(|of| findings.rows(**of).is_some()) {
            let queued = if *of == Of::Alerts { findings.queued_alerts } else { findings.queued - findings.queued_alerts };
            lines.push(format!("{} to look at", counted(*of, queued)));
        }
        for of in Of::ALL {
            let count = findings.findings.iter().filter(|finding| finding.of == of && !finding.asked).count();
            if count > 0 {
                lines.push(format!("{} not asked: {}", plural(count, "rule"), no_log(of)));
            }
        }
        let decided = self.decisions.len();
        if decided > 0 {
            lines.push(format!("{} decided", plural(decided, "row")));
        }
        if self.decided_elsewhere > 0 {
            lines.push(format!("{} of other files", plural(self.decided_elsewhere, "decision")));
        }
        let repeated = self.read.iter().filter(|file| !file.drift.is_empty()).count();
        if repeated > 0 {
            lines.push(format!("{} with a layout that has changed", plural(repeated, "file")));
        }
        lines
    }
}

fn counted(of: Of, rows: i64) -> String {
    match of {
        Of::Searches => plural_of(rows, "search", "searches"),
        Of::Alerts => plural_of(rows, "change of alert lists", "changes of alert lists"),
    }
}

fn no_log(of: Of) -> &'static str {
    match of {
        Of::Searches => "no log of searches was given",
        Of::Alerts => "no action log of alert lists was given",
    }
}

/// The audit as JSON.
///
/// # Errors
/// None that an audit of this crate can cause.
pub fn json(audit: &Audit) -> Result<String, AuditError> {
    let mut text = serde_json::to_string_pretty(audit).map_err(|error| unwritable("JSON", &error))?;
    text.push('\n');
    Ok(text)
}

/// The queue as CSV: a row for each of its rows, with empty cells for a decision, so that the file filled in is the file of decisions.
///
/// # Errors
/// None that an audit of this crate can cause.
pub fn csv(audit: &Audit) -> Result<String, AuditError> {
    let error = |error: csv::Error| unwritable("CSV", &error);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(["search", "file", "row", "score", "rules", "time", "agency", "reason", "decision", "because", "by", "on"])
        .map_err(error)?;
    let mut write = |id: String, cells: [String; 7]| {
        let decision = audit.decided(&id);
        let of = |part: fn(&Decision) -> &str| cell(decision.map(part).unwrap_or_default());
        let decided = [of(|it| &it.decision), of(|it| &it.because), of(|it| &it.by), of(|it| &it.on)];
        writer.write_record([id].into_iter().chain(cells).chain(decided)).map_err(error)
    };
    for item in &audit.findings.queue {
        let shown = |name: &str| cell(item.known(name).unwrap_or_default());
        let (row, score, rules) = (item.row.to_string(), item.score.to_string(), item.rules.join(" "));
        write(audit.id(item), [cell(&item.file), row, score, rules, shown("time"), shown("agency"), cell(item.typed())])?;
    }
    for finding in audit.groups() {
        let weight = audit.rule(&finding.rule).map_or(0, |rule| rule.weight).to_string();
        let none = String::new;
        write(audit.group_id(&finding.rule), [none(), none(), weight, finding.rule.clone(), none(), none(), none()])?;
    }
    let bytes = writer.into_inner().map_err(|error| unwritable("CSV", &error))?;
    String::from_utf8(bytes).map_err(|error| unwritable("CSV", &error))
}

/// The audit as lines for a terminal.
pub fn table(audit: &Audit) -> String {
    let mut out = String::new();
    // A string takes whatever is written into it.
    let _ = write_table(audit, &mut out);
    out
}

fn write_table(audit: &Audit, out: &mut String) -> fmt::Result {
    for line in audit.summary() {
        writeln!(out, "{line}")?;
    }
    for of in Of::ALL {
        let findings: Vec<&Finding> = audit.findings.findings.iter().filter(|finding| finding.of == of).collect();
        if findings.is_empty() {
            continue;
        }
        writeln!(out, "\n{:>12} {:>12}  rule", of.rows(), "not asked")?;
        for finding in findings {
            let title = audit.rule(&finding.rule).map_or("", |rule| rule.title.as_str());
            let (rows, not_asked) = match finding.asked {
                true => (number(finding.rows), number(finding.not_asked)),
                false => ("-".to_owned(), "all".to_owned()),
            };
            write!(out, "{rows:>12} {not_asked:>12}  {title} [{}]", finding.rule)?;
            match finding.groups {
                Some(groups) if groups > 0 => writeln!(out, " in {}", plural_of(groups, "group", "groups"))?,
                _ => writeln!(out)?,
            }
        }
    }
    for table in &audit.findings.tables {
        writeln!(out, "\n{}", table.title)?;
        for row in &table.rows {
            let (count, names) = row.split_last().map_or(("", [].as_slice()), |(count, names)| (count.as_str(), names));
            writeln!(out, "{:>12}  {}", grouped(count), clean(&names.join(", ")))?;
        }
    }
    if !audit.findings.queue.is_empty() {
        writeln!(out, "\nTo look at, gravest first (`--format csv` and `html` have more)")?;
        for item in audit.findings.queue.iter().take(20) {
            writeln!(out, "{:>6}  {}  {} [{}]", item.score, audit.id(item), clean(item.typed()), item.rules.join(" "))?;
        }
    }
    for file in &audit.read {
        writeln!(out, "\n{}: {}, {} rows, SHA-256 {}", clean(&file.name), file.layout, file.rows, file.sha256)?;
        for line in file.drift.iter().chain(&file.notes).chain(&file.unread) {
            writeln!(out, "  {}", clean(line))?;
        }
    }
    for list in &audit.given {
        writeln!(out, "\nHeld against {}", list.line())?;
    }
    writeln!(out, "\nA finding is what a machine saw in a log; only a person says whether it breaks the law or a promise.")
}

#[derive(Template)]
#[template(path = "searches.html")]
struct Page<'a> {
    audit: &'a Audit,
    policy: String,
    style: Verbatim,
    title: String,
    summary: Vec<String>,
    sections: Vec<Section<'a>>,
    charts: Vec<Chart>,
    groups: Vec<Groups<'a>>,
    queued: String,
    items: Vec<Entry>,
    files: Vec<FileRow>,
    drift: Vec<String>,
    notes: Vec<String>,
    given: Vec<String>,
    unread: Vec<String>,
}

/// The rules that are asked of one kind of row.
struct Section<'a> {
    /// What they are asked of, with its count.
    of: String,
    rows: &'static str,
    /// Why they were not asked.
    unasked: Option<&'static str>,
    findings: Vec<Row<'a>>,
}

struct Row<'a> {
    rule: &'a str,
    title: &'a str,
    why: &'a str,
    false_positives: &'a str,
    rows: String,
    share: Option<String>,
    not_asked: String,
    clause: Option<&'a Clause>,
    /// Of what a rule of groups found; rows are decided about in the queue.
    decision: Option<String>,
}

struct Groups<'a> {
    title: &'a str,
    head: Vec<String>,
    rows: &'a [Vec<String>],
}

struct Entry {
    id: String,
    file: String,
    row: i64,
    reason: String,
    rules: String,
    known: String,
    score: i64,
    decision: String,
}

struct FileRow {
    name: String,
    layout: String,
    rows: String,
    sha256: String,
}

/// The audit as one page that needs no other file.
///
/// # Errors
/// None that an audit of this crate can cause.
pub fn html(audit: &Audit) -> Result<String, AuditError> {
    let summary = audit.summary();
    let of_files = |part: fn(&Read) -> &[String]| {
        audit.read.iter().flat_map(|file| part(file).iter().map(move |line| format!("{}: {line}", file.name))).collect()
    };
    let page = Page {
        audit,
        policy: page::policy(),
        style: page::STYLE,
        title: summary.first().cloned().unwrap_or_default(),
        sections: Of::ALL.into_iter().map(|of| section(audit, of)).filter(|section| !section.findings.is_empty()).collect(),
        charts: audit.findings.tables.iter().map(chart).collect(),
        groups: audit.findings.findings.iter().filter_map(|finding| groups(audit, finding)).collect(),
        queued: plural_of(audit.findings.queued, "row", "rows"),
        items: audit.findings.queue.iter().map(|item| entry(audit, item)).collect(),
        files: audit
            .read
            .iter()
            .map(|file| FileRow {
                name: file.name.clone(),
                layout: file.layout.clone(),
                rows: number(i64::try_from(file.rows).unwrap_or(i64::MAX)),
                sha256: file.sha256.clone(),
            })
            .collect(),
        drift: of_files(|file| &file.drift),
        notes: of_files(|file| &file.notes),
        given: audit.given.iter().map(Given::line).collect(),
        unread: of_files(|file| &file.unread),
        summary,
    };
    page.render().map_err(|error| unwritable("HTML", &error))
}

fn section(audit: &Audit, of: Of) -> Section<'_> {
    let rows = audit.findings.rows(of);
    Section {
        of: rows.map(|rows| counted(of, rows)).unwrap_or_default(),
        rows: match of {
            Of::Searches => "Searches",
            Of::Alerts => "Alerts",
        },
        unasked: rows.is_none().then(|| no_log(of)),
        findings: audit.findings.findings.iter().filter(|finding| finding.of == of).map(|finding| row(audit, finding)).collect(),
    }
}

fn row<'a>(audit: &'a Audit, finding: &'a Finding) -> Row<'a> {
    let rule = audit.rule(&finding.rule);
    let of = |part: fn(&Rule) -> &str| rule.map(part).unwrap_or_default();
    Row {
        rule: &finding.rule,
        title: of(|rule| &rule.title),
        why: of(|rule| &rule.why),
        false_positives: of(|rule| &rule.false_positives),
        rows: if finding.asked { number(finding.rows) } else { "–".to_owned() },
        share: match finding.groups {
            Some(groups) => (groups > 0).then(|| format!("in {}", plural_of(groups, "group", "groups"))),
            None => share(finding.rows, audit.findings.rows(finding.of).unwrap_or_default()),
        },
        not_asked: if finding.asked { number(finding.not_asked) } else { "all".to_owned() },
        clause: audit.clause(&finding.rule),
        decision: audit.decided(&audit.group_id(&finding.rule)).map(decision),
    }
}

fn decision(decision: &Decision) -> String {
    format!("{}: {} ({}, {})", decision.decision, decision.because, decision.by, decision.on)
}

fn chart(table: &crate::findings::Table) -> Chart {
    let head = |name: Option<&String>| name.cloned().unwrap_or_default();
    let bars = table.rows.iter().filter_map(|row| {
        let (count, names) = row.split_last()?;
        Some((names.join(", "), count.parse::<u64>().unwrap_or_default()))
    });
    Chart::new(&table.title, &head(table.head.first()), &head(table.head.last()), bars.collect())
}

fn groups<'a>(audit: &'a Audit, finding: &'a Finding) -> Option<Groups<'a>> {
    let rule = audit.rule(&finding.rule)?;
    let head = rule.per.iter().cloned().chain([rule.of.rows().to_owned()]).collect();
    (!finding.shown.is_empty()).then_some(Groups { title: &rule.title, head, rows: &finding.shown })
}

fn entry(audit: &Audit, item: &Item) -> Entry {
    let known =
        item.shown.iter().filter(|(column, _)| column != "reason" && column != "details").map(|(column, text)| format!("{column} {text}"));
    Entry {
        id: audit.id(item),
        file: item.file.clone(),
        row: item.row,
        reason: item.typed().to_owned(),
        rules: item.rules.join(", "),
        known: known.collect::<Vec<_>>().join("; "),
        score: item.score,
        decision: audit.decision(item).map_or_else(|| "open".to_owned(), decision),
    }
}
