//! Tests that hold the ledger against the specifications, against two foreign implementations, and against hostile input.
//!
//! `tree` compares hashes, tiles and proofs with `tlog_tiles`, `foreign` lets Go's checksum-database code read an export,
//! `log` tries to make a log sign a second history, `verify` damages an export and asks where, `witness` walks the cases of
//! its specification, `text` throws bytes at every reader.
//!
//! More than the default run: `HAVEN_FUZZ_SECONDS` (how long each fuzz test runs), `PROPTEST_CASES` (how many cases each
//! property sees). `cargo test -p haven-ledger --release -- --ignored --nocapture` prints how long large logs take.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops at the first surprise"
)]

mod foreign;
mod ledger;
mod log;
mod speed;
mod text;
mod tree;
mod verify;
mod witness;
