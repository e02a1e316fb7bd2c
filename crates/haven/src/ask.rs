//! `haven ask`: by flags, by lines of JSON, or by questions at a terminal.

mod interview;
mod paper;
pub(crate) mod record;

use crate::config::Config;
use crate::error::CliError;
use crate::{laws, show};
use haven_law::decide::{Decision, Verdict};
use haven_law::pack::{Pack, Source};
use haven_law::request::{REQUEST_BYTES_MAX, Request, RequestError, Scope, action_named, day};
use haven_law::vocabulary::FactKind;
use serde_json::{Value, json};
use std::io::{BufRead, BufWriter, IsTerminal, Write};
use std::ops::Deref;
use std::process::ExitCode;

/// Flags of `haven ask`.
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  haven ask                                   questions one by one
  haven ask continue_detention --agency CPD --fact basis=detainer
  haven ask arrest --on 2020-06-15 --fact basis=admin_warrant --fact document=I-200
  haven ask --jsonl < requests.jsonl
  haven ask paper --form I-200
  haven ask transfer_to_ice --agency CPD --fact matter=civil --record --by S-1042 --station 001

Acts, facts and values: haven law vocabulary"
)]
pub(crate) struct Ask {
    #[command(subcommand)]
    paper: Option<AskCommand>,
    /// The act, from `haven law vocabulary`; left out at a terminal, Haven asks
    action: Option<String>,
    /// The agency whose act it is
    #[arg(long)]
    agency: Option<String>,
    /// The day of the act, YYYY-MM-DD [default: today in the jurisdiction]
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    /// What is known; several words of a set are separated by commas
    #[arg(long = "fact", value_name = "FACT=VALUE")]
    facts: Vec<String>,
    /// Ask only this layer: city, state, federal or order
    #[arg(long)]
    layer: Vec<String>,
    /// Ask only this provision and what lies below it
    #[arg(long)]
    provision: Vec<String>,
    /// Read one request a line, write one answer a line
    #[arg(long, conflicts_with_all = ["action", "agency", "on", "facts", "json"])]
    jsonl: bool,
    /// Answer as one line of JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    record: record::Flags,
}

#[derive(clap::Subcommand)]
enum AskCommand {
    /// What is this paper? Never trust the word "warrant"
    Paper(paper::Paper),
}

/// The exit code of a verdict.
fn code(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Permitted | Verdict::Required => 0,
        Verdict::Prohibited => 1,
        Verdict::NeedsFacts => 3,
    }
}

/// Today in the jurisdiction's own time zone: law changes at its midnight, not at the server's.
pub(crate) fn today(pack: &Pack) -> Result<jiff::civil::Date, CliError> {
    let zone = pack.jurisdictions.first().map_or("UTC", |jurisdiction| jurisdiction.time_zone.as_str());
    #[expect(clippy::disallowed_methods, reason = "the edge is where the clock is read")]
    let now = jiff::Timestamp::now();
    let zoned = now.in_tz(zone).map_err(|error| CliError::other(format!("time zone `{zone}`: {error}"), "check jurisdiction.toml"))?;
    Ok(zoned.date())
}

/// Runs the command.
pub(crate) fn run(ask: &Ask, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    let pack = laws::pack(source, &config.jurisdiction)?;
    if let Some(AskCommand::Paper(paper)) = &ask.paper {
        return paper::run(paper, source, &pack);
    }
    let scope = Scope::read(&pack, &ask.layer, &ask.provision)?;
    let record = ask.record.recorder(source, &pack, config)?;
    if ask.jsonl {
        let stdin = std::io::stdin().lock();
        let stdout = BufWriter::new(std::io::stdout().lock());
        return batch(&pack, &scope, stdin, stdout, record.as_ref()).map(ExitCode::from);
    }
    let request = match &ask.action {
        Some(action) => from_flags(ask, action, &pack, scope)?,
        None if std::io::stdin().is_terminal() => return interview::run(&pack, ask.agency.clone(), scope, record.as_ref()),
        None => {
            return Err(CliError::other(
                "no act is named and there is no terminal to ask at",
                "name the act (`haven ask stop …`) or use --jsonl",
            ));
        }
    };
    let decision = pack.decide(&request);
    // Asking makes the record: nobody is answered before it is durable.
    let receipt = record.as_ref().map(|record| record.keep(&pack, &request, &decision)).transpose()?;
    print(&pack, &decision, ask.json)?;
    if let Some(receipt) = receipt {
        record::say(&receipt)?;
    }
    Ok(ExitCode::from(code(decision.verdict)))
}

fn print(pack: &Pack, decision: &Decision, as_json: bool) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    if as_json {
        writeln!(out, "{}", line(decision))?;
    } else {
        write!(out, "{}", show::text(pack, decision))?;
    }
    Ok(())
}

/// An answer as the line that every door gives: the command line and the JSON API, byte for byte.
pub(crate) fn line(decision: &Decision) -> String {
    // Serialising closed structures of strings and numbers cannot fail; an empty answer would be seen at once.
    serde_json::to_string(decision).unwrap_or_default()
}

/// An error in the place of an answer.
pub(crate) fn error_line(id: Value, error: &RequestError) -> String {
    json!({ "id": id, "error": error }).to_string()
}

fn from_flags(ask: &Ask, action: &str, pack: &Pack, scope: Scope) -> Result<Request, CliError> {
    let action = action_named(pack, action)?;
    let on = match &ask.on {
        Some(text) => day("--on", text)?,
        None => today(pack)?,
    };
    let mut request = Request::new(pack, on, action, ask.agency.clone(), scope);
    for fact in &ask.facts {
        let (name, value) = fact.split_once('=').ok_or_else(|| RequestError::new("--fact", "fact=value", fact))?;
        let kind = pack.vocabulary().fact_named(name).map(|id| pack.vocabulary().fact(id).kind);
        let value = match kind {
            Some(FactKind::Many) if value != "unknown" => Value::from(value.split(',').map(str::trim).collect::<Vec<_>>()),
            Some(FactKind::Number) => value.parse::<i64>().map_or_else(|_| Value::from(value), Value::from),
            _ => Value::from(value),
        };
        request.state(pack, name, &value)?;
    }
    Ok(request)
}

/// Answers line by line, in order; returns the gravest exit code: error, prohibited, needs facts, clean.
fn batch(
    pack: &Pack,
    scope: &Scope,
    input: impl BufRead,
    mut output: impl Write,
    record: Option<&record::Recorder>,
) -> Result<u8, CliError> {
    let gravity = |code: u8| match code {
        2 => 3,
        1 => 2,
        3 => 1,
        _ => 0,
    };
    let mut gravest = 0;
    let mut answers = Answers::new(pack, scope.clone(), input);
    while let Some(answer) = answers.next_answered() {
        let (answered, mut answer, mut code) = answer?;
        if let (Some(record), Some((request, decision))) = (record, answered)
            && let Err(error) = record.keep(pack, &request, &decision)
        {
            // Nobody is answered whose record is not durable; the other lines are.
            answer = error_line(request.id, &RequestError::new("record", "a record of this answer", error.to_string()));
            code = 2;
        }
        writeln!(output, "{answer}")?;
        if gravity(code) > gravity(gravest) {
            gravest = code;
        }
    }
    output.flush()?;
    Ok(gravest)
}

/// The answers to lines of requests, in order, each with its exit code: what the command line prints and the JSON API sends.
pub(crate) struct Answers<P, R> {
    pack: P,
    scope: Scope,
    input: R,
    number: usize,
    bytes: Vec<u8>,
}

impl<P: Deref<Target = Pack>, R: BufRead> Answers<P, R> {
    /// Answers the lines of an input.
    pub(crate) fn new(pack: P, scope: Scope, input: R) -> Answers<P, R> {
        Answers { pack, scope, input, number: 0, bytes: Vec::new() }
    }
}

/// What was asked and what was answered; none where the line could not be read.
type Answered = Option<(Request, Decision)>;

impl<P: Deref<Target = Pack>, R: BufRead> Iterator for Answers<P, R> {
    type Item = std::io::Result<(String, u8)>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_answered().map(|answer| answer.map(|(_, line, code)| (line, code)))
    }
}

impl<P: Deref<Target = Pack>, R: BufRead> Answers<P, R> {
    /// The next line with its exit code, and what was asked and answered.
    fn next_answered(&mut self) -> Option<std::io::Result<(Answered, String, u8)>> {
        loop {
            self.number += 1;
            let overlong = match next_line(&mut self.input, &mut self.bytes) {
                Ok(Some(overlong)) => overlong,
                Ok(None) => return None,
                Err(error) => return Some(Err(error)),
            };
            if overlong || !String::from_utf8_lossy(&self.bytes).trim_start_matches('\u{feff}').trim().is_empty() {
                return Some(Ok(answer(&self.pack, &self.scope, &self.bytes, overlong, self.number)));
            }
        }
    }
}

/// Answers one line, or says in its place why it cannot be read; with the exit code.
pub(crate) fn answer(pack: &Pack, scope: &Scope, bytes: &[u8], overlong: bool, number: usize) -> (Answered, String, u8) {
    let refused = |id: Value, error: RequestError| (None, error_line(id, &error.at_line(number)), 2);
    if overlong {
        // Only a part of the line was kept, and how much depends on the reader: its id is not looked for.
        return refused(Value::Null, RequestError::new("request", format!("at most {REQUEST_BYTES_MAX} bytes"), "a longer line"));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return refused(Value::Null, RequestError::new("request", "UTF-8 text", "other bytes"));
    };
    let text = text.trim_end_matches(['\r', '\n']).trim_start_matches('\u{feff}');
    match Request::parse(text, pack, scope) {
        Ok(request) => {
            let decision = pack.decide(&request);
            let (line, code) = (line(&decision), code(decision.verdict));
            (Some((request, decision)), line, code)
        }
        Err(error) => refused(id_of(text), error),
    }
}

/// Reads one line of bounded length; says whether it was longer and has been skipped to its end.
pub(crate) fn next_line(input: &mut impl BufRead, bytes: &mut Vec<u8>) -> std::io::Result<Option<bool>> {
    bytes.clear();
    let mut overlong = false;
    let mut any = false;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(any.then_some(overlong));
        }
        any = true;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(buffer.len(), |end| end + 1);
        if bytes.len() + taken > REQUEST_BYTES_MAX + 2 {
            overlong = true;
        } else {
            bytes.extend(buffer.iter().take(taken));
        }
        input.consume(taken);
        if end.is_some() {
            return Ok(Some(overlong));
        }
    }
}

/// The id of a line that could not be read as a request, where it can be read at all.
pub(crate) fn id_of(text: &str) -> Value {
    let id = serde_json::from_str::<Value>(text).ok().and_then(|value| value.get("id").cloned());
    id.filter(|id| id.is_number() || id.as_str().is_some_and(|text| text.len() <= 200)).unwrap_or(Value::Null)
}
