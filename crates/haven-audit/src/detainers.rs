//! Another party's data on detainers, of any size, made as small as a comparison with a register needs it (`docs/reports.md`).
//!
//! The file is read once and in its order; what is needed of a row goes into a table on the disk, and queries with bounded memory
//! count there. What comes out are counts of all facilities, and rows of our own in the days that were asked about.

use crate::AuditError;
use crate::engine;
use crate::events::{Original, name_of};
use crate::findings::{cells, run};
use crate::read::{self, DELIMITERS, Fault, Piece, Pieces, Tally};
use csv::ByteRecord;
use datafusion::arrow::array::{
    Array as _, ArrayRef, AsArray as _, BooleanBuilder, Date32Builder, Int64Builder, RecordBatch, StringArray, StringBuilder,
};
use datafusion::arrow::compute::can_cast_types;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::logical_expr::{Expr, try_cast};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::properties::WriterProperties;
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use futures_util::StreamExt as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// As much of a text as is read and looked through at once.
const PIECE_BYTES: usize = 8 << 20;
/// The longest record of a text.
const RECORD_BYTES_MAX: usize = 1 << 20;
/// As much of a file as its header is looked for in.
const HEAD_BYTES: u64 = 256 << 10;
/// Cells that could not be read and are listed; the rest is counted.
const UNREAD_MAX: usize = 1000;
/// Facilities and months that are counted apart; a file with more of them is no list of detainers.
const COUNTS_MAX: usize = 200_000;
/// A count of one row; sums of a billion rows of it can be written.
const NUMBER_MAX: u64 = 1_000_000_000;
/// Rows of the table that are held before they are written.
const BATCH_ROWS: usize = 32 << 10;
/// The table of what is needed, in the folder that the caller names.
const TABLE_FILE: &str = "detainers.parquet";

/// What the rows of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A detainer each.
    Rows,
    /// The count of a month.
    ByMonth,
    /// The count of a facility.
    ByFacility,
}

/// The layouts that are known: `audit/detainers.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layouts {
    missing: Vec<String>,
    yes: Vec<String>,
    layout: Vec<Layout>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Layout {
    is: Kind,
    /// Where the layout was seen; for readers.
    #[serde(default, rename = "source")]
    _source: String,
    #[serde(default)]
    day: Vec<String>,
    #[serde(default)]
    month: Vec<String>,
    #[serde(default)]
    code: Vec<String>,
    #[serde(default)]
    name: Vec<String>,
    #[serde(default)]
    reason: Vec<String>,
    #[serde(default)]
    duplicate: Vec<String>,
    #[serde(default)]
    number: Vec<String>,
}

/// A column of a file: where it stands, and its header.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    at: usize,
    header: String,
}

/// The columns of a file that are read.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Columns {
    kind: Kind,
    day: Option<Column>,
    month: Option<Column>,
    code: Option<Column>,
    name: Option<Column>,
    reason: Option<Column>,
    duplicate: Option<Column>,
    number: Option<Column>,
}

impl Layouts {
    /// Reads `audit/detainers.toml`.
    ///
    /// # Errors
    /// [`AuditError::Data`] for a file that is not in its form.
    pub fn load(file: &str, text: &str) -> Result<Self, AuditError> {
        toml::from_str(text).map_err(|error| AuditError::Data {
            file: file.to_owned(),
            place: error.span().map(|span| format!("line {}", text.get(..span.start).unwrap_or_default().matches('\n').count() + 1)),
            expected: "the form of audit/detainers.toml".to_owned(),
            found: error.message().to_owned(),
        })
    }

    /// The first layout that has what its kind needs.
    fn recognise(&self, header: &[String]) -> Option<Columns> {
        let find = |names: &[String]| {
            names.iter().find_map(|name| {
                let at = header.iter().position(|own| own.eq_ignore_ascii_case(name))?;
                Some(Column { at, header: name.clone() })
            })
        };
        self.layout.iter().find_map(|layout| {
            let columns = Columns {
                kind: layout.is,
                day: find(&layout.day),
                month: find(&layout.month),
                code: find(&layout.code),
                name: find(&layout.name),
                reason: find(&layout.reason),
                duplicate: find(&layout.duplicate),
                number: find(&layout.number),
            };
            let placed = columns.code.is_some() || columns.name.is_some();
            let whole = match layout.is {
                Kind::Rows => columns.day.is_some() && placed,
                Kind::ByMonth => columns.month.is_some() && columns.number.is_some(),
                Kind::ByFacility => placed && columns.number.is_some(),
            };
            whole.then_some(columns)
        })
    }

    fn unknown(&self, path: &Path, columns: usize) -> AuditError {
        let any = |names: &[&[String]]| names.concat().iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
        let needs = |layout: &Layout| match layout.is {
            Kind::Rows => format!("{} and {}", any(&[&layout.day]), any(&[&layout.code, &layout.name])),
            Kind::ByMonth => format!("{} and {}", any(&[&layout.month]), any(&[&layout.number])),
            Kind::ByFacility => format!("{} and {}", any(&[&layout.code, &layout.name]), any(&[&layout.number])),
        };
        AuditError::Data {
            file: name_of(path),
            place: Some("header".to_owned()),
            expected: self.layout.iter().map(needs).collect::<Vec<_>>().join("; or "),
            found: if columns == 0 { "nothing".to_owned() } else { format!("{columns} other columns") },
        }
    }
}

/// A facility as the other party names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Its code, in capitals.
    pub code: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

/// A cell that could not be read. INVARIANT: it holds no text of the file that could be a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// The row, the header being 1; in Parquet, which has none, the first row is 2 too.
    pub row: u64,
    /// The column, by its name in the layout.
    pub column: String,
    /// What may stand there.
    pub expected: String,
    /// What stands there, as far as it is digits and marks.
    pub found: String,
}

/// How many detainers of a place, or of a month where that is all that is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The place.
    pub place: Place,
    /// The month, `2024-06`.
    pub month: Option<String>,
    /// How many, without likely duplicates.
    pub number: u64,
}

/// A detainer at a place of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The row.
    pub row: u64,
    /// Its day.
    pub day: Date,
    /// The place.
    pub place: Place,
}

/// What a comparison needs of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Detainers {
    /// What its rows are.
    pub kind: Kind,
    /// The file.
    pub original: Original,
    /// The first cells that could not be read.
    pub unread: Vec<Unread>,
    /// How many more there are.
    pub unread_rest: u64,
    /// The first day on which it has anything; none where it has no days.
    pub first: Option<Date>,
    /// The last.
    pub last: Option<Date>,
    /// Rows that are marked as likely duplicates: they are in no count.
    pub likely_duplicates: u64,
    /// All places and months.
    pub counts: Vec<Count>,
    /// Why detainers of our places were lifted, whenever.
    pub reasons: Vec<(String, u64)>,
    /// The detainers of our places in the days asked about, in the order of the file.
    pub rows: Vec<Row>,
}

/// What is asked of a file.
pub struct Question<'a> {
    /// The file: CSV, also packed, or Parquet; told by its bytes.
    pub file: &'a Path,
    /// The layouts.
    pub layouts: &'a Layouts,
    /// Whether a place is one of ours.
    pub ours: &'a dyn Fn(&Place) -> bool,
    /// The first and the last day whose rows are wanted.
    pub days: (Date, Date),
    /// A folder for the table in between.
    pub scratch: &'a Path,
    /// Cores that the queries may use.
    pub cores: usize,
    /// Bytes that they may use; beyond they spill to the disk.
    pub memory: usize,
}

/// Reads a file.
///
/// # Errors
/// A header that no layout has, a file that cannot be read. A cell that cannot be read is no error but stands in
/// [`Detainers::unread`].
pub async fn read(question: &Question<'_>) -> Result<Detainers, AuditError> {
    let path = question.file;
    let failed = |error| AuditError::File { file: path.display().to_string(), error };
    let mut magic = Vec::new();
    File::open(path).and_then(|file| file.take(4).read_to_end(&mut magic)).map_err(failed)?;
    let tally = Tally::default();
    let (needed, sha256, bytes) = if magic == b"PAR1" {
        let needed = parquet(question).await?;
        let (sha256, bytes) = Tally::of(path, &|_| ControlFlow::Continue(())).map_err(failed)?;
        (needed, sha256, bytes)
    } else {
        let needed = read::with_text(path, &tally, &|_| ControlFlow::Continue(()), |from| text(question, from))?;
        let (sha256, bytes) = tally.finish();
        (needed, sha256, bytes)
    };
    let context = engine::session(question.cores, question.memory)?;
    let table = question.scratch.join(TABLE_FILE);
    let what = "the detainers of the other party";
    context
        .register_parquet("theirs", table.to_string_lossy(), ParquetReadOptions::default())
        .await
        .map_err(|error| AuditError::Query { what: what.to_owned(), error })?;
    let counts = counts(&context, question).await?;
    let ours: Vec<&Place> = counts.iter().map(|count| &count.place).filter(|place| (question.ours)(place)).collect();
    let (reasons, rows) = if needed.kind == Kind::Rows { of_ours(&context, &ours, question.days).await? } else { Default::default() };
    Ok(Detainers {
        kind: needed.kind,
        original: Original { file: name_of(path), bytes, sha256 },
        unread: needed.unread,
        unread_rest: needed.unread_rest,
        first: needed.days.map(|(first, _)| first),
        last: needed.days.map(|(_, last)| last),
        likely_duplicates: needed.likely_duplicates,
        counts,
        reasons,
        rows,
    })
}

async fn counts(context: &SessionContext, question: &Question<'_>) -> Result<Vec<Count>, AuditError> {
    let what = "the counts of facilities and months";
    let sql = format!(
        "SELECT code, name, month, sum(number) FROM theirs WHERE NOT duplicate \
         GROUP BY code, name, month ORDER BY code, name, month LIMIT {}",
        COUNTS_MAX + 1
    );
    let rows = cells(what, &run(context, what, &sql).await?)?;
    if rows.len() > COUNTS_MAX {
        return Err(AuditError::Data {
            file: name_of(question.file),
            place: None,
            expected: format!("at most {COUNTS_MAX} facilities and months"),
            found: "more".to_owned(),
        });
    }
    let count = |row: Vec<String>| -> Option<Count> {
        let [code, name, month, number] = <[String; 4]>::try_from(row).ok()?;
        Some(Count { place: place(code, name), month: some(month), number: number.parse().ok()? })
    };
    rows.into_iter().map(|row| count(row).ok_or_else(|| strange(what))).collect()
}

type OfOurs = (Vec<(String, u64)>, Vec<Row>);

async fn of_ours(context: &SessionContext, ours: &[&Place], (from, until): (Date, Date)) -> Result<OfOurs, AuditError> {
    let what = "the detainers of our facilities";
    let error = |error| AuditError::Query { what: what.to_owned(), error };
    let column = |of: fn(&Place) -> Option<&str>| {
        Arc::new(StringArray::from_iter_values(ours.iter().map(|place| of(place).unwrap_or_default()))) as ArrayRef
    };
    let table = [("our_code", column(|place| place.code.as_deref())), ("our_name", column(|place| place.name.as_deref()))];
    let batch = RecordBatch::try_from_iter(table).map_err(|cause| error(cause.into()))?;
    context.register_batch("ours", batch).map_err(error)?;
    let join = "FROM theirs JOIN ours ON code = our_code AND name = our_name WHERE NOT duplicate";
    let sql = format!("SELECT reason, count(*) {join} AND reason <> '' GROUP BY reason ORDER BY reason");
    let reason = |row: Vec<String>| -> Option<(String, u64)> {
        let [reason, number] = <[String; 2]>::try_from(row).ok()?;
        Some((reason, number.parse().ok()?))
    };
    let reasons = cells(what, &run(context, what, &sql).await?)?.into_iter().map(reason);
    let sql = format!("SELECT \"row\", day, code, name {join} AND day BETWEEN DATE '{from}' AND DATE '{until}' ORDER BY \"row\"");
    let row = |row: Vec<String>| -> Option<Row> {
        let [row, day, code, name] = <[String; 4]>::try_from(row).ok()?;
        Some(Row { row: row.parse().ok()?, day: day.parse().ok()?, place: place(code, name) })
    };
    let rows = cells(what, &run(context, what, &sql).await?)?.into_iter().map(row);
    let whole = |lines: Option<OfOurs>| lines.ok_or_else(|| strange(what));
    whole(reasons.collect::<Option<Vec<_>>>().zip(rows.collect::<Option<Vec<_>>>()))
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn place(code: String, name: String) -> Place {
    Place { code: some(code), name: some(name) }
}

fn strange(what: &str) -> AuditError {
    AuditError::Data { file: what.to_owned(), place: None, expected: "columns as asked for".to_owned(), found: "others".to_owned() }
}

/// Reads a table as text.
fn text(question: &Question<'_>, from: &mut dyn Read) -> Result<Needed, AuditError> {
    let path = question.file;
    let failed = |error: io::Error| AuditError::File { file: path.display().to_string(), error };
    let mut begin = Vec::new();
    match (&mut *from).take(HEAD_BYTES).read_to_end(&mut begin) {
        // A packed file that breaks off does so again below, where it is listed.
        Err(error) if error.kind() != ErrorKind::UnexpectedEof => return Err(failed(error)),
        _ => {}
    }
    let mut most = 0;
    let mut found = None;
    for delimiter in DELIMITERS {
        let mut reader = read::reader(&begin, delimiter);
        let mut record = ByteRecord::new();
        if !reader.read_byte_record(&mut record).map_err(|error| failed(error.into()))? {
            continue;
        }
        let header: Vec<String> = record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
        most = most.max(header.len());
        if let Some(columns) = question.layouts.recognise(&header) {
            found = Some((delimiter, usize::try_from(reader.position().byte()).unwrap_or(usize::MAX), columns));
            break;
        }
    }
    let Some((delimiter, head, columns)) = found else { return Err(question.layouts.unknown(path, most)) };
    let mut needed = Needed::new(question, columns)?;
    let mut chained = begin.as_slice().chain(from);
    let mut pieces = Pieces::new(&mut chained, delimiter, PIECE_BYTES, RECORD_BYTES_MAX);
    pieces.skip(head).map_err(failed)?;
    let (mut piece, mut record) = (Piece::default(), ByteRecord::new());
    let mut row = 1;
    while pieces.next(&mut piece).map_err(failed)? {
        let mut reader = read::reader(&piece.text, delimiter);
        while reader.read_byte_record(&mut record).map_err(|error| failed(error.into()))? {
            row += 1;
            needed.take(row, |at| match record.get(at) {
                Some(cell) => std::str::from_utf8(cell).map(str::trim).map_err(|_| NotText),
                None => Ok(""),
            })?;
        }
        let fault = match piece.then {
            None => continue,
            Some(Fault::Unclosed) => {
                row += 1;
                ("a row whose quotes close", "one whose quotes do not")
            }
            Some(Fault::BrokenOff) => {
                row += 1;
                ("a whole row", "a file that breaks off in it")
            }
            Some(Fault::Ended) => ("a file that is whole", "one that breaks off behind this row"),
        };
        needed.unread(Unread { row, column: "*".to_owned(), expected: fault.0.to_owned(), found: fault.1.to_owned() });
    }
    needed.finish()
}

/// Reads a Parquet file: of its columns only those that are needed, as text.
async fn parquet(question: &Question<'_>) -> Result<Needed, AuditError> {
    let path = question.file;
    // What the engine says of a file it cannot read may repeat a part of it.
    let damaged = |_| AuditError::Data {
        file: name_of(path),
        place: None,
        expected: "a Parquet file, readable as a whole".to_owned(),
        found: "one that cannot be read so".to_owned(),
    };
    // One stream in the order of the file, so that the rows can be counted.
    let context = engine::session(1, question.memory)?;
    let ending = path.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
    let options = ParquetReadOptions::default().file_extension(&ending);
    let frame = context.read_parquet(path.display().to_string(), options).await.map_err(damaged)?;
    let fields: Vec<(String, DataType, Expr)> = frame
        .schema()
        .iter()
        .map(|(qualifier, field)| (field.name().clone(), field.data_type().clone(), Expr::from((qualifier, field))))
        .collect();
    let header: Vec<String> = fields.iter().map(|(name, ..)| name.trim().to_owned()).collect();
    let Some(mut columns) = question.layouts.recognise(&header) else { return Err(question.layouts.unknown(path, header.len())) };
    let mut asked = Vec::new();
    for column in columns.all().into_iter().flatten() {
        let Some((_, kind, own)) = fields.get(column.at) else { continue };
        let dated = matches!(kind, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..));
        let plain = if dated { try_cast(own.clone(), DataType::Date32) } else { own.clone() };
        if !can_cast_types(kind, &DataType::Utf8) || kind.is_nested() {
            return Err(AuditError::Data {
                file: name_of(path),
                place: Some(column.header.clone()),
                expected: "a column of text, days, numbers or marks".to_owned(),
                found: kind.to_string(),
            });
        }
        column.at = asked.len();
        asked.push(try_cast(plain, DataType::Utf8).alias(format!("c{}", column.at)));
    }
    let mut needed = Needed::new(question, columns)?;
    let mut batches = frame.select(asked).map_err(damaged)?.execute_stream().await.map_err(damaged)?;
    let mut row = 1;
    while let Some(batch) = batches.next().await {
        let batch = batch.map_err(damaged)?;
        let texts: Vec<&StringArray> = batch.columns().iter().filter_map(|column| column.as_string_opt::<i32>()).collect();
        for at in 0..batch.num_rows() {
            row += 1;
            let cell = |column: usize| texts.get(column).filter(|texts| texts.is_valid(at)).map_or("", |texts| texts.value(at).trim());
            needed.take(row, |column| Ok(cell(column)))?;
        }
    }
    needed.finish()
}

/// A cell whose bytes are no text.
struct NotText;

impl Columns {
    fn all(&mut self) -> [Option<&mut Column>; 7] {
        [&mut self.day, &mut self.month, &mut self.code, &mut self.name, &mut self.reason, &mut self.duplicate, &mut self.number]
            .map(Option::as_mut)
    }
}

/// What is needed of the rows, on its way to the disk.
struct Needed {
    kind: Kind,
    columns: Columns,
    missing: Vec<String>,
    yes: Vec<String>,
    writer: Option<ArrowWriter<File>>,
    schema: SchemaRef,
    table: Builders,
    unread: Vec<Unread>,
    unread_rest: u64,
    days: Option<(Date, Date)>,
    likely_duplicates: u64,
}

#[derive(Default)]
struct Builders {
    rows: usize,
    row: Int64Builder,
    day: Date32Builder,
    month: StringBuilder,
    code: StringBuilder,
    name: StringBuilder,
    reason: StringBuilder,
    duplicate: BooleanBuilder,
    number: Int64Builder,
}

/// A row that was read; a missing text is empty.
#[derive(Default)]
struct Taken<'a> {
    day: Option<Date>,
    month: &'a str,
    code: String,
    name: String,
    reason: &'a str,
    duplicate: bool,
    number: u64,
}

impl Needed {
    fn new(question: &Question<'_>, columns: Columns) -> Result<Needed, AuditError> {
        let text = |name: &str| Field::new(name, DataType::Utf8, false);
        let schema = Arc::new(Schema::new(vec![
            Field::new("row", DataType::Int64, false),
            Field::new("day", DataType::Date32, true),
            text("month"),
            text("code"),
            text("name"),
            text("reason"),
            Field::new("duplicate", DataType::Boolean, false),
            Field::new("number", DataType::Int64, false),
        ]));
        let path = question.scratch.join(TABLE_FILE);
        let file = File::create(&path).map_err(|error| AuditError::File { file: path.display().to_string(), error })?;
        let level = ZstdLevel::try_new(1).map_err(written)?;
        let properties =
            WriterProperties::builder().set_compression(Compression::ZSTD(level)).set_max_row_group_row_count(Some(4 * BATCH_ROWS)).build();
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).map_err(written)?;
        Ok(Needed {
            kind: columns.kind,
            columns,
            missing: question.layouts.missing.clone(),
            yes: question.layouts.yes.clone(),
            writer: Some(writer),
            schema,
            table: Builders::default(),
            unread: Vec::new(),
            unread_rest: 0,
            days: None,
            likely_duplicates: 0,
        })
    }

    fn unread(&mut self, unread: Unread) {
        if self.unread.len() < UNREAD_MAX {
            self.unread.push(unread);
        } else {
            self.unread_rest += 1;
        }
    }

    /// Takes what is needed of a row, or says which cell of it cannot be read.
    fn take<'a>(&mut self, row: u64, cell: impl Fn(usize) -> Result<&'a str, NotText>) -> Result<(), AuditError> {
        match self.taken(row, cell) {
            Err(unread) => {
                self.unread(unread);
                Ok(())
            }
            Ok(taken) => self.put(row, &taken),
        }
    }

    fn taken<'a>(&self, row: u64, cell: impl Fn(usize) -> Result<&'a str, NotText>) -> Result<Taken<'a>, Unread> {
        let columns = &self.columns;
        let header = |column: &Option<Column>| column.as_ref().map_or_else(String::new, |column| column.header.clone());
        let raw = |column: &Option<Column>| match column {
            None => Ok(""),
            Some(column) => cell(column.at).map_err(|NotText| Unread {
                row,
                column: column.header.clone(),
                expected: "text in UTF-8".to_owned(),
                found: "other bytes".to_owned(),
            }),
        };
        let text =
            |column: &Option<Column>| raw(column).map(|text| if self.missing.iter().any(|missing| missing == text) { "" } else { text });
        let wrong = |column: &Option<Column>, expected: &str| {
            Ok(Unread { row, column: header(column), expected: expected.to_owned(), found: shape(raw(column)?) })
        };
        let refused = |unread: Result<Unread, Unread>| unread.unwrap_or_else(|unread| unread);
        let mut taken = Taken { number: 1, ..Taken::default() };
        if self.kind == Kind::Rows {
            taken.day = Some(day(text(&columns.day)?).ok_or_else(|| refused(wrong(&columns.day, "a day, `2024-06-04`")))?);
            taken.reason = text(&columns.reason)?;
            let mark = text(&columns.duplicate)?;
            taken.duplicate = self.yes.iter().any(|word| mark.eq_ignore_ascii_case(word));
        }
        if self.kind == Kind::ByMonth {
            taken.month = text(&columns.month)?;
            if !is_month(taken.month) {
                return Err(refused(wrong(&columns.month, "a month, `2024-06`")));
            }
        } else {
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            (taken.code, taken.name) = (words(text(&columns.code)?).to_uppercase(), words(text(&columns.name)?));
            if taken.code.is_empty() && taken.name.is_empty() {
                let column = if columns.code.is_some() { &columns.code } else { &columns.name };
                let (column, expected, found) = (header(column), "a facility".to_owned(), "nothing".to_owned());
                return Err(Unread { row, column, expected, found });
            }
        }
        if self.kind != Kind::Rows {
            let number = whole(text(&columns.number)?).filter(|number| *number <= NUMBER_MAX);
            taken.number = number.ok_or_else(|| refused(wrong(&columns.number, "a whole number")))?;
        }
        Ok(taken)
    }

    fn put(&mut self, row: u64, taken: &Taken<'_>) -> Result<(), AuditError> {
        let begins = taken.day.or_else(|| format!("{}-01", taken.month).parse().ok());
        if let Some(first) = begins {
            let last = if taken.day.is_some() { first } else { first.last_of_month() };
            self.days = Some(self.days.map_or((first, last), |(from, until)| (from.min(first), until.max(last))));
        }
        self.likely_duplicates += u64::from(taken.duplicate);
        let table = &mut self.table;
        table.rows += 1;
        table.row.append_value(i64::try_from(row).unwrap_or(i64::MAX));
        table.day.append_option(taken.day.map(since_1970));
        table.month.append_value(taken.month);
        table.code.append_value(&taken.code);
        table.name.append_value(&taken.name);
        table.reason.append_value(taken.reason);
        table.duplicate.append_value(taken.duplicate);
        table.number.append_value(i64::try_from(taken.number).unwrap_or(i64::MAX));
        if table.rows >= BATCH_ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), AuditError> {
        let mut table = std::mem::take(&mut self.table);
        let columns: Vec<ArrayRef> = vec![
            Arc::new(table.row.finish()),
            Arc::new(table.day.finish()),
            Arc::new(table.month.finish()),
            Arc::new(table.code.finish()),
            Arc::new(table.name.finish()),
            Arc::new(table.reason.finish()),
            Arc::new(table.duplicate.finish()),
            Arc::new(table.number.finish()),
        ];
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(|error| written(error.into()))?;
        self.writer.as_mut().map_or(Ok(()), |writer| writer.write(&batch)).map_err(written)
    }

    fn finish(mut self) -> Result<Needed, AuditError> {
        self.flush()?;
        if let Some(writer) = self.writer.take() {
            writer.close().map_err(written)?;
        }
        Ok(self)
    }
}

fn written(error: ParquetError) -> AuditError {
    AuditError::Query { what: format!("writing {TABLE_FILE}"), error: error.into() }
}

/// A day, with or without a time behind it; `6/4/2024` is read as months first.
fn day(text: &str) -> Option<Date> {
    let text = text.split(['T', ' ']).next()?;
    if let Ok(day) = text.parse() {
        return (text.len() == 10).then_some(day);
    }
    let mut parts = text.split('/').map(|part| part.parse::<i16>().ok());
    let (month, day, year) = (parts.next()??, parts.next()??, parts.next()??);
    let whole = parts.next().is_none() && year >= 1900;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().filter(|_| whole)
}

fn is_month(text: &str) -> bool {
    text.len() == 7 && format!("{text}-01").parse::<Date>().is_ok()
}

/// A whole number; other programs write counts with a point and nothing behind it.
fn whole(text: &str) -> Option<u64> {
    text.strip_suffix(".0").unwrap_or(text).parse().ok()
}

/// Days since the first of 1970.
fn since_1970(day: Date) -> i32 {
    day.since(jiff::civil::date(1970, 1, 1)).map_or(0, |span| span.get_days())
}

/// What a text looks like: itself where it is digits and marks, else only how long it is.
fn shape(text: &str) -> String {
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    match (text.chars().count(), letters) {
        (0, _) => "nothing".to_owned(),
        (1..=32, 0) => format!("`{text}`"),
        (length, _) => format!("a text of {length} characters"),
    }
}
