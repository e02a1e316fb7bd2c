//! The cache: what has not changed is not scanned again, what has is, and a damaged file is believed in no line.

use crate::review::{clauses, detector};
use haven_detect::{Detector, Source};
use haven_extract::Limits;
use haven_scan::cache::Cache;
use haven_scan::judge::Clauses;
use haven_scan::source::files::{Options, files};
use haven_scan::{Found, Scan};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64};

const RULES: &str = "0123abcd";

/// Who looks: with the packs, and with none, so that what it finds can only come from the cache.
struct Bench {
    knows: Detector,
    knows_nothing: Detector,
    clauses: Clauses,
    folder: tempfile::TempDir,
}

/// One scan.
struct Look<'a> {
    detector: &'a Detector,
    clauses: &'a Clauses,
    limits: Limits,
    confidence_min: u8,
    masked: bool,
    stop: bool,
}

impl Bench {
    fn new() -> Self {
        let none = Source { path: "xx/none.toml".to_owned(), text: String::new() };
        let bench = Self {
            knows: detector(),
            knows_nothing: Detector::new(&[none]).unwrap_or_else(|errors| panic!("{errors:?}")),
            clauses: clauses(),
            folder: tempfile::tempdir().unwrap(),
        };
        bench.put("card.html", "<form><label for=\"a\">Are you a U.S. citizen, Quorblat?</label><input id=\"a\"></form>");
        bench.put("people.csv", "Quorblat,immigration_status\nTlalpujahua,undocumented\nZyxwvut,LPR\n");
        bench.put("notes.txt", "Mr. Zyxwvut stated that he is an undocumented immigrant. His A-Number is A208-123-456.\n");
        bench.put("clean.txt", "The library opens at nine.\n");
        bench.put("old.bin", "\0\u{1}\0\u{2}\0\0\0");
        bench
    }

    fn put(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn look(&self) -> Look<'_> {
        Look { detector: &self.knows, clauses: &self.clauses, limits: Limits::default(), confidence_min: 50, masked: false, stop: false }
    }

    /// The look of one who finds nothing by itself.
    fn blind(&self) -> Look<'_> {
        Look { detector: &self.knows_nothing, ..self.look() }
    }

    fn scan(&self, look: &Look<'_>, cache: Option<&Cache>) -> Scan {
        let (stop, progress) = (AtomicBool::new(look.stop), AtomicU64::new(0));
        let options = Options {
            detector: look.detector,
            clauses: look.clauses,
            limits: look.limits,
            confidence_min: look.confidence_min,
            masked: look.masked,
            threads: 2,
            stop: &stop,
            progress: &progress,
            cache,
            child: None,
        };
        files(&[self.path().to_path_buf()], &options)
    }
}

fn written(cache: &Cache, stopped: bool) -> String {
    let mut file = Vec::new();
    cache.write(stopped, &mut file).unwrap();
    String::from_utf8(file).unwrap()
}

fn read(rules: &str, file: &str) -> (Cache, Option<String>) {
    Cache::read(rules, &mut file.as_bytes()).unwrap()
}

/// The file that a first scan leaves, and what that scan saw.
fn first(bench: &Bench) -> (String, Scan) {
    let cache = Cache::new(RULES);
    let scan = bench.scan(&bench.look(), Some(&cache));
    assert_eq!(cache.hits(), 0);
    assert_eq!(scan, bench.scan(&bench.look(), None), "a cache changes nothing of what is seen");
    (written(&cache, false), scan)
}

#[test]
fn what_has_not_changed_is_not_scanned_again_and_says_the_same() {
    let bench = Bench::new();
    let (file, scan) = first(&bench);
    assert!(scan.findings.len() >= 4 && !scan.unread.is_empty(), "{scan:?}");
    let alone = bench.scan(&bench.blind(), None);
    assert!(alone.findings.iter().all(|finding| finding.found == Found::Identifies), "without packs only numbers are known: {alone:?}");
    let (cache, said) = read(RULES, &file);
    assert_eq!(said, None);
    assert_eq!(bench.scan(&bench.blind(), Some(&cache)), scan);
    assert_eq!(cache.hits(), 5);
    assert_eq!(written(&cache, false), file, "the same file comes out");
}

#[test]
fn what_has_changed_is_scanned_again() {
    let bench = Bench::new();
    let (file, _) = first(&bench);
    let fewer = Limits { values_max: 3, ..Limits::default() };
    let law = std::fs::read_to_string(crate::sample::root().join("law/us/il/chicago/find.toml")).unwrap();
    let other = Clauses::read(&law.replace("take the question off the form", "ask the counsel")).unwrap();
    for (told, rules, look, hits) in [
        ("nothing", RULES, bench.look(), 5),
        ("the rules", "0123abce", bench.look(), 0),
        ("the law", RULES, Look { clauses: &other, ..bench.look() }, 0),
        ("how sure it must be", RULES, Look { confidence_min: 51, ..bench.look() }, 0),
        ("the limits", RULES, Look { limits: fewer, ..bench.look() }, 0),
    ] {
        let (cache, _) = read(rules, &file);
        let scan = bench.scan(&look, Some(&cache));
        assert_eq!(cache.hits(), hits, "{told}");
        assert_eq!(scan, bench.scan(&look, None), "{told}");
    }
    // One letter, and as many as before.
    bench.put("clean.txt", "The library opens at nint.\n");
    bench.put("new.html", "<form><label for=\"a\">What is your immigration status?</label><input id=\"a\"></form>");
    std::fs::rename(bench.path().join("people.csv"), bench.path().join("moved.csv")).unwrap();
    let (cache, _) = read(RULES, &file);
    let scan = bench.scan(&bench.look(), Some(&cache));
    assert_eq!(cache.hits(), 3);
    assert_eq!(scan, bench.scan(&bench.look(), None));
    let (cache, _) = read(RULES, &written(&cache, false));
    assert_eq!(bench.scan(&bench.blind(), Some(&cache)), scan);
    assert_eq!(cache.hits(), 6);
}

#[test]
fn a_scan_that_was_stopped_keeps_what_was_known_and_nothing_half_seen() {
    let bench = Bench::new();
    let (file, scan) = first(&bench);
    let stopped = Look { stop: true, ..bench.look() };
    let (cache, _) = read(RULES, &file);
    bench.scan(&stopped, Some(&cache));
    assert_eq!(written(&cache, true), file);
    let half = Cache::new(RULES);
    // A file that is named, not found in a folder, is begun even then.
    let (stop, progress) = (AtomicBool::new(true), AtomicU64::new(0));
    let options = Options {
        detector: &bench.knows,
        clauses: &bench.clauses,
        limits: Limits::default(),
        confidence_min: 50,
        masked: false,
        threads: 1,
        stop: &stop,
        progress: &progress,
        cache: Some(&half),
        child: None,
    };
    let seen = files(&[bench.path().join("people.csv")], &options);
    assert!(seen.stopped && !seen.unread.is_empty(), "{seen:?}");
    assert_eq!(written(&half, true).lines().count(), 1, "only the head");
    // What a whole scan does not come across is forgotten.
    std::fs::remove_file(bench.path().join("people.csv")).unwrap();
    let (cache, _) = read(RULES, &file);
    let fewer = bench.scan(&bench.look(), Some(&cache));
    assert!(fewer.findings.len() < scan.findings.len());
    assert_eq!(written(&cache, false).lines().count(), file.lines().count() - 1);
}

#[test]
fn a_damaged_file_is_said_and_ignored() {
    let bench = Bench::new();
    let (file, scan) = first(&bench);
    let found = file.lines().position(|line| line.contains("\"confidence\":")).unwrap();
    let edit = |change: &dyn Fn(&str) -> String| {
        let lines: Vec<String> =
            file.lines().enumerate().map(|(at, line)| if at == found { change(line) } else { line.to_owned() }).collect();
        lines.join("\n") + "\n"
    };
    let cleared = |line: &str| {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["seen"]["findings"] = serde_json::json!([]);
        line.to_string()
    };
    for (told, damaged, says, hits) in [
        ("nothing in it", String::new(), Some("found nothing"), 0),
        ("another format", file.replace("haven-cache/1", "haven-cache/2"), Some("all of it is ignored"), 0),
        ("no text", "\u{0}\u{1}\u{2}".to_owned(), Some("all of it is ignored"), 0),
        ("cut off", file.trim_end().trim_end_matches(|c| c != ',').to_owned(), Some("one line is damaged"), 4),
        ("its findings taken out", edit(&cleared), Some("one line is damaged"), 4),
        ("another key", edit(&|line| line.replacen("\"key\":\"", "\"key\":\"f0", 1)), Some("one line is damaged"), 4),
        ("another rule", edit(&|line| line.replacen("\"rule\":\"", "\"rule\":\"x", 1)), Some("one line is damaged"), 4),
        ("a field too many", edit(&|line| line.replacen('{', "{\"more\":1,", 1)), Some("one line is damaged"), 4),
        ("a line without end", edit(&|_| "9".repeat(3 << 20)), Some("one line is damaged"), 4),
        ("two lines", edit(&|_| "{}\n[".to_owned()), Some("2 lines are damaged"), 4),
        ("sound", file.clone(), None, 5),
    ] {
        let (cache, said) = read(RULES, &damaged);
        match says {
            Some(says) => assert!(said.as_deref().is_some_and(|said| said.contains(says)), "{told}: {said:?}"),
            None => assert_eq!(said, None, "{told}"),
        }
        assert_eq!(bench.scan(&bench.look(), Some(&cache)), scan, "{told}");
        assert_eq!(cache.hits(), hits, "{told}");
        assert_eq!(written(&cache, false), file, "{told}: the file is whole again");
    }
}

#[test]
fn nothing_that_was_matched_stands_in_it() {
    let bench = Bench::new();
    let (file, _) = first(&bench);
    let masked = Cache::new(RULES);
    let seen = bench.scan(&Look { masked: true, ..bench.look() }, Some(&masked));
    assert!(seen.findings.iter().any(|finding| finding.masked.is_some()));
    assert_eq!(written(&masked, false).lines().count(), 1, "first letters have no place in it");
    for secret in ["Zyxwvut", "Quorblat", "Tlalpujahua", "208", "undocumented", "LPR", "U.S. citizen"] {
        let found: Vec<&str> = file.lines().filter(|line| line.contains(secret)).collect();
        // What a rule means is ours; digits stand in digests.
        let found: Vec<String> = found
            .iter()
            .map(|line| {
                let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
                line["key"] = "".into();
                line["sum"] = "".into();
                for finding in line["seen"]["findings"].as_array_mut().unwrap() {
                    for ours in ["means", "next", "rule", "fingerprint"] {
                        finding[ours] = "".into();
                    }
                }
                line.to_string().replace(&bench.path().to_string_lossy().into_owned(), "")
            })
            .filter(|line| line.contains(secret))
            .collect();
        assert!(found.is_empty(), "{secret}: {found:?}");
    }
}

#[test]
fn a_million_lines_that_say_the_same_are_counted_and_a_thousand_listed() {
    let bench = Bench::new();
    let lines: String = (0..1_234).map(|line| format!("In case {line} she overstayed her visa.\n")).collect();
    bench.put("notes.txt", &lines);
    let (file, scan) = first(&bench);
    let listed = scan.findings.iter().filter(|finding| finding.source.ends_with("notes.txt")).count();
    assert_eq!(listed, 1_000, "{:?}", scan.notes);
    let [note] = scan.notes.as_slice() else { panic!("{:?}", scan.notes) };
    assert!(note.contains("notes.txt: 234 further findings of en-overstay (states)"), "{note}");
    let (cache, _) = read(RULES, &file);
    assert_eq!(bench.scan(&bench.look(), Some(&cache)), scan, "a cache does not lose the count");
}
