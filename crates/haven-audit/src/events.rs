//! A log as a table, read in its order, and the SQL expressions of a mapping over its columns, checked before they run.

use crate::error::AuditError;
use crate::told::{Reading, day_of_text, instant, moment_of_text};
use datafusion::arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{DFSchema, SchemaError};
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::{Case, Expr, ExprSchemable as _, TryCast, Volatility, cast, lit, try_cast};
use datafusion::prelude::{CsvReadOptions, JsonReadOptions, ParquetReadOptions, SessionConfig, SessionContext};
use datafusion::scalar::ScalarValue;
use jiff::tz::TimeZone;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

/// How a log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    /// Values between delimiters, the names of the columns in the first line.
    Csv,
    /// One list of objects.
    Json,
    /// An object a line.
    Jsonl,
    /// Apache Parquet.
    Parquet,
}

/// `[log]` of a mapping: what the ending of the file does not say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogFile {
    format: Option<Format>,
    delimiter: Option<char>,
}

/// An expression of a mapping: where it stands, for errors.
#[derive(Clone, Copy)]
pub(crate) struct Key<'a> {
    /// The mapping.
    pub(crate) file: &'a str,
    /// The key, `fact.basis`.
    pub(crate) key: &'a str,
}

impl Key<'_> {
    /// What is wrong with it.
    pub(crate) fn wrong(&self, expected: impl Into<String>, found: impl Into<String>) -> AuditError {
        AuditError::Data { file: self.file.to_owned(), place: Some(self.key.to_owned()), expected: expected.into(), found: found.into() }
    }
}

/// A log that is open.
pub(crate) struct Events {
    context: SessionContext,
    frame: DataFrame,
    schema: DFSchema,
    written: Written,
    /// The zone of the place.
    pub(crate) zone: TimeZone,
}

/// Where a log lies, and how it is written.
struct Written {
    path: PathBuf,
    format: Format,
    delimiter: u8,
}

/// A log as it was read, so that a figure can be traced to its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Original {
    /// The name of the file, without its folder.
    pub file: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256, in hex.
    pub sha256: String,
}

impl Original {
    /// Reads the file once for its digest.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(crate) fn of(path: &Path) -> Result<Original, AuditError> {
        let failed = |error| AuditError::File { file: path.display().to_string(), error };
        let mut digest = Sha256::new();
        let bytes = std::io::copy(&mut File::open(path).map_err(failed)?, &mut digest).map_err(failed)?;
        let sha256 = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Original { file: name_of(path), bytes, sha256 })
    }
}

/// The name of a file, without its folder.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

impl Events {
    pub(crate) async fn open(path: &Path, log: &LogFile, mapping: &str, zone: TimeZone) -> Result<Events, AuditError> {
        let extension = path.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
        let format = match (log.format, extension.to_ascii_lowercase().as_str()) {
            (Some(format), _) => format,
            (None, "csv" | "tsv" | "txt") => Format::Csv,
            (None, "json") => Format::Json,
            (None, "jsonl" | "ndjson") => Format::Jsonl,
            (None, "parquet") => Format::Parquet,
            (None, _) => {
                return Err(Key { file: mapping, key: "log.format" }
                    .wrong("csv, json, jsonl or parquet, where the ending of the log does not say it", "nothing"));
            }
        };
        // One stream in the order of the file, so that the records can be counted.
        let mut config = SessionConfig::new().with_target_partitions(1);
        config.options_mut().sql_parser.enable_ident_normalization = false;
        config.options_mut().execution.parquet.schema_force_view_types = false;
        let context = SessionContext::new_with_config(config);
        let (address, ending) = (path.display().to_string(), if extension.is_empty() { String::new() } else { format!(".{extension}") });
        let delimiter = match log.delimiter {
            None if extension.eq_ignore_ascii_case("tsv") => b'\t',
            None => b',',
            Some(delimiter) => u8::try_from(delimiter)
                .ok()
                .filter(u8::is_ascii)
                .ok_or_else(|| Key { file: mapping, key: "log.delimiter" }.wrong("one ASCII character", format!("`{delimiter}`")))?,
        };
        let written = Written { path: path.to_path_buf(), format, delimiter };
        // What the engine says of a log it cannot open may repeat a part of it.
        let unreadable = |written: &Written| {
            written.fault().unwrap_or_else(|| AuditError::Data {
                file: name_of(path),
                place: None,
                expected: format!("a log in the form of {format:?}, readable as a whole").to_lowercase(),
                found: "one that cannot be read so".to_owned(),
            })
        };
        let frame = match format {
            Format::Csv => {
                let schema = header(path, delimiter)?;
                written.quotes_close()?;
                let options = CsvReadOptions::new()
                    .delimiter(delimiter)
                    .schema(&schema)
                    .file_extension(&ending)
                    .newlines_in_values(true)
                    .truncated_rows(true);
                context.read_csv(address, options).await
            }
            Format::Json | Format::Jsonl => {
                let options = JsonReadOptions::default()
                    .file_extension(&ending)
                    .newline_delimited(format == Format::Jsonl)
                    .schema_infer_max_records(usize::MAX);
                context.read_json(address, options).await
            }
            Format::Parquet => context.read_parquet(address, ParquetReadOptions::default().file_extension(&ending)).await,
        };
        let frame = frame.map_err(|_| unreadable(&written))?;
        let schema = frame.schema().clone();
        Ok(Events { context, frame, schema, written, zone })
    }

    /// What is wrong with a log that the engine could not read to its end, where it can be told.
    pub(crate) fn fault(&self) -> Option<AuditError> {
        self.written.fault()
    }

    /// Reads and checks an expression: columns of the log, functions that give the same every time, one row at a time.
    ///
    /// A `CAST` becomes a `TRY_CAST`: a cell that cannot be read so is NULL, which is *unknown*, and counted as that.
    pub(crate) fn expression(&self, key: Key<'_>, sql: &str) -> Result<Expr, AuditError> {
        let expr = self.context.parse_sql_expr(sql, &self.schema).map_err(|error| self.refused(key, &error))?;
        let outside = expr
            .exists(|node| {
                Ok(matches!(
                    node,
                    Expr::AggregateFunction(_)
                        | Expr::WindowFunction(_)
                        | Expr::Exists(_)
                        | Expr::InSubquery(_)
                        | Expr::SetComparison(_)
                        | Expr::ScalarSubquery(_)
                        | Expr::OuterReferenceColumn(..)
                        | Expr::Placeholder(_)
                        | Expr::ScalarVariable(..)
                        | Expr::Unnest(_)
                ))
            })
            .unwrap_or(true);
        if outside {
            return Err(key.wrong("an expression over one row", "a subquery, an aggregate, a window or a placeholder"));
        }
        let mut varies = None;
        let _ = expr.apply(|node| {
            if let Expr::ScalarFunction(function) = node
                && function.func.signature().volatility != Volatility::Immutable
            {
                varies = Some(function.name().to_owned());
            }
            Ok(datafusion::common::tree_node::TreeNodeRecursion::Continue)
        });
        if let Some(name) = varies {
            return Err(key.wrong("functions that give the same every time", format!("`{name}`")));
        }
        let lenient = expr.transform(|node| {
            Ok(match node {
                Expr::Cast(inner) => Transformed::yes(self.cast(TryCast { expr: inner.expr, field: inner.field })?),
                Expr::TryCast(inner) => Transformed::yes(self.cast(inner)?),
                other => Transformed::no(other),
            })
        });
        Ok(lenient.map_err(|error| self.refused(key, &error))?.data)
    }

    /// A cast of a mapping. What has an offset or a zone becomes a day or a moment of the place, as it does without a cast: the
    /// engine's own cast would tell it in UTC.
    fn cast(&self, asked: TryCast) -> Result<Expr, DataFusionError> {
        let from = asked.expr.get_type(&self.schema)?;
        let zoned = matches!(from, DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 | DataType::Timestamp(_, Some(_)));
        let told = match asked.field.data_type() {
            DataType::Date32 | DataType::Date64 if zoned => as_day(asked.expr.as_ref().clone(), &from, &self.zone),
            DataType::Timestamp(_, None) if zoned => as_moment(asked.expr.as_ref().clone(), &from, &self.zone),
            _ => None,
        };
        Ok(match told {
            Some(told) => try_cast(told, asked.field.data_type().clone()),
            None => Expr::TryCast(asked),
        })
    }

    /// The type of what an expression gives.
    pub(crate) fn kind(&self, key: Key<'_>, expr: &Expr) -> Result<DataType, AuditError> {
        let plan = self.frame.clone().select(vec![expr.clone().alias("x")]).and_then(DataFrame::into_optimized_plan);
        let plan = plan.map_err(|error| self.refused(key, &error))?;
        Ok(plan.schema().fields().first().map_or(DataType::Null, |field| field.data_type().clone()))
    }

    fn refused(&self, key: Key<'_>, error: &DataFusionError) -> AuditError {
        let root = error.find_root();
        if let DataFusionError::SchemaError(schema, _) = root
            && let SchemaError::FieldNotFound { field, .. } = schema.as_ref()
        {
            let names: Vec<String> = self.schema.fields().iter().map(|known| format!("\"{}\"", known.name())).collect();
            return key.wrong(format!("a column of the log: {}", names.join(", ")), format!("`{}`", field.name()));
        }
        // Said of the mapping alone: no row has been read yet.
        key.wrong("an SQL expression over the columns of the log", root.strip_backtrace())
    }

    /// The rows, in the order of the file, as these expressions.
    pub(crate) async fn stream(&self, expressions: Vec<Expr>, what: &str) -> Result<SendableRecordBatchStream, AuditError> {
        let asked = |error| AuditError::Query { what: what.to_owned(), error };
        self.frame.clone().select(expressions).map_err(asked)?.execute_stream().await.map_err(asked)
    }
}

/// What to do with a log that is not UTF-8.
const NOT_UTF8: &str = "bytes that are not: convert it, as with `iconv -f WINDOWS-1252 -t UTF-8`";

impl Written {
    /// Whether every quote closes. The engine takes the end of the file for one that closes, and all rows behind the quote for a
    /// part of its cell.
    fn quotes_close(&self) -> Result<(), AuditError> {
        #[derive(Clone, Copy, PartialEq)]
        enum At {
            Begin,
            Bare,
            Quoted,
            Closed,
        }
        let failed = |error| AuditError::File { file: self.path.display().to_string(), error };
        let mut file = BufReader::with_capacity(1 << 16, File::open(&self.path).map_err(failed)?);
        let (mut at, mut line, mut opened) = (At::Begin, 1_u64, 0);
        // In front of a mark of byte order nothing stands, and behind it a cell begins.
        if file.fill_buf().map_err(failed)?.starts_with(b"\xef\xbb\xbf") {
            file.consume(3);
        }
        loop {
            let bytes = file.fill_buf().map_err(failed)?;
            if bytes.is_empty() {
                break;
            }
            for byte in bytes {
                at = match (at, *byte) {
                    (At::Begin, b'"') => {
                        opened = line;
                        At::Quoted
                    }
                    (At::Quoted, b'"') => At::Closed,
                    // Two quotes in a quoted cell are one of its text.
                    (At::Closed, b'"') | (At::Quoted, _) => At::Quoted,
                    (_, b'\n' | b'\r') => At::Begin,
                    (_, byte) if byte == self.delimiter => At::Begin,
                    _ => At::Bare,
                };
                line += u64::from(*byte == b'\n');
            }
            let read = bytes.len();
            file.consume(read);
        }
        if at == At::Quoted {
            let (file, place) = (name_of(&self.path), Some(format!("line {opened}")));
            let (expected, found) = ("a quote that closes".to_owned(), "the end of the file".to_owned());
            return Err(AuditError::Data { file, place, expected, found });
        }
        Ok(())
    }

    /// The first place at which the file is not what it must be; nothing of it is said but the place.
    fn fault(&self) -> Option<AuditError> {
        let wrong = |place: String, expected: String, found: String| {
            Some(AuditError::Data { file: name_of(&self.path), place: Some(place), expected, found })
        };
        if self.format == Format::Parquet {
            return None;
        }
        let mut lines = BufReader::new(File::open(&self.path).ok()?);
        let (mut number, mut line) = (0_u64, Vec::new());
        while lines.read_until(b'\n', &mut line).ok()? > 0 {
            number += 1;
            if std::str::from_utf8(&line).is_err() {
                return wrong(format!("line {number}"), "a log in UTF-8".to_owned(), NOT_UTF8.to_owned());
            }
            line.clear();
        }
        if self.format != Format::Csv {
            let mut values = serde_json::Deserializer::from_reader(BufReader::new(File::open(&self.path).ok()?)).into_iter::<IgnoredAny>();
            let error = values.find_map(Result::err)?;
            return wrong(format!("line {}", error.line()), "JSON".to_owned(), format!("something else at column {}", error.column()));
        }
        let reader = csv::ReaderBuilder::new().delimiter(self.delimiter).has_headers(false).flexible(true).from_path(&self.path);
        let mut records = reader.ok()?.into_byte_records();
        let columns = records.next()?.ok()?.len();
        for (number, record) in (1_u64..).zip(records) {
            let record = record.ok()?;
            if record.len() > columns {
                let line = record.position().map(|position| format!("line {}, ", position.line())).unwrap_or_default();
                let expected = format!("at most {columns} fields, as the first line has");
                return wrong(format!("{line}record {number}"), expected, format!("{}, or a quote that does not close", record.len()));
            }
        }
        None
    }
}

/// The columns of a CSV file: all text, so that no cell is guessed at.
fn header(path: &Path, delimiter: u8) -> Result<Schema, AuditError> {
    let wrong = |expected: &str, found: String| AuditError::Data {
        file: name_of(path),
        place: Some("first line".to_owned()),
        expected: expected.to_owned(),
        found,
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_path(path)
        .map_err(|error| AuditError::File { file: path.display().to_string(), error: std::io::Error::other(error.to_string()) })?;
    let first = reader.records().next().ok_or_else(|| wrong("the names of the columns", "an empty file".to_owned()))?;
    let first = first.map_err(|_| wrong("the names of the columns, in UTF-8", NOT_UTF8.to_owned()))?;
    let mut seen = BTreeSet::new();
    let mut fields = Vec::new();
    for (index, name) in first.iter().enumerate() {
        let name = name.trim_start_matches('\u{feff}').trim();
        let name = if name.is_empty() { format!("column_{}", index + 1) } else { name.to_owned() };
        if !seen.insert(name.clone()) {
            return Err(wrong("each column by a name of its own", format!("`{name}` twice")));
        }
        fields.push(Field::new(name, DataType::Utf8, true));
    }
    Ok(Schema::new(fields))
}

/// An expression as text; a list becomes its words with `;` between them.
pub(crate) fn as_text(expr: Expr, kind: &DataType) -> Expr {
    match kind {
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => {
            cast(datafusion::functions_nested::expr_fn::array_to_string(expr, lit(";")), DataType::Utf8)
        }
        _ => try_cast(expr, DataType::Utf8),
    }
}

/// An expression as a moment of the clock of the place; one with an offset or a zone is told in the zone of the place first.
pub(crate) fn as_moment(expr: Expr, kind: &DataType, zone: &TimeZone) -> Option<Expr> {
    let plain = DataType::Timestamp(TimeUnit::Microsecond, None);
    Some(match kind {
        DataType::Null | DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => {
            moment_of_text(zone).call(vec![cast(expr, DataType::Utf8)])
        }
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, None) => try_cast(expr, plain),
        DataType::Timestamp(_, Some(_)) => {
            let there = try_cast(expr, DataType::Timestamp(TimeUnit::Microsecond, Some(zone.iana_name().unwrap_or("UTC").into())));
            datafusion::functions::datetime::expr_fn::to_local_time(vec![there])
        }
        _ => return None,
    })
}

/// An expression as an instant, in UTC: what has no offset is the clock of the place, read as one of the two times that it may be.
pub(crate) fn as_instant(expr: Expr, kind: &DataType, zone: &TimeZone, reading: Reading) -> Option<Expr> {
    let plain = DataType::Timestamp(TimeUnit::Microsecond, None);
    let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    Some(match kind {
        DataType::Null | DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => {
            instant(zone, reading, &DataType::Utf8).call(vec![cast(expr, DataType::Utf8)])
        }
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, None) => {
            instant(zone, reading, &plain).call(vec![try_cast(expr, plain)])
        }
        DataType::Timestamp(_, Some(_)) => try_cast(expr, utc),
        _ => return None,
    })
}

/// An expression as a day of the place.
pub(crate) fn as_day(expr: Expr, kind: &DataType, zone: &TimeZone) -> Option<Expr> {
    Some(match kind {
        DataType::Timestamp(..) => try_cast(as_moment(expr, kind, zone)?, DataType::Date32),
        DataType::Null | DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => {
            day_of_text(zone).call(vec![cast(expr, DataType::Utf8)])
        }
        DataType::Date32 | DataType::Date64 => try_cast(expr, DataType::Date32),
        _ => return None,
    })
}

/// The texts that an expression can give by itself, whatever the rows hold: the branches of a `CASE`, the parts of a list.
pub(crate) fn literals(expr: &Expr, found: &mut Vec<String>) {
    match expr {
        Expr::Literal(ScalarValue::Utf8(Some(text)) | ScalarValue::LargeUtf8(Some(text)) | ScalarValue::Utf8View(Some(text)), _) => {
            found.push(text.clone());
        }
        Expr::Alias(alias) => literals(&alias.expr, found),
        Expr::TryCast(inner) => literals(&inner.expr, found),
        Expr::Case(Case { when_then_expr, else_expr, .. }) => {
            for (_, then) in when_then_expr {
                literals(then, found);
            }
            if let Some(otherwise) = else_expr {
                literals(otherwise, found);
            }
        }
        Expr::ScalarFunction(function) if matches!(function.name(), "coalesce" | "make_array" | "array_concat" | "array_remove_all") => {
            for argument in &function.args {
                literals(argument, found);
            }
        }
        _ => {}
    }
}
