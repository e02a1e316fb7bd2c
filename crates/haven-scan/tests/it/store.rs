//! Objects of a store are read as files are: the same folder, once as files and once as a store, says the same.

use crate::child::sound;
use crate::review::{clauses, detector};
use haven_extract::Limits;
use haven_scan::Scan;
use haven_scan::cache::Cache;
use haven_scan::child::Child;
use haven_scan::source::files::{Options, files};
use haven_scan::source::store::{Listed, Object, Store, objects};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// A folder as a store, its own names for its objects, all of them.
#[derive(Default)]
struct Folder {
    root: PathBuf,
    asked: AtomicUsize,
    asked_for: Mutex<BTreeSet<String>>,
    /// Objects of which no byte from this one on can be had.
    broken: Option<(&'static str, u64)>,
    list_ends: bool,
}

impl Folder {
    fn of(root: &Path) -> Self {
        Self { root: root.to_path_buf(), ..Self::default() }
    }

    fn walk(&self, folder: &Path, each: &mut dyn FnMut(Listed) -> bool) -> bool {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        // Stores need not list in the order of folders.
        entries.sort_by_key(|path| std::cmp::Reverse(path.clone()));
        entries.iter().all(|path| {
            if path.is_dir() {
                return self.walk(path, each);
            }
            let data = path.metadata().unwrap();
            let key = path.strip_prefix(&self.root).unwrap().to_string_lossy().into_owned();
            let version = Some(format!("{:?}", data.modified().unwrap()));
            each(Listed::Object(Object { key, bytes: data.len(), version }))
        })
    }
}

impl Store for Folder {
    fn name(&self) -> &str {
        "s3://city"
    }

    fn address(&self) -> String {
        "s3://city".to_owned()
    }

    fn list(&self, each: &mut dyn FnMut(Listed) -> bool) {
        self.walk(&self.root, each);
        if self.list_ends {
            each(Listed::Unread { key: None, reason: "the list ends here".to_owned() });
        }
    }

    fn stretch(&self, object: &Object, at: u64, bytes: usize) -> Result<Vec<u8>, String> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.asked_for.lock().unwrap().insert(object.key.clone());
        if self.broken.is_some_and(|(key, from)| key == object.key && at + bytes as u64 > from) {
            return Err("the disk of the store is broken".to_owned());
        }
        let at = usize::try_from(at).unwrap();
        Ok(std::fs::read(self.root.join(&object.key)).unwrap()[at..at + bytes].to_vec())
    }
}

fn with_options<T>(child: Option<&Child>, cache: Option<&Cache>, work: impl FnOnce(&Options<'_>) -> T) -> T {
    let (detector, clauses, stop, progress) = (detector(), clauses(), AtomicBool::new(false), AtomicU64::new(0));
    let options = Options {
        detector: &detector,
        clauses: &clauses,
        limits: Limits::default(),
        confidence_min: 50,
        masked: false,
        threads: 2,
        stop: &stop,
        progress: &progress,
        cache,
        child,
    };
    work(&options)
}

fn as_store(folder: Folder, child: Option<&Child>, cache: Option<&Cache>) -> (Scan, Arc<Folder>) {
    let folder = Arc::new(folder);
    let store: Arc<dyn Store> = folder.clone();
    (with_options(child, cache, |options| objects(&store, options)), folder)
}

/// What a scan says but for the digests, which are of names: names begin as the store's do.
fn said(mut scan: Scan, root: &Path) -> Scan {
    let root = root.to_string_lossy();
    for finding in &mut scan.findings {
        finding.source = finding.source.replace(&*root, "s3://city");
        finding.fingerprint.clear();
    }
    for unread in &mut scan.unread {
        unread.source = unread.source.replace(&*root, "s3://city");
    }
    for note in &mut scan.notes {
        *note = note.replace(&*root, "s3://city");
    }
    scan.sort();
    scan
}

fn check(told: &str, root: &Path, child: Option<&Child>) -> Scan {
    let here = said(with_options(None, None, |options| files(&[root.to_path_buf()], options)), root);
    let there = said(as_store(Folder::of(root), child, None).0, root);
    assert_eq!(there, here, "{told}");
    there
}

fn write(root: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

const ASKS: &str = "<form><label for=\"a\">Are you a U.S. citizen?</label><input id=\"a\"></form>";

/// Documents of many formats, some of them longer than one stretch.
fn city() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let sample = crate::sample::root().join("city");
    for name in ["forms", "schemas", "exports"] {
        for entry in std::fs::read_dir(sample.join(name)).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_file() {
                write(root, &format!("{name}/{}", path.file_name().unwrap().to_string_lossy()), std::fs::read(&path).unwrap());
            }
        }
    }
    let rows: String = (0..60_000).map(|row| format!("{row},{}\n", if row % 2 == 0 { "USC" } else { "LPR" })).collect();
    write(root, "long/people.csv", format!("id,cit_stat\n{rows}59999,He is an undocumented immigrant from the north.\n"));
    write(
        root,
        "mail/a.eml",
        "From: a@example.org\r\nSubject: Are you a U.S. citizen?\r\nDate: Thu, 1 Jan 2026 10:00:00 +0000\r\n\r\nWhat is your immigration status?\r\n",
    );
    write(root, "not/a.parquet", "no table");
    write(root, ".hidden/a.html", ASKS);
    write(root, ".git/a.html", ASKS);
    write(root, "empty.csv", "");
    folder
}

#[test]
fn a_store_says_what_its_files_say() {
    let folder = city();
    let scan = check("in this process", folder.path(), None);
    assert!(scan.findings.len() > 10 && scan.unread.iter().any(|unread| unread.source == "s3://city/not/a.parquet"), "{scan:?}");
    check("in a process of its own", folder.path(), Some(&sound()));
}

#[test]
fn what_is_ignored_among_files_is_ignored_in_a_store() {
    let pages = ["a.html", "b/a.html", "b/c/a.html", "b/c/d.html", "keep/a.html", "b/keep/a.html", "build/x/y.html"];
    for rules in [
        &[(".gitignore", "a.html\n")][..],
        &[(".gitignore", "/a.html\n")],
        &[(".gitignore", "b/\n!b/c/a.html\n")],
        &[(".gitignore", "*\n!keep/\n!keep/**\n")],
        &[(".gitignore", "# nothing\n\nb/*/d.html\n")],
        &[("b/.gitignore", "a.html\n"), (".gitignore", "!a.html\nd.html\n")],
        &[("b/c/.ignore", "!a.html\n"), (".gitignore", "a.html\n")],
        &[(".havenignore", "build\n"), (".ignore", "!build\nkeep\n")],
        &[("b/.havenignore", "**/a.html\n"), ("b/c/.gitignore", "!a.html\n")],
        &[(".gitignore", "**/c\n"), ("b/.havenignore", "!c\n")],
    ] {
        let folder = tempfile::tempdir().unwrap();
        for page in pages {
            write(folder.path(), page, ASKS);
        }
        for (name, text) in rules {
            write(folder.path(), name, text);
        }
        let (here, there) = (
            with_options(None, None, |options| files(&[folder.path().to_path_buf()], options)),
            as_store(Folder::of(folder.path()), None, None).0,
        );
        let names =
            |scan: Scan| -> BTreeSet<String> { said(scan, folder.path()).findings.into_iter().map(|finding| finding.source).collect() };
        assert_eq!((names(there.clone()), there.read), (names(here.clone()), here.read), "{rules:?}");
    }
}

#[test]
fn what_a_store_does_not_give_is_said_and_the_rest_is_read() {
    let folder = city();
    for (key, from) in [("long/people.csv", 0), ("long/people.csv", 300_000), ("mail/a.eml", 10)] {
        let (scan, _) = as_store(Folder { broken: Some((key, from)), ..Folder::of(folder.path()) }, Some(&sound()), None);
        let unread: Vec<_> =
            scan.unread.iter().filter(|unread| unread.source.ends_with(key)).map(|unread| unread.reason.as_str()).collect();
        assert_eq!(unread, ["the disk of the store is broken"], "{key} from {from}");
        assert!(scan.findings.iter().any(|finding| finding.source.ends_with(".hidden/a.html")), "the rest is read");
        assert_eq!(scan.exit_code(), 2);
    }
    let (scan, _) = as_store(Folder { list_ends: true, ..Folder::of(folder.path()) }, None, None);
    assert!(scan.unread.iter().any(|unread| (unread.source.as_str(), unread.reason.as_str()) == ("s3://city", "the list ends here")));
    let nothing = tempfile::tempdir().unwrap();
    let (scan, _) = as_store(Folder::of(nothing.path()), None, None);
    assert!(scan.unread.iter().any(|unread| unread.source == "s3://city" && unread.reason.contains("found none")), "{scan:?}");
}

#[test]
fn a_version_that_was_seen_is_not_asked_for_again() {
    let folder = city();
    let cache = Cache::new("0123");
    let (first, _) = as_store(Folder::of(folder.path()), None, Some(&cache));
    let mut file = Vec::new();
    cache.write(false, &mut file).unwrap();
    let (cache, _) = Cache::read("0123", &mut file.as_slice()).unwrap();
    write(folder.path(), ".hidden/a.html", format!("{ASKS}\n<p>One more line.</p>"));
    let (second, store) = as_store(Folder::of(folder.path()), None, Some(&cache));
    assert_eq!(store.asked_for.lock().unwrap().iter().map(String::as_str).collect::<Vec<_>>(), [".hidden/a.html"]);
    assert_eq!(second.findings, first.findings);
}

/// Only the head, the list of contents and what it points to are asked for, and of those nothing twice.
#[test]
fn a_long_document_is_asked_for_in_stretches() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "4711,a,b,c,d,e,f\n".repeat(2_000_000);
    write(folder.path(), "long.csv", rows);
    let (_, store) = as_store(Folder::of(folder.path()), None, None);
    // 34 MB: a quarter of a megabyte, doubled up to eight.
    assert!(store.asked.load(Ordering::Relaxed) < 12, "{:?}", store.asked);
}

#[test]
fn folders_that_are_columns_are_columns() {
    let folder = tempfile::tempdir().unwrap();
    for (at, status) in ["LPR", "USC", "DACA", "Temporary%20Protected%20Status"].into_iter().enumerate() {
        write(
            folder.path(),
            &format!("people/year=202{at}/immigration_status={status}/part-{at}.csv"),
            "case_id,country_of_birth\n17,Zyxwvut\n",
        );
    }
    write(folder.path(), "people/year=2020/immigration_status=LPR/note.txt", "He is an undocumented immigrant.\n");
    write(folder.path(), "people/year=2020/immigration_status=LPR/torn.parquet", "torn");
    let scan = check("partitions", folder.path(), None);
    let table = "s3://city/people/year=*/immigration_status=*";
    let found: BTreeSet<(String, Option<String>)> =
        scan.findings.iter().map(|finding| (finding.source.clone(), finding.path.clone())).collect();
    let expected = [("", Some("immigration_status")), ("/*.csv", Some("country_of_birth")), ("/note.txt", None)];
    assert_eq!(found, expected.map(|(file, path)| (format!("{table}{file}"), path.map(str::to_owned))).into());
    assert_eq!(scan.findings.len(), found.len(), "each column once, in however many files it is: {:?}", scan.findings);
    for finding in &scan.findings {
        let text = serde_json::to_string(finding).unwrap();
        assert!(["LPR", "DACA", "Temporary", "Zyxwvut"].iter().all(|value| !text.contains(value)), "{text}");
    }
    let unread: Vec<&str> = scan.unread.iter().map(|unread| unread.source.as_str()).collect();
    assert_eq!(unread, ["s3://city/people/year=2020/immigration_status=LPR/torn.parquet"], "whoever looks for it needs its name");
}
