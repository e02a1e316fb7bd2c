//! Office files, one made file a format.

use crate::made::{older_workbook, rows, workbook, zipped};
use crate::{check, pieces};
use PieceKind::{Column, Name, Question, Sentence};
use haven_extract::PieceKind;

/// A paragraph of one run.
fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

/// A Word document with this body and other parts.
pub fn docx(body: &str, rest: &[(&str, String)]) -> Vec<u8> {
    let document = format!(r#"<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="w"><w:body>{body}</w:body></w:document>"#);
    let mut entries: Vec<(&str, &[u8])> = vec![("[Content_Types].xml", b"<Types/>"), ("word/document.xml", document.as_bytes())];
    entries.extend(rest.iter().map(|(name, xml)| (*name, xml.as_bytes())));
    zipped(&entries)
}

#[test]
fn word_documents_are_read_with_all_that_stands_beside_the_body() {
    let part = |inner: String| format!(r#"<w:x xmlns:w="w">{inner}</w:x>"#);
    let body = [
        r#"<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Intake</w:t></w:r></w:p>"#.to_owned(),
        r#"<w:p><w:r><w:t>She is undocu</w:t></w:r><w:r><w:t>mented. He &amp; she&#233; asked.</w:t></w:r></w:p>"#.to_owned(),
        r#"<w:p><w:r><w:t xml:space="preserve">Are you a </w:t></w:r><w:del><w:r><w:delText>citizen</w:delText></w:r></w:del><w:ins><w:r><w:t>resident</w:t></w:r></w:ins><w:r><w:t>?</w:t></w:r></w:p>"#.to_owned(),
        format!("<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>", p("Country of birth"), p("Date: ________")),
        r#"<w:sdt><w:sdtPr><w:alias w:val="Immigration status"/><w:tag w:val="imm_status"/><w:dropDownList><w:listItem w:displayText="Citizen" w:value="1"/><w:listItem w:displayText="Other" w:value="2"/></w:dropDownList></w:sdtPr><w:sdtContent/></w:sdt>"#.to_owned(),
        r#"<w:p><w:r><w:fldChar><w:ffData><w:name w:val="visa_no"/><w:helpText w:val="Number of the visa"/><w:ddList><w:listEntry w:val="B1"/></w:ddList></w:ffData></w:fldChar></w:r></w:p>"#.to_owned(),
        r#"<w:p><w:r><mc:AlternateContent xmlns:mc="mc"><mc:Choice><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></mc:Choice><mc:Fallback><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:r></w:p>"#.to_owned(),
        r#"<w:p><w:r><w:instrText> MERGEFIELD alien_no </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>"#.to_owned(),
    ];
    let file = docx(
        &body.concat(),
        &[
            ("word/header1.xml", part(p("For every applicant."))),
            ("word/footer1.xml", part(p("移民身份"))),
            ("word/footnotes.xml", part(p("See the note."))),
            ("word/comments.xml", part(p("Mother is undocumented."))),
            ("docProps/core.xml", "<c><title>Status form</title></c>".to_owned()),
        ],
    );
    check(
        "form.docx",
        &file,
        &[
            (Sentence, "Intake", ":1:"),
            (Sentence, "She is undocumented.", ":2:"),
            (Sentence, "He & sheé asked.", ":2:"),
            (Question, "Are you a resident?", ":3:"),
            (Question, "Are you a citizen?", ":3:"),
            (Question, "Country of birth", ":4:"),
            (Question, "Date", ":5:"),
            (Name, "Immigration status", ":5:"),
            (Name, "imm_status", ":5:"),
            (Column, "Immigration status = Citizen | Other", ":5:"),
            (Name, "visa_no", ":6:"),
            (Question, "Number of the visa", ":6:"),
            (Column, "visa_no = B1", ":6:"),
            (Sentence, "In a box.", ":8:"),
            (Name, "alien_no", ":9:"),
            (Sentence, "For every applicant.", ":1: header1"),
            (Sentence, "移民身份", ":1: footer1"),
            (Sentence, "See the note.", ":1: footnotes"),
            (Sentence, "Mother is undocumented.", ":1: comments"),
            (Sentence, "Status form", ":: properties"),
        ],
    );
}

#[test]
fn slides_are_pages() {
    let slide = r#"<p:sld xmlns:p="p" xmlns:a="a"><p:pic><p:nvPicPr><p:cNvPr id="1" name="x" descr="A green card."/></p:nvPicPr></p:pic><a:p><a:r><a:t>Ask about </a:t></a:r><a:r><a:t>status.</a:t></a:r></a:p></p:sld>"#;
    let notes = r#"<p:notes xmlns:a="a"><a:p><a:r><a:t>Never ask.</a:t></a:r></a:p></p:notes>"#;
    check(
        "talk.pptx",
        &zipped(&[
            ("ppt/presentation.xml", b"<p/>"),
            ("ppt/slides/slide2.xml", slide.as_bytes()),
            ("ppt/notesSlides/notesSlide2.xml", notes.as_bytes()),
        ]),
        &[
            (Sentence, "A green card.", "2:: slide2"),
            (Sentence, "Ask about status.", "2:1: slide2"),
            (Sentence, "Never ask.", "2:1: notesSlide2"),
        ],
    );
}

#[test]
fn workbooks_are_read_with_hidden_sheets_comments_and_lists() {
    let table = rows(&[
        &["Clients of the year"],
        &["name", "visa_type", "note"],
        &["Ann", "B1", "She came here on a visa."],
        &["Bo", "H-1B", ""],
        &["Cy", "B1", ""],
    ]);
    let list = r#"<dataValidations><dataValidation type="list" sqref="B3:B9" prompt="What visa do you hold?"><formula1>"B1,H-1B"</formula1></dataValidation></dataValidations><headerFooter><oddHeader>&amp;CFor staff only.</oddHeader></headerFooter>"#;
    let file = workbook(
        &[("people", &table, list), ("hidden codes", &rows(&[&["code", "meaning"], &["1", "citizen"], &["2", "undocumented"]]), "")],
        &[
            (
                "xl/worksheets/_rels/sheet1.xml.rels",
                r#"<Relationships><Relationship Id="rId1" Target="../comments1.xml"/></Relationships>"#,
            ),
            (
                "xl/comments1.xml",
                r#"<comments><commentList><comment ref="A3"><text><r><t>Mother is </t></r><r><t>undocumented.</t></r></text></comment></commentList></comments>"#,
            ),
            (
                "xl/threadedComments/threadedComment1.xml",
                r#"<ThreadedComments><threadedComment ref="B4"><text>Ask again.</text></threadedComment></ThreadedComments>"#,
            ),
        ],
    );
    check(
        "clients.xlsx",
        &file,
        &[
            (Name, "visa_codes", "::"),
            (Question, "Clients of the year", ":: people!A1"),
            (Sentence, "She came here on a visa.", ":: people!C3"),
            (Column, "name = Ann | Bo | Cy", ":: people!A2"),
            (Column, "visa_type = B1 | H-1B", ":: people!B2"),
            (Column, "note = She came here on a visa.", ":: people!C2"),
            (Column, "code = 1 | 2", ":: hidden codes!A1"),
            (Column, "meaning = citizen | undocumented", ":: hidden codes!B1"),
            (Sentence, "Mother is undocumented.", ":: people!A3"),
            (Sentence, "Ask again.", ":: threadedComment1!B4"),
            (Question, "What visa do you hold?", ":: people!B3"),
            (Column, "visa_type = B1 | H-1B", ":: people!B3"),
            (Sentence, "For staff only.", ":: people"),
            (Name, "people", ":: workbook"),
            (Name, "hidden codes", ":: workbook"),
        ],
    );
    let (found, _) = pieces("clients.xlsx", &file);
    assert!(found.iter().any(|piece| piece.text == "code" && piece.context == "hidden sheet hidden codes"));
}

#[test]
fn workbooks_of_the_older_format_are_read() {
    check(
        "old.xls",
        &older_workbook(&[&["name", "visa_type"], &["Ann", "B1"], &["Bo", "H-1B"]]),
        &[(Column, "name = Ann | Bo", ":: people!A1"), (Column, "visa_type = B1 | H-1B", ":: people!B1")],
    );
}

/// Of a binary workbook the parts beside its cells: comments are read, lists that cells are held to are said.
#[test]
fn comments_of_binary_workbooks_are_read() {
    let record = |kind: u32, data: &[u8]| {
        let kind = [u8::try_from(kind & 0x7f).unwrap() | 0x80, u8::try_from(kind >> 7).unwrap()];
        let size = [u8::try_from(data.len() & 0x7f).unwrap() | 0x80, u8::try_from(data.len() >> 7).unwrap()];
        [&kind[..], &size, data].concat()
    };
    let place: Vec<u8> = [0_u32, 2, 2, 27, 27].iter().flat_map(|number| number.to_le_bytes()).chain([0; 16]).collect();
    let text = "Mother is undocumented.";
    let said: Vec<u8> = [0]
        .into_iter()
        .chain(u32::try_from(text.len()).unwrap().to_le_bytes())
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let comments = [record(635, &place), record(637, &said), record(636, &[])].concat();
    let file = zipped(&[("xl/workbook.bin", b""), ("xl/comments1.bin", &comments), ("xl/worksheets/sheet1.bin", &record(64, &[0; 40]))]);
    check("a.xlsb", &file, &[(Sentence, "Mother is undocumented.", ":: comments1!AB3")]);
    let (_, outcome) = pieces("a.xlsb", &file);
    assert!(outcome.unread.iter().any(|unread| unread.reason.contains("lists of choices")), "{:?}", outcome.unread);
    let cut = zipped(&[("xl/workbook.bin", b""), ("xl/comments1.bin", &comments[..comments.len() - 20])]);
    let (found, outcome) = pieces("a.xlsb", &cut);
    assert!(
        found.is_empty() && outcome.unread.iter().any(|unread| unread.reason.contains("records end early")),
        "{found:?} {:?}",
        outcome.unread
    );
}

#[test]
fn a_form_drawn_as_a_sheet_has_questions() {
    let form = rows(&[&["Application", ""], &["Name:", ""], &["Immigration status", ""], &["Signature", "", "Date"]]);
    check(
        "form.xlsx",
        &workbook(&[("Form", &form, "")], &[]),
        &[
            (Name, "visa_codes", "::"),
            (Question, "Application", ":: Form!A1"),
            (Question, "Name", ":: Form!A2"),
            (Question, "Immigration status", ":: Form!A3"),
            (Question, "Signature", ":: Form!A4"),
            (Question, "Date", ":: Form!C4"),
            (Name, "Form", ":: workbook"),
        ],
    );
}

#[test]
fn xlsform_is_questions_and_choices() {
    let survey = rows(&[
        &["type", "name", "label::English (en)", "hint", "relevant"],
        &["select_one status", "imm", "What is your status?", "As on your papers", "1=1"],
        &["text", "addr", "Where do you live?"],
    ]);
    let choices = rows(&[
        &["list_name", "name", "label::English (en)"],
        &["status", "1", "Citizen"],
        &["status", "2", "No papers"],
        &["yn", "y", "Yes"],
    ]);
    check(
        "survey.xlsx",
        &workbook(&[("survey", &survey, ""), ("choices", &choices, "")], &[]),
        &[
            (Name, "visa_codes", "::"),
            (Name, "imm", ":: survey!B2"),
            (Question, "What is your status?", ":: survey!C2"),
            (Question, "As on your papers", ":: survey!D2"),
            (Name, "addr", ":: survey!B3"),
            (Question, "Where do you live?", ":: survey!C3"),
            (Column, "status = 1 | Citizen | 2 | No papers", ":: choices!2"),
            (Column, "yn = y | Yes", ":: choices!4"),
            (Name, "survey", ":: workbook"),
            (Name, "choices", ":: workbook"),
        ],
    );
}

#[test]
fn opendocument_texts_and_sheets_are_read() {
    let text = r#"<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="tb" xmlns:form="f"><office:body><office:text>
        <form:form><form:text form:name="alien_no" form:label="Alien number"/><form:listbox form:name="status"><form:option form:label="Citizen"/></form:listbox></form:form>
        <text:tracked-changes><text:changed-region><text:deletion><text:p>Old words here.</text:p></text:deletion></text:changed-region></text:tracked-changes>
        <text:p>She is undocu<text:span>mented.</text:span><office:annotation><text:p>Is that so?</text:p></office:annotation></text:p>
        <table:table><table:table-row><table:table-cell><text:p>Nationality</text:p></table:table-cell></table:table-row></table:table>
        </office:text></office:body></office:document-content>"#;
    check(
        "a.odt",
        &zipped(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", text.as_bytes())]),
        &[
            (Name, "alien_no", "::"),
            (Question, "Alien number", "::"),
            (Name, "status", "::"),
            (Column, "status = Citizen", "::"),
            (Sentence, "Old words here.", ":1:"),
            (Question, "Is that so?", ":3:"),
            (Sentence, "She is undocumented.", ":2:"),
            (Question, "Nationality", ":4:"),
        ],
    );
    let sheet = r#"<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="tb"><office:body><office:spreadsheet>
        <table:content-validations><table:content-validation table:name="val1" table:condition="of:cell-content-is-in-list(&quot;Citizen&quot;;&quot;Other&quot;)"/></table:content-validations>
        <table:table table:name="People"><table:table-row><table:table-cell><text:p>name</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2"/><table:table-cell><text:p>status</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
        <table:table-row><table:table-cell><text:p>Ann</text:p><office:annotation><text:p>Came here alone.</text:p></office:annotation></table:table-cell><table:table-cell table:number-columns-repeated="2"/><table:table-cell><text:p>LPR</text:p></table:table-cell></table:table-row>
        </table:table></office:spreadsheet></office:body></office:document-content>"#;
    check(
        "a.ods",
        &zipped(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", sheet.as_bytes())]),
        &[
            (Name, "val1", "::"),
            (Column, "val1 = Citizen | Other", "::"),
            (Sentence, "Came here alone.", ":4: People!A1000002"),
            (Column, "name = Ann", ":: People!A1"),
            (Column, "status = LPR", ":: People!D1"),
            (Name, "People", ":: content"),
        ],
    );
}

#[test]
fn what_an_office_file_lacks_is_said() {
    for (name, bytes, reason) in [
        ("a.docx", zipped(&[("other.xml", b"<a/>")]), "without its main part"),
        ("a.docx", zipped(&[("word/document.xml", b"<w:p><w:r><w:t>Half")]), "ends before"),
        ("a.xlsx", zipped(&[("xl/workbook.xml", b"<workbook><sheets><sheet name=\"a\"")]), "damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "damaged"),
    ] {
        let (_, outcome) = pieces(name, &bytes);
        assert!(outcome.unread.iter().any(|unread| unread.reason.contains(reason)), "{name}: {:?}", outcome.unread);
    }
}
