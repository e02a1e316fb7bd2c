//! What the law says of a log of acts, for people and for programs: a table, CSV and one page of HTML.

use super::page::{self, Chart, Verbatim, cell, number, plural, plural_of, share, unwritable};
use crate::AuditError;
use crate::law::Law;
use crate::look::{Because, Look};
use crate::provisions::{Decided, Does, ProvisionFinding};
use crate::queries::view;
use crate::timeline::{Step, Timeline};
use askama::Template;
use haven_law::pack::{Layer, Verified};
use std::collections::BTreeMap;

/// Records that are named beside a provision.
const RECORDS_SHOWN: usize = 8;

/// What the law says of a log, as lines for a terminal.
pub fn table(decided: &Decided) -> String {
    let mut lines = vec![format!("{} acts in {} records", decided.acts, decided.records)];
    if decided.interrupted {
        lines.push(interrupted(decided));
    }
    lines.extend(decided.answers.iter().map(|(answer, acts)| format!("{acts:>9}  {answer}")));
    lines.push("\nBy provision, with the first records to look at".to_owned());
    for finding in &decided.provisions {
        let records = listed(&finding.records);
        lines.push(format!("{:>9}  {} {}: {records}", finding.acts, finding.does.name(), finding.cite));
    }
    let open = &decided.undetermined;
    if open.acts > 0 {
        lines.push(format!("\n{} acts are undetermined; facts that would settle most, in this order", open.acts));
        lines.extend(open.settle.iter().map(|step| format!("{:>9}  {}", step.acts, step.fact)));
    }
    for unread in &decided.unread {
        let first = if unread.first.is_empty() { String::new() } else { format!(": {}", listed(&unread.first)) };
        lines.push(format!("\nNot asked: {} records, {}{first}", unread.records, unread.why));
    }
    lines.push("\nIt is what the law says of the facts of the log, no verdict on anybody.\n".to_owned());
    lines.join("\n")
}

fn listed(records: &[u64]) -> String {
    records.iter().take(RECORDS_SHOWN).map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn interrupted(decided: &Decided) -> String {
    let records = plural_of(decided.records.cast_signed(), "record", "records");
    format!("Interrupted after {records}: nobody has asked about what follows. The same command begins anew")
}

/// The findings as CSV: a row for each provision, what it does, unit and month.
///
/// # Errors
/// None that an audit of this crate can cause.
pub fn csv(decided: &Decided) -> Result<String, AuditError> {
    let head = ["layer", "provision", "cite", "verified", "does", "unit", "month", "acts"];
    let rows = decided.provisions.iter().flat_map(|finding| {
        finding.by.iter().map(|by| {
            let known = match finding.verified {
                Verified::V => "V",
                Verified::S => "S",
                Verified::U => "U",
            };
            let unit = cell(by.unit.as_deref().unwrap_or_default());
            let (layer, does) = (finding.layer.name().to_owned(), finding.does.name().to_owned());
            let (provision, cite) = (finding.provision.clone(), finding.cite.clone());
            [layer, provision, cite, known.to_owned(), does, unit, by.month.clone(), by.acts.to_string()]
        })
    });
    written(&head, rows)
}

/// The acts to look at as CSV.
///
/// # Errors
/// None that an audit of this crate can cause.
pub fn look_csv(decided: &Decided) -> Result<String, AuditError> {
    let head = ["record", "act", "unit", "day", "action", "answer", "provisions"];
    let rows = decided.look.iter().map(|look| {
        let cites: Vec<&str> = look.because.iter().map(|because| because.cite.as_str()).collect();
        let (unit, act) = (cell(look.unit.as_deref().unwrap_or_default()), cell(&look.act));
        [look.record.to_string(), act, unit, look.day.clone(), look.action.clone(), look.answer.clone(), cites.join("; ")]
    });
    written(&head, rows)
}

fn written<const N: usize>(head: &[&str; N], rows: impl Iterator<Item = [String; N]>) -> Result<String, AuditError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(head).map_err(|error| unwritable("CSV", &error))?;
    for row in rows {
        writer.write_record(row).map_err(|error| unwritable("CSV", &error))?;
    }
    let bytes = writer.into_inner().map_err(|error| unwritable("CSV", &error))?;
    String::from_utf8(bytes).map_err(|error| unwritable("CSV", &error))
}

#[derive(Template)]
#[template(path = "decided.html")]
struct Page<'a> {
    decided: &'a Decided,
    place: &'a str,
    policy: String,
    style: Verbatim,
    summary: Vec<String>,
    interrupted: Option<String>,
    charts: Vec<Chart>,
    findings: Vec<Finding<'a>>,
    /// The answers that some act has, in the order of the columns.
    answers: Vec<&'static str>,
    by: Vec<ByRow<'a>>,
    facts: Vec<Fact<'a>>,
    settled: Option<Chart>,
    look: Vec<Row<'a>>,
    looked: String,
    stories: Vec<Story<'a>>,
    silent: Vec<(&'a str, String)>,
    view: String,
}

struct Finding<'a> {
    finding: &'a ProvisionFinding,
    does: &'static str,
    layer: &'static str,
    known: &'static str,
    acts: String,
    share: Option<String>,
    records: String,
    by: Vec<(&'a str, &'a str, String)>,
}

struct ByRow<'a> {
    unit: &'a str,
    month: &'a str,
    counts: Vec<String>,
}

struct Fact<'a> {
    question: &'a str,
    name: &'a str,
    acts: String,
    alone: String,
}

struct Row<'a> {
    look: &'a Look,
    action: &'a str,
    answer: &'static str,
}

struct Story<'a> {
    first_record: u64,
    says: String,
    steps: Vec<StoryRow<'a>>,
}

struct StoryRow<'a> {
    moment: &'a str,
    record: u64,
    /// What happened; or the act that was asked about.
    what: &'a str,
    custody: &'static str,
    known: String,
    says: Option<(&'static str, &'a [Because])>,
}

/// What the law says of a log as one page that needs no other file.
///
/// # Errors
/// None that an audit of this crate can cause.
pub fn html(decided: &Decided, law: &Law) -> Result<String, AuditError> {
    let (acts, open) = (decided.acts.cast_signed(), &decided.undetermined);
    let answers: Vec<(&str, &'static str)> = decided.answers.keys().map(|answer| (answer.as_str(), said(answer))).collect();
    let page = Page {
        decided,
        place: law.pack().jurisdictions.first().map_or("", |jurisdiction| &jurisdiction.name),
        policy: page::policy(),
        style: page::STYLE,
        summary: summary(decided),
        interrupted: decided.interrupted.then(|| interrupted(decided)),
        charts: charts(decided),
        findings: decided.provisions.iter().map(|finding| row(finding, acts)).collect(),
        by: decided
            .by
            .iter()
            .map(|by| ByRow {
                unit: named(by.unit.as_deref()),
                month: &by.month,
                counts: answers.iter().map(|(answer, _)| counted(by.answers.get(*answer).copied().unwrap_or_default())).collect(),
            })
            .collect(),
        answers: answers.iter().map(|(_, said)| *said).collect(),
        facts: open
            .facts
            .iter()
            .map(|fact| Fact { question: &fact.question, name: &fact.fact, acts: counted(fact.acts), alone: counted(fact.alone) })
            .collect(),
        settled: (!open.settle.is_empty()).then(|| {
            let steps = open.settle.iter().map(|step| (step.fact.clone(), step.acts)).collect();
            Chart::new("Acts that wait for no fact any more, once this fact and all above it are known", "Fact", "Acts", steps)
        }),
        look: decided.look.iter().map(|look| Row { look, action: label(law, &look.action), answer: said(&look.answer) }).collect(),
        looked: plural(decided.look.len(), "act"),
        stories: decided.timelines.iter().map(|story| told(law, story)).collect(),
        silent: decided.silent.iter().filter(|(_, acts)| **acts > 0).map(|(key, acts)| (key.as_str(), counted(*acts))).collect(),
        view: view(law),
    };
    page.render().map_err(|error| unwritable("HTML", &error))
}

fn summary(decided: &Decided) -> Vec<String> {
    let (acts, open) = (decided.acts.cast_signed(), &decided.undetermined);
    let of = |count: u64, words: &str| {
        let share = share(count.cast_signed(), acts).map(|share| format!(", {share}")).unwrap_or_default();
        format!("{}{share}: {words}", plural_of(count.cast_signed(), "act", "acts"))
    };
    let mut lines =
        vec![format!("{} in {}", plural_of(acts, "act", "acts"), plural_of(decided.records.cast_signed(), "record", "records"))];
    let prohibited = decided.answers.get("prohibited").copied().unwrap_or_default();
    lines.push(of(prohibited, "prohibited, by the facts of the log"));
    lines.push(of(open.acts, "undetermined"));
    if open.acts > 0 {
        let (waiting, person) = (counted(open.wait_for_facts), counted(open.for_a_person));
        lines.push(format!("of those, {waiting} wait for facts that the log does not state, and {person} are for a person to decide"));
    }
    let unread: u64 = decided.unread.iter().map(|unread| unread.records).sum();
    if unread > 0 {
        lines.push(format!("{} not asked about", plural_of(unread.cast_signed(), "record", "records")));
    }
    lines
}

fn charts(decided: &Decided) -> Vec<Chart> {
    let answers = decided.answers.iter().map(|(answer, acts)| (said(answer).to_owned(), *acts)).collect();
    let mut charts = vec![Chart::new("What the law answers", "Answer", "Acts", answers)];
    let (mut months, mut units): (BTreeMap<&str, u64>, BTreeMap<&str, u64>) = (BTreeMap::new(), BTreeMap::new());
    for by in &decided.by {
        let prohibited = by.answers.get("prohibited").copied().unwrap_or_default();
        *months.entry(&by.month).or_default() += prohibited;
        *units.entry(named(by.unit.as_deref())).or_default() += prohibited;
    }
    if months.values().any(|acts| *acts > 0) {
        let of = |counts: BTreeMap<&str, u64>| counts.into_iter().map(|(name, acts)| (name.to_owned(), acts)).collect();
        charts.push(Chart::new("Prohibited, by month", "Month", "Acts", of(months)));
        charts.push(Chart::most_first("Prohibited, by unit", "Unit", "Acts", of(units), "other units"));
        let provisions = decided.provisions.iter().filter(|finding| finding.does == Does::Prohibits);
        let provisions = provisions.map(|finding| (finding.cite.clone(), finding.acts)).collect();
        charts.push(Chart::most_first("Prohibited, by provision", "Provision", "Acts", provisions, "other provisions"));
    }
    charts
}

fn row(finding: &ProvisionFinding, acts: i64) -> Finding<'_> {
    Finding {
        finding,
        does: match finding.does {
            Does::Prohibits => "prohibits",
            Does::Refers => "leaves to a person",
            Does::Requires => "requires",
            Does::Undetermined => "cannot answer: facts are missing",
            Does::Errs => "cannot be evaluated",
        },
        layer: match finding.layer {
            Layer::City => "City",
            Layer::County => "County",
            Layer::State => "State",
            Layer::Federal => "Federal",
            Layer::Order => "Order, below the ordinance",
        },
        known: match finding.verified {
            Verified::V => "",
            Verified::S => "known from reports, text not read",
            Verified::U => "unverified: recalled or inferred, ask counsel",
        },
        acts: counted(finding.acts),
        share: share(finding.acts.cast_signed(), acts),
        records: listed(&finding.records),
        by: finding.by.iter().map(|by| (named(by.unit.as_deref()), by.month.as_str(), counted(by.acts))).collect(),
    }
}

fn told<'a>(law: &'a Law, story: &'a Timeline) -> Story<'a> {
    let prohibited = |step: &&Step| matches!(step, Step::Act { answer, .. } if answer == "prohibited");
    let asked = |step: &&Step| matches!(step, Step::Act { .. });
    let (prohibited, asked) = (story.steps.iter().filter(prohibited).count(), story.steps.iter().filter(asked).count());
    let steps = story.steps.iter().map(|step| match step {
        Step::Event { record, event, custody, known, .. } => StoryRow {
            moment: step.moment(),
            record: *record,
            what: event,
            custody: if *custody { "in custody" } else { "not in custody" },
            known: known.iter().map(|(fact, words)| format!("{fact}: {}", words.join(", "))).collect::<Vec<_>>().join("; "),
            says: None,
        },
        Step::Act { record, action, answer, because, .. } => StoryRow {
            moment: step.moment(),
            record: *record,
            what: label(law, action),
            custody: "",
            known: String::new(),
            says: Some((said(answer), because)),
        },
    });
    Story { first_record: story.first_record, says: format!("{prohibited} of {} prohibited", plural(asked, "act")), steps: steps.collect() }
}

/// An act in words.
fn label<'a>(law: &'a Law, action: &'a str) -> &'a str {
    law.pack().vocabulary().actions().iter().find(|known| known.name == action).map_or(action, |known| known.label.as_str())
}

fn named(unit: Option<&str>) -> &str {
    unit.unwrap_or("no unit named")
}

fn counted(acts: u64) -> String {
    number(acts.cast_signed())
}

/// An answer in words.
fn said(answer: &str) -> &'static str {
    match answer {
        "prohibited" => "prohibited",
        "needs_facts" => "undetermined: ask first",
        "required" => "required",
        "permitted:authorised" => "permitted: a provision allows it",
        "permitted:excepted" => "permitted: an exception holds",
        _ => "not reached: nothing in these laws speaks of it",
    }
}
