//! What was proved, what was found, and of which text.

use crate::example::Example;
use haven_law::pack::{Pack, Verified};
use serde::Serialize;

/// What a check asks. Reports list checks in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Can the clause apply to anything?
    CanApply,
    /// Can the clause be evaluated whatever the facts are? Cedar skips a clause that cannot, which would let an act pass.
    NeverErrs,
    /// Does the clause do something that other clauses of its instrument do not, unless it says so in `@overlaps`?
    Needed,
    /// Is everything that the version before prohibited prohibited still? A caution beside the prohibition does not count
    /// against it.
    StaysProhibited,
    /// Is everything that the version before prohibited at least referred to a person still?
    StaysGuarded,
    /// What is prohibited that the version before did not prohibit?
    NewlyProhibited,
    /// What became of the exceptions of the version before?
    ExceptionEnds,
    /// Is nothing both required and prohibited on one day?
    Disjoint,
}

impl Kind {
    /// What is asked, in words.
    pub fn words(self) -> &'static str {
        match self {
            Kind::CanApply => "the clause can apply to something",
            Kind::NeverErrs => "the clause can be evaluated whatever the facts are",
            Kind::Needed => "the clause does something no other does, or says so",
            Kind::StaysProhibited => "what the version before prohibited is prohibited still",
            Kind::StaysGuarded => "what the version before prohibited is prohibited or referred to a person still",
            Kind::NewlyProhibited => "what is newly prohibited",
            Kind::ExceptionEnds => "what became of the exceptions of the version before",
            Kind::Disjoint => "nothing is both required and prohibited on one day",
        }
    }
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It holds for every request there can be.
    Proved,
    /// Something is wrong with the pack.
    Finding,
    /// Something to know, neither right nor wrong: laws may change.
    Information,
    /// The solver did not decide it.
    NotProved,
}

/// One check and how it came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was asked.
    pub kind: Kind,
    /// Of what: a clause, an amendment and act, a day.
    pub subject: String,
    /// How it came out.
    pub outcome: Outcome,
    /// The same for people.
    pub sentence: String,
    /// Facts that show it, where there are such.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Example>,
}

/// What was proved of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The jurisdiction.
    pub jurisdiction: String,
    /// The SHA-256 of the pack.
    pub digest: String,
    /// The solver and its version.
    pub solver: String,
    /// What the proofs are about and what they are not.
    pub statement: String,
    /// The clauses whose text was not read, by id.
    pub unverified: Vec<String>,
    /// The checks, by kind, then in the order of the pack.
    pub checks: Vec<Check>,
    /// How many questions the solver was asked.
    pub queries: usize,
    /// How many checks are proved.
    pub proved: usize,
    /// How many found something wrong.
    pub findings: usize,
    /// How many are for information.
    pub information: usize,
    /// How many the solver did not decide.
    pub not_proved: usize,
}

impl Report {
    pub(crate) fn new(pack: &Pack, solver: String, mut checks: Vec<Check>, queries: usize) -> Report {
        checks.sort_by_key(|check| check.kind);
        let unverified: Vec<String> =
            pack.clauses.iter().filter(|clause| clause.verified != Verified::V).map(|clause| clause.id.clone()).collect();
        let of = format!("of the encoded text as of digest {}", pack.digest);
        let statement = if unverified.is_empty() {
            format!("{of}; every clause was encoded from the operative text")
        } else {
            format!("{of}; these clauses are unverified: {}", unverified.join(", "))
        };
        let count = |outcome: Outcome| checks.iter().filter(|check| check.outcome == outcome).count();
        Report {
            jurisdiction: pack.jurisdiction().to_owned(),
            digest: pack.digest.clone(),
            solver,
            statement,
            unverified,
            queries,
            proved: count(Outcome::Proved),
            findings: count(Outcome::Finding),
            information: count(Outcome::Information),
            not_proved: count(Outcome::NotProved),
            checks,
        }
    }

    /// Whether nothing is wrong and nothing was left open.
    pub fn is_clean(&self) -> bool {
        self.findings == 0 && self.not_proved == 0
    }
}
