//! One register for every federal request: what came in, what was answered, and what followed.
//!
//! A [`register::Register`] keeps records ([`entry::Record`]) of the kinds that the law packs name ([`schema::Schema`]), on
//! SQLite or PostgreSQL. With each record a public entry ([`public::PublicEntry`]) commits to the log of `haven-ledger`, in
//! one transaction. Formats: `docs/formats/register.md` and `docs/formats/ledger.md`.
//!
//! This crate reads no clock and no environment; moments, keys and randomness are passed in.

pub mod copy;
pub mod db;
pub mod entry;
pub mod gaps;
pub mod moment;
pub mod public;
pub mod register;
pub mod schema;
pub mod seal;
pub mod seen;
pub mod staff;
mod store;
pub mod table;
pub mod witness;
pub mod writer;
