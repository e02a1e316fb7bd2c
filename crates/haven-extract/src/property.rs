//! What a picture file says beside its picture: EXIF, XMP, comments and texts. Only what is text; a camera's numbers are left.

use crate::sheet::sentences_at;
use crate::xml::{Node, walk};
use crate::{Job, Place, text};
use std::io::Read;

/// Texts of one file.
const TEXTS_MAX: usize = 2000;
/// Directories of EXIF, one leading to the next.
const DIRECTORIES_MAX: usize = 16;

/// Reads the texts of a picture file.
pub(crate) fn properties(bytes: &[u8], job: &mut Job<'_, '_>) {
    let mut texts = Vec::new();
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xd8]) {
        jpeg(rest, &mut texts);
    } else if let Some(rest) = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n") {
        png(rest, job, &mut texts);
    } else if bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*") {
        exif(bytes, &mut texts);
    }
    // XMP is made to be found by whoever does not know the format around it.
    if let Some(packet) = between(bytes, b"<x:xmpmeta", b"</x:xmpmeta>") {
        xmp(&String::from_utf8_lossy(packet), &mut texts);
    }
    texts.dedup();
    if texts.len() > TEXTS_MAX {
        job.unread(place("properties"), format!("more than {TEXTS_MAX} texts beside the picture; the rest was left"));
    }
    for (name, said) in texts.into_iter().take(TEXTS_MAX) {
        said_of(&name, &said, "picture property", job);
    }
}

/// Hands out the texts of an XMP packet, which other formats carry too.
pub(crate) fn of_xmp(packet: &str, context: &str, job: &mut Job<'_, '_>) {
    let mut texts = Vec::new();
    xmp(packet, &mut texts);
    for (name, said) in texts.into_iter().take(TEXTS_MAX) {
        said_of(&name, &said, context, job);
    }
}

/// Hands out what is said under a name.
pub(crate) fn said_of(name: &str, said: &str, context: &str, job: &mut Job<'_, '_>) {
    let said = said.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    if !said.chars().any(char::is_alphabetic) {
        return;
    }
    let place = place(&format!("properties {name}"));
    if said.split_whitespace().nth(4).is_some() {
        sentences_at(said, context, &place, job);
    } else {
        job.column(name, vec![said.to_owned()], context, place);
    }
}

fn place(path: &str) -> Place {
    Place { path: Some(path.trim().to_owned()), ..Place::default() }
}

type Texts = Vec<(String, String)>;

fn jpeg(mut rest: &[u8], texts: &mut Texts) {
    // Each segment: a mark, its length with itself, what it holds. Behind the start of the scan is the picture.
    while let [0xff, kind, high, low, behind @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low])).saturating_sub(2);
        let Some((data, next)) = behind.split_at_checked(length) else { return };
        match kind {
            0xda | 0xd9 => return,
            0xe1 => {
                if let Some(tiff) = data.strip_prefix(b"Exif\0\0") {
                    exif(tiff, texts);
                }
            }
            0xed => iptc(data, texts),
            0xfe => texts.push(("Comment".to_owned(), text::decode(data))),
            _ => {}
        }
        rest = next;
    }
}

/// The texts of IPTC: records of a mark, a set, a number and a length.
fn iptc(data: &[u8], texts: &mut Texts) {
    let mut rest = data;
    while let Some(at) = rest.windows(2).position(|mark| mark == [0x1c, 2]) {
        let Some([number, high, low, behind @ ..]) = rest.get(at + 2..) else { return };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let Some((said, next)) = behind.split_at_checked(length) else { return };
        texts.push((format!("IPTC {number}"), text::decode(said)));
        rest = next;
    }
}

fn png(mut rest: &[u8], job: &Job<'_, '_>, texts: &mut Texts) {
    let most = job.limits.piece_bytes_max as u64 * 64;
    let inflated = |bytes: &[u8]| {
        let mut out = Vec::new();
        let read = job.inflating(flate2::read::ZlibDecoder::new(bytes)).take(most).read_to_end(&mut out);
        read.map(|_| text::decode(&out)).unwrap_or_default()
    };
    while let Some((head, behind)) = rest.split_at_checked(8) {
        let length = head.get(..4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_be_bytes);
        let Some((data, next)) = usize::try_from(length).ok().and_then(|length| behind.split_at_checked(length)) else { return };
        let (key, said) = parted(data);
        let key = text::decode(key);
        match head.get(4..) {
            Some(b"tEXt") => texts.push((key, text::decode(said))),
            Some(b"zTXt") => texts.push((key, inflated(said.get(1..).unwrap_or_default()))),
            Some(b"iTXt") => {
                // Whether it is packed, how, its language, the key in it, the text.
                let (packed, said) = (said.first() == Some(&1), said.get(2..).unwrap_or_default());
                let (_, said) = parted(said);
                let (_, said) = parted(said);
                let said = if packed { inflated(said) } else { text::decode(said) };
                if said.contains("<x:xmpmeta") { xmp(&said, texts) } else { texts.push((key, said)) }
            }
            Some(b"eXIf") => exif(data, texts),
            _ => {}
        }
        // A sum follows each chunk.
        rest = next.get(4..).unwrap_or_default();
    }
}

/// What stands before a zero, and behind it.
fn parted(data: &[u8]) -> (&[u8], &[u8]) {
    let at = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    (data.get(..at).unwrap_or_default(), data.get(at + 1..).unwrap_or_default())
}

/// The texts of EXIF, which is a TIFF: directories of tags, some of which lead to further directories.
fn exif(tiff: &[u8], texts: &mut Texts) {
    let little = tiff.starts_with(b"II");
    let short = |at: usize| {
        let bytes: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| {
        let bytes: [u8; 4] = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        usize::try_from(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) }).ok()
    };
    let mut waiting: Vec<usize> = long(4).into_iter().collect();
    let mut seen = Vec::new();
    while let Some(directory) = waiting.pop() {
        if seen.contains(&directory) || seen.len() >= DIRECTORIES_MAX {
            continue;
        }
        seen.push(directory);
        let Some(count) = short(directory) else { continue };
        for entry in 0..usize::from(count) {
            let at = directory + 2 + entry * 12;
            let (Some(tag), Some(kind), Some(size)) = (short(at), short(at + 2), long(at + 4)) else { break };
            // Four bytes stand in the entry itself.
            let from = if size <= 4 { Some(at + 8) } else { long(at + 8) };
            let data = from.and_then(|from| tiff.get(from..from.checked_add(size)?)).unwrap_or_default();
            match (tag, kind) {
                (0x8769 | 0x8825 | 0xa005, _) => waiting.extend(long(at + 8)),
                // Behind eight bytes that say in which letters.
                (0x9286, _) => texts.push(("UserComment".to_owned(), text::decode(data.get(8..).unwrap_or_default()))),
                // Titles as one system keeps them: UTF-16, the low byte first.
                (0x9c9b..=0x9c9f, _) => {
                    let units = data.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(u16::from_le_bytes);
                    texts.push((format!("EXIF {tag:04x}"), char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()));
                }
                (_, 2) => texts.push((format!("EXIF {tag:04x}"), text::decode(data))),
                _ => {}
            }
        }
        waiting.extend(long(directory + 2 + usize::from(count) * 12).filter(|next| *next > 0));
    }
}

fn xmp(packet: &str, texts: &mut Texts) {
    let mut names: Vec<String> = Vec::new();
    // What is not well-formed was read as far as it is.
    let _ = walk(packet, |node| match node {
        Node::Open(name, element) => {
            names.push(name.to_owned());
            for attribute in element.attributes().with_checks(false).flatten() {
                let key = attribute.key.local_name().into_inner();
                if !attribute.key.into_inner().starts_with("xmlns") {
                    texts.push((key.to_owned(), attribute.value.to_string()));
                }
            }
        }
        Node::Close(_) => {
            names.pop();
        }
        Node::Text(said) => {
            // Lists and their items are of the format.
            let name = names.iter().rev().find(|name| !matches!(name.as_str(), "li" | "Alt" | "Bag" | "Seq"));
            texts.push((name.cloned().unwrap_or_default(), said.to_owned()));
        }
    });
}

/// The first stretch of bytes from one mark to another, with both.
fn between<'a>(bytes: &'a [u8], from: &[u8], to: &[u8]) -> Option<&'a [u8]> {
    let start = bytes.windows(from.len()).position(|window| window == from)?;
    let rest = bytes.get(start..)?;
    let end = rest.windows(to.len()).position(|window| window == to)?;
    rest.get(..end + to.len())
}
