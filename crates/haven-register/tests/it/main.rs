//! Tests of the register: entries and tables as people fill them in, the register on SQLite and on PostgreSQL, what is
//! missing, and what is left after crashes.
//!
//! More than the default run: `HAVEN_FUZZ_SECONDS` (how long each fuzz test runs), `PROPTEST_CASES` (how many cases each
//! property sees); `make crash` for crashes.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops at the first surprise"
)]

mod crash;
mod entries;
mod gaps;
#[path = "../../../haven-law/tests/it/laws.rs"]
mod laws;
mod postgres;
mod register;
mod staff;
mod table;
mod world;
