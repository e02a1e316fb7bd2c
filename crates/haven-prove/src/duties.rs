//! Duties against prohibitions: nothing may be both required and prohibited on one day, whatever layers say so.

use crate::error::ProveError;
use crate::prover::{Found, Prover, Query, applying};
use crate::report::{Check, Kind, Outcome};
use haven_law::pack::Effect;
use haven_law::vocabulary::ActionId;

impl Prover<'_> {
    pub(crate) async fn duties(&mut self, position: usize) -> Result<Vec<Check>, ProveError> {
        let law = self.law;
        let Some(reading) = law.readings.get(position) else { return Ok(Vec::new()) };
        let of = |effect: Effect| {
            let has = |position: &usize| law.pack.clauses.get(*position).is_some_and(|clause| clause.effect == effect);
            law.pick(&reading.clauses.iter().copied().filter(has).collect::<Vec<_>>())
        };
        let (duties, prohibitions) = (of(Effect::Require), of(Effect::Prohibit));
        let mut acts: Vec<ActionId> = duties.iter().flat_map(|rule| rule.actions.iter().copied()).collect();
        acts.sort_unstable();
        acts.dedup();
        acts.retain(|act| prohibitions.iter().any(|rule| rule.addresses(*act)));
        let (mut sentences, mut examples, mut open) = (Vec::new(), Vec::new(), None);
        for act in &acts {
            let query = Query { act: *act, any: duties.clone(), also: Some(prohibitions.clone()), none: Vec::new() };
            match self.find(query).await? {
                Found::Nothing => {}
                Found::Undecided(why) => open = Some(format!("whether “{}” can be both is not decided: {why}", self.label(*act))),
                Found::Example(example, facts) => {
                    let (duty, prohibition) = (applying(&duties, *act, &facts), applying(&prohibitions, *act, &facts));
                    sentences.push(format!("this is required by {duty} and prohibited by {prohibition}: {}", example.words));
                    examples.push(example);
                }
            }
        }
        let outcome = match (&open, examples.is_empty()) {
            (_, false) => Outcome::Finding,
            (Some(_), true) => Outcome::NotProved,
            (None, true) => Outcome::Proved,
        };
        sentences.extend(open);
        if sentences.is_empty() {
            sentences.push(if acts.is_empty() {
                format!("no act has both a duty ({} in force) and a prohibition ({} in force)", duties.len(), prohibitions.len())
            } else {
                format!("these acts have duties and prohibitions, and none can be both: {}", self.labels(&acts))
            });
        }
        let subject = format!("from {}", reading.name);
        Ok(vec![Check { kind: Kind::Disjoint, subject, outcome, sentence: sentences.join(". "), examples }])
    }
}
