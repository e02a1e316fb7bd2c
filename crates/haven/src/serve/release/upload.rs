//! Files as a browser sends them, laid into a folder piece by piece: none is ever held whole.

use super::super::form::Posted;
use super::temp::Place;
use crate::release::checker::Sent;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest as _, Request};
use axum::http::StatusCode;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::PathBuf;

/// How long a word of the form may be, and how many there may be.
const WORD_BYTES_MAX: usize = 1024;
const WORDS_MAX: usize = 100;
/// How much of a file's name is kept; its ending says what it is.
const NAME_CHARS_MAX: usize = 120;
/// Characters that turn text around: a name could look as if it ended otherwise.
const TURNS: [char; 11] =
    ['\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'];

/// How much is taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Files.
    pub files: usize,
    /// Bytes of all of them.
    pub bytes: u64,
}

/// Files that were taken.
pub(super) struct Laid {
    place: Place,
    /// The files, by the names that they came with.
    pub files: Vec<Sent>,
}

impl Laid {
    /// The folder for clean copies.
    pub(super) fn copies(&self) -> PathBuf {
        self.place.path().join("copies")
    }

    /// Deletes all of it.
    pub(super) fn destroy(self) {
        self.place.destroy();
    }
}

/// Why files were not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// There was none.
    None,
    /// There were too many.
    TooMany,
    /// They were too large.
    TooLarge,
    /// They could not be laid down.
    Failed,
}

/// Takes what a form was sent with. What is too much is read on and not kept, so that the browser is there for the answer.
///
/// # Errors
/// The status of what is no form, or breaks off, or never ends.
pub(super) async fn receive(request: Request, limits: Limits) -> Result<(Posted, Result<Laid, Fault>), StatusCode> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|error| error.status())?;
    let mut posted = Posted::default();
    let mut laying = Laying::new(limits);
    while let Some(field) = form.next_field().await.map_err(|error| error.status())? {
        if field.file_name().is_some() {
            laying.take(field).await?;
        } else {
            posted.0.push(word(field, posted.0.len()).await?);
        }
    }
    Ok((posted, laying.end()))
}

/// A word of the form.
async fn word(mut field: Field<'_>, before: usize) -> Result<(String, String), StatusCode> {
    let name = field.name().unwrap_or_default().to_owned();
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| error.status())? {
        if before >= WORDS_MAX || bytes.len() + chunk.len() > WORD_BYTES_MAX {
            return Err(StatusCode::BAD_REQUEST);
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map(|text| (name, text)).map_err(|_| StatusCode::BAD_REQUEST)
}

/// Files that are being taken.
struct Laying {
    limits: Limits,
    left: u64,
    laid: Result<Laid, Fault>,
}

impl Laying {
    fn new(limits: Limits) -> Laying {
        let make = || {
            let place = Place::make()?;
            fs::create_dir(place.path().join("files"))?;
            io::Result::Ok(Laid { place, files: Vec::new() })
        };
        Laying { limits, left: limits.bytes, laid: make().map_err(|_| Fault::Failed) }
    }

    async fn take(&mut self, mut field: Field<'_>) -> Result<(), StatusCode> {
        let name = field.file_name().unwrap_or_default().to_owned();
        let mut file: Option<File> = None;
        while let Some(chunk) = field.chunk().await.map_err(|error| error.status())? {
            // Where nothing was chosen a browser sends a file without a name and without content.
            if self.laid.is_ok() && !chunk.is_empty() {
                // Writing may wait for the disk, and others are not to wait with it.
                tokio::task::block_in_place(|| self.write(&name, &mut file, &chunk));
            }
        }
        if file.is_none() && !name.is_empty() && self.laid.is_ok() {
            // One that is empty is a file all the same.
            tokio::task::block_in_place(|| self.write(&name, &mut file, &[]));
        }
        Ok(())
    }

    /// Writes on, and lets go of all where it cannot be.
    fn write(&mut self, name: &str, file: &mut Option<File>, chunk: &[u8]) {
        if let Err(fault) = self.lay(name, file, chunk) {
            self.laid = Err(fault);
        }
    }

    fn lay(&mut self, name: &str, file: &mut Option<File>, chunk: &[u8]) -> Result<(), Fault> {
        let Ok(laid) = &mut self.laid else { return Ok(()) };
        self.left = self.left.checked_sub(chunk.len() as u64).ok_or(Fault::TooLarge)?;
        let file = match file {
            Some(file) => file,
            None if laid.files.len() >= self.limits.files => return Err(Fault::TooMany),
            None => {
                let name = named(name, &laid.files);
                // On the disk it has a number: nobody's name is in a path. What it is the ending says.
                let path = laid.place.path().join("files").join(format!("{}{}", laid.files.len() + 1, ending(&name)));
                laid.files.push(Sent { name, path: path.clone() });
                file.insert(File::create_new(path).map_err(|_| Fault::Failed)?)
            }
        };
        file.write_all(chunk).map_err(|_| Fault::Failed)
    }

    fn end(self) -> Result<Laid, Fault> {
        self.laid.and_then(|laid| if laid.files.is_empty() { Err(Fault::None) } else { Ok(laid) })
    }
}

/// What a file is called: its own name without folders and without what is not to be seen, another for each.
fn named(sent: &str, taken: &[Sent]) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: Vec<char> = last.chars().filter(|letter| !letter.is_control() && !TURNS.contains(letter)).collect();
    let name: String = plain.iter().skip(plain.len().saturating_sub(NAME_CHARS_MAX)).collect();
    let name = match name.trim().trim_start_matches('.') {
        "" => "file",
        name => name,
    };
    if taken.iter().any(|file| file.name == name) { format!("{}-{name}", taken.len() + 1) } else { name.to_owned() }
}

/// The ending of a name, where it is one.
fn ending(name: &str) -> String {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_one = (1..=8).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_one { format!(".{}", ending.to_ascii_lowercase()) } else { String::new() }
}
