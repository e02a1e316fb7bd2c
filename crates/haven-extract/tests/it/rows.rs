//! How many rows hold each value of a column, in every kind of table: what a column says of few rows is not said of all.

use crate::made::{Cells, Values, parquet, rows, workbook, zipped};
use crate::pieces;
use haven_extract::{Limits, Piece, PieceKind, extract};
use parquet::basic::Encoding;
use parquet::file::properties::WriterProperties;

/// A thousand rows, of which ten hold three of the four values, and a hundred hold none.
fn statuses() -> Vec<&'static str> {
    let row = |row: usize| match row {
        100..104 => "LPR",
        500..503 => "DACA",
        997..1000 => "USC",
        row if row % 10 == 5 && row < 900 || (901..911).contains(&row) => "",
        _ => "resident of the ward",
    };
    (0..1000).map(row).collect()
}

/// What that must come to.
const STATUSES: &str = "resident of the ward 890, LPR 4, DACA 3, USC 3; of 1000";

/// The rows of a column on one line.
fn line(piece: &Piece) -> String {
    let Some(rows) = &piece.rows else { return format!("{}; of nobody knows how many", piece.values.join(", ")) };
    assert_eq!(rows.holding.len(), piece.values.len(), "{piece:?}");
    let values: Vec<String> = piece.values.iter().zip(&rows.holding).map(|(value, count)| format!("{value} {count}")).collect();
    format!("{}; of {}{}", values.join(", "), rows.looked_at, if rows.is_sample { " sampled" } else { "" })
}

/// Holds the rows of the column of a name against those expected.
fn check(name: &str, bytes: &[u8], column: &str, expected: &str) {
    let (found, outcome) = pieces(name, bytes);
    assert!(outcome.unread.is_empty(), "{name}: {:?}", outcome.unread);
    let found: Vec<String> = found.iter().filter(|piece| piece.kind == PieceKind::Column && piece.text == column).map(line).collect();
    assert_eq!(found, [expected], "{name}, `{column}`");
}

fn joined(row: impl Fn(usize, &str) -> String) -> Vec<u8> {
    statuses().into_iter().enumerate().map(|(at, status)| row(at, status)).collect::<String>().into_bytes()
}

#[test]
fn tables_as_text() {
    for (name, separator) in [("people.csv", ","), ("people.csv", ";"), ("people.tsv", "\t"), ("people.psv", "|")] {
        let head = format!("id{separator}status{separator}ward\n").into_bytes();
        let table = [head, joined(|at, status| format!("{at}{separator}{status}{separator}\n"))].concat();
        check(name, &table, "status", STATUSES);
    }
    // A row that ends before the column holds nothing of it; an empty line is no row.
    check("short.csv", b"id,status\n1,LPR\n2\n\n3,LPR\n4,\n", "status", "LPR 2; of 4");
    // Running text and names are looked at in another way.
    let mixed = b"id,note\n1,LPR\n2,He came here long ago by sea.\n3,birth_country\n4,LPR\n";
    check("mixed.csv", mixed, "note", "LPR 2; of 4");
    // A table without a head.
    check("bare.csv", b"17283,LPR\n17284,LPR\n17285,USC\n", "column 2", "LPR 2, USC 1; of 3");
}

#[test]
fn a_row_whose_value_is_not_kept_is_not_looked_at() {
    let limits = Limits { values_max: 2, ..Limits::default() };
    let long = "x".repeat(201);
    for (name, table, expected) in [
        ("a.csv", "id,s\n1,a\n2,b\n3,c\n4,a\n5,d\n6,\n".to_owned(), "a 2, b 1; of 4 sampled"),
        ("long.csv", format!("id,s\n1,a\n2,{long}\n3,a\n"), "a 2; of 2 sampled"),
        ("a.jsonl", "{\"s\":\"a\"}\n{\"s\":\"b\"}\n{\"s\":\"c\"}\n{\"s\":\"a\"}\n{}\n".to_owned(), "a 2, b 1; of 4 sampled"),
        ("a.sql", "INSERT INTO t (s) VALUES ('a'), ('b'), ('c'), ('a'), (NULL);".to_owned(), "a 2, b 1; of 4 sampled"),
    ] {
        let mut found = Vec::new();
        extract(name, &mut table.as_bytes(), &limits, &mut |piece| found.push(piece));
        let found: Vec<String> = found.iter().filter(|piece| piece.kind == PieceKind::Column && piece.text == "s").map(line).collect();
        assert_eq!(found, [expected], "{name}");
    }
}

#[test]
fn documents_of_keys() {
    let object = |at: usize, status: &str| match status {
        "" if at.is_multiple_of(2) => format!("{{\"id\":{at}}}"),
        "" => format!("{{\"id\":{at},\"status\":null}}"),
        _ => format!("{{\"id\":{at},\"status\":\"{status}\"}}"),
    };
    let lines = joined(|at, status| format!("{}\n", object(at, status)));
    check("people.jsonl", &lines, "status", STATUSES);
    check("people.ndjson", &lines, "status", STATUSES);
    // Values one after another are read as lines are.
    check("people.json", &lines, "status", STATUSES);
    let list: Vec<String> = statuses().into_iter().enumerate().map(|(at, status)| object(at, status)).collect();
    check("people.json", format!("[{}]", list.join(",\n")).as_bytes(), "status", STATUSES);
    check("people.json", format!("{{\"a\":{{\"people\":[{}]}}}}", list.join(",")).as_bytes(), "status", STATUSES);
    let keyed: Vec<String> = list.iter().enumerate().map(|(at, object)| format!("\"{}\":{object}", 20_000 + at)).collect();
    check("keyed.json", format!("{{{}}}", keyed.join(",")).as_bytes(), "status", STATUSES);
    for (name, text, column, expected) in [
        // Deeper in a row it is a row all the same.
        ("deep.jsonl", "{\"a\":{\"b\":\"x\"}}\n{\"a\":{}}\n{}\n", "b", "x 1; of 3"),
        // Of a list the items are counted.
        ("list.jsonl", "{\"tags\":[\"x\",\"y\"]}\n{\"tags\":[\"x\",null]}\n{}\n", "tags", "x 2, y 1; of 4"),
        ("inner.json", "[{\"v\":[{\"c\":\"F1\"},{\"c\":\"J1\"}]},{\"v\":[{\"c\":\"F1\"},{}]},{}]", "c", "F1 2, J1 1; of 4"),
        ("one.json", "{\"status\":\"LPR\"}", "status", "LPR 1; of 1"),
        ("people.yaml", "- status: LPR\n- status: USC\n- name: x\n- status: LPR\n", "status", "LPR 2, USC 1; of 4"),
        ("many.yaml", "status: LPR\n---\nstatus: USC\n---\nname: x\n", "status", "LPR 1, USC 1; of 3"),
        ("attribute.xml", "<all><p status='LPR'/><p status='USC'></p><p/><p status='LPR'/></all>", "status", "LPR 2, USC 1; of 4"),
        ("element.xml", "<all><p><s>LPR</s></p><p/><p><s>USC</s></p><p><s/></p></all>", "s", "LPR 1, USC 1; of 4"),
        ("repeated.xml", "<all><s>LPR</s><s>USC</s><s>LPR</s></all>", "s", "LPR 2, USC 1; of 3"),
    ] {
        check(name, text.as_bytes(), column, expected);
    }
}

#[test]
fn workbooks() {
    let numbers: Vec<String> = (0..1000).map(|at| format!("person {at}")).collect();
    let statuses = statuses();
    let mut table: Vec<[&str; 2]> = vec![["id", "status"]];
    table.extend(numbers.iter().zip(&statuses).map(|(number, status)| [number.as_str(), status]));
    let table: Vec<&[&str]> = table.iter().map(|row| &row[..]).collect();
    check("people.xlsx", &workbook(&[("people", &rows(&table), "")], &[]), "status", STATUSES);
    // Choices are no rows.
    let survey = rows(&[&["type", "name", "label"], &["select_one s", "q", "Status"]]);
    let choices = rows(&[&["list_name", "name", "label"], &["s", "lpr", "LPR"], &["s", "usc", "LPR"]]);
    let form = workbook(&[("survey", &survey, ""), ("choices", &choices, "")], &[]);
    check("form.xlsx", &form, "s", "lpr, LPR, usc; of nobody knows how many");
}

#[test]
fn open_documents_say_alike_rows_and_cells_once() {
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let row = |times: u32, cells: &str| format!("<table:table-row table:number-rows-repeated=\"{times}\">{cells}</table:table-row>");
    let empty = "<table:table-cell table:number-columns-repeated=\"3\"/>";
    let twice = "<table:table-cell table:number-columns-repeated=\"2\"><text:p>LPR</text:p></table:table-cell>";
    let table: String = [
        row(1, &["name", "status", "before"].map(cell).concat()),
        row(990, &["Ann", "none", "none"].map(cell).concat()),
        row(4, &[cell("Ben"), twice.to_owned()].concat()),
        row(1, &["Cy", "USC", "none"].map(cell).concat()),
        row(5, &cell("Di")),
        row(1_000_000, empty),
    ]
    .concat();
    let content = format!(
        "<office:document-content xmlns:office='o' xmlns:table='t' xmlns:text='x'><office:body><office:spreadsheet>\
         <table:table table:name='people'>{table}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let ods = zipped(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content.as_bytes())]);
    check("people.ods", &ods, "status", "none 990, LPR 4, USC 1; of 1000");
    check("people.ods", &ods, "before", "none 991, LPR 4; of 1000");
    check("people.ods", &ods, "name", "Ann 990, Ben 4, Cy 1, Di 5; of 1000");
}

#[test]
fn dumps() {
    let quoted = |status: &str| if status.is_empty() { "NULL".to_owned() } else { format!("'{status}'") };
    let many = joined(|at, status| format!("INSERT INTO person (id, status) VALUES ({at}, {});\n", quoted(status)));
    check("many.sql", &many, "status", STATUSES);
    let one = joined(|at, status| format!("{}({at}, {})", if at == 0 { "INSERT INTO person VALUES " } else { ",\n" }, quoted(status)));
    let made = b"CREATE TABLE person (id int, status text);\n".to_vec();
    check("one.sql", &[made.clone(), one].concat(), "status", STATUSES);
    let copied = joined(|at, status| format!("{at}\t{}\n", if status.is_empty() { "\\N" } else { status }));
    let copy = [b"COPY public.person (id, status) FROM stdin;\n".to_vec(), copied, b"\\.\n".to_vec()].concat();
    check("copy.sql", &copy, "status", STATUSES);
    for (text, expected) in [
        // A row of the other table is none of this.
        ("INSERT INTO t (s) VALUES ('LPR'); INSERT INTO u (r) VALUES ('x'), ('y');", "LPR 1; of 1"),
        ("INSERT INTO t (s, n) VALUES (lower('LPR'), 1), (('USC'), 2);", "LPR 1, USC 1; of 2"),
        ("INSERT INTO t SET s = 'LPR'; INSERT INTO t SET s = 'USC'; INSERT INTO t SET s = 'LPR';", "LPR 2, USC 1; of 3"),
        // What is compared or changed is in nobody knows how many rows.
        ("UPDATE t SET s = 'LPR' WHERE s = 'USC';", "LPR, USC; of nobody knows how many"),
        ("INSERT INTO t (s) VALUES ('LPR'), ('LPR'); UPDATE t SET s = 'USC' WHERE n = 1;", "LPR 2, USC 0; of 2"),
        ("CREATE TABLE t (s text CHECK (s IN ('LPR', 'USC')));", "LPR, USC; of nobody knows how many"),
    ] {
        check("a.sql", text.as_bytes(), "s", expected);
    }
}

#[test]
fn tables_by_columns() {
    let statuses = statuses();
    let texts: Vec<&[u8]> = statuses.iter().filter(|status| !status.is_empty()).map(|status| status.as_bytes()).collect();
    let defined: Vec<i16> = statuses.iter().map(|status| i16::from(!status.is_empty())).collect();
    let numbers: Vec<i64> = (0..1000).map(|row| if row % 4 == 0 { 7 } else { 8 }).collect();
    let schema = "message t { optional binary status (UTF8); required int64 code; }";
    let group = [Cells(Values::Texts(&texts), &defined, &[]), Cells(Values::Long(&numbers), &[], &[])];
    let listed = WriterProperties::builder;
    let plain = || WriterProperties::builder().set_dictionary_enabled(false);
    for (told, properties) in [
        ("listed", listed().build()),
        ("listed, short pages", listed().set_data_page_row_count_limit(100).set_write_batch_size(50).build()),
        ("plain", plain().build()),
        ("delta", plain().set_column_encoding("status".into(), Encoding::DELTA_BYTE_ARRAY).build()),
    ] {
        check(&format!("{told}.parquet"), &parquet(schema, properties.clone(), &[&group]), "status", STATUSES);
        check(&format!("{told}.parquet"), &parquet(schema, properties.clone(), &[&group]), "code", "7 250, 8 750; of 1000");
        let twice = "resident of the ward 1780, LPR 8, DACA 6, USC 6; of 2000";
        check(&format!("{told}, two groups.parquet"), &parquet(schema, properties, &[&group, &group]), "status", twice);
    }
    let two = [Cells(Values::Texts(&[b"F1", b"J1", b"F1"]), &[3, 3, 3, 0], &[0, 1, 0, 0])];
    let lists = "message t { optional group visas (LIST) { repeated group list { optional binary element (UTF8); } } }";
    check("lists.parquet", &parquet(lists, listed().build(), &[&two]), "visas", "F1 2, J1 1; of 3");
    // Of a list of distinct documents nobody knows how many rows hold each.
    let json = [Cells(Values::Texts(&[br#"{"visa": "F1"}"#, br#"{"visa": "F1"}"#, br#"{"visa": "J1"}"#]), &[], &[])];
    let schema = "message t { required binary data (UTF8); }";
    check("json.parquet", &parquet(schema, listed().build(), &[&json]), "visa", "F1, J1; of nobody knows how many");
    check("json.parquet", &parquet(schema, plain().build(), &[&json]), "visa", "F1 2, J1 1; of 3");
}

#[test]
fn of_a_long_table_by_columns_some_rows_are_counted() {
    // More values than are kept, and numbers that are read only until they are.
    let numbers: Vec<i64> = (0..5000).map(|row| if row % 2 == 0 { 3 } else { 1_000 + row }).collect();
    let texts: Vec<String> = numbers.iter().map(|number| format!("v{number}")).collect();
    let texts: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
    let schema = "message t { required binary status (UTF8); required int64 code; }";
    let group = [Cells(Values::Texts(&texts), &[], &[]), Cells(Values::Long(&numbers), &[], &[])];
    let plain = WriterProperties::builder().set_dictionary_enabled(false).build();
    for (properties, text, number) in [
        (plain, Some((2500, 2699, true)), Some((199, 398, true))),
        // Of so many listed values none is counted.
        (WriterProperties::default(), None, None),
    ] {
        let (found, _) = pieces("a.parquet", &parquet(schema, properties, &[&group]));
        let rows = |name: &str| {
            let piece = found.iter().find(|piece| piece.kind == PieceKind::Column && piece.text == name).unwrap();
            piece.rows.as_ref().map(|rows| (rows.holding[0], rows.looked_at, rows.is_sample))
        };
        assert_eq!((rows("status"), rows("code")), (text, number));
    }
}
