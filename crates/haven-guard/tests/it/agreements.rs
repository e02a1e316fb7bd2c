//! Agreements about access: renewals that the law stops, access that no agreement covers.

use crate::laws;
use haven_guard::agreements::{Agreements, Standing, Why};
use haven_law::pack::{Pack, Source};
use jiff::civil::{Date, date};
use std::sync::LazyLock;

static PACK: LazyLock<Pack> = LazyLock::new(|| Pack::load(&Source::new(laws::files()), "us/il/chicago").unwrap());
const DAY: Date = date(2026, 5, 4);

fn file(agreement: &str, access: &str) -> String {
    format!(
        "agency = \"CPD\"\n[[agreement]]\nid = \"A\"\nfrom = \"2025-01-01\"\nuntil = \"2026-12-31\"\n{agreement}\n[[access]]\n{access}\n"
    )
}

fn access(party: &str, system: &str) -> String {
    format!("party = \"{party}\"\naccess = \"direct\"\nsystem = \"{system}\"")
}

const SIGNED: &str = "determined_by = \"S-1\"\ndetermined_on = \"2025-01-01\"";

/// How an agreement and an access under it stand: the agreement's standing and reason, then those of the access.
fn check(agreement: &str, access: &str, expected: &[(Standing, Why)], cite: &str) {
    let lines = Agreements::read(&file(agreement, access)).unwrap().check(&PACK, DAY).unwrap();
    let found: Vec<_> = lines.iter().map(|line| (line.standing, line.why)).collect();
    assert_eq!(found, expected, "{agreement}\n{access}\n{lines:#?}");
    let cited = |line: &haven_guard::agreements::Line| line.provisions.iter().any(|cited| cited.id.starts_with(cite));
    assert!(cite.is_empty() || lines.iter().any(cited), "{cite}: {lines:#?}");
}

#[test]
fn access_stands_as_its_agreement_and_the_law_do() {
    use Standing::{InOrder, Refer, Stop};
    let of = |party: &str, purpose: &str, rest: &str| {
        format!("party = \"{party}\"\naccess = \"direct\"\nsystems = [\"records\"]\npurpose = \"{purpose}\"\n{rest}")
    };
    let unstated = |party: &str| format!("party = \"{party}\"\naccess = \"direct\"\nsystems = [\"records\"]");
    for (agreement, access, expected, cite) in [
        (of("illinois_police", "criminal", SIGNED), access("illinois_police", "records"), vec![(InOrder, Why::Nothing); 2], ""),
        // What 030(b) forbids to enter into or renew, or to provide.
        (of("dhs", "civil_immigration", SIGNED), access("dhs", "records"), vec![(Stop, Why::Prohibited); 2], "2-173-030(b)"),
        (of("fbi", "civil_immigration", SIGNED), access("fbi", "records"), vec![(Stop, Why::Prohibited); 2], "2-173-030(b)"),
        // A purpose for which nobody signed does not make a prohibited one unknown.
        (of("ice", "civil_immigration", ""), access("ice", "records"), vec![(Stop, Why::Prohibited); 2], "2-173-030(b)"),
        // Nobody determined the purpose: counsel before a renewal, and no access meanwhile.
        (unstated("fbi"), access("fbi", "records"), vec![(Refer, Why::Undetermined), (Stop, Why::Undetermined)], "2-173-030(b)"),
        (of("fbi", "criminal", ""), access("fbi", "records"), vec![(Refer, Why::Undetermined), (Stop, Why::Undetermined)], ""),
        // A signature of the day after.
        (
            of("fbi", "criminal", "determined_by = \"S-1\"\ndetermined_on = \"2026-05-05\""),
            access("fbi", "records"),
            vec![(Refer, Why::Undetermined), (Stop, Why::Undetermined)],
            "",
        ),
        // A signature under no purpose determines none, whoever the party is.
        (
            format!("{}\n{SIGNED}", unstated("service_provider")),
            access("service_provider", "records"),
            vec![(Refer, Why::Undetermined), (Stop, Why::Undetermined)],
            "",
        ),
        (of("court", "none", SIGNED), access("court", "records"), vec![(Refer, Why::Undetermined), (Stop, Why::Undetermined)], ""),
        // Nobody can tell under which of two agreements access is used: what one of them is for, the law prohibits.
        (
            of(
                "fbi",
                "criminal",
                &format!(
                    "{SIGNED}\n[[agreement]]\nid = \"B\"\nfrom = \"2025-01-01\"\nuntil = \"2026-12-31\"\n{}",
                    of("fbi", "civil_immigration", SIGNED)
                ),
            ),
            access("fbi", "records"),
            vec![(InOrder, Why::Nothing), (Stop, Why::Prohibited), (Stop, Why::Prohibited)],
            "2-173-030(b)",
        ),
        // An agreement about another system, or with another party, covers nothing.
        (
            of("illinois_police", "criminal", SIGNED),
            access("illinois_police", "gang"),
            vec![(InOrder, Why::Nothing), (Stop, Why::NoAgreement)],
            "",
        ),
        (
            of("illinois_police", "criminal", SIGNED),
            access("vendor", "records"),
            vec![(InOrder, Why::Nothing), (Stop, Why::NoAgreement)],
            "",
        ),
    ] {
        check(&agreement, &access, &expected, cite);
    }
}

#[test]
fn agreements_hold_from_their_first_day_to_their_last() {
    let agreement = format!("party = \"illinois_police\"\naccess = \"direct\"\nsystems = [\"records\"]\npurpose = \"criminal\"\n{SIGNED}");
    let register = Agreements::read(&file(&agreement, &access("illinois_police", "records"))).unwrap();
    for (day, why) in [
        (date(2024, 12, 31), Why::NotBegun),
        (date(2025, 1, 1), Why::Nothing),
        (date(2026, 12, 31), Why::Nothing),
        (date(2027, 1, 1), Why::Ended),
    ] {
        let found = register.check(&PACK, day).unwrap().pop().unwrap();
        assert_eq!((found.why, found.standing == Standing::InOrder), (why, why == Why::Nothing), "{day}");
    }
}

#[test]
fn files_that_are_wrong_are_refused_and_nothing_of_them_repeated() {
    let agreement = "party = \"Maria Example\"\naccess = \"direct\"\nsystems = [\"records\"]";
    let error = Agreements::read(&file(agreement, &access("fbi", "records"))).unwrap().check(&PACK, DAY).unwrap_err().to_string();
    assert!(error.contains("requester") && !error.contains("Maria"), "{error}");
    for wrong in [
        "agency = \"CPD\"\n[[agreement]]\nid = \"A\"\n",
        "agency = \"CPD\"\n[[agreement]]\nid=\"A\"\nparty=\"fbi\"\naccess=\"direct\"\nsystems=[]\nfrom = \"2026-01-02\"\nuntil = \"2026-01-01\"\n",
        "agency = \"CPD\"\nreason = \"none\"\n",
    ] {
        assert!(Agreements::read(wrong).is_err(), "{wrong}");
    }
    let one = |changes: &[(&str, &str)]| {
        let good = file(
            &format!("party = \"fbi\"\naccess = \"direct\"\nsystems = [\"records\"]\npurpose = \"criminal\"\n{SIGNED}"),
            &access("fbi", "records"),
        );
        changes.iter().fold(good, |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        })
    };
    assert!(Agreements::read(&one(&[])).is_ok());
    for (from, to, expected) in [
        ("until = \"2026-12-31\"", "until = \"2026-02-31\"", "agreements: line 5: "),
        ("purpose =", "porpoise =", "agreements: line 9: unknown field `porpoise`, expected one of `id`"),
        ("id = \"A\"\n", "", "agreements: line 2: missing field `id`"),
        ("id = \"A\"", "id = \" \"", "agreement 1: expected an id, found none"),
        ("determined_by = \"S-1\"", "determined_by = \"\"", "agreement 1: expected in `determined_by` a staff id, found none"),
        ("systems = [\"records\"]", "systems = []", "agreement 1: expected systems, found none"),
        ("systems = [\"records\"]", "systems = [\"\"]", "agreement 1: expected systems, found none"),
    ] {
        let error = Agreements::read(&one(&[(from, to)])).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{from} → {to}: {error}");
    }
}

#[test]
fn the_systems_of_an_agreement_are_said() {
    let register =
        Agreements::read(&file("party = \"fbi\"\naccess = \"direct\"\nsystems = [\"records\", \"gang\"]", &access("fbi", "records")))
            .unwrap();
    assert!(register.systems("A").is_some_and(|systems| systems.iter().eq(["gang", "records"])));
    assert!(register.systems("a").is_none());
}

#[test]
fn what_the_law_does_not_know_of_an_agreement_is_said_of_that_one() {
    let second = "party = \"fbi\"\naccess = \"direct\"\nsystems = [\"records\"]\n[[agreement]]\nid = \"B\"\nfrom = \"2025-01-01\"\nuntil = \"2026-12-31\"\nparty = \"fbi\"\naccess = \"direct\"\nsystems = [\"gang\"]\npurpose = \"crimnal\"";
    let register = Agreements::read(&file(second, &access("fbi", "gang"))).unwrap();
    for error in [register.check(&PACK, DAY).unwrap_err(), register.under("B", "fbi", "gang", &PACK, DAY).unwrap_err()] {
        let error = error.to_string();
        assert!(error.starts_with("agreement or access 2, facts.recorded_purpose: expected ") && !error.contains("crimnal"), "{error}");
    }
}
