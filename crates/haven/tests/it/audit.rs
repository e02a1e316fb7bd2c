//! `haven audit`, from outside.

use crate::cli::{Line, check_in};
use crate::whole::{assert_tables_are_told, assert_well_formed};
use crate::{haven, root};
use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

/// A network audit of ours, with a name, a plate and a case number that must not come out.
pub(crate) const LOG: &str = "ID,Name,Org Name,Total Networks Searched,Total Devices Searched,Time Frame,License Plate,Reason,\
Case #,Filters,Search Time,Search Type,Text Prompt,Moderation
s-1,Zaphyra Quillfeather,Elmdale IL PD,1,40,\"03/01/2026, 10:00:00 AM UTC\n03/02/2026, 10:00:00 AM UTC\",QZX4417,theft Quillfeather,HX-998877,,\"03/02/2026, 06:00:00 PM UTC\",lookup,,
s-2,Zaphyra Quillfeather,Pinecrest County TX SO,6100,90000,\"01/01/2026, 10:00:00 AM UTC\n03/02/2026, 10:00:00 AM UTC\",QZX4417,ICE+ERO,,,\"03/02/2026, 06:05:00 PM UTC\",lookup,,
s-3,Orlin Vantreese,Birch MO PD,1,40,\"03/01/2026, 10:00:00 AM UTC\n03/02/2026, 10:00:00 AM UTC\",,Agency Assist,,,\"03/02/2026, 06:10:00 PM UTC\",search,,
";

/// An action log of alert lists of ours: times are days of a spreadsheet.
pub(crate) const HOT_LIST: &str = "Timestamp,User,Event Type,Entity Type,Entity Details,Event Id
46083.75,Zaphyra Quillfeather,Created,Hotlist,\"NCIC topic: Immigration Violator\nAudience: all patrol\",h-1
46083.76,Orlin Vantreese,Created,Hotlist Entry,\"Hotlist: Custom\nPlate: QZX4417\nState: IL\nReason: stolen vehicle Quillfeather\nCase: HX-998877\",h-2
";

/// What stands in the log and may stand in nothing that is made of it.
const SECRETS: [&str; 6] = ["Quillfeather", "Zaphyra", "Vantreese", "QZX4417", "HX-998877", "998877"];

fn holds_no_secret(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            holds_no_secret(&path);
            continue;
        }
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        for secret in SECRETS {
            assert!(!text.contains(secret), "{} holds {secret}", path.display());
        }
    }
}

#[test]
fn a_log_is_read_masked_asked_and_decided_about() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("log.csv", LOG);
    write("287g.csv", "state,county,agency,ori,type\nTEXAS,Pinecrest County,pinecrest county sheriff,,Task Force Model\n");
    write("declarations.csv", "agency,state,signed\nBirch MO PD,MO,2026-01-05\n");
    let searches = ["audit", "searches", "log.csv", "--agreements", "287g.csv", "--declarations", "declarations.csv", "--out", "out"];
    let searches = [&searches[..], &["--day", "2026-03-03"]].concat();
    let line = Line { args: &searches, code: 1, says: &["3 searches in 1 file", "ICE ERO", "network audit"], ..Line::default() };
    let said = check_in(folder.path(), &line);
    for (rule, count) in [
        ("immigration-purpose", 1),
        ("agreement-287g", 1),
        ("no-declaration", 1),
        ("out-of-state", 2),
        ("assist-unnamed", 1),
        ("look-back", 1),
    ] {
        let row = said.lines().find(|line| line.ends_with(&format!("[{rule}]"))).unwrap_or_else(|| panic!("{rule}: {said}"));
        assert_eq!(row.split_whitespace().next(), Some(count.to_string().as_str()), "{row}");
    }
    fs::remove_file(folder.path().join("log.csv")).unwrap();
    holds_no_secret(&folder.path().join("out"));

    // The same again, byte for byte, and then with every search decided.
    write("log.csv", LOG);
    let outputs = ["out/report.html", "out/audit.json", "out/queue.csv"].map(|name| folder.path().join(name));
    let first = outputs.clone().map(|path| fs::read(path).unwrap());
    let page = String::from_utf8_lossy(&first[0]);
    assert_well_formed("report", &page);
    assert_tables_are_told("report", &page);
    check_in(folder.path(), &line);
    assert!(first == outputs.map(|path| fs::read(path).unwrap()), "a second audit of the same log says something else");
    let queue = fs::read_to_string(folder.path().join("out/queue.csv")).unwrap();
    let decided = queue.replace(",,,,\n", ",explained,the case has a charge,rev-07,2026-03-03\n");
    assert_ne!(queue, decided);
    write("decided.csv", &decided);
    let with = [&searches[..], &["--decisions", "decided.csv", "--format", "html"]].concat();
    check_in(folder.path(), &Line { args: &with, code: 0, says: &["explained: the case has a charge"], ..Line::default() });

    // Decisions in the folder are written over by no run that would lose them: one without them, one of another log.
    let kept = || assert!(fs::read_to_string(folder.path().join("out/queue.csv")).unwrap() == decided, "decisions are lost");
    kept();
    check_in(folder.path(), &Line { args: &searches, code: 2, complains: &["queue.csv", "decisions", "write over"], ..Line::default() });
    kept();
    write("log.csv", &LOG.replace("s-1,", "s-9,"));
    let with = [&searches[..], &["--decisions", "out/queue.csv"]].concat();
    check_in(folder.path(), &Line { args: &with, code: 2, complains: &["write over", "another folder"], ..Line::default() });
    kept();
    let elsewhere = ["audit", "searches", "log.csv", "--decisions", "decided.csv"];
    check_in(folder.path(), &Line { args: &elsewhere, code: 1, says: &["decisions of other files"], ..Line::default() });
}

#[test]
fn what_an_audit_is_held_against_is_named_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("log.csv", LOG);
    write("287g.csv", "state,county,agency,ori,type\nTEXAS,Pinecrest County,pinecrest county sheriff,,Task Force Model\n");
    let given = ["audit", "searches", "log.csv", "--agreements", "287g.csv", "--day", "2026-03-03"];
    for format in ["table", "json", "html"] {
        let args = [&given[..], &["--format", format]].concat();
        check_in(folder.path(), &Line { args: &args, code: 1, says: &["287g.csv", "agreements"], ..Line::default() });
    }
    for state in ["XX", "Nowhere"] {
        let args = ["audit", "searches", "log.csv", "--state", state];
        check_in(folder.path(), &Line { args: &args, code: 2, complains: &["--state", "IL or Illinois"], ..Line::default() });
    }
    let of = |state: &str| {
        let args = ["audit", "searches", "log.csv", "--state", state];
        check_in(folder.path(), &Line { args: &args, code: 1, says: &[" 2 "], ..Line::default() })
    };
    assert_eq!(of("IL"), of("Illinois"));
    // A log of nothing looks like an export that went wrong.
    write("empty.csv", LOG.split_once("s-1,").unwrap().0);
    let empty = ["audit", "searches", "empty.csv"];
    check_in(folder.path(), &Line { args: &empty, code: 2, says: &["holds no rows"], ..Line::default() });
    // Repeated ids are no change of the layout.
    write("twice.csv", &LOG.replace("s-2,", "s-1,"));
    let twice = check_in(folder.path(), &Line { args: &["audit", "searches", "twice.csv"], code: 1, ..Line::default() });
    assert!(twice.contains("1 rows repeat the id") && !twice.contains("layout that has changed"), "{twice}");
}

/// Starts a command, waits until something is there, presses Ctrl-C, and gives what came out.
fn interrupted(folder: &Path, args: &[&str], when: impl Fn() -> bool) -> Output {
    let mut command = haven();
    let child = command.current_dir(folder).args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while !when() {
        assert!(begun.elapsed() < Duration::from_secs(120), "nothing to interrupt");
        std::thread::sleep(Duration::from_millis(5));
    }
    crate::web::kill("-INT", child.id());
    child.wait_with_output().unwrap()
}

/// A log of so many rows.
fn long_log(rows: usize) -> String {
    let (head, first) = LOG.split_once("s-1,").unwrap();
    let row = format!("s-1,{}", first.split_once("s-2,").unwrap().0);
    let mut log = head.to_owned();
    (0..rows).for_each(|number| log.push_str(&row.replace("s-1,", &format!("s-{number},"))));
    log
}

#[test]
fn an_audit_that_is_interrupted_says_so_and_goes_on_from_there() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a.csv"), LOG).unwrap();
    fs::write(at("b.csv"), long_log(600_000)).unwrap();
    let args = ["audit", "searches", "a.csv", "b.csv", "--out", "out"];
    // As an earlier audit left it: with decisions in the queue.
    check_in(folder.path(), &Line { args: &["audit", "searches", "a.csv", "--out", "out"], code: 1, ..Line::default() });
    fs::write(at("out/queue.csv"), "decided\n").unwrap();
    let first = at("out/searches/searches-0001.parquet");
    let imported = || fs::metadata(&first).unwrap().modified().unwrap();
    let before = imported();
    let output = interrupted(folder.path(), &args, || at("out/searches/searches-0002.part").exists());
    let (said, noted) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(2), "{said}{noted}");
    assert!(noted.contains("stopping"), "{noted}");
    assert!(said.contains("Interrupted: 1 of 2 files imported, and no rule was asked\nNot imported: b.csv\n"), "{said}");
    let json = |name: &str| serde_json::from_str::<serde_json::Value>(&fs::read_to_string(at(name)).unwrap()).unwrap();
    let manifest = json("out/searches/manifest.json");
    assert_eq!((&manifest["interrupted"], manifest["files"].as_array().unwrap().len()), (&true.into(), 1), "{manifest}");
    assert_eq!(json("out/audit.json")["interrupted"], serde_json::json!(["b.csv"]));
    let page = fs::read_to_string(at("out/report.html")).unwrap();
    assert_well_formed("interrupted", &page);
    assert!(page.contains("The audit was interrupted"), "{page}");
    // What people wrote stays, no part is left, and nobody takes a part for the log.
    assert_eq!(fs::read_to_string(at("out/queue.csv")).unwrap(), "decided\n");
    assert!(!at("out/searches/searches-0002.part").exists() && !at("out/searches/searches-0002.parquet").exists());
    for name in ["portal.csv", "contract.toml"] {
        fs::copy(root().join("audit/examples").join(name), at(name)).unwrap();
    }
    let policy = "audit policy --agency Elmdale --portal portal.csv --contract contract.toml --log out";
    let policy: Vec<&str> = policy.split(' ').collect();
    check_in(folder.path(), &Line { args: &policy, code: 2, complains: &["interrupted", "again"], ..Line::default() });

    // Nor is it written over when the audit goes on.
    check_in(folder.path(), &Line { args: &args, code: 2, complains: &["queue.csv"], ..Line::default() });
    fs::remove_file(at("out/queue.csv")).unwrap();
    // The same command goes on: the first file is not imported again, and all is as if nobody had interrupted it.
    let said = check_in(folder.path(), &Line { args: &args, code: 1, says: &["600,003 searches in 2 files"], ..Line::default() });
    assert_eq!(imported(), before);
    fs::create_dir(at("other")).unwrap();
    fs::copy(at("out/accounts.key"), at("other/accounts.key")).unwrap();
    let other = check_in(folder.path(), &Line { args: &[&args[..5], &["other"]].concat(), code: 1, ..Line::default() });
    assert_eq!(said, other);
    for name in ["report.html", "audit.json", "queue.csv", "searches/manifest.json", "searches/searches-0002.parquet"] {
        assert!(fs::read(at("out").join(name)).unwrap() == fs::read(at("other").join(name)).unwrap(), "{name}");
    }
    // A folder that holds no import is said to hold none, with what to do.
    fs::remove_file(at("out/searches/manifest.json")).unwrap();
    check_in(folder.path(), &Line { args: &policy, code: 2, complains: &["manifest.json", "audit searches", "--out"], ..Line::default() });
}

#[test]
fn a_decision_of_acts_that_is_interrupted_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let examples = root().join("audit/examples");
    fs::copy(examples.join("stops.toml"), at("stops.toml")).unwrap();
    let stops = fs::read_to_string(examples.join("stops.csv")).unwrap();
    let (head, rows) = stops.split_once('\n').unwrap();
    fs::write(at("stops.csv"), format!("{head}\n{}", rows.repeat(60_000))).unwrap();
    let args = ["audit", "decide", "stops.csv", "--map", "stops.toml", "--out", "out"];
    let output = interrupted(folder.path(), &args, || at("out/masks.parquet.part").exists());
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("\nInterrupted after "), "{said}");
    let decided: serde_json::Value = serde_json::from_str(&fs::read_to_string(at("out/decided.json")).unwrap()).unwrap();
    assert_eq!(decided["interrupted"], true);
    assert!(decided["records"].as_u64().unwrap() < 18 * 60_000);
    assert!(fs::read_to_string(at("out/report.html")).unwrap().contains("Interrupted after "));
    assert!(at("out/masks.parquet").exists() && !at("out/masks.parquet.part").exists());
}

#[test]
fn what_a_rule_of_groups_found_is_decided_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let (head, rows) = LOG.split_once("s-1,").unwrap();
    let second = rows.split_once("s-2,").unwrap().1.split_once("s-3,").unwrap().0;
    write("log.csv", &format!("{head}{}", format!("s-2,{second}").repeat(5)));
    let searches = ["audit", "searches", "log.csv", "--out", "out"];
    check_in(folder.path(), &Line { args: &searches, code: 1, ..Line::default() });
    let queue = fs::read_to_string(folder.path().join("out/queue.csv")).unwrap();
    let rows: Vec<&str> = queue.lines().collect();
    let (single, groups): (Vec<&str>, Vec<&str>) = rows[1..].iter().partition(|row| row.contains(",log.csv,"));
    assert!(groups.iter().any(|row| row.contains(":account-")), "{queue}");
    let decided = |open: &[&str]| {
        let fill = |row: &&str| {
            if open.contains(row) {
                (*row).to_owned()
            } else {
                row.strip_suffix(",,,,").unwrap().to_owned() + ",explained,one unit,rev-07,2026-03-03"
            }
        };
        [rows[0].to_owned()].into_iter().chain(rows[1..].iter().map(fill)).collect::<Vec<_>>().join("\n")
    };
    let with = ["audit", "searches", "log.csv", "--decisions", "decided.csv"];
    for (open, code) in [(&groups[..1], 1), (&single[..1], 1), (&[][..], 0)] {
        write("decided.csv", &decided(open));
        check_in(folder.path(), &Line { args: &with, code, ..Line::default() });
    }
}

#[test]
fn alert_lists_are_asked_about_and_decided_as_searches_are() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("log.csv", LOG);
    write("hot-list.csv", HOT_LIST);
    let check = |args: &[&str], code: i32, says: &[&str]| {
        let args = [&["audit", "searches"], args].concat();
        check_in(folder.path(), &Line { args: &args, code, says, ..Line::default() })
    };
    let said = check(&["log.csv"], 1, &["5 rules not asked: no action log of alert lists was given"]);
    assert!(said.lines().any(|line| line.trim_start().starts_with("- ") && line.ends_with("[alert-immigration-violator]")), "{said}");
    let said = check(
        &["log.csv", "hot-list.csv", "--out", "out"],
        1,
        &["3 searches and 2 changes of alert lists in 2 files", "1 change of alert lists to look at"],
    );
    let row = said.lines().find(|line| line.ends_with("[alert-immigration-violator]")).unwrap();
    assert_eq!(row.split_whitespace().next(), Some("1"), "{row}");
    assert!(!said.contains("not asked:"), "{said}");
    fs::remove_file(folder.path().join("log.csv")).unwrap();
    // The list alone: what is asked of searches is not asked, and the log of the run before is none of this one.
    check(&["hot-list.csv", "--out", "out"], 1, &["2 changes of alert lists in 1 file", "no log of searches was given"]);
    let queue = fs::read_to_string(folder.path().join("out/queue.csv")).unwrap();
    write("decided.csv", &queue.replace(",,,,\n", ",referred,the list was switched off,rev-07,2026-03-03\n"));
    check(&["hot-list.csv", "--decisions", "decided.csv", "--format", "html"], 0, &["referred: the list was switched off"]);
    fs::remove_file(folder.path().join("hot-list.csv")).unwrap();
    holds_no_secret(&folder.path().join("out"));
}

#[test]
fn what_was_not_read_is_said_and_never_clean() {
    let check = |log: &str, code: i32, says: &[&str], complains: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("log.csv"), log).unwrap();
        check_in(folder.path(), &Line { args: &["audit", "searches", "log.csv"], code, says, complains, ..Line::default() });
    };
    check(&format!("{LOG}# ERROR: download incomplete\n"), 2, &["the log is not whole"], &[]);
    check("When,Who,Why\n2026-03-02,Quillfeather,theft\n", 2, &[], &["log.csv", "3 columns that no layout knows"]);
    check("", 2, &[], &["log.csv"]);
}

#[test]
fn who_sees_what_is_told_by_right() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "sharing.csv",
        "Organization Name,Networks Shared With Me,Networks I'm Sharing\nElmdale IL PD,Elmdale IL PD,Chicago IL PD\n\
         Pinecrest County TX SO,,Chicago IL PD\n",
    );
    write("287g.csv", "state,county,agency,ori,type\nTEXAS,Pinecrest County,pinecrest county sheriff,,Task Force Model\n");
    write("declarations.csv", "agency,state,signed\nBirch MO PD,MO,2026-01-05\n");
    let lists = ["--agreements", "287g.csv", "--declarations", "declarations.csv", "--day", "2026-03-03"];
    let check = |format: &str, says: &[&str]| {
        let args = [&["audit", "access", "sharing.csv", "--format", format][..], &lists].concat();
        check_in(folder.path(), &Line { args: &args, code: 1, says, ..Line::default() });
    };
    check("table", &["2         1  all", "1         0  declaration_missing", "1         0  agreement"]);
    check("csv", &["Task Force Model", "declaration_missing"]);
    check("svg", &["<svg", "<desc"]);
    check("html", &["1 of 2 organisations see by a right that is on file", "<svg", "Task Force Model"]);
    let args = [&["audit", "access", "sharing.csv", "--out", "out"][..], &lists].concat();
    check_in(folder.path(), &Line { args: &args, code: 1, ..Line::default() });
    for name in ["report.html", "access.csv", "access.json", "access.parquet", "access.svg"] {
        assert!(folder.path().join("out").join(name).exists(), "{name}");
    }
}

#[test]
fn the_sample_city_has_the_logs_that_its_script_makes() {
    let folder = tempfile::tempdir().unwrap();
    let script = root().join("scripts/city-audit.sh");
    let output = std::process::Command::new(script).arg(env!("CARGO_BIN_EXE_haven")).arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let files = |folder: &Path| {
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.into_iter().map(|path| (path.file_name().unwrap().to_owned(), fs::read(path).unwrap())).collect::<Vec<_>>()
    };
    let (made, kept) = (files(folder.path()), files(&root().join("city/audit")));
    assert!(made == kept, "city/audit is not what scripts/city-audit.sh makes: make it anew");
    assert_eq!(kept.len(), 5);
    // A log of nothing is none.
    let line = ["audit", "generate", "--rows", "0", "--out", "none.csv"];
    check_in(folder.path(), &Line { args: &line, code: 2, complains: &["--rows", "1.."], ..Line::default() });
    assert!(!folder.path().join("none.csv").exists());
    // A log that is there is not written over.
    let line = ["audit", "generate", "--rows", "1", "--out", "287g.csv"];
    check_in(folder.path(), &Line { args: &line, code: 2, complains: &["cannot write 287g.csv"], ..Line::default() });
}

#[test]
fn acts_of_a_log_are_held_against_the_law() {
    let examples = root().join("audit/examples");
    let check = |log: &str, says: &[&str]| {
        let map = log.replace(".csv", ".toml");
        let line = Line { args: &["audit", "decide", log, "--map", &map], code: 2, says, ..Line::default() };
        check_in(&examples, &line);
    };
    for (format, says) in [("csv", "layer,provision,cite"), ("html", "What was done, and what the law says of it")] {
        let args = ["audit", "decide", "custody.csv", "--map", "custody.toml", "--format", format];
        check_in(&examples, &Line { args: &args, code: 2, says: &[says], ..Line::default() });
    }
    // One record of each log says no day: it is named, and the exit code is that of something unread.
    check("stops.csv", &["9  prohibited", "prohibits MCC § 2-173-020(a)(1)(C): 9", "Not asked: 1 records, no day that can be read: 15"]);
}

#[test]
fn events_of_dispatch_are_held_against_the_register() {
    let folder = tempfile::tempdir().unwrap();
    let log = fs::read_to_string(root().join("audit/examples/events.csv")).unwrap();
    fs::write(folder.path().join("events.csv"), &log).unwrap();
    // The head, the fight, and the call with its history.
    let some: Vec<&str> = log.lines().take(4).collect();
    fs::write(folder.path().join("call.csv"), some.join("\n")).unwrap();
    fs::write(folder.path().join("rounded.csv"), some.join("\n").replace("2607004411", "2.6070E+09")).unwrap();
    fs::write(folder.path().join("other.csv"), "When,What\n2026-03-11,ICE\n").unwrap();
    let run = |args: &str, code: i32, says: &[&str], complains: &[&str]| {
        let args: Vec<&str> = args.split(' ').collect();
        check_in(folder.path(), &Line { args: &args, code, says, complains, ..Line::default() })
    };
    run("audit dispatch call.csv", 2, &[], &["ledger init"]);
    run("ledger init --name log.example.gov/city", 0, &[], &[]);
    let request = "register add request --station 012 --by S-1 --set channel=phone --set requester=ice_contractor --set asked=assist --at";
    run(&format!("{request} 2026-03-11T14:07 --set event=26-070-04467"), 0, &[], &[]);
    run(&format!("{request} 2026-03-11T14:40 --set event=26-070-99999"), 0, &[], &[]);
    // The second entry lies behind the end of this log.
    run("audit dispatch call.csv", 0, &["2 events read, 1 speak", "1  has an entry, by its number"], &[]);
    let says = [
        "6 events read, 4 speak",
        "2  no entry\n",
        "1  no entry of its number; a candidate by time and place",
        "1  entries of the period with a number",
    ];
    run("audit dispatch events.csv --out out", 1, &says, &[]);
    run("audit dispatch events.csv --window 5 --zone America/Chicago", 1, &["3  no entry\n", "1  has an entry"], &[]);
    run("audit dispatch rounded.csv", 2, &["1 cells of `Event#` could not be read"], &[]);
    run(
        "audit dispatch other.csv",
        2,
        &[],
        &["other.csv", "2 columns that no layout knows", "as in audit/dispatch.toml", "docs/audit-dispatch.md"],
    );
    run("audit dispatch call.csv --zone Lake", 2, &[], &["--zone", "America/Chicago"]);
    let story =
        run("audit dispatch events.csv --event 2607004467 --out out", 0, &["(register: ", "events.csv, row 3", "federal request"], &[]);
    let row = |text: &str| story.find(text).unwrap_or_else(|| panic!("{text}: {story}"));
    assert!(row("events.csv, row 2") < row("(register: ") && row("(register: ") < row("events.csv, row 3"), "{story}");
    run("audit dispatch events.csv --event 2600000000", 2, &[], &["an event of that number"]);
    for entry in fs::read_dir(folder.path().join("out")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for secret in ["VANTREESE", "vantreese", "BRIGHTPATH", "QUILLON", "quillon", "MAYFERN", "555-0", "CENTER"] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
    for (name, says) in [("dispatch.html", "4 speak of immigration enforcement"), ("event.html", "events.csv, row 3")] {
        let page = fs::read_to_string(folder.path().join("out").join(name)).unwrap();
        assert!(page.contains(says), "{page}");
        assert_well_formed(name, &page);
        assert_tables_are_told(name, &page);
    }
}

#[test]
fn published_agreed_and_done_are_laid_beside_one_another() {
    let examples = root().join("audit/examples");
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("log.csv", LOG);
    write("sharing.csv", "Organization Name,Networks Shared With Me,Networks I'm Sharing\nElmdale IL PD,,Ours\nBirch MO PD,,Ours\n");
    for name in ["portal.csv", "contract.toml"] {
        fs::copy(examples.join(name), folder.path().join(name)).unwrap();
    }
    write("silent.toml", "");
    write("broken.csv", &format!("{LOG}# ERROR: download incomplete\n"));
    // For each topic: portal beside contract, portal beside log, contract beside log.
    let check = |agency: &str, contract: &str, log: &str, sharing: bool, code: i32, topics: &[(&str, [&str; 3])]| {
        let mut args =
            vec!["audit", "policy", "--portal", "portal.csv", "--agency", agency, "--contract", contract, "--log", log, "--format", "json"];
        if sharing {
            args.extend(["--sharing", "sharing.csv"]);
        }
        let said = check_in(folder.path(), &Line { args: &args, code, ..Line::default() });
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        for (topic, answers) in topics {
            let line = said["lines"].as_array().unwrap().iter().find(|line| line["topic"] == *topic).unwrap();
            let found = [&line["published_agreed"], &line["published_done"]["answer"], &line["agreed_done"]["answer"]];
            assert_eq!(found.map(|answer| answer.as_str().unwrap()), *answers, "{agency} {topic}: {line:#}");
        }
        for secret in SECRETS {
            assert!(!said.to_string().contains(secret), "{secret}");
        }
    };
    let (same, differs, not_stated, not_asked) = ("same", "differs", "not_stated", "not_asked");
    let elmdale = [
        ("retention", [differs, differs, differs]),
        ("immigration", [same, differs, differs]),
        ("case-number", [not_stated, not_stated, differs]),
        ("reason", [not_stated, differs, not_stated]),
        ("outside-agencies", [not_stated, differs, not_stated]),
        ("who-searches", [not_stated, not_stated, differs]),
        ("searches", [not_stated, not_asked, not_stated]),
    ];
    check("Elmdale IL PD", "contract.toml", "log.csv", true, 1, &elmdale);
    // Without the list nobody can be counted; a log that is not whole is not read.
    check(
        "elmdale police department IL",
        "contract.toml",
        "log.csv",
        false,
        1,
        &[("outside-agencies", [not_stated, not_asked, not_stated])],
    );
    check("Elmdale IL PD", "contract.toml", "broken.csv", true, 2, &[("retention", [differs, differs, differs])]);
    // Nothing seen that does not fit, but one reason is redacted: nobody knows, so it is not the same.
    for (name, reason, answer) in [("plain.csv", "robbery", same), ("redacted.csv", "***", not_asked)] {
        write(name, &LOG.replace("ICE+ERO", reason));
        check("Elmdale IL PD", "contract.toml", name, true, 1, &[("immigration", [same, answer, answer])]);
    }
    // Both silent: nothing is agreed, and nothing differs.
    check("Birch MO PD", "silent.toml", "log.csv", false, 0, &[("retention", [not_stated; 3]), ("immigration", [not_stated; 3])]);
    // What an earlier audit left is a log too.
    check_in(
        folder.path(),
        &Line { args: &["audit", "searches", "log.csv", "--out", "out"], code: 1, says: &["3 searches"], ..Line::default() },
    );
    check("Elmdale IL PD", "contract.toml", "out", true, 1, &elmdale);
    let refused = |agency: &str, contract: &str, complains: &[&str]| {
        let args = ["audit", "policy", "--portal", "portal.csv", "--agency", agency, "--contract", contract, "--log", "log.csv"];
        check_in(folder.path(), &Line { args: &args, code: 2, complains, ..Line::default() });
    };
    refused("Nowhere TX PD", "contract.toml", &["portal.csv", "none among 3 rows", "docs/audit-policy.md"]);
    let portal = fs::read_to_string(examples.join("portal.csv")).unwrap();
    write("portal.csv", &portal.replace("Birch MO PD,MO", "Elmdale MO PD,MO"));
    refused("Elmdale", "contract.toml", &["portal.csv", "row 1: Elmdale IL PD", "row 2: Elmdale MO PD"]);
    write("term.toml", "[retention]\nvalue = 30\nsource = \"p. 1\"\n");
    refused("Elmdale IL PD", "term.toml", &["`retention`", "`retention_days`"]);
    write("word.toml", "[immigration_use]\nvalue = \"no\"\nsource = \"p. 1\"\n");
    refused("Elmdale IL PD", "word.toml", &["`immigration_use`", "`barred`, `allowed`"]);
    // The log in which one other agency searched is not that of the portal's.
    let (head, rows) = LOG.split_once("s-1,").unwrap();
    write("other.csv", &format!("{head}s-2,{}", rows.split_once("s-2,").unwrap().1.split_once("s-3,").unwrap().0));
    let args =
        ["audit", "policy", "--portal", "portal.csv", "--agency", "Elmdale IL PD", "--contract", "contract.toml", "--log", "other.csv"];
    check_in(folder.path(), &Line { args: &args, code: 2, complains: &["Elmdale IL PD", "one other agency"], ..Line::default() });
    // A page for people, that says the same.
    let args = [&args[..9], &["log.csv", "--format", "html", "--out", "policy"]].concat();
    let page =
        check_in(folder.path(), &Line { args: &args, code: 1, says: &["Elmdale IL PD", "Topic by topic", "<pre>"], ..Line::default() });
    assert_well_formed("policy", &page);
    assert_tables_are_told("policy", &page);
    assert!(fs::read_to_string(folder.path().join("policy/report.html")).unwrap() == page);
}
