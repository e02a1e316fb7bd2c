//! The JSON API: the same bytes as the command line, for programs.

use super::App;
use crate::ask::{Answers, answer, error_line};
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use haven_law::request::{REQUEST_BYTES_MAX, RequestError, Scope};
use serde_json::{Value, json};
use std::io::Cursor;
use std::sync::Arc;

/// The longest batch, in bytes.
pub(super) const BATCH_BYTES_MAX: usize = 16 * 1024 * 1024;
/// How much of a batch's answers is put together before it is sent on.
const CHUNK_BYTES: usize = 64 * 1024;

const JSON: &str = "application/json";
const LINES: &str = "application/jsonl";

/// What a request's content type asks for.
enum Form {
    One,
    Batch,
}

/// Answers one request, or a batch line by line.
pub(super) async fn ask(
    State(app): State<Arc<App>>,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
    request: Request,
) -> Response {
    let scope = match scope(&app, query) {
        Ok(scope) => scope,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error),
    };
    match form(request.headers()) {
        Ok(Form::One) => one(&app, &scope, request).await,
        Ok(Form::Batch) => batch(&app, scope, request).await,
        Err(error) => refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, &error),
    }
}

/// The part of the law that is asked: `?layer=city&provision=…`, both as often as wanted.
fn scope(app: &App, query: Result<Query<Vec<(String, String)>>, QueryRejection>) -> Result<Scope, RequestError> {
    let Query(pairs) = query.map_err(|_| RequestError::new("query", "layer=… and provision=…", "text that cannot be read"))?;
    let (mut layers, mut provisions) = (Vec::new(), Vec::new());
    for (key, value) in pairs {
        match key.as_str() {
            "layer" => layers.push(value),
            "provision" => provisions.push(value),
            _ => {
                return Err(
                    RequestError::new("query", "layer=… and provision=…", key).with_hint("facts go into the body, never into the address")
                );
            }
        }
    }
    Scope::read(&app.pack, &layers, &provisions)
}

fn form(headers: &HeaderMap) -> Result<Form, RequestError> {
    let stated = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match stated.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        JSON => Ok(Form::One),
        LINES | "application/x-ndjson" | "application/ndjson" => Ok(Form::Batch),
        _ => Err(RequestError::new("content-type", format!("{JSON} for one request, {LINES} for a batch"), stated)),
    }
}

async fn one(app: &App, scope: &Scope, request: Request) -> Response {
    let bytes = match read(request, REQUEST_BYTES_MAX + 2).await {
        Ok(bytes) => bytes,
        Err(StatusCode::PAYLOAD_TOO_LARGE) => {
            let (_, line, _) = answer(&app.pack, scope, &[], true, 1);
            return line_of(StatusCode::PAYLOAD_TOO_LARGE, &line);
        }
        Err(status) => return status.into_response(),
    };
    let (_, line, code) = answer(&app.pack, scope, &bytes, false, 1);
    let status = match code {
        2 if bytes.len() > REQUEST_BYTES_MAX => StatusCode::PAYLOAD_TOO_LARGE,
        2 => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    line_of(status, &line)
}

async fn batch(app: &App, scope: Scope, request: Request) -> Response {
    // The whole batch is read before the first answer is sent: many clients send all before they read any, and two
    // sides that both wait for the other to read would wait for ever.
    let bytes = match read(request, BATCH_BYTES_MAX).await {
        Ok(bytes) => bytes,
        Err(StatusCode::PAYLOAD_TOO_LARGE) => {
            let error =
                RequestError::new("request", format!("at most {BATCH_BYTES_MAX} bytes"), "a longer batch").with_hint("send it in parts");
            return refused(StatusCode::PAYLOAD_TOO_LARGE, &error);
        }
        Err(status) => return status.into_response(),
    };
    let mut answers = Answers::new(Arc::clone(&app.pack), scope, Cursor::new(bytes));
    let chunks = std::iter::from_fn(move || {
        let mut chunk = String::new();
        while chunk.len() < CHUNK_BYTES
            && let Some(Ok((answer, _))) = answers.next()
        {
            chunk.push_str(&answer);
            chunk.push('\n');
        }
        (!chunk.is_empty()).then(|| Ok::<_, std::io::Error>(Bytes::from(chunk)))
    });
    ([(header::CONTENT_TYPE, LINES)], Body::from_stream(futures_util::stream::iter(chunks))).into_response()
}

async fn read(mut request: Request, limit: usize) -> Result<Bytes, StatusCode> {
    DefaultBodyLimit::max(limit).apply(&mut request);
    Bytes::from_request(request, &()).await.map_err(|rejection| rejection.status())
}

fn line_of(status: StatusCode, line: &str) -> Response {
    (status, [(header::CONTENT_TYPE, JSON)], format!("{line}\n")).into_response()
}

fn refused(status: StatusCode, error: &RequestError) -> Response {
    line_of(status, &error_line(Value::Null, error))
}

/// The words of requests, as a JSON Schema.
pub(super) async fn vocabulary(State(app): State<Arc<App>>) -> Response {
    let schema = serde_json::to_string_pretty(&app.pack.vocabulary().json_schema()).unwrap_or_default();
    line_of(StatusCode::OK, &schema)
}

/// Whether the service lives, and which law it answers from.
pub(super) async fn health(State(app): State<Arc<App>>) -> Response {
    let body = json!({ "status": "ok", "jurisdiction": app.pack.jurisdiction(), "digest": app.pack.digest });
    line_of(StatusCode::OK, &body.to_string())
}
