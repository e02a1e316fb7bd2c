//! Tests of audits. `HAVEN_AUDIT_ROWS` and `HAVEN_AUDIT_SEED` hold the law in columns against more, and other, rows.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

mod decide;
mod law;
#[path = "../../../haven-law/tests/it/laws.rs"]
mod laws;
#[path = "../../../haven-law/tests/it/law.rs"]
mod small;
