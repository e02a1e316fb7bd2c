//! Another party's detainers: every layout, what cannot be read, any size; held against a reader that has the whole in memory.

use datafusion::arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, RecordBatch, StringArray, TimestampMillisecondArray};
use datafusion::parquet::arrow::ArrowWriter;
use haven_audit::AuditError;
use haven_audit::detainers::{Detainers, Kind, Layouts, Place, Question, read};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

const DAYS: (Date, Date) = (date(2024, 5, 1), date(2024, 8, 31));

fn layouts() -> Layouts {
    let files = crate::audit();
    let (file, text) = files.iter().find(|(file, _)| file.ends_with("detainers.toml")).unwrap();
    Layouts::load(file, text).unwrap()
}

/// Ours is what begins with ONE, by code or, where there is none, by name.
fn ours(place: &Place) -> bool {
    place.code.as_ref().or(place.name.as_ref()).is_some_and(|text| text.to_uppercase().starts_with("ONE"))
}

fn of(path: &Path) -> Result<Detainers, AuditError> {
    let scratch = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let question =
        Question { file: path, layouts: &layouts(), ours: &ours, days: DAYS, scratch: scratch.path(), cores: 2, memory: 64 << 20 };
    runtime.block_on(read(&question))
}

fn of_bytes(name: &str, bytes: &[u8]) -> Result<Detainers, AuditError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    of(&path)
}

fn of_text(text: &str) -> Detainers {
    of_bytes("theirs.csv", text.as_bytes()).unwrap()
}

/// What came out, but for the file it came from.
fn content(mut read: Detainers) -> Detainers {
    read.original.file.clear();
    read.original.sha256.clear();
    read.original.bytes = 0;
    read
}

const ROWS: &str = "\u{feff}detainer_prepare_date,Detention_Facility_Code,detention_facility,detainer_type,detainer_lift_reason,duplicate_likely\n\
2024-05-03 00:00:00,onexxil,FIRST  DISTRICT\tLOCKUP,I247A,Detainer Declined by LEA,FALSE\n\
2024-05-11,ONEXXIL,FIRST DISTRICT LOCKUP,I247A,Booked into Detention,FALSE\n\
2024-05-11,ONEXXIL,FIRST DISTRICT LOCKUP,I247A,Booked into Detention,TRUE\n\
5/11/2024, ONEXXIL ,,I247A,NA,FALSE\n\
2024-05-20,OTHERIL,\"COUNTY JAIL, \"\"OLD\"\"\",I247A,Booked into Detention,FALSE\n\
2020-01-01,ONEXXIL,NULL\n\
Jane Roe,TWOXXIL,,I247A,NA,FALSE\n\
\n\
2024-05-20,NA,NA,I247A,NA,FALSE\n\
2024-13-01,TWOXXIL,,I247A,NA,FALSE,,,,more\n\
2024-06-30,TWOXXIL,,I247A,NA,FALSE\n";

#[test]
fn rows_become_counts_of_all_and_rows_of_ours() {
    let read = of_text(ROWS);
    assert_eq!((read.kind, read.likely_duplicates, read.unread_rest), (Kind::Rows, 1, 0));
    assert_eq!((read.first, read.last), (Some(date(2020, 1, 1)), Some(date(2024, 6, 30))));
    let counts: Vec<String> = read
        .counts
        .iter()
        .map(|count| format!("{:?} {:?} {}", count.place.code.as_deref(), count.place.name.as_deref(), count.number))
        .collect();
    assert_eq!(
        counts,
        [
            "Some(\"ONEXXIL\") None 2",
            "Some(\"ONEXXIL\") Some(\"FIRST DISTRICT LOCKUP\") 2",
            "Some(\"OTHERIL\") Some(\"COUNTY JAIL, \\\"OLD\\\"\") 1",
            "Some(\"TWOXXIL\") None 1",
        ]
    );
    let rows: Vec<(u64, String)> = read.rows.iter().map(|row| (row.row, row.day.to_string())).collect();
    assert_eq!(rows, [(2, "2024-05-03".to_owned()), (3, "2024-05-11".to_owned()), (5, "2024-05-11".to_owned())]);
    assert_eq!(read.reasons, [("Booked into Detention".to_owned(), 1), ("Detainer Declined by LEA".to_owned(), 1)]);
    let unread: Vec<String> = read.unread.iter().map(|cell| format!("{} {} {}", cell.row, cell.column, cell.found)).collect();
    assert_eq!(
        unread,
        ["8 detainer_prepare_date a text of 8 characters", "9 detention_facility_code nothing", "10 detainer_prepare_date `2024-13-01`"]
    );
    assert!(!serde_json::to_string(&read).unwrap().contains("Jane"));
}

#[test]
fn counts_by_month_and_by_facility_are_read() {
    let months =
        of_text("\"\",\"month_year\",\"count\"\n\"1\",\"2024-04\",9\n\"2\",\"2024-05\",7\n\"3\",\"2024-06\",x\n\"4\",\"2024-7\",2\n");
    assert_eq!((months.kind, months.first, months.last), (Kind::ByMonth, Some(date(2024, 4, 1)), Some(date(2024, 5, 31))));
    let counts: Vec<(Option<&str>, u64)> = months.counts.iter().map(|count| (count.month.as_deref(), count.number)).collect();
    assert_eq!(counts, [(Some("2024-04"), 9), (Some("2024-05"), 7)]);
    let unread: Vec<&str> = months.unread.iter().map(|cell| cell.column.as_str()).collect();
    assert_eq!(unread, ["count", "month_year"]);

    let facilities = of_text("detention_facility,NA,total\nOne lockup,NA,4\nCOUNTY JAIL,NA,9\nTwo,NA,NA\nNA,NA,3\nOne lockup,NA,1\n");
    assert_eq!((facilities.kind, facilities.first), (Kind::ByFacility, None));
    let counts: Vec<(Option<&str>, u64)> = facilities.counts.iter().map(|count| (count.place.name.as_deref(), count.number)).collect();
    assert_eq!(counts, [(Some("COUNTY JAIL"), 9), (Some("One lockup"), 5)]);
    let unread: Vec<String> = facilities.unread.iter().map(|cell| format!("{} {}", cell.row, cell.column)).collect();
    assert_eq!(unread, ["4 total", "5 detention_facility"]);
}

/// The same rows give the same, however the file is written.
#[test]
fn the_form_of_the_file_makes_no_difference() {
    let whole = content(of_text(ROWS));
    let packed = {
        let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        to.write_all(ROWS.as_bytes()).unwrap();
        to.finish().unwrap()
    };
    assert_eq!(content(of_bytes("theirs.csv.gz", &packed).unwrap()), whole);
    let wide: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(ROWS.trim_start_matches('\u{feff}').encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(content(of_bytes("theirs.txt", &wide).unwrap()), whole);
    let semicolons = "detainer_prepare_date;detainer_facility_code\n2024-05-03;ONE\n";
    assert_eq!(content(of_text(semicolons)), content(of_text(&semicolons.replace(';', ","))));

    // Parquet, with columns of their own types and one that is a list of no use.
    let day = |day: Date| day.since(date(1970, 1, 1)).unwrap().get_days();
    let days = [Some(day(date(2024, 5, 3))), None, Some(day(date(2024, 6, 30)))];
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("Detainer_Prepare_Date", Arc::new(Date32Array::from(days.to_vec()))),
        ("unneeded", Arc::new(Float64Array::from(vec![1.5, 2.5, 3.5]))),
        ("detention_facility_code", Arc::new(StringArray::from(vec!["ONEXXIL", "ONEXXIL", "TWOXXIL"]))),
        ("duplicate_likely", Arc::new(BooleanArray::from(vec![Some(false), Some(false), Some(true)]))),
    ];
    let text = "detainer_prepare_date,detainer_facility_code,duplicate_likely\n2024-05-03,ONEXXIL,FALSE\n,ONEXXIL,FALSE\n2024-06-30,TWOXXIL,TRUE\n";
    let whole = content(of_text(text));
    let file = |columns: Vec<(&str, ArrayRef)>| {
        let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true))).unwrap();
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.into_inner().unwrap()
    };
    // What a file is, is told by its bytes, not by its name.
    for name in ["theirs.parquet", "theirs.data", "theirs"] {
        assert_eq!(content(of_bytes(name, &file(columns.clone())).unwrap()), whole, "{name}");
    }
    let moments = days.map(|day| day.map(|day| i64::from(day) * 86_400_000 + 3_600_000));
    let mut with_moments = columns;
    with_moments[0].1 = Arc::new(TimestampMillisecondArray::from(moments.to_vec()).with_timezone("UTC"));
    assert_eq!(content(of_bytes("theirs.parquet", &file(with_moments)).unwrap()), whole);
    let totals: Vec<(&str, ArrayRef)> = vec![
        ("detention_facility", Arc::new(StringArray::from(vec!["One", "Two"]))),
        ("total", Arc::new(Float64Array::from(vec![4.0, 1.5]))),
    ];
    let totals = of_bytes("totals.parquet", &file(totals)).unwrap();
    assert_eq!((totals.counts.len(), totals.counts[0].number, totals.unread[0].found.as_str()), (1, 4, "`1.5`"));
}

#[test]
fn files_that_are_no_such_data_are_refused() {
    for (case, bytes, found) in [
        ("another header", &b"name,plate\nx,y\n"[..], "2 other columns"),
        ("nothing", b"", "nothing"),
        ("a date without a facility", b"detainer_prepare_date\n2024-05-01\n", "1 other columns"),
        ("a page", b"<html>detainer_prepare_date,detention_facility</html>", "a page or XML"),
        ("half a Parquet file", b"PAR1detainer_prepare_date", "one that cannot be read so"),
    ] {
        let error = of_bytes("x.csv", bytes).unwrap_err().to_string();
        assert!(error.contains(found), "{case}: {error}");
    }
}

/// What is damaged is said with its row, and what lies behind it is read.
#[test]
fn damage_is_listed_and_never_lost() {
    let text = b"detainer_prepare_date,detainer_facility\n2024-05-01,\xff\xfe\n2024-05-02,One\n2024-05-03,\"One\n2024-05-04,One\n";
    let read = of_bytes("x.csv", text).unwrap();
    let unread: Vec<String> = read.unread.iter().map(|cell| format!("{} {}: {}", cell.row, cell.column, cell.found)).collect();
    assert_eq!(unread, ["2 detainer_facility: other bytes", "4 *: one whose quotes do not"]);
    assert_eq!(read.rows.iter().map(|row| row.row).collect::<Vec<_>>(), [3, 5]);

    let many: String = (0..2500).map(|at| format!("2024-05-{:02},One\n", 1 + at % 40)).collect();
    let read = of_text(&format!("detainer_prepare_date,detainer_facility\n{many}"));
    let bad = (0..2500).filter(|at| at % 40 >= 31).count();
    assert!(bad < 1000 && read.unread.len() == bad && read.unread_rest == 0);
    let read = of_text(&format!("detainer_prepare_date,detainer_facility\n{}", "x,One\n".repeat(2500)));
    assert_eq!((read.unread.len(), read.unread_rest, read.counts.len()), (1000, 1500, 0));
}

/// Counts by place, reasons, rows of ours, rows that cannot be read, likely duplicates.
type Said = (BTreeMap<Place, u64>, BTreeMap<String, u64>, Vec<u64>, Vec<u64>, u64);

/// The reader that was here before: the whole file in memory, a row at a time.
fn plainly(text: &str) -> Said {
    let missing = |text: &str| ["", "NA", "NULL", "N/A"].contains(&text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let (mut counts, mut reasons, mut rows, mut unread, mut duplicates) = (BTreeMap::new(), BTreeMap::new(), Vec::new(), Vec::new(), 0);
    for (record, row) in reader.records().zip(2..) {
        let record = record.unwrap();
        let cell = |at: usize| record.get(at).filter(|text| !missing(text));
        let day = cell(0)
            .and_then(|text| text.split(['T', ' ']).next())
            .filter(|text| text.len() == 10)
            .and_then(|text| text.parse::<Date>().ok());
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let place = Place { code: cell(1).map(|text| words(text).to_uppercase()), name: cell(2).map(words) };
        let Some(day) = day.filter(|_| place != Place::default()) else {
            unread.push(row);
            continue;
        };
        if cell(4).is_some_and(|text| ["true", "t", "1", "yes"].iter().any(|word| text.eq_ignore_ascii_case(word))) {
            duplicates += 1;
            continue;
        }
        *counts.entry(place.clone()).or_insert(0) += 1;
        if ours(&place) {
            if let Some(reason) = cell(3) {
                *reasons.entry(reason.to_owned()).or_insert(0) += 1;
            }
            if DAYS.0 <= day && day <= DAYS.1 {
                rows.push(row);
            }
        }
    }
    (counts, reasons, rows, unread, duplicates)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    /// Streamed, put on the disk and counted by queries, a file says what it says to a reader that holds it whole.
    #[test]
    fn as_a_reader_says_that_holds_the_whole(
        rows in prop::collection::vec((
            prop::sample::select(vec!["2024-05-01", "2024-08-31 10:00:00", "2024-09-01", "2023-02-29", "2024-06-01T00:00:00Z", "NA", "", "x", "2024-6-1"]),
            prop::sample::select(vec!["ONEXX", " onexx ", "TWO", "NA", "", "One  two", "\"ONE\"\"X\""]),
            prop::sample::select(vec!["one lockup", "Jail", "NULL", "", "\"a, b\"", "\"two\nlines\"", "ÉCOLE"]),
            prop::sample::select(vec!["Declined", "Booked", "NA", "", "Ended, \"so\""]),
            prop::sample::select(vec!["TRUE", "t", "1", "FALSE", "", "NA", "yes"]),
            prop::sample::select(vec!["", ",more", "\n", "\n\n"]),
        ), 0..60)
    ) {
        let line = |(day, code, name, reason, twice, rest): &(&str, &str, &str, &str, &str, &str)| {
            format!("{day},{code},{name},\"{}\",{twice}{rest}\n", reason.replace('"', "\"\""))
        };
        let text = rows.iter().map(line).collect::<String>();
        let text = format!("detainer_prepare_date,detainer_facility_code,detainer_facility,detainer_lift_reason,duplicate_likely\n{text}");
        let read = of_text(&text);
        let counts = read.counts.iter().map(|count| (count.place.clone(), count.number)).collect();
        let reasons = read.reasons.iter().cloned().collect();
        let (listed, unread) = (read.rows.iter().map(|row| row.row).collect(), read.unread.iter().map(|cell| cell.row).collect());
        prop_assert_eq!((counts, reasons, listed, unread, read.likely_duplicates), plainly(&text));
    }
}

#[test]
fn the_real_samples_are_read_whole() {
    let Some(folder) = crate::samples("data/detainers") else { return };
    let months = of(&folder.join("mn_detainers_by_month.csv")).unwrap();
    assert_eq!((months.kind, months.unread.len()), (Kind::ByMonth, 0));
    let text = std::fs::read_to_string(folder.join("mn_detainers_by_month.csv")).unwrap();
    let counted: u64 = text.lines().skip(1).map(|line| line.rsplit(',').next().unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!(months.counts.iter().map(|count| count.number).sum::<u64>(), counted);
    let facilities = of(&folder.join("mn_detainers_by_facility_and_lift_reason.csv")).unwrap();
    let names: BTreeSet<&Place> = facilities.counts.iter().map(|count| &count.place).collect();
    assert_eq!((facilities.kind, facilities.unread.len(), names.len()), (Kind::ByFacility, 0, 75));

    // Rows in the columns of the real release.
    let columns = std::fs::read_to_string(folder.join("ddp_detainers_columns.txt")).unwrap();
    let columns: Vec<&str> = columns.lines().collect();
    let cell = |column: &&str| match *column {
        "detainer_prepare_date" => "2024-05-02",
        "detention_facility_code" | "detainer_facility_code" => "ONEXXIL",
        "duplicate_likely" => "FALSE",
        _ => "NA",
    };
    let row: Vec<&str> = columns.iter().map(cell).collect();
    let rows = of_text(&format!("{}\n{}\n", columns.join(","), row.join(",")));
    assert_eq!((rows.kind, rows.unread.len(), rows.rows.len()), (Kind::Rows, 0, 1));
}

/// A file of three million rows in the columns of the release, as CSV and as Parquet, left in `$HAVEN_DETAINERS` for a run of
/// `haven report check` under `time`: by hand, since it takes minutes.
#[test]
#[ignore = "writes 1 GB"]
fn three_million_rows() {
    #[expect(clippy::disallowed_methods, reason = "whoever runs this says where the files go")]
    let folder = std::env::var_os("HAVEN_DETAINERS").map(std::path::PathBuf::from).expect("HAVEN_DETAINERS names a folder");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("detainers.csv");
    let mut to = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    writeln!(
        to,
        "detainer_prepare_date,facility_state,detainer_facility_code,detainer_facility,detainer_type,detainer_lift_reason,duplicate_likely,{}",
        (0..57).map(|at| format!("column_{at}")).collect::<Vec<_>>().join(",")
    )
    .unwrap();
    let filler = ["UNITED STATES", "NA", "2024-01-01 00:00:00", "7"].into_iter().cycle().take(57).collect::<Vec<_>>().join(",");
    let mut state = 7_u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for row in 0..3_000_000_u32 {
        let day = date(2022, 9, 1).saturating_add(jiff::Span::new().days(i64::try_from(next(1200)).unwrap()));
        let place = next(4000);
        let code = if place == 0 { "ONEXXIL".to_owned() } else { format!("F{place:04}IL") };
        let reason = ["NA", "Booked into Detention", "Detainer Declined by LEA"][usize::try_from(next(3)).unwrap()];
        let twice = if next(50) == 0 { "TRUE" } else { "FALSE" };
        let day = if row % 1000 == 999 { "x".to_owned() } else { day.to_string() };
        writeln!(to, "{day} 00:00:00,IL,{code},FACILITY {place},I247A,{reason},{twice},{filler}").unwrap();
    }
    drop(to);
    let read = of(&path).unwrap();
    assert_eq!((read.unread.len(), read.unread_rest), (1000, 2000));
    let all: u64 = read.counts.iter().map(|count| count.number).sum();
    assert_eq!(all + read.likely_duplicates + 3000, 3_000_000);
}
