//! Plain text: decoding, lines, sentences.

use crate::{Job, PieceKind, Place};
use encoding_rs::{Decoder, Encoding, UTF_8, WINDOWS_1252};
use std::io::Read;

/// Bytes decoded at once.
const CHUNK_BYTES: usize = 64 << 10;
/// Bytes after which a line that does not end is taken in parts.
const LINE_BYTES_MAX: usize = 256 << 10;

/// The encoding of a text: by its mark; else UTF-8 where the head is that, else Windows-1252, which reads every byte.
pub(crate) fn encoding(head: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    match std::str::from_utf8(head) {
        Ok(_) => UTF_8,
        // A character cut at the end of the head is no other encoding.
        Err(error) if error.error_len().is_none() => UTF_8,
        Err(_) => WINDOWS_1252,
    }
}

/// Decodes a whole text.
pub(crate) fn decode(bytes: &[u8]) -> String {
    encoding(bytes).decode(bytes).0.into_owned()
}

/// A reader of UTF-8 over a text in any encoding.
pub(crate) struct Utf8<'a, R> {
    input: &'a mut R,
    decoder: Decoder,
    bytes: Vec<u8>,
    out: String,
    at: usize,
    ended: bool,
}

impl<'a, R: Read> Utf8<'a, R> {
    /// Decodes `input`, whose encoding is seen from `head`.
    pub fn new(input: &'a mut R, head: &[u8]) -> Self {
        let decoder = encoding(head).new_decoder_with_bom_removal();
        Self { input, decoder, bytes: vec![0; CHUNK_BYTES], out: String::new(), at: 0, ended: false }
    }
}

impl<R: Read> Read for Utf8<'_, R> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        while self.at >= self.out.len() && !self.ended {
            self.out.clear();
            self.at = 0;
            let count = self.input.read(&mut self.bytes)?;
            self.ended = count == 0;
            let chunk = self.bytes.get(..count).unwrap_or_default();
            self.out.reserve(self.decoder.max_utf8_buffer_length(count).unwrap_or(count * 3 + 16));
            let _ = self.decoder.decode_to_string(chunk, &mut self.out, self.ended);
        }
        let left = self.out.as_bytes().get(self.at..).unwrap_or_default();
        let count = left.len().min(to.len());
        if let (Some(to), Some(from)) = (to.get_mut(..count), left.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count;
        Ok(count)
    }
}

/// Lines of decoded text, one at a time.
pub(crate) struct Lines<'a, R> {
    input: &'a mut R,
    decoder: Decoder,
    buffer: String,
    bytes: Vec<u8>,
    ended: bool,
    number: u64,
    /// Whether bytes were found that are none of the encoding.
    pub malformed: bool,
}

impl<'a, R: Read> Lines<'a, R> {
    /// Lines of `input`, whose encoding is seen from `head`.
    pub fn new(input: &'a mut R, head: &[u8]) -> Self {
        let decoder = encoding(head).new_decoder_with_bom_removal();
        Self { input, decoder, buffer: String::new(), bytes: vec![0; CHUNK_BYTES], ended: false, number: 0, malformed: false }
    }

    /// The next line without its end, and its number from 1. A line longer than the bound comes in parts of one number.
    ///
    /// # Errors
    /// Of the input.
    pub fn next(&mut self) -> std::io::Result<Option<(u64, String)>> {
        loop {
            if let Some(end) = self.buffer.find('\n') {
                let mut line: String = self.buffer.drain(..=end).collect();
                line.truncate(line.trim_end_matches(['\n', '\r']).len());
                self.number += 1;
                return Ok(Some((self.number, line)));
            }
            if self.buffer.len() > LINE_BYTES_MAX {
                let end = self.buffer.rfind(char::is_whitespace).map_or(self.buffer.len(), |space| space + 1);
                let end = (end..=self.buffer.len()).find(|at| self.buffer.is_char_boundary(*at)).unwrap_or(self.buffer.len());
                return Ok(Some((self.number + 1, self.buffer.drain(..end).collect())));
            }
            if self.ended {
                if self.buffer.is_empty() {
                    return Ok(None);
                }
                self.number += 1;
                return Ok(Some((self.number, std::mem::take(&mut self.buffer))));
            }
            let count = self.input.read(&mut self.bytes)?;
            self.ended = count == 0;
            let chunk = self.bytes.get(..count).unwrap_or_default();
            self.buffer.reserve(self.decoder.max_utf8_buffer_length(count).unwrap_or(count * 3 + 16));
            let (_, _, wrong) = self.decoder.decode_to_string(chunk, &mut self.buffer, self.ended);
            self.malformed |= wrong;
        }
    }
}

/// Reads running text: each line's sentences, with lines joined that one sentence runs over.
pub(crate) fn read(input: &mut crate::format::Peek<'_>, job: &mut Job<'_, '_>) {
    let head = input.head().to_vec();
    let mut lines = Lines::new(input, &head);
    let mut paragraph = String::new();
    let mut first = 1;
    loop {
        match lines.next() {
            Ok(Some((number, line))) => {
                if line.trim().is_empty() || paragraph.len() > LINE_BYTES_MAX {
                    self::paragraph(&paragraph, first, job);
                    paragraph.clear();
                }
                if !line.trim().is_empty() {
                    if paragraph.is_empty() {
                        first = number;
                    } else {
                        paragraph.push('\n');
                    }
                    paragraph.push_str(&line);
                }
            }
            Ok(None) => break,
            Err(error) => {
                job.unread(Place { line: Some(first), ..Place::default() }, format!("reading stopped: {}", error.kind()));
                break;
            }
        }
    }
    self::paragraph(&paragraph, first, job);
    if lines.malformed {
        job.unread(Place::default(), "some bytes are none of the text's encoding and were read as unknown characters");
    }
}

/// The label that a line of a form without tags is: `Citizenship: ____`, `3. Country of birth`, `- Visa type:`. With what
/// somebody wrote behind it, where they did.
fn label(line: &str) -> Option<(&str, &str)> {
    let bare = line.trim().trim_start_matches(['-', '*', '•', '+', '|', '[', ']', ' ', '\t', '☐', '□']);
    let numbered = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    let marked = numbered.len() < bare.len() && numbered.starts_with(['.', ')']);
    let bare = if marked { numbered.get(1..)?.trim_start() } else { bare };
    let (name, rest) = bare.split_once([':', '：']).unwrap_or((bare, ""));
    let has_colon = name.len() < bare.len();
    let name = name.trim_matches(['*', '_', '.', '…', ' ', '\t', '|']);
    let value = rest.trim_matches(['*', '_', '.', '…', ' ', '\t', '|', '[', ']', '(', ')', '☐', '□']);
    let blank = line.contains("___") || line.contains("....") || line.contains("……");
    let words = name.split_whitespace().count();
    let short = (1..=8).contains(&words) && name.chars().count() <= 80 && name.chars().any(char::is_alphabetic);
    (short && (has_colon || blank || (marked && !name.ends_with(['.', '。'])))).then_some((name, value))
}

/// Hands out a paragraph: lines that are labels of a form one by one, what stands between them as sentences.
pub(crate) fn paragraph(paragraph: &str, first: u64, job: &mut Job<'_, '_>) {
    let lines: Vec<&str> = paragraph.split('\n').collect();
    // A line that stands alone and is but a few words is a label or a heading; who asks for it is not known.
    if let [line] = lines.as_slice()
        && label(line).is_none()
        && line.split_whitespace().count() <= 4
        && !line.trim_start().starts_with('#')
        && !line.trim_end().ends_with(['.', '!', '?', ';', ',', '。', '？', '؟'])
    {
        return job.piece(PieceKind::Question, line, "", Place { line: Some(first), column: Some(1), ..Place::default() });
    }
    let mut run = String::new();
    let mut begun = first;
    for (number, line) in (first..).zip(lines) {
        match label(line) {
            Some((name, value)) => {
                sentences(&run, begun, "", job);
                run.clear();
                let place = Place { line: Some(number), column: Some(1), ..Place::default() };
                if value.is_empty() {
                    job.piece(PieceKind::Question, name, "", place);
                } else if value.split_whitespace().count() <= 4 {
                    job.column(name, vec![value.to_owned()], "", place);
                } else {
                    // Behind a colon a sentence may stand as well.
                    sentences(line, number, "", job);
                }
                begun = number + 1;
            }
            None => {
                if run.is_empty() {
                    begun = number;
                } else {
                    run.push('\n');
                }
                run.push_str(line);
            }
        }
    }
    sentences(&run, begun, "", job);
}

/// Hands out the sentences of a paragraph that begins on line `first`. Questions among them are questions.
pub(crate) fn sentences(paragraph: &str, first: u64, context: &str, job: &mut Job<'_, '_>) {
    for (start, end) in split(paragraph) {
        let Some(sentence) = paragraph.get(start..end) else { continue };
        let before = paragraph.get(..start).unwrap_or_default();
        let line = first + before.matches('\n').count() as u64;
        let column = before.rsplit('\n').next().map_or(0, |tail| tail.chars().count()) as u64 + 1;
        let asks = sentence.trim_end_matches(['"', ')', '»', '”', ' ']).ends_with(['?', '？', '؟']);
        let kind = if asks { PieceKind::Question } else { PieceKind::Sentence };
        job.piece(kind, sentence, context, Place { line: Some(line), column: Some(column), ..Place::default() });
    }
}

/// The sentences of a text as ranges of bytes, without white space at their ends.
pub(crate) fn split(text: &str) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    let mut push = |from: usize, to: usize| {
        let Some(raw) = text.get(from..to) else { return };
        let head = raw.len() - raw.trim_start().len();
        let range = (from + head, from + head + raw.trim().len());
        if range.1 > range.0 {
            ranges.push(range);
        }
    };
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let ends = match c {
            '。' | '！' | '？' | '؟' | '۔' | '।' => true,
            '.' | '!' | '?' => {
                let word = text.get(start..at).unwrap_or_default().rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
                // `U.S.`, `J. Smith`, `No. 5`: a single letter or a short abbreviation does not end a sentence.
                let short = c == '.'
                    && (word.chars().count() <= 1
                        || matches!(word, "No" | "Nr" | "Mr" | "Mrs" | "Ms" | "Dr" | "St" | "vs" | "Sr" | "Sra" | "Ud" | "Uds"));
                next.is_none_or(char::is_whitespace) && !short
            }
            // A list item or a heading ends with its line where the next begins with a mark or a capital behind a blank.
            '\n' => next.is_some_and(|next| matches!(next, '-' | '*' | '•' | '#' | '|' | '\t')),
            _ => false,
        };
        if ends {
            push(start, at + c.len_utf8());
            start = at + c.len_utf8();
        }
    }
    push(start, text.len());
    ranges
}
