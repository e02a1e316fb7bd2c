//! Bytes to text and back: content encodings, charsets, limits.

use crate::Blocked;
use crate::policy::Limits;
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::io::{self, Write};
use zstd::stream::raw::{self, Operation as _};

/// Compressed bytes undone at a time: what they grow to is held.
const PIECE: usize = 512;
/// Bytes that any body may grow to, however few it came from.
const GROWN_FREE: usize = 1 << 16;

/// A content encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    None,
    Gzip,
    Brotli,
    Zstd,
}

impl Packing {
    /// By the value of `Content-Encoding`.
    pub fn named(name: &str) -> Result<Self, Blocked> {
        match name.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Ok(Self::None),
            "gzip" | "x-gzip" => Ok(Self::Gzip),
            "br" => Ok(Self::Brotli),
            "zstd" => Ok(Self::Zstd),
            _ => Err(Blocked::Encoding),
        }
    }
}

/// A sink that says no before it holds too much.
struct Limited {
    bytes: Vec<u8>,
    left: usize,
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.left = self.left.checked_sub(bytes.len()).ok_or(io::ErrorKind::FileTooLarge)?;
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

enum Undoing {
    None,
    Gzip(Box<flate2::write::MultiGzDecoder<Limited>>),
    Brotli(Box<brotli::DecompressorWriter<Limited>>),
    Zstd(Frames),
}

/// Frames of zstd, one behind the other. The crate's own writer does not say whether the last one is whole.
struct Frames {
    decoder: raw::Decoder<'static>,
    sink: Limited,
    /// Whether the last frame has ended.
    ended: bool,
}

impl Frames {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut room = [0; 4 * PIECE];
        let mut input = raw::InBuffer::around(bytes);
        loop {
            let mut output = raw::OutBuffer::around(room.as_mut_slice());
            let left = self.decoder.run(&mut input, &mut output)?;
            self.sink.write_all(output.as_slice())?;
            let is_full = output.pos() == output.capacity();
            self.ended = left == 0;
            if input.pos() == bytes.len() && (self.ended || !is_full) {
                return Ok(());
            }
            if self.ended && input.pos() < bytes.len() {
                self.decoder.reinit()?;
            }
        }
    }

    fn close(&self) -> io::Result<()> {
        if self.ended { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

/// Compressed bytes to bytes.
pub(crate) struct Unpack {
    undoing: Undoing,
    ratio: usize,
    taken: usize,
    given: usize,
}

impl Unpack {
    pub fn new(packing: Packing, limits: Limits) -> Result<Self, Blocked> {
        let sink = Limited { bytes: Vec::new(), left: 0 };
        let undoing = match packing {
            Packing::None => Undoing::None,
            Packing::Gzip => Undoing::Gzip(Box::new(flate2::write::MultiGzDecoder::new(sink))),
            Packing::Brotli => Undoing::Brotli(Box::new(brotli::DecompressorWriter::new(sink, 4096))),
            Packing::Zstd => Undoing::Zstd(Frames { decoder: raw::Decoder::new().map_err(|_| Blocked::Compression)?, sink, ended: false }),
        };
        Ok(Self { undoing, ratio: limits.ratio, taken: 0, given: 0 })
    }

    fn sink(&mut self) -> Option<&mut Limited> {
        match &mut self.undoing {
            Undoing::None => None,
            Undoing::Gzip(decoder) => Some(decoder.get_mut()),
            Undoing::Brotli(decoder) => Some(decoder.get_mut()),
            Undoing::Zstd(frames) => Some(&mut frames.sink),
        }
    }

    pub fn push(&mut self, bytes: &[u8], mut out: impl FnMut(&[u8]) -> Result<(), Blocked>) -> Result<(), Blocked> {
        if matches!(self.undoing, Undoing::None) {
            return out(bytes);
        }
        for piece in bytes.chunks(PIECE) {
            self.taken += piece.len();
            let allowed = self.taken.saturating_mul(self.ratio).max(GROWN_FREE);
            let left = allowed.saturating_sub(self.given);
            if let Some(sink) = self.sink() {
                sink.left = left;
            }
            let done = match &mut self.undoing {
                Undoing::None => Ok(()),
                Undoing::Gzip(decoder) => decoder.write_all(piece),
                Undoing::Brotli(decoder) => decoder.write_all(piece),
                Undoing::Zstd(frames) => frames.write_all(piece),
            };
            self.drained(done, &mut out)?;
        }
        Ok(())
    }

    fn drained(&mut self, done: io::Result<()>, out: &mut impl FnMut(&[u8]) -> Result<(), Blocked>) -> Result<(), Blocked> {
        if let Err(error) = done {
            let too_large = error.kind() == io::ErrorKind::FileTooLarge;
            return Err(if too_large { Blocked::Bomb { ratio: self.ratio } } else { Blocked::Compression });
        }
        let bytes = self.sink().map(|sink| std::mem::take(&mut sink.bytes)).unwrap_or_default();
        self.given += bytes.len();
        out(&bytes)
    }

    /// Says that no more bytes come.
    pub fn finish(&mut self, mut out: impl FnMut(&[u8]) -> Result<(), Blocked>) -> Result<(), Blocked> {
        let left = self.taken.saturating_mul(self.ratio).max(GROWN_FREE).saturating_sub(self.given);
        if let Some(sink) = self.sink() {
            sink.left = left;
        }
        let done = match &mut self.undoing {
            Undoing::None => return Ok(()),
            Undoing::Gzip(decoder) => decoder.try_finish(),
            Undoing::Brotli(decoder) => decoder.close(),
            Undoing::Zstd(frames) => frames.close(),
        };
        self.drained(done, &mut out)
    }
}

/// A charset that can be read and written again without a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// And ISO-8859-1, which is read as it, as browsers do.
    Windows1252,
}

impl Charset {
    pub fn named(name: &str) -> Result<Option<Self>, Blocked> {
        match name.trim().trim_matches(['"', '\'']).to_ascii_lowercase().as_str() {
            "" | "utf-16" => Ok(None),
            "utf-8" | "utf8" | "us-ascii" | "ascii" => Ok(Some(Self::Utf8)),
            "utf-16le" => Ok(Some(Self::Utf16Le)),
            "utf-16be" => Ok(Some(Self::Utf16Be)),
            "iso-8859-1" | "latin1" | "windows-1252" | "cp1252" => Ok(Some(Self::Windows1252)),
            _ => Err(Blocked::Charset),
        }
    }

    /// Whether a document that calls its charset so may be in this one.
    pub fn is_called(self, name: &str) -> bool {
        match Self::named(name) {
            Ok(Some(named)) => named == self,
            Ok(None) => matches!(self, Self::Utf16Le | Self::Utf16Be),
            Err(_) => false,
        }
    }

    fn encoding(self) -> &'static Encoding {
        match self {
            Self::Utf8 => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Windows1252 => WINDOWS_1252,
        }
    }

    fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8 => &[0xef, 0xbb, 0xbf],
            Self::Utf16Le => &[0xff, 0xfe],
            Self::Utf16Be => &[0xfe, 0xff],
            Self::Windows1252 => &[],
        }
    }
}

/// Bytes to text.
pub(crate) struct Read {
    declared: Option<Charset>,
    is_utf16: bool,
    /// The first bytes, until it is known whether they are a mark.
    head: Vec<u8>,
    decoder: Option<(Charset, Decoder)>,
    marked: bool,
    /// Whether it is JSON, which is UTF-8 or UTF-16 whatever it is called (RFC 8259): readers do not ask.
    is_json: bool,
    bytes: Bytes,
}

impl Read {
    /// `declared`: the charset of the content type; `is_utf16`: it said UTF-16, and a mark must say which.
    pub fn new(declared: Option<Charset>, is_utf16: bool, is_json: bool) -> Self {
        Self { declared, is_utf16, head: Vec::new(), decoder: None, marked: false, is_json, bytes: Bytes::default() }
    }

    pub fn charset(&self) -> Charset {
        self.decoder.as_ref().map_or(Charset::Utf8, |(charset, _)| *charset)
    }

    /// The mark that the text began with.
    pub fn mark(&self) -> &'static [u8] {
        if self.marked { self.charset().mark() } else { &[] }
    }

    pub fn push(&mut self, bytes: &[u8], last: bool, out: &mut String) -> Result<(), Blocked> {
        if self.decoder.is_some() {
            return self.decode(bytes, last, out);
        }
        self.head.extend_from_slice(bytes);
        if self.head.len() < 3 && !last {
            return Ok(());
        }
        let head = std::mem::take(&mut self.head);
        let marked = [Charset::Utf8, Charset::Utf16Le, Charset::Utf16Be].into_iter().find(|charset| head.starts_with(charset.mark()));
        let charset = match (marked, self.declared) {
            // UTF-16 without a mark could be either.
            (None, None) if self.is_utf16 => return Err(Blocked::Charset),
            (Some(marked), Some(declared)) if marked != declared => return Err(Blocked::Charset),
            (Some(Charset::Utf8), None) if self.is_utf16 => return Err(Blocked::Charset),
            (Some(charset), _) | (None, Some(charset)) => charset,
            (None, None) => Charset::Utf8,
        };
        self.marked = marked.is_some();
        self.decoder = Some((charset, charset.encoding().new_decoder_without_bom_handling()));
        let behind = head.get(self.mark().len()..).unwrap_or_default();
        self.decode(behind, last, out)
    }

    fn decode(&mut self, bytes: &[u8], last: bool, out: &mut String) -> Result<(), Blocked> {
        let Some((charset, decoder)) = &mut self.decoder else { return Ok(()) };
        let is_other = match charset {
            Charset::Utf8 => false,
            Charset::Windows1252 if self.is_json => !bytes.is_ascii(),
            // One letter of UTF-8 is enough, so that a body is blocked however it comes in chunks.
            Charset::Windows1252 => {
                self.bytes.take(bytes, last);
                self.bytes.has_letters
            }
            // A mark is no UTF-8, and an end of a line has a zero byte: no row has left before the end.
            Charset::Utf16Le | Charset::Utf16Be => {
                self.bytes.take(bytes, last);
                last && !self.marked && !self.bytes.zero && self.bytes.some && !self.bytes.is_broken
            }
        };
        if is_other {
            return Err(Blocked::Charset);
        }
        let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).ok_or(Blocked::Text)?;
        out.reserve(room);
        let before = out.len();
        match decoder.decode_to_string_without_replacement(bytes, out, last) {
            (DecoderResult::InputEmpty, _) if out.get(before..).is_some_and(is_text) => Ok(()),
            _ => Err(Blocked::Text),
        }
    }
}

/// What bytes would be if they were UTF-8.
#[derive(Default)]
struct Bytes {
    /// The beginning of a letter.
    begun: Vec<u8>,
    /// Whether there were letters of several bytes, and bytes that are part of none.
    has_letters: bool,
    is_broken: bool,
    /// Whether there were any bytes, and a zero among them.
    some: bool,
    zero: bool,
}

impl Bytes {
    fn take(&mut self, bytes: &[u8], last: bool) {
        self.some |= !bytes.is_empty();
        self.zero |= bytes.contains(&0);
        if self.begun.is_empty() && bytes.is_ascii() {
            return;
        }
        let mut held = std::mem::take(&mut self.begun);
        held.extend_from_slice(bytes);
        let mut chunks = held.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            self.has_letters |= !chunk.valid().is_ascii();
            let invalid = chunk.invalid();
            // What may still become a letter at the end of a chunk waits for the next one.
            let waits = !last && chunks.peek().is_none() && std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
            if waits {
                self.begun = invalid.to_vec();
            } else {
                self.is_broken |= !invalid.is_empty();
            }
        }
    }
}

/// Whether letters are text: there is no control among them but tabs and ends of lines and pages. Compressed bytes, and others
/// that are no text, hold many.
fn is_text(text: &str) -> bool {
    let is_control = |byte: u8| (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0xc)) || byte == 0x7f;
    // The end of a line of some old machines is U+0085.
    !text.bytes().any(is_control)
        && (text.is_ascii() || !text.contains(|letter: char| matches!(letter, '\u{80}'..='\u{84}' | '\u{86}'..='\u{9f}')))
}

/// Text to bytes.
pub(crate) fn encode(text: &str, charset: Charset) -> Result<Vec<u8>, Blocked> {
    match charset {
        Charset::Utf8 => Ok(text.as_bytes().to_vec()),
        Charset::Utf16Le => Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        Charset::Utf16Be => Ok(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        Charset::Windows1252 => {
            let mut encoder = WINDOWS_1252.new_encoder();
            let room = encoder.max_buffer_length_from_utf8_without_replacement(text.len()).ok_or(Blocked::Text)?;
            let mut out = Vec::with_capacity(room);
            let (result, _) = encoder.encode_from_utf8_to_vec_without_replacement(text, &mut out, true);
            if matches!(result, encoding_rs::EncoderResult::InputEmpty) { Ok(out) } else { Err(Blocked::Text) }
        }
    }
}
