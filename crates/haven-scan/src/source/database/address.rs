//! Where a database is and how one proves who asks, without letting a password out.

use super::dialect::Dialect;
use sqlx::ConnectOptions as _;
use sqlx::mysql::MySqlConnectOptions;
use sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

/// What proves who asks, where the address itself holds no password. The caller takes it from the environment: this library
/// reads none.
#[derive(Clone, Default)]
pub struct Credentials {
    /// For PostgreSQL, as `PGPASSWORD` says it.
    pub pgpassword: Option<String>,
    /// For MySQL and MariaDB, as `MYSQL_PWD` says it.
    pub mysql_pwd: Option<String>,
    /// A file of lines `host:port:database:user:password`, as `PGPASSFILE` names it; `*` stands for anything, `\` goes before
    /// a `:` or `\` that is meant. Read for all servers, and only where nobody but its owner may read it.
    pub password_file: Option<PathBuf>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = |given: bool| if given { "given" } else { "none" };
        f.debug_struct("Credentials")
            .field("pgpassword", &given(self.pgpassword.is_some()))
            .field("mysql_pwd", &given(self.mysql_pwd.is_some()))
            .field("password_file", &self.password_file)
            .finish()
    }
}

/// A database's address with what proves who asks. Nothing that shows it shows a password or a user.
#[derive(Clone)]
pub struct Connection {
    target: Result<Target, &'static str>,
    credentials: Credentials,
}

/// Where to connect to. The options of a server hold the password of the address, if it has one.
#[derive(Clone)]
pub(crate) enum Target {
    Postgres { options: PgConnectOptions, has_password: bool },
    MySql { options: MySqlConnectOptions, has_password: bool },
    Sqlite(PathBuf),
}

const EXPECTED: &str =
    "the address: expected `postgres://user@host:port/database`, `mysql://…`, `mariadb://…` or `sqlite:file`, found something else";
/// What may stand behind the `?` of an address; anything else could be a mistyped password, and drivers log what they do not know.
const PARAMETERS: &[&str] = &[
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "sslca",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "socket",
];

impl Connection {
    /// An address: `postgres://…`, `mysql://…`, `mariadb://…`, or `sqlite:` and the path of a file as it is.
    ///
    /// One that cannot be read is reported by [`super::database`], as everything else that cannot.
    pub fn new(url: &str, credentials: Credentials) -> Self {
        Self { target: target(url), credentials }
    }

    /// The address for people: without user, password and settings.
    pub fn shown(&self) -> String {
        let of = |scheme: &str, host: &str, port: u16, socket: Option<&PathBuf>, database: Option<&str>| {
            let place = socket.map_or_else(|| format!("{host}:{port}"), |socket| socket.display().to_string());
            format!("{scheme}://{place}/{}", database.unwrap_or_default())
        };
        match &self.target {
            Ok(Target::Postgres { options, .. }) => {
                of("postgres", options.get_host(), options.get_port(), options.get_socket(), options.get_database())
            }
            Ok(Target::MySql { options, .. }) => {
                of("mysql", options.get_host(), options.get_port(), options.get_socket(), options.get_database())
            }
            Ok(Target::Sqlite(path)) => format!("sqlite:{}", path.display()),
            // Which part of it is the password, nobody can tell.
            Err(_) => "an address that cannot be read".to_owned(),
        }
    }

    /// What the database is read as: `postgresql`, `mysql`, `sqlite`; for an address that cannot be read, `database`.
    pub fn format(&self) -> &'static str {
        match &self.target {
            Ok(Target::Postgres { .. }) => Dialect::Postgres.name(),
            Ok(Target::MySql { .. }) => Dialect::MySql.name(),
            Ok(Target::Sqlite(_)) => Dialect::Sqlite.name(),
            Err(_) => "database",
        }
    }

    /// Where to connect to, with the password that counts: of the address, else of the environment, else of the file.
    pub(crate) fn target(&self) -> Result<Target, &'static str> {
        Ok(match self.target.clone()? {
            Target::Postgres { options, has_password: false } => {
                let host = if options.get_socket().is_some() { "localhost" } else { options.get_host() };
                let database = options.get_database().unwrap_or(options.get_username());
                let password =
                    self.password(self.credentials.pgpassword.as_ref(), host, options.get_port(), database, options.get_username())?;
                // An empty one where there is none: else the driver would look into the environment by itself.
                let (password, has_password) = (password.clone().unwrap_or_default(), password.is_some());
                Target::Postgres { options: options.password(&password), has_password }
            }
            Target::MySql { options, has_password: false } => {
                let user = user_of(&options);
                let database = options.get_database().unwrap_or_default();
                let password =
                    self.password(self.credentials.mysql_pwd.as_ref(), options.get_host(), options.get_port(), database, &user)?;
                let has_password = password.is_some();
                Target::MySql { options: password.map_or(options.clone(), |password| options.password(&password)), has_password }
            }
            target => target,
        })
    }

    fn password(&self, given: Option<&String>, host: &str, port: u16, database: &str, user: &str) -> Result<Option<String>, &'static str> {
        match (given, &self.credentials.password_file) {
            (Some(given), _) => Ok(Some(given.clone())),
            (None, Some(file)) => Ok(read_private(file)?.and_then(|text| password_for(&text, [host, &port.to_string(), database, user]))),
            (None, None) => Ok(None),
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("address", &self.shown()).field("credentials", &self.credentials).finish()
    }
}

fn target(url: &str) -> Result<Target, &'static str> {
    let (scheme, rest) = url.split_once(':').ok_or(EXPECTED)?;
    match scheme.to_ascii_lowercase().as_str() {
        "sqlite" => {
            let path = rest.strip_prefix("//").unwrap_or(rest);
            if path.is_empty() { Err(EXPECTED) } else { Ok(Target::Sqlite(PathBuf::from(path))) }
        }
        "postgres" | "postgresql" => {
            let has_password = has_password(rest)?;
            let options = PgConnectOptions::from_str(&format!("postgres:{rest}")).map_err(|_| EXPECTED)?;
            Ok(Target::Postgres { options: options.application_name("haven scan").disable_statement_logging(), has_password })
        }
        "mysql" | "mariadb" => {
            let has_password = has_password(rest)?;
            let options = MySqlConnectOptions::from_str(&format!("mysql:{rest}")).map_err(|_| EXPECTED)?;
            Ok(Target::MySql { options: options.disable_statement_logging(), has_password })
        }
        _ => Err(EXPECTED),
    }
}

/// Whether an address (behind its scheme) holds a password. Refuses one where a part of a password that was not escaped could be
/// taken for the host, the database or a parameter, and so be shown.
fn has_password(rest: &str) -> Result<bool, &'static str> {
    const ESCAPE: &str = "the address: expected `@`, `/`, `?` and `#` in a user or password to be written %40, %2F, %3F and %23";
    let rest = rest.strip_prefix("//").ok_or(EXPECTED)?;
    if rest.contains('#') {
        return Err(ESCAPE);
    }
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = place.split_once('/').unwrap_or((place, ""));
    if path.contains('@') {
        return Err(ESCAPE);
    }
    let mut has_password = authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'));
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let key = pair.split('=').next().unwrap_or_default();
        if !PARAMETERS.contains(&key) {
            return Err("the address: behind its `?` stands a parameter that is not known, or a `?` that must be written %3F");
        }
        has_password |= key == "password";
    }
    Ok(has_password)
}

/// The user of an address; the driver tells it only inside a URL.
fn user_of(options: &MySqlConnectOptions) -> String {
    let url = options.to_url_lossy();
    let bytes = url.username().as_bytes();
    let mut user = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped =
            bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok()).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (byte, escaped) {
            (b'%', Some(escaped)) => {
                user.push(escaped);
                at += 3;
            }
            (byte, _) => {
                user.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&user).into_owned()
}

/// The text of a password file; one that is not there is none, as PostgreSQL's own programs have it.
fn read_private(file: &Path) -> Result<Option<String>, &'static str> {
    let Ok(about) = std::fs::metadata(file) else { return Ok(None) };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if about.permissions().mode() & 0o077 != 0 {
            return Err("the password file: expected one that only its owner may read (mode 0600), found one that others may");
        }
    }
    if !about.is_file() {
        return Err("the password file: expected a file, found something else");
    }
    let bytes = std::fs::read(file).map_err(|_| "the password file cannot be read")?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// The password of the first line that is for a host, port, database and user.
fn password_for(text: &str, wanted: [&str; 4]) -> Option<String> {
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let mut fields = vec![String::new()];
        let mut chars = line.chars();
        while let Some(c) = chars.next() {
            match (c, fields.len(), fields.last_mut()) {
                ('\\', _, Some(field)) => field.extend(chars.next()),
                // The password is the last field, with any `:` in it.
                (':', 1..=4, _) => fields.push(String::new()),
                (c, _, Some(field)) => field.push(c),
                (_, _, None) => {}
            }
        }
        let password = if fields.len() == 5 { fields.pop() } else { None }?;
        fields.iter().zip(wanted).all(|(field, wanted)| field == "*" || field == wanted).then_some(password)
    })
}
