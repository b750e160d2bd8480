//! An observer: counts for metrics of your own, beside the log.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use eventgen::observe::{ConsumerEvent, Observer};
use eventgen::{Delivery, HandlerError};
use eventgen_testkit::{TestCluster, caught_up};
use programs::events::com::example::shop::{OrderPlaced, ShopOrdersV1, ShopOrdersV1Handler, shop_orders_v1};

const GROUP: &str = shop_orders_v1::groups::WAREHOUSE;

/// Counts what happens, by name.
#[derive(Default)]
struct Counts(Mutex<BTreeMap<&'static str, u64>>);

impl Observer for Counts {
    // Called on the consumer's own threads: it must return quickly.
    fn on_consumer_event(&self, _group: &str, event: &ConsumerEvent<'_>) {
        let name = match event {
            ConsumerEvent::Handled { .. } => "handled",
            ConsumerEvent::Retried { .. } => "retried",
            ConsumerEvent::DeadLettered { .. } => "dead-lettered",
            _ => return,
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default() += 1;
    }
}

struct Warehouse;

impl ShopOrdersV1Handler for Warehouse {
    async fn order_placed(&self, event: OrderPlaced, _: &Delivery) -> Result<(), HandlerError> {
        if event.quantity > 10 { Err("the shelf is empty")? } else { Ok(()) }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopOrdersV1>().await?;
    let client = cluster.client()?;
    let orders = ShopOrdersV1::producer(&client).await?;
    for quantity in [1, 2, 11] {
        let (order_id, customer_id) = (format!("order-{quantity}"), "ada".to_owned());
        orders.send(&OrderPlaced { order_id, customer_id, quantity }).await?;
    }

    let counts = Arc::new(Counts::default());
    let consumer = ShopOrdersV1::consumer(&client, GROUP, Warehouse).observe(counts.clone());
    let shutdown = async {
        let _ = caught_up(&client, GROUP, shop_orders_v1::TOPIC.name, Duration::from_secs(30)).await;
    };
    consumer.run_until(shutdown).await?;
    for (name, count) in &*counts.0.lock().unwrap_or_else(PoisonError::into_inner) {
        println!("{name}: {count}");
    }
    Ok(())
}
