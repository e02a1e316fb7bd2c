//! Every reader of text: what it takes, what it refuses with which words, and that no bytes make it panic.

use crate::ledger::{ORIGIN, entries, entry, log_of, now, other_signer, setting, signer, witness_signer};
use haven_ledger::checkpoint::{self, Checkpoint};
use haven_ledger::layout::Resource;
use haven_ledger::note::{CosignSigner, NoteError, Signer, Verifier};
use haven_ledger::proof::{self, Proof};
use haven_ledger::store::Store as _;
use haven_ledger::tree::leaf_hash;
use haven_ledger::witness::{Answer, Witness};
use proptest::prelude::*;
use signed_note::{StandardSigner, StandardVerifier, VerifierList};
use std::time::Duration;

// The keys of the first implementation's tests.
const PETER_PRIVATE: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

fn checkpoint_of(origin: &str) -> Checkpoint {
    Checkpoint { origin: origin.to_owned(), size: 42, root: [7; 32], extensions: vec!["one".to_owned(), "two words".to_owned()] }
}

#[test]
fn keys_are_those_of_the_first_implementation() {
    let signer = Signer::parse(PETER_PRIVATE).unwrap();
    assert_eq!((signer.encode().as_str(), signer.verifier().to_string().as_str()), (PETER_PRIVATE, PETER));
    assert_eq!(Verifier::parse(PETER).unwrap(), signer.verifier());

    // Its code opens what ours signed, and ours opens what its code signed.
    let expected = checkpoint_of("PeterNeumann");
    let ours = checkpoint::sign(&expected, &signer);
    let note = signed_note::Note::from_bytes(ours.as_bytes()).unwrap();
    note.verify(&VerifierList::new(vec![Box::new(StandardVerifier::new(PETER).unwrap())])).unwrap();
    let mut note = signed_note::Note::new(expected.to_string().as_bytes(), &[]).unwrap();
    note.add_sigs(&[&StandardSigner::new(PETER_PRIVATE).unwrap()]).unwrap();
    assert_eq!(String::from_utf8(note.to_bytes()).unwrap(), ours);
    assert_eq!(checkpoint::open(&ours, &signer.verifier()).unwrap(), expected);
}

#[test]
fn keys_are_read_back() {
    for key in [signer().verifier(), witness_signer().verifier(), other_signer().verifier()] {
        assert_eq!(Verifier::parse(&key.to_string()).unwrap(), key);
    }
    assert_eq!(Signer::parse(&signer().encode()).unwrap().verifier(), signer().verifier());
    assert_eq!(CosignSigner::parse(&witness_signer().encode()).unwrap().verifier(), witness_signer().verifier());
    // The same seed and name make different keys for the two purposes.
    let cosigner = CosignSigner::generate(ORIGIN, [1; 32]).unwrap();
    assert_ne!(cosigner.verifier(), signer().verifier());
    assert_ne!(cosigner.verifier().key_id(), signer().verifier().key_id());
}

#[test]
fn keys_that_are_none_are_refused() {
    fn check<T: std::fmt::Debug>(read: impl Fn(&str) -> Result<T, haven_ledger::note::KeyError>, cases: &[(&str, &str)]) {
        for (text, words) in cases {
            let said = read(text).unwrap_err().to_string();
            assert!(said.contains(words), "{text}: {said}");
            // Half a private key is still a secret.
            assert!(!said.contains("AYEKFALVFGyNhPJEMzD1QIDr"), "{said}");
        }
    }
    let cases = [
        ("", "no plus sign"),
        ("PeterNeumann", "no plus sign"),
        ("PeterNeumann+c74f20a3", "one plus sign"),
        ("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "a name without spaces"),
        ("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "a name without spaces"),
        ("Peter\u{7f}Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "control characters"),
        ("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "expected the key id c74f20a3"),
        ("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "found `C74F20A3`"),
        ("PeterNewmann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "expected the key id"),
        ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T", "base64"),
        ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy", "another length"),
        ("PeterNeumann+c74f20a3+", "an empty key"),
        ("PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "found type 2"),
        // Under the identity everything verifies.
        ("PeterNeumann+c74f20a3+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "a weak key"),
    ];
    check(Verifier::parse, &cases);
    let cases = [
        ("", "another beginning"),
        (PETER, "another beginning"),
        ("PRIVATE+KEY+PeterNeumann+c74f20a3", "fewer plus signs"),
        ("PRIVATE+KEY+PeterNeumann+c74f20a4+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz", "expected the key id c74f20a3"),
        ("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDF", "base64"),
    ];
    check(Signer::parse, &cases);
    check(Signer::parse, &[(witness_signer().encode().as_str(), "expected a key of signature type 1, for a log, found type 4")]);
    check(CosignSigner::parse, &[(PETER_PRIVATE, "expected a key of signature type 4, for a witness, found type 1")]);
    for name in ["", "with space", "with+plus", "with\nnewline", "with\u{a0}space", "with\u{1b}escape"] {
        assert!(Signer::generate(name, [0; 32]).is_err(), "{name:?}");
    }
}

#[test]
fn checkpoints_that_are_none_are_refused() {
    let good = checkpoint::sign(&checkpoint_of(ORIGIN), &signer());
    assert_eq!(checkpoint::open(&good, &signer().verifier()).unwrap(), checkpoint_of(ORIGIN));
    let signed = |text: &str| {
        // Whoever holds the key can sign anything; the reader is strict all the same.
        let mut note = signed_note::Note::new(text.as_bytes(), &[]).unwrap();
        note.add_sigs(&[&StandardSigner::new(&signer().encode()).unwrap()]).unwrap();
        String::from_utf8(note.to_bytes()).unwrap()
    };
    let root = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    let other = checkpoint::sign(&checkpoint_of("another.example.gov"), &signer());
    let by_others = good.replace(signature_line(&good), signature_line(&checkpoint::sign(&checkpoint_of(ORIGIN), &other_signer())));
    let cases = [
        ("nothing", String::new(), "malformed note: expected an empty line"),
        ("no signature", format!("{ORIGIN}\n42\n{root}\n"), "expected an empty line"),
        ("cut", good[..good.len() - 1].to_owned(), "signature lines that end in a newline"),
        ("no signature line", format!("{ORIGIN}\n42\n{root}\n\n"), "signature lines"),
        ("another dash", good.replace("\n— ", "\n- "), "a signature line"),
        ("a control character", good.replace(" words", "\twords"), "no control character but newline, found \\u{9}"),
        ("a changed size", good.replace("\n42\n", "\n43\n"), "wrong signature: expected one by `ledger.example.gov/2026+"),
        ("a changed origin", good.replacen(ORIGIN, "ledger.example.gov/2027", 1), "wrong signature"),
        ("an extension left out", good.replace("\none\n", "\n"), "wrong signature"),
        ("another key", by_others, "no signature by a known key: expected one by `ledger.example.gov/2026+"),
        ("another origin", other, "checkpoint of another log: expected origin `ledger.example.gov/2026`, found `another.example.gov`"),
        ("a leading zero", signed(&format!("{ORIGIN}\n042\n{root}\n")), "expected a size in decimal, found `042`"),
        ("a sign", signed(&format!("{ORIGIN}\n+42\n{root}\n")), "a size in decimal"),
        ("no size", signed(&format!("{ORIGIN}\n\n{root}\n")), "a size in decimal"),
        ("too large", signed(&format!("{ORIGIN}\n9223372036854775808\n{root}\n")), "a size in decimal"),
        ("a short root", signed(&format!("{ORIGIN}\n42\nBwcH\n")), "expected a root of 32 bytes in base64, found `BwcH`"),
        ("bits after the root", signed(&format!("{ORIGIN}\n42\n{}\n", root.replace("wc=", "wd="))), "a root of 32 bytes"),
        ("no root", signed(&format!("{ORIGIN}\n42\n")), "a root of 32 bytes"),
        ("an empty extension", signed(&format!("{ORIGIN}\n42\n{root}\n\nmore\n")), "extension lines that are not empty"),
        ("no origin", signed(&format!("\n42\n{root}\n")), "an origin"),
        ("too long", format!("{}\n\n", "x".repeat(1_000_000)), "at most 1,000,000 bytes"),
        ("too many signatures", format!("{good}{}", format!("{}\n", signature_line(&good)).repeat(100)), "at most 100 signatures"),
    ];
    for (what, note, words) in cases {
        let said = checkpoint::open(&note, &signer().verifier()).unwrap_err().to_string();
        assert!(said.contains(words), "{what}: {said}");
    }
    let error = checkpoint::open(&good, &witness_signer().verifier()).unwrap_err();
    assert!(matches!(error, NoteError::Purpose { expected: 1, .. }), "{error}");
}

fn signature_line(note: &str) -> &str {
    note.lines().last().unwrap()
}

/// The line with which a witness answers, through the whole of its protocol.
fn cosignature(note: &str, cosigner: CosignSigner, now: u64) -> String {
    let answer =
        Witness::new(cosigner, vec![signer().verifier()]).add_checkpoint(&haven_ledger::witness::request(0, &[], note), |_| None, now);
    match answer {
        Answer::Cosigned { body, .. } => body.once_stored(),
        Answer::Refused { reason, .. } => panic!("{reason}"),
    }
}

#[test]
fn cosignatures_are_added_once_they_verify() {
    let note = checkpoint::sign(&checkpoint_of(ORIGIN), &signer());
    let (first, second) = (witness_signer(), CosignSigner::generate("other.example.org/w", [9; 32]).unwrap());
    let witnesses = [first.verifier(), second.verifier()];
    assert_eq!(checkpoint::cosigners(&note, &witnesses), []);

    // Both sign; a line by somebody unknown is left out.
    let unknown = cosignature(&note, CosignSigner::generate("unknown.example", [8; 32]).unwrap(), 5);
    let lines =
        format!("{}{unknown}{}", cosignature(&note, first.clone(), 1_700_000_000), cosignature(&note, second.clone(), 1_700_000_001));
    let both = checkpoint::add_cosignatures(&note, &lines, &witnesses).unwrap();
    assert!(!both.contains("unknown.example"));
    let expected = [("witness.example.org".to_owned(), 1_700_000_000), ("other.example.org/w".to_owned(), 1_700_000_001)];
    assert_eq!(checkpoint::cosigners(&both, &witnesses), expected);
    assert_eq!(checkpoint::cosigners(&both, &[first.verifier(), first.verifier()]), expected[..1]);
    assert_eq!(checkpoint::open(&both, &signer().verifier()).unwrap(), checkpoint_of(ORIGIN));

    // The newer one of a witness stands, whichever came last.
    let later = checkpoint::add_cosignatures(&both, &cosignature(&note, first.clone(), 1_800_000_000), &witnesses).unwrap();
    let earlier = checkpoint::add_cosignatures(&later, &cosignature(&note, first.clone(), 1_600_000_000), &witnesses).unwrap();
    assert_eq!((earlier.as_str(), later.lines().count()), (later.as_str(), both.lines().count()));
    assert_eq!(checkpoint::cosigners(&later, &witnesses)[0].1, 1_800_000_000);

    // What does not verify, and what nobody asked for, is refused.
    let other_note = note.replace("\n42\n", "\n41\n");
    let error = checkpoint::add_cosignatures(&other_note, &lines, &witnesses).unwrap_err();
    assert!(matches!(error, NoteError::WrongSignature { .. }), "{error}");
    let error = checkpoint::add_cosignatures(&note, &unknown, &witnesses).unwrap_err();
    assert!(matches!(error, NoteError::UnknownKey { .. }), "{error}");
    // The log itself is no witness.
    assert!(checkpoint::add_cosignatures(&note, &format!("{}\n", signature_line(&note)), &[signer().verifier()]).is_err());
    assert_eq!(checkpoint::cosigners(&note, &[signer().verifier()]), []);
}

fn a_proof() -> (Proof, Vec<u8>) {
    let (_, mut store) = log_of(300);
    let head = now(store.head()).unwrap();
    let hashes = now(proof::inclusion(&mut store, 77, 300)).unwrap();
    (Proof { index: 77, hashes, checkpoint: head.checkpoint, extra: Some(b"beside it".to_vec()) }, entry(77))
}

#[test]
fn a_proof_stands_by_itself() {
    let (proof, entry) = a_proof();
    let text = proof.to_string();
    assert!(text.starts_with("c2sp.org/tlog-proof@v1\nextra YmVzaWRlIGl0\nindex 77\n"), "{text}");
    let read = Proof::parse(&text).unwrap();
    assert_eq!(read, proof);
    assert_eq!(read.verify(&entry, &signer().verifier()).unwrap().size, 300);
    let said = read.verify(b"entry 78", &signer().verifier()).unwrap_err().to_string();
    assert_eq!(said, "the entry does not stand at 77 in the tree of 300 entries that the log signed");
    assert!(read.verify(&entry, &other_signer().verifier()).unwrap_err().to_string().contains("no signature by a known key"));
    let beyond = Proof { index: 300, ..read };
    assert_eq!(beyond.verify(&entry, &signer().verifier()).unwrap_err().to_string(), "expected an index below 300, found 300");
}

#[test]
fn proofs_that_are_none_are_refused() {
    let (proof, _) = a_proof();
    let good = proof.to_string();
    let many = "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n".repeat(64);
    let cases = [
        (String::new(), "an empty line before the checkpoint"),
        (good.replace("proof@v1", "proof@v2"), "the line `c2sp.org/tlog-proof@v1`, found `c2sp.org/tlog-proof@v2`"),
        (good.replace("extra Y", "extra !"), "extra data in base64"),
        (good.replace("index 77", "index 077"), "the line `index <number>`, found `index 077`"),
        (good.replace("index 77\n", ""), "the line `index <number>`"),
        (good.replace("index 77\n", "index 77\nextra YmVzaWRlIGl0\n"), "a hash of 32 bytes in base64"),
        (good.replace("index 77\n", "index 77\nBwcH\n"), "a hash of 32 bytes in base64, found `BwcH`"),
        (good.replace("index 77\n", &format!("index 77\n{many}")), "at most 63 hashes"),
        (good.replace('\n', "\r\n"), "an empty line"),
    ];
    for (text, words) in cases {
        let said = Proof::parse(&text).unwrap_err().to_string();
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn paths_are_written_one_way() {
    let tile = |level, index, width| Resource::Tile { level, index, width };
    let bundle = |index, width| Resource::Entries { index, width };
    let cases = [
        (Resource::Checkpoint, "checkpoint"),
        (tile(0, 0, 256), "tile/0/000"),
        (tile(63, 999, 1), "tile/63/999.p/1"),
        (tile(1, 1000, 255), "tile/1/x001/000.p/255"),
        (tile(2, 1_234_067, 256), "tile/2/x001/x234/067"),
        (bundle(273, 112), "tile/entries/273.p/112"),
        (bundle(u64::MAX, 256), "tile/entries/x018/x446/x744/x073/x709/x551/615"),
    ];
    for (resource, path) in cases {
        assert_eq!((resource.to_string().as_str(), Resource::parse(path)), (path, Ok(resource)));
    }
    let refused = [
        "",
        "/checkpoint",
        "checkpoint/",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/x001/x000",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/+1",
        "tile/0/000.p/1/",
        "tile/0/000.p/1.p/1",
        "tile/0//000",
        "tile/8/0/000",
        "tile/data/000",
        "tile/entries/00a",
        "tile/0/\u{661}00",
        "tile/0/../000",
        "tile/entries/x018/x446/x744/x073/x709/x551/616",
    ];
    for path in refused {
        assert!(Resource::parse(path).is_err(), "{path}");
    }
}

proptest! {
    #[test]
    fn every_resource_is_read_back(level in 0_u8..64, index: u64, width in 1_u16..=256, is_tile: bool) {
        let resource = if is_tile { Resource::Tile { level, index, width } } else { Resource::Entries { index, width } };
        prop_assert_eq!(Resource::parse(&resource.to_string()), Ok(resource));
    }

    #[test]
    fn every_checkpoint_is_read_back(
        origin in "[!-*,-~]{1,40}", size in 0..=i64::MAX as u64, root: [u8; 32], extensions in prop::collection::vec("[ -~é]{1,30}", 0..4)
    ) {
        let checkpoint = Checkpoint { origin: origin.clone(), size, root, extensions };
        prop_assert_eq!(Checkpoint::parse(&checkpoint.to_string()).unwrap(), checkpoint.clone());
        // The foreign reader agrees on what was written.
        let foreign = tlog_tiles::Checkpoint::from_bytes(checkpoint.to_string().as_bytes()).unwrap();
        prop_assert_eq!((foreign.origin(), foreign.size(), foreign.hash().0), (origin.as_str(), size, root));
        let signer = Signer::generate(&origin, root).unwrap();
        prop_assert_eq!(checkpoint::open(&checkpoint::sign(&checkpoint, &signer), &signer.verifier()), Ok(checkpoint));
    }

    #[test]
    fn every_proof_is_read_back(index: u64, hashes in prop::collection::vec(any::<[u8; 32]>(), 0..64), extra: Option<Vec<u8>>) {
        let proof = Proof { index, hashes, extra, checkpoint: checkpoint::sign(&checkpoint_of(ORIGIN), &signer()) };
        prop_assert_eq!(Proof::parse(&proof.to_string()), Ok(proof));
    }

    #[test]
    fn every_name_that_is_taken_makes_keys_that_are_read_back(name: String, seed: [u8; 32]) {
        if let Ok(signer) = Signer::generate(&name, seed) {
            prop_assert_eq!(Verifier::parse(&signer.verifier().to_string()).unwrap(), signer.verifier());
            prop_assert_eq!(Signer::parse(&signer.encode()).unwrap().verifier(), signer.verifier());
        }
    }

    #[test]
    fn no_changed_byte_of_a_signed_checkpoint_passes(at in any::<prop::sample::Index>(), byte: u8) {
        let good = checkpoint::sign(&checkpoint_of(ORIGIN), &signer());
        let mut bytes = good.clone().into_bytes();
        let at = at.index(bytes.len());
        let changed = bytes[at] != byte;
        bytes[at] = byte;
        if let Ok(text) = std::str::from_utf8(&bytes) {
            prop_assert_eq!(checkpoint::open(text, &signer().verifier()).is_err(), changed);
        }
    }
}

/// A good text with some bytes replaced, left out or doubled, as the fuzzer says; or the fuzzer's own bytes.
fn mutated(good: &[u8], choices: &[u8]) -> Vec<u8> {
    let Some((kind, choices)) = choices.split_first() else { return good.to_vec() };
    if kind % 4 == 0 {
        return choices.to_vec();
    }
    let mut bytes = good.to_vec();
    for choice in choices.chunks_exact(4) {
        let at = (usize::from(choice[0]) << 8 | usize::from(choice[1])) % bytes.len().max(1);
        let end = (at + usize::from(choice[3])).min(bytes.len());
        match choice[2] % 4 {
            _ if bytes.is_empty() => bytes.push(choice[3]),
            0 => bytes[at] = choice[3],
            1 => drop(bytes.drain(at..end)),
            2 => bytes.insert(at, choice[3]),
            _ => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
        }
    }
    bytes
}

fn fuzz(good: &str, read: impl Fn(&str) + std::panic::RefUnwindSafe) {
    let time = Duration::from_secs(setting("HAVEN_FUZZ_SECONDS", 1));
    bolero::check!().with_test_time(time).for_each(|choices: &[u8]| {
        read(&String::from_utf8_lossy(&mutated(good.as_bytes(), choices)));
    });
}

#[test]
fn no_bytes_make_a_reader_of_notes_panic() {
    let good = checkpoint::sign(&checkpoint_of(ORIGIN), &signer());
    let good = checkpoint::add_cosignatures(&good, &cosignature(&good, witness_signer(), 7), &[witness_signer().verifier()]).unwrap();
    let (log, witnesses) = (signer().verifier(), [witness_signer().verifier()]);
    fuzz(&good, |text| {
        if let Ok(checkpoint) = checkpoint::open(text, &log) {
            // Nobody but the key signs, so whatever is opened is what was signed.
            assert_eq!(checkpoint, checkpoint_of(ORIGIN));
        }
        if let Ok(checkpoint) = Checkpoint::parse(text) {
            assert_eq!(checkpoint.to_string(), text);
        }
        checkpoint::cosigners(text, &witnesses);
        let _ = checkpoint::add_cosignatures(text, text, &witnesses);
        let _ = checkpoint::add_cosignatures(&good, text, &witnesses);
    });
}

#[test]
fn no_bytes_make_a_reader_of_keys_panic() {
    fuzz(&signer().encode(), |text| {
        if let Ok(signer) = Signer::parse(text) {
            assert_eq!(signer.encode(), text);
        }
        let _ = CosignSigner::parse(text);
    });
    fuzz(PETER, |text| {
        if let Ok(verifier) = Verifier::parse(text) {
            assert_eq!(verifier.to_string(), text);
        }
    });
}

#[test]
fn no_bytes_make_a_reader_of_proofs_panic() {
    let (proof, entry) = a_proof();
    let log = signer().verifier();
    fuzz(&proof.to_string(), |text| {
        if let Ok(read) = Proof::parse(text) {
            assert_eq!(read.to_string(), text);
            if read.verify(&entry, &log).is_ok() {
                assert_eq!((read.index, &read.hashes), (proof.index, &proof.hashes));
            }
        }
    });
}

#[test]
fn no_bytes_make_a_reader_of_paths_panic() {
    fuzz("tile/entries/x001/x234/067.p/255", |text| {
        if let Ok(resource) = Resource::parse(text) {
            assert_eq!(resource.to_string(), text);
        }
    });
}

#[test]
fn no_bytes_make_a_witness_panic() {
    let (log, mut store) = log_of(5);
    log.committed(now(log.append(&mut store, entries(5..9))).unwrap());
    let proof = now(proof::consistency(&mut store, 5, 9)).unwrap();
    let root = now(log_of(5).1.head()).unwrap().root;
    let good = haven_ledger::witness::request(5, &proof, &now(store.head()).unwrap().checkpoint);
    let witness = Witness::new(witness_signer(), vec![signer().verifier()]);
    let good = String::from_utf8(good).unwrap();
    let expected = now(store.head()).unwrap();
    fuzz(&good, |text| {
        if let Answer::Cosigned { size, root, .. } = witness.add_checkpoint(text.as_bytes(), |_| Some((5, root)), 7) {
            assert_eq!((size, root), (expected.size, expected.root));
        }
    });
}

#[test]
fn a_leaf_is_not_a_node() {
    // RFC 6962 keeps them apart by their first byte, or an inner node could be passed off as an entry.
    let (left, right) = (leaf_hash(b"a"), leaf_hash(b"b"));
    assert_ne!(haven_ledger::tree::node_hash(&left, &right), leaf_hash(&[left, right].concat()));
}
