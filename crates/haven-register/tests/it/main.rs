//! Tests of the register, on SQLite and on PostgreSQL.

mod crash;
mod entries;
mod gaps;
mod postgres;
mod register;
mod table;
mod world;
