//! Logs of what was done, held against the law and against what was promised (`docs/audit.md`).
//!
//! What it knows are data that the caller passes in: layouts, purposes, names of agencies and rules in `audit/`, phrases, law.
//! It reads no clock and no environment; the same logs, data and key give the same bytes.

pub mod decide;
mod error;
mod events;
pub mod findings;
pub mod law;
pub mod predicate;
pub mod searches;
mod timeline;

pub use error::AuditError;
pub use events::Original;
