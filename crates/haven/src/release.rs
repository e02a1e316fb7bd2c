//! `haven release`: who may have a record, and what in it must not go; which recipients have access at all.

mod agreements;
pub(crate) mod check;
pub(crate) mod checker;
pub(crate) mod cover;
pub(crate) mod fix;
pub(crate) mod look;
pub(crate) mod record;
pub(crate) mod said;

use crate::config::Config;
use crate::error::CliError;
use crate::laws;
use haven_guard::judge::Rules;
use haven_law::pack::{Pack, Source};
use rust_embed::RustEmbed;
use std::process::ExitCode;

#[derive(RustEmbed)]
#[folder = "../../guard"]
struct Guard;

/// The commands of `haven release`.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Judge a request for files, and find what in them must not go
    Check(Box<check::Check>),
    /// Hold who has access against agreements, determinations of purpose and the law
    Agreements(agreements::Agreements),
}

/// Runs the command.
pub(crate) fn run(command: &Command, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    let pack = laws::pack(source, &config.jurisdiction)?;
    match command {
        Command::Check(check) => check::run(check, source, &pack, config),
        Command::Agreements(args) => agreements::run(args, &pack),
    }
}

/// A file of the guard's data.
pub(crate) fn data(name: &str) -> Result<String, CliError> {
    let file = Guard::get(name).and_then(|file| String::from_utf8(file.data.into_owned()).ok());
    file.ok_or_else(|| CliError::other(format!("guard/{name} is missing from the program"), "report this"))
}

/// What the words of a request mean.
pub(crate) fn rules(pack: &Pack) -> Result<Rules, CliError> {
    Rules::read(&data("judge.toml")?, pack).map_err(|error| CliError::other(error.to_string(), "guard/judge.toml explains its form"))
}
