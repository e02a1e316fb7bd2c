//! Access: who sees what by which right, on a list of our own, and on the real ones where they lie.

use crate::{audit, samples};
use haven_audit::access::{self, Access, Sharing};
use haven_audit::agency::Agencies;
use jiff::civil::date;
use std::fs::File;

const SHARING: &str = "\u{feff}Page,Organization Name,Networks Shared With Me,Networks I'm Sharing
1,Elm County IL SO,\"Elm County IL SO,Elm County IL SO (LR)\",Ours
1,Oak County TX SO,Oak County TX SO,Ours
1,Ash Falls IN PD,,Ours
1,Birch WI PD - old,,Ours
1,Cedar MO PD,,Ours
2,Cedar Fusion Center (MO),,Ours
2,Homeland Security Investigations [Federal] [Inactive],,Ours
2,Test Demo 1,,Ours
2,Maria Okafor,,Ours
2,Oak County,,Ours
2,Larch OH PD,\"Larch OH PD\",
";

const AGREEMENTS: &str = "state,county,agency,ori,type
TEXAS,Oak County,oak county sheriff,TX0990000,Jail Enforcement Model
TEXAS,Oak County,oak county sheriff,TX0990000,Task Force Model
OHIO,NA,larch police,NA,Task Force Model
";

const DECLARATIONS: &str = "agency,state,signed,expires
Ash Falls Police Department,IN,2025-02-01,2026-02-01
Birch PD,WI,2024-01-01,2025-01-01
Cedar Police Department,MO,2027-01-01,
";

pub(crate) fn agencies() -> Agencies {
    Agencies::load(&audit()).unwrap()
}

pub(crate) fn read(agencies: &Agencies) -> Access {
    let list = access::sharing(agencies, SHARING.as_bytes(), "sharing.csv").unwrap();
    let held = access::agreements(agencies, AGREEMENTS.as_bytes(), "287g.csv").unwrap();
    let declared = access::declarations(agencies, DECLARATIONS.as_bytes(), "declarations.csv").unwrap();
    access::access(agencies, "Illinois", &list, Some(&held), Some(&declared), date(2025, 12, 1))
}

#[test]
fn every_organisation_has_a_right_and_why() {
    let access = read(&agencies());
    let said: Vec<_> = access
        .rows
        .iter()
        .map(|row| {
            (
                row.agency.as_deref().unwrap_or("-"),
                row.sees_ours,
                row.we_see,
                row.right.id(),
                row.agreement.as_ref().map_or(0, |held| held.models.len()),
                row.agreement_doubt.is_some(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("Elm County IL SO", 1, 2, "in_state", 0, false),
            ("Oak County TX SO", 1, 1, "declaration_missing", 2, false),
            ("Ash Falls IN PD", 1, 0, "declaration", 0, false),
            ("Birch WI PD - old", 1, 0, "declaration_expired", 0, false),
            // Its declaration is signed later than the day.
            ("Cedar MO PD", 1, 0, "declaration_missing", 0, false),
            ("Cedar Fusion Center (MO)", 1, 0, "fusion_centre", 0, false),
            ("Homeland Security Investigations [Federal] [Inactive]", 1, 0, "federal", 0, false),
            // A test account and a person's are told by their row alone.
            ("-", 1, 0, "not_an_agency", 0, false),
            ("-", 1, 0, "not_read", 0, false),
            // Neither state nor kind: it may be the sheriff's of the list, and is not matched.
            ("Oak County", 1, 0, "not_read", 0, true),
            ("Larch OH PD", 0, 1, "declaration_missing", 1, false),
        ]
    );
    let count = |group: &str| access.counts.iter().find(|count| count.group == group).map(|count| (count.see_ours, count.we_see));
    assert_eq!(count("all"), Some((10, 3)));
    assert_eq!(count("declaration_missing"), Some((2, 2)));
    assert_eq!(count("agreement"), Some((1, 2)));
    assert_eq!(count("inactive"), Some((1, 0)));
    assert!(access.rows.iter().all(|row| !row.why.is_empty()));
}

#[test]
fn what_was_not_given_is_unknown() {
    let agencies = agencies();
    let list = access::bare(&agencies, "Ash Falls IN PD\n\nElm County IL SO\n".as_bytes(), "list.txt").unwrap();
    let access = access::access(&agencies, "IL", &list, None, None, date(2025, 12, 1));
    let said: Vec<_> = access.rows.iter().map(|row| (row.row, row.right.id(), row.agreement.is_some())).collect();
    assert_eq!((said, access.agreements_given), (vec![(1, "declaration_unknown", false), (3, "in_state", false)], false));
}

#[test]
fn an_ori_counts_before_the_name() {
    let agencies = agencies();
    let held = access::agreements(&agencies, AGREEMENTS.as_bytes(), "287g.csv").unwrap();
    let list = [Sharing { row: 1, name: "Sheriff of Oak".to_owned(), ori: Some("TX0990000".to_owned()), sharing: 1, with_me: 0 }];
    let access = access::access(&agencies, "IL", &list, Some(&held), None, date(2025, 12, 1));
    assert_eq!(access.rows[0].agreement.as_ref().unwrap().why, "the same ORI");
}

#[test]
fn no_output_names_a_person_or_a_network() {
    let agencies = agencies();
    let access = read(&agencies);
    let outputs = [access::to_csv(&access).unwrap(), access::picture(&agencies, &access), serde_json::to_string(&access).unwrap()];
    for output in outputs {
        assert!(!output.contains("Okafor") && !output.contains("Ours") && !output.contains("(LR)"), "{output}");
    }
}

#[test]
fn the_picture_says_in_words_what_it_shows() {
    let agencies = agencies();
    let picture = access::picture(&agencies, &read(&agencies));
    for part in [
        "role=\"img\"",
        "<title id=\"access-title\">",
        "<desc id=\"access-desc\">10 organisations (2025-12-01): IL 1: 1 same state; MO 2: ",
        "TX 1: 1 other state, no declaration on file (ICE, by a 287(g) agreement: 1)",
        "ICE, by a 287(g) agreement 1, federal agencies 1, users of fusion centres 1",
    ] {
        assert!(picture.contains(part), "{part} is not in {picture}");
    }
    // Well-formed: as many elements end as begin.
    assert_eq!(picture.matches("<text").count(), picture.matches("</text>").count());
    let nobody = access::access(&agencies, "IL", &[], None, None, date(2025, 12, 1));
    assert!(access::picture(&agencies, &nobody).contains("Nobody"));
}

#[test]
fn what_cannot_be_read_is_said_with_its_place_and_without_its_content() {
    let agencies = agencies();
    let error = |error: haven_audit::AuditError| error.to_string();
    let headless = access::sharing(&agencies, "Organization Name,Sharing\nElm,Ours\n".as_bytes(), "s.csv").map_err(error);
    assert_eq!(
        headless.unwrap_err(),
        "s.csv, header: expected a column `Networks Shared With Me`, `Shared With Me`, found no column of that name"
    );
    let undated = access::declarations(&agencies, "agency,signed\nElm,soon\n".as_bytes(), "d.csv").map_err(error);
    assert_eq!(undated.unwrap_err(), "d.csv, row 1, signed: expected a date as YYYY-MM-DD, found something else");
}

#[test]
fn half_a_list_or_none_is_refused() {
    let agencies = agencies();
    let sharing = |text: &[u8]| access::sharing(&agencies, text, "l.csv").map(|list| list.len()).map_err(|error| error.to_string());
    let held = |text: &[u8]| access::agreements(&agencies, text, "l.csv").map(|list| list.len()).map_err(|error| error.to_string());
    let declared = |text: &[u8]| access::declarations(&agencies, text, "l.csv").map(|list| list.len()).map_err(|error| error.to_string());
    let bare = |text: &[u8]| access::bare(&agencies, text, "l.txt").map(|list| list.len()).map_err(|error| error.to_string());
    let check = |result: Result<usize, String>, expected: &str| {
        assert_eq!(result, expected.parse::<usize>().map_err(|_| expected.to_owned()));
    };
    let head = "Organization Name,Networks Shared With Me,Networks I'm Sharing\n";
    let empty = "l.csv: expected a list of at least one row; where there is none, leave the list out, found none";
    check(held(b"state,county,agency,ori,type\n"), empty);
    check(held(b"state,county,agency,ori,type\n,,,,\n"), empty);
    check(declared(b"agency,signed\n"), empty);
    check(sharing(head.as_bytes()), empty);
    check(bare(b"\n  \n"), "l.txt: expected a list of at least one name, found none");
    let broke = |line: usize, name: &str| {
        format!(
            "{name}, line {line}: expected a list that is whole, found one that ends with `# ERROR: download incomplete`: download it again"
        )
    };
    check(held(format!("{AGREEMENTS}# ERROR: download incomplete\n").as_bytes()), &broke(5, "l.csv"));
    check(sharing(format!("{head}Elm IL PD,,Ours\n\"# ERROR: download incomplete\",,Ours\n").as_bytes()), &broke(3, "l.csv"));
    // The text broke off inside a quoted cell, and the cell has swallowed the line that says so.
    check(held(b"state,county,agency,ori,type\nTEXAS,Oak,\"oak coun\n# ERROR: download incomplete\n"), &broke(3, "l.csv"));
    check(bare(b"Elm IL PD\n# ERROR: download incomplete\n"), &broke(2, "l.txt"));
    check(
        held(b"state,county,agency,ori,type\nTEXAS,Oak,\"oak coun"),
        "l.csv: expected a list that is whole, found one that ends inside a quoted cell: download it again",
    );
    // Rows that are short, that have moved, and those of a file in which each has empty cells behind.
    let width =
        |row: usize, header: usize, found: usize| format!("l.csv, row {row}: expected {header} values, as the header has, found {found}");
    check(held(&AGREEMENTS.as_bytes()[..AGREEMENTS.len() - 20]), &width(3, 5, 4));
    check(sharing(format!("{head}Elm IL PD,,Ours\nOak TX PD\n").as_bytes()), &width(2, 3, 1));
    check(sharing(format!("{head}Elm IL PD,,Ours\nOak, TX PD,,\n").as_bytes()), &width(2, 3, 4));
    check(sharing(format!("{head}Elm IL PD,,Ours,,\nOak TX PD,,Ours,,\n").as_bytes()), "2");
    check(sharing(format!("{head}Elm IL PD,,Ours\n,,\n").as_bytes()), "1");
    check(
        held(b"state,county,agency,ori,type\nTEXAS,Oak,,,Task Force Model\n"),
        "l.csv, row 1, agency: expected the name of an agency, found nothing",
    );
    // An organisation that sees something is one, whatever its name is.
    check(sharing(format!("{head}Elm IL PD,,Ours\n,,Ours\n").as_bytes()), "2");
    // A table that was saved as text is read as a table.
    check(bare(format!("{head}Elm IL PD,,\n").as_bytes()), "1");
    check(bare("\u{feff}Elm IL PD\n\nOak, TX PD\n".as_bytes()), "2");
    let table = |found: &str| format!("l.csv: expected a table as text (CSV), found {found}");
    check(sharing(b"PK\x03\x04..[Content_Types].xml"), &table("a workbook (XLSX or ODS); save its sheet as CSV"));
    check(held(b"PK\x03\x04..list.csv"), &table("a packed file; unpack it first"));
    check(declared(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1.."), &table("a workbook of the older format (XLS); save its sheet as CSV"));
    check(sharing(b"<!doctype html><p>Sign in"), &table("a page or XML; what a server says instead of a download often is"));
}

/// Names that say of themselves that an agency has them, and names that a person may have.
#[test]
fn a_name_is_shown_where_it_says_that_it_is_an_agencys() {
    let agencies = agencies();
    let wrong: Vec<&str> = [
        "Elm TX PD",
        "Elm County",
        "FL - FWC",
        "Cedar (MO)",
        "DEA",
        "ATF [Federal]",
        "Oak SO",
        "Oak TX DA",
        "OAK COUNTY SO",
        "New York Office",
        "Florida Department of Agriculture",
        "Houston Police Department",
        "Georgia State Patrol",
        "MAGLOCLEN RISS",
        "Marta Police",
        "City of Elm",
        "Florida Fish and Wildlife",
    ]
    .into_iter()
    .filter(|name| !agencies.read(name).is_agency())
    .chain(
        [
            "Maria Kowalska",
            "Georgia Parks",
            "Virginia Okafor",
            "Maria da Silva",
            "MARIA DE LA CRUZ",
            "AL SMITH",
            "So Young Kim",
            "Dea Roe",
            "Marta Roe",
            "John Constable",
            "",
        ]
        .into_iter()
        .filter(|name| agencies.read(name).is_agency()),
    )
    .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// How many of the names on real lists are shown: almost all are those of agencies.
#[test]
fn real_names_are_those_of_agencies() {
    let Some(folder) = samples("data/agencies") else { return };
    let agencies = agencies();
    let names = std::fs::read_to_string(folder.join("flock_shared_orgs_2025-06-11.txt")).unwrap();
    let all: Vec<&str> = names.lines().map(str::trim).filter(|name| !name.is_empty()).collect();
    let hidden: Vec<&str> = all.iter().copied().filter(|name| !agencies.read(name).is_agency()).collect();
    println!("{} of {} names are not known as those of agencies: {hidden:?}", hidden.len(), all.len());
    assert!(all.len() > 1000 && hidden.len() * 50 < all.len(), "{} of {}", hidden.len(), all.len());
}

#[test]
fn the_real_sharing_list_of_one_county() {
    let Some(folder) = samples("data/agencies") else { return };
    let agencies = agencies();
    let open = |name: &str| File::open(folder.join(name)).unwrap();
    let list = access::sharing(&agencies, open("flock_sharing_okaloosa.csv"), "sharing").unwrap();
    let held = access::agreements(&agencies, open("ice_287g_agreements_2025-07-03.csv"), "287g").unwrap();
    let access = access::access(&agencies, "FL", &list, Some(&held), None, date(2025, 12, 8));
    for count in &access.counts {
        println!("{}: {} see ours, {} we see", count.group, count.see_ours, count.we_see);
    }
    let unread: Vec<_> = access.rows.iter().filter(|row| row.right.id() == "not_read").map(|row| row.row).collect();
    println!("rows not read: {unread:?}");
    for row in access.rows.iter().filter(|row| row.agreement_doubt.is_some()) {
        println!("doubt: {} {:?}", row.row, row.agreement_doubt);
    }
    let count = |group: &str| access.counts.iter().find(|count| count.group == group).unwrap().see_ours;
    // Others counted 536 and, by the naive rule, at least 143.
    assert_eq!(count("all"), 536);
    assert!(count("agreement") >= 143, "{}", count("agreement"));
    let picture = concat!(env!("CARGO_TARGET_TMPDIR"), "/access.svg");
    std::fs::write(picture, access::picture(&agencies, &access)).unwrap();
    println!("the picture, to look at: {picture}");
}
