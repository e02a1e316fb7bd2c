//! `haven detect`: what the phrase packs see in names, questions, sentences, columns and numbers.

use crate::error::CliError;
use haven_detect::eval::{Report, Row, Score, measure};
use haven_detect::templates::samples;
use haven_detect::{Category, Detection, Detector, Kind, Source};
use rust_embed::RustEmbed;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(RustEmbed)]
#[folder = "../../phrases"]
struct Embedded;

/// Flags of `haven detect`.
#[derive(clap::Args)]
#[command(
    subcommand_precedence_over_arg = true,
    after_help = "Examples:
  haven detect --kind field CITZ_FLG parent1VisaExpiry
  haven detect --kind question \"¿Es usted ciudadano de los Estados Unidos?\"
  haven detect --kind value --jsonl < columns.jsonl
  haven detect eval labelled/fields.csv

Exit codes: 0 nothing found, 1 found, 2 error. Format: docs/detect.md"
)]
pub(crate) struct Detect {
    #[command(subcommand)]
    command: Option<Command>,
    /// What the inputs are
    #[arg(long, value_enum)]
    kind: Option<KindName>,
    /// The inputs; a column is `name = cell | cell`
    inputs: Vec<String>,
    /// Read one input a line of JSON, write one answer a line
    #[arg(long, conflicts_with = "inputs")]
    jsonl: bool,
    /// A folder of phrase packs in place of those inside
    #[arg(long, value_name = "DIR", global = true)]
    phrases: Option<PathBuf>,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Measure the detector on labelled rows
    #[command(after_help = "Example:\n  haven detect eval labelled/fields.csv")]
    Eval {
        /// Tables with a head (`label`, and `name`, `column_name` with `values`, or `text`), or templates of sentences (*.toml)
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// What the rows are, where the head does not say it
        #[arg(long, value_enum)]
        kind: Option<KindName>,
    },
    /// Run every example that the phrase packs give
    #[command(after_help = "Example:\n  haven detect check --phrases phrases")]
    Check,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum KindName {
    Field,
    Question,
    Sentence,
    Value,
    Identifier,
}

impl From<KindName> for Kind {
    fn from(name: KindName) -> Self {
        match name {
            KindName::Field => Self::Field,
            KindName::Question => Self::Question,
            KindName::Sentence => Self::Sentence,
            KindName::Value => Self::Value,
            KindName::Identifier => Self::Identifier,
        }
    }
}

/// The phrase packs.
pub(crate) struct Sources {
    /// The packs' files, in order of their paths.
    pub phrases: Vec<Source>,
}

/// The packs inside the binary, or those of a folder.
pub(crate) fn sources(folder: Option<&Path>) -> Result<Sources, CliError> {
    let mut sources = Sources { phrases: Vec::new() };
    let mut add = |path: String, bytes: Vec<u8>| -> Result<(), CliError> {
        if path.ends_with(".toml") {
            let text = String::from_utf8(bytes).map_err(|_| {
                CliError::other(format!("phrases/{path}: expected UTF-8 text, found other bytes"), "save the file as UTF-8")
            })?;
            sources.phrases.push(Source { path, text });
        }
        Ok(())
    };
    match folder {
        None => {
            for path in Embedded::iter() {
                if let Some(file) = Embedded::get(&path) {
                    add(path.to_string(), file.data.into_owned())?;
                }
            }
        }
        Some(folder) => {
            for path in files(folder, 2)? {
                let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                add(name, std::fs::read(&path).map_err(|error| CliError::Read { path, error })?)?;
            }
        }
    }
    if sources.phrases.is_empty() {
        return Err(CliError::other(
            format!("`{}` holds no phrase packs", folder.unwrap_or(Path::new("phrases")).display()),
            "a pack is a folder with the language's name and *.toml in it: docs/phrases.md",
        ));
    }
    sources.phrases.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

impl Sources {
    /// The detector of these packs.
    pub(crate) fn detector(&self) -> Result<Detector, CliError> {
        Detector::new(&self.phrases).map_err(|errors| {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            CliError::other(format!("the phrase packs cannot be used\n  {}", lines.join("\n  ")), "the format is in docs/phrases.md")
        })
    }
}

/// The files below a folder, in order of their names.
fn files(folder: &Path, depth: usize) -> Result<Vec<PathBuf>, CliError> {
    let read = |error| CliError::Read { path: folder.to_path_buf(), error };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(read)? {
        let path = entry.map_err(read)?.path();
        if path.is_dir() && depth > 1 {
            found.extend(files(&path, depth - 1)?);
        } else if path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Runs the command.
pub(crate) fn run(detect: &Detect) -> Result<ExitCode, CliError> {
    if detect.command.is_some() && (detect.kind.is_some() || detect.jsonl || !detect.inputs.is_empty()) {
        return Err(CliError::other(
            "`check` and `eval` are commands and take no inputs before them",
            "--kind stands behind `eval`; an input that is such a word stands behind `--`: haven detect --kind field -- check",
        ));
    }
    let detector = sources(detect.phrases.as_deref())?.detector()?;
    match &detect.command {
        Some(Command::Eval { files, kind }) => return eval(&detector, files, kind.map(Kind::from)),
        Some(Command::Check) => return check(&detector),
        None => {}
    }
    let kind =
        Kind::from(detect.kind.ok_or_else(|| {
            CliError::other("it is not said what the inputs are", "--kind field, question, sentence, value or identifier")
        })?);
    if detect.jsonl {
        return lines(&detector, kind, BufReader::new(std::io::stdin().lock()), BufWriter::new(std::io::stdout().lock()));
    }
    if detect.inputs.is_empty() {
        return Err(CliError::other("there is nothing to look at", "name the inputs, or use --jsonl"));
    }
    let mut out = std::io::stdout().lock();
    let mut any = false;
    for input in &detect.inputs {
        let found = detector.detect(kind, &row_of(kind, input));
        any |= found.category != Category::None;
        say(&mut out, input, &found)?;
    }
    Ok(ExitCode::from(u8::from(any)))
}

fn row_of(kind: Kind, input: &str) -> Row {
    match (kind, input.split_once('=')) {
        (Kind::Value, Some((column, cells))) => {
            Row { text: column.trim().to_owned(), values: cells.split('|').map(|cell| cell.trim().to_owned()).collect(), ..Row::default() }
        }
        _ => Row { text: input.to_owned(), ..Row::default() },
    }
}

fn say(out: &mut impl Write, input: &str, found: &Detection) -> std::io::Result<()> {
    let valid = match found.valid {
        Some(true) => ", valid",
        Some(false) if found.category != Category::None => ", not valid",
        _ => "",
    };
    writeln!(out, "{input}: {} ({}{valid}; {:.2})", found.label, found.category.name(), found.confidence)?;
    writeln!(out, "  {}", found.why)
}

/// What a line of input may hold.
const KEYS: [&str; 5] = ["id", "text", "values", "lang", "context"];

/// A line of input.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: Value,
    text: String,
    #[serde(default)]
    values: Vec<Value>,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    context: Option<String>,
}

/// What is wrong with a line: a key that is none, by its name, or where it is no such object. The parser's own words would
/// repeat what the line holds.
fn wrong_line(text: &str, error: &serde_json::Error) -> String {
    let unknown = serde_json::from_str::<serde_json::Map<String, Value>>(text)
        .ok()
        .and_then(|line| line.into_iter().map(|(key, _)| key).find(|key| !KEYS.contains(&key.as_str())));
    if let Some(key) = unknown {
        let key: String = key.chars().filter(|c| !c.is_control()).take(40).collect();
        return format!("expected the keys {}, found `{key}`", KEYS.map(|key| format!("`{key}`")).join(", "));
    }
    let column = error.column();
    format!("expected an object with `id` and `text` (for `value` also `values`, a list), found none at column {column}")
}

/// Answers line by line, in order; a line that cannot be read gets an error in its place.
fn lines(detector: &Detector, kind: Kind, mut input: impl BufRead, mut output: impl Write) -> Result<ExitCode, CliError> {
    let mut bytes = Vec::new();
    let (mut number, mut found_any, mut wrong_any) = (0, false, false);
    loop {
        number += 1;
        let Some(overlong) = crate::ask::next_line(&mut input, &mut bytes)? else { break };
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() && !overlong {
            continue;
        }
        let read = if overlong {
            Err(format!("expected at most {} bytes, found a longer line", haven_law::request::REQUEST_BYTES_MAX))
        } else if std::str::from_utf8(&bytes).is_err() {
            Err("expected UTF-8 text, found other bytes".to_owned())
        } else {
            serde_json::from_str::<Line>(text).map_err(|error| wrong_line(text, &error))
        };
        let answer = match read {
            Ok(line) => {
                let row = Row {
                    text: line.text,
                    values: line.values.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect(),
                    context: line.context,
                    lang: line.lang.unwrap_or_default(),
                    ..Row::default()
                };
                let found = detector.detect(kind, &row);
                found_any |= found.category != Category::None;
                let mut answer = json!({ "id": line.id });
                if let (Value::Object(answer), Ok(Value::Object(fields))) = (&mut answer, serde_json::to_value(&found)) {
                    answer.extend(fields);
                }
                answer
            }
            Err(problem) => {
                wrong_any = true;
                json!({ "id": crate::ask::id_of(text), "error": format!("line {number}: {problem}") })
            }
        };
        writeln!(output, "{answer}")?;
    }
    output.flush()?;
    Ok(ExitCode::from(if wrong_any { 2 } else { u8::from(found_any) }))
}

fn check(detector: &Detector) -> Result<ExitCode, CliError> {
    let failures = detector.failures();
    let mut out = std::io::stdout().lock();
    for failure in &failures {
        let role = if failure.example.hit { "hits" } else { "near" };
        writeln!(
            out,
            "{}: {role}: {}: `{}`: expected {}, found {} ({})",
            failure.id, failure.example.kind, failure.example.text, failure.expected, failure.found, failure.why
        )?;
    }
    writeln!(out, "{} entries, {} examples come out otherwise", detector.len(), failures.len())?;
    Ok(ExitCode::from(u8::from(!failures.is_empty())))
}

fn eval(detector: &Detector, files: &[PathBuf], kind: Option<Kind>) -> Result<ExitCode, CliError> {
    let mut out = std::io::stdout().lock();
    for file in files {
        let templates = file.extension().is_some_and(|extension| extension == "toml");
        let (kind, rows) = if templates { (Kind::Sentence, filled(file)?) } else { labelled(file, kind)? };
        let report = measure(detector, kind, &rows);
        writeln!(out, "{}", file.display())?;
        print(&mut out, &report)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The sentences of a file of templates.
fn filled(path: &Path) -> Result<Vec<Row>, CliError> {
    let text = std::fs::read_to_string(path).map_err(|error| CliError::Read { path: path.to_path_buf(), error })?;
    let samples = samples(&path.to_string_lossy(), &text)
        .map_err(|error| CliError::other(error.to_string(), "the templates' format is in docs/phrases.md"))?;
    let rows = samples.into_iter().enumerate().map(|(index, sample)| Row {
        number: index + 1,
        text: sample.text,
        lang: sample.lang,
        label: if sample.states { "states" } else { "none" }.to_owned(),
        ..Row::default()
    });
    Ok(rows.collect())
}

/// Reads a table of labelled rows; what it holds is seen from its head.
fn labelled(path: &Path, kind: Option<Kind>) -> Result<(Kind, Vec<Row>), CliError> {
    let wrong = |problem: String| CliError::other(format!("`{}`: {problem}", path.display()), "the layouts are in docs/detect.md");
    let file = std::fs::File::open(path).map_err(|error| CliError::Read { path: path.to_path_buf(), error })?;
    let mut reader = csv::Reader::from_reader(file);
    let head: Vec<String> = reader
        .headers()
        .map_err(|error| wrong(error.to_string()))?
        .iter()
        .map(|name| name.trim_start_matches('\u{feff}').to_owned())
        .collect();
    let column = |name: &str| head.iter().position(|found| found == name);
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
    let kind = kind.or_else(|| {
        if column("column_name").is_some() && column("values").is_some() {
            Some(Kind::Value)
        } else if column("name").is_some() {
            Some(Kind::Field)
        } else if column("valid").is_some() {
            Some(Kind::Identifier)
        } else {
            [Kind::Question, Kind::Sentence].into_iter().find(|kind| stem.contains(kind.name()))
        }
    });
    let kind = kind.ok_or_else(|| wrong("neither its head nor its name says what its rows are; expected --kind".to_owned()))?;
    let text = match kind {
        Kind::Field => "name",
        Kind::Value => "column_name",
        Kind::Question | Kind::Sentence | Kind::Identifier => "text",
    };
    let needed = [text, "label"].into_iter().chain((kind == Kind::Value).then_some("values"));
    for name in needed {
        if column(name).is_none() {
            return Err(wrong(format!("expected a column `{name}`, found {}", head.join(", "))));
        }
    }
    let mut rows = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        let cell = |name: &str| column(name).and_then(|at| record.get(at)).unwrap_or_default();
        rows.push(Row {
            number: index + 1,
            text: cell(text).to_owned(),
            values: if kind == Kind::Value { cell("values").split('|').map(str::to_owned).collect() } else { Vec::new() },
            context: column("context").map(|_| cell("context").to_owned()),
            lang: cell("lang").to_owned(),
            label: cell("label").to_owned(),
            valid: (kind == Kind::Identifier && column("valid").is_some()).then(|| cell("valid") == "true"),
        });
    }
    Ok((kind, rows))
}

fn print(out: &mut impl Write, report: &Report) -> std::io::Result<()> {
    let line = |out: &mut dyn Write, label: &str, lang: &str, score: Score| {
        writeln!(
            out,
            "  {:<10} {label:<24} {lang:<8} {:>6} {:>9.3} {:>9.3} {:>9.3}",
            report.kind.name(),
            score.right + score.missed,
            score.precision(),
            score.recall(),
            score.f1()
        )
    };
    writeln!(out, "  {:<10} {:<24} {:<8} {:>6} {:>9} {:>9} {:>9}", "kind", "label", "lang", "rows", "precision", "recall", "F1")?;
    for ((label, lang), score) in &report.scores {
        line(out, label, lang, *score)?;
    }
    line(out, "all but none", "all", report.found())?;
    writeln!(out, "  {} of {} rows come out as labelled", report.right, report.rows)?;
    for miss in &report.misses {
        let values = if miss.row.values.is_empty() { String::new() } else { format!(" = {}", miss.row.values.join(" | ")) };
        let valid = |valid: Option<bool>| valid.map_or("", |valid| if valid { " valid" } else { " not valid" });
        writeln!(
            out,
            "  row {}: {}{values}: expected {}{}, found {}{}: {}",
            miss.row.number,
            miss.row.text.replace('\n', " / "),
            miss.row.label,
            valid(miss.row.valid),
            miss.found.label,
            valid(miss.found.valid),
            miss.found.why
        )?;
    }
    Ok(())
}
