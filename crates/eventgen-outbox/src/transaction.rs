//! The transactions of the clients.

pub(crate) use sealed::Insert;

/// A transaction in which events are stored: that of `tokio_postgres` or of `sqlx`, with the features of their names.
///
/// A `PgConnection` of `sqlx` is one, too, because functions that take part in a transaction are often given the connection.
/// Without a transaction, the event is committed on its own.
///
/// The trait is implemented by this package only.
pub trait OutboxTransaction: Insert {}

mod sealed {
    use crate::error::DatabaseError;

    /// Executes statements of the outbox.
    pub trait Insert: Send {
        /// Stores a record: topic, key, headers, payload.
        fn insert<'a>(
            &'a mut self,
            statement: &'a str,
            record: &'a StoredRecord,
        ) -> impl Future<Output = Result<(), DatabaseError>> + Send + 'a;

        /// Stores several.
        fn insert_all<'a>(
            &'a mut self,
            statement: &'a str,
            records: &'a [StoredRecord],
        ) -> impl Future<Output = Result<(), DatabaseError>> + Send + 'a;

        /// Remembers an event of a group. Returns whether it is new.
        fn claim<'a>(
            &'a mut self,
            statement: &'a str,
            group: &'a str,
            event: &'a str,
        ) -> impl Future<Output = Result<bool, DatabaseError>> + Send + 'a;

        /// Forgets events that are older than these seconds, at most this many.
        fn forget<'a>(
            &'a mut self,
            statement: &'a str,
            seconds: i64,
            limit: i64,
        ) -> impl Future<Output = Result<(), DatabaseError>> + Send + 'a;
    }

    /// A record as it is stored.
    #[derive(Debug)]
    pub struct StoredRecord {
        pub(crate) topic: String,
        pub(crate) key: Option<Vec<u8>>,
        /// JSON.
        pub(crate) headers: String,
        pub(crate) payload: Option<Vec<u8>>,
    }
}

pub(crate) use sealed::StoredRecord;
