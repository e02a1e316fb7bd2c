//! Files and folders, and standard input.
//!
//! Ignore files (`.gitignore`, `.ignore`) hold as they do for other tools; hidden files are looked at, since `.env` and
//! `.github/` hold forms and settings. Links are not followed, so that no folder is walked twice.

use crate::finding::{Scan, Unread};
use crate::judge::{Clauses, Judge};
use crate::source::database::{self, Connection};
use haven_detect::Detector;
use haven_extract::{Limits, Place, extract};
use ignore::{WalkBuilder, WalkState};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How to look.
pub struct Options<'a> {
    /// What knows the phrases.
    pub detector: &'a Detector,
    /// What knows the clauses.
    pub clauses: &'a Clauses,
    /// Bounds of one document.
    pub limits: Limits,
    /// Of a hundred: below this confidence nothing is reported.
    pub confidence_min: u8,
    /// Whether first letters are shown.
    pub masked: bool,
    /// Files looked at at once; 0: as many as there are cores.
    pub threads: usize,
    /// Set by whoever wants the scan to end early with what it has.
    pub stop: &'a AtomicBool,
    /// Bytes read so far, for whoever shows progress.
    pub progress: &'a AtomicU64,
}

/// Counts the bytes that pass, and ends where it is told to.
struct Counted<'a, R> {
    inner: R,
    read: &'a AtomicU64,
    stop: &'a AtomicBool,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            // Not `Interrupted`, which whoever reads to the end would try again for ever.
            return Err(std::io::Error::other("the scan was stopped"));
        }
        let count = self.inner.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Looks at files and folders. Paths in findings are as given, with what lies below joined by `/`.
pub fn files(paths: &[PathBuf], options: &Options<'_>) -> Scan {
    let scan = Mutex::new(Scan::default());
    for path in paths {
        if path.is_file() {
            let found = one(path, options);
            merge(&scan, found);
            continue;
        }
        let mut walk = WalkBuilder::new(path);
        walk.hidden(false).follow_links(false).require_git(false).threads(options.threads);
        walk.filter_entry(|entry| entry.file_name() != ".git");
        walk.build_parallel().run(|| {
            Box::new(|entry| {
                if options.stop.load(Ordering::Relaxed) {
                    return WalkState::Quit;
                }
                match entry {
                    Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => merge(&scan, one(entry.path(), options)),
                    Ok(_) => {}
                    Err(error) => {
                        let unread = Unread { source: path.display().to_string(), place: String::new(), reason: error.to_string() };
                        merge(&scan, Scan { unread: vec![unread], ..Scan::default() });
                    }
                }
                WalkState::Continue
            })
        });
    }
    let mut scan = scan.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    scan.stopped = options.stop.load(Ordering::Relaxed);
    finish(scan)
}

/// Looks at a stream under a name whose ending says what it is.
pub fn stream(name: &str, input: &mut dyn Read, options: &Options<'_>) -> Scan {
    finish(document(name, input, options))
}

fn one(path: &Path, options: &Options<'_>) -> Scan {
    let name = path.to_string_lossy().replace('\\', "/");
    let name = name.strip_prefix("./").unwrap_or(&name);
    match File::open(path) {
        Ok(mut file) => document(name, &mut file, options),
        Err(error) => {
            let reason = format!("cannot be opened: {}", error.kind());
            Scan { unread: vec![Unread { source: name.to_owned(), place: String::new(), reason }], ..Scan::default() }
        }
    }
}

fn document(name: &str, input: &mut dyn Read, options: &Options<'_>) -> Scan {
    let mut scan = Scan::default();
    let read = AtomicU64::new(0);
    let mut input = Counted { inner: input, read: &read, stop: options.stop };
    let mut judge = Judge {
        detector: options.detector,
        clauses: options.clauses,
        source: name,
        format: "",
        masked: options.masked,
        confidence_min: options.confidence_min,
    };
    let mut findings = Vec::new();
    let outcome = extract(name, &mut input, &options.limits, &mut |piece| findings.extend(judge.judge(&piece)));
    judge.format = outcome.format.name();
    for mut finding in findings {
        judge.format.clone_into(&mut finding.format);
        scan.findings.push(finding);
    }
    for unread in outcome.unread {
        scan.unread.push(Unread { source: name.to_owned(), place: place(&unread.place), reason: unread.reason });
    }
    let bytes = read.into_inner();
    options.progress.fetch_add(bytes, Ordering::Relaxed);
    scan.bytes = bytes;
    *scan.read.entry(outcome.format.name().to_owned()).or_default() += 1;
    scan
}

/// Looks at a database; its name in findings is its address without user and password.
pub async fn of_database(connection: &Connection, look: &database::Options, options: &Options<'_>) -> Scan {
    let shown = connection.shown();
    let judge = Judge {
        detector: options.detector,
        clauses: options.clauses,
        source: &shown,
        format: connection.format(),
        masked: options.masked,
        confidence_min: options.confidence_min,
    };
    let mut scan = Scan::default();
    let (unread, summary) = database::database(connection, look, &mut |piece| scan.findings.extend(judge.judge(&piece))).await;
    scan.unread = unread.into_iter().map(|unread| Unread { source: shown.clone(), place: place(&unread.place), reason: unread.reason }).collect();
    scan.bytes = summary.bytes;
    options.progress.fetch_add(summary.bytes, Ordering::Relaxed);
    *scan.read.entry(connection.format().to_owned()).or_default() += 1;
    finish(scan)
}

/// A place in words.
pub fn place(place: &Place) -> String {
    let mut parts = Vec::new();
    if let Some(page) = place.page {
        parts.push(format!("page {page}"));
    }
    if let Some(path) = &place.path {
        parts.push(path.clone());
    }
    match (place.line, place.column) {
        (Some(line), Some(column)) => parts.push(format!("line {line}, column {column}")),
        (Some(line), None) => parts.push(format!("line {line}")),
        _ => {}
    }
    parts.join(", ")
}

fn merge(into: &Mutex<Scan>, from: Scan) {
    into.lock().unwrap_or_else(std::sync::PoisonError::into_inner).merge(from);
}

/// Orders a scan, and keeps of what says the same of one column only the surest.
pub(crate) fn finish(mut scan: Scan) -> Scan {
    // A column is seen by its name and by its cells: one finding, the surer one.
    scan.findings.sort_by(|a, b| {
        (&a.source, &a.path, a.found, a.category, std::cmp::Reverse(a.confidence)).cmp(&(
            &b.source,
            &b.path,
            b.found,
            b.category,
            std::cmp::Reverse(b.confidence),
        ))
    });
    scan.findings.dedup_by(|later, first| {
        let same = later.source == first.source && later.path == first.path && later.found == first.found && later.category == first.category;
        let one_place = later.path.is_some() || (later.line == first.line && later.column == first.column && later.rule == first.rule);
        if same && one_place && first.line.is_none() {
            first.line = later.line;
            first.column = later.column;
        }
        same && one_place
    });
    scan.sort();
    scan
}
