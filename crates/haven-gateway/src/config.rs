//! `guard.toml`: where to listen, who may ask, where records are, under which agreement. Read strictly, as a whole, or not at all.

use crate::paths;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Everything that a gateway is told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where recipients ask.
    pub listen: SocketAddr,
    /// Where health and figures are, on a loopback address: nobody is asked there who they are.
    pub admin: SocketAddr,
    /// The member of staff who answers for the gateway, by id: who records its judgements.
    pub by: String,
    /// TLS to recipients. Without it, only a loopback address is listened on.
    pub tls: Option<Tls>,
    /// Where servers ask before they pass a request on.
    pub decision: Option<Decision>,
    /// Where proxies hand over requests and answers.
    pub icap: Option<Icap>,
    /// What a request may cost.
    #[serde(default)]
    pub limits: Limits,
    /// Who vouches for recipients by tokens.
    #[serde(default, rename = "issuer")]
    pub issuers: Vec<Issuer>,
    /// Who may ask.
    #[serde(rename = "recipient")]
    pub recipients: Vec<Recipient>,
    /// Where records are.
    #[serde(rename = "route")]
    pub routes: Vec<Route>,
}

/// Files of TLS, in PEM.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificate, and what leads to its root.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// Roots of recipients' certificates. Without it nobody is asked for one.
    pub client_ca: Option<PathBuf>,
}

/// A door for servers that ask before they pass a request on (`auth_request`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Where they ask.
    pub listen: SocketAddr,
    /// TLS on which they show certificates of `client_ca`. Without it, only a loopback address is listened on: what they say of
    /// others is believed.
    pub tls: Option<Tls>,
    /// Whether they say which certificate their client showed.
    #[serde(default)]
    pub certificates: bool,
}

/// A door for proxies that hand over requests and answers (ICAP).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Icap {
    /// Where they ask.
    pub listen: SocketAddr,
    /// TLS on which they show certificates of `client_ca`. Without it, only a loopback address is listened on: what they say of
    /// others is believed.
    pub tls: Option<Tls>,
    /// Addresses under which records are asked for beside the origins of routes, each with the prefix of its route.
    #[serde(default)]
    pub sites: BTreeMap<String, String>,
    /// The header in which a proxy names the user that asks.
    #[serde(default = "user_header")]
    pub user_header: String,
    /// Whether that name is written in Base64.
    #[serde(default)]
    pub user_is_base64: bool,
}

/// What a request may cost. What is not said has a value that suits most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Bytes of the head of a request.
    pub head_bytes: usize,
    /// Bytes of the body of a request.
    pub request_bytes: u64,
    /// Connections at once; further ones wait.
    pub connections: usize,
    /// Bodies that are scrubbed at once, each of which may be held whole; further ones wait.
    pub bodies: usize,
    /// Seconds in which a head must have come.
    pub head_seconds: u64,
    /// Seconds in which something of a body must have moved, on either side.
    pub idle_seconds: u64,
    /// Seconds in which an origin must have begun its answer.
    pub origin_seconds: u64,
    /// Seconds that open requests have to end when the gateway is told to stop.
    pub stop_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head_bytes: 16 * 1024,
            request_bytes: 1024 * 1024,
            connections: 512,
            bodies: 64,
            head_seconds: 10,
            idle_seconds: 30,
            origin_seconds: 30,
            stop_seconds: 30,
        }
    }
}

/// A service that vouches for recipients by tokens (OpenID Connect).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// Its address, as it stands in its tokens.
    pub url: String,
    /// For whom its tokens must be.
    pub audience: String,
    /// Roots of its certificate, where they are not those of the system.
    pub ca: Option<PathBuf>,
}

/// Somebody who may ask.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// Its name in this file, in figures and in logs; no person's name.
    pub id: String,
    /// A requester of the law, by any of its names.
    pub requester: String,
    /// Of which class.
    pub class: String,
    /// The purposes that it may declare; any other is unknown.
    pub purposes: BTreeSet<String>,
    /// The authorities that it may state; any other is unknown.
    #[serde(default)]
    pub authorities: BTreeSet<String>,
    /// How it proves itself.
    pub proof: Proof,
}

/// How a recipient proves itself: one of these.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Proof {
    /// By a certificate of TLS with one of these SHA-256 digests, in hex.
    CertificateSha256(BTreeSet<String>),
    /// By a certificate of TLS for this name (DNS, subject alternative name).
    CertificateName(String),
    /// By a key (`Authorization: Bearer`) with one of these SHA-256 digests, in hex: two while it is changed.
    KeySha256(BTreeSet<String>),
    /// By a token of an issuer (`Authorization: Bearer`).
    Token {
        /// The issuer's address.
        issuer: String,
        /// Whom it vouches for.
        subject: String,
    },
    /// By these addresses, as a proxy says that speaks ICAP.
    ClientAddress(BTreeSet<IpAddr>),
    /// By these names, as a proxy says that speaks ICAP.
    ClientUser(BTreeSet<String>),
}

impl Proof {
    /// What would tell two recipients apart no longer if both had it.
    fn parts(&self) -> Vec<(&str, String)> {
        match self {
            Self::CertificateSha256(digests) => digests.iter().map(|digest| ("certificate", digest.clone())).collect(),
            Self::CertificateName(name) => vec![("name", name.clone())],
            Self::KeySha256(digests) => digests.iter().map(|digest| ("key", digest.clone())).collect(),
            Self::Token { issuer, subject } => vec![(issuer, subject.clone())],
            Self::ClientAddress(addresses) => addresses.iter().map(|address| ("address", address.to_canonical().to_string())).collect(),
            Self::ClientUser(users) => users.iter().map(|user| ("user", user.clone())).collect(),
        }
    }
}

/// A place where records are.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// What the paths of requests begin with, up to a `/`.
    pub prefix: String,
    /// Where they are asked for: the rest of the path is put behind it.
    pub origin: String,
    /// Roots of the origin's certificate; needed where it is `https`.
    pub origin_ca: Option<PathBuf>,
    /// The methods that pass.
    #[serde(default = "reading")]
    pub methods: BTreeSet<String>,
    /// Whose records: an agency of the law.
    pub agency: String,
    /// The station that answers for them, where the agency has stations.
    pub station: Option<String>,
    /// The system, as agreements name it.
    pub system: String,
    /// What the records hold, in words of the guard's rules.
    #[serde(default)]
    pub topics: BTreeSet<String>,
    /// Names of fields that hold a topic here, beside those that the rules name.
    #[serde(default)]
    pub fields: BTreeMap<String, BTreeSet<String>>,
    /// What is done with what is found: a file like `guard/policy.toml`; that one where none is named.
    pub policy: Option<PathBuf>,
    /// Headers of requests that reach the origin beside those that always do.
    #[serde(default)]
    pub request_headers: BTreeSet<String>,
    /// Headers of the origin's answers that leave beside those that always do; one in which something is found does not.
    #[serde(default)]
    pub response_headers: BTreeSet<String>,
    /// A file with what the origin is shown as `Authorization`.
    pub origin_authorization: Option<PathBuf>,
    /// The register of agreements.
    pub agreements: PathBuf,
    /// Who may ask here: recipients, each with the id of its agreement.
    pub recipients: BTreeMap<String, String>,
}

fn user_header() -> String {
    "X-Client-Username".to_owned()
}

fn reading() -> BTreeSet<String> {
    ["GET", "HEAD"].map(str::to_owned).into()
}

/// What is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// Not of its form.
    #[error("`{}`, line {line}: {message}", file.display())]
    Form {
        /// The file.
        file: PathBuf,
        /// The line.
        line: usize,
        /// What was expected and found.
        message: String,
    },
    /// A key that does not hold what it must.
    #[error("`{}`, {key}: expected {expected}, found {found}", file.display())]
    Key {
        /// The file.
        file: PathBuf,
        /// The key.
        key: String,
        /// What it should hold.
        expected: String,
        /// What it holds.
        found: String,
    },
}

impl Config {
    /// Reads a configuration. Files that it names lie beside its own, unless their paths begin at the root.
    ///
    /// # Errors
    /// What is wrong with it, at the first place.
    pub fn read(file: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(file).map_err(|error| wrong(file, "the file", "a file that can be read", &error.to_string()))?;
        Self::parse(&text, file)
    }

    /// The same of a text.
    ///
    /// # Errors
    /// What is wrong with it, at the first place.
    pub fn parse(text: &str, file: &Path) -> Result<Self, ConfigError> {
        let mut config: Self = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            ConfigError::Form { file: file.to_path_buf(), line: before.matches('\n').count() + 1, message: error.message().to_owned() }
        })?;
        config.check(file)?;
        config.beside(file.parent().unwrap_or(Path::new("")));
        Ok(config)
    }

    fn check(&self, file: &Path) -> Result<(), ConfigError> {
        let fail = |key: String, expected: &str, found: &str| Err(wrong(file, &key, expected, found));
        if self.tls.is_none() && !self.listen.ip().is_loopback() {
            return fail("listen".to_owned(), "a loopback address where there is no [tls]", &self.listen.to_string());
        }
        if !self.admin.ip().is_loopback() {
            return fail("admin".to_owned(), "a loopback address: health and figures have no TLS", &self.admin.to_string());
        }
        let doors = [
            ("decision", self.decision.as_ref().map(|door| (door.listen, &door.tls))),
            ("icap", self.icap.as_ref().map(|door| (door.listen, &door.tls))),
        ];
        for (section, door) in doors {
            let Some((listen, tls)) = door else { continue };
            match tls {
                None if !listen.ip().is_loopback() => {
                    let expected = format!("a loopback address where there is no [{section}.tls]");
                    return fail(format!("{section}.listen"), &expected, &listen.to_string());
                }
                Some(tls) if tls.client_ca.is_none() => {
                    return fail(format!("{section}.tls.client_ca"), "the roots of certificates of those who may ask", "none");
                }
                _ => {}
            }
        }
        let limits = &self.limits;
        for (key, value, least, most) in [
            ("connections", limits.connections as u64, 1, AT_ONCE_MAX),
            ("bodies", limits.bodies as u64, 1, AT_ONCE_MAX),
            ("head_seconds", limits.head_seconds, 1, SECONDS_MAX),
            ("idle_seconds", limits.idle_seconds, 1, SECONDS_MAX),
            ("origin_seconds", limits.origin_seconds, 1, SECONDS_MAX),
            ("stop_seconds", limits.stop_seconds, 0, SECONDS_MAX),
            // hyper holds no less of a head than this.
            ("head_bytes", limits.head_bytes as u64, 8 * 1024, HEAD_BYTES_MAX),
        ] {
            if !(least..=most).contains(&value) {
                return fail(format!("limits.{key}"), &format!("a number from {least} to {most}"), &value.to_string());
            }
        }
        let mut issuers = BTreeSet::new();
        for issuer in &self.issuers {
            if !issuers.insert(issuer.url.as_str()) {
                return fail(format!("issuer {}", issuer.url), "an address that stands once", "two of them");
            }
            if !is_private(&issuer.url) {
                return fail("issuer.url".to_owned(), "an address of https://, or of http:// on this machine", &issuer.url);
            }
        }
        let mut proofs = BTreeSet::new();
        let mut ids = BTreeSet::new();
        for Recipient { id, proof, purposes, authorities, .. } in &self.recipients {
            let key = |name: &str| format!("recipient {id}, {name}");
            if !ids.insert(id) {
                return fail(key("id"), "an id that stands once", "two of them");
            }
            if !is_word(id) {
                return fail(key("id"), "letters, digits, `-`, `_` and `.`", "other characters");
            }
            if purposes.is_empty() {
                return fail(key("purposes"), "at least one", "none");
            }
            // Who may say nothing of its right is refused whatever it asks.
            if authorities.is_empty() {
                return fail(key("authorities"), "at least one", "none");
            }
            for one in proof.parts() {
                if !proofs.insert(one) {
                    return fail(key("proof"), "what nobody else proves itself by", "that of another recipient");
                }
            }
            match proof {
                Proof::CertificateSha256(digests) | Proof::KeySha256(digests) => {
                    if digests.is_empty() || !digests.iter().all(|digest| is_digest(digest)) {
                        return fail(key("proof"), "SHA-256 digests: 64 digits of hex, small letters", "something else");
                    }
                }
                Proof::Token { issuer, .. } => {
                    if !issuers.contains(issuer.as_str()) {
                        return fail(key("proof.token.issuer"), "the url of an [[issuer]]", issuer);
                    }
                }
                Proof::ClientAddress(_) | Proof::ClientUser(_) if self.icap.is_none() => {
                    return fail(key("proof"), "[icap], where proxies say who their clients are", "none");
                }
                Proof::CertificateName(_) | Proof::ClientAddress(_) | Proof::ClientUser(_) => {}
            }
            if matches!(proof, Proof::CertificateSha256(_) | Proof::CertificateName(_))
                && self.tls.as_ref().is_none_or(|tls| tls.client_ca.is_none())
                && !self.decision.as_ref().is_some_and(|decision| decision.certificates)
            {
                return fail(key("proof"), "`tls.client_ca`, so that certificates are asked for", "none");
            }
        }
        let (mut prefixes, mut loose) = (BTreeSet::new(), BTreeSet::new());
        for route in &self.routes {
            let key = |name: &str| format!("route {}, {name}", route.prefix);
            // Of another form no path passes, so that nothing would ever be found there.
            if !paths::is_plain(&route.prefix) || !route.prefix.ends_with('/') || route.prefix.contains('%') {
                return fail(key("prefix"), "a path that begins and ends with `/`, without escapes, dots or doubled `/`", &route.prefix);
            }
            if !loose.insert(paths::loosely(&route.prefix)) {
                return fail(key("prefix"), "a prefix that stands once, in whatever letters", "two of them");
            }
            prefixes.insert(&route.prefix);
            let scheme = route.origin.parse::<hyper::Uri>().ok().filter(|uri| uri.host().is_some() && uri.query().is_none());
            match scheme.as_ref().and_then(hyper::Uri::scheme_str) {
                Some("http") if route.origin.ends_with('/') => {}
                Some("https") if route.origin.ends_with('/') => {
                    if route.origin_ca.is_none() {
                        return fail(key("origin_ca"), "the roots of an origin that speaks https", "none");
                    }
                }
                _ => return fail(key("origin"), "an address that begins with http:// or https:// and ends with `/`", &route.origin),
            }
            if !scheme.is_some_and(|uri| paths::is_plain(uri.path())) {
                return fail(key("origin"), "an address without dots, doubled `/`, `;` or needless escapes in its path", &route.origin);
            }
            // Names that no field has would let a topic go that is said to be withheld.
            let is_named = |names: &BTreeSet<String>| !names.is_empty() && names.iter().all(|name| name.contains(char::is_alphanumeric));
            if let Some((topic, _)) = route.fields.iter().find(|(_, names)| !is_named(names)) {
                return fail(key(&format!("fields.{topic}")), "names of fields, with letters or digits", "none, or others");
            }
            // What opens a tunnel or sends a request back is no record.
            if let Some(method) = route.methods.iter().find(|method| !METHODS.contains(&method.as_str())) {
                return fail(key("methods"), &format!("some of {}", METHODS.join(", ")), method);
            }
            for (name, headers) in [("request_headers", &route.request_headers), ("response_headers", &route.response_headers)] {
                let may = |header: &String| {
                    is_word(header) && !header.contains(['_', '.']) && !NEVER.contains(&header.to_ascii_lowercase().as_str())
                };
                if let Some(header) = headers.iter().find(|header| !may(header)) {
                    return fail(key(name), "names of headers that do not frame, address or prove anything", header);
                }
            }
            if let Some(id) = route.recipients.keys().find(|id| !ids.contains(id)) {
                return fail(key("recipients"), "ids of recipients", id);
            }
        }
        if let Some(icap) = &self.icap {
            if let Some((url, _)) = icap.sites.iter().find(|(_, prefix)| !prefixes.contains(prefix)) {
                return fail(format!("icap.sites.{url}"), "the prefix of a [[route]]", "another");
            }
            let is_site = |url: &str| url.ends_with('/') && crate::icap::site(url).is_some_and(|(_, path)| paths::is_plain(&path));
            if let Some(url) = icap.sites.keys().find(|url| !is_site(url)) {
                return fail("icap.sites".to_owned(), "addresses that begin with http:// or https:// and end with `/`", url);
            }
            // A proxy says no more of a record than its address: of two routes nobody could tell which.
            let mut ways = BTreeMap::new();
            let origins = self.routes.iter().map(|route| (&route.origin, &route.prefix));
            for (url, prefix) in icap.sites.iter().chain(origins) {
                let site = crate::icap::site(url).map(|(host, path)| (host, paths::loosely(&path)));
                if ways.insert(site, prefix).is_some_and(|before| before != prefix) {
                    return fail("icap.sites".to_owned(), "addresses, with those of `origin`, that each lead to one route", url);
                }
            }
            if hyper::header::HeaderName::from_bytes(icap.user_header.as_bytes()).is_err() {
                return fail("icap.user_header".to_owned(), "the name of a header", "something else");
            }
        }
        Ok(())
    }

    /// Puts relative paths beside the file.
    fn beside(&mut self, folder: &Path) {
        let doors = [self.decision.as_mut().and_then(|door| door.tls.as_mut()), self.icap.as_mut().and_then(|door| door.tls.as_mut())];
        let tls = doors
            .into_iter()
            .flatten()
            .chain(self.tls.as_mut())
            .flat_map(|tls| [Some(&mut tls.cert), Some(&mut tls.key), tls.client_ca.as_mut()])
            .flatten();
        let issuers = self.issuers.iter_mut().filter_map(|issuer| issuer.ca.as_mut());
        let routes = self.routes.iter_mut().flat_map(|route| {
            [route.origin_ca.as_mut(), route.origin_authorization.as_mut(), route.policy.as_mut(), Some(&mut route.agreements)]
        });
        for path in tls.chain(issuers).chain(routes.flatten()) {
            *path = folder.join(&path);
        }
    }
}

/// Methods that may be let through.
const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
/// Headers that never pass: what frames a message, says where it goes, who sends it, or what its bytes were before.
const NEVER: [&str; 38] = [
    "accept-encoding",
    "authorization",
    "cache-control",
    "connection",
    "content-digest",
    "content-encoding",
    "content-length",
    "content-md5",
    "content-range",
    "digest",
    "etag",
    "expect",
    "haven-authority",
    "haven-purpose",
    "host",
    "http2-settings",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "keep-alive",
    "last-modified",
    "location",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "repr-digest",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-url",
    "x-rewrite-url",
];
/// Connections, or bodies, at once: more than any machine has handles for.
const AT_ONCE_MAX: u64 = 100_000;
/// A day.
const SECONDS_MAX: u64 = 86_400;
/// Bytes of a head: each connection may hold as much.
const HEAD_BYTES_MAX: u64 = 1024 * 1024;

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

/// Whether nobody on the way can read or change what is asked at an address: by TLS, or on this machine.
fn is_private(url: &str) -> bool {
    let Ok(url) = url.parse::<hyper::Uri>() else { return false };
    let Some(host) = url.host() else { return false };
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    match url.scheme_str() {
        Some("https") => true,
        Some("http") => host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback()),
        _ => false,
    }
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
}

pub(crate) fn wrong(file: &Path, key: &str, expected: &str, found: &str) -> ConfigError {
    ConfigError::Key { file: file.to_path_buf(), key: key.to_owned(), expected: expected.to_owned(), found: found.to_owned() }
}
