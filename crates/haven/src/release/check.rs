//! `haven release check`: a judgement on a request, and what in the files must not go.

use super::checker::{Checker, Outturn, Sent, cites};
use super::cover;
use super::look::{places, words};
use super::record::Kept;
use super::said::Said;
use crate::config::Config;
use crate::error::CliError;
use crate::register::{self, show::counted};
use haven_guard::judge::{Outcome, Rules};
use haven_law::decide::Verdict;
use haven_law::pack::{Pack, Source};
use serde_json::json;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Flags of `haven release check`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  haven release check letter.docx --to ICE --class federal_immigration --purpose civil_immigration --authority none --agency CPD
  haven release check people.csv --to press --purpose public_information --authority records_request --agency CPD
  haven release check people.csv --to FBI --purpose criminal --authority none --station 001 --by S-7 --fix out --cover cover.html

Exit codes: 0 may go, 1 must not go or holds what must not, 3 for counsel, 2 error. How to: docs/release.md")]
pub(crate) struct Check {
    /// What would be sent
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub said: Said,
    /// Write clean copies of files that may go without what is withheld into this folder; originals are never touched
    #[arg(long, value_name = "DIR", requires = "by")]
    pub fix: Option<PathBuf>,
    /// Write a cover sheet to sign: HTML where the name ends so, else text
    #[arg(long, value_name = "FILE", requires = "by")]
    pub cover: Option<PathBuf>,
    /// Answer as one line of JSON
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
pub(crate) fn run(check: &Check, source: &Source, pack: &Pack, config: &Config) -> Result<ExitCode, CliError> {
    let said = &check.said;
    let checker = Checker::new(source, pack, &config.jurisdiction)?;
    let mut files = Vec::new();
    for path in &check.files {
        // A name that is not there is a mistake of whoever typed it, not a document that could not be read.
        let data = std::fs::metadata(path).map_err(|error| CliError::Read { path: path.clone(), error })?;
        if !data.is_file() {
            return Err(CliError::other(
                format!("`{}`: expected a file, found a folder", path.display()),
                "name the files that would be sent",
            ));
        }
        files.push(Sent { name: shown(path), path: path.clone() });
    }
    say_what_is_unknown(said, &checker.rules);
    let kept = said.by.as_ref().map(|_| Kept::open(source, pack, config)).transpose()?;
    let recorder = kept.as_ref().map(Kept::recorder);
    let outturn = checker.check((source, pack), said, &files, check.fix.as_deref(), recorder.as_ref())?;
    if let (Some(path), Some(receipt)) = (&check.cover, &outturn.receipt) {
        let goes = outturn.goes(&files);
        let goes: Vec<(String, &Path)> = goes.iter().map(|sent| (file_name(&sent.path), sent.path.as_path())).collect();
        cover::write(path, &cover::sheet(said, &outturn.checked, &checker.rules, pack, receipt, &goes)?)?;
    }
    if check.json {
        register::out(&format!("{}\n", line(&outturn)))?;
    } else {
        register::out(&text(&outturn, &checker.rules, said))?;
    }
    Ok(ExitCode::from(outturn.exit_code()))
}

/// The last part of a path.
fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A file's name in what is found.
fn shown(path: &Path) -> String {
    let name = path.to_string_lossy().replace('\\', "/");
    name.strip_prefix("./").unwrap_or(&name).to_owned()
}

/// Says which words are in no list. They are not repeated: somebody may have typed a name.
fn say_what_is_unknown(said: &Said, rules: &Rules) {
    if said.to.as_deref().is_some_and(|name| rules.requester(name).is_none()) {
        eprintln!("--to: no requester of the law goes by that name; `haven law vocabulary` lists them. Nobody knows who asks");
    }
    for (flag, word, known) in [
        ("--class", &said.class, names(rules.classes())),
        ("--purpose", &said.purpose, names(rules.purposes())),
        ("--authority", &said.authority, names(rules.authorities())),
    ] {
        if word.as_deref().is_some_and(|word| !known.contains(&word)) {
            eprintln!("{flag}: expected one of {}, found another word, which is taken as unknown", known.join(", "));
        }
    }
}

fn names<'r>(list: impl Iterator<Item = (&'r str, &'r str)>) -> Vec<&'r str> {
    list.map(|(name, _)| name).collect()
}

/// What is said of each outcome.
pub(crate) fn outcome_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Release => "May go: nothing in these laws stops it; other law may.",
        Outcome::ReleaseWithout => "May go without what is withheld.",
        Outcome::Refer => "Do not send: counsel decides.",
        Outcome::Refuse => "Do not send.",
    }
}

/// What the law does, in a word.
fn verdict_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Prohibited => "no",
        Verdict::NeedsFacts => "ask first",
        Verdict::Required => "must",
        Verdict::Permitted => "yes",
    }
}

/// The label of a word in a list.
pub(crate) fn label<'r>(mut list: impl Iterator<Item = (&'r str, &'r str)>, said: Option<&str>) -> &'r str {
    said.and_then(|said| list.find(|(name, _)| *name == said)).map_or("not known", |(_, label)| label)
}

/// The answer for a person.
fn text(outturn: &Outturn, rules: &Rules, said: &Said) -> String {
    let checked = &outturn.checked;
    let judgement = &checked.judgement;
    let mut out = String::new();
    // Writing to a text cannot fail.
    let _ = writeln!(out, "{}", outcome_words(judgement.outcome));
    let _ = writeln!(
        out,
        "For: {}. Shown: {}.",
        label(rules.purposes(), said.purpose.as_deref()),
        label(rules.authorities(), said.authority.as_deref())
    );
    for unknown in &judgement.unknown {
        let _ = writeln!(out, "Not known: {}", unknown.name());
    }
    out.push('\n');
    for topic in &judgement.topics {
        let cites = cites(judgement, &topic.topic).join("; ");
        let cites = if cites.is_empty() { "no clause speaks of it".to_owned() } else { cites };
        let _ = writeln!(out, "{:<10} {}: {cites}", verdict_words(topic.verdict), topic.label);
        for question in &topic.questions {
            let _ = writeln!(out, "{:<10}   ? {question}", "");
        }
    }
    for (file, places) in places(&checked.held) {
        let _ = writeln!(out, "\n{file}: {} must not go", counted(places.spots, "place", "places"));
        for (place, by) in places.lines {
            let hidden = place.hidden.map(|hidden| format!(" [{hidden}]")).unwrap_or_default();
            let by = by.into_iter().collect::<Vec<_>>().join(", ");
            let at = words(place.page, place.line, place.path);
            let _ = writeln!(out, "  {at}{hidden}: {} ({by})", label(rules.topics(), Some(place.topic)));
        }
    }
    if checked.free > 0 {
        let _ = writeln!(out, "\n{} that the law lets go", counted(checked.free, "place", "places"));
    }
    if !checked.unread.is_empty() {
        let _ = writeln!(out, "\nNot read, so nobody knows what is there:");
        for blind in &checked.unread {
            let place = if blind.place.is_empty() { String::new() } else { format!(", {}", blind.place) };
            let _ = writeln!(out, "  {}{place}: {}", blind.file, blind.reason);
        }
    }
    if !judgement.obligations.is_empty() {
        out.push('\n');
        for step in &judgement.obligations {
            let _ = writeln!(out, "- {}", step.text);
        }
    }
    if let Some(copies) = &outturn.copies {
        for copy in &copies.made {
            let _ = writeln!(out, "\n{}: clean copy {}, what went in {1}.log", copy.name, copy.path.display());
        }
        for file in &copies.as_they_are {
            let _ = writeln!(out, "\n{}: may go as it is", file.name);
        }
        for blocked in &copies.blocked {
            let _ = writeln!(out, "\n{}: no copy: {}", blocked.file, blocked.reason);
        }
        if matches!(judgement.outcome, Outcome::Refer | Outcome::Refuse) {
            out.push_str("\nNo copy was made.\n");
        }
    }
    if let Some(receipt) = &outturn.receipt {
        let _ = writeln!(out, "\nRecorded: {}, entry {} of log {}.", receipt.id, receipt.index, receipt.log);
    }
    out
}

/// The answer for a program.
fn line(outturn: &Outturn) -> String {
    let checked = &outturn.checked;
    let (made, blocked) = outturn.copies.as_ref().map_or((&[][..], &[][..]), |copies| (&copies.made, &copies.blocked));
    json!({
        "outcome": checked.judgement.outcome,
        "exit_code": outturn.exit_code(),
        "judgement": checked.judgement,
        "places": checked.held,
        "released_places": checked.free,
        "unread": checked.unread,
        "copies": made.iter().map(|copy| json!({ "file": copy.name, "copy": copy.path })).collect::<Vec<_>>(),
        "blocked": blocked.iter().map(|blocked| json!({ "file": blocked.file, "reason": blocked.reason })).collect::<Vec<_>>(),
        "record": outturn.receipt.as_ref().map(|receipt| json!({ "id": receipt.id, "log": receipt.log, "index": receipt.index })),
    })
    .to_string()
}
