//! A body from its first byte to its last: chunks in, chunks out.

use crate::Blocked;
use crate::csv::Table;
use crate::framing::{Charset, Packing, Read, Unpack, encode};
use crate::look::{Columns, Look};
use crate::mapped::{Edit, apply};
use crate::policy::Policy;
use crate::rows::Ndjson;
use crate::{html, json, plain, xml};
use haven_detect::Detector;

/// Rounds after which what is still found blocks the body.
const ROUNDS_MAX: usize = 16;

/// The names of lines of JSON.
const LINES: [&str; 4] = ["application/x-ndjson", "application/ndjson", "application/jsonl", "application/jsonlines"];

/// Whether a type is JSON, or lines of it.
fn is_json(essence: &str) -> bool {
    matches!(essence, "application/json" | "text/json")
        || (essence.starts_with("application/") && essence.ends_with("+json"))
        || LINES.contains(&essence)
}

/// Does a round until nothing changes.
pub(crate) fn settled(mut round: impl FnMut() -> Result<bool, Blocked>) -> Result<(), Blocked> {
    for _ in 0..ROUNDS_MAX {
        if !round()? {
            return Ok(());
        }
    }
    Err(Blocked::Unsettled { rounds: ROUNDS_MAX })
}

/// Takes out of bodies what the detector finds in them.
#[derive(Debug, Clone, Copy)]
pub struct Scrubber<'a> {
    detector: &'a Detector,
    policy: &'a Policy,
}

impl<'a> Scrubber<'a> {
    /// A scrubber; many bodies may share one.
    pub fn new(detector: &'a Detector, policy: &'a Policy) -> Self {
        Self { detector, policy }
    }

    /// Begins a body of a content type (`text/csv; charset=utf-8`) and a content encoding (empty where there is none).
    ///
    /// # Errors
    /// A type, a charset or an encoding that cannot be read.
    pub fn begin(&self, content_type: &str, content_encoding: &str) -> Result<Body<'a>, Blocked> {
        self.begin_with(content_type, content_encoding, None, false)
    }

    fn begin_with(
        &self,
        content_type: &str,
        content_encoding: &str,
        known: Option<Columns>,
        is_decoded: bool,
    ) -> Result<Body<'a>, Blocked> {
        let packing = Packing::named(content_encoding)?;
        let mut parts = content_type.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let (mut charset, mut headless) = (None, false);
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            match name.trim().to_ascii_lowercase().as_str() {
                "charset" if charset.is_some() => return Err(Blocked::Charset),
                "charset" => charset = Some(value.trim().trim_matches('"').to_ascii_lowercase()),
                "header" => headless = value.trim().trim_matches('"').eq_ignore_ascii_case("absent"),
                _ => {}
            }
        }
        let format = Format::of(&essence, headless, known).ok_or(Blocked::Type)?;
        let declared = charset.as_deref().map_or(Ok(None), Charset::named)?;
        Ok(Body {
            look: Look::new(self.detector, self.policy, is_decoded),
            unpack: Unpack::new(packing, self.policy.limits)?,
            read: Read::new(declared, charset.as_deref() == Some("utf-16"), is_json(&essence)),
            format,
            marked: false,
            over: false,
        })
    }

    /// A whole body at once.
    ///
    /// # Errors
    /// What blocks the body.
    pub fn scrub(&self, body: &[u8], content_type: &str, content_encoding: &str) -> Result<Vec<u8>, Blocked> {
        self.whole(body, content_type, content_encoding, false)
    }

    /// A whole text that was decoded before, whatever it says of its charset.
    ///
    /// # Errors
    /// What blocks it.
    pub fn scrub_text(&self, text: &str, content_type: &str) -> Result<Vec<u8>, Blocked> {
        self.whole(text.as_bytes(), content_type, "", true)
    }

    fn whole(&self, body: &[u8], content_type: &str, content_encoding: &str, is_decoded: bool) -> Result<Vec<u8>, Blocked> {
        let mut known = Columns::default();
        for _ in 0..ROUNDS_MAX {
            let mut out = Vec::new();
            let mut running = self.begin_with(content_type, content_encoding, Some(known), is_decoded)?;
            running.push(body, &mut out)?;
            match running.end(&mut out)? {
                None => return Ok(out),
                Some(late) => known = late,
            }
        }
        Err(Blocked::Unsettled { rounds: ROUNDS_MAX })
    }
}

/// What one look at a whole body comes to.
pub(crate) struct Round {
    pub edits: Vec<Edit>,
    /// Whether nothing but whole values go, so that another look would find nothing in what is left.
    pub is_last: bool,
}

impl From<Vec<Edit>> for Round {
    fn from(edits: Vec<Edit>) -> Self {
        Self { is_last: edits.is_empty(), edits }
    }
}

enum Format {
    Whole { text: String, round: fn(&str, Charset, &Look<'_>) -> Result<Round, Blocked> },
    Lines(Ndjson),
    Table(Table),
}

impl Format {
    fn of(essence: &str, headless: bool, known: Option<Columns>) -> Option<Self> {
        Some(match essence {
            lines if LINES.contains(&lines) => Self::Lines(Ndjson::new(known)),
            "text/csv" | "application/csv" => Self::Table(Table::new(0, headless, known)),
            "text/tab-separated-values" => Self::Table(Table::new(b'\t', headless, known)),
            "text/html" => Self::Whole { text: String::new(), round: html::round },
            "text/plain" => Self::Whole { text: String::new(), round: plain::round },
            xml if matches!(xml, "application/xml" | "text/xml") || (xml.starts_with("application/") && xml.ends_with("+xml")) => {
                Self::Whole { text: String::new(), round: xml::round }
            }
            json if is_json(json) => Self::Whole { text: String::new(), round: json::round },
            _ => return None,
        })
    }

    fn late(self) -> Option<Columns> {
        match self {
            Self::Whole { .. } => None,
            Self::Lines(lines) => lines.group.is_late.then(|| lines.group.columns.learnt()),
            Self::Table(table) => table.group.is_late.then(|| table.group.columns.learnt()),
        }
    }

    fn push(&mut self, text: &str, look: &Look<'_>, out: &mut String) -> Result<(), Blocked> {
        match self {
            Self::Whole { text: held, .. } => {
                let limit = look.policy.limits.body_bytes;
                if held.len() + text.len() > limit {
                    return Err(Blocked::Large { what: "a body that must be held whole", limit });
                }
                held.push_str(text);
                Ok(())
            }
            Self::Lines(lines) => lines.push(text, look, out),
            Self::Table(table) => table.push(text, look, out),
        }
    }

    fn finish(&mut self, charset: Charset, look: &Look<'_>, out: &mut String) -> Result<(), Blocked> {
        match self {
            Self::Whole { text, round } => {
                settled(|| {
                    let Round { edits, is_last } = round(text, charset, look)?;
                    if !edits.is_empty() {
                        *text = apply(text, edits);
                    }
                    Ok(!is_last)
                })?;
                out.push_str(text);
                Ok(())
            }
            Self::Lines(lines) => lines.finish(look, out),
            Self::Table(table) => table.finish(look, out),
        }
    }
}

/// A body on its way. Where it was blocked, what was written before must not be taken for whole: close the connection.
pub struct Body<'a> {
    look: Look<'a>,
    unpack: Unpack,
    read: Read,
    format: Format,
    /// Whether the mark of the charset was written.
    marked: bool,
    /// Whether it was blocked.
    over: bool,
}

impl Body<'_> {
    /// Takes a chunk, and writes what can be written already, without a content encoding. A chunk may end anywhere.
    ///
    /// # Errors
    /// What blocks the body; nothing more is written then.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Blocked> {
        if std::mem::replace(&mut self.over, true) {
            return Err(Blocked::Over);
        }
        let Self { look, unpack, read, format, marked, .. } = self;
        let mut ready = Vec::new();
        unpack.push(bytes, |bytes| {
            let (mut text, mut clean) = (String::new(), String::new());
            read.push(bytes, false, &mut text)?;
            format.push(&text, look, &mut clean)?;
            write(read, &clean, marked, &mut ready)
        })?;
        out.append(&mut ready);
        self.over = false;
        Ok(())
    }

    /// Says that the body is over, and writes the rest.
    ///
    /// # Errors
    /// What blocks the body; nothing more is written then.
    pub fn finish(self, out: &mut Vec<u8>) -> Result<(), Blocked> {
        self.end(out).map(drop)
    }

    /// The same; answers what was learnt where it was learnt too late, and the body must be read again.
    fn end(mut self, out: &mut Vec<u8>) -> Result<Option<Columns>, Blocked> {
        if self.over {
            return Err(Blocked::Over);
        }
        let (read, format, look) = (&mut self.read, &mut self.format, &self.look);
        let mut clean = String::new();
        self.unpack.finish(|bytes| {
            let mut text = String::new();
            read.push(bytes, false, &mut text)?;
            format.push(&text, look, &mut clean)
        })?;
        let mut text = String::new();
        read.push(&[], true, &mut text)?;
        format.push(&text, look, &mut clean)?;
        format.finish(read.charset(), look, &mut clean)?;
        let mut ready = Vec::new();
        write(read, &clean, &mut self.marked, &mut ready)?;
        out.append(&mut ready);
        Ok(self.format.late())
    }
}

fn write(read: &Read, text: &str, marked: &mut bool, out: &mut Vec<u8>) -> Result<(), Blocked> {
    if text.is_empty() {
        return Ok(());
    }
    if !std::mem::replace(marked, true) {
        out.extend_from_slice(read.mark());
    }
    out.append(&mut encode(text, read.charset())?);
    Ok(())
}
