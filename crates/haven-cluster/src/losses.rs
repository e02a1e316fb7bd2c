//! What happens when an executor is gone: the jobs that it had a part in are ended there and then, and whoever asked is told.
//!
//! Ballista 55.0.0 would do again what the lost one had done. It was seen to wait for ever (the tasks of others that it takes
//! back keep their slots) and once to leave rows out. Audits only read, so that nothing is lost by asking again from the start,
//! which is what [`crate::again`] is for.

use ballista_core::JobId;
use ballista_core::error::Result;
use ballista_core::serde::protobuf::ExecutorHeartbeat;
use ballista_core::serde::scheduler::{ExecutorData, ExecutorMetadata};
use ballista_scheduler::cluster::{BoundTask, ClusterState, ClusterStateEventStream, ExecutorSlot};
use ballista_scheduler::config::TaskDistributionPolicy;
use ballista_scheduler::scheduler_server::SchedulerServer;
use ballista_scheduler::state::task_manager::JobInfoCache;
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};
use tokio::sync::Mutex;

/// The scheduler of Ballista that hands out plans as `DataFusion` writes them.
pub(crate) type Server = SchedulerServer<LogicalPlanNode, PhysicalPlanNode>;

/// The executors that have joined.
pub(crate) struct Executors {
    known: Arc<dyn ClusterState>,
    server: OnceLock<Server>,
    /// The jobs of which an executor was given tasks, by executor.
    given: Mutex<HashMap<String, HashSet<JobId>>>,
}

impl Executors {
    pub(crate) fn new(known: Arc<dyn ClusterState>) -> Executors {
        Executors { known, server: OnceLock::new(), given: Mutex::default() }
    }

    /// Says who can end jobs.
    pub(crate) fn serve(&self, server: Server) {
        // Another would be a second scheduler of the same executors, which nobody starts.
        let _ = self.server.set(server);
    }
}

#[async_trait::async_trait]
impl ClusterState for Executors {
    async fn init(&self) -> Result<()> {
        self.known.init().await
    }

    async fn bind_schedulable_tasks(
        &self,
        distribution: TaskDistributionPolicy,
        active_jobs: Arc<HashMap<JobId, JobInfoCache>>,
        executors: Option<HashSet<String>>,
    ) -> Result<Vec<BoundTask>> {
        let mut given = self.given.lock().await;
        for jobs in given.values_mut() {
            jobs.retain(|job| active_jobs.contains_key(job));
        }
        let bound = self.known.bind_schedulable_tasks(distribution, active_jobs, executors).await?;
        for (executor, task) in &bound {
            given.entry(executor.clone()).or_default().insert(task.key.job_id.clone());
        }
        Ok(bound)
    }

    async fn unbind_tasks(&self, slots: Vec<ExecutorSlot>) -> Result<()> {
        self.known.unbind_tasks(slots).await
    }

    async fn register_executor(&self, metadata: ExecutorMetadata, data: ExecutorData) -> Result<()> {
        self.known.register_executor(metadata, data).await
    }

    async fn save_executor_metadata(&self, metadata: ExecutorMetadata) -> Result<()> {
        self.known.save_executor_metadata(metadata).await
    }

    async fn get_executor_metadata(&self, executor: &str) -> Result<ExecutorMetadata> {
        self.known.get_executor_metadata(executor).await
    }

    async fn registered_executor_metadata(&self) -> Vec<ExecutorMetadata> {
        self.known.registered_executor_metadata().await
    }

    async fn save_executor_heartbeat(&self, heartbeat: ExecutorHeartbeat) -> Result<()> {
        self.known.save_executor_heartbeat(heartbeat).await
    }

    /// Is called before Ballista's own events of a loss are sent, and so its jobs have ended before anything is done again.
    async fn remove_executor(&self, executor: &str) -> Result<()> {
        // A loss is noticed at several places: who notices it later finds no jobs here.
        let jobs = {
            let mut given = self.given.lock().await;
            self.known.remove_executor(executor).await?;
            given.remove(executor).unwrap_or_default()
        };
        let Some(server) = self.server.get() else { return Ok(()) };
        let running = server.state.task_manager.get_running_job_cache();
        for job in jobs.into_iter().filter(|job| running.contains_key(job)) {
            server.cancel_job(job).await?;
        }
        Ok(())
    }

    fn executor_heartbeats(&self) -> HashMap<String, ExecutorHeartbeat> {
        self.known.executor_heartbeats()
    }

    fn get_executor_heartbeat(&self, executor: &str) -> Option<ExecutorHeartbeat> {
        self.known.get_executor_heartbeat(executor)
    }

    async fn cluster_state_events(&self) -> Result<ClusterStateEventStream> {
        self.known.cluster_state_events().await
    }
}
