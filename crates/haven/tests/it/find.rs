//! `haven detect` and `haven scan`, from outside.

use crate::lake::Store;
use crate::{haven, root};
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

/// Runs `haven` with a standard input.
fn run(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child =
        haven().current_dir(folder).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that refuses its arguments does not read.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The findings of a scan in JSON.
fn findings(output: &Output) -> Vec<Value> {
    let scan: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    scan["scan"]["findings"].as_array().or_else(|| scan["findings"].as_array()).unwrap().clone()
}

#[test]
fn lines_are_answered_in_order_and_what_cannot_be_read_is_said_in_its_place() {
    // Kind, a line, and of the answer: label, category, and whether the identifier is valid.
    let check = |kind: &str, line: &str, label: &str, category: &str, valid: Option<bool>| {
        let output = run(&root(), &["detect", "--kind", kind, "--jsonl"], line.as_bytes());
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer["id"], serde_json::from_str::<Value>(line).unwrap()["id"], "{line}");
        assert_eq!((answer["label"].as_str(), answer["category"].as_str()), (Some(label), Some(category)), "{line}: {answer}");
        assert_eq!(answer.get("valid").and_then(Value::as_bool), valid, "{line}: {answer}");
        assert_eq!(output.status.code(), Some(i32::from(category != "none")), "{line}");
        let confidence = answer["confidence"].as_f64().unwrap();
        assert!((0.01..=0.99).contains(&confidence) && answer["why"].as_str().is_some_and(|why| !why.is_empty()), "{answer}");
        for span in answer["spans"].as_array().unwrap() {
            assert!(span["start"].as_u64() < span["end"].as_u64() && span["rule"].is_string(), "{answer}");
        }
    };
    check("field", r#"{"id": 1, "text": "CITZ_FLG"}"#, "status", "status", None);
    check("field", r#"{"id": "a", "text": "senior_citizen_discount"}"#, "none", "none", None);
    check("question", r#"{"id": 2, "text": "¿Es usted ciudadano de los Estados Unidos?", "lang": "es"}"#, "asks", "status", None);
    check("question", r#"{"id": 3, "text": "Country of birth"}"#, "proxy", "proxy", None);
    check("sentence", r#"{"id": 4, "text": "The caller said that he has no papers."}"#, "states", "status", None);
    check("sentence", r#"{"id": 5, "text": "The city does not ask about immigration status."}"#, "none", "none", None);
    check("value", r#"{"id": 6, "text": "cit_stat", "values": ["USC", "LPR"]}"#, "status", "status", None);
    check("identifier", r#"{"id": 7, "text": "A# 098 765 432"}"#, "a_number", "identifier", Some(true));
    check("identifier", r#"{"id": 8, "text": "911-99-1234"}"#, "itin", "proxy", Some(true));
    check("identifier", r#"{"id": 9, "text": "ticket 4711"}"#, "none", "none", Some(false));

    let secret = "Xylophone";
    let input = format!(
        r#"{{"id": 1, "text": "visa_type"}}
{{"id": 2, "text": {secret}}}

{{"id": 3, "txet": "{secret}"}}
{{"id": 4, "text": "color"}}
"#
    );
    let output = run(&root(), &["detect", "--kind", "field", "--jsonl"], input.as_bytes());
    let answers: Vec<Value> = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: Vec<Value> = answers.iter().map(|answer| answer["id"].clone()).collect();
    assert_eq!(ids, [Value::from(1), Value::Null, Value::from(3), Value::from(4)]);
    for (answer, line) in [(1, "line 2: expected"), (2, "line 4: expected")] {
        assert!(answers[answer]["error"].as_str().unwrap().starts_with(line), "{}", answers[answer]);
    }
    assert!(!text(&output.stdout).contains(secret), "an error repeats what was typed");
    assert!(answers[2]["error"].as_str().unwrap().ends_with("found `txet`"), "a key that is none is named: {}", answers[2]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn the_packs_inside_say_of_their_own_examples_what_they_promise() {
    let output = run(&root(), &["detect", "check"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    // A pack from a folder, with a fault, says where.
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("xx")).unwrap();
    let pack = "[[entry]]\nid = \"xx-a\"\ncategory = \"status\"\nmeans = \"x\"\ntext = [\"(a\"]\nhits = [\"question: a\"]\n";
    std::fs::write(folder.path().join("xx/a.toml"), pack).unwrap();
    let output = run(&root(), &["detect", "check", "--phrases", folder.path().to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("phrases/xx/a.toml: xx-a: text: `(a`"), "{}", text(&output.stderr));
    // Flags may stand before it too; what is no flag of it is not swallowed.
    let phrases = folder.path().to_str().unwrap();
    assert_eq!(run(&root(), &["detect", "--phrases", phrases, "check"], b"").stderr, output.stderr);
    let output = run(&root(), &["detect", "--kind", "field", "check"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("stands behind `--`"), "{}", text(&output.stderr));
    let output = run(&root(), &["detect", "--kind", "field", "--", "check"], b"");
    assert_eq!(text(&output.stdout).lines().next(), Some("check: none (none; 0.90)"), "{}", text(&output.stdout));
}

/// The templates measure what rules do with sentences; a change of the packs must not make them worse than this.
#[test]
fn sentences_from_templates_come_out_as_well_as_before() {
    let files = ["en", "es", "pl"].map(|language| format!("corpus/sentences/{language}.toml"));
    let arguments: Vec<&str> = ["detect", "eval"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let said = text(&run(&root(), &arguments, b"").stdout);
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("all but none")).collect();
    assert_eq!(lines.len(), 3, "{said}");
    for line in lines {
        let numbers: Vec<f64> = line.split_whitespace().rev().take(3).map(|number| number.parse().unwrap()).collect();
        assert!(numbers[2] >= 0.86 && numbers[1] >= 0.95, "precision, recall: {line}");
    }
}

#[test]
fn a_folder_is_scanned_and_what_may_stay_is_held_back() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::create_dir(at.join("forms")).unwrap();
    let secret = "Wilhelmina";
    let form = format!("<form><label>Are you a U.S. citizen, {secret}?</label><input name=visa_type></form>");
    std::fs::write(at.join("forms/intake.html"), form).unwrap();
    std::fs::write(at.join("forms/park.txt"), "Are you a resident of the park district?").unwrap();
    let scan = |more: &[&str]| run(at, &[&["scan", "forms"], more].concat(), b"");

    let table = scan(&[]);
    assert_eq!(table.status.code(), Some(1), "{}", text(&table.stderr));
    assert!(text(&table.stdout).contains("2-173-030(a)(2)"), "{}", text(&table.stdout));
    let seen = findings(&scan(&["--format", "json"]));
    let found: Vec<&str> = seen.iter().map(|finding| finding["found"].as_str().unwrap()).collect();
    assert_eq!(found, ["asks", "keeps"], "{seen:?}");
    for format in ["table", "json", "csv", "sarif", "html"] {
        let said = text(&scan(&["--format", format]).stdout);
        assert!(!said.contains(secret) && said.len() > 200, "{format}: {said}");
    }

    // Only what is new.
    assert_eq!(scan(&["--write-baseline", "known.json"]).status.code(), Some(1));
    assert_eq!(scan(&["--baseline", "known.json"]).status.code(), Some(0));
    std::fs::write(at.join("forms/new.txt"), "What is your immigration status?").unwrap();
    let new = scan(&["--baseline", "known.json"]);
    assert_eq!(new.status.code(), Some(1));
    assert!(text(&new.stdout).contains("new.txt") && !text(&new.stdout).contains("intake.html"), "{}", text(&new.stdout));
    std::fs::remove_file(at.join("forms/new.txt")).unwrap();

    // What may stay, on a ground, until a day; the file is found by itself where the scan begins.
    let suppressions = |expires: &str| {
        let entry = |finding: &Value| {
            format!(
                "[[suppression]]\nfingerprint = {}\nreason = \"Federal rules make us ask.\"\nground = \"federal_regulation\"\n\
                 citation = \"42 CFR 435.406\"\napprover = \"cc-0042\"\napproved = 2026-01-10\nexpires = {expires}\n",
                finding["fingerprint"]
            )
        };
        std::fs::write(at.join("haven-suppressions.toml"), seen.iter().map(entry).collect::<String>()).unwrap();
    };
    suppressions("2027-01-31");
    let held = scan(&[]);
    assert_eq!(held.status.code(), Some(0), "{}", text(&held.stdout));
    assert!(text(&held.stderr).contains("suppressions: haven-suppressions.toml"));
    suppressions("2026-02-01");
    let lapsed = scan(&[]);
    assert_eq!(lapsed.status.code(), Some(1));
    assert!(text(&lapsed.stdout).contains("expired on 2026-02-01"), "{}", text(&lapsed.stdout));
}

#[test]
fn what_cannot_be_read_is_never_clean() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("broken.pdf"), b"%PDF-1.7 and nothing more").unwrap();
    let output = run(at, &["scan", "."], b"");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
    assert!(text(&output.stdout).contains("broken.pdf"), "{}", text(&output.stdout));
    let output = run(at, &["scan", "absent.html"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("absent.html"), "{}", text(&output.stderr));
    let output = run(at, &["scan", "--database", "postgres://nobody:Xylophone@127.0.0.1:1/none"], b"");
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(said.contains("postgres://127.0.0.1:1/none") && !said.contains("Xylophone"), "{said}");
    let output =
        run(at, &["scan", "-", "--name", "dump.sql", "--format", "csv"], b"CREATE TABLE person (id int, citizenship_status text);");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    assert!(text(&output.stdout).contains("person.citizenship_status"), "{}", text(&output.stdout));
}

/// The documents that we wrote, each with what must be found in it. Rows whose `known` says `miss` or `false` name faults.
#[test]
fn the_corpus_comes_out_as_its_table_says() {
    let seen = findings(&run(&root(), &["scan", "corpus/documents", "--format", "json"], b""));
    let table = std::fs::read(root().join("corpus/expected.csv")).unwrap();
    let mut rows = csv::Reader::from_reader(table.as_slice());
    let head = rows.headers().unwrap().clone();
    let mut wrong = Vec::new();
    let mut held = 0;
    for row in rows.records() {
        let row = row.unwrap();
        let cell = |name: &str| head.iter().position(|found| found == name).and_then(|at| row.get(at)).unwrap_or_default();
        if matches!(cell("known"), "miss" | "false") {
            continue;
        }
        held += 1;
        let source = format!("corpus/documents/{}", cell("path"));
        let mut of = seen.iter().filter(|finding| finding["source"] == source.as_str());
        let fits = |finding: &Value| {
            let same = |key: &str, wanted: &str| wanted.is_empty() || finding[key] == wanted;
            same("found", cell("found")) && same("category", cell("category")) && same("rule", cell("rule"))
        };
        let right = if cell("found") == "none" { of.next().is_none() } else { of.any(fits) };
        if !right {
            wrong.push(format!("{row:?}"));
        }
    }
    assert!(wrong.is_empty() && held >= 90, "{held} rows held, {} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Whoever speaks of status in order to find it declares where; all else of this repository is clean.
#[test]
fn this_repository_comes_out_clean() {
    let output = run(&root(), &["scan", ".", "--format", "csv"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
}

#[test]
fn the_sample_city_has_forms_to_be_found() {
    let output = run(&root(), &["scan", "city/forms", "city/schemas", "--format", "json"], b"");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let sources: Vec<String> = findings(&output).iter().map(|finding| finding["source"].as_str().unwrap().to_owned()).collect();
    for (source, found) in [
        ("city/forms/intake.html", true),
        ("city/forms/field-interview.html", true),
        ("city/forms/tarjeta-biblioteca.html", false),
        ("city/schemas/park-trees.csv", false),
    ] {
        assert_eq!(sources.iter().any(|other| other == source), found, "{source}");
    }
    let output = run(&root(), &["scan", "--database", "sqlite:city/case-notes.db", "--format", "json"], b"");
    let paths: Vec<String> = findings(&output).iter().map(|finding| finding["path"].as_str().unwrap().to_owned()).collect();
    assert_eq!(paths, ["main.household.interpreter_language", "main.household.res_status", "main.note.body"]);
}

/// A lake with a page and a message, of which the second is read in a process of its own.
pub(crate) fn lake() -> Store {
    let mut store = Store::start();
    store.bucket("records");
    store.put("records", &["intake/card.html"], b"<form><label>Are you a U.S. citizen?</label></form>");
    store.put("records", &["intake/a.eml"], b"From: a@example.org\r\nSubject: What is your immigration status?\r\n\r\nHello.\r\n");
    store
}

/// What the environment says of it.
pub(crate) fn known(store: &Store) -> [(&'static str, String); 4] {
    [
        ("AWS_ACCESS_KEY_ID", "AKIAQUORBLAT".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "quorblat-opens".to_owned()),
        ("AWS_ENDPOINT_URL", store.address.clone()),
        ("AWS_ALLOW_HTTP", "true".to_owned()),
    ]
}

#[test]
fn a_lake_is_scanned_and_what_opens_it_is_in_no_output() {
    let mut store = lake();
    let folder = tempfile::tempdir().unwrap();
    let check = |store: &Store, address: &str, without: &[&str], code: i32, says: &str| {
        let mut outputs = String::new();
        for format in ["json", "table", "csv", "sarif", "html"] {
            let mut command = haven();
            command.current_dir(folder.path()).args(["scan", address, "--format", format]).envs(known(store));
            for name in without {
                command.env_remove(name);
            }
            let output = command.output().unwrap();
            let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
            assert_eq!(output.status.code(), Some(code), "{address} {format}: {said}");
            assert!(!said.to_lowercase().contains("quorblat"), "{address} {format}: {said}");
            outputs.push_str(&said);
        }
        assert!(outputs.contains(says), "{address}: expected `{says}`, found {outputs}");
        outputs
    };
    let said = check(&store, "s3://records/intake", &[], 1, "s3://records/intake/card.html");
    assert!(said.contains("s3://records/intake/a.eml"), "{said}");
    assert!(said.contains(r#""uri": "s3://records/intake/card.html""#), "SARIF has its address: {said}");
    check(&store, "s3://elsewhere", &[], 2, "there is no such bucket");
    check(&store, "s3://records/nothing", &[], 2, "found none");
    check(&store, "s3://records", &["AWS_SECRET_ACCESS_KEY"], 2, "expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    check(&store, "s3://records", &["AWS_ALLOW_HTTP"], 2, "AWS_ENDPOINT_URL is without encryption");
    store.guard(&["s3:*"]);
    check(&store, "s3://records", &[], 2, "refuses it to whoever asks so");
}
