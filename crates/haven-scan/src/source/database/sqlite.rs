//! The catalogue of SQLite: its pragmas, and the statements that made the tables, which keep checks and comments.

use super::catalogue::{Catalogue, Class, Column, Lookup, Table};
use super::declared::{self, Made, Writing};
use super::dialect::Dialect;
use super::postgres::texts;
use super::session::{Session, Trouble};

/// The one schema that a file has.
const MAIN: &str = "main";

/// Reads it. A table that cannot be described is told to `unread` with its name.
pub(crate) async fn catalogue(session: &mut Session<'_>, unread: &mut (dyn FnMut(String, String) + Send)) -> Result<Catalogue, Trouble> {
    let mut catalogue = Catalogue::default();
    let tables = "SELECT l.name, l.type, CAST(l.wr AS TEXT), m.sql FROM pragma_table_list AS l \
                  JOIN sqlite_schema AS m ON m.name = l.name AND m.type IN ('table', 'view') \
                  WHERE l.schema = 'main' AND l.type IN ('table', 'view', 'virtual') AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    for row in session.all(tables.to_owned()).await? {
        let [name, kind, without_row_numbers, sql] = texts(row);
        let mut table = Table { schema: MAIN.to_owned(), name, is_view: kind == "view", ..Table::default() };
        match columns(session, &mut table, &sql).await {
            Ok(()) => {}
            Err(trouble) => {
                unread(table.path(), format!("its columns: {}", trouble.reason));
                session.begin().await?;
            }
        }
        if table.is_view {
            table.definition = sql;
        } else if kind == "table" && without_row_numbers == "0" {
            table.order = Some("_rowid_".to_owned());
            // Rows are numbered upwards: the last number says about how many there are, unless many are missing. What is no large
            // table must not be taken for one: its oldest rows and its newest would be the same.
            let last = format!("SELECT CAST(max(_rowid_) AS TEXT) FROM {}", Dialect::Sqlite.table(MAIN, &table.name));
            table.rows = number(session, last).await.unwrap_or(0);
            if table.rows > session.rows_max() {
                let count = Dialect::Sqlite.count(MAIN, &table.name, session.rows_max());
                table.rows = number(session, count).await.filter(|count| *count <= session.rows_max()).unwrap_or(table.rows);
            }
        }
        catalogue.add(table);
    }
    Ok(catalogue)
}

async fn number(session: &mut Session<'_>, sql: String) -> Option<u64> {
    session.all(sql).await.ok()?.into_iter().flatten().flatten().next()?.parse().ok()
}

async fn columns(session: &mut Session<'_>, table: &mut Table, sql: &str) -> Result<(), Trouble> {
    let name = table.name.replace('\'', "''");
    // Hidden ones of virtual tables are no columns, generated ones are.
    let columns = format!("SELECT name, type, dflt_value FROM pragma_table_xinfo('{name}', '{MAIN}') WHERE hidden <> 1 ORDER BY cid");
    for row in session.all(columns).await? {
        let [name, kind, default] = texts(row);
        let mut column = Column::new(&name, "", class(&kind));
        if column.class == Class::Text {
            declared::default(&default, Writing::Standard).into_iter().for_each(|value| column.declare(value));
        }
        table.columns.push(column);
    }
    let references = format!(
        "SELECT \"from\", \"table\", coalesce(\"to\", (SELECT name FROM pragma_table_info(f.\"table\") WHERE pk = 1)) \
         FROM pragma_foreign_key_list('{name}', '{MAIN}') AS f GROUP BY id HAVING count(*) = 1 ORDER BY id DESC"
    );
    for row in session.all(references).await? {
        let [from, to, key] = texts(row);
        if to != table.name
            && let Some(column) = table.column(&from)
        {
            column.lookup = Some(Lookup { schema: MAIN.to_owned(), table: to, key });
        }
    }
    if table.is_view {
        return Ok(());
    }
    let made = Made::read(sql);
    made.checks.iter().for_each(|check| table.check(check));
    for (column, comment) in made.comments {
        let column = column.and_then(|name| table.columns.iter_mut().find(|column| column.name.eq_ignore_ascii_case(&name)));
        let of = column.map_or(&mut table.comment, |column| &mut column.comment);
        if !of.is_empty() {
            of.push('\n');
        }
        of.push_str(&comment);
    }
    Ok(())
}

/// By SQLite's own rules for the words of a type, with those that people use for what they mean.
fn class(kind: &str) -> Class {
    let kind = kind.to_ascii_uppercase();
    let has = |parts: &[&str]| parts.iter().any(|part| kind.contains(part));
    if has(&["JSON", "XML"]) {
        Class::Document
    } else if has(&["DATE", "TIME", "BOOL"]) {
        Class::Other
    } else if has(&["INT"]) {
        Class::Number
    } else if has(&["CHAR", "CLOB", "TEXT"]) || kind.is_empty() {
        Class::Text
    } else if has(&["BLOB", "BINARY"]) {
        Class::Binary
    } else if has(&["REAL", "FLOA", "DOUB"]) {
        Class::Other
    } else if has(&["NUM", "DEC"]) {
        Class::Number
    } else {
        Class::Text
    }
}
