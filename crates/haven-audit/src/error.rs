//! What can go wrong in an audit: which file, which place, what was expected, what was found; never what a cell held.

/// Why an audit, or a part of it, cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// A file of data (`audit/…`, a mapping, a log) that is not as it must be.
    #[error("{file}{}: expected {expected}, found {found}", place.as_ref().map(|place| format!(", {place}")).unwrap_or_default())]
    Data {
        /// The file.
        file: String,
        /// Where in it.
        place: Option<String>,
        /// What may stand there.
        expected: String,
        /// What does.
        found: String,
    },
    /// A file that cannot be read or written.
    #[error("{file}: {error}")]
    File {
        /// The file.
        file: String,
        /// Why.
        error: std::io::Error,
    },
    /// The query engine refused; `what` says which question it was.
    #[error("{what}: {error}")]
    Query {
        /// The question.
        what: String,
        /// Why.
        error: datafusion::error::DataFusionError,
    },
}
