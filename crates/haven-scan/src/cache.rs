//! What scans saw of documents, so that one that has not changed is not scanned again.
//!
//! The key is a digest of everything the answer depends on: the document's content and name, the rules, the options, the
//! version of this program. A line of the file is one document: its findings, which hold nothing that was matched, and what
//! could not be read. A line that does not prove itself whole is not believed, and said so.

use crate::finding::{Finding, Unread};
use crate::source::files::Options;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Read, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

const FORMAT: &str = "haven-cache/1";
/// What every file of a cache begins with, of whatever version.
pub const BEGINS: &[u8] = b"haven-cache/";
/// Bytes of one line; a document with more findings is scanned each time.
const LINE_BYTES_MAX: usize = 1 << 20;

/// What stands for a document with its rules and options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key([u8; 32]);

impl Key {
    fn hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn of_hex(text: &str) -> Option<Self> {
        let mut key = [0; 32];
        if text.len() != 2 * key.len() || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return None;
        }
        for (at, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some(Self(key))
    }
}

/// What was seen of one document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seen {
    /// What it was read as.
    pub format: String,
    /// Bytes of it that were read.
    pub bytes: u64,
    /// As [`crate::Scan`] has them.
    pub findings: Vec<Finding>,
    /// As [`crate::Scan`] has them.
    pub unread: Vec<Unread>,
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    key: String,
    /// Over key and what was seen: a line that was cut or changed is none.
    sum: String,
    seen: Seen,
}

impl Line {
    fn sum(key: Key, seen: &Seen) -> Option<String> {
        let mut hash = Sha256::new();
        hash.update(key.0);
        hash.update(serde_json::to_vec(seen).ok()?);
        Some(hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
    }

    fn read(text: &[u8]) -> Option<(Key, Seen)> {
        let line: Self = serde_json::from_slice(text).ok()?;
        let key = Key::of_hex(&line.key)?;
        (Self::sum(key, &line.seen)? == line.sum).then_some((key, line.seen))
    }
}

/// What earlier scans saw, and what this one sees.
#[derive(Debug)]
pub struct Cache {
    /// Digest of what finds: the packs, the program.
    rules: String,
    earlier: BTreeMap<Key, Seen>,
    used: Mutex<BTreeSet<Key>>,
    fresh: Mutex<BTreeMap<Key, Seen>>,
    hits: AtomicU64,
}

impl Cache {
    /// One that knows nothing yet. `rules` is a digest of all that finds: phrase packs and program.
    pub fn new(rules: &str) -> Self {
        Self { rules: rules.to_owned(), earlier: BTreeMap::new(), used: Mutex::default(), fresh: Mutex::default(), hits: AtomicU64::new(0) }
    }

    /// Reads the file of an earlier scan. What is damaged in it is ignored, and said in the second part of the answer: those
    /// documents are scanned again.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn read(rules: &str, input: &mut dyn BufRead) -> io::Result<(Self, Option<String>)> {
        let mut cache = Self::new(rules);
        let mut damaged = 0_u64;
        let mut line = Vec::new();
        let mut first = true;
        while read_line(input, &mut line, LINE_BYTES_MAX)? {
            if std::mem::take(&mut first) {
                if line != FORMAT.as_bytes() {
                    return Ok((cache, Some(format!("expected `{FORMAT}` in its first line, found something else: all of it is ignored"))));
                }
                continue;
            }
            match Line::read(&line) {
                Some((key, seen)) => drop(cache.earlier.insert(key, seen)),
                None => damaged += 1,
            }
        }
        let said = match (first, damaged) {
            (true, _) => Some(format!("expected `{FORMAT}` in its first line, found nothing")),
            (false, 0) => None,
            (false, 1) => Some("one line is damaged and ignored: its document is scanned again".to_owned()),
            (false, _) => Some(format!("{damaged} lines are damaged and ignored: their documents are scanned again")),
        };
        Ok((cache, said))
    }

    /// Writes what this scan used and what it saw anew. What it did not come across is left out, so that the file does not
    /// grow for ever, but for `keeps_all`: a scan that was stopped has not looked everywhere.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, keeps_all: bool, out: &mut dyn Write) -> io::Result<()> {
        let used = self.used.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let fresh = self.fresh.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut kept: BTreeMap<Key, &Seen> =
            self.earlier.iter().filter(|(key, _)| keeps_all || used.contains(key)).map(|(key, seen)| (*key, seen)).collect();
        kept.extend(fresh.iter().map(|(key, seen)| (*key, seen)));
        writeln!(out, "{FORMAT}")?;
        for (key, seen) in kept {
            let sum = Line::sum(key, seen).ok_or_else(|| io::Error::other("expected findings that can be written as JSON"))?;
            let line = serde_json::to_string(&Line { key: key.hex(), sum, seen: seen.clone() }).map_err(io::Error::other)?;
            if line.len() < LINE_BYTES_MAX {
                writeln!(out, "{line}")?;
            }
        }
        out.flush()
    }

    /// Documents of this scan that were not scanned again.
    pub fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }

    /// The key of a document; reads it to its end.
    pub(crate) fn key(&self, name: &str, content: &mut dyn Read, options: &Options<'_>) -> io::Result<Key> {
        let mut hash = Sha256::new();
        // All that an answer depends on beside the content, each part with its end.
        let clauses = serde_json::to_string(options.clauses)?;
        let recogniser = haven_extract::recogniser().unwrap_or_default();
        let bounds = format!("{:?} {} {recogniser}", options.limits, options.confidence_min);
        for part in [FORMAT, env!("CARGO_PKG_VERSION"), &self.rules, &clauses, &bounds, name] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        io::copy(content, &mut hash)?;
        Ok(Key(hash.finalize().into()))
    }

    /// What was seen of a document under this key.
    pub(crate) fn get(&self, key: Key) -> Option<Seen> {
        let seen = self.earlier.get(&key)?.clone();
        self.used.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(key);
        self.hits.fetch_add(1, Ordering::Relaxed);
        Some(seen)
    }

    /// Keeps what was seen of a document.
    pub(crate) fn put(&self, key: Key, seen: Seen) {
        self.fresh.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(key, seen);
    }
}

/// Reads a line without its end, at most so many bytes of it and one; whether there was one.
pub(crate) fn read_line(input: &mut dyn BufRead, line: &mut Vec<u8>, bytes_max: usize) -> io::Result<bool> {
    line.clear();
    let mut any = false;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(any);
        }
        any = true;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
        // A line that is too long is damaged whatever stands in it; what is over is not held.
        line.extend(part.iter().take((bytes_max + 1).saturating_sub(line.len())));
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            return Ok(true);
        }
    }
}
