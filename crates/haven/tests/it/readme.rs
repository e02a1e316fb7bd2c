//! The README's command prints what the README says it prints.

use std::path::Path;

#[test]
fn the_readme_shows_real_output() {
    trycmd::TestCases::new().register_bin("haven", Path::new(env!("CARGO_BIN_EXE_haven"))).case("../../README.md");
}
