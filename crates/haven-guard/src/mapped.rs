//! Decoded text that remembers where it stood, and edits at those places.

use std::ops::Range;

/// Part of a decoded text: letters as they stand in the source, or one escape.
#[derive(Debug, Clone)]
struct Run {
    /// First byte in the decoded text.
    decoded: usize,
    source: Range<usize>,
    verbatim: bool,
}

/// How a replacement is written where the text stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Escape {
    #[default]
    None,
    /// In a string of JSON.
    Json,
    /// In a cell between quotes.
    Quotes,
    /// In an attribute between quotes.
    Attribute,
    /// In an attribute without quotes.
    Bare,
}

impl Escape {
    fn write(self, text: &str) -> String {
        match self {
            Self::None => text.to_owned(),
            Self::Json => text.replace('\\', "\\\\").replace('"', "\\\""),
            Self::Quotes => text.replace('"', "\"\""),
            Self::Attribute => text.replace('"', "&quot;"),
            Self::Bare => text.replace('"', "&quot;").replace(' ', "&#32;"),
        }
    }
}

/// A decoded text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mapped {
    pub text: String,
    runs: Vec<Run>,
    escape: Escape,
}

impl Mapped {
    pub fn new(escape: Escape) -> Self {
        Self { text: String::new(), runs: Vec::new(), escape }
    }

    /// A text that stands as it is.
    pub fn verbatim(text: &str, at: usize, escape: Escape) -> Self {
        let mut mapped = Self::new(escape);
        mapped.push(text, at..at + text.len(), true);
        mapped
    }

    /// Adds letters that stand as they are, or what an escape means.
    pub fn push(&mut self, text: &str, source: Range<usize>, verbatim: bool) {
        if text.is_empty() {
            return;
        }
        match self.runs.last_mut() {
            Some(last) if verbatim && last.verbatim && last.source.end == source.start => last.source.end = source.end,
            _ => self.runs.push(Run { decoded: self.text.len(), source, verbatim }),
        }
        self.text.push_str(text);
    }

    /// Adds a text that stands further on.
    pub fn append(&mut self, other: Self) {
        let behind = self.text.len();
        self.runs.extend(other.runs.into_iter().map(|run| Run { decoded: behind + run.decoded, ..run }));
        self.text.push_str(&other.text);
    }

    /// Puts `with` in the place of part of the text. Where tags stand between, it stands in the first place and the others go.
    pub fn replace(&self, part: Range<usize>, with: &str, edits: &mut Vec<Edit>) {
        let mut places: Vec<Range<usize>> = Vec::new();
        for (at, run) in self.runs.iter().enumerate() {
            let next = self.runs.get(at + 1).map_or(self.text.len(), |next| next.decoded);
            if run.decoded >= part.end || next <= part.start {
                continue;
            }
            let place = if run.verbatim {
                let length = run.source.len();
                let from = part.start.saturating_sub(run.decoded).min(length);
                let to = (part.end - run.decoded).min(length);
                run.source.start + from..run.source.start + to
            } else {
                run.source.clone()
            };
            match places.last_mut() {
                Some(last) if last.end == place.start => last.end = place.end,
                _ if place.is_empty() => {}
                _ => places.push(place),
            }
        }
        let mut with = self.escape.write(with);
        for range in places {
            edits.push(Edit { range, with: std::mem::take(&mut with) });
        }
    }

    /// Edits of the decoded text as edits of the source.
    pub fn lift(&self, inner: Vec<Edit>, edits: &mut Vec<Edit>) {
        for edit in merged(inner) {
            self.replace(edit.range, &edit.with, edits);
        }
    }
}

/// One change of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    pub range: Range<usize>,
    pub with: String,
}

/// Edits in order, none within or over another.
fn merged(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort_by_key(|edit| (edit.range.start, std::cmp::Reverse(edit.range.end)));
    let mut out: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match out.last_mut() {
            Some(last) if edit.range.start < last.range.end => last.range.end = last.range.end.max(edit.range.end),
            _ => out.push(edit),
        }
    }
    out
}

/// The text with the edits made.
pub(crate) fn apply(text: &str, edits: Vec<Edit>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in merged(edits) {
        out.push_str(text.get(at..edit.range.start).unwrap_or_default());
        out.push_str(&edit.with);
        at = edit.range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
