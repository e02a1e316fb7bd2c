//! The register, the ledger and the reports from the command line and over HTTP, as their users meet them.

use crate::cli::{Line, check_in};
use crate::web::browse;
use crate::{haven, root};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::OnceLock;

const NAME: &str = "log.example.gov/city";

/// Runs a command that must go well and says nothing beside its output.
fn ok(folder: &Path, args: &[&str]) -> String {
    check_in(folder, &Line { args, ..Line::default() })
}

/// Runs a command that must be refused, saying these words.
fn refused(folder: &Path, args: &[&str], complains: &[&str]) {
    check_in(folder, &Line { args, code: 2, complains, ..Line::default() });
}

/// A folder with a new register.
fn fresh() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    ok(folder.path(), &["ledger", "init", "--name", NAME]);
    folder
}

/// The public key of the log in a folder.
fn vkey(folder: &Path) -> String {
    let key = fs::read_to_string(folder.join("haven.key")).unwrap();
    let signer = haven_ledger::note::Signer::parse(key.trim()).unwrap();
    signer.verifier().to_string()
}

const REQUEST: &[&str] = &[
    "register",
    "add",
    "request",
    "--station",
    "1",
    "--by",
    "S-1042",
    "--at",
    "2026-05-04 14:06",
    "--set",
    "channel=phone",
    "--set",
    "requester=ero",
    "--set",
    "asked=assist",
    "--set",
    "external_id=R-1",
    "--set",
    "event=26-124-04567",
];
const DETAINER: &[&str] = &[
    "register",
    "add",
    "document",
    "--station",
    "001",
    "--by",
    "S-1042",
    "--at",
    "2026-05-04 15:00",
    "--set",
    "document=I-247A",
    "--set",
    "channel=fax",
    "--set",
    "requester=ero",
    "--set",
    "external_id=D-1",
];

fn with(base: &'static [&'static str], more: &[&'static str]) -> Vec<&'static str> {
    base.iter().chain(more).copied().collect()
}

#[test]
fn from_a_request_to_a_proof_in_court() {
    let folder = fresh();
    let folder = folder.path();
    assert!(ok(folder, REQUEST).contains("recorded, version 1, entry 0 of log 1"));
    assert!(ok(folder, REQUEST).contains("already recorded, version 1, entry 0"), "a second time it is not recorded");
    ok(folder, &with(DETAINER, &["--incident", "R-1"]));
    ok(
        folder,
        &[
            "register",
            "add",
            "custody",
            "--station",
            "001",
            "--by",
            "S-7",
            "--at",
            "2026-05-04 18:20",
            "--set",
            "milestone=released",
            "--set",
            "document=D-1",
        ],
    );
    let listed = ok(folder, &["register", "list"]);
    assert!(listed.contains("detainer (Form I-247A)") && listed.contains("3 entries"), "{listed}");
    let shown = ok(folder, &["register", "show", "R-1"]);
    assert!(!shown.contains("26-124-04567"), "a link to a case is shown only where it is asked for");
    assert!(ok(folder, &["register", "show", "R-1", "--links"]).contains("26-124-04567, kept until "));
    let incident = ok(folder, &["register", "show", "26-124-04567", "--incident"]);
    assert_eq!(incident.matches("recorded ").count(), 3, "{incident}");
    ok(
        folder,
        &[
            "register",
            "amend",
            "R-1",
            "--by",
            "S-9",
            "--why",
            "learned_later",
            "--set",
            "matter=civil",
            "--set",
            "matter_known_at=2026-05-04 14:40",
        ],
    );
    let history = ok(folder, &["register", "show", "R-1"]);
    assert!(history.contains("version 1") && history.contains("version 2") && history.contains("learned later"), "{history}");

    let key = vkey(folder);
    ok(folder, &["ledger", "checkpoint"]);
    ok(folder, &["ledger", "verify"]);
    ok(folder, &["ledger", "prove", "D-1", "--out", "proof", "--open"]);
    // What a court gets: three files and the public key; no register, no key.
    let court = tempfile::tempdir().unwrap();
    for file in ["1-1.tlog-proof", "1-1.entry.json", "1-1.opening.json"] {
        fs::copy(folder.join("proof").join(file), court.path().join(file)).unwrap();
    }
    let verified = ok(court.path(), &["ledger", "verify", "1-1.tlog-proof", "--log-key", &key]);
    assert!(verified.contains("record    it is the one that the entry commits to"), "{verified}");
    let opening = fs::read_to_string(court.path().join("1-1.opening.json")).unwrap();
    fs::write(court.path().join("1-1.opening.json"), opening.replace("I-247A", "I-200")).unwrap();
    let args = ["ledger", "verify", "1-1.tlog-proof", "--log-key", &key];
    check_in(court.path(), &Line { args: &args, code: 1, says: &["damaged   the opened record"], ..Line::default() });
    let entry = fs::read_to_string(court.path().join("1-1.entry.json")).unwrap();
    fs::write(court.path().join("1-1.entry.json"), entry.replace("document", "decision")).unwrap();
    check_in(court.path(), &Line { args: &args, code: 1, says: &["damaged"], ..Line::default() });

    ok(folder, &["ledger", "export", "--out", "exported"]);
    assert!(ok(folder, &["ledger", "verify", "exported", "--log-key", &key]).contains("4 entries"));
    let bundle = folder.join("exported/tile/entries/000.p/4");
    let bytes = fs::read(&bundle).unwrap();
    fs::write(&bundle, String::from_utf8_lossy(&bytes).replace("federal_immigration", "federal_immigratioN").as_bytes()).unwrap();
    let args = ["ledger", "verify", "exported", "--log-key", &key];
    check_in(folder, &Line { args: &args, code: 1, says: &["damaged", "tile/entries/000.p/4"], ..Line::default() });
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_recorded() {
    let folder = fresh();
    let folder = folder.path();
    ok(folder, DETAINER);
    let custody = ["register", "add", "custody", "--station", "001", "--by", "S-7", "--set", "document=D-1"];
    let custody = |more: &[&'static str]| custody.iter().chain(more).copied().collect::<Vec<&str>>();
    let table: Vec<(Vec<&str>, &[&str])> = vec![
        (with(REQUEST, &["--set", "colour=red"]), &["`a name`: expected a field of request", "found a text of 6 characters"]),
        (vec!["register", "add", "request", "--station", "13", "--by", "S-1"], &["`station`: expected one of 000, 001, "]),
        (with(REQUEST, &["--set", "channel=fex"]), &["did you mean `fax`?"]),
        (vec!["register", "add", "dance", "--by", "S-1"], &["`kind`: expected one of request"]),
        (
            vec![
                "register",
                "add",
                "document",
                "--station",
                "1",
                "--by",
                "S-1",
                "--at",
                "1999-05-04",
                "--set",
                "document=I-200",
                "--set",
                "channel=fax",
                "--set",
                "requester=ice",
            ],
            &["expected a day from 2012-09-12 on"],
        ),
        (
            vec![
                "register",
                "add",
                "document",
                "--station",
                "1",
                "--by",
                "S-1",
                "--at",
                "2999-05-04",
                "--set",
                "document=I-200",
                "--set",
                "channel=fax",
                "--set",
                "requester=ice",
            ],
            &["not in the future (this clock says"],
        ),
        (custody(&["--at", "2026-05-04 16:00", "--set", "milestone=transferred"]), &["`to`: expected a value", "handed to some agency"]),
        (custody(&["--at", "2026-05-04 14:00", "--set", "milestone=released"]), &["expected not before 2026-05-04T15:00:00-05:00"]),
        (
            custody(&["--at", "2026-05-04 16:00", "--set", "milestone=released", "--incident", "nobody-1"]),
            &["`incident`", "none of that id"],
        ),
        (
            vec!["register", "amend", "D-1", "--by", "S-1", "--why", "mood", "--set", "channel=mail"],
            &["`why`: expected one of typing_error"],
        ),
        (vec!["register", "amend", "D-7", "--by", "S-1", "--why", "counsel", "--set", "channel=mail"], &["expected an entry of that id"]),
        (vec!["register", "show", "D-7"], &["expected an entry of that name"]),
        (
            vec![
                "register",
                "add",
                "complaint",
                "--station",
                "OIG",
                "--by",
                "S-1",
                "--set",
                "against=police_member",
                "--set",
                "allegation=other",
                "--set",
                "routed_to=inspector_general",
                "--text",
                "-",
            ],
            &["complaint_key"],
        ),
        (vec!["ledger", "init", "--name", NAME], &["a key is never made over another"]),
        (vec!["--key", "other.key", "ledger", "init", "--name", NAME], &["a new one is never made over another"]),
        (
            vec!["--key", "other.key", "ledger", "open", "--name", "log.example.gov/city2"],
            &["is open: expected one that `haven ledger freeze` has closed"],
        ),
        (vec!["--register", "nowhere.db", "register", "list"], &["there is no register at `nowhere.db`"]),
        (vec!["--key", "nowhere.key", "ledger", "checkpoint"], &["cannot read the log's key `nowhere.key`"]),
        (vec!["ledger", "prove", "1-99"], &["expected entry 99 in a log of 1 entries"]),
        (vec!["ledger", "export", "--out", "x"], &["nothing of this log is published"]),
        (vec!["ledger", "verify", "x", "--log-key", "nonsense"], &["the public key"]),
        (vec!["report", "quarterly", "--quarter", "2026Q5"], &["2026Q5"]),
        (vec!["report", "incident", "26-999-00001"], &["expected a case or an entry of that name"]),
    ];
    for (args, complains) in &table {
        refused(folder, args, complains);
    }
    assert!(ok(folder, &["register", "list"]).contains("1 entry"), "nothing of it was recorded");
    assert!(!folder.join("other.key").exists() && !folder.join("nowhere.db").exists());

    // A key of the same name that is another key, and a file that is no database.
    let stranger = haven_ledger::note::Signer::generate(NAME, [7; 32]).unwrap();
    fs::write(folder.join("stranger.key"), stranger.encode()).unwrap();
    let wrong_key = ["--key", "stranger.key", "ledger", "checkpoint"];
    check_in(folder, &Line { args: &wrong_key, code: 2, complains: &["error"], ..Line::default() });
    fs::write(folder.join("log.csv"), "date;station\n").unwrap();
    check_in(folder, &Line { args: &["--register", "log.csv", "register", "list"], code: 2, complains: &["error"], ..Line::default() });
}

#[test]
fn a_paper_log_is_imported_once_with_every_bad_cell_named() {
    let folder = fresh();
    let folder = folder.path();
    let template = ok(folder, &["register", "import", "--template", "document"]);
    fs::write(folder.join("template.csv"), &template).unwrap();
    let line = Line {
        args: &["register", "import", "template.csv", "--kind", "document", "--dry-run"],
        code: 2,
        says: &["EXAMPLE-1"],
        ..Line::default()
    };
    check_in(folder, &line);
    let log = "\u{feff}External ID;Station;At;Document;Channel;Requester\r\n\
               P-1;1;5/4/2026 2:06 PM;I-247A;fax;ero\r\n\
               P-2;013;2026-05-05;I-200;fax;ero\r\n\
               P-3;2;2026-05-06;Maria Example;fax;ice\r\n\
               P-4;002;2026-05-07;I-205;e-mail;ice\r\n";
    fs::write(folder.join("log.csv"), log).unwrap();
    let args = ["register", "import", "log.csv", "--kind", "document", "--by", "S-1042"];
    let dry: Vec<&str> = args.iter().chain(&["--dry-run"]).copied().collect();
    let preview = check_in(folder, &Line { args: &dry, code: 2, says: &["line 3", "line 4"], ..Line::default() });
    assert!(!preview.contains("Maria"), "{preview}");
    let complains = ["`log.csv`, line 3, column B, `station`: expected one of 000, 001", "`log.csv`, line 4, column D, `document`"];
    let line =
        Line { args: &args, code: 2, says: &["2 entries recorded, 0 already there, 2 refused"], complains: &complains, ..Line::default() };
    check_in(folder, &line);
    check_in(folder, &Line { says: &["0 entries recorded, 2 already there, 2 refused"], ..line });
    let exported = ok(folder, &["register", "export", "document"]);
    fs::write(folder.join("exported.csv"), &exported).unwrap();
    assert!(ok(folder, &["register", "import", "exported.csv"]).contains("0 entries recorded, 2 already there, 0 refused"));
    assert_eq!(ok(folder, &["register", "list", "--jsonl"]).lines().count(), 2);
}

#[test]
fn asking_makes_the_record() {
    let folder = fresh();
    let folder = folder.path();
    let ask = ["ask", "continue_detention", "--agency", "CPD", "--on", "2024-03-13", "--fact", "basis=detainer", "--json"];
    let plain = check_in(folder, &Line { args: &ask, code: 1, ..Line::default() });
    let recorded: Vec<&str> =
        ask.iter().chain(&["--record", "--by", "S-1042", "--station", "001", "--event", "24-073-00001"]).copied().collect();
    let answered = check_in(folder, &Line { args: &recorded, code: 1, complains: &["Decision ", "entry 0 of log 1"], ..Line::default() });
    assert_eq!(plain, answered, "the answer is the same");
    let lines = br#"{"id":1,"as_of":"2024-03-13","action":"arrest","agency":"CPD","facts":{"basis":["probable_cause"]}}
{"id":2,"as_of":"2024-03-13","action":"no_such_act"}
{"id":3,"as_of":"2024-03-13","action":"transfer_to_ice","agency":"CPD","facts":{"matter":"civil"}}
"#;
    let batch = ["ask", "--jsonl", "--record", "--by", "S-1", "--station", "001"];
    check_in(folder, &Line { args: &batch, stdin: lines, code: 2, ..Line::default() });
    let kept = ok(folder, &["register", "list", "--kind", "decision", "--jsonl"]);
    let kept: Vec<Value> = kept.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(kept.len(), 3);
    let decision: Value = serde_json::from_str(&plain).unwrap();
    let fields = &kept[0]["record"]["fields"];
    assert_eq!((&fields["verdict"], &fields["law"]), (&decision["verdict"], &decision["law"]["digest"]));
    assert_eq!(fields["facts"], serde_json::json!({ "basis": ["detainer"] }));
    assert!(fields["provisions"].as_array().unwrap().iter().any(|id| id == "2-173-020(a)(1)(C)"), "{fields}");
    // Without a station there is the agency; a station of another agency is refused, and then nothing is answered.
    refused(folder, &["ask", "stop", "--record", "--by", "S-1"], &["the answer cannot be recorded", "`station`"]);
    let public = {
        ok(folder, &["ledger", "checkpoint"]);
        ok(folder, &["ledger", "export", "--out", "exported"]);
        String::from_utf8_lossy(&fs::read(folder.join("exported/tile/entries/000.p/3")).unwrap()).into_owned()
    };
    for private in ["S-1042", "24-073-00001", "\"001\"", "basis", "continue_detention"] {
        assert!(!public.contains(private), "`{private}` is in the public log: {public}");
    }
    assert!(public.contains("\"verdict\":\"prohibited\"") && public.contains("2-173-020(a)(1)(C)"), "{public}");
}

#[test]
fn a_complaint_is_readable_by_its_handler_alone() {
    let folder = fresh();
    let key = age_key();
    let line = Line {
        args: &[
            "register",
            "add",
            "complaint",
            "--station",
            "OIG",
            "--by",
            "S-1",
            "--set",
            "against=police_member",
            "--set",
            "allegation=assisted_enforcement",
            "--set",
            "routed_to=inspector_general",
            "--text",
            "-",
        ],
        env: &[("HAVEN_COMPLAINT_KEY", key)],
        stdin: b"They held my neighbour Maria Example for two days.",
        ..Line::default()
    };
    check_in(folder.path(), &line);
    for file in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(5).any(|window| window == b"Maria"), "the text is kept in the clear");
    }
    assert!(ok(folder.path(), &["register", "list", "--jsonl"]).contains("inspector_general"));
}

/// The public half of a key whose other half nobody kept.
fn age_key() -> &'static str {
    "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
}

#[test]
fn a_restored_backup_is_refused_and_explained() {
    let folder = fresh();
    let folder = folder.path();
    ok(folder, REQUEST);
    let files =
        || fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).filter(|path| path.to_str().unwrap().contains("haven.db"));
    let backup = tempfile::tempdir().unwrap();
    for file in files() {
        fs::copy(&file, backup.path().join(file.file_name().unwrap())).unwrap();
    }
    ok(folder, DETAINER);
    for file in files() {
        fs::remove_file(file).unwrap();
    }
    for file in fs::read_dir(backup.path()).unwrap() {
        let file = file.unwrap().path();
        fs::copy(&file, folder.join(file.file_name().unwrap())).unwrap();
    }
    refused(folder, DETAINER, &["the log was rolled back: this node has seen 2 entries, and the log holds 1", "Do not"]);
    ok(folder, &["register", "list"]);
}

#[test]
fn a_log_ends_and_another_follows() {
    let folder = fresh();
    let folder = folder.path();
    ok(folder, REQUEST);
    let first = vkey(folder);
    assert!(ok(folder, &["ledger", "freeze"]).contains("\nfrozen\n"));
    refused(folder, DETAINER, &["frozen"]);
    ok(folder, &["--key", "second.key", "ledger", "open", "--name", "log.example.gov/city2"]);
    let second: Vec<&str> = ["--key", "second.key"].into_iter().chain(DETAINER.iter().copied()).collect();
    assert!(ok(folder, &second).contains("entry 1 of log 2"));
    ok(folder, &["ledger", "export", "--log", "1", "--out", "old"]);
    assert!(ok(folder, &["ledger", "verify", "old", "--log-key", &first]).contains("2 entries, 3 files, frozen"));
    let verify = ["--key", "second.key", "ledger", "verify"];
    check_in(folder, &Line { args: &verify, code: 1, says: &["not verified  log.example.gov/city:"], ..Line::default() });
    assert!(ok(folder, &["--key", "second.key", "ledger", "verify", "--log-key", &first]).contains("none is missing"));
}

/// What an attack on the first version of these commands found, so that it stays mended.
#[test]
fn what_readers_broke_stays_mended() {
    let folder = fresh();
    let folder = folder.path();
    assert!(ok(folder, &["ledger", "verify"]).contains("which is empty"));
    ok(folder, REQUEST);
    // One paper log's line 17 is not another's.
    let other = [
        "register",
        "add",
        "document",
        "--station",
        "2",
        "--by",
        "S-8",
        "--at",
        "2026-05-05",
        "--set",
        "document=I-200",
        "channel=fax",
        "requester=ice",
    ];
    let same_id: Vec<&str> = other.iter().chain(&["external_id=R-1"]).copied().collect();
    refused(folder, &same_id, &["`external_id`: expected an id that no other entry has, found that of a request that says something else"]);
    // An id goes before a place in the log.
    let counted: Vec<&str> = other.iter().chain(&["external_id=1-0"]).copied().collect();
    ok(folder, &counted);
    ok(folder, &["ledger", "prove", "1-0", "--out", "proof"]);
    assert!(folder.join("proof/1-1.tlog-proof").is_file());
    refused(folder, &["ledger", "prove", "99-0"], &["expected entry 0 in a log of 0 entries"]);
    assert!(ok(folder, &["register", "list", "--station", "1"]).contains("1 entry"));
    refused(folder, &["register", "list", "--station", "Maria"], &["expected a station"]);
    // Numbers of a case are corrected and taken away.
    let amend = ["register", "amend", "r-1", "--by", "S-9", "--why", "typing_error", "--set"];
    let amended = |set: &'static str| amend.iter().copied().chain([set]).collect::<Vec<&str>>();
    ok(folder, &amended("event=26-1"));
    let links = ok(folder, &["register", "show", "R-1", "--links"]);
    assert!(links.contains(" 26-1, kept") && !links.contains("26-124-04567"), "{links}");
    assert!(ok(folder, &["register", "show", "26-1", "--links"]).contains(" 26-1, kept"), "the number of a case is enough");
    ok(folder, &amended("event="));
    assert!(!ok(folder, &["register", "show", "R-1", "--links"]).contains("kept until"));
    refused(folder, &amended("external_id=R-7"), &["which an amendment does not change"]);
    // An outcome does not come to lie before the receipt by an amendment.
    ok(folder, DETAINER);
    ok(
        folder,
        &[
            "register",
            "add",
            "custody",
            "--station",
            "1",
            "--by",
            "S-7",
            "--at",
            "2026-05-04 18:20",
            "--set",
            "milestone=transferred",
            "document=D-1",
            "to=ice",
            "ground=judicial_warrant",
        ],
    );
    refused(
        folder,
        &["register", "amend", "D-1", "--by", "S-9", "--why", "typing_error", "--set", "at=2026-05-09"],
        &["`at`: expected not after 2026-05-04T18:20:00-05:00"],
    );
    // To whom a person was handed over would say in public that one was.
    let entry = ok(folder, &["register", "list", "--kind", "custody", "--jsonl"]);
    let index = serde_json::from_str::<Value>(&entry).unwrap()["index"].to_string();
    ok(folder, &["ledger", "prove", &format!("1-{index}"), "--out", "proof"]);
    let public = fs::read_to_string(folder.join(format!("proof/1-{index}.entry.json"))).unwrap();
    assert!(public.contains("\"requester\":null"), "{public}");
    // What is not due is not erased because it is, and nothing is erased twice.
    refused(folder, &["register", "erase", "D-1", "--by", "S-9", "--ground", "retention"], &["one that is to be kept longer"]);
    refused(folder, &["register", "erase", "D-1", "--by", "Maria", "--ground", "court_order"], &["`by`"]);
    ok(folder, &["register", "erase", "D-1", "--by", "S-9", "--ground", "court_order"]);
    refused(folder, &["register", "erase", "D-1", "--by", "S-2", "--ground", "court_order"], &["one that was erased"]);
    // A mistaken beginning does not take away what a node remembers.
    fs::rename(folder.join("haven.key"), folder.join("safe.key")).unwrap();
    refused(folder, &["ledger", "init", "--name", NAME], &["says what another key has signed"]);
    assert!(folder.join("haven.key.seen").is_file());
    // No password is shown.
    let secret = "postgres://127.0.0.1:1/h?user=x&password=SECRET";
    let output = haven().current_dir(folder).args(["--register", secret, "register", "list"]).output().unwrap();
    assert!(!String::from_utf8_lossy(&output.stderr).contains("SECRET"));
}

/// A program that serves until it is dropped.
struct Served {
    child: Child,
    address: String,
    /// What it said after its address.
    said: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a program that says where it listens, and then more lines where `more` says how many.
fn serve(folder: &Path, args: &[&str], more: usize) -> Served {
    let mut child = haven().current_dir(folder).args(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let address = line.trim().rsplit_once("http://").unwrap_or_else(|| panic!("it says `{line}`")).1.to_owned();
    let mut said = String::new();
    for _ in 0..more {
        out.read_line(&mut said).unwrap();
    }
    std::thread::spawn(move || out.read_to_end(&mut Vec::new()));
    Served { child, address, said }
}

/// A plain request; status and body.
fn get(address: &str, path: &str) -> (u16, Vec<u8>) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\naccept-encoding: identity\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), bytes[end + 4..].to_vec())
}

#[test]
fn a_witness_signs_what_extends_and_nothing_else() {
    let folder = fresh();
    let folder = folder.path();
    ok(folder, REQUEST);
    let log_key = vkey(folder);
    let office = tempfile::tempdir().unwrap();
    let args = ["ledger", "witness", "--name", "witness.example.org", "--log-key", &log_key, "--listen", "127.0.0.1:0"];
    let witness = serve(office.path(), &args, 1);
    let witness_key = witness.said.trim().strip_prefix("public").unwrap().trim().to_owned();
    let known = format!("{witness_key} http://{}", witness.address);
    let env: &[(&str, &str)] = &[("HAVEN_WITNESSES", &known)];
    let signed = "— witness.example.org ";
    check_in(folder, &Line { args: &["ledger", "checkpoint"], env, says: &[signed], ..Line::default() });
    ok(folder, DETAINER);
    check_in(folder, &Line { args: &["ledger", "checkpoint"], env, says: &[signed], ..Line::default() });
    ok(folder, &["ledger", "export", "--out", "exported"]);
    let verify = ["ledger", "verify", "exported", "--log-key", &log_key, "--witness-key", &witness_key];
    assert!(ok(folder, &verify).contains("witness   witness.example.org"));
    ok(folder, &["ledger", "prove", "R-1", "--out", "proof"]);
    let proof = ["ledger", "verify", "proof/1-0.tlog-proof", "--log-key", &log_key, "--witness-key", &witness_key];
    assert!(ok(folder, &proof).contains("witness   witness.example.org"));

    // The same key begins a second history: the node that has forgotten the first would sign it, the witness does not.
    let split = tempfile::tempdir().unwrap();
    ok(split.path(), &["ledger", "init", "--name", NAME]);
    for file in ["haven.key", "haven.key.seen", "haven.db"] {
        fs::remove_file(split.path().join(file)).unwrap();
    }
    ok(split.path(), &["--key", "new.key", "ledger", "init", "--name", NAME]);
    fs::copy(folder.join("haven.key"), split.path().join("new.key")).unwrap();
    for at in 1..5 {
        let external = format!("external_id=X-{at}");
        let args: Vec<&str> = ["--key", "new.key"].into_iter().chain(REQUEST.iter().copied()).chain(["--set", &external]).collect();
        ok(split.path(), &args);
    }
    let line = Line {
        args: &["--key", "new.key", "ledger", "checkpoint"],
        env,
        complains: &["warning", "did not sign (status 422)"],
        ..Line::default()
    };
    assert!(!check_in(split.path(), &line).contains(signed));
    drop(witness);
    ok(folder, &["register", "amend", "D-1", "--by", "S-1", "--why", "typing_error", "--set", "channel=mail"]);
    check_in(folder, &Line { args: &["ledger", "checkpoint"], env, complains: &["warning: the witness at"], ..Line::default() });
}

/// The sample city's register, imported once for all tests that read it.
fn city() -> &'static Path {
    static CITY: OnceLock<PathBuf> = OnceLock::new();
    CITY.get_or_init(|| {
        let folder = fresh().keep();
        let mut tables: Vec<PathBuf> = fs::read_dir(root().join("city/register")).unwrap().map(|file| file.unwrap().path()).collect();
        tables.sort();
        for table in &tables {
            let said = ok(&folder, &["register", "import", table.to_str().unwrap()]);
            assert!(said.contains(" 0 refused"), "{}: {said}", table.display());
        }
        let questions = fs::read(root().join("city/questions.jsonl")).unwrap();
        let args = ["ask", "--jsonl", "--record", "--by", "S-1", "--station", "001"];
        let output = check_in(&folder, &Line { args: &args, stdin: &questions, code: 1, ..Line::default() });
        assert!(!output.contains("\"error\""), "{output}");
        ok(&folder, &["ledger", "checkpoint"]);
        folder
    })
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn every_report_of_the_sample_city_is_the_same_twice_and_proved() {
    let city = city();
    let out = tempfile::tempdir().unwrap();
    let reports: &[&[&str]] = &[
        &["quarterly", "--quarter", "2025Q4"],
        &["quarterly", "--quarter", "2026Q1"],
        &["quarterly", "--quarter", "2026Q2"],
        &["quarterly", "--quarter", "2026Q3"],
        &["trust", "--year", "2026"],
        &["voices", "--year", "2026"],
        &["forms", "--year", "2026"],
        &["agreements"],
        &["incident", "CITY-R-0060"],
        &["public", "--year", "2026"],
    ];
    for (at, report) in reports.iter().enumerate() {
        let folders = [format!("{at}-a"), format!("{at}-b")].map(|name| out.path().join(name).to_str().unwrap().to_owned());
        for folder in &folders {
            let args: Vec<&str> = ["report"].iter().chain(*report).chain(&["--out", folder]).copied().collect();
            ok(city, &args);
        }
        let [first, second] = folders.map(|folder| files(Path::new(&folder)));
        assert!(first == second, "{report:?} is another one the second time");
        let endings: Vec<&str> =
            [".html", ".json", ".xlsx", ".csv"].into_iter().filter(|end| !first.iter().any(|(name, _)| name.ends_with(end))).collect();
        assert!(endings.is_empty(), "{report:?} lacks {endings:?}");
        let html =
            first.iter().find(|(name, _)| name.ends_with(".html")).map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).unwrap();
        assert!(!html.contains("<script"), "{report:?}");
        // No report names a case unless it is asked to, none names staff.
        for private in ["26-134-0", "25-3", "S-1042"] {
            assert!(!html.contains(private), "{report:?} shows `{private}`");
        }
        if report[0] == "public" {
            assert!(!first.iter().any(|(name, _)| name.contains("proof")), "the public page points at no entry");
        }
    }
    let quarter = out.path().join("2-a");
    let key = vkey(city);
    let proof = fs::read_dir(quarter.join("proofs"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .find(|path| path.extension().is_some_and(|end| end == "tlog-proof"))
        .unwrap();
    ok(city, &["ledger", "verify", proof.to_str().unwrap(), "--log-key", &key]);
    let json: Value = serde_json::from_slice(
        &fs::read(quarter.join(
            files(&quarter).iter().map(|(name, _)| name.clone()).find(|name| name.ends_with(".json") && !name.contains('/')).unwrap(),
        ))
        .unwrap(),
    )
    .unwrap();
    let text = json.to_string();
    assert!(text.contains("\"how\"") && text.contains("not compared"), "each figure says how it was obtained");
}

#[test]
fn the_sample_citys_defects_are_found_and_its_duties_listed() {
    let city = city();
    let line = Line {
        args: &["register", "gaps"],
        code: 1,
        says: &["number_twice", "station_silent", "paper_open", "request_open", "nil_contradicted"],
        ..Line::default()
    };
    check_in(city, &line);
    let duties = ok(city, &["register", "duties", "--due", "90d"]);
    assert!(duties.contains("late") && duties.contains("quarterly Welcoming City report") && duties.contains("day: U"), "{duties}");
    let calendar = ok(city, &["register", "duties", "--due", "90d", "--ics"]);
    assert!(calendar.starts_with("BEGIN:VCALENDAR") && calendar.contains("BEGIN:VEVENT"), "{calendar}");
}

/// Another party's data: the real samples where they are, and a table of our own.
#[test]
#[expect(clippy::disallowed_methods, reason = "where the samples lie is configuration of the test")]
fn the_register_is_compared_with_another_partys_data() {
    let city = city();
    let desk = tempfile::tempdir().unwrap();
    let at = |name: &str| desk.path().join(name).to_str().unwrap().to_owned();
    fs::write(at("stations.csv"), "station,detention_facility_code\n1,CHICPD1\n").unwrap();
    fs::write(at("theirs.csv"), "detainer_prepare_date,detainer_facility_code,detainer_type\n2026-01-15,CHICPD1,I247A\n").unwrap();
    let args = ["report", "check", "--against", &at("theirs.csv"), "--stations", &at("stations.csv"), "--out", &at("out")];
    check_in(city, &Line { args: &args, code: 1, ..Line::default() });
    let samples = std::env::var_os("HAVEN_SAMPLES").map_or_else(|| root().join("../shared"), PathBuf::from).join("data/detainers");
    if !samples.is_dir() {
        println!("the samples are absent: set HAVEN_SAMPLES to their folder");
        return;
    }
    let codes = samples.join("ice_facility_codes_chicago_aor.csv");
    for file in ["mn_detainers_by_month.csv", "mn_detainers_by_facility_and_lift_reason.csv"] {
        let theirs = samples.join(file);
        let args = [
            "report",
            "check",
            "--against",
            theirs.to_str().unwrap(),
            "--stations",
            &at("stations.csv"),
            "--facilities",
            codes.to_str().unwrap(),
        ];
        let said = check_in(city, &Line { args: &args, code: 1, ..Line::default() });
        assert!(serde_json::from_str::<Value>(&said).is_ok(), "{said}");
    }
}

#[test]
fn the_register_is_served_and_its_log_verified_over_http() {
    let copy = tempfile::tempdir().unwrap();
    for file in fs::read_dir(city()).unwrap().map(|file| file.unwrap().path()).filter(|path| path.is_file()) {
        fs::copy(&file, copy.path().join(file.file_name().unwrap())).unwrap();
    }
    let city = copy.path();
    let served = serve(city, &["serve", "--listen", "127.0.0.1:0"], 0);
    let url = format!("http://{}/log/1", served.address);
    let verified = ok(city, &["ledger", "verify", &url, "--log-key", &vkey(city)]);
    assert!(verified.contains(NAME), "{verified}");
    let page = |path: &str| {
        let (status, body) = get(&served.address, path);
        assert_eq!(status, 200, "{path}");
        String::from_utf8_lossy(&body).into_owned()
    };
    let list = page("/reports");
    for quarter in ["2025Q4", "2026Q1", "2026Q2", "2026Q3"] {
        assert!(list.contains(&format!("/reports/quarterly/{quarter}")), "{list}");
        let report = page(&format!("/reports/quarterly/{quarter}"));
        let proof = report.split("proofs/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert!(page(&format!("/reports/quarterly/proofs/{proof}")).contains("c2sp.org/tlog-proof"), "{proof}");
    }
    let public = page("/public/2026");
    let files: Vec<&str> =
        public.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).filter(|link| !link.starts_with('#')).collect();
    assert!(!files.is_empty());
    for file in files {
        assert_eq!(get(&served.address, &format!("/public/{file}")).0, 200, "{file}");
    }
    // What is not published is not given out, and a quarter that runs has no report yet.
    let late = ["register", "add", "request", "--station", "1", "--by", "S-1", "--set", "channel=phone", "requester=ero", "asked=assist"];
    let recorded = ok(city, &late);
    let index = recorded.split("entry ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    assert_eq!(get(&served.address, &format!("/reports/quarterly/proofs/1-{index}.entry.json")).0, 404);
    assert_eq!(page("/public/2026"), public, "the public page stands still within a month");
    for path in [
        "/reports/quarterly/2999Q4",
        "/public/2999",
        "/log/1/tile/0/999",
        "/log/2/checkpoint",
        "/log/1/../haven.db",
        "/public/1",
        "/reports/quarterly/2026Q9",
        "/reports/quarterly/proofs/1-99999.tlog-proof",
        "/log/1/haven.db",
    ] {
        assert_eq!(get(&served.address, path).0, 404, "{path}");
    }
}

/// The reports in a real browser: `web/tests/reports.mjs`.
#[test]
fn a_browser_finds_no_fault_in_the_reports() {
    let served = serve(city(), &["serve", "--listen", "127.0.0.1:0"], 0);
    browse("reports.mjs", &format!("http://{}", served.address));
}
