//! The judge: a table of real situations, the law's own cases about sharing as a differential, and properties.

use crate::laws;
use haven_guard::judge::{Asked, JudgeError, Judgement, Outcome, Rules, RulesError};
use haven_law::cases;
use haven_law::decide::Verdict;
use haven_law::pack::{Pack, Source};
use haven_law::request::{Request, Scope, action_named};
use haven_law::vocabulary::FactKind;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::LazyLock;

static SOURCE: LazyLock<Source> = LazyLock::new(|| Source::new(laws::files()));
static PACK: LazyLock<Pack> = LazyLock::new(|| Pack::load(&SOURCE, "us/il/chicago").unwrap());
static TEXT: LazyLock<String> =
    LazyLock::new(|| std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../guard/judge.toml")).unwrap());
static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::read(&TEXT, &PACK).unwrap());
const DAY: Date = date(2026, 5, 4);

/// `requester · class · purpose · authority · topics`; `-` is what nobody said. Facts follow as `fact=value`.
fn judged(situation: &str) -> Judgement {
    let (words, facts) = situation.split_once(" | ").unwrap_or((situation, ""));
    let words: Vec<&str> = words.split('·').map(str::trim).collect();
    let [requester, class, purpose, authority, topics] = words.as_slice() else { panic!("{situation}") };
    let given = |word: &str| (word != "-").then(|| word.to_owned());
    let (requester, class, purpose, authority) = (given(requester), given(class), given(purpose), given(authority));
    let asked = Asked {
        requester: requester.as_deref(),
        class: class.as_deref(),
        purpose: purpose.as_deref(),
        authority: authority.as_deref(),
        topics: topics.split(',').map(str::trim).filter(|topic| *topic != "-").map(str::to_owned).collect(),
        agency: Some("CPD"),
        facts: facts
            .split_whitespace()
            .map(|fact| fact.split_once('=').unwrap())
            .map(|(name, value)| (name.to_owned(), Value::from(value)))
            .collect(),
    };
    RULES.judge(&PACK, &asked, DAY).unwrap_or_else(|error| panic!("{situation}: {error}"))
}

/// What a situation must lead to: the outcome, topics that are withheld, and a citation that must be among those that decide.
fn check(situation: &str, outcome: Outcome, withheld: &str, cites: &str) {
    let judgement = judged(situation);
    assert_eq!(judgement.outcome, outcome, "{situation}: {judgement:#?}");
    assert_eq!(judgement.withheld.join(","), withheld, "{situation}");
    // Only what is refused is declined, and it always is: "decline" beside "may go without" would be two answers.
    let declines = judgement.obligations.iter().any(|step| step.id == "decline");
    assert_eq!(declines, outcome == Outcome::Refuse, "{situation}: {:#?}", judgement.obligations);
    if !cites.is_empty() {
        let cited = judgement.provisions();
        assert!(cited.iter().any(|cited| cited.id.starts_with(cites)), "{situation}: {cited:#?}");
    }
}

#[test]
fn real_situations() {
    use Outcome::{Refer, Refuse, Release, ReleaseWithout};
    for (situation, outcome, withheld, cites) in [
        // The records desk of 2022 to 2025: federal agencies asked for arrest reports as public records.
        ("ICE · federal_immigration · civil_immigration · none · status,origin", Refuse, "record,status,origin", "2-173-020(a)"),
        ("ICE · federal_immigration · civil_immigration · none · contact_info", Refuse, "record,contact_info", "2-173-020(a)(3)"),
        ("ICE · federal_immigration · public_information · records_request · contact_info", Refer, "record,contact_info", ""),
        ("CBP · federal_immigration · civil_immigration · records_request · record", Refuse, "record", "2-173-020(a)"),
        (
            "ICE ERO · federal_immigration · civil_immigration · administrative · custody_status",
            Refuse,
            "record,custody_status",
            "2-173-020(a)(3)",
        ),
        ("DHS · federal_immigration · civil_immigration · usc_1373 · status", Refuse, "record,status", "2-173-030(a)"),
        ("contractor of ICE · federal_immigration · civil_immigration · none · record", Refuse, "record", "2-173-020(a)"),
        // A criminal case is no civil matter, and still gets no status.
        ("HSI · federal_immigration · criminal · none · status", ReleaseWithout, "status", "2-173-030(a)"),
        ("FBI · federal · criminal · none · status,criminal_history", ReleaseWithout, "status", "2-173-030(a)"),
        ("FBI · federal · criminal · none · criminal_history", Release, "", ""),
        ("DEA or ATF · federal · mixed · none · record", Refer, "record", ""),
        // A judge's paper is for counsel where the matter is civil, and covers what it covers.
        ("ICE · federal_immigration · civil_immigration · court_order · status", Refer, "record", ""),
        ("ICE · federal_immigration · criminal · judicial_warrant · status", Release, "", ""),
        ("a court · court · litigation · court_order · status", Release, "", ""),
        ("a court · court · litigation · none · status", ReleaseWithout, "status", "2-173-030(a)"),
        ("ICE · federal_immigration · criminal · order_in_doubt · status", Refer, "status", ""),
        ("ICE · federal_immigration · criminal · order_not_covering · status", ReleaseWithout, "status", "2-173-030(a)"),
        // The person, a parent, a lawyer, a hospital.
        ("subject · subject · own_record · written_consent · status,origin,contact_info", Release, "", ""),
        ("subject · subject · own_record · none · status", ReleaseWithout, "status", "2-173-030(a)"),
        ("private · public · own_record · parents_consent · status", Release, "", ""),
        ("private · public · service · guardians_consent · status", Release, "", ""),
        // Consent of the person themself where they are a child is none: the fact contradicts the word and is refused, below.
        ("private · public · service · none · status", ReleaseWithout, "status", "2-173-030(a)"),
        // Statutes and regulations must require it.
        ("other public body in Illinois · state · service · statute · status | required_or_permitted=required", Release, "", ""),
        (
            "other public body in Illinois · state · service · statute · status | required_or_permitted=permitted consent=none",
            ReleaseWithout,
            "status",
            "",
        ),
        ("other public body in Illinois · state · service · statute · status", Refer, "status", ""),
        ("other federal agency · federal · service · regulation · status | required_or_permitted=required", Release, "", ""),
        // The press and the public.
        ("press · press · public_information · records_request · record", Release, "", ""),
        ("public · public · public_information · none · status", ReleaseWithout, "status", "2-173-030(a)"),
        ("vendor · vendor · service · none · record", Release, "", ""),
        ("vendor · vendor · service · none · status", ReleaseWithout, "status", "2-173-030(a)"),
        // What nobody knows is never released; what no answer could free is refused already.
        ("- · - · - · - · record", Refer, "record", ""),
        ("- · public · public_information · none · record", Refer, "", ""),
        ("Sheriff of Nowhere · state · criminal · none · record", Refer, "", ""),
        ("press · press · - · none · record", Refer, "", ""),
        ("press · press · public_information · - · record", Refer, "", ""),
        ("press · press · curiosity · none · record", Refer, "", ""),
        ("press · press · public_information · none · horoscope", Refer, "", ""),
        ("- · federal_immigration · civil_immigration · none · record", Refuse, "record", "2-173-020(a)"),
        ("federal, agency not known · federal · civil_immigration · none · record", Refuse, "record", "2-173-020(a)"),
        // They may be of ICE: what would be no answer from ICE is none from them.
        ("federal_unspecified · federal · public_information · none · record", Refer, "record", ""),
        ("federal_unspecified · federal · public_information · records_request · contact_info", Refer, "record,contact_info", ""),
        ("federal_unspecified · federal · own_record · none · record", Refer, "record", ""),
        ("federal_unspecified · - · litigation · none · record", Refer, "record", ""),
        ("federal_unspecified · federal · service · none · record", Refer, "record", ""),
        ("federal_unspecified · federal · criminal · none · status", ReleaseWithout, "status", "2-173-030(a)"),
        ("other federal agency · federal · service · none · record", Release, "", ""),
        // ICE in the press's coat: one of the two is wrong.
        ("ICE · press · public_information · none · record", Refer, "record", ""),
    ] {
        check(situation, outcome, withheld, cites);
    }
}

#[test]
fn a_federal_agency_that_nobody_knows_is_trusted_no_more_than_one_of_immigration() {
    let ask = |who: &str, class: Option<&str>, purpose: &str, authority: &str, topic: &str| {
        let topics = BTreeSet::from([topic.to_owned()]);
        let asked = Asked {
            requester: Some(who),
            class,
            purpose: Some(purpose),
            authority: Some(authority),
            topics,
            agency: Some("CPD"),
            ..Asked::default()
        };
        RULES.judge(&PACK, &asked, DAY).unwrap()
    };
    let mut released = 0;
    for (purpose, _) in RULES.purposes() {
        for (authority, _) in RULES.authorities() {
            for (topic, _) in RULES.topics() {
                let judged = [None, Some("federal")].map(|class| ask("federal_unspecified", class, purpose, authority, topic));
                for who in ["ice", "ero", "hsi", "cbp", "uscis", "dhs", "ice_contractor"] {
                    let known = ask(who, None, purpose, authority, topic);
                    for unknown in &judged {
                        let laxer = unknown.outcome < Outcome::Refer && known.outcome > unknown.outcome;
                        let more = unknown.outcome < Outcome::Refer && known.withheld.iter().any(|topic| !unknown.withheld.contains(topic));
                        assert!(!laxer && !more, "{who} {purpose} {authority} {topic}: {known:#?} {unknown:#?}");
                        released += usize::from(unknown.outcome < Outcome::Refer);
                    }
                }
            }
        }
    }
    assert!(released > 0, "nothing was held against anything");
}

#[test]
fn the_classes_of_a_requester_are_said() {
    for (who, classes) in [
        ("ice", &["federal_immigration"][..]),
        ("federal_unspecified", &["federal_immigration", "federal"]),
        ("private", &["press", "public"]),
        ("none", &[]),
        ("nobody known", &[]),
    ] {
        assert_eq!(RULES.classes_of(who).collect::<Vec<_>>(), classes, "{who}");
    }
}

#[test]
fn words_and_facts_that_contradict_each_other_are_refused() {
    let facts = |name: &str, value: &str| Map::from_iter([(name.to_owned(), Value::from(value))]);
    for (facts, by) in [
        (facts("matter", "criminal"), "the purpose"),
        (facts("legal_basis", "court_order"), "the authority"),
        (facts("topic", "other"), "what is asked for"),
        (facts("requester", "court"), "the requester"),
    ] {
        let topics = BTreeSet::from(["custody_status".to_owned()]);
        let asked = Asked {
            requester: Some("ICE"),
            purpose: Some("civil_immigration"),
            authority: Some("none"),
            topics,
            facts,
            ..Asked::default()
        };
        match RULES.judge(&PACK, &asked, DAY) {
            Err(JudgeError::Settled { by: found, .. }) => assert_eq!(found, by),
            other => panic!("{by}: {other:?}"),
        }
    }
}

#[test]
fn nobody_says_of_an_agency_that_the_law_does_not_bind_it() {
    let asked = |value: Value| Asked {
        requester: Some("ICE"),
        class: Some("federal_immigration"),
        purpose: Some("civil_immigration"),
        authority: Some("none"),
        agency: Some("CPD"),
        facts: Map::from_iter([("city_agency".to_owned(), value)]),
        ..Asked::default()
    };
    for other in ["no", "unknown"] {
        match RULES.judge(&PACK, &asked(Value::from(other)), DAY) {
            Err(JudgeError::Settled { fact, by }) => assert_eq!((fact.as_str(), by), ("city_agency", "the agency")),
            other => panic!("{other:#?}"),
        }
    }
    assert_eq!(RULES.judge(&PACK, &asked(Value::from("yes")), DAY).unwrap().outcome, Outcome::Refuse);
}

#[test]
fn an_error_repeats_nothing_that_was_typed() {
    let facts = Map::from_iter([("consenter".to_owned(), Value::from("Maria Example"))]);
    let error = RULES.judge(&PACK, &Asked { facts, ..Asked::default() }, DAY).unwrap_err();
    assert!(!error.to_string().contains("Maria"), "{error}");
}

#[test]
fn every_requester_of_the_law_belongs_to_a_class() {
    let vocabulary = PACK.vocabulary();
    let fact = vocabulary.fact(vocabulary.fact_named("requester").unwrap());
    for value in fact.values.iter().filter(|value| value.name != "none") {
        assert_eq!(RULES.requester(&value.label), Some(value.name.as_str()));
    }
}

#[test]
fn rules_that_the_law_does_not_know_are_refused() {
    let wrong = |from: &str, to: &str| {
        assert!(TEXT.contains(from), "{from}");
        Rules::read(&TEXT.replacen(from, to, 1), &PACK).unwrap_err()
    };
    let list = |error: RulesError| match error {
        RulesError::Absent { list, .. } | RulesError::Twice { list, .. } => list,
        RulesError::Form(_) => "form",
    };
    for (from, to, expected) in [
        ("requesters = [\"court\"]", "requesters = [\"tribunal\"]", "class"),
        ("requesters = [\"court\"]", "requesters = []", "class"),
        ("is = \"hsi\"", "is = \"his\"", "requester"),
        ("matter = \"criminal\"", "matter = \"crime\"", "purpose"),
        ("recorded = \"criminal\"", "recorded = \"crime\"", "purpose"),
        ("recorded = \"criminal\"\n", "", "purpose"),
        ("legal_basis = \"court_order\" }", "legal_basis = \"court_order\" }\nrecorded = \"other\"", "authority"),
        ("says_nothing_from = [\"federal_immigration\"]", "says_nothing_from = [\"federal_inmigration\"]", "purpose"),
        ("legal_basis = \"court_order\"", "legal_base = \"court_order\"", "authority"),
        ("act = \"share_status\"", "act = \"tell_status\"", "topic"),
        ("refusal = [\"decline\"]", "refusal = [\"declined\"]", "refusal"),
        ("always = [\"record\"]", "always = []", "always"),
        ("always = [\"record\"]", "always = [\"file\"]", "always"),
        ("name = \"mixed\"", "name = \"criminal\"", "purpose"),
        ("[[purpose]]\nname", "[[porpoise]]\nname", "form"),
        // One that another name stands for, and that no class has: no purpose would say nothing from them.
        ("requesters = [\"ice\", ", "requesters = [", "requester"),
        ("names = [\"USMS\"", "names = [\"--\"", "requester"),
    ] {
        assert_eq!(list(wrong(from, to)), expected, "{from} → {to}");
    }
    let line = TEXT.lines().position(|line| line == "[[purpose]]").unwrap() + 1;
    let error = wrong("[[purpose]]\nname", "[[porpoise]]\nname").to_string();
    assert!(error.contains(&format!("line {line}: unknown field `porpoise`, expected one of `always`")), "{error}");
    let line = TEXT.lines().position(|line| line.starts_with("requesters")).unwrap() + 1;
    let error = wrong("requesters = [", "requesters = 7 # [").to_string();
    assert!(error.contains(&format!("line {line}: invalid type: integer `7`, expected a sequence")), "{error}");
}

/// Strictness as the judge must keep it: what the law does not let go, the judgement holds.
fn holds(judgement: &Judgement, topic: &str) -> bool {
    matches!(judgement.outcome, Outcome::Refer | Outcome::Refuse) || judgement.withheld.iter().any(|held| held == topic)
}

/// The words whose facts are all among those of a case.
fn fitting(list: &'static str, facts: &Map<String, Value>) -> Vec<(String, Vec<String>)> {
    let file: toml::Value = toml::from_str(&TEXT).unwrap();
    let words = file.get(list).unwrap().as_array().unwrap();
    let fits = |word: &toml::Value| {
        let own = word.get("facts").and_then(toml::Value::as_table).cloned().unwrap_or_default();
        let all = own.iter().all(|(name, value)| facts.get(name).and_then(Value::as_str) == value.as_str());
        all.then(|| (word.get("name").unwrap().as_str().unwrap().to_owned(), own.keys().cloned().collect()))
    };
    words.iter().filter_map(fits).collect()
}

#[test]
fn what_the_law_prohibits_in_its_own_cases_the_judge_never_releases() {
    let (all, errors) = cases::load(&SOURCE, &PACK);
    assert!(errors.is_empty());
    let (mut tried, mut distinct) = (0, 0);
    for case in all.iter().filter(|case| case.layer.is_empty() && case.provision.is_empty() || !case.facts.is_empty()) {
        if !matches!(case.action.as_str(), "share_status" | "share_information" | "share_alpr") {
            continue;
        }
        // The judge asks every layer; a case that asks one is asked again of all.
        let Ok(request) = case.request_on(&PACK, &case.as_of, Scope::default()) else { panic!("{}", case.case) };
        let decision = PACK.decide(&request);
        let file: toml::Value = toml::from_str(&TEXT).unwrap();
        let act_of = |topic: &str| {
            let topics = file.get("topic").unwrap().as_array().unwrap();
            let found = topics.iter().find(|found| found.get("name").unwrap().as_str() == Some(topic)).unwrap();
            found.get("act").unwrap().as_str().unwrap().to_owned()
        };
        let some = |list| fitting(list, &case.facts).into_iter().map(Some).chain([None]).collect::<Vec<_>>();
        let before = tried;
        for (topic, topic_facts) in fitting("topic", &case.facts).into_iter().filter(|(topic, _)| act_of(topic) == case.action) {
            for purpose in some("purpose") {
                for authority in some("authority") {
                    let mut facts = case.facts.clone();
                    facts.shift_remove_all(&topic_facts);
                    for word in [&purpose, &authority].into_iter().flatten() {
                        facts.shift_remove_all(&word.1);
                    }
                    let requester = facts.remove("requester").and_then(|who| who.as_str().map(str::to_owned));
                    let asked = Asked {
                        requester: requester.as_deref(),
                        purpose: purpose.as_ref().map(|word| word.0.as_str()),
                        authority: authority.as_ref().map(|word| word.0.as_str()),
                        topics: BTreeSet::from([topic.clone()]),
                        agency: case.agency.as_deref(),
                        facts,
                        ..Asked::default()
                    };
                    let Ok(judgement) = RULES.judge(&PACK, &asked, request.as_of) else { continue };
                    tried += 1;
                    if matches!(decision.verdict, Verdict::Prohibited | Verdict::NeedsFacts) {
                        assert!(holds(&judgement, &topic), "{}: {topic}: {judgement:#?}", case.case);
                    }
                }
            }
        }
        distinct += usize::from(tried > before);
    }
    assert!(distinct >= 40 && tried >= 200, "{distinct} cases, {tried} judgements");
}

trait RemoveAll {
    fn shift_remove_all(&mut self, names: &[String]);
}

impl RemoveAll for Map<String, Value> {
    fn shift_remove_all(&mut self, names: &[String]) {
        for name in names {
            self.remove(name);
        }
    }
}

fn word_of(list: Vec<(&'static str, &'static str)>) -> impl Strategy<Value = Option<&'static str>> {
    let names: Vec<&'static str> = list.into_iter().map(|(name, _)| name).collect();
    prop_oneof![1 => Just(None), 1 => Just(Some("no such word")), 8 => proptest::sample::select(names).prop_map(Some)]
}

fn requester() -> impl Strategy<Value = Option<&'static str>> {
    let vocabulary = PACK.vocabulary();
    let fact = vocabulary.fact(vocabulary.fact_named("requester").unwrap());
    let names: Vec<&'static str> = fact.values.iter().map(|value| value.name.as_str()).filter(|name| *name != "none").collect();
    prop_oneof![1 => Just(None), 8 => proptest::sample::select(names).prop_map(Some)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever else turns out to be true of a request, the judge released nothing that the law, knowing it, would not have.
    #[test]
    fn no_completion_of_what_is_known_makes_the_law_stricter_than_the_judge(
        who in requester(),
        class in word_of(RULES.classes().collect()),
        purpose in word_of(RULES.purposes().collect()),
        authority in word_of(RULES.authorities().collect()),
        topic in proptest::sample::select(RULES.topics().collect::<Vec<_>>()),
        agency in proptest::option::of(proptest::sample::select(vec!["CPD", "Department of Public Health", "Law Department"])),
        year in 2005_i16..2027,
        seed in any::<u64>(),
    ) {
        let (name, _) = topic;
        let asked = Asked {
            requester: who, class, purpose, authority, topics: BTreeSet::from([name.to_owned()]), agency, ..Asked::default()
        };
        let day = date(year, 6, 1);
        let judgement = RULES.judge(&PACK, &asked, day).unwrap();
        let unknown = who.is_none() || class == Some("no such word") || [purpose, authority].contains(&None)
            || [purpose, authority].contains(&Some("no such word"));
        prop_assert!(!unknown || matches!(judgement.outcome, Outcome::Refer | Outcome::Refuse), "{judgement:#?}");

        // The facts that the words state, read from the file as a reader would, and any others.
        let file: toml::Value = toml::from_str(&TEXT).unwrap();
        let entry = |list: &str, name: Option<&str>| {
            let all = file.get(list).unwrap().as_array().unwrap();
            all.iter().find(|entry| entry.get("name").unwrap().as_str() == name).cloned()
        };
        let act = entry("topic", Some(name)).unwrap().get("act").unwrap().as_str().unwrap().to_owned();
        let action = action_named(&PACK, &act).unwrap();
        let mut request = Request::new(&PACK, day, action, agency.map(str::to_owned), Scope::default());
        let vocabulary = PACK.vocabulary();
        let mut left = seed;
        for id in vocabulary.action(action).unwrap().facts.iter() {
            let fact = vocabulary.fact(id);
            if request.facts.get(id).is_some() || matches!(fact.kind, FactKind::Many | FactKind::Number) {
                continue;
            }
            let count = u64::try_from(fact.values.len()).unwrap() + 1;
            let picked = fact.values.get(usize::try_from(left % count).unwrap());
            left = (left / count) ^ seed.rotate_left(17);
            if let Some(value) = picked {
                request.state(&PACK, &fact.name, &Value::from(value.name.as_str())).unwrap();
            }
        }
        for (list, said) in [("purpose", purpose), ("authority", authority), ("topic", Some(name))] {
            let facts = entry(list, said).and_then(|entry| entry.get("facts").cloned());
            for (fact, value) in facts.and_then(|facts| facts.as_table().cloned()).unwrap_or_default() {
                request.state(&PACK, &fact, &Value::from(value.as_str().unwrap())).unwrap();
            }
        }
        if let Some(who) = who {
            request.state(&PACK, "requester", &Value::from(who)).unwrap();
        }
        let decision = PACK.decide(&request);
        if decision.verdict == Verdict::Prohibited {
            prop_assert!(holds(&judgement, name), "{request:#?} {judgement:#?}");
        }
    }
}
