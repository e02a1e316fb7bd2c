//! Plain text in several encodings.

use crate::{check, pieces};
use haven_extract::PieceKind::{Column, Name, Question, Sentence};
use haven_extract::{Limits, Piece, PieceKind, extract};

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

/// Of what leaves, texts are handed out as they stand, too: in parts, before what is found in them, wherever they lie.
#[test]
fn texts_are_handed_out_as_they_stand() {
    let long = "Grüße an alle im Haus. ".repeat(20_000);
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in [
        ("a.json", b"{\"unit\":\"Lights\"}".to_vec()),
        ("b.txt", long.clone().into_bytes()),
        ("c.html", b"<p>Caf\xe9</p>".to_vec()),
        ("d.txt", Vec::new()),
        ("e.tsv", b"case\tunit\n1\tLights\n".to_vec()),
        ("f.bin", vec![0, 1, 2]),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, &bytes).unwrap();
    }
    let zip = zip.finish().unwrap().into_inner();
    let mail = "From: a@example.org\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\nThe light is out.\n".as_bytes();
    let expected = [
        ("a.zip", &zip[..], "a.json", "application/json", "{\"unit\":\"Lights\"}"),
        ("a.zip", &zip, "b.txt", "text/plain", &long),
        ("a.zip", &zip, "c.html", "text/html", "<p>Café</p>"),
        ("a.zip", &zip, "e.tsv", "text/tab-separated-values", "case\tunit\n1\tLights\n"),
        ("a.eml", mail, "body", "text/plain", "The light is out.\n"),
        ("a.md", b"# Lights\n", "", "text/plain", "# Lights\n"),
    ];
    let read = |name: &str, bytes: &[u8], texts| {
        let (mut found, limits) = (Vec::new(), Limits { texts, ..Limits::default() });
        let outcome = extract(name, &mut &*bytes, &limits, &mut |piece: Piece| found.push(piece));
        (found, outcome.unread)
    };
    for (name, bytes, path, kind, said) in expected {
        let (found, unread) = read(name, bytes, true);
        let is_of = |piece: &&Piece| piece.kind == PieceKind::Document && piece.place.path.as_deref().unwrap_or_default() == path;
        let parts: Vec<&Piece> = found.iter().filter(is_of).collect();
        assert!(parts.iter().all(|part| part.context == kind && part.text.len() <= 256 << 10), "{path}");
        assert_eq!(parts.iter().map(|part| part.text.as_str()).collect::<String>(), said, "{path}");
        assert!(parts.len() >= 2 && parts.last().is_some_and(|part| part.text.is_empty()), "{path}");
        // What is found in them, and what could not be read, is the same as ever.
        let others: Vec<Piece> = found.into_iter().filter(|piece| piece.kind != PieceKind::Document).collect();
        assert_eq!((others, unread), read(name, bytes, false), "{name}");
    }
    let limits = Limits { texts: true, whole_bytes_max: 1000, ..Limits::default() };
    let mut found = 0;
    let outcome = extract("a.txt", &mut long.as_bytes(), &limits, &mut |piece: Piece| found += usize::from(piece.kind == Sentence));
    assert!(outcome.unread[0].reason.starts_with("longer than the 1000 bytes"), "{:?}", outcome.unread);
    assert_eq!(found, pieces("a.txt", long.as_bytes()).0.len(), "it is read to its end");
}
