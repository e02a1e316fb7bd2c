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
    /// Anything else.
    Binary,
}

impl Format {
    /// Its name, as reports say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Binary => "binary",
        }
    }
}

/// The format of a document.
pub(crate) fn recognise(name: &str, head: &[u8]) -> Format {
    let name = name.to_ascii_lowercase();
    let ending = name.rsplit('/').next().and_then(|file| file.rsplit_once('.')).map(|(_, ending)| ending).unwrap_or_default();
    match ending {
        "md" | "markdown" | "rst" | "adoc" => Format::Markdown,
        _ if looks_like_text(head) => Format::Text,
        _ => Format::Binary,
    }
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
