//! Files of logs to text, in pieces that end where a record ends.
//!
//! A log may be larger than memory: it is read once, from begin to end, and what goes on from here are pieces of some 32 MiB.
//! Compression and encoding are told by the bytes, never by the name.

use crate::AuditError;
use crate::layout::Layouts;
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use memchr::{memchr, memrchr2};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Records before the header are titles; more of them than this are a file of something else.
const TITLES_MAX: usize = 10;
/// As much of a file as its header is looked for in.
const HEAD_BYTES: usize = 256 << 10;
/// What may stand between values.
pub(crate) const DELIMITERS: [u8; 4] = *b",;\t|";

/// Is told how many more bytes of the files have been read, and says whether to go on.
pub type Progress<'a> = dyn Fn(u64) -> ControlFlow<()> + Sync + 'a;

/// The bytes of a file as they go by: how many, and their SHA-256.
#[derive(Default)]
pub(crate) struct Tally(Mutex<(Sha256, u64)>);

impl Tally {
    /// The digest in hex, and the count.
    pub(crate) fn finish(&self) -> (String, u64) {
        let tally = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (hex(&tally.0.clone().finalize()), tally.1)
    }
}

impl Tally {
    /// The digest and the size of a file that is not read otherwise.
    pub(crate) fn of(path: &Path, progress: &Progress<'_>) -> io::Result<(String, u64)> {
        let tally = Self::default();
        io::copy(&mut BufReader::with_capacity(1 << 20, Tallied { file: File::open(path)?, tally: &tally, progress }), &mut io::sink())?;
        Ok(tally.finish())
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

struct Tallied<'a> {
    file: File,
    tally: &'a Tally,
    progress: &'a Progress<'a>,
}

impl Read for Tallied<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(out)?;
        let mut tally = self.tally.0.lock().unwrap_or_else(PoisonError::into_inner);
        tally.0.update(out.get(..count).unwrap_or_default());
        tally.1 += count as u64;
        drop(tally);
        match (self.progress)(count as u64) {
            ControlFlow::Continue(()) => Ok(count),
            // No error that is tried again, as one of the kind `Interrupted` would be.
            ControlFlow::Break(()) => Err(io::Error::other("stopped")),
        }
    }
}

fn io_error(path: &Path) -> impl Fn(io::Error) -> AuditError {
    let file = path.display().to_string();
    move |error| AuditError::File { file: file.clone(), error }
}

/// What an XLSX file is called.
pub(crate) const WORKBOOK: &str = "a workbook (XLSX or ODS); save its sheet as CSV";

/// What a file is that is neither text nor packed text, by how it begins.
pub(crate) fn no_table(begin: &[u8]) -> Option<&'static str> {
    Some(if begin.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        "a workbook of the older format (XLS); save its sheet as CSV"
    } else if begin.starts_with(b"%PDF") {
        "a PDF; its tables must be extracted first"
    } else if begin.starts_with(b"PAR1") {
        "a Parquet file; `haven audit decide` reads those"
    } else if begin.trim_ascii_start().starts_with(b"<") {
        "a page or XML; what a server says instead of a download often is"
    } else {
        return None;
    })
}

/// Lets `then` read a file as UTF-8, unpacked; then reads what is left, so that the tally is that of the whole file.
pub(crate) fn with_text<T>(
    path: &Path,
    tally: &Tally,
    progress: &Progress<'_>,
    then: impl FnOnce(&mut dyn Read) -> Result<T, AuditError>,
) -> Result<T, AuditError> {
    let failed = io_error(path);
    let mut magic = Vec::new();
    File::open(path).and_then(|file| file.take(4096).read_to_end(&mut magic)).map_err(&failed)?;
    let refused = |found: &str| AuditError::Data {
        file: path.display().to_string(),
        place: None,
        expected: "a table as text (CSV), plain, as gz or one in a zip".to_owned(),
        found: found.to_owned(),
    };
    let mut file = Tallied { file: File::open(path).map_err(&failed)?, tally, progress };
    let outcome = if magic.starts_with(b"\x1f\x8b") {
        then(&mut Utf8::new(flate2::read::MultiGzDecoder::new(BufReader::with_capacity(1 << 20, &mut file))).map_err(&failed)?)
    } else if magic.starts_with(b"PK\x03\x04") {
        // The table of contents of a zip stands at its end.
        let mut zip =
            zip::ZipArchive::new(BufReader::new(File::open(path).map_err(&failed)?)).map_err(|_| refused("a zip that is damaged"))?;
        // Of Microsoft's and of OpenDocument's.
        if zip.index_for_name("[Content_Types].xml").is_some() || zip.index_for_name("META-INF/manifest.xml").is_some() {
            return Err(refused(WORKBOOK));
        }
        let names: Result<Vec<String>, _> = zip.file_names().map(|name| name.map(Cow::into_owned)).collect();
        let mut names = names.map_err(|_| refused("a zip that is damaged"))?;
        names.retain(|name| !name.ends_with('/') && !name.starts_with("__MACOSX/") && !name.ends_with(".DS_Store"));
        let [name] = names.as_slice() else { return Err(refused(&format!("a zip of {} files; unpack it and name them", names.len()))) };
        let entry = zip.by_name(name).map_err(|_| refused("a zip that is damaged or locked"))?;
        then(&mut Utf8::new(BufReader::with_capacity(1 << 20, entry)).map_err(&failed)?)
    } else if let Some(found) = no_table(&magic) {
        return Err(refused(found));
    } else {
        then(&mut Utf8::new(&mut file).map_err(&failed)?)
    };
    let value = outcome?;
    let mut rest = vec![0; 1 << 20];
    while file.read(&mut rest).map_err(&failed)? > 0 {}
    Ok(value)
}

/// Text in UTF-8 without a mark at its beginning: UTF-16 becomes UTF-8, and anything else goes through as it is.
struct Utf8<R> {
    inner: R,
    decoder: Option<Decoder>,
    /// Bytes read while the encoding was found out, then what waits to be decoded.
    raw: Vec<u8>,
    out: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Utf8<R> {
    fn new(mut inner: R) -> io::Result<Self> {
        let mut raw = Vec::new();
        match (&mut inner).take(64).read_to_end(&mut raw) {
            Err(error) if error.kind() != ErrorKind::UnexpectedEof => return Err(error),
            _ => {}
        }
        let marked = Encoding::for_bom(&raw);
        let encoding = match (marked, raw.as_slice()) {
            (Some((encoding, mark)), _) => {
                raw.drain(..mark);
                encoding
            }
            // A header in a language with Latin letters, without a mark.
            (None, [first, 0, second, 0, ..]) if *first != 0 && *second != 0 => UTF_16LE,
            (None, [0, first, 0, second, ..]) if *first != 0 && *second != 0 => UTF_16BE,
            _ => UTF_8,
        };
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling());
        Ok(Self { inner, decoder, raw, out: Vec::new(), given: 0, ended: false })
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else {
            if self.raw.is_empty() {
                return self.inner.read(to);
            }
            let count = self.raw.as_slice().read(to)?;
            self.raw.drain(..count);
            return Ok(count);
        };
        loop {
            let ready = self.out.get(self.given..).unwrap_or_default();
            if !ready.is_empty() {
                let count = (&mut &*ready).read(to)?;
                self.given += count;
                return Ok(count);
            }
            if self.ended {
                return Ok(0);
            }
            if self.raw.is_empty() {
                let count = (&mut self.inner).take(1 << 18).read_to_end(&mut self.raw)?;
                self.ended = count == 0;
            }
            self.out.resize(self.raw.len() * 3 + 16, 0);
            let (outcome, _, written, _) = decoder.decode_to_utf8(&self.raw, &mut self.out, self.ended);
            debug_assert_eq!(outcome, CoderResult::InputEmpty, "three bytes are enough for each of UTF-16's two");
            self.out.truncate(written);
            self.given = 0;
            self.raw.clear();
        }
    }
}

/// Reads until the buffer holds `size` bytes or the text ends; true if it ended. A packed file that breaks off ends too, and
/// `broke_off` says so.
fn fill(from: &mut dyn Read, buffer: &mut Vec<u8>, size: usize, broke_off: &mut bool) -> io::Result<bool> {
    buffer.reserve(size.saturating_sub(buffer.len()));
    while buffer.len() < size {
        let wanted = size - buffer.len();
        match from.take(wanted as u64).read_to_end(buffer) {
            Ok(0) => return Ok(true),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                *broke_off = true;
                return Ok(true);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}

/// Where the header of a file is, and what stands between its values.
pub(crate) struct Head {
    /// How much of the text lies before the first record.
    pub(crate) bytes: usize,
    pub(crate) delimiter: u8,
    pub(crate) header: Vec<String>,
    /// Empty cells behind the header's last that every record has; a record of any other width is none.
    beyond: usize,
}

impl Head {
    /// Why a record is not one of this header, if it is none.
    ///
    /// A cell with a delimiter that nobody quoted moves all cells behind it; where the last one is empty, nothing else shows
    /// that. So empty cells beyond the header are accepted only as the form of the whole file.
    pub(crate) fn misfit(&self, record: &csv::ByteRecord) -> Option<String> {
        let width = self.header.len();
        let fits = record.len() == width + self.beyond && empty_beyond(record, width);
        (!fits).then(|| format!("{} values under a header of {width}", record.len()))
    }

    /// Whether a record is the header: files that were put together, or taken from pages, have it more than once.
    pub(crate) fn is(&self, record: &csv::ByteRecord) -> bool {
        record.len() >= self.header.len()
            && record.iter().zip(&self.header).all(|(cell, header)| cell.trim_ascii() == header.as_bytes())
            && empty_beyond(record, self.header.len())
    }
}

fn empty_beyond(record: &csv::ByteRecord, width: usize) -> bool {
    record.iter().skip(width).all(<[u8]>::is_empty)
}

/// How many empty cells every record has beyond the header, as far as the begin of the file shows.
fn beyond(reader: csv::Reader<&[u8]>, head: &Head, ended: bool) -> usize {
    let width = head.header.len();
    let mut records: Vec<csv::ByteRecord> = reader.into_byte_records().map_while(Result::ok).collect();
    if !ended {
        // It may be cut.
        records.pop();
    }
    // What is too short is no record in any case.
    records.retain(|record| record.len() >= width && !head.is(record));
    let Some(first) = records.first().map(csv::ByteRecord::len).filter(|first| *first > width) else { return 0 };
    let all = records.iter().all(|record| record.len() == first && empty_beyond(record, width));
    if all { first - width } else { 0 }
}

/// Finds the header of a file: the first record, behind titles if there are some, that is the header of a layout.
pub(crate) fn head(path: &Path, layouts: &Layouts) -> Result<Head, AuditError> {
    let failed = io_error(path);
    let file = path.display().to_string();
    let mut begin = Vec::new();
    let mut broke_off = false;
    let outcome = with_begin(path, |text| fill(text, &mut begin, HEAD_BYTES, &mut broke_off).map_err(&failed));
    let ended = outcome?;
    let whole = if ended { begin.len() } else { scan(&begin, b',').end };
    let text = begin.get(..whole).unwrap_or_default();
    let mut first: Option<Vec<String>> = None;
    for delimiter in DELIMITERS {
        let mut reader = reader(text, delimiter);
        let mut record = csv::ByteRecord::new();
        for _ in 0..TITLES_MAX {
            if !reader.read_byte_record(&mut record).map_err(|error| impossible(&file, &error))? {
                break;
            }
            let header: Vec<String> = record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
            if layouts.recognise(&header).is_some() {
                let bytes = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
                let mut head = Head { bytes, delimiter, header, beyond: 0 };
                head.beyond = beyond(reader, &head, ended);
                return Ok(head);
            }
            if first.as_ref().is_none_or(|first| first.len() < header.len()) {
                first = Some(header);
            }
        }
    }
    match first {
        Some(header) => Err(layouts.unknown(&file, &header)),
        None => Err(AuditError::Data { file, place: None, expected: "a table with a header".to_owned(), found: "nothing".to_owned() }),
    }
}

/// As [`with_text`], for the begin of a file only: `with_text` reads to the end unless there is an error, so there is one.
fn with_begin<T>(path: &Path, then: impl FnOnce(&mut dyn Read) -> Result<T, AuditError>) -> Result<T, AuditError> {
    let mut value = None;
    let stop = || AuditError::File { file: String::new(), error: ErrorKind::Interrupted.into() };
    let outcome: Result<(), _> = with_text(path, &Tally::default(), &|_| ControlFlow::Continue(()), |text| {
        value = Some(then(text));
        Err(stop())
    });
    match (value, outcome) {
        (Some(value), _) => value,
        (None, Err(error)) => Err(error),
        (None, Ok(())) => Err(stop()),
    }
}

/// A reader of records in memory fails at nothing.
fn impossible(file: &str, error: &csv::Error) -> AuditError {
    AuditError::File { file: file.to_owned(), error: io::Error::other(error.to_string()) }
}

/// The reader of records within a piece, header and titles already taken off.
pub(crate) fn reader(text: &[u8], delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).buffer_capacity(1 << 16).from_reader(text)
}

/// What a text that begins with a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scan {
    /// Where the last record ends that is whole, its line break included.
    end: usize,
    /// Whether a quote is open at the end of the text.
    pub(crate) open: bool,
}

/// Finds the last whole record of a text: from quote to quote, by the rules of the `csv` crate, in which a quote opens only at
/// the begin of a cell and is doubled inside.
pub(crate) fn scan(text: &[u8], delimiter: u8) -> Scan {
    let rest = |from: usize| text.get(from..).unwrap_or_default();
    let mut end = 0;
    let mut outside = 0;
    loop {
        let mut from = outside;
        let opens = loop {
            let Some(quote) = memchr(b'"', rest(from)).map(|at| from + at) else { break None };
            match quote.checked_sub(1).and_then(|before| text.get(before)) {
                None | Some(b'\n' | b'\r') => break Some(quote),
                Some(before) if *before == delimiter => break Some(quote),
                Some(_) => from = quote + 1,
            }
        };
        let span = text.get(outside..opens.unwrap_or(text.len())).unwrap_or_default();
        if let Some(at) = memrchr2(b'\n', b'\r', span) {
            end = outside + at + 1;
        }
        let Some(quote) = opens else { return Scan { end, open: false } };
        let mut inside = quote + 1;
        outside = loop {
            let Some(closes) = memchr(b'"', rest(inside)).map(|at| inside + at) else { return Scan { end, open: true } };
            if text.get(closes + 1) != Some(&b'"') {
                break closes + 1;
            }
            inside = closes + 2;
        };
    }
}

/// A piece of a text: whole records.
#[derive(Debug, Default)]
pub(crate) struct Piece {
    pub(crate) text: Vec<u8>,
    /// What follows the piece and is no record, if something does.
    pub(crate) then: Option<Fault>,
}

/// Why a record could not be read as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A quote that nothing closes, or a line that nothing ends.
    Unclosed,
    /// The packed file ends in the middle of this record.
    BrokenOff,
    /// The packed file ends behind a whole record.
    Ended,
}

/// Cuts a text into pieces of about `size` bytes, each of whole records.
pub(crate) struct Pieces<'a> {
    from: &'a mut dyn Read,
    delimiter: u8,
    size: usize,
    /// The longest record; a quote that is open longer is a fault of the file, not a cell.
    record_max: usize,
    rest: Vec<u8>,
    ended: bool,
    broke_off: bool,
}

impl<'a> Pieces<'a> {
    pub(crate) fn new(from: &'a mut dyn Read, delimiter: u8, size: usize, record_max: usize) -> Self {
        Self { from, delimiter, size, record_max, rest: Vec::new(), ended: false, broke_off: false }
    }

    /// Reads past the titles and the header.
    pub(crate) fn skip(&mut self, bytes: usize) -> io::Result<()> {
        self.ended = fill(self.from, &mut self.rest, bytes, &mut self.broke_off)?;
        self.rest.clear();
        Ok(())
    }

    /// The next piece, in the given buffer; false at the end.
    pub(crate) fn next(&mut self, piece: &mut Piece) -> io::Result<bool> {
        piece.then = None;
        piece.text.clear();
        std::mem::swap(&mut piece.text, &mut self.rest);
        let mut size = self.size;
        let scan = loop {
            if !self.ended {
                self.ended = fill(self.from, &mut piece.text, size, &mut self.broke_off)?;
            }
            let scan = scan(&piece.text, self.delimiter);
            if scan.end > 0 || self.ended || piece.text.len() >= self.record_max {
                break scan;
            }
            size = piece.text.len() * 2;
        };
        if self.ended && !scan.open {
            if std::mem::take(&mut self.broke_off) {
                piece.then = Some(if scan.end == piece.text.len() { Fault::Ended } else { Fault::BrokenOff });
                piece.text.truncate(scan.end);
                return Ok(true);
            }
            return Ok(!piece.text.is_empty());
        }
        let left = piece.text.get(scan.end..).unwrap_or_default();
        if self.ended || left.len() >= self.record_max {
            // The line is lost in which a quote is opened that nothing closes, or that has no end; behind it the records go on.
            let line = memchr(b'\n', left).map_or(left.len(), |at| at + 1);
            piece.then = Some(Fault::Unclosed);
            self.rest.extend_from_slice(left.get(line..).unwrap_or_default());
        } else {
            self.rest.extend_from_slice(left);
        }
        piece.text.truncate(scan.end);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A reader that hands out little at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let count = out.len().min(self.1);
            self.0.read(&mut out[..count])
        }
    }

    fn records(text: &[u8]) -> Vec<csv::ByteRecord> {
        reader(text, b',').into_byte_records().map(Result::unwrap).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]
        /// Cut into pieces of any size, a text has the records that the `csv` crate finds in the whole: all of them, or those
        /// before a quote that nothing closes.
        #[test]
        fn pieces_have_the_records_of_the_whole(text in "([a,\n\r\" ]|\"\"|,\"|\",|\r\n){0,60}", size in 1_usize..50, slow in 1_usize..9) {
            let mut from = Slow(text.as_bytes(), slow);
            let mut pieces = Pieces::new(&mut from, b',', size, usize::MAX);
            let mut piece = Piece::default();
            let mut found = Vec::new();
            let mut unclosed = false;
            while !unclosed && pieces.next(&mut piece).unwrap() {
                found.extend(records(&piece.text));
                unclosed = piece.then.is_some();
            }
            let whole = records(text.as_bytes());
            if unclosed {
                prop_assert!(whole.starts_with(&found) && whole.len() > found.len());
            } else {
                prop_assert_eq!(found, whole);
            }
        }

        /// Whatever is lost, the pieces end, and what is given up is no more than a line at a time.
        #[test]
        fn pieces_of_anything_end(text in "[a,\"\n]{0,300}", size in 1_usize..20, longest in 1_usize..40) {
            let mut from = text.as_bytes();
            let mut pieces = Pieces::new(&mut from, b',', size, longest);
            let mut piece = Piece::default();
            let (mut given, mut lost) = (0, 0);
            while pieces.next(&mut piece).unwrap() {
                given += piece.text.len();
                lost += usize::from(piece.then.is_some());
                prop_assert!(lost <= text.len());
            }
            prop_assert!(given <= text.len() && (lost > 0 || given == text.len()));
        }
    }
}
