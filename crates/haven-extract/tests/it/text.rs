//! Plain text in several encodings.

use crate::{check, pieces};
use haven_extract::PieceKind::{Column, Name, Question, Sentence};

#[test]
fn sentences_come_with_their_places() {
    check(
        "note.txt",
        b"The U.S. citizen left. Was he\nasked why?\n\nNo. 5 is empty",
        &[(Sentence, "The U.S. citizen left.", ":1:1"), (Question, "Was he\nasked why?", ":1:24"), (Question, "No. 5 is empty", ":4:1")],
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

/// A form without tags: labels with room to write, with an answer, numbered, in lists; what is a sentence stays one.
#[test]
fn lines_of_a_form_are_labels() {
    check(
        "form.txt",
        "Name: ____\nCitizenship: ____\n3. Country of birth\n- Visa type: F-1\n移民身份：\n\nImmigration status\n\nHe said: I have no papers at all and am afraid.\nThe end."
            .as_bytes(),
        &[
            (Question, "Name", ":1:1"),
            (Question, "Citizenship", ":2:1"),
            (Question, "Country of birth", ":3:1"),
            (Column, "Visa type = F-1", ":4:1"),
            (Question, "移民身份", ":5:1"),
            (Question, "Immigration status", ":7:1"),
            (Sentence, "He said: I have no papers at all and am afraid.", ":9:1"),
            (Sentence, "The end.", ":10:1"),
        ],
    );
    check(
        "feed.txt",
        b"id|citizenship|note\n1|LPR|x\n",
        &[
            (Name, "id", ":1:1 id"),
            (Name, "citizenship", ":1:2 citizenship"),
            (Name, "note", ":1:3 note"),
            (Column, "id = 1", "::1 id"),
            (Column, "citizenship = LPR", "::2 citizenship"),
            (Column, "note = x", "::3 note"),
        ],
    );
}

/// No value stands in a place: a table without a head, a title above one, keys that are numbers.
#[test]
fn places_hold_names_and_no_values() {
    for (name, text) in [
        ("a.csv", "Ana,undocumented,A012345678\nJoe,LPR,A012345679\n"),
        ("a.csv", "City of X, shelter export\nClient,Status,Ref\nAna,undocumented,A012345678\n"),
        ("a.csv", "City of X shelter export\nClient,Status,Ref\nAna,undocumented,A012345678\n"),
        ("a.json", "{\"A012345678\": {\"status\": \"LPR\"}}"),
    ] {
        let (found, outcome) = pieces(name, text.as_bytes());
        for piece in &found {
            let place = format!("{:?}", piece.place);
            assert!(!place.contains("A0123"), "{text}: {place}");
        }
        assert!(found.iter().any(|piece| piece.values.iter().any(|value| value == "A012345678" || value == "LPR")), "{text}: {found:?}");
        assert_eq!(outcome.unread, [], "{text}");
    }
}
