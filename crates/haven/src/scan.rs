//! `haven scan`: where files ask for, or keep, citizenship or immigration status.

use crate::config::Config;
use crate::detect;
use crate::error::CliError;
use crate::progress::{Counted, show_progress, stop_by_key};
use haven_detect::Source as Phrases;
use haven_extract::Limits;
use haven_lake::{Access, Lake};
use haven_law::pack::Source;
use haven_scan::baseline::Baseline;
use haven_scan::cache::Cache;
use haven_scan::child::{self, Child};
use haven_scan::judge::{Clauses, Judge};
use haven_scan::output::Output;
use haven_scan::review::{About, Counts, review};
use haven_scan::source::database;
use haven_scan::source::files::{Options, files, forms, of_database, stream};
use haven_scan::source::store::{Store, objects};
use haven_scan::suppress::Suppressions;
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// Where suppressions lie, in the folder in which the scan is begun.
const SUPPRESSIONS: &str = "haven-suppressions.toml";
/// Of a hundred: what is less sure is not reported.
const CONFIDENCE_MIN: u8 = 50;
/// Characters in a line.
const WIDTH: usize = 100;

/// Flags of `haven scan`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  haven scan forms/
  haven scan . --format html --out report.html
  haven scan . --baseline known.json --format sarif --out scan.sarif
  haven scan --database sqlite:cases.db
  haven scan s3://records/intake
  pg_dump --schema-only city | haven scan - --name city.sql
  haven scan --forms forms-2026 --last-year forms-2025 --review review-2026

Exit codes: 0 nothing found, 1 findings, 2 something was not read, or an error. How to: docs/scan.md")]
pub(crate) struct ScanArgs {
    /// Files, folders and lakes: `s3://bucket/folder`, with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; `-` is standard input
    #[arg(required_unless_present_any = ["database", "forms"], value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// A database: `postgres://user@host/name`, `mysql://…`, `mariadb://…`, `sqlite:file`; its password from PGPASSWORD,
    /// MYSQL_PWD or the file that PGPASSFILE names
    #[arg(long, value_name = "ADDRESS")]
    database: Vec<String>,
    /// Read running text in databases to its end, not a sample
    #[arg(long, requires = "database")]
    whole_text: bool,
    /// The name of what comes from standard input: its ending says what it is
    #[arg(long, value_name = "NAME", default_value = "input.txt")]
    name: String,
    /// What comes out
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Where it goes [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Leave only what is new since this baseline
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write what was found as a baseline
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
    /// What may stay, and why [default: haven-suppressions.toml here, where there is one]
    #[arg(long, value_name = "FILE")]
    suppressions: Option<PathBuf>,
    /// Show the first letter of each word that was found
    #[arg(long)]
    show_masked: bool,
    /// Of a hundred: leave out what is less sure
    #[arg(long, value_name = "PERCENT", default_value_t = CONFIDENCE_MIN, value_parser = clap::value_parser!(u8).range(1..=99))]
    confidence: u8,
    /// A folder of phrase packs in place of those inside
    #[arg(long, value_name = "DIR")]
    phrases: Option<PathBuf>,
    /// Remember in this file what was seen, and do not scan again what has not changed
    #[arg(long, value_name = "FILE", conflicts_with_all = ["show_masked", "forms"])]
    cache: Option<PathBuf>,
    /// A folder of forms to review, question by question
    #[arg(
        long,
        value_name = "DIR",
        requires = "review",
        conflicts_with_all = ["paths", "database", "format", "out", "baseline", "write_baseline", "suppressions", "show_masked"]
    )]
    forms: Option<PathBuf>,
    /// The folder that the sheets of the review go into
    #[arg(long, value_name = "OUT", requires = "forms")]
    review: Option<PathBuf>,
    /// Last year's folder of forms: say what changed
    #[arg(long, value_name = "DIR", requires = "forms")]
    last_year: Option<PathBuf>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
    Sarif,
    Html,
}

/// Runs the command.
pub(crate) fn run(args: &ScanArgs, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    let pack = crate::laws::pack(source, &config.jurisdiction)?;
    let today = crate::ask::today(&pack)?;
    let sources = detect::sources(args.phrases.as_deref())?;
    let detector = sources.detector()?;
    let clauses = clauses(source, &config.jurisdiction)?;
    let child = Child::new(std::env::current_exe()?, vec!["extract-child".into()]);
    if let (Some(folder), Some(out)) = (&args.forms, &args.review) {
        let judge =
            Judge { detector: &detector, clauses: &clauses, source: "", format: "", masked: false, confidence_min: args.confidence };
        let about = About { day: &today.to_string(), rules: &digest(&sources.phrases) };
        return review_forms(folder, args.last_year.as_deref(), out, &judge, &about, &child);
    }
    let suppressions = suppressions(args.suppressions.as_deref())?;
    let baseline = args.baseline.as_deref().map(read_baseline).transpose()?;
    let cache = args.cache.as_deref().map(|path| read_cache(path, &sources)).transpose()?;
    let stop = Arc::new(AtomicBool::new(false));
    let progress = Arc::new(AtomicU64::new(0));
    stop_by_key(&stop, "stopping; what was found so far is reported")?;
    let (streams, paths): (Vec<_>, Vec<_>) = args.paths.iter().cloned().partition(|path| path == Path::new("-"));
    let (stores, paths) = stores(paths, &stop)?;
    // How much a database, a lake or another program holds is not known.
    let counted: &[PathBuf] = if args.database.is_empty() && streams.is_empty() && stores.is_empty() { &paths } else { &[] };
    let shown = show_progress(Counted::Bytes(counted), &stop, &progress)?;
    let options = Options {
        detector: &detector,
        clauses: &clauses,
        limits: Limits::default(),
        confidence_min: args.confidence,
        masked: args.show_masked,
        threads: 0,
        stop: &stop,
        progress: &progress,
        cache: cache.as_ref(),
        child: Some(&child),
    };
    for path in &paths {
        // A name that is not there is a mistake of whoever typed it, not a place that could not be read.
        std::fs::metadata(path).map_err(|error| CliError::Read { path: path.clone(), error })?;
    }
    let mut scan = files(&paths, &options);
    for store in &stores {
        scan.merge(objects(store, &options));
    }
    if let (Some(path), Some(cache)) = (&args.cache, &cache) {
        write_cache(path, cache, scan.stopped || (paths.is_empty() && stores.is_empty()))?;
    }
    if !streams.is_empty() {
        scan.merge(stream(&args.name, &mut std::io::stdin().lock(), &options));
    }
    let look = database::Options { whole: args.whole_text, ..database::Options::default() };
    for address in &args.database {
        let connection = database::Connection::new(address, credentials());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        scan.merge(runtime.block_on(of_database(&connection, &look, &options)));
    }
    drop(shown);
    scan.day = today.to_string();
    scan.rules = digest(&sources.phrases);
    suppressions.hold(&mut scan, today);
    if let Some(path) = &args.write_baseline {
        let text = Baseline::of(&scan).write().map_err(|error| CliError::other(error.to_string(), "report this"))?;
        write(path, &text)?;
    }
    if let Some(baseline) = baseline {
        baseline.only_new(&mut scan);
    }
    let output = match args.format {
        Format::Table => Output::Table { width: WIDTH },
        Format::Json => Output::Json,
        Format::Csv => Output::Csv,
        Format::Sarif => Output::Sarif,
        Format::Html => Output::Html,
    };
    let text = output.write(&scan).map_err(|error| CliError::other(error.to_string(), "report this"))?;
    match &args.out {
        Some(path) => write(path, &text)?,
        None => std::io::stdout().write_all(text.as_bytes())?,
    }
    Ok(ExitCode::from(scan.exit_code()))
}

/// The work of the process that reads a hazardous document.
pub(crate) fn extract_child() -> Result<ExitCode, CliError> {
    #[expect(clippy::disallowed_methods, reason = "the edge is where the environment is read")]
    let document = std::env::var(child::DOCUMENT)
        .map_err(|_| CliError::other(format!("{} does not say what to read", child::DOCUMENT), "`haven scan` starts this by itself"))?;
    // As the file or pipe that it is: what is read of a file need not be all that is in it.
    let input = std::fs::File::from(std::io::stdin().as_fd().try_clone_to_owned()?);
    child::serve(&document, input, BufWriter::new(std::io::stdout()))?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the review of a folder of forms, and says in one line what it comes to.
fn review_forms(
    folder: &Path,
    last_year: Option<&Path>,
    out: &Path,
    judge: &Judge<'_>,
    about: &About<'_>,
    child: &Child,
) -> Result<ExitCode, CliError> {
    let read = |folder: &Path| {
        // A name that is not there is a mistake of whoever typed it, not a form that could not be read.
        match std::fs::read_dir(folder) {
            Ok(_) => Ok(forms(folder, &Limits::default(), Some(child))),
            Err(error) => Err(CliError::Read { path: folder.to_path_buf(), error }),
        }
    };
    if out.starts_with(folder) || last_year.is_some_and(|before| out.starts_with(before)) {
        return Err(CliError::other(
            format!("`{}` lies in a folder of forms", out.display()),
            "choose another place: the sheets would be reviewed as forms",
        ));
    }
    let now = read(folder)?;
    if now.is_empty() {
        return Err(CliError::other(format!("`{}` holds no forms", folder.display()), "put the forms into it as they are given to people"));
    }
    let before = last_year.map(read).transpose()?;
    let review = review(&now, before.as_deref(), judge, about).map_err(|error| CliError::other(error.to_string(), "report this"))?;
    std::fs::create_dir_all(out)
        .map_err(|error| CliError::other(format!("cannot make `{}`: {error}", out.display()), "choose a place that can be written"))?;
    for sheet in &review.sheets {
        write(&out.join(&sheet.file), &sheet.html)?;
    }
    let Counts { questions, asks, reveals, unread, .. } = review.counts;
    let mut said = std::io::stdout().lock();
    writeln!(said, "{} forms, {questions} questions: {asks} ask, {reveals} may reveal, {unread} not read", now.len())?;
    writeln!(said, "{}", out.join("index.html").display())?;
    Ok(ExitCode::from(review.exit_code()))
}

type Stores = Vec<Arc<dyn Store>>;

/// The lakes among paths, ready to be read, and the other paths.
fn stores(paths: Vec<PathBuf>, stop: &Arc<AtomicBool>) -> Result<(Stores, Vec<PathBuf>), CliError> {
    let (mut stores, mut files): (Stores, Vec<PathBuf>) = (Vec::new(), Vec::new());
    for path in paths {
        match path.to_str().filter(|path| path.starts_with(haven_lake::SCHEME)) {
            None => files.push(path),
            Some(address) => {
                let lake = Lake::open(address, &access(), Arc::clone(stop))
                    .map_err(|error| CliError::other(error.to_string(), "docs/scan-databases.md says how a lake is named and opened"))?;
                stores.push(Arc::new(lake));
            }
        }
    }
    Ok((stores, files))
}

/// Who asks a store, and where it is, from where the stores' own programs take it.
fn access() -> Access {
    #[expect(clippy::disallowed_methods, reason = "the edge is where the environment is read")]
    let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let is = |name: &str| text(name).is_some_and(|value| value.eq_ignore_ascii_case("true") || value == "1");
    Access {
        key_id: text("AWS_ACCESS_KEY_ID"),
        secret: text("AWS_SECRET_ACCESS_KEY"),
        token: text("AWS_SESSION_TOKEN"),
        endpoint: text("AWS_ENDPOINT_URL_S3").or_else(|| text("AWS_ENDPOINT_URL")),
        region: text("AWS_REGION").or_else(|| text("AWS_DEFAULT_REGION")),
        allow_http: is("AWS_ALLOW_HTTP"),
        unsigned: is("AWS_SKIP_SIGNATURE"),
    }
}

/// What proves who asks, from where the databases' own programs take it.
fn credentials() -> database::Credentials {
    #[expect(clippy::disallowed_methods, reason = "the edge is where the environment is read")]
    let from = |name: &str| std::env::var_os(name);
    let text = |name: &str| from(name).and_then(|value| value.into_string().ok());
    database::Credentials {
        pgpassword: text("PGPASSWORD"),
        mysql_pwd: text("MYSQL_PWD"),
        password_file: from("PGPASSFILE").map(PathBuf::from),
    }
}

/// The clauses of the nearest jurisdiction that says which of its clauses speak of findings.
pub(crate) fn clauses(source: &Source, jurisdiction: &str) -> Result<Clauses, CliError> {
    let mut place = jurisdiction;
    loop {
        let path = format!("{place}/find.toml");
        if let Some(text) = source.get(&path) {
            return Clauses::read(text)
                .map_err(|problem| CliError::other(format!("law/{path}: {problem}"), "docs/scan.md says what it holds"));
        }
        match place.rsplit_once('/') {
            Some((above, _)) => place = above,
            None => {
                return Err(CliError::other(
                    format!("the law of `{jurisdiction}` does not say which of its clauses speak of what a scan finds"),
                    "it is said in find.toml beside jurisdiction.toml",
                ));
            }
        }
    }
}

fn suppressions(path: Option<&Path>) -> Result<Suppressions, CliError> {
    let path = match path {
        Some(path) => path,
        None if Path::new(SUPPRESSIONS).is_file() => {
            // Which decisions hold must be seen: nobody looks for a file they do not know of.
            eprintln!("suppressions: {SUPPRESSIONS}");
            Path::new(SUPPRESSIONS)
        }
        None => return Ok(Suppressions::default()),
    };
    let text = std::fs::read_to_string(path).map_err(|error| CliError::Read { path: path.to_path_buf(), error })?;
    Suppressions::read(&text)
        .map_err(|problem| CliError::other(format!("`{}`: {problem}", path.display()), "the format is in docs/scan.md"))
}

fn read_baseline(path: &Path) -> Result<Baseline, CliError> {
    let text = std::fs::read_to_string(path).map_err(|error| CliError::Read { path: path.to_path_buf(), error })?;
    Baseline::read(&text).map_err(|problem| CliError::other(format!("`{}`: {problem}", path.display()), "--write-baseline makes one"))
}

/// What earlier scans saw; nothing where there is no file yet.
fn read_cache(path: &Path, sources: &detect::Sources) -> Result<Cache, CliError> {
    let rules = finder(sources)?;
    let read = |error| CliError::Read { path: path.to_path_buf(), error };
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Cache::new(&rules)),
        Err(error) => return Err(read(error)),
    };
    let empty = file.metadata().map_err(read)?.len() == 0;
    let mut file = BufReader::new(file);
    // A file that is no cache was named by mistake, and would be lost.
    let ours = file.fill_buf().map_err(read)?.starts_with(haven_scan::cache::BEGINS);
    if !empty && !ours {
        return Err(CliError::other(format!("`{}` is no cache of scans", path.display()), "name a file that is not there yet"));
    }
    let (cache, said) = Cache::read(&rules, &mut file).map_err(read)?;
    if let Some(said) = said {
        eprintln!("cache `{}`: {said}", path.display());
    }
    Ok(cache)
}

/// Writes beside the file and puts it into its place when it is whole.
fn write_cache(path: &Path, cache: &Cache, keeps_all: bool) -> Result<(), CliError> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let whole = std::fs::File::create(&part).and_then(|file| {
        cache.write(keeps_all, &mut BufWriter::new(file))?;
        std::fs::rename(&part, path)
    });
    whole.map_err(|error| CliError::other(format!("cannot write `{}`: {error}", path.display()), "choose a place that can be written"))
}

/// Digest of all that finds: the packs, and this program, since a newer one may read more.
fn finder(sources: &detect::Sources) -> Result<String, CliError> {
    let program = std::fs::metadata(std::env::current_exe()?)?;
    let mut hash = Sha256::new();
    hash.update(digest(&sources.phrases));
    hash.update(format!("{} {:?}", program.len(), program.modified()?));
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn write(path: &Path, text: &str) -> Result<(), CliError> {
    std::fs::write(path, text)
        .map_err(|error| CliError::other(format!("cannot write `{}`: {error}", path.display()), "choose a place that can be written"))
}

/// Sixteen hexadecimal digits over all phrase packs: findings are only comparable under the same rules.
fn digest(sources: &[Phrases]) -> String {
    let mut hash = Sha256::new();
    for source in sources {
        hash.update(source.path.as_bytes());
        hash.update([0]);
        hash.update(source.text.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
