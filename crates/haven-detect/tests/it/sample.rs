//! The detector on rows that others labelled, and on the packs' own examples.

use haven_detect::eval::{Report, Row, measure};
use haven_detect::{Detector, Kind, Source};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The packs of this tree, read as they lie.
pub(crate) fn packs() -> Vec<Source> {
    let mut sources = Vec::new();
    for folder in std::fs::read_dir(root().join("phrases")).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_some_and(|extension| extension == "toml") {
                let path = format!("{}/{}", folder.file_name().unwrap().to_string_lossy(), file.file_name().unwrap().to_string_lossy());
                sources.push(Source { path, text: std::fs::read_to_string(&file).unwrap() });
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

pub(crate) fn detector() -> Detector {
    Detector::new(&packs()).unwrap_or_else(|errors| panic!("{}", errors.iter().map(|error| format!("{error}\n")).collect::<String>()))
}

#[test]
fn every_example_of_every_entry_comes_out_as_it_says() {
    let failures = detector().failures();
    let lines: Vec<String> = failures
        .iter()
        .map(|failure| {
            format!(
                "{}: {}: `{}`: expected {}, found {} ({})",
                failure.id, failure.example.kind, failure.example.text, failure.expected, failure.found, failure.why
            )
        })
        .collect();
    assert!(lines.is_empty(), "{} examples fail:\n{}", lines.len(), lines.join("\n"));
}

fn rows(kind: Kind, file: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    let head = reader.headers().unwrap().clone();
    let column = |name: &str| head.iter().position(|found| found == name);
    let text = match kind {
        Kind::Field => "name",
        Kind::Value => "column_name",
        _ => "text",
    };
    let records = reader.records().map(Result::unwrap).collect::<Vec<_>>();
    let cell = |record: &csv::StringRecord, name: &str| column(name).and_then(|at| record.get(at)).unwrap_or_default().to_owned();
    records
        .iter()
        .enumerate()
        .map(|(index, record)| Row {
            number: index + 1,
            text: cell(record, text),
            values: cell(record, "values").split('|').map(str::to_owned).collect(),
            context: column("context").map(|_| cell(record, "context")),
            lang: cell(record, "lang"),
            label: cell(record, "label"),
            valid: (kind == Kind::Identifier).then(|| cell(record, "valid") == "true"),
        })
        .collect()
}

fn say(report: &Report) {
    let found = report.found();
    println!("{}: {}/{} right; P {:.3} R {:.3}", report.kind.name(), report.right, report.rows, found.precision(), found.recall());
    for miss in &report.misses {
        println!(
            "  {} [{}] {:?} {:?}: expected {} {:?}, found {} {:?}: {}",
            miss.row.number,
            miss.row.lang,
            miss.row.text,
            miss.row.values.join("|"),
            miss.row.label,
            miss.row.valid,
            miss.found.label,
            miss.found.valid,
            miss.found.why
        );
    }
}

/// The goals of the project, each kind apart: precision and recall of the labels that report something, or the share right.
#[test]
fn the_sample_comes_out_as_its_authors_labelled_it() {
    let samples = std::env::var_os("HAVEN_SAMPLES").map_or_else(|| root().join("../shared"), PathBuf::from).join("detection-sample");
    if !samples.is_dir() {
        println!("no labelled sample: set HAVEN_SAMPLES to the folder that holds detection-sample/");
        return;
    }
    let detector = detector();
    let mut short = Vec::new();
    for (kind, file, precision, recall) in [
        (Kind::Field, "fields.csv", 0.97, 0.95),
        (Kind::Question, "questions.csv", 0.95, 0.95),
        (Kind::Sentence, "sentences.csv", 0.92, 0.90),
        (Kind::Value, "values.csv", 0.95, 0.95),
        (Kind::Identifier, "identifiers.csv", 0.98, 0.98),
    ] {
        let report = measure(&detector, kind, &rows(kind, &samples.join(file)));
        say(&report);
        let found = report.found();
        if found.precision() < precision || found.recall() < recall {
            short.push(file);
        }
    }
    assert!(short.is_empty(), "below the goal: {short:?}");
}
