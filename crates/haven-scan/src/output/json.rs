//! The whole scan as JSON, with what it comes to.

use super::OutputError;
use crate::finding::Scan;
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    exit_code: u8,
    #[serde(flatten)]
    scan: &'a Scan,
}

/// Writes a sorted scan.
pub(super) fn write(scan: &Scan) -> Result<String, OutputError> {
    let document = Document { format: "haven-scan/1", exit_code: scan.exit_code(), scan };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
