//! Fuzz targets, one a format: bytes of any kind, and sound small documents that are changed, inside their packing too.
//!
//! They run as plain tests over some hundred inputs each, and for `HAVEN_FUZZ_SECONDS` each where that is set.

use crate::made::{gzipped, older_workbook, rows, tarred, workbook, zipped};
use haven_extract::{Limits, Piece, Unread, extract};
use std::io::Read;
use std::time::{Duration, Instant};

/// Inputs of each target where nothing else is said.
const INPUTS: usize = 150;

/// Bounds that small inputs reach.
fn limits() -> Limits {
    Limits { whole_bytes_max: 1 << 20, inflated_bytes_max: 4 << 20, picture_seconds_max: 0, ..Limits::default() }
}

/// Bytes read as a stream of choices; where they end, every choice is the first.
struct Choices<'a>(&'a [u8]);

impl Choices<'_> {
    fn byte(&mut self) -> usize {
        match self.0 {
            [first, rest @ ..] => {
                self.0 = rest;
                usize::from(*first)
            }
            [] => 0,
        }
    }

    fn below(&mut self, end: usize) -> usize {
        (self.byte() << 16 | self.byte() << 8 | self.byte()) % end.max(1)
    }
}

/// What makes parsers of texts stumble.
const TOKENS: [&[u8]; 26] = [
    b"\"",
    b"'",
    b"<",
    b">",
    b"&",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\\",
    b"\0",
    b"\r",
    b"\n\n",
    b"--",
    b"/*",
    b"*/",
    b"<!--",
    b"<![CDATA[",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xc3",
    b"$$",
    b"q'[",
    b"\xf0\x9f\x87\xba",
    b"&#x0;",
    b"9999999999999999999999",
];

/// A document in which some things are other than they were.
fn changed(sound: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let mut bytes = sound.to_vec();
    for _ in 0..=choices.byte() % 6 {
        let at = choices.below(bytes.len());
        let end = (at + 1 + choices.below(40)).min(bytes.len());
        match choices.byte() % 6 {
            0 if at < bytes.len() => bytes[at] = choices.byte().to_le_bytes()[0],
            1 if at < bytes.len() => bytes[at] ^= 1 << (choices.byte() % 8),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let again = bytes[at..end].to_vec();
                let to = choices.below(bytes.len());
                bytes.splice(to..to, again);
            }
            4 => bytes.truncate(at),
            _ => drop(bytes.splice(at..at, TOKENS[choices.byte() % TOKENS.len()].iter().copied())),
        }
    }
    bytes
}

/// A reader that hands out little at a time.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let count = out.len().min(self.1).min(self.0.len());
        out[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn read(name: &str, input: &mut dyn Read) -> (Vec<Piece>, Vec<Unread>) {
    let limits = limits();
    let mut pieces = Vec::new();
    let outcome = extract(name, input, &limits, &mut |piece| pieces.push(piece));
    for piece in &pieces {
        assert!(piece.text.len() <= limits.piece_bytes_max || !piece.values.is_empty(), "{name}: a piece of {}", piece.text.len());
        assert!(piece.values.len() <= 4096.max(limits.values_max), "{name}: {} values", piece.values.len());
        assert!(piece.place.line != Some(0) && piece.place.column != Some(0) && piece.place.page != Some(0), "{name}: {:?}", piece.place);
    }
    for unread in &outcome.unread {
        assert!(!unread.reason.is_empty(), "{name}: unread without a reason");
    }
    (pieces, outcome.unread)
}

/// Reads what the choices make of a document: `pack` makes it of its inside.
fn fuzz(name: &str, inside: &[u8], pack: &dyn Fn(&[u8]) -> Vec<u8>, choices: &[u8]) {
    let mut choices = Choices(choices);
    let bytes = match choices.byte() % 4 {
        0 => choices.0.to_vec(),
        1 => changed(&pack(inside), &mut choices),
        _ => pack(&changed(inside, &mut choices)),
    };
    let begun = Instant::now();
    let first = read(name, &mut &*bytes);
    assert!(begun.elapsed() < Duration::from_secs(20), "{name}: {:?}", begun.elapsed());
    assert_eq!(read(name, &mut Slow(&bytes, 1 + bytes.len() % 7)), first, "{name}: another answer to the same bytes");
}

fn run(name: &'static str, inside: &[u8], pack: fn(&[u8]) -> Vec<u8>) {
    let inside = inside.to_vec();
    #[expect(clippy::disallowed_methods, reason = "the volume of a test is no answer of the library")]
    let seconds = std::env::var("HAVEN_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let target = bolero::check!();
    match seconds {
        Some(seconds) => target.with_test_time(Duration::from_secs(seconds)).for_each(|choices: &[u8]| fuzz(name, &inside, &pack, choices)),
        None => target.with_iterations(INPUTS).for_each(|choices: &[u8]| fuzz(name, &inside, &pack, choices)),
    }
}

macro_rules! formats {
    ($($test:ident: $name:literal, $inside:expr, $pack:expr;)*) => {$(
        #[test]
        fn $test() {
            run($name, $inside, $pack);
        }
    )*};
}

fn bare(bytes: &[u8]) -> Vec<u8> {
    bytes.to_vec()
}

/// A text as it stands in an element of XML.
fn in_xml(bytes: &[u8], before: &str, after: &str) -> Vec<u8> {
    [before.as_bytes(), bytes, after.as_bytes()].concat()
}

const WORDS: &[u8] = b"<w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr><w:r><w:t>Part A</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>Visa type:</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:ins><w:p><w:r><w:t>She has no papers.</w:t></w:r></w:p></w:ins><w:sdt><w:sdtPr><w:tag w:val=\"visa\"/></w:sdtPr></w:sdt>";
const PAGE: &[u8] = b"<!doctype html><form><h2>You</h2><label for=a>Are you a citizen?</label><input id=a name=cit title='Say yes'><select name=s><option>LPR<option>USC</select><!-- note --><script>var visaType = \"Visa type\";</script><%= t('visa') %><table><tr><th>Status</table></form>";
const MESSAGE: &[u8] = b"Subject: =?utf-8?q?Is_he?=\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nHe is undocu=\r\nmented.\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>He is here.</p>\r\n--x\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogSW5uZXINCg0KT25lIGxpbmUuDQo=\r\n--x--\r\n";
const DUMP: &[u8] = b"/*!40101 SET x */;\n-- people\nCREATE TABLE `p` (`id` int, `cit` enum('USC','LPR') COMMENT 'Citizen?', [Alien No] text CHECK (x IN ('a')));\nINSERT INTO `p` VALUES (1,'it\\'s',0x00112233445566778899),(2,q'[a]',N'b');\nCOPY q (a, b) FROM stdin;\n1\t\\N\n\\.\nCREATE FUNCTION f() AS $b$ SELECT 'x' $b$;\nCOMMENT ON COLUMN a.p.cit IS 'How did you enter?';\nGO\n";

formats! {
    text: "a.txt", b"Visa type: ____\n\n1. Where were you born?\nShe came. She\nstayed.\n\xe2\x98\x90 Citizen\n", bare;
    markdown: "a.md", b"# Form\n\n- Visa type: ____\n\n| a | b |\n|---|---|\n| **c** | d |\n\n```\ncode\n```\n", bare;
    html: "a.html", PAGE, bare;
    template: "a.erb", PAGE, bare;
    ruby: "a.rb", b"# a note\nclass Visa\n  label \"Visa type #{x}\"\n  text = '''a <b>form</b>'''\nend\n", bare;
    script: "a.js", b"/* a\n * note */ const visaType = `Visa ${type}`; // other\nreturn <label>Visa?</label>;\n", bare;
    sql: "a.sql", DUMP, bare;
    csv: "a.csv", b"sep=;\nid;cit_stat;note\n1;USC;\"He said \"\"no\"\" to all of it.\"\n2;LPR\n", bare;
    json: "a.json", br#"{"person": [{"visa": "F1", "n": 1e999}, {"a": null}], "label": "Visa \ud83d\ude00 type", "x": [[], {}]} 2"#, bare;
    json_lines: "a.jsonl", b"{\"a\":\"x\"}\n{broken\n[1]\n\n{\"b\":{\"c\":\"y\"}}\n", bare;
    yaml: "a.yml", b"en: &a\n  are_you: Are you?\n  kinds: [one, !t two, *a]\n---\n? [x]\n: |\n  text\n", bare;
    xml: "a.xml", b"<?xml version='1.0'?><!DOCTYPE p [<!ENTITY e 'x'>]><p s='LPR'>\n<visa>F1 &amp; &e; <![CDATA[x]]></visa><!-- asked --></p>", bare;
    pdf: "a.pdf", b"0 0 0 rg /Im1 Do", |inside| {
        let mut pdf = crate::made::Pdf::new();
        let more = String::from_utf8_lossy(inside).into_owned();
        pdf.page(&[(72, 700, "Immigration status:"), (72, 660, "She came.")], vec![], lopdf::dictionary! {}, &more);
        crate::made::saved(pdf.finish(vec![], false))
    };
    pdf_form: "a.pdf", b"", |_| crate::pdf::form();
    docx: "a.docx", WORDS, |inside| {
        zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", &in_xml(inside, "<w:document><w:body>", "</w:body></w:document>"))])
    };
    pptx: "a.pptx", b"<s><p><r><t>Visa type:</t></r></p><cNvPr descr='A picture'/></s>", |inside| {
        zipped(&[("ppt/presentation.xml", b"<p/>"), ("ppt/slides/slide1.xml", inside)])
    };
    xlsx: "a.xlsx", b"<row r=\"9\"><c r=\"B9\" t=\"inlineStr\"><is><t>F1</t></is></c></row>", |inside| {
        let sheet = format!("{}{}", rows(&[&["name", "visa"], &["Ann", "B1"]]), String::from_utf8_lossy(inside));
        workbook(&[("people", &sheet, "")], &[])
    };
    odt: "a.odt", b"<t><h>Part</h><p>Visa type: <s/></p><table><table-row><table-cell><p>x</p></table-cell></table-row></table></t>", |inside| {
        zipped(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", inside)])
    };
    zip: "a.zip", DUMP, |inside| zipped(&[("a.sql", inside), ("b.zip", &zipped(&[("c.html", inside)])), ("d/", b"")]);
    tar: "a.tar", PAGE, |inside| tarred(&[("a.html", inside), ("b.gz", &gzipped(inside))]);
    gzip: "a.tgz", PAGE, |inside| gzipped(&tarred(&[("a.html", inside)]));
    mail: "a.eml", MESSAGE, bare;
    mailbox: "a.mbox", MESSAGE, |inside| [b"From a Mon Jan  1 00:00:00 2026\n", inside, b"\n\nFrom b Mon Jan  1 00:00:00 2026\n", inside].concat();
    nameless: "upload", PAGE, bare;
}

/// Says that the process is the one with a limit of memory.
const LIMITED: &str = "HAVEN_TEST_LIMITED";

/// Not a test by itself: the process that the next one starts.
#[test]
fn xls_within_limits() {
    #[expect(clippy::disallowed_methods, reason = "the test is the edge of this process")]
    if std::env::var_os(LIMITED).is_some() {
        run("a.xls", b"", |_| older_workbook(&[&["name", "visa"], &["Ann", "B1"]]));
    }
}

/// The reader of older workbooks takes memory for every cell between the first and the last, and follows sectors in circles. So
/// a scan reads them in a process with a limit, and so does this: what the limit ends is no fault, a panic or a hang is one.
#[test]
fn xls() {
    let own = std::env::current_exe().unwrap();
    let process = std::process::Command::new("/bin/sh")
        .args(["-c", "ulimit -v 2097152 && exec \"$0\" --exact fuzz::xls_within_limits --nocapture"])
        .arg(own)
        .env(LIMITED, "yes")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&process.stderr);
    assert!(process.status.success() || said.contains("memory allocation of"), "{process:?}");
}
