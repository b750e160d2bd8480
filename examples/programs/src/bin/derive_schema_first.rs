//! A Rust type of your own for a schema file: the compiler reports where they differ.

use eventgen::KafkaEvent;
use eventgen_testkit::{TestCluster, records};
use std::sync::Arc;

/// The fields are those of the file; their types may be others that Avro writes in the same way.
#[derive(Debug, Clone, PartialEq, KafkaEvent)]
#[kafka(schema = "schemas/order_placed.avsc")]
#[serde(rename_all = "camelCase")]
pub struct OrderPlaced {
    /// Identifies the order.
    pub order_id: String,
    /// Who ordered: shared, because there are many orders of each customer.
    pub customer_id: Arc<str>,
    /// How many pieces.
    pub quantity: i32,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopOrdersV1>().await?;
    let client = cluster.client()?;
    let orders = ShopOrdersV1::producer(&client).await?;
    orders
        .send(&OrderPlaced { order_id: "order-1".to_owned(), customer_id: "ada".into(), quantity: 2 })
        .await?;

    // The five bytes before the value are the registry's frame.
    let record = records(&client, shop_orders_v1::TOPIC.name).await?.remove(0);
    let value = record.value.unwrap_or_default();
    println!("{:?}", OrderPlaced::read_payload(&value[5..])?);
    Ok(())
}
