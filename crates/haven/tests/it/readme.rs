//! The README's commands print what the README says they print.

use crate::{haven, root};
use std::fs;
use std::path::Path;

#[test]
fn the_readme_shows_real_output() {
    trycmd::TestCases::new().register_bin("haven", Path::new(env!("CARGO_BIN_EXE_haven"))).case("../../README.md");
}

/// Apart from the others, because their paths are of the tree and trycmd begins in the folder of the crate.
#[test]
fn the_readme_shows_what_a_scan_an_audit_and_a_release_check_print() {
    for command in ["scan", "audit", "release"] {
        shows(command);
    }
}

fn shows(command: &str) {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, block) = readme.split_once(&format!("```text\n$ haven {command} ")).unwrap();
    let (arguments, rest) = block.split_once('\n').unwrap();
    let (shown, _) = rest.split_once("\n```").unwrap();
    let output = haven().current_dir(root()).arg(command).args(arguments.split(' ')).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), shown);
}
