//! Where pieces come from.

pub mod files;
