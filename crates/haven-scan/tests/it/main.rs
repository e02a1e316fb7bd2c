//! Tests of scanning: sources to pieces, pieces to findings.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

mod baseline;
mod cache;
mod child;
mod database;
mod fuzz;
mod hostile;
mod html;
mod output;
mod review;
mod sample;
mod sarif;
mod secrets;
#[expect(dead_code, reason = "the register's tests use the rest")]
#[path = "../../../haven-register/tests/it/postgres.rs"]
mod servers;
mod share;
mod store;
mod suppress;
