//! Tests of `haven-audit`, one room each. Some read real samples where they lie: `HAVEN_SAMPLES` names their folder.
//! `HAVEN_AUDIT_ROWS` and `HAVEN_AUDIT_SEED` hold the law in columns against more, and other, rows.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops at the first surprise"
)]

mod access;
mod agency;
mod decide;
mod decisions;
mod detainers;
mod dispatch;
mod findings;
mod generate;
mod import;
mod law;
#[path = "../../../haven-law/tests/it/laws.rs"]
mod laws;
mod pages;
mod purpose;
#[path = "../../../haven-law/tests/it/law.rs"]
mod small;
#[path = "../../../haven-report/tests/it/pages.rs"]
mod whole;

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files of `audit/`, as they lie.
fn audit() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for file in std::fs::read_dir(root().join("audit")).unwrap() {
        let file = file.unwrap().path();
        if file.is_dir() {
            continue;
        }
        files.push((format!("audit/{}", file.file_name().unwrap().to_string_lossy()), std::fs::read_to_string(&file).unwrap()));
    }
    files.sort();
    files
}

/// A folder of the real samples, or nothing, said aloud, where they are absent.
fn samples(folder: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "whoever runs the tests says where the samples lie")]
    let samples = std::env::var_os("HAVEN_SAMPLES").map_or_else(|| root().join("../shared"), PathBuf::from).join(folder);
    if !samples.is_dir() {
        println!("the samples are absent: set HAVEN_SAMPLES to the folder that holds {folder}");
        return None;
    }
    Some(samples)
}
