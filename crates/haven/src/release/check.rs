//! `haven release check`: a judgement on a request, and what in the files must not go.

use super::fix::{self, Blocked, Fixer, Ready};
use super::look::{Blind, Looked, Looker, Spot, words};
use super::record::{Counts, Done, Recorder};
use super::{cover, data, rules};
use crate::config::Config;
use crate::error::CliError;
use crate::register::{self, show::counted};
use crate::{detect, node, scan};
use haven_guard::judge::{Asked, JudgeError, Judgement, Outcome, Rules};
use haven_law::decide::Verdict;
use haven_law::pack::{Pack, Source};
use haven_law::request::{RequestError, day};
use haven_law::vocabulary::FactKind;
use haven_register::writer::Receipt;
use haven_scan::child::Child;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
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
    /// Who asks, by a name of the law's vocabulary: `haven law vocabulary`, fact `requester`; no person's name
    #[arg(long, value_name = "REQUESTER")]
    pub to: Option<String>,
    /// Of which class: federal_immigration, federal, state, city, court, press, public, vendor, subject
    #[arg(long)]
    pub class: Option<String>,
    /// What for: civil_immigration, criminal, mixed, own_record, litigation, public_information, service
    #[arg(long)]
    pub purpose: Option<String>,
    /// What was shown: none, statute, regulation, court_order, judicial_warrant, order_in_doubt, order_not_covering,
    /// administrative, usc_1373, records_request, written_consent, parents_consent, guardians_consent
    #[arg(long)]
    pub authority: Option<String>,
    /// What is asked for besides the record itself: status, origin, custody_status, release_date, contact_info, location, …
    #[arg(long = "asked", value_name = "TOPIC")]
    pub topics: Vec<String>,
    /// Whose record it is, where no station is named
    #[arg(long)]
    pub agency: Option<String>,
    /// What else is known, as in `haven ask`
    #[arg(long = "fact", value_name = "FACT=VALUE")]
    pub facts: Vec<String>,
    /// The day of the release, YYYY-MM-DD [default: today in the jurisdiction]
    #[arg(long, value_name = "DAY")]
    pub on: Option<String>,
    /// Record the judgement in the register: who judges, by staff id
    #[arg(long, value_name = "STAFF")]
    pub by: Option<String>,
    /// The station at which it is judged
    #[arg(long, value_name = "STATION")]
    pub station: Option<String>,
    /// The request it answers, by its id in the register
    #[arg(long, value_name = "ID", requires = "by")]
    pub request: Option<String>,
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

/// What a check comes to.
pub(crate) struct Checked {
    /// The judgement, with what could not be read.
    pub judgement: Judgement,
    /// What must not go.
    pub held: Vec<Spot>,
    /// What may go, though it reveals something.
    pub free: usize,
    /// What could not be read.
    pub unread: BTreeSet<Blind>,
}

impl Checked {
    fn exit_code(&self) -> u8 {
        match self.judgement.outcome {
            Outcome::Refuse => 1,
            Outcome::Refer => 3,
            Outcome::Release | Outcome::ReleaseWithout => u8::from(!self.held.is_empty()),
        }
    }
}

/// Runs the command.
pub(crate) fn run(check: &Check, source: &Source, pack: &Pack, config: &Config) -> Result<ExitCode, CliError> {
    let rules = rules(pack)?;
    let detector = detect::sources(None)?.detector()?;
    let clauses = scan::clauses(source, &config.jurisdiction)?;
    let child = Child::new(std::env::current_exe()?, vec!["extract-child".into()]);
    let looker = Looker { detector: &detector, clauses: &clauses, rules: &rules, child: &child };
    let mut looked = Looked::default();
    for path in &check.files {
        // A name that is not there is a mistake of whoever typed it, not a document that could not be read.
        let data = std::fs::metadata(path).map_err(|error| CliError::Read { path: path.clone(), error })?;
        if !data.is_file() {
            return Err(CliError::other(
                format!("`{}`: expected a file, found a folder", path.display()),
                "name the files that would be sent",
            ));
        }
        looker.look(&shown(path), path, &mut looked);
    }
    say_what_is_unknown(check, &rules);
    let checked = judged(check, source, pack, &rules, looked)?;
    let recorder = check.by.as_ref().map(|_| Recorder::open(source, pack, config)).transpose()?;
    let requester = check.to.as_deref().and_then(|name| rules.requester(name));
    let counts = Counts { files: check.files.len(), places: checked.held.len(), unread: checked.unread.len() };
    // The judgement is durable before anybody reads it, and before a copy is made.
    let receipt = recorder.as_ref().map(|recorder| recorder.judged(check, requester, &checked.judgement, counts)).transpose()?;
    let mut copies = Copies::default();
    if let Some(folder) = &check.fix
        && matches!(checked.judgement.outcome, Outcome::Release | Outcome::ReleaseWithout)
    {
        fix::folder(folder, &check.files)?;
        let fixer = Fixer::new(&data("policy.toml")?, &detector, &looker, &rules, &checked.judgement)?;
        let (mut ready, mut blocked): (Vec<Ready>, Vec<Blocked>) = (Vec::new(), Vec::new());
        for path in &check.files {
            let name = shown(path);
            let held = fix::held_in(&checked, &name);
            if held.is_empty() {
                copies.as_they_are.push(path.clone());
                continue;
            }
            match fixer.copy(&name, path, folder, &held)? {
                Ok(copy) => ready.push(copy),
                Err(reason) => blocked.push(reason),
            }
        }
        if let (Some(recorder), Some(receipt)) = (&recorder, &receipt) {
            for (done, any) in [(Done::Cleaned, !ready.is_empty()), (Done::Blocked, !blocked.is_empty())] {
                if any {
                    recorder.done(check, requester, &checked.judgement, counts, (done, receipt))?;
                }
            }
        }
        for copy in ready {
            let file = copy.file.clone();
            copies.made.push((file, copy.keep()?));
        }
        copies.blocked = blocked;
    }
    if let (Some(path), Some(receipt)) = (&check.cover, &receipt) {
        let may_go = checked.exit_code() == 0 && check.fix.is_none();
        let goes: Vec<PathBuf> = if may_go { check.files.clone() } else { copies.goes() };
        cover::write(path, check, &checked, &rules, pack, receipt, &goes)?;
    }
    let code = copies.exit_code(check, &checked);
    if check.json {
        register::out(&format!("{}\n", line(&checked, receipt.as_ref(), &copies, code)))?;
    } else {
        register::out(&text(&checked, &rules, check, receipt.as_ref(), &copies))?;
    }
    Ok(ExitCode::from(code))
}

/// What became of the files where copies were asked for.
#[derive(Default)]
struct Copies {
    /// Files in which nothing is withheld.
    as_they_are: Vec<PathBuf>,
    /// Files with their clean copies.
    made: Vec<(String, PathBuf)>,
    /// Files of which there is no clean copy.
    blocked: Vec<Blocked>,
}

impl Copies {
    fn goes(&self) -> Vec<PathBuf> {
        self.as_they_are.iter().chain(self.made.iter().map(|(_, path)| path)).cloned().collect()
    }

    fn exit_code(&self, check: &Check, checked: &Checked) -> u8 {
        match (checked.exit_code(), &check.fix) {
            // All that was found is out of the copies.
            (1, Some(_)) if checked.judgement.outcome == Outcome::ReleaseWithout => u8::from(!self.blocked.is_empty()),
            (code, _) => code,
        }
    }
}

/// A file's name in what is found.
pub(crate) fn shown(path: &std::path::Path) -> String {
    let name = path.to_string_lossy().replace('\\', "/");
    name.strip_prefix("./").unwrap_or(&name).to_owned()
}

/// Says which words are in no list. They are not repeated: somebody may have typed a name.
fn say_what_is_unknown(check: &Check, rules: &Rules) {
    if check.to.as_deref().is_some_and(|name| rules.requester(name).is_none()) {
        eprintln!("--to: no requester of the law goes by that name; `haven law vocabulary` lists them. Nobody knows who asks");
    }
    for (flag, said, known) in [
        ("--class", &check.class, names(rules.classes())),
        ("--purpose", &check.purpose, names(rules.purposes())),
        ("--authority", &check.authority, names(rules.authorities())),
    ] {
        if said.as_deref().is_some_and(|said| !known.contains(&said)) {
            eprintln!("{flag}: expected one of {}, found another word, which is taken as unknown", known.join(", "));
        }
    }
}

fn names<'r>(list: impl Iterator<Item = (&'r str, &'r str)>) -> Vec<&'r str> {
    list.map(|(name, _)| name).collect()
}

/// Judges the request with what was found in the files.
fn judged(check: &Check, source: &Source, pack: &Pack, rules: &Rules, looked: Looked) -> Result<Checked, CliError> {
    let on = match &check.on {
        Some(text) => day("--on", text)?,
        None => crate::ask::today(pack)?,
    };
    let agency = match (&check.agency, &check.station) {
        (Some(agency), _) => Some(agency.clone()),
        (None, Some(station)) => {
            let schema = node::schema(source, pack)?;
            let wrong = || {
                CliError::other("--station: expected a station, found another name", "`haven register add` lists them when it finds none")
            };
            Some(schema.station_typed(station).ok_or_else(wrong)?.agency.clone())
        }
        (None, None) => None,
    };
    let mut topics: BTreeSet<String> = check.topics.iter().cloned().collect();
    topics.extend(looked.topics());
    let asked = Asked {
        requester: check.to.as_deref(),
        class: check.class.as_deref(),
        purpose: check.purpose.as_deref(),
        authority: check.authority.as_deref(),
        topics,
        agency: agency.as_deref(),
        facts: facts(&check.facts, pack)?,
    };
    let mut judgement = rules.judge(pack, &asked, on).map_err(|error| match &error {
        JudgeError::Settled { .. } => CliError::other(error.to_string(), "the words of the request say what is known"),
        JudgeError::Fact { .. } => CliError::other(error.to_string(), "`haven law vocabulary` lists facts and their values"),
    })?;
    // What was not read may hold anything.
    if !looked.unread.is_empty() && judgement.outcome < Outcome::Refer {
        judgement.outcome = Outcome::Refer;
    }
    let all = looked.spots.len();
    let held: Vec<Spot> = looked.spots.into_iter().filter(|spot| judgement.withheld.contains(&spot.topic)).collect();
    Ok(Checked { judgement, free: all - held.len(), held, unread: looked.unread })
}

fn facts(typed: &[String], pack: &Pack) -> Result<Map<String, Value>, CliError> {
    let mut facts = Map::new();
    for fact in typed {
        let (name, value) = fact.split_once('=').ok_or_else(|| RequestError::new("--fact", "fact=value", "no `=`"))?;
        let kind = pack.vocabulary().fact_named(name).map(|id| pack.vocabulary().fact(id).kind);
        let value = match kind {
            Some(FactKind::Many) => Value::from(value.split(',').map(str::trim).collect::<Vec<_>>()),
            Some(FactKind::Number) => value.parse::<i64>().map_or_else(|_| Value::from(value), Value::from),
            _ => Value::from(value),
        };
        facts.insert(name.to_owned(), value);
    }
    Ok(facts)
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

/// The provisions that decided a topic, in a line.
pub(crate) fn cites(judgement: &Judgement, topic: &str) -> String {
    let judged = judgement.topic(topic);
    let provisions = judged.map(|topic| topic.provisions.as_slice()).unwrap_or_default();
    // Of a no, what says no.
    let no = judged.is_some_and(|topic| topic.verdict == Verdict::Prohibited);
    let mut cites: Vec<&str> =
        provisions.iter().filter(|cited| !no || cited.does == "prohibits").map(|cited| cited.cite.as_str()).collect();
    cites.dedup();
    cites.join("; ")
}

/// The label of a word in a list.
pub(crate) fn label<'r>(mut list: impl Iterator<Item = (&'r str, &'r str)>, said: Option<&str>) -> &'r str {
    said.and_then(|said| list.find(|(name, _)| *name == said)).map_or("not known", |(_, label)| label)
}

/// Page, line, path, what hides it, topic.
type Place<'a> = (Option<u64>, Option<u64>, Option<&'a str>, Option<&'a str>, &'a str);

/// The answer for a person.
fn text(checked: &Checked, rules: &Rules, check: &Check, receipt: Option<&Receipt>, copies: &Copies) -> String {
    let judgement = &checked.judgement;
    let mut out = String::new();
    // Writing to a text cannot fail.
    let _ = writeln!(out, "{}", outcome_words(judgement.outcome));
    let _ = writeln!(
        out,
        "For: {}. Shown: {}.",
        label(rules.purposes(), check.purpose.as_deref()),
        label(rules.authorities(), check.authority.as_deref())
    );
    for unknown in &judgement.unknown {
        let _ = writeln!(out, "Not known: {}", unknown.name());
    }
    out.push('\n');
    for topic in &judgement.topics {
        let cites = cites(judgement, &topic.topic);
        let cites = if cites.is_empty() { "no clause speaks of it".to_owned() } else { cites };
        let _ = writeln!(out, "{:<10} {}: {cites}", verdict_words(topic.verdict), topic.label);
        for question in &topic.questions {
            let _ = writeln!(out, "{:<10}   ? {question}", "");
        }
    }
    let mut by_file: BTreeMap<&str, Vec<&Spot>> = BTreeMap::new();
    for spot in &checked.held {
        by_file.entry(&spot.file).or_default().push(spot);
    }
    for (file, spots) in by_file {
        let _ = writeln!(out, "\n{file}: {} must not go", counted(spots.len(), "place", "places"));
        // One line a place, with all rules that found something there.
        let mut lines: BTreeMap<Place<'_>, BTreeSet<&str>> = BTreeMap::new();
        for spot in spots {
            let place = (spot.page, spot.line, spot.path.as_deref(), spot.hidden, spot.topic.as_str());
            lines.entry(place).or_default().insert(&spot.rule);
        }
        for ((page, line, path, hidden, topic), by) in lines {
            let hidden = hidden.map(|hidden| format!(" [{hidden}]")).unwrap_or_default();
            let by = by.into_iter().collect::<Vec<_>>().join(", ");
            let _ = writeln!(out, "  {}{hidden}: {} ({by})", words(page, line, path), label(rules.topics(), Some(topic)));
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
        for obligation in &judgement.obligations {
            let _ = writeln!(out, "- {obligation}");
        }
    }
    for (file, path) in &copies.made {
        let _ = writeln!(out, "\n{file}: clean copy {}, what went in {0}.log", path.display());
    }
    for path in &copies.as_they_are {
        let _ = writeln!(out, "\n{}: may go as it is", shown(path));
    }
    for blocked in &copies.blocked {
        let _ = writeln!(out, "\n{}: no copy: {}", blocked.file, blocked.reason);
    }
    if check.fix.is_some() && matches!(checked.judgement.outcome, Outcome::Refer | Outcome::Refuse) {
        out.push_str("\nNo copy was made.\n");
    }
    if let Some(receipt) = receipt {
        let _ = writeln!(out, "\nRecorded: {}, entry {} of log {}.", receipt.id, receipt.index, receipt.log);
    }
    out
}

/// The answer for a program.
fn line(checked: &Checked, receipt: Option<&Receipt>, copies: &Copies, code: u8) -> String {
    json!({
        "outcome": checked.judgement.outcome,
        "exit_code": code,
        "judgement": checked.judgement,
        "places": checked.held,
        "released_places": checked.free,
        "unread": checked.unread,
        "copies": copies.made.iter().map(|(file, path)| json!({ "file": file, "copy": path })).collect::<Vec<_>>(),
        "blocked": copies.blocked.iter().map(|blocked| json!({ "file": blocked.file, "reason": blocked.reason })).collect::<Vec<_>>(),
        "record": receipt.map(|receipt| json!({ "id": receipt.id, "log": receipt.log, "index": receipt.index })),
    })
    .to_string()
}
