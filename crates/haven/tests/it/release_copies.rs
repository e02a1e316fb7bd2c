//! Clean copies of what an office sends every day: PDFs, pictures, mail, archives, workbooks. Documents are made here, and of
//! each copy it is held that nothing withheld is in its bytes, in what is packed in them or in what is seen on it, and that the
//! rest still is. `scripts/setup.sh test` installs what draws and what recognises.

use crate::haven;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

const FBI: &str = "--to FBI --class federal --purpose criminal --authority none";
const ICE: &str = "--to ICE --class federal_immigration --purpose civil_immigration --authority none";
const SUBJECT: &str = "--to subject --class subject --purpose own_record --authority written_consent";
/// What is withheld from the FBI in every document here.
const GONE: [&str; 3] = ["undocumented", "overstayed", "permanent resident"];

fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), "ledger init --name log.example.gov/city", 0);
    folder
}

fn run(folder: &Path, line: &str, code: i32) -> String {
    let output = haven().current_dir(folder).args(line.split(' ')).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(code), "haven {line}\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Asks for a clean copy of a document, and holds it against what must be left. Gives the copy and its log.
fn check(name: &str, document: &[u8], left: &[&str]) -> (Vec<u8>, String) {
    let folder = desk();
    let path = folder.path();
    fs::write(path.join(name), document).unwrap();
    // The law decides first: an agency that may have none of it gets no copy, whoever may have all of it needs none.
    let no = run(path, &format!("release check {name} {ICE} --by S-7 --station 001 --fix out --on 2026-05-04"), 1);
    assert!(no.contains("No copy was made.") && !path.join("out").exists(), "{no}");
    run(path, &format!("release check {name} {SUBJECT} --agency CPD --on 2026-05-04"), 0);
    let said = run(path, &format!("release check {name} {FBI} --by S-7 --station 001 --fix out --on 2026-05-04"), 0);
    assert!(said.contains(&format!("{name}: clean copy")), "{said}");
    assert_eq!(fs::read(path.join(name)).unwrap(), document, "{name}: the original was written to");
    let read = |name: &str| fs::read(path.join("out").join(name)).unwrap();
    let (copy, log) = (read(name), String::from_utf8(read(&format!("{name}.log"))).unwrap());
    assert_eq!(fs::read_dir(path.join("out")).unwrap().count(), 2, "something stayed behind");
    run(path, &format!("release check out/{name} {FBI} --agency CPD --on 2026-05-04"), 0);
    let mut shown = String::new();
    for (inside, bytes) in files(name, &copy) {
        let text = String::from_utf8_lossy(&bytes).into_owned() + &seen(&inside, &bytes);
        for gone in GONE {
            assert!(!text.contains(gone) && !inside.contains(gone), "{name}, {inside}: {gone}\n{text}");
        }
        shown.push_str(&text);
    }
    for word in left {
        assert!(shown.contains(word), "{name}: `{word}` is not left in\n{shown}");
    }
    // The rules are named that found something, and the files inside; what was found is not.
    let told = ["en-undocumented", "undocumented/list.csv", "undocumented.csv"]
        .into_iter()
        .fold(format!("{log}{said}"), |told, name| told.replace(name, ""));
    for gone in GONE {
        assert!(!told.contains(gone), "{gone}: {told}");
    }
    (copy, log)
}

/// A document, and all that is packed in it.
fn files(name: &str, bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::from([(name.to_owned(), bytes.to_vec())]);
    if bytes.starts_with(b"PK") {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for at in 0..archive.len() {
            let mut file = archive.by_index(at).unwrap();
            let (inner, mut bytes) = (file.name().unwrap().into_owned(), Vec::new());
            file.read_to_end(&mut bytes).unwrap();
            all.extend(files(&format!("{name}!{inner}"), &bytes));
        }
    }
    if name.ends_with(".eml") {
        // Whatever is packed for the way, by blocks of lines that can be unpacked.
        let text = String::from_utf8(bytes.to_vec()).unwrap().replace("\r\n", "\n");
        let bodies = text.split("base64\n").skip(1).map(|rest| {
            let body = rest.trim_start();
            STANDARD.decode(body.lines().take_while(|line| !line.starts_with("--")).collect::<String>()).unwrap()
        });
        let named: Vec<&str> = text.split("filename=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        for (at, body) in bodies.enumerate() {
            let inner = named.iter().find(|name| fits(name, &body)).map_or_else(|| at.to_string(), |name| (*name).to_owned());
            all.extend(files(&format!("{name}!{at}!{inner}"), &body));
        }
    }
    all
}

/// Whether a body may be the file of a name.
fn fits(name: &str, body: &[u8]) -> bool {
    match name.rsplit('.').next().unwrap() {
        "pdf" => body.starts_with(b"%PDF"),
        "png" => body.starts_with(b"\x89PNG"),
        "docx" | "zip" => body.starts_with(b"PK"),
        _ => false,
    }
}

/// What a person sees on a picture, or on the pages of a PDF; also what a PDF has as text, which a copy has not.
fn seen(name: &str, bytes: &[u8]) -> String {
    match name.rsplit('.').next().unwrap() {
        "pdf" => {
            let text = piped("pdftotext", &["-", "-"], bytes);
            assert_eq!(String::from_utf8_lossy(&text).trim(), "", "{name} has text");
            let pages = String::from_utf8_lossy(bytes).matches("/Type/Page/").count().max(1);
            let page = |number: usize| {
                let number = number.to_string();
                let drawn = piped("pdftoppm", &["-png", "-r", "200", "-f", &number, "-l", &number], bytes);
                String::from_utf8(piped("tesseract", &["stdin", "stdout"], &drawn)).unwrap()
            };
            (1..=pages).map(page).collect()
        }
        "png" | "jpg" => String::from_utf8(piped("tesseract", &["stdin", "stdout"], bytes)).unwrap(),
        _ => String::new(),
    }
}

fn piped(program: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut process =
        Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (mut stdin, input) = (process.stdin.take().unwrap(), input.to_vec());
    let writes = std::thread::spawn(move || stdin.write_all(&input));
    let said = process.wait_with_output().unwrap().stdout;
    let _ = writes.join();
    said
}

type Lines<'a> = &'a [(u32, u32, &'a str)];

/// Lines of text at their places.
fn upright(lines: Lines<'_>) -> String {
    lines.iter().map(|(x, y, text)| format!("BT /F 12 Tf {x} {y} Td ({text}) Tj ET\n")).collect()
}

/// The same on a page that lies on its side, and is turned to be read.
fn sideways(lines: Lines<'_>) -> String {
    lines.iter().map(|(x, y, text)| format!("BT /F 12 Tf 0 1 -1 0 {} {x} Tm ({text}) Tj ET\n", 612 - (y - 180))).collect()
}

/// A PDF of pages by their contents, each with keys of its own, a title, and objects of the pages' own.
fn pdf(title: &str, pages: &[(String, &str)], rest: &[&str]) -> Vec<u8> {
    let (mut objects, mut kids) = (Vec::new(), String::new());
    // 1 the catalog, 2 the pages, 3 the font, 4 the properties; then a page and its content for each, then the rest.
    for (at, (text, own)) in pages.iter().enumerate() {
        let (page, content) = (5 + at * 2, 6 + at * 2);
        kids.push_str(&format!("{page} 0 R "));
        objects
            .push(format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F 3 0 R>>>>/Contents {content} 0 R {own}>>"));
        objects.push(format!("<</Length {}>>stream\n{text}endstream", text.len()));
    }
    let mut all = vec![
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]>>>>".to_owned(),
        format!("<</Type/Pages/Count {}/Kids[{kids}]>>", pages.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
        format!("<</Title({title})>>"),
    ];
    all.extend(objects);
    all.extend(rest.iter().map(|object| (*object).to_owned()));
    let (mut file, mut table) = ("%PDF-1.7\n".to_owned(), "0000000000 65535 f \n".to_owned());
    for (number, object) in (1..).zip(&all) {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let at = file.len();
    file.push_str(&format!("xref\n0 {0}\n{table}trailer\n<</Size {0}/Root 1 0 R/Info 4 0 R>>\nstartxref\n{at}\n%%EOF\n", all.len() + 1));
    file.into_bytes()
}

const FORM: Lines<'_> = &[
    (72, 720, "Request for a street light"),
    (72, 690, "The light in the hall of the station is broken since Monday."),
    (72, 660, "Immigration status:"),
    (250, 660, "permanent resident"),
    (72, 630, "She overstayed her visa, and nobody else has asked for it."),
    (72, 600, "The neighbour is undocumented and has lived here for years."),
    (72, 560, "Please send the answer to the desk on the second floor."),
];
const MORE: Lines<'_> = &[(72, 720, "The office opens at nine in the morning."), (72, 700, "It closes at five in the afternoon.")];
/// What is left: the end of the last line stands below a covered answer, and goes with its column.
const LEFT: [&str; 3] = ["Request for a street light", "The light in the hall", "Please send the"];

fn form() -> Vec<u8> {
    pdf("She is undocumented", &[(upright(FORM), ""), (upright(MORE), "")], &[])
}

/// The form, with a change behind it that takes away all that is withheld, and leaves it where it was.
fn revised() -> Vec<u8> {
    let mut file = String::from_utf8(form()).unwrap();
    let before = file.rsplit("startxref\n").next().unwrap().lines().next().unwrap().to_owned();
    let text = upright(&MORE[..1]);
    let at = file.len();
    file.push_str(&format!("6 0 obj\n<</Length {}>>stream\n{text}endstream\nendobj\n", text.len()));
    let table = file.len();
    file.push_str(&format!("xref\n6 1\n{at:010} 00000 n \ntrailer\n<</Size 9/Root 1 0 R/Prev {before}>>\nstartxref\n{table}\n%%EOF\n"));
    file.into_bytes()
}

#[test]
fn a_pdf_is_drawn_anew_without_what_is_withheld() {
    let left = [&LEFT[..], &["opens at nine"]].concat();
    let (copy, log) = check("form.pdf", &form(), &left);
    assert!(log.contains("page 1, line ") && log.contains("drawn anew"), "{log}");
    for part in ["/Info", "/Font", "/Annots", "/Metadata", "/AcroForm", "/EmbeddedFile"] {
        assert!(!String::from_utf8_lossy(&copy).contains(part), "{part}");
    }
    check("revised.pdf", &revised(), &["opens at nine"]);
    // A comment, and a field that two pages show.
    let widget =
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(immigration_status)/V(undocumented)/DA(/F 12 Tf 0 g)/Rect[300 400 500 420]/AP<</N 11 0 R>>>>";
    let shown = "BT /F 12 Tf 2 5 Td (undocumented) Tj ET\n";
    let shown = format!(
        "<</Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F 3 0 R>>>>/Length {}>>stream\n{shown}endstream",
        shown.len()
    );
    let note = "<</Type/Annot/Subtype/Text/Rect[500 700 520 720]/Contents(She is undocumented.)>>";
    let fields = pdf(
        "A form",
        &[(upright(MORE), "/Annots[9 0 R 10 0 R]"), (upright(&[(72, 720, "A second page with the field again.")]), "/Annots[9 0 R]")],
        &[widget, note, &shown],
    );
    check("fields.pdf", &fields, &["opens at nine", "A second page"]);
    // Turned, and cut to less than is drawn.
    check("cut.pdf", &pdf("A form", &[(upright(FORM), "/CropBox[36 36 576 756]")], &[]), &LEFT);
    check("turned.pdf", &pdf("A form", &[(sideways(FORM), "/Rotate 90")], &[]), &LEFT);
}

#[test]
fn a_page_of_which_nothing_can_be_read_when_it_is_drawn_goes_whole() {
    let lines: Lines<'_> = &[(72, 720, "The neighbour is undocumented and has lived here for years.")];
    let (_, log) = check("alone.pdf", &pdf("A form", &[(upright(lines), ""), (upright(MORE), "")], &[]), &["opens at nine"]);
    assert!(log.contains("page 1: all of it"), "{log}");
}

/// A page drawn as a picture of a kind.
fn picture(kind: &str) -> Vec<u8> {
    piped("pdftoppm", &[kind, "-r", "150", "-f", "1", "-l", "1"], &form())
}

#[test]
fn pictures_are_drawn_anew_with_black_over_the_words() {
    let text = b"Comment\0She is undocumented.";
    let mut png = picture("-png");
    let mut chunk = Vec::from(u32::try_from(text.len()).unwrap().to_be_bytes());
    chunk.extend_from_slice(b"tEXt");
    chunk.extend_from_slice(text);
    chunk.extend_from_slice(&crc(&chunk[4..]).to_be_bytes());
    png.splice(33..33, chunk);
    check("form.png", &png, &LEFT);
    let mut jpeg = picture("-jpeg");
    let comment = b"She is undocumented.";
    jpeg.splice(2..2, [&[0xff, 0xfe, 0, 22][..], comment].concat());
    let (copy, _) = check("form.jpg", &jpeg, &LEFT);
    assert!(copy.starts_with(&[0xff, 0xd8]));
}

/// The check sum of a part of a PNG.
fn crc(bytes: &[u8]) -> u32 {
    !bytes
        .iter()
        .fold(!0_u32, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (!(sum & 1)).wrapping_add(1))))
}

/// A ZIP archive of these files, with a comment.
fn zipped(files: &[(&str, &[u8])], comment: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::DEFAULT).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.set_comment(comment).unwrap();
    archive.finish().unwrap().into_inner()
}

/// A workbook of sheets, each with its name, whether it is hidden, and its rows in XML; and other parts.
pub(crate) fn workbook(sheets: &[(&str, bool, String)], others: &[(&str, &str)]) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let relationships = |of: &[(&str, String)]| {
        let each = (1..)
            .zip(of)
            .map(|(id, (kind, target))| format!(r#"<Relationship Id="rId{id}" Type="{relations}/{kind}" Target="{target}"/>"#));
        format!(r#"<Relationships xmlns="{package}/relationships">{}</Relationships>"#, each.collect::<String>())
    };
    let place = |id: usize| format!("worksheets/sheet{id}.xml");
    let named = (1..).zip(sheets).map(|(id, (name, is_hidden, _))| {
        let state = if *is_hidden { r#" state="hidden""# } else { "" };
        format!(r#"<sheet name="{name}" sheetId="{id}" r:id="rId{id}"{state}/>"#)
    });
    let book = format!(r#"<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>{}</sheets></workbook>"#, named.collect::<String>());
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), format!(r#"<Types xmlns="{package}/content-types"/>"#)),
        ("_rels/.rels".to_owned(), relationships(&[("officeDocument", "xl/workbook.xml".to_owned())])),
        ("xl/workbook.xml".to_owned(), book),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            relationships(&(1..=sheets.len()).map(|id| ("worksheet", place(id))).collect::<Vec<_>>()),
        ),
    ];
    for (id, (.., rows)) in (1..).zip(sheets) {
        parts.push((format!("xl/{}", place(id)), format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#)));
    }
    parts.extend(others.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    zipped(&parts, "")
}

const PEOPLE: &[u8] = b"case_no,unit,immigration_status\n1001,Lights,permanent resident\n1002,Carts,undocumented\n";
const LIGHTS: &[u8] = b"case_no,unit\n1001,Lights\n";

#[test]
fn archives_are_cleaned_file_by_file() {
    let inner = zipped(&[("people.csv", PEOPLE), ("form.pdf", &form())], "");
    let whole = zipped(&[("lights.csv", LIGHTS), ("undocumented/list.csv", LIGHTS), ("inner.zip", &inner)], "She is undocumented.");
    let (copy, log) = check("case.zip", &whole, &["1001,Lights", "opens at nine"]);
    let kept = files("case.zip", &copy);
    assert_eq!(kept["case.zip!lights.csv"], LIGHTS, "byte for byte");
    assert!(log.contains("inner.zip!people.csv!") && log.contains("comments of the archive") && log.contains("had a name"), "{log}");
}

/// A message with bodies, files and signatures.
fn message() -> String {
    let file = |name: &str, kind: &str, bytes: &[u8]| {
        let packed: Vec<String> =
            STANDARD.encode(bytes).as_bytes().chunks(76).map(|line| String::from_utf8(line.to_vec()).unwrap()).collect();
        format!(
            "--x\r\nContent-Type: {kind}\r\nContent-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            packed.join("\r\n")
        )
    };
    // The beginning of signed data, with a name in it.
    let signature = [&[0x30, 0x2a, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2, 0x0c, 0x0e][..], b"Records Office"].concat();
    let forwarded = "--x\r\nContent-Type: message/rfc822\r\n\r\nFrom: c@example.gov\r\nSubject: Before\r\n\r\nShe overstayed her visa.\r\nThe café is open.\r\n\r\n";
    format!(
        "DKIM-Signature: v=1; d=example.gov; b=abc\r\nX-Note: she is undocumented\r\nFrom: Records <a@example.gov>\r\nTo: Desk <b@example.gov>\r\nDate: Mon, 04 May 2026 09:00:00 -0500\r\nSubject: The neighbour is undocumented\r\nMessage-ID: <1@example.gov>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary=x\r\n\r\n\
         --x\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n\
         --y\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe light in the hall is broken.\r\n\r\nShe is undocumented.\r\n\
         --y\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>The light in the hall is broken.</p><p>She is undocumented.</p>\r\n--y--\r\n\
         {}{}{}{forwarded}{}--x--\r\n",
        file("people.csv", "text/csv", PEOPLE),
        file("undocumented.csv", "text/csv", LIGHTS),
        file("form.pdf", "application/pdf", &form()),
        file("smime.p7s", "application/pkcs7-signature", &signature),
    )
}

#[test]
fn mail_is_made_anew_with_its_files() {
    let (copy, log) =
        check("note.eml", message().as_bytes(), &["The light in the hall is broken.", "a@example.gov", "opens at nine", "4 May 2026"]);
    let copy = String::from_utf8(copy).unwrap();
    assert!(!copy.contains("DKIM") && !copy.contains("X-Note") && !copy.contains("smime") && !copy.contains("multipart/signed"), "{copy}");
    assert!(log.contains("signatures, which would no longer hold") && log.contains("people.csv!"), "{log}");
}

#[test]
fn hidden_rows_and_what_charts_keep_are_seen_and_go() {
    let cell = |at: &str, text: &str| format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#);
    let rows = [
        format!(r#"<row r="1">{}{}</row>"#, cell("A1", "unit"), cell("B1", "remarks")),
        format!(r#"<row r="2">{}{}</row>"#, cell("A2", "Lights"), cell("B2", "The hall is dark")),
        format!(r#"<row r="3" hidden="1">{}{}</row>"#, cell("A3", "Carts"), cell("B3", "undocumented")),
    ];
    let chart = r#"<c:chartSpace xmlns:c="c"><c:ser><c:tx><c:strRef><c:strCache><c:pt idx="0"><c:v>immigration_status</c:v></c:pt></c:strCache></c:strRef></c:tx><c:cat><c:strRef><c:strCache><c:pt idx="0"><c:v>undocumented</c:v></c:pt><c:pt idx="1"><c:v>permanent resident</c:v></c:pt></c:strCache></c:strRef></c:cat></c:ser></c:chartSpace>"#;
    let book = workbook(&[("units", false, rows.concat())], &[("xl/charts/chart1.xml", chart)]);
    let folder = desk();
    fs::write(folder.path().join("units.xlsx"), &book).unwrap();
    let said = run(folder.path(), &format!("release check units.xlsx {ICE} --agency CPD --on 2026-05-04"), 1);
    assert!(said.contains("units!B3 [hidden row]") && said.contains("chart1 [cache of a chart]"), "{said}");
    check("units.xlsx", &book, &["Lights"]);
    // The same chart in a document.
    let body = r#"<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>The light is broken.</w:t></w:r></w:p></w:body></w:document>"#;
    let word = zipped(&[("word/document.xml", body.as_bytes()), ("word/charts/chart1.xml", chart.as_bytes())], "");
    check("units.docx", &word, &["The light is broken."]);
}

#[test]
fn what_is_broken_or_has_no_copy_is_blocked_with_words() {
    let alone: Lines<'_> = &[(72, 720, "She overstayed her visa, and the neighbour is undocumented.")];
    for (name, document, reason) in [
        // A file inside of which there is no clean copy leaves none of the whole.
        (
            "case.zip",
            zipped(&[("note.md", b"She is undocumented.\n"), ("people.csv", PEOPLE)], ""),
            "note.md: what it is cannot be cleaned",
        ),
        ("alone.pdf", pdf("A form", &[(upright(alone), "")], &[]), "nothing of it would be left"),
    ] {
        let folder = desk();
        fs::write(folder.path().join(name), &document).unwrap();
        let said = run(folder.path(), &format!("release check {name} {FBI} --by S-7 --station 001 --fix out --on 2026-05-04"), 1);
        assert!(said.contains(reason), "{name}: {said}");
        assert!(fs::read_dir(folder.path().join("out")).unwrap().next().is_none(), "{name}");
    }
    // What cannot be read goes to counsel, and no copy is made.
    for (name, document) in [("form.pdf", form()), ("form.png", picture("-png")), ("case.zip", zipped(&[("people.csv", PEOPLE)], ""))] {
        let folder = desk();
        fs::write(folder.path().join(name), &document[..document.len() / 2]).unwrap();
        let said = run(folder.path(), &format!("release check {name} {FBI} --by S-7 --station 001 --fix out --on 2026-05-04"), 3);
        assert!(said.contains("No copy was made."), "{name}: {said}");
    }
}

#[test]
fn without_what_draws_a_pdf_has_no_copy_and_it_is_said_what_to_install() {
    let folder = desk();
    fs::write(folder.path().join("form.pdf"), form()).unwrap();
    let line = format!("release check form.pdf {FBI} --by S-7 --station 001 --fix out --on 2026-05-04");
    // A shell, and nothing else.
    let tools = folder.path().join("tools");
    fs::create_dir(&tools).unwrap();
    std::os::unix::fs::symlink("/bin/sh", tools.join("sh")).unwrap();
    let output = haven().current_dir(folder.path()).env("PATH", &tools).args(line.split(' ')).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("apt-get install poppler-utils tesseract-ocr"), "{said}");
}
