//! `haven ask paper`: what is this paper? By its signs, never by the word on it.

use super::today;
use crate::error::CliError;
use haven_law::pack::{Pack, Source};
use haven_law::paper::{Class, Classification, Input, Paper as Description, PaperError, Papers, Reason};
use inquire::{InquireError, Select, Text};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;

/// Flags of `haven ask paper`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  haven ask paper                             signs one by one
  haven ask paper --form I-200
  haven ask paper --court \"United States District Court\" --signer \"Deportation Officer\"
  haven ask paper --jsonl < papers.jsonl

Exit codes: 0 told apart, 3 cannot tell, 2 error")]
pub(crate) struct Paper {
    /// The form number printed on it
    #[arg(long, value_name = "TEXT")]
    form: Option<String>,
    /// Its heading
    #[arg(long, value_name = "TEXT")]
    heading: Option<String>,
    /// The title, not the name, of whoever signed
    #[arg(long, value_name = "TEXT")]
    signer: Option<String>,
    /// The court it names
    #[arg(long, value_name = "TEXT")]
    court: Option<String>,
    /// The statute it names
    #[arg(long, value_name = "TEXT")]
    statute: Option<String>,
    /// Its case number
    #[arg(long, value_name = "TEXT")]
    case_number: Option<String>,
    /// Its date, YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    date: Option<String>,
    /// Any other sign, as in the JSON form
    #[arg(long = "sign", value_name = "SIGN=VALUE")]
    signs: Vec<String>,
    /// Read one paper a line, write one answer a line
    #[arg(long, conflicts_with_all = ["form", "heading", "signer", "court", "statute", "case_number", "date", "signs", "json"])]
    jsonl: bool,
    /// Answer as one line of JSON
    #[arg(long)]
    json: bool,
}

impl Paper {
    /// The signs given by flags, under the names of the table.
    fn given(&self) -> Result<Vec<(String, String)>, CliError> {
        let flags = [
            ("form_number", &self.form),
            ("heading", &self.heading),
            ("signer_title", &self.signer),
            ("court", &self.court),
            ("statute", &self.statute),
            ("case_number", &self.case_number),
            ("date", &self.date),
        ];
        let mut given: Vec<(String, String)> =
            flags.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?))).collect();
        for sign in &self.signs {
            let (name, value) =
                sign.split_once('=').ok_or_else(|| CliError::other("a sign has no value", "write --sign signature=cut_off"))?;
            given.push((name.to_owned(), value.to_owned()));
        }
        Ok(given)
    }
}

/// Runs the command.
pub(super) fn run(args: &Paper, source: &Source, pack: &Pack) -> Result<ExitCode, CliError> {
    const TABLE: &str = "papers.toml";
    let text = source.get(TABLE).ok_or_else(|| CliError::other(format!("`{TABLE}` is missing"), "every folder of laws has one"))?;
    let papers = Papers::load(text, TABLE).map_err(|error| refused(&error))?;
    let today = today(pack)?;
    if args.jsonl {
        return batch(&papers, today);
    }
    let given = args.given()?;
    let mut paper = Description::default();
    for (name, value) in &given {
        paper.state(&papers, name, &Value::from(value.as_str())).map_err(|error| refused(&error))?;
    }
    if given.is_empty() {
        if !std::io::stdin().is_terminal() {
            return Err(CliError::other(
                "no sign is given and there is no terminal to ask at",
                "give a sign (`--form I-200`) or use --jsonl",
            ));
        }
        match interview(&papers, &mut paper, today) {
            Ok(()) => {}
            Err(InquireError::OperationCanceled | InquireError::OperationInterrupted) => return Ok(ExitCode::from(2)),
            Err(error) => return Err(CliError::other(error.to_string(), "use flags or --jsonl where there is no terminal")),
        }
    }
    let answer = papers.classify(&paper, Some(today));
    let mut out = std::io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&answer).unwrap_or_default())?;
    } else {
        write!(out, "{}", show(&papers, &answer))?;
    }
    Ok(ExitCode::from(code(answer.class)))
}

fn code(class: Class) -> u8 {
    if class == Class::CannotTell { 3 } else { 0 }
}

fn refused(error: &PaperError) -> CliError {
    let hint = miette::Diagnostic::help(error).map_or_else(String::new, |help| help.to_string());
    CliError::other(error.to_string(), hint)
}

fn batch(papers: &Papers, today: jiff::civil::Date) -> Result<ExitCode, CliError> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let (mut failed, mut open) = (false, false);
    for (index, line) in std::io::stdin().lock().split(b'\n').enumerate() {
        let line = line?;
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            continue;
        }
        match Description::parse(text, papers) {
            Ok(paper) => {
                let answer = papers.classify(&paper, Some(today));
                open |= code(answer.class) != 0;
                writeln!(out, "{}", serde_json::to_string(&answer).unwrap_or_default())?;
            }
            Err(error) => {
                failed = true;
                writeln!(out, "{}", json!({ "error": error, "line": index + 1 }))?;
            }
        }
    }
    out.flush()?;
    Ok(ExitCode::from(if failed {
        2
    } else if open {
        3
    } else {
        0
    }))
}

/// Asks for signs, the most decisive first, until the kind is settled or nothing more can settle it.
fn interview(papers: &Papers, paper: &mut Description, today: jiff::civil::Date) -> Result<(), InquireError> {
    let mut asked: Vec<String> = Vec::new();
    loop {
        let answer = papers.classify(paper, Some(today));
        let Some(look) = answer.look_next.iter().find(|look| !asked.contains(&look.indicator)) else { return Ok(()) };
        let Some(indicator) = papers.indicators().find(|indicator| indicator.name == look.indicator) else { return Ok(()) };
        let value = match indicator.input {
            Input::Text | Input::Date => {
                Text::new(&look.question).with_help_message(&format!("{} Empty if you do not know.", look.why)).prompt()?
            }
            Input::Choice => {
                let unknown = "I don't know".to_owned();
                let labels = indicator.options.iter().map(|option| option.label.clone()).chain([unknown]).collect();
                let chosen = Select::new(&look.question, labels).with_help_message(&look.why).prompt()?;
                indicator.options.iter().find(|option| option.label == chosen).map(|option| option.value.clone()).unwrap_or_default()
            }
        };
        match paper.state(papers, &look.indicator, &Value::from(value)) {
            Ok(()) => asked.push(look.indicator.clone()),
            Err(error) => println!("{error}"),
        }
    }
}

/// The answer as text. What was typed is not repeated: it may hold a name.
fn show(papers: &Papers, answer: &Classification) -> String {
    let kind = papers.kinds().find(|(name, _, _)| *name == answer.document).map_or(answer.document.as_str(), |(_, _, label)| label);
    let mut out = format!("{}\n{}\n", kind.to_uppercase(), answer.note);
    let label = |name: &str| {
        papers.indicators().find(|indicator| indicator.name == name).map_or(name, |indicator| indicator.label.as_str()).to_owned()
    };
    let mut list = |title: &str, reasons: &[Reason]| {
        if !reasons.is_empty() {
            let _ = writeln!(out, "\n{title}");
            for reason in reasons {
                let _ = writeln!(out, "  - {}: {}. {} [{}]", label(&reason.indicator), reason.sign, reason.says, reason.cite);
            }
        }
    };
    list("What decides it", &answer.decided_by);
    list("What speaks against it", &answer.against);
    if !answer.missing.is_empty() {
        let _ = writeln!(out, "\nStill missing: {}", answer.missing.join("; "));
    }
    if !answer.look_next.is_empty() {
        out.push_str("\nLook next\n");
        for look in &answer.look_next {
            let _ = writeln!(out, "  - {} {}", look.question, look.why);
        }
    }
    if !answer.check.is_empty() {
        out.push_str("\nCheck all the same\n");
        for check in &answer.check {
            let _ = writeln!(out, "  - {}", check.says);
        }
    }
    if !answer.unrecognised.is_empty() {
        let names: Vec<String> = answer.unrecognised.iter().map(|name| label(name)).collect();
        let _ = writeln!(out, "\nGiven but not recognised: {}", names.join(", "));
    }
    let _ = writeln!(out, "\nFor `haven ask`: document={}. Not legal advice.", answer.facts.document);
    crate::show::wrapped(&out)
}
