//! The tests of the gateway: real sockets on loopback, with an origin of their own.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops at the first surprise"
)]

mod ask;
mod breaks;
mod city;
mod config;
mod framing;
mod heads;
mod icap;
#[path = "../../../haven-law/tests/it/laws.rs"]
mod laws;
mod memory;
mod origin;
mod paths;
mod peers;
mod records;
mod reload;
mod ruling;
mod servers;
mod who;
