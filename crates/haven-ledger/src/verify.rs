//! Verifying a whole export: every entry, every tile, the root, the signature; and naming what is damaged.
//!
//! Only the root in the checkpoint is signed. It vouches for the hashes of the tiles along the right edge, each hash of a
//! tile for the tile below it, the hashes of level 0 for the entries. So where two files disagree, the one above says which
//! of them is right: hashes are computed upwards from the entries, and then trust comes down from the root.

use crate::checkpoint::{self, Checkpoint};
use crate::layout::{Resource, parts};
use crate::note::{Note, Verifier};
use crate::text::base64;
use crate::tree::{Hash, TILE_WIDTH, hashes_of, leaf_hash, levels, root_of, width_at};
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::PathBuf;
use std::{fmt, fs, io};

/// After how many damaged places a verifier stops looking for more.
pub const DAMAGE_MAX: usize = 1000;

/// How many differing places of one file are named one by one; above, the file is named.
const PLACES_MAX: usize = 16;

/// For how many disagreements at once every combination of who is right is tried.
const COMBINED_MAX: usize = 6;

/// The longest file of an export: a full bundle of the longest entries that two bytes of length can say.
const FILE_BYTES_MAX: u64 = 256 * (2 + 65_535);

/// The files of an export.
pub trait Files {
    /// The content of a file by its path in the export; `None` where there is no such file.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>>;
}

/// An export in a folder.
#[derive(Clone, Debug)]
pub struct Folder(pub PathBuf);

impl Files for Folder {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        let file = match fs::File::open(self.0.join(path)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        // One byte more than any file of a log has is enough to see that it is none.
        file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }
}

/// An export in memory, as it comes out of an archive.
impl Files for BTreeMap<String, Vec<u8>> {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.get(path).cloned())
    }
}

/// Where in a file something is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The file as a whole.
    File,
    /// The entry with this index in the log.
    Entry(u64),
    /// The hash with this index in the tile.
    Hash(usize),
}

/// One damaged place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Damage {
    /// The file, by its path in the export.
    pub path: String,
    /// Where in it.
    pub place: Place,
    /// What belongs there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File => f.write_str("the file"),
            Place::Entry(index) => write!(f, "entry {index}"),
            Place::Hash(index) => write!(f, "hash {index}"),
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Damage { path, place, expected, found } = self;
        match place {
            Place::File => write!(f, "{path}: expected {expected}, found {found}"),
            inside => write!(f, "{path}, {inside}: expected {expected}, found {found}"),
        }
    }
}

/// What was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What the log signed.
    pub checkpoint: Checkpoint,
    /// Which witnesses cosigned it, with the time of each.
    pub cosigners: Vec<(String, u64)>,
    /// Number of entries.
    pub entries: u64,
    /// Bytes of all entries.
    pub entry_bytes: u64,
    /// Number of files read.
    pub files: u64,
}

/// Verifies an export.
///
/// Which and how many cosigners are enough is for the caller to say: the report lists them.
///
/// # Errors
/// The damaged places, at most about [`DAMAGE_MAX`], by path.
pub fn verify(files: &impl Files, log: &Verifier, witnesses: &[Verifier]) -> Result<Report, Vec<Damage>> {
    verify_with(files, log, witnesses, |_, _| ())
}

/// Verifies an export and shows each entry with its index, in order.
///
/// What was shown counts only if the result is a report: an entry is seen before all is known that vouches for it.
///
/// # Errors
/// As [`verify`].
pub fn verify_with(
    files: &impl Files,
    log: &Verifier,
    witnesses: &[Verifier],
    mut entry: impl FnMut(u64, &[u8]),
) -> Result<Report, Vec<Damage>> {
    let mut reader = Reader { files, count: 0, damages: Vec::new() };
    let Some((note, checkpoint)) = reader.checkpoint(log) else { return Err(reader.damages) };
    let mut tree = Tree::of_tiles(&mut reader, checkpoint.size);
    let entry_bytes = tree.read_entries(&mut reader, checkpoint.size, &mut entry);
    let is_proven = tree.blame(&checkpoint, &mut reader.damages);
    if reader.damages.is_empty() && !is_proven {
        // Whatever this verifier overlooks, it does not say yes without the root.
        let (expected, found) = (says(&checkpoint.root), "tiles that do not lead to it".to_owned());
        reader.damages.push(Damage { path: Resource::Checkpoint.to_string(), place: Place::File, expected, found });
    }
    if reader.damages.is_empty() {
        let cosigners = checkpoint::cosigners(&note, witnesses);
        let entries = checkpoint.size;
        return Ok(Report { checkpoint, cosigners, entries, entry_bytes, files: reader.count });
    }
    reader.damages.sort();
    reader.damages.dedup();
    Err(reader.damages)
}

/// Reads files and notes what cannot be read.
struct Reader<'a, F> {
    files: &'a F,
    count: u64,
    damages: Vec<Damage>,
}

impl<F: Files> Reader<'_, F> {
    /// A file; where it is not there, that is noted.
    fn read(&mut self, path: &str, expected: impl Fn() -> String) -> Option<Vec<u8>> {
        self.count += 1;
        let found = match self.files.read(path) {
            Ok(Some(bytes)) => return Some(bytes),
            Ok(None) => "no file".to_owned(),
            Err(error) => format!("a file that cannot be read: {error}"),
        };
        self.damages.push(Damage { path: path.to_owned(), place: Place::File, expected: expected(), found });
        None
    }

    /// The checkpoint. One that is not signed as it should be is noted, and still says where to look for other damage.
    fn checkpoint(&mut self, log: &Verifier) -> Option<(String, Checkpoint)> {
        let path = Resource::Checkpoint.to_string();
        let bytes = self.read(&path, || "the signed checkpoint".to_owned())?;
        let note = String::from_utf8(bytes);
        let opened = match &note {
            Ok(note) => checkpoint::open(note, log).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let note = note.unwrap_or_default();
        match opened {
            Ok(checkpoint) => Some((note, checkpoint)),
            Err(found) => {
                let expected = format!("a checkpoint signed by {}", log.label());
                self.damages.push(Damage { path, place: Place::File, expected, found });
                let claimed = Checkpoint::parse(Note::parse(&note).ok()?.text).ok()?;
                Some((note, claimed))
            }
        }
    }

    /// The hashes of a tile, if it is there and whole.
    fn tile(&mut self, level: u8, index: u64, width: u16) -> Option<Vec<Hash>> {
        let path = Resource::Tile { level, index, width }.to_string();
        let expected = || format!("{width} hashes, {} bytes", u32::from(width) * 32);
        let bytes = self.read(&path, expected)?;
        let hashes = hashes_of(&bytes).filter(|hashes| hashes.len() == usize::from(width));
        if hashes.is_none() {
            let found = format!("{} bytes", bytes.len());
            self.damages.push(Damage { path, place: Place::File, expected: expected(), found });
        }
        hashes
    }

    /// The leaf hashes of a bundle, if it is there and whole, into `leaves`; and how many bytes its entries have.
    fn leaves(&mut self, index: u64, width: u16, leaves: &mut Vec<Hash>, entry: &mut impl FnMut(u64, &[u8])) -> Option<u64> {
        leaves.clear();
        let path = Resource::Entries { index, width }.to_string();
        let expected = || format!("{width} entries");
        let bytes = self.read(&path, expected)?;
        let mut rest = bytes.as_slice();
        let mut number = index * TILE_WIDTH;
        let mut entry_bytes = 0;
        while leaves.len() < usize::from(width)
            && let Some((bytes, after)) = split_entry(rest)
        {
            leaves.push(leaf_hash(bytes));
            entry(number, bytes);
            number += 1;
            entry_bytes += u64::try_from(bytes.len()).unwrap_or(0);
            rest = after;
        }
        if leaves.len() == usize::from(width) && rest.is_empty() {
            return Some(entry_bytes);
        }
        let found = format!("{} entries and {} bytes after them", leaves.len(), rest.len());
        self.damages.push(Damage { path, place: Place::File, expected: expected(), found });
        None
    }

    fn is_enough(&self) -> bool {
        self.damages.len() >= DAMAGE_MAX
    }
}

/// The first entry of a bundle and what follows it.
fn split_entry(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

/// A tile that was read, with what lies below it.
struct Tile {
    level: u8,
    index: u64,
    /// Its hashes, unless the file is damaged as a whole.
    stored: Option<Vec<Hash>>,
    /// What its hashes should be by what lies below, as far as that could be read.
    below: Vec<Option<Hash>>,
}

impl Tile {
    fn width(&self) -> u16 {
        u16::try_from(self.below.len()).unwrap_or(256)
    }

    fn is_full(&self) -> bool {
        u64::from(self.width()) == TILE_WIDTH
    }

    /// The hashes by what lies below, if all of that could be read.
    fn computed(&self) -> Option<Vec<Hash>> {
        self.below.iter().copied().collect()
    }

    /// Where what is stored and what lies below disagree.
    fn disputed(&self) -> impl Iterator<Item = (usize, Hash, Hash)> {
        let stored = self.stored.iter().flatten().copied();
        stored.zip(&self.below).enumerate().filter_map(|(at, (stored, below))| {
            let below = (*below)?;
            (stored != below).then_some((at, stored, below))
        })
    }

    /// The root to hand up: the one that the tile above has as well, if it is one of the two that can be computed here.
    fn root(&self, above: Option<Hash>) -> Option<Hash> {
        let stored = self.stored.as_deref().map(root_of);
        if stored.is_some() && (stored == above || self.disputed().next().is_none()) {
            return stored;
        }
        self.computed().as_deref().map(root_of).or(stored)
    }

    fn path(&self) -> String {
        Resource::Tile { level: self.level, index: self.index, width: self.width() }.to_string()
    }

    fn entries_path(&self) -> String {
        Resource::Entries { index: self.index, width: self.width() }.to_string()
    }
}

/// What is kept of an export while it is read: all tiles above level 0, and at level 0 those with which something is wrong.
struct Tree {
    /// By level and index. At level 0 also the tile of the right edge, which only the checkpoint vouches for.
    tiles: BTreeMap<(u8, u64), Tile>,
}

impl Tree {
    /// Reads the tiles above level 0.
    fn of_tiles<F: Files>(reader: &mut Reader<'_, F>, size: u64) -> Tree {
        let mut tiles = BTreeMap::new();
        for level in levels(size).skip(1) {
            for (index, width) in parts(width_at(level, size)) {
                // A size that nobody signed can claim more tiles than there are files in the world.
                if reader.is_enough() {
                    return Tree { tiles };
                }
                let stored = reader.tile(level, index, width);
                tiles.insert((level, index), Tile { level, index, stored, below: vec![None; usize::from(width)] });
            }
        }
        Tree { tiles }
    }

    /// Reads entries and tiles of level 0, and hands the hashes up through all levels. Returns the bytes of the entries.
    fn read_entries<F: Files>(&mut self, reader: &mut Reader<'_, F>, size: u64, entry: &mut impl FnMut(u64, &[u8])) -> u64 {
        let mut entry_bytes = 0;
        let mut leaves = Vec::new();
        let mut suspects = 0;
        for (index, width) in parts(size) {
            if reader.damages.len() + suspects >= DAMAGE_MAX {
                break;
            }
            let stored = reader.tile(0, index, width);
            let bytes = reader.leaves(index, width, &mut leaves, entry);
            entry_bytes += bytes.unwrap_or(0);
            let above = self.stored_above(0, index);
            let is_full = u64::from(width) == TILE_WIDTH;
            // The way of nearly every tile: entries, tile and the tile above agree, and nothing need be kept.
            if let (Some(stored), Some(_), true) = (&stored, bytes, is_full)
                && *stored == leaves
            {
                let root = root_of(stored);
                if above == Some(root) {
                    self.set_below(0, index, Some(root));
                    continue;
                }
            }
            suspects += usize::from(is_full);
            let below = if bytes.is_some() { leaves.iter().copied().map(Some).collect() } else { vec![None; usize::from(width)] };
            self.hand_up(Tile { level: 0, index, stored, below });
        }
        for level in levels(size).skip(1) {
            for (index, _) in parts(width_at(level, size)) {
                let Some(tile) = self.tiles.remove(&(level, index)) else { break };
                self.hand_up(tile);
            }
        }
        entry_bytes
    }

    /// Keeps a tile and tells the tile above what its hash should be.
    fn hand_up(&mut self, tile: Tile) {
        if tile.is_full() {
            let root = tile.root(self.stored_above(tile.level, tile.index));
            self.set_below(tile.level, tile.index, root);
        }
        self.tiles.insert((tile.level, tile.index), tile);
    }

    /// The hash that the tile above stores for a tile.
    fn stored_above(&self, level: u8, index: u64) -> Option<Hash> {
        self.tiles.get(&(level + 1, index / TILE_WIDTH))?.stored.as_ref()?.get(place(index)).copied()
    }

    fn set_below(&mut self, level: u8, index: u64, root: Option<Hash>) {
        let above = self.tiles.get_mut(&(level + 1, index / TILE_WIDTH));
        if let Some(below) = above.and_then(|tile| tile.below.get_mut(place(index))) {
            *below = root;
        }
    }

    /// Brings trust down from the root and names what disagrees with it. Returns whether the tiles lead to the root.
    fn blame(&self, checkpoint: &Checkpoint, damages: &mut Vec<Damage>) -> bool {
        let mut is_proven = false;
        // For each tile the hash that its trusted surroundings vouch for.
        let mut vouched: BTreeMap<(u8, u64), Hash> = BTreeMap::new();
        let (edge, full): (Vec<&Tile>, Vec<&Tile>) = self.tiles.values().partition(|tile| !tile.is_full());
        // The edge stops short where the reading did; then the root vouches for nothing.
        let ragged = |level: &u8| !width_at(*level, checkpoint.size).is_multiple_of(TILE_WIDTH);
        if edge.len() == levels(checkpoint.size).filter(ragged).count() {
            let path = Resource::Checkpoint.to_string();
            let trust = Trust::find(&edge, Some(checkpoint.root));
            // Where the signature is bad, or no tile could be, a root that does not fit is the checkpoint's own fault.
            let at_fault = edge.is_empty() || damages.iter().any(|damage| damage.path == path);
            match trust.root {
                Some(root) if at_fault && !trust.is_sure => {
                    damages.push(Damage { path, place: Place::File, expected: says(&root), found: says(&checkpoint.root) });
                }
                _ => trust.accuse(&edge, Some(checkpoint.root), damages),
            }
            is_proven = trust.is_sure;
            trust.settle(&edge, &mut vouched, damages);
        }
        // Higher levels first: a tile vouches for the tiles below it.
        for tile in full.into_iter().rev() {
            let signed = vouched.get(&(tile.level, tile.index)).copied();
            let trust = Trust::find(&[tile], signed);
            trust.accuse(&[tile], signed, damages);
            trust.settle(&[tile], &mut vouched, damages);
        }
        is_proven
    }
}

/// Which side is right wherever tiles and what lies below them disagree.
struct Trust {
    /// Whether a trusted hash says so; otherwise it is a guess for which nobody vouches.
    is_sure: bool,
    /// The root by what is stored.
    root: Option<Hash>,
    /// For each tile, for each of its disputed places in order, whether what lies below is right.
    below_is_right: Vec<Vec<bool>>,
}

impl Trust {
    /// Tries who is right until the root is the trusted one: of a single tile, or of all tiles of the right edge, lowest first.
    fn find(tiles: &[&Tile], trusted: Option<Hash>) -> Trust {
        let disputed: Vec<usize> = tiles.iter().map(|tile| tile.disputed().count()).collect();
        let none: Vec<Vec<bool>> = disputed.iter().map(|count| vec![false; *count]).collect();
        let root = root_with(tiles, &none);
        if let (Some(_), Some(_)) = (root, trusted) {
            let all: usize = disputed.iter().sum();
            // Few disputed places are tried each by itself, many tile by tile.
            let by_place = all <= COMBINED_MAX;
            let switches = if by_place { all } else { tiles.len() };
            for combination in 0_u32..1 << switches {
                let mut before = 0;
                let below_is_right: Vec<Vec<bool>> = disputed
                    .iter()
                    .map(|count| {
                        let first = before;
                        before += if by_place { *count } else { 1 };
                        (0..*count).map(|place| combination >> (if by_place { first + place } else { first }) & 1 == 1).collect()
                    })
                    .collect();
                if root_with(tiles, &below_is_right) == trusted {
                    return Trust { is_sure: true, root, below_is_right };
                }
            }
        }
        Trust { is_sure: false, root, below_is_right: none }
    }

    /// Names tiles of which no part can be told to be right, although a hash is known that they should have together.
    fn accuse(&self, tiles: &[&Tile], trusted: Option<Hash>, damages: &mut Vec<Damage>) {
        let (false, Some(trusted), Some(root)) = (self.is_sure, trusted, self.root) else { return };
        let damage = |path| Damage { path, place: Place::File, expected: says(&trusted), found: says(&root) };
        for tile in tiles {
            // Entries that agree with their tile are others than were signed just as the tile is.
            if tile.level == 0 && tile.computed().is_some() && tile.disputed().next().is_none() {
                damages.push(damage(tile.entries_path()));
            }
            if tile.stored.is_some() {
                damages.push(damage(tile.path()));
            }
        }
    }

    /// Names the damaged places and says which hashes the tiles vouch for.
    fn settle(&self, tiles: &[&Tile], vouched: &mut BTreeMap<(u8, u64), Hash>, damages: &mut Vec<Damage>) {
        for (tile, below_is_right) in tiles.iter().zip(&self.below_is_right) {
            let mut hashes = tile.stored.clone().or_else(|| tile.computed()).unwrap_or_default();
            let mut in_tile = Vec::new();
            let mut in_entries = Vec::new();
            let mut unsure = Vec::new();
            for ((at, stored, below), below_is_right) in tile.disputed().zip(below_is_right) {
                if !self.is_sure {
                    unsure.push(at);
                }
                if *below_is_right {
                    in_tile.push((Place::Hash(at), below, stored));
                    if let Some(hash) = hashes.get_mut(at) {
                        *hash = below;
                    }
                } else if tile.level == 0 {
                    in_entries.push((Place::Entry(tile.index * TILE_WIDTH + u64::try_from(at).unwrap_or(0)), stored, below));
                } else if !self.is_sure {
                    in_tile.push((Place::Hash(at), below, stored));
                }
            }
            note(tile.path(), in_tile, damages);
            note(tile.entries_path(), in_entries, damages);
            if let Some(below) = tile.level.checked_sub(1) {
                for (at, hash) in hashes.iter().enumerate().filter(|(at, _)| !unsure.contains(at)) {
                    vouched.insert((below, tile.index * TILE_WIDTH + u64::try_from(at).unwrap_or(0)), *hash);
                }
            }
        }
    }
}

/// The root over tiles, lowest first, with what lies below them in the disputed places where that is said to be right.
fn root_with(tiles: &[&Tile], below_is_right: &[Vec<bool>]) -> Option<Hash> {
    let mut root: Option<Hash> = None;
    for (tile, below_is_right) in tiles.iter().zip(below_is_right) {
        let mut row = tile.stored.clone().or_else(|| tile.computed())?;
        for ((at, _, below), _) in tile.disputed().zip(below_is_right).filter(|(_, right)| **right) {
            if let Some(hash) = row.get_mut(at) {
                *hash = below;
            }
        }
        // What is lower on the right edge hangs beside the last hash of the level, as one more leaf would.
        row.extend(root);
        root = Some(root_of(&row));
    }
    Some(root.unwrap_or(crate::tree::EMPTY_ROOT))
}

/// Notes damaged places of a file one by one, or the file where they are many.
fn note(path: String, places: Vec<(Place, Hash, Hash)>, damages: &mut Vec<Damage>) {
    if let (Some((first, expected, found)), true) = (places.first(), places.len() > PLACES_MAX) {
        let found = format!("{} there, and {} more that differ", says(found), places.len() - 1);
        damages.push(Damage { path, place: Place::File, expected: format!("{} at {first}", says(expected)), found });
        return;
    }
    let damage = |(place, expected, found)| Damage { path: path.clone(), place, expected: says(&expected), found: says(&found) };
    damages.extend(places.into_iter().map(damage));
}

fn says(hash: &Hash) -> String {
    format!("the hash {}", base64(hash))
}

/// The place of a tile's root in the tile above.
fn place(index: u64) -> usize {
    usize::try_from(index % TILE_WIDTH).unwrap_or(0)
}
