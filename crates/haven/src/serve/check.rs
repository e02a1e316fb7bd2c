//! `haven serve --check`: everything the service needs, looked at before it starts. Nothing is changed by it.

use super::{access, tls};
use crate::config::{Config, Oidc};
use crate::error::CliError;
use crate::{laws, ledger, node, words};
use haven_law::pack::{Pack, Source};
use haven_ledger::note::Signer;
use haven_register::copy::is_current;
use haven_register::register::{Node, Register};
use haven_register::schema::Schema;
use haven_register::seal::seal;
use haven_register::seen::SeenFile;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

/// How long before its end a certificate is worth a word.
const RENEW_DAYS: i64 = 14;
const DAY_SECONDS: i64 = 86_400;

/// What was looked at, one line each.
#[derive(Default)]
struct Findings {
    wrong: bool,
    lines: Vec<String>,
}

impl Findings {
    /// Takes down what came of looking at something; gives what was found, if it is well.
    fn take<T>(&mut self, name: &str, found: Result<(T, String), CliError>) -> Option<T> {
        match found {
            Ok((value, says)) => {
                self.lines.push(format!("ok     {name:<14} {says}"));
                Some(value)
            }
            Err(error) => {
                self.wrong = true;
                self.lines.push(format!("wrong  {name:<14} {error}"));
                if let CliError::Law(errors) = &error {
                    self.lines.extend(errors.iter().map(|error| format!("{:22}{error}", "")));
                }
                self.lines.extend(error.hint().map(|hint| format!("{:22}{hint}", "")));
                None
            }
        }
    }

    fn said(&mut self, name: &str, found: Result<String, CliError>) {
        self.take(name, found.map(|says| ((), says)));
    }
}

/// Runs the command.
pub(crate) fn run(config: &Config) -> Result<ExitCode, CliError> {
    let mut findings = Findings::default();
    let file = config.file.as_ref().map_or_else(|| "no file, all by default".to_owned(), |file| file.display().to_string());
    findings.said("configuration", Ok(file));
    let law = laws::source(config.law.as_deref()).and_then(|source| {
        let pack = laws::pack(&source, &config.jurisdiction)?;
        let says = format!("{}, {}", config.jurisdiction, pack.digest);
        Ok(((source, pack), says))
    });
    if let Some((source, pack)) = findings.take("law", law) {
        findings.said("words", words::languages(&source).map(|all| format!("{} languages", all.len())));
        register(&mut findings, &source, &pack, config);
    }
    for witness in &config.witnesses {
        findings.said("witness", ledger::check_witness(witness).map(|()| witness.clone()));
    }
    if let Some(key) = &config.complaint_key {
        let sealed = seal(key, "").map(|_| key.clone());
        let mend = "`age-keygen` prints it as the public key; the secret one stays with the handler";
        findings.said("complaint_key", sealed.map_err(|error| CliError::other(error.to_string(), mend)));
    }
    match &config.tls {
        Some(files) => {
            findings.said("tls.key", readable_by_owner(&files.key));
            findings.said("tls.cert", tls::read(files).and_then(|(_, until)| certificate(until)));
        }
        None if !config.listen.ip().is_loopback() && !config.is_https() => {
            let message = "others may reach it by plain HTTP";
            findings.said("tls", Err(CliError::other(message, "set `tls`, or `public_url` to the https address of the proxy before it")));
        }
        None => findings.said("tls", Ok("off".to_owned())),
    }
    if let Some(oidc) = &config.oidc {
        findings.said("oidc", access::Access::new(config).map(|_| binds_by(oidc)));
    }
    findings.said("public_url", Ok(names(config)));
    findings.said("listen", free("listen", config.listen));
    if let Some(listen) = config.metrics_listen {
        findings.said("metrics_listen", free("metrics_listen", listen));
    }
    for line in &findings.lines {
        super::say(line)?;
    }
    Ok(ExitCode::from(if findings.wrong { 2 } else { 0 }))
}

/// What the first sign-in at the city's own service goes by.
fn binds_by(oidc: &Oidc) -> String {
    format!(
        "{}; who signs in there first is tied to the id in `{}`: let nobody but an administrator change it there. \
         Accounts with a password of Haven or an open code are not taken over",
        oidc.issuer, oidc.staff_id_claim
    )
}

/// By which names the service is reached.
fn names(config: &Config) -> String {
    match &config.public_url {
        Some(url) => format!("{url}; by other names it is not answered, as far as they are not this machine's own"),
        None if config.listen.ip().is_unspecified() => {
            "none: pages are opened by an address of this machine, and by no name: set it to the name that people use".to_owned()
        }
        None => format!("none: pages are opened at {} and from this machine", config.listen.ip()),
    }
}

/// The register, its key, its log, and what this node remembers of it.
fn register(findings: &mut Findings, source: &Source, pack: &Pack, config: &Config) {
    let Some(schema) =
        findings.take("schema", node::schema(source, pack).map(|schema| (schema, "what may be recorded can be read".to_owned())))
    else {
        return;
    };
    let shown = config.register.shown();
    let there = node::run(async { is_current(&config.register).await.map_err(node::failed) });
    let there = match there {
        Err(CliError::Absent(_)) if !config.key.exists() && !config.ask_without_login => {
            findings.said("register", Ok("none: questions are answered and nothing is recorded".to_owned()));
            return;
        }
        Ok(true) => Ok(((), shown)),
        Ok(false) => {
            let mend = "`haven serve` brings older ones up to date; make a `haven backup` first";
            Err(CliError::other(format!("`{shown}`: expected the tables of this version of Haven, found those of another"), mend))
        }
        Err(error) => Err(error),
    };
    let there = findings.take("register", there).is_some();
    if !config.key.exists() && !config.ask_without_login {
        findings.said("key", Ok("none: the register is read and nothing is recorded".to_owned()));
        return;
    }
    findings.said("key file", readable_by_owner(&config.key));
    let Some(signer) = findings.take(
        "key",
        node::key(&config.key).map(|signer| {
            let name = signer.name().to_owned();
            (signer, name)
        }),
    ) else {
        return;
    };
    if there {
        findings.said("log", head(config, &schema, signer));
    }
}

/// Opens the register as the service would: with the key, against what this node has signed.
fn head(config: &Config, schema: &Arc<Schema>, signer: Signer) -> Result<String, CliError> {
    let path = node::seen_path(&config.key);
    let begins = !path.exists();
    let says = node::run(async {
        let node = if begins {
            None
        } else {
            let seen = SeenFile::open(&path, false).map_err(|error| CliError::Read { path: path.clone(), error })?;
            Some(Node { signer, seen, entropy: node::entropy })
        };
        let register = Register::open(&config.register, Arc::clone(schema), node).await.map_err(node::failed)?;
        let head = register.head(register.log_number()).await.map_err(node::failed)?;
        let says = format!("{}, {} entries", register.origin(), head.size);
        register.close().await;
        Ok((says, head.frozen))
    })?;
    let (says, frozen) = says;
    if frozen {
        return Err(CliError::other(format!("{says}: it has ended, and takes nothing"), "`haven ledger open` begins the one that follows"));
    }
    Ok(if begins { format!("{says}; this node has signed nothing yet, so nothing says that an older copy was put back") } else { says })
}

fn readable_by_owner(path: &Path) -> Result<String, CliError> {
    let file = std::fs::metadata(path).map_err(|error| CliError::Read { path: path.to_path_buf(), error })?;
    let mode = file.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(format!("{}, only its owner reads it", path.display()));
    }
    let message = format!("`{}`: expected a file that only its owner reads, found mode {mode:o}", path.display());
    Err(CliError::other(message, format!("chmod 600 {}", path.display())))
}

fn certificate(until: jiff::Timestamp) -> Result<String, CliError> {
    #[expect(clippy::disallowed_methods, reason = "the edge is where the clock is read")]
    let left = until.as_second() - jiff::Timestamp::now().as_second();
    let mend = "put the renewed one there, then send the service SIGHUP";
    match left {
        ..=0 => Err(CliError::other(format!("the certificate: expected one that is valid, found one that ended at {until}"), mend)),
        _ if left < RENEW_DAYS * DAY_SECONDS => Ok(format!("valid until {until}: renew it now; {mend}")),
        _ => Ok(format!("valid until {until}")),
    }
}

/// Whether nobody listens on an address.
fn free(key: &str, listen: SocketAddr) -> Result<String, CliError> {
    TcpListener::bind(listen).map(|_| listen.to_string()).map_err(|error| {
        let message = format!("cannot listen on `{listen}`: {error}");
        CliError::other(message, format!("a service may be running there already; `{key}` names another address"))
    })
}
