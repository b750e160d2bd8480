//! Measures what storing an event costs beside a bare insert, and how fast a relay publishes beside a producer.
//!
//! `cargo xtask bench outbox` runs it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Parser;
use eventgen::{Client, EncodedRecord, TopicEvents as _, TopicOverrides};
use eventgen_artifacts::outbox::{Settings, files};
use eventgen_outbox::{Outbox, Relay, TokioPostgres};
use eventgen_testkit::EmbeddedRegistry;
use orders::events::com::example::orders::{OrderEvent, OrdersEventsV1, orders_events_v1};
use orders::sample::order;
use outbox_tests::{Failure, Postgres};
use rdkafka::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer as _, ThreadedProducer};
use tokio::sync::oneshot;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{NoTls, Transaction};

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
    for _ in 0..arguments.rounds {
        fill(&mut database, arguments.rows).await?;
        let begun = Instant::now();
        let (stop, stopped) = oneshot::channel::<()>();
        let relay = Relay::new(&kafka, TokioPostgres::new(postgres.url().parse()?)).run_until(async {
            let _ = stopped.await;
        });
        let relay = tokio::spawn(relay);
        while database.query_one("SELECT count(*) FROM outbox", &[]).await?.get::<_, i64>(0) > 0 {
            if relay.is_finished() || begun.elapsed() > PATIENCE {
                return Err("the relay does not publish".into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let relayed = begun.elapsed();
        drop(stop);
        relay.await??;
        let (brokers, rows) = (arguments.bootstrap_servers.clone(), arguments.rows);
        let sent = tokio::task::spawn_blocking(move || send(&brokers, rows)).await??;
        publishing.push([relayed, sent].map(|taken| f64::from(arguments.rows) / taken.as_secs_f64()));
    }
    let page = page(&arguments, &storing, &publishing);
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

/// Sends as many records by a bare producer with the settings of a relay.
fn send(brokers: &str, rows: u32) -> Result<Duration, Failure> {
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
    let begun = Instant::now();
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
        let mut record = BaseRecord::to(TOPIC).key(&key).payload(&value[..]);
        while let Err((error, unsent)) = producer.send(record) {
            if error != KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull) {
                return Err(error.into());
            }
            record = unsent;
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    producer.flush(PATIENCE)?;
    Ok(begun.elapsed())
}

/// The medians of the rounds.
fn page(arguments: &Arguments, storing: &[[f64; 2]], publishing: &[[f64; 2]]) -> String {
    let median = |rounds: &[[f64; 2]], index: usize| {
        let mut all: Vec<f64> = rounds.iter().map(|round| round[index]).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let (bare, stored) = (median(storing, 0), median(storing, 1));
    let (relayed, sent) = (median(publishing, 0), median(publishing, 1));
    let Arguments { rows, transactions, rounds, machine, .. } = arguments;
    format!(
        "# The outbox\n\n{machine} PostgreSQL without `fsync`, and one broker, on the same machine. Medians of {rounds} rounds of \
         {transactions} transactions and {rows} rows. `cargo xtask bench outbox` writes this page.\n\n\
         | a transaction with one row and | time | beside a bare insert |\n|---|---|---|\n\
         | a bare insert of an encoded event | {bare:.0} µs | 1.00 |\n\
         | `Outbox::enqueue` | {stored:.0} µs | {:.2} |\n\n\
         | {VALUE} bytes, {KEYS} keys | events per second | beside a producer |\n|---|---|---|\n\
         | a bare producer of librdkafka | {sent:.0} | 1.00 |\n\
         | a relay | {relayed:.0} | {:.2} |\n",
        stored / bare,
        relayed / sent,
    )
}
