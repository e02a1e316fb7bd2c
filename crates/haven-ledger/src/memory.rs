//! A log in memory: for tests, and to keep the trait [`Store`] honest.

use crate::store::{Batch, FullTile, Head, Store};
use crate::tree::{EMPTY_ROOT, Hash};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use thiserror::Error;

/// A log in memory.
///
/// A clone is the log as it was then, and costs nothing until one of the two is written to: a backup to put back, or a
/// transaction to give up.
#[derive(Clone, Debug)]
pub struct Memory {
    inner: Arc<Inner>,
}

#[derive(Clone, Debug)]
struct Inner {
    head: Head,
    entries: Vec<Arc<[u8]>>,
    leaves: Vec<Hash>,
    tiles: BTreeMap<(u8, u64), Arc<FullTile>>,
}

/// What a log in memory refuses.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MemoryError {
    /// What was asked for is not there in full.
    #[error("expected {what} {start} to {end}, found fewer")]
    Missing {
        /// What was asked for.
        what: &'static str,
        /// The first.
        start: u64,
        /// One after the last.
        end: u64,
    },
    /// Somebody else has written in between, or the batch is not whole.
    #[error("expected a batch that follows {expected} entries, found one that follows {found}")]
    Conflict {
        /// The size of the log.
        expected: u64,
        /// The index of the first entry of the batch.
        found: u64,
    },
}

impl Default for Memory {
    fn default() -> Memory {
        Memory::new()
    }
}

impl Memory {
    /// A log without entries.
    pub fn new() -> Memory {
        let head = Head { size: 0, root: EMPTY_ROOT, checkpoint: String::new(), frozen: false };
        Memory { inner: Arc::new(Inner { head, entries: Vec::new(), leaves: Vec::new(), tiles: BTreeMap::new() }) }
    }

    fn full(&self, level: u8, index: u64) -> Result<&FullTile, MemoryError> {
        let missing = MemoryError::Missing { what: "tile", start: index, end: index.saturating_add(1) };
        self.inner.tiles.get(&(level, index)).map(AsRef::as_ref).ok_or(missing)
    }
}

impl Store for Memory {
    type Error = MemoryError;

    async fn head(&mut self) -> Result<Head, MemoryError> {
        Ok(self.inner.head.clone())
    }

    // Whoever has `&mut Memory` is alone with it.
    async fn lock(&mut self) -> Result<Head, MemoryError> {
        Ok(self.inner.head.clone())
    }

    async fn leaves(&mut self, range: Range<u64>) -> Result<Vec<Hash>, MemoryError> {
        part(&self.inner.leaves, "leaves", range)
    }

    async fn entries(&mut self, range: Range<u64>) -> Result<Vec<Vec<u8>>, MemoryError> {
        part(&self.inner.entries, "entries", range).map(|entries| entries.iter().map(|entry| entry.to_vec()).collect())
    }

    async fn tile(&mut self, level: u8, index: u64) -> Result<Vec<u8>, MemoryError> {
        self.full(level, index).map(|tile| tile.hashes.clone())
    }

    async fn roots(&mut self, level: u8, range: Range<u64>) -> Result<Vec<Hash>, MemoryError> {
        range.map(|index| self.full(level, index).map(|tile| tile.root)).collect()
    }

    async fn write(&mut self, batch: &Batch) -> Result<(), MemoryError> {
        let inner = Arc::make_mut(&mut self.inner);
        let after = u64::try_from(batch.entries.len()).ok().and_then(|count| batch.first.checked_add(count));
        if batch.first != inner.head.size || after != Some(batch.head.size) {
            return Err(MemoryError::Conflict { expected: inner.head.size, found: batch.first });
        }
        for (entry, leaf) in &batch.entries {
            inner.entries.push(entry.as_slice().into());
            inner.leaves.push(*leaf);
        }
        for tile in &batch.tiles {
            inner.tiles.insert((tile.level, tile.index), Arc::new(tile.clone()));
        }
        inner.head = batch.head.clone();
        Ok(())
    }
}

fn part<T: Clone>(all: &[T], what: &'static str, range: Range<u64>) -> Result<Vec<T>, MemoryError> {
    let missing = MemoryError::Missing { what, start: range.start, end: range.end };
    let (Ok(start), Ok(end)) = (usize::try_from(range.start), usize::try_from(range.end)) else { return Err(missing) };
    all.get(start..end).map(<[T]>::to_vec).ok_or(missing)
}
