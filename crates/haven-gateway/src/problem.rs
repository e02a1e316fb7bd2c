//! Answers that are no record: why there is none (RFC 9457). None repeats what was asked or what stood in a record.

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::json;
use std::io;

/// The body of an answer.
pub type Out = BoxBody<Bytes, io::Error>;

/// A body that is there as a whole.
pub fn whole(bytes: impl Into<Bytes>) -> Out {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed()
}

/// An answer that says why there is no record.
pub fn problem(status: StatusCode, reason: &str, detail: &str, clauses: &[String]) -> Response<Out> {
    let mut response = Response::new(whole(said(status, reason, detail, clauses)));
    *response.status_mut() = status;
    response.headers_mut().extend(headers());
    response
}

/// What stands in its body.
pub(crate) fn said(status: StatusCode, reason: &str, detail: &str, clauses: &[String]) -> String {
    let said = json!({
        "title": status.canonical_reason().unwrap_or("Refused"),
        "status": status.as_u16(),
        "reason": reason,
        "detail": detail,
        "clauses": clauses,
    });
    said.to_string()
}

/// Its headers.
pub(crate) fn headers() -> HeaderMap {
    [(CONTENT_TYPE, HeaderValue::from_static("application/problem+json")), (CACHE_CONTROL, HeaderValue::from_static("no-store"))]
        .into_iter()
        .collect()
}
