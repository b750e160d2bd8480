//! Runs the shop, its relay and its warehouse on a PostgreSQL and a Kafka that it starts itself.

use std::time::Duration;

use eventgen::Client;
use eventgen_outbox::{Inbox, Operator, OperatorError, Outbox, Relay, Retention, TokioPostgres};
use eventgen_testkit::{TestCluster, caught_up, records};
use outbox::Failure;
use outbox::database::{connect, migrate};
use outbox::events::com::example::shop::{OrderPlaced, ShopOrdersV1, shop_orders_v1};
use outbox::shop::Shop;
use outbox::warehouse::Warehouse;
use tokio::sync::watch;
use walkthrough::Postgres;

const GROUP: &str = shop_orders_v1::groups::WAREHOUSE;
/// How long published rows are kept. Without that they are deleted.
const KEPT: Duration = Duration::from_secs(3_600);
/// How long the relay and the warehouse may take.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let postgres = Postgres::start()?;
    let address = postgres.url();
    migrate(&address).await?;
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopOrdersV1>().await?;
    let kafka = cluster.client()?;

    // The service. It needs the Schema Registry once, and Kafka never.
    let outbox = Outbox::builder(&kafka).topic::<ShopOrdersV1>().connect().await?;
    let mut shop = Shop { database: connect(&address).await?, outbox };
    for (id, customer, pieces) in [("1", "ada", 2), ("2", "grace", 5), ("3", "ada", 100), ("4", "ada", 3)] {
        let order = OrderPlaced { order_id: id.to_owned(), customer_id: customer.to_owned(), pieces };
        match shop.place(order).await {
            Ok(()) => println!("order {id} of {customer}: placed"),
            Err(_) => println!("order {id} of {customer}: not enough in stock"),
        }
    }

    // The relay and the consumer. They may be processes of their own.
    let (running, over) = watch::channel(());
    let database = TokioPostgres::new(address.parse()?);
    let relay = Relay::new(&kafka, database.clone()).retention(Retention::Keep(KEPT));
    let relay = tokio::spawn(relay.run_until(closed(over.clone())));
    let warehouse = Warehouse { database: connect(&address).await?.into(), inbox: Inbox::new(GROUP) };
    let consumer = ShopOrdersV1::consumer(&kafka, GROUP, warehouse);
    let consumer = tokio::spawn(consumer.run_until(closed(over)));

    let shows = connect(&address).await?;
    settled(&kafka, &database).await?;
    show(&kafka, &shows).await?;

    // A relay that dies before it has noted what it has published leaves rows that the next one publishes again.
    shows.execute("UPDATE outbox SET published_at = NULL", &[]).await?;
    settled(&kafka, &database).await?;
    show(&kafka, &shows).await?;

    drop(running);
    relay.await??;
    consumer.await??;
    Ok(())
}

/// Resolves when the sender is dropped.
async fn closed(mut over: watch::Receiver<()>) {
    while over.changed().await.is_ok() {}
}

/// Waits until every row is published, and every record handled.
async fn settled(kafka: &Client, database: &TokioPostgres) -> Result<(), Failure> {
    let mut operator = Operator::connect(database, "outbox").await?;
    let published = async {
        while operator.status().await?.waiting > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok::<_, OperatorError>(())
    };
    tokio::time::timeout(PATIENCE, published).await??;
    caught_up(kafka, GROUP, shop_orders_v1::TOPIC.name, PATIENCE).await?;
    Ok(())
}

/// Prints what is on the topic, and what was done about it.
async fn show(kafka: &Client, database: &tokio_postgres::Client) -> Result<(), Failure> {
    let records = records(kafka, shop_orders_v1::TOPIC.name).await?.len();
    let shipped: i64 = database.query_one("SELECT sum(pieces) FROM shipments", &[]).await?.get(0);
    println!("{records} records on the topic, {shipped} pieces shipped");
    Ok(())
}
