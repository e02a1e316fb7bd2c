//! Configuration: one file, `haven.toml`, every key also an environment variable and most also a flag.
//!
//! Keys and defaults: `docs/configuration.md`. A flag wins over the environment, the environment over the file.

use crate::error::CliError;
use haven_register::db::Address;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The jurisdiction asked where none is named.
const JURISDICTION: &str = "us/il/chicago";
/// Where the web console listens where nothing else is said: this machine only, on the number of the chapter.
const LISTEN: &str = "127.0.0.1:2173";

/// The register where none is named.
const REGISTER: &str = "haven.db";
/// The file of the log's key where none is named.
const KEY: &str = "haven.key";

/// The file as it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    law: Option<PathBuf>,
    jurisdiction: Option<String>,
    listen: Option<SocketAddr>,
    solver: Option<PathBuf>,
    register: Option<String>,
    key: Option<PathBuf>,
    witnesses: Option<Vec<String>>,
    complaint_key: Option<String>,
    notice: Option<String>,
    ask_without_login: Option<bool>,
}

/// Flags and environment variables, common to all commands.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Flags {
    /// Configuration file; `haven.toml` in the working folder is read where there is one
    #[arg(long, env = "HAVEN_CONFIG", global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of laws to use instead of the ones in the program
    #[arg(long, env = "HAVEN_LAW", global = true, value_name = "FOLDER")]
    law: Option<PathBuf>,
    /// Jurisdiction whose law is asked [default: us/il/chicago]
    #[arg(long, env = "HAVEN_JURISDICTION", global = true, value_name = "ID")]
    jurisdiction: Option<String>,
    /// The register: a file of SQLite, or `postgres://…` [default: haven.db]
    #[arg(long, env = "HAVEN_REGISTER", global = true, value_name = "PLACE", hide_env_values = true)]
    register: Option<String>,
    /// File of the log's key [default: haven.key]
    #[arg(long, env = "HAVEN_KEY", global = true, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// What the commands work with.
#[derive(Debug)]
pub(crate) struct Config {
    /// The folder of laws, if not the embedded ones.
    pub law: Option<PathBuf>,
    /// The jurisdiction.
    pub jurisdiction: String,
    /// Where the web console listens.
    pub listen: SocketAddr,
    /// The solver's executable, if not found by name.
    pub solver: Option<PathBuf>,
    /// Where the register lies.
    pub register: Address,
    /// The file of the log's key; the largest tree that was signed is kept beside it.
    pub key: PathBuf,
    /// The witnesses, each with its key and its address.
    pub witnesses: Vec<String>,
    /// The key to which complaints are encrypted.
    pub complaint_key: Option<String>,
    /// What every page and report says first, such as that all of it is a sample.
    pub notice: Option<String>,
    /// Whether answers asked for without a log-in are recorded, marked so: for devices that only staff can reach.
    pub ask_without_login: bool,
}

impl Config {
    /// Puts flags, environment and file together.
    pub(crate) fn read(flags: &Flags, listen: Option<SocketAddr>, solver: Option<PathBuf>) -> Result<Config, CliError> {
        let file = match &flags.config {
            Some(path) => read_file(path)?,
            None if Path::new("haven.toml").is_file() => read_file(Path::new("haven.toml"))?,
            None => File::default(),
        };
        let default = LISTEN.parse().map_err(|_| CliError::other(format!("`{LISTEN}` is no address"), "report this"))?;
        Ok(Config {
            law: flags.law.clone().or(file.law),
            jurisdiction: flags.jurisdiction.clone().or(file.jurisdiction).unwrap_or_else(|| JURISDICTION.to_owned()),
            listen: listen.or(file.listen).unwrap_or(default),
            solver: solver.or(file.solver),
            register: Address::read(&flags.register.clone().or(file.register).unwrap_or_else(|| REGISTER.to_owned())),
            key: flags.key.clone().or(file.key).unwrap_or_else(|| PathBuf::from(KEY)),
            witnesses: variable("HAVEN_WITNESSES")
                .map(|text| text.split(',').map(|witness| witness.trim().to_owned()).collect())
                .or(file.witnesses)
                .unwrap_or_default(),
            complaint_key: variable("HAVEN_COMPLAINT_KEY").or(file.complaint_key),
            notice: variable("HAVEN_NOTICE").or(file.notice),
            ask_without_login: switch("HAVEN_ASK_WITHOUT_LOGIN")?.or(file.ask_without_login).unwrap_or(false),
        })
    }
}

/// A variable of the environment that has no flag.
#[expect(clippy::disallowed_methods, reason = "the edge is where configuration is read")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A variable that says yes or no.
fn switch(name: &str) -> Result<Option<bool>, CliError> {
    match variable(name).as_deref() {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(other) => {
            Err(CliError::other(format!("`{name}`: expected true or false, found `{other}`"), "docs/configuration.md lists the keys"))
        }
    }
}

fn read_file(path: &Path) -> Result<File, CliError> {
    let text = std::fs::read_to_string(path).map_err(|error| CliError::Read { path: path.to_path_buf(), error })?;
    toml::from_str(&text).map_err(|error| CliError::other(format!("`{}`: {error}", path.display()), "docs/configuration.md lists the keys"))
}
