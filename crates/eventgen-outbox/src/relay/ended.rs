//! Why the work of a relay ends before it is stopped.

use std::time::Duration;

use crate::error::DatabaseError;

/// How long a statement may take. Then the connection counts as lost.
const STATEMENT: Duration = Duration::from_secs(30);

/// Why the work has ended, if it was not stopped.
#[derive(Debug)]
pub(super) enum Ended {
    Database(DatabaseError),
    /// The producer is broken.
    Producer(String),
}

/// The answer of the database, which counts as lost after a time.
pub(super) async fn within<T>(answer: impl Future<Output = Result<T, DatabaseError>>) -> Result<T, Ended> {
    match tokio::time::timeout(STATEMENT, answer).await {
        Ok(answer) => answer.map_err(Ended::Database),
        Err(_) => Err(Ended::Database(DatabaseError::plain("the database does not answer"))),
    }
}
