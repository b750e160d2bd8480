//! What a relay and an operator need of a client.

pub(crate) use sealed::{Argument, Connect, Row, Session, Texts};

/// A database that a [`Relay`](crate::Relay) connects to: `TokioPostgres` or `Sqlx`, with the features of the clients' names.
///
/// The trait is implemented by this package only.
pub trait Database: Connect {}

mod sealed {
    use crate::error::DatabaseError;

    /// Opens sessions.
    pub trait Connect: Send + Sync {
        /// A session.
        type Session: Session;

        /// Opens a session that listens to a channel.
        fn connect(&self, channel: &str)
        -> impl Future<Output = Result<Self::Session, DatabaseError>> + Send;
    }

    /// A connection for one relay alone.
    pub trait Session: Send {
        /// The rows of a statement that selects the columns of [`Row`].
        fn rows(
            &mut self,
            statement: &str,
            arguments: &[Argument<'_>],
        ) -> impl Future<Output = Result<Vec<Row>, DatabaseError>> + Send;

        /// The rows of a statement that selects texts.
        fn texts(
            &mut self,
            statement: &str,
            arguments: &[Argument<'_>],
        ) -> impl Future<Output = Result<Vec<Texts>, DatabaseError>> + Send;

        /// The number that a statement returns.
        fn number(&mut self, statement: &str) -> impl Future<Output = Result<i64, DatabaseError>> + Send;

        /// Executes a statement, and returns the number of rows that it has changed.
        fn execute(
            &mut self,
            statement: &str,
            arguments: &[Argument<'_>],
        ) -> impl Future<Output = Result<u64, DatabaseError>> + Send;

        /// Resolves when somebody has notified the channel since the last call, or the connection is lost. It may be dropped
        /// and called again.
        fn notified(&mut self) -> impl Future<Output = Result<(), DatabaseError>> + Send;
    }

    /// The columns of a row.
    pub(crate) type Texts = Vec<Option<String>>;

    /// An argument of a statement.
    #[derive(Debug, Clone, Copy)]
    pub enum Argument<'a> {
        Number(i64),
        Numbers(&'a [i64]),
        Texts(&'a [String]),
    }

    impl Argument<'_> {
        /// Whether it is a list without elements.
        pub(crate) fn is_empty(&self) -> bool {
            match self {
                Self::Number(_) => false,
                Self::Numbers(numbers) => numbers.is_empty(),
                Self::Texts(texts) => texts.is_empty(),
            }
        }
    }

    /// A waiting row.
    #[derive(Debug)]
    pub struct Row {
        pub(crate) id: i64,
        pub(crate) event_id: String,
        pub(crate) topic: String,
        pub(crate) key: Option<Vec<u8>>,
        /// JSON.
        pub(crate) headers: String,
        pub(crate) payload: Option<Vec<u8>>,
        /// The advisory lock of topic and key. `None` without a key.
        pub(crate) lock: Option<i64>,
    }
}
