//! Stands before record services: who gets a record, and without what must not go.
//!
//! A [`Desk`](ruling::Desk) puts what is known of a request to the law and to the agreements about access, records the judgement,
//! and says what may be done; the doors to it are a reverse proxy ([`Gateway`](serve::Gateway)), an endpoint for
//! servers that ask before they pass a request on, and a service for proxies ([`icap`]). What the law says, what status looks
//! like and where records are is data.
//!
//! INVARIANT: no byte of a record leaves before its judgement is durable, and what is unknown, unreadable or broken is refused.

mod asking;
pub mod body;
pub mod config;
mod decision;
pub mod figures;
pub mod framing;
mod heads;
pub mod icap;
pub mod journal;
pub mod paths;
pub mod problem;
mod proof;
mod proxy;
pub mod ruling;
pub mod serve;
mod tls;
mod tokens;
