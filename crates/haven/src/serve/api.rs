//! The JSON API: the same answers as the command line, for programs. It is described by `openapi.rs`, from what stands here.

use super::App;
use super::here::Here;
use super::once::{NotKept, keep_once};
use super::problem::Problem;
use super::watch;
use crate::ask::{Answers, answer};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use futures_util::{Stream, StreamExt as _};
use haven_law::decide::Decision;
use haven_law::request::{self, REQUEST_BYTES_MAX, RequestError, Scope};
use haven_register::writer::Receipt;
use serde_json::Value;
use std::io::Cursor;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use utoipa::{OpenApi, ToSchema};

/// The longest batch, in bytes.
pub(super) const BATCH_BYTES_MAX: usize = 16 * 1024 * 1024;
/// How much of a batch's answers is put together before it is sent on.
const CHUNK_BYTES: usize = 64 * 1024;
/// The longest idempotency key, in bytes.
const KEY_BYTES_MAX: usize = 255;

const JSON: &str = "application/json";
const LINES: &str = "application/jsonl";
/// The number of the decision, as `haven register show` takes it.
const DECISION: HeaderName = HeaderName::from_static("haven-decision");
/// Its place in the log, `LOG-INDEX`, as `haven ledger prove` takes it.
const ENTRY: HeaderName = HeaderName::from_static("haven-entry");
/// The key under which a request is recorded once, however often it is sent.
const IDEMPOTENCY: HeaderName = HeaderName::from_static("idempotency-key");

/// What this room adds to the description of the API.
#[derive(OpenApi)]
#[openapi(paths(ask, vocabulary), components(schemas(RequestError)))]
pub(super) struct Described;

/// The routes of this room.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/ask", post(ask))
        .route("/api/v1/vocabulary", get(vocabulary))
        .route("/api/v1/openapi.json", get(super::openapi::served))
        .route("/api/{*rest}", any(async || StatusCode::NOT_FOUND))
}

/// One question. `GET /api/v1/vocabulary` lists the acts, the facts and their values; what it does not list is refused.
#[derive(ToSchema)]
#[schema(as = Request)]
#[expect(dead_code, reason = "it describes what `haven_law::request` reads; a test holds both against the vocabulary")]
struct Asked {
    /// Your own id, given back as it came: a text of at most 200 characters, or a number.
    id: Option<Value>,
    /// The day of the act, in the jurisdiction's time zone.
    #[schema(format = Date)]
    as_of: String,
    /// The act.
    action: String,
    /// Whose act it is.
    #[schema(max_length = 200)]
    agency: Option<String>,
    /// The role of the person, never a name.
    #[schema(max_length = 200)]
    actor: Option<String>,
    /// What is known; what is left out is unknown.
    #[schema(value_type = Option<Object>)]
    facts: Option<Value>,
}

/// What a request's content type asks for.
enum Form {
    One,
    Batch,
}

/// What the query asks for.
struct Asking {
    scope: Scope,
    record: bool,
}

/// Answers "may I?" or "must I?"
///
/// One request as JSON, or many, one a line. The answer is the line that `haven ask --jsonl` writes, byte for byte; every field
/// is described in `docs/formats/decision.md`. A request that cannot be read is a problem; in a batch it is answered in its
/// place with `{"id": …, "error": …}`, and the rest goes on.
#[utoipa::path(
    post,
    path = "/api/v1/ask",
    tag = "ask",
    operation_id = "ask",
    params(
        ("layer" = Option<Vec<String>>, Query, description = "Ask only these layers: city, county, state, federal, order"),
        ("provision" = Option<Vec<String>>, Query, description = "Ask only these provisions and what lies below them"),
        ("record" = Option<String>, Query, description = "`yes` records what was asked and answered before it is answered; one request at a time"),
        ("Idempotency-Key" = Option<String>, Header, description = "With `record=yes`: the same key with the same request is recorded once, however often it is sent", max_length = 255),
    ),
    request_body(content(
        (Asked = "application/json", examples(
            ("hold" = (summary = "May we keep holding him on a detainer?", value = json!({"id": 1, "as_of": "2026-03-01", "action": "continue_detention", "agency": "CPD", "facts": {"basis": ["detainer"]}}))),
            ("unknown" = (summary = "Nothing but the act is known", value = json!({"as_of": "2026-03-01", "action": "share_information"}))),
            ("misspelt" = (summary = "An act that the vocabulary does not have", value = json!({"as_of": "2026-03-01", "action": "continue_detenton"}))),
        )),
        (String = "application/jsonl", examples(
            ("batch" = (summary = "Two requests, the second of which cannot be read", value = json!("{\"id\":1,\"as_of\":\"2026-03-01\",\"action\":\"stop\",\"agency\":\"CPD\"}\n{\"id\":2,\"action\":\"stop\"}\n"))),
        )),
    )),
    responses(
        (status = 200, description = "The answer; of a batch, one line for each request, in order", content((Decision = "application/json"), (String = "application/jsonl")), headers(
            ("Haven-Decision" = String, description = "With `record=yes`: the number of the decision in the register"),
            ("Haven-Entry" = String, description = "With `record=yes`: the place of its entry in the log, `LOG-INDEX`"),
        )),
        (status = 400, description = "`#unreadable-request`: the request or the query cannot be read. `#no-agency`: it was to be recorded and names no agency", body = Problem, content_type = "application/problem+json", examples(
            ("misspelt" = (summary = "The problem of the example of that name", value = json!({
                "type": "/api/v1/openapi.json#unreadable-request", "title": "The request cannot be read", "status": 400,
                "detail": "field `action`: expected an act of the vocabulary, found a text of 17 characters",
                "field": "action", "expected": "an act of the vocabulary", "found": "a text of 17 characters",
                "hint": "did you mean `continue_detention`?"}))),
        )),
        (status = 403, description = "`#not-signed-in`: it was to be recorded, and nobody is signed in", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`#law-changed`: the key was used for the same request under other law; its answer may be another, so it needs another key", body = Problem, content_type = "application/problem+json"),
        (status = 421, description = "The host is none of this service's", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The request or the batch is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The content type is neither of the two", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`#key-reused`: the key was used for another request, by the same person who is signed in", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "`#no-register`, `#not-recorded`: it was to be recorded and was not, so it is not answered", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn ask(here: Here, query: Result<Query<Vec<(String, String)>>, QueryRejection>, request: Request) -> Response {
    let refused = |status, error: &RequestError| Problem::unreadable(status, &here.app.pack, error).into_response();
    let asking = match asking(&here.app, query) {
        Ok(asking) => asking,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &error),
    };
    match form(request.headers()) {
        Ok(Form::One) => one(&here, &asking, request).await,
        Ok(Form::Batch) if asking.record => {
            let error = RequestError::new("content-type", format!("{JSON} where `record=yes`: one request at a time"), LINES);
            refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, &error)
        }
        Ok(Form::Batch) => batch(&here.app, asking.scope, request).await,
        Err(error) => refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, &error),
    }
}

/// The part of the law that is asked, `?layer=city&provision=…`, both as often as wanted; and whether it is recorded.
fn asking(app: &App, query: Result<Query<Vec<(String, String)>>, QueryRejection>) -> Result<Asking, RequestError> {
    const EXPECTED: &str = "layer=…, provision=… and record=yes";
    let Query(pairs) = query.map_err(|_| RequestError::new("query", EXPECTED, "text that cannot be read"))?;
    let (mut layers, mut provisions, mut record) = (Vec::new(), Vec::new(), false);
    for (key, value) in pairs {
        match (key.as_str(), value.as_str()) {
            ("layer", _) => layers.push(value),
            ("provision", _) => provisions.push(value),
            ("record", "yes") => record = true,
            ("record", "no") => record = false,
            _ => {
                return Err(RequestError::new("query", EXPECTED, key).with_hint("facts go into the body, never into the address"));
            }
        }
    }
    Ok(Asking { scope: Scope::read(&app.pack, &layers, &provisions)?, record })
}

fn form(headers: &HeaderMap) -> Result<Form, RequestError> {
    let stated = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match stated.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        JSON => Ok(Form::One),
        LINES | "application/x-ndjson" | "application/ndjson" => Ok(Form::Batch),
        _ => Err(RequestError::new("content-type", format!("{JSON} for one request, {LINES} for a batch"), stated)),
    }
}

async fn one(here: &Here, asking: &Asking, request: Request) -> Response {
    let pack = &here.app.pack;
    let key = if asking.record { key(request.headers()) } else { Ok(None) };
    let bytes = match read(request, REQUEST_BYTES_MAX + 2).await {
        Ok(bytes) => Some(bytes),
        Err(StatusCode::PAYLOAD_TOO_LARGE) => None,
        Err(status) => return status.into_response(),
    };
    let overlong = bytes.is_none();
    let bytes = bytes.unwrap_or_default();
    let (answered, line, _) = answer(pack, &asking.scope, &bytes, overlong, 1);
    let Some((asked, decision)) = answered else {
        let status = if overlong || bytes.len() > REQUEST_BYTES_MAX { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST };
        let error = serde_json::from_str::<Value>(&line).ok().and_then(|mut line| line.get_mut("error").map(Value::take));
        return Problem::unreadable(status, pack, &error_of(&error.unwrap_or_default())).into_response();
    };
    watch::answered(decision.verdict, "api");
    let mut response = line_of(StatusCode::OK, &line);
    if asking.record {
        let receipt = match key {
            Err(error) => return Problem::unreadable(StatusCode::BAD_REQUEST, pack, &error).into_response(),
            Ok(key) => kept(here, &asked, &decision, key.as_deref()).await,
        };
        match receipt {
            // The numbers stand beside the answer, which stays the line it is everywhere.
            Ok(receipt) => {
                let place = format!("{}-{}", receipt.log, receipt.index);
                for (name, text) in [(DECISION, receipt.id), (ENTRY, place)] {
                    if let Ok(value) = HeaderValue::from_str(&text) {
                        response.headers_mut().insert(name, value);
                    }
                }
            }
            Err(problem) => return problem.into_response(),
        }
    }
    response
}

/// Records an answer, or says why nobody is answered.
async fn kept(here: &Here, asked: &request::Request, decision: &Decision, key: Option<&str>) -> Result<Receipt, Problem> {
    keep_once(here, asked, decision, key).await.map_err(|why| match why {
        NotKept::NotSignedIn => Problem::new(
            StatusCode::FORBIDDEN,
            "not-signed-in",
            "Nobody is signed in",
            "expected somebody who is signed in, or a device that may ask without; without `record=yes` it is answered and forgotten",
        ),
        NotKept::NoAgency => Problem::new(
            StatusCode::BAD_REQUEST,
            "no-agency",
            "Every record belongs to an agency",
            "field `agency`: expected an agency that the law names; without `record=yes` it is answered and forgotten",
        ),
        NotKept::NoRegister => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "no-register",
            "There is no register to record in",
            "expected a register and the log's key; without `record=yes` it is answered and forgotten",
        ),
        NotKept::OtherRequest => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "key-reused",
            "The key was used for another request",
            "expected the request that this `Idempotency-Key` was used for first, or another key",
        ),
        NotKept::OtherLaw => Problem::new(
            StatusCode::CONFLICT,
            "law-changed",
            "The law has changed since the key was used",
            "expected a new `Idempotency-Key`: the first answer under this one was by other law, and is recorded as it was",
        ),
        NotKept::Failed => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not-recorded",
            "It could not be recorded",
            "nobody is answered whose record is not durable; `/readyz` says what is wrong. Try again with the same `Idempotency-Key`",
        ),
    })
}

/// The idempotency key: a text, with or without the quotation marks of structured headers.
fn key(headers: &HeaderMap) -> Result<Option<String>, RequestError> {
    let Some(value) = headers.get(IDEMPOTENCY) else { return Ok(None) };
    let expected =
        || RequestError::new("request", format!("an `Idempotency-Key` of 1 to {KEY_BYTES_MAX} visible characters"), "another one");
    let text = value.to_str().map_err(|_| expected())?.trim();
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let fits = (1..=KEY_BYTES_MAX).contains(&text.len()) && headers.get_all(IDEMPOTENCY).iter().count() == 1;
    if fits { Ok(Some(text.to_owned())) } else { Err(expected()) }
}

/// A batch is held in memory whole until it is answered; so much of batches is at once, in KiB. What is no longer than one
/// request may be waits for nobody.
static BATCHES: Semaphore = Semaphore::const_new(2 * BATCH_BYTES_MAX / 1024);
/// How long whoever sent a batch may take to read a part of its answers, and all of them: at least a megabit a second of the
/// longest. Who is slower holds memory that others wait for.
const PART_WITHIN: Duration = Duration::from_secs(30);
const BATCH_WITHIN: Duration = Duration::from_secs(30 * 60);

async fn batch(app: &App, scope: Scope, request: Request) -> Response {
    // The whole batch is read before the first answer is sent: many clients send all before they read any, and two
    // sides that both wait for the other to read would wait for ever.
    let stated = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let length = stated.unwrap_or(BATCH_BYTES_MAX).min(BATCH_BYTES_MAX);
    let turn = match u32::try_from(length / 1024) {
        Ok(kib) if length > REQUEST_BYTES_MAX => BATCHES.acquire_many(kib).await.ok(),
        _ => None,
    };
    let bytes = match whole(request, length).await {
        Ok(bytes) => bytes,
        Err(StatusCode::PAYLOAD_TOO_LARGE) => {
            let error =
                RequestError::new("request", format!("at most {BATCH_BYTES_MAX} bytes"), "a longer batch").with_hint("send it in parts");
            return Problem::unreadable(StatusCode::PAYLOAD_TOO_LARGE, &app.pack, &error).into_response();
        }
        Err(status) => return status.into_response(),
    };
    let mut answers = Answers::new(Arc::clone(&app.pack), scope, Cursor::new(bytes));
    let mut next = move || {
        let mut chunk = String::new();
        while chunk.len() < CHUNK_BYTES
            && let Some(Ok((answer, _))) = answers.next()
        {
            chunk.push_str(&answer);
            chunk.push('\n');
        }
        (!chunk.is_empty()).then(|| Bytes::from(chunk))
    };
    let (sender, receiver) = mpsc::channel(1);
    let all = async move {
        while let Some(chunk) = next() {
            let sent = tokio::time::timeout(PART_WITHIN, sender.send(Some(chunk))).await;
            if !matches!(sent, Ok(Ok(()))) {
                return;
            }
        }
        // Only what ends with this is whole. Whoever no longer reads does not miss it.
        let _ = sender.send(None).await;
    };
    // Apart from the connection: what is not read in time is let go, however slowly it is read.
    tokio::spawn(async move {
        let _ = tokio::time::timeout(BATCH_WITHIN, all).await;
        drop(turn);
    });
    let parts = futures_util::stream::unfold(Some(receiver), async |receiver: Option<mpsc::Receiver<Option<Bytes>>>| {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Some(chunk)) => Some((Ok(chunk), Some(receiver))),
            Some(None) => None,
            // The connection is cut, so that nobody takes a part for the whole.
            None => Some((Err(std::io::ErrorKind::TimedOut.into()), None)),
        }
    });
    let parts: Pin<Box<dyn Stream<Item = Result<Bytes, std::io::Error>> + Send>> = Box::pin(parts);
    ([(header::CONTENT_TYPE, LINES)], Body::from_stream(parts)).into_response()
}

/// A body of at most so many bytes, in one piece and held once.
async fn whole(request: Request, most: usize) -> Result<Vec<u8>, StatusCode> {
    let mut bytes = Vec::new();
    let mut parts = request.into_body().into_data_stream();
    while let Some(part) = parts.next().await {
        let part = part.map_err(|_| StatusCode::BAD_REQUEST)?;
        if bytes.len() + part.len() > most {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

async fn read(mut request: Request, limit: usize) -> Result<Bytes, StatusCode> {
    DefaultBodyLimit::max(limit).apply(&mut request);
    Bytes::from_request(request, &()).await.map_err(|rejection| rejection.status())
}

pub(super) fn line_of(status: StatusCode, line: &str) -> Response {
    (status, [(header::CONTENT_TYPE, JSON)], format!("{line}\n")).into_response()
}

/// The error in an error line. Of one request alone the line has no number.
fn error_of(error: &Value) -> RequestError {
    let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let found = text("found").trim_matches('`');
    let read = RequestError::new(text("field"), text("expected"), found);
    match error.get("hint").and_then(Value::as_str) {
        Some(hint) => read.with_hint(hint),
        None => read,
    }
}

/// The words of requests
///
/// A JSON Schema of requests, with every act, every fact and its values, and which facts matter to which act.
#[utoipa::path(get, path = "/api/v1/vocabulary", tag = "ask", operation_id = "vocabulary", responses(
    (status = 200, description = "A JSON Schema", body = Object, content_type = "application/json"),
))]
pub(super) async fn vocabulary(State(app): State<Arc<App>>) -> Response {
    let schema = serde_json::to_string_pretty(&app.pack.vocabulary().json_schema()).unwrap_or_default();
    line_of(StatusCode::OK, &schema)
}
