//! Documents made anew without what must not be in them. What they are made of is asked of whoever knows what must go: this
//! knows formats, and nothing of what the words mean.
//!
//! INVARIANT: nothing of the old file is taken over that is not read here. A part that cannot be read is an error with a reason
//! in words, never left out and never left in.

mod archive;
mod cover;
mod mail;
mod pdf;
mod picture;

pub use archive::zip;
pub use mail::mail;

use crate::Area;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Bytes that all files of an archive or a message may come to.
const FILES_BYTES_MAX: u64 = 512 << 20;

/// Makes the parts of a document clean. An error is a reason in words, without anything of the document.
pub trait Clean {
    /// A text as it may go.
    ///
    /// # Errors
    /// Why there is none.
    fn text(&mut self, text: &str, kind: Text) -> Result<String, String>;

    /// A file inside as it may go, with the name that it may have.
    ///
    /// # Errors
    /// Why there is none.
    fn file(&mut self, name: &str, bytes: Vec<u8>) -> Result<(String, Vec<u8>), String>;
}

/// What of a page must go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// All of it.
    pub whole: bool,
    /// Parts of it.
    pub areas: Vec<Area>,
    /// Fields of its form by their paths, wherever they are shown.
    pub fields: Vec<String>,
}

/// What is drawn anew. Whoever draws parses what a stranger sent, so it is best done in a process of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drawing {
    /// A picture, upright, with these parts of it black.
    Picture {
        /// The parts.
        areas: Vec<Area>,
        /// Whether it becomes a JPEG; else it becomes a PNG.
        is_jpeg: bool,
    },
    /// A PDF, with these parts of its pages black.
    Pdf {
        /// By page, from 1.
        pages: BTreeMap<u64, Cover>,
    },
}

impl Drawing {
    /// Draws a document anew.
    ///
    /// # Errors
    /// Why it cannot be drawn, in words.
    pub fn draw(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Self::Picture { areas, is_jpeg } => picture::picture(bytes, areas, *is_jpeg),
            Self::Pdf { pages } => pdf::pdf(bytes, pages),
        }
    }
}

/// What kind of text it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// Plain.
    Plain,
    /// HTML.
    Html,
}

/// A document that was made anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remade {
    /// The document.
    pub bytes: Vec<u8>,
    /// What went without being asked for, and how much of it.
    pub went: BTreeMap<&'static str, u64>,
}

impl Remade {
    fn goes(&mut self, what: &'static str, count: usize) {
        if count > 0 {
            *self.went.entry(what).or_default() += count as u64;
        }
    }
}
