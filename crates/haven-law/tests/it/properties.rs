//! What must hold of every request, whatever the law says.

use crate::law;
use haven_law::decide::{Basis, Decision, Verdict};
use haven_law::pack::{Effect, Layer, Pack, Source};
use haven_law::request::{Request, Scope};
use haven_law::vocabulary::{ActionId, FactId, FactKind};
use jiff::ToSpan as _;
use jiff::civil::Date;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::OnceLock;

/// A request as somebody writes it. Printed as the line to paste into `haven ask`.
#[derive(Clone)]
struct Draft {
    day: Date,
    action: ActionId,
    agency: Option<String>,
    facts: Vec<(FactId, Value)>,
    scope: Scope,
}

impl Draft {
    fn json(&self) -> String {
        let vocabulary = law::pack().vocabulary();
        // Written by hand, because a map would put the facts in an order of its own.
        let facts: Vec<String> = self.facts.iter().map(|(id, value)| format!("{}:{value}", json!(vocabulary.fact(*id).name))).collect();
        let agency = self.agency.as_ref().map_or_else(String::new, |agency| format!("\"agency\":{},", json!(agency)));
        let action = &vocabulary.action(self.action).unwrap().name;
        format!("{{\"id\":\"p\",\"as_of\":\"{}\",\"action\":\"{action}\",{agency}\"facts\":{{{}}}}}", self.day, facts.join(","))
    }

    fn request(&self) -> Request {
        Request::parse(&self.json(), law::pack(), &self.scope).unwrap_or_else(|error| panic!("{error}: {}", self.json()))
    }

    fn decide(&self) -> Decision {
        law::pack().decide(&self.request())
    }

    /// The same with one more fact, or with another value for it.
    fn with(&self, id: FactId, value: Value) -> Draft {
        let mut other = self.clone();
        other.facts.retain(|(known, _)| *known != id);
        other.facts.push((id, value));
        other
    }

    fn without(&self, id: FactId) -> Draft {
        let mut other = self.clone();
        other.facts.retain(|(known, _)| *known != id);
        other
    }

    /// The facts that can matter to the act.
    fn own(&self) -> Vec<FactId> {
        law::pack().vocabulary().action(self.action).unwrap().facts.iter().collect()
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {:?}", self.json(), self.scope)
    }
}

/// A value a request may state, from a number.
fn value(id: FactId, number: u64) -> Value {
    let fact = law::pack().vocabulary().fact(id);
    let at = |number: u64| fact.values[usize::try_from(number % fact.values.len().max(1) as u64).unwrap()].name.clone();
    match fact.kind {
        FactKind::Number => json!(number.cast_signed()),
        FactKind::Many => {
            let words: BTreeSet<String> = (0..=number % 3).map(|shift| at(number >> (8 * shift))).collect();
            json!(words.into_iter().collect::<Vec<_>>())
        }
        _ => json!(at(number)),
    }
}

fn boundaries() -> &'static [Date] {
    static DAYS: OnceLock<Vec<Date>> = OnceLock::new();
    DAYS.get_or_init(|| crate::oracle::boundaries(law::pack()))
}

fn any_day() -> impl Strategy<Value = Date> {
    let later = (0..2500_i64).prop_map(|days| jiff::civil::date(2021, 2, 1).checked_add(days.days()).unwrap());
    prop_oneof![(0..boundaries().len()).prop_map(|index| boundaries()[index]), later]
}

fn any_agency() -> impl Strategy<Value = Option<String>> {
    let known = (0..law::pack().agencies.len()).prop_map(|index| Some(law::pack().agencies[index].name.clone()));
    prop_oneof![3 => Just(Some("CPD".to_owned())), 2 => Just(None), 2 => known, 1 => Just(Some("an agency nobody knows".to_owned()))]
}

fn any_scope() -> impl Strategy<Value = Scope> {
    let layers = prop::sample::subsequence(law::pack().layers(), 0..=2);
    let provisions: Vec<String> = law::pack().provisions().into_iter().map(str::to_owned).collect();
    let provisions = prop::sample::subsequence(provisions, 0..=2);
    prop_oneof![
        6 => Just(Scope::default()),
        1 => layers.prop_map(|layers| Scope { layers, provisions: Vec::new() }),
        1 => provisions.prop_map(|provisions| Scope { layers: Vec::new(), provisions }),
    ]
}

/// A request of any act, with some of its facts and at times one that cannot matter to it.
fn draft() -> impl Strategy<Value = Draft> {
    let pack = law::pack();
    let stated = prop::collection::vec((any::<u64>(), prop::bool::weighted(0.7)), 16);
    let others = prop::collection::vec((0..pack.vocabulary().facts().len(), any::<u64>()), 0..2);
    (any_day(), 0..pack.vocabulary().actions().len(), any_agency(), stated, others, any_scope()).prop_map(
        |(day, action, agency, stated, others, scope)| {
            let vocabulary = law::pack().vocabulary();
            let action = vocabulary.action_ids().nth(action).unwrap().0;
            let mut draft = Draft { day, action, agency, facts: Vec::new(), scope };
            for (id, (number, known)) in draft.own().into_iter().zip(stated) {
                let follows = draft.agency.is_some() && follows_from_agency(id);
                if known && !follows {
                    draft.facts.push((id, value(id, number)));
                }
            }
            for (index, number) in others {
                let id = FactId::from_index(index);
                if !draft.own().contains(&id) && !follows_from_agency(id) {
                    draft.facts.push((id, value(id, number)));
                }
            }
            draft
        },
    )
}

/// Whether some kind of agency settles the fact.
fn follows_from_agency(id: FactId) -> bool {
    let name = &law::pack().vocabulary().fact(id).name;
    ["city_agency", "law_enforcement", "agency_kind", "corporation_counsel"].contains(&name.as_str())
}

fn bytes(decision: &Decision) -> String {
    serde_json::to_string(decision).unwrap()
}

/// The answer without the list of facts that were not used.
fn apart_from_unused(mut decision: Decision) -> String {
    decision.unused.clear();
    bytes(&decision)
}

/// Whether a person must decide because of what is known: a caution that applies, or law that both demands and forbids.
fn for_a_person(request: &Request) -> bool {
    let applying = law::pack().applying(request);
    let some = |effect: Effect| applying.iter().any(|clause| clause.effect == effect);
    some(Effect::Caution) || some(Effect::Prohibit) && some(Effect::Require)
}

/// What more knowledge may do to an answer: nothing, unless it puts the point before a person.
fn stays(before: &Draft, after: &Draft) -> Result<(), TestCaseError> {
    let (old, old_basis) = law::pack().verdict(&before.request());
    let request = after.request();
    let (new, new_basis) = law::pack().verdict(&request);
    if old == Verdict::NeedsFacts {
        return Ok(());
    }
    let deferred = new == Verdict::NeedsFacts && for_a_person(&request);
    prop_assert!(new == old || deferred, "{old:?} became {new:?}: {after:?}");
    // A permission in words stays one; see `oracle` for exceptions.
    prop_assert!(
        deferred || old_basis != Some(Basis::Authorised) || new_basis == old_basis,
        "{old_basis:?} became {new_basis:?}: {after:?}"
    );
    Ok(())
}

/// How many requests each property sees.
fn cases() -> u32 {
    u32::try_from(law::setting("PROPTEST_CASES", 2000)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_request_gives_the_same_bytes(draft in draft()) {
        static AGAIN: OnceLock<Pack> = OnceLock::new();
        // The files in another order, the pack loaded anew.
        let again = AGAIN.get_or_init(|| {
            let mut paths: Vec<&str> = law::source().paths().collect();
            paths.reverse();
            let files = paths.into_iter().map(|path| (path.to_owned(), law::source().get(path).unwrap().to_owned()));
            law::load(&Source::new(files), law::CHICAGO)
        });
        let first = bytes(&draft.decide());
        prop_assert_eq!(&first, &bytes(&draft.decide()));
        prop_assert_eq!(&again.digest, &law::pack().digest);
        let request = Request::parse(&draft.json(), again, &draft.scope).unwrap();
        prop_assert_eq!(&first, &bytes(&again.decide(&request)));
    }

    #[test]
    fn the_verdict_alone_is_the_verdict_with_reasons(draft in draft()) {
        let decision = draft.decide();
        prop_assert_eq!(law::pack().verdict(&draft.request()), (decision.verdict, decision.basis));
        prop_assert_eq!(decision.basis.is_some(), decision.verdict == Verdict::Permitted);
    }

    #[test]
    fn one_more_fact_never_turns_a_yes_into_a_no_or_a_no_into_a_yes(draft in draft(), which in any::<prop::sample::Index>(), number in any::<u64>()) {
        let unknown: Vec<FactId> = draft.own().into_iter().filter(|id| draft.request().facts.get(*id).is_none()).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let id = unknown[which.index(unknown.len())];
        stays(&draft, &draft.with(id, value(id, number)))?;
    }

    #[test]
    fn what_is_answered_early_is_answered_so_when_all_is_known(draft in draft(), numbers in prop::collection::vec(any::<u64>(), 16)) {
        // Facts become known one by one; every answer on the way binds all later ones.
        let mut steps = vec![draft.clone()];
        for (id, number) in draft.own().into_iter().zip(numbers) {
            let last = steps.last().unwrap();
            if last.request().facts.get(id).is_none() {
                steps.push(last.with(id, value(id, number)));
            }
        }
        for (index, before) in steps.iter().enumerate() {
            for after in &steps[index..] {
                stays(before, after)?;
            }
        }
    }

    #[test]
    fn the_order_of_facts_does_not_matter(draft in draft(), seed in any::<u64>()) {
        let mut shuffled = draft.clone();
        shuffled.facts.sort_by_key(|(id, _)| (id.index() as u64 + 1).wrapping_mul(seed | 1));
        let (one, other) = (draft.decide(), shuffled.decide());
        prop_assert_eq!(one.unused.iter().collect::<BTreeSet<_>>(), other.unused.iter().collect::<BTreeSet<_>>());
        prop_assert_eq!(apart_from_unused(one), apart_from_unused(other));
    }

    #[test]
    fn a_fact_left_out_is_a_fact_that_is_unknown(draft in draft(), which in any::<prop::sample::Index>(), word in prop::sample::select(vec![json!("unknown"), json!("UNKNOWN"), json!(null)])) {
        // What follows from a named agency can be taken back by saying that it is unknown, so it is not left out here.
        let own: Vec<FactId> = draft.own().into_iter().filter(|id| draft.agency.is_none() || !follows_from_agency(*id)).collect();
        if own.is_empty() {
            return Ok(());
        }
        let id = own[which.index(own.len())];
        prop_assert_eq!(bytes(&draft.without(id).decide()), bytes(&draft.with(id, word).decide()));
    }

    #[test]
    fn there_are_questions_where_facts_are_needed_and_only_there(draft in draft()) {
        let decision = draft.decide();
        prop_assert_eq!(decision.verdict == Verdict::NeedsFacts, !decision.questions.is_empty(), "{:?}", decision);
        for question in &decision.questions {
            prop_assert!(!question.question.is_empty() && !question.why.is_empty() && !question.needed_by.is_empty(), "{:?}", question);
            // Nobody is asked what is known.
            if let Some(fact) = &question.fact {
                let id = law::pack().vocabulary().fact_named(fact).unwrap();
                prop_assert!(draft.request().facts.get(id).is_none(), "{}", fact);
            }
        }
    }

    #[test]
    fn each_lead_leads_where_it_says(draft in draft()) {
        let decision = draft.decide();
        for question in &decision.questions {
            let Some(fact) = &question.fact else { continue };
            let id = law::pack().vocabulary().fact_named(fact).unwrap();
            prop_assert_eq!(question.answers.len(), law::pack().vocabulary().fact(id).values.len());
            for lead in &question.answers {
                let value = if law::pack().vocabulary().fact(id).kind == FactKind::Many { json!([lead.value]) } else { json!(lead.value) };
                prop_assert_eq!(draft.with(id, value).decide().verdict, lead.verdict, "{} = {}", fact, lead.value);
            }
        }
        for change in &decision.would_change {
            let id = law::pack().vocabulary().fact_named(&change.fact).unwrap();
            for word in &change.values {
                let value = if law::pack().vocabulary().fact(id).kind == FactKind::Many { json!([word]) } else { json!(word) };
                prop_assert_eq!(draft.with(id, value).decide().verdict, change.verdict, "{} = {}", change.fact, word);
                prop_assert_ne!(change.verdict, decision.verdict);
            }
        }
    }

    #[test]
    fn a_fact_that_is_not_used_changes_nothing(draft in draft(), which in any::<prop::sample::Index>(), number in any::<u64>()) {
        // What kind the agency is can change the obligations of any act; that is tested below.
        let others: Vec<FactId> = (0..law::pack().vocabulary().facts().len())
            .map(FactId::from_index)
            .filter(|id| !draft.own().contains(id) && !follows_from_agency(*id))
            .collect();
        let id = others[which.index(others.len())];
        let other = draft.with(id, value(id, number));
        let decision = other.decide();
        prop_assert!(decision.unused.contains(&law::pack().vocabulary().fact(id).name));
        prop_assert_eq!(apart_from_unused(draft.decide()), apart_from_unused(decision), "{:?}", other);
    }

    #[test]
    fn nothing_is_said_twice(draft in draft()) {
        let decision = draft.decide();
        let unique = |list: Vec<&str>| list.iter().collect::<BTreeSet<_>>().len() == list.len();
        prop_assert!(unique(decision.obligations.iter().map(|obligation| obligation.id.as_str()).collect()), "{:?}", decision.obligations);
        prop_assert!(unique(decision.notes.iter().map(|note| note.text.as_str()).collect()), "{:?}", decision.notes);
        prop_assert!(unique(decision.questions.iter().map(|question| question.question.as_str()).collect()), "{:?}", decision.questions);
        prop_assert!(unique(decision.unverified.iter().map(String::as_str).collect()), "{:?}", decision.unverified);
        prop_assert!(unique(decision.unused.iter().map(String::as_str).collect()), "{:?}", decision.unused);
        for layer in &decision.layers {
            prop_assert!(unique(layer.provisions.iter().map(|provision| provision.clause.as_str()).collect()), "{:?}", layer.provisions);
        }
        prop_assert!(unique(decision.layers.iter().map(|layer| layer.layer.name()).collect()));
    }

    #[test]
    fn every_layer_that_decides_says_by_which_provision(draft in draft()) {
        for layer in draft.decide().layers {
            let silent = layer.verdict == Verdict::Permitted && layer.basis == Some(Basis::NotReached);
            prop_assert!(silent || !layer.provisions.is_empty(), "{:?}", layer);
        }
    }

    #[test]
    fn an_answer_after_the_last_review_says_so(draft in draft(), days in 1..20_000_i64) {
        let reviewed = law::pack().reviewed_on().unwrap();
        let mut later = draft;
        later.day = reviewed.checked_add(days.days()).unwrap();
        let note = format!("last reviewed on {reviewed}");
        prop_assert!(later.decide().notes.iter().any(|said| said.text.contains(&note)));
        later.day = reviewed;
        prop_assert!(!later.decide().notes.iter().any(|said| said.text.contains(&note)));
    }

    #[test]
    fn an_unknown_agency_is_permitted_what_every_kind_of_agency_is_permitted(draft in draft()) {
        let mut unknown = draft;
        unknown.agency = Some("an agency nobody knows".to_owned());
        unknown.facts.retain(|(id, _)| !follows_from_agency(*id));
        let pack = law::pack();
        if pack.verdict(&unknown.request()).0 != Verdict::Permitted {
            return Ok(());
        }
        let mut kinds = BTreeSet::new();
        for agency in pack.agencies.iter().filter(|agency| kinds.insert(&agency.kind)) {
            let mut known = unknown.clone();
            known.agency = Some(agency.name.clone());
            stays(&unknown, &known)?;
        }
        // No agency at all is an unknown one.
        let mut none = unknown.clone();
        none.agency = None;
        prop_assert_eq!(pack.verdict(&none.request()), pack.verdict(&unknown.request()));
    }

    #[test]
    fn a_part_of_the_law_answers_as_it_does_within_the_whole(draft in draft()) {
        let mut whole = draft;
        whole.scope = Scope::default();
        let decision = whole.decide();
        for answer in &decision.layers {
            let mut part = whole.clone();
            part.scope.layers = vec![answer.layer];
            let alone = part.decide();
            prop_assert_eq!(&alone.layers, &vec![answer.clone()]);
            prop_assert_eq!((alone.verdict, alone.basis), (answer.verdict, answer.basis));
        }
        // A layer that is not shown has nothing to say.
        for layer in Layer::ALL.into_iter().filter(|layer| !decision.layers.iter().any(|answer| answer.layer == *layer)) {
            let mut part = whole.clone();
            part.scope.layers = vec![layer];
            prop_assert_eq!(law::pack().verdict(&part.request()), (Verdict::Permitted, Some(Basis::NotReached)));
        }
    }

    #[test]
    fn a_request_read_and_written_again_is_the_same_request(draft in draft()) {
        let request = draft.request();
        let vocabulary = law::pack().vocabulary();
        let facts: Map<String, Value> = (0..vocabulary.facts().len())
            .map(FactId::from_index)
            .filter(|id| request.facts.get(*id).is_some() || draft.own().contains(id))
            .map(|id| (vocabulary.fact(id).name.clone(), request.value_of(law::pack(), id)))
            .collect();
        let line = json!({ "as_of": draft.day.to_string(), "action": vocabulary.action(draft.action).unwrap().name, "facts": facts });
        let again = Request::parse(&line.to_string(), law::pack(), &draft.scope).unwrap();
        prop_assert_eq!(&again.facts, &request.facts);
        prop_assert_eq!(law::pack().verdict(&again), law::pack().verdict(&request));
    }
}

// Promises that the law of today does not put to the test, held against laws made for it ------------------------------

/// The tiny law with these policies in the city's rule and in the order below it.
fn conflict(rule: &str, order: &str) -> Pack {
    let mut source = law::tiny_with("place/rule/policies.cedar", rule);
    source.insert("place/rule/duties.cedar", "");
    source.insert("place/order/policies.cedar", order);
    law::load(&source, "place")
}

fn ask(pack: &Pack, day: &str, facts: Value) -> Decision {
    let line = json!({ "as_of": day, "action": "hold", "facts": facts });
    pack.decide(&Request::parse(&line.to_string(), pack, &Scope::default()).unwrap())
}

const FORBIDS: &str = "@id(\"1@2020-01-01\") @effect(\"prohibit\") @verified(\"V\")\nforbid (principal, action == Action::\"hold\", resource) when { context.sure };\n";
const DEMANDS: &str = "@id(\"2@2020-01-01\") @effect(\"require\") @verified(\"V\")\npermit (principal, action == Action::\"hold\", resource) when { context.sure };\n";

#[test]
fn where_one_layer_demands_what_another_forbids_a_person_is_asked() {
    let decision = ask(&conflict(FORBIDS, DEMANDS), "2020-06-01", json!({ "sure": true }));
    assert_eq!(decision.verdict, Verdict::NeedsFacts);
    assert!(!decision.questions.is_empty(), "the answer asks first and says not what: {decision:#?}");
}

#[test]
fn where_one_layer_both_demands_and_forbids_a_person_is_asked() {
    let decision = ask(&conflict(&format!("{FORBIDS}{DEMANDS}"), ""), "2020-06-01", json!({ "sure": true }));
    assert_eq!(decision.verdict, Verdict::NeedsFacts);
    assert!(!decision.questions.is_empty(), "the answer asks first and says not what: {decision:#?}");
}

/// The tiny law with a second instrument of the city, uncertain in the same month; one forbids from 2021, one is silent.
fn two_uncertain(forbids: &str) -> Pack {
    let mut source = law::tiny_with("place/rule/policies.cedar", "");
    source.insert("place/rule/duties.cedar", "");
    let second = source.get("place/rule/instrument.toml").unwrap().replace("id = \"rule\"", "id = \"second\"");
    source.insert("place/second/instrument.toml", second);
    let silent = if forbids == "rule" { "second" } else { "rule" };
    let forbid = FORBIDS.replace("2020-01-01", "2021-02-01");
    // A clause that does not reach the act keeps the other instrument speaking to it.
    let idle = FORBIDS.replace("1@2020-01-01", "2@2020-01-01").replace("context.sure", "context.city_agency");
    source.insert(format!("place/{forbids}/policies.cedar"), forbid);
    source.insert(format!("place/{silent}/policies.cedar"), idle);
    law::load(&source, "place")
}

#[test]
fn where_two_instruments_are_uncertain_at_once_the_versions_are_asked_about() {
    for forbids in ["rule", "second"] {
        let decision = ask(&two_uncertain(forbids), "2021-01-15", json!({ "sure": true, "city_agency": false }));
        assert_eq!(decision.verdict, Verdict::NeedsFacts);
        assert!(!decision.questions.is_empty(), "`{forbids}` forbids: the answer asks first and says not what: {decision:#?}");
    }
}

#[test]
fn a_first_version_that_is_uncertain_is_asked_about_in_a_whole_sentence() {
    let instrument = law::tiny().get("place/rule/instrument.toml").unwrap().replacen(
        "[[version]]\n",
        "[[version]]\nuncertain_from = \"2019-12-01\"\n",
        1,
    );
    let mut source = law::tiny_with("place/rule/instrument.toml", &instrument);
    source.insert("place/rule/policies.cedar", FORBIDS);
    source.insert("place/rule/duties.cedar", "");
    let decision = ask(&law::load(&source, "place"), "2019-12-15", json!({ "sure": true }));
    assert_eq!(decision.verdict, Verdict::NeedsFacts);
    assert_eq!(decision.questions.len(), 1);
    let question = &decision.questions[0].question;
    assert!(!question.contains(":  or "), "one of the versions has no name: {question}");
    assert!(decision.layers[0].version.contains(" or "), "the answer looks as if its version were certain: {}", decision.layers[0].version);
}

#[test]
fn a_layer_that_is_asked_twice_answers_once() {
    let names = ["federal".to_owned(), "federal".to_owned()];
    let scope = Scope::read(law::pack(), &names, &[]).unwrap();
    let line = r#"{"as_of":"2024-03-13","action":"threaten","agency":"CPD"}"#;
    let decision = law::pack().decide(&Request::parse(line, law::pack(), &scope).unwrap());
    assert_eq!(decision.layers.len(), 1, "{:?}", decision.layers);
}

#[test]
fn a_provision_is_found_by_its_citation_and_by_a_part_of_it() {
    let read = |name: &str| {
        Scope::read(law::pack(), &[], &[name.to_owned()]).map(|scope| scope.provisions[0].clone()).map_err(|error| error.to_string())
    };
    for name in ["2-173-020(a)(1)(B)", "2-173-020(A)(1)(b)", "MCC § 2-173-020(a)(1)(B)", "mcc 2-173-020(a)(1)(B)"] {
        assert_eq!(read(name), Ok("2-173-020(a)(1)(B)".to_owned()), "{name}");
    }
    assert_eq!(read("2-173-020"), Ok("2-173-020".to_owned()));
    assert_eq!(read("former 2-173-042"), Ok("2-173-042".to_owned()));
    assert!(read("2-173-02").is_err(), "a number cut in two is no part");
    assert!(read("").is_err());
    // A part of a citation, and the citation of an exception.
    assert_eq!(read("MCC § 2-173-020"), Ok("2-173-020".to_owned()));
    assert_eq!(read("MCC § 2-173-042(c)(1)"), Ok("2-173-042(c)(1)".to_owned()));
}

#[test]
fn unused_facts_are_listed_in_one_order() {
    let ask = |facts: &str| {
        let line = format!("{{\"as_of\":\"2024-03-13\",\"action\":\"threaten\",\"agency\":\"CPD\",\"facts\":{facts}}}");
        bytes(&law::pack().decide(&Request::parse(&line, law::pack(), &Scope::default()).unwrap()))
    };
    assert_eq!(ask(r#"{"matter":"civil","signer":"judge"}"#), ask(r#"{"signer":"judge","matter":"civil"}"#));
}

#[test]
fn a_fact_stated_twice_by_a_program_is_unused_once() {
    let pack = law::pack();
    let mut request = Request::parse(r#"{"as_of":"2024-03-13","action":"threaten","agency":"CPD"}"#, pack, &Scope::default()).unwrap();
    request.state(pack, "matter", &json!("mixed")).unwrap();
    request.state(pack, "matter", &json!("civil")).unwrap();
    assert_eq!(pack.decide(&request).unused, ["matter"]);
}

#[test]
fn an_id_that_is_an_odd_number_comes_back_as_it_was_or_is_refused() {
    for id in ["12345678901234567890123", "0.1000000000000000055511151231257827", "1e999", "-0", "1.10"] {
        let line = format!("{{\"id\":{id},\"as_of\":\"2024-03-13\",\"action\":\"threaten\"}}");
        match Request::parse(&line, law::pack(), &Scope::default()) {
            Ok(request) => {
                let answer = bytes(&law::pack().decide(&request));
                assert!(answer.to_lowercase().replace("e+", "e").starts_with(&format!("{{\"id\":{id},")), "{id}: {}", &answer[..60]);
            }
            Err(error) => assert!(["id", "request"].contains(&error.field.as_str()), "{id}: {error}"),
        }
    }
}

#[test]
fn a_kind_of_agency_is_not_called_unused_where_it_changes_the_obligations() {
    let ask = |facts: Value| {
        let line = json!({ "as_of": "2024-03-13", "action": "continue_detention", "facts": facts });
        law::pack().decide(&Request::parse(&line.to_string(), law::pack(), &Scope::default()).unwrap())
    };
    let without = ask(json!({ "city_agency": true, "law_enforcement": true, "basis": ["detainer"] }));
    let with = ask(json!({ "city_agency": true, "law_enforcement": true, "basis": ["detainer"], "agency_kind": "department" }));
    let ids = |decision: &Decision| decision.obligations.iter().map(|obligation| obligation.id.clone()).collect::<Vec<_>>();
    assert!(
        with.unused.is_empty() || ids(&with) == ids(&without),
        "unused {:?}, but {:?} became {:?}",
        with.unused,
        ids(&without),
        ids(&with)
    );
}
