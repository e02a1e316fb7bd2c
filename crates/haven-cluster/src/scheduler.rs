//! The scheduler: cuts queries into tasks and hands them to executors. What it knows it holds in memory: when it ends, so do its
//! jobs, and the client says so.

use crate::error::ClusterError;
use crate::losses::{Executors, Server};
use crate::seal::{MESSAGE_MAX, Node, Seal};
use crate::store;
use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::extension::{SessionConfigExt as _, ballista_aggregate_functions, ballista_scalar_functions, ballista_window_functions};
use ballista_core::optimizer::ballista_default_optimizer_rules;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::{SchedulerConfig, TaskDistributionPolicy};
use ballista_scheduler::scheduler_process::{create_scheduler, start_grpc_service_with_listener};
use datafusion::error::DataFusionError;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::{SessionState, SessionStateBuilder};
use datafusion::prelude::SessionConfig;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;

/// An executor that was silent for so long is taken for dead, and is looked for so often. Heartbeats come every 2 s.
const SILENT_SECONDS: u64 = 12;
const LOOK_SECONDS: u64 = 3;
/// How long an executor that says goodbye is still counted: what it has done is gone when it is.
const GOODBYE_SECONDS: u64 = 0;
/// A task, or a stage, that fails once has failed: nothing is done again but by whoever asked.
const FAILURES: usize = 1;

/// Where a scheduler listens.
#[derive(Clone, Debug)]
pub struct Scheduler {
    /// The address; whoever reaches it may ask anything.
    pub bind: IpAddr,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// By which name others reach it, where it is not the address.
    pub announce: Option<String>,
}

/// Runs a scheduler for good; `ready` is told where it listens.
///
/// # Errors
/// An address that cannot be listened on.
pub async fn run(node: &Node, at: &Scheduler, ready: impl FnOnce(SocketAddr)) -> Result<(), ClusterError> {
    let place = |error| ClusterError::Place { what: format!("listening on {}:{}", at.bind, at.port), error };
    let listener = TcpListener::bind((at.bind, at.port)).await.map_err(place)?;
    let address = listener.local_addr().map_err(place)?;
    let config = config(node, at, address.port());
    let part = |error| ClusterError::Part { what: "the scheduler", error: Box::new(error) };
    let cluster = BallistaCluster::new_from_config(&config).await.map_err(part)?;
    let executors = Arc::new(Executors::new(cluster.cluster_state()));
    let cluster = BallistaCluster::new(Arc::<Executors>::clone(&executors), cluster.job_state());
    let scheduler: Server = create_scheduler(cluster, Arc::new(config)).await.map_err(part)?;
    executors.serve(scheduler.clone());
    ready(address);
    start_grpc_service_with_listener(listener, scheduler).await.map_err(part)
}

fn config(node: &Node, at: &Scheduler, port: u16) -> SchedulerConfig {
    let (producing, building) = (node.clone(), node.clone());
    let settings = node.config();
    let message_max = u32::try_from(MESSAGE_MAX).unwrap_or(u32::MAX);
    SchedulerConfig {
        bind_host: at.bind.to_string(),
        external_host: at.announce.clone().unwrap_or_else(|| at.bind.to_string()),
        bind_port: port,
        // The same on executors: where the two differ a job waits for ever, without an error.
        scheduling_policy: TaskSchedulingPolicy::PushStaged,
        task_distribution: TaskDistributionPolicy::RoundRobin,
        executor_timeout_seconds: SILENT_SECONDS,
        expire_dead_executor_interval_seconds: LOOK_SECONDS,
        executor_termination_grace_period: GOODBYE_SECONDS,
        task_max_failures: FAILURES,
        stage_max_failures: FAILURES,
        min_ready_executors: 1,
        grpc_server_max_decoding_message_size: message_max,
        grpc_server_max_encoding_message_size: message_max,
        grpc_client_max_message_size: message_max,
        override_logical_codec: Some(settings.ballista_logical_extension_codec()),
        override_physical_codec: Some(settings.ballista_physical_extension_codec()),
        override_config_producer: Some(Arc::new(move || producing.config())),
        override_session_builder: Some(Arc::new(move |config| session(&building, config))),
        ..SchedulerConfig::default()
    }
}

/// The session of one query, where the client is of our version and law.
fn session(node: &Node, config: SessionConfig) -> Result<SessionState, DataFusionError> {
    node.check("scheduler", &config)?;
    let runtime = RuntimeEnvBuilder::new().build_arc()?;
    if let Some(seal) = config.options().extensions.get::<Seal>() {
        store::open(&runtime, &seal.store)
            .map_err(|error| DataFusionError::Execution(format!("the scheduler cannot read the store: {error}")))?;
    }
    let mut functions = ballista_scalar_functions();
    functions.extend(node.functions.iter().cloned());
    Ok(SessionStateBuilder::new()
        .with_default_features()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_optimizer_rules(ballista_default_optimizer_rules())
        .with_scalar_functions(functions)
        .with_aggregate_functions(ballista_aggregate_functions())
        .with_window_functions(ballista_window_functions())
        .build())
}
