//! What the API says when it does not answer: a problem as RFC 9457 has it.
//!
//! INVARIANT: no text of whoever asked stands in a problem where it could be a name. Words of the vocabulary may.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use haven_law::pack::Pack;
use haven_law::request::RequestError;
use haven_register::entry::shape;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The media type of a problem.
pub(crate) const KIND: &str = "application/problem+json";
/// What stands before the name of a kind of problem: the description of the API explains each.
const TYPES: &str = "/api/v1/openapi.json#";

/// Why there is no answer, as RFC 9457 has it, with what was wrong of a request.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// The kind of problem, `/api/v1/openapi.json#NAME`, or `about:blank` where the status says it all.
    #[serde(rename = "type")]
    kind: String,
    /// The kind of problem in words.
    title: String,
    /// The status of the response.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong this time, and what to do.
    detail: String,
    /// The field that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// What was expected of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<String>,
    /// What was found: a word of the vocabulary, or else what the text looks like.
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// Of `/readyz`: what is ready and what is not.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    checks: BTreeMap<String, String>,
}

impl Problem {
    /// A problem of a kind.
    pub(crate) fn new(status: StatusCode, kind: &str, title: &str, detail: impl Into<String>) -> Problem {
        Problem {
            kind: format!("{TYPES}{kind}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            ..Problem::default()
        }
    }

    /// A problem that its status says.
    pub(crate) fn of_status(status: StatusCode) -> Problem {
        let title = status.canonical_reason().unwrap_or("Error").to_owned();
        let detail = match status {
            StatusCode::NOT_FOUND => "expected an address of this API; `/api/v1/openapi.json` lists them",
            StatusCode::METHOD_NOT_ALLOWED => "expected another method; the header `allow` names it",
            StatusCode::REQUEST_TIMEOUT => "expected the whole request within its time",
            StatusCode::PAYLOAD_TOO_LARGE => "expected a shorter body",
            StatusCode::MISDIRECTED_REQUEST => "expected a host by which this service is known: `public_url` names it, or its address does",
            _ => "the request could not be answered",
        };
        Problem { kind: "about:blank".to_owned(), title, status: status.as_u16(), detail: detail.to_owned(), ..Problem::default() }
    }

    /// A request that cannot be read.
    pub(crate) fn unreadable(status: StatusCode, pack: &Pack, error: &RequestError) -> Problem {
        let field = field(pack, &error.field);
        let found = found(pack, &error.found);
        let detail = format!("field `{field}`: expected {}, found {found}", error.expected);
        Problem {
            field: Some(field),
            expected: Some(error.expected.clone()),
            found: Some(found),
            hint: error.hint.clone(),
            ..Problem::new(status, "unreadable-request", "The request cannot be read", detail)
        }
    }

    /// Adds what is ready and what is not.
    pub(crate) fn with_checks(mut self, checks: BTreeMap<String, String>) -> Problem {
        self.checks = checks;
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // Serialising texts and numbers cannot fail; a body without any would still have its status.
        let body = serde_json::to_string(&self).unwrap_or_default();
        (status, [(header::CONTENT_TYPE, KIND)], format!("{body}\n")).into_response()
    }
}

/// Puts a problem in the place of what the web server or a layer says by itself.
pub(crate) fn cover(response: Response) -> Response {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || is_problem(response.headers()) {
        return response;
    }
    let mut covered = Problem::of_status(status).into_response();
    // `allow` of a method that is not allowed stays; what described the body goes.
    let (parts, _) = response.into_parts();
    for (name, value) in parts.headers.iter().filter(|(name, _)| !name.as_str().starts_with("content-")) {
        covered.headers_mut().insert(name.clone(), value.clone());
    }
    let (head, body) = covered.into_parts();
    Response::from_parts(head, Body::new(body))
}

fn is_problem(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == KIND)
}

/// The field as far as it is a word of this API; the rest of it somebody typed.
fn field(pack: &Pack, field: &str) -> String {
    const FIELDS: [&str; 11] =
        ["request", "id", "as_of", "action", "agency", "actor", "facts", "query", "layer", "provision", "content-type"];
    let (first, rest) = field.split_once('.').unwrap_or((field, ""));
    match FIELDS.iter().find(|known| **known == first) {
        Some(first) if pack.vocabulary().fact_named(rest).is_some() => format!("{first}.{rest}"),
        Some(first) => (*first).to_owned(),
        None => "request".to_owned(),
    }
}

/// What was found, where it is a word of the vocabulary; else what it looks like.
fn found(pack: &Pack, found: &str) -> String {
    let bare = found.trim_matches('`');
    let vocabulary = pack.vocabulary();
    let is_word = vocabulary.action_named(bare).is_some()
        || vocabulary.fact_named(bare).is_some()
        || vocabulary.facts().iter().any(|fact| fact.names(fact.all()).contains(&bare))
        || serde_json::from_str::<Value>(bare).is_ok_and(|value| value.is_null() || value.is_boolean());
    if is_word { found.to_owned() } else { shape(bare) }
}
