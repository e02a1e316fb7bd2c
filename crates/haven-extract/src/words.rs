//! Paragraphs of runs: Word's, PowerPoint's and those of drawings, with content controls, form fields and merge fields.

use crate::beneath::unescaped;
use crate::label::Waiting;
use crate::sheet::sentences_at;
use crate::xml::{Node, attribute, walk};
use crate::{Job, PieceKind, Place, label};
use quick_xml::events::BytesStart;

/// What stands in a paragraph where something is to be written.
const BLANK: &str = " ____ ";
/// Words of a paragraph that may be a label though none stands beside it.
const ALONE_WORDS_MAX: usize = 4;

/// A paragraph being read: as it reads now, and as it read before tracked changes.
#[derive(Default)]
struct Paragraph {
    now: String,
    before: String,
    changed: bool,
    heading: bool,
    /// The content control around it shows its hint, which is no text of the document.
    hint: String,
}

/// A content control or form field being read.
#[derive(Default)]
pub(crate) struct Field {
    pub names: Vec<String>,
    pub help: Vec<String>,
    pub items: Vec<String>,
}

impl Field {
    /// Hands out its names, help texts and list.
    pub fn hand_out(self, kind: &str, place: &Place, job: &mut Job<'_, '_>) {
        let mut names = self.names.into_iter().filter(|name| !name.trim().is_empty()).collect::<Vec<_>>();
        names.dedup();
        for name in &names {
            job.piece(PieceKind::Name, name, kind, place.clone());
        }
        for help in &self.help {
            job.piece(PieceKind::Question, help, kind, place.clone());
        }
        if !self.items.is_empty() {
            job.column(names.first().map_or("", String::as_str), self.items, kind, place.clone());
        }
    }
}

/// Reads a part of paragraphs of runs: Word's, PowerPoint's, drawings.
pub(crate) fn words(xml: &str, context: &'static str, place: &Place, job: &mut Job<'_, '_>) -> Result<(), &'static str> {
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let (mut controls, mut legacy): (Vec<Field>, Option<Field>) = (Vec::new(), None);
    let (mut number, mut cells, mut inserted) = (0_u64, 0_u64, 0_u64);
    let (mut written, mut deleted, mut instructed) = (false, false, false);
    let mut instruction = String::new();
    let mut heading = String::new();
    let mut fallback = 0_u64;
    // Of each content control around: whether what it shows is its hint.
    let mut hints: Vec<bool> = Vec::new();
    let mut title = false;
    let loose = context == "body";
    let mut written_out = Paragraphs::default();
    let walked = walk(xml, |node| {
        // What an older program shows instead says the same again.
        match node {
            Node::Open("Fallback", _) => fallback += 1,
            Node::Close("Fallback") => fallback = fallback.saturating_sub(1),
            _ => {}
        }
        if fallback > 0 {
            return;
        }
        // What stands before the first paragraph has no number.
        let at = |number: u64| Place { line: (number > 0).then_some(number), ..place.clone() };
        match node {
            Node::Open(name, element) => match name {
                "p" => {
                    number += 1;
                    paragraphs.push(Paragraph::default());
                }
                "pStyle" => {
                    let style = attribute(element, "val").unwrap_or_default().to_ascii_lowercase();
                    if let Some(paragraph) = paragraphs.last_mut() {
                        paragraph.heading = style.starts_with("heading") || style.starts_with("title");
                    }
                }
                "t" => written = true,
                "delText" => deleted = true,
                "instrText" | "delInstrText" => instructed = true,
                "fldSimple" => mail_merge(&attribute(element, "instr").unwrap_or_default(), &at(number), job),
                "tab" | "br" | "cr" => {
                    if let Some(paragraph) = paragraphs.last_mut() {
                        let space = if name == "tab" { '\t' } else { '\n' };
                        paragraph.now.push(space);
                        paragraph.before.push(space);
                    }
                }
                "noBreakHyphen" => {
                    if let Some(paragraph) = paragraphs.last_mut() {
                        paragraph.now.push('-');
                        paragraph.before.push('-');
                    }
                }
                // A sign by its number in a font: of a font of letters it is the letter.
                "sym" => {
                    if let (Some(paragraph), Some(letter)) = (paragraphs.last_mut(), letter(element)) {
                        paragraph.now.push(letter);
                        if inserted == 0 {
                            paragraph.before.push(letter);
                        }
                    }
                }
                "tc" => cells += 1,
                "ins" | "moveTo" => inserted += 1,
                "sdtPr" => controls.push(Field::default()),
                "sdt" => hints.push(false),
                "showingPlcHdr" => {
                    if let Some(hint) = hints.last_mut() {
                        *hint = true;
                    }
                    if let Some(paragraph) = paragraphs.last_mut() {
                        paragraph.now.push_str(BLANK);
                        paragraph.before.push_str(BLANK);
                    }
                }
                // The title of a slide.
                "ph" => title = attribute(element, "type").is_some_and(|kind| kind.to_ascii_lowercase().ends_with("title")),
                "checkBox" | "textInput" | "ddList" if legacy.is_some() => {
                    if let Some(paragraph) = paragraphs.last_mut() {
                        let place = if name == "checkBox" { "☐ " } else { BLANK };
                        paragraph.now.push_str(place);
                        paragraph.before.push_str(place);
                    }
                }
                "alias" | "tag" => {
                    if let (Some(control), Some(value)) = (controls.last_mut(), attribute(element, "val")) {
                        control.names.push(value);
                    }
                }
                "listItem" => {
                    if let (Some(control), Some(value)) =
                        (controls.last_mut(), attribute(element, "displayText").or_else(|| attribute(element, "value")))
                    {
                        control.items.push(value);
                    }
                }
                "ffData" => legacy = Some(Field::default()),
                "name" => {
                    if let (Some(field), Some(value)) = (legacy.as_mut(), attribute(element, "val")) {
                        field.names.push(value);
                    }
                }
                "helpText" | "statusText" => {
                    if let (Some(field), Some(value)) = (legacy.as_mut(), attribute(element, "val")) {
                        field.help.push(value);
                    }
                }
                "listEntry" => {
                    if let (Some(field), Some(value)) = (legacy.as_mut(), attribute(element, "val")) {
                        field.items.push(value);
                    }
                }
                "docVar" => job.piece(PieceKind::Name, &attribute(element, "name").unwrap_or_default(), "document variable", at(number)),
                "docPr" | "cNvPr" => {
                    for described in ["title", "descr"].iter().filter_map(|name| attribute(element, name)) {
                        sentences_at(&described, "description of a picture", &at(number), job);
                    }
                }
                _ => {}
            },
            Node::Text(text) => {
                if instructed {
                    instruction.push_str(text);
                } else if let Some(paragraph) = paragraphs.last_mut() {
                    if written && hints.contains(&true) {
                        paragraph.hint.push_str(text);
                    } else if written {
                        paragraph.now.push_str(text);
                        if inserted == 0 {
                            paragraph.before.push_str(text);
                        } else {
                            paragraph.changed |= deleted;
                        }
                    } else if deleted {
                        paragraph.before.push_str(text);
                        paragraph.changed = true;
                    }
                }
            }
            Node::Close(name) => match name {
                "t" => written = false,
                "delText" => deleted = false,
                "instrText" | "delInstrText" => instructed = false,
                "fldChar" if !instruction.is_empty() => {
                    mail_merge(&std::mem::take(&mut instruction), &at(number), job);
                }
                "p" => {
                    if !instruction.is_empty() {
                        mail_merge(&std::mem::take(&mut instruction), &at(number), job);
                    }
                    if let Some(paragraph) = paragraphs.pop() {
                        let context = if context == "body" { heading.as_str() } else { context };
                        let around = Around { in_table: cells > 0, loose, heading: paragraph.heading || title, context };
                        written_out.hand_out(&paragraph.now, around, number, place, job);
                        if paragraph.changed {
                            written_out.hand_out(&paragraph.before, Around { context: "deleted text", ..around }, number, place, job);
                        }
                        if !paragraph.hint.trim().is_empty() {
                            job.piece(PieceKind::Question, &paragraph.hint, "content control", at(number));
                        }
                        if paragraph.heading {
                            heading = crate::cut(paragraph.now.trim(), 120).to_owned();
                        }
                    }
                }
                "tc" => cells = cells.saturating_sub(1),
                "sdt" => {
                    hints.pop();
                }
                "sp" => title = false,
                "ins" | "moveTo" => inserted = inserted.saturating_sub(1),
                "sdtPr" => {
                    if let Some(control) = controls.pop() {
                        control.hand_out("content control", &at(number), job);
                    }
                }
                "ffData" => {
                    if let Some(field) = legacy.take() {
                        field.hand_out("form field", &at(number), job);
                    }
                }
                _ => {}
            },
        }
    });
    written_out.flush(job);
    walked
}

/// What is known of a paragraph beside its words.
#[derive(Clone, Copy, Default)]
pub(crate) struct Around<'a> {
    pub in_table: bool,
    /// Whether short paragraphs may be labels: in the text of a document, not in what is shown on slides or stands in comments.
    pub loose: bool,
    pub heading: bool,
    pub context: &'a str,
}

/// Paragraphs as they come: labels and their choices one by one, the others as sentences.
#[derive(Default)]
pub(crate) struct Paragraphs {
    waiting: Waiting,
    /// A short text that is a label if another short one follows.
    held: Option<(String, String, Place)>,
    /// Whether what came last may have been a label.
    after_short: bool,
}

impl Paragraphs {
    /// Hands out a paragraph.
    pub fn hand_out(&mut self, paragraph: &str, around: Around<'_>, number: u64, place: &Place, job: &mut Job<'_, '_>) {
        let place = Place { line: Some(number), ..place.clone() };
        for line in paragraph.split('\n').filter(|line| line.chars().any(char::is_alphanumeric)) {
            let pieces = pieces(line);
            // A tab at the end leads to where the answer is written; one before a number to a page.
            let open = line.ends_with('\t') && pieces.len() == 1;
            let contents = pieces.len() > 1 && pieces.last().is_some_and(|piece| !label::has_letters(piece));
            if contents {
                self.flush(job);
                sentences_at(line.trim(), around.context, &place, job);
                continue;
            }
            let beside = pieces.len() > 1 && pieces.iter().all(|piece| label::may_be_listed(piece));
            for piece in pieces.iter().filter(|piece| piece.chars().any(char::is_alphanumeric)) {
                let label = around.in_table || open || (around.loose && beside);
                self.piece(piece, label, around, &place, job);
            }
        }
    }

    fn piece(&mut self, piece: &str, label: bool, around: Around<'_>, place: &Place, job: &mut Job<'_, '_>) {
        // A heading's colon asks nothing.
        let asked = if around.heading && !label::fills_in(piece) { Vec::new() } else { label::asked(piece) };
        let short = !around.heading && label::may_be_listed(piece);
        if !asked.is_empty() {
            self.release(true, job);
            label::hand_out(asked, around.context, place, &mut self.waiting, job);
            self.after_short = true;
            return;
        }
        self.waiting.flush(job);
        let alone = around.loose && short && (self.after_short || label::words(piece) <= ALONE_WORDS_MAX);
        if (label && !around.heading && label::may_be_label(piece)) || alone {
            self.release(true, job);
            let asked = label::bare(piece);
            job.piece(PieceKind::Question, &asked, around.context, place.clone());
            self.waiting.follow(&asked);
            self.after_short = true;
        } else if around.loose && short && !label::ends_question(piece) {
            self.release(true, job);
            self.held = Some((piece.to_owned(), around.context.to_owned(), place.clone()));
            self.after_short = true;
        } else {
            self.release(false, job);
            sentences_at(piece, around.context, place, job);
            self.after_short = false;
        }
    }

    /// Hands out a short text that was held until it was known what follows.
    fn release(&mut self, listed: bool, job: &mut Job<'_, '_>) {
        if let Some((text, context, place)) = self.held.take() {
            if listed {
                job.piece(PieceKind::Question, &label::bare(&text), &context, place);
            } else {
                sentences_at(&text, &context, &place, job);
            }
        }
    }

    /// Hands out what waits for more: there is none.
    pub fn flush(&mut self, job: &mut Job<'_, '_>) {
        self.release(false, job);
        self.waiting.flush(job);
        self.after_short = false;
    }
}

/// What stands between the tabs of a line. A label and the answer behind its colon are one.
fn pieces(line: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for piece in line.split('\t').map(str::trim).filter(|piece| !piece.is_empty()) {
        match pieces.last_mut().filter(|last| last.ends_with([':', '：']) && !piece.contains([':', '：'])) {
            Some(last) => {
                last.push(' ');
                last.push_str(piece);
            }
            None => pieces.push(piece.to_owned()),
        }
    }
    pieces
}

/// Fonts whose signs are no letters.
const SIGNS: [&str; 4] = ["symbol", "dings", "mt extra", "marlett"];

/// The letter that a sign stands for; none where the font is one of signs.
fn letter(element: &BytesStart<'_>) -> Option<char> {
    let font = attribute(element, "font").unwrap_or_default().to_ascii_lowercase();
    let number = u32::from_str_radix(attribute(element, "char")?.trim(), 16).ok()?;
    // Fonts of signs have theirs in the private range, where other fonts have their own below.
    let number = if (0xf000..=0xf0ff).contains(&number) { number - 0xf000 } else { number };
    char::from_u32(number).filter(|letter| !letter.is_control() && !SIGNS.iter().any(|signs| font.contains(signs)))
}

/// Hands out the name that a field instruction fills in, the question it asks, and what else it says.
fn mail_merge(instruction: &str, place: &Place, job: &mut Job<'_, '_>) {
    let mut words = instruction.split_whitespace();
    let kind = words.next().unwrap_or_default();
    let rest = instruction.trim_start().strip_prefix(kind).unwrap_or_default();
    let rest = match kind.to_ascii_uppercase().as_str() {
        "MERGEFIELD" | "DOCPROPERTY" | "DOCVARIABLE" | "SET" | "REF" => {
            let name = words.next().unwrap_or_default();
            job.piece(PieceKind::Name, name.trim_matches('"'), "merge field", place.clone());
            rest.replacen(name, "", 1)
        }
        "ASK" | "FILLIN" => match instruction.split('"').nth(1) {
            Some(asked) => {
                job.piece(PieceKind::Question, asked, "merge field", place.clone());
                rest.replacen(asked, "", 1)
            }
            None => rest.to_owned(),
        },
        _ => rest.to_owned(),
    };
    // A switch, and how the result is set, are of the format.
    let is_said = |word: &&str| !word.starts_with('\\') && !matches!(*word, "MERGEFORMAT" | "CHARFORMAT");
    let said = rest.split_whitespace().filter(is_said).collect::<Vec<_>>().join(" ");
    let said = unescaped(&said.replace(['"', '“', '”'], " "));
    if said.split(|c: char| !c.is_alphabetic()).any(|run| run.chars().nth(2).is_some()) {
        sentences_at(said.trim(), "hidden text", place, job);
    }
}
