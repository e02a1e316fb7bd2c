//! Generated logs: the same for the same seed, and read as real ones are.

use crate::import::{KNOWN, rows};
use crate::root;
use haven_audit::access;
use haven_audit::generate::{Generator, Kind};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

pub(crate) fn log(kind: Kind, rows: u64, seed: u64) -> Vec<u8> {
    let text = fs::read_to_string(root().join("audit/generator.toml")).unwrap();
    let mut log = Vec::new();
    Generator::load("audit/generator.toml", &text).unwrap().write(kind, rows, seed, &mut log).unwrap();
    log
}

#[test]
fn a_seed_gives_the_same_log() {
    assert!(log(Kind::Network, 5000, 3) == log(Kind::Network, 5000, 3));
    assert!(log(Kind::Network, 5000, 3) != log(Kind::Network, 5000, 4));
}

/// The kinds of reasons with their weights and forms, as the table has them.
fn kinds() -> Vec<(String, f64, Vec<String>)> {
    let text = fs::read_to_string(root().join("audit/generator.toml")).unwrap();
    let table: toml::Table = toml::from_str(&text).unwrap();
    let kind = |reason: &toml::Value| {
        let forms = reason["forms"].as_array().unwrap().iter().map(|form| form.as_str().unwrap().to_owned()).collect();
        (reason["kind"].as_str().unwrap().to_owned(), f64::from(u32::try_from(reason["weight"].as_integer().unwrap()).unwrap()), forms)
    };
    table["reason"].as_array().unwrap().iter().map(kind).collect()
}

#[test]
fn a_generated_log_has_the_shares_of_its_table_and_what_was_planted_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("log.csv");
    let bytes = log(Kind::Network, 60_000, 11);
    fs::write(&input, &bytes).unwrap();
    let manifest = KNOWN.import(&[input], folder.path(), 2).unwrap();
    let seen = rows(&folder.path().join(&manifest.files[0].parquet), &["immigration"]);
    let kinds = kinds();
    let mut of_form = BTreeMap::new();
    for (kind, _, forms) in &kinds {
        for form in forms {
            assert!(of_form.insert(form.clone(), kind.clone()).is_none(), "`{form}` is of two kinds");
        }
    }
    let mut counts: BTreeMap<String, f64> = BTreeMap::new();
    let (mut planted, mut plates, mut cases, mut total) = (0, 0.0, 0.0, 0.0);
    for (record, seen) in csv::Reader::from_reader(bytes.as_slice()).records().zip(&seen) {
        let record = record.unwrap();
        total += 1.0;
        plates += f64::from(u8::from(!record[6].is_empty()));
        cases += f64::from(u8::from(!record[8].is_empty()));
        let Some(kind) = of_form.get(&record[7]) else { continue };
        *counts.entry(kind.clone()).or_default() += 1.0;
        // Exactly what was planted is seen; typing errors of it are in no form and are not asked about here.
        assert_eq!(seen != "?", kind == "immigration", "`{}`: {seen}", &record[7]);
        planted += i32::from(kind == "immigration");
    }
    assert!(planted > 20, "{planted} reasons were planted");
    let weights: f64 = kinds.iter().map(|(_, weight, _)| weight).sum();
    // Typing errors, redactions and invented figures are of no form: 2 % of all, and less where a form is short.
    for (kind, weight, _) in kinds.iter().filter(|(_, weight, forms)| *weight > 200.0 && !forms.iter().any(|form| form.contains('#'))) {
        let (found, expected) = (counts.get(kind).copied().unwrap_or_default() / total, weight / weights);
        assert!((found - expected).abs() < 0.012, "{kind}: {found} of all, {expected} in the table");
    }
    for (what, found, expected) in [("plates", plates / total, 0.6), ("cases", cases / total, 0.3)] {
        assert!((found - expected).abs() < 0.02, "{what}: {found}, {expected} in the table");
    }
}

#[test]
fn generated_lists_fit_the_logs_and_alerts_are_read_whole() {
    let text = |kind| String::from_utf8(log(kind, 400, 5)).unwrap();
    let day = "2025-11-01".parse().unwrap();
    let agencies = haven_audit::agency::Agencies::load(&crate::audit()).unwrap();
    let sharing = access::sharing(&agencies, text(Kind::Sharing).as_bytes(), "sharing").unwrap();
    let agreements = access::agreements(&agencies, text(Kind::Agreements).as_bytes(), "287g").unwrap();
    let declarations = access::declarations(&agencies, text(Kind::Declarations).as_bytes(), "declarations").unwrap();
    assert_eq!((sharing.len(), declarations.len()), (400, 400));
    let found = access::access(&agencies, "IL", &sharing, Some(&agreements), Some(&declarations), day);
    let see_ours = |group: &str| found.counts.iter().find(|count| count.group == group).unwrap().see_ours;
    for group in ["in_state", "declaration", "declaration_expired", "declaration_missing", "agreement"] {
        assert!(see_ours(group) > 0, "{group}: nobody");
    }
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("hot.csv");
    fs::write(&input, log(Kind::HotList, 5000, 5)).unwrap();
    let out = folder.path().join("out");
    let manifest = KNOWN.import_alerts(std::slice::from_ref(&input), &out).unwrap();
    let file = &manifest.files[0];
    assert_eq!((file.layout.as_str(), file.rows, file.unread_records), ("hot-list-actions", 5000, 0));
    assert!(file.unreadable.is_empty() && file.missing.is_empty() && file.new.is_empty(), "{file:?}");
    assert!(file.first.as_ref().unwrap().starts_with("2025-10-01T00:"), "{file:?}");
    // Each that stands in the log is seen, and no other.
    let mut lists = 0;
    let seen = rows(&out.join(&file.parquet), &["list"]);
    let planted = fs::read_to_string(&input).unwrap().matches("Immigration Violator").count();
    for list in seen.iter().filter(|list| *list != "?") {
        assert_eq!(list, "immigration-violator");
        lists += 1;
    }
    assert_eq!(lists, planted);
    assert!(planted > 10, "{planted} were planted");
}

#[test]
fn generated_logs_are_read_whole() {
    for (kind, layout, agencies) in [
        (Kind::Network, "network-audit", 1000..=2000),
        (Kind::Organization, "organization-audit", 1..=1),
        (Kind::Portal, "portal-audit", 1..=1),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("log.csv");
        fs::write(&input, log(kind, 20_000, 1)).unwrap();
        let manifest = KNOWN.import(&[input], folder.path(), 2).unwrap();
        let file = &manifest.files[0];
        assert_eq!((file.layout.as_str(), file.rows, file.unread_records), (layout, 20_000, 0));
        assert!(file.unreadable.is_empty() && file.missing.is_empty() && file.new.is_empty(), "{file:?}");
        assert!((20..200).contains(&file.repeated), "{} repeated", file.repeated);
        let parquet = folder.path().join(&file.parquet);
        let distinct = |column: &str| rows(&parquet, &[column]).into_iter().collect::<BTreeSet<_>>().len();
        assert!(agencies.contains(&distinct("agency")), "{} agencies", distinct("agency"));
        assert!(distinct("account") > 300, "{} accounts", distinct("account"));
        let times = rows(&parquet, &["time"]);
        assert!(times[0].starts_with("2025-10-01T00:") && times[19_999].starts_with("2025-10-30T23:"), "{} to {}", times[0], times[19_999]);
        assert!(times.is_sorted_by(|a, b| a[..19] <= b[..19]), "times in order");
        let immigration = rows(&parquet, &["reason"]).iter().filter(|reason| reason.to_lowercase().contains("immigration")).count();
        assert!((1..100).contains(&immigration), "{immigration} reasons speak of immigration");
    }
}

#[test]
fn a_table_that_cannot_be_is_refused() {
    let check = |from: &str, to: &str, expected: &str| {
        let text = fs::read_to_string(root().join("audit/generator.toml")).unwrap();
        assert!(text.contains(from), "{from}");
        let error = Generator::load("g.toml", &text.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(expected), "{error} does not say {expected}");
    };
    check("days = 30", "days = 0", "expected `days` and the weights of 24 hours");
    check("days = 30", "days = 30\nweeks = 4", "unknown field `weeks`");
    check("\"1 104\"", "\"1\"", "expected two numbers as `reach`, found `1`");
    check("form = \"24\"", "form = \"a day\"", "expected hours as `periods`");
}
