//! The work: jobs, side by side, and the one question all of them put.

use crate::error::ProveError;
use crate::example::{self, Example};
use crate::law::{Act, Law, Rule};
use crate::report::Check;
use crate::solver::{Answer, Process, Question, Solver};
use cedar_policy_symcc::{CompiledPolicy, CompiledPolicySet, Env, SymEnv};
use haven_law::cedar::{Policy, PolicySet, RequestEnv};
use haven_law::ir::{FactSet, Facts, Truth};
use haven_law::vocabulary::ActionId;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::JoinSet;

/// A part of the work that needs nothing of the others.
#[derive(Clone, Copy)]
enum Job {
    /// What an amendment changed, by position.
    Amendment(usize),
    /// One clause, by position.
    Clause(usize),
    /// Duties against prohibitions in one reading, by position.
    Reading(usize),
}

struct Work {
    law: Law,
    jobs: Vec<Job>,
    next: AtomicUsize,
}

/// Does all checks; gives them with the number of questions asked.
pub(crate) async fn run(law: Law, solver: &Solver) -> Result<(Vec<Check>, usize), ProveError> {
    // Amendments take longest, so they begin first.
    let jobs: Vec<Job> = (0..law.amendments.len())
        .map(Job::Amendment)
        .chain((0..law.rules.len()).map(Job::Clause))
        .chain((0..law.readings.len()).map(Job::Reading))
        .collect();
    let work = Arc::new(Work { law, jobs, next: AtomicUsize::new(0) });
    let mut workers = JoinSet::new();
    for _ in 0..solver.processes() {
        workers.spawn(work_through(Arc::clone(&work), solver.start()?));
    }
    let mut done = Vec::new();
    let mut queries = 0;
    while let Some(worker) = workers.join_next().await {
        let (checks, asked) = worker.map_err(|error| ProveError::Interrupted { cause: error.to_string() })??;
        done.extend(checks);
        queries += asked;
    }
    done.sort_by_key(|(position, _): &(usize, Vec<Check>)| *position);
    Ok((done.into_iter().flat_map(|(_, checks)| checks).collect(), queries))
}

async fn work_through(work: Arc<Work>, process: Process) -> Result<(Vec<(usize, Vec<Check>)>, usize), ProveError> {
    let mut prover = Prover { law: &work.law, process };
    let mut done = Vec::new();
    loop {
        let position = work.next.fetch_add(1, Ordering::Relaxed);
        let checks = match work.jobs.get(position) {
            None => return Ok((done, prover.process.queries)),
            Some(Job::Amendment(amendment)) => prover.amendment(*amendment).await?,
            Some(Job::Clause(clause)) => prover.clause(*clause).await?,
            Some(Job::Reading(reading)) => prover.duties(*reading).await?,
        };
        done.push((position, checks));
    }
}

/// "Is there a request of this act to which one of these rules applies, and one of those, and none of these?"
pub(crate) struct Query<'a> {
    pub(crate) act: ActionId,
    pub(crate) any: Vec<&'a Rule>,
    /// Asked only if given.
    pub(crate) also: Option<Vec<&'a Rule>>,
    pub(crate) none: Vec<&'a Rule>,
}

impl Query<'_> {
    /// Leaves only rules that address the act: to the others, nothing of it is a request.
    fn narrowed(mut self) -> Self {
        let act = self.act;
        for rules in [Some(&mut self.any), self.also.as_mut(), Some(&mut self.none)].into_iter().flatten() {
            rules.retain(|rule| rule.addresses(act));
        }
        self
    }

    /// Whether the facts that are known make it so, whatever the others are.
    fn shown_by(&self, facts: &Facts) -> bool {
        let some = |rules: &[&Rule]| rules.iter().any(|rule| rule.applies.eval(facts).0 == Truth::True);
        some(&self.any)
            && self.also.as_ref().is_none_or(|rules| some(rules))
            && self.none.iter().all(|rule| rule.applies.eval(facts).0 == Truth::False)
    }

    fn facts(&self) -> FactSet {
        let rules = self.any.iter().chain(self.also.iter().flatten()).chain(&self.none);
        rules.fold(FactSet::EMPTY, |all, rule| all.union(rule.applies.facts()))
    }
}

/// A request that was looked for.
pub(crate) enum Found {
    /// There is none.
    Nothing,
    /// This one, in as few facts as show it.
    Example(Example, Box<Facts>),
    /// The solver does not say, and why.
    Undecided(String),
}

/// One worker with its solver.
pub(crate) struct Prover<'a> {
    pub(crate) law: &'a Law,
    process: Process,
}

impl Prover<'_> {
    pub(crate) async fn find(&mut self, query: Query<'_>) -> Result<Found, ProveError> {
        let query = query.narrowed();
        if query.any.is_empty() || query.also.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Found::Nothing);
        }
        let subject = query.any.first().map_or("", |rule| rule.name.as_str());
        let Some(Act { environments, guards }) = self.law.act(query.act) else { return Ok(Found::Nothing) };
        for environment in environments {
            let permits = |rules: &[&Rule]| rules.iter().map(|rule| rule.permit.clone()).collect::<Vec<_>>();
            let forbids = query.none.iter().map(|rule| &rule.forbid).chain(guards).cloned();
            let one = self.set(subject, environment, permits(&query.any).into_iter().chain(forbids))?;
            let answer = match &query.also {
                None => self.process.ask(subject, Question::Permitted(&one)).await?,
                Some(rules) => {
                    let other = self.set(subject, environment, permits(rules))?;
                    self.process.ask(subject, Question::PermittedByBoth(&one, &other)).await?
                }
            };
            match answer {
                Answer::None => {}
                Answer::Undecided(why) => return Ok(Found::Undecided(why)),
                Answer::Some(env) => {
                    return Ok(self.shortest(query.act, &env, query.facts(), &|facts| query.shown_by(facts)));
                }
            }
        }
        Ok(Found::Nothing)
    }

    /// A request of an act on which a rule cannot be evaluated.
    pub(crate) async fn erring(&mut self, act: ActionId, rule: &Rule) -> Result<Found, ProveError> {
        for (environment, symbols) in self.law.act(act).into_iter().flat_map(|act| &act.environments) {
            let schema = self.law.pack.schema();
            let compiled = CompiledPolicy::compile_with_custom_symenv(&rule.permit, environment, schema, symbols.clone())
                .map_err(|error| ProveError::Refused { subject: rule.name.clone(), cause: error.to_string() })?;
            match self.process.ask(&rule.name, Question::Erring(&compiled)).await? {
                Answer::None => {}
                Answer::Undecided(why) => return Ok(Found::Undecided(why)),
                Answer::Some(env) => {
                    let errs = |facts: &Facts| rule.applies.eval(facts).0 == Truth::Error;
                    return Ok(self.shortest(act, &env, rule.applies.facts(), &errs));
                }
            }
        }
        Ok(Found::Nothing)
    }

    fn set(
        &self,
        subject: &str,
        (environment, symbols): &(RequestEnv, SymEnv),
        policies: impl IntoIterator<Item = Policy>,
    ) -> Result<CompiledPolicySet, ProveError> {
        let refused = |cause: String| ProveError::Refused { subject: subject.to_owned(), cause };
        let mut set = PolicySet::new();
        for policy in policies {
            set.add(policy).map_err(|error| refused(error.to_string()))?;
        }
        CompiledPolicySet::compile_with_custom_symenv(&set, environment, self.law.pack.schema(), symbols.clone())
            .map_err(|error| refused(error.to_string()))
    }

    /// The solver's example in as few facts as show it.
    ///
    /// INVARIANT: an example counts only if Haven's own evaluation agrees with it; where the two disagree, one of them is
    /// wrong, and nothing that rests on either is proved.
    fn shortest(&self, act: ActionId, env: &Env, read: FactSet, shows: &dyn Fn(&Facts) -> bool) -> Found {
        let vocabulary = self.law.pack.vocabulary();
        let facts = example::facts_of(vocabulary, act, &env.request);
        if !shows(&facts) {
            let words = Example::new(vocabulary, act, &facts).words;
            return Found::Undecided(format!("the solver and Haven's own evaluation disagree on this request: {words}"));
        }
        let facts = example::shorten(vocabulary, &facts, read, shows);
        Found::Example(Example::new(vocabulary, act, &facts), Box::new(facts))
    }

    /// An act in the words of the vocabulary.
    pub(crate) fn label(&self, act: ActionId) -> &str {
        self.law.pack.vocabulary().action(act).map_or("", |action| &action.label)
    }

    /// Acts in the words of the vocabulary.
    pub(crate) fn labels(&self, acts: &[ActionId]) -> String {
        acts.iter().map(|act| format!("“{}”", self.label(*act))).collect::<Vec<_>>().join(", ")
    }
}

/// The rules that certainly apply to an act with these facts, by name.
pub(crate) fn applying(rules: &[&Rule], act: ActionId, facts: &Facts) -> String {
    let names = rules.iter().filter(|rule| rule.addresses(act) && rule.applies.eval(facts).0 == Truth::True);
    names.map(|rule| rule.name.as_str()).collect::<Vec<_>>().join(" and ")
}
