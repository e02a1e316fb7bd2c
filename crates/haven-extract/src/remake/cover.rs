//! Black boxes over what must not be seen. Where something stands is known to the line, not to the letter, and where its answer
//! stands not even so: what is covered is always more, never less. A box grows over ink until there is a gap, to the end of the
//! line where an answer may stand on it, and over what stands below where it may stand there.

use crate::Area;
use image::{Rgb, RgbImage};
use std::ops::Range;

const BLACK: Rgb<u8> = Rgb([0, 0, 0]);
/// From how much darker or lighter than the paper a pixel is ink, of 256.
const INK_MIN: i32 = 40;
/// Of the longer side of a page.
const LINE_SHARE_MAX: f64 = 0.04;
/// Heights of a line without ink that end a word and what stands beside it.
const GAP: f64 = 0.8;
/// Heights of a line without ink that part columns.
const COLUMN_GAP: f64 = 1.5;
/// Heights of a line without ink that end a table.
const TABLE_GAP: f64 = 4.0;

/// Covers areas of a picture, and what belongs to them.
pub(super) fn black(picture: &mut RgbImage, areas: &[Area]) {
    let sheet = Sheet::of(picture);
    let boxes: Vec<Box> = areas.iter().flat_map(|area| sheet.boxes(area)).collect();
    for Box { across, down } in boxes {
        for y in down {
            for x in across.clone() {
                if let Some(pixel) = picture.get_pixel_mut_checked(x, y) {
                    *pixel = BLACK;
                }
            }
        }
    }
}

/// Whether nothing is drawn on a picture.
pub(super) fn is_blank(picture: &RgbImage) -> bool {
    let sheet = Sheet::of(picture);
    !sheet.ink.contains(&true)
}

/// A box in pixels.
struct Box {
    across: Range<u32>,
    down: Range<u32>,
}

/// Where ink is on a picture.
struct Sheet {
    width: u32,
    height: u32,
    ink: Vec<bool>,
}

impl Sheet {
    fn of(picture: &RgbImage) -> Self {
        let light = |pixel: &Rgb<u8>| {
            let [red, green, blue] = pixel.0.map(i32::from);
            (red * 3 + green * 6 + blue) / 10
        };
        // Most of a page is paper.
        let mut counts = [0_u64; 16];
        for pixel in picture.pixels() {
            if let Some(count) = usize::try_from(light(pixel) / 16).ok().and_then(|at| counts.get_mut(at)) {
                *count += 1;
            }
        }
        let paper = (0..).zip(counts).max_by_key(|(_, count)| *count).map_or(255, |(at, _)| at * 16 + 8);
        let ink = picture.pixels().map(|pixel| (light(pixel) - paper).abs() > INK_MIN).collect();
        Self { width: picture.width(), height: picture.height(), ink }
    }

    fn has_ink(&self, x: u32, y: u32) -> bool {
        x < self.width && self.ink.get(y as usize * self.width as usize + x as usize).copied().unwrap_or(false)
    }

    fn column(&self, x: u32, down: &Range<u32>) -> bool {
        down.clone().any(|y| self.has_ink(x, y))
    }

    fn row(&self, y: u32, across: &Range<u32>) -> bool {
        across.clone().any(|x| self.has_ink(x, y))
    }

    /// What is covered for an area.
    fn boxes(&self, area: &Area) -> Vec<Box> {
        let pixels = |part: u32, of: u32, up: u32| {
            let exact = u64::from(part) * u64::from(of);
            let whole = u64::from(Area::WHOLE);
            u32::try_from((exact + u64::from(up) * (whole - 1)) / whole).unwrap_or(of).min(of)
        };
        let (left, right) = (pixels(area.left, self.width, 0), pixels(area.right, self.width, 1));
        let (top, bottom) = (pixels(area.top, self.height, 0), pixels(area.bottom, self.height, 1));
        let tall = f64::from(bottom.saturating_sub(top).max(4));
        // An area of several lines is higher than a line, and a line is at most so high.
        let line = tall.min(f64::from(self.width.max(self.height)) * LINE_SHARE_MAX).max(4.0);
        let margin = times(line, 0.15).max(2);
        let mut down = top.saturating_sub(margin)..(bottom + margin).min(self.height);
        let mut across = left.saturating_sub(margin)..(right + margin).min(self.width);
        // Letters that reach further than was said.
        let most = times(line, 0.5);
        let (above, below) = (down.start.saturating_sub(most), (down.end + most).min(self.height));
        while down.start > above && self.row(down.start, &across) {
            down.start -= 1;
        }
        while down.end < below && self.row(down.end, &across) {
            down.end += 1;
        }
        let gap = times(line, GAP);
        across.start = self.end_of_ink(across.start, gap, &down, false);
        let end = self.end_of_ink(across.end, gap, &down, true);
        let held = across.start..end;
        across.end = if area.asks { self.width } else { end };
        let mut boxes = vec![Box { across, down: down.clone() }];
        if area.asks {
            boxes.extend(self.below(&held, &down, line));
        }
        boxes
    }

    /// Where ink ends on a line, going on from a place while gaps are smaller than this.
    fn end_of_ink(&self, from: u32, gap: u32, down: &Range<u32>, rightwards: bool) -> u32 {
        let (mut at, mut end, mut empty) = (from, from, 0);
        while empty <= gap && if rightwards { at < self.width } else { at > 0 } {
            let column = if rightwards { at } else { at - 1 };
            at = if rightwards { at + 1 } else { at - 1 };
            if self.column(column, down) {
                empty = 0;
                end = at;
            } else {
                empty += 1;
            }
        }
        end
    }

    /// What stands apart on a line, from left to right.
    fn segments(&self, down: &Range<u32>, tall: f64) -> Vec<Range<u32>> {
        let gap = times(tall, COLUMN_GAP);
        let mut segments: Vec<Range<u32>> = Vec::new();
        for x in (0..self.width).filter(|x| self.column(*x, down)) {
            match segments.last_mut().filter(|last| x - last.end <= gap) {
                Some(last) => last.end = x + 1,
                None => segments.push(x..x + 1),
            }
        }
        segments
    }

    /// Where the answer to a label may stand that is not beside it: the column below a head, the next line below what stands
    /// alone. Left of something it is beside.
    fn below(&self, label: &Range<u32>, down: &Range<u32>, tall: f64) -> Option<Box> {
        let segments = self.segments(down, tall);
        let own = |segment: &&Range<u32>| segment.start < label.end && segment.end > label.start;
        let (count, at) = (segments.len(), segments.iter().rposition(|segment| own(&segment)));
        match (count, at) {
            (2, Some(0)) => None,
            (0 | 1, _) | (_, None) => {
                let next = self.next_line(down.end, tall)?;
                Some(Box { across: 0..self.width, down: down.end..next })
            }
            (_, Some(at)) => {
                let first = segments.iter().position(|segment| own(&segment)).unwrap_or(at);
                let left = first.checked_sub(1).and_then(|at| segments.get(at)).map_or(0, |before| before.end);
                let right = segments.get(at + 1).map_or(self.width, |behind| behind.start);
                let mut end = down.end;
                while let Some(next) = self.next_line(end, tall) {
                    end = next;
                }
                Some(Box { across: left..right, down: down.end..end })
            }
        }
    }

    /// Where the next line below ends; none where there is none near. A rule is none.
    fn next_line(&self, from: u32, tall: f64) -> Option<u32> {
        let all = 0..self.width;
        let mut y = from;
        loop {
            let last = (y + times(tall, TABLE_GAP)).min(self.height);
            let start = (y..last).find(|y| self.row(*y, &all))?;
            let longest = (start + times(tall, 3.0)).min(self.height);
            let end = (start..longest).find(|y| !self.row(*y, &all)).unwrap_or(longest);
            if end - start > times(tall, 0.3) || end >= self.height {
                // Letters reach below their line.
                return Some((end + times(tall, 0.3)).min(self.height)).filter(|end| *end > from);
            }
            y = end;
        }
    }
}

/// So many heights of a line in pixels, one at least.
fn times(tall: f64, count: f64) -> u32 {
    // Not longer than a picture is.
    (tall * count).ceil().max(1.0) as u32
}
