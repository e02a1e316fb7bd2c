//! Why nothing could be proved at all.

use std::path::PathBuf;

/// Why the law could not be put to the solver.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// There is no solver to start.
    #[error(
        "the solver `{}` cannot be started ({cause}): install the Debian package cvc5, or name the executable in the variable CVC5",
        executable.display()
    )]
    SolverMissing {
        /// What was to be started.
        executable: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The solver started and does not do its work.
    #[error("the solver `{}` does not work: {found}; is it cvc5?", executable.display())]
    SolverFailed {
        /// What was started.
        executable: PathBuf,
        /// What it did instead.
        found: String,
    },
    /// Part of the law cannot be turned into a formula.
    #[error("`{subject}` cannot be put to the solver: {cause}")]
    Refused {
        /// The clause or act.
        subject: String,
        /// Why.
        cause: String,
    },
    /// The work was cut short from outside.
    #[error("the proofs were cut short: {cause}")]
    Interrupted {
        /// How.
        cause: String,
    },
}
