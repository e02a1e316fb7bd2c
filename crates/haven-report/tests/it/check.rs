//! The comparison with another party's data: a fixture written by us, and the real samples where they are.

use crate::world::{SCHEMA, World};
use haven_report::check::{self, Check, CheckError, Count, Facilities, Layout, Place, TheirRow, Theirs, Unread};
use std::collections::BTreeMap;

const STATIONS: &str = "station,detention_facility_code\n001,ONEXXIL\n2,TWOXXIL\nHQ,TWOXXIL\n";
const CODES: &str = "detention_facility_code,detention_facility,vera_name\nONEXXIL,FIRST DISTRICT LOCKUP,First District Lockup\nTWOXXIL,\"SECOND DIST., LOCKUP\",NA\n";

fn facilities() -> Facilities {
    Facilities::read(STATIONS.as_bytes(), Some(CODES.as_bytes()), &SCHEMA).unwrap()
}

/// Detainers of ours; d6 is at a station that is not mapped, d7 is no detainer.
fn ours() -> World {
    let line = |id: &str, station: &str, day: &str, paper: &str| {
        format!("{id} {day}T20:00 kind=document station={station} at={day}T08:00 document={paper} channel=fax requester=ice\n")
    };
    let lines = [
        line("d1", "1", "2024-05-01", "I-247A"),
        line("d2", "1", "2024-05-10", "I-247A"),
        line("d3", "2", "2024-05-10", "I-247A"),
        line("d4", "HQ", "2024-05-12", "I-247A"),
        line("d5", "2", "2024-08-20", "I-247A"),
        line("d6", "5", "2024-05-10", "I-247A"),
        line("d7", "1", "2024-05-10", "I-200"),
    ];
    World::read(&lines.concat(), "2024-09-01")
}

fn place(code: &str, name: &str) -> Place {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Place { code: some(code), name: some(name) }
}

/// Their rows as whoever read them hands them over: `row day code name`, all of them counted.
fn theirs(rows: &[(u64, &str, &str, &str)]) -> Theirs {
    let rows: Vec<TheirRow> =
        rows.iter().map(|(row, day, code, name)| TheirRow { row: *row, day: day.parse().unwrap(), place: place(code, name) }).collect();
    Theirs {
        file: "theirs.csv".to_owned(),
        sha256: "00".repeat(32),
        layout: Layout::Rows,
        unread: Vec::new(),
        unread_rest: 0,
        first: rows.iter().map(|row| row.day).min(),
        last: rows.iter().map(|row| row.day).max(),
        likely_duplicates: 0,
        counts: rows.iter().map(|row| Count { place: row.place.clone(), month: None, number: 1 }).collect(),
        reasons: Vec::new(),
        rows,
    }
}

fn unread(row: u64, column: &str, found: &str) -> Unread {
    Unread { row, column: column.to_owned(), expected: "something else".to_owned(), found: found.to_owned() }
}

pub fn fixture(world: &World) -> Check {
    let rows = [
        (2, "2024-05-03", "ONEXXIL", "FIRST DISTRICT LOCKUP"),
        (3, "2024-05-11", "ONEXXIL", "FIRST DISTRICT LOCKUP"),
        (4, "2024-05-11", "ONEXXIL", "FIRST DISTRICT LOCKUP"),
        (6, "2024-05-11", "TWOXXIL", ""),
        (7, "2024-05-20", "OTHERIL", "COUNTY JAIL"),
        (8, "2024-06-30", "TWOXXIL", ""),
        (9, "2020-01-01", "TWOXXIL", ""),
    ];
    let unread = vec![unread(10, "detainer_prepare_date", "a text of 8 characters"), unread(11, "detainer_facility_code", "nothing")];
    let reasons = vec![("Booked into Detention".to_owned(), 2), ("Detainer Declined by LEA".to_owned(), 1)];
    let theirs = Theirs { unread, unread_rest: 3, likely_duplicates: 1, reasons, ..theirs(&rows) };
    check::against(&world.input(), &theirs, &facilities())
}

#[test]
fn rows_are_paired_one_to_one() {
    let check = fixture(&ours());
    let pairs: Vec<(&str, u64)> = check.matched.iter().map(|each| (each.entry.record.as_str(), each.row)).collect();
    // d3 and d4 are each one day from row 6; the earlier day of ours has it.
    assert_eq!(pairs, [("d1", 2), ("d2", 3), ("d3", 6)]);
    assert_eq!(check.only_ours.iter().map(|each| each.entry.record.as_str()).collect::<Vec<_>>(), ["d4"]);
    assert_eq!(check.only_theirs.iter().map(|each| each.row).collect::<Vec<_>>(), [4, 8]);
    assert_eq!((check.ours, check.theirs), (4, 5));
    assert_eq!((check.ours_outside, check.theirs_outside), (1, 1));
    assert_eq!(check.likely_duplicates, 1);
    assert_eq!(check.unmapped_facilities, [("OTHERIL (COUNTY JAIL)".to_owned(), 1)]);
    assert_eq!(check.unmapped_stations.iter().map(|(_, number)| *number).collect::<Vec<_>>(), [1]);
    assert_eq!(check.reasons, [("Booked into Detention".to_owned(), 2), ("Detainer Declined by LEA".to_owned(), 1)]);
    assert_eq!((check.unread.len(), check.unread_rest), (2, 3));
    let sums: u64 = check.pairs.iter().map(|pair| pair.ours).sum();
    assert_eq!(sums, check.ours);
    assert_eq!(check.pairs.iter().map(|pair| pair.theirs).sum::<u64>(), check.theirs);
    assert_eq!(check.pairs.iter().filter_map(|pair| pair.matched).sum::<u64>(), 3);
}

/// What could not be read is listed as it was handed over, and what is not listed is counted.
#[test]
fn what_could_not_be_read_is_in_the_report() {
    let world = ours();
    let html = haven_report::render::html(&fixture(&world).report(&world.input()));
    assert!(html.contains("a text of 8 characters") && html.contains("3 more are counted"), "{html}");
}

/// Rows outside the days that were asked about are handed over as counts only; it makes no difference.
#[test]
fn rows_beyond_the_days_asked_need_not_be_there() {
    let world = ours();
    let whole = fixture(&world);
    let (first, last) = check::days(&world.input());
    assert_eq!((first.to_string().as_str(), last.to_string().as_str()), ("2024-04-28", "2024-09-04"));
    let rows = [(2, "2024-05-03", "ONEXXIL", ""), (3, "2020-01-01", "ONEXXIL", ""), (4, "2024-12-01", "ONEXXIL", "")];
    let mut few = theirs(&rows);
    few.rows.retain(|row| first <= row.day && row.day <= last);
    assert_eq!(few.rows.len(), 1);
    let compared = |theirs: &Theirs| check::against(&world.input(), theirs, &facilities());
    assert_eq!(compared(&few), compared(&theirs(&rows)));
    assert_eq!(compared(&few).theirs_outside, 2);
    assert_eq!(whole.theirs_outside, 1);
}

/// The days that two dates may lie apart, at the edges of the rule.
#[test]
fn days_apart_decide_at_their_edges() {
    for (their, matched) in [("2024-05-13", true), ("2024-05-14", false), ("2024-05-07", true), ("2024-05-06", false), ("2024-05-10", true)]
    {
        let world = World::read(
            "d2 2024-05-10T20:00 kind=document station=1 at=2024-05-10T08:00 document=I-247A channel=fax requester=ice",
            "2024-09-01",
        );
        let check = check::against(&world.input(), &theirs(&[(2, their, "", "first district lockup")]), &facilities());
        assert_eq!(check.matched.len(), usize::from(matched), "{their}");
    }
}

#[test]
fn counts_by_month_and_by_facility() {
    let world = ours();
    let months = [("2024-04", 9), ("2024-05", 7), ("2024-07", 2)];
    let by_month = Theirs {
        layout: Layout::ByMonth,
        first: Some("2024-04-01".parse().unwrap()),
        last: Some("2024-07-31".parse().unwrap()),
        counts: months.map(|(month, number)| Count { place: place("", ""), month: Some(month.to_owned()), number }).into(),
        unread: vec![unread(4, "count", "a text of 1 characters")],
        ..theirs(&[])
    };
    let check = check::against(&world.input(), &by_month, &Facilities::default());
    let pairs: Vec<(&str, u64, u64)> = check.pairs.iter().map(|pair| (pair.month.as_str(), pair.ours, pair.theirs)).collect();
    assert_eq!(pairs, [("2024-05", 5, 7), ("2024-07", 0, 2)]);
    assert_eq!((check.theirs_outside, check.ours_outside, check.unread.len()), (9, 1, 1));
    let counts = [("First district lockup", 4), ("COUNTY JAIL", 9)];
    let by_facility = Theirs {
        layout: Layout::ByFacility,
        counts: counts.map(|(name, number)| Count { place: place("", name), month: None, number }).into(),
        ..theirs(&[])
    };
    let check = check::against(&world.input(), &by_facility, &facilities());
    let pairs: BTreeMap<&str, (u64, u64)> = check.pairs.iter().map(|pair| (pair.facility.as_str(), (pair.ours, pair.theirs))).collect();
    assert_eq!(pairs["ONEXXIL (FIRST DISTRICT LOCKUP)"], (2, 4));
    assert_eq!(pairs["TWOXXIL (SECOND DIST., LOCKUP)"], (3, 0));
    assert_eq!(check.unmapped_facilities, [("COUNTY JAIL".to_owned(), 9)]);
    let report = check.report(&world.input());
    assert!(report.tables().iter().all(|table| table.rows.iter().all(|row| row.cells.len() == table.columns.len())));
}

#[test]
fn tables_of_stations_that_are_none_are_refused() {
    for (case, text) in [
        ("no such station", "station,detention_facility_code\n99,AAA\n"),
        ("a station twice", "station,detention_facility_code\n1,AAA\n001,BBB\n"),
        ("no code", "station,detention_facility_code\n1,\n"),
        ("another header", "district,code\n1,AAA\n"),
    ] {
        let error = Facilities::read(text.as_bytes(), None, &SCHEMA).unwrap_err();
        assert!(matches!(error, CheckError::Table { .. } | CheckError::Layout { .. }), "{case}: {error}");
    }
}
