//! Properties of the encoded law, shown by a solver for every request there can be, not for a sample of them.
//!
//! [`prove`] asks of a pack: can each clause apply to something; can each always be evaluated; does each do something
//! that no other clause of its instrument does; what may be done since an amendment that was prohibited before; is
//! anything both required and prohibited on one day. Clauses become formulas through Cedar's symbolic compiler, and cvc5
//! answers. What it does not answer in time is *not proved*, never proved.
//!
//! A proof is about the encoding. Whether the encoding says what the law says is for a lawyer: each report names the
//! text it speaks of by digest, and the clauses whose text nobody here has read.
//!
//! Requests are those that can be asked: every fact has a value, and a fact that is a set has at least one member, since
//! the reader of requests refuses empty lists.
//!
//! This crate reads no environment: the edge names the solver.

mod amendments;
mod clauses;
mod duties;
mod error;
mod example;
mod law;
mod prover;
mod report;
mod solver;
#[cfg(test)]
mod tests;

pub use error::ProveError;
pub use example::Example;
pub use report::{Check, Kind, Outcome, Report};
pub use solver::Solver;

use haven_law::pack::Pack;

/// Proves what can be proved of a pack, or finds what is wrong with it.
///
/// The same pack and solver give the same report. Needs a Tokio runtime with I/O and time; solver processes run side by
/// side ([`Solver::with_processes`]) and end with the call.
///
/// # Errors
/// [`ProveError`] where the solver is missing or fails, or a clause cannot be put to it. What the solver leaves open is
/// no error: the report counts it as not proved.
pub async fn prove(pack: &Pack, solver: &Solver) -> Result<Report, ProveError> {
    let name = solver.name().await?;
    let law = law::Law::new(pack)?;
    let (checks, queries) = prover::run(law, solver).await?;
    Ok(Report::new(pack, name, checks, queries))
}
