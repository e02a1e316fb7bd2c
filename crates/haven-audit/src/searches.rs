//! Searches of cameras and databases as one table, whatever the vendor's layout was.
//!
//! The columns are the contract between what reads logs ([`crate::import`]), the rules that ask (`audit/rules.toml`, SQL over
//! these names) and whoever recomputes a figure from the Parquet files. No plate, name, case number or user id is in it.

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use std::sync::Arc;

/// The columns of a search, documented in `docs/audit.md`. NULL is *unknown* everywhere: the log has no such column, or the
/// cell could not be read; an empty cell of a column that stands there is a value (`reason` = `''`).
pub fn schema() -> SchemaRef {
    let text = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let moment = || DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    let column = |name: &str, kind: DataType| Field::new(name, kind, true);
    Arc::new(Schema::new(vec![
        // Where the row stands: the file by its name, the record in it, counted from 1 behind the header.
        Field::new("file", text(), false),
        Field::new("row", DataType::Int64, false),
        // The same search id stood in an earlier row of the same file.
        column("repeated", DataType::Boolean),
        column("time", moment()),
        // The period of the recordings that was looked through.
        column("since", moment()),
        column("until", moment()),
        // The agency that searched, as the log names it.
        column("agency", text()),
        // A keyed pseudonym of the account, for this import only; shown to auditors.
        column("account", text()),
        column("networks", DataType::Int64),
        column("devices", DataType::Int64),
        // What was typed as reason, masked; and what it says, by `audit/purposes.toml` and the phrase packs.
        column("reason", text()),
        column("immigration", text()),
        column("assists", text()),
        column("purpose", text()),
        // The vendor's closed list of offences, where the layout has one.
        column("offense", text()),
        column("case_given", DataType::Boolean),
        column("plate_given", DataType::Boolean),
        column("search_type", text()),
        column("moderation", text()),
    ]))
}
