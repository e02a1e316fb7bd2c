//! The law of Haven: packs read from files, versions in force by date, and decisions with every reason.
//!
//! A [`pack::Pack`] is a jurisdiction's law and that of the jurisdictions above it, written as Cedar policies and data
//! (`docs/law-packs.md`). Each policy is compiled to one small intermediate form ([`ir`]), which answers in three values
//! and names the facts that can still matter. Cedar itself stays the reference: tests hold every clause against it.
//!
//! This crate reads no clock, no environment and no file: the edge passes text and dates in.

pub mod cases;
pub mod check;
mod compile;
pub mod decide;
mod describe;
pub mod error;
mod export;
mod guard;
pub mod ir;
pub mod pack;
pub mod paper;
pub mod plan;
pub mod request;
pub mod text;
pub mod vocabulary;

/// Cedar, for those who hold the packs against it: the oracle of the tests, the proofs, the benchmarks.
pub use cedar_policy as cedar;
