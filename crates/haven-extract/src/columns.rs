//! Parquet: a table by columns. Its names and what is said of them come first; then each column by itself, from the pages that
//! list its distinct values where the file has such, so that memory holds one page, however long the file is.

use crate::data::{Gathered, KEYS_MAX, Kept, Tree, is_text, is_value, kind_of_head, read_cell, text_of_value};
use crate::guard::guarded;
use crate::{Job, PieceKind, Place, ReadSeek, Rows};
use parquet::basic::{ConvertedType, Encoding, LogicalType, Repetition, Type as Physical};
use parquet::column::page::{Page, PageReader};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, KeyValue, ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::schema::types::Type;
use std::collections::BTreeSet;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

/// Rows taken at once.
const ROWS: usize = 1024;
/// Of a column whose distinct values are listed, rows of which it is counted which of them they hold.
const COUNTED_ROWS_MAX: u64 = 1_000_000;
/// Distinct values that such a list may have; longer ones are of names and numbers, and counting them costs more than it tells.
const COUNTED_VALUES_MAX: usize = 1_000;
/// Bytes taken at once where nobody says how many are needed: what stands before a page is short.
const AHEAD_BYTES: usize = 512;
/// Bytes of the mark at each end of a file, and of what stands before the last one: the length of the list of contents.
const MARK_BYTES: u64 = 4;
/// Metadata that says the table's schema once more, in the ways of other programs: of it only what describes columns is news.
const SCHEMAS: [&str; 6] =
    ["pandas", "org.apache.spark.sql.parquet.row.metadata", "parquet.avro.schema", "avro.schema", "iceberg.schema", "huggingface"];
/// Metadata whose value no person wrote.
const MACHINE_MADE: [&str; 2] = ["ARROW:schema", "geo"];
/// Keys under which such a schema describes a column.
const DESCRIPTIONS: [&str; 6] = ["comment", "description", "desc", "doc", "label", "title"];

/// Reads a file.
pub(crate) fn parquet(input: Box<dyn ReadSeek>, job: &mut Job<'_, '_>) {
    guarded(job, |job| {
        if let Err(reason) = table(input, job) {
            job.unread(Place::default(), reason);
        }
    });
}

/// Reads a file that comes in a stream: its list of contents stands at its end, so it is held whole.
pub(crate) fn parquet_stream(input: &mut dyn Read, job: &mut Job<'_, '_>) {
    if let Some(bytes) = job.whole(input) {
        parquet(Box::new(Cursor::new(bytes)), job);
    }
}

/// Reads a table; an error is why it cannot be read at all.
fn table(input: Box<dyn ReadSeek>, job: &mut Job<'_, '_>) -> Result<(), String> {
    let file = Chunks::new(input).map_err(|error| format!("reading stopped: {}", error.kind()))?;
    file.check_end(job)?;
    let metadata = ParquetMetaDataReader::new()
        .parse_and_finish(&file)
        .map_err(|error| format!("expected the list of contents of a Parquet file, found {}", what_is_wrong(&error)))?;
    let mut schema = Schema::default();
    schema.walk_fields(metadata.file_metadata().schema(), Inside::Fields, job);
    if schema.columns.len() != metadata.file_metadata().schema_descr().num_columns() {
        return Err("expected as many columns as the schema has, found another number".to_owned());
    }
    for pair in metadata.file_metadata().key_value_metadata().into_iter().flatten() {
        described(pair, job);
    }
    if schema.columns.len() > KEYS_MAX {
        job.unread(Place::default(), format!("expected at most {KEYS_MAX} columns, found more; those beyond were not looked at"));
    }
    for (index, column) in schema.columns.iter().enumerate().take(KEYS_MAX) {
        read_column(&file, &metadata, index, column, job);
    }
    Ok(())
}

/// What a parser means, without its words, which may hold some of the file.
fn what_is_wrong(error: &ParquetError) -> String {
    match error {
        ParquetError::NYI(_) => "what this program does not read: another way of packing, perhaps, or encryption".to_owned(),
        ParquetError::External(cause) => match cause.downcast_ref::<io::Error>().map(io::Error::kind) {
            Some(io::ErrorKind::FileTooLarge) => "a page too long to be held in memory".to_owned(),
            Some(kind) => format!("that reading stopped: {kind}"),
            None => "damage".to_owned(),
        },
        _ => "damage, or encryption".to_owned(),
    }
}

/// A file from any place of which bytes can be had.
#[derive(Clone)]
struct Chunks {
    input: Arc<Mutex<Box<dyn ReadSeek>>>,
    bytes: u64,
    page_bytes_max: usize,
}

impl Chunks {
    fn new(mut input: Box<dyn ReadSeek>) -> io::Result<Self> {
        let bytes = input.seek(SeekFrom::End(0))?;
        Ok(Self { input: Arc::new(Mutex::new(input)), bytes, page_bytes_max: usize::MAX })
    }

    /// Looks at the end, which says whether the file is whole, whether it is encrypted, and how long its list of contents is.
    fn check_end(&self, job: &Job<'_, '_>) -> Result<(), String> {
        let damaged = || "expected a Parquet file, found one without its last bytes: cut off, or still being written".to_owned();
        let start = self.bytes.checked_sub(2 * MARK_BYTES).ok_or_else(damaged)?;
        let end = self.get_bytes(start, 8).map_err(|_| damaged())?;
        let Some((length, mark)) = end.split_first_chunk::<4>() else { return Err(damaged()) };
        match mark {
            b"PAR1" => {}
            b"PARE" => return Err("encrypted".to_owned()),
            _ => return Err(damaged()),
        }
        let length = u32::from_le_bytes(*length) as usize;
        if length > job.limits.whole_bytes_max {
            return Err(format!("its list of contents is longer than the {} bytes that are held in memory", job.limits.whole_bytes_max));
        }
        Ok(())
    }
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for Chunks {
    type T = BufReader<From>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(BufReader::with_capacity(AHEAD_BYTES, From { input: Arc::clone(&self.input), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<bytes::Bytes, ParquetError> {
        // What a file says of its own length costs nothing until it is believed.
        if start.checked_add(length as u64).is_none_or(|end| end > self.bytes) {
            return Err(ParquetError::EOF("beyond the end".to_owned()));
        }
        if length > self.page_bytes_max {
            return Err(ParquetError::External(Box::new(io::Error::from(io::ErrorKind::FileTooLarge))));
        }
        let mut bytes = vec![0; length];
        let mut from = From { input: Arc::clone(&self.input), at: start };
        from.read_exact(&mut bytes).map_err(|error| ParquetError::External(Box::new(error)))?;
        Ok(bytes.into())
    }
}

/// Reads on from a place.
struct From {
    input: Arc<Mutex<Box<dyn ReadSeek>>>,
    at: u64,
}

impl Read for From {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut input = self.input.lock().unwrap_or_else(PoisonError::into_inner);
        input.seek(SeekFrom::Start(self.at))?;
        let count = input.read(out)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// A column as people name it.
struct Column {
    /// Its own name.
    name: String,
    /// With the names above it, without those that only the format gives: `person.languages`.
    path: String,
    /// Whether its values are the keys of a map, which are names.
    keys: bool,
}

#[derive(Default)]
struct Schema {
    columns: Vec<Column>,
    path: Vec<String>,
}

/// What the fields of a group are.
#[derive(Clone, Copy)]
enum Inside {
    /// Names that somebody gave.
    Fields,
    /// The part of a list that repeats.
    List,
    /// The items of a list.
    Items,
    /// The part of a map that repeats.
    Map,
    /// The keys and values of a map.
    Pairs,
}

impl Inside {
    /// What is in a node of its own right.
    fn of(node: &Type) -> Self {
        let info = node.get_basic_info();
        match (info.logical_type_ref(), info.converted_type()) {
            (Some(LogicalType::List), _) | (_, ConvertedType::LIST) => Self::List,
            (Some(LogicalType::Map), _) | (_, ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE) => Self::Map,
            _ => Self::Fields,
        }
    }
}

impl Schema {
    fn walk_fields(&mut self, group: &Type, inside: Inside, job: &mut Job<'_, '_>) {
        let Type::GroupType { fields, .. } = group else { return };
        for (index, node) in fields.iter().enumerate() {
            match inside {
                Inside::Fields => self.named(node, job),
                Inside::List => self.unnamed(node, items(node), false, job),
                Inside::Items => self.unnamed(node, Inside::of(node), false, job),
                Inside::Map => self.unnamed(node, Inside::Pairs, false, job),
                Inside::Pairs => self.unnamed(node, Inside::of(node), index == 0, job),
            }
        }
    }

    /// A node with a name that somebody gave.
    fn named(&mut self, node: &Type, job: &mut Job<'_, '_>) {
        let name: String = node.name().chars().filter(|c| !c.is_control()).collect();
        let number = self.columns.len() + 1;
        // A table that was turned on its side has values for names.
        let is_name = !name.trim().is_empty() && !is_value(&name);
        let above = self.path.last().cloned().unwrap_or_else(|| "column".to_owned());
        self.path.push(if is_name { name.trim().to_owned() } else { format!("column {number}") });
        if is_name && number <= KEYS_MAX {
            let place = Place { path: Some(self.path.join(".")), ..Place::default() };
            job.piece(kind_of_head(&name), &name, &above, place);
        }
        self.unnamed(node, Inside::of(node), false, job);
        self.path.pop();
    }

    fn unnamed(&mut self, node: &Type, inside: Inside, keys: bool, job: &mut Job<'_, '_>) {
        if node.is_group() {
            return self.walk_fields(node, inside, job);
        }
        let name = self.path.last().cloned().unwrap_or_default();
        self.columns.push(Column { name, path: self.path.join("."), keys });
    }
}

/// What is in the part of a list that repeats: one field is the item, more are the item's own; some older programs leave out
/// one of the two groups.
fn items(node: &Type) -> Inside {
    let older = node.name() == "array" || node.name().ends_with("_tuple");
    let repeats = node.get_basic_info().has_repetition() && node.get_basic_info().repetition() == Repetition::REPEATED;
    match node {
        Type::GroupType { fields, .. } if fields.len() == 1 && !older && repeats => Inside::Items,
        _ => Inside::of(node),
    }
}

/// What programs and people said of the table.
fn described(pair: &KeyValue, job: &mut Job<'_, '_>) {
    let Some(value) = pair.value.as_deref() else { return };
    let key: String = pair.key.chars().filter(|c| !c.is_control()).collect();
    if MACHINE_MADE.contains(&key.as_str()) {
        return;
    }
    let key = if key.is_empty() || is_value(&key) { "metadata".to_owned() } else { key };
    if SCHEMAS.contains(&key.as_str()) {
        if let Ok(schema) = serde_json::from_str::<serde_json::Value>(value) {
            descriptions(&schema, &key, job);
        }
        return;
    }
    let mut tree = Tree::under(&key, job);
    if !tree.json(value) {
        text_of_value(value, &key, Place { path: Some(key.clone()), ..Place::default() }, tree.job);
    }
    tree.finish();
}

/// The descriptions in a schema as another program says it, each at the column that it speaks of.
fn descriptions(schema: &serde_json::Value, of: &str, job: &mut Job<'_, '_>) {
    match schema {
        serde_json::Value::Array(list) => list.iter().for_each(|item| descriptions(item, of, job)),
        serde_json::Value::Object(fields) => {
            let name = fields.get("name").and_then(serde_json::Value::as_str).filter(|name| !is_value(name)).unwrap_or(of);
            for (key, value) in fields {
                match value.as_str() {
                    Some(text) if DESCRIPTIONS.contains(&key.to_lowercase().as_str()) => {
                        text_of_value(text, name, Place { path: Some(name.to_owned()), ..Place::default() }, job);
                    }
                    Some(_) => {}
                    None => descriptions(value, name, job),
                }
            }
        }
        _ => {}
    }
}

/// What the values of a column are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Text,
    /// Bytes that nothing says are text; older programs write text so.
    Bytes,
    Numbers,
    /// Dates, amounts, truth values: what they say is in their name.
    Measures,
}

impl Holds {
    fn of(chunk: &ColumnChunkMetaData) -> Self {
        let column = chunk.column_descr();
        let logical = column.logical_type_ref();
        match (column.physical_type(), logical, column.converted_type()) {
            (_, Some(LogicalType::String | LogicalType::Enum | LogicalType::Json), _) => Self::Text,
            (_, _, ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON) => Self::Text,
            (Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY, None, ConvertedType::NONE | ConvertedType::BSON) => Self::Bytes,
            (Physical::BYTE_ARRAY, Some(LogicalType::Bson | LogicalType::Geometry { .. } | LogicalType::Geography { .. }), _) => {
                Self::Bytes
            }
            (Physical::INT32 | Physical::INT64, None | Some(LogicalType::Integer { .. }), converted) if is_whole(converted) => {
                Self::Numbers
            }
            // A column of whole numbers in which some are missing becomes one of fractions in some programs.
            (Physical::DOUBLE | Physical::FLOAT, None, _) => Self::Numbers,
            _ => Self::Measures,
        }
    }
}

fn is_whole(converted: ConvertedType) -> bool {
    use ConvertedType::{INT_8, INT_16, INT_32, INT_64, NONE, UINT_8, UINT_16, UINT_32, UINT_64};
    matches!(converted, NONE | INT_8 | INT_16 | INT_32 | INT_64 | UINT_8 | UINT_16 | UINT_32 | UINT_64)
}

/// Reads a column through all groups of rows.
fn read_column(file: &Chunks, metadata: &ParquetMetaData, index: usize, column: &Column, job: &mut Job<'_, '_>) {
    let tree = Tree::under(&column.path, job);
    let mut cells = Cells {
        column,
        tree,
        values: Kept::default(),
        kept_bytes: 0,
        listed: BTreeSet::new(),
        taking: Taking::Rows,
        rows: 0,
        bytes: false,
        measures: false,
    };
    let groups = metadata.num_row_groups() as u64;
    let counted_max = (COUNTED_ROWS_MAX / groups.max(1)).max(ROWS as u64);
    let mut wrong: Option<String> = None;
    let mut row = 0_u64;
    for group in metadata.row_groups() {
        let rows = u64::try_from(group.num_rows()).unwrap_or(0);
        if let Err(error) = read_chunk(file, group, index, (row, counted_max), &mut cells) {
            wrong.get_or_insert_with(|| {
                format!("expected the values of this column, found {} in the rows from {}", what_is_wrong(&error), row.saturating_add(1))
            });
        }
        if cells.enough(group, index) {
            break;
        }
        row = row.saturating_add(rows);
    }
    let Cells { tree, values, rows, bytes, measures, .. } = cells;
    let place = || Place { path: Some(column.path.clone()), ..Place::default() };
    if bytes {
        tree.job.unread(place(), "it holds bytes, which are not read");
    }
    if let Some(reason) = wrong {
        tree.job.unread(place(), reason);
    }
    if !values.is_empty() && !measures {
        let all = u64::try_from(metadata.file_metadata().num_rows()).unwrap_or(0);
        // Of lists the items are counted, which are those that hold something.
        let is_list = metadata.file_metadata().schema_descr().columns().get(index).is_some_and(|column| column.max_rep_level() > 0);
        let (values, counted) = values.among((rows > 0).then_some(if is_list { 0 } else { rows }));
        let counted = counted.map(|counted| Rows { is_sample: counted.is_sample || rows < all, ..counted });
        tree.job.column_of_rows(&column.name, (values, counted), "", place());
    }
    tree.finish();
}

/// Reads one column of one group of rows, whose first is behind `row`. Where its distinct values are listed, so many rows are
/// looked at beside the list.
fn read_chunk(
    file: &Chunks,
    group: &RowGroupMetaData,
    index: usize,
    (row, counted_max): (u64, u64),
    cells: &mut Cells<'_, '_, '_, '_>,
) -> Result<(), ParquetError> {
    let chunk = group.columns().get(index).ok_or(ParquetError::IndexOutOfBound(index, group.num_columns()))?;
    let holds = Holds::of(chunk);
    if holds == Holds::Measures {
        return Ok(());
    }
    let start = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
    if chunk.file_path().is_some() || start < 0 || chunk.compressed_size() < 0 || group.num_rows() < 0 {
        return Err(ParquetError::General("elsewhere".to_owned()));
    }
    let file = Arc::new(Chunks { page_bytes_max: cells.tree.job.limits.whole_bytes_max, ..file.clone() });
    let rows = usize::try_from(group.num_rows())?;
    let mut pages = SerializedPageReader::new(Arc::clone(&file), chunk, rows, None)?;
    let mut until = u64::MAX;
    cells.taking = Taking::Rows;
    if only_dictionary(chunk) {
        cells.taking = Taking::List;
        if dictionary(&mut pages, chunk, holds, cells)? > COUNTED_VALUES_MAX || cells.measures {
            return Ok(());
        }
        cells.taking = Taking::Counts;
        until = row.saturating_add(counted_max);
        pages = SerializedPageReader::new(file, chunk, rows, None)?;
    }
    let most = chunk.column_descr().max_def_level();
    let mut at = row;
    let read = match get_column_reader(chunk.column_descr_ptr(), Box::new(pages)) {
        ColumnReader::Int32ColumnReader(reader) => each(reader, most, (&mut at, until), &mut |value, _| cells.number(i64::from(*value))),
        ColumnReader::Int64ColumnReader(reader) => each(reader, most, (&mut at, until), &mut |value, _| cells.number(*value)),
        ColumnReader::FloatColumnReader(reader) => each(reader, most, (&mut at, until), &mut |value, _| cells.fraction(f64::from(*value))),
        ColumnReader::DoubleColumnReader(reader) => each(reader, most, (&mut at, until), &mut |value, _| cells.fraction(*value)),
        ColumnReader::ByteArrayColumnReader(reader) => {
            each(reader, most, (&mut at, until), &mut |value, row| cells.bytes(value.data(), holds, Some(row)))
        }
        ColumnReader::FixedLenByteArrayColumnReader(reader) => {
            each(reader, most, (&mut at, until), &mut |value, row| cells.bytes(value.data(), holds, Some(row)))
        }
        ColumnReader::BoolColumnReader(_) | ColumnReader::Int96ColumnReader(_) => Ok(()),
    };
    cells.rows = cells.rows.saturating_add(at - row);
    read
}

/// Hands out the values of a column with their rows, from behind `row` to the row `until`, until `take` has enough.
fn each<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    most: i16,
    (row, until): (&mut u64, u64),
    take: &mut dyn FnMut(&T::T, u64) -> bool,
) -> Result<(), ParquetError> {
    let (mut defined, mut repeated, mut values) = (Vec::new(), Vec::new(), Vec::new());
    while *row < until {
        defined.clear();
        repeated.clear();
        values.clear();
        let wanted = usize::try_from(until - *row).unwrap_or(ROWS).min(ROWS);
        let (records, _, levels) = reader.read_records(wanted, Some(&mut defined), Some(&mut repeated), &mut values)?;
        if records == 0 && levels == 0 {
            break;
        }
        let mut next = values.iter();
        for level in 0..levels {
            // Each row begins at the first item of its list; without lists each is a row.
            if repeated.get(level).is_none_or(|level| *level == 0) {
                *row = row.saturating_add(1);
            }
            if defined.get(level).is_none_or(|level| *level == most) && !next.next().is_none_or(|value| take(value, *row)) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Whether all values of a column stand in a list of distinct ones.
fn only_dictionary(chunk: &ColumnChunkMetaData) -> bool {
    chunk.dictionary_page_offset().is_some()
        && chunk
            .page_encoding_stats_mask()
            .is_some_and(|mask| mask.is_only(Encoding::RLE_DICTIONARY) || mask.is_only(Encoding::PLAIN_DICTIONARY))
}

/// Reads the list of distinct values, and says how many there are: their bytes one after another, before those of no fixed length
/// their number.
fn dictionary(
    pages: &mut dyn PageReader,
    chunk: &ColumnChunkMetaData,
    holds: Holds,
    cells: &mut Cells<'_, '_, '_, '_>,
) -> Result<usize, ParquetError> {
    let damaged = || ParquetError::General("dictionary".to_owned());
    let Some(Page::DictionaryPage { buf, num_values, .. }) = pages.get_next_page()? else { return Err(damaged()) };
    let mut rest: &[u8] = &buf;
    for _ in 0..num_values {
        let more = match chunk.column_type() {
            Physical::INT32 => cells.number(i64::from(i32::from_le_bytes(split(&mut rest).ok_or_else(damaged)?))),
            Physical::INT64 => cells.number(i64::from_le_bytes(split(&mut rest).ok_or_else(damaged)?)),
            Physical::FLOAT => cells.fraction(f64::from(f32::from_le_bytes(split(&mut rest).ok_or_else(damaged)?))),
            Physical::DOUBLE => cells.fraction(f64::from_le_bytes(split(&mut rest).ok_or_else(damaged)?)),
            kind => {
                let length = match kind {
                    Physical::FIXED_LEN_BYTE_ARRAY => usize::try_from(chunk.column_descr().type_length())?,
                    _ => u32::from_le_bytes(split(&mut rest).ok_or_else(damaged)?) as usize,
                };
                let (value, after) = rest.split_at_checked(length).ok_or_else(damaged)?;
                rest = after;
                cells.bytes(value, holds, None)
            }
        };
        if !more {
            break;
        }
    }
    Ok(num_values as usize)
}

/// Takes the first bytes of some.
fn split<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*first)
}

/// What is read of a column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taking {
    /// Its rows.
    Rows,
    /// The list of its distinct values.
    List,
    /// Its rows, only to count which of the listed values they hold.
    Counts,
}

/// The values of a column while it is read. Each method gives back whether more of them can tell more.
struct Cells<'c, 'j, 'a, 'b> {
    column: &'c Column,
    /// What lies in cells that are JSON.
    tree: Tree<'j, 'a, 'b>,
    values: Kept,
    taking: Taking,
    /// Rows looked at.
    rows: u64,
    /// Of one column: far from where they would be too many.
    kept_bytes: usize,
    /// Names among the values, said once each.
    listed: BTreeSet<String>,
    /// Whether there were values that are no text.
    bytes: bool,
    /// Whether there were fractions: then it is an amount, and holds no codes.
    measures: bool,
}

impl Cells<'_, '_, '_, '_> {
    fn is_full(&self) -> bool {
        self.values.len() >= self.tree.job.limits.values_max
    }

    /// Whether what follows can tell nothing more: of numbers and names so many are enough, texts are read to their end.
    fn enough(&self, group: &RowGroupMetaData, index: usize) -> bool {
        self.measures || self.is_full() && group.columns().get(index).is_none_or(|chunk| Holds::of(chunk) == Holds::Numbers)
    }

    fn number(&mut self, value: i64) -> bool {
        self.code(&value.to_string())
    }

    fn code(&mut self, value: &str) -> bool {
        if self.taking == Taking::Counts {
            if !self.values.count(value) {
                self.values.lose();
            }
            return true;
        }
        let rows = u64::from(self.taking == Taking::Rows);
        self.values.take(value, rows, self.tree.job.limits.values_max, &mut self.kept_bytes);
        !self.is_full()
    }

    fn fraction(&mut self, value: f64) -> bool {
        if value.is_nan() {
            return true;
        }
        if value.fract() != 0.0 || value.abs() >= 1e15 {
            self.measures = true;
            return false;
        }
        self.code(&format!("{value:.0}"))
    }

    fn bytes(&mut self, value: &[u8], holds: Holds, row: Option<u64>) -> bool {
        let text = match std::str::from_utf8(value) {
            Ok(text) if holds == Holds::Text || !text.contains(|c: char| c.is_control() && !c.is_whitespace()) => text.into(),
            _ if holds == Holds::Text => String::from_utf8_lossy(value),
            _ => {
                self.bytes = true;
                return false;
            }
        };
        if self.taking == Taking::Counts {
            // What is no value was read as text, names or JSON when it was listed.
            let is_read = self.values.count(&text) || text.trim().is_empty() || is_text(&text) || self.listed.contains(text.as_ref());
            if !is_read && !text.trim_start().starts_with(['{', '[']) {
                self.values.lose();
            }
            return true;
        }
        let place = Place { line: row, path: Some(self.column.path.clone()), ..Place::default() };
        if self.column.keys {
            if !is_value(&text) && self.listed.len() < KEYS_MAX && self.listed.insert(text.clone().into_owned()) {
                let path = Some(format!("{}.{}", self.column.path, text.trim()));
                self.tree.job.piece(PieceKind::Name, &text, &self.column.name, Place { path, ..place });
            }
        } else if self.tree.json(&text) {
            self.tree.is_list |= self.taking == Taking::List;
        } else {
            let rows = u64::from(self.taking == Taking::Rows);
            let mut gathered = Gathered { kept: &mut self.values, rows, bytes: &mut self.kept_bytes, listed: &mut self.listed };
            read_cell(&text, &self.column.name, place, &mut gathered, self.tree.job);
        }
        true
    }
}
