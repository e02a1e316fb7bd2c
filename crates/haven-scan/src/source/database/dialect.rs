//! How each database is asked: what differs between them in statements that are otherwise the same.

use super::catalogue::{Class, Column, Lookup, Table};

/// A database's own way of speaking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Postgres,
    /// MariaDB too.
    MySql,
    Sqlite,
}

/// Which rows of a table are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    /// So many, spread over the table where that is cheap.
    Spread(u64),
    /// So many, as they come.
    First(u64),
    /// All.
    All,
}

/// How much of a column's values is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Distinct ones.
    pub values: usize,
    /// Of each.
    pub characters: usize,
}

/// How many times more rows than are looked at a table must have, so that the first ones would not stand for it.
pub(crate) const LARGE: u64 = 4;

impl Dialect {
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgresql",
            Self::MySql => "mysql",
            Self::Sqlite => "sqlite",
        }
    }

    /// A name in a statement. Names come from the catalogue; inside quotes they can be nothing else.
    pub fn quote(self, name: &str) -> String {
        match self {
            Self::MySql => format!("`{}`", name.replace('`', "``")),
            Self::Postgres | Self::Sqlite => format!("\"{}\"", name.replace('"', "\"\"")),
        }
    }

    pub fn table(self, schema: &str, name: &str) -> String {
        format!("{}.{}", self.quote(schema), self.quote(name))
    }

    /// Anything as text.
    pub fn text(self, what: &str) -> String {
        match self {
            Self::Postgres => format!("CAST({what} AS pg_catalog.text)"),
            // Compared by its characters: else `Citizen` and `CITIZEN` would be one value.
            Self::MySql => format!("CAST({what} AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin"),
            Self::Sqlite => format!("CAST({what} AS TEXT)"),
        }
    }

    /// A column's cell as text; an empty one is none.
    fn cell(self, column: &str) -> String {
        let text = format!("NULLIF({}, '')", self.text(column));
        match self {
            // There any column may hold anything.
            Self::Sqlite => format!("CASE WHEN typeof({column}) = 'blob' THEN NULL ELSE {text} END"),
            _ => text,
        }
    }

    fn length(self) -> &'static str {
        match self {
            Self::Sqlite => "length(v)",
            _ => "char_length(v)",
        }
    }

    /// Rows of one column as `v`; with `key`, the column itself as `v`, to be joined.
    fn source(self, table: &Table, column: &Column, rows: Rows, as_key: bool) -> String {
        let from = self.table(&table.schema, &table.name);
        let name = self.quote(&column.name);
        let cell = match column.class {
            _ if as_key => name.clone(),
            Class::Binary => name.clone(),
            _ => self.cell(&name),
        };
        if column.is_list {
            // Only PostgreSQL has such columns; each of their values counts.
            let inner = self.spread(table, &from, &name, rows);
            return format!("SELECT {} AS v FROM ({inner}) AS lists, unnest(lists.v) AS item", self.cell("item"));
        }
        self.spread(table, &from, &cell, rows)
    }

    /// Whether so many rows that came of a table are all that it has.
    pub fn is_all(self, table: &Table, rows: Rows, came: u64) -> bool {
        match rows {
            Rows::All => true,
            Rows::First(count) => came < count,
            Rows::Spread(count) => came < count && table.rows <= count.saturating_mul(LARGE),
        }
    }

    fn spread(self, table: &Table, from: &str, what: &str, rows: Rows) -> String {
        let plain = format!("SELECT {what} AS v FROM {from}");
        match rows {
            Rows::All => plain,
            Rows::First(count) => format!("{plain} LIMIT {count}"),
            Rows::Spread(count) if table.rows <= count.saturating_mul(LARGE) => format!("{plain} LIMIT {count}"),
            Rows::Spread(count) => match (self, &table.order) {
                (Self::Postgres, _) if !table.is_view => {
                    // Pages from all over the table, always the same ones, so that scans can be compared. They differ in how many
                    // rows they hold, and a bound that was often reached would cut off the end of the table.
                    let millionths = (count.saturating_mul(100_000_000) / table.rows.max(1)).max(1);
                    let percent = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
                    format!("{plain} TABLESAMPLE SYSTEM ({percent}) REPEATABLE (1) LIMIT {}", count.saturating_mul(2))
                }
                // Old rows and new ones: what a city asks for changes with the years.
                (Self::MySql | Self::Sqlite, Some(order)) => {
                    let half = count.div_ceil(2);
                    format!(
                        "SELECT v FROM ({plain} ORDER BY {order} LIMIT {half}) AS oldest \
                         UNION ALL SELECT v FROM ({plain} ORDER BY {order} DESC LIMIT {half}) AS newest"
                    )
                }
                _ => format!("{plain} LIMIT {count}"),
            },
        }
    }

    /// Asks how many rows, how many of them filled, characters of all and of the longest.
    pub fn measure(self, table: &Table, column: &Column, rows: Rows) -> String {
        let (sum, longest) = match column.class {
            Class::Binary => ("0".to_owned(), "0".to_owned()),
            _ => (format!("sum({})", self.length()), format!("max({})", self.length())),
        };
        let columns = ["count(*)", "count(v)", &sum, &longest].map(|what| self.text(what)).join(", ");
        format!("SELECT {columns} FROM ({}) AS looked", self.source(table, column, rows, false))
    }

    /// Asks for the commonest values, each with its number.
    pub fn values(self, table: &Table, column: &Column, rows: Rows, bounds: Bounds) -> String {
        self.commonest(&self.source(table, column, rows, false), bounds)
    }

    /// Asks what the commonest values of a column mean, by one column of the table they are looked up in.
    pub fn meanings(self, table: &Table, column: &Column, lookup: &Lookup, label: &str, rows: Rows, bounds: Bounds) -> String {
        let label = self.cell(&format!("meaning.{}", self.quote(label)));
        let source = format!(
            "SELECT {label} AS v FROM ({}) AS used JOIN {} AS meaning ON meaning.{} = used.v",
            self.source(table, column, rows, true),
            self.table(&lookup.schema, &lookup.table),
            self.quote(&lookup.key)
        );
        self.commonest(&source, bounds)
    }

    fn commonest(self, source: &str, bounds: Bounds) -> String {
        let Bounds { values, characters } = bounds;
        let order = if self == Self::Postgres { "v COLLATE \"C\"" } else { "v" };
        let count = self.text("count(*)");
        format!(
            "SELECT substr(v, 1, {characters}), {count} FROM ({source}) AS looked WHERE v IS NOT NULL GROUP BY v \
             ORDER BY count(*) DESC, {order} LIMIT {values}"
        )
    }

    /// Asks whether a table has more than so many rows.
    pub fn count(self, schema: &str, table: &str, up_to: u64) -> String {
        let from = self.table(schema, table);
        format!("SELECT {} FROM (SELECT 1 AS v FROM {from} LIMIT {}) AS looked", self.text("count(*)"), up_to + 1)
    }

    /// Asks for cells one by one, those of more than so many characters.
    pub fn cells(self, table: &Table, column: &Column, rows: Rows, longer_than: u64, cells: Option<u64>, characters: usize) -> String {
        let limit = cells.map(|cells| format!(" LIMIT {cells}")).unwrap_or_default();
        format!(
            "SELECT substr(v, 1, {characters}) FROM ({}) AS looked WHERE v IS NOT NULL AND {} > {longer_than}{limit}",
            self.source(table, column, rows, false),
            self.length()
        )
    }
}
