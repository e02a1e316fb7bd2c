//! Office files: the text parts of DOCX, PPTX and OpenDocument, and workbooks.
//!
//! A paragraph's number in its part stands as its line; of slides the slide is the page; parts other than the body are named in
//! the path (`header1`, `comments`). Words joined over runs are one word. Of a tracked change both readings are handed out, the
//! older as `deleted text`. Content controls and legacy form fields are names, their help texts questions, their lists columns.
//!
//! INVARIANT: no part is passed over. What has no reader here is read as the document that it is, or as XML whose every word
//! may be one ([`crate::beneath`]); what is neither is said to be unread. Left are fonts and the settings of printers.

use crate::archive::{beside_the_entries, entry_name, zip_reason};
use crate::beneath::{Beneath, Seen, Taken, is_of_the_format};
use crate::format::{Format, Peek, is_compound, looks_like_text};
use crate::guard::guarded;
use crate::sheet::sentences_at;
use crate::words::words;
use crate::workbook::{self, SheetParts, behind_the_cells};
use crate::xml::{Node, attribute, walk};
use crate::{Job, Piece, Place, odf, text};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

/// Pixels of either side of the picture of a first page that programs lay beside it; a larger one may be read.
const THUMBNAIL_PIXELS_MAX: u32 = 256;

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
    beside_the_entries(&mut archive, bytes, job);
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
    let parts: BTreeSet<String> = names.iter().map(|name| name.rsplit('/').next().unwrap_or_default().to_owned()).collect();
    let mut seen = Seen::default();
    let mut below = Below { parts: &parts, looked: Vec::new() };
    let mut note = |piece: &mut Piece| {
        seen.note(piece);
        true
    };
    job.kept(&mut note, |job| shown(format, bytes, &names, &mut archive, &mut below, job));
    for (place, beneath) in below.looked {
        beneath.hand_out(&place, &mut seen, job);
    }
}

/// What was found beneath what the readers of the parts take, which is handed out when it is known what they took.
pub(crate) struct Below<'n> {
    /// Names of the parts of the file, without their folders.
    pub parts: &'n BTreeSet<String>,
    pub looked: Vec<(Place, Beneath<'n>)>,
}

impl Below<'_> {
    /// Looks through a part.
    fn look(&mut self, taken: Taken, xml: &str, place: Place) -> Result<(), &'static str> {
        self.look_with(Beneath::new(taken, self.parts), xml, place)
    }
}

impl<'n> Below<'n> {
    fn look_with(&mut self, mut beneath: Beneath<'n>, xml: &str, place: Place) -> Result<(), &'static str> {
        let walked = beneath.walk(xml);
        self.looked.push((place, beneath));
        walked
    }
}

/// Reads the parts of an office file, each by its reader.
fn shown(format: Format, bytes: &[u8], names: &[String], archive: &mut Archive<'_>, below: &mut Below<'_>, job: &mut Job<'_, '_>) {
    let (mut sheets, mut cited) = (BTreeMap::new(), BTreeSet::new());
    if format == Format::Xlsx {
        (sheets, cited) = workbook::zipped(bytes, names, archive, below, job);
    }
    let has = |name: &str| names.iter().any(|found| found == name);
    for (index, name) in names.iter().enumerate() {
        if !is_usual(name) {
            job.named(name);
        }
        if let Ok(entry) = archive.by_index_raw(index) {
            sentences_at(entry.comment(), "comment", &Place { path: Some(short(name)), ..Place::default() }, job);
        }
        let at = || Place { path: Some(short(name)), ..Place::default() };
        match part_of(format, name) {
            Part::Words { context, page } => with_part(archive, index, name, job, |xml, job| {
                let path = if context == "body" { None } else { Some(short(name)) };
                let _ = below.look(Taken::Words, xml, at());
                words(xml, context, &Place { page, path, ..Place::default() }, job)?;
                if name.contains("/charts/chart") { workbook::chart(xml, &short(name), job) } else { Ok(()) }
            }),
            Part::Odf => with_part(archive, index, name, job, |xml, job| {
                let _ = below.look(Taken::Odf, xml, at());
                odf::read(xml, short(name), job)
            }),
            Part::Properties => with_part(archive, index, name, job, |xml, job| {
                let _ = below.look(Taken::Properties, xml, at());
                properties(xml, job)
            }),
            Part::Comments => with_part(archive, index, name, job, |xml, job| {
                let sheet = sheets
                    .values()
                    .find(|sheet: &&SheetParts| sheet.comments.contains(name))
                    .map_or_else(|| short(name), |sheet| sheet.name.clone());
                let _ = below.look(Taken::Nothing, xml, at());
                workbook::comments(xml, &sheet, job)
            }),
            Part::Pivot => {
                let records = name.replace("pivotCacheDefinition", "pivotCacheRecords");
                let records = names.iter().position(|found| *found == records).map(|index| part(archive, index, job));
                let records = match records {
                    Some(Err(reason)) => {
                        job.unread(at(), reason);
                        None
                    }
                    found => found.and_then(Result::ok),
                };
                with_part(archive, index, name, job, |xml, job| {
                    let _ = below.look(Taken::Nothing, xml, at());
                    workbook::pivot(xml, records.as_deref(), &short(name), job)
                });
            }
            Part::Records => {
                let taken = if has(&name.replace("pivotCacheRecords", "pivotCacheDefinition")) { Taken::Records } else { Taken::Nothing };
                with_part(archive, index, name, job, |xml, _| below.look(taken, xml, at()));
            }
            Part::Cached => with_part(archive, index, name, job, |xml, job| {
                let _ = below.look(Taken::Nothing, xml, at());
                workbook::cached(xml, &short(name), job)
            }),
            Part::Strings => with_part(archive, index, name, job, |xml, _| {
                let beneath = Beneath::new(Taken::Strings, below.parts).showing(std::mem::take(&mut cited));
                below.look_with(beneath, xml, at())
            }),
            Part::Sheet if sheets.contains_key(name) => {}
            Part::Sheet | Part::Xml => with_part(archive, index, name, job, |xml, _| below.look(Taken::Nothing, xml, at())),
            Part::Picture | Part::Drawing if archive.by_index_raw(index).is_ok_and(|entry| entry.size() < job.limits.picture_bytes_min) => {
            }
            Part::Drawing => {
                job.unread(Place { path: Some(name.clone()), ..Place::default() }, "a drawing of Windows, which is not read");
            }
            Part::Macros => job.unread(Place { path: Some(name.clone()), ..Place::default() }, "macros, which are not read"),
            Part::Empty | Part::Thumbnail | Part::Embedded | Part::Picture => match part_bytes(archive, index, job) {
                Ok(bytes) => match part_of(format, name) {
                    // What is none of what its name says is read.
                    Part::Empty if !bytes.is_empty() && !looks_like_text(bytes.get(..bytes.len().min(4096)).unwrap_or_default()) => {}
                    Part::Thumbnail if is_thumbnail(&bytes) => {}
                    _ if name == "mimetype" && is_of_the_format(&text::decode(&bytes)) => {}
                    // A web page with all that it shows, put together as mail is.
                    _ if matches!(ending(name).as_str(), "mht" | "mhtml") => job.inner(&format!("{name}.eml"), &mut bytes.as_slice()),
                    _ => job.inner(name, &mut bytes.as_slice()),
                },
                Err(reason) => job.unread(Place { path: Some(name.clone()), ..Place::default() }, reason),
            },
            Part::Folder => {}
        }
    }
    for (part, sheet) in &sheets {
        let Some(index) = names.iter().position(|name| name == part) else { continue };
        let read = behind_the_cells(archive, index, job).and_then(|xml| workbook::validations(&xml, sheet, job).map_err(str::to_owned));
        if let Err(reason) = read {
            job.unread(Place { path: Some(sheet.name.clone()), ..Place::default() }, format!("{reason}: lists of choices may be missing"));
        }
    }
}

/// Whether a picture is as small as those that programs lay beside a first page.
fn is_thumbnail(bytes: &[u8]) -> bool {
    let size = image::ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok().and_then(|reader| reader.into_dimensions().ok());
    size.is_some_and(|(width, height)| width <= THUMBNAIL_PIXELS_MAX && height <= THUMBNAIL_PIXELS_MAX)
}

fn ending(name: &str) -> String {
    name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase()
}

/// Whether the name of a part is one that programs give, and no person.
fn is_usual(name: &str) -> bool {
    const FOLDERS: [&str; 34] = [
        "_rels",
        "docprops",
        "word",
        "xl",
        "ppt",
        "media",
        "customxml",
        "theme",
        "meta-inf",
        "pictures",
        "thumbnails",
        "glossary",
        "charts",
        "embeddings",
        "drawings",
        "fonts",
        "worksheets",
        "slides",
        "slidelayouts",
        "slidemasters",
        "notesslides",
        "notesmasters",
        "tables",
        "pivottables",
        "pivotcache",
        "externallinks",
        "threadedcomments",
        "persons",
        "printersettings",
        "diagrams",
        "ctrlprops",
        "activex",
        "slicers",
        "slicercaches",
    ];
    const STEMS: [&str; 57] = [
        "[content_types]",
        "",
        "document",
        "workbook",
        "presentation",
        "sheet",
        "slide",
        "styles",
        "styleswitheffects",
        "numbering",
        "settings",
        "websettings",
        "fonttable",
        "theme",
        "comments",
        "commentsextended",
        "commentsids",
        "commentsextensible",
        "people",
        "person",
        "header",
        "footer",
        "footnotes",
        "endnotes",
        "core",
        "app",
        "custom",
        "item",
        "itemprops",
        "sharedstrings",
        "calcchain",
        "table",
        "connections",
        "printersettings",
        "vmldrawing",
        "drawing",
        "chart",
        "image",
        "thumbnail",
        "externallink",
        "pivotcachedefinition",
        "pivotcacherecords",
        "pivottable",
        "threadedcomment",
        "metadata",
        "mimetype",
        "content",
        "meta",
        "manifest",
        "notesslide",
        "slidelayout",
        "slidemaster",
        "notesmaster",
        "presprops",
        "viewprops",
        "tablestyles",
        "font",
    ];
    let name = name.to_ascii_lowercase();
    let mut steps: Vec<&str> = name.split('/').collect();
    let file = steps.pop().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit());
    STEMS.contains(&stem) && steps.iter().all(|step| FOLDERS.contains(step))
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
    /// A sheet, read apart where the workbook lists it.
    Sheet,
    /// The strings that cells share.
    Strings,
    /// The records of a pivot table, read with their definition.
    Records,
    /// XML of any other kind.
    Xml,
    /// Programs inside.
    Macros,
    /// What is known to hold no words of people: fonts, settings of printers.
    Empty,
    /// The picture of the first page, which may be too small to be read.
    Thumbnail,
    /// No part.
    Folder,
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
fn part_of(format: Format, name: &str) -> Part {
    let words = |context| Part::Words { context, page: None };
    let file = name.rsplit('/').next().unwrap_or_default();
    match ending(name).as_str() {
        _ if name.ends_with('/') => return Part::Folder,
        _ if name.starts_with("docProps/thumbnail") || name.starts_with("Thumbnails/") => return Part::Thumbnail,
        "png" | "jpg" | "jpeg" | "tif" | "tiff" | "bmp" | "gif" | "webp" | "svg" => return Part::Picture,
        "emf" | "wmf" | "emz" | "wmz" => return Part::Drawing,
        "odttf" | "fntdata" => return Part::Empty,
        "bin" if file.starts_with("printerSettings") => return Part::Empty,
        "bin" if file.starts_with("vbaProject") => return Part::Macros,
        // A binary workbook is said to be read in part.
        "bin" if format == Format::Xlsx && name.starts_with("xl/") && !name.contains("/embeddings/") && is_of_binary_workbook(file) => {
            return Part::Empty;
        }
        _ => {}
    }
    if format == Format::Odf {
        // Charts and formulas inside have a content of their own.
        return match file {
            "content.xml" | "styles.xml" => Part::Odf,
            "meta.xml" => Part::Properties,
            _ if matches!(ending(name).as_str(), "xml" | "rdf") => Part::Xml,
            _ => Part::Embedded,
        };
    }
    let custom = name.starts_with("customXml/item") && !name.contains("/_rels/") && !name.contains("itemProps");
    if (name.contains("/embeddings/") && !name.contains("/_rels/")) || custom {
        return Part::Embedded;
    }
    if matches!(name, "docProps/core.xml" | "docProps/custom.xml" | "docProps/app.xml") {
        return Part::Properties;
    }
    let xml = match file.strip_suffix(".xml") {
        Some(xml) if !name.contains("/_rels/") => xml,
        Some(_) => return Part::Xml,
        None if matches!(ending(name).as_str(), "rels" | "vml" | "xsd" | "psmdcp") => return Part::Xml,
        None => return Part::Embedded,
    };
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
            _ => Part::Xml,
        },
        Format::Pptx if name.starts_with("ppt/slides/") => Part::Words { context: "slide", page: numbered("slide") },
        Format::Pptx if name.starts_with("ppt/notesSlides/") => Part::Words { context: "notes", page: numbered("notesSlide") },
        Format::Pptx if name.starts_with("ppt/comments") => words("comment"),
        Format::Pptx if name.starts_with("ppt/slideMasters/") || name.starts_with("ppt/slideLayouts/") => words("slide master"),
        Format::Xlsx if name.starts_with("xl/comments") || name.starts_with("xl/threadedComments/") => Part::Comments,
        Format::Xlsx if name.starts_with("xl/pivotCache/pivotCacheDefinition") => Part::Pivot,
        Format::Xlsx if name.starts_with("xl/pivotCache/pivotCacheRecords") => Part::Records,
        Format::Xlsx if name.starts_with("xl/externalLinks/externalLink") => Part::Cached,
        Format::Xlsx if name.starts_with("xl/worksheets/") => Part::Sheet,
        Format::Xlsx if name == "xl/sharedStrings.xml" => Part::Strings,
        _ => Part::Xml,
    }
}

/// Whether a part of a binary workbook is one that is read, or said to be unread, with the workbook.
fn is_of_binary_workbook(file: &str) -> bool {
    let stem = file.strip_suffix(".bin").unwrap_or(file).trim_end_matches(|c: char| c.is_ascii_digit());
    matches!(stem, "workbook" | "sheet" | "comments" | "styles" | "sharedStrings" | "calcChain" | "table" | "binaryIndex" | "metadata")
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
