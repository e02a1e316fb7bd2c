//! A policy beside the law: what it may not keep, and what is wrong with one.

use crate::laws;
use crate::made::{DETECTOR, root};
use haven_guard::judge::Rules;
use haven_guard::{Policy, Scrubber};
use haven_law::pack::{Pack, Source};
use std::fs;

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

fn rules() -> Rules {
    let pack = Pack::load(&Source::new(laws::files()), "us/il/chicago").unwrap();
    Rules::read(&read("guard/judge.toml"), &pack).unwrap()
}

/// A record of one field, as it leaves by a policy that keeps it, where a topic is withheld.
fn check(rules: &Rules, field: &str, value: &str, withheld: &str, stays: bool) {
    let text =
        format!("{}\n[[field]]\nname = \"{field}\"\ntreat = \"keep\"\n", read("guard/policy.toml").replace("= \"remove\"", "= \"keep\""));
    let policy = Policy::read(&text, &DETECTOR).unwrap().withholding(rules, &[withheld.to_owned()]);
    let body = format!(r#"[{{"{field}":"{value}","ward":"4"}},{{"{field}":"{value}","ward":"5"}}]"#);
    let out = Scrubber::new(&DETECTOR, &policy).scrub(body.as_bytes(), "application/json", "").unwrap();
    let out = String::from_utf8(out).unwrap();
    assert_eq!(out.contains(value), stays, "{withheld}: {field}: {out}");
    assert!(out.contains(r#""ward":"4""#), "{out}");
}

#[test]
fn a_policy_keeps_no_field_of_what_the_law_withholds() {
    let rules = rules();
    for (topic, field, value) in [
        ("status", "immigration_status", "Permanent"),
        ("status", "us_citizen", "N"),
        ("status", "alien_number", "zq1"),
        ("status", "ice_detainer", "zq1"),
        // Its name says nothing, what stands in it does.
        ("status", "f7", "LPR"),
        ("origin", "birthplace", "zq1"),
        ("origin", "nationality", "zq1"),
    ] {
        check(&rules, field, value, topic, false);
        // What the law lets go stays, whatever else is withheld.
        check(&rules, field, value, "custody_status", true);
    }
    for (topic, _) in rules.topics() {
        for field in rules.fields_of(topic) {
            check(&rules, field, "zq1", topic, false);
        }
    }
    // A name is one however its words are set apart.
    for field in ["Home.Address:", "home/address", "HOME-ADDRESS *"] {
        check(&rules, field, "zq1", "contact_info", false);
    }
}

#[test]
fn a_policy_that_is_wrong_says_where() {
    let refused = |from: &str, to: &str| {
        let text = read("guard/policy.toml");
        assert!(text.contains(from), "{from}");
        Policy::read(&text.replacen(from, to, 1), &DETECTOR).unwrap_err().to_string()
    };
    let line = |from: &str| read("guard/policy.toml").lines().position(|line| line.starts_with(from)).unwrap() + 1;
    let list = |name: &str| {
        let text = read("guard/policy.toml");
        let from = text.split_once(&format!("{name} = [")).unwrap().1;
        format!("{name} = [{}]", from.split_once(']').unwrap().0)
    };
    let field = |name: &str| format!("[[field]]\nname = \"{name}\"\ntreat = \"remove\"\n");
    for (from, to, expected) in [
        ("status = \"remove\"", "status = \"hide\"", format!("line {}: unknown variant `hide`, expected one of `keep`", line("status ="))),
        ("ratio = 100", "ration = 100", format!("line {}: unknown field `ration`, expected one of `body_bytes`", line("ratio ="))),
        ("ratio = 100", "ratio = \"many\"", format!("line {}: invalid type: string", line("ratio ="))),
        ("[words]", &(field("Remarks") + &field("re_marks") + "[words]"), "field `re_marks`: expected each name once".to_owned()),
        ("[words]", &(field("_") + "[words]"), "field `_`: expected a name with letters or digits".to_owned()),
        (&list("asked"), "asked = []", "pairs.asked: expected at least one name, found none".to_owned()),
        (&list("answer"), "answer = [\"-\"]", "pairs.answer: expected at least one name, found none".to_owned()),
        (
            "\"[withheld]\"",
            "\"What is your immigration status\"",
            "words.constant: expected a word in which the detector finds nothing".to_owned(),
        ),
    ] {
        let error = refused(from, to);
        assert!(error.starts_with("guard policy") && error.contains(&expected), "{from} → {to}: {error}\n  expected {expected}");
    }
}
