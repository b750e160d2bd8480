//! What somebody on call does with an outbox: looks at it, and decides what becomes of parked rows.

use std::time::Duration;

use crate::error::{DatabaseError, OperatorError};
use crate::session::{Argument, Connect, Database, Session as _, Texts};
use crate::table::Table;

/// Looks at an outbox, and decides what becomes of the rows that its relay has parked.
///
/// It needs neither the contract nor Kafka. `eventgen outbox` is made of it.
///
/// ```no_run
/// # #[cfg(feature = "tokio-postgres")]
/// # async fn look() -> Result<(), Box<dyn std::error::Error>> {
/// use eventgen_outbox::{Operator, ParkedFilter, TokioPostgres};
///
/// let database = TokioPostgres::new("host=localhost user=orders".parse()?);
/// let mut operator = Operator::connect(&database, "outbox").await?;
/// for row in operator.parked(&ParkedFilter::default(), 20).await? {
///     println!("{} {}: {}", row.id, row.topic, row.reason);
///     operator.retry(&[row.id]).await?;
/// }
/// # Ok(())
/// # }
/// ```
pub struct Operator<D: Database> {
    session: D::Session,
    table: Table,
}

/// The state of an outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutboxStatus {
    /// Rows that are not published yet, without parked ones.
    pub waiting: u64,
    /// The age of the oldest of them; zero if there is none.
    pub oldest: Duration,
    /// Rows that the relay has set aside.
    pub parked: u64,
    /// The relay that works. `None` if none does.
    pub relay: Option<LeadingRelay>,
}

/// The session of the relay that works.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeadingRelay {
    /// The process of PostgreSQL that serves it.
    pub pid: i32,
    /// The address that it is connected from. `None` without the right to see other sessions (the role
    /// `pg_read_all_stats`), and for a local socket.
    pub client: Option<String>,
    /// When it has connected, in milliseconds since the Unix epoch.
    pub since: Option<i64>,
}

/// A row that the relay cannot publish.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParkedRow {
    /// Its number in the table.
    pub id: i64,
    /// The header `id` of its record.
    pub event_id: String,
    /// The topic, as the cluster names it.
    pub topic: String,
    /// The key of its record.
    pub key: Option<Vec<u8>>,
    /// The size of the value in bytes. `None` for a tombstone.
    pub size: Option<u64>,
    /// When it was stored, in milliseconds since the Unix epoch.
    pub created_at: i64,
    /// When it was parked.
    pub parked_at: i64,
    /// Why it was parked.
    pub reason: String,
}

/// Which parked rows. An empty list is no condition; rows that fulfil all conditions are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParkedFilter {
    /// Rows with these numbers.
    pub ids: Vec<i64>,
    /// Rows of these topics.
    pub topics: Vec<String>,
    /// Rows whose reason contains this text.
    pub reason: Option<String>,
}

impl<D: Database> Operator<D> {
    /// Connects to the database of a table, such as `outbox` or `orders.outbox`.
    ///
    /// # Errors
    /// [`OperatorError::InvalidTable`], [`OperatorError::Database`].
    pub async fn connect(database: &D, table: &str) -> Result<Self, OperatorError> {
        let table =
            Table::new(table).ok_or_else(|| OperatorError::InvalidTable { name: table.to_owned() })?;
        Ok(Self { session: Connect::connect(database, table.name()).await?, table })
    }

    /// The state of the outbox.
    ///
    /// # Errors
    /// [`OperatorError::Database`].
    pub async fn status(&mut self) -> Result<OutboxStatus, OperatorError> {
        let rows = self.session.texts(&self.table.status(), &[]).await?;
        let leader = self.session.texts(&self.table.leader(), &[]).await?;
        let row = Columns(rows.first());
        let seconds = row.number::<f64>(1).unwrap_or_default();
        Ok(OutboxStatus {
            waiting: row.required(0)?,
            oldest: Duration::try_from_secs_f64(seconds).unwrap_or_default(),
            parked: row.required(2)?,
            relay: leader.first().map(|row| leading(&Columns(Some(row)))).transpose()?,
        })
    }

    /// Up to `limit` parked rows, ordered by number.
    ///
    /// # Errors
    /// [`OperatorError::Database`].
    pub async fn parked(
        &mut self,
        filter: &ParkedFilter,
        limit: usize,
    ) -> Result<Vec<ParkedRow>, OperatorError> {
        let reason: Vec<String> = filter.reason.iter().cloned().collect();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let arguments = [
            Argument::Numbers(&filter.ids),
            Argument::Texts(&filter.topics),
            Argument::Texts(&reason),
            Argument::Number(limit),
        ];
        let rows = self.session.texts(&self.table.parked(), &arguments).await?;
        rows.iter().map(|row| parked(&Columns(Some(row)))).collect()
    }

    /// Lets parked rows wait again, in the order of their numbers. Each gets a new number, so that it is published after the
    /// later events of its key that are stored already. Returns how many were parked still.
    ///
    /// # Errors
    /// [`OperatorError::Database`]. The rows before the failure wait again.
    pub async fn retry(&mut self, ids: &[i64]) -> Result<u64, OperatorError> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        let mut changed = 0;
        // One statement for each: an update of several rows would number those of one key in any order.
        for id in ids {
            changed += self.session.execute(&self.table.retry(), &[Argument::Number(id)]).await?;
        }
        Ok(changed)
    }

    /// Deletes parked rows: their events are never published. Returns how many were parked still.
    ///
    /// # Errors
    /// [`OperatorError::Database`].
    pub async fn discard(&mut self, ids: &[i64]) -> Result<u64, OperatorError> {
        Ok(self.session.execute(&self.table.discard(), &[Argument::Numbers(ids)]).await?)
    }
}

fn leading(row: &Columns<'_>) -> Result<LeadingRelay, OperatorError> {
    Ok(LeadingRelay { pid: row.required(0)?, client: row.text(1).map(str::to_owned), since: row.number(2) })
}

fn parked(row: &Columns<'_>) -> Result<ParkedRow, OperatorError> {
    let text = |column| row.text(column).unwrap_or_default().to_owned();
    Ok(ParkedRow {
        id: row.required(0)?,
        event_id: text(1),
        topic: text(2),
        key: row.text(3).map(from_hex),
        size: row.number(4),
        created_at: row.required(5)?,
        parked_at: row.required(6)?,
        reason: text(7),
    })
}

/// The columns of a row, which are texts.
struct Columns<'a>(Option<&'a Texts>);

impl Columns<'_> {
    fn text(&self, column: usize) -> Option<&str> {
        self.0?.get(column)?.as_deref()
    }

    fn number<N: std::str::FromStr>(&self, column: usize) -> Option<N> {
        self.text(column)?.parse().ok()
    }

    fn required<N: std::str::FromStr>(&self, column: usize) -> Result<N, DatabaseError> {
        self.number(column).ok_or_else(|| DatabaseError::plain("the table is not that of an outbox"))
    }
}

/// The bytes of hexadecimal digits that PostgreSQL has written.
fn from_hex(digits: &str) -> Vec<u8> {
    let pair =
        |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    digits.as_bytes().chunks(2).filter_map(pair).collect()
}
