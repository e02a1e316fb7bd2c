//! Reasons: a table of typed strings with what they say, the file's own examples, and the real logs' reasons where they lie.

use crate::{audit, samples};
use haven_audit::purpose::{Purposes, Reason};
use haven_detect::{Detector, Source};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

static PURPOSES: LazyLock<Purposes> = LazyLock::new(|| Purposes::load(&audit(), &["purposes.toml"], Arc::new(detector())).unwrap());

/// The phrase packs, as they lie.
pub(crate) fn detector() -> Detector {
    let mut sources = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../phrases");
    for folder in std::fs::read_dir(root).unwrap().map(|folder| folder.unwrap().path()).filter(|folder| folder.is_dir()) {
        for file in std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()) {
            let path = format!("{}/{}", folder.file_name().unwrap().to_string_lossy(), file.file_name().unwrap().to_string_lossy());
            sources.push(Source { path, text: std::fs::read_to_string(&file).unwrap() });
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Detector::new(&sources).unwrap()
}

#[test]
fn every_example_of_every_entry_comes_out_as_it_says() {
    let failures = PURPOSES.check();
    let lines: Vec<String> = failures
        .iter()
        .map(|failure| format!("{}: `{}` {}", failure.id, failure.example, if failure.hit { "is not seen" } else { "is seen" }))
        .collect();
    assert!(lines.is_empty(), "{} examples fail:\n{}", lines.len(), lines.join("\n"));
}

/// What is typed; `yes` where immigration is seen; what it says of assistance (`-`: nothing); the purpose; the masked reason.
fn check(table: &[(&str, &str, &str, &str, &str)]) {
    let mut wrong = Vec::new();
    for (typed, immigration, assists, purpose, masked) in table {
        let reason = PURPOSES.read(typed);
        let said = (
            if reason.immigration.is_some() { "yes" } else { "no" },
            reason.assists.unwrap_or("-"),
            reason.purpose,
            reason.masked.as_str(),
        );
        if said != (*immigration, *assists, *purpose, *masked) {
            wrong.push(format!("`{typed}`: {said:?}, {:?}", reason.immigration));
        }
    }
    assert!(wrong.is_empty(), "{} come out otherwise:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn reasons_say_what_they_say() {
    check(&[
        // Immigration, in the words of real logs and in typing errors.
        ("ICE", "yes", "-", "named", "ICE"),
        ("ICE+ERO", "yes", "-", "named", "ICE+ERO"),
        ("assist ICE with locate", "yes", "named", "named", "assist ICE with locate"),
        ("Drugs/immigration violations", "yes", "-", "offense", "Drugs/immigration violations"),
        ("ICE HSI TARGET", "yes", "-", "named", "ICE HSI TARGET"),
        ("imigration warrnat", "yes", "-", "named", "imigration warrant"),
        ("orden de deportación", "yes", "-", "named", "order […] deportación"),
        ("inmigración", "yes", "-", "named", "inmigración"),
        ("ICEERO", "yes", "-", "named", "ICEERO"),
        ("immigraton inv", "yes", "-", "named", "immigration inv"),
        ("stop Immigrtn Okafor", "yes", "-", "named", "[…] immig[…]"),
        ("fed assist", "no", "unnamed", "vague", "fed assist"),
        ("assist the feds", "no", "unnamed", "vague", "assist the feds"),
        ("uspiss", "no", "-", "vague", "[…]"),
        ("HSI narcotics", "no", "-", "offense", "HSI narcotics"),
        // The letters with another meaning.
        ("suspect vehice", "no", "-", "vague", "suspect vehicle"),
        ("warrant serice", "no", "-", "vague", "warrant service"),
        ("selling ice", "no", "-", "offense", "selling ice"),
        ("black ice, car in ditch", "no", "-", "vague", "black ice, car in […]"),
        ("notice of violation", "no", "-", "vague", "notice of violation"),
        ("ICE contact for missing juvenile", "no", "-", "offense", "ICE contact for missing juvenile"),
        ("visa gift card fraud", "no", "-", "offense", "visa gift card fraud"),
        ("senior citizen scam", "no", "-", "offense", "[…] citizen scam"),
        ("citizen assist", "no", "-", "named", "citizen assist"),
        ("admin warrant", "no", "-", "vague", "admin warrant"),
        ("EV or ICE vehicle", "no", "-", "vague", "EV or ICE vehicle"),
        ("visa fraud", "no", "-", "offense", "visa fraud"),
        ("stolen passport", "no", "-", "offense", "stolen […]"),
        ("US citizen missing in Mexico", "no", "-", "offense", "[…] citizen missing in […]"),
        ("burglary Asylum St", "no", "-", "offense", "burglary […]"),
        ("drug importation", "no", "-", "offense", "drug importation"),
        ("immunization clinic theft", "no", "-", "offense", "immunization […] theft"),
        ("birth certificate fraud", "no", "-", "offense", "[…] fraud"),
        ("green card theft", "no", "-", "offense", "[…] card theft"),
        ("country club burglary", "no", "-", "offense", "country club burglary"),
        // For whom.
        ("Agency Assist", "no", "unnamed", "vague", "Agency Assist"),
        ("AOA", "no", "unnamed", "vague", "AOA"),
        ("PD assist theft", "no", "unnamed", "offense", "PD assist theft"),
        ("agency assist-Okafor", "no", "unclear", "vague", "agency assist-[…]"),
        ("agency assist-[NAME]", "no", "unclear", "vague", "agency assist-[…]"),
        ("Assist Crestview PD", "no", "named", "vague", "Assist […] PD"),
        ("assist LCPD homicide", "no", "named", "offense", "assist […] homicide"),
        ("mutual aid FBI", "no", "named", "vague", "mutual aid FBI"),
        // Names, plates, numbers and addresses never come through; a name that is also a word is printed as the word.
        ("warrant Okafor, Adaeze DOB 4/1/1990", "no", "-", "vague", "warrant […]"),
        ("stolen veh tag 7ABC123 from 1200 Elm St", "no", "-", "offense", "stolen veh tag […] from […]"),
        ("25-11873 burglary", "no", "-", "offense", "[…] burglary"),
        ("CAR123", "no", "-", "vague", "[…]"),
        ("11-6-25 Lululemon Fraud", "no", "-", "offense", "[…] Fraud"),
        ("911", "no", "-", "vague", "911"),
        // What a program adds, and what is not there.
        ("More Like This: STOLEN VEHICLE", "no", "-", "offense", "More Like This: STOLEN VEHICLE"),
        (
            "Other image search from alerts page associated with Alert: Investigation 7ABC123 - 2025-08-16T04:37:04.256Z",
            "no",
            "-",
            "vague",
            "Other image search from alerts page associated with Alert: Investigation […]",
        ),
        ("", "no", "-", "none", ""),
        ("  ", "no", "-", "none", ""),
        ("——", "no", "-", "none", "——"),
        ("N/A", "no", "-", "none", "N/A"),
        ("***", "no", "-", "redacted", "***"),
        ("[REDACTED]", "no", "-", "redacted", "[…]"),
        ("Okafor", "no", "-", "vague", "[…]"),
        ("Forgione warrant", "no", "-", "offense", "[…] warrant"),
        ("p", "no", "-", "vague", "[…]"),
        ("two\nlines\nof theft", "no", "-", "offense", "[…] of theft"),
    ]);
}

#[test]
fn word_lists_that_cannot_be_used_are_refused_with_their_place() {
    let entry = |id: &str, text: &str, near: &str| {
        format!("[[entry]]\nid = \"{id}\"\nkind = \"vague\"\nmeans = \"x\"\ntext = [\"{text}\"]\nhits = [\"inv\"]\nnear = [{near}]\n")
    };
    for (text, expected) in [
        (entry("a", "(inv", "\"b\""), "audit/purposes.toml, entry `a`: expected words, `(a|b)` and stems of three letters, found (inv"),
        (entry("a", "in*", "\"b\""), "audit/purposes.toml, entry `a`: expected words, `(a|b)` and stems of three letters, found in*"),
        (entry("a", "inv", ""), "audit/purposes.toml, entry `a`: expected hits and near misses, found none"),
        (entry("a", "inv", "\"b\"").repeat(2), "audit/purposes.toml, entry `a`: expected an id of its own, found the id a second time"),
        (
            entry("a", "inv", "\"b\"").replace("vague", "vogue"),
            "audit/purposes.toml, line 4: expected what docs/audit.md says, found unknown variant `vogue`",
        ),
    ] {
        let files = [("audit/purposes.toml".to_owned(), format!("endings = []\n{text}"))];
        let error = Purposes::load(&files, &["purposes.toml"], Arc::new(Detector::new(&[]).unwrap())).err().unwrap().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    let error = Purposes::load(&[], &["purposes.toml"], Arc::new(Detector::new(&[]).unwrap())).err().unwrap().to_string();
    assert_eq!(error, "purposes.toml: expected the file, found none of that name");
    // An example that comes out otherwise is told.
    let wrong = Purposes::load(
        &[("purposes.toml".to_owned(), format!("endings = []\n{}", entry("a", "theft", "\"theft\"")))],
        &["purposes.toml"],
        Arc::new(Detector::new(&[]).unwrap()),
    )
    .unwrap();
    let failures: Vec<_> = wrong.check().into_iter().map(|failure| (failure.example, failure.hit)).collect();
    assert_eq!(failures, [("inv".to_owned(), true), ("theft".to_owned(), false)]);
}

/// Counts and reasons of a file of the samples.
fn counted(file: &Path) -> Vec<(u64, String)> {
    let text = std::fs::read_to_string(file).unwrap();
    let rows = text.lines().skip(1).filter_map(|line| line.split_once('\t'));
    rows.map(|(count, reason)| (count.parse().unwrap(), reason.to_owned())).collect()
}

#[test]
fn real_reasons_of_two_logs_and_the_quoted_ones() {
    let Some(folder) = samples("data/alpr") else { return };
    let mut wrong: Vec<String> = Vec::new();
    let mut expect = |text: &str, seen: bool| {
        let reason: Reason = PURPOSES.read(text);
        if reason.immigration.is_some() != seen {
            wrong.push(format!("`{text}`: {:?}", reason.immigration));
        }
    };
    let quoted = std::fs::read_to_string(folder.join("reason_strings_quoted.tsv")).unwrap();
    let quoted: Vec<(&str, &str)> = quoted
        .lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split('\t');
            (cells.next().unwrap(), cells.next().unwrap())
        })
        .collect();
    quoted.iter().for_each(|(label, text)| expect(text, *label == "immigration"));
    let stow = std::fs::read_to_string(folder.join("reasons_immigration_stow.tsv")).unwrap();
    stow.lines().skip(1).for_each(|line| expect(line.splitn(3, '\t').nth(2).unwrap(), true));
    let listed = listed();
    let mut unlisted: Vec<String> = Vec::new();
    for log in ["reasons_okaloosa.tsv", "reasons_eugene.tsv"] {
        let reasons = counted(&folder.join(log));
        reasons.iter().for_each(|(_, reason)| expect(reason, false));
        let mut purposes: BTreeMap<&str, u64> = BTreeMap::new();
        let mut assists: BTreeMap<&str, u64> = BTreeMap::new();
        for (count, reason) in &reasons {
            let said = PURPOSES.read(reason);
            *purposes.entry(said.purpose).or_default() += count;
            if let Some(assists_whom) = said.assists {
                *assists.entry(assists_whom).or_default() += count;
            }
            unlisted.extend(
                said.masked
                    .split(|c: char| !c.is_alphanumeric())
                    .filter(|word| !listed(word))
                    .map(|word| format!("`{word}` of `{reason}`")),
            );
        }
        let (rows, none, assisting, vague) =
            if log == "reasons_okaloosa.tsv" { (7_273, 9, 105, 0.57..0.60) } else { (4_294, 5, 0, 0.76..0.79) };
        let sum = purposes.values().sum::<u64>();
        assert_eq!((sum, purposes["none"], assists.values().sum::<u64>()), (rows, none, assisting), "{log}");
        assert!(vague.contains(&(purposes["vague"] as f64 / sum as f64)), "{log}: {purposes:?}");
        println!("{log}: {} rows, {purposes:?}, assists {assists:?}", reasons.iter().map(|(count, _)| count).sum::<u64>());
    }
    assert!(wrong.is_empty(), "{} come out otherwise:\n{}", wrong.len(), wrong.join("\n"));
    assert!(unlisted.is_empty(), "words that purposes.toml does not list are printed:\n{}", unlisted.join("\n"));
}

/// Whether a word stands in `purposes.toml`, read here the plain way: any word of its lists, a stem with a short ending, or words in one piece.
fn listed() -> impl Fn(&str) -> bool {
    let (_, text) = audit().into_iter().find(|(path, _)| path.ends_with("purposes.toml")).unwrap();
    let lists: toml::Table = text.parse().unwrap();
    let mut words: Vec<String> = Vec::new();
    let endings: Vec<String> = lists["endings"].as_array().unwrap().iter().map(|ending| ending.as_str().unwrap().to_owned()).collect();
    for entry in lists["entry"].as_array().unwrap() {
        for key in ["text", "alone", "capitals"] {
            let patterns = entry.get(key).and_then(toml::Value::as_array).into_iter().flatten();
            words.extend(
                patterns
                    .flat_map(|pattern| pattern.as_str().unwrap().split([' ', '(', ')', '|']).map(str::to_lowercase).collect::<Vec<_>>()),
            );
        }
    }
    move |word: &str| {
        let word = word.to_lowercase();
        let ends = |rest: &str| rest.is_empty() || endings.iter().any(|ending| ending == rest);
        let own = |own: &String| own.strip_suffix('*').map_or(*own == word, |stem| word.strip_prefix(stem).is_some_and(ends));
        let halves = || {
            (1..word.len())
                .filter(|at| word.is_char_boundary(*at))
                .any(|at| words.iter().any(|own| *own == word[..at]) && words.iter().any(|own| own.trim_end_matches('*') == &word[at..]))
        };
        word.is_empty() || words.iter().any(own) || halves()
    }
}
