//! A trial of the outbox on a PostgreSQL server of its own.

pub mod trial;

pub use walkthrough::Postgres;

/// What prevents a test.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
