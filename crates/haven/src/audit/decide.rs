//! `haven audit decide`: a log of acts, held against the law act by act.

use super::{read, wrong};
use crate::config::Config;
use crate::error::CliError;
use crate::laws;
use haven_audit::decide::{Question, decide};
use haven_audit::law::Law;
use haven_audit::provisions::Decided;
use haven_law::pack::Source;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

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
    /// A folder for `decided.json` and the table of masks, `masks.parquet`
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
}

pub(super) fn run(args: &Args, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    let law = Arc::new(Law::new(Arc::new(laws::pack(source, &config.jurisdiction)?)));
    let (name, text) = (args.map.display().to_string(), read(&args.map)?);
    let question = Question {
        events: &args.events,
        mapping: (&name, &text),
        law: &law,
        out: args.out.as_deref(),
        examples: EXAMPLES,
        progress: &|_| {},
    };
    let decided = decide(&question).map_err(wrong)?;
    crate::register::out(&match args.format {
        Format::Table => table(&decided),
        Format::Json => serde_json::to_string_pretty(&decided).map_err(|error| CliError::other(error.to_string(), "report this"))? + "\n",
    })?;
    let of = |answer: &str| decided.answers.get(answer).copied().unwrap_or_default();
    Ok(ExitCode::from(if !decided.unread.is_empty() {
        2
    } else if of("prohibited") > 0 {
        1
    } else if decided.undetermined.acts > 0 {
        3
    } else {
        0
    }))
}

/// What the law says of a log, as lines for a terminal.
fn table(decided: &Decided) -> String {
    let mut lines = vec![format!("{} acts in {} records", decided.acts, decided.records)];
    lines.extend(decided.answers.iter().map(|(answer, acts)| format!("{acts:>9}  {answer}")));
    lines.push("\nBy provision, with the first records to look at".to_owned());
    for finding in &decided.provisions {
        let records: Vec<String> = finding.records.iter().take(8).map(ToString::to_string).collect();
        lines.push(format!("{:>9}  {} {}: {}", finding.acts, finding.does.name(), finding.cite, records.join(", ")));
    }
    let open = &decided.undetermined;
    if open.acts > 0 {
        lines.push(format!("\n{} acts are undetermined; facts that would settle most, in this order", open.acts));
        lines.extend(open.settle.iter().map(|step| format!("{:>9}  {}", step.acts, step.fact)));
    }
    for unread in &decided.unread {
        let first: Vec<String> = unread.first.iter().take(8).map(ToString::to_string).collect();
        lines.push(format!("\nNot asked: {} records, {}: {}", unread.records, unread.why, first.join(", ")));
    }
    lines.push("\nIt is what the law says of the facts of the log, no verdict on anybody.\n".to_owned());
    lines.join("\n")
}
