//! Forms as people meet them, in every layout: what they ask must come out question by question, and nothing else as a question.

use crate::made::{Pdf, rows, saved, workbook, zipped};
use crate::office::docx;
use crate::pieces;
use haven_extract::PieceKind;
use lopdf::{Object, Stream, dictionary};

/// Holds what a document asks against what is expected: questions, and choices and answers as `name = a | b`. What else it says
/// is held against `said`.
fn check(name: &str, bytes: &[u8], asked: &[&str], said: &[&str]) {
    let (found, outcome) = pieces(name, bytes);
    let mut questions = Vec::new();
    let mut sentences = Vec::new();
    for piece in &found {
        match piece.kind {
            PieceKind::Question => questions.push(piece.text.clone()),
            PieceKind::Column => questions.push(format!("{} = {}", piece.text, piece.values.join(" | ")).trim().to_owned()),
            PieceKind::Sentence => sentences.push(piece.text.replace('\n', " ")),
            PieceKind::Name | PieceKind::Description | PieceKind::Document => {}
        }
    }
    assert_eq!((questions, sentences), (strings(asked), strings(said)), "{name}: {:?}", outcome.unread);
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// A PDF without fields: lines at places, and what is drawn.
fn printed(lines: &[(i64, i64, &str)], drawn: &str) -> Vec<u8> {
    let mut pdf = Pdf::new();
    pdf.page(lines, vec![], dictionary! {}, drawn);
    saved(pdf.finish(vec![], false))
}

/// Boxes of ten points with their lower left corner at these places.
fn boxes(places: &[(i64, i64)]) -> String {
    places.iter().map(|(x, y)| format!("{x} {y} 10 10 re S\n")).collect()
}

/// A Word document of paragraphs.
fn paragraphs(texts: &[&str]) -> Vec<u8> {
    let body: String = texts
        .iter()
        .map(|text| {
            let runs: Vec<String> = text.split('\t').map(|run| format!("<w:r><w:t>{run}</w:t></w:r>")).collect();
            format!("<w:p>{}</w:p>", runs.join("<w:r><w:tab/></w:r>"))
        })
        .collect();
    docx(&body, &[])
}

/// An OpenDocument text of paragraphs.
fn odt(texts: &[&str]) -> Vec<u8> {
    let body: String = texts.iter().map(|text| format!("<text:p>{text}</text:p>")).collect();
    let content =
        format!(r#"<o:document-content xmlns:o="o" xmlns:text="t"><o:body><o:text>{body}</o:text></o:body></o:document-content>"#);
    zipped(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", content.as_bytes())])
}

#[test]
fn texts() {
    let both: &[(&str, &[&str], &[&str])] = &[
        ("Name: ____________  Date of birth: __/__/____", &["Name", "Date of birth"], &[]),
        ("Are you a citizen? [ ] Yes [ ] No", &["Are you a citizen?"], &[]),
        ("Are you a citizen?  Yes ( )  No ( )", &["Are you a citizen?"], &[]),
        ("Citizen?  ☐ Yes  ☐ No   Born abroad?  ☐ Yes  ☐ No", &["Citizen?", "Born abroad?"], &[]),
        (
            "Immigration status: ☐ Citizen ☐ Permanent resident ☐ Other ______",
            &["Immigration status", "Immigration status = Citizen | Permanent resident | Other"],
            &[],
        ),
        ("☐ I was admitted to the United States as a refugee", &["I was admitted to the United States as a refugee"], &[]),
        ("I entered the country on ________ by ________ at night", &["I entered the country on ___ by ___ at night"], &[]),
        ("Nationality ..............................", &["Nationality"], &[]),
        ("Signature ____________ Date", &["Signature", "Date"], &[]),
        ("Visa number ______ (optional)", &["Visa number"], &[]),
        ("姓名：______ 国籍：______", &["姓名", "国籍"], &[]),
        ("您是公民吗？ □是 □否", &["您是公民吗？"], &[]),
        ("Visa type: F-1", &["Visa type = F-1"], &[]),
        ("Name: Date of birth:", &["Name", "Date of birth"], &[]),
        ("Status: [ ] USC [ ] LPR", &["Status", "Status = USC | LPR"], &[]),
        // What looks a little like a label and is none.
        ("Citizenship .................. 12", &[], &["Citizenship .................. 12"]),
        ("See https://example.org/a for more.", &[], &["See https://example.org/a for more."]),
        (
            "The clerk said: we never ask anybody where they were born.",
            &[],
            &["The clerk said: we never ask anybody where they were born."],
        ),
        ("std::io::Error", &[], &["std::io::Error"]),
    ];
    for (line, asked, said) in both {
        check("a.txt", line.as_bytes(), asked, said);
        let escaped = line.replace('&', "&amp;");
        check("a.docx", &paragraphs(&[&escaped]), asked, said);
        check("a.odt", &odt(&[&escaped]), asked, said);
        check("a.html", format!("<p>{line}</p>").as_bytes(), asked, said);
    }
    let lists: &[(&str, &[&str], &[&str])] = &[
        ("Full name\nCountry of birth\nImmigration status", &["Full name", "Country of birth", "Immigration status"], &[]),
        ("1. Full name\n2. Where were you born?\nb) Date of entry", &["Full name", "Where were you born?", "Date of entry"], &[]),
        (
            "Name:             Country of birth:\nVisa type:    F-1    Status:",
            &["Name", "Country of birth", "Visa type = F-1", "Status"],
            &[],
        ),
        ("姓名\n出生国家\n移民身份", &["姓名", "出生国家", "移民身份"], &[]),
        (
            "Immigration status:\n[ ] Citizen\n[ ] Permanent resident\n[ ] None of these",
            &["Immigration status", "Immigration status = Citizen | Permanent resident | None of these"],
            &[],
        ),
        ("| Name | |\n| Country of birth | |", &["Name", "Country of birth"], &[]),
        ("SECTION 2: PLACE\nFull name\nCountry of birth", &["SECTION 2 = PLACE", "Full name", "Country of birth"], &[]),
        ("ABOUT YOU\nFull name\nCountry of birth\nVisa type", &["Full name", "Country of birth", "Visa type"], &["ABOUT YOU"]),
        // Prose that a writer broke where the line was full.
        (
            "No officer of the city may ask where a person was born, and\nImmigration status is not asked by anybody who works for the\nCity of Springfield",
            &[],
            &[
                "No officer of the city may ask where a person was born, and Immigration status is not asked by anybody who works for the City of Springfield",
            ],
        ),
        ("Are you a citizen or\nnational of this country?", &["Are you a citizen or\nnational of this country?"], &[]),
    ];
    for (text, asked, said) in lists {
        check("a.txt", text.as_bytes(), asked, said);
    }
}

#[test]
fn printed_pages() {
    // Labels below each other with lines to write on, in two columns, beside a paragraph.
    let lines = [
        (72, 740, "Application for a library card"),
        (72, 700, "Full name"),
        (320, 700, "Country of birth"),
        (72, 660, "Date of birth"),
        (320, 660, "Immigration status"),
        (72, 620, "We keep what you write here for as long as you hold the card and then"),
        (72, 606, "delete it. Ask at the desk if you need help."),
    ];
    let drawn = "72 690 m 300 690 l S 320 690 m 540 690 l S 72 650 m 300 650 l S 320 650 m 540 650 l S";
    check(
        "lines.pdf",
        &printed(&lines, drawn),
        &["Application for a library card", "Full name", "Country of birth", "Date of birth", "Immigration status"],
        &["We keep what you write here for as long as you hold the card and then delete it.", "Ask at the desk if you need help."],
    );
    // Close lines, which would run together to one paragraph.
    let close = [(72, 700, "Full name"), (72, 686, "Country of birth"), (72, 672, "Are you a U.S. citizen?"), (72, 658, "Visa type")];
    check("close.pdf", &printed(&close, ""), &["Full name", "Country of birth", "Are you a U.S. citizen?", "Visa type"], &[]);
    // Drawn boxes: a question over two lines, its choices, the next question.
    let ticked = [
        (72, 700, "Are you a citizen of the country or have you"),
        (72, 686, "become one since then?"),
        (340, 700, "Yes"),
        (400, 700, "No"),
        (72, 650, "Immigration status"),
        (90, 634, "Permanent resident"),
        (90, 618, "Refugee"),
    ];
    check(
        "boxes.pdf",
        &printed(&ticked, &boxes(&[(326, 699), (386, 699), (76, 633), (76, 617)])),
        &[
            "Are you a citizen of the country or have you become one since then?",
            "Immigration status",
            "Immigration status = Permanent resident | Refugee",
        ],
        &[],
    );
    // A table of cells to write into.
    let cells = [(76, 708, "Name"), (256, 708, "Nationality"), (76, 668, "Passport"), (256, 668, "Date of entry")];
    let grid = "72 680 180 40 re S 252 680 180 40 re S 72 640 180 40 re S 252 640 180 40 re S";
    check("cells.pdf", &printed(&cells, grid), &["Name", "Nationality", "Passport", "Date of entry"], &[]);
    // Marks in the text itself.
    let marked = [(72, 700, "Name: ______________ Country of birth: ______________"), (72, 680, "Are you a citizen? [ ] Yes [ ] No")];
    check("marked.pdf", &printed(&marked, ""), &["Name", "Country of birth", "Are you a citizen?"], &[]);
    // A heading is no question on a page to fill in, a paragraph neither.
    let mut pdf = Pdf::new();
    let heading =
        "BT /F1 20 Tf 1 0 0 1 72 740 Tm (Immigration status) Tj ET 72 690 m 300 690 l S 72 650 m 300 650 l S 72 610 m 300 610 l S";
    pdf.page(&[(72, 700, "Where were you born?"), (72, 660, "Date of entry"), (72, 620, "Visa")], vec![], dictionary! {}, heading);
    check("heading.pdf", &saved(pdf.finish(vec![], false)), &["Where were you born?", "Date of entry", "Visa"], &["Immigration status"]);
    // A page that lies on its side.
    let side = "BT /F1 12 Tf 0 1 -1 0 100 72 Tm (Full name ____________) Tj ET BT /F1 12 Tf 0 1 -1 0 100 320 Tm (Country of birth ____________) Tj ET BT /F1 12 Tf 0 1 -1 0 140 72 Tm (Visa type ____________) Tj ET";
    check("side.pdf", &printed(&[], side), &["Full name", "Country of birth", "Visa type"], &[]);
    // A report: paragraphs under each other, a table of figures that is filled.
    let report = [
        (72, 700, "The board met in public and heard what visitors had to say on"),
        (72, 686, "Immigration services for the third time this year. Nobody spoke"),
        (72, 672, "Against the motion"),
        (72, 630, "Services given"),
        (300, 630, "1,204"),
        (72, 610, "Citizenship classes held"),
        (300, 610, "38"),
    ];
    let figures = "72 625 m 400 625 l S 72 605 m 400 605 l S 72 645 m 400 645 l S";
    check(
        "report.pdf",
        &printed(&report, figures),
        &["Services given", "Citizenship classes held"],
        &[
            "The board met in public and heard what visitors had to say on Immigration services for the third time this year.",
            "Nobody spoke Against the motion",
            "1,204",
            "38",
        ],
    );
}

/// A page with a drawing that stands apart from where it was drawn, and has another font of a name that the page uses.
pub fn drawn() -> Vec<u8> {
    let mut pdf = Pdf::new();
    let font = pdf.doc.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica",
        "Encoding" => dictionary! { "Type" => "Encoding", "Differences" => vec![65.into(), "V".into(), "i".into(), "s".into(), "a".into()] },
    });
    let drawing = Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Form", "Matrix" => vec![1.into(), 0.into(), 0.into(), 1.into(), 0.into(), (-40).into()],
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
        },
        b"BT /F1 12 Tf 1 0 0 1 0 0 Tm (ABCD) Tj ET".to_vec(),
    );
    let drawing = pdf.doc.add_object(drawing);
    pdf.page(
        &[(72, 700, "Full name"), (72, 600, "Country of birth")],
        vec![],
        dictionary! { "X" => drawing },
        "q 1 0 0 1 72 700 cm /X Do Q",
    );
    saved(pdf.finish(vec![], false))
}

/// What a library under this reads wrongly if it is let: where a drawing stands and which font of a name is its own, and widths
/// that are given for a range of letters.
#[test]
fn printed_pages_as_programs_write_them() {
    check("drawing.pdf", &drawn(), &["Full name", "Visa", "Country of birth"], &[]);

    let mut pdf = Pdf::new();
    let map = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfrange <0000> <00ff> <0000> endbfrange endcmap end end";
    let map = pdf.doc.add_object(Stream::new(dictionary! {}, map.to_vec()));
    let described = pdf.doc.add_object(dictionary! { "Type" => "FontDescriptor", "FontName" => "A", "Flags" => 4 });
    let letters = pdf.doc.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => "A", "FontDescriptor" => described, "DW" => 0,
        "CIDSystemInfo" => dictionary! { "Registry" => Object::string_literal("Adobe"), "Ordering" => Object::string_literal("Identity"), "Supplement" => 0 },
        "W" => vec![0.into(), 255.into(), 600.into()],
    });
    let font = pdf.doc.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "A", "Encoding" => "Identity-H", "DescendantFonts" => vec![letters.into()], "ToUnicode" => map,
    });
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:04x}")).collect::<String>();
    let written = format!("BT /F1 10 Tf 1 0 0 1 72 700 Tm <{}> Tj 6 0 Td <{}> Tj ET", hex("V"), hex("isa type of the child"));
    let content = Stream::new(
        dictionary! { "Subtype" => "Form", "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } } },
        written.into_bytes(),
    );
    let content = pdf.doc.add_object(content);
    pdf.page(&[(72, 650, "Full name"), (72, 630, "Country of birth")], vec![], dictionary! { "X" => content }, "/X Do");
    check("widths.pdf", &saved(pdf.finish(vec![], false)), &["Full name", "Country of birth"], &["Visa type of the child"]);
}

#[test]
fn pages_of_the_web() {
    for (html, asked, said) in [
        ("<div>What country issued your passport to you</div><input name=a>", &["What country issued your passport to you"][..], &[][..]),
        ("<p><strong>Date of entry</strong> <span>(month/day)</span> <input></p>", &["Date of entry (month/day)"], &[]),
        ("<table><tr><td>Citizenship<td><tr><td>Visa type<td><input></table>", &["Citizenship", "Visa type"], &[]),
        ("<dl><dt>Alien number<dd><input></dl><ul><li>Passport number ____</ul>", &["Alien number", "Passport number"], &[]),
        ("<p>Name: ____<br>Nationality: ____<br>Born in<br>the city of</p>", &["Name", "Nationality"], &["Born in the city of"]),
        (
            "<p>Are you here on a<br>visa? <input type=radio> Yes, a work visa <input type=radio> No</p>",
            &["Are you here on a visa?", "Yes, a work visa", "No"],
            &[],
        ),
        ("<p>We help you. Immigration document type <select></select></p>", &["Immigration document type"], &["We help you."]),
        ("<pre>Full name\nCountry of birth</pre>", &["Full name", "Country of birth"], &[]),
        ("<p>Status<p>☐ Citizen<p>☐ Refugee<p>Name: ____", &["Status", "Status = Citizen | Refugee", "Name"], &[]),
        // A heading, a link of a menu, a hidden input, a paragraph.
        ("<h2>Part 2: Citizenship</h2><ul><li><a href=x>Immigration status</a></ul>", &[], &["Part 2: Citizenship", "Immigration status"]),
        ("<p>The clerk looks after forms of the office</p><input type=hidden name=a>", &[], &["The clerk looks after forms of the office"]),
    ] {
        let found: Vec<&str> = asked.to_vec();
        let html = html.replace("<select></select>", "<input>");
        check("a.html", html.as_bytes(), &found, said);
    }
}

#[test]
fn office_files() {
    let table = |cells: &[&str]| {
        let cells: String = cells.iter().map(|cell| format!("<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>")).collect();
        format!("<w:tbl><w:tr>{cells}</w:tr></w:tbl>")
    };
    let hint = r#"<w:p><w:r><w:t>Country of birth</w:t></w:r><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>Tap here to write.</w:t></w:r></w:sdtContent></w:sdt></w:p>"#;
    let old = r#"<w:p><w:r><w:t>Citizen? </w:t></w:r><w:r><w:fldChar><w:ffData><w:name w:val="a"/><w:checkBox/></w:ffData></w:fldChar></w:r><w:r><w:t>Yes </w:t></w:r><w:r><w:fldChar><w:ffData><w:name w:val="b"/><w:checkBox/></w:ffData></w:fldChar></w:r><w:r><w:t>No</w:t></w:r></w:p>"#;
    for (bytes, asked, said) in [
        (
            paragraphs(&["Full name\tCountry of birth", "Citizenship\t12", "Visa type\t"]),
            &["Full name", "Country of birth", "Visa type"][..],
            &["Citizenship\t12"][..],
        ),
        (
            paragraphs(&["Name and address of your employer now", "Country in which you were born", "Everybody may use this form."]),
            &["Name and address of your employer now", "Country in which you were born"],
            &["Everybody may use this form."],
        ),
        (
            paragraphs(&["Immigration status:", "☐ Citizen", "☐ Refugee", "Name: ____"]),
            &["Immigration status", "Immigration status = Citizen | Refugee", "Name"],
            &[],
        ),
        (
            docx(&table(&["Nationality", "", "☐ Yes ☐ No", "We never ask for papers."]), &[]),
            &["Nationality"],
            &["We never ask for papers."],
        ),
        (docx(hint, &[]), &["Country of birth", "Tap here to write."], &[]),
        (docx(old, &[]), &["Citizen?"], &[]),
    ] {
        check("a.docx", &bytes, asked, said);
    }
    let slide = r#"<p:sld xmlns:p="p" xmlns:a="a"><p:sp><p:ph type="title"/><a:p><a:r><a:t>Immigration status</a:t></a:r></a:p></p:sp><a:p><a:r><a:t>Visa type: ____</a:t></a:r></a:p><a:p><a:r><a:t>Permits given</a:t></a:r></a:p></p:sld>"#;
    let slides = zipped(&[("ppt/presentation.xml", b"<p/>"), ("ppt/slides/slide1.xml", slide.as_bytes())]);
    check("a.pptx", &slides, &["Visa type"], &["Immigration status", "Permits given"]);
    for (cells, asked) in [
        (
            &[&["Question", "Answer"][..], &["Full name", ""], &["Country of birth", ""], &["Immigration status", ""]][..],
            &["Question", "Answer", "Full name", "Country of birth", "Immigration status"][..],
        ),
        (
            &[&["Full name", "", "Date of birth", ""], &["Nationality", "", "Passport", ""], &["Visa", "", "Signature", ""]],
            &["Full name", "Date of birth", "Nationality", "Passport", "Visa", "Signature"],
        ),
        (&[&["Name: ____", "Citizen? ☐ Yes ☐ No"]], &["Name", "Citizen?"]),
        (&[&["name", "visa"], &["Ann", "B1"], &["Bo", "F1"]], &["name = Ann | Bo", "visa = B1 | F1"]),
    ] {
        check("a.xlsx", &workbook(&[("Form", &rows(cells), "")], &[]), asked, &[]);
    }
}
