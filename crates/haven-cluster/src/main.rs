//! `haven-cluster`: the audits of `haven audit` on many machines (`docs/scale.md`).

mod submit;

use clap::{Parser, Subcommand};
use haven_audit::AuditError;
use haven_audit::law::Law;
use haven_cluster::{ClusterError, Executor, Node, Scheduler};
use haven_law::pack::{Pack, Source};
use rust_embed::RustEmbed;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

#[derive(RustEmbed)]
#[folder = "../../law"]
struct Packs;

/// Plans are deep, and each level of one takes stack.
const STACK: usize = 32 << 20;

/// The audits of Haven on many machines: one scheduler, executors, and whoever asks.
///
/// Whoever reaches a scheduler or an executor may ask anything of the data: they belong in a network of their own.
#[derive(Parser)]
#[command(name = "haven-cluster", version, arg_required_else_help = true)]
struct Cli {
    /// A folder of law packs in place of those inside; the same for every part of a cluster
    #[arg(long, global = true, value_name = "DIR")]
    law: Option<PathBuf>,
    /// The jurisdiction whose law is asked; the same for every part of a cluster
    #[arg(long, global = true, default_value = "us/il/chicago", value_name = "PLACE")]
    jurisdiction: String,
    /// Say on standard error what goes on between the parts; it may repeat what a query holds
    #[arg(long, global = true)]
    verbose: bool,
    #[command(subcommand)]
    command: Command,
}

/// Writes what the engine says of itself.
struct Aloud;

impl log::Log for Aloud {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        eprintln!("{}: {}: {}", record.level(), record.target(), record.args());
    }

    fn flush(&self) {}
}

#[derive(Subcommand)]
enum Command {
    /// Cut what is asked into tasks and hand them to executors
    #[command(after_help = "Example:\n  haven-cluster scheduler --bind 10.0.0.1")]
    Scheduler {
        /// The address to listen on
        #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
        bind: std::net::IpAddr,
        /// The port; 0 takes a free one
        #[arg(long, default_value_t = 50050, value_name = "PORT")]
        port: u16,
        /// By which name executors reach it, where it is not the address
        #[arg(long, value_name = "HOST")]
        announce: Option<String>,
    },
    /// Join a scheduler and do what it hands out
    #[command(after_help = "Example:\n  haven-cluster executor --scheduler 10.0.0.1:50050 --bind 10.0.0.2")]
    Executor {
        /// The scheduler
        #[arg(long, default_value = "127.0.0.1:50050", value_name = "HOST:PORT")]
        scheduler: String,
        /// The address to listen on, on two free ports
        #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
        bind: std::net::IpAddr,
        /// By which name others reach it, where it is not the address
        #[arg(long, value_name = "HOST")]
        announce: Option<String>,
        /// Tasks at once [default: as many as there are cores]
        #[arg(long, value_name = "N")]
        slots: Option<NonZero<usize>>,
        /// Memory for all tasks, in MiB; they spill to the disk beyond
        #[arg(long, default_value = "1024", value_name = "MIB")]
        memory: NonZero<u32>,
        /// Where it makes a folder of its own, which it removes at the end [default: the system's for temporary files]
        #[arg(long, value_name = "DIR")]
        work_dir: Option<PathBuf>,
    },
    /// Ask an audit of the cluster
    Submit(Box<submit::Submit>),
}

/// What ends the program.
#[derive(Debug)]
enum Failure {
    Cluster(ClusterError),
    Audit(AuditError),
    Other(String),
}

impl From<ClusterError> for Failure {
    fn from(error: ClusterError) -> Self {
        Failure::Cluster(error)
    }
}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Self {
        Failure::Audit(error)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Cluster(error) => error.fmt(out),
            Failure::Audit(error) => error.fmt(out),
            Failure::Other(text) => text.fmt(out),
        }
    }
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("haven-cluster: {}", haven_cluster::said(&failure.to_string()));
            ExitCode::from(2)
        }
    }
}

fn run(cli: &Cli) -> Result<(), Failure> {
    if cli.verbose && log::set_logger(&Aloud).is_ok() {
        log::set_max_level(log::LevelFilter::Info);
    }
    let law = law(cli)?;
    let node = Node::new(&law);
    let runtime = tokio::runtime::Builder::new_multi_thread().thread_stack_size(STACK).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Other(format!("no threads: {error}")))?;
    runtime.block_on(async {
        match &cli.command {
            Command::Scheduler { bind, port, announce } => {
                let at = Scheduler { bind: *bind, port: *port, announce: announce.clone() };
                let ready = |address| eprintln!("haven-cluster: the scheduler listens on {address}");
                Ok(haven_cluster::scheduler(&node, &at, ready).await?)
            }
            Command::Executor { scheduler, bind, announce, slots, memory, work_dir } => {
                let named = scheduler.rsplit_once(':').and_then(|(host, port)| Some((host.to_owned(), port.parse().ok()?)));
                let (host, port) = named.ok_or_else(|| Failure::Other(format!("--scheduler: expected HOST:PORT, found `{scheduler}`")))?;
                let at = Executor {
                    scheduler: host,
                    scheduler_port: port,
                    bind: *bind,
                    announce: announce.clone(),
                    slots: slots.map_or_else(cores, NonZero::get),
                    memory: u64::from(memory.get()) << 20,
                    folder: work_dir.clone().unwrap_or_else(std::env::temp_dir),
                };
                Ok(haven_cluster::executor(&node, &at).await?)
            }
            Command::Submit(submit) => submit.run(&node, &law, &cli.jurisdiction).await,
        }
    })
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

fn law(cli: &Cli) -> Result<Arc<Law>, Failure> {
    let mut files = Vec::new();
    match &cli.law {
        None => {
            for path in Packs::iter() {
                let file =
                    Packs::get(&path).ok_or_else(|| Failure::Other(format!("law/{path}: expected inside this program, found none")))?;
                let text = String::from_utf8(file.data.into_owned());
                files.push((
                    path.to_string(),
                    text.map_err(|_| Failure::Other(format!("law/{path}: expected UTF-8 text, found other bytes")))?,
                ));
            }
        }
        Some(folder) => walk(folder, folder, &mut files)?,
    }
    let source = Source::new(files);
    let pack = Pack::load(&source, &cli.jurisdiction);
    let pack = pack.map_err(|errors| Failure::Other(format!("the law of {}: {errors:?}", cli.jurisdiction)))?;
    Ok(Arc::new(Law::new(Arc::new(pack))))
}

/// The endings of the files that law is made of.
const ENDINGS: [&str; 6] = ["toml", "cedar", "cedarschema", "yaml", "md", "ftl"];

/// The files of a folder of law, by their names below it. One that cannot be read is an error: without it the law is another.
fn walk(base: &Path, folder: &Path, files: &mut Vec<(String, String)>) -> Result<(), Failure> {
    let unread = |path: &Path, error: std::io::Error| Failure::Other(format!("{}: {error}", path.display()));
    for entry in std::fs::read_dir(folder).map_err(|error| unread(folder, error))? {
        let path = entry.map_err(|error| unread(folder, error))?.path();
        if path.is_dir() {
            walk(base, &path, files)?;
        } else if path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known)) {
            let text = std::fs::read_to_string(&path).map_err(|error| unread(&path, error))?;
            files.push((path.strip_prefix(base).unwrap_or(&path).to_string_lossy().replace('\\', "/"), text));
        }
    }
    Ok(())
}
