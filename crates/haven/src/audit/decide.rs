//! `haven audit decide`: a log of acts, held against the law act by act.

use super::{read, unwritten, wrong};
use crate::config::Config;
use crate::error::CliError;
use crate::laws;
use crate::progress::{Counted, show_progress, stop_by_key};
use haven_audit::decide::{Question, decide};
use haven_audit::law::Law;
use haven_audit::output::decided;
use haven_law::pack::Source;
use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The page that says how it is done.
const PAGE: &str = "audit-law";

/// Records to look at that are named for each provision.
const EXAMPLES: usize = 100;

/// Flags of `haven audit decide`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The log: CSV, JSON, JSON Lines or Parquet
    #[arg(value_name = "EVENTS")]
    events: PathBuf,
    /// Which act a row is, and which facts it states
    #[arg(long, value_name = "FILE")]
    map: PathBuf,
    /// A folder for the report, the findings (JSON, CSV), the acts to look at, and the table of masks (Parquet)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What is printed
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
    Html,
}

pub(super) fn run(args: &Args, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    let law = Arc::new(Law::new(Arc::new(laws::pack(source, &config.jurisdiction)?)));
    let (name, text) = (args.map.display().to_string(), read(&args.map)?);
    let (stop, records) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    stop_by_key(&stop, "stopping; what was answered so far is reported")?;
    let bar = show_progress(Counted::Records, &stop, &records)?;
    let progress = |read| {
        records.store(read, Ordering::Relaxed);
        if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let question = Question {
        events: &args.events,
        mapping: (&name, &text),
        law: &law,
        out: args.out.as_deref(),
        examples: EXAMPLES,
        progress: &progress,
    };
    let decided = decide(&question);
    drop(bar);
    let decided = decided.map_err(wrong(PAGE))?;
    if let Some(out) = &args.out {
        for (name, text) in [
            ("report.html", decided::html(&decided, &law).map_err(wrong(PAGE))?),
            ("decided.csv", decided::csv(&decided).map_err(wrong(PAGE))?),
            ("look.csv", decided::look_csv(&decided).map_err(wrong(PAGE))?),
        ] {
            let path = out.join(name);
            fs::write(&path, text).map_err(unwritten(&path))?;
        }
    }
    crate::register::out(&match args.format {
        Format::Table => decided::table(&decided),
        Format::Json => serde_json::to_string_pretty(&decided).map_err(|error| CliError::other(error.to_string(), "report this"))? + "\n",
        Format::Csv => decided::csv(&decided).map_err(wrong(PAGE))?,
        Format::Html => decided::html(&decided, &law).map_err(wrong(PAGE))?,
    })?;
    let of = |answer: &str| decided.answers.get(answer).copied().unwrap_or_default();
    Ok(ExitCode::from(if decided.interrupted || !decided.unread.is_empty() {
        2
    } else if of("prohibited") > 0 {
        1
    } else if decided.undetermined.acts > 0 {
        3
    } else {
        0
    }))
}
