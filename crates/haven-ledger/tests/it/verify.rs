//! An export that is damaged on purpose, and whether the verifier says where.

use crate::ledger::{Export, LARGE, ORIGIN, append, entries, entry, export, log_of, now, other_signer, signer, witness_signer};
use haven_ledger::checkpoint::{self, Checkpoint};
use haven_ledger::store::Store as _;
use haven_ledger::tree::EMPTY_ROOT;
use haven_ledger::verify::{DAMAGE_MAX, Damage, Place, verify, verify_with};
use haven_ledger::witness::{self, Answer, Witness};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn damages(files: &Export) -> Vec<Damage> {
    verify(files, &signer().verifier(), &[]).unwrap_err()
}

/// Holds that what a change damages is found in exactly these places.
fn check(what: &str, good: &Export, change: impl Fn(&mut Export), expected: &[(&str, Place)]) {
    let mut files = good.clone();
    change(&mut files);
    let found = damages(&files);
    let places: Vec<(&str, Place)> = found.iter().map(|damage| (damage.path.as_str(), damage.place)).collect();
    assert_eq!(places, expected, "{what}: {found:#?}");
    for damage in &found {
        assert!(!damage.expected.is_empty() && damage.expected != damage.found, "{what}: {damage}");
    }
}

fn file<'a>(files: &'a mut Export, path: &str) -> &'a mut Vec<u8> {
    files.get_mut(path).unwrap_or_else(|| panic!("no file {path}"))
}

/// Flips a bit of a hash.
pub fn flip(files: &mut Export, path: &str, hash: usize) {
    file(files, path)[hash * 32 + 5] ^= 4;
}

/// Where an entry begins in its bundle, and how long it is with its length.
fn at(bundle: &[u8], place: usize) -> (usize, usize) {
    let length = |at: usize| 2 + usize::from(u16::from_be_bytes([bundle[at], bundle[at + 1]]));
    let start = (0..place).fold(0, |start, _| start + length(start));
    (start, length(start))
}

/// Changes the last byte of an entry.
pub fn alter(files: &mut Export, path: &str, place: usize) {
    let bundle = file(files, path);
    let (start, length) = at(bundle, place);
    bundle[start + length - 1] ^= 1;
}

/// Swaps two entries of one bundle.
pub fn swap_entries(files: &mut Export, path: &str, first: usize, second: usize) {
    let bundle = file(files, path);
    let whole = bundle.clone();
    let mut parts: Vec<&[u8]> = (0..256).map(|place| at(&whole, place)).map(|(start, length)| &whole[start..start + length]).collect();
    parts.swap(first, second);
    *bundle = parts.concat();
}

pub fn swap_hashes(files: &mut Export, path: &str, first: usize, second: usize) {
    let tile = file(files, path);
    let mut parts: Vec<Vec<u8>> = tile.chunks(32).map(<[u8]>::to_vec).collect();
    parts.swap(first, second);
    *tile = parts.concat();
}

fn swap_files(files: &mut Export, first: &str, second: &str) {
    let (one, two) = (file(files, first).clone(), file(files, second).clone());
    *file(files, first) = two;
    *file(files, second) = one;
}

fn remove(files: &mut Export, path: &str) {
    files.remove(path).unwrap_or_else(|| panic!("no file {path}"));
}

fn sign(files: &mut Export, change: impl Fn(&mut Checkpoint), signer: &haven_ledger::note::Signer) {
    let note = String::from_utf8(files["checkpoint"].clone()).unwrap();
    let mut checkpoint = checkpoint::open(&note, &crate::ledger::signer().verifier()).unwrap();
    change(&mut checkpoint);
    files.insert("checkpoint".to_owned(), checkpoint::sign(&checkpoint, signer).into_bytes());
}

#[test]
fn a_whole_export_is_accepted() {
    for size in [0, 1, 255, 256, 257, 1300] {
        let (_, mut store) = log_of(size);
        let mut files = export(&mut store);
        if size == 0 {
            // A log that was opened and holds nothing yet.
            let empty = Checkpoint { origin: ORIGIN.to_owned(), size, root: EMPTY_ROOT, extensions: Vec::new() };
            files.insert("checkpoint".to_owned(), checkpoint::sign(&empty, &signer()).into_bytes());
        }
        let mut shown = Vec::new();
        let report = verify_with(&files, &signer().verifier(), &[], |index, entry| shown.push((index, entry.to_vec()))).unwrap();
        let expected: Vec<(u64, Vec<u8>)> = (0..size).map(|index| (index, entry(index))).collect();
        assert_eq!(shown, expected);
        let bytes: usize = expected.iter().map(|(_, entry)| entry.len()).sum();
        let found = (report.entries, report.checkpoint.size, report.entry_bytes, report.files);
        assert_eq!(found, (size, size, bytes as u64, files.len() as u64));
    }
}

#[test]
fn a_report_names_the_witnesses() {
    let (_, mut store) = log_of(9);
    let mut files = export(&mut store);
    let note = now(store.head()).unwrap().checkpoint;
    let witness = Witness::new(witness_signer(), vec![signer().verifier()]);
    let Answer::Cosigned { body, .. } = witness.add_checkpoint(&witness::request(0, &[], &note), |_| None, 17) else { panic!("refused") };
    let note = checkpoint::add_cosignatures(&note, &body.once_stored(), &[witness.verifier()]).unwrap();
    files.insert("checkpoint".to_owned(), note.into_bytes());
    let report = verify(&files, &signer().verifier(), &[witness.verifier()]).unwrap();
    assert_eq!(report.cosigners, [("witness.example.org".to_owned(), 17)]);
}

#[test]
fn damage_is_found_where_it_is() {
    use Place::{Entry, File, Hash};
    let good = &LARGE.1;
    let (bundle, tile, above, edge, top) = ("tile/entries/003", "tile/0/003", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1");
    let (last_bundle, last_tile) = ("tile/entries/273.p/112", "tile/0/273.p/112");

    // One thing.
    check("an altered entry", good, |files| alter(files, bundle, 7), &[(bundle, Entry(775))]);
    check("an altered last entry", good, |files| alter(files, last_bundle, 111), &[(last_bundle, Entry(69_999))]);
    check("a flipped bit in a tile", good, |files| flip(files, tile, 255), &[(tile, Hash(255))]);
    check("a flipped bit in the last tile", good, |files| flip(files, last_tile, 0), &[(last_tile, Hash(0))]);
    check("a flipped bit in level 1", good, |files| flip(files, above, 9), &[(above, Hash(9))]);
    check("a flipped bit at the edge of level 1", good, |files| flip(files, edge, 16), &[(edge, Hash(16))]);
    check("a flipped bit in level 2", good, |files| flip(files, top, 0), &[(top, Hash(0))]);
    check(
        "two entries in each other's place",
        good,
        |files| swap_entries(files, bundle, 4, 9),
        &[(bundle, Entry(772)), (bundle, Entry(777))],
    );
    check("a truncated bundle", good, |files| file(files, bundle).truncate(2000), &[(bundle, File)]);
    check("a truncated last bundle", good, |files| file(files, last_bundle).truncate(1000), &[(last_bundle, File)]);
    check("an entry too many", good, |files| file(files, bundle).extend([0, 1, b'x']), &[(bundle, File)]);
    check("a truncated tile", good, |files| file(files, above).truncate(8191), &[(above, File)]);
    check("a tile without its last hash", good, |files| file(files, last_tile).truncate(111 * 32), &[(last_tile, File)]);
    check("swapped tiles", good, |files| swap_files(files, tile, "tile/0/004"), &[(tile, File), ("tile/0/004", File)]);
    check("swapped bundles", good, |files| swap_files(files, bundle, "tile/entries/004"), &[(bundle, File), ("tile/entries/004", File)]);
    for path in ["checkpoint", bundle, last_bundle, tile, last_tile, above, edge, top] {
        check("a missing file", good, |files| remove(files, path), &[(path, File)]);
    }

    // One thing done thoroughly: tile and entries agree, and the tile above does not.
    let thoroughly = |files: &mut Export| {
        swap_entries(files, bundle, 4, 9);
        swap_hashes(files, tile, 4, 9);
    };
    check("two entries swapped, and their hashes", good, thoroughly, &[(tile, File), (bundle, File)]);
    let swapped = |files: &mut Export| {
        swap_files(files, tile, "tile/0/004");
        swap_files(files, bundle, "tile/entries/004");
    };
    check(
        "tiles swapped with their entries",
        good,
        swapped,
        &[(tile, File), ("tile/0/004", File), (bundle, File), ("tile/entries/004", File)],
    );

    // Another checkpoint.
    let (_, mut smaller) = log_of(69_999);
    let smaller = now(smaller.head()).unwrap().checkpoint;
    check(
        "another root",
        good,
        |files| sign(files, |checkpoint| checkpoint.root = [7; 32], &signer()),
        &[(last_tile, File), (edge, File), (top, File), (last_bundle, File)],
    );
    check("a checkpoint by another key", good, |files| sign(files, |_| (), &other_signer()), &[("checkpoint", File)]);
    check("no checkpoint in the file", good, |files| *file(files, "checkpoint") = b"70000\n".to_vec(), &[("checkpoint", File)]);
    check(
        "an altered root in the checkpoint",
        good,
        |files| file(files, "checkpoint")[40] ^= 1,
        &[("checkpoint", File), ("checkpoint", File)],
    );
    check(
        "an earlier checkpoint",
        good,
        |files| *file(files, "checkpoint") = smaller.clone().into_bytes(),
        &[("tile/0/273.p/111", File), ("tile/entries/273.p/111", File)],
    );

    let (_, mut none) = log_of(0);
    let of_nothing = |files: &mut Export| {
        let claimed = Checkpoint { origin: ORIGIN.to_owned(), size: 0, root: [7; 32], extensions: Vec::new() };
        files.insert("checkpoint".to_owned(), checkpoint::sign(&claimed, &signer()).into_bytes());
    };
    check("a root over nothing", &export(&mut none), of_nothing, &[("checkpoint", File)]);
    check("bytes that are no text", good, |files| file(files, "checkpoint")[3] = 0xff, &[("checkpoint", File)]);

    // Several things at once.
    let several = |files: &mut Export| {
        alter(files, bundle, 7);
        alter(files, bundle, 8);
        flip(files, "tile/0/010", 3);
        flip(files, above, 200);
        remove(files, "tile/entries/020");
        alter(files, last_bundle, 0);
        flip(files, edge, 2);
    };
    let expected = [
        ("tile/0/010", Hash(3)),
        (above, Hash(200)),
        (edge, Hash(2)),
        (bundle, Entry(775)),
        (bundle, Entry(776)),
        ("tile/entries/020", File),
        (last_bundle, Entry(69_888)),
    ];
    check("several things", good, several, &expected);
    let both = |files: &mut Export| {
        alter(files, bundle, 7);
        flip(files, tile, 200);
    };
    check("an entry and another hash of its tile", good, both, &[(tile, Hash(200)), (bundle, Entry(775))]);
    let above_too = |files: &mut Export| {
        alter(files, bundle, 7);
        flip(files, above, 3);
    };
    // Nothing vouches for either any more, and both are named; so is the tile, which cannot be put right.
    check("an entry and the hash above its tile", good, above_too, &[(above, File), (above, Hash(3)), (bundle, Entry(775))]);
    let without_tile = |files: &mut Export| {
        alter(files, bundle, 7);
        remove(files, tile);
    };
    check("an entry, and no tile to say which", good, without_tile, &[(tile, File), (bundle, File)]);
}

#[test]
fn damage_without_end_ends() {
    let good = &LARGE.1;
    let only_checkpoint = Export::from([("checkpoint".to_owned(), good["checkpoint"].clone())]);
    assert_eq!(damages(&only_checkpoint).len(), 551);
    // A signature that does not verify under a size that no disk holds.
    let mut forged = only_checkpoint;
    sign(&mut forged, |checkpoint| checkpoint.size = i64::MAX as u64, &other_signer());
    let found = damages(&forged);
    assert!((2..=DAMAGE_MAX + 2).contains(&found.len()), "{}", found.len());
    // Every entry is another one.
    let mut other = good.clone();
    for (path, bytes) in &mut other {
        if path.starts_with("tile/entries/") {
            bytes.iter_mut().filter(|byte| **byte == b'e').for_each(|byte| *byte = b'E');
        }
    }
    let found = damages(&other);
    assert_eq!((found.len(), found.iter().all(|damage| damage.place == Place::File)), (274, true));
}

#[test]
fn damage_is_said_in_one_line() {
    let (log, mut store) = log_of(0);
    append(&log, &mut store, entries(0..300));
    let mut files = export(&mut store);
    alter(&mut files, "tile/entries/001.p/44", 3);
    flip(&mut files, "tile/0/000", 12);
    remove(&mut files, "tile/1/000.p/1");
    let found: Vec<String> = damages(&files).iter().map(ToString::to_string).collect();
    assert!(found[0].starts_with("tile/0/000, hash 12: expected the hash "), "{found:#?}");
    assert_eq!(found[1], "tile/1/000.p/1: expected 1 hashes, 32 bytes, found no file");
    assert!(found[2].starts_with("tile/entries/001.p/44, entry 259: expected the hash "), "{found:#?}");
}

#[test]
fn any_changed_byte_is_found_in_its_file() {
    let (_, mut store) = log_of(1300);
    let good = export(&mut store);
    let paths: Vec<&String> = good.keys().collect();
    proptest!(|(file in any::<prop::sample::Index>(), byte in any::<prop::sample::Index>(), bit in 0_u32..8)| {
        let path = paths[file.index(paths.len())];
        let mut files = good.clone();
        let bytes = files.get_mut(path).unwrap();
        let at = byte.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let found: BTreeSet<String> = damages(&files).into_iter().map(|damage| damage.path).collect();
        // A checkpoint that claims another size makes files miss as well.
        prop_assert!(if path == "checkpoint" { found.contains(path) } else { found == BTreeSet::from([path.clone()]) }, "{}: {:?}", path, found);
    });
}
