//! `haven audit access`: who can see what, and by which right.

use super::{Lists, bytes, data, home, of, unwritten, wrong};
use crate::config::Config;
use crate::error::CliError;
use crate::laws;
use haven_audit::access;
use haven_audit::agency::Agencies;
use haven_audit::output::{self, Given};
use haven_law::pack::Source;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

/// The page that says how it is done.
const PAGE: &str = "audit-access";

/// Flags of `haven audit access`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The sharing list, as the vendor exported it: CSV, or a plain list of names (`.txt`)
    #[arg(value_name = "SHARING")]
    sharing: PathBuf,
    #[command(flatten)]
    lists: Lists,
    /// A folder for the report, the table (CSV, JSON, Parquet) and the picture (SVG)
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
    Svg,
    Html,
}

pub(super) fn run(args: &Args, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    let pack = laws::pack(source, &config.jurisdiction)?;
    let agencies = Agencies::load(&of(&data()?, &["agencies.toml"], None)).map_err(wrong(PAGE))?;
    let day = args.lists.day.map_or_else(|| crate::ask::today(&pack), Ok)?;
    let listed = args.lists.read(&agencies)?;
    let (given, name) = (bytes(&args.sharing)?, args.sharing.display().to_string());
    let list = match args.sharing.extension() {
        Some(ending) if ending == "txt" => access::bare(&agencies, given.as_slice(), &name),
        _ => access::sharing(&agencies, given.as_slice(), &name),
    };
    let list = list.map_err(wrong(PAGE))?;
    let home = home(&args.lists, config, &agencies)?;
    let mut found = access::access(&agencies, &home, &list, listed.agreements.as_deref(), listed.declarations.as_deref(), day);
    found.given = [Given::new("sharing", name, &given, list.len())].into_iter().chain(listed.given).collect();
    let json = serde_json::to_string_pretty(&found).map_err(|error| CliError::other(error.to_string(), "report this"))? + "\n";
    let (csv, svg) = (access::to_csv(&found).map_err(wrong(PAGE))?, access::picture(&agencies, &found));
    let html = output::access::html(&agencies, &found).map_err(wrong(PAGE))?;
    if let Some(out) = &args.out {
        fs::create_dir_all(out).map_err(unwritten(out))?;
        let parquet = output::access::parquet(&found).map_err(wrong(PAGE))?;
        for (name, text) in [
            ("report.html", html.as_bytes()),
            ("access.json", json.as_bytes()),
            ("access.csv", csv.as_bytes()),
            (output::access::TABLE, &parquet),
            ("access.svg", svg.as_bytes()),
        ] {
            let path = out.join(name);
            fs::write(&path, text).map_err(unwritten(&path))?;
        }
    }
    crate::register::out(&match args.format {
        Format::Table => output::access::table(&found),
        Format::Json => json,
        Format::Csv => csv,
        Format::Svg => svg,
        Format::Html => html,
    })?;
    Ok(ExitCode::from(u8::from(found.rows.iter().any(|row| row.sees_ours > 0 && !row.right.is_on_file()))))
}
