//! The audits of `haven-audit` on many machines, by Apache DataFusion Ballista (`docs/scale.md`).
//!
//! A scheduler cuts queries into tasks, executors answer them, and a client asks the questions of `haven-audit` as it would ask
//! an engine of its own: the answers are the same bytes. The three are one program, so that they can be held to one version and,
//! where the law is asked, to one law. Nothing here knows a rule, a column or a city.
//!
//! It is apart from `haven` because Ballista is large, and whoever audits one city does not need it.

mod client;
mod codec;
mod error;
mod executor;
mod losses;
mod scheduler;
mod seal;
mod store;

pub use client::{Cluster, connect, deserted, here, plain};
pub use error::{Again, ClusterError, again, said};
pub use executor::{Executor, run as executor};
pub use scheduler::{Scheduler, run as scheduler};
pub use seal::Node;
