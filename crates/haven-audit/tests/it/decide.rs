//! Logs with their mappings: what is answered, what is refused and how, and that nothing of a cell comes out again.

use crate::small;
use datafusion::prelude::{CsvReadOptions, ParquetReadOptions, SessionContext};
use haven_audit::AuditError;
use haven_audit::decide::{Question, decide};
use haven_audit::law::Law;
use haven_audit::provisions::{Decided, Does};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

pub(crate) fn law() -> &'static Arc<Law> {
    static LAW: OnceLock<Arc<Law>> = OnceLock::new();
    LAW.get_or_init(|| Arc::new(Law::new(Arc::new(small::pack().clone()))))
}

pub(crate) fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../audit/examples").join(name)
}

pub(crate) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

pub(crate) fn asked(events: &Path, mapping: &str, out: Option<&Path>) -> Result<Decided, AuditError> {
    decide(&Question { events, mapping: ("map.toml", mapping), law: law(), out, examples: 5, progress: &|_| ControlFlow::Continue(()) })
}

/// Provision, what it does, how many acts, the records.
fn found(decided: &Decided, does: Does) -> Vec<(&str, &str, u64, &[u64])> {
    let of = decided.provisions.iter().filter(|finding| finding.does == does);
    of.map(|finding| (finding.layer.name(), finding.provision.as_str(), finding.acts, finding.records.as_slice())).collect()
}

#[test]
fn stops_and_arrests_are_answered_by_provision_unit_and_month() {
    let folder = tempfile::tempdir().unwrap();
    let decided = asked(&example("stops.csv"), &read(&example("stops.toml")), Some(folder.path())).unwrap();
    println!("{}", serde_json::to_string_pretty(&decided).unwrap());
    assert_eq!((decided.records, decided.acts), (18, 24));
    // Two checks of status, two administrative warrants and a detainer since 2021, the three papers also as arrests.
    let city: Vec<_> = found(&decided, Does::Prohibits).into_iter().filter(|finding| finding.0 == "city").collect();
    assert_eq!(
        city,
        [
            ("city", "2-173-020(a)(1)(A)", 2, [3, 12].as_slice()),
            ("city", "2-173-020(a)(1)(B)", 4, [4, 13].as_slice()),
            ("city", "2-173-020(a)(1)(C)", 2, [9].as_slice()),
        ]
    );
    let of_a = decided.provisions.iter().find(|finding| finding.provision == "2-173-020(a)(1)(A)").unwrap();
    let by: Vec<_> = of_a.by.iter().map(|by| (by.unit.as_deref(), by.month.as_str(), by.acts)).collect();
    assert_eq!(by, [(Some("010"), "2025-03", 1), (Some("024"), "2025-04", 1)]);
    // The row of 2021 lies in the days of which it is uncertain which version was in force.
    assert!(found(&decided, Does::Refers).iter().any(|(layer, _, _, records)| *layer == "city" && records.contains(&16)));
    assert_eq!(
        decided.unread.iter().map(|unread| (unread.why.as_str(), unread.first.as_slice())).collect::<Vec<_>>(),
        [("no day that can be read", [15].as_slice())]
    );
    assert_eq!(decided.undetermined.facts.first().map(|fact| fact.fact.as_str()), Some("document"));
    let settle: Vec<_> = decided.undetermined.settle.iter().map(|step| (step.fact.as_str(), step.acts)).collect();
    assert_eq!(settle[..2], [("document", 2), ("basis", 5)]);
    assert_eq!(decided.silent["fact.basis"], 3);
    assert!(decided.unused.is_empty());

    // The table of masks recounts the answers, and names which bit is which clause.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let counted: i64 = runtime.block_on(async {
        let context = SessionContext::new();
        let path = folder.path().join("masks.parquet");
        context.register_parquet("masks", path.to_str().unwrap(), ParquetReadOptions::default()).await.unwrap();
        let sql = "select count(*) from masks where answer = 'prohibited' and (city_prohibited <> 0 or state_prohibited <> 0)";
        let batches = context.sql(sql).await.unwrap().collect().await.unwrap();
        use datafusion::arrow::array::AsArray as _;
        batches[0].column(0).as_primitive::<datafusion::arrow::datatypes::Int64Type>().value(0)
    });
    assert_eq!(u64::try_from(counted).unwrap(), decided.answers["prohibited"]);

    // The same log gives the same bytes, and none of its own words.
    let again = tempfile::tempdir().unwrap();
    asked(&example("stops.csv"), &read(&example("stops.toml")), Some(again.path())).unwrap();
    for name in ["decided.json", "masks.parquet"] {
        let bytes = std::fs::read(folder.path().join(name)).unwrap();
        assert_eq!(bytes, std::fs::read(again.path().join(name)).unwrap(), "{name}");
        for word in ["PULASKI", "Immigration status check", "LAWRENCE", "Incident to arrest", "headlamp"] {
            assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "`{word}` in {name}");
        }
    }
}

#[test]
fn the_form_of_the_file_changes_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let csv = read(&example("stops.csv"));
    // With a mark of byte order, other delimiters, and as the lines, the list and the table of the same records.
    std::fs::write(at("bom.csv"), format!("\u{feff}{csv}")).unwrap();
    std::fs::write(at("tilde.txt"), csv.replace(',', "~")).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let context = SessionContext::new();
        let schema: Vec<_> = csv
            .lines()
            .next()
            .unwrap()
            .split(',')
            .map(|name| datafusion::arrow::datatypes::Field::new(name, datafusion::arrow::datatypes::DataType::Utf8, true))
            .collect();
        let schema = datafusion::arrow::datatypes::Schema::new(schema);
        let path = example("stops.csv");
        let options = CsvReadOptions::new().schema(&schema).newlines_in_values(true);
        let frame = context.read_csv(path.to_str().unwrap(), options).await.unwrap();
        let options = datafusion::dataframe::DataFrameWriteOptions::new().with_single_file_output(true);
        frame.clone().write_parquet(at("stops.parquet").to_str().unwrap(), options, None).await.unwrap();
        let options = datafusion::dataframe::DataFrameWriteOptions::new().with_single_file_output(true);
        frame.write_json(at("stops.json").to_str().unwrap(), options, None).await.unwrap();
    });
    std::fs::rename(at("stops.json"), at("stops.jsonl")).unwrap();
    let lines = read(&at("stops.jsonl"));
    std::fs::write(at("stops.json"), format!("[{}]", lines.trim_end().replace('\n', ",\n"))).unwrap();

    let mapping = read(&example("stops.toml"));
    let expected = asked(&example("stops.csv"), &mapping, None).unwrap();
    for (name, log) in [
        ("bom.csv", ""),
        ("tilde.txt", "log.delimiter = \"~\"\n"),
        ("stops.jsonl", ""),
        ("stops.json", ""),
        ("stops.parquet", "log.format = \"parquet\"\n"),
    ] {
        let decided = asked(&at(name), &format!("{log}{mapping}"), None).unwrap();
        let (events, of) = (expected.events.clone(), expected.mapping.clone());
        assert_eq!(Decided { events, mapping: of, ..decided }, expected, "{name}");
    }
}

#[test]
fn what_cannot_be_right_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.csv");
    std::fs::write(&log, "id,day,what,ground\n1,2025-01-02,stop,detainer\n2,2025-01-03,stop,Maria Lopez\n3,x,stop,detainer\n").unwrap();
    let base = "day = 'day'\naction = 'what'\n";
    let check = |mapping: &str, wanted: &[&str]| {
        let error = asked(&log, mapping, None).unwrap_err().to_string();
        for part in wanted {
            assert!(error.contains(part), "`{part}` is not in: {error}\n{mapping}");
        }
        assert!(!error.contains("Maria") && !error.contains("Lopez"), "{error}");
    };
    // A mapping that is none.
    check("day = 'day'\naction = what", &["map.toml", "line 2"]);
    check("days = 'day'", &["map.toml, line 1", "days"]);
    check("action = 'what'", &["map.toml, day: expected an SQL expression for the day of the act, found nothing"]);
    check("day = 'day'", &["map.toml, action: expected an SQL expression for the act of a row"]);
    check("log.format = 'xlsx'", &["xlsx"]);
    check("log.delimiter = '→'\nday = 'day'\naction = 'what'", &["map.toml, log.delimiter: expected one ASCII character, found `→`"]);
    // Columns and functions.
    check(
        "day = 'date'\naction = 'what'",
        &["map.toml, day: expected a column of the log: \"id\", \"day\", \"what\", \"ground\", found `date`"],
    );
    check(&format!("{base}fact.basis = 'groud'"), &["map.toml, fact.basis", "found `groud`"]);
    check(&format!("{base}unit = 'nosuch(id)'"), &["map.toml, unit", "nosuch"]);
    check(&format!("{base}unit = 'id +'"), &["map.toml, unit: expected an SQL expression over the columns of the log"]);
    check(&format!("{base}unit = 'count(id)'"), &["map.toml, unit: expected an expression over one row"]);
    check(&format!("{base}unit = '(select 1)'"), &["map.toml, unit: expected an expression over one row"]);
    check(
        "day = 'current_date()'\naction = 'what'",
        &["map.toml, day: expected functions that give the same every time, found `current_date`"],
    );
    // Words.
    check(
        "day = 'day'\naction = \"'stopp'\"",
        &["map.toml, action: expected an act of the vocabulary (did you mean `stop`?), found `stopp`"],
    );
    check(&format!("{base}fact.bases = 'ground'"), &["map.toml, fact.bases", "did you mean `basis`?", "found `bases`"]);
    check(
        &format!("{base}fact.basis = \"case ground when 'detainer' then 'detaner' end\""),
        &["map.toml, fact.basis: expected a list of", "did you mean `detainer`?", "found `detaner`"],
    );
    check(&format!("{base}fact.document = \"coalesce(ground, 'I-247B')\""), &["map.toml, fact.document", "found `I-247B`"]);
    check(&format!("{base}fact.basis = \"array['detainer', 'x']\""), &["map.toml, fact.basis", "found `x`"]);
    // Types.
    check(&format!("{base}fact.document = '1'"), &["map.toml, fact.document: expected text: one of none, I-247A", "found Int64"]);
    check(&format!("{base}fact.city_agency = '1'"), &["map.toml, fact.city_agency: expected yes or no: a condition, or text, found Int64"]);
    check(&format!("{base}fact.basis = 'true'"), &["map.toml, fact.basis: expected a list, or text with `;` between", "found Boolean"]);
    check("day = '1'\naction = 'what'", &["map.toml, day: expected a day, a moment, or text that is one, found Int64"]);
    // What only the rows show: where, never what.
    check(
        &format!("{base}fact.basis = 'ground'"),
        &["log.csv, record 2, for fact.basis of map.toml", "found a word that is none of them, in 1 of"],
    );
    check("day = 'day'\naction = 'ground'", &["log.csv, record 1, for the action of map.toml: expected an act of the vocabulary"]);
    check(&format!("{base}row_id = 'ground'"), &["log.csv, record 2, for row_id of map.toml: expected an id of at most 64 characters"]);
    check(
        "day = 'to_date(ground)'\naction = 'what'",
        &["map.toml, day: expected an expression that every row can answer, found one that fails in log.csv"],
    );
    // Logs.
    std::fs::write(&log, "").unwrap();
    check(base, &["log.csv, first line: expected the names of the columns, found an empty file"]);
    std::fs::write(&log, "day,day,what\n").unwrap();
    check(base, &["log.csv, first line: expected each column by a name of its own, found `day` twice"]);
    std::fs::write(&log, "day,what\n2025-01-02,stop\n2025-01-02,stop,Maria,Lopez\n").unwrap();
    check(base, &["log.csv, line 3, record 2: expected at most 2 fields, as the first line has, found 4, or a quote that does not close"]);
    // An end of the file closes no quote: the rows behind it would be a part of its cell.
    for (text, line) in [
        ("day,what\n2025-01-02,\"stop\n2025-01-02,stop\n2025-01-03,Maria\n", 2),
        ("day,what\n2025-01-02,\"a \"\"note\"\"\"\n2025-01-02,5\" tall\n\"2025-01-03,Maria\n", 4),
        ("day,\"what\n2025-01-02,stop\n", 1),
    ] {
        std::fs::write(&log, text).unwrap();
        check(base, &[&format!("log.csv, line {line}: expected a quote that closes, found the end of the file")]);
    }
    std::fs::write(&log, "\u{feff}\"day\",\"what\"\r\n2025-01-02,\"st\"op\r\n\"2025-01-02\",stop\r\n2025-01-02,5\" \"\r\n").unwrap();
    let quoted = asked(&log, "day = 'day'\naction = \"CASE what WHEN 'stop' THEN 'stop' END\"", None).unwrap();
    assert_eq!((quoted.records, quoted.acts), (3, 2), "quotes inside a cell are its text");
    let utf8 = "expected a log in UTF-8, found bytes that are not: convert it, as with `iconv -f WINDOWS-1252 -t UTF-8`";
    let rows = "2025-01-02,stop\n".repeat(9000);
    let beyond = format!("day,what\n{rows}2025-01-02,\"a note\nL\u{a7}pez\"\n");
    let cases: [(&str, &[u8], String); 8] = [
        // As `é` and `ñ` are in Windows-1252.
        ("log.csv", b"day,what\n2025-01-02,stop\n2025-01-02,Mar\xeda\n", format!("log.csv, line 3: {utf8}")),
        (
            "log.csv",
            &beyond.as_bytes().iter().map(|byte| if *byte == 0xc2 { 0xf1 } else { *byte }).collect::<Vec<u8>>(),
            format!("log.csv, line 9003: {utf8}"),
        ),
        (
            "log.csv",
            b"day,se\xf1al\n2025-01-02,stop\n",
            "log.csv, first line: expected the names of the columns, in UTF-8, found bytes".to_owned(),
        ),
        ("log.jsonl", b"{\"day\": \"2025-01-02\"}\n{\"day\": \"Mar\xeda\"}\n", format!("log.jsonl, line 2: {utf8}")),
        ("log.json", b"[{\"day\": \"Maria\"} Lopez", "log.json, line 1: expected JSON, found something else at column ".to_owned()),
        ("log.jsonl", b"{\"day\": \"Maria\"}\n{\"day\": Lopez}\n", "log.jsonl, line 2: expected JSON, found something else at".to_owned()),
        ("log.jsonl", b"\"Maria\"\n", "log.jsonl: expected a log in the form of jsonl, readable as a whole".to_owned()),
        ("log.parquet", b"Maria Lopez", "log.parquet: expected a log in the form of parquet, readable as a whole".to_owned()),
    ];
    for (name, text, expected) in cases {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let error = asked(&path, base, None).unwrap_err().to_string();
        assert!(error.contains(&expected), "`{expected}` is not in: {error}");
        assert!(!error.contains("Mar") && !error.contains("pez"), "{error}");
    }
    let error = asked(&folder.path().join("none.csv"), base, None).unwrap_err().to_string();
    assert!(error.contains("none.csv"), "{error}");
}

#[test]
fn a_cell_that_says_nothing_is_unknown_and_none_is_a_value() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.csv");
    std::fs::write(&log, "day,basis,paper\n2025-01-02,,I-200\n2025-01-02,unknown,I-200\n2025-01-02,judicial_warrant,none\n2025-01-02,detainer; admin_warrant,\n").unwrap();
    let mapping = "agency = \"'CPD'\"\nday = 'day'\naction = \"'detain'\"\nfact.basis = 'basis'\nfact.document = 'paper'\n";
    let decided = asked(&log, mapping, None).unwrap();
    assert_eq!(decided.silent["fact.basis"], 2);
    assert_eq!(decided.silent["fact.document"], 1);
    assert_eq!(decided.undetermined.wait_for_facts, 2);
    assert_eq!(decided.undetermined.for_a_person, 1, "a warrant without a paper is for a person to read");
    assert_eq!(decided.answers["prohibited"], 1);
    assert_eq!(decided.undetermined.settle.last().map(|step| step.acts), Some(2));
}

#[test]
fn a_log_without_records_is_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.csv");
    std::fs::write(&log, "day,what\n").unwrap();
    let decided = asked(&log, "day = 'day'\naction = 'what'\n", None).unwrap();
    let unread: Vec<_> = decided.unread.iter().map(|unread| (unread.why.as_str(), unread.records, unread.first.len())).collect();
    assert_eq!((decided.records, decided.acts, unread), (0, 0, vec![("the log has none", 0, 0)]));
    assert!(haven_audit::output::decided::table(&decided).contains("\nNot asked: 0 records, the log has none\n"));
    assert!(haven_audit::output::decided::html(&decided, law()).unwrap().contains("<li>0 records, the log has none</li>"));
}

#[test]
fn each_step_of_facts_to_ask_for_settles_more_acts() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.csv");
    // Of no act is the agency known, nor the ground of two.
    std::fs::write(&log, "day,basis,paper\n2025-01-02,,I-200\n2025-01-02,unknown,I-200\n2025-01-02,detainer,\n").unwrap();
    let bare = "day = 'day'\naction = \"'detain'\"\nfact.basis = 'basis'\nfact.document = 'paper'\n";
    let stops = read(&example("stops.toml"));
    let unnamed = stops.replace("agency = 'police_department'\n", "");
    assert_ne!(stops, unnamed);
    let mut together = 0;
    for (log, mapping) in [(log.as_path(), bare), (&example("stops.csv"), &stops), (&example("stops.csv"), &unnamed)] {
        let open = asked(log, mapping, None).unwrap().undetermined;
        println!("{:?}", open.settle);
        let steps: Vec<u64> = [0].into_iter().chain(open.settle.iter().map(|step| step.acts)).collect();
        assert!(steps.windows(2).all(|pair| pair[0] < pair[1]), "{steps:?}");
        assert_eq!(steps.last(), Some(&open.wait_for_facts), "{mapping}");
        let mut facts: Vec<&str> = open.settle.iter().flat_map(|step| step.facts()).collect();
        let count = facts.len();
        facts.sort_unstable();
        facts.dedup();
        assert_eq!((facts.len(), count), (open.facts.len(), open.facts.len()), "each fact that is missing once");
        together += open.settle.iter().filter(|step| step.facts().count() > 1).count();
    }
    assert!(together > 0, "nowhere did facts settle acts only together");
}

/// Day and answer of each act, as the table of masks has them.
fn answered(folder: &Path) -> Vec<String> {
    use datafusion::arrow::array::AsArray as _;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let batches = runtime.block_on(async {
        let context = SessionContext::new();
        let path = folder.join("masks.parquet");
        context.register_parquet("masks", path.to_str().unwrap(), ParquetReadOptions::default()).await.unwrap();
        let sql = "select arrow_cast(cast(day as varchar) || ' ' || cast(answer as varchar), 'Utf8') from masks order by record";
        context.sql(sql).await.unwrap().collect().await.unwrap()
    });
    batches
        .iter()
        .flat_map(|batch| batch.column(0).as_string::<i32>().iter().map(|text| text.unwrap().to_owned()).collect::<Vec<_>>())
        .collect()
}

#[test]
fn a_moment_is_of_the_day_that_the_place_had_then() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    // The ordinance as it is now is in force from the second of these days in Chicago.
    let (before, after) = ("2021-02-22", "2021-02-23");
    let moments = [
        (before, before),
        (after, after),
        ("2021-02-22T23:30:00-06:00", before),
        ("2021-02-23T05:30:00Z", before),
        ("2021-02-23 06:30:00+01:00", before),
        ("2021-02-22T23:59:59.999", before),
        ("2021-02-23T05:59:59.999Z", before),
        ("2021-02-23T06:00:00Z", after),
        ("2021-02-23T00:30:00-06:00", after),
        ("2021-02-24T05:30:00Z", after),
        ("2021-02-23 23:30:00", after),
        (" 2021-02-23 ", after),
    ];
    let rows: Vec<String> = moments.iter().map(|(moment, _)| format!("{moment},detainer")).collect();
    std::fs::write(at("log.csv"), format!("moment,ground\n{}\n", rows.join("\n"))).unwrap();
    let rows: Vec<String> = moments.iter().map(|(moment, _)| format!("{{\"moment\": \"{moment}\", \"ground\": \"detainer\"}}\n")).collect();
    std::fs::write(at("log.jsonl"), rows.concat()).unwrap();
    let mapping = "agency = \"'CPD'\"\nday = DAY\naction = \"'detain'\"\nfact.basis = 'ground'\nfact.document = \"'I-247A'\"\n";
    let ask = |name: &str, day: &str| {
        asked(&at(name), &mapping.replace("DAY", &format!("\"{day}\"")), Some(folder.path())).unwrap();
        answered(folder.path())
    };
    let found = ask("log.csv", "moment");
    let [by_old, by_new, ..] = found.as_slice() else { panic!("{found:?}") };
    assert!(by_old.starts_with(before) && by_new.starts_with(after), "{by_old}, {by_new}");
    let expected: Vec<&String> = moments.iter().map(|(_, day)| if *day == before { by_old } else { by_new }).collect();
    for (name, day) in [
        ("log.csv", "moment"),
        ("log.jsonl", "moment"),
        ("log.csv", "CAST(moment AS DATE)"),
        ("log.jsonl", "TRY_CAST(moment AS DATE)"),
        ("log.csv", "CAST(trim(moment) AS TIMESTAMP)"),
        ("log.csv", "coalesce(moment, moment)"),
    ] {
        assert_eq!(ask(name, day).iter().collect::<Vec<_>>(), expected, "{name}: {day}");
    }
    // The same instants as a table has them, and a day that the mapping itself states.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let sql = "SELECT arrow_cast(column1, 'Timestamp(Microsecond, Some(\"UTC\"))') AS moment, 'detainer' AS ground FROM (VALUES \
                   ('2021-02-23T05:30:00Z'), ('2021-02-23T06:00:00Z'))";
        let options = datafusion::dataframe::DataFrameWriteOptions::new().with_single_file_output(true);
        let frame = SessionContext::new().sql(sql).await.unwrap();
        frame.write_parquet(at("log.parquet").to_str().unwrap(), options, None).await.unwrap();
    });
    for day in ["moment", "CAST(moment AS DATE)", "CAST(moment AS TIMESTAMP)"] {
        assert_eq!(ask("log.parquet", day), [by_old.as_str(), by_new], "{day}");
    }
    assert_eq!(ask("log.parquet", "'2021-02-23T05:30:00Z'"), [by_old.as_str(), by_old]);
}

#[test]
fn what_lasts_is_reckoned_in_real_time() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.csv");
    let mapping = read(&example("custody.toml"));
    let unclear = "something that may have lasted too long, by a time that the clocks showed twice or never";
    let check = |bail: &str, released: &str, held: u64, unread: &[&str]| {
        let header = "booking_id,event_time,station,event,paper,visitor,charge_class";
        let booked = "B-1,2025-01-03 20:00:00,011,BOOKED,,,misdemeanor\nB-1,2025-01-03 21:00:00,011,IMM HOLD,I-247A,,";
        std::fs::write(&log, format!("{header}\nB-1,{released},011,RELEASED,,,\n{booked}\nB-1,{bail},011,BAIL POSTED,,,\n")).unwrap();
        let decided = asked(&log, &mapping, None).unwrap();
        let prohibited = decided.answers.get("prohibited").copied().unwrap_or_default();
        let why: Vec<&str> = decided.unread.iter().map(|unread| unread.why.as_str()).collect();
        assert_eq!((prohibited, why.as_slice()), (held, unread), "bail {bail}, released {released}");
        decided
    };
    check("2025-05-04 10:00:00", "2025-05-04 11:00:00", 0, &[]);
    check("2025-05-04 10:00:00", "2025-05-04 11:01:00", 1, &[]);
    // On 9 March 2025 02:00 was 03:00.
    check("2025-03-09 01:30:00", "2025-03-09 03:15:00", 0, &[]);
    check("2025-03-09 01:30:00", "2025-03-09 03:45:00", 1, &[]);
    check("2025-03-08 23:30:00", "2025-03-09 00:15:00", 0, &[]);
    // 02:30 was on no clock: a quarter of an hour or an hour and a quarter after 01:15 by the offset before, or by that after.
    check("2025-03-09 01:15:00", "2025-03-09 02:30:00", 0, &[unclear]);
    // On 2 November 2025 02:00 was 01:00 again.
    check("2025-11-02 00:30:00", "2025-11-02 02:00:00", 1, &[]);
    check("2025-11-02 00:50:00", "2025-11-02 01:45:00", 0, &[unclear]);
    check("2025-11-02 00:50:00", "2025-11-02 01:55:00", 1, &[]);
    check("2025-11-02 01:30:00", "2025-11-02 02:15:00", 0, &[unclear]);
    check("2025-11-02 01:20:00", "2025-11-02 02:30:00", 1, &[]);
    check("2025-11-02T00:50:00-05:00", "2025-11-02T01:45:00-06:00", 1, &[]);
    check("2025-11-02T00:50:00-05:00", "2025-11-02T01:45:00-05:00", 0, &[]);
    // With an offset and without, in one log.
    check("2025-05-04T15:00:00Z", "2025-05-04 11:30:00", 1, &[]);
    check("2025-05-04 10:00:00", "2025-05-04T17:30:00+02:00", 0, &[]);
    let decided = check("2025-05-04T11:00:00-05:00", "2025-05-04 12:30:00", 1, &[]);
    let moments: Vec<&str> = decided.timelines[0].steps.iter().map(|step| step.moment()).collect();
    assert_eq!(moments, ["2025-01-03 20:00", "2025-01-03 21:00", "2025-05-04 11:00", "2025-05-04 12:00", "2025-05-04 12:30"]);
    // The day is that of the place.
    let decided = check("2025-05-04T03:00:00Z", "2025-05-04 02:30:00", 1, &[]);
    assert_eq!(decided.look[0].day, "2025-05-03");
}

#[test]
fn custody_is_asked_about_where_it_lasts_and_where_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let decided = asked(&example("custody.csv"), &read(&example("custody.toml")), Some(folder.path())).unwrap();
    println!("{}", serde_json::to_string_pretty(&decided).unwrap());
    let city: Vec<_> = found(&decided, Does::Prohibits).into_iter().filter(|finding| finding.0 == "city").collect();
    // Held after bail on a detainer, on one that came after bail, handed over on a civil paper, shown to ICE in custody.
    assert_eq!(
        city,
        [
            ("city", "2-173-020(a)(1)(C)", 2, [7, 28].as_slice()),
            ("city", "2-173-020(a)(2)(A)", 1, [6].as_slice()),
            ("city", "2-173-020(a)(5)", 1, [12].as_slice()),
            ("city", "2-173-020(a)", 1, [6].as_slice()),
        ]
    );
    // The matter of a visit that no paper explains is asked for; who visits without a federal badge is not.
    let open = found(&decided, Does::Undetermined);
    assert!(
        open.iter().any(|(layer, provision, _, records)| (*layer, *provision) == ("city", "2-173-020(a)(2)(A)") && **records == [14]),
        "{open:?}"
    );
    let unread: Vec<_> = decided.unread.iter().map(|unread| (unread.why.as_str(), unread.first.as_slice())).collect();
    assert_eq!(
        unread,
        [
            ("a kind of event that the mapping does not name", [33].as_slice()),
            ("an event of custody outside custody", [31].as_slice()),
            ("no moment that can be read", [32].as_slice()),
            ("something that lasts, with no end in the log", [26].as_slice()),
        ]
    );
    // The order of the rows in the file is not the order of the events.
    let mut lines: Vec<String> = read(&example("custody.csv")).lines().map(str::to_owned).collect();
    lines[1..].reverse();
    let turned = folder.path().join("turned.csv");
    std::fs::write(&turned, lines.join("\n")).unwrap();
    let turned = asked(&turned, &read(&example("custody.toml")), None).unwrap();
    assert_eq!((turned.acts, turned.answers), (decided.acts, decided.answers));
}

#[test]
fn the_law_not_the_mapping_says_what_is_prohibited() {
    // The same events before the ordinance of 2021 and before any law.
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("custody.csv");
    let mapping = read(&example("custody.toml"));
    let prohibited = |year: &str| {
        std::fs::write(&log, read(&example("custody.csv")).replace("2025-", &format!("{year}-"))).unwrap();
        asked(&log, &mapping, None).unwrap().answers.get("prohibited").copied().unwrap_or(0)
    };
    assert!(prohibited("2025") > prohibited("2016"), "{} and {}", prohibited("2025"), prohibited("2016"));
}

#[test]
fn a_day_that_an_event_names_is_recent_by_the_day_of_the_event() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.csv");
    std::fs::write(&log, "case,at,what,reviewed\nA,2025-03-01 10:00:00,review,2024-06-01\nB,2025-03-01 10:00:00,review,2023-06-01\n")
        .unwrap();
    let mapping = "[fact]\nlast_review = 'reviewed'\n[timeline]\ncase = '\"case\"'\nmoment = '\"at\"'\nevent = 'what'\n\
                   [timeline.kind.review]\nasks = [{ action = \"ACTION\" }]\n";
    let action = small::pack()
        .vocabulary()
        .actions()
        .iter()
        .find(|action| action.facts.contains(small::pack().vocabulary().fact_named("last_review").unwrap()));
    asked(&log, &mapping.replace("ACTION", &action.unwrap().name), Some(folder.path())).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let words: Vec<i64> = runtime.block_on(async {
        let context = SessionContext::new();
        let path = folder.path().join("masks.parquet");
        context.register_parquet("masks", path.to_str().unwrap(), ParquetReadOptions::default()).await.unwrap();
        let batches = context.sql("select last_review from masks order by record").await.unwrap().collect().await.unwrap();
        use datafusion::arrow::array::AsArray as _;
        batches[0].column(0).as_primitive::<datafusion::arrow::datatypes::Int64Type>().values().to_vec()
    });
    let shape = small::pack().vocabulary();
    let shape = shape.fact(shape.fact_named("last_review").unwrap());
    let names: Vec<_> = words.iter().map(|word| shape.names(word.cast_unsigned())).collect();
    assert_eq!(names, [["within_year"], ["over_year"]]);
}

#[test]
fn a_timeline_is_checked_before_it_runs() {
    let base = read(&example("custody.toml"));
    let check = |from: &str, to: &str, wanted: &str| {
        assert!(base.contains(from), "{from}");
        let error = asked(&example("custody.csv"), &base.replace(from, to), None).unwrap_err().to_string();
        assert!(error.contains(wanted), "`{wanted}` is not in: {error}");
    };
    check(
        "basis = [\"detainer\"] }\nset = { matter = \"civil\" }",
        "basis = [\"detaner\"] }",
        "map.toml, timeline.kind.IMM HOLD.add.basis",
    );
    check("action = \"transfer_to_ice\"", "action = \"transfer\"", "map.toml, timeline.kind.RELEASED TO IMM.asks[0].action");
    check("forget = [\"matter\"]", "forget = [\"mater\"]", "did you mean `matter`?");
    check(
        "add = { basis = [\"detainer\"] }",
        "add = { matter = \"civil\" }",
        "expected a fact that has several words, found `matter`, which has one",
    );
    check("moment = 'event_time'", "moment = '1'", "map.toml, timeline.moment: expected a moment");
    check(
        "set = { basis = [\"probable_cause\"], document = \"none\" }",
        "set = { last_review = \"2025-01-02\" }",
        "map.toml, timeline.kind.BOOKED.set.last_review: expected a word: a day is recent or not by the day of an act",
    );
    check("case = 'booking_id'", "case = 'booking'", "map.toml, timeline.case: expected a column of the log");
    check(
        "other = \"ignore\"",
        "other = \"refuse\"",
        "custody.csv, record 33, for timeline.event of map.toml: expected one of the kinds of event",
    );
    check("unit = 'station'", "unit = 'station'\naction = \"'stop'\"", "a timeline, which has its own");
}

#[test]
#[ignore = "measures: by hand, on a calm machine"]
fn how_fast_a_log_is_decided() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("stops.csv");
    let csv = read(&example("stops.csv"));
    let (header, rows) = csv.split_once('\n').unwrap();
    let times = usize::try_from(small::setting("HAVEN_AUDIT_ROWS", 500_000)).unwrap() / 18;
    std::fs::write(&log, format!("{header}\n{}", rows.repeat(times))).unwrap();
    for out in [None, Some(folder.path())] {
        let started = std::time::Instant::now();
        let decided = asked(&log, &read(&example("stops.toml")), out).unwrap();
        let size = std::fs::metadata(folder.path().join("masks.parquet")).map_or(0, |file| file.len());
        println!("{} records, {} acts in {:?}, table of {size} bytes", decided.records, decided.acts, started.elapsed());
    }
}
