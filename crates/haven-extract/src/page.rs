//! A page of print: from letters with places to lines, from lines to blocks, and what is drawn to be filled in.
//!
//! Letters come in the order in which a program wrote them, which is any. A line is put together as far as its letters stand
//! close; a wide gap, a field or a drawn box ends it. Lines that stand below each other make a block.

use crate::label::{self, Line};
use pdf_extract::{ColorSpace, MediaBox, OutputDev, OutputError, Path, PathOp, Transform};
use std::io;

/// Characters of one page. A page of print has 5,000.
pub(crate) const CHARS_MAX: usize = 2_000_000;
/// Lines, boxes and rules of one page that are compared with each other. A full page has a few hundred of each.
const COMPARED_MAX: usize = 4_000;
/// Places to fill in from which a page is one to fill in.
const PLACES_MIN: usize = 3;

/// Stands where letters are a little apart, which is a space or the work of a font whose letters are wider than it says.
const SOFT_SPACE: char = '\u{1f}';

/// A rectangle: left, bottom, right, top.
pub(crate) type Rect = [f64; 4];

/// Text of one line that belongs together.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    pub text: String,
    pub left: f64,
    pub right: f64,
    /// Where its letters stand.
    pub base: f64,
    pub size: f64,
    /// Quarters by which the text is turned.
    turn: u8,
    /// The line of the page, from 1.
    pub row: u64,
    /// Where its last letter ends, blanks left out.
    ink: f64,
    /// Whether letters of a script that is written from the right came from the left.
    mirrored: bool,
    /// Whether something was painted over it.
    covered: bool,
    /// What it says where letters a little apart are read the other way: as of one word, or as of two.
    other: Option<String>,
}

impl Span {
    /// Where it stands on the page, with all that its letters may reach.
    fn place(&self) -> Rect {
        let (left, right) = (self.left - self.size * 0.2, self.right.max(self.ink) + self.size * 0.2);
        let (bottom, top) = (self.base - self.size * 0.3, self.base + self.size);
        match self.turn {
            0 => [left, bottom, right, top],
            1 => [-top, left, -bottom, right],
            2 => [-right, -top, -left, -bottom],
            _ => [bottom, -right, top, -left],
        }
    }
}

/// What belongs together: a label, or a paragraph. A paragraph may hold line breaks.
#[derive(Debug)]
pub(crate) struct Unit {
    pub text: String,
    /// The same, where letters a little apart are read the other way and that changes it.
    pub other: Option<String>,
    pub place: Rect,
    pub size: f64,
    pub row: u64,
    /// Whether it stands upright, as fields do.
    pub upright: bool,
    /// Quarters by which it is turned, against the clock.
    pub turn: u8,
    /// Where each of its lines stands on the page, whichever way it is turned; none where that is not known.
    pub lines: Vec<Rect>,
    /// Whether it stands beside a drawn place to tick.
    pub is_choice: bool,
    /// Whether a unit of its block before or behind it is as short as a label.
    pub is_listed: bool,
    /// Whether it is a block by itself.
    pub is_alone: bool,
    /// Whether it is set larger than most of the page.
    pub is_heading: bool,
    /// Whether a filled box was painted over some of it: nobody sees it, and it is there.
    pub is_covered: bool,
}

/// Takes the letters of a page and what is drawn on it.
#[derive(Default)]
pub(crate) struct Page {
    spans: Vec<Span>,
    pub chars: usize,
    /// Letters whose meaning the file does not say, signs of its own among them.
    pub unknown: usize,
    /// Of them, those of which nothing is known at all.
    pub lost: usize,
    /// Spaces that are written as such.
    spaces: usize,
    /// Whether the next character is the first of what is written at once.
    begins: bool,
    /// Whether nothing is known of where what stands on the page stands.
    placeless: bool,
    /// Where fields are.
    fields: Vec<Rect>,
    /// Drawn places to tick, and rules that lie and stand.
    boxes: Vec<Rect>,
    across: Vec<Rect>,
    upright: Vec<Rect>,
}

impl Page {
    /// An empty page with fields at these places.
    pub fn new(fields: Vec<Rect>) -> Self {
        Self { fields, ..Self::default() }
    }

    /// Bytes of text so far.
    pub fn text_bytes(&self) -> usize {
        self.spans.iter().map(|span| span.text.len()).sum()
    }

    /// Takes text that another reader found, which knows no places.
    pub fn replace(&mut self, text: &str) {
        self.chars = text.chars().count();
        self.placeless = true;
        self.spans.clear();
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        for (row, line) in (1..).zip(lines) {
            let right = label::to_f64(label::width(line));
            self.spans.push(Span {
                text: line.to_owned(),
                left: 0.0,
                right,
                base: -label::to_f64(row),
                size: 1.0,
                turn: 0,
                row: 0,
                ink: right,
                mirrored: false,
                covered: false,
                other: None,
            });
        }
    }

    /// What stands on the page, from top to bottom, and whether the page is one to fill in.
    pub fn units(mut self) -> (Vec<Unit>, bool) {
        self.boxes.retain(|place| !self.fields.iter().any(|field| overlap(field, place)));
        let mut spans = std::mem::take(&mut self.spans);
        // Where a program writes spaces, letters a little apart are of one word.
        let writes_spaces = self.spaces * 20 >= self.chars;
        for span in &mut spans {
            let other = parted_words(&span.text, !writes_spaces);
            span.text = parted_words(&span.text, writes_spaces);
            span.other = (other != span.text).then_some(other);
        }
        spans.retain(|span| !span.text.trim().is_empty());
        for span in spans.iter_mut().filter(|span| span.mirrored && is_from_right(&span.text)) {
            span.text = turned(&span.text);
            span.other = span.other.as_deref().map(turned);
        }
        let spans = self.joined(rows(spans));
        let to_fill_in = self.places(&spans) >= PLACES_MIN;
        let usual = usual_size(&spans);
        let right = spans.iter().map(|span| span.right).fold(0.0, f64::max);
        let rooms: Vec<f64> = spans.iter().map(|span| self.room(span, &spans, right)).collect();
        let mut units = Vec::new();
        for block in blocks(&spans) {
            let held: Vec<(&Span, f64)> = block.iter().filter_map(|at| Some((spans.get(*at)?, *rooms.get(*at)?))).collect();
            let lines: Vec<Line<'_>> =
                held.iter().map(|(span, room)| Line { text: &span.text, width: span.right - span.left, room: *room }).collect();
            let ranges = label::units(&lines);
            let all = ranges.len();
            let first = units.len();
            for range in ranges {
                let spans: Vec<&Span> = held.get(range).unwrap_or_default().iter().map(|(span, _)| *span).collect();
                units.extend(self.unit(&spans, usual, all == 1));
            }
            let short: Vec<bool> = units.iter().skip(first).map(|unit: &Unit| label::may_be_listed(&unit.text)).collect();
            for (at, unit) in units.iter_mut().skip(first).enumerate() {
                let is = |at: Option<usize>| at.and_then(|at| short.get(at)).copied().unwrap_or(false);
                unit.is_listed = is(Some(at)) && (is(at.checked_sub(1)) || is(at.checked_add(1)));
            }
        }
        // A choice follows what it is a choice of, which stands on its row.
        units.sort_by(|a, b| a.row.cmp(&b.row).then(a.place[0].total_cmp(&b.place[0])));
        (units, to_fill_in)
    }

    /// Lines of a block that belong together, as one.
    fn unit(&self, spans: &[&Span], usual: f64, is_alone: bool) -> Option<Unit> {
        let (first, last) = (spans.first()?, spans.last()?);
        let left = spans.iter().map(|span| span.left).fold(f64::INFINITY, f64::min);
        let right = spans.iter().map(|span| span.right).fold(f64::NEG_INFINITY, f64::max);
        let text = spans.iter().map(|span| span.text.trim()).collect::<Vec<_>>().join("\n");
        let others = spans.iter().map(|span| span.other.as_ref().unwrap_or(&span.text).trim());
        let other = spans.iter().any(|span| span.other.is_some()).then(|| others.collect::<Vec<_>>().join("\n"));
        let place = [left, last.base, right, first.base + first.size];
        // A choice stands close behind what is ticked, on its line.
        let ticks = |tick: &&Rect| {
            let [tick_left, tick_bottom, tick_right, tick_top] = **tick;
            let gap = left - tick_right;
            let middle = (tick_bottom + tick_top) / 2.0;
            tick_left < left
                && (-first.size * 0.3..first.size * 2.0).contains(&gap)
                && (first.base - first.size * 0.4..first.base + first.size).contains(&middle)
        };
        let is_choice = first.turn == 0 && self.boxes.iter().any(|tick| ticks(&tick));
        Some(Unit {
            text,
            other,
            place,
            size: first.size,
            row: first.row,
            upright: first.turn == 0,
            turn: first.turn,
            lines: if self.placeless { Vec::new() } else { spans.iter().map(|span| span.place()).collect() },
            is_choice,
            is_listed: false,
            is_alone,
            is_heading: first.size > usual * 1.4,
            is_covered: spans.iter().any(|span| span.covered),
        })
    }

    /// Puts together what stands close on one line but was not written at once.
    fn joined(&self, spans: Vec<Span>) -> Vec<Span> {
        let mut joined: Vec<Span> = Vec::new();
        for span in spans {
            let before = joined.iter_mut().rev().take(12).find(|before| {
                let gap = span.left - before.right;
                before.turn == span.turn
                    && (before.base - span.base).abs() < span.size * 0.25
                    && (before.size / span.size - 1.0).abs() < 0.4
                    && (-span.size * 0.4..span.size * 0.6).contains(&gap)
                    && !self.parted(before, span.left)
            });
            match before {
                Some(before) => {
                    let apart = span.left - before.right > span.size * 0.15 && !before.text.ends_with(char::is_whitespace);
                    let between = if apart { " " } else { "" };
                    if before.other.is_some() || span.other.is_some() {
                        let first = before.other.as_ref().unwrap_or(&before.text);
                        before.other = Some([first, between, span.other.as_ref().unwrap_or(&span.text)].concat());
                    }
                    before.text.push_str(between);
                    before.text.push_str(&span.text);
                    before.right = before.right.max(span.right);
                    before.covered |= span.covered;
                }
                None => joined.push(span),
            }
        }
        joined
    }

    /// Whether a field, a box or an upright rule stands between a line of text and what follows on it.
    fn parted(&self, span: &Span, next: f64) -> bool {
        let between = |place: &Rect| {
            let [left, bottom, right, top] = *place;
            left > span.ink - span.size * 0.4 && right < next + span.size * 0.4 && bottom < span.base + span.size * 0.7 && top > span.base
        };
        span.turn == 0 && self.fields.iter().chain(&self.boxes).chain(&self.upright).any(between)
    }

    /// How wide a line could have been: up to what stands beside it, else to where the widest line ends.
    fn room(&self, span: &Span, spans: &[Span], right: f64) -> f64 {
        if spans.len() > COMPARED_MAX {
            return right - span.left;
        }
        let beside =
            |left: f64, bottom: f64, top: f64| left > span.right - span.size * 0.2 && bottom < span.base + span.size && top > span.base;
        let texts = spans
            .iter()
            .filter(|other| other.turn == span.turn && beside(other.left, other.base, other.base + other.size))
            .map(|other| other.left);
        let drawn = self
            .fields
            .iter()
            .chain(&self.boxes)
            .chain(&self.upright)
            .filter(|place| span.turn == 0 && beside(place[0], place[1], place[3]));
        let end = texts.chain(drawn.map(|place| place[0])).fold(f64::INFINITY, f64::min);
        // Nothing is set close to what stands beside it.
        (end - span.size).min(right) - span.left
    }

    /// How many places to fill in a page has: fields, boxes, lines to write on and cells that are empty.
    fn places(&self, spans: &[Span]) -> usize {
        // What is answered already is no place to fill in.
        let marks = |span: &&Span| label::fills_in(&span.text) || label::asked(&span.text).iter().any(|asked| asked.answer.is_empty());
        let marked = spans.iter().filter(marks).count();
        self.fields.len() * PLACES_MIN + self.boxes.len() + marked + self.empty(spans)
    }

    /// How many rules have room above them that nobody wrote into.
    fn empty(&self, spans: &[Span]) -> usize {
        if spans.len() > COMPARED_MAX {
            return 0;
        }
        let right = spans.iter().map(|span| span.right).fold(0.0, f64::max);
        let left = spans.iter().map(|span| span.left).fold(f64::INFINITY, f64::min);
        let height = usual_size(spans) * 1.2;
        let mut pieces: Vec<Rect> = Vec::new();
        for [rule_left, bottom, rule_right, top] in &self.across {
            if pieces.len() > COMPARED_MAX / 4 {
                break;
            }
            // A rule that runs under several cells is one of each.
            let mut ends: Vec<f64> = self
                .upright
                .iter()
                .filter(|rule| rule[1] < top + height * 0.5 && rule[3] > bottom + height * 0.5)
                .map(|rule| rule[0])
                .collect();
            ends.retain(|end| end > rule_left && end < rule_right);
            ends.push(*rule_right);
            ends.sort_by(f64::total_cmp);
            let mut from = *rule_left;
            for end in ends.into_iter().take(100) {
                // What parts paragraphs runs over the whole page.
                if end - from > height * 2.0
                    && end - from < (right - left) * 0.9
                    && !pieces.iter().any(|piece| (piece[0] - from).abs() < 2.0 && (piece[1] - bottom).abs() < 2.0)
                {
                    pieces.push([from, *bottom, end, bottom + height]);
                }
                from = end;
            }
        }
        // The upper edge of what is framed has nothing above it either, and is no line to write on.
        let touched = |piece: &Rect, at: f64| {
            let ends = |rule: &&Rect| (rule[0] - piece[0]).abs() < 2.0 || (rule[0] - piece[2]).abs() < 2.0;
            self.upright.iter().filter(ends).any(|rule| rule[1] < at && rule[3] > at)
        };
        let holds = |place: &Rect| {
            spans.iter().any(|span| {
                span.turn == 0 && overlap(&[span.left, span.base + span.size * 0.1, span.right, span.base + span.size * 0.8], place)
            })
        };
        let is_free = |piece: &&Rect| match (touched(piece, piece[1] + height * 0.5), touched(piece, piece[1] - height * 0.5)) {
            (true, _) => !holds(piece),
            (false, true) => false,
            // On a line by itself its label may stand, and leave the rest to write on.
            (false, false) => !holds(&[(piece[0] + piece[2]) / 2.0, piece[1], piece[2], piece[3]]),
        };
        pieces.iter().filter(is_free).count()
    }

    /// Takes the shapes of a path.
    fn draw(&mut self, ctm: &Transform, path: &Path, filled: bool) {
        if self.boxes.len() + self.across.len() + self.upright.len() > COMPARED_MAX {
            return;
        }
        let at = |x: f64, y: f64| (x * ctm.m11 + y * ctm.m21 + ctm.m31, x * ctm.m12 + y * ctm.m22 + ctm.m32);
        let mut from: Vec<(f64, f64)> = Vec::new();
        for op in &path.ops {
            match *op {
                PathOp::Rect(x, y, width, height) => {
                    self.shape(&[at(x, y), at(x + width, y + height)], filled);
                }
                PathOp::MoveTo(x, y) => {
                    self.shape(&from, filled);
                    from = vec![at(x, y)];
                }
                PathOp::LineTo(x, y) | PathOp::CurveTo(_, _, _, _, x, y) => from.push(at(x, y)),
                PathOp::Close => {}
            }
        }
        self.shape(&from, filled);
    }

    /// Notes what stands already where a shape is painted.
    fn cover(&mut self, points: &[(f64, f64)]) {
        let side = |of: fn(&(f64, f64)) -> f64| {
            points.iter().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)))
        };
        let ((left, right), (bottom, top)) = (side(|point| point.0), side(|point| point.1));
        for span in self.spans.iter_mut().filter(|span| span.turn == 0) {
            // Over the middle of its letters, and more than one of them: a rule below or through a line hides nothing.
            let middle = span.base + span.size * 0.3;
            let width = right.min(span.right) - left.max(span.left);
            span.covered |= bottom < middle && middle < top && top - bottom > span.size * 0.5 && width > span.size;
        }
    }

    /// Takes what a shape is: a box to tick, a rule, or the frame of a cell.
    fn shape(&mut self, points: &[(f64, f64)], filled: bool) {
        if points.len() < 2 || points.len() > 40 || !points.iter().all(|(x, y)| x.is_finite() && y.is_finite()) {
            return;
        }
        if filled {
            self.cover(points);
        }
        let (xs, ys) = (points.iter().map(|point| point.0), points.iter().map(|point| point.1));
        let (left, right) = (xs.clone().fold(f64::INFINITY, f64::min), xs.fold(f64::NEG_INFINITY, f64::max));
        let (bottom, top) = (ys.clone().fold(f64::INFINITY, f64::min), ys.fold(f64::NEG_INFINITY, f64::max));
        let (width, height) = (right - left, top - bottom);
        let place = [left, bottom, right, top];
        if height <= 2.5 && width >= 12.0 {
            self.across.push(place);
        } else if width <= 2.5 && height >= 6.0 {
            self.upright.push(place);
        } else if !filled && (5.0..=22.0).contains(&width) && (0.7..1.4).contains(&(width / height)) {
            if !self.boxes.iter().any(|other| overlap(other, &place)) {
                self.boxes.push(place);
            }
        } else if !filled && width > 22.0 && height > 6.0 {
            self.across.push([left, bottom, right, bottom]);
            self.across.push([left, top, right, top]);
            self.upright.push([left, bottom, left, top]);
            self.upright.push([right, bottom, right, top]);
        }
    }
}

impl OutputDev for Page {
    fn begin_page(&mut self, _: u32, _: &MediaBox, _: Option<(f64, f64, f64, f64)>) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(&mut self, trm: &Transform, width: f64, _: f64, font_size: f64, shown: &str) -> Result<(), OutputError> {
        let is_lost = |c: &char| *c == '\u{fffd}' || (c.is_control() && !c.is_whitespace());
        let lost = shown.chars().filter(is_lost).count() + usize::from(shown.is_empty());
        self.chars += shown.chars().filter(|c| !c.is_whitespace()).count() + usize::from(shown.is_empty());
        self.lost += lost;
        self.unknown += lost + shown.chars().filter(|c| matches!(c, '\u{e000}'..='\u{efff}')).count();
        self.spaces += usize::from(!shown.is_empty() && shown.chars().all(char::is_whitespace));
        if self.chars > CHARS_MAX {
            return Err(OutputError::IoError(io::ErrorKind::FileTooLarge.into()));
        }
        // The side of the square that a letter of size one becomes.
        let across = font_size * trm.m11 + font_size * trm.m21;
        let up = font_size * trm.m12 + font_size * trm.m22;
        let size = (across * up).abs().sqrt();
        let size = if size.is_finite() && size > 0.1 { size } else { 0.1 };
        // Text that is turned is read as it stands once the page is turned.
        let (turn, left, base) = match (trm.m11.abs() >= trm.m12.abs(), trm.m11 >= 0.0, trm.m12 >= 0.0) {
            (true, true, _) => (0, trm.m31, trm.m32),
            (true, false, _) => (2, -trm.m31, -trm.m32),
            (false, _, true) => (1, trm.m32, -trm.m31),
            (false, _, false) => (3, -trm.m32, trm.m31),
        };
        let right = left + width * size;
        let blank = shown.trim().is_empty();
        let begins = std::mem::take(&mut self.begins);
        let parted = !blank && self.spans.last().is_some_and(|span| left > span.ink + size * 0.2 && self.parted(span, left));
        if let Some(span) = self.spans.last_mut().filter(|span| span.turn == turn && (span.base - base).abs() < size * 0.5) {
            let (gap, from_ink) = (left - span.right, left - span.ink);
            // The same line goes on: close by, or a little further where lines are stretched to the margin. Some fonts say that
            // their characters are wider than they are, so what is written next may seem to begin long before the last one's end.
            let near = gap > -size * 0.5;
            let follows = near || (begins && left > span.left + size && (span.base - base).abs() < size * 0.1);
            if follows && from_ink < size && gap < size && !parted {
                let apart = if near { gap > size * 0.15 } else { shown.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) };
                if apart && !span.text.ends_with(is_space) && !blank {
                    span.text.push(if near && gap < size * 0.45 { SOFT_SPACE } else { ' ' });
                }
                if !blank {
                    span.ink = right;
                }
                if shown.chars().all(is_right_to_left) && !blank {
                    // What is one letter here may stand for several, which are in order.
                    span.text.extend(shown.chars().rev());
                    span.mirrored = true;
                } else if !(blank && span.text.ends_with(is_space)) {
                    span.text.push_str(shown);
                }
                span.right = right;
                return Ok(());
            }
            // A script that is written from the right, letter by letter.
            let before = span.left - right;
            if (-size * 0.3..size * 1.5).contains(&before) && is_from_right(&span.text) {
                if before > size * 0.15 && !span.text.ends_with(is_space) && !blank {
                    span.text.push(SOFT_SPACE);
                }
                span.text.push_str(shown);
                span.left = left;
                return Ok(());
            }
        }
        if !blank {
            self.spans.push(Span {
                text: shown.to_owned(),
                left,
                right,
                base,
                size,
                turn,
                row: 0,
                ink: right,
                mirrored: false,
                covered: false,
                other: None,
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

    fn stroke(&mut self, ctm: &Transform, _: &ColorSpace, _: &[f64], path: &Path) -> Result<(), OutputError> {
        self.draw(ctm, path, false);
        Ok(())
    }

    fn fill(&mut self, ctm: &Transform, _: &ColorSpace, _: &[f64], path: &Path) -> Result<(), OutputError> {
        self.draw(ctm, path, true);
        Ok(())
    }
}

/// Orders lines as they are read, and numbers the rows of the page.
fn rows(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by(|a, b| a.turn.cmp(&b.turn).then(b.base.total_cmp(&a.base)));
    let (mut row, mut last) = (0, None);
    for span in &mut spans {
        // What stands a little higher or lower is on the same row.
        let same = last.is_some_and(|(turn, base): (u8, f64)| turn == span.turn && (base - span.base).abs() < span.size * 0.5);
        if !same {
            row += 1;
            last = Some((span.turn, span.base));
        }
        span.row = row;
    }
    spans.sort_by(|a, b| a.row.cmp(&b.row).then(a.left.total_cmp(&b.left)));
    spans
}

/// Which lines stand below each other as one block, in the order of their first lines.
fn blocks(spans: &[Span]) -> Vec<Vec<usize>> {
    let mut blocks: Vec<Vec<usize>> = Vec::new();
    for (at, span) in spans.iter().enumerate() {
        let fits = |block: &&mut Vec<usize>| {
            let Some(last) = block.last().and_then(|last| spans.get(*last)) else { return false };
            let left = block.first().and_then(|first| spans.get(*first)).map_or(last.left, |first| first.left);
            let down = last.base - span.base;
            let near = |a: f64, b: f64, within: f64| (a - b).abs() < span.size * within;
            let aligned = near(span.left, left, 3.0)
                || near(span.left, last.left, 3.0)
                || near(span.right, last.right, 1.0)
                || near(span.left + span.right, last.left + last.right, 2.0);
            last.turn == span.turn
                && (span.size / last.size - 1.0).abs() < 0.3
                && down > span.size * 0.5
                && down < span.size * 1.7
                && span.left < last.right + span.size
                && aligned
        };
        match blocks.iter_mut().rev().take(60).find(fits) {
            Some(block) => block.push(at),
            None => blocks.push(vec![at]),
        }
    }
    blocks
}

/// The size that most of a page's letters have.
fn usual_size(spans: &[Span]) -> f64 {
    let mut sizes: Vec<(f64, usize)> = spans.iter().map(|span| (span.size, span.text.len())).collect();
    sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = sizes.iter().map(|(_, count)| count).sum::<usize>() / 2;
    let mut seen = 0;
    sizes
        .into_iter()
        .find(|(_, count)| {
            seen += count;
            seen > half
        })
        .map_or(1.0, |(size, _)| size)
}

/// Whether two rectangles have a part in common.
fn overlap(a: &Rect, b: &Rect) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/// A text whose letters that stand a little apart are parted, or belong together.
fn parted_words(text: &str, writes_spaces: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != SOFT_SPACE {
            out.push(c);
        } else if !(writes_spaces && out.ends_with(char::is_alphabetic) && chars.peek().is_some_and(|next| next.is_alphabetic())) {
            out.push(' ');
        }
    }
    out
}

/// Whether a character parts words.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c == SOFT_SPACE
}

/// Letters of scripts that are written from the right.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{0590}'..='\u{08ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}')
}

/// Whether most letters of a text are of a script that is written from the right.
fn is_from_right(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters > 0 && text.chars().filter(|c| c.is_alphabetic() && is_right_to_left(*c)).count() * 2 > letters
}

/// A text whose letters were set from left to right, in the order in which it is read.
fn turned(text: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    for c in text.chars().rev() {
        // Numbers and words of other scripts run from the left inside it.
        let inside = c.is_alphanumeric() && !is_right_to_left(c);
        if inside || (!run.is_empty() && !c.is_whitespace() && !is_right_to_left(c)) {
            run.push(c);
        } else {
            out.extend(run.drain(..).rev());
            out.push(c);
        }
    }
    out.extend(run.drain(..).rev());
    out
}
