//! Archives and mail: documents inside documents.

use crate::made::{gzipped, tarred, zipped};
use crate::{check, pieces};
use PieceKind::{Name, Question, Sentence};
use haven_extract::{Format, Limits, PieceKind, extract, recognise};

#[test]
fn documents_in_archives_are_read_where_they_lie() {
    let note = b"She came last year. Are you a citizen?";
    let inner = zipped(&[("notes/a.txt", note)]);
    check(
        "outer.zip",
        &zipped(&[("inner.zip", &inner), ("b.txt", b"One line.")]),
        &[
            (Name, "inner", ":: inner.zip"),
            (Name, "notes", ":: inner.zip!notes/a.txt"),
            (Sentence, "She came last year.", ":1:1 inner.zip!notes/a.txt"),
            (Question, "Are you a citizen?", ":1:21 inner.zip!notes/a.txt"),
            (Sentence, "One line.", ":1:1 b.txt"),
        ],
    );
    check("outer.tar", &tarred(&[("d/a.txt", b"One line.")]), &[(Sentence, "One line.", ":1:1 d/a.txt")]);
    check("a.txt.gz", &gzipped(b"One line."), &[(Sentence, "One line.", ":1:1 a.txt")]);
    check("x.tgz", &gzipped(&tarred(&[("a.txt", b"One line.")])), &[(Sentence, "One line.", ":1:1 x.tar!a.txt")]);
}

#[test]
fn archives_one_inside_the_other_end_somewhere() {
    let mut bytes = zipped(&[("a.txt", b"One line.")]);
    for _ in 0..5 {
        bytes = zipped(&[("n.zip", &bytes)]);
    }
    let (found, outcome) = pieces("n.zip", &bytes);
    assert!(found.is_empty());
    assert!(outcome.unread[0].reason.contains("more than 4 archives"), "{:?}", outcome.unread);
    assert_eq!(outcome.unread[0].place.path.as_deref(), Some("n.zip!n.zip!n.zip!n.zip!n.zip"));
}

#[test]
fn an_archive_that_grows_without_end_is_stopped() {
    let limits = Limits { inflated_bytes_max: 1 << 20, ..Limits::default() };
    let zeros = vec![b' '; 8 << 20];
    for (name, bytes) in [
        ("b.zip", zipped(&[("a.txt", &zeros), ("b.txt", b"One line.")])),
        ("b.gz", gzipped(&zeros)),
        ("b.docx", zipped(&[("word/document.xml", &zeros)])),
        ("b.xlsx", zipped(&[("xl/workbook.xml", &zeros)])),
        ("b.odt", zipped(&[("content.xml", &zeros)])),
    ] {
        let outcome = extract(name, &mut &*bytes, &limits, &mut |piece| panic!("{piece:?}"));
        assert!(outcome.unread.iter().any(|unread| unread.reason.contains("more than 1048576 bytes")), "{name}: {:?}", outcome.unread);
    }
}

#[test]
fn what_cannot_be_opened_is_said() {
    for (name, bytes, reason) in [
        ("a.7z", &b"7z\xbc\xaf\x27\x1c\0\0\0"[..], "7z"),
        ("a.bin", b"\0\x01\x02\x03", "other bytes"),
        ("a.db", b"SQLite format 3\0\x10\0", "haven scan --database sqlite:"),
        ("a.dump", b"PGDMP\x01\x0e\0", "pg_restore"),
        ("scan.png", b"\x89PNG\r\n\x1a\n\0\0\0", "a picture that cannot be recognised"),
        ("a.zip", b"PK\x03\x04 and then nothing", "list of contents"),
        ("a.tar", b"no archive at all", "damaged"),
        ("a.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xff\xff", "reading stopped"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "older office format"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "encrypted"),
    ] {
        let (found, outcome) = pieces(name, bytes);
        assert!(outcome.unread.iter().any(|unread| unread.reason.contains(reason)), "{name}: {found:?} {outcome:?}");
    }
}

/// A message with text, an HTML part, an attached table in base64 and a message inside.
const MESSAGE: &str = "From: a@example.org\r\nTo: b@example.org\r\nSubject: =?utf-8?q?Is_he_a_citizen=3F?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: multipart/alternative; boundary=\"y\"\r\n\r\n--y\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nHe is undocu=\r\nmented. Se=F1or.\r\n--y\r\nContent-Type: text/html\r\n\r\n<p>He is undocumented.</p>\r\n--y--\r\n--x\r\nContent-Type: text/plain; name=\"note.txt\"\r\nContent-Disposition: attachment; filename=\"note.txt\"\r\nContent-Transfer-Encoding: base64\r\n\r\nT25lIGxpbmUu\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: Forwarded\r\nContent-Type: text/plain\r\n\r\nAn inner line.\r\n--x--\r\n";

#[test]
fn mail_is_read_with_what_is_attached() {
    let (found, outcome) = pieces("a.eml", MESSAGE.as_bytes());
    let found: Vec<_> = found
        .iter()
        .map(|piece| (piece.text.as_str(), piece.place.path.as_deref().unwrap_or_default(), piece.place.line.unwrap_or_default()))
        .collect();
    // Lines are those of the file, also where one line of the text is two of it.
    for expected in [
        ("Is he a citizen?", "subject", 0),
        ("He is undocumented.", "", 14),
        ("Señor.", "", 14),
        ("He is undocumented.", "body.html", 19),
        ("note", "note.txt", 0),
        ("One line.", "note.txt", 1),
        ("Forwarded", "part 5.eml!subject", 0),
        ("An inner line.", "part 5.eml", 33),
    ] {
        assert!(found.contains(&expected), "{expected:?} in {found:?} {:?}", outcome.unread);
    }
    assert!(!found.iter().any(|(text, ..)| text.contains("example.org")), "who wrote to whom is not handed out: {found:?}");
}

#[test]
fn a_mailbox_is_read_message_by_message() {
    let mbox = "From a@example.org Mon Jan  1 00:00:00 2026\nSubject: First\n\nOne line.\n>From here on.\n\nFrom b@example.org Mon Jan  1 00:00:00 2026\nSubject: Second\n\nTwo lines.\n";
    check(
        "all.mbox",
        mbox.as_bytes(),
        &[
            (Sentence, "First", ":: message 1.eml!subject"),
            (Sentence, "One line.", ":4:1 message 1.eml"),
            (Sentence, "From here on.", ":5:1 message 1.eml"),
            (Sentence, "Second", ":: message 2.eml!subject"),
            (Sentence, "Two lines.", ":10:1 message 2.eml"),
        ],
    );
}

#[test]
fn a_format_is_seen_from_the_first_bytes_before_the_name() {
    let docx = crate::office::docx("", &[]);
    let odf = zipped(&[("mimetype", b"application/vnd.oasis.opendocument.text")]);
    for (name, head, format) in [
        ("upload", docx.as_slice(), Format::Docx),
        ("report.txt", b"%PDF-1.4\n", Format::Pdf),
        ("reader.txt", b"A PDF begins with %PDF-1.4.", Format::Text),
        ("scan.pdf", b"Not found", Format::Pdf),
        ("mail", b"Received: from here\r\n", Format::Mail),
        ("mail.txt", b"From a Mon Jan\nSubject: One\n\nText.", Format::Mbox),
        ("a.json.gz", &gzipped(b"{}"), Format::Gzip),
        ("a.backup", &tarred(&[("a", b"b")]), Format::Tar),
        ("upload.zip", &zipped(&[("a.docx", &docx)]), Format::Zip),
        ("upload.ods", &odf, Format::Odf),
    ] {
        assert_eq!(recognise(name, head), format, "{name}");
    }
    assert!(Format::Pdf.hazardous() && Format::Zip.hazardous() && !Format::Text.hazardous());
}
