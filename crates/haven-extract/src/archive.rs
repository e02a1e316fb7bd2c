//! Archives: the documents inside, each read as what it is. A bound on depth ends archives that hold themselves, a bound on
//! what comes out ends those made to grow without end; both are said.

use crate::format::Peek;
use crate::sheet::sentences_at;
use crate::{Job, Place, text};
use std::io::{Cursor, Read, Seek};

/// Reads the documents in a ZIP archive.
pub(crate) fn zip(input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    let Some(bytes) = job.whole(input) else { return };
    let mut archive = match zip::ZipArchive::new(Cursor::new(bytes.as_slice())) {
        Ok(archive) => archive,
        Err(_) => return job.unread(Place::default(), "expected a ZIP archive, found one whose list of contents is missing or damaged"),
    };
    say_what_is_unlisted(&mut archive, job);
    sentences_at(&text::decode(archive.comment()), "comment", &Place::default(), job);
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

/// Says when the list of contents does not tell all that lies in an archive: what is not listed, or listed under another name
/// than it has, is read by some programs and not by others.
pub(crate) fn say_what_is_unlisted<R: Read + Seek>(archive: &mut zip::ZipArchive<R>, job: &mut Job<'_, '_>) {
    if archive.validate_header_consistency().is_err() {
        job.unread(Place::default(), "the archive's list of contents and its entries do not agree; what is not listed was not read");
    }
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
