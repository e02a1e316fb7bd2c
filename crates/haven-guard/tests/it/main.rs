//! The tests of the guard.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod judge;
#[path = "../../../haven-law/tests/it/laws.rs"]
mod laws;
