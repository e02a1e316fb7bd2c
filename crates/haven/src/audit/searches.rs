//! `haven audit searches`: logs of searches and of alert lists, and what in them somebody should look at.

use super::{Lists, MEMORY, bytes, data, home, of, read, unwritten, wrong};
use crate::config::Config;
use crate::detect;
use crate::error::CliError;
use crate::laws;
use crate::progress::{Counted, show_progress, stop_by_key};
use haven_audit::agency::Agencies;
use haven_audit::decisions::{Decision, decisions};
use haven_audit::engine;
use haven_audit::findings::{Scope, ask};
use haven_audit::import::{self, Import, Imported, Key, Progress};
use haven_audit::layout::{Layouts, Table};
use haven_audit::output::{self, Audit, Clause, Read};
use haven_audit::purpose::Purposes;
use haven_audit::rules::{Of, Parameter, Rules};
use haven_law::pack::{Pack, Source};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// The page that says how it is done.
const PAGE: &str = "audit";

/// The file of the queue in the folder of `--out`.
const QUEUE: &str = "queue.csv";

/// Rows in the queue of a report.
const QUEUE_MAX: usize = 1000;

/// Flags of `haven audit searches`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The logs of searches and of alert lists, as the vendor exported them: CSV, also packed as `.gz` or `.zip`
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A folder for the masked tables (Parquet), the report, the queue and the key of the pseudonyms
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What is printed
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Layouts of your own, for logs that are not recognised
    #[arg(long, value_name = "FILE")]
    layout: Option<PathBuf>,
    /// Rules of your own in place of those inside
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Days that recordings are kept, by your policy [default: 30]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
    retention: Option<u16>,
    #[command(flatten)]
    lists: Lists,
    /// What reviewers decided: the queue of an earlier run, filled in
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
    /// Show pseudonyms of accounts: for auditors only
    #[arg(long)]
    accounts: bool,
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
    let phrases = detect::sources(None)?;
    let knowledge = digest(data.iter().map(|(_, text)| text).chain(phrases.phrases.iter().map(|pack| &pack.text)));
    let layouts = Layouts::load(&of(&data, &["layouts.toml"], args.layout.as_deref()), "UTC").map_err(wrong(PAGE))?;
    let agencies = Agencies::load(&of(&data, &["agencies.toml"], None)).map_err(wrong(PAGE))?;
    let purposes = Purposes::load(&data, &["purposes.toml"], Arc::new(phrases.detector()?)).map_err(wrong(PAGE))?;
    let rules = rules(args, &data, &home(&args.lists, config, &agencies)?, &pack)?;
    let decided = match &args.decisions {
        Some(path) => decisions(&path.display().to_string(), &bytes(path)?).map_err(wrong(PAGE))?,
        None => Vec::new(),
    };
    let temporary;
    let folder = match &args.out {
        Some(folder) => folder.clone(),
        None => {
            temporary = tempfile::tempdir()?;
            temporary.path().to_path_buf()
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let key = key(args.out.as_deref())?;
    let with = Import { layouts: &layouts, purposes: &purposes, key: &key, knowledge: &knowledge, cores };
    let (stop, read_so_far) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    stop_by_key(&stop, "stopping; what is imported into the folder of --out is not imported again")?;
    let bar = show_progress(Counted::Bytes(&args.files), &stop, &read_so_far)?;
    let count = |bytes| {
        read_so_far.fetch_add(bytes, Ordering::Relaxed);
        if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let (logs, left) = logs(&args.files, &with, &folder, &count)?;
    drop(bar);
    if let Some(out) = args.out.as_ref().filter(|_| left.is_empty()) {
        keeps(&out.join(QUEUE), &decided, &logs)?;
    }
    let lists = args.lists.read(&agencies)?;
    let home = home(&args.lists, config, &agencies)?;
    let day = args.lists.day.map_or_else(|| crate::ask::today(&pack), Ok)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(cores).enable_all().build()?;
    let scope = Scope { accounts: args.accounts, queue_max: QUEUE_MAX };
    let asking = async {
        let session = engine::session(cores, MEMORY)?;
        for log in &logs {
            engine::logs(&session, log.of, &log.folder).await?;
        }
        let names = engine::names(&session).await?;
        let by = (lists.agreements.as_deref(), lists.declarations.as_deref());
        let known = engine::known(&agencies, &home, names, by, day);
        engine::agencies(&session, &known)?;
        engine::decided(&session, &rows_of(&decided, &logs))?;
        ask(&session, &rules, scope).await
    };
    let findings = runtime.block_on(async {
        tokio::select! {
            biased;
            () = stopped(&stop) => None,
            findings = asking => Some(findings),
        }
    });
    let findings = findings.transpose().map_err(wrong(PAGE))?;
    let mut audit = Audit {
        format: "haven-audit/1",
        day: (lists.agreements.is_some() || lists.declarations.is_some()).then(|| day.to_string()),
        read: logs.iter().flat_map(|log| log.files.iter().map(|file| of_file(log.of, file))).collect(),
        given: lists.given,
        parameters: rules.parameters.clone(),
        rules: rules.rules.clone(),
        clauses: clauses(source, &config.jurisdiction)?,
        interrupted: findings.is_none().then_some(left),
        findings: findings.unwrap_or_default(),
        decisions: decided,
        decided_elsewhere: 0,
    };
    audit.only_own();
    if let Some(out) = &args.out {
        let report = ("report.html", output::html(&audit).map_err(wrong(PAGE))?);
        let mut written = vec![report, ("audit.json", output::json(&audit).map_err(wrong(PAGE))?)];
        // An earlier queue may hold decisions, and no rule was asked that could make a new one.
        if audit.interrupted.is_none() {
            written.push((QUEUE, output::csv(&audit).map_err(wrong(PAGE))?));
        }
        for (name, text) in written {
            let path = out.join(name);
            fs::write(&path, text).map_err(unwritten(&path))?;
        }
    }
    let text = match args.format {
        Format::Table => output::table(&audit),
        Format::Json => output::json(&audit).map_err(wrong(PAGE))?,
        Format::Csv => output::csv(&audit).map_err(wrong(PAGE))?,
        Format::Html => output::html(&audit).map_err(wrong(PAGE))?,
    };
    crate::register::out(&text)?;
    Ok(if audit.unread() {
        ExitCode::from(2)
    } else if audit.open() {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}

/// The logs of one kind, imported into a folder of their own.
struct Logs {
    of: Of,
    folder: PathBuf,
    files: Vec<Imported>,
}

/// Waits until somebody wants the work to end.
async fn stopped(stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Imports each file into the table that its header belongs to; and the names of those that are left where the import was ended.
fn logs(files: &[PathBuf], with: &Import<'_>, out: &Path, progress: &Progress<'_>) -> Result<(Vec<Logs>, Vec<String>), CliError> {
    let (mut searches, mut alerts) = (Vec::new(), Vec::new());
    for file in files {
        match import::table(file, with.layouts).map_err(wrong(PAGE))? {
            Table::Hotlist => alerts.push(file.clone()),
            // Of another kind it is refused as what it is.
            _ => searches.push(file.clone()),
        }
    }
    let (mut logs, mut left) = (Vec::new(), Vec::new());
    for (of, files) in [(Of::Searches, searches), (Of::Alerts, alerts)] {
        let folder = out.join(of.table());
        // An earlier run's log of a kind that was not given this time is none of this audit.
        if files.is_empty() && !folder.exists() {
            continue;
        }
        let manifest = match of {
            Of::Searches => import::import(&files, with, &folder, progress),
            Of::Alerts => import::import_hotlists(&files, with, &folder, progress),
        };
        let imported = manifest.map_err(wrong(PAGE))?.files;
        left.extend(files.iter().skip(imported.len()).map(|file| file.display().to_string()));
        if !imported.is_empty() {
            logs.push(Logs { of, folder, files: imported });
        }
    }
    Ok((logs, left))
}

fn digest<'a>(texts: impl Iterator<Item = &'a String>) -> String {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update((text.len() as u64).to_be_bytes());
        digest.update(text);
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The rules, with what the law's place and the flags say of their parameters.
fn rules(args: &Args, data: &[(String, String)], home: &str, pack: &Pack) -> Result<Rules, CliError> {
    let mut over = Vec::new();
    if !home.is_empty() {
        over.push(("home_state", Parameter::Word(home.to_owned())));
    }
    if let Some(jurisdiction) = pack.jurisdictions.first() {
        over.push(("zone", Parameter::Word(jurisdiction.time_zone.clone())));
    }
    if let Some(days) = args.retention {
        over.push(("retention_days", Parameter::Number(days.into())));
    }
    let (file, text) = match &args.rules {
        Some(path) => (path.display().to_string(), read(path)?),
        None => of(data, &["rules.toml"], None).pop().unwrap_or_default(),
    };
    Rules::load(&file, &text, &over).map_err(wrong(PAGE))
}

/// The secret of the pseudonyms: of this run alone, or kept in the folder, so that a second run says the same.
fn key(out: Option<&Path>) -> Result<Key, CliError> {
    let mut bytes = [0_u8; 32];
    let Some(out) = out else {
        getrandom::fill(&mut bytes).map_err(|error| CliError::other(format!("no randomness: {error}"), "try again"))?;
        return Ok(Key::new(bytes));
    };
    let path = out.join("accounts.key");
    if path.exists() {
        let kept = super::bytes(&path)?;
        bytes = kept
            .try_into()
            .map_err(|_| CliError::other(format!("{}: expected 32 bytes, found others", path.display()), "delete it: a new one is made"))?;
        return Ok(Key::new(bytes));
    }
    getrandom::fill(&mut bytes).map_err(|error| CliError::other(format!("no randomness: {error}"), "try again"))?;
    fs::create_dir_all(out).map_err(unwritten(out))?;
    // Who has the key can tell which account a pseudonym is.
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(unwritten(&path))?;
    file.write_all(&bytes).map_err(unwritten(&path))?;
    Ok(Key::new(bytes))
}

pub(super) fn of_file(of: Of, file: &Imported) -> Read {
    let mut unread: Vec<String> = file.incomplete.iter().map(|why| format!("the log is not whole: {why}")).collect();
    unread.extend(file.unread.iter().map(|row| format!("row {}: {}", row.row, row.reason)));
    if file.rows == 0 && file.same_as.is_none() && unread.is_empty() {
        // An export of nothing looks like one that went wrong.
        unread.push("holds no rows".to_owned());
    }
    let listed = file.unread.len() as u64;
    if file.unread_records > listed {
        unread.push(format!("and {} rows more", file.unread_records - listed));
    }
    unread.extend(
        file.unreadable
            .iter()
            .map(|(column, cells)| format!("{} cells of `{column}` could not be read, the first in row {}", cells.cells, cells.first_row)),
    );
    Read {
        name: file.name.clone(),
        of,
        sha256: file.sha256.clone(),
        layout: file.layout_name.clone(),
        rows: file.rows,
        drift: file.drift(),
        notes: file.notes(),
        unread,
    }
}

/// The rows of these files that somebody has decided about, by file and number.
fn rows_of(decisions: &[Decision], logs: &[Logs]) -> Vec<(String, i64)> {
    let row = |decision: &Decision| {
        let (digits, row) = decision.search.split_once(':')?;
        let file = logs.iter().flat_map(|log| &log.files).find(|file| !digits.is_empty() && file.sha256.starts_with(digits))?;
        Some((file.name.clone(), row.parse().ok()?))
    };
    decisions.iter().filter_map(row).collect()
}

/// Refuses to write over a queue that holds decisions which the new one would not hold: people spent days on them.
fn keeps(queue: &Path, decided: &[Decision], logs: &[Logs]) -> Result<(), CliError> {
    if !queue.exists() {
        return Ok(());
    }
    let name = queue.display().to_string();
    let all: String = logs.iter().flat_map(|log| &log.files).map(|file| file.sha256.as_str()).collect();
    // What rules of groups found is decided about by all files together.
    let together: String = Sha256::digest(all).iter().map(|byte| format!("{byte:02x}")).collect();
    let digests = || logs.iter().flat_map(|log| &log.files).map(|file| file.sha256.as_str()).chain([together.as_str()]);
    let own = |decision: &Decision| {
        let digits = decision.search.split_once(':').map_or("", |(digits, _)| digits);
        !digits.is_empty() && digests().any(|digest| digest.starts_with(digits))
    };
    let kept = |old: &Decision| own(old) && decided.iter().any(|new| new.search == old.search);
    let lost = decisions(&name, &bytes(queue)?).map_err(wrong(PAGE))?.iter().filter(|old| !kept(old)).count();
    if lost == 0 {
        return Ok(());
    }
    Err(CliError::other(
        format!("{name}: holds {lost} decisions that this run would write over"),
        "give it with --decisions where it is about the same files; else name another folder for --out",
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clauses {
    clause: Vec<Clause>,
}

/// Which clauses speak of what the rules find: `audit.toml` of the jurisdiction or of one above it; none where none says.
fn clauses(source: &Source, jurisdiction: &str) -> Result<Vec<Clause>, CliError> {
    let mut place = Some(jurisdiction);
    while let Some(here) = place {
        let path = format!("{here}/audit.toml");
        if let Some(text) = source.get(&path) {
            let read: Clauses = toml::from_str(text)
                .map_err(|error| CliError::other(format!("law/{path}: {error}"), "docs/audit.md says what it holds"))?;
            return Ok(read.clause);
        }
        place = here.rsplit_once('/').map(|(above, _)| above);
    }
    Ok(Vec::new())
}
