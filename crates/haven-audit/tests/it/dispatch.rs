//! Events of dispatch: what is typed and what it speaks of; logs beside registers; the story of an event.

use crate::{audit, root};
use haven_audit::dispatch::{
    By, Dispatch, Entry, Moment, Register, Settings, Story, With, csv, dispatch, json, story, story_csv, story_table, table,
};
use haven_audit::layout::Layouts;
use haven_audit::purpose::Purposes;
use jiff::tz::TimeZone;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

static PURPOSES: LazyLock<Purposes> = LazyLock::new(|| {
    let names = ["purposes.toml", "dispatch-words.toml"];
    Purposes::load(&audit(), &names, Arc::new(crate::purpose::detector())).unwrap()
});

/// What stands in the example's log and may stand in nothing that is made of it.
const SECRETS: [&str; 9] = ["VANTREESE", "vantreese", "BRIGHTPATH", "brightpath", "555-0", "QUILLON", "quillon", "MAYFERN", "CENTER"];

fn example() -> PathBuf {
    root().join("audit/examples/events.csv")
}

fn zone() -> TimeZone {
    TimeZone::get("America/Chicago").unwrap()
}

fn with<T>(map: Option<&str>, then: impl FnOnce(&With<'_>) -> T) -> T {
    let mut files: Vec<(String, String)> = audit().into_iter().filter(|(path, _)| path == "audit/dispatch.toml").collect();
    files.extend(map.map(|text| ("map.toml".to_owned(), text.to_owned())));
    let (layouts, settings, zone) = (Layouts::load(&files, "America/Chicago").unwrap(), Settings::load(&files).unwrap(), zone());
    then(&With { layouts: &layouts, purposes: &PURPOSES, settings: &settings, zone: &zone })
}

/// An entry: its id and incident, kind, station, numbers, when it happened and when dispatch was told.
fn entry(id: &str, kind: &str, station: &str, numbers: &[&str], at: &str, notified: Option<&str>) -> Entry {
    let (id, incident) = id.split_once('<').unwrap_or((id, id));
    let moment = |field: &str, text: &str| {
        let zoned = text.parse::<jiff::civil::DateTime>().ok().filter(|_| text.len() > 10).map(|civil| zone().to_timestamp(civil).unwrap());
        Moment {
            field: field.to_owned(),
            label: field.to_owned(),
            text: text.to_owned(),
            day: text[..10].parse().unwrap(),
            instant: zoned.map(jiff::Timestamp::as_second),
        }
    };
    Entry {
        id: id.to_owned(),
        kind: kind.to_owned(),
        label: format!("a {kind}"),
        incident: incident.to_owned(),
        moments: [Some(moment("at", at)), notified.map(|text| moment("dispatch_notified_at", text))].into_iter().flatten().collect(),
        numbers: numbers.iter().map(|number| (*number).to_owned()).collect(),
        place: Some(station.to_owned()),
        says: "how it came: telephone".to_owned(),
    }
}

fn register(entries: Vec<Entry>) -> Register {
    Register { entries, numbers: true, keep_days: 90 }
}

fn holds_no_secret(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn every_example_of_every_entry_comes_out_as_it_says() {
    let failures = PURPOSES.check();
    let own = fs::read_to_string(root().join("audit/dispatch-words.toml")).unwrap();
    let lines: Vec<String> = failures
        .iter()
        .filter(|failure| own.contains(&format!("id = \"{}\"", failure.id)))
        .map(|failure| format!("{}: `{}` {}", failure.id, failure.example, if failure.hit { "is not seen" } else { "is seen" }))
        .collect();
    assert!(lines.is_empty(), "{} examples fail:\n{}", lines.len(), lines.join("\n"));
}

#[test]
fn what_is_typed_speaks_of_the_agency_or_does_not() {
    let check = |seen: bool, table: &[&str]| {
        let mut wrong = Vec::new();
        for remark in table {
            let text = format!("Event#,Date,Type,Remarks\n2607000001,2026-03-11 14:00,OTHER,\"{remark}\"\n");
            let found = log(&text, None, register(Vec::new()));
            let rules: Vec<&str> = found.events.iter().flat_map(|event| &event.says).map(|said| said.rule.as_str()).collect();
            if rules.is_empty() == seen {
                wrong.push(format!("{remark}: {rules:?}"));
            }
        }
        assert!(wrong.is_empty(), "seen should be {seen}:\n{}", wrong.join("\n"));
    };
    check(
        true,
        &[
            "CLR STS SHE IS WITH PROGRAM CONTRACTED THROUGH ICE",
            "ICE AGENTS ON SCENE REQ UNITS",
            "ICE AGTS AT THE DOOR, NO WARRANT SHOWN",
            "ICE ON SCENE, LARGE CROWD",
            "HOMELAND SECURITY REQ ASSIST W CROWD CONTROL",
            "DHS AGENT BATTERED BY PROTESTER",
            "MASKED MEN CLAIMING TO BE ICE TAKING A WOMAN",
            "PERSON DETAINED BY ICE, FAMILY CALLING",
            "IMMIGRATION AGENTS IN FRONT OF SCHOOL",
            "LA MIGRA ESTA AFUERA",
            "BORDER PATROL VEHICLES BLOCKING STREET",
            "ASSIST ICE WITH TRAFFIC",
            "ICE DETAINER, REQ TRANSPORT",
            "ERO OFFICERS ADV OF ARREST AT 1200 BLOCK",
            "PROTEST AGAINST ICE, 200 PEOPLE",
            "Caller says ICE officers are outside of the store",
            "ISAP OFFICE, CROWD OUTSIDE",
            "deportation officers at the door",
        ],
    );
    check(
        false,
        &[
            "MALE SLIPPED ON ICE NEEDS ICE PACK",
            "ICE ON ROAD, VEHICLE SLID INTO POLE",
            "CAR STUCK ON THE ICE AT MONTROSE HARBOR",
            "MALE FELL THROUGH ICE IN THE LAGOON",
            "FALLING ICE FROM ROOF",
            "ICE FALLING FROM BLDG ONTO SIDEWALK",
            "BLACK ICE ON RAMP",
            "FIGHT AT THE ICE RINK",
            "ICE CREAM TRUCK PLAYING LOUD MUSIC",
            "OFFENDER SELLING ICE AND METH",
            "ICE MACHINE ON FIRE",
            "POLICE OFFICER AT THE OFFICE, SERVICE CALL",
            "POSS OF METH (ICE)",
            "STREET COVERED WITH ICE AND SNOW",
            "BAG OF ICE STOLEN FROM STORE",
            "NOTICE ON DOOR, VEHICE BLOCKING ALLEY, LIC PLATE JUSTICE",
            "DHS CASEWORKER REQ WELL BEING CHECK ON CHILD",
            "SENIOR CITIZEN FELL",
            "ASSIST CITIZEN",
            "HERO OF THE DAY, ZERO INJURIES",
            "DRY ICE BOMB IN DUMPSTER",
            "CUSTOMER REFUSED ICE WATER",
        ],
    );
}

/// A log of ours beside a register.
fn log(text: &str, map: Option<&str>, register: Register) -> Dispatch {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    fs::write(&path, text).unwrap();
    with(map, |with| dispatch(&[path], with, &register).unwrap())
}

/// The example beside a register: by what each event that speaks came to which entries, and which entries have no event.
fn check(entries: Vec<Entry>, events: &[(&str, By, &str)], not_in_log: &[&str], without_number: &[&str], open: bool) {
    let found = with(None, |with| dispatch(&[example()], with, &register(entries)).unwrap());
    let said: Vec<(&str, By, String)> =
        found.events.iter().map(|event| (event.number.as_deref().unwrap(), event.by, event.entries.join(" "))).collect();
    let said: Vec<(&str, By, &str)> = said.iter().map(|(number, by, entries)| (*number, *by, entries.as_str())).collect();
    assert_eq!(said, events);
    let ids = |lone: &[haven_audit::dispatch::Lone]| lone.iter().map(|lone| lone.entry.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&found.not_in_log), not_in_log);
    assert_eq!(ids(&found.without_number), without_number);
    assert_eq!(found.open(), open);
    assert!(!found.unread(), "{:?}", found.read);
    assert_eq!(found.events_read, 6);
    for text in [table(&found), json(&found).unwrap(), csv(&found).unwrap()] {
        holds_no_secret(&text);
    }
}

#[test]
fn events_are_held_against_the_register() {
    let (call, help, street, lobby) = ("2607004467", "2607004479", "2607004502", "2607004533");
    let none = |number| (number, By::Nothing, "");
    let by = |number, by, entries| (number, by, entries);
    // An empty register: every event that speaks is without an entry; the one of the frost and the fight are none.
    check(vec![], &[none(call), none(help), none(street), none(lobby)], &[], &[], true);
    // By number, as people write it, with all of the incident; nothing to look at where each has one.
    let written = vec![
        entry("r1", "request", "012", &["26-070-04467"], "2026-03-11 14:06", Some("2026-03-11 14:08")),
        entry("a1<r1", "response", "012", &[], "2026-03-11 14:20", None),
        entry("r2", "request", "012", &["2607004479"], "2026-03-11 14:15", None),
        entry("d3", "decision", "009", &["2607004502"], "2026-03-12", None),
        entry("v4", "visit", "017", &["2607004533"], "2026-03-11 16:00", None),
    ];
    let each = [by(call, By::Number, "r1 a1"), by(help, By::Number, "r2"), by(street, By::Number, "d3"), by(lobby, By::Number, "v4")];
    check(written, &each, &[], &[], false);
    // Near in time and of the same place is a candidate; another place is none, nor is what is an hour and a minute away.
    let near =
        vec![entry("r1", "request", "12", &[], "2026-03-11 15:09:02", None), entry("r2", "request", "025", &[], "2026-03-11 15:21", None)];
    check(near, &[by(call, By::TimeAndPlace, "r1"), by(help, By::TimeAndPlace, "r1"), none(street), none(lobby)], &[], &[], true);
    let far = vec![
        entry("r1", "request", "012", &[], "2026-03-11 13:05:41", None),
        entry("r2", "request", "012", &[], "2026-03-11 15:15:31", None),
    ];
    check(far, &[none(call), none(help), none(street), none(lobby)], &[], &[], true);
    // Where the entry says no place it is a candidate by time alone, behind one that says the same place.
    let unplaced = vec![entry("r1", "request", "HQ", &[], "2026-03-11 14:00", None)];
    check(unplaced, &[by(call, By::Time, "r1"), by(help, By::Time, "r1"), none(street), none(lobby)], &[], &[], true);
    let both =
        vec![entry("r1", "request", "000", &[], "2026-03-11 15:30", None), entry("r2", "request", "009", &[], "2026-03-11 15:25", None)];
    check(both, &[none(call), none(help), by(street, By::TimeAndPlace, "r2"), by(lobby, By::Time, "r1")], &[], &[], true);
    // A day without a time is no candidate; neither is an entry of another event, nor a kind that records no event.
    let others = vec![
        entry("r1", "request", "012", &[], "2026-03-11", None),
        entry("r2", "request", "012", &["2607004411"], "2026-03-11 14:10", None),
        entry("n1", "nil", "012", &[], "2026-03-11 14:10", None),
    ];
    check(others, &[none(call), none(help), none(street), none(lobby)], &[], &[], true);
    // The other way: a number that the log does not have, within the log's period; outside of it nothing is said. A candidate it is.
    let lone = vec![
        entry("r1", "request", "009", &["2607009999"], "2026-03-11 15:00", Some("2026-03-11 15:05")),
        entry("r2", "request", "012", &["2607009998"], "2026-03-11 13:00", None),
        entry("r3", "request", "025", &[], "2026-03-11 15:00", Some("2026-03-11 15:05")),
        entry("r4", "request", "025", &["2607009997"], "2026-03-11", None),
    ];
    check(lone, &[none(call), none(help), by(street, By::TimeAndPlace, "r1"), none(lobby)], &["r1", "r4"], &["r3"], true);
}

#[test]
fn what_is_withheld_is_asked_at_most_and_never_printed() {
    let found = with(None, |with| dispatch(&[example()], with, &register(Vec::new())).unwrap());
    let lobby = found.events.iter().find(|event| event.number.as_deref() == Some("2607004533")).unwrap();
    assert_eq!(lobby.says.iter().map(|said| (said.column.as_str(), said.masked.as_deref())).collect::<Vec<_>>(), [("Company Name", None)]);
    let notes = found.read[0].notes.join("\n");
    assert!(notes.contains("not read at all") && notes.contains("`Phone`") && notes.contains("`Address of Occurrence`"), "{notes}");
    // What is missing of the withheld columns is said: nobody can tell from this log.
    assert!(!notes.contains("LIC"), "{notes}");
}

/// A log of some rows: notes and what was not read of it must hold these.
fn reads(rows: &str, map: Option<&str>, notes: &[&str], unread: &[&str], events: &[Option<&str>]) -> Dispatch {
    let head = if map.is_some() { "" } else { "Event#,Date,Type,Remarks,District\n" };
    let found = log(&format!("{head}{rows}"), map, register(Vec::new()));
    let file = &found.read[0];
    let holds = |lines: &[String], words: &[&str]| words.iter().all(|word| lines.iter().any(|line| line.contains(word)));
    assert!(holds(&file.notes, notes), "{notes:?}\n{:#?}", file.notes);
    assert!(holds(&file.unread, unread) && file.unread.is_empty() == unread.is_empty(), "{unread:?}\n{:#?}", file.unread);
    let numbers: Vec<Option<&str>> = found.events.iter().map(|event| event.number.as_deref()).collect();
    assert_eq!(numbers, events);
    found
}

#[test]
fn traps_of_logs_are_said_and_lose_no_event() {
    let agents = "OTHER,ICE AGENTS ON SCENE";
    // The same row again is counted and not listed twice; another row of the number is its history.
    let rows = format!(
        "2607000001,2026-03-11 14:00,{agents},1\n2607000001,2026-03-11 14:00,{agents},1\n2607000001,2026-03-11 14:30,OTHER,CLEARED,1\n"
    );
    let found = reads(&rows, None, &["1 rows repeat an earlier row", "row 2"], &[], &[Some("2607000001")]);
    assert_eq!((found.events[0].rows, found.events[0].says.len()), (3, 1));
    assert_eq!(found.events[0].last.as_deref(), Some("2026-03-11T14:30:00-05:00"));
    // Out of order; summer and winter; a time that came twice and one that never was.
    let rows = format!("2607000002,2026-03-11 14:00,{agents},1\n2607000001,2026-03-11 13:00,{agents},1\n");
    reads(&rows, None, &["1 rows lie before the row above", "row 2"], &[], &[Some("2607000001"), Some("2607000002")]);
    let rows = format!(
        "2607000001,2026-11-01 01:30,{agents},1\n2607000002,2026-03-08 02:30,{agents},1\n2607000003,2026-11-01T01:30:00-06:00,{agents},1\n"
    );
    let found = reads(
        &rows,
        None,
        &["1 rows have a time over which the clocks were put back", "put forward"],
        &[],
        &[Some("2607000002"), Some("2607000001"), Some("2607000003")],
    );
    let first: Vec<&str> = found.events.iter().map(|event| event.first.as_deref().unwrap()).collect();
    assert_eq!(first, ["2026-03-08T03:30:00-05:00", "2026-11-01T01:30:00-05:00", "2026-11-01T01:30:00-06:00"]);
    // What a spreadsheet made of a number is none; the event stays, and so does one without a time.
    let rows = format!("2.60700E+09,2026-03-11 14:00,{agents},1\n2607000001.0,last Tuesday,{agents},1\n,2026-03-11 15:00,{agents},1\n");
    let unread = ["1 cells of `Event#` could not be read, the first in row 1", "1 cells of `Date` could not be read, the first in row 2"];
    let found = reads(&rows, None, &["2 rows have no number"], &unread, &[None, None, Some("2607000001")]);
    assert_eq!(found.events[2].by, By::Nothing);
    assert_eq!(found.events_read, 3);
    reads(&format!(",,{agents},1\n"), None, &["1 rows have no time"], &[], &[None]);
    // Too few cells, the header again, an export that broke off.
    let rows = format!(
        "2607000001,2026-03-11 14:00\nEvent#,Date,Type,Remarks,District\n2607000002,2026-03-11 14:00,{agents},1\n# ERROR: download incomplete\n"
    );
    let unread = ["row 1: 2 values", "row 2: the header again", "the log is not whole"];
    assert_eq!(reads(&rows, None, &[], &unread, &[Some("2607000002")]).read[0].rows, 1);
    // A comma that nobody quoted, with an empty last cell: what was typed has moved, and the row is none.
    let rows = format!("2607000001,2026-03-11 14:00,{agents}, UNITS,\n2607000002,2026-03-11 14:00,{agents},1\n");
    reads(&rows, None, &[], &["row 1: 6 values under a header of 5"], &[Some("2607000002")]);
    // A column that is new, one that is gone.
    let found = log(&format!("Event#,Date,Type,Remarks,Mood\n2607000001,2026-03-11 14:00,{agents},calm\n"), None, register(Vec::new()));
    let notes = found.read[0].notes.join("\n");
    assert!(
        notes.contains("a column `Mood` that the layout does not know") && notes.contains("a column `District`, the file has none"),
        "{notes}"
    );
}

#[test]
fn another_vendor_is_mapped_and_an_unknown_header_is_an_error() {
    let map = r#"
        times = ["%m/%d/%y %H:%M"]
        [[layout]]
        id = "other-cad"
        table = "dispatch"
        zone = "UTC"
        ignore = ["caller_phone"]
        [[layout.column]]
        headers = ["incident"]
        is = "number"
        needed = true
        [[layout.column]]
        headers = ["day"]
        is = "time"
        needed = true
        [[layout.column]]
        headers = ["hour"]
        is = "time"
        [[layout.column]]
        headers = ["nature"]
        is = "type"
        [[layout.column]]
        headers = ["narrative"]
        is = "text"
        [[layout.column]]
        headers = ["beat"]
        is = "place"
        figures = [2, 4]
        [[layout.column]]
        headers = ["see_also"]
        is = "linked"
    "#;
    let rows = "incident,day,hour,nature,narrative,beat,see_also,caller_phone\n26-000123,03/11/26,19:06,ASSIST,ICE AGENTS AT DOOR,931,26-000124,555-0101\n";
    let found = reads(rows, Some(map), &["`caller_phone`"], &[], &[Some("26000123")]);
    assert_eq!(found.events[0].first.as_deref(), Some("2026-03-11T14:06:00-05:00"));
    assert_eq!(found.events[0].place.as_deref(), Some("9"));
    let folder = tempfile::tempdir().unwrap();
    let check = |text: &str, says: &[&str]| {
        let path = folder.path().join("log.csv");
        fs::write(&path, text).unwrap();
        let error = with(None, |with| dispatch(&[path], with, &register(Vec::new())).unwrap_err()).to_string();
        assert!(says.iter().all(|word| error.contains(word)) && !error.contains("QUILLON"), "{error}");
    };
    check(
        "When,Type,What\n2026-03-11,OTHER,QUILLON\n",
        &["log.csv, header", "found `Type`, and 2 columns that no layout knows", "`unprinted`"],
    );
    // Without a header the first row is somebody's.
    check("2026-03-11,QUILLON\n", &["found 2 columns that no layout knows"]);
    check("", &["a table with a header"]);
}

fn told(files: &[PathBuf], entries: Vec<Entry>, number: &str) -> Result<Story, String> {
    with(None, |with| story(files, with, &register(entries), number).map_err(|error| error.to_string()))
}

#[test]
fn the_story_of_an_event_has_the_log_and_the_register_in_one_order() {
    let entries = || {
        vec![
            entry("r1", "request", "012", &["2607004467"], "2026-03-11 14:07", Some("2026-03-11 14:16")),
            // The second call, by its own number in the same incident; and an answer of which only the day is known.
            entry("r2<r1", "request", "012", &["2607004479"], "2026-03-11 14:15:30", None),
            entry("a1<r1", "response", "012", &[], "2026-03-11", None),
            entry("r9", "request", "012", &["2607004502"], "2026-03-11 14:07", None),
        ]
    };
    let told_of = told(&[example()], entries(), "26-070-04467").unwrap();
    let lines: Vec<(&str, String)> =
        told_of.lines.iter().map(|line| (line.source, line.place.rsplit('/').next().unwrap().to_owned())).collect();
    let expected = [
        ("register", "a1"),
        ("log", "events.csv, row 2"),
        ("register", "r1"),
        ("log", "events.csv, row 3"),
        // At one moment the register's entry stands first.
        ("register", "r2"),
        ("log", "events.csv, row 4"),
        ("register", "r1"),
    ];
    assert_eq!(lines, expected.map(|(source, place)| (source, place.to_owned())));
    assert_eq!(told_of.numbers, ["2607004467", "2607004479"]);
    assert!(told_of.lines[1].note.contains("speaks of ICE") && told_of.lines[0].note.contains("the time is not"));
    for text in [story_table(&told_of), json(&told_of).unwrap(), story_csv(&told_of).unwrap()] {
        holds_no_secret(&text);
    }
    // An event that the register does not know has a story of its own; one that nobody knows is an error.
    assert_eq!(told(&[example()], Vec::new(), "2607004411").unwrap().lines.len(), 1);
    assert!(told(&[example()], entries(), "2607000000").unwrap_err().contains("an event of that number"));
    // Given twice, each row is there and says which it repeats.
    let twice = told(&[example(), example()], Vec::new(), "2607004411").unwrap();
    assert!(twice.lines.len() == 2 && twice.lines[1].note.contains("the same as"), "{:?}", twice.lines);
}

#[test]
fn the_same_log_says_the_same_bytes() {
    let once = || with(None, |with| json(&dispatch(&[Path::new(&example()).to_path_buf()], with, &register(Vec::new())).unwrap()).unwrap());
    assert_eq!(once(), once());
}
