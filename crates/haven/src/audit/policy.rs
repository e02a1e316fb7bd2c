//! `haven audit policy`: what is published, what is agreed and what was done.

use super::searches::of_file;
use super::{Lists, MEMORY, bytes, data, home, of, read, unwritten, wrong};
use crate::config::Config;
use crate::error::CliError;
use crate::{detect, laws};
use haven_audit::agency::Agencies;
use haven_audit::import::{Import, Key, MANIFEST, Manifest, import};
use haven_audit::layout::Layouts;
use haven_audit::output;
use haven_audit::policy::{self, Policy, Topics};
use haven_audit::purpose::Purposes;
use haven_audit::rules::{Of, Parameter, Rules};
use haven_audit::{access, dispatch, engine, findings};
use haven_law::pack::Source;
use std::fs;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// The page that says how it is done.
const PAGE: &str = "audit-policy";

/// Flags of `haven audit policy`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What agencies publish on a vendor's portal, a row an agency: CSV
    #[arg(long, value_name = "FILE")]
    portal: PathBuf,
    /// The agency, as its portal names it or as its name is known
    #[arg(long, value_name = "NAME")]
    agency: String,
    /// What the contract says, filled in as audit/examples/contract.toml is
    #[arg(long, value_name = "FILE")]
    contract: PathBuf,
    /// The log: files as exported, or the folder that `haven audit searches --out` wrote
    #[arg(long, required = true, num_args = 1.., value_name = "DIR|FILE")]
    log: Vec<PathBuf>,
    /// The list of organisations that see the data
    #[arg(long, value_name = "FILE")]
    sharing: Option<PathBuf>,
    /// Layouts of your own, for logs that are not recognised
    #[arg(long, value_name = "FILE")]
    layout: Option<PathBuf>,
    #[command(flatten)]
    lists: Lists,
    /// A folder for the report and the tables (CSV, JSON)
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
    let pack = laws::pack(source, &config.jurisdiction)?;
    let mut data = data()?;
    if let Some(path) = &args.layout {
        data.push((path.display().to_string(), read(path)?));
    }
    let agencies = Agencies::load(&of(&data, &["agencies.toml"], None)).map_err(wrong(PAGE))?;
    let topics = Topics::load(&data).map_err(wrong(PAGE))?;
    let named = |path: &Path| path.display().to_string();
    let portal = policy::portal(&agencies, bytes(&args.portal)?.as_slice(), &named(&args.portal), &args.agency).map_err(wrong(PAGE))?;
    let contract = policy::contract(&topics, &named(&args.contract), &read(&args.contract)?).map_err(wrong(PAGE))?;
    let sharing = args.sharing.as_ref().map(|path| match path.extension() {
        Some(ending) if ending == "txt" => access::bare(&agencies, bytes(path)?.as_slice(), &named(path)).map_err(wrong(PAGE)),
        _ => access::sharing(&agencies, bytes(path)?.as_slice(), &named(path)).map_err(wrong(PAGE)),
    });
    let sharing = sharing.transpose()?;
    let zone = pack.jurisdictions.first().map(|jurisdiction| ("zone", Parameter::Word(jurisdiction.time_zone.clone())));
    let (file, text) = of(&data, &["rules.toml"], None).pop().unwrap_or_default();
    let rules = Rules::load(&file, &text, &zone.into_iter().collect::<Vec<_>>()).map_err(wrong(PAGE))?;
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let temporary = tempfile::tempdir()?;
    let (folder, manifest) = log(args, &data, temporary.path(), cores)?;
    let lists = args.lists.read(&agencies)?;
    let day = args.lists.day.map_or_else(|| crate::ask::today(&pack), Ok)?;
    let home = home(&args.lists, config, &agencies)?;
    let files: Vec<&str> = manifest.files.iter().map(|file| file.name.as_str()).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(cores).enable_all().build()?;
    let lines = runtime
        .block_on(async {
            let session = engine::session(cores, MEMORY)?;
            engine::logs(&session, Of::Searches, &folder).await?;
            let names = engine::names(&session).await?;
            policy::is_of(&agencies, &portal, &names)?;
            let by = (lists.agreements.as_deref(), lists.declarations.as_deref());
            engine::agencies(&session, &engine::known(&agencies, &home, names, by, day))?;
            findings::view(&session, &rules, Of::Searches).await?;
            policy::policy(&session, &topics, &agencies, &portal, &contract, sharing.as_deref(), &files.join(", ")).await
        })
        .map_err(wrong(PAGE))?;
    let time = |time: &Option<String>| time.clone().unwrap_or_else(|| "not known".to_owned());
    let compared = Policy {
        format: "haven-policy/1",
        agency: portal.agency.clone(),
        read: manifest
            .files
            .iter()
            .map(|file| {
                format!("{}: {} rows, {} to {}, SHA-256 {}", file.name, file.rows, time(&file.first), time(&file.last), file.sha256)
            })
            .collect(),
        unread: manifest
            .files
            .iter()
            .flat_map(|file| of_file(Of::Searches, file).unread.into_iter().map(move |line| format!("{}: {line}", file.name)))
            .collect(),
        lines,
    };
    let (json, csv) = (dispatch::json(&compared).map_err(wrong(PAGE))?, policy::csv(&compared).map_err(wrong(PAGE))?);
    let html = output::compared::policy(&compared).map_err(wrong(PAGE))?;
    if let Some(out) = &args.out {
        fs::create_dir_all(out).map_err(unwritten(out))?;
        for (name, text) in [("report.html", &html), ("policy.json", &json), ("policy.csv", &csv)] {
            let path = out.join(name);
            fs::write(&path, text).map_err(unwritten(&path))?;
        }
    }
    crate::register::out(
        match args.format {
            Format::Table => policy::table(&compared),
            Format::Json => json,
            Format::Csv => csv,
            Format::Html => html,
        }
        .as_str(),
    )?;
    Ok(ExitCode::from(if compared.unread.is_empty() { u8::from(compared.differs()) } else { 2 }))
}

/// The log as masked tables: as an earlier audit left them, or imported for this run.
fn log(args: &Args, data: &[(String, String)], temporary: &Path, cores: usize) -> Result<(PathBuf, Manifest), CliError> {
    if let [folder] = args.log.as_slice()
        && folder.is_dir()
    {
        let within = folder.join("searches");
        let folder = if within.join(MANIFEST).exists() { within } else { folder.clone() };
        let path = folder.join(MANIFEST);
        if !path.exists() {
            let found = format!("{}: expected what `haven audit searches --out` wrote, found no {MANIFEST}", folder.display());
            return Err(CliError::other(found, "run `haven audit searches` with --out first, or name the exports themselves"));
        }
        let manifest: Manifest = serde_json::from_str(&read(&path)?)
            .map_err(|_| CliError::other(format!("{}: expected a manifest of `haven audit searches`", path.display()), "run it again"))?;
        if manifest.interrupted {
            let found = format!("{}: expected an import that came to its end, found one that was interrupted", folder.display());
            return Err(CliError::other(found, "run `haven audit searches` again: it goes on from there"));
        }
        return Ok((folder, manifest));
    }
    let layouts = Layouts::load(&of(data, &["layouts.toml"], args.layout.as_deref()), "UTC").map_err(wrong(PAGE))?;
    let detector = Arc::new(detect::sources(None)?.detector()?);
    let purposes = Purposes::load(data, &["purposes.toml"], detector).map_err(wrong(PAGE))?;
    // Pseudonyms are neither kept nor shown, so that any key is right.
    let key = Key::new([0; 32]);
    let with = Import { layouts: &layouts, purposes: &purposes, key: &key, knowledge: "", cores };
    let manifest = import(&args.log, &with, temporary, &|_| ControlFlow::Continue(())).map_err(wrong(PAGE))?;
    Ok((temporary.to_path_buf(), manifest))
}
