//! The solver: processes of cvc5 that are asked one question at a time.

use crate::error::ProveError;
use cedar_policy_symcc::err::{EncodeError, Error};
use cedar_policy_symcc::solver::LocalSolver;
use cedar_policy_symcc::{CedarSymCompiler, CompiledPolicy, CompiledPolicySet, Env};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// How long a solver may take beyond its own limit before it is taken to hang.
const GRACE: Duration = Duration::from_secs(2);

/// How to run the solver.
#[derive(Clone, Debug)]
pub struct Solver {
    executable: PathBuf,
    limit: Duration,
    processes: usize,
}

impl Solver {
    /// The solver at a path; without one, `cvc5` where the system finds programs.
    pub fn new(executable: Option<PathBuf>) -> Solver {
        Solver { executable: executable.unwrap_or_else(|| PathBuf::from("cvc5")), limit: Duration::from_secs(10), processes: 2 }
    }

    /// How long one question may take; ten seconds unless said.
    #[must_use]
    pub fn with_limit(self, limit: Duration) -> Solver {
        Solver { limit, ..self }
    }

    /// How many processes run side by side; two unless said, one at least.
    #[must_use]
    pub fn with_processes(self, processes: usize) -> Solver {
        Solver { processes: processes.max(1), ..self }
    }

    pub(crate) fn processes(&self) -> usize {
        self.processes
    }

    /// The solver's name and version, which also shows that it starts.
    pub(crate) async fn name(&self) -> Result<String, ProveError> {
        let mut command = Command::new(&self.executable);
        command.arg("--version").stdin(Stdio::null()).kill_on_drop(true);
        let output = match tokio::time::timeout(self.limit + GRACE, command.output()).await {
            Ok(output) => output.map_err(|cause| self.missing(cause))?,
            Err(_) => return Err(self.failed("it does not say its version")),
        };
        let text = String::from_utf8_lossy(&output.stdout);
        match text.split_once("cvc5 version ").and_then(|(_, rest)| rest.split_whitespace().next()) {
            Some(version) if output.status.success() => Ok(format!("cvc5 {version}")),
            _ => Err(self.failed(format!("`--version` ended with {} and no version", output.status))),
        }
    }

    pub(crate) fn start(&self) -> Result<Process, ProveError> {
        Ok(Process { settings: self.clone(), compiler: self.compiler()?, queries: 0 })
    }

    fn compiler(&self) -> Result<CedarSymCompiler<LocalSolver>, ProveError> {
        let mut command = Command::new(&self.executable);
        command.args(["--lang", "smt"]).arg(format!("--tlimit-per={}", self.limit.as_millis().max(1))).kill_on_drop(true);
        let process = LocalSolver::from_command(&mut command).map_err(|error| match error {
            cedar_policy_symcc::err::SolverError::Io(cause) => self.missing(cause),
            other => self.failed(other.to_string()),
        })?;
        CedarSymCompiler::new(process).map_err(|error| self.failed(error.to_string()))
    }

    fn missing(&self, cause: std::io::Error) -> ProveError {
        ProveError::SolverMissing { executable: self.executable.clone(), cause }
    }

    fn failed(&self, found: impl Into<String>) -> ProveError {
        ProveError::SolverFailed { executable: self.executable.clone(), found: found.into() }
    }
}

/// "Is there a request …?"
#[derive(Clone, Copy)]
pub(crate) enum Question<'a> {
    /// … that some of these policies permit and none forbids?
    Permitted(&'a CompiledPolicySet),
    /// … that both sets permit?
    PermittedByBoth(&'a CompiledPolicySet, &'a CompiledPolicySet),
    /// … on which the policy cannot be evaluated?
    Erring(&'a CompiledPolicy),
}

impl Question<'_> {
    async fn put(self, compiler: &mut CedarSymCompiler<LocalSolver>) -> Result<Option<Env>, Error> {
        match self {
            Question::Permitted(set) => compiler.check_always_denies_with_counterexample_opt(set).await,
            Question::PermittedByBoth(one, other) => compiler.check_disjoint_with_counterexample_opt(one, other).await,
            Question::Erring(policy) => compiler.check_never_errors_with_counterexample_opt(policy).await,
        }
    }
}

/// What the solver says of such a request.
#[derive(Debug)]
pub(crate) enum Answer {
    /// There is none.
    None,
    /// This one.
    Some(Box<Env>),
    /// It cannot say, and why.
    Undecided(String),
}

/// One running solver.
pub(crate) struct Process {
    settings: Solver,
    compiler: CedarSymCompiler<LocalSolver>,
    /// How many questions it was asked.
    pub(crate) queries: usize,
}

impl Process {
    /// Asks one question; `subject` names it where it cannot be asked.
    pub(crate) async fn ask(&mut self, subject: &str, question: Question<'_>) -> Result<Answer, ProveError> {
        self.queries += 1;
        let limit = self.settings.limit;
        match tokio::time::timeout(limit + GRACE, question.put(&mut self.compiler)).await {
            Ok(Ok(None)) => Ok(Answer::None),
            Ok(Ok(Some(found))) => Ok(Answer::Some(Box::new(found))),
            Ok(Err(Error::SolverUnknown)) => Ok(Answer::Undecided(format!("the solver gave no answer within {limit:?}"))),
            Ok(Err(error @ (Error::DecodeModel(_) | Error::ConcretizeError(_) | Error::ModelInvalid { .. }))) => {
                Ok(Answer::Undecided(format!("the solver's example cannot be read: {error}")))
            }
            Ok(Err(Error::SolverError(error))) => Err(self.settings.failed(error.to_string())),
            Ok(Err(Error::EncodeError(EncodeError::Io(error)))) => Err(self.settings.failed(error.to_string())),
            Ok(Err(error)) => Err(ProveError::Refused { subject: subject.to_owned(), cause: error.to_string() }),
            Err(_) => {
                // What the process would say later answers a question that is no longer asked.
                self.compiler = self.settings.compiler()?;
                Ok(Answer::Undecided(format!("the solver hung for more than {limit:?}")))
            }
        }
    }
}
