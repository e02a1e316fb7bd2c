//! The pack as the solver is asked about it: clauses as rules, acts as request environments, versions in force by day.

use crate::error::ProveError;
use cedar_policy_symcc::{CompiledSchema, SymEnv};
use haven_law::cedar::{Policy, PolicyId, RequestEnv};
use haven_law::ir::Ir;
use haven_law::pack::{Clause, Instrument, Pack};
use haven_law::vocabulary::{ActionId, FactKind};
use jiff::civil::Date;
use serde_json::{Value, json};

/// A clause, or a variation of one, as a condition on an act.
pub(crate) struct Rule {
    /// What it is called in messages.
    pub(crate) name: String,
    /// The acts it addresses.
    pub(crate) actions: Vec<ActionId>,
    /// When it applies.
    pub(crate) applies: Ir,
    /// Permits exactly where it applies, whatever the clause itself does: the solver compares what sets of policies permit.
    pub(crate) permit: Policy,
    /// Forbids exactly where it applies.
    pub(crate) forbid: Policy,
}

impl Rule {
    fn of(clause: &Clause) -> Result<Rule, ProveError> {
        let parts = std::iter::once(clause.reach().clone())
            .chain(clause.exceptions.iter().map(|exception| Ir::Not(Box::new(exception.condition.clone()))));
        Rule::build(clause, &clause.id, Ir::And(parts.collect()), None)
    }

    /// Applies where the clause would apply but for one of its exceptions, by position.
    pub(crate) fn excused(clause: &Clause, excuse: usize) -> Result<Rule, ProveError> {
        let exceptions = clause.exceptions.iter().enumerate().map(|(index, exception)| {
            let condition = exception.condition.clone();
            if index == excuse { condition } else { Ir::Not(Box::new(condition)) }
        });
        let parts = std::iter::once(clause.reach().clone()).chain(exceptions);
        Rule::build(clause, &format!("{} but for exception {}", clause.id, excuse + 1), Ir::And(parts.collect()), Some(excuse))
    }

    fn build(clause: &Clause, name: &str, applies: Ir, excuse: Option<usize>) -> Result<Rule, ProveError> {
        let policy = |effect: &str| with_effect(clause.policy(), effect, name, excuse);
        Ok(Rule { name: name.to_owned(), actions: clause.actions.clone(), applies, permit: policy("permit")?, forbid: policy("forbid")? })
    }

    pub(crate) fn addresses(&self, act: ActionId) -> bool {
        self.actions.contains(&act)
    }
}

/// The policy with another effect and, if asked, with one `unless` turned into a `when`.
fn with_effect(policy: &Policy, effect: &str, name: &str, excuse: Option<usize>) -> Result<Policy, ProveError> {
    let refused = |cause: String| ProveError::Refused { subject: name.to_owned(), cause };
    let mut tree = policy.to_json().map_err(|error| refused(error.to_string()))?;
    if let Some(slot) = tree.get_mut("effect") {
        *slot = Value::from(effect);
    }
    if let Some(excuse) = excuse {
        let unless = tree
            .get_mut("conditions")
            .and_then(Value::as_array_mut)
            .and_then(|all| all.iter_mut().filter(|condition| condition.get("kind") == Some(&Value::from("unless"))).nth(excuse))
            .and_then(|condition| condition.get_mut("kind"))
            .ok_or_else(|| refused("the exception is not in the policy".to_owned()))?;
        *unless = Value::from("when");
    }
    Policy::from_json(Some(PolicyId::new(name)), tree).map_err(|error| refused(error.to_string()))
}

/// An act as the solver knows it.
#[derive(Default)]
pub(crate) struct Act {
    /// Who may do it to what: with Haven's vocabulary, one.
    pub(crate) environments: Vec<(RequestEnv, SymEnv)>,
    /// Forbid what no request can say: a set without members, which the reader of requests refuses.
    pub(crate) guards: Vec<Policy>,
}

/// A day and a choice of the versions that may be in force on it, where that is uncertain.
pub(crate) struct Reading {
    /// The day, with the choice where there is one.
    pub(crate) name: String,
    /// The clauses in force, by position in the pack.
    pub(crate) clauses: Vec<usize>,
}

/// A version of an instrument and the one after it.
#[derive(Clone, Copy)]
pub(crate) struct Amendment {
    /// The instrument, by position in the pack.
    pub(crate) instrument: usize,
    /// The first day of the earlier version.
    pub(crate) before: Date,
    /// The first day of the later one.
    pub(crate) after: Date,
}

/// A pack made ready for the solver.
pub(crate) struct Law {
    pub(crate) pack: Pack,
    /// One per clause.
    pub(crate) rules: Vec<Rule>,
    /// One per act of the vocabulary.
    acts: Vec<Act>,
    pub(crate) readings: Vec<Reading>,
    pub(crate) amendments: Vec<Amendment>,
}

impl Law {
    pub(crate) fn new(pack: &Pack) -> Result<Law, ProveError> {
        let rules = pack.clauses.iter().map(Rule::of).collect::<Result<_, _>>()?;
        let amendments = pack
            .instruments
            .iter()
            .enumerate()
            .flat_map(|(instrument, file)| {
                let pairs = file.versions.iter().zip(file.versions.iter().skip(1));
                pairs.map(move |(before, after)| Amendment { instrument, before: before.from, after: after.from })
            })
            .collect();
        Ok(Law { rules, acts: acts(pack)?, readings: readings(pack), amendments, pack: pack.clone() })
    }

    pub(crate) fn act(&self, act: ActionId) -> Option<&Act> {
        self.acts.get(act.index())
    }

    /// The rules of clauses at positions of the pack.
    pub(crate) fn pick(&self, positions: &[usize]) -> Vec<&Rule> {
        positions.iter().filter_map(|position| self.rules.get(*position)).collect()
    }

    /// The clause at a position of the pack, with its rule.
    pub(crate) fn clause(&self, position: usize) -> Option<(&Clause, &Rule)> {
        self.pack.clauses.get(position).zip(self.rules.get(position))
    }
}

fn acts(pack: &Pack) -> Result<Vec<Act>, ProveError> {
    let refused = |subject: &str, cause: String| ProveError::Refused { subject: subject.to_owned(), cause };
    let schema = CompiledSchema::new(pack.schema()).map_err(|error| refused("vocabulary.cedarschema", error.to_string()))?;
    let environments: Vec<RequestEnv> = pack.schema().request_envs().collect();
    let vocabulary = pack.vocabulary();
    vocabulary
        .actions()
        .iter()
        .map(|action| {
            let mut act = Act::default();
            for environment in environments.iter().filter(|environment| environment.action().id().unescaped() == action.name) {
                let symbols = schema.sym_env(environment).map_err(|error| refused(&action.name, error.to_string()))?;
                act.environments.push((environment.clone(), symbols));
            }
            for fact in action.facts.iter().map(|fact| vocabulary.fact(fact)).filter(|fact| fact.kind == FactKind::Many) {
                let tree = json!({
                    "effect": "forbid", "principal": {"op": "All"}, "action": {"op": "All"}, "resource": {"op": "All"},
                    "conditions": [{"kind": "when", "body":
                        {"isEmpty": {"arg": {".": {"left": {"Var": "context"}, "attr": fact.name}}}}}],
                });
                let id = PolicyId::new(format!("{} is not empty", fact.name));
                act.guards.push(Policy::from_json(Some(id), tree).map_err(|error| refused(&fact.name, error.to_string()))?);
            }
            Ok(act)
        })
        .collect()
}

/// Every distinct set of clauses that may be in force together, by the first day it may be.
fn readings(pack: &Pack) -> Vec<Reading> {
    let (certain, uncertain): (Vec<_>, Vec<_>) =
        boundaries(pack).into_iter().map(|day| readings_on(pack, day)).partition(|readings| readings.len() == 1);
    let mut all: Vec<Reading> = Vec::new();
    // Certain days come first, so that a set that is in force for certain is named by such a day.
    for reading in certain.into_iter().chain(uncertain).flatten() {
        if !reading.clauses.is_empty() && !all.iter().any(|known| known.clauses == reading.clauses) {
            all.push(reading);
        }
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

/// The days on which a version begins or may begin.
pub(crate) fn boundaries(pack: &Pack) -> Vec<Date> {
    let versions = pack.instruments.iter().flat_map(|instrument| &instrument.versions);
    let mut days: Vec<Date> = versions.flat_map(|version| std::iter::once(version.from).chain(version.uncertain_from)).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// One reading for each choice of the versions that may be in force on a day.
pub(crate) fn readings_on(pack: &Pack, day: Date) -> Vec<Reading> {
    let mut readings = vec![Reading { name: day.to_string(), clauses: Vec::new() }];
    for (instrument, file) in pack.instruments.iter().enumerate() {
        let versions = may_be_in_force(file, day);
        let mut extended = Vec::new();
        for (reading, version) in readings.iter().flat_map(|reading| versions.iter().map(move |version| (reading, *version))) {
            let mut name = reading.name.clone();
            if versions.len() > 1 {
                let from = version.map_or_else(|| "none".to_owned(), |from| from.to_string());
                name.push_str(&format!(" with {}@{from}", file.id));
            }
            let added = version.map_or_else(Vec::new, |from| clauses_of(pack, instrument, from));
            extended.push(Reading { name, clauses: reading.clauses.iter().copied().chain(added).collect() });
        }
        readings = extended;
    }
    readings
}

/// The clauses of a version of an instrument, by position.
pub(crate) fn clauses_of(pack: &Pack, instrument: usize, from: Date) -> Vec<usize> {
    let in_force =
        |clause: &Clause| clause.instrument == instrument && clause.from <= from && clause.until.is_none_or(|until| until > from);
    pack.clauses.iter().enumerate().filter(|(_, clause)| in_force(clause)).map(|(position, _)| position).collect()
}

/// The versions that may be in force on a day; nothing stands for a day before the first that is encoded.
fn may_be_in_force(instrument: &Instrument, day: Date) -> Vec<Option<Date>> {
    let current = instrument.versions.iter().rev().find(|version| version.from <= day).map(|version| version.from);
    let next = instrument
        .versions
        .iter()
        .find(|version| version.from > day)
        .filter(|version| version.uncertain_from.is_some_and(|from| from <= day))
        .map(|version| Some(version.from));
    std::iter::once(current).chain(next).collect()
}
