//! Tests that hold the reports against registers written by hand.
//!
//! `reports` is a table of figures with the exact records behind each, `suppress` shows by brute force that no hidden count
//! can be computed, `render` holds the formats, `duties` the calendar, `check` the comparison with another party's data.
//!
//! The comparison also runs on real samples where they are: `HAVEN_SAMPLES` names their folder.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops at the first surprise"
)]

mod check;
mod duties;
#[path = "../../../haven-law/tests/it/laws.rs"]
mod laws;
mod pages;
mod render;
mod reports;
mod suppress;
mod world;
