//! The tests of this crate.

mod decide;
mod law;
#[path = "../../../haven-law/tests/it/laws.rs"]
mod laws;
#[path = "../../../haven-law/tests/it/law.rs"]
mod small;
