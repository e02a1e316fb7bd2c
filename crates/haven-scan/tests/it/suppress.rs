//! Suppressions: which hold, which do not, and what is said of those that do not.

use crate::sample::{root, scan};
use haven_scan::Scan;
use haven_scan::suppress::Suppressions;
use jiff::civil::{Date, date};

/// An entry with everything, for the first finding.
const WHOLE: &str = r#"
[[suppression]]
fingerprint = "000000000001"
reason = "Federal benefit rules make us ask this on this form."
ground = "federal_regulation"
citation = "42 CFR 435.406"
approver = "cc-0042"
approved = 2026-01-10
expires = 2026-12-31
"#;

/// Holds the file against the scan; gives what is held and what is said.
fn held(file: &str, day: Date, scan: Scan) -> Scan {
    let mut scan = scan;
    Suppressions::read(file).unwrap().hold(&mut scan, day);
    scan
}

/// An entry that does not hold: nothing is held back, and one line says why.
fn check(told: &str, file: &str, day: Date, says: &str) {
    let scan = held(file, day, scan());
    assert!(scan.held.is_empty() && scan.suppressed.is_empty(), "{told}: it holds");
    assert_eq!(scan.findings.len(), 5, "{told}");
    assert_eq!(scan.lapsed.len(), 1, "{told}: {:?}", scan.lapsed);
    assert!(scan.lapsed[0].contains(says), "{told}: expected `{says}`, found `{}`", scan.lapsed[0]);
}

#[test]
fn an_entry_with_everything_holds() {
    let scan = held(WHOLE, date(2026, 3, 1), scan());
    assert_eq!(scan.findings.len(), 4);
    assert_eq!(scan.held.len(), 1);
    assert_eq!(scan.held[0].fingerprint, "000000000001");
    assert!(scan.lapsed.is_empty(), "{:?}", scan.lapsed);
    assert!(scan.returned.is_empty());
    assert_eq!(
        scan.suppressed["000000000001"],
        "Federal benefit rules make us ask this on this form. (ground: federal regulation, 42 CFR 435.406; approved by cc-0042 on 2026-01-10; until 2026-12-31)"
    );
}

#[test]
fn days_are_held_to_their_edges() {
    for (day, holds) in [
        (date(2026, 1, 9), false),
        (date(2026, 1, 10), true),
        (date(2026, 12, 30), true),
        (date(2026, 12, 31), false),
        (date(2027, 6, 1), false),
    ] {
        let scan = held(WHOLE, day, scan());
        assert_eq!(scan.held.len(), usize::from(holds), "{day}");
        assert_eq!(scan.lapsed.len(), usize::from(!holds), "{day}");
        assert_eq!(scan.returned.contains("000000000001"), !holds, "{day}");
    }
}

#[test]
fn what_lacks_something_does_not_hold() {
    let day = date(2026, 3, 1);
    let without = |field: &str| WHOLE.lines().filter(|line| !line.starts_with(field)).collect::<Vec<_>>().join("\n");
    let with = |field: &str, value: &str| format!("{}\n{field} = {value}\n", without(field));
    for field in ["fingerprint", "reason", "ground", "approver"] {
        check(field, &without(field), day, &format!("it has no {field}"));
        check(field, &with(field, "\"  \""), day, &format!("its {field} is not a text"));
        check(field, &with(field, "7"), day, &format!("its {field} is not a text"));
    }
    for field in ["approved", "expires"] {
        check(field, &without(field), day, &format!("it has no day `{field}`"));
        check(field, &with(field, "\"soon\""), day, &format!("its `{field}` is not a day"));
        check(field, &with(field, "2026-01-10T10:00:00Z"), day, &format!("its `{field}` is not a day"));
        check(field, &with(field, "20260110"), day, &format!("its `{field}` is not a day"));
    }
    check("short", &with("fingerprint", "\"1\""), day, "not twelve hexadecimal digits");
    check("large letters", &with("fingerprint", "\"00000000000A\""), day, "not twelve hexadecimal digits");
    check("ground", &with("ground", "\"because\""), day, "its ground is none of statute, federal_regulation");
    check("a name", &with("approver", "\"Juana Quispe\""), day, "its approver is not an id");
    check("a name without a space", &with("approver", "\"jquispe\""), day, "its approver is not an id");
    check("no citation", &without("citation"), day, "needs a citation");
    check("a citation of nothing", &with("citation", "\"the law\""), day, "needs a citation");
    check("backwards", &with("expires", "2026-01-09"), day, "expires before it is approved");
    check("on the same day", &with("expires", "2026-01-10"), day, "expires before it is approved");
    check("too long", &with("expires", "2027-02-15"), day, "more than 400 days");
    check("a field too many", &with("until", "2027-02-14"), day, "found another");
    check("no table", "suppression = [7]", day, "expected a table");
    // The whole of what is wrong is said at once.
    check("all at once", &without("reason").replace("cc-0042", "Quispe"), day, "it has no reason; its approver is not an id");
    // What was typed is not repeated.
    let scan = held(&with("approver", "\"Juana Quispe\""), day, scan());
    assert!(!scan.lapsed[0].contains("Quispe"), "{:?}", scan.lapsed);
}

#[test]
fn four_hundred_days_and_days_as_text_are_right() {
    let file =
        WHOLE.replace("expires = 2026-12-31", "expires = \"2027-02-14\"").replace("approved = 2026-01-10", "approved = \"2026-01-10\"");
    assert_eq!(held(&file, date(2027, 2, 13), scan()).held.len(), 1);
}

#[test]
fn which_grounds_need_a_citation() {
    for (ground, needs) in [
        ("statute", true),
        ("federal_regulation", true),
        ("court_order", true),
        ("judicial_warrant", true),
        ("corporation_counsel", true),
        ("written_consent", false),
        ("false_positive", false),
    ] {
        let file = WHOLE.replace("federal_regulation", ground).replace("citation = \"42 CFR 435.406\"\n", "");
        assert_eq!(held(&file, date(2026, 3, 1), scan()).held.is_empty(), needs, "{ground}");
    }
}

#[test]
fn what_is_no_longer_found_is_said() {
    let day = date(2026, 3, 1);
    let gone = WHOLE.replace("000000000001", "0000000000ff");
    check(
        "beside what was not read",
        &gone,
        day,
        "(0000000000ff) is for something that is no longer found: it is gone or has changed, or could not be read",
    );
    let whole = Scan { unread: Vec::new(), ..scan() };
    assert_eq!(
        held(&gone, day, whole).lapsed,
        ["suppression 1 (0000000000ff) is for something that is no longer found: it is gone or has changed"]
    );
    // A scan that was stopped knows nothing of what it did not reach.
    let stopped = Scan { stopped: true, ..scan() };
    assert!(held(&gone, day, stopped).lapsed.is_empty());
}

#[test]
fn a_renewed_suppression_holds_and_the_old_one_is_said() {
    let old = WHOLE.replace("2026-01-10", "2025-01-10").replace("2026-12-31", "2026-01-10");
    let scan = held(&format!("{old}{WHOLE}{WHOLE}"), date(2026, 3, 1), scan());
    assert_eq!(scan.held.len(), 1);
    assert_eq!(scan.lapsed, ["suppression 1 (000000000001) expired on 2026-01-10", "suppression 3 (000000000001) repeats one above it"]);
    assert!(scan.returned.is_empty());
}

#[test]
fn a_file_that_is_none_is_an_error() {
    for (told, file, says) in [
        ("not TOML", "[[suppression]]\nfingerprint = \n", "line 2"),
        ("a table", "[suppression]\nreason = \"x\"\n", "a list of `[[suppression]]`"),
        ("other keys", "suppressions = []\n", "other keys"),
    ] {
        let error = Suppressions::read(file).unwrap_err();
        assert!(error.contains(says), "{told}: {error}");
    }
    assert_eq!(Suppressions::read("# none yet\n").unwrap(), Suppressions::default());
}

#[test]
fn the_entry_in_the_documentation_holds() {
    let document = std::fs::read_to_string(root().join("docs/scan.md")).unwrap();
    let file = document.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let mut scan = scan();
    scan.findings[0].fingerprint = "3f9a1c0b7d52".to_owned();
    assert_eq!(held(file, date(2026, 3, 1), scan).held.len(), 1);
}
