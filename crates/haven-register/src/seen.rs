//! The largest tree that a node has signed, kept outside the database: who restores a backup does not restore this.

use haven_ledger::log::Seen;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::public::{hex, unhex};

/// The length of one of the two slots, in bytes.
const SLOT: usize = 256;

/// The file. It has two slots, and the smaller one is overwritten, so that a torn write leaves the other.
///
/// It is not synchronised with each commit: that would double the cost of one. It survives the end of the process, and a
/// loss of power can only make it forget what was signed in the last seconds, while a restored backup is hours old.
#[derive(Debug)]
pub struct SeenFile {
    path: PathBuf,
    file: File,
}

impl SeenFile {
    /// Opens the file, or makes it where `create` is said.
    ///
    /// # Errors
    /// As the system says.
    pub fn open(path: &Path, create: bool) -> io::Result<SeenFile> {
        let file = OpenOptions::new().read(true).write(true).create(create).truncate(false).open(path)?;
        Ok(SeenFile { path: path.to_path_buf(), file })
    }

    /// The largest tree.
    ///
    /// # Errors
    /// If the file can be read and neither slot is whole although something stands in it: then nobody knows.
    pub fn read(&self) -> io::Result<Option<Seen>> {
        let mut found = Vec::new();
        let mut damaged = false;
        for slot in 0..2 {
            match self.slot(slot)? {
                Slot::Whole(seen) => found.push(seen),
                Slot::Empty => {}
                Slot::Damaged => damaged = true,
            }
        }
        let largest = found.into_iter().max_by_key(|seen| seen.size);
        if largest.is_none() && damaged {
            let message = format!("`{}`: expected the largest tree this node has signed, found something else", self.path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(largest)
    }

    /// Keeps a tree, unless a larger one is kept already.
    ///
    /// # Errors
    /// As the system says.
    pub fn keep(&self, seen: &Seen) -> io::Result<()> {
        let sizes = [self.slot(0)?, self.slot(1)?].map(|slot| match slot {
            Slot::Whole(seen) => Some(seen.size),
            _ => None,
        });
        if sizes.iter().flatten().any(|size| *size >= seen.size) {
            return Ok(());
        }
        let slot = u64::from(sizes.first() > sizes.last());
        let body = format!("{} {}", seen.size, hex(&seen.root));
        let line = format!("{body} {}\n", hex(&Sha256::digest(body.as_bytes())));
        self.file.write_all_at(format!("{line:<SLOT$}").as_bytes(), slot * SLOT as u64)
    }

    fn slot(&self, slot: u64) -> io::Result<Slot> {
        let mut bytes = vec![0; SLOT];
        match self.file.read_exact_at(&mut bytes, slot * SLOT as u64) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(Slot::Empty),
            other => other?,
        }
        if bytes.iter().all(|byte| *byte == 0) {
            return Ok(Slot::Empty);
        }
        Ok(parse(&bytes).map_or(Slot::Damaged, Slot::Whole))
    }
}

enum Slot {
    Whole(Seen),
    Empty,
    Damaged,
}

fn parse(bytes: &[u8]) -> Option<Seen> {
    let text = std::str::from_utf8(bytes).ok()?.lines().next()?;
    let (body, sum) = text.trim_end().rsplit_once(' ')?;
    if hex(&Sha256::digest(body.as_bytes())) != sum {
        return None;
    }
    let (size, root) = body.split_once(' ')?;
    Some(Seen { size: size.parse().ok()?, root: unhex(root)?.try_into().ok()? })
}
