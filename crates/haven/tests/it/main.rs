//! Tests of the edge as a whole: the rules of the house, the command line, the web.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops at the first surprise"
)]

mod access;
mod api;
mod audit;
mod cli;
mod counter;
mod decisions;
mod desk;
mod find;
mod guard;
mod house;
#[path = "../../../haven-lake/tests/it/store.rs"]
mod lake;
mod lawbook;
#[path = "../../../haven-law/tests/it/laws.rs"]
mod laws;
mod offline;
mod oper;
mod paper;
mod past;
mod readme;
mod record;
mod release;
mod release_copies;
mod release_page;
mod residents;
mod web;
#[path = "../../../haven-report/tests/it/pages.rs"]
mod whole;
mod words;

use std::path::{Path, PathBuf};
use std::process::Command;

/// The program under test, as nobody has configured it.
fn haven() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_haven"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HAVEN_")) {
        command.env_remove(name);
    }
    command
}

/// The root of the tree.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}
