//! `haven serve`: the page and the JSON API.
//!
//! Nothing that is asked is stored or logged: the service says when it starts and stops, and no more.

mod access;
mod answer;
mod api;
mod assets;
mod books;
mod counter;
mod decisions;
mod desk;
mod examples;
mod form;
mod here;
mod pages;
mod record;
mod who;

use crate::ask;
use crate::config::Config;
use crate::error::CliError;
use crate::laws;
use crate::words::{self, Language};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{get, post};
use examples::Example;
use haven_law::pack::{Pack, Source};
use haven_law::request::REQUEST_BYTES_MAX;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::io::{ErrorKind, IsTerminal, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::Layer as _;
use tower::util::MapRequestLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

/// How long a client may take to send the head of a request.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// How long the body of a request may pause.
const BODY_PAUSE_MAX: Duration = Duration::from_secs(10);
/// How long reading a request and beginning its answer may take together; a batch from a slow line needs minutes.
const ANSWER_WITHIN: Duration = Duration::from_secs(180);
/// How long open requests may take to end after the service was told to stop.
const STOP_WITHIN: Duration = Duration::from_secs(10);
/// How many connections are served at once; further ones wait.
const CONNECTIONS_MAX: usize = 1024;

/// Scripts, styles, fonts and connections only from here, nothing inline, in nobody's frame.
const CONTENT_SECURITY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; \
    connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What the service answers from.
pub(crate) struct App {
    /// The law.
    pub pack: Arc<Pack>,
    /// The languages of the pages, English first.
    pub languages: Vec<Arc<Language>>,
    /// English.
    pub english: Arc<Language>,
    examples: Vec<Example>,
    /// The commonest questions.
    pub counter: counter::Counter,
    /// The supervisor's desk.
    pub desk: desk::Desk,
    /// The jurisdiction's name.
    pub place: String,
    /// What every page says above its content.
    pub notice: Option<String>,
    /// The register, where there is one.
    pub served: Option<books::Served>,
    /// Whether answers are recorded for those who did not sign in.
    pub ask_without_login: bool,
    /// What signing in needs.
    pub access: access::Access,
}

/// Runs the command until it is told to stop.
pub(crate) fn run(source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    let pack = laws::pack(source, &config.jurisdiction)?;
    let today = ask::today(&pack)?;
    let examples = examples::read(source, &pack, today)?;
    let counter = counter::Counter::read(source, &pack, today)?;
    let desk = desk::Desk::read(source, &pack)?;
    let place = pack.jurisdictions.first().map_or_else(String::new, |jurisdiction| jurisdiction.name.clone());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(books::Served::open(source, &pack, config))?;
    let languages = words::languages(source)?;
    let english = languages.first().cloned().ok_or_else(|| CliError::other("there are no words for the pages", "report this"))?;
    let app = Arc::new(App {
        pack: Arc::new(pack),
        languages,
        english,
        examples,
        counter,
        desk,
        place,
        notice: config.notice.clone(),
        served,
        ask_without_login: config.ask_without_login,
        access: access::Access::new(config)?,
    });
    runtime.block_on(serve(app, config.listen))?;
    Ok(ExitCode::SUCCESS)
}

fn router(app: Arc<App>) -> Router {
    let packed = SizeAbove::default().and(NotForContentType::const_new("font/")).and(NotForContentType::SSE);
    let pages = Router::new()
        .merge(counter::routes())
        .route("/questions", get(pages::home))
        .route("/ask/{action}", get(pages::question).post(pages::answered))
        .route("/try/{id}", get(pages::example))
        .route("/assets/{hash}/{*name}", get(assets::file))
        .route("/assets/LICENSE.md", get(assets::licence))
        .route("/reports", get(books::list))
        .route("/reports/quarterly/{quarter}", get(books::quarterly))
        .route("/reports/quarterly/proofs/{name}", get(books::proof))
        .route("/public/{name}", get(books::public))
        .route("/log/{number}/{*path}", get(books::log))
        .merge(access::routes())
        .merge(desk::routes())
        .merge(decisions::routes())
        .fallback(pages::missing)
        .layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
        .layer(CompressionLayer::new().compress_when(packed));
    let api = Router::new()
        .route("/api/v1/ask", post(api::ask))
        .route("/api/v1/vocabulary", get(api::vocabulary))
        .route("/healthz", get(api::health));
    pages
        .merge(api)
        .layer(from_fn_with_state(Arc::clone(&app), access::only_from_here))
        .layer(map_response(guarded))
        .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, ANSWER_WITHIN))
        .with_state(app)
}

/// Adds what every answer says to the browser: run nothing, guess nothing, tell nobody, keep nothing.
async fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in fixed {
        // A report brings its own style, and with it its own policy.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn serve(app: Arc<App>, listen: SocketAddr) -> Result<(), CliError> {
    let mut stop = std::pin::pin!(told_to_stop()?);
    let listener = TcpListener::bind(listen).await.map_err(|error| cannot_listen(listen, &error))?;
    announce(&app, listener.local_addr()?)?;
    tokio::spawn(desk::watch(Arc::clone(&app)));
    let routed = router(Arc::clone(&app));
    let live = Arc::clone(&app);
    // Before the router, because it decides what is routed.
    let service = TowerToHyperService::new(MapRequestLayer::new(move |request| here::strip(&app, request)).layer(routed));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let next = async {
            // The semaphore is never closed, so a place is all that can come of this.
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        let Ok((stream, _)) = accepted else {
            // Out of file handles, or a client that hung up at once: neither ends the service.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let (builder, service, watcher) = (builder.clone(), service.clone(), graceful.watcher());
        tokio::spawn(async move {
            let connection = builder.serve_connection(TokioIo::new(stream), service);
            // A connection that breaks is the client's affair and would only fill a log.
            let _ = watcher.watch(connection).await;
            drop(place);
        });
    }
    drop(listener);
    // What has no end of its own ends now.
    live.desk.close();
    let all_ended = tokio::time::timeout(STOP_WITHIN, graceful.shutdown()).await.is_ok();
    say(if all_ended { "haven serve: stopped" } else { "haven serve: stopped, some requests were cut off" })
}

/// Ends when the service is told to stop, by Ctrl-C or by the system.
pub(crate) fn told_to_stop() -> Result<impl Future<Output = ()> + Send + 'static, CliError> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

fn cannot_listen(listen: SocketAddr, error: &std::io::Error) -> CliError {
    let message = format!("cannot listen on `{listen}`: {error}");
    match error.kind() {
        ErrorKind::AddrInUse => {
            let other = SocketAddr::new(listen.ip(), listen.port().wrapping_add(1));
            CliError::other(message, format!("another `haven serve` may be running there; choose another address with --listen {other}"))
        }
        ErrorKind::PermissionDenied => CliError::other(message, "ports below 1024 belong to the system; choose another with --listen"),
        _ => CliError::other(message, "choose an address of this machine with --listen"),
    }
}

/// Says where the service is; at a terminal also what to try there.
fn announce(app: &App, address: SocketAddr) -> Result<(), CliError> {
    say(&format!("haven serve: http://{address}"))?;
    if !address.ip().is_loopback() {
        eprintln!("  others may reach it, and it speaks plain HTTP: put it behind a proxy with TLS");
    }
    if std::io::stdout().is_terminal() && !app.examples.is_empty() {
        say("  Things to try:")?;
        for example in &app.examples {
            say(&format!("  http://{address}/try/{}  {}", example.id, example.title))?;
        }
        say("  Stop with Ctrl-C.")?;
    }
    Ok(())
}

fn say(line: &str) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}
