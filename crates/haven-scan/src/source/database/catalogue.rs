//! What a database says of itself, in one form for all of them.

use super::declared::{Token, listed};
use std::collections::BTreeMap;

/// Schemas, tables and columns, in order of their names.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    /// With their comments.
    pub schemas: BTreeMap<String, String>,
    /// By schema and name.
    pub tables: BTreeMap<(String, String), Table>,
}

/// A table or a view.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub schema: String,
    pub name: String,
    pub comment: String,
    pub is_view: bool,
    /// Of a view.
    pub definition: String,
    /// An estimate; zero where nothing is known.
    pub rows: u64,
    /// What its rows can be ordered by without cost, as it stands in a statement.
    pub order: Option<String>,
    /// Whether it shows this user only some rows.
    pub hides_rows: bool,
    pub columns: Vec<Column>,
}

/// A column.
#[derive(Debug)]
pub(crate) struct Column {
    pub name: String,
    pub comment: String,
    pub class: Class,
    /// Whether a cell holds a list of values.
    pub is_list: bool,
    /// Values that the schema itself names: labels of an enumeration, lists of a check, the default.
    pub declared: Vec<String>,
    /// The table that says what its values mean.
    pub lookup: Option<Lookup>,
}

/// Another table's column that a column refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lookup {
    pub schema: String,
    pub table: String,
    pub key: String,
}

/// What a column holds, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Text,
    /// Whole numbers, which may be codes or identifiers.
    Number,
    /// JSON, XML: a document in each cell.
    Document,
    /// Bytes, which are not read.
    Binary,
    /// Dates, measures, truth values: their names say what there is to say.
    Other,
}

impl Catalogue {
    pub fn table(&mut self, schema: &str, name: &str) -> Option<&mut Table> {
        self.tables.get_mut(&(schema.to_owned(), name.to_owned()))
    }

    pub fn add(&mut self, table: Table) {
        self.schemas.entry(table.schema.clone()).or_default();
        self.tables.insert((table.schema.clone(), table.name.clone()), table);
    }

    /// The columns of a lookup table that say what a key means. A table of many columns is about things, and does not only
    /// say what keys mean.
    pub fn meanings(&self, lookup: &Lookup) -> Vec<String> {
        const LABELS_MAX: usize = 3;
        const COLUMNS_MAX: usize = 5;
        let table = self.tables.get(&(lookup.schema.clone(), lookup.table.clone()));
        let columns = table.map(|table| table.columns.as_slice()).unwrap_or_default();
        let columns = if columns.len() <= COLUMNS_MAX { columns } else { &[] };
        let labels = columns.iter().filter(|column| column.class == Class::Text && !column.is_list && column.name != lookup.key);
        labels.take(LABELS_MAX).map(|column| column.name.clone()).collect()
    }
}

impl Table {
    pub fn path(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }

    pub fn column(&mut self, name: &str) -> Option<&mut Column> {
        self.columns.iter_mut().find(|column| column.name == name)
    }

    /// Takes note of values that a check names, for the columns it names them of.
    pub fn check(&mut self, tokens: &[Token]) {
        for window in tokens.windows(3) {
            if let [Token::Word(word), Token::Mark('('), Token::Word(name) | Token::Name(name)] = window
                && word.eq_ignore_ascii_case("json_valid")
                && let Some(column) = self.column(name)
            {
                // MariaDB's type for JSON is text with this check.
                column.class = Class::Document;
            }
        }
        let names: Vec<String> = self.columns.iter().map(|column| column.name.clone()).collect();
        for (name, value) in listed(tokens, &names) {
            if let Some(column) = self.column(&name) {
                column.declare(value);
            }
        }
    }
}

impl Column {
    pub fn new(name: &str, comment: &str, class: Class) -> Self {
        Self { name: name.to_owned(), comment: comment.to_owned(), class, is_list: false, declared: Vec::new(), lookup: None }
    }

    /// Takes note of a value that the schema names.
    pub fn declare(&mut self, value: String) {
        if !value.trim().is_empty() && !self.declared.contains(&value) {
            self.declared.push(value);
        }
    }
}
