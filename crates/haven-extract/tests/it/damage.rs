//! Damaged files of each format: whatever is done to them, reading ends, and without a panic that reaches the reader.

use crate::made::{damaged, gzipped, rows, tarred, workbook, zipped};
use crate::{office, pdf};
use haven_extract::{Limits, extract};
use std::time::{Duration, Instant};

/// Damages tried of each file.
const DAMAGES: u64 = 200;

/// Reads a file in all its damages.
fn survives(name: &str, bytes: &[u8]) {
    for number in 0..DAMAGES {
        let damaged = damaged(bytes, number);
        let begun = Instant::now();
        let mut pieces = 0_u64;
        extract(name, &mut damaged.as_slice(), &Limits::default(), &mut |_| pieces += 1);
        assert!(begun.elapsed() < Duration::from_secs(60), "{name}, damage {number}: {:?}, {pieces} pieces", begun.elapsed());
    }
}

#[test]
fn damaged_files_end() {
    let sheet = rows(&[&["name", "visa"], &["Ann", "B1"]]);
    let docx = office::docx("<w:p><w:r><w:t>She is undocumented.</w:t></w:r></w:p>", &[]);
    survives("a.docx", &docx);
    survives("a.xlsx", &workbook(&[("people", &sheet, "")], &[]));
    survives("a.zip", &zipped(&[("a.docx", &docx), ("b.txt", b"One line.")]));
    survives("a.tar", &tarred(&[("a.docx", &docx), ("b.txt", b"One line.")]));
    survives("a.tgz", &gzipped(&tarred(&[("b.txt", b"One line.")])));
    survives("a.odt", &zipped(&[("content.xml", b"<t><p>One line.</p><p>Two lines.</p></t>")]));
    survives("a.pptx", &zipped(&[("ppt/slides/slide1.xml", b"<s><p><r><t>One line.</t></r></p></s>")]));
    survives("a.eml", b"Subject: One\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nOne line.\r\n--x\r\nContent-Transfer-Encoding: base64\r\n\r\nT25lIGxpbmUu\r\n--x--\r\n");
    survives("a.mbox", b"From a Mon Jan  1 00:00:00 2026\nSubject: One\n\nOne line.\n\nFrom b Mon Jan  1 00:00:00 2026\n\nTwo.\n");
    survives("a.pdf", &pdf::form());
}
