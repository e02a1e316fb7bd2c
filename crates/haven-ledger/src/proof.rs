//! Proofs: that an entry stands in a log, and that a log only grew. Made over a [`Store`], checked without one.

use crate::checkpoint::{self, Checkpoint};
use crate::note::{NoteError, Verifier};
use crate::store::Store;
use crate::text::{base64, decimal, excerpt, hash};
use crate::tree::{EMPTY_ROOT, Hash, TILE_HEIGHT, TILE_WIDTH, hashes_of, leaf_hash, node_hash, root_of, width_at};
use ::base64::prelude::{BASE64_STANDARD, Engine as _};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use thiserror::Error;

/// The most hashes of a proof: one for each level of the largest tree.
pub const HASHES_MAX: usize = 63;

/// The first line of a proof in a file.
const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// Why a proof was not made.
#[derive(Debug, Error)]
pub enum MakeError<E: std::error::Error + 'static> {
    /// The place that keeps the log failed.
    #[error("the place that keeps the log failed: {0}")]
    Store(#[source] E),
    /// No such entry or tree.
    #[error("expected {expected}, found {found}")]
    Range {
        /// What there is.
        expected: String,
        /// What was asked for.
        found: u64,
    },
    /// The store answered with something else than it was asked for.
    #[error("damaged log: expected {expected} hashes from the store, found {found}")]
    Damaged {
        /// How many hashes were asked for.
        expected: u64,
        /// How many came.
        found: usize,
    },
}

/// Why a proof is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProofError {
    /// The text is malformed.
    #[error("malformed proof: expected {expected}, found {found}")]
    Malformed {
        /// What belongs in that place.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// The checkpoint in it is not accepted.
    #[error("the checkpoint of the proof is not accepted: {0}")]
    Checkpoint(#[from] NoteError),
    /// The proof speaks of an entry or a size that the tree does not have.
    #[error("expected {expected} below {size}, found {found}")]
    Range {
        /// What was out of range.
        expected: &'static str,
        /// The size of the tree.
        size: u64,
        /// The number in the proof.
        found: u64,
    },
    /// The hashes do not lead where they must: the entry is not in this place of this log.
    #[error("the entry does not stand at {index} in the tree of {size} entries that the log signed")]
    NotIncluded {
        /// The place.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The larger tree does not extend the smaller one.
    #[error("the tree of {new} entries does not extend the tree of {old} entries")]
    NotConsistent {
        /// The smaller size.
        old: u64,
        /// The larger size.
        new: u64,
    },
}

/// The proof that entry `index` stands in the tree of `size`: the hashes beside its way to the root, from the leaf upwards.
///
/// # Errors
/// [`MakeError::Range`] unless the tree has the entry and the log has the tree.
pub async fn inclusion<S: Store>(store: &mut S, index: u64, size: u64) -> Result<Vec<Hash>, MakeError<S::Error>> {
    let mut hashes = Hashes::of(store, size).await?;
    if index >= size {
        return Err(MakeError::Range { expected: format!("the index of one of {size} entries"), found: index });
    }
    let mut beside = Vec::new();
    let mut part = 0..size;
    while let Some(middle) = split(&part) {
        let (left, right) = (part.start..middle, middle..part.end);
        let (way, other) = if index < middle { (left, right) } else { (right, left) };
        beside.push(other);
        part = way;
    }
    hashes.roots(beside).await
}

/// The proof that the tree of `new` entries extends the tree of `old` entries.
///
/// # Errors
/// [`MakeError::Range`] unless `old` is at most `new` and the log has both trees.
pub async fn consistency<S: Store>(store: &mut S, old: u64, new: u64) -> Result<Vec<Hash>, MakeError<S::Error>> {
    let mut hashes = Hashes::of(store, new).await?;
    if old > new {
        return Err(MakeError::Range { expected: format!("a tree of at most {new} entries"), found: old });
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let mut beside = Vec::new();
    let mut part = 0..new;
    while part.end != old
        && let Some(middle) = split(&part)
    {
        let (left, right) = (part.start..middle, middle..part.end);
        let (way, other) = if old <= middle { (left, right) } else { (right, left) };
        beside.push(other);
        part = way;
    }
    // Whoever checks has the root of the old tree, so it is left out where it is a whole subtree.
    if part.start != 0 {
        beside.push(part);
    }
    hashes.roots(beside).await
}

/// Checks a proof of [`inclusion`] of a leaf.
///
/// # Errors
/// [`ProofError::Range`] and [`ProofError::NotIncluded`].
pub fn check_inclusion(hashes: &[Hash], index: u64, size: u64, root: &Hash, leaf: &Hash) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Range { expected: "an index", size, found: index });
    }
    // The foreign checker copies what is left of the proof at each level, which is harmless only for proofs of a sane length.
    let sane = hashes.len() <= HASHES_MAX;
    let holds = sane && tlog_tiles::check_record(&foreign(hashes), size, tlog_tiles::Hash(*root), index, tlog_tiles::Hash(*leaf)).is_ok();
    if holds { Ok(()) } else { Err(ProofError::NotIncluded { index, size }) }
}

/// Checks a proof of [`consistency`] of two trees.
///
/// # Errors
/// [`ProofError::NotConsistent`].
pub fn check_consistency(hashes: &[Hash], old: u64, old_root: &Hash, new: u64, new_root: &Hash) -> Result<(), ProofError> {
    let holds = if old == 0 {
        // Every tree extends the empty one, and there is nothing to prove.
        hashes.is_empty() && *old_root == EMPTY_ROOT && (new > 0 || *new_root == EMPTY_ROOT)
    } else {
        let sane = hashes.len() <= HASHES_MAX && old <= new;
        sane && tlog_tiles::check_tree(&foreign(hashes), new, tlog_tiles::Hash(*new_root), old, tlog_tiles::Hash(*old_root)).is_ok()
    };
    if holds { Ok(()) } else { Err(ProofError::NotConsistent { old, new }) }
}

fn foreign(hashes: &[Hash]) -> Vec<tlog_tiles::Hash> {
    hashes.iter().copied().map(tlog_tiles::Hash).collect()
}

/// Where RFC 6962 divides a part of a tree: at the largest power of two that is smaller; `None` for a single leaf.
fn split(part: &Range<u64>) -> Option<u64> {
    let last = part.end.checked_sub(part.start)?.checked_sub(1)?;
    last.checked_ilog2().map(|log| part.start + (1 << log))
}

/// The hashes of a tree, read tile by tile, each tile once.
struct Hashes<'a, S> {
    store: &'a mut S,
    size: u64,
    tiles: BTreeMap<(u8, u64), Vec<Hash>>,
}

impl<'a, S: Store> Hashes<'a, S> {
    async fn of(store: &'a mut S, size: u64) -> Result<Self, MakeError<S::Error>> {
        let head = store.head().await.map_err(MakeError::Store)?;
        if size > head.size {
            return Err(MakeError::Range { expected: format!("a tree of at most {} entries", head.size), found: size });
        }
        Ok(Hashes { store, size, tiles: BTreeMap::new() })
    }

    /// The roots of parts of the tree, the last part first.
    async fn roots(&mut self, parts: Vec<Range<u64>>) -> Result<Vec<Hash>, MakeError<S::Error>> {
        let mut roots = Vec::with_capacity(parts.len());
        for part in parts.into_iter().rev() {
            roots.push(self.root(part).await?);
        }
        Ok(roots)
    }

    /// The root of a part, which starts where a subtree starts that is at least as large.
    async fn root(&mut self, part: Range<u64>) -> Result<Hash, MakeError<S::Error>> {
        let mut subtrees = Vec::new();
        let mut start = part.start;
        while let Some(height) = (part.end - start).checked_ilog2() {
            subtrees.push(self.subtree(height, start >> height).await?);
            start += 1 << height;
        }
        let mut subtrees = subtrees.into_iter().rev();
        let last = subtrees.next().unwrap_or(EMPTY_ROOT);
        Ok(subtrees.fold(last, |right, left| node_hash(&left, &right)))
    }

    /// The root of the full subtree of 2^`height` leaves with the number `index` among those of its height.
    async fn subtree(&mut self, height: u32, index: u64) -> Result<Hash, MakeError<S::Error>> {
        let level = u8::try_from(height / u32::from(TILE_HEIGHT)).unwrap_or(u8::MAX);
        let inside = height % u32::from(TILE_HEIGHT);
        // In the tile's level the subtree is a run of 2^inside hashes, which never crosses a tile.
        let first = index << inside;
        let tile = self.tile(level, first / TILE_WIDTH).await?;
        let found = tile.len();
        let start = usize::try_from(first % TILE_WIDTH).unwrap_or(usize::MAX);
        let run = tile.get(start..start.saturating_add(1 << inside));
        run.map(root_of).ok_or(MakeError::Damaged { expected: first % TILE_WIDTH + (1 << inside), found })
    }

    /// The hashes of a tile, as many as the tree of this size has.
    async fn tile(&mut self, level: u8, index: u64) -> Result<&[Hash], MakeError<S::Error>> {
        let first = index * TILE_WIDTH;
        let range = first..width_at(level, self.size).min(first + TILE_WIDTH);
        let wanted = range.end.saturating_sub(first);
        if let std::collections::btree_map::Entry::Vacant(place) = self.tiles.entry((level, index)) {
            let read = if wanted == TILE_WIDTH {
                self.store.tile(level, index).await.map(|tile| hashes_of(&tile).unwrap_or_default())
            } else {
                match level.checked_sub(1) {
                    None => self.store.leaves(range).await,
                    Some(below) => self.store.roots(below, range).await,
                }
            };
            let hashes = read.map_err(MakeError::Store)?;
            if u64::try_from(hashes.len()) != Ok(wanted) {
                return Err(MakeError::Damaged { expected: wanted, found: hashes.len() });
            }
            place.insert(hashes);
        }
        Ok(self.tiles.get(&(level, index)).map(Vec::as_slice).unwrap_or_default())
    }
}

/// A proof that stands by itself: an entry, its place, the way to the root, and the signed checkpoint. C2SP `tlog-proof`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The place of the entry.
    pub index: u64,
    /// The proof of inclusion, from the leaf upwards.
    pub hashes: Vec<Hash>,
    /// The checkpoint as it was signed and cosigned.
    pub checkpoint: String,
    /// What was put in beside it; nothing authenticates it.
    pub extra: Option<Vec<u8>>,
}

impl Proof {
    /// Reads a proof from a file.
    ///
    /// # Errors
    /// [`ProofError::Malformed`] with what belongs in the place and what stands there.
    pub fn parse(text: &str) -> Result<Proof, ProofError> {
        let malformed = |expected, found: &str| ProofError::Malformed { expected, found: excerpt(found) };
        let (head, checkpoint) = text.split_once("\n\n").ok_or_else(|| malformed("an empty line before the checkpoint", text))?;
        let mut lines = head.split('\n');
        let header = lines.next().unwrap_or_default();
        if header != HEADER {
            return Err(malformed("the line `c2sp.org/tlog-proof@v1`", header));
        }
        let mut line = lines.next().unwrap_or_default();
        let mut extra = None;
        if let Some(data) = line.strip_prefix("extra ") {
            extra = Some(BASE64_STANDARD.decode(data).map_err(|_| malformed("extra data in base64", data))?);
            line = lines.next().unwrap_or_default();
        }
        let index = line.strip_prefix("index ").and_then(decimal).ok_or_else(|| malformed("the line `index <number>`", line))?;
        let mut hashes = Vec::new();
        for line in lines {
            if hashes.len() == HASHES_MAX {
                return Err(malformed("at most 63 hashes", line));
            }
            hashes.push(hash(line).ok_or_else(|| malformed("a hash of 32 bytes in base64", line))?);
        }
        Ok(Proof { index, hashes, checkpoint: checkpoint.to_owned(), extra })
    }

    /// Checks that `log` signed a tree in which `entry` stands in this place, and returns what it signed.
    ///
    /// Who cosigned the checkpoint says [`checkpoint::cosigners`].
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn verify(&self, entry: &[u8], log: &Verifier) -> Result<Checkpoint, ProofError> {
        let checkpoint = checkpoint::open(&self.checkpoint, log)?;
        check_inclusion(&self.hashes, self.index, checkpoint.size, &checkpoint.root, &leaf_hash(entry))?;
        Ok(checkpoint)
    }
}

/// The proof as it stands in a file.
impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", base64(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{}", base64(hash)))?;
        write!(f, "\n{}", self.checkpoint)
    }
}
