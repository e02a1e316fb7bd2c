//! Paper logs as tables: what spreadsheets do to them, what is refused and where, and the way out and back.

use crate::world::{self, PACK, SCHEMA, now, zone};
use haven_law::request::{Request, Scope};
use haven_register::db::Address;
use haven_register::entry::{Draft, Pairs, Record};
use haven_register::gaps::{GapKind, gaps};
use haven_register::moment::Moment;
use haven_register::register::{Filter, Stored};
use haven_register::schema::{FieldType, Kind};
use haven_register::table::{self, Table};
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

const NOW: &str = "2026-10-12 12:00";
const HEADER: &str = "external_id,station,at,by,channel,requester,asked";
const ROW: &str = "R-1,001,2026-05-04 14:06,S-1042,phone,ero,assist";

fn read(bytes: &[u8], kind: Option<&str>) -> Table {
    table::read(bytes, &SCHEMA, &zone(), kind, &Moment::at(&now(NOW)), &Pairs::new())
}

/// Everything a table says was not taken, in order.
fn said(table: &Table) -> Vec<String> {
    table.errors.iter().map(ToString::to_string).chain(table.unread.iter().map(ToString::to_string)).collect()
}

/// Reads a table of requests: `good` rows are taken, and what is said is said in this order, each with these words.
fn check_bytes(name: &str, bytes: &[u8], good: usize, expected: &[&str]) {
    let table = read(bytes, Some("request"));
    let said = said(&table);
    assert_eq!(table.good(), good, "{name}: {said:#?}");
    assert_eq!(said.len(), expected.len(), "{name}: {said:#?}");
    for (said, expected) in said.iter().zip(expected) {
        assert!(said.contains(expected), "{name}: `{said}` does not say `{expected}`");
    }
    sound(&table);
}

fn check(name: &str, text: &str, good: usize, expected: &[&str]) {
    check_bytes(name, text.as_bytes(), good, expected);
}

/// What holds of every table: no row is lost, and each refused row says why.
fn sound(table: &Table) {
    assert!(!table.is_refused() || table.rows.is_empty());
    let lines: Vec<u64> = table.rows.iter().map(|row| row.line).collect();
    assert!(lines.windows(2).all(|pair| pair[0] < pair[1]), "{lines:?}");
    for row in &table.rows {
        let errors: Vec<_> = table.errors.iter().filter(|error| error.line == row.line).map(|error| error.error.clone()).collect();
        assert_eq!(row.draft.as_ref().err().unwrap_or(&Vec::new()), &errors, "line {}", row.line);
        assert_eq!(row.draft.is_ok(), errors.is_empty());
    }
    let rows: BTreeSet<u64> = lines.into_iter().collect();
    assert!(table.errors.iter().all(|error| rows.contains(&error.line)));
    let _ = table::preview(table, &SCHEMA);
}

/// A row with one cell changed.
fn with(column: &str, cell: &str) -> String {
    let cells = HEADER.split(',').zip(ROW.split(','));
    let row: Vec<&str> = cells.map(|(name, old)| if name == column { cell } else { old }).collect();
    format!("{HEADER}\n{}\n", row.join(","))
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(unit).collect()
}

#[test]
fn what_spreadsheets_do_to_files() {
    let plain = format!("{HEADER}\n{ROW}\n");
    check("plain", &plain, 1, &[]);
    check("no end of line", plain.trim_end(), 1, &[]);
    check("byte order mark", &format!("\u{feff}{plain}"), 1, &[]);
    check_bytes("UTF-16, little end first", &utf16(&plain, u16::to_le_bytes), 1, &[]);
    check_bytes("UTF-16, big end first", &utf16(&plain, u16::to_be_bytes), 1, &[]);
    check_bytes(
        "UTF-16, cut",
        &utf16(&plain, u16::to_le_bytes)[..41],
        0,
        &["`file`: expected a table as CSV, in UTF-8, found UTF-16 that is cut"],
    );
    check_bytes("UTF-16 without a mark", &utf16(&plain, u16::to_le_bytes)[2..], 0, &["bytes that are no text"]);
    check_bytes("a workbook", b"PK\x03\x04\x14\0", 0, &["save as \u{201c}CSV UTF-8\u{201d}, found a workbook"]);
    check_bytes("a PDF", b"%PDF-1.7", 0, &["found a PDF"]);
    check("semicolons", &plain.replace(',', ";"), 1, &[]);
    check("tabs", &plain.replace(',', "\t"), 1, &[]);
    check("semicolons, said", &format!("sep=;\r\n{}", plain.replace(',', ";")), 1, &[]);
    check(
        "semicolons, said: lines are those of the file",
        &format!("sep=;\r\n{HEADER}\r\n\r\nR-1\r\n").replace(',', ";"),
        0,
        &["line 4, `row`: expected 7 cells, found 1 cell"],
    );
    check("CRLF", &plain.replace('\n', "\r\n"), 1, &[]);
    check("CR alone", &plain.replace('\n', "\r"), 1, &[]);
    check("CR alone: lines", &format!("{plain}\nx\n").replace('\n', "\r"), 1, &["line 4, `row`"]);
    check(
        "quotes",
        "external_id,station,at,by,channel,requester,\"asked\"\n\"R-1\",\"001\",\"2026-05-04 14:06\",S-1042,phone,ero,\"assist,perimeter\"\n",
        1,
        &[],
    );
    check("blank lines", &format!("\n\r\n{HEADER}\n\n,,,,,,\n  , ,\u{a0},,,,\n{ROW}\n\n\n"), 1, &[]);
    check(
        "lines are counted over blank ones",
        &format!("\n{HEADER}\n\n\nR-1,,,,,,\n"),
        0,
        &["line 5, column C, `at`", "line 5, column B, `station`", "line 5, column D, `by`", "`channel`", "`requester`", "`asked`"]
            .map(|_| "line 5"),
    );
    check("empty columns at the end", &format!("{HEADER},,\n{ROW},,\n"), 1, &[]);
    check("empty columns at the end of the rows", &format!("{HEADER}\n{ROW},,\n"), 1, &[]);
    check(
        "empty columns at the end of the header",
        &format!("{HEADER},,\n{ROW}\n"),
        0,
        &["line 2, `row`: expected 9 cells, found 7 cells"],
    );
    check(
        "something in a column without a name",
        &format!("{HEADER},,\n{ROW},x,\n"),
        1,
        &["column H: its header is no field; what stands in 1 row is not taken over"],
    );
    check(
        "too few cells",
        &format!("{HEADER}\nR-1,001\n{}\n", ROW.replace("R-1", "R-2")),
        1,
        &["line 2, `row`: expected 7 cells, found 2 cells"],
    );
    check("too many cells", &format!("{HEADER}\n{ROW},Maria\n"), 0, &["line 2, `row`: expected 7 cells, found 8 cells"]);
    check(
        "a download that was cut",
        &format!("{plain}# ERROR: download incomplete\n"),
        1,
        &["line 3, `row`: expected 7 cells, found 1 cell"],
    );
    check(
        "a cell of two lines",
        &with("at", "\"2026-05-04\n2026-05-05\""),
        0,
        &["line 2, `row`: expected a row on one line, with every quote closed, found lines 2 to 3 as one row"],
    );
    check(
        "a quote left open swallows nothing silently",
        &format!("{HEADER}\n{}\n{}\n", ROW.replace("phone", "\"phone"), ROW.replace("R-1", "R-2")),
        0,
        &["found lines 2 to 3 as one row"],
    );
    check(
        "a quote left open on the last line",
        &format!("{HEADER}\n{}", ROW.replace("assist", "\"assist")),
        0,
        &["found a quote that is not closed"],
    );
    check("no-break spaces", &with("at", "\u{a0}2026-05-04\u{202f}14:06\u{a0}"), 1, &[]);
    check("zero-width space", &with("channel", "\u{200b}phone"), 1, &[]);
    check("a leading zero lost", &with("station", "1"), 1, &[]);
    check("a word in capital letters", &with("channel", "FAX"), 1, &[]);
    check("a label", &with("channel", "telephone"), 1, &[]);
    for empty in ["N/A", "n/a", "n.a.", "-", "\u{2014}", "\u{2014}\u{2014}", "\u{2013}", " "] {
        check("nothing", &format!("{HEADER},matter\n{ROW},{empty}\n"), 1, &[]);
        check("nothing where something must stand", &with("asked", empty), 0, &["line 2, column G, `asked`: expected some of hold, "]);
    }
    check("a redaction is not nothing", &with("asked", "***"), 0, &["found `***`"]);
    check("an apostrophe before a dash", &with("channel", "'-"), 0, &["line 2, column E, `channel`: expected one of"]);
    check_bytes(
        "latin-1 in a cell",
        &[
            format!("{HEADER}\nR-1,001,2026-05-04,S-1042,t").as_bytes(),
            b"\xE9l",
            format!("phone,ero,assist\n{}\n", ROW.replace("R-1", "R-2")).as_bytes(),
        ]
        .concat(),
        1,
        &["line 2, column E, `channel`: expected text in UTF-8"],
    );
    let long = "x".repeat(table::ROW_BYTES_MAX);
    check(
        "a row that is too long",
        &format!("{HEADER}\n{}\n{}\n", with("by", &long).lines().nth(1).unwrap(), ROW),
        1,
        &["line 2, `row`: expected at most 262144 bytes, found 262187 bytes"],
    );
    check_bytes(
        "a file that is too large",
        &vec![b'a'; table::FILE_BYTES_MAX + 1],
        0,
        &["`file`: expected at most 32 MB; divide the table, found 32 MB"],
    );
    check("columns without end", &format!("{}{HEADER}\n", ",".repeat(600)), 0, &["`header`: expected at most 512 columns, found 607"]);
}

#[test]
fn a_long_log_is_read_to_its_end() {
    let text = (0..20_000).fold(format!("{HEADER}\n"), |mut text, at| {
        let _ = writeln!(text, "{}", ROW.replace("R-1", &format!("R-{at}")));
        text
    });
    check("long", &text, 20_000, &[]);
}

#[test]
fn headers() {
    let rest = "001,2026-05-04 14:06,S-1042,phone,ero,assist";
    check(
        "by label, with capitals and spaces",
        &format!("External ID, Station ,When it came,By,How it came,WHO ASKED,What was asked\nR-1,{rest}\n"),
        1,
        &[],
    );
    check("with marks", &format!("\"external-id\",station,at,by,channel,requester,asked\nR-1,{rest}\n"), 1, &[]);
    check("nothing", "", 0, &["`file`: expected a table with the names of columns in its first row, found nothing"]);
    check("blank lines only", "\n\n,,\n", 0, &["`file`"]);
    check("header only", &format!("{HEADER}\n"), 0, &[]);
    check(
        "no header",
        &format!("{ROW}\n{ROW}\n"),
        0,
        &[
            "`header`: expected a first row with the names of columns (external_id, station, agency, at, by, incident, …), separated by commas, found none of them",
        ],
    );
    check(
        "a column twice",
        &format!("{HEADER},Asked\n{ROW},hold\n"),
        0,
        &["`header`: expected each column once, found columns G and H with the same header"],
    );
    check(
        "a column by name and by label",
        &format!("{HEADER},what was asked\n{ROW},hold\n"),
        0,
        &["line 2, column H, `asked`: expected one column for each field, found a second one"],
    );
    check("a column by name and by label, empty", &format!("{HEADER},what was asked\n{ROW},\n"), 1, &[]);
    check(
        "a slip of the pen",
        &format!("{}\n{ROW}\n", HEADER.replace("requester", "reqester")),
        0,
        &["`header`: expected the name or the label of a field, found another word in column F; did you mean `requester`?"],
    );
    check("an optional column with a slip of the pen", &format!("{HEADER},mater\n{ROW},civil\n"), 0, &["column H; did you mean `matter`?"]);
    check(
        "columns that are missing",
        "external_id,station,at\nR-1,001,2026-05-04\n",
        0,
        &["`header`: expected the columns by, channel, requester, asked, which every entry of request needs, found none of these names"],
    );
    check(
        "no external ids",
        &format!("{}\n{ROW}\n", HEADER.replace("external_id", "line")),
        0,
        &["expected the columns external_id, which"],
    );
    check(
        "remarks are not taken over, nor shown",
        &format!("{HEADER},Remarks\n{ROW},Maria Lopez called\n"),
        1,
        &["column H: its header is no field; what stands in 1 row is not taken over"],
    );
    check(
        "a field of another kind",
        &format!("{HEADER},milestone\n{ROW},released\n"),
        0,
        &["line 2, column H, `milestone`: expected a field of request"],
    );
    check("a field of another kind, empty", &format!("{HEADER},milestone\n{ROW},\n"), 1, &[]);
    let response = "external_id,station,at,by,request,outcome,ground,incident\nA-1,001,2026-05-04,S-1,Maria,declined,city_law,the first\n";
    let table = read(response.as_bytes(), Some("response"));
    assert_eq!(
        said(&table),
        [
            "line 2, column E, `request`: expected the external id of an entry: at most 40 letters, digits and `-`, with a digit in it, found a text of 5 characters",
            "line 2, column H, `incident`: expected the external id of an entry: at most 40 letters, digits and `-`, with a digit in it, found a text of 9 characters",
        ]
    );
    check("links", &format!("{HEADER},event,RD\n{ROW},26-124-00412,ZZ000123\n"), 1, &[]);
}

#[test]
fn kinds() {
    let two = "kind,external_id,station,at,by,channel,requester,asked,document,milestone\n\
               request,R-1,001,2026-05-04 14:06,S-1042,phone,ero,assist,,\n\
               Paper received,P-1,001,2026-05-04 14:10,S-1042,fax,ero,,I-247A,\n\
               custody,C-1,001,2026-05-04 16:10,S-1042,,,,P-1,released\n\
               ,R-2,001,2026-05-04 14:06,S-1042,phone,ero,assist,,\n\
               reqest,R-3,001,2026-05-04 14:06,S-1042,phone,ero,assist,,\n";
    for (kind, good, expected) in [
        (None, 3, vec!["line 5, column A, `kind`: expected one of request, document, ", "line 6, column A, `kind`"]),
        (Some("request"), 4, vec!["line 6, column A, `kind`: expected one of request, document, "]),
        (Some("duty"), 3, vec!["line 5"; 5]),
    ] {
        let table = read(two.as_bytes(), kind);
        sound(&table);
        assert_eq!(table.good(), good, "{kind:?}: {:#?}", said(&table));
        for (said, expected) in said(&table).iter().zip(&expected) {
            assert!(said.contains(expected), "{kind:?}: `{said}` does not say `{expected}`");
        }
    }
    let none = read(format!("{HEADER}\n{ROW}\n").as_bytes(), None);
    assert_eq!(said(&none), ["`header`: expected a column `kind`, or a kind for all rows, found neither"]);
    let wrong = read(format!("{HEADER}\n{ROW}\n").as_bytes(), Some("rekwest"));
    assert!(wrong.is_refused() && said(&wrong)[0].starts_with("`kind`: expected one of request, "), "{:?}", said(&wrong));
    let label = read(format!("{HEADER}\n{ROW}\n").as_bytes(), Some("Federal request"));
    assert_eq!(label.good(), 1);
}

#[test]
fn dates() {
    let at = |cell: &str| with("at", cell);
    for (typed, taken) in [
        ("6/4/2024", "2024-06-04"),
        ("06/04/2024", "2024-06-04"),
        ("6/24/2024", "2024-06-24"),
        ("6/4/2024 2:06 PM", "2024-06-04T14:06:00-05:00"),
        ("6/4/2024 2:06PM", "2024-06-04T14:06:00-05:00"),
        ("6/4/2024 2:06 p.m.", "2024-06-04T14:06:00-05:00"),
        ("6/4/2024\u{a0}12:06 AM", "2024-06-04T00:06:00-05:00"),
        ("6/4/2024 12:06 PM", "2024-06-04T12:06:00-05:00"),
        ("1/4/2024 14:06:30", "2024-01-04T14:06:30-06:00"),
    ] {
        let table = read(at(typed).as_bytes(), Some("request"));
        assert_eq!(said(&table), Vec::<String>::new(), "{typed}");
        let draft = table.rows[0].draft.as_ref().unwrap();
        assert_eq!(draft.at.to_string(), taken, "{typed}");
        // What was taken for another form is shown, never only done.
        assert_eq!((table.taken_as.len(), table.taken_as[0].line, table.taken_as[0].letter.as_str()), (1, 2, "C"));
        assert!(table::preview(&table, &SCHEMA).contains(&table.taken_as[0].typed));
    }
    assert_eq!(read(at("2024-06-04").as_bytes(), Some("request")).taken_as, []);
    check(
        "the day first",
        &at("24/6/2024"),
        0,
        &[
            "line 2, column C, `at`: expected the month first, as in `6/24/2024`, or a day as `2024-06-24`, found `24/6/2024`; did you mean `2024-06-24`?",
        ],
    );
    check("no such day", &at("2/30/2024"), 0, &["found `2/30/2024`"]);
    check("a year of two digits", &at("6/4/24"), 0, &["expected a year of four digits, as in `6/24/2024`, found `6/4/24`"]);
    check("no such time", &at("6/4/2024 25:06"), 0, &["expected a time as in `6/24/2024 2:06 PM`"]);
    check("no such time on a clock of twelve", &at("6/4/2024 14:06 PM"), 0, &["expected a time as in"]);
    check(
        "a number in the place of a day",
        &at("45447"),
        0,
        &[
            "line 2, column C, `at`: expected a day or a moment; a spreadsheet keeps days as numbers, so give the column the format of a date, then save it again, found `45447`; did you mean `2024-06-04`?",
        ],
    );
    check("a number in the place of a moment", &at("45447.5875"), 0, &["did you mean `2024-06-04 14:06`?"]);
    check("a text is not shown", &at("Maria/4/2024"), 0, &["found a text of 12 characters"]);
    check("a time that the clocks skipped", &at("3/8/2026 2:30 AM"), 0, &["the clocks went forward over this one"]);
    check("in the future", &at("12/24/2026"), 0, &["expected a moment that is not in the future"]);
    // One date with its day first makes every other of its column doubtful.
    let rows = "24/6/2024 4/6/2024 6/6/2024 6/25/2024".split(' ').enumerate().fold(format!("{HEADER}\n"), |mut text, (at, day)| {
        let _ = writeln!(text, "R-{at},001,{day},S-1042,phone,ero,assist");
        text
    });
    check(
        "days first beside months first",
        &rows,
        2,
        &[
            "line 2, column C",
            "line 3, column C, `at`: expected a day as `2024-06-24`; line 2 of this column has the day first, so this may be either of two days, found `4/6/2024`",
        ],
    );
    // Days without a time.
    let nil = |until: &str| {
        format!(
            "external_id,station,at,by,nothing,period_from,period_until,certified_by\nN-1,001,2026-04-02,S-1,requests,1/1/2026 0:00,{until},S-2\n"
        )
    };
    let table = read(nil("4/1/2026").as_bytes(), Some("nil"));
    assert_eq!(said(&table), Vec::<String>::new());
    assert_eq!(table.rows[0].draft.as_ref().unwrap().fields["period_until"], "2026-04-01");
    let table = read(nil("4/1/2026 2:00 PM").as_bytes(), Some("nil"));
    assert!(said(&table)[0].contains("expected a day without a time"), "{:?}", said(&table));
}

#[test]
fn ids() {
    check(
        "the example",
        &with("external_id", "EXAMPLE-1"),
        0,
        &[
            "line 2, column A, `external_id`: expected an id of your own: this is the example row of the template, which is to be deleted, found `EXAMPLE-1`",
        ],
    );
    check(
        "none",
        &with("external_id", ""),
        0,
        &[
            "line 2, column A, `external_id`: expected the id of the line in the paper log, without which an import cannot be repeated safely, found nothing",
        ],
    );
    check("none but a dash", &with("external_id", "-"), 0, &["without which an import cannot be repeated safely"]);
    check("a name", &with("external_id", "Maria"), 0, &["found a text of 5 characters"]);
    check(
        "twice",
        &format!("{HEADER}\n{ROW}\n{}\n", ROW.replace("R-1", "r-1")),
        1,
        &["line 3, column A, `external_id`: expected an id that stands once in the table, found that of line 2"],
    );
    check("a staff id that is a name", &with("by", "Lopez"), 0, &["line 2, column D, `by`"]);
    check(
        "several cells",
        &format!("{HEADER}\nR-1,099,2026-05-04,S-1042,fex,ero,assist\n{}\n", ROW.replace("R-1", "R-2")),
        1,
        &["line 2, column B, `station`: expected one of 000, 001, ", "line 2, column E, `channel`: expected one of phone, fax, "],
    );
    let table = read(with("by", "Lopez").as_bytes(), Some("request"));
    assert_eq!((table.rows[0].external.as_deref(), table.errors[0].column.as_str()), (Some("R-1"), "by"));
    // The 28th column.
    let wide =
        format!("{},{HEADER}\n{},{}\n", vec![""; 26].join(","), vec![""; 26].join(","), with("station", "099").lines().nth(1).unwrap());
    check("wide", &wide, 0, &["line 2, column AB, `station`"]);
}

#[test]
fn defaults_stand_where_a_cell_is_empty() {
    let defaults = Pairs::from([("station".to_owned(), "010".to_owned()), ("by".to_owned(), "S-7".to_owned())]);
    let text = "external_id,by,at,channel,requester,asked\nR-1,,2026-05-04,phone,ero,assist\nR-2,S-9,2026-05-04,phone,ero,assist\n";
    let table = table::read(text.as_bytes(), &SCHEMA, &zone(), Some("request"), &Moment::at(&now(NOW)), &defaults);
    let taken: Vec<(&str, Option<&str>)> =
        table.rows.iter().map(|row| row.draft.as_ref().unwrap()).map(|draft| (draft.by.as_str(), draft.station.as_deref())).collect();
    assert_eq!(taken, [("S-7", Some("010")), ("S-9", Some("010"))]);
}

#[test]
fn a_name_typed_anywhere_is_never_shown() {
    for name in ["Maria Lopez-Garcia, born 1984", "Maria", "Maria Lopez"] {
        for kind in SCHEMA.kinds() {
            // An entry that is right, but for one cell or one header.
            let template = table::template(&SCHEMA, kind).replace(table::EXAMPLE, "X-1");
            let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(template.as_bytes()).into_records();
            let (header, row) = (rows.next().unwrap().unwrap(), rows.next().unwrap().unwrap());
            for column in 0..header.len() {
                let changed = |row: &csv::StringRecord| {
                    row.iter().enumerate().map(|(at, cell)| if at == column { name } else { cell }.to_owned()).collect()
                };
                let plain = |row: &csv::StringRecord| row.iter().map(str::to_owned).collect();
                let texts: [[Vec<String>; 2]; 3] =
                    [[plain(&header), changed(&row)], [changed(&header), plain(&row)], [changed(&row), plain(&row)]];
                for text in texts {
                    let mut writer = csv::Writer::from_writer(Vec::new());
                    text.iter().for_each(|row| writer.write_record(row).unwrap());
                    let table = read(&writer.into_inner().unwrap(), Some(&kind.name));
                    sound(&table);
                    let shown = format!("{}\n{}", said(&table).join("\n"), table::preview(&table, &SCHEMA));
                    assert!(!shown.contains("Maria") && !shown.contains("Lopez") && !shown.contains("1984"), "{}: {shown}", kind.name);
                }
            }
        }
    }
}

#[test]
fn previews() {
    let text = "kind,external_id,station,at,by,channel,requester,asked,request,outcome,ground,Remarks\n\
                request,R-1,001,5/4/2026 2:06 PM,S-1042,phone,ero,assist;perimeter,,,,x\n\
                request,R-2,10,5/24/2026,S-1042,fax,ice,hold,,,,\n\
                response,A-1,001,2026-05-04 14:20,S-1042,,,,R-1,declined,city_law,\n\
                response,A-2,001,2026-05-04 14:20,S-1042,,,,R-9,declined,city_law,\n\
                response,A-3,001,2026-05-04 14:20,S-1042,,,,R-1,declind,city_law,\n";
    let expected = "\
5 rows: 4 would be recorded, 1 refused.
  2 request, 2026-05-04 to 2026-05-24
    001 1, 010 1
  2 response, 2026-05-04 to 2026-05-04
    001 2
  1 row names entries that are not in this table before it; these must be in the register already.

The first of them, as they would be recorded:
  line 2: R-1 request, 001, 2026-05-04T14:06:00-05:00, by S-1042
    asked=assist;perimeter channel=phone requester=ero
  line 3: R-2 request, 010, 2026-05-24, by S-1042
    asked=hold channel=fax requester=ice
  line 4: A-1 response, 001, 2026-05-04T14:20:00-05:00, by S-1042
    ground=city_law outcome=declined request=R-1
  line 5: A-2 response, 001, 2026-05-04T14:20:00-05:00, by S-1042
    ground=city_law outcome=declined request=R-9

2 dates were read with the month first, as in the United States:
  line 2, column D: `5/4/2026 2:06 PM` as 2026-05-04 14:06:00
  line 3, column D: `5/24/2026` as 2026-05-24

Refused:
  line 6, column J, `outcome`: expected one of declined, referred, complied, partly, withdrawn, found a text of 7 characters; did you mean `declined`?

Not read:
  column L: its header is no field; what stands in 1 row is not taken over
";
    assert_eq!(table::preview(&read(text.as_bytes(), None), &SCHEMA), expected);
    let refused = table::preview(&read(b"%PDF", None), &SCHEMA);
    assert_eq!(refused, "Nothing can be taken from this file.\n\nNot read:\n  `file`: expected a table as CSV, found a PDF\n");
}

#[test]
fn templates_are_filled_in_right_but_for_the_example() {
    for kind in SCHEMA.kinds() {
        let template = table::template(&SCHEMA, kind);
        let table = read(template.as_bytes(), Some(&kind.name));
        sound(&table);
        assert!(said(&table)[0].contains("this is the example row of the template"), "{}: {:?}", kind.name, said(&table));
        // What a decision rests on is written by `haven ask`, and cannot be made up for an example.
        if kind.fields.iter().any(|field| field.required && field.of == FieldType::Provisions) {
            continue;
        }
        let table = read(template.replace(table::EXAMPLE, "X-1").as_bytes(), Some(&kind.name));
        assert_eq!(said(&table), Vec::<String>::new(), "{template}");
        assert_eq!(table.good(), 1);
    }
}

// Out and back -------------------------------------------------------------------------------------------------------

/// Chance that can be repeated (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % (end.max(1) as u64)).unwrap()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

static SEALED: LazyLock<String> = LazyLock::new(|| {
    let handler = age::x25519::Identity::generate().to_public().to_string();
    haven_register::seal::seal(&handler, "a text").unwrap().trim().to_owned()
});

/// An entry of a kind with chosen words in chosen fields; none where the rules refuse it.
fn any_draft(kind: &Kind, external: &str, chance: &mut Chance) -> Option<Draft> {
    let day = format!("2026-0{}-1{}", 1 + chance.below(9), chance.below(9));
    let mut pairs = Pairs::from([("kind".to_owned(), kind.name.clone()), ("external_id".to_owned(), external.to_owned())]);
    pairs.insert(
        "at".to_owned(),
        if chance.below(2) == 0 { day.clone() } else { format!("{day} 1{}:0{}:07", chance.below(9), chance.below(9)) },
    );
    pairs.insert("by".to_owned(), (*chance.pick(&["S-1042", "-7", "0"])).to_owned());
    match chance.below(3) {
        0 => pairs.insert("agency".to_owned(), "Chicago Department of Aviation".to_owned()),
        _ => pairs.insert("station".to_owned(), chance.pick(SCHEMA.stations()).name.clone()),
    };
    if chance.below(3) == 0 {
        pairs.insert("incident".to_owned(), "ab1d-0000-ffff".to_owned());
    }
    for field in &kind.fields {
        if !field.required && chance.below(3) == 0 {
            continue;
        }
        let value = match &field.of {
            FieldType::Words(words) if field.many => {
                (0..=chance.below(3)).map(|_| chance.pick(words).name.as_str()).collect::<Vec<_>>().join(";")
            }
            FieldType::Words(words) => chance.pick(words).name.clone(),
            FieldType::Moment => format!("{day} 19:0{}", chance.below(9)),
            FieldType::Day => format!("2026-0{}-2{}", 1 + chance.below(9), chance.below(9)),
            FieldType::Number => chance.below(1_000_001).to_string(),
            FieldType::Seconds => (i64::try_from(chance.below(1_000_001)).unwrap() - 500_000).to_string(),
            FieldType::Staff => "-1".to_owned(),
            FieldType::Entry(_) => format!("{}-{}", chance.pick(&["X", "-"]), chance.below(100)),
            FieldType::Facts => format!("{{\"document\":\"I-247A\",\"basis\":[\"detainer\"],\"n\":{}}}", chance.below(3)),
            FieldType::Provisions => (0..=chance.below(3)).map(|_| *chance.pick(&PACK.provisions())).collect::<Vec<_>>().join(";"),
            FieldType::Law => SCHEMA.law().to_owned(),
            FieldType::Sealed => SEALED.clone(),
        };
        pairs.insert(field.name.clone(), value);
    }
    Draft::read(&SCHEMA, &zone(), &pairs, &Moment::at(&now(NOW))).ok()
}

/// An entry as the register would give it.
fn stored(draft: &Draft, id: &str) -> Stored {
    let record = Record {
        id: id.to_owned(),
        version: 1,
        kind: draft.kind.clone(),
        agency: draft.agency.clone(),
        station: draft.station.clone(),
        incident: draft.incident.clone().unwrap_or_else(|| id.to_owned()),
        at: draft.at.to_string(),
        recorded_at: Moment::at(&now(NOW)).to_string(),
        by: draft.by.clone(),
        why: None,
        erased: false,
        external: draft.external.clone(),
        fields: draft.fields.clone(),
    };
    Stored { record, log: 1, index: 0, erased: false }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_goes_out_comes_back(seed: u64) {
        let mut chance = Chance(seed);
        let kind = chance.pick(SCHEMA.kinds()).clone();
        let drafts: Vec<Draft> = (0..40).filter_map(|at| any_draft(&kind, &format!("-X{at}"), &mut chance)).take(8).collect();
        let entries: Vec<Stored> = drafts.iter().enumerate().map(|(at, draft)| stored(draft, &format!("r3c0-{at}"))).collect();
        let text = table::export(&entries, &kind);
        for line in text.lines().skip(1) {
            // No cell begins a formula; the lines of an encrypted text stand inside its quotes.
            if !kind.fields.iter().any(|field| field.of == FieldType::Sealed) {
                prop_assert!(line.split(',').all(|cell| !cell.trim_start_matches('"').starts_with(['=', '+', '-', '@'])), "{line}");
            }
        }
        let table = read(text.as_bytes(), None);
        sound(&table);
        prop_assert_eq!(said(&table), Vec::<String>::new(), "{}", text);
        let back: Vec<Draft> = table.rows.into_iter().map(|row| row.draft.unwrap()).collect();
        prop_assert_eq!(back, drafts);
    }

    #[test]
    fn no_row_is_lost(cells in proptest::collection::vec(proptest::collection::vec(hostile(), 7), 0..12), separator in 0..3_usize) {
        let separator = [b',', b';', b'\t'][separator];
        let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
        writer.write_record(HEADER.split(',')).unwrap();
        for row in &cells {
            writer.write_record(row).unwrap();
        }
        let table = read(&writer.into_inner().unwrap(), Some("request"));
        sound(&table);
        prop_assert!(!table.is_refused());
        let blank = |row: &&Vec<String>| row.iter().all(|cell| cell.trim().is_empty());
        prop_assert_eq!(table.rows.len(), cells.len() - cells.iter().filter(blank).count());
    }
}

/// A cell that is right, almost right, or meant to do harm.
fn hostile() -> impl Strategy<Value = String> {
    let words = [
        "",
        " ",
        "R-1",
        "001",
        "1",
        "2026-05-04 14:06",
        "6/4/2024",
        "13/4/2024",
        "45447",
        "S-1042",
        "phone",
        "ero",
        "assist",
        "=1+1",
        "-",
        "N/A",
        "\u{a0}",
        "'=x",
        "\"",
        "\"\"",
        "a\nb",
        "EXAMPLE-1",
        "0/0/0",
        "99/99/9999",
        "6/4/2024 99:99 PM",
        "\u{202e}",
        "-----BEGIN",
        ";",
        "\t",
    ];
    prop_oneof![
        4 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned),
        1 => any::<String>().prop_map(|text| text.replace('\0', "")),
    ]
}

/// How long bytes are thrown at the reader: `HAVEN_FUZZ_SECONDS`, else 3.
#[expect(clippy::disallowed_methods, reason = "the length of a test is not an answer of the register")]
fn seconds() -> Duration {
    Duration::from_secs(std::env::var("HAVEN_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3))
}

#[test]
fn bytes_of_any_kind_are_read_or_refused() {
    let pieces: [&[u8]; 24] = [
        HEADER.as_bytes(),
        ROW.as_bytes(),
        b"\n",
        b"\r\n",
        b"\r",
        b",",
        b";",
        b"\t",
        b"\"",
        b"\"\"",
        b"\xEF\xBB\xBF",
        b"\xFF\xFE",
        b"\xE9",
        b"sep=;\n",
        b"kind",
        b"request",
        b"6/4/2024",
        b"45447.9999999",
        b"99999.999999999999",
        b"EXAMPLE-1",
        b"'=",
        b"-----BEGIN",
        b"\xE2\x80\x8B",
        b" ",
    ];
    bolero::check!().with_test_time(seconds()).for_each(|bytes: &[u8]| {
        sound(&read(bytes, Some("request")));
        let made: Vec<u8> = bytes.iter().flat_map(|byte| pieces[usize::from(*byte) % pieces.len()]).copied().collect();
        sound(&read(&made, if bytes.first().is_some_and(|byte| byte % 2 == 0) { Some("request") } else { None }));
    });
}

// The sample city ----------------------------------------------------------------------------------------------------

fn city() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../city")
}

/// The drafts of the sample city, in the order of its files.
fn city_drafts() -> Vec<Draft> {
    let mut files: Vec<PathBuf> = fs::read_dir(city().join("register")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut drafts = Vec::new();
    for file in files {
        let table = read(&fs::read(&file).unwrap(), None);
        sound(&table);
        assert_eq!(said(&table), Vec::<String>::new(), "{}", file.display());
        assert_eq!(table.taken_as, [], "{}", file.display());
        drafts.extend(table.rows.into_iter().map(|row| row.draft.unwrap()));
    }
    drafts
}

/// When each entry of the sample city was written down.
fn city_recorded() -> BTreeMap<String, String> {
    let text = fs::read_to_string(city().join("recorded.csv")).unwrap();
    text.lines().skip(1).filter_map(|line| line.split_once(',')).map(|(id, at)| (id.to_owned(), at.to_owned())).collect()
}

#[test]
fn the_sample_city_is_recorded_as_it_stands() {
    let drafts = city_drafts();
    assert!((450..=700).contains(&drafts.len()), "{}", drafts.len());
    let ids: BTreeSet<&str> = drafts.iter().filter_map(|draft| draft.external.as_deref()).collect();
    assert_eq!(ids.len(), drafts.len(), "an external id stands once");
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let address = Address::File(folder.path().join("register.db"));
        let register = world::create(&address, folder.path()).await;
        for (draft, answer) in drafts.iter().zip(register.add_all(drafts.clone(), &now(NOW)).await) {
            let receipt = answer.unwrap_or_else(|error| panic!("{:?}: {error}", draft.external));
            assert!(!receipt.known, "{:?}", draft.external);
        }
        // A second time nothing is added.
        assert!(register.add_all(drafts.clone(), &now(NOW)).await.iter().all(|answer| answer.as_ref().is_ok_and(|receipt| receipt.known)));
        register.close().await;
    });
}

#[test]
fn the_sample_city_has_the_gaps_it_was_made_with() {
    let recorded = city_recorded();
    let mut drafts = city_drafts();
    assert_eq!(recorded.len(), drafts.len());
    drafts.sort_by_key(|draft| recorded[draft.external.as_ref().unwrap()].clone());
    let folder = tempfile::tempdir().unwrap();
    let (entries, links) = runtime().block_on(async {
        let address = Address::File(folder.path().join("register.db"));
        let node = world::node(folder.path(), world::ORIGIN);
        let register = haven_register::register::Register::create(&address, SCHEMA.clone(), node, &now("2025-10-01 08:00")).await.unwrap();
        // As it was written down, day by day.
        for draft in drafts {
            let at = now(&recorded[draft.external.as_ref().unwrap()]);
            let id = draft.external.clone();
            register.add(draft, &at).await.unwrap_or_else(|error| panic!("{id:?}: {error}"));
        }
        let read = (register.list(&Filter::default()).await.unwrap(), register.all_links().await.unwrap());
        register.close().await;
        read
    });
    let names: BTreeMap<&str, &str> =
        entries.iter().map(|stored| (stored.record.id.as_str(), stored.record.external.as_deref().unwrap())).collect();
    let found = gaps(&entries, &links, &SCHEMA, &zone(), date(2025, 10, 1), date(2026, 10, 12));
    let shown: Vec<String> = found
        .iter()
        .map(|gap| {
            let records: Vec<&str> = gap.records.iter().map(|id| names[id.as_str()]).collect();
            format!("{} {} {} {}", gap.kind.name(), gap.from, gap.station.as_deref().unwrap_or("-"), records.join(" "))
        })
        .collect();
    let of = |kind: GapKind| shown.iter().filter(|line| line.starts_with(kind.name())).map(String::as_str).collect::<Vec<_>>();
    println!("{}", shown.join("\n"));
    assert_eq!(of(GapKind::NumberTwice).len(), 1);
    assert_eq!(of(GapKind::RequestOpen).len(), 2);
    assert_eq!(of(GapKind::PaperOpen).len(), 1);
    assert_eq!(of(GapKind::BailHeld).len(), 0);
    assert_eq!(of(GapKind::TransferGround).len(), 0);
    assert_eq!(of(GapKind::NilContradicted).len(), 1);
    assert_eq!(of(GapKind::StationSilent).len(), 2);
    assert_eq!(of(GapKind::IdsMissing).len(), 1);
    assert_eq!(of(GapKind::DaysMissing).len(), 0);
}

#[test]
fn the_questions_of_the_sample_city_are_answered() {
    let drafts = city_drafts();
    let requests: BTreeSet<&str> =
        drafts.iter().filter(|draft| draft.kind == "request").filter_map(|draft| draft.external.as_deref()).collect();
    let questions = fs::read_to_string(city().join("questions.jsonl")).unwrap();
    let mut verdicts = BTreeSet::new();
    for line in questions.lines() {
        let request = Request::parse(line, &PACK, &Scope::default()).unwrap_or_else(|error| panic!("{line}: {error}"));
        let decision = PACK.decide(&request);
        assert_eq!(decision.unused, Vec::<String>::new(), "{line}");
        verdicts.insert(decision.verdict.name());
        let id = line.split('"').nth(3).unwrap();
        let of = id.rsplit_once('-').unwrap().0;
        assert!(id.starts_with("CITY-Q-") || requests.contains(of), "{id}");
    }
    assert_eq!(verdicts.into_iter().collect::<Vec<_>>(), ["needs_facts", "permitted", "prohibited", "required"]);
    assert_eq!(questions.lines().count(), 40);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}
