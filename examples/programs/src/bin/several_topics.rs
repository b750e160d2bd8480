//! One member of one group for several topics, each with its own handler, retries and dead letters.

use std::time::Duration;

use eventgen::{Consumer, Delivery, HandlerError, TopicEvents as _};
use eventgen_testkit::{TestCluster, caught_up};
use programs::events::com::example::parcels::{Depot, ParcelScanned, ShopParcelsV1, ShopParcelsV1Handler};
use programs::events::com::example::shop::{OrderPlaced, ShopOrdersV1, ShopOrdersV1Handler};

const GROUP: &str = "support";

/// One type may handle several topics.
#[derive(Clone)]
struct Support;

impl ShopOrdersV1Handler for Support {
    async fn order_placed(&self, event: OrderPlaced, delivery: &Delivery) -> Result<(), HandlerError> {
        println!("{}: {}", delivery.topic, event.order_id);
        Ok(())
    }
}

impl ShopParcelsV1Handler for Support {
    async fn parcel_scanned(&self, event: ParcelScanned, delivery: &Delivery) -> Result<(), HandlerError> {
        println!("{}: {}", delivery.topic, event.parcel);
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopOrdersV1>().await?;
    cluster.prepare::<ShopParcelsV1>().await?;
    let client = cluster.client()?;
    let (order_id, customer_id) = ("order-1".to_owned(), "ada".to_owned());
    let orders = ShopOrdersV1::producer(&client).await?;
    orders.send(&OrderPlaced { order_id, customer_id, quantity: 1 }).await?;
    let parcels = ShopParcelsV1::producer(&client).await?;
    let depot = Some(Depot { id: "north".to_owned() });
    parcels.send(&ParcelScanned { parcel: "parcel-1".to_owned(), depot, at: None }).await?;

    let consumer = Consumer::new(&client, GROUP)
        .subscribe(ShopOrdersV1::handler(Support))
        .subscribe(ShopParcelsV1::handler(Support));
    let shutdown = async {
        for topic in [ShopOrdersV1::TOPIC.name, ShopParcelsV1::TOPIC.name] {
            let _ = caught_up(&client, GROUP, topic, Duration::from_secs(30)).await;
        }
    };
    let report = consumer.run_until(shutdown).await?;
    println!("handled: {}", report.handled);
    Ok(())
}
