//! No other site can send a form here in somebody's name, or be taken for this one.
//!
//! A browser says where a request comes from, in a header that no page can change. Requests that only read pass; a program
//! that is no browser says nothing of the kind, and passes as long as it brings no session.
//!
//! A name of another site can be made to lead to this machine (DNS rebinding): then a page of theirs is, to the browser, a page
//! of ours. The browser still names the host that it believes to speak to, and whoever asks for another one is not answered.

use super::super::App;
use super::super::here::Here;
use super::super::problem::Problem;
use super::{cookie_of, notice};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;
use std::sync::Arc;

/// What is asked by machines that know this one by its address only, and says nothing of anybody.
const BY_ANY_NAME: [&str; 2] = ["/healthz", "/readyz"];

/// The hosts by which this service may be asked: that of `public_url`, this machine's own names, and where it listens.
pub(in super::super) struct Hosts {
    public: Option<String>,
    listens: IpAddr,
}

impl Hosts {
    /// For a service that is reached there.
    pub(super) fn new(public_url: Option<&str>, listens: IpAddr) -> Hosts {
        let public = public_url.and_then(|url| url.parse::<Uri>().ok()?.host().map(str::to_ascii_lowercase));
        Hosts { public, listens: listens.to_canonical() }
    }

    /// Whether a host, with or without a port, is one of them.
    ///
    /// An address is nobody's name, so no rebinding leads there: where the service listens on all addresses, each may be one.
    fn has(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else { return false };
        let name = authority.host().to_ascii_lowercase();
        if self.public.as_ref() == Some(&name) {
            return true;
        }
        match name.trim_matches(['[', ']']).parse::<IpAddr>().map(|address| address.to_canonical()) {
            Ok(address) => address.is_loopback() || self.listens.is_unspecified() || address == self.listens,
            Err(_) => name == "localhost",
        }
    }

    /// Whether a request names one of them, and no other.
    fn have(&self, request: &Request) -> bool {
        let named = request.headers().get_all(header::HOST).iter().map(|host| host.to_str().ok());
        let mut all = named.chain(request.uri().authority().map(|authority| Some(authority.as_str()))).peekable();
        all.peek().is_some() && all.all(|host| host.is_some_and(|host| self.has(host)))
    }
}

/// Refuses what another site sends, and whoever takes this service for another site.
pub(in super::super) async fn only_from_here(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if !BY_ANY_NAME.contains(&request.uri().path()) && !app.access.hosts.have(&request) {
        if request.uri().path().starts_with("/api/") {
            return Problem::of_status(StatusCode::MISDIRECTED_REQUEST).into_response();
        }
        return said(&app, request, StatusCode::MISDIRECTED_REQUEST, ["access-host", "access-host-text"]).await;
    }
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if reads || comes_from_here(&app, request.headers()) {
        return next.run(request).await;
    }
    if request.uri().path().starts_with("/api/") {
        let body = r#"{"type":"about:blank","title":"A request from another site is not answered","status":403}"#;
        return (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
    }
    said(&app, request, StatusCode::FORBIDDEN, ["access-elsewhere", "access-elsewhere-text"]).await
}

/// A page that says why a request is refused: the key of its title, to which `-text` is added.
async fn said(app: &Arc<App>, request: Request, status: StatusCode, [title, text]: [&str; 2]) -> Response {
    let (mut parts, _) = request.into_parts();
    let Ok(here) = Here::from_request_parts(&mut parts, app).await;
    let language = &here.language;
    let on = ("/", language.text("frame-ask"));
    notice(&here, status, language.text(title), language.text(text), on)
}

fn comes_from_here(app: &App, headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    if let Some(origin) = headers.get(header::ORIGIN) {
        let Ok(origin) = origin.to_str() else { return false };
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let own = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        return app.access.public_url.as_deref() == Some(origin) || (own.is_some() && own == host);
    }
    cookie_of(headers, app.access.cookie()).is_none()
}
