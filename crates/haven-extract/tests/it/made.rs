//! Files made for the tests: archives, and PDFs with what forms have.

use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, FixedLenByteArray};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use std::io::{Cursor, Write};

/// A ZIP archive of these entries.
pub fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        archive.start_file(*name, zip::write::SimpleFileOptions::DEFAULT).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A TAR archive of these entries.
pub fn tarred(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in entries {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, *bytes).unwrap();
    }
    archive.into_inner().unwrap()
}

/// Bytes packed by gzip.
pub fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// A workbook whose sheets are given as XML of their rows, with what stands behind the rows, and other parts.
pub fn workbook(sheets: &[(&str, &str, &str)], rest: &[(&str, &str)]) -> Vec<u8> {
    let list: String = sheets
        .iter()
        .enumerate()
        .map(|(index, (name, _, _))| {
            let state = if name.starts_with("hidden") { r#" state="hidden""# } else { "" };
            format!(r#"<sheet name="{name}" sheetId="{0}" r:id="rId{0}"{state}/>"#, index + 1)
        })
        .collect();
    let rels: String = (1..=sheets.len())
        .map(|at| format!(r#"<Relationship Id="rId{at}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{at}.xml"/>"#))
        .collect();
    let mut parts = vec![
        ("_rels/.rels".to_owned(), r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#.to_owned()),
        ("[Content_Types].xml".to_owned(), r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#.to_owned()),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{list}</sheets><definedNames><definedName name="visa_codes">people!$A$1:$A$3</definedName></definedNames></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rels}</Relationships>"#),
        ),
    ];
    for (index, (_, rows, behind)) in sheets.iter().enumerate() {
        let xml = format!(
            r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData>{behind}</worksheet>"#
        );
        parts.push((format!("xl/worksheets/sheet{}.xml", index + 1), xml));
    }
    parts.extend(rest.iter().map(|(name, xml)| ((*name).to_owned(), (*xml).to_owned())));
    let entries: Vec<_> = parts.iter().map(|(name, xml)| (name.as_str(), xml.as_bytes())).collect();
    zipped(&entries)
}

/// A workbook of the older format with one sheet of cells with text: a compound file whose one stream holds the records.
pub fn older_workbook(rows: &[&[&str]]) -> Vec<u8> {
    let record = |kind: u16, data: &[u8]| [&kind.to_le_bytes()[..], &u16::try_from(data.len()).unwrap().to_le_bytes(), data].concat();
    let begin = |of: u16| record(0x0809, &[&0x0600_u16.to_le_bytes()[..], &of.to_le_bytes(), &[0; 12]].concat());
    let sheet = |at: u32| record(0x0085, &[&at.to_le_bytes()[..], &[0, 0, 6, 0], b"people"].concat());
    let globals = begin(5).len() + sheet(0).len() + record(0x000a, &[]).len();
    let mut stream = [begin(5), sheet(u32::try_from(globals).unwrap()), record(0x000a, &[]), begin(16)].concat();
    for (row, cells) in rows.iter().enumerate() {
        for (column, text) in cells.iter().enumerate() {
            let at = [row, column, 0, text.len()].map(|number| u16::try_from(number).unwrap().to_le_bytes()).concat();
            stream.extend(record(0x0204, &[&at[..], &[0], text.as_bytes()].concat()));
        }
    }
    stream.extend(record(0x000a, &[]));
    // Shorter streams lie elsewhere in a compound file.
    stream.resize(4096, 0);
    let (free, end) = (u32::MAX, u32::MAX - 1);
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    let mut header =
        [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 16], &[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0], &[0; 6]].concat();
    header.extend(words(&[0, 1, 1, 0, 4096, end, 0, end, 0, 0]));
    header.extend(words(&[free; 108]));
    let mut table = vec![u32::MAX - 2, end];
    table.extend((3..10).chain([end]));
    table.resize(128, free);
    let entry = |name: &str, kind: u8, child: u32, at: u32, size: u32| {
        let mut bytes: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.resize(64, 0);
        bytes.extend(u16::try_from((name.len() + 1) * 2 * usize::from(kind > 0)).unwrap().to_le_bytes());
        bytes.extend([kind, 1]);
        bytes.extend(words(&[free, free, child]));
        bytes.extend([0; 36]);
        bytes.extend(words(&[at, size, 0]));
        bytes
    };
    let directory =
        [entry("Root Entry", 5, 1, end, 0), entry("Workbook", 2, free, 2, 4096), entry("", 0, free, 0, 0), entry("", 0, free, 0, 0)]
            .concat();
    [header, words(&table), directory, stream].concat()
}

/// The XML of rows of cells with text; an empty one is left out.
pub fn rows(rows: &[&[&str]]) -> String {
    let cell = |row: usize, column: usize, text: &str| {
        let name = format!("{}{}", char::from(b'A' + u8::try_from(column).unwrap()), row + 1);
        format!(r#"<c r="{name}" t="inlineStr"><is><t>{text}</t></is></c>"#)
    };
    rows.iter()
        .enumerate()
        .map(|(row, cells)| {
            let cells: String =
                cells.iter().enumerate().filter(|(_, text)| !text.is_empty()).map(|(column, text)| cell(row, column, text)).collect();
            format!(r#"<row r="{}">{cells}</row>"#, row + 1)
        })
        .collect()
}

/// A PDF being made.
pub struct Pdf {
    /// The document.
    pub doc: Document,
    pages: lopdf::ObjectId,
    font: lopdf::ObjectId,
    kids: Vec<Object>,
}

impl Pdf {
    /// One without pages.
    pub fn new() -> Self {
        let mut doc = Document::with_version("1.7");
        let pages = doc.new_object_id();
        let font = doc
            .add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding" });
        Self { doc, pages, font, kids: Vec::new() }
    }

    /// A page with lines of text at places, annotations, and drawings.
    pub fn page(&mut self, lines: &[(i64, i64, &str)], annotations: Vec<Object>, drawings: Dictionary, more: &str) {
        let text: String = lines.iter().map(|(x, y, text)| format!("BT /F1 12 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n")).collect();
        let content = self.doc.add_object(Stream::new(dictionary! {}, format!("{text}{more}\n").into_bytes()));
        let page = self.doc.add_object(dictionary! {
            "Type" => "Page", "Parent" => self.pages, "Contents" => content, "Annots" => annotations,
            "MediaBox" => vec![0.into(), 0.into(), 612.into(), 792.into()],
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => self.font }, "XObject" => drawings },
        });
        self.kids.push(page.into());
    }

    /// The document, with a form of these fields.
    pub fn finish(mut self, fields: Vec<Object>, xfa: bool) -> Document {
        let count = i64::try_from(self.kids.len()).unwrap();
        self.doc.objects.insert(self.pages, dictionary! { "Type" => "Pages", "Kids" => self.kids, "Count" => count }.into());
        let mut form = dictionary! { "Fields" => fields };
        if xfa {
            form.set("XFA", Object::string_literal("<xdp/>"));
        }
        let catalog = self.doc.add_object(dictionary! { "Type" => "Catalog", "Pages" => self.pages, "AcroForm" => form });
        self.doc.trailer.set("Root", catalog);
        self.doc
    }
}

/// The bytes of a PDF.
pub fn saved(mut doc: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    doc.save_to(&mut bytes).unwrap();
    bytes
}

/// A rectangle of a widget.
pub fn rect(left: i64, bottom: i64, right: i64, top: i64) -> Object {
    vec![left.into(), bottom.into(), right.into(), top.into()].into()
}

/// Damages of a file: the first half of the numbers cut it short, the others change some bytes. The same number, the same damage.
pub fn damaged(bytes: &[u8], number: u64) -> Vec<u8> {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below.max(1) as u64).unwrap()
    };
    let mut bytes = bytes.to_vec();
    if number.is_multiple_of(2) {
        bytes.truncate(next(bytes.len()));
    } else {
        for _ in 0..=next(12) {
            let at = next(bytes.len());
            bytes[at] = u8::try_from(next(256)).unwrap();
        }
    }
    bytes
}

/// The cells of a column of a Parquet table: values, then how much of the path to each is there and at which list it begins
/// anew, where the column may lack values or has lists.
pub struct Cells<'a>(pub Values<'a>, pub &'a [i16], pub &'a [i16]);

/// The values that are there.
pub enum Values<'a> {
    Texts(&'a [&'a [u8]]),
    Short(&'a [i32]),
    Long(&'a [i64]),
    Doubles(&'a [f64]),
    Flags(&'a [bool]),
}

/// A Parquet table of a schema in the format's own words, with groups of rows, each a list of columns.
pub fn parquet(schema: &str, properties: WriterProperties, groups: &[&[Cells<'_>]]) -> Vec<u8> {
    let schema = std::sync::Arc::new(parquet::schema::parser::parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, std::sync::Arc::new(properties)).unwrap();
    for columns in groups {
        let mut group = writer.next_row_group().unwrap();
        for Cells(values, defined, repeated) in *columns {
            let mut column = group.next_column().unwrap().unwrap();
            let defined = (!defined.is_empty()).then_some(*defined);
            let repeated = (!repeated.is_empty()).then_some(*repeated);
            match (column.untyped(), values) {
                (ColumnWriter::ByteArrayColumnWriter(writer), Values::Texts(texts)) => {
                    let texts: Vec<ByteArray> = texts.iter().map(|text| text.to_vec().into()).collect();
                    writer.write_batch(&texts, defined, repeated).unwrap();
                }
                (ColumnWriter::FixedLenByteArrayColumnWriter(writer), Values::Texts(texts)) => {
                    let texts: Vec<FixedLenByteArray> = texts.iter().map(|text| text.to_vec().into()).collect();
                    writer.write_batch(&texts, defined, repeated).unwrap();
                }
                (ColumnWriter::Int32ColumnWriter(writer), Values::Short(numbers)) => {
                    writer.write_batch(numbers, defined, repeated).unwrap();
                }
                (ColumnWriter::Int64ColumnWriter(writer), Values::Long(numbers)) => {
                    writer.write_batch(numbers, defined, repeated).unwrap();
                }
                (ColumnWriter::DoubleColumnWriter(writer), Values::Doubles(numbers)) => {
                    writer.write_batch(numbers, defined, repeated).unwrap();
                }
                (ColumnWriter::BoolColumnWriter(writer), Values::Flags(flags)) => {
                    writer.write_batch(flags, defined, repeated).unwrap();
                }
                _ => panic!("the cells are of another type than the column"),
            };
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}
