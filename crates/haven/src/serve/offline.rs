//! The app that answers without a network, and the door by which its records come in later.
//!
//! What the app needs is made once, when the service starts: the law as JSON, the words of every language, the list of files
//! that a device keeps. What a device recorded comes one by one and is recorded once, however often it is sent. How the
//! device keeps it: `docs/offline.md`.

mod kit;
mod receive;

pub(super) use kit::Kit;
pub(super) use receive::Described;

use super::App;
use super::here::{Frame, Here};
use super::pages::page;
use super::path::Path;
use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use haven_law::request::REQUEST_BYTES_MAX;
use std::sync::Arc;

/// The pages of the app, which may be compressed.
pub(super) fn pages() -> Router<Arc<App>> {
    Router::new()
        .route("/app", get(Redirect::permanent("/app/")))
        .route("/app/", get(shell))
        .route("/app/sw.js", get(worker))
        .route("/app/manifest.webmanifest", get(manifest))
        .route("/app/law.json", get(law))
        .route("/app/{words}", get(words))
}

/// The door by which records come in.
pub(super) fn door() -> Router<Arc<App>> {
    Router::new().route("/api/v1/records", post(receive::record)).layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
}

#[derive(Template)]
#[template(path = "offline/shell.html")]
struct Shell<'a> {
    frame: Frame<'a>,
}

/// The page that holds the app. There is one for all languages: a device that has no network has to find it under one
/// address, and the app itself speaks the language that was chosen.
async fn shell(here: Here) -> Response {
    if here.language.code != here.app.english.code {
        return Redirect::to(&format!("/app/#{}", here.language.code)).into_response();
    }
    let mut response = page(StatusCode::OK, &Shell { frame: here.frame() });
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-cache"));
    response
}

/// The worker that keeps the app's files on the device. It is never taken from a cache, or an old one would keep itself.
async fn worker(State(app): State<Arc<App>>) -> Response {
    file("text/javascript; charset=utf-8", app.offline.worker.clone())
}

async fn manifest(State(app): State<Arc<App>>) -> Response {
    file("application/manifest+json", app.offline.manifest.clone())
}

async fn words(State(app): State<Arc<App>>, Path(name): Path<String>) -> Response {
    let code = name.strip_prefix("words-").and_then(|rest| rest.strip_suffix(".json"));
    match code.and_then(|code| app.offline.words.get(code)) {
        Some(words) => file("application/json", words.clone()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The law. A device that has it already is told so, and with that, by the date of the answer, that it is still the law.
async fn law(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let kit = &app.offline;
    let has = |value: &header::HeaderValue| {
        value.to_str().is_ok_and(|tags| tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == kit.tag))
    };
    let mut response = if headers.get_all(header::IF_NONE_MATCH).iter().any(has) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file("application/json", kit.law.clone())
    };
    let fixed = response.headers_mut();
    fixed.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-cache"));
    if let Ok(tag) = header::HeaderValue::from_str(&kit.tag) {
        fixed.insert(header::ETAG, tag);
    }
    response
}

fn file(kind: &'static str, bytes: axum::body::Bytes) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], bytes).into_response()
}
