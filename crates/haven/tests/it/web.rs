//! The page and the JSON API, from outside: the real program on a free port, plain HTTP, and a real browser.

use crate::{haven, root};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// A running `haven serve`, ended when it is dropped.
pub(crate) struct Server {
    child: Child,
    out: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
}

impl Server {
    fn start() -> Server {
        Server::with(haven().current_dir(std::env::temp_dir()))
    }

    /// Starts the program as it was prepared.
    pub(crate) fn with(command: &mut Command) -> Server {
        let mut child = command.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("haven serve: http://").unwrap_or_else(|| panic!("it says `{line}`"));
        Server { address: address.parse().unwrap(), child, out }
    }

    /// Kills it, as a crash would; gives what it has said of itself.
    pub(crate) fn log(&mut self) -> String {
        self.child.kill().unwrap();
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        said
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One server for all tests that only ask. It is ended with this process, which a static would not do.
pub(crate) fn address() -> SocketAddr {
    struct Shared(SocketAddr);
    static SHARED: OnceLock<Shared> = OnceLock::new();
    SHARED
        .get_or_init(|| {
            let mut server = Server::start();
            let address = server.address;
            // Killed by a watcher that waits for this process to close its end of a pipe.
            let mut watcher = Command::new("sh");
            watcher.args(["-c", "cat >/dev/null; kill \"$0\" 2>/dev/null", &server.child.id().to_string()]).stdin(Stdio::piped());
            let watcher = watcher.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            std::mem::forget(watcher);
            // Reading on keeps the pipe open, so that saying something can never end the server.
            std::thread::spawn(move || {
                let _ = server.out.read_to_end(&mut Vec::new());
                drop(server);
            });
            Shared(address)
        })
        .0
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// Asks over plain HTTP/1.1, one connection a request.
pub(crate) fn http(address: SocketAddr, method: &str, path: &str, kind: &str, body: &[u8]) -> Answer {
    let kind = [("content-type", kind)];
    http_with(address, method, path, if kind[0].1.is_empty() { &[] } else { &kind }, body)
}

/// The same with other headers.
pub(crate) fn http_with(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let headers: String = with_host(headers).map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).unwrap();
    // A server that refuses a long body may close before all of it was sent.
    let _ = stream.write_all(body);
    let mut bytes = Vec::new();
    let read = stream.read_to_end(&mut bytes);
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or_else(|| panic!("{method} {path}: no answer: {read:?}"));
    let head = String::from_utf8(bytes[..at].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> =
        lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
    let rest = &bytes[at + 4..];
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if chunked { unchunked(rest) } else { rest.to_vec() };
    Answer { status, headers, body }
}

/// Headers with the host that a browser on this machine would name, unless they name another.
fn with_host<'h>(headers: &'h [(&'h str, &'h str)]) -> impl Iterator<Item = (&'h str, &'h str)> {
    let own = (!headers.iter().any(|(name, _)| *name == "host")).then_some(("host", "localhost"));
    own.into_iter().chain(headers.iter().copied())
}

/// Sends a request and reads only the beginning of what comes back.
pub(crate) fn head_of(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> usize {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let headers: String = with_host(headers).map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!("{method} {path} HTTP/1.1\r\n{headers}content-length: {}\r\n\r\n", body.len());
    let _ = stream.write_all(&[head.as_bytes(), body].concat());
    let mut begun = [0; 64];
    stream.read(&mut begun).unwrap_or_default()
}

/// Sends a signal to a process of ours.
pub(crate) fn kill(signal: &str, process: u32) {
    assert!(Command::new("kill").args([signal, &process.to_string()]).status().unwrap().success());
}

/// The same to one that may have ended.
pub(crate) fn kill_if_there(signal: &str, process: u32) {
    let _ = Command::new("kill").args([signal, &process.to_string()]).stderr(Stdio::null()).status();
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n").unwrap();
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        rest = &rest[end + 2..];
        if length == 0 {
            return body;
        }
        body.extend_from_slice(&rest[..length]);
        rest = &rest[length + 2..];
    }
}

pub(crate) fn get(path: &str) -> Answer {
    http(address(), "GET", path, "", b"")
}

fn ask(kind: &str, query: &str, body: &[u8]) -> Answer {
    http(address(), "POST", &format!("/api/v1/ask{query}"), kind, body)
}

pub(crate) fn encoded(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

pub(crate) fn submit(path: &str, pairs: &[(&str, &str)]) -> Answer {
    let body: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    http(address(), "POST", path, "application/x-www-form-urlencoded", body.join("&").as_bytes())
}

/// What the command line prints for lines on its standard input.
fn command_line(args: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = haven()
        .current_dir(std::env::temp_dir())
        .args(["ask", "--jsonl"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let bytes = input.to_vec();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&bytes)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output.stdout
}

const JSON: &str = "application/json";

/// Requests of every kind, good and bad, each one line.
fn requests() -> Vec<Vec<u8>> {
    let lines = [
        r#"{"id":"no","as_of":"2026-03-01","action":"continue_detention","agency":"CPD","facts":{"basis":["detainer"]}}"#,
        r#"{"id":2,"as_of":"2020-06-15","action":"continue_detention","agency":"CPD"}"#,
        r#"{"id":null,"as_of":"2026-03-01","action":"stop","agency":"CPD","facts":{"basis":"traffic_offence"}}"#,
        r#"{"as_of":"2026-03-01","action":"ask_nature","agency":"Chicago Public Library"}"#,
        r#"{"as_of":"2026-03-01","action":"document_visit","agency":"CPL","facts":{"requester":"ice"}}"#,
        r#"{"as_of":"2021-02-10","action":"arrest","agency":"CPD","facts":{"basis":["admin_warrant"],"document":"I-200"}}"#,
        r#"{"as_of":"1999-01-01","action":"request_status","agency":"CPD"}"#,
        r#"{"as_of":"2026-03-01","action":"share_information","agency":"nobody knows <b>\"them\"</b> & Söhne","facts":{"topic":"contact_info","requester":"unknown"}}"#,
        r#"{"as_of":"2026-03-01","action":"stop","agency":"CPD","actor":"patrol officer","facts":{"topic":"origin"}}"#,
        r#"   {"as_of":"2026-03-01","action":"stop"}   "#,
        // What cannot be read.
        r#"{"id":"a","as_of":"2026-03-01","action":"fly","agency":"CPD"}"#,
        r#"{"id":"a","as_of":"yesterday","action":"stop"}"#,
        r#"{"id":"a","action":"stop"}"#,
        r#"{"id":"a","as_of":"2026-03-01","action":"stop","facts":{"basis":[]}}"#,
        r#"{"id":"a","as_of":"2026-03-01","action":"stop","facts":{"basis":"detainer","basis":"consent"}}"#,
        r#"{"id":"a","id":"b","as_of":"2026-03-01","action":"stop"}"#,
        r#"{"id":"a","as_of":"2026-03-01","action":"stop","facts":{"colour":"red"}}"#,
        r#"{"id":"a","as_of":"2026-03-01","action":"stop","fact":{}}"#,
        r#"{"id":["a"],"as_of":"2026-03-01","action":"stop"}"#,
        r#"{"id":"a","as_of":"2026-03-01","action":"stop""#,
        r#"{"id":"a","as_of":"2026-03-01","action":"stop"} {}"#,
        r#"["stop"]"#,
        "stop",
        "\u{feff}{\"as_of\":\"2026-03-01\",\"action\":\"stop\"}",
        "\u{feff}{\"id\":7,\"as_of\":\"2026-03-01\"}",
    ];
    let long_id = format!(r#"{{"id":"{}","as_of":"2026-03-01","action":"stop"}}"#, "x".repeat(300));
    let just_too_long = format!(r#"{{"id":"a","as_of":"2026-03-01","action":"stop","actor":"{}"}}"#, "x".repeat(64 * 1024 - 62));
    let bytes: [&[u8]; 2] = [b"\xff\xfe{}", b"{\"id\":\"\x00\"}"];
    let lines = lines.iter().map(|line| line.as_bytes().to_vec());
    lines.chain(bytes.iter().map(|bytes| bytes.to_vec())).chain([long_id.into_bytes(), just_too_long.into_bytes()]).collect()
}

#[test]
fn the_api_answers_as_the_command_line_does_byte_for_byte() {
    let (mut answers, mut errors) = (0, 0);
    for request in requests() {
        let told = String::from_utf8_lossy(&request).chars().take(200).collect::<String>();
        let mut line = request.clone();
        line.push(b'\n');
        let expected = command_line(&[], &line);
        for body in [&request, &line] {
            let answer = ask(JSON, "", body);
            let line: Value = serde_json::from_slice(&expected).unwrap();
            let status = match line.get("error") {
                None => 200,
                Some(_) if body.len() > 64 * 1024 => 413,
                Some(_) => 400,
            };
            assert_eq!(answer.status, status, "{told}");
            if status == 200 {
                assert_eq!(String::from_utf8_lossy(&answer.body), String::from_utf8_lossy(&expected), "{told}");
                assert_eq!(answer.header("content-type"), JSON);
            } else {
                // A problem says what the line says, but for the text that was typed.
                let problem: Value = serde_json::from_slice(&answer.body).unwrap();
                assert_eq!(answer.header("content-type"), "application/problem+json");
                assert_eq!((&problem["expected"], &problem["hint"]), (&line["error"]["expected"], &line["error"]["hint"]), "{told}");
            }
        }
        if expected.windows(8).any(|window| window == b"\"error\":") { errors += 1 } else { answers += 1 }
    }
    assert!(answers > 8 && errors > 12, "{answers} answers, {errors} errors");
}

#[test]
fn a_batch_answers_as_the_command_line_does_byte_for_byte() {
    let mut batch = Vec::new();
    for (number, request) in requests().iter().enumerate() {
        batch.extend_from_slice(request);
        batch.extend_from_slice(if number % 2 == 0 { b"\n" } else { b"\r\n" });
        if number % 5 == 0 {
            batch.extend_from_slice(b"\n  \n");
        }
    }
    // Longer than a line may be, with an id that a reader could find in its first part.
    batch.extend_from_slice(format!("{{\"id\":1}}{}\n", " ".repeat(70 * 1024)).as_bytes());
    batch.extend_from_slice(&requests()[0]);
    for (kind, query, args) in [
        ("application/jsonl", "", &[][..]),
        ("application/x-ndjson; charset=utf-8", "", &[]),
        ("application/jsonl", "?layer=city&provision=2-173-020(a)(1)", &["--layer", "city", "--provision", "2-173-020(a)(1)"]),
        ("application/jsonl", "?layer=city&layer=state", &["--layer", "city", "--layer", "state"]),
    ] {
        let answer = ask(kind, query, &batch);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), "application/jsonl");
        assert_eq!(answer.text(), String::from_utf8(command_line(args, &batch)).unwrap(), "{query}");
    }
    assert_eq!(ask("application/jsonl", "", b"").body, b"");
}

#[test]
fn a_long_batch_streams_in_order() {
    let lines: String =
        (0..3000).map(|id| format!("{{\"id\":{id},\"as_of\":\"2026-03-01\",\"action\":\"stop\",\"agency\":\"CPD\"}}\n")).collect();
    let answer = ask("application/jsonl", "", lines.as_bytes());
    assert_eq!(answer.header("transfer-encoding"), "chunked");
    let ids = answer.text().lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_u64().unwrap());
    assert!(ids.eq(0..3000));
}

#[test]
fn what_the_api_refuses_it_refuses_with_a_reason() {
    let line = br#"{"as_of":"2026-03-01","action":"stop"}"#;
    let batch_too_long = vec![b'\n'; 16 * 1024 * 1024 + 1];
    for (kind, query, body, status, field) in [
        (JSON, "?layer=village", &line[..], 400, "layer"),
        (JSON, "?provision=nowhere", line, 400, "provision"),
        (JSON, "?basis=detainer", line, 400, "query"),
        (JSON, "?layer=%ff", line, 400, "layer"),
        ("application/x-www-form-urlencoded", "", line, 415, "content-type"),
        ("text/plain", "", line, 415, "content-type"),
        ("", "", line, 415, "content-type"),
        // The command line passes over an empty line; who sends an empty request is told.
        (JSON, "", b"", 400, "request"),
        (JSON, "", "\u{feff}".as_bytes(), 400, "request"),
        (JSON, "", &[b' '; 70 * 1024], 413, "request"),
        ("application/jsonl", "", &batch_too_long, 413, "request"),
    ] {
        let answer = ask(kind, query, body);
        let told = format!("{kind} {query}: {}", answer.text());
        assert_eq!(answer.status, status, "{told}");
        let parsed: Value = serde_json::from_str(answer.text()).unwrap();
        assert_eq!(parsed["field"], field, "{told}");
        assert_eq!(parsed["status"], status, "{told}");
        assert!(parsed["expected"].is_string() && parsed["found"].is_string() && parsed["title"].is_string(), "{told}");
    }
    assert_eq!(get("/api/v1/ask").status, 405);
}

#[test]
fn the_vocabulary_and_the_health_are_there_for_programs() {
    let output = haven().current_dir(root()).args(["law", "vocabulary", "--json-schema"]).output().unwrap();
    assert_eq!(get("/api/v1/vocabulary").text(), String::from_utf8(output.stdout).unwrap());
    let health = get("/healthz");
    assert_eq!(health.status, 200);
    let health: Value = serde_json::from_str(health.text()).unwrap();
    let answer: Value = serde_json::from_slice(&ask(JSON, "", br#"{"as_of":"2026-03-01","action":"stop"}"#).body).unwrap();
    assert_eq!(health["digest"], answer["law"]["digest"]);
}

/// The values of an attribute in a page.
pub(crate) fn attributes<'t>(html: &'t str, name: &str) -> Vec<&'t str> {
    let opening = format!(" {name}=\"");
    html.split(&opening).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The paths of every page that a link of the first page leads to, and some more.
fn pages() -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for first in ["/", "/questions", "/es/", "/ar/questions"] {
        let page = get(first);
        paths.extend(
            attributes(page.text(), "href")
                .into_iter()
                .filter(|path| path.starts_with('/') && !path.starts_with("/assets/"))
                .map(str::to_owned),
        );
    }
    paths.sort();
    paths.dedup();
    assert!(paths.len() > 150, "{paths:?}");
    paths
}

#[test]
fn every_answer_tells_the_browser_to_run_nothing_and_keep_nothing() {
    let hash_of_css = attributes(get("/").text(), "href").into_iter().find(|path| path.ends_with("haven.css")).unwrap().to_owned();
    let answered = submit("/ask/stop", &[("agency", "CPD")]);
    let refused = ask("text/plain", "", b"");
    let asked = ask(JSON, "", br#"{"as_of":"2026-03-01","action":"stop"}"#);
    let answers =
        [get("/"), get("/ask/stop"), get("/try/ncic-hit"), get("/nowhere"), get("/healthz"), get(&hash_of_css), answered, refused, asked];
    for answer in &answers {
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe") && policy.contains("script-src 'self';"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("set-cookie"), "");
        let kept = if answer.header("content-type").starts_with("text/css") { "public, max-age=31536000, immutable" } else { "no-store" };
        assert_eq!(answer.header("cache-control"), kept);
    }
}

#[test]
fn what_pages_load_is_there_under_its_digest_and_nowhere_else() {
    let home = get("/");
    let mut paths: Vec<String> = ["href", "src"]
        .iter()
        .flat_map(|name| attributes(home.text(), name))
        .filter(|path| path.starts_with("/assets/"))
        .map(str::to_owned)
        .collect();
    let css = get(paths.iter().find(|path| path.ends_with("uswds.min.css")).unwrap());
    assert!(css.text().contains("uswds v3.14.0"));
    let folder = paths[0].split('/').take(3).collect::<Vec<_>>().join("/");
    paths.extend(
        ["css/uswds.min.css", "fonts/source-sans-pro/sourcesanspro-bold-webfont.woff2", "img/correct8.svg"]
            .map(|name| format!("{folder}/{name}")),
    );
    for path in &paths {
        let file = get(path);
        assert_eq!(file.status, 200, "{path}");
        assert!(!file.body.is_empty(), "{path}");
    }
    for path in [
        "/assets/0/css/haven.css",
        &format!("{folder}/../Cargo.toml"),
        &format!("{folder}/%2e%2e/%2e%2e/Cargo.toml"),
        &format!("{folder}/css/"),
        &folder,
    ] {
        assert_eq!(get(path).status, 404, "{path}");
    }
    let licence = get("/assets/LICENSE.md");
    assert!(licence.text().contains("SIL Open Font License"), "{}", licence.text());
}

#[test]
fn nothing_typed_can_land_in_an_address() {
    let answered = submit("/ask/continue_detention", &[("agency", "CPD"), ("fact.basis", "detainer")]);
    // The app without a network is nothing but a script; its own tests look at it.
    let pages = pages()
        .into_iter()
        .filter(|path| !path.ends_with("/app/"))
        .map(|path| (get(&path), path))
        .chain([(answered, "an answer".to_owned())]);
    for (page, path) in pages {
        assert_eq!(page.status, 200, "{path}");
        let html = page.text();
        for address in attributes(html, "href").into_iter().chain(attributes(html, "action")) {
            let outside = address.starts_with("https://") || address.starts_with("http://");
            assert!(outside || !address.contains('?'), "{path}: {address}");
        }
        assert_eq!(html.matches("<form").count(), html.matches("<form method=\"post\"").count(), "{path}");
        assert!(!html.contains("<script") && !html.contains(" style=") && !html.contains(" onclick"), "{path}");
        assert!(html.contains("<p class=\"hv-first\">"), "{path}");
    }
    // Facts in an address are not read: the form stays empty.
    assert!(!get("/ask/continue_detention?fact.basis=detainer&agency=CPD").text().contains("checked value=\"detainer\""));
    assert!(!get("/ask/continue_detention?agency=Nowhere").text().contains("Nowhere"));
}

#[test]
fn a_hostile_name_stays_text() {
    let name = "\"><script>alert('x')</script><b onmouseover=alert(1)>&amp;";
    for page in [
        submit("/ask/stop", &[("agency", name)]),
        submit("/ask/stop", &[("agency", name), ("as_of", name), ("fact.basis", name), ("fact.<i>", name)]),
    ] {
        let html = page.text();
        assert!(!html.contains("<script") && !html.contains("<b on") && !html.contains("<i>"), "{html}");
        assert!(html.contains("&#60;script&#62;"), "{html}");
    }
}

#[test]
fn what_a_form_cannot_hold_is_said_in_words() {
    let name = "x".repeat(201);
    for (pairs, status, says) in [
        (vec![("as_of", "yesterday")], 400, "The day: expected a day"),
        (vec![("agency", name.as_str())], 400, "The agency: expected at most 200 characters"),
        (vec![("fact.matter", "purple")], 400, "facts.matter"),
        (vec![("fact.colour", "red")], 400, "facts.colour"),
        (vec![("fact.document", "I-200"), ("fact.document", "I-205")], 400, "facts.document"),
    ] {
        let page = submit("/ask/stop", &pairs);
        assert_eq!(page.status, status, "{pairs:?}");
        assert!(page.text().contains(says), "{pairs:?}: {}", page.text());
        assert!(!page.text().contains("hv-answer"), "{pairs:?}");
    }
    assert_eq!(submit("/ask/stop", &[("agency", "x".repeat(70 * 1024).as_str())]).status, 413);
    assert_eq!(http(address(), "POST", "/ask/stop", JSON, b"{}").status, 415);
    assert_eq!(submit("/ask/fly", &[]).status, 404);
    for path in ["/ask/fly", "/try/nothing", "/nowhere", "/ask/", "/ask/stop/now"] {
        assert_eq!(get(path).status, 404, "{path}");
    }
}

/// The word of an answer page.
pub(crate) fn word(html: &str) -> (&str, &str) {
    let kind = html.split("class=\"hv-answer hv-").nth(1).unwrap_or_else(|| panic!("no answer in {html}")).split('"').next().unwrap();
    let word = html.split("class=\"hv-word\">").nth(1).unwrap().split('<').next().unwrap();
    (kind, word)
}

#[test]
fn from_the_first_page_to_an_answer_and_on() {
    let home = get("/questions");
    assert!(attributes(home.text(), "href").contains(&"/ask/continue_detention"));
    let form = get("/ask/continue_detention");
    assert!(attributes(form.text(), "action").contains(&"/ask/continue_detention"));
    for control in ["agency", "as_of", "fact.basis", "fact.document"] {
        assert!(attributes(form.text(), "name").contains(&control), "{control}");
    }
    // Nothing filled in.
    let page = submit("/ask/continue_detention", &[("agency", ""), ("as_of", "2026-03-01"), ("fact.document", "unknown")]);
    assert_eq!(word(page.text()), ("ask", "ASK FIRST"));
    // The agency, and the questions are fewer.
    let page = submit("/ask/continue_detention", &[("agency", "CPD"), ("as_of", "2026-03-01"), ("fact.document", "unknown")]);
    assert_eq!(word(page.text()), ("ask", "ASK FIRST"));
    let (questions, _) = page.text().split_once("id=\"why\"").unwrap();
    assert!(questions.contains("What would it rest on?") && questions.contains("and where it leads"), "{questions}");
    assert!(page.text().contains("Chicago Police Department") && page.text().contains("1 March 2026"));
    // The ground.
    let page = submit("/ask/continue_detention", &[("agency", "CPD"), ("as_of", "2026-03-01"), ("fact.basis", "detainer")]);
    let html = page.text();
    assert_eq!(word(html), ("no", "NO"));
    for part in [
        "MCC § 2-173-020(a)(1)(C)",
        "does not allow it",
        "based upon an immigration detainer",
        "text read",
        "codelibrary.amlegal.com",
        "Not legal advice",
        "Law pack",
    ] {
        assert!(html.contains(part), "{part}");
    }
    let before = |one: &str, other: &str| html.find(one).unwrap() < html.find(other).unwrap();
    assert!(before("id=\"next\"", "id=\"why\"") && before("id=\"why\"", "id=\"change\"") && before("id=\"change\"", "id=\"form\""));
    assert!(html.contains("value=\"detainer\" checked"), "the form does not remember");
    // Other words.
    let silent = submit("/ask/stop", &[("agency", "CPD"), ("as_of", "2026-03-01"), ("fact.basis", "traffic_offence")]);
    assert_eq!(word(silent.text()), ("silent", "NOTHING IN THESE LAWS STOPS THIS"));
    let yes = submit("/ask/ask_nature", &[("agency", "CPL"), ("as_of", "2026-03-01")]);
    assert_eq!(word(yes.text()), ("yes", "YES"));
    let must = submit("/ask/document_visit", &[("agency", "CPL"), ("as_of", "2026-03-01"), ("fact.requester", "ice")]);
    assert_eq!(word(must.text()), ("must", "YOU MUST"));
    let either =
        submit("/ask/arrest", &[("agency", "CPD"), ("as_of", "2021-02-10"), ("fact.basis", "admin_warrant"), ("fact.document", "I-200")]);
    assert!(either.text().contains("uncertain which version was in force"));
}

/// The word and sign that belong to an answer of the API.
fn word_of(answer: &Value) -> (&'static str, &'static str) {
    match (answer["verdict"].as_str().unwrap(), answer["basis"].as_str()) {
        ("prohibited", _) => ("no", "NO"),
        ("needs_facts", _) => ("ask", "ASK FIRST"),
        ("required", _) => ("must", "YOU MUST"),
        ("permitted", Some("authorised" | "excepted")) => ("yes", "YES"),
        ("permitted", Some("not_reached")) => ("silent", "NOTHING IN THESE LAWS STOPS THIS"),
        other => panic!("{other:?}"),
    }
}

/// Every act, with nothing known and with each of its facts alone: the page says what the API says, the silence of the law
/// is never a yes, and no page fails.
#[test]
fn the_page_says_what_the_api_says_whatever_is_asked() {
    let schema: Value = serde_json::from_str(get("/api/v1/vocabulary").text()).unwrap();
    let values = |fact: &str| -> Vec<String> {
        let shape = &schema["properties"]["facts"]["properties"][fact];
        let words = ["/enum", "/anyOf/0/enum", "/anyOf/0/items/enum"].iter().find_map(|path| shape.pointer(path)).and_then(Value::as_array);
        // On the page an unanswered question about the agency leaves what its name says; the API takes even that back.
        words.into_iter().flatten().filter_map(Value::as_str).filter(|word| *word != "unknown").map(str::to_owned).collect()
    };
    let mut asked = 0;
    for (act, facts) in schema["x-facts-of"].as_object().unwrap() {
        for fact in std::iter::once("").chain(facts.as_array().unwrap().iter().map(|fact| fact.as_str().unwrap())) {
            let values = if fact.is_empty() { vec![String::new()] } else { values(fact) };
            assert!(!values.is_empty(), "{fact}");
            // The first and the last value of every fact of every act.
            let ends = [values.first().cloned(), values.last().cloned()];
            for value in ends.into_iter().flatten() {
                let name = format!("fact.{fact}");
                let page = submit(&format!("/ask/{act}"), &[("agency", "CPD"), ("as_of", "2025-11-03"), (&name, &value)]);
                let facts = if fact.is_empty() { serde_json::json!({}) } else { serde_json::json!({ fact: value }) };
                let request = serde_json::json!({ "as_of": "2025-11-03", "action": act, "agency": "CPD", "facts": facts });
                let answer: Value = serde_json::from_slice(&ask(JSON, "", request.to_string().as_bytes()).body).unwrap();
                assert_eq!(word(page.text()), word_of(&answer), "{request}");
                for part in answer["layers"].as_array().unwrap().iter().flat_map(|layer| layer["provisions"].as_array().unwrap()) {
                    assert!(page.text().contains(part["cite"].as_str().unwrap()), "{request}: {part}");
                }
                asked += 1;
            }
        }
    }
    assert!(asked > 400, "{asked} asked");
}

#[test]
fn things_to_try_show_what_their_questions_answer() {
    let home = get("/questions");
    let paths: Vec<&str> = attributes(home.text(), "href").into_iter().filter(|path| path.starts_with("/try/")).collect();
    assert_eq!(paths.len(), 3);
    let mut seen = std::collections::BTreeSet::new();
    for path in paths {
        let page = get(path);
        let cells: Vec<&str> = page.text().split("<td ").skip(1).collect();
        for cell in &cells {
            let kind = cell.split("class=\"hv-tag hv-").nth(1).unwrap().split('"').next().unwrap();
            let pairs: Vec<(&str, &str)> = attributes(cell, "name").into_iter().zip(attributes(cell, "value")).collect();
            let answer = submit(attributes(cell, "action")[0], &pairs);
            assert_eq!(word(answer.text()).0, kind, "{path}");
            seen.insert(kind.to_owned());
        }
        assert!(page.text().contains("What is not known"), "{path}");
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["ask", "must", "no", "silent", "yes"], "each word is there to be tried");
    // The case that the whole project is about: three acts, the law of that day and of today, and what nobody knows.
    let case = get("/try/2020-traffic-stop");
    for part in
        ["15 June 2020", "Stop him", "Keep holding him", "Hand him over to ICE", "one news report", "known from reports", "The day."]
    {
        assert!(case.text().to_lowercase().contains(&part.to_lowercase()), "{part}");
    }
    let kinds: Vec<&str> =
        case.text().split("<td ").skip(1).map(|cell| cell.split("class=\"hv-tag hv-").nth(1).unwrap().split('"').next().unwrap()).collect();
    assert_eq!(kinds, ["silent", "silent", "ask", "ask", "ask", "no"]);
}

#[test]
fn templates_escape_everything() {
    // The one page that is nothing without a script, and the one script it loads.
    const APP: &str = "<script type=\"module\" src=\"/assets/{{ frame.assets() }}/app/app.js\"></script>";
    let mut folders = vec![root().join("crates/haven/templates")];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let mut text = std::fs::read_to_string(&path).unwrap();
            if path.ends_with("offline/shell.html") {
                text = text.replacen(APP, "", 1);
            }
            read += 1;
            for forbidden in ["|safe", "| safe", "escape(", "<script>", "<script type=\"text", "style=", "<style", "javascript:"] {
                assert!(!text.contains(forbidden), "{}: {forbidden}", path.display());
            }
        }
    }
    assert!(read > 6, "{read} templates");
}

#[test]
fn a_busy_port_is_said_plainly() {
    let server = Server::start();
    let second = haven().args(["serve", "--listen", &server.address.to_string()]).output().unwrap();
    let said = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(2));
    assert!(said.contains(&server.address.to_string()) && said.contains("in use") && said.contains("--listen"), "{said}");
}

#[cfg(unix)]
#[test]
fn it_stops_when_told_and_has_logged_nothing_that_was_asked() {
    for signal in ["-TERM", "-INT"] {
        let mut server = Server::start();
        let body = br#"{"id":"a-secret","as_of":"2026-03-01","action":"stop","agency":"a-secret","facts":{"a-secret":1}}"#;
        for (path, kind) in [("/api/v1/ask", JSON), ("/ask/stop", "application/x-www-form-urlencoded"), ("/a-secret", JSON)] {
            http(server.address, "POST", path, kind, body);
        }
        // A connection that is open and silent does not keep it.
        let _idle = TcpStream::connect(server.address).unwrap();
        assert!(Command::new("kill").args([signal, &server.child.id().to_string()]).status().unwrap().success());
        let status = server.child.wait().unwrap();
        assert!(status.success(), "{status}");
        let mut said = String::new();
        server.out.read_to_string(&mut said).unwrap();
        server.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(said, "haven serve: stopped\n");
    }
}

/// The program of a name, as a shell would find it.
#[expect(clippy::disallowed_methods, reason = "a test looks where programs are")]
pub(crate) fn found(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The browser to test with.
#[expect(clippy::disallowed_methods, reason = "whoever runs the tests may name another browser")]
fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("HAVEN_CHROMIUM").map(PathBuf::from);
    named.or_else(|| ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(found))
}

/// Runs a script of `web/tests` in a browser, on the pages at an address; what follows it after a space are more arguments.
pub(crate) fn browse(script: &str, address: &str) {
    browse_with(script, &address.split(' ').collect::<Vec<_>>());
}

/// Runs a script of `web/tests` that has a browser; gives what it says.
pub(crate) fn browse_with(script: &str, args: &[&str]) -> String {
    let node = found("node").expect("node is not here: run `make setup`, or install the package `nodejs`");
    let browser = browser().expect("no browser is here: run `make setup`, install the package `chromium`, or name one in HAVEN_CHROMIUM");
    assert!(root().join("web/node_modules/axe-core").is_dir(), "web/node_modules is not here: run `make setup`, or `npm ci` in web/");
    let script = root().join("web/tests").join(script);
    let output = Command::new(node).arg(script).args(args).env("HAVEN_CHROMIUM", browser).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Everything that needs a browser: `web/tests/pages.mjs`.
#[test]
fn a_browser_finds_no_fault() {
    browse("pages.mjs", &format!("http://{}", address()));
}
