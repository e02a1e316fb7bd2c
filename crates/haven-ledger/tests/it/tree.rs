//! The tree against the vectors of RFC 6962's first implementation and against `tlog_tiles`.

use crate::ledger::{append, entries, entry, export, log_of, now, signer};
use haven_ledger::layout::{self, Resource};
use haven_ledger::log::Log;
use haven_ledger::memory::Memory;
use haven_ledger::proof;
use haven_ledger::store::{Batch, Head, Store};
use haven_ledger::tree::{EMPTY_ROOT, Hash, leaf_hash, root_of};
use proptest::prelude::*;
use std::ops::Range;
use tlog_tiles::HashReader;

fn hex(text: &str) -> Hash {
    let bytes: Vec<u8> = (0..64).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect();
    bytes.try_into().unwrap()
}

/// The entries that the first implementation of Certificate Transparency is tested with, and the roots over them.
const LEAVES: [&[u8]; 8] = [
    &[],
    &[0x00],
    &[0x10],
    &[0x20, 0x21],
    &[0x30, 0x31],
    &[0x40, 0x41, 0x42, 0x43],
    &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
    &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

#[test]
fn roots_are_those_of_rfc_6962() {
    let leaves: Vec<Hash> = LEAVES.iter().map(|entry| leaf_hash(entry)).collect();
    for (size, root) in ROOTS.iter().enumerate() {
        assert_eq!(root_of(&leaves[..size]), hex(root), "size {size}");
    }
    assert_eq!(EMPTY_ROOT, hex(ROOTS[0]));
}

#[test]
fn proofs_of_rfc_6962_hold() {
    let path = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    .map(hex);
    proof::check_inclusion(&path, 0, 8, &hex(ROOTS[8]), &leaf_hash(LEAVES[0])).unwrap();
    let path = [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    .map(hex);
    proof::check_consistency(&path, 6, &hex(ROOTS[6]), 8, &hex(ROOTS[8])).unwrap();
}

/// Hashes as `tlog_tiles` stores them, made by its own code.
struct Foreign(Vec<tlog_tiles::Hash>);

impl HashReader for Foreign {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|index| self.0[usize::try_from(*index).unwrap()]).collect())
    }
}

impl Foreign {
    fn of(size: u64) -> Foreign {
        let mut foreign = Foreign(Vec::new());
        for index in 0..size {
            let hashes = tlog_tiles::stored_hashes(index, &entry(index), &foreign).unwrap();
            foreign.0.extend(hashes);
        }
        foreign
    }

    fn root(&self, size: u64) -> Hash {
        tlog_tiles::tree_hash(size, self).unwrap().0
    }
}

fn bytes(hashes: Vec<tlog_tiles::Hash>) -> Vec<Hash> {
    hashes.into_iter().map(|hash| hash.0).collect()
}

/// Sizes on both sides of every boundary of tiles.
const SIZES: [u64; 18] = [0, 1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 4000, 65_279, 65_535, 65_536, 65_537, 66_049];

#[test]
fn trees_tiles_and_proofs_are_those_of_tlog_tiles() {
    let log = Log::new(signer(), None);
    let mut store = Memory::new();
    let foreign = Foreign::of(SIZES[SIZES.len() - 1]);
    let mut before = 0;
    for size in SIZES {
        if size > before {
            append(&log, &mut store, entries(before..size));
        }
        before = size;
        let head = now(store.head()).unwrap();
        assert_eq!((head.size, head.root), (size, foreign.root(size)), "root at {size}");

        let ours: Vec<Resource> = layout::resources(size).filter(|resource| matches!(resource, Resource::Tile { .. })).collect();
        let theirs = tlog_tiles::Tile::new_tiles(8, 0, size);
        assert_eq!(ours.len(), theirs.len(), "tiles at {size}");
        for tile in theirs {
            let resource = Resource::Tile { level: tile.level(), index: tile.level_index(), width: tile.width().try_into().unwrap() };
            assert_eq!(resource.to_string(), tile.path().replacen("tile/8/", "tile/", 1));
            let ours = now(layout::read(&mut store, size, &resource)).unwrap().unwrap();
            assert_eq!(ours, tile.read_data(&foreign).unwrap(), "{resource} at {size}");
        }

        for index in SIZES.into_iter().flat_map(|size| [size, size.wrapping_sub(1)]).filter(|index| *index < size) {
            let ours = now(proof::inclusion(&mut store, index, size)).unwrap();
            assert_eq!(ours, bytes(tlog_tiles::prove_record(size, index, &foreign).unwrap()), "entry {index} of {size}");
            proof::check_inclusion(&ours, index, size, &head.root, &leaf_hash(&entry(index))).unwrap();
        }
        for old in SIZES.into_iter().filter(|old| *old <= size) {
            let ours = now(proof::consistency(&mut store, old, size)).unwrap();
            let theirs = if old == 0 { Vec::new() } else { bytes(tlog_tiles::prove_tree(size, old, &foreign).unwrap()) };
            assert_eq!(ours, theirs, "from {old} to {size}");
            proof::check_consistency(&ours, old, &foreign.root(old), size, &head.root).unwrap();
        }
    }
    // A larger log still proves what stood in it when it was smaller.
    for size in SIZES.into_iter().filter(|size| *size > 0) {
        let ours = now(proof::inclusion(&mut store, size / 3, size)).unwrap();
        assert_eq!(ours, bytes(tlog_tiles::prove_record(size, size / 3, &foreign).unwrap()), "entry {} of {size}", size / 3);
    }
}

#[test]
fn batches_make_no_difference() {
    let config = ProptestConfig { cases: ProptestConfig::default().cases.min(64), ..ProptestConfig::default() };
    proptest!(config, |(sizes in prop::collection::vec(1_u64..700, 1..8))| {
        let total = sizes.iter().sum();
        let log = Log::new(signer(), None);
        let mut store = Memory::new();
        let mut first = 0;
        for size in sizes {
            append(&log, &mut store, entries(first..first + size));
            first += size;
        }
        let (_, mut at_once) = log_of(total);
        prop_assert_eq!(export(&mut store), export(&mut at_once));
    });
}

#[test]
fn a_proof_holds_and_a_changed_one_does_not() {
    let (_, whole) = log_of(1500);
    proptest!(|(size in 1_u64..=1500, index in any::<prop::sample::Index>(), byte in any::<prop::sample::Index>(), bit in 0_u32..8)| {
        let mut store = whole.clone();
        let index = index.index(size.try_into().unwrap()) as u64;
        let root = root_of(&now(store.leaves(0..size)).unwrap());
        let leaf = leaf_hash(&entry(index));
        let mut hashes = now(proof::inclusion(&mut store, index, size)).unwrap();
        prop_assert!(proof::check_inclusion(&hashes, index, size, &root, &leaf).is_ok());
        prop_assert!(proof::check_inclusion(&hashes, index, size, &root, &leaf_hash(b"another entry")).is_err());
        prop_assert!(proof::check_inclusion(&hashes, index + 1, size, &root, &leaf).is_err());
        prop_assert!(proof::check_inclusion(&[hashes.clone(), vec![root]].concat(), index, size, &root, &leaf).is_err());
        if !hashes.is_empty() {
            flip(&mut hashes, byte, bit);
            prop_assert!(proof::check_inclusion(&hashes, index, size, &root, &leaf).is_err());
            hashes.pop();
            prop_assert!(proof::check_inclusion(&hashes, index, size, &root, &leaf).is_err());
        }
    });
}

#[test]
fn a_tree_that_grew_is_told_from_one_that_changed() {
    let (_, whole) = log_of(1500);
    proptest!(|(new in 1_u64..=1500, old in any::<prop::sample::Index>(), byte in any::<prop::sample::Index>(), bit in 0_u32..8)| {
        let mut store = whole.clone();
        let old = old.index(new.try_into().unwrap()) as u64;
        let leaves = now(store.leaves(0..new)).unwrap();
        let (old_root, root) = (root_of(&leaves[..usize::try_from(old).unwrap()]), root_of(&leaves));
        let mut hashes = now(proof::consistency(&mut store, old, new)).unwrap();
        prop_assert!(proof::check_consistency(&hashes, old, &old_root, new, &root).is_ok());
        prop_assert!(proof::check_consistency(&hashes, old, &root, new, &old_root).is_err());
        prop_assert!(proof::check_consistency(&[hashes.clone(), vec![root]].concat(), old, &old_root, new, &root).is_err());
        if !hashes.is_empty() {
            flip(&mut hashes, byte, bit);
            prop_assert!(proof::check_consistency(&hashes, old, &old_root, new, &root).is_err());
        }
    });
}

fn flip(hashes: &mut [Hash], byte: prop::sample::Index, bit: u32) {
    let at = byte.index(hashes.len() * 32);
    hashes[at / 32][at % 32] ^= 1 << bit;
}

/// Counts what is asked of a store.
struct Counting {
    store: Memory,
    calls: usize,
    hashes: usize,
}

impl Store for Counting {
    type Error = <Memory as Store>::Error;

    async fn head(&mut self) -> Result<Head, Self::Error> {
        self.calls += 1;
        self.store.head().await
    }

    async fn lock(&mut self) -> Result<Head, Self::Error> {
        self.calls += 1;
        self.store.lock().await
    }

    async fn leaves(&mut self, range: Range<u64>) -> Result<Vec<Hash>, Self::Error> {
        self.calls += 1;
        self.hashes += usize::try_from(range.end - range.start).unwrap();
        self.store.leaves(range).await
    }

    async fn entries(&mut self, range: Range<u64>) -> Result<Vec<Vec<u8>>, Self::Error> {
        self.calls += 1;
        self.store.entries(range).await
    }

    async fn tile(&mut self, level: u8, index: u64) -> Result<Vec<u8>, Self::Error> {
        self.calls += 1;
        self.hashes += 256;
        self.store.tile(level, index).await
    }

    async fn roots(&mut self, level: u8, range: Range<u64>) -> Result<Vec<Hash>, Self::Error> {
        self.calls += 1;
        self.hashes += usize::try_from(range.end - range.start).unwrap();
        self.store.roots(level, range).await
    }

    async fn write(&mut self, batch: &Batch) -> Result<(), Self::Error> {
        self.calls += 1;
        self.store.write(batch).await
    }
}

#[test]
fn proofs_and_appends_read_little() {
    let (log, store) = log_of(70_000);
    let mut store = Counting { store, calls: 0, hashes: 0 };
    for index in [0, 1, 65_535, 65_536, 69_887, 69_999] {
        (store.calls, store.hashes) = (0, 0);
        now(proof::inclusion(&mut store, index, 70_000)).unwrap();
        assert!(store.calls <= 6 && store.hashes <= 5 * 256, "entry {index}: {} calls, {} hashes", store.calls, store.hashes);
    }
    (store.calls, store.hashes) = (0, 0);
    now(proof::consistency(&mut store, 65_000, 70_000)).unwrap();
    assert!(store.calls <= 6, "consistency: {} calls", store.calls);

    // The head is the one this node wrote: it reads that head, and writes.
    store.calls = 0;
    let appended = now(log.append(&mut store, vec![entry(70_000)])).unwrap();
    assert_eq!(store.calls, 2);
    log.committed(appended);

    // Another node wrote in between: the edge is read again, once.
    let another = Log::new(signer(), log.seen());
    another.committed(now(another.append(&mut store, vec![entry(70_001)])).unwrap());
    (store.calls, store.hashes) = (0, 0);
    log.committed(now(log.append(&mut store, vec![entry(70_002)])).unwrap());
    assert!(store.calls <= 12 && store.hashes <= 8 * 256, "{} calls, {} hashes", store.calls, store.hashes);
    assert_eq!(now(store.head()).unwrap().size, 70_003);
}

#[test]
fn an_export_has_as_many_files_as_the_format_says() {
    let count = |size| layout::resources(size).count();
    assert_eq!([count(0), count(1), count(256), count(257), count(70_000)], [1, 3, 4, 6, 552]);
}

#[test]
fn only_what_the_tree_holds_is_read() {
    let (_, mut store) = log_of(600);
    let mut bytes = |size, resource| now(layout::read(&mut store, size, &resource)).unwrap().map(|bytes| bytes.len());
    let tile = |level, index, width| Resource::Tile { level, index, width };
    let bundle = |index, width| Resource::Entries { index, width };
    let cases = [
        // Of a smaller tree than the log has by now, and narrower than the tree could fill.
        (300, tile(0, 0, 256), Some(8192)),
        (300, tile(0, 1, 44), Some(44 * 32)),
        (300, tile(0, 1, 43), Some(43 * 32)),
        (300, tile(0, 0, 17), Some(17 * 32)),
        (300, tile(1, 0, 1), Some(32)),
        (300, bundle(1, 44), Some(44 * 11)),
        (300, tile(0, 1, 45), None),
        (300, tile(0, 1, 256), None),
        (300, tile(0, 2, 1), None),
        (300, tile(1, 0, 2), None),
        (300, tile(2, 0, 1), None),
        (300, tile(63, 0, 1), None),
        (300, tile(0, u64::MAX, 256), None),
        (300, tile(0, 0, 0), None),
        (300, tile(0, 0, 257), None),
        (300, bundle(1, 45), None),
        (300, bundle(2, 1), None),
        (300, bundle(u64::MAX, 1), None),
        (300, Resource::Checkpoint, None),
        (0, tile(0, 0, 1), None),
    ];
    for (size, resource, expected) in cases {
        assert_eq!(bytes(size, resource), expected, "{resource} of {size}");
    }
    assert!(bytes(600, Resource::Checkpoint).is_some());
}

#[test]
fn proofs_are_made_only_for_what_the_log_has() {
    let (_, mut store) = log_of(600);
    let said = |error: proof::MakeError<_>| error.to_string();
    assert_eq!(
        now(proof::inclusion(&mut store, 300, 300)).map_err(said),
        Err("expected the index of one of 300 entries, found 300".to_owned())
    );
    assert_eq!(now(proof::inclusion(&mut store, 0, 0)).map_err(said), Err("expected the index of one of 0 entries, found 0".to_owned()));
    assert_eq!(
        now(proof::inclusion(&mut store, 0, 601)).map_err(said),
        Err("expected a tree of at most 600 entries, found 601".to_owned())
    );
    assert_eq!(
        now(proof::consistency(&mut store, 301, 300)).map_err(said),
        Err("expected a tree of at most 300 entries, found 301".to_owned())
    );
    assert_eq!(
        now(proof::consistency(&mut store, 5, 601)).map_err(said),
        Err("expected a tree of at most 600 entries, found 601".to_owned())
    );
}
