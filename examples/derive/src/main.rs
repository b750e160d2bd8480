//! A walkthrough with derived types: topics, schemas, producers, consumers, retries, dead letters and lag.

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use derive_example::depot::{self, Board};
use derive_example::dispatch::Dispatch;
use derive_example::events::{ShipmentsEventsV1, shipments_events_v1};
use derive_example::sample;
use derive_example::scans::{ParcelsScansV1, parcels_scans_v1};
use eventgen::{Client, Report};
use eventgen_testkit::{records, send_bytes};
use walkthrough::account::{self, line};
use walkthrough::{Cluster, Failure};

const CUSTOMERS: usize = 12;
const SCANS: usize = 120;
const GROUP: &str = shipments_events_v1::groups::DISPATCHER;
const SCANS_GROUP: &str = parcels_scans_v1::groups::DEPOT_BOARD;

/// Sends shipment events from Rust types to a topic, and handles them.
#[derive(Debug, Parser)]
struct Command {
    #[command(flatten)]
    arguments: walkthrough::Arguments,
}

#[tokio::main]
async fn main() -> ExitCode {
    walkthrough::run(walk_through(&Command::parse().arguments)).await
}

async fn walk_through(arguments: &walkthrough::Arguments) -> Result<(), Failure> {
    let started = walkthrough::now()?;
    let topic = shipments_events_v1::TOPIC;
    let dead_letter = topic.dead_letter.map_or("", |dead_letter| dead_letter.name);
    println!("eventgen: from Rust types to events on a topic and back\n");

    let cluster = Cluster::start(arguments, &[&topic, &parcels_scans_v1::TOPIC]).await?;
    let client = &cluster.client;
    line("cluster", &cluster.description);
    let partitions = client.partition_count(topic.name).await?;
    line("topics", &format!("{} with {partitions} partitions, dead letters to {dead_letter}", topic.name));
    let ids = client.register::<ShipmentsEventsV1>().await?;
    let level =
        topic.compatibility.map_or_else(|| "as the registry has it".to_owned(), |level| level.to_string());
    line("schema", &format!("id {} in the registry, level {level}", ids[0]));

    let sent_at = Instant::now();
    produce(client, started.as_secs(), arguments.events).await?;
    line(
        "sent",
        &format!(
            "{} events of {CUSTOMERS} customers in {:.2} s, and 1 record that is not an event",
            arguments.events,
            sent_at.elapsed().as_secs_f32()
        ),
    );

    let dispatch = Dispatch::default();
    let (lag, report) = consume(client, dispatch.clone()).await?;
    let book = dispatch.book();
    let order = if book.is_in_order() { "in order for each customer" } else { "OUT OF ORDER" };
    line("handled", &format!("{} events by group {GROUP}, {order}", report.handled));
    line(
        "retried",
        &format!("{} attempts; {} parcels succeeded after a retry", report.retried, book.recovered),
    );
    let all = records(client, dead_letter).await?;
    let ours = account::since(started, &all);
    line("dead letters", &format!("{} in {dead_letter}, each with its reason:", ours.len()));
    account::dead_letters("customer", &ours);
    line("lag", &format!("{lag}"));
    let (scans_lag, scans) = scan(client).await?;
    line("scans", &scans);
    account::next("derive-example", "examples/derive/schemas");
    walkthrough::no_lag(GROUP, lag)?;
    walkthrough::no_lag(SCANS_GROUP, scans_lag)
}

/// Sends the sample with the derived producer, and one record that is not an event.
async fn produce(client: &Client, run: u64, events: usize) -> Result<(), Failure> {
    let shipments = ShipmentsEventsV1::producer(client).await?;
    for shipment in sample::shipments(run, events, CUSTOMERS) {
        shipments.enqueue(&shipment).await?;
    }
    shipments.flush().await?;
    send_bytes(client, shipments_events_v1::TOPIC.name, b"customer-01", b"{\"parcel\": \"written by hand\"}")
        .await?;
    Ok(())
}

/// Sends and handles messages of prost. Returns the remaining lag and a summary in one line.
async fn scan(client: &Client) -> Result<(u64, String), Failure> {
    client.register::<ParcelsScansV1>().await?;
    let scans = ParcelsScansV1::producer(client).await?;
    for scan in depot::scans(SCANS) {
        scans.enqueue(&scan).await?;
    }
    scans.flush().await?;
    let board = Board::default();
    let consumer = ParcelsScansV1::consumer(client, SCANS_GROUP, board.clone());
    let (lag, report) =
        walkthrough::run_until_caught_up::<ParcelsScansV1>(client, SCANS_GROUP, consumer).await?;
    let done = format!(
        "{} in Protobuf handled by group {SCANS_GROUP}, {} parcels in {} depots, {} dead letter, lag {lag}",
        report.handled,
        board.parcels().values().sum::<i64>(),
        board.parcels().len(),
        report.dead_lettered()
    );
    Ok((lag, done))
}

/// Consumes until the group has caught up. Returns the remaining lag and the report of the consumer.
async fn consume(client: &Client, dispatch: Dispatch) -> Result<(u64, Report), Failure> {
    let consumer = ShipmentsEventsV1::consumer(client, GROUP, dispatch).concurrency(64);
    walkthrough::run_until_caught_up::<ShipmentsEventsV1>(client, GROUP, consumer).await
}
