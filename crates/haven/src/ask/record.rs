//! `haven ask --record`: asking makes the record. Who asked can show later what they were told, and when.

use crate::config::Config;
use crate::error::CliError;
use crate::node;
use crate::register::not_written;
use haven_law::decide::{Decision, Does};
use haven_law::pack::{Pack, Source};
use haven_law::request::Request;
use haven_register::entry::{Draft, Pairs};
use haven_register::moment::Moment;
use haven_register::register::Register;
use haven_register::schema::Schema;
use haven_register::writer::Receipt;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// Flags that say that an answer is recorded, and for whom.
#[derive(clap::Args)]
pub(crate) struct Flags {
    /// Record what was asked and answered; the number of the decision stands below the answer
    #[arg(long, requires = "by")]
    record: bool,
    /// Who asks, by staff id; kept in the private record only
    #[arg(long, value_name = "STAFF", requires = "record")]
    by: Option<String>,
    /// The station at which it is asked
    #[arg(long, value_name = "STATION", requires = "record")]
    station: Option<String>,
    /// The request it answers, by its id in the register
    #[arg(long, value_name = "ID", requires = "record")]
    request: Option<String>,
    /// The event number of the incident: a link to a case, kept apart and not for long
    #[arg(long, value_name = "NUMBER", requires = "record")]
    event: Option<String>,
}

/// What records answers.
pub(crate) struct Recorder {
    runtime: Runtime,
    register: Register,
    schema: Arc<Schema>,
    pairs: Pairs,
}

impl Flags {
    /// What records answers, where they are to be recorded.
    pub(crate) fn recorder(&self, source: &Source, pack: &Pack, config: &Config) -> Result<Option<Recorder>, CliError> {
        if !self.record {
            return Ok(None);
        }
        let schema = node::schema(source, pack)?;
        let runtime = Runtime::new()?;
        let register = runtime.block_on(node::open(config, &schema))?;
        let given = [("by", &self.by), ("station", &self.station), ("request", &self.request), ("event", &self.event)];
        let pairs = given.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text.clone()?))).collect();
        Ok(Some(Recorder { runtime, register, schema, pairs }))
    }
}

impl Recorder {
    /// Records a decision; when this returns it is durable.
    pub(crate) fn keep(&self, pack: &Pack, request: &Request, decision: &Decision) -> Result<Receipt, CliError> {
        let now = node::now(&self.schema)?;
        let mut pairs = self.pairs.clone();
        pairs.extend(pairs_of(pack, request, decision, &Moment::at(&now)));
        // The station says the agency; where none is named, it is the one whose act it is.
        if self.pairs.contains_key("station") {
            pairs.remove("agency");
        }
        let draft = Draft::read(&self.schema, &node::zone(&self.schema)?, &pairs, &Moment::at(&now)).map_err(|errors| {
            let lines: Vec<String> = errors.iter().map(|error| format!("\n  {error}")).collect();
            CliError::other(format!("the answer cannot be recorded{}", lines.concat()), "without --record it is answered and forgotten")
        })?;
        self.runtime.block_on(self.register.add(draft, &now)).map_err(|error| not_written(&error))
    }
}

/// A decision as an entry of the register.
pub(crate) fn pairs_of(pack: &Pack, request: &Request, decision: &Decision, at: &Moment) -> Pairs {
    let mut pairs = Pairs::new();
    let mut set = |name: &str, text: String| pairs.insert(name.to_owned(), text);
    set("kind", "decision".to_owned());
    set("at", at.to_string());
    if let Some(agency) = &request.agency {
        set("agency", agency.clone());
    }
    set("action", pack.vocabulary().action(request.action).map_or_else(String::new, |action| action.name.clone()));
    set("as_of", request.as_of.to_string());
    set("facts", Value::Object(stated(pack, request)).to_string());
    set("verdict", decision.verdict.name().to_owned());
    if let Some(Value::String(basis)) = decision.basis.and_then(|basis| serde_json::to_value(basis).ok()) {
        set("basis", basis);
    }
    // Where nothing in these laws speaks of the act, no provision decided; an empty text is no field.
    set("provisions", decided_by(decision).into_iter().collect::<Vec<_>>().join(","));
    set("law", decision.law.digest.clone());
    pairs
}

/// The facts that were stated; what follows from the agency alone is not repeated.
fn stated(pack: &Pack, request: &Request) -> Map<String, Value> {
    let known = request.facts.known().without(request.from_agency);
    known.iter().map(|id| (pack.vocabulary().fact(id).name.clone(), request.value_of(pack, id))).collect()
}

/// The provisions that decided.
fn decided_by(decision: &Decision) -> BTreeSet<String> {
    let all = decision.layers.iter().flat_map(|layer| &layer.provisions);
    let decided = all.filter(|provision| !matches!(provision.effect, Does::NotMet | Does::NotEncoded));
    decided.map(|provision| provision.id.clone()).collect()
}

/// Says where the decision is recorded.
pub(crate) fn say(receipt: &Receipt) -> Result<(), CliError> {
    // Beside the answer, so that a program that reads the answer reads nothing else.
    Ok(std::io::Write::write_fmt(
        &mut std::io::stderr().lock(),
        format_args!("Decision {}, entry {} of log {}.\n", receipt.id, receipt.index, receipt.log),
    )?)
}
