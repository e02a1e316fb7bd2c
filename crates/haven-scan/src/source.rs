//! Where pieces come from.

pub mod database;
