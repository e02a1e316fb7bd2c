//! The decision log: what is found by which words, what may leave it, and that it gives the same answer again.

use crate::desk::{House, configured, ok};
use crate::web::Server;
use haven_law::pack::{Pack, Source};
use haven_register::schema::Schema;
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// The law, and what the register holds by it.
fn law() -> (Pack, Schema) {
    let source = Source::new(crate::laws::files());
    let pack = Pack::load(&source, "us/il/chicago").unwrap();
    let schema = Schema::load(&source, &pack).unwrap();
    (pack, schema)
}

/// Records answers at the command line, as another node would.
fn record(folder: &Path, lines: &str, station: &str) {
    let mut command = configured(folder);
    command.args(["ask", "--jsonl", "--record", "--by", "S-7", "--station", station]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    // The code is that of the gravest answer; 2 is an error.
    assert_ne!(child.wait().unwrap().code(), Some(2));
}

const HOLD: &str = r#"{"as_of":"2026-03-01","action":"continue_detention","agency":"CPD","facts":{"basis":["detainer"]}}"#;
const HELP: &str = r#"{"as_of":"2026-03-01","action":"support_on_site","agency":"CPD","facts":{"requester":"ice","purpose":"assist_operation","injury_or_violence":"no"}}"#;
const STOP: &str = r#"{"as_of":"2026-03-01","action":"stop","agency":"CPD","facts":{"basis":["traffic_offence"]}}"#;

/// A house with five decisions: three at one station, one at another, one on a device.
fn house() -> House {
    let house = House::open();
    record(house.folder.path(), &format!("{HOLD}\n{HELP}\n{STOP}\n"), "012");
    record(house.folder.path(), &format!("{HOLD}\n"), "001");
    house.ask("police-012/help", &[("who", "dhs"), ("matter", "civil")], "");
    house
}

fn today(house: &House) -> String {
    house.entries().last().unwrap()["at"].as_str().unwrap()[..10].to_owned()
}

#[test]
fn decisions_are_found_by_days_and_closed_words() {
    let house = house();
    let cookie = house.staff("C-1", "counsel", "");
    let own = house.staff("S-12", "supervisor", "012");
    let day = today(&house);
    let provision = house.entries()[0]["fields"]["provisions"][0].as_str().unwrap().to_owned();
    for (query, who, count) in [
        (String::new(), &cookie, 5),
        (String::new(), &own, 4),
        ("station=012".to_owned(), &own, 4),
        ("station=001".to_owned(), &cookie, 1),
        ("action=continue_detention".to_owned(), &cookie, 2),
        ("action=continue_detention&station=012".to_owned(), &cookie, 1),
        ("verdict=prohibited".to_owned(), &cookie, 3),
        ("verdict=needs_facts".to_owned(), &cookie, 1),
        ("verdict=permitted".to_owned(), &cookie, 1),
        (format!("provision={provision}&action=continue_detention"), &cookie, 2),
        ("door=open_device".to_owned(), &cookie, 1),
        (format!("from={day}&until={day}"), &cookie, 5),
        ("from=2026-01-01&until=2026-01-31".to_owned(), &cookie, 0),
        ("station=&action=&verdict=&provision=&door=".to_owned(), &cookie, 5),
    ] {
        let page = house.get(&format!("/decisions?{query}"), who);
        assert_eq!(page.status, 200, "{query}");
        assert_eq!(page.body.matches("<li class=\"hv-item\">").count(), count, "{query}");
        let json = house.get(&format!("/decisions.json?{query}"), who);
        assert_eq!(serde_json::from_str::<Vec<Value>>(&json.body).unwrap().len(), count, "{query}: {}", json.body);
    }
    for query in [
        "name=Maria",
        "station=Maria",
        "action=fly",
        "verdict=maybe",
        "provision=nowhere",
        "door=window",
        "page=0",
        "page=x",
        "from=yesterday",
        "from=2026-1-1",
        "from=2026-06-02&until=2026-06-01",
        "from=2019-01-01&until=2026-06-01",
        "verdict=prohibited&verdict=permitted",
        "station=%FF",
        "by=S-7",
    ] {
        for path in ["/decisions", "/decisions.csv", "/decisions.json"] {
            let answer = house.get(&format!("{path}?{query}"), &cookie);
            assert_eq!(answer.status, 400, "{path}?{query}");
            assert!(!answer.body.contains("Maria"));
        }
    }
    assert_eq!(house.get("/decisions?page=2", &cookie).status, 404);
}

#[test]
fn a_page_has_fifty() {
    let house = House::open();
    record(house.folder.path(), &format!("{HOLD}\n").repeat(120), "012");
    let cookie = house.staff("U-1", "auditor", "");
    let counts: Vec<usize> =
        (1..=3).map(|page| house.get(&format!("/decisions?page={page}"), &cookie).body.matches("<li class=\"hv-item\">").count()).collect();
    assert_eq!(counts, [50, 50, 20]);
    let page = house.get("/decisions?action=continue_detention&page=2", &cookie).body;
    assert!(
        page.contains("rel=\"prev\"") && page.contains("rel=\"next\"") && page.contains("action=continue_detention&#38;page=3"),
        "{page}"
    );
    assert!(page.contains("<h2 class=\"hv-section\" id=\"days\">120 decisions</h2>") && page.contains("class=\"hv-bar-no\""));
}

#[test]
fn what_leaves_the_log_is_closed_words_and_says_so() {
    let house = house();
    let (pack, schema) = law();
    let cookie = house.staff("C-1", "counsel", "");
    let rows: Vec<Value> = serde_json::from_str(&house.get("/decisions.json", &cookie).body).unwrap();
    assert_eq!(rows.len(), 5);
    let known = |list: &str, value: &Value| value.is_null() || schema.list(list).iter().any(|word| *value == word.name.as_str());
    let id = |value: &Value| value.as_str().is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    for row in &rows {
        for (name, value) in row.as_object().unwrap() {
            let closed = match name.as_str() {
                "id" | "incident" => id(value),
                "at" => value.as_str().is_some_and(|at| at.parse::<jiff::Timestamp>().is_ok()),
                "as_of" => value.as_str().is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok()),
                "agency" => schema.agency_names().iter().any(|agency| *value == agency.as_str()),
                "station" => value.is_null() || schema.station(value.as_str().unwrap()).is_some(),
                "action" | "verdict" | "basis" | "door" | "known_by" | "held" => known(name, value),
                "provisions" => value.as_array().unwrap().iter().all(|id| schema.has_provision(id.as_str().unwrap())),
                "law" => value.as_str().is_some_and(|law| law.len() == 64 && law.bytes().all(|byte| byte.is_ascii_hexdigit())),
                "facts" => value.as_object().unwrap().iter().all(|(fact, value)| {
                    let fact = pack.vocabulary().fact(pack.vocabulary().fact_named(fact).unwrap());
                    let words = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
                    words.iter().all(|word| word.is_i64() || fact.bit_of(word.as_str().unwrap()).is_some())
                }),
                "log" | "index" => value.is_u64(),
                _ => false,
            };
            assert!(closed, "`{name}` holds {value}");
        }
    }
    let csv = house.get("/decisions.csv", &cookie).body;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let heads = reader.headers().unwrap().clone();
    let table: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(heads.iter().collect::<Vec<_>>().len(), rows[0].as_object().unwrap().len());
    assert!(heads.iter().all(|head| rows[0].get(head).is_some()), "{heads:?}");
    assert_eq!(table.len(), 5);
    for (line, row) in table.iter().zip(&rows) {
        assert_eq!(line.get(0), row["id"].as_str());
        assert!(line.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{line:?}");
    }
    for text in [csv, serde_json::to_string(&rows).unwrap()] {
        assert!(!text.contains("S-7") && !text.contains("DEVICE-0") && !text.contains("C-1"), "{text}");
    }
    // Each is on record, before it is sent, with who took it; what is refused is not.
    let officer = house.staff("P-1", "officer", "");
    assert_eq!(house.get("/decisions.csv", &officer).status, 403);
    let acts = ok(house.folder.path(), &["register", "list", "--kind", "access", "--jsonl"]);
    let exports: Vec<&str> = acts.lines().filter(|line| line.contains("decisions_exported")).collect();
    assert_eq!(exports.len(), 2);
    assert!(exports.iter().all(|line| line.contains("\"by\":\"C-1\"")), "{exports:?}");
}

#[test]
fn who_asked_sees_what_they_were_told() {
    let house = House::open();
    let (officer, other) = (house.staff("P-1", "officer", "012"), house.staff("P-2", "officer", "012"));
    let supervisor = house.staff("S-12", "supervisor", "012");
    let elsewhere = house.staff("S-1", "supervisor", "001");
    let taps = &[("who", "dhs"), ("matter", "unknown")];
    let (mine, device) = (house.ask("police-012/help", taps, &officer), house.ask("police-012/help", taps, ""));
    for (who, number, status) in [
        (&officer, &mine, 200),
        (&officer, &device, 403),
        (&other, &mine, 403),
        (&supervisor, &mine, 200),
        (&supervisor, &device, 200),
        (&elsewhere, &mine, 403),
    ] {
        let answer = house.get(&format!("/decisions/{number}"), who);
        assert_eq!(answer.status, status);
        let again = house.post(&format!("/decisions/{number}/again"), who, &[]);
        assert_eq!(again.status, status);
    }
    let nobody = house.get(&format!("/decisions/{mine}"), "");
    assert_eq!((nobody.status, nobody.location), (303, format!("/sign-in/decisions/{mine}")));
    assert_eq!(house.get("/decisions/0000", &supervisor).status, 404);
    assert_eq!(house.get(&format!("/decisions/{}", &mine[..8]), &supervisor).status, 404);
    let page = house.get(&format!("/decisions/{mine}"), &officer).body;
    assert!(page.contains("ASK FIRST") && !page.contains("P-1"), "{page}");
    // What a supervisor did about it is theirs to see, and the supervisor's.
    house.post(&format!("/desk/{mine}/confirm"), &supervisor, &[("fact.matter", "civil"), ("known_by", "paper"), ("seen", "1")]);
    assert!(house.get(&format!("/decisions/{mine}"), &supervisor).body.contains("The rest of this incident"));
    assert!(!house.get(&format!("/decisions/{mine}"), &officer).body.contains("The rest of this incident"));
}

#[test]
fn the_same_request_gives_the_same_answer() {
    let house = house();
    let cookie = house.staff("U-1", "auditor", "");
    let before = house.entries().len();
    for entry in house.entries() {
        let path = format!("/decisions/{}", entry["id"].as_str().unwrap());
        let page = house.get(&path, &cookie).body;
        assert!(page.contains("Asked again now, the answer is the same."), "{page}");
        assert!(house.post(&format!("{path}/again"), &cookie, &[]).body.contains("Asked again now, the answer is the same."));
        let shown = |label: &str| {
            let text = page.split(&format!("aria-label=\"{label}\">")).nth(1).unwrap().split("</pre>").next().unwrap();
            text.replace("&#34;", "\"").replace("&#39;", "'").replace("&#38;", "&")
        };
        let verdict = &entry["fields"]["verdict"];
        let mut child =
            configured(house.folder.path()).args(["ask", "--jsonl"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(format!("{}\n", shown("JSON")).as_bytes()).unwrap();
        let line: Value = serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap();
        assert_eq!(line["verdict"], *verdict, "{}", shown("JSON"));
        let command = shown("haven ask").replacen("haven", &format!("'{}'", env!("CARGO_BIN_EXE_haven")), 1);
        let said = Command::new("sh").current_dir(house.folder.path()).args(["-c", &format!("{command} --json")]).output().unwrap();
        let line: Value =
            serde_json::from_slice(&said.stdout).unwrap_or_else(|_| panic!("{command}: {}", String::from_utf8_lossy(&said.stderr)));
        assert_eq!(line["verdict"], *verdict, "{command}");
    }
    assert_eq!(house.entries().len(), before, "asking again records nothing");
}

#[test]
fn under_another_law_the_reasons_of_then_are_not_made_up() {
    let house = house();
    let cookie = house.staff("U-1", "auditor", "");
    let number = house.entries()[0]["id"].as_str().unwrap().to_owned();
    // The same law with one more note in it is another pack.
    let copy = tempfile::tempdir().unwrap();
    for (path, text) in crate::laws::files() {
        let to = copy.path().join(&path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        let more = if path.ends_with("mcc-2-173/policies.cedar") { "\n// Another note.\n" } else { "" };
        fs::write(to, format!("{text}{more}")).unwrap();
    }
    let server = Server::with(configured(house.folder.path()).env("HAVEN_LAW", copy.path()));
    let later = House { folder: house.folder, server };
    let page = later.get(&format!("/decisions/{number}"), &cookie);
    assert!(page.body.contains("so the reasons of then are not worked out here") && !page.body.contains("id=\"why\""), "{}", page.body);
    let again = later.post(&format!("/decisions/{number}/again"), &cookie, &[]).body;
    assert!(again.contains("the answer is the same.") && again.contains("Asked under the law pack of today"), "{again}");
}
