//! Mail: subject, text, the HTML part and what is attached, each read as what it is. Who wrote to whom is not handed out.

use crate::format::Peek;
use crate::{Job, PieceKind, Place, text};
use mail_parser::{Encoding, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use std::io::{self, BufRead, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Bytes of a signature; those of certificates come to some thousands.
const SIGNATURE_BYTES_MAX: usize = 64 << 10;

/// Reads one message.
pub(crate) fn message(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    if let Some(bytes) = job.whole(input) {
        read(&bytes, 1, job);
    }
}

/// Reads a mailbox, one message at a time. A message begins with a line `From …` at the start or behind an empty line.
pub(crate) fn mailbox(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    let mut input = BufReader::with_capacity(64 << 10, input);
    let mut message = Vec::new();
    let (mut number, mut empty_before, mut too_long) = (0_u64, true, false);
    // Of the mailbox, and the one on which the message at hand begins.
    let (mut line_number, mut first) = (0_u64, 1);
    let max = job.limits.whole_bytes_max;
    loop {
        let mut line = Vec::new();
        let read = line_of(&mut input, &mut line, max);
        let ended = !matches!(read, Ok(true));
        line_number += 1;
        if ended || (empty_before && line.starts_with(b"From ")) {
            if number > 0 {
                let name = format!("message {number}.eml");
                if too_long {
                    job.unread(
                        Place { path: Some(name), ..Place::default() },
                        format!("longer than the {max} bytes that are held in memory for one message"),
                    );
                } else {
                    job.within(&name, |_, job| self::read(&message, first, job));
                }
            } else if !message.is_empty() {
                job.unread(Place::default(), "expected a mailbox, found no line that begins a message");
                return;
            }
            (number, too_long, first) = (number + 1, false, line_number + 1);
            message.clear();
        } else if message.len() + line.len() > max {
            too_long = true;
        } else {
            // `>From ` was `From ` before it was put into a mailbox.
            let quoted = line.starts_with(b">")
                && line.iter().find(|byte| **byte != b'>') == Some(&b'F')
                && line.windows(5).any(|bytes| bytes == b"From ");
            message.extend_from_slice(line.get(usize::from(quoted)..).unwrap_or_default());
        }
        empty_before = line.iter().all(u8::is_ascii_whitespace);
        if let Err(error) = read {
            job.unread(Place::default(), format!("reading stopped: {}", error.kind()));
        }
        if ended {
            return;
        }
    }
}

/// A line with its end, or so much of it as may be held; whether there was one.
fn line_of(input: &mut impl BufRead, line: &mut Vec<u8>, max: usize) -> io::Result<bool> {
    input.by_ref().take(max as u64).read_until(b'\n', line).map(|count| count > 0)
}

/// Reads a message from its bytes, which begin on line `first` of the file.
fn read(bytes: &[u8], first: u64, job: &mut Job<'_, '_>) {
    // The parser is careful, but other people's; a panic costs this message only.
    let parsed = catch_unwind(AssertUnwindSafe(|| MessageParser::default().parse(bytes)));
    let Ok(Some(message)) = parsed else {
        return job.unread(Place::default(), "expected a mail message, found other bytes");
    };
    if message.headers().is_empty() {
        job.unread(Place::default(), "expected a mail message, found one without headers");
    }
    parts(&message, bytes, first, job);
}

/// Hands out the parts of a message. They lie in `raw`, which begins on line `first` of the file.
fn parts(message: &Message<'_>, raw: &[u8], first: u64, job: &mut Job<'_, '_>) {
    if let Some(subject) = message.subject() {
        let kind = if subject.trim_end().ends_with('?') { PieceKind::Question } else { PieceKind::Sentence };
        job.piece(kind, subject, "subject", Place { path: Some("subject".to_owned()), ..Place::default() });
    }
    for (index, part) in message.parts.iter().enumerate() {
        let attached = part.attachment_name().map(str::to_owned);
        attached.iter().for_each(|name| job.named(name));
        let name = || attached.clone().unwrap_or_else(|| format!("part {index}{}", ending(part)));
        if part.is_encoding_problem {
            job.unread(
                Place { path: Some(name()), ..Place::default() },
                "its transfer encoding is damaged; what could be decoded was read",
            );
        }
        match &part.body {
            PartType::Text(body) => match &attached {
                Some(name) => job.inner(name, &mut body.as_bytes()),
                None => {
                    let lines = lines_of(raw, part, first);
                    job.placed(&|place| lines.of_file(place), |job| body_text(body, job));
                }
            },
            PartType::Html(body) => match &attached {
                Some(name) => job.inner(name, &mut body.as_bytes()),
                None => {
                    let lines = lines_of(raw, part, first);
                    job.placed(&|place| lines.of_file(place), |job| job.inner("body.html", &mut body.as_bytes()));
                }
            },
            PartType::Binary(bytes) if is_signature(part) && is_signed_data(bytes) => {
                let place = Place { path: Some("signature".to_owned()), ..Place::default() };
                written_in(bytes).for_each(|said| job.piece(PieceKind::Sentence, said, "signature", place.clone()));
            }
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => job.inner(&name(), &mut &**bytes),
            PartType::Message(inner) => {
                // One that is packed has bytes of its own; any other lies in these.
                let (raw, first) = match part.encoding {
                    Encoding::None => (raw, first),
                    _ => (inner.raw_message(), lines_of(raw, part, first).line(1)),
                };
                job.within(&name(), |_, job| parts(inner, raw, first, job));
            }
            PartType::Multipart(_) => {}
        }
    }
}

/// Whether a part is a signature of the others, apart from them.
pub(crate) fn is_signature(part: &MessagePart<'_>) -> bool {
    part.content_type().and_then(|kind| kind.subtype()).is_some_and(|subtype| {
        ["pkcs7-signature", "x-pkcs7-signature", "pgp-signature"].iter().any(|known| subtype.eq_ignore_ascii_case(known))
    })
}

/// Whether bytes begin as a signature of S/MIME does: a sequence, and the number of signed data.
fn is_signed_data(bytes: &[u8]) -> bool {
    const SIGNED_DATA: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
    bytes.len() <= SIGNATURE_BYTES_MAX
        && bytes.first() == Some(&0x30)
        && bytes.get(..24).is_some_and(|head| head.windows(SIGNED_DATA.len()).any(|window| window == SIGNED_DATA))
}

/// What is written in the certificates of a signature: who signed, and who vouches for them.
fn written_in(bytes: &[u8]) -> impl Iterator<Item = &str> {
    bytes
        .split(|byte| !(b' '..=b'~').contains(byte))
        .filter_map(|run| std::str::from_utf8(run).ok())
        .filter(|run| run.chars().filter(|c| c.is_alphabetic()).nth(3).is_some())
}

/// On which line of the file a line of a decoded body stands.
struct Lines {
    /// Where the body begins.
    first: u64,
    /// Of a body in which a line may run over several of the file: how many lines down each begins.
    begins: Option<Vec<u64>>,
    /// Whether the lines of the file say nothing of those of the body.
    packed: bool,
}

impl Lines {
    fn line(&self, of_body: u64) -> u64 {
        let down = of_body.saturating_sub(1);
        match &self.begins {
            _ if self.packed => self.first,
            Some(begins) => self.first + usize::try_from(down).ok().and_then(|at| begins.get(at)).copied().unwrap_or(down),
            None => self.first + down,
        }
    }

    fn of_file(&self, place: Place) -> Place {
        Place { line: place.line.map(|line| self.line(line)), ..place }
    }
}

/// Where the lines of a part stand in the file.
fn lines_of(raw: &[u8], part: &MessagePart<'_>, first: u64) -> Lines {
    let (begin, end) = (part.raw_body_offset() as usize, part.raw_end_offset() as usize);
    let before = raw.get(..begin).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count() as u64;
    let begins = (part.encoding == Encoding::QuotedPrintable).then(|| {
        let mut begins = vec![0];
        let body = raw.get(begin..end).unwrap_or_default();
        for (line, down) in body.split(|byte| *byte == b'\n').zip(1..) {
            // An equals sign at the end of a line goes on with the next.
            if !line.trim_ascii_end().ends_with(b"=") {
                begins.push(down);
            }
        }
        begins
    });
    Lines { first: first + before, begins, packed: part.encoding == Encoding::Base64 }
}

/// Hands out the sentences of a text body, paragraph by paragraph.
fn body_text(body: &str, job: &mut Job<'_, '_>) {
    let (mut paragraph, mut first) = (String::new(), 1);
    for (line, number) in body.lines().zip(1..) {
        if line.trim().is_empty() {
            text::paragraph(&paragraph, first, job);
            paragraph.clear();
        } else {
            if paragraph.is_empty() {
                first = number;
            } else {
                paragraph.push('\n');
            }
            // A quoted line reads on from the one before.
            paragraph.push_str(line.trim_start_matches(['>', ' ']));
        }
    }
    text::paragraph(&paragraph, first, job);
}

/// The ending that a part's type stands for.
pub(crate) fn ending(part: &MessagePart<'_>) -> &'static str {
    let kind = part.content_type().map(|kind| (kind.ctype().to_ascii_lowercase(), kind.subtype().unwrap_or_default().to_ascii_lowercase()));
    match kind.as_ref().map(|(kind, subtype)| (kind.as_str(), subtype.as_str())) {
        Some(("application", "pdf")) => ".pdf",
        Some(("text", "csv")) => ".csv",
        Some(("application", "json")) => ".json",
        Some(("application", "zip")) => ".zip",
        Some(("message", _)) => ".eml",
        _ => "",
    }
}
