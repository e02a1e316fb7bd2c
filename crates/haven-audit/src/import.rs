//! Logs of searches to Parquet files of one form, with a manifest that says what was read and what was not.
//!
//! A file is read once: one thread reads and cuts it into pieces of whole records, some turn pieces into columns, and one
//! puts them in order, numbers the rows and tells which are repeated. The bytes that come out depend on the input, the data
//! and the key only, never on the number of threads.

use crate::layout::{Column, Is, Layouts, Marks, Recognised, Table};
use crate::purpose::{MASK, Purposes};
pub use crate::read::Progress;
use crate::read::{self, Fault, Head, Piece, Pieces, Tally};
use crate::{AuditError, hotlist, searches};
use datafusion::arrow::array::{
    ArrayRef, BooleanArray, BooleanBuilder, DictionaryArray, Int32Array, Int64Array, Int64Builder, StringBuilder,
    TimestampMillisecondBuilder, new_null_array,
};
use datafusion::arrow::datatypes::{DataType, Int32Type, SchemaRef};
use datafusion::error::DataFusionError;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use datafusion::parquet::basic::{Compression, Encoding, ZstdLevel};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::metadata::KeyValue;
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::file::reader::{FileReader, SerializedFileReader};
use datafusion::parquet::file::writer::SerializedFileWriter;
use datafusion::parquet::schema::types::ColumnPath;
use encoding_rs::WINDOWS_1252;
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::hash::{BuildHasher, DefaultHasher, Hasher};
use std::io::{self, BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};

/// The name of the manifest, which is written last: a folder without it is an import that did not end, and one that was ended says so.
pub const MANIFEST: &str = "manifest.json";
/// Text in a piece, and so in a group of rows: some 200,000 rows, few enough that threads do not need much memory.
const PIECE_BYTES: usize = 32 << 20;
/// The longest record.
const RECORD_BYTES_MAX: usize = 1 << 20;
/// Rows that could not be read are counted all and listed up to here.
const UNREAD_MAX: usize = 1000;
/// What a thread remembers of texts it has met; when it is full it begins anew.
const REMEMBERED_MAX: usize = 100_000;
/// Parts of the set of ids, so that it grows in small steps.
const ID_PARTS: usize = 256;
/// The column that no row lacks.
const TIME: &str = "time";
/// Where a Parquet file keeps its own line of the manifest.
const OWN_LINE: &str = "haven.import";

/// A secret that makes pseudonyms of accounts. Who has it can tell which account a pseudonym is; an import with another key
/// has other pseudonyms.
pub struct Key([u8; 32]);

impl Key {
    /// The key of these bytes, which must be random.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Half of an HMAC-SHA-256, in hex: 64 bits tell the accounts of a country apart.
    fn pseudonym(&self, of: &[u8]) -> String {
        // Any length of key is right for an HMAC.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(of);
        read::hex(mac.finalize().into_bytes().get(..8).unwrap_or_default())
    }

    /// What tells two keys apart and gives neither away. No account has such a name: cells have no zero byte at their end.
    fn mark(&self) -> String {
        self.pseudonym(b"haven key\0")
    }
}

/// What an import needs to know.
pub struct Import<'a> {
    /// The layouts that files are recognised by.
    pub layouts: &'a Layouts,
    /// What reasons mean.
    pub purposes: &'a Purposes,
    /// The secret of the pseudonyms.
    pub key: &'a Key,
    /// A digest of all data the two were loaded from: a file imported with other data is imported again.
    pub knowledge: &'a str,
    /// How many threads turn text into columns.
    pub cores: usize,
}

/// What an import read, and what not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The digest of the data it was made with.
    pub knowledge: String,
    /// Tells the key from others.
    pub key: String,
    /// The files, in the order given.
    pub files: Vec<Imported>,
    /// The import was ended before all files were read: these are the ones that are whole.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
}

/// One file, as imported.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    /// The name that `file` of its rows is.
    pub name: String,
    /// SHA-256 of the file as it was handed over.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// An earlier file with the same bytes: the rows stand there, and here are none.
    pub same_as: Option<String>,
    /// The layout, by its id.
    pub layout: String,
    /// And in words.
    pub layout_name: String,
    /// Where its rows are, in the folder of the import.
    pub parquet: String,
    /// Records behind the header.
    pub records: u64,
    /// Records that are rows now.
    pub rows: u64,
    /// Rows whose id stood in an earlier row.
    pub repeated: u64,
    /// The earliest and the latest search.
    pub first: Option<String>,
    /// The latest.
    pub last: Option<String>,
    /// Columns that the layout has and the file has not.
    pub missing: Vec<String>,
    /// Columns that the file has and the layout does not know.
    pub new: Vec<String>,
    /// Why the file is not the whole log, where it says so itself.
    pub incomplete: Option<String>,
    /// Records that are no rows: all of them, and the first of them with the reason.
    pub unread_records: u64,
    /// The first of them.
    pub unread: Vec<Unread>,
    /// Cells that hold something which is not what the column is, by column.
    pub unreadable: BTreeMap<String, Unreadable>,
    /// Cells were not UTF-8 and were read as Windows-1252.
    pub windows_1252: bool,
    /// Cells that were shown in part, or by a pseudonym, because nobody knows what their words are, by column.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub masked: BTreeMap<String, Unreadable>,
}

impl Imported {
    /// How the file differs from its layout.
    pub fn drift(&self) -> Vec<String> {
        let missing = self.missing.iter().map(|column| format!("the layout has a column `{column}`, the file has none"));
        let new = self.new.iter().map(|column| format!("the file has a column `{column}` that the layout does not know"));
        missing.chain(new).collect()
    }

    /// What else is to be known of the file although all of it was read.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.repeated > 0 {
            notes.push(format!("{} rows repeat the id of an earlier row", self.repeated));
        }
        notes.extend(self.same_as.iter().map(|other| format!("the same bytes as {other}: its rows are counted there, once")));
        if self.windows_1252 {
            notes.push("some cells are not UTF-8 and were read as Windows-1252".to_owned());
        }
        notes.extend(self.masked.iter().map(|(column, at)| {
            let what = if column == "agency" {
                "name nothing that is known as an agency and are shown by a pseudonym"
            } else {
                "hold words that no vendor's list is known to have, each shown as […]"
            };
            format!("{} cells of `{column}` {what}, the first in row {}", at.cells, at.first_row)
        }));
        notes
    }
}

/// A record that is no row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// The record, counted from 1 behind the header.
    pub row: u64,
    /// Why.
    pub reason: String,
}

/// Cells of a column that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// How many.
    pub cells: u64,
    /// The row of the first.
    pub first_row: u64,
}

/// The line of the manifest in a Parquet file, with what it depends on.
#[derive(Serialize, Deserialize)]
struct OwnLine {
    knowledge: String,
    key: String,
    imported: Imported,
}

/// Reads logs of searches into a folder, one Parquet file for each, and writes the manifest last.
///
/// An import that was ended in the middle, or by `progress`, is taken up where the unfinished file begins: what is there already,
/// of the same bytes, data and key, stays.
///
/// # Errors
/// [`AuditError::Data`] for a file whose layout nobody knows, before anything is written; [`AuditError::File`] for one that
/// cannot be read or written.
///
/// Where no file is given, nothing is read and nothing taken away: what an earlier import left in the folder stays whole.
pub fn import(inputs: &[PathBuf], with: &Import<'_>, out: &Path, progress: &Progress<'_>) -> Result<Manifest, AuditError> {
    import_table(&SEARCHES, inputs, with, out, progress)
}

/// The same for action logs of alert lists ([`crate::hotlist`]), in a folder of their own.
///
/// # Errors
/// As [`import`].
pub fn import_hotlists(inputs: &[PathBuf], with: &Import<'_>, out: &Path, progress: &Progress<'_>) -> Result<Manifest, AuditError> {
    import_table(&HOTLISTS, inputs, with, out, progress)
}

/// What a log is, by its header.
///
/// # Errors
/// [`AuditError::Data`] for a file whose layout nobody knows; [`AuditError::File`] for one that cannot be read.
pub fn table(path: &Path, layouts: &Layouts) -> Result<Table, AuditError> {
    let head = read::head(path, layouts)?;
    let recognised = layouts.recognise(&head.header).ok_or_else(|| layouts.unknown(&path.display().to_string(), &head.header))?;
    Ok(recognised.layout.table)
}

/// A table that logs are imported to.
struct Kind {
    table: Table,
    is: &'static str,
    /// How its files begin.
    prefix: &'static str,
    schema: fn() -> SchemaRef,
}

const SEARCHES: Kind = Kind { table: Table::Searches, is: "a log of searches", prefix: "searches-", schema: searches::schema };
const HOTLISTS: Kind = Kind { table: Table::Hotlist, is: "an action log of alert lists", prefix: "hotlist-", schema: hotlist::schema };

fn import_table(kind: &Kind, inputs: &[PathBuf], with: &Import<'_>, out: &Path, progress: &Progress<'_>) -> Result<Manifest, AuditError> {
    let mut heads = Vec::new();
    for path in inputs {
        let head = read::head(path, with.layouts)?;
        let Some(recognised) = with.layouts.recognise(&head.header) else {
            return Err(with.layouts.unknown(&path.display().to_string(), &head.header));
        };
        if recognised.layout.table != kind.table {
            return Err(AuditError::Data {
                file: path.display().to_string(),
                place: None,
                expected: kind.is.to_owned(),
                found: recognised.layout.name.clone(),
            });
        }
        heads.push(head);
    }
    let made = |files, interrupted| Manifest { knowledge: with.knowledge.to_owned(), key: with.key.mark(), files, interrupted };
    if inputs.is_empty() {
        return Ok(made(Vec::new(), false));
    }
    let manifest = out.join(MANIFEST);
    fs::create_dir_all(out).map_err(failed(out))?;
    if manifest.exists() {
        fs::remove_file(&manifest).map_err(failed(&manifest))?;
    }
    let mut files: Vec<Imported> = Vec::new();
    let stopped = AtomicBool::new(false);
    let progress = |bytes| {
        let then = progress(bytes);
        stopped.fetch_or(then.is_break(), Ordering::Relaxed);
        then
    };
    for ((path, head), number) in inputs.iter().zip(&heads).zip(1..) {
        if progress(0).is_break() {
            break;
        }
        let name = name(path, inputs);
        let parquet = format!("{}{number:04}.parquet", kind.prefix);
        let same = match same(path, &files, &|_| progress(0)) {
            Err(_) if stopped.load(Ordering::Relaxed) => break,
            same => same?,
        };
        if let Some(mut same) = same {
            same.name = name;
            // What an earlier import left under this number.
            match fs::remove_file(out.join(&parquet)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(&out.join(&parquet))(error)),
                _ => {}
            }
            files.push(same);
            continue;
        }
        let known = finished(path, &name, &out.join(&parquet), with, &progress);
        let imported = known.and_then(|known| match known {
            Some(imported) => Ok(imported),
            None => file(kind, path, name, head, &out.join(&parquet), with, &progress),
        });
        let mut imported = match imported {
            Err(_) if stopped.load(Ordering::Relaxed) => break,
            imported => imported?,
        };
        imported.parquet = parquet;
        files.push(imported);
    }
    remove_others(out, kind.prefix, inputs.len())?;
    let interrupted = files.len() < inputs.len();
    let made = made(files, interrupted);
    let mut text = serde_json::to_vec_pretty(&made).map_err(|error| failed(&manifest)(io::Error::other(error)))?;
    text.push(b'\n');
    whole(&manifest, |to| to.write_all(&text).map_err(failed(&manifest)))?;
    Ok(made)
}

/// What is said of a file whose bytes are those of an earlier one: its rows are counted there.
fn same(path: &Path, files: &[Imported], progress: &Progress<'_>) -> Result<Option<Imported>, AuditError> {
    let bytes = fs::metadata(path).map_err(failed(path))?.len();
    if !files.iter().any(|other| other.bytes == bytes) {
        return Ok(None);
    }
    let (sha256, _) = Tally::of(path, progress).map_err(failed(path))?;
    let other = files.iter().find(|other| other.same_as.is_none() && other.sha256 == sha256);
    Ok(other.map(|other| Imported {
        same_as: Some(other.name.clone()),
        sha256,
        bytes,
        layout: other.layout.clone(),
        layout_name: other.layout_name.clone(),
        parquet: other.parquet.clone(),
        ..Imported::default()
    }))
}

/// The name of a file, with its folders if another has the same.
fn name(path: &Path, inputs: &[PathBuf]) -> String {
    let alone = inputs.iter().filter(|other| other.file_name() == path.file_name()).count() < 2;
    match path.file_name() {
        Some(name) if alone => name.to_string_lossy().into_owned(),
        _ => path.display().to_string(),
    }
}

fn failed(path: &Path) -> impl Fn(io::Error) -> AuditError {
    let file = path.display().to_string();
    move |error| AuditError::File { file: file.clone(), error }
}

fn refused(path: &Path) -> impl Fn(ParquetError) -> AuditError {
    let what = path.display().to_string();
    move |error| AuditError::Query { what: what.clone(), error: DataFusionError::from(error) }
}

/// Writes a file under another name and gives it its own when it is whole and on the disk.
fn whole(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> Result<(), AuditError>) -> Result<(), AuditError> {
    let part = path.with_extension("part");
    let mut to = BufWriter::with_capacity(1 << 20, File::create(&part).map_err(failed(&part))?);
    if let Err(error) = write(&mut to) {
        // A part is of no use; that it may not be there is no second error.
        let _ = fs::remove_file(&part);
        return Err(error);
    }
    to.flush().and_then(|()| to.get_ref().sync_all()).map_err(failed(&part))?;
    fs::rename(&part, path).map_err(failed(path))
}

/// Takes away what an earlier import of more files left in the folder: a question to the folder would count it.
fn remove_others(out: &Path, prefix: &str, count: usize) -> Result<(), AuditError> {
    for entry in fs::read_dir(out).map_err(failed(out))? {
        let path = entry.map_err(failed(out))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let number = name.strip_prefix(prefix).and_then(|rest| rest.split('.').next()).and_then(|number| number.parse::<usize>().ok());
        if number.is_some_and(|number| number > count) {
            fs::remove_file(&path).map_err(failed(&path))?;
        }
    }
    Ok(())
}

/// What an earlier import made of this very file, if it came to its end.
fn finished(path: &Path, name: &str, parquet: &Path, with: &Import<'_>, progress: &Progress<'_>) -> Result<Option<Imported>, AuditError> {
    let Some(line) = own_line(parquet) else { return Ok(None) };
    let size = fs::metadata(path).map_err(failed(path))?.len();
    let imported = line.imported;
    if line.knowledge != with.knowledge || line.key != with.key.mark() || imported.name != name || imported.bytes != size {
        return Ok(None);
    }
    let (sha256, _) = Tally::of(path, progress).map_err(failed(path))?;
    Ok((imported.sha256 == sha256).then_some(imported))
}

fn own_line(parquet: &Path) -> Option<OwnLine> {
    let reader = SerializedFileReader::new(File::open(parquet).ok()?).ok()?;
    let pairs = reader.metadata().file_metadata().key_value_metadata()?;
    serde_json::from_str(pairs.iter().find(|pair| pair.key == OWN_LINE)?.value.as_ref()?).ok()
}

/// How the Parquet files are written: counting numbers and times as differences, texts by their dictionaries.
fn properties(path: &Path) -> Result<WriterProperties, AuditError> {
    let level = ZstdLevel::try_new(1).map_err(refused(path))?;
    let mut properties =
        WriterProperties::builder().set_compression(Compression::ZSTD(level)).set_statistics_enabled(EnabledStatistics::Chunk);
    for column in ["row", "time", "since", "until"] {
        let column = ColumnPath::from(column);
        properties =
            properties.set_column_dictionary_enabled(column.clone(), false).set_column_encoding(column, Encoding::DELTA_BINARY_PACKED);
    }
    Ok(properties.build())
}

/// Imports one file.
fn file(
    kind: &Kind,
    path: &Path,
    name: String,
    head: &Head,
    parquet: &Path,
    with: &Import<'_>,
    progress: &Progress<'_>,
) -> Result<Imported, AuditError> {
    let Some(recognised) = with.layouts.recognise(&head.header) else { return Err(with.layouts.unknown(&name, &head.header)) };
    let schema = (kind.schema)();
    let mut imported = Imported {
        layout: recognised.layout.id.clone(),
        layout_name: recognised.layout.name.clone(),
        missing: recognised.missing.clone(),
        new: recognised.new.clone(),
        name: name.clone(),
        ..Imported::default()
    };
    whole(parquet, |to| {
        let writer = ArrowWriter::try_new(to, schema.clone(), Some(properties(parquet)?)).map_err(refused(parquet))?;
        let (writer, groups) = writer.into_serialized_writer().map_err(refused(parquet))?;
        let plan = Plan::new(with, &recognised, head, &name, schema, groups);
        let tally = Tally::default();
        let ordered =
            Ordered { writer, ids: Ids::new(), base: 0, agency: None, several: false, first: None, last: None, imported: &mut imported };
        let mut writer = through(path, head, &plan, &tally, progress, ordered, &refused(parquet))?;
        (imported.sha256, imported.bytes) = tally.finish();
        let line = OwnLine { knowledge: with.knowledge.to_owned(), key: with.key.mark(), imported: imported.clone() };
        let line = serde_json::to_string(&line).map_err(|error| failed(parquet)(io::Error::other(error)))?;
        writer.append_key_value_metadata(KeyValue::new(OWN_LINE.to_owned(), line));
        writer.close().map_err(refused(parquet))?;
        Ok(())
    })?;
    Ok(imported)
}

/// Reads a file with threads; gives the writer back with every group of rows in it.
fn through<'w>(
    path: &Path,
    head: &Head,
    plan: &Plan<'_>,
    tally: &Tally,
    progress: &Progress<'_>,
    mut ordered: Ordered<'_, &'w mut BufWriter<File>>,
    refused: &dyn Fn(ParquetError) -> AuditError,
) -> Result<SerializedFileWriter<&'w mut BufWriter<File>>, AuditError> {
    std::thread::scope(|scope| {
        // Pieces go round: who reads waits for an empty one, so that no more text than this is in memory.
        let (give_back, empty) = mpsc::channel::<Piece>();
        let (to_do, jobs) = mpsc::channel::<(usize, Piece)>();
        let (say, done) = mpsc::channel();
        let jobs: Arc<Mutex<Receiver<(usize, Piece)>>> = Arc::new(Mutex::new(jobs));
        for _ in 0..plan.cores + 2 {
            let _ = give_back.send(Piece::default());
        }
        let reader = scope.spawn(move || {
            read::with_text(path, tally, progress, |text| {
                let mut pieces = Pieces::new(text, head.delimiter, PIECE_BYTES, RECORD_BYTES_MAX);
                pieces.skip(head.bytes).map_err(failed(path))?;
                for number in 0.. {
                    // Nobody gives back or takes any more where something went wrong, which is said there.
                    let Ok(mut piece) = empty.recv() else { break };
                    // A file that is packed as one of a zip is read past the tally.
                    if progress(0).is_break() {
                        return Err(failed(path)(io::Error::other("stopped")));
                    }
                    if !pieces.next(&mut piece).map_err(failed(path))? || to_do.send((number, piece)).is_err() {
                        break;
                    }
                }
                Ok(())
            })
        });
        for _ in 0..plan.cores {
            let (jobs, say) = (Arc::clone(&jobs), say.clone());
            scope.spawn(move || {
                let mut worker = Worker::new(plan);
                loop {
                    let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((number, piece)) = job else { break };
                    // A thread that ends without a word would leave the others waiting for its piece.
                    let made = catch_unwind(AssertUnwindSafe(|| worker.columns(&piece)));
                    if say.send((number, piece, made)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(say);
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for (number, piece, made) in done {
            let made = made.unwrap_or_else(|panic| resume_unwind(panic)).map_err(refused)?;
            waiting.insert(number, (piece, made));
            while let Some((piece, made)) = waiting.remove(&next) {
                ordered.take(made, plan).map_err(refused)?;
                let _ = give_back.send(piece);
                next += 1;
            }
        }
        reader.join().unwrap_or_else(|panic| resume_unwind(panic))?;
        Ok(ordered.finish())
    })
}

/// What every thread needs of a file.
struct Plan<'a> {
    purposes: &'a Purposes,
    key: &'a Key,
    layouts: &'a Layouts,
    marks: &'a Marks,
    mark_bytes_max: usize,
    cores: usize,
    columns: Columns<'a>,
    head: &'a Head,
    name: &'a str,
    schema: SchemaRef,
    groups: ArrowRowGroupWriterFactory,
    /// Of ids 64 bits are kept; with the key in them nobody can make two ids that look the same.
    id_hasher: DefaultHasher,
    other: Option<(&'a str, &'a str)>,
}

/// Where the columns stand in the file.
struct Columns<'a> {
    id: Option<usize>,
    account: Option<usize>,
    agency: Option<usize>,
    networks: Option<usize>,
    devices: Option<usize>,
    period: Option<(&'a Column, usize)>,
    since: Option<(&'a Column, usize)>,
    until: Option<(&'a Column, usize)>,
    plate: Option<usize>,
    reason: Option<(&'a Column, usize)>,
    case: Option<usize>,
    time: Option<(&'a Column, usize)>,
    search_type: Option<usize>,
    moderation: Option<usize>,
    offense: Option<usize>,
    event: Option<usize>,
    entity: Option<usize>,
}

impl<'a> Plan<'a> {
    fn new(
        with: &Import<'a>,
        recognised: &'a Recognised<'a>,
        head: &'a Head,
        name: &'a str,
        schema: SchemaRef,
        groups: ArrowRowGroupWriterFactory,
    ) -> Self {
        let place = |is| recognised.column(is).map(|(_, at)| at);
        let column = |is| recognised.column(is);
        let marks = &with.layouts.marks;
        let mut id_hasher = DefaultHasher::new();
        id_hasher.write(&with.key.0);
        Self {
            purposes: with.purposes,
            key: with.key,
            layouts: with.layouts,
            marks,
            mark_bytes_max: marks.redacted.iter().chain(&marks.sentinel).chain(&marks.absent).map(String::len).max().unwrap_or(0),
            cores: with.cores.max(1),
            columns: Columns {
                id: place(Is::Id),
                account: place(Is::Account),
                agency: place(Is::Agency),
                networks: place(Is::Networks),
                devices: place(Is::Devices),
                period: column(Is::Period),
                since: column(Is::Since),
                until: column(Is::Until),
                plate: place(Is::Plate),
                reason: column(Is::Reason),
                case: place(Is::Case),
                time: column(Is::Time),
                search_type: place(Is::SearchType),
                moderation: place(Is::Moderation),
                offense: place(Is::Offense),
                event: place(Is::Event),
                entity: place(Is::Entity),
            },
            head,
            name,
            schema,
            groups,
            id_hasher,
            other: recognised.layout.several_agencies.as_ref().map(|other| (other.id.as_str(), other.name.as_str())),
        }
    }

    /// Whether somebody took out what stood in a cell.
    fn redacted(&self, cell: &[u8]) -> bool {
        cell.len() <= self.mark_bytes_max && self.marks.redacted.iter().any(|mark| mark.as_bytes() == cell)
    }

    /// Whether what stands in a cell means that there is no value, or none for us.
    fn no_value(&self, cell: &[u8]) -> bool {
        let text = text(cell);
        let is = |marks: &[String]| marks.iter().any(|mark| *mark == text);
        is(&self.marks.redacted) || is(&self.marks.sentinel) || is(&self.marks.absent)
    }
}

impl Plan<'_> {
    /// An organisation as it is shown, and whether that is a pseudonym: an account may carry the name of a person.
    fn organisation(&self, cell: &[u8]) -> (Arc<str>, bool) {
        let name = text(cell);
        if self.purposes.names_agency(&name) {
            return (Arc::from(name), false);
        }
        // None of an account, even where both have one name; and figures only, since letters may spell an agency.
        let pseudonym = self.key.pseudonym(&[b"organisation\0".as_slice(), cell].concat());
        let figures = u64::from_str_radix(&pseudonym, 16).unwrap_or_default();
        (Arc::from(format!("{MASK} {figures:020}")), true)
    }
}

/// A cell as text: UTF-8, or else what older spreadsheets write.
fn text(cell: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(cell) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(cell).0,
    }
}

/// The texts of a column in a piece, each once, and which one each row has.
#[derive(Default)]
struct Texts {
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    rows: Vec<u32>,
}

impl Texts {
    fn clear(&mut self) {
        self.table.clear();
        self.bytes.clear();
        self.ends.clear();
        self.rows.clear();
    }

    fn push(&mut self, cell: &[u8]) {
        let (bytes, ends) = (&self.bytes, &self.ends);
        let hash = self.hasher.hash_one(cell);
        let known = self.table.find(hash, |at| nth(bytes, ends, *at) == cell);
        let at = match known {
            Some(at) => *at,
            None => {
                let at = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
                self.bytes.extend_from_slice(cell);
                self.ends.push(self.bytes.len());
                let (bytes, ends, hasher) = (&self.bytes, &self.ends, &self.hasher);
                self.table.insert_unique(hash, at, |at| hasher.hash_one(nth(bytes, ends, *at)));
                at
            }
        };
        self.rows.push(at);
    }

    fn each(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len()).map(|at| nth(&self.bytes, &self.ends, u32::try_from(at).unwrap_or(u32::MAX)))
    }

    /// A column in which each row has what its text became.
    fn column<T: AsRef<str>>(&self, became: &[Option<T>]) -> ArrayRef {
        let mut known: HashMap<&str, i32> = HashMap::new();
        let mut values = StringBuilder::new();
        let mut keys: Vec<Option<i32>> = Vec::with_capacity(became.len());
        for value in became {
            keys.push(value.as_ref().map(|value| {
                let count = i32::try_from(known.len()).unwrap_or(i32::MAX);
                *known.entry(value.as_ref()).or_insert_with(|| {
                    values.append_value(value);
                    count
                })
            }));
        }
        let rows: Int32Array = self.rows.iter().map(|at| keys.get(*at as usize).copied().flatten()).collect();
        Arc::new(DictionaryArray::<Int32Type>::new(rows, Arc::new(values.finish())))
    }
}

fn nth<'a>(bytes: &'a [u8], ends: &[usize], at: u32) -> &'a [u8] {
    let at = at as usize;
    let begin = at.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    bytes.get(begin..ends.get(at).copied().unwrap_or(begin)).unwrap_or_default()
}

/// What a reason became.
struct Reason {
    masked: Option<String>,
    immigration: Option<String>,
    assists: Option<&'static str>,
    list: Option<String>,
    purpose: Option<&'static str>,
}

/// What a thread remembers from piece to piece.
struct Worker<'a> {
    plan: &'a Plan<'a>,
    reasons: HashMap<Vec<u8>, Arc<Reason>>,
    accounts: HashMap<Vec<u8>, Arc<str>>,
    /// Names of organisations, and whether each is shown by a pseudonym.
    agencies: HashMap<Vec<u8>, (Arc<str>, bool)>,
    account: Texts,
    agency: Texts,
    reason: Texts,
    search_type: Texts,
    moderation: Texts,
    offense: Texts,
    event: Texts,
    entity: Texts,
}

/// A piece as columns. The number of a row and whether it is repeated depend on the pieces before.
struct Made {
    columns: Vec<Encoded>,
    /// Records in the piece.
    records: u64,
    /// The records that are rows, counted from 1.
    rows: Vec<i64>,
    /// Of each row the hash of its id; 0 if it has none.
    ids: Option<Vec<u64>>,
    agency: Option<Vec<u8>>,
    several_agencies: bool,
    first: Option<i64>,
    last: Option<i64>,
    unread: Vec<Unread>,
    unread_records: u64,
    unreadable: BTreeMap<&'static str, Unreadable>,
    incomplete: Option<(u64, String)>,
    windows_1252: bool,
    masked: BTreeMap<&'static str, Unreadable>,
}

enum Encoded {
    Chunk(ArrowColumnChunk),
    Row(ArrowColumnWriter),
    Repeated(ArrowColumnWriter),
}

impl Made {
    fn unread(&mut self, row: u64, reason: impl FnOnce() -> String) {
        self.unread_records += 1;
        if self.unread.len() < UNREAD_MAX {
            self.unread.push(Unread { row, reason: reason() });
        }
    }

    /// Counts the rows whose text is hidden.
    fn mask(&mut self, column: &'static str, texts: &Texts, hidden: &[bool]) {
        for (at, row) in texts.rows.iter().zip(&self.rows) {
            if hidden.get(*at as usize).is_some_and(|hidden| *hidden) {
                let first_row = u64::try_from(*row).unwrap_or(0);
                self.masked.entry(column).or_insert(Unreadable { cells: 0, first_row }).cells += 1;
            }
        }
    }

    fn unreadable(&mut self, column: &'static str) {
        let row = self.records;
        self.unreadable.entry(column).or_insert(Unreadable { cells: 0, first_row: row }).cells += 1;
    }
}

/// The times of a piece, by column, with the form that read the one before.
struct Times {
    builder: TimestampMillisecondBuilder,
    form: usize,
}

impl Times {
    fn new() -> Self {
        Self { builder: TimestampMillisecondBuilder::new().with_timezone("UTC"), form: 0 }
    }

    fn read(&mut self, column: &Column, cell: &[u8], name: &'static str, plan: &Plan<'_>, made: &mut Made) -> Option<i64> {
        let cell = cell.trim_ascii();
        let moment = if cell.is_empty() { None } else { column.moments.read(cell, &mut self.form) };
        // A search was made at some time: where none is said and nobody took it out, the row is not what it seems.
        let accepted = if name == TIME { plan.redacted(cell) } else { cell.is_empty() || plan.no_value(cell) };
        if moment.is_none() && !accepted {
            made.unreadable(name);
        }
        self.builder.append_option(moment);
        moment
    }
}

/// A count as exports write it, with commas between thousands or with a spreadsheet's `.0`.
fn number(cell: &[u8]) -> Option<i64> {
    let cell = cell.strip_suffix(b".0").unwrap_or(cell);
    let mut value: i64 = 0;
    let mut any = false;
    for byte in cell {
        match byte {
            b'0'..=b'9' => {
                value = value.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
                any = true;
            }
            b',' if any => {}
            _ => return None,
        }
    }
    any.then_some(value)
}

fn count(record: &csv::ByteRecord, at: usize, to: &mut Int64Builder, name: &'static str, plan: &Plan<'_>, made: &mut Made) {
    let cell = record.get(at).unwrap_or_default().trim_ascii();
    let value = number(cell);
    if value.is_none() && !cell.is_empty() && !plan.no_value(cell) {
        made.unreadable(name);
    }
    to.append_option(value);
}

impl<'a> Worker<'a> {
    fn new(plan: &'a Plan<'a>) -> Self {
        Self {
            plan,
            reasons: HashMap::new(),
            accounts: HashMap::new(),
            agencies: HashMap::new(),
            account: Texts::default(),
            agency: Texts::default(),
            reason: Texts::default(),
            search_type: Texts::default(),
            moderation: Texts::default(),
            offense: Texts::default(),
            event: Texts::default(),
            entity: Texts::default(),
        }
    }

    /// Turns a piece into columns.
    fn columns(&mut self, piece: &Piece) -> Result<Made, ParquetError> {
        let plan = self.plan;
        let at = &plan.columns;
        let mut made = Made {
            columns: Vec::new(),
            records: 0,
            rows: Vec::new(),
            ids: at.id.map(|_| Vec::new()),
            agency: None,
            several_agencies: false,
            first: None,
            last: None,
            unread: Vec::new(),
            unread_records: 0,
            unreadable: BTreeMap::new(),
            incomplete: None,
            windows_1252: false,
            masked: BTreeMap::new(),
        };
        let mut texts = [
            (at.account, &mut self.account),
            (at.agency, &mut self.agency),
            (at.reason.map(|(_, at)| at), &mut self.reason),
            (at.search_type, &mut self.search_type),
            (at.moderation, &mut self.moderation),
            (at.offense, &mut self.offense),
            (at.event, &mut self.event),
            (at.entity, &mut self.entity),
        ];
        for (_, texts) in &mut texts {
            texts.clear();
        }
        let (mut time, mut since, mut until) = (Times::new(), Times::new(), Times::new());
        let (mut networks, mut devices) = (Int64Builder::new(), Int64Builder::new());
        let (mut plate, mut case) = (BooleanBuilder::new(), BooleanBuilder::new());

        let mut reader = read::reader(&piece.text, plan.head.delimiter);
        let mut record = csv::ByteRecord::new();
        let width = plan.head.header.len();
        // In memory there is nothing that fails.
        while reader.read_byte_record(&mut record).unwrap_or(false) {
            let begin = record.get(0).unwrap_or_default().trim_ascii_start();
            if record.len() < width
                && let Some(mark) = plan.marks.incomplete.iter().find(|mark| begin.starts_with(mark.as_bytes()))
            {
                made.incomplete.get_or_insert((made.records, mark.clone()));
                continue;
            }
            made.records += 1;
            let row = made.records;
            if plan.head.is(&record) {
                made.unread(row, || "the header again".to_owned());
                continue;
            }
            if let Some(why) = plan.head.misfit(&record) {
                made.unread(row, || why);
                continue;
            }
            made.rows.push(i64::try_from(row).unwrap_or(i64::MAX));
            let cell = |at: usize| record.get(at).unwrap_or_default().trim_ascii();
            if let (Some(at), Some(ids)) = (at.id, &mut made.ids) {
                let id = cell(at);
                let unknown = id.is_empty() || (id.len() <= plan.mark_bytes_max && plan.no_value(id));
                ids.push(if unknown {
                    0
                } else {
                    let mut hasher = plan.id_hasher.clone();
                    hasher.write(id);
                    hasher.finish().max(1)
                });
            }
            for (at, texts) in &mut texts {
                if let Some(at) = at {
                    texts.push(cell(*at));
                }
            }
            if let Some((column, at)) = at.time {
                let moment = time.read(column, cell(at), TIME, plan, &mut made);
                made.first = made.first.into_iter().chain(moment).min();
                made.last = made.last.into_iter().chain(moment).max();
            }
            if let Some((column, at)) = at.period {
                let (begin, end) = halves(cell(at), &column.separators);
                since.read(column, begin, "since", plan, &mut made);
                until.read(column, end, "until", plan, &mut made);
            } else {
                if let Some((column, at)) = at.since {
                    since.read(column, cell(at), "since", plan, &mut made);
                }
                if let Some((column, at)) = at.until {
                    until.read(column, cell(at), "until", plan, &mut made);
                }
            }
            if let Some(at) = at.networks {
                count(&record, at, &mut networks, "networks", plan, &mut made);
            }
            if let Some(at) = at.devices {
                count(&record, at, &mut devices, "devices", plan, &mut made);
            }
            for (at, given) in [(at.plate, &mut plate), (at.case, &mut case)] {
                if let Some(at) = at {
                    let cell = cell(at);
                    let marked = cell.len() <= plan.mark_bytes_max && plan.no_value(cell);
                    given.append_option(match cell {
                        [] => Some(false),
                        _ if plan.redacted(cell) => None,
                        _ => Some(!marked),
                    });
                }
            }
        }
        match piece.then {
            Some(Fault::Unclosed) => {
                made.records += 1;
                let row = made.records;
                made.unread(row, || "a quote or a line that does not end".to_owned());
            }
            Some(Fault::BrokenOff) => {
                made.records += 1;
                let row = made.records;
                made.unread(row, || "the file ends in it".to_owned());
                made.incomplete = Some((row, "the packed file breaks off".to_owned()));
            }
            Some(Fault::Ended) => made.incomplete = Some((made.records, "the packed file breaks off".to_owned())),
            None => {}
        }
        let numbers = [("networks", networks.finish()), ("devices", devices.finish())];
        let flags = [("plate_given", plate.finish()), ("case_given", case.finish())];
        let times = [("time", time), ("since", since), ("until", until)];
        let mut arrays: BTreeMap<&str, ArrayRef> = BTreeMap::new();
        arrays.extend(numbers.map(|(name, array)| (name, Arc::new(array) as ArrayRef)));
        arrays.extend(flags.map(|(name, array)| (name, Arc::new(array) as ArrayRef)));
        arrays.extend(times.map(|(name, mut times)| (name, Arc::new(times.builder.finish()) as ArrayRef)));
        self.texts(&mut arrays, &mut made);
        made.columns = self.encode(&arrays, made.rows.len())?;
        Ok(made)
    }

    /// The columns of texts, and those that follow from them.
    fn texts(&mut self, arrays: &mut BTreeMap<&'static str, ArrayRef>, made: &mut Made) {
        let plan = self.plan;
        for (name, at, texts) in [
            ("search_type", plan.columns.search_type, &self.search_type),
            ("moderation", plan.columns.moderation, &self.moderation),
            ("offense", plan.columns.offense, &self.offense),
            ("event", plan.columns.event, &self.event),
            ("entity", plan.columns.entity, &self.entity),
        ] {
            if at.is_some() {
                let cells = texts.each().map(|cell| (!plan.no_value(cell)).then(|| plan.layouts.listed(&text(cell))));
                let (shown, hidden) = parted(cells);
                arrays.insert(name, texts.column(&shown));
                made.mask(name, texts, &hidden);
            }
        }
        if plan.columns.agency.is_some() {
            let names = self.agency.each().map(|cell| match cell {
                [] => Some((Arc::from(""), false)),
                cell if plan.no_value(cell) => None,
                cell => Some(remembered(&mut self.agencies, cell, || plan.organisation(cell))),
            });
            let (names, hidden) = parted(names);
            made.mask("agency", &self.agency, &hidden);
            let mut speaking = self.agency.each().filter(|cell| !cell.is_empty() && !plan.no_value(cell));
            made.agency = speaking.next().map(<[u8]>::to_vec);
            made.several_agencies = speaking.next().is_some();
            arrays.insert("agency", self.agency.column(&names));
        }
        if plan.columns.account.is_some() {
            let accounts = self.account.each().map(|cell| match cell {
                [] => Some(Arc::from("")),
                cell if plan.no_value(cell) => None,
                cell => Some(remembered(&mut self.accounts, cell, || Arc::from(plan.key.pseudonym(cell)))),
            });
            let accounts: Vec<Option<Arc<str>>> = accounts.collect();
            arrays.insert("account", self.account.column(&accounts));
        }
        if let Some((column, _)) = plan.columns.reason {
            let reasons: Vec<Arc<Reason>> =
                self.reason.each().map(|cell| remembered(&mut self.reasons, cell, || Arc::new(reason(plan, column, cell)))).collect();
            let masked = self.reason.column(&reasons.iter().map(|reason| reason.masked.as_deref()).collect::<Vec<_>>());
            arrays.insert("details", Arc::clone(&masked));
            arrays.insert("reason", masked);
            arrays
                .insert("immigration", self.reason.column(&reasons.iter().map(|reason| reason.immigration.as_deref()).collect::<Vec<_>>()));
            arrays.insert("assists", self.reason.column(&reasons.iter().map(|reason| reason.assists).collect::<Vec<_>>()));
            arrays.insert("list", self.reason.column(&reasons.iter().map(|reason| reason.list.as_deref()).collect::<Vec<_>>()));
            arrays.insert("purpose", self.reason.column(&reasons.iter().map(|reason| reason.purpose).collect::<Vec<_>>()));
        }
        let all = [&self.agency, &self.reason, &self.search_type, &self.moderation, &self.offense, &self.event, &self.entity];
        made.windows_1252 = all.iter().any(|texts| std::str::from_utf8(&texts.bytes).is_err());
        let keys = Int32Array::from_value(0, made.rows.len());
        let mut name = StringBuilder::new();
        name.append_value(plan.name);
        arrays.insert("file", Arc::new(DictionaryArray::<Int32Type>::new(keys, Arc::new(name.finish()))));
    }

    fn encode(&self, arrays: &BTreeMap<&str, ArrayRef>, rows: usize) -> Result<Vec<Encoded>, ParquetError> {
        let writers = self.plan.groups.create_column_writers(0)?;
        let mut encoded = Vec::with_capacity(writers.len());
        for (field, mut writer) in self.plan.schema.fields().iter().zip(writers) {
            encoded.push(match field.name().as_str() {
                "row" => Encoded::Row(writer),
                "repeated" => Encoded::Repeated(writer),
                name => {
                    // A column that the file does not have is unknown in every row.
                    let array = arrays.get(name).filter(|array| array.len() == rows).cloned();
                    let array = array.unwrap_or_else(|| new_null_array(field.data_type(), rows));
                    for leaf in compute_leaves(field, &array)? {
                        writer.write(&leaf)?;
                    }
                    Encoded::Chunk(writer.close()?)
                }
            });
        }
        Ok(encoded)
    }
}

/// What was made of a cell before, or is made of it now.
fn remembered<T: Clone>(known: &mut HashMap<Vec<u8>, T>, cell: &[u8], make: impl FnOnce() -> T) -> T {
    if let Some(value) = known.get(cell) {
        return value.clone();
    }
    if known.len() >= REMEMBERED_MAX {
        known.clear();
    }
    let value = make();
    known.insert(cell.to_vec(), value.clone());
    value
}

fn reason(plan: &Plan<'_>, column: &Column, cell: &[u8]) -> Reason {
    let text = text(cell);
    let is = |marks: &[String]| marks.iter().any(|mark| *mark == text);
    let unknown = |purpose| Reason { masked: None, immigration: None, assists: None, list: None, purpose };
    if is(&plan.marks.redacted) {
        return unknown(Some("redacted"));
    }
    if is(&plan.marks.sentinel) {
        return unknown(None);
    }
    // A form that was sent as an address is, where no space is left in it.
    let text = match column.plus_is_space && text.contains('+') && !text.contains(' ') {
        true => Cow::Owned(text.replace('+', " ").trim().to_owned()),
        false => text,
    };
    let read = plan.purposes.read(&text);
    Reason { masked: Some(read.masked), immigration: read.immigration, assists: read.assists, list: read.list, purpose: Some(read.purpose) }
}

/// What cells became, and which of them do not show all that stood there.
fn parted<T>(cells: impl Iterator<Item = Option<(T, bool)>>) -> (Vec<Option<T>>, Vec<bool>) {
    cells.map(|cell| cell.map_or((None, false), |(shown, hidden)| (Some(shown), hidden))).unzip()
}

/// The two times of a period.
fn halves<'a>(cell: &'a [u8], separators: &[String]) -> (&'a [u8], &'a [u8]) {
    let parted = separators.iter().find_map(|separator| {
        let at = memchr::memmem::find(cell, separator.as_bytes())?;
        Some((cell.get(..at)?, cell.get(at + separator.len()..)?))
    });
    parted.unwrap_or((cell, b""))
}

/// Ids that were met, by 64 bits of a hash: about 12 bytes a row, 600 MB for 50 million. That two ids of those look the same
/// has a chance of one in ten thousand, for the whole log.
struct Ids(Vec<HashTable<u64>>);

impl Ids {
    fn new() -> Self {
        Self((0..ID_PARTS).map(|_| HashTable::new()).collect())
    }

    /// Whether the id was met before.
    fn met(&mut self, id: u64) -> bool {
        // The table looks at the lowest and the highest bits.
        let part = usize::try_from((id >> 40) % ID_PARTS as u64).unwrap_or(0);
        let Some(part) = self.0.get_mut(part) else { return false };
        match part.entry(id, |known| *known == id, |known| *known) {
            hashbrown::hash_table::Entry::Occupied(_) => true,
            hashbrown::hash_table::Entry::Vacant(place) => {
                place.insert(id);
                false
            }
        }
    }
}

/// What puts the pieces in order.
struct Ordered<'a, W: Write + Send> {
    writer: SerializedFileWriter<W>,
    ids: Ids,
    /// Records in the pieces before.
    base: u64,
    agency: Option<Vec<u8>>,
    several: bool,
    first: Option<i64>,
    last: Option<i64>,
    imported: &'a mut Imported,
}

impl<W: Write + Send> Ordered<'_, W> {
    fn take(&mut self, made: Made, plan: &Plan<'_>) -> Result<(), ParquetError> {
        let base = self.base;
        self.base += made.records;
        self.note(&made, base);
        if self.several
            && let Some((id, name)) = plan.other
        {
            self.imported.layout = id.to_owned();
            self.imported.layout_name = name.to_owned();
        }
        if made.rows.is_empty() {
            return Ok(());
        }
        let rows = made.rows.len();
        let offset = i64::try_from(base).unwrap_or(i64::MAX);
        let row: ArrayRef = Arc::new(Int64Array::from_iter_values(made.rows.iter().map(|row| row + offset)));
        let repeated: ArrayRef = match &made.ids {
            Some(ids) => {
                let repeated: BooleanArray = ids.iter().map(|id| (*id != 0).then(|| self.ids.met(*id))).collect();
                self.imported.repeated += repeated.true_count() as u64;
                Arc::new(repeated)
            }
            None => new_null_array(&DataType::Boolean, rows),
        };
        let mut group = self.writer.next_row_group()?;
        for (field, column) in plan.schema.fields().iter().zip(made.columns) {
            let chunk = match column {
                Encoded::Chunk(chunk) => chunk,
                Encoded::Row(writer) => closed(writer, field, &row)?,
                Encoded::Repeated(writer) => closed(writer, field, &repeated)?,
            };
            chunk.append_to_row_group(&mut group)?;
        }
        group.close()?;
        Ok(())
    }

    fn note(&mut self, made: &Made, base: u64) {
        let imported = &mut *self.imported;
        imported.records += made.records;
        imported.rows += made.rows.len() as u64;
        imported.unread_records += made.unread_records;
        let room = UNREAD_MAX.saturating_sub(imported.unread.len());
        imported
            .unread
            .extend(made.unread.iter().take(room).map(|unread| Unread { row: unread.row + base, reason: unread.reason.clone() }));
        for (column, here) in &made.unreadable {
            let first = Unreadable { cells: 0, first_row: here.first_row + base };
            imported.unreadable.entry((*column).to_owned()).or_insert(first).cells += here.cells;
        }
        if let Some((row, why)) = &made.incomplete {
            imported.incomplete.get_or_insert_with(|| format!("{why}, behind record {}", row + base));
        }
        imported.windows_1252 |= made.windows_1252;
        for (column, here) in &made.masked {
            let first = Unreadable { cells: 0, first_row: here.first_row + base };
            imported.masked.entry((*column).to_owned()).or_insert(first).cells += here.cells;
        }
        self.several |= made.several_agencies || (self.agency.is_some() && made.agency.is_some() && self.agency != made.agency);
        if self.agency.is_none() {
            self.agency.clone_from(&made.agency);
        }
        self.first = self.first.into_iter().chain(made.first).min();
        self.last = self.last.into_iter().chain(made.last).max();
        let said =
            |moment: Option<i64>| moment.and_then(|moment| jiff::Timestamp::from_millisecond(moment).ok()).map(|moment| moment.to_string());
        (imported.first, imported.last) = (said(self.first), said(self.last));
    }

    fn finish(self) -> SerializedFileWriter<W> {
        self.writer
    }
}

fn closed(
    mut writer: ArrowColumnWriter,
    field: &datafusion::arrow::datatypes::Field,
    array: &ArrayRef,
) -> Result<ArrowColumnChunk, ParquetError> {
    for leaf in compute_leaves(field, array)? {
        writer.write(&leaf)?;
    }
    writer.close()
}
