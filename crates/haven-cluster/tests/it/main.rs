//! Tests of clusters, with parts that are processes of their own: what they answer is what one process answers, to the byte;
//! and what cannot be answered is refused in words, soon.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

mod answers;
mod data;
mod parts;
mod refusals;
#[expect(dead_code, reason = "the tests of lakes use more of it")]
#[path = "../../../haven-lake/tests/it/store.rs"]
mod store;

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
