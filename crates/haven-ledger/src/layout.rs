//! What a published log consists of: resources, their paths and their bytes, C2SP `tlog-tiles`.

use crate::store::Store;
use crate::text::{decimal, excerpt};
use crate::tree::{TILE_WIDTH, levels, width_at};
use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use thiserror::Error;

/// A resource of a published log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// The signed checkpoint.
    Checkpoint,
    /// Hashes of one level.
    Tile {
        /// The level, 0 over the entries.
        level: u8,
        /// The number of the tile in its level.
        index: u64,
        /// How many hashes: 256 in a full tile.
        width: u16,
    },
    /// Entries, each after its length in two bytes.
    Entries {
        /// The number of the bundle.
        index: u64,
        /// How many entries: 256 in a full bundle.
        width: u16,
    },
}

/// The text is not the path of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("expected `checkpoint`, `tile/<level>/<number>[.p/<width>]` or `tile/entries/<number>[.p/<width>]`, found {found}")]
pub struct PathError {
    /// The text.
    pub found: String,
}

impl Resource {
    /// Reads a path; there is one way to write each.
    ///
    /// # Errors
    /// [`PathError`].
    pub fn parse(path: &str) -> Result<Resource, PathError> {
        let resource = if path == "checkpoint" { Some(Resource::Checkpoint) } else { tile(path) };
        // Whatever the reader let pass, only the canonical path counts.
        resource.filter(|resource| resource.to_string() == path).ok_or_else(|| PathError { found: excerpt(path) })
    }
}

/// Reads the path of a tile or a bundle.
fn tile(path: &str) -> Option<Resource> {
    let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
    let (number, width) = match rest.split_once(".p/") {
        Some((number, width)) => (number, u16::try_from(decimal(width)?).ok().filter(|width| (1..256).contains(width))?),
        None => (rest, 256),
    };
    let mut index: u64 = 0;
    for group in number.split('/') {
        let group = group.strip_prefix('x').unwrap_or(group);
        let digits = group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
        index = index.checked_mul(1000)?.checked_add(digits.then(|| group.parse().ok()).flatten()?)?;
    }
    if kind == "entries" {
        return Some(Resource::Entries { index, width });
    }
    let level = decimal(kind).filter(|level| *level < 64).and_then(|level| u8::try_from(level).ok())?;
    Some(Resource::Tile { level, index, width })
}

/// The path.
impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (index, width) = match self {
            Resource::Checkpoint => return f.write_str("checkpoint"),
            Resource::Tile { level, index, width } => {
                write!(f, "tile/{level}/")?;
                (*index, *width)
            }
            Resource::Entries { index, width } => {
                f.write_str("tile/entries/")?;
                (*index, *width)
            }
        };
        // From the highest group of three digits that is not zero down to the last one, which is always there.
        let groups = index.checked_ilog(1000).unwrap_or(0);
        for group in (1..=groups).rev() {
            write!(f, "x{:03}/", index / 1000_u64.pow(group) % 1000)?;
        }
        write!(f, "{:03}", index % 1000)?;
        if u64::from(width) == TILE_WIDTH { Ok(()) } else { write!(f, ".p/{width}") }
    }
}

impl FromStr for Resource {
    type Err = PathError;

    fn from_str(path: &str) -> Result<Resource, PathError> {
        Resource::parse(path)
    }
}

/// Everything that an export of a tree of `size` holds, the checkpoint first.
pub fn resources(size: u64) -> impl Iterator<Item = Resource> {
    let tiles =
        levels(size).flat_map(move |level| parts(width_at(level, size)).map(move |(index, width)| Resource::Tile { level, index, width }));
    let entries = parts(size).map(|(index, width)| Resource::Entries { index, width });
    [Resource::Checkpoint].into_iter().chain(tiles).chain(entries)
}

/// How `count` hashes or entries are divided: number and width of each tile or bundle.
pub(crate) fn parts(count: u64) -> impl Iterator<Item = (u64, u16)> {
    (0..count.div_ceil(TILE_WIDTH)).map(move |index| {
        let width = (count - index * TILE_WIDTH).min(TILE_WIDTH);
        (index, u16::try_from(width).unwrap_or(256))
    })
}

/// The bytes of a resource of the tree of `size`; `None` for what the tree does not hold.
///
/// A tile narrower than the tree could fill is served too: somebody may still hold the checkpoint of that smaller tree.
/// The checkpoint is the stored one, and only if it is of this size.
///
/// # Errors
/// What the store says.
pub async fn read<S: Store>(store: &mut S, size: u64, resource: &Resource) -> Result<Option<Vec<u8>>, S::Error> {
    match *resource {
        Resource::Checkpoint => {
            let head = store.head().await?;
            Ok((head.size == size && !head.checkpoint.is_empty()).then(|| head.checkpoint.into_bytes()))
        }
        Resource::Tile { level, index, width } => {
            let Some(range) = within(index, width, width_at(level, size)) else { return Ok(None) };
            if u64::from(width) == TILE_WIDTH {
                return store.tile(level, index).await.map(Some);
            }
            let hashes = match level.checked_sub(1) {
                None => store.leaves(range).await?,
                Some(below) => store.roots(below, range).await?,
            };
            Ok(Some(hashes.concat()))
        }
        Resource::Entries { index, width } => {
            let Some(range) = within(index, width, size) else { return Ok(None) };
            Ok(bundle(&store.entries(range).await?))
        }
    }
}

/// The range of a tile or a bundle, if `count` hashes or entries fill it.
fn within(index: u64, width: u16, count: u64) -> Option<Range<u64>> {
    let start = index.checked_mul(TILE_WIDTH)?;
    let end = start.checked_add(u64::from(width))?;
    (width > 0 && u64::from(width) <= TILE_WIDTH && end <= count).then_some(start..end)
}

/// Entries, each after its length; `None` if one is longer than two bytes can say, which no log here appends.
fn bundle(entries: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(entries.iter().map(|entry| entry.len() + 2).sum());
    for entry in entries {
        bytes.extend(u16::try_from(entry.len()).ok()?.to_be_bytes());
        bytes.extend(entry);
    }
    Some(bytes)
}
