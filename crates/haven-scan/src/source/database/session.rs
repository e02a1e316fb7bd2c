//! One connection that only reads, with bounds on how long anything may take.

use super::Options;
use super::address::{Connection, Target};
use super::dialect::{Dialect, LARGE};
use futures_util::StreamExt as _;
use sqlx::mysql::{MySqlConnection, MySqlDatabaseError};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteError};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long a server that should have given up by itself is waited for.
const GRACE: Duration = Duration::from_secs(5);
/// Steps of SQLite between two looks at the clock.
const STEPS: i32 = 10_000;

/// Why something could not be asked. Holds no text of the server, because that may repeat what is in the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub kind: Kind,
    pub reason: String,
}

/// What follows from a trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The next question may be answered.
    Refused,
    /// The next question about the same table would take as long.
    TimedOut,
    /// Nothing more is answered on this connection.
    Lost,
}

impl Trouble {
    fn new(kind: Kind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into() }
    }

    fn lost(reason: impl Into<String>) -> Self {
        Self::new(Kind::Lost, reason)
    }
}

/// A row of an answer: everything is asked for as text.
pub(crate) type Cells = Vec<Option<String>>;

/// A connection to one of the databases.
enum Server {
    Postgres(PgConnection),
    MySql { connection: MySqlConnection, is_mariadb: bool },
    Sqlite { connection: SqliteConnection, clock: Arc<Clock> },
}

/// When a statement of SQLite must have ended.
struct Clock {
    begin: Instant,
    end_millis: AtomicU64,
}

impl Clock {
    fn wind(&self, time: Duration) {
        let end = self.begin.elapsed() + time;
        self.end_millis.store(u64::try_from(end.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn runs(&self) -> bool {
        self.begin.elapsed().as_millis() < u128::from(self.end_millis.load(Ordering::Relaxed))
    }
}

/// A connection, and what is needed to make another one when it is lost.
pub(crate) struct Session<'a> {
    address: &'a Connection,
    options: &'a Options,
    server: Option<Server>,
    dialect: Dialect,
    /// Why there will be no other one.
    gone: Option<Trouble>,
}

/// Gives each row of an answer to `each`, waiting no longer than `wait` for any.
macro_rules! each_row {
    ($connection:expr, $sql:expr, $wait:expr, $options:expr, $each:expr) => {{
        let mut rows = sqlx::query(AssertSqlSafe($sql)).persistent(false).fetch($connection);
        loop {
            let row = match tokio::time::timeout($wait, rows.next()).await {
                Err(_) => return Err(Trouble::lost(format!("no answer came within {} s", $wait.as_secs()))),
                Ok(None) => return Ok(()),
                Ok(Some(row)) => row.map_err(|error| trouble(&error, $options))?,
            };
            let mut cells = Cells::with_capacity(row.len());
            for at in 0..row.len() {
                // As bytes: SQLite keeps whatever it was given as text.
                let bytes: Option<Vec<u8>> = row.try_get_unchecked(at).map_err(|error| trouble(&error, $options))?;
                cells.push(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
            }
            $each(cells);
        }
    }};
}

impl<'a> Session<'a> {
    /// Connects.
    pub async fn open(address: &'a Connection, options: &'a Options) -> Result<Self, Trouble> {
        let server = connect(address, options).await?;
        let dialect = match server {
            Server::Postgres(_) => Dialect::Postgres,
            Server::MySql { .. } => Dialect::MySql,
            Server::Sqlite { .. } => Dialect::Sqlite,
        };
        Ok(Self { address, options, server: Some(server), dialect, gone: None })
    }

    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// How many rows a table may have before only some of them are looked at.
    pub fn rows_max(&self) -> u64 {
        self.options.rows.saturating_mul(LARGE)
    }

    pub fn is_mariadb(&self) -> bool {
        matches!(self.server, Some(Server::MySql { is_mariadb: true, .. }))
    }

    /// Begins a transaction that can only read, and ends the one before. Connects anew where the connection was lost.
    pub async fn begin(&mut self) -> Result<(), Trouble> {
        if let Some(gone) = &self.gone {
            return Err(gone.clone());
        }
        if self.server.is_none() {
            match connect(self.address, self.options).await {
                Ok(server) => self.server = Some(server),
                Err(trouble) => {
                    let gone = Trouble::lost(format!("the connection was lost, and another one failed: {}", trouble.reason));
                    self.gone = Some(gone.clone());
                    return Err(gone);
                }
            }
        }
        match self.dialect {
            Dialect::Postgres => self.tell("ROLLBACK; BEGIN READ ONLY".to_owned()).await,
            // Which ends the one before.
            Dialect::MySql => self.tell("START TRANSACTION READ ONLY".to_owned()).await,
            // The file is open for reading only, and each statement sees one state of it.
            Dialect::Sqlite => Ok(()),
        }
    }

    /// Lets the next statements take as long as they need, as long as rows keep coming; or not any more.
    pub async fn be_patient(&mut self, patient: bool) -> Result<(), Trouble> {
        let time = if patient { Duration::ZERO } else { self.options.statement_timeout };
        match &self.server {
            Some(Server::Postgres(_)) => self.tell(format!("SET statement_timeout = {}", time.as_millis())).await,
            Some(Server::MySql { is_mariadb, .. }) => self.tell(mysql_timeout(*is_mariadb, time)).await,
            Some(Server::Sqlite { .. }) | None => Ok(()),
        }
    }

    /// Asks for rows, and gives each to `each`.
    pub async fn ask(&mut self, sql: String, each: &mut (dyn FnMut(Cells) + Send)) -> Result<(), Trouble> {
        let result = self.rows(sql, each).await;
        if let Err(Trouble { kind: Kind::Lost, .. }) = result {
            self.server = None;
        }
        result
    }

    /// Asks for rows.
    pub async fn all(&mut self, sql: String) -> Result<Vec<Cells>, Trouble> {
        let mut all = Vec::new();
        self.ask(sql, &mut |cells| all.push(cells)).await?;
        Ok(all)
    }

    /// Hangs up.
    pub async fn close(self) {
        // Nothing was written, so nothing is lost if it fails.
        let _ = match self.server {
            Some(Server::Postgres(connection)) => tokio::time::timeout(GRACE, connection.close()).await,
            Some(Server::MySql { connection, .. }) => tokio::time::timeout(GRACE, connection.close()).await,
            Some(Server::Sqlite { connection, .. }) => tokio::time::timeout(GRACE, connection.close()).await,
            None => return,
        };
    }

    async fn rows(&mut self, sql: String, each: &mut (dyn FnMut(Cells) + Send)) -> Result<(), Trouble> {
        let options = self.options;
        let wait = options.statement_timeout + GRACE;
        match &mut self.server {
            Some(Server::Postgres(connection)) => each_row!(&mut *connection, sql, wait, options, each),
            Some(Server::MySql { connection, .. }) => each_row!(&mut *connection, sql, wait, options, each),
            Some(Server::Sqlite { connection, clock }) => {
                clock.wind(options.statement_timeout);
                let clock = Arc::clone(clock);
                // Whoever reads all of a table has time for each row of it.
                let mut each = |cells| {
                    each(cells);
                    clock.wind(options.statement_timeout);
                };
                each_row!(&mut *connection, sql, wait, options, each)
            }
            None => Err(Trouble::lost("the connection was lost")),
        }
    }

    async fn tell(&mut self, sql: String) -> Result<(), Trouble> {
        let options = self.options;
        let told = async {
            match &mut self.server {
                Some(Server::Postgres(connection)) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *connection).await.map(drop),
                Some(Server::MySql { connection, .. }) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *connection).await.map(drop),
                Some(Server::Sqlite { connection, .. }) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *connection).await.map(drop),
                None => Ok(()),
            }
        };
        let result = match tokio::time::timeout(options.statement_timeout + GRACE, told).await {
            Ok(result) => result.map_err(|error| trouble(&error, options)),
            Err(_) => Err(Trouble::lost("no answer came")),
        };
        if let Err(Trouble { kind: Kind::Lost, .. }) = result {
            self.server = None;
        }
        result
    }
}

async fn connect(address: &Connection, options: &Options) -> Result<Server, Trouble> {
    let target = address.target().map_err(Trouble::lost)?;
    let without = |has_password: bool| if has_password { "" } else { " (none was given)" };
    let bounded = async {
        match target {
            Target::Postgres { options: to, has_password } => {
                let connected = to.connect().await;
                postgres(connected, options).await.map_err(|error| refused(&error, options, without(has_password)))
            }
            Target::MySql { options: to, has_password } => {
                let connected = to.connect().await;
                mysql(connected, options).await.map_err(|error| refused(&error, options, without(has_password)))
            }
            Target::Sqlite(path) => sqlite(&path, options).await,
        }
    };
    match tokio::time::timeout(options.connect_timeout, bounded).await {
        Ok(connected) => connected,
        Err(_) => Err(Trouble::lost(format!("no connection within {} s", options.connect_timeout.as_secs()))),
    }
}

/// Why a server did not let anybody in.
fn refused(error: &sqlx::Error, options: &Options, note: &str) -> Trouble {
    let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned();
    let number = error.as_database_error().and_then(|error| error.try_downcast_ref::<MySqlDatabaseError>()).map(MySqlDatabaseError::number);
    if code.starts_with("28") || number == Some(1045) {
        return Trouble::lost(format!("the server refuses this user or password{note}"));
    }
    match error {
        // What the driver says where it could only prove a password that it may not send in the open.
        sqlx::Error::Configuration(_) | sqlx::Error::Tls(_) => {
            Trouble::lost(format!("the server and the settings of the address do not go together (password{note}, TLS)"))
        }
        error => trouble(error, options),
    }
}

async fn postgres(connection: Result<PgConnection, sqlx::Error>, options: &Options) -> Result<Server, sqlx::Error> {
    let mut connection = connection?;
    let millis = options.statement_timeout.as_millis();
    let sql = format!(
        "SET default_transaction_read_only = on; SET statement_timeout = {millis}; SET lock_timeout = {millis}; \
         SET idle_in_transaction_session_timeout = 0; SET client_encoding = 'UTF8'; SET client_min_messages = error"
    );
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
    Ok(Server::Postgres(connection))
}

async fn mysql(connection: Result<MySqlConnection, sqlx::Error>, options: &Options) -> Result<Server, sqlx::Error> {
    let mut connection = connection?;
    let version: String = sqlx::query_scalar("SELECT CAST(version() AS CHAR)").fetch_one(&mut connection).await?;
    let is_mariadb = version.to_ascii_lowercase().contains("mariadb");
    let seconds = options.statement_timeout.as_secs().max(1);
    let sql = format!(
        "SET SESSION TRANSACTION READ ONLY; SET SESSION lock_wait_timeout = {seconds}; {}",
        mysql_timeout(is_mariadb, options.statement_timeout)
    );
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
    Ok(Server::MySql { connection, is_mariadb })
}

fn mysql_timeout(is_mariadb: bool, time: Duration) -> String {
    if is_mariadb {
        format!("SET SESSION max_statement_time = {}", time.as_secs_f64())
    } else {
        format!("SET SESSION max_execution_time = {}", time.as_millis())
    }
}

async fn sqlite(path: &Path, options: &Options) -> Result<Server, Trouble> {
    let to = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        // With a journal of this kind even a reader would leave files behind, unless it takes the file for one that nobody writes
        // to. Nobody does where there is no journal: whoever opens the database makes it.
        .immutable(has_journal_ahead(path) && !beside(path, "-wal").exists())
        .busy_timeout(options.statement_timeout)
        .disable_statement_logging();
    let mut connection = to.connect().await.map_err(|error| trouble(&error, options))?;
    let clock = Arc::new(Clock { begin: Instant::now(), end_millis: AtomicU64::new(u64::MAX) });
    let watched = Arc::clone(&clock);
    let mut handle = connection.lock_handle().await.map_err(|error| trouble(&error, options))?;
    handle.set_progress_handler(STEPS, move || watched.runs());
    drop(handle);
    Ok(Server::Sqlite { connection, clock })
}

/// Whether a file of SQLite says of itself that it is written through a journal ahead of it.
fn has_journal_ahead(path: &Path) -> bool {
    let mut head = [0; 20];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head.get(18) == Some(&2)
}

fn beside(path: &Path, ending: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// What an error means. Only its codes count: its words may hold values of rows.
fn trouble(error: &sqlx::Error, options: &Options) -> Trouble {
    match error {
        sqlx::Error::Database(error) => refusal(error.as_ref(), options),
        sqlx::Error::Io(error) => Trouble::lost(format!("the connection failed: {}", error.kind())),
        sqlx::Error::Tls(_) => Trouble::lost("no agreement with the server on TLS"),
        sqlx::Error::Protocol(_) => Trouble::lost("the server answered in a way that is not understood"),
        sqlx::Error::WorkerCrashed => Trouble::lost("the reader of the file failed"),
        sqlx::Error::Configuration(_) => Trouble::lost("the settings of the address cannot be used"),
        _ => Trouble::new(Kind::Refused, "the answer could not be read"),
    }
}

fn refusal(error: &dyn sqlx::error::DatabaseError, options: &Options) -> Trouble {
    let denied = || Trouble::new(Kind::Refused, "permission denied");
    let late = || {
        Trouble::new(
            Kind::TimedOut,
            format!("it took longer than the {} s that a statement may take", options.statement_timeout.as_secs_f64()),
        )
    };
    let code = error.code().unwrap_or_default();
    if let Some(error) = error.try_downcast_ref::<MySqlDatabaseError>() {
        return match error.number() {
            1044 | 1045 | 1142 | 1143 | 1227 | 1370 => denied(),
            1205 | 1969 | 3024 => late(),
            1049 => Trouble::lost("there is no such database on the server"),
            1053 | 1077 | 1079 | 1927 => Trouble::lost("the server ended the connection"),
            1356 => Trouble::new(Kind::Refused, "the view refers to what is not there, or its definer may not read it"),
            number => Trouble::new(Kind::Refused, format!("the server refused with error {number}, SQLSTATE {code}")),
        };
    }
    if error.try_downcast_ref::<SqliteError>().is_some() {
        // The low byte is the kind.
        return match code.parse::<u32>().map(|code| code & 0xff) {
            Ok(9) => late(),
            Ok(5 | 6) => Trouble::new(Kind::TimedOut, "another program kept the file locked"),
            Ok(11) => Trouble::new(Kind::Refused, "the file is damaged"),
            Ok(14) => Trouble::lost("the file cannot be opened"),
            Ok(26) => Trouble::lost("expected a database of SQLite, found another file, or an encrypted one"),
            _ => Trouble::new(Kind::Refused, format!("SQLite refused with error {code}")),
        };
    }
    match code.as_ref() {
        "42501" => denied(),
        "57014" | "55P03" => late(),
        "3D000" => Trouble::lost("there is no such database on the server"),
        "53300" => Trouble::lost("the server takes no more connections"),
        code if code.starts_with("57P") || code.starts_with("08") => {
            Trouble::lost(format!("the server ended the connection, SQLSTATE {code}"))
        }
        code if code.starts_with("28") => Trouble::lost("the server refuses this user or password"),
        code => Trouble::new(Kind::Refused, format!("the server refused, SQLSTATE {code}")),
    }
}
