//! What every output must hold to, and the table, JSON and CSV themselves.

use crate::sample::scan;
use haven_scan::output::Output;
use haven_scan::suppress::Suppressions;
use haven_scan::{Scan, Unread};
use jiff::civil::date;

pub(crate) const ALL: [Output; 6] =
    [Output::Table { width: 120 }, Output::Table { width: 60 }, Output::Json, Output::Csv, Output::Sarif, Output::Html];

/// The scan with one finding held back, two suppressions that do not hold, and a note.
pub(crate) fn full() -> Scan {
    let mut scan = scan();
    let file = r#"
[[suppression]]
fingerprint = "000000000002"
reason = "State law names this question."
ground = "statute"
citation = "625 ILCS 5/6-105.1"
approver = "cc-1"
approved = 2026-02-01
expires = 2026-12-01
[[suppression]]
fingerprint = "000000000003"
reason = "Expired."
ground = "false_positive"
approver = "cc-1"
approved = 2025-02-01
expires = 2025-12-01
[[suppression]]
fingerprint = "000000000004"
"#;
    Suppressions::read(file).unwrap().hold(&mut scan, date(2026, 3, 1));
    scan.notes.push("the baseline was made with other rules".to_owned());
    scan
}

#[test]
fn exit_codes() {
    let clean = Scan { findings: Vec::new(), unread: Vec::new(), ..scan() };
    let unread = Unread { source: "x".to_owned(), place: String::new(), reason: "y".to_owned() };
    for (told, scan, code) in [
        ("nothing", clean.clone(), 0),
        ("known only", Scan { known: 3, ..clean.clone() }, 0),
        ("held back only", Scan { held: scan().findings, ..clean.clone() }, 0),
        ("findings", Scan { unread: Vec::new(), ..scan() }, 1),
        ("unread", Scan { unread: vec![unread], ..clean.clone() }, 2),
        ("unread and findings: the gravest", scan(), 2),
        ("stopped", Scan { stopped: true, ..clean }, 2),
    ] {
        assert_eq!(scan.exit_code(), code, "{told}");
    }
}

#[test]
fn the_same_scan_in_any_order_comes_out_the_same() {
    let mut turned = full();
    turned.findings.reverse();
    turned.held.reverse();
    turned.unread.reverse();
    for output in ALL {
        let written = output.write(&full()).unwrap();
        assert_eq!(written, output.write(&turned).unwrap(), "{output:?}");
        assert_eq!(written, output.write(&full()).unwrap(), "{output:?}");
    }
}

#[test]
fn every_output_says_it_all() {
    // What stands in a row is broken into lines by a table, so its words are looked for one by one.
    let words = [
        "forms/card.html",
        "92",
        "2-173-030(a)",
        "en-status",
        "000000000001",
        "question",
        "citizen",
        "Take",
        "out",
        "citizen_yn",
        "40",
        "old.doc",
        "mail.zip",
        "inner.pdf",
        "password",
        "other",
        "bytes",
    ];
    for output in ALL {
        let written = output.write(&full()).unwrap();
        // Columns cut long words.
        let missing: Vec<&str> = words.into_iter().filter(|word| !written.contains(word)).collect();
        assert!(missing.is_empty(), "{output:?} lacks {missing:?}:\n{written}");
    }
    let lapsed = "suppression 2 (000000000003) expired on 2025-12-01";
    for output in [Output::Table { width: 120 }, Output::Json, Output::Sarif, Output::Html] {
        let written = output.write(&full()).unwrap();
        assert!(written.contains(lapsed) && written.contains("the baseline was made with other rules"), "{output:?}:\n{written}");
    }
    for output in [Output::Json, Output::Csv, Output::Sarif, Output::Html] {
        let written = output.write(&full()).unwrap();
        assert!(written.contains("State law names this question."), "{output:?}:\n{written}");
    }
}

#[test]
fn what_could_not_be_read_is_never_clean() {
    let nothing = Scan { findings: Vec::new(), ..scan() };
    let stopped = Scan { unread: Vec::new(), stopped: true, ..nothing.clone() };
    for output in ALL {
        let written = output.write(&nothing).unwrap();
        assert!(written.contains("old.doc") && written.contains("password"), "{output:?}:\n{written}");
        if output != Output::Csv {
            let written = output.write(&stopped).unwrap();
            assert!(written.contains("stopped"), "{output:?}:\n{written}");
        }
    }
}

#[test]
fn a_terminal_is_given_no_codes_and_lines_that_fit() {
    let mut scan = full();
    scan.findings[0].source = "a\u{1b}[2Jb\u{202e}.html".to_owned();
    scan.unread[0].reason = "x\u{7}\u{9b}".to_owned();
    for width in [0, 40, 60, 89, 90, 120, 1000] {
        let written = Output::Table { width }.write(&scan).unwrap();
        let codes = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!written.contains(codes), "{width}: {written:?}");
        for line in written.lines() {
            let wide = textwrap::core::display_width(line);
            assert!(wide <= width.clamp(40, 200), "{width}: {wide}: {line}");
            assert_eq!(line, line.trim_end(), "{width}");
        }
    }
}

#[test]
fn the_table_reads_top_to_bottom() {
    let written = Output::Table { width: 110 }.write(&full()).unwrap();
    let order = [
        "forms/card.html (html): 2 findings\n",
        "  Place ",
        "notes/",
        "records (postgresql): 1 finding\n",
        "4 findings in 3 sources: asks 1, keeps 1, states 1, identifies 1.\n",
        "Read: 6 sources (html 3, pdf 1, postgresql 1, text 1), 1.2 MB.\n",
        "Held back by suppressions: 1 finding.\n",
        "Not read: 2 places. That is not the same as clean.\n",
        "\nTo know:\n",
        "\nSuppressions that do not hold:\n  suppression 2",
        "\nNot read:\n  forms/old.doc: expected",
        "mail.zip, inner.pdf: it is locked with a password\n",
    ];
    let mut from = 0;
    for part in order {
        let at = written.get(from..).unwrap().find(part).unwrap_or_else(|| panic!("`{part}` is not where it belongs:\n{written}"));
        from += at + part.len();
    }
    assert_eq!(from, written.len(), "something follows what was not read:\n{written}");
    let clean = Output::Table { width: 80 }.write(&Scan { read: [("html".to_owned(), 1)].into(), bytes: 10, ..Scan::default() }).unwrap();
    assert_eq!(clean, "No findings in what was read.\nRead: 1 source (html 1), 10 bytes.\n");
    let known = Scan { baseline: Some("2026-01-01".to_owned()), known: 2, findings: scan().findings, ..Scan::default() };
    let known = Output::Table { width: 80 }.write(&known).unwrap();
    assert!(known.contains("5 new findings in 4 sources") && known.contains("Known to the baseline of 2026-01-01: 2 findings."), "{known}");
}

#[test]
fn json_is_the_scan_again() {
    let mut scan = full();
    let written = Output::Json.write(&scan).unwrap();
    scan.sort();
    assert_eq!(serde_json::from_str::<Scan>(&written).unwrap(), scan);
    let value: serde_json::Value = serde_json::from_str(&written).unwrap();
    assert_eq!((value["format"].as_str(), value["exit_code"].as_u64()), (Some("haven-scan/1"), Some(2)));
}

#[test]
fn csv_has_a_row_for_each_and_no_formula() {
    let mut scan = full();
    scan.findings[0].source = "=HYPERLINK(1)".to_owned();
    scan.findings[0].path = Some("a, \"b\"\nc".to_owned());
    scan.unread[0].place = "@SUM(A1)".to_owned();
    let written = Output::Csv.write(&scan).unwrap();
    let mut reader = csv::Reader::from_reader(written.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let states: Vec<&str> = rows.iter().map(|row| &row[0]).collect();
    assert_eq!(states, ["open", "open", "open", "open", "held back", "not read", "not read"]);
    let formula = rows.iter().flat_map(csv::StringRecord::iter).find(|cell| cell.starts_with(['=', '+', '-', '@']));
    assert_eq!(formula, None);
    assert!(rows.iter().any(|row| row.iter().any(|cell| cell == "a, \"b\"\\u{a}c")), "{written}");
}
