//! Errors of the command line, in words for whoever typed the command.

use haven_law::error::LoadError;
use haven_law::request::RequestError;
use std::path::PathBuf;

/// Why a command could not be carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// A file cannot be read.
    #[error("cannot read `{}`: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The law cannot be loaded.
    #[error("the law cannot be used")]
    Law(Vec<LoadError>),
    /// The question cannot be read.
    #[error("{0}")]
    Request(#[from] RequestError),
    /// There is no register at this place.
    #[error("{0}")]
    Absent(String),
    /// Anything else, with what to do.
    #[error("{message}")]
    Other {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: String,
    },
    /// Output or input failed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

impl CliError {
    /// An error with what to do about it.
    pub(crate) fn other(message: impl Into<String>, hint: impl Into<String>) -> CliError {
        CliError::Other { message: message.into(), hint: hint.into() }
    }

    /// Prints the error for a person.
    pub(crate) fn print(&self) {
        eprintln!("error: {self}");
        match self {
            CliError::Law(errors) => {
                for error in errors {
                    eprintln!("{:?}", miette::Report::new(error.clone()));
                }
            }
            other => other.hint().into_iter().for_each(|hint| eprintln!("  hint: {hint}")),
        }
    }

    /// What to do about it, where that is known.
    pub(crate) fn hint(&self) -> Option<&str> {
        match self {
            CliError::Absent(_) => Some("`haven ledger init` makes one; --register names another place"),
            CliError::Other { hint, .. } => Some(hint),
            CliError::Law(_) | CliError::Read { .. } | CliError::Request(_) | CliError::Io(_) => None,
        }
    }
}
