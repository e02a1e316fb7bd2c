//! Running the service: its health, its figures, its log, its configuration, its copies.

use crate::api::routes_in_the_sources;
use crate::web::{http, http_with};
use crate::{haven, root};
use rustls::pki_types::pem::PemObject as _;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A running `haven serve` in a folder of its own, ended when it is dropped.
pub(crate) struct Service {
    child: Child,
    out: BufReader<ChildStdout>,
    folder: Option<tempfile::TempDir>,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Where its figures are, if anywhere.
    pub(crate) figures: Option<SocketAddr>,
}

impl Service {
    /// Starts it with these variables; what it says beside its output goes to `stderr.txt` in its folder.
    pub(crate) fn start(folder: tempfile::TempDir, variables: &[(&str, &str)]) -> Service {
        Service::start_at(folder, "127.0.0.1:0", variables)
    }

    fn start_at(folder: tempfile::TempDir, listen: &str, variables: &[(&str, &str)]) -> Service {
        let said = fs::File::create(folder.path().join("stderr.txt")).unwrap();
        let mut child = haven()
            .current_dir(folder.path())
            .args(["serve", "--listen", listen])
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(said)
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let (mut address, mut figures) = (None, None);
        while address.is_none() {
            let mut line = String::new();
            out.read_line(&mut line).unwrap();
            let place = |before: &str, after: &str| line.trim().strip_prefix(before)?.strip_suffix(after)?.parse().ok();
            figures = figures.or(place("haven serve: figures at http://", "/metrics"));
            address = place("haven serve: http://", "").or(place("haven serve: https://", ""));
            let said = || fs::read_to_string(folder.path().join("stderr.txt")).unwrap();
            assert!(!line.is_empty(), "it ended: {}", said());
        }
        Service { child, out, folder: Some(folder), address: address.unwrap(), figures }
    }

    /// Its folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.as_ref().unwrap().path()
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, name: &str) {
        crate::web::kill(name, self.child.id());
    }

    /// Ends it as a system would; gives its folder back.
    pub(crate) fn stop(mut self) -> tempfile::TempDir {
        self.signal("-TERM");
        assert!(self.child.wait().unwrap().success());
        self.folder.take().unwrap()
    }

    /// Everything that it has said, after it is ended.
    fn said(mut self) -> String {
        self.signal("-TERM");
        assert!(self.child.wait().unwrap().success());
        let mut said = fs::read_to_string(self.path().join("stderr.txt")).unwrap();
        self.out.read_to_string(&mut said).unwrap();
        said
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a command that must go well in a folder; gives what it prints.
pub(crate) fn haven_in(folder: &Path, args: &[&str]) -> String {
    let output = haven().current_dir(folder).args(args).output().unwrap();
    assert!(output.status.success(), "haven {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn register() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    haven_in(folder.path(), &["ledger", "init", "--name", "log.example.gov/city"]);
    folder
}

fn ready(service: &Service) -> (u16, Value) {
    let answer = http(service.address, "GET", "/readyz", "", b"");
    (answer.status, serde_json::from_slice(&answer.body).unwrap())
}

#[test]
fn it_says_whether_it_is_ready_and_what_is_not() {
    let none = Service::start(tempfile::tempdir().unwrap(), &[]);
    let (status, body) = ready(&none);
    assert_eq!((status, &body["checks"]["register"], &body["checks"]["law"]), (200, &"off".into(), &"ok".into()), "{body}");
    // A city that wants records, and has no register.
    let lacks = Service::start(tempfile::tempdir().unwrap(), &[("HAVEN_ASK_WITHOUT_LOGIN", "true")]);
    let (status, body) = ready(&lacks);
    assert_eq!(status, 503, "{body}");
    assert!(body["detail"].as_str().unwrap().contains("key, log, register"), "{body}");

    let service = Service::start(register(), &[]);
    let (status, body) = ready(&service);
    assert_eq!(status, 200, "{body}");
    for name in ["law", "register", "log", "key"] {
        assert_eq!(body["checks"][name], "ok", "{body}");
    }
    let key = service.path().join("haven.key");
    fs::rename(&key, service.path().join("away")).unwrap();
    let (status, body) = ready(&service);
    assert_eq!((status, body["type"].as_str().unwrap()), (503, "/api/v1/openapi.json#not-ready"));
    assert!(body["checks"]["key"] != "ok" && body["checks"]["log"] == "ok", "{body}");
    fs::rename(service.path().join("away"), &key).unwrap();
    assert_eq!(ready(&service).0, 200);
    assert_eq!(http(service.address, "GET", "/healthz", "", b"").status, 200);
}

/// The figures of a service, by name with labels.
fn figures(service: &Service) -> String {
    let answer = http(service.figures.unwrap(), "GET", "/metrics", "", b"");
    assert!(answer.header("content-type").starts_with("text/plain; version=0.0.4"));
    answer.text().to_owned()
}

#[test]
fn figures_are_counted_and_are_nowhere_but_on_their_own_address() {
    let service = Service::start(register(), &[("HAVEN_METRICS_LISTEN", "127.0.0.1:0"), ("HAVEN_ASK_WITHOUT_LOGIN", "true")]);
    let asked = br#"{"as_of":"2026-03-01","action":"continue_detention","agency":"CFD","facts":{"basis":["detainer"]}}"#;
    for path in ["/api/v1/ask", "/api/v1/ask?record=yes"] {
        assert_eq!(http(service.address, "POST", path, "application/json", asked).status, 200);
    }
    http(service.address, "GET", "/ask/stop", "", b"");
    http(service.address, "GET", "/ask/fly", "", b"");
    http(service.address, "BREW", "/nowhere", "", b"");
    let text = figures(&service);
    for line in [
        r#"haven_answers_total{verdict="prohibited",door="api"} 2"#,
        r#"haven_http_requests_total{route="/api/v1/ask",method="POST",status="2xx"} 2"#,
        r#"haven_http_requests_total{route="/ask/{action}",method="GET",status="2xx"} 1"#,
        r#"haven_http_requests_total{route="/ask/{action}",method="GET",status="4xx"} 1"#,
        r#"haven_http_requests_total{route="none",method="other",status="4xx"} 1"#,
        r#"haven_http_request_seconds_count{route="/api/v1/ask"} 2"#,
        "haven_record_failures_total 0",
        "haven_build_info{",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert_eq!(http(service.address, "GET", "/metrics", "", b"").status, 404);
    haven_in(service.path(), &["ledger", "freeze"]);
    assert_eq!(http(service.address, "POST", "/api/v1/ask?record=yes", "application/json", asked).status, 503);
    assert!(figures(&service).contains("haven_record_failures_total 1"));
    let said = service.said();
    assert!(said.contains("an entry was not recorded") && said.contains("frozen"), "{said}");
    // Where no address is named there are none.
    assert!(Service::start(tempfile::tempdir().unwrap(), &[]).figures.is_none());
}

#[test]
fn a_log_of_json_has_an_object_a_line() {
    for (level, requests) in [("debug", 1), ("info", 0)] {
        let service = Service::start(tempfile::tempdir().unwrap(), &[("HAVEN_LOG", "json"), ("HAVEN_LOG_LEVEL", level)]);
        http(service.address, "GET", "/ask/stop", "", b"");
        let said = service.said();
        let lines: Vec<Value> =
            said.lines().filter(|line| !line.starts_with("haven serve: ")).map(|line| serde_json::from_str(line).unwrap()).collect();
        let of = |message: &str| lines.iter().filter(|line| line["message"] == message).count();
        assert_eq!((of("started"), of("request"), of("stopped")), (1, requests, 1), "{said}");
        let names = ["timestamp", "level", "message", "method", "route", "status", "seconds"];
        for line in lines.iter().filter(|line| line["message"] == "request") {
            assert!(line.as_object().unwrap().keys().all(|name| names.contains(&name.as_str())), "{line}");
            assert_eq!(line["route"], "/ask/{action}");
        }
    }
}

/// Every route that the sources name is asked, in several ways, with words that begin with `zx` in all that a client can
/// choose: names, words about a status, ids, keys, addresses. None of them may come back in what those who run it see.
#[test]
fn nothing_that_anybody_sent_is_in_the_log_or_in_the_figures() {
    let variables = [
        ("HAVEN_LOG", "json"),
        ("HAVEN_LOG_LEVEL", "debug"),
        ("HAVEN_METRICS_LISTEN", "127.0.0.1:0"),
        ("HAVEN_ASK_WITHOUT_LOGIN", "true"),
        // What other programs listen to.
        ("RUST_LOG", "trace"),
    ];
    let service = Service::start(register(), &variables);
    let headers = [
        ("cookie", "session=zxsession; name=zxjuana"),
        ("authorization", "Bearer zxbearer"),
        ("user-agent", "zxagent"),
        ("referer", "http://zxreferer/zxjuana"),
        ("origin", "http://zxorigin"),
        ("x-forwarded-for", "zxforwarded"),
        ("accept-language", "zxlanguage"),
        ("idempotency-key", "zxkey"),
        ("if-none-match", "\"zxetag\""),
        ("x-name", "zxgarcia"),
    ];
    let bodies: [(&str, &[u8]); 8] = [
        ("application/json", br#"{"id":"zxa123456789","as_of":"2026-03-01","action":"stop","agency":"zxgarcia","actor":"zxjuana"}"#),
        (
            "application/json",
            br#"{"id":"zxr2173","as_of":"2026-03-01","action":"stop","facts":{"topic":"zxtopic","zxjuana":"zxundocumented"}}"#,
        ),
        ("application/json", b"{\"zxjuana\":"),
        ("application/jsonl", b"{\"id\":\"zxjuana\"}\nzxgarcia\n{\"as_of\":\"2026-03-01\",\"action\":\"stop\",\"agency\":\"zxjuana\"}\n"),
        (
            "application/x-www-form-urlencoded",
            b"agency=zxgarcia&as_of=zxjuana&by=zxs1042&fact.topic=zxtopic&zxjuana=zxundocumented&name=zxjuana",
        ),
        ("application/x-www-form-urlencoded", b"agency=CFD&as_of=2026-03-01&by=zxs1042&request=zxr2173"),
        (
            "multipart/form-data; boundary=zxboundary",
            b"--zxboundary\r\ncontent-disposition: form-data; name=\"zxjuana\"\r\n\r\nzxgarcia\r\n",
        ),
        ("text/zxtopic", b"zxjuana\xff"),
    ];
    let mut sent = 0;
    for (route, _) in routes_in_the_sources() {
        // A value in the place of each name: what is there, where that is known, and what is not.
        for value in ["stop", "zxpath-zxjuana", "1", "%7Azxgarcia%00", "%ffzxgarcia"] {
            let path: String = route.split('/').map(|part| if part.starts_with('{') { value } else { part }).collect::<Vec<_>>().join("/");
            for query in ["", "?zxquery=zxjuana&record=yes", "?record=yes", "?layer=zxquery"] {
                let path = format!("{path}{query}");
                for method in ["GET", "ZXMETHOD"] {
                    // A page that pushes what happens does not end; its head is enough.
                    crate::web::head_of(service.address, method, &path, &headers, b"");
                    sent += 1;
                }
                for (kind, body) in &bodies {
                    let headers: Vec<(&str, &str)> = headers.iter().copied().chain([("content-type", *kind)]).collect();
                    crate::web::head_of(service.address, "POST", &path, &headers, body);
                    sent += 1;
                }
            }
        }
    }
    for path in ["/zxpath/zxjuana", "/es/zxpath?zxquery", "//zxpath", "/ask/../zxpath"] {
        http_with(service.address, "GET", path, &headers, b"");
    }
    assert!(sent > 1000, "{sent}");
    // What fails is said at length.
    haven_in(service.path(), &["ledger", "freeze"]);
    let body = br#"{"id":"zxjuana","as_of":"2026-03-01","action":"stop","agency":"CFD"}"#;
    let headers = [("content-type", "application/json"), ("idempotency-key", "zxkey-2")];
    assert_eq!(http_with(service.address, "POST", "/api/v1/ask?record=yes", &headers, body).status, 503);
    let figures = figures(&service);
    let said = service.said();
    assert!(said.lines().count() > 1000 && said.contains("an entry was not recorded"), "the log is not that of the most talkative level");
    for (place, text) in [("the log", &said), ("the figures", &figures)] {
        let text = text.to_lowercase();
        let found: Vec<&str> = text.lines().filter(|line| line.contains("zx")).take(5).collect();
        assert!(found.is_empty(), "{place}: {found:?}");
        // Nor where it came from.
        assert!(!text.contains("127.0.0.1:") || text.matches("127.0.0.1:").count() <= 2, "{place} has addresses");
    }
}

/// Every route that the sources name with a place for a name is asked with one there, by nobody and by somebody who sees
/// most: no answer repeats it, whether the place takes texts, numbers or nothing of the kind.
#[test]
fn no_answer_repeats_what_stood_in_an_address() {
    let house = crate::desk::House::open();
    let all = ["supervisor", "counsel", "auditor", "administrator"];
    let cookie = house.staff("A-9", all[0], "");
    let roles = all.iter().flat_map(|role| ["--role", role]);
    let args: Vec<&str> = ["staff", "roles", "A-9", "--by", "A-1"].into_iter().chain(roles).collect();
    crate::desk::ok(house.folder.path(), &args);
    let mut asked = 0;
    for (route, _) in routes_in_the_sources().iter().filter(|(route, _)| route.contains('{')) {
        for value in ["Juana", "juana-garcia", "Juana%20Garc%C3%ADa", "Juana%FF", "%22Juana%22"] {
            let path: String = route.split('/').map(|part| if part.starts_with('{') { value } else { part }).collect::<Vec<_>>().join("/");
            for cookie in ["", &cookie] {
                for (method, path) in [("GET", path.clone()), ("POST", path.clone()), ("GET", format!("/es{path}"))] {
                    let headers =
                        [("cookie", cookie), ("sec-fetch-site", "same-origin"), ("content-type", "application/x-www-form-urlencoded")];
                    let answer = http_with(house.server.address, method, &path, &headers, b"");
                    let told = format!("{method} {path}: {}", answer.status);
                    let body = String::from_utf8_lossy(&answer.body).to_lowercase();
                    assert!(!body.contains("juana"), "{told}: {body}");
                    let headers = format!("{:?}", answer.headers).to_lowercase();
                    assert!(!headers.contains("juana"), "{told}: {headers}");
                    assert!(answer.status < 500, "{told}");
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 500, "{asked}");
    // A number where a number is meant is none where it is a name, and that is told in the language of the page.
    let answer = http(house.server.address, "GET", "/es/log/Juana/checkpoint", "", b"");
    assert!(answer.status == 404 && answer.text().contains("lang=\"es\""), "{}", answer.text());
}

/// A name that leads here without being ours makes a page of another site one of ours, to the browser. It says which host it
/// means, and is not answered; what machines ask about health is.
#[test]
fn whoever_means_another_host_is_not_answered() {
    const ASKED: &[u8] = br#"{"as_of":"2026-03-01","action":"stop","agency":"CPD","facts":{"basis":["detainer"]}}"#;
    let open = ("HAVEN_ASK_WITHOUT_LOGIN", "true");
    let here = Service::start(register(), &[open]);
    let named = Service::start(register(), &[open, ("HAVEN_PUBLIC_URL", "http://haven.example.gov:8080")]);
    let everywhere = Service::start_at(register(), "0.0.0.0:0", &[open]);
    let count = |service: &Service| haven_in(service.path(), &["register", "list", "--jsonl"]).lines().count();
    for (host, answered) in [
        ("127.0.0.1:2173", [true, true, true]),
        ("127.0.0.1", [true, true, true]),
        ("127.9.9.9", [true, true, true]),
        ("localhost", [true, true, true]),
        ("LocalHost:80", [true, true, true]),
        ("[::1]:2173", [true, true, true]),
        ("[::ffff:127.0.0.1]", [true, true, true]),
        ("haven.example.gov", [false, true, false]),
        ("Haven.Example.GOV:443", [false, true, false]),
        ("192.0.2.1:2173", [false, false, true]),
        ("[2001:db8::1]", [false, false, true]),
        ("evil.example", [false, false, false]),
        ("evil.example:2173", [false, false, false]),
        ("haven.example.gov.evil.example", [false, false, false]),
        ("localhost.evil.example", [false, false, false]),
        ("127.0.0.1.evil.example", [false, false, false]),
        ("user@evil.example", [false, false, false]),
        ("192.0.2.1.", [false, false, false]),
        ("", [false, false, false]),
    ] {
        for (service, answered) in [&here, &named, &everywhere].into_iter().zip(answered) {
            let status = if answered { 200 } else { 421 };
            let before = count(service);
            // Another word for each, or it would be the same answer sent twice.
            let taps = format!("step.who=dhs&step.matter=civil&once={host:?}");
            let send = |method: &str, path: &str, kind: &str, body: &[u8]| {
                let headers = [("host", host), ("sec-fetch-site", "same-origin"), ("content-type", kind)];
                http_with(service.address, method, path, &headers, body)
            };
            for path in ["/", "/es/", "/app/law.json", "/api/v1/vocabulary"] {
                assert_eq!(send("GET", path, "", b"").status, status, "{host} {path}");
            }
            let api = send("POST", "/api/v1/ask?record=yes", "application/json", ASKED);
            assert_eq!(api.status, status, "{host}: {}", api.text());
            let page = send("POST", "/counter/police-012/help", "application/x-www-form-urlencoded", taps.as_bytes());
            assert_eq!(page.status, status, "{host}");
            if !answered {
                assert_eq!(api.header("content-type"), "application/problem+json");
                assert!(page.text().contains("This is not the address of Haven"), "{}", page.text());
                for told in [api.text(), page.text()] {
                    assert!(host.is_empty() || !told.contains(host), "{host} is repeated: {told}");
                }
            }
            assert_eq!(count(service) - before, if answered { 2 } else { 0 }, "{host}");
            for path in ["/healthz", "/readyz"] {
                assert_eq!(send("GET", path, "", b"").status, 200, "{host} {path}");
            }
        }
    }
    // Two hosts, or one in the address and another in the header, are as wrong as the wrong one of them.
    let two = [("host", "localhost"), ("host", "evil.example")];
    assert_eq!(http_with(here.address, "GET", "/", &two, b"").status, 421);
    assert_eq!(http(here.address, "GET", "http://evil.example/", "", b"").status, 421);
    assert_eq!(http(here.address, "GET", "http://localhost/", "", b"").status, 200);
}

/// A connection from an address of this machine that is not the usual one.
fn connect_from(from: &str, to: SocketAddr) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
        socket.connect(to).await.unwrap()
    });
    let stream = stream.into_std().unwrap();
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Whether a connection is answered; one that was refused is closed.
fn is_answered(stream: &mut TcpStream) -> bool {
    let mut begun = [0; 12];
    let sent = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").is_ok();
    sent && stream.read_exact(&mut begun).is_ok() && &begun == b"HTTP/1.1 200"
}

#[test]
fn one_address_holds_only_so_many_connections() {
    let few = ("HAVEN_CONNECTIONS_PER_ADDRESS", "4");
    let service = Service::start(tempfile::tempdir().unwrap(), &[few, ("HAVEN_METRICS_LISTEN", "127.0.0.1:0")]);
    let mut held: Vec<TcpStream> = (0..4).map(|_| connect_from("127.0.0.2", service.address)).collect();
    assert!(held.iter_mut().all(is_answered));
    for _ in 0..3 {
        assert!(!is_answered(&mut connect_from("127.0.0.2", service.address)), "the fifth is served");
    }
    assert!(is_answered(&mut connect_from("127.0.0.3", service.address)), "another address is kept out");
    assert!(figures(&service).contains("haven_connections_refused_total 3"), "{}", figures(&service));
    // What is closed makes place.
    held.pop();
    let again = (0..40).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        is_answered(&mut connect_from("127.0.0.2", service.address))
    });
    assert!(again, "no place is free again");
    // A proxy on this machine holds the connections of everybody; one elsewhere is an address like others.
    let behind = Service::start(tempfile::tempdir().unwrap(), &[few, ("HAVEN_PUBLIC_URL", "https://haven.example.gov")]);
    let mut held: Vec<TcpStream> = (0..12).map(|_| connect_from("127.0.0.2", behind.address)).collect();
    assert!(held.iter_mut().all(is_answered));
    for wrong in ["0", "513", "many", "-1"] {
        let (code, said) = checked(tempfile::tempdir().unwrap().path(), &[("HAVEN_CONNECTIONS_PER_ADDRESS", wrong)]);
        assert!(code == Some(2) && said.contains("expected"), "{wrong}: {said}");
    }
}

/// Many connections that hold as much as they can, and are never read: batches, forms, heads. The service keeps its memory,
/// and goes on answering.
#[test]
fn its_memory_is_bounded_whoever_sends_what() {
    // The goal is 150; a program built for tests keeps some 20 more of its own pages than one that is installed.
    const MIB_MAX: u64 = 176;
    let service = Service::start(tempfile::tempdir().unwrap(), &[]);
    let most = || {
        let status = fs::read_to_string(format!("/proc/{}/status", service.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap().to_owned();
        line.trim().split(' ').next().unwrap().parse::<u64>().unwrap() / 1024
    };
    let line = "{\"as_of\":\"2026-03-01\",\"action\":\"stop\",\"agency\":\"CPD\"}\n";
    let batch = line.repeat(6 * 1024 * 1024 / line.len());
    let padding: String = (0..15).map(|number| format!("x-{number}: {}\r\n", "a".repeat(900))).collect();
    let form = format!("a={}", "x".repeat(64_000));
    // The last byte of a form does not come, so that all of it is held.
    let posted = |path: &str, kind: &str, head: &str, length: usize, body: &str| {
        format!("POST {path} HTTP/1.1\r\nhost: localhost\r\n{head}content-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}")
    };
    let send = |count: usize, text: &str| -> Vec<TcpStream> {
        let sent = (0..count).map(|number| {
            let mut stream = connect_from(&format!("127.0.0.{}", 2 + number % 50), service.address);
            stream.set_write_timeout(Some(Duration::from_millis(500))).unwrap();
            // Who has to wait for a turn is not read.
            let _ = stream.write_all(text.as_bytes());
            stream
        });
        sent.collect()
    };
    let batches = send(24, &posted("/api/v1/ask", "application/jsonl", "", batch.len(), &batch));
    let forms = send(400, &posted("/ask/stop", "application/x-www-form-urlencoded", &padding, form.len() + 1, &form));
    assert_eq!(http(service.address, "GET", "/healthz", "", b"").status, 200);
    assert!(most() < MIB_MAX, "{} MiB", most());
    drop((batches, forms));
    // Nor does who takes the longest file, packed, and does not read it.
    let unread = send(400, "GET /app/law.json HTTP/1.1\r\nhost: localhost\r\naccept-encoding: gzip\r\n\r\n");
    std::thread::sleep(Duration::from_secs(2));
    assert!(most() < MIB_MAX, "{} MiB", most());
    drop(unread);
    // Each has gone its way, and there is a turn again.
    let answer = http(service.address, "POST", "/api/v1/ask", "application/jsonl", &batch.as_bytes()[..line.len() * 2000]);
    assert_eq!((answer.status, answer.text().lines().count()), (200, 2000));
    assert!(most() < MIB_MAX, "{} MiB", most());
}

/// The keys of the configuration, as the program itself lists them where it meets one that it does not know.
fn keys() -> BTreeSet<String> {
    let listed = |text: &str| -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("haven.toml"), text).unwrap();
        let output = haven().current_dir(folder.path()).args(["law", "vocabulary"]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        // Anything else says that the key is no table.
        let Some((_, rest)) = said.split_once("unknown field").and_then(|(_, rest)| rest.split_once("expected")) else { return Vec::new() };
        rest.lines().next().unwrap().split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let mut keys: BTreeSet<String> = listed("no_such_key = 1").into_iter().collect();
    // A table's own keys stand in its place.
    for key in keys.clone() {
        let inner = listed(&format!("[{key}]\nno_such_key = 1"));
        if !inner.is_empty() {
            keys.remove(&key);
            keys.extend(inner.into_iter().map(|inner| format!("{key}.{inner}")));
        }
    }
    assert!(keys.contains("tls.cert") && keys.contains("oidc.groups"), "{keys:?}");
    assert!(keys.len() > 12, "{keys:?}");
    keys
}

fn keys_of(table: &toml::Table) -> BTreeSet<String> {
    let inner = |(key, value): (&String, &toml::Value)| match value.as_table() {
        Some(table) => table.keys().map(|inner| format!("{key}.{inner}")).collect(),
        None => vec![key.clone()],
    };
    table.iter().flat_map(inner).collect()
}

#[test]
fn every_key_is_explained_in_the_file_and_in_the_document_and_has_its_variable() {
    let keys = keys();
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    // With what is left out taken in: a comment of a key is the key behind `# `.
    let file: String = read("deploy/haven.toml")
        .lines()
        .map(|line| {
            let bare = line.strip_prefix("# ").unwrap_or(line);
            let is_key = bare.split_once(" = ").is_some_and(|(key, _)| key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
            let is_table = bare.starts_with('[') && bare.ends_with(']');
            format!("{}\n", if is_key || is_table { bare } else { line })
        })
        .collect();
    assert_eq!(keys_of(&file.parse().unwrap()), keys, "deploy/haven.toml");
    let document = read("docs/configuration.md");
    let example: toml::Table = document.split("```toml\n").nth(1).unwrap().split("```").next().unwrap().parse().unwrap();
    assert_eq!(keys_of(&example), keys, "the example in docs/configuration.md");
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<String>>();
    let rows: BTreeMap<String, Vec<String>> = document
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(cells)
        .filter(|row| row.len() == 5)
        .map(|row| (row[0].trim_matches('`').to_owned(), row))
        .collect();
    let edge: String = ["config.rs", "main.rs", "law.rs", "law/prove.rs"]
        .iter()
        .filter_map(|name| fs::read_to_string(root().join("crates/haven/src").join(name)).ok())
        .collect();
    let mut explained = BTreeSet::new();
    for key in &keys {
        let row = rows.get(key).unwrap_or_else(|| panic!("docs/configuration.md has no row for `{key}`"));
        let variable = format!("HAVEN_{}", key.replace('.', "_").to_uppercase());
        assert!(row[2].starts_with(&format!("`{variable}`")) && !row[4].is_empty(), "{row:?}");
        assert!(edge.contains(&format!("\"{variable}\"")), "nothing reads {variable}");
        explained.insert(key.clone());
    }
    assert_eq!(rows.keys().cloned().collect::<BTreeSet<_>>(), explained, "rows of docs/configuration.md that are no keys");
}

/// Each variable wins over the file: the file holds what cannot be used, and the variable what can.
#[test]
fn a_variable_wins_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = "jurisdiction = \"us/nowhere\"\nlaw = \"nowhere\"\nlisten = \"192.0.2.1:1\"\nmetrics_listen = \"192.0.2.1:1\"\n\
                complaint_key = \"nobody\"\nwitnesses = [\"nobody\"]\nregister = \"nowhere.db\"\nkey = \"nowhere.key\"\n\
                ask_without_login = true\npublic_url = \"http://x\"\nlog = \"text\"\nlog_level = \"error\"\n\
                connections_per_address = 1\n[tls]\ncert = \"nowhere.pem\"\nkey = \"nowhere.pem\"\n\
                [oidc]\nissuer = \"http://nowhere\"\nclient_id = \"x\"\nclient_secret_file = \"nowhere.secret\"\n\
                groups_claim = \"x\"\nstaff_id_claim = \"x\"\nrequire_amr = [\"x\"]\n[oidc.groups]\nx = \"king\"\n";
    fs::write(folder.path().join("haven.toml"), file).unwrap();
    let (code, said) = checked(folder.path(), &[]);
    assert!(code == Some(2) && !said.contains("ok     law "), "{said}");
    haven_in(
        folder.path(),
        &[
            "--register",
            "r.db",
            "--key",
            "r.key",
            "--jurisdiction",
            "us/il/chicago",
            "--law",
            law(),
            "ledger",
            "init",
            "--name",
            "a.example/b",
        ],
    );
    let authority = Authority::new();
    authority.issue("one", 30);
    authority.put("one", folder.path());
    let recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    let witness = "witness.example.org+45906d9b+BJnk0aXo9RTQY0WIDN8VbsUZUJcjXkEnGzyDwpKIPbrA https://witness.example.org";
    let variables = [
        ("HAVEN_JURISDICTION", "us/il/chicago"),
        ("HAVEN_LAW", law()),
        ("HAVEN_LISTEN", "127.0.0.1:0"),
        ("HAVEN_METRICS_LISTEN", "127.0.0.1:0"),
        ("HAVEN_COMPLAINT_KEY", recipient),
        ("HAVEN_WITNESSES", witness),
        ("HAVEN_REGISTER", "r.db"),
        ("HAVEN_KEY", "r.key"),
        ("HAVEN_ASK_WITHOUT_LOGIN", "false"),
        ("HAVEN_PUBLIC_URL", "https://x"),
        ("HAVEN_LOG", "json"),
        ("HAVEN_LOG_LEVEL", "info"),
        ("HAVEN_TLS_CERT", "tls.pem"),
        ("HAVEN_TLS_KEY", "tls.key"),
        ("HAVEN_CONNECTIONS_PER_ADDRESS", "512"),
        ("HAVEN_OIDC_ISSUER", "https://login.example.gov"),
        ("HAVEN_OIDC_CLIENT_ID", "haven"),
        ("HAVEN_OIDC_CLIENT_SECRET_FILE", "r.key"),
        ("HAVEN_OIDC_GROUPS_CLAIM", "groups"),
        ("HAVEN_OIDC_STAFF_ID_CLAIM", "employee_number"),
        ("HAVEN_OIDC_REQUIRE_AMR", "mfa, hwk"),
        ("HAVEN_OIDC_GROUPS", "CN=patrol,OU=police=officer; boss=administrator"),
    ];
    let (code, said) = checked(folder.path(), &variables);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("https://login.example.gov") && said.contains("`employee_number`"), "{said}");
    for (variable, text, says) in [
        ("HAVEN_OIDC_GROUPS", "patrol", "`HAVEN_OIDC_GROUPS`: expected `GROUP=ROLE`"),
        ("HAVEN_OIDC_GROUPS", "patrol=king", "`oidc.groups`: expected one of officer"),
    ] {
        let others = variables.iter().copied().filter(|(name, _)| *name != variable);
        let (code, said) = checked(folder.path(), &others.chain([(variable, text)]).collect::<Vec<_>>());
        assert!(code == Some(2) && said.contains(says), "{text}: {said}");
    }
    // Variables alone, without a file.
    let only = |name: &&(&str, &str)| name.0.starts_with("HAVEN_OIDC") || ["HAVEN_PUBLIC_URL", "HAVEN_LISTEN"].contains(&name.0);
    let alone: Vec<(&str, &str)> =
        variables.iter().filter(only).copied().filter(|(name, _)| *name != "HAVEN_OIDC_CLIENT_SECRET_FILE").collect();
    let (code, said) = checked(tempfile::tempdir().unwrap().path(), &alone);
    assert!(code == Some(0) && said.contains("ok     oidc"), "{said}");
    let (code, said) = checked(tempfile::tempdir().unwrap().path(), &alone[..2]);
    assert!(code == Some(0) && !said.contains("oidc"), "{said}");
    let kept = tempfile::tempdir().unwrap();
    fs::write(kept.path().join("haven.toml"), "log = \"text\"\nlog_level = \"error\"\n").unwrap();
    let service = Service::start(kept, &[("HAVEN_LOG", "json"), ("HAVEN_LOG_LEVEL", "info"), ("HAVEN_NOTICE", "From the environment.")]);
    assert!(http(service.address, "GET", "/", "", b"").text().contains("From the environment."));
    assert!(service.said().contains("\"message\":\"started\""));
}

/// The folder of laws of this tree.
fn law() -> &'static str {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../law")
}

/// Runs `haven serve --check` in a folder; gives its exit code and all it says.
fn checked(folder: &Path, variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let output = haven().current_dir(folder).args(["serve", "--check"]).envs(variables.iter().copied()).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn a_check_finds_what_is_wrong_before_the_service_starts() {
    const FREE: (&str, &str) = ("HAVEN_LISTEN", "127.0.0.1:0");
    let good = register();
    let files = |folder: &Path| {
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        (names, fs::read(folder.join("haven.db")).unwrap())
    };
    let before = files(good.path());
    let (code, said) = checked(good.path(), &[FREE]);
    assert_eq!(code, Some(0), "{said}");
    for name in ["configuration", "law", "words", "register", "key file", "log", "tls", "listen"] {
        assert!(said.lines().any(|line| line.starts_with("ok") && line[7..].starts_with(name)), "{name}: {said}");
    }
    assert!(!said.contains("wrong"), "{said}");
    assert!(files(good.path()) == before, "the check changed something");
    // Without a register at all it only answers, and that is well.
    assert_eq!(checked(tempfile::tempdir().unwrap().path(), &[FREE]).0, Some(0));

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let busy = taken.local_addr().unwrap().to_string();
    let recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    for (variables, line, mend) in [
        (&[("HAVEN_LISTEN", busy.as_str())][..], "listen", "names another address"),
        (&[FREE, ("HAVEN_METRICS_LISTEN", &busy)], "metrics_listen", "names another address"),
        (&[FREE, ("HAVEN_LAW", "nowhere")], "law", ""),
        (&[FREE, ("HAVEN_JURISDICTION", "us/nowhere")], "law", ""),
        (&[FREE, ("HAVEN_COMPLAINT_KEY", "age1nothing")], "complaint_key", "age-keygen"),
        (&[FREE, ("HAVEN_WITNESSES", "witness.example.org")], "witness", "docs/configuration.md"),
        (&[FREE, ("HAVEN_TLS_CERT", "none.pem"), ("HAVEN_TLS_KEY", "none.pem")], "tls.cert", "PEM"),
        (&[("HAVEN_LISTEN", "0.0.0.0:0")], "tls", "public_url"),
        (&[FREE, ("HAVEN_REGISTER", "nothing.db")], "register", "ledger init"),
        (&[FREE, ("HAVEN_REGISTER", "haven.key")], "register", ""),
        (&[FREE, ("HAVEN_KEY", "nothing.key"), ("HAVEN_ASK_WITHOUT_LOGIN", "true")], "key", "ledger init"),
    ] {
        let (code, said) = checked(good.path(), variables);
        assert_eq!(code, Some(2), "{variables:?}: {said}");
        let wrong: Vec<&str> = said.lines().filter(|told| told.starts_with("wrong")).collect();
        assert!(wrong.iter().any(|told| told[7..].starts_with(line)), "{variables:?}: {said}");
        assert!(said.contains(mend), "{variables:?}: {said}");
    }
    // What follows from where it listens and how it is named.
    for (listen, url, says) in [
        ("0.0.0.0:0", "https://haven.example.gov", "by other names it is not answered"),
        ("0.0.0.0:0", "", "opened by an address of this machine, and by no name"),
        ("127.0.0.1:0", "", "opened at 127.0.0.1 and from this machine"),
    ] {
        let url = Some(("HAVEN_PUBLIC_URL", url)).filter(|(_, url)| !url.is_empty());
        let (_, said) = checked(good.path(), &url.into_iter().chain([("HAVEN_LISTEN", listen)]).collect::<Vec<_>>());
        assert!(said.lines().any(|line| line.starts_with("ok     public_url") && line.contains(says)), "{listen}: {said}");
    }
    let more = [FREE, ("HAVEN_COMPLAINT_KEY", recipient), ("HAVEN_LISTEN", "0.0.0.0:0"), ("HAVEN_PUBLIC_URL", "https://haven.example.gov")];
    assert_eq!(checked(good.path(), &more).0, Some(0));

    // Who may read the key; whose key it is; what this node has signed; a log that has ended.
    let chmod = |mode| fs::set_permissions(good.path().join("haven.key"), fs::Permissions::from_mode(mode)).unwrap();
    chmod(0o644);
    let (code, said) = checked(good.path(), &[FREE]);
    assert!(code == Some(2) && said.contains("found mode 644") && said.contains("chmod 600"), "{said}");
    chmod(0o600);
    let other = tempfile::tempdir().unwrap();
    haven_in(other.path(), &["ledger", "init", "--name", "log.example.gov/other"]);
    let key = other.path().join("haven.key");
    let (code, said) = checked(good.path(), &[FREE, ("HAVEN_KEY", key.to_str().unwrap())]);
    assert!(code == Some(2) && said.contains("expected that of `log.example.gov/city`"), "{said}");
    add(good.path(), "R-1");
    haven_in(good.path(), &["backup", "old"]);
    add(good.path(), "R-2");
    fs::remove_file(good.path().join("haven.db")).unwrap();
    haven_in(good.path(), &["restore", "--behind", "old"]);
    let (code, said) = checked(good.path(), &[FREE]);
    assert!(code == Some(2) && said.contains("rolled back: this node has seen 2 entries"), "{said}");
    haven_in(other.path(), &["ledger", "freeze"]);
    let (code, said) = checked(other.path(), &[FREE]);
    assert!(code == Some(2) && said.contains("it has ended") && said.contains("ledger open"), "{said}");
}

fn add(folder: &Path, id: &str) {
    let id = format!("external_id={id}");
    let line = ["register", "add", "request", "--station", "1", "--by", "S-1", "--at", "2026-05-04 14:06"];
    let set = ["--set", "channel=phone", "--set", "requester=ero", "--set", "asked=assist", "--set", &id];
    haven_in(folder, &[&line[..], &set].concat());
}

/// Runs a command that must be refused; gives what it says.
fn refused(folder: &Path, args: &[&str]) -> String {
    let output = haven().current_dir(folder).args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "haven {}", args.join(" "));
    String::from_utf8(output.stderr).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn count(folder: &Path, register: &str) -> usize {
    haven_in(folder, &["--register", register, "register", "list", "--jsonl"]).lines().count()
}

#[test]
fn a_backup_is_made_while_others_write_and_can_be_put_back() {
    let service = Service::start(register(), &[("HAVEN_ASK_WITHOUT_LOGIN", "true")]);
    let folder = service.path();
    let asked = br#"{"as_of":"2026-03-01","action":"stop","agency":"CFD"}"#;
    let ask = || assert_eq!(http(service.address, "POST", "/api/v1/ask?record=yes", "application/json", asked).status, 200);
    ask();
    let going = std::sync::atomic::AtomicBool::new(true);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while going.load(std::sync::atomic::Ordering::Relaxed) {
                    ask();
                }
            });
        }
        let mut before = 0;
        for number in 0..5 {
            let (backup, back) = (format!("b{number}"), format!("r{number}.db"));
            haven_in(folder, &["backup", &backup]);
            assert_eq!(fs::metadata(folder.join(&backup)).unwrap().permissions().mode() & 0o777, 0o600);
            // Of a copy that this node has gone beyond: to be read.
            haven_in(folder, &["--register", &back, "restore", "--behind", &backup]);
            haven_in(folder, &["--register", &back, "ledger", "verify"]);
            let held = count(folder, &back);
            assert!(held >= before.max(1), "{held} after {before}");
            before = held;
        }
        going.store(false, std::sync::atomic::Ordering::Relaxed);
    });
    let all = count(folder, "haven.db");
    haven_in(folder, &["backup", "last"]);
    assert!(refused(folder, &["backup", "last"]).contains("nothing is ever written over another"));
    assert!(refused(folder, &["restore", "last"]).contains("never made over another"));
    let folder = service.stop();
    let folder = folder.path();
    fs::rename(folder.join("haven.db"), folder.join("moved.db")).unwrap();
    // The journal of another database beside it would be taken for this one's.
    fs::write(folder.join("haven.db-wal"), b"x").unwrap();
    assert!(refused(folder, &["restore", "last"]).contains("expected no journal"));
    fs::remove_file(folder.join("haven.db-wal")).unwrap();
    haven_in(folder, &["restore", "last"]);
    assert_eq!(count(folder, "haven.db"), all);
    add(folder, "R-1");
    haven_in(folder, &["ledger", "verify"]);
    assert!(names(folder).iter().all(|name| !name.contains("partial")), "{:?}", names(folder));
}

#[test]
fn an_older_or_damaged_or_foreign_backup_is_refused_and_explained() {
    let folder = register();
    let folder = folder.path();
    add(folder, "R-1");
    haven_in(folder, &["backup", "old"]);
    add(folder, "R-2");
    fs::remove_file(folder.join("haven.db")).unwrap();
    let before = names(folder);
    let said = refused(folder, &["restore", "old"]);
    for part in ["nothing was restored", "this node has seen 2 entries, and the log holds 1", "--behind", "new name and key"] {
        assert!(said.contains(part), "{said}");
    }
    // A backup of this log with another history.
    let fork = tempfile::tempdir().unwrap();
    for name in ["haven.key", "old"] {
        fs::copy(folder.join(name), fork.path().join(name)).unwrap();
    }
    haven_in(fork.path(), &["restore", "old"]);
    for id in ["R-3", "R-4"] {
        add(fork.path(), id);
    }
    haven_in(fork.path(), &["backup", "forked"]);
    fs::copy(fork.path().join("forked"), folder.join("forked")).unwrap();
    let said = refused(folder, &["restore", "forked"]);
    assert!(said.contains("the log was forked") && said.contains("nothing was restored"), "{said}");
    fs::remove_file(folder.join("forked")).unwrap();
    // Damaged, cut short, something else.
    let whole = fs::read(folder.join("old")).unwrap();
    let at = whole.windows(5).position(|five| five == b"phone").unwrap();
    let mut changed = whole.clone();
    changed[at..at + 5].copy_from_slice(b"fax  ");
    for bytes in [&changed[..], &whole[..whole.len() / 2], b"SQLite format 3\0", b"PGDMP", b"something else", b""] {
        fs::write(folder.join("bad"), bytes).unwrap();
        refused(folder, &["restore", "bad"]);
        refused(folder, &["restore", "--behind", "bad"]);
        fs::remove_file(folder.join("bad")).unwrap();
    }
    assert_eq!(names(folder), before, "something was left behind");
    haven_in(folder, &["restore", "--behind", "old"]);
    assert_eq!(count(folder, "haven.db"), 1);
    let set = ["--set", "channel=phone", "--set", "requester=ero", "--set", "asked=assist"];
    let line = ["register", "add", "request", "--station", "1", "--by", "S-1", "--at", "2026-05-04 14:06"];
    assert!(refused(folder, &[&line[..], &set].concat()).contains("rolled back"));
}

#[test]
fn a_backup_or_restore_that_is_killed_leaves_no_file_or_a_whole_one() {
    let folder = register();
    let folder = folder.path();
    for table in ["10-requests", "20-documents"] {
        let table = root().join(format!("city/register/{table}.csv"));
        haven_in(folder, &["register", "import", table.to_str().unwrap()]);
    }
    let all = count(folder, "haven.db");
    assert!(all > 50, "{all}");
    let begun = Instant::now();
    haven_in(folder, &["backup", "whole"]);
    let takes = begun.elapsed();
    for args in [&["backup", "killed"][..], &["--register", "killed", "restore", "whole"]] {
        let (mut none, mut whole) = (0, 0);
        // The moment of the kill closes in on the moment at which the file appears, however fast the machine is just now.
        let mut after = takes.mul_f64(0.2);
        for _ in 0..24 {
            let mut child = haven().current_dir(folder).args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            std::thread::sleep(after);
            crate::web::kill_if_there("-KILL", child.id());
            child.wait().unwrap();
            let file = folder.join("killed");
            if file.exists() {
                haven_in(folder, &["--register", "killed", "ledger", "verify"]);
                assert_eq!(count(folder, "killed"), all);
                fs::remove_file(file).unwrap();
                whole += 1;
                after = after.mul_f64(0.8);
            } else {
                none += 1;
                after = after.mul_f64(1.3);
            }
            for name in names(folder).iter().filter(|name| name.starts_with(".killed.") || name.starts_with("killed-")) {
                fs::remove_file(folder.join(name)).unwrap();
            }
        }
        assert!(none > 0 && whole > 0, "{args:?}: {none} without a file, {whole} with a whole one: none was killed in the middle");
    }
}

#[test]
fn a_register_on_postgresql_is_backed_up_and_put_back_by_its_own_programs() {
    let mut server = Command::new(root().join("scripts/servers.sh"))
        .args(["postgres", "fsync=off"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(server.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let mut input = server.stdin.take().unwrap();
    let mut database = |name: &str| {
        input.write_all(format!("database {name}\n").as_bytes()).unwrap();
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        line.split(' ').next().unwrap().to_owned()
    };
    let (one, other, third) = (database("one"), database("other"), database("third"));
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let on = |url: &str, args: &[&str]| haven_in(folder, &[&["--register", url], args].concat());
    let add = |url: &str, id: &str| {
        let id = format!("external_id={id}");
        let line = ["register", "add", "request", "--station", "1", "--by", "S-1", "--at", "2026-05-04 14:06"];
        on(url, &[&line[..], &["--set", "channel=phone", "--set", "requester=ero", "--set", "asked=assist", "--set", &id]].concat());
    };
    on(&one, &["ledger", "init", "--name", "log.example.gov/city"]);
    add(&one, "R-1");
    assert!(on(&one, &["backup", "old"]).contains("log.example.gov/city, 1 entries"));
    assert!(refused(folder, &["--register", &one, "restore", "old"]).contains("never made over another"));
    assert!(refused(folder, &["--register", &other, "backup", "nothing"]).contains("there is no register"));
    assert!(on(&other, &["restore", "old"]).contains("log.example.gov/city, 1 entries"));
    on(&other, &["ledger", "verify"]);
    add(&other, "R-2");
    let said = refused(folder, &["--register", &third, "restore", "old"]);
    assert!(said.contains("this node has signed 2 entries, and the backup holds 1") && said.contains("--behind"), "{said}");
    on(&third, &["restore", "--behind", "old"]);
    on(&third, &["register", "show", "R-1"]);
    assert!(refused(folder, &["--register", "haven.db", "restore", "old"]).contains("on SQLite"));
    // Where PostgreSQL's programs are lacking it says which.
    let output = haven().current_dir(folder).args(["--register", &other, "backup", "x"]).env("PATH", folder).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && said.contains("`pg_dump` is lacking"), "{said}");
    assert!(names(folder).iter().all(|name| !name.contains("partial")), "{:?}", names(folder));
    drop(input);
    server.wait().unwrap();
}

/// A root, and certificates of it for `localhost`, made by openssl.
struct Authority(tempfile::TempDir);

impl Authority {
    fn new() -> Authority {
        let authority = Authority(tempfile::tempdir().unwrap());
        authority
            .openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem -days 30 -subj /CN=root");
        authority
    }

    fn openssl(&self, line: &str) {
        let output = Command::new("openssl").current_dir(self.0.path()).args(line.split(' ')).output().unwrap();
        assert!(output.status.success(), "openssl {line}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// A certificate until so many days from now, and its key.
    fn issue(&self, name: &str, days: i64) {
        self.openssl(&format!(
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {name}.key -out {name}.csr -subj /CN={name}"
        ));
        fs::write(self.0.path().join("san"), "subjectAltName=DNS:localhost\n").unwrap();
        self.openssl(&format!(
            "x509 -req -in {name}.csr -CA root.pem -CAkey root.key -CAcreateserial -out {name}.pem -extfile san -days {days}"
        ));
    }

    fn put(&self, name: &str, folder: &Path) {
        for ending in ["pem", "key"] {
            let to = folder.join(format!("tls.{ending}"));
            fs::copy(self.0.path().join(format!("{name}.{ending}")), &to).unwrap();
            fs::set_permissions(to, fs::Permissions::from_mode(0o600)).unwrap();
        }
    }

    fn root(&self) -> Vec<u8> {
        fs::read(self.0.path().join("root.pem")).unwrap()
    }

    /// A connection that trusts this root and nothing else.
    fn connect(&self, address: SocketAddr, versions: &[&'static rustls::SupportedProtocolVersion]) -> std::io::Result<Tls> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(rustls::pki_types::CertificateDer::from_pem_slice(&self.root()).unwrap()).unwrap();
        let config = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = rustls::ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
        let mut stream = rustls::StreamOwned::new(client, TcpStream::connect(address)?);
        stream.flush()?;
        Ok(stream)
    }
}

type Tls = rustls::StreamOwned<rustls::ClientConnection, TcpStream>;

/// Asks on a connection that stays open; gives the head of the answer.
fn over(stream: &mut Tls) -> String {
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut said = Vec::new();
    let mut some = [0; 4096];
    while !said.ends_with(b"}") {
        let count = stream.read(&mut some).unwrap();
        assert!(count > 0, "{}", String::from_utf8_lossy(&said));
        said.extend_from_slice(&some[..count]);
    }
    String::from_utf8(said).unwrap()
}

#[test]
fn it_speaks_tls_by_itself_and_takes_a_renewed_certificate_without_a_break() {
    const FILES: [(&str, &str); 3] = [("HAVEN_TLS_CERT", "tls.pem"), ("HAVEN_TLS_KEY", "tls.key"), ("HAVEN_LISTEN", "127.0.0.1:0")];
    let authority = Authority::new();
    for (name, days) in [("first", 30), ("second", 40), ("ending", 3), ("ended", -1)] {
        authority.issue(name, days);
    }
    let folder = tempfile::tempdir().unwrap();
    authority.put("first", folder.path());
    let (code, said) = checked(folder.path(), &FILES);
    assert!(code == Some(0) && said.contains("valid until"), "{said}");
    let service = Service::start(folder, &FILES[..2]);
    // A real client, with that root alone.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let root = ureq::tls::Certificate::from_pem(&authority.root()).unwrap();
    let tls = ureq::tls::TlsConfig::builder().root_certs(ureq::tls::RootCerts::new_with_certs(&[root])).build();
    let client: ureq::Agent = ureq::Agent::config_builder().tls_config(tls).build().into();
    let url = format!("https://localhost:{}/healthz", service.address.port());
    let answer = client.get(&url).call().unwrap();
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
    // Both versions, and a certificate that leads to that root.
    let leaf = |stream: &Tls| stream.conn.peer_certificates().unwrap()[0].to_vec();
    let mut open = authority.connect(service.address, &[&rustls::version::TLS13]).unwrap();
    assert!(over(&mut open).starts_with("HTTP/1.1 200"));
    assert!(over(&mut authority.connect(service.address, &[&rustls::version::TLS12]).unwrap()).starts_with("HTTP/1.1 200"));
    let first = leaf(&open);
    // Somebody who does not speak it is not answered, and does no harm.
    let mut plain = TcpStream::connect(service.address).unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut said = Vec::new();
    let _ = plain.read_to_end(&mut said);
    assert!(!said.starts_with(b"HTTP"), "{said:?}");
    let _silent = TcpStream::connect(service.address).unwrap();
    // Renewed, while one is open.
    authority.put("second", service.path());
    service.signal("-HUP");
    let renewed = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        let mut next = authority.connect(service.address, rustls::ALL_VERSIONS).unwrap();
        over(&mut next);
        leaf(&next) != first
    });
    assert!(renewed, "the certificate is still the first one");
    assert!(over(&mut open).starts_with("HTTP/1.1 200"), "the open connection was cut");
    // What cannot be used is not taken.
    fs::write(service.path().join("tls.pem"), "nothing").unwrap();
    service.signal("-HUP");
    std::thread::sleep(Duration::from_millis(300));
    assert!(over(&mut authority.connect(service.address, rustls::ALL_VERSIONS).unwrap()).starts_with("HTTP/1.1 200"));
    assert!(service.said().contains("the one before stays in use"));
    // What the check says of certificates.
    for (name, key, code, says) in [
        ("ending", "ending", 0, "renew it now"),
        ("ended", "ended", 2, "found one that ended at"),
        ("first", "second", 2, "expected the private key of the certificate"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        authority.put(name, folder.path());
        fs::copy(authority.0.path().join(format!("{key}.key")), folder.path().join("tls.key")).unwrap();
        let (found, said) = checked(folder.path(), &FILES);
        assert!(found == Some(code) && said.contains(says), "{name}: {said}");
    }
    // Behind a proxy that speaks it, browsers are told too; else they are not.
    for (url, expected) in [("https://haven.example.gov", "max-age=31536000"), ("http://haven.example.gov", "")] {
        let service = Service::start(tempfile::tempdir().unwrap(), &[("HAVEN_PUBLIC_URL", url)]);
        assert_eq!(http(service.address, "GET", "/", "", b"").header("strict-transport-security"), expected);
    }
}

/// systemd's own reading of the unit, and what it thinks of its rights; where systemd is not here, its form.
#[test]
fn the_unit_is_one_that_systemd_reads() {
    let unit = fs::read_to_string(root().join("deploy/haven.service")).unwrap();
    for line in
        ["DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes", "StateDirectory=haven", "ExecReload=/bin/kill -HUP $MAINPID"]
    {
        assert!(unit.lines().any(|each| each == line), "{line}");
    }
    let Some(analyze) = crate::web::found("systemd-analyze") else { return };
    // With the program where it is here, because it is looked for.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("haven.service");
    fs::write(&file, unit.replace("/usr/local/bin/haven", env!("CARGO_BIN_EXE_haven"))).unwrap();
    let output = Command::new(&analyze).args(["verify", "--man=no"]).arg(&file).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !said.contains("haven.service:"), "{said}");
    let output = Command::new(analyze).args(["security", "--offline=yes", "--threshold=20"]).arg(&file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// What the container file names is in the tree, and the instructions are those that there are.
#[test]
fn the_container_file_names_what_is_there() {
    let text = fs::read_to_string(root().join("deploy/Containerfile")).unwrap().replace("\\\n", " ");
    let lines: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| line.split_whitespace().collect())
        .collect();
    let known = ["FROM", "RUN", "COPY", "WORKDIR", "USER", "VOLUME", "ENV", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"];
    let mut stages = BTreeSet::new();
    for line in &lines {
        assert!(known.contains(&line[0]), "{line:?}");
        match line[..] {
            ["FROM", _, "AS", name] => drop(stages.insert(name)),
            ["COPY", from, ..] if from.starts_with("--from=") => assert!(stages.contains(&from[7..]), "{line:?}"),
            ["COPY", ref files @ .., _] => files.iter().for_each(|file| assert!(root().join(file).exists(), "{file}")),
            _ => {}
        }
    }
    let last = |word: &str| lines.iter().rfind(|line| line[0] == word).unwrap()[1..].join(" ");
    assert_ne!(last("USER"), "root");
    assert!(last("FROM").ends_with("-slim") && last("HEALTHCHECK").contains("/readyz"));
    assert_eq!((last("ENTRYPOINT"), last("CMD")), ("[\"haven\"]".to_owned(), "[\"serve\"]".to_owned()));
    // Each variable it sets is one of the configuration.
    let keys = keys();
    for pair in last("ENV").split(' ') {
        let key = pair.split('=').next().unwrap().trim_start_matches("HAVEN_").to_lowercase();
        assert!(keys.contains(&key), "{pair}");
    }
}
