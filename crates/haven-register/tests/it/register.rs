//! The register on both databases: recording, amending, erasing, proofs, restarts, restored backups, wrong keys.

use crate::world::{ORIGIN, SCHEMA, create, detainer, draft, node, now, open, pairs, request, signer, zone};
use haven_ledger::layout::{Resource, resources};
use haven_ledger::verify::{Files, verify};
use haven_register::db::{Address, DbError};
use haven_register::entry::Draft;
use haven_register::moment::Moment;
use haven_register::public::PublicEntry;
use haven_register::register::{Filter, Register, RegisterError};
use haven_register::writer::WriteError;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

const NOON: &str = "2026-05-04 12:00";
const LATER: &str = "2026-05-20 12:00";

/// Runs a test on a fresh register of each database.
pub fn check<F: Future<Output = ()>>(test: impl Fn(Address, std::path::PathBuf) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    runtime.block_on(test(Address::File(folder.path().join("haven.db")), folder.path().to_path_buf()));
    let folder = tempfile::tempdir().unwrap();
    runtime.block_on(test(Address::Server(crate::postgres::fresh()), folder.path().to_path_buf()));
}

/// A published log as a folder of files.
struct Published(BTreeMap<String, Vec<u8>>);

impl Files for Published {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.0.get(path).cloned())
    }
}

async fn published(register: &Register) -> Published {
    let mut files = BTreeMap::new();
    let size = register.head(register.log_number()).await.unwrap().size;
    for resource in resources(size).chain([Resource::Checkpoint]) {
        files.insert(resource.to_string(), register.resource(register.log_number(), &resource).await.unwrap().unwrap());
    }
    Published(files)
}

#[test]
fn what_is_recorded_is_found_with_a_proof() {
    check(|address, folder| async move {
        let register = create(&address, &folder).await;
        let receipt = register.add(request("R-1"), &now(NOON)).await.unwrap();
        assert_eq!((receipt.version, receipt.index, receipt.known), (1, 0, false));
        let second = register.add(detainer("D-1"), &now(NOON)).await.unwrap();
        assert_eq!(second.index, 1);
        let again = register.add(request("R-1"), &now(NOON)).await.unwrap();
        assert_eq!((again.id.as_str(), again.index, again.known), (receipt.id.as_str(), 0, true), "an entry is recorded once");
        let all = register.list(&Filter::default()).await.unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].record.text("channel"), Some("phone"));
        assert_eq!(all[0].record.incident, receipt.id);
        let only = Filter { kinds: vec!["document".into()], ..Filter::default() };
        assert_eq!(register.list(&only).await.unwrap().len(), 1);
        let day = Filter { from: "2026-05-04".parse().ok(), until: "2026-05-05".parse().ok(), ..Filter::default() };
        assert_eq!(register.list(&day).await.unwrap().len(), 2);
        let before = Filter { until: "2026-05-04".parse().ok(), ..Filter::default() };
        assert!(register.list(&before).await.unwrap().is_empty());

        for index in 0..2 {
            let (entry, proof) = register.prove(1, index).await.unwrap();
            let checkpoint = proof.verify(&entry, &signer(ORIGIN).verifier()).unwrap();
            assert_eq!(checkpoint.size, 2);
            let public = PublicEntry::read(&entry).unwrap();
            assert_eq!(
                (public.requester.as_deref(), public.day.as_str(), public.shift.as_str()),
                (Some("federal_immigration"), "2026-05-04", "2")
            );
            let text = String::from_utf8(entry).unwrap();
            assert!(!text.contains("S-1042") && !text.contains("001") && !text.contains(&receipt.id), "{text}");
        }
        assert!(matches!(register.prove(1, 2).await, Err(RegisterError::Absent { .. })));
        register.close().await;

        let register = open(&address, &folder).await;
        assert_eq!(register.add(request("R-2"), &now(NOON)).await.unwrap().index, 2);
        assert_eq!(register.history("R-1").await.unwrap().len(), 1);
        assert_eq!(register.history(&receipt.id[..9]).await.unwrap().len(), 1, "the beginning of an id is enough");
        assert!(register.history("R-9").await.unwrap().is_empty());
    });
}

#[test]
fn amending_overwrites_nothing_and_erasing_leaves_a_valid_tree() {
    check(|address, folder| async move {
        let register = create(&address, &folder).await;
        let mut wanted = request("R-1");
        wanted.links = vec![("event".into(), "25-123-04567".into())];
        let first = register.add(wanted, &now(NOON)).await.unwrap();
        let there = register.history(&first.id).await.unwrap().remove(0).record;
        let mut pairs_of = there.pairs();
        pairs_of.extend(pairs("matter=civil|matter_known_at=2026-05-04 15:30|by=S-9"));
        let changed = Draft::read(&SCHEMA, &zone(), &pairs_of, &Moment::at(&now(LATER))).unwrap();
        let refused = register.amend(&first.id, 1, changed.clone(), "because", &now(LATER)).await;
        assert!(matches!(refused, Err(WriteError::Refused(_))));
        let mut named_again = changed.clone();
        named_again.links = vec![("event".into(), "25-123-04567".into())];
        let second = register.amend(&first.id, 1, named_again, "learned_later", &now(LATER)).await.unwrap();
        assert_eq!((second.version, second.index), (2, 1));
        let stale = register.amend(&first.id, 1, changed, "learned_later", &now(LATER)).await;
        assert!(stale.unwrap_err().to_string().contains("expected 2"), "who amends has read the last version");
        let history = register.history(&first.id).await.unwrap();
        assert_eq!(history.len(), 2);
        assert_eq!((history[0].record.text("matter"), history[1].record.text("matter")), (None, Some("civil")));
        assert_eq!((history[1].record.why.as_deref(), history[1].record.by.as_str()), (Some("learned_later"), "S-9"));
        assert_eq!(register.list(&Filter::default()).await.unwrap().len(), 1);
        assert_eq!(register.links(&first.id).await.unwrap().len(), 1);
        assert_eq!(register.incidents("25-123-04567").await.unwrap(), std::slice::from_ref(&first.id));

        assert_eq!(register.expired(&now(LATER)).await.unwrap(), (Vec::new(), 0));
        let (ids, links) = register.expired(&now("2033-06-01 12:00")).await.unwrap();
        assert_eq!((ids.as_slice(), links), (std::slice::from_ref(&first.id), 1));
        let early = register.erase(&first.id, "S-10", "retention", &now(LATER)).await;
        assert!(early.unwrap_err().to_string().contains("kept longer"));
        let third = register.erase(&first.id, "S-10", "court_order", &now(LATER)).await.unwrap();
        assert!(register.forget().await.unwrap());
        assert!(register.erase(&first.id, "S-11", "not_lawful", &now(LATER)).await.is_err(), "nothing is erased twice");
        assert_eq!((third.version, third.index), (3, 2));
        let history = register.history(&first.id).await.unwrap();
        assert_eq!(history.iter().map(|stored| stored.erased).collect::<Vec<_>>(), [true, true, false]);
        assert!(history[0].record.fields.is_empty() && history[2].record.erased);
        assert_eq!(history[2].record.at, "2026-05-04");
        assert_eq!(register.check().await.unwrap(), 1);
        assert!(register.links(&first.id).await.unwrap().is_empty());
        assert!(register.add(request("R-1"), &now(LATER)).await.unwrap().known, "an import brings nothing back that was erased");
        let named = register.erase(&first.id, "Maria", "court_order", &now(LATER)).await;
        assert!(matches!(named, Err(WriteError::Refused(_))), "{named:?}");
        assert!(register.expired(&now("2033-06-01 12:00")).await.unwrap().0.is_empty());
        register.publish(1, &now(LATER)).await.unwrap().unwrap();
        let report = verify(&published(&register).await, &signer(ORIGIN).verifier(), &[]);
        assert!(report.is_ok(), "the tree is valid after an erasure: {:?}", report.err());
        register.close().await;
        if let Address::File(path) = &address {
            let bytes = std::fs::read(path).unwrap();
            assert!(!bytes.windows(12).any(|window| window == b"25-123-04567"), "an erased link leaves no bytes behind");
        }
    });
}

#[test]
fn entries_that_contradict_what_is_recorded_are_refused() {
    check(|address, folder| async move {
        let register = create(&address, &folder).await;
        register.add(request("R-1"), &now(NOON)).await.unwrap();
        register.add(detainer("D-1"), &now(NOON)).await.unwrap();
        let custody = "kind=custody|station=001|by=S-1|";
        let table = [
            (
                format!("{custody}at=2026-05-04 14:59|milestone=released|document=D-1"),
                Some("expected not before 2026-05-04T15:00:00-05:00"),
            ),
            (format!("{custody}at=2026-05-04 15:30|milestone=released|document=D-1"), None),
            (format!("{custody}at=2026-05-04 14:00|milestone=in_custody|document=D-1"), None),
            (
                format!("{custody}at=2026-05-04 15:30|milestone=released|document=R-1"),
                Some("expected the id of a document, found that of a request"),
            ),
            (format!("{custody}at=2026-05-04 15:30|milestone=released|document=D-7"), Some("found none of that id")),
            (format!("{custody}at=2026-05-04 15:30|milestone=released|incident=D-7"), Some("`incident`")),
            (
                "kind=response|station=001|by=S-1|at=2026-05-04 14:00|request=R-1|outcome=declined|ground=city_law".into(),
                Some("cannot be answered before"),
            ),
            ("kind=response|station=001|by=S-1|at=2026-05-04 14:10|request=R-1|outcome=declined|ground=city_law".into(), None),
        ];
        let size = register.head(1).await.unwrap().size;
        let mut taken = 0;
        for (text, refused) in &table {
            let answer = register.add(draft(text), &now(NOON)).await;
            match refused {
                Some(says) => assert!(answer.as_ref().unwrap_err().to_string().contains(says), "{text}: {answer:?}"),
                None => taken += u64::from(answer.is_ok_and(|receipt| !receipt.known)),
            }
        }
        assert_eq!((taken, register.head(1).await.unwrap().size), (3, size + 3));
        let incident = register.incidents("D-1").await.unwrap().remove(0);
        let of_incident = Filter { incident: Some(incident), ..Filter::default() };
        assert_eq!(register.list(&of_incident).await.unwrap().len(), 3, "what names an entry belongs to its incident");
        let clock = register.add(request("R-3"), &now("2026-05-03 12:00")).await;
        assert!(matches!(clock, Err(WriteError::Clock { .. })), "{clock:?}");
    });
}

#[test]
fn many_at_once_are_one_history() {
    check(|address, folder| async move {
        let register = Arc::new(create(&address, &folder).await);
        let drafts: Vec<Draft> = (0..600).map(|at| request(&format!("R-{at}"))).collect();
        let answers = register.add_all(drafts.clone(), &now(NOON)).await;
        assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|receipt| !receipt.known)));
        assert!(register.add_all(drafts, &now(NOON)).await.iter().all(|answer| answer.as_ref().is_ok_and(|receipt| receipt.known)));
        let tasks: Vec<_> = (0..40)
            .map(|at| {
                let register = Arc::clone(&register);
                tokio::spawn(async move { register.add(request(&format!("C-{at}")), &now(NOON)).await.unwrap().index })
            })
            .collect();
        let mut indices = Vec::new();
        for task in tasks {
            indices.push(task.await.unwrap());
        }
        indices.sort_unstable();
        assert_eq!(indices, (600..640).collect::<Vec<u64>>());
        register.publish(1, &now(NOON)).await.unwrap().unwrap();
        let report = verify(&published(&register).await, &signer(ORIGIN).verifier(), &[]).unwrap();
        assert_eq!(report.entries, 640);
    });
}

#[test]
fn a_second_node_goes_on_where_the_first_left_off() {
    check(|address, folder| async move {
        let first = create(&address, &folder).await;
        first.add(request("R-1"), &now(NOON)).await.unwrap();
        let other = tempfile::tempdir().unwrap();
        let second = Register::open(&address, Arc::clone(&SCHEMA), Some(node(other.path(), ORIGIN))).await.unwrap();
        for at in 2..8 {
            let node = if at % 2 == 0 { &second } else { &first };
            assert_eq!(node.add(request(&format!("R-{at}")), &now(NOON)).await.unwrap().index, at - 1);
        }
    });
}

#[test]
fn a_restored_backup_is_caught_and_explained() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("haven.db");
        let backup = folder.path().join("backup.db");
        let address = Address::File(path.clone());
        let register = create(&address, folder.path()).await;
        register.add(request("R-1"), &now(NOON)).await.unwrap();
        register.close().await;
        std::fs::copy(&path, &backup).unwrap();
        let register = open(&address, folder.path()).await;
        register.add(request("R-2"), &now(NOON)).await.unwrap();
        register.close().await;
        let restore = || {
            for end in ["-wal", "-shm"] {
                let _ = std::fs::remove_file(folder.path().join(format!("haven.db{end}")));
            }
            std::fs::copy(&backup, &path).unwrap();
        };
        restore();
        let says = |opened: Result<Register, RegisterError>| opened.err().map(|error| error.to_string()).unwrap_or_default();
        let refused = says(Register::open(&address, Arc::clone(&SCHEMA), Some(node(folder.path(), ORIGIN))).await);
        assert!(refused.contains("rolled back") && refused.contains("2 entries"), "{refused}");
        // Another node that has forgotten what was signed lets the restored copy grow apart.
        let other = tempfile::tempdir().unwrap();
        let forked = Register::open(&address, Arc::clone(&SCHEMA), Some(node(other.path(), ORIGIN))).await.unwrap();
        forked.add(request("R-3"), &now(NOON)).await.unwrap();
        forked.add(request("R-4"), &now(NOON)).await.unwrap();
        forked.close().await;
        let refused = says(Register::open(&address, Arc::clone(&SCHEMA), Some(node(folder.path(), ORIGIN))).await);
        assert!(refused.contains("forked"), "{refused}");
        let read_only = Register::open(&address, Arc::clone(&SCHEMA), None).await.unwrap();
        assert_eq!(read_only.list(&Filter::default()).await.unwrap().len(), 3, "reading is still possible");
        assert!(read_only.add(request("R-5"), &now(NOON)).await.is_err());
    });
}

#[test]
fn a_log_ends_and_another_follows() {
    check(|address, folder| async move {
        let register = create(&address, &folder).await;
        register.add(request("R-1"), &now(NOON)).await.unwrap();
        let next = "haven.example/log2";
        let early = Register::open_next(&address, Arc::clone(&SCHEMA), node(&folder, next), &now(NOON)).await;
        assert!(matches!(early, Err(RegisterError::NotFrozen(_))));
        register.freeze(&now(NOON)).await.unwrap();
        assert!(register.add(request("R-2"), &now(NOON)).await.unwrap_err().to_string().contains("frozen"));
        let head = register.head(1).await.unwrap();
        assert!(head.frozen && head.size == 2 && head.checkpoint.contains("\nfrozen\n"));
        register.close().await;
        let same = Register::open_next(&address, Arc::clone(&SCHEMA), node(&folder, ORIGIN), &now(NOON)).await;
        assert!(matches!(same, Err(RegisterError::Key { .. })));
        Register::open_next(&address, Arc::clone(&SCHEMA), node(&folder, next), &now(NOON)).await.unwrap();
        let old = Register::open(&address, Arc::clone(&SCHEMA), Some(node(&folder, ORIGIN))).await;
        assert!(matches!(old, Err(RegisterError::Key { .. })));
        let register = Register::open(&address, Arc::clone(&SCHEMA), Some(node(&folder, next))).await.unwrap();
        let receipt = register.add(request("R-2"), &now(NOON)).await.unwrap();
        assert_eq!((receipt.log, receipt.index), (2, 1));
        assert_eq!(register.add(request("R-1"), &now(NOON)).await.unwrap().log, 1, "what the first log holds is not recorded again");
        assert_eq!(register.list(&Filter::default()).await.unwrap().len(), 2);
        assert_eq!(register.logs().await.unwrap().iter().map(|log| (log.2, log.3)).collect::<Vec<_>>(), [(2, true), (2, false)]);
    });
}

#[test]
fn nothing_is_made_over_something_and_nothing_out_of_nothing() {
    check(|address, folder| async move {
        let absent = Register::open(&address, Arc::clone(&SCHEMA), None).await;
        assert!(matches!(absent, Err(RegisterError::Db(DbError::Absent(_)))));
        create(&address, &folder).await.close().await;
        let again = Register::create(&address, Arc::clone(&SCHEMA), node(&folder, ORIGIN), &now(NOON)).await;
        assert!(matches!(again, Err(RegisterError::Db(DbError::Present(_)))));
        let mut stranger = node(&folder, ORIGIN);
        stranger.signer = haven_ledger::note::Signer::generate(ORIGIN, [9; 32]).unwrap();
        let register = open(&address, &folder).await;
        register.add(request("R-1"), &now(NOON)).await.unwrap();
        register.close().await;
        let wrong = Register::open(&address, Arc::clone(&SCHEMA), Some(stranger)).await;
        assert!(matches!(wrong, Err(RegisterError::Log(_))), "another key of the same name is refused");
    });
    // A file that is no database, and a database that was cut off.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("haven.db");
        std::fs::write(&path, "date,station\n2026-05-04,001\n".repeat(100)).unwrap();
        assert!(Register::open(&Address::File(path.clone()), Arc::clone(&SCHEMA), None).await.is_err());
        std::fs::remove_file(&path).unwrap();
        // Somebody else's database is neither used nor touched.
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        sqlx::query("CREATE TABLE theirs (name TEXT)").execute(&pool).await.unwrap();
        pool.close().await;
        let before = std::fs::read(&path).unwrap();
        let used = Register::open(&Address::File(path.clone()), Arc::clone(&SCHEMA), None).await;
        assert!(matches!(used, Err(RegisterError::Db(DbError::Foreign(_)))));
        let node_of = node(folder.path(), ORIGIN);
        let made = Register::create(&Address::File(path.clone()), Arc::clone(&SCHEMA), node_of, &now(NOON)).await;
        assert!(matches!(made, Err(RegisterError::Db(DbError::Foreign(_)))));
        assert_eq!(std::fs::read(&path).unwrap(), before);
        std::fs::remove_file(&path).unwrap();
        let register = create(&Address::File(path.clone()), folder.path()).await;
        register.add_all((0..300).map(|at| request(&format!("R-{at}"))).collect(), &now(NOON)).await;
        register.close().await;
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let half = Register::open(&Address::File(path), Arc::clone(&SCHEMA), Some(node(folder.path(), ORIGIN))).await;
        match half {
            Ok(register) => assert!(register.list(&Filter::default()).await.is_err(), "a half-written database is noticed"),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    });
}

/// Who changes the database by other means than Haven is refused by it, and found out where it cannot refuse.
#[test]
fn the_past_cannot_be_changed_unnoticed() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let refused = [
        "UPDATE log_entry SET entry = entry",
        "DELETE FROM log_entry",
        "DELETE FROM log_head",
        "UPDATE log_head SET size = 0",
        "UPDATE log_head SET origin = 'x'",
        "DELETE FROM record",
        "UPDATE record SET version = version",
        "UPDATE record SET kind = 'visit', version = version + 1",
        "DELETE FROM version",
        "UPDATE version SET body = body",
        "UPDATE version SET idx = idx + 1",
        "DELETE FROM log_checkpoint",
    ];
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let address = Address::File(folder.path().join("haven.db"));
        let register = create(&address, folder.path()).await;
        register.add(request("R-1"), &now(NOON)).await.unwrap();
        register.publish(1, &now(NOON)).await.unwrap();
        register.close().await;
        sqlite(folder.path(), &refused, true).await;
        let past_the_triggers =
            ["DROP TRIGGER version_keeps", "UPDATE version SET body = CAST(replace(CAST(body AS TEXT), 'phone', 'radio') AS BLOB)"];
        sqlite(folder.path(), &past_the_triggers, false).await;
        let register = open(&address, folder.path()).await;
        let found = register.list(&Filter::default()).await.unwrap_err().to_string();
        assert!(found.contains("changed in the database by other means"), "{found}");
        register.close().await;

        // Each of these passes by the triggers, and is found by what the log commits to.
        let tampered: &[(&[&str], &str)] = &[
            (&["DROP TRIGGER record_grows", "UPDATE record SET at = '2019-01-01', happened = 0"], "table record, record "),
            (&["DROP TRIGGER record_grows", "UPDATE record SET station = '002'"], "table record, record "),
            (&["DROP TRIGGER record_grows", "UPDATE record SET version = 1 WHERE version = 2"], "table record, record "),
            (&["DROP TRIGGER record_grows", "UPDATE record SET kind = 'visit'"], "table record, record "),
            (
                &["DROP TRIGGER version_stays", "DROP TRIGGER record_stays", "DELETE FROM version", "DELETE FROM record"],
                "deleted by other means",
            ),
            (
                &[
                    "DROP TRIGGER version_keeps",
                    "UPDATE version SET body = CAST(replace(CAST(body AS TEXT), 'phone', 'radio') AS BLOB) WHERE version = 1",
                ],
                "version 1",
            ),
        ];
        for (statements, says) in tampered {
            let folder = tempfile::tempdir().unwrap();
            let address = Address::File(folder.path().join("haven.db"));
            let register = create(&address, folder.path()).await;
            let receipt = register.add(request("R-1"), &now(NOON)).await.unwrap();
            let changed = Draft { by: "S-9".into(), incident: Some(receipt.id.clone()), ..request("R-1") };
            register.amend(&receipt.id, 1, changed, "counsel", &now(NOON)).await.unwrap();
            assert_eq!(register.check().await.unwrap(), 1);
            register.close().await;
            sqlite(folder.path(), statements, false).await;
            let register = open(&address, folder.path()).await;
            let found = register.check().await.unwrap_err().to_string();
            assert!(found.contains(says), "{statements:?}: {found}");
        }

        let server = Address::Server(crate::postgres::fresh());
        let folder = tempfile::tempdir().unwrap();
        let register = create(&server, folder.path()).await;
        register.add(request("R-1"), &now(NOON)).await.unwrap();
        register.publish(1, &now(NOON)).await.unwrap();
        let Address::Server(url) = &server else { panic!("a server") };
        let pool = sqlx::PgPool::connect(url).await.unwrap();
        for statement in refused.iter().chain(&["TRUNCATE log_entry", "TRUNCATE version CASCADE"]) {
            assert!(sqlx::query(*statement).execute(&pool).await.is_err(), "{statement}");
        }
    });
}

async fn sqlite(folder: &Path, statements: &[&'static str], refused: bool) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("haven.db"));
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    for statement in statements {
        assert_eq!(sqlx::query(*statement).execute(&pool).await.is_err(), refused, "{statement}");
    }
    pool.close().await;
}
