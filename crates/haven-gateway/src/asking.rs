//! How the gateway asks: origins for records, and issuers for their keys.

use crate::config::ConfigError;
use crate::tls;
use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::error::Error;
use std::path::Path;
use std::time::Duration;

/// The body of what is asked.
pub(crate) type Asked = BoxBody<Bytes, Box<dyn Error + Send + Sync>>;
/// What opens connections.
pub(crate) type Connector = HttpsConnector<HttpConnector>;
/// A client, with connections of its own.
pub(crate) type Asker = Client<Connector, Asked>;

/// How long a connection that is not used stays open.
const IDLE: Duration = Duration::from_secs(30);

/// What believes certificates of these roots, else of those of the system, and waits so long for a connection.
pub(crate) fn connector(ca: Option<&Path>, wait: Duration, file: &Path, key: &str) -> Result<Connector, ConfigError> {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_connect_timeout(Some(wait));
    Ok(hyper_rustls::HttpsConnectorBuilder::new()
        .with_tls_config(tls::client(ca, file, key)?)
        .https_or_http()
        .enable_http1()
        .wrap_connector(connector))
}

/// A client.
pub(crate) fn asker(connector: Connector) -> Asker {
    Client::builder(TokioExecutor::new()).pool_idle_timeout(IDLE).pool_timer(TokioTimer::new()).build(connector)
}
