//! Archives: the documents inside, each read as what it is. A bound on depth ends archives that hold themselves, a bound on
//! what comes out ends those made to grow without end; both are said.

use crate::format::Peek;
use crate::sheet::sentences_at;
use crate::{Job, Place, text};
use std::collections::BTreeSet;
use std::io::{Cursor, Read};

/// Reads the documents in a ZIP archive.
pub(crate) fn zip(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    let Some(bytes) = job.whole(input) else { return };
    let mut archive = match zip::ZipArchive::new(Cursor::new(bytes.as_slice())) {
        Ok(archive) => archive,
        Err(_) => return job.unread(Place::default(), "expected a ZIP archive, found one whose list of contents is missing or damaged"),
    };
    beside_the_entries(&mut archive, &bytes, job);
    for index in 0..archive.len() {
        let name = entry_name(archive.name_for_index(index));
        let place = || Place { path: Some(name.clone()), ..Place::default() };
        job.named(&name);
        match archive.by_index(index) {
            Ok(entry) => {
                sentences_at(entry.comment(), "comment", &place(), job);
                if entry.is_dir() {
                    continue;
                }
                let mut inflating = job.inflating(entry);
                job.inner(&name, &mut inflating);
                if job.spent() {
                    return job.unread(place(), too_much(job));
                }
            }
            Err(error) => job.unread(place(), zip_reason(&error)),
        }
    }
}

/// Reads the documents in a TAR archive.
pub(crate) fn tar(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    let mut archive = tar::Archive::new(input);
    let Ok(entries) = archive.entries() else {
        return job.unread(Place::default(), "expected a TAR archive, found other bytes");
    };
    let mut any = false;
    for entry in entries {
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(error) => return job.unread(Place::default(), format!("the archive is damaged or ends early: {}", error.kind())),
        };
        any = true;
        let kind = entry.header().entry_type();
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        job.named(&name);
        if kind.is_gnu_sparse() {
            // Its holes cost nothing in the archive and all when they are read.
            let mut inflating = job.inflating(entry);
            job.inner(&name, &mut inflating);
            if job.spent() {
                return job.unread(Place { path: Some(name), ..Place::default() }, too_much(job));
            }
        } else if kind.is_file() || kind.is_contiguous() {
            job.inner(&name, &mut entry);
        }
    }
    if !any {
        job.unread(Place::default(), "expected a TAR archive, found no entry in it");
    }
}

/// Reads the one document that gzip packed; its name is the archive's without the ending.
pub(crate) fn gzip(name: &str, input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    let file = name.rsplit(['/', '!']).next().unwrap_or_default();
    let lower = file.to_ascii_lowercase();
    let inner = if lower.ends_with(".tgz") {
        format!("{}.tar", file.get(..file.len() - 4).unwrap_or_default())
    } else if lower.ends_with(".gz") {
        file.get(..file.len() - 3).unwrap_or_default().to_owned()
    } else {
        file.to_owned()
    };
    let mut inflating = job.inflating(flate2::read::MultiGzDecoder::new(input));
    job.inner(&inner, &mut inflating);
    // A reader may stop before the end; what follows is either damaged, too much, or not there.
    let mut rest = [0; 1];
    if job.spent() && inflating.read(&mut rest).is_err() {
        job.unread(Place { path: Some(inner), ..Place::default() }, too_much(job));
    }
}

/// Reads the comment of an archive, and says what lies in it beside its entries: what is not listed, or listed under another
/// name than it has, is read by some programs and not by others; what stands before, between or behind, by none.
pub(crate) fn beside_the_entries(archive: &mut zip::ZipArchive<Cursor<&[u8]>>, bytes: &[u8], job: &mut Job<'_, '_>) {
    if archive.validate_header_consistency().is_err() {
        job.unread(Place::default(), "the archive's list of contents and its entries do not agree; what is not listed was not read");
    }
    sentences_at(&text::decode(archive.comment()), "comment", &Place::default(), job);
    if !is_all_listed(archive, bytes) {
        job.unread(Place::default(), "the archive holds bytes beside its entries, which were not read");
    }
}

/// The first bytes of what an archive is made of, and how many have a fixed meaning.
const ENTRY: (&[u8], usize) = (b"PK\x03\x04", 30);
const LISTED: (&[u8], usize) = (b"PK\x01\x02", 46);
const LONG_END: (&[u8], usize) = (b"PK\x06\x06", 56);
const LONG_END_AT: (&[u8], usize) = (b"PK\x06\x07", 20);
const END: (&[u8], usize) = (b"PK\x05\x06", 22);
/// Bytes behind an entry that say again how long it is.
const SIZES_BYTES_MAX: usize = 24;

/// Whether all bytes of an archive belong to its entries, the list of them, or its end. Zeros and blanks are nothing.
fn is_all_listed(archive: &mut zip::ZipArchive<Cursor<&[u8]>>, bytes: &[u8]) -> bool {
    let (mut entries, mut read) = (Vec::new(), BTreeSet::new());
    for index in 0..archive.len() {
        read.extend(archive.name_for_index(index).and_then(Result::ok).map(|name| name.into_owned().into_bytes()));
        // What cannot be read is said to be.
        let Ok(entry) = archive.by_index_raw(index) else { return true };
        entries.push((entry.header_start(), entry.compressed_size()));
        read.insert(entry.comment().as_bytes().to_vec());
    }
    entries.sort_unstable();
    let mut at = 0;
    for (start, size) in entries {
        let Some((start, size)) = usize::try_from(start).ok().zip(usize::try_from(size).ok()) else { return false };
        if !is_nothing(bytes, at, start) {
            return false;
        }
        let Some((fixed, lengths)) = record(bytes, start, ENTRY, &[26, 28]) else { return false };
        let (name, extra) = (lengths.first().copied().unwrap_or(0), lengths.get(1).copied().unwrap_or(0));
        if !is_known_extra(bytes.get(fixed + name..fixed + name + extra).unwrap_or_default(), &read) {
            return false;
        }
        at = fixed.saturating_add(name + extra).saturating_add(size);
        // A bit says that the length follows.
        if bytes.get(start + 6).is_some_and(|flags| flags & 8 != 0) {
            at += sizes(bytes, at, size);
        }
    }
    let Ok(list) = usize::try_from(archive.central_directory_start()) else { return false };
    if !is_nothing(bytes, at, list) {
        return false;
    }
    at = list;
    while let Some((fixed, lengths)) = record(bytes, at, LISTED, &[28, 30, 32]) {
        let (name, extra) = (lengths.first().copied().unwrap_or(0), lengths.get(1).copied().unwrap_or(0));
        if !is_known_extra(bytes.get(fixed + name..fixed + name + extra).unwrap_or_default(), &read) {
            return false;
        }
        at = fixed + lengths.iter().sum::<usize>();
    }
    for part in [LONG_END, LONG_END_AT] {
        at = record(bytes, at, part, &[]).map_or(at, |(end, _)| end);
    }
    record(bytes, at, END, &[20]).is_some_and(|(fixed, lengths)| is_nothing(bytes, fixed + lengths.iter().sum::<usize>(), bytes.len()))
}

/// The end of what has a fixed meaning in a record, and the lengths that stand in it.
fn record(bytes: &[u8], at: usize, (mark, fixed): (&[u8], usize), lengths: &[usize]) -> Option<(usize, Vec<usize>)> {
    let record = bytes.get(at..at.checked_add(fixed)?)?.strip_prefix(mark)?;
    let length = |from: &usize| {
        let from = from.checked_sub(mark.len())?;
        Some(usize::from(u16::from_le_bytes(record.get(from..from + 2)?.try_into().ok()?)))
    };
    Some((at + fixed, lengths.iter().map(length).collect::<Option<_>>()?))
}

/// How many bytes behind an entry say how long it is: a mark or none, a sum, and two lengths that are short or long.
fn sizes(bytes: &[u8], at: usize, size: usize) -> usize {
    let behind = bytes.get(at..(at + SIZES_BYTES_MAX).min(bytes.len())).unwrap_or_default();
    let mark = if behind.starts_with(b"PK\x07\x08") { 4 } else { 0 };
    let packed = behind.get(mark + 4..).unwrap_or_default();
    let is_long = packed.get(..8).and_then(|bytes| bytes.try_into().ok()).is_some_and(|bytes| u64::from_le_bytes(bytes) == size as u64)
        && packed.get(16..20).is_none_or(|next| next.starts_with(b"PK"));
    let is_short = packed.get(8..10).is_some_and(|next| next == b"PK");
    mark + 4 + if is_long && !is_short { 16 } else { 8 }
}

/// Whether nothing stands between two places.
fn is_nothing(bytes: &[u8], from: usize, to: usize) -> bool {
    from >= to || bytes.get(from..to).is_some_and(|between| between.iter().all(|byte| *byte == 0 || byte.is_ascii_whitespace()))
}

/// Whether the extra fields of an entry are such as hold no words: lengths, times, owners, and what leaves room to grow; or
/// names and comments in another encoding, which were read.
fn is_known_extra(mut extra: &[u8], read: &BTreeSet<Vec<u8>>) -> bool {
    while let [kind, high, short, long, rest @ ..] = extra {
        let length = usize::from(u16::from_le_bytes([*short, *long]));
        let Some((data, behind)) = rest.split_at_checked(length) else { return is_nothing(extra, 0, extra.len()) };
        let most = match u16::from_le_bytes([*kind, *high]) {
            0x0001 => 32,
            0x000a => 36,
            0x5455 => 13,
            0x5855 => 12,
            0x7855 => 4,
            0x7875 => 24,
            0x9901 => 7,
            // Room that office programs leave to grow into: a mark, a length, zeros.
            0xa220 => 4,
            // Behind a version and a sum.
            0x6375 | 0x7075 if data.get(5..).is_some_and(|said| read.contains(said)) => length,
            _ => 0,
        };
        if !is_nothing(data, most, data.len()) {
            return false;
        }
        extra = behind;
    }
    is_nothing(extra, 0, extra.len())
}

/// The name of an entry.
pub(crate) fn entry_name(name: Option<zip::result::ZipResult<std::borrow::Cow<'_, str>>>) -> String {
    match name {
        Some(Ok(name)) => name.into_owned(),
        _ => "an entry without a readable name".to_owned(),
    }
}

/// Why an entry cannot be read. The library's own words may hold the entry's name, ours do not.
pub(crate) fn zip_reason(error: &zip::result::ZipError) -> &'static str {
    use zip::result::ZipError;
    match error {
        ZipError::UnsupportedArchive(reason) if *reason == ZipError::PASSWORD_REQUIRED => "encrypted with a password",
        ZipError::InvalidPassword => "encrypted with a password",
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => "packed by a method that is not read",
        _ => "the archive is damaged here",
    }
}

/// What is said when an archive has cost what it may.
fn too_much(job: &Job<'_, '_>) -> String {
    format!("more than {} bytes came out of the archive; what follows was left", job.limits.inflated_bytes_max)
}
