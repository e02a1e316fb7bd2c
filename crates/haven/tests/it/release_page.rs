//! The page that checks what leaves: what it judges and records, over real HTTP, and that nothing of a file stays behind.

use crate::desk::{House, PASSWORD, configured, ok};
use crate::web::{Answer, Server, browse_with, http_with};
use crate::{haven, root};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const BOUNDARY: &str = "a-boundary-that-is-in-no-file";
const ICE: &[(&str, &str)] = &[("to", "ice"), ("class", "federal_immigration"), ("purpose", "civil_immigration"), ("authority", "none")];
const FBI: &[(&str, &str)] = &[("to", "fbi"), ("class", "federal"), ("purpose", "criminal"), ("authority", "none")];
const SUBJECT: &[(&str, &str)] =
    &[("to", "person_concerned"), ("class", "subject"), ("purpose", "own_record"), ("authority", "written_consent")];
const NOBODY: &[(&str, &str)] =
    &[("to", "nobody-known"), ("class", "press"), ("purpose", "public_information"), ("authority", "records_request")];

const PEOPLE: &str = "case_no,unit,immigration_status,remarks\n1001,Lights,LPR,The hall is dark\n1002,Carts,undocumented,She overstayed\n";
const LIGHTS: &str = "case_no,unit\n1001,Lights\n";

/// A house whose service lays its temporary files where they can be counted, and says all that it says.
struct Desk {
    house: House,
    temporary: PathBuf,
}

impl Desk {
    fn open() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let temporary = folder.path().join("temporary");
        fs::create_dir(&temporary).unwrap();
        ok(folder.path(), &["ledger", "init", "--name", "log.example.gov/city"]);
        let server = Desk::serve(folder.path());
        Desk { house: House { folder, server }, temporary }
    }

    fn serve(folder: &Path) -> Server {
        let mut command = configured(folder);
        command.env("TMPDIR", folder.join("temporary")).env("HAVEN_LOG_LEVEL", "debug");
        Server::with(command.env("HAVEN_RELEASE_MIB_MAX", "1").env("HAVEN_RELEASE_FILES_MAX", "3"))
    }

    fn send(&self, path: &str, cookie: &str, site: &str, words: &[(&str, &str)], files: &[(&str, Vec<u8>)]) -> Answer {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let headers = [("cookie", cookie), ("sec-fetch-site", site), ("content-type", &kind)];
        http_with(self.house.server.address, "POST", path, &headers, &form(words, files))
    }

    /// What lies in the temporary folder.
    fn left(&self) -> Vec<PathBuf> {
        fs::read_dir(&self.temporary).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    fn entries(&self) -> Vec<Value> {
        self.house.entries().into_iter().filter(|entry| entry["kind"] == "release").collect()
    }
}

/// A form as a browser sends it.
fn form(words: &[(&str, &str)], files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in words {
        write!(body, "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").unwrap();
    }
    for (name, bytes) in files {
        write!(body, "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n").unwrap();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    write!(body, "--{BOUNDARY}--\r\n").unwrap();
    body
}

fn intake() -> Vec<u8> {
    fs::read(root().join("guard/examples/intake.docx")).unwrap()
}

/// A workbook with a sheet that nobody sees.
fn workbook() -> Vec<u8> {
    let rows = |cells: &[&str]| {
        let row = |(row, text): (usize, &&str)| format!(r#"<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{text}</t></is></c></row>"#);
        (1..).zip(cells).map(row).collect::<String>()
    };
    let sheets =
        [("units", false, rows(&["unit", "Lights", "Carts"])), ("more", true, rows(&["immigration_status", "LPR", "undocumented"]))];
    crate::release_copies::workbook(&sheets, &[])
}

/// A letter with a sentence under a black box.
fn boxed() -> Vec<u8> {
    let content = "BT /F1 10 Tf 72 700 Td (She is undocumented, he said to us.) Tj ET\n0 g 70 695 300 16 re f\n";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}endstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let (mut pdf, mut places) = ("%PDF-1.5\n".to_owned(), Vec::new());
    for (number, object) in (1..).zip(&objects) {
        places.push(pdf.len());
        pdf.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let at = pdf.len();
    let table: String = places.iter().map(|place| format!("{place:010} 00000 n \n")).collect();
    pdf.push_str(&format!("xref\n0 6\n0000000000 65535 f \n{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n"));
    pdf.into_bytes()
}

/// What must be the same at the command line: the outcome and how many places must not go.
fn at_the_command_line(words: &[(&str, &str)], files: &[(&str, Vec<u8>)]) -> (String, usize) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = haven();
    command.current_dir(folder.path()).args(["release", "check", "--json"]);
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
        command.arg(name);
    }
    for (name, value) in words.iter().filter(|(name, _)| *name != "whose") {
        command.args([&format!("--{name}"), *value]);
    }
    let output = command.args(["--agency", "CPD"]).output().unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    (said["outcome"].as_str().unwrap().to_owned(), said["places"].as_array().unwrap().len())
}

/// Words that stand in the files, and the names of these: none of them is ever kept.
const SECRETS: [&str; 6] = ["LPR", "overstayed", "She is", "Perpetua", "perpetua", "Maria"];

/// Sends files; what the page must say, and what must be in the register when it says so.
fn check(desk: &Desk, cookie: &str, words: &[(&str, &str)], files: &[(&str, Vec<u8>)], says: &[&str], outcomes: &[&str]) -> String {
    let told = format!("{words:?} {:?}", files.iter().map(|(name, _)| name).collect::<Vec<_>>());
    let before = desk.entries().len();
    let answer = desk.send("/release", cookie, "same-origin", &[words, &[("whose", "station 012")]].concat(), files);
    let page = answer.text().to_owned();
    assert_eq!(answer.status, 200, "{told}: {page}");
    assert_eq!((answer.header("cache-control"), answer.header("x-frame-options")), ("no-store", "DENY"));
    for text in says {
        assert!(page.contains(text), "{told}: lacks `{text}`: {page}");
    }
    for value in ["LPR", "overstayed", "She is undocumented"] {
        assert!(!page.contains(value), "{told}: shows `{value}`: {page}");
    }
    assert_eq!(desk.left(), Vec::<PathBuf>::new(), "{told}");
    let entries = desk.entries();
    let new: Vec<&Value> = entries[before..].iter().collect();
    assert_eq!(new.iter().map(|entry| entry["fields"]["outcome"].as_str().unwrap()).collect::<Vec<_>>(), outcomes, "{told}");
    // The number that the page shows is that of the judgement, and who judged is who signed in.
    assert!(page.contains(&format!("hv-number\" dir=\"ltr\">{}<", new[0]["id"].as_str().unwrap())), "{told}");
    assert_eq!(new[0]["by"], "S-12");
    let (outcome, places) = at_the_command_line(words, files);
    assert_eq!(
        (new[0]["fields"]["outcome"].as_str().unwrap(), &new[0]["fields"]["places"]),
        (outcome.as_str(), &Value::from(places)),
        "{told}"
    );
    page
}

#[test]
fn files_are_judged_recorded_and_gone() {
    let desk = Desk::open();
    let cookie = desk.house.staff("S-12", "officer", "012");
    let people = || ("perpetua.csv", PEOPLE.as_bytes().to_vec());
    let refused = ["Do not send", "MCC § 2-173-020(a)", "No copy was made", "Decline the request."];
    for (words, files, says, outcomes) in [
        (ICE, vec![("perpetua.docx", intake())], [&refused[..], &[">comment<", ">deleted text<", "line 10"]].concat(), &["refuse"][..]),
        (ICE, vec![("perpetua.xlsx", workbook())], [&refused[..], &[">hidden sheet<", "more!A"]].concat(), &["refuse"]),
        (ICE, vec![people()], [&refused[..], &["perpetua.csv", "column 3"]].concat(), &["refuse"]),
        (ICE, vec![("perpetua.pdf", boxed())], [&refused[..], &[">under a filled box<", "page 1"]].concat(), &["refuse"]),
        (
            FBI,
            vec![("perpetua.pdf", b"%PDF-1.7 and no more".to_vec())],
            vec!["Do not send: counsel decides", "What could not be read", "Nobody knows what stands there"],
            &["refer"],
        ),
        (
            NOBODY,
            vec![("lights.csv", LIGHTS.into())],
            vec!["Do not send: counsel decides", "Not known of the request: who asks"],
            &["refer"],
        ),
        (&[], vec![("lights.csv", LIGHTS.into())], vec!["Do not send: counsel decides", "by what right"], &["refer"]),
        (SUBJECT, vec![people()], vec!["May go", "places go that reveal something", "may go as it is", "Records officer"], &["release"]),
        (
            FBI,
            vec![people(), ("perpetua.docx", intake()), ("lights.csv", LIGHTS.into())],
            vec!["May go without what is withheld", "there is a clean copy", "may go as it is", "Download the clean copies"],
            &["release_without", "cleaned"],
        ),
        (
            FBI,
            vec![("perpetua.pdf", boxed())],
            vec!["May go without what is withheld", "no clean copy:", "nothing of it would be left"],
            &["release_without", "blocked"],
        ),
    ] {
        let page = check(&desk, &cookie, words, &files, &says, outcomes);
        assert_eq!(page.contains("Decline the request."), outcomes == ["refuse"], "{page}");
    }
    // Nothing that stood in a file, and no name of one, is anywhere.
    let Desk { mut house, .. } = desk;
    let log = house.server.log();
    let kept: Vec<u8> = fs::read_dir(house.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .flat_map(|path| fs::read(path).unwrap())
        .collect();
    assert!(log.contains("/release"), "{log}");
    for secret in SECRETS {
        assert!(!log.contains(secret), "{secret}: {log}");
        assert!(!kept.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret} is kept");
    }
    ok(house.folder.path(), &["ledger", "verify"]);
}

#[test]
fn what_cannot_be_taken_is_said_and_nothing_is_recorded() {
    let desk = Desk::open();
    let cookie = desk.house.staff("S-12", "officer", "012");
    let counsel = desk.house.staff("C-1", "counsel", "");
    let auditor = desk.house.staff("U-1", "auditor", "");
    let lights = || ("lights.csv", LIGHTS.as_bytes().to_vec());
    let large = || ("perpetua.csv", [LIGHTS.as_bytes(), &vec![b'x'; 3 << 19]].concat());
    let own = "same-origin";
    for (who, site, words, files, status, says) in [
        (&cookie, own, FBI, vec![], 422, "href=\"#files\">Choose at least one file."),
        (&cookie, own, FBI, vec![("", Vec::new())], 422, "href=\"#files\">Choose at least one file."),
        (&cookie, own, FBI, vec![lights(), lights(), lights(), lights()], 413, "up to 3 files, 1 MB"),
        (&cookie, own, FBI, vec![large()], 413, "up to 3 files, 1 MB"),
        (&cookie, own, &[("request", "R-2026-9")], vec![lights()], 422, "href=\"#request\">The register has no request"),
        (&cookie, own, &[("request", "Maria")], vec![lights()], 422, "href=\"#request\">The register has no request"),
        (&counsel, own, FBI, vec![lights()], 422, "href=\"#whose\">Choose whose record it is."),
        (&counsel, own, &[("whose", "station Maria")], vec![lights()], 422, "href=\"#whose\">Choose whose record it is."),
        (&auditor, own, FBI, vec![lights()], 403, "This page is for another role"),
        (&String::new(), own, FBI, vec![lights()], 303, ""),
        (&"haven=perpetua".to_owned(), own, FBI, vec![lights()], 303, ""),
        (&cookie, "cross-site", FBI, vec![lights()], 403, "Another site sent this"),
    ] {
        let answer = desk.send("/release", who, site, words, &files);
        let page = answer.text();
        let told = format!("{words:?} {:?}", files.iter().map(|(name, _)| name).collect::<Vec<_>>());
        assert_eq!(answer.status, status, "{told}: {page}");
        assert!(page.contains(says), "{told}: {page}");
        assert!(!page.contains("Maria") && !answer.header("location").contains('?'), "{told}: {page}");
        assert_eq!(desk.left(), Vec::<PathBuf>::new(), "{told}");
    }
    // No form at all, one without an end, and words without one.
    for (kind, body) in [
        ("text/plain", b"x".to_vec()),
        ("multipart/form-data; boundary=x", b"--x\r\ncontent-disposition: form-data; name=\"files\"; filename=\"a\"\r\n\r\nabc".to_vec()),
        (&format!("multipart/form-data; boundary={BOUNDARY}"), form(&[("to", &"x".repeat(2000))], &[])),
    ] {
        let headers = [("cookie", cookie.as_str()), ("sec-fetch-site", own), ("content-type", kind)];
        assert_eq!(http_with(desk.house.server.address, "POST", "/release", &headers, &body).status, 400, "{kind}");
        assert_eq!(desk.left(), Vec::<PathBuf>::new());
    }
    assert_eq!(desk.entries(), Vec::<Value>::new());
    for (path, who, status) in [("/release", &cookie, 200), ("/release", &auditor, 403), ("/release", &String::new(), 303)] {
        assert_eq!(desk.house.get(path, who).status, status);
    }
}

#[test]
fn clean_copies_are_fetched_once_by_whoever_asked_for_them() {
    let desk = Desk::open();
    let (cookie, other) = (desk.house.staff("S-12", "officer", "012"), desk.house.staff("S-13", "officer", "012"));
    // The same name twice, and one that would lead elsewhere.
    let people = |name| (name, PEOPLE.as_bytes().to_vec());
    let files = [people("a.csv"), people("../b/a.csv"), people("..\\\u{202e}x<b>.csv")];
    let answer = desk.send("/release", &cookie, "same-origin", &[FBI, &[("once", "w1")]].concat(), &files);
    let page = answer.text();
    assert!(!page.contains("<b>.csv") && page.contains("x&#60;b&#62;.csv"), "{page}");
    let token = page.split("name=\"copies\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(token.len(), 64);
    let fetch = |token: &str, cookie: &str, site: &str| {
        let headers = [("cookie", cookie), ("sec-fetch-site", site), ("content-type", "application/x-www-form-urlencoded")];
        http_with(desk.house.server.address, "POST", "/release/copies", &headers, format!("copies={token}").as_bytes())
    };
    let wrong = "0".repeat(64);
    for (token, cookie, site, status) in [
        (wrong.as_str(), &cookie, "same-origin", 410),
        (token, &other, "same-origin", 410),
        (token, &cookie, "cross-site", 403),
        (token, &String::new(), "same-origin", 303),
    ] {
        assert_eq!(fetch(token, cookie, site).status, status);
    }
    let zip = fetch(token, &cookie, "same-origin");
    assert_eq!((zip.status, zip.header("content-type"), zip.header("content-encoding")), (200, "application/zip", ""));
    assert_eq!((zip.header("content-disposition"), zip.header("cache-control")), ("attachment; filename=\"clean-copies.zip\"", "no-store"));
    let mut archive = zip::ZipArchive::new(Cursor::new(zip.body)).unwrap();
    let mut texts = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert!(!text.contains("LPR") && !text.contains("overstayed"), "{name}: {text}");
        texts.push((name, text));
    }
    let names: Vec<&str> = texts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["a.csv", "2-a.csv", "x<b>.csv"]
            .iter()
            .flat_map(|name| [format!("copies/{name}"), format!("what-went/{name}.log")])
            .chain(["cover-sheet.html".to_owned()])
            .collect::<Vec<_>>()
    );
    assert!(texts[0].1.starts_with("case_no,unit\n1001,Lights"), "{}", texts[0].1);
    let gone = fetch(token, &cookie, "same-origin");
    assert!(gone.status == 410 && gone.text().contains("Those copies are no longer here"), "{}", gone.text());
    assert_eq!(http_with(desk.house.server.address, "GET", "/release/copies", &[("cookie", &cookie)], b"").status, 405);
    // What is sent again, by a reload, is recorded once.
    let again = desk.send("/release", &cookie, "same-origin", &[FBI, &[("once", "w1")]].concat(), &files);
    let number = |page: &str| page.split("hv-number\" dir=\"ltr\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(number(again.text()), number(page));
    assert_eq!(desk.entries().len(), 2);
}

/// Begins to send a file and stops in its midst; gives the connection when so many of them have begun to lie there.
fn half_sent(desk: &Desk, cookie: &str, count: usize) -> TcpStream {
    let body = form(FBI, &[("perpetua.csv", [PEOPLE.as_bytes(), &vec![b'x'; 1 << 18]].concat())]);
    let mut stream = TcpStream::connect(desk.house.server.address).unwrap();
    let head = format!(
        "POST /release HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\nsec-fetch-site: same-origin\r\n\
         content-type: multipart/form-data; boundary={BOUNDARY}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body[..body.len() / 2]).unwrap();
    let begun = Instant::now();
    let lies = |folder: &&PathBuf| folder.join("files/1.csv").metadata().is_ok_and(|data| data.len() > 0);
    while desk.left().iter().filter(lies).count() < count {
        assert!(begun.elapsed() < Duration::from_secs(20), "no file came: {:?}", desk.left());
        std::thread::sleep(Duration::from_millis(20));
    }
    stream
}

#[test]
fn nothing_stays_of_who_breaks_off_or_of_a_service_that_dies() {
    let mut desk = Desk::open();
    let cookie = desk.house.staff("S-12", "officer", "012");
    let stream = half_sent(&desk, &cookie, 1);
    assert_eq!(desk.left()[0].metadata().unwrap().permissions().mode() & 0o777, 0o700);
    drop(stream);
    let begun = Instant::now();
    while !desk.left().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it stays: {:?}", desk.left());
        std::thread::sleep(Duration::from_millis(20));
    }
    // Another service that starts does not take away what one that lives is at.
    let stream = half_sent(&desk, &cookie, 1);
    let second = Desk::serve(desk.house.folder.path());
    assert_eq!(desk.left().len(), 1);
    drop(second);
    // One that died can let go of nothing; the next one does.
    desk.house.server.log();
    assert_eq!(desk.left().len(), 1);
    // What only looks like it stays.
    fs::create_dir(desk.temporary.join("haven-release-of-somebody")).unwrap();
    fs::write(desk.temporary.join("haven-release-no-folder"), "x").unwrap();
    desk.house.server = Desk::serve(desk.house.folder.path());
    let left: BTreeSet<String> = desk.left().iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(left, ["haven-release-no-folder", "haven-release-of-somebody"].map(str::to_owned).into());
    drop(stream);
    assert_eq!(desk.entries(), Vec::<Value>::new());
}

/// Two checks run at once; a third one waits until one of them ends.
#[test]
fn further_checks_wait_their_turn() {
    let desk = Desk::open();
    let cookie = desk.house.staff("S-12", "officer", "012");
    let lights = [("lights.csv", LIGHTS.as_bytes().to_vec())];
    // The first check of a service takes longer than others.
    assert_eq!(desk.send("/release", &cookie, "same-origin", SUBJECT, &lights).status, 200);
    let (first, second) = (half_sent(&desk, &cookie, 1), half_sent(&desk, &cookie, 2));
    let (answered, answer) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| answered.send(desk.send("/release", &cookie, "same-origin", SUBJECT, &lights).status).unwrap());
        assert!(answer.recv_timeout(Duration::from_secs(3)).is_err(), "three checks run at once");
        drop(first);
        assert_eq!(answer.recv_timeout(Duration::from_secs(15)).unwrap(), 200);
    });
    drop(second);
    assert_eq!(desk.entries().len(), 2);
}

#[test]
fn what_cannot_be_recorded_is_not_shown() {
    let desk = Desk::open();
    let cookie = desk.house.staff("S-12", "officer", "012");
    ok(desk.house.folder.path(), &["ledger", "freeze"]);
    let answer = desk.send("/release", &cookie, "same-origin", ICE, &[("perpetua.csv", PEOPLE.into())]);
    let page = answer.text();
    assert_eq!(answer.status, 500, "{page}");
    assert!(page.contains("The judgement could not be recorded, so it is not shown."), "{page}");
    assert!(!page.contains("2-173") && !page.contains("hv-answer"), "{page}");
    assert_eq!(desk.left(), Vec::<PathBuf>::new());
}

/// Every word of the judge, and every place where something is hidden, has its words for the page.
#[test]
fn the_page_has_words_for_all_that_is_judged() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let judge: toml::Table = read("guard/judge.toml").parse().unwrap();
    let mut keys = BTreeSet::new();
    for list in ["class", "purpose", "authority", "topic"] {
        keys.extend(judge[list].as_array().unwrap().iter().map(|word| format!("release-{list}-{}", word["name"].as_str().unwrap())));
    }
    let hidden = read("crates/haven-extract/src/lib.rs");
    let hidden = hidden.split("const HIDDEN").nth(1).unwrap().split("];").next().unwrap().to_owned();
    keys.extend(hidden.split('"').skip(1).step_by(2).map(|name| format!("release-hidden-{}", name.replace(' ', "_"))));
    assert!(keys.len() > 50, "{keys:?}");
    let known = ["release-class-", "release-purpose-", "release-authority-", "release-topic-", "release-hidden-"];
    let own: BTreeSet<String> = read("words/en/release.ftl")
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(key, _)| key.to_owned())
        .filter(|key| known.iter().any(|start| key.starts_with(start)) && key != "release-topic-hint")
        .collect();
    assert_eq!(own, keys);
}

/// The page as a person uses it: `web/tests/release.mjs`.
#[test]
fn a_browser_finds_no_fault_in_the_release_page() {
    let desk = Desk::open();
    desk.house.staff("S-12", "supervisor", "012");
    desk.house.staff("C-1", "counsel", "");
    let files = desk.house.folder.path().join("files");
    fs::create_dir(&files).unwrap();
    for (name, bytes) in [
        ("intake.docx", intake()),
        ("people.csv", PEOPLE.into()),
        ("lights.csv", LIGHTS.into()),
        ("letter.pdf", boxed()),
        ("broken.pdf", b"%PDF-1.7 and no more".to_vec()),
    ] {
        fs::write(files.join(name), bytes).unwrap();
    }
    browse_with("release.mjs", &[&format!("http://{}|S-12|C-1|{PASSWORD}", desk.house.server.address), files.to_str().unwrap()]);
    assert_eq!(desk.left(), Vec::<PathBuf>::new());
}
