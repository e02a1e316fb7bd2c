//! Damaged files of each format: whatever is done to them, reading ends, and without a panic that reaches the reader.

use crate::made::{damaged, gzipped, older_workbook, rows, tarred, workbook, zipped};
use crate::{forms, office, pdf};
use haven_extract::{Limits, extract};
use std::time::{Duration, Instant};

/// Damages tried of each file.
const DAMAGES: u64 = 200;

/// Reads a file in all its damages. Where the format holds sums of its parts, what is lost must be said.
fn survives(name: &str, bytes: &[u8]) {
    let summed = [".docx", ".xlsx", ".odt", ".pptx", ".zip"].iter().any(|ending| name.ends_with(ending));
    let (whole, _) = crate::pieces(name, bytes);
    assert!(!whole.is_empty(), "{name} is sound");
    for number in 0..DAMAGES {
        let damaged = damaged(bytes, number);
        let begun = Instant::now();
        let mut pieces = Vec::new();
        let outcome = extract(name, &mut damaged.as_slice(), &Limits::default(), &mut |piece| pieces.push(piece));
        assert!(begun.elapsed() < Duration::from_secs(60), "{name}, damage {number}: {:?}", begun.elapsed());
        let lost = whole.iter().any(|piece| !pieces.iter().any(|found| found.text == piece.text));
        assert!(!summed || !lost || !outcome.unread.is_empty(), "{name}, damage {number}: something was lost and nothing said");
    }
}

#[test]
fn damaged_files_end() {
    let sheet = rows(&[&["name", "visa"], &["Ann", "B1"]]);
    let docx = office::docx("<w:p><w:r><w:t>She is undocumented.</w:t></w:r></w:p>", &[]);
    survives("a.docx", &docx);
    survives("a.xlsx", &workbook(&[("people", &sheet, "")], &[]));
    survives("a.xls", &older_workbook(&[&["name", "visa"], &["Ann", "B1"]]));
    survives("a.zip", &zipped(&[("a.docx", &docx), ("b.txt", b"One line.")]));
    survives("a.tar", &tarred(&[("a.docx", &docx), ("b.txt", b"One line.")]));
    survives("a.tgz", &gzipped(&tarred(&[("b.txt", b"One line.")])));
    survives("a.odt", &zipped(&[("content.xml", b"<t><p>One line.</p><p>Two lines.</p></t>")]));
    survives("a.pptx", &zipped(&[("ppt/presentation.xml", b"<p/>"), ("ppt/slides/slide1.xml", b"<s><p><r><t>One line.</t></r></p></s>")]));
    survives("a.eml", b"Subject: One\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nOne line.\r\n--x\r\nContent-Transfer-Encoding: base64\r\n\r\nT25lIGxpbmUu\r\n--x--\r\n");
    survives("a.mbox", b"From a Mon Jan  1 00:00:00 2026\nSubject: One\n\nOne line.\n\nFrom b Mon Jan  1 00:00:00 2026\n\nTwo.\n");
    survives("a.pdf", &pdf::form());
    survives("b.pdf", &forms::drawn());
}
