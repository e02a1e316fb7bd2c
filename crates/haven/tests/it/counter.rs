//! The counter: what each desk is told, that asking makes the record, and that it is made once.

use crate::haven;
use crate::web::{Server, browse, http, word};
use serde_json::Value;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A server with a register of its own, on which answers are recorded without a log-in.
struct Desk {
    folder: TempDir,
    server: Server,
}

fn configured(folder: &Path) -> Command {
    let mut command = haven();
    command.current_dir(folder).env("HAVEN_REGISTER", "haven.db").env("HAVEN_KEY", "haven.key");
    command
}

impl Desk {
    fn open() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        assert!(configured(folder.path()).args(["ledger", "init", "--name", "counter.test/log"]).output().unwrap().status.success());
        let server = Server::with(configured(folder.path()).env("HAVEN_ASK_WITHOUT_LOGIN", "true"));
        Desk { folder, server }
    }

    /// What the register holds.
    fn entries(&self) -> Vec<Value> {
        let output = configured(self.folder.path()).args(["register", "list", "--jsonl"]).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// The page after some taps.
fn tap(address: SocketAddr, path: &str, taps: &[(&str, &str)], once: &str) -> String {
    let mut body = format!("once={once}");
    for (step, choice) in taps {
        body.push_str(&format!("&step.{step}={choice}"));
    }
    let answer = http(address, "POST", path, "application/x-www-form-urlencoded", body.as_bytes());
    assert_eq!(answer.status, 200, "{path} {taps:?}");
    answer.text().to_owned()
}

#[test]
fn every_desk_is_told_what_the_law_says() {
    let desk = Desk::open();
    let mut asked = 0;
    for (path, taps, expected) in [
        // 4 June 2025, scene by scene.
        ("dispatch/help", vec![("who", "contractor"), ("matter", "unknown")], "ask"),
        ("dispatch/help", vec![("who", "dhs"), ("matter", "unknown")], "ask"),
        ("dispatch/help", vec![("who", "dhs"), ("matter", "civil")], "no"),
        ("police/help", vec![("who", "dhs"), ("matter", "civil")], "no"),
        ("police/street", vec![("who", "ice"), ("matter", "civil")], "no"),
        ("police/release", vec![("who", "ice"), ("matter", "civil")], "no"),
        ("police/hold", vec![("ground", "ncic")], "no"),
        ("police/paper", vec![("signed", "officer")], "no"),
        // An officer's signature alone does not say what the paper is.
        ("police/paper", vec![("signed", "officer_only")], "ask"),
        // A judge's warrant to search is no order about a person, and no bare no.
        ("police/hold", vec![("ground", "judge"), ("paper", "judge_search")], "ask"),
        ("police/hold", vec![("ground", "judge"), ("paper", "judge_arrest")], "silent"),
        // Whoever calls: what is civil in part is asked about.
        ("police/help", vec![("who", "public"), ("matter", "mixed")], "ask"),
        ("police/street", vec![("who", "public"), ("matter", "mixed")], "ask"),
        ("police/paper", vec![("signed", "judge")], "silent"),
        ("police/hurt", vec![], "must"),
        // The other commonest questions.
        ("police/hold", vec![("ground", "detainer")], "no"),
        ("police/hold", vec![("ground", "belief")], "no"),
        ("police/hold", vec![("ground", "unknown"), ("paper", "unknown")], "ask"),
        ("police/handover", vec![("paper", "none"), ("matter", "civil")], "no"),
        ("police/handover", vec![("paper", "judge_arrest"), ("matter", "civil")], "ask"),
        ("police/enter", vec![("who", "ice"), ("paper", "judge_search")], "ask"),
        ("library/enter", vec![("who", "ice"), ("paper", "none")], "no"),
        ("police/talk", vec![("who", "ice"), ("matter", "civil")], "no"),
        ("library/address", vec![("who", "ice"), ("matter", "civil")], "no"),
        ("library/address", vec![("who", "ice"), ("matter", "unknown")], "ask"),
        ("police/plate", vec![("who", "federal"), ("matter", "criminal")], "silent"),
        ("police/plate", vec![("who", "dhs"), ("matter", "civil")], "no"),
        ("library/door", vec![("who", "ice")], "must"),
        ("services/write", vec![("data", "status"), ("allowed", "nothing")], "no"),
        ("services/write", vec![("data", "origin"), ("allowed", "nothing")], "ask"),
        // A sister agency: which rules reach it is open, and no answer pretends otherwise.
        ("school/door", vec![("who", "ice")], "ask"),
        ("transit/help", vec![("who", "ice"), ("matter", "civil")], "ask"),
        ("park/enter", vec![("who", "ice"), ("paper", "none")], "ask"),
    ] {
        asked += 1;
        let page = tap(desk.server.address, &format!("/counter/{path}"), &taps, &format!("page-{asked}"));
        let told = page.split("hv-screen hv-").nth(1).unwrap_or_else(|| panic!("{path} {taps:?}: no answer")).split('"').next().unwrap();
        assert_eq!(told, expected, "{path} {taps:?}");
        for part in ["On the radio", "lang=\"es\"", "lang=\"pl\"", "hv-code-ink", "Recorded at"] {
            assert!(page.contains(part), "{path} {taps:?}: no {part}");
        }
        if path.starts_with("school") || path.starts_with("transit") || path.starts_with("park") {
            assert!(page.contains("Sister agencies"), "{path}: which rules reach it is not said");
        }
    }
    let entries = desk.entries();
    assert_eq!(entries.len(), asked);
    assert!(
        entries.iter().all(|entry| entry["record"]["kind"] == "decision" && entry["record"]["fields"]["door"] == "open_device"),
        "{:?}",
        entries[0]
    );
}

#[test]
fn what_one_page_asks_twice_is_recorded_once() {
    let desk = Desk::open();
    let number = |page: &str| page.split("hv-number\" dir=\"ltr\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let taps = [("who", "dhs"), ("matter", "civil")];
    let ask = |taps: &[(&str, &str)], once: &str| number(&tap(desk.server.address, "/counter/police-012/help", taps, once));
    let first = ask(&taps, "one");
    assert_eq!(ask(&taps, "one"), first);
    // Ten fingers at once.
    let again: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..10).map(|_| scope.spawn(|| ask(&[("who", "ice"), ("matter", "civil")], "two"))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(again.iter().all(|number| *number == again[0] && *number != first), "{again:?}");
    // Another page, or another answer of the same page, is another record.
    assert_ne!(ask(&taps, "three"), first);
    assert_ne!(ask(&[("who", "dhs"), ("matter", "mixed")], "one"), first);
    let entries = desk.entries();
    assert_eq!(entries.len(), 4);
    assert!(entries.iter().all(|entry| entry["record"]["station"] == "012"), "{:?}", entries[0]);
}

#[test]
fn an_address_alone_answers_and_records_nothing() {
    let desk = Desk::open();
    for path in ["/counter/police/hurt", "/counter/police/help", "/counter/police/help?step.who=ice&step.matter=civil"] {
        let page = http(desk.server.address, "GET", path, "", b"");
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.text().contains("hv-screen"), "{path}");
    }
    for (path, body, status) in [
        ("/counter/police/help", "step.who=nobody", 400),
        ("/counter/police/help", "step.paper=none", 400),
        ("/counter/police/fly", "", 404),
        ("/counter/nowhere/help", "", 404),
        ("/counter/police-999/help", "", 404),
        ("/counter/library-012/help", "", 404),
    ] {
        let answer = http(desk.server.address, "POST", path, "application/x-www-form-urlencoded", body.as_bytes());
        assert_eq!(answer.status, status, "{path} {body}");
    }
    assert!(desk.entries().is_empty());
}

#[test]
fn without_leave_nothing_is_recorded_and_the_page_says_so() {
    let desk = Desk::open();
    let server = Server::with(&mut configured(desk.folder.path()));
    let page = tap(server.address, "/counter/police/help", &[("who", "dhs"), ("matter", "civil")], "one");
    assert_eq!(word(&page).1, "NO");
    assert!(page.contains("No record was made: nobody is signed in."));
    let nowhere = tempfile::tempdir().unwrap();
    let alone = Server::with(haven().current_dir(nowhere.path()).env("HAVEN_ASK_WITHOUT_LOGIN", "true"));
    let page = tap(alone.address, "/counter/police/help", &[("who", "dhs"), ("matter", "civil")], "one");
    assert!(page.contains("No record was made: this service keeps no register."));
    assert!(desk.entries().is_empty());
}

/// The walks of a person in a browser: `web/tests/counter.mjs`.
#[test]
fn twelve_questions_and_a_day_in_june() {
    let desk = Desk::open();
    browse("counter.mjs", &format!("http://{}", desk.server.address));
    assert!(desk.entries().len() >= 21, "every answer of the walk is recorded");
}

/// What is civil in part is never answered more freely than what is civil, whoever wants it.
#[test]
fn both_is_never_a_weaker_answer_than_civil() {
    let server = Server::with(&mut haven());
    let told = |tile: &str, who: &str, matter: &str| {
        let body = format!("step.who={who}&step.matter={matter}");
        let path = format!("/counter/police/{tile}");
        let page = http(server.address, "POST", &path, "application/x-www-form-urlencoded", body.as_bytes());
        let word = page.text().split("hv-screen hv-").nth(1).unwrap_or_else(|| panic!("{tile} {who} {matter}")).to_owned();
        word.split('"').next().unwrap().to_owned()
    };
    let mut stopped = 0;
    for tile in ["help", "street", "talk", "release", "address", "plate"] {
        for who in ["ice", "dhs", "border", "contractor", "federal", "unnamed", "police", "public", "unknown"] {
            if told(tile, who, "civil") == "no" {
                stopped += 1;
                let both = told(tile, who, "mixed");
                assert!(both == "no" || both == "ask", "{tile}, {who}: civil is a no and both is {both}");
            }
        }
    }
    assert!(stopped > 30, "{stopped}");
}

/// The counter states what the table of signs says that a paper is, and nothing of its own.
#[test]
fn a_paper_at_the_counter_is_told_by_the_same_signs() {
    let file: toml::Table =
        toml::from_str(&std::fs::read_to_string(crate::root().join("law/us/il/chicago/counter.toml")).unwrap()).unwrap();
    let given: Vec<&toml::Value> =
        file["step"]["signed"]["choice"].as_array().unwrap().iter().filter(|choice| choice.get("signs").is_some()).collect();
    assert_eq!(given.len(), 6);
    let lines: String = given.iter().map(|choice| format!("{}\n", serde_json::to_value(&choice["signs"]).unwrap())).collect();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("papers.jsonl"), lines).unwrap();
    let papers = std::fs::File::open(folder.path().join("papers.jsonl")).unwrap();
    let output = haven().args(["ask", "paper", "--jsonl"]).stdin(papers).output().unwrap();
    let told: Vec<Value> = String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let server = Server::with(&mut haven());
    let kit: Value = serde_json::from_str(http(server.address, "GET", "/app/law.json", "", b"").text()).unwrap();
    let stated = kit["counter"]["step"]["signed"]["choice"].as_array().unwrap();
    for (choice, told) in given.iter().zip(&told) {
        let id = choice["id"].as_str().unwrap();
        let own = stated.iter().find(|stated| stated["id"] == id).unwrap();
        assert_eq!(own["facts"], told["facts"], "{id}");
    }
    assert_eq!(told.len(), given.len());
}

/// What was not read is only warned of where it could change the answer.
#[test]
fn a_no_that_a_text_gives_that_was_read_is_not_put_in_doubt() {
    let caution = "Not all of the text was read.";
    let server = Server::with(&mut haven());
    let asked =
        |path: &str, body: &str| http(server.address, "POST", path, "application/x-www-form-urlencoded", body.as_bytes()).text().to_owned();
    let page = asked("/counter/police/help", "step.who=dhs&step.matter=civil");
    assert!(page.contains("hv-screen hv-no") && !page.contains(caution), "{page}");
    let page = asked("/ask/subscribe_alert_list", "agency=CPD&fact.alert_list=immigration_violator");
    assert!(page.contains("hv-answer hv-no") && page.contains(caution), "{page}");
}

/// A duty is not said on the radio as if it were a permission, and who works for a sister agency is not the city's.
#[test]
fn what_is_said_fits_who_says_it_and_what_is_asked() {
    let server = Server::with(&mut haven());
    let asked =
        |path: &str, body: &str| http(server.address, "POST", path, "application/x-www-form-urlencoded", body.as_bytes()).text().to_owned();
    let page = asked("/counter/school/door", "step.who=ice");
    assert!(page.contains("It is not clear yet if we must record this visit."), "{page}");
    assert!(!page.contains("We do not record this visit yet"));
    for code in ["en", "es", "pl", "zh", "ar"] {
        let words: Value = serde_json::from_str(http(server.address, "GET", &format!("/app/words-{code}.json"), "", b"").text()).unwrap();
        for phrase in words["phrases"].as_array().unwrap() {
            for word in ["no", "yes"] {
                let said: Vec<&str> = ["school", "transit", "park", "sister_agency"]
                    .map(|of| phrase["says"][format!("{word}.{of}")].as_str().unwrap_or_else(|| panic!("{code} {word} {of}")))
                    .into();
                assert!(said.iter().all(|text| *text != phrase["says"][word]), "{said:?}");
            }
        }
    }
}

/// Another language shows the same answer under the same number, and what colleagues hear in English as well.
#[test]
fn another_language_keeps_the_answer() {
    let desk = Desk::open();
    let number = |page: &str| page.split("hv-number\" dir=\"ltr\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let taps = [("who", "dhs"), ("matter", "unknown")];
    let english = tap(desk.server.address, "/counter/school/help", &taps, "kept");
    let form = english
        .split("<form method=\"post\" action=\"/es/counter/school/help\">")
        .nth(1)
        .expect("a way to Spanish")
        .split("</form>")
        .next()
        .unwrap();
    let pair = |name: &str, value: &str| format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
    for (name, value) in [("once", "kept"), ("step.who", "dhs"), ("step.matter", "unknown")] {
        assert!(form.contains(&pair(name, value)), "{form}");
    }
    let spanish = tap(desk.server.address, "/es/counter/school/help", &taps, "kept");
    let police = tap(desk.server.address, "/es/counter/police/help", &[("who", "public"), ("matter", "mixed")], "other");
    assert_eq!(number(&spanish), number(&english));
    assert!(spanish.contains("Request a supervisor.") && !english.contains(">English</span> <span lang"), "{spanish}");
    // A point of law: its reason in Spanish, its question marked as the English it is.
    assert!(police.contains("La ley deja esto a una persona") && !police.contains("The law leaves this to a person"), "{police}");
    assert!(police.contains("<p class=\"hv-q\" lang=\"en\" dir=\"ltr\">Which part is civil?"), "{police}");
    assert!(police.contains("Lo que aquí está en inglés es la ley"), "{police}");
    // What is to be known stands once, in the language of the page.
    assert_eq!(english.matches("Sister agencies look to be outside").count(), 1);
    assert_eq!(spanish.matches("Sister agencies look to be outside").count(), 0);
    assert_eq!(desk.entries().len(), 2);
}

/// What the register shows of an answer that nothing stopped is no yes.
#[test]
fn silence_is_no_yes_in_the_register() {
    let desk = Desk::open();
    tap(desk.server.address, "/counter/police/plate", &[("who", "federal"), ("matter", "criminal")], "silent");
    let number = desk.entries()[0]["record"]["id"].as_str().unwrap().to_owned();
    for args in [vec!["register", "list"], vec!["register", "show", &number]] {
        let output = configured(desk.folder.path()).args(&args).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!text.contains("Yes"), "{args:?}: {text}");
        // A list has no room for all that was said.
        assert!(args[1] == "list" || text.contains("Nothing in these laws stops it"), "{args:?}: {text}");
    }
}
