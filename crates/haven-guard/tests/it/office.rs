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

/// A document of one part: what must be left of it once these lines are gone, each a label, or a heading. What goes is `-`.
fn answered(before: &str, labels: &[u64], of: Of, left: &[&str]) {
    let targets: BTreeSet<Target> = labels.iter().map(|line| target("", *line, of)).collect();
    let document = format!("<w:document><w:body>{before}</w:body></w:document>");
    let cleaned = clean(&zipped(&[("word/document.xml", &document)]), Office::Word, &targets, WORD).unwrap();
    let after = part(&cleaned.bytes, "word/document.xml").unwrap();
    let texts: Vec<&str> = after.split("<w:t>").skip(1).filter_map(|rest| rest.split("</w:t>").next()).collect();
    let texts: Vec<&str> = texts.into_iter().filter(|text| !text.is_empty()).map(|text| if text == WORD { "-" } else { text }).collect();
    assert_eq!(texts, left, "{before}");
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

/// Rows of cells, set apart by `;` and `|`. A cell may begin with how many columns it takes (`3>`), go on from the one above
/// (`^`), or hold several paragraphs (`/`).
fn table(rows: &str) -> String {
    let cell = |cell: &str| {
        let (span, text) =
            cell.split_once('>').map_or((String::new(), cell), |(span, text)| (format!(r#"<w:gridSpan w:val="{}"/>"#, span.trim()), text));
        let merge = match text.trim() {
            "^" => "<w:vMerge/>",
            _ if rows.contains('^') => r#"<w:vMerge w:val="restart"/>"#,
            _ => "",
        };
        let text = text.trim().trim_start_matches('^');
        format!("<w:tc><w:tcPr>{span}{merge}</w:tcPr>{}</w:tc>", text.split('/').map(|text| p(text.trim())).collect::<String>())
    };
    let row = |row: &str| format!("<w:tr>{}</w:tr>", row.split('|').map(cell).collect::<String>());
    format!("<w:tbl>{}</w:tbl>", rows.split(';').map(row).collect::<String>())
}

#[test]
fn answers_go_wherever_a_label_may_have_them() {
    // A title above the names of the columns; what is beside may be the answer, or a name.
    for (before, label, left) in [
        ("2>Clients; US citizen | City; No | Chicago", 2, &["Clients", "-", "-", "-", "Chicago"][..]),
        ("2>Clients; US citizen? | City?; No | Chicago", 2, &["Clients", "-", "City?", "-", "Chicago"]),
        ("Report | May 2026; US citizen | ZIP; No | 60601", 3, &["Report", "May 2026", "-", "-", "-", "60601"]),
        ("Report | Clients; US citizen | ZIP; No | 60601", 3, &["Report", "Clients", "-", "-", "-", "60601"]),
        ("3>Clients; Name | US citizen | Case; Ana | No | 17", 3, &["Clients", "Name", "-", "-", "Ana", "-", "17"]),
        // Numbers below are values: there is no doubt.
        ("Name | A-number | City; Ana | 17 | Chicago", 2, &["Name", "-", "City", "Ana", "-", "Chicago"]),
        // A title that says it is answered by all below, a name over two columns by both.
        ("2>Immigration status; Ana | LPR; Bo | none", 1, &["-", "-", "-", "-", "-"]),
        ("Name | 2>US citizen; Ana | yes | no; Bo | no | yes", 2, &["Name", "-", "Ana", "-", "-", "Bo", "-", "-"]),
        // A form: one below another, two beside each other, several answers.
        ("Name | Ana; City | Chicago; US citizen | No; Ward | 4", 5, &["Name", "Ana", "City", "Chicago", "-", "-", "Ward", "4"]),
        ("Name: | Ana | US citizen: | No; City: | Chicago | Ward: | 4", 3, &["Name:", "Ana", "-", "-", "City:", "Chicago", "-", "4"]),
        ("Person | 1 | 2; US citizen | No | Yes", 4, &["Person", "1", "2", "-", "-", "-"]),
        ("US citizen? | City? | No | Chicago; Name? | Ward? | Ana | 4", 1, &["-", "City?", "-", "-", "-", "Ward?", "Ana", "4"]),
        // An answer that says what it is for takes no other with it; below a gap a table begins.
        ("Name | Ana; City | Chicago; US citizen | LPR; Ward | 4", 6, &["Name", "Ana", "City", "Chicago", "US citizen", "-", "Ward", "4"]),
        (
            "Report | Clients; Month | May; |; US citizen | City; No | Chicago",
            7,
            &["Report", "Clients", "Month", "May", "-", "-", "-", "Chicago"],
        ),
        // In the same cell, and beside a label that goes over two rows.
        ("Name / Ana | US citizen / No; City / Chicago | Ward / 4", 3, &["Name", "Ana", "-", "-", "City", "Chicago", "-", "-"]),
        ("US citizen | Ana | No; ^ | Bo | Yes", 1, &["-", "-", "-", "-", "-"]),
        // Nobody has answered.
        ("Name | Ana; City | Chicago; US citizen |", 5, &["Name", "Ana", "City", "Chicago", "-"]),
    ] {
        answered(&table(before), &[label], Of::Label, left);
    }
    let inner = |rows: &str| format!("<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>", p("US citizen"), table(rows));
    for (before, labels, of, left) in [
        // Without a colon, with nothing between, several one after another.
        (p("US citizen?") + &p("") + &p("____") + &p("No") + &p("Kept"), &[1][..], Of::Label, &["-", "____", "-", "Kept"][..]),
        (p("Immigration status") + &p("No") + &p("Kept"), &[1], Of::Label, &["-", "-", "Kept"]),
        (
            p("US citizen") + &p("Country of birth") + &p("No") + &p("Mexico") + &p("Kept"),
            &[1, 2],
            Of::Label,
            &["-", "-", "-", "-", "Kept"],
        ),
        (p("US citizen?") + &p("Name:") + &p("Ana") + &p("No") + &p("Kept"), &[1], Of::Label, &["-", "Name:", "-", "-", "Kept"]),
        // Answered in its own line, where the next asks for itself; else it may go on there.
        (p("US citizen: No") + &p("City: Chicago"), &[1], Of::Label, &["-", "City: Chicago"]),
        (p("US citizen: yes or no") + &p("No") + &p("Kept"), &[1], Of::Label, &["-", "-", "Kept"]),
        (p("US citizen: No"), &[1], Of::Label, &["-"]),
        // A table below it, or one inside the cell beside it, or the line below a box.
        (p("US citizens") + &table("Ana | No; Bo | Yes") + &p("Kept"), &[1], Of::Label, &["-", "-", "-", "-", "-", "Kept"]),
        (inner("No | since 1991") + &p("Kept"), &[1], Of::Label, &["-", "-", "-", "Kept"]),
        (table("US citizen") + &p("No") + &p("Kept"), &[1], Of::Label, &["-", "-", "Kept"]),
        // A heading asks; running text does not.
        (
            p("Immigration status").replacen("<w:r>", r#"<w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r>"#, 1) + &p("None") + &p("Kept"),
            &[1],
            Of::Text,
            &["-", "-", "Kept"],
        ),
        (p("She is undocumented.") + &p("Kept"), &[1], Of::Text, &["-", "Kept"]),
        // A box of text has the number of the paragraph around it: either may be the label.
        (
            format!("<w:p><w:r><w:t>US citizen</w:t></w:r><w:r><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r></w:p>", p("No"))
                + &p("Kept"),
            &[2],
            Of::Label,
            &["-", "-", "-"],
        ),
    ] {
        answered(&before, labels, of, left);
    }
}

#[test]
fn what_was_ticked_or_chosen_goes_with_its_paragraph() {
    let document = |inner: &str| format!("<w:document><w:p>{inner}<w:r><w:t>US citizen: No</w:t></w:r></w:p></w:document>");
    for (before, after) in [
        (r#"<w:sym w:font="Wingdings" w:char="F0FE"/>"#, ""),
        (r#"<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>"#, "<w14:checkbox></w14:checkbox>"),
        (r#"<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>"#, "<w:checkBox></w:checkBox>"),
        (
            r#"<w:ddList><w:result w:val="2"/><w:listEntry w:val="No"/></w:ddList>"#,
            r#"<w:ddList><w:listEntry w:val="[withheld]"/></w:ddList>"#,
        ),
        (r#"<w:dropDownList w:lastValue="No"></w:dropDownList>"#, r#"<w:dropDownList w:lastValue="[withheld]"></w:dropDownList>"#),
        (r#"<w:date w:fullDate="1991-03-04T00:00:00Z"/>"#, r#"<w:date w:fullDate="1900-01-01T00:00:00Z"/>"#),
        // However a tag is laid out.
        ("<w:alias\n  w:val = 'US citizen' />", r#"<w:alias w:val="[withheld]"/>"#),
    ] {
        let entries = [("word/document.xml", document(before))];
        let entries: Vec<(&str, &str)> = entries.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let expected = document(after).replace("US citizen: No", WORD);
        check(Office::Word, &entries, &[target("", 1, Of::Label)], "word/document.xml", &expected);
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
    // Which cell answers a label in the midst of a table nobody can tell: all that may goes.
    let label = [target("People & more!A2", 0, Of::Label)];
    let beside = sheet(&[
        &[("A1", "#0"), ("B1", "#1"), ("C1", "#2")],
        &[("A2", WORD), ("B2", WORD), ("C2", WORD)],
        &[("A3", WORD), ("B3", "#3"), ("C3", "8")],
    ]);
    check(Office::Workbook, &entries, &label, "xl/worksheets/sheet1.xml", &beside);
}

#[test]
fn sheets_with_titles_keep_no_answer() {
    for (before, label, of, after) in [
        (
            "A1 Field | B1 P; A2 Street | B2 Elm; A3 US citizen | B3 yes",
            "A3",
            Of::Column,
            "A1 Field | B1 P; A2 Street | B2 Elm; A3 - | B3 -",
        ),
        ("A1 Clients; A2 US citizen | B2 City; A3 No | B3 Chicago", "A2", Of::Label, "A1 Clients; A2 - | B2 -; A3 - | B3 Chicago"),
        ("A1 Clients; A2 US citizen | B2 City; A3 No | B3 Chicago", "A2", Of::Column, "A1 Clients; A2 - | B2 City; A3 - | B3 Chicago"),
        (
            "A1 Report | B1 Clients; A2 US citizen | B2 ZIP; A3 No | B3 60601",
            "A2",
            Of::Label,
            "A1 Report | B1 Clients; A2 - | B2 -; A3 - | B3 60601",
        ),
        (
            "A1 Clients; A2 Name | B2 US citizen | C2 Case; A3 Ana | B3 No | C3 17",
            "B2",
            Of::Label,
            "A1 Clients; A2 Name | B2 - | C2 -; A3 Ana | B3 - | C3 17",
        ),
        // A form with a title.
        (
            "A1 Intake; A3 Name | B3 Ana; A4 City | B4 Chicago; A5 US citizen | B5 No; A6 Ward | B6 4",
            "A5",
            Of::Label,
            "A1 Intake; A3 Name | B3 Ana; A4 City | B4 Chicago; A5 - | B5 -; A6 Ward | B6 4",
        ),
        // A name over two columns, and a title over all.
        ("A1 Name | B1 US citizen @B1:C1; A2 Ana | B2 yes | C2 no", "B1", Of::Column, "A1 Name | B1 - @B1:C1; A2 Ana | B2 - | C2 -"),
        ("A1 Immigration status @A1:B1; A2 Ana | B2 LPR", "A1", Of::Label, "A1 - @A1:B1; A2 - | B2 -"),
    ] {
        let sheet = |text: &str| {
            let (mut merges, mut rows) = (String::new(), Vec::new());
            for row in text.split(';') {
                let mut cells = Vec::new();
                for cell in row.split('|') {
                    let (name, text) = cell.trim().split_once(' ').unwrap();
                    let (text, area) = text.split_once('@').unwrap_or((text, ""));
                    if !area.is_empty() {
                        merges = format!(r#"<mergeCells><mergeCell ref="{area}"/></mergeCells>"#);
                    }
                    cells.push((name, if text.trim() == "-" { WORD } else { text.trim() }));
                }
                rows.push(cells);
            }
            let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
            sheet(&rows).replace("</worksheet>", &(merges + "</worksheet>"))
        };
        let before = sheet(before);
        let entries = [("xl/workbook.xml", BOOK), ("xl/_rels/workbook.xml.rels", RELS), ("xl/worksheets/sheet1.xml", before.as_str())];
        check(Office::Workbook, &entries, &[target(&format!("People & more!{label}"), 0, of)], "xl/worksheets/sheet1.xml", &sheet(after));
    }
}

#[test]
fn pivot_tables_keep_no_number_and_no_yes() {
    let entries = [
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", RELS),
        ("xl/worksheets/sheet1.xml", "<worksheet/>"),
        (
            "xl/pivotCache/pivotCacheRecords1.xml",
            r#"<r><b v="1"/><n v="7"/><d v="1991-03-04T00:00:00"/><x v="3"/><m/><s v='a "b"' u="1"/></r>"#,
        ),
    ];
    let after = r#"<r><b v="0"/><n v="0"/><d v="1900-01-01T00:00:00"/><x v="0"/><m/><s v="[withheld]" u="1"/></r>"#;
    check(Office::Workbook, &entries, &[], "xl/pivotCache/pivotCacheRecords1.xml", after);
}

#[test]
fn what_cannot_be_taken_out_is_said() {
    let word = [("word/document.xml", "<w:document/>")];
    let of = |office, bytes: &[u8], target: Target| clean(bytes, office, &BTreeSet::from([target]), WORD).unwrap_err();
    let place = of(Office::Word, &zipped(&word), target("word/embeddings/a.xlsx!Sheet1!B1", 0, Of::Text));
    assert_eq!(place, Unclean::Place { place: "word/embeddings/a.xlsx!Sheet1!B1".to_owned() });
    assert_eq!(of(Office::Word, &zipped(&word), target("", 9, Of::Text)), Unclean::Place { place: "the document line 9".to_owned() });
    assert_eq!(of(Office::Word, b"PK no archive", target("", 1, Of::Text)), Unclean::Archive);
    // A label that ends a document, and a field that shows what another part holds.
    let alone = format!("<w:document>{}{}</w:document>", p("Kept"), p("US citizen"));
    assert_eq!(
        of(Office::Word, &zipped(&[("word/document.xml", &alone)]), target("", 2, Of::Label)),
        Unclean::Answer { place: "the document line 2".to_owned() }
    );
    let bound = r#"<w:document><w:p><w:sdt><w:sdtPr><w:dataBinding w:xpath="/a"/></w:sdtPr><w:r><w:t>US citizen: No</w:t></w:r></w:sdt></w:p></w:document>"#;
    assert_eq!(
        of(Office::Word, &zipped(&[("word/document.xml", bound)]), target("", 1, Of::Text)),
        Unclean::Place { place: "the document line 1".to_owned() }
    );
    let prefixed = [
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", RELS),
        ("xl/worksheets/sheet1.xml", r#"<x:worksheet><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"#),
    ];
    let part = of(Office::Workbook, &zipped(&prefixed), target("People & more!B1", 0, Of::Text));
    assert_eq!(part, Unclean::Part { part: "xl/worksheets/sheet1.xml".to_owned() });
}
