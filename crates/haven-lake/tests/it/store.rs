//! A real store for tests: moto, a server that speaks S3, as `tests/foreign/setup.sh` installs it.

use base64::Engine;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A store on a port of its own; it ends when this does.
pub struct Store {
    /// Its address, `http://127.0.0.1:…`.
    pub address: String,
    process: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// The Python that has the store and Arrow.
pub fn python() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "a test looks where its setup put it")]
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let caches = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache"))).unwrap();
    let python = caches.join("haven/lake/python/bin/python");
    assert!(python.exists(), "no store for tests at {}: run `scripts/setup.sh test`", python.display());
    python
}

pub fn foreign(script: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("haven-lake/tests/foreign").join(script)
}

impl Store {
    /// Starts one.
    pub fn start() -> Self {
        let mut process = Command::new(python())
            .arg(foreign("store.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // It says every question it is asked.
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let orders = process.stdin.take().unwrap();
        let mut answers = BufReader::new(process.stdout.take().unwrap());
        let mut address = String::new();
        answers.read_line(&mut address).unwrap();
        assert!(address.starts_with("http://127.0.0.1:"), "the store does not start: `{address}`");
        Self { address: address.trim().to_owned(), process, orders, answers }
    }

    fn order(&mut self, order: &Value) -> Value {
        writeln!(self.orders, "{order}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{order}: {error}"))
    }

    /// Makes an empty bucket.
    pub fn bucket(&mut self, bucket: &str) {
        self.order(&json!({"do": "bucket", "bucket": bucket}));
    }

    /// Puts the same bytes under these names.
    pub fn put(&mut self, bucket: &str, keys: &[&str], bytes: &[u8]) {
        let bytes = base64::engine::general_purpose::STANDARD.encode(bytes);
        self.order(&json!({"do": "put", "bucket": bucket, "keys": keys, "bytes": bytes}));
    }

    /// From here on only one user is answered, and of what they may do only these actions; gives back id and secret.
    pub fn guard(&mut self, actions: &[&str]) -> (String, String) {
        let answer = self.order(&json!({"do": "guard", "actions": actions}));
        (answer["key_id"].as_str().unwrap().to_owned(), answer["secret"].as_str().unwrap().to_owned())
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // One that is gone already needs no end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
