//! What goes over the wire of ICAP (RFC 3507): heads, what stands where behind them, chunks. One reading, or none.

use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{StatusCode, Uri};
use std::ops::Range;
use thiserror::Error;

/// Most digits of the size of a chunk.
const SIZE_DIGITS_MAX: usize = 15;
/// Most digits of an offset, or of the bytes of a preview.
const NUMBER_DIGITS_MAX: usize = 9;
/// The longest line with the size of a chunk, with what may follow the size.
const SIZE_LINE_MAX: usize = 32;

/// Why something has no reading. Names nothing of what stood there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Error)]
pub enum Fault {
    /// A line that does not end with CR LF, or a CR elsewhere.
    #[error("a line that does not end with CR LF")]
    LineEnd,
    /// The first line of a message.
    #[error("a first line that is none of ICAP/1.0")]
    FirstLine,
    /// A method other than OPTIONS, REQMOD and RESPMOD.
    #[error("a method other than OPTIONS, REQMOD and RESPMOD")]
    Method,
    /// A header line that is none, or a folded one.
    #[error("a header line that is none")]
    Header,
    /// What says where the parts of a message stand.
    #[error("Encapsulated: expected once, with the parts of this method in order, and a request")]
    Encapsulated,
    /// The size of a preview.
    #[error("Preview: expected once, a number")]
    Preview,
    /// The head of an HTTP message within.
    #[error("an encapsulated head that is none of HTTP/1.1")]
    Http,
    /// A chunk that is none, or has extensions other than `ieof` at the end of a preview.
    #[error("a chunk that is none")]
    Chunk,
    /// Trailers.
    #[error("trailers")]
    Trailer,
    /// A head larger than may be held.
    #[error("a head that is too long")]
    Long,
}

/// What is asked of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// What it can do.
    Options,
    /// To look at a request.
    Reqmod,
    /// To look at an answer.
    Respmod,
}

/// The head of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What is asked.
    pub method: Method,
    /// The path of the service.
    pub service: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// What stands behind it.
    pub parts: Parts,
    /// Whether the body is sent only so far that the rest can be asked for.
    pub is_preview: bool,
    /// Whether "leave it as it is" may be answered.
    pub may_leave: bool,
}

/// What stands behind a head, by bytes from its end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    /// The head of the request.
    pub request: Range<usize>,
    /// The head of the answer.
    pub response: Range<usize>,
    /// Whether a body follows, in chunks.
    pub has_body: bool,
}

/// Reads the head of a message, with the empty line that ends it.
///
/// # Errors
/// Why it has no reading.
pub fn message(head: &[u8]) -> Result<Message, Fault> {
    let (first, headers) = split(head)?;
    let first = std::str::from_utf8(first).map_err(|_| Fault::FirstLine)?;
    let mut words = first.split(' ');
    let (Some(method), Some(target), Some("ICAP/1.0"), None) = (words.next(), words.next(), words.next(), words.next()) else {
        return Err(Fault::FirstLine);
    };
    let method = match method {
        "OPTIONS" => Method::Options,
        "REQMOD" => Method::Reqmod,
        "RESPMOD" => Method::Respmod,
        _ => return Err(Fault::Method),
    };
    let service = target.parse::<Uri>().map_err(|_| Fault::FirstLine)?.path().to_owned();
    let parts = match (method, one(&headers, "encapsulated", Fault::Encapsulated)?) {
        // Squid says nothing here, where the standard would have it say that there is no body.
        (Method::Options, None | Some("null-body=0")) => Parts::default(),
        (Method::Options, _) | (_, None) => return Err(Fault::Encapsulated),
        (method, Some(value)) => encapsulated(method, value)?,
    };
    let preview = one(&headers, "preview", Fault::Preview)?;
    if preview.is_some_and(|value| number(value.as_bytes(), 10, NUMBER_DIGITS_MAX).is_none()) {
        return Err(Fault::Preview);
    }
    let may_leave = headers.get_all("allow").iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let may_leave = may_leave.into_iter().any(|word| word.trim() == "204");
    // Without a body there is nothing of which a part could be sent first.
    let is_preview = preview.is_some() && parts.has_body;
    Ok(Message { method, service, may_leave, is_preview, parts, headers })
}

/// What stands where: of a request its head, of an answer the heads of both, and then a body or none.
fn encapsulated(method: Method, value: &str) -> Result<Parts, Fault> {
    let mut found = Vec::new();
    for part in value.split(',') {
        let (name, at) = part.trim().split_once('=').ok_or(Fault::Encapsulated)?;
        let at = number(at.as_bytes(), 10, NUMBER_DIGITS_MAX).and_then(|at| usize::try_from(at).ok()).ok_or(Fault::Encapsulated)?;
        found.push((name, at));
    }
    // Whoever does not say what was asked for cannot have it judged: a request stands in both.
    let (response, body, (last, end)) = match (method, found.as_slice()) {
        (Method::Reqmod, [("req-hdr", 0), last @ (_, end)]) => (*end..*end, "req-body", *last),
        (Method::Respmod, [("req-hdr", 0), ("res-hdr", at), last @ (_, end)]) if at < end => (*at..*end, "res-body", *last),
        _ => return Err(Fault::Encapsulated),
    };
    let has_body = last == body;
    if response.start == 0 || !(has_body || last == "null-body") || end < response.start {
        return Err(Fault::Encapsulated);
    }
    Ok(Parts { request: 0..response.start, response, has_body })
}

/// The head of an encapsulated request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The method.
    pub method: String,
    /// What is asked for: an address, or the path of a host.
    pub target: String,
    /// Whether it is HTTP/1.0, where a body that breaks off looks like one that ends.
    pub is_old: bool,
    /// The headers.
    pub headers: HeaderMap,
}

/// Reads the head of an encapsulated request. Whether it has one reading is for [`crate::framing::head`].
///
/// # Errors
/// Why it has no reading.
pub fn asked(head: &[u8]) -> Result<Asked, Fault> {
    crate::framing::head(head).map_err(|_| Fault::Http)?;
    let (first, headers) = split(head).map_err(|_| Fault::Http)?;
    let mut words = std::str::from_utf8(first).map_err(|_| Fault::Http)?.split(' ');
    let (Some(method), Some(target), Some(version)) = (words.next(), words.next(), words.next()) else { return Err(Fault::Http) };
    Ok(Asked { method: method.to_owned(), target: target.to_owned(), is_old: version != "HTTP/1.1", headers })
}

/// Reads the head of an encapsulated answer.
///
/// # Errors
/// Why it has no reading.
pub fn answered(head: &[u8]) -> Result<(StatusCode, HeaderMap), Fault> {
    let (first, headers) = split(head).map_err(|_| Fault::Http)?;
    let code = first.strip_prefix(b"HTTP/1.1 ").or_else(|| first.strip_prefix(b"HTTP/1.0 ")).ok_or(Fault::Http)?;
    let code = match code.split_at_checked(3) {
        Some((code, [] | [b' ', ..])) => StatusCode::from_bytes(code).map_err(|_| Fault::Http)?,
        _ => return Err(Fault::Http),
    };
    Ok((code, headers))
}

/// The first line of a head, and its headers.
fn split(head: &[u8]) -> Result<(&[u8], HeaderMap), Fault> {
    let text = head.strip_suffix(b"\r\n\r\n").ok_or(Fault::LineEnd)?;
    let mut lines = crate::framing::Lines::of(text);
    let first = lines.next().and_then(Result::ok).ok_or(Fault::LineEnd)?;
    let mut headers = HeaderMap::new();
    for line in lines {
        let line = line.map_err(|_| Fault::LineEnd)?;
        let colon = line.iter().position(|byte| *byte == b':').ok_or(Fault::Header)?;
        let (name, value) = line.split_at_checked(colon).ok_or(Fault::Header)?;
        // A name begins its line: what is folded has none.
        let name = HeaderName::from_bytes(name).map_err(|_| Fault::Header)?;
        let value = HeaderValue::from_bytes(value.get(1..).unwrap_or_default().trim_ascii()).map_err(|_| Fault::Header)?;
        headers.try_append(name, value).map_err(|_| Fault::Header)?;
    }
    Ok((first, headers))
}

/// A header that stands at most once.
fn one<'h>(headers: &'h HeaderMap, name: &str, fault: Fault) -> Result<Option<&'h str>, Fault> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| fault),
        (Some(_), Some(_)) => Err(fault),
    }
}

fn number(text: &[u8], radix: u32, digits_max: usize) -> Option<u64> {
    let is_number = !text.is_empty() && text.len() <= digits_max && text.iter().all(|byte| char::from(*byte).is_digit(radix));
    is_number.then(|| u64::from_str_radix(std::str::from_utf8(text).ok()?, radix).ok()).flatten()
}

/// How a body in chunks came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Last {
    /// What was to be sent is over: the body, or a preview that has more behind it.
    Over,
    /// The preview was the whole body.
    Whole,
}

/// A body in chunks, taken apart as it comes.
#[derive(Debug, Default)]
pub struct Chunks {
    state: State,
    held: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// In the line with the size of a chunk.
    #[default]
    Size,
    /// In a chunk, with how much is to come.
    Chunk(u64),
    /// Behind a chunk.
    ChunkEnd,
    /// Behind the last one.
    End(Last),
}

impl Chunks {
    /// Takes bytes, and writes what they hold. Answers how many were taken, and whether the body is over; what follows is not
    /// its own.
    ///
    /// # Errors
    /// Why it has no reading.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(usize, Option<Last>), Fault> {
        let mut rest = bytes;
        while let Some((first, after)) = rest.split_first() {
            if let State::Chunk(left) = self.state {
                let take = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
                let (now, after) = rest.split_at_checked(take).unwrap_or((rest, &[]));
                out.extend_from_slice(now);
                let left = left.saturating_sub(take as u64);
                self.state = if left == 0 { State::ChunkEnd } else { State::Chunk(left) };
                rest = after;
                continue;
            }
            rest = after;
            self.held.push(*first);
            match self.state {
                State::Size => {
                    if let Some(line) = self.held.strip_suffix(b"\r\n") {
                        self.state = size(line)?;
                        self.held.clear();
                    } else if *first == b'\n' || self.held.len() > SIZE_LINE_MAX {
                        return Err(Fault::Chunk);
                    }
                }
                State::Chunk(_) | State::ChunkEnd | State::End(_) => {
                    if !b"\r\n".starts_with(&self.held) {
                        return Err(if self.state == State::ChunkEnd { Fault::Chunk } else { Fault::Trailer });
                    }
                    if self.held.len() == 2 {
                        self.held.clear();
                        if let State::End(last) = std::mem::take(&mut self.state) {
                            return Ok((bytes.len() - rest.len(), Some(last)));
                        }
                    }
                }
            }
        }
        Ok((bytes.len(), None))
    }
}

/// What the line with the size of a chunk says.
fn size(line: &[u8]) -> Result<State, Fault> {
    let mut parts = line.splitn(2, |byte| *byte == b';');
    let digits = parts.next().unwrap_or_default().trim_ascii_end();
    let size = number(digits, 16, SIZE_DIGITS_MAX).ok_or(Fault::Chunk)?;
    match (size, parts.next().map(<[u8]>::trim_ascii)) {
        (0, None) => Ok(State::End(Last::Over)),
        (0, Some(b"ieof")) => Ok(State::End(Last::Whole)),
        (size, None) => Ok(State::Chunk(size)),
        (_, Some(_)) => Err(Fault::Chunk),
    }
}

/// A head as it is written: its first line, its headers, and the empty line.
pub fn written(first: &str, headers: &HeaderMap) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    out.extend_from_slice(first.as_bytes());
    out.extend_from_slice(b"\r\n");
    for (name, value) in headers {
        out.extend_from_slice(name.as_str().as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
    out
}
