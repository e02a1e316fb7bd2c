//! The law in columns answers as the law answers one request, and as Cedar does.

use crate::small::{self, Chance};
use datafusion::arrow::array::{Array, ArrayRef, AsArray as _, Date32Array, Int32Array, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::{Field, Int64Type, Schema};
use datafusion::prelude::SessionContext;
use haven_audit::law::{Acts, Answer, Law, Masks, day_number, day_of};
use haven_law::cases;
use haven_law::cedar::{
    AuthorizationError, Authorizer, Context, Entities, EntityId, EntityUid, Policy, PolicyId, PolicySet, Request as CedarRequest,
    RestrictedExpression,
};
use haven_law::decide::Applied;
use haven_law::ir::FactSet;
use haven_law::pack::{Effect, Pack};
use haven_law::request::{Request, Scope};
use haven_law::vocabulary::{ActionId, FactId, FactKind};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A row: act, day, and the known facts by position.
#[derive(Clone, Debug)]
struct Row {
    action: ActionId,
    day: Date,
    facts: BTreeMap<usize, u64>,
}

fn chicago() -> Arc<Law> {
    Arc::new(Law::new(Arc::new(small::pack().clone())))
}

fn columns(pack: &Pack, rows: &[Row]) -> Acts {
    Acts {
        actions: rows.iter().map(|row| Some(i32::try_from(row.action.index()).unwrap())).collect(),
        days: rows.iter().map(|row| Some(day_number(row.day))).collect(),
        facts: (0..pack.vocabulary().facts().len())
            .map(|fact| {
                let column: Int64Array = rows.iter().map(|row| row.facts.get(&fact).map(|word| word.cast_signed())).collect();
                (column.null_count() < rows.len()).then_some(column)
            })
            .collect(),
    }
}

fn request(pack: &Pack, row: &Row, scope: Scope) -> Request {
    let mut request = Request::new(pack, row.day, row.action, None, scope);
    for (fact, word) in &row.facts {
        request.facts.set(FactId::from_index(*fact), *word);
    }
    request
}

fn boundaries(pack: &Pack) -> Vec<Date> {
    let mut days = Vec::new();
    for version in pack.instruments.iter().flat_map(|instrument| &instrument.versions) {
        for day in std::iter::once(version.from).chain(version.uncertain_from) {
            days.extend([-1, 0, 1].map(|distance: i64| day.checked_add(distance.days()).unwrap()));
        }
    }
    days
}

/// Values that bring acts into the reach of the law more often than chance alone.
fn any_value(pack: &Pack, chance: &mut Chance, fact: usize) -> u64 {
    let fact = pack.vocabulary().fact(FactId::from_index(fact));
    let values = fact.values.len();
    match fact.kind {
        FactKind::Number => chance.pick(&[i64::MIN, -1, 0, 1, 7, 4_000_000_000, i64::MAX]).cast_unsigned(),
        FactKind::Many if chance.percent(70) => 1 << chance.below(values),
        FactKind::Many => (1 << chance.below(values)) | (chance.next() & chance.next() & fact.all()),
        FactKind::Bool if fact.name.starts_with("carveout") => 1 << usize::from(chance.percent(12)),
        FactKind::Bool => 1 << usize::from(chance.percent(75)),
        FactKind::One | FactKind::Recency if chance.percent(30) => 1 << chance.below(values.min(4)),
        FactKind::One | FactKind::Recency => 1 << chance.below(values),
    }
}

fn any_rows(pack: &Pack, chance: &mut Chance, count: usize) -> Vec<Row> {
    let boundaries = boundaries(pack);
    let actions: Vec<ActionId> = pack.vocabulary().action_ids().map(|(id, _)| id).collect();
    (0..count)
        .map(|_| {
            let known = *chance.pick(&[0, 40, 70, 90, 100, 100]);
            let day = match chance.below(3) {
                0 => *chance.pick(&boundaries),
                1 => date(2021, 1, 20).checked_add(i64::try_from(chance.below(45)).unwrap().days()).unwrap(),
                _ => date(1995, 1, 1).checked_add(i64::try_from(chance.below(12_500)).unwrap().days()).unwrap(),
            };
            let facts = (0..pack.vocabulary().facts().len())
                .filter(|_| chance.percent(known))
                .collect::<Vec<_>>()
                .into_iter()
                .map(|fact| (fact, any_value(pack, chance, fact)))
                .collect();
            Row { action: *chance.pick(&actions), day, facts }
        })
        .collect()
}

/// What the masks of one row say, in the words of the pack: by layer, the answer, the clauses of each mask and the missing facts.
#[derive(Debug, PartialEq, Eq)]
struct Said<'p> {
    answer: Option<Answer>,
    layers: Vec<LayerSaid<'p>>,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct LayerSaid<'p> {
    answer: Option<Answer>,
    prohibited: BTreeSet<&'p str>,
    applies: BTreeSet<&'p str>,
    excepted: BTreeSet<&'p str>,
    undetermined: BTreeSet<&'p str>,
    errored: BTreeSet<&'p str>,
    missing: u64,
}

fn said<'p>(law: &'p Law, masks: &Masks, row: usize) -> Said<'p> {
    let layers = law.layers().iter().zip(&masks.layers).map(|(columns, layer)| {
        let ids = |mask: &[Vec<i64>]| -> BTreeSet<&'p str> {
            Masks::set(mask, row).map(|bit| law.pack().clauses[columns.clauses[bit] as usize].id.as_str()).collect()
        };
        LayerSaid {
            answer: layer.answers[row],
            prohibited: ids(&layer.prohibited),
            applies: ids(&layer.applies),
            excepted: ids(&layer.excepted),
            undetermined: ids(&layer.undetermined),
            errored: ids(&layer.errored),
            missing: layer.missing[row].cast_unsigned(),
        }
    });
    Said { answer: masks.answers[row], layers: layers.collect() }
}

/// The same from the evaluator that answers single requests.
fn by_request<'p>(law: &'p Law, row: &Row) -> Said<'p> {
    let pack = law.pack();
    let whole = request(pack, row, Scope::default());
    let answer_of = |request: &Request| Answer::of(pack.verdict(request));
    let layers = law.layers().iter().map(|columns| {
        let Some(plan) = pack.plan(row.day, row.action).iter().find(|plan| plan.layer == columns.layer) else {
            return LayerSaid::default();
        };
        let scope = Scope { layers: vec![columns.layer], provisions: Vec::new() };
        let mut said = LayerSaid { answer: Some(answer_of(&request(pack, row, scope))), ..LayerSaid::default() };
        for position in plan.readings.iter().flat_map(|reading| &reading.clauses) {
            let clause = &pack.clauses[*position as usize];
            let open = matches!(clause.effect, Effect::Prohibit | Effect::Require | Effect::Refer);
            let (applied, missing) = clause.apply(&whole.facts);
            match applied {
                Applied::Yes => {
                    said.applies.insert(&clause.id);
                    if clause.effect == Effect::Prohibit {
                        said.prohibited.insert(&clause.id);
                    }
                }
                Applied::Excepted => _ = said.excepted.insert(&clause.id),
                Applied::Unknown if open => {
                    said.undetermined.insert(&clause.id);
                    said.missing |= missing.bits();
                }
                Applied::Error if open => _ = said.errored.insert(&clause.id),
                Applied::No | Applied::Unknown | Applied::Error => {}
            }
        }
        said
    });
    Said { answer: Some(answer_of(&whole)), layers: layers.collect() }
}

/// Compares the columns with the evaluator in every row; gives how often each answer was seen.
fn compare(law: &Law, rows: &[Row]) -> BTreeMap<&'static str, usize> {
    let masks = law.evaluate(&columns(law.pack(), rows)).unwrap();
    let mut seen = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let expected = by_request(law, row);
        assert_eq!(said(law, &masks, at), expected, "{row:?}");
        *seen.entry(expected.answer.map_or("", Answer::name)).or_default() += 1;
    }
    seen
}

/// Cedar's authorizer over every clause as a permit of its own.
struct Cedar<'p> {
    pack: &'p Pack,
    policies: Vec<PolicySet>,
}

impl<'p> Cedar<'p> {
    fn new(pack: &'p Pack) -> Cedar<'p> {
        let policies = pack.vocabulary().action_ids().map(|(action, _)| {
            let mut set = PolicySet::new();
            for clause in pack.clauses.iter().filter(|clause| clause.actions.contains(&action)) {
                let mut json = clause.policy().to_json().unwrap();
                json["effect"] = "permit".into();
                json["annotations"] = serde_json::json!({});
                set.add(Policy::from_json(Some(PolicyId::new(&clause.id)), json).unwrap()).unwrap();
            }
            set
        });
        Cedar { pack, policies: policies.collect() }
    }

    /// The clauses that apply, and those that err, whenever they were in force.
    fn find(&self, row: &Row) -> (BTreeSet<String>, BTreeSet<String>) {
        let entity = |kind: &str, name: &str| EntityUid::from_type_name_and_id(kind.parse().unwrap(), EntityId::new(name));
        let vocabulary = self.pack.vocabulary();
        let action = vocabulary.action(row.action).unwrap();
        let facts = row.facts.iter().map(|(index, word)| {
            let fact = vocabulary.fact(FactId::from_index(*index));
            let names = fact.names(*word);
            let value = |name: &str| RestrictedExpression::new_entity_uid(entity(&fact.cedar_type, name));
            let value = match fact.kind {
                FactKind::Bool => RestrictedExpression::new_bool(names == ["yes"]),
                FactKind::Number => RestrictedExpression::new_long(word.cast_signed()),
                FactKind::Many => RestrictedExpression::new_set(names.into_iter().map(value)),
                FactKind::One | FactKind::Recency => value(names[0]),
            };
            (fact.name.clone(), value)
        });
        let context = Context::from_pairs(facts).unwrap();
        let (who, act, what) = (entity("Agent", "x"), entity("Action", &action.name), entity("Act", "x"));
        let request = CedarRequest::new(who, act, what, context, None).unwrap();
        let response = Authorizer::new().is_authorized(&request, &self.policies[row.action.index()], &Entities::empty());
        let errs = response.diagnostics().errors().map(|AuthorizationError::PolicyEvaluationError(error)| error.policy_id().to_string());
        (response.diagnostics().reason().map(ToString::to_string).collect(), errs.collect())
    }
}

/// Every row with its unknown facts filled in: a clause that applies in the columns applies in Cedar, one that is in no column does
/// not, and where nothing is unknown the columns are what Cedar finds.
fn compare_with_cedar(law: &Law, chance: &mut Chance, rows: &[Row]) -> usize {
    let pack = law.pack();
    let cedar = Cedar::new(pack);
    let masks = law.evaluate(&columns(pack, rows)).unwrap();
    let mut whole = 0;
    for (at, row) in rows.iter().enumerate() {
        let said = said(law, &masks, at);
        let all = |of: fn(&LayerSaid<'_>) -> BTreeSet<String>| said.layers.iter().flat_map(of).collect::<BTreeSet<String>>();
        let applies = all(|layer| layer.applies.iter().map(ToString::to_string).collect());
        let open = all(|layer| layer.undetermined.iter().map(ToString::to_string).collect());
        let errored = all(|layer| layer.errored.iter().map(ToString::to_string).collect());
        let own = pack.vocabulary().action(row.action).unwrap().facts;
        let unknown: Vec<usize> = own.iter().map(FactId::index).filter(|fact| !row.facts.contains_key(fact)).collect();
        let in_force: BTreeSet<String> = pack
            .plan(row.day, row.action)
            .iter()
            .flat_map(|plan| plan.readings.iter().flat_map(|reading| &reading.clauses))
            .map(|position| &pack.clauses[*position as usize])
            .map(|clause| clause.id.clone())
            .collect();
        // What nobody waits for stands in no column while it is unknown.
        let silent: BTreeSet<String> = pack
            .clauses
            .iter()
            .filter(|clause| matches!(clause.effect, Effect::Authorise | Effect::Caution | Effect::Advise))
            .map(|clause| clause.id.clone())
            .collect();
        for _ in 0..if unknown.is_empty() { 1 } else { 4 } {
            let mut full = row.clone();
            full.facts.extend(unknown.iter().map(|fact| (*fact, any_value(pack, chance, *fact))));
            let (found, errs) = cedar.find(&full);
            let (found, errs) = (&found & &in_force, &errs & &in_force);
            if unknown.is_empty() {
                assert_eq!((&applies, &errored), (&found, &(&errs - &silent)), "{row:?}");
                whole += 1;
            } else {
                assert!(applies.is_subset(&found), "{:?} of {full:?}", &applies - &found);
                let more = &(&found - &applies) - &silent;
                assert!(more.is_subset(&open), "{:?} of {full:?}", &more - &open);
                assert!((&errs - &silent).is_subset(&(&open | &errored)), "{errs:?} of {full:?}");
            }
        }
    }
    whole
}

#[test]
fn columns_say_what_the_evaluator_says_of_every_row() {
    let law = chicago();
    assert!(law.by_row().is_empty(), "the law has no arithmetic, so every clause is answered in columns");
    let mut chance = Chance::new(small::setting("HAVEN_AUDIT_SEED", 2173));
    let rows = usize::try_from(small::setting("HAVEN_AUDIT_ROWS", 100_000)).unwrap();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..rows.div_ceil(20_000) {
        for (answer, count) in compare(&law, &any_rows(law.pack(), &mut chance, 20_000)) {
            *seen.entry(answer).or_default() += count;
        }
    }
    println!("columns = evaluator: {seen:?}");
    assert_eq!(seen.len(), 6, "an answer that never came was never compared");
}

#[test]
fn columns_say_what_cedar_says_of_every_row() {
    let law = chicago();
    let mut chance = Chance::new(small::setting("HAVEN_AUDIT_SEED", 2173) ^ 1);
    let rows = usize::try_from(small::setting("HAVEN_AUDIT_ROWS", 100_000)).unwrap() / 10;
    let rows = any_rows(law.pack(), &mut chance, rows);
    let whole = compare_with_cedar(&law, &mut chance, &rows);
    println!("columns = Cedar: {} rows, {whole} of them with every fact known", rows.len());
    assert!(whole > rows.len() / 10);
}
