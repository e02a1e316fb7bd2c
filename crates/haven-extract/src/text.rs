//! Plain text: decoding, lines, sentences.

use crate::{Job, PieceKind, Place, label};
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

/// Why what is encrypted is not read.
pub(crate) const ENCRYPTED: &str = "is encrypted by PGP";

/// Whether a line, perhaps quoted, begins what PGP encrypted (RFC 9580, 6.2).
pub(crate) fn begins_encrypted(line: &str) -> bool {
    line.trim_start_matches([' ', '\t', '>']).starts_with("-----BEGIN PGP MESSAGE")
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
                if begins_encrypted(&line) {
                    job.unread(Place { line: Some(number), ..Place::default() }, ENCRYPTED);
                }
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

/// Columns that a line may have before it counts as filled, where the lines beside it are no longer.
const NARROW_COLUMNS: usize = 40;
/// Words of a line that stands alone and may be a label.
const ALONE_WORDS_MAX: usize = 4;

/// Hands out a paragraph: what its lines ask, one by one, and what stands between them as sentences.
pub(crate) fn paragraph(paragraph: &str, first: u64, job: &mut Job<'_, '_>) {
    let lines: Vec<&str> = paragraph.split('\n').collect();
    let room = label::to_f64(lines.iter().map(|line| label::width(line.trim_end())).max().unwrap_or(0).max(NARROW_COLUMNS));
    let measured: Vec<label::Line<'_>> =
        lines.iter().map(|text| label::Line { text, width: label::to_f64(label::width(text.trim_end())), room }).collect();
    let units: Vec<(u64, String)> = label::units(&measured)
        .into_iter()
        .map(|range| (first + range.start as u64, lines.get(range).unwrap_or_default().join("\n")))
        .filter(|(_, text)| !text.trim().is_empty())
        .collect();
    let lower = units.iter().filter(|(_, text)| text.contains(char::is_lowercase)).count();
    let short: Vec<bool> = units.iter().map(|(_, text)| is_short(text, lower, units.len())).collect();
    let mut waiting = label::Waiting::default();
    for (index, (number, text)) in units.iter().enumerate() {
        let place = Place { line: Some(*number), column: Some(1), ..Place::default() };
        let beside = |at: Option<usize>| at.and_then(|at| short.get(at)).copied().unwrap_or(false);
        let listed = beside(Some(index)) && (beside(index.checked_sub(1)) || beside(index.checked_add(1)));
        let alone = units.len() == 1 && label::words(text) <= ALONE_WORDS_MAX && beside(Some(0));
        let asked = match cells(text) {
            Some(labels) => labels,
            None => label::asked(text),
        };
        if !asked.is_empty() {
            label::hand_out(asked, "", &place, &mut waiting, job);
            continue;
        }
        waiting.flush(job);
        if listed || alone {
            let asked = label::bare(text);
            job.piece(PieceKind::Question, &asked, "", place);
            waiting.follow(&asked);
        } else {
            sentences(text, *number, "", job);
        }
    }
    waiting.flush(job);
}

/// Whether a text may be a label among others: short, no heading, and not all in capitals where `lower` of `all` are not.
fn is_short(text: &str, lower: usize, all: usize) -> bool {
    let capitals = text.contains(char::is_uppercase) && !text.contains(char::is_lowercase);
    let shouts = capitals && if all > 1 { lower * 2 >= all } else { label::words(text) > 2 };
    let marks = text.trim_start().starts_with('#') || text.trim_end().ends_with(['=', '-', '~', '`', '{', '}', '\\']);
    !shouts && !marks && label::may_be_listed(text)
}

/// The labels in a row of a table drawn with bars, where some of its cells are left to be filled in.
fn cells(text: &str) -> Option<Vec<label::Asked>> {
    let row = text.trim().strip_prefix('|')?.strip_suffix('|')?;
    let cells: Vec<&str> = row.split('|').collect();
    if cells.len() < 2 || cells.iter().all(|cell| cell.contains(char::is_alphanumeric)) {
        return None;
    }
    let asked = cells.iter().flat_map(|cell| match label::asked(cell) {
        asked if asked.is_empty() && label::may_be_label(cell) => {
            vec![label::Asked { question: label::bare(cell), ..label::Asked::default() }]
        }
        asked => asked,
    });
    Some(asked.filter(|asked| !asked.question.is_empty() || !asked.choices.is_empty()).collect())
}

/// Hands out the sentences of a paragraph that begins on line `first`. Questions among them are questions.
pub(crate) fn sentences(paragraph: &str, first: u64, context: &str, job: &mut Job<'_, '_>) {
    for (start, end) in split(paragraph) {
        let Some(sentence) = paragraph.get(start..end) else { continue };
        let before = paragraph.get(..start).unwrap_or_default();
        let line = first + before.matches('\n').count() as u64;
        let column = before.rsplit('\n').next().map_or(0, |tail| tail.chars().count()) as u64 + 1;
        let kind = if label::ends_question(sentence) { PieceKind::Question } else { PieceKind::Sentence };
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
                // What a list counts by is no sentence.
                let counts = c == '.'
                    && text
                        .get(start..at)
                        .is_some_and(|count| !count.trim().is_empty() && count.trim().chars().all(|c| c.is_ascii_digit()));
                next.is_none_or(char::is_whitespace) && !short && !counts
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
