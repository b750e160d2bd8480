//! The producer of transactions.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;

use super::error::TransactionError;
use super::nested::{Identity, inside};
use super::open::Opening;
use super::session::NotBegun;
use super::thread::SessionThread;
use super::transaction::{Destinations, Transaction};
use crate::client::StartUp;
use crate::kafka::Settings;
use crate::producer::destination::Destination;
use crate::{Client, Error, EventKind, Topic, TopicEvents};

/// The default of the timeout of transactions.
const TIMEOUT_DEFAULT: Duration = Duration::from_secs(60);
/// How long the coordinator may take at the start. The first transactional id of a cluster creates a topic.
pub(crate) const PREPARE: Duration = Duration::from_secs(30);

/// Produces events of any topics in transactions. All events of a transaction become visible together, or none does.
///
/// A reader sees that if it has `isolation.level=read_committed`, which is the default of librdkafka and of every
/// [`Consumer`](crate::Consumer). The default of JVM clients is `read_uncommitted`, which sees events of open and aborted
/// transactions.
///
/// ```no_run
/// use eventgen::{Client, Error, KafkaEvent, TransactionError, TransactionalProducer};
///
/// async fn transfer<D: KafkaEvent, C: KafkaEvent>(
///     producer: &TransactionalProducer,
///     debit: D,
///     credit: C,
/// ) -> Result<(), TransactionError<Error>> {
///     producer
///         .transaction(async |transaction| {
///             transaction.send(&debit).await?;
///             transaction.send(&credit).await?;
///             Ok(())
///         })
///         .await
/// }
/// ```
///
/// # The transactional id
/// The id names one producer across its restarts, such as `order-import-0` for the first instance of a service. A client with
/// a [`topic_prefix`](crate::ClientBuilder::topic_prefix) resolves it as the name of a topic. A producer that connects with an
/// id ends what an earlier one has left open, and [fences](TransactionError::Fenced) it: an instance that was taken for dead
/// cannot write beside its successor. Two instances that run at the same time need two ids.
///
/// A producer has one transaction at a time, and so have its clones together: they share it. Tasks with a transaction each at
/// the same time need producers of their own.
#[derive(Clone)]
pub struct TransactionalProducer {
    inner: Arc<Inner>,
}

struct Inner {
    thread: SessionThread,
    destinations: Destinations,
    /// The transactional id in the cluster.
    id: String,
    /// How long the work of a transaction may take.
    limit: Duration,
    /// Held during a transaction.
    turn: Mutex<()>,
    /// How many transactions wait for their turn.
    waiting: AtomicUsize,
    identity: Identity,
}

/// A transaction that waits for its turn.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn begin(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl TransactionalProducer {
    /// Configures a producer with a transactional id. [`connect`](TransactionalProducerBuilder::connect) returns it.
    pub fn builder(client: &Client, transactional_id: impl Into<String>) -> TransactionalProducerBuilder {
        TransactionalProducerBuilder {
            client: client.clone(),
            id: transactional_id.into(),
            topics: Vec::new(),
            settings: Settings::default(),
            timeout: TIMEOUT_DEFAULT,
            wait_at_start: Duration::ZERO,
        }
    }

    /// The transactional id in the cluster.
    pub fn transactional_id(&self) -> &str {
        &self.inner.id
    }

    /// Runs `work` in a transaction, and commits the transaction if it returns `Ok`. Returns its value when the commit is
    /// acknowledged: from then on, all events of the transaction are visible. Waits while another transaction of this
    /// producer is open. In the work of that one it is [an error](TransactionError::Nested): they would wait for each other.
    /// A task that the work spawns and waits for is not recognized: such a transaction waits until the other one
    /// [times out](TransactionError::TimedOut), whose error says that it waits.
    ///
    /// The transaction is aborted if a record that the work asks for is [not written](TransactionError::NotWritten), whatever
    /// becomes of the error, if the work returns an error, takes longer than three quarters of the
    /// [timeout](TransactionalProducerBuilder::transaction_timeout), or panics, and if this future is dropped. A future that
    /// is dropped during the commit does not stop it.
    ///
    /// Answers that may be retried are retried until the timeout is over. The work is called once: what the application does
    /// after an error is for it to decide. [`TransactionError`] has a table of what is safe to repeat.
    ///
    /// # Errors
    /// [`TransactionError`].
    pub async fn transaction<R, E>(
        &self,
        work: impl AsyncFnOnce(&Transaction<'_>) -> Result<R, E>,
    ) -> Result<R, TransactionError<E>> {
        let Inner { thread, destinations, id, limit, turn, waiting, identity } = &*self.inner;
        if identity.is_inside() {
            return Err(TransactionError::Nested { transactional_id: id.clone() });
        }
        let waits = Waits::begin(waiting);
        let _turn = turn.lock().await;
        drop(waits);
        let open = thread.begin().await.map_err(|why| TransactionError::not_begun(id, why))?;
        let transaction = Transaction::new(open.writer(), destinations);
        let worked = tokio::time::timeout(*limit, inside(*identity, work(&transaction))).await;
        // Futures are dropped with work that fails or is cancelled.
        let is_given_up = !matches!(worked, Ok(Ok(_)));
        let unwritten = transaction.into_asked().unwritten();
        let error = match (worked, unwritten.filter(|first| !(is_given_up && first.is_dropped()))) {
            (Ok(Ok(value)), None) => {
                let committed = open.commit().await;
                return committed.map(|()| value).map_err(|why| TransactionError::not_committed(id, why));
            }
            (Ok(Err(error)), None) => TransactionError::Work(error),
            (Err(_), None) => {
                let (transactional_id, waiting) = (id.clone(), waiting.load(Ordering::Relaxed));
                TransactionError::TimedOut { transactional_id, limit: *limit, waiting }
            }
            (worked, Some(unwritten)) => {
                let work = worked.ok().and_then(Result::err);
                return Err(TransactionError::not_written(id, unwritten, work, open.abort().await));
            }
        };
        open.abort().await;
        Err(error)
    }

    /// Waits for the end of the last transaction and closes the connections without blocking the calling thread. They stay open
    /// while clones of this producer exist; the last clone that is closed or dropped closes them. One that is dropped does so
    /// in the background.
    pub async fn close(self) {
        if let Some(inner) = Arc::into_inner(self.inner) {
            inner.thread.close().await;
        }
    }
}

/// Configures a [`TransactionalProducer`].
///
/// ```no_run
/// # use std::time::Duration;
/// # use eventgen::{Client, Error, TopicEvents, TransactionalProducer};
/// # async fn connect<T: TopicEvents>(client: &Client) -> Result<TransactionalProducer, Error> {
/// let producer = TransactionalProducer::builder(client, "order-import-0")
///     .topic::<T>()
///     .transaction_timeout(Duration::from_secs(20))
///     .connect()
///     .await?;
/// # Ok(producer)
/// # }
/// ```
#[must_use = "a builder does nothing until `connect` is awaited"]
pub struct TransactionalProducerBuilder {
    client: Client,
    id: String,
    topics: Vec<(&'static Topic, &'static [EventKind])>,
    settings: Settings,
    timeout: Duration,
    wait_at_start: Duration,
}

impl TransactionalProducerBuilder {
    /// Looks up a topic and the schemas of its events at the start. Other topics are looked up at the first record for them.
    pub fn topic<T: TopicEvents>(mut self) -> Self {
        self.topics.push((T::TOPIC, T::EVENTS));
        self
    }

    /// Sets after which time the brokers abort a transaction (`transaction.timeout.ms`). Default: 60 s; the brokers accept up
    /// to 15 minutes (`transaction.max.timeout.ms`). The work of a transaction may take three quarters of it, so that the rest
    /// is left for the commit.
    ///
    /// Readers of the topics with `isolation.level=read_committed` wait for this long if the process dies within a
    /// transaction and is not started again.
    pub fn transaction_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets a librdkafka property by its name. It overrides the client's value. One that producers do not have, such as
    /// `isolation.level`, is refused.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.set(name, value);
        self
    }

    /// Sets how long [`connect`](Self::connect) waits for a cluster or a registry that does not answer, as
    /// [`ProducerBuilder::wait_at_start`](crate::ProducerBuilder::wait_at_start). Default: zero.
    pub fn wait_at_start(mut self, limit: Duration) -> Self {
        self.wait_at_start = limit;
        self
    }

    /// Connects the producer: looks up the topics, aborts the transaction that an earlier producer with this id has left
    /// open, and fences that producer.
    ///
    /// # Errors
    /// As [`Producer::new`](crate::Producer::new). [`Error::Kafka`] if the coordinator does not answer within 30 s, or refuses
    /// the id or the timeout. [`Error::RefusedSetting`] for an empty id, a timeout under 1 s, and for `transactional.id` and
    /// `transaction.timeout.ms` as properties.
    pub async fn connect(self) -> Result<TransactionalProducer, Error> {
        let Self { client, id, topics, settings, timeout, wait_at_start } = self;
        let opening = Opening {
            id,
            settings,
            timeout,
            id_is_set_by: "the id is an argument of `TransactionalProducer::builder`",
            timeout_is_set_by: "the timeout is set by `TransactionalProducerBuilder::transaction_timeout`",
        };
        let (session, id) = opening.open(&client)?;
        let start = StartUp::new(format!("transactional producer `{id}`"), wait_at_start);
        let mut destinations = Vec::with_capacity(topics.len());
        for (topic, events) in topics {
            let destination = Destination::look_up(&client, &start, topic, events).await?;
            destinations.push((topic.name, destination));
        }
        let thread = SessionThread::start(session, &id)
            .map_err(|error| Error::kafka(format!("starting the thread of `{id}`"), error))?;
        match thread.prepare(PREPARE.max(wait_at_start)).await {
            Ok(()) => {}
            Err(NotBegun::Failed(error)) => return Err(error),
            Err(NotBegun::Fenced(reason)) => {
                return Err(Error::kafka(format!("initialising the transactions of `{id}`"), reason));
            }
        }
        let inner = Inner {
            thread,
            destinations: Destinations::new(client, destinations),
            id,
            limit: timeout / 4 * 3,
            turn: Mutex::new(()),
            waiting: AtomicUsize::new(0),
            identity: Identity::new(),
        };
        Ok(TransactionalProducer { inner: Arc::new(inner) })
    }
}
