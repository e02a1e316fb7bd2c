//! Entries as they are filled in: what is taken, what is refused, and what a refusal says.

use crate::world::{SCHEMA, read, zone};
use haven_register::moment::{Moment, MomentError};

const NOW: &str = "2026-05-31 12:00";
const REQUEST: &str = "kind=request|station=001|at=2026-05-04 14:06|by=S-1042|channel=phone|requester=ero|asked=assist";
const DETAINER: &str = "kind=document|station=001|at=2026-05-04|by=S-1042|document=I-247A|channel=fax|requester=ero";
const CUSTODY: &str = "kind=custody|station=001|at=2026-05-04 16:00|by=S-1042";

/// Reads `base` with changes; an empty list of errors means that it must be taken, else each must be said in this order.
fn check(base: &str, changes: &str, errors: &[&str]) {
    let text = format!("{base}|{changes}");
    let said: Vec<String> = match read(&text, NOW) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(said.len(), errors.len(), "{changes}: {said:#?}");
    for (said, expected) in said.iter().zip(errors) {
        assert!(said.contains(expected), "{changes}: `{said}` does not say `{expected}`");
    }
}

#[test]
fn entries_are_taken_or_refused_with_their_place() {
    let table: &[(&str, &str, &[&str])] = &[
        (REQUEST, "", &[]),
        (REQUEST, "asked=hold, transfer; search", &[]),
        (REQUEST, "station=1", &[]),
        (REQUEST, "channel=FAX", &[]),
        (REQUEST, "channel=telephone", &[]),
        (REQUEST, "agency=CPD", &[]),
        (REQUEST, "event=25-123-04567|rd=JH123456", &[]),
        (REQUEST, "station=013", &["`station`: expected one of 000, 001, "]),
        (REQUEST, "station=", &["`station`: expected a station"]),
        (REQUEST, "station=OEMC|agency=CPD", &["`station`: expected a station of Chicago Police Department"]),
        (REQUEST, "agency=Chicago Polise Department|station=", &["did you mean `Chicago Police Department`?"]),
        (REQUEST, "at=", &["`at`: expected the moment at which it happened, found nothing"]),
        (REQUEST, "at=2001-05-04 14:06", &["expected a day from 2012-09-12 on"]),
        (REQUEST, "at=2026-06-04 14:06", &["expected a moment that is not in the future (this clock says 2026-05-31T12:00:00-05:00)"]),
        (REQUEST, "at=2026-05-31 12:04", &[]),
        (REQUEST, "at=2026-05-31 12:06", &["not in the future"]),
        (REQUEST, "at=2025-11-02 01:30", &["`2025-11-02T01:30:00-05:00` or `2025-11-02T01:30:00-06:00`"]),
        (REQUEST, "at=2025-11-02T01:30:00-06:00", &[]),
        (REQUEST, "at=2026-03-08 02:30", &["the clocks went forward"]),
        (REQUEST, "at=yesterday", &["`at`: expected a day or a moment, `2024-06-04` or `2024-06-04 14:06`, found a text of 9 characters"]),
        (REQUEST, "channel=fex", &["did you mean `fax`?"]),
        (REQUEST, "asked=", &["`asked`: expected some of hold, "]),
        (REQUEST, "asked=hold,dance", &["`asked`: expected one of hold, "]),
        (REQUEST, "matter=civil", &["`matter_known_at`: expected a value (who says what the matter is"]),
        (REQUEST, "matter=civil|matter_known_at=2026-05-04 14:15", &[]),
        (REQUEST, "dispatch_notified_at=2026-05-04 14:00", &["`dispatch_notified_at`: expected not before 2026-05-04T14:06:00-05:00"]),
        (REQUEST, "dispatch_notified_at=2026-05-04", &[]),
        (REQUEST, "agent_name=refused", &[]),
        (REQUEST, "by=", &["`by`: expected the id of a member of staff"]),
        (
            REQUEST,
            "by=Alex",
            &[
                "`by`: expected the id of a member of staff, at most 40 letters, digits and `-`, with a digit in it, found a text of 4 characters",
            ],
        ),
        (REQUEST, "colour=red", &["`a name`: expected a field of request: channel, "]),
        (REQUEST, "chanel=phone", &["did you mean `channel`?"]),
        (REQUEST, "kind=", &["`kind`: expected one of request, document, "]),
        (REQUEST, "kind=rekwest", &["`kind`"]),
        (DETAINER, "", &[]),
        (DETAINER, "document=none", &["`document`: expected one of I-247A, "]),
        (DETAINER, "document=cannot_tell", &[]),
        (DETAINER, "document=judicial_arrest_warrant", &["`signer`", "`indicators`"]),
        (DETAINER, "document=judicial_arrest_warrant|signer=judge|indicators=court_caption;judge_title", &[]),
        (CUSTODY, "milestone=released", &[]),
        (CUSTODY, "milestone=transferred", &["`to`: expected a value", "`ground`: expected a value"]),
        (CUSTODY, "milestone=transferred|to=us_marshals|ground=judicial_warrant", &[]),
        (CUSTODY, "milestone=released|to=ice", &["`to`: expected nothing"]),
        ("kind=agreement|agency=Law|station=LAW|at=2026-01-01|by=S-7|agreement=platform|party=vendor", "access=direct", &["`system`"]),
        (
            "kind=agreement|agency=Law|station=LAW|at=2026-01-01|by=S-7|agreement=platform|party=vendor",
            "access=none|purpose=criminal",
            &["`determined_by`", "`determined_on`"],
        ),
        (
            "kind=form_review|agency=CPL|at=2026-01-01|by=S-7|year=2025|signed_by=S-8|kept=0|amended=1",
            "forms=3|asking=4",
            &["`asking`: expected at most 3"],
        ),
        (
            "kind=nil|station=001|at=2026-04-01|by=S-7|certified_by=S-7|nothing=documents",
            "period_from=2026-01-01|period_until=2026-04-01",
            &[],
        ),
        (
            "kind=nil|station=001|at=2026-03-31|by=S-7|certified_by=S-7|nothing=documents",
            "period_from=2026-01-01|period_until=2026-04-01",
            &["have not passed"],
        ),
        (
            "kind=complaint|station=OIG|at=2026-04-01|by=S-7|against=police_member|allegation=assisted_enforcement|routed_to=inspector_general",
            "text=He did it",
            &["`text`: expected a text encrypted by"],
        ),
    ];
    for (base, changes, errors) in table {
        check(base, changes, errors);
    }
}

/// Somebody types a name where none belongs: no error repeats it.
#[test]
fn a_name_that_was_typed_is_in_no_error() {
    let name = "Maria Example-Lopez";
    let kinds = SCHEMA.kinds();
    assert!(kinds.len() > 10);
    for kind in kinds {
        for field in kind.fields.iter().map(|field| field.name.as_str()).chain([
            "kind",
            "station",
            "agency",
            "at",
            "by",
            "external_id",
            "event",
            "rd",
        ]) {
            let text = format!("kind={}|station=001|at=2026-05-04|by=S-1|{field}={name}", kind.name);
            match read(&text, NOW) {
                Ok(_) => panic!("{}: {field} takes a name", kind.name),
                Err(errors) => {
                    for error in errors {
                        let said = error.to_string();
                        assert!(!said.contains("Maria") && !said.contains("Lopez"), "{said}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_sealed_text_is_taken_and_only_whole() {
    let key = age::x25519::Identity::generate();
    let sealed = haven_register::seal::seal(&key.to_public().to_string(), "They held me for two days").unwrap();
    assert!(!sealed.contains("held"));
    assert_eq!(age::decrypt(&key, sealed.as_bytes()).unwrap(), b"They held me for two days");
    let base =
        "kind=complaint|station=OIG|at=2026-04-01|by=S-7|against=police_member|allegation=assisted_enforcement|routed_to=inspector_general";
    check(base, &format!("text={sealed}"), &[]);
    check(base, &format!("text={sealed}They held me"), &["`text`"]);
    check(base, &format!("text=They held me {sealed}"), &["`text`"]);
    check(base, &format!("text={}", sealed.replacen("\n", "\nplain words\n", 1)), &["`text`"]);
    assert!(haven_register::seal::seal("age1nothing", "x").is_err());
}

#[test]
fn moments_are_written_as_they_were_read() {
    let table = [
        ("2024-06-04", Ok("2024-06-04")),
        (" 2024-06-04 14:06 ", Ok("2024-06-04T14:06:00-05:00")),
        ("2024-06-04T14:06:30", Ok("2024-06-04T14:06:30-05:00")),
        ("2024-12-04T14:06", Ok("2024-12-04T14:06:00-06:00")),
        ("2024-06-04T19:06:00Z", Ok("2024-06-04T14:06:00-05:00")),
        ("2024-06-04T14:06:00-05:00", Ok("2024-06-04T14:06:00-05:00")),
        ("2024-6-4", Err(MomentError::Form)),
        ("06/04/2024", Err(MomentError::Form)),
        ("2024-02-30", Err(MomentError::Form)),
        ("2024-06-04 25:00", Err(MomentError::Form)),
        ("", Err(MomentError::Form)),
        ("ääääääääääääääää", Err(MomentError::Form)),
        ("2024-03-10 02:15", Err(MomentError::Skipped)),
    ];
    for (text, expected) in table {
        let read = Moment::parse(text, &zone()).map(|moment| moment.to_string());
        assert_eq!(read, expected.map(str::to_owned), "{text}");
        if let Ok(written) = read {
            assert_eq!(Moment::parse(&written, &zone()).unwrap().to_string(), written);
        }
    }
    // Of a day without its time nothing is known within the day.
    let (day, time) = (Moment::parse("2024-06-04", &zone()).unwrap(), Moment::parse("2024-06-04 14:06", &zone()).unwrap());
    assert!(!day.is_before(&time) && !time.is_before(&day));
    assert!(Moment::parse("2024-06-03", &zone()).unwrap().is_before(&time));
}
