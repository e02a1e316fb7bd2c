//! What else lies in a folder: each is read or said to be unread, and the rest goes on.

use crate::child::{GO, scan};
use haven_scan::Found;

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
