//! What stands in an address in the place of a name.

use super::App;
use super::here::Here;
use super::pages::missing;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// What stands there. Where that is nothing that could be meant, there is no such page: the framework's own answer would say
/// what was typed, and that could be a name. `clippy.toml` lets nothing else be used.
pub(crate) struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for Path<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Path<T>, Response> {
        #[expect(clippy::disallowed_types, reason = "this is what the others use")]
        let read = axum::extract::Path::<T>::from_request_parts(parts, app).await;
        match read {
            Ok(read) => Ok(Path(read.0)),
            Err(_) => {
                let Ok(here) = Here::from_request_parts(parts, app).await;
                Err(missing(here).await)
            }
        }
    }
}
