//! `haven serve`: the page and the JSON API.
//!
//! Nothing that is asked is logged, and it is stored only where asking makes the record: see `record` and `watch`.

mod access;
mod answer;
mod api;
mod assets;
mod books;
pub(crate) mod check;
mod counter;
mod crowd;
mod decisions;
mod desk;
mod examples;
mod form;
mod here;
mod lawbook;
mod offline;
mod once;
mod openapi;
mod pages;
mod paper;
mod path;
mod problem;
pub(crate) mod record;
mod release;
mod residents;
mod tls;
mod watch;
mod who;

use crate::ask;
use crate::config::{Config, LogLevel};
use crate::error::CliError;
use crate::laws;
use crate::node;
use crate::words::{self, Language};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use crowd::Crowd;
use examples::Example;
use haven_law::pack::{Pack, Source};
use haven_law::request::REQUEST_BYTES_MAX;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::io::{ErrorKind, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tls::Tls;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tower::Layer as _;
use tower::util::MapRequestLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};
use tracing_subscriber::filter::LevelFilter;

/// How long a client may take to send the head of a request.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// How long the body of a request may pause.
const BODY_PAUSE_MAX: Duration = Duration::from_secs(10);
/// How long reading a request and beginning its answer may take together; a batch from a slow line needs minutes.
const ANSWER_WITHIN: Duration = Duration::from_secs(180);
/// How long open requests may take to end after the service was told to stop.
const STOP_WITHIN: Duration = Duration::from_secs(10);
/// How long a client may take to agree on TLS.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(5);
/// How long a client may take no byte of an answer.
const WRITE_WITHIN: Duration = Duration::from_secs(30);
/// The longest head of a request, in bytes, and how much of a connection is held on its way in and out.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// How many connections are served at once; further ones wait. At their worst, each holds some 120 KiB. How many of them one address may hold is configuration.
pub(crate) const CONNECTIONS_MAX: usize = 512;

/// Scripts, styles, fonts and connections only from here, nothing inline, in nobody's frame.
const CONTENT_SECURITY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; \
    connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// For a year a browser speaks TLS to this address or not at all.
const STRICT_TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=31536000");

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
    shelf: lawbook::Shelf,
    paper: paper::Desk,
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
    /// The room of residents, where the law has one.
    pub residents: Option<residents::Room>,
    /// What checks files before they leave, where the words of requests fit the law.
    pub release: Option<release::Room>,
    /// What a device takes with it to answer without a network.
    pub offline: offline::Kit,
    /// Whether browsers reach it by TLS.
    pub https: bool,
    /// The file of the log's key.
    key_file: PathBuf,
    /// Whether it was there when the service started.
    key_at_start: bool,
}

/// The description of the JSON API.
pub(crate) fn openapi() -> String {
    openapi::document()
}

/// Begins the log of what runs until it is told to stop.
pub(crate) fn log(config: &Config) {
    watch::log(
        config.log,
        match config.log_level {
            LogLevel::Error => LevelFilter::ERROR,
            LogLevel::Warn => LevelFilter::WARN,
            LogLevel::Info => LevelFilter::INFO,
            LogLevel::Debug => LevelFilter::DEBUG,
        },
    );
}

/// Runs the command until it is told to stop.
pub(crate) fn run(source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    log(config);
    let pack = laws::pack(source, &config.jurisdiction)?;
    let today = ask::today(&pack)?;
    let examples = examples::read(source, &pack, today)?;
    let counter = counter::Counter::read(source, &pack, today)?;
    let desk = desk::Desk::read(source, &pack)?;
    let place = pack.jurisdictions.first().map_or_else(String::new, |jurisdiction| jurisdiction.name.clone());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(books::Served::open(source, &pack, config))?;
    let residents = residents::Room::open(source, &pack, config)?;
    let release = release::Room::open(source, &pack, config);
    let languages = words::languages(source)?;
    let english = languages.first().cloned().ok_or_else(|| CliError::other("there are no words for the pages", "report this"))?;
    let paper = paper::Desk::read(source, &pack)?;
    let offline = offline::Kit::new(&counter, &pack, &*node::schema(source, &pack)?, &languages, config);
    let app = Arc::new(App {
        pack: Arc::new(pack),
        languages,
        english,
        examples,
        counter,
        shelf: lawbook::Shelf::new(source),
        paper,
        desk,
        place,
        notice: config.notice.clone(),
        served,
        ask_without_login: config.ask_without_login,
        access: access::Access::new(config)?,
        residents,
        release,
        offline,
        https: config.is_https(),
        key_file: config.key.clone(),
        key_at_start: config.key.exists(),
    });
    runtime.block_on(serve(app, config))?;
    Ok(ExitCode::SUCCESS)
}

fn router(app: Arc<App>) -> Router {
    let packed = SizeAbove::default()
        .and(NotForContentType::const_new("font/"))
        .and(NotForContentType::const_new("application/zip"))
        .and(NotForContentType::SSE);
    let packed =
        |router: Router<Arc<App>>| router.layer(CompressionLayer::new().compress_when(packed.clone())).layer(map_response(packed_at_once));
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
        .merge(residents::routes())
        .merge(lawbook::routes())
        .merge(paper::routes())
        .merge(offline::pages())
        .merge(desk::routes())
        .merge(decisions::routes())
        .fallback(pages::missing)
        .layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX));
    let timed = |router: Router<Arc<App>>, within| {
        let all = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, within);
        router.layer(RequestBodyTimeoutLayer::new(BODY_PAUSE_MAX)).layer(all)
    };
    let api = timed(api::routes().merge(watch::routes()).merge(offline::door()), ANSWER_WITHIN);
    let api = api.layer(map_response(async |response| problem::cover(response)));
    let release = timed(packed(release::routes(&app)), release::ANSWER_WITHIN);
    let https = app.https;
    // Only where there is TLS: elsewhere it would be a promise that nobody keeps.
    let strict = map_response(move |mut response: Response| {
        if https {
            response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT);
        }
        std::future::ready(response)
    });
    timed(packed(pages), ANSWER_WITHIN)
        .merge(release)
        .merge(api)
        .layer(from_fn_with_state(Arc::clone(&app), access::only_from_here))
        .layer(map_response(guarded))
        .layer(strict)
        .layer(from_fn(watch::watched))
        .with_state(app)
}

/// What is packed is packed to its end before it is sent: a packer holds a quarter of a megabyte for as long as the slowest
/// client reads, and what it makes is a fraction of that.
async fn packed_at_once(response: Response) -> Response {
    if !response.headers().contains_key(header::CONTENT_ENCODING) {
        return response;
    }
    let (parts, body) = response.into_parts();
    match to_bytes(body, usize::MAX).await {
        Ok(bytes) => Response::from_parts(parts, Body::from(bytes)),
        // Bodies lie in memory, so that none of them can fail.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A connection that ends where the other side reads no more: it would hold its place for ever.
fn read_on<S: AsyncRead + AsyncWrite>(stream: S) -> Pin<Box<TimeoutStream<S>>> {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(WRITE_WITHIN));
    Box::pin(stream)
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

async fn serve(app: Arc<App>, config: &Config) -> Result<(), CliError> {
    let listen = config.listen;
    let mut stop = std::pin::pin!(told_to_stop()?);
    let mut reload = signal(SignalKind::hangup())?;
    let tls = config.tls.as_ref().map(Tls::open).transpose()?;
    let listener = TcpListener::bind(listen).await.map_err(|error| cannot_listen(listen, &error))?;
    if let Some(figures) = config.metrics_listen {
        serve_figures(&app, figures).await?;
    }
    announce(&app, listener.local_addr()?, tls.is_some())?;
    tokio::spawn(desk::watch(Arc::clone(&app)));
    let routed = router(Arc::clone(&app));
    let live = Arc::clone(&app);
    // Before the router, because it decides what is routed.
    let service = TowerToHyperService::new(MapRequestLayer::new(move |request| here::strip(&app, request)).layer(routed));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_buf_size(HEAD_BYTES_MAX);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    // A proxy holds the connections of everybody; without one, whoever is on this machine is one of many.
    let crowd = Crowd::new(config.connections_per_address, config.public_url.is_some() && config.tls.is_none());
    loop {
        let next = async {
            // The semaphore is never closed, so a place is all that can come of this.
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
            _ = reload.recv() => {
                renew(tls.as_ref());
                continue;
            }
        };
        let Ok((stream, peer)) = accepted else {
            // Out of file handles, or a client that hung up at once: neither ends the service.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let Some(own_place) = crowd.admit(peer) else {
            watch::turned_away();
            continue;
        };
        let (builder, service, watcher) = (builder.clone(), service.clone(), graceful.watcher());
        let acceptor = tls.as_ref().map(Tls::acceptor);
        tokio::spawn(async move {
            // A connection that breaks is the client's affair and would only fill a log.
            match acceptor {
                None => drop(watcher.watch(builder.serve_connection(TokioIo::new(read_on(stream)), service)).await),
                Some(acceptor) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_WITHIN, acceptor.accept(read_on(stream))).await {
                        drop(watcher.watch(builder.serve_connection(TokioIo::new(stream), service)).await);
                    }
                }
            }
            drop((place, own_place));
        });
    }
    drop(listener);
    // What has no end of its own ends now.
    live.desk.close();
    let all_ended = tokio::time::timeout(STOP_WITHIN, graceful.shutdown()).await.is_ok();
    tracing::info!("stopped");
    say(if all_ended { "haven serve: stopped" } else { "haven serve: stopped, some requests were cut off" })
}

/// Serves the figures on an address of their own, so that whoever reaches the page does not reach them.
async fn serve_figures(app: &App, listen: SocketAddr) -> Result<(), CliError> {
    let listener = TcpListener::bind(listen).await.map_err(|error| cannot_listen(listen, &error))?;
    let handle = watch::count(app).ok_or_else(|| CliError::other("the figures cannot be counted", "report this"))?;
    say(&format!("haven serve: figures at http://{}/metrics", listener.local_addr()?))?;
    tokio::spawn(watch::tidy(handle.clone()));
    tokio::spawn(axum::serve(listener, watch::figure_routes(handle)).into_future());
    Ok(())
}

/// Takes a renewed certificate into use.
fn renew(tls: Option<&Tls>) {
    match tls.map(Tls::reload) {
        Some(Ok(())) => tracing::info!("the certificate was read again"),
        Some(Err(error)) => tracing::error!(why = error.to_string(), "the certificate cannot be read; the one before stays in use"),
        None => tracing::warn!("there is no certificate to read again"),
    }
}

/// Ends when the service is told to stop, by Ctrl-C or by the system.
pub(crate) fn told_to_stop() -> Result<impl Future<Output = ()> + Send + 'static, CliError> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
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
fn announce(app: &App, address: SocketAddr, tls: bool) -> Result<(), CliError> {
    let scheme = if tls { "https" } else { "http" };
    say(&format!("haven serve: {scheme}://{address}"))?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), law = app.pack.digest, "started");
    if !address.ip().is_loopback() && !app.https {
        eprintln!("  others may reach it, and it speaks plain HTTP: set `tls`, or put it behind a proxy with TLS");
    }
    if std::io::stdout().is_terminal() && !app.examples.is_empty() {
        say("  Things to try:")?;
        for example in &app.examples {
            say(&format!("  {scheme}://{address}/try/{}  {}", example.id, example.title))?;
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
