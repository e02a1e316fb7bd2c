//! `haven ledger verify`: a whole log or one proof, checked with nothing but the log's public key.

use super::fetch::{Published, client};
use super::witness::verifier;
use crate::config::Config;
use crate::error::CliError;
use crate::{laws, node};
use haven_law::pack::Source;
use haven_ledger::layout::Resource;
use haven_ledger::note::Verifier;
use haven_ledger::proof::Proof;
use haven_ledger::verify::{Damage, Files, Folder, Report, verify_with};
use haven_register::public::{PublicEntry, commitment_of_opening};
use haven_register::register::{Filter, Register};
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;

/// How much damage is printed.
const SHOWN_MAX: usize = 20;

/// Flags of `haven ledger verify`.
#[derive(clap::Args)]
pub(crate) struct Verify {
    /// An exported folder, an address, or a `.tlog-proof`; left out, the register itself
    place: Option<String>,
    /// Public key of the log [default: that of the key file]
    #[arg(long, value_name = "VKEY")]
    log_key: Option<String>,
    /// Public key of a witness that must have signed; may be repeated
    #[arg(long, value_name = "VKEY")]
    witness_key: Vec<String>,
}

/// Runs the command.
pub(super) fn run(args: &Verify, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    let log = match &args.log_key {
        Some(key) => verifier(key)?,
        None => node::key(&config.key)?.verifier(),
    };
    let witnesses = args.witness_key.iter().map(|key| verifier(key)).collect::<Result<Vec<_>, _>>()?;
    match args.place.as_deref() {
        Some(path) if path.ends_with(".tlog-proof") => proof(Path::new(path), &log, &witnesses),
        Some(url) if url.starts_with("http://") || url.starts_with("https://") => {
            whole(&Published { client: client(), address: url.to_owned() }, &log, &witnesses)
        }
        Some(folder) => whole(&Folder(folder.into()), &log, &witnesses),
        None => own(source, config, &log, &witnesses),
    }
}

/// Checks a whole log, and that each entry has the form of a public entry: the log itself does not know it.
fn whole(files: &impl Files, log: &Verifier, witnesses: &[Verifier]) -> Result<ExitCode, CliError> {
    let strange = Mutex::new(Vec::new());
    let checked = verify_with(files, log, witnesses, |index, entry| {
        if let Err(error) = PublicEntry::read(entry)
            && let Ok(mut strange) = strange.lock()
        {
            strange.push(format!("entry {index}: expected a public entry, found something else: {error}"));
        }
    });
    let strange = strange.into_inner().unwrap_or_default();
    match checked {
        Ok(report) if strange.is_empty() => said(&report, witnesses),
        Ok(_) => damaged(&strange),
        Err(damage) => damaged(&damage.iter().map(Damage::to_string).collect::<Vec<_>>()),
    }
}

fn said(report: &Report, witnesses: &[Verifier]) -> Result<ExitCode, CliError> {
    let checkpoint = &report.checkpoint;
    super::say(&format!(
        "verified  {}, {} entries, {} files{}",
        checkpoint.origin,
        report.entries,
        report.files,
        if checkpoint.frozen() { ", frozen" } else { "" }
    ))?;
    for (name, time) in &report.cosigners {
        let when = i64::try_from(*time).ok().and_then(|time| jiff::Timestamp::from_second(time).ok());
        super::say(&format!("witness   {name}, {}", when.map_or_else(String::new, |when| when.to_string())))?;
    }
    let missing: Vec<&str> =
        witnesses.iter().map(Verifier::name).filter(|name| !report.cosigners.iter().any(|(signed, _)| signed == name)).collect();
    if missing.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    super::say(&format!("missing   the signature of {}", missing.join(", ")))?;
    Ok(ExitCode::from(1))
}

fn damaged(damage: &[String]) -> Result<ExitCode, CliError> {
    for each in damage.iter().take(SHOWN_MAX) {
        super::say(&format!("damaged   {each}"))?;
    }
    if damage.len() > SHOWN_MAX {
        super::say(&format!("          and {} more", damage.len() - SHOWN_MAX))?;
    }
    Ok(ExitCode::from(1))
}

/// The register's own log up to its head, published or not, as files.
struct Own<'a> {
    register: &'a Register,
    log: i64,
}

impl Files for Own<'_> {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        let Ok(resource) = Resource::parse(path) else { return Ok(None) };
        let read = self.register.resource_at_head(self.log, &resource);
        let handle = tokio::runtime::Handle::try_current().map_err(io::Error::other)?;
        tokio::task::block_in_place(|| handle.block_on(read)).map_err(io::Error::other)
    }
}

/// Checks the register: its log up to the head, and every record against what the log commits to.
fn own(source: &Source, config: &Config, log: &Verifier, witnesses: &[Verifier]) -> Result<ExitCode, CliError> {
    let pack = laws::pack(source, &config.jurisdiction)?;
    let schema = node::schema(source, &pack)?;
    node::run(async {
        let register = node::read(config, &schema).await?;
        let code = whole(&Own { register: &register, log: register.log_number() }, log, witnesses)?;
        match register.list(&Filter::default()).await {
            Ok(records) => super::say(&format!("records   {}, each as the log commits to it", records.len()))?,
            Err(error) => return damaged(&[error.to_string()]),
        }
        Ok(code)
    })
}

/// Checks one proof, with the files that lie beside it: the public entry, and the opened record where it was handed out.
fn proof(path: &Path, log: &Verifier, witnesses: &[Verifier]) -> Result<ExitCode, CliError> {
    let read = |path: &Path| std::fs::read(path).map_err(|error| CliError::Read { path: path.to_path_buf(), error });
    let text = String::from_utf8(read(path)?)
        .map_err(|_| CliError::other("the proof: expected UTF-8 text", "it is the file as it was handed out"))?;
    let proof = Proof::parse(&text).map_err(|error| CliError::other(error.to_string(), "it is the file as it was handed out"))?;
    let stem = path.with_extension("");
    let entry = read(&stem.with_extension("entry.json"))?;
    let checkpoint = match proof.verify(&entry, log) {
        Ok(checkpoint) => checkpoint,
        Err(error) => return damaged(&[error.to_string()]),
    };
    let public = PublicEntry::read(&entry)
        .map_err(|error| CliError::other(format!("the public entry: {error}"), "it is the file as it was handed out"))?;
    super::say(&format!("verified  entry {} of {}, in the tree of {} entries", proof.index, checkpoint.origin, checkpoint.size))?;
    super::say(&format!("entry     {}, recorded on {}", public.kind, public.day))?;
    let opening = stem.with_extension("opening.json");
    if opening.is_file() {
        match commitment_of_opening(&read(&opening)?) {
            Ok(commitment) if commitment == public.commitment => super::say("record    it is the one that the entry commits to")?,
            Ok(_) => return damaged(&["the opened record: expected the one that the entry commits to, found another".to_owned()]),
            Err(error) => return damaged(&[format!("the opened record: {error}")]),
        }
    }
    let signed = haven_ledger::checkpoint::cosigners(&proof.checkpoint, witnesses);
    for witness in witnesses {
        if !signed.iter().any(|(name, _)| name == witness.name()) {
            super::say(&format!("missing   the signature of {}", witness.name()))?;
            return Ok(ExitCode::from(1));
        }
        super::say(&format!("witness   {}", witness.name()))?;
    }
    Ok(ExitCode::SUCCESS)
}
