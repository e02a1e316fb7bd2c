//! `haven backup` and `haven restore`: the register as one file, and back.
//!
//! INVARIANT: a file of the name that was asked for is whole and was looked at. Until then it has another name, so that
//! whatever ends the command leaves no file or a whole one.

use crate::config::Config;
use crate::error::CliError;
use crate::ledger::verify::sound;
use crate::{laws, node};
use haven_law::pack::Source;
use haven_ledger::note::Verifier;
use haven_register::copy;
use haven_register::db::{Address, DbError};
use haven_register::register::{Register, RegisterError};
use haven_register::schema::Schema;
use haven_register::seen::SeenFile;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

/// How a file of SQLite begins.
const SQLITE: &[u8] = b"SQLite format 3\0";
/// How a file of `pg_dump` in its own format begins.
const POSTGRES: &[u8] = b"PGDMP";

/// Flags of `haven restore`.
#[derive(clap::Args)]
pub(crate) struct Restore {
    /// The file that `haven backup` made
    file: PathBuf,
    /// Put it back although this node has signed more entries than it holds: it can be read, and this key signs nothing in it
    #[arg(long)]
    behind: bool,
}

/// A file under another name until it is whole.
struct Partial {
    path: PathBuf,
    to: PathBuf,
}

impl Partial {
    /// Makes it, empty, beside where it is to be; only its owner reads it.
    fn begin(to: &Path) -> Result<Partial, CliError> {
        if to.symlink_metadata().is_ok() {
            let message = format!("`{}`: expected no file, found one: nothing is ever written over another", to.display());
            return Err(CliError::other(message, "choose another name"));
        }
        let name = to.file_name().ok_or_else(|| CliError::other("expected the name of a file", "name one"))?;
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.partial", std::process::id()));
        let path = to.with_file_name(hidden);
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(|error| CliError::Read { path: path.clone(), error })?;
        Ok(Partial { path, to: to.to_path_buf() })
    }

    /// Gives it its name, once it is on the disk; never over another.
    fn finish(self) -> Result<(), CliError> {
        File::open(&self.path)?.sync_all()?;
        fs::hard_link(&self.path, &self.to)?;
        fs::remove_file(&self.path)?;
        let folder = self.to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok(File::open(folder)?.sync_all()?)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // After `finish` it is gone already.
        for ending in ["", "-wal", "-shm"] {
            let mut path = self.path.as_os_str().to_owned();
            path.push(ending);
            let _ = fs::remove_file(path);
        }
    }
}

/// Runs `haven backup`.
pub(crate) fn backup(file: &Path, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    let schema = schema(source, config)?;
    let partial = Partial::begin(file)?;
    let says = match &config.register {
        Address::File(_) => node::run(async {
            copy::copy(&config.register, &partial.path).await.map_err(node::failed)?;
            look(&partial.path, &schema, config).await
        })?,
        Address::Server(url) => {
            // Whether there is a register is said by Haven, and not by what a dump of something else would hold.
            node::run(async { copy::is_current(&config.register).await.map_err(node::failed) })?;
            let mut dump = postgres("pg_dump", url)?;
            run(dump.arg("--format=custom").arg("--file").arg(&partial.path))?;
            heads(&partial.path)?.iter().map(|(_, origin, size)| format!("{origin}, {size} entries")).collect::<Vec<_>>().join("; ")
        }
    };
    partial.finish()?;
    say(&format!(
        "backup    {}\nlog       {says}\n\nThe log's key is not in it, nor what this node has signed: keep both elsewhere.",
        file.display()
    ))
}

/// Runs `haven restore`.
pub(crate) fn restore(args: &Restore, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    let schema = schema(source, config)?;
    let mut start = Vec::new();
    let opened = File::open(&args.file).and_then(|file| file.take(SQLITE.len() as u64).read_to_end(&mut start));
    opened.map_err(|error| CliError::Read { path: args.file.clone(), error })?;
    let kind = |expected: &str| {
        let message = format!("`{}`: expected a backup of {expected}, found something else", args.file.display());
        CliError::other(message, "--register names where it goes: a file for one, `postgres://…` for the other")
    };
    let says = match &config.register {
        Address::File(to) if start.starts_with(SQLITE) => restore_file(args, to, &schema, config)?,
        Address::Server(url) if start.starts_with(POSTGRES) => restore_server(args, url, &schema, config)?,
        Address::File(_) => return Err(kind("a register on SQLite")),
        Address::Server(_) => return Err(kind("a register on PostgreSQL")),
    };
    say(&format!("restored  {}\nlog       {says}", config.register.shown()))
}

fn restore_file(args: &Restore, to: &Path, schema: &Arc<Schema>, config: &Config) -> Result<String, CliError> {
    if to.symlink_metadata().is_ok() {
        return Err(node::failed(DbError::Present(to.display().to_string())));
    }
    // SQLite would take what an older journal says for newer than what is put back.
    for ending in ["-wal", "-journal"] {
        let mut journal = to.as_os_str().to_owned();
        journal.push(ending);
        if Path::new(&journal).exists() {
            let message = format!("`{}`: expected no journal, found that of another database", Path::new(&journal).display());
            return Err(CliError::other(message, "move it away with the database it belongs to"));
        }
    }
    let partial = Partial::begin(to)?;
    fs::copy(&args.file, &partial.path)?;
    // A copy has the rights of the original, and a backup may have come a long way.
    #[cfg(unix)]
    fs::set_permissions(&partial.path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    let says = node::run(async {
        let says = look(&partial.path, schema, config).await?;
        if config.key.exists() && !args.behind {
            let node = node::node(node::key(&config.key)?, &config.key)?;
            let register = Register::open(&Address::File(partial.path.clone()), Arc::clone(schema), Some(node)).await;
            register.map_err(behind)?.close().await;
        }
        Ok(says)
    })?;
    partial.finish()?;
    Ok(says)
}

fn restore_server(args: &Restore, url: &str, schema: &Arc<Schema>, config: &Config) -> Result<String, CliError> {
    node::run(async {
        match copy::is_current(&config.register).await {
            Err(DbError::Absent(_)) => Ok(()),
            Ok(_) => Err(node::failed(DbError::Present(config.register.shown()))),
            Err(error) => Err(node::failed(error)),
        }
    })?;
    if config.key.exists() && !args.behind {
        let (name, path) = (node::key(&config.key)?.name().to_owned(), node::seen_path(&config.key));
        let seen = SeenFile::open(&path, true).and_then(|file| file.read()).map_err(|error| CliError::Read { path, error })?;
        let held = heads(&args.file)?.into_iter().find(|(_, origin, _)| *origin == name).map_or(0, |(_, _, size)| size);
        if let Some(seen) = seen.filter(|seen| seen.size > held) {
            return Err(behind(RegisterError::Log(format!("this node has signed {} entries, and the backup holds {held}", seen.size))));
        }
    }
    // One transaction: it is all there or nothing is. Owners and rights are those of the database it goes to.
    let mut program = postgres("pg_restore", url)?;
    let database = program.get_envs().find(|(name, _)| *name == "PGDATABASE").and_then(|(_, value)| value).unwrap_or_default().to_owned();
    let program = program.args(["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]);
    run(program.arg("--dbname").arg(database).arg(&args.file))?;
    node::run(async {
        let register = node::read(config, schema).await?;
        let says = looked_at(&register, config).await;
        register.close().await;
        says
    })
}

/// Why a backup that lacks entries is not put back as if nothing had happened.
fn behind(error: RegisterError) -> CliError {
    CliError::other(
        format!("nothing was restored: {error}"),
        "restore a newer backup. If there is none, `--behind` puts this one back to be read; say publicly what is lost, and record in a \
         new register under a new name and key",
    )
}

/// Opens a copy, and checks that it is whole.
async fn look(path: &Path, schema: &Arc<Schema>, config: &Config) -> Result<String, CliError> {
    let register = Register::open(&Address::File(path.to_path_buf()), Arc::clone(schema), None).await.map_err(node::failed)?;
    let says = looked_at(&register, config).await;
    register.close().await;
    says
}

async fn looked_at(register: &Register, config: &Config) -> Result<String, CliError> {
    let keys: Vec<Verifier> = if config.key.exists() { vec![node::key(&config.key)?.verifier()] } else { Vec::new() };
    sound(register, &keys).await?;
    let head = register.head(register.log_number()).await.map_err(node::failed)?;
    Ok(format!("{}, {} entries", register.origin(), head.size))
}

fn schema(source: &Source, config: &Config) -> Result<Arc<Schema>, CliError> {
    node::schema(source, &laws::pack(source, &config.jurisdiction)?)
}

/// A program of PostgreSQL, connected by variables: what stands in its arguments everybody on this machine can read.
fn postgres(program: &str, url: &str) -> Result<Command, CliError> {
    let wrong = || CliError::other("the register's address: expected `postgres://user:password@host:port/database`", "check --register");
    let (_, rest) = url.split_once("://").ok_or_else(wrong)?;
    let (rest, options) = rest.split_once('?').unwrap_or((rest, ""));
    let (place, database) = rest.rsplit_once('/').ok_or_else(wrong)?;
    let (user, host) = place.rsplit_once('@').unwrap_or(("", place));
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
        _ => (host, ""),
    };
    let mode = options.split('&').find_map(|option| option.strip_prefix("sslmode=")).unwrap_or_default();
    let mut command = Command::new(program);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    for (name, text) in
        [("PGHOST", host), ("PGPORT", port), ("PGUSER", user), ("PGPASSWORD", password), ("PGDATABASE", database), ("PGSSLMODE", mode)]
    {
        if !text.is_empty() {
            command.env(name, decoded(text).ok_or_else(wrong)?);
        }
    }
    Ok(command)
}

/// A part of a URL without its `%xx`.
fn decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(code, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

/// Runs a program of PostgreSQL; gives what it prints.
fn run(command: &mut Command) -> Result<String, CliError> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => CliError::other(
            format!("`{name}` is lacking: PostgreSQL's own programs copy its databases"),
            "install PostgreSQL's client programs, of the server's version or a newer one",
        ),
        _ => CliError::Io(error),
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(CliError::other(format!("`{name}` failed: {said}"), "nothing was left behind; look at the database, then try again"))
}

/// The logs in a dump: number, name, size.
fn heads(dump: &Path) -> Result<Vec<(i64, String, u64)>, CliError> {
    let damaged =
        || CliError::other(format!("`{}`: expected a register in it, found none", dump.display()), "is it a file of `haven backup`?");
    let mut program = Command::new("pg_restore");
    let table = run(program.args(["--data-only", "--table=log_head", "--file=-"]).arg(dump))?;
    // `COPY public.log_head (log, origin, size, …) FROM stdin;`, a row a line, columns by tabs, and `\.` at the end.
    let (head, rows) = table.split_once(") FROM stdin;\n").ok_or_else(damaged)?;
    let columns: Vec<&str> = head.rsplit('(').next().unwrap_or_default().split(", ").collect();
    let at = |name: &str| columns.iter().position(|column| *column == name).ok_or_else(damaged);
    let (log, origin, size) = (at("log")?, at("origin")?, at("size")?);
    let rows = rows.lines().take_while(|line| *line != "\\.").map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |at: usize| cells.get(at).copied().ok_or_else(damaged);
        let number = |text: &str| text.parse::<i64>().map_err(|_| damaged());
        Ok((number(cell(log)?)?, cell(origin)?.to_owned(), number(cell(size)?)?.unsigned_abs()))
    });
    rows.collect()
}

fn say(text: &str) -> Result<ExitCode, CliError> {
    writeln!(io::stdout().lock(), "{text}")?;
    Ok(ExitCode::SUCCESS)
}
