//! What leaves the city leaves without status.
//!
//! A [`Scrubber`] takes what the detector finds out of a body, by structure and by text: JSON, NDJSON, tables as text,
//! plain text. It is pure: no file, no clock, no network, and the same input gives the same bytes. What is found, and
//! what then happens, is data: phrase packs and a [`Policy`].
//!
//! INVARIANT: what cannot be read is [`Blocked`], never passed, and no reason holds what was read.

pub mod agreements;
mod blocked;
mod body;
mod csv;
mod form;
mod framing;
mod html;
mod json;
pub mod judge;
mod look;
mod mapped;
pub mod office;
mod plain;
mod policy;
mod rows;
mod xml;

pub use blocked::Blocked;
pub use body::{Body, Scrubber};
pub use policy::{Policy, PolicyError, Treatment};
