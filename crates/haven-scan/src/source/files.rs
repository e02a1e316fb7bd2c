//! Files and folders, and standard input.
//!
//! Ignore files (`.gitignore`, `.ignore`) hold as they do for other tools; hidden files are looked at, since `.env` and
//! `.github/` hold forms and settings. Links are not followed, so that no folder is walked twice.

use crate::cache::{Cache, Key, Seen};
use crate::child::{Child, Handed};
use crate::finding::{Finding, Found, Scan, Share, Unread};
use crate::judge::{Clauses, Judge};
use crate::review::Form;
use crate::source::database::{self, Connection};
use crate::source::partition::{Columns, part};
use crate::source::store::Remote;
use haven_detect::Detector;
use haven_extract::{Format, Limits, Outcome, Piece, PieceKind, Place, ReadSeek, extract, extract_seeking, is_sqlite, recognise};
use ignore::{WalkBuilder, WalkState};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// A file in the way of `.gitignore` that declares what in its folder is not looked at, such as the phrases themselves.
pub const IGNORE: &str = ".havenignore";

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
    /// What earlier scans saw of files; where first letters are shown it is not used, since they have no place in it.
    pub cache: Option<&'a Cache>,
    /// In which process files of hazardous formats are read; `None`: in this one.
    pub child: Option<&'a Child>,
}

/// Counts the bytes that pass, and ends where it is told to.
struct Counted<'a, R> {
    inner: R,
    read: &'a AtomicU64,
    stop: &'a AtomicBool,
    /// Whether its end was reached, or its reader had enough, without an error.
    is_sound: bool,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            self.is_sound = false;
            // Not `Interrupted`, which whoever reads to the end would try again for ever.
            return Err(io::Error::other("the scan was stopped"));
        }
        let count = self.inner.read(buffer).inspect_err(|error| self.is_sound &= error.kind() == io::ErrorKind::Interrupted)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Looks at files and folders. Paths in findings are as given, with what lies below joined by `/`.
pub fn files(paths: &[PathBuf], options: &Options<'_>) -> Scan {
    let gathered = Gathered::default();
    for path in paths {
        if path.is_file() {
            gathered.document(&name_of(path), one(path, options), options);
            continue;
        }
        if path.join(IGNORE).is_file() {
            let note = format!("what {} declares was not looked at", path.join(IGNORE).display());
            gathered.merge(Scan { notes: vec![note], ..Scan::default() });
        }
        walk(path).threads(options.threads).build_parallel().run(|| {
            Box::new(|entry| {
                if options.stop.load(Ordering::Relaxed) {
                    return WalkState::Quit;
                }
                match entry {
                    Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                        gathered.document(&name_of(entry.path()), one(entry.path(), options), options);
                    }
                    Ok(_) => {}
                    Err(error) => gathered.unread(path.display().to_string(), error.to_string()),
                }
                WalkState::Continue
            })
        });
    }
    gathered.finish(options)
}

/// What many documents come to, looked at at once.
#[derive(Default)]
pub(crate) struct Gathered {
    scan: Mutex<Scan>,
    columns: Mutex<Columns>,
}

impl Gathered {
    /// Takes what was seen of a document of this name.
    pub fn document(&self, name: &str, seen: Scan, options: &Options<'_>) {
        if let Some(part) = part(name) {
            self.columns.lock().unwrap_or_else(PoisonError::into_inner).note(part, options.limits.values_max);
        }
        self.merge(seen);
    }

    /// Takes over what was seen.
    pub fn merge(&self, seen: Scan) {
        self.scan.lock().unwrap_or_else(PoisonError::into_inner).merge(seen);
    }

    /// Says that something could not be read.
    pub fn unread(&self, source: String, reason: impl Into<String>) {
        self.merge(unread(source, reason));
    }

    /// All of it, with what folders' names say.
    pub fn finish(self, options: &Options<'_>) -> Scan {
        let mut scan = self.scan.into_inner().unwrap_or_else(PoisonError::into_inner);
        let columns = self.columns.into_inner().unwrap_or_else(PoisonError::into_inner);
        if columns.full {
            let reason = "expected fewer folders that are columns, found too many; those beyond were not looked at";
            scan.merge(unread("names of folders".to_owned(), reason));
        }
        for (folders, piece) in columns.pieces() {
            scan.findings.extend(judge(&folders, "folders", options).judge(&piece));
        }
        scan.stopped = options.stop.load(Ordering::Relaxed);
        finish(scan)
    }
}

/// What says no more than that something could not be read.
pub(crate) fn unread(source: String, reason: impl Into<String>) -> Scan {
    Scan { unread: vec![Unread { source, place: String::new(), reason: reason.into() }], ..Scan::default() }
}

fn judge<'a>(source: &'a str, format: &'a str, options: &Options<'a>) -> Judge<'a> {
    Judge {
        detector: options.detector,
        clauses: options.clauses,
        source,
        format,
        masked: options.masked,
        confidence_min: options.confidence_min,
    }
}

/// Bytes of what [`files`] would read in these paths, as far as they can be known beforehand.
pub fn size(paths: &[PathBuf]) -> u64 {
    let entries = paths.iter().flat_map(|path| walk(path).build());
    entries.filter_map(|entry| entry.ok()?.metadata().ok()).filter(std::fs::Metadata::is_file).map(|data| data.len()).sum()
}

fn walk(path: &Path) -> WalkBuilder {
    let mut walk = WalkBuilder::new(path);
    walk.hidden(false).follow_links(false).require_git(false);
    walk.add_custom_ignore_filename(IGNORE);
    walk.filter_entry(|entry| entry.file_name() != ".git");
    walk
}

/// Reads the forms in a folder for a review, in order of their names; their names are their paths in it. Unlike [`files`] this
/// looks at hidden and ignored files too: a review leaves nothing out.
pub fn forms(folder: &Path, limits: &Limits, child: Option<&Child>) -> Vec<Form> {
    let mut forms = Vec::new();
    let unread_form = |name: String, reason: String| {
        let unread = haven_extract::Unread { place: Place::default(), reason };
        Form { name, format: "unknown format".to_owned(), pieces: Vec::new(), unread: vec![unread] }
    };
    let name = |path: &Path| path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
    for entry in WalkBuilder::new(folder).standard_filters(false).follow_links(false).build() {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                let name = name(entry.path());
                forms.push(Form::of(&name, |sink| pieces(&name, entry.path(), limits, child, sink)));
            }
            Ok(_) => {}
            Err(error) => forms.push(unread_form("a part of the folder".to_owned(), error.to_string())),
        }
    }
    forms.sort_by(|a, b| a.name.cmp(&b.name));
    forms
}

/// Reads one document under a name, in a process of its own where its format is hazardous, and hands out its pieces.
pub fn pieces(name: &str, path: &Path, limits: &Limits, child: Option<&Child>, sink: &mut dyn FnMut(Piece)) -> Outcome {
    match File::open(path) {
        Ok(mut file) => match child.and_then(|child| Some((child, hazardous(name, &mut file)?))) {
            None => extract(name, &mut file, limits, sink),
            Some((child, format)) => {
                let (unread, _) = child.read(name, (Handed::File(file), format), limits, &AtomicBool::new(false), sink);
                Outcome { format, unread }
            }
        },
        Err(error) => {
            let reason = format!("cannot be opened: {}", error.kind());
            Outcome { format: Format::Binary, unread: vec![haven_extract::Unread { place: Place::default(), reason }] }
        }
    }
}

/// Looks at a stream under a name whose ending says what it is. A hazardous document is laid into a file without a name, for
/// the process that reads it; archives without end, and mailboxes, are read here as they come.
pub fn stream(name: &str, input: &mut dyn Read, options: &Options<'_>) -> Scan {
    let mut head = Vec::new();
    let read = input.take(HEAD_BYTES).read_to_end(&mut head);
    let is_laid_down = read.is_ok() && options.child.is_some() && recognise(name, &head).is_held_whole();
    let mut input = head.as_slice().chain(input);
    if !is_laid_down {
        let mut scan = finish(judged(name, options, |sink| counted(name, &mut input, options, sink)).0);
        if let Err(error) = read {
            scan.merge(unread(name.to_owned(), format!("reading stopped: {}", error.kind())));
        }
        return scan;
    }
    let most = options.limits.whole_bytes_max as u64 + 1;
    let nowhere = AtomicU64::new(0);
    let mut passing = Counted { inner: input, read: &nowhere, stop: options.stop, is_sound: true };
    let laid = tempfile::tempfile().and_then(|mut file| {
        io::copy(&mut (&mut passing).take(most), &mut file)?;
        file.rewind().map(|()| file)
    });
    match laid {
        Ok(file) => finish(whole(name, &mut Document::File(file), options).0),
        Err(error) => unread(name.to_owned(), format!("reading stopped: {}", error.kind())),
    }
}

/// A file's name in findings.
fn name_of(path: &Path) -> String {
    let name = path.to_string_lossy().replace('\\', "/");
    name.strip_prefix("./").unwrap_or(&name).to_owned()
}

fn one(path: &Path, options: &Options<'_>) -> Scan {
    let name = name_of(path);
    match File::open(path) {
        Ok(mut file) => {
            // What is written into a database may still stand beside it, so its content alone does not say that it is the same.
            if is_database(&mut file) { kept_in_file(&name, path, options) } else { look(&name, &mut Document::File(file), options) }
        }
        Err(error) => unread(name, format!("cannot be opened: {}", error.kind())),
    }
}

/// A document wherever it lies, to be read from any place in it.
pub(crate) enum Document {
    File(File),
    Remote(Remote),
}

impl Read for Document {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(out),
            Self::Remote(remote) => remote.window.read(out),
        }
    }
}

/// Whether a file is an SQLite database.
fn is_database(file: &mut File) -> bool {
    let mut head = Vec::new();
    let read = (&mut *file).take(HEAD_BYTES).read_to_end(&mut head);
    file.rewind().is_ok() && read.is_ok() && is_sqlite(&head)
}

/// Looks at a database that is a file, as `--database sqlite:FILE` does.
fn kept_in_file(name: &str, path: &Path, options: &Options<'_>) -> Scan {
    let mut address = std::ffi::OsString::from("sqlite:");
    address.push(path);
    let Some(address) = address.to_str() else {
        return unread(
            name.to_owned(),
            "an SQLite database whose name is no text: `haven scan --database sqlite:FILE` on a copy".to_owned(),
        );
    };
    let connection = Connection::new(address, database::Credentials::default());
    let look = database::Options { limits: options.limits, ..database::Options::default() };
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(judged_database(name, &connection, &look, options)),
        Err(error) => unread(name.to_owned(), format!("an SQLite database that cannot be opened here: {}", error.kind())),
    }
}

impl Seek for Document {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::File(file) => file.seek(to),
            Self::Remote(remote) => remote.window.seek(to),
        }
    }
}

impl Document {
    fn length(&self) -> u64 {
        match self {
            Self::File(file) => file.metadata().map_or(0, |data| data.len()),
            Self::Remote(remote) => remote.window.length(),
        }
    }

    /// What tells it from one that was written to; nothing where that cannot be known.
    fn state(&self) -> Option<(u64, Option<SystemTime>)> {
        match self {
            Self::File(file) => file.metadata().and_then(|data| Ok((data.len(), Some(data.modified()?)))).ok(),
            // A store says when it has another version than it listed.
            Self::Remote(remote) => Some((remote.window.length(), None)),
        }
    }

    /// The key under which a cache keeps what is seen of it.
    fn key(&mut self, name: &str, cache: &Cache, options: &Options<'_>) -> io::Result<Key> {
        match self {
            Self::File(file) => {
                let read = AtomicU64::new(0);
                let mut counted = Counted { inner: &mut *file, read: &read, stop: options.stop, is_sound: true };
                let key = cache.key(name, &mut counted, options)?;
                file.rewind()?;
                Ok(key)
            }
            // Reading what costs a network only to see that it is the same is what a cache is to save.
            Self::Remote(remote) => cache.key(name, &mut remote.version()?.as_bytes(), options),
        }
    }

    /// Why its source gave up, in the source's words.
    fn failure(&self) -> Option<String> {
        match self {
            Self::File(_) => None,
            Self::Remote(remote) => remote.failure(),
        }
    }

    /// One of its own that others may keep.
    fn kept(&self) -> io::Result<Box<dyn ReadSeek>> {
        Ok(match self {
            Self::File(file) => Box::new(file.try_clone()?),
            Self::Remote(remote) => remote.kept(),
        })
    }
}

/// Looks at a document, unless an earlier scan saw it as it is.
pub(crate) fn look(name: &str, document: &mut Document, options: &Options<'_>) -> Scan {
    match options.cache.filter(|_| !options.masked) {
        Some(cache) => remembered(name, document, cache, options),
        None => whole(name, document, options).0,
    }
}

/// Looks at a document unless an earlier scan saw the same content under the same rules and options.
fn remembered(name: &str, document: &mut Document, cache: &Cache, options: &Options<'_>) -> Scan {
    let before = document.state();
    let Ok(key) = document.key(name, cache, options) else {
        // Whoever cannot be read twice is looked at as it is; that says what is wrong with it.
        return match document.rewind() {
            Ok(()) => whole(name, document, options).0,
            Err(error) => unread(name.to_owned(), format!("reading stopped: {}", error.kind())),
        };
    };
    if let Some(seen) = cache.get(key) {
        options.progress.fetch_add(seen.bytes, Ordering::Relaxed);
        return Scan {
            findings: seen.findings,
            unread: seen.unread,
            bytes: seen.bytes,
            read: [(seen.format, 1)].into(),
            ..Scan::default()
        };
    }
    let (scan, is_sound) = whole(name, document, options);
    // A file that was written to while it was read is not what the key says; what stopped half way is not all of it.
    let is_same = before.is_some() && document.state() == before;
    // What was only counted is counted again: the cache keeps findings.
    if let (true, true, true, Some(format)) = (is_sound, is_same, scan.notes.is_empty(), scan.read.keys().next()) {
        cache.put(key, Seen { format: format.clone(), bytes: scan.bytes, findings: scan.findings.clone(), unread: scan.unread.clone() });
    }
    scan
}

/// Bytes of a table by columns for which there is the time of one document.
const TABLE_BYTES: u64 = 256 << 20;

/// Looks at a document; also says whether it would be seen so again.
fn whole(name: &str, document: &mut Document, options: &Options<'_>) -> (Scan, bool) {
    judged(name, options, |sink| {
        let (outcome, bytes, is_sound) = read(name, document, options, sink);
        match document.failure() {
            // What a parser says of the stump is not what is wrong.
            Some(reason) => (Outcome { unread: vec![whole_unread(reason)], ..outcome }, bytes, false),
            None => (outcome, bytes, is_sound),
        }
    })
}

/// Reads a document, in a process of its own where its format is hazardous; gives back its bytes too, and whether it was read
/// soundly.
fn read(name: &str, document: &mut Document, options: &Options<'_>, sink: &mut dyn FnMut(Piece)) -> (Outcome, u64, bool) {
    let bytes = document.length();
    let (format, child) = match (hazardous(name, document), options.child) {
        (Some(format), Some(child)) => (format, child),
        (Some(Format::Parquet), None) => {
            return match document.kept() {
                Ok(kept) => (extract_seeking(name, kept, &options.limits, sink), bytes, true),
                Err(_) => counted(name, document, options, sink),
            };
        }
        _ => return counted(name, document, options, sink),
    };
    // A table may be of any length, and whoever reads it holds no more for it.
    let more = if format == Format::Parquet { u32::try_from(bytes / TABLE_BYTES).unwrap_or(u32::MAX) } else { 0 };
    let child = Child { time: child.time.saturating_mul(more.saturating_add(1)), ..child.clone() };
    let (unread, is_sound) = match document {
        Document::File(file) => match file.try_clone() {
            Ok(file) => child.read(name, (Handed::File(file), format), &options.limits, options.stop, sink),
            Err(error) => (vec![whole_unread(format!("cannot be opened: {}", error.kind()))], false),
        },
        Document::Remote(remote) => {
            let mut fetch = |at, bytes| remote.window.stretch(at, bytes);
            child.read(name, (Handed::Elsewhere(bytes, &mut fetch), format), &options.limits, options.stop, sink)
        }
    };
    (Outcome { format, unread }, bytes, is_sound)
}

/// Why all of a document is unread.
fn whole_unread(reason: String) -> haven_extract::Unread {
    haven_extract::Unread { place: Place::default(), reason }
}

/// Bytes by which a format is recognised.
const HEAD_BYTES: u64 = 4096;

/// The format of a document, where it is a hazardous one and can be read from its beginning again.
fn hazardous(name: &str, document: &mut (impl Read + Seek)) -> Option<Format> {
    let mut head = Vec::new();
    let format = document.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map(|_| recognise(name, &head));
    document.rewind().ok()?;
    format.ok().filter(|format| format.hazardous())
}

/// Reads a document from its beginning to its end; gives back its bytes, and whether it met no error and was not stopped.
fn counted(name: &str, input: &mut dyn Read, options: &Options<'_>, sink: &mut dyn FnMut(Piece)) -> (Outcome, u64, bool) {
    let read = AtomicU64::new(0);
    let mut input = Counted { inner: input, read: &read, stop: options.stop, is_sound: true };
    let outcome = extract(name, &mut input, &options.limits, sink);
    let is_sound = input.is_sound;
    (outcome, read.into_inner(), is_sound)
}

/// Judges what `read` hands out: it gives back what became of the document, its bytes, and whether it was read soundly.
fn judged(name: &str, options: &Options<'_>, read: impl FnOnce(&mut dyn FnMut(Piece)) -> (Outcome, u64, bool)) -> (Scan, bool) {
    let mut scan = Scan::default();
    let part = part(name);
    let mut listed = Bounded::default();
    let (outcome, bytes, is_sound) = read(&mut |piece| {
        let source = match (&part, piece.kind) {
            (None, _) => name,
            // A column is one of the table, not of each of its files.
            (Some(part), PieceKind::Name | PieceKind::Description | PieceKind::Column) => &part.table,
            (Some(part), PieceKind::Question | PieceKind::Sentence | PieceKind::Document) => &part.document,
        };
        listed.take(judge(source, "", options).judge(&piece));
    });
    let is_sound = is_sound && !options.stop.load(Ordering::Relaxed);
    scan.notes.extend(listed.notes(part.as_ref().map_or(name, |part| &part.document)));
    for mut finding in listed.findings {
        outcome.format.name().clone_into(&mut finding.format);
        if part.is_some() {
            // A finding is of the table, of which one file is only a part.
            finding.share = finding.share.map(Share::of_a_part);
        }
        scan.findings.push(finding);
    }
    for unread in outcome.unread {
        scan.unread.push(Unread { source: name.to_owned(), place: place(&unread.place), reason: unread.reason });
    }
    options.progress.fetch_add(bytes, Ordering::Relaxed);
    scan.bytes = bytes;
    *scan.read.entry(outcome.format.name().to_owned()).or_default() += 1;
    (scan, is_sound)
}

/// Findings of one rule in one source that are listed one by one: a million lines that say the same need no million entries.
const SAME_MAX: usize = 1_000;

/// The findings of one source.
#[derive(Default)]
struct Bounded {
    findings: Vec<Finding>,
    counts: BTreeMap<(Found, String), usize>,
}

impl Bounded {
    fn take(&mut self, findings: Vec<Finding>) {
        for finding in findings {
            let count = self.counts.entry((finding.found, finding.rule.clone())).or_default();
            *count += 1;
            if *count <= SAME_MAX {
                self.findings.push(finding);
            }
        }
    }

    /// What is not listed, in words.
    fn notes<'l>(&'l self, source: &'l str) -> impl Iterator<Item = String> + 'l {
        self.counts.iter().filter(|(_, count)| **count > SAME_MAX).map(move |((found, rule), count)| {
            format!("{source}: {} further findings of {rule} ({}) are counted, not listed", count - SAME_MAX, found.name())
        })
    }
}

/// Looks at a database; its name in findings is its address without user and password.
pub async fn of_database(connection: &Connection, look: &database::Options, options: &Options<'_>) -> Scan {
    finish(judged_database(&connection.shown(), connection, look, options).await)
}

async fn judged_database(source: &str, connection: &Connection, look: &database::Options, options: &Options<'_>) -> Scan {
    let judge = judge(source, connection.format(), options);
    let mut scan = Scan::default();
    let mut listed = Bounded::default();
    let (unread, summary) = database::database(connection, look, &mut |piece| listed.take(judge.judge(&piece))).await;
    scan.notes.extend(listed.notes(source));
    scan.findings = listed.findings;
    scan.unread =
        unread.into_iter().map(|unread| Unread { source: source.to_owned(), place: place(&unread.place), reason: unread.reason }).collect();
    scan.bytes = summary.bytes;
    options.progress.fetch_add(summary.bytes, Ordering::Relaxed);
    *scan.read.entry(connection.format().to_owned()).or_default() += 1;
    scan
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

/// Orders a scan, and keeps of what says the same of one column only the surest.
pub(crate) fn finish(mut scan: Scan) -> Scan {
    // A column is seen by its name and by its cells: one finding, the surer one, with the share that says most.
    fn surest(f: &Finding) -> impl Ord + '_ {
        (&f.source, &f.path, f.found, f.category, std::cmp::Reverse(f.confidence))
    }
    scan.findings.sort_by(|a, b| surest(a).cmp(&surest(b)).then_with(|| a.order(b)));
    scan.findings.dedup_by(|later, first| {
        let same =
            later.source == first.source && later.path == first.path && later.found == first.found && later.category == first.category;
        let one_place = later.path.is_some() || (later.line == first.line && later.column == first.column && later.rule == first.rule);
        if same && one_place && first.line.is_none() {
            first.line = later.line;
            first.column = later.column;
        }
        if same && one_place && later.share.map(|share| share.counted) > first.share.map(|share| share.counted) {
            first.share = later.share;
        }
        same && one_place
    });
    scan.sort();
    scan
}
