//! An executor: answers the tasks it is handed, keeps what the next stage needs in a folder of its own, and leaves nothing there.

use crate::error::ClusterError;
use crate::seal::{MESSAGE_MAX, Node, Seal};
use crate::store;
use ballista_core::JobId;
use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::extension::SessionConfigExt as _;
use ballista_core::registry::BallistaFunctionRegistry;
use ballista_executor::execution_engine::{DefaultExecutionEngine, ExecutionEngine, QueryStageExecutor};
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use datafusion::error::DataFusionError;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::SessionConfig;
use std::net::{IpAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

/// How often an executor says that it lives.
const HEARTBEAT_SECONDS: u64 = 2;
/// How long it looks for its scheduler, and how often.
const CONNECT: Duration = Duration::from_secs(15);
const LOOK: Duration = Duration::from_millis(250);

/// Where an executor lies and what it may use.
#[derive(Clone, Debug)]
pub struct Executor {
    /// The scheduler's host.
    pub scheduler: String,
    /// And its port.
    pub scheduler_port: u16,
    /// The address it listens on, on two free ports; whoever reaches it may ask anything.
    pub bind: IpAddr,
    /// By which name others reach it, where it is not the address.
    pub announce: Option<String>,
    /// Tasks at once.
    pub slots: usize,
    /// Bytes for all of them; beyond they spill to the disk.
    pub memory: u64,
    /// In which folder it makes its own.
    pub folder: PathBuf,
}

/// Runs an executor until it is told to stop, or loses its scheduler.
///
/// # Errors
/// No scheduler, no port, no folder.
pub async fn run(node: &Node, at: &Executor) -> Result<(), ClusterError> {
    scheduler(at).await?;
    let place = |error| ClusterError::Place { what: format!("a folder in {}", at.folder.display()), error };
    let own = tempfile::Builder::new().prefix("haven-cluster-").tempdir_in(&at.folder).map_err(place)?;
    let config = config(node, at, own.path())?;
    let part = |error| ClusterError::Part { what: "the executor", error: Box::new(error) };
    let ended = start_executor_process(Arc::new(config)).await.map_err(part);
    own.close().map_err(place)?;
    ended
}

fn config(node: &Node, at: &Executor, own: &Path) -> Result<ExecutorProcessConfig, ClusterError> {
    let (port, grpc_port) = free(at.bind)?;
    let (producing, checking, spilling) = (node.clone(), node.clone(), own.to_path_buf());
    let message_max = u32::try_from(MESSAGE_MAX).unwrap_or(u32::MAX);
    let settings = node.config();
    Ok(ExecutorProcessConfig {
        bind_host: at.bind.to_string(),
        external_host: Some(at.announce.clone().unwrap_or_else(|| at.bind.to_string())),
        port,
        grpc_port,
        scheduler_host: at.scheduler.clone(),
        scheduler_port: at.scheduler_port,
        // Once: who waits is `scheduler` below, whose waiting ends.
        scheduler_connect_timeout_seconds: 0,
        vcores: at.slots.max(1),
        // The same on the scheduler: where the two differ a job waits for ever, without an error.
        task_scheduling_policy: TaskSchedulingPolicy::PushStaged,
        work_dir: Some(own.to_string_lossy().into_owned()),
        executor_heartbeat_interval_seconds: HEARTBEAT_SECONDS,
        grpc_max_decoding_message_size: message_max,
        grpc_max_encoding_message_size: message_max,
        memory_pool_size: Some(at.memory),
        override_execution_engine: Some(Arc::new(Engine { node: checking, inner: DefaultExecutionEngine::new() })),
        override_function_registry: Some(Arc::new(functions(node))),
        override_runtime_producer: Some(Arc::new(move |config| runtime(&spilling, config))),
        override_config_producer: Some(Arc::new(move || producing.config())),
        override_logical_codec: Some(settings.ballista_logical_extension_codec()),
        override_physical_codec: Some(settings.ballista_physical_extension_codec()),
        ..ExecutorProcessConfig::default()
    })
}

/// Waits until somebody listens where the scheduler should.
async fn scheduler(at: &Executor) -> Result<(), ClusterError> {
    let until = Instant::now() + CONNECT;
    loop {
        let found = match timeout(CONNECT, TcpStream::connect((at.scheduler.as_str(), at.scheduler_port))).await {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer".to_owned(),
        };
        if Instant::now() >= until {
            return Err(ClusterError::Scheduler { address: format!("{}:{}", at.scheduler, at.scheduler_port), found });
        }
        sleep(LOOK).await;
    }
}

/// Two ports that nobody has.
fn free(bind: IpAddr) -> Result<(u16, u16), ClusterError> {
    let port = || -> std::io::Result<(u16, TcpListener)> {
        let listener = TcpListener::bind((bind, 0))?;
        Ok((listener.local_addr()?.port(), listener))
    };
    let found = || -> std::io::Result<(u16, u16)> {
        // Both are held until both are known.
        let (first, second) = (port()?, port()?);
        Ok((first.0, second.0))
    };
    found().map_err(|error| ClusterError::Place { what: format!("two free ports of {bind}"), error })
}

/// The engine's functions and ours.
fn functions(node: &Node) -> BallistaFunctionRegistry {
    let state = SessionStateBuilder::new().with_default_features().build();
    let mut registry = BallistaFunctionRegistry::from(&state);
    for function in &node.functions {
        registry.scalar_functions.insert(function.name().to_owned(), Arc::clone(function));
    }
    registry
}

/// An engine for a session's tasks. A store that cannot be opened is refused when a task runs ([`Engine`]): a task that cannot
/// even be read fails without a word to the client.
fn runtime(spill: &Path, config: &SessionConfig) -> Result<Arc<RuntimeEnv>, DataFusionError> {
    let runtime = RuntimeEnvBuilder::new().with_temp_file_path(spill).build_arc()?;
    if let Some(seal) = config.options().extensions.get::<Seal>()
        && store::open(&runtime, &seal.store).is_err()
    {
        store::shut(&runtime, &seal.store)?;
    }
    Ok(runtime)
}

/// Ballista's own engine, behind the question whether we may answer.
struct Engine {
    node: Node,
    inner: DefaultExecutionEngine,
}

impl ExecutionEngine for Engine {
    fn create_query_stage_exec(
        &self,
        job_id: JobId,
        stage_id: usize,
        task_id: usize,
        global_output_partition_ids: Vec<usize>,
        plan: Arc<dyn ExecutionPlan>,
        work_dir: &str,
        config: &SessionConfig,
    ) -> Result<Arc<dyn QueryStageExecutor>, DataFusionError> {
        self.node.check("executor", config)?;
        if let Some(seal) = config.options().extensions.get::<Seal>() {
            store::open(&RuntimeEnv::default(), &seal.store)
                .map_err(|error| DataFusionError::Execution(format!("the executor cannot read the store: {error}")))?;
        }
        self.inner.create_query_stage_exec(job_id, stage_id, task_id, global_output_partition_ids, plan, work_dir, config)
    }
}
