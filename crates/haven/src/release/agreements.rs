//! `haven release agreements`: access without a valid agreement, and renewals that the law forbids.

use crate::error::CliError;
use crate::register::out;
use haven_guard::agreements::{Agreements as Register, Line, Standing};
use haven_law::pack::Pack;
use haven_law::request::day;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Flags of `haven release agreements`.
#[derive(clap::Args)]
#[command(after_help = "Example:
  haven release agreements agreements.toml

Exit codes: 0 in order, 1 access to refuse or a renewal to stop, 3 for counsel, 2 error. The file's form: docs/release-copies.md")]
pub(crate) struct Agreements {
    /// The register of agreements and of access in use, TOML
    file: PathBuf,
    /// The day, YYYY-MM-DD [default: today in the jurisdiction]
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    /// One line of JSON for each
    #[arg(long)]
    jsonl: bool,
}

/// Runs the command.
pub(crate) fn run(args: &Agreements, pack: &Pack) -> Result<ExitCode, CliError> {
    let on = match &args.on {
        Some(text) => day("--on", text)?,
        None => crate::ask::today(pack)?,
    };
    let text = std::fs::read_to_string(&args.file).map_err(|error| CliError::Read { path: args.file.clone(), error })?;
    let hint = "docs/release-copies.md says what the file holds; `haven law vocabulary` lists requesters and purposes";
    let wrong = |error: haven_guard::agreements::AgreementsError| CliError::other(format!("`{}`: {error}", args.file.display()), hint);
    let lines = Register::read(&text).and_then(|register| register.check(pack, on)).map_err(wrong)?;
    for line in &lines {
        out(&if args.jsonl { format!("{}\n", json!(line)) } else { said(line) })?;
    }
    let worst = lines.iter().map(|line| line.standing).max().unwrap_or(Standing::InOrder);
    Ok(ExitCode::from(match worst {
        Standing::InOrder => 0,
        Standing::Stop => 1,
        Standing::Refer => 3,
    }))
}

fn said(line: &Line) -> String {
    let what = match (&line.agreement, line.standing) {
        (Some(id), Standing::InOrder) => format!("agreement {id}: may be renewed"),
        (Some(id), Standing::Refer) => format!("agreement {id}: do not renew yet"),
        (Some(id), Standing::Stop) => format!("agreement {id}: do not renew"),
        (None, Standing::InOrder) => "access: in order".to_owned(),
        (None, Standing::Refer) => "access: ask first".to_owned(),
        (None, Standing::Stop) => "access: refuse".to_owned(),
    };
    let mut cites: Vec<&str> = line.provisions.iter().map(|cited| cited.cite.as_str()).collect();
    cites.dedup();
    let cites = if cites.is_empty() { String::new() } else { format!(" ({})", cites.join("; ")) };
    let until = line.until.map(|until| format!(", until {until}")).unwrap_or_default();
    format!("{what}: {} to {}{until}: {}{cites}\n", line.party, line.systems.join(", "), line.why.words())
}
