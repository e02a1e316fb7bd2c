//! x
use crate::error::CliError;
use haven_law::pack::{Pack, Source};
use std::process::ExitCode;
#[derive(clap::Args)]
pub(crate) struct Paper {}
pub(super) fn run(_: &Paper, _: &Source, _: &Pack) -> Result<ExitCode, CliError> { Err(CliError::other("unfinished", "unfinished")) }
