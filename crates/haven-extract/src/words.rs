//! Paragraphs of runs: Word's, PowerPoint's and those of drawings, with content controls, form fields and merge fields.

use crate::sheet::sentences_at;
use crate::xml::{Node, attribute, walk};
use crate::{Job, PieceKind, Place, label};

/// A paragraph being read: as it reads now, and as it read before tracked changes.
#[derive(Default)]
struct Paragraph {
    now: String,
    before: String,
    changed: bool,
    heading: bool,
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
    walk(xml, |node| {
        // What an older program shows instead says the same again.
        match node {
            Node::Open("Fallback", _) => fallback += 1,
            Node::Close("Fallback") => fallback = fallback.saturating_sub(1),
            _ => {}
        }
        if fallback > 0 {
            return;
        }
        let at = |number: u64| Place { line: Some(number), ..place.clone() };
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
                "tc" => cells += 1,
                "ins" | "moveTo" => inserted += 1,
                "sdtPr" => controls.push(Field::default()),
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
                    if written {
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
                        let around = if context == "body" { heading.as_str() } else { context };
                        hand_out(&paragraph.now, cells > 0, around, number, place, job);
                        if paragraph.changed {
                            hand_out(&paragraph.before, cells > 0, "deleted text", number, place, job);
                        }
                        if paragraph.heading {
                            heading = crate::cut(paragraph.now.trim(), 120).to_owned();
                        }
                    }
                }
                "tc" => cells = cells.saturating_sub(1),
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
    })
}

/// Hands out a paragraph: a label or its sentences. In a table short texts are labels.
pub(crate) fn hand_out(paragraph: &str, in_table: bool, context: &str, number: u64, place: &Place, job: &mut Job<'_, '_>) {
    let place = Place { line: Some(number), ..place.clone() };
    // A line may hold several labels, each before its place to fill in.
    for piece in paragraph.split(['\t', '\n']).filter(|piece| !piece.trim().is_empty()) {
        if !label::asked(piece).is_empty() || (in_table && label::may_be_label(piece)) {
            let asked = label::bare(piece);
            job.piece(PieceKind::Question, &asked, context, place.clone());
        } else {
            sentences_at(piece, context, &place, job);
        }
    }
}

/// Hands out the name that a field instruction fills in, or the question it asks.
fn mail_merge(instruction: &str, place: &Place, job: &mut Job<'_, '_>) {
    let mut words = instruction.split_whitespace();
    let kind = words.next().unwrap_or_default().to_ascii_uppercase();
    match kind.as_str() {
        "MERGEFIELD" | "DOCPROPERTY" | "DOCVARIABLE" | "SET" | "REF" => {
            job.piece(PieceKind::Name, words.next().unwrap_or_default().trim_matches('"'), "merge field", place.clone());
        }
        "ASK" | "FILLIN" => {
            if let Some(asked) = instruction.split('"').nth(1) {
                job.piece(PieceKind::Question, asked, "merge field", place.clone());
            }
        }
        _ => {}
    }
}
