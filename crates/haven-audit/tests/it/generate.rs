//! Generated logs: the same for the same seed, and read as real ones are.

use crate::import::{KNOWN, rows};
use crate::root;
use haven_audit::generate::{Generator, Kind};
use std::collections::BTreeSet;
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
