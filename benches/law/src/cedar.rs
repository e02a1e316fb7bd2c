//! Cedar as a peer: the clauses' own policies, those in force on the day of all layers, through its authorizer.

use crate::world::World;
use haven_law::cedar::{
    Authorizer, Context, Effect, Entities, EntityId, EntityTypeName, EntityUid, PolicySet, Request as CedarRequest, RestrictedExpression,
};
use haven_law::request::Request;
use haven_law::vocabulary::{Fact, FactKind};
use serde_json::{Value, json};

/// The sets to ask: one of a whole regime, as Cedar is used, or one of a regime and an act, as Haven looks clauses up.
#[derive(Clone, Copy)]
pub enum Sets {
    Regime,
    RegimeAndAct,
}

pub struct Cedar<'w> {
    world: &'w World,
    authorizer: Authorizer,
    entities: Entities,
    principal: EntityUid,
    resource: EntityUid,
    actions: Vec<EntityUid>,
    /// By fact and value, made once: the peer pays for putting a context together, not for parsing names.
    values: Vec<Vec<RestrictedExpression>>,
    by_regime: Vec<PolicySet>,
    by_act: Vec<Vec<PolicySet>>,
}

impl<'w> Cedar<'w> {
    pub fn new(world: &'w World) -> Cedar<'w> {
        let vocabulary = world.pack.vocabulary();
        let value = |fact: &Fact, index: usize| match fact.kind {
            FactKind::Bool => RestrictedExpression::new_bool(index == 1),
            _ => RestrictedExpression::new_entity_uid(uid(&fact.cedar_type, &fact.values[index].name)),
        };
        let regimes = 0..world.regimes.len();
        let acts = |regime| vocabulary.action_ids().map(move |(act, _)| policies(world, world.clauses(regime, Some(act)), None)).collect();
        Cedar {
            world,
            authorizer: Authorizer::new(),
            entities: Entities::empty(),
            principal: uid("Agent", "agent"),
            resource: uid("Act", "act"),
            actions: vocabulary.actions().iter().map(|action| uid("Action", &action.name)).collect(),
            values: vocabulary.facts().iter().map(|fact| (0..fact.values.len()).map(|index| value(fact, index)).collect()).collect(),
            by_regime: regimes.clone().map(|regime| policies(world, world.clauses(regime, None), None)).collect(),
            by_act: regimes.map(acts).collect(),
        }
    }

    /// The context from facts as the evaluator holds them.
    pub fn context(&self, request: &Request) -> Context {
        let pairs = self.world.known(request).map(|(id, word)| {
            let fact = self.world.pack.vocabulary().fact(id);
            let values = &self.values[id.index()];
            let value = match fact.kind {
                FactKind::Number => RestrictedExpression::new_long(word.cast_signed()),
                FactKind::Many => {
                    let members = values.iter().enumerate().filter(|(index, _)| word & (1 << index) != 0);
                    RestrictedExpression::new_set(members.map(|(_, value)| value.clone()))
                }
                _ => values[word.trailing_zeros() as usize].clone(),
            };
            (fact.name.clone(), value)
        });
        Context::from_pairs(pairs.collect::<Vec<_>>()).expect("facts without duplicates")
    }

    /// The context as the JSON that Cedar reads with a schema.
    pub fn context_json(&self, request: &Request) -> Value {
        let pairs = self.world.known(request).map(|(id, word)| {
            let fact = self.world.pack.vocabulary().fact(id);
            let entity = |name: &str| json!({ "type": fact.cedar_type, "id": name });
            let value = match fact.kind {
                FactKind::Number => json!(word),
                FactKind::Bool => json!(word == 2),
                FactKind::Many => fact.names(word).into_iter().map(entity).collect(),
                _ => entity(fact.names(word)[0]),
            };
            (fact.name.clone(), value)
        });
        Value::Object(pairs.collect())
    }

    pub fn context_from_json(&self, request: &Request, value: Value) -> Context {
        let action = &self.actions[request.action.index()];
        Context::from_json_value(value, Some((self.world.pack.schema(), action))).expect("a context of the schema")
    }

    /// The request, not checked against the schema: five times faster that way.
    pub fn request(&self, request: &Request, context: Context) -> CedarRequest {
        let action = self.actions[request.action.index()].clone();
        CedarRequest::new(self.principal.clone(), action, self.resource.clone(), context, None).expect("a request without a schema")
    }

    /// Authorizes and counts the determining policies.
    pub fn authorize(&self, request: &Request, prepared: &CedarRequest, sets: Sets) -> usize {
        let regime = self.world.regime(request.as_of);
        let set = match sets {
            Sets::Regime => &self.by_regime[regime],
            Sets::RegimeAndAct => &self.by_act[regime][request.action.index()],
        };
        self.authorizer.is_authorized(prepared, set, &self.entities).diagnostics().reason().count()
    }

    /// The clauses that apply, for the agreement check: forbids and permits asked apart, because Cedar names only the
    /// forbids where both hold; and what the two timed sets name, which must be the forbids, or else the permits.
    pub fn check(&self, request: &Request, prepared: &CedarRequest) -> Vec<String> {
        let regime = self.world.regime(request.as_of);
        let ask = |set: &PolicySet| -> Vec<String> {
            let response = self.authorizer.is_authorized(prepared, set, &self.entities);
            assert_eq!(response.diagnostics().errors().count(), 0, "a policy errs");
            let mut ids: Vec<String> = response.diagnostics().reason().map(ToString::to_string).collect();
            ids.sort_unstable();
            ids
        };
        let part = |effect| ask(&policies(self.world, self.world.clauses(regime, Some(request.action)), Some(effect)));
        let (forbids, permits) = (part(Effect::Forbid), part(Effect::Permit));
        let named = if forbids.is_empty() { &permits } else { &forbids };
        assert_eq!(&ask(&self.by_regime[regime]), named, "the set of the regime");
        assert_eq!(&ask(&self.by_act[regime][request.action.index()]), named, "the set of the regime and act");
        [forbids, permits].concat()
    }
}

fn policies(world: &World, clauses: Vec<usize>, effect: Option<Effect>) -> PolicySet {
    let policies = clauses.into_iter().map(|index| world.pack.clauses[index].policy());
    let wanted = policies.filter(|policy| effect.is_none_or(|effect| policy.effect() == effect));
    PolicySet::from_policies(wanted.cloned()).expect("ids are unique")
}

fn uid(entity: &str, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(entity.parse::<EntityTypeName>().expect("a type"), EntityId::new(id))
}
