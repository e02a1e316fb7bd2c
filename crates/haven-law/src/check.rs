//! Checks of a pack beyond what loading demands: that it is cited, restated, dated without gaps, and tried by cases.

use crate::cases::{self, Case};
use crate::error::{LoadError, Place};
use crate::pack::{Before, Clause, Instrument, Pack};
use crate::plan::{InForce, in_force};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Serialize;

/// What a check looked at, for people to see that it looked.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Checked {
    /// Instruments.
    pub instruments: usize,
    /// Clauses.
    pub clauses: usize,
    /// Days walked, over all instruments.
    pub days: usize,
    /// Cases read.
    pub cases: usize,
}

/// Checks a pack and its cases.
///
/// Loading has already validated every policy strictly and matched names; this adds what a reviewer would ask for.
pub fn check(pack: &Pack, cases: &[Case]) -> (Checked, Vec<LoadError>) {
    let mut findings = Vec::new();
    let mut checked = Checked { instruments: pack.instruments.len(), clauses: pack.clauses.len(), cases: cases.len(), days: 0 };
    for (position, instrument) in pack.instruments.iter().enumerate() {
        let at = Place::file(&format!("{}/{}/instrument.toml", instrument.jurisdiction, instrument.id));
        if !instrument.address.starts_with("http") {
            findings.push(LoadError::new(
                at.clone(),
                "the address of the official text is no address",
                "write the address people can open",
            ));
        }
        for (what, text) in [("coverage", &instrument.coverage), ("reviewed_by", &instrument.reviewed_by)] {
            if text.trim().is_empty() {
                findings.push(LoadError::new(at.clone(), format!("`{what}` is empty"), "say it"));
            }
        }
        check_text(pack, position, instrument, &mut findings);
        checked.days += walk(pack, position, instrument, &at, &mut findings);
    }
    let report = cases::run(pack, cases);
    for (reached, clause) in report.coverage.iter().zip(&pack.clauses).filter(|(_, clause)| cases::needs_cases(clause)) {
        if !reached.both_sides() {
            let side = if reached.applies == 0 { "in which it applies" } else { "in which it does not" };
            findings.push(LoadError::new(
                clause.place.clone(),
                format!("clause `{}` has no case {side}", clause.id),
                "add one to cases.yaml",
            ));
        }
        for exception in &clause.exceptions {
            if !holds_somewhere(pack, clause, &exception.condition, cases) {
                findings.push(LoadError::new(
                    clause.place.clone(),
                    format!("exception `{}` of clause `{}` holds in no case", exception.provision, clause.id),
                    "add one to cases.yaml",
                ));
            }
        }
    }
    (checked, findings)
}

fn holds_somewhere(pack: &Pack, clause: &Clause, condition: &crate::ir::Ir, cases: &[Case]) -> bool {
    cases.iter().filter_map(|case| case.request(pack).ok()).any(|request| {
        clause.actions.contains(&request.action)
            && pack.clauses_on(request.as_of).iter().any(|other| other.id == clause.id)
            && condition.eval(&request.facts).0 == crate::ir::Truth::True
    })
}

/// Every provision is restated, every restatement is of a provision.
fn check_text(pack: &Pack, position: usize, instrument: &Instrument, findings: &mut Vec<LoadError>) {
    let own = || pack.clauses.iter().filter(|clause| clause.instrument == position);
    for clause in own() {
        let names = std::iter::once(&clause.provision).chain(clause.exceptions.iter().map(|exception| &exception.provision));
        for provision in names {
            if pack.passage(position, provision, clause.from).is_none() {
                findings.push(LoadError::new(
                    clause.place.clone(),
                    format!("provision `{provision}` of clause `{}` is not restated", clause.id),
                    "add a heading for it to text.md",
                ));
            }
        }
    }
    for passage in &instrument.passages {
        let named = own().any(|clause| {
            (clause.provision == passage.provision || clause.exceptions.iter().any(|exception| exception.provision == passage.provision))
                && passage.from.is_none_or(|from| from == clause.from)
        });
        if !named {
            findings.push(LoadError::new(
                Place::file(&format!("{}/{}/text.md", instrument.jurisdiction, instrument.id)),
                format!("`{}` restates no clause", passage.provision),
                "remove it, or encode the clause",
            ));
        }
    }
}

/// Walks an instrument day by day, from before its first version to the day of its review, and holds the plan of the
/// engine against what the dates of the clauses say by themselves.
fn walk(pack: &Pack, position: usize, instrument: &Instrument, at: &Place, findings: &mut Vec<LoadError>) -> usize {
    let Some(first) = instrument.versions.first() else { return 0 };
    let start = first.uncertain_from.unwrap_or(first.from);
    let mut day = start.checked_sub(1.day()).unwrap_or(start);
    let mut days = 0;
    let mut silent_since: Option<Date> = None;
    while day <= instrument.reviewed_on {
        days += 1;
        let versions = in_force(instrument, day);
        let declared =
            instrument.versions.iter().any(|version| version.uncertain_from.is_some_and(|from| from <= day && day < version.from));
        if versions.len() > 1 && !declared {
            findings.push(LoadError::new(
                at.clone(),
                format!("two versions are in force on {day}"),
                "declare the interval with uncertain_from",
            ));
            break;
        }
        if day < start
            && versions.as_slice() != [if instrument.before_first == Before::Unknown { InForce::Uncovered } else { InForce::NotYet }]
        {
            findings.push(LoadError::new(at.clone(), format!("a version is in force on {day}, before the first"), "check the dates"));
            break;
        }
        let by_dates = pack
            .clauses
            .iter()
            .filter(|clause| clause.instrument == position && versions.iter().any(|version| in_version(clause, *version)))
            .count();
        let by_plan = pack.clauses_on(day).iter().filter(|clause| clause.instrument == position).count();
        if by_dates != by_plan {
            findings.push(LoadError::new(
                at.clone(),
                format!("{by_dates} clauses are dated to {day}, the engine would use {by_plan}"),
                "check from and until of the clauses",
            ));
            break;
        }
        if by_dates == 0 && day >= start {
            silent_since = silent_since.or(Some(day));
        }
        let Ok(next) = day.checked_add(1.day()) else { break };
        day = next;
    }
    if let Some(since) = silent_since {
        findings.push(LoadError::new(
            at.clone(),
            format!("no clause is in force from {since}"),
            "a version without clauses is a gap: encode it or end the instrument",
        ));
    }
    days
}

fn in_version(clause: &Clause, version: InForce) -> bool {
    matches!(version, InForce::Version(from) if clause.from <= from && clause.until.is_none_or(|until| until > from))
}
