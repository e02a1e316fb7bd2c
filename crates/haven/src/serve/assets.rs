//! What the pages load: the design system's files and our own, inside the binary.

use super::path::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

struct File {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/web/files.rs"));

/// A file under its digest: what a path with a digest holds never changes, so it may be kept for ever.
pub(super) async fn file(Path((hash, name)): Path<(String, String)>) -> Response {
    match FILES.iter().find(|file| hash == HASH && file.name == name) {
        Some(file) => {
            let headers = [(header::CONTENT_TYPE, file.kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
            (headers, file.bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The names of all files.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|file| file.name)
}

/// The content of a file; nothing where there is none of that name.
pub(super) fn bytes(name: &str) -> &'static [u8] {
    FILES.iter().find(|file| file.name == name).map_or(&[], |file| file.bytes)
}

/// The licences of the design system's parts and of what draws codes.
pub(super) async fn licence() -> Response {
    ([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], LICENCE).into_response()
}
