//! Mail: subject, text, the HTML part and what is attached, each read as what it is. Who wrote to whom is not handed out.

use crate::format::Peek;
use crate::{Job, Place, text};
use mail_parser::{MessageParser, MimeHeaders, PartType};
use std::io::{self, BufRead, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Reads one message.
pub(crate) fn message(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    if let Some(bytes) = job.whole(input) {
        read(&bytes, job);
    }
}

/// Reads a mailbox, one message at a time. A message begins with a line `From …` at the start or behind an empty line.
pub(crate) fn mailbox(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    let mut input = BufReader::with_capacity(64 << 10, input);
    let mut message = Vec::new();
    let (mut number, mut empty_before, mut too_long) = (0_u64, true, false);
    let max = job.limits.whole_bytes_max;
    loop {
        let mut line = Vec::new();
        let read = line_of(&mut input, &mut line, max);
        let ended = !matches!(read, Ok(true));
        if ended || (empty_before && line.starts_with(b"From ")) {
            if number > 0 {
                let name = format!("message {number}.eml");
                if too_long {
                    job.unread(
                        Place { path: Some(name), ..Place::default() },
                        format!("longer than the {max} bytes that are held in memory for one message"),
                    );
                } else {
                    job.inner(&name, &mut message.as_slice());
                }
            } else if !message.is_empty() {
                job.unread(Place::default(), "expected a mailbox, found no line that begins a message");
                return;
            }
            (number, too_long) = (number + 1, false);
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

/// Reads a message from its bytes.
fn read(bytes: &[u8], job: &mut Job<'_, '_>) {
    // The parser is careful, but other people's; a panic costs this message only.
    let parsed = catch_unwind(AssertUnwindSafe(|| MessageParser::default().parse(bytes)));
    let Ok(Some(message)) = parsed else {
        return job.unread(Place::default(), "expected a mail message, found other bytes");
    };
    if message.headers().is_empty() {
        job.unread(Place::default(), "expected a mail message, found one without headers");
    }
    parts(&message, job);
}

/// Hands out the parts of a message.
fn parts(message: &mail_parser::Message<'_>, job: &mut Job<'_, '_>) {
    if let Some(subject) = message.subject() {
        let kind = if subject.trim_end().ends_with('?') { crate::PieceKind::Question } else { crate::PieceKind::Sentence };
        job.piece(kind, subject, "subject", Place { path: Some("subject".to_owned()), ..Place::default() });
    }
    for (index, part) in message.parts.iter().enumerate() {
        let attached = part.attachment_name().map(str::to_owned);
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
                None => body_text(body, job),
            },
            PartType::Html(body) => {
                let name = attached.clone().unwrap_or_else(|| "body.html".to_owned());
                job.inner(&name, &mut body.as_bytes());
            }
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => job.inner(&name(), &mut &**bytes),
            PartType::Message(inner) => job.within(&name(), |_, job| parts(inner, job)),
            PartType::Multipart(_) => {}
        }
    }
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
fn ending(part: &mail_parser::MessagePart<'_>) -> &'static str {
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
