//! How fast text is searched: Haven's two-stage engine, its simple way, and peers, each in turn on the same blocks.
//!
//! `bench-detect PHRASES CORPUS… [--rounds N] [--literals FILE]`: prints a table of Markdown. Time is that of the thread's
//! processor, so that a busy machine changes it little.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use haven_detect::{Detector, Source};
use rustix::time::{ClockId, clock_gettime};
use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

const BLOCK_BYTES: usize = 1 << 20;
/// How many times as fast as the DFA Haven is to find phrases and identifiers together.
const GOAL: f64 = 1.6;
/// Choices of brackets up to which a phrase of a pack is written out for the peers.
const CHOICES_MAX: usize = 8;
/// What the slow ones are given of each block.
const SLOW_BYTES: usize = 1 << 13;

fn now() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn packs(root: &Path) -> Result<Vec<Source>, Box<dyn Error>> {
    let mut sources = Vec::new();
    for folder in std::fs::read_dir(root)? {
        let folder = folder?.path();
        if !folder.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(&folder)? {
            let file = file?.path();
            if file.extension().is_some_and(|extension| extension == "toml") {
                let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                sources.push(Source { path: format!("{}/{}", name(&folder), name(&file)), text: std::fs::read_to_string(&file)? });
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

/// What a phrase with `(a|b)` stands for; none where it has sets, gaps, stems or too many choices.
fn written_out(phrase: &str) -> Vec<String> {
    if phrase.contains(['{', '*']) || phrase.contains("..") {
        return Vec::new();
    }
    let mut done = Vec::new();
    let mut open = vec![phrase.to_owned()];
    while let Some(text) = open.pop() {
        // The innermost bracket first.
        let Some(close) = text.find(')') else {
            done.push(text.split_whitespace().collect::<Vec<_>>().join(" "));
            continue;
        };
        let Some(start) = text[..close].rfind('(') else { return Vec::new() };
        open.extend(text[start + 1..close].split('|').map(|choice| format!("{}{choice}{}", &text[..start], &text[close + 1..])));
        if open.len() + done.len() > CHOICES_MAX {
            return Vec::new();
        }
    }
    done
}

/// The literal phrases that the packs hold for text, questions and statements.
fn literals(sources: &[Source]) -> Result<Vec<String>, Box<dyn Error>> {
    let mut phrases = BTreeSet::new();
    for source in sources {
        let file: toml::Value = toml::from_str(&source.text)?;
        for entry in file.get("entry").and_then(toml::Value::as_array).into_iter().flatten() {
            for list in ["text", "ask", "state"] {
                for phrase in entry.get(list).and_then(toml::Value::as_array).into_iter().flatten().filter_map(toml::Value::as_str) {
                    phrases.extend(written_out(phrase).into_iter().filter(|phrase| !phrase.is_empty()));
                }
            }
        }
    }
    Ok(phrases.into_iter().collect())
}

struct Engine<'a> {
    name: &'a str,
    /// Whether it is given a part of each block only.
    slow: bool,
    run: Box<dyn Fn(&str) -> usize + 'a>,
    /// For each round megabytes a second.
    rates: Vec<f64>,
    found: usize,
    bytes: usize,
}

impl<'a> Engine<'a> {
    fn new(name: &'a str, slow: bool, run: Box<dyn Fn(&str) -> usize + 'a>) -> Self {
        Self { name, slow, run, rates: Vec::new(), found: 0, bytes: 0 }
    }
}

fn head(block: &str, bytes: usize) -> &str {
    let mut end = bytes.min(block.len());
    while !block.is_char_boundary(end) {
        end -= 1;
    }
    &block[..end]
}

/// Lines of a part that are asked one by one.
const LINES: usize = 10_000;
/// Letters that a line has to be asked.
const LINE_LETTERS: std::ops::Range<usize> = 20..400;
/// Cells of a column.
const CELLS: usize = 20;

/// How many inputs of each kind are answered in a second: a scan asks for each name, label, sentence and cell by itself.
fn calls(detector: &Detector, parts: &[(String, String)]) {
    let (mut lines, mut names, mut cells) = (Vec::new(), Vec::new(), Vec::new());
    for (_, text) in parts {
        let from = lines.len();
        lines.extend(text.lines().map(str::trim).filter(|line| LINE_LETTERS.contains(&line.len())).take(LINES));
        names.extend(lines[from..].iter().filter_map(|line| line.split_whitespace().find(|word| word.len() > 3)));
        cells.extend(lines[from..].iter().filter_map(|line| line.split([',', ' ']).nth(3)));
    }
    let a_second = |count: usize, ask: &dyn Fn()| {
        let before = now();
        ask();
        count as f64 / (now() - before) / 1e3
    };
    println!(
        "\nOne by one, thousands a second: names {:.0}, questions {:.0}, sentences {:.0}, cells in columns of {CELLS} {:.0}.\n",
        a_second(names.len(), &|| names.iter().for_each(|name| drop(detector.field(name, None)))),
        a_second(lines.len(), &|| lines.iter().for_each(|line| drop(detector.question(line)))),
        a_second(lines.len(), &|| lines.iter().for_each(|line| drop(detector.sentence(line)))),
        a_second(cells.len(), &|| cells.chunks(CELLS).for_each(|cells| drop(detector.value("remarks", cells)))),
    );
}

/// Identifiers as one expression: the shapes that Haven knows, without their labels and check digits.
const IDENTIFIERS: &str = r"(?-u:\b)(?:A[-# ]{0,2}\d{3}[- ]?\d{3}[- ]?\d{1,3}|(?:AOS|CSC|EAC|IOE|LIN|MCT|MSC|NBC|NSC|PSC|SRC|TSC|VSC|WAC|YSC)[- ]?\d{2}[- ]?\d{3}[- ]?\d{5}|N\d{10}|9\d{2}-\d{2}-\d{4}|\d{11}|\d{9}[A-Z]\d|[A-Z0-9<]{44}|[A-Z0-9<]{36}|[A-Z0-9<]{30}|I-?(?:200|203|205|213|247[ADG]?|286|862))(?-u:\b)";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.remove(at);
        Some(arguments.remove(at))
    };
    let rounds: usize = option("--rounds").map_or(Ok(5), |rounds| rounds.parse())?;
    let save = option("--literals");
    // For a profile: the engines whose names hold this.
    let only = option("--only");
    let phrases = arguments.first().ok_or("bench-detect PHRASES CORPUS…")?;

    let sources = packs(Path::new(phrases))?;
    let literals = literals(&sources)?;
    if let Some(file) = save {
        std::fs::write(file, literals.join("\n"))?;
    }
    let before = now();
    let detector = Detector::new(&sources).map_err(|errors| errors.first().map_or_else(String::new, ToString::to_string))?;
    let read = now() - before;
    let before = now();
    detector.hits_in("x");
    let table = now() - before;

    let aho =
        |kind| AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(kind)).match_kind(MatchKind::LeftmostLongest).build(&literals);
    let (dfa, nfa) = (aho(AhoCorasickKind::DFA)?, aho(AhoCorasickKind::ContiguousNFA)?);
    let alternation = literals.iter().map(|literal| regex::escape(literal)).collect::<Vec<_>>().join("|");
    let alternation = regex::RegexBuilder::new(&format!("(?i){alternation}")).size_limit(1 << 30).build()?;
    let identifiers = regex::Regex::new(IDENTIFIERS)?;

    let mut parts = Vec::new();
    for path in arguments.iter().skip(1) {
        let text = String::from_utf8_lossy(&std::fs::read(path)?).into_owned();
        let name = Path::new(path).file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        parts.push((name, text));
    }

    println!(
        "{} entries read in {:.0} ms, the table of stage 1 in {:.0} ms; {} literal phrases for the peers\n",
        detector.len(),
        read * 1e3,
        table * 1e3,
        literals.len()
    );
    let mut all: Vec<(String, Vec<(String, f64, usize, usize)>)> = Vec::new();
    for (name, text) in &parts {
        let mut engines: Vec<Engine<'_>> = vec![
            Engine::new("Haven, phrases", false, Box::new(|text| detector.hits_in(text).len())),
            Engine::new("Haven, identifiers", false, Box::new(|text| detector.identifiers(text).len())),
            Engine::new(
                "Haven, phrases and identifiers",
                false,
                Box::new(|text| {
                    let (hits, identifiers) = detector.hits_and_identifiers_in(text);
                    hits.len() + identifiers.len()
                }),
            ),
            Engine::new("Haven, phrases, all folded", true, Box::new(|text| detector.hits_in_folded(text).len())),
            Engine::new("aho-corasick DFA, phrases", false, Box::new(|text| dfa.find_iter(text).count())),
            Engine::new("aho-corasick NFA, phrases", false, Box::new(|text| nfa.find_iter(text).count())),
            Engine::new("regex, phrases", true, Box::new(|text| alternation.find_iter(text).count())),
            Engine::new("regex, shapes of identifiers", false, Box::new(|text| identifiers.find_iter(text).count())),
        ];
        if let Some(only) = &only {
            engines.retain(|engine| engine.name.contains(only.as_str()));
        }
        for round in 0..rounds {
            let mut spent = vec![0.0; engines.len()];
            let mut bytes = vec![0; engines.len()];
            let mut at = 0;
            while at < text.len() {
                let mut end = (at + BLOCK_BYTES).min(text.len());
                while !text.is_char_boundary(end) {
                    end += 1;
                }
                let block = &text[at..end];
                at = end;
                // Each begins a round as often as any other.
                for turn in 0..engines.len() {
                    let which = (turn + round) % engines.len();
                    let engine = &mut engines[which];
                    let given = if engine.slow { head(block, SLOW_BYTES) } else { block };
                    let before = now();
                    let found = (engine.run)(given);
                    spent[which] += now() - before;
                    bytes[which] += given.len();
                    if round == 0 {
                        engine.found += found;
                        engine.bytes += given.len();
                    }
                }
            }
            for (engine, (spent, bytes)) in engines.iter_mut().zip(spent.iter().zip(&bytes)) {
                engine.rates.push(*bytes as f64 / spent / 1e6);
            }
        }
        let rows = engines
            .iter_mut()
            .map(|engine| {
                engine.rates.sort_by(f64::total_cmp);
                (engine.name.to_owned(), engine.rates[engine.rates.len() / 2], engine.found, engine.bytes)
            })
            .collect();
        all.push((name.clone(), rows));
    }

    // All parts together: the time for each part's bytes at its rate.
    println!("| Engine | {} | all | × DFA |", all.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" | "));
    println!("|---|{}---:|---:|", "---:|".repeat(all.len()));
    let total: usize = parts.iter().map(|(_, text)| text.len()).sum();
    let together = |row: usize| {
        let seconds: f64 = parts.iter().zip(&all).map(|((_, text), (_, rows))| text.len() as f64 / rows[row].1).sum();
        total as f64 / seconds
    };
    let rows = all.first().map_or(0, |(_, rows)| rows.len());
    let dfa_row = all.first().and_then(|(_, rows)| rows.iter().position(|row| row.0.contains("DFA"))).unwrap_or_default();
    for row in 0..rows {
        let cells = all.iter().map(|(_, rows)| format!("{:.0}", rows[row].1)).collect::<Vec<_>>().join(" | ");
        println!("| {} | {cells} | {:.0} | {:.2} |", all[0].1[row].0, together(row), together(row) / together(dfa_row));
    }
    let reached = all.first().and_then(|(_, rows)| rows.iter().position(|row| row.0.ends_with("phrases and identifiers")));
    if let Some(row) = reached {
        let times = together(row) / together(dfa_row);
        println!("\nThe goal is {}: {times:.2} × the DFA.", if times >= GOAL { "reached" } else { "not reached" });
    }
    println!(
        "\nMB/s of processor time, median of {rounds} rounds. Found in each part (phrases; identifiers): {}.",
        all.iter()
            .map(|(name, rows)| format!("{name} {}; {}", rows[0].2, rows.get(1).map_or(0, |row| row.2)))
            .collect::<Vec<_>>()
            .join(", ")
    );
    calls(&detector, &parts);
    println!(
        "Parts: {}.",
        parts.iter().map(|(name, text)| format!("{name} {:.0} MB", text.len() as f64 / 1e6)).collect::<Vec<_>>().join(", ")
    );
    Ok(())
}
