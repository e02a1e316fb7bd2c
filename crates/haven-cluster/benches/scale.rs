//! How long the audits take on clusters of 1, 2 and 4 executors with one slot each, beside one process: `docs/scale.md`.
//!
//! `cargo bench -p haven-cluster -- ROWS [FOLDER]` makes that many searches and acts, or takes `searches` and `acts` of the folder
//! where they are there, asks three times each, and prints the shortest, in seconds. All answers must be the same bytes.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a measurement stops at the first surprise")]

#[path = "../tests/it/data.rs"]
mod data;
#[path = "../tests/it/parts.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod parts;

use parts::{Cluster, answer, program};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Files of a log, so that there is something to hand out.
const FILES: u64 = 8;
const ROUNDS: usize = 3;
/// Acts of one round of the example's stops.
const ACTS: usize = 24;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    // Whoever compiles all benches also runs them, without a number.
    let Some(rows) = arguments.next().and_then(|rows| rows.parse::<u64>().ok()) else { return };
    let temporary = tempfile::tempdir().unwrap();
    let folder = arguments.next().map_or_else(|| temporary.path().to_path_buf(), PathBuf::from);
    let (searches, acts) = (folder.join("searches"), folder.join("acts"));
    if !searches.exists() {
        data::searches(FILES, rows / FILES, &searches);
    }
    if !acts.exists() {
        let decided = data::decided(usize::try_from(rows).unwrap() / ACTS, &acts);
        println!("{} acts", decided.acts);
    }
    println!("| Question | executors | seconds |\n|---|---|---|");
    for question in [["searches", searches.to_str().unwrap()], ["decide", acts.to_str().unwrap()]] {
        let measure = |label: &str, ask: &dyn Fn() -> Command| {
            let mut shortest = f64::INFINITY;
            let mut said = String::new();
            for _ in 0..ROUNDS {
                let mut command = ask();
                command.args(question);
                let begin = Instant::now();
                said = answer(command);
                shortest = shortest.min(begin.elapsed().as_secs_f64());
            }
            println!("| {} | {label} | {shortest:.2} |", question[0]);
            said
        };
        let expected = measure("one process, no cluster", &|| {
            let mut command = program();
            command.args(["submit", "--here"]);
            command
        });
        for executors in [1, 2, 4] {
            let work = tempfile::tempdir().unwrap();
            let cluster = Cluster::start(executors, work.path(), &[]);
            let said = measure(&executors.to_string(), &|| {
                let mut command = cluster.submit();
                command.args(["--parts", "8"]);
                command
            });
            assert!(said == expected, "other bytes with {executors} executors");
        }
    }
}
