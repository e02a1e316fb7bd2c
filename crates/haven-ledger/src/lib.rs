//! An append-only, signed log that anyone can check: `docs/formats/ledger.md`.
//!
//! [`log::Log`] appends inside a transaction of whoever keeps the log ([`store::Store`]) and signs what it wrote. The rest
//! reads: [`proof`] makes and checks proofs, [`layout`] names what a published log consists of, [`verify`] checks a whole
//! export, [`witness`] is the other party who signs that a log shows everybody the same.
//!
//! What it does not know: what an entry means, what time it is, where randomness comes from. Nothing here reads or writes
//! but through the traits [`store::Store`] and [`verify::Files`].

pub mod checkpoint;
mod frontier;
pub mod layout;
pub mod log;
pub mod memory;
pub mod note;
pub mod proof;
pub mod store;
mod text;
pub mod tree;
pub mod verify;
pub mod witness;
