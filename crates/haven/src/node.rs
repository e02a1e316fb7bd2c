//! The register as the edge opens it: key, memory, clock, randomness, and the runtime that the driver needs.

use crate::config::Config;
use crate::error::CliError;
use haven_law::pack::{Pack, Source};
use haven_ledger::note::Signer;
use haven_register::db::DbError;
use haven_register::register::{Node, Register, RegisterError};
use haven_register::schema::Schema;
use haven_register::seen::SeenFile;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Runs what waits for the database.
pub(crate) fn run<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(work)
}

/// What may be recorded under the law that is asked.
pub(crate) fn schema(source: &Source, pack: &Pack) -> Result<Arc<Schema>, CliError> {
    let schema = Schema::load(source, pack);
    schema.map(Arc::new).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(|error| format!("\n  {error}")).collect();
        CliError::other(format!("what the register holds cannot be read{}", lines.concat()), "the files explain their formats")
    })
}

/// The moment, in the jurisdiction's time zone.
pub(crate) fn now(schema: &Schema) -> Result<ZonedDateTime, CliError> {
    Ok(instant().to_zoned_datetime(zone(schema)?))
}

/// The moment.
#[expect(clippy::disallowed_methods, reason = "the edge is where the clock is read")]
pub(crate) fn instant() -> Timestamp {
    Timestamp::now()
}

/// The jurisdiction's time zone.
pub(crate) fn zone(schema: &Schema) -> Result<TimeZone, CliError> {
    TimeZone::get(schema.time_zone())
        .map_err(|error| CliError::other(format!("time zone `{}`: {error}", schema.time_zone()), "check jurisdiction.toml"))
}

/// Fills bytes with randomness of the system.
pub(crate) fn entropy(bytes: &mut [u8]) -> Result<(), String> {
    getrandom::fill(bytes).map_err(|error| format!("the system gives no randomness: {error}"))
}

/// Reads the log's key.
pub(crate) fn key(path: &Path) -> Result<Signer, CliError> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let message = format!("cannot read the log's key `{}`: {error}", path.display());
        CliError::other(message, "`haven ledger init` makes one; --key names another file")
    })?;
    let signer = Signer::parse(text.trim());
    signer.map_err(|error| CliError::other(format!("`{}`: {error}", path.display()), "it is the file that `haven ledger init` made"))
}

/// The node that signs with a key.
pub(crate) fn node(signer: Signer, key: &Path) -> Result<Node, CliError> {
    let path = seen_path(key);
    let seen = SeenFile::open(&path, true).map_err(|error| CliError::Read { path, error })?;
    Ok(Node { signer, seen, entropy })
}

/// The file beside the key in which a node keeps the largest tree it has signed.
pub(crate) fn seen_path(key: &Path) -> PathBuf {
    let mut name = key.as_os_str().to_owned();
    name.push(".seen");
    PathBuf::from(name)
}

/// Opens the register for writing.
pub(crate) async fn open(config: &Config, schema: &Arc<Schema>) -> Result<Register, CliError> {
    let node = node(key(&config.key)?, &config.key)?;
    Register::open(&config.register, Arc::clone(schema), Some(node)).await.map_err(failed)
}

/// Opens the register for reading; the key is not needed.
pub(crate) async fn read(config: &Config, schema: &Arc<Schema>) -> Result<Register, CliError> {
    Register::open(&config.register, Arc::clone(schema), None).await.map_err(failed)
}

/// An error of the register, with what to do.
pub(crate) fn failed(error: impl Into<RegisterError>) -> CliError {
    let error = error.into();
    let hint = match &error {
        RegisterError::Db(DbError::Absent(_)) => return CliError::Absent(error.to_string()),
        RegisterError::Db(DbError::Present(_)) => "choose another place with --register, or use the one there is",
        RegisterError::Db(DbError::Foreign(_)) => "choose another place with --register; the file was not touched",
        RegisterError::Db(DbError::Damaged { .. }) => "keep a copy as it is, then `haven ledger verify` says how far the damage goes",
        RegisterError::Db(_) => "nothing was changed; look at the database, then try again",
        RegisterError::Key { .. } => "--key names the file of the log's own key",
        RegisterError::Log(_) => "reading still works; nothing more is signed until this is cleared up",
        RegisterError::NotFrozen(_) => "a log is followed by another only when it has ended",
        RegisterError::Seen(_) => "the file beside the key says what this node has signed; do not delete it",
        RegisterError::Absent { .. } => "`haven register list` shows what there is",
        RegisterError::Zone(_) => "check jurisdiction.toml",
    };
    CliError::other(error.to_string(), hint)
}
