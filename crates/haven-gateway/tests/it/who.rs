//! Who asks, proved by certificates and tokens: with real TLS, and an issuer of the test's own.

use crate::ask::{Reply, over};
use crate::city::{City, digest, recipients, route};
use crate::origin::Origin;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use openidconnect::core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey};
use openidconnect::{JsonWebKeyId, PrivateSigningKey as _};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::client::TlsStream;
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// Roots, and certificates of them, made by openssl.
pub struct Authority(tempfile::TempDir);

impl Authority {
    pub fn new() -> Self {
        let authority = Self(tempfile::tempdir().unwrap());
        for root in ["root", "other"] {
            authority.openssl(&format!(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {root}.key -out {root}.pem -days 30 -subj /CN={root}"
            ));
        }
        for (name, root, san) in [
            ("server", "root", "DNS:localhost,IP:127.0.0.1"),
            ("isp", "root", "DNS:isp.example"),
            ("fbi", "root", "DNS:fbi.example"),
            ("both", "root", "DNS:fbi.example,DNS:records.example"),
            ("nobody", "root", "DNS:nobody.example"),
            ("forged", "other", "DNS:isp.example"),
        ] {
            authority.openssl(&format!(
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {name}.key -out {name}.csr -subj /CN={name}"
            ));
            fs::write(authority.0.path().join("san"), format!("subjectAltName={san}\n")).unwrap();
            authority.openssl(&format!(
                "x509 -req -in {name}.csr -CA {root}.pem -CAkey {root}.key -CAcreateserial -out {name}.pem -extfile san -days 30"
            ));
        }
        authority.openssl("genrsa -traditional -out issuer.key 2048");
        authority.openssl("genrsa -traditional -out thief.key 2048");
        authority
    }

    fn openssl(&self, line: &str) {
        let output = Command::new("openssl").current_dir(self.0.path()).args(line.split(' ')).output().unwrap();
        assert!(output.status.success(), "openssl {line}: {}", String::from_utf8_lossy(&output.stderr));
    }

    pub fn file(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    pub fn certificate(&self, name: &str) -> CertificateDer<'static> {
        CertificateDer::from_pem_file(self.file(&format!("{name}.pem"))).unwrap()
    }

    fn key(&self, name: &str) -> PrivateKeyDer<'static> {
        PrivateKeyDer::from_pem_file(self.file(&format!("{name}.key"))).unwrap()
    }

    /// Asks over TLS, with a certificate or without.
    pub async fn ask(&self, address: SocketAddr, name: Option<&str>, request: &str) -> Reply {
        match self.connect(address, name).await {
            Some(mut stream) => over(&mut stream, request).await,
            None => Reply::default(),
        }
    }

    async fn connect(&self, address: SocketAddr, name: Option<&str>) -> Option<TlsStream<TcpStream>> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(self.certificate("root")).unwrap();
        let builder = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let config = match name {
            None => builder.with_no_client_auth(),
            Some(name) => builder.with_client_auth_cert(vec![self.certificate(name)], self.key(name)).unwrap(),
        };
        let stream = TcpStream::connect(address).await.unwrap();
        TlsConnector::from(Arc::new(config)).connect("localhost".try_into().unwrap(), stream).await.ok()
    }

    /// The test's origin behind TLS.
    async fn before(&self, origin: SocketAddr) -> SocketAddr {
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate("server")], self.key("server"))
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    if let (Ok(mut inside), Ok(mut outside)) = (acceptor.accept(stream).await, TcpStream::connect(origin).await) {
                        drop(tokio::io::copy_bidirectional(&mut inside, &mut outside).await);
                    }
                });
            }
        });
        address
    }
}

fn request(authorization: &str) -> String {
    let authorization = if authorization.is_empty() { String::new() } else { format!("Authorization: Bearer {authorization}\r\n") };
    format!("GET /records/record HTTP/1.1\r\nHost: localhost\r\n{authorization}Haven-Purpose: criminal\r\nHaven-Authority: none\r\n\r\n")
}

fn recipient(id: &str, requester: &str, class: &str, proof: &str) -> String {
    format!(
        "[[recipient]]\nid = \"{id}\"\nrequester = \"{requester}\"\nclass = \"{class}\"\npurposes = [\"criminal\"]\nauthorities = [\"none\"]\nproof = {proof}\n\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_on_both_sides() {
    let authority = Authority::new();
    let origin = Origin::start().await;
    let behind = authority.before(origin.address).await;
    let isp = digest(&authority.certificate("isp"));
    let own = recipients().replace("id = \"isp\"", "id = \"isp-key\"").replace("id = \"fbi\"", "id = \"fbi-key\"");
    let text = |root: &str| {
        format!(
            "listen = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\nby = \"S-7\"\n\n[tls]\ncert = \"server.pem\"\nkey = \"server.key\"\n\
             client_ca = \"root.pem\"\n\n{own}{}{}{}",
            recipient("isp", "illinois_police", "state", &format!("{{ certificate_sha256 = [\"{isp}\"] }}")),
            recipient("fbi", "fbi", "federal", "{ certificate_name = \"fbi.example\" }")
                + &recipient("records", "fbi", "federal", "{ certificate_name = \"records.example\" }"),
            route("/records/", &format!("https://{behind}/api/"), &format!("origin_ca = \"{root}.pem\"\n"))
        )
    };
    let copy = |folder: &Path| {
        for name in ["server.pem", "server.key", "root.pem", "other.pem"] {
            fs::copy(authority.file(name), folder.join(name)).unwrap();
        }
    };
    let city = City::of(origin, &text("root"), copy).await.unwrap();
    for (certificate, authorization, status) in [
        (Some("isp"), "", 200),
        (Some("fbi"), "", 200),
        // By the certificate somebody, by the key nobody or another.
        (Some("isp"), "nonsense", 401),
        (Some("isp"), "key-fbi", 401),
        // A certificate that the roots vouch for and that is nobody's, whatever else is shown.
        (Some("nobody"), "", 401),
        (Some("nobody"), "key-late", 401),
        // One for two recipients.
        (Some("both"), "", 401),
        (None, "", 401),
        (None, "key-late", 403),
        // One of other roots ends the connection.
        (Some("forged"), "", 0),
    ] {
        let found = authority.ask(city.address(), certificate, &request(authorization)).await;
        assert_eq!(found.status, status, "{certificate:?} {authorization}: {found:?}");
        assert!(!found.text().contains("undocumented") && (status != 200 || found.text().contains("theft")), "{found:?}");
    }
    // A connection stays open while the roots that vouched for its certificate are taken away, and others are not.
    let mut isp = authority.connect(city.address(), Some("isp")).await.unwrap();
    assert_eq!(over(&mut isp, &request("")).await.status, 200);
    city.gateway.reload().await.unwrap();
    assert_eq!(over(&mut isp, &request("")).await.status, 200, "the same roots");
    fs::copy(authority.file("other.pem"), city.folder.path().join("root.pem")).unwrap();
    fs::write(city.folder.path().join("guard.toml"), text("behind")).unwrap();
    fs::copy(authority.file("root.pem"), city.folder.path().join("behind.pem")).unwrap();
    city.gateway.reload().await.unwrap();
    let found = over(&mut isp, &request("")).await;
    assert!(found.status == 401 && found.head.contains("connection: close"), "{found:?}");
    fs::copy(authority.file("root.pem"), city.folder.path().join("root.pem")).unwrap();
    city.gateway.reload().await.unwrap();
    // Without TLS nothing is said at all.
    assert_eq!(crate::ask::ask(city.address(), &request("key-late")).await.status, 0);
    // An origin for which its root does not vouch is none.
    fs::write(city.folder.path().join("guard.toml"), text("other")).unwrap();
    city.gateway.reload().await.unwrap();
    let found = authority.ask(city.address(), Some("isp"), &request("")).await;
    assert_eq!(found.status, 502, "{found:?}");
    // A certificate is read again with the rest, and one without its key is not taken.
    fs::write(city.folder.path().join("guard.toml"), text("root")).unwrap();
    fs::copy(authority.file("forged.pem"), city.folder.path().join("server.pem")).unwrap();
    assert!(city.gateway.reload().await.unwrap_err().to_string().contains("tls.key"));
    assert_eq!(authority.ask(city.address(), Some("isp"), &request("")).await.status, 502, "what was in use stays");
    fs::copy(authority.file("forged.key"), city.folder.path().join("server.key")).unwrap();
    city.gateway.reload().await.unwrap();
    assert_eq!(authority.ask(city.address(), Some("isp"), &request("")).await.status, 0, "the recipient does not believe it");
    for name in ["server.pem", "server.key"] {
        fs::copy(authority.file(name), city.folder.path().join(name)).unwrap();
    }
    city.gateway.reload().await.unwrap();
    assert_eq!(authority.ask(city.address(), Some("isp"), &request("")).await.status, 200);
    assert!(city.gateway.stop().await);
}

/// An issuer of tokens, which counts how often it is asked and can fall silent.
struct Issuer {
    url: String,
    asked: Arc<AtomicUsize>,
    is_down: Arc<AtomicBool>,
    keys: Arc<std::sync::Mutex<Value>>,
}

fn signer(authority: &Authority, name: &str, id: &str) -> CoreRsaPrivateSigningKey {
    let pem = fs::read_to_string(authority.file(&format!("{name}.key"))).unwrap();
    CoreRsaPrivateSigningKey::from_pem(&pem, Some(JsonWebKeyId::new(id.to_owned()))).unwrap()
}

fn set(keys: &[&CoreRsaPrivateSigningKey]) -> Value {
    let keys = keys.iter().map(|key| key.as_verification_key()).collect();
    serde_json::to_value(CoreJsonWebKeySet::new(keys)).unwrap()
}

impl Issuer {
    async fn start(keys: Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/city", listener.local_addr().unwrap());
        let issuer = Self { url: url.clone(), asked: Arc::default(), is_down: Arc::default(), keys: Arc::new(std::sync::Mutex::new(keys)) };
        let (asked, is_down, keys) = (Arc::clone(&issuer.asked), Arc::clone(&issuer.is_down), Arc::clone(&issuer.keys));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut held = Vec::new();
                while !held.ends_with(b"\r\n\r\n") && stream.read_buf(&mut held).await.is_ok_and(|read| read > 0) {}
                asked.fetch_add(1, Ordering::SeqCst);
                let body = if held.starts_with(b"GET /city/.well-known/openid-configuration") {
                    json!({
                        "issuer": url,
                        "authorization_endpoint": format!("{url}/authorize"),
                        "jwks_uri": format!("{url}/keys"),
                        "response_types_supported": ["code"],
                        "subject_types_supported": ["public"],
                        "id_token_signing_alg_values_supported": ["RS256"],
                    })
                } else {
                    keys.lock().unwrap().clone()
                };
                let status = if is_down.load(Ordering::SeqCst) { "503 Service Unavailable" } else { "200 OK" };
                let body = body.to_string();
                let reply = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
                drop(stream.write_all(reply.as_bytes()).await);
            }
        });
        issuer
    }
}

#[expect(clippy::disallowed_methods, reason = "tokens of a test are valid when it runs")]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A token as an issuer signs it.
fn token(key: &CoreRsaPrivateSigningKey, head: Value, claims: &Value) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(&head), part(claims));
    let signature = key.sign(&CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, message.as_bytes()).unwrap();
    format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_an_issuer() {
    let authority = Authority::new();
    let (key, thief, next) = (signer(&authority, "issuer", "k1"), signer(&authority, "thief", "k1"), signer(&authority, "thief", "k2"));
    let issuer = Issuer::start(set(&[&key])).await;
    let origin = Origin::start().await;
    let own = recipients().replace("id = \"isp\"", "id = \"isp-key\"");
    let text = format!(
        "listen = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\nby = \"S-7\"\n\n[[issuer]]\nurl = \"{}\"\naudience = \"guard\"\n\n{own}{}{}",
        issuer.url,
        recipient("isp", "illinois_police", "state", &format!("{{ token = {{ issuer = \"{}\", subject = \"isp-7\" }} }}", issuer.url)),
        route("/records/", &format!("http://{}/api/", origin.address), ""),
    );
    let city = City::of(origin, &text, |_| {}).await.unwrap();
    let head = json!({ "alg": "RS256", "kid": "k1", "typ": "JWT" });
    let claims = json!({ "iss": issuer.url, "aud": "guard", "sub": "isp-7", "iat": now(), "exp": now() + 300 });
    let but = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    let good = token(&key, head.clone(), &claims);
    // A key of the set taken for a secret: what everybody knows signs nothing.
    let unsigned = {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims))
    };
    for (what, token, status) in [
        ("good", good.clone(), 200),
        ("of an access token's type", token(&key, json!({ "alg": "RS256", "kid": "k1", "typ": "at+jwt" }), &claims), 200),
        ("with a nonce of somebody's", token(&key, head.clone(), &but("nonce", json!("x"))), 200),
        ("of another subject", token(&key, head.clone(), &but("sub", json!("isp-8"))), 401),
        ("for another audience", token(&key, head.clone(), &but("aud", json!("elsewhere"))), 401),
        ("of another issuer", token(&key, head.clone(), &but("iss", json!("https://elsewhere.example"))), 401),
        ("out of date", token(&key, head.clone(), &but("exp", json!(now() - 10))), 401),
        ("not valid yet", token(&key, head.clone(), &but("nbf", json!(now() + 86_400))), 401),
        ("valid from a word", token(&key, head.clone(), &but("nbf", json!("tomorrow"))), 401),
        ("valid since", token(&key, head.clone(), &but("nbf", json!(now() - 5))), 200),
        ("issued tomorrow", token(&key, head.clone(), &but("iat", json!(now() + 86_400))), 401),
        (
            "of a logout",
            token(&key, head.clone(), &but("events", json!({ "http://schemas.openid.net/event/backchannel-logout": {} }))),
            401,
        ),
        ("without an end", token(&key, head.clone(), &but("exp", Value::Null)), 401),
        ("signed by a thief", token(&thief, head.clone(), &claims), 401),
        ("of another type", token(&key, json!({ "alg": "RS256", "kid": "k1", "typ": "logout+jwt" }), &claims), 401),
        ("with another algorithm's name", token(&key, json!({ "alg": "HS256", "kid": "k1" }), &claims), 401),
        ("not signed", unsigned, 401),
        ("cut off", good[..good.len() - 4].to_owned(), 401),
        ("no token", "a.b.c".to_owned(), 401),
        ("too long", "a".repeat(20_000).chars().take(8000).collect(), 401),
    ] {
        let found = crate::ask::ask(city.address(), &request(&token)).await;
        assert_eq!(found.status, status, "{what}: {found:?}");
        assert!(!found.text().contains("undocumented"), "{what}");
    }
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 2, "the issuer and its keys are asked for once");
    // An issuer that is down does not matter while its keys are believed; a key that is not known cannot be asked for.
    issuer.is_down.store(true, Ordering::SeqCst);
    assert_eq!(crate::ask::ask(city.address(), &request(&good)).await.status, 200);
    city.gateway.reload().await.unwrap();
    assert_eq!(crate::ask::ask(city.address(), &request(&good)).await.status, 503, "nobody vouches");
    issuer.is_down.store(false, Ordering::SeqCst);
    *issuer.keys.lock().unwrap() = set(&[&key, &next]);
    city.gateway.reload().await.unwrap();
    let renewed = token(&next, json!({ "alg": "RS256", "kid": "k2" }), &claims);
    assert_eq!(crate::ask::ask(city.address(), &request(&renewed)).await.status, 200);
    assert!(city.gateway.stop().await);
}
