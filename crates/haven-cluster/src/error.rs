//! What can go wrong between the machines of a cluster.

use ballista_core::error::BallistaError;
use datafusion::error::DataFusionError;

/// Why a cluster, or a part of it, cannot do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// The scheduler does not answer.
    #[error("{address}: expected a scheduler of haven-cluster, found {found}")]
    Scheduler {
        /// Where it was looked for.
        address: String,
        /// What is there.
        found: String,
    },
    /// There is nobody to do the work.
    #[error("{address}: expected executors that have joined the scheduler, found none in {seconds} s")]
    NoExecutors {
        /// The scheduler.
        address: String,
        /// How long was waited.
        seconds: u64,
    },
    /// A part of the cluster that cannot start or go on.
    #[error("{what}: {error}")]
    Part {
        /// Which.
        what: &'static str,
        /// Why.
        error: Box<BallistaError>,
    },
    /// The engine, or the store that it is to read, refuses.
    #[error("{what}: {error}")]
    Engine {
        /// What was asked.
        what: &'static str,
        /// Why.
        error: Box<DataFusionError>,
    },
    /// No port, no folder.
    #[error("{what}: {error}")]
    Place {
        /// What was wanted.
        what: String,
        /// Why there is none.
        error: std::io::Error,
    },
}

/// Our own words, wherever Ballista wraps them.
const OURS: [&str; 4] =
    ["the scheduler refuses: ", "the executor refuses: ", "the scheduler cannot read the store: ", "the executor cannot read the store: "];

/// How Ballista says that a job was ended ([`crate::losses`]), or that what an executor had cannot be fetched from it.
const LOST: [&str; 2] = [" failed: Cancelled", " times, most recent failure reason: "];

/// Whether it is worth to ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// An executor was lost, and the answer with it.
    Yes,
    /// Perhaps one was and nobody has noticed it yet, perhaps the question cannot be answered: once more says which.
    Once,
    /// The question, or who is asked, is not as it must be.
    No,
}

/// Whether what the engine refuses with may be the fault of an executor that was lost.
pub fn again(error: &DataFusionError) -> Again {
    let text = error.to_string();
    if OURS.iter().any(|ours| text.contains(ours)) {
        return Again::No;
    }
    if LOST.iter().any(|lost| text.contains(lost)) {
        return Again::Yes;
    }
    match error.find_root() {
        // From where jobs are followed and answers fetched; all others are of this process.
        DataFusionError::Execution(_) | DataFusionError::External(_) | DataFusionError::ArrowError(..) | DataFusionError::IoError(_) => {
            Again::Once
        }
        _ => Again::No,
    }
}

/// An error for people: what we say ourselves without what Ballista wraps around it, and without the answer of a store, which
/// may repeat who asked; its code stays.
pub fn said(error: &str) -> String {
    if let Some(begin) = OURS.iter().filter_map(|ours| error.find(ours)).min() {
        let what = error.split_once(": ").map_or("", |(what, _)| what);
        let words = error.get(begin..).unwrap_or_default();
        // In quotes, and those in quotes again, with every machine that it passes; ours have none.
        let words = words.split(['"', '\\']).next().unwrap_or(words).replace("Execution error: ", "");
        return format!("{what}: {}", words.trim_end());
    }
    let Some((before, answer)) = error.split_once("<?xml").or_else(|| error.split_once("<Error>")) else {
        return error.trim_end().to_owned();
    };
    let code = answer.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map_or("an answer", |(code, _)| code);
    format!("{before}{code}")
}

#[cfg(test)]
mod tests {
    use super::{Again, again, said};
    use ballista_core::error::BallistaError;
    use datafusion::error::DataFusionError;

    #[test]
    fn errors_are_said_in_our_words() {
        for (error, expected) in [
            ("the acts: no such column\n\n", "the acts: no such column"),
            (
                r#"the acts: Execution error: Job 1 failed: DataFusionError(Execution("the executor refuses: expected a, found b"))"#,
                "the acts: the executor refuses: expected a, found b",
            ),
            (
                r#"the acts: Status { message: "DataFusionError(Execution(\"the scheduler cannot read the store: Execution error: s3://a: expected b\"))" }"#,
                "the acts: the scheduler cannot read the store: s3://a: expected b",
            ),
            (
                "the acts: 403 Forbidden: <?xml version=\"1.0\"?><Error><Code>InvalidAccessKeyId</Code><AWSAccessKeyId>me</AWSAccessKeyId></Error>",
                "the acts: 403 Forbidden: InvalidAccessKeyId",
            ),
        ] {
            assert_eq!(said(error), expected);
        }
    }

    #[test]
    fn what_a_lost_executor_leaves_is_asked_again() {
        let job = |text: &str| DataFusionError::Execution(format!("Job 1 failed: {text}"));
        let fetch = BallistaError::FetchFailed("an executor".to_owned(), 1, 2, "connection refused".to_owned());
        for (error, expected) in [
            (job("Cancelled"), Again::Yes),
            (job("Job failed due to stage 2 failed: Stage 2 has failed 1 times, most recent failure reason: \"gone\""), Again::Yes),
            (job("Job failed due to stage 2 failed: DataFusionError(ArrowError(IpcError(\"h2\")))"), Again::Once),
            (fetch.into_datafusion(), Again::Once),
            (job("DataFusionError(Execution(\"the executor refuses: expected a, found b\"))"), Again::No),
            (DataFusionError::Plan("no such column".to_owned()), Again::No),
        ] {
            assert_eq!(again(&error), expected, "{error}");
        }
    }
}
