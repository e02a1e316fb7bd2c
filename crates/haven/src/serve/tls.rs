//! TLS by the service itself, versions 1.2 and 1.3, for a city without a proxy before it.

use crate::config::TlsFiles;
use crate::error::CliError;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use tokio_rustls::TlsAcceptor;

/// What the service speaks TLS with; the certificate can be renewed while it runs.
pub(super) struct Tls {
    files: TlsFiles,
    config: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// Reads the files.
    pub(super) fn open(files: &TlsFiles) -> Result<Tls, CliError> {
        Ok(Tls { files: files.clone(), config: RwLock::new(Arc::new(read(files)?.0)) })
    }

    /// What the next connection is accepted with; those that are open keep what they have.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Reads the files again; where they cannot be used, what was there stays.
    pub(super) fn reload(&self) -> Result<(), CliError> {
        let (config, _) = read(&self.files)?;
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config);
        Ok(())
    }
}

/// Reads a certificate and its key; gives also the moment until which the certificate is valid.
pub(super) fn read(files: &TlsFiles) -> Result<(ServerConfig, Timestamp), CliError> {
    let wrong = |path: &Path, expected: &str, found: String| {
        CliError::other(format!("`{}`: expected {expected}, found {found}", path.display()), "`tls.cert` and `tls.key` name files in PEM")
    };
    let chain = CertificateDer::pem_file_iter(&files.cert).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|error| wrong(&files.cert, "certificates", error.to_string()))?;
    let first = chain.first().ok_or_else(|| wrong(&files.cert, "a certificate", "none".to_owned()))?;
    let until = not_after(first).ok_or_else(|| wrong(&files.cert, "a certificate", "something else".to_owned()))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| wrong(&files.key, "a private key", error.to_string()))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| wrong(&files.key, "the private key of the certificate", error.to_string()))?;
    Ok((config, until))
}

/// Until when a certificate is valid: the second moment of `validity`, the fifth part of the first part (RFC 5280, 4.1).
fn not_after(certificate: &[u8]) -> Option<Timestamp> {
    const SEQUENCE: u8 = 0x30;
    const UTC_TIME: u8 = 0x17;
    const GENERALIZED_TIME: u8 = 0x18;
    const VERSION: u8 = 0xa0;
    let inside = |(tag, value, _): (u8, &'_ [u8], &'_ [u8])| (tag == SEQUENCE).then(|| value.to_vec());
    let signed = inside(element(&inside(element(certificate)?)?)?)?;
    let mut rest = signed.as_slice();
    if let Some((VERSION, _, after)) = element(rest) {
        rest = after;
    }
    // The serial number, the algorithm, the issuer.
    for _ in 0..3 {
        rest = element(rest)?.2;
    }
    let validity = inside(element(rest)?)?;
    let (tag, moment, _) = element(element(&validity)?.2)?;
    let form = match tag {
        UTC_TIME => "%y%m%d%H%M%SZ",
        GENERALIZED_TIME => "%Y%m%d%H%M%SZ",
        _ => return None,
    };
    let moment = DateTime::strptime(form, std::str::from_utf8(moment).ok()?).ok()?;
    Some(moment.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp())
}

/// The first element of DER: its tag, its value, and what follows.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..0x80 => (usize::from(*first), rest),
        _ => {
            let (long, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (long.iter().try_fold(0_usize, |length, byte| length.checked_mul(256)?.checked_add(usize::from(*byte)))?, rest)
        }
    };
    let (value, rest) = rest.split_at_checked(length)?;
    Some((*tag, value, rest))
}
