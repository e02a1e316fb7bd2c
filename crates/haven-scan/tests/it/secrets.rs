//! No value of a document gets into any output: findings are made from pieces full of secrets, and the secrets are looked for.

use crate::output::ALL;
use crate::sample::root;
use haven_detect::{Detector, Source};
use haven_extract::{Piece, PieceKind, Place};
use haven_scan::baseline::Baseline;
use haven_scan::judge::{Clauses, Judge};
use haven_scan::{Finding, Found, Scan};
use std::collections::BTreeSet;

/// Words that stand in the pieces and nowhere else.
const SECRETS: [&str; 9] =
    ["Zyxwvut", "Quorblat", "Mmbeki", "208123456", "208 123 456", "208-123-456", "MSC2190123456", "Tlalpujahua", "900701234"];

fn detector() -> Detector {
    let folder = root().join("phrases/en");
    let mut sources: Vec<Source> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|file| file.extension().is_some_and(|extension| extension == "toml"))
        .map(|file| Source {
            path: format!("en/{}", file.file_name().unwrap().to_string_lossy()),
            text: std::fs::read_to_string(&file).unwrap(),
        })
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Detector::new(&sources).unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn clauses() -> Clauses {
    let mut table = String::new();
    for found in ["asks", "keeps", "states", "identifies"] {
        for category in ["status", "proxy", "enforcement", "identifier"] {
            table.push_str(&format!(
                "[[clause]]\nfound = \"{found}\"\ncategory = \"{category}\"\ncite = \"MCC § 2-173-030(a)\"\nnext = \"Ask counsel.\"\n"
            ));
        }
    }
    Clauses::read(&table).unwrap()
}

fn pieces() -> Vec<Piece> {
    let piece = |kind, text: &str, values: &[&str], context: &str| Piece {
        kind,
        text: text.to_owned(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
        rows: None,
        context: context.to_owned(),
        place: Place { line: Some(3), path: Some("intake.row".to_owned()), ..Place::default() },
    };
    vec![
        piece(PieceKind::Question, "Zyxwvut Quorblat, are you a U.S. citizen?", &[], "Form of Mmbeki"),
        piece(PieceKind::Question, "What is your immigration status, Zyxwvut? A-Number A208-123-456", &[], ""),
        piece(
            PieceKind::Sentence,
            "Mr. Quorblat of Tlalpujahua stated that he is an undocumented immigrant; his alien number is A208123456.",
            &[],
            "Mmbeki",
        ),
        piece(PieceKind::Sentence, "Receipt number MSC2190123456 and A-Number A 208 123 456 belong to Zyxwvut.", &[], ""),
        piece(PieceKind::Name, "citizenship_status", &[], "table of Quorblat"),
        piece(PieceKind::Column, "immigration_status", &["undocumented Zyxwvut", "LPR", "US citizen", "asylee Quorblat"], "Mmbeki"),
        piece(PieceKind::Column, "a_number", &["A208123456", "A208-123-456", "A 208 123 456"], ""),
    ]
}

fn scan(masked: bool) -> (Scan, usize) {
    let (detector, clauses) = (detector(), clauses());
    let judge = Judge { detector: &detector, clauses: &clauses, source: "records/intake.csv", format: "csv", masked, confidence_min: 0 };
    let pieces = pieces();
    let found: Vec<Vec<Finding>> = pieces.iter().map(|piece| judge.judge(piece)).collect();
    for (piece, found) in pieces.iter().zip(&found) {
        assert!(!found.is_empty(), "nothing is found in `{}`, so the test proves nothing", piece.text);
    }
    let kinds: BTreeSet<Found> = found.iter().flatten().map(|finding| finding.found).collect();
    assert_eq!(kinds.len(), 4, "{kinds:?}");
    (Scan { findings: found.into_iter().flatten().collect(), day: "2026-03-01".to_owned(), ..Scan::default() }, pieces.len())
}

#[test]
fn no_output_holds_a_value() {
    for masked in [false, true] {
        let (open, pieces) = scan(masked);
        let held = open.findings.iter().map(|finding| (finding.fingerprint.clone(), "reason".to_owned())).collect();
        let held = Scan { held: open.findings.clone(), suppressed: held, findings: Vec::new(), ..open.clone() };
        let mut written: Vec<(String, String)> = vec![("the baseline".to_owned(), Baseline::of(&open).write().unwrap())];
        for output in ALL {
            written.push((format!("{output:?}"), output.write(&open).unwrap()));
            written.push((format!("{output:?}, held back"), output.write(&held).unwrap()));
        }
        assert!(open.findings.len() >= pieces);
        for (told, text) in written {
            // Spaces and line ends that an output puts in hide nothing.
            let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
            let text = bare(&text);
            for secret in SECRETS {
                assert!(!text.contains(&bare(secret)), "masked {masked}: {told} holds `{secret}`");
            }
        }
    }
}
