//! Services that store events: short and long transactions, nested ones, such that are rolled back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chaos_tests::random::Random;
use eventgen_outbox::{Outbox, OutboxError};
use orders::sample::order;
use tokio::task::JoinSet;
use tokio_postgres::{Client, IsolationLevel, NoTls, Statement};

use crate::Failure;

/// How long a writer waits for a database that is being restarted.
const PAUSE: Duration = Duration::from_millis(100);

/// What writers do.
#[derive(Debug, Clone)]
pub struct Load {
    /// How to connect.
    pub database: String,
    /// The number of committed events after which they stop.
    pub events: usize,
    /// The time after which they stop in any case.
    pub until: Instant,
    /// The number of keys.
    pub keys: u64,
    /// The number of connections.
    pub writers: u64,
    /// What determines the random numbers.
    pub seed: u64,
    /// The isolation of the transactions. But for `READ COMMITTED` they store events only: one that changes a row which
    /// another one has changed meanwhile fails.
    pub isolation: IsolationLevel,
}

/// What writers have done.
#[derive(Debug, Default)]
pub struct Written {
    /// Events whose transaction was committed, as the writers know it.
    pub committed: AtomicUsize,
    /// Transactions that were rolled back on purpose.
    pub rolled_back: AtomicUsize,
    /// Transactions that PostgreSQL has ended: deadlocks, failures to serialize, a restart.
    pub failed: AtomicUsize,
    next: AtomicU64,
}

/// Stores events by several connections.
///
/// # Errors
/// An event cannot be stored for a reason that the run does not cause.
pub async fn write(load: Load, outbox: Outbox) -> Result<Arc<Written>, Failure> {
    let written = Arc::new(Written::default());
    let mut writers = JoinSet::new();
    for writer in 0..load.writers {
        let (load, outbox, written) = (load.clone(), outbox.clone(), Arc::clone(&written));
        writers.spawn(async move {
            let random = Random::new(load.seed, ("writer", writer));
            Writer { load, outbox, written, random }.run().await
        });
    }
    while let Some(ended) = writers.join_next().await {
        ended??;
    }
    Ok(written)
}

struct Writer {
    load: Load,
    outbox: Outbox,
    written: Arc<Written>,
    random: Random,
}

/// What becomes of a transaction.
struct Plan {
    /// The keys, in their order.
    keys: Vec<u64>,
    /// Whether the rows of the keys are changed before the events are stored.
    changes_first: bool,
    nested: Option<Nested>,
    lasts: Duration,
    is_rolled_back: bool,
}

/// What becomes of a transaction in a transaction, which stores one more event of the first key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nested {
    Committed,
    RolledBack,
}

impl Writer {
    async fn run(mut self) -> Result<(), Failure> {
        let mut session = None;
        while self.written.committed.load(Ordering::Relaxed) < self.load.events
            && Instant::now() < self.load.until
        {
            let mut open = match session.take() {
                Some(session) => session,
                None => match Session::open(&self.load.database).await {
                    Some(session) => session,
                    None => continue,
                },
            };
            let plan = self.plan();
            match self.transaction(&mut open, &plan).await {
                Ok(()) => session = Some(open),
                Err(Ended::Database) => {
                    self.written.failed.fetch_add(1, Ordering::Relaxed);
                    session = (!open.client.is_closed()).then_some(open);
                }
                Err(Ended::Fault(failure)) => return Err(failure),
            }
        }
        Ok(())
    }

    fn plan(&mut self) -> Plan {
        let count = self.random.below(1..4);
        let mut keys: Vec<u64> = (0..count).map(|_| self.random.below(0..self.load.keys)).collect();
        // Keys of one half are changed first, those of the other half at the end: the transactions of both would wait for
        // each other.
        let half = keys[0] % 2;
        keys.retain(|key| key % 2 == half);
        keys.sort_unstable();
        keys.dedup();
        let nested = match self.random.below(0..20) {
            0 => Some(Nested::Committed),
            1 => Some(Nested::RolledBack),
            _ => None,
        };
        let lasts = match self.random.below(0..2_000) {
            0 => Duration::from_secs(2),
            1..20 => Duration::from_millis(200),
            _ => Duration::ZERO,
        };
        Plan { keys, changes_first: half == 0, nested, lasts, is_rolled_back: self.random.below(0..20) == 0 }
    }

    async fn transaction(&mut self, session: &mut Session, plan: &Plan) -> Result<(), Ended> {
        let Session { client, change, note } = session;
        let mut transaction = client.build_transaction().isolation_level(self.load.isolation).start().await?;
        // A number of its own before the keys are locked: transactions commit in another order than that of their numbers.
        transaction.batch_execute("SELECT pg_current_xact_id()").await?;
        let keys: Vec<String> = plan.keys.iter().map(|key| name(*key)).collect();
        let changes = matches!(self.load.isolation, IsolationLevel::ReadCommitted);
        if changes && plan.changes_first {
            transaction.execute(&*change, &[&keys]).await?;
        }
        let first = self.written.next.fetch_add(plan.keys.len() as u64 + 1, Ordering::Relaxed);
        let numbered = || (first..).zip(plan.keys.iter().copied());
        if plan.changes_first {
            for (number, key) in numbered() {
                self.outbox.enqueue(&mut transaction, &event(number, key)).await?;
            }
        } else {
            let mut batch = self.outbox.batch();
            for (number, key) in numbered() {
                batch.add(&event(number, key))?;
            }
            batch.enqueue(&mut transaction).await?;
            if changes {
                transaction.execute(&*change, &[&keys]).await?;
            }
        }
        let numbers: Vec<i64> = numbered().map(|(number, _)| signed(number)).collect();
        transaction.execute(&*note, &[&numbers, &keys]).await?;
        let mut stored = numbers.len();
        if let Some(end) = plan.nested {
            let number = first + plan.keys.len() as u64;
            let mut nested = transaction.transaction().await?;
            self.outbox.enqueue(&mut nested, &event(number, plan.keys[0])).await?;
            nested.execute(&*note, &[&vec![signed(number)], &vec![&keys[0]]]).await?;
            if end == Nested::Committed {
                nested.commit().await?;
                stored += 1;
            } else {
                nested.rollback().await?;
            }
        }
        if !plan.lasts.is_zero() {
            tokio::time::sleep(plan.lasts).await;
        }
        if plan.is_rolled_back {
            transaction.rollback().await?;
            self.written.rolled_back.fetch_add(1, Ordering::Relaxed);
        } else {
            transaction.commit().await?;
            self.written.committed.fetch_add(stored, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// A connection of a writer.
struct Session {
    client: Client,
    /// Counts events of keys. Their rows are locked until the transaction ends.
    change: Statement,
    /// Notes events, whose keys are locked.
    note: Statement,
}

impl Session {
    /// `None`, after a pause, if the database is away.
    async fn open(database: &str) -> Option<Self> {
        let opened = Self::prepare(database).await;
        if opened.is_err() {
            tokio::time::sleep(PAUSE).await;
        }
        opened.ok()
    }

    async fn prepare(database: &str) -> Result<Self, tokio_postgres::Error> {
        let (client, connection) = tokio_postgres::connect(database, NoTls).await?;
        tokio::spawn(connection);
        let change = "INSERT INTO state SELECT key, 1 FROM unnest($1::text[]) WITH ORDINALITY AS changed (key, place) \
                      ORDER BY place ON CONFLICT (key) DO UPDATE SET version = state.version + 1";
        let note = "INSERT INTO ledger (number, key) SELECT number, key FROM unnest($1::bigint[], $2::text[]) \
                    AS noted (number, key)";
        let (change, note) = (client.prepare(change).await?, client.prepare(note).await?);
        Ok(Self { client, change, note })
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn event(number: u64, key: u64) -> orders::events::com::example::orders::OrderEvent {
    order(usize::try_from(number).unwrap_or(usize::MAX), &name(key))
}

fn name(key: u64) -> String {
    format!("customer-{key}")
}

/// Why a transaction has ended early.
enum Ended {
    /// PostgreSQL has ended it, or is away. Whether it was committed is in the ledger.
    Database,
    /// The run is wrong.
    Fault(Failure),
}

impl From<tokio_postgres::Error> for Ended {
    fn from(error: tokio_postgres::Error) -> Self {
        // A deadlock, a failure to serialize, a server that stops, starts or is gone.
        let expected = ["40", "57"];
        match error.code() {
            Some(code) if !expected.iter().any(|class| code.code().starts_with(class)) => {
                Self::Fault(error.into())
            }
            _ => Self::Database,
        }
    }
}

impl From<OutboxError> for Ended {
    fn from(error: OutboxError) -> Self {
        match error {
            OutboxError::Database(error)
                if error.sqlstate().is_none_or(|code| code.starts_with("40") || code.starts_with("57")) =>
            {
                Self::Database
            }
            error => Self::Fault(error.into()),
        }
    }
}
