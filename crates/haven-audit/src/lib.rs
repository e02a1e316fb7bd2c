//! Logs of what was done, held against the law and against what was promised (`docs/audit.md`).
//!
//! What it knows are data that the caller passes in: layouts, purposes, names of agencies and rules in `audit/`, phrases, law.
//! It reads no clock and no environment; the same logs, data and key give the same bytes.

pub mod access;
pub mod acts;
pub mod agency;
pub mod decide;
pub mod decisions;
pub mod detainers;
pub mod dispatch;
pub mod engine;
mod error;
mod events;
pub mod findings;
pub mod generate;
pub mod hotlist;
pub mod import;
pub mod law;
pub mod layout;
pub mod look;
mod moment;
pub mod output;
pub mod policy;
pub mod predicate;
pub mod provisions;
pub mod purpose;
pub mod queries;
mod read;
pub mod rules;
pub mod searches;
pub mod timeline;
mod told;

pub use error::AuditError;
pub use events::Original;
