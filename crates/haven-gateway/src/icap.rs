//! The guard as a service of ICAP (RFC 3507), for proxies that a city has already: Squid, and what speaks the same.
//!
//! REQMOD judges a request before the origin hears of it; RESPMOD judges again, records, and scrubs what the origin answers. What
//! cannot be judged, read or scrubbed is answered by a refusal in place of the body; what goes wrong behind the first byte breaks
//! the connection, which a proxy that must not bypass the service hands on as a transfer that broke off. INVARIANT: no byte of an
//! answer goes back before its judgement is durable, and never one that was not scrubbed where something is withheld.

pub mod wire;

use crate::body::{Ending, In, Piece, scrubbing};
use crate::config::{Config, Proof, Recipient, Route};
use crate::heads::{Cleaned, cleaned, led_as_it_stands};
use crate::journal::End;
use crate::paths::{self, Ways};
use crate::problem;
use crate::proxy::{Judged, Live, Refused, Told, said};
use crate::ruling::{Desk, Place, Ruling};
use bytes::{Bytes, BytesMut};
use haven_guard::Scrubber;
use hyper::StatusCode;
use hyper::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    IF_RANGE, IF_UNMODIFIED_SINCE, LOCATION, RANGE, WWW_AUTHENTICATE,
};
use metrics::Counter;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc::Receiver;
use tokio::sync::watch;
use tokio::time::timeout;
use wire::{Asked, Chunks, Fault, Last, Message, Method};

/// The path of the service that looks at requests.
const REQMOD: &str = "/reqmod";
/// The path of the service that looks at answers.
const RESPMOD: &str = "/respmod";
/// How long a proxy may go by what OPTIONS said, in seconds.
const OPTIONS_SECONDS: u32 = 60;
/// How much is read at once.
const READ_BYTES: usize = 16 * 1024;
/// The most that is held of a preview: none is asked for.
const PREVIEW_BYTES_MAX: usize = 64 * 1024;
/// What is still read of a body whose answer is known, so that the proxy hears the answer.
const DRAINED_BYTES_MAX: usize = 1 << 20;
/// What does not reach the origin: what a request asks of its bytes, which are not those that leave, and what would have it do
/// something else, or elsewhere, than was judged.
const NOT_TO_ORIGIN: [HeaderName; 12] = [
    RANGE,
    IF_RANGE,
    IF_MATCH,
    IF_NONE_MATCH,
    IF_MODIFIED_SINCE,
    IF_UNMODIFIED_SINCE,
    ACCEPT_ENCODING,
    HeaderName::from_static("x-http-method"),
    HeaderName::from_static("x-http-method-override"),
    HeaderName::from_static("x-method-override"),
    HeaderName::from_static("x-original-url"),
    HeaderName::from_static("x-rewrite-url"),
];

/// What the service knows beside the desk.
pub(crate) struct Service {
    /// Prefixes of routes by what addresses of records begin with.
    sites: Ways,
    /// What those addresses begin with, each with the prefix of its route.
    bases: Vec<(String, String)>,
    /// Ids of recipients by the address from which the proxy is asked.
    addresses: BTreeMap<IpAddr, String>,
    /// Ids of recipients by the name that the proxy knows them by.
    users: BTreeMap<String, String>,
    user_header: String,
    user_is_base64: bool,
    /// What changes with whatever answers depend on.
    tag: String,
}

impl Service {
    /// The service of a configuration, where it has one. `basis` changes with what answers depend on.
    pub(crate) fn open(config: &Config, basis: &str) -> Option<Self> {
        let icap = config.icap.as_ref()?;
        let origins = config.routes.iter().map(|Route { origin, prefix, .. }| (origin, prefix));
        let bases: Vec<_> = icap.sites.iter().chain(origins).map(|(url, prefix)| (url.clone(), prefix.clone())).collect();
        let way = |(url, prefix): &(String, String)| site(url).map(|(host, path)| (host, path, prefix.clone()));
        let sites = Ways::of(bases.iter().filter_map(way));
        let (mut addresses, mut users) = (BTreeMap::new(), BTreeMap::new());
        for recipient in &config.recipients {
            match &recipient.proof {
                Proof::ClientAddress(list) => addresses.extend(list.iter().map(|address| (address.to_canonical(), recipient.id.clone()))),
                Proof::ClientUser(list) => users.extend(list.iter().map(|user| (user.clone(), recipient.id.clone()))),
                Proof::CertificateSha256(_) | Proof::CertificateName(_) | Proof::KeySha256(_) | Proof::Token { .. } => {}
            }
        }
        let tag = Sha256::digest(basis).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Some(Self {
            sites,
            bases,
            addresses,
            users,
            user_header: icap.user_header.to_ascii_lowercase(),
            user_is_base64: icap.user_is_base64,
            tag,
        })
    }

    /// What addresses of the records of a route begin with.
    fn bases(&self, prefix: &str) -> impl Iterator<Item = &str> {
        self.bases.iter().filter(move |(_, of)| of == prefix).map(|(url, _)| url.as_str())
    }

    /// The prefix of the route of a request, by the whole address: the same path of another host is another record.
    fn route(&self, asked: &Asked) -> Result<&str, Refused> {
        let site = if asked.target.starts_with('/') {
            let host = asked.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
            spelled("http", host, &asked.target)
        } else {
            site(&asked.target)
        };
        let (host, path) = site.ok_or_else(|| Refused::new(400, "path", "an address of a record"))?;
        Ok(self.sites.to(&host, paths::plain(&path)?)?)
    }

    /// Who asks, by what the request shows and by what the proxy says. What is shown and is nobody's is never overlooked because
    /// something else is somebody's.
    async fn who<'l>(&'l self, live: &'l Live, message: &Message, asked: &Asked) -> Result<&'l str, Refused> {
        let mut ids = Vec::new();
        if asked.headers.contains_key(AUTHORIZATION) {
            ids.push(live.who(None, &asked.headers).await?);
        }
        if !self.users.is_empty() {
            let mut shown = message.headers.get_all(&self.user_header).iter();
            match (shown.next(), shown.next()) {
                (None, _) => {}
                (Some(user), None) => ids.push(self.user(user.as_bytes()).ok_or_else(Refused::nobody)?),
                (Some(_), Some(_)) => return Err(Refused::nobody()),
            }
        }
        let mut shown = message.headers.get_all("x-client-ip").iter();
        match (shown.next(), shown.next()) {
            (Some(address), None) => {
                let address = address.to_str().ok().and_then(|address| address.trim().parse::<IpAddr>().ok());
                // Everybody has an address: one that is nobody's says nothing.
                ids.extend(address.and_then(|address| self.addresses.get(&address.to_canonical())).map(String::as_str));
            }
            (None, _) => {}
            (Some(_), Some(_)) => return Err(Refused::nobody()),
        }
        match ids.split_first() {
            Some((first, rest)) if rest.iter().all(|id| id == first) => Ok(first),
            _ => Err(Refused::nobody()),
        }
    }

    fn user(&self, shown: &[u8]) -> Option<&str> {
        use base64::Engine as _;
        let name = if self.user_is_base64 {
            String::from_utf8(base64::engine::general_purpose::STANDARD.decode(shown).ok()?).ok()?
        } else {
            std::str::from_utf8(shown).ok()?.to_owned()
        };
        self.users.get(&name).map(String::as_str)
    }
}

/// The host, in one spelling, and the path of an address; none of what is no address with a path.
pub(crate) fn site(url: &str) -> Option<(String, String)> {
    let (scheme, rest) = url.split_once("://")?;
    let (host, target) = rest.split_at_checked(rest.find(['/', '?'])?)?;
    spelled(scheme, host, target)
}

/// The same of its parts.
fn spelled(scheme: &str, host: &str, target: &str) -> Option<(String, String)> {
    let usual = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    // What a proxy calls a host may be what its client wrote: with a path in it, another record would be judged.
    if host.is_empty() || !host.chars().all(|letter| letter.is_ascii_alphanumeric() || "-._:[]".contains(letter)) {
        return None;
    }
    let host = host.to_ascii_lowercase();
    let path = target.split('?').next().unwrap_or_default();
    // The port stands in it, since another one may be another server. Colons of an address stand in brackets.
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| !port.is_empty() && !port.contains(']'));
    let host = if has_port { host } else { format!("{}:{usual}", host.trim_end_matches(':')) };
    Some((host, path.to_owned()))
}

/// Whether a connection goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    Again,
    Close,
}

/// Why a connection cannot go on.
#[derive(Debug)]
enum Trouble {
    /// What was sent has no reading.
    Fault(Fault),
    /// The other side is gone or silent.
    Gone,
    /// The body is not as long as its head says: the origin broke off, which Squid does not tell.
    Uneven,
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<io::Error> for Trouble {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

/// Answers what comes over a connection until it is over. `live` is asked anew for each message, and gives none where nobody is to
/// be talked to any longer; a gateway that stops ends the connection between two.
pub(crate) async fn connection<S>(stream: S, live: impl Fn() -> Option<Arc<Live>>, mut stopping: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (from, mut to) = tokio::io::split(stream);
    let Some(limits) = live().map(|live| live.limits) else { return };
    let mut reader = Reader { from, held: BytesMut::new(), idle: Duration::from_secs(limits.idle_seconds) };
    loop {
        let is_asked = tokio::select! {
            is_asked = reader.begins() => is_asked,
            _ = stopping.wait_for(|is_stopping| *is_stopping) => false,
        };
        if !is_asked {
            break;
        }
        let head = reader.head(limits.head_bytes, Duration::from_secs(limits.head_seconds)).await;
        // What is in use when a message comes answers it to its end.
        let Some(live) = live() else { break };
        let then = match head {
            Ok(head) => answer(&head, &live, &mut reader, &mut to).await,
            Err(trouble) => Err(trouble),
        };
        match then {
            Ok(Then::Again) => {}
            Ok(Then::Close) | Err(Trouble::Gone | Trouble::Uneven) => break,
            Err(Trouble::Fault(fault)) => {
                live.figures.malformed();
                tracing::warn!(%fault, "a message of ICAP has no reading");
                // Whoever sent it may be gone.
                drop(to.write_all(b"ICAP/1.0 400 Bad Request\r\nConnection: close\r\n\r\n").await);
                break;
            }
        }
    }
    drop(to.shutdown().await);
}

/// Answers one message.
async fn answer<R, W>(head: &[u8], live: &Live, reader: &mut Reader<R>, to: &mut W) -> Result<Then, Trouble>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let message = wire::message(head)?;
    let Some(service) = &live.icap else { return Err(Trouble::Gone) };
    let is_here = match message.method {
        Method::Options => message.service == REQMOD || message.service == RESPMOD,
        Method::Reqmod => message.service == REQMOD,
        Method::Respmod => message.service == RESPMOD,
    };
    if !is_here {
        to.write_all(b"ICAP/1.0 404 No Such Service\r\nConnection: close\r\n\r\n").await?;
        return Ok(Then::Close);
    }
    if message.method == Method::Options {
        let method = if message.service == REQMOD { "REQMOD" } else { "RESPMOD" };
        to.write_all(service.options(method, live.limits.connections).as_bytes()).await?;
        to.flush().await?;
        return Ok(Then::Again);
    }
    let parts = &message.parts;
    if parts.response.end > live.limits.head_bytes.saturating_mul(2) {
        return Err(Fault::Long.into());
    }
    let heads = reader.exact(parts.response.end).await?;
    let asked = wire::asked(heads.get(parts.request.clone()).unwrap_or_default())?;
    let answered = match message.method {
        Method::Respmod => Some(wire::answered(heads.get(parts.response.clone()).unwrap_or_default())?),
        Method::Reqmod | Method::Options => None,
    };
    let mut body = Input {
        length: None,
        seen: 0,
        reader,
        chunks: Chunks::default(),
        held: Vec::new(),
        state: if parts.has_body { More::Comes } else { More::Over },
    };
    if message.is_preview {
        body.preview().await?;
    }
    let mut told = Told::default();
    let case = Case { live, service, message: &message, asked: &asked };
    let dealt = match answered {
        None => case.requested(&mut body, to, &mut told).await,
        Some((status, headers)) => case.responded(status, &headers, &mut body, to, &mut told).await,
    };
    let became = match dealt {
        Ok(became) => became,
        Err(Failed::Trouble(trouble)) => return Err(trouble),
        Err(Failed::Refused(refused)) => {
            let (head, said) = written(&refused);
            service.put(to, "res", &head, Some(said.as_bytes())).await?;
            refused.reason
        }
    };
    live.figures.answered(&told.route, &told.recipient, became);
    to.flush().await?;
    body.rest().await
}

/// A message that is to be looked at.
struct Case<'l> {
    live: &'l Live,
    service: &'l Service,
    message: &'l Message,
    asked: &'l Asked,
}

impl Case<'_> {
    /// Who asks, and where.
    async fn at<'l>(&'l self, told: &mut Told) -> Result<(&'l Desk, &'l Recipient, &'l Place), Refused> {
        let Self { live, service, message, asked } = self;
        if asked.is_old {
            return Err(Refused::new(505, "version", "HTTP/1.1 is needed"));
        }
        let desk = live.desk()?;
        let id = service.who(live, message, asked).await?;
        let (recipient, place) = told.at(desk, id, service.route(asked)?, &asked.method)?;
        Ok((desk, recipient, place))
    }

    /// Looks at a request before its origin hears of it.
    async fn requested<R, W>(&self, body: &mut Input<'_, R>, to: &mut W, told: &mut Told) -> Result<&'static str, Failed>
    where
        R: AsyncRead + Unpin,
        W: AsyncWrite + Unpin,
    {
        let Self { live, service, message, asked } = self;
        let (desk, recipient, place) = self.at(told).await?;
        if let Some(refusal) = live.recorded(desk.refused(recipient, place, said(&asked.headers))).await? {
            return Err(Refused::from(refusal).into());
        }
        // As at the gateway: nobody looks into what a request brings, so there is no more of it than its records need.
        let long = length(&asked.headers).map_err(|_| Refused::new(400, "request_body", "a length that stands once"))?;
        let is_bare = matches!(asked.method.as_str(), "GET" | "HEAD");
        if long.is_some_and(|long| long > live.limits.request_bytes) || (is_bare && message.parts.has_body) {
            return Err(Refused::new(413, "request_body", "the body of the request does not pass here").into());
        }
        let mut headers = asked.headers.clone();
        for name in &NOT_TO_ORIGIN {
            headers.remove(name);
        }
        let is_same = headers.len() == asked.headers.len() && (long.is_some() || !message.parts.has_body);
        if is_same && (message.may_leave || message.is_preview) {
            to.write_all(service.as_it_is().as_bytes()).await?;
            return Ok("passed");
        }
        let head = wire::written(&format!("{} {} HTTP/1.1", asked.method, asked.target), &headers);
        if !message.parts.has_body {
            service.put(to, "req", &head, None).await?;
            return Ok("passed");
        }
        body.go_on(to).await?;
        let mut whole = Vec::new();
        while let Some(piece) = body.next().await? {
            whole.extend_from_slice(&piece);
            if whole.len() as u64 > live.limits.request_bytes {
                return Err(Refused::new(413, "request_body", "the body of the request is too long").into());
            }
        }
        service.put(to, "req", &head, Some(&whole)).await?;
        Ok("passed")
    }

    /// Looks at an answer: judges it by the request that it answers, and hands it back without what must not leave.
    async fn responded<R, W>(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        body: &mut Input<'_, R>,
        to: &mut W,
        told: &mut Told,
    ) -> Result<&'static str, Failed>
    where
        R: AsyncRead + Unpin,
        W: AsyncWrite + Unpin,
    {
        let Self { live, service, message, asked } = self;
        let (desk, recipient, place) = self.at(told).await?;
        let Judged { ruling, ending, .. } = live.judged(desk, recipient, place, said(&asked.headers)).await?;
        let became = if matches!(ruling, Ruling::Scrub(_)) { "scrubbed" } else { "released" };
        let detector = &desk.parts.detector;
        let read = length(headers).and_then(|length| {
            let cleaned = cleaned(status, headers, desk, place, &ruling)?;
            // What nobody can read is not asked for. Squid, too, does not hear a refusal that comes at once behind "go on".
            match &ruling {
                Ruling::Scrub(policy) if message.parts.has_body && length != Some(0) => {
                    let begun = Scrubber::new(detector, policy).begin(&cleaned.kind, &cleaned.encoding);
                    begun.map_err(|reason| Refused::blocked(reason.to_string()))?;
                }
                Ruling::Scrub(_) | Ruling::Release | Ruling::Refuse(_) => {}
            }
            Ok((length, cleaned, led_as_it_stands(headers, desk, service.bases(&place.route.prefix), &ruling)?))
        });
        let (length, Cleaned { mut headers, kind, encoding }, leads) = match read {
            Ok(read) => read,
            Err(refused) => {
                ending.over(End::Blocked);
                return Err(refused.into());
            }
        };
        if let Some(leads) = leads {
            headers.insert(LOCATION, leads);
        }
        let head = wire::written(&format!("HTTP/1.1 {} {}", status.as_u16(), status.canonical_reason().unwrap_or_default()), &headers);
        if !message.parts.has_body {
            ending.over(End::Whole);
            service.put(to, "res", &head, None).await?;
            return Ok(became);
        }
        // A body of nothing needs no place and no type.
        let scrubber = match &ruling {
            Ruling::Scrub(policy) if length != Some(0) => match live.place_of_body().await {
                Ok(place) => Some((Arc::clone(policy), place)),
                Err(refused) => {
                    ending.over(End::Aborted);
                    return Err(refused.into());
                }
            },
            Ruling::Scrub(_) | Ruling::Release | Ruling::Refuse(_) => None,
        };
        body.length = length;
        body.go_on(to).await?;
        let bytes = live.figures.bytes();
        let out = Out { service, head, to, bytes, is_begun: false };
        match scrubber {
            Some((policy, place)) => {
                let (input, pieces, _) = scrubbing(kind, encoding, Arc::clone(detector), policy, place);
                let fed = async move {
                    while let Some(piece) = body.next().await? {
                        if input.send(In::Some(piece)).await.is_err() {
                            break;
                        }
                    }
                    drop(input.send(In::End).await);
                    Ok::<_, Trouble>(())
                };
                scrubbed(fed, pieces, out, ending).await?;
            }
            None => passed(body, out, ending).await?,
        }
        Ok(became)
    }
}

/// Hands on what comes out of the thread, while it is fed.
async fn scrubbed<W: AsyncWrite + Unpin>(
    feeding: impl Future<Output = Result<(), Trouble>>,
    mut pieces: Receiver<Piece>,
    mut out: Out<'_, W>,
    ending: Ending,
) -> Result<(), Failed> {
    let mut feeding = std::pin::pin!(feeding);
    let mut is_fed = false;
    loop {
        let piece = tokio::select! {
            biased;
            piece = pieces.recv() => piece,
            fed = feeding.as_mut(), if !is_fed => {
                is_fed = true;
                fed.map_err(|trouble| out.failed(trouble))?;
                continue;
            }
        };
        match piece {
            Some(Piece::Some(bytes)) => out.some(&bytes).await?,
            Some(Piece::Whole) => {
                out.whole().await?;
                ending.over(End::Whole);
                return Ok(());
            }
            Some(Piece::Blocked(reason)) => {
                ending.over(End::Blocked);
                if out.is_begun {
                    return Err(Trouble::Gone.into());
                }
                return Err(Refused::blocked(reason.to_string()).into());
            }
            Some(Piece::Broken) | None => return Err(Trouble::Gone.into()),
        }
    }
}

/// Hands on a body of which nothing is withheld.
async fn passed<R, W>(body: &mut Input<'_, R>, mut out: Out<'_, W>, ending: Ending) -> Result<(), Failed>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    while let Some(piece) = body.next().await.map_err(|trouble| out.failed(trouble))? {
        out.some(&piece).await?;
    }
    out.whole().await?;
    ending.over(End::Whole);
    Ok(())
}

/// A body on its way back. Its head leaves with its first piece: until then a refusal can stand in its place.
struct Out<'l, W> {
    service: &'l Service,
    head: Vec<u8>,
    to: &'l mut W,
    bytes: Counter,
    is_begun: bool,
}

impl<W: AsyncWrite + Unpin> Out<'_, W> {
    /// What can be said of trouble with the body: behind its first byte nothing.
    fn failed(&self, trouble: Trouble) -> Failed {
        match trouble {
            Trouble::Uneven if !self.is_begun => Refused::new(502, "origin", "the origin broke off").into(),
            Trouble::Fault(fault) if !self.is_begun => Trouble::Fault(fault).into(),
            Trouble::Uneven | Trouble::Fault(_) | Trouble::Gone => Trouble::Gone.into(),
        }
    }

    async fn some(&mut self, piece: &[u8]) -> Result<(), Trouble> {
        self.begin().await?;
        if piece.is_empty() {
            // A chunk of nothing is the last one.
            return Ok(());
        }
        self.to.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).await?;
        self.to.write_all(piece).await?;
        self.to.write_all(b"\r\n").await?;
        self.bytes.increment(piece.len() as u64);
        Ok(())
    }

    async fn whole(&mut self) -> Result<(), Trouble> {
        self.begin().await?;
        self.to.write_all(b"0\r\n\r\n").await?;
        Ok(self.to.flush().await?)
    }

    async fn begin(&mut self) -> Result<(), Trouble> {
        if !std::mem::replace(&mut self.is_begun, true) {
            self.to.write_all(self.service.adapted("res", self.head.len(), true).as_bytes()).await?;
            self.to.write_all(&self.head).await?;
        }
        Ok(())
    }
}

impl Service {
    fn options(&self, method: &str, connections: usize) -> String {
        format!(
            "ICAP/1.0 200 OK\r\nMethods: {method}\r\nService: Haven guard\r\nISTag: \"{}\"\r\nEncapsulated: null-body=0\r\nAllow: 204\r\n\
             Preview: 0\r\nTransfer-Preview: *\r\nMax-Connections: {connections}\r\nOptions-TTL: {OPTIONS_SECONDS}\r\n\r\n",
            self.tag
        )
    }

    fn as_it_is(&self) -> String {
        format!("ICAP/1.0 204 No Modifications Needed\r\nISTag: \"{}\"\r\nEncapsulated: null-body=0\r\n\r\n", self.tag)
    }

    /// Before a message of HTTP that stands in the place of the one that came.
    fn adapted(&self, what: &str, head_bytes: usize, has_body: bool) -> String {
        let body = if has_body { format!("{what}-body") } else { "null-body".to_owned() };
        format!("ICAP/1.0 200 OK\r\nISTag: \"{}\"\r\nEncapsulated: {what}-hdr=0, {body}={head_bytes}\r\n\r\n", self.tag)
    }

    /// A message that is there as a whole.
    async fn put<W: AsyncWrite + Unpin>(&self, to: &mut W, what: &str, head: &[u8], body: Option<&[u8]>) -> Result<(), Trouble> {
        let mut out = self.adapted(what, head.len(), body.is_some()).into_bytes();
        out.extend_from_slice(head);
        if let Some(body) = body {
            if !body.is_empty() {
                out.extend_from_slice(format!("{:x}\r\n", body.len()).as_bytes());
                out.extend_from_slice(body);
                out.extend_from_slice(b"\r\n");
            }
            out.extend_from_slice(b"0\r\n\r\n");
        }
        Ok(to.write_all(&out).await?)
    }
}

/// How long a body is, where its head says so.
fn length(headers: &HeaderMap) -> Result<Option<u64>, Refused> {
    let mut lengths = headers.get_all(CONTENT_LENGTH).iter().map(|length| length.to_str().ok()?.parse::<u64>().ok());
    match (lengths.next(), lengths.next()) {
        (None, _) => Ok(None),
        (Some(Some(length)), None) => Ok(Some(length)),
        _ => Err(Refused::blocked("the origin names several lengths, or one that is none".to_owned())),
    }
}

/// A refusal as a head and a body of HTTP.
fn written(refused: &Refused) -> (Vec<u8>, String) {
    let said = problem::said(refused.status, refused.reason, &refused.detail, &refused.clauses);
    let mut headers = problem::headers();
    headers.insert(CONTENT_LENGTH, HeaderValue::from(said.len()));
    if refused.status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    let first = format!("HTTP/1.1 {} {}", refused.status.as_u16(), refused.status.canonical_reason().unwrap_or("Refused"));
    (wire::written(&first, &headers), said)
}

/// Why a message is not dealt with.
enum Failed {
    /// It is answered by a refusal.
    Refused(Refused),
    /// It cannot be answered.
    Trouble(Trouble),
}

impl From<Refused> for Failed {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<Trouble> for Failed {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Trouble(error.into())
    }
}

/// What comes over a connection.
struct Reader<R> {
    from: R,
    /// What came, and is not dealt with.
    held: BytesMut,
    /// How long something may take to come.
    idle: Duration,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    /// Waits for a message; whether one begins.
    async fn begins(&mut self) -> bool {
        !self.held.is_empty() || self.more().await.is_ok()
    }

    async fn more(&mut self) -> Result<(), Trouble> {
        self.held.reserve(READ_BYTES);
        match timeout(self.idle, self.from.read_buf(&mut self.held)).await {
            Ok(Ok(1..)) => Ok(()),
            Ok(Ok(0) | Err(_)) | Err(_) => Err(Trouble::Gone),
        }
    }

    /// A head, with the empty line that ends it.
    async fn head(&mut self, bytes_max: usize, within: Duration) -> Result<Bytes, Trouble> {
        let reading = async {
            let mut seen = 0_usize;
            loop {
                // What ends a head may have come in two parts.
                let from = seen.saturating_sub(3);
                let end = self.held.get(from..).and_then(|held| held.windows(4).position(|end| end == b"\r\n\r\n"));
                seen = self.held.len();
                match end.map(|at| from + at + 4) {
                    Some(end) if end <= bytes_max => return Ok(self.held.split_to(end).freeze()),
                    None if seen <= bytes_max => self.more().await?,
                    _ => return Err(Fault::Long.into()),
                }
            }
        };
        timeout(within, reading).await.unwrap_or(Err(Trouble::Gone))
    }

    async fn exact(&mut self, bytes: usize) -> Result<Bytes, Trouble> {
        while self.held.len() < bytes {
            self.more().await?;
        }
        Ok(self.held.split_to(bytes).freeze())
    }
}

/// The body of a message.
struct Input<'r, R> {
    reader: &'r mut Reader<R>,
    chunks: Chunks,
    /// How long it is, where its head says so, and how much of it came.
    length: Option<u64>,
    seen: u64,
    /// What of it was read already.
    held: Vec<u8>,
    state: More,
}

/// What is still to come of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum More {
    /// Some of it.
    Comes,
    /// What there is, if it is asked for.
    Asked,
    /// Nothing.
    Over,
}

impl<R: AsyncRead + Unpin> Input<'_, R> {
    /// The next piece; none behind the last.
    async fn next(&mut self) -> Result<Option<Bytes>, Trouble> {
        loop {
            if !self.held.is_empty() {
                self.seen += self.held.len() as u64;
                if self.length.is_some_and(|length| length < self.seen) {
                    return Err(Trouble::Uneven);
                }
                return Ok(Some(Bytes::from(std::mem::take(&mut self.held))));
            }
            match self.state {
                More::Comes => {}
                More::Over if self.length.is_some_and(|length| length != self.seen) => return Err(Trouble::Uneven),
                More::Over | More::Asked => return Ok(None),
            }
            self.read().await?;
        }
    }

    /// Reads on into what is held.
    async fn read(&mut self) -> Result<Option<Last>, Trouble> {
        if self.reader.held.is_empty() {
            self.reader.more().await?;
        }
        let (taken, last) = self.chunks.push(&self.reader.held, &mut self.held)?;
        drop(self.reader.held.split_to(taken));
        if last.is_some() {
            self.state = More::Over;
        }
        Ok(last)
    }

    /// Reads what a proxy sends before it asks.
    async fn preview(&mut self) -> Result<(), Trouble> {
        loop {
            match self.read().await? {
                Some(Last::Over) => self.state = More::Asked,
                Some(Last::Whole) => {}
                None if self.held.len() > PREVIEW_BYTES_MAX => return Err(Fault::Long.into()),
                None => continue,
            }
            return Ok(());
        }
    }

    /// Asks for what is behind a preview.
    async fn go_on<W: AsyncWrite + Unpin>(&mut self, to: &mut W) -> Result<(), Trouble> {
        if self.state == More::Asked {
            to.write_all(b"ICAP/1.0 100 Continue\r\n\r\n").await?;
            to.flush().await?;
            self.state = More::Comes;
        }
        Ok(())
    }

    /// Reads to the end of a body that is not needed, so that the next message can be found; one that is too long is not worth it.
    async fn rest(&mut self) -> Result<Then, Trouble> {
        let mut left = DRAINED_BYTES_MAX;
        while let Some(piece) = self.next().await? {
            let Some(now) = left.checked_sub(piece.len()) else { return Ok(Then::Close) };
            left = now;
        }
        Ok(Then::Again)
    }
}
