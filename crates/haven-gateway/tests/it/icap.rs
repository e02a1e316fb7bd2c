//! ICAP over a socket, byte for byte; and its readers, whatever bytes they get.

use crate::city::{City, plain, recipients, route};
use crate::origin::{Origin, RECORD, chunk};
use haven_gateway::icap::wire::{self, Chunks, Fault, Last, Method};
use haven_gateway::journal::End;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const CLEAN: &str = r#"{"case":"A-1","offense":"theft","note":"He [withheld]. Ring twice."}"#;

async fn city(more: &str) -> City {
    let origin = Origin::start().await;
    let text = plain(&origin, "").replace("[limits]", &format!("[icap]\nlisten = \"127.0.0.1:0\"\n{more}\n[limits]"));
    City::of(origin, &text, |_| {}).await.unwrap()
}

/// What came back: heads, and the body where there is one.
#[derive(Debug, Default, PartialEq, Eq)]
struct Reply {
    icap: String,
    http: String,
    body: String,
    /// Whether the body came to an end.
    whole: bool,
}

struct Talk {
    stream: TcpStream,
    held: Vec<u8>,
}

impl Talk {
    async fn with(address: SocketAddr) -> Self {
        Self { stream: TcpStream::connect(address).await.unwrap(), held: Vec::new() }
    }

    async fn say(&mut self, bytes: &[u8]) {
        // Whoever refuses early may have hung up.
        drop(self.stream.write_all(bytes).await);
    }

    /// Up to a mark, or what there is where the other side hangs up.
    async fn until(&mut self, mark: &[u8]) -> Option<String> {
        loop {
            if let Some(at) = self.held.windows(mark.len()).position(|window| window == mark) {
                return Some(String::from_utf8(self.held.drain(..at + mark.len()).collect()).unwrap());
            }
            let read = tokio::time::timeout(Duration::from_secs(20), self.stream.read_buf(&mut self.held)).await.expect("an answer");
            if read.unwrap_or(0) == 0 {
                return None;
            }
        }
    }

    async fn hear(&mut self) -> Reply {
        let mut reply = Reply::default();
        let Some(icap) = self.until(b"\r\n\r\n").await else { return reply };
        reply.icap = icap;
        let parts = reply.icap.split("Encapsulated: ").nth(1).map(|rest| rest.split("\r\n").next().unwrap().to_owned());
        let Some(parts) = parts.filter(|parts| parts.contains("-hdr=0")) else { return reply };
        reply.http = self.until(b"\r\n\r\n").await.unwrap();
        assert_eq!(parts.rsplit('=').next().unwrap(), reply.http.len().to_string(), "{parts}");
        reply.whole = parts.contains("null-body");
        while !reply.whole {
            let Some(line) = self.until(b"\r\n").await else { return reply };
            let size = usize::from_str_radix(line.trim(), 16).unwrap();
            while self.held.len() < size + 2 {
                if self.stream.read_buf(&mut self.held).await.unwrap_or(0) == 0 {
                    return reply;
                }
            }
            reply.body.push_str(std::str::from_utf8(&self.held[..size]).unwrap());
            self.held.drain(..size + 2);
            reply.whole = size == 0;
        }
        reply
    }

    async fn is_over(&mut self) -> bool {
        self.until(b"\0").await.is_none() && self.held.is_empty()
    }
}

/// The head of a request for a record.
fn request(origin: SocketAddr, id: &str, more: &str) -> String {
    format!(
        "GET http://{origin}/api/record HTTP/1.1\r\nHost: {origin}\r\nAuthorization: Bearer key-{id}\r\nHaven-Purpose: criminal\r\n\
         Haven-Authority: none\r\n{more}\r\n"
    )
}

const ANSWER: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: \"1\"\r\nX-Status: undocumented\r\n\r\n";

fn respmod(more: &str, request: &str, answer: &str, body: &str) -> String {
    let (head, both) = (request.len(), request.len() + answer.len());
    let parts = format!("req-hdr=0, res-hdr={head}, {}={both}", if body.is_empty() { "null-body" } else { "res-body" });
    format!("RESPMOD icap://guard/respmod ICAP/1.0\r\nHost: guard\r\n{more}Encapsulated: {parts}\r\n\r\n{request}{answer}{body}")
}

fn reqmod(more: &str, request: &str, body: &str) -> String {
    let part = if body.is_empty() { "null-body" } else { "req-body" };
    format!(
        "REQMOD icap://guard/reqmod ICAP/1.0\r\nHost: guard\r\n{more}Encapsulated: req-hdr=0, {part}={}\r\n\r\n{request}{body}",
        request.len()
    )
}

fn chunked(text: &str) -> String {
    String::from_utf8(chunk(text.as_bytes())).unwrap() + "0\r\n\r\n"
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_service_says_of_itself() {
    let city = city("").await;
    let mut talk = Talk::with(city.gateway.icap().unwrap()).await;
    let mut tags = Vec::new();
    for (service, method) in [("reqmod", "REQMOD"), ("respmod", "RESPMOD")] {
        for parts in ["", "Encapsulated: null-body=0\r\n"] {
            talk.say(format!("OPTIONS icap://guard:1344/{service} ICAP/1.0\r\nHost: guard\r\n{parts}\r\n").as_bytes()).await;
            let said = talk.hear().await.icap;
            for line in [format!("Methods: {method}"), "Preview: 0".to_owned(), "Allow: 204".to_owned(), "Max-Connections: 512".to_owned()]
            {
                assert!(said.starts_with("ICAP/1.0 200 OK\r\n") && said.contains(&format!("\r\n{line}\r\n")), "{said}");
            }
            tags.push(said.split("ISTag: \"").nth(1).unwrap().split('"').next().unwrap().to_owned());
        }
    }
    assert!(tags.iter().all(|tag| *tag == tags[0] && tag.len() == 32), "{tags:?}");
    // Another rule is another tag.
    let file = city.folder.path().join("guard.toml");
    let text = std::fs::read_to_string(&file).unwrap().replace("station = \"001\"", "station = \"002\"");
    std::fs::write(&file, text).unwrap();
    city.gateway.reload().await.unwrap();
    talk.say(b"OPTIONS icap://guard/respmod ICAP/1.0\r\nHost: guard\r\n\r\n").await;
    assert!(!talk.hear().await.icap.contains(&tags[0]));
    talk.say(b"OPTIONS icap://guard/else ICAP/1.0\r\nHost: guard\r\n\r\n").await;
    assert!(talk.hear().await.icap.starts_with("ICAP/1.0 404 "));
    assert!(talk.is_over().await);
    city.gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_reading_ends_the_connection() {
    let city = city("").await;
    let asked = request(city.origin.address, "isp", "");
    let good = respmod("", &asked, ANSWER, &chunked(RECORD));
    let swap = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        good.replacen(from, to, 1)
    };
    let (head, both) = (asked.len(), asked.len() + ANSWER.len());
    for (what, message) in [
        ("bare LF", swap("Host: guard\r\n", "Host: guard\n")),
        ("no ICAP", swap("ICAP/1.0", "HTTP/1.1")),
        ("method", swap("RESPMOD", "FILEMOD")),
        ("first line", swap(" ICAP/1.0", " ICAP/1.0 x")),
        ("no colon", swap("Host: guard", "Host guard")),
        ("folded", swap("Host: guard\r\n", "Host: guard\r\n x\r\n")),
        ("space before the colon", swap("Host: guard", "Host : guard")),
        ("parts twice", swap("Host: guard\r\n", "Host: guard\r\nEncapsulated: null-body=0\r\n")),
        ("no parts", swap(&format!("Encapsulated: req-hdr=0, res-hdr={head}, res-body={both}\r\n"), "")),
        ("no request", swap(&format!("req-hdr=0, res-hdr={head}, "), "res-hdr=0, ")),
        ("parts in another order", swap(&format!("req-hdr=0, res-hdr={head}"), &format!("res-hdr=0, req-hdr={head}"))),
        ("parts of another method", swap("res-body", "req-body")),
        ("a part of length 0", swap(&format!("res-hdr={head}"), "res-hdr=0")),
        ("a part that ends before it begins", swap(&format!("res-body={both}"), "res-body=1")),
        ("a part cut in two", swap(&format!("res-hdr={head}"), &format!("res-hdr={}", head - 1))),
        ("a part with the next one's bytes", swap(&format!("res-hdr={head}"), &format!("res-hdr={}", head + 10))),
        ("a number that is none", swap(&format!("res-hdr={head}"), &format!("res-hdr=+{head}"))),
        ("a number that is too long", swap(&format!("res-body={both}"), "res-body=99999999999999999999")),
        ("heads that are too long", swap(&format!("res-body={both}"), "res-body=99999999")),
        ("a head that is too long", swap("Host: guard", &format!("Host: {}", "a".repeat(20_000)))),
        ("preview", swap("Host: guard\r\n", "Host: guard\r\nPreview: x\r\n")),
        ("preview twice", swap("Host: guard\r\n", "Host: guard\r\nPreview: 0\r\nPreview: 1\r\n")),
        (
            "request of two lengths",
            swap("\r\nHaven-Purpose", "\r\nContent-Length: 0\r\nContent-Length: 0\r\nHaven-Purpose")
                .replace(&format!("={head}"), &format!("={}", head + 38))
                .replace(&format!("={both}"), &format!("={}", both + 38)),
        ),
        ("request of another host", swap("\r\nHost: 127", "\r\nHost: 128")),
        ("a status that is none", swap("200 OK", "2x0 OK")),
        ("a chunk that is none", good.replace("\r\n0\r\n\r\n", "\r\n-1\r\n\r\n")),
        ("a chunk beyond all numbers", good.replace("\r\n0\r\n\r\n", "\r\nffffffffffffffec\r\n\r\n")),
        ("a chunk with an extension", good.replace("\r\n0\r\n\r\n", "\r\n1;x=y\r\na\r\n0\r\n\r\n")),
        ("a chunk without its end", good.replace("\r\n0\r\n\r\n", "x0\r\n\r\n")),
        ("trailers", good.replace("\r\n0\r\n\r\n", "\r\n0\r\nX-Status: undocumented\r\n\r\n")),
    ] {
        let mut talk = Talk::with(city.gateway.icap().unwrap()).await;
        talk.say(message.as_bytes()).await;
        let reply = talk.hear().await;
        assert!(reply.icap.starts_with("ICAP/1.0 400 ") && reply.body.is_empty(), "{what}: {reply:?}");
        assert!(talk.is_over().await, "{what}");
    }
    // The message that these are made of has one.
    let mut talk = Talk::with(city.gateway.icap().unwrap()).await;
    talk.say(good.as_bytes()).await;
    assert_eq!(talk.hear().await.body, CLEAN);
    city.gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_however_it_is_handed_over() {
    let city = city("").await;
    let asked = request(city.origin.address, "isp", "");
    let check = |what: &str, reply: &Reply| {
        assert!(reply.icap.starts_with("ICAP/1.0 200 OK\r\n") && reply.icap.contains("ISTag: "), "{what}: {reply:?}");
        assert!(reply.http.starts_with("HTTP/1.1 200 OK\r\n") && reply.http.contains("cache-control: no-store"), "{what}: {reply:?}");
        for lost in ["etag", "x-status", "content-length"] {
            assert!(!reply.http.contains(lost), "{what}: {reply:?}");
        }
        assert_eq!((reply.body.as_str(), reply.whole), (CLEAN, true), "{what}");
    };
    let mut talk = Talk::with(city.gateway.icap().unwrap()).await;
    let (half, rest) = RECORD.split_at(40);
    let cut = format!("{}{}", String::from_utf8(chunk(half.as_bytes())).unwrap(), chunked(rest));
    for (what, message) in [
        ("whole", respmod("", &asked, ANSWER, &chunked(RECORD))),
        ("in two chunks", respmod("Allow: 204\r\n", &asked, ANSWER, &cut)),
        ("a preview that is all", respmod("Preview: 4096\r\n", &asked, ANSWER, &chunked(RECORD).replace("\r\n0\r\n", "\r\n0; ieof\r\n"))),
    ] {
        talk.say(message.as_bytes()).await;
        check(what, &talk.hear().await);
    }
    // Twice at once, and a byte at a time.
    talk.say(respmod("", &asked, ANSWER, &chunked(RECORD)).repeat(2).as_bytes()).await;
    check("first", &talk.hear().await);
    check("second", &talk.hear().await);
    for byte in respmod("", &asked, ANSWER, &chunked(RECORD)).bytes() {
        talk.say(&[byte]).await;
    }
    check("slowly", &talk.hear().await);
    // A preview of nothing, and one of a part: the rest is asked for.
    for first in ["0\r\n\r\n".to_owned(), format!("{}0\r\n\r\n", String::from_utf8(chunk(half.as_bytes())).unwrap())] {
        talk.say(respmod("Preview: 40\r\n", &asked, ANSWER, &first).as_bytes()).await;
        assert_eq!(talk.hear().await.icap, "ICAP/1.0 100 Continue\r\n\r\n");
        talk.say(chunked(if first.len() > 5 { rest } else { RECORD }).as_bytes()).await;
        check("preview", &talk.hear().await);
    }
    // What is refused is refused without the rest, and the connection goes on.
    talk.say(respmod("Preview: 0\r\n", &request(city.origin.address, "away", ""), ANSWER, "0\r\n\r\n").as_bytes()).await;
    let refused = talk.hear().await;
    assert!(refused.http.starts_with("HTTP/1.1 403 ") && refused.body.contains("not_here") && refused.whole, "{refused:?}");
    // Without a body there is a head.
    talk.say(respmod("", &asked, "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n", "").as_bytes()).await;
    let bare = talk.hear().await;
    assert_eq!((bare.http.as_str(), bare.whole), ("HTTP/1.1 304 Not Modified\r\ncache-control: no-store\r\n\r\n", true));
    // What the law lets go passes as it is.
    let own = request(city.origin.address, "kiosk", "").replace("criminal", "own_record").replace("y: none", "y: written_consent");
    talk.say(respmod("", &own, ANSWER, &chunked(RECORD)).as_bytes()).await;
    assert_eq!(talk.hear().await.body, RECORD);
    // A body that is shorter, or longer, than its head says.
    for length in [1000, 3] {
        let answer = ANSWER.replace("ETag: \"1\"", &format!("Content-Length: {length}"));
        talk.say(respmod("", &asked, &answer, &chunked(RECORD)).as_bytes()).await;
        let reply = talk.hear().await;
        assert!(reply.http.starts_with("HTTP/1.1 502 ") && reply.body.contains("broke off"), "{reply:?}");
        talk = Talk::with(city.gateway.icap().unwrap()).await;
    }
    // A body of nothing needs no type; one that says so and is not does not pass.
    for (body, status) in [("0\r\n\r\n".to_owned(), "200"), (chunked(RECORD), "502")] {
        let answer = ANSWER.replace("Content-Type: application/json", "Content-Length: 0");
        talk.say(respmod("", &asked, &answer, &body).as_bytes()).await;
        let reply = talk.hear().await;
        assert!(reply.http.starts_with(&format!("HTTP/1.1 {status} ")) && !reply.body.contains("theft"), "{reply:?}");
    }
    talk = Talk::with(city.gateway.icap().unwrap()).await;
    // What nobody can read is not asked for.
    talk.say(respmod("Preview: 0\r\n", &asked, &ANSWER.replace("json", "pdf"), "0\r\n\r\n").as_bytes()).await;
    assert!(talk.hear().await.http.starts_with("HTTP/1.1 502 "));
    // Where an answer leads is told as it stands, where that is a record.
    for (to, is_told) in
        [(format!("http://{}/api/2", city.origin.address), true), ("/api/2".to_owned(), true), ("/other/2".to_owned(), false)]
    {
        let moved = format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\n\r\n");
        talk.say(respmod("", &asked, &moved, "").as_bytes()).await;
        let reply = talk.hear().await;
        assert!(reply.http.starts_with("HTTP/1.1 302 ") && reply.http.contains(&format!("location: {to}")) == is_told, "{reply:?}");
    }
    // Whoever hangs up in the middle gets nothing, and that is a second entry.
    talk.say(respmod("", &asked, ANSWER, &String::from_utf8(chunk(half.as_bytes())).unwrap()).as_bytes()).await;
    talk.stream.shutdown().await.unwrap();
    assert_eq!(talk.hear().await, Reply::default());
    let ends = city.book.ends(16).await;
    assert_eq!(ends.iter().filter(|end| **end == End::Aborted).count(), 4, "{ends:?}");
    assert_eq!(city.outcomes().iter().filter(|outcome| **outcome == "refuse").count(), 1);
    city.gateway.stop().await;
}

/// Two routes, the narrower one not for who asks: at both services the same path is the same record.
#[tokio::test(flavor = "multi_thread")]
async fn a_path_belongs_to_the_narrower_route_at_both_services() {
    let origin = Origin::start().await;
    let address = origin.address;
    let narrow = route("/records/gang/", &format!("http://{address}/api/gang/"), "").replace("isp = \"A-isp\", ", "");
    let text = plain(&origin, "")
        .replace("[limits]", "[icap]\nlisten = \"127.0.0.1:0\"\nsites = { \"http://records.example/\" = \"/records/\" }\n\n[limits]")
        + &narrow;
    let city = City::of(origin, &text, |_| {}).await.unwrap();
    let bare = request(address, "isp", "");
    let by_host = |host: &str, target: &str| {
        bare.replace(&format!("GET http://{address}/api/record"), &format!("GET {target}"))
            .replace(&format!("Host: {address}"), &format!("Host: {host}"))
    };
    let at = |site: &str| {
        let host = site.split('/').nth(2).unwrap();
        bare.replace(&format!("http://{address}/api/"), site).replace(&format!("Host: {address}"), &format!("Host: {host}"))
    };
    let mut talk = Talk::with(city.gateway.icap().unwrap()).await;
    for (message, status) in [
        (bare.replace("/api/record", "/api/gang/1"), "403"),
        (bare.replace("/api/record", "/api/gang"), "403"),
        (bare.replace("/api/record", "/api/%67ang/1"), "400"),
        (bare.replace("/api/record", "/api/Gang/1"), "400"),
        (bare.replace("/api/record", "/api/gang%20/1"), "400"),
        (bare.replace("/api/record", "/API/gang/1"), "400"),
        (by_host(&address.to_string(), "/api/gang/1"), "403"),
        // A host in which a path stands, so that what is asked for would stand in the query.
        (by_host(&format!("{address}/api/record?"), "/api/gang/1"), "400"),
        (by_host(&format!("{address}/api/record/"), "/gang/1"), "400"),
        (by_host(&format!("isp@{address}"), "/api/record"), "400"),
        (by_host(&address.to_string(), "/api/record"), "200"),
        (bare.clone(), "200"),
        (at("http://records.example/"), "200"),
        (at("http://records.example:80/"), "200"),
        // Another port of a host is another server.
        (at("https://records.example/"), "404"),
        (at("http://records.example:8080/"), "404"),
    ] {
        talk.say(reqmod("Allow: 204\r\n", &message, "").as_bytes()).await;
        let asked = talk.hear().await;
        let is_passed = asked.icap.starts_with("ICAP/1.0 204 ");
        assert_eq!(is_passed, status == "200", "{message} {asked:?}");
        assert!(is_passed || asked.http.starts_with(&format!("HTTP/1.1 {status} ")), "{message} {asked:?}");
        let answer = ANSWER.replace("ETag: \"1\"", "Content-Language: undocumented\r\nRetry-After: 123456789");
        talk.say(respmod("", &message, &answer, &chunked(RECORD)).as_bytes()).await;
        let answered = talk.hear().await;
        assert!(answered.http.starts_with(&format!("HTTP/1.1 {status} ")), "{message} {answered:?}");
        assert_eq!(answered.body == CLEAN, status == "200", "{message} {answered:?}");
        assert!(!answered.http.contains("content-language") && !answered.http.contains("retry-after"), "{answered:?}");
    }
    city.gateway.stop().await;
}

/// Nobody looks into what a request brings.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_brings_no_more_than_may_pass() {
    let origin = Origin::start().await;
    let text = plain(&origin, "request_bytes = 100").replace("[limits]", "[icap]\nlisten = \"127.0.0.1:0\"\n\n[limits]");
    let city = City::of(origin, &text, |_| {}).await.unwrap();
    let post = |more: &str| request(city.origin.address, "isp", more).replacen("GET", "POST", 1);
    for (message, size, status) in [
        (request(city.origin.address, "isp", "Content-Length: 10\r\n"), 10, "413"),
        (post("Content-Length: 100\r\n"), 100, "204"),
        (post("Content-Length: 101\r\n"), 101, "413"),
        (post("Content-Length: 1\r\nContent-Length: 2\r\n"), 2, "400"),
        (post(""), 100, "200"),
        (post(""), 101, "413"),
    ] {
        let mut talk = Talk::with(city.gateway.icap().unwrap()).await;
        talk.say(reqmod("Allow: 204\r\n", &message, &chunked(&"x".repeat(size))).as_bytes()).await;
        let reply = talk.hear().await;
        let found = if reply.http.starts_with("HTTP/1.1 ") { &reply.http[9..12] } else { &reply.icap[9..12] };
        assert_eq!(found, status, "{message} {reply:?}");
    }
    city.gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_may_pass() {
    let city = city("").await;
    let mut talk = Talk::with(city.gateway.icap().unwrap()).await;
    let bare = request(city.origin.address, "isp", "");
    let post = bare.replace("GET ", "POST ").replace("\r\n\r\n", "\r\nContent-Length: 7\r\n\r\n");
    let body = chunked("{\"a\":1}");
    // As it is, where the proxy may keep it.
    for (more, message, body) in
        [("Allow: 204, trailers\r\n", &bare, ""), ("Preview: 0\r\n", &post, "0\r\n\r\n"), ("Allow: 204\r\n", &post, body.as_str())]
    {
        talk.say(reqmod(more, message, body).as_bytes()).await;
        assert!(talk.hear().await.icap.starts_with("ICAP/1.0 204 "), "{more}");
    }
    // As it is, in full.
    for (message, body, sent) in [(&bare, "", ""), (&post, body.as_str(), "{\"a\":1}")] {
        talk.say(reqmod("", message, body).as_bytes()).await;
        let reply = talk.hear().await;
        assert_eq!((reply.http.to_ascii_lowercase(), reply.body.as_str()), (message.to_ascii_lowercase(), sent));
    }
    // Without what it asks of the origin's bytes.
    let ranged = request(city.origin.address, "isp", "Range: bytes=0-9\r\nIf-None-Match: \"1\"\r\nAccept-Encoding: deflate\r\n");
    talk.say(reqmod("Allow: 204\r\n", &ranged, "").as_bytes()).await;
    assert_eq!(talk.hear().await.http.to_ascii_lowercase(), bare.to_ascii_lowercase());
    let ranged = ranged.replace("GET ", "POST ");
    talk.say(reqmod("Preview: 0\r\n", &ranged, "0\r\n\r\n").as_bytes()).await;
    assert_eq!(talk.hear().await.icap, "ICAP/1.0 100 Continue\r\n\r\n");
    talk.say(body.as_bytes()).await;
    assert_eq!(talk.hear().await.body, "{\"a\":1}");
    // Without what would have it do something else, or elsewhere, than was judged.
    let turned = "X-HTTP-Method-Override: DELETE\r\nX-HTTP-Method: DELETE\r\nX-Method-Override: DELETE\r\nX-Original-URL: /api/table\r\n\
                  X-Rewrite-URL: /api/table\r\n";
    talk.say(reqmod("Allow: 204\r\n", &request(city.origin.address, "isp", turned), "").as_bytes()).await;
    assert_eq!(talk.hear().await.http.to_ascii_lowercase(), bare.to_ascii_lowercase());
    // A body that is too long to be held.
    talk.say(reqmod("", &post, &chunked(&"a".repeat(2 << 20))).as_bytes()).await;
    assert!(talk.hear().await.http.starts_with("HTTP/1.1 413 "));
    // Nothing of that is a release.
    assert!(city.outcomes().is_empty(), "{:?}", city.outcomes());
    city.gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_as_the_proxy_says() {
    let who = |id: &str, proof: &str| {
        format!(
            "[[recipient]]\nid = \"{id}\"\nrequester = \"illinois_police\"\nclass = \"state\"\npurposes = [\"criminal\"]\nauthorities = [\"none\"]\n\
             proof = {{ {proof} }}\n\n"
        )
    };
    for (settings, name) in [("user_header = \"X-Authenticated-User\"\nuser_is_base64 = true\n", "bG9jYWw6Ly9sYWI="), ("", "local://lab")] {
        let origin = Origin::start().await;
        let address = origin.address;
        let text = plain(&origin, "")
            .replace(
                "[limits]",
                &format!(
                    "[icap]\nlisten = \"127.0.0.1:0\"\n{settings}sites = {{ \"http://records.example/v1/\" = \"/records/\" }}\n[limits]"
                ),
            )
            .replace(
                &recipients(),
                &format!(
                    "{}{}{}",
                    recipients().replace("id = \"isp\"", "id = \"isp-key\""),
                    who("isp", "client_address = [\"10.0.0.9\"]"),
                    who("lab", "client_user = [\"local://lab\"]")
                ),
            )
            .replace("recipients = { ", "recipients = { isp-key = \"A-isp\", lab = \"A-isp\", ");
        let city = City::of(origin, &text, |_| {}).await.unwrap();
        let header = if settings.is_empty() { "X-Client-Username" } else { "X-Authenticated-User" };
        let user = format!("{header}: {name}\r\n");
        let (key, none) = (request(address, "isp", ""), request(address, "isp", "").replace("Authorization: Bearer key-isp\r\n", ""));
        let site = none
            .replace(&format!("http://{address}/api/"), "http://RECORDS.example:80/v1/")
            .replace(&format!("Host: {address}"), "Host: RECORDS.example:80");
        let path = none.replace(&format!("http://{address}/api/"), "/api/");
        let mut talk = Talk::with(city.gateway.icap().unwrap()).await;
        for (what, more, message, status) in [
            ("an address", "X-Client-IP: 10.0.0.9\r\n", &none, "200"),
            ("an address in another spelling", "X-Client-IP: ::ffff:10.0.0.9\r\n", &none, "200"),
            ("a user", user.as_str(), &none, "200"),
            ("a user at an address that is nobody's", &format!("X-Client-IP: 10.0.0.8\r\n{user}"), &none, "200"),
            ("a key", "", &key, "200"),
            ("by a site", user.as_str(), &site, "200"),
            ("by a path and a host", user.as_str(), &path, "200"),
            ("nothing", "", &none, "401"),
            ("an address that is nobody's", "X-Client-IP: 10.0.0.8\r\n", &none, "401"),
            ("two addresses", "X-Client-IP: 10.0.0.9\r\nX-Client-IP: 10.0.0.9\r\n", &none, "401"),
            ("a user that is nobody", &format!("X-Client-IP: 10.0.0.9\r\n{header}: x\r\n"), &none, "401"),
            ("two users", &user.repeat(2), &none, "401"),
            ("a user at another's address", &format!("X-Client-IP: 10.0.0.9\r\n{user}"), &none, "401"),
            ("another's key at an address", "X-Client-IP: 10.0.0.9\r\n", &key, "401"),
            ("a key that is nobody's at an address", "X-Client-IP: 10.0.0.9\r\n", &key.replace("key-isp", "key-x"), "401"),
            ("another site", user.as_str(), &site.replace("RECORDS", "OTHER"), "404"),
            ("the site, elsewhere", user.as_str(), &site.replace("/v1/", "/v2/"), "404"),
        ] {
            talk.say(respmod(more, message, ANSWER, &chunked(RECORD)).as_bytes()).await;
            let reply = talk.hear().await;
            assert!(reply.http.starts_with(&format!("HTTP/1.1 {status} ")), "{what}: {reply:?}");
            assert_eq!(reply.body == CLEAN, status == "200", "{what}: {reply:?}");
        }
        city.gateway.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_stops_ends_between_two_messages() {
    let city = city("").await;
    let mut idle = Talk::with(city.gateway.icap().unwrap()).await;
    let mut busy = Talk::with(city.gateway.icap().unwrap()).await;
    let message = respmod("", &request(city.origin.address, "isp", ""), ANSWER, &chunked(RECORD));
    let (first, rest) = message.split_at(message.len() - 30);
    busy.say(first.as_bytes()).await;
    for _ in 0..200 {
        if !city.outcomes().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let stopped = tokio::spawn(city.gateway.stop());
    assert!(idle.is_over().await);
    busy.say(rest.as_bytes()).await;
    assert_eq!(busy.hear().await.body, CLEAN);
    assert!(busy.is_over().await);
    assert!(stopped.await.unwrap(), "all ended");
}

/// Takes a body apart in pieces of some sizes.
fn apart(bytes: &[u8], sizes: &[usize]) -> Result<(Vec<u8>, usize, Option<Last>), Fault> {
    let (mut chunks, mut out, mut at, mut sizes) = (Chunks::default(), Vec::new(), 0, sizes.iter().cycle());
    while at < bytes.len() {
        let end = bytes.len().min(at + sizes.next().unwrap());
        let (taken, last) = chunks.push(&bytes[at..end], &mut out)?;
        at += taken;
        if last.is_some() {
            return Ok((out, at, last));
        }
    }
    Ok((out, at, None))
}

fn bodies() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let pieces = proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..40), 0..6);
    (pieces, any::<bool>(), any::<bool>()).prop_map(|(pieces, is_whole, is_padded)| {
        let mut wire: Vec<u8> = pieces.iter().flat_map(|piece| chunk(piece)).collect();
        wire.extend_from_slice(if is_padded { b"000" } else { b"0" });
        wire.extend_from_slice(if is_whole { b"; ieof\r\n\r\n" } else { b"\r\n\r\n" });
        (pieces.concat(), wire)
    })
}

proptest! {
    #[test]
    fn a_body_is_the_same_however_it_is_cut((body, wire) in bodies(), sizes in proptest::collection::vec(1_usize..20, 1..8), next in "[ -~]{0,20}") {
        let whole = [wire.as_slice(), next.as_bytes()].concat();
        let last = if wire.windows(4).any(|four| four == b"ieof") && wire.ends_with(b"ieof\r\n\r\n") { Last::Whole } else { Last::Over };
        prop_assert_eq!(apart(&whole, &sizes), Ok((body, wire.len(), Some(last))));
    }

    #[test]
    fn a_body_with_a_byte_changed_is_cut_the_same((_, mut wire) in bodies(), at in any::<proptest::sample::Index>(), byte in any::<u8>(), sizes in proptest::collection::vec(1_usize..20, 1..8)) {
        let at = at.index(wire.len());
        wire[at] = byte;
        let whole = apart(&wire, &[usize::MAX >> 1]);
        let pieces = apart(&wire, &sizes);
        prop_assert_eq!(whole.is_err(), pieces.is_err());
        if let (Ok(whole), Ok(pieces)) = (whole, pieces) {
            prop_assert_eq!(whole, pieces);
        }
    }

    #[test]
    fn parts_stand_one_behind_the_other(method in 0..2_usize, parts in "(req-hdr|res-hdr|req-body|res-body|null-body|opt-body)=[0-9]{1,3}(, ?(req-hdr|res-hdr|req-body|res-body|null-body)=[0-9]{1,3}){0,3}") {
        let method = ["REQMOD", "RESPMOD"][method];
        let head = format!("{method} icap://a/b ICAP/1.0\r\nEncapsulated: {parts}\r\n\r\n");
        if let Ok(message) = wire::message(head.as_bytes()) {
            prop_assert!(message.parts.request.start == 0 && message.parts.request.end > 0, "{parts}");
            prop_assert_eq!(message.parts.request.end, message.parts.response.start);
            prop_assert_eq!(message.parts.response.is_empty(), message.method == Method::Reqmod);
        }
    }
}

/// No bytes make a reader do otherwise than answer or find a fault.
#[test]
fn readers_take_any_bytes() {
    let seeds: [&[u8]; 4] = [
        b"RESPMOD icap://guard/respmod ICAP/1.0\r\nHost: a\r\nEncapsulated: req-hdr=0, res-hdr=10, res-body=20\r\nPreview: 0\r\nAllow: 204\r\n\r\n",
        b"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n\r\n",
        b"5\r\nabcde\r\n0; ieof\r\n\r\n",
    ];
    bolero::check!().with_iterations(20_000).for_each(|bytes: &[u8]| {
        for seed in seeds {
            // As they are, and in the place of a part of what has a reading.
            let at = bytes.first().map_or(0, |first| usize::from(*first) % seed.len());
            let end = seed.len().min(at + bytes.len() / 2);
            for bytes in [bytes.to_vec(), [&seed[..at], bytes, &seed[end..]].concat()] {
                drop((wire::message(&bytes), wire::asked(&bytes), wire::answered(&bytes)));
                if let Ok((out, taken, _)) = apart(&bytes, &[3, 7]) {
                    assert!(out.len() <= bytes.len() && taken <= bytes.len());
                }
            }
        }
    });
}
