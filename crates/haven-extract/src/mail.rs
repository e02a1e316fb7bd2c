//! Mail: subject, text, the HTML part and what is attached, each read as what it is; the other fields of the head, and what
//! stands before and behind the parts, as text that is not shown. Who wrote to whom is not handed out.

use crate::format::{Peek, is_rtf};
use crate::sheet::sentences_at;
use crate::{Job, Piece, PieceKind, Place, text};
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::parsers::MessageStream;
use mail_parser::{Encoding, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use std::io::{self, BufRead, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Bytes of a signature; those of certificates come to some thousands.
const SIGNATURE_BYTES_MAX: usize = 64 << 10;
/// Words from which what stands in a field of addresses, or of the way a message went, is more than a name.
const SENTENCE_WORDS_MIN: usize = 4;
/// Bytes of a word; what is longer is a signature.
const WORD_BYTES_MAX: usize = 60;
/// Where pieces stand that no program shows, as [`Piece::hidden_in`] says it.
const HIDDEN: &str = "hidden text";

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
        if subject.contains(char::REPLACEMENT_CHARACTER) {
            job.unread(Place { path: Some("subject".to_owned()), ..Place::default() }, UNKNOWN_LETTERS);
        }
        let kind = if subject.trim_end().ends_with('?') { PieceKind::Question } else { PieceKind::Sentence };
        job.piece(kind, subject, "subject", Place { path: Some("subject".to_owned()), ..Place::default() });
    }
    for (index, part) in message.parts.iter().enumerate() {
        let attached = part.attachment_name().map(str::to_owned);
        attached.iter().for_each(|name| job.named(name));
        let name = || attached.clone().unwrap_or_else(|| format!("part {index}{}", ending(part)));
        fields(part, raw, job);
        around_the_parts(part, message, raw, first, job);
        if let Some(reason) = packed_otherwise(part) {
            job.unread(Place { path: Some(name()), ..Place::default() }, reason);
        }
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
                    job.standing("text/plain", body, Place { path: Some("body".to_owned()), ..Place::default() }, |job| {
                        job.placed(&|place| lines.of_file(place), |job| body_text(body, job));
                    });
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

/// Hands out what the fields of the head say, but for the subject.
fn fields(part: &MessagePart<'_>, raw: &[u8], job: &mut Job<'_, '_>) {
    for field in &part.headers {
        let name = field.name.as_str();
        let lower = name.to_ascii_lowercase();
        if lower == "subject" {
            continue;
        }
        let written = raw.get(field.offset_start as usize..field.offset_end as usize).unwrap_or_default();
        // A field ends with its line, also where the file does.
        let line = [written, b"\n"].concat();
        let said = match MessageStream::new(&line).parse_unstructured() {
            HeaderValue::Text(said) => said.into_owned(),
            HeaderValue::TextList(said) => said.join(" "),
            _ => text::decode(written),
        };
        // Who wrote to whom, and what programs number and sign messages by, is no word.
        let is_word = |word: &&str| !word.contains('@') && word.len() <= WORD_BYTES_MAX;
        let said = said.split_whitespace().filter(is_word).collect::<Vec<_>>().join(" ");
        let is_told = lower.starts_with("x-") || matches!(lower.as_str(), "comments" | "keywords" | "content-description" | "organization");
        let letters = |word: &&str| word.contains(char::is_alphabetic);
        let count = said.split(|c: char| c.is_whitespace() || c == '_').filter(letters).count();
        let place = Place { path: Some("head".to_owned()), ..Place::default() };
        // Of the other fields what is longer than a name.
        if count >= if is_told { 1 } else { SENTENCE_WORDS_MIN } {
            sentences_at(&said.trim_matches(['"', ' ']).replace('_', " "), HIDDEN, &place, job);
        }
        // A name of a field is one more place to write something.
        if name.split('-').filter(letters).count() >= SENTENCE_WORDS_MIN {
            job.piece(PieceKind::Sentence, &name.replace(['-', '_'], " "), HIDDEN, place);
        }
    }
}

/// Reads what stands before the first of several parts and behind the last, which programs do not show. Says where the parts
/// cannot be told apart.
fn around_the_parts(part: &MessagePart<'_>, message: &Message<'_>, raw: &[u8], first: u64, job: &mut Job<'_, '_>) {
    let is_multipart = |part: &MessagePart<'_>| part.content_type().is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("multipart"));
    let boundary = |part: &MessagePart<'_>| part.content_type().and_then(|kind| kind.attribute("boundary")).map(str::to_owned);
    if !is_multipart(part) {
        return;
    }
    let place = || Place { path: Some("around the parts".to_owned()), ..Place::default() };
    let Some(own) = boundary(part).map(|own| format!("--{own}")) else {
        return job.unread(place(), "expected the mark that its parts stand between, found none");
    };
    let others: Vec<String> =
        message.parts.iter().filter_map(boundary).map(|other| format!("--{other}")).filter(|other| *other != own).collect();
    let begin = part.raw_body_offset() as usize;
    let mut line = first + raw.get(..begin).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count() as u64;
    // What stands outside of the parts, with the line that it begins on.
    let (mut outside, mut found, mut ended) = (vec![(line, Vec::<u8>::new())], false, false);
    for written in raw.get(begin..).unwrap_or_default().split_inclusive(|byte| *byte == b'\n') {
        let bare = written.trim_ascii_end();
        let is = |mark: &str| bare.strip_prefix(mark.as_bytes()).is_some_and(|rest| rest.is_empty() || rest == b"--");
        if ended && others.iter().any(|other| is(other)) {
            break;
        }
        line += 1;
        if is(&own) {
            found = true;
            ended = bare.len() > own.len();
            outside.push((line, Vec::new()));
        } else if !found || ended {
            outside.last_mut().into_iter().for_each(|(_, bytes)| bytes.extend_from_slice(written));
        }
    }
    if !found {
        job.unread(place(), "its parts are not between the marks that it names");
    }
    let mut hide = |piece: &mut Piece| {
        piece.context = HIDDEN.to_owned();
        true
    };
    for (line, bytes) in outside.iter().filter(|(_, bytes)| !bytes.trim_ascii().is_empty()) {
        let of_file = |place: Place| Place { line: place.line.map(|at| at + line - 1), ..place };
        job.kept(&mut hide, |job| job.placed(&of_file, |job| body_text(&text::decode(bytes), job)));
    }
}

/// Why the text of a part is not what was written: it is packed or encoded in a way that is not read.
fn packed_otherwise(part: &MessagePart<'_>) -> Option<&'static str> {
    let encoding = part.content_transfer_encoding().map(|encoding| encoding.trim().to_ascii_lowercase());
    if encoding.is_some_and(|named| !matches!(named.as_str(), "" | "7bit" | "8bit" | "binary" | "base64" | "quoted-printable")) {
        return Some("packed by a transfer encoding that is not read");
    }
    let (PartType::Text(body) | PartType::Html(body)) = &part.body else { return None };
    let charset = part.content_type().and_then(|kind| kind.attribute("charset")).map(|charset| charset.trim().to_ascii_lowercase());
    // UTF-8 needs no decoder.
    let is_read =
        |charset: &str| matches!(charset, "" | "utf-8" | "utf8" | "us-ascii" | "ascii") || charset_decoder(charset.as_bytes()).is_some();
    if charset.is_some_and(|charset| !is_read(&charset)) {
        return Some(UNKNOWN_LETTERS);
    }
    // The decoder knew the name of the encoding, and not the letters; or none was named, and they are not those of UTF-8.
    if body.contains(char::REPLACEMENT_CHARACTER) {
        return Some(UNKNOWN_LETTERS);
    }
    let kind = part.content_type().and_then(|kind| kind.subtype()).unwrap_or_default().to_ascii_lowercase();
    if matches!(kind.as_str(), "enriched" | "richtext" | "rtf") || is_rtf(body.as_bytes()) {
        return Some("a kind of text whose letters are between its commands, which is not read");
    }
    if body.lines().any(text::begins_encrypted) {
        return Some(text::ENCRYPTED);
    }
    body.lines().any(begins_packed).then_some("holds a file that is packed into its text, which is not read")
}

/// Why letters are not read.
const UNKNOWN_LETTERS: &str = "in letters of an encoding that is not read";

/// Whether a line begins a file that is packed into a text: by uuencode or yEnc.
fn begins_packed(line: &str) -> bool {
    let is_mode = |mode: &str| (3..=4).contains(&mode.len()) && mode.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    let mut words = line.split(' ');
    let begins = words.next().is_some_and(|word| matches!(word, "begin" | "begin-base64"));
    line.starts_with("=ybegin ") || (begins && words.next().is_some_and(is_mode) && words.next().is_some())
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
