//! Errors of the outbox and the relay.

use std::error::Error as StdError;
use std::fmt;

use thiserror::Error;

/// A failure of PostgreSQL, of the connection to it, or of the client.
#[derive(Debug)]
pub struct DatabaseError {
    reason: String,
    sqlstate: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl DatabaseError {
    #[cfg_attr(
        not(any(feature = "sqlx", feature = "tokio-postgres")),
        expect(dead_code, reason = "only clients have errors of their own")
    )]
    pub(crate) fn new(
        reason: String,
        sqlstate: Option<String>,
        source: impl StdError + Send + Sync + 'static,
    ) -> Self {
        Self { reason, sqlstate, source: Some(Box::new(source)) }
    }

    /// A failure that no client reports.
    pub(crate) fn plain(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), sqlstate: None, source: None }
    }

    /// The code of the error, of five characters, if PostgreSQL reports it. `40P01` is a deadlock and `40001` a failure to
    /// serialize: run the transaction again.
    pub fn sqlstate(&self) -> Option<&str> {
        self.sqlstate.as_deref()
    }

    /// Whether somebody has to correct something: a table or a right is missing, a password is wrong.
    pub(crate) fn is_permanent(&self) -> bool {
        // Invalid authorization, unknown database, unknown schema, and syntax error or access rule violation.
        let classes = ["28", "3D", "3F", "42"];
        self.sqlstate().is_some_and(|code| classes.iter().any(|class| code.starts_with(class)))
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        self.sqlstate.iter().try_for_each(|code| write!(f, " (SQLSTATE {code})"))
    }
}

impl StdError for DatabaseError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// An event is not stored. Roll the transaction back: after an error of PostgreSQL it cannot be committed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OutboxError {
    /// The event cannot be encoded, or is larger than its topic accepts; at the start, the registry does not have its schema.
    #[error(transparent)]
    Event(#[from] eventgen::Error),
    /// The outbox was not told about the topic.
    #[error("the outbox does not have the topic `{topic}`: add it with `OutboxBuilder::topic`")]
    #[non_exhaustive]
    OtherTopic {
        /// The topic, as its contract names it.
        topic: &'static str,
    },
    /// A name that cannot be that of the table.
    #[error(
        "`{name}` cannot be the table of an outbox: use lower-case letters, digits and `_`, with a schema and `.` before it or not"
    )]
    #[non_exhaustive]
    InvalidTable {
        /// The name.
        name: String,
    },
    /// PostgreSQL refuses the row, or the connection is lost.
    #[error("the outbox cannot store an event: {0}")]
    Database(#[source] DatabaseError),
}

/// An [`Operator`](crate::Operator) cannot do what it was asked for.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OperatorError {
    /// A name that cannot be that of the table.
    #[error(
        "`{name}` cannot be the table of an outbox: use lower-case letters, digits and `_`, with a schema and `.` before it or not"
    )]
    #[non_exhaustive]
    InvalidTable {
        /// The name.
        name: String,
    },
    /// PostgreSQL does not answer, or refuses the request.
    #[error("the outbox cannot be read or changed: {0}")]
    Database(#[from] DatabaseError),
}

/// Why a relay ends by itself. It does not end because PostgreSQL or Kafka are away.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RelayError {
    /// The settings of the producer.
    #[error(transparent)]
    Producer(#[from] eventgen::Error),
    /// A name that cannot be that of the table.
    #[error(
        "`{name}` cannot be the table of an outbox: use lower-case letters, digits and `_`, with a schema and `.` before it or not"
    )]
    #[non_exhaustive]
    InvalidTable {
        /// The name.
        name: String,
    },
    /// PostgreSQL refuses what the relay does: the table or a right is missing, or a password is wrong.
    #[error("the relay of the outbox cannot work: {0}")]
    Database(#[source] DatabaseError),
}
