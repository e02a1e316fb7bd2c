//! The formats: the same bytes twice, HTML that is whole and fetches nothing, and a report held against its golden file.

use crate::pages::{assert_tables_are_told, assert_well_formed};
use crate::reports::all;
use crate::world::{root, year};
use haven_report::render;

#[test]
fn the_same_register_gives_the_same_bytes() {
    let (one, other) = (all(&year()), all(&year()));
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(render::html(one), render::html(other), "{}", one.id);
        assert_eq!(render::csv(one), render::csv(other), "{}", one.id);
        assert_eq!(render::json(one), render::json(other), "{}", one.id);
        assert!(render::xlsx(one).unwrap() == render::xlsx(other).unwrap(), "{}", one.id);
    }
}

#[test]
fn pages_are_whole_and_stand_alone() {
    let world = year().link("event", "E240930", "r1");
    for report in all(&world) {
        let html = render::html(&report);
        assert_well_formed(&report.id, &html);
        assert!(html.contains("<html lang=\"en\">"));
        for fetched in ["<script", "src=", "http:", "https:", "@import", "url(", "<link"] {
            assert!(!html.contains(fetched), "{}: {fetched}", report.id);
        }
        assert_tables_are_told(&report.id, &html);
        for figure in report.sections.iter().flat_map(|section| &section.figures).filter(|figure| !figure.entries.is_empty()) {
            assert!(html.contains(&format!("id=\"entries-{}\"", figure.id)), "{}: {}", report.id, figure.id);
        }
        for entry in report.entries() {
            assert!(html.contains(&entry.proof()), "{}: no link to the proof of {}", report.id, entry.record);
        }
    }
}

#[test]
fn what_stands_in_a_report_is_text_in_every_format() {
    let mut report = all(&year()).swap_remove(7);
    let hostile = "<img src=x onerror=alert(1)>&\"'";
    report.title = hostile.to_owned();
    let table = report.sections.iter_mut().flat_map(|section| &mut section.tables).find(|table| table.id == "unmapped_facilities").unwrap();
    table.rows[0].cells[0] = "=HYPERLINK(\"x\")".into();
    let html = render::html(&report);
    assert!(!html.contains("<img"));
    assert_well_formed("hostile", &html);
    let (_, bytes) = render::csv(&report).into_iter().find(|(name, _)| name.ends_with("unmapped_facilities.csv")).unwrap();
    assert!(String::from_utf8(bytes).unwrap().contains("\"'=HYPERLINK"));
}

#[test]
fn csv_reads_back() {
    for report in all(&year()) {
        let files = render::csv(&report);
        for table in report.tables() {
            let (_, bytes) = files.iter().find(|(name, _)| *name == format!("{}-{}.csv", report.id, table.id)).unwrap();
            let mut reader = csv::Reader::from_reader(bytes.as_slice());
            let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            assert_eq!(rows.len(), table.rows.len(), "{}: {}", report.id, table.id);
        }
        let json: serde_json::Value = serde_json::from_str(&render::json(&report)).unwrap();
        assert_eq!(json["id"].as_str(), Some(report.id.as_str()));
    }
}

/// The day on which a workbook was made is the day of the report, not that of the machine.
#[test]
fn a_workbook_begins_as_one() {
    for report in all(&year()) {
        assert!(render::xlsx(&report).unwrap().starts_with(b"PK"), "{}", report.id);
    }
}

/// Writes every report into the folder that `HAVEN_PAGES` names, for whoever wants to look at them.
#[test]
#[expect(clippy::disallowed_methods, reason = "whoever runs the tests may name a folder")]
fn pages_for_the_eye() {
    let Some(folder) = std::env::var_os("HAVEN_PAGES").map(std::path::PathBuf::from) else { return };
    for report in all(&year().link("event", "E240930", "r1")) {
        std::fs::write(folder.join(format!("{}.html", report.id)), render::html(&report)).unwrap();
        std::fs::write(folder.join(format!("{}.xlsx", report.id)), render::xlsx(&report).unwrap()).unwrap();
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whoever changes a report writes the golden file anew")]
fn the_quarterly_report_is_the_golden_one() {
    // The digests change with every change of the law and of the words, and are no matter of this file.
    let mut report = all(&year()).swap_remove(0);
    report.law = "0".repeat(64);
    report.words = "0".repeat(64);
    let html = render::html(&report);
    let path = root().join("crates/haven-report/tests/golden/quarterly-2024Q2.html");
    if std::env::var_os("HAVEN_GOLDEN").is_some() {
        std::fs::write(&path, &html).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    let different = html.lines().zip(golden.lines()).find(|(now, then)| now != then);
    assert!(html == golden, "the report is another one than {}; if that is meant, run with HAVEN_GOLDEN=1; {different:?}", path.display());
}
