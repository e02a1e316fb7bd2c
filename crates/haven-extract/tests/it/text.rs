//! Plain text in several encodings.

use crate::{check, pieces};
use haven_extract::PieceKind::{Question, Sentence};

#[test]
fn sentences_come_with_their_places() {
    check(
        "note.txt",
        b"The U.S. citizen left. Was he\nasked why?\n\nNo. 5 is empty",
        &[(Sentence, "The U.S. citizen left.", ":1:1"), (Question, "Was he\nasked why?", ":1:24"), (Sentence, "No. 5 is empty", ":4:1")],
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

/// A line without end is read to its end, in parts.
#[test]
fn a_text_without_stops_comes_in_parts() {
    let text = format!("{}Are you a citizen", "word ".repeat(3000));
    let (found, outcome) = pieces("a.txt", text.as_bytes());
    assert_eq!(outcome.unread, []);
    assert_eq!(found.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" "), text);
    assert!(found.len() > 2 && found.iter().all(|piece| piece.text.len() <= 4096));
}
