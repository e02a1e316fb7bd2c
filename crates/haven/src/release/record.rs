//! What the register keeps of a release: the words of the request, the judgement and counts. No name, no file, no value.

use super::said::Said;
use crate::config::Config;
use crate::error::CliError;
use crate::node;
use crate::register::not_written;
use crate::serve::record::{external_of, first_of, receipt_of};
use haven_guard::judge::{Judgement, Outcome};
use haven_law::pack::{Pack, Source};
use haven_register::entry::{Draft, FieldError, Pairs};
use haven_register::moment::Moment;
use haven_register::register::Register;
use haven_register::schema::{FieldType, Schema};
use haven_register::writer::{Receipt, WriteError};
use std::collections::BTreeSet;
use tokio::runtime::{Handle, Runtime};

/// What became of a release after it was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// A cleaned copy was made.
    Cleaned,
    /// The copy was not clean.
    Blocked,
}

/// How many of what were looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts {
    pub files: usize,
    pub places: usize,
    pub unread: usize,
}

/// Why a judgement is not recorded.
#[derive(Debug)]
pub(crate) enum NotKept {
    /// The register does not take it: its fields, and what may stand in them.
    Refused(Vec<FieldError>),
    /// It could not be written.
    Failed(CliError),
}

impl From<CliError> for NotKept {
    fn from(error: CliError) -> Self {
        Self::Failed(error)
    }
}

impl From<NotKept> for CliError {
    fn from(error: NotKept) -> Self {
        match error {
            NotKept::Refused(errors) => {
                let lines: Vec<String> = errors.iter().map(|error| format!("\n  {error}")).collect();
                CliError::other(format!("the judgement cannot be recorded{}", lines.concat()), "nothing was released and no copy was made")
            }
            NotKept::Failed(error) => error,
        }
    }
}

/// A register that was opened for one command.
pub(crate) struct Kept {
    runtime: Runtime,
    register: Register,
}

impl Kept {
    /// Opens the register.
    pub fn open(source: &Source, pack: &Pack, config: &Config) -> Result<Self, CliError> {
        let schema = node::schema(source, pack)?;
        let runtime = Runtime::new()?;
        let register = runtime.block_on(node::open(config, &schema))?;
        Ok(Self { runtime, register })
    }

    /// What records in it.
    pub fn recorder(&self) -> Recorder<'_> {
        Recorder { runtime: self.runtime.handle(), register: &self.register, once: "" }
    }
}

/// What records releases. It waits for the register, so it is used where waiting stops nobody else.
pub(crate) struct Recorder<'r> {
    /// Where the register runs.
    pub runtime: &'r Handle,
    /// The register.
    pub register: &'r Register,
    /// A word of the page that was sent, so that what is sent again is recorded once; empty at the command line.
    pub once: &'r str,
}

impl Recorder<'_> {
    /// Records a judgement, or what was done after one; when this returns it is durable.
    pub fn keep(
        &self,
        said: &Said,
        requester: Option<&str>,
        judgement: &Judgement,
        counts: Counts,
        done: Option<(Done, &Receipt)>,
    ) -> Result<Receipt, NotKept> {
        let schema = self.register.schema();
        let now = node::now(schema)?;
        let mut pairs = Pairs::new();
        let mut set = |name: &str, text: String| {
            if !text.is_empty() {
                pairs.insert(name.to_owned(), text);
            }
        };
        set("kind", "release".to_owned());
        set("at", Moment::at(&now).to_string());
        set("by", said.by.clone().unwrap_or_default());
        set("station", said.station.clone().unwrap_or_default());
        if said.station.is_none() {
            set("agency", said.agency.clone().unwrap_or_default());
        }
        set("requester", requester.unwrap_or_default().to_owned());
        set("purpose", word(schema, "purpose", said.purpose.as_deref()));
        set("authority", word(schema, "authority", said.authority.as_deref()));
        set("topics", judgement.topics.iter().map(|topic| topic.topic.as_str()).collect::<Vec<_>>().join(","));
        set("withheld", judgement.withheld.join(","));
        set("outcome", outcome(judgement.outcome, done.map(|(done, _)| done)).to_owned());
        set("files", counts.files.to_string());
        set("places", counts.places.to_string());
        set("unread", counts.unread.to_string());
        set(
            "provisions",
            judgement
                .provisions()
                .into_iter()
                .map(|cited| cited.id.as_str())
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
                .join(","),
        );
        set("law", judgement.law.clone());
        set("request", said.request.clone().unwrap_or_default());
        set("of", done.map(|(_, receipt)| receipt.id.clone()).unwrap_or_default());
        let external = (!self.once.is_empty()).then(|| {
            let stated: Vec<&str> = pairs.iter().filter(|(name, _)| *name != "at").map(|(_, text)| text.as_str()).collect();
            external_of(&["release", self.once], &stated)
        });
        if let Some(external) = &external {
            if let Some(known) = self.known(external)? {
                return Ok(known);
            }
            pairs.insert("external_id".to_owned(), external.clone());
        }
        let draft = Draft::read(schema, self.register.zone(), &pairs, &Moment::at(&now)).map_err(NotKept::Refused)?;
        match (self.runtime.block_on(self.register.add(draft, &now)), external) {
            (Ok(receipt), _) => Ok(receipt),
            // The same page was sent twice at once, and the other was quicker.
            (Err(WriteError::Refused(error)), Some(external)) if error.field == "external_id" => {
                self.known(&external)?.ok_or_else(|| NotKept::Refused(vec![error]))
            }
            (Err(WriteError::Refused(error)), _) => Err(NotKept::Refused(vec![error])),
            (Err(error), _) => Err(NotKept::Failed(not_written(&error))),
        }
    }

    /// The entry of an external id, where there is one.
    fn known(&self, external: &str) -> Result<Option<Receipt>, CliError> {
        let first = self.runtime.block_on(first_of(self.register, external)).map_err(node::failed)?;
        Ok(first.as_ref().map(receipt_of))
    }
}

/// A word as the register knows it; one that it does not know is unknown there too.
pub(crate) fn word(schema: &Schema, field: &str, said: Option<&str>) -> String {
    let of = schema.kind("release").and_then(|kind| kind.field(field)).map(|field| &field.of);
    let known = |said: &&str| matches!(of, Some(FieldType::Words(words)) if words.iter().any(|word| word.name == **said));
    said.filter(known).unwrap_or("unknown").to_owned()
}

fn outcome(outcome: Outcome, done: Option<Done>) -> &'static str {
    match done {
        Some(Done::Cleaned) => "cleaned",
        Some(Done::Blocked) => "blocked",
        None => outcome.name(),
    }
}
