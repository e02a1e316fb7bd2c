//! Finds citizenship and immigration status: in the names of fields, in questions, in sentences, in cells, in numbers.
//!
//! What it knows are phrase packs, data that the caller passes in (`docs/phrases.md`); what it answers is in
//! `docs/detect.md`. The library is pure: no file, no clock, no network, and the same input gives the same answer.

mod block;
mod detector;
pub mod eval;
pub mod fold;
pub mod identifier;
mod index;
mod mrz;
mod names;
mod pack;
mod pattern;
mod spot;
pub mod templates;

pub use detector::{Column, Detection, Detector, Failure, Glance, Kind, Span};
pub use pack::{Category, Example, PackError, Source};
