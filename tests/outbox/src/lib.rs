//! A PostgreSQL server of the tests' own, and a trial of the outbox on it.
//!
//! The binaries are those of the system, or those in the folder that the variable `EVENTGEN_POSTGRES` names.

mod server;
pub mod trial;

pub use server::Postgres;

/// What prevents a test.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
