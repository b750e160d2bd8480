//! Connects, becomes the relay of the table or waits until the other one is gone, and starts over when a connection is lost.

use std::time::Duration;

use eventgen::Client;
use eventgen::private::{RecordSender, SenderSettings};
use tokio::sync::watch;

use super::ended::{Ended, within};
use super::lead::Leader;
use super::report::RelayReport;
use super::settings::{Retention, Settings};
use crate::error::RelayError;
use crate::outbox::DEFAULT_TABLE;
use crate::session::{Database, Session as _};
use crate::table::Table;

/// How often a relay that waits tries to become the one that works.
const STANDBY: Duration = Duration::from_millis(500);
/// The first pause before a new connection, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Publishes the rows of an outbox, in order by key and at least once.
///
/// Run it beside the service, in as many instances as the service has: an advisory lock of PostgreSQL decides which one works.
/// The others take over within about a second of its end, or, if its machine vanishes, when PostgreSQL finds the connection
/// dead (`tcp_keepalives_idle`, `tcp_user_timeout`). It needs a session of its own: a pooler in front of PostgreSQL must
/// not share it (`pool_mode = session` of `PgBouncer`).
///
/// - A record of a key is sent when the one before it is acknowledged. Records of other keys are sent meanwhile.
/// - A record that cannot be sent holds back its key and is tried again, after pauses of up to 30 s.
/// - A row that can never be published is parked: it stays in the table with `parked_at` and `parked_reason`, and its key goes
///   on. That is so if the cluster does not have the topic, refuses the record itself (its size, say), or the row's headers
///   are malformed. To publish it after all: `UPDATE outbox SET parked_at = NULL, parked_reason = NULL WHERE id = …`.
/// - While PostgreSQL or Kafka are away, the relay waits. Records do not expire.
///
/// ```no_run
/// # #[cfg(feature = "tokio-postgres")]
/// # async fn run(kafka: &eventgen::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use eventgen_outbox::{Relay, TokioPostgres};
///
/// let database = TokioPostgres::new("host=localhost user=orders".parse()?);
/// let report = Relay::new(kafka, database).run_until(eventgen::shutdown_signal()).await?;
/// println!("{} events published", report.published);
/// # Ok(())
/// # }
/// ```
#[must_use = "a relay does nothing until `run_until` is awaited"]
pub struct Relay<D> {
    cluster: SenderSettings,
    database: D,
    table: String,
    settings: Settings,
    producer: Vec<(String, String)>,
}

impl<D: Database> Relay<D> {
    /// A relay from a database to a cluster.
    pub fn new(client: &Client, database: D) -> Self {
        Self::from_settings(client.into(), database)
    }

    /// A relay from a database to a cluster, for a process of its own: `properties` are librdkafka's, with `bootstrap.servers`
    /// among them. Stored events are encoded already, so that a relay needs no registry.
    pub fn with_properties(properties: impl IntoIterator<Item = (String, String)>, database: D) -> Self {
        Self::from_settings(properties.into_iter().collect(), database)
    }

    fn from_settings(cluster: SenderSettings, database: D) -> Self {
        Self {
            cluster,
            database,
            table: DEFAULT_TABLE.to_owned(),
            settings: Settings::default(),
            producer: Vec::new(),
        }
    }

    /// Sets the table, such as `orders.outbox`. Default: `outbox`.
    pub fn table(mut self, name: impl Into<String>) -> Self {
        self.table = name.into();
        self
    }

    /// Sets what becomes of published rows. Default: they are deleted.
    pub fn retention(mut self, retention: Retention) -> Self {
        self.settings.retention = retention;
        self
    }

    /// Sets how many rows are read together. Default: 5,000.
    pub fn batch(mut self, rows: usize) -> Self {
        self.settings.batch = rows.max(1);
        self
    }

    /// Sets how many rows may be read and not yet published. Default: 20,000. Rows that wait for a partition without a leader
    /// do not count, up to three times as many. There are never more than 64 MiB, and a batch.
    pub fn window(mut self, rows: usize) -> Self {
        self.settings.window = rows.max(1);
        self
    }

    /// Sets how often the table is read if no notification comes. Default: 1 s.
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.settings.poll = interval;
        self
    }

    /// Sets a librdkafka property of the producer by its name. It overrides the client's value.
    ///
    /// The relay sets `delivery.timeout.ms` to 0, which is no limit, and `message.max.bytes` to the largest value, so that
    /// topics decide which records are too large. If a topic accepts less than 1 MB, set `batch.size` to what it accepts:
    /// brokers refuse whole batches, and the relay then sends each record alone.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.producer.push((name.into(), value.into()));
        self
    }

    /// Publishes rows until `shutdown` resolves and the records on their way are acknowledged, for which it waits up to 10 s.
    /// Dropping the future ends the relay at once: some records may be published again by the next one.
    ///
    /// # Errors
    /// [`RelayError::InvalidTable`], [`RelayError::Producer`] for settings that librdkafka refuses, [`RelayError::Database`] for
    /// what somebody has to correct: a table or a right that is missing, a wrong password.
    pub async fn run_until(self, shutdown: impl Future<Output = ()>) -> Result<RelayReport, RelayError> {
        let table =
            Table::new(&self.table).ok_or_else(|| RelayError::InvalidTable { name: self.table.clone() })?;
        let (stop, stopped) = watch::channel(false);
        let shutdown = async {
            shutdown.await;
            stop.send_replace(true);
            std::future::pending().await
        };
        tokio::select! {
            ended = self.run(&table, stopped) => ended,
            never = shutdown => never,
        }
    }

    async fn run(&self, table: &Table, mut stop: watch::Receiver<bool>) -> Result<RelayReport, RelayError> {
        let mut report = RelayReport::default();
        let mut pause = FIRST_PAUSE;
        while !*stop.borrow() {
            let led = report.led;
            let published = report.published;
            let ended = self.work(table, &mut report, &mut stop).await;
            match ended {
                Ok(()) => break,
                Err(Stopped::Settings(error)) => return Err(RelayError::Producer(error)),
                Err(Stopped::Ended(Ended::Database(error))) if error.is_permanent() => {
                    return Err(RelayError::Database(error));
                }
                Err(Stopped::Ended(Ended::Database(error))) => {
                    tracing::warn!(
                        table = table.name(),
                        "the relay has no connection to its database: {error}"
                    );
                }
                Err(Stopped::Ended(Ended::Producer(reason))) => {
                    tracing::error!(
                        table = table.name(),
                        "the producer of the relay is broken and is replaced: {reason}"
                    );
                }
            }
            if report.led > led && report.published > published {
                pause = FIRST_PAUSE;
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = stop.changed() => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        Ok(report)
    }

    /// Works with one connection.
    async fn work(
        &self,
        table: &Table,
        report: &mut RelayReport,
        stop: &mut watch::Receiver<bool>,
    ) -> Result<(), Stopped> {
        let mut session = tokio::select! {
            session = within(self.database.connect(table.name())) => session?,
            _ = stop.changed() => return Ok(()),
        };
        let mut waits = false;
        while within(session.number(&table.try_lead())).await? == 0 {
            if !waits {
                tracing::info!(table = table.name(), "another relay works; this one waits");
                waits = true;
            }
            tokio::select! {
                () = tokio::time::sleep(STANDBY) => {}
                _ = stop.changed() => return Ok(()),
            }
        }
        tracing::info!(table = table.name(), "the relay works");
        report.led += 1;
        // Dropped with its records before the session: the next relay sends them again.
        let sender = RecordSender::new(&self.cluster, &self.producer).map_err(Stopped::Settings)?;
        Leader::new(&mut session, &sender, table, self.settings, report).run(stop).await?;
        drop(sender);
        within(session.number(&table.resign())).await?;
        Ok(())
    }
}

/// Why there is no more work with a connection.
enum Stopped {
    Settings(eventgen::Error),
    Ended(Ended),
}

impl From<Ended> for Stopped {
    fn from(ended: Ended) -> Self {
        Self::Ended(ended)
    }
}
