//! Documents made anew: what is covered on a page, what goes from a picture, an archive, a message, and what cannot be made.

use crate::made::zipped;
use haven_extract::Area;
use haven_extract::remake::{Clean, Cover, Drawing, Text, mail, zip};
use image::{GrayImage, ImageFormat, Luma};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::Cursor;
use zune_core::bit_depth::BitDepth;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::EncoderOptions;
use zune_png::{PngDecoder, PngEncoder};

const WIDTH: u32 = 600;
const HEIGHT: u32 = 400;

/// What stands on a page: from left to right, at a height; a line is ten pixels high.
type Block = (u32, u32, u32);

fn page(blocks: &[Block]) -> Vec<u8> {
    let mut page = GrayImage::from_pixel(WIDTH, HEIGHT, Luma([250]));
    for (left, right, top) in blocks {
        for (x, y) in (*left..*right).flat_map(|x| (*top..top + 10).map(move |y| (x, y))) {
            page.put_pixel(x, y, Luma([60]));
        }
    }
    let mut file = Cursor::new(Vec::new());
    page.write_to(&mut file, ImageFormat::Pnm).unwrap();
    file.into_inner()
}

fn area((left, right, top): Block, asks: bool) -> Area {
    let part = |side: u32, of: u32| side * Area::WHOLE / of;
    Area { left: part(left, WIDTH), right: part(right, WIDTH), top: part(top, HEIGHT), bottom: part(top + 10, HEIGHT), asks }
}

fn drawn(file: &[u8], areas: Vec<Area>) -> GrayImage {
    let drawn = Drawing::Picture { areas, is_jpeg: false }.draw(file).unwrap();
    let mut decoder = PngDecoder::new(ZCursor::new(drawn));
    let pixels = decoder.decode_raw().unwrap();
    let (width, height) = decoder.dimensions().unwrap();
    GrayImage::from_raw(width as u32, height as u32, pixels).unwrap()
}

/// Covers the first block; these must go with it, and those must stay.
fn check(what: &str, asks: bool, first: Block, gone: &[Block], stay: &[Block]) {
    let all: Vec<Block> = [&[first], gone, stay].concat();
    let copy = drawn(&page(&all), vec![area(first, asks)]);
    let dark = |(left, right, top): Block, dark: u8| (left..right).all(|x| (top..top + 10).all(|y| copy.get_pixel(x, y).0 == [dark]));
    for block in [&[first], gone].concat() {
        assert!(dark(block, 0), "{what}: {block:?} is seen");
    }
    for block in stay {
        assert!(dark(*block, 60), "{what}: {block:?} is covered");
    }
}

#[test]
fn with_what_is_held_goes_what_may_answer_it() {
    let other = (50, 300, 300);
    check("the words beside a word of a sentence", false, (100, 140, 100), &[(60, 95, 100), (145, 200, 100)], &[(50, 300, 130), other]);
    check("what stands apart from a sentence", false, (50, 140, 100), &[], &[(300, 400, 100), other]);
    check("the answer beside a label", true, (50, 140, 100), &[(300, 400, 100)], &[(50, 140, 130), other]);
    check("the line below a label that stands alone", true, (50, 140, 100), &[(50, 400, 120)], &[(50, 300, 150), other]);
    check(
        "the column below a head",
        true,
        (200, 280, 100),
        &[(400, 480, 100), (200, 260, 120), (210, 240, 140)],
        &[(50, 120, 100), (50, 120, 120), (400, 480, 120), (50, 120, 140), other],
    );
    check("the column below the last of two heads", true, (300, 380, 100), &[(310, 360, 120)], &[(50, 120, 100), (50, 120, 120), other]);
}

proptest! {
    /// Wherever it is, what is to go is black, and the rest is as it was or black.
    #[test]
    fn what_is_held_is_never_seen(left in 0_u32..590, wide in 1_u32..300, top in 0_u32..390, asks: bool, other in 0_u32..380) {
        let right = (left + wide).min(WIDTH);
        let file = page(&[(left, right, top), (20, 580, other)]);
        let (before, after) = (drawn(&file, vec![]), drawn(&file, vec![area((left, right, top), asks)]));
        prop_assert!((left..right).all(|x| (top..top + 10).all(|y| after.get_pixel(x, y).0 == [0])));
        prop_assert!(before.pixels().zip(after.pixels()).all(|(before, after)| after.0 == [0] || before == after));
    }
}

#[test]
fn of_a_picture_nothing_is_left_but_what_is_seen() {
    // Words that are there and cannot be seen.
    let mut hidden = [255; 20 * 20 * 4];
    hidden[400..404].copy_from_slice(&[0; 4]);
    let (mut file, options) = (Vec::new(), EncoderOptions::new(20, 20, ColorSpace::RGBA, BitDepth::Eight));
    PngEncoder::new(&hidden, options).encode(&mut file).unwrap();
    assert!(drawn(&file, vec![]).pixels().all(|pixel| pixel.0 == [255]));
    // On its side, as a camera says: EXIF with the mark to turn by a quarter.
    let mut jpeg = Cursor::new(Vec::new());
    GrayImage::from_pixel(40, 20, Luma([200])).write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let mut jpeg = jpeg.into_inner();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    jpeg.splice(2..2, [&[0xff, 0xe1][..], &length, exif].concat());
    let copy = Drawing::Picture { areas: vec![], is_jpeg: true }.draw(&jpeg).unwrap();
    assert!(!copy.windows(4).any(|bytes| bytes == b"Exif"));
    let copy = image::load_from_memory(&copy).unwrap();
    assert_eq!((copy.width(), copy.height()), (20, 40));
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let pages = || BTreeMap::from([(1, Cover { whole: true, ..Cover::default() })]);
    for (drawing, file, says) in [
        (Drawing::Picture { areas: vec![], is_jpeg: false }, &b"\x89PNG\r\n\x1a\n and no more"[..], "expected a PNG or a JPEG"),
        (Drawing::Picture { areas: vec![], is_jpeg: false }, b"", "expected a PNG or a JPEG"),
        (Drawing::Picture { areas: vec![], is_jpeg: false }, b"II*\0\x08\0\0\0", "expected a PNG or a JPEG"),
        (Drawing::Pdf { pages: pages() }, b"%PDF-1.7 and no more", "expected a PDF"),
    ] {
        let reason = drawing.draw(file).unwrap_err();
        assert!(reason.contains(says), "{reason}");
    }
}

/// Takes out a word, and cleans no file of a kind.
struct Word;

impl Clean for Word {
    fn text(&mut self, text: &str, _: Text) -> Result<String, String> {
        Ok(text.replace("undocumented", "-"))
    }

    fn file(&mut self, name: &str, bytes: Vec<u8>) -> Result<(String, Vec<u8>), String> {
        if name.ends_with(".bin") {
            return Err("no clean copy".to_owned());
        }
        let text = String::from_utf8(bytes).unwrap().replace("undocumented", "-");
        Ok((name.replace("undocumented", "-"), text.into_bytes()))
    }
}

#[test]
fn archives_and_mail_that_cannot_be_made_are_said() {
    let remade = zip(&zipped(&[("undocumented.txt", b"undocumented"), ("d/a.txt", b"One line.")]), &mut Word).unwrap();
    let mut archive = ::zip::ZipArchive::new(Cursor::new(remade.bytes.as_slice())).unwrap();
    let names: Vec<String> = (0..archive.len()).map(|at| archive.by_index(at).unwrap().name().unwrap().into_owned()).collect();
    assert_eq!(names, ["-.txt", "d/a.txt"]);
    for (file, says) in [
        (zipped(&[("a.txt", b"One line."), ("a.bin", b"x")]), "no clean copy"),
        (zipped(&[("../a.txt", b"One line.")]), "points elsewhere"),
        (zipped(&[("undocumented.txt", b"a"), ("-.txt", b"b")]), "have one name"),
        (zipped(&[("a.txt", b"One line.")])[..40].to_vec(), "damaged"),
        (Vec::new(), "damaged"),
    ] {
        let reason = zip(&file, &mut Word).unwrap_err();
        assert!(reason.contains(says), "{reason}");
    }
    for (message, says) in [
        ("", "expected a mail message"),
        ("Subject: a\r\nContent-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\nMIAG\r\n", "encrypted, or signed"),
        ("Subject: a\r\nContent-Type: image/x; name=\"a.bin\"\r\nContent-Transfer-Encoding: base64\r\n\r\nMIAG\r\n", "no clean copy"),
    ] {
        let reason = mail(message.as_bytes(), &mut Word).unwrap_err();
        assert!(reason.contains(says), "{message}: {reason}");
    }
}

proptest! {
    /// What is made can be read again, and says what it said, but for what went.
    #[test]
    fn mail_keeps_what_it_says(subject in "[a-zé ]{1,60}", body in "[ -~é\n]{0,400}", name in "[a-z]{3,12}", file in "[ -~\n]{0,200}") {
        let (subject, body) = (subject.trim(), body.replace("--x", "").replace('\n', "\r\n"));
        let packed = base64(file.as_bytes());
        let message = format!(
            "From: =?utf-8?q?Jos=C3=A9?= <a@example.gov>\r\nSubject: {subject}\r\nDKIM-Signature: b=1\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n--x\r\nContent-Type: application/json; name=\"{name}.json\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{packed}\r\n--x--\r\n"
        );
        let remade = mail(message.as_bytes(), &mut Word).unwrap();
        let (old, new) = (parsed(message.as_bytes()), parsed(&remade.bytes));
        prop_assert_eq!(old, new);
        prop_assert!(!String::from_utf8_lossy(&remade.bytes).contains("DKIM"));
    }
}

/// What a message says: subject, sender, body, file.
fn parsed(bytes: &[u8]) -> [String; 4] {
    let message = mail_parser::MessageParser::default().parse(bytes).unwrap();
    let from = message.from().unwrap().first().unwrap();
    [
        message.subject().unwrap_or_default().to_owned(),
        format!("{:?} {:?}", from.name, from.address),
        message.body_text(0).unwrap_or_default().replace("\r\n", "\n").trim().to_owned(),
        String::from_utf8_lossy(message.attachment(0).unwrap().contents()).into_owned(),
    ]
}

/// Bytes packed for the way.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let four = |three: &[u8]| {
        let at = |index: usize| u32::from(three.get(index).copied().unwrap_or(0));
        let all = at(0) << 16 | at(1) << 8 | at(2);
        let letter = |place: usize| if place > three.len() { '=' } else { char::from(LETTERS[(all >> (18 - 6 * place)) as usize & 63]) };
        (0..4).map(letter).collect::<String>()
    };
    bytes.chunks(3).map(four).collect()
}
