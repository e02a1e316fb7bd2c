//! What an amendment changed: what it set free, what it prohibits anew, what became of exceptions.

use crate::error::ProveError;
use crate::example::Example;
use crate::law::{Amendment, Rule, clauses_of};
use crate::prover::{Found, Prover, Query, applying};
use crate::report::{Check, Kind, Outcome};
use haven_law::pack::{Clause, Effect};
use haven_law::vocabulary::ActionId;

/// The clauses before and after an amendment, by position.
struct Sides {
    /// Prohibitions of the earlier version.
    before: Vec<usize>,
    /// Those of them that the later version does not have.
    ended: Vec<usize>,
    /// Prohibitions of the later version.
    after: Vec<usize>,
    /// Those of them that the earlier version does not have.
    begun: Vec<usize>,
    /// Prohibitions of the later version, and what it refers to a person.
    guarded: Vec<usize>,
}

impl Prover<'_> {
    pub(crate) async fn amendment(&mut self, position: usize) -> Result<Vec<Check>, ProveError> {
        let law = self.law;
        let Some(amendment) = law.amendments.get(position).copied() else { return Ok(Vec::new()) };
        let sides = self.sides(amendment);
        let subject = self.subject(amendment);
        let mut checks = vec![self.unchanged(&subject, &sides)];
        for act in self.acts(&sides.ended) {
            let subject = format!("{subject}: {}", self.name(act));
            checks.push(self.stays(&subject, act, &sides, Kind::StaysProhibited, Outcome::Information).await?);
            let promised = self.is_guard_promised(amendment);
            let loosened = if promised { Outcome::Finding } else { Outcome::Information };
            checks.push(self.stays(&subject, act, &sides, Kind::StaysGuarded, loosened).await?);
        }
        checks.extend(self.newly_prohibited(&subject, &sides).await?);
        checks.extend(self.exceptions(&subject, &sides).await?);
        Ok(checks)
    }

    fn sides(&self, amendment: Amendment) -> Sides {
        let pack = &self.law.pack;
        let of = |positions: &[usize], effects: &[Effect]| -> Vec<usize> {
            let has = |clause: &Clause| effects.contains(&clause.effect);
            positions.iter().copied().filter(|position| pack.clauses.get(*position).is_some_and(has)).collect()
        };
        let earlier = clauses_of(pack, amendment.instrument, amendment.before);
        let later = clauses_of(pack, amendment.instrument, amendment.after);
        let before = of(&earlier, &[Effect::Prohibit]);
        let after = of(&later, &[Effect::Prohibit]);
        Sides {
            ended: before.iter().copied().filter(|position| !after.contains(position)).collect(),
            begun: after.iter().copied().filter(|position| !before.contains(position)).collect(),
            // Haven answers an open point with "ask first", so what is referred is not set free.
            guarded: of(&later, &[Effect::Prohibit, Effect::Refer, Effect::Caution]),
            before,
            after,
        }
    }

    fn subject(&self, amendment: Amendment) -> String {
        let id = self.law.pack.instruments.get(amendment.instrument).map_or("", |instrument| instrument.id.as_str());
        format!("{id} from {} to {}", amendment.before, amendment.after)
    }

    /// Whether the amendment is said to set nothing free without a person's look. For any other, law that grants more
    /// than the law before it is news, not a fault.
    fn is_guard_promised(&self, amendment: Amendment) -> bool {
        let instrument = self.law.pack.instruments.get(amendment.instrument);
        let version = instrument.and_then(|file| file.versions.iter().find(|version| version.from == amendment.after));
        version.is_some_and(|version| version.only_tightens)
    }

    /// The acts that clauses address, in the order of the vocabulary.
    fn acts(&self, positions: &[usize]) -> Vec<ActionId> {
        let mut acts: Vec<ActionId> = self.law.pick(positions).iter().flat_map(|rule| rule.actions.iter().copied()).collect();
        acts.sort_unstable();
        acts.dedup();
        acts
    }

    fn name(&self, act: ActionId) -> &str {
        self.law.pack.vocabulary().action(act).map_or("", |action| action.name.as_str())
    }

    fn unchanged(&self, subject: &str, sides: &Sides) -> Check {
        let changed = self.acts(&sides.ended);
        let same: Vec<ActionId> = self.acts(&sides.before).into_iter().filter(|act| !changed.contains(act)).collect();
        let sentence = if changed.is_empty() {
            "every prohibition goes on unchanged".to_owned()
        } else if same.is_empty() {
            "no act keeps all its prohibitions unchanged; each is checked by itself".to_owned()
        } else {
            format!("these acts keep every prohibition unchanged: {}", self.labels(&same))
        };
        Check { kind: Kind::StaysProhibited, subject: subject.to_owned(), outcome: Outcome::Proved, sentence, examples: Vec::new() }
    }

    /// Whether all that the ended clauses prohibited of an act is prohibited, or at least guarded, still.
    async fn stays(&mut self, subject: &str, act: ActionId, sides: &Sides, kind: Kind, loosened: Outcome) -> Result<Check, ProveError> {
        let law = self.law;
        let (still, missing) = match kind {
            Kind::StaysProhibited => (&sides.after, "and no prohibition does now"),
            _ => (&sides.guarded, "and now it is neither prohibited nor referred to a person"),
        };
        let (mut sentences, mut examples, mut open) = (Vec::new(), Vec::new(), None);
        for ended in law.pick(&sides.ended) {
            match self.find(Query { act, any: vec![ended], also: None, none: law.pick(still) }).await? {
                Found::Nothing => {}
                Found::Undecided(why) => open = Some(format!("for {}, that is not decided: {why}", ended.name)),
                Found::Example(example, _) => {
                    sentences.push(format!("{} prohibited this, {missing}: {}", ended.name, example.words));
                    examples.push(example);
                }
            }
        }
        let outcome = match (&open, examples.is_empty()) {
            (Some(_), _) => Outcome::NotProved,
            (None, true) => Outcome::Proved,
            (None, false) => loosened,
        };
        sentences.extend(open);
        if sentences.is_empty() {
            sentences.push(match kind {
                Kind::StaysProhibited => "whatever was prohibited is prohibited still".to_owned(),
                _ => "whatever was prohibited is prohibited or referred to a person still".to_owned(),
            });
        }
        Ok(Check { kind, subject: subject.to_owned(), outcome, sentence: sentences.join(". "), examples })
    }

    async fn newly_prohibited(&mut self, subject: &str, sides: &Sides) -> Result<Vec<Check>, ProveError> {
        let law = self.law;
        let acts = self.acts(&sides.begun);
        let mut checks = Vec::new();
        let mut more: Vec<ActionId> = Vec::new();
        for act in &acts {
            let query = Query { act: *act, any: law.pick(&sides.begun), also: None, none: law.pick(&sides.before) };
            let (outcome, sentence, examples) = match self.find(query).await? {
                Found::Nothing => continue,
                Found::Undecided(why) => (Outcome::NotProved, format!("whether more is prohibited is not decided: {why}"), Vec::new()),
                Found::Example(example, facts) => {
                    more.push(*act);
                    let by = applying(&law.pick(&sides.begun), *act, &facts);
                    (Outcome::Information, format!("this is prohibited by {by}, and was not before: {}", example.words), vec![example])
                }
            };
            let subject = format!("{subject}: {}", self.name(*act));
            checks.push(Check { kind: Kind::NewlyProhibited, subject, outcome, sentence, examples });
        }
        if !acts.is_empty() {
            let sentence = match more.len() {
                0 => "nothing is prohibited that was not before".to_owned(),
                1 => format!("something is prohibited that was not before, of one act: {}", self.labels(&more)),
                count => format!("something is prohibited that was not before, of {count} acts: {}", self.labels(&more)),
            };
            let subject = subject.to_owned();
            checks.insert(0, Check { kind: Kind::NewlyProhibited, subject, outcome: Outcome::Information, sentence, examples: Vec::new() });
        }
        Ok(checks)
    }

    /// For each exception of the ended prohibitions: is something that it alone kept free prohibited now?
    async fn exceptions(&mut self, subject: &str, sides: &Sides) -> Result<Vec<Check>, ProveError> {
        let law = self.law;
        let mut provisions: Vec<&str> = Vec::new();
        let ended: Vec<&Clause> = sides.ended.iter().filter_map(|position| law.pack.clauses.get(*position)).collect();
        for exception in ended.iter().flat_map(|clause| &clause.exceptions) {
            if !provisions.contains(&exception.provision.as_str()) {
                provisions.push(&exception.provision);
            }
        }
        let mut checks = Vec::new();
        for provision in provisions {
            let (mut acts, mut first, mut open) = (Vec::new(), None::<(String, Example)>, None);
            for clause in &ended {
                let excuses = clause.exceptions.iter().enumerate().filter(|(_, exception)| exception.provision == provision);
                for (excuse, _) in excuses {
                    let excused = Rule::excused(clause, excuse)?;
                    for act in clause.actions.iter().copied() {
                        if acts.contains(&act) {
                            continue;
                        }
                        let also = Some(law.pick(&sides.after));
                        match self.find(Query { act, any: vec![&excused], also, none: law.pick(&sides.before) }).await? {
                            Found::Nothing => {}
                            Found::Undecided(why) => open = Some(why),
                            Found::Example(example, facts) => {
                                acts.push(act);
                                first.get_or_insert_with(|| (applying(&law.pick(&sides.after), act, &facts), example));
                            }
                        }
                    }
                }
            }
            acts.sort_unstable();
            let (outcome, sentence) = match (&first, open) {
                (_, Some(why)) => (Outcome::NotProved, format!("what became of it is not decided: {why}")),
                (None, None) => (Outcome::Information, "nothing that it alone kept free is prohibited now".to_owned()),
                (Some((by, example)), None) => (
                    Outcome::Information,
                    format!(
                        "something that it alone kept free is prohibited now, of: {}. As here, by {by}: {}",
                        self.labels(&acts),
                        example.words
                    ),
                ),
            };
            let subject = format!("{subject}: {provision}");
            let examples = first.into_iter().map(|(_, example)| example).collect();
            checks.push(Check { kind: Kind::ExceptionEnds, subject, outcome, sentence, examples });
        }
        Ok(checks)
    }
}
