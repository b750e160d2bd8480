//! The walkthrough: contract, topics, schemas, producer, consumer, retries, dead letters, lag, in one screen.

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use eventgen::{Client, Report};
use eventgen_testkit::{records, send_bytes};
use orders::events::com::example::orders::{OrdersEventsV1, orders_events_v1};
use orders::fulfilment::Fulfilment;
use orders::sample;
use walkthrough::account::{self, line};
use walkthrough::{Cluster, Failure};

const CUSTOMERS: usize = 12;
const GROUP: &str = orders_events_v1::groups::ORDER_PROCESSOR;

/// Order events from an annotated schema to a topic and back.
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
    let topic = orders_events_v1::TOPIC;
    let dead_letter = topic.dead_letter.map_or("", |dead_letter| dead_letter.name);
    println!("eventgen: from schemas/orders/order_event.avsc to events on a topic and back\n");

    let cluster = Cluster::start(arguments, &[&topic]).await?;
    let client = &cluster.client;
    line("cluster", &cluster.description);
    let partitions = client.partition_count(topic.name).await?;
    line("topics", &format!("{} with {partitions} partitions, dead letters to {dead_letter}", topic.name));
    let ids = client.register::<OrdersEventsV1>().await?;
    let level =
        topic.compatibility.map_or_else(|| "as the registry has it".to_owned(), |level| level.to_string());
    line("schema", &format!("id {} in the registry, level {level}", ids[0]));

    let sent_at = Instant::now();
    produce(client, started.as_secs(), arguments.events).await?;
    line(
        "sent",
        &format!(
            "{} events of {CUSTOMERS} customers in {:.2} s, and 1 record that is no event",
            arguments.events,
            sent_at.elapsed().as_secs_f32()
        ),
    );

    let fulfilment = Fulfilment::default();
    let (lag, report) = consume(client, fulfilment.clone()).await?;
    let book = fulfilment.book();
    let order = if book.is_in_order() { "in order for each customer" } else { "OUT OF ORDER" };
    line("handled", &format!("{} events by group {GROUP}, {order}", report.handled));
    line(
        "retried",
        &format!("{} attempts; {} orders went through after one", report.retried, book.recovered),
    );
    let all = records(client, dead_letter).await?;
    let ours = account::since(started, &all);
    line("dead letters", &format!("{} in {dead_letter}, each with its reason:", ours.len()));
    account::dead_letters("order", &ours);
    line("lag", &format!("{lag}"));
    account::next("orders", "schemas/orders");
    walkthrough::no_lag(GROUP, lag)
}

/// Sends the sample through the generated producer, and one record that no producer of ours would write.
async fn produce(client: &Client, run: u64, events: usize) -> Result<(), Failure> {
    let orders = OrdersEventsV1::producer(client).await?;
    for order in sample::orders(run, events, CUSTOMERS) {
        orders.enqueue(&order).await?;
    }
    orders.flush().await?;
    send_bytes(client, orders_events_v1::TOPIC.name, b"customer-01", b"{\"orderId\": \"written by hand\"}")
        .await?;
    Ok(())
}

/// Consumes until the group has caught up; gives the remaining lag and what the consumer did.
async fn consume(client: &Client, fulfilment: Fulfilment) -> Result<(u64, Report), Failure> {
    let consumer = OrdersEventsV1::consumer(client, GROUP, fulfilment).concurrency(64);
    walkthrough::run_until_caught_up::<OrdersEventsV1>(client, GROUP, consumer).await
}
