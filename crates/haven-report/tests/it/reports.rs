//! Each report's figures, with the exact records behind each.

use crate::world::{GROUPS, SCHEMA, World, year};
use haven_report::report::{Report, Standing, Value};
use haven_report::{Groups, Quarter};
use std::collections::BTreeMap;

/// Holds the figures of a report against the records that must be behind each, their number being the figure.
fn check(case: &str, report: &Report, expected: &[(&str, &[&str])]) {
    for (id, records) in expected {
        let figure = report.figure(id).unwrap_or_else(|| panic!("{case}: no figure {id}"));
        let mut found: Vec<&str> = figure.entries.iter().map(|entry| entry.record.as_str()).collect();
        let mut wanted = records.to_vec();
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{case}: {id}");
        assert_eq!(figure.value, Value::Number(u64::try_from(records.len()).unwrap()), "{case}: {id}");
    }
}

fn records<'a>(items: impl IntoIterator<Item = &'a haven_report::report::Item>) -> Vec<&'a str> {
    items.into_iter().map(|item| item.entry.record.as_str()).collect()
}

fn quarter(text: &str) -> Quarter {
    text.parse().unwrap()
}

#[test]
fn the_words_of_the_reports_fit_the_register() {
    GROUPS.fit(&SCHEMA).unwrap();
}

#[test]
fn the_second_quarter() {
    let world = year();
    let report = haven_report::quarterly(&world.input(), quarter("2024Q2"));
    check(
        "2024Q2",
        &report,
        &[
            ("notified", &["r1", "r2"]),
            ("received", &["r1", "r3", "r4"]),
            ("not_notified", &["r3"]),
            ("criminal", &["r5"]),
            ("papers", &["d1", "d2", "d3", "d5", "d6", "d9", "d10"]),
            ("detainers", &["d1", "d5", "d6"]),
            ("warrants", &["d2", "d3", "d9", "d10"]),
            ("transferred", &["d2"]),
            ("released", &["d1", "d9"]),
            ("no_outcome", &["d3", "d5", "d6", "d10"]),
            ("earlier_transferred", &["d7"]),
            ("unclear", &["d4"]),
        ],
    );
    assert_eq!(records(&report.open), ["d3", "d5", "d6", "d10", "r3"]);
    assert_eq!(records(&report.late), ["d3"]);
    assert_eq!(records(&report.amended), ["d9"]);
    assert_eq!(records(&report.erased), ["d8"]);
    let twice: Vec<Vec<&str>> =
        report.duplicates.iter().map(|each| each.entries.iter().map(|entry| entry.record.as_str()).collect()).collect();
    assert_eq!(twice, [["d5", "d6"]]);
    let standing: BTreeMap<(&str, &str), Standing> =
        report.nil.iter().map(|each| ((each.subject.as_str(), each.station.as_str()), each.standing)).collect();
    for (subject, station, expected) in [
        ("requests", "003", Standing::Certified),
        ("documents", "003", Standing::Certified),
        ("documents", "004", Standing::Partly),
        ("documents", "002", Standing::Contradicted),
        ("requests", "006", Standing::Certified),
        ("documents", "006", Standing::Silent),
        ("requests", "001", Standing::Entries),
        ("documents", "007", Standing::Silent),
    ] {
        assert_eq!(standing[&(subject, station)], expected, "{subject} {station}");
    }
    assert!(report.statements.iter().all(|statement| !statement.nil));
    // The list says what was recorded, and that nothing was.
    let papers = report.table("papers").unwrap();
    let said: Vec<(String, String)> = papers.rows.iter().map(|row| (row.cells[5].to_string(), row.cells[6].to_string())).collect();
    assert_eq!(said[0], ("no".to_owned(), "–".to_owned()));
    assert_eq!(papers.rows.iter().filter(|row| row.cells[5].to_string() == "not recorded").count(), 4);
    assert!(said.contains(&("yes".to_owned(), "ICE Enforcement and Removal".to_owned())) || said.iter().any(|(yes, _)| yes == "yes"));
    assert_eq!(report.basis[0].done.unwrap().to_string(), "2024-07-08");
    assert_eq!(report.basis[0].due.unwrap().to_string(), "2024-07-09");
}

#[test]
fn quarters_end_at_midnight_in_the_city() {
    let world = year();
    let figures = |text: &str| haven_report::quarterly(&world.input(), quarter(text));
    check("2024Q1", &figures("2024Q1"), &[("received", &["r2"]), ("notified", &[]), ("papers", &["d7"]), ("transferred", &["d7"])]);
    check("2024Q3", &figures("2024Q3"), &[("received", &["r7"]), ("notified", &["r4"]), ("not_notified", &["r7"]), ("papers", &[])]);
    check("2023Q4", &figures("2023Q4"), &[("received", &[]), ("papers", &[])]);
}

#[test]
fn quarters_are_read_strictly() {
    for (text, from, until) in
        [("2024Q1", "2024-01-01", "2024-04-01"), ("2024Q4", "2024-10-01", "2025-01-01"), ("2024q2", "2024-04-01", "2024-07-01")]
    {
        let quarter = quarter(text);
        assert_eq!((quarter.from().to_string(), quarter.until().to_string()), (from.to_owned(), until.to_owned()));
    }
    for text in ["", "2024", "2024Q0", "2024Q5", "24Q1", "2024Q12", "Q1", "2024-Q1", "9999Q4", "0000Q1", "+024Q1"] {
        assert!(text.parse::<Quarter>().is_err(), "{text}");
    }
}

#[test]
fn event_numbers_stand_only_where_links_are_given() {
    let plain = haven_report::quarterly(&year().input(), quarter("2024Q2"));
    let world = year().link("event", "E240930", "r1").link("rd", "JH123456", "r1");
    let linked = haven_report::quarterly(&world.input(), quarter("2024Q2"));
    let text = haven_report::render::json(&linked);
    assert!(text.contains("E240930") && !text.contains("JH123456"));
    assert!(!haven_report::render::json(&plain).contains("E240930"));
    assert_eq!(linked.table("notifications").unwrap().columns[0].id, "event");
    assert_eq!(plain.table("notifications").unwrap().columns[0].id, "notified");
}

#[test]
fn the_report_to_the_state() {
    let world = year();
    let report = haven_report::trust(&world.input(), 2024);
    check(
        "trust",
        &report,
        &[
            ("requests", &["r1", "r2", "r4", "r7"]),
            ("answered", &["r1", "r4"]),
            ("unanswered", &["r2", "r7"]),
            ("other_requests", &["r5", "r6"]),
            ("papers", &["d1", "d2", "d3", "d5", "d6", "d7", "d9"]),
            ("bail", &["d1"]),
            ("released", &["d1", "d9"]),
            ("transferred", &["d2", "d7"]),
            ("no_outcome", &["d3", "d5", "d6"]),
            ("unclear", &["d4"]),
        ],
    );
    let papers = report.table("papers").unwrap();
    let row = |day: &str| {
        papers.rows.iter().find(|row| row.cells[0].to_string() == day).unwrap().cells.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(row("2024-04-10")[2..], ["2024-04-10 11:45", "released", "2024-04-10 12:45", "–"].map(str::to_owned));
    assert_eq!(row("2024-02-10")[3], "transferred");
    assert_eq!(row("2024-05-04")[2..], ["–", "not recorded", "–", "–"].map(str::to_owned));
}

#[test]
fn nothing_is_certified_that_a_station_did_not_certify() {
    let stations: Vec<&str> = SCHEMA
        .stations()
        .iter()
        .filter(|station| station.nil.contains(&"requests".to_owned()))
        .map(|station| station.name.as_str())
        .collect();
    let all = |skip: usize| {
        let certificate = |(number, station): (usize, &&str)| {
            format!(
                "n{number} 2025-01-02T08:00 kind=nil station={station} at=2025-01-02T08:00 nothing=requests;documents;certifications \
                 period_from=2024-01-01 period_until=2025-01-01 certified_by=P1"
            )
        };
        let lines: Vec<String> = stations.iter().enumerate().skip(skip).map(certificate).collect();
        World::read(&lines.join("\n"), "2025-01-15")
    };
    let whole = haven_report::trust(&all(0).input(), 2024);
    assert!(whole.statements.iter().all(|statement| statement.nil), "{:?}", whole.statements);
    let missing = haven_report::trust(&all(1).input(), 2024);
    assert!(missing.statements.iter().all(|statement| !statement.nil && statement.says.contains("District 001")));
    // A certificate for the year does not reach into the next one.
    assert!(haven_report::trust(&all(0).input(), 2025).statements.iter().all(|statement| !statement.nil));
    let voices = haven_report::voices(&all(0).input(), 2024);
    assert!(voices.statements[0].nil);
    assert!(!haven_report::voices(&year().input(), 2024).statements[0].nil);
}

#[test]
fn certifications_for_victims() {
    let world = year();
    let report = haven_report::voices(&world.input(), 2024);
    check(
        "voices",
        &report,
        &[
            ("received", &["v1", "v2", "v3"]),
            ("certified", &["v1"]),
            ("refused", &["v2"]),
            ("open", &["v3"]),
            ("earlier_answered", &["v4"]),
            ("earlier_open", &["v5"]),
        ],
    );
    assert_eq!(records(&report.open), ["v5", "v3"]);
    assert_eq!(report.table("requests").unwrap().rows[0].cells[4].to_string(), "45");
}

#[test]
fn forms_and_who_is_missing() {
    let report = haven_report::forms(&year().input(), 2024);
    for (id, number) in [("departments", 2), ("forms", 40), ("asking", 3), ("amended", 1), ("kept", 1), ("unresolved", 1), ("missing", 1)] {
        assert_eq!(report.figure(id).unwrap().value, Value::Number(number), "{id}");
    }
    assert_eq!(report.table("missing").unwrap().rows[0].cells[0].to_string(), "Office of Inspector General");
}

#[test]
fn agreements_that_somebody_must_look_at() {
    let world = World { as_of: "2024-07-01".parse().unwrap(), ..year() };
    check(
        "agreements",
        &haven_report::agreements(&world.input()),
        &[
            ("open", &["g1", "g2", "g3"]),
            ("direct", &["g1", "g3"]),
            ("undetermined", &["g1"]),
            ("barred", &["g3"]),
            ("expired", &["g2"]),
            ("renewal", &["g1"]),
            ("ended", &["g4"]),
        ],
    );
}

#[test]
fn an_incident_in_the_order_of_what_was_known() {
    let world = year();
    let report = haven_report::incident(&world.input(), &["r1".to_owned()], "E240930");
    check("incident", &report, &[("entries", &["r1", "a1"])]);
    let moments: Vec<String> = report.table("timeline").unwrap().rows.iter().map(|row| row.cells[0].to_string()).collect();
    assert_eq!(moments, ["09:30", "09:35", "09:40", "09:45", "10:30"].map(|time| format!("2024-04-02 {time}")));
    assert!(report.table("gaps").unwrap().rows.is_empty());
    let silent = haven_report::incident(&world.input(), &["r3".to_owned()], "r3");
    let gaps: Vec<String> = silent.table("gaps").unwrap().rows.iter().map(|row| row.cells[2].to_string()).collect();
    assert_eq!(gaps.len(), 4, "{gaps:?}");
    assert!(!haven_report::incident(&world.input(), &["r99".to_owned()], "r99").notes.is_empty());
}

#[test]
fn two_entries_are_one_only_if_they_say_the_same() {
    let line = |id: &str, at: &str, rest: &str| format!("{id} 2024-05-13T08:00 kind=document at={at} channel=fax requester=ice {rest}\n");
    for (case, other, twice) in [
        ("the same moment and words", line("d2", "2024-05-12T08:00", "station=5 document=I-247A"), true),
        ("the same moment, written in UTC", line("d2", "2024-05-12T13:00:00Z", "station=5 document=I-247A"), true),
        ("a day without its time", line("d2", "2024-05-12", "station=5 document=I-247A"), true),
        ("another minute", line("d2", "2024-05-12T08:01", "station=5 document=I-247A"), false),
        ("another station", line("d2", "2024-05-12T08:00", "station=6 document=I-247A"), false),
        ("another paper", line("d2", "2024-05-12T08:00", "station=5 document=I-200"), false),
        ("the next day", line("d2", "2024-05-13", "station=5 document=I-247A"), false),
    ] {
        let world = World::read(&(line("d1", "2024-05-12T08:00", "station=5 document=I-247A") + &other), "2024-08-01");
        let report = haven_report::quarterly(&world.input(), quarter("2024Q2"));
        assert_eq!(!report.duplicates.is_empty(), twice, "{case}");
        assert_eq!(report.figure("papers").unwrap().value, Value::Number(2), "{case}: duplicates are counted");
    }
}

#[test]
fn an_empty_register_says_so() {
    let world = World::read("", "2024-08-01");
    let report = haven_report::quarterly(&world.input(), quarter("2024Q2"));
    check("empty", &report, &[("notified", &[]), ("received", &[]), ("papers", &[])]);
    assert!(report.nil.iter().all(|certificate| certificate.standing == Standing::Silent));
    assert!(report.notes.iter().any(|note| note.contains("no entries")));
    assert!(report.statements.iter().all(|statement| !statement.nil));
}

/// Everything that a report says has its words in the file; an id in place of words would be a hole.
#[test]
fn every_part_of_every_report_has_its_words() {
    let world = year();
    let input = world.input();
    for report in all(&world) {
        let sections = report.sections.iter().map(|section| (&section.id, &section.title));
        let figures = report.sections.iter().flat_map(|section| &section.figures).map(|figure| (&figure.id, &figure.label));
        let tables = report.tables();
        let captions = tables.iter().map(|table| (&table.id, &table.caption));
        let columns = tables.iter().flat_map(|table| &table.columns).map(|column| (&column.id, &column.label));
        for (id, label) in sections.chain(figures).chain(captions).chain(columns) {
            assert!(id != label && !label.is_empty() && !label.contains('{'), "{}: `{id}` has no words", report.kind);
        }
        for figure in report.sections.iter().flat_map(|section| &section.figures) {
            assert!(figure.how.len() > 20 && !figure.how.contains('{'), "{}: {}: {}", report.kind, figure.id, figure.how);
        }
        assert!(!haven_report::render::json(&report).contains("{n}"));
    }
    assert!(!haven_report::duties::scope(&input).is_empty());
}

#[test]
fn words_that_are_wrong_are_refused_with_their_place() {
    let text = std::fs::read_to_string(crate::world::root().join("law/reports.toml")).unwrap();
    for (case, from, to, place) in [
        ("an unknown key", "late_days = 3", "late_days = 3\nearly_days = 2", "line"),
        ("no group", "detainer = [\"I-247A\"]\n", "", "[group]"),
        ("a class of a group that is not there", "when = { document = [\"detainer\"] }", "when = { document = [\"letters\"] }", "[group]"),
        ("a sentence less", "total = \"Total\"\n", "", "[say]"),
        ("nothing hidden", "fewer_than = 5", "fewer_than = 1", "fewer_than"),
        ("no number", "match_days = 3", "match_days = \"three\"", "line"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{case}");
        assert!(Groups::read(&changed).unwrap_err().place.starts_with(place), "{case}");
    }
    let changed = text.replacen("detainer = [\"I-247A\"]", "detainer = [\"I-248\"]", 1);
    assert!(Groups::read(&changed).unwrap().fit(&SCHEMA).is_err());
}

/// One of each report.
pub fn all(world: &World) -> Vec<Report> {
    let input = world.input();
    vec![
        haven_report::quarterly(&input, quarter("2024Q2")),
        haven_report::trust(&input, 2024),
        haven_report::voices(&input, 2024),
        haven_report::forms(&input, 2024),
        haven_report::agreements(&input),
        haven_report::incident(&input, &["r1".to_owned(), "d2".to_owned()], "E240930"),
        haven_report::public(&input, 2024),
        crate::check::fixture(world).report(&input),
    ]
}
