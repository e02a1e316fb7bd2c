//! Things to try: situations written down with the law of their place, each asked of the law as any question is.
//!
//! `law/<jurisdiction>/examples.toml`; a folder of laws without one has nothing to try. No answer stands in the file.

use super::form::Posted;
use crate::error::CliError;
use haven_law::pack::{Pack, Source, Verified};
use haven_law::request::Request;
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    example: Vec<Example>,
}

/// A situation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Example {
    /// Its place in the address.
    pub id: String,
    /// Its name.
    pub title: String,
    /// One line for the list.
    pub summary: String,
    /// What is told.
    pub story: String,
    /// Who tells it.
    pub source: String,
    /// How well it is known; none where it was made up.
    #[serde(default)]
    pub verified: Option<Verified>,
    /// What nobody has reported.
    #[serde(default)]
    pub unknown: Vec<String>,
    /// The days whose law is asked.
    pub column: Vec<Column>,
    /// The acts.
    pub row: Vec<Row>,
}

/// A day whose law is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Column {
    /// What it is called.
    pub label: String,
    /// The day; none is today.
    #[serde(default)]
    pub as_of: Option<Date>,
}

/// An act.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    /// What is done.
    pub label: String,
    /// What is taken as given, and why.
    pub given: String,
    /// The act of the vocabulary.
    pub action: String,
    /// Whose act it is.
    pub agency: String,
    /// What is known.
    #[serde(default)]
    pub facts: toml::Table,
}

impl Row {
    /// The row on one day, as the form of its act sends it.
    pub(super) fn posted(&self, on: Date) -> Posted {
        let mut pairs = vec![("agency".to_owned(), self.agency.clone()), ("as_of".to_owned(), on.to_string())];
        for (fact, value) in &self.facts {
            let name = format!("fact.{fact}");
            match value {
                toml::Value::Array(values) => pairs.extend(values.iter().map(|value| (name.clone(), text(value)))),
                value => pairs.push((name, text(value))),
            }
        }
        Posted(pairs)
    }
}

fn text(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl Column {
    /// The day.
    pub(super) fn day(&self, today: Date) -> Date {
        self.as_of.unwrap_or(today)
    }
}

/// Reads the examples of the pack's jurisdiction.
///
/// # Errors
/// A file that cannot be read, or an example that asks what the vocabulary does not have.
pub(super) fn read(source: &Source, pack: &Pack, today: Date) -> Result<Vec<Example>, CliError> {
    let path = format!("{}/examples.toml", pack.jurisdiction());
    let Some(text) = source.get(&path) else { return Ok(Vec::new()) };
    let file: File = toml::from_str(text).map_err(|error| {
        CliError::other(format!("`{path}`: {error}"), "an example has an id, a title, a summary, a story, a source, columns and rows")
    })?;
    for example in &file.example {
        for row in &example.row {
            for column in &example.column {
                let asked: Result<Request, _> = row.posted(column.day(today)).request(pack, &row.action, today);
                asked.map_err(|error| {
                    CliError::other(
                        format!("`{path}`, example `{}`: {error}", example.id),
                        "`haven law vocabulary` lists acts, facts and values",
                    )
                })?;
            }
        }
    }
    Ok(file.example)
}
