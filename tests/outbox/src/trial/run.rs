//! A whole run: writers, relays, a consumer with an inbox, and faults, until everything is published and handled.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use chaos_tests::cluster::Cluster;
use chaos_tests::random::Random;
use eventgen_outbox::Outbox;
use orders::events::com::example::orders::{OrdersEventsV1, orders_events_v1};
use tokio::sync::oneshot;
use tokio::task::block_in_place;
use tokio_postgres::{Client, IsolationLevel, NoTls};

use super::ledger::TABLES;
use super::relays::Relays;
use super::warehouse::Warehouse;
use super::{Ledger, Load, Verdict, Written, topic, write};
use crate::{Failure, Postgres};

/// How long nothing may be published or handled, after the last event was stored.
const STILL: Duration = Duration::from_secs(120);
/// How long a broker is down.
const DOWN: Duration = Duration::from_secs(6);
/// The faults after which PostgreSQL is restarted, and those after which a broker is.
const RESTART_EVERY: u64 = 7;
const BOUNCE_EVERY: u64 = 5;
/// Connections of writers.
const WRITERS: u64 = 8;
/// Relays of the table, of which one works.
const RELAYS: usize = 2;

/// What a run consists of.
#[derive(Debug)]
pub struct Run {
    /// Where events go. It has the topics.
    pub cluster: Cluster,
    /// The program `outbox-relay`.
    pub relay: PathBuf,
    /// The events to be committed, at least.
    pub events: usize,
    /// How long events are stored at the most.
    pub lasting: Duration,
    /// The number of keys.
    pub keys: u64,
    /// The time between two faults, on average.
    pub pause: Duration,
    /// What determines the random numbers.
    pub seed: u64,
}

/// What has become of a run.
#[derive(Debug)]
pub struct Outcome {
    /// What determined the random numbers.
    pub seed: u64,
    /// The number of keys that have committed events.
    pub keys: usize,
    /// Committed events.
    pub committed: usize,
    /// Transactions that were rolled back on purpose.
    pub rolled_back: usize,
    /// Transactions that PostgreSQL has ended.
    pub failed: usize,
    /// What has happened.
    pub faults: Faults,
    /// Records that were published again.
    pub repeated: usize,
    /// Events that the consumer has handled twice or not at all, and those that it has handled and nobody has committed.
    pub not_once: i64,
    /// What is wrong with the topic.
    pub verdict: Verdict,
    /// How long events were stored, and how long it took until all were published and handled.
    pub lasted: [Duration; 2],
}

impl Outcome {
    /// Whether nothing is wrong.
    pub fn is_valid(&self) -> bool {
        self.verdict.is_valid() && self.not_once == 0
    }
}

/// What has happened to a run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Faults {
    /// Relays that were killed.
    pub kills: usize,
    /// Restarts of PostgreSQL.
    pub restarts: usize,
    /// Brokers that were killed or stopped, and started again.
    pub bounces: usize,
}

impl Run {
    /// Runs it on a PostgreSQL of its own.
    ///
    /// # Errors
    /// A part of it fails for a reason that the run does not cause.
    pub async fn run(self) -> Result<Outcome, Failure> {
        let mut postgres = block_in_place(Postgres::start)?;
        let database = postgres.url();
        prepare(&connect(&database).await?).await?;
        let client = self.cluster.client("")?;
        client.register::<OrdersEventsV1>().await?;
        let outbox = Outbox::builder(&client).topic::<OrdersEventsV1>().connect().await?;
        let load = Load {
            database: database.clone(),
            events: self.events,
            until: Instant::now() + self.lasting,
            keys: self.keys,
            writers: WRITERS,
            seed: self.seed,
            isolation: IsolationLevel::ReadCommitted,
        };
        let mut relays = Relays::start(self.relay.clone(), &database, &self.cluster, RELAYS, self.seed)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let handling = {
            let (client, database) = (client.clone(), database.clone());
            let stopped = async {
                let _ = stopped.await;
            };
            tokio::spawn(async move { Warehouse::run(&client, &database, stopped).await })
        };
        let begun = Instant::now();
        let mut writing = tokio::spawn(write(load, outbox));
        let mut faults = Faults::default();
        let mut random = Random::new(self.seed, "faults");
        let written = loop {
            let percent = u32::try_from(random.below(50..150))?;
            tokio::select! {
                written = &mut writing => break written??,
                () = tokio::time::sleep(self.pause * percent / 100) => {}
            }
            self.fault(&mut random, &mut faults, &mut relays, &mut postgres).await?;
        };
        let stored = begun.elapsed();
        wait_until_published_and_handled(&database).await?;
        let lasted = [stored, begun.elapsed()];
        drop(stop);
        handling.await??;
        drop(relays);
        self.judge(&connect(&database).await?, &written, faults, lasted).await
    }

    /// One of the faults. Relays are killed most often.
    async fn fault(
        &self,
        random: &mut Random,
        faults: &mut Faults,
        relays: &mut Relays,
        postgres: &mut Postgres,
    ) -> Result<(), Failure> {
        let number = (faults.kills + faults.restarts + faults.bounces) as u64 + 1;
        if number.is_multiple_of(RESTART_EVERY) {
            block_in_place(|| {
                postgres.stop();
                postgres.resume()
            })?;
            faults.restarts += 1;
        } else if number.is_multiple_of(BOUNCE_EVERY) && !self.cluster.control.is_empty() {
            let broker = usize::try_from(random.below(1..4))?;
            if random.below(0..2) == 0 {
                self.cluster.kill_broker(broker).await?;
            } else {
                self.cluster.stop_broker(broker).await?;
            }
            tokio::time::sleep(DOWN).await;
            self.cluster.start_broker(broker).await?;
            faults.bounces += 1;
        } else {
            relays.kill_one()?;
            faults.kills += 1;
        }
        Ok(())
    }

    async fn judge(
        &self,
        database: &Client,
        written: &Written,
        faults: Faults,
        lasted: [Duration; 2],
    ) -> Result<Outcome, Failure> {
        let ledger = Ledger::read(database).await?;
        let published = block_in_place(|| topic::read(&self.cluster, orders_events_v1::TOPIC.name))?;
        let not_once = "SELECT count(*) FROM (SELECT sum(committed) AS committed, sum(handled) AS handled FROM \
                        (SELECT number, 1 AS committed, 0 AS handled FROM ledger \
                         UNION ALL SELECT number, 0, 1 FROM handled) AS both_of_them GROUP BY number) AS counted \
                        WHERE committed <> 1 OR handled <> 1";
        let not_once = database.query_one(not_once, &[]).await?.get(0);
        Ok(Outcome {
            seed: self.seed,
            keys: ledger.keys.len(),
            committed: ledger.len(),
            rolled_back: written.rolled_back.load(Ordering::Relaxed),
            failed: written.failed.load(Ordering::Relaxed),
            faults,
            repeated: published.repeated,
            not_once,
            verdict: published.judge(&ledger),
            lasted,
        })
    }
}

/// Makes the tables.
async fn prepare(database: &Client) -> Result<(), Failure> {
    let settings = eventgen_artifacts::outbox::Settings::new();
    let outbox = eventgen_artifacts::outbox::files(&settings)?;
    let inbox = eventgen_artifacts::outbox::inbox("inbox")?;
    for text in [outbox[0].text.as_str(), &inbox[0].text, TABLES] {
        database.batch_execute(text).await?;
    }
    Ok(())
}

async fn wait_until_published_and_handled(database: &str) -> Result<(), Failure> {
    let left = "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM ledger) - (SELECT count(*) FROM handled)";
    let (mut least, mut end) = (i64::MAX, Instant::now() + STILL);
    let database = connect(database).await?;
    loop {
        let found: i64 = database.query_one(left, &[]).await?.get(0);
        if found <= 0 {
            return Ok(());
        }
        if found < least {
            (least, end) = (found, Instant::now() + STILL);
        }
        if Instant::now() > end {
            let seconds = STILL.as_secs();
            return Err(
                format!("{found} events are not published or not handled, none for {seconds} s").into()
            );
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn connect(database: &str) -> Result<Client, Failure> {
    let (client, connection) = tokio_postgres::connect(database, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
