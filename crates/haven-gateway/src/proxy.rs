//! The reverse proxy: one request from its first header to the last byte of its answer.

use crate::asking::{Asked, Asker, Connector, asker, connector};
use crate::body::{Ending, Passed, Piece, Scrubbed, scrubbed};
use crate::config::{Config, ConfigError, Decision, Limits, Recipient, wrong};
use crate::figures::Figures;
use crate::heads::{self, Cleaned};
use crate::icap;
use crate::journal::{End, Entry, Unrecorded};
use crate::paths;
use crate::problem::{Out, problem, whole};
use crate::proof::{Proofs, Stranger};
use crate::ruling::{AUTHORITY, Desk, PURPOSE, Place, Refusal, Ruling, Said};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::header::{
    ACCEPT_ENCODING, ALLOW, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, LOCATION, TRANSFER_ENCODING,
    WWW_AUTHENTICATE,
};
use hyper::{Method, Request, Response, StatusCode, Uri, Version};
use rustls::pki_types::CertificateDer;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::Sender;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Headers of requests that reach every origin: what is wanted, and what a body is. Who asks, and how the bytes came, do not.
const TO_ORIGIN: [&str; 7] =
    ["accept", "accept-language", "content-encoding", "content-language", "content-type", "idempotency-key", "user-agent"];

/// What requests are answered from, until it is read again.
pub(crate) struct Live {
    /// The desk, or why there is none.
    pub desk: Result<Desk, String>,
    pub limits: Limits,
    pub decision: Option<Decision>,
    pub icap: Option<icap::Service>,
    proofs: Proofs,
    origins: BTreeMap<String, Origin>,
    pub figures: Arc<Figures>,
    /// Places of bodies that are scrubbed at once.
    bodies: Arc<Semaphore>,
    /// Held by whatever must not be cut off when the gateway stops.
    open: Sender<()>,
}

/// INVARIANT: a connection to an origin serves one recipient for one purpose by one right. What an origin sends behind the end of an
/// answer is taken for the next one on its connection, and must reach nobody for whom it was not judged.
struct Origin {
    connector: Connector,
    /// Clients by recipient, purpose and authority, of which there are as few as the configuration has words.
    askers: Mutex<BTreeMap<[Option<String>; 3], Asker>>,
    authorization: Option<HeaderValue>,
}

impl Origin {
    fn asker(&self, recipient: &Recipient, entry: &Entry) -> Asker {
        let key = [Some(recipient.id.clone()), entry.purpose.clone(), entry.authority.clone()];
        let mut askers = self.askers.lock().unwrap_or_else(PoisonError::into_inner);
        askers.entry(key).or_insert_with(|| asker(self.connector.clone())).clone()
    }
}

/// A judgement by which something may leave, as it stands recorded.
pub(crate) struct Judged {
    pub ruling: Ruling,
    pub entry: Entry,
    /// Says how it ended.
    pub ending: Ending,
}

impl Live {
    pub(crate) fn open(
        config: &Config,
        file: &Path,
        desk: Result<Desk, String>,
        figures: Arc<Figures>,
        open: Sender<()>,
    ) -> Result<Self, ConfigError> {
        let mut origins = BTreeMap::new();
        for route in &config.routes {
            let key = |name: &str| format!("route {}, {name}", route.prefix);
            let wait = Duration::from_secs(config.limits.origin_seconds);
            let connector = connector(route.origin_ca.as_deref(), wait, file, &key("origin_ca"))?;
            let authorization = route.origin_authorization.as_ref().map(|path| {
                let text = std::fs::read_to_string(path).map_err(|error| format!("`{}`: {error}", path.display()));
                let value = text.and_then(|text| HeaderValue::from_str(text.trim()).map_err(|_| "other characters".to_owned()));
                value.map_err(|found| wrong(file, &key("origin_authorization"), "a file with the value of a header", &found))
            });
            let origin = Origin { connector, askers: Mutex::default(), authorization: authorization.transpose()? };
            origins.insert(route.prefix.clone(), origin);
        }
        let proofs = Proofs::open(config, file)?;
        let icap = icap::Service::open(config, &desk.as_ref().map(Desk::basis).unwrap_or_default());
        let bodies = Arc::new(Semaphore::new(config.limits.bodies));
        Ok(Self { desk, limits: config.limits, decision: config.decision.clone(), icap, proofs, origins, figures, bodies, open })
    }

    /// The desk, where there is one.
    pub(crate) fn desk(&self) -> Result<&Desk, Refused> {
        self.desk.as_ref().map_err(|_| Refused::new(503, "unavailable", "the guard cannot judge just now"))
    }

    /// The id of whoever asks.
    pub(crate) async fn who(&self, certificate: Option<&CertificateDer<'_>>, headers: &HeaderMap) -> Result<&str, Refused> {
        self.proofs.who(certificate, headers).await.map_err(|stranger| match stranger {
            Stranger::Unknown => Refused::nobody(),
            Stranger::Issuer => Refused::new(503, "issuer", "the issuer of the token cannot be asked"),
        })
    }

    /// Rules on a request and records the judgement, which is durable when this returns. Whoever asked may be gone before, and the
    /// register may be late: the judgement is recorded all the same, and then that nothing followed it.
    pub(crate) async fn judged(&self, desk: &Desk, recipient: &Recipient, place: &Place, said: Said<'_>) -> Result<Judged, Refused> {
        let (ruling, entry) = desk.ruled(recipient, place, said)?;
        let (judgement, journal) = (entry.clone(), Arc::clone(&desk.parts.journal));
        let (figures, open) = (Arc::clone(&self.figures), self.open.clone());
        let is_refused = matches!(ruling, Ruling::Refuse(_));
        let recording = tokio::spawn(async move {
            let ticket = journal.judged(judgement).await?;
            // A refusal is over with its record.
            Ok((!is_refused).then(|| Ending::new(ticket, journal, figures, open)))
        });
        let recorded = async { recording.await.unwrap_or_else(|error| Err(Unrecorded(error.to_string()))) };
        match (ruling, self.recorded(recorded).await?) {
            (ruling @ (Ruling::Release | Ruling::Scrub(_)), Some(ending)) => Ok(Judged { ruling, entry, ending }),
            (Ruling::Refuse(refusal), _) => Err(refusal.into()),
            (_, None) => Err(Unrecorded("the judgement has no end".to_owned()).into()),
        }
    }

    /// Waits for the register: one that hangs is one that is not there.
    pub(crate) async fn recorded<T>(&self, recording: impl Future<Output = Result<T, Unrecorded>>) -> Result<T, Refused> {
        let late = |_| Unrecorded("the register took too long".to_owned());
        let recorded = timeout(Duration::from_secs(self.limits.origin_seconds), recording).await;
        Ok(recorded.map_err(late).and_then(|recorded| recorded)?)
    }

    /// A place for a body that is scrubbed, where one is free in time.
    pub(crate) async fn place_of_body(&self) -> Result<OwnedSemaphorePermit, Refused> {
        // The semaphore is never closed, so a place or none in time is all that can come of this.
        match timeout(Duration::from_secs(self.limits.idle_seconds), Arc::clone(&self.bodies).acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) | Err(_) => Err(Refused::new(503, "busy", "too many bodies are looked at just now")),
        }
    }

    /// Answers a request.
    pub(crate) async fn answer(&self, request: Request<Incoming>, certificate: Option<&CertificateDer<'_>>) -> Response<Out> {
        let mut told = Told::default();
        let (response, became) = match self.ask(request, certificate, &mut told).await {
            Ok(answer) => answer,
            Err(refused) => (refused.response(), refused.reason),
        };
        self.figures.answered(&told.route, &told.recipient, became);
        response
    }

    async fn ask(
        &self,
        request: Request<Incoming>,
        certificate: Option<&CertificateDer<'_>>,
        told: &mut Told,
    ) -> Result<(Response<Out>, &'static str), Refused> {
        let desk = self.desk()?;
        if request.version() != Version::HTTP_11 {
            // Before 1.1 a body that breaks off looks like one that ends.
            return Err(Refused::new(505, "version", "HTTP/1.1 is needed"));
        }
        let path = request.uri().path().to_owned();
        let path = paths::plain(&path)?;
        let id = self.who(certificate, request.headers()).await?;
        let (recipient, place) = told.at(desk, id, path, request.method().as_str())?;
        let route = &place.route;
        let origin = self.origins.get(&route.prefix).ok_or_else(Refused::nowhere)?;
        let is_bare = matches!(*request.method(), Method::GET | Method::HEAD);
        let long = request.body().size_hint().lower();
        if long > self.limits.request_bytes || (is_bare && !request.body().is_end_stream()) {
            // What was not read would be taken for the next request.
            return Err(Refused {
                ends_connection: true,
                ..Refused::new(413, "request_body", "the body of the request does not pass here")
            });
        }
        let Judged { ruling, entry, ending } = self.judged(desk, recipient, place, said(request.headers())).await?;
        let wanted = request.method().clone();
        let asked = self.to_origin(request, place, origin, path)?;
        let wait = Duration::from_secs(self.limits.origin_seconds);
        let answer = match timeout(wait, origin.asker(recipient, &entry).request(asked)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) if is_too_long(&error) => {
                return Err(Refused { ends_connection: true, ..Refused::new(413, "request_body", "the body of the request is too long") });
            }
            Ok(Err(_)) => return Err(Refused::new(502, "origin", "the origin did not answer")),
            Err(_) => return Err(Refused::new(504, "origin", "the origin did not answer in time")),
        };
        self.to_recipient(answer, &wanted, desk, place, &ruling, ending).await
    }

    /// The request as the origin sees it.
    fn to_origin(&self, request: Request<Incoming>, place: &Place, origin: &Origin, path: &str) -> Result<Request<Asked>, Refused> {
        let route = &place.route;
        let address = match path.strip_prefix(route.prefix.as_str()) {
            Some(rest) => format!("{}{rest}", route.origin),
            // The folder itself, asked for without its `/`.
            None => route.origin.trim_end_matches('/').to_owned(),
        };
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        let uri: Uri = format!("{address}{query}").parse().map_err(|_| Refused::new(400, "path", "a path"))?;
        let (parts, body) = request.into_parts();
        let body = if body.is_end_stream() {
            Empty::new().map_err(|never| match never {}).boxed()
        } else {
            let length = usize::try_from(self.limits.request_bytes).unwrap_or(usize::MAX);
            Limited::new(body, length).map_err(Into::into).boxed()
        };
        let mut asked = Request::new(body);
        *asked.method_mut() = parts.method;
        *asked.uri_mut() = uri;
        let more = route.request_headers.iter().map(String::as_str);
        copy(&parts.headers, asked.headers_mut(), TO_ORIGIN.into_iter().chain(more));
        // Compressed bytes would have to be unpacked here again, and a part of a body cannot be read.
        asked.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if let Some(value) = &origin.authorization {
            asked.headers_mut().insert(AUTHORIZATION, value.clone());
        }
        Ok(asked)
    }

    /// The answer as the recipient sees it.
    async fn to_recipient(
        &self,
        answer: Response<Incoming>,
        wanted: &Method,
        desk: &Desk,
        place: &Place,
        ruling: &Ruling,
        ending: Ending,
    ) -> Result<(Response<Out>, &'static str), Refused> {
        let (parts, body) = answer.into_parts();
        let read = heads::cleaned(parts.status, &parts.headers, desk, place, ruling)
            .and_then(|cleaned| Ok((cleaned, heads::led(&parts.headers, desk, &place.route, ruling)?)));
        let (Cleaned { headers, kind, encoding }, to) = match read {
            Ok(read) => read,
            Err(refused) => {
                ending.over(End::Blocked);
                return Err(refused);
            }
        };
        let mut response = Response::new(whole(Bytes::new()));
        *response.status_mut() = parts.status;
        *response.headers_mut() = headers;
        if let Some(to) = to {
            response.headers_mut().insert(LOCATION, to);
        }
        let detector = &desk.parts.detector;
        let has_no_body =
            *wanted == Method::HEAD || matches!(parts.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) || body.is_end_stream();
        // A body that ends where the connection does may have broken off there.
        if !has_no_body && ![CONTENT_LENGTH, TRANSFER_ENCODING].iter().any(|name| parts.headers.contains_key(name)) {
            ending.over(End::Blocked);
            return Err(Refused::blocked("the origin does not say where its answer ends".to_owned()));
        }
        let idle = Duration::from_secs(self.limits.idle_seconds);
        let became = match ruling {
            Ruling::Release => "released",
            Ruling::Scrub(_) => "scrubbed",
            Ruling::Refuse(_) => return Err(Refused::new(403, "prohibited", "nothing leaves")),
        };
        if has_no_body {
            ending.over(End::Whole);
            return Ok((response, became));
        }
        let Ruling::Scrub(policy) = ruling else {
            *response.body_mut() = Passed::new(body, idle, ending, self.figures.bytes()).boxed();
            return Ok((response, became));
        };
        let place = match self.place_of_body().await {
            Ok(place) => place,
            Err(refused) => {
                ending.over(End::Aborted);
                return Err(refused);
            }
        };
        let mut pieces = scrubbed(body, kind, encoding, Arc::clone(detector), Arc::clone(policy), idle, place);
        match pieces.recv().await {
            Some(Piece::Some(first)) => {
                let body = Scrubbed { first: Some(first), rest: pieces, ending: Some(ending), bytes: self.figures.bytes() };
                *response.body_mut() = body.boxed();
                Ok((response, became))
            }
            Some(Piece::Whole) => {
                ending.over(End::Whole);
                Ok((response, became))
            }
            Some(Piece::Blocked(reason)) => {
                ending.over(End::Blocked);
                Err(Refused::blocked(reason.to_string()))
            }
            Some(Piece::Broken) | None => {
                ending.over(End::Aborted);
                Err(Refused::new(502, "origin", "the origin broke off"))
            }
        }
    }
}

/// What is counted of a request: words of the configuration.
pub(crate) struct Told {
    pub route: String,
    pub recipient: String,
}

impl Default for Told {
    fn default() -> Self {
        Self { route: "-".to_owned(), recipient: "-".to_owned() }
    }
}

impl Told {
    /// The recipient and the place of a request.
    pub(crate) fn at<'d>(&mut self, desk: &'d Desk, id: &str, path: &str, method: &str) -> Result<(&'d Recipient, &'d Place), Refused> {
        let recipient = desk.recipient(id).ok_or_else(Refused::nobody)?;
        self.recipient.clone_from(&recipient.id);
        let place = desk.place(path)?;
        let route = &place.route;
        self.route.clone_from(&route.prefix);
        if !route.methods.contains(method) {
            let methods = route.methods.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            return Err(Refused { methods: Some(methods), ..Refused::new(405, "method", "this method does not pass here") });
        }
        Ok((recipient, place))
    }
}

/// An answer that is no record.
pub(crate) struct Refused {
    pub status: StatusCode,
    pub reason: &'static str,
    pub detail: String,
    pub clauses: Vec<String>,
    pub methods: Option<String>,
    pub ends_connection: bool,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::FORBIDDEN);
        Self { clauses: refusal.clauses, ..Self::of(status, refusal.reason.name(), refusal.reason.words()) }
    }
}

impl From<Unrecorded> for Refused {
    fn from(Unrecorded(why): Unrecorded) -> Self {
        tracing::error!(why, "a judgement could not be recorded; nothing left");
        Self::new(503, "unrecorded", "the judgement could not be recorded")
    }
}

impl Refused {
    pub(crate) fn nobody() -> Self {
        Self::new(401, "unknown_recipient", "nobody is known by what was shown")
    }

    /// As an answer.
    pub(crate) fn response(&self) -> Response<Out> {
        let mut response = problem(self.status, self.reason, &self.detail, &self.clauses);
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(methods) = self.methods.as_ref().and_then(|methods| HeaderValue::from_str(methods).ok()) {
            response.headers_mut().insert(ALLOW, methods);
        }
        if self.ends_connection {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    pub(crate) fn nowhere() -> Self {
        Self::new(404, "no_route", "no records are here")
    }

    pub(crate) fn blocked(detail: String) -> Self {
        Self::of(StatusCode::BAD_GATEWAY, "blocked", detail)
    }

    pub(crate) fn new(status: u16, reason: &'static str, detail: &str) -> Self {
        Self::of(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), reason, detail.to_owned())
    }

    fn of(status: StatusCode, reason: &'static str, detail: String) -> Self {
        Self { status, reason, detail, clauses: Vec::new(), methods: None, ends_connection: false }
    }
}

/// What a request says of itself.
pub(crate) fn said(headers: &HeaderMap) -> Said<'_> {
    Said { purpose: word(headers, PURPOSE), authority: word(headers, AUTHORITY) }
}

/// The one word of a header; several are none.
pub(crate) fn word<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok()).map(str::trim)
}

/// Copies headers of these names, once each.
pub(crate) fn copy<'n>(from: &HeaderMap, to: &mut HeaderMap, names: impl Iterator<Item = &'n str>) {
    for name in names.filter_map(|name| HeaderName::from_bytes(name.as_bytes()).ok()) {
        if to.contains_key(&name) {
            continue;
        }
        for value in from.get_all(&name) {
            to.append(name.clone(), value.clone());
        }
    }
}

/// Whether the body of a request was longer than may be.
fn is_too_long(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}
