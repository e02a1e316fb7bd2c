//! The review of forms: every question on its sheet, what changed since last year, and nothing that was written of a person.

use crate::html::parse;
use crate::sample::root;
use base64::Engine;
use haven_detect::{Category, Detector, Source};
use haven_extract::{Limits, Piece, PieceKind, Place, Unread};
use haven_scan::judge::{Clauses, Judge};
use haven_scan::review::{About, Counts, Form, Review, review};
use haven_scan::source::files::forms;
use sha2::Digest;

/// Every phrase pack of the house.
pub(crate) fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    for folder in std::fs::read_dir(root().join("phrases")).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for file in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_some_and(|ending| ending == "toml") {
                let path = file.strip_prefix(root().join("phrases")).unwrap().to_string_lossy().into_owned();
                sources.push(Source { path, text: std::fs::read_to_string(&file).unwrap() });
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

pub(crate) fn detector() -> Detector {
    Detector::new(&sources()).unwrap_or_else(|errors| panic!("{errors:?}"))
}

pub(crate) fn clauses() -> Clauses {
    Clauses::read(&std::fs::read_to_string(root().join("law/us/il/chicago/find.toml")).unwrap()).unwrap()
}

fn form(name: &str, page: &str) -> Form {
    Form::read(name, &mut page.as_bytes(), &Limits::default())
}

fn page(questions: &[&str]) -> String {
    let rows: String = questions
        .iter()
        .enumerate()
        .map(|(at, text)| format!("<p><label for=\"q{at}\">{text}</label> <input id=\"q{at}\"></p>\n"))
        .collect();
    format!("<html><body><form>\n{rows}</form></body></html>")
}

fn done(forms: &[Form], last_year: Option<&[Form]>) -> Review {
    let (detector, clauses) = (detector(), clauses());
    let judge = Judge { detector: &detector, clauses: &clauses, source: "", format: "", masked: false, confidence_min: 50 };
    review(forms, last_year, &judge, &About { day: "2026-03-01", rules: "0123abcd" }).unwrap()
}

/// The rows of a sheet: verdict and all their text.
fn rows(html: &str) -> Vec<(String, String)> {
    parse(html).iter().filter_map(|element| Some((element.attributes.get("data-verdict")?.clone(), element.text.clone()))).collect()
}

const CARD: [&str; 5] = [
    "What is your name?",
    "Are you a U.S. citizen?",
    "What is your country of birth?",
    "Which branch is nearest to you?",
    "Will you take part in the summer reading club?",
];

#[test]
fn every_question_stands_on_its_sheet_in_order_with_its_verdict() {
    let review = done(&[form("library/card.html", &page(&CARD))], None);
    let files: Vec<&str> = review.sheets.iter().map(|sheet| sheet.file.as_str()).collect();
    assert_eq!(files, ["index.html", "library-card.html.html"]);
    let rows = rows(&review.sheets[1].html);
    let questions: Vec<&(String, String)> = rows.iter().filter(|(_, text)| CARD.iter().any(|asked| text.contains(asked))).collect();
    let verdicts = ["nothing found", "asks", "may reveal", "nothing found", "nothing found"];
    assert_eq!(questions.len(), CARD.len(), "{rows:?}");
    for ((asked, verdict), (found, text)) in CARD.iter().zip(verdicts).zip(questions) {
        assert!(text.contains(asked) && found == verdict, "{asked}: expected {verdict}, found {found}: {text}");
        let is_open = verdict != "nothing found";
        assert_eq!(text.contains("taken off") && text.contains("2-173-030"), is_open, "{asked}: {text}");
    }
    for (asked, words) in [(CARD[1], "Do you live in Chicago?"), (CARD[2], "What is your date of birth?")] {
        let (_, text) = rows.iter().find(|(_, text)| text.contains(asked)).unwrap();
        assert!(text.contains(words), "{asked}: no suggestion `{words}` in {text}");
    }
    assert_eq!((review.counts.asks, review.counts.reveals, review.counts.unread), (1, 1, 0));
    assert_eq!(review.exit_code(), 1);
    for sheet in &review.sheets {
        for words in ["Id of the reviewer", "Day", "Ground for what stays"] {
            assert!(sheet.html.contains(words), "{}: {words}", sheet.file);
        }
    }
    assert!(review.sheets[1].html.contains("corporation counsel"));
    assert!(!review.sheets.iter().any(|sheet| sheet.html.contains("last year")), "no year to compare with");
}

#[test]
fn a_form_that_is_not_read_is_never_clean() {
    let broken = Form::read("old.bin", &mut &[0_u8, 1, 2, 3, 0, 0, 255, 254][..], &Limits::default());
    let part = Form {
        unread: vec![Unread { place: Place { page: Some(2), ..Place::default() }, reason: "it is a picture".to_owned() }],
        ..form("a.html", &page(&["What is your name?"]))
    };
    for (told, forms, places) in
        [("all of it", vec![broken.clone()], 1), ("a part", vec![part.clone()], 1), ("both", vec![broken, part], 2)]
    {
        let review = done(&forms, None);
        assert_eq!((review.exit_code(), review.counts.unread), (2, places), "{told}");
        let unread: usize =
            review.sheets[1..].iter().map(|sheet| rows(&sheet.html).iter().filter(|(verdict, _)| verdict == "not read").count()).sum();
        assert_eq!(unread, places, "{told}");
        assert!(review.sheets.iter().all(|sheet| sheet.html.contains("not the same as clean")), "{told}");
    }
    assert_eq!(done(&[form("a.html", &page(&["What is your name?"]))], None).exit_code(), 0);
}

#[test]
fn what_changed_since_last_year_is_said() {
    let check = |told: &str, before: &[&str], now: &[&str], (new, changed, gone): (usize, usize, usize), says: &[&str]| {
        let review = done(&[form("card.html", &page(now))], Some(&[form("card.html", &page(before))]));
        let Counts { new: n, changed: c, gone: g, .. } = review.counts;
        assert_eq!((n, c, g), (new, changed, gone), "{told}");
        for words in says {
            assert!(review.sheets[1].html.contains(words), "{told}: `{words}` is not on the sheet");
        }
    };
    check("the same", &CARD, &CARD, (0, 0, 0), &["Every question stands as last year"]);
    check("in another order", &CARD, &[CARD[2], CARD[0], CARD[1], CARD[4], CARD[3]], (0, 0, 0), &["Every question stands as last year"]);
    check("only in another dress", &CARD[..2], &["  what is   your NAME?", CARD[1]], (0, 0, 0), &[]);
    check("one more", &CARD[..1], &CARD[..2], (1, 0, 0), &["New since last year", "1 new, 0 changed, 0 gone"]);
    check("one less", &CARD[..2], &CARD[..1], (0, 0, 1), &["Gone since last year", "Are you a U.S. citizen?"]);
    check(
        "other words",
        &["Which branch is nearest to you?"],
        &["Which branch is nearest to your home?"],
        (0, 1, 0),
        &["Changed since last year", "was: <bdi>Which branch is nearest to you?</bdi>"],
    );
    check("another question", &["Which branch is nearest?"], &["Do you have a dog?"], (1, 0, 1), &[]);
    check("asked twice now", &CARD[..2], &[CARD[0], CARD[1], CARD[0]], (1, 0, 0), &[]);

    let two = done(
        &[form("new.html", &page(&CARD)), form("stays.html", &page(&CARD[..1]))],
        Some(&[form("gone.html", &page(&CARD)), form("stays.html", &page(&CARD[..1]))]),
    );
    let index = &two.sheets[0].html;
    assert!(index.contains("<li><bdi>gone.html</bdi></li>") && index.contains("1 new form;"), "{index}");
    assert!(two.sheets[1].html.contains("does not have this form"));
    assert_eq!((two.counts.new, two.counts.gone), (0, 0), "a new form is one thing, not five");
}

#[test]
fn what_may_be_about_a_person_is_not_shown() {
    let piece = |kind, text: &str, values: &[&str]| Piece {
        kind,
        text: text.to_owned(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
        rows: None,
        context: String::new(),
        place: Place::default(),
    };
    let filled = Form {
        name: "filled.pdf".to_owned(),
        format: "pdf".to_owned(),
        pieces: vec![
            piece(PieceKind::Sentence, "Mr. Quorblat stated that he is an undocumented immigrant.", &[]),
            piece(PieceKind::Question, "A-Number of Zyxwvut: A208-123-456", &[]),
            piece(PieceKind::Column, "immigration_status", &["Tlalpujahua", "LPR", "undocumented"]),
        ],
        unread: Vec::new(),
    };
    let emptied = Form { pieces: Vec::new(), ..filled.clone() };
    for (told, review) in [("this year", done(std::slice::from_ref(&filled), None)), ("last year", done(&[emptied], Some(&[filled])))] {
        for sheet in &review.sheets {
            let secrets = ["Quorblat", "Zyxwvut", "208", "Tlalpujahua", "LPR", "undocumented"];
            // The rule's own id is shown, and is a word of ours.
            let html = sheet.html.replace("en-undocumented", "");
            let found: Vec<&str> = secrets.into_iter().filter(|word| html.contains(word)).collect();
            assert!(found.is_empty(), "{told}: {found:?} in {}", sheet.file);
        }
        let rows = review.counts.asks + review.counts.reveals + review.counts.gone;
        assert_eq!(rows, 3, "{told}: {:?}", review.counts);
    }
}

#[test]
fn every_page_stands_alone_and_reads_well_without_sight() {
    let odd = form("a <b>\u{202e}.html", &page(&["<b>What is your name?</b>", "Are you a &lt;script&gt; U.S. citizen?"]));
    let review = done(&[odd.clone(), form("INDEX", "x"), form("a -b-.html", &page(&CARD))], Some(&[form("c.html", &page(&CARD)), odd]));
    let files: Vec<String> = review.sheets.iter().map(|sheet| sheet.file.to_lowercase()).collect();
    let distinct: std::collections::BTreeSet<&String> = files.iter().collect();
    assert_eq!(distinct.len(), 4, "{files:?}");
    for sheet in &review.sheets {
        let elements = parse(&sheet.html);
        assert!(sheet.file.chars().all(|c| c.is_alphanumeric() || "._-".contains(c)), "{}", sheet.file);
        let mut ids = std::collections::BTreeSet::new();
        let mut level = 0;
        for element in &elements {
            assert!(!["script", "img", "iframe", "form", "b"].contains(&element.name.as_str()), "{}: {element:?}", sheet.file);
            assert!(!element.text.contains('\u{202e}'), "{}: {element:?}", sheet.file);
            assert!(element.attributes.keys().all(|name| !name.starts_with("on") && name != "style"), "{element:?}");
            if let Some(id) = element.attributes.get("id") {
                assert!(ids.insert(id.clone()), "{}: {id} twice", sheet.file);
            }
            if let Some(link) = element.attributes.get("href") {
                let stays = link.starts_with('#') || link == "data:," || review.sheets.iter().any(|other| other.file == *link);
                assert!(stays, "{}: {link} leads nowhere", sheet.file);
            }
            if element.name == "th" {
                let scope = if element.around.contains(&"thead".to_owned()) { "col" } else { "row" };
                assert_eq!(element.attributes.get("scope").map(String::as_str), Some(scope), "{}: {element:?}", sheet.file);
            }
            if let Some(deeper) = element.name.strip_prefix('h').and_then(|digit| digit.parse::<u32>().ok()) {
                assert!(deeper <= level + 1, "{}: h{deeper} after h{level}", sheet.file);
                level = deeper;
            }
        }
        let number = |name: &str| elements.iter().filter(|element| element.name == name).count();
        assert_eq!((number("h1"), number("main"), number("title")), (1, 1, 1), "{}", sheet.file);
        assert_eq!(number("table"), number("caption"), "{}", sheet.file);
        let columns = |row: &str| row.matches("</td>").count() + row.matches("</th>").count();
        for table in sheet.html.split("<table").skip(1) {
            let widths: std::collections::BTreeSet<usize> =
                table.split("</table>").next().unwrap().split("<tr").skip(1).map(columns).collect();
            assert_eq!(widths.len(), 1, "{}: rows of {widths:?} cells", sheet.file);
        }
        for labelled in elements.iter().filter_map(|element| element.attributes.get("aria-labelledby")) {
            assert!(ids.contains(labelled), "{}: {labelled}", sheet.file);
        }
        let style = elements.iter().find(|element| element.name == "style").unwrap();
        let digest = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(&style.text));
        let named = |element: &crate::html::Element| {
            element.attributes.get("content").is_some_and(|policy| policy.contains(&format!("style-src 'sha256-{digest}'")))
        };
        assert!(elements.iter().any(named), "{}: the style's digest is {digest}", sheet.file);
    }
}

#[test]
fn what_is_suggested_asks_for_nothing_itself() {
    let (detector, clauses) = (detector(), clauses());
    for rewording in clauses.rewordings() {
        for instead in &rewording.instead {
            let found = detector.question(instead);
            assert_eq!(found.category, Category::None, "`{instead}`: {}", found.why);
        }
    }
    for category in [Category::Status, Category::Proxy, Category::Enforcement, Category::Identifier] {
        assert!(clauses.rewording(category, "xx-unheard-of").is_some(), "nothing is suggested for {}", category.name());
    }
    // A rewording for rules that no pack has helps nobody.
    let ids: Vec<String> = sources()
        .iter()
        .flat_map(|source| source.text.lines())
        .filter_map(|line| Some(line.strip_prefix("id = \"")?.split('"').next()?.to_owned()))
        .collect();
    for rewording in clauses.rewordings() {
        for words in &rewording.rules {
            let one = haven_scan::judge::Rewording { rules: vec![words.clone()], ..rewording.clone() };
            assert!(ids.iter().any(|id| one.fits(id)), "no rule of any pack has `{words}`");
        }
    }
}

#[test]
fn a_folder_is_read_to_the_last_file_under_names_that_last() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("clinic")).unwrap();
    std::fs::write(folder.path().join(".gitignore"), "clinic\n").unwrap();
    std::fs::write(folder.path().join("clinic/.intake.html"), page(&CARD)).unwrap();
    std::fs::write(folder.path().join("b.html"), page(&CARD[..1])).unwrap();
    let read = forms(folder.path(), &Limits::default(), None);
    let names: Vec<&str> = read.iter().map(|form| form.name.as_str()).collect();
    assert_eq!(names, [".gitignore", "b.html", "clinic/.intake.html"]);
    assert!(read[2].pieces.iter().any(|piece| piece.text == CARD[1]), "{:?}", read[2]);
    assert!(forms(&folder.path().join("nowhere"), &Limits::default(), None).iter().all(|form| !form.unread.is_empty()));
}
