//! Input that was made to hurt: without end, nested without end, packed without end. Reading ends, says what it left, and holds
//! its bounds.

use crate::made::zipped;
use haven_extract::{Limits, Unread, extract};
use std::fmt::Write as _;
use std::io::Read;
use std::process::Command;
use std::time::{Duration, Instant};

/// Bytes that nobody holds: a beginning, then the same again and again.
struct Endless {
    begin: &'static [u8],
    again: &'static [u8],
    at: u64,
    length: u64,
}

impl Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let count = out.len().min(usize::try_from(self.length - self.at).unwrap());
        for byte in &mut out[..count] {
            let at = usize::try_from(self.at).unwrap();
            *byte = self.begin.get(at).copied().unwrap_or_else(|| self.again[(at - self.begin.len()) % self.again.len()]);
            self.at += 1;
        }
        Ok(count)
    }
}

fn unread(name: &str, input: &mut dyn Read, limits: &Limits) -> Vec<Unread> {
    let begun = Instant::now();
    let outcome = extract(name, input, limits, &mut |_| {});
    // Far more than it takes, also where much else runs: what ends is not told from what does not by seconds.
    assert!(begun.elapsed() < Duration::from_secs(600), "{name}: {:?}", begun.elapsed());
    outcome.unread
}

fn says(name: &str, input: &mut dyn Read, reason: &str) {
    let unread = unread(name, input, &Limits::default());
    assert!(unread.iter().any(|unread| unread.reason.contains(reason)), "{name}: expected `{reason}`, found {unread:?}");
}

const GIVEN: &str = "HAVEN_TEST_ENDLESS";
/// One line of a gigabyte.
const LENGTH: u64 = 1 << 30;

/// Formats, what their line begins with, what it goes on with, and what is said; nothing where all of it is read.
const LINES: [(&str, &[u8], &[u8], &str); 13] = [
    ("a.txt", b"", b"word ", ""),
    ("a.md", b"", b"wordwithoutend", ""),
    ("a.sql", b"INSERT INTO t VALUES (0, 'a')", b",(1,'b')", ""),
    ("text.sql", b"INSERT INTO t VALUES ('", b"word ", "expected the end of a text"),
    ("a.csv", b"a,b", b",c d", "rows of at most 16 MiB"),
    ("quoted.csv", b"a,\"", b"c d\n", "rows of at most 16 MiB"),
    ("a.json", b"[\"", b"word ", "strings and numbers of at most 16 MiB"),
    ("number.json", b"[1", b"1", "strings and numbers of at most 16 MiB"),
    ("a.jsonl", b"{\"a\":\"", b"word ", "a line of at most 16 MiB"),
    ("a.xml", b"<a>", b"word ", "elements and texts of at most 16 MiB"),
    ("tag.xml", b"<a ", b"b='c' ", "elements and texts of at most 16 MiB"),
    ("a.py", b"x = '", b"word ", "longer than"),
    ("a.eml", b"Subject: x\n\n", b"word ", "longer than"),
];

/// Not a test by itself: the process that the next one starts, since memory is a process's.
#[test]
fn reads_without_end() {
    #[expect(clippy::disallowed_methods, reason = "the test is the edge of this process")]
    if std::env::var_os(GIVEN).is_none() {
        return;
    }
    for (name, begin, again, reason) in LINES {
        // A build without optimisation reads a gigabyte in minutes: an eighth shows as well whether memory grows.
        let length = if reason.is_empty() { LENGTH / 8 } else { LENGTH };
        let unread = unread(name, &mut Endless { begin, again, at: 0, length: length.min(LENGTH) }, &Limits::default());
        match reason {
            "" => assert_eq!(unread, [], "{name}"),
            reason => assert!(unread.iter().any(|unread| unread.reason.contains(reason)), "{name}: {unread:?}"),
        }
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap().trim().trim_end_matches(" kB").trim();
        let mib = peak.parse::<u64>().unwrap() >> 10;
        println!("{name}: {mib} MiB");
        assert!(mib < 512, "{name} takes {mib} MiB");
    }
    println!("all are read");
}

#[test]
fn a_line_of_a_gigabyte_is_read_in_bounded_memory() {
    let own = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "hostile::reads_without_end", "--nocapture"])
        .env(GIVEN, "yes")
        .output()
        .unwrap();
    assert!(own.status.success() && String::from_utf8_lossy(&own.stdout).contains("all are read"), "{own:?}");
}

#[test]
fn nesting_without_end_ends() {
    let times = |text: &str, count: usize| text.repeat(count).into_bytes();
    says("a.json", &mut &*times("[", 1_000_000), "at most 127 deep");
    says("b.json", &mut &*times("{\"a\":", 1_000_000), "at most 127 deep");
    says("a.jsonl", &mut &*times("[", 1_000_000), "expected a line of JSON");
    says("a.xml", &mut &*times("<a>", 1_000_000), "at most 1000 elements");
    says("a.yml", &mut &*times("[", 20_000), "expected YAML");
    says("b.yml", &mut &*times("- ", 20_000), "expected YAML");
    says("a.docx", &mut &*zipped(&[("word/document.xml", &times("<w:p>", 1_000_000))]), "ends before its elements do");
    // What has no depth to it is read through.
    for (name, bytes) in [
        ("a.html", times("<div>", 200_000)),
        ("a.sql", times("(", 1_000_000)),
        ("b.sql", times("CREATE FUNCTION f() AS $a$ ", 1_000)),
        ("a.js", times("{[(", 300_000)),
        ("a.md", times("> ", 300_000)),
    ] {
        unread(name, &mut &*bytes, &Limits::default());
    }
    // YAML that says the same again and again by its name.
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let name = format!("*a{}", level - 1);
        writeln!(bomb, "a{level}: &a{level} [{}]", [name.as_str(); 10].join(", ")).unwrap();
    }
    says("bomb.yml", &mut bomb.as_bytes(), "expected YAML");
    // Entities that become other entities are left as they stand.
    let mut bomb = "<!DOCTYPE a [<!ENTITY b0 'x'>".to_owned();
    for level in 1..30 {
        write!(bomb, "<!ENTITY b{level} '&b{};&b{};'>", level - 1, level - 1).unwrap();
    }
    bomb.push_str("]><a>&b29;</a>");
    assert_eq!(unread("bomb.xml", &mut bomb.as_bytes(), &Limits::default()), []);
    // Parts of a message inside parts.
    let mut mail = String::from("Subject: x\r\n");
    for level in 0..2_000 {
        write!(mail, "Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n").unwrap();
    }
    unread("a.eml", &mut mail.as_bytes(), &Limits::default());
    let forwarded = "Content-Type: message/rfc822\r\n\r\n".repeat(2_000);
    says("b.eml", &mut forwarded.as_bytes(), "archives or messages one inside the other");
}

/// An archive whose only document is an archive whose only document is an archive.
struct Matryoshka {
    header: Vec<u8>,
    at: usize,
}

impl Read for Matryoshka {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        for byte in &mut *out {
            *byte = self.header[self.at % self.header.len()];
            self.at += 1;
        }
        Ok(out.len())
    }
}

#[test]
fn an_archive_that_holds_itself_ends() {
    let mut header = tar::Header::new_ustar();
    header.set_path("n.tar").unwrap();
    header.set_size(0o777_7777_7777);
    header.set_entry_type(tar::EntryType::Regular);
    header.set_cksum();
    let mut archive = Matryoshka { header: header.as_bytes().to_vec(), at: 0 };
    let found = extract("n.tar", &mut (&mut archive).take(1 << 24), &Limits::default(), &mut |piece| panic!("{piece:?}"));
    assert!(found.unread.iter().any(|unread| unread.reason.contains("more than 4 archives")), "{:?}", found.unread);
}

/// A list of contents that names the same packed bytes again and again.
fn overlapping(packed: &[u8], times: u16) -> Vec<u8> {
    let at = |bytes: &[u8], at: usize, count: usize| bytes[at..at + count].to_vec();
    let end = packed.len() - 22;
    let list = u32::from_le_bytes(at(packed, end + 16, 4).try_into().unwrap()) as usize;
    let entry = at(packed, list, end - list);
    let mut bytes = packed[..list].to_vec();
    for _ in 0..times {
        bytes.extend(&entry);
    }
    let mut last = packed[end..].to_vec();
    last[8..10].copy_from_slice(&times.to_le_bytes());
    last[10..12].copy_from_slice(&times.to_le_bytes());
    last[12..16].copy_from_slice(&u32::try_from(entry.len() * usize::from(times)).unwrap().to_le_bytes());
    bytes.extend(last);
    bytes
}

#[test]
fn a_bomb_in_an_archive_stops_at_its_bound() {
    let limits = Limits { inflated_bytes_max: 4 << 20, ..Limits::default() };
    let zeros = vec![b' '; 1 << 20];
    let one = zipped(&[("a.txt", &zeros)]);
    let mut nested = one.clone();
    for _ in 0..3 {
        let entries: Vec<(String, &[u8])> = (0..16).map(|number| (format!("{number}.zip"), nested.as_slice())).collect();
        let entries: Vec<(&str, &[u8])> = entries.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
        nested = zipped(&entries);
    }
    for (name, bytes) in [("overlapping.zip", overlapping(&one, 5_000)), ("nested.zip", nested)] {
        assert!(bytes.len() < 1 << 20, "{name} is small");
        let unread = unread(name, &mut &*bytes, &limits);
        assert!(!unread.is_empty() && unread.len() < 200, "{name}: {} reasons", unread.len());
        let bounded = ["more than 4194304 bytes", "do not agree", "list of contents"];
        assert!(unread.iter().any(|unread| bounded.iter().any(|reason| unread.reason.contains(reason))), "{name}: {unread:?}");
    }
}

#[test]
fn bytes_of_no_encoding_are_said_and_the_rest_is_read() {
    let sentence = "She has no papers at all.";
    let utf16 = |text: &str| -> Vec<u8> { [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect() };
    let long: Vec<u8> = [b"plain ".repeat(1_000), b"\xff\xc0\xaf. ".to_vec(), sentence.as_bytes().to_vec()].concat();
    let mut odd = utf16(&format!("Text. {sentence} "));
    odd.push(b'x');
    let mut halves = utf16("Text. ");
    // Half of a pair.
    halves.extend([0x00, 0xd8]);
    halves.extend(format!(". {sentence}").encode_utf16().flat_map(u16::to_le_bytes));
    for (name, bytes) in [
        ("late.txt", long),
        ("odd.txt", odd),
        ("halves.txt", halves),
        ("latin.txt", [b"Se\xf1ora. ", sentence.as_bytes()].concat()),
        ("mixed.csv", [b"a,b\n\xff\xfe\xfd,", sentence.as_bytes()].concat()),
        ("mixed.json", [b"{\"a\":\"\xed\xa0\x80\",\"b\":\"", sentence.as_bytes(), b"\"}"].concat()),
        ("mixed.xml", [b"<?xml version='1.0' encoding='utf-8'?><a>\xc3</a><!--", sentence.as_bytes(), b"-->"].concat()),
        ("mixed.html", [b"<p>\xe2\x82</p><p>", sentence.as_bytes(), b"</p>"].concat()),
        ("mixed.sql", [b"INSERT INTO t VALUES ('\xff\xff', '", sentence.as_bytes(), b"');"].concat()),
        ("mixed.yml", [b"a: x\nb: '", sentence.as_bytes(), b"'\n# \xff\n"].concat()),
    ] {
        let mut found = false;
        let outcome = extract(name, &mut &*bytes, &Limits::default(), &mut |piece| found |= piece.text.contains(sentence));
        assert!(found, "{name}: {:?}", outcome.unread);
    }
}
