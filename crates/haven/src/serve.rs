//! x
use crate::config::Config;
use crate::error::CliError;
use haven_law::pack::Source;
use std::process::ExitCode;
pub(crate) fn run(_: &Source, _: &Config) -> Result<ExitCode, CliError> { Err(CliError::other("unfinished", "unfinished")) }
