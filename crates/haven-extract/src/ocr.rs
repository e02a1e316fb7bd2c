//! Pictures, and pages of a PDF that are pictures: their text by Tesseract, where it is installed.
//!
//! Recognition is another program's, so each picture is given to a process of its own with limits of time and memory. What it
//! reads goes the way of text: lines become labels, questions, sentences. A picture in which nothing, or nothing sure, was
//! recognised is said to be unread: a photograph of a form must not pass for a clean one.

use crate::format::Peek;
use crate::{Area, Job, Piece, PieceKind, Place, label, property, text};
use lopdf::{Document, ObjectId};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

/// What one picture may take.
const TIME_MAX: Duration = Duration::from_secs(60);
const MEMORY_KIB: &str = "1048576";
/// Bytes that a process may say.
const OUTPUT_BYTES_MAX: u64 = 64 << 20;
/// Of a hundred: a page of print has more than 90, a photograph of no text below 50.
const CONFIDENCE_MIN: f64 = 65.0;
/// Pixels of the longer side of a page that is drawn to be recognised: 270 to an inch on a letter.
const PAGE_PIXELS: &str = "3000";
/// Places to fill in from which a picture is a form, whose short lines are labels.
const PLACES_MIN: usize = 3;
/// Languages at once; each makes recognition slower.
const LANGUAGES_MAX: usize = 4;
/// The scripts that Tesseract tells apart, and the languages of each that are asked for.
const SCRIPTS: [(&str, &[&str]); 7] = [
    ("Latin", &["eng", "spa", "pol", "fra", "por", "vie", "hat", "fil"]),
    ("Cyrillic", &["ukr", "rus"]),
    ("Arabic", &["ara", "urd"]),
    ("Han", &["chi_sim", "chi_tra"]),
    ("Hangul", &["kor"]),
    ("Devanagari", &["hin"]),
    ("Gujarati", &["guj"]),
];
/// Sets the limits, unless there are stricter ones, and becomes the program.
const LIMITED: &str = r#"[ "$(ulimit -v)" != unlimited ] || ulimit -v "$0" || exit 97; ulimit -t 60; exec "$@""#;
const HINT: &str = "with Tesseract installed (`apt-get install tesseract-ocr`) its text is read";

/// Whether text in pictures is recognised here. Whoever bounds the time of a document gives one with pictures more.
pub fn recognises_pictures() -> bool {
    engine().is_some()
}

/// What recognises text in pictures here, in words; what is found in them hangs on it. `None` where nothing does.
pub fn recogniser() -> Option<String> {
    engine().map(|engine| format!("{}{}", engine.languages.join("+"), if engine.draws { ", pdftoppm" } else { "" }))
}

/// Whether pages can be drawn here, and text on them recognised.
pub(crate) fn draws() -> bool {
    engine().is_some_and(|engine| engine.draws)
}

/// Reads a picture.
pub(crate) fn picture(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    let Some(bytes) = job.whole(input) else { return };
    property::properties(&bytes, job);
    read(&bytes, "a picture", (None, true), job);
}

/// Reads a page of a PDF that is a picture; `what` says so.
pub(crate) fn page(doc: &Document, id: ObjectId, number: u32, what: &str, job: &mut Job<'_, '_>) {
    let at = Some(u64::from(number));
    let place = || Place { page: at, ..Place::default() };
    let Some(engine) = engine() else { return job.unread(place(), format!("{what}: {HINT}")) };
    let drawn = engine.draws.then(|| drawn(doc, number)).flatten();
    // A picture of the page may be of any part of it.
    let is_whole = drawn.is_some();
    match drawn.or_else(|| inside(doc, id)) {
        Some(picture) => read(&picture, what, (at, is_whole), job),
        None => {
            let hint = "packed in a way that is not read here; with `pdftoppm` installed (`apt-get install poppler-utils`) it is";
            job.unread(place(), format!("{what}, {hint}"));
        }
    }
}

/// The recogniser that is installed.
struct Engine {
    languages: Vec<String>,
    /// Whether it tells scripts and the way up.
    has_scripts: bool,
    /// Whether Poppler is there to draw pages.
    draws: bool,
}

fn engine() -> Option<&'static Engine> {
    static ENGINE: OnceLock<Option<Engine>> = OnceLock::new();
    ENGINE
        .get_or_init(|| {
            let said = Command::new("tesseract").arg("--list-langs").stdin(Stdio::null()).output().ok()?;
            // Older ones say it on the other side.
            let said = [said.stdout, said.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            let names = said.lines().skip(1).map(str::trim).filter(|line| !line.is_empty() && !line.contains([' ', ':', '/']));
            let (scripts, languages): (Vec<&str>, Vec<&str>) = names.partition(|name| matches!(*name, "osd" | "equ" | "snum"));
            let languages: Vec<String> = languages.into_iter().map(str::to_owned).collect();
            let draws = Command::new("pdftoppm").arg("-v").stdin(Stdio::null()).output().is_ok_and(|said| said.status.success());
            (!languages.is_empty()).then(|| Engine { languages, has_scripts: scripts.contains(&"osd"), draws })
        })
        .as_ref()
}

impl Engine {
    /// The languages to look for in a picture: all that are installed, unless they are many; then those of its script.
    fn languages(&self, picture: &[u8]) -> String {
        let known = |of: &[&str]| self.languages.iter().filter(|name| of.contains(&name.as_str())).cloned().collect::<Vec<_>>();
        let mut languages = self.languages.clone();
        if languages.len() > LANGUAGES_MAX {
            let script = self.script(picture).unwrap_or_default();
            let of = SCRIPTS.iter().find(|(name, _)| script.starts_with(name)).or(SCRIPTS.first()).map_or(&[][..], |(_, of)| of);
            let found = known(of);
            if !found.is_empty() {
                languages = found;
            }
        }
        languages.join("+")
    }

    fn script(&self, picture: &[u8]) -> Option<String> {
        let said = self.has_scripts.then(|| run("tesseract", &["stdin", "stdout", "--psm", "0"], picture).ok())??;
        let said = String::from_utf8_lossy(&said).into_owned();
        said.lines().find_map(|line| line.strip_prefix("Script: ")).map(|script| script.trim().to_owned())
    }
}

/// A line as it was recognised.
#[derive(Default)]
struct Line {
    /// Page of the picture, block and paragraph on it, line in the paragraph.
    key: [u32; 4],
    /// Words that stand closer together than columns do, from where to where.
    parts: Vec<(String, u32, u32)>,
    left: u32,
    right: u32,
    top: u32,
    bottom: u32,
}

/// What was recognised, and how surely.
#[derive(Default)]
struct Recognised {
    lines: Vec<Line>,
    confidence: f64,
    /// Width and height of each page of the picture.
    sizes: BTreeMap<u32, (u32, u32)>,
}

/// Reads a picture, and says where it is not read.
fn read(picture: &[u8], what: &str, (page, is_whole): (Option<u64>, bool), job: &mut Job<'_, '_>) {
    let place = Place { page, ..Place::default() };
    let Some(engine) = engine() else { return job.unread(place, format!("{what}: {HINT}")) };
    let left = job.pictures.get();
    if left.is_zero() {
        let max = job.limits.picture_seconds_max;
        return job.unread(place, format!("{what}, not recognised: the pictures before it took the {max} seconds that one document may"));
    }
    let begun = Instant::now();
    let languages = engine.languages(picture);
    let recognise = |layout: &str| {
        run("tesseract", &["stdin", "stdout", "-l", &languages, "--psm", layout, "tsv"], picture)
            .map(|said| lines(&String::from_utf8_lossy(&said)))
    };
    let mut recognised = recognise("3");
    let mut is_placed = is_whole;
    // A page may lie on its side; which way is up is guessed, and of few words guessed wrong.
    if engine.has_scripts
        && let Ok(first) = &recognised
        && first.confidence < CONFIDENCE_MIN
        && let Ok(second) = recognise("1")
        && second.confidence > first.confidence
    {
        recognised = Ok(second);
        // On which side of a line its answer stands is not known then.
        is_placed = false;
    }
    job.pictures.set(left.saturating_sub(begun.elapsed()));
    let mut recognised = match recognised {
        Ok(recognised) => recognised,
        Err(reason) => return job.unread(place, format!("{what} that cannot be recognised: {reason}")),
    };
    if recognised.lines.is_empty() {
        return job.unread(place, format!("{what}, and no text was recognised in it"));
    }
    if recognised.confidence < CONFIDENCE_MIN {
        let sure = recognised.confidence;
        job.unread(place, format!("{what}, and its text was recognised with a confidence of {sure:.0} of 100 only: look at it yourself"));
    }
    if !is_placed {
        recognised.sizes.clear();
    }
    hand_out(&recognised, page, job);
}

/// Puts the words of Tesseract's table together to lines.
fn lines(table: &str) -> Recognised {
    let mut recognised = Recognised::default();
    let (mut weight, mut total) = (0.0, 0.0);
    // Rules to write on, which are recognised as words without letters.
    let mut rules: Vec<[u32; 3]> = Vec::new();
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [level, page, block, paragraph, line, _, left, top, width, height, confidence, text] = cells.as_slice() else { continue };
        let number = |cell: &str| cell.parse::<u32>().unwrap_or(0);
        if number(level) == 1 {
            recognised.sizes.insert(number(page), (number(width), number(height)));
        }
        if number(level) != 5 {
            continue;
        }
        let (left, top, right, bottom) =
            (number(left), number(top), number(left).saturating_add(number(width)), number(top).saturating_add(number(height)));
        let text = text.trim();
        if text.is_empty() {
            rules.push([left, top, bottom]);
            continue;
        }
        let letters = text.chars().count() as f64;
        total += letters * confidence.parse::<f64>().unwrap_or(0.0).clamp(0.0, 100.0);
        weight += letters;
        let key = [number(page), number(block), number(paragraph), number(line)];
        match recognised.lines.last_mut().filter(|last| last.key == key) {
            Some(last) => {
                let tall = bottom.saturating_sub(top).max(last.bottom.saturating_sub(last.top));
                match last.parts.last_mut().filter(|_| left.saturating_sub(last.right) < tall.saturating_mul(2)) {
                    Some((part, _, end)) => {
                        part.push(' ');
                        part.push_str(text);
                        *end = right.max(*end);
                    }
                    None => last.parts.push((text.to_owned(), left, right)),
                }
                last.right = last.right.max(right);
                (last.top, last.bottom) = (last.top.min(top), last.bottom.max(bottom));
            }
            None => recognised.lines.push(Line { key, parts: vec![(text.to_owned(), left, right)], left, right, top, bottom }),
        }
    }
    for line in &mut recognised.lines {
        let tall = line.bottom.saturating_sub(line.top);
        let is_beside = |[left, top, bottom]: &[u32; 3]| {
            *left + tall > line.right && *left < line.right + tall * 4 && *top < line.bottom + tall / 2 && *bottom > line.top
        };
        // On a page that lies on its side, lines are higher than wide.
        let is_level = line.right.saturating_sub(line.left) > tall;
        if let (true, Some((last, ..))) = (is_level && rules.iter().any(is_beside), line.parts.last_mut()) {
            last.push_str(" ____");
        }
    }
    recognised.confidence = if weight > 0.0 { total / weight } else { 0.0 };
    recognised
}

/// Hands out lines: paragraphs, and where parts of lines stand apart, as in tables, each part.
fn hand_out(recognised: &Recognised, page: Option<u64>, job: &mut Job<'_, '_>) {
    let lines = &recognised.lines;
    let parts = lines.iter().flat_map(|line| &line.parts);
    let places = parts.filter(|(part, ..)| label::fills_in(part) || !label::asked(part).is_empty()).count();
    let area = |line: &Line, left: u32, right: u32| {
        let (width, height) = line.key.first().and_then(|page| recognised.sizes.get(page))?;
        let part = |side: u32, of: u32| f64::from(side) / f64::from(of.max(1));
        Area::of([part(left, *width), part(line.top, *height), part(right, *width), part(line.bottom, *height)], false)
    };
    let is_form = places >= PLACES_MIN;
    let mut lines = (1..).zip(lines).peekable();
    while let Some((first, line)) = lines.next() {
        // Of a picture with several pages, such as a fax, each is one.
        let page = page.or((line.key.first() > Some(&1)).then(|| line.key.first().copied().map(u64::from)).flatten());
        let mut paragraph = vec![(first, line)];
        while let Some(next) = lines.next_if(|(_, next)| next.key.get(..3) == line.key.get(..3)) {
            paragraph.push(next);
        }
        if paragraph.iter().any(|(_, line)| line.parts.len() > 1) {
            for (number, line) in paragraph {
                let parts = line.parts.iter();
                parts.for_each(|(part, left, right)| said(part, (page, number, &[area(line, *left, *right)]), is_form, job));
            }
        } else {
            let is_label = is_form && paragraph.len() == 1;
            let text: Vec<&str> = paragraph.iter().flat_map(|(_, line)| &line.parts).map(|(part, ..)| part.as_str()).collect();
            let areas: Vec<Option<Area>> = paragraph.iter().map(|(_, line)| area(line, line.left, line.right)).collect();
            said(&text.join("\n"), (page, first, &areas), is_label, job);
        }
    }
}

/// Hands out what stands together: a label where it may be one, else sentences.
fn said(text: &str, (page, first, areas): (Option<u64>, u64, &[Option<Area>]), may_be_label: bool, job: &mut Job<'_, '_>) {
    let long = job.limits.piece_bytes_max / 2;
    let mut place = |piece: &mut Piece| {
        let line = piece.place.line.unwrap_or(first);
        let from = usize::try_from(line.saturating_sub(first)).unwrap_or(0);
        // A sentence has its lines; what else there is, or came in parts, may go on to the end of what stands together.
        let is_sentence = piece.kind == PieceKind::Sentence && piece.text.len() < long;
        let count = if is_sentence { piece.text.matches('\n').count() + 1 } else { areas.len() };
        let area = areas.iter().skip(from).take(count).copied().reduce(|all, one| Some(all?.with(one?))).flatten();
        let area = area.map(|area| Area { asks: matches!(piece.kind, PieceKind::Question | PieceKind::Name), ..area });
        piece.place = Place { page, line: Some(line), column: None, area, ..std::mem::take(&mut piece.place) };
        true
    };
    job.kept(&mut place, |job| {
        let asked = if may_be_label { label::asked(text) } else { Vec::new() };
        if !asked.is_empty() {
            let mut waiting = label::Waiting::default();
            label::hand_out(asked, "", &Place::default(), &mut waiting, job);
            waiting.flush(job);
        } else if may_be_label && label::may_be_label(text) {
            job.piece(PieceKind::Question, &label::bare(text), "", Place::default());
        } else {
            text::paragraph(text, first, job);
        }
    });
}

/// A page drawn by Poppler, where it is installed: all that is on it, the right way up.
fn drawn(doc: &Document, number: u32) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    doc.clone().save_to(&mut bytes).ok()?;
    let number = number.to_string();
    run("pdftoppm", &["-f", &number, "-l", &number, "-scale-to", PAGE_PIXELS, "-gray"], &bytes).ok().filter(|drawn| drawn.len() > 100)
}

/// The largest picture of a page as a file of its own, where it is packed in a way that such files know.
fn inside(doc: &Document, id: ObjectId) -> Option<Vec<u8>> {
    let images = doc.get_page_images(id).ok()?;
    let image = images.iter().max_by_key(|image| image.width.saturating_mul(image.height))?;
    let (width, height) = (u32::try_from(image.width).ok()?, u32::try_from(image.height).ok()?);
    let filters = image.filters.as_deref().unwrap_or_default();
    match filters.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["DCTDecode" | "JPXDecode"] => Some(image.content.to_vec()),
        ["FlateDecode" | "LZWDecode"] | [] => {
            let stream = doc.get_object(image.id).ok()?.as_stream().ok()?;
            let pixels = stream.get_plain_content().ok()?;
            portable(width, height, image.color_space.as_deref(), image.bits_per_component.unwrap_or(1), pixels)
        }
        _ => None,
    }
}

/// Bare pixels as a portable grey, colour or black and white picture.
fn portable(width: u32, height: u32, space: Option<&str>, bits: i64, mut pixels: Vec<u8>) -> Option<Vec<u8>> {
    let (kind, row) = match (bits, space) {
        (8, Some("DeviceRGB" | "CalRGB")) => ("P6", width as usize * 3),
        (8, Some("DeviceGray" | "CalGray") | None) => ("P5", width as usize),
        // Black is nought in a PDF and one here.
        (1, Some("DeviceGray" | "CalGray") | None) => {
            pixels.iter_mut().for_each(|byte| *byte = !*byte);
            ("P4", (width as usize).div_ceil(8))
        }
        // What the profile is called says nothing; how many bytes there are does.
        (8, Some("ICCBased")) if pixels.len() >= width as usize * height as usize * 3 => ("P6", width as usize * 3),
        (8, Some("ICCBased")) => ("P5", width as usize),
        _ => return None,
    };
    let most = if kind == "P4" { "" } else { "255\n" };
    let mut file = format!("{kind}\n{width} {height}\n{most}").into_bytes();
    file.extend(pixels.get(..row.checked_mul(height as usize)?)?);
    Some(file)
}

/// Gives bytes to a program, and takes what it says, within limits.
pub(crate) fn run(program: &str, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, &'static str> {
    let spawned = Command::new("/bin/sh")
        .args(["-c", LIMITED, MEMORY_KIB, program])
        .args(arguments)
        // Several pictures are read at once already.
        .env("OMP_THREAD_LIMIT", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // What it says of a picture may hold words of it.
        .stderr(Stdio::null())
        .spawn();
    let mut process = spawned.map_err(|_| "no process to do it in")?;
    let (stdin, stdout) = (process.stdin.take(), process.stdout.take());
    thread::scope(|scope| {
        // One that has read enough closes its side.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        let said = scope.spawn(move || {
            let mut said = Vec::new();
            stdout.map(|stdout| stdout.take(OUTPUT_BYTES_MAX).read_to_end(&mut said));
            said
        });
        let begun = Instant::now();
        let ended = loop {
            match process.try_wait() {
                Ok(Some(status)) => break Ok(status),
                Ok(None) if begun.elapsed() < TIME_MAX => thread::sleep(Duration::from_millis(10)),
                Ok(None) => break Err("it took too long"),
                Err(_) => break Err("no process to do it in"),
            }
        };
        if ended.is_err() {
            // One that has ended by itself meanwhile needs no end.
            let _ = process.kill();
            let _ = process.wait();
        }
        let said = said.join().unwrap_or_default();
        if ended?.success() { Ok(said) } else { Err("it is damaged, of an unknown kind, or too large") }
    })
}
