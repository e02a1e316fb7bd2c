//! The integrator: the right edge of a tree, all that is needed to add leaves and to know the root.

use crate::store::{FullTile, Store};
use crate::tree::{EMPTY_ROOT, Hash, SIZE_MAX, TILE_HEIGHT, TILE_WIDTH, levels, node_hash, width_at};

/// The right edge of a tree.
///
/// INVARIANT: `peaks` has one hash for each bit set in `size`, and `tiles[level]` has as many hashes as the tile of that
/// level that is not full yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// Roots of the largest full subtrees, from left to right.
    peaks: Vec<Hash>,
    /// For each level the hashes of the tile that is not full yet: at most 255.
    tiles: [Vec<Hash>; 8],
}

impl Frontier {
    /// The edge of the empty tree.
    pub fn empty() -> Frontier {
        Frontier { size: 0, peaks: Vec::new(), tiles: Default::default() }
    }

    /// Reads the edge of the tree of `size` from the place that keeps it: at most 255 leaves, and 255 roots a level.
    ///
    /// # Errors
    /// What the store says; and `Ok(None)` when it gave fewer hashes than it was asked for.
    pub async fn load<S: Store>(store: &mut S, size: u64) -> Result<Option<Frontier>, S::Error> {
        let mut frontier = Frontier { size, ..Frontier::empty() };
        for (level, tile) in levels(size).zip(frontier.tiles.iter_mut()) {
            let width = width_at(level, size);
            let range = width - width % TILE_WIDTH..width;
            let wanted = range.end - range.start;
            if wanted > 0 {
                *tile = match level.checked_sub(1) {
                    None => store.leaves(range).await?,
                    Some(below) => store.roots(below, range).await?,
                };
            }
            if u64::try_from(tile.len()) != Ok(wanted) {
                return Ok(None);
            }
        }
        // The peaks from left to right: the highest level first, and in a tile the largest subtree first.
        for tile in frontier.tiles.iter().rev() {
            let mut rest = tile.as_slice();
            while let Some(log) = rest.len().checked_ilog2() {
                let (subtree, after) = rest.split_at(1 << log);
                frontier.peaks.push(crate::tree::root_of(subtree));
                rest = after;
            }
        }
        Ok(Some(frontier))
    }

    /// The size of the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let last = peaks.next().copied().unwrap_or(EMPTY_ROOT);
        peaks.fold(last, |right, left| node_hash(left, &right))
    }

    /// Adds a leaf; the tiles that became full are added to `full`, lower levels first.
    ///
    /// Returns `false` and adds nothing where the tree would be larger than a tree may be.
    pub fn push(&mut self, leaf: Hash, full: &mut Vec<FullTile>) -> bool {
        if self.size >= SIZE_MAX {
            return false;
        }
        let mut hash = leaf;
        let mut tiles = self.tiles.iter_mut().zip(0..);
        let mut below = tiles.next();
        if let Some((tile, _)) = &mut below {
            tile.push(hash);
        }
        // Every trailing bit set is a full subtree to the left that this one completes to the next height.
        for height in 1..=self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(&left, &hash);
            }
            // At each multiple of eight the completed subtree is a tile, and its root belongs to the level above.
            if height.is_multiple_of(u32::from(TILE_HEIGHT)) {
                let above = tiles.next();
                if let Some((tile, level)) = below.take() {
                    let hashes = tile.concat();
                    tile.clear();
                    full.push(FullTile { level, index: self.size >> height, hashes, root: hash });
                }
                below = above;
                if let Some((tile, _)) = &mut below {
                    tile.push(hash);
                }
            }
        }
        self.peaks.push(hash);
        self.size += 1;
        true
    }
}
