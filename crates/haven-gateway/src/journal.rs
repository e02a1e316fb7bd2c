//! What is recorded of a release: the words of the request, the judgement, and how it ended. No value, no path, no name.

use async_trait::async_trait;
use haven_guard::judge::Outcome;
use std::collections::BTreeSet;
use thiserror::Error;

/// A judgement, as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose records: an agency of the law.
    pub agency: String,
    /// The station that answers for them.
    pub station: Option<String>,
    /// The member of staff who answers for the gateway.
    pub by: String,
    /// A requester of the law.
    pub requester: String,
    /// What for, where it is known.
    pub purpose: Option<String>,
    /// By what right, where it is known.
    pub authority: Option<String>,
    /// What the law was asked about.
    pub topics: Vec<String>,
    /// What must not go.
    pub withheld: Vec<String>,
    /// What may be done.
    pub outcome: Outcome,
    /// The provisions that decided.
    pub provisions: BTreeSet<String>,
    /// The digest of the law.
    pub law: String,
}

/// How a release ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// All of it went.
    Whole,
    /// Somebody broke it off; a part may have gone.
    Aborted,
    /// What came from the origin could not be read, or not be scrubbed; a part may have gone.
    Blocked,
}

/// A judgement that stands recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The entry, by the journal's own id.
    pub id: String,
    /// What was recorded.
    pub entry: Entry,
}

/// Something was not recorded, and nothing may leave. The text names no value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Unrecorded(pub String);

/// Where judgements are recorded.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Records a judgement. When this returns, it is durable.
    async fn judged(&self, entry: Entry) -> Result<Ticket, Unrecorded>;

    /// Records how it ended. That all of it went needs no second entry: the first says that it might.
    async fn ended(&self, ticket: &Ticket, end: End) -> Result<(), Unrecorded>;

    /// Whether entries of this agency and station by this member of staff can be recorded at all: asked when a configuration is read.
    fn takes(&self, _agency: &str, _station: Option<&str>, _by: &str) -> Result<(), Unrecorded> {
        Ok(())
    }

    /// Whether entries are taken just now.
    async fn ready(&self) -> Result<(), Unrecorded>;
}
