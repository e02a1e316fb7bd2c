//! The cases of the witness's specification.

use crate::ledger::{ORIGIN, entries, log_of, now, other_signer, signer, witness_signer};
use haven_ledger::checkpoint::{self, Checkpoint};
use haven_ledger::memory::Memory;
use haven_ledger::note::Signer;
use haven_ledger::proof;
use haven_ledger::store::Store as _;
use haven_ledger::tree::{EMPTY_ROOT, Hash};
use haven_ledger::witness::{self, Answer, SIZE_TYPE, TEXT_TYPE, Witness};

const NOW: u64 = 1_795_000_000;

/// A log with its trees of 5 and of 9 entries.
struct Setting {
    store: Memory,
    five: (u64, Hash),
    nine: (u64, Hash),
    note: String,
    proof: Vec<Hash>,
}

fn setting() -> Setting {
    let (log, mut store) = log_of(5);
    let five = now(store.head()).unwrap();
    log.committed(now(log.append(&mut store, entries(5..9))).unwrap());
    let nine = now(store.head()).unwrap();
    let proof = now(proof::consistency(&mut store, 5, 9)).unwrap();
    Setting { store, five: (5, five.root), nine: (9, nine.root), note: nine.checkpoint, proof }
}

fn witness() -> Witness {
    Witness::new(witness_signer(), vec![other_signer().verifier(), signer().verifier()])
}

fn ask(request: &[u8], state: Option<(u64, Hash)>) -> Answer {
    witness().add_checkpoint(request, |_| state, NOW)
}

/// Holds that a request is refused with this status, content type and body, the latter by its beginning.
fn check(what: &str, request: &[u8], state: Option<(u64, Hash)>, status: u16, content: &str, begins: &str) {
    let answer = ask(request, state);
    assert_eq!((answer.status(), answer.content_type()), (status, content), "{what}: {answer:?}");
    let Answer::Refused { body, reason, .. } = answer else { panic!("{what}: cosigned") };
    assert!(body.starts_with(begins) && body.ends_with('\n'), "{what}: {body}");
    assert_eq!(reason.status(), status);
}

/// Holds that a request is cosigned, and that what is returned is a cosignature of the checkpoint at this time.
fn cosigned(request: &[u8], note: &str, state: Option<(u64, Hash)>, expected: (u64, Hash)) {
    let answer = ask(request, state);
    assert_eq!((answer.status(), answer.content_type()), (200, TEXT_TYPE));
    let Answer::Cosigned { origin, size, root, body } = answer else { panic!("refused: {answer:?}") };
    assert_eq!((origin.as_str(), (size, root)), (ORIGIN, expected));
    let key = [witness().verifier()];
    let note = checkpoint::add_cosignatures(note, &body.once_stored(), &key).unwrap();
    assert_eq!(checkpoint::cosigners(&note, &key), [("witness.example.org".to_owned(), NOW)]);
}

#[test]
fn a_log_that_grew_is_cosigned() {
    let Setting { mut store, five, nine, note, proof } = setting();
    // The first time there is nothing to prove.
    cosigned(&witness::request(0, &[], &note), &note, None, nine);
    cosigned(&witness::request(5, &proof, &note), &note, Some(five), nine);
    // The same tree again: a newer time for the same.
    cosigned(&witness::request(9, &[], &note), &note, Some(nine), nine);
    // A log that was opened and has no entry yet.
    let empty = Checkpoint { origin: ORIGIN.to_owned(), size: 0, root: EMPTY_ROOT, extensions: Vec::new() };
    let empty = checkpoint::sign(&empty, &signer());
    cosigned(&witness::request(0, &[], &empty), &empty, None, (0, EMPTY_ROOT));
    cosigned(&witness::request(0, &[], &note), &note, Some((0, EMPTY_ROOT)), nine);
    // Signatures by others do not matter, before the log's own or after it.
    let line = checkpoint::sign(&checkpoint::open(&note, &signer().verifier()).unwrap(), &Signer::generate("x.example", [5; 32]).unwrap());
    let noisy = format!("{note}{}\n", line.lines().last().unwrap());
    cosigned(&witness::request(5, &proof, &noisy), &noisy, Some(five), nine);
    assert_eq!(now(store.head()).unwrap().size, 9);
}

#[test]
fn a_cosignature_signs_what_the_specification_says() {
    let Setting { note, .. } = setting();
    let Answer::Cosigned { body, .. } = ask(&witness::request(0, &[], &note), None) else { panic!("refused") };
    let line = body.once_stored();
    let signature = signed_note::Signature::from_bytes(line.strip_suffix('\n').unwrap().as_bytes()).unwrap();
    let (time, signature) = signature.signature().split_at(8);
    assert_eq!(time, NOW.to_be_bytes());
    let text = note.split_inclusive('\n').take(3).collect::<String>();
    let message = format!("cosignature/v1\ntime {NOW}\n{text}");
    let key = ed25519_dalek::SigningKey::from_bytes(&[3; 32]).verifying_key();
    key.verify_strict(message.as_bytes(), &ed25519_dalek::Signature::from_slice(signature).unwrap()).unwrap();
}

#[test]
fn what_is_not_sound_is_refused() {
    let Setting { five, nine, note, proof, .. } = setting();
    let good = witness::request(5, &proof, &note);
    let text = String::from_utf8(good.clone()).unwrap();
    let forged = |size, root, signer: &Signer| {
        checkpoint::sign(&Checkpoint { origin: ORIGIN.to_owned(), size, root, extensions: Vec::new() }, signer)
    };
    let known = Some(five);

    // 400
    let many = vec![[0; 32]; 64];
    let malformed: [(&str, Vec<u8>); 9] = [
        ("nothing", Vec::new()),
        ("not UTF-8", [good.as_slice(), &[0xff]].concat()),
        ("no old size", text.replacen("old 5\n", "", 1).into_bytes()),
        ("a leading zero", text.replacen("old 5\n", "old 05\n", 1).into_bytes()),
        ("a sign", text.replacen("old 5\n", "old +5\n", 1).into_bytes()),
        ("half a hash", text.replacen("old 5\n", "old 5\nBwcH\n", 1).into_bytes()),
        ("64 hashes", witness::request(5, &many, &note)),
        ("no empty line", text.replace("\n\n", "\n").into_bytes()),
        ("no checkpoint", b"old 5\n\n".to_vec()),
    ];
    for (what, request) in malformed {
        check(what, &request, known, 400, TEXT_TYPE, "malformed");
    }
    check("backwards", &witness::request(10, &[], &note), Some((10, [1; 32])), 400, TEXT_TYPE, "expected an old size of at most 9");
    // 404
    let elsewhere = Signer::generate("another.example", [4; 32]).unwrap();
    let unknown = Checkpoint { origin: "another.example".to_owned(), size: 9, root: nine.1, extensions: Vec::new() };
    check("an unknown log", &witness::request(0, &[], &checkpoint::sign(&unknown, &elsewhere)), None, 404, TEXT_TYPE, "expected a log");
    // 403
    let stranger = Signer::generate(ORIGIN, [6; 32]).unwrap();
    check("an unknown key", &witness::request(5, &proof, &forged(9, nine.1, &stranger)), known, 403, TEXT_TYPE, "no signature");
    let changed = note.replacen("\n9\n", "\n8\n", 1);
    check("a wrong signature", &witness::request(5, &proof, &changed), known, 403, TEXT_TYPE, "");
    // 409
    check("behind", &witness::request(0, &[], &note), known, 409, SIZE_TYPE, "5\n");
    check("ahead", &good, None, 409, SIZE_TYPE, "0\n");
    check("a backup put back", &good, Some((12, [1; 32])), 409, SIZE_TYPE, "12\n");
    let fork = forged(9, [1; 32], &signer());
    check("two trees of one size", &witness::request(9, &[], &fork), Some(nine), 409, TEXT_TYPE, "expected the root");
    let full_of_nothing = forged(0, [1; 32], &signer());
    check("an empty tree with a root", &witness::request(0, &[], &full_of_nothing), None, 409, TEXT_TYPE, "expected the root");
    // 422
    let refused = "the consistency proof does not hold";
    check("no proof", &witness::request(5, &[], &note), known, 422, TEXT_TYPE, refused);
    check("half a proof", &witness::request(5, &proof[1..], &note), known, 422, TEXT_TYPE, refused);
    check("a proof too many", &witness::request(0, &proof, &note), None, 422, TEXT_TYPE, refused);
    check("a proof for the same size", &witness::request(9, &proof, &note), Some(nine), 422, TEXT_TYPE, refused);
    check("another history", &witness::request(5, &proof, &forged(9, [1; 32], &signer())), known, 422, TEXT_TYPE, refused);
    check("another past", &good, Some((5, [1; 32])), 422, TEXT_TYPE, refused);
    // 500
    let answer = witness().add_checkpoint(&good, |_| known, u64::MAX);
    assert_eq!(answer.status(), 500);
}

#[test]
fn a_log_may_have_several_keys() {
    let Setting { nine, .. } = setting();
    let note = checkpoint::sign(&Checkpoint { origin: ORIGIN.to_owned(), size: 9, root: nine.1, extensions: Vec::new() }, &other_signer());
    assert_eq!(ask(&witness::request(0, &[], &note), None).status(), 200);
}

#[test]
fn the_state_is_asked_for_only_when_the_log_signed() {
    let Setting { note, .. } = setting();
    let changed = note.replacen("\n9\n", "\n8\n", 1);
    let answer = witness().add_checkpoint(&witness::request(0, &[], &changed), |_| panic!("asked"), NOW);
    assert_eq!(answer.status(), 403);
    let answer = witness().add_checkpoint(
        &witness::request(0, &[], &note),
        |origin| {
            assert_eq!(origin, ORIGIN);
            None
        },
        NOW,
    );
    // The cosignature is not printed by accident before the state is stored.
    assert!(!format!("{answer:?}").contains('—'));
}

#[test]
fn a_client_reads_the_size_of_a_conflict() {
    let cases = [
        ("12\n", Some(12)),
        ("0\n", Some(0)),
        ("12", None),
        ("", None),
        ("012\n", None),
        ("12\n\n", None),
        ("99999999999999999999\n", None),
    ];
    for (body, size) in cases {
        assert_eq!(witness::cosigned_size(body), size, "{body:?}");
    }
}
