//! What is left after a crash, held against what was acknowledged before it.

use haven_law::pack::{Pack, Source};
use haven_ledger::checkpoint;
use haven_ledger::note::Signer;
use haven_register::db::{Address, DbError};
use haven_register::entry::{Draft, Pairs};
use haven_register::moment::Moment;
use haven_register::public::{PublicEntry, commitment};
use haven_register::register::{Node, Register, RegisterError};
use haven_register::schema::Schema;
use haven_register::seen::SeenFile;
use jiff::ZonedDateTime;
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, LazyLock};

/// The logs of the nodes under test, as in `examples/node.rs`.
const ORIGINS: [&str; 2] = ["haven.example/log1", "haven.example/log2"];

static SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| {
    let law = super::law();
    let mut files = Vec::new();
    walk(law, law, &mut files);
    let source = Source::new(files);
    let pack = Pack::load(&source, "us/il/chicago").unwrap();
    Arc::new(Schema::load(&source, &pack).unwrap())
});

fn walk(base: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(base, &path, files);
        } else if let Ok(text) = fs::read_to_string(&path) {
            files.push((path.strip_prefix(base).unwrap().to_str().unwrap().to_owned(), text));
        }
    }
}

/// What a node said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The register was made.
    Made,
    /// What follows belongs to this part of the story.
    Phase(String),
    /// A record was acknowledged.
    Ack { id: String, version: i64, log: i64, index: u64, what: String },
    /// A checkpoint was given out, and published or not: the log, the size, the root.
    Checkpoint { log: i64, size: u64, root: String, is_published: bool },
    /// Something was refused.
    Error(String),
    /// Anything else.
    Other,
}

impl Line {
    /// Reads a line.
    pub fn read(text: &str) -> Line {
        let text = text.trim_end();
        let words: Vec<&str> = text.split(' ').collect();
        match words.as_slice() {
            ["made"] => Line::Made,
            ["phase", name] => Line::Phase((*name).to_owned()),
            ["ack", id, version, log, index, what] => Line::Ack {
                id: (*id).to_owned(),
                version: version.parse().unwrap(),
                log: log.parse().unwrap(),
                index: index.parse().unwrap(),
                what: (*what).to_owned(),
            },
            [kind @ ("published" | "head"), log, size, root] => Line::Checkpoint {
                log: log.parse().unwrap(),
                size: size.parse().unwrap(),
                root: (*root).to_owned(),
                is_published: *kind == "published",
            },
            ["error", ..] => Line::Error(text.to_owned()),
            _ => Line::Other,
        }
    }

    /// Whether it promises that something stays.
    pub fn is_promise(&self) -> bool {
        matches!(self, Line::Made | Line::Ack { .. } | Line::Checkpoint { is_published: true, .. })
    }
}

/// What was found at a crash point.
#[derive(Clone, Debug, Default)]
pub(super) struct Checked {
    /// Whether there is no register, and none was acknowledged.
    pub absent: bool,
    /// Acknowledgements that were held against what is left.
    pub held: usize,
    /// Those that are gone.
    pub lost: usize,
    /// Checkpoints that are not of the one history.
    pub split: usize,
    /// Why the register is not whole.
    pub broken: Option<String>,
}

impl Checked {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.lost == 0 && self.split == 0 && self.broken.is_none()
    }
}

/// The index of an entry, its bytes and its hash.
type Entry = (i64, Vec<u8>, Vec<u8>);
/// The hashes of a full tile and their root.
type Tile = (Vec<u8>, Vec<u8>);

/// Everything that stands in a register.
#[derive(Default)]
struct Contents {
    integrity: Vec<String>,
    heads: Vec<(i64, String, i64, Vec<u8>, String)>,
    entries: BTreeMap<i64, Vec<Entry>>,
    tiles: BTreeMap<(i64, i64, i64), Tile>,
    versions: BTreeMap<(String, i64), Version>,
    published: BTreeSet<(i64, i64)>,
}

struct Version {
    log: i64,
    index: i64,
    private: Option<(Vec<u8>, Vec<u8>)>,
}

macro_rules! read_all {
    ($connection:expr, $contents:expr) => {{
        let (connection, contents) = ($connection, $contents);
        for row in sqlx::query("SELECT log, origin, size, root, checkpoint FROM log_head ORDER BY log").fetch_all(&mut *connection).await? {
            contents.heads.push((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?));
        }
        for row in sqlx::query("SELECT log, idx, entry, leaf FROM log_entry ORDER BY log, idx").fetch_all(&mut *connection).await? {
            contents.entries.entry(row.try_get(0)?).or_default().push((row.try_get(1)?, row.try_get(2)?, row.try_get(3)?));
        }
        for row in sqlx::query("SELECT log, level, idx, hashes, root FROM log_tile").fetch_all(&mut *connection).await? {
            contents.tiles.insert((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?), (row.try_get(3)?, row.try_get(4)?));
        }
        let statement = "SELECT v.record, v.version, v.log, v.idx, v.body, v.salt FROM version v JOIN record r ON r.id = v.record";
        for row in sqlx::query(statement).fetch_all(&mut *connection).await? {
            let (body, salt): (Option<Vec<u8>>, Option<Vec<u8>>) = (row.try_get(4)?, row.try_get(5)?);
            let version = Version { log: row.try_get(2)?, index: row.try_get(3)?, private: body.zip(salt) };
            contents.versions.insert((row.try_get(0)?, row.try_get(1)?), version);
        }
        for row in sqlx::query("SELECT log, size FROM log_checkpoint").fetch_all(&mut *connection).await? {
            contents.published.insert((row.try_get(0)?, row.try_get(1)?));
        }
    }};
}

impl Contents {
    async fn read(address: &Address) -> Result<Contents, sqlx::Error> {
        let mut contents = Contents::default();
        match address {
            Address::File(path) => {
                let mut connection = SqliteConnectOptions::new().filename(path).connect().await?;
                contents.integrity = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut connection).await?;
                contents.integrity.retain(|line| line != "ok");
                let broken = sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut connection).await?.len();
                if broken > 0 {
                    contents.integrity.push(format!("{broken} rows name what is not there"));
                }
                read_all!(&mut connection, &mut contents);
                connection.close().await?;
            }
            Address::Server(url) => {
                let mut connection = PgConnection::connect(url).await?;
                // Other nodes may go on meanwhile.
                sqlx::query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(&mut connection).await?;
                read_all!(&mut connection, &mut contents);
                connection.close().await?;
            }
        }
        Ok(contents)
    }

    /// Holds everything against the signed heads; gives the roots of the sizes that are asked for.
    fn verify(&self, wanted: &BTreeSet<(i64, u64)>) -> Result<BTreeMap<(i64, u64), String>, String> {
        if !self.integrity.is_empty() {
            return Err(format!("integrity_check: {}", self.integrity.join("; ")));
        }
        let mut roots = BTreeMap::new();
        let mut records = 0;
        for (log, origin, size, root, note) in &self.heads {
            let none = Vec::new();
            let entries = self.entries.get(log).unwrap_or(&none);
            if u64::try_from(entries.len()) != u64::try_from(*size) {
                return Err(format!("log {log}: its head says {size} entries, there are {}", entries.len()));
            }
            let mut tree = Tree::default();
            for ((index, entry, leaf), expected) in entries.iter().zip(0..) {
                let hash = hash(&[&[0], entry]);
                if *index != expected || hash.as_slice() != leaf {
                    return Err(format!("log {log}: entry {expected} is not the one that its hash is of"));
                }
                let public = PublicEntry::read(entry).map_err(|error| format!("log {log}, entry {index}: {error}"))?;
                records += usize::from(public.kind != "log");
                tree.push(hash);
                let place = (*log, tree.size);
                if wanted.contains(&place) {
                    roots.insert(place, hex(&tree.root()));
                }
            }
            if tree.root().as_slice() != root {
                return Err(format!("log {log}: its entries have another root than its head"));
            }
            if *size > 0 {
                let key = signer(origin).verifier();
                let opened = checkpoint::open(note, &key).map_err(|error| format!("log {log}: its checkpoint: {error}"))?;
                if (opened.size, opened.root) != (tree.size, tree.root()) {
                    return Err(format!("log {log}: its checkpoint is of another tree"));
                }
            }
            let stored: BTreeMap<_, _> = self.tiles.iter().filter(|((of, _, _), _)| of == log).collect();
            let made = tree.levels.iter().zip(0..).flat_map(|(hashes, level)| {
                hashes
                    .chunks_exact(256)
                    .zip(0..)
                    .map(move |(hashes, index)| ((*log, level, index), (hashes.concat(), root_of(hashes).to_vec())))
            });
            let made: BTreeMap<_, _> = made.collect();
            if !stored.into_iter().eq(&made) {
                return Err(format!("log {log}: its full tiles are not the {} that its entries make", made.len()));
            }
        }
        if records != self.versions.len() {
            return Err(format!("{records} entries of records in the log, {} versions of records", self.versions.len()));
        }
        for ((id, number), version) in &self.versions {
            let entry = self.entries.get(&version.log).and_then(|entries| entries.get(usize::try_from(version.index).ok()?));
            let (_, entry, _) = entry.ok_or_else(|| format!("record {id}, version {number}: no entry"))?;
            let public = PublicEntry::read(entry).map_err(|error| format!("record {id}: {error}"))?;
            if version.private.as_ref().is_some_and(|(body, salt)| commitment(salt, body) != public.commitment) {
                return Err(format!("record {id}, version {number}: its entry commits to another one"));
            }
        }
        Ok(roots)
    }

    /// Holds what was said against what is there.
    fn hold(&self, said: &[Line], checked: &mut Checked) {
        checked.lost = said.iter().filter(|line| !self.keeps(line)).count();
        let given: Vec<((i64, u64), &String)> = said
            .iter()
            .filter_map(|line| match line {
                Line::Checkpoint { log, size, root, .. } => Some(((*log, *size), root)),
                _ => None,
            })
            .collect();
        match self.verify(&given.iter().map(|(place, _)| *place).collect()) {
            Ok(roots) => checked.split = given.iter().filter(|(place, root)| roots.get(place) != Some(root)).count(),
            Err(error) => checked.broken = Some(error),
        }
    }

    /// Whether a promise is kept.
    fn keeps(&self, line: &Line) -> bool {
        match line {
            Line::Ack { id, log, index, .. } if id == "-" => {
                self.entries.get(log).is_some_and(|entries| usize::try_from(*index).is_ok_and(|index| index < entries.len()))
            }
            Line::Ack { id, version, log, index, what } => {
                let found = self.versions.get(&(id.clone(), *version));
                let stands = found.is_some_and(|found| found.log == *log && u64::try_from(found.index) == Ok(*index));
                let mut before = self.versions.range((id.clone(), 0)..(id.clone(), *version));
                stands && (what != "erase" || before.all(|(_, version)| version.private.is_none()))
            }
            Line::Checkpoint { log, size, is_published: true, .. } => {
                i64::try_from(*size).is_ok_and(|size| self.published.contains(&(*log, size)))
            }
            _ => true,
        }
    }
}

/// A tree of RFC 6962 as slow and as plain as can be: the harness does not trust the code under test with its own check.
#[derive(Default)]
struct Tree {
    size: u64,
    /// The roots of the largest full subtrees, left to right, with the number of leaves under each.
    peaks: Vec<(u64, [u8; 32])>,
    /// The leaves, the roots of each 256 of them, and so on.
    levels: Vec<Vec<[u8; 32]>>,
}

impl Tree {
    fn push(&mut self, leaf: [u8; 32]) {
        self.size += 1;
        self.peaks.push((1, leaf));
        while let [.., (left_size, left), (right_size, right)] = self.peaks.as_slice()
            && left_size == right_size
        {
            let joined = (left_size * 2, hash(&[&[1], left, right]));
            self.peaks.truncate(self.peaks.len() - 2);
            self.peaks.push(joined);
        }
        let mut carried = Some(leaf);
        let mut level = 0;
        while let Some(hash) = carried.take() {
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            let hashes = &mut self.levels[level];
            hashes.push(hash);
            if hashes.len().is_multiple_of(256) {
                carried = Some(root_of(&hashes[hashes.len() - 256..]));
            }
            level += 1;
        }
    }

    fn root(&self) -> [u8; 32] {
        let roots = self.peaks.iter().rev().map(|(_, root)| *root);
        roots.reduce(|right, left| hash(&[&[1], &left, &right])).unwrap_or_else(|| hash(&[]))
    }
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    parts.iter().fold(Sha256::new(), |hasher, part| hasher.chain_update(part)).finalize().into()
}

/// The root over as many hashes as a power of two.
fn root_of(hashes: &[[u8; 32]]) -> [u8; 32] {
    match hashes {
        [one] => *one,
        hashes => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            hash(&[&[1], &root_of(left), &root_of(right)])
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn entropy(bytes: &mut [u8]) -> Result<(), String> {
    fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(bytes)).map_err(|error| error.to_string())
}

fn signer(origin: &str) -> Signer {
    Signer::generate(origin, Sha256::digest(origin).into()).unwrap()
}

fn now() -> ZonedDateTime {
    let zone = jiff::tz::TimeZone::get(SCHEMA.time_zone()).unwrap();
    "2026-05-31T12:00".parse::<jiff::civil::DateTime>().unwrap().to_zoned_datetime(zone).unwrap()
}

fn node(seen: &Path, origin: &str) -> std::io::Result<Node> {
    let path = if origin == ORIGINS[0] { seen.to_path_buf() } else { seen.with_extension("2") };
    Ok(Node { signer: signer(origin), seen: SeenFile::open(&path, true)?, entropy })
}

/// Opens the register as a node would after the crash.
async fn open(address: &Address, seen: &Path) -> Result<Register, RegisterError> {
    match Register::open(address, Arc::clone(&SCHEMA), Some(node(seen, ORIGINS[0])?)).await {
        Err(RegisterError::Key { expected, .. }) if expected == ORIGINS[1] => {
            Register::open(address, Arc::clone(&SCHEMA), Some(node(seen, ORIGINS[1])?)).await
        }
        other => other,
    }
}

/// Whether an error says that there is no register yet.
fn says_absent(error: &RegisterError) -> bool {
    match error {
        RegisterError::Db(DbError::Absent(_)) => true,
        RegisterError::Db(DbError::Damaged { found, .. }) => found.contains("was cut short"),
        _ => false,
    }
}

/// Opens what is left, records one entry more, and holds everything against what was said.
pub(super) async fn check(address: &Address, seen: &Path, said: &[Line]) -> Checked {
    let mut checked = Checked { held: said.iter().filter(|line| line.is_promise()).count(), ..Checked::default() };
    let register = match open(address, seen).await {
        Ok(register) => register,
        Err(error) if checked.held == 0 && says_absent(&error) => {
            checked.absent = true;
            // Whoever made it begins again: at once, or after removing what was cut short, as the message says.
            if let (RegisterError::Db(DbError::Damaged { .. }), Address::File(path)) = (&error, address) {
                for end in ["", "-wal", "-shm", "-journal"] {
                    let _ = fs::remove_file(format!("{}{end}", path.display()));
                }
            }
            match Register::create(address, Arc::clone(&SCHEMA), node(seen, ORIGINS[0]).unwrap(), &now()).await {
                Ok(register) => register.close().await,
                Err(error) => checked.broken = Some(format!("cannot be made again: {error}")),
            }
            return checked;
        }
        Err(error) => {
            checked.broken = Some(error.to_string());
            checked.lost = checked.held;
            // What a node may not sign can still be read.
            if let Ok(contents) = Contents::read(address).await {
                contents.hold(said, &mut checked);
            }
            return checked;
        }
    };
    let text = "kind=request|station=001|at=2026-05-04 14:06|by=S-1042|channel=phone|requester=ero|asked=hold";
    let pairs: Pairs =
        text.split('|').filter_map(|pair| pair.split_once('=')).map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    let draft = Draft::read(&SCHEMA, register.zone(), &pairs, &Moment::at(&now())).unwrap();
    let is_frozen = register.head(register.log_number()).await.is_ok_and(|head| head.frozen);
    let more = register.add(draft, &now()).await;
    register.close().await;
    match (&more, is_frozen) {
        (Ok(_), false) | (Err(_), true) => {}
        (Ok(_), true) => checked.broken = Some("a frozen log went on".to_owned()),
        (Err(error), false) => checked.broken = Some(format!("it cannot go on: {error}")),
    }
    let contents = match Contents::read(address).await {
        Ok(contents) => contents,
        Err(error) => {
            checked.broken = Some(error.to_string());
            checked.lost = checked.held;
            return checked;
        }
    };
    contents.hold(said, &mut checked);
    checked
}
