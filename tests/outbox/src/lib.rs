//! A PostgreSQL server of the tests' own.
//!
//! The binaries are those of the system, or those in the folder that the variable `EVENTGEN_POSTGRES` names.

mod server;

pub use server::Postgres;
