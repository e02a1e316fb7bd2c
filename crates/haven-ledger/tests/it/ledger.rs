//! Logs for the tests: keys from fixed seeds, entries from their index, exports in memory.

use haven_ledger::layout::{self, Resource};
use haven_ledger::log::Log;
use haven_ledger::memory::Memory;
use haven_ledger::note::{CosignSigner, Signer};
use haven_ledger::store::Store as _;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Wake, Waker};

pub const ORIGIN: &str = "ledger.example.gov/2026";

pub fn signer() -> Signer {
    Signer::generate(ORIGIN, [1; 32]).unwrap()
}

pub fn other_signer() -> Signer {
    Signer::generate(ORIGIN, [2; 32]).unwrap()
}

pub fn witness_signer() -> CosignSigner {
    CosignSigner::generate("witness.example.org", [3; 32]).unwrap()
}

/// An entry that no other index has.
pub fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

pub fn entries(range: std::ops::Range<u64>) -> Vec<Vec<u8>> {
    range.map(entry).collect()
}

/// A store in memory is never waited for, so its futures are ready the first time.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    struct Nobody;
    impl Wake for Nobody {
        fn wake(self: Arc<Self>) {}
    }
    match Box::pin(future).as_mut().poll(&mut Context::from_waker(&Waker::from(Arc::new(Nobody)))) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a store in memory made somebody wait"),
    }
}

/// Appends and commits.
pub fn append(log: &Log, store: &mut Memory, entries: Vec<Vec<u8>>) {
    let appended = now(log.append(store, entries)).unwrap();
    log.committed(appended);
}

/// A log of `size` entries.
pub fn log_of(size: u64) -> (Log, Memory) {
    let log = Log::new(signer(), None);
    let mut store = Memory::new();
    if size > 0 {
        append(&log, &mut store, entries(0..size));
    }
    (log, store)
}

/// The files of an export.
pub type Export = BTreeMap<String, Vec<u8>>;

pub fn export(store: &mut Memory) -> Export {
    let size = now(store.head()).unwrap().size;
    let read = |resource: Resource| Some((resource.to_string(), now(layout::read(store, size, &resource)).unwrap()?));
    // All there is, but for the checkpoint of a log that has signed none.
    let files: Export = layout::resources(size).filter_map(read).collect();
    assert_eq!(files.len(), layout::resources(size).count() - usize::from(size == 0));
    files
}

/// A log of 70,000 entries, which is more than a full tile of level 1, and its export.
pub static LARGE: LazyLock<(Memory, Export)> = LazyLock::new(|| {
    let (_, mut store) = log_of(70_000);
    let files = export(&mut store);
    (store, files)
});

/// A number from the environment, for longer runs.
#[expect(clippy::disallowed_methods, reason = "the volume of a test is not an answer of the ledger")]
pub fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}
