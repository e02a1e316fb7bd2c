//! No other site can send a form here in somebody's name.
//!
//! A browser says where a request comes from, in a header that no page can change. Requests that only read pass; a program
//! that is no browser says nothing of the kind, and passes as long as it brings no session.

use super::super::App;
use super::super::here::Here;
use super::{cookie_of, notice};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Refuses what another site sends.
pub(in super::super) async fn only_from_here(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if reads || comes_from_here(&app, request.headers()) {
        return next.run(request).await;
    }
    if request.uri().path().starts_with("/api/") {
        let body = r#"{"type":"about:blank","title":"A request from another site is not answered","status":403}"#;
        return (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
    }
    let (mut parts, _) = request.into_parts();
    let Ok(here) = Here::from_request_parts(&mut parts, &app).await;
    let language = &here.language;
    let on = ("/", language.text("frame-ask"));
    notice(&here, StatusCode::FORBIDDEN, language.text("access-elsewhere"), language.text("access-elsewhere-text"), on)
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
