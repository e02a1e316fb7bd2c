//! Cases: tables of situations with the answers the law must give, and how much of the law they reach.

use crate::decide::{Basis, Decision, Does, Holds, Verdict};
use crate::error::{LoadError, Place, line_of};
use crate::ir::Truth;
use crate::pack::{Clause, Effect, Pack, Source, is_within};
use crate::request::{Request, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A situation and what it must lead to. Format: `docs/law-packs.md`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The situation in a sentence.
    pub case: String,
    /// Where it comes from.
    #[serde(rename = "ref", default)]
    pub source: Option<String>,
    /// The day.
    pub as_of: String,
    /// The act.
    pub action: String,
    /// The agency.
    #[serde(default)]
    pub agency: Option<String>,
    /// The facts.
    #[serde(default)]
    pub facts: Map<String, Value>,
    /// Only these layers.
    #[serde(default)]
    pub layer: Vec<String>,
    /// Only these provisions.
    #[serde(default)]
    pub provision: Vec<String>,
    /// The verdict it must lead to.
    pub verdict: Verdict,
    /// The basis, where one is demanded.
    #[serde(default)]
    pub basis: Option<Basis>,
    /// Provisions one of which must be among those that decide; empty demands none.
    #[serde(default)]
    pub provisions: Vec<String>,
    /// The verdict somebody else expected.
    #[serde(default)]
    pub told: Option<Verdict>,
    /// Why ours differs.
    #[serde(default)]
    pub disputed: Option<String>,
    /// Where it stands.
    #[serde(skip)]
    pub place: Option<Place>,
}

/// Reads the case tables of the pack's jurisdictions and instruments.
///
/// # Errors
/// Tables that cannot be read, with the line; the rest is still given.
pub fn load(source: &Source, pack: &Pack) -> (Vec<Case>, Vec<LoadError>) {
    let mut cases = Vec::new();
    let mut errors = Vec::new();
    let mut paths: Vec<String> = Vec::new();
    for jurisdiction in &pack.jurisdictions {
        paths.push(format!("{}/cases.yaml", jurisdiction.id));
        let own = pack.instruments.iter().filter(|instrument| instrument.jurisdiction == jurisdiction.id);
        paths.extend(own.map(|instrument| format!("{}/{}/cases.yaml", jurisdiction.id, instrument.id)));
    }
    for path in paths {
        let Some(text) = source.get(&path) else { continue };
        let list: Vec<Case> = match serde_norway::from_str(text) {
            Ok(list) => list,
            Err(error) => {
                let place = error.location().map_or_else(|| Place::file(&path), |at| Place::line(&path, at.line()));
                errors.push(LoadError::new(place, error.to_string(), "see docs/law-packs.md for the shape of a case"));
                continue;
            }
        };
        let mut offset = 0;
        for mut case in list {
            let found = text.get(offset..).and_then(|rest| rest.find(case.case.as_str()));
            offset += found.unwrap_or(0);
            case.place = Some(Place::line(&path, line_of(text, offset)));
            offset += found.map_or(0, |_| case.case.len());
            cases.push(case);
        }
    }
    (cases, errors)
}

impl Case {
    /// The case as a request.
    ///
    /// # Errors
    /// The first thing in it that the vocabulary does not have.
    pub fn request(&self, pack: &Pack) -> Result<Request, crate::request::RequestError> {
        let scope = Scope::read(pack, &self.layer, &self.provision)?;
        self.request_on(pack, &self.as_of, scope)
    }

    /// The case as a request about another day.
    ///
    /// # Errors
    /// The first thing in it that the vocabulary does not have.
    pub fn request_on(&self, pack: &Pack, as_of: &str, scope: Scope) -> Result<Request, crate::request::RequestError> {
        let day = crate::request::day("as_of", as_of)?;
        let action = crate::request::action_named(pack, &self.action)?;
        let mut request = Request::new(pack, day, action, self.agency.clone(), scope);
        for (name, value) in &self.facts {
            request.state(pack, name, value)?;
        }
        Ok(request)
    }

    fn place(&self) -> Place {
        self.place.clone().unwrap_or_else(|| Place::file("cases.yaml"))
    }
}

/// A case that did not lead where it must.
#[derive(Clone, Debug, Serialize)]
pub struct Failure {
    /// The file and line.
    pub place: String,
    /// The situation.
    pub case: String,
    /// What was expected and what was found.
    pub message: String,
}

/// How far the cases reach into one clause.
#[derive(Clone, Debug, Serialize)]
pub struct Reached {
    /// The clause.
    pub clause: String,
    /// Cases in which it applies.
    pub applies: usize,
    /// Cases in which it was looked at and does not apply.
    pub does_not: usize,
    /// Conditions and exceptions that were seen both to hold and not to hold.
    pub branches_both: usize,
    /// Conditions and exceptions that can go both ways.
    pub branches: usize,
}

impl Reached {
    /// Whether there are cases on both sides of the clause.
    pub fn both_sides(&self) -> bool {
        self.applies > 0 && self.does_not > 0
    }
}

/// What running the cases showed.
#[derive(Clone, Debug, Serialize)]
pub struct CaseReport {
    /// How many cases led where they must.
    pub passed: usize,
    /// Those that did not.
    pub failures: Vec<Failure>,
    /// Cases whose source expected another answer: place, case, reason.
    pub disputed: Vec<Failure>,
    /// How far they reach into the clauses.
    pub coverage: Vec<Reached>,
}

/// Runs cases and measures which clauses and branches they reach.
pub fn run(pack: &Pack, cases: &[Case]) -> CaseReport {
    let mut report = CaseReport { passed: 0, failures: Vec::new(), disputed: Vec::new(), coverage: Vec::new() };
    let mut requests = Vec::new();
    for case in cases {
        let failure = |message: String| Failure { place: case.place().to_string(), case: case.case.clone(), message };
        match case.request(pack) {
            Err(error) => report.failures.push(failure(error.to_string())),
            Ok(request) => {
                match check(case, &pack.decide(&request)) {
                    Ok(()) => report.passed += 1,
                    Err(message) => report.failures.push(failure(message)),
                }
                requests.push(request);
            }
        }
        match (&case.told, &case.disputed) {
            (Some(told), Some(reason)) => {
                report.disputed.push(failure(format!("told {}, answered {}: {reason}", told.name(), case.verdict.name())));
            }
            (None, None) => {}
            _ => report.failures.push(failure("`told` and `disputed` belong together".to_owned())),
        }
    }
    report.coverage = pack.clauses.iter().map(|clause| reach(pack, clause, &requests)).collect();
    report
}

/// Holds one answer against its case: right verdict, for the right provision.
fn check(case: &Case, decision: &Decision) -> Result<(), String> {
    if decision.verdict != case.verdict {
        return Err(format!("expected {}, found {}", case.verdict.name(), decision.verdict.name()));
    }
    if case.basis.is_some() && decision.basis != case.basis {
        return Err(format!("expected basis {:?}, found {:?}", case.basis, decision.basis));
    }
    if case.provisions.is_empty() {
        return Ok(());
    }
    let deciding: Vec<String> = decision
        .layers
        .iter()
        .filter(|layer| layer.verdict == decision.verdict || decision.verdict == Verdict::NeedsFacts)
        .flat_map(|layer| &layer.provisions)
        .flat_map(|provision| {
            // An exception decides where it holds, and where it is what nobody knows.
            let decides = |holds: Holds| match provision.effect {
                Does::Excepted => holds == Holds::Yes,
                Does::Undetermined => holds == Holds::Unknown,
                _ => false,
            };
            let exceptions =
                provision.because.iter().filter(move |because| decides(because.holds)).filter_map(|because| because.exception.clone());
            std::iter::once(provision.id.clone()).chain(exceptions)
        })
        .collect();
    let hit = case.provisions.iter().any(|wanted| deciding.iter().any(|found| is_within(found, wanted)));
    if hit { Ok(()) } else { Err(format!("expected one of {} to decide, found {}", case.provisions.join(", "), deciding.join(", "))) }
}

fn reach(pack: &Pack, clause: &Clause, requests: &[Request]) -> Reached {
    let asked: Vec<&Request> = requests.iter().filter(|request| pack.speaks(clause, request)).collect();
    let conditions: Vec<_> = clause
        .conditions
        .iter()
        .map(|condition| &condition.ir)
        .chain(clause.exceptions.iter().map(|exception| &exception.condition))
        .collect();
    let mut seen = vec![(false, false); conditions.len()];
    let (mut applies, mut does_not) = (0, 0);
    for request in asked {
        for (condition, seen) in conditions.iter().zip(&mut seen) {
            match condition.eval(&request.facts).0 {
                Truth::True => seen.0 = true,
                Truth::False => seen.1 = true,
                Truth::Unknown | Truth::Error => {}
            }
        }
        if pack.applying(request).iter().any(|other| other.id == clause.id) {
            applies += 1;
        } else if !pack.undetermined(request).iter().any(|(other, _)| other.id == clause.id) {
            does_not += 1;
        }
    }
    Reached {
        clause: clause.id.clone(),
        applies,
        does_not,
        branches: conditions.len() * 2,
        branches_both: seen.iter().map(|(yes, no)| usize::from(*yes) + usize::from(*no)).sum(),
    }
}

/// What changes between two days: clauses that come and go, and cases whose answer differs.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// Clauses in force on the second day only.
    pub came: Vec<String>,
    /// Clauses in force on the first day only.
    pub went: Vec<String>,
    /// Cases answered differently: the situation, the answers on both days.
    pub cases: Vec<Changed>,
}

/// A case that is answered differently on two days.
#[derive(Clone, Debug, Serialize)]
pub struct Changed {
    /// The situation.
    pub case: String,
    /// The answer on the first day.
    pub before: Verdict,
    /// The answer on the second day.
    pub after: Verdict,
}

/// Compares the law of two days.
///
/// # Errors
/// A day that cannot be read.
pub fn difference(
    pack: &Pack,
    cases: &[Case],
    first: &str,
    second: &str,
    scope: &Scope,
) -> Result<Difference, crate::request::RequestError> {
    let (a, b) = (crate::request::day("first day", first)?, crate::request::day("second day", second)?);
    let ids = |day| -> Vec<String> { pack.clauses_on(day).into_iter().map(|clause| clause.id.clone()).collect() };
    let (on_a, on_b) = (ids(a), ids(b));
    let mut changed: Vec<Changed> = Vec::new();
    for case in cases {
        let (Ok(before), Ok(after)) = (case.request_on(pack, first, scope.clone()), case.request_on(pack, second, scope.clone())) else {
            continue;
        };
        let (before, after) = (pack.verdict(&before).0, pack.verdict(&after).0);
        if before != after && !changed.iter().any(|known| known.case == case.case) {
            changed.push(Changed { case: case.case.clone(), before, after });
        }
    }
    Ok(Difference {
        came: on_b.iter().filter(|id| !on_a.contains(id)).cloned().collect(),
        went: on_a.iter().filter(|id| !on_b.contains(id)).cloned().collect(),
        cases: changed,
    })
}

impl Pack {
    /// Whether a clause is in force on the day of a request and speaks to its act, within its scope.
    fn speaks(&self, clause: &Clause, request: &Request) -> bool {
        clause.actions.binary_search(&request.action).is_ok()
            && self.clauses_on(request.as_of).iter().any(|other| other.id == clause.id)
            && (request.scope.provisions.is_empty() || request.scope.provisions.iter().any(|provision| clause.concerns(provision)))
            && (request.scope.layers.is_empty()
                || self.instrument_of(clause).is_some_and(|instrument| request.scope.layers.contains(&instrument.layer)))
    }
}

/// Clauses that decide nothing need no case that shows what they decide.
pub(crate) fn needs_cases(clause: &Clause) -> bool {
    clause.effect != Effect::Advise
}
