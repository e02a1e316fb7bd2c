//! What is due, when, and the calendar of it.

use crate::world::{GROUPS, World, year};
use haven_report::duties::{self, Due};
use jiff::civil::Date;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Holds duties against lines `id due [done] [late]`.
fn check(case: &str, duties: &[Due], id: &str, expected: &[&str]) {
    let line = |due: &Due| {
        let about = due.record.clone().or(due.period.map(|(from, _)| from.to_string())).unwrap();
        let done = due.done.map_or_else(|| "open".to_owned(), |done| done.to_string());
        format!("{about} {} {done}{}", due.due, if due.late { " late" } else { "" })
    };
    let found: Vec<String> = duties.iter().filter(|due| due.id == id).map(line).collect();
    assert_eq!(found, expected, "{case}: {id}");
}

#[test]
fn duties_of_the_calendar_begin_where_the_register_does() {
    let world = World::read(
        "r1 2024-05-02T10:00 kind=request station=1 at=2024-05-02T09:30 channel=phone requester=ice asked=assist
         u1 2024-07-08T09:00 kind=duty station=HQ at=2024-07-08T08:00 duty=quarterly_report period_from=2024-04-01 owner=P1
         u2 2024-10-20T09:00 kind=duty station=HQ at=2024-10-20T08:00 duty=quarterly_report period_from=2024-07-01 owner=P1
         u3 2024-12-30T09:00 erased:not_lawful kind=duty station=HQ at=2024-12-30T08:00 duty=form_review period_from=2024-01-01 owner=P1",
        "2025-01-15",
    );
    let duties = duties::due(&world.input(), day("2025-04-09"));
    check(
        "calendar",
        &duties,
        "quarterly_report",
        &[
            "2024-04-01 2024-07-09 2024-07-08",
            "2024-07-01 2024-10-09 2024-10-20 late",
            "2024-10-01 2025-01-09 open late",
            "2025-01-01 2025-04-09 open",
        ],
    );
    check("calendar", &duties, "trust_report", &["2024-01-01 2025-03-01 open"]);
    check("calendar", &duties, "form_review", &["2024-01-01 2024-12-31 open late"]);
    assert!(duties::scope(&world.input()).contains("2024-05-02"));
}

#[test]
fn duties_of_entries_count_from_their_field() {
    let duties = duties::due(&year().input(), day("2030-01-01"));
    check(
        "certifications",
        &duties,
        "certification_answer",
        &[
            "v5 2023-08-30 open late",
            "v4 2024-03-19 2024-01-10",
            "v1 2024-05-30 2024-04-15",
            "v2 2024-05-31 2024-08-01 late",
            "v3 2024-10-23 open late",
        ],
    );
    check("agreements", &duties, "agreement_renewal", &["g1 2024-08-01 open late"]);
    // The order of October 2025 does not reach a visit of June 2024.
    check("visits", &duties, "property_report", &[]);
    let visit = World::read(
        "w1 2025-11-03T09:00 kind=visit station=HQ at=2025-11-03T08:00 requester=ice place=office agent_name=refused paper_shown=none",
        "2025-11-03",
    );
    check("visits", &duties::due(&visit.input(), day("2025-12-01")), "property_report", &["w1 2025-11-03 open"]);
}

#[test]
fn an_empty_register_owes_nothing_of_the_past() {
    let world = World::read("", "2025-01-15");
    let duties = duties::due(&world.input(), day("2025-12-31"));
    assert!(duties.iter().all(|due| due.due >= day("2025-01-15") && !due.late), "{duties:?}");
    assert!(duties::scope(&world.input()).contains("2025-01-15"));
}

/// The properties of each event, lines put together again.
fn events(text: &str) -> Vec<Vec<(String, String)>> {
    let whole = text.replace("\r\n ", "").replace("\r\n\t", "");
    let mut events = Vec::new();
    for line in whole.split("\r\n") {
        if line == "BEGIN:VEVENT" {
            events.push(Vec::new());
        } else if let (Some(event), Some((name, value))) = (events.last_mut(), line.split_once(':')) {
            event.push((name.to_owned(), value.to_owned()));
        }
    }
    events
}

#[test]
fn the_calendar_reads_back() {
    let world = year();
    let duties = duties::due(&world.input(), day("2025-12-31"));
    let text = duties::ics(&duties, &GROUPS, "Chicago", world.as_of);
    assert_eq!(text, duties::ics(&duties, &GROUPS, "Chicago", world.as_of), "the same bytes");
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "lines are folded");
    let events = events(&text);
    assert_eq!(events.len(), duties.len());
    let mut uids = std::collections::BTreeSet::new();
    for (event, due) in events.iter().zip(&duties) {
        let get = |name: &str| &event.iter().find(|(each, _)| each == name).unwrap_or_else(|| panic!("{name} in {event:?}")).1;
        assert!(get("UID").starts_with(&format!("{}-{}", due.id, due.due)));
        assert_eq!(get("DTSTAMP"), "20250115T000000Z");
        assert_eq!(*get("DTSTART;VALUE=DATE"), due.due.strftime("%Y%m%d").to_string());
        assert_eq!(get("SUMMARY").replace('\\', ""), due.label);
        assert!(get("DESCRIPTION").replace('\\', "").contains(&due.cite));
        assert!(uids.insert(get("UID").clone()), "each event has an id of its own");
    }
}
