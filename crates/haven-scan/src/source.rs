//! Where pieces come from.

pub mod database;
pub mod files;
