//! Databases: first what they say of themselves, then a bounded look at what they hold.
//!
//! PostgreSQL, MySQL, MariaDB and SQLite are read by one connection that can only read and that gives up after a time. The
//! pieces are those of a document: names with their comments, definitions of views, values that the schema names, values of a
//! column, and running text. What cannot be read is said by the name of its table, and the rest goes on.

mod address;
mod catalogue;
mod declared;
mod dialect;
mod mysql;
mod postgres;
mod session;
mod sqlite;

pub use address::{Connection, Credentials};

use catalogue::{Catalogue, Class, Column, Lookup, Table};
use dialect::{Bounds, Dialect, Rows};
use haven_extract::{DESCRIPTION_WORDS_MAX, Limits, Piece, PieceKind, Place, Unread};
use session::{Cells, Kind, Session, Trouble};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// From so many characters on average, the cells of a column are running text and no values.
const TEXT_CHARACTERS: u64 = 40;
/// From so many characters in its longest cell, a column of values holds running text as well.
const LONG_CHARACTERS: u64 = 100;
/// Rows that a table may have in which values are looked up.
const LOOKUP_ROWS_MAX: u64 = 1_000;
/// Characters read of one cell.
const CELL_CHARACTERS_MAX: usize = 1 << 20;

/// Names inside documents of one column that are remembered, so that each is given out once.
const GATHERED_MAX: usize = 10_000;

/// How much of a database is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Rows of a table from which distinct values are taken. Of a large table of PostgreSQL about so many, and never more than
    /// twice: its pages differ.
    pub rows: u64,
    /// Cells of running text read of a column, unless all are.
    pub texts: u64,
    /// Whether running text is read to its end, in every row.
    pub whole: bool,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long one statement may take; where running text is read whole, how long the next row may.
    pub statement_timeout: Duration,
    /// Bounds on values of a column and on documents in cells.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rows: 10_000,
            texts: 1_000,
            whole: false,
            connect_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            limits: Limits::default(),
        }
    }
}

/// What was seen of a database. Holds names and numbers, and no values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// What it was read as: `postgresql`, `mysql`, `sqlite`.
    pub format: &'static str,
    /// Tables and views named in the catalogue.
    pub tables: u64,
    /// Their columns.
    pub columns: u64,
    /// Rows looked at, of each table the most that any of its columns needed.
    pub rows: u64,
    /// Bytes of values and texts read.
    pub bytes: u64,
    /// Columns whose values or texts were looked at.
    pub looked_at: Vec<LookedAt>,
}

/// How much of one column was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedAt {
    /// The column, as in [`Place::path`].
    pub path: String,
    /// Rows looked at; of a column of lists, their values.
    pub rows: u64,
    /// Those that hold anything.
    pub filled: u64,
}

/// Reads a database and hands its pieces to `sink`. Never fails: what cannot be read is said.
pub async fn database(url: &Connection, options: &Options, sink: &mut (dyn FnMut(Piece) + Send)) -> (Vec<Unread>, Summary) {
    let summary = Summary { format: url.format(), ..Summary::default() };
    let mut out = Out { options, sink, unread: Vec::new(), summary };
    if let Err(trouble) = read(url, options, &mut out).await {
        out.unread("", trouble.reason);
    }
    (out.unread, out.summary)
}

async fn read(url: &Connection, options: &Options, out: &mut Out<'_>) -> Result<(), Trouble> {
    let mut session = Session::open(url, options).await?;
    session.begin().await?;
    let catalogue = match session.dialect() {
        Dialect::Postgres => postgres::catalogue(&mut session).await,
        Dialect::MySql => mysql::catalogue(&mut session, &mut |reason| out.unread("", reason)).await,
        Dialect::Sqlite => sqlite::catalogue(&mut session, &mut |path, reason| out.unread(&path, reason)).await,
    };
    let catalogue = catalogue.map_err(|trouble| Trouble { reason: format!("its catalogue: {}", trouble.reason), ..trouble })?;
    out.catalogue(&catalogue);
    for table in catalogue.tables.values() {
        look(&mut session, &catalogue, table, out).await;
    }
    session.close().await;
    Ok(())
}

/// Looks at the columns of a table. What cannot be read of it is said once where it is the same for all of them.
async fn look(session: &mut Session<'_>, catalogue: &Catalogue, table: &Table, out: &mut Out<'_>) {
    let wanted: Vec<&Column> = table.columns.iter().filter(|column| column.class != Class::Other).collect();
    let mut failed: Vec<(&Column, Trouble)> = Vec::new();
    let mut rows = 0;
    let mut begun = false;
    for column in &wanted {
        let mut looked = Ok(0);
        if !begun {
            // A transaction that failed answers nothing more; a new one does, and holds up nobody for longer than a table needs.
            looked = session.begin().await.map(|()| 0);
        }
        if looked.is_ok() {
            looked = look_into(session, catalogue, table, column, out).await;
        }
        match looked {
            Ok(count) => {
                rows = rows.max(count);
                begun = true;
            }
            Err(trouble) => {
                begun = false;
                let stop = trouble.kind != Kind::Refused;
                failed.push((column, trouble));
                if stop {
                    break;
                }
            }
        }
    }
    out.summary.rows += rows;
    if table.hides_rows && !wanted.is_empty() {
        out.unread(&table.path(), "row security hides rows from this user; only the others were looked at");
    }
    match failed.as_slice() {
        [] => {}
        [(first, trouble), ..]
            if wanted.first().is_some_and(|column| column.name == first.name)
                && (trouble.kind != Kind::Refused || failed.len() == wanted.len() && failed.iter().all(|(_, other)| other == trouble)) =>
        {
            out.unread(&table.path(), trouble.reason.clone());
        }
        _ => {
            for (column, trouble) in &failed {
                out.unread(&format!("{}.{}", table.path(), column.name), trouble.reason.clone());
                if trouble.kind != Kind::Refused {
                    out.unread(&table.path(), format!("its columns behind `{}` were not looked at", column.name));
                }
            }
        }
    }
}

/// Looks at one column, and says how many rows of it.
async fn look_into(
    session: &mut Session<'_>,
    catalogue: &Catalogue,
    table: &Table,
    column: &Column,
    out: &mut Out<'_>,
) -> Result<u64, Trouble> {
    let (options, dialect) = (out.options, session.dialect());
    let path = format!("{}.{}", table.path(), column.name);
    let mut rows = Rows::Spread(options.rows);
    let mut seen = measure(session, table, column, rows).await?;
    if seen.rows == 0 && table.rows > 0 {
        // The estimate was of another time, or the pages that were chosen are empty.
        rows = Rows::First(options.rows);
        seen = measure(session, table, column, rows).await?;
    }
    if column.class == Class::Binary {
        if seen.filled > 0 {
            out.unread(&path, "it holds bytes, which are not read");
        }
        return Ok(seen.rows);
    }
    if seen.filled == 0 {
        return Ok(seen.rows);
    }
    let is_text = column.class == Class::Document || seen.characters > seen.filled.saturating_mul(TEXT_CHARACTERS);
    let context = context(table, None);
    let bounds = Bounds { values: options.limits.values_max, characters: options.limits.piece_bytes_max };
    if !is_text {
        out.summary.looked_at.push(LookedAt { path: path.clone(), rows: seen.rows, filled: seen.filled });
        let is_all = dialect.is_all(table, rows, seen.rows);
        let counted = |holding: Vec<u64>| {
            // What is filled and holds none of the commonest values.
            let others = seen.filled.saturating_sub(holding.iter().sum());
            haven_extract::Rows { holding, looked_at: seen.rows.saturating_sub(others), is_sample: !is_all || others > 0 }
        };
        let mut explained = false;
        if let Some(lookup) = &column.lookup {
            let to = format!("{}.{}", lookup.schema, lookup.table);
            match explain(session, catalogue, table, column, lookup, (rows, bounds)).await {
                Ok(columns) => {
                    for (label, rows) in columns {
                        let context = format!("{context}; as {}.{label} says", lookup.table);
                        explained |= out.values(&column.name, rows, &counted, &context, &path);
                    }
                }
                // The values themselves can be read all the same.
                Err(trouble) if trouble.kind == Kind::Refused => {
                    out.unread(&path, format!("what its values mean, in `{to}`: {}", trouble.reason));
                    session.begin().await?;
                }
                Err(trouble) => return Err(trouble),
            }
        }
        // A number that is only a key says nothing by itself.
        if !(explained && column.class == Class::Number) {
            let sql = dialect.values(table, column, rows, bounds);
            out.values(&column.name, session.all(sql).await?, &counted, &context, &path);
        }
    }
    if is_text || seen.longest > LONG_CHARACTERS {
        let longer_than = if is_text { 0 } else { TEXT_CHARACTERS };
        let (rows, cells) = if options.whole { (Rows::All, None) } else { (rows, Some(options.texts)) };
        let sql = dialect.cells(table, column, rows, longer_than, cells, CELL_CHARACTERS_MAX);
        if options.whole {
            session.be_patient(true).await?;
        }
        let (mut count, mut cut, mut gathered) = (0, false, Gathered::default());
        let told = session
            .ask(sql, &mut |cells| {
                for text in cells.into_iter().flatten() {
                    count += 1;
                    cut |= text.chars().nth(CELL_CHARACTERS_MAX - 1).is_some();
                    out.cell(cell_name(column.class, &text), &text, &path, &context, &mut gathered);
                }
            })
            .await;
        let is_all = options.whole || dialect.is_all(table, rows, seen.rows) && count < options.texts;
        gathered.finish(if is_all { seen.rows.max(count) } else { count }, is_all).for_each(|piece| (out.sink)(piece));
        if cut {
            out.unread(&path, format!("cells of more than {CELL_CHARACTERS_MAX} characters were read only so far"));
        }
        if is_text {
            // What was read in the end is more than was measured where all of it was.
            let rows = if options.whole { seen.rows.max(count) } else { seen.rows };
            out.summary.looked_at.push(LookedAt { path: path.clone(), rows, filled: count });
            seen.rows = rows;
        }
        // In a transaction that failed PostgreSQL takes the setting back by itself, and refuses to be told.
        let calmed = if options.whole { session.be_patient(false).await } else { Ok(()) };
        told.and(calmed)?;
    }
    Ok(seen.rows)
}

/// A file name for what a cell holds, by which it is read: JSON is kept in columns of text as well.
fn cell_name(class: Class, text: &str) -> &'static str {
    let text = text.trim_start();
    if text.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        "cell.json"
    } else if class == Class::Document && text.starts_with('<') {
        "cell.xml"
    } else {
        ""
    }
}

/// What the values of a column mean: each column that says so with the commonest of what it says. None where their table is too
/// large to be looked into.
async fn explain(
    session: &mut Session<'_>,
    catalogue: &Catalogue,
    table: &Table,
    column: &Column,
    lookup: &Lookup,
    (rows, bounds): (Rows, Bounds),
) -> Result<Vec<(String, Vec<Cells>)>, Trouble> {
    let dialect = session.dialect();
    let mut explained = Vec::new();
    let labels = catalogue.meanings(lookup);
    if labels.is_empty() {
        return Ok(explained);
    }
    let [count] = numbers(session.all(dialect.count(&lookup.schema, &lookup.table, LOOKUP_ROWS_MAX)).await?.into_iter().next());
    if count <= LOOKUP_ROWS_MAX {
        for label in labels {
            let sql = dialect.meanings(table, column, lookup, &label, rows, bounds);
            explained.push((label, session.all(sql).await?));
        }
    }
    Ok(explained)
}

/// What a column holds, in numbers.
#[derive(Clone, Copy)]
struct Measure {
    rows: u64,
    filled: u64,
    characters: u64,
    longest: u64,
}

async fn measure(session: &mut Session<'_>, table: &Table, column: &Column, rows: Rows) -> Result<Measure, Trouble> {
    let sql = session.dialect().measure(table, column, rows);
    let [rows, filled, characters, longest] = numbers(session.all(sql).await?.into_iter().next());
    Ok(Measure { rows, filled, characters, longest })
}

/// The numbers of a row; what is absent is zero.
fn numbers<const N: usize>(row: Option<Cells>) -> [u64; N] {
    postgres::texts(row.unwrap_or_default()).map(|text| text.parse().unwrap_or(0))
}

/// What is known of the surroundings of a column, in words.
fn context(table: &Table, column: Option<&Column>) -> String {
    let parts = [table.name.as_str(), table.comment.trim(), column.map_or("", |column| column.comment.trim())];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

/// Takes a piece of a document, and hands on what is to be handed on.
type Each<'a> = dyn FnMut(Piece, &mut dyn FnMut(Piece)) + 'a;

/// Where pieces, and what could not be read, go.
struct Out<'a> {
    options: &'a Options,
    sink: &'a mut (dyn FnMut(Piece) + Send),
    unread: Vec<Unread>,
    summary: Summary,
}

impl Out<'_> {
    /// Says that something could not be read, once.
    fn unread(&mut self, path: &str, reason: impl Into<String>) {
        let path = (!path.is_empty()).then(|| path.to_owned());
        let unread = Unread { place: Place { path, ..Place::default() }, reason: reason.into() };
        if !self.unread.contains(&unread) {
            self.unread.push(unread);
        }
    }

    fn name(&mut self, name: &str, context: &str, path: &str) {
        self.piece(PieceKind::Name, name, (Vec::new(), None), context, path);
    }

    fn piece(&mut self, kind: PieceKind, text: &str, held: (Vec<String>, Option<haven_extract::Rows>), context: &str, path: &str) {
        let place = Place { path: Some(path.to_owned()), ..Place::default() };
        let (values, rows) = held;
        (self.sink)(Piece { kind, text: text.to_owned(), values, rows, context: context.to_owned(), place });
    }

    /// All that the database says of itself.
    fn catalogue(&mut self, catalogue: &Catalogue) {
        for (schema, comment) in &catalogue.schemas {
            self.name(schema, comment, schema);
            self.comment(comment, schema, schema);
        }
        for table in catalogue.tables.values() {
            let path = table.path();
            self.summary.tables += 1;
            self.name(&table.name, &table.comment, &path);
            self.comment(&table.comment, &path, &table.name);
            if !table.definition.is_empty() {
                let is_whole = table.definition.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("create"));
                let begin = if is_whole { String::new() } else { format!("CREATE VIEW \"{}\" AS ", table.name.replace('"', "\"\"")) };
                self.document("view.sql", &format!("{begin}{}", table.definition), &path, &table.name);
            }
            for column in &table.columns {
                let path = format!("{path}.{}", column.name);
                self.summary.columns += 1;
                self.name(&column.name, &context(table, Some(column)), &path);
                self.comment(&column.comment, &path, &table.name);
                if !column.declared.is_empty() {
                    let values = column.declared.iter().take(self.options.limits.values_max).cloned().collect();
                    self.piece(PieceKind::Column, &column.name, (values, None), &context(table, Some(column)), &path);
                }
            }
        }
    }

    /// Hands out a column's values, and says whether there are any.
    fn values(
        &mut self,
        name: &str,
        held: Vec<Cells>,
        counted: &dyn Fn(Vec<u64>) -> haven_extract::Rows,
        context: &str,
        path: &str,
    ) -> bool {
        let (mut values, mut counts) = (Vec::new(), Vec::new());
        for row in held {
            let [value, count] = postgres::texts(row);
            self.summary.bytes += value.len() as u64;
            values.push(value);
            counts.push(count.parse().unwrap_or(0));
        }
        if values.is_empty() {
            return false;
        }
        self.piece(PieceKind::Column, name, (values, Some(counted(counts))), context, path);
        true
    }

    /// Hands out what the catalogue says of a schema, table or column: it asks nobody, it describes.
    fn comment(&mut self, text: &str, path: &str, context: &str) {
        self.inside("", text, path, context, &mut |piece, sink| {
            let long = piece.text.split_whitespace().nth(DESCRIPTION_WORDS_MAX).is_some();
            let describes = piece.kind == PieceKind::Question || (piece.kind == PieceKind::Sentence && !long);
            let kind = if describes { PieceKind::Description } else { piece.kind };
            sink(Piece { kind, ..piece });
        });
    }

    /// Hands out the pieces of a text or document that stands in the catalogue.
    fn document(&mut self, name: &str, text: &str, path: &str, context: &str) {
        self.inside(name, text, path, context, &mut |piece, sink| sink(piece));
    }

    /// Hands out the pieces of a text or document in a cell. Names and columns inside documents are the same in every row: they
    /// are given out once, columns with their values from all rows at the end.
    fn cell(&mut self, name: &str, text: &str, path: &str, context: &str, gathered: &mut Gathered) {
        let values_max = self.options.limits.values_max;
        self.inside(name, text, path, context, &mut |piece, sink| {
            let key = (piece.place.path.clone(), piece.text.clone());
            let is_full = gathered.names.len() + gathered.columns.len() >= GATHERED_MAX;
            match (piece.kind, gathered.columns.get_mut(&key)) {
                (PieceKind::Column, Some(known)) => join(known, piece, values_max),
                (PieceKind::Column, None) if !is_full => {
                    gathered.columns.insert(key, piece);
                }
                (PieceKind::Name, _) if gathered.names.contains(&key) => {}
                (PieceKind::Name, _) if !is_full => {
                    gathered.names.insert(key);
                    sink(piece);
                }
                _ => sink(piece),
            }
        });
    }

    /// Gives each piece of a text or document to `each`. Lines inside it say nothing of where it stands.
    fn inside(&mut self, name: &str, text: &str, path: &str, context: &str, each: &mut Each<'_>) {
        if text.trim().is_empty() {
            return;
        }
        self.summary.bytes += text.len() as u64;
        let inner = |inner: Option<String>| inner.map_or_else(|| path.to_owned(), |inner| format!("{path}!{inner}"));
        let sink = &mut *self.sink;
        let outcome = haven_extract::extract(name, &mut text.as_bytes(), &self.options.limits, &mut |mut piece: Piece| {
            piece.place = Place { path: Some(inner(piece.place.path.take())), ..Place::default() };
            if piece.context.is_empty() {
                context.clone_into(&mut piece.context);
            }
            each(piece, &mut *sink);
        });
        for unread in outcome.unread {
            let place = inner(unread.place.path);
            self.unread(&place, unread.reason);
        }
    }
}

/// Takes the values of a column that is in a document over into those of the same column in the documents before.
fn join(known: &mut Piece, piece: Piece, values_max: usize) {
    let (Some(all), Some(rows)) = (known.rows.as_mut(), piece.rows) else {
        known.rows = None;
        known.values.extend(piece.values.into_iter().filter(|value| !known.values.contains(value)).collect::<Vec<_>>());
        return known.values.truncate(values_max);
    };
    all.looked_at += rows.looked_at;
    all.is_sample |= rows.is_sample;
    for (value, count) in piece.values.into_iter().zip(rows.holding) {
        let at = known.values.iter().position(|kept| *kept == value);
        match at.and_then(|at| all.holding.get_mut(at)) {
            Some(holding) => *holding += count,
            None if known.values.len() < values_max => {
                known.values.push(value);
                all.holding.push(count);
            }
            None => {
                all.looked_at = all.looked_at.saturating_sub(count);
                all.is_sample = true;
            }
        }
    }
}

/// What documents in the cells of one column have in common, by place and name.
#[derive(Default)]
struct Gathered {
    names: BTreeSet<(Option<String>, String)>,
    columns: BTreeMap<(Option<String>, String), Piece>,
}

impl Gathered {
    /// The columns, of so many rows, which are all or some. What stands in no list in its document has as many rows, also those
    /// whose document lacks it.
    fn finish(self, count: u64, is_all: bool) -> impl Iterator<Item = Piece> {
        self.columns.into_values().map(move |mut piece| {
            let in_list = piece.place.path.as_deref().is_some_and(|path| path.contains("/*"));
            if let Some(rows) = &mut piece.rows {
                rows.looked_at = if in_list { rows.looked_at } else { rows.looked_at.max(count) };
                rows.is_sample |= !is_all;
            }
            piece
        })
    }
}
