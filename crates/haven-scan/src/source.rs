//! Where pieces come from.

pub mod database;
pub mod files;
mod partition;
pub mod store;
