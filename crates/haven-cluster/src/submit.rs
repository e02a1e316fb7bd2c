//! `haven-cluster submit`: the questions of `haven audit`, put to a cluster, or to this process alone.

use crate::{Failure, cores};
use datafusion::prelude::SessionContext;
use haven_audit::AuditError;
use haven_audit::access::{agreements, declarations};
use haven_audit::acts;
use haven_audit::agency::Agencies;
use haven_audit::engine;
use haven_audit::findings::{Scope, ask};
use haven_audit::law::Law;
use haven_audit::rules::{Of, Parameter, Rules};
use haven_cluster::{Again, Cluster, Node, again, connect, deserted, here, plain, said};
use jiff::civil::Date;
use rust_embed::RustEmbed;
use serde::Serialize;
use std::io::Write as _;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

#[derive(RustEmbed)]
#[folder = "../../audit"]
struct Data;

/// What the engine may hold in memory where there is no cluster.
const MEMORY: usize = 1 << 30;

/// How often a question is asked, where executors are lost meanwhile.
const ATTEMPTS: u32 = 5;
/// How long the cluster has until it is asked again.
const PAUSE: Duration = Duration::from_secs(1);

/// Flags of `haven-cluster submit`.
#[derive(clap::Args)]
pub(crate) struct Submit {
    /// The scheduler
    #[arg(long, global = true, default_value = "127.0.0.1:50050", value_name = "HOST:PORT")]
    scheduler: String,
    /// Ask in this process, without a cluster: the answers are the same bytes
    #[arg(long, global = true)]
    here: bool,
    /// Into how many parts the work is cut: as many as there are slots in the cluster, or more
    #[arg(long, global = true, default_value = "16", value_name = "N")]
    parts: NonZero<usize>,
    /// How long to wait until an executor has joined
    #[arg(long, global = true, default_value_t = 15, value_name = "SECONDS")]
    wait: u64,
    #[command(subcommand)]
    question: Question,
}

#[derive(clap::Subcommand)]
enum Question {
    /// What in imported searches somebody should look at, as JSON: the `findings` of `haven audit searches`, without those of alert lists
    #[command(after_help = "Example, where `haven audit searches LOG --out audit` has imported:
  haven-cluster submit searches audit/searches
  haven-cluster submit searches s3://bucket/searches")]
    Searches(Searches),
    /// What the law says of acts, counted, as JSON: the counts of `haven audit decide`
    #[command(after_help = "Example, where `haven audit decide LOG --map MAP --out decided` has written `masks.parquet`:
  haven-cluster submit decide decided")]
    Decide {
        /// A folder that every machine sees by the same name, or `s3://bucket/folder`
        #[arg(value_name = "FOLDER")]
        data: String,
    },
}

/// Flags of `submit searches`.
#[derive(clap::Args)]
struct Searches {
    /// A folder that every machine sees by the same name, or `s3://bucket/folder`
    #[arg(value_name = "FOLDER")]
    data: String,
    /// Rules of your own in place of those inside
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Days that recordings are kept, by your policy [default: 30]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
    retention: Option<u16>,
    /// Agencies with a 287(g) agreement, as ICE publishes them
    #[arg(long, value_name = "FILE", requires = "day")]
    agreements: Option<PathBuf>,
    /// Declarations of agencies of other states that are on file
    #[arg(long, value_name = "FILE", requires = "day")]
    declarations: Option<PathBuf>,
    /// The day for which agreements and declarations are looked up
    #[arg(long, value_name = "DAY")]
    day: Option<Date>,
    /// The state whose agency owns the cameras, by its letters or its name [default: that of the law]
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// Show pseudonyms of accounts: for auditors only
    #[arg(long)]
    accounts: bool,
    /// Searches in the queue at most
    #[arg(long, default_value_t = 1000, value_name = "N")]
    queue: usize,
}

impl Submit {
    pub(crate) async fn run(&self, node: &Node, law: &Arc<Law>, jurisdiction: &str) -> Result<(), Failure> {
        let (mut attempt, mut unsure) = (1, false);
        let text = loop {
            let failure = match self.attempt(node, law, jurisdiction).await {
                Ok(text) => break text,
                Err(failure) => failure,
            };
            let why = match self.again(&failure) {
                Again::Yes => {
                    unsure = false;
                    "an executor was lost, and the answer with it".to_owned()
                }
                Again::Once if !unsure => {
                    unsure = true;
                    said(&failure.to_string())
                }
                Again::Once | Again::No => return Err(failure),
            };
            if attempt == ATTEMPTS {
                return Err(Failure::Other(format!("no answer in {ATTEMPTS} attempts; the last one: {why}")));
            }
            attempt += 1;
            eprintln!("haven-cluster: {why}; the question is asked again ({attempt} of {ATTEMPTS})");
            tokio::time::sleep(PAUSE).await;
        };
        std::io::stdout().lock().write_all(text.as_bytes()).map_err(|error| Failure::Other(format!("the answer: {error}")))
    }

    /// Asks once, from the beginning: of an answer during which an executor was lost nothing is kept.
    async fn attempt(&self, node: &Node, law: &Arc<Law>, jurisdiction: &str) -> Result<String, Failure> {
        let cluster = self.cluster();
        tokio::select! {
            // Where both are so, there is an answer.
            biased;
            answer = self.answer(node, law, jurisdiction) => answer,
            error = deserted(&cluster), if !self.here => Err(error.into()),
        }
    }

    fn again(&self, failure: &Failure) -> Again {
        match failure {
            Failure::Audit(AuditError::Query { error, .. }) if !self.here => again(error),
            _ => Again::No,
        }
    }

    fn cluster(&self) -> Cluster {
        Cluster { scheduler: self.scheduler.clone(), parts: self.parts.get(), wait: Duration::from_secs(self.wait) }
    }

    async fn answer(&self, node: &Node, law: &Arc<Law>, jurisdiction: &str) -> Result<String, Failure> {
        match &self.question {
            Question::Searches(searches) => {
                let session = self.session(node, &searches.data, false).await?;
                engine::logs(&session, Of::Searches, Path::new(&searches.data)).await?;
                self.plain(&session, Of::Searches.table(), &searches.data).await?;
                searches.ask(&session, law, jurisdiction).await
            }
            Question::Decide { data } => {
                let session = self.session(node, data, true).await?;
                acts::acts(&session, Path::new(data)).await?;
                self.plain(&session, "acts", data).await?;
                json(&acts::count(&session, law).await?)
            }
        }
    }

    async fn plain(&self, session: &SessionContext, table: &str, data: &str) -> Result<(), Failure> {
        if self.here { Ok(()) } else { Ok(plain(session, table, data).await?) }
    }

    async fn session(&self, node: &Node, data: &str, law: bool) -> Result<SessionContext, Failure> {
        if self.here {
            return Ok(here(node, cores(), MEMORY, data)?);
        }
        Ok(connect(node, &self.cluster(), data, law).await?)
    }
}

impl Searches {
    async fn ask(&self, session: &SessionContext, law: &Law, jurisdiction: &str) -> Result<String, Failure> {
        let agencies = Agencies::load(&[data("agencies.toml")?])?;
        // `us/il/chicago` lies in IL.
        let (flag, named) = match &self.state {
            Some(state) => ("--state", state.as_str()),
            None => ("--jurisdiction", jurisdiction.split('/').nth(1).unwrap_or_default()),
        };
        let home = agencies.state(named).map(str::to_owned).ok_or_else(|| {
            let hint = if self.state.is_none() { "; `--state` names it" } else { "" };
            Failure::Other(format!("{flag}: expected the state that is home, by its letters or its name, found `{named}`{hint}"))
        })?;
        let rules = self.rules(law, &home)?;
        let named = |path: &Path| path.display().to_string();
        let agreements = match &self.agreements {
            Some(path) => Some(agreements(&agencies, bytes(path)?.as_slice(), &named(path))?),
            None => None,
        };
        let declarations = match &self.declarations {
            Some(path) => Some(declarations(&agencies, bytes(path)?.as_slice(), &named(path))?),
            None => None,
        };
        let names = engine::names(session).await?;
        // Without lists no day is looked up.
        let day = self.day.unwrap_or(Date::MIN);
        let known = engine::known(&agencies, &home, names, (agreements.as_deref(), declarations.as_deref()), day);
        engine::agencies(session, &known)?;
        json(&ask(session, &rules, Scope { accounts: self.accounts, queue_max: self.queue }).await?)
    }

    /// The rules, with what the law's place and the flags say of their parameters.
    fn rules(&self, law: &Law, home: &str) -> Result<Rules, Failure> {
        let mut over = vec![("home_state", Parameter::Word(home.to_owned()))];
        if let Some(jurisdiction) = law.pack().jurisdictions.first() {
            over.push(("zone", Parameter::Word(jurisdiction.time_zone.clone())));
        }
        if let Some(days) = self.retention {
            over.push(("retention_days", Parameter::Number(days.into())));
        }
        let (file, text) = match &self.rules {
            Some(path) => (path.display().to_string(), text(path.display().to_string(), bytes(path)?)?),
            None => data("rules.toml")?,
        };
        Ok(Rules::load(&file, &text, &over)?)
    }
}

/// A file of the audit's data that the binary was built with.
fn data(name: &str) -> Result<(String, String), Failure> {
    let path = format!("audit/{name}");
    let file = Data::get(name).ok_or_else(|| Failure::Other(format!("{path}: expected inside this program, found none")))?;
    Ok((path.clone(), text(path, file.data.into_owned())?))
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::Other(format!("{}: {error}", path.display())))
}

fn text(name: String, bytes: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|_| Failure::Other(format!("{name}: expected UTF-8 text, found other bytes")))
}

fn json(answer: &impl Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(answer).map_err(|error| Failure::Other(format!("the answer as JSON: {error}")))?;
    Ok(text + "\n")
}
