//! Parquet: names, descriptions and values of every column, however the file is written; and what is no such file.

use crate::made::{Cells, Values, gzipped, parquet, zipped};
use crate::{check, pieces};
use haven_extract::PieceKind::{Column, Name, Question, Sentence};
use haven_extract::{Format, Limits, Piece, extract_seeking, recognise};
use parquet::basic::{Compression, Encoding};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterVersion};
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub const PEOPLE: &str = "message people {
    required int64 id;
    optional binary cit_stat (UTF8);
    optional binary note (UTF8);
    optional int32 born (DATE);
    optional double visa_code;
    optional boolean minor;
}";

pub fn people() -> [Cells<'static>; 6] {
    [
        Cells(Values::Long(&[7, 8, 7]), &[], &[]),
        Cells(Values::Texts(&[b"USC", b"LPR"]), &[1, 0, 1], &[]),
        Cells(Values::Texts(&[b"He said that he has no papers at all.", b"x"]), &[0, 1, 1], &[]),
        Cells(Values::Short(&[9000, 9001, 9002]), &[1, 1, 1], &[]),
        Cells(Values::Doubles(&[3.0, f64::NAN, 11.0]), &[1, 1, 1], &[]),
        Cells(Values::Flags(&[true, false, true]), &[1, 1, 1], &[]),
    ]
}

/// With `row` the row in which the note stands; a list of distinct values knows none.
fn people_pieces(row: &str) -> Vec<(haven_extract::PieceKind, String, String)> {
    [
        (Name, "id", ":: id"),
        (Name, "cit_stat", ":: cit_stat"),
        (Name, "note", ":: note"),
        (Name, "born", ":: born"),
        (Name, "visa_code", ":: visa_code"),
        (Name, "minor", ":: minor"),
        (Column, "id = 7 | 8", ":: id"),
        (Column, "cit_stat = USC | LPR", ":: cit_stat"),
        (Sentence, "He said that he has no papers at all.", ":ROW: note"),
        (Column, "note = x", ":: note"),
        (Column, "visa_code = 3 | 11", ":: visa_code"),
    ]
    .into_iter()
    .map(|(kind, text, place)| (kind, text.to_owned(), place.replace("ROW", row)))
    .collect()
}

fn check_people(name: &str, bytes: &[u8], row: &str) {
    let expected = people_pieces(row);
    let expected: Vec<_> = expected.iter().map(|(kind, text, place)| (*kind, text.as_str(), place.as_str())).collect();
    check(name, bytes, &expected);
}

#[test]
fn columns_are_read_however_they_are_written() {
    let plain = || WriterProperties::builder().set_dictionary_enabled(false);
    for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
        for packed in [
            Compression::UNCOMPRESSED,
            Compression::SNAPPY,
            Compression::GZIP(parquet::basic::GzipLevel::default()),
            Compression::BROTLI(parquet::basic::BrotliLevel::default()),
            Compression::ZSTD(parquet::basic::ZstdLevel::default()),
            Compression::LZ4,
            Compression::LZ4_RAW,
        ] {
            let name = format!("{version:?} {packed:?}.parquet");
            let listed = WriterProperties::builder().set_writer_version(version).set_compression(packed).build();
            check_people(&name, &parquet(PEOPLE, listed, &[&people()]), "");
            let each = plain().set_writer_version(version).set_compression(packed).build();
            check_people(&name, &parquet(PEOPLE, each, &[&people()]), "2");
        }
    }
    for encoding in [Encoding::DELTA_BYTE_ARRAY, Encoding::DELTA_LENGTH_BYTE_ARRAY] {
        let properties = ["cit_stat", "note"]
            .into_iter()
            .fold(plain(), |properties, column| properties.set_column_encoding(column.into(), encoding))
            .set_column_encoding("id".into(), Encoding::DELTA_BINARY_PACKED)
            .set_column_encoding("visa_code".into(), Encoding::BYTE_STREAM_SPLIT);
        check_people("delta.parquet", &parquet(PEOPLE, properties.build(), &[&people()]), "2");
    }
}

#[test]
fn rows_and_values_go_on_from_group_to_group() {
    let schema = "message t { optional binary status (UTF8); required binary note (UTF8); }";
    let first = [Cells(Values::Texts(&[b"LPR"]), &[0, 1], &[]), Cells(Values::Texts(&[b"", b""]), &[], &[])];
    let second = [
        Cells(Values::Texts(&[b"DACA", b"LPR"]), &[1, 1], &[]),
        Cells(Values::Texts(&[b"", b"They overstayed a visa long ago."]), &[], &[]),
    ];
    let properties = WriterProperties::builder().set_dictionary_enabled(false).build();
    check(
        "a.pq",
        &parquet(schema, properties, &[&first, &second]),
        &[
            (Name, "status", ":: status"),
            (Name, "note", ":: note"),
            (Column, "status = LPR | DACA", ":: status"),
            (Sentence, "They overstayed a visa long ago.", ":4: note"),
        ],
    );
}

#[test]
fn names_are_those_that_somebody_gave() {
    let schema = "message t {
        optional group person {
            optional binary birth_country (UTF8);
            optional group languages (LIST) { repeated group list { optional binary element (UTF8); } }
            optional group visas (LIST) { repeated group array { optional binary class (UTF8); } }
            repeated binary alias (UTF8);
            optional group attributes (MAP) { repeated group key_value { required binary key (UTF8); optional int32 value; } }
        }
        required int32 20240101;
    }";
    let columns = [
        Cells(Values::Texts(&[b"Peru"]), &[2, 0], &[0, 0]),
        Cells(Values::Texts(&[b"es", b"qu"]), &[4, 4, 0], &[0, 1, 0]),
        Cells(Values::Texts(&[b"F1"]), &[4, 0], &[0, 0]),
        Cells(Values::Texts(&[]), &[1, 0], &[0, 0]),
        Cells(Values::Texts(&[b"us_citizen", b"4711-000-123456"]), &[3, 3, 0], &[0, 1, 0]),
        Cells(Values::Short(&[0, 1]), &[4, 4, 0], &[0, 1, 0]),
        Cells(Values::Short(&[5, 6]), &[], &[]),
    ];
    // The levels of a column that cannot repeat are only those of what is there.
    let columns: Vec<_> =
        columns.into_iter().enumerate().map(|(at, cells)| if at == 0 { Cells(cells.0, cells.1, &[]) } else { cells }).collect();
    check(
        "nested.parquet",
        &parquet(schema, WriterProperties::default(), &[&columns]),
        &[
            (Name, "person", ":: person"),
            (Name, "birth_country", ":: person.birth_country"),
            (Name, "languages", ":: person.languages"),
            (Name, "visas", ":: person.visas"),
            (Name, "class", ":: person.visas.class"),
            (Name, "alias", ":: person.alias"),
            (Name, "attributes", ":: person.attributes"),
            (Column, "birth_country = Peru", ":: person.birth_country"),
            (Column, "languages = es | qu", ":: person.languages"),
            (Column, "class = F1", ":: person.visas.class"),
            (Name, "us_citizen", ":: person.attributes.us_citizen"),
            (Column, "attributes = 0 | 1", ":: person.attributes"),
            (Column, "column 7 = 5 | 6", ":: column 7"),
        ],
    );
}

#[test]
fn what_is_said_of_a_table_is_read_and_what_programs_repeat_is_not() {
    let spark = r#"{"type":"struct","fields":[{"name":"cs","type":"string","nullable":true,"metadata":{"comment":"Immigration status of the applicant."}}]}"#;
    let metadata = [
        ("comment", "Intake of the legal clinic."),
        ("survey", r#"{"wave": "second", "question": "Are you a U.S. citizen?"}"#),
        ("org.apache.spark.sql.parquet.row.metadata", spark),
        ("pandas", r#"{"columns": [{"name": "cs", "pandas_type": "unicode"}]}"#),
        ("ARROW:schema", "/////9gBAAAQAAAA"),
    ];
    let pairs = metadata.map(|(key, value)| KeyValue::new(key.to_owned(), value.to_owned())).to_vec();
    let properties = WriterProperties::builder().set_key_value_metadata(Some(pairs)).build();
    check(
        "a.parquet",
        &parquet("message t { required binary cs (UTF8); }", properties, &[&[Cells(Values::Texts(&[b"1"]), &[], &[])]]),
        &[
            (Name, "cs", ":: cs"),
            (Sentence, "Intake of the legal clinic.", ":: comment"),
            (Name, "wave", ":: /survey/wave"),
            (Name, "question", ":: /survey/question"),
            (Question, "Are you a U.S. citizen?", ":: /survey/question"),
            (Column, "wave = second", ":: /survey/wave"),
            (Sentence, "Immigration status of the applicant.", ":: cs"),
            (Column, "cs = 1", ":: cs"),
        ],
    );
}

#[test]
fn cells_may_be_json_or_bytes() {
    let schema =
        "message t { required binary payload (UTF8); required binary old; required binary raw; required fixed_len_byte_array(3) code; }";
    let columns = [
        Cells(Values::Texts(&[br#"{"visa": "F1"}"#, br#"{"visa": "J1", "alien": {"no": 5}}"#, b"[none]"]), &[], &[]),
        Cells(Values::Texts(&[b"LPR", "Pérez".as_bytes(), b"LPR"]), &[], &[]),
        Cells(Values::Texts(&[&[0, 1, 2], b"abc", &[0xff]]), &[], &[]),
        Cells(Values::Texts(&[b"USC", b"LPR", b"USC"]), &[], &[]),
    ];
    let bytes = parquet(schema, WriterProperties::default(), &[&columns]);
    check(
        "a.parquet",
        &bytes,
        &[
            (Name, "payload", ":: payload"),
            (Name, "old", ":: old"),
            (Name, "raw", ":: raw"),
            (Name, "code", ":: code"),
            (Name, "visa", ":: /payload/visa"),
            (Name, "alien", ":: /payload/alien"),
            (Name, "no", ":: /payload/alien/no"),
            (Column, "payload = [none]", ":: payload"),
            (Column, "no = 5", ":: /payload/alien/no"),
            (Column, "visa = F1 | J1", ":: /payload/visa"),
            (Column, "old = LPR | Pérez", ":: old"),
            (Column, "code = USC | LPR", ":: code"),
        ],
    );
    let unread: Vec<_> = pieces("a.parquet", &bytes).1.unread.into_iter().map(|unread| (unread.place.path, unread.reason)).collect();
    assert_eq!(unread, [(Some("raw".to_owned()), "it holds bytes, which are not read".to_owned())]);
}

/// Counts what is read of a file.
struct Counted(Cursor<Vec<u8>>, Arc<AtomicU64>);

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.read(out)?;
        self.1.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

/// A table in which most is of no use: the same few words in many rows, and numbers without end.
#[test]
fn only_what_can_tell_something_is_read() {
    let schema = "message t { required binary status (UTF8); required int64 number; required double code; required double amount; }";
    let texts: Vec<&[u8]> = (0..40_000).map(|row| if row % 3 == 0 { &b"LPR"[..] } else { b"USC" }).collect();
    let numbers: Vec<i64> = (0..40_000).collect();
    let doubles: Vec<f64> = (0..40_000).map(f64::from).collect();
    let amounts: Vec<f64> = (0..40_000).map(|row| f64::from(row) / 4.0).collect();
    let cells = |values| Cells(values, &[], &[]);
    let group = || {
        [cells(Values::Texts(&texts)), cells(Values::Long(&numbers)), cells(Values::Doubles(&doubles)), cells(Values::Doubles(&amounts))]
    };
    let properties =
        WriterProperties::builder().set_dictionary_page_size_limit(1024).set_data_page_size_limit(4096).set_data_page_row_count_limit(500);
    let bytes = parquet(schema, properties.build(), &[&group(), &group(), &group(), &group()]);
    let count = Arc::new(AtomicU64::new(0));
    let mut found: Vec<Piece> = Vec::new();
    let input = Box::new(Counted(Cursor::new(bytes.clone()), Arc::clone(&count)));
    let outcome = extract_seeking("a.parquet", input, &Limits::default(), &mut |piece| found.push(piece));
    assert_eq!((outcome.format, outcome.unread.as_slice()), (Format::Parquet, &[][..]));
    let values: Vec<(&str, usize)> =
        found.iter().filter(|piece| piece.kind == Column).map(|piece| (piece.text.as_str(), piece.values.len())).collect();
    assert_eq!(values, [("status", 2), ("number", 200), ("code", 200)]);
    // Of a file that can only be streamed the same comes out.
    assert_eq!(found, pieces("a.parquet", &bytes).0);
    let read = count.load(Ordering::Relaxed);
    assert!(read * 10 < bytes.len() as u64, "read {read} bytes of {}", bytes.len());
}

#[test]
fn tables_lie_in_archives_and_are_known_by_their_bytes() {
    let bytes = parquet(PEOPLE, WriterProperties::default(), &[&people()]);
    for (name, bytes) in
        [("lake.zip", zipped(&[("people/a.parquet", &bytes)])), ("a.parquet.gz", gzipped(&bytes)), ("export", bytes.clone())]
    {
        let (found, outcome) = pieces(name, &bytes);
        assert!(
            outcome.unread.is_empty() && found.iter().any(|piece| piece.text == "cit_stat" && piece.values == ["USC", "LPR"]),
            "{name}: {outcome:?}"
        );
    }
    assert_eq!(recognise("export", &bytes), Format::Parquet);
    assert!(Format::Parquet.hazardous());
}

#[test]
fn what_is_no_such_table_is_said() {
    let bytes = parquet(PEOPLE, WriterProperties::builder().set_dictionary_enabled(false).build(), &[&people()]);
    let end = bytes.len();
    let ending = |bytes: &[u8], mark: &[u8]| [&bytes[..bytes.len() - mark.len()], mark].concat();
    let long = ending(&bytes, &[&u32::MAX.to_le_bytes()[..], b"PAR1"].concat());
    let longer_than_the_file = ending(&bytes, &[&(end as u32 * 2).to_le_bytes()[..], b"PAR1"].concat());
    for (told, bytes, says) in [
        ("empty", Vec::new(), "without its last bytes"),
        ("the mark alone", b"PAR1".to_vec(), "without its last bytes"),
        ("cut off", bytes[..end / 2].to_vec(), "without its last bytes"),
        ("text", b"not a table, whatever its name says".to_vec(), "without its last bytes"),
        ("encrypted", ending(&bytes, b"PARE"), "encrypted"),
        ("a list of contents as long as none is", long, "longer than the"),
        ("a list of contents longer than the file", longer_than_the_file, "expected the list of contents"),
        ("a list of contents of zeros", [&bytes[..4], &[0; 64], &60_u32.to_le_bytes(), b"PAR1"].concat(), "expected the list of contents"),
    ] {
        let (found, outcome) = pieces("a.parquet", &bytes);
        let reasons: Vec<&str> = outcome.unread.iter().map(|unread| unread.reason.as_str()).collect();
        assert!(found.is_empty() && reasons.len() == 1 && reasons[0].contains(says), "{told}: {reasons:?} {found:?}");
    }
    // One page is lost, and all that stands elsewhere is read.
    let mut torn = bytes.clone();
    let note = bytes.windows(7).position(|window| window == b"He said").unwrap();
    torn[note - 4..note].copy_from_slice(&u32::MAX.to_le_bytes());
    let (found, outcome) = pieces("a.parquet", &torn);
    let unread: Vec<_> =
        outcome.unread.iter().map(|unread| (unread.place.path.as_deref(), unread.reason.contains("the rows from 1"))).collect();
    assert_eq!(unread, [(Some("note"), true)], "{outcome:?}");
    assert!(found.iter().any(|piece| piece.text == "visa_code" && piece.values == ["3", "11"]), "{found:?}");
}
