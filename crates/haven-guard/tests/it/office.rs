//! Office files made clean: what goes, what stays, and what cannot be taken out.

use haven_guard::office::{Of, Office, Target, Unclean, clean};
use std::collections::BTreeSet;
use std::io::{Cursor, Read, Write};

const WORD: &str = "[withheld]";

fn zipped(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in entries {
        archive.start_file(*name, zip::write::SimpleFileOptions::DEFAULT).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn part(bytes: &[u8], name: &str) -> Option<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).ok()?.read_to_string(&mut text).unwrap();
    Some(text)
}

fn target(path: &str, line: u64, of: Of) -> Target {
    Target { path: (!path.is_empty()).then(|| path.to_owned()), line: (line > 0).then_some(line), of }
}

/// What a part is once these targets are gone.
fn check(office: Office, entries: &[(&str, &str)], targets: &[Target], name: &str, expected: &str) {
    let cleaned = clean(&zipped(entries), office, &targets.iter().cloned().collect(), WORD).unwrap();
    assert_eq!(part(&cleaned.bytes, name).unwrap(), expected);
    // Once more changes nothing.
    let again = clean(&cleaned.bytes, office, &BTreeSet::new(), WORD).unwrap();
    for (name, _) in entries {
        assert_eq!(part(&again.bytes, name), part(&cleaned.bytes, name), "{name}");
    }
}

#[test]
fn paragraphs_go_with_their_answers() {
    let p = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", p(text));
    let row = |cells: &[&str]| format!("<w:tr>{}</w:tr>", cells.iter().map(|text| cell(text)).collect::<String>());
    let document = |inner: &str| format!("<w:document><w:body>{inner}</w:body></w:document>");
    for (before, targets, after) in [
        (p("Kept.") + &p("Gone &amp; gone."), vec![target("", 2, Of::Text)], p("Kept.") + &p(WORD)),
        // Several runs are one paragraph.
        (
            "<w:p><w:r><w:t>un</w:t></w:r><w:r><w:t>said</w:t></w:r></w:p>".to_owned(),
            vec![target("", 1, Of::Text)],
            format!("<w:p><w:r><w:t>{WORD}</w:t></w:r><w:r><w:t></w:t></w:r></w:p>"),
        ),
        // A question on a line of its own: the answer is the next.
        (p("Asked?") + &p("Answer") + &p("Kept"), vec![target("", 1, Of::Label)], p(WORD) + &p(WORD) + &p("Kept")),
        // A table of labels, and one of columns.
        (row(&["a", "1"]) + &row(&["b", "2"]), vec![target("", 3, Of::Label)], row(&["a", "1"]) + &row(&[WORD, WORD])),
        (
            format!("<w:tbl>{}</w:tbl>", row(&["a", "b", "c"]) + &row(&["1", "2", "3"]) + &row(&["4", "5", "6"])),
            vec![target("", 2, Of::Label)],
            format!("<w:tbl>{}</w:tbl>", row(&["a", WORD, "c"]) + &row(&["1", WORD, "3"]) + &row(&["4", WORD, "6"])),
        ),
        // Deleted text goes though nobody asked.
        (
            "<w:p><w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:r><w:t>new</w:t></w:r></w:p>".to_owned(),
            vec![],
            "<w:p><w:del><w:r><w:delText></w:delText></w:r></w:del><w:r><w:t>new</w:t></w:r></w:p>".to_owned(),
        ),
    ] {
        let before = if before.starts_with("<w:tr>") { format!("<w:tbl>{before}</w:tbl>") } else { before };
        let after = if after.starts_with("<w:tr>") { format!("<w:tbl>{after}</w:tbl>") } else { after };
        let entries = [("word/document.xml", document(&before)), ("word/comments.xml", p("said aside"))];
        let entries: Vec<(&str, &str)> = entries.iter().map(|(name, text)| (*name, text.as_str())).collect();
        check(Office::Word, &entries, &targets, "word/document.xml", &document(&after));
        check(Office::Word, &entries, &targets, "word/comments.xml", &p(""));
    }
}

const BOOK: &str = r#"<workbook><sheets><sheet name="People &amp; more" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELS: &str = r#"<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>"#;

fn sheet(rows: &[&[(&str, &str)]]) -> String {
    let rows: String = rows
        .iter()
        .map(|cells| {
            let cells: String = cells
                .iter()
                .map(|(name, text)| match text.strip_prefix('#') {
                    Some(index) => format!(r#"<c r="{name}" s="3" t="s"><v>{index}</v></c>"#),
                    None if *text == WORD => format!(r#"<c r="{name}" s="3" t="inlineStr"><is><t>{WORD}</t></is></c>"#),
                    None => format!(r#"<c r="{name}" s="3"><v>{text}</v></c>"#),
                })
                .collect();
            format!("<row>{cells}</row>")
        })
        .collect();
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")
}

#[test]
fn cells_go_with_what_they_name_and_no_text_is_left_behind() {
    let before = sheet(&[
        &[("A1", "#0"), ("B1", "#1"), ("C1", "#2")],
        &[("A2", "1"), ("B2", "#3"), ("C2", "9")],
        &[("A3", "2"), ("B3", "#3"), ("C3", "8")],
    ]);
    let shared = "<sst><si><t>case</t></si><si><t>papers</t></si><si><t>unit</t></si><si><r><t>some</t></r><r><t>thing</t></r></si><si><t>forgotten</t></si></sst>";
    let entries = [
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", RELS),
        ("xl/worksheets/sheet1.xml", before.as_str()),
        ("xl/sharedStrings.xml", shared),
        ("xl/comments1.xml", "<comments><comment><text><r><t>aside</t></r></text></comment></comments>"),
        (
            "xl/pivotCache/pivotCacheDefinition1.xml",
            r#"<p><cacheField name="papers"><sharedItems><s v="something"/></sharedItems></cacheField></p>"#,
        ),
        ("xl/externalLinks/externalLink1.xml", "<e><v>something</v></e>"),
        ("xl/charts/chart1.xml", "<c:chart><c:v>something</c:v></c:chart>"),
        ("docProps/core.xml", "<cp><dc:title>Papers</dc:title><dc:creator>S-7</dc:creator></cp>"),
        ("docProps/custom.xml", r#"<P><property name="Papers"><vt:lpwstr>something</vt:lpwstr></property></P>"#),
    ];
    let column = [target("People & more!B1", 0, Of::Column)];
    let after = sheet(&[
        &[("A1", "#0"), ("B1", WORD), ("C1", "#2")],
        &[("A2", "1"), ("B2", WORD), ("C2", "9")],
        &[("A3", "2"), ("B3", WORD), ("C3", "8")],
    ]);
    for (name, expected) in [
        ("xl/worksheets/sheet1.xml", after.as_str()),
        (
            "xl/sharedStrings.xml",
            "<sst><si><t>case</t></si><si><t></t></si><si><t>unit</t></si><si><r><t></t></r><r><t></t></r></si><si><t></t></si></sst>",
        ),
        ("xl/comments1.xml", "<comments><comment><text><r><t></t></r></text></comment></comments>"),
        (
            "xl/pivotCache/pivotCacheDefinition1.xml",
            r#"<p><cacheField name="[withheld] 1"><sharedItems><s v="[withheld]"/></sharedItems></cacheField></p>"#,
        ),
        ("xl/externalLinks/externalLink1.xml", "<e><v></v></e>"),
        ("xl/charts/chart1.xml", "<c:chart><c:v></c:v></c:chart>"),
        ("docProps/core.xml", "<cp><dc:title></dc:title><dc:creator>S-7</dc:creator></cp>"),
        ("docProps/custom.xml", r#"<P><property name="[withheld] 1"><vt:lpwstr></vt:lpwstr></property></P>"#),
    ] {
        check(Office::Workbook, &entries, &column, name, expected);
    }
    let label = [target("People & more!A2", 0, Of::Label)];
    let beside = sheet(&[
        &[("A1", "#0"), ("B1", "#1"), ("C1", "#2")],
        &[("A2", WORD), ("B2", WORD), ("C2", "9")],
        &[("A3", "2"), ("B3", "#3"), ("C3", "8")],
    ]);
    check(Office::Workbook, &entries, &label, "xl/worksheets/sheet1.xml", &beside);
}

#[test]
fn what_cannot_be_taken_out_is_said() {
    let word = [("word/document.xml", "<w:document/>")];
    let of = |office, bytes: &[u8], target: Target| clean(bytes, office, &BTreeSet::from([target]), WORD).unwrap_err();
    let place = of(Office::Word, &zipped(&word), target("word/embeddings/a.xlsx!Sheet1!B1", 0, Of::Text));
    assert_eq!(place, Unclean::Place { place: "word/embeddings/a.xlsx!Sheet1!B1".to_owned() });
    assert_eq!(of(Office::Word, &zipped(&word), target("", 9, Of::Text)), Unclean::Place { place: "the document line 9".to_owned() });
    assert_eq!(of(Office::Word, b"PK no archive", target("", 1, Of::Text)), Unclean::Archive);
    let prefixed = [
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", RELS),
        ("xl/worksheets/sheet1.xml", r#"<x:worksheet><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"#),
    ];
    let part = of(Office::Workbook, &zipped(&prefixed), target("People & more!B1", 0, Of::Text));
    assert_eq!(part, Unclean::Part { part: "xl/worksheets/sheet1.xml".to_owned() });
}
