//! What a document is, by its ending and its first bytes.

use std::io::{self, Read};

/// Bytes looked at to recognise a format.
const HEAD_BYTES: usize = 4096;

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Plain text.
    Text,
    /// Markdown and its like.
    Markdown,
    /// A web page, or a template that makes one.
    Html,
    /// A program.
    Code,
    /// SQL: a schema or a dump.
    Sql,
    /// A table as text.
    Csv,
    /// JSON.
    Json,
    /// One JSON value a line.
    JsonLines,
    /// YAML.
    Yaml,
    /// XML.
    Xml,
    /// PDF.
    Pdf,
    /// Word's XML format, its templates too.
    Docx,
    /// PowerPoint's XML format.
    Pptx,
    /// Excel's zipped formats, XML or binary.
    Xlsx,
    /// Excel's older format, one compound file.
    Xls,
    /// OpenDocument: text, sheets, slides, drawings.
    Odf,
    /// Parquet: a table by columns.
    Parquet,
    /// A ZIP archive.
    Zip,
    /// A TAR archive.
    Tar,
    /// One file packed by gzip.
    Gzip,
    /// One message.
    Mail,
    /// A mailbox of messages.
    Mbox,
    /// A picture, which may show text.
    Picture,
    /// Anything else.
    Binary,
}

impl Format {
    /// Its name, as reports say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Code => "code",
            Self::Sql => "sql",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::JsonLines => "json lines",
            Self::Yaml => "yaml",
            Self::Xml => "xml",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Pptx => "pptx",
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Odf => "odf",
            Self::Parquet => "parquet",
            Self::Zip => "zip",
            Self::Tar => "tar",
            Self::Gzip => "gzip",
            Self::Mail => "mail",
            Self::Mbox => "mbox",
            Self::Picture => "picture",
            Self::Binary => "binary",
        }
    }
}

impl Format {
    /// The content type of a text of such a name, as programs that exchange it name it; none of what is no text.
    pub fn content_type(self, name: &str) -> Option<&'static str> {
        Some(match self {
            Self::Csv => match ending(&name.to_ascii_lowercase()) {
                "csv" | "psv" => "text/csv",
                "tsv" | "tab" => "text/tab-separated-values",
                _ => "text/plain",
            },
            Self::Json => "application/json",
            Self::JsonLines => "application/x-ndjson",
            Self::Html => "text/html",
            Self::Xml => "application/xml",
            Self::Text | Self::Markdown | Self::Code | Self::Sql | Self::Yaml => "text/plain",
            _ => return None,
        })
    }

    /// Whether its parser, or that of a document inside it, is one that a hostile document can make run away with time, memory
    /// or the stack. Such a document is best read in a process of its own with limits: [`crate::extract`] is all that process
    /// has to call.
    pub fn hazardous(self) -> bool {
        let itself = matches!(self, Self::Pdf | Self::Xlsx | Self::Xls | Self::Yaml | Self::Picture | Self::Parquet);
        let what_is_inside = matches!(self, Self::Docx | Self::Pptx | Self::Zip | Self::Tar | Self::Gzip | Self::Mail | Self::Mbox);
        itself || what_is_inside
    }

    /// Whether one that is hazardous is held whole when it is read, so that it has an end that is not far.
    pub fn is_held_whole(self) -> bool {
        self.hazardous() && !matches!(self, Self::Tar | Self::Gzip | Self::Mbox)
    }

    /// Whether it may hold pictures whose text is recognised, which takes its time.
    pub fn may_hold_pictures(self) -> bool {
        matches!(self, Self::Picture | Self::Pdf | Self::Zip | Self::Tar | Self::Gzip | Self::Mail | Self::Mbox)
    }
}

/// The format of a document, from its name (only the ending matters) and its first 4096 bytes.
pub fn recognise(name: &str, head: &[u8]) -> Format {
    let name = name.to_ascii_lowercase();
    let ending = ending(&name);
    if let Some(format) = by_magic(ending, head).or_else(|| by_ending(ending)) {
        return format;
    }
    if !looks_like_text(head) {
        return Format::Binary;
    }
    match ending {
        "md" | "markdown" | "rst" | "adoc" => Format::Markdown,
        "html" | "htm" | "xhtml" | "erb" | "ejs" | "jinja" | "jinja2" | "j2" | "twig" | "hbs" | "mustache" | "njk" | "liquid" | "vue"
        | "svelte" | "cshtml" | "aspx" | "jsp" | "phtml" | "heex" | "eex" => Format::Html,
        "rb" | "py" | "pyi" | "r" | "sh" | "bash" | "pl" | "pm" | "ex" | "exs" | "cr" | "jl" | "nim" | "coffee" | "haml" | "slim"
        | "pug" | "feature" | "php" | "inc" | "js" | "jsx" | "ts" | "tsx" | "mjs" | "cjs" | "java" | "kt" | "kts" | "scala" | "cs"
        | "vb" | "fs" | "go" | "rs" | "c" | "h" | "cpp" | "hpp" | "cc" | "swift" | "m" | "dart" | "groovy" | "gradle" | "proto"
        | "graphql" | "gql" | "cls" | "trigger" | "sas" | "do" | "ado" | "cob" | "cbl" | "abap" | "tf" | "cedar" | "cedarschema"
        | "css" | "scss" | "less" => Format::Code,
        "sql" | "ddl" | "dump" | "psql" | "mysql" => Format::Sql,
        "csv" | "tsv" | "tab" | "psv" => Format::Csv,
        "json" | "geojson" | "webmanifest" | "map" | "avsc" | "ipynb" => Format::Json,
        "jsonl" | "ndjson" => Format::JsonLines,
        "yml" | "yaml" => Format::Yaml,
        "xml" | "xsd" | "xsl" | "xslt" | "wsdl" | "svg" | "rdf" | "owl" | "resx" | "xlf" | "xliff" | "plist" | "xul" | "fxml" | "xaml" => {
            Format::Xml
        }
        "toml" | "ini" | "cfg" | "conf" | "properties" | "po" | "pot" | "env" | "ftl" | "strings" => Format::Code,
        _ if starts(head, &["<!doctype html", "<html"]) => Format::Html,
        _ if starts(head, &["<?xml"]) => Format::Xml,
        _ if head.starts_with(b"#!") => Format::Code,
        _ if is_delimited(head) => Format::Csv,
        _ => Format::Text,
    }
}

/// The ending of a name in small letters, without those that mark a template of something else (`page.html.erb` is a page).
pub(crate) fn ending(name: &str) -> &str {
    let file = name.rsplit(['/', '\\', '!']).next().unwrap_or_default();
    file.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default()
}

/// Whether the first lines of a text are rows of one table: the same number of bars or tabs, two at least.
fn is_delimited(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let lines: Vec<&str> = text.lines().take(5).filter(|line| !line.trim().is_empty()).collect();
    let even = |mark: char| {
        let counts: Vec<usize> = lines.iter().map(|line| line.matches(mark).count()).collect();
        counts.first().is_some_and(|first| *first >= 2 && counts.iter().all(|count| count == first))
    };
    lines.len() >= 2 && !lines.iter().any(|line| line.trim_start().starts_with('|')) && (even('|') || even('\t'))
}

/// Whether a text begins so, in any case.
fn starts(head: &[u8], beginnings: &[&str]) -> bool {
    let text = String::from_utf8_lossy(head).trim_start_matches('\u{feff}').trim_start().to_lowercase();
    beginnings.iter().any(|beginning| text.starts_with(beginning))
}

/// The format that the first bytes show beyond doubt.
fn by_magic(ending: &str, head: &[u8]) -> Option<Format> {
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        // Office files are archives that name their kind in their first entries, whatever their own name.
        let first = |name: &[u8]| head.get(30..30 + name.len()) == Some(name);
        return Some(match by_ending(ending) {
            Some(format @ (Format::Docx | Format::Pptx | Format::Xlsx | Format::Xls | Format::Odf)) => format,
            _ if first(b"mimetype") && contains(head, b"vnd.oasis.opendocument") => Format::Odf,
            _ if first(b"[Content_Types].xml") && contains(head, b"word/") => Format::Docx,
            _ if first(b"[Content_Types].xml") && contains(head, b"xl/") => Format::Xlsx,
            _ if first(b"[Content_Types].xml") && contains(head, b"ppt/") => Format::Pptx,
            _ => Format::Zip,
        });
    }
    if head.starts_with(&[0x1f, 0x8b]) {
        return Some(Format::Gzip);
    }
    // Its letters are between its commands: read as a text it would say nothing.
    if is_rtf(head) {
        return Some(Format::Binary);
    }
    if head.starts_with(b"PAR1") || head.starts_with(b"PARE") {
        return Some(Format::Parquet);
    }
    let picture = [&b"\x89PNG\r\n"[..], b"\xff\xd8\xff", b"GIF8", b"II\x2a\0", b"MM\0\x2a"];
    if picture.iter().any(|first| head.starts_with(first)) || (head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP")) {
        return Some(Format::Picture);
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some(Format::Tar);
    }
    // Other bytes may stand before a PDF's first ones, 1024 at most; in a text they are only spoken of.
    if head.starts_with(b"%PDF-") || (contains(head.get(..1024).unwrap_or(head), b"%PDF-") && !looks_like_text(head)) {
        return Some(Format::Pdf);
    }
    if head.starts_with(b"From ") && contains(head, b"\nSubject:") {
        return Some(Format::Mbox);
    }
    let mail = [&b"Return-Path:"[..], b"Received:", b"Delivered-To:", b"X-Original-To:", b"MIME-Version:", b"Message-ID:"];
    (ending.is_empty() && mail.iter().any(|field| head.starts_with(field))).then_some(Format::Mail)
}

/// The format that an ending stands for, of those that are no text. Whatever the bytes say: what is damaged is to be reported as
/// damaged, not read as another format.
fn by_ending(ending: &str) -> Option<Format> {
    Some(match ending {
        "pdf" => Format::Pdf,
        "docx" | "docm" | "dotx" | "dotm" => Format::Docx,
        "pptx" | "pptm" | "potx" | "ppsx" => Format::Pptx,
        "xlsx" | "xlsm" | "xltx" | "xltm" | "xlsb" => Format::Xlsx,
        "xls" | "xlt" => Format::Xls,
        "odt" | "ott" | "ods" | "ots" | "odp" | "otp" | "odg" => Format::Odf,
        "parquet" | "parq" | "pq" => Format::Parquet,
        "zip" => Format::Zip,
        "tar" => Format::Tar,
        "gz" | "tgz" => Format::Gzip,
        "png" | "jpg" | "jpeg" | "gif" | "tif" | "tiff" | "bmp" | "webp" => Format::Picture,
        "eml" => Format::Mail,
        "mbox" | "mbx" => Format::Mbox,
        _ => return None,
    })
}

/// Whether the first bytes are those of the compound files of older office programs, which also hold encrypted newer ones.
pub(crate) fn is_compound(head: &[u8]) -> bool {
    head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])
}

/// The first bytes of an SQLite database.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Whether the first bytes are those of an SQLite database, which is no document and is read through its own library.
pub fn is_sqlite(head: &[u8]) -> bool {
    head.starts_with(SQLITE)
}

/// What is said of bytes that no reader here takes: the kind, where the first bytes name it.
pub(crate) fn unread_reason(head: &[u8]) -> &'static str {
    match head {
        [b'7', b'z', 0xbc, 0xaf, ..] => "expected a document of a known format, found a 7z archive",
        [b'R', b'a', b'r', b'!', ..] => "expected a document of a known format, found a RAR archive",
        [b'B', b'Z', b'h', ..] => "expected a document of a known format, found bytes packed by bzip2",
        [0xfd, b'7', b'z', b'X', b'Z', ..] => "expected a document of a known format, found bytes packed by xz",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "expected a document of a known format, found bytes packed by zstd",
        [b'O', b'b', b'j', 1, ..] => "expected a document of a known format, found an Avro table",
        [b'O', b'R', b'C', ..] => "expected a document of a known format, found an ORC table",
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => "expected a document of a known format, found an Arrow table",
        [b'P', b'G', b'D', b'M', b'P', ..] => {
            "expected a document of a known format, found a dump in PostgreSQL's own: `pg_restore --file=- FILE | haven scan - --name dump.sql`"
        }
        _ if is_rtf(head) => "expected a document of a known format, found RTF: save it as .docx or PDF",
        _ if is_sqlite(head) => "expected a document of a known format, found an SQLite database: `haven scan --database sqlite:FILE`",
        _ if is_compound(head) => {
            "expected a document of a known format, found an older office format, such as .doc, .ppt or .msg, or an encrypted one"
        }
        _ => "expected a document of a known format, found other bytes",
    }
}

/// Whether bytes begin as Rich Text Format does.
pub(crate) fn is_rtf(head: &[u8]) -> bool {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start().starts_with(b"{\\rtf")
}

/// Whether bytes hold others.
fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

/// Whether bytes are text in some encoding: UTF-16 by its mark, or few control characters.
pub(crate) fn looks_like_text(head: &[u8]) -> bool {
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return true;
    }
    let control = head.iter().filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31)).count();
    !head.contains(&0) && control * 50 <= head.len()
}

/// A reader whose first bytes can be looked at before they are read.
pub(crate) struct Peek<'a> {
    head: Vec<u8>,
    at: usize,
    rest: &'a mut dyn Read,
    error: Option<io::Error>,
}

impl<'a> Peek<'a> {
    /// Reads the head of an input. An error waits until the head has been read through.
    pub fn new(rest: &'a mut dyn Read) -> Self {
        let mut head = Vec::new();
        let error = Read::take(&mut *rest, HEAD_BYTES as u64).read_to_end(&mut head).err();
        Self { head, at: 0, rest, error }
    }

    /// The first bytes.
    pub fn head(&self) -> &[u8] {
        &self.head
    }
}

impl Read for Peek<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.head.get(self.at..) {
            Some(left) if !left.is_empty() => {
                let count = left.len().min(out.len());
                if let (Some(to), Some(from)) = (out.get_mut(..count), left.get(..count)) {
                    to.copy_from_slice(from);
                }
                self.at += count;
                Ok(count)
            }
            _ => match self.error.take() {
                Some(error) => Err(error),
                None => self.rest.read(out),
            },
        }
    }
}
