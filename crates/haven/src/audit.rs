//! `haven audit`: what was really done, from the logs, against the same law.

mod access;
mod decide;
mod dispatch;
mod generate;
mod policy;
mod searches;

use crate::config::Config;
use crate::error::CliError;
use haven_audit::AuditError;
use haven_audit::access::{Agreement, Declaration, agreements, declarations};
use haven_audit::agency::Agencies;
use haven_audit::detainers::Layouts;
use haven_audit::output::Given;
use haven_law::pack::Source;
use jiff::civil::Date;
use rust_embed::RustEmbed;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(RustEmbed)]
#[folder = "../../audit"]
struct Embedded;

/// What the query engine may hold in memory; it spills to the disk beyond.
pub(crate) const MEMORY: usize = 1 << 30;

/// The commands of `haven audit`.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Read logs of searches and of alert lists, and list what to look at
    #[command(after_help = "Examples:
  haven audit searches network-audit.csv hot-list.csv --out audit
  haven audit searches network-audit.csv --retention 15 --decisions queue.csv --out audit

Exit codes: 0 nothing to look at, 1 something to look at, 2 something was not read, or an error. How to: docs/audit.md")]
    Searches(Box<searches::Args>),
    /// Say who can see what, and by which right
    #[command(after_help = "Example:
  haven audit access sharing.csv --agreements 287g.csv --declarations declarations.csv --out access

Exit codes: 0 every organisation sees by a right that is on file, 1 some do not, 2 error. How to: docs/audit-access.md")]
    Access(access::Args),
    /// Hold a log of acts (stops, arrests, custody, transfers, disclosures) against the law, act by act
    #[command(after_help = "Example:
  haven audit decide stops.csv --map stops.toml --out decided

Exit codes: 0 nothing is prohibited, 1 acts the law prohibits by the facts of the log, 3 acts it cannot answer for want of facts, 2 a record was not asked about, or an error. How to: docs/audit-law.md")]
    Decide(decide::Args),
    /// Find 911 events that speak of immigration enforcement and have no entry, and entries without an event
    #[command(after_help = "Examples:
  haven audit dispatch events.csv --out dispatch
  haven audit dispatch events.csv --event 2612404567

Exit codes: 0 nothing to look at, 1 events without an entry or entries without an event, 2 something was not read, or an error. How to: docs/audit-dispatch.md")]
    Dispatch(dispatch::Args),
    /// Write a made-up log or list, with the distributions and the faults of real ones
    #[command(after_help = "Examples:
  haven audit generate --rows 10000 --seed 7 --out made-up.csv
  haven audit generate --rows 300 --layout hot-list-actions --out made-up-alerts.csv

Exit codes: 0 written, 2 error. How to: docs/audit-generate.md")]
    Generate(generate::Args),
    /// Say where what is published, what is agreed and what was done differ
    #[command(after_help = "Example:
  haven audit policy --agency Elmdale --portal portal.csv --contract contract.toml --log cameras.csv

Exit codes: 0 none differ, 1 some differ, 2 something was not read, or an error. How to: docs/audit-policy.md")]
    Policy(Box<policy::Args>),
}

/// Files that say who holds which agreement and who has declared what.
#[derive(clap::Args)]
pub(crate) struct Lists {
    /// Agencies with a 287(g) agreement, as ICE publishes them
    #[arg(long, value_name = "FILE")]
    agreements: Option<PathBuf>,
    /// Declarations of agencies of other states that are on file
    #[arg(long, value_name = "FILE")]
    declarations: Option<PathBuf>,
    /// The day for which agreements and declarations are looked up [default: today]
    #[arg(long, value_name = "DAY")]
    day: Option<Date>,
    /// The state whose agency owns the cameras, by its letters [default: that of the law]
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
}

/// Runs a command.
pub(crate) fn run(command: &Command, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    match command {
        Command::Searches(args) => searches::run(args, source, config),
        Command::Access(args) => access::run(args, source, config),
        Command::Decide(args) => decide::run(args, source, config),
        Command::Dispatch(args) => dispatch::run(args, source, config),
        Command::Generate(args) => generate::run(args),
        Command::Policy(args) => policy::run(args, source, config),
    }
}

/// What the lists hold.
struct Listed {
    agreements: Option<Vec<Agreement>>,
    declarations: Option<Vec<Declaration>>,
    /// The files.
    given: Vec<Given>,
}

impl Lists {
    fn read(&self, agencies: &Agencies) -> Result<Listed, CliError> {
        let mut given = Vec::new();
        let agreements = list("agreements", self.agreements.as_deref(), &mut given, |text, name| agreements(agencies, text, name))?;
        let declarations = list("declarations", self.declarations.as_deref(), &mut given, |text, name| declarations(agencies, text, name))?;
        Ok(Listed { agreements, declarations, given })
    }
}

/// Reads a list where one is given, and notes that it was.
fn list<T>(
    what: &'static str,
    path: Option<&Path>,
    given: &mut Vec<Given>,
    read: impl FnOnce(&[u8], &str) -> Result<Vec<T>, AuditError>,
) -> Result<Option<Vec<T>>, CliError> {
    let Some(path) = path else { return Ok(None) };
    let (text, name) = (bytes(path)?, path.display().to_string());
    let list = read(&text, &name).map_err(wrong("audit-access"))?;
    given.push(Given::new(what, name, &text, list.len()));
    Ok(Some(list))
}

/// The state whose agency owns the cameras: as said, or where the law's place lies: `us/il/chicago` lies in IL.
fn home(lists: &Lists, config: &Config, agencies: &Agencies) -> Result<String, CliError> {
    let Some(state) = &lists.state else {
        return Ok(config.jurisdiction.split('/').nth(1).unwrap_or_default().to_ascii_uppercase());
    };
    let known = agencies.state(state).map(str::to_owned);
    known.ok_or_else(|| CliError::other("--state: expected a state of the United States, found another word", "as IL or Illinois"))
}

/// The data of the audit that the binary was built with.
fn data() -> Result<Vec<(String, String)>, CliError> {
    let mut data = Vec::new();
    for path in Embedded::iter().filter(|path| path.ends_with(".toml")) {
        let Some(file) = Embedded::get(&path) else { continue };
        let text = String::from_utf8(file.data.into_owned())
            .map_err(|_| CliError::other(format!("audit/{path}: expected UTF-8 text, found other bytes"), "save the file as UTF-8"))?;
        data.push((format!("audit/{path}"), text));
    }
    Ok(data)
}

/// The layouts of data on detainers.
pub(crate) fn detainer_layouts() -> Result<Layouts, CliError> {
    let (file, text) = of(&data()?, &["detainers.toml"], None).pop().unwrap_or_default();
    Layouts::load(&file, &text).map_err(wrong("reports"))
}

/// Some of the data, and a file of the user's.
fn of(data: &[(String, String)], names: &[&str], own: Option<&Path>) -> Vec<(String, String)> {
    let own = own.map(|path| path.display().to_string());
    let wanted = |path: &str| names.iter().any(|name| path == format!("audit/{name}")) || own.as_deref() == Some(path);
    data.iter().filter(|(path, _)| wanted(path)).cloned().collect()
}

fn read(path: &Path) -> Result<String, CliError> {
    String::from_utf8(bytes(path)?)
        .map_err(|_| CliError::other(format!("{}: expected UTF-8 text, found other bytes", path.display()), "save the file as UTF-8"))
}

fn bytes(path: &Path) -> Result<Vec<u8>, CliError> {
    fs::read(path).map_err(|error| CliError::Read { path: path.to_path_buf(), error })
}

fn unwritten(path: &Path) -> impl Fn(std::io::Error) -> CliError {
    move |error| CliError::other(format!("cannot write {}: {error}", path.display()), "choose another folder for --out")
}

/// What went wrong, and the page that says how it is right.
fn wrong(page: &str) -> impl Fn(AuditError) -> CliError {
    let hint = format!("docs/{page}.md says what is needed");
    move |error| CliError::other(error.to_string(), hint.clone())
}
