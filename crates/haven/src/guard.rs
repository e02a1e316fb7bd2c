//! `haven guard`: the gateway before record services, with the register as its journal.

use crate::config::Config;
use crate::error::CliError;
use crate::release::record::word;
use crate::{ask, detect, laws, node, release, serve};
use async_trait::async_trait;
use haven_gateway::journal::{End, Entry, Journal, Ticket, Unrecorded};
use haven_gateway::ruling::Parts;
use haven_gateway::serve::{Gateway, Opener, StartError};
use haven_register::entry::{Draft, FieldError, Pairs};
use haven_register::moment::Moment;
use haven_register::register::Register;
use haven_register::schema::Schema;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::Handle;
use tokio::signal::unix::{SignalKind, signal};

/// Flags of `haven guard`.
#[derive(clap::Args)]
#[command(after_help = "Example:
  haven guard --config guard.toml

SIGHUP reads the file again; SIGTERM ends it when what runs has ended. How to, and every key: docs/guard-gateway.md")]
pub(crate) struct Guard {
    /// What the gateway is told: addresses, recipients, routes
    // The id is that of the flag for all commands, in whose place it stands.
    #[arg(id = "config", long = "config", value_name = "FILE", required = true)]
    file: PathBuf,
    /// Configuration of the register and the law; `haven.toml` in the working folder is read where there is one
    #[arg(long, env = "HAVEN_CONFIG", value_name = "FILE")]
    pub haven_config: Option<PathBuf>,
}

/// Runs the command until it is told to stop.
pub(crate) fn run(guard: &Guard, config: Config) -> Result<ExitCode, CliError> {
    serve::log(&config);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(until_told(guard.file.clone(), config))
}

async fn until_told(file: PathBuf, config: Config) -> Result<ExitCode, CliError> {
    let mut stop = std::pin::pin!(serve::told_to_stop()?);
    let mut reload = signal(SignalKind::hangup())?;
    let wrong = |error: StartError| CliError::other(error.to_string(), "docs/guard-gateway.md says what the file holds");
    let gateway = Gateway::start(file, opener(config, Handle::current())).await.map_err(wrong)?;
    say(&format!("haven guard: {}, health and figures at http://{}", gateway.address(), gateway.admin()))?;
    for (what, address) in [("decisions", gateway.decision()), ("ICAP", gateway.icap())] {
        if let Some(address) = address {
            say(&format!("haven guard: {what} at {address}"))?;
        }
    }
    if let Some(why) = gateway.unavailable() {
        eprintln!("every request is refused: {why}");
    }
    loop {
        tokio::select! {
            () = &mut stop => break,
            // What came of it is logged, counted, and said at /health.
            _ = reload.recv() => drop(gateway.reload().await),
        }
    }
    let all_ended = gateway.stop().await;
    say(if all_ended { "haven guard: stopped" } else { "haven guard: stopped, some requests were cut off" })?;
    Ok(ExitCode::SUCCESS)
}

fn say(line: &str) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

/// What opens the law, the detector and the register: once, and again as long as one of them is not there.
fn opener(config: Config, runtime: Handle) -> Opener {
    let opened: Mutex<Option<Parts>> = Mutex::default();
    Arc::new(move || {
        let mut opened = opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(parts) = opened.as_ref() {
            return Ok(parts.clone());
        }
        let parts = open(&config, &runtime).map_err(|error| said(&error))?;
        *opened = Some(parts.clone());
        Ok(parts)
    })
}

fn said(error: &CliError) -> String {
    match error {
        CliError::Law(errors) => {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            format!("{error}: {}", lines.join("; "))
        }
        other => other.hint().map_or_else(|| other.to_string(), |hint| format!("{other} ({hint})")),
    }
}

fn open(config: &Config, runtime: &Handle) -> Result<Parts, CliError> {
    let source = laws::source(config.law.as_deref())?;
    let pack = Arc::new(laws::pack(&source, &config.jurisdiction)?);
    let rules = Arc::new(release::rules(&pack)?);
    let detector = Arc::new(detect::sources(None)?.detector()?);
    let schema = node::schema(&source, &pack)?;
    let register = runtime.block_on(node::open(config, &schema))?;
    let journal = Arc::new(Book { register });
    let law = Arc::clone(&pack);
    let today = Arc::new(move || ask::today(&law).ok());
    Ok(Parts { pack, rules, detector, policy: release::data("policy.toml")?, journal, today })
}

/// The register as the gateway's journal.
struct Book {
    register: Register,
}

impl Book {
    async fn keep(&self, entry: &Entry, outcome: &str, of: Option<&str>) -> Result<String, Unrecorded> {
        let schema = self.register.schema();
        let now = node::now(schema).map_err(|error| Unrecorded(error.to_string()))?;
        let at = Moment::at(&now);
        let draft =
            Draft::read(schema, self.register.zone(), &pairs(schema, entry, outcome, of, &at), &at).map_err(|errors| refused(&errors))?;
        let receipt = self.register.add(draft, &now).await.map_err(|error| Unrecorded(error.to_string()))?;
        Ok(receipt.id)
    }
}

#[async_trait]
impl Journal for Book {
    async fn judged(&self, entry: Entry) -> Result<Ticket, Unrecorded> {
        let id = self.keep(&entry, entry.outcome.name(), None).await?;
        Ok(Ticket { id, entry })
    }

    async fn ended(&self, ticket: &Ticket, end: End) -> Result<(), Unrecorded> {
        let outcome = match end {
            End::Whole => return Ok(()),
            End::Aborted => "aborted",
            End::Blocked => "blocked",
        };
        self.keep(&ticket.entry, outcome, Some(&ticket.id)).await.map(drop)
    }

    fn takes(&self, agency: &str, station: Option<&str>, by: &str) -> Result<(), Unrecorded> {
        let schema = self.register.schema();
        let at = Moment::at(&node::now(schema).map_err(|error| Unrecorded(error.to_string()))?);
        let given = [("kind", "release"), ("agency", agency), ("station", station.unwrap_or_default()), ("by", by)];
        let given = given.into_iter().filter(|(_, text)| !text.is_empty());
        let pairs: Pairs = given.map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        // What else is lacking comes with each request.
        let errors = Draft::read(schema, self.register.zone(), &pairs, &at).err().unwrap_or_default();
        let errors: Vec<FieldError> =
            errors.into_iter().filter(|error| ["agency", "station", "by"].contains(&error.field.as_str())).collect();
        if errors.is_empty() { Ok(()) } else { Err(refused(&errors)) }
    }

    async fn ready(&self) -> Result<(), Unrecorded> {
        if !self.register.writable() {
            return Err(Unrecorded("the register takes no entries: start the gateway again when that is cleared up".to_owned()));
        }
        self.register.reachable().await.map_err(|error| Unrecorded(error.to_string()))
    }
}

fn refused(errors: &[FieldError]) -> Unrecorded {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    Unrecorded(format!("the register does not take it: {}", lines.join("; ")))
}

/// What stands in the register of a judgement. No file was looked at: what goes is looked at while it goes.
fn pairs(schema: &Schema, entry: &Entry, outcome: &str, of: Option<&str>, at: &Moment) -> Pairs {
    let list = |words: &[String]| words.join(",");
    let provisions: Vec<String> = entry.provisions.iter().cloned().collect();
    let given = [
        ("kind", "release".to_owned()),
        ("at", at.to_string()),
        ("by", entry.by.clone()),
        ("agency", entry.agency.clone()),
        ("station", entry.station.clone().unwrap_or_default()),
        ("requester", entry.requester.clone()),
        ("purpose", word(schema, "purpose", entry.purpose.as_deref())),
        ("authority", word(schema, "authority", entry.authority.as_deref())),
        ("topics", list(&entry.topics)),
        ("withheld", list(&entry.withheld)),
        ("outcome", outcome.to_owned()),
        ("files", "0".to_owned()),
        ("places", "0".to_owned()),
        ("unread", "0".to_owned()),
        ("provisions", list(&provisions)),
        ("law", entry.law.clone()),
        ("of", of.unwrap_or_default().to_owned()),
    ];
    given.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name.to_owned(), text)).collect()
}
