//! The tests of the detector.

mod engine;
mod sample;
