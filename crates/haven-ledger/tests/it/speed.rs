//! How long large logs take. These print; they assert only what a slow machine does as well.

use crate::ledger::{Export, append, export, now, signer};
use haven_ledger::log::Log;
use haven_ledger::memory::Memory;
use haven_ledger::proof::{self, Proof};
use haven_ledger::store::Store as _;
use haven_ledger::tree::leaf_hash;
use haven_ledger::verify::{Folder, verify};
use sha2::{Digest as _, Sha256};
use std::time::{Duration, Instant};

const ENTRIES: u64 = 1_000_000;

fn entry(index: u64) -> Vec<u8> {
    format!("{index:0>300}").into_bytes()
}

#[test]
#[ignore = "a million entries; run with --release -- --ignored --nocapture"]
fn a_million_entries() {
    let log = Log::new(signer(), None);
    let mut store = Memory::new();
    let start = Instant::now();
    for first in (0..ENTRIES).step_by(1000) {
        append(&log, &mut store, (first..first + 1000).map(entry).collect());
    }
    println!("append, in batches of 1,000: {:.2?}", start.elapsed());

    let head = now(store.head()).unwrap();
    let mut times = Vec::new();
    let mut bytes = 0;
    for index in (0..ENTRIES).step_by(997) {
        let start = Instant::now();
        let hashes = now(proof::inclusion(&mut store, index, ENTRIES)).unwrap();
        times.push(start.elapsed());
        proof::check_inclusion(&hashes, index, ENTRIES, &head.root, &leaf_hash(&entry(index))).unwrap();
        let proof = Proof { index, hashes, checkpoint: head.checkpoint.clone(), extra: None };
        bytes = bytes.max(proof.to_string().len());
        assert!(proof.hashes.len() <= 20);
    }
    times.sort();
    println!("inclusion proof: 20 hashes, {bytes} bytes as a file; made in {:.1?} (median of {})", times[times.len() / 2], times.len());

    let files = export(&mut store);
    let entries: Vec<Vec<u8>> = now(store.entries(0..ENTRIES)).unwrap();
    drop(store);
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in &files {
        let file = folder.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
    // The two take turns, so that what else the machine does hits both.
    let mut hashing: Vec<Duration> = Vec::new();
    let mut verifying: Vec<Duration> = Vec::new();
    let mut from_folder: Vec<Duration> = Vec::new();
    for _ in 0..5 {
        hashing.push(time(|| {
            let twice = || entries.iter().map(|entry| Sha256::digest(entry)[0]).fold(0, u8::wrapping_add);
            std::hint::black_box((twice(), twice()));
        }));
        verifying.push(time(|| verified(&files)));
        from_folder.push(time(|| drop(verify(&Folder(folder.path().to_owned()), &signer().verifier(), &[]).unwrap())));
    }
    for times in [&mut hashing, &mut verifying, &mut from_folder] {
        times.sort();
    }
    let ratio = |times: &[Duration]| times[2].as_secs_f64() / hashing[2].as_secs_f64();
    println!("hashing the entries twice: {:.2?}", hashing[2]);
    println!(
        "verify in memory: {:.2?}, {:.2} of that; from a folder: {:.2?}, {:.2}",
        verifying[2],
        ratio(&verifying),
        from_folder[2],
        ratio(&from_folder)
    );
    assert!(ratio(&verifying) < 2.0);
}

fn verified(files: &Export) {
    assert_eq!(verify(files, &signer().verifier(), &[]).unwrap().entries, ENTRIES);
}

fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}
