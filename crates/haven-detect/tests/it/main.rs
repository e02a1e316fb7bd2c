//! The tests of the detector.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod engine;
mod identifiers;
mod packs;
mod sample;
