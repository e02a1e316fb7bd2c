//! The JSON API: its description, its problems, its records, from outside.

use crate::desk::House;
use crate::oper::{Service, haven_in};
use crate::web::{Answer, found, http, http_with};
use crate::{haven, root};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

const JSON: &str = "application/json";

fn document() -> Value {
    serde_json::from_str(&fs::read_to_string(root().join("docs/api/openapi.json")).unwrap()).unwrap()
}

/// The routes that the sources name, with the file that does.
pub(crate) fn routes_in_the_sources() -> BTreeSet<(String, String)> {
    let mut routes = BTreeSet::new();
    let mut folders = vec![root().join("crates/haven/src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                let rest = text.split(".route(").skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                routes.extend(rest.map(|rest| (rest.split('"').next().unwrap().to_owned(), name.clone())));
            }
        }
    }
    assert!(routes.len() > 10, "{routes:?}");
    routes
}

#[test]
fn the_description_is_what_the_program_says_and_what_is_served() {
    let committed = fs::read_to_string(root().join("docs/api/openapi.json")).unwrap();
    let printed = haven().args(["serve", "--openapi"]).output().unwrap();
    assert!(committed == String::from_utf8(printed.stdout).unwrap(), "docs/api/openapi.json is not up to date: run `make docs`");
    let service = Service::start(tempfile::tempdir().unwrap(), &[]);
    assert_eq!(http(service.address, "GET", "/api/v1/openapi.json", "", b"").text(), committed);
}

#[test]
fn every_route_of_the_api_is_described_and_nothing_else() {
    let described: BTreeSet<String> = document()["paths"].as_object().unwrap().keys().cloned().collect();
    let served: BTreeSet<String> = routes_in_the_sources()
        .into_iter()
        .filter(|(route, _)| route.starts_with("/api/v1/") || ["/healthz", "/readyz", "/metrics"].contains(&route.as_str()))
        .map(|(route, _)| route)
        // It describes the others.
        .filter(|route| route != "/api/v1/openapi.json")
        .collect();
    assert_eq!(described, served);
}

#[test]
fn the_described_request_is_the_one_that_is_read() {
    let vocabulary = haven().args(["law", "vocabulary", "--json-schema"]).output().unwrap();
    let vocabulary: Value = serde_json::from_slice(&vocabulary.stdout).unwrap();
    let described = &document()["components"]["schemas"]["Request"];
    let names = |schema: &Value| schema["properties"].as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(described), names(&vocabulary));
    let words = |list: &Value| list.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(words(&described["required"]), words(&vocabulary["required"]));
}

/// Sends every example of the description, and holds what comes back against the description and its examples.
#[test]
fn every_example_works_and_every_answer_is_as_described() {
    let document = document();
    let service = Service::start(tempfile::tempdir().unwrap(), &[("HAVEN_METRICS_LISTEN", "127.0.0.1:0")]);
    let mut answers = Vec::new();
    let mut sent = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let address = if path == "/metrics" { service.figures.unwrap() } else { service.address };
        for (method, described) in methods.as_object().unwrap() {
            let mut requests = vec![(String::new(), String::new(), Vec::new())];
            if let Some(kinds) = described["requestBody"]["content"].as_object() {
                requests.clear();
                for (kind, content) in kinds {
                    for (name, example) in content["examples"].as_object().unwrap_or_else(|| panic!("{path}: {kind} has no example")) {
                        let body = example["value"].as_str().map_or_else(|| example["value"].to_string(), str::to_owned);
                        requests.push((name.clone(), kind.clone(), body.into_bytes()));
                    }
                }
            }
            for (name, kind, body) in requests {
                let answer = http(address, &method.to_uppercase(), path, &kind, &body);
                let status = answer.status.to_string();
                let example = described["responses"].as_object().unwrap().iter().find_map(|(status, response)| {
                    let kinds = response["content"].as_object()?;
                    kinds.values().find_map(|content| content["examples"].get(&name)).map(|example| (status, &example["value"]))
                });
                match example {
                    Some((expected, value)) => {
                        assert_eq!(&status, expected, "{path} {name}");
                        assert_eq!(*value, serde_json::from_slice::<Value>(&answer.body).unwrap(), "{path} {name}");
                    }
                    None => assert_eq!(status, "200", "{path} {name}: {}", answer.text()),
                }
                answers.push(told(&format!("{path} {name}"), path, method, &answer));
                sent += 1;
            }
        }
    }
    assert!(sent > 6, "{sent}");
    // And of what is refused, once each status that can be had without a register.
    let ask = "/api/v1/ask";
    for (query, kind, body, status) in [
        ("?record=yes", JSON, br#"{"as_of":"2026-03-01","action":"stop"}"#.to_vec(), 503),
        ("", "text/plain", b"{}".to_vec(), 415),
        ("", JSON, vec![b' '; 70_000], 413),
    ] {
        let answer = http(service.address, "POST", &format!("{ask}{query}"), kind, &body);
        assert_eq!(answer.status, status);
        answers.push(told(&format!("{status}"), ask, "post", &answer));
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("answers.json");
    fs::write(&file, Value::from(answers).to_string()).unwrap();
    let node = found("node").expect("node is not here: run `make setup`");
    let output =
        Command::new(node).arg(root().join("web/tests/openapi.mjs")).arg(root().join("docs/api/openapi.json")).arg(file).output().unwrap();
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
}

fn told(told: &str, path: &str, method: &str, answer: &Answer) -> Value {
    let kind = answer.header("content-type").split(';').next().unwrap();
    json!({ "told": told, "path": path, "method": method, "status": answer.status, "kind": kind, "body": answer.text() })
}

#[test]
fn a_problem_repeats_nothing_that_could_be_a_name() {
    let service = Service::start(tempfile::tempdir().unwrap(), &[]);
    let name = "Juana García-Pérez";
    let bodies = [
        json!({ "as_of": name, "action": "stop" }),
        json!({ "as_of": "2026-03-01", "action": name }),
        json!({ "as_of": "2026-03-01", "action": "stop", name: 1 }),
        json!({ "as_of": "2026-03-01", "action": "stop", "facts": { "basis": name } }),
        json!({ "as_of": "2026-03-01", "action": "stop", "facts": { name: "yes" } }),
        json!({ "as_of": "2026-03-01", "action": "stop", "facts": name }),
        json!({ "as_of": "2026-03-01", "action": "stop", "agency": name.repeat(20) }),
        json!({ "id": [name], "as_of": "2026-03-01", "action": "stop" }),
        json!(name),
    ];
    let bodies =
        bodies.iter().map(Value::to_string).chain([name.to_owned(), format!("{{\"{name}\":"), format!("{{\"id\":\"{name}\"}} {name}")]);
    let mut answers: Vec<(String, Answer)> =
        bodies.map(|body| (body.clone(), http(service.address, "POST", "/api/v1/ask", JSON, body.as_bytes()))).collect();
    for query in ["?layer=Juana", "?provision=Juana", "?Juana=1", "?record=Juana"] {
        answers.push((query.to_owned(), http(service.address, "POST", &format!("/api/v1/ask{query}"), JSON, b"{}")));
    }
    answers.push(("kind".to_owned(), http(service.address, "POST", "/api/v1/ask", "text/Juana", b"{}")));
    answers.push(("path".to_owned(), http(service.address, "GET", "/api/v1/Juana", "", b"")));
    answers.push(("method".to_owned(), http(service.address, "JUANA", "/api/v1/ask", "", b"")));
    for (asked, answer) in answers {
        let problem: Value = serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{asked}: {error}: {}", answer.text()));
        assert!((400..500).contains(&answer.status), "{asked}: {}", answer.status);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{asked}");
        assert_eq!(problem["status"], answer.status, "{asked}");
        assert!(!answer.text().to_lowercase().contains("juana") && !answer.text().contains("Garc"), "{asked}: {}", answer.text());
        for member in ["type", "title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{asked}: {member}");
        }
    }
}

const ASKED: &[u8] = br#"{"id":"one","as_of":"2026-03-01","action":"continue_detention","agency":"CFD","facts":{"basis":["detainer"]}}"#;
const OTHER: &[u8] = br#"{"id":"one","as_of":"2026-03-01","action":"continue_detention","agency":"CFD","facts":{"basis":["consent"]}}"#;

fn recorded(service: &Service, key: &str, body: &[u8]) -> Answer {
    let headers = [("content-type", JSON), ("idempotency-key", key)];
    http_with(service.address, "POST", "/api/v1/ask?record=yes", if key.is_empty() { &headers[..1] } else { &headers }, body)
}

/// A folder with a register.
fn with_register() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    haven_in(folder.path(), &["ledger", "init", "--name", "log.example.gov/city"]);
    folder
}

fn entries(folder: &Path) -> usize {
    let listed = haven_in(folder, &["register", "list", "--jsonl"]);
    listed.lines().count()
}

#[test]
fn a_key_records_once_however_often_and_at_once_it_is_sent() {
    let device = [("HAVEN_ASK_WITHOUT_LOGIN", "true")];
    let service = Service::start(with_register(), &device);
    let plain = http(service.address, "POST", "/api/v1/ask", JSON, ASKED);
    assert_eq!((plain.header("haven-decision"), entries(service.path())), ("", 0), "nothing is recorded unless it is asked for");
    let first = recorded(&service, "\"a-key\"", ASKED);
    assert_eq!(first.text(), plain.text(), "the answer is the same line");
    let number = first.header("haven-decision").to_owned();
    assert!(haven_in(service.path(), &["register", "show", &number]).contains(&number));
    assert_eq!(first.header("haven-entry"), "1-0");
    // Again, without its quotation marks; and at a later second, so that the moment of asking is another one.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    for key in ["\"a-key\"", "a-key"] {
        let again = recorded(&service, key, ASKED);
        assert_eq!((again.status, again.header("haven-decision"), again.header("haven-entry")), (200, number.as_str(), "1-0"));
    }
    assert_eq!(entries(service.path()), 1);
    // Without a key each is one more.
    assert_ne!(recorded(&service, "", ASKED).header("haven-decision"), recorded(&service, "", ASKED).header("haven-decision"));
    assert_eq!(entries(service.path()), 3);
    // At once, from many.
    let numbers: BTreeSet<String> = std::thread::scope(|scope| {
        let sent: Vec<_> = (0..12).map(|_| scope.spawn(|| recorded(&service, "another", OTHER))).collect();
        sent.into_iter().map(|one| one.join().unwrap()).map(|answer| answer.header("haven-decision").to_owned()).collect()
    });
    assert!(numbers.len() == 1 && !numbers.contains(""), "{numbers:?}");
    assert_eq!(entries(service.path()), 4);
    // By a service that started later.
    let service = Service::start(service.stop(), &device);
    assert_eq!(recorded(&service, "a-key", ASKED).header("haven-decision"), number);
    // By one with other law: its answer is another one, so it needs another key.
    let (folder, law) = (service.stop(), tempfile::tempdir().unwrap());
    assert!(Command::new("cp").arg("-R").arg(root().join("law")).arg(law.path()).status().unwrap().success());
    let changed = law.path().join("law/us/il/chicago/mcc-2-173/text.md");
    fs::write(&changed, fs::read_to_string(&changed).unwrap() + "\n").unwrap();
    let service = Service::start(folder, &[device[0], ("HAVEN_LAW", law.path().join("law").to_str().unwrap())]);
    let changed = recorded(&service, "a-key", ASKED);
    assert_eq!(changed.status, 409, "{}", changed.text());
    assert_eq!(entries(service.path()), 4);
    haven_in(service.path(), &["ledger", "verify"]);
}

/// Whoever is signed in has keys of their own. Devices without a log-in cannot be told apart, so a key is theirs only together
/// with what they ask: neither uses up a key of the other's, or learns that there is one.
#[test]
fn a_key_is_of_who_asks_and_of_devices_with_what_they_ask() {
    let house = House::open();
    let (officer, other) = (house.staff("S-7", "officer", ""), house.staff("S-8", "officer", ""));
    let agency = String::from_utf8(ASKED.to_vec()).unwrap().replace("CFD", "CPD").into_bytes();
    let ask = |cookie: &str, body: &[u8]| {
        let headers = [("content-type", JSON), ("idempotency-key", "1"), ("cookie", cookie), ("sec-fetch-site", "same-origin")];
        http_with(house.server.address, "POST", "/api/v1/ask?record=yes", &headers, body)
    };
    let mut numbers = BTreeSet::new();
    for (whose, body, status, is_new) in [
        (officer.as_str(), ASKED, 200, true),
        (&officer, ASKED, 200, false),
        (&officer, OTHER, 422, false),
        (&officer, &agency, 422, false),
        (&other, OTHER, 200, true),
        (&other, ASKED, 422, false),
        // A device, and another that asks something else: neither is in the way of the other.
        ("", ASKED, 200, true),
        ("", OTHER, 200, true),
        ("", &agency, 200, true),
        // The same from another device is the same answer, as it would be under any key.
        ("", ASKED, 200, false),
        ("", OTHER, 200, false),
    ] {
        let told = format!("{whose} {}", String::from_utf8_lossy(body));
        let answer = ask(whose, body);
        assert_eq!(answer.status, status, "{told}: {}", answer.text());
        if status == 200 {
            let plain = http(house.server.address, "POST", "/api/v1/ask", JSON, body);
            assert_eq!(answer.text(), plain.text(), "the answer is to what was asked: {told}");
            assert_eq!(numbers.insert(answer.header("haven-decision").to_owned()), is_new, "{told}");
        } else {
            assert!(answer.text().contains("#key-reused") && answer.header("haven-decision").is_empty(), "{told}");
        }
    }
    assert_eq!(house.entries().len(), numbers.len());
}

#[test]
fn nobody_is_answered_whose_record_is_not_there() {
    let service = Service::start(with_register(), &[]);
    let answer = recorded(&service, "a-key", ASKED);
    assert_eq!(answer.status, 403, "{}", answer.text());
    assert!(answer.text().contains("#not-signed-in") && !answer.text().contains("prohibited"), "{}", answer.text());
    let device = [("HAVEN_ASK_WITHOUT_LOGIN", "true")];
    let without = Service::start(tempfile::tempdir().unwrap(), &device);
    assert_eq!(recorded(&without, "", ASKED).status, 503);
    let service = Service::start(service.stop(), &device);
    for key in ["k".repeat(256).as_str(), "\"\"", "\u{e9}"] {
        assert_eq!(recorded(&service, key, ASKED).status, 400, "{key}");
    }
    assert_eq!(http(service.address, "POST", "/api/v1/ask?record=yes", "application/jsonl", ASKED).status, 415);
    let nobody = recorded(&service, "", br#"{"as_of":"2026-03-01","action":"stop","agency":"Nobody"}"#);
    assert!(nobody.status == 400 && nobody.text().contains("#no-agency"), "{}", nobody.text());
    // What cannot be read is not recorded.
    assert_eq!(recorded(&service, "a-key", b"{}").status, 400);
    assert_eq!(entries(service.path()), 0);
    // A log that has ended takes nothing.
    haven_in(service.path(), &["ledger", "freeze"]);
    let answer = recorded(&service, "a-key", ASKED);
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert!(answer.text().contains("#not-recorded") && !answer.text().contains("prohibited"), "{}", answer.text());
}
