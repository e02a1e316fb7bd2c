//! The comparison with another party's data: a fixture written by us, and the real samples where they are.

use crate::world::{SCHEMA, World, root};
use haven_report::check::{self, Check, CheckError, Facilities, Layout};
use std::collections::BTreeMap;
use std::path::PathBuf;

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

const ROWS: &str = "detainer_prepare_date,detention_facility_code,detention_facility,detainer_type,detainer_lift_reason,duplicate_likely\n\
2024-05-03 00:00:00,ONEXXIL,FIRST DISTRICT LOCKUP,I247A,Detainer Declined by LEA,FALSE\n\
2024-05-11,ONEXXIL,FIRST DISTRICT LOCKUP,I247A,Booked into Detention,FALSE\n\
2024-05-11,ONEXXIL,FIRST DISTRICT LOCKUP,I247A,Booked into Detention,FALSE\n\
2024-05-11,ONEXXIL,FIRST DISTRICT LOCKUP,I247A,Booked into Detention,TRUE\n\
5/11/2024,TWOXXIL,,I247A,NA,FALSE\n\
2024-05-20,OTHERIL,COUNTY JAIL,I247A,NA,FALSE\n\
2024-06-30,TWOXXIL,,I247A,NA,FALSE\n\
2020-01-01,TWOXXIL,,I247A,NA,FALSE\n\
Jane Roe,TWOXXIL,,I247A,NA,FALSE\n\
2024-05-20,NA,NA,I247A,NA,FALSE\n";

pub fn fixture(world: &World) -> Check {
    check::against(&world.input(), &check::read(ROWS.as_bytes(), "theirs.csv").unwrap(), &facilities())
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
    let unread: Vec<String> = check.unread.iter().map(|cell| format!("{} {} {}", cell.row, cell.column, cell.found)).collect();
    assert_eq!(unread, ["10 detainer_prepare_date a text of 8 characters", "11 detainer_facility_code nothing"]);
    let sums: u64 = check.pairs.iter().map(|pair| pair.ours).sum();
    assert_eq!(sums, check.ours);
    assert_eq!(check.pairs.iter().map(|pair| pair.theirs).sum::<u64>(), check.theirs);
    assert_eq!(check.pairs.iter().filter_map(|pair| pair.matched).sum::<u64>(), 3);
}

#[test]
fn a_name_in_the_wrong_cell_is_not_repeated() {
    let world = ours();
    let report = fixture(&world).report(&world.input());
    let files = haven_report::render::csv(&report).into_iter().map(|(_, bytes)| String::from_utf8(bytes).unwrap());
    for text in files.chain([haven_report::render::html(&report), haven_report::render::json(&report)]) {
        assert!(!text.contains("Jane"));
    }
    assert!(haven_report::render::html(&report).contains("a text of 8 characters"));
}

/// The days that two dates may lie apart, at the edges of the rule.
#[test]
fn days_apart_decide_at_their_edges() {
    for (their, matched) in [("2024-05-13", true), ("2024-05-14", false), ("2024-05-07", true), ("2024-05-06", false), ("2024-05-10", true)]
    {
        let theirs = format!("detainer_prepare_date,detainer_facility\n{their},first district lockup\n");
        let world = World::read(
            "d2 2024-05-10T20:00 kind=document station=1 at=2024-05-10T08:00 document=I-247A channel=fax requester=ice",
            "2024-09-01",
        );
        let check = check::against(&world.input(), &check::read(theirs.as_bytes(), "x.csv").unwrap(), &facilities());
        assert_eq!(check.matched.len(), usize::from(matched), "{their}");
    }
}

#[test]
fn counts_by_month_and_by_facility() {
    let world = ours();
    let by_month = check::read(
        b"\"\",\"month_year\",\"count\"\n\"1\",\"2024-04\",9\n\"2\",\"2024-05\",7\n\"3\",\"2024-06\",x\n\"4\",\"2024-07\",2\n",
        "m.csv",
    )
    .unwrap();
    assert_eq!(by_month.layout, Layout::ByMonth);
    let check = check::against(&world.input(), &by_month, &Facilities::default());
    let pairs: Vec<(&str, u64, u64)> = check.pairs.iter().map(|pair| (pair.month.as_str(), pair.ours, pair.theirs)).collect();
    assert_eq!(pairs, [("2024-05", 5, 7), ("2024-07", 0, 2)]);
    assert_eq!((check.theirs_outside, check.ours_outside, check.unread.len()), (9, 1, 1));
    let text = "\"\",\"detention_facility\",\"Booked into Detention\",\"NA\",\"total\",\"other\"\n\"1\",\"First district lockup\",1,NA,4,3\n\"2\",\"COUNTY JAIL\",1,NA,9,8\n\"3\",\"Second Dist. Lockup\",1,NA,NA,0\n";
    let by_facility = check::read(text.as_bytes(), "f.csv").unwrap();
    assert_eq!(by_facility.layout, Layout::ByFacility);
    let check = check::against(&world.input(), &by_facility, &facilities());
    let pairs: BTreeMap<&str, (u64, u64)> = check.pairs.iter().map(|pair| (pair.facility.as_str(), (pair.ours, pair.theirs))).collect();
    assert_eq!(pairs["ONEXXIL (FIRST DISTRICT LOCKUP)"], (2, 4));
    assert_eq!(pairs["TWOXXIL (SECOND DIST., LOCKUP)"], (3, 0));
    assert_eq!(check.unmapped_facilities, [("COUNTY JAIL".to_owned(), 9)]);
    assert_eq!(check.unread.len(), 1);
    let report = check.report(&world.input());
    assert!(report.tables().iter().all(|table| table.rows.iter().all(|row| row.cells.len() == table.columns.len())));
}

#[test]
fn files_that_are_no_such_data_are_refused() {
    for (case, bytes) in [
        ("another header", &b"name,plate\nx,y\n"[..]),
        ("nothing", b""),
        ("a date without a facility", b"detainer_prepare_date\n2024-05-01\n"),
        ("no text", b"detainer_prepare_date,detention_facility\n\xff\xfe,x\n"),
    ] {
        assert!(check::read(bytes, "x.csv").is_err(), "{case}");
    }
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

/// The folder of real samples; none where it is absent.
#[expect(clippy::disallowed_methods, reason = "a test looks where samples are")]
fn samples() -> Option<PathBuf> {
    let folder = std::env::var_os("HAVEN_SAMPLES").map_or_else(|| root().join("../shared"), PathBuf::from);
    let detainers = folder.join("data/detainers");
    if !detainers.is_dir() {
        println!("no samples in {}: this part did not run", folder.display());
        return None;
    }
    Some(detainers)
}

#[test]
fn the_real_samples_are_read_whole() {
    let Some(folder) = samples() else { return };
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let world = ours();
    let months = check::read(&read("mn_detainers_by_month.csv"), "months").unwrap();
    assert_eq!((months.layout, months.unread.len()), (Layout::ByMonth, 0));
    let check = check::against(&world.input(), &months, &Facilities::default());
    let counted: u64 = String::from_utf8(read("mn_detainers_by_month.csv"))
        .unwrap()
        .lines()
        .skip(1)
        .map(|line| line.rsplit(',').next().unwrap().parse::<u64>().unwrap())
        .sum();
    assert_eq!(check.theirs + check.theirs_outside, counted);

    let facilities = check::read(&read("mn_detainers_by_facility_and_lift_reason.csv"), "facilities").unwrap();
    assert_eq!((facilities.layout, facilities.unread.len()), (Layout::ByFacility, 0));
    let elgin =
        Facilities::read(b"station,detention_facility_code\n1,ELGPDIL\n", Some(&read("ice_facility_codes_chicago_aor.csv")), &SCHEMA)
            .unwrap();
    let check = check::against(&world.input(), &facilities, &elgin);
    assert_eq!(check.theirs, 0, "no facility of Minnesota is one of ours");
    assert_eq!(check.unmapped_facilities.len(), 75);

    // A row in the columns of the real release, by the name of a real facility.
    let columns = String::from_utf8(read("ddp_detainers_columns.txt")).unwrap();
    let columns: Vec<&str> = columns.lines().collect();
    let cell = |column: &&str| match *column {
        "detainer_prepare_date" => "2024-05-02",
        "detention_facility_code" => "ELGPDIL",
        "duplicate_likely" => "FALSE",
        _ => "NA",
    };
    let row: Vec<&str> = columns.iter().map(cell).collect();
    let theirs = check::read(format!("{}\n{}\n", columns.join(","), row.join(",")).as_bytes(), "rows").unwrap();
    assert_eq!((theirs.layout, theirs.unread.len()), (Layout::Rows, 0));
    let check = check::against(&world.input(), &theirs, &elgin);
    assert_eq!(check.matched.iter().map(|each| each.entry.record.as_str()).collect::<Vec<_>>(), ["d1"]);
    assert_eq!(check.matched[0].facility, "ELGPDIL (ELGIN POLICE DEPT. JAIL)");
}
