//! A transactional outbox in PostgreSQL: an event is published if and only if the transaction commits, and in order by key.
//!
//! A service that writes to its database and to Kafka loses one of the two when it dies in between. With an outbox it writes
//! to its database only: the event is a row of the same transaction. A relay publishes committed rows.
//!
//! - [`Outbox`] encodes events and stores them in the caller's transaction, with `tokio-postgres` or `sqlx`.
//! - [`Relay`] publishes rows through an idempotent producer, in order by key and at least once. Of several relays one works,
//!   and another one takes over when it dies.
//! - [`Operator`] looks at an outbox, and sets parked rows going again or discards them.
//! - [`Inbox`] is the other side: the work of a handler in PostgreSQL is done once for each event.
//! - `eventgen generate sql` writes the tables. Rows that other languages insert are published too, and Debezium's outbox event
//!   router reads the outbox without a change.
//!
//! ```no_run
//! # #[cfg(feature = "tokio-postgres")]
//! # async fn store<E: eventgen::KafkaEvent>(
//! #     kafka: &eventgen::Client, database: &mut tokio_postgres::Client, event: E,
//! # ) -> Result<(), Box<dyn std::error::Error>> {
//! use eventgen_outbox::Outbox;
//!
//! let outbox = Outbox::builder(kafka).topic::<E::Topic>().connect().await?;
//!
//! let mut transaction = database.transaction().await?;
//! transaction.execute("UPDATE orders SET state = 'paid' WHERE id = $1", &[&7_i64]).await?;
//! outbox.enqueue(&mut transaction, &event).await?;
//! transaction.commit().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Order
//!
//! The number of a row is given by a trigger of the table, after it has taken an advisory lock of the row's topic and key. The
//! lock is held until the transaction ends. So the numbers of one key are in the order of commits, whatever the isolation level
//! of the transactions. The relay reads committed rows by their numbers, and sends the next record of a key when the one
//! before it is acknowledged. It does not wait for open transactions: a row with a lower number that is committed later is of
//! another key.
//!
//! A row is deleted, or marked as published, after its record is acknowledged. A relay that dies in between leaves rows that
//! the next one publishes again: consumers recognise them by the header [`ID_HEADER`].
//!
//! # A package of its own
//!
//! The clients are in the public interface. A new version of one of them is a new version of this package and not of
//! `eventgen`, and a service that needs no outbox does not build them.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(any(feature = "sqlx", feature = "tokio-postgres")),
    allow(dead_code, reason = "clients read rows and arguments")
)]

mod clients;
mod error;
mod headers;
mod inbox;
mod operator;
mod outbox;
mod relay;
mod session;
mod table;
mod transaction;

#[cfg(feature = "sqlx")]
pub use clients::Sqlx;
#[cfg(feature = "tokio-postgres")]
pub use clients::TokioPostgres;
pub use error::{DatabaseError, OperatorError, OutboxError, RelayError};
pub use inbox::Inbox;
pub use operator::{LeadingRelay, Operator, OutboxStatus, ParkedFilter, ParkedRow};
pub use outbox::{Batch, Outbox, OutboxBuilder};
pub use relay::{ID_HEADER, Relay, RelayReport, Retention};
pub use session::Database;
pub use transaction::OutboxTransaction;
