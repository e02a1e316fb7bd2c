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
            Self::Binary => "binary",
        }
    }
}

/// The format of a document.
pub(crate) fn recognise(name: &str, head: &[u8]) -> Format {
    let name = name.to_ascii_lowercase();
    let ending = ending(&name);
    if !looks_like_text(head) {
        return Format::Binary;
    }
    match ending {
        "md" | "markdown" | "rst" | "adoc" => Format::Markdown,
        "html" | "htm" | "xhtml" | "erb" | "ejs" | "jinja" | "jinja2" | "j2" | "twig" | "hbs" | "mustache" | "njk" | "liquid" | "vue" | "svelte"
        | "cshtml" | "aspx" | "jsp" | "phtml" | "heex" | "eex" => Format::Html,
        "rb" | "py" | "pyi" | "r" | "sh" | "bash" | "pl" | "pm" | "ex" | "exs" | "cr" | "jl" | "nim" | "coffee" | "haml" | "slim" | "pug" | "feature"
        | "php" | "inc" | "js" | "jsx" | "ts" | "tsx" | "mjs" | "cjs" | "java" | "kt" | "kts" | "scala" | "cs" | "vb" | "fs" | "go" | "rs" | "c" | "h"
        | "cpp" | "hpp" | "cc" | "swift" | "m" | "dart" | "groovy" | "gradle" | "proto" | "graphql" | "gql" | "cls" | "trigger" | "sas" | "do" | "ado"
        | "cob" | "cbl" | "abap" | "tf" | "cedar" | "cedarschema" | "css" | "scss" | "less" => Format::Code,
        "sql" | "ddl" | "dump" | "psql" | "mysql" => Format::Sql,
        "csv" | "tsv" | "tab" | "psv" => Format::Csv,
        "json" | "geojson" | "webmanifest" | "map" | "avsc" | "ipynb" => Format::Json,
        "jsonl" | "ndjson" => Format::JsonLines,
        "yml" | "yaml" => Format::Yaml,
        "xml" | "xsd" | "xsl" | "xslt" | "wsdl" | "svg" | "rdf" | "owl" | "resx" | "xlf" | "xliff" | "plist" | "xul" | "fxml" | "xaml" => Format::Xml,
        "toml" | "ini" | "cfg" | "conf" | "properties" | "po" | "pot" | "env" | "ftl" | "strings" => Format::Code,
        _ if starts(head, &["<!doctype html", "<html"]) => Format::Html,
        _ if starts(head, &["<?xml"]) => Format::Xml,
        _ if head.starts_with(b"#!") => Format::Code,
        _ => Format::Text,
    }
}

/// The ending of a name in small letters, without those that mark a template of something else (`page.html.erb` is a page).
pub(crate) fn ending(name: &str) -> &str {
    let file = name.rsplit(['/', '\\', '!']).next().unwrap_or_default();
    file.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default()
}

/// Whether a text begins so, in any case.
fn starts(head: &[u8], beginnings: &[&str]) -> bool {
    let text = String::from_utf8_lossy(head).trim_start_matches('\u{feff}').trim_start().to_lowercase();
    beginnings.iter().any(|beginning| text.starts_with(beginning))
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
