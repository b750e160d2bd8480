//! Measures what storing an event costs beside a bare insert, and how fast a relay publishes beside a producer.
//!
//! `cargo xtask bench outbox` runs it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Parser;
use eventgen::{Client, EncodedRecord, TopicEvents as _, TopicOverrides};
use eventgen_artifacts::outbox::{Settings, files};
use eventgen_outbox::{ID_HEADER, Outbox, Relay, TokioPostgres};
use eventgen_testkit::EmbeddedRegistry;
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1, orders_events_v1};
use orders::sample::order;
use outbox_tests::{Failure, Postgres};
use rdkafka::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer as _, ThreadedProducer};
use tokio::sync::oneshot;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{NoTls, Transaction};
use uuid::Uuid;

const TOPIC: &str = orders_events_v1::TOPIC.name;
/// The bytes of a value that the relay publishes.
const VALUE: usize = 200;
/// The number of keys that these records share.
const KEYS: u32 = 5_000;
/// How long the end may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// The table of the business, and one like that of the outbox without its triggers.
const TABLES: &str = "CREATE TABLE orders (id bigserial PRIMARY KEY, customer text NOT NULL, state text NOT NULL);
    CREATE TABLE bare (id bigserial PRIMARY KEY, event_id uuid NOT NULL DEFAULT gen_random_uuid(), topic text NOT NULL,
        key bytea, headers jsonb NOT NULL, payload bytea,
        created_at timestamp NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC'))";

#[derive(Debug, Parser)]
struct Arguments {
    #[arg(long, env = "EVENTGEN_KAFKA")]
    bootstrap_servers: String,
    /// The rows that a relay publishes.
    #[arg(long)]
    rows: u32,
    /// The transactions of each kind in a round.
    #[arg(long)]
    transactions: u32,
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// The rows that a relay reads together and has on its way, instead of its defaults.
    #[arg(long, num_args = 2, value_names = ["BATCH", "WINDOW"])]
    reading: Option<Vec<usize>>,
    /// Where the page goes.
    #[arg(long)]
    results: Option<PathBuf>,
    /// What is said of the machine.
    #[arg(long, default_value = "")]
    machine: String,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let postgres = tokio::task::block_in_place(Postgres::start)?;
    let registry = EmbeddedRegistry::start()?;
    let kafka = Client::builder(&arguments.bootstrap_servers, registry.url()).build()?;
    kafka
        .create_topics(&[OrdersEventsV1::TOPIC], TopicOverrides::default().with_replication_factor(Some(1)))
        .await?;
    kafka.register::<OrdersEventsV1>().await?;
    let (mut database, connection) = tokio_postgres::connect(&postgres.url(), NoTls).await?;
    tokio::spawn(connection);
    database.batch_execute(TABLES).await?;
    for file in files(&Settings::new())?.iter().filter(|file| file.path.ends_with(".up.sql")) {
        database.batch_execute(&file.text).await?;
    }

    let outbox = Outbox::builder(&kafka).topic::<OrdersEventsV1>().connect().await?;
    let producer = OrdersEventsV1::producer(&kafka).await?;
    stored(database.transaction().await?, &order(0, "customer-0"), &outbox).await?;
    let headers: String = database.query_one("SELECT headers::text FROM outbox", &[]).await?.get(0);
    let mut storing = Vec::new();
    for _ in 0..arguments.rounds {
        let mut taken = [Duration::ZERO; 2];
        for number in 0..arguments.transactions {
            let event = order(usize::try_from(number)?, &format!("customer-{}", number % KEYS));
            let encoded = producer.encode(&event)?;
            // They take turns, so that load of other programs is that of both.
            taken[0] += bare(database.transaction().await?, &event, &encoded, &headers).await?;
            taken[1] += stored(database.transaction().await?, &event, &outbox).await?;
        }
        storing.push(taken.map(|taken| taken.as_secs_f64() * 1e6 / f64::from(arguments.transactions)));
    }
    database.batch_execute("TRUNCATE outbox").await?;

    let mut publishing = Vec::new();
    for round in 0..arguments.rounds {
        fill(&mut database, arguments.rows).await?;
        // The first of a round finds the machine as the last one of the round before has left it.
        let mut taken = [Taken::default(); 2];
        for turn in [0, 1].map(|turn| (turn + usize::from(round)) % 2) {
            taken[turn] = match turn {
                0 => {
                    let (brokers, rows) = (arguments.bootstrap_servers.clone(), arguments.rows);
                    tokio::task::spawn_blocking(move || send(&brokers, rows)).await??
                }
                _ => relay(&kafka, &postgres, &database, arguments.reading.as_deref()).await?,
            };
        }
        publishing.push(taken);
    }
    let page = page(&arguments, &load, &storing, &publishing);
    println!("{page}");
    if let Some(path) = &arguments.results {
        std::fs::write(path, page)?;
    }
    Ok(())
}

/// A transaction with one row of the business, and an event that is encoded already in a table without triggers.
async fn bare(
    transaction: Transaction<'_>,
    event: &OrderEvent,
    encoded: &EncodedRecord,
    headers: &str,
) -> Result<Duration, Failure> {
    let begun = Instant::now();
    business(&transaction, event).await?;
    let insert = "INSERT INTO bare (topic, key, headers, payload) VALUES ($1, $2, $3::text::jsonb, $4)";
    let parameters: [(&(dyn ToSql + Sync), Type); 4] = [
        (&TOPIC, Type::TEXT),
        (&encoded.key, Type::BYTEA),
        (&headers, Type::TEXT),
        (&encoded.value, Type::BYTEA),
    ];
    transaction.execute_typed(insert, &parameters).await?;
    transaction.commit().await?;
    Ok(begun.elapsed())
}

/// The same with an outbox.
async fn stored(
    mut transaction: Transaction<'_>,
    event: &OrderEvent,
    outbox: &Outbox,
) -> Result<Duration, Failure> {
    let begun = Instant::now();
    business(&transaction, event).await?;
    outbox.enqueue(&mut transaction, event).await?;
    transaction.commit().await?;
    Ok(begun.elapsed())
}

async fn business(transaction: &Transaction<'_>, event: &OrderEvent) -> Result<(), Failure> {
    let insert = "INSERT INTO orders (customer, state) VALUES ($1, 'placed')";
    transaction.execute_typed(insert, &[(&event.customer_id, Type::TEXT)]).await?;
    Ok(())
}

/// Rows with values that do not compress. A transaction takes a lock for each key, so that there are many of them.
async fn fill(database: &mut tokio_postgres::Client, rows: u32) -> Result<(), Failure> {
    let insert = "INSERT INTO outbox (topic, key, payload) \
                  SELECT $1, convert_to('customer-' || n % $4, 'UTF8'), substring(decode( \
                      (SELECT string_agg(md5((n * 16 + i)::text), '') FROM generate_series(1, 13) AS i), 'hex') FOR $5) \
                  FROM generate_series($2, $3) AS n";
    let (keys, value) = (i64::from(KEYS), i32::try_from(VALUE)?);
    for first in (0..rows).step_by(usize::try_from(KEYS)?) {
        let range = [first, rows.min(first + KEYS) - 1].map(i64::from);
        let parameters: [(&(dyn ToSql + Sync), Type); 5] = [
            (&TOPIC, Type::TEXT),
            (&range[0], Type::INT8),
            (&range[1], Type::INT8),
            (&keys, Type::INT8),
            (&value, Type::INT4),
        ];
        database.execute_typed(insert, &parameters).await?;
    }
    database.batch_execute("VACUUM ANALYZE outbox").await?;
    Ok(())
}

/// Publishes all rows by a relay, from its connections to the last row that is deleted.
async fn relay(
    kafka: &Client,
    postgres: &Postgres,
    database: &tokio_postgres::Client,
    reading: Option<&[usize]>,
) -> Result<Taken, Failure> {
    let last: i64 = database.query_one("SELECT max(id) FROM outbox", &[]).await?.get(0);
    let begun = Begun::now();
    let (stop, stopped) = oneshot::channel::<()>();
    let mut relay = Relay::new(kafka, TokioPostgres::new(postgres.url().parse()?));
    if let Some([batch, window]) = reading {
        relay = relay.batch(*batch).window(*window);
    }
    let relay = relay.run_until(async {
        let _ = stopped.await;
    });
    let relay = tokio::spawn(relay);
    // Counting all rows would take its share of the machine. The last ones are a hint, and they are looked at often.
    let waits = "SELECT EXISTS (SELECT FROM outbox WHERE id > $1 - 200 AND id <= $1)";
    let counts = "SELECT count(*) > 0 FROM outbox";
    for question in [waits, counts] {
        let parameters: &[(&(dyn ToSql + Sync), Type)] =
            if question == waits { &[(&last, Type::INT8)] } else { &[] };
        while database.query_typed_one(question, parameters).await?.get(0) {
            if relay.is_finished() || begun.at.elapsed() > PATIENCE {
                return Err("the relay does not publish".into());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    let taken = begun.taken();
    let session = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1";
    let session: i32 = database.query_one(session, &[]).await?.get(0);
    let session = processor_time(&session.to_string());
    drop(stop);
    relay.await??;
    Ok(Taken { session, ..taken })
}

/// Sends as many records by a bare producer with the settings of a relay.
fn send(brokers: &str, rows: u32) -> Result<Taken, Failure> {
    let mut config = ClientConfig::new();
    for (name, value) in [
        ("bootstrap.servers", brokers),
        ("enable.idempotence", "true"),
        ("acks", "all"),
        ("compression.type", "lz4"),
        ("partitioner", "murmur2_random"),
    ] {
        config.set(name, value);
    }
    let producer: ThreadedProducer<DefaultProducerContext> = config.create()?;
    let mut value = [0_u8; VALUE];
    let begun = Begun::now();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for number in 0..rows {
        for bytes in value.chunks_exact_mut(8) {
            // xorshift: values that do not compress.
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            bytes.copy_from_slice(&random.to_le_bytes());
        }
        let key = format!("customer-{}", number % KEYS);
        // A relay adds this header.
        let id = Uuid::from_u128(u128::from(random) << 64 | u128::from(number)).to_string();
        let headers = OwnedHeaders::new_with_capacity(1).insert(Header { key: ID_HEADER, value: Some(&id) });
        let mut record = BaseRecord::to(TOPIC).key(&key).payload(&value[..]).headers(headers);
        while let Err((error, unsent)) = producer.send(record) {
            if error != KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull) {
                return Err(error.into());
            }
            record = unsent;
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    producer.flush(PATIENCE)?;
    Ok(begun.taken())
}

/// What a part of a round took.
#[derive(Debug, Clone, Copy, Default)]
struct Taken {
    time: Duration,
    /// CPU time of this process, user and system.
    processor: Duration,
    /// CPU time of the relay's session in PostgreSQL.
    session: Duration,
}

/// The start of a part of a round.
struct Begun {
    at: Instant,
    processor: Duration,
}

impl Begun {
    fn now() -> Self {
        Self { at: Instant::now(), processor: processor_time("self") }
    }

    fn taken(&self) -> Taken {
        let processor = processor_time("self").saturating_sub(self.processor);
        Taken { time: self.at.elapsed(), processor, session: Duration::ZERO }
    }
}

/// The CPU time of a process, on Linux.
fn processor_time(process: &str) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // Behind the name in brackets, in ticks of 10 ms.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

fn median(rounds: impl Iterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = rounds.collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// The page with the medians of the rounds.
fn page(arguments: &Arguments, load: &str, storing: &[[f64; 2]], publishing: &[[Taken; 2]]) -> String {
    let Arguments { rows, transactions, rounds, machine, .. } = arguments;
    let load = load.split(' ').next().unwrap_or_default();
    let stored = |index: usize| median(storing.iter().map(|round| round[index]));
    let enqueue = median(storing.iter().map(|round| round[1] / round[0]));
    let per_second = |index: usize| {
        median(publishing.iter().map(|round| f64::from(*rows) / round[index].time.as_secs_f64()))
    };
    let cpu = |index: usize| {
        median(publishing.iter().map(|round| round[index].processor.as_secs_f64() * 1e6 / f64::from(*rows)))
    };
    let ratio = |of: fn(&Taken) -> Duration, inverse: bool| {
        let ratio = |round: &[Taken; 2]| of(&round[1]).as_secs_f64() / of(&round[0]).as_secs_f64();
        median(publishing.iter().map(|round| if inverse { ratio(round).recip() } else { ratio(round) }))
    };
    let session =
        median(publishing.iter().map(|round| round[1].session.as_secs_f64() * 1e6 / f64::from(*rows)));
    let (speed, work) = (ratio(|taken| taken.time, true), ratio(|taken| taken.processor, false));
    let rates = publishing.iter().map(|round| {
        let [producer, relay] = round.map(|taken| f64::from(*rows) / taken.time.as_secs_f64());
        format!("{producer:.0} and {relay:.0}")
    });
    let rates = rates.collect::<Vec<_>>().join("; ");
    format!(
        "# The outbox beside bare inserts and a bare producer\n\n\
         Written by `cargo xtask bench outbox`. PostgreSQL, one broker (Apache Kafka) and the program that measures share the \
         machine: compare within one run only. The two of each table take turns. Medians of {rounds} rounds, also of the \
         ratios, which are those of a round. CPU is user and system time of the program; PostgreSQL and the broker take theirs \
         beside it.\n\n{machine} Load of the machine before the measurement, as the average of a minute: {load}.\n\n\
         ## Storing\n\n\
         {transactions} transactions of each kind in a round, one after another: a row of the business, and an event. \
         The bare insert stores an event that is encoded before, in a table with the same columns, without triggers and \
         without the indexes of an outbox. `Outbox::enqueue` encodes it, and takes the lock of its key. PostgreSQL has `fsync` \
         and `synchronous_commit` off: a disk that is waited for would hide the difference.\n\n\
         | a transaction with | µs | of the bare insert |\n|---|---:|---:|\n\
         | a bare insert | {:.0} | 1.00 |\n\
         | **`Outbox::enqueue`** | {:.0} | {enqueue:.2} |\n\n\
         ## Publishing\n\n\
         {rows} rows that wait, values of {VALUE} bytes that do not compress, {KEYS} keys, one header, lz4. The relay has its \
         defaults. Its time is from its connections to the deletion of the last row. The producer is librdkafka's \
         `ThreadedProducer` with the settings of the relay, and records that are made in its loop.\n\n\
         | | events/s | of the producer | CPU, µs per event | of the producer | in PostgreSQL, µs |\n\
         |---|---:|---:|---:|---:|---:|\n\
         | a bare producer | {:.0} | 1.00 | {:.2} | 1.00 | — |\n\
         | **a relay** | {:.0} | {speed:.2} | {:.2} | {work:.2} | {session:.2} |\n\n\
         The last column is the CPU time of the relay's session, which reads the rows and deletes them. Events per second of the \
         producer and of the relay, by round: {rates}.\n",
        stored(0),
        stored(1),
        per_second(0),
        cpu(0),
        per_second(1),
        cpu(1),
    )
}
