//! `haven ledger`: the log under the register, for those who keep it and for those who check it.

mod fetch;
pub(crate) mod verify;
mod witness;

use crate::config::Config;
use crate::error::CliError;
use crate::{laws, node};
pub(crate) use fetch::client;
use haven_law::pack::Source;
use haven_ledger::checkpoint;
use haven_ledger::layout::{Resource, resources};
use haven_ledger::note::{Signer, Verifier};
use haven_register::db::DbError;
use haven_register::register::{Node, Register, RegisterError};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The commands of `haven ledger`.
#[derive(clap::Subcommand)]
pub(crate) enum Ledger {
    /// Make a register with an empty log, and the log's key
    #[command(after_help = "Example:\n  haven ledger init --name log.example.gov/welcoming-city")]
    Init {
        /// Name of the log, under which it signs: an address of yours without `https://`
        #[arg(long)]
        name: String,
    },
    /// Publish the log up to here, and ask the witnesses to sign that it shows everybody the same
    #[command(after_help = "Example, every hour by a timer:\n  haven ledger checkpoint")]
    Checkpoint,
    /// Hand out the proof that the log holds an entry
    #[command(after_help = "Example:\n  haven ledger prove R-9 --out proof")]
    Prove {
        /// The entry, by its id or external id; where there is none of that id, `LOG-INDEX`, as the public log counts
        entry: String,
        /// Folder for the files [default: print the proof]
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
        /// Also hand out the private record and the salt of its commitment: whoever holds them can show what was recorded
        #[arg(long, requires = "out")]
        open: bool,
    },
    /// Check a whole log, or one proof; needs only the log's public key
    #[command(
        after_help = "Examples:\n  haven ledger verify\n  haven ledger verify exported\n  haven ledger verify proof/1-0.tlog-proof\n\nWho has not the register's key file names the log's public key: --log-key. In the place of a folder an address may stand."
    )]
    Verify(verify::Verify),
    /// Write the published log into a folder, as anyone may have it
    #[command(after_help = "Example:\n  haven ledger export --out exported")]
    Export {
        /// The folder
        #[arg(long, value_name = "FOLDER")]
        out: PathBuf,
        /// The log, where it is not the last one
        #[arg(long)]
        log: Option<i64>,
    },
    /// Be a witness: sign for other people's logs that they show everybody the same
    Witness(witness::Args),
    /// End the log: its last checkpoint says so, and nothing can follow in it
    #[command(after_help = "Example, before the key is changed:\n  haven ledger freeze")]
    Freeze,
    /// Begin the log that follows a frozen one, under its own name and key
    #[command(after_help = "Example:\n  haven --key haven-2.key ledger open --name log.example.gov/welcoming-city-2")]
    Open {
        /// Name of the new log
        #[arg(long)]
        name: String,
    },
}

/// Runs the command.
pub(crate) fn run(command: &Ledger, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    match command {
        Ledger::Verify(args) => return verify::run(args, source, config),
        Ledger::Witness(args) => return witness::run(args),
        _ => {}
    }
    let pack = laws::pack(source, &config.jurisdiction)?;
    let schema = node::schema(source, &pack)?;
    let now = node::now(&schema)?;
    match command {
        Ledger::Init { name } => {
            let public = begin(name, config, async |node| Register::create(&config.register, schema, node, &now).await)?;
            say(&format!(
                "register  {}\nkey       {}  (secret: keep a copy where the register is not)\npublic    {public}\n\nPublish the public key where people look for it, and give it to your witnesses.",
                config.register.shown(),
                config.key.display()
            ))?;
        }
        Ledger::Open { name } => {
            let public = begin(name, config, async |node| Register::open_next(&config.register, schema, node, &now).await)?;
            say(&format!("key       {}\npublic    {public}", config.key.display()))?;
        }
        Ledger::Checkpoint => {
            let signer = node::key(&config.key)?;
            let verifier = signer.verifier();
            let text = node::run(async {
                let register = node::open(config, &schema).await?;
                let log = register.log_number();
                let Some(note) = register.publish(log, &now).await.map_err(node::failed)? else {
                    return Err(CliError::other("the log is empty: there is nothing to publish", "record something first"));
                };
                let note = witness::collect(config, &register, log, &note, &verifier).await?;
                register.close().await;
                Ok(note)
            })?;
            write!(std::io::stdout().lock(), "{text}")?;
        }
        Ledger::Prove { entry, out, open } => {
            node::run(async {
                let register = node::read(config, &schema).await?;
                let done = prove(&register, entry, out.as_deref(), *open).await;
                register.close().await;
                done
            })?;
        }
        Ledger::Export { out, log } => {
            let count = node::run(async {
                let register = node::read(config, &schema).await?;
                let log = log.unwrap_or_else(|| register.log_number());
                export(&register, log, out).await
            })?;
            say(&format!("{count} files in {}", out.display()))?;
        }
        Ledger::Freeze => {
            let verifier = node::key(&config.key)?.verifier();
            let note = node::run(async {
                let register = node::open(config, &schema).await?;
                register.freeze(&now).await.map_err(|error| CliError::other(error.to_string(), "nothing was changed"))?;
                let log = register.log_number();
                let note = register.publish(log, &now).await.map_err(node::failed)?.unwrap_or_default();
                // The last word is what witnesses should sign: the key may be gone afterwards.
                let note = witness::collect(config, &register, log, &note, &verifier).await?;
                register.close().await;
                Ok(note)
            })?;
            write!(std::io::stdout().lock(), "{note}")?;
        }
        Ledger::Verify(_) | Ledger::Witness(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads witnesses as the configuration names them: a key, a space, an address.
pub(crate) fn check_witness(text: &str) -> Result<(), CliError> {
    witness::configured(text).map(|_| ())
}

fn say(text: &str) -> Result<(), CliError> {
    Ok(writeln!(std::io::stdout().lock(), "{text}")?)
}

/// Begins a log under a new key; gives its public half.
fn begin(name: &str, config: &Config, make: impl AsyncFnOnce(Node) -> Result<Register, RegisterError>) -> Result<Verifier, CliError> {
    let seen = node::seen_path(&config.key);
    if seen.exists() && !config.key.exists() {
        let message = format!("`{}` says what another key has signed", seen.display());
        return Err(CliError::other(message, "the key that belongs to it may lie elsewhere; --key names another file for the new one"));
    }
    let signer = new_key(name, &config.key)?;
    let public = signer.verifier();
    let node = node::node(signer, &config.key)?;
    let made = node::run(async {
        let made = make(node).await;
        match made {
            Ok(register) => register.close().await,
            Err(error) => return Ok(Err(error)),
        }
        Ok(Ok(()))
    })?;
    if let Err(error) = made {
        use RegisterError::{Db, Key, NotFrozen};
        // Where the log was refused before it began, the key has signed nothing. Anything else may have come after.
        if matches!(
            error,
            Db(DbError::Present(_) | DbError::Absent(_) | DbError::Foreign(_) | DbError::Address(_)) | Key { .. } | NotFrozen(_)
        ) {
            let _ = fs::remove_file(&config.key);
            let _ = fs::remove_file(seen);
        }
        return Err(node::failed(error));
    }
    Ok(public)
}

/// Makes a key in a file that only its owner can read; never over another.
fn new_key(name: &str, path: &Path) -> Result<Signer, CliError> {
    let mut seed = [0; 32];
    node::entropy(&mut seed).map_err(|error| CliError::other(error, "try again"))?;
    let signer = Signer::generate(name, seed)
        .map_err(|error| CliError::other(error.to_string(), "a name such as log.example.gov/welcoming-city"))?;
    write_secret(path, &signer.encode())?;
    Ok(signer)
}

/// Writes a secret into a new file that only its owner can read.
fn write_secret(path: &Path, secret: &str) -> Result<(), CliError> {
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = opened.map_err(|error| {
        let message = format!("cannot make the key `{}`: {error}", path.display());
        CliError::other(message, "a key is never made over another; --key names another file")
    })?;
    writeln!(file, "{secret}")?;
    file.sync_all()?;
    Ok(())
}

/// Where an entry stands: by its id, or as the public log counts.
async fn find(register: &Register, name: &str) -> Result<(i64, u64), CliError> {
    // An id goes first: `24-0017` may be the line of a paper log.
    let history = register.history(name).await.map_err(node::failed)?;
    let counted = name.split_once('-').and_then(|(log, index)| Some((log.parse().ok()?, index.parse().ok()?)));
    if let (Some(place), true) = (counted, history.is_empty()) {
        return Ok(place);
    }
    let last = history
        .last()
        .ok_or_else(|| CliError::other("expected an entry of that id, found none", "`haven register list` shows what there is"))?;
    Ok((last.log, last.index))
}

async fn prove(register: &Register, name: &str, out: Option<&Path>, open: bool) -> Result<(), CliError> {
    let (log, index) = find(register, name).await?;
    let (entry, proof) = register.prove(log, index).await.map_err(node::failed)?;
    let Some(folder) = out else {
        write!(std::io::stdout().lock(), "{proof}")?;
        return Ok(());
    };
    fs::create_dir_all(folder)?;
    let stem = format!("{log}-{index}");
    fs::write(folder.join(format!("{stem}.tlog-proof")), proof.to_string())?;
    fs::write(folder.join(format!("{stem}.entry.json")), &entry)?;
    let mut files = format!("{stem}.tlog-proof  the proof\n{stem}.entry.json  the public entry");
    if open {
        let opening = register.opening(log, index).await.map_err(node::failed)?;
        let Some(opening) = opening else {
            return Err(CliError::other("the private record was erased", "the proof and the public entry stand without it"));
        };
        fs::write(folder.join(format!("{stem}.opening.json")), opening)?;
        files.push_str(&format!("\n{stem}.opening.json  the private record with its salt: for the court, not for the public"));
    }
    say(&files)
}

/// Writes the published part of a log; gives the number of files.
async fn export(register: &Register, log: i64, folder: &Path) -> Result<usize, CliError> {
    let unpublished = || CliError::other("nothing of this log is published", "`haven ledger checkpoint` publishes it up to here");
    let note = register.published(log).await.map_err(node::failed)?.ok_or_else(unpublished)?;
    let size = checkpoint::Checkpoint::parse(note.split("\n\n").next().map(|body| format!("{body}\n")).unwrap_or_default().as_str())
        .map_err(|error| CliError::other(error.to_string(), "the published checkpoint is damaged"))?
        .size;
    let mut count = 0;
    for resource in resources(size).filter(|resource| *resource != Resource::Checkpoint) {
        let bytes = register.resource(log, &resource).await.map_err(node::failed)?.ok_or_else(unpublished)?;
        let path = folder.join(resource.to_string());
        // A partial resource may stand where a larger tree will have a folder, and the other way round.
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, bytes)?;
        count += 1;
    }
    // The checkpoint comes last: a reader never sees one whose files are not there yet.
    fs::create_dir_all(folder)?;
    fs::write(folder.join("checkpoint"), note)?;
    Ok(count + 1)
}
