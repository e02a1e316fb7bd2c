//! The rules of the house, as tests: what may depend on what, what a document may be, what never stands in the tree.
//!
//! Why each rule is there: `docs/architecture.md` and `CONTRIBUTING.md`.

use crate::{haven, root};
use cargo_metadata::{Metadata, MetadataCommand};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The longest document, in lines: about a page. What does not fit is two documents, or too much.
const DOCUMENT_LINES_MAX: usize = 120;
/// Documents with a printed part, which is as long as what it prints.
const PRINTED: &[&str] = &["docs/law-packs.md"];

/// A file of the tree that is text, by its path from the root.
struct File {
    path: String,
    text: String,
}

/// Every text file of the tree. What `.gitignore` names is not the tree.
fn files() -> Vec<File> {
    let ignored = fs::read_to_string(root().join(".gitignore")).unwrap();
    let skipped: BTreeSet<&str> = ignored.lines().map(|line| line.trim().trim_matches('/')).chain([".git"]).collect();
    let mut files = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if skipped.contains(path.file_name().unwrap().to_str().unwrap()) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                files.push(File { path: relative(&path), text });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Fails with every finding of a rule, one a line.
fn none(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}\n  {}", findings.join("\n  "));
}

fn metadata() -> Metadata {
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap()
}

/// The words in backticks of a line.
fn quoted(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

/// The lines of a document outside its blocks of code, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_code = false;
    text.lines().zip(1..).filter_map(move |(line, number)| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        (!in_code && !fence).then_some((number, line))
    })
}

#[test]
fn crates_use_only_what_the_architecture_allows() {
    // The rows `| `crate` | … | what it may use |` of the code map.
    let document = read("docs/architecture.md");
    let allowed: BTreeMap<&str, Vec<&str>> = document
        .lines()
        .filter(|line| line.starts_with("| `haven"))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
            (quoted(cells[0])[0], quoted(cells[cells.len() - 1]))
        })
        .collect();
    let metadata = metadata();
    let house: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    assert_eq!(house, allowed.keys().copied().collect(), "the crates and the code map of docs/architecture.md are not the same");
    let findings: Vec<String> = metadata
        .packages
        .iter()
        .flat_map(|package| package.dependencies.iter().map(move |dependency| (package.name.as_str(), dependency.name.as_str())))
        .filter(|(package, dependency)| house.contains(dependency) && !allowed[package].contains(dependency))
        .map(|(package, dependency)| format!("{package} uses {dependency}"))
        .collect();
    none("a new arrow starts as a decision in docs/decisions/ and a row in docs/architecture.md", &findings);
}

#[test]
fn only_wrappers_use_what_deny_toml_fences() {
    let deny: toml::Table = read("deny.toml").parse().unwrap();
    let mut fences: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for fence in deny["bans"]["deny"].as_array().unwrap() {
        let wrappers = fence.get("wrappers").and_then(toml::Value::as_array);
        let names = wrappers.into_iter().flatten().map(|name| name.as_str().unwrap()).collect();
        fences.insert(fence["crate"].as_str().unwrap(), names);
    }
    let findings: Vec<String> = metadata()
        .packages
        .iter()
        .flat_map(|package| package.dependencies.iter().map(move |dependency| (package.name.to_string(), dependency.name.clone())))
        .filter(|(package, dependency)| fences.get(dependency.as_str()).is_some_and(|wrappers| !wrappers.contains(&package.as_str())))
        .map(|(package, dependency)| format!("{package} uses {dependency}"))
        .collect();
    none("deny.toml names the only crates that may use these", &findings);
    for (name, wrapper) in
        [("cedar-policy", "haven-law"), ("cedar-policy-symcc", "haven-prove"), ("clap", "haven"), ("axum", "haven"), ("askama", "haven")]
    {
        assert!(fences.get(name).is_some_and(|wrappers| wrappers.contains(&wrapper)), "deny.toml no longer fences {name}");
    }
}

#[test]
fn the_edge_does_not_reach_through_to_cedar() {
    let findings: Vec<String> = files()
        .into_iter()
        .filter(|file| file.path.starts_with("crates/haven/src/") && file.text.contains("haven_law::cedar"))
        .map(|file| file.path)
        .collect();
    none("`haven_law::cedar` is for the oracle and the proofs; the edge asks a pack", &findings);
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut findings = Vec::new();
    for file in files().iter().filter(|file| file.path.ends_with(".md")) {
        let folder = root().join(&file.path).parent().unwrap().to_path_buf();
        for (number, line) in prose(&file.text) {
            for target in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let path = target.split('#').next().unwrap();
                let elsewhere = path.contains("://") || path.starts_with("mailto:");
                if !path.is_empty() && !elsewhere && !folder.join(path).exists() {
                    findings.push(format!("{}:{number}: {target}", file.path));
                }
            }
        }
    }
    none("these links lead nowhere", &findings);
}

#[test]
fn documents_stay_about_a_page_long() {
    let findings: Vec<String> = files()
        .into_iter()
        .filter(|file| file.path.starts_with("docs/") && file.path.ends_with(".md") && !PRINTED.contains(&file.path.as_str()))
        .map(|file| (file.text.lines().count(), file.path))
        .filter(|(lines, _)| *lines > DOCUMENT_LINES_MAX)
        .map(|(lines, path)| format!("{path}: {lines} lines"))
        .collect();
    none(&format!("a document has at most {DOCUMENT_LINES_MAX} lines"), &findings);
}

#[test]
fn the_printed_vocabulary_is_the_vocabulary() {
    let page = read("docs/law-packs.md");
    let (_, rest) = page.split_once("<!-- vocabulary:").expect("docs/law-packs.md has a line `<!-- vocabulary: … -->`");
    let (_, rest) = rest.split_once('\n').unwrap();
    let (printed, _) = rest.split_once("<!-- end -->").expect("docs/law-packs.md has a line `<!-- end -->`");
    let output = haven().current_dir(root()).args(["law", "vocabulary"]).output().unwrap();
    let vocabulary = String::from_utf8(output.stdout).unwrap();
    let different = vocabulary.lines().zip(printed.lines()).find(|(now, then)| now != then);
    assert!(printed == vocabulary, "docs/law-packs.md is not up to date, run `make docs`; first difference: {different:?}");
}

#[test]
fn the_law_passes_its_own_checks() {
    for command in ["check", "test"] {
        let output = haven().current_dir(root()).args(["law", command]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let end: Vec<&str> = said.lines().rev().take(20).collect();
        assert!(output.status.success(), "`haven law {command}` ends with\n{}", end.into_iter().rev().collect::<Vec<_>>().join("\n"));
    }
}

/// What a clause of a state names must not stand in the folder of one of its cities.
#[test]
fn the_law_of_every_place_stands_by_itself() {
    for file in files() {
        let Some(place) = file.path.strip_prefix("law/").and_then(|path| path.strip_suffix("/jurisdiction.toml")) else { continue };
        let output = haven().current_dir(root()).args(["--jurisdiction", place, "law", "show"]).output().unwrap();
        assert!(output.status.success(), "the law of {place}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Each pattern is written in two halves, so that this file does not hold it.
#[test]
fn nothing_names_a_machine_or_is_left_unfinished() {
    let places = [["/wo", "rk/"], ["/ro", "ot/"], ["/ho", "me/"], ["/Us", "ers/"]].map(|halves| halves.concat());
    let unfinished =
        [["to", "do!("], ["unimple", "mented!("], ["FIX", "ME"], ["X", "XX:"], [".lib", "rary/"]].map(|halves| halves.concat());
    let samples = ["../sha", "red"].concat();
    let mut findings = Vec::new();
    for file in files() {
        for (line, number) in file.text.lines().zip(1..) {
            let starts_a_path = |place: &String| {
                line.match_indices(place.as_str())
                    .any(|(at, _)| !line[..at].ends_with(|before: char| before.is_alphanumeric() || "./-_~".contains(before)))
            };
            if places.iter().any(starts_a_path) || unfinished.iter().any(|word| line.contains(word.as_str())) {
                findings.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
            // Samples that are not in the tree are found by a variable; only its default may name a place.
            if line.contains(&samples) && !file.text.contains("HAVEN_SAMPLES") {
                findings.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    none("the tree names a place on somebody's machine, or something unfinished", &findings);
}

#[test]
fn locks_name_no_place_to_download_from() {
    let registry = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    let mut findings = Vec::new();
    for file in files() {
        let cargo = file.path.ends_with("Cargo.lock");
        let npm = file.path.ends_with("package-lock.json");
        for (line, number) in file.text.lines().zip(1..) {
            let elsewhere = (cargo && line.contains("://") && line != registry) || (npm && line.contains("\"resolved\""));
            if elsewhere {
                findings.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    none("a lock file names a place of its own; the registries' ordinary clients know where to look", &findings);
}

/// Whether a text holds something cited as a provision is: digits, a separator, three digits or two.
fn cites_a_provision(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    // `9-999-999` as in a municipal code; `999/9` as in state statutes.
    shape.contains("9-999-999") || shape.contains("999/9")
}

#[test]
fn no_rule_of_law_stands_in_rust() {
    let mut findings = Vec::new();
    for file in files() {
        let source = file.path.starts_with("crates/") && file.path.contains("/src/") && file.path.ends_with(".rs");
        if !source || file.path.ends_with("/tests.rs") {
            continue;
        }
        let code = file.text.split("#[cfg(test)]").next().unwrap();
        for (line, number) in code.lines().zip(1..) {
            // Comments and the examples in a command's help may cite; nothing that runs may.
            let said = line.trim_start().starts_with("//") || line.contains("haven law show") || line.contains("haven ask");
            if !said && cites_a_provision(line) {
                findings.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    none("law stands in law/, where it has a citation, a date and cases; Rust has none", &findings);
    assert!(cites_a_provision("\"2-173-020(a)\"") && cites_a_provision("5 ILCS 805/15") && !cites_a_provision("2021-02-23, 1/2"));
}

/// The files that a module declares, and theirs.
fn modules(file: &Path, is_root: bool, reached: &mut BTreeSet<PathBuf>) {
    if !reached.insert(file.to_path_buf()) {
        return;
    }
    let folder = file.parent().unwrap();
    let folder = if is_root || file.ends_with("mod.rs") { folder.to_path_buf() } else { folder.join(file.file_stem().unwrap()) };
    let mut elsewhere = None;
    for line in fs::read_to_string(file).unwrap().lines() {
        let named = elsewhere.take();
        elsewhere = line.trim().strip_prefix("#[path = \"").and_then(|rest| rest.strip_suffix("\"]")).map(str::to_owned);
        let words: Vec<&str> = line.trim().trim_start_matches("pub(crate) ").trim_start_matches("pub ").split_whitespace().collect();
        let ["mod", name] = words.as_slice() else { continue };
        let Some(name) = name.strip_suffix(';') else { continue };
        // A path in an attribute starts where the file lies.
        let named = named.map(|path| file.parent().unwrap().join(path));
        for path in named.into_iter().chain([folder.join(format!("{name}.rs")), folder.join(name).join("mod.rs")]) {
            if path.exists() {
                modules(&path.canonicalize().unwrap(), false, reached);
            }
        }
    }
}

#[test]
fn every_rust_file_is_part_of_a_crate() {
    let mut reached = BTreeSet::new();
    for target in metadata().packages.iter().flat_map(|package| &package.targets) {
        modules(target.src_path.as_std_path(), true, &mut reached);
    }
    let reached: BTreeSet<String> = reached.iter().map(|path| relative(path)).collect();
    let findings: Vec<String> = files()
        .into_iter()
        .map(|file| file.path)
        .filter(|path| path.starts_with("crates/") && path.ends_with(".rs") && !reached.contains(path))
        .collect();
    none("no crate declares these files", &findings);
}

#[test]
fn the_changelog_says_what_changed_for_whom() {
    let text = read("CHANGELOG.md");
    let mut headings = prose(&text).filter_map(|(_, line)| line.strip_prefix("## "));
    assert_eq!(headings.next(), Some("Unreleased"), "the first heading of CHANGELOG.md is `## Unreleased`");
    assert!(text.contains("★"), "CHANGELOG.md says what ★ means");
    let rooms: BTreeSet<String> = metadata()
        .packages
        .iter()
        .map(|package| package.name.as_str().trim_start_matches("haven-").to_owned())
        .chain(["web", "docs", "house"].map(str::to_owned))
        .collect();
    let findings: Vec<String> = prose(&text)
        .filter(|(_, line)| line.starts_with("- ") || line.starts_with("* "))
        .filter(|(_, line)| {
            let entry = line.strip_prefix("- ").unwrap_or_default();
            let room = entry.strip_prefix("★ ").unwrap_or(entry).split(": ").next().unwrap();
            !rooms.contains(room)
        })
        .map(|(number, line)| format!("CHANGELOG.md:{number}: {line}"))
        .collect();
    none("an entry is `- room: what changes`, with ★ before the room where a verdict changes", &findings);
}

#[test]
fn every_test_that_asvs_names_is_there() {
    let document = read("docs/asvs.md");
    let tests: Vec<File> =
        files().into_iter().filter(|file| file.path.starts_with("crates/") && file.path.contains("/tests/it/")).collect();
    let is_there = |name: &str| {
        let (file, function) = name.split_once("::").unwrap();
        let (end, head) = (format!("/tests/it/{file}.rs"), format!("#[test]\nfn {function}("));
        tests.iter().any(|test| test.path.ends_with(&end) && test.text.contains(&head))
    };
    let names = document.lines().flat_map(quoted).filter(|name| name.contains("::"));
    let mut findings: Vec<String> = names.filter(|name| !is_there(name)).map(|name| format!("{name} is no test")).collect();
    let rows: Vec<&str> = document.lines().filter(|line| line.starts_with("| V")).collect();
    findings.extend(rows.iter().filter(|row| !row.contains("::")).map(|row| format!("no test: {row}")));
    none("docs/asvs.md names tests that are there, `file::function` of crates/*/tests/it/", &findings);
    let ids: BTreeSet<&str> = rows.iter().filter_map(|row| row.split('|').nth(1)).collect();
    assert!(rows.len() >= 40 && ids.len() == rows.len(), "{} rows of {} requirements", rows.len(), ids.len());
}
