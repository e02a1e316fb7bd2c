//! The tests of the detector.

mod sample;
