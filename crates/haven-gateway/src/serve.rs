//! The gateway as it runs: connections, the configuration read again, health and figures, and the end.

use crate::config::{Config, ConfigError, Tls, wrong};
use crate::figures::Figures;
use crate::framing::{Fault, Wire};
use crate::icap;
use crate::problem::{Out, whole};
use crate::proxy::{Live, Refused};
use crate::ruling::{Desk, Parts};
use crate::tls;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use rustls::pki_types::CertificateDer;
use serde_json::json;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;

/// How long a recipient may take to agree on TLS.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// How soon the law and the register are looked for again where they were not there.
const AGAIN: Duration = Duration::from_secs(5);
/// How soon connections are accepted again where the system gave none.
const BREATH: Duration = Duration::from_millis(100);
/// For how long a certificate that a connection was opened with is believed before it is held against the clock again.
const CERTIFICATE_FOR: Duration = Duration::from_secs(60);
/// How many connections the admin address takes at once.
const ADMIN_CONNECTIONS: usize = 32;

/// Opens what a desk decides with; waits for files and databases. The text says why there is none.
pub type Opener = Arc<dyn Fn() -> Result<Parts, String> + Send + Sync>;

/// Why a gateway does not start, or does not take a configuration.
#[derive(Debug, Error)]
pub enum StartError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// An address.
    #[error("cannot listen on `{address}`: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// What a desk decides with is not there.
    #[error("{0}")]
    Parts(String),
}

/// What all of a gateway share.
struct Shared {
    file: PathBuf,
    opener: Opener,
    figures: Arc<Figures>,
    now: RwLock<Now>,
    /// One configuration is read at a time.
    reading: tokio::sync::Mutex<()>,
    /// Why the last configuration was not taken.
    not_taken: Mutex<Option<String>>,
    open: mpsc::Sender<()>,
}

/// What is in use.
#[derive(Clone)]
struct Now {
    config: Arc<Config>,
    live: Arc<Live>,
    tls: BTreeMap<Door, Arc<tls::Server>>,
}

/// Where the gateway is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Door {
    /// For records.
    Records,
    /// Whether a request may pass.
    Decision,
    /// To look at requests and answers.
    Icap,
}

/// The doors of a configuration, with what a key of theirs begins with.
fn doors(config: &Config) -> impl Iterator<Item = (Door, &'static str, SocketAddr, Option<&Tls>)> {
    let decision = config.decision.as_ref().map(|door| (Door::Decision, "decision.", door.listen, door.tls.as_ref()));
    let icap = config.icap.as_ref().map(|door| (Door::Icap, "icap.", door.listen, door.tls.as_ref()));
    [Some((Door::Records, "", config.listen, config.tls.as_ref())), decision, icap].into_iter().flatten()
}

impl Shared {
    fn now(&self) -> Now {
        self.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A gateway that runs.
pub struct Gateway {
    shared: Arc<Shared>,
    addresses: BTreeMap<Door, SocketAddr>,
    admin: SocketAddr,
    stop: watch::Sender<bool>,
    doors: Vec<JoinHandle<bool>>,
    again: JoinHandle<()>,
    closed: mpsc::Receiver<()>,
}

impl Gateway {
    /// Starts a gateway. Where the law, the register or the detector is not there it starts all the same, answers every request with
    /// 503, says why at `/health`, and looks for them again.
    ///
    /// # Errors
    /// A configuration that cannot be used, an address that cannot be listened on.
    pub async fn start(file: PathBuf, opener: Opener) -> Result<Self, StartError> {
        let figures = Arc::new(Figures::default());
        let (open, closed) = mpsc::channel(1);
        let now = read(&file, &opener, &figures, &open, None).await?;
        let admin = now.config.admin;
        let listens: Vec<(Door, SocketAddr)> = doors(&now.config).map(|(door, _, listen, _)| (door, listen)).collect();
        let shared = Shared {
            file,
            opener,
            figures,
            now: RwLock::new(now),
            reading: tokio::sync::Mutex::default(),
            not_taken: Mutex::default(),
            open,
        };
        let shared = Arc::new(shared);
        let (mut addresses, mut listeners) = (BTreeMap::new(), Vec::new());
        for (door, listen) in listens {
            let (listener, address) = bind(listen).await?;
            addresses.insert(door, address);
            listeners.push((door, listener));
        }
        let (health, admin) = bind(admin).await?;
        let (stop, stopping) = watch::channel(false);
        let again = tokio::spawn(look_again(Arc::clone(&shared)));
        let mut doors = vec![tokio::spawn(admin_door(health, Arc::clone(&shared), stopping.clone()))];
        doors.extend(
            listeners.into_iter().map(|(which, listener)| tokio::spawn(door(which, listener, Arc::clone(&shared), stopping.clone()))),
        );
        Ok(Self { shared, addresses, admin, stop, doors, again, closed })
    }

    /// Where recipients ask.
    pub fn address(&self) -> SocketAddr {
        self.addresses.get(&Door::Records).copied().unwrap_or(self.admin)
    }

    /// Where servers ask before they pass a request on.
    pub fn decision(&self) -> Option<SocketAddr> {
        self.addresses.get(&Door::Decision).copied()
    }

    /// Where proxies hand over requests and answers.
    pub fn icap(&self) -> Option<SocketAddr> {
        self.addresses.get(&Door::Icap).copied()
    }

    /// Where health and figures are.
    pub fn admin(&self) -> SocketAddr {
        self.admin
    }

    /// Why every request is answered with 503, where that is so.
    pub fn unavailable(&self) -> Option<String> {
        self.shared.now().live.desk.as_ref().err().cloned()
    }

    /// Reads the configuration, and what it names, again. Requests that are under way end as they began. What cannot be used is not
    /// taken, and what was in use stays.
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn reload(&self) -> Result<(), StartError> {
        self.shared.reload().await
    }

    /// Stops: takes no more requests, and waits for those that are open and for what is to be recorded of them. Says whether all ended.
    pub async fn stop(mut self) -> bool {
        let wait = Duration::from_secs(self.shared.now().config.limits.stop_seconds);
        self.again.abort();
        self.stop.send_replace(true);
        let mut all_ended = true;
        for door in self.doors.drain(..) {
            all_ended &= door.await.unwrap_or(false);
        }
        // Whatever still records an end holds a sender.
        drop(self.shared);
        timeout(wait, async { while self.closed.recv().await.is_some() {} }).await.is_ok() && all_ended
    }
}

impl Shared {
    async fn reload(&self) -> Result<(), StartError> {
        let reading = self.reading.lock().await;
        let before = self.now();
        let read = read(&self.file, &self.opener, &self.figures, &self.open, Some(&before)).await;
        let said = read.as_ref().err().map(ToString::to_string);
        self.figures.reloaded(said.is_none());
        match &said {
            None => tracing::info!("the configuration was read again"),
            Some(why) => tracing::error!(why, "the configuration cannot be used; the one before stays in use"),
        }
        *self.not_taken.lock().unwrap_or_else(PoisonError::into_inner) = said;
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = read?;
        drop(reading);
        Ok(())
    }
}

/// Reads a configuration and opens what it names. Where another is in use, this one must be whole.
async fn read(
    file: &Path,
    opener: &Opener,
    figures: &Arc<Figures>,
    open: &mpsc::Sender<()>,
    before: Option<&Now>,
) -> Result<Now, StartError> {
    let (file, opener, figures, open) = (file.to_path_buf(), Arc::clone(opener), Arc::clone(figures), open.clone());
    let before = before.cloned();
    let work = move || {
        let config = Config::read(&file)?;
        if let Some(before) = &before {
            if before.config.admin != config.admin {
                let expected = format!("{}, as when the gateway was started", before.config.admin);
                return Err(wrong(&file, "admin", &expected, &config.admin.to_string()).into());
            }
            let what = |config: &Config| -> BTreeMap<String, String> {
                let door = |(_, section, listen, tls): (Door, &str, SocketAddr, Option<&Tls>)| {
                    (format!("{section}listen"), format!("{listen}{}", if tls.is_some() { " with TLS" } else { "" }))
                };
                doors(config).map(door).collect()
            };
            let (was, is) = (what(&before.config), what(&config));
            if let Some(key) = was.keys().chain(is.keys()).find(|key| was.get(*key) != is.get(*key)) {
                let said = |doors: &BTreeMap<String, String>| doors.get(key).map_or("none", String::as_str).to_owned();
                return Err(wrong(&file, key, &format!("{}, as when the gateway was started", said(&was)), &said(&is)).into());
            }
        }
        let desk = match opener() {
            Ok(parts) => Ok(Desk::open(&config, &file, parts)?),
            Err(why) if before.as_ref().is_some_and(|before| before.live.desk.is_ok()) => return Err(StartError::Parts(why)),
            Err(why) => Err(why),
        };
        let mut tls = BTreeMap::new();
        for (door, section, _, files) in doors(&config) {
            if let Some(files) = files {
                tls.insert(door, Arc::new(tls::server(files, &file, section, door != Door::Records)?));
            }
        }
        let live = Arc::new(Live::open(&config, &file, desk, figures, open)?);
        Ok(Now { config: Arc::new(config), live, tls })
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| StartError::Parts(error.to_string()))?
}

/// Looks for what was not there until it is.
async fn look_again(shared: Arc<Shared>) {
    loop {
        tokio::time::sleep(AGAIN).await;
        shared.figures.tidy();
        if shared.now().live.desk.is_err() {
            // Why not was said by it.
            drop(shared.reload().await);
        }
    }
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let wrong = |error| StartError::Listen { address, error };
    let listener = TcpListener::bind(address).await.map_err(wrong)?;
    let address = listener.local_addr().map_err(wrong)?;
    Ok((listener, address))
}

/// Takes connections until it is told to stop, then waits for them, and breaks off what is left; says whether all ended.
async fn door(which: Door, listener: TcpListener, shared: Arc<Shared>, mut stopping: watch::Receiver<bool>) -> bool {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(shared.now().config.limits.connections));
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            // The semaphore is never closed, so a place is all that can come of this.
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            _ = stopping.wait_for(|is_stopping| *is_stopping) => break,
        };
        let Ok((stream, _)) = accepted else {
            // Out of file handles, or a recipient that hung up at once: neither ends the gateway.
            tokio::time::sleep(BREATH).await;
            continue;
        };
        // Those that ended are let go of.
        while connections.try_join_next().is_some() {}
        let (shared, watcher, stopping) = (Arc::clone(&shared), graceful.watcher(), stopping.clone());
        connections.spawn(async move {
            let open = shared.figures.connections();
            open.increment(1.0);
            connection(which, stream, shared, watcher, stopping).await;
            open.decrement(1.0);
            drop(place);
        });
    }
    drop(listener);
    let wait = Duration::from_secs(shared.now().config.limits.stop_seconds);
    drop(shared);
    let ended = async {
        graceful.shutdown().await;
        while connections.join_next().await.is_some() {}
    };
    let all_ended = timeout(wait, ended).await.is_ok();
    // Here, where what records that they were broken off still runs.
    connections.shutdown().await;
    all_ended
}

async fn connection(
    door: Door,
    stream: TcpStream,
    shared: Arc<Shared>,
    watcher: hyper_util::server::graceful::Watcher,
    stopping: watch::Receiver<bool>,
) {
    // Many answers are short, and each waits for the one before.
    drop(stream.set_nodelay(true));
    let now = shared.now();
    let mut stream = TimeoutStream::new(stream);
    // A recipient that reads no more would hold its place for ever. One that sends no more of a head or a body is waited for
    // elsewhere: here it would be taken for one that listens.
    stream.set_write_timeout(Some(Duration::from_secs(now.config.limits.idle_seconds)));
    let stream = Box::pin(stream);
    match now.tls.get(&door) {
        None => requests(door, stream, shared, watcher, stopping, None).await,
        Some(tls) => {
            let acceptor = TlsAcceptor::from(Arc::clone(&tls.config));
            let Ok(Ok(stream)) = timeout(HANDSHAKE, acceptor.accept(stream)).await else { return };
            let chain = stream.get_ref().1.peer_certificates().map(|chain| chain.iter().cloned().map(CertificateDer::into_owned).collect());
            let shown = chain.map(|chain| Shown { chain, believed: Mutex::new((Arc::clone(tls), Instant::now())) });
            requests(door, stream, shared, watcher, stopping, shown).await;
        }
    }
}

/// The certificates that a connection was opened with.
struct Shown {
    chain: Vec<CertificateDer<'static>>,
    /// What they were last held against, and when.
    believed: Mutex<(Arc<tls::Server>, Instant)>,
}

impl Shown {
    /// Whether they are still in order: a connection may stay open while roots are taken away, and while a certificate runs out.
    fn holds(&self, now: &Now, door: Door) -> bool {
        let Some(tls) = now.tls.get(&door) else { return false };
        let mut believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        let (by, since) = &*believed;
        if Arc::ptr_eq(by, tls) && since.elapsed() < CERTIFICATE_FOR {
            return true;
        }
        let holds = tls.believes(&self.chain);
        if holds {
            *believed = (Arc::clone(tls), Instant::now());
        }
        holds
    }
}

async fn requests<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    door: Door,
    stream: S,
    shared: Arc<Shared>,
    watcher: hyper_util::server::graceful::Watcher,
    stopping: watch::Receiver<bool>,
    shown: Option<Shown>,
) {
    if door == Door::Icap {
        let live = || {
            let now = shared.now();
            shown.as_ref().is_none_or(|shown| shown.holds(&now, door)).then_some(now.live)
        };
        return icap::connection(stream, live, stopping).await;
    }
    let limits = shared.now().config.limits;
    let figures = Arc::clone(&shared.figures);
    let told = Arc::new(move |_: Fault| figures.malformed());
    let shown = shown.map(Arc::new);
    let service = service_fn(move |request: Request<Incoming>| {
        // What is in use when a request comes answers it to its end.
        let (now, shown) = (shared.now(), shown.clone());
        async move {
            if shown.as_ref().is_some_and(|shown| !shown.holds(&now, door)) {
                return Ok(Refused { ends_connection: true, ..Refused::nobody() }.response());
            }
            let certificate = shown.as_ref().and_then(|shown| shown.chain.first());
            Ok::<_, Infallible>(match door {
                Door::Decision => now.live.decide(&request).await,
                Door::Records | Door::Icap => now.live.answer(request, certificate).await,
            })
        }
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(limits.head_seconds))
        .max_buf_size(limits.head_bytes)
        .half_close(false);
    let connection = builder.serve_connection(TokioIo::new(Wire::new(stream, limits.head_bytes, told)), service);
    // A connection that breaks is recorded by the release that it broke.
    drop(watcher.watch(connection).await);
}

/// Health and figures, for the city's own network.
async fn admin_door(listener: TcpListener, shared: Arc<Shared>, mut stopping: watch::Receiver<bool>) -> bool {
    let places = Arc::new(Semaphore::new(ADMIN_CONNECTIONS));
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            _ = stopping.wait_for(|is_stopping| *is_stopping) => return true,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let (shared, mut stopping) = (Arc::clone(&shared), stopping.clone());
        tokio::spawn(async move {
            let service = service_fn(move |request| administer(request, Arc::clone(&shared)));
            let mut builder = http1::Builder::new();
            builder.timer(TokioTimer::new()).header_read_timeout(HANDSHAKE).keep_alive(false);
            let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
            tokio::select! {
                _ = connection.as_mut() => {}
                _ = stopping.wait_for(|is_stopping| *is_stopping) => {}
            }
            drop(place);
        });
    }
}

async fn administer(request: Request<Incoming>, shared: Arc<Shared>) -> Result<Response<Out>, Infallible> {
    let (status, kind, text) = match (request.method(), request.uri().path()) {
        (&Method::GET, "/health") => {
            let (is_well, said) = health(&shared).await;
            (if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, "application/json", said)
        }
        (&Method::GET, "/metrics") => (StatusCode::OK, "text/plain; version=0.0.4", shared.figures.text()),
        _ => (StatusCode::NOT_FOUND, "text/plain", "/health and /metrics are here\n".to_owned()),
    };
    let mut response = Response::new(whole(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    Ok(response)
}

/// Whether requests are judged, and why not.
async fn health(shared: &Shared) -> (bool, String) {
    let live = shared.now().live;
    let (law, journal) = match &live.desk {
        Err(why) => (Err(why.clone()), Ok(())),
        Ok(desk) if (desk.parts.today)().is_none() => (Err("the clock cannot be trusted".to_owned()), Ok(())),
        Ok(desk) => (Ok(desk.parts.pack.digest.clone()), desk.parts.journal.ready().await.map_err(|error| error.0)),
    };
    let not_taken = shared.not_taken.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let is_well = law.is_ok() && journal.is_ok();
    let said = json!({
        "status": if is_well { "judging" } else { "refusing" },
        "law": law.as_ref().ok(),
        "why": law.err().or(journal.err()),
        "configuration_not_taken": not_taken,
    });
    (is_well, format!("{said}\n"))
}
