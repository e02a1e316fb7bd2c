//! Of what leaves, all is read, or is said not to be: one sentence in every place of a file in which somebody may leave it.

use crate::made::{Pdf, rows, saved, workbook, zipped};
use crate::office::docx;
use crate::pieces;
use haven_extract::PieceKind;
use lopdf::{Object, Stream, dictionary};
use std::io::Write as _;

/// What must come out, wherever the sentence stands.
const SAID: &str = "She is an undocumented immigrant";

/// What is expected of a file.
enum Is<'a> {
    /// The sentence is read, and where it is hidden.
    Read(Option<&'static str>),
    /// It is said that something was not read, in these words.
    Unread(&'a str),
    /// One of both.
    ReadOr(&'a str),
    /// All is read, and nothing was found but what is shown.
    Whole,
}

use Is::{Read, ReadOr, Unread, Whole};
const HIDDEN: Is<'_> = Read(Some("hidden text"));

fn check(what: &str, name: &str, file: &[u8], is: &Is<'_>) {
    let (found, outcome) = pieces(name, file);
    let said: Vec<_> = found.iter().filter(|piece| format!("{} {}", piece.text, piece.values.join(" ")).contains(SAID)).collect();
    let unread = |reason: &str| outcome.unread.iter().any(|unread| unread.reason.contains(reason));
    let is_so = match is {
        Read(hidden) => said.iter().any(|piece| piece.hidden_in() == *hidden) && outcome.unread.is_empty(),
        Unread(reason) => unread(reason),
        ReadOr(reason) => !said.is_empty() || unread(reason),
        Whole => outcome.unread.is_empty() && found.iter().all(|piece| piece.hidden_in() != Some("hidden text")),
    };
    assert!(is_so, "{what}: {found:#?} {:?}", outcome.unread);
}

fn p(inner: &str) -> String {
    format!("<w:p><w:r>{inner}</w:r></w:p>")
}

#[test]
fn what_a_word_document_says_anywhere_is_read() {
    let fine = p("<w:t>Fine.</w:t>");
    let letters: String = SAID.chars().map(|c| format!(r#"<w:sym w:font="Arial" w:char="{:04X}"/>"#, u32::from(c))).collect();
    let private: String = SAID.chars().map(|c| format!(r#"<w:sym w:font="Courier" w:char="F0{:02X}"/>"#, u32::from(c))).collect();
    let field = |kind: &str| p(&format!(r#"<w:instrText> {kind} "{SAID}." \* MERGEFORMAT </w:instrText>"#));
    let bodies: [(&str, String, Is<'_>); 15] = [
        ("letters as signs", p(&letters), Read(None)),
        ("letters as private signs", p(&private), Read(None)),
        ("a field", field("QUOTE"), HIDDEN),
        ("a field that sets a name", field("SET case"), HIDDEN),
        ("what a field that asks starts with", field(r#"ASK case "How?" \d"#), HIDDEN),
        ("a simple field", format!(r#"<w:fldSimple w:instr="QUOTE &quot;{SAID}&quot;"/>"#), HIDDEN),
        ("the name of a bookmark", format!(r#"{fine}<w:bookmarkStart w:id="0" w:name="{SAID}"/>"#), HIDDEN),
        ("a bookmark by its marks", format!(r#"{fine}<w:bookmarkStart w:name="{}"/>"#, SAID.replace(' ', "_")), HIDDEN),
        ("a hint of a link", format!(r#"<w:hyperlink w:tooltip="{SAID}">{fine}</w:hyperlink>"#), HIDDEN),
        (
            "what older programs show",
            format!(
                "<mc:AlternateContent><mc:Choice>{fine}</mc:Choice><mc:Fallback><w:p><w:r><w:t>She is an undocu</w:t></w:r><w:r><w:t>mented immigrant.</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>"
            ),
            HIDDEN,
        ),
        ("text outside of paragraphs", format!("{fine}<w:t>{SAID}.</w:t>"), HIDDEN),
        ("text outside of runs", format!("<w:p>{SAID}.<w:r><w:t>Fine.</w:t></w:r></w:p>"), HIDDEN),
        ("a comment of the XML", format!("{fine}<!-- {SAID}. -->"), HIDDEN),
        ("an instruction of the XML", format!("{fine}<?note {SAID}.?>"), HIDDEN),
        ("an attribute that no program knows", format!(r#"<w:p w:mood="{SAID}"/>"#), HIDDEN),
    ];
    for (what, body, is) in &bodies {
        check(what, "a.docx", &docx(body, &[]), is);
    }
    let page = format!("<html><body><p>{SAID}.</p></body></html>");
    let parts: [(&str, &str, String, Is<'_>); 17] = [
        ("a page put in", "word/afchunk.htm", page.clone(), Read(None)),
        ("a page under any name", "word/chunk.dat", page.clone(), Read(None)),
        (
            "a page put together as mail",
            "word/chunk.mht",
            format!(
                "MIME-Version: 1.0\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>{}</p>\r\n",
                SAID.replace("undocumented", "undocu=\r\nmented")
            ),
            Read(None),
        ),
        (
            "labels of a list",
            "word/numbering.xml",
            format!(r#"<w:numbering><w:lvl><w:lvlText w:val="{SAID}:"/></w:lvl></w:numbering>"#),
            HIDDEN,
        ),
        (
            "a variable",
            "word/settings.xml",
            format!(r#"<w:settings><w:docVars><w:docVar w:name="a" w:val="{SAID}"/></w:docVars></w:settings>"#),
            HIDDEN,
        ),
        (
            "where a link leads",
            "word/_rels/document.xml.rels",
            format!(
                r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" TargetMode="External" Target="mailto:a@example.org?subject={}"/></Relationships>"#,
                SAID.replace(' ', "%20")
            ),
            HIDDEN,
        ),
        ("the name of a style", "word/styles.xml", format!(r#"<w:styles><w:style><w:name w:val="{SAID}"/></w:style></w:styles>"#), HIDDEN),
        ("a part of no known name", "word/foo.xml", format!("<a><b>{SAID}.</b></a>"), HIDDEN),
        ("the name of a font", "word/fontTable.xml", format!(r#"<w:fonts><w:font w:name="{SAID}"/></w:fonts>"#), HIDDEN),
        ("who wrote it", "docProps/core.xml", format!("<c><creator>{SAID}</creator></c>"), HIDDEN),
        ("where they work", "docProps/app.xml", format!("<c><Company>{SAID}</Company></c>"), HIDDEN),
        ("a text beside", "stuff/notes.txt", format!("{SAID}."), Read(None)),
        ("a text under the name of a font", "word/fonts/font1.odttf", format!("{SAID}."), Read(None)),
        ("the name of a part", "word/She is an undocumented immigrant.xml", "<a/>".to_owned(), Read(None)),
        ("macros", "word/vbaProject.bin", "\u{1}\u{0}\u{2}".to_owned(), Unread("macros")),
        ("bytes of no known kind", "word/foo.bin", "\u{1}\u{0}\u{2}".to_owned(), Unread("found other bytes")),
        ("XML that is not well-formed", "word/foo.xml", "<a b=".to_owned(), Unread("its XML is not well-formed")),
    ];
    for (what, part, content, is) in &parts {
        check(what, "a.docx", &docx(&fine, &[(part, content.clone())]), is);
    }
    let slides = format!(r#"<p:sldLayout><a:p><a:r><a:t>{SAID}.</a:t></a:r></a:p></p:sldLayout>"#);
    let tag = format!(r#"<p:tagLst><p:tag name="CASE" val="{SAID}"/></p:tagLst>"#);
    for (what, part, content, is) in [
        ("a layout of slides", "ppt/slideLayouts/slideLayout1.xml", slides, Read(Some("slide master"))),
        ("a tag of slides", "ppt/tags/tag1.xml", tag, HIDDEN),
    ] {
        check(what, "a.pptx", &zipped(&[("ppt/presentation.xml", b"<p/>"), (part, content.as_bytes())]), &is);
    }
    let odf = |content: &str, settings: &str| {
        zipped(&[
            ("mimetype", b"application/vnd.oasis.opendocument.text"),
            ("content.xml", format!("<d><text:p>Fine.</text:p>{content}</d>").as_bytes()),
            ("settings.xml", settings.as_bytes()),
        ])
    };
    check("a hidden text of OpenDocument", "a.odt", &odf(&format!(r#"<text:hidden-text text:string-value="{SAID}"/>"#), "<a/>"), &HIDDEN);
    check("a format of numbers of OpenDocument", "a.odt", &odf(&format!("<number:text>{SAID}</number:text>"), "<a/>"), &HIDDEN);
    check("settings of OpenDocument", "a.odt", &odf("", &format!("<a><b>{SAID}</b></a>")), &HIDDEN);
}

#[test]
fn what_a_workbook_says_anywhere_is_read() {
    let table = rows(&[&["Case", "Unit"], &["1", "2"]]);
    let cell = |inner: &str| format!(r#"{table}<row r="3"><c r="A3" {inner}</c></row>"#);
    let sheets: [(&str, String, String, Is<'_>); 9] = [
        ("a formula", cell(&format!(r#"t="str"><f>IF(1,"ok","{SAID}")</f><v>ok</v>"#)), String::new(), HIDDEN),
        (
            "a formula that puts it together",
            cell(r#"t="str"><f>IF(1,"ok","She is an undocu"&amp;"mented immigrant")</f><v>ok</v>"#),
            String::new(),
            HIDDEN,
        ),
        ("how a text is spoken", cell(&format!(r#"t="inlineStr"><is><t>ok</t><rPh><t>{SAID}</t></rPh></is>"#)), String::new(), HIDDEN),
        ("a hint of a link", table.clone(), format!(r#"<hyperlinks><hyperlink ref="A1" tooltip="{SAID}"/></hyperlinks>"#), HIDDEN),
        ("what a link shows", table.clone(), format!(r#"<hyperlinks><hyperlink ref="A1" display="{SAID}"/></hyperlinks>"#), HIDDEN),
        (
            "a rule of a format",
            table.clone(),
            format!(r#"<conditionalFormatting><cfRule><formula>A1="{SAID}"</formula></cfRule></conditionalFormatting>"#),
            HIDDEN,
        ),
        (
            "what is said of a wrong cell",
            table.clone(),
            format!(r#"<dataValidations><dataValidation sqref="A1" errorTitle="{SAID}"/></dataValidations>"#),
            HIDDEN,
        ),
        (
            "what is printed on even pages",
            table.clone(),
            format!("<headerFooter><evenFooter>&amp;L{SAID}.</evenFooter></headerFooter>"),
            Read(Some("header or footer")),
        ),
        ("an attribute of a row", format!(r#"{table}<row r="3" note="{SAID}"/>"#), String::new(), HIDDEN),
    ];
    for (what, rows, behind, is) in &sheets {
        check(what, "a.xlsx", &workbook(&[("people", rows, behind)], &[]), is);
    }
    let escaped: String = SAID.chars().map(|c| format!("\\{c}")).collect();
    let parts: [(&str, &str, String, Is<'_>); 16] = [
        (
            "a format of numbers",
            "xl/styles.xml",
            format!(r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="0.00&quot; {SAID}&quot;;[Red]-0"/></numFmts></styleSheet>"#),
            HIDDEN,
        ),
        (
            "a format by single letters",
            "xl/styles.xml",
            format!(r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="{escaped}"/></numFmts></styleSheet>"#),
            HIDDEN,
        ),
        (
            "a sign of money",
            "xl/styles.xml",
            format!(r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[${SAID}-409]0"/></numFmts></styleSheet>"#),
            HIDDEN,
        ),
        ("a table", "xl/tables/table1.xml", format!(r#"<table displayName="{}"/>"#, SAID.replace(' ', "_")), HIDDEN),
        ("a column of a table", "xl/tables/table1.xml", format!(r#"<table><tableColumn name="{SAID}"/></table>"#), HIDDEN),
        ("a query", "xl/connections.xml", format!(r#"<c><connection><dbPr command="SELECT '{SAID}'"/></connection></c>"#), HIDDEN),
        ("what is filtered", "xl/slicerCaches/slicerCache1.xml", format!(r#"<s><i n="{SAID}"/></s>"#), HIDDEN),
        ("a string that no cell shows", "xl/sharedStrings.xml", format!("<sst><si><t>{SAID}</t></si></sst>"), HIDDEN),
        (
            "a sheet that is not listed",
            "xl/worksheets/sheet9.xml",
            format!(r#"<w><sheetData><row><c t="inlineStr"><is><t>{SAID}</t></is></c></row></sheetData></w>"#),
            HIDDEN,
        ),
        (
            "where a link leads",
            "xl/worksheets/_rels/sheet1.xml.rels",
            format!(
                r#"<R><Relationship Id="rId9" TargetMode="External" Target="https://example.org/?note={}"/></R>"#,
                SAID.replace(' ', "%20")
            ),
            HIDDEN,
        ),
        ("XML of no known name", "xl/foo/bar.xml", format!("<a>{SAID}</a>"), HIDDEN),
        ("a text beside", "xl/notes.txt", SAID.to_owned(), Read(None)),
        ("a text under the name of bytes", "xl/data.bin", SAID.to_owned(), Read(None)),
        ("a text under the name of a printer's settings", "xl/printerSettings/printerSettings1.bin", SAID.to_owned(), Read(None)),
        ("settings of a printer", "xl/printerSettings/printerSettings1.bin", "\u{1}\u{0}\u{2}".to_owned(), Whole),
        ("bytes of no known kind", "xl/data.bin", "\u{1}\u{0}\u{2}".to_owned(), Unread("found other bytes")),
    ];
    for (what, part, content, is) in &parts {
        check(what, "a.xlsx", &workbook(&[("people", &table, "")], &[(part, content)]), is);
    }
    check("the name of a sheet", "a.xlsx", &workbook(&[(SAID, &table, "")], &[]), &Read(None));
    let cells = r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2"><v>2</v></c></row>"#;
    let strings = "<sst><si><t>Case</t></si><si><t>Unit</t></si><si><r><t>The street </t></r><r><t>light is out.</t></r></si></sst>";
    check("strings that cells show", "a.xlsx", &workbook(&[("people", cells, "")], &[("xl/sharedStrings.xml", strings)]), &Whole);
}

/// What programs write into every file is none of people's words.
#[test]
fn an_ordinary_office_file_is_read_as_it_was() {
    let parts = [
        (
            "_rels/.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#,
        ),
        (
            "word/_rels/document.xml.rels",
            r#"<Relationships><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/></Relationships>"#,
        ),
        (
            "word/settings.xml",
            r#"<w:settings xmlns:w="w"><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/><w:characterSpacingControl w:val="doNotCompress"/><w:rsids><w:rsidRoot w:val="00A77B3E"/></w:rsids><w:themeFontLang w:val="en-US"/></w:settings>"#,
        ),
        (
            "word/fontTable.xml",
            r#"<w:fonts><w:font w:name="Times New Roman"><w:panose1 w:val="02020603050405020304"/><w:charset w:val="00"/></w:font></w:fonts>"#,
        ),
        (
            "docProps/core.xml",
            r#"<cp:coreProperties><dc:creator>Jo Mu Lee</dc:creator><dcterms:created>2026-05-04T00:00:00Z</dcterms:created></cp:coreProperties>"#,
        ),
    ];
    let body = r#"<w:p w:rsidR="00A77B3E" w14:paraId="1F2E3D4C"><w:pPr><w:pStyle w:val="Normal"/><w:jc w:val="center"/><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman"/><w:color w:val="FF0000"/><w:lang w:val="es-MX"/></w:rPr></w:pPr><w:r><w:t>The street light is out.</w:t></w:r></w:p><w:sectPr><w:pgSz w:w="12240" w:h="15840"/></w:sectPr>"#;
    let parts: Vec<_> = parts.iter().map(|(name, xml)| (*name, (*xml).to_owned())).collect();
    let (found, outcome) = pieces("a.docx", &docx(body, &parts));
    let found: Vec<_> = found.iter().map(|piece| (piece.kind, piece.text.as_str())).collect();
    assert_eq!(found, [(PieceKind::Sentence, "The street light is out.")], "{:?}", outcome.unread);
    assert_eq!(outcome.unread, []);
}

/// The first archive with bytes put in or changed.
fn archive(extra: &[u8], comment: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.set_comment(comment).unwrap();
    archive.start_file("a.txt", zip::write::SimpleFileOptions::DEFAULT).unwrap();
    archive.write_all(b"Fine.").unwrap();
    let mut bytes = archive.finish().unwrap().into_inner();
    if !extra.is_empty() {
        // Behind the name of the only entry; what stands behind it moves.
        let by = u16::try_from(extra.len()).unwrap();
        bytes[28..30].copy_from_slice(&by.to_le_bytes());
        bytes.splice(35..35, extra.iter().copied());
        let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06").unwrap();
        let list = u32::from_le_bytes(bytes[end + 16..end + 20].try_into().unwrap()) + u32::from(by);
        bytes[end + 16..end + 20].copy_from_slice(&list.to_le_bytes());
    }
    bytes
}

#[test]
fn what_stands_beside_the_entries_of_an_archive_is_said() {
    let with = |before: &[u8], behind: &[u8]| [before, &archive(&[], ""), behind].concat();
    let field = |kind: u16, data: &[u8]| [&kind.to_le_bytes()[..], &u16::try_from(data.len()).unwrap().to_le_bytes(), data].concat();
    let streamed = {
        let mut archive = zip::ZipWriter::new_stream(Vec::new());
        for name in ["a.txt", "b.txt"] {
            archive.start_file(name, zip::write::SimpleFileOptions::DEFAULT).unwrap();
            archive.write_all(b"Fine.").unwrap();
        }
        archive.finish().unwrap().into_inner()
    };
    let beside = "holds bytes beside its entries";
    for (what, file, is) in [
        ("nothing", archive(&[], ""), Whole),
        ("zeros and an end of a line behind", with(b"", b"\0\0\r\n"), Whole),
        ("lengths behind the entries", streamed, Whole),
        ("times", archive(&field(0x5455, &[1, 0, 0, 0, 0]), ""), Whole),
        ("room to grow", archive(&field(0xa220, &[0x28, 0xa0, 16, 0, 0, 0, 0, 0]), ""), Whole),
        ("a comment", archive(&[], SAID), Read(Some("comment"))),
        ("bytes before", with(SAID.as_bytes(), b""), Unread(beside)),
        ("bytes behind", with(b"", SAID.as_bytes()), Unread(beside)),
        ("a field of no known kind", archive(&field(0x9999, SAID.as_bytes()), ""), Unread(beside)),
        ("another name", archive(&field(0x7075, &[b"\x01\0\0\0\0", SAID.as_bytes()].concat()), ""), Unread(beside)),
        ("words in room to grow", archive(&field(0xa220, SAID.as_bytes()), ""), Unread(beside)),
    ] {
        check(what, "a.zip", &file, &is);
    }
    let office = [docx(&p("<w:t>Fine.</w:t>"), &[]), SAID.as_bytes().to_vec()].concat();
    check("bytes behind an office file", "a.docx", &office, &Unread(beside));
}

#[test]
fn what_a_message_says_beside_its_text_is_read() {
    let head = "From: Jo <a@example.org>\r\nTo: b@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n";
    let parted = "Content-Type: multipart/mixed; boundary=B\r\n\r\n";
    let text = "--B\r\nContent-Type: text/plain\r\n\r\nfine\r\n--B--\r\n";
    let encoded = "=?utf-8?Q?She_is_an_undocumented_immigrant?=";
    for (what, rest, is) in [
        ("nothing", format!("{parted}{text}"), Whole),
        ("an own field", format!("X-Note: {SAID}\r\n\r\nfine\r\n"), HIDDEN),
        ("an own field that is encoded", format!("X-Note: {encoded}\r\n\r\nfine\r\n"), HIDDEN),
        ("keywords", format!("Keywords: {SAID}\r\n\r\nfine\r\n"), HIDDEN),
        ("comments", format!("Comments: {SAID}\r\n\r\nfine\r\n"), HIDDEN),
        ("the name of a writer", format!("Sender: \"{SAID}\" <a@example.org>\r\n\r\nfine\r\n"), HIDDEN),
        ("before the parts", format!("{parted}{SAID}.\r\n{text}"), HIDDEN),
        ("behind the parts", format!("{parted}{text}{SAID}.\r\n"), HIDDEN),
        (
            "letters of no known encoding",
            "Content-Type: text/plain; charset=cp037\r\n\r\n\u{a2}\u{88}\r\n".to_owned(),
            Unread("an encoding that is not read"),
        ),
        (
            "letters of an encoding that is known by its name alone",
            "Content-Type: text/plain; charset=iso-2022-kr\r\n\r\n\x1b$)C\x0e1W3`4B\x0f\r\n".to_owned(),
            Unread("an encoding that is not read"),
        ),
        ("what PGP encrypted", "\r\n> -----BEGIN PGP MESSAGE-----\r\n\r\nhQ==\r\n".to_owned(), Unread("encrypted by PGP")),
        ("what PGP signed", "\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\nfine\r\n".to_owned(), Whole),
        ("rich text", "Content-Type: text/enriched\r\n\r\nun<bold>docu</bold>mented\r\n".to_owned(), Unread("between its commands")),
        ("RTF", "Content-Type: text/plain\r\n\r\n{\\rtf1 un{\\b docu}mented}\r\n".to_owned(), Unread("between its commands")),
        (
            "a mark that matches nothing",
            format!("{parted}--C\r\nContent-Type: text/plain\r\n\r\n{SAID}.\r\n--C--\r\n"),
            Unread("not between the marks"),
        ),
        ("a file in the text", "\r\nbegin 644 a.txt\r\n#86)C\r\n`\r\nend\r\n".to_owned(), Unread("packed into its text")),
        (
            "a transfer encoding",
            "Content-Type: text/plain\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n#86)C\r\n".to_owned(),
            Unread("a transfer encoding"),
        ),
    ] {
        check(what, "a.eml", format!("{head}{rest}").as_bytes(), &is);
    }
    let (found, _) = pieces("a.eml", format!("{head}X-Original-To: c@example.org\r\n\r\nfine\r\n").as_bytes());
    assert!(found.iter().all(|piece| !piece.text.contains("example.org") && !piece.text.contains("Jo")), "{found:?}");
}

#[test]
fn letters_of_a_mail_are_read_by_the_encoding_that_it_names() {
    let mail = |subject: &str, charset: &str, body: &str| {
        format!(
            "From: a@example.org\r\nSubject: {subject}\r\nContent-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}\r\n"
        )
    };
    for (charset, body, said) in [
        ("gbk", "y/3Kx7fHt6jSxsPxoaM=", "她是非法移民"),
        ("gb2312", "y/3Kx7fHt6jSxsPxoaM=", "她是非法移民"),
        ("euc-kr", "sdez4LTCILrSuf0gw7y3+cDawNS0z7TZLg==", "불법 체류자"),
        ("ks_c_5601-1987", "sdez4LTCILrSuf0gw7y3+cDawNS0z7TZLg==", "불법 체류자"),
    ] {
        let (found, outcome) = pieces("a.eml", mail(&format!("=?{charset}?B?{body}?="), charset, body).as_bytes());
        let count = found.iter().filter(|piece| piece.text.contains(said)).count();
        assert!(count == 2 && outcome.unread.is_empty(), "{charset}: {found:#?} {:?}", outcome.unread);
    }
    // One that is known by its name alone.
    let (_, outcome) = pieces("a.eml", mail("=?iso-2022-kr?B?GyQpQw4xVw8=?=", "utf-8", "ZmluZQ==").as_bytes());
    assert!(outcome.unread.iter().any(|unread| unread.reason.contains("an encoding that is not read")), "{:?}", outcome.unread);
}

#[test]
fn what_is_no_text_though_it_looks_like_one_is_said_to_be_unread() {
    for (what, name, file, is) in [
        ("RTF", "a.rtf", r"{\rtf1 un{\b docu}mented}", Unread("found RTF")),
        ("RTF under another name", "a.doc", " {\\rtf1 undocu\nmented}", Unread("found RTF")),
        ("RTF as a text", "a.txt", "\u{feff}{\\rtf1 \\u117?ndocumented}", Unread("found RTF")),
        ("what PGP encrypted", "a.txt", "Hello.\n-----BEGIN PGP MESSAGE-----\n\nhQ==\n", Unread("encrypted by PGP")),
        ("what PGP signed", "a.txt", "-----BEGIN PGP SIGNED MESSAGE-----\n\nfine\n", Whole),
    ] {
        check(what, name, file.as_bytes(), &is);
    }
}

/// A PDF of one page that says that all is fine, with something done to it; the catalog and the page are given.
fn pdf(content: &str, does: impl FnOnce(&mut lopdf::Document, lopdf::ObjectId, lopdf::ObjectId)) -> Vec<u8> {
    let mut pdf = Pdf::new();
    pdf.page(&[(72, 700, "Fine text on a page.")], vec![], dictionary! {}, content);
    let mut doc = pdf.finish(vec![], false);
    let (root, page) = (doc.trailer.get(b"Root").unwrap().as_reference().unwrap(), doc.get_pages()[&1]);
    does(&mut doc, root, page);
    saved(doc)
}

/// A content that shows words.
const WORDS: &str = "BT /F1 12 Tf 72 600 Td (She is undocumented.) Tj ET";

/// Puts a content into a PDF; nothing names it.
fn add(doc: &mut lopdf::Document, about: lopdf::Dictionary, content: &str) {
    doc.add_object(Stream::new(about, content.as_bytes().to_vec()));
}

#[test]
fn what_no_page_of_a_pdf_shows_is_read() {
    let s = |text: &str| Object::string_literal(text);
    let set = |key: &'static str, value: Object| {
        pdf("", move |doc, root, _| doc.get_object_mut(root).unwrap().as_dict_mut().unwrap().set(key, value))
    };
    let on_page = |key: &'static str, value: Object| {
        pdf("", move |doc, _, page| doc.get_object_mut(page).unwrap().as_dict_mut().unwrap().set(key, value))
    };
    let link = dictionary! { "Subtype" => "Link", "A" => dictionary! { "S" => "URI", "URI" => s("http://example.org/?note=She%20is%20an%20undocumented%20immigrant") } };
    let script = pdf("", |doc, root, _| {
        let code = doc.add_object(Stream::new(dictionary! {}, format!("app.alert(\"{SAID}\")").into_bytes()));
        let action = doc.add_object(dictionary! { "S" => "JavaScript", "JS" => code });
        doc.get_object_mut(root).unwrap().as_dict_mut().unwrap().set("OpenAction", action);
    });
    for (what, file, is) in [
        ("nothing", pdf("", |_, _, _| {}), Whole),
        ("a bookmark", set("Outlines", dictionary! { "First" => dictionary! { "Title" => s(SAID) } }.into()), HIDDEN),
        ("a description", set("StructTreeRoot", dictionary! { "K" => dictionary! { "S" => "Figure", "Alt" => s(SAID) } }.into()), HIDDEN),
        ("a script", set("OpenAction", dictionary! { "S" => "JavaScript", "JS" => s(&format!("app.alert(\"{SAID}\")")) }.into()), HIDDEN),
        ("a long script", script, HIDDEN),
        (
            "labels of pages",
            set("PageLabels", dictionary! { "Nums" => vec![0.into(), dictionary! { "P" => s(SAID) }.into()] }.into()),
            HIDDEN,
        ),
        ("a named place", set("Names", dictionary! { "Dests" => dictionary! { "Names" => vec![s(SAID), Object::Null] } }.into()), HIDDEN),
        ("where a link leads", on_page("Annots", vec![link.into()].into()), HIDDEN),
        (
            "what a program keeps",
            on_page("PieceInfo", dictionary! { "X" => dictionary! { "Private" => dictionary! { "N" => s(SAID) } } }.into()),
            HIDDEN,
        ),
        ("what is said instead", pdf(&format!("/Span << /ActualText ({SAID}) >> BDC EMC"), |_, _, _| {}), HIDDEN),
        ("bytes behind", [pdf("", |_, _, _| {}), SAID.as_bytes().to_vec()].concat(), Unread("behind its end")),
        ("blanks behind", [pdf("", |_, _, _| {}), b"\r\n\0".to_vec()].concat(), Whole),
        ("a pattern", pdf("", |doc, _, _| add(doc, dictionary! { "PatternType" => 1 }, WORDS)), Unread("in a pattern")),
        ("a pattern of lines", pdf("", |doc, _, _| add(doc, dictionary! { "PatternType" => 1 }, "0 0 m 5 5 l S")), Whole),
        ("a content that no page names", pdf("", |doc, _, _| add(doc, dictionary! {}, WORDS)), Unread("that no page names")),
        (
            "a drawing that no page names",
            pdf("", |doc, _, _| add(doc, dictionary! { "Subtype" => "Form" }, WORDS)),
            Unread("no page names"),
        ),
        ("other bytes that no page names", pdf("", |doc, _, _| add(doc, dictionary! {}, "1 0 0 RG")), Whole),
    ] {
        check(what, "a.pdf", &file, &is);
    }
}

#[test]
fn a_page_that_draws_its_words_or_says_others_is_looked_at() {
    let strokes: String = (0..40).map(|at| format!("{} 700 m {} 720 l S\n", 72 + at * 3, 74 + at * 5)).collect();
    let drawn = |content: &str| {
        let mut pdf = Pdf::new();
        pdf.page(&[], vec![], dictionary! {}, content);
        saved(pdf.finish(vec![], false))
    };
    check("strokes", "a.pdf", &drawn(&strokes), &Unread("page 1 holds a drawing and no text"));
    check("a rule", "a.pdf", &drawn("72 700 m 500 700 l S"), &Whole);
    let font = |maps: &[(u8, u8)]| {
        let codes: String = maps.iter().map(|(code, to)| format!("<{code:02x}> <{to:04x}>\n")).collect();
        let map = format!("1 begincodespacerange\n<00> <ff>\nendcodespacerange\n{} beginbfchar\n{codes}endbfchar\n", maps.len());
        let mut pdf = Pdf::new();
        pdf.page(&[(72, 700, &format!("{SAID}."))], vec![], dictionary! {}, "");
        let mut doc = pdf.finish(vec![], false);
        let map = doc.add_object(Stream::new(dictionary! {}, map.into_bytes()));
        for object in doc.objects.values_mut() {
            if let Ok(font) = object.as_dict_mut()
                && font.get(b"Type").and_then(|kind| kind.as_name()).is_ok_and(|kind| kind == b"Font")
            {
                font.set("ToUnicode", map);
            }
        }
        saved(doc)
    };
    let lies: Vec<(u8, u8)> = (0x20..0x7f).map(|code| (code, b'f')).collect();
    check("a font that says other letters", "a.pdf", &font(&lies), &ReadOr("other letters than it shows"));
    let true_ones: Vec<(u8, u8)> = (0x20..0x7f).map(|code| (code, code)).collect();
    check("a font that says its letters", "a.pdf", &font(&true_ones), &Read(None));
}
