//! Hashes of RFC 6962: leaves, nodes, and the roots of whole tiles.

use sha2::{Digest as _, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The root of the tree without entries: SHA-256 of nothing.
pub const EMPTY_ROOT: Hash = tlog_tiles::EMPTY_HASH.0;

/// How many hashes or entries a full tile holds.
pub const TILE_WIDTH: u64 = 256;

/// How many levels of the tree one level of tiles spans.
pub const TILE_HEIGHT: u8 = 8;

/// The largest size of a tree: foreign implementations count in signed integers of 64 bits.
pub const SIZE_MAX: u64 = i64::MAX as u64;

/// The hash of an entry as a leaf.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

/// The hash of the node above two hashes.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root over hashes of one level, read as leaves of their own tree.
///
/// For a full tile that is its hash in the level above. For what is not full it is the part of the right edge that these
/// hashes contribute, as RFC 6962 defines it.
pub fn root_of(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    // Halving row by row gives RFC 6962's tree: a last hash without a partner goes up unchanged.
    while row.len() > 1 {
        row = row
            .chunks(2)
            .filter_map(|pair| match pair {
                [left, right] => Some(node_hash(left, right)),
                [alone] => Some(*alone),
                _ => None,
            })
            .collect();
    }
    row.first().copied().unwrap_or(EMPTY_ROOT)
}

/// The hashes of a tile as it is stored; `None` unless they are whole.
pub(crate) fn hashes_of(tile: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = tile.as_chunks::<32>();
    rest.is_empty().then(|| hashes.to_vec())
}

/// How many hashes there are at a level of tiles in a tree of `size`.
pub(crate) fn width_at(level: u8, size: u64) -> u64 {
    size.checked_shr(u32::from(level) * u32::from(TILE_HEIGHT)).unwrap_or(0)
}

/// The levels of tiles in a tree of `size`.
pub(crate) fn levels(size: u64) -> impl Iterator<Item = u8> {
    (0..8).take_while(move |level| width_at(*level, size) > 0)
}
