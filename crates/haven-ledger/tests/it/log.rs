//! What a log refuses: to sign a second history, to go on after it was closed, to take what is not an entry.

use crate::ledger::{ORIGIN, append, entries, entry, log_of, now, other_signer, signer};
use haven_ledger::checkpoint::{self, Checkpoint};
use haven_ledger::layout::{self, Resource};
use haven_ledger::log::{Appended, ENTRY_BYTES_MAX, Log, LogError, Seen};
use haven_ledger::memory::{Memory, MemoryError};
use haven_ledger::proof;
use haven_ledger::store::{Batch, Head, Store};
use haven_ledger::tree::{Hash, leaf_hash};
use std::ops::Range;

type Result<T> = std::result::Result<T, LogError<MemoryError>>;

fn one(log: &Log, store: &mut Memory) -> Result<Appended> {
    now(log.append(store, vec![b"one more".to_vec()]))
}

/// Holds that neither an append nor a check passes, that both say so in these words, and that nothing was written.
fn check(log: &Log, store: &mut Memory, words: &[&str]) {
    let before = now(store.head()).unwrap();
    let seen = log.seen();
    let said = [one(log, store).unwrap_err().to_string(), now(log.check(store)).unwrap_err().to_string()];
    for (said, word) in said.iter().flat_map(|said| words.iter().map(move |word| (said, word))) {
        assert!(said.contains(word), "expected `{word}` in: {said}");
    }
    assert_eq!((now(store.head()).unwrap(), log.seen()), (before, seen));
}

#[test]
fn an_append_says_what_it_did() {
    let (log, mut store) = log_of(10);
    assert_eq!(log.verifier(), signer().verifier());
    let appended = now(log.append(&mut store, entries(10..13))).unwrap();
    assert_eq!((appended.first, appended.size), (10, 13));
    let signed = checkpoint::open(&appended.checkpoint, &log.verifier()).unwrap();
    let expected = Checkpoint { origin: ORIGIN.to_owned(), size: 13, root: appended.root, extensions: Vec::new() };
    assert_eq!(signed, expected);
    assert_eq!(now(store.entries(9..13)).unwrap(), entries(9..13));
    assert_eq!(now(store.leaves(12..13)).unwrap(), [leaf_hash(&entry(12))]);
}

#[test]
fn a_transaction_that_is_given_up_leaves_no_trace() {
    let (log, mut store) = log_of(300);
    let seen = log.seen();
    let mut given_up = store.clone();
    let appended = now(log.append(&mut given_up, entries(300..600))).unwrap();
    assert_eq!((appended.size, log.seen()), (600, seen));
    drop(appended);
    append(&log, &mut store, vec![b"something else".to_vec()]);
    assert_eq!(log.seen().unwrap().size, 301);
}

#[test]
fn a_commit_whose_end_is_unknown_is_found_out_by_reading() {
    let (log, mut store) = log_of(300);
    // The connection was lost after the commit: nobody says so to the log.
    let _lost = now(log.append(&mut store, entries(300..310))).unwrap();
    append(&log, &mut store, entries(310..311));
    assert_eq!(log.seen().unwrap().size, 311);
}

#[test]
fn two_appends_in_one_transaction_follow_each_other() {
    let (log, mut store) = log_of(255);
    let first = now(log.append(&mut store, entries(255..256))).unwrap();
    let second = now(log.append(&mut store, entries(256..257))).unwrap();
    assert_eq!((first.first, second.first), (255, 256));
    // Said in the wrong order, the larger tree stays remembered.
    let seen = second.seen();
    log.committed(second);
    log.committed(first);
    assert_eq!(log.seen(), Some(seen));
    append(&log, &mut store, entries(257..258));
}

#[test]
fn nodes_take_turns() {
    let (first, mut store) = log_of(0);
    let second = Log::new(signer(), None);
    let mut size = 0;
    for round in 1..40 {
        let log = if round % 3 == 0 { &first } else { &second };
        append(log, &mut store, entries(size..size + round));
        size += round;
    }
    let (_, mut alone) = log_of(size);
    assert_eq!(now(store.head()).unwrap(), now(alone.head()).unwrap());
}

#[test]
fn all_of_it_may_run_on_any_thread() {
    let (log, mut store) = log_of(300);
    let work = async move {
        let appended = log.append(&mut store, entries(300..310)).await.unwrap();
        log.committed(appended);
        let hashes = proof::inclusion(&mut store, 305, 310).await.unwrap();
        let tile = layout::read(&mut store, 310, &Resource::Entries { index: 0, width: 256 }).await.unwrap();
        log.committed(log.freeze(&mut store, b"the last word".to_vec()).await.unwrap());
        (hashes.len(), tile.is_some(), log.check(&mut store).await.unwrap().size)
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    assert_eq!(runtime.block_on(runtime.spawn(work)).unwrap(), (6, true, 311));
}

#[test]
fn a_backup_put_back_is_refused() {
    let (log, mut store) = log_of(300);
    let mut backup = store.clone();
    append(&log, &mut store, entries(300..320));
    let words = ["rolled back", "has seen 320 entries, and the log holds 300", "entry 319", "Do not", "Put back"];
    check(&log, &mut backup, &words);

    // After a restart the node knows by what it kept outside.
    let restarted = Log::new(signer(), log.seen());
    check(&restarted, &mut backup, &words);
    check(&restarted, &mut Memory::new(), &["rolled back", "the log holds 0"]);

    // With the newest copy all is well again.
    append(&restarted, &mut store, entries(320..321));
}

#[test]
fn another_history_is_refused() {
    let (log, mut store) = log_of(300);
    let mut backup = store.clone();
    append(&log, &mut store, entries(300..320));
    for size in [320, 500] {
        let another = Log::new(signer(), None);
        let mut fork = backup.clone();
        append(&another, &mut fork, vec![b"another history".to_vec()]);
        append(&another, &mut fork, entries(301..size));
        check(&Log::new(signer(), log.seen()), &mut fork, &["forked", "first 320 entries", "Do not", "evidence"]);
        check(&log, &mut fork, &["forked"]);
    }
    // A node without memory cannot tell; that is what witnesses are for.
    assert!(one(&Log::new(signer(), None), &mut backup).is_ok());
}

#[test]
fn what_another_node_has_seen_counts() {
    let (log, mut store) = log_of(300);
    let mut later = store.clone();
    let another = Log::new(signer(), log.seen());
    append(&another, &mut later, entries(300..310));
    let seen = now(another.check(&mut later)).unwrap();
    assert_eq!(seen.size, 310);
    log.accept(seen);
    check(&log, &mut store, &["rolled back"]);
    log.accept(Seen { size: 5, root: [0; 32] });
    assert_eq!(log.seen(), Some(seen));
}

#[test]
fn another_key_is_refused() {
    let (_, mut store) = log_of(3);
    let other = Log::new(other_signer(), None);
    check(&other, &mut store, &["stored checkpoint is not accepted", "no signature by a known key"]);
}

#[test]
fn a_frozen_log_stays_as_it_is() {
    let (log, mut store) = log_of(3);
    let appended = now(log.freeze(&mut store, b"the last word".to_vec())).unwrap();
    let signed = checkpoint::open(&appended.checkpoint, &log.verifier()).unwrap();
    assert!(signed.frozen() && signed.extensions == ["frozen"] && signed.size == 4);
    log.committed(appended);
    let refused = |log: &Log, store: &mut Memory| {
        assert!(matches!(one(log, store), Err(LogError::Frozen { size: 4 })));
        assert!(matches!(now(log.freeze(store, b"again".to_vec())), Err(LogError::Frozen { size: 4 })));
        assert_eq!(now(log.check(store)).unwrap().size, 4);
    };
    refused(&log, &mut store);
    refused(&Log::new(signer(), None), &mut store);
}

#[test]
fn only_entries_are_taken() {
    let (log, mut store) = log_of(3);
    let refused = |entries: Vec<Vec<u8>>, store: &mut Memory| now(log.append(store, entries)).unwrap_err().to_string();
    let longest = vec![b'x'; ENTRY_BYTES_MAX];
    let too_long = vec![b'x'; ENTRY_BYTES_MAX + 1];
    assert_eq!(refused(vec![longest.clone(), too_long], &mut store), "entry 1 of the batch: expected 1 to 4096 bytes, found 4097");
    assert_eq!(refused(vec![Vec::new()], &mut store), "entry 0 of the batch: expected 1 to 4096 bytes, found 0");
    assert_eq!(refused(Vec::new(), &mut store), "expected at least one entry, found none");
    append(&log, &mut store, vec![longest]);
}

/// A store that somebody has changed by other means.
#[derive(Clone)]
struct Changed {
    store: Memory,
    head: Head,
    leaf: Option<(u64, Hash)>,
}

impl Store for Changed {
    type Error = MemoryError;

    async fn head(&mut self) -> std::result::Result<Head, MemoryError> {
        Ok(self.head.clone())
    }

    async fn lock(&mut self) -> std::result::Result<Head, MemoryError> {
        Ok(self.head.clone())
    }

    async fn leaves(&mut self, range: Range<u64>) -> std::result::Result<Vec<Hash>, MemoryError> {
        let mut leaves = self.store.leaves(range.clone()).await?;
        if let Some((index, leaf)) = self.leaf.filter(|(index, _)| range.contains(index)) {
            leaves[usize::try_from(index - range.start).unwrap()] = leaf;
        }
        Ok(leaves)
    }

    async fn entries(&mut self, range: Range<u64>) -> std::result::Result<Vec<Vec<u8>>, MemoryError> {
        self.store.entries(range).await
    }

    async fn tile(&mut self, level: u8, index: u64) -> std::result::Result<Vec<u8>, MemoryError> {
        self.store.tile(level, index).await
    }

    async fn roots(&mut self, level: u8, range: Range<u64>) -> std::result::Result<Vec<Hash>, MemoryError> {
        self.store.roots(level, range).await
    }

    async fn write(&mut self, _: &Batch) -> std::result::Result<(), MemoryError> {
        panic!("something was signed on top of a damaged log");
    }
}

#[test]
fn nothing_is_signed_on_top_of_damage() {
    let (_, mut store) = log_of(300);
    let (_, mut earlier) = log_of(299);
    let head = now(store.head()).unwrap();
    let earlier = now(earlier.head()).unwrap();
    let whole = Changed { store, head: head.clone(), leaf: None };
    let cases = [
        ("a leaf hash", Changed { leaf: Some((299, [7; 32])), ..whole.clone() }, "damaged log: expected a tree with the root"),
        ("the root", Changed { head: Head { root: [7; 32], ..head.clone() }, ..whole.clone() }, "damaged log: expected 300 entries"),
        ("the size", Changed { head: Head { size: 299, ..head.clone() }, ..whole.clone() }, "found 299 entries"),
        ("thawed", Changed { head: Head { frozen: true, ..head.clone() }, ..whole.clone() }, "frozen"),
        ("no checkpoint", Changed { head: Head { checkpoint: String::new(), ..head.clone() }, ..whole.clone() }, "expected 0 entries"),
        ("an older checkpoint", Changed { head: Head { checkpoint: earlier.checkpoint, ..head.clone() }, ..whole.clone() }, "expected 299"),
        ("half a checkpoint", Changed { head: Head { checkpoint: head.checkpoint[..40].to_owned(), ..head }, ..whole }, "malformed note"),
    ];
    for (what, mut changed, words) in cases {
        let log = Log::new(signer(), None);
        let said = now(log.append(&mut changed, vec![b"x".to_vec()])).unwrap_err().to_string();
        assert!(said.contains(words), "{what}: {said}");
    }
}

#[test]
fn a_log_is_printed_without_its_key() {
    let log = Log::new(signer(), None);
    let printed = format!("{log:?} {:?}", signer());
    let secret = signer().encode();
    let secret = secret.rsplit('+').next().unwrap();
    assert!(printed.contains(ORIGIN) && !printed.contains(secret) && !printed.contains("1, 1, 1"));
}
