//! Logs as they come: every trap that real ones have, what is said of what could not be read, and that the pieces do not show.

use crate::generate::log;
use crate::root;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use haven_audit::generate::Kind;
use haven_audit::import::{Import, Key, MANIFEST, Manifest, import, import_hotlists};
use haven_audit::layout::Layouts;
use haven_audit::purpose::Purposes;
use haven_detect::{Detector, Source};
use std::fs;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

/// The files of a folder that end so, by their paths from there.
fn texts(folder: &str, end: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_str().unwrap().ends_with(end) {
                files.push((
                    path.strip_prefix(root().join(folder)).unwrap().to_str().unwrap().to_owned(),
                    fs::read_to_string(&path).unwrap(),
                ));
            }
        }
    }
    files.sort();
    files
}

/// What audits know, as the edge loads it.
pub(crate) struct Known {
    layouts: Layouts,
    purposes: Purposes,
    key: Key,
}

impl Known {
    fn knowing(mapping: &str) -> Self {
        let sources = texts("phrases", ".toml").into_iter().map(|(path, text)| Source { path, text }).collect::<Vec<_>>();
        let detector = Arc::new(Detector::new(&sources).unwrap());
        let mut layouts = texts("audit", "layouts.toml");
        layouts.push(("map.toml".to_owned(), mapping.to_owned()));
        Self {
            layouts: Layouts::load(&layouts, "UTC").unwrap(),
            purposes: Purposes::load(
                &[texts("audit", "purposes.toml"), texts("audit", "agencies.toml")].concat(),
                &["purposes.toml"],
                detector,
            )
            .unwrap(),
            key: Key::new([7; 32]),
        }
    }

    pub(crate) fn import(&self, inputs: &[PathBuf], out: &Path, cores: usize) -> Result<Manifest, String> {
        import(inputs, &self.with(cores), out, &|_| ControlFlow::Continue(())).map_err(|error| error.to_string())
    }

    pub(crate) fn import_alerts(&self, inputs: &[PathBuf], out: &Path) -> Result<Manifest, String> {
        import_hotlists(inputs, &self.with(1), out, &|_| ControlFlow::Continue(())).map_err(|error| error.to_string())
    }

    fn with(&self, cores: usize) -> Import<'_> {
        Import { layouts: &self.layouts, purposes: &self.purposes, key: &self.key, knowledge: "these", cores }
    }
}

pub(crate) static KNOWN: LazyLock<Known> = LazyLock::new(|| Known::knowing(""));

/// The rows of a Parquet file, each as the cells that were asked for; unknown is `?`.
pub(crate) fn rows(parquet: &Path, columns: &[&str]) -> Vec<String> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(parquet).unwrap()).unwrap().build().unwrap();
    let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
    let options = FormatOptions::default().with_null("?");
    let line = |batch: &RecordBatch, row: usize| {
        let cell = |name: &&str| ArrayFormatter::try_new(batch.column_by_name(name).unwrap(), &options).unwrap().value(row).to_string();
        columns.iter().map(cell).collect::<Vec<_>>().join(" | ")
    };
    batches.iter().flat_map(|batch| (0..batch.num_rows()).map(move |row| line(batch, row))).collect()
}

/// Imports one file of these bytes; gives what the manifest says, and the rows.
fn imported(known: &Known, bytes: &[u8], columns: &[&str]) -> Result<(Manifest, Vec<String>), String> {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("log.csv");
    fs::write(&input, bytes).unwrap();
    let out = folder.path().join("out");
    let manifest = known.import(&[input], &out, 2)?;
    let rows = rows(&out.join(&manifest.files[0].parquet), columns);
    Ok((manifest, rows))
}

/// What a log says, in a line for each thing that is not as it should be.
fn said(manifest: &Manifest) -> String {
    let file = &manifest.files[0];
    let mut said = vec![file.layout.clone()];
    said.extend(file.missing.iter().map(|column| format!("missing {column}")));
    said.extend(file.new.iter().map(|column| format!("new {column}")));
    said.extend(file.unread.iter().map(|unread| format!("row {}: {}", unread.row, unread.reason)));
    said.extend(file.unreadable.iter().map(|(column, at)| format!("{} of {column} from row {}", at.cells, at.first_row)));
    said.extend(file.incomplete.iter().map(|why| format!("incomplete: {why}")));
    said.extend(file.masked.iter().map(|(column, at)| format!("{} of {column} masked from row {}", at.cells, at.first_row)));
    said.extend(file.windows_1252.then(|| "windows-1252".to_owned()));
    said.join("; ")
}

const NETWORK: &str = "ID,Name,Org Name,Total Networks Searched,Total Devices Searched,Time Frame,License Plate,Reason,Case #,Filters,Search Time,Search Type,Text Prompt,Moderation\n";
const EXTRACTED: &str = "ID,Org_Name,Total_Networks_Searched,Total_Devices_Searched,Time_Frame_Start,Time_Frame_End,Reason,Search_Time,Search_Type,Moderation\n";
const PORTAL: &str = "\"id\",\"userId\",\"searchDate\",\"cameraCount\",\"reason\"\n";

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(bytes).unwrap();
    gz.finish().unwrap()
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn the_traps_of_real_logs() {
    let check = |what: &str, bytes: &[u8], columns: &[&str], expected: &[&str], expected_said: &str| {
        let (manifest, rows) = imported(&KNOWN, bytes, columns).unwrap();
        assert_eq!(rows, expected, "{what}");
        assert_eq!(said(&manifest), expected_said, "{what}");
        assert_eq!(manifest.files[0].rows, rows.len() as u64, "{what}");
        assert_eq!(manifest.files[0].bytes, bytes.len() as u64, "{what}");
    };
    let search = |id: &str, reason: &str| {
        format!(
            "{id},A Person,Elm County TX SO,\"6,595\",96217,\"11/06/2025, 08:00:04 PM UTC\n11/13/2025, 08:00:04 PM UTC\",ABC123,{reason},,,\"11/13/2025, 09:04:51 PM UTC\",lookup,,\n"
        )
    };
    let log = |rows: &[String]| format!("{NETWORK}{}", rows.concat());
    let periods = ["row", "networks", "since", "until", "time", "plate_given", "case_given"];
    check(
        "two dates on two lines of one cell",
        log(&[search("1", "theft")]).as_bytes(),
        &periods,
        &["1 | 6595 | 2025-11-06T20:00:04Z | 2025-11-13T20:00:04Z | 2025-11-13T21:04:51Z | true | false"],
        "organization-audit",
    );
    check(
        "the same with the line breaks of Windows, and a mark at the begin",
        format!("\u{feff}{}", log(&[search("1", "theft")]).replace('\n', "\r\n")).as_bytes(),
        &periods,
        &["1 | 6595 | 2025-11-06T20:00:04Z | 2025-11-13T20:00:04Z | 2025-11-13T21:04:51Z | true | false"],
        "organization-audit",
    );
    for (what, bytes) in [
        ("UTF-16, little end first", utf16(&log(&[search("1", "theft").replace("Elm", "Elmé")]), true, true)),
        ("UTF-16, big end first", utf16(&log(&[search("1", "theft").replace("Elm", "Elmé")]), false, true)),
        ("UTF-16 without a mark", utf16(&log(&[search("1", "theft").replace("Elm", "Elmé")]), true, false)),
        ("gz", gzipped(log(&[search("1", "theft").replace("Elm", "Elmé")]).as_bytes())),
        ("gz in two parts", [gzipped(NETWORK.as_bytes()), gzipped(search("1", "theft").replace("Elm", "Elmé").as_bytes())].concat()),
        (
            "a zip of one",
            zipped(&[("__MACOSX/._log.csv", b"x"), ("logs/log.csv", log(&[search("1", "theft").replace("Elm", "Elmé")]).as_bytes())]),
        ),
    ] {
        check(what, &bytes, &["row", "agency"], &["1 | Elmé County TX SO"], "organization-audit");
    }
    check(
        "several agencies make it the network's",
        log(&[search("1", "theft"), search("2", "theft").replace("Elm County TX SO", "Oak OH PD")]).as_bytes(),
        &["agency"],
        &["Elm County TX SO", "Oak OH PD"],
        "network-audit",
    );
    check(
        "ids that are repeated",
        log(&["1", "2", "1", "", "", "2"].map(|id| search(id, "theft"))).as_bytes(),
        &["row", "repeated"],
        &["1 | false", "2 | false", "3 | true", "4 | ?", "5 | ?", "6 | true"],
        "organization-audit",
    );
    check(
        "what was taken out is unknown, and so is the sentinel of a count",
        log(&[search("1", "***").replace("96217", "——").replace("ABC123", "***").replace("A Person", "***")]).as_bytes(),
        &["reason", "purpose", "devices", "plate_given", "account"],
        &["? | redacted | ? | ? | ?"],
        "organization-audit",
    );
    check(
        "a sentinel in the bytes of Windows",
        &[log(&[search("1", "theft")]).replace("96217", "@@").into_bytes()]
            .concat()
            .iter()
            .map(|b| if *b == b'@' { 0x97 } else { *b })
            .collect::<Vec<_>>(),
        &["devices", "networks"],
        &["? | 6595"],
        "organization-audit",
    );
    check(
        "a name in the bytes of Windows",
        &log(&[search("1", "theft").replace("Elm", "Elm@")]).bytes().map(|b| if b == b'@' { 0xE9 } else { b }).collect::<Vec<_>>(),
        &["agency"],
        &["Elmé County TX SO"],
        "organization-audit; windows-1252",
    );
    check(
        "a plus for a space, but not between spaces",
        format!("{PORTAL}a,u,2025-06-18 14:20:09.502,94,Person+Crime\nb,u,2025-06-18 14:20:09,0,investigation+\nc,u,2025-06-18 14:20:09,1,theft + fraud\nd,u,2025-06-18 14:20:09,1,\n").as_bytes(),
        &["time", "devices", "reason", "agency"],
        &[
            "2025-06-18T14:20:09.502Z | 94 | Person Crime | ?",
            "2025-06-18T14:20:09Z | 0 | investigation | ?",
            "2025-06-18T14:20:09Z | 1 | theft + fraud | ?",
            "2025-06-18T14:20:09Z | 1 |  | ?",
        ],
        "portal-audit",
    );
    check(
        "an end that is no record",
        format!("{PORTAL}a,u,2025-06-18 14:20:09,94,theft\n# ERROR: download incomplete\n").as_bytes(),
        &["row", "reason"],
        &["1 | theft"],
        "portal-audit; incomplete: # ERROR: download incomplete, behind record 1",
    );
    check(
        "a packed file that breaks off",
        &{
            let mut gz = gzipped(format!("{PORTAL}{}", "a,u,2025-06-18 14:20:09,94,theft\n".repeat(3)).as_bytes());
            // The checksum and the size that end it are lost, the rows are not.
            gz.truncate(gz.len() - 8);
            gz
        },
        &["row"],
        &["1", "2", "3"],
        "portal-audit; incomplete: the packed file breaks off, behind record 3",
    );
    check(
        "rows with too few and too many values: an empty one at the end may be one that has moved there",
        format!(
            "{PORTAL}a,u,2025-06-18 14:20:09,94,theft\nb,u\nc,u,2025-06-18 14:20:09,94,theft, ORC\nd,u,2025-06-18 14:20:09,94,theft,,\n\n"
        )
        .as_bytes(),
        &["row"],
        &["1"],
        "portal-audit; row 2: 2 values under a header of 5; row 3: 6 values under a header of 5; row 4: 7 values under a header of 5",
    );
    check(
        "empty values beyond the header that every record has are the form of the file",
        format!(
            "{PORTAL}a,u,2025-06-18 14:20:09,94,theft,,\nb,u,2025-06-18 14:20:09,94,fraud,,\n{PORTAL}c,u,2025-06-18 14:20:09,94,ORC,\n"
        )
        .as_bytes(),
        &["row"],
        &[],
        "portal-audit; row 1: 7 values under a header of 5; row 2: 7 values under a header of 5; row 3: the header again; row 4: 6 values under a header of 5",
    );
    check(
        "and then a record without them is one that has moved",
        format!("{PORTAL}a,u,2025-06-18 14:20:09,94,theft,,\nb,u,2025-06-18 14:20:09,94,fraud,,\nc\n").as_bytes(),
        &["row", "reason"],
        &["1 | theft", "2 | fraud"],
        "portal-audit; row 3: 1 values under a header of 5",
    );
    check(
        "a comma that nobody quoted, and an empty last cell: what was typed is not the half of it",
        format!("{EXTRACTED}1,Elm TX PD,1,2,,,warrant, ICE Smith,\"11/13/2025, 09:04:51 PM UTC\",lookup,\n2,Elm TX PD,1,2,,,warrant,\"11/13/2025, 09:04:51 PM UTC\",lookup,\n").as_bytes(),
        &["row", "reason", "search_type"],
        &["2 | warrant | lookup"],
        "organization-audit-extracted; row 1: 11 values under a header of 10",
    );
    check(
        "the same as the only record: no time can be read, and that is said",
        format!("{EXTRACTED}1,Elm TX PD,1,2,,,warrant, ICE Smith,\"11/13/2025, 09:04:51 PM UTC\",lookup,\n").as_bytes(),
        &["row", "time"],
        &["1 | ?"],
        "organization-audit-extracted; 1 of time from row 1; 1 of search_type masked from row 1",
    );
    check(
        "what a program put in place of a reason is unknown; what somebody typed is not",
        format!("{PORTAL}a,u,2025-06-18 14:20:09,94,——\nb,u,2025-06-18 14:20:09,94,-\nc,u,***,94,N/A\nd,u,-,94,theft\n").as_bytes(),
        &["row", "reason", "purpose", "time"],
        &["1 | ? | ? | 2025-06-18T14:20:09Z", "2 | - | none | 2025-06-18T14:20:09Z", "3 | N/A | none | ?", "4 | theft | offense | ?"],
        "portal-audit; 1 of time from row 4",
    );
    check(
        "a word of immigration that is spelt in no known way is shown as far as it is one",
        format!("{PORTAL}a,u,2025-06-18 14:20:09,94,immigraton\nb,u,2025-06-18 14:20:09,94,immigrtn Smith\n").as_bytes(),
        &["reason", "immigration"],
        &["immigration | immigration", "immig[…] | immigration"],
        "portal-audit",
    );
    check(
        "two exports in one file",
        format!("{PORTAL}a,u,2025-06-18 14:20:09,94,theft\n{PORTAL}b,u,2025-06-18 14:20:09,94,fraud\n").as_bytes(),
        &["row", "reason"],
        &["1 | theft", "3 | fraud"],
        "portal-audit; row 2: the header again",
    );
    check(
        "cells that are not what the column is",
        format!("{PORTAL}a,u,2025-06-18 14:20:09,94,theft\nb,u,yesterday,many,theft\nc,u,,,theft\nd,u,2025-02-30 10:00:00,1,theft\n")
            .as_bytes(),
        &["row", "time", "devices"],
        &["1 | 2025-06-18T14:20:09Z | 94", "2 | ? | ?", "3 | ? | ?", "4 | ? | 1"],
        "portal-audit; 1 of devices from row 2; 3 of time from row 2",
    );
    check(
        "a quote that nothing closes",
        format!("{PORTAL}a,u,2025-06-18 14:20:09,94,theft\nb,u,2025-06-18 14:20:09,94,\"theft\nc,u,2025-06-18 14:20:09,94,fraud\n")
            .as_bytes(),
        &["row", "reason"],
        &["1 | theft", "3 | fraud"],
        "portal-audit; row 2: a quote or a line that does not end",
    );
    check(
        "columns that went and came",
        b"ID,Org_Name,Total_Networks_Searched,Time_Frame_Start,Time_Frame_End,Reason,Search_Time,Search_Type,Moderation,Vehicle Color\n1,Elm TX PD,1,11/06/2025 08:00,45967.5,theft,2025-11-13T21:04:51Z,lookup,block,red\n",
        &["since", "until", "time", "devices", "moderation"],
        &["2025-11-06T08:00:00Z | 2025-11-06T12:00:00Z | 2025-11-13T21:04:51Z | ? | block"],
        "organization-audit-extracted; missing Total_Devices_Searched; new Vehicle Color",
    );
    check(
        "a network audit since December 2025, with titles above and semicolons",
        "Network Audit;;\n\nID;Org Name;Total Networks Searched;Total Devices Searched;Time Frame;Reason;Case #;Search Time;Search Type;Moderation;Offense Type\n1;Elm TX PD;1;2;11/06/2025, 08:00:04 PM UTC - 11/07/2025, 08:00:04 PM UTC;;12;11/13/2025, 09:04:51 PM UTC;lookup;;Immigration (civil/administrative)\n".as_bytes(),
        &["since", "until", "reason", "case_given", "plate_given", "offense"],
        &["2025-11-06T20:00:04Z | 2025-11-07T20:00:04Z |  | true | ? | Immigration (civil/administrative)"],
        "network-audit-2025-12",
    );
    check("a header and nothing", EXTRACTED.as_bytes(), &["row"], &[], "organization-audit-extracted");
}

#[test]
fn what_is_no_log_is_said_before_anything_is_written() {
    let check = |bytes: &[u8], expected: &[&str]| {
        let error = imported(&KNOWN, bytes, &[]).unwrap_err();
        for part in expected {
            assert!(error.contains(part), "{error} does not say {part}");
        }
        error
    };
    check(b"", &["expected a table with a header, found nothing"]);
    check(b"%PDF-1.7", &["a PDF; its tables must be extracted first"]);
    check(b"\n<!doctype html><p>Sign in", &["a page or XML"]);
    check(&zipped(&[("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"y")]), &["a workbook (XLSX or ODS); save its sheet as CSV"]);
    check(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", &["a workbook of the older format (XLS); save its sheet as CSV"]);
    check(&zipped(&[("mimetype", b"x"), ("META-INF/manifest.xml", b"y")]), &["a workbook (XLSX or ODS); save its sheet as CSV"]);
    check(&zipped(&[("a.csv", b"x"), ("b.csv", b"y")]), &["a zip of 2 files"]);
    check(
        b"Organization Name,Networks Shared With Me,Networks I'm Sharing\na,b,c\n",
        &["expected a log of searches, found shared networks"],
    );
    check(
        b"When,Officer,Department,Why\n2025-01-01,Jane Roe,Elm PD,theft\n",
        &[
            "header: expected the columns of a known layout",
            "needs also",
            "[[layout.column]]",
            "`offense`",
            "found `Officer`, and 3 columns that no layout knows",
        ],
    );
    // Without a header the first line is somebody's data.
    let error =
        check(b"2025-01-01,ABC1234,Maria Kowalska,theft\n2025-01-02,DEF1234,Jane Roe,theft\n", &["found 4 columns that no layout knows"]);
    assert!(!["ABC1234", "Maria", "Kowalska", "theft"].iter().any(|held| error.contains(held)), "{error}");
    check(b"search time\n2025-01-02\n", &["found `Search Time`"]);
}

#[test]
fn a_mapping_reads_what_nobody_knew() {
    let known = Known::knowing(
        "[[layout]]\nid = \"records-desk\"\nzone = \"America/Chicago\"\nignore = [\"*\"]\n\
         [[layout.column]]\nheaders = [\"When\"]\nis = \"time\"\nneeded = true\ntimes = [\"%d.%m.%Y %H:%M\"]\n\
         [[layout.column]]\nheaders = [\"Why\"]\nis = \"reason\"\nneeded = true\n",
    );
    let (manifest, rows) =
        imported(&known, b"When,Officer,Why\n18.06.2025 14:20,Jane Roe,theft\n", &["time", "reason", "account"]).unwrap();
    assert_eq!(rows, ["2025-06-18T19:20:00Z | theft | ?"]);
    assert_eq!(said(&manifest), "records-desk");
}

#[test]
fn a_mapping_that_cannot_be_is_refused() {
    let check = |text: &str, expected: &str| {
        let files = [("audit/layouts.toml", ""), ("map.toml", text)].map(|(path, text)| (path.to_owned(), text.to_owned()));
        let error = Layouts::load(&files, "UTC").unwrap_err().to_string();
        assert!(error.contains(expected), "{error} does not say {expected}");
    };
    let layout = |column: &str| format!("[[layout]]\nid = \"a\"\n[[layout.column]]\n{column}\n");
    check("layout = 3", "map.toml, line 1: expected the form of audit/layouts.toml");
    check("[[layout]]\nid = \"a\"\ncolour = 1", "unknown field `colour`");
    check(&layout("headers = [\"A\"]\nis = \"plates\""), "layout `a`, column `A`: expected `id`, `account`");
    check(&layout("headers = [\"A\"]\nis = \"plate\""), "expected a column with `needed = true`");
    check(&layout("headers = []\nis = \"plate\"\nneeded = true"), "expected `headers` with at least one header");
    check(&layout("headers = [\"A\"]\nis = \"time\"\nneeded = true\ntimes = [\"excel\"]"), "found `excel`, which is neither");
    let one = layout("headers = [\"A\"]\nis = \"time\"\nneeded = true");
    check(&format!("{one}{one}"), "layout `a`: expected an id of its own");
}

#[test]
fn no_plate_name_or_number_of_a_case_is_in_the_import() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("log.csv");
    let row = "c0ffee,Jane Q Roe,Elm TX PD,1,2,\"11/06/2025, 08:00:04 PM UTC\n11/13/2025, 08:00:04 PM UTC\",QZX9911,theft,25-009912,,\"11/13/2025, 09:04:51 PM UTC\",lookup,blue truck of Roe,\n";
    fs::write(&input, format!("{NETWORK}{row}{row}")).unwrap();
    let out = folder.path().join("out");
    let manifest = KNOWN.import(&[input], &out, 1).unwrap();
    let rows = rows(&out.join(&manifest.files[0].parquet), &["account", "plate_given", "case_given"]);
    assert_eq!(rows[0], rows[1]);
    assert!(rows[0].len() == "0123456789abcdef | true | true".len() && rows[0].ends_with(" | true | true"), "{}", rows[0]);
    for file in fs::read_dir(&out).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        for secret in ["Roe", "QZX9911", "25-009912", "c0ffee", "blue truck"] {
            assert!(memchr::memmem::find(&bytes, secret.as_bytes()).is_none(), "{secret} is in the import");
        }
    }
}

#[test]
fn what_somebody_wrote_into_a_vendors_column_does_not_pass() {
    // The organisation, the kind of search and the verdict, and how they come out; a pseudonym is `[…]` and 20 figures.
    let shown = |cells: &[(&str, &str, &str)]| {
        let row = |(agency, kind, verdict): &(&str, &str, &str)| {
            format!("1,{agency},1,2,,,theft,\"11/13/2025, 09:04:51 PM UTC\",{kind},{verdict}\n")
        };
        let log = format!("{EXTRACTED}{}", cells.iter().map(row).collect::<String>());
        let (manifest, rows) = imported(&KNOWN, log.as_bytes(), &["agency", "search_type", "moderation"]).unwrap();
        let plain = |row: &String| {
            let (agency, rest) = row.split_once(" | ").unwrap();
            let figures =
                agency.strip_prefix("[…] ").is_some_and(|rest| rest.len() == 20 && rest.bytes().all(|byte| byte.is_ascii_digit()));
            format!("{} | {rest}", if figures { "pseudonym" } else { agency })
        };
        (rows.iter().map(plain).collect::<Vec<_>>(), said(&manifest), manifest.files[0].notes(), rows)
    };
    let check = |cells: (&str, &str, &str), expected: &str| assert_eq!(shown(&[cells]).0, [expected], "{cells:?}");
    check(("Elm TX PD", "multiGeo", "block"), "Elm TX PD | multiGeo | block");
    check(("Elm County", "lookup", ""), "Elm County | lookup | ");
    check(("Maria Kowalska", "Maria Kowalska", "ABC1234"), "pseudonym | […] | […]");
    check(
        ("Georgia Parks", "lookup by Kowalska", "Blocked: ABC1234 (immigration)"),
        "pseudonym | lookup by […] | Blocked: […] (immigration)",
    );
    check(("MARIA DE LA CRUZ", "free-form", "[allow]"), "pseudonym | free-form | allow");
    check(("——", "——", "***"), "? | ? | ?");
    check(("", "", ""), " |  | ");
    let (_, said, notes, rows) = shown(&[
        ("Elm TX PD", "lookup", "allow"),
        ("Maria Kowalska", "search", "allow"),
        ("Maria Kowalska", "Kowalska", "allow"),
        ("Jane Roe", "lookup", "ABC1234"),
    ]);
    assert_eq!(
        said,
        "network-audit-extracted; 3 of agency masked from row 2; 1 of moderation masked from row 4; 1 of search_type masked from row 3"
    );
    assert!(
        notes.contains(
            &"3 cells of `agency` name nothing that is known as an agency and are shown by a pseudonym, the first in row 2".to_owned()
        ),
        "{notes:?}"
    );
    // One name is one pseudonym, and none of an account of that name.
    let agency = |row: usize| rows[row].split_once(" | ").unwrap().0.to_owned();
    assert_eq!(agency(1), agency(2));
    assert_ne!(agency(1), agency(3));
}

#[test]
fn a_file_that_is_given_twice_is_counted_once_and_no_file_takes_nothing_away() {
    let folder = tempfile::tempdir().unwrap();
    let inputs: Vec<PathBuf> = ["a.csv", "b.csv", "c.csv"].map(|name| folder.path().join(name)).into();
    for (path, reason) in inputs.iter().zip(["theft", "fraud", "theft"]) {
        fs::write(path, format!("{PORTAL}a,u,2025-06-18 14:20:09,94,{reason}\n")).unwrap();
    }
    let out = folder.path().join("out");
    let files = || {
        let mut files: Vec<String> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        files
    };
    // As another log left it under the number that is now one of the same bytes.
    fs::create_dir(&out).unwrap();
    fs::write(out.join("searches-0003.parquet"), "x").unwrap();
    let manifest = KNOWN.import(&inputs, &out, 1).unwrap();
    let told: Vec<_> =
        manifest.files.iter().map(|file| (file.name.as_str(), file.rows, file.same_as.as_deref(), file.parquet.as_str())).collect();
    assert_eq!(
        told,
        [
            ("a.csv", 1, None, "searches-0001.parquet"),
            ("b.csv", 1, None, "searches-0002.parquet"),
            ("c.csv", 0, Some("a.csv"), "searches-0001.parquet")
        ]
    );
    assert_eq!(manifest.files[2].notes(), ["the same bytes as a.csv: its rows are counted there, once"]);
    assert!(!manifest.interrupted);
    assert_eq!(files(), [MANIFEST, "searches-0001.parquet", "searches-0002.parquet"]);
    assert_eq!(KNOWN.import(&inputs, &out, 1).unwrap(), manifest, "the second time it is the same");

    let kept = fs::read(out.join(MANIFEST)).unwrap();
    let nothing = KNOWN.import(&[], &out, 1).unwrap();
    assert_eq!((nothing.files.len(), nothing.interrupted), (0, false));
    assert_eq!((files().len(), fs::read(out.join(MANIFEST)).unwrap()), (3, kept));
    // Nor is a folder made where nothing was to be read.
    assert!(KNOWN.import(&[], &folder.path().join("none"), 1).is_ok() && !folder.path().join("none").exists());
}

/// A log of many pieces would need many megabytes; so the rows here are few and the check is that nothing depends on threads.
#[test]
fn the_number_of_threads_does_not_show() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("log.csv");
    let mut text = PORTAL.to_owned();
    for number in 0..700_000 {
        text += &format!(
            "{:x},user{},2025-06-18 14:20:{:02}.502,{},\"reason,\n number {}\"\n",
            number % 400_000,
            number % 97,
            number % 60,
            number % 1000,
            number % 700
        );
    }
    fs::write(&input, &text).unwrap();
    assert!(text.len() > 40 << 20, "two pieces at least, not {}", text.len());
    let import = |cores: usize| {
        let out = folder.path().join(format!("out{cores}"));
        let manifest = KNOWN.import(std::slice::from_ref(&input), &out, cores).unwrap();
        assert_eq!((manifest.files[0].rows, manifest.files[0].repeated), (700_000, 300_000));
        let columns = rows(&out.join(&manifest.files[0].parquet), &["row", "repeated"]);
        assert_eq!((columns[399_999].as_str(), columns[699_999].as_str()), ("400000 | false", "700000 | true"));
        fs::read(out.join(&manifest.files[0].parquet)).unwrap()
    };
    assert!(import(1) == import(3), "other bytes with other threads");
}

#[test]
fn an_import_that_was_ended_is_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let inputs: Vec<PathBuf> = ["a.csv", "b.csv"].map(|name| folder.path().join(name)).into();
    for (path, reason) in inputs.iter().zip(["theft", "fraud"]) {
        fs::write(path, format!("{PORTAL}a,u,2025-06-18 14:20:09,94,{reason}\n")).unwrap();
    }
    let out = folder.path().join("out");
    let whole = KNOWN.import(&inputs, &out, 1).unwrap();
    let (first, second) = (out.join("searches-0001.parquet"), out.join("searches-0002.parquet"));
    let begun = |path: &Path| fs::metadata(path).unwrap().modified().unwrap();

    // As it is when the second file was being written and the process was killed: no manifest, one whole file, one part.
    fs::remove_file(out.join(MANIFEST)).unwrap();
    let bytes = fs::read(&second).unwrap();
    fs::write(out.join("searches-0002.part"), &bytes[..bytes.len() / 2]).unwrap();
    fs::remove_file(&second).unwrap();
    let before = begun(&first);
    assert_eq!(KNOWN.import(&inputs, &out, 1).unwrap(), whole);
    assert_eq!(begun(&first), before, "what was whole is not written again");
    assert_eq!(fs::read(&second).unwrap(), bytes);
    let mut left: Vec<String> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    left.sort();
    assert_eq!(left, [MANIFEST, "searches-0001.parquet", "searches-0002.parquet"]);

    // Other bytes, fewer files, another key: nothing old stays.
    fs::write(&inputs[0], format!("{PORTAL}a,u,2025-06-18 14:20:09,94,fraud\n")).unwrap();
    let manifest = KNOWN.import(&inputs[..1], &out, 1).unwrap();
    assert_eq!(rows(&first, &["reason"]), ["fraud"]);
    assert_eq!(serde_json::from_slice::<Manifest>(&fs::read(out.join(MANIFEST)).unwrap()).unwrap(), manifest);
    assert!(!second.exists());
    let account = rows(&first, &["account"]);
    let other = Known { key: Key::new([8; 32]), ..Known::knowing("") };
    let manifest = other.import(&[inputs[0].clone(), inputs[0].clone()], &out, 1).unwrap();
    assert_ne!(rows(&first, &["account"]), account);
    assert_eq!(manifest.files[1].same_as.as_ref(), Some(&manifest.files[0].name));
    assert_eq!(rows(&first, &["row"]), ["1"]);
}

/// Says that the process is the one that is killed, and where it works.
const KILLED: &str = "HAVEN_TEST_KILLED";

/// Not a test by itself: the process that the next one starts.
#[test]
fn imports_until_it_is_killed() {
    #[expect(clippy::disallowed_methods, reason = "the test is the edge of this process")]
    if let Some(folder) = std::env::var_os(KILLED).map(PathBuf::from) {
        KNOWN.import(&["a.csv", "b.csv"].map(|name| folder.join(name)), &folder.join("out"), 1).unwrap();
    }
}

#[test]
fn a_killed_import_is_seen_as_unfinished_and_ends_as_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = ["a.csv", "b.csv"].map(|name| folder.path().join(name));
    fs::write(&inputs[0], log(Kind::Portal, 1000, 1)).unwrap();
    fs::write(&inputs[1], log(Kind::Portal, 400_000, 2)).unwrap();
    let out = folder.path().join("out");
    let mut process = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "import::imports_until_it_is_killed"])
        .env(KILLED, folder.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while !out.join("searches-0002.part").exists() {
        assert!(process.try_wait().unwrap().is_none(), "it ended before it was killed");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    process.kill().unwrap();
    assert!(!process.wait().unwrap().success());
    assert!(!out.join(MANIFEST).exists() && out.join("searches-0001.parquet").exists() && !out.join("searches-0002.parquet").exists());

    let whole = KNOWN.import(&inputs, &folder.path().join("whole"), 2).unwrap();
    assert_eq!(KNOWN.import(&inputs, &out, 2).unwrap(), whole);
    for file in &whole.files {
        assert!(fs::read(out.join(&file.parquet)).unwrap() == fs::read(folder.path().join("whole").join(&file.parquet)).unwrap());
    }
}

#[test]
fn alert_lists_are_a_table_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("hot.csv");
    let header = "Timestamp,User,Event Type,Entity Type,Entity Details,Event Id\n";
    let row = "45992.4125,Jane Q Roe,Created,HotlistEntry,\"Hotlist: Immigration Violator\nPlate: QZX9911\nReason: ICE warrant\",e1\n";
    fs::write(&input, format!("{header}{row}{}", row.replace("Created", "Deleted").replace("ICE warrant", "stolen"))).unwrap();
    let known = &*KNOWN;
    let out = folder.path().join("out");
    let manifest = known.import_alerts(std::slice::from_ref(&input), &out).unwrap();
    assert_eq!(said(&manifest), "hot-list-actions");
    let parquet = out.join(&manifest.files[0].parquet);
    assert_eq!(
        rows(&parquet, &["row", "repeated", "time", "event", "entity"]),
        ["1 | false | 2025-12-01T09:54:00Z | Created | HotlistEntry", "2 | true | 2025-12-01T09:54:00Z | Deleted | HotlistEntry"]
    );
    let named = folder.path().join("named.csv");
    fs::write(&named, format!("{header}{}", row.replace("Created,HotlistEntry", "Created by J Smith,Hotlist Entry QZX9911"))).unwrap();
    let other = folder.path().join("named");
    let manifest = known.import_alerts(&[named], &other).unwrap();
    assert_eq!(rows(&other.join(&manifest.files[0].parquet), &["event", "entity"]), ["Created by […] | Hotlist Entry […]"]);
    let said = |reason: &str| format!("Hotlist: Immigration Violator Plate: […] Reason: {reason} | immigration-violator | ?");
    assert_eq!(rows(&parquet, &["details", "list", "agency"]), [said("ICE warrant"), said("stolen")]);
    let error = known.import(&[input], &folder.path().join("other"), 1).unwrap_err();
    assert!(error.ends_with("expected a log of searches, found action log of alert lists"), "{error}");
}

/// Real logs, where they are: the rows are counted and every cell was understood.
#[test]
fn real_samples() {
    #[expect(clippy::disallowed_methods, reason = "the place of the samples is no answer of the library")]
    let samples = std::env::var_os("HAVEN_SAMPLES").map_or_else(|| root().join("../shared"), PathBuf::from).join("data/alpr");
    if !samples.is_dir() {
        println!("no real logs: set HAVEN_SAMPLES to the folder that holds data/alpr/");
        return;
    }
    for (name, layout, count) in [
        ("flock_org_audit_okaloosa_sample.csv", "organization-audit-extracted", 463),
        ("flock_portal_search_audit_eugene_sample.csv", "portal-audit", 500),
    ] {
        let (manifest, rows) = imported(&KNOWN, &fs::read(samples.join(name)).unwrap(), &["time", "reason"]).unwrap();
        assert_eq!((said(&manifest).as_str(), rows.len()), (layout, count), "{name}");
        assert!(rows.iter().all(|row| !row.starts_with('?')), "{name}: a time that was not read");
    }
}

/// Whatever a file holds, an import of it ends, says what it did, and counts every record as a row or as unread.
#[test]
fn fuzz() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("log.csv"), folder.path().join("out"));
    #[expect(clippy::disallowed_methods, reason = "the volume of a test is no answer of the library")]
    let seconds = std::env::var("HAVEN_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let target = bolero::check!();
    let once = |bytes: &[u8]| {
        let sound = format!("{PORTAL}a,u,2025-06-18 14:20:09,94,\"theft\nof a \"\"car\"\"\"\nb,u,***,——,\n");
        let at = bytes.first().map_or(0, |at| usize::from(*at) * sound.len() / 256);
        let text = [&sound.as_bytes()[..at], bytes, &sound.as_bytes()[at..]].concat();
        for text in [text.clone(), gzipped(&text)] {
            fs::write(&input, &text).unwrap();
            if let Ok(manifest) = KNOWN.import(std::slice::from_ref(&input), &out, 1) {
                let file = &manifest.files[0];
                assert_eq!(file.records, file.rows + file.unread_records);
                assert_eq!(file.bytes, text.len() as u64);
                assert_eq!(rows(&out.join(&file.parquet), &["row"]).len() as u64, file.rows);
            }
        }
    };
    match seconds {
        Some(seconds) => target.with_test_time(std::time::Duration::from_secs(seconds)).for_each(once),
        None => target.with_iterations(150).for_each(once),
    }
}
