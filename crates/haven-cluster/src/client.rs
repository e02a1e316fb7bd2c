//! Who asks: a session like any other of `haven-audit`, whose queries are answered by a cluster.

use crate::error::ClusterError;
use crate::seal::{Node, Seal};
use crate::store;
use ballista_core::extension::{SessionConfigExt as _, SessionStateExt as _};
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::error::DataFusionError;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

/// How long a scheduler may take to answer a plain question.
const ANSWER: Duration = Duration::from_secs(5);
/// How often it is asked whether there are executors.
const LOOK: Duration = Duration::from_millis(250);
/// How often while a question is asked.
const WATCH: Duration = Duration::from_secs(2);
/// The most of an answer that is read.
const ANSWER_MAX: u64 = 4096;

/// A cluster, and how it is asked.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// The scheduler, `host:port`.
    pub scheduler: String,
    /// Into how many parts work is cut.
    pub parts: usize,
    /// How long executors are waited for.
    pub wait: Duration,
}

/// A session that a cluster answers, for data at this address: a folder that every machine sees, or `s3://bucket/folder`.
///
/// `law` says that the law will be asked: executors that have another one refuse.
///
/// # Errors
/// No scheduler, no executors, no way to the store.
pub async fn connect(node: &Node, cluster: &Cluster, data: &str, law: bool) -> Result<SessionContext, ClusterError> {
    executors(cluster).await?;
    let bucket = store::of(data).unwrap_or_default();
    let seal = Seal { program: node.program.clone(), law: if law { node.law.clone() } else { String::new() }, store: bucket.clone() };
    let config = node
        .config()
        .with_option_extension(seal)
        .with_target_partitions(cluster.parts.max(1))
        .with_information_schema(false)
        .with_ballista_job_name("haven");
    let engine = |error| ClusterError::Engine { what: "the session", error: Box::new(error) };
    let runtime = RuntimeEnvBuilder::new().build_arc().map_err(engine)?;
    store::open(&runtime, &bucket).map_err(|error| ClusterError::Engine { what: "the store", error: Box::new(error) })?;
    let state = SessionStateBuilder::new()
        .with_default_features()
        .with_config(config)
        .with_runtime_env(runtime)
        .build()
        .upgrade_for_ballista(format!("http://{}", cluster.scheduler))
        .map_err(engine)?;
    let context = SessionContext::new_with_state(state);
    // Only now: what becomes a session of a cluster forgets functions that it had.
    for function in &node.functions {
        context.register_udf(function.as_ref().clone());
    }
    Ok(context)
}

/// The same without a cluster, in this process.
///
/// # Errors
/// No way to the store.
pub fn here(node: &Node, cores: usize, memory: usize, data: &str) -> Result<SessionContext, ClusterError> {
    let engine = |error: DataFusionError| ClusterError::Engine { what: "the store", error: Box::new(error) };
    let pool = Arc::new(FairSpillPool::new(memory));
    let runtime = RuntimeEnvBuilder::new().with_memory_pool(pool).build_arc().map_err(engine)?;
    store::open(&runtime, &store::of(data).unwrap_or_default()).map_err(engine)?;
    let config = SessionConfig::new().with_target_partitions(cores.max(1)).with_information_schema(false);
    let context = SessionContext::new_with_config_rt(config, runtime);
    for function in &node.functions {
        context.register_udf(function.as_ref().clone());
    }
    Ok(context)
}

/// Ends when all executors are gone for as long as executors are waited for: a job that nobody can do would wait for ever.
pub async fn deserted(cluster: &Cluster) -> ClusterError {
    loop {
        // A scheduler that is busy, or gone, is the question's own error.
        if let Err(error @ ClusterError::NoExecutors { .. }) = executors(cluster).await {
            return error;
        }
        sleep(WATCH).await;
    }
}

/// Reads a table of Parquet files again, with its words as plain text: in dictionaries they do not survive the way from one
/// executor to another, since each has a dictionary of its own.
///
/// # Errors
/// What the engine says of the table.
pub async fn plain(context: &SessionContext, table: &str, data: &str) -> Result<(), ClusterError> {
    let engine = |error| ClusterError::Engine { what: "the table", error: Box::new(error) };
    let known = context.table(table).await.map_err(engine)?;
    let fields = known.schema().fields().iter().map(|field| match field.data_type() {
        DataType::Dictionary(_, value) => field.as_ref().clone().with_data_type(value.as_ref().clone()),
        _ => field.as_ref().clone(),
    });
    let schema = Schema::new(fields.collect::<Vec<_>>());
    context.deregister_table(table).map_err(engine)?;
    context.register_parquet(table, data, ParquetReadOptions::default().schema(&schema)).await.map_err(engine)
}

/// Waits until executors have joined.
async fn executors(cluster: &Cluster) -> Result<(), ClusterError> {
    let until = Instant::now() + cluster.wait;
    loop {
        let answer = timeout(ANSWER, ask(&cluster.scheduler)).await;
        let found = match answer {
            Err(_) => "no answer".to_owned(),
            Ok(Err(error)) => error.to_string(),
            Ok(Ok(answer)) => {
                let status = answer.lines().next().unwrap_or_default();
                match status.split(' ').nth(1) {
                    Some("200") => return Ok(()),
                    Some("503") if Instant::now() < until => {
                        sleep(LOOK).await;
                        continue;
                    }
                    Some("503") => {
                        let (address, seconds) = (cluster.scheduler.clone(), cluster.wait.as_secs());
                        return Err(ClusterError::NoExecutors { address, seconds });
                    }
                    _ => "another answer".to_owned(),
                }
            }
        };
        return Err(ClusterError::Scheduler { address: cluster.scheduler.clone(), found });
    }
}

/// What the scheduler says of its readiness.
async fn ask(scheduler: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(scheduler).await?;
    stream.write_all(format!("GET /readyz HTTP/1.1\r\nHost: {scheduler}\r\nConnection: close\r\n\r\n").as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(ANSWER_MAX).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
