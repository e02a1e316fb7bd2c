//! `haven audit`: what was really done, from the logs, against the same law.

use crate::config::Config;
use crate::detect;
use crate::error::CliError;
use crate::laws;
use haven_audit::AuditError;
use haven_audit::access::{self, Agreement, Declaration, Right, Sharing};
use haven_audit::agency::Agencies;
use haven_audit::decide::{Question, decide};
use haven_audit::decisions::{Decision, decisions};
use haven_audit::engine::{self, Known};
use haven_audit::findings::{Scope, ask};
use haven_audit::import::{Import, Imported, Key, Manifest, import};
use haven_audit::law::Law;
use haven_audit::layout::Layouts;
use haven_audit::output::{self, Audit, Clause, Read};
use haven_audit::provisions::Decided;
use haven_audit::purpose::Purposes;
use haven_audit::rules::{Parameter, Rules};
use haven_law::pack::{Pack, Source};
use jiff::civil::Date;
use rust_embed::RustEmbed;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::num::NonZero;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

#[derive(RustEmbed)]
#[folder = "../../audit"]
struct Embedded;

/// What the query engine may hold in memory; it spills to the disk beyond.
const MEMORY: usize = 1 << 30;
/// Records to look at that are named for each provision.
const EXAMPLES: usize = 100;
/// Searches in the queue of a report.
const QUEUE_MAX: usize = 1000;

/// The commands of `haven audit`.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Read logs of searches and list what to look at
    #[command(after_help = "Examples:
  haven audit searches network-audit.csv --out audit
  haven audit searches network-audit.csv --retention 15 --decisions queue.csv --out audit

Exit codes: 0 nothing to look at, 1 searches to look at, 2 something was not read, or an error. How to: docs/audit.md")]
    Searches(Box<Searches>),
    /// Say who can see what, and by which right
    #[command(after_help = "Example:
  haven audit access sharing.csv --agreements 287g.csv --declarations declarations.csv --out access

Exit codes: 0 every organisation sees by a right that is on file, 1 some do not, 2 error. How to: docs/audit-access.md")]
    Access(Access),
    /// Hold a log of acts (stops, arrests, custody, transfers, disclosures) against the law, act by act
    #[command(after_help = "Example:
  haven audit decide stops.csv --map stops.toml --out decided

Exit codes: 0 nothing is prohibited, 1 acts the law prohibits by the facts of the log, 3 acts it cannot answer for want of facts, 2 a record was not asked about, or an error. How to: docs/audit-law.md")]
    Decide(Decide),
}

/// Flags of `haven audit decide`.
#[derive(clap::Args)]
pub(crate) struct Decide {
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
    format: DecideFormat,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum DecideFormat {
    Table,
    Json,
}

/// Flags of `haven audit access`.
#[derive(clap::Args)]
pub(crate) struct Access {
    /// The sharing list, as the vendor exported it: CSV, or a plain list of names (`.txt`)
    #[arg(value_name = "SHARING")]
    sharing: PathBuf,
    #[command(flatten)]
    lists: Lists,
    /// A folder for the table (CSV, JSON) and the picture (SVG)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What is printed
    #[arg(long, value_enum, default_value = "table")]
    format: AccessFormat,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum AccessFormat {
    Table,
    Json,
    Csv,
    Svg,
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

/// Flags of `haven audit searches`.
#[derive(clap::Args)]
pub(crate) struct Searches {
    /// The logs, as the vendor exported them: CSV, also packed as `.gz` or `.zip`
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A folder for the masked table (Parquet), the report, the queue and the key of the pseudonyms
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

/// Runs a command.
pub(crate) fn run(command: &Command, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    match command {
        Command::Searches(args) => searches(args, source, config),
        Command::Access(args) => access(args, source, config),
        Command::Decide(args) => decided(args, source, config),
    }
}

fn searches(args: &Searches, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    let pack = laws::pack(source, &config.jurisdiction)?;
    let mut data = data()?;
    if let Some(path) = &args.layout {
        data.push((path.display().to_string(), read(path)?));
    }
    let phrases = detect::sources(None)?;
    let knowledge = digest(data.iter().map(|(_, text)| text).chain(phrases.phrases.iter().map(|pack| &pack.text)));
    let layouts = Layouts::load(&of(&data, &["layouts.toml"], args.layout.as_deref())).map_err(wrong)?;
    let agencies = Agencies::load(&of(&data, &["agencies.toml"], None)).map_err(wrong)?;
    let purposes = Purposes::load(&of(&data, &["purposes.toml"], None), Arc::new(phrases.detector()?)).map_err(wrong)?;
    let rules = rules(args, &data, config, &pack)?;
    let decided = match &args.decisions {
        Some(path) => decisions(&path.display().to_string(), &bytes(path)?).map_err(wrong)?,
        None => Vec::new(),
    };
    let temporary;
    let folder = match &args.out {
        Some(folder) => folder.join("searches"),
        None => {
            temporary = tempfile::tempdir()?;
            temporary.path().to_path_buf()
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let key = key(args.out.as_deref())?;
    let with = Import { layouts: &layouts, purposes: &purposes, agencies: &agencies, key: &key, knowledge: &knowledge, cores };
    let read_so_far = Arc::new(AtomicU64::new(0));
    let bar = crate::scan::show_progress(&args.files, &Arc::new(AtomicBool::new(false)), &read_so_far)?;
    let count = |bytes| {
        read_so_far.fetch_add(bytes, Ordering::Relaxed);
    };
    let manifest = import(&args.files, &with, &folder, &count).map_err(wrong)?;
    drop(bar);
    let lists = args.lists.read(&agencies)?;
    let day = args.lists.day.map_or_else(|| crate::ask::today(&pack), Ok)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(cores).enable_all().build()?;
    let scope = Scope { accounts: args.accounts, queue_max: QUEUE_MAX };
    let findings = runtime
        .block_on(async {
            let session = engine::session(cores, MEMORY)?;
            engine::searches(&session, &folder).await?;
            let known = known(&agencies, &home(&args.lists, config), engine::names(&session).await?, &lists, day);
            engine::agencies(&session, &known)?;
            ask(&session, &rules, scope).await
        })
        .map_err(wrong)?;
    let audit = Audit {
        format: "haven-audit/1",
        day: (lists.agreements.is_some() || lists.declarations.is_some()).then(|| day.to_string()),
        read: manifest.files.iter().map(of_file).collect(),
        parameters: rules.parameters.clone(),
        rules: rules.rules.clone(),
        clauses: clauses(source, &config.jurisdiction)?,
        findings,
        decisions: of_these(decided, &manifest),
    };
    if let Some(out) = &args.out {
        for (name, text) in [
            ("report.html", output::html(&audit).map_err(wrong)?),
            ("audit.json", output::json(&audit).map_err(wrong)?),
            ("queue.csv", output::csv(&audit).map_err(wrong)?),
        ] {
            let path = out.join(name);
            fs::write(&path, text).map_err(unwritten(&path))?;
        }
    }
    let text = match args.format {
        Format::Table => output::table(&audit),
        Format::Json => output::json(&audit).map_err(wrong)?,
        Format::Csv => output::csv(&audit).map_err(wrong)?,
        Format::Html => output::html(&audit).map_err(wrong)?,
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

/// What the lists hold.
struct Listed {
    agreements: Option<Vec<Agreement>>,
    declarations: Option<Vec<Declaration>>,
}

impl Lists {
    fn read(&self, agencies: &Agencies) -> Result<Listed, CliError> {
        let named = |path: &Path| path.display().to_string();
        let agreements =
            self.agreements.as_deref().map(|path| access::agreements(agencies, bytes(path)?.as_slice(), &named(path)).map_err(wrong));
        let declarations =
            self.declarations.as_deref().map(|path| access::declarations(agencies, bytes(path)?.as_slice(), &named(path)).map_err(wrong));
        Ok(Listed { agreements: agreements.transpose()?, declarations: declarations.transpose()? })
    }
}

/// The state whose agency owns the cameras: as said, or where the law's place lies: `us/il/chicago` lies in IL.
fn home(lists: &Lists, config: &Config) -> String {
    if let Some(state) = &lists.state {
        return state.to_ascii_uppercase();
    }
    config.jurisdiction.split('/').nth(1).unwrap_or_default().to_ascii_uppercase()
}

/// What is known of the agencies of a log: by their names, and by the lists.
fn known(agencies: &Agencies, home: &str, names: Vec<String>, listed: &Listed, day: Date) -> Vec<Known> {
    let list: Vec<Sharing> =
        (1..).zip(&names).map(|(row, name)| Sharing { row, name: name.clone(), ori: None, with_me: 0, sharing: 1 }).collect();
    let read = access::access(agencies, home, &list, listed.agreements.as_deref(), listed.declarations.as_deref(), day);
    let rows = read.rows.into_iter().zip(names);
    rows.map(|(row, agency)| Known {
        agency,
        state: row.state,
        // A name that says nothing of a state may be anybody's.
        federal: (row.right != Right::NotRead).then_some(row.right == Right::Federal),
        fusion: (row.right != Right::NotRead).then_some(row.right == Right::FusionCentre),
        agreement: row.agreement.map(|held| held.models.join("; ")),
        declared: match row.right {
            Right::Declaration => Some(true),
            Right::DeclarationExpired | Right::DeclarationMissing => Some(false),
            _ => None,
        },
    })
    .collect()
}

fn access(args: &Access, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    let pack = laws::pack(source, &config.jurisdiction)?;
    let agencies = Agencies::load(&of(&data()?, &["agencies.toml"], None)).map_err(wrong)?;
    let day = args.lists.day.map_or_else(|| crate::ask::today(&pack), Ok)?;
    let listed = args.lists.read(&agencies)?;
    let list = match args.sharing.extension() {
        Some(ending) if ending == "txt" => access::names(&read(&args.sharing)?),
        _ => access::sharing(&agencies, bytes(&args.sharing)?.as_slice(), &args.sharing.display().to_string()).map_err(wrong)?,
    };
    let found =
        access::access(&agencies, &home(&args.lists, config), &list, listed.agreements.as_deref(), listed.declarations.as_deref(), day);
    let json = serde_json::to_string_pretty(&found).map_err(|error| CliError::other(error.to_string(), "report this"))? + "\n";
    let (csv, svg) = (access::to_csv(&found).map_err(wrong)?, access::picture(&agencies, &found));
    if let Some(out) = &args.out {
        fs::create_dir_all(out).map_err(unwritten(out))?;
        for (name, text) in [("access.json", &json), ("access.csv", &csv), ("access.svg", &svg)] {
            let path = out.join(name);
            fs::write(&path, text).map_err(unwritten(&path))?;
        }
    }
    let mut table = format!("Who can see what on {day}\n\n{:>9} {:>9}  group\n", "see ours", "we see");
    for count in &found.counts {
        table.push_str(&format!("{:>9} {:>9}  {}\n", count.see_ours, count.we_see, count.group));
    }
    crate::register::out(match args.format {
        AccessFormat::Table => &table,
        AccessFormat::Json => &json,
        AccessFormat::Csv => &csv,
        AccessFormat::Svg => &svg,
    })?;
    let rightful = |right: Right| matches!(right, Right::InState | Right::Declaration);
    Ok(ExitCode::from(u8::from(found.rows.iter().any(|row| row.sees_ours > 0 && !rightful(row.right)))))
}

fn decided(args: &Decide, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
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
        DecideFormat::Table => table(&decided),
        DecideFormat::Json => {
            serde_json::to_string_pretty(&decided).map_err(|error| CliError::other(error.to_string(), "report this"))? + "\n"
        }
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

/// Some of the data, and a file of the user's.
fn of(data: &[(String, String)], names: &[&str], own: Option<&Path>) -> Vec<(String, String)> {
    let own = own.map(|path| path.display().to_string());
    let wanted = |path: &str| names.iter().any(|name| path == format!("audit/{name}")) || own.as_deref() == Some(path);
    data.iter().filter(|(path, _)| wanted(path)).cloned().collect()
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
fn rules(args: &Searches, data: &[(String, String)], config: &Config, pack: &Pack) -> Result<Rules, CliError> {
    let mut over = Vec::new();
    let home = home(&args.lists, config);
    if !home.is_empty() {
        over.push(("home_state", Parameter::Word(home)));
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
    Rules::load(&file, &text, &over).map_err(wrong)
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
        let kept = self::bytes(&path)?;
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

fn of_file(file: &Imported) -> Read {
    let mut drift: Vec<String> =
        file.missing.iter().map(|column| format!("the layout has a column `{column}`, the file has none")).collect();
    drift.extend(file.new.iter().map(|column| format!("the file has a column `{column}` that the layout does not know")));
    if file.repeated > 0 {
        drift.push(format!("{} rows repeat the id of an earlier row", file.repeated));
    }
    if let Some(other) = &file.same_as {
        drift.push(format!("the same bytes as {other}: its searches are counted twice"));
    }
    let mut unread: Vec<String> = file.incomplete.iter().map(|why| format!("the log is not whole: {why}")).collect();
    unread.extend(file.unread.iter().map(|row| format!("row {}: {}", row.row, row.reason)));
    let listed = file.unread.len() as u64;
    if file.unread_records > listed {
        unread.push(format!("and {} rows more", file.unread_records - listed));
    }
    unread.extend(
        file.unreadable
            .iter()
            .map(|(column, cells)| format!("{} cells of `{column}` could not be read, the first in row {}", cells.cells, cells.first_row)),
    );
    Read { name: file.name.clone(), sha256: file.sha256.clone(), layout: file.layout_name.clone(), rows: file.rows, drift, unread }
}

/// Decisions about searches of these files.
fn of_these(decisions: Vec<Decision>, manifest: &Manifest) -> Vec<Decision> {
    let these = |decision: &Decision| {
        decision
            .search
            .split_once(':')
            .is_some_and(|(file, _)| !file.is_empty() && manifest.files.iter().any(|read| read.sha256.starts_with(file)))
    };
    decisions.into_iter().filter(these).collect()
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

fn wrong(error: AuditError) -> CliError {
    CliError::other(error.to_string(), "docs/audit.md says what an audit needs")
}
