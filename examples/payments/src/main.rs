//! The walkthrough in Protobuf: two messages on one topic, a schema that imports another, retries, dead letters, lag.

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use eventgen::{Client, Report};
use eventgen_testkit::{records, send_bytes};
use payments::events::com::example::payments::{PaymentsEventsV1, payments_events_v1};
use payments::ledger::Ledger;
use payments::sample;
use walkthrough::account::{self, line};
use walkthrough::{Cluster, Failure};

const ACCOUNTS: usize = 12;
const GROUP: &str = payments_events_v1::groups::LEDGER;

/// Payment events from an annotated Protobuf schema to a topic and back.
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
    let topic = payments_events_v1::TOPIC;
    let dead_letter = topic.dead_letter.map_or("", |dead_letter| dead_letter.name);
    println!("eventgen: from schemas/payments/payments.proto to events on a topic and back\n");

    let cluster = Cluster::start(arguments, &[&topic]).await?;
    let client = &cluster.client;
    line("cluster", &cluster.description);
    let partitions = client.partition_count(topic.name).await?;
    line("topics", &format!("{} with {partitions} partitions, dead letters to {dead_letter}", topic.name));
    let ids = client.register::<PaymentsEventsV1>().await?;
    line("schema", &format!("id {} for both events, behind common/money.proto that it imports", ids[0]));

    let sent_at = Instant::now();
    produce(client, started.as_secs(), arguments.events).await?;
    line(
        "sent",
        &format!(
            "{} events of {ACCOUNTS} accounts in {:.2} s, and 1 record that is no event",
            arguments.events,
            sent_at.elapsed().as_secs_f32()
        ),
    );

    let ledger = Ledger::default();
    let (lag, report) = consume(client, ledger.clone()).await?;
    let accounts = ledger.accounts();
    let order = if accounts.is_in_order() { "in order for each account" } else { "OUT OF ORDER" };
    let refused: usize = accounts.refused.values().sum();
    line(
        "handled",
        &format!("{} events by group {GROUP}, {refused} of them refusals, {order}", report.handled),
    );
    line(
        "retried",
        &format!("{} attempts; {} payments went through after one", report.retried, accounts.recovered),
    );
    let all = records(client, dead_letter).await?;
    let ours = account::since(started, &all);
    line("dead letters", &format!("{} in {dead_letter}, each with its reason:", ours.len()));
    account::dead_letters("payment", &ours);
    line("lag", &format!("{lag}"));
    account::next("payments", "schemas/payments");
    walkthrough::no_lag(GROUP, lag)
}

/// Sends the sample through the generated producer, and one record that no producer of ours would write.
async fn produce(client: &Client, run: u64, events: usize) -> Result<(), Failure> {
    let payments = PaymentsEventsV1::producer(client).await?;
    for event in sample::payments(run, events, ACCOUNTS) {
        match event {
            PaymentsEventsV1::PaymentAuthorized(event) => payments.enqueue(&event).await?,
            PaymentsEventsV1::PaymentRefused(event) => payments.enqueue(&event).await?,
        }
    }
    payments.flush().await?;
    send_bytes(client, payments_events_v1::TOPIC.name, b"account-01", b"{\"id\": \"written by hand\"}")
        .await?;
    Ok(())
}

/// Consumes until the group has caught up; gives the remaining lag and what the consumer did.
async fn consume(client: &Client, ledger: Ledger) -> Result<(u64, Report), Failure> {
    let consumer = PaymentsEventsV1::consumer(client, GROUP, ledger).concurrency(64);
    walkthrough::run_until_caught_up::<PaymentsEventsV1>(client, GROUP, consumer).await
}
