//! Clean copies between the answer and the one download: in memory, for minutes, for whoever asked for them.

use super::super::App;
use crate::node;
use crate::release::checker::Sent;
use axum::body::Bytes;
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Cursor, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// For how many minutes copies are kept.
pub(super) const KEPT_MINUTES: u64 = 10;

/// Copies of one check.
struct Kept {
    /// SHA-256 of the word that fetches them.
    token: [u8; 32],
    /// Whose they are, by staff id.
    of: String,
    zip: Bytes,
}

/// What waits to be fetched, the oldest first.
pub(super) struct Shelf {
    bytes_max: u64,
    kept: Mutex<VecDeque<Kept>>,
}

impl Shelf {
    /// An empty shelf for so many bytes.
    pub(super) fn new(bytes_max: u64) -> Shelf {
        Shelf { bytes_max, kept: Mutex::default() }
    }

    /// Lays copies down for somebody, and gives the word that fetches them. Where there is no room, the oldest make some.
    pub(super) fn put(&self, of: &str, zip: Vec<u8>) -> Result<String, String> {
        let mut bytes = [0; 32];
        node::entropy(&mut bytes)?;
        let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(Kept { token: Sha256::digest(&token).into(), of: of.to_owned(), zip: zip.into() });
        while kept.len() > 1 && kept.iter().map(|each| each.zip.len() as u64).sum::<u64>() > self.bytes_max {
            kept.pop_front();
        }
        Ok(token)
    }

    /// Takes copies away, for whom they are.
    pub(super) fn take(&self, token: &str, of: &str) -> Option<Bytes> {
        let token: [u8; 32] = Sha256::digest(token).into();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|each| each.token == token && each.of == of)?;
        kept.remove(at).map(|each| each.zip)
    }
}

/// Takes copies away when nobody came for them in time.
pub(super) fn forget(app: Arc<App>, token: &str, of: &str) {
    let (token, of) = (token.to_owned(), of.to_owned());
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(KEPT_MINUTES * 60)).await;
        if let Some(room) = &app.release {
            drop(room.shelf.take(&token, &of));
        }
    });
}

/// Puts copies together, with what went from each and the cover sheet. No moment is in it.
pub(super) fn pack(made: &[Sent], cover: &str) -> io::Result<Vec<u8>> {
    let options = SimpleFileOptions::DEFAULT.compression_method(CompressionMethod::Deflated);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for copy in made {
        let mut log = copy.path.as_os_str().to_owned();
        log.push(".log");
        zip.start_file(format!("copies/{}", copy.name), options).map_err(io::Error::other)?;
        io::copy(&mut File::open(&copy.path)?, &mut zip)?;
        zip.start_file(format!("what-went/{}.log", copy.name), options).map_err(io::Error::other)?;
        io::copy(&mut File::open(log)?, &mut zip)?;
    }
    zip.start_file("cover-sheet.html", options).map_err(io::Error::other)?;
    zip.write_all(cover.as_bytes())?;
    Ok(zip.finish().map_err(io::Error::other)?.into_inner())
}
