//! Searches and acts to ask about: made by the generator, imported and decided as `haven audit` does.

use crate::root;
use haven_audit::decide::{Question, decide};
use haven_audit::generate::{Generator, Kind};
use haven_audit::import::{Import, Key, import};
use haven_audit::law::Law;
use haven_audit::layout::Layouts;
use haven_audit::provisions::Decided;
use haven_audit::purpose::Purposes;
use haven_detect::{Detector, Source};
use haven_law::pack::{self, Pack};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

/// The texts of a folder of the tree, by their names from there.
fn texts(folder: &str) -> Vec<(String, String)> {
    let (base, mut folders, mut files) = (root().join(folder), vec![root().join(folder)], Vec::new());
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                files.push((path.strip_prefix(&base).unwrap().to_str().unwrap().to_owned(), text));
            }
        }
    }
    files.sort();
    files
}

pub fn audit(name: &str) -> (String, String) {
    (format!("audit/{name}"), fs::read_to_string(root().join("audit").join(name)).unwrap())
}

/// A network's log in so many files, imported into the folder.
pub fn searches(files: u64, rows: u64, folder: &Path) {
    let (name, text) = audit("generator.toml");
    let generator = Generator::load(&name, &text).unwrap();
    let logs = tempfile::tempdir().unwrap();
    let inputs: Vec<PathBuf> = (0..files)
        .map(|seed| {
            let path = logs.path().join(format!("log-{seed}.csv"));
            generator.write(Kind::Network, rows, seed + 1, &mut fs::File::create(&path).unwrap()).unwrap();
            path
        })
        .collect();
    let phrases = texts("phrases").into_iter().filter(|(path, _)| path.ends_with(".toml"));
    let detector = Detector::new(&phrases.map(|(path, text)| Source { path, text }).collect::<Vec<_>>()).unwrap();
    let with = Import {
        layouts: &Layouts::load(&[audit("layouts.toml")], "UTC").unwrap(),
        purposes: &Purposes::load(&[audit("purposes.toml")], &["purposes.toml"], Arc::new(detector)).unwrap(),
        key: &Key::new([7; 32]),
        knowledge: "these",
        cores: 2,
    };
    import(&inputs, &with, folder, &|_| ControlFlow::Continue(())).unwrap();
}

/// The law of Chicago.
pub fn law() -> &'static Arc<Law> {
    static LAW: LazyLock<Arc<Law>> =
        LazyLock::new(|| Arc::new(Law::new(Arc::new(Pack::load(&pack::Source::new(texts("law")), "us/il/chicago").unwrap()))));
    &LAW
}

/// The example's stops over and over, decided into the folder.
pub fn decided(times: usize, folder: &Path) -> Decided {
    let log = fs::read_to_string(root().join("audit/examples/stops.csv")).unwrap();
    let (head, rows) = log.split_once('\n').unwrap();
    let logs = tempfile::tempdir().unwrap();
    let events = logs.path().join("stops.csv");
    fs::write(&events, format!("{head}\n{}", rows.repeat(times))).unwrap();
    let (name, mapping) = audit("examples/stops.toml");
    let question = Question {
        events: &events,
        mapping: (&name, &mapping),
        law: law(),
        out: Some(folder),
        examples: 0,
        progress: &|_| ControlFlow::Continue(()),
    };
    decide(&question).unwrap()
}
