//! The walking tour: contract, topics, schemas, producer, consumer, retries, dead letters, lag, in one screen.

mod account;
mod cluster;

use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::Parser as _;
use eventgen::Client;
use eventgen_testkit::{caught_up, records, send_bytes};
use orders::events::com::example::orders::{OrdersEventsV1, orders_events_v1};
use orders::fulfilment::Fulfilment;
use orders::sample;
use tokio::sync::oneshot;

use account::line;
use cluster::{Arguments, Cluster};

type Failure = Box<dyn std::error::Error + Send + Sync>;

const CUSTOMERS: usize = 12;
const GROUP: &str = orders_events_v1::groups::ORDER_PROCESSOR;

#[tokio::main]
async fn main() -> ExitCode {
    match tour(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn tour(arguments: &Arguments) -> Result<(), Failure> {
    let started = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let topic = orders_events_v1::TOPIC;
    let dead_letter = topic.dead_letter.map_or("", |dead_letter| dead_letter.name);
    println!("eventgen: from schemas/orders/order_event.avsc to events on a topic and back\n");

    let cluster = Cluster::start(arguments).await?;
    let client = &cluster.client;
    line("cluster", &cluster.description);
    let partitions = client.partition_count(topic.name).await?;
    line("topics", &format!("{} with {partitions} partitions, dead letters to {dead_letter}", topic.name));
    let ids = client.register::<OrdersEventsV1>().await?;
    line("schema", &format!("id {} in the registry, level {}", ids[0], topic.compatibility));

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
    let order = if account::is_in_order(&book) { "in order for each customer" } else { "OUT OF ORDER" };
    line("handled", &format!("{} events by group {GROUP}, {order}", report.handled));
    line(
        "retried",
        &format!("{} attempts; {} orders went through after one", report.retried, book.recovered),
    );
    let all = records(client, dead_letter).await?;
    // A topic of yours may hold dead letters of earlier runs.
    let ours: Vec<_> =
        all.iter().filter(|record| account::written_at(&record.headers) >= started.as_millis()).collect();
    line("dead letters", &format!("{} in {dead_letter}, each with its reason:", ours.len()));
    account::dead_letters(&ours);
    line("lag", &format!("{lag}"));
    account::next();
    if lag > 0 { Err(format!("group {GROUP} is still {lag} records behind").into()) } else { Ok(()) }
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
async fn consume(client: &Client, fulfilment: Fulfilment) -> Result<(u64, eventgen::Report), Failure> {
    let (stop, stopped) = oneshot::channel::<()>();
    let consumer = OrdersEventsV1::consumer(client, fulfilment).group(GROUP).concurrency(64);
    let shutdown = async {
        tokio::select! {
            _ = stopped => {}
            () = eventgen::shutdown_signal() => {}
        }
    };
    let consuming = tokio::spawn(consumer.run_until(shutdown));
    let lag = caught_up(client, GROUP, orders_events_v1::TOPIC.name, Duration::from_secs(60)).await?;
    drop(stop);
    Ok((lag, consuming.await??))
}
