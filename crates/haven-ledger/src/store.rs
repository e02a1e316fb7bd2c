//! What a log needs of the place that keeps it: one transaction's view of entries, leaf hashes, full tiles and the head.
//!
//! The log does not know what the place is, nor what else commits in the same transaction. Whoever implements this keeps
//! records beside the log, so that a record and its entry are durable together or not at all.

use crate::tree::Hash;
use std::future::Future;
use std::ops::Range;

/// The last state of a log that was signed and committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of entries.
    pub size: u64,
    /// Root of the tree over them, RFC 6962.
    pub root: Hash,
    /// The signed checkpoint of this size, a C2SP signed note; empty only where `size` is 0 and nothing was signed yet.
    pub checkpoint: String,
    /// Whether the log was closed: its checkpoint carries the extension line that says so, and nothing follows.
    pub frozen: bool,
}

/// What one commit adds to a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Index of the first entry, which is the size before.
    pub first: u64,
    /// The entries with their leaf hashes, in order.
    pub entries: Vec<(Vec<u8>, Hash)>,
    /// The hash tiles that became full.
    pub tiles: Vec<FullTile>,
    /// The head after them.
    pub head: Head,
}

/// A full tile of 256 hashes; what is not full is made from leaves and roots when it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullTile {
    /// Level in the tiling, 0 over the leaves.
    pub level: u8,
    /// Index within the level.
    pub index: u64,
    /// 256 hashes of 32 bytes, one after the other.
    pub hashes: Vec<u8>,
    /// The root of the tile, which is its hash in the level above.
    pub root: Hash,
}

/// One transaction over the place that keeps a log.
///
/// Every method sees what the same transaction wrote. Ranges are half open. What is asked for and not there in full is an
/// error of the store, never a shorter answer: a hole in a log is damage.
pub trait Store: Send {
    /// What can go wrong in the place.
    type Error: std::error::Error + Send + Sync + 'static;

    /// The head, without keeping others out.
    fn head(&mut self) -> impl Future<Output = Result<Head, Self::Error>> + Send;

    /// The head, keeping other writers out until the transaction ends.
    fn lock(&mut self) -> impl Future<Output = Result<Head, Self::Error>> + Send;

    /// Leaf hashes of entries.
    fn leaves(&mut self, range: Range<u64>) -> impl Future<Output = Result<Vec<Hash>, Self::Error>> + Send;

    /// Entries as they were given.
    fn entries(&mut self, range: Range<u64>) -> impl Future<Output = Result<Vec<Vec<u8>>, Self::Error>> + Send;

    /// The hashes of a full tile, 8,192 bytes.
    fn tile(&mut self, level: u8, index: u64) -> impl Future<Output = Result<Vec<u8>, Self::Error>> + Send;

    /// The roots of full tiles of one level.
    fn roots(&mut self, level: u8, range: Range<u64>) -> impl Future<Output = Result<Vec<Hash>, Self::Error>> + Send;

    /// Adds a batch; refused by the store unless the head still has the size `batch.first`.
    fn write(&mut self, batch: &Batch) -> impl Future<Output = Result<(), Self::Error>> + Send;
}
