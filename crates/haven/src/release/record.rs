//! What the register keeps of a release: the words of the request, the judgement and counts. No name, no file, no value.

use super::check::Check;
use crate::config::Config;
use crate::error::CliError;
use crate::node;
use crate::register::not_written;
use haven_guard::judge::{Judgement, Outcome};
use haven_law::pack::{Pack, Source};
use haven_register::entry::{Draft, Pairs};
use haven_register::moment::Moment;
use haven_register::register::Register;
use haven_register::schema::{FieldType, Schema};
use haven_register::writer::Receipt;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// What became of a release after it was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// A cleaned copy was made.
    Cleaned,
    /// The copy was not clean.
    Blocked,
}

/// What records releases.
pub(crate) struct Recorder {
    runtime: Runtime,
    register: Register,
    schema: Arc<Schema>,
}

/// How many of what were looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts {
    pub files: usize,
    pub places: usize,
    pub unread: usize,
}

impl Recorder {
    /// Opens the register.
    pub fn open(source: &Source, pack: &Pack, config: &Config) -> Result<Self, CliError> {
        let schema = node::schema(source, pack)?;
        let runtime = Runtime::new()?;
        let register = runtime.block_on(node::open(config, &schema))?;
        Ok(Self { runtime, register, schema })
    }

    /// Records a judgement; when this returns it is durable.
    pub fn judged(&self, check: &Check, requester: Option<&str>, judgement: &Judgement, counts: Counts) -> Result<Receipt, CliError> {
        self.keep(check, requester, judgement, counts, None)
    }

    /// Records what was done after a judgement.
    pub fn done(
        &self,
        check: &Check,
        requester: Option<&str>,
        judgement: &Judgement,
        counts: Counts,
        done: (Done, &Receipt),
    ) -> Result<Receipt, CliError> {
        self.keep(check, requester, judgement, counts, Some(done))
    }

    fn keep(
        &self,
        check: &Check,
        requester: Option<&str>,
        judgement: &Judgement,
        counts: Counts,
        done: Option<(Done, &Receipt)>,
    ) -> Result<Receipt, CliError> {
        let now = node::now(&self.schema)?;
        let mut pairs = Pairs::new();
        let mut set = |name: &str, text: String| {
            if !text.is_empty() {
                pairs.insert(name.to_owned(), text);
            }
        };
        set("kind", "release".to_owned());
        set("at", Moment::at(&now).to_string());
        set("by", check.by.clone().unwrap_or_default());
        set("station", check.station.clone().unwrap_or_default());
        if check.station.is_none() {
            set("agency", check.agency.clone().unwrap_or_default());
        }
        set("requester", requester.unwrap_or_default().to_owned());
        set("purpose", self.word("purpose", check.purpose.as_deref()));
        set("authority", self.word("authority", check.authority.as_deref()));
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
        set("request", check.request.clone().unwrap_or_default());
        set("of", done.map(|(_, receipt)| receipt.id.clone()).unwrap_or_default());
        let draft = Draft::read(&self.schema, &node::zone(&self.schema)?, &pairs, &Moment::at(&now)).map_err(|errors| {
            let lines: Vec<String> = errors.iter().map(|error| format!("\n  {error}")).collect();
            CliError::other(format!("the judgement cannot be recorded{}", lines.concat()), "nothing was released and no copy was made")
        })?;
        self.runtime.block_on(self.register.add(draft, &now)).map_err(|error| not_written(&error))
    }

    /// A word as the register knows it; one that it does not know is unknown there too.
    fn word(&self, field: &str, said: Option<&str>) -> String {
        let of = self.schema.kind("release").and_then(|kind| kind.field(field)).map(|field| &field.of);
        let known = |said: &&str| matches!(of, Some(FieldType::Words(words)) if words.iter().any(|word| word.name == **said));
        said.filter(known).unwrap_or("unknown").to_owned()
    }
}

fn outcome(outcome: Outcome, done: Option<Done>) -> &'static str {
    match done {
        Some(Done::Cleaned) => "cleaned",
        Some(Done::Blocked) => "blocked",
        None => outcome.name(),
    }
}
