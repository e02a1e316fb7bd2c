//! The database under the register: SQLite or PostgreSQL, by one driver and one set of statements.
//!
//! Both take `$1` in statements. What differs between them stands in this file and in `migrations/`, and nowhere else.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{
    AssertSqlSafe, Connection as _, PgPool, Postgres, Row as _, SqlSafeStr as _, SqlStr, Sqlite, SqliteConnection, SqlitePool, Transaction,
};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How long a writer waits for another one.
const BUSY: Duration = Duration::from_secs(30);
/// Connections of one node.
const CONNECTIONS_MAX: u32 = 8;

/// What went wrong in the database.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// There is no register where one was expected.
    #[error("there is no register at `{0}`: expected one made by `haven ledger init`")]
    Absent(String),
    /// There is one where none was expected.
    #[error("there is a register at `{0}` already: a new one is never made over another")]
    Present(String),
    /// There is a database of somebody else.
    #[error("`{0}` is a database of something else: expected a register, or no file")]
    Foreign(String),
    /// The address cannot be read.
    #[error("the register's address: expected a file, or `postgres://…`, found something else: {0}")]
    Address(String),
    /// The tables are those of another version of Haven.
    #[error("the register's tables: expected those of this version of Haven: {0}")]
    Version(String),
    /// A row does not hold what it must: the file is damaged, or somebody changed it.
    #[error("the register is damaged at {place}: expected {expected}, found {found}")]
    Damaged {
        /// The table and row.
        place: String,
        /// What must stand there.
        expected: String,
        /// What does.
        found: String,
    },
    /// An earlier write failed on the disk, and this process writes no more.
    #[error(
        "nothing was written, because an earlier write failed on the disk ({0}); free or repair it, start again, then run `haven ledger verify`"
    )]
    Stopped(String),
    /// The database refused or failed.
    #[error("the database failed: {0}")]
    Failed(#[from] sqlx::Error),
}

impl DbError {
    /// A row that does not hold what it must.
    pub(crate) fn damaged(place: impl Into<String>, expected: impl Into<String>, found: impl Into<String>) -> DbError {
        DbError::Damaged { place: place.into(), expected: expected.into(), found: found.into() }
    }

    /// Whether the connection or the disk failed, so that what was written may or may not be there.
    pub(crate) fn is_io(&self) -> bool {
        match self {
            // SQLITE_IOERR, SQLITE_FULL and SQLITE_CORRUPT with their extended codes: the low byte is the kind.
            DbError::Failed(sqlx::Error::Database(error)) => error
                .try_downcast_ref::<sqlx::sqlite::SqliteError>()
                .and_then(|_| error.code()?.parse::<u32>().ok())
                .is_some_and(|code| matches!(code & 0xff, 10 | 11 | 13)),
            DbError::Failed(sqlx::Error::Io(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed | sqlx::Error::Protocol(_)) => true,
            DbError::Stopped(_) => true,
            _ => false,
        }
    }
}

/// Where a register lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A file of SQLite.
    File(PathBuf),
    /// A PostgreSQL server, by its URL.
    Server(String),
}

impl Address {
    /// Reads an address: a URL that begins with `postgres:` or `postgresql:`, else a file.
    pub fn read(text: &str) -> Address {
        if text.starts_with("postgres:") || text.starts_with("postgresql:") {
            Address::Server(text.to_owned())
        } else {
            Address::File(PathBuf::from(text))
        }
    }

    /// The address without a password.
    pub fn shown(&self) -> String {
        match self {
            Address::File(path) => path.display().to_string(),
            Address::Server(url) => {
                // Users and passwords stand before the last `@`, or behind the `?`.
                let bare = url.split('?').next().unwrap_or_default();
                let (scheme, rest) = bare.split_once("://").unwrap_or(("postgres", bare));
                format!("{scheme}://{}", rest.rsplit_once('@').map_or(rest, |(_, place)| place))
            }
        }
    }
}

/// How durable a commit is. Only a crash test that must be able to fail ever asks for less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A commit is on the disk before it is acknowledged.
    Full,
    /// A commit may be lost with the power, as SQLite's usual advice for its write-ahead log has it.
    Weak,
}

/// Why nothing more is written to a file of SQLite: the first error of its disk. After one nobody knows what the disk holds,
/// and trying again may make it look right.
pub(crate) type DiskError = Arc<OnceLock<String>>;

/// Takes note of an error of the disk.
fn noted<T>(disk: &DiskError, result: Result<T, sqlx::Error>) -> Result<T, DbError> {
    let result = result.map_err(DbError::from);
    if let Err(error) = &result
        && error.is_io()
    {
        // Only the first one says what happened.
        let _ = disk.set(error.to_string());
    }
    result
}

/// The pool of connections.
#[derive(Clone, Debug)]
pub(crate) enum Db {
    /// SQLite.
    Sqlite(SqlitePool, DiskError),
    /// PostgreSQL.
    Postgres(PgPool),
}

/// A transaction.
pub(crate) enum Tx {
    /// Of SQLite.
    Sqlite(Transaction<'static, Sqlite>, DiskError),
    /// Of PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

/// A value in a statement; what may be absent keeps its type.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// A whole number.
    Int(i64),
    /// A text.
    Text(Option<String>),
    /// Bytes.
    Blob(Option<Vec<u8>>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Int(value)
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::Text(Some(value.to_owned()))
    }
}
impl From<String> for Value {
    fn from(value: String) -> Value {
        Value::Text(Some(value))
    }
}
impl From<Option<String>> for Value {
    fn from(value: Option<String>) -> Value {
        Value::Text(value)
    }
}
impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Value {
        Value::Blob(Some(value))
    }
}

/// A row of an answer.
pub(crate) enum Row {
    /// Of SQLite.
    Sqlite(SqliteRow),
    /// Of PostgreSQL.
    Postgres(PgRow),
}

impl Row {
    /// A whole number.
    pub(crate) fn int(&self, column: usize) -> Result<i64, DbError> {
        Ok(match self {
            Row::Sqlite(row) => row.try_get(column)?,
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    /// A text that may be absent.
    pub(crate) fn maybe_text(&self, column: usize) -> Result<Option<String>, DbError> {
        Ok(match self {
            Row::Sqlite(row) => row.try_get(column)?,
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    /// A text.
    pub(crate) fn text(&self, column: usize) -> Result<String, DbError> {
        self.maybe_text(column)?.ok_or_else(|| DbError::damaged(format!("column {column} of an answer"), "a text", "nothing"))
    }

    /// Bytes that may be absent.
    pub(crate) fn maybe_blob(&self, column: usize) -> Result<Option<Vec<u8>>, DbError> {
        Ok(match self {
            Row::Sqlite(row) => row.try_get(column)?,
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    /// Bytes.
    pub(crate) fn blob(&self, column: usize) -> Result<Vec<u8>, DbError> {
        self.maybe_blob(column)?.ok_or_else(|| DbError::damaged(format!("column {column} of an answer"), "bytes", "nothing"))
    }

    /// A hash of 32 bytes.
    pub(crate) fn hash(&self, column: usize, place: impl FnOnce() -> String) -> Result<[u8; 32], DbError> {
        let bytes = self.blob(column)?;
        <[u8; 32]>::try_from(bytes.as_slice())
            .map_err(|_| DbError::damaged(place(), "a hash of 32 bytes", format!("{} bytes", bytes.len())))
    }
}

/// The steps by which tables come to be what they are, oldest first; a step that was released is never changed.
fn migrator(steps: &[(i64, &'static str, &'static str)]) -> Migrator {
    let step = |(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(*version, (*name).into(), MigrationType::Simple, (*sql).into_sql_str(), false)
    };
    Migrator::with_migrations(steps.iter().map(step).collect())
}

const SQLITE: &[(i64, &str, &str)] = &[
    (1, "register", include_str!("../migrations/sqlite/0001_register.sql")),
    (2, "staff", include_str!("../migrations/sqlite/0002_staff.sql")),
];
const POSTGRES: &[(i64, &str, &str)] = &[
    (1, "register", include_str!("../migrations/postgres/0001_register.sql")),
    (2, "staff", include_str!("../migrations/postgres/0002_staff.sql")),
];

impl Db {
    /// Opens the register at an address. It must be there, unless it is to be created; then it must not.
    pub(crate) async fn open(address: &Address, create: bool, durability: Durability) -> Result<Db, DbError> {
        let db = Db::connect(address, create, durability).await?;
        if !create && db.is_current().await? {
            return Ok(db);
        }
        let migrated = match &db {
            Db::Sqlite(pool, _) => migrator(SQLITE).run(pool).await,
            Db::Postgres(pool) => migrator(POSTGRES).run(pool).await,
        };
        migrated.map_err(|error| DbError::Version(error.to_string()))?;
        Ok(db)
    }

    /// Opens the register as [`Db::open`] does, and leaves its tables as they are.
    pub(crate) async fn connect(address: &Address, create: bool, durability: Durability) -> Result<Db, DbError> {
        let db = match address {
            Address::File(path) => Db::Sqlite(sqlite(path, create, durability).await?, DiskError::default()),
            Address::Server(url) => {
                let options = PgConnectOptions::from_str(url).map_err(|error| DbError::Address(error.to_string()))?;
                let commit = if durability == Durability::Full { "on" } else { "off" };
                // Links and staff lie in schemas of their own; a role without one sees no table of that name.
                let options = options.options([("search_path", "public,links,staff"), ("synchronous_commit", commit)]);
                Db::Postgres(PgPoolOptions::new().max_connections(CONNECTIONS_MAX).acquire_timeout(BUSY).connect_with(options).await?)
            }
        };
        let present = db.has_tables().await?;
        match (present, create) {
            (true, true) => return Err(DbError::Present(address.shown())),
            (false, false) => return Err(DbError::Absent(address.shown())),
            _ => {}
        }
        if let Address::File(path) = address {
            // SQLite does this too, and says nothing if it fails; then the files could be gone with the power.
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(sqlx::Error::Io)?;
        }
        Ok(db)
    }

    /// Whether the tables are those of this version of Haven.
    pub(crate) async fn is_current(&self) -> Result<bool, DbError> {
        let steps = if matches!(self, Db::Sqlite(..)) { SQLITE } else { POSTGRES };
        Ok(self.last_step().await? == steps.last().map(|(version, _, _)| *version))
    }

    /// Writes a whole copy of one state of the database into an empty file, while others go on reading and writing.
    pub(crate) async fn copy_into(&self, path: &Path) -> Result<(), DbError> {
        match self {
            // A transaction of its own: it sees what was committed when it began.
            Db::Sqlite(pool, _) => {
                sqlx::query("VACUUM INTO $1").bind(path.to_string_lossy().into_owned()).execute(pool).await?;
                Ok(())
            }
            Db::Postgres(_) => Err(DbError::Address("a file of SQLite was expected; `pg_dump` copies a server".to_owned())),
        }
    }

    /// The last step that was run: where it is the newest, nothing has to be made, and a role without that right can read.
    async fn last_step(&self) -> Result<Option<i64>, DbError> {
        let statement = "SELECT max(version) FROM _sqlx_migrations WHERE success";
        Ok(match self {
            Db::Sqlite(pool, _) => sqlx::query_scalar(statement).fetch_one(pool).await?,
            Db::Postgres(pool) => sqlx::query_scalar(statement).fetch_one(pool).await?,
        })
    }

    /// Whether the tables of a register are there.
    async fn has_tables(&self) -> Result<bool, DbError> {
        let count: i64 = match self {
            Db::Sqlite(pool, _) => {
                sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'log_head'").fetch_one(pool).await?
            }
            Db::Postgres(pool) => {
                let statement = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public' AND table_name = 'log_head'";
                sqlx::query_scalar(statement).fetch_one(pool).await?
            }
        };
        Ok(count > 0)
    }

    /// Begins a transaction that will write. On SQLite it keeps other writers out from here on.
    pub(crate) async fn write(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Db::Sqlite(_, disk) if disk.get().is_some() => return Err(DbError::Stopped(disk.get().cloned().unwrap_or_default())),
            Db::Sqlite(pool, disk) => Tx::Sqlite(noted(disk, pool.begin_with("BEGIN IMMEDIATE").await)?, Arc::clone(disk)),
            Db::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Begins a transaction that sees one state of the register.
    pub(crate) async fn read(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Db::Sqlite(pool, disk) => Tx::Sqlite(pool.begin_with("BEGIN").await?, Arc::clone(disk)),
            Db::Postgres(pool) => Tx::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?),
        })
    }

    /// Lets this process write nothing more to a file.
    pub(crate) fn stop(&self, reason: &str) {
        if let Db::Sqlite(_, disk) = self {
            let _ = disk.set(reason.to_owned());
        }
    }

    /// Whether this process writes nothing more.
    pub(crate) fn is_stopped(&self) -> bool {
        matches!(self, Db::Sqlite(_, disk) if disk.get().is_some())
    }

    /// Brings SQLite's journal back into the database. SQLite would do so by itself after a commit, and say nothing of an error.
    pub(crate) async fn settle(&self) -> Result<(), DbError> {
        match self {
            Db::Sqlite(pool, disk) => noted(disk, sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(pool).await).map(|_| ()),
            Db::Postgres(_) => Ok(()),
        }
    }

    /// Takes what was erased out of SQLite's journal as well; says whether it could, which it cannot while somebody reads.
    /// PostgreSQL's keeper sees to it (`docs/formats/register.md`).
    pub(crate) async fn forget(&self) -> Result<bool, DbError> {
        let Db::Sqlite(pool, disk) = self else { return Ok(true) };
        let mut connection = pool.acquire().await?;
        sqlx::query("PRAGMA busy_timeout = 2000").execute(&mut *connection).await?;
        let row = noted(disk, sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await)?;
        sqlx::query(AssertSqlSafe(format!("PRAGMA busy_timeout = {}", BUSY.as_millis()))).execute(&mut *connection).await?;
        Ok(row.try_get::<i64, _>(0)? == 0)
    }

    /// Whether the table of links can be reached: a role of PostgreSQL may lack it.
    pub(crate) async fn has_links(&self) -> Result<bool, DbError> {
        match self {
            Db::Sqlite(..) => Ok(true),
            Db::Postgres(pool) => {
                let statement = "SELECT coalesce(has_table_privilege(to_regclass('link'), 'SELECT'), false)";
                Ok(sqlx::query_scalar(statement).fetch_one(pool).await?)
            }
        }
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        match self {
            Db::Sqlite(pool, _) => pool.close().await,
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

/// Whether a file holds tables of somebody else. Without tables it is nobody's; so it is where `haven ledger init` was cut short.
async fn is_foreign(path: &Path) -> Result<bool, DbError> {
    async fn ask(options: SqliteConnectOptions) -> Result<bool, sqlx::Error> {
        let mut connection = SqliteConnection::connect_with(&options).await?;
        let statement = "SELECT count(*) FILTER (WHERE name = 'log_head') = 0 AND count(*) FILTER (WHERE name <> '_sqlx_migrations') > 0 \
                         FROM sqlite_master WHERE type = 'table'";
        let is_foreign = sqlx::query_scalar(statement).fetch_one(&mut connection).await?;
        connection.close().await?;
        Ok(is_foreign)
    }
    let options = SqliteConnectOptions::new().filename(path).busy_timeout(BUSY);
    match ask(options.clone().read_only(true)).await {
        Ok(is_foreign) => Ok(is_foreign),
        // Whoever wrote it was cut short, and only who may write can take back what is half done.
        Err(_) => Ok(ask(options).await?),
    }
}

async fn sqlite(path: &Path, create: bool, durability: Durability) -> Result<SqlitePool, DbError> {
    if !create && !path.is_file() {
        return Err(DbError::Absent(path.display().to_string()));
    }
    // Somebody else's file is looked at and not touched: not even its journal becomes another one.
    if path.metadata().is_ok_and(|file| file.len() > 0) && is_foreign(path).await? {
        return Err(DbError::Foreign(path.display().to_string()));
    }
    if create {
        // Private records: only its owner reads the file, and with it its journal. One that is there already is left as it is.
        let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        if let Err(error) = made
            && error.kind() != std::io::ErrorKind::AlreadyExists
        {
            return Err(DbError::Address(format!("`{}`: {error}", path.display())));
        }
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(create)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit is on the disk before it is acknowledged. NORMAL, the usual advice for this journal, loses some.
        .synchronous(if durability == Durability::Full { SqliteSynchronous::Full } else { SqliteSynchronous::Normal })
        // What was erased leaves no bytes behind in the file.
        .pragma("secure_delete", "ON")
        // Ids are random, so entries go to pages all over the indexes; 16 MiB of them stay at hand.
        .pragma("cache_size", "-16384")
        // The journal is brought back by `Db::settle`, which says so if it fails.
        .pragma("wal_autocheckpoint", "0")
        .busy_timeout(BUSY);
    // A last connection that is closed for being idle would bring the journal back too, and remove it.
    let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS_MAX).acquire_timeout(BUSY).idle_timeout(None).max_lifetime(None);
    // A file does not hang up.
    let pool = pool.test_before_acquire(false);
    Ok(pool.connect_with(options).await?)
}

/// Binds values in their order.
macro_rules! bound {
    ($sql:expr, $values:expr) => {{
        let mut query = sqlx::query($sql);
        for value in $values {
            query = match value {
                Value::Int(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Blob(value) => query.bind(value),
            };
        }
        query
    }};
}

impl Tx {
    /// Runs a statement; gives the number of rows it changed.
    pub(crate) async fn execute(&mut self, sql: impl Into<Sql>, values: Vec<Value>) -> Result<u64, DbError> {
        let sql = sql.into().0;
        Ok(match self {
            Tx::Sqlite(tx, disk) => noted(disk, bound!(sql, values).execute(&mut **tx).await)?.rows_affected(),
            Tx::Postgres(tx) => bound!(sql, values).execute(&mut **tx).await?.rows_affected(),
        })
    }

    /// Asks for rows.
    pub(crate) async fn query(&mut self, sql: impl Into<Sql>, values: Vec<Value>) -> Result<Vec<Row>, DbError> {
        let sql = sql.into().0;
        Ok(match self {
            Tx::Sqlite(tx, disk) => noted(disk, bound!(sql, values).fetch_all(&mut **tx).await)?.into_iter().map(Row::Sqlite).collect(),
            Tx::Postgres(tx) => bound!(sql, values).fetch_all(&mut **tx).await?.into_iter().map(Row::Postgres).collect(),
        })
    }

    /// Asks for at most one row.
    pub(crate) async fn one(&mut self, sql: impl Into<Sql>, values: Vec<Value>) -> Result<Option<Row>, DbError> {
        Ok(self.query(sql, values).await?.into_iter().next())
    }

    /// Adds rows by as few statements as their number allows; `sql` ends before `VALUES`, and `end` follows the rows.
    pub(crate) async fn insert(&mut self, sql: &'static str, rows: Vec<Vec<Value>>, end: &'static str) -> Result<(), DbError> {
        let mut rows = rows.into_iter().peekable();
        while let Some(columns) = rows.peek().map(Vec::len) {
            // Few sizes of statement, so that they are prepared once.
            let count = [64, 16].into_iter().find(|size| rows.len() >= *size).unwrap_or(1);
            let mut text = format!("{sql} VALUES ");
            for row in 0..count {
                let places: Vec<String> = (1..=columns).map(|column| self.place(row * columns + column)).collect();
                let comma = if row == 0 { "" } else { ", " };
                text.push_str(&format!("{comma}({})", places.join(", ")));
            }
            text.push_str(end);
            let values: Vec<Value> = rows.by_ref().take(count).flatten().collect();
            self.execute(text, values).await?;
        }
        Ok(())
    }

    /// The place of a value in a statement with many. SQLite looks up the name of each place that has one, one after another.
    fn place(&self, number: usize) -> String {
        match self {
            Tx::Sqlite(..) => "?".to_owned(),
            Tx::Postgres(_) => format!("${number}"),
        }
    }

    /// The end of a `SELECT` that keeps other writers out of the rows; SQLite has kept them out already.
    pub(crate) fn for_update(&self) -> &'static str {
        match self {
            Tx::Sqlite(..) => "",
            Tx::Postgres(_) => " FOR UPDATE",
        }
    }

    /// Makes what was written durable.
    pub(crate) async fn commit(self) -> Result<(), DbError> {
        match self {
            Tx::Sqlite(tx, disk) => noted(&disk, tx.commit().await)?,
            Tx::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// A statement of this crate's own making. INVARIANT: no value of anybody's is ever part of it; values are bound.
pub(crate) struct Sql(SqlStr);

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Sql {
        Sql(text.into_sql_str())
    }
}
impl From<String> for Sql {
    fn from(text: String) -> Sql {
        Sql(AssertSqlSafe(text).into_sql_str())
    }
}
