//! Sources and documents to findings: where a city asks for, or keeps, citizenship or immigration status.
//!
//! Pieces come from `haven-extract` or from a database, `haven-detect` says what they are, and here they become findings:
//! what, where, by which rule, how sure, under which clause, what to do next. A finding never holds what was found.

pub mod baseline;
pub mod cache;
pub mod child;
mod finding;
pub mod judge;
pub mod output;
pub mod review;
pub mod source;
pub mod suppress;
mod window;

pub use finding::{Finding, Found, Ground, Scan, Share, ShareOf, Unread};
