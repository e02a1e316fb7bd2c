//! TLS on both sides, 1.2 and 1.3: what recipients are shown and asked for, and whom the gateway believes to be an origin.

use crate::config::{ConfigError, Tls, wrong};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use std::path::Path;
use std::sync::Arc;

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// What connections are accepted with.
pub(crate) struct Server {
    pub config: Arc<ServerConfig>,
    /// What certificates of those who ask are held against.
    roots: Option<Arc<dyn ClientCertVerifier>>,
}

impl Server {
    /// Whether a chain of certificates, the own one first, is in order now.
    pub(crate) fn believes(&self, chain: &[CertificateDer<'_>]) -> bool {
        let Some((roots, (own, others))) = self.roots.as_ref().zip(chain.split_first()) else { return false };
        roots.verify_client_cert(own, others, UnixTime::now()).is_ok()
    }
}

/// What connections are accepted with. Recipients may show a certificate; peers, who speak for others, must.
pub(crate) fn server(tls: &Tls, file: &Path, section: &str, is_peers: bool) -> Result<Server, ConfigError> {
    let named = |name: &str| format!("{section}tls.{name}");
    let key = PrivateKeyDer::from_pem_file(&tls.key)
        .map_err(|error| wrong(file, &named("key"), "a private key in PEM", &format!("`{}`: {error}", tls.key.display())))?;
    let chain = certificates(&tls.cert, file, &named("cert"))?;
    let builder = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(file, &format!("{section}tls"), "TLS 1.2 and 1.3", &error.to_string()))?;
    let (builder, roots) = match &tls.client_ca {
        None => (builder.with_no_client_auth(), None),
        Some(path) => {
            let roots = Arc::new(roots(path, file, &named("client_ca"))?);
            // Whoever shows no certificate may still have a key; one that the roots do not vouch for ends the connection.
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider());
            let verifier = if is_peers { verifier } else { verifier.allow_unauthenticated() };
            let verifier =
                verifier.build().map_err(|error| wrong(file, &named("client_ca"), "roots of certificates", &error.to_string()))?;
            (builder.with_client_cert_verifier(Arc::clone(&verifier)), Some(verifier))
        }
    };
    let mut config = builder
        .with_single_cert(chain, key)
        .map_err(|error| wrong(file, &named("key"), "the private key of the certificate", &error.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Server { config: Arc::new(config), roots })
}

/// What an origin, or an issuer of tokens, is believed by: these roots, else those of the system.
pub(crate) fn client(ca: Option<&Path>, file: &Path, key: &str) -> Result<ClientConfig, ConfigError> {
    let trust = match ca {
        Some(path) => roots(path, file, key)?,
        None => {
            let mut trust = RootCertStore::empty();
            // A root of the system that cannot be read is one that is not believed.
            trust.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            trust
        }
    };
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(file, key, "TLS 1.2 and 1.3", &error.to_string()))?;
    Ok(builder.with_root_certificates(trust).with_no_client_auth())
}

fn certificates(path: &Path, file: &Path, key: &str) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
    let found = |found: String| wrong(file, key, "certificates in PEM", &format!("`{}`: {found}", path.display()));
    let all = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let all = all.map_err(|error| found(error.to_string()))?;
    if all.is_empty() { Err(found("none".to_owned())) } else { Ok(all) }
}

fn roots(path: &Path, file: &Path, key: &str) -> Result<RootCertStore, ConfigError> {
    let mut store = RootCertStore::empty();
    for certificate in certificates(path, file, key)? {
        store.add(certificate).map_err(|error| wrong(file, key, "roots of certificates", &format!("`{}`: {error}", path.display())))?;
    }
    Ok(store)
}
