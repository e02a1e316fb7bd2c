//! Changes of alert lists as one table: who placed what on a list, and what was typed with it.
//!
//! A camera that meets a plate of the list tells whoever is to be told; so a line here does what a search does, over and over.

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use std::sync::Arc;

/// The columns of a change. NULL is *unknown*, as in [`crate::searches`]; no plate, name, case number or user id is in it.
pub fn schema() -> SchemaRef {
    let text = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let column = |name: &str, kind: DataType| Field::new(name, kind, true);
    Arc::new(Schema::new(vec![
        // Where the row stands, and whether its id stood before.
        Field::new("file", text(), false),
        Field::new("row", DataType::Int64, false),
        column("repeated", DataType::Boolean),
        column("time", DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))),
        // The agency whose list it is, where the log names one.
        column("agency", text()),
        // A keyed pseudonym of the account, for this import only; shown to auditors.
        column("account", text()),
        // What was done to what, in the vendor's words.
        column("event", text()),
        column("entity", text()),
        // The list, what was typed and who is told, masked; and what that says, as of the reason of a search.
        column("details", text()),
        column("immigration", text()),
        column("assists", text()),
        // The list that is named, where it is one that `audit/purposes.toml` knows.
        column("list", text()),
        column("purpose", text()),
    ]))
}
