//! Hazardous documents are read in a process of their own: the same comes out, and whatever that process does ends in words.

use crate::review::{clauses, detector};
use haven_detect::Detector;
use haven_extract::Limits;
use haven_scan::Scan;
use haven_scan::cache::Cache;
use haven_scan::child::{Child, DOCUMENT, serve};
use haven_scan::judge::Clauses;
use haven_scan::source::files::{Options, files, forms, stream};
use std::fs::File;
use std::io::{Seek, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::{Duration, Instant};

const PASSWORD: &str = "quorblat-opens-the-register";

/// Not a test by itself: the process that another test of this file starts.
#[test]
fn reads_for_its_parent() {
    #[expect(clippy::disallowed_methods, reason = "the test is the edge of this process")]
    if let Ok(document) = std::env::var(DOCUMENT) {
        serve(&document, input(), std::io::stdout()).unwrap();
    }
}

/// Standard input as the file or pipe that it is.
fn input() -> File {
    File::from(std::io::stdin().as_fd().try_clone_to_owned().unwrap())
}

/// This program, with what its harness says taken out.
pub(crate) fn sound() -> Child {
    let own = std::env::current_exe().unwrap();
    shell(&format!("'{}' --exact child::reads_for_its_parent --nocapture --quiet | grep --line-buffered '^[{{]'", own.display()))
}

fn shell(script: &str) -> Child {
    let child = Child::new("/bin/sh".into(), vec!["-c".into(), script.into()]);
    // The limits are those of a child of the edge, but for the patience of a test.
    Child { time: Duration::from_secs(30), ..child }
}

pub(crate) fn scan(folder: &Path, child: Option<&Child>, cache: Option<&Cache>, stop: &AtomicBool) -> Scan {
    let (detector, clauses, progress) = (detector(), clauses(), AtomicU64::new(0));
    files(&[folder.to_path_buf()], &options(&detector, &clauses, child, cache, (stop, &progress)))
}

fn options<'a>(
    detector: &'a Detector,
    clauses: &'a Clauses,
    child: Option<&'a Child>,
    cache: Option<&'a Cache>,
    (stop, progress): (&'a AtomicBool, &'a AtomicU64),
) -> Options<'a> {
    let limits = Limits::default();
    Options { detector, clauses, limits, confidence_min: 50, masked: false, threads: 2, stop, progress, cache, child }
}

pub(crate) static GO: AtomicBool = AtomicBool::new(false);

/// A message (a hazardous format) that asks, and a page (none) that does.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mail = "From: a@example.org\r\nTo: b@example.org\r\nSubject: Are you a U.S. citizen?\r\nDate: Thu, 1 Jan 2026 10:00:00 +0000\r\n\r\nWhat is your immigration status?\r\n";
    std::fs::write(folder.path().join("a.eml"), mail).unwrap();
    std::fs::write(folder.path().join("b.html"), "<form><label for=\"a\">Are you a U.S. citizen?</label><input id=\"a\"></form>").unwrap();
    folder
}

#[test]
fn the_same_comes_out_of_a_process_of_its_own() {
    let folder = folder();
    let here = scan(folder.path(), None, None, &GO);
    let there = scan(folder.path(), Some(&sound()), None, &GO);
    assert!(here.findings.iter().any(|finding| finding.format == "mail"), "{here:?}");
    assert_eq!(there, here);
    assert_eq!(forms(folder.path(), &Limits::default(), Some(&sound())), forms(folder.path(), &Limits::default(), None));
}

#[test]
fn what_comes_as_a_stream_is_read_there_too() {
    let mail = std::fs::read(folder().path().join("a.eml")).unwrap();
    let streamed = |child: &Child, stop: &AtomicBool| {
        let (detector, clauses, progress) = (detector(), clauses(), AtomicU64::new(0));
        stream("a.eml", &mut mail.as_slice(), &options(&detector, &clauses, Some(child), None, (stop, &progress)))
    };
    let seen = streamed(&sound(), &GO);
    assert!(seen.findings.len() >= 2 && seen.unread.is_empty() && seen.read["mail"] == 1, "{seen:?}");
    let seen = streamed(&shell("exit 3"), &GO);
    assert!(matches!(&seen.unread[..], [unread] if unread.reason.contains("ended in the midst of it")), "{seen:?}");
    let seen = streamed(&sound(), &AtomicBool::new(true));
    assert!(matches!(&seen.unread[..], [unread] if unread.reason.contains("stopped")), "{seen:?}");
}

#[test]
fn whatever_it_does_is_said_and_the_rest_is_read() {
    let folder = folder();
    let hasty = |script: &str| Child { time: Duration::from_millis(400), pictures: Duration::ZERO, ..shell(script) };
    // What this needs is taken in one piece; whoever has it says that the document is read.
    let hungry = "dd if=/dev/zero of=/dev/null bs=256M count=1 && echo '{\"unread\":[]}'";
    let small = Child { memory_kib: 64 << 10, ..shell(hungry) };
    assert_eq!(scan(folder.path(), Some(&shell(hungry)), None, &GO).unread, [], "with the usual memory it is read");
    let late = "took longer than 0.4 seconds";
    let broken = "ended in the midst of it";
    for (told, child, says) in [
        ("it hangs", hasty("exec sleep 100"), late),
        ("it works for ever", hasty("while :; do :; done"), late),
        (
            "it talks for ever",
            hasty(
                "exec yes '{\"piece\":{\"kind\":\"Name\",\"text\":\"a\",\"values\":[],\"context\":\"\",\"place\":{\"line\":null,\"column\":null,\"page\":null,\"path\":null}}}'",
            ),
            late,
        ),
        ("it is killed", shell("kill -9 $$"), broken),
        ("it fails", shell("exit 3"), broken),
        ("it ends well and said nothing", shell("exit 0"), broken),
        ("it talks nonsense", shell("echo nonsense; exec sleep 100"), broken),
        ("a line without end", shell("exec head -c 20000000 /dev/zero"), broken),
        ("it needs too much memory", small, "needs more than 64 MiB"),
        ("it is not there", Child::new("/nowhere/haven".into(), Vec::new()), broken),
    ] {
        let begun = Instant::now();
        let scan = scan(folder.path(), Some(&child), None, &GO);
        assert!(begun.elapsed() < Duration::from_secs(20), "{told}: it was waited for");
        let unread: Vec<(bool, &str)> =
            scan.unread.iter().map(|unread| (unread.source.ends_with("a.eml"), unread.reason.as_str())).collect();
        assert!(matches!(unread[..], [(true, reason)] if reason.contains(says)), "{told}: expected `{says}`, found {unread:?}");
        assert!(scan.findings.iter().any(|finding| finding.source.ends_with("b.html")), "{told}: the rest is read");
        assert_eq!((scan.exit_code(), scan.read.get("mail")), (2, Some(&1)), "{told}");
    }
}

#[test]
fn what_time_cut_off_is_not_remembered_and_a_stop_ends_it() {
    let folder = folder();
    let cache = Cache::new("0123");
    let hangs = Child { time: Duration::from_millis(200), pictures: Duration::ZERO, ..shell("exec sleep 100") };
    scan(folder.path(), Some(&hangs), Some(&cache), &GO);
    let mut file = Vec::new();
    cache.write(false, &mut file).unwrap();
    let lines = String::from_utf8(file.clone()).unwrap();
    assert!(lines.contains("b.html") && !lines.contains("a.eml"), "{lines}");
    let (cache, _) = Cache::read("0123", &mut file.as_slice()).unwrap();
    assert_eq!(scan(folder.path(), Some(&sound()), Some(&cache), &GO), scan(folder.path(), None, None, &GO));
    assert_eq!(cache.hits(), 1);

    let stop = AtomicBool::new(false);
    let begun = Instant::now();
    let seen = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        scan(folder.path(), Some(&shell("exec sleep 100")), None, &stop)
    });
    assert!(begun.elapsed() < Duration::from_secs(20) && seen.stopped, "{seen:?}");
}

#[test]
fn it_says_nothing_to_others_and_gets_no_password() {
    let folder = folder();
    let seen = tempfile::tempdir().unwrap();
    let out = seen.path().display();
    let spy = shell(&format!("tr '\\0' '\\n' < /proc/$$/cmdline > '{out}/arguments'; env > '{out}/environment'; cat > '{out}/input'"));
    scan(folder.path(), Some(&spy), None, &GO);
    let read = |name: &str| std::fs::read_to_string(seen.path().join(name)).unwrap();
    assert!(!read("arguments").contains("a.eml"), "a path can be seen by all: {}", read("arguments"));
    assert!(read("environment").contains("a.eml"));
    assert!(!read("environment").contains(PASSWORD));
    assert_eq!(read("input"), std::fs::read_to_string(folder.path().join("a.eml")).unwrap(), "from its first byte");
}

/// The test above once more, in a process that knows passwords.
#[test]
fn passwords_are_not_handed_on() {
    let own = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child::it_says_nothing_to_others_and_gets_no_password"])
        .envs(["PGPASSWORD", "MYSQL_PWD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"].map(|name| (name, PASSWORD)))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&own.stdout);
    assert!(own.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
fn a_process_that_is_not_told_what_to_read_reads_nothing() {
    for document in ["", "{}", "{\"name\":\"a.pdf\"}", "[1]"] {
        let said = tempfile::tempfile().unwrap();
        serve(document, holding("text"), said.try_clone().unwrap()).expect_err(document);
        assert_eq!(said.metadata().unwrap().len(), 0, "{document}");
    }
    let full = std::io::Cursor::new([0_u8; 8]);
    let limits = serde_json::to_string(&Limits::default()).unwrap();
    let document = format!("{{\"name\":\"a.txt\",\"limits\":{limits}}}");
    serve(&document, holding("The library opens at nine. It closes at ten."), full).expect_err("nobody takes it");
}

/// A file with this in it, to be read from its beginning.
pub(crate) fn holding(text: &str) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.rewind().unwrap();
    file
}
