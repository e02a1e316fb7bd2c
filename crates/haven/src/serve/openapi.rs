//! The description of the API, made from its handlers and types: OpenAPI 3.1.
//!
//! A room that adds to the API derives `OpenApi` over its handlers, as `api` and `watch` do, and stands in [`document`].
//! `docs/api/openapi.json` is what this gives; `make docs` refreshes it, and a test holds both together.

use super::{api, offline, watch};
use axum::http::StatusCode;
use axum::response::Response;
use utoipa::OpenApi;

/// What stands around the rooms.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Haven",
        description = "Ask before acting, under a Welcoming City ordinance: the same answers as the command line, byte for byte.\n\n\
            Errors are problems as RFC 9457 has them. Their `type` is `about:blank`, or names one of these:\n\n\
            - `#unreadable-request`: a request or a query cannot be read; `field`, `expected`, `found` and `hint` say where\n\
            - `#not-signed-in`: it was to be recorded, and nobody is signed in\n\
            - `#no-agency`: it was to be recorded, and names no agency that the law names\n\
            - `#no-register`: it was to be recorded, and there is no register, or no key to write in it\n\
            - `#not-recorded`: it was to be recorded and could not be, so it is not answered\n\
            - `#key-reused`: the `Idempotency-Key` was used for another request\n\
            - `#law-changed`: the `Idempotency-Key` was used for the same request under other law\n\
            - `#not-ready`: the service cannot do what it is there for; `checks` says why\n\n\
            What somebody typed is never repeated in a problem where it could be a name."
    ),
    tags(
        (name = "ask", description = "Questions and their words"),
        (name = "service", description = "For those who run the service"),
    )
)]
struct Described;

/// The document, as it is served and committed.
pub(crate) fn document() -> String {
    let mut document = Described::openapi();
    for room in [api::Described::openapi(), offline::Described::openapi(), watch::Described::openapi()] {
        document.merge(room);
    }
    // The version of the API stands in its paths; that of the program is no part of the contract.
    document.info.version = "1".to_owned();
    let text = document.to_pretty_json().unwrap_or_default();
    format!("{text}\n")
}

/// Serves the document.
pub(super) async fn served() -> Response {
    api::line_of(StatusCode::OK, document().trim_end())
}
