//! Events of two topics in one transaction: readers see both, or none.

use eventgen::{Client, Error, TransactionError, TransactionalProducer};
use eventgen_testkit::{TestCluster, records};
use programs::events::com::example::parcels::{Depot, ParcelScanned, ShopParcelsV1, shop_parcels_v1};
use programs::events::com::example::shop::{OrderPlaced, ShopOrdersV1, shop_orders_v1};

/// An order, and the parcel that it is sent in.
async fn place(
    producer: &TransactionalProducer,
    order: &OrderPlaced,
    parcel: &ParcelScanned,
) -> Result<(), TransactionError<Error>> {
    producer
        .transaction(async |transaction| {
            transaction.send(order).await?;
            transaction.send(parcel).await?;
            Ok(())
        })
        .await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopOrdersV1>().await?;
    cluster.prepare::<ShopParcelsV1>().await?;
    let client = cluster.client()?;

    // The id names this instance of the service across its restarts.
    let producer = TransactionalProducer::builder(&client, "shop-0")
        .topic::<ShopOrdersV1>()
        .topic::<ShopParcelsV1>()
        .connect()
        .await?;
    let (order_id, customer_id) = ("order-1".to_owned(), "ada".to_owned());
    let order = OrderPlaced { order_id, customer_id, quantity: 1 };
    let depot = Some(Depot { id: "north".to_owned() });
    let parcel = ParcelScanned { parcel: "parcel-1".to_owned(), depot, at: None };
    match place(&producer, &order, &parcel).await {
        Ok(()) => println!("committed"),
        // Nothing of it is visible, and sending it again writes it once.
        Err(TransactionError::Aborted { reason, .. }) => println!("aborted: {reason}"),
        // It is visible as a whole or not at all, and nobody knows which.
        Err(error @ TransactionError::Unresolved { .. }) => println!("{error}"),
        Err(error) => return Err(error.into()),
    }
    show(&client).await?;

    // What the work of a transaction returns as an error aborts it.
    let refused = producer.transaction(async |transaction| {
        if order.quantity < 2 {
            return Err("too small for a parcel of its own".into());
        }
        transaction.send(&order).await?;
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
    });
    if let Err(TransactionError::Work(reason)) = refused.await {
        println!("aborted: {reason}");
    }
    producer.close().await;
    show(&client).await
}

/// Prints how many records there are. The embedded cluster has transactions, but all readers see the records of open and
/// aborted ones, as on a real cluster those with `isolation.level=read_uncommitted` do.
async fn show(client: &Client) -> Result<(), Box<dyn std::error::Error>> {
    let orders = records(client, shop_orders_v1::TOPIC.name).await?.len();
    let parcels = records(client, shop_parcels_v1::TOPIC.name).await?.len();
    println!("orders: {orders}, parcels: {parcels}");
    Ok(())
}
