//! Documents to pieces: the names, questions, sentences and columns in them, each with its place.
//!
//! The library knows formats and nothing of what the words mean. It reads a stream, never a path, and hands out pieces as it
//! goes, so that memory does not grow with the input. What it cannot read it says ([`Unread`]): a document is never taken
//! for empty because its parser gave up.

mod archive;
mod beneath;
mod code;
mod columns;
mod data;
mod format;
mod guard;
mod html;
mod label;
mod mail;
mod ocr;
mod odf;
mod office;
mod page;
mod pdf;
mod property;
pub mod remake;
mod sheet;
mod sql;
mod text;
mod words;
mod workbook;
mod xml;

pub use format::{Format, is_sqlite, recognise};
pub use guard::PARSER_THREAD;
pub use ocr::{recogniser, recognises_pictures};

use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::io::{self, Read, Seek};
use std::rc::Rc;
use std::time::Duration;

/// Words of a sentence that says what a field is; longer ones are text, wherever a schema keeps them.
pub const DESCRIPTION_WORDS_MAX: usize = 15;

/// Bytes in which a text is handed out as it stands.
const STANDING_BYTES: usize = 256 << 10;

/// Letters from which the name of a file inside an archive may say something.
const NAME_LETTERS_MIN: usize = 3;
/// Digits from which it may be somebody's number.
const NAME_DIGITS_MIN: usize = 7;

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PieceKind {
    /// A name that a program gave: of a column, key, variable, form field.
    Name,
    /// A question or label that a person reads and answers.
    Question,
    /// A sentence of running text.
    Sentence,
    /// What a schema says of a column or field, to whoever works with it.
    Description,
    /// A column, list of choices or key with some of its values.
    Column,
    /// A part of a text as it stands, in UTF-8, its content type in [`Piece::context`], where [`Limits::texts`] asks for it. The
    /// parts of a text follow one another, then what is found in it, and an empty one ends it.
    Document,
}

/// Where a piece stands. What does not apply is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// From 1.
    pub line: Option<u64>,
    /// Characters from 1.
    pub column: Option<u64>,
    /// Page of a document or slide, from 1.
    pub page: Option<u64>,
    /// A path inside the document: `archive.zip!inner.csv` parts, JSON pointer, `Sheet1!B7`, `table.column`, element. Names
    /// that the document's author gave stand in it, values never.
    pub path: Option<String>,
    /// Of what is drawn: where on the page or picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<Area>,
}

/// A part of a page or picture as it is shown, in ten-thousandths of its width and height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Area {
    /// From the left.
    pub left: u32,
    /// From the top.
    pub top: u32,
    /// From the left.
    pub right: u32,
    /// From the top.
    pub bottom: u32,
    /// Whether what stands there asks for an answer, which stands beside it or below.
    pub asks: bool,
}

impl Area {
    /// Of what [`Area`] counts in, the whole.
    pub const WHOLE: u32 = 10_000;

    /// An area by its left, top, right and bottom in parts of the page; none where these are no numbers.
    pub(crate) fn of(sides: [f64; 4], asks: bool) -> Option<Self> {
        let count = |side: f64, up: bool| {
            let side = (side * f64::from(Self::WHOLE)).clamp(0.0, f64::from(Self::WHOLE));
            let side = if up { side.ceil() } else { side.floor() };
            // Between nought and ten thousand.
            side.is_finite().then_some(side as u32)
        };
        let [left, top, right, bottom] = sides;
        Some(Self { left: count(left, false)?, top: count(top, false)?, right: count(right, true)?, bottom: count(bottom, true)?, asks })
    }

    /// What holds both.
    pub(crate) fn with(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
            asks: self.asks || other.asks,
        }
    }
}

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// The name, question or sentence; of a column its name.
    pub text: String,
    /// Of a column: distinct values, in order of appearance.
    pub values: Vec<String>,
    /// Of a column that is one of a table: how many rows hold each value. Choices, and values that a schema names, have no rows.
    pub rows: Option<Rows>,
    /// What is known of its surroundings in words: table, heading, kind of element. May be empty.
    pub context: String,
    /// Where it stands.
    pub place: Place,
}

/// Where pieces come from that a person who looks at the document does not see, or easily overlooks. A context begins so.
const HIDDEN: [&str; 21] = [
    "hidden sheet",
    "hidden column",
    "hidden row",
    "cache of a chart",
    "pivot cache",
    "cached values of another workbook",
    "comment",
    "deleted text",
    "hidden text",
    "document property",
    "settings",
    "building block",
    "custom data",
    "header or footer",
    "notes",
    "slide master",
    "earlier revision",
    "under a filled box",
    "picture property",
    "list of choices of a cell",
    "defined name",
];

impl Piece {
    /// Where the piece is hidden from whoever only looks at the document; holds nothing of the document.
    pub fn hidden_in(&self) -> Option<&'static str> {
        HIDDEN.into_iter().find(|hidden| self.context.starts_with(hidden))
    }
}

/// The rows of a table, as far as one column of it was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// How many hold each value, in the order of [`Piece::values`].
    pub holding: Vec<u64>,
    /// How many were looked at, also those that hold none of the values: empty ones, and running text, which is read apart.
    pub looked_at: u64,
    /// Whether there are more, or may be.
    pub is_sample: bool,
}

/// A document or part of one that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Where; an empty place is the whole document.
    pub place: Place,
    /// Why, in words: what was expected and what was found. Never holds text of the document.
    pub reason: String,
}

/// Bounds of what one document may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of a document whose format must be held whole (PDF, office files); longer ones are unread.
    pub whole_bytes_max: usize,
    /// Bytes that may come out of one compressed document, all parts together.
    pub inflated_bytes_max: u64,
    /// Archives inside archives.
    pub depth_max: usize,
    /// Distinct values kept of a column.
    pub values_max: usize,
    /// Bytes of one piece; a longer text comes in parts, cut between words.
    pub piece_bytes_max: usize,
    /// Seconds that recognising text in the pictures of one document may take.
    pub picture_seconds_max: u64,
    /// Bytes from which a picture inside an office file is read as one in a file of its own; smaller ones pass as ornaments.
    pub picture_bytes_min: u64,
    /// Whether texts are handed out as they stand, too, also those inside other documents; and what can be read in two ways in
    /// both.
    #[serde(default)]
    pub texts: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            whole_bytes_max: 128 << 20,
            inflated_bytes_max: 1 << 30,
            depth_max: 4,
            values_max: 200,
            piece_bytes_max: 4096,
            picture_seconds_max: 240,
            // A picture this large is more likely a scan than an ornament.
            picture_bytes_min: 100 << 10,
            texts: false,
        }
    }
}

/// What became of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What it was read as.
    pub format: Format,
    /// What of it could not be read.
    pub unread: Vec<Unread>,
}

/// Takes pieces as they are found.
pub type Sink<'a> = dyn FnMut(Piece) + 'a;

/// A document that can be read from any place in it, as a file can.
pub trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

/// Reads a document of the given name (only its ending matters) and hands its pieces to `sink`.
///
/// Never fails: what cannot be read is in [`Outcome::unread`].
pub fn extract(name: &str, input: &mut dyn Read, limits: &Limits, sink: &mut Sink<'_>) -> Outcome {
    let mut format = Format::Binary;
    let unread = outermost(limits, sink, |job| format = read(name, input, job));
    Outcome { format, unread }
}

/// Does the same with a document that can be read from any place in it. A format that begins with its end is then of any
/// length, and only what is needed of it is read.
pub fn extract_seeking(name: &str, mut input: Box<dyn ReadSeek>, limits: &Limits, sink: &mut Sink<'_>) -> Outcome {
    let head = format::Peek::new(&mut input).head().to_vec();
    match recognise(name, &head) {
        Format::Parquet => {
            let unread = outermost(limits, sink, |job| columns::parquet(input, job));
            Outcome { format: Format::Parquet, unread }
        }
        format => match input.rewind() {
            Ok(()) => extract(name, &mut input, limits, sink),
            Err(error) => {
                let reason = format!("reading stopped: {}", error.kind());
                Outcome { format, unread: vec![Unread { place: Place::default(), reason }] }
            }
        },
    }
}

/// Hands out what a file inside a document is called, as reading the document does.
pub fn name_of_file(name: &str, sink: &mut Sink<'_>) {
    outermost(&Limits::default(), sink, |job| job.named(name));
}

/// Does the work of reading a document that lies in no other; gives back what could not be read.
fn outermost(limits: &Limits, sink: &mut Sink<'_>, work: impl FnOnce(&mut Job<'_, '_>)) -> Vec<Unread> {
    let mut unread = Vec::new();
    let inflated = Rc::new(Cell::new(limits.inflated_bytes_max));
    let pictures = Rc::new(Cell::new(Duration::from_secs(limits.picture_seconds_max)));
    work(&mut Job { limits, depth: 0, inflated, pictures, sink, unread: &mut unread });
    unread
}

/// Reads a document as what its name and its first bytes say it is; gives that back.
fn read(name: &str, input: &mut dyn Read, job: &mut Job<'_, '_>) -> Format {
    let mut reader = format::Peek::new(input);
    let format = recognise(name, reader.head());
    let Some(kind) = format.content_type(name).filter(|_| job.limits.texts) else {
        read_as(format, name, &mut reader, job);
        return format;
    };
    let (max, mut bytes) = (job.limits.whole_bytes_max, Vec::new());
    let taken = reader.by_ref().take(max as u64 + 1).read_to_end(&mut bytes);
    if let Err(error) = &taken {
        job.unread(Place::default(), format!("reading stopped: {}", error.kind()));
    }
    if bytes.len() > max {
        job.unread(Place::default(), format!("longer than the {max} bytes of a text that are looked at as they stand"));
    }
    job.standing(kind, &text::decode(&bytes), Place::default(), |job| {
        let rest = reader.take(if taken.is_ok() { u64::MAX } else { 0 });
        read_as(format, name, &mut format::Peek::new(&mut bytes.as_slice().chain(rest)), job);
    });
    format
}

/// Reads a document whose format is known.
fn read_as(format: Format, name: &str, reader: &mut format::Peek<'_>, job: &mut Job<'_, '_>) {
    match format {
        Format::Text | Format::Markdown => text::read(reader, job),
        Format::Html => html::read(reader, job),
        Format::Code => code::read(reader, code::Family::of(format::ending(&name.to_ascii_lowercase())), job),
        Format::Sql => sql::read(reader, job),
        Format::Csv => {
            let tabs = matches!(format::ending(&name.to_ascii_lowercase()), "tsv" | "tab");
            data::csv(reader, if tabs { b'\t' } else { 0 }, job);
        }
        Format::Json => data::json(reader, job),
        Format::JsonLines => data::json_lines(reader, job),
        Format::Yaml => data::yaml(reader, job),
        Format::Xml => data::xml(reader, job),
        Format::Pdf => pdf::read(reader, job),
        Format::Docx | Format::Pptx | Format::Xlsx | Format::Xls | Format::Odf => office::read(format, reader, job),
        Format::Parquet => columns::parquet_stream(reader, job),
        Format::Zip => archive::zip(reader, job),
        Format::Tar => archive::tar(reader, job),
        Format::Gzip => archive::gzip(name, reader, job),
        Format::Mail => mail::message(reader, job),
        Format::Mbox => mail::mailbox(reader, job),
        Format::Picture => ocr::picture(reader, job),
        Format::Binary => {
            let reason = format::unread_reason(reader.head());
            job.unread(Place::default(), reason);
        }
    }
}

/// One document being read: what a format's reader needs beside its input.
pub(crate) struct Job<'a, 'b> {
    pub limits: &'a Limits,
    /// Archives and messages that this document lies in.
    depth: usize,
    /// Bytes that may still come out of compressed parts, shared with the documents inside.
    inflated: Rc<Cell<u64>>,
    /// Time that may still be spent on recognising text in pictures, shared too.
    pictures: Rc<Cell<Duration>>,
    sink: &'a mut Sink<'b>,
    unread: &'a mut Vec<Unread>,
}

impl Job<'_, '_> {
    /// Hands out a piece; an empty one is none.
    pub fn piece(&mut self, kind: PieceKind, text: &str, context: &str, place: Place) {
        let mut rest = text.trim();
        // A text without end is taken in parts, cut between words.
        while !rest.is_empty() {
            let part = cut(rest, self.limits.piece_bytes_max);
            let piece = Piece {
                kind,
                text: part.trim().to_owned(),
                values: Vec::new(),
                rows: None,
                context: context.to_owned(),
                place: place.clone(),
            };
            (self.sink)(piece);
            rest = rest.get(part.len()..).unwrap_or_default().trim_start();
        }
    }

    /// Hands out a column with some of its values, of which nobody knows how often they occur.
    pub fn column(&mut self, name: &str, values: Vec<String>, context: &str, place: Place) {
        self.column_of_rows(name, (values, None), context, place);
    }

    /// Hands out a column with some of its values, and the rows that hold them where they are known.
    pub fn column_of_rows(&mut self, name: &str, (values, rows): (Vec<String>, Option<Rows>), context: &str, place: Place) {
        (self.sink)(Piece { kind: PieceKind::Column, text: name.trim().to_owned(), values, rows, context: context.to_owned(), place });
    }

    /// Reads a whole document into memory; `None`, and said so, where it is too long or its source fails.
    pub fn whole(&mut self, input: &mut dyn Read) -> Option<Vec<u8>> {
        let max = self.limits.whole_bytes_max;
        let mut bytes = Vec::new();
        match input.take(max as u64 + 1).read_to_end(&mut bytes) {
            Ok(_) if bytes.len() <= max => Some(bytes),
            Ok(_) => {
                self.unread(
                    Place::default(),
                    format!("longer than the {max} bytes that are held in memory for one document of this format"),
                );
                None
            }
            Err(error) => {
                self.unread(Place::default(), format!("reading stopped: {}", error.kind()));
                None
            }
        }
    }

    /// Bounds what comes out of a compressed part by what the whole document may still cost.
    pub fn inflating<R: Read>(&self, inner: R) -> Inflating<R> {
        Inflating { inner, left: Rc::clone(&self.inflated) }
    }

    /// Whether what may come out of compressed parts has all come out.
    pub fn spent(&self) -> bool {
        self.inflated.get() == 0
    }

    /// Hands out what a file inside this document is called, and the folders it lies in: a name may say what the file says.
    pub fn named(&mut self, name: &str) {
        for part in name.split(['/', '\\']) {
            let stem = part.rsplit_once('.').map_or(part, |(stem, _)| stem);
            let holds = |count: usize, is: fn(char) -> bool| stem.chars().filter(|c| is(*c)).nth(count - 1).is_some();
            if holds(NAME_LETTERS_MIN, char::is_alphabetic) || holds(NAME_DIGITS_MIN, |c| c.is_ascii_digit()) {
                let place = Place { path: Some(inner_name(name)), ..Place::default() };
                self.piece(PieceKind::Name, stem, "name of a file", place);
            }
        }
    }

    /// Hands out a text as it stands, where that is asked for, and does the work of reading it.
    pub fn standing(&mut self, content_type: &str, text: &str, place: Place, work: impl FnOnce(&mut Self)) {
        if !self.limits.texts || text.is_empty() {
            return work(self);
        }
        let hand = |job: &mut Self, part: &str| {
            let (text, context, place) = (part.to_owned(), content_type.to_owned(), place.clone());
            (job.sink)(Piece { kind: PieceKind::Document, text, values: Vec::new(), rows: None, context, place });
        };
        let mut rest = text;
        while !rest.is_empty() {
            let (part, behind) = rest.split_at(rest.floor_char_boundary(STANDING_BYTES));
            hand(self, part);
            rest = behind;
        }
        work(self);
        hand(self, "");
    }

    /// Reads a document inside this one; its places begin with its name.
    pub fn inner(&mut self, name: &str, input: &mut dyn Read) {
        self.within(name, |name, job| {
            read(name, input, job);
        });
    }

    /// Does the work of reading a document inside this one, unless it lies too deep.
    pub fn within(&mut self, name: &str, work: impl FnOnce(&str, &mut Job<'_, '_>)) {
        let name = inner_name(name);
        if self.depth >= self.limits.depth_max {
            let reason = format!("lies in more than {} archives or messages one inside the other", self.limits.depth_max);
            return self.unread(Place { path: Some(name), ..Place::default() }, reason);
        }
        let within = |place: Place| Place { path: Some(place.path.map_or_else(|| name.clone(), |path| format!("{name}!{path}"))), ..place };
        self.placed(&within, |job| {
            job.depth += 1;
            work(&name, job);
        });
    }

    /// Does work, and puts what it finds into the places that `place` makes of its own.
    pub fn placed(&mut self, place: &dyn Fn(Place) -> Place, work: impl FnOnce(&mut Job<'_, '_>)) {
        let sink = &mut *self.sink;
        let mut handed = |piece: Piece| sink(Piece { place: place(piece.place), ..piece });
        let mut unread = Vec::new();
        work(&mut Job {
            limits: self.limits,
            depth: self.depth,
            inflated: Rc::clone(&self.inflated),
            pictures: Rc::clone(&self.pictures),
            sink: &mut handed,
            unread: &mut unread,
        });
        self.unread.extend(unread.into_iter().map(|unread| Unread { place: place(unread.place), ..unread }));
    }

    /// Does work, and hands out only those pieces that `keep` keeps, as it leaves them.
    pub fn kept(&mut self, keep: &mut dyn FnMut(&mut Piece) -> bool, work: impl FnOnce(&mut Job<'_, '_>)) {
        let sink = &mut *self.sink;
        let mut handed = |mut piece: Piece| {
            if keep(&mut piece) {
                sink(piece);
            }
        };
        work(&mut Job {
            limits: self.limits,
            depth: self.depth,
            inflated: Rc::clone(&self.inflated),
            pictures: Rc::clone(&self.pictures),
            sink: &mut handed,
            unread: &mut *self.unread,
        });
    }

    /// What could not be read so far.
    pub fn unread_mut(&mut self) -> &mut Vec<Unread> {
        self.unread
    }

    /// Says that something could not be read.
    pub fn unread(&mut self, place: Place, reason: impl Into<String>) {
        self.unread.push(Unread { place, reason: reason.into() });
    }
}

/// The bytes that come out of a compressed part, until the document has cost what it may.
pub(crate) struct Inflating<R> {
    inner: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Inflating<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 && !out.is_empty() {
            // The end of a part that just fits is no excess.
            return match self.inner.read(&mut [0]) {
                Ok(0) => Ok(0),
                Ok(_) => Err(io::ErrorKind::FileTooLarge.into()),
                Err(error) => Err(error),
            };
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(out.len());
        let count = self.inner.read(out.get_mut(..most).unwrap_or_default())?;
        self.left.set(left.saturating_sub(count as u64));
        Ok(count)
    }
}

/// A name inside an archive as it stands in a place: without control characters, not endless.
fn inner_name(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(300).collect()
}

/// The beginning of a text, at most so many bytes, ending between two words where there are any.
fn cut(text: &str, bytes_max: usize) -> &str {
    if text.len() <= bytes_max {
        return text;
    }
    let mut end = bytes_max;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text.get(..end).unwrap_or_default();
    head.rfind(char::is_whitespace).and_then(|space| head.get(..space)).filter(|head| !head.is_empty()).unwrap_or(head)
}
