//! Where readers do not look: pivot caches, hidden columns, other workbooks' values, black boxes, revisions, picture properties.

use crate::made::{Pdf, saved, workbook, zipped};
use haven_extract::{Limits, Piece, extract};
use lopdf::{Document, IncrementalDocument, Object, Stream, dictionary};

/// What is found, as `text = values | where | hidden in`, of those pieces in which a word stands.
fn found(name: &str, file: &[u8], word: &str) -> Vec<String> {
    let mut found = Vec::new();
    let outcome = extract(name, &mut &*file, &Limits::default(), &mut |piece: Piece| {
        let said = format!("{} = {}", piece.text, piece.values.join(" "));
        if said.contains(word) {
            found.push(format!("{} | {}", piece.place.path.clone().unwrap_or_default(), piece.hidden_in().unwrap_or("-")));
        }
    });
    assert!(outcome.unread.iter().all(|unread| !unread.reason.contains(word)), "{:?}", outcome.unread);
    found
}

fn check(name: &str, file: &[u8], word: &str, expected: &[&str]) {
    assert_eq!(found(name, file, word), expected, "{name}");
}

#[test]
fn workbooks_keep_what_no_sheet_shows() {
    let definition = r#"<pivotCacheDefinition><cacheFields><cacheField name="Name"><sharedItems><s v="Nobody"/></sharedItems></cacheField><cacheField name="Papers"><sharedItems/></cacheField></cacheFields></pivotCacheDefinition>"#;
    let records = r#"<pivotCacheRecords><r><x v="0"/><s v="undocumented"/></r><r><x v="0"/><m/></r></pivotCacheRecords>"#;
    let external = r#"<externalLink><externalBook><sheetDataSet><sheetData><row><cell><v>undocumented</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>"#;
    let parts = [
        ("xl/pivotCache/pivotCacheDefinition1.xml", definition),
        ("xl/pivotCache/pivotCacheRecords1.xml", records),
        ("xl/externalLinks/externalLink1.xml", external),
        ("customXml/item1.xml", "<case><papers>undocumented</papers></case>"),
    ];
    let rows = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>Case</t></is></c><c r="B1" t="inlineStr"><is><t>Unit</t></is></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row>"#;
    let file = workbook(&[("people", rows, "")], &parts);
    let places = found("people.xlsx", &file, "undocumented");
    for expected in ["pivotCacheDefinition1 | pivot cache", "externalLink1 | cached values of another workbook"] {
        assert!(places.iter().any(|place| place == expected), "{expected}: {places:?}");
    }
    assert!(places.iter().any(|place| place.starts_with("customXml/item1.xml!")), "{places:?}");
    check("people.xlsx", &file, "Papers", &["pivotCacheDefinition1 | pivot cache"]);
}

#[test]
fn columns_that_are_hidden_are_said_to_be() {
    let cells = |row: u32, cells: [&str; 3]| {
        let cells: String = "ABC"
            .chars()
            .zip(cells)
            .map(|(column, text)| format!(r#"<c r="{column}{row}" t="inlineStr"><is><t>{text}</t></is></c>"#))
            .collect();
        format!(r#"<row r="{row}">{cells}</row>"#)
    };
    let rows = cells(1, ["Case", "Papers", "Unit"]) + &cells(2, ["A", "undocumented", "7"]) + &cells(3, ["B", "undocumented", "8"]);
    let made = workbook(&[("people", &rows, "")], &[]);
    check("people.xlsx", &made, "undocumented", &["people!B1 | -"]);
    // The same with the second column hidden: `cols` stands before the cells.
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(made)).unwrap();
    let mut entries = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut entry, &mut text).unwrap();
        entries.push((name, text.replace("<sheetData>", r#"<cols><col min="2" max="2" width="9" hidden="1"/></cols><sheetData>"#)));
    }
    let entries: Vec<_> = entries.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    check("people.xlsx", &zipped(&entries), "undocumented", &["people!B1 | hidden column"]);
}

/// A page with a line that a black box hides, and one that stands on a grey one.
fn covered(box_before: bool) -> Vec<u8> {
    let (text, filled) = ("BT /F1 10 Tf 72 700 Td (She is undocumented, he said to us.) Tj ET\n", "0 g 70 695 300 16 re f\n");
    let content = if box_before { format!("0.9 g {filled}0 g {text}") } else { format!("{text}{filled}") };
    let mut doc = Document::with_version("1.5");
    let font = doc.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let content = doc.add_object(Stream::new(dictionary! {}, content.into_bytes()));
    let pages = doc.new_object_id();
    let page = doc.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content, "MediaBox" => vec![0.into(), 0.into(), 612.into(), 792.into()],
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
    });
    doc.objects.insert(pages, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into());
    let catalog = doc.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    doc.trailer.set("Root", catalog);
    saved(doc)
}

#[test]
fn text_under_a_black_box_is_there() {
    check("letter.pdf", &covered(false), "undocumented", &[" | under a filled box"]);
    check("letter.pdf", &covered(true), "undocumented", &[" | -"]);
}

#[test]
fn what_a_change_left_behind_is_there() {
    let first = covered(true);
    let mut changed = IncrementalDocument::create_from(first.clone(), Document::load_mem(&first).unwrap());
    let page = *changed.get_prev_documents().get_pages().get(&1).unwrap();
    changed.opt_clone_object_to_new_document(page).unwrap();
    let content = changed
        .new_document
        .add_object(Stream::new(dictionary! {}, b"BT /F1 10 Tf 72 700 Td (She came to the desk on Monday.) Tj ET".to_vec()));
    changed.new_document.get_object_mut(page).unwrap().as_dict_mut().unwrap().set("Contents", Object::Reference(content));
    let mut file = Vec::new();
    changed.save_to(&mut file).unwrap();
    check("letter.pdf", &file, "Monday", &[" | -"]);
    check("letter.pdf", &file, "undocumented", &["revision 1 | earlier revision"]);
}

#[test]
fn properties_of_pdfs_are_read_all() {
    let mut pdf = Pdf::new();
    pdf.page(&[(72, 700, "A letter about a street light that is out.")], vec![], dictionary! {}, "");
    let mut doc = pdf.finish(vec![], false);
    let info = doc.add_object(
        dictionary! { "CasePapers" => Object::string_literal("undocumented"), "Producer" => Object::string_literal("undocumented") },
    );
    doc.trailer.set("Info", info);
    let packet = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='r'><rdf:Description><dc:description xmlns:dc='d'><rdf:Alt><rdf:li>undocumented</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>";
    let packet = doc.add_object(Stream::new(dictionary! { "Type" => "Metadata" }, packet.as_bytes().to_vec()));
    let root = doc.trailer.get(b"Root").unwrap().as_reference().unwrap();
    doc.get_object_mut(root).unwrap().as_dict_mut().unwrap().set("Metadata", packet);
    let properties = ["properties CasePapers | document property", "properties description | document property"];
    check("letter.pdf", &saved(doc), "undocumented", &properties);
}

/// EXIF with a description and a comment, the low byte first.
fn exif() -> Vec<u8> {
    let text = b"undocumented\0";
    let comment = [b"ASCII\0\0\0".as_slice(), b"overstayed"].concat();
    let entry = |tag: u16, kind: u16, count: usize, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &u32::try_from(count).unwrap().to_le_bytes(), &value.to_le_bytes()].concat()
    };
    let at = 8 + 2 + 2 * 12 + 4;
    let second = at + text.len();
    let mut tiff = [b"II*\0".as_slice(), &8_u32.to_le_bytes(), &2_u16.to_le_bytes()].concat();
    tiff.extend(entry(0x010e, 2, text.len(), u32::try_from(at).unwrap()));
    tiff.extend(entry(0x9286, 7, comment.len(), u32::try_from(second).unwrap()));
    tiff.extend([0; 4]);
    tiff.extend(text);
    tiff.extend(comment);
    tiff
}

#[test]
fn pictures_say_more_than_they_show() {
    let segment = |kind: u8, data: &[u8]| [&[0xff, kind][..], &u16::try_from(data.len() + 2).unwrap().to_be_bytes(), data].concat();
    let xmp = "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='x'><rdf:Description xmlns:rdf='r' dc:subject='asylum seeker' xmlns:dc='d'/></x:xmpmeta>";
    let iptc = [b"Photoshop 3.0\08BIM".as_slice(), &[0x1c, 2, 120, 0, 9], b"parole in"].concat();
    let jpeg = [
        &[0xff, 0xd8][..],
        &segment(0xe1, &[b"Exif\0\0".as_slice(), &exif()].concat()),
        &segment(0xe1, xmp.as_bytes()),
        &segment(0xed, &iptc),
        &segment(0xfe, b"green card"),
        &[0xff, 0xd9],
    ]
    .concat();
    for (word, place) in [
        ("undocumented", "properties EXIF 010e | picture property"),
        ("overstayed", "properties UserComment | picture property"),
        ("asylum", "properties subject | picture property"),
        ("parole", "properties IPTC 120 | picture property"),
        ("green card", "properties Comment | picture property"),
    ] {
        check("photo.jpg", &jpeg, word, &[place]);
    }
    check("photo.tif", &exif(), "undocumented", &["properties EXIF 010e | picture property"]);
    let chunk = |kind: &[u8], data: &[u8]| [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], kind, data, &[0; 4]].concat();
    let packed = {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packer, b"overstayed").unwrap();
        packer.finish().unwrap()
    };
    let png = [
        b"\x89PNG\r\n\x1a\n".as_slice(),
        &chunk(b"tEXt", b"Title\0undocumented"),
        &chunk(b"zTXt", &[b"Note\0\0".as_slice(), &packed].concat()),
        &chunk(b"iTXt", "Asked\0\0\0\0\0sin papeles".as_bytes()),
        &chunk(b"eXIf", &exif()),
        &chunk(b"IEND", b""),
    ]
    .concat();
    check("scan.png", &png, "undocumented", &["properties Title | picture property", "properties EXIF 010e | picture property"]);
    check("scan.png", &png, "sin papeles", &["properties Asked | picture property"]);
    assert_eq!(found("scan.png", &png, "overstayed").len(), 2);
}

#[test]
fn properties_that_are_damaged_stop() {
    // A directory that leads to itself, lengths beyond the end, a count without entries.
    let circle = [b"II*\0".as_slice(), &8_u32.to_le_bytes(), &0_u16.to_le_bytes(), &8_u32.to_le_bytes()].concat();
    let beyond = [b"MM\0*".as_slice(), &8_u32.to_be_bytes(), &9_u16.to_be_bytes(), &[0x01, 0x0e, 0, 2, 0xff, 0xff, 0xff, 0xff]].concat();
    for file in [circle, beyond, b"II*\0".to_vec(), b"\xff\xd8\xff\xe1\xff\xff".to_vec(), b"\x89PNG\r\n\x1a\n\xff\xff\xff\xfftEXt".to_vec()]
    {
        check("photo.jpg", &file, "undocumented", &[]);
    }
}

#[test]
fn a_picture_in_an_office_file_is_an_ornament_only_below_the_limit() {
    let body = "<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>Case notes</w:t></w:r></w:p></w:body></w:document>";
    let picture = [b"\x89PNG\r\n\x1a\n".as_slice(), &[0; 56]].concat();
    let word = zipped(&[("word/document.xml", body.as_bytes()), ("word/media/image1.png", &picture)]);
    for (least, expected) in [(100 << 10, 0), (65, 0), (64, 1), (0, 1)] {
        let limits = Limits { picture_bytes_min: least, ..Limits::default() };
        let outcome = extract("notes.docx", &mut word.as_slice(), &limits, &mut |_| {});
        assert_eq!(outcome.unread.len(), expected, "from {least} bytes: {:?}", outcome.unread);
    }
}

#[test]
fn rows_that_are_hidden_and_what_charts_keep_are_said_to_be() {
    let row = |number: u32, own: &str, first: &str, second: &str| {
        let cell = |column: char, text: &str| format!(r#"<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>"#);
        format!(r#"<row r="{number}"{own}>{}{}</row>"#, cell('A', first), cell('B', second))
    };
    let rows = |own: &str| row(1, "", "Case", "Remarks") + &row(2, "", "A", "the light") + &row(3, own, "B", "undocumented");
    for (own, hidden) in [(r#" hidden="1""#, true), (r#" ht="0" customHeight="1""#, true), (r#" ht="15""#, false), ("", false)] {
        let expected: &[&str] = if hidden { &["people!B3 | hidden row", "people!B1 | -"] } else { &["people!B1 | -"] };
        check("people.xlsx", &workbook(&[("people", &rows(own), "")], &[]), "undocumented", expected);
    }
    let cache = |kind: &str| {
        format!(
            r#"<c:c xmlns:c="c"><c:ser><c:tx><c:strRef><c:strCache><c:pt><c:v>Papers</c:v></c:pt></c:strCache></c:strRef></c:tx><c:cat><c:{kind}><c:pt><c:v>undocumented</c:v></c:pt></c:{kind}></c:cat></c:ser></c:c>"#
        )
    };
    for kind in ["strCache", "strLit", "numCache"] {
        let chart = cache(kind);
        for (file, main, part) in
            [("a.docx", "word/document.xml", "word/charts/chart1.xml"), ("a.pptx", "ppt/presentation.xml", "ppt/charts/chart1.xml")]
        {
            let made = zipped(&[(main, b"<d/>"), (part, chart.as_bytes())]);
            check(file, &made, "undocumented", &["chart1 | cache of a chart"]);
        }
        check(
            "a.xlsx",
            &workbook(&[("people", &rows("").replace("undocumented", "no"), "")], &[("xl/charts/chart1.xml", &chart)]),
            "undocumented",
            &["chart1 | cache of a chart"],
        );
    }
}
