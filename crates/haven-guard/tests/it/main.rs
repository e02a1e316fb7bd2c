//! The tests of the guard.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops at the first surprise"
)]

mod agreements;
mod answers;
mod broken;
mod cases;
mod fuzz;
mod judge;
#[path = "../../../haven-law/tests/it/laws.rs"]
mod laws;
mod made;
mod office;
mod policy;
mod read;
mod seeded;
mod write;
