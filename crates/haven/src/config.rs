//! Configuration: one file, `haven.toml`, every key also an environment variable and most also a flag.
//!
//! Keys and defaults: `docs/configuration.md`. A flag wins over the environment, the environment over the file.

use crate::error::CliError;
use haven_register::db::Address;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The jurisdiction asked where none is named.
const JURISDICTION: &str = "us/il/chicago";
/// Where the web console listens where nothing else is said: this machine only, on the number of the chapter.
const LISTEN: &str = "127.0.0.1:2173";

/// For how many days a device may answer from law that no server has confirmed since.
const LAW_AGE_MAX_DAYS: u16 = 7;

/// How many connections one address may hold: some twenty browsers behind one address of a building, an eighth of all.
const CONNECTIONS_PER_ADDRESS: usize = 64;

/// How many files are checked at once before they leave, and how many mebibytes they may have together.
const RELEASE_FILES_MAX: usize = 20;
const RELEASE_MIB_MAX: u16 = 64;

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
    public_url: Option<String>,
    oidc: Option<OidcFile>,
    connections_per_address: Option<usize>,
    law_age_max_days: Option<u16>,
    release_files_max: Option<usize>,
    release_mib_max: Option<u16>,
    metrics_listen: Option<SocketAddr>,
    log: Option<LogForm>,
    log_level: Option<LogLevel>,
    tls: Option<TlsFiles>,
}

/// How what the service says of itself is written.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogForm {
    /// Lines for people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

/// How much of it is written.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogLevel {
    /// What failed.
    Error,
    /// And what should be looked at.
    Warn,
    /// And when it starts and stops.
    Info,
    /// And a line for each request, without anything that was asked.
    Debug,
}

/// The files with which the service speaks TLS.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlsFiles {
    /// The certificate and those between it and a root, in PEM.
    pub cert: PathBuf,
    /// Its private key, in PEM.
    pub key: PathBuf,
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

impl Flags {
    /// The same with another configuration file, for the command whose own file is called so.
    pub(crate) fn with_file(self, config: Option<PathBuf>) -> Flags {
        Flags { config, ..self }
    }
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
    /// For how many days a device without a network may answer from law that no server has confirmed since.
    pub law_age_max_days: u16,
    /// The address at which people reach the pages, such as `https://haven.example.gov`.
    pub public_url: Option<String>,
    /// The service at which the city's staff sign in, where there is one.
    pub oidc: Option<Oidc>,
    /// How many connections one address may hold.
    pub connections_per_address: usize,
    /// How many files the page that checks what leaves takes at once.
    pub release_files_max: usize,
    /// How many mebibytes they may have together.
    pub release_mib_max: u16,
    /// Where the figures for Prometheus are, if anywhere.
    pub metrics_listen: Option<SocketAddr>,
    /// How what the service says of itself is written.
    pub log: LogForm,
    /// How much of it.
    pub log_level: LogLevel,
    /// The files with which it speaks TLS, if it does.
    pub tls: Option<TlsFiles>,
    /// The configuration file that was read.
    pub file: Option<PathBuf>,
}

/// The section `oidc` as it stands.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct OidcFile {
    issuer: Option<String>,
    client_id: Option<String>,
    client_secret_file: Option<PathBuf>,
    groups_claim: Option<String>,
    staff_id_claim: Option<String>,
    require_amr: Option<Vec<String>>,
    groups: Option<BTreeMap<String, String>>,
}

/// A service that speaks OpenID Connect.
#[derive(Clone, Debug)]
pub(crate) struct Oidc {
    /// Its address; the rest is found there.
    pub issuer: String,
    /// How it knows Haven.
    pub client_id: String,
    /// The file with the secret that goes with it.
    pub client_secret_file: Option<PathBuf>,
    /// The claim that holds the groups.
    pub groups_claim: String,
    /// The claim that holds the staff id.
    pub staff_id_claim: String,
    /// Ways of signing in of which one must have been used, such as `mfa`; none for any.
    pub require_amr: Vec<String>,
    /// Which group has which role.
    pub groups: BTreeMap<String, String>,
}

impl Config {
    /// Puts flags, environment and file together.
    pub(crate) fn read(flags: &Flags, listen: Option<SocketAddr>, solver: Option<PathBuf>) -> Result<Config, CliError> {
        let path = flags.config.clone().or_else(|| Some(PathBuf::from("haven.toml")).filter(|path| path.is_file()));
        let file = path.as_deref().map(read_file).transpose()?.unwrap_or_default();
        let log = word("HAVEN_LOG", "text or json")?.or(file.log).unwrap_or_default();
        // At a terminal the service says by itself when it starts and stops.
        let level = if matches!(log, LogForm::Json) { LogLevel::Info } else { LogLevel::Warn };
        let default = LISTEN.parse().map_err(|_| CliError::other(format!("`{LISTEN}` is no address"), "report this"))?;
        Ok(Config {
            law: flags.law.clone().or(file.law),
            jurisdiction: flags.jurisdiction.clone().or(file.jurisdiction).unwrap_or_else(|| JURISDICTION.to_owned()),
            listen: listen.or(file.listen).unwrap_or(default),
            solver: solver.or(file.solver),
            register: Address::read(&flags.register.clone().or(file.register).unwrap_or_else(|| REGISTER.to_owned())),
            key: flags.key.clone().or(file.key).unwrap_or_else(|| PathBuf::from(KEY)),
            witnesses: several("HAVEN_WITNESSES").or(file.witnesses).unwrap_or_default(),
            complaint_key: variable("HAVEN_COMPLAINT_KEY").or(file.complaint_key),
            notice: variable("HAVEN_NOTICE").or(file.notice),
            public_url: variable("HAVEN_PUBLIC_URL").or(file.public_url).map(|url| url.trim_end_matches('/').to_owned()),
            oidc: oidc(file.oidc)?,
            connections_per_address: connections(file.connections_per_address)?,
            ask_without_login: word("HAVEN_ASK_WITHOUT_LOGIN", "true or false")?.or(file.ask_without_login).unwrap_or(false),
            law_age_max_days: number("HAVEN_LAW_AGE_MAX_DAYS", "a whole number of days")?
                .or(file.law_age_max_days)
                .unwrap_or(LAW_AGE_MAX_DAYS),
            release_files_max: number("HAVEN_RELEASE_FILES_MAX", "a whole number of files")?
                .or(file.release_files_max)
                .unwrap_or(RELEASE_FILES_MAX),
            release_mib_max: number("HAVEN_RELEASE_MIB_MAX", "a whole number of mebibytes")?
                .or(file.release_mib_max)
                .unwrap_or(RELEASE_MIB_MAX),
            metrics_listen: word("HAVEN_METRICS_LISTEN", "an address and a port, `127.0.0.1:2174`")?.or(file.metrics_listen),
            log,
            log_level: word("HAVEN_LOG_LEVEL", "error, warn, info or debug")?.or(file.log_level).unwrap_or(level),
            tls: tls(file.tls)?,
            file: path,
        })
    }

    /// Whether browsers reach the service by TLS: its own, or that of a proxy before it.
    pub(crate) fn is_https(&self) -> bool {
        self.tls.is_some() || self.public_url.as_ref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// The files of TLS: each of the two from its variable, else from the file.
fn tls(file: Option<TlsFiles>) -> Result<Option<TlsFiles>, CliError> {
    let (cert, key) = file.map_or((None, None), |files| (Some(files.cert), Some(files.key)));
    match (variable("HAVEN_TLS_CERT").map(PathBuf::from).or(cert), variable("HAVEN_TLS_KEY").map(PathBuf::from).or(key)) {
        (Some(cert), Some(key)) => Ok(Some(TlsFiles { cert, key })),
        (None, None) => Ok(None),
        _ => Err(CliError::other("`tls`: expected both `cert` and `key`, found one of them", "docs/configuration.md lists the keys")),
    }
}

/// The city's own service: each key from its variable, else from the file; none where neither names anything of it.
fn oidc(file: Option<OidcFile>) -> Result<Option<Oidc>, CliError> {
    let lacks = |key: &str, expected: &str| {
        CliError::other(format!("`oidc.{key}`: expected {expected}, found none"), "docs/access.md has an example")
    };
    let found = OidcFile {
        issuer: variable("HAVEN_OIDC_ISSUER"),
        client_id: variable("HAVEN_OIDC_CLIENT_ID"),
        client_secret_file: variable("HAVEN_OIDC_CLIENT_SECRET_FILE").map(PathBuf::from),
        groups_claim: variable("HAVEN_OIDC_GROUPS_CLAIM"),
        staff_id_claim: variable("HAVEN_OIDC_STAFF_ID_CLAIM"),
        require_amr: several("HAVEN_OIDC_REQUIRE_AMR"),
        groups: variable("HAVEN_OIDC_GROUPS").map(|text| groups(&text)).transpose()?,
    };
    let Some(file) = file.or_else(|| (found != OidcFile::default()).then(OidcFile::default)) else { return Ok(None) };
    Ok(Some(Oidc {
        issuer: found.issuer.or(file.issuer).ok_or_else(|| lacks("issuer", "the address of the city's sign-in service"))?,
        client_id: found.client_id.or(file.client_id).ok_or_else(|| lacks("client_id", "the name by which it knows Haven"))?,
        client_secret_file: found.client_secret_file.or(file.client_secret_file),
        groups_claim: found.groups_claim.or(file.groups_claim).unwrap_or_else(|| "groups".to_owned()),
        staff_id_claim: found.staff_id_claim.or(file.staff_id_claim).unwrap_or_else(|| "preferred_username".to_owned()),
        require_amr: found.require_amr.or(file.require_amr).unwrap_or_default(),
        groups: found.groups.or(file.groups).ok_or_else(|| lacks("groups", "a role for each group"))?,
    }))
}

/// Groups with their roles, `GROUP=ROLE`, separated by semicolons: the name of a group may hold commas and equals signs.
fn groups(text: &str) -> Result<BTreeMap<String, String>, CliError> {
    let pair = |pair: &str| {
        let (group, role) = pair.rsplit_once('=')?;
        Some((group.trim().to_owned(), role.trim().to_owned()))
    };
    let wrong = || {
        let expected = "`HAVEN_OIDC_GROUPS`: expected `GROUP=ROLE`, separated by semicolons, found something else";
        CliError::other(expected, "docs/configuration.md lists the keys")
    };
    text.split(';').map(|each| pair(each).ok_or_else(wrong)).collect()
}

/// How many connections one address may hold: at least one, and not more than there are.
fn connections(file: Option<usize>) -> Result<usize, CliError> {
    let most = crate::serve::CONNECTIONS_MAX;
    let number = number("HAVEN_CONNECTIONS_PER_ADDRESS", "a whole number")?.or(file).unwrap_or(CONNECTIONS_PER_ADDRESS);
    if (1..=most).contains(&number) {
        return Ok(number);
    }
    let message = format!("`connections_per_address`: expected 1 to {most}, found {number}");
    Err(CliError::other(message, "docs/configuration.md lists the keys"))
}

/// A variable with several values, separated by commas.
fn several(name: &str) -> Option<Vec<String>> {
    variable(name).map(|text| text.split(',').map(|each| each.trim().to_owned()).collect())
}

/// A variable of the environment that has no flag.
#[expect(clippy::disallowed_methods, reason = "the edge is where configuration is read")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A variable that is read as the file's key is: what a TOML value without its quotation marks is.
fn word<T: serde::de::DeserializeOwned>(name: &str, expected: &str) -> Result<Option<T>, CliError> {
    let Some(text) = variable(name) else { return Ok(None) };
    let value = match text.as_str() {
        "true" => toml::Value::Boolean(true),
        "false" => toml::Value::Boolean(false),
        _ => toml::Value::String(text.clone()),
    };
    let wrong = |_| CliError::other(format!("`{name}`: expected {expected}, found `{text}`"), "docs/configuration.md lists the keys");
    value.try_into().map(Some).map_err(wrong)
}

/// A variable that holds a number.
fn number<T: std::str::FromStr>(name: &str, expected: &str) -> Result<Option<T>, CliError> {
    let read = |text: String| {
        let wrong = || format!("`{name}`: expected {expected}, found `{text}`");
        text.parse().map_err(|_| CliError::other(wrong(), "docs/configuration.md lists the keys"))
    };
    variable(name).map(read).transpose()
}

fn read_file(path: &Path) -> Result<File, CliError> {
    let text = std::fs::read_to_string(path).map_err(|error| CliError::Read { path: path.to_path_buf(), error })?;
    toml::from_str(&text).map_err(|error| CliError::other(format!("`{}`: {error}", path.display()), "docs/configuration.md lists the keys"))
}
