//! PDF: the text of each page, and the fields of forms with their tooltips, lists and the labels beside them.
//!
//! Text is taken with its place on the page, so that lines become paragraphs and a field finds its label. Where the first
//! reader of text gives up on a page, a second one is asked, which may break words; that is said. Pages that are pictures, forms
//! in XFA and files that need a password are said to be unread.
//!
//! Both libraries under this can panic (see [`crate::guard`] for what is done about that); what would overflow the stack or
//! inflate without end is looked for before they run.

use crate::format::Peek;
use crate::guard::guarded;
use crate::sheet::sentences_at;
use crate::{Job, PieceKind, Place, label, text};
use lopdf::{Dictionary, Document, Object, ObjectId};
use pdf_extract::{MediaBox, OutputDev, OutputError, Transform};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Steps up or down a tree of pages, fields or drawings; sound files need a handful.
const DEPTH_MAX: usize = 40;
/// Drawings inside drawings that one page may run through.
const DRAWINGS_MAX: usize = 20_000;
/// Characters of one page. A page of print has 5,000.
const PAGE_CHARS_MAX: usize = 2_000_000;
/// Choices of one field.
const OPTIONS_MAX: usize = 1000;
/// Pairs of fields and blocks that are compared on one page to find labels. A full page has 100 of each.
const PAIRS_MAX: usize = 20_000_000;
/// Points between a field and its label.
const LABEL_POINTS_MAX: f64 = 150.0;

/// Reads a PDF.
pub(crate) fn read(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    let Some(bytes) = job.whole(input) else { return };
    let bytes = bytes.as_slice();
    guarded(job, move |job| document(bytes, job));
}

/// Reads a PDF from its bytes.
fn document(bytes: &[u8], job: &mut Job<'_, '_>) {
    let streams = streams(bytes, job);
    if streams == Streams::Boundless {
        return job.unread(Place::default(), "its compressed parts would become larger than one document may be");
    }
    let mut doc = match Document::load_mem(bytes) {
        Ok(doc) => doc,
        Err(lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_)) => {
            return job.unread(Place::default(), "encrypted with a password");
        }
        Err(lopdf::Error::UnsupportedSecurityHandler(_)) => return job.unread(Place::default(), "encrypted in a way that is not read"),
        Err(_) => return job.unread(Place::default(), "expected a PDF, found one that is damaged or ends early"),
    };
    // Many files are encrypted with no password, only to forbid printing.
    if doc.is_encrypted() && doc.decrypt("").is_err() {
        return job.unread(Place::default(), "encrypted with a password");
    }
    let doc = &doc;
    if streams == Streams::Damaged && !doc.was_encrypted() {
        job.unread(Place::default(), "some of its compressed parts are damaged; what they held may be missing");
    }
    about(doc, job);
    let pages = doc.get_pages();
    if pages.is_empty() {
        job.unread(Place::default(), "expected a PDF with pages, found none");
    }
    let mut seen = BTreeSet::new();
    for (number, id) in &pages {
        page(doc, *number, *id, &mut seen, job);
    }
    fields_of_the_form(doc, &mut seen, job);
    attached(doc, job);
}

/// What the compressed streams of a file are like, seen before a parser inflates them.
#[derive(PartialEq)]
enum Streams {
    /// They inflate to what a document may be.
    Sound,
    /// Some are damaged; the parser takes what it gets and says nothing.
    Damaged,
    /// They become larger.
    Boundless,
}

/// Looks at the compressed streams of a file. What is encrypted, or packed twice, cannot be seen here.
fn streams(bytes: &[u8], job: &Job<'_, '_>) -> Streams {
    let (mut total, mut damaged) = (0, false);
    let mut rest = bytes;
    while let Some(at) = rest.windows(6).position(|window| window == b"stream") {
        rest = rest.get(at + 6..).unwrap_or_default();
        let data = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or_default();
        // The first two bytes of what zlib packs are a multiple of 31.
        let packed = matches!(data, [0x78, second, ..] if (0x7800 + u32::from(*second)) % 31 == 0);
        if packed {
            let most = job.limits.whole_bytes_max as u64;
            let mut inflating = flate2::read::ZlibDecoder::new(data).take(most + 1);
            let mut buffer = [0; 8192];
            let mut size = 0;
            loop {
                match inflating.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(count) => size += count as u64,
                    Err(_) => {
                        damaged = true;
                        break;
                    }
                }
            }
            total += size;
            if size > most || total > job.limits.inflated_bytes_max {
                return Streams::Boundless;
            }
        }
    }
    if damaged { Streams::Damaged } else { Streams::Sound }
}

/// Hands out title, subject and keywords, and says what kind of form is not read.
fn about(doc: &Document, job: &mut Job<'_, '_>) {
    let place = || Place { path: Some("properties".to_owned()), ..Place::default() };
    if let Some(info) = doc.trailer.get(b"Info").ok().and_then(|info| dictionary(doc, info)) {
        for key in [&b"Title"[..], b"Subject", b"Keywords"] {
            if let Some(text) = string(doc, info, key) {
                sentences_at(&text, "document property", &place(), job);
            }
        }
    }
    if form(doc).is_some_and(|form| form.has(b"XFA")) {
        job.unread(
            Place { path: Some("XFA".to_owned()), ..Place::default() },
            "the form is also, or only, there in XFA, which is not read",
        );
    }
}

/// The form of a document.
fn form(doc: &Document) -> Option<&Dictionary> {
    dictionary(doc, doc.catalog().ok()?.get(b"AcroForm").ok()?)
}

/// Reads a page: its text, its fields with their labels, its comments.
fn page(doc: &Document, number: u32, id: ObjectId, seen: &mut BTreeSet<String>, job: &mut Job<'_, '_>) {
    let at = || Place { page: Some(u64::from(number)), ..Place::default() };
    let annotations = annotations(doc, id);
    let mut fields: Vec<Field> = annotations
        .iter()
        .filter(|annotation| name(annotation, b"Subtype") == Some(b"Widget"))
        .filter_map(|widget| field(doc, widget))
        .collect();
    fields.retain(|field| seen.insert(field.path.clone()));
    let blocks = blocks_of(doc, number, id, job);
    let used = labels(&fields, &blocks);
    for (index, field) in fields.iter().enumerate() {
        hand_out(field, at(), job);
        if let Some(block) = used.iter().find(|(_, of)| **of == index).and_then(|(block, _)| blocks.get(*block)) {
            let asked = label::bare(&block.text);
            job.piece(PieceKind::Question, &asked, &field.name, Place { path: Some(field.path.clone()), ..at() });
        }
    }
    let marks = blocks.iter().filter(|block| label::fills_in(&block.text) || !label::asked(&block.text).is_empty()).count();
    let to_fill_in = !fields.is_empty() || marks >= 3;
    let mut line = 1;
    for (index, block) in blocks.iter().enumerate() {
        if !used.contains_key(&index) {
            block_of_text(block, line, to_fill_in, number, job);
        }
        line += block.text.matches('\n').count() as u64 + 1;
    }
    for annotation in annotations.iter().filter(|annotation| !matches!(name(annotation, b"Subtype"), Some(b"Widget" | b"Link"))) {
        if let Some(said) = string(doc, annotation, b"Contents") {
            sentences_at(&said, "comment", &at(), job);
        }
    }
}

/// Hands out a block of a page's text: a label, or its sentences. On a page to fill in, short texts are labels.
fn block_of_text(block: &Block, first: u64, to_fill_in: bool, page: u32, job: &mut Job<'_, '_>) {
    let place = |line: u64| Place { page: Some(u64::from(page)), line: Some(line), ..Place::default() };
    if !label::asked(&block.text).is_empty() || (to_fill_in && label::may_be_label(&block.text)) {
        return job.piece(PieceKind::Question, &label::bare(&block.text), "", place(first));
    }
    for (start, end) in text::split(&block.text) {
        let Some(sentence) = block.text.get(start..end) else { continue };
        let line = first + block.text.get(..start).unwrap_or_default().matches('\n').count() as u64;
        let joined = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
        sentences_at(&joined, "", &place(line), job);
    }
}

/// Text that belongs together, and where it stands on its page.
#[derive(Debug, Default)]
struct Block {
    text: String,
    left: f64,
    right: f64,
    /// Of the last line.
    bottom: f64,
    top: f64,
    size: f64,
    /// Of the last line.
    line_right: f64,
    line_left: f64,
}

/// The blocks of a page's text. Says what of the page is not read.
fn blocks_of(doc: &Document, number: u32, id: ObjectId, job: &mut Job<'_, '_>) -> Vec<Block> {
    let at = || Place { page: Some(u64::from(number)), ..Place::default() };
    let mut output = Blocks::default();
    let sound = is_sound(doc, id);
    let read = sound && catch_unwind(AssertUnwindSafe(|| pdf_extract::output_doc_page(doc, &mut output, number).is_ok())).unwrap_or(false);
    if output.chars > PAGE_CHARS_MAX {
        job.unread(at(), format!("page {number} holds more than {PAGE_CHARS_MAX} characters; the rest was left"));
    } else if !read {
        // The other reader knows no places, so what it reads is one block.
        let second =
            catch_unwind(AssertUnwindSafe(|| doc.extract_text(&[number]).ok())).ok().flatten().filter(|text| !text.trim().is_empty());
        match second {
            Some(text) if text.len() > output.text_bytes() => {
                job.unread(at(), format!("page {number} was read only in a second way, which may break words"));
                output.blocks = text.split("\n\n").map(|text| Block { text: text.to_owned(), ..Block::default() }).collect();
                output.chars = text.chars().count();
            }
            _ => job.unread(at(), format!("the text of page {number} could not be read to its end")),
        }
    }
    let chars = output.chars;
    if read && output.unknown * 5 > chars && chars > 0 {
        job.unread(at(), format!("much of the text of page {number} is in letters whose meaning the file does not say"));
    }
    // A page of a scan may have a line of text over it: a stamp, a page number.
    if read && chars < 40 {
        let what = if chars == 0 { "no text" } else { "hardly any text" };
        match picture(doc, id) {
            Some(pixels) if chars == 0 || pixels > 500_000 => job.unread(at(), format!("page {number} holds a picture and {what}")),
            _ if chars == 0 && doc.get_page_content(id).is_ok_and(|content| content.len() > 1024) => {
                job.unread(at(), format!("page {number} holds a drawing and {what}"));
            }
            _ => {}
        }
    }
    output.blocks.retain(|block| !block.text.trim().is_empty());
    output.blocks
}

/// Takes the characters of a page and puts them together to blocks.
#[derive(Default)]
struct Blocks {
    blocks: Vec<Block>,
    chars: usize,
    unknown: usize,
    /// Whether the next character is the first of what is written at once.
    begins: bool,
}

impl Blocks {
    /// Bytes of text so far.
    fn text_bytes(&self) -> usize {
        self.blocks.iter().map(|block| block.text.len()).sum()
    }
}

impl OutputDev for Blocks {
    fn begin_page(&mut self, _: u32, _: &MediaBox, _: Option<(f64, f64, f64, f64)>) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(&mut self, trm: &Transform, width: f64, _: f64, font_size: f64, shown: &str) -> Result<(), OutputError> {
        self.chars += shown.chars().filter(|c| !c.is_whitespace()).count();
        self.unknown +=
            shown.chars().filter(|c| matches!(c, '\u{fffd}' | '\u{e000}'..='\u{efff}') || (c.is_control() && !c.is_whitespace())).count();
        if self.chars > PAGE_CHARS_MAX {
            return Err(OutputError::IoError(io::ErrorKind::FileTooLarge.into()));
        }
        // The side of the square that a letter of size one becomes.
        let across = font_size * trm.m11 + font_size * trm.m21;
        let up = font_size * trm.m12 + font_size * trm.m22;
        let size = (across * up).abs().sqrt();
        let size = if size.is_finite() && size > 0.1 { size } else { 0.1 };
        let (x, y) = (trm.m31, trm.m32);
        let end = x + width * size;
        let blank = shown.trim().is_empty();
        let begins = std::mem::take(&mut self.begins);
        if let Some(block) = self.blocks.last_mut() {
            let (gap, down) = (x - block.line_right, block.bottom - y);
            let alike = (size / block.size - 1.0).abs() < 0.3;
            // The same line goes on: close by, or a little further where lines are stretched to the margin. Some fonts say that
            // their characters are wider than they are, so what is written next may seem to begin long before the last one's end.
            let near = gap > -size * 0.5;
            let follows = near || (begins && x > block.line_left + size && down.abs() < size * 0.1);
            if down.abs() < size * 0.5 && follows && gap < size * 1.5 {
                let apart = if near { gap > size * 0.15 } else { shown.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) };
                if apart && !block.text.ends_with(char::is_whitespace) && !blank {
                    block.text.push(' ');
                }
                if !(blank && block.text.ends_with(char::is_whitespace)) {
                    block.text.push_str(shown);
                }
                block.line_right = end;
                block.right = block.right.max(end);
                return Ok(());
            }
            let overlaps = x < block.right + size && x > block.left - size * 3.0;
            let begins_a_list = shown.trim_start().starts_with(['•', '☐', '□', '❑', '●', '▪']);
            if alike && down > size * 0.5 && down < size * 1.7 && overlaps && !begins_a_list && !blank {
                block.text.push('\n');
                block.text.push_str(shown);
                (block.line_left, block.line_right, block.bottom) = (x, end, y);
                block.left = block.left.min(x);
                block.right = block.right.max(end);
                return Ok(());
            }
        }
        if !blank {
            self.blocks.push(Block {
                text: shown.to_owned(),
                left: x,
                right: end,
                bottom: y,
                top: y + size,
                size,
                line_right: end,
                line_left: x,
            });
        }
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        self.begins = true;
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

/// Whether a page can be read without running in circles: its parents end, and so do the drawings in its drawings.
fn is_sound(doc: &Document, id: ObjectId) -> bool {
    let Ok(page) = doc.get_dictionary(id) else { return false };
    let mut node = page;
    let mut resources = None;
    for _ in 0..DEPTH_MAX {
        resources = resources.or_else(|| get(doc, node, b"Resources").and_then(|found| dictionary(doc, found)));
        match node.get(b"Parent").ok().and_then(|parent| dictionary(doc, parent)) {
            Some(parent) => node = parent,
            None => {
                let mut left = DRAWINGS_MAX;
                let Ok(content) = doc.get_page_content(id) else { return false };
                return resources.is_none_or(|resources| draws_soundly(doc, &content, resources, 0, &mut left));
            }
        }
    }
    false
}

/// Whether drawings called by name in a content end.
fn draws_soundly(doc: &Document, content: &[u8], resources: &Dictionary, depth: usize, left: &mut usize) -> bool {
    let Some(drawings) = get(doc, resources, b"XObject").and_then(|drawings| dictionary(doc, drawings)) else { return true };
    if depth > DEPTH_MAX {
        return false;
    }
    let mut last: &[u8] = b"";
    for word in content.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty()) {
        if word == b"Do" {
            let drawing = last.strip_prefix(b"/").and_then(|name| get(doc, drawings, name)).and_then(|drawing| drawing.as_stream().ok());
            if let Some(drawing) = drawing.filter(|drawing| name(&drawing.dict, b"Subtype") == Some(b"Form")) {
                if *left == 0 {
                    return false;
                }
                *left -= 1;
                let inner = get(doc, &drawing.dict, b"Resources").and_then(|inner| dictionary(doc, inner)).unwrap_or(resources);
                let Ok(content) = drawing.get_plain_content() else { return false };
                if !draws_soundly(doc, &content, inner, depth + 1, left) {
                    return false;
                }
            }
        }
        last = word;
    }
    true
}

/// The largest picture of a page, in pixels.
fn picture(doc: &Document, id: ObjectId) -> Option<i64> {
    let mut node = doc.get_dictionary(id).ok()?;
    for _ in 0..DEPTH_MAX {
        if let Some(resources) = get(doc, node, b"Resources").and_then(|found| dictionary(doc, found)) {
            return largest(doc, resources, 0);
        }
        node = dictionary(doc, node.get(b"Parent").ok()?)?;
    }
    None
}

/// The largest picture among resources, and in the drawings of these.
fn largest(doc: &Document, resources: &Dictionary, depth: usize) -> Option<i64> {
    let drawings = get(doc, resources, b"XObject").and_then(|drawings| dictionary(doc, drawings))?;
    let sizes = drawings.iter().filter_map(|(_, drawing)| {
        let drawing = follow(doc, drawing)?.as_stream().ok()?;
        match name(&drawing.dict, b"Subtype") {
            Some(b"Image") => {
                let side = |key| get(doc, &drawing.dict, key).and_then(|side| side.as_i64().ok()).unwrap_or(0);
                Some(side(b"Width").saturating_mul(side(b"Height")))
            }
            Some(b"Form") if depth < 4 => largest(doc, dictionary(doc, get(doc, &drawing.dict, b"Resources")?)?, depth + 1),
            _ => None,
        }
    });
    sizes.max()
}

/// A field of a form.
#[derive(Debug)]
struct Field {
    /// The names from the outermost group to the field, joined by dots.
    path: String,
    /// The last of these.
    name: String,
    groups: Vec<String>,
    tooltip: Option<String>,
    choices: Vec<String>,
    ticks: bool,
    /// Left, bottom, right, top.
    place: Option<[f64; 4]>,
}

/// The field that a widget or field dictionary is, with what it has from the groups above it.
fn field(doc: &Document, widget: &Dictionary) -> Option<Field> {
    let (mut names, mut node) = (Vec::new(), widget);
    let (mut tooltip, mut kind, mut options, mut value) = (None, None, None, None);
    for _ in 0..DEPTH_MAX {
        names.extend(string(doc, node, b"T").filter(|name| !name.trim().is_empty()));
        // A group's tooltip is not its fields'.
        if names.len() <= 1 {
            tooltip = tooltip.or_else(|| string(doc, node, b"TU"));
            options = options.or_else(|| get(doc, node, b"Opt"));
            value = value.or_else(|| get(doc, node, b"V"));
        }
        kind = kind.or_else(|| name(node, b"FT"));
        match node.get(b"Parent").ok().and_then(|parent| dictionary(doc, parent)) {
            Some(parent) => node = parent,
            None => break,
        }
    }
    names.reverse();
    let mut choices = Vec::new();
    let mut add = |choice: String| {
        if !choice.trim().is_empty() && !choices.contains(&choice) {
            choices.push(choice);
        }
    };
    for option in
        options.and_then(|options| options.as_array().ok()).into_iter().flatten().take(OPTIONS_MAX).filter_map(|option| follow(doc, option))
    {
        match option {
            // What a person sees stands behind what is sent.
            Object::Array(pair) => pair.iter().rev().filter_map(|part| follow(doc, part)).filter_map(decoded).for_each(&mut add),
            other => decoded(other).into_iter().for_each(&mut add),
        }
    }
    if kind == Some(b"Btn") {
        states(doc, node_of_choices(doc, widget)).into_iter().for_each(&mut add);
    } else if let Some(filled) = value.and_then(decoded) {
        add(filled);
    }
    let place = get(doc, widget, b"Rect").and_then(|rect| rect.as_array().ok()).and_then(|rect| {
        let mut sides = rect.iter().filter_map(|side| follow(doc, side)?.as_float().ok().map(f64::from));
        let (a, b, c, d) = (sides.next()?, sides.next()?, sides.next()?, sides.next()?);
        Some([a.min(c), b.min(d), a.max(c), b.max(d)])
    });
    let path = names.iter().map(|name| name.trim()).collect::<Vec<_>>().join(".");
    let name = names.pop()?;
    Some(Field { path, name, groups: names, tooltip, choices, ticks: kind == Some(b"Btn"), place })
}

/// The dictionary whose kids are the ticks of one field: the parent of a widget without a name.
fn node_of_choices<'a>(doc: &'a Document, widget: &'a Dictionary) -> &'a Dictionary {
    if widget.has(b"T") { widget } else { widget.get(b"Parent").ok().and_then(|parent| dictionary(doc, parent)).unwrap_or(widget) }
}

/// The states that a field of ticks can have, but for off and for those that say nothing.
fn states(doc: &Document, node: &Dictionary) -> Vec<String> {
    let kids = get(doc, node, b"Kids").and_then(|kids| kids.as_array().ok()).map(Vec::as_slice).unwrap_or_default();
    let widgets = std::iter::once(node).chain(kids.iter().take(1000).filter_map(|kid| dictionary(doc, kid)));
    let shown = widgets.filter_map(|widget| dictionary(doc, get(doc, dictionary(doc, widget.get(b"AP").ok()?)?, b"N")?));
    let names = shown.flat_map(|states| states.iter().map(|(name, _)| String::from_utf8_lossy(name).into_owned()));
    let telling = |name: &String| !matches!(name.as_str(), "Off" | "On" | "Yes" | "BBox" | "Resources") && name.parse::<u64>().is_err();
    names.filter(telling).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Hands out a field: the names of its groups and its own, its tooltip, its list with what is filled in.
fn hand_out(field: &Field, page: Place, job: &mut Job<'_, '_>) {
    let place = || Place { path: Some(field.path.clone()), ..page.clone() };
    // Programs number what they made: `Citizen[0]`.
    let plain = |name: &str| name.split('[').next().unwrap_or_default().trim().to_owned();
    let name = plain(&field.name);
    let groups = field.groups.iter().map(|group| plain(group)).collect::<Vec<_>>().join(" ");
    job.piece(PieceKind::Name, &name, &groups, place());
    if let Some(tooltip) = &field.tooltip {
        job.piece(PieceKind::Question, tooltip, &name, place());
    }
    if !field.choices.is_empty() {
        let choices = field.choices.iter().take(job.limits.values_max).cloned().collect();
        job.column(&name, choices, &groups, place());
    }
}

/// Reads the fields that no page shows.
fn fields_of_the_form(doc: &Document, seen: &mut BTreeSet<String>, job: &mut Job<'_, '_>) {
    let Some(top) = form(doc).and_then(|form| get(doc, form, b"Fields")).and_then(|fields| fields.as_array().ok()) else { return };
    let mut waiting: Vec<(&Object, usize)> = top.iter().map(|field| (field, 0)).collect();
    let mut visited = BTreeSet::new();
    while let Some((object, depth)) = waiting.pop() {
        if object.as_reference().is_ok_and(|id| !visited.insert(id)) || depth > DEPTH_MAX {
            continue;
        }
        let Some(node) = dictionary(doc, object) else { continue };
        let kids = get(doc, node, b"Kids").and_then(|kids| kids.as_array().ok()).map(Vec::as_slice).unwrap_or_default();
        let named = kids.iter().any(|kid| dictionary(doc, kid).is_some_and(|kid| kid.has(b"T")));
        if named {
            waiting.extend(kids.iter().map(|kid| (kid, depth + 1)));
        } else if let Some(field) = field(doc, node).filter(|field| seen.insert(field.path.clone())) {
            hand_out(&field, Place::default(), job);
        }
    }
}

/// Which block is the label of which field: the nearest on the side where labels stand.
fn labels(fields: &[Field], blocks: &[Block]) -> BTreeMap<usize, usize> {
    let mut used = BTreeMap::new();
    // A label has letters, and is no page of text.
    let likely = |block: &Block| {
        block.size > 0.0
            && block.text.chars().filter(|c| c.is_alphabetic()).nth(1).is_some()
            && block.text.split_whitespace().nth(60).is_none()
    };
    let likely: Vec<_> = blocks.iter().enumerate().filter(|(_, block)| likely(block)).collect();
    if likely.len().saturating_mul(fields.len()) > PAIRS_MAX {
        return used;
    }
    for (index, field) in fields.iter().enumerate() {
        let Some([left, bottom, right, top]) = field.place else { continue };
        let near = likely.iter().filter_map(|(at, block)| {
            let beside = block.bottom < top && block.top > bottom;
            let over = block.left < right && block.right > left;
            let before = (left - block.right, 1.0);
            let behind = (block.left - right, 1.0);
            let above = (block.bottom - top, 1.3);
            let slack = -block.size;
            let (distance, weight) = match field.ticks {
                true if beside && behind.0 > slack => behind,
                true if beside && before.0 > slack => (before.0, 2.0),
                false if beside && before.0 > slack => before,
                // A label may stand in the upper part of its own field.
                _ if over && above.0 > -(top - bottom) && block.top > bottom + (top - bottom) * 0.5 => above,
                _ => return None,
            };
            let distance = distance.max(0.0) * weight;
            (distance <= LABEL_POINTS_MAX).then_some((*at, distance))
        });
        if let Some((at, _)) = near.min_by(|(_, a), (_, b)| a.total_cmp(b)) {
            // Of several fields with one label, such as the days of a date, the first has it.
            used.entry(at).or_insert(index);
        }
    }
    used
}

/// The annotations of a page, those written into it too.
fn annotations(doc: &Document, id: ObjectId) -> Vec<&Dictionary> {
    let page = doc.get_dictionary(id).ok();
    let list = page.and_then(|page| get(doc, page, b"Annots")).and_then(|list| list.as_array().ok());
    list.into_iter().flatten().filter_map(|annotation| dictionary(doc, annotation)).collect()
}

/// Reads the files attached to a document.
fn attached(doc: &Document, job: &mut Job<'_, '_>) {
    for object in doc.objects.values() {
        let Object::Dictionary(file) = object else { continue };
        if !matches!(name(file, b"Type"), Some(b"Filespec" | b"F")) {
            continue;
        }
        let stream = get(doc, file, b"EF")
            .and_then(|embedded| dictionary(doc, embedded))
            .and_then(|embedded| get(doc, embedded, b"F"))
            .and_then(|stream| stream.as_stream().ok());
        let Some(stream) = stream else { continue };
        let file_name = string(doc, file, b"UF").or_else(|| string(doc, file, b"F")).unwrap_or_else(|| "attachment".to_owned());
        match stream.get_plain_content() {
            Ok(bytes) => job.inner(&file_name, &mut job.inflating(bytes.as_slice())),
            Err(_) => job.unread(Place { path: Some(file_name), ..Place::default() }, "attached in a form that is not read"),
        }
    }
}

/// What a dictionary has under a key, references followed.
fn get<'a>(doc: &'a Document, dict: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    follow(doc, dict.get(key).ok()?)
}

/// An object, references followed as far as they lead.
fn follow<'a>(doc: &'a Document, object: &'a Object) -> Option<&'a Object> {
    doc.dereference(object).ok().map(|(_, object)| object)
}

/// The dictionary that an object is or leads to.
fn dictionary<'a>(doc: &'a Document, object: &'a Object) -> Option<&'a Dictionary> {
    follow(doc, object)?.as_dict().ok()
}

/// A name under a key.
fn name<'a>(dict: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
    dict.get(key).ok()?.as_name().ok()
}

/// A text under a key.
fn string(doc: &Document, dict: &Dictionary, key: &[u8]) -> Option<String> {
    decoded(get(doc, dict, key)?)
}

/// A text, whatever its encoding.
fn decoded(object: &Object) -> Option<String> {
    match object {
        Object::String(bytes, _) => Some(lopdf::decode_text_string(object).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned())),
        _ => None,
    }
    .filter(|text| !text.trim().is_empty())
}
