//! The law as one JSON document, from which a page without a network answers as [`Pack::decide`] does.
//!
//! Format: `docs/formats/law-export.md`. Nothing is left to be worked out by whoever reads it: the plan is written down, so
//! that the other evaluator knows nothing of versions and dates but which stretch of time a day lies in.

use crate::ir::FactSet;
use crate::pack::{AgencyKind, Clause, Pack, fold};
use crate::plan::LayerPlan;
use crate::vocabulary::{ActionId, Fact, FactKind, Reason, Vocabulary};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The form of the document; whoever reads it refuses another.
const FORM: u32 = 2;

impl Pack {
    /// The law as JSON: everything that [`Pack::decide`] reads, and the words that people are asked in.
    pub fn export(&self) -> Value {
        let v = &self.vocabulary;
        let (plans, regimes) = self.export_plan();
        json!({
            "form": FORM,
            "digest": self.digest,
            "jurisdiction": self.jurisdiction(),
            "place": self.jurisdictions.first().map_or("", |jurisdiction| &jurisdiction.name),
            "time_zone": self.jurisdictions.first().map_or("UTC", |jurisdiction| &jurisdiction.time_zone),
            "reviewed_on": self.reviewed_on(),
            "reasons": Reason::ALL.iter().map(|reason| (reason.name().to_owned(), json!(v.reason(*reason)))).collect::<Map<_, _>>(),
            "groups": v.groups().iter().map(|group| json!({ "name": group.name, "label": group.label })).collect::<Vec<_>>(),
            "facts": v.facts().iter().map(fact).collect::<Vec<_>>(),
            "actions": v.actions().iter().map(|action| json!({
                "name": action.name,
                "group": action.group,
                "label": action.label,
                "ask": action.ask,
                "meaning": action.meaning,
                "facts": names(v, action.facts),
            })).collect::<Vec<_>>(),
            "agency_kinds": self.kinds.iter().map(|kind| (kind.name.clone(), agency_kind(v, kind))).collect::<Map<_, _>>(),
            "agencies": self.agencies.iter().map(|agency| json!({
                "name": agency.name,
                "kind": agency.kind,
                "known_as": std::iter::once(&agency.name).chain(&agency.aliases).map(|name| fold(name)).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "obligations": self.obligations.iter().map(|(id, obligation)| (id.clone(), json!({
                "text": obligation.text,
                "cite": obligation.cite,
                "verified": obligation.verified,
                "first": obligation.first,
                "agency_kinds": obligation.agency_kinds,
                "from": obligation.from,
                "until": obligation.until,
            }))).collect::<Map<_, _>>(),
            "instruments": self.instruments.iter().map(|instrument| json!({
                "id": instrument.id,
                "title": instrument.title,
                "layer": instrument.layer,
                "actions": acts(v, &instrument.addresses),
                "versions": instrument.versions.iter().map(|version| json!({
                    "from": version.from,
                    "uncertain_from": version.uncertain_from,
                    "note": version.note,
                })).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "clauses": self.clauses.iter().map(|each| clause(v, each)).collect::<Vec<_>>(),
            "plans": plans,
            "regimes": regimes,
        })
    }

    /// The layers of every act in every stretch of time, each combination written once; and for each stretch, by act, which.
    fn export_plan(&self) -> (Vec<Value>, Vec<Value>) {
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut plans: Vec<Value> = Vec::new();
        let mut regimes = Vec::new();
        for (position, regime) in self.plan.regimes.iter().enumerate() {
            let mut by_act = Vec::new();
            for layers in &regime.actions {
                let plan = Value::from(layers.iter().map(layer).collect::<Vec<_>>());
                let place = *places.entry(plan.to_string()).or_insert(plans.len());
                if place == plans.len() {
                    plans.push(plan);
                }
                by_act.push(place);
            }
            // The first stretch has no beginning.
            let from = (position > 0).then(|| regime.from.to_string());
            regimes.push(json!({ "from": from, "plans": by_act }));
        }
        (plans, regimes)
    }
}

fn layer(plan: &LayerPlan) -> Value {
    let readings: Vec<Value> = plan
        .readings
        .iter()
        .map(|reading| json!({ "version": reading.version, "clauses": reading.clauses, "uncovered": reading.uncovered }))
        .collect();
    json!({ "layer": plan.layer, "readings": readings })
}

fn fact(fact: &Fact) -> Value {
    let kind = match fact.kind {
        FactKind::Bool => "bool",
        FactKind::One => "one",
        FactKind::Recency => "recency",
        FactKind::Many => "many",
        FactKind::Number => "number",
    };
    let values: Vec<Value> =
        fact.values.iter().map(|value| json!({ "name": value.name, "label": value.label, "meaning": value.meaning })).collect();
    json!({ "name": fact.name, "kind": kind, "label": fact.label, "question": fact.question, "why": fact.why, "values": values })
}

fn agency_kind(v: &Vocabulary, kind: &AgencyKind) -> Value {
    let facts: Map<String, Value> =
        kind.facts.iter().map(|(id, word)| (v.fact(*id).name.clone(), json!(v.fact(*id).names(*word)))).collect();
    json!({ "label": kind.label, "note": kind.note, "facts": facts })
}

fn clause(v: &Vocabulary, clause: &Clause) -> Value {
    json!({
        "id": clause.id,
        "provision": clause.provision,
        "cite": clause.cite,
        "verified": clause.verified,
        "effect": clause.effect,
        "when": clause.reach.json(v),
        "conditions": clause.conditions.iter()
            .map(|condition| json!({ "words": condition.words, "when": condition.ir.json(v) })).collect::<Vec<_>>(),
        "unless": clause.exceptions.iter().map(|exception| json!({
            "provision": exception.provision,
            "words": exception.words,
            "when": exception.condition.json(v),
        })).collect::<Vec<_>>(),
        "obligations": clause.obligations,
        "asks": clause.asks,
    })
}

fn names(v: &Vocabulary, facts: FactSet) -> Vec<&str> {
    facts.iter().map(|id| v.fact(id).name.as_str()).collect()
}

fn acts<'a>(v: &'a Vocabulary, actions: &[ActionId]) -> Vec<&'a str> {
    actions.iter().filter_map(|id| v.action(*id)).map(|action| action.name.as_str()).collect()
}
