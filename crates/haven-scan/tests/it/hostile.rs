//! What else lies in a folder: each is read or said to be unread, and the rest goes on.

use crate::child::{GO, scan, sound};
use haven_scan::Found;
use std::time::{Duration, Instant};

#[test]
fn a_database_among_the_files_is_looked_into() {
    let folder = tempfile::tempdir().unwrap();
    crate::database::sqlite(
        folder.path(),
        "CREATE TABLE person (id integer, immigration_status text); INSERT INTO person VALUES (1, 'LPR');",
    );
    std::fs::write(folder.path().join("broken.db"), b"SQLite format 3\0 and then nothing").unwrap();
    let seen = scan(folder.path(), None, None, &GO);
    let is_column = |path: &Option<String>| path.as_deref().is_some_and(|path| path.ends_with("person.immigration_status"));
    let found = seen.findings.iter().find(|finding| is_column(&finding.path)).unwrap_or_else(|| panic!("{seen:?}"));
    assert!(found.source.ends_with("/city.db") && found.found == Found::Keeps && found.format == "sqlite", "{found:?}");
    assert!(matches!(&seen.unread[..], [unread] if unread.source.ends_with("/broken.db")), "{:?}", seen.unread);
    assert_eq!(seen.read.get("sqlite"), Some(&2));
}

/// A folder of files that were made to hurt, and one form: each is said by its name and with a reason, the form is read.
#[test]
fn each_file_that_hurts_is_said_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let hurts: [(&str, Vec<u8>); 9] = [
        ("deep.json", b"[".repeat(1_000_000)),
        ("deep.xml", b"<a>".repeat(1_000_000)),
        ("deep.yml", b"[".repeat(20_000)),
        ("long.csv", [b"a,\"".to_vec(), vec![b'x'; 20 << 20]].concat()),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj\n<<".to_vec()),
        ("cut.zip", b"PK\x03\x04 and then nothing".to_vec()),
        ("none.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and then nothing".to_vec()),
        ("cut.png", b"\x89PNG\r\n\x1a\n\0\0".to_vec()),
        ("odd.txt", [b"plain ".repeat(1_000), b"\xff\xfe\xfd".to_vec()].concat()),
    ];
    for (name, bytes) in &hurts {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    std::fs::write(folder.path().join("form.html"), "<form><label for=a>Are you a U.S. citizen?</label><input id=a></form>").unwrap();
    let begun = Instant::now();
    let seen = scan(folder.path(), Some(&sound()), None, &GO);
    assert!(begun.elapsed() < Duration::from_secs(120), "{:?}", begun.elapsed());
    for (name, _) in &hurts {
        let reasons: Vec<&str> =
            seen.unread.iter().filter(|unread| unread.source.ends_with(name)).map(|unread| unread.reason.as_str()).collect();
        assert!(!reasons.is_empty() && reasons.iter().all(|reason| reason.len() > 20), "{name}: {reasons:?}");
    }
    assert_eq!(seen.read.values().sum::<u64>(), hurts.len() as u64 + 1);
    assert!(seen.findings.iter().any(|finding| finding.source.ends_with("form.html") && finding.found == Found::Asks), "{seen:?}");
    assert_eq!(seen.exit_code(), 2);
}
