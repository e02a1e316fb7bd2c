//! PDF: the text of each page, and the fields of forms with their tooltips, lists and the labels beside them.
//!
//! What no page shows is read too: names of bookmarks, links and layers, what is said instead of a picture, scripts, what
//! programs keep for themselves. What stands before or behind the file is said to be unread.
//!
//! Text is taken with its place on the page, so that lines become paragraphs and a field finds its label. Where the first
//! reader of text gives up on a page, a second one is asked, which may break words; that is said. Pages that are pictures, forms
//! in XFA and files that need a password are said to be unread.
//!
//! Both libraries under this can panic (see [`crate::guard`] for what is done about that); what would overflow the stack or
//! inflate without end is looked for before they run.

use crate::beneath::{Seen, parted, tokens, unescaped};
use crate::format::Peek;
use crate::guard::guarded;
use crate::label::{Asked, Waiting};
use crate::page::{CHARS_MAX, Page, Rect, Unit};
use crate::sheet::sentences_at;
use crate::{Area, Job, Piece, PieceKind, Place, Unread, label, property, text};
use lopdf::xref::XrefEntry;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Steps up or down a tree of pages, fields or drawings; sound files need a handful.
const DEPTH_MAX: usize = 40;
/// Drawings inside drawings that one page may run through.
const DRAWINGS_MAX: usize = 20_000;
/// Widths of letters, of all fonts of a file.
const WIDTHS_MAX: usize = 500_000;
/// Bytes of the name of a drawing.
const NAME_BYTES_MAX: usize = 200;
/// Choices of one field.
const OPTIONS_MAX: usize = 1000;
/// Pairs of fields and texts that are compared on one page to find labels. A full page has 100 of each.
const PAIRS_MAX: usize = 20_000_000;
/// Earlier revisions of one file that are read.
const REVISIONS_MAX: usize = 12;
/// Texts of one file that no page shows.
const UNSHOWN_MAX: usize = 100_000;
/// Strokes of which words can be drawn.
const STROKES_MIN: usize = 16;
/// Codes of a font from which on one that says another letter than it shows is no slip.
const FALSE_CODES_MIN: usize = 4;
/// Points between a field and its label.
const LABEL_POINTS_MAX: f64 = 150.0;

/// Reads a PDF.
pub(crate) fn read(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    let Some(bytes) = job.whole(input) else { return };
    let bytes = bytes.as_slice();
    guarded(job, move |job| {
        say_what_is_around(bytes, job);
        let mut seen = BTreeSet::new();
        let mut note = |piece: &mut Piece| {
            seen.insert(known_by(piece));
            true
        };
        job.kept(&mut note, |job| document(bytes, job));
        revisions(bytes, &mut seen, job);
    });
}

/// Says that bytes stand before the mark of a PDF, or behind that of its end.
fn say_what_is_around(bytes: &[u8], job: &mut Job<'_, '_>) {
    let is_nothing = |bytes: &[u8]| bytes.iter().all(|byte| *byte == 0 || byte.is_ascii_whitespace());
    let head = bytes.get(..1024.min(bytes.len())).unwrap_or_default();
    // A mark of the order of bytes says nothing else.
    let before = head.windows(5).position(|window| window == b"%PDF-").and_then(|at| head.get(..at)).unwrap_or_default();
    if !is_nothing(before.strip_prefix(b"\xef\xbb\xbf").unwrap_or(before)) {
        job.unread(Place::default(), "holds bytes before its beginning, which were not read");
    }
    let end = bytes.windows(5).rposition(|window| window == b"%%EOF").and_then(|at| bytes.get(at + 5..)).unwrap_or_default();
    if !is_nothing(end) {
        job.unread(Place::default(), "holds bytes behind its end, which were not read");
    }
}

/// A piece without its place.
fn known_by(piece: &Piece) -> u64 {
    let mut hasher = DefaultHasher::new();
    (piece.kind, &piece.text, &piece.values).hash(&mut hasher);
    hasher.finish()
}

/// Reads what was there before the file was changed: a program that saves a change may leave all that stood before, with the new
/// written behind it. Handed out is what is no longer there.
fn revisions(bytes: &[u8], seen: &mut BTreeSet<u64>, job: &mut Job<'_, '_>) {
    const END: &[u8] = b"%%EOF";
    let mut ends: Vec<usize> =
        bytes.windows(END.len()).enumerate().filter(|(_, window)| *window == END).map(|(at, _)| at + END.len()).collect();
    // The last is the file as it is; of one that is arranged for a network the first ends no revision.
    ends.pop();
    if is_arranged(bytes) && !ends.is_empty() {
        ends.remove(0);
    }
    if ends.len() > REVISIONS_MAX {
        job.unread(Place::default(), format!("holds more than {REVISIONS_MAX} earlier revisions; the older ones were not read"));
    }
    for (number, end) in ends.into_iter().enumerate().rev().take(REVISIONS_MAX) {
        let number = number + 1;
        let before: Vec<Unread> = job.unread_mut().clone();
        let mut keep = |piece: &mut Piece| {
            // The parts of a text belong together.
            let is_new = seen.insert(known_by(piece)) || piece.kind == PieceKind::Document;
            if piece.kind != PieceKind::Document {
                piece.context = format!("earlier revision {}", piece.context);
            }
            let path = piece.place.path.take().map(|path| format!(", {path}")).unwrap_or_default();
            piece.place.path = Some(format!("revision {number}{path}"));
            is_new
        };
        job.kept(&mut keep, |job| document(bytes.get(..end).unwrap_or_default(), job));
        let said = job.unread_mut().split_off(before.len());
        for unread in said.into_iter().filter(|unread| !before.contains(unread)) {
            job.unread(Place { path: Some(format!("revision {number}")), ..unread.place }, unread.reason);
        }
    }
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
    say_what_is_not_drawn(&doc, bytes, job);
    listed_widths(&mut doc);
    drawn_in(&mut doc, job.limits.whole_bytes_max);
    let doc = &doc;
    if streams == Streams::Damaged && !doc.was_encrypted() {
        job.unread(Place::default(), "some of its compressed parts are damaged; what they held may be missing");
    }
    let mut known = Seen::default();
    let mut note = |piece: &mut Piece| {
        known.note(piece);
        true
    };
    job.kept(&mut note, |job| shown(doc, job));
    unshown(doc, &mut known, job);
}

/// Says that a text is drawn as a pattern, or stands in a content that nothing in the file names.
fn say_what_is_not_drawn(doc: &Document, bytes: &[u8], job: &mut Job<'_, '_>) {
    let (mut named, mut waiting) = (BTreeSet::new(), vec![doc.trailer.iter().map(|(_, object)| object).collect::<Vec<_>>()]);
    while let Some(objects) = waiting.pop() {
        for object in objects {
            match object {
                Object::Reference(id) if named.insert(*id) => waiting.extend(doc.objects.get(id).map(|object| vec![object])),
                Object::Array(items) => waiting.push(items.iter().collect()),
                Object::Dictionary(dict) | Object::Stream(Stream { dict, .. }) => {
                    waiting.push(dict.iter().map(|(_, object)| object).collect());
                }
                _ => {}
            }
        }
    }
    // What stood there before the last change was read, or said, with what the file was then.
    let mut ends = bytes.windows(5).enumerate().rev().filter(|(_, window)| *window == b"%%EOF").map(|(at, _)| at).skip(1);
    let is_old = |id: ObjectId, before: usize| match doc.reference_table.get(id.0) {
        Some(XrefEntry::Normal { offset, .. }) => (*offset as usize) < before,
        _ => false,
    };
    let before = ends.next().filter(|_| !is_arranged(bytes) || ends.next().is_some()).unwrap_or(0);
    let draws = |stream: &Stream| {
        let content = stream.get_plain_content().unwrap_or_default();
        let mut words = content.split(|byte| byte.is_ascii_whitespace() || b"()[]<>/".contains(byte));
        words.clone().any(|word| word == b"BT") && words.any(|word| matches!(word, b"Tj" | b"TJ" | b"'" | b"\""))
    };
    // Pictures, fonts and their like are of a type, and so is a drawing, whose type is none.
    let is_content = |dict: &Dictionary| match name(dict, b"Subtype") {
        None => !dict.has(b"Type") && !dict.has(b"Length1"),
        Some(kind) => kind == b"Form",
    };
    for (id, stream) in doc.objects.iter().filter_map(|(id, object)| Some((*id, object.as_stream().ok()?))) {
        let is_pattern = stream.dict.get(b"PatternType").is_ok();
        if is_pattern && draws(stream) {
            job.unread(Place::default(), "holds text in a pattern, which was not read");
        } else if !named.contains(&id) && !is_pattern && is_content(&stream.dict) && !is_old(id, before) && draws(stream) {
            job.unread(Place::default(), "holds text that no page names, which was not read");
        }
    }
}

/// Whether a file is arranged so that its first page can be shown before the others have come.
fn is_arranged(bytes: &[u8]) -> bool {
    bytes.get(..1024.min(bytes.len())).is_some_and(|head| head.windows(11).any(|window| window == b"/Linearized"))
}

/// Reads the properties, the pages, the form and what is attached.
fn shown(doc: &Document, job: &mut Job<'_, '_>) {
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

/// Reads the texts that no page shows, wherever they stand in the file.
fn unshown(doc: &Document, known: &mut Seen, job: &mut Job<'_, '_>) {
    let mut texts = Texts::default();
    let main = doc.catalog().ok().and_then(|catalog| get(doc, catalog, b"Metadata")).and_then(|packet| packet.as_stream().ok());
    for object in doc.objects.values() {
        // Those of the whole file were read; pages and pictures may have their own.
        let packet = object.as_stream().ok().filter(|packet| name(&packet.dict, b"Type") == Some(b"Metadata"));
        if let Some(packet) = packet.filter(|packet| main.is_none_or(|main| !std::ptr::eq(main, *packet))) {
            match packet.get_plain_content() {
                Ok(bytes) => property::of_xmp(&text::decode(&bytes), "document property", job),
                Err(_) => job.unread(Place { path: Some("XMP".to_owned()), ..Place::default() }, "properties in a form that is not read"),
            }
        }
        let script = object.as_dict().ok().and_then(|action| get(doc, action, b"JS")).and_then(|script| script.as_stream().ok());
        match script.map(Stream::get_plain_content) {
            Some(Ok(bytes)) => texts.add(b"JS", &text::decode(&bytes)),
            Some(Err(_)) => {
                job.unread(Place { path: Some("JS".to_owned()), ..Place::default() }, "a script in a form that is not read");
            }
            None => {}
        }
        texts.of(object, b"", 0);
    }
    // What a page says instead of what it shows stands between what it draws.
    for (number, id) in doc.get_pages() {
        let Ok(content) = doc.get_page_content(id) else { continue };
        let marks = |mark: &[u8]| content.windows(mark.len()).any(|window| window == mark);
        if !(marks(b"<<") && (marks(b"BDC") || marks(b"DP"))) {
            continue;
        }
        match lopdf::content::Content::decode(&content) {
            Ok(content) => {
                for operation in content.operations.iter().filter(|operation| matches!(operation.operator.as_str(), "BDC" | "DP")) {
                    operation.operands.iter().for_each(|operand| texts.of(operand, b"", 0));
                }
            }
            Err(_) => job.unread(
                Place { page: Some(u64::from(number)), ..Place::default() },
                format!("what page {number} says instead of what it shows could not be read"),
            ),
        }
    }
    if texts.found.len() > UNSHOWN_MAX {
        job.unread(Place::default(), format!("more than {UNSHOWN_MAX} texts that no page shows; the rest was left"));
    }
    for (key, said) in texts.found.into_iter().take(UNSHOWN_MAX) {
        let place = Place { path: Some(key), ..Place::default() };
        for (start, end) in text::split(&said) {
            let sentence = said.get(start..end).unwrap_or_default();
            if known.is_new(sentence) {
                job.piece(PieceKind::Sentence, sentence, "hidden text", place.clone());
            }
        }
    }
}

/// Texts that no page shows, each with the key that it stands under.
#[derive(Default)]
struct Texts {
    found: Vec<(String, String)>,
}

impl Texts {
    /// Takes the texts in an object that stands under a key.
    fn of(&mut self, object: &Object, key: &[u8], depth: usize) {
        if depth > DEPTH_MAX || self.found.len() > UNSHOWN_MAX {
            return;
        }
        match object {
            Object::String(..) => decoded(object).into_iter().for_each(|said| self.add(key, &said)),
            Object::Array(items) => items.iter().for_each(|item| self.of(item, key, depth + 1)),
            Object::Dictionary(dict) | Object::Stream(Stream { dict, .. }) => {
                dict.iter().for_each(|(key, value)| self.of(value, key, depth + 1));
            }
            _ => {}
        }
    }

    /// Takes a text, where it is one: no bytes, no date, no name of who wrote it or of a field.
    fn add(&mut self, key: &[u8], said: &str) {
        if said.chars().any(|c| (c.is_control() && !c.is_whitespace()) || c == '\u{fffd}') {
            return;
        }
        let plain = if matches!(key, b"URI" | b"F" | b"UF" | b"JS") { unescaped(said) } else { said.to_owned() };
        let count = parted(&plain).count();
        let least = match key {
            b"Author"
            | b"Creator"
            | b"Producer"
            | b"T"
            | b"NM"
            | b"DA"
            | b"DS"
            | b"Registry"
            | b"Ordering"
            | b"FontFamily"
            | b"CharSet"
            | b"Info"
            | b"OutputConditionIdentifier"
            | b"OutputCondition"
            | b"RegistryName" => 4,
            b"Title" | b"ActualText" | b"Alt" | b"E" | b"P" | b"JS" | b"URI" | b"Names" | b"Contents" | b"RC" | b"CA" | b"Name"
            | b"Lbl" => 1,
            _ => 2,
        };
        if count >= least {
            // An address has its words apart from each other by other marks.
            let is_parted = plain.trim().contains(char::is_whitespace) && !plain.contains("://") && !plain.contains("mailto:");
            let said = if is_parted { plain } else { tokens(&plain).collect::<Vec<_>>().join(" ") };
            self.found.push((String::from_utf8_lossy(key).into_owned(), said));
        }
    }
}

/// Writes the widths of letters one by one: the reader of text takes those that are given for a range of letters for others, and
/// falls over a list that ends early.
fn listed_widths(doc: &mut Document) {
    let mut left = WIDTHS_MAX;
    let mut changed = Vec::new();
    for (id, object) in &doc.objects {
        let Ok(font) = object.as_dict() else { continue };
        let Some(given) = get(doc, font, b"W")
            .and_then(|given| given.as_array().ok())
            .filter(|_| name(font, b"Subtype").is_some_and(|kind| kind.starts_with(b"CIDFont")))
        else {
            continue;
        };
        let given: Vec<&Object> = given.iter().filter_map(|part| follow(doc, part)).collect();
        let mut listed = Vec::new();
        let mut rest = given.as_slice();
        while left > 0 {
            let (first, widths) = match rest {
                [first, Object::Array(widths), behind @ ..] => {
                    rest = behind;
                    (
                        *first,
                        widths
                            .iter()
                            .filter_map(|width| follow(doc, width))
                            .filter(|width| width.as_float().is_ok())
                            .cloned()
                            .collect::<Vec<_>>(),
                    )
                }
                [first, last, width, behind @ ..] if width.as_float().is_ok() => {
                    rest = behind;
                    let count = last.as_i64().unwrap_or(0).saturating_sub(first.as_i64().unwrap_or(0)).saturating_add(1).max(0);
                    (*first, vec![(*width).clone(); usize::try_from(count).unwrap_or(0).min(left)])
                }
                _ => break,
            };
            left = left.saturating_sub(widths.len().max(1));
            if first.as_i64().is_ok() {
                listed.extend([first.clone(), Object::Array(widths)]);
            }
        }
        changed.push((*id, listed));
    }
    for (id, listed) in changed {
        if let Some(Object::Dictionary(font)) = doc.objects.get_mut(&id) {
            font.set("W", listed);
        }
    }
}

/// Puts the drawings that pages call by name into the pages: the reader of text forgets where a drawing stands, and takes a font
/// in it for one of the same name on the page. What cannot be put in is read as it stands.
fn drawn_in(doc: &mut Document, bytes_max: usize) {
    let mut left = bytes_max;
    let mut changed = Vec::new();
    for id in doc.get_pages().into_values() {
        let (Some(resources), Ok(content)) = (resources_of(doc, id).filter(|_| is_sound(doc, id)), doc.get_page_content(id)) else {
            continue;
        };
        let mut drawer = Drawer { doc, resources: resources.clone(), count: 0, left };
        let drawn = drawer.draw(&content, resources);
        if let (Some(drawn), true) = (drawn, drawer.count > 0) {
            left = drawer.left;
            changed.push((id, drawer.resources, drawn));
        }
    }
    for (id, resources, content) in changed {
        let content = doc.add_object(Stream::new(Dictionary::new(), content));
        if let Ok(page) = doc.get_dictionary_mut(id) {
            page.set("Contents", content);
            page.set("Resources", resources);
        }
    }
}

/// The resources of a page, its own or those of the pages above it.
fn resources_of(doc: &Document, id: ObjectId) -> Option<&Dictionary> {
    let mut node = doc.get_dictionary(id).ok()?;
    for _ in 0..DEPTH_MAX {
        if let Some(resources) = get(doc, node, b"Resources").and_then(|found| dictionary(doc, found)) {
            return Some(resources);
        }
        node = dictionary(doc, node.get(b"Parent").ok()?)?;
    }
    None
}

/// Puts drawings into one page.
struct Drawer<'a> {
    doc: &'a Document,
    /// Of the page, with those of its drawings under names of their own.
    resources: Dictionary,
    /// Drawings put in so far.
    count: usize,
    /// Bytes that may still come of it.
    left: usize,
}

impl Drawer<'_> {
    /// A content with the drawings that it calls in it; `None` where that becomes too long.
    fn draw(&mut self, content: &[u8], resources: &Dictionary) -> Option<Vec<u8>> {
        let drawings = get(self.doc, resources, b"XObject").and_then(|drawings| dictionary(self.doc, drawings));
        let mut out = Vec::new();
        let mut rest = content;
        while let Some((before, called, behind)) = next_drawing(rest) {
            let drawing = drawings.and_then(|drawings| get(self.doc, drawings, called)).and_then(|drawing| drawing.as_stream().ok());
            match drawing.filter(|drawing| name(&drawing.dict, b"Subtype") == Some(b"Form")) {
                Some(drawing) => {
                    out.extend_from_slice(before);
                    let drawn = self.drawing(drawing, resources)?;
                    out.extend_from_slice(&drawn);
                }
                None => out.extend_from_slice(rest.get(..rest.len() - behind.len()).unwrap_or_default()),
            }
            rest = behind;
        }
        out.extend_from_slice(rest);
        Some(out)
    }

    /// What a drawing draws, where it stands.
    fn drawing(&mut self, drawing: &Stream, around: &Dictionary) -> Option<Vec<u8>> {
        let inner = drawing.get_plain_content().ok()?;
        let own = get(self.doc, &drawing.dict, b"Resources").and_then(|own| dictionary(self.doc, own));
        let mut drawn = self.draw(&inner, own.unwrap_or(around))?;
        self.left = self.left.checked_sub(drawn.len())?;
        self.count += 1;
        if let Some(own) = own {
            let mark = format!(".{}", self.count);
            let names = self.take(own, &mark);
            drawn = renamed(&drawn, &names, mark.as_bytes());
        }
        let matrix: Vec<f32> = get(self.doc, &drawing.dict, b"Matrix")
            .and_then(|matrix| matrix.as_array().ok())
            .into_iter()
            .flatten()
            .filter_map(|number| follow(self.doc, number)?.as_float().ok())
            .collect();
        let matrix = match matrix.as_slice() {
            [a, b, c, d, e, f] => format!("{a} {b} {c} {d} {e} {f} cm\n"),
            _ => String::new(),
        };
        Some([b"\nq ", matrix.as_bytes(), &drawn, b"\nQ\n"].concat())
    }

    /// Takes the resources of a drawing to those of the page. Gives their names.
    fn take(&mut self, own: &Dictionary, mark: &str) -> BTreeSet<Vec<u8>> {
        let mut names = BTreeSet::new();
        for (kind, held) in own.iter() {
            let Some(held) = dictionary(self.doc, held) else { continue };
            let mut all = get(self.doc, &self.resources, kind).and_then(|all| dictionary(self.doc, all)).cloned().unwrap_or_default();
            for (name, object) in held.iter() {
                names.insert(name.clone());
                all.set([name.as_slice(), mark.as_bytes()].concat(), object.clone());
            }
            self.resources.set(kind.clone(), all);
        }
        names
    }
}

/// The next call of a drawing in a content: what stands before it, its name, and what stands behind.
fn next_drawing(content: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let mut from = 0;
    while let Some(at) = content.get(from..)?.windows(2).position(|window| window == b"Do").map(|at| at + from) {
        from = at + 2;
        let (head, behind) = (content.get(..at)?, content.get(at + 2..)?);
        let named = head.trim_ascii_end();
        let near = named.len().saturating_sub(NAME_BYTES_MAX);
        let slash = named.get(near..)?.iter().rposition(|byte| *byte == b'/').map(|slash| slash + near);
        let called = slash
            .and_then(|slash| named.get(slash + 1..))
            .filter(|called| !called.is_empty() && called.iter().all(|byte| is_regular(*byte)));
        if let (Some(slash), Some(called)) = (slash, called)
            && named.len() < head.len()
            && behind.first().is_none_or(|byte| !is_regular(*byte))
        {
            return Some((named.get(..slash)?, called, behind));
        }
    }
    None
}

/// A content in which each of these names ends in a mark. Text that is shown stays as it is.
fn renamed(content: &[u8], names: &BTreeSet<Vec<u8>>, mark: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len());
    let (mut rest, mut depth) = (content, 0_usize);
    while let [first, behind @ ..] = rest {
        out.push(*first);
        rest = behind;
        match (first, depth) {
            (b'\\', 1..) => {
                out.extend(rest.first());
                rest = rest.get(1..).unwrap_or_default();
            }
            (b'(', _) => depth += 1,
            (b')', _) => depth = depth.saturating_sub(1),
            (b'/', 0) => {
                let length = rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len());
                let (name, behind) = rest.split_at(length);
                out.extend_from_slice(name);
                if names.contains(name) {
                    out.extend_from_slice(mark);
                }
                rest = behind;
            }
            _ => {}
        }
    }
    out
}

/// Whether a byte may stand in a name of a content.
fn is_regular(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && byte != 0 && !b"()<>[]{}/%".contains(&byte)
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
        // Those that an author added. Who wrote it, with what and when is not handed out.
        for (key, value) in info.iter() {
            let of_the_format =
                [&b"Title"[..], b"Subject", b"Keywords", b"Author", b"Creator", b"Producer", b"CreationDate", b"ModDate", b"Trapped"];
            if let Some(said) = follow(doc, value).and_then(decoded).filter(|_| !of_the_format.contains(&key.as_slice())) {
                property::said_of(&String::from_utf8_lossy(key), &said, "document property", job);
            }
        }
    }
    let packet = doc.catalog().ok().and_then(|catalog| get(doc, catalog, b"Metadata")).and_then(|packet| packet.as_stream().ok());
    if let Some(packet) = packet {
        match packet.get_plain_content() {
            Ok(bytes) => property::of_xmp(&text::decode(&bytes), "document property", job),
            Err(_) => job.unread(Place { path: Some("XMP".to_owned()), ..Place::default() }, "properties in a form that is not read"),
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
    let places = fields.iter().filter_map(|field| field.place).collect();
    fields.retain(|field| seen.insert(field.path.clone()));
    let (units, to_fill_in) = units_of(doc, number, id, places, job);
    let view = View::of(doc, id);
    let used = labels(&fields, &units);
    let labelled: BTreeSet<usize> = used.values().copied().collect();
    for (_, field) in fields.iter().enumerate().filter(|(index, _)| !labelled.contains(index)) {
        hand_out(field, at(), job);
    }
    let mut waiting = Waiting::default();
    for (index, unit) in units.iter().enumerate() {
        match used.get(&index).and_then(|of| fields.get(*of)) {
            Some(field) => {
                waiting.flush(job);
                hand_out(field, at(), job);
                let area = View::area(view.as_ref(), unit, 0..unit.lines.len(), true);
                let place = Place { path: Some(field.path.clone()), area, ..at() };
                job.piece(PieceKind::Question, &label::bare(&unit.text), &field.name, place);
            }
            None => unit_of_text(unit, to_fill_in, (number, view.as_ref()), &mut waiting, job),
        }
    }
    waiting.flush(job);
    for annotation in annotations.iter().filter(|annotation| !matches!(name(annotation, b"Subtype"), Some(b"Widget" | b"Link"))) {
        if let Some(said) = string(doc, annotation, b"Contents") {
            let area = view.as_ref().zip(rect(doc, annotation)).and_then(|(view, rect)| view.shown(rect, false));
            sentences_at(&said, "comment", &Place { area, ..at() }, job);
        }
    }
}

/// Words of a line that stands alone on a page that is not one to fill in, and may be a label.
const ALONE_WORDS_MAX: usize = 4;

/// Hands out what stands together on a page: a label, a choice, or sentences. On a page to fill in, short texts are labels.
fn unit_of_text(unit: &Unit, to_fill_in: bool, (page, view): (u32, Option<&View>), waiting: &mut Waiting, job: &mut Job<'_, '_>) {
    let place = |line: u64| Place { page: Some(u64::from(page)), line: Some(line), ..Place::default() };
    let all = |asks: bool| Place { area: View::area(view, unit, 0..unit.lines.len(), asks), ..place(unit.row) };
    if !unit.text.contains(char::is_alphanumeric) {
        return;
    }
    let context = if unit.is_covered { "under a filled box" } else { "" };
    if let Some(other) = unit.other.as_ref().filter(|_| job.limits.texts) {
        sentences_at(&other.split_whitespace().collect::<Vec<_>>().join(" "), context, &all(true), job);
    }
    let joined = unit.text.split_whitespace().collect::<Vec<_>>().join(" ");
    // A heading's colon asks nothing.
    let mut asked = if unit.is_heading && !label::fills_in(&joined) { Vec::new() } else { label::asked(&joined) };
    if unit.is_choice && label::may_be_label(&joined) {
        asked = vec![Asked { choices: vec![label::bare(&joined)], ..Asked::default() }];
    }
    if !asked.is_empty() {
        let place = all(asked.iter().any(|asked| asked.answer.is_empty()));
        return label::hand_out(asked, context, &place, waiting, job);
    }
    waiting.flush(job);
    let alone = unit.is_alone && label::words(&joined) <= ALONE_WORDS_MAX;
    if !unit.is_heading && (to_fill_in || unit.is_listed || alone) && label::may_be_label(&joined) {
        let asked = label::bare(&joined);
        job.piece(PieceKind::Question, &asked, context, all(true));
        return waiting.follow(&asked);
    }
    if label::ends_question(&joined) && label::words(&joined) <= label::MARKED_WORDS_MAX {
        waiting.follow(&joined);
    }
    for (start, end) in text::split(&unit.text) {
        let Some(sentence) = unit.text.get(start..end) else { continue };
        let first = unit.text.get(..start).unwrap_or_default().matches('\n').count();
        let last = first + sentence.matches('\n').count();
        let joined = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
        let area = View::area(view, unit, first..last + 1, label::ends_question(&joined));
        sentences_at(&joined, context, &Place { area, ..place(unit.row + first as u64) }, job);
    }
}

/// What stands on a page, and whether it is one to fill in. Says what of the page is not read.
fn units_of(doc: &Document, number: u32, id: ObjectId, fields: Vec<Rect>, job: &mut Job<'_, '_>) -> (Vec<Unit>, bool) {
    let at = || Place { page: Some(u64::from(number)), ..Place::default() };
    let mut output = Page::new(fields);
    let sound = is_sound(doc, id);
    let read = sound && catch_unwind(AssertUnwindSafe(|| pdf_extract::output_doc_page(doc, &mut output, number).is_ok())).unwrap_or(false);
    if output.chars > CHARS_MAX {
        job.unread(at(), format!("page {number} holds more than {CHARS_MAX} characters; the rest was left"));
    } else if !read {
        // The other reader knows no places.
        let second =
            catch_unwind(AssertUnwindSafe(|| doc.extract_text(&[number]).ok())).ok().flatten().filter(|text| !text.trim().is_empty());
        match second {
            Some(text) if text.len() > output.text_bytes() => {
                job.unread(at(), format!("page {number} was read only in a second way, which may break words"));
                output.replace(&text);
            }
            _ => job.unread(at(), format!("the text of page {number} could not be read to its end")),
        }
    }
    let chars = output.chars;
    // A page has its ornaments; a line of text that is lost is more.
    let share = match (output.unknown * 5 > chars, output.lost >= 8 && output.lost * 100 > chars) {
        (true, _) => Some("much"),
        (false, true) => Some("some"),
        (false, false) => None,
    };
    if let Some(share) = share.filter(|_| read && chars > 0) {
        job.unread(at(), format!("{share} of the text of page {number} is in letters whose meaning the file does not say"));
    }
    // A page of a scan may have a line of text over it: a stamp, a page number.
    if read && chars < 40 {
        let what = if chars == 0 { "no text" } else { "hardly any text" };
        match picture(doc, id) {
            Some(pixels) if chars == 0 || pixels > 500_000 => {
                crate::ocr::page(doc, id, number, &format!("page {number} holds a picture and {what}"), job);
            }
            _ if chars == 0 && doc.get_page_content(id).is_ok_and(|content| content.len() > 1024 || strokes(&content) >= STROKES_MIN) => {
                let what = format!("page {number} holds a drawing and {what}");
                if crate::ocr::draws() { crate::ocr::page(doc, id, number, &what, job) } else { job.unread(at(), what) }
            }
            _ => {}
        }
    }
    if chars > 0 && resources_of(doc, id).is_some_and(|resources| speaks_falsely(doc, resources)) {
        let what = format!("page {number} has a font that says other letters than it shows");
        if crate::ocr::draws() { crate::ocr::page(doc, id, number, &what, job) } else { job.unread(at(), what) }
    }
    output.units()
}

/// How many strokes a content draws.
fn strokes(content: &[u8]) -> usize {
    let words = content.split(|byte| byte.is_ascii_whitespace());
    words.filter(|word| matches!(*word, b"l" | b"c" | b"v" | b"y" | b"re")).count()
}

/// Whether a font that is not in the file, whose codes are therefore the letters of a usual encoding, says of some that they are
/// others. Of one that is in the file only its pictures know.
fn speaks_falsely(doc: &Document, resources: &Dictionary) -> bool {
    let Some(fonts) = get(doc, resources, b"Font").and_then(|fonts| dictionary(doc, fonts)) else { return false };
    fonts.iter().filter_map(|(_, font)| dictionary(doc, font)).any(|font| {
        let is_in_file = get(doc, font, b"FontDescriptor")
            .and_then(|about| dictionary(doc, about))
            .is_some_and(|about| [&b"FontFile"[..], b"FontFile2", b"FontFile3"].iter().any(|key| about.has(key)));
        let is_usual = matches!(name(font, b"Subtype"), Some(b"Type1" | b"TrueType"))
            && get(doc, font, b"Encoding").is_none_or(|encoding| encoding.as_name().is_ok());
        let is_of_signs = name(font, b"BaseFont").is_some_and(|font| font == b"Symbol" || font.windows(5).any(|part| part == b"Dingb"));
        let map = get(doc, font, b"ToUnicode").and_then(|map| map.as_stream().ok()).and_then(|map| map.get_plain_content().ok());
        !is_in_file && is_usual && !is_of_signs && map.is_some_and(|map| false_codes(&map) >= FALSE_CODES_MIN)
    })
}

/// How many letters and digits a map of codes says to be other ones.
fn false_codes(map: &[u8]) -> usize {
    let map = String::from_utf8_lossy(map);
    let numbers = |line: &str| -> Vec<u32> {
        let codes = line.split('<').skip(1).filter_map(|rest| rest.split('>').next());
        codes.filter_map(|code| u32::from_str_radix(code.trim(), 16).ok()).collect()
    };
    let is_plain = |code: u32| char::from_u32(code).is_some_and(|c| c.is_ascii_alphanumeric());
    let (mut is_range, mut count) = (false, 0);
    for line in map.lines() {
        if line.contains("beginbfrange") || line.contains("beginbfchar") {
            is_range = line.contains("beginbfrange");
        }
        match (is_range, numbers(line).as_slice()) {
            (true, [first, last, to]) if last >= first && *last < 256 && !line.contains('[') => {
                let codes = (*first..=*last).filter(|code| is_plain(*code) && to.checked_add(code - first) != Some(*code));
                count += codes.count();
            }
            (false, [code, to]) if is_plain(*code) && code != to => count += 1,
            _ => {}
        }
    }
    count
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
    place: Option<Rect>,
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
    let place = rect(doc, widget);
    let path = names.iter().map(|name| name.trim()).collect::<Vec<_>>().join(".");
    let name = names.pop()?;
    Some(Field { path, name, groups: names, tooltip, choices, ticks: kind == Some(b"Btn"), place })
}

/// Where an annotation stands.
fn rect(doc: &Document, annotation: &Dictionary) -> Option<Rect> {
    sides(doc, get(doc, annotation, b"Rect")?)
}

/// A rectangle as it stands in a file, by any two corners.
fn sides(doc: &Document, rect: &Object) -> Option<Rect> {
    let mut sides = rect.as_array().ok()?.iter().filter_map(|side| follow(doc, side)?.as_float().ok().map(f64::from));
    let (a, b, c, d) = (sides.next()?, sides.next()?, sides.next()?, sides.next()?);
    Some([a.min(c), b.min(d), a.max(c), b.max(d)])
}

/// How a page is shown.
pub(crate) struct View {
    /// What is drawn of it.
    media: Rect,
    /// What of that is seen.
    crop: Rect,
    /// Quarters by which it is turned, with the clock.
    turn: u8,
}

impl View {
    /// How a page is shown, by itself or the pages above it.
    pub(crate) fn of(doc: &Document, id: ObjectId) -> Option<Self> {
        let (mut media, mut crop, mut turn) = (None, None, None);
        let mut node = doc.get_dictionary(id).ok()?;
        for _ in 0..DEPTH_MAX {
            media = media.or_else(|| sides(doc, get(doc, node, b"MediaBox")?));
            crop = crop.or_else(|| sides(doc, get(doc, node, b"CropBox")?));
            turn = turn.or_else(|| get(doc, node, b"Rotate")?.as_i64().ok());
            match node.get(b"Parent").ok().and_then(|parent| dictionary(doc, parent)) {
                Some(parent) => node = parent,
                None => break,
            }
        }
        let media: Rect = media?;
        let is_sound = |[left, bottom, right, top]: &Rect| right - left >= 1.0 && top - bottom >= 1.0;
        let within = |[left, bottom, right, top]: Rect| [left.max(media[0]), bottom.max(media[1]), right.min(media[2]), top.min(media[3])];
        let crop = crop.map(within).filter(is_sound).unwrap_or(media);
        let turn = u8::try_from(turn.unwrap_or(0).rem_euclid(360) / 90).ok()?;
        is_sound(&media).then_some(Self { media, crop, turn })
    }

    /// Where a rectangle of the page is shown on what is drawn.
    fn shown(&self, place: Rect, asks: bool) -> Option<Area> {
        Area::of(self.sides(place), asks)
    }

    /// The same in parts of what is drawn: left, top, right, bottom.
    fn sides(&self, [left, bottom, right, top]: Rect) -> [f64; 4] {
        let [from, down, to, up] = self.media;
        let (width, height) = (to - from, up - down);
        let (left, right) = ((left - from) / width, (right - from) / width);
        let (top, bottom) = ((up - top) / height, (up - bottom) / height);
        match self.turn {
            0 => [left, top, right, bottom],
            1 => [1.0 - bottom, left, 1.0 - top, right],
            2 => [1.0 - right, 1.0 - bottom, 1.0 - left, 1.0 - top],
            _ => [top, 1.0 - right, bottom, 1.0 - left],
        }
    }

    /// What is seen of what is drawn, in parts of it.
    pub(crate) fn seen(&self) -> [f64; 4] {
        self.sides(self.crop)
    }

    /// Width and height of what is seen, in points.
    pub(crate) fn size(&self) -> (f64, f64) {
        let [left, bottom, right, top] = self.crop;
        if self.turn.is_multiple_of(2) { (right - left, top - bottom) } else { (top - bottom, right - left) }
    }

    /// Where lines of a unit are shown; `None` where that is not known, or not on which side an answer would stand.
    fn area(view: Option<&Self>, unit: &Unit, lines: Range<usize>, asks: bool) -> Option<Area> {
        let view = view.filter(|view| !asks || view.turn == unit.turn)?;
        let mut areas = unit.lines.get(lines)?.iter().map(|line| view.shown(*line, asks));
        let first = areas.next()??;
        areas.try_fold(first, |all, one| Some(all.with(one?)))
    }
}

/// Where fields of a name are shown on a page: each of their places.
pub(crate) fn shown_fields(doc: &Document, id: ObjectId, named: &BTreeSet<String>) -> Vec<(String, Option<Area>)> {
    let view = View::of(doc, id);
    let annotations = annotations(doc, id);
    let widgets = annotations.iter().filter(|annotation| name(annotation, b"Subtype") == Some(b"Widget"));
    let fields = widgets.filter_map(|widget| field(doc, widget)).filter(|field| named.contains(&field.path));
    fields.map(|field| (field.path, view.as_ref().zip(field.place).and_then(|(view, place)| view.shown(place, false)))).collect()
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

/// Which text is the label of which field: the nearest on a side where labels stand.
fn labels(fields: &[Field], units: &[Unit]) -> BTreeMap<usize, usize> {
    let mut used = BTreeMap::new();
    // A label has letters, and is no page of text.
    let likely = |unit: &Unit| {
        unit.upright && unit.text.chars().filter(|c| c.is_alphabetic()).nth(1).is_some() && unit.text.split_whitespace().nth(60).is_none()
    };
    let likely: Vec<_> = units.iter().enumerate().filter(|(_, unit)| likely(unit)).collect();
    if likely.len().saturating_mul(fields.len()) > PAIRS_MAX {
        return used;
    }
    for (index, field) in fields.iter().enumerate() {
        let Some([left, bottom, right, top]) = field.place else { continue };
        let near = likely.iter().filter_map(|(at, unit)| {
            let [unit_left, unit_bottom, unit_right, unit_top] = unit.place;
            let beside = unit_bottom < top && unit_top > bottom;
            let over = unit_left < right && unit_right > left;
            let (before, behind) = (left - unit_right, unit_left - right);
            let (above, below) = (unit_bottom - top, bottom - unit_top);
            let slack = -unit.size;
            let (distance, weight) = match field.ticks {
                true if beside && behind > slack => (behind, 1.0),
                true if beside && before > slack => (before, 2.0),
                true if over && above > slack * 0.3 => (above + unit.size, 3.0),
                true => return None,
                false if beside && before > slack => (before, 1.0),
                // A label may stand in its own field.
                false if beside && over => (0.0, 1.0),
                false if over && above > slack * 0.5 => (above, 1.3),
                // Most labels stand above; those below stand close.
                false if over && below > slack * 0.5 && below < unit.size => (below, 2.0),
                false => return None,
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
