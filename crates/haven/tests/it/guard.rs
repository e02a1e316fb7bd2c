//! `haven guard`: the example of the documents, started, with a real register behind it.

use crate::{haven, root};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const RECORD: &str = r#"{"case":"A-1","immigration_status":"undocumented","note":"Ring twice."}"#;

/// A record service that answers everything with the same record, and breaks off what is called so.
fn origin() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut head, mut byte) = (Vec::new(), [0]);
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() > 0 {
                head.push(byte[0]);
            }
            let length = if head.starts_with(b"GET /api/half") { RECORD.len() + 100 } else { RECORD.len() };
            let reply = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{RECORD}");
            drop(stream.write_all(reply.as_bytes()));
        }
    });
    port
}

struct Guard {
    child: Child,
    address: String,
    admin: String,
}

impl Guard {
    fn start(folder: &Path) -> Guard {
        let mut child = haven()
            .current_dir(folder)
            .args(["guard", "--config", "guard.toml"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let (address, admin) = line.trim().strip_prefix("haven guard: ").unwrap().split_once(", health and figures at http://").unwrap();
        Guard { child, address: address.to_owned(), admin: admin.to_owned() }
    }

    /// What an answer says, with its head.
    fn ask(&self, path: &str, more: &str) -> String {
        said(&self.address, &format!("GET /records/{path} HTTP/1.1\r\nHost: guard\r\nConnection: close\r\n{more}\r\n"))
    }

    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status().unwrap().success());
    }

    fn stop(mut self) {
        self.signal("TERM");
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn said(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8(answer).unwrap()
}

fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(root().join("guard/examples/guard.toml")).unwrap();
    let text = text.replace("127.0.0.1:8443", "127.0.0.1:0").replace("127.0.0.1:9443", "127.0.0.1:0");
    fs::write(folder.path().join("guard.toml"), text.replace("127.0.0.1:8080", &format!("127.0.0.1:{}", origin()))).unwrap();
    fs::copy(root().join("guard/examples/agreements.toml"), folder.path().join("agreements.toml")).unwrap();
    folder
}

fn run(folder: &Path, args: &[&str]) -> String {
    let output = haven().current_dir(folder).args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

const KEY: &str = "Authorization: Bearer example-key\r\nHaven-Purpose: criminal\r\nHaven-Authority: none\r\n";

#[test]
fn the_example_judges_records_and_scrubs() {
    let folder = desk();
    let path = folder.path();
    // There is no register yet: nothing leaves, and health says why.
    let guard = Guard::start(path);
    let answer = guard.ask("1", KEY);
    assert!(answer.starts_with("HTTP/1.1 503 ") && !answer.contains("Ring twice"), "{answer}");
    let health = said(&guard.admin, "GET /health HTTP/1.1\r\nHost: guard\r\n\r\n");
    assert!(health.starts_with("HTTP/1.1 503 ") && health.contains("haven ledger init"), "{health}");
    run(path, &["ledger", "init", "--name", "log.example.gov/city"]);
    guard.signal("HUP");
    let mut answer = String::new();
    for _ in 0..100 {
        answer = guard.ask("1", KEY);
        if answer.starts_with("HTTP/1.1 200 ") {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("Ring twice") && !answer.contains("undocumented"), "{answer}");
    for (more, status, reason) in [
        (KEY.replace("criminal", "weather"), 403, "unknown"),
        (KEY.replace("example-key", "another-key"), 401, "unknown_recipient"),
        (String::new(), 401, "unknown_recipient"),
    ] {
        let answer = guard.ask("1", &more);
        let is_refused = answer.starts_with(&format!("HTTP/1.1 {status} ")) && answer.contains(&format!("\"reason\":\"{reason}\""));
        assert!(is_refused && !answer.contains("Ring twice"), "{answer}");
    }
    assert!(guard.ask("half", KEY).starts_with("HTTP/1.1 502 "));
    let figures = said(&guard.admin, "GET /metrics HTTP/1.1\r\nHost: guard\r\n\r\n");
    assert!(
        figures.contains(r#"haven_guard_requests_total{route="/records/",recipient="state-records",became="scrubbed"} 1"#),
        "{figures}"
    );
    guard.stop();
    // Three judgements, and the end of one that broke off, which names its judgement.
    let entries = run(path, &["register", "list", "--kind", "release", "--jsonl"]);
    let outcomes = |word: &str| entries.matches(&format!("\"outcome\":\"{word}\"")).count();
    assert_eq!((outcomes("release_without"), outcomes("refer"), outcomes("aborted")), (2, 1, 1), "{entries}");
    for word in ["undocumented", "Ring", "A-1", "half", "/records", "state-records", "127.0.0.1"] {
        assert!(!entries.contains(word), "{word}: {entries}");
    }
    run(path, &["ledger", "verify"]);
}

#[test]
fn what_the_file_gets_wrong_is_said_before_anything_is_served() {
    let folder = desk();
    run(folder.path(), &["ledger", "init", "--name", "log.example.gov/city"]);
    let file = folder.path().join("guard.toml");
    let good = fs::read_to_string(&file).unwrap();
    for (from, to, says) in [
        ("station = \"001\"", "station = \"999\"", ["route /records/", "`station`"]),
        ("station = \"001\"\n", "", ["route /records/", "`station`"]),
        ("by = \"S-31\"", "by = \"John Doe\"", ["route /records/", "`by`"]),
        ("topics =", "topic =", ["guard.toml", "unknown field `topic`"]),
        ("MOU-2024-11\"", "MOU-2024-11\", nobody = \"x\"", ["recipients", "nobody"]),
    ] {
        assert!(good.contains(from), "{from}");
        fs::write(&file, good.replace(from, to)).unwrap();
        let output = haven().current_dir(folder.path()).args(["guard", "--config", "guard.toml"]).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(says.iter().all(|part| error.contains(part)) && !error.contains("John"), "{error}");
    }
    let output = haven().current_dir(folder.path()).arg("guard").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("--config"), "{output:?}");
}
