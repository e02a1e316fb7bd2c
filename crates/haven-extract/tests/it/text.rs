//! Plain text in several encodings.

use crate::{check, pieces};
use haven_extract::PieceKind::{Question, Sentence};

#[test]
fn sentences_come_with_their_places() {
    check(
        "note.txt",
        b"The U.S. citizen left. Was he\nasked why?\n\nNo. 5 is empty",
        &[
            (Sentence, "The U.S. citizen left.", ":1:1"),
            (Question, "Was he\nasked why?", ":1:24"),
            (Sentence, "No. 5 is empty", ":4:1"),
        ],
    );
}

#[test]
fn encodings_are_seen_from_marks_and_bytes() {
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain("Ciudadanía?".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    check("a.txt", &wide, &[(Question, "Ciudadanía?", ":1:1")]);
    check("a.txt", b"Ciudadan\xeda?", &[(Question, "Ciudadanía?", ":1:1")]);
    check("a.txt", "\u{feff}Ciudadanía?".as_bytes(), &[(Question, "Ciudadanía?", ":1:1")]);
}

#[test]
fn other_bytes_are_unread_and_never_clean() {
    let (found, outcome) = pieces("a.bin", &[0, 1, 2, 3, 0, 0]);
    assert!(found.is_empty());
    assert_eq!(outcome.unread.len(), 1);
}
