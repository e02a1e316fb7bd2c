//! One clause: can it apply, can it always be evaluated, does it do something of its own?

use crate::error::ProveError;
use crate::example::Example;
use crate::law::{Law, Rule};
use crate::prover::{Found, Prover, Query};
use crate::report::{Check, Kind, Outcome};
use haven_law::pack::{Clause, Effect};
use haven_law::vocabulary::ActionId;

/// Whether other rules do all that a rule does.
enum Implied {
    Yes,
    /// Not here.
    No(Example),
    Undecided(String),
}

impl Prover<'_> {
    pub(crate) async fn clause(&mut self, position: usize) -> Result<Vec<Check>, ProveError> {
        let law = self.law;
        let Some((clause, rule)) = law.clause(position) else { return Ok(Vec::new()) };
        let (live, can_apply) = self.can_apply(clause, rule).await?;
        let mut checks = vec![can_apply, self.never_errs(clause, rule).await?];
        // A clause that can never apply is implied by everything; that it is vacuous says it better.
        if matches!(clause.effect, Effect::Prohibit | Effect::Require) && !live.is_empty() {
            checks.push(self.needed(position, clause, rule, &live).await?);
        }
        Ok(checks)
    }

    async fn can_apply(&mut self, clause: &Clause, rule: &Rule) -> Result<(Vec<ActionId>, Check), ProveError> {
        let (mut live, mut dead, mut open) = (Vec::new(), Vec::new(), None);
        for act in &clause.actions {
            match self.find(Query { act: *act, any: vec![rule], also: None, none: Vec::new() }).await? {
                Found::Example(..) => live.push(*act),
                Found::Nothing => dead.push(*act),
                Found::Undecided(why) => open = Some(format!("whether it can apply to “{}” is not decided: {why}", self.label(*act))),
            }
        }
        let (outcome, sentence) = match open {
            Some(open) => (Outcome::NotProved, open),
            None if live.is_empty() => (Outcome::Finding, format!("it can never apply to any act it names: {}", self.labels(&dead))),
            None if dead.is_empty() => (Outcome::Proved, format!("it can apply to every act it names: {}", self.labels(&live))),
            None => (Outcome::Proved, format!("it can apply to: {}; never to: {}", self.labels(&live), self.labels(&dead))),
        };
        let check = Check { kind: Kind::CanApply, subject: clause.id.clone(), outcome, sentence, examples: Vec::new() };
        Ok((live, check))
    }

    async fn never_errs(&mut self, clause: &Clause, rule: &Rule) -> Result<Check, ProveError> {
        let (mut examples, mut open) = (Vec::new(), None);
        for act in &clause.actions {
            match self.erring(*act, rule).await? {
                Found::Nothing => {}
                Found::Example(example, _) => examples.push(example),
                Found::Undecided(why) => open = Some(format!("whether it can err on “{}” is not decided: {why}", self.label(*act))),
            }
        }
        let (outcome, sentence) = match (examples.first(), open) {
            (Some(example), _) => {
                (Outcome::Finding, format!("it cannot be evaluated, and Cedar would skip it, on this request: {}", example.words))
            }
            (None, Some(open)) => (Outcome::NotProved, open),
            (None, None) => (Outcome::Proved, "it can be evaluated whatever the facts are".to_owned()),
        };
        Ok(Check { kind: Kind::NeverErrs, subject: clause.id.clone(), outcome, sentence, examples })
    }

    async fn needed(&mut self, position: usize, clause: &Clause, rule: &Rule, live: &[ActionId]) -> Result<Check, ProveError> {
        let (mut needless_beside, mut declared_true, mut against, mut open) = (None, false, None, None);
        for Beside { others, declared } in beside(self.law, position, clause) {
            if !declared.is_empty() {
                match self.implied(rule, live, &self.law.pick(&declared)).await? {
                    Implied::Yes => {
                        declared_true = true;
                        continue;
                    }
                    Implied::No(example) => against = Some(example),
                    Implied::Undecided(why) => open = Some(why),
                }
            }
            match self.implied(rule, live, &self.law.pick(&others)).await? {
                Implied::Yes => needless_beside = Some(self.least_provisions(rule, live, &others).await?),
                Implied::No(_) => {}
                Implied::Undecided(why) => open = Some(why),
            }
        }
        let declared = clause.overlaps.join(", ");
        let what = if clause.effect == Effect::Prohibit { "prohibition" } else { "duty" };
        let (outcome, sentence, examples) = match (needless_beside, open) {
            (Some(by), _) => {
                (Outcome::Finding, format!("it does nothing that {by} does not do already, and @overlaps does not say so"), Vec::new())
            }
            (None, Some(why)) => (Outcome::NotProved, format!("whether other clauses do all it does is not decided: {why}"), Vec::new()),
            (None, None) if clause.overlaps.is_empty() => {
                (Outcome::Proved, format!("it does what no other {what} of its instrument and version does"), Vec::new())
            }
            (None, None) if declared_true => (Outcome::Proved, format!("{declared} does all it does, as @overlaps says"), Vec::new()),
            (None, None) => match against {
                Some(example) => {
                    let sentence = format!("@overlaps declares it needless beside {declared}, but it is not: {}", example.words);
                    (Outcome::Finding, sentence, vec![example])
                }
                None => {
                    let sentence = format!("@overlaps declares it needless beside {declared}, but no such {what} is in force with it");
                    (Outcome::Finding, sentence, Vec::new())
                }
            },
        };
        Ok(Check { kind: Kind::Needed, subject: clause.id.clone(), outcome, sentence, examples })
    }

    /// Whether wherever the rule applies, one of the others does.
    async fn implied(&mut self, rule: &Rule, acts: &[ActionId], others: &[&Rule]) -> Result<Implied, ProveError> {
        let mut open = None;
        for act in acts {
            match self.find(Query { act: *act, any: vec![rule], also: None, none: others.to_vec() }).await? {
                Found::Nothing => {}
                Found::Example(example, _) => return Ok(Implied::No(example)),
                Found::Undecided(why) => open = Some(why),
            }
        }
        Ok(open.map_or(Implied::Yes, Implied::Undecided))
    }

    /// One provision that does all the rule does, or else a list from which none can be left out.
    async fn least_provisions(&mut self, rule: &Rule, acts: &[ActionId], others: &[usize]) -> Result<String, ProveError> {
        let law = self.law;
        let of = |position: &usize| law.clause(*position).map_or("", |(clause, _)| clause.provision.as_str());
        let mut provisions: Vec<&str> = Vec::new();
        for provision in others.iter().map(of) {
            if !provisions.contains(&provision) {
                provisions.push(provision);
            }
        }
        let rules = |provisions: &[&str]| {
            law.pick(&others.iter().copied().filter(|position| provisions.contains(&of(position))).collect::<Vec<_>>())
        };
        for provision in &provisions {
            if matches!(self.implied(rule, acts, &rules(&[provision])).await?, Implied::Yes) {
                return Ok((*provision).to_owned());
            }
        }
        for provision in provisions.clone() {
            let fewer: Vec<&str> = provisions.iter().copied().filter(|other| *other != provision).collect();
            if matches!(self.implied(rule, acts, &rules(&fewer)).await?, Implied::Yes) {
                provisions = fewer;
            }
        }
        Ok(provisions.join(" with "))
    }
}

/// What stands beside a clause in one of the readings it is part of.
#[derive(PartialEq)]
struct Beside {
    /// The other clauses of its instrument with its effect, save those that declare themselves needless beside it: two
    /// clauses that do the same need one declaration, not two.
    others: Vec<usize>,
    /// The clauses, of any instrument, that it says it is needless beside.
    declared: Vec<usize>,
}

/// The different surroundings a clause has in its time.
fn beside(law: &Law, position: usize, clause: &Clause) -> Vec<Beside> {
    let mut all = Vec::new();
    for reading in law.readings.iter().filter(|reading| reading.clauses.contains(&position)) {
        let pick = |keep: &dyn Fn(&Clause) -> bool| -> Vec<usize> {
            let others = reading.clauses.iter().copied().filter(|other| *other != position);
            others.filter(|other| law.clause(*other).is_some_and(|(other, _)| other.effect == clause.effect && keep(other))).collect()
        };
        let beside = Beside {
            others: pick(&|other| other.instrument == clause.instrument && !other.overlaps.contains(&clause.provision)),
            declared: pick(&|other| clause.overlaps.contains(&other.provision)),
        };
        if !all.contains(&beside) {
            all.push(beside);
        }
    }
    all
}
