//! Tests of scanning: sources to pieces, pieces to findings.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

mod baseline;
mod html;
mod output;
mod sample;
mod sarif;
mod secrets;
mod suppress;
