//! `haven release`: judgements, what is found where, clean copies, the register, agreements.

use crate::{haven, root};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

fn run(folder: &Path, line: &str) -> Output {
    haven().current_dir(folder).args(line.split(' ')).output().unwrap()
}

/// Runs a command, and says what it printed; its exit code must be this one.
fn check(folder: &Path, line: &str, code: i32) -> String {
    let output = run(folder, line);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(code), "haven {line}\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[test]
fn the_page_shows_real_output() {
    let page: String =
        ["docs/release.md", "docs/release-copies.md"].iter().map(|page| fs::read_to_string(root().join(page)).unwrap()).collect();
    let blocks: Vec<&str> = page.split("```text\n$ haven ").skip(1).map(|rest| rest.split_once("\n```").unwrap().0).collect();
    assert_eq!(blocks.len(), 4);
    for (block, code) in blocks.iter().zip([1, 0, 3, 1]) {
        let (line, shown) = block.split_once('\n').unwrap();
        assert_eq!(check(&root(), line, code).trim_end(), shown, "{line}");
    }
}

const PEOPLE: &str =
    "case_no,unit,immigration_status,remarks\n1001,Lights,LPR,The hall is dark\n1002,Carts,undocumented,She overstayed her visa\n";
const FBI: &str = "--to FBI --class federal --purpose criminal --authority none";

fn zipped(path: &Path, entries: &[(&str, &str)]) {
    let mut zip = zip::ZipWriter::new(fs::File::create(path).unwrap());
    for (name, text) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("people.csv"), PEOPLE).unwrap();
    fs::write(folder.path().join("lights.csv"), "case_no,unit\n1001,Lights\n").unwrap();
    fs::copy(root().join("guard/examples/intake.docx"), folder.path().join("intake.docx")).unwrap();
    check(folder.path(), "ledger init --name log.example.gov/city", 0);
    folder
}

#[test]
fn clean_copies_are_recorded_first_and_hold_nothing_that_is_withheld() {
    let folder = desk();
    let path = folder.path();
    let said = check(
        path,
        &format!(
            "release check people.csv intake.docx lights.csv {FBI} --by S-7 --station 001 --fix out --cover cover.html --on 2026-05-04"
        ),
        0,
    );
    assert!(said.contains("people.csv: clean copy out/people.csv") && said.contains("lights.csv: may go as it is"), "{said}");
    // The original is as it was, the copy says nothing, nor does the log, the cover or what was printed.
    assert_eq!(fs::read_to_string(path.join("people.csv")).unwrap(), PEOPLE);
    let read = |name: &str| fs::read_to_string(path.join(name)).unwrap();
    for text in [&read("out/people.csv"), &read("out/people.csv.log"), &read("out/intake.docx.log"), &read("cover.html"), &said] {
        for word in ["undocumented", "LPR", "overstayed"] {
            assert!(!text.contains(&format!(" {word} ")) && !text.contains(&format!(",{word},")), "{word}: {text}");
        }
    }
    assert!(read("cover.html").contains("Records officer"));
    for copy in ["out/people.csv", "out/intake.docx"] {
        check(path, &format!("release check {copy} {FBI} --agency CPD --on 2026-05-04"), 0);
    }
    // Two entries: what was judged, and what was done after it.
    let entries = check(path, "register list --kind release --jsonl", 0);
    assert_eq!(entries.lines().count(), 2, "{entries}");
    assert!(entries.contains("release_without") && entries.contains("cleaned"), "{entries}");
    for word in ["people", "undocumented", "Example", "intake"] {
        assert!(!entries.contains(word), "{word}: {entries}");
    }
    check(path, "ledger verify", 0);
    // What is there already is not written over.
    let again = check(path, &format!("release check people.csv {FBI} --by S-7 --station 001 --fix out --on 2026-05-04"), 1);
    assert!(again.contains("is there already"), "{again}");
}

#[test]
fn where_the_answer_is_no_or_counsels_no_copy_is_made() {
    let folder = desk();
    for (words, code) in [
        ("--to ICE --class federal_immigration --purpose civil_immigration --authority none", 1),
        ("--to ICE --class federal_immigration --purpose civil_immigration --authority court_order", 3),
        ("--class public --purpose public_information --authority none", 3),
        ("--to nobody-known --class press --purpose public_information --authority none", 3),
    ] {
        let said =
            check(folder.path(), &format!("release check people.csv {words} --by S-7 --station 001 --fix out --on 2026-05-04"), code);
        assert!(said.contains("No copy was made."), "{said}");
        assert!(!folder.path().join("out").exists());
    }
}

#[test]
fn what_cannot_be_read_or_cleaned_is_not_released() {
    let folder = desk();
    fs::write(folder.path().join("broken.pdf"), b"%PDF-1.7 and no more").unwrap();
    check(folder.path(), &format!("release check broken.pdf {FBI} --agency CPD --on 2026-05-04"), 3);
    fs::write(folder.path().join("note.md"), "# Note\n\nShe is undocumented.\n").unwrap();
    let said = check(folder.path(), &format!("release check note.md {FBI} --by S-7 --station 001 --fix out --on 2026-05-04"), 1);
    assert!(said.contains("no copy"), "{said}");
    assert!(fs::read_dir(folder.path().join("out")).unwrap().next().is_none());
    check(folder.path(), &format!("release check missing.csv {FBI}"), 2);
}

#[test]
fn pages_and_xml_are_copied_without_what_is_withheld() {
    let folder = desk();
    for (name, text, left) in [
        ("note.html", "<p>She is undocumented.</p>\n<p>The light is broken.</p>\n", "<p>The light is broken.</p>"),
        ("note.xml", "<case><id>7</id><immigration_status>undocumented</immigration_status></case>\n", "<id>7</id>"),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
        check(folder.path(), &format!("release check {name} {FBI} --by S-7 --station 001 --fix out --on 2026-05-04"), 0);
        let copy = fs::read_to_string(folder.path().join("out").join(name)).unwrap();
        assert!(copy.contains(left) && !copy.contains("undocumented"), "{copy}");
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), text);
    }
}

#[test]
fn a_text_is_looked_at_as_the_gateway_does_and_so_is_its_name() {
    let folder = desk();
    let path = folder.path();
    let hidden = STANDARD.encode("She is an undocumented immigrant.");
    for (name, text, code) in [
        ("plain.html", "<p>The light is broken.</p>".to_owned(), 0),
        ("split.html", "<p>An un<b>docu</b>mented immigrant called.</p>".to_owned(), 1),
        ("value.html", "<form><input name=\"a\" value=\"undocumented immigrant\"></form>".to_owned(), 1),
        ("packed.json", format!("{{\"note\":\"{hidden}\"}}"), 1),
        ("plain.json", "{\"note\":\"The light is broken.\"}".to_owned(), 0),
        ("twice.json", "{\"note\":1,\"note\":2}".to_owned(), 3),
        ("windows.txt", "The caf\u{e9} is closed.".to_owned(), 0),
        ("undocumented immigrants.csv", "case_no,unit\n1001,Lights\n".to_owned(), 1),
    ] {
        let bytes = if name == "windows.txt" { text.chars().map(|c| c as u8).collect() } else { text.into_bytes() };
        fs::write(path.join(name), &bytes).unwrap();
        let words: Vec<&str> = ["release", "check", name].into_iter().chain(FBI.split(' ')).collect();
        let words = [&words[..], &["--by", "S-7", "--station", "001", "--fix", "out", "--on", "2026-05-04"]].concat();
        let output = haven().current_dir(path).args(&words).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        // What was found is out of the copy.
        assert_eq!(
            output.status.code(),
            Some(if code == 1 { 0 } else { code }),
            "{name}: {said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(said.contains("clean copy"), code == 1, "{name}: {said}");
    }
    let names: BTreeSet<String> =
        fs::read_dir(path.join("out")).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.contains("[withheld] 1.csv") && !names.iter().any(|name| name.contains("undocumented")), "{names:?}");
}

/// Wherever a text lies, it is looked at as the gateway does; so is what stands in a cell.
#[test]
fn a_text_inside_another_file_is_looked_at_as_the_gateway_does() {
    let folder = desk();
    let path = folder.path();
    let coded = STANDARD.encode("She is an undocumented immigrant.");
    for (name, kind, text) in [
        ("a.html", "text/html", "<p>An un<b>docu</b>mented immigrant called.</p>".to_owned()),
        ("a.json", "application/json", format!("{{\"note\":\"{coded}\"}}")),
        (
            "a.xml",
            "application/xml",
            "<a xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><b xsi:type=\"ImmigrationStatusType\">LPR</b></a>".to_owned(),
        ),
        ("a.txt", "text/plain", coded.clone()),
    ] {
        zipped(&path.join("in.zip"), &[(name, &text)]);
        let head = "From: a@example.org\nSubject: x\nMIME-Version: 1.0\n";
        let attached = format!(
            "{head}Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: {kind}\nContent-Disposition: attachment; filename={name}\n\n{text}\n--B--\n"
        );
        fs::write(path.join("in.eml"), attached).unwrap();
        fs::write(path.join("body.eml"), format!("{head}Content-Type: {kind}\n\n{text}\n")).unwrap();
        for file in ["in.zip", "in.eml", "body.eml"] {
            if file == "body.eml" && !kind.starts_with("text/") {
                continue;
            }
            let said = check(path, &format!("release check {file} {FBI} --agency CPD --on 2026-05-04"), 1);
            assert!(said.contains("1 place must not go") && said.contains("line 1, "), "{name} in {file}: {said}");
        }
    }
    let page = format!("<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>{coded}</w:t></w:r></w:p></w:body></w:document>");
    zipped(&path.join("in.docx"), &[("[Content_Types].xml", "<Types/>"), ("word/document.xml", &page)]);
    check(path, &format!("release check in.docx {FBI} --agency CPD --on 2026-05-04"), 1);
}

/// What was decoded before is looked at whatever it says of its charset.
#[test]
fn what_offices_send_every_day_is_read() {
    let folder = desk();
    let path = folder.path();
    let head = "From: a@example.org\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/html; charset=iso-8859-1\n\n";
    let page = "<html><head><meta charset=iso-8859-1></head><body><p>The caf\u{e9} is closed.</p></body></html>";
    let mail: Vec<u8> = format!("{head}{page}\n").chars().map(|c| c as u8).collect();
    fs::write(path.join("mail.eml"), &mail).unwrap();
    let drawing = "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"><title>Lights</title></svg>";
    zipped(&path.join("in.zip"), &[("a.svg", drawing)]);
    for file in ["mail.eml", "in.zip"] {
        let said = check(
            path,
            &format!(
                "release check {file} --to press --class press --purpose public_information --authority records_request --agency CPD --on 2026-05-04"
            ),
            0,
        );
        assert!(said.contains("May go"), "{file}: {said}");
    }
}

/// A number of a person in the name of a file is found, wherever the file lies, and not repeated.
#[test]
fn numbers_of_people_in_names_of_files_are_found() {
    let folder = desk();
    let path = folder.path();
    for name in ["A087654321.txt", "Lopez A087654321/a.txt", "maria-lopez-A087654321.txt", "A-087654321_scan.txt"] {
        zipped(&path.join("in.zip"), &[(name, "The light is out.")]);
        let said = check(path, &format!("release check in.zip {FBI} --agency CPD --on 2026-05-04"), 1);
        assert!(said.contains("must not go") && !said.contains("087654321"), "{name}: {said}");
    }
    fs::write(path.join("A087654321.txt"), "The light is out.").unwrap();
    let said = check(path, &format!("release check A087654321.txt {FBI} --agency CPD --on 2026-05-04"), 1);
    assert!(said.contains("the name of the file"), "{said}");
}

/// A place says nothing of whom a text is about, nor what stands in it.
#[test]
fn places_repeat_no_key_that_may_be_a_name() {
    let folder = desk();
    let path = folder.path();
    for (name, text) in [
        ("people.json", "{\"Garcia, Maria\":{\"note\":\"She overstayed her visa.\"}}"),
        ("people.xml", "<people><Garcia_Maria><note>She overstayed her visa.</note></Garcia_Maria></people>"),
        ("headless.csv", "Maria Garcia,undocumented\nOlu Ade,undocumented\n"),
    ] {
        fs::write(path.join(name), text).unwrap();
        let said = check(path, &format!("release check {name} {FBI} --by S-7 --station 001 --fix out --on 2026-05-04"), 0);
        let log = fs::read_to_string(path.join(format!("out/{name}.log"))).unwrap();
        let told = format!("{said}{log}").replace("en-undocumented", "");
        for word in ["Garcia", "undocumented", "overstayed"] {
            assert!(!told.contains(word), "{name}, {word}: {told}");
        }
    }
    // Nor in a text of another kind, or inside another file.
    let mail = "From: a@example.org\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n--B\n\
                Content-Type: application/json; name=a.json\n\n{\"Garcia, Maria\":{\"note\":\"She overstayed her visa.\"}}\n--B\n\
                Content-Type: text/csv; name=b.csv\n\nMaria Garcia,undocumented\nOlu Ade,undocumented\n--B--\n";
    for (name, text) in [
        ("people.geojson", "{\"Garcia, Maria\":{\"note\":\"She overstayed her visa.\"}}"),
        ("people.yaml", "Garcia Maria:\n  note: She overstayed her visa.\n"),
        ("headless.psv", "Maria Garcia|undocumented|x\nOlu Ade|undocumented|y\n"),
        ("mail.eml", mail),
    ] {
        fs::write(path.join(name), text).unwrap();
        let told = check(path, &format!("release check {name} {FBI} --agency CPD --on 2026-05-04"), 1).replace("en-undocumented", "");
        for word in ["Garcia", "undocumented", "overstayed"] {
            assert!(!told.contains(word), "{name}, {word}: {told}");
        }
        assert!(told.contains("citizenship or immigration status"), "{name}: {told}");
    }
}

/// The words of the judge are words of the register: else what was judged could not be recorded as it was.
#[test]
fn the_register_has_the_words_of_the_judge() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap().parse::<toml::Table>().unwrap();
    let (judge, register) = (read("guard/judge.toml"), read("law/register.toml"));
    for (list, kept) in [("purpose", "release_purpose"), ("authority", "release_authority"), ("topic", "release_topic")] {
        let words: BTreeSet<&str> = judge[list].as_array().unwrap().iter().map(|word| word["name"].as_str().unwrap()).collect();
        let known: BTreeSet<&str> =
            register["list"][kept].as_table().unwrap().keys().map(String::as_str).filter(|word| *word != "unknown").collect();
        assert_eq!(words, known, "{list}");
    }
}

/// A real form as people fill it in, with made-up answers: a program puts them behind what was there. Asked for by ICE, by whom it
/// is about, and by ICE with a court's order.
#[test]
#[expect(clippy::disallowed_methods, reason = "where the samples lie is configuration of the test")]
fn a_real_form_filled_in_goes_to_whom_it_is_about() {
    let samples = std::env::var_os("HAVEN_SAMPLES").map_or_else(|| root().join("../shared"), PathBuf::from);
    let Ok(blank) = fs::read(samples.join("documents/michigan-benefits--AssistanceApplication.pdf")) else {
        println!("the samples are absent: set HAVEN_SAMPLES to their folder");
        return;
    };
    let answers = [("first_member_dob", "02/30/1990"), ("notes", "Her neighbour overstayed his visa.")];
    let form = filled(&blank, &answers);
    let folder = desk();
    let path = folder.path();
    fs::write(path.join("form.pdf"), &form).unwrap();
    let (ice, paper) = ("--to ICE --class federal_immigration --purpose civil_immigration", "--agency DFSS --on 2026-05-04");
    let to_ice = check(path, &format!("release check form.pdf {ice} --authority none {paper}"), 1);
    assert!(to_ice.contains("must not go") && to_ice.contains("en-overstay"), "{to_ice}");
    fs::write(path.join("blank.pdf"), &blank).unwrap();
    let of_blank = check(path, &format!("release check blank.pdf {ice} --authority none {paper}"), 1);
    assert!(!of_blank.contains("en-overstay"), "it stands in what was filled in: {of_blank}");
    let subject = "--to subject --class subject --purpose own_record --authority written_consent";
    assert!(check(path, &format!("release check form.pdf {subject} {paper}"), 0).contains("May go"));
    let ordered = check(path, &format!("release check form.pdf {ice} --authority court_order {paper}"), 3);
    assert!(ordered.contains("counsel decides"), "{ordered}");
    for said in [to_ice, ordered] {
        assert!(answers.iter().all(|(_, answer)| !said.contains(answer)), "{said}");
    }
}

/// A PDF with answers in its fields, as a change that stands behind it. The fields must stand in it as they are, unpacked.
fn filled(blank: &[u8], answers: &[(&str, &str)]) -> Vec<u8> {
    let at = |mark: &[u8], from: usize| from + blank[from..].windows(mark.len()).position(|bytes| bytes == mark).unwrap();
    let last = |mark: &[u8]| blank.windows(mark.len()).rposition(|bytes| bytes == mark).unwrap();
    let word = |from: usize| String::from_utf8(blank[from..].trim_ascii_start().iter().copied().take_while(u8::is_ascii_digit).collect());
    let (before, root) = (word(last(b"startxref") + 9).unwrap(), word(last(b"/Root") + 5).unwrap());
    let (mut form, mut places) = (blank.to_vec(), BTreeMap::new());
    for (field, answer) in answers {
        let name = at(format!("/T({field})").as_bytes(), 0);
        let begin = blank[..name].windows(4).rposition(|bytes| bytes == b" obj").unwrap();
        let number: String = blank[..begin - 2].iter().rev().map(|byte| char::from(*byte)).take_while(char::is_ascii_digit).collect();
        let number: u32 = number.chars().rev().collect::<String>().parse().unwrap();
        places.insert(number, form.len());
        form.extend(format!("{number} 0 obj").bytes());
        form.extend_from_slice(&blank[begin + 4..name]);
        form.extend(format!("/V({answer})").bytes());
        form.extend_from_slice(&blank[name..at(b"endobj", name)]);
        form.extend_from_slice(b"endobj\n");
    }
    let table = form.len();
    form.extend_from_slice(b"xref\n");
    places.iter().for_each(|(number, at)| form.extend(format!("{number} 1\n{at:010} 00000 n \n").bytes()));
    form.extend(format!("trailer\n<</Size 9999/Root {root} 0 R/Prev {before}>>\nstartxref\n{table}\n%%EOF\n").bytes());
    form
}
