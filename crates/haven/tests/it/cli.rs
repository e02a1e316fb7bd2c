//! The command line, as tables: what is typed, what comes out, with which code.

use crate::{haven, root};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// One command line and what it must lead to.
#[derive(Clone, Copy, Default)]
pub(crate) struct Line<'a> {
    pub args: &'a [&'a str],
    pub env: &'a [(&'a str, &'a str)],
    pub stdin: &'a [u8],
    pub code: i32,
    /// What standard output must hold.
    pub says: &'a [&'a str],
    /// What standard error must hold; where this is empty, so must standard error be.
    pub complains: &'a [&'a str],
}

/// Runs a command line in a folder and holds it against what it must lead to.
pub(crate) fn check_in(folder: &Path, line: &Line) -> String {
    let output = run(haven().current_dir(folder).args(line.args).envs(line.env.iter().copied()), line.stdin);
    let (said, complained) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let told = format!("haven {}\n--- output\n{said}\n--- errors\n{complained}", line.args.join(" "));
    assert_eq!(output.status.code(), Some(line.code), "{told}");
    for words in line.says {
        assert!(said.contains(words), "`{words}` is not in the output of {told}");
    }
    for words in line.complains {
        assert!(complained.contains(words), "`{words}` is not in the errors of {told}");
    }
    assert!(!line.complains.is_empty() || complained.is_empty(), "errors of {told}");
    said
}

fn check(line: &Line) -> String {
    check_in(tempfile::tempdir().unwrap().path(), line)
}

fn run(command: &mut Command, stdin: &[u8]) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let bytes = stdin.to_vec();
    // Written beside the reading, so that neither waits for the other; a program that reads nothing is no error here.
    let writer = std::thread::spawn(move || drop(input.write_all(&bytes)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// Requests with the exit code of each, on a day whose law is settled.
const PROHIBITED: (&str, &str, i32) = ("continue_detention", r#"{"basis":["detainer"]}"#, 1);
const NEEDS_FACTS: (&str, &str, i32) = ("continue_detention", "{}", 3);
const REQUIRED: (&str, &str, i32) = ("release", r#"{"basis":["detainer"]}"#, 0);
const PERMITTED: (&str, &str, i32) = ("arrest", r#"{"basis":["probable_cause"]}"#, 0);
const ERROR: (&str, &str, i32) = ("no_such_act", "{}", 2);

fn request(id: &str, (action, facts, _): (&str, &str, i32)) -> String {
    format!(r#"{{"id":"{id}","as_of":"2024-03-13","action":"{action}","agency":"CPD","facts":{facts}}}"#)
}

/// The answers to lines of requests, and the exit code.
fn batch(input: &[u8], args: &[&str]) -> (Vec<Value>, i32) {
    let output = run(haven().args(["ask", "--jsonl"]).args(args), input);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers = String::from_utf8(output.stdout).unwrap();
    (answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), output.status.code().unwrap())
}

#[test]
fn verdicts_have_exit_codes() {
    let day = ["--on", "2024-03-13", "--agency", "CPD"];
    for (args, code, word) in [
        (["ask", "continue_detention", "--fact", "basis=detainer"].as_slice(), 1, "NO"),
        (&["ask", "arrest", "--fact", "basis=probable_cause"], 0, "NOTHING IN THESE LAWS STOPS THIS"),
        (&["ask", "release", "--fact", "basis=detainer"], 0, "YOU MUST"),
        (&["ask", "continue_detention"], 3, "ASK FIRST"),
        (&["ask", "continue_detention", "--fact", "basis=unknown"], 3, "ASK FIRST"),
        (&["ask", "continue_detention", "--fact", "basis=probable_cause, detainer"], 1, "NO"),
        (&["ask", "continue_detention", "--fact", "basis=detainer", "--layer", "city"], 1, "MCC § 2-173-020(a)(1)(C)"),
    ] {
        check(&Line { args: &[args, &day].concat(), code, says: &[word], ..Line::default() });
    }
}

#[test]
fn what_cannot_be_read_is_an_error_that_says_what_to_do() {
    for (args, complains) in [
        (["ask", "continue_detension"].as_slice(), ["`continue_detension`", "did you mean `continue_detention`?"].as_slice()),
        (&["ask", "arrest", "--fact", "basis"], &["--fact", "fact=value"]),
        (&["ask", "arrest", "--fact", "base=detainer"], &["facts.base", "did you mean `basis`?"]),
        (&["ask", "arrest", "--fact", "basis=detainers"], &["facts.basis", "did you mean `detainer`?"]),
        (&["ask", "arrest", "--on", "13.3.2024"], &["--on", "YYYY-MM-DD"]),
        (&["ask", "arrest", "--on", "2024-02-30"], &["--on", "YYYY-MM-DD"]),
        (&["ask", "arrest", "--layer", "village"], &["layer", "city"]),
        (&["ask", "arrest", "--provision", "9-999-999"], &["provision", "haven law show"]),
        (&["ask", "--jsonl", "--json"], &["--jsonl", "--json"]),
        (&["ask"], &["no act is named", "--jsonl"]),
        (&["law", "show", "9-999-999"], &["provision", "haven law show"]),
        (&["law", "diff", "yesterday", "2021-02-24"], &["first day", "YYYY-MM-DD"]),
        (&["--jurisdiction", "us/il/springfield", "law", "check"], &["us/il/springfield", "us/il/chicago"]),
        (&["--law", "no-such-folder", "law", "check"], &["no-such-folder"]),
        (&["--config", "no-such-file.toml", "law", "check"], &["no-such-file.toml"]),
        (&["sing"], &["sing"]),
    ] {
        check(&Line { args, code: 2, complains, ..Line::default() });
    }
}

#[test]
fn a_batch_returns_the_gravest_code() {
    for (requests, gravest) in [
        ([].as_slice(), 0),
        (&[PERMITTED, REQUIRED], 0),
        (&[PERMITTED, NEEDS_FACTS, REQUIRED], 3),
        (&[NEEDS_FACTS, PROHIBITED, PERMITTED], 1),
        (&[PROHIBITED, NEEDS_FACTS], 1),
        (&[ERROR, PROHIBITED, NEEDS_FACTS, PERMITTED], 2),
        (&[PERMITTED, PROHIBITED, ERROR], 2),
    ] {
        let input: String = requests.iter().map(|one| request("x", *one) + "\n").collect();
        let (answers, code) = batch(input.as_bytes(), &[]);
        assert_eq!((answers.len(), code), (requests.len(), gravest), "{input}");
    }
}

#[test]
fn answers_come_in_the_order_of_the_lines_and_a_bad_line_stops_nothing() {
    let kinds = [PROHIBITED, NEEDS_FACTS, PERMITTED, REQUIRED];
    let mut lines: Vec<String> = (0..100).map(|index| request(&format!("r{index}"), kinds[index % kinds.len()])).collect();
    lines[50] = r#"{"id":"r50","as_of":"2024-03-13","action":"arrest","facts":{"basis":["detainment"]}}"#.to_owned();
    let (answers, code) = batch(lines.join("\n").as_bytes(), &[]);
    let ids: Vec<String> = answers.iter().map(|answer| answer["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, (0..100).map(|index| format!("r{index}")).collect::<Vec<_>>());
    assert_eq!(code, 2);
    let error = &answers[50]["error"];
    assert_eq!(error["line"], 51);
    assert_eq!(error["field"], "facts.basis");
    assert!(error["expected"].as_str().unwrap().contains("detainer"), "{error}");
    assert_eq!(error["found"], "`detainment`");
    assert!(answers.iter().enumerate().all(|(index, answer)| (index == 50) != answer["verdict"].is_string()));
}

#[test]
fn the_same_request_has_one_answer_by_flags_and_by_line() {
    let (action, _, _) = PROHIBITED;
    let args = ["ask", action, "--agency", "CPD", "--on", "2024-03-13", "--fact", "basis=detainer", "--json"];
    let by_flags: Value = serde_json::from_str(&check(&Line { args: &args, code: 1, ..Line::default() })).unwrap();
    let (mut by_line, _) = batch(request("x", PROHIBITED).as_bytes(), &[]);
    by_line[0]["id"] = Value::Null;
    assert_eq!(by_flags, by_line[0]);
}

#[test]
fn part_of_the_law_can_be_asked() {
    let input = request("x", PROHIBITED);
    let layers = |args: &[&str]| -> Vec<String> {
        let (answers, _) = batch(input.as_bytes(), args);
        answers[0]["layers"].as_array().unwrap().iter().map(|layer| layer["layer"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(layers(&["--layer", "city"]), ["city"]);
    assert_eq!(layers(&["--layer", "state", "--layer", "city"]), ["city", "state"]);
    assert_eq!(layers(&["--provision", "2-173-020(a)(1)(C)"]), ["city"]);
}

/// What programs of all sorts put into files.
#[test]
fn lines_are_read_as_they_come() {
    let (one, two) = (request("one", PERMITTED), request("two", PERMITTED));
    let overlong = |size: usize| format!(r#"{{"id":"long","as_of":"2024-03-13","action":"arrest","actor":"{}"}}"#, "a".repeat(size));
    let answered = |id: &str| json!({ "id": id });
    let refused = |id: Value, line: usize, expected: &str| json!({ "id": id, "line": line, "expected": expected });
    for (name, input, wanted) in [
        ("a byte order mark", format!("\u{feff}{one}\n{two}\n").into_bytes(), vec![answered("one"), answered("two")]),
        ("a byte order mark and nothing else", "\u{feff}".into(), vec![]),
        (
            "a byte order mark before a line with an error",
            "\u{feff}{\"id\":\"one\",\"as_of\":\"2024-03-13\"}".into(),
            vec![refused(json!("one"), 1, "an act of the vocabulary")],
        ),
        ("CRLF", format!("{one}\r\n{two}\r\n").into_bytes(), vec![answered("one"), answered("two")]),
        ("empty lines", format!("\n{one}\n\n \t\r\n{two}\n\n").into_bytes(), vec![answered("one"), answered("two")]),
        ("no newline at the end", format!("{one}\n{two}").into_bytes(), vec![answered("one"), answered("two")]),
        (
            "bytes that are not UTF-8",
            [one.as_bytes(), b"\n{\"id\":\"caf\xe9\"}\n", two.as_bytes()].concat(),
            vec![answered("one"), refused(Value::Null, 2, "UTF-8 text"), answered("two")],
        ),
        (
            "a line of 100 KB",
            format!("{one}\n{}\n{two}\n", overlong(100_000)).into_bytes(),
            vec![answered("one"), refused(Value::Null, 2, "at most 65536 bytes"), answered("two")],
        ),
        (
            "a line of 10 MB, the last, without its newline",
            format!("{one}\n{}", overlong(10_000_000)).into_bytes(),
            vec![answered("one"), refused(Value::Null, 2, "at most 65536 bytes")],
        ),
        ("no JSON", format!("arrest\n{one}").into_bytes(), vec![refused(Value::Null, 1, "one JSON object"), answered("one")]),
        ("a list", format!("[{one}]\n").into_bytes(), vec![refused(Value::Null, 1, "one JSON object")]),
        ("a field twice", one.replace("}}", "},\"id\":\"two\"}").into(), vec![refused(json!("two"), 1, "each field once")]),
        (
            "a fact twice",
            one.replace("[\"probable_cause\"]", "\"unknown\",\"basis\":\"consent\"").into(),
            vec![refused(json!("one"), 1, "each fact once")],
        ),
    ] {
        let (answers, _) = batch(&input, &[]);
        let found: Vec<Value> = answers
            .iter()
            .map(|answer| match answer.get("error") {
                Some(error) => json!({ "id": answer["id"], "line": error["line"], "expected": error["expected"] }),
                None => json!({ "id": answer["id"] }),
            })
            .collect();
        assert_eq!(found, wanted, "{name}");
    }
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    // A folder of laws with places that have none, so that nothing but the choice of the place can be seen.
    let folder = tempfile::tempdir().unwrap();
    let bare = tempfile::tempdir().unwrap();
    let law = folder.path().join("law");
    for file in ["vocabulary.cedarschema", "words/en.toml"] {
        fs::create_dir_all(law.join(file).parent().unwrap()).unwrap();
        fs::copy(root().join("law").join(file), law.join(file)).unwrap();
    }
    for id in ["us/il/chicago", "from-file", "from-other", "from-environment", "from-flag"] {
        let place = format!("id = \"{id}\"\nname = \"{id}\"\nlayer = \"city\"\nocd_division = \"none\"\ntime_zone = \"UTC\"\n");
        fs::create_dir_all(law.join(id)).unwrap();
        fs::write(law.join(id).join("jurisdiction.toml"), place).unwrap();
    }
    fs::write(folder.path().join("haven.toml"), "jurisdiction = \"from-file\"\n").unwrap();
    fs::write(folder.path().join("other.toml"), "jurisdiction = \"from-other\"\n").unwrap();
    let (environment, flag) = (("HAVEN_JURISDICTION", "from-environment"), ["--jurisdiction", "from-flag"]);
    let (named_in_environment, named) = (("HAVEN_CONFIG", "other.toml"), ["--config", "other.toml"]);
    for (place, args, env, asked) in [
        (bare.path(), [].as_slice(), [].as_slice(), "us/il/chicago"),
        (folder.path(), &[], &[], "from-file"),
        (folder.path(), &named, &[], "from-other"),
        (folder.path(), &[], &[named_in_environment], "from-other"),
        (folder.path(), &["--config", "haven.toml"], &[named_in_environment], "from-file"),
        (folder.path(), &[], &[environment], "from-environment"),
        (folder.path(), &named, &[environment], "from-environment"),
        (folder.path(), &flag, &[environment], "from-flag"),
        (folder.path(), &flag, &[environment, named_in_environment], "from-flag"),
    ] {
        let args = [args, &["--law", law.to_str().unwrap(), "law", "check"]].concat();
        check_in(place, &Line { args: &args, env, says: &[&format!("{asked}: 0 instruments")], ..Line::default() });
    }
}

#[test]
fn a_folder_of_laws_is_used_instead_of_the_ones_in_the_program() {
    let law = root().join("law");
    let inside = check(&Line { args: &["law", "show", "--json"], ..Line::default() });
    let outside = check(&Line { args: &["law", "show", "--json"], env: &[("HAVEN_LAW", law.to_str().unwrap())], ..Line::default() });
    assert_eq!(inside, outside, "the program holds the laws of this tree");
    let empty = tempfile::tempdir().unwrap();
    let args = ["--law", empty.path().to_str().unwrap(), "law", "show"];
    check(&Line { args: &args, code: 2, complains: &["vocabulary.cedarschema", "missing"], ..Line::default() });
}

#[test]
fn the_file_of_the_configuration_page_is_read_and_nothing_else_is() {
    let page = fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    let example = block(&page, "toml");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("haven.toml");
    fs::write(&file, example).unwrap();
    // Run at the root, which is where the folder of laws in the example lies.
    check_in(&root(), &Line { args: &["--config", file.to_str().unwrap(), "law", "vocabulary"], says: &["### Acts"], ..Line::default() });
    for (text, complains) in [
        ("jurisdicton = \"us\"", ["unknown field `jurisdicton`", "docs/configuration.md"]),
        ("listen = \"everywhere\"", ["listen", "docs/configuration.md"]),
        ("jurisdiction = ", ["haven.toml", "docs/configuration.md"]),
    ] {
        fs::write(&file, text).unwrap();
        check_in(folder.path(), &Line { args: &["law", "vocabulary"], code: 2, complains: &complains, ..Line::default() });
    }
}

/// The names of every field in a value, at any depth.
fn fields(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                found.insert(name.clone());
                fields(inner, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| fields(item, found)),
        _ => {}
    }
}

/// The block of code of a language on a page.
fn block<'p>(page: &'p str, language: &str) -> &'p str {
    page.split(&format!("```{language}\n")).nth(1).and_then(|rest| rest.split("```").next()).expect("the page has such a block")
}

fn described(page: &str, name: &str) -> bool {
    page.contains(&format!("`{name}`")) || page.contains(&format!("{{\"{name}\": "))
}

#[test]
fn every_field_of_an_answer_is_described() {
    let page = fs::read_to_string(root().join("docs/formats/decision.md")).unwrap();
    let example: Value = serde_json::from_str(block(&page, "json")).expect("the example is JSON");
    let command = block(&page, "console").trim().strip_prefix("$ haven ").unwrap();
    let args: Vec<&str> = command.split_whitespace().collect();
    let answer: Value = serde_json::from_str(&check(&Line { args: &args, code: 1, ..Line::default() })).unwrap();
    assert_eq!(example["verdict"], answer["verdict"], "the example and the answer to its command");
    assert_eq!(example["layers"][0]["provisions"][0]["id"], answer["layers"][0]["provisions"][0]["id"]);

    let mut all = BTreeSet::new();
    fields(&answer, &mut all);
    let unused = request("x", PERMITTED).replace("2024-03-13", "2190-01-01").replace("{\"basis\"", "{\"topic\":\"other\",\"basis\"");
    let input = [PROHIBITED, NEEDS_FACTS, REQUIRED, PERMITTED, ERROR].map(|one| request("x", one)).join("\n") + "\n" + &unused;
    for answer in batch(input.as_bytes(), &[]).0 {
        fields(&answer, &mut all);
    }
    assert!(all.contains("unused") && all.contains("notes") && all.contains("hint"), "{all:?}");
    let missing: Vec<&String> = all.iter().filter(|name| !described(&page, name)).collect();
    assert!(missing.is_empty(), "docs/formats/decision.md does not describe {missing:?}");
}

#[test]
fn every_node_of_the_intermediate_form_is_described() {
    let page = fs::read_to_string(root().join("docs/formats/intermediate-form.md")).unwrap();
    serde_json::from_str::<Value>(block(&page, "json")).expect("the example is JSON");
    let said = check(&Line { args: &["law", "show", "--json"], ..Line::default() });
    let mut all = BTreeSet::new();
    fields(&serde_json::from_str(&said).unwrap(), &mut all);
    // Inside a node stand `fact` and `values`, which the nodes themselves describe.
    let missing: Vec<&String> = all.iter().filter(|name| !described(&page, name) && !page.contains(&format!("\"{name}\": "))).collect();
    assert!(missing.is_empty(), "docs/formats/intermediate-form.md does not describe {missing:?}");
}

/// Every command, as the words that reach it.
fn commands() -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = vec![vec![]];
    let mut next = 0;
    while next < all.len() {
        let command = all[next].clone();
        for line in help(&command).lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| line.starts_with("  ")) {
            let name = line.split_whitespace().next().unwrap();
            // Long descriptions go on further in.
            if !line.starts_with("   ") && name != "help" {
                all.push(command.iter().cloned().chain([name.to_owned()]).collect());
            }
        }
        next += 1;
    }
    all
}

fn help(command: &[String]) -> String {
    let output = run(haven().args(command).arg("--help"), b"");
    assert!(output.status.success(), "haven {} --help", command.join(" "));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_help_of_every_command_has_an_example_that_works() {
    let beside = Path::new(env!("CARGO_BIN_EXE_haven")).parent().unwrap();
    let mut findings = Vec::new();
    let commands = commands();
    assert!(commands.len() > 8, "{commands:?}");
    for command in commands {
        let name = command.join(" ");
        let help = help(&command);
        let examples: Vec<&str> = help
            .lines()
            .skip_while(|line| !line.starts_with("Example"))
            .map(str::trim)
            .filter(|line| line.starts_with("haven "))
            // What follows two spaces says what the example does.
            .map(|line| line.split("  ").next().unwrap())
            .collect();
        if examples.is_empty() {
            findings.push(format!("`haven {name} --help` has no example"));
        }
        for example in examples {
            // These wait for a person or for requests; tests of their own hold them.
            let waits = ["haven serve", "haven guard", "haven ledger witness"].iter().any(|command| example.starts_with(command));
            if ["haven ask", "haven ask paper"].contains(&example) || waits {
                continue;
            }
            let folder = desk(example);
            let lake = example.contains("s3://").then(crate::find::lake);
            let script = format!("PATH=\"{}:$PATH\"; {example}", beside.display());
            let known = lake.iter().flat_map(|store| crate::find::known(store));
            let output = run(haven_shell(&script).current_dir(folder.path()).envs(known), b"");
            if !matches!(output.status.code(), Some(0 | 1 | 3)) {
                findings.push(format!("`{example}` ends with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim()));
            }
        }
    }
    assert!(findings.is_empty(), "\n  {}", findings.join("\n  "));
}

/// A folder with what an example works with: requests, papers, a register with entries, a paper log, others' data.
fn desk(example: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("requests.jsonl", &request("one", PERMITTED));
    write("papers.jsonl", r#"{"form_number":"I-200"}"#);
    write("log.csv", "external_id,station,at,document,channel,requester\nP-1,1,2026-05-05,I-200,fax,ero\n");
    write("detainers.csv", "detainer_prepare_date,detainer_facility_code,detainer_type\n2026-01-15,CHICPD1,I247A\n");
    write("stations.csv", "station,detention_facility_code\n1,CHICPD1\n");
    write("codes.csv", "detention_facility_code,detention_facility\nCHICPD1,Central\n");
    for folder_name in ["forms", "forms-2025", "forms-2026", "labelled"] {
        fs::create_dir(folder.path().join(folder_name)).unwrap();
        write(&format!("{folder_name}/card.html"), "<form><label>Are you a U.S. citizen?</label></form>");
    }
    write("labelled/fields.csv", "name,label\ncitz_flg,status\n");
    write("network-audit.csv", crate::audit::LOG);
    write("cameras.csv", crate::audit::LOG);
    write("hot-list.csv", crate::audit::HOT_LIST);
    write("sharing.csv", "Organization Name,Networks Shared With Me,Networks I'm Sharing\nElmdale IL PD,Elmdale IL PD,Chicago IL PD\n");
    write("287g.csv", "state,county,agency,ori,type\nTEXAS,Pinecrest County,pinecrest county sheriff,,Task Force Model\n");
    write("declarations.csv", "agency,state,signed\nBirch MO PD,MO,2026-01-05\n");
    write("queue.csv", "search,decision,because,by,on\n");
    let example_of = |name: &str| fs::read_to_string(root().join("audit/examples").join(name)).unwrap();
    write("stops.toml", &example_of("stops.toml"));
    for name in ["events.csv", "portal.csv", "contract.toml"] {
        write(name, &example_of(name));
    }
    // One record has no day, which is an error.
    write("stops.csv", &example_of("stops.csv").lines().filter(|line| !line.contains("not stated")).collect::<Vec<_>>().join("\n"));
    write("people.csv", "case_no,immigration_status\n1001,LPR\n");
    for (from, to) in [("intake.docx", "letter.docx"), ("agreements.toml", "agreements.toml")] {
        fs::copy(root().join("guard/examples").join(from), folder.path().join(to)).unwrap();
    }
    write("columns.jsonl", r#"{"id": 1, "text": "cit_stat", "values": ["USC", "LPR"]}"#);
    if example.contains("--baseline") {
        check_in(
            folder.path(),
            &Line { args: &["scan", "forms", "--write-baseline", "known.json"], code: 1, says: &["card.html"], ..Line::default() },
        );
    }
    if example.contains("--phrases") {
        std::os::unix::fs::symlink(root().join("phrases"), folder.path().join("phrases")).unwrap();
    }
    if example.contains("cases.db") {
        fs::copy(root().join("city/case-notes.db"), folder.path().join("cases.db")).unwrap();
    }
    let mut lines = vec!["ledger init --name log.example.gov/city"];
    lines.push("register add request --station 001 --by S-1 --at 2026-05-04 --set external_id=R-9 --set channel=phone --set requester=ero --set asked=assist --set event=2612404567");
    lines.push("ledger checkpoint");
    lines.push("ledger export --out exported");
    lines.push("ledger prove 1-0 --out proof");
    if example.contains("ledger open") {
        lines.push("ledger freeze");
    }
    if example.contains("haven staff") {
        lines.push("staff add S-7 --role officer --by A-1");
    }
    if example.contains("restore") {
        lines.push("backup haven.backup");
    }
    // A scan looks at what lies there, and a register is none of it.
    let scans = example.starts_with("haven scan");
    let recorded = !scans
        && ["register", "ledger", "report", "staff", "--record", "backup", "restore", "audit dispatch", "release"]
            .iter()
            .any(|word| example.contains(word));
    for line in lines.into_iter().filter(|_| recorded && !example.contains("ledger init")) {
        check_in(folder.path(), &Line { args: &line.split(' ').collect::<Vec<_>>(), ..Line::default() });
    }
    folder
}

/// A shell in the environment of the program under test.
fn haven_shell(script: &str) -> Command {
    let mut shell = Command::new("sh");
    for (name, _) in haven().get_envs() {
        shell.env_remove(name);
    }
    shell.args(["-c", script]);
    shell
}

#[test]
fn shells_can_complete() {
    for (shell, sign) in [("bash", "complete -F _haven"), ("zsh", "#compdef haven"), ("fish", "complete -c haven")] {
        check(&Line { args: &["completions", shell], says: &[sign, "vocabulary", "jurisdiction"], ..Line::default() });
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    for command in ["law vocabulary", "law show", "completions bash"] {
        let script = format!("{{ '{}' {command}; echo $? >&2; }} | head -c 1", env!("CARGO_BIN_EXE_haven"));
        let output = run(&mut haven_shell(&script), b"");
        assert_eq!(String::from_utf8_lossy(&output.stderr).trim(), "0", "haven {command} | head");
    }
}

/// A person at a terminal: chooses, completes, says "I don't know", answers, and reads the answer.
#[test]
fn a_person_is_asked_and_answered_at_a_terminal() {
    let terminal = rexpect::reader::Options::new().timeout_ms(Some(20_000)).strip_ansi_escape_codes(true);
    let mut command = haven_shell("stty rows 50 cols 200; exec \"$0\" ask");
    command.arg(env!("CARGO_BIN_EXE_haven")).env("TERM", "xterm");
    let mut session = rexpect::session::spawn_with_options(command, terminal).unwrap();
    let walk = [
        ("help first", ""),
        ("What is it about?", "stopping\r"),
        ("Your question", "keep holding\r"),
        // Tab takes the suggestion, as the line under the question says.
        ("Your agency", "chicago pol\t"),
        ("Your agency Chicago Police Department", "\r"),
        ("Which can you answer?", "paper\r"),
        ("What is the paper", "don't know\r"),
        // What nobody knows is not asked again, and is no answer: the other questions stay.
        ("Which can you answer?", "rest on\r"),
        ("What would it rest on", "detainer"),
        ("immigration detainer", " \r"),
        ("prohibits it", ""),
    ];
    for (expected, typed) in walk {
        if let Err(error) = session.exp_string(expected) {
            panic!("waiting for `{expected}`: {error}");
        }
        session.send(typed).unwrap();
        session.flush().unwrap();
    }
    let rest = session.exp_eof().unwrap();
    assert!(rest.contains("Not legal advice"), "{rest}");
    assert!(matches!(session.process().wait(), Ok(rexpect::process::WaitStatus::Exited(_, 1))));
}
