//! Fuzz targets for what a scan reads beside documents, and for the detector over texts of any kind.
//!
//! They run as plain tests over some hundred inputs each, and for `HAVEN_FUZZ_SECONDS` each where that is set.

use crate::child::holding;
use crate::review::detector;
use crate::sample::scan;
use haven_detect::{Detection, Detector};
use haven_scan::baseline::Baseline;
use haven_scan::cache::Cache;
use haven_scan::child::serve;
use haven_scan::source::database::{Connection, Credentials};
use haven_scan::suppress::Suppressions;
use jiff::civil::date;
use std::io::{Read, Seek};
use std::sync::LazyLock;
use std::time::Duration;

/// Inputs of each target where nothing else is said.
const INPUTS: usize = 400;

/// Runs a target: a sound text of which the bytes change some, or the bytes alone.
fn fuzz(sound: &str, read: impl Fn(&[u8]) + std::panic::RefUnwindSafe) {
    let check = |choices: &[u8]| match choices.split_first() {
        Some((first, rest)) if first % 4 == 0 => read(rest),
        _ => read(&changed(sound.as_bytes(), choices)),
    };
    #[expect(clippy::disallowed_methods, reason = "the volume of a test is no answer of the library")]
    let seconds = std::env::var("HAVEN_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let target = bolero::check!();
    match seconds {
        Some(seconds) => target.with_test_time(Duration::from_secs(seconds)).for_each(|choices: &[u8]| check(choices)),
        None => target.with_iterations(INPUTS).for_each(|choices: &[u8]| check(choices)),
    }
}

/// Four bytes say one change: where, how long, which.
fn changed(sound: &[u8], choices: &[u8]) -> Vec<u8> {
    let mut bytes = sound.to_vec();
    for choice in choices.chunks_exact(4).take(8) {
        let at = usize::from(choice[0]) * 256 + usize::from(choice[1]);
        let at = at % (bytes.len() + 1);
        let end = (at + usize::from(choice[2])).min(bytes.len());
        match choice[3] % 5 {
            0 => drop(bytes.drain(at..end)),
            1 => bytes.insert(at, choice[2]),
            2 => bytes.truncate(at),
            3 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            _ => drop(bytes.splice(at..at, "\u{130}\u{301}é中\"{[\\\0".bytes())),
        }
    }
    bytes
}

#[test]
fn baselines() {
    let sound = Baseline::of(&scan()).write().unwrap();
    fuzz(&sound, |bytes| {
        if let Ok(baseline) = Baseline::read(&String::from_utf8_lossy(bytes)) {
            assert_eq!(Baseline::read(&baseline.write().unwrap()).as_ref(), Ok(&baseline));
            baseline.only_new(&mut scan());
        }
    });
}

#[test]
fn suppressions() {
    let sound = "[[suppression]]\nfingerprint = \"000000000001\"\nreason = \"Federal rules make us ask.\"\nground = \"federal_regulation\"\n\
                 citation = \"42 CFR 435.406\"\napprover = \"cc-0042\"\napproved = 2026-01-10\nexpires = 2026-12-31\n";
    fuzz(sound, |bytes| {
        if let Ok(suppressions) = Suppressions::read(&String::from_utf8_lossy(bytes)) {
            let mut seen = scan();
            let findings = seen.findings.len();
            suppressions.hold(&mut seen, date(2026, 3, 1));
            assert_eq!(seen.findings.len() + seen.held.len(), findings, "none is lost");
        }
    });
}

#[test]
fn caches() {
    let line = "{\"key\":\"00\",\"sum\":\"00\",\"seen\":{\"format\":\"text\",\"bytes\":1,\"findings\":[],\"unread\":[]}}";
    fuzz(&format!("haven-cache/1\n{line}\n{line}\n"), |bytes| {
        let (cache, _) = Cache::read("0123", &mut &*bytes).unwrap();
        let mut file = Vec::new();
        cache.write(true, &mut file).unwrap();
        let (_, said) = Cache::read("0123", &mut file.as_slice()).unwrap();
        assert_eq!(said, None, "what is written is read");
    });
}

#[test]
fn addresses() {
    fuzz("postgres://auditor:quorblat@db.example.gov:5432/cases?sslmode=require&host=%2Fvar%2Frun", |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let connection = Connection::new(&text, Credentials::default());
        let shown = format!("{} {connection:?} {}", connection.shown(), connection.format());
        // Where the password still stands in its place, it is not shown.
        assert!(!text.starts_with("postgres://auditor:quorblat@") || text.matches("quorblat").count() > 1 || !shown.contains("quorblat"));
    });
}

#[test]
fn orders_of_the_child() {
    let limits = serde_json::to_string(&haven_extract::Limits::default()).unwrap();
    fuzz(&format!("{{\"name\":\"a.txt\",\"limits\":{limits}}}"), |bytes| {
        let mut said = tempfile::tempfile().unwrap();
        if serve(&String::from_utf8_lossy(bytes), holding("She has no papers."), said.try_clone().unwrap()).is_ok() {
            let mut lines = String::new();
            said.rewind().unwrap();
            said.read_to_string(&mut lines).unwrap();
            assert!(lines.ends_with('\n'));
        }
    });
}

static DETECTOR: LazyLock<Detector> = LazyLock::new(detector);
/// What the detector knows, in several scripts, to be cut and mixed.
const KNOWN: &str = "Are you a U.S. citizen? Immigration status: ____ A# 012 345 678 N0012345678 ¿Es usted ciudadano? She overstayed her visa. \
                     您是美国公民吗? هل أنت مواطن? Вы гражданин? P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<< parent1VisaExpiry cit_stat ITIN 912-70-1234";

fn holds(text: &str, found: &Detection) {
    assert!((0.0..=1.0).contains(&found.confidence), "{text:?}: {found:?}");
    for span in &found.spans {
        assert!(text.get(span.start..span.end).is_some(), "{text:?}: {span:?} is no part of it");
    }
}

#[test]
fn texts_in_the_detector() {
    fuzz(KNOWN, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let detector = &*DETECTOR;
        let half = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
        let (head, tail) = text.split_at(half);
        let all = || {
            [
                detector.question(&text),
                detector.sentence(&text),
                detector.field(&text, None),
                detector.field(&text, Some(head)),
                detector.value(&text, &[head, tail, "USC"]),
            ]
        };
        let first = all();
        for found in &first {
            holds(&text, found);
        }
        for number in detector.identifiers(&text) {
            assert!(text.get(number.start..number.end).is_some(), "{text:?}: {number:?}");
        }
        assert_eq!(all(), first, "another answer to the same text");
        assert_eq!(detector.identifiers(&text).len(), detector.identifiers(&text).len());
    });
}
