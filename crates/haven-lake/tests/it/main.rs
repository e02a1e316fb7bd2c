//! Tests of lakes: what lies in a store is read as a file is, and what goes wrong on the way is said.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

mod arrow;
mod lake;
mod proxy;
mod store;

use haven_detect::{Detector, Source};
use haven_extract::Limits;
use haven_scan::Scan;
use haven_scan::judge::Clauses;
use haven_scan::source::files::Options;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Scans with the English phrases and the clauses of Chicago.
fn scan(work: impl FnOnce(&Options<'_>) -> Scan) -> Scan {
    let sources: Vec<Source> = std::fs::read_dir(root().join("phrases/en"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|file| file.extension().is_some_and(|ending| ending == "toml"))
        .map(|file| Source {
            path: format!("en/{}", file.file_name().unwrap().to_string_lossy()),
            text: std::fs::read_to_string(&file).unwrap(),
        })
        .collect();
    let detector = Detector::new(&sources).unwrap_or_else(|errors| panic!("{errors:?}"));
    let clauses = Clauses::read(&std::fs::read_to_string(root().join("law/us/il/chicago/find.toml")).unwrap()).unwrap();
    let (stop, progress) = (AtomicBool::new(false), AtomicU64::new(0));
    work(&Options {
        detector: &detector,
        clauses: &clauses,
        limits: Limits::default(),
        confidence_min: 50,
        masked: false,
        threads: 4,
        stop: &stop,
        progress: &progress,
        cache: None,
        child: None,
    })
}
