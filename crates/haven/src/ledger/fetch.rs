//! The one place that makes connections: to witnesses, to a log that somebody is told to verify, and to the city's sign-in
//! service.

use crate::error::CliError;
use haven_ledger::verify::Files;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

/// How long one answer may take.
const WITHIN: Duration = Duration::from_secs(30);
/// The longest answer: a full bundle of the longest entries.
const BYTES_MAX: u64 = 2 << 20;

/// A client that trusts what the system trusts.
pub(crate) fn client() -> Agent {
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    let config = Agent::config_builder().tls_config(tls).timeout_global(Some(WITHIN)).http_status_as_error(false).max_redirects(0);
    config.build().new_agent()
}

/// A published log at an address.
pub(super) struct Published {
    pub client: Agent,
    pub address: String,
}

impl Files for Published {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        let url = format!("{}/{path}", self.address.trim_end_matches('/'));
        let answer = self.client.get(&url).call().map_err(|error| io::Error::other(format!("`{url}`: {error}")))?;
        match answer.status().as_u16() {
            200 => {}
            404 => return Ok(None),
            status => return Err(io::Error::other(format!("`{url}`: expected status 200, found {status}"))),
        }
        let mut bytes = Vec::new();
        answer.into_body().into_reader().take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > BYTES_MAX {
            return Err(io::Error::other(format!("`{url}`: expected at most {BYTES_MAX} bytes, found more")));
        }
        Ok(Some(bytes))
    }
}

/// Sends a checkpoint to a witness; gives the status and the body of the answer.
pub(super) fn post(client: &Agent, url: &str, body: &[u8]) -> Result<(u16, String), CliError> {
    let failed = |error: &dyn std::fmt::Display| {
        CliError::other(format!("the witness at `{url}`: {error}"), "it is asked again at the next checkpoint")
    };
    let answer = client.post(url).content_type("text/plain; charset=utf-8").send(body).map_err(|error| failed(&error))?;
    let status = answer.status().as_u16();
    let mut text = String::new();
    answer.into_body().into_reader().take(64 * 1024).read_to_string(&mut text).map_err(|error| failed(&error))?;
    Ok((status, text))
}
