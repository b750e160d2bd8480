//! Middleware around a handler: one that measures, and one that handles each order once.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use eventgen::{Call, Delivery, HandlerError, Middleware, Next};
use eventgen_testkit::{TestCluster, caught_up};
use programs::events::com::example::shop::{OrderPlaced, ShopOrdersV1, ShopOrdersV1Handler, shop_orders_v1};

struct Timing;

impl Middleware for Timing {
    async fn around(&self, call: Call<'_>, next: Next<'_>) -> Result<(), HandlerError> {
        let started = Instant::now();
        let outcome = next.run().await;
        let offset = call.delivery().offset;
        let name = match (call.event(), call.batch()) {
            (Some(event), _) => event.to_owned(),
            (None, Some(batch)) => format!("{} events", batch.len()),
            // What is neither an event nor a batch is the deletion of a key: `call.is_deletion()`.
            (None, None) => "a deletion".to_owned(),
        };
        let took = if started.elapsed() < Duration::from_secs(10) { "in time" } else { "late" };
        println!("{name} at offset {offset}: {took}, {}", if outcome.is_ok() { "done" } else { "failed" });
        outcome
    }
}

/// Passes each customer on once. A service remembers what it has handled in its database, in the transaction of the handler.
#[derive(Default)]
struct Once(Mutex<HashSet<Vec<u8>>>);

impl Middleware for Once {
    async fn around(&self, call: Call<'_>, next: Next<'_>) -> Result<(), HandlerError> {
        let key = call.delivery().key.as_deref().unwrap_or_default().to_vec();
        if self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&key) {
            return Ok(());
        }
        next.run().await?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
        Ok(())
    }
}

struct Welcome;

impl ShopOrdersV1Handler for Welcome {
    async fn order_placed(&self, event: OrderPlaced, delivery: &Delivery) -> Result<(), HandlerError> {
        if delivery.attempt == 1 {
            return Err("the mail server is busy")?;
        }
        println!("welcome, {}", event.customer_id);
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    const GROUP: &str = "welcome";
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopOrdersV1>().await?;
    let client = cluster.client()?;
    let producer = ShopOrdersV1::producer(&client).await?;
    for order_id in ["order-1", "order-2"] {
        let (order_id, customer_id) = (order_id.to_owned(), "ada".to_owned());
        producer.send(&OrderPlaced { order_id, customer_id, quantity: 1 }).await?;
    }

    let shutdown = async {
        let _ = caught_up(&client, GROUP, shop_orders_v1::TOPIC.name, Duration::from_secs(30)).await;
    };
    let consumer = ShopOrdersV1::consumer(&client, GROUP, Welcome).wrap(Timing).wrap(Once::default());
    let report = consumer.run_until(shutdown).await?;
    println!("handled: {}, retried: {}", report.handled, report.retried);
    Ok(())
}
