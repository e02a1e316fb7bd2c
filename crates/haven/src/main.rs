//! Haven: ask before acting, under a Welcoming City ordinance.
//!
//! This crate is the edge: command line, web console, configuration, clock, files. The law itself is in `haven-law`.

mod ask;
mod audit;
mod backup;
mod config;
mod detect;
mod error;
mod guard;
mod law;
mod laws;
mod ledger;
mod node;
mod progress;
mod register;
mod release;
mod report;
mod scan;
mod serve;
mod show;
mod staff;
mod words;

use clap::{CommandFactory, Parser, Subcommand};
use config::{Config, Flags};
use error::CliError;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// Makes a Welcoming City ordinance run: ask before acting, with the clause, the next step and whom to tell.
///
/// Haven gives no legal advice, decides by cited provisions only, and keeps no record of people.
#[derive(Parser)]
#[command(
    name = "haven",
    version,
    arg_required_else_help = true,
    after_help = "Example:\n  haven ask continue_detention --agency CPD --fact basis=detainer\n\nExit codes: 0 permitted, required or clean; 1 prohibited or findings; 3 needs facts; 2 error."
)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Ask "may I?" or "must I?"
    Ask(Box<ask::Ask>),
    /// Look at the law: its words, its provisions, its checks, its proofs
    #[command(after_help = "Example:\n  haven law show \"2-173-020(a)(3)\"")]
    Law {
        #[command(subcommand)]
        command: law::Law,
    },
    /// See what the phrase packs find in names, questions, sentences, columns and numbers
    Detect(detect::Detect),
    /// Find where files ask for, or keep, citizenship or immigration status
    Scan(scan::ScanArgs),
    /// Hold logs of what was done against the law and against what was promised
    #[command(after_help = "Example:\n  haven audit searches network-audit.csv --out audit")]
    Audit {
        #[command(subcommand)]
        command: audit::Command,
    },
    /// Record what came in and what was done, and see what is missing or due
    #[command(after_help = "Example:\n  haven register list")]
    Register {
        #[command(subcommand)]
        command: Box<register::Command>,
    },
    /// Check what a records officer sends: who may have it, and what in it must not go
    #[command(
        after_help = "Example:\n  haven release check letter.docx --to ICE --class federal_immigration --purpose civil_immigration --authority none --agency CPD"
    )]
    Release {
        #[command(subcommand)]
        command: Box<release::Command>,
    },
    /// Stand before record services: who gets a record, and without what must not go
    Guard(guard::Guard),
    /// Keep the log under the register, or check one
    #[command(after_help = "Example:\n  haven ledger verify")]
    Ledger {
        #[command(subcommand)]
        command: Box<ledger::Ledger>,
    },
    /// Build the reports that the law demands
    #[command(after_help = "Example:\n  haven report quarterly --quarter 2026Q2 --out report")]
    Report {
        #[command(subcommand)]
        command: report::Command,
    },
    /// Say who may sign in on the pages, and as what
    #[command(after_help = "Example:\n  haven staff add A-1 --role administrator --by A-1")]
    Staff {
        #[command(subcommand)]
        command: staff::Command,
    },
    /// Serve the page and the JSON API
    #[command(after_help = "Example:\n  haven serve --help")]
    Serve {
        /// Address to listen on [default: 127.0.0.1:2173]
        #[arg(long, env = "HAVEN_LISTEN", value_name = "ADDRESS")]
        listen: Option<SocketAddr>,
        /// Print the description of the JSON API, OpenAPI 3.1, and end
        #[arg(long)]
        openapi: bool,
        /// Look at all that the service needs, say what is wrong and how to mend it, and end: 0 if all is well, else 2
        #[arg(long, conflicts_with = "openapi")]
        check: bool,
    },
    /// Copy the register into one file, while others go on using it
    #[command(
        after_help = "Example, every night by a timer:\n  haven backup haven-2026-06-01.backup\n\nThe log's key is not in the copy: keep it, and the `.seen` file beside it, elsewhere."
    )]
    Backup {
        /// The file; there must be none of that name
        file: PathBuf,
    },
    /// Put a copy of the register back where there is none
    #[command(after_help = "Example:\n  haven --register restored.db restore haven.backup")]
    Restore(backup::Restore),
    /// Read one document for `haven scan`, which starts this by itself
    #[command(hide = true)]
    ExtractChild,
    /// Print shell completions
    #[command(after_help = "Example:\n  haven completions bash")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        // A reader that has seen enough (`haven … | head`) is not an error.
        Err(CliError::Io(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            error.print();
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode, CliError> {
    let (listen, solver): (Option<SocketAddr>, Option<PathBuf>) = match &cli.command {
        Command::Serve { listen, .. } => (*listen, None),
        Command::Law { command } => (None, command.solver()),
        _ => (None, None),
    };
    if let Command::Completions { shell } = cli.command {
        // Into memory first: the generator panics where a reader has seen enough.
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "haven", &mut script);
        std::io::Write::write_all(&mut std::io::stdout(), &script)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Command::Serve { openapi: true, .. } = cli.command {
        std::io::Write::write_all(&mut std::io::stdout(), serve::openapi().as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Command::ExtractChild = cli.command {
        return scan::extract_child();
    }
    if let Command::Detect(detect) = &cli.command {
        return detect::run(detect);
    }
    if let Command::Guard(guard) = cli.command {
        // Its own `--config` is what every other command calls by another name.
        let flags = cli.flags.with_file(guard.haven_config.clone());
        return guard::run(&guard, Config::read(&flags, None, None)?);
    }
    let config = Config::read(&cli.flags, listen, solver)?;
    if let Command::Serve { check: true, .. } = cli.command {
        return serve::check::run(&config);
    }
    let source = laws::source(config.law.as_deref())?;
    match cli.command {
        Command::Ask(ask) => ask::run(&ask, &source, &config),
        Command::Law { command } => law::run(&command, &source, &config),
        Command::Register { command } => register::run(&command, &source, &config),
        Command::Ledger { command } => ledger::run(&command, &source, &config),
        Command::Scan(scan) => scan::run(&scan, &source, &config),
        Command::Audit { command } => audit::run(&command, &source, &config),
        Command::Release { command } => release::run(&command, &source, &config),
        Command::Report { command } => report::run(&command, &source, &config),
        Command::Staff { command } => staff::run(&command, &source, &config),
        Command::Serve { .. } => serve::run(&source, &config),
        Command::Backup { file } => backup::backup(&file, &source, &config),
        Command::Restore(args) => backup::restore(&args, &source, &config),
        Command::Detect(_) | Command::Guard(_) | Command::ExtractChild | Command::Completions { .. } => Ok(ExitCode::SUCCESS),
    }
}
