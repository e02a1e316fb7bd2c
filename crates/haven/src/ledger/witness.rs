//! `haven ledger witness`: an independent party who signs that a log shows everybody the same; and asking such parties.

use super::fetch;
use crate::config::Config;
use crate::error::CliError;
use crate::node;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::post;
use haven_ledger::checkpoint;
use haven_ledger::note::{CosignSigner, Verifier};
use haven_ledger::witness::{Witness, cosigned_size};
use haven_register::register::Register;
use haven_register::witness::WitnessStore;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// The longest request: a checkpoint with a proof of 63 hashes.
const REQUEST_BYTES_MAX: usize = 16 * 1024;

/// Flags of `haven ledger witness`.
#[derive(clap::Args)]
#[command(
    after_help = "Example, at the inspector general's:\n  haven ledger witness --name witness.example.org --log-key VKEY --listen 127.0.0.1:2174\n\nThe key is made at the first start, its public half printed at each. Behind a server with TLS others can reach it."
)]
pub(crate) struct Args {
    /// Name of the witness, under which it signs
    #[arg(long)]
    name: String,
    /// File of the witness's own key
    #[arg(long, default_value = "witness.key", value_name = "FILE")]
    witness_key: PathBuf,
    /// Database in which it keeps what it has signed
    #[arg(long, default_value = "witness.db", value_name = "FILE")]
    memory: PathBuf,
    /// Public key of a log it signs for; may be repeated
    #[arg(long, required = true, value_name = "VKEY")]
    log_key: Vec<String>,
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:2174", value_name = "ADDRESS")]
    listen: SocketAddr,
}

struct App {
    witness: Witness,
    store: WitnessStore,
}

/// Runs the witness until it is told to stop.
pub(super) fn run(args: &Args) -> Result<ExitCode, CliError> {
    let logs = args.log_key.iter().map(|key| verifier(key)).collect::<Result<Vec<_>, _>>()?;
    let signer = key(args)?;
    let public = signer.verifier();
    node::run(async {
        let store = WitnessStore::open(&args.memory).await.map_err(node::failed)?;
        let app = Arc::new(App { witness: Witness::new(signer, logs), store });
        let listener = tokio::net::TcpListener::bind(args.listen).await.map_err(|error| {
            CliError::other(format!("cannot listen on `{}`: {error}", args.listen), "choose another address with --listen")
        })?;
        super::say(&format!("haven ledger witness: http://{}\npublic  {public}", listener.local_addr()?))?;
        let router =
            Router::new().route("/add-checkpoint", post(add_checkpoint)).layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX)).with_state(app);
        let stop = crate::serve::told_to_stop()?;
        axum::serve(listener, router).with_graceful_shutdown(stop).await?;
        Ok(ExitCode::SUCCESS)
    })
}

async fn add_checkpoint(State(app): State<Arc<App>>, request: Bytes) -> impl IntoResponse {
    #[expect(clippy::disallowed_methods, reason = "the edge is where the clock is read")]
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or_default();
    match app.store.add_checkpoint(&app.witness, &request, now).await {
        Ok(reply) => {
            let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [(header::CONTENT_TYPE, reply.content_type)], reply.body)
        }
        Err(_) => {
            let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
            (StatusCode::INTERNAL_SERVER_ERROR, plain, "the witness's memory failed; nothing was signed\n".to_owned())
        }
    }
}

/// The witness's key, made where there is none.
fn key(args: &Args) -> Result<CosignSigner, CliError> {
    let wrong = |error: &dyn std::fmt::Display| {
        CliError::other(format!("`{}`: {error}", args.witness_key.display()), "it is the file that an earlier start of this witness made")
    };
    if let Ok(text) = std::fs::read_to_string(&args.witness_key) {
        let signer = CosignSigner::parse(text.trim()).map_err(|error| wrong(&error))?;
        if signer.name() != args.name {
            return Err(wrong(&format!("expected the key of `{}`, found that of `{}`", args.name, signer.name())));
        }
        return Ok(signer);
    }
    let mut seed = [0; 32];
    node::entropy(&mut seed).map_err(|error| CliError::other(error, "try again"))?;
    let signer = CosignSigner::generate(&args.name, seed)
        .map_err(|error| CliError::other(error.to_string(), "a name such as witness.example.org"))?;
    super::write_secret(&args.witness_key, &signer.encode())?;
    Ok(signer)
}

/// Reads a public key.
pub(super) fn verifier(text: &str) -> Result<Verifier, CliError> {
    Verifier::parse(text.trim()).map_err(|error| {
        CliError::other(format!("the public key: {error}"), "it is the line that begins with the name, as `haven ledger init` printed it")
    })
}

/// Reads a witness of the configuration.
pub(super) fn configured(text: &str) -> Result<(Verifier, &str), CliError> {
    let lacks = || {
        CliError::other("a witness of the configuration: expected its key, a space and its address", "docs/configuration.md has an example")
    };
    let (key, url) = text.split_once(' ').ok_or_else(lacks)?;
    Ok((verifier(key)?, url))
}

/// Asks each witness of the configuration to sign a published checkpoint; gives the checkpoint with their signatures.
///
/// A witness that does not answer keeps nobody from publishing; what it missed it sees at the next checkpoint.
pub(super) async fn collect(config: &Config, register: &Register, log: i64, note: &str, log_key: &Verifier) -> Result<String, CliError> {
    let mut note = note.to_owned();
    let client = fetch::client();
    for witness in &config.witnesses {
        let (key, url) = configured(witness)?;
        match ask(&client, register, log, &note, log_key, &key, url.trim()).await {
            Ok(signed) => note = signed,
            Err(error) => eprintln!("warning: {error}"),
        }
    }
    let size =
        checkpoint::open(&note, log_key).map_err(|error| CliError::other(error.to_string(), "the published checkpoint is damaged"))?.size;
    register.cosigned(log, size, &note).await.map_err(node::failed)?;
    Ok(note)
}

async fn ask(
    client: &ureq::Agent,
    register: &Register,
    log: i64,
    note: &str,
    log_key: &Verifier,
    key: &Verifier,
    url: &str,
) -> Result<String, CliError> {
    let url = format!("{}/add-checkpoint", url.trim_end_matches('/'));
    // The witness says what it has seen if that is not what we guess.
    let mut old = 0;
    for _ in 0..2 {
        let request = register.witness_request(log, old, note, log_key).await.map_err(node::failed)?;
        let (status, body) = fetch::post(client, &url, &request)?;
        match (status, cosigned_size(&body)) {
            (200, _) => {
                let known = std::slice::from_ref(key);
                return checkpoint::add_cosignatures(note, &body, known).map_err(|error| {
                    CliError::other(format!("the witness `{}`: {error}", key.name()), "check its key in the configuration")
                });
            }
            (409, Some(size)) if size != old => old = size,
            _ => {
                let message = format!("the witness `{}` did not sign (status {status}): {}", key.name(), body.trim().escape_debug());
                return Err(CliError::other(message, "if it has seen another history, find out why before anything else"));
            }
        }
    }
    Err(CliError::other(format!("the witness `{}` did not sign: its answers contradict each other", key.name()), "ask whoever runs it"))
}
