//! A service with axum: requests become events, events are handled beside them, and one signal ends both cleanly.
//!
//! It connects to the cluster of `KAFKA_BOOTSTRAP_SERVERS` and `SCHEMA_REGISTRY_URL`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use eventgen::{Client, Delivery, HandlerError, Producer};
use programs::events::com::example::shop::{OrderPlaced, ShopOrdersV1, ShopOrdersV1Handler, shop_orders_v1};
use serde::Deserialize;
use tokio::net::TcpListener;

#[derive(Clone)]
struct Shop {
    orders: Producer<ShopOrdersV1>,
    shipped: Arc<AtomicU64>,
}

#[derive(Deserialize)]
struct NewOrder {
    order_id: String,
    customer_id: String,
    quantity: i32,
}

/// Answers once the event is acknowledged.
async fn place(
    State(shop): State<Shop>,
    Json(new): Json<NewOrder>,
) -> Result<StatusCode, (StatusCode, String)> {
    let NewOrder { order_id, customer_id, quantity } = new;
    match shop.orders.send(&OrderPlaced { order_id, customer_id, quantity }).await {
        Ok(_) => Ok(StatusCode::CREATED),
        Err(error) => Err((StatusCode::SERVICE_UNAVAILABLE, error.to_string())),
    }
}

async fn shipped(State(shop): State<Shop>) -> String {
    shop.shipped.load(Ordering::Relaxed).to_string()
}

struct Warehouse(Arc<AtomicU64>);

impl ShopOrdersV1Handler for Warehouse {
    async fn order_placed(&self, event: OrderPlaced, _: &Delivery) -> Result<(), HandlerError> {
        self.0.fetch_add(u64::try_from(event.quantity)?, Ordering::Relaxed);
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Shows retries, dead letters and what librdkafka reports. Without a subscriber nothing is logged.
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let client = Client::from_env()?;
    let shipped_pieces = Arc::new(AtomicU64::new(0));
    let shop = Shop { orders: ShopOrdersV1::producer(&client).await?, shipped: Arc::clone(&shipped_pieces) };
    let consumer =
        ShopOrdersV1::consumer(&client, shop_orders_v1::groups::WAREHOUSE, Warehouse(shipped_pieces));

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    let app = Router::new().route("/orders", post(place)).route("/shipped", get(shipped)).with_state(shop);
    let server = axum::serve(listener, app).with_graceful_shutdown(eventgen::shutdown_signal());

    // SIGTERM ends both; an error of one ends the other.
    let serving = async { server.await.map_err(Box::<dyn std::error::Error>::from) };
    let consuming = async { consumer.run_until(eventgen::shutdown_signal()).await.map_err(Into::into) };
    let ((), report) = tokio::try_join!(serving, consuming)?;
    println!("stopped: {} handled", report.handled);
    Ok(())
}
