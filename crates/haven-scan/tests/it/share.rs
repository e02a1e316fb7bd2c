//! How much of a column holds what was found: of its rows where they are known, and what the share is of where they are not.

use crate::database::{mariadb, postgres, sqlite};
use crate::review::{clauses, detector};
use haven_extract::Limits;
use haven_scan::output::Output;
use haven_scan::source::database::{self, Connection, Credentials};
use haven_scan::source::files::{Options, files, of_database, stream};
use haven_scan::{Scan, Share, ShareOf};
use std::sync::atomic::{AtomicBool, AtomicU64};

/// What another scan is to look with.
fn with<T>(work: impl FnOnce(&Options<'_>) -> T) -> T {
    let (detector, clauses, stop, progress) = (detector(), clauses(), AtomicBool::new(false), AtomicU64::new(0));
    work(&Options {
        detector: &detector,
        clauses: &clauses,
        limits: Limits::default(),
        confidence_min: 50,
        masked: false,
        threads: 1,
        stop: &stop,
        progress: &progress,
        cache: None,
        child: None,
    })
}

/// The shares of what was found, each with the place it is of.
fn shares(scan: &Scan) -> Vec<String> {
    let said = |share: Option<Share>| share.map_or_else(|| "no share".to_owned(), Share::words);
    let found = scan.findings.iter();
    found.map(|finding| format!("{}: {}", finding.path.clone().unwrap_or_default(), said(finding.share))).collect()
}

/// Holds what is said of a document against what is expected.
fn check(name: &str, text: &str, expected: &[&str]) {
    let scan = with(|options| stream(name, &mut text.as_bytes(), options));
    assert_eq!((shares(&scan), scan.unread.as_slice()), (expected.iter().map(|said| (*said).to_owned()).collect(), &[][..]), "{name}");
}

/// Ten of a thousand rows hold three of the four values.
fn statuses() -> impl Iterator<Item = &'static str> {
    (0..1000).map(|row| match row {
        10..14 => "undocumented",
        20..23 => "asylum seeker",
        30..33 => "visa overstay",
        _ => "resident of ward",
    })
}

#[test]
fn a_share_is_of_rows() {
    let joined = |row: &dyn Fn(&str) -> String| statuses().map(row).collect::<String>();
    for (name, text, path) in [
        ("a.csv", format!("ward,remark\n{}", joined(&|status| format!("4,{status}\n"))), "remark"),
        ("a.tsv", format!("ward\tremark\n{}", joined(&|status| format!("4\t{status}\n"))), "remark"),
        ("a.jsonl", joined(&|status| format!("{{\"ward\":4,\"remark\":\"{status}\"}}\n")), "/remark"),
        ("a.json", format!("[{}{{}}]", joined(&|status| format!("{{\"remark\":\"{status}\"}},"))).replace(",{}]", "]"), "/*/remark"),
        ("a.sql", joined(&|status| format!("INSERT INTO visit (ward, remark) VALUES (4, '{status}');\n")), "visit.remark"),
    ] {
        check(name, &text, &[&format!("{path}: 1 % of 1,000 rows")]);
    }
    // One value of two, in all rows but one; numbers; a name that is surer than the cells.
    let many = format!("ward,remark\n{}4,clean\n", "4,undocumented\n".repeat(2999));
    check("many.csv", &many, &["remark: 99.97 % of 3,000 rows"]);
    let numbers = format!("ref,note\n{}A208-123-456,x\nA208-123-457,x\n", ",x\n".repeat(6));
    check("numbers.csv", &numbers, &["ref: 25 % of 8 rows"]);
    check("named.csv", "id,immigration_status\na,LPR\nb,spring\nc,summer\nd,autumn\n", &["immigration_status: 25 % of 4 rows"]);
    check("one.json", "{\"remark\": \"undocumented\"}", &["/remark: 100 % of 1 row"]);
    check("named.csv", "id,immigration_status\n", &["immigration_status: no share"]);
}

#[test]
fn what_is_not_known_by_rows_says_what_it_is_of() {
    let form =
        "<form><label for=a>Standing</label><select id=a name=standing><option>undocumented<option>asylum seeker<option>none</select>";
    let scan = with(|options| stream("a.html", &mut form.as_bytes(), options));
    let said = scan.findings.iter().find_map(|finding| finding.share);
    assert_eq!(said, Some(Share { matching: 2, of: 3, counted: ShareOf::Values }), "{:?}", scan.findings);
    check("a.sql", "CREATE TABLE t (remark text CHECK (remark IN ('undocumented', 'none')));", &["t.remark: 50 % of 2 distinct values"]);
    // Rows say more than what the schema names.
    let both = "CREATE TABLE t (remark text CHECK (remark IN ('undocumented', 'visa overstay')));
        INSERT INTO t (remark) VALUES ('undocumented'), ('none'), ('none'), ('none');";
    check("both.sql", both, &["t.remark: 25 % of 4 rows"]);
}

#[test]
fn beyond_the_values_that_are_kept_it_is_a_sample() {
    let mut table = String::from("ward,remark\n");
    for status in ["undocumented", "asylum seeker", "spring", ""] {
        table.push_str(&format!("4,{status}\n").repeat(10));
    }
    (0..70).for_each(|number| table.push_str(&format!("4,house {number}\n")));
    let limits = Limits { values_max: 3, ..Limits::default() };
    let scan = with(|options| stream("a.csv", &mut table.as_bytes(), &Options { limits, ..*options }));
    assert_eq!(shares(&scan), ["remark: 50 % of the 40 rows sampled"]);
}

#[test]
fn of_a_table_in_many_files_one_is_a_sample() {
    let folder = tempfile::tempdir().unwrap();
    for year in [2024, 2025] {
        let folder = folder.path().join(format!("people/year={year}"));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("a.csv"), "ward,remark\n4,undocumented\n5,none\n6,none\n7,none\n").unwrap();
    }
    let scan = with(|options| files(&[folder.path().to_owned()], options));
    assert_eq!(shares(&scan), ["remark: 25 % of the 4 rows sampled"]);
}

fn of(url: &str, look: &database::Options) -> Vec<String> {
    let connection = Connection::new(url, Credentials::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let scan = with(|options| runtime.block_on(of_database(&connection, look, options)));
    assert_eq!(scan.unread, [], "{url}");
    // Behind the schema, which each database calls its own.
    shares(&scan).into_iter().map(|said| said.split_once('.').unwrap().1.to_owned()).collect()
}

#[test]
fn databases_count_too() {
    let rows: Vec<String> = statuses().enumerate().map(|(id, status)| format!("({}, '{status}', 4)", id + 1)).collect();
    let sql = format!(
        "CREATE TABLE visit (id integer primary key, remark varchar(40), ward integer); INSERT INTO visit VALUES {}",
        rows.join(",")
    );
    let folder = tempfile::tempdir().unwrap();
    let few = database::Options { rows: 100, ..database::Options::default() };
    for url in [sqlite(folder.path(), &sql), postgres(&format!("{sql}; ANALYZE visit;")), mariadb(&format!("{sql}; ANALYZE TABLE visit;"))]
    {
        assert_eq!(of(&url, &database::Options::default()), ["visit.remark: 1 % of 1,000 rows"], "{url}");
        // Of a few rows, from where the database chooses.
        if !url.starts_with("postgres") {
            assert_eq!(of(&url, &few), ["visit.remark: 10 % of the 100 rows sampled"], "{url}");
        }
    }
}

#[test]
fn what_a_database_holds_in_other_ways_is_counted() {
    let spread = "CREATE TABLE t (id integer primary key, remark text); INSERT INTO t VALUES (900001, 'undocumented'), (900002, 'none'), (900003, NULL), (900004, 'none')";
    let json =
        "CREATE TABLE t (data json); INSERT INTO t VALUES ('{\"remark\": \"undocumented\"}'), ('{\"remark\": \"none\"}'), ('{}'), (NULL)";
    let looked_up = "CREATE TABLE kind (code integer primary key, label text); INSERT INTO kind VALUES (1, 'undocumented'), (2, 'none');
        CREATE TABLE t (kind integer REFERENCES kind (code)); INSERT INTO t VALUES (1), (2), (2), (2), (NULL)";
    let declared =
        "CREATE TABLE t (remark text CHECK (remark IN ('undocumented', 'visa overstay'))); INSERT INTO t VALUES ('undocumented'), (NULL)";
    for (told, sql, expected) in [
        // Rows are numbered far higher than there are any.
        ("spread", spread, &["t.remark: 25 % of 4 rows"][..]),
        ("json", json, &["t.data!/remark: 25 % of 4 rows"]),
        ("looked up", looked_up, &["kind.label: 50 % of 2 rows", "t.kind: 20 % of 5 rows"]),
        ("declared", declared, &["t.remark: 50 % of 2 rows"]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(of(&sqlite(folder.path(), sql), &database::Options::default()), expected, "{told}");
    }
}

#[test]
fn a_little_is_not_nothing_and_almost_all_is_not_all() {
    for (matching, of, counted, words) in [
        (10, 1000, ShareOf::Rows, "1 % of 1,000 rows"),
        (1, 10_000_000, ShareOf::Rows, "0.01 % of 10,000,000 rows"),
        (9_999_999, 10_000_000, ShareOf::RowsSampled, "99.99 % of the 10,000,000 rows sampled"),
        (0, 100, ShareOf::RowsSampled, "0 % of the 100 rows sampled"),
        (1, 3, ShareOf::Values, "33.33 % of 3 distinct values"),
        (1, 1, ShareOf::Values, "100 % of 1 distinct value"),
        (1, 1, ShareOf::RowsSampled, "100 % of the 1 row sampled"),
        (u64::MAX, u64::MAX, ShareOf::Rows, "100 % of 18,446,744,073,709,551,615 rows"),
        (0, 0, ShareOf::Rows, "0 % of 0 rows"),
    ] {
        assert_eq!(Share { matching, of, counted }.words(), words);
    }
}

#[test]
fn every_output_says_it() {
    let table = format!("ward,remark\n{}", statuses().map(|status| format!("4,{status}\n")).collect::<String>());
    let scan = with(|options| stream("a.csv", &mut table.as_bytes(), options));
    for (output, said) in [
        (Output::Table { width: 60 }, "remark, column 2, 1 % of 1,000 rows"),
        (Output::Html, "1 % of 1,000 rows"),
        (Output::Csv, ",remark,1,10,1000,rows,"),
        (Output::Json, "\"share\":{\"matching\":10,\"of\":1000,\"counted\":\"rows\"}"),
        (Output::Sarif, "\"share\":{\"matching\":10,\"of\":1000,\"counted\":\"rows\"}"),
        (Output::Sarif, "% sure; 1 % of 1,000 rows)"),
    ] {
        let written = output.write(&scan).unwrap();
        let bare = |text: &str| text.split_whitespace().collect::<String>();
        assert!(bare(&written).contains(&bare(said)), "{output:?}:\n{written}");
    }
}
