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
use haven_register::register::Register;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

/// How much damage is printed.
const SHOWN_MAX: usize = 20;

/// Flags of `haven ledger verify`.
#[derive(clap::Args)]
pub(crate) struct Verify {
    /// An exported folder, an address, or a `.tlog-proof`; left out, the register itself
    place: Option<String>,
    /// Public key of the log [default: that of the key file]; of the register itself, may be repeated for older logs
    #[arg(long, value_name = "VKEY")]
    log_key: Vec<String>,
    /// Public key of a witness that must have signed; may be repeated
    #[arg(long, value_name = "VKEY")]
    witness_key: Vec<String>,
}

/// Runs the command.
pub(super) fn run(args: &Verify, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    let mut logs = args.log_key.iter().map(|key| verifier(key)).collect::<Result<Vec<_>, _>>()?;
    if logs.is_empty() || args.place.is_none() && config.key.exists() {
        logs.push(node::key(&config.key)?.verifier());
    }
    let witnesses = args.witness_key.iter().map(|key| verifier(key)).collect::<Result<Vec<_>, _>>()?;
    let Some(place) = &args.place else { return own(source, config, &logs, &witnesses) };
    let [log] = logs.as_slice() else {
        return Err(CliError::other("`--log-key`: expected one key, found several", "a log signs with one key; name the one of this log"));
    };
    if place.starts_with("http://") || place.starts_with("https://") {
        return whole(&Published { client: client(), address: place.clone() }, log, &witnesses);
    }
    match place.strip_suffix(".tlog-proof") {
        Some(stem) => proof(Path::new(place), stem, log, &witnesses),
        None => whole(&Folder(place.into()), log, &witnesses),
    }
}

/// Checks a whole log, and that each entry has the form of a public entry: the log itself does not know it.
fn whole(files: &impl Files, log: &Verifier, witnesses: &[Verifier]) -> Result<ExitCode, CliError> {
    let strange = Mutex::new(Vec::new());
    let checked = verify_with(files, log, witnesses, |index, entry| {
        if let Err(error) = PublicEntry::read(entry) {
            let found = format!("entry {index}: expected a public entry, found something else: {error}");
            strange.lock().unwrap_or_else(PoisonError::into_inner).push(found);
        }
    });
    let strange = strange.into_inner().unwrap_or_else(PoisonError::into_inner);
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

/// Checks the register: each of its logs up to the head, and every version of every entry against what they commit to.
fn own(source: &Source, config: &Config, keys: &[Verifier], witnesses: &[Verifier]) -> Result<ExitCode, CliError> {
    let pack = laws::pack(source, &config.jurisdiction)?;
    let schema = node::schema(source, &pack)?;
    node::run(async {
        let register = node::read(config, &schema).await?;
        let mut code = ExitCode::SUCCESS;
        for (log, origin, size, _) in register.logs().await.map_err(node::failed)? {
            let Some(key) = keys.iter().find(|key| key.name() == origin) else {
                super::say(&format!("not verified  {origin}: name its public key with --log-key"))?;
                code = ExitCode::from(1);
                continue;
            };
            if size == 0 {
                super::say(&format!("verified  {origin}, which is empty"))?;
            } else if whole(&Own { register: &register, log }, key, witnesses)? != ExitCode::SUCCESS {
                code = ExitCode::from(1);
            }
        }
        match register.check().await {
            Ok(records) => super::say(&format!("records   {records}, in all versions as the logs commit to them, and none is missing"))?,
            Err(error) => return damaged(&[error.to_string()]),
        }
        Ok(code)
    })
}

/// Whether a register is whole: its logs up to their heads, those whose key is known, and every entry against its log.
pub(crate) async fn sound(register: &Register, keys: &[Verifier]) -> Result<(), CliError> {
    let hint = "keep it as it is, and look at it with `haven ledger verify`";
    for (log, origin, size, _) in register.logs().await.map_err(node::failed)? {
        let Some(key) = keys.iter().find(|key| key.name() == origin).filter(|_| size > 0) else { continue };
        if let Err(damage) = verify_with(&Own { register, log }, key, &[], |_, _| ()) {
            let first = damage.first().map(Damage::to_string).unwrap_or_default();
            return Err(CliError::other(format!("the log {origin} is damaged: {first}"), hint));
        }
    }
    register.check().await.map(|_| ()).map_err(node::failed)
}

/// Checks one proof, with the files that lie beside it: the public entry, and the opened record where it was handed out.
fn proof(path: &Path, stem: &str, log: &Verifier, witnesses: &[Verifier]) -> Result<ExitCode, CliError> {
    let read = |path: &Path| std::fs::read(path).map_err(|error| CliError::Read { path: path.to_path_buf(), error });
    let text = String::from_utf8(read(path)?)
        .map_err(|_| CliError::other("the proof: expected UTF-8 text", "it is the file as it was handed out"))?;
    let proof = Proof::parse(&text).map_err(|error| CliError::other(error.to_string(), "it is the file as it was handed out"))?;
    let beside = |ending: &str| PathBuf::from(format!("{stem}.{ending}"));
    let entry = read(&beside("entry.json"))?;
    let checkpoint = match proof.verify(&entry, log) {
        Ok(checkpoint) => checkpoint,
        Err(error) => return damaged(&[error.to_string()]),
    };
    let public = PublicEntry::read(&entry)
        .map_err(|error| CliError::other(format!("the public entry: {error}"), "it is the file as it was handed out"))?;
    super::say(&format!("verified  entry {} of {}, in the tree of {} entries", proof.index, checkpoint.origin, checkpoint.size))?;
    super::say(&format!("entry     {}, recorded on {}", public.kind, public.day))?;
    let opening = beside("opening.json");
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
