//! A new group that starts at a time, and an operator who sends it back to an earlier one while it runs.
//!
//! It connects to the cluster of `KAFKA_BOOTSTRAP_SERVERS` and the registry of `SCHEMA_REGISTRY_URL`: the embedded cluster does
//! not find records by their times.

use std::time::Duration;

use eventgen::types::chrono::Utc;
use eventgen::{Client, ConsumerHandle, Delivery, HandlerError, StartFrom, TopicEvents as _, TopicOverrides};
use programs::events::com::example::shop::{OrderPlaced, ShopOrdersV1, ShopOrdersV1Handler};
use tokio::time::sleep;

/// Between orders, so that their times differ.
const PAUSE: Duration = Duration::from_millis(50);

struct Audit;

impl ShopOrdersV1Handler for Audit {
    async fn order_placed(&self, event: OrderPlaced, _: &Delivery) -> Result<(), HandlerError> {
        println!("{}", event.order_id);
        Ok(())
    }
}

async fn until_handled(handle: &ConsumerHandle, count: u64) {
    while handle.report().handled < count {
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::from_env()?;
    client.create_topics(&[ShopOrdersV1::TOPIC], TopicOverrides::default()).await?;
    client.register::<ShopOrdersV1>().await?;
    let orders = ShopOrdersV1::producer(&client).await?;
    let order = |number: u32| OrderPlaced {
        order_id: format!("order-{number}"),
        customer_id: "ada".to_owned(),
        quantity: 1,
    };
    let opened = Utc::now();
    orders.send(&order(1)).await?;
    sleep(PAUSE).await;
    let noon = Utc::now();
    sleep(PAUSE).await;
    orders.send(&order(2)).await?;
    orders.send(&order(3)).await?;

    // A group that has committed offsets goes on there, so each run has a new one.
    let group = format!("audit-{}", opened.timestamp_millis());
    let consumer = ShopOrdersV1::consumer(&client, &group, Audit).start_from(StartFrom::Time(noon));
    let handle = consumer.handle();
    let operator = async {
        until_handled(&handle, 2).await;
        println!("all of today once more:");
        for at in handle.partitions() {
            let sought = handle.seek_to_time(&at.topic, at.partition, opened).await;
            if let Err(error) = sought {
                println!("partition {} stays where it is: {error}", at.partition);
            }
        }
        until_handled(&handle, 5).await;
    };
    let report = consumer.run_until(operator).await?;
    println!("handled: {}", report.handled);
    Ok(())
}
