//! Who asks: by a certificate, a key or a token. One recipient, or nobody.

use crate::config::{Config, ConfigError, Proof, wrong};
use crate::tokens::{Tokens, Unavailable};
use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;
use rustls::pki_types::{CertificateDer, ServerName};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use webpki::EndEntityCert;

/// What recipients prove themselves by.
pub(crate) struct Proofs {
    /// Ids by the digest of a certificate.
    certificates: BTreeMap<String, String>,
    /// Ids by a name in a certificate.
    names: Vec<(ServerName<'static>, String)>,
    /// Ids by the digest of a key.
    keys: BTreeMap<String, String>,
    /// Ids by issuer and subject.
    subjects: BTreeMap<(String, String), String>,
    tokens: Tokens,
}

/// Why nobody is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stranger {
    /// Nothing was shown, or what was shown is nobody's, or two recipients'.
    Unknown,
    /// The issuer of the token cannot be asked.
    Issuer,
}

impl Proofs {
    pub(crate) fn open(config: &Config, file: &Path) -> Result<Self, ConfigError> {
        let (mut certificates, mut names, mut keys, mut subjects) = (BTreeMap::new(), Vec::new(), BTreeMap::new(), BTreeMap::new());
        for recipient in &config.recipients {
            let id = &recipient.id;
            match &recipient.proof {
                Proof::CertificateSha256(digests) => certificates.extend(digests.iter().map(|digest| (digest.clone(), id.clone()))),
                Proof::KeySha256(digests) => keys.extend(digests.iter().map(|digest| (digest.clone(), id.clone()))),
                Proof::Token { issuer, subject } => {
                    subjects.insert((issuer.clone(), subject.clone()), id.clone());
                }
                // Those are a proxy's word, not what a recipient shows here.
                Proof::ClientAddress(_) | Proof::ClientUser(_) => {}
                Proof::CertificateName(name) => {
                    let parsed = ServerName::try_from(name.clone()).ok().filter(|name| matches!(name, ServerName::DnsName(_)));
                    let key = format!("recipient {id}, proof.certificate_name");
                    names.push((parsed.ok_or_else(|| wrong(file, &key, "a name of DNS", "something else"))?, id.clone()));
                }
            }
        }
        Ok(Self { certificates, names, keys, subjects, tokens: Tokens::open(config, file)? })
    }

    /// The id of whoever asks. What is shown and is nobody's is never overlooked because something else is somebody's.
    pub(crate) async fn who(&self, certificate: Option<&CertificateDer<'_>>, headers: &HeaderMap) -> Result<&str, Stranger> {
        let by_certificate = match certificate {
            Some(certificate) => Some(self.certified(certificate).ok_or(Stranger::Unknown)?),
            None => None,
        };
        let mut shown = headers.get_all(AUTHORIZATION).iter();
        let by_bearer = match (shown.next(), shown.next()) {
            (None, _) => None,
            (Some(_), Some(_)) => return Err(Stranger::Unknown),
            (Some(header), None) => {
                let bearer = header.to_str().ok().and_then(|text| text.split_once(' '));
                let Some((scheme, secret)) = bearer else { return Err(Stranger::Unknown) };
                if !scheme.eq_ignore_ascii_case("bearer") {
                    return Err(Stranger::Unknown);
                }
                Some(self.borne(secret.trim()).await?)
            }
        };
        match (by_certificate, by_bearer) {
            (Some(one), Some(other)) if one != other => Err(Stranger::Unknown),
            (Some(id), _) | (None, Some(id)) => Ok(id),
            (None, None) => Err(Stranger::Unknown),
        }
    }

    fn certified(&self, certificate: &CertificateDer<'_>) -> Option<&str> {
        let by_digest = self.certificates.get(&hex(certificate)).map(String::as_str);
        let by_name = || {
            let read = EndEntityCert::try_from(certificate).ok()?;
            let mut ids =
                self.names.iter().filter(|(name, _)| read.verify_is_valid_for_subject_name(name).is_ok()).map(|(_, id)| id.as_str());
            // A certificate for the names of two recipients says which of them it is no more than none.
            ids.next().filter(|_| ids.next().is_none())
        };
        by_digest.or_else(by_name)
    }

    async fn borne(&self, secret: &str) -> Result<&str, Stranger> {
        if let Some(id) = self.keys.get(&hex(secret.as_bytes())) {
            return Ok(id);
        }
        match self.tokens.subject(secret).await {
            Ok(Some(vouched)) => self.subjects.get(&vouched).map(String::as_str).ok_or(Stranger::Unknown),
            Ok(None) => Err(Stranger::Unknown),
            Err(Unavailable) => Err(Stranger::Issuer),
        }
    }
}

/// The SHA-256 digest, in hex.
fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
