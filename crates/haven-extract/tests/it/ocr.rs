//! Pictures of forms: drawn here, recognised by Tesseract. `scripts/setup.sh test` installs it, and what draws.

use crate::made::{Pdf, saved, zipped};
use crate::pieces;
use haven_extract::{Format, Limits, Outcome, Piece, PieceKind, extract};
use lopdf::{Stream, dictionary};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// A form as a PDF with text.
fn form(turned: i64) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let rule = "1 w 200 658 m 500 658 l S 200 618 m 500 618 l S";
    let lines = [
        (72, 720, "Application for a library card"),
        (72, 700, "Date of birth:"),
        (72, 660, "Immigration status:"),
        (72, 620, "Country of birth:"),
        (72, 560, "Are you a citizen of the United States?"),
        (72, 500, "The library opens at nine and closes at five on weekdays."),
    ];
    pdf.page(&lines, vec![], dictionary! {}, rule);
    let mut doc = pdf.finish(vec![], false);
    let page = doc.get_pages()[&1];
    doc.get_dictionary_mut(page).unwrap().set("Rotate", turned);
    saved(doc)
}

/// A page drawn as a picture of a kind.
fn drawn(pdf: &[u8], arguments: &[&str]) -> Vec<u8> {
    let mut process = Command::new("pdftoppm").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(pdf).unwrap();
    process.wait_with_output().unwrap().stdout
}

/// A PDF whose only page is a picture.
fn scanned(filter: &str, (width, height): (i64, i64), content: Vec<u8>) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let mut image = dictionary! {
        "Subtype" => "Image", "Width" => width, "Height" => height, "BitsPerComponent" => 8,
        "ColorSpace" => if filter.is_empty() { "DeviceGray" } else { "DeviceRGB" },
    };
    if !filter.is_empty() {
        image.set("Filter", filter);
    }
    let image = pdf.doc.add_object(Stream::new(image, content));
    pdf.page(&[], vec![], dictionary! { "Im1" => image }, "q 612 0 0 792 0 0 cm /Im1 Do Q");
    saved(pdf.finish(vec![], false))
}

/// What the picture of the form must give, whatever it came in.
fn holds_the_form(name: &str, found: &[Piece], outcome: &Outcome, page: Option<u64>) {
    for (kind, text) in [
        (PieceKind::Question, "Immigration status"),
        (PieceKind::Question, "Country of birth"),
        (PieceKind::Question, "Are you a citizen of the United States?"),
        (PieceKind::Sentence, "The library opens at nine and closes at five on weekdays."),
    ] {
        let piece = found.iter().find(|piece| piece.kind == kind && piece.text == text);
        let piece = piece.unwrap_or_else(|| panic!("{name}: `{text}` in {found:#?} {:?}", outcome.unread));
        assert!(piece.place.page == page && piece.place.line.is_some(), "{name}: {piece:?}");
    }
    assert_eq!(outcome.unread, [], "{name}");
}

#[test]
fn a_picture_of_a_form_gives_its_questions() {
    for (name, arguments) in [
        ("form.png", &["-png", "-r", "150"][..]),
        ("form.jpeg", &["-jpeg", "-r", "150"]),
        ("upload", &["-png", "-gray", "-r", "200"]),
        // On its side.
        ("turned.png", &["-png", "-r", "150"]),
    ] {
        let pdf = form(if name == "turned.png" { 90 } else { 0 });
        let (found, outcome) = pieces(name, &drawn(&pdf, arguments));
        assert_eq!(outcome.format, Format::Picture);
        holds_the_form(name, &found, &outcome, None);
    }
}

#[test]
fn a_page_that_is_a_picture_gives_its_questions() {
    let (found, outcome) = pieces("scan.pdf", &jpeg_in_a_pdf());
    holds_the_form("scan.pdf", &found, &outcome, Some(1));
}

#[test]
fn a_picture_in_an_office_file_gives_its_questions() {
    let picture = drawn(&form(0), &["-png", "-r", "150"]);
    let body = "<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>Case notes</w:t></w:r></w:p></w:body></w:document>";
    for (file, main, xml, media) in [
        ("notes.docx", "word/document.xml", body, "word/media/image1.png"),
        ("slides.pptx", "ppt/presentation.xml", "<p:presentation xmlns:p='p'/>", "ppt/media/image1.PNG"),
    ] {
        let (bytes, mut found) = (zipped(&[(main, xml.as_bytes()), (media, &picture)]), Vec::new());
        let limits = Limits { picture_bytes_min: 0, ..Limits::default() };
        let outcome = extract(file, &mut bytes.as_slice(), &limits, &mut |piece| found.push(piece));
        holds_the_form(file, &found, &outcome, None);
        let inside = found.iter().find(|piece| piece.text == "Immigration status").and_then(|piece| piece.place.path.as_deref());
        assert_eq!(inside, Some(media));
    }
}

fn jpeg_in_a_pdf() -> Vec<u8> {
    scanned("DCTDecode", (1275, 1650), drawn(&form(0), &["-jpeg", "-r", "150"]))
}

fn pixels_in_a_pdf() -> Vec<u8> {
    let file = drawn(&form(0), &["-gray", "-r", "150"]);
    scanned("", (1275, 1650), file[file.len() - 1275 * 1650..].to_vec())
}

#[test]
fn what_is_not_recognised_is_said() {
    let blank = {
        let mut pdf = Pdf::new();
        pdf.page(&[], vec![], dictionary! {}, "");
        drawn(&saved(pdf.finish(vec![], false)), &["-png", "-r", "50"])
    };
    // Grey snow, in which there is nothing to read.
    let mut snow = b"P5\n400 400\n255\n".to_vec();
    snow.extend((0..160_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8));
    for (name, bytes, says) in [
        ("blank.png", blank, "no text was recognised"),
        ("cut.png", b"\x89PNG\r\n\x1a\n\0\0\0".to_vec(), "damaged"),
        ("none.jpg", b"This is no picture at all, whatever its name says.".to_vec(), "cannot be recognised"),
        ("snow.bmp", snow, "recognised"),
    ] {
        let (_, outcome) = pieces(name, &bytes);
        assert!(matches!(&outcome.unread[..], [unread] if unread.reason.contains(says)), "{name}: {outcome:?}");
    }
    let limits = Limits { picture_seconds_max: 0, ..Limits::default() };
    let outcome = extract("form.png", &mut &*drawn(&form(0), &["-png"]), &limits, &mut |piece| panic!("{piece:?}"));
    assert!(outcome.unread[0].reason.contains("0 seconds"), "{:?}", outcome.unread);
}

/// Where the next test lays what its process is to read.
const GIVEN: &str = "HAVEN_TEST_GIVEN";

/// Not a test by itself: the process that the next one starts.
#[test]
fn reads_what_it_is_given() {
    #[expect(clippy::disallowed_methods, reason = "the test is the edge of this process")]
    let Some(folder) = std::env::var_os(GIVEN) else { return };
    for name in ["form.png", "jpeg.pdf", "pixels.pdf"] {
        let (found, outcome) = pieces(name, &std::fs::read(Path::new(&folder).join(name)).unwrap());
        let asks = found.iter().any(|piece| piece.kind == PieceKind::Question && piece.text == "Immigration status");
        let reasons: Vec<_> = outcome.unread.iter().map(|unread| unread.reason.as_str()).collect();
        println!("{name}: {asks} {reasons:?}");
    }
}

#[test]
fn without_one_of_the_programs_the_rest_is_read_and_the_hint_is_given() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in
        [("form.png", drawn(&form(0), &["-png", "-r", "150"])), ("jpeg.pdf", jpeg_in_a_pdf()), ("pixels.pdf", pixels_in_a_pdf())]
    {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let programs = folder.path().join("programs");
    std::fs::create_dir(&programs).unwrap();
    let told = || {
        let own = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "ocr::reads_what_it_is_given", "--nocapture"])
            .env("PATH", &programs)
            .env(GIVEN, folder.path())
            .output()
            .unwrap();
        assert!(own.status.success(), "{own:?}");
        String::from_utf8(own.stdout).unwrap()
    };
    let nothing = told();
    for name in ["form.png", "jpeg.pdf", "pixels.pdf"] {
        let line = nothing.lines().find(|line| line.contains(name)).unwrap();
        assert!(line.contains("false") && line.contains("apt-get install tesseract-ocr"), "{line}");
    }
    let place = Command::new("sh").args(["-c", "command -v tesseract"]).output().unwrap().stdout;
    std::os::unix::fs::symlink(String::from_utf8(place).unwrap().trim(), programs.join("tesseract")).unwrap();
    let only_recognised = told();
    for name in ["form.png", "jpeg.pdf", "pixels.pdf"] {
        assert!(only_recognised.contains(&format!("{name}: true []")), "{name} in {only_recognised}");
    }
}
