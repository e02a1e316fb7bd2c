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
