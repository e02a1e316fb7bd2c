//! SARIF: right by its schema, and saying what it should.

use crate::output::full;
use crate::sample::{root, scan};
use haven_scan::output::Output;
use haven_scan::{Finding, Scan};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

fn sarif(scan: &Scan) -> Value {
    serde_json::from_str(&Output::Sarif.write(scan).unwrap()).unwrap()
}

/// `node`, where there is one.
#[expect(clippy::disallowed_methods, reason = "a test looks for a program where the shell would")]
fn node() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("node")).find(|file| file.is_file())
}

#[test]
fn it_is_right_by_the_schema() {
    let folder = tempfile::tempdir().unwrap();
    let odd = Finding { source: "/srv/ä b:c%.txt".to_owned(), path: Some("x\u{1b}".to_owned()), ..scan().findings.remove(0) };
    let mut files = Vec::new();
    for (name, scan) in [
        ("empty", Scan::default()),
        ("full", full()),
        ("new", Scan { baseline: Some("2026-01-01".to_owned()), ..full() }),
        ("odd", Scan { findings: vec![odd], stopped: true, ..Scan::default() }),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, Output::Sarif.write(&scan).unwrap()).unwrap();
        files.push(file);
    }
    // A schema that takes anything would prove nothing: each of these breaks one rule of it.
    let right = Output::Sarif.write(&full()).unwrap();
    let broken = folder.path().join("broken");
    std::fs::create_dir(&broken).unwrap();
    for (at, (from, to)) in [
        ("\"2.1.0\"", "\"2.2.0\""),
        ("\"startLine\": 1", "\"startLine\": 0"),
        ("\"external\"", "\"outside\""),
        ("\"exitCode\"", "\"exit\""),
    ]
    .into_iter()
    .enumerate()
    {
        assert!(right.contains(from), "{from}");
        std::fs::write(broken.join(at.to_string()), right.replace(from, to)).unwrap();
    }
    let node = node().expect("node is not here: run `make setup`");
    assert!(root().join("web/node_modules/@microsoft/jest-sarif").is_dir(), "web/node_modules is not whole: run `make setup`");
    let output = Command::new(node).arg(root().join("web/tests/sarif.mjs")).arg(&broken).args(&files).output().unwrap();
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
}

#[test]
fn results_name_their_rule_place_and_print() {
    let log = sarif(&full());
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 5);
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        for key in ["text", "markdown"] {
            assert!(rule["help"][key].as_str().unwrap().contains("Take the question out of the form"), "{rule}");
        }
        assert_eq!(result["partialFingerprints"]["haven/v1"].as_str().unwrap().len(), 12);
        assert!(result.get("baselineState").is_none());
    }
    let at = |fingerprint: &str| results.iter().find(|result| result["partialFingerprints"]["haven/v1"] == fingerprint).unwrap();
    let card = &at("000000000001")["locations"][0]["physicalLocation"];
    assert_eq!(card["artifactLocation"]["uri"], "forms/card.html");
    assert_eq!((card["region"]["startLine"].as_u64(), card["region"]["startColumn"].as_u64()), (Some(1), Some(5)));
    let column = &at("000000000003")["locations"][0];
    assert_eq!(column["logicalLocations"][0]["fullyQualifiedName"], "records/clinic.intake.citizen_yn");
    assert!(column.get("physicalLocation").is_none());
    let share = serde_json::json!({ "matching": 400, "of": 1000, "counted": "rows_sampled" });
    assert_eq!(at("000000000003")["properties"]["share"], share);
    let message = at("000000000003")["message"]["text"].as_str().unwrap();
    assert!(message.contains("(80 % sure; 40 % of the 1,000 rows sampled)"), "{message}");
    let odd = &at("000000000004")["locations"][0]["physicalLocation"];
    assert_eq!(odd["artifactLocation"]["uri"], "notes/%3D1%2B1%20%3Cb%3E%E2%80%AEfdp.txt");
    let levels: Vec<&str> = results.iter().map(|result| result["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["warning", "warning", "warning", "warning", "note"]);
}

#[test]
fn suppressions_and_the_baseline_are_in_it() {
    let log = sarif(&Scan { baseline: Some("2026-01-01".to_owned()), ..full() });
    let results = log["runs"][0]["results"].as_array().unwrap();
    for result in results {
        let suppressions = result["suppressions"].as_array().unwrap();
        let held = result["partialFingerprints"]["haven/v1"] == "000000000002";
        assert_eq!(suppressions.len(), usize::from(held), "{result}");
        assert_eq!(result.get("baselineState").is_some(), !held, "{result}");
        if held {
            assert_eq!(suppressions[0]["kind"], "external");
            assert_eq!(suppressions[0]["status"], "accepted");
            assert!(suppressions[0]["justification"].as_str().unwrap().contains("625 ILCS 5/6-105.1"));
        }
    }
}

#[test]
fn the_invocation_says_how_it_ended_and_what_was_not_read() {
    let clean = Scan { findings: Vec::new(), unread: Vec::new(), ..scan() };
    for (told, scan, code, right, notifications) in [
        ("clean", clean.clone(), 0, true, vec![]),
        ("findings", Scan { unread: Vec::new(), ..scan() }, 1, true, vec![]),
        ("unread", scan(), 2, false, vec!["unread", "unread"]),
        ("stopped", Scan { stopped: true, ..clean }, 2, false, vec!["stopped"]),
    ] {
        let log = sarif(&scan);
        let invocation = &log["runs"][0]["invocations"][0];
        assert_eq!((invocation["exitCode"].as_u64(), invocation["executionSuccessful"].as_bool()), (Some(code), Some(right)), "{told}");
        let kinds = log["runs"][0]["tool"]["driver"]["notifications"].as_array().unwrap();
        let found: Vec<&str> = invocation["toolExecutionNotifications"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["descriptor"]["id"].as_str().unwrap())
            .collect();
        assert_eq!(found, notifications, "{told}");
        for one in invocation["toolExecutionNotifications"].as_array().unwrap() {
            let index = usize::try_from(one["descriptor"]["index"].as_u64().unwrap()).unwrap();
            assert_eq!(kinds[index]["id"], one["descriptor"]["id"], "{told}");
        }
    }
    let log = sarif(&full());
    let configured: Vec<&str> = log["runs"][0]["invocations"][0]["toolConfigurationNotifications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["descriptor"]["id"].as_str().unwrap())
        .collect();
    assert_eq!(configured, ["lapsed", "lapsed", "note"]);
    let kinds = log["runs"][0]["tool"]["driver"]["notifications"].as_array().unwrap();
    assert_eq!((kinds[2]["id"].as_str(), kinds[3]["id"].as_str()), (Some("lapsed"), Some("note")));
}

#[test]
fn a_message_holds_no_place_for_arguments_and_no_link() {
    let mut scan = scan();
    scan.unread[0].place = "/paths/{id}/items[0](x)".to_owned();
    scan.unread[0].reason = "odd \u{1b}".to_owned();
    let log = sarif(&scan);
    let text = log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert_eq!(text, "not read (/paths/{{id}}/items[0] (x)): odd \\u{{1b}}");
}
