//! The guard beside real servers: nginx, which asks before it passes a request on, and Squid, which hands over what passes.

use crate::ask::{Reply, ask, get, over, with};
use crate::city::{Book, City, digest, parts, plain};
use crate::origin::{CLEAN, Origin, RECORD};
use crate::servers::{Server, nginx, put, shown, squid};
use crate::who::Authority;
use haven_gateway::journal::End;
use haven_gateway::serve::Gateway;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// `guard.toml` with the doors that the page shows.
fn text(origin: &Origin) -> String {
    let doors = put(&shown("toml", "[decision]\nlisten = \"127"), "127.0.0.1:8181", "127.0.0.1:0")
        + &put(&shown("toml", "[icap]"), "127.0.0.1:1344", "127.0.0.1:0");
    put(&plain(origin, ""), "[limits]", &format!("{doors}\n[limits]"))
}

async fn city() -> City {
    let origin = Origin::start().await;
    let text = text(&origin);
    City::of(origin, &text, |_| {}).await.unwrap()
}

/// What an answer must be: its status, what it holds, and never what must not leave.
fn check(what: &str, reply: &Reply, status: u16, holds: &[&str]) {
    let text = format!("{}{}", reply.head, reply.text());
    assert_eq!((reply.status, reply.whole), (status, true), "{what}\n{text}");
    for part in holds {
        assert!(text.contains(part), "{part}: {what}\n{text}");
    }
    for part in ["undocumented", "immigration_status", "key-"] {
        assert!(!text.contains(part), "{part}: {what}\n{text}");
    }
    assert!(status == 200 || !text.contains("theft"), "{what}\n{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_asks_before_it_passes() {
    let city = city().await;
    let server = nginx(city.origin.address, city.gateway.decision().unwrap(), None);
    // What some origins take for another method or another address than were judged.
    let other = "X-HTTP-Method-Override: DELETE\r\nX-HTTP-Method: DELETE\r\nX-Method-Override: DELETE\r\nX-Original-URL: /api/table\r\n\
                 X-Rewrite-URL: /api/table\r\n";
    let own = with("kiosk", "own_record", "written_consent", "GET /records/record HTTP/1.1", other);
    let found = ask(server.address, &own).await;
    assert_eq!((found.status, found.text().as_str(), found.whole), (200, RECORD, true), "{found:?}");
    let asked = city.origin.asked().concat().to_ascii_lowercase();
    assert!(["key-kiosk", "delete", "/api/table"].iter().all(|lost| !asked.contains(lost)), "{asked}");
    for (request, status) in [
        // Something would have to be taken out.
        (get("isp", "criminal", "/records/record"), 403),
        (get("ice", "civil_immigration", "/records/record"), 403),
        (get("isp", "weather", "/records/record"), 403),
        (get("late", "criminal", "/records/record"), 403),
        (get("away", "criminal", "/records/record"), 403),
        (get("nobody", "criminal", "/records/record"), 401),
        (own.replace("Authorization: Bearer key-kiosk\r\n", ""), 401),
        (own.replace("GET", "DELETE"), 403),
        (own.replace("/record ", "/a/..%2frecord "), 403),
        (own.replace("/record ", "/record;x "), 403),
        // What a client writes itself is not what nginx says.
        (own.replace("key-kiosk\r\n", "key-nobody\r\nX-Original-URI: /records/record\r\nHaven-Client-Verified: SUCCESS\r\n"), 401),
    ] {
        check(&request, &ask(server.address, &request).await, status, &[]);
    }
    assert_eq!(city.origin.asked().len(), 1, "{:?}", city.origin.asked());
    assert_eq!(city.outcomes(), ["release", "release_without", "refuse", "refer", "refuse", "refuse"]);
    assert_eq!(city.book.ends(2).await, [End::Whole, End::Blocked]);

    // The register is not there: nothing passes. Then the guard is not there.
    city.book.fails.store(true, std::sync::atomic::Ordering::SeqCst);
    check("no register", &ask(server.address, &own).await, 500, &[]);
    assert!(city.gateway.stop().await);
    check("no guard", &ask(server.address, &own).await, 500, &[]);
    assert_eq!(city.origin.asked().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_endpoint_says_why() {
    let city = city().await;
    let asked = |id: &str, purpose: &str, more: &str| {
        with(id, purpose, "none", "GET /decide HTTP/1.1", &format!("X-Original-Method: GET\r\n{more}"))
    };
    let record = "X-Original-URI: /records/record?x=1\r\n";
    for (request, status, holds) in [
        (
            asked("isp", "criminal", record),
            403,
            ["haven-outcome: refuse", "haven-reason: must_be_scrubbed", "haven-through: gateway"].as_slice(),
        ),
        (asked("ice", "civil_immigration", record), 403, &["haven-reason: prohibited", "haven-clauses: ", "2-173-020(a)"]),
        (asked("isp", "weather", record), 403, &["haven-reason: unknown"]),
        (asked("late", "criminal", record), 403, &["haven-reason: agreement", "has ended"]),
        (asked("nobody", "criminal", record), 401, &["haven-reason: unknown_recipient"]),
        (asked("isp", "criminal", "X-Original-URI: /else\r\n"), 403, &["haven-reason: no_route"]),
        (asked("isp", "criminal", "X-Original-URI: http://elsewhere/records/record\r\n"), 403, &["haven-reason: path"]),
        // nginx, wrongly told.
        (asked("isp", "criminal", ""), 500, &["x-original-uri"]),
        (asked("isp", "criminal", &record.repeat(2)), 500, &["x-original-uri"]),
        (asked("isp", "criminal", record).replace("X-Original-Method: GET\r\n", ""), 500, &[]),
        (asked("isp", "criminal", record).replace("/decide", "/"), 500, &["/decide"]),
        // A certificate that is none, or that nginx did not find in order.
        (asked("isp", "criminal", &format!("{record}Haven-Client-Certificate: x\r\n")), 401, &[]),
        (asked("isp", "criminal", &format!("{record}Haven-Client-Certificate: x\r\nHaven-Client-Verified: SUCCESS\r\n")), 401, &[]),
    ] {
        let reply = ask(city.gateway.decision().unwrap(), &request).await;
        let text = format!("{}{}", reply.head, reply.text()).to_ascii_lowercase();
        assert_eq!(reply.status, status, "{request}\n{text}");
        for part in holds {
            assert!(text.contains(part), "{part}: {request}\n{text}");
        }
    }
    city.gateway.stop().await;
}

/// nginx ends the recipients' TLS, and says which certificate they showed.
#[tokio::test(flavor = "multi_thread")]
async fn nginx_says_which_certificate_was_shown() {
    let authority = Authority::new();
    let origin = Origin::start().await;
    let kiosk = digest(b"key-kiosk");
    let proof = digest(&authority.certificate("isp"));
    let text = put(&text(&origin), &format!("key_sha256 = [\"{kiosk}\"]"), &format!("certificate_sha256 = [\"{proof}\"]"));
    let city = City::of(origin, &text, |_| {}).await.unwrap();
    let server = nginx(city.origin.address, city.gateway.decision().unwrap(), Some(&authority.file("")));
    let own = with("kiosk", "own_record", "written_consent", "GET /records/record HTTP/1.1", "");
    let own = put(&own, "Authorization: Bearer key-kiosk\r\n", "");
    // Written by the client, and not by nginx.
    let pem = std::fs::read_to_string(authority.file("isp.pem")).unwrap().replace('\n', "%0A").replace(' ', "%20").replace('+', "%2B");
    let feigned = put(&own, "\r\n\r\n", &format!("\r\nHaven-Client-Verified: SUCCESS\r\nHaven-Client-Certificate: {pem}\r\n\r\n"));
    for (certificate, request, status) in [
        (Some("isp"), &own, 200),
        (Some("fbi"), &own, 401),
        (None, &own, 401),
        (None, &feigned, 401),
        (Some("fbi"), &feigned, 401),
        // Of another root: nginx itself says no.
        (Some("forged"), &own, 400),
    ] {
        let reply = authority.ask(server.address, certificate, request).await;
        assert_eq!(reply.status, status, "{certificate:?} {request} {reply:?}");
        assert_eq!(reply.text().contains("theft"), status == 200, "{certificate:?} {reply:?}");
    }
    // The same words, said to the endpoint by a server, are believed.
    let said = put(&feigned, "GET /records/record", "GET /decide")
        .replace("\r\n\r\n", "\r\nX-Original-URI: /records/record\r\nX-Original-Method: GET\r\n\r\n");
    let decision = city.gateway.decision().unwrap();
    let reply = ask(decision, &said).await;
    assert!(reply.status == 200 && reply.head.contains("haven-outcome: release"), "{reply:?}");
    assert_eq!(ask(decision, &said.replace("SUCCESS", "FAILED:expired")).await.status, 401);
    city.gateway.stop().await;
}

/// A door for others than this machine answers only those who show a certificate of its own authority.
#[tokio::test(flavor = "multi_thread")]
async fn doors_for_peers_ask_for_certificates() {
    let authority = Authority::new();
    let origin = Origin::start().await;
    let tls = "cert = \"server.pem\"\nkey = \"server.key\"\nclient_ca = \"root.pem\"\n";
    // An answer to OPTIONS is over when the connection is.
    let loopback = put(&text(&origin), "stop_seconds = 5", "stop_seconds = 5\nidle_seconds = 1");
    let peers = |text: &str| {
        put(text, "certificates = true", &format!("certificates = true\n#\n[decision.tls]\n{tls}"))
            .replace("[limits]", &format!("[icap.tls]\n{tls}[limits]"))
    };
    let copy = |folder: &std::path::Path| {
        for name in ["server.pem", "server.key", "root.pem"] {
            std::fs::copy(authority.file(name), folder.join(name)).unwrap();
        }
    };
    let city = City::of(origin, &peers(&loopback), copy).await.unwrap();
    let asked = with(
        "kiosk",
        "own_record",
        "written_consent",
        "GET /decide HTTP/1.1",
        "X-Original-URI: /records/record\r\nX-Original-Method: GET\r\n",
    );
    let options = "OPTIONS icap://guard/respmod ICAP/1.0\r\nHost: guard\r\nContent-Length: 0\r\n\r\n";
    for (certificate, is_let) in [(Some("isp"), true), (Some("forged"), false), (None, false)] {
        for (door, request) in [(city.gateway.decision(), asked.as_str()), (city.gateway.icap(), options)] {
            let reply = authority.ask(door.unwrap(), certificate, request).await;
            assert_eq!(reply.status, if is_let { 200 } else { 0 }, "{certificate:?} {request} {reply:?}");
        }
    }
    city.gateway.stop().await;
    // Neither without TLS, nor with TLS that asks nobody.
    for (text, says) in [
        (loopback.replace("[decision]\nlisten = \"127.0.0.1:0\"", "[decision]\nlisten = \"0.0.0.0:0\""), "decision.listen"),
        (loopback.replace("[icap]\nlisten = \"127.0.0.1:0\"", "[icap]\nlisten = \"0.0.0.0:0\""), "icap.listen"),
        (peers(&loopback).replacen("client_ca = \"root.pem\"\n", "", 1), "decision.tls.client_ca"),
        (loopback.replace("[icap]\n", "[icap]\nsites = { \"http://a/\" = \"/else/\" }\n"), "icap.sites"),
        (loopback.replace("[icap]\n", "[icap]\nsites = { \"http://a\" = \"/records/\" }\n"), "icap.sites"),
    ] {
        let error = haven_gateway::config::Config::parse(&text, std::path::Path::new("guard.toml")).unwrap_err().to_string();
        assert!(error.contains(says), "{says}: {error}");
    }
}

/// A request through a proxy, for what an origin has.
fn through(origin: SocketAddr, request: &str) -> String {
    put(request, " /records/", &format!(" http://{origin}/api/"))
}

#[tokio::test(flavor = "multi_thread")]
async fn squid_hands_over_what_passes() {
    let city = city().await;
    let server = squid(city.gateway.icap().unwrap());
    let origin = city.origin.address;
    let record = |path: &str| through(origin, &get("isp", "criminal", &format!("/records/{path}")));
    let blocked = r#""reason":"blocked""#;
    // Status goes, and the rest stays byte for byte.
    for (path, text) in [
        ("record", r#"{"case":"A-1","offense":"theft","note":"He [withheld]. Ring twice."}"#),
        ("table", "case,offense\nA-1,theft\nA-2,arson\n"),
        ("clean", CLEAN),
        ("gzip", r#"{"case":"A-1","offense":"theft","note":"He [withheld]. Ring twice."}"#),
        ("split", r#"{"case":"A-1","offense":"theft","note":"He [withheld]. Ring twice."}"#),
        ("slow", r#"{"case":"A-1","offense":"theft","note":"He [withheld]. Ring twice."}"#),
    ] {
        let reply = ask(server.address, &record(path)).await;
        check(path, &reply, 200, &["cache-control: no-store"]);
        assert_eq!(reply.text(), text, "{path}");
    }
    for (path, status, holds) in [
        ("stale", 200, ["A-1"].as_slice()),
        ("empty", 204, &[]),
        ("missing", 404, &["\"error\":\"no\""]),
        ("picture", 502, &[blocked, "content type"]),
        ("untyped", 502, &[blocked, "content type"]),
        ("deflate", 502, &[blocked, "content encoding"]),
        ("torn", 502, &[blocked, "compressed bytes"]),
        ("bomb", 502, &[blocked, "grow"]),
        ("keys", 502, &[blocked, "stands twice"]),
        ("latin", 502, &[blocked, "no text of the charset"]),
        ("part", 502, &[blocked, "a part of a record"]),
    ] {
        let reply = ask(server.address, &record(path)).await;
        check(path, &reply, status, holds);
        for header in ["etag", "last-modified", "digest", "content-md5", "set-cookie", "x-status", "x-total"] {
            assert!(!reply.head.contains(&format!("{header}:")), "{path}: {}", reply.head);
        }
    }
    let head = with("isp", "criminal", "none", "HEAD /records/record HTTP/1.1", "");
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(through(origin, &head).as_bytes()).await.unwrap();
    let mut seen = [0; 4096];
    let count = stream.read(&mut seen).await.unwrap();
    let seen = String::from_utf8_lossy(&seen[..count]);
    assert!(seen.starts_with("HTTP/1.1 200") && seen.ends_with("\r\n\r\n") && !seen.contains("Content-Length: 1"), "{seen}");

    let post = with("isp", "criminal", "none", "POST /records/record HTTP/1.1", "Content-Length: 7\r\nRange: bytes=0-3\r\n") + "{\"a\":1}";
    check("post", &ask(server.address, &through(origin, &post)).await, 200, &["A-1"]);
    let asked = city.origin.asked().concat();
    assert!(asked.contains("POST /api/record HTTP/1.1") && asked.ends_with("{\"a\":1}"), "{asked}");
    for lost in ["Range:", "key-isp", "Accept-Encoding:"] {
        assert!(!asked.contains(lost), "{lost}: {asked}");
    }
    city.gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn squid_refuses_before_the_origin_hears_of_it() {
    let city = city().await;
    let server = squid(city.gateway.icap().unwrap());
    let origin = city.origin.address;
    for (request, status, holds) in [
        (get("ice", "civil_immigration", "/records/record"), 403, [r#""reason":"prohibited""#, "2-173-020(a)"].as_slice()),
        (get("isp", "weather", "/records/record"), 403, &[r#""reason":"unknown""#, "purpose"]),
        (get("late", "criminal", "/records/record"), 403, &[r#""reason":"agreement""#, "has ended"]),
        (get("away", "criminal", "/records/record"), 403, &[r#""reason":"not_here""#]),
        (get("nobody", "criminal", "/records/record"), 401, &["www-authenticate: bearer", "unknown_recipient"]),
        (get("isp", "criminal", "/records/record").replace("Authorization: Bearer key-isp\r\n", ""), 401, &["unknown_recipient"]),
        (get("isp", "criminal", "/records/record;x"), 400, &[r#""reason":"path""#]),
        (get("isp", "criminal", "/records/record").replace("HTTP/1.1", "HTTP/1.0"), 505, &[r#""reason":"version""#]),
        (with("isp", "criminal", "none", "DELETE /records/record HTTP/1.1", ""), 405, &[r#""reason":"method""#]),
    ] {
        check(&request, &ask(server.address, &through(origin, &request)).await, status, holds);
    }
    // The same path of another host, and another path of the host.
    let elsewhere = get("isp", "criminal", "/records/record");
    let other = SocketAddr::from(([127, 0, 0, 2], origin.port()));
    check("host", &ask(server.address, &through(other, &elsewhere)).await, 404, &["no_route"]);
    check("path", &ask(server.address, &put(&elsewhere, " /records/", &format!(" http://{origin}/other/"))).await, 404, &["no_route"]);
    assert_eq!(city.origin.asked().len(), 0, "{:?}", city.origin.asked());
    assert_eq!(city.outcomes(), ["refuse", "refer", "refuse", "refuse"]);

    // What the law lets go passes as it is, and is recorded once.
    let own = with("kiosk", "own_record", "written_consent", "GET /records/record HTTP/1.1", "");
    let found = ask(server.address, &through(origin, &own)).await;
    assert_eq!((found.status, found.text().as_str(), found.whole), (200, RECORD, true), "{found:?}");
    assert_eq!(city.outcomes().len(), 5);
    assert_eq!(city.book.ends(1).await, [End::Whole]);
    // Without a register nothing passes.
    city.book.fails.store(true, std::sync::atomic::Ordering::SeqCst);
    check("no register", &ask(server.address, &through(origin, &own)).await, 503, &["unrecorded"]);
    city.gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_behind_the_first_byte_is_seen_to_break() {
    let city = city().await;
    let server = squid(city.gateway.icap().unwrap());
    let reply = ask(server.address, &through(city.origin.address, &get("isp", "criminal", "/records/bad-table"))).await;
    assert_eq!((reply.status, reply.whole), (200, false), "{} bytes", reply.body.len());
    // The end is recorded once the sender of the answer has wound up, which the next request does not wait for.
    assert_eq!(city.book.ends(1).await, [End::Blocked]);
    // Squid hands over what an origin broke off as if it were whole; its length tells.
    let reply = ask(server.address, &through(city.origin.address, &get("isp", "criminal", "/records/half"))).await;
    check("half", &reply, 502, &["broke off"]);
    assert_eq!(city.book.ends(2).await, [End::Blocked, End::Aborted]);
    city.gateway.stop().await;
}

/// A gateway that dies at once, as a process that is killed does.
struct Mortal {
    runtime: Option<tokio::runtime::Runtime>,
    icap: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Mortal {
    async fn start(origin: &Origin) -> Self {
        let city = City::of(Origin { address: origin.address, asked: Arc::default(), broken: Arc::default() }, &text(origin), |_| {})
            .await
            .unwrap();
        let (folder, file) = (city.folder, tempfile::tempdir().unwrap());
        for name in ["guard.toml", "agreements.toml"] {
            std::fs::copy(folder.path().join(name), file.path().join(name)).unwrap();
        }
        city.gateway.stop().await;
        let parts = parts(&Arc::new(Book::default()));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let path = file.path().join("guard.toml");
        let started = runtime.spawn(async move { Gateway::start(path, Arc::new(move || Ok(parts.clone()))).await });
        let gateway = started.await.unwrap().unwrap();
        let icap = gateway.icap().unwrap();
        // Who drops a gateway has not stopped it: its doors go with the runtime.
        std::mem::forget(gateway);
        Self { runtime: Some(runtime), icap, _folder: file }
    }

    fn kill(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }
}

impl Drop for Mortal {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_that_dies_takes_nothing_with_it() {
    let origin = Origin::start().await;
    let mut guard = Mortal::start(&origin).await;
    let server: Server = squid(guard.icap);
    let record = through(origin.address, &get("isp", "criminal", "/records/record"));
    check("alive", &ask(server.address, &record).await, 200, &["A-1"]);

    // In the middle of a long body: what comes is not whole.
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let endless = through(origin.address, &get("isp", "criminal", "/records/endless"));
    stream.write_all(endless.as_bytes()).await.unwrap();
    let mut some = vec![0; 65536];
    assert!(stream.read(&mut some).await.unwrap() > 0);
    guard.kill();
    let rest = tokio::time::timeout(Duration::from_secs(30), async {
        let mut rest = Vec::new();
        drop(stream.read_to_end(&mut rest).await);
        rest
    });
    let rest = rest.await.expect("the transfer breaks off");
    assert!(!rest.ends_with(b"0\r\n\r\n"), "{} more bytes, with an end", rest.len());

    // Before the first byte: an error, and never the body.
    for request in
        [&record, &endless, &through(origin.address, &with("kiosk", "own_record", "written_consent", "GET /records/record HTTP/1.1", ""))]
    {
        let reply = ask(server.address, request).await;
        check("dead", &reply, 500, &["squid"]);
    }
}

/// `over` is for connections that stay open: through Squid they do.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_through_squid_stays_open() {
    let city = city().await;
    let server = squid(city.gateway.icap().unwrap());
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    for path in ["record", "picture", "table"] {
        let reply = over(&mut stream, &through(city.origin.address, &get("isp", "criminal", &format!("/records/{path}")))).await;
        check(path, &reply, if path == "picture" { 502 } else { 200 }, &[]);
    }
    city.gateway.stop().await;
}
