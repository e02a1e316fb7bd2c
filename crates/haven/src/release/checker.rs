//! The check itself, which the command line and the page share: look into the files, judge, record, make clean copies. In this
//! order, whoever asks: nobody reads a judgement that is not in the register, where it is to be there.

use super::fix::{self, Blocked, Fixer, Ready};
use super::look::{Blind, Looked, Looker, Spot};
use super::record::{Counts, Done, NotKept, Recorder};
use super::said::Said;
use super::{data, rules};
use crate::error::CliError;
use crate::{detect, node, scan};
use haven_detect::Detector;
use haven_guard::Policy;
use haven_guard::judge::{Asked, JudgeError, Judgement, Outcome, Rules};
use haven_law::decide::Verdict;
use haven_law::pack::{Pack, Source};
use haven_law::request::{RequestError, day};
use haven_law::vocabulary::FactKind;
use haven_register::writer::Receipt;
use haven_scan::child::Child;
use haven_scan::judge::Clauses;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A file that would be sent.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    /// What it is called in all that is said of it.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
}

/// What checks releases under one law.
pub(crate) struct Checker {
    /// What the words of a request mean.
    pub rules: Rules,
    clauses: Clauses,
    child: Child,
    /// Made for the first file: it takes a while, and a service may never need it.
    detector: OnceLock<Detector>,
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
    /// The exit code of the command, were no copies made.
    fn exit_code(&self) -> u8 {
        match self.judgement.outcome {
            Outcome::Refuse => 1,
            Outcome::Refer => 3,
            Outcome::Release | Outcome::ReleaseWithout => u8::from(!self.held.is_empty()),
        }
    }
}

/// What became of the files where copies were asked for.
#[derive(Default)]
pub(crate) struct Copies {
    /// Files in which nothing is withheld.
    pub as_they_are: Vec<Sent>,
    /// Clean copies, by the names of their files.
    pub made: Vec<Sent>,
    /// Files of which there is no clean copy.
    pub blocked: Vec<Blocked>,
}

/// What was judged and done.
pub(crate) struct Outturn {
    /// The judgement, and what was found.
    pub checked: Checked,
    /// Its place in the register, where it was to be there.
    pub receipt: Option<Receipt>,
    /// What became of the files; none where no copies were asked for.
    pub copies: Option<Copies>,
}

impl Outturn {
    /// The exit code of the command.
    pub fn exit_code(&self) -> u8 {
        match (self.checked.exit_code(), &self.copies) {
            // All that was found is out of the copies.
            (1, Some(copies)) if self.checked.judgement.outcome == Outcome::ReleaseWithout => u8::from(!copies.blocked.is_empty()),
            (code, _) => code,
        }
    }

    /// What is sent, of the files that were looked at.
    pub fn goes(&self, files: &[Sent]) -> Vec<Sent> {
        match &self.copies {
            Some(copies) => copies.as_they_are.iter().chain(&copies.made).cloned().collect(),
            None if self.exit_code() == 0 => files.to_vec(),
            None => Vec::new(),
        }
    }
}

/// Why nothing was judged, or why what was judged is not told.
#[derive(Debug)]
pub(crate) enum Failed {
    /// It could not be recorded.
    NotKept(NotKept),
    /// Anything else.
    Other(CliError),
}

impl From<NotKept> for Failed {
    fn from(error: NotKept) -> Self {
        Self::NotKept(error)
    }
}

impl From<CliError> for Failed {
    fn from(error: CliError) -> Self {
        Self::Other(error)
    }
}

impl From<Failed> for CliError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::NotKept(error) => error.into(),
            Failed::Other(error) => error,
        }
    }
}

impl Checker {
    /// What checks under a law.
    pub fn new(source: &Source, pack: &Pack, jurisdiction: &str) -> Result<Self, CliError> {
        let child = Child::new(std::env::current_exe()?, vec!["extract-child".into()]);
        Ok(Self { rules: rules(pack)?, clauses: scan::clauses(source, jurisdiction)?, child, detector: OnceLock::new() })
    }

    fn detector(&self) -> Result<&Detector, CliError> {
        if let Some(detector) = self.detector.get() {
            return Ok(detector);
        }
        let made = detect::sources(None)?.detector()?;
        Ok(self.detector.get_or_init(|| made))
    }

    /// Checks files for a request. Clean copies are made where a folder for them is given, and the judgement is recorded where
    /// a register is.
    pub fn check(
        &self,
        (source, pack): (&Source, &Pack),
        said: &Said,
        files: &[Sent],
        fix: Option<&Path>,
        recorder: Option<&Recorder<'_>>,
    ) -> Result<Outturn, Failed> {
        let detector = self.detector()?;
        let policy = Policy::read(&data("policy.toml")?, detector)
            .map_err(|error| CliError::other(error.to_string(), "guard/policy.toml explains its form"))?;
        let looker = Looker { detector, clauses: &self.clauses, rules: &self.rules, child: &self.child, policy: &policy };
        let mut looked = Looked::default();
        for file in files {
            looker.look(&file.name, &file.path, &mut looked);
        }
        let checked = self.judged((source, pack), said, looked)?;
        let requester = said.to.as_deref().and_then(|name| self.rules.requester(name));
        let counts = Counts { files: files.len(), places: checked.held.len(), unread: checked.unread.len() };
        let record = |done| recorder.map(|recorder| recorder.keep(said, requester, &checked.judgement, counts, done)).transpose();
        // The judgement is durable before anybody reads it, and before a copy is made.
        let receipt = record(None)?;
        let Some(folder) = fix else { return Ok(Outturn { checked, receipt, copies: None }) };
        let mut copies = Copies::default();
        if matches!(checked.judgement.outcome, Outcome::Release | Outcome::ReleaseWithout) {
            fix::folder(folder, files)?;
            let fixer = Fixer::new(detector, &looker, (&self.rules, &checked.judgement), folder);
            let mut ready: Vec<Ready> = Vec::new();
            for file in files {
                let held: Vec<&Spot> = checked.held.iter().filter(|spot| spot.file == file.name).collect();
                if held.is_empty() {
                    copies.as_they_are.push(file.clone());
                    continue;
                }
                match fixer.copy(&file.name, &file.path, &held)? {
                    Ok(copy) => ready.push(copy),
                    Err(reason) => copies.blocked.push(reason),
                }
            }
            if let Some(receipt) = &receipt {
                for (done, any) in [(Done::Cleaned, !ready.is_empty()), (Done::Blocked, !copies.blocked.is_empty())] {
                    if any {
                        record(Some((done, receipt)))?;
                    }
                }
            }
            for copy in ready {
                copies.made.push(Sent { name: copy.file.clone(), path: copy.keep()? });
            }
        }
        Ok(Outturn { checked, receipt, copies: Some(copies) })
    }

    /// Judges the request with what was found in the files.
    fn judged(&self, (source, pack): (&Source, &Pack), said: &Said, looked: Looked) -> Result<Checked, CliError> {
        let on = match &said.on {
            Some(text) => day("--on", text)?,
            None => crate::ask::today(pack)?,
        };
        let agency = match (&said.agency, &said.station) {
            (Some(agency), _) => Some(agency.clone()),
            (None, Some(station)) => {
                let schema = node::schema(source, pack)?;
                let wrong = || {
                    CliError::other(
                        "--station: expected a station, found another name",
                        "`haven register add` lists them when it finds none",
                    )
                };
                Some(schema.station_typed(station).ok_or_else(wrong)?.agency.clone())
            }
            (None, None) => None,
        };
        let mut topics: BTreeSet<String> = said.topics.iter().cloned().collect();
        topics.extend(looked.topics());
        let asked = Asked {
            requester: said.to.as_deref(),
            class: said.class.as_deref(),
            purpose: said.purpose.as_deref(),
            authority: said.authority.as_deref(),
            topics,
            agency: agency.as_deref(),
            facts: facts(&said.facts, pack)?,
        };
        let mut judgement = self.rules.judge(pack, &asked, on).map_err(|error| match &error {
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

/// The provisions that decided a topic.
pub(crate) fn cites<'j>(judgement: &'j Judgement, topic: &str) -> Vec<&'j str> {
    let judged = judgement.topic(topic);
    let provisions = judged.map(|topic| topic.provisions.as_slice()).unwrap_or_default();
    // Of a no, what says no.
    let no = judged.is_some_and(|topic| topic.verdict == Verdict::Prohibited);
    let mut cites: Vec<&str> =
        provisions.iter().filter(|cited| !no || cited.does == "prohibits").map(|cited| cited.cite.as_str()).collect();
    cites.dedup();
    cites
}
