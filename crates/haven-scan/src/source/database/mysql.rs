//! The catalogue of MySQL and MariaDB. It shows a user only what that user has some right to: what is hidden altogether cannot
//! even be said to be unread.

use super::catalogue::{Catalogue, Class, Column, Lookup, Table};
use super::declared::{self, Token, Writing};
use super::postgres::texts;
use super::session::{Session, Trouble};

/// Tables of people; of one database where the address names it.
fn ours(schema: &str) -> String {
    format!(
        "{schema} NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys') AND (DATABASE() IS NULL OR {schema} = DATABASE())"
    )
}

/// Reads it. What a server of another version does not know is told to `unread`.
pub(crate) async fn catalogue(session: &mut Session<'_>, unread: &mut (dyn FnMut(String) + Send)) -> Result<Catalogue, Trouble> {
    let is_mariadb = session.is_mariadb();
    let mut catalogue = Catalogue::default();
    let tables = format!(
        "SELECT CAST(t.TABLE_SCHEMA AS CHAR), CAST(t.TABLE_NAME AS CHAR), CAST(t.TABLE_TYPE AS CHAR), CAST(t.TABLE_COMMENT AS CHAR), \
                CAST(t.TABLE_ROWS AS CHAR), CAST(v.VIEW_DEFINITION AS CHAR) \
         FROM information_schema.TABLES t LEFT JOIN information_schema.VIEWS v \
         ON v.TABLE_SCHEMA = t.TABLE_SCHEMA AND v.TABLE_NAME = t.TABLE_NAME WHERE {}",
        ours("t.TABLE_SCHEMA")
    );
    for row in session.all(tables).await? {
        let [schema, name, kind, comment, rows, definition] = texts(row);
        let is_view = kind.ends_with("VIEW");
        let comment = if is_view { String::new() } else { comment };
        catalogue.add(Table { schema, name, comment, is_view, definition, rows: rows.parse().unwrap_or(0), ..Table::default() });
    }

    let columns = format!(
        "SELECT CAST(TABLE_SCHEMA AS CHAR), CAST(TABLE_NAME AS CHAR), CAST(COLUMN_NAME AS CHAR), CAST(DATA_TYPE AS CHAR), \
                CAST(COLUMN_TYPE AS CHAR), CAST(COLUMN_COMMENT AS CHAR), CAST(COLUMN_DEFAULT AS CHAR), CAST(EXTRA AS CHAR), \
                CAST(COLUMN_KEY AS CHAR) \
         FROM information_schema.COLUMNS WHERE {} ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION",
        ours("TABLE_SCHEMA")
    );
    let dialect = session.dialect();
    for row in session.all(columns).await? {
        let [schema, table, name, kind, whole_kind, comment, default, extra, key] = texts(row);
        let class = match kind.to_ascii_lowercase().as_str() {
            "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "enum" | "set" => Class::Text,
            "tinyint" if whole_kind.eq_ignore_ascii_case("tinyint(1)") => Class::Other,
            "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "decimal" => Class::Number,
            "json" => Class::Document,
            "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => Class::Binary,
            _ => Class::Other,
        };
        let Some(table) = catalogue.table(&schema, &table) else { continue };
        // Those of a view are the ones of the table that it shows.
        let comment = if table.is_view { "" } else { &comment };
        let mut column = Column::new(&name, comment, class);
        if matches!(kind.as_str(), "enum" | "set") {
            for token in tokens(&whole_kind) {
                if let Token::Text(label) = token {
                    column.declare(label);
                }
            }
        }
        // MySQL gives the value itself, MariaDB the expression.
        let default = match (class, is_mariadb) {
            (Class::Text, true) => declared::default(&default, Writing::Backslash),
            (Class::Text, false) if !extra.contains("DEFAULT_GENERATED") => Some(default),
            _ => None,
        };
        default.into_iter().for_each(|value| column.declare(value));
        if key == "PRI" {
            // Of a key of several columns, the first one: the rows lie in its order.
            table.order.get_or_insert_with(|| dialect.quote(&name));
        }
        table.columns.push(column);
    }

    let checks = if is_mariadb {
        format!(
            "SELECT CAST(CONSTRAINT_SCHEMA AS CHAR), CAST(TABLE_NAME AS CHAR), CAST(CHECK_CLAUSE AS CHAR) \
             FROM information_schema.CHECK_CONSTRAINTS WHERE {} ORDER BY CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME",
            ours("CONSTRAINT_SCHEMA")
        )
    } else {
        format!(
            "SELECT CAST(t.TABLE_SCHEMA AS CHAR), CAST(t.TABLE_NAME AS CHAR), CAST(k.CHECK_CLAUSE AS CHAR) \
             FROM information_schema.CHECK_CONSTRAINTS k JOIN information_schema.TABLE_CONSTRAINTS t \
             ON t.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = k.CONSTRAINT_NAME \
             WHERE {} ORDER BY t.TABLE_SCHEMA, t.TABLE_NAME, k.CONSTRAINT_NAME",
            ours("t.TABLE_SCHEMA")
        )
    };
    match session.all(checks).await {
        Ok(rows) => {
            for row in rows {
                let [schema, table, check] = texts(row);
                if let Some(table) = catalogue.table(&schema, &table) {
                    table.check(&tokens(&check));
                }
            }
        }
        Err(trouble) => {
            unread(format!("the checks of its tables: {}", trouble.reason));
            session.begin().await?;
        }
    }

    let references = format!(
        "SELECT CAST(TABLE_SCHEMA AS CHAR), CAST(TABLE_NAME AS CHAR), CAST(min(COLUMN_NAME) AS CHAR), \
                CAST(min(REFERENCED_TABLE_SCHEMA) AS CHAR), CAST(min(REFERENCED_TABLE_NAME) AS CHAR), \
                CAST(min(REFERENCED_COLUMN_NAME) AS CHAR) \
         FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_NAME IS NOT NULL AND {} \
         GROUP BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME HAVING count(*) = 1 ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME",
        ours("TABLE_SCHEMA")
    );
    for row in session.all(references).await? {
        let [schema, table, column, to_schema, to_table, key] = texts(row);
        if (&schema, &table) == (&to_schema, &to_table) {
            continue;
        }
        if let Some(column) = catalogue.table(&schema, &table).and_then(|table| table.column(&column)) {
            column.lookup = Some(Lookup { schema: to_schema, table: to_table, key });
        }
    }
    Ok(catalogue)
}

fn tokens(text: &str) -> Vec<Token> {
    declared::tokens(text, Writing::Backslash)
}
