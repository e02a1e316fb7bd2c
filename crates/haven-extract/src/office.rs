//! Office files: the text parts of DOCX, PPTX and OpenDocument, and workbooks.
//!
//! A paragraph's number in its part stands as its line; of slides the slide is the page; parts other than the body are named in
//! the path (`header1`, `comments`). Words joined over runs are one word. Of a tracked change both readings are handed out, the
//! older as `deleted text`. Content controls and legacy form fields are names, their help texts questions, their lists columns.

use crate::archive::{entry_name, say_what_is_unlisted, zip_reason};
use crate::format::{Format, Peek, is_compound};
use crate::guard::guarded;
use crate::sheet::sentences_at;
use crate::words::words;
use crate::workbook::{self, SheetParts, behind_the_cells};
use crate::xml::{Node, attribute, walk};
use crate::{Job, Place, odf, text};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// The archive that an office file is.
pub(crate) type Archive<'a> = zip::ZipArchive<Cursor<&'a [u8]>>;

/// Reads an office file.
pub(crate) fn read(format: Format, input: &mut Peek<'_>, job: &mut Job<'_, '_>) {
    let Some(bytes) = job.whole(input) else { return };
    let bytes = bytes.as_slice();
    guarded(job, move |job| {
        if format == Format::Xls {
            return if bytes.starts_with(b"PK") { zipped(Format::Xlsx, bytes, job) } else { workbook::xls(bytes, job) };
        }
        if is_compound(bytes) {
            return match format {
                Format::Xlsx => workbook::xls(bytes, job),
                _ => job.unread(Place::default(), "encrypted with a password, or of an older office format under this ending"),
            };
        }
        zipped(format, bytes, job);
    });
}

/// Reads an office file that is an archive.
fn zipped(format: Format, bytes: &[u8], job: &mut Job<'_, '_>) {
    let mut archive = match zip::ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(_) => {
            return job.unread(Place::default(), "expected an office file, found an archive whose list of contents is missing or damaged");
        }
    };
    say_what_is_unlisted(&mut archive, job);
    let names: Vec<String> = (0..archive.len()).map(|index| entry_name(archive.name_for_index(index))).collect();
    if !names.iter().any(|name| is_main(format, name)) {
        job.unread(
            Place::default(),
            format!("expected an office file of the kind {}, found an archive without its main part", format.name()),
        );
    }
    if format == Format::Odf
        && let Some(index) = names.iter().position(|name| name == "META-INF/manifest.xml")
    {
        match part(&mut archive, index, job) {
            Ok(manifest) if manifest.contains("encryption-data") => return job.unread(Place::default(), "encrypted with a password"),
            Ok(_) => {}
            Err(reason) => job.unread(Place { path: Some("manifest".to_owned()), ..Place::default() }, reason),
        }
    }
    let mut sheets = BTreeMap::new();
    if format == Format::Xlsx {
        sheets = workbook::zipped(bytes, &names, &mut archive, job);
    }
    for (index, name) in names.iter().enumerate() {
        match part_of(format, name) {
            Some(Part::Words { context, page }) => with_part(&mut archive, index, name, job, |xml, job| {
                let path = if context == "body" { None } else { Some(short(name)) };
                words(xml, context, &Place { page, path, ..Place::default() }, job)?;
                if name.contains("/charts/chart") { workbook::chart(xml, &short(name), job) } else { Ok(()) }
            }),
            Some(Part::Odf) => with_part(&mut archive, index, name, job, |xml, job| odf::read(xml, short(name), job)),
            Some(Part::Properties) => with_part(&mut archive, index, name, job, properties),
            Some(Part::Comments) => with_part(&mut archive, index, name, job, |xml, job| {
                let sheet = sheets
                    .values()
                    .find(|sheet: &&SheetParts| sheet.comments.contains(name))
                    .map_or_else(|| short(name), |sheet| sheet.name.clone());
                workbook::comments(xml, &sheet, job)
            }),
            Some(Part::Pivot) => {
                let records = name.replace("pivotCacheDefinition", "pivotCacheRecords");
                let records = names.iter().position(|found| *found == records).map(|index| part(&mut archive, index, job));
                let records = match records {
                    Some(Err(reason)) => {
                        job.unread(Place { path: Some(short(name)), ..Place::default() }, reason);
                        None
                    }
                    found => found.and_then(Result::ok),
                };
                with_part(&mut archive, index, name, job, |xml, job| workbook::pivot(xml, records.as_deref(), &short(name), job));
            }
            Some(Part::Cached) => with_part(&mut archive, index, name, job, |xml, job| workbook::cached(xml, &short(name), job)),
            Some(Part::Picture | Part::Drawing)
                if archive.by_index_raw(index).is_ok_and(|entry| entry.size() < job.limits.picture_bytes_min) => {}
            Some(Part::Drawing) => {
                job.unread(Place { path: Some(name.clone()), ..Place::default() }, "a drawing of Windows, which is not read");
            }
            Some(Part::Embedded | Part::Picture) => match archive.by_index(index) {
                Ok(entry) => {
                    let mut inflating = job.inflating(entry);
                    job.inner(name, &mut inflating);
                }
                Err(error) => job.unread(Place { path: Some(name.clone()), ..Place::default() }, zip_reason(&error)),
            },
            Some(Part::Sheet) | None => {}
        }
    }
    for (part, sheet) in &sheets {
        let Some(index) = names.iter().position(|name| name == part) else { continue };
        let read =
            behind_the_cells(&mut archive, index, job).and_then(|xml| workbook::validations(&xml, sheet, job).map_err(str::to_owned));
        if let Err(reason) = read {
            job.unread(Place { path: Some(sheet.name.clone()), ..Place::default() }, format!("{reason}: lists of choices may be missing"));
        }
    }
}

/// Whether a part is the one that a file of the format cannot be without.
fn is_main(format: Format, name: &str) -> bool {
    let numbered = |stem: &str| name.strip_prefix(stem)?.strip_suffix(".xml").filter(|rest| rest.chars().all(|c| c.is_ascii_digit()));
    match format {
        // Some programs number it.
        Format::Docx => numbered("word/document").is_some(),
        Format::Pptx => name == "ppt/presentation.xml",
        Format::Xlsx | Format::Xls => matches!(name, "xl/workbook.xml" | "xl/workbook.bin"),
        _ => name == "content.xml",
    }
}

/// What a part of an office file holds.
enum Part {
    /// Paragraphs of runs.
    Words { context: &'static str, page: Option<u64> },
    /// OpenDocument's content or styles.
    Odf,
    /// Title, subject, the author's own properties.
    Properties,
    /// Comments on cells.
    Comments,
    /// A sheet, read apart.
    Sheet,
    /// What a pivot table keeps of its source.
    Pivot,
    /// What is kept of another workbook.
    Cached,
    /// A document inside.
    Embedded,
    /// A picture, read as one in a file of its own.
    Picture,
    /// A picture as commands of Windows (EMF, WMF).
    Drawing,
}

/// What a part holds, by its name.
fn part_of(format: Format, name: &str) -> Option<Part> {
    let words = |context| Some(Part::Words { context, page: None });
    let file = name.rsplit('/').next().unwrap_or_default();
    let xml = file.strip_suffix(".xml");
    if name.contains("media/") || name.starts_with("Pictures/") {
        match file.to_ascii_lowercase().rsplit('.').next() {
            Some("png" | "jpg" | "jpeg" | "tif" | "tiff" | "bmp" | "gif" | "webp" | "svg") => return Some(Part::Picture),
            Some("emf" | "wmf" | "emz" | "wmz") => return Some(Part::Drawing),
            _ => {}
        }
    }
    if format == Format::Odf {
        // Charts and formulas inside have a content of their own.
        return match file {
            "content.xml" | "styles.xml" => Some(Part::Odf),
            "meta.xml" => Some(Part::Properties),
            _ => None,
        };
    }
    let custom = name.starts_with("customXml/item") && !name.contains("/_rels/") && !name.contains("itemProps");
    if (name.contains("/embeddings/") && !name.contains("/_rels/")) || custom {
        return Some(Part::Embedded);
    }
    if matches!(name, "docProps/core.xml" | "docProps/custom.xml") {
        return Some(Part::Properties);
    }
    let xml = xml.filter(|_| !name.contains("/_rels/"))?;
    if name.contains("/diagrams/data") || name.contains("/charts/chart") || name.contains("/drawings/drawing") {
        return words("drawing");
    }
    let numbered = |stem: &str| xml.strip_prefix(stem).and_then(|number| number.parse().ok());
    match format {
        Format::Docx if name.starts_with("word/") => match xml.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "document" if name.contains("glossary") => words("building block"),
            "document" => words("body"),
            "header" => words("header"),
            "footer" => words("footer"),
            "footnotes" => words("footnote"),
            "endnotes" => words("endnote"),
            "comments" => words("comment"),
            "settings" => words("settings"),
            _ => None,
        },
        Format::Pptx if name.starts_with("ppt/slides/") => Some(Part::Words { context: "slide", page: numbered("slide") }),
        Format::Pptx if name.starts_with("ppt/notesSlides/") => Some(Part::Words { context: "notes", page: numbered("notesSlide") }),
        Format::Pptx if name.starts_with("ppt/comments") => words("comment"),
        Format::Pptx if name.starts_with("ppt/slideMasters/") => words("slide master"),
        Format::Xlsx if name.starts_with("xl/comments") || name.starts_with("xl/threadedComments/") => Some(Part::Comments),
        Format::Xlsx if name.starts_with("xl/pivotCache/pivotCacheDefinition") => Some(Part::Pivot),
        Format::Xlsx if name.starts_with("xl/externalLinks/externalLink") => Some(Part::Cached),
        Format::Xlsx if name.starts_with("xl/worksheets/") => Some(Part::Sheet),
        _ => None,
    }
}

/// A part's name as it stands in a path.
pub(crate) fn short(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or_default();
    file.strip_suffix(".xml").unwrap_or(file).to_owned()
}

/// Reads a part as text and hands it on; says so where it cannot be read or its XML is not sound.
fn with_part(
    archive: &mut Archive<'_>,
    index: usize,
    name: &str,
    job: &mut Job<'_, '_>,
    work: impl FnOnce(&str, &mut Job<'_, '_>) -> Result<(), &'static str>,
) {
    let place = || Place { path: Some(short(name)), ..Place::default() };
    match part(archive, index, job) {
        Ok(xml) => {
            if let Err(reason) = work(&xml, job) {
                job.unread(place(), format!("{reason}; what stands before was read"));
            }
        }
        Err(reason) => job.unread(place(), reason),
    }
}

/// A part as text.
pub(crate) fn part(archive: &mut Archive<'_>, index: usize, job: &Job<'_, '_>) -> Result<String, String> {
    part_bytes(archive, index, job).map(|bytes| String::from_utf8(bytes).unwrap_or_else(|other| text::decode(other.as_bytes())))
}

/// A part as it is.
pub(crate) fn part_bytes(archive: &mut Archive<'_>, index: usize, job: &Job<'_, '_>) -> Result<Vec<u8>, String> {
    let entry = archive.by_index(index).map_err(|error| zip_reason(&error).to_owned())?;
    let max = job.limits.whole_bytes_max;
    let mut bytes = Vec::new();
    match job.inflating(entry).take(max as u64 + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() <= max => Ok(bytes),
        Ok(_) => Err(format!("longer than the {max} bytes that are held in memory for one part")),
        Err(_) if job.spent() => Err(format!("more than {} bytes came out of the archive", job.limits.inflated_bytes_max)),
        Err(error) => Err(format!("the archive is damaged here: {}", error.kind())),
    }
}

/// Reads title, subject, keywords, and the properties that an author gave.
fn properties(xml: &str, job: &mut Job<'_, '_>) -> Result<(), &'static str> {
    let (mut open, mut custom): (Option<String>, Option<(String, String)>) = (None, None);
    walk(xml, |node| match node {
        Node::Open("title" | "subject" | "keywords" | "keyword" | "description" | "category", _) => open = Some(String::new()),
        Node::Open("property" | "user-defined", element) => custom = Some((attribute(element, "name").unwrap_or_default(), String::new())),
        Node::Open(..) => {}
        Node::Text(text) => match (&mut open, &mut custom) {
            (Some(open), _) => open.push_str(text),
            (None, Some((_, value))) => value.push_str(text),
            (None, None) => {}
        },
        Node::Close("title" | "subject" | "keywords" | "keyword" | "description" | "category") => {
            if let Some(text) = open.take() {
                sentences_at(&text, "document property", &Place { path: Some("properties".to_owned()), ..Place::default() }, job);
            }
        }
        Node::Close("property" | "user-defined") => {
            if let Some((name, value)) = custom.take().filter(|(name, _)| !name.trim().is_empty()) {
                let values = Some(value.trim().to_owned()).filter(|value| !value.is_empty()).into_iter().collect();
                job.column(&name, values, "document property", Place { path: Some("properties".to_owned()), ..Place::default() });
            }
        }
        Node::Close(_) => {}
    })
}
