//! What happens when an executor is gone: whatever ran is ended there and then, and whoever asked is told.
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
    /// One loss at a time.
    losing: Mutex<()>,
}

impl Executors {
    pub(crate) fn new(known: Arc<dyn ClusterState>) -> Executors {
        Executors { known, server: OnceLock::new(), losing: Mutex::new(()) }
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
        self.known.bind_schedulable_tasks(distribution, active_jobs, executors).await
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
        let _one = self.losing.lock().await;
        // A loss is noticed at several places. What runs when it is noticed once more has been asked again meanwhile.
        let first = self.known.get_executor_metadata(executor).await.is_ok();
        self.known.remove_executor(executor).await?;
        if first && let Some(server) = self.server.get() {
            for job in server.state.task_manager.get_running_job_cache().keys() {
                server.cancel_job(job.clone()).await?;
            }
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
