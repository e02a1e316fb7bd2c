//! Tests that hold the law engine against Cedar, against its own promises, and against hostile input.
//!
//! `oracle` compares every clause with Cedar's authorizer, `properties` states what must hold of any request, `fuzz`
//! throws bytes at every reader, `hostile` is a table of packs and requests that must be refused, each with its place.
//!
//! More than the default run: `HAVEN_ORACLE_REQUESTS` (how many requests Cedar answers), `HAVEN_ORACLE_SEED` (other
//! requests), `HAVEN_FUZZ_SECONDS` (how long each fuzz test runs), `PROPTEST_CASES` (how many cases each property sees).
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops at the first surprise"
)]

mod fuzz;
mod hostile;
mod law;
mod laws;
mod oracle;
mod properties;
