//! Where a request ends: one reading of it, or none.
//!
//! Servers behind one another that read the same bytes differently can be made to see requests that nobody judged. What has
//! two readings is therefore refused before anything else looks at it: both lengths, two lengths, lines that end without a
//! carriage return, folded lines, tunnels, other protocols, trailers.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Most digits of the size of a chunk.
const SIZE_DIGITS_MAX: usize = 15;
/// Most digits of a length.
const LENGTH_DIGITS_MAX: usize = 18;
/// How much is read at once.
const READ_BYTES: usize = 8 * 1024;
/// What no server reads as a request: it is put in the place of one that has two readings, so that the answer is a 400.
const NO_REQUEST: &[u8] = b"\0\r\n\r\n";

/// How the body of a request is framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// By a length; without a body it is 0.
    Length(u64),
    /// In chunks.
    Chunked,
}

/// Why a request is refused. Names nothing of what stood there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Error)]
pub enum Fault {
    /// A line that does not end with CR LF, or a CR elsewhere.
    #[error("a line that does not end with CR LF")]
    LineEnd,
    /// The first line.
    #[error("a first line that is none")]
    RequestLine,
    /// Another version than 1.0 or 1.1.
    #[error("a version other than HTTP/1.1")]
    Version,
    /// A target that is no path, or the path of another host.
    #[error("a target that is no path of this host")]
    Target,
    /// A tunnel, or another protocol.
    #[error("a tunnel or another protocol")]
    Tunnel,
    /// A header line that is none, or a folded one.
    #[error("a header line that is none")]
    Header,
    /// No host, or several.
    #[error("no host or several")]
    Host,
    /// Several lengths, or one that is no number.
    #[error("a length that is no number or stands twice")]
    Length,
    /// A transfer encoding other than `chunked`, several, or one beside a length.
    #[error("a transfer encoding other than chunked, or beside a length")]
    Encoding,
    /// A chunk that is none, or has extensions.
    #[error("a chunk that is none")]
    Chunk,
    /// Trailers.
    #[error("trailers")]
    Trailer,
}

/// Reads the head of a request, with the empty line that ends it.
///
/// # Errors
/// Why it has no reading, or several.
pub fn head(head: &[u8]) -> Result<Framing, Fault> {
    let text = head.strip_suffix(b"\r\n\r\n").ok_or(Fault::LineEnd)?;
    let mut lines = Lines::of(text);
    let first = lines.next().ok_or(Fault::RequestLine)??;
    let mut words = first.split(|byte| *byte == b' ');
    let (Some(method), Some(target), Some(version), None) = (words.next(), words.next(), words.next(), words.next()) else {
        return Err(Fault::RequestLine);
    };
    if method.is_empty() || !method.iter().copied().all(is_token) {
        return Err(Fault::RequestLine);
    }
    if method == b"CONNECT" {
        return Err(Fault::Tunnel);
    }
    let old = match version {
        b"HTTP/1.1" => false,
        b"HTTP/1.0" => true,
        _ => return Err(Fault::Version),
    };
    let (mut host, mut length, mut encoding) = (None, None, None);
    for line in lines {
        let line = line?;
        let colon = line.iter().position(|byte| *byte == b':').ok_or(Fault::Header)?;
        let (name, value) = line.split_at_checked(colon).ok_or(Fault::Header)?;
        let value = value.get(1..).unwrap_or_default();
        // A name begins a line and ends at its colon: a folded line has none, and nothing stands between.
        if name.is_empty() || !name.iter().copied().all(is_token) {
            return Err(Fault::Header);
        }
        if value.iter().any(|byte| (*byte < b' ' && *byte != b'\t') || *byte == 0x7f) {
            return Err(Fault::Header);
        }
        // Nothing but spaces and tabs is left of what this takes for blank.
        let value = value.trim_ascii();
        match name.to_ascii_lowercase().as_slice() {
            b"host" => once(&mut host, value, Fault::Host)?,
            b"content-length" => once(&mut length, value, Fault::Length)?,
            b"transfer-encoding" => once(&mut encoding, value, Fault::Encoding)?,
            b"upgrade" | b"http2-settings" => return Err(Fault::Tunnel),
            b"connection" if value.split(|byte| *byte == b',').any(|word| word.trim_ascii().eq_ignore_ascii_case(b"upgrade")) => {
                return Err(Fault::Tunnel);
            }
            b"trailer" => return Err(Fault::Trailer),
            b"expect" if !value.eq_ignore_ascii_case(b"100-continue") => return Err(Fault::Header),
            _ => {}
        }
    }
    let host = match host {
        Some(host) if !host.is_empty() => host,
        None if old => b"",
        _ => return Err(Fault::Host),
    };
    is_of_host(target, host)?;
    match (length, encoding) {
        (None, None) => Ok(Framing::Length(0)),
        (Some(length), None) => number(length, 10, LENGTH_DIGITS_MAX).map(Framing::Length).ok_or(Fault::Length),
        (None, Some(encoding)) if !old && encoding.eq_ignore_ascii_case(b"chunked") => Ok(Framing::Chunked),
        (_, Some(_)) => Err(Fault::Encoding),
    }
}

/// A path, or the address of a path of this host.
fn is_of_host(target: &[u8], host: &[u8]) -> Result<(), Fault> {
    if target.is_empty() || !target.iter().all(|byte| matches!(byte, b'!'..=b'~') && *byte != b'#') {
        return Err(Fault::Target);
    }
    if target.starts_with(b"/") {
        return Ok(());
    }
    let rest = [b"http://".as_slice(), b"https://"].into_iter().find_map(|scheme| target.strip_prefix(scheme)).ok_or(Fault::Target)?;
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(rest.len());
    let same = rest.get(..end).is_some_and(|authority| authority.eq_ignore_ascii_case(host));
    if same { Ok(()) } else { Err(Fault::Target) }
}

fn once<'h>(held: &mut Option<&'h [u8]>, value: &'h [u8], fault: Fault) -> Result<(), Fault> {
    if held.replace(value).is_some() { Err(fault) } else { Ok(()) }
}

fn number(text: &[u8], radix: u32, digits_max: usize) -> Option<u64> {
    let is_number = !text.is_empty() && text.len() <= digits_max && text.iter().all(|byte| char::from(*byte).is_digit(radix));
    is_number.then(|| u64::from_str_radix(std::str::from_utf8(text).ok()?, radix).ok()).flatten()
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Lines that end with CR LF; a CR or an LF elsewhere is a fault.
pub(crate) struct Lines<'h>(Option<&'h [u8]>);

impl<'h> Lines<'h> {
    /// The lines of a text that does not end with one.
    pub(crate) fn of(text: &'h [u8]) -> Self {
        Self(Some(text))
    }
}

impl<'h> Iterator for Lines<'h> {
    type Item = Result<&'h [u8], Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.0.take()?;
        let Some(at) = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')) else { return Some(Ok(rest)) };
        let (line, end) = rest.split_at_checked(at)?;
        match end.strip_prefix(b"\r\n") {
            Some(rest) => {
                self.0 = Some(rest);
                Some(Ok(line))
            }
            None => Some(Err(Fault::LineEnd)),
        }
    }
}

/// Follows requests one after the other over a connection, and lets through what has one reading.
#[derive(Debug)]
pub struct Requests {
    state: State,
    held: Vec<u8>,
    head_bytes_max: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// In a head, which is held until it is whole.
    Head,
    /// In a body, with how much is to come.
    Body(u64),
    /// In the line with the size of a chunk.
    Size,
    /// In a chunk.
    Chunk(u64),
    /// Behind a chunk.
    ChunkEnd,
    /// Behind the last chunk.
    Last,
    /// Behind a head that was too long, or a fault: nothing is read any more.
    Over,
}

impl Requests {
    /// A connection on which nothing was read yet.
    pub fn new(head_bytes_max: usize) -> Self {
        Self { state: State::Head, held: Vec::new(), head_bytes_max }
    }

    /// Whether the connection is within a head, and nothing of it was let through.
    pub fn is_in_head(&self) -> bool {
        self.state == State::Head
    }

    /// Takes bytes and writes those that have one reading. Of a head that is too long so much is written that whoever reads it
    /// finds it too long.
    ///
    /// # Errors
    /// Why something has no reading, or several; nothing is read after that.
    pub fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
        while let Some((first, rest)) = bytes.split_first() {
            match self.state {
                State::Body(left) | State::Chunk(left) => {
                    let take = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                    let (now, rest) = bytes.split_at_checked(take).unwrap_or((bytes, &[]));
                    out.extend_from_slice(now);
                    let left = left.saturating_sub(take as u64);
                    self.state = match (self.state, left) {
                        (State::Body(_), 0) => State::Head,
                        (State::Body(_), left) => State::Body(left),
                        (_, 0) => State::ChunkEnd,
                        (_, left) => State::Chunk(left),
                    };
                    bytes = rest;
                    continue;
                }
                State::Over => return Ok(()),
                State::Head => self.in_head(*first, out)?,
                State::Size => {
                    self.line(*first)?;
                    if let Some(digits) = self.held.strip_suffix(b"\r\n") {
                        let size = number(digits, 16, SIZE_DIGITS_MAX).ok_or(Fault::Chunk)?;
                        out.append(&mut self.held);
                        self.state = if size == 0 { State::Last } else { State::Chunk(size) };
                    } else if self.held.len() > SIZE_DIGITS_MAX + 1 {
                        return Err(Fault::Chunk);
                    }
                }
                State::ChunkEnd | State::Last => {
                    self.held.push(*first);
                    let fault = if self.state == State::Last { Fault::Trailer } else { Fault::Chunk };
                    if !b"\r\n".starts_with(&self.held) {
                        return Err(fault);
                    }
                    if self.held.len() == 2 {
                        out.append(&mut self.held);
                        self.state = if self.state == State::Last { State::Head } else { State::Size };
                    }
                }
            }
            bytes = rest;
        }
        Ok(())
    }

    fn in_head(&mut self, byte: u8, out: &mut Vec<u8>) -> Result<(), Fault> {
        self.line(byte)?;
        if self.held == b"\r\n" {
            return Err(Fault::RequestLine);
        }
        if self.held.ends_with(b"\r\n\r\n") {
            self.state = match head(&self.held)? {
                Framing::Length(0) => State::Head,
                Framing::Length(length) => State::Body(length),
                Framing::Chunked => State::Size,
            };
            out.append(&mut self.held);
        } else if self.held.len() > self.head_bytes_max {
            out.append(&mut self.held);
            self.state = State::Over;
        }
        Ok(())
    }

    /// Holds a byte of a line, which ends with CR LF and holds neither elsewhere.
    fn line(&mut self, byte: u8) -> Result<(), Fault> {
        let after_cr = self.held.last() == Some(&b'\r');
        if after_cr != (byte == b'\n') {
            return Err(Fault::LineEnd);
        }
        self.held.push(byte);
        Ok(())
    }
}

/// A connection of which only requests with one reading are read.
pub struct Wire<S> {
    inner: S,
    requests: Requests,
    /// What may be read.
    ready: Vec<u8>,
    /// How much of that was read.
    at: usize,
    is_over: bool,
    told: Arc<dyn Fn(Fault) + Send + Sync>,
}

impl<S> Wire<S> {
    /// Reads from a connection; `told` hears of what was refused.
    pub fn new(inner: S, head_bytes_max: usize, told: Arc<dyn Fn(Fault) + Send + Sync>) -> Self {
        Self { inner, requests: Requests::new(head_bytes_max), ready: Vec::new(), at: 0, is_over: false, told }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            if let Some(rest) = this.ready.get(this.at..).filter(|rest| !rest.is_empty()) {
                let now = rest.get(..rest.len().min(out.remaining())).unwrap_or_default();
                out.put_slice(now);
                this.at += now.len();
                return Poll::Ready(Ok(()));
            }
            this.ready.clear();
            this.at = 0;
            if this.is_over {
                return Poll::Ready(Ok(()));
            }
            let mut bytes = [0; READ_BYTES];
            let mut read = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut this.inner).poll_read(context, &mut read))?;
            if read.filled().is_empty() {
                this.is_over = true;
                return Poll::Ready(Ok(()));
            }
            if let Err(fault) = this.requests.push(read.filled(), &mut this.ready) {
                (this.told)(fault);
                this.is_over = true;
                if !this.requests.is_in_head() {
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, fault)));
                }
                this.ready.extend_from_slice(NO_REQUEST);
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}
