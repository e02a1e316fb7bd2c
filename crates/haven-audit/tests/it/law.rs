//! The law in columns answers as the law answers one request, and as Cedar does.

use crate::small::{self, Chance};
use datafusion::arrow::array::{Array, ArrayRef, AsArray as _, Date32Array, Int32Array, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::{Field, Int64Type, Schema};
use datafusion::prelude::{SessionConfig, SessionContext, ident};
use haven_audit::law::{Acts, Answer, Law, Masks, day_number, day_of};
use haven_audit::predicate::Mask;
use haven_law::cases;
use haven_law::cedar::{
    AuthorizationError, Authorizer, Context, Entities, EntityId, EntityUid, Policy, PolicyId, PolicySet, Request as CedarRequest,
    RestrictedExpression,
};
use haven_law::decide::Applied;
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
            missing: layer.missing.get(row).copied().unwrap_or_default().cast_unsigned(),
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

#[test]
fn clauses_that_may_err_are_answered_row_by_row_and_never_permit() {
    let arithmetic = r#"
@id("1@2020-01-01") @effect("prohibit") @verified("V")
forbid (principal, action == Action::"hold", resource)
when { context.city_agency && context.hours + context.limit > 48 };

@id("2@2020-01-01") @effect("prohibit") @verified("V")
@exceptions("2/x")
forbid (principal, action in [Action::"hold", Action::"share"], resource)
when { context.hours > context.limit || context.sure }
unless { context.hours * 2 == context.limit };

@id("3@2020-01-01") @effect("refer") @verified("V") @asks("?")
forbid (principal, action == Action::"share", resource)
when { if context.sure then context.colour == Colour::"red" else context.shade == Shade::"dark" };

@id("4@2020-01-01") @effect("require") @verified("V")
permit (principal, action == Action::"share", resource)
when { context.limit - context.hours < 0 && context.grounds.containsAll([Ground::"a", Ground::"b"]) };

@id("5@2020-01-01") @effect("authorise") @verified("V")
permit (principal, action == Action::"share", resource)
when { [Ground::"a", Ground::"c"].containsAll(context.grounds) && context.hours <= 3 };
"#;
    let mut source = small::tiny_with("place/rule/policies.cedar", arithmetic);
    source.insert("place/rule/duties.cedar", "");
    let law = Law::new(Arc::new(small::load(&source, "place")));
    let ids: Vec<&str> = law.by_row().iter().map(|clause| clause.id.as_str()).collect();
    assert_eq!(ids, ["1@2020-01-01", "2@2020-01-01", "4@2020-01-01"]);
    let mut chance = Chance::new(7);
    let rows = any_rows(law.pack(), &mut chance, 20_000);
    compare(&law, &rows);
    compare_with_cedar(&law, &mut chance, &rows[..2_000]);
    let errors = law.evaluate(&columns(law.pack(), &rows)).unwrap();
    let erring = (0..rows.len()).filter(|row| errors.layers.iter().any(|layer| Masks::set(&layer.errored, *row).next().is_some())).count();
    assert!(erring > 500, "{erring}");
}

/// The acts as a table of DataFusion: `action_code`, `day`, every fact.
fn table(pack: &Pack, acts: &Acts) -> RecordBatch {
    let rows = acts.actions.len();
    let mut fields = vec![
        Field::new("action_code", datafusion::arrow::datatypes::DataType::Int32, true),
        Field::new("day", datafusion::arrow::datatypes::DataType::Date32, true),
    ];
    let mut columns: Vec<ArrayRef> = vec![Arc::new(acts.actions.clone()), Arc::new(acts.days.clone())];
    for (fact, column) in pack.vocabulary().facts().iter().zip(&acts.facts) {
        fields.push(Field::new(&fact.name, datafusion::arrow::datatypes::DataType::Int64, true));
        columns.push(Arc::new(column.clone().unwrap_or_else(|| Int64Array::new_null(rows))));
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

#[tokio::test]
async fn the_function_and_the_expressions_say_what_the_masks_say() {
    let law = chicago();
    let pack = law.pack();
    let mut chance = Chance::new(11);
    let rows = any_rows(pack, &mut chance, usize::try_from(small::setting("HAVEN_AUDIT_ROWS", 100_000)).unwrap() / 5);
    let acts = columns(pack, &rows);
    let masks = law.evaluate(&acts).unwrap();
    // One stream, so that the rows come out in their order.
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
    let frame = context.read_batch(table(pack, &acts)).unwrap();

    // Called as a query calls it: every fact in the order of the vocabulary, one that has no column as NULL.
    let mut arguments = vec![ident("action_code"), ident("day")];
    arguments.extend(pack.vocabulary().facts().iter().map(|fact| ident(&fact.name)));
    let said = frame.clone().select(vec![law.function().call(arguments).alias("law")]).unwrap().collect().await.unwrap();
    let said = datafusion::arrow::compute::concat_batches(&said[0].schema(), &said).unwrap();
    let expected = masks.clone().columns().unwrap();
    for ((field, column), expected) in law.fields().iter().zip(said.column(0).as_struct().columns()).zip(&expected) {
        assert_eq!(&datafusion::arrow::compute::cast(column, expected.data_type()).unwrap(), expected, "{}", field.name());
    }

    let every: Vec<ActionId> = pack.vocabulary().action_ids().map(|(id, _)| id).collect();
    let mut expressions = Vec::new();
    let mut wanted: Vec<(String, &Vec<i64>)> = Vec::new();
    for (at, (columns, layer)) in law.layers().iter().zip(&masks.layers).enumerate() {
        for word in 0..columns.words() {
            for (mask, name, values) in
                [(Mask::Prohibited, "prohibited", &layer.prohibited), (Mask::Undetermined, "undetermined", &layer.undetermined)]
            {
                let name = format!("{}_{name}_{word}", columns.layer);
                expressions.push(law.expression(mask, at, word, &every).unwrap().alias(&name));
                wanted.push((name, &values[word]));
            }
        }
    }
    let said = frame.select(expressions).unwrap().collect().await.unwrap();
    let said = datafusion::arrow::compute::concat_batches(&said[0].schema(), &said).unwrap();
    let zeros = vec![0; rows.len()];
    for ((name, expected), column) in wanted.iter().zip(said.columns()) {
        let expected = if expected.is_empty() { &zeros } else { *expected };
        assert_eq!(column.as_primitive::<Int64Type>().values().as_ref(), expected.as_slice(), "{name}");
    }
}

/// The function beside the expressions, both through the query engine, in turns; the least of three times each.
#[tokio::test]
#[ignore = "measures: by hand, on a calm machine"]
async fn how_fast_the_law_answers_in_columns() {
    let law = chicago();
    let pack = law.pack();
    let every: Vec<ActionId> = pack.vocabulary().action_ids().map(|(id, _)| id).collect();
    let one = vec![pack.vocabulary().action_named("continue_detention").unwrap()];
    let count = usize::try_from(small::setting("HAVEN_AUDIT_ROWS", 1_000_000)).unwrap();
    for (name, acts) in [("every act", every), ("one act", one)] {
        let mut chance = Chance::new(5);
        let mut rows = any_rows(pack, &mut chance, count);
        for row in &mut rows {
            row.action = *chance.pick(&acts);
        }
        let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
        let table = table(pack, &columns(pack, &rows));
        drop(rows);
        let frame = context.read_batches((0..count.div_ceil(8192)).map(|at| table.slice(at * 8192, 8192.min(count - at * 8192)))).unwrap();
        let mut arguments = vec![ident("action_code"), ident("day")];
        arguments.extend(pack.vocabulary().facts().iter().map(|fact| ident(&fact.name)));
        let mut expressions = Vec::new();
        for (at, columns) in law.layers().iter().enumerate() {
            for word in 0..columns.words() {
                for mask in [Mask::Prohibited, Mask::Undetermined] {
                    expressions.push(law.expression(mask, at, word, &acts).unwrap().alias(format!("{mask:?}{at}{word}")));
                }
            }
        }
        let mut least = [std::time::Duration::MAX; 3];
        for _ in 0..3 {
            let started = std::time::Instant::now();
            for at in 0..count.div_ceil(8192) {
                let batch = table.slice(at * 8192, 8192.min(count - at * 8192));
                let facts = batch.columns()[2..].iter().map(|column| Some(column.as_primitive::<Int64Type>().clone()));
                let (actions, days) = (batch.column(0).as_primitive().clone(), batch.column(1).as_primitive().clone());
                std::hint::black_box(law.evaluate(&Acts { actions, days, facts: facts.collect() }).unwrap());
            }
            least[0] = least[0].min(started.elapsed());
            let started = std::time::Instant::now();
            let call = law.function().call(arguments.clone()).alias("law");
            frame.clone().select(vec![call]).unwrap().collect().await.unwrap();
            least[1] = least[1].min(started.elapsed());
            let started = std::time::Instant::now();
            frame.clone().select(expressions.clone()).unwrap().collect().await.unwrap();
            least[2] = least[2].min(started.elapsed());
        }
        let ratio = |a: usize, b: usize| least[a].as_secs_f64() / least[b].as_secs_f64();
        println!(
            "{name}, {count} rows: kernel {:?}, function {:?} ({:.1} of it), two masks as expressions {:?} ({:.1} of the function)",
            least[0],
            least[1],
            ratio(1, 0),
            least[2],
            ratio(2, 1)
        );
    }
}

#[test]
fn the_cases_of_the_law_come_out_the_same_in_columns() {
    let law = chicago();
    let pack = law.pack();
    let (cases, errors) = cases::load(small::source(), pack);
    assert!(errors.is_empty(), "{errors:?}");
    // A case about a part of the law is asked of that layer's columns; one about a provision is no question of a layer.
    let (mut rows, mut kept) = (Vec::new(), Vec::new());
    for case in cases.iter().filter(|case| case.provision.is_empty() && case.layer.len() <= 1) {
        let request = case.request(pack).unwrap();
        let facts = request.facts.known().iter().map(|fact| (fact.index(), request.facts.get(fact).unwrap())).collect();
        rows.push(Row { action: request.action, day: request.as_of, facts });
        kept.push(case);
    }
    let masks = law.evaluate(&columns(pack, &rows)).unwrap();
    for (row, case) in kept.iter().enumerate() {
        let answer = match case.layer.first() {
            None => masks.answers[row],
            Some(name) => {
                let at = law.layers().iter().position(|columns| columns.layer.name() == name).unwrap();
                // A layer that is silent permits what is asked of it by name.
                masks.layers[at].answers[row].or(Some(Answer::NotReached))
            }
        };
        let (verdict, basis) = answer.unwrap().parts();
        assert_eq!(verdict, case.verdict, "{}", case.case);
        assert!(case.basis.is_none() || case.basis == basis, "{}: {basis:?}", case.case);
    }
    println!("{} of {} cases as columns", kept.len(), cases.len());
    assert!(kept.len() >= 130);
}

#[test]
fn a_row_without_act_or_day_is_not_answered_and_a_code_that_is_no_act_is_refused() {
    let law = chicago();
    let acts = |actions: Vec<Option<i32>>, days: Vec<Option<i32>>| Acts {
        actions: Int32Array::from(actions),
        days: Date32Array::from(days),
        facts: Vec::new(),
    };
    let masks = law.evaluate(&acts(vec![None, Some(0), Some(0)], vec![Some(1), None, Some(20_000)])).unwrap();
    assert_eq!((masks.answers[0], masks.answers[1], masks.answers[2].is_some()), (None, None, true));
    for code in [-1, 9_999] {
        let error = law.evaluate(&acts(vec![Some(code)], vec![Some(1)])).unwrap_err().to_string();
        assert!(error.contains(&format!("found {code}")), "{error}");
    }
    let error = law.evaluate(&acts(vec![Some(0), Some(0)], vec![Some(1)])).unwrap_err().to_string();
    assert!(error.contains("columns of 2 rows"), "{error}");
    for day in [date(-9999, 1, 1), date(1969, 12, 31), date(1970, 1, 1), date(2024, 2, 29), date(9999, 12, 31)] {
        assert_eq!(day_of(day_number(day)), Some(day));
    }
}
