//! The baseline: only what is new is reported, and what comes back is never hidden.

use crate::sample::{finding, scan};
use haven_detect::Category;
use haven_scan::baseline::Baseline;
use haven_scan::suppress::Suppressions;
use haven_scan::{Finding, Found, Scan};
use jiff::civil::date;

fn read_back(baseline: &Baseline) -> Baseline {
    Baseline::read(&baseline.write().unwrap()).unwrap()
}

#[test]
fn nothing_is_new_on_the_same_day() {
    let mut again = scan();
    read_back(&Baseline::of(&scan())).only_new(&mut again);
    assert_eq!((again.findings.len(), again.known, again.baseline.as_deref()), (0, 5, Some("2026-03-01")));
    assert!(again.notes.is_empty(), "{:?}", again.notes);
    // What could not be read stays a reason not to call it clean.
    assert_eq!(again.exit_code(), 2);
}

#[test]
fn what_is_new_is_reported() {
    let twin = finding(1, "forms/card.html", Found::Asks, Category::Status);
    let fresh = finding(77, "forms/new.html", Found::Asks, Category::Status);
    for (told, more, new) in [
        ("another place", vec![fresh.clone()], vec!["forms/new.html"]),
        ("a second equal question", vec![twin.clone()], vec!["forms/card.html"]),
        ("both", vec![fresh, twin], vec!["forms/card.html", "forms/new.html"]),
        ("the same, on another line", vec![], vec![]),
    ] {
        let mut later = scan();
        later.findings[0].line = Some(812);
        later.findings.extend(more);
        read_back(&Baseline::of(&scan())).only_new(&mut later);
        let sources: Vec<&str> = later.findings.iter().map(|finding| finding.source.as_str()).collect();
        assert_eq!(sources, new, "{told}");
        assert_eq!(later.known, 5, "{told}");
    }
}

#[test]
fn other_rules_and_lost_places_are_said() {
    let known = Baseline::of(&scan());
    let check = |told: &str, mut later: Scan, says: &[&str]| {
        known.only_new(&mut later);
        assert_eq!(later.notes.len(), says.len(), "{told}: {:?}", later.notes);
        for (note, says) in later.notes.iter().zip(says) {
            assert!(note.contains(says), "{told}: expected `{says}`, found `{note}`");
        }
    };
    let fewer = |scan: Scan| Scan { findings: scan.findings.into_iter().skip(2).collect(), ..scan };
    check("the same", scan(), &[]);
    check("other rules", Scan { rules: "ffff".to_owned(), ..scan() }, &["made with other rules"]);
    check(
        "two are gone",
        Scan { unread: Vec::new(), ..fewer(scan()) },
        &["2 of the 5 places in the baseline are not found any more: mended, changed;"],
    );
    check("two are gone, two are unread", fewer(scan()), &["changed, or could not be read this time;"]);
    check("stopped", Scan { stopped: true, ..fewer(scan()) }, &[]);
}

#[test]
fn an_expired_suppression_brings_back_even_what_the_baseline_knows() {
    let file = r#"
[[suppression]]
fingerprint = "000000000001"
reason = "A library's catalogue, not a person."
ground = "false_positive"
approver = "lib-7"
approved = 2026-01-10
expires = 2026-06-01
"#;
    let suppressions = Suppressions::read(file).unwrap();
    let narrow = |day, baseline: &Baseline| {
        let mut scan = scan();
        suppressions.hold(&mut scan, day);
        let of = Baseline::of(&scan);
        baseline.only_new(&mut scan);
        (scan, of)
    };
    let before = Baseline::of(&scan());
    let (held, made) = narrow(date(2026, 3, 1), &before);
    assert_eq!((held.findings.len(), held.held.len(), held.known), (0, 1, 4));
    for (told, baseline) in [("made before the suppression", &before), ("made under it", &made)] {
        let (back, _) = narrow(date(2026, 6, 1), baseline);
        let fingerprints: Vec<&str> = back.findings.iter().map(|finding: &Finding| finding.fingerprint.as_str()).collect();
        assert_eq!(fingerprints, ["000000000001"], "{told}");
    }
}

#[test]
fn a_file_that_is_none_is_an_error_that_repeats_nothing() {
    let right = Baseline::of(&scan()).write().unwrap();
    for (told, file) in [
        ("nothing", String::new()),
        ("cut off", right.chars().take(60).collect()),
        ("another format", right.replace("haven-baseline/1", "haven-baseline/2")),
        ("a field too many", right.replacen('{', "{\"quispe\": 1,", 1)),
        ("no fingerprint", right.replace("000000000001", "quispe")),
        ("a text for a number", right.replacen(": 1", ": \"quispe\"", 1)),
    ] {
        let error = Baseline::read(&file).expect_err(told);
        assert!(error.contains("expected") && !error.contains("quispe") && !error.contains("column 0"), "{told}: {error}");
    }
}
