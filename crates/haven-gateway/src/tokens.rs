//! Tokens of issuers (OpenID Connect): whom a token vouches for. The issuer's keys are fetched, and held for a while.

use crate::asking::{Asker, asker, connector};
use crate::config::{Config, ConfigError, Issuer};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::{Request, StatusCode};
use openidconnect::core::{
    CoreGenderClaim, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreProviderMetadata,
};
use openidconnect::{
    AdditionalClaims, ClaimsVerificationError, ClientId, IdToken, IssuerUrl, JsonWebTokenType, Nonce, SignatureVerificationError,
};
use rustls::pki_types::UnixTime;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// How long an issuer's keys are believed.
const KEYS_FOR: Duration = Duration::from_secs(3600);
/// How soon they are asked for again where a token names another key.
const KEYS_AGAIN: Duration = Duration::from_secs(30);
/// How long an issuer may take to answer.
const WAIT: Duration = Duration::from_secs(5);
/// How far an issuer's clock may be ahead.
const SKEW: Duration = Duration::from_secs(60);
/// The longest answer of an issuer, in bytes.
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// The longest token, in bytes.
const TOKEN_BYTES_MAX: usize = 16 * 1024;
/// Signatures with a key that only the issuer has.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// What a token may say beside the claims of OpenID Connect.
#[derive(Debug, Clone, Deserialize, Serialize)]
struct Claims {
    /// Before then it is not to be accepted (RFC 7519, 4.1.5), in seconds since 1970.
    #[serde(default)]
    nbf: Option<serde_json::Number>,
    /// What is told by it (RFC 8417): then it vouches for nobody.
    #[serde(default)]
    events: Option<serde_json::Value>,
}

impl AdditionalClaims for Claims {}

type Token = IdToken<Claims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

impl Claims {
    /// Whether they speak against a token now.
    fn refuse(&self) -> bool {
        let begins = self.nbf.as_ref().map_or(Some(0.0), serde_json::Number::as_f64);
        self.events.is_some() || begins.is_none_or(|begins| begins > latest())
    }
}

/// The latest time that an issuer may take for now, in seconds since 1970.
#[expect(clippy::cast_precision_loss, reason = "seconds are whole far beyond any date")]
fn latest() -> f64 {
    (UnixTime::now().as_secs() + SKEW.as_secs()) as f64
}

/// The issuers.
pub(crate) struct Tokens(Vec<Known>);

struct Known {
    url: IssuerUrl,
    audience: ClientId,
    asker: Asker,
    keys: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    keys: Option<Keys>,
    /// When the issuer was asked in vain.
    in_vain: Option<Instant>,
}

#[derive(Clone)]
struct Keys {
    since: Instant,
    set: CoreJsonWebKeySet,
}

/// An issuer does not answer, or not as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unavailable;

impl Tokens {
    pub(crate) fn open(config: &Config, file: &Path) -> Result<Self, ConfigError> {
        let known = |issuer: &Issuer| {
            let key = format!("issuer {}", issuer.url);
            let url = IssuerUrl::new(issuer.url.clone()).map_err(|_| crate::config::wrong(file, &key, "an address", "something else"))?;
            let asker = asker(connector(issuer.ca.as_deref(), WAIT, file, &key)?);
            Ok(Known { url, audience: ClientId::new(issuer.audience.clone()), asker, keys: Mutex::default() })
        };
        Ok(Self(config.issuers.iter().map(known).collect::<Result<_, ConfigError>>()?))
    }

    /// The issuer and the subject of a token that is signed, for here, and not out of date.
    pub(crate) async fn subject(&self, token: &str) -> Result<Option<(String, String)>, Unavailable> {
        if token.len() > TOKEN_BYTES_MAX {
            return Ok(None);
        }
        let Ok(token) = Token::from_str(token) else { return Ok(None) };
        for known in &self.0 {
            match known.subject(&token).await? {
                Vouched::For(subject) => return Ok(Some((known.url.to_string(), subject))),
                Vouched::NotHere => {}
                Vouched::ForNobody => return Ok(None),
            }
        }
        Ok(None)
    }
}

enum Vouched {
    For(String),
    /// The token is another issuer's.
    NotHere,
    ForNobody,
}

impl Known {
    async fn subject(&self, token: &Token) -> Result<Vouched, Unavailable> {
        // Whether it is this issuer's is seen without its keys: nobody makes the gateway ask for them with a token of another.
        let none = self.verifier(CoreJsonWebKeySet::new(Vec::new()));
        if matches!(token.claims(&none, any), Err(ClaimsVerificationError::InvalidIssuer(_))) {
            return Ok(Vouched::NotHere);
        }
        let keys = self.keys(KEYS_FOR).await?;
        let mut verifier = self.verifier(keys.set);
        if matches!(
            token.claims(&verifier, any),
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey))
        ) {
            verifier = self.verifier(self.keys(KEYS_AGAIN).await?.set);
        }
        Ok(match token.claims(&verifier, any) {
            Ok(claims) if !claims.additional_claims().refuse() => Vouched::For(claims.subject().to_string()),
            Ok(_) | Err(_) => Vouched::ForNobody,
        })
    }

    fn verifier(&self, keys: CoreJsonWebKeySet) -> CoreIdTokenVerifier<'static> {
        let types = ["JWT", "at+jwt"].map(|name| JsonWebTokenType::new(name.to_owned()));
        let types = types.iter().filter_map(|name| name.normalize().ok());
        CoreIdTokenVerifier::new_public_client(self.audience.clone(), self.url.clone(), keys)
            .set_allowed_algs(ALGORITHMS)
            .set_allowed_jose_types(types)
            .set_issue_time_verifier_fn(|issued| {
                let is_past = u64::try_from(issued.timestamp()).is_ok_and(|issued| issued <= UnixTime::now().as_secs() + SKEW.as_secs());
                if is_past { Ok(()) } else { Err("issued in the future".to_owned()) }
            })
    }

    /// The issuer's keys, no older than this.
    async fn keys(&self, age_max: Duration) -> Result<Keys, Unavailable> {
        // Held while they are fetched, so that many requests make one question.
        let mut held = self.keys.lock().await;
        if let Some(keys) = held.keys.as_ref().filter(|keys| keys.since.elapsed() < age_max) {
            return Ok(keys.clone());
        }
        if held.in_vain.is_some_and(|since| since.elapsed() < WAIT) {
            return Err(Unavailable);
        }
        match self.fetched().await {
            Ok(set) => {
                let keys = Keys { since: Instant::now(), set };
                *held = Held { keys: Some(keys.clone()), in_vain: None };
                Ok(keys)
            }
            Err(unavailable) => {
                held.in_vain = Some(Instant::now());
                Err(unavailable)
            }
        }
    }

    async fn fetched(&self) -> Result<CoreJsonWebKeySet, Unavailable> {
        let url = self.url.join(".well-known/openid-configuration").map_err(|_| Unavailable)?;
        let metadata: CoreProviderMetadata = serde_json::from_slice(&self.fetch(url.as_str()).await?).map_err(|_| Unavailable)?;
        let keys = metadata.jwks_uri().url();
        // Where the issuer is asked by TLS, so are its keys.
        if *metadata.issuer() != self.url || keys.scheme() != self.url.url().scheme() {
            return Err(Unavailable);
        }
        serde_json::from_slice(&self.fetch(keys.as_str()).await?).map_err(|_| Unavailable)
    }

    async fn fetch(&self, url: &str) -> Result<Vec<u8>, Unavailable> {
        let body = Empty::new().map_err(|never| match never {}).boxed();
        let request = Request::get(url).body(body).map_err(|_| Unavailable)?;
        let answer = async {
            let response = self.asker.request(request).await.map_err(|_| Unavailable)?;
            if response.status() != StatusCode::OK {
                return Err(Unavailable);
            }
            let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await.map_err(|_| Unavailable)?;
            Ok(body.to_bytes().to_vec())
        };
        timeout(WAIT, answer).await.map_err(|_| Unavailable)?
    }
}

/// A token that was asked for elsewhere: which nonce stands in it is the affair of whoever asked.
fn any(_: Option<&Nonce>) -> Result<(), String> {
    Ok(())
}
