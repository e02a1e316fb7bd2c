//! Why a law cannot be loaded: every error names the file, the place, what was found and what to do.

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};
use std::fmt;

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, relative to the folder of laws.
    pub file: String,
    /// The line, from 1, where one is known.
    pub line: Option<usize>,
}

impl Place {
    /// A file as a whole.
    pub fn file(file: &str) -> Place {
        Place { file: file.to_owned(), line: None }
    }

    /// A line of a file.
    pub fn line(file: &str, line: usize) -> Place {
        Place { file: file.to_owned(), line: Some(line) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// Something in the folder of laws that keeps it from being used.
#[derive(Clone, Debug)]
pub struct LoadError {
    /// Where.
    pub place: Place,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    span: Option<Box<(NamedSource<String>, usize, usize)>>,
}

impl LoadError {
    /// An error at a place.
    pub fn new(place: Place, message: impl Into<String>, hint: impl Into<String>) -> LoadError {
        LoadError { place, message: message.into(), hint: hint.into(), span: None }
    }

    /// An error of Cedar's, with the place Cedar names.
    pub(crate) fn cedar(file: &str, text: &str, error: &(dyn Diagnostic + '_)) -> LoadError {
        let label = error.labels().and_then(|mut labels| labels.next());
        let hint = error.help().map_or_else(|| "see the Cedar language reference".to_owned(), |help| help.to_string());
        LoadError::spanned(file, text, label.map(|label| (label.offset(), label.len())), error.to_string(), hint)
    }

    /// An error of the TOML reader's.
    pub(crate) fn toml(file: &str, text: &str, error: &toml::de::Error) -> LoadError {
        let span = error.span().map(|range| (range.start, range.len()));
        LoadError::spanned(file, text, span, error.message().to_owned(), "see docs/law-packs.md for the shape".to_owned())
    }

    fn spanned(file: &str, text: &str, span: Option<(usize, usize)>, message: String, hint: String) -> LoadError {
        let line = span.map(|(offset, _)| line_of(text, offset));
        LoadError {
            place: Place { file: file.to_owned(), line },
            message,
            hint,
            span: span.map(|(offset, length)| Box::new((NamedSource::new(file, text.to_owned()), offset, length))),
        }
    }
}

/// The line, from 1, of a byte position.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl std::error::Error for LoadError {}

impl Diagnostic for LoadError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.hint))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.span.as_ref().map(|span| &span.0 as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (_, offset, length) = self.span.as_deref()?;
        Some(Box::new(std::iter::once(LabeledSpan::new(Some("here".to_owned()), *offset, *length))))
    }
}
