//! Against a real store.

use crate::proxy;
use crate::scan;
use crate::store::Store;
use haven_lake::{Access, Closed, Lake};
use haven_scan::Scan;
use haven_scan::source::files::files;
use haven_scan::source::store::{Listed, Object, Store as _, objects};
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const ASKS: &str = "<form><label for=\"a\">Are you a U.S. citizen?</label><input id=\"a\"></form>";
/// What proves who asks, looked for in all that is said.
const SECRET: &str = "quorblat/opens+the/register";

fn access(address: &str) -> Access {
    Access {
        key_id: Some("AKIAQUORBLAT".to_owned()),
        secret: Some(SECRET.to_owned()),
        endpoint: Some(address.to_owned()),
        allow_http: true,
        ..Access::default()
    }
}

fn open(lake: &str, address: &str) -> Lake {
    Lake::open(lake, &access(address), Arc::default()).unwrap()
}

fn scanned(lake: Lake) -> Scan {
    let store: Arc<dyn haven_scan::source::store::Store> = Arc::new(lake);
    scan(|options| objects(&store, options))
}

/// Names of what is listed, and why what is not can not be read.
fn listed(lake: &Lake) -> (BTreeSet<String>, Vec<(Option<String>, String)>) {
    let (mut keys, mut unread) = (BTreeSet::new(), Vec::new());
    lake.list(&mut |listed| {
        match listed {
            Listed::Object(Object { key, .. }) => assert!(keys.insert(key.clone()), "{key} is listed twice"),
            Listed::Unread { key, reason } => unread.push((key, reason)),
        }
        true
    });
    (keys, unread)
}

fn set(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

#[test]
fn what_lies_in_a_lake_is_read_as_files_are() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::start();
    store.bucket("records");
    let rows: String = (0..40_000).map(|row| format!("{row},{}\n", if row % 2 == 0 { "USC" } else { "LPR" })).collect();
    let long = format!("id,cit_stat\n{rows}59999,He is an undocumented immigrant from the north.\n");
    let mail = "From: a@example.org\r\nSubject: Are you a U.S. citizen?\r\nDate: Thu, 1 Jan 2026 10:00:00 +0000\r\n\r\nHello.\r\n";
    for (name, text) in [
        ("forms/card.html", ASKS),
        ("forms/ämtlich + 100%/a&b=c?#~'(1)'.html", ASKS),
        ("forms/mail.eml", mail),
        ("forms/skip/a.html", ASKS),
        ("forms/.havenignore", "skip/\n"),
        ("tables/people.csv", &long),
        ("tables/year=2026/immigration_status=LPR/a.json", "{\"birth_country\": \"Zyxwvut\"}"),
        ("tables/torn.parquet", "PAR1 and no more"),
    ] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        store.put("records", &[name], text.as_bytes());
    }
    // Folders are objects in some programs' buckets.
    store.put("records", &["forms/", "empty/"], b"");
    let said = |mut scan: Scan, name: &str| {
        for finding in &mut scan.findings {
            finding.source = finding.source.replace(name, "s3://records");
            finding.fingerprint.clear();
        }
        for unread in &mut scan.unread {
            unread.source = unread.source.replace(name, "s3://records");
        }
        scan.notes.clear();
        scan.sort();
        scan
    };
    let here = scan(|options| files(&[folder.path().to_path_buf()], options));
    let there = scanned(open("s3://records", &store.address));
    assert!(here.findings.len() >= 6, "{here:?}");
    assert_eq!(said(there, "s3://records"), said(here, &folder.path().to_string_lossy()));
}

#[test]
fn an_address_is_a_bucket_a_folder_or_an_object() {
    let mut store = Store::start();
    store.bucket("records");
    store.put("records", &["forms/a.csv", "forms/b/c.csv", "forms-old/a.csv", "forms.csv", "z.csv"], b"a,b\n1,2\n");
    for (address, keys) in [
        ("s3://records", &["forms/a.csv", "forms/b/c.csv", "forms-old/a.csv", "forms.csv", "z.csv"][..]),
        ("s3://records/", &["forms/a.csv", "forms/b/c.csv", "forms-old/a.csv", "forms.csv", "z.csv"]),
        ("s3://records/forms", &["forms/a.csv", "forms/b/c.csv"]),
        ("s3://records/forms/", &["forms/a.csv", "forms/b/c.csv"]),
        ("s3://records/forms/b", &["forms/b/c.csv"]),
        ("s3://records/forms.csv", &["forms.csv"]),
        ("s3://records/form", &[]),
    ] {
        assert_eq!(listed(&open(address, &store.address)), (set(keys), Vec::new()), "{address}");
    }
    let unsigned = Access { key_id: None, secret: None, unsigned: true, ..access(&store.address) };
    let lake = Lake::open("s3://records/forms.csv", &unsigned, Arc::default()).unwrap();
    assert_eq!(listed(&lake), (set(&["forms.csv"]), Vec::new()), "a public bucket");
    let scan = scanned(open("s3://records/form", &store.address));
    let unread: Vec<_> = scan.unread.iter().map(|unread| (unread.source.as_str(), unread.reason.as_str())).collect();
    assert_eq!(unread, [("s3://records/form", "expected objects of this name or below it, found none")]);
}

#[test]
fn many_names_come_page_by_page_and_those_that_cannot_be_asked_for_are_said() {
    let mut store = Store::start();
    store.bucket("records");
    let mut keys: Vec<String> = (0..2_345).map(|number| format!("pages/{number:05}.csv")).collect();
    keys.push("pages/sp ace+%20?#&é'\"<>.csv".to_owned());
    store.put("records", &keys.iter().map(String::as_str).collect::<Vec<_>>(), b"a,b\n1,2\n");
    let odd = ["pages/00003//a.csv", "pages/01234/../a.csv", "pages/01234/./a.csv", "pages//", "pages/02000\u{1}.csv"];
    store.put("records", &odd, b"a,b\n1,2\n");
    let (found, unread) = listed(&open("s3://records/pages", &store.address));
    assert_eq!(found, keys.iter().cloned().collect());
    let named: BTreeSet<String> = unread.iter().map(|(key, _)| key.clone().unwrap()).collect();
    assert_eq!(named, set(&odd), "{unread:?}");

    let scan = scanned(open("s3://records/pages", &store.address));
    assert_eq!((scan.read.get("csv"), scan.unread.len()), (Some(&2_346), odd.len()), "{:?}", scan.unread);
    assert!(
        scan.unread.iter().all(|unread| unread.reason.starts_with("its name has a part that is empty") && !unread.source.contains('\u{1}'))
    );
}

#[test]
fn what_a_store_refuses_is_said_without_what_proves_who_asks() {
    let mut store = Store::start();
    store.bucket("records");
    store.put("records", &["a.html"], ASKS.as_bytes());
    let check = |told: &str, lake: Lake, says: &str| {
        let begun = Instant::now();
        let scan = scanned(lake);
        assert!(begun.elapsed() < Duration::from_secs(100), "{told}");
        let unread: Vec<_> = scan.unread.iter().map(|unread| unread.reason.as_str()).collect();
        assert!(unread.len() == 1 && unread[0].contains(says), "{told}: expected `{says}`, found {unread:?}");
        assert!(!format!("{scan:?}").contains("QUORBLAT") && !format!("{scan:?}").contains(SECRET), "{scan:?}");
        assert_eq!(scan.exit_code(), 2);
    };
    check("no such bucket", open("s3://elsewhere", &store.address), "there is no such bucket (`NoSuchBucket`)");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    check("nobody is there", open("s3://records", &format!("http://{closed}")), "does not answer");

    check("in another region", open("s3://records", &sends_elsewhere()), "lies in another region than AWS_REGION says");

    let (key_id, secret) = store.guard(&["s3:ListBucket"]);
    let known = |secret: &str, address: &str| {
        let access = Access { key_id: Some(key_id.clone()), secret: Some(secret.to_owned()), ..access(address) };
        Lake::open("s3://records", &access, Arc::default()).unwrap()
    };
    check("nobody knows them", open("s3://records", &store.address), "refuses it to whoever asks so (`InvalidAccessKeyId`)");
    check("another secret", known("another/secret", &store.address), "refuses it to whoever asks so (`SignatureDoesNotMatch`)");
    check("may list and not read", known(&secret, &store.address), "refuses it to whoever asks so");
}

/// A store that has no such bucket here, and says so as Amazon's does.
fn sends_elsewhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            let asked = client.read(&mut [0; 4096]).unwrap();
            assert!(asked > 0);
            client.write_all(b"HTTP/1.1 301 Moved Permanently\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
        }
    });
    address
}

#[test]
fn who_may_read_reads() {
    let mut store = Store::start();
    store.bucket("records");
    store.put("records", &["forms/ü 1.html"], ASKS.as_bytes());
    let (key_id, secret) = store.guard(&["s3:ListBucket", "s3:GetObject"]);
    let access = Access { key_id: Some(key_id), secret: Some(secret), ..access(&store.address) };
    let scan = scanned(Lake::open("s3://records/forms", &access, Arc::default()).unwrap());
    assert_eq!((scan.findings.len(), scan.unread.as_slice()), (1, &[][..]), "{scan:?}");
    assert_eq!(scan.findings[0].source, "s3://records/forms/ü 1.html");
}

#[test]
fn a_line_that_breaks_is_taken_up_again_and_one_that_stays_broken_is_said() {
    let mut store = Store::start();
    store.bucket("records");
    let long: Vec<u8> = (0..3_000_000_u32).flat_map(|at| at.to_le_bytes().map(|byte| b'a' + byte % 26)).collect();
    store.put("records", &["long.txt"], &long);
    store.put("records", &["short.html"], ASKS.as_bytes());
    let (address, line) = proxy::start(&store.address);
    line.breaks_after.store(100_000, Ordering::SeqCst);
    let lake = open("s3://records", &address);
    let object = Object { key: "long.txt".to_owned(), bytes: long.len() as u64, version: None };
    line.breaks.store(2, Ordering::SeqCst);
    assert!(lake.stretch(&object, 1_000_000, 4_000_000).unwrap() == long[1_000_000..5_000_000], "the same bytes in the end");
    assert_eq!(line.breaks.load(Ordering::SeqCst), 0, "it did break");

    line.breaks.store(usize::MAX, Ordering::SeqCst);
    let scan = scanned(lake);
    let unread: Vec<_> = scan.unread.iter().map(|unread| (unread.source.as_str(), unread.reason.as_str())).collect();
    assert_eq!(unread, [("s3://records/long.txt", "the store does not answer, or the connection breaks")]);
    assert_eq!(scan.findings.len(), 1, "the rest is read");
}

#[test]
fn another_version_than_was_listed_is_not_taken_for_it() {
    let mut store = Store::start();
    store.bucket("records");
    store.put("records", &["a.txt", "b.txt"], b"the first version");
    let lake = open("s3://records", &store.address);
    let mut objects = Vec::new();
    lake.list(&mut |listed| {
        if let Listed::Object(object) = listed {
            objects.push(object);
        }
        true
    });
    store.put("records", &["b.txt"], b"the other version");
    assert_eq!(lake.stretch(&objects[0], 4, 5).unwrap(), b"first");
    let error = lake.stretch(&objects[1], 4, 5).unwrap_err();
    assert!(error.starts_with("it was written to while it was read"), "{error}");
    let gone = Object { key: "c.txt".to_owned(), ..objects[0].clone() };
    let error = lake.stretch(&gone, 4, 5).unwrap_err();
    assert!(error.starts_with("it is not there any more"), "{error}");
}

#[test]
fn a_stop_ends_waiting() {
    // Somebody who takes the call and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let lake = Lake::open("s3://records", &access(&format!("http://{}", silent.local_addr().unwrap())), Arc::clone(&stop)).unwrap();
    let begun = Instant::now();
    let unread = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            stop.store(true, Ordering::Relaxed);
        });
        listed(&lake).1
    });
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(unread, [(None, "the scan was stopped".to_owned())]);
}

#[test]
fn a_lake_that_cannot_be_right_is_not_opened() {
    let good = || access("https://store.example.gov");
    Lake::open("s3://records/forms", &good(), Arc::default()).unwrap();
    for (told, address, access, expected) in [
        ("no bucket", "s3://", good(), Closed::Address),
        ("a short bucket", "s3://ab", good(), Closed::Address),
        ("another scheme", "gs://records", good(), Closed::Address),
        ("credentials in it", "s3://me:secret@records/forms", good(), Closed::Address),
        ("no key", "s3://records", Access { key_id: None, ..good() }, Closed::Credentials),
        ("no secret", "s3://records", Access { secret: None, ..good() }, Closed::Credentials),
        (
            "plain",
            "s3://records",
            Access { endpoint: Some("http://store.example.gov".to_owned()), allow_http: false, ..good() },
            Closed::Plain,
        ),
        (
            "an endpoint with credentials",
            "s3://records",
            Access { endpoint: Some("https://me:secret@store.example.gov".to_owned()), ..good() },
            Closed::Setting("an address `https://host` in AWS_ENDPOINT_URL"),
        ),
        (
            "a secret of two lines",
            "s3://records",
            Access { secret: Some("a\nb".to_owned()), ..good() },
            Closed::Setting("printed characters in AWS_SECRET_ACCESS_KEY"),
        ),
        ("no region", "s3://records", Access { region: Some("us east".to_owned()), ..good() }, Closed::Setting("a name in AWS_REGION")),
    ] {
        let error = Lake::open(address, &access, Arc::default()).err();
        assert_eq!(error, Some(expected), "{told}");
        assert!(!format!("{access:?} {error:?}").contains(SECRET), "{told}");
    }
}
