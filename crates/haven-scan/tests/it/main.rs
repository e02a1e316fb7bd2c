//! Tests of scanning: sources to pieces, pieces to findings.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod database;
#[expect(dead_code, reason = "the register's tests use the rest")]
#[path = "../../../haven-register/tests/it/postgres.rs"]
mod servers;
