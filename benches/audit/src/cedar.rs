//! Cedar as a peer: the clauses' own policies, those of the act and the day, through its authorizer.

use haven_law::cedar::{
    AuthorizationError, Authorizer, Context, Entities, EntityId, EntityUid, Policy, PolicyId, PolicySet, Request as CedarRequest,
    RestrictedExpression,
};
use haven_law::decide::Applied;
use haven_law::pack::Pack;
use haven_law::request::Request;
use haven_law::vocabulary::{ActionId, FactKind};
use std::collections::{BTreeMap, BTreeSet};

pub struct Cedar<'p> {
    pack: &'p Pack,
    /// By act and by the first day of a stretch in which the law is the same.
    policies: BTreeMap<(usize, usize), PolicySet>,
}

impl<'p> Cedar<'p> {
    pub fn new(pack: &'p Pack) -> Cedar<'p> {
        let mut policies = BTreeMap::new();
        for (stretch, day) in pack.stretches().into_iter().enumerate() {
            for (action, _) in pack.vocabulary().action_ids() {
                let mut set = PolicySet::new();
                for clause in in_force(pack, day, action) {
                    let clause = &pack.clauses[clause];
                    let mut json = clause.policy().to_json().expect("a policy");
                    json["effect"] = "permit".into();
                    json["annotations"] = serde_json::json!({});
                    set.add(Policy::from_json(Some(PolicyId::new(&clause.id)), json).expect("a policy")).expect("an id of its own");
                }
                policies.insert((stretch, action.index()), set);
            }
        }
        Cedar { pack, policies }
    }

    fn applying(&self, request: &Request) -> BTreeSet<String> {
        let entity = |kind: &str, name: &str| EntityUid::from_type_name_and_id(kind.parse().expect("a type"), EntityId::new(name));
        let vocabulary = self.pack.vocabulary();
        let facts = request.facts.known().iter().map(|id| {
            let fact = vocabulary.fact(id);
            let word = request.facts.get(id).unwrap_or_default();
            let value = |name: &str| RestrictedExpression::new_entity_uid(entity(&fact.cedar_type, name));
            let names = fact.names(word);
            let value = match fact.kind {
                FactKind::Bool => RestrictedExpression::new_bool(names == ["yes"]),
                FactKind::Number => RestrictedExpression::new_long(word.cast_signed()),
                FactKind::Many => RestrictedExpression::new_set(names.into_iter().map(value)),
                FactKind::One | FactKind::Recency => value(names[0]),
            };
            (fact.name.clone(), value)
        });
        let context = Context::from_pairs(facts).expect("facts without duplicates");
        let action = entity("Action", &vocabulary.action(request.action).expect("an act").name);
        let asked = CedarRequest::new(entity("Agent", "x"), action, entity("Act", "x"), context, None).expect("a request");
        let stretch = self.pack.stretches().partition_point(|start| *start <= request.as_of) - 1;
        let answer = Authorizer::new().is_authorized(&asked, &self.policies[&(stretch, request.action.index())], &Entities::empty());
        // A fact that is not known is an error to Cedar: that clause is not decided.
        let undecided: BTreeSet<String> =
            answer.diagnostics().errors().map(|AuthorizationError::PolicyEvaluationError(error)| error.policy_id().to_string()).collect();
        answer.diagnostics().reason().map(ToString::to_string).filter(|id| !undecided.contains(id)).collect()
    }

    pub fn answer(&self, requests: &[Request]) {
        for request in requests {
            std::hint::black_box(self.applying(request));
        }
    }

    /// Where every fact is known, Cedar finds the clauses that Haven finds.
    pub fn agrees(&self, requests: &[Request]) {
        let mut compared = 0;
        for request in requests {
            let own = self.pack.vocabulary().action(request.action).expect("an act").facts;
            if own.iter().any(|fact| request.facts.get(fact).is_none()) {
                continue;
            }
            let applies = |clause: &usize| matches!(self.pack.clauses[*clause].apply(&request.facts).0, Applied::Yes);
            let ours: BTreeSet<String> = in_force(self.pack, request.as_of, request.action)
                .into_iter()
                .filter(applies)
                .map(|clause| self.pack.clauses[clause].id.clone())
                .collect();
            assert_eq!(self.applying(request), ours, "Cedar disagrees");
            compared += 1;
        }
        assert!(compared > requests.len() / 100, "{compared} requests are wholly known");
    }
}

/// The clauses of an act that some reading has on a day, by position.
fn in_force(pack: &Pack, day: jiff::civil::Date, action: ActionId) -> BTreeSet<usize> {
    let plans = pack.plan(day, action);
    plans.iter().flat_map(|plan| &plan.readings).flat_map(|reading| &reading.clauses).map(|position| *position as usize).collect()
}
