//! Folders that are a column: `people/year=2024/status=LPR/part-0.parquet`.
//!
//! Such a folder's name holds a value, so a finding names it without: `people/year=*/status=*/…`. All files of one table have the
//! same columns, which are then found once; and the folders of a table are columns of it, with the values that they name.

use haven_extract::{Piece, PieceKind, Place};
use std::collections::{BTreeMap, BTreeSet};

/// What stands for a value that is missing.
const MISSING: &str = "__HIVE_DEFAULT_PARTITION__";
/// Endings of files that are part of a table.
const TABLES: [&str; 11] = ["parquet", "parq", "pq", "csv", "tsv", "psv", "json", "jsonl", "ndjson", "gz", "avro"];
/// Columns kept; beyond it that is said.
const COLUMNS_MAX: usize = 10_000;

/// A document in such folders.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The document's name without values.
    pub document: String,
    /// The name of all documents of its table.
    pub table: String,
    /// The folders' names without values.
    pub folders: String,
    /// The folders' columns and values.
    pub values: Vec<(String, String)>,
}

/// What a document's name says; nothing for most.
pub(crate) fn part(name: &str) -> Option<Part> {
    let (folders, file) = name.rsplit_once('/')?;
    let mut values = Vec::new();
    let folders: Vec<String> = folders
        .split('/')
        .map(|folder| match folder.split_once('=').filter(|(key, _)| is_key(key)) {
            Some((key, value)) => {
                values.push((key.to_owned(), decoded(value)));
                format!("{key}=*")
            }
            None => folder.to_owned(),
        })
        .collect();
    if values.is_empty() {
        return None;
    }
    let folders = folders.join("/");
    let document = format!("{folders}/{file}");
    let ending = file.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| TABLES.contains(&ending.to_ascii_lowercase().as_str()));
    let table = ending.map_or_else(|| document.clone(), |ending| format!("{folders}/*.{ending}"));
    Some(Part { document, table, folders, values })
}

fn is_key(key: &str) -> bool {
    key.len() <= 120
        && key.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' '))
}

/// A value whose characters may be written `%20`.
fn decoded(value: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let coded = after.get(..2).and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        match coded.filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The columns that folders are, by the folders' names and their own.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    values: BTreeMap<(String, String), BTreeSet<String>>,
    /// Whether there were more than are kept.
    pub full: bool,
}

impl Columns {
    /// Notes what a document's name says, at most so many values a column.
    pub fn note(&mut self, part: Part, values_max: usize) {
        for (key, value) in part.values {
            let column = (part.folders.clone(), key);
            if self.values.len() >= COLUMNS_MAX && !self.values.contains_key(&column) {
                self.full = true;
                continue;
            }
            let values = self.values.entry(column).or_default();
            if value != MISSING && !value.trim().is_empty() && value.len() <= 200 {
                values.insert(value);
            }
            // Always the same ones, in whatever order the documents come.
            while values.len() > values_max {
                values.pop_last();
            }
        }
    }

    /// What there is to judge, with the folders' names: of each column its name, and its values.
    pub fn pieces(self) -> impl Iterator<Item = (String, Piece)> {
        self.values.into_iter().flat_map(|((folders, name), values)| {
            let piece = |kind, values| {
                let place = Place { path: Some(name.clone()), ..Place::default() };
                (folders.clone(), Piece { kind, text: name.clone(), values, rows: None, context: "column".to_owned(), place })
            };
            [piece(PieceKind::Name, Vec::new()), piece(PieceKind::Column, values.into_iter().collect())]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_columns() {
        for (name, document, table, values) in [
            (
                "people/year=2024/status=LPR/p-0.parquet",
                "people/year=*/status=*/p-0.parquet",
                "people/year=*/status=*/*.parquet",
                "year: 2024, status: LPR",
            ),
            ("s3://b/a b/k=1/x.csv", "s3://b/a b/k=*/x.csv", "s3://b/a b/k=*/*.csv", "k: 1"),
            ("t/k=permanent%20resident/x.JSON", "t/k=*/x.JSON", "t/k=*/*.JSON", "k: permanent resident"),
            ("t/k=100%/a=b=c/x.csv", "t/k=*/a=*/x.csv", "t/k=*/a=*/*.csv", "k: 100%, a: b=c"),
            ("k=1/page.html", "k=*/page.html", "k=*/page.html", "k: 1"),
            ("k=1/_SUCCESS", "k=*/_SUCCESS", "k=*/_SUCCESS", "k: 1"),
        ] {
            let part = part(name).unwrap_or_else(|| panic!("{name}"));
            let said: Vec<String> = part.values.iter().map(|(key, value)| format!("{key}: {value}")).collect();
            assert_eq!((part.document.as_str(), part.table.as_str(), said.join(", ").as_str()), (document, table, values), "{name}");
        }
        for name in ["a.csv", "k=1.csv", "folder/k=1.csv", "=1/a.csv", "1=1/a.csv", "a?b=c/d.csv", "s3://bucket/a.csv"] {
            assert_eq!(part(name), None, "{name}");
        }
    }

    #[test]
    fn a_column_has_the_values_of_all_its_folders() {
        let mut columns = Columns::default();
        for name in ["t/s=LPR/a.csv", "t/s=USC/b.csv", "t/s=LPR/c.csv", "t/s=__HIVE_DEFAULT_PARTITION__/d.csv", "other/s=1/a.csv"] {
            columns.note(part(name).unwrap(), 200);
        }
        let pieces: Vec<(String, String, Vec<String>)> = columns
            .pieces()
            .filter(|(_, piece)| piece.kind == PieceKind::Column)
            .map(|(folders, piece)| (folders, piece.text, piece.values))
            .collect();
        let column =
            |folders: &str, values: &[&str]| (folders.to_owned(), "s".to_owned(), values.iter().map(|value| (*value).to_owned()).collect());
        assert_eq!(pieces, [column("other/s=*", &["1"]), column("t/s=*", &["LPR", "USC"])]);

        let mut bounded = Columns::default();
        for number in 0..300 {
            bounded.note(part(&format!("t/s={number}/a.csv")).unwrap(), 200);
        }
        assert_eq!(bounded.pieces().map(|(_, piece)| piece.values.len()).max(), Some(200));
    }
}
