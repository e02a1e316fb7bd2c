//! PDFs: made ones for what forms have, and the real forms of the samples where they are.

use crate::made::{Pdf, rect, saved};
use crate::{check, pieces};
use PieceKind::{Column, Name, Question, Sentence};
use haven_extract::{Limits, PieceKind, extract};
use lopdf::{EncryptionState, EncryptionVersion, Object, Permissions, Stream, dictionary};
use std::path::PathBuf;

/// A text of a PDF.
fn s(text: &str) -> Object {
    Object::string_literal(text)
}

/// A form with a field of each kind, one of them on no page, and one that the form does not list.
pub fn form() -> Vec<u8> {
    let mut pdf = Pdf::new();
    let group = pdf.doc.new_object_id();
    let status = pdf.doc.add_object(dictionary! {
        "Subtype" => "Widget", "FT" => "Tx", "T" => s("imm_status[0]"), "TU" => s("Write what your papers say"), "V" => s("undocumented"),
        "Parent" => group, "Rect" => rect(220, 695, 400, 712),
    });
    pdf.doc.objects.insert(group, dictionary! { "T" => s("applicant"), "Kids" => vec![status.into()] }.into());
    let choice = pdf.doc.add_object(dictionary! {
        "Subtype" => "Widget", "FT" => "Ch", "T" => s("origin"), "Rect" => rect(220, 655, 400, 672),
        "Opt" => vec![vec![s("1"), s("Citizen")].into(), s("Other")],
    });
    let entry = pdf.doc.new_object_id();
    let mut tick = |state: &str, bottom: i64| -> Object {
        let states = dictionary! { state => Object::Null, "Off" => Object::Null };
        let widget = dictionary! { "Subtype" => "Widget", "Parent" => entry, "Rect" => rect(72, bottom, 84, bottom + 12), "AP" => dictionary! { "N" => states } };
        pdf.doc.add_object(widget).into()
    };
    let ticks = vec![tick("Visa", 600), tick("Parole", 580)];
    pdf.doc.objects.insert(entry, dictionary! { "FT" => "Btn", "T" => s("entry"), "Kids" => ticks.clone() }.into());
    let nowhere = pdf.doc.add_object(dictionary! { "FT" => "Tx", "T" => s("alien_no") });
    let comment = pdf.doc.add_object(dictionary! { "Subtype" => "Text", "Contents" => s("Ask his mother."), "Rect" => rect(0, 0, 10, 10) });
    let annotations = [vec![status.into(), choice.into()], ticks, vec![comment.into()]].concat();
    let lines = [
        (72, 700, "Immigration status"),
        (72, 660, "Where were you born?"),
        (90, 602, "Came with a visa"),
        (72, 400, "She asked us. We"),
        (72, 386, "did not answer her."),
    ];
    pdf.page(&lines, annotations, dictionary! {}, "");
    saved(pdf.finish(vec![group.into(), entry.into(), nowhere.into()], true))
}

#[test]
fn a_form_has_names_questions_and_lists() {
    check(
        "form.pdf",
        &form(),
        &[
            (Name, "imm_status", "1:: applicant.imm_status[0]"),
            (Question, "Write what your papers say", "1:: applicant.imm_status[0]"),
            (Column, "imm_status = undocumented", "1:: applicant.imm_status[0]"),
            (Question, "Immigration status", "1:: applicant.imm_status[0]"),
            (Name, "origin", "1:: origin"),
            (Column, "origin = Citizen | 1 | Other", "1:: origin"),
            (Question, "Where were you born?", "1:: origin"),
            (Name, "entry", "1:: entry"),
            (Column, "entry = Parole | Visa", "1:: entry"),
            (Question, "Came with a visa", "1:: entry"),
            (Sentence, "She asked us.", "1:4:"),
            (Sentence, "We did not answer her.", "1:4:"),
            (Sentence, "Ask his mother.", "1::"),
            (Name, "alien_no", ":: alien_no"),
        ],
    );
    let (_, outcome) = pieces("form.pdf", &form());
    assert!(outcome.unread.iter().any(|unread| unread.reason.contains("XFA")), "{:?}", outcome.unread);
}

#[test]
fn pages_that_are_pictures_are_said_to_be_unread() {
    let mut pdf = Pdf::new();
    pdf.page(&[(72, 700, "A page with words on it, enough to be one.")], vec![], dictionary! {}, "");
    let image = Stream::new(
        dictionary! { "Subtype" => "Image", "Width" => 800, "Height" => 800, "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8 },
        vec![0; 100],
    );
    let image = pdf.doc.add_object(image);
    pdf.page(&[], vec![], dictionary! { "Im1" => image }, "");
    let (found, outcome) = pieces("scan.pdf", &saved(pdf.finish(vec![], false)));
    assert_eq!(found.len(), 1, "{found:?}");
    let unread: Vec<_> = outcome.unread.iter().map(|unread| (unread.place.page, unread.reason.as_str())).collect();
    assert!(matches!(unread[..], [(Some(2), reason)] if reason.starts_with("page 2 holds a picture and no text")), "{unread:?}");
}

#[test]
fn a_password_is_said_and_none_is_none() {
    let encrypted = |user: &str| {
        let mut pdf = Pdf::new();
        pdf.page(&[(72, 700, "She asked us about it.")], vec![], dictionary! {}, "");
        let mut doc = pdf.finish(vec![], false);
        doc.trailer.set("ID", vec![Object::string_literal("0123456789abcdef"), Object::string_literal("0123456789abcdef")]);
        let version = EncryptionVersion::V2 {
            document: &doc,
            owner_password: "owner",
            user_password: user,
            key_length: 128,
            permissions: Permissions::all(),
        };
        let state = EncryptionState::try_from(version).unwrap();
        doc.encrypt(&state).unwrap();
        saved(doc)
    };
    check("open.pdf", &encrypted(""), &[(Sentence, "She asked us about it.", "1:1:")]);
    let (found, outcome) = pieces("closed.pdf", &encrypted("secret"));
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(outcome.unread[0].reason, "encrypted with a password");
}

#[test]
fn drawings_in_circles_and_streams_without_end_stop() {
    let mut pdf = Pdf::new();
    let drawing = pdf.doc.new_object_id();
    let circle = Stream::new(dictionary! { "Subtype" => "Form" }, b"/X Do".to_vec());
    pdf.doc.objects.insert(drawing, circle.into());
    pdf.page(&[(72, 700, "She asked us about it.")], vec![], dictionary! { "X" => drawing }, "/X Do");
    let (found, outcome) = pieces("circle.pdf", &saved(pdf.finish(vec![], false)));
    assert!(found.iter().any(|piece| piece.text.contains("She asked us about it.")), "{found:?}");
    assert!(outcome.unread.iter().any(|unread| unread.reason.contains("second way")), "{:?}", outcome.unread);

    let mut pdf = Pdf::new();
    pdf.page(&[], vec![], dictionary! {}, "");
    let mut bomb = Stream::new(dictionary! {}, vec![b' '; 4 << 20]);
    bomb.compress().unwrap();
    pdf.doc.add_object(bomb);
    let limits = Limits { whole_bytes_max: 1 << 20, ..Limits::default() };
    let outcome = extract("bomb.pdf", &mut &*saved(pdf.finish(vec![], false)), &limits, &mut |piece| panic!("{piece:?}"));
    assert!(outcome.unread[0].reason.contains("become larger"), "{:?}", outcome.unread);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test is at the edge: where the samples lie is told by the environment")]
fn real_forms_are_read() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::env::var_os("HAVEN_SAMPLES").map_or_else(|| root.join("../shared"), PathBuf::from).join("documents");
    let forms = [
        ("michigan-benefits--DHS_1426.pdf", "citizen", 40),
        ("michigan-benefits--AssistanceApplication.pdf", "citizen", 40),
        ("michigan-benefits--FoodAssistanceProgramSupplement.pdf", "food", 10),
        ("michigan-benefits--DHS_1171_cover_letter.pdf", "assistance", 10),
    ];
    if !folder.is_dir() {
        println!("no real forms: set HAVEN_SAMPLES to the folder that holds documents/");
        return;
    }
    for (name, word, least) in forms {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let (found, outcome) = pieces(name, &bytes);
        println!("{name}: {} pieces, unread {:?}", found.len(), outcome.unread);
        for piece in &found {
            println!("  {:?} {:?} {:?} {:?}", piece.kind, piece.text, piece.values, piece.place);
        }
        assert!(found.len() >= least, "{name}: {} pieces", found.len());
        assert!(found.iter().any(|piece| piece.text.to_lowercase().contains(word)), "{name}: {word}");
        assert!(found.iter().all(|piece| piece.place.page.is_some() || piece.place.path.is_some()), "{name}");
    }
}

/// Letters a little apart are of one word or of two, and of what leaves both are read.
#[test]
fn letters_a_little_apart_are_read_in_both_ways() {
    for (what, content, said) in [
        ("a gap on a page that writes spaces", "[(She is) -278 (undocumented.)] TJ", "She is undocumented."),
        ("gaps on a page that writes none", "[(She) -200 (is) -200 (undocu) -200 (mented.)] TJ", "Sheisundocumented."),
    ] {
        let mut pdf = Pdf::new();
        pdf.page(&[], vec![], dictionary! {}, &format!("BT /F1 12 Tf 72 700 Td {content} ET"));
        let (bytes, limits) = (saved(pdf.finish(vec![], false)), Limits { texts: true, ..Limits::default() });
        let mut found = Vec::new();
        extract("a.pdf", &mut bytes.as_slice(), &limits, &mut |piece| found.push(piece.text));
        assert!(found.iter().any(|text| text == said), "{what}: {found:?}");
        assert!(found.len() > pieces("a.pdf", &bytes).0.len(), "{what}: {found:?}");
    }
}
