//! What a part of an office file says beneath what its reader takes: attributes that hold words, texts in places that no
//! reader knows, formulas, formats of numbers, links, comments of the XML itself. Some of it is shown, most of it is not, and
//! all of it leaves with the file.
//!
//! Handed out is what may be words and was not handed out already. Numbers, ids, colours and the words of the format itself
//! are left: a value of one word is only taken where people give names.

use crate::{Job, Piece, PieceKind, Place, text};
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Texts of one part.
const TEXTS_MAX: usize = 100_000;
/// Letters of a word; what has fewer is a mark of the format.
const WORD_LETTERS_MIN: usize = 3;
/// Words of a name that a person gave; more are a sentence.
const NAME_WORDS_MAX: usize = 5;
/// Words from which the name of who wrote something is no name.
const SENTENCE_WORDS_MIN: usize = 4;
/// Bytes of a run without a blank, all of letters that a packed picture has.
const PACKED_BYTES_MIN: usize = 200;
/// Where pieces from here stand, as [`Piece::hidden_in`] says it.
const HIDDEN: &str = "hidden text";

/// What was handed out of a file so far.
#[derive(Default)]
pub(crate) struct Seen(BTreeSet<u64>);

impl Seen {
    /// Notes what a piece says.
    pub fn note(&mut self, piece: &Piece) {
        self.0.insert(hash(&piece.text));
        self.0.extend(piece.values.iter().map(|value| hash(value)));
    }

    /// Whether a text is said for the first time.
    pub fn is_new(&mut self, said: &str) -> bool {
        !self.holds(said) && self.0.insert(hash(said))
    }

    /// Whether a text, or each part of a list, was handed out.
    fn holds(&self, said: &str) -> bool {
        self.0.contains(&hash(said)) || (said.contains(',') && said.split(',').all(|item| self.0.contains(&hash(item))))
    }
}

fn hash(said: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    for word in said.split_whitespace() {
        word.hash(&mut hasher);
    }
    hasher.finish()
}

/// What of a part its own reader takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// Nothing: it has no reader.
    Nothing,
    /// The runs of paragraphs, outside of what only older programs show.
    Words,
    /// The paragraphs of OpenDocument, titles and descriptions.
    Odf,
    /// Cells of a sheet.
    Cells,
    /// Strings that cells show, by their numbers.
    Strings,
    /// Properties: who wrote it is not handed out.
    Properties,
    /// Records of a pivot table, read with their definition.
    Records,
}

/// A text that was found.
struct Found {
    kind: PieceKind,
    context: &'static str,
    text: String,
    place: Option<String>,
}

/// Looks through one part.
pub(crate) struct Beneath<'n> {
    taken: Taken,
    /// Names of the parts of the file, without their folders.
    parts: &'n BTreeSet<String>,
    /// Of a table of strings: those that a cell shows.
    shown: Option<BTreeSet<u64>>,
    found: Vec<Found>,
    known: BTreeSet<u64>,
    too_many: bool,
    /// Of each element that is open: its name, and the length of the text when it began.
    open: Vec<(String, usize)>,
    text: String,
    /// How many elements are open in which text is taken: paragraphs, runs, what older programs show.
    paragraphs: usize,
    runs: usize,
    fallbacks: usize,
    strings: u64,
    behind_cells: bool,
    cell: String,
    is_string: bool,
    /// The strings that cells show, as they are met.
    pub cited: BTreeSet<u64>,
}

impl<'n> Beneath<'n> {
    pub fn new(taken: Taken, parts: &'n BTreeSet<String>) -> Self {
        Self {
            taken,
            parts,
            shown: None,
            found: Vec::new(),
            known: BTreeSet::new(),
            too_many: false,
            open: Vec::new(),
            text: String::new(),
            paragraphs: 0,
            runs: 0,
            fallbacks: 0,
            strings: 0,
            behind_cells: false,
            cell: String::new(),
            is_string: false,
            cited: BTreeSet::new(),
        }
    }

    /// The strings that cells show, by their numbers.
    pub fn showing(self, shown: BTreeSet<u64>) -> Self {
        Self { shown: Some(shown), ..self }
    }

    /// Looks through a whole part.
    ///
    /// # Errors
    /// In words, where it is not well-formed.
    pub fn walk(&mut self, xml: &str) -> Result<(), &'static str> {
        let mut reader = Reader::from_str(xml);
        lax(reader.config_mut());
        loop {
            match reader.read_event() {
                Ok(Event::Eof) => {
                    let is_closed = self.open.is_empty();
                    self.event(&Event::Eof);
                    return if is_closed { Ok(()) } else { Err("its XML ends before its elements do") };
                }
                Ok(event) => self.event(&event),
                Err(_) => {
                    self.event(&Event::Eof);
                    return Err("its XML is not well-formed");
                }
            }
        }
    }

    /// Takes what is met next.
    pub fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(element) => self.opens(element),
            Event::Empty(element) => {
                self.opens(element);
                self.closes();
            }
            Event::End(_) => self.closes(),
            Event::Text(said) => self.says(&said.xml10_content()),
            Event::CData(said) => self.says(&said.xml10_content()),
            Event::GeneralRef(entity) => {
                let character = entity.resolve_char_ref().ok().flatten().map(String::from);
                let said = character.or_else(|| quick_xml::escape::resolve_predefined_entity(entity).map(str::to_owned));
                self.says(said.as_deref().unwrap_or(" "));
            }
            // What a program writes beside the elements nobody is shown.
            Event::Comment(said) => self.sentences(said),
            Event::PI(said) => self.sentences(said),
            Event::DocType(said) => self.sentences(said),
            Event::Decl(_) => {}
            // What was not closed ends here.
            Event::Eof => {
                while !self.open.is_empty() {
                    self.closes();
                }
                let said = std::mem::take(&mut self.text);
                self.written("", &said);
            }
        }
    }

    fn opens(&mut self, element: &BytesStart<'_>) {
        let name = element.local_name().into_inner();
        match name {
            "p" | "h" => self.paragraphs += 1,
            _ if self.is_run(name) => self.runs += 1,
            "Fallback" => self.fallbacks += 1,
            "si" => self.strings += 1,
            "sheetData" => self.behind_cells = false,
            _ => {}
        }
        self.open.push((name.to_owned(), self.text.len()));
        if self.taken == Taken::Cells && name == "c" {
            self.cell.clear();
            self.is_string = false;
        }
        for attribute in element.attributes().with_checks(false).flatten() {
            let key = attribute.key.into_inner();
            if key.starts_with("xmlns") || key.starts_with("xml:") {
                continue;
            }
            // Of cells, which are many, most attributes are short.
            if key != "r" && key != "t" && attribute.value.len() < WORD_LETTERS_MIN && attribute.value.is_ascii() {
                continue;
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            let value = value.map_or_else(|_| attribute.value.to_string(), |value| value.into_owned());
            self.attribute(name, attribute.key.local_name().into_inner(), &value);
        }
    }

    fn closes(&mut self) {
        let Some((name, begun)) = self.open.pop() else { return };
        // Runs are of one text, whatever stands between them.
        let is_run = matches!(
            name.as_str(),
            "t" | "r" | "rt" | "span" | "b" | "i" | "u" | "em" | "strong" | "font" | "instrText" | "delText" | "fld" | "a"
        );
        if self.text.len() > begun && !is_run {
            let said = std::mem::take(&mut self.text);
            self.written(&name, &said);
        }
        match name.as_str() {
            "p" | "h" => self.paragraphs = self.paragraphs.saturating_sub(1),
            name if self.is_run(name) => self.runs = self.runs.saturating_sub(1),
            "Fallback" => self.fallbacks = self.fallbacks.saturating_sub(1),
            "sheetData" => self.behind_cells = true,
            _ => {}
        }
    }

    /// Whether the reader of the part takes the text of an element.
    fn is_run(&self, name: &str) -> bool {
        match self.taken {
            Taken::Odf => matches!(name, "title" | "desc"),
            _ => matches!(name, "t" | "delText" | "instrText" | "delInstrText"),
        }
    }

    fn is_in(&self, name: &str) -> bool {
        self.open.iter().rev().any(|(open, _)| open == name)
    }

    /// Takes text, unless the part's own reader does.
    fn says(&mut self, said: &str) {
        let inner = self.open.last().map_or("", |(name, _)| name.as_str());
        let is_taken = match self.taken {
            Taken::Words => self.paragraphs > 0 && self.runs > 0 && self.fallbacks == 0,
            Taken::Odf => self.paragraphs > 0 || self.runs > 0,
            Taken::Cells if self.behind_cells => {
                matches!(inner, "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter")
            }
            Taken::Cells if inner == "v" => {
                if self.is_string {
                    self.cited.extend(said.trim().parse::<u64>());
                }
                self.is_in("c")
            }
            Taken::Cells => inner == "t" && self.is_in("is") && !self.is_in("rPh"),
            Taken::Strings => {
                let number = self.strings.saturating_sub(1);
                self.is_in("si") && !self.is_in("rPh") && self.shown.as_ref().is_none_or(|shown| shown.contains(&number))
            }
            Taken::Nothing | Taken::Properties | Taken::Records => false,
        };
        // Blanks between elements are the program's, those in a run are the writer's.
        let is_blank = said.trim().is_empty() && self.runs == 0;
        if !is_taken && !is_blank {
            self.text.push_str(said);
        }
    }

    /// A text that no reader took.
    fn written(&mut self, element: &str, said: &str) {
        let words = said.split_whitespace().filter(|word| is_word(word)).count();
        match element {
            "f" | "formula" | "formula1" | "formula2" | "definedName" | "calculatedColumnFormula" | "totalsRowFormula" | "oldFormula" => {
                self.formula(said);
            }
            "formatCode" => self.format(said),
            // Who wrote it.
            "creator" | "lastModifiedBy" | "initial-creator" | "printed-by" | "author" | "Manager" | "Company"
                if self.taken == Taken::Properties || element == "author" =>
            {
                if !is_short(said) {
                    self.sentences(said);
                }
            }
            // Of what program and when.
            "Application" | "AppVersion" | "generator" | "created" | "modified" | "date" | "creation-date"
                if self.taken == Taken::Properties && is_short(said) => {}
            _ if words > 1 => self.sentences(said),
            _ => self.value(said, true),
        }
    }

    fn attribute(&mut self, element: &str, key: &str, value: &str) {
        match (element, key) {
            // Read with the fields that they are of.
            ("fldSimple", "instr") if self.taken == Taken::Words && self.fallbacks == 0 => {}
            ("s" | "n" | "d" | "b" | "e", "v") if self.taken == Taken::Records => {}
            ("c", "r") if self.taken == Taken::Cells => self.cell = value.to_owned(),
            ("c", "t") if self.taken == Taken::Cells => self.is_string = value == "s",
            // Who wrote it, and the fonts and languages of a text.
            (
                _,
                "author" | "userName" | "userId" | "providerId" | "lastModifiedBy" | "refreshedBy" | "creator" | "initials" | "typeface"
                | "lang",
            )
            | ("rFonts" | "lang" | "themeFontLang" | "font" | "font-face", _)
                if is_short(value) => {}
            // Parts are named where they lie.
            ("Relationship", "Target") | ("Override", "PartName") | ("file-entry", "full-path")
                if value.rsplit('/').next().is_some_and(|file| self.parts.contains(file)) => {}
            ("Relationship", "Type") | (_, "uri" | "ContentType" | "media-type") if is_of_the_format(value) => {}
            ("sheet", "name") => self.found(PieceKind::Name, "name of a sheet", value),
            ("table", "name") if self.taken == Taken::Odf => self.found(PieceKind::Name, "name of a sheet", value),
            (_, "formatCode") => self.format(value),
            (_, "formula" | "condition") => self.formula(value),
            _ => self.value(value, is_given(element, key)),
        }
    }

    /// A value that may be words. `is_given`: it is of those that people give, where one word is enough.
    fn value(&mut self, value: &str, is_given: bool) {
        let value = value.trim();
        let is_packed = |word: &str| {
            word.len() >= PACKED_BYTES_MIN && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
        };
        if is_packed(value) {
            return;
        }
        let plain = if value.contains('%') { unescaped(value) } else { value.to_owned() };
        let count = parted(&plain).count();
        // An address, and a name as programs want it, have their words apart from each other by other marks.
        let is_parted = plain.contains(char::is_whitespace) && !plain.contains("://") && !plain.contains("mailto:");
        match count {
            0 => {}
            1 if !is_given => {}
            _ if is_given && count <= if is_parted { NAME_WORDS_MAX } else { 2 } => self.found(PieceKind::Name, HIDDEN, &plain),
            _ if is_parted => self.sentences(&plain),
            _ => self.found(PieceKind::Sentence, HIDDEN, &tokens(&plain).collect::<Vec<_>>().join(" ")),
        }
    }

    /// The words in a formula: texts, and the names of sheets, columns and ranges in it. What texts are put together to is read
    /// too.
    fn formula(&mut self, formula: &str) {
        let mut texts: Vec<String> = Vec::new();
        let mut chars = formula.chars().peekable();
        while let Some(c) = chars.next() {
            let end = match c {
                '"' => '"',
                '\'' => '\'',
                '[' => ']',
                c if c.is_alphabetic() || c == '_' => {
                    let mut name = String::from(c);
                    while let Some(next) = chars.next_if(|next| next.is_alphanumeric() || matches!(next, '_' | '.')) {
                        name.push(next);
                    }
                    if chars.peek() != Some(&'(') {
                        self.value(&name, false);
                    }
                    continue;
                }
                _ => continue,
            };
            let mut inner = String::new();
            while let Some(next) = chars.next() {
                if next == end && chars.next_if_eq(&end).is_none() {
                    break;
                }
                inner.push(next);
            }
            if end == '"' {
                texts.push(inner);
            } else {
                self.value(&inner, true);
            }
        }
        for text in &texts {
            self.value(text, true);
        }
        if texts.len() > 1 && (formula.contains('&') || formula.contains("CONCAT") || formula.contains("JOIN")) {
            self.value(&texts.concat(), true);
        }
    }

    /// The words that a format of numbers shows beside the number.
    fn format(&mut self, format: &str) {
        let mut said = String::new();
        let mut chars = format.chars();
        while let Some(c) = chars.next() {
            match c {
                '"' => said.extend(chars.by_ref().take_while(|next| *next != '"')),
                '\\' => said.extend(chars.next()),
                // As wide as, and filled with.
                '_' | '*' => drop(chars.next()),
                '[' => {
                    let inner: String = chars.by_ref().take_while(|next| *next != ']').collect();
                    said.push_str(inner.strip_prefix('$').map_or("", |sign| sign.rsplit_once('-').map_or(sign, |(sign, _)| sign)));
                }
                ' ' | '-' | '/' | ':' => said.push(c),
                ';' => {
                    self.value(&std::mem::take(&mut said), true);
                }
                _ => {}
            }
        }
        self.value(&said, true);
    }

    fn sentences(&mut self, said: &str) {
        for (start, end) in text::split(said) {
            let sentence = said.get(start..end).unwrap_or_default();
            if sentence.split_whitespace().any(is_word) {
                self.found(PieceKind::Sentence, HIDDEN, sentence);
            }
        }
    }

    fn found(&mut self, kind: PieceKind, context: &'static str, text: &str) {
        if self.found.len() >= TEXTS_MAX {
            self.too_many = true;
        } else if self.known.insert(hash(text)) {
            let place = Some(self.cell.clone()).filter(|cell| !cell.is_empty() && !self.behind_cells);
            self.found.push(Found { kind, context, text: text.to_owned(), place });
        }
    }

    /// Hands out what was found and not handed out before; `place` is that of the part.
    pub fn hand_out(self, place: &Place, seen: &mut Seen, job: &mut Job<'_, '_>) {
        for Found { kind, context, text, place: cell } in self.found {
            if !seen.is_new(&text) && context == HIDDEN {
                continue;
            }
            let place = match (cell, &place.path) {
                (Some(cell), Some(path)) => Place { path: Some(format!("{path}!{cell}")), ..place.clone() },
                _ => place.clone(),
            };
            job.piece(kind, &text, context, place);
        }
        if self.too_many {
            job.unread(place.clone(), format!("more than {TEXTS_MAX} texts beside what is shown; the rest was left"));
        }
    }
}

/// Programs that write office files are laxer than the standard.
pub(crate) fn lax(config: &mut quick_xml::reader::Config) {
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
}

/// What stands between the marks of a value.
pub(crate) fn tokens(value: &str) -> impl Iterator<Item = &str> {
    let marks = |c: char| c.is_whitespace() || matches!(c, '_' | '-' | '.' | '/' | '?' | '&' | '=' | '+' | ':' | ';' | ',' | '#' | '@');
    value.split(marks).filter(|token| !token.is_empty())
}

/// The words among them.
pub(crate) fn parted(value: &str) -> impl Iterator<Item = &str> {
    tokens(value).filter(|token| is_word(token))
}

/// Whether a run of characters may be a word: some letters that stand together, of other scripts one less.
fn is_word(run: &str) -> bool {
    let letters = run.chars().filter(|c| c.is_alphabetic()).count();
    let together = run.split(|c: char| !c.is_alphabetic()).map(|run| run.chars().count()).max().unwrap_or(0);
    if run.is_ascii() { together >= WORD_LETTERS_MIN } else { letters + 1 >= WORD_LETTERS_MIN && together > 0 }
}

/// Whether a value has no more words than the name of a person, program or font.
fn is_short(value: &str) -> bool {
    tokens(value).filter(|token| token.contains(char::is_alphabetic)).count() < SENTENCE_WORDS_MIN
}

/// Whether people give what stands in an attribute: names, titles, hints, what is shown instead of something.
fn is_given(element: &str, key: &str) -> bool {
    let by_key = matches!(
        key,
        "name"
            | "displayName"
            | "display-name"
            | "caption"
            | "title"
            | "descr"
            | "description"
            | "tooltip"
            | "display"
            | "location"
            | "alt"
            | "label"
            | "prompt"
            | "promptTitle"
            | "error"
            | "errorTitle"
            | "command"
            | "connection"
            | "comment"
            | "text"
            | "string"
            | "string-value"
            | "totalsRowLabel"
            | "help-text"
            | "tag"
            | "sourceName"
            | "uniqueName"
            | "Target"
            | "href"
    );
    let by_element = key == "val"
        && matches!(element, "lvlText" | "docVar" | "name" | "aliases" | "default" | "alias" | "tag" | "query" | "title" | "t")
        || key == "v" && matches!(element, "s" | "d" | "e" | "n");
    by_key || by_element
}

/// Whether an address is one of those that the formats themselves are made of.
pub(crate) fn is_of_the_format(value: &str) -> bool {
    const KNOWN: [&str; 10] = [
        "http://schemas.openxmlformats.org/",
        "http://schemas.microsoft.com/",
        "http://purl.oclc.org/ooxml/",
        "http://www.w3.org/",
        "urn:schemas-microsoft-com:",
        "application/vnd.openxmlformats-",
        "application/vnd.ms-",
        "application/vnd.oasis.",
        "application/xml",
        "image/",
    ];
    KNOWN.iter().any(|known| value.starts_with(known)) && value.len() < PACKED_BYTES_MIN && value.split(['_', ' ', '%']).nth(1).is_none()
}

/// A text in which `%20` and its like stand for bytes.
pub(crate) fn unescaped(value: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), value.as_bytes());
    while let [first, behind @ ..] = rest {
        let byte = match rest {
            [b'%', high, low, ..] => std::str::from_utf8(&[*high, *low]).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok()),
            _ => None,
        };
        match byte {
            Some(byte) => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    text::decode(&bytes)
}
