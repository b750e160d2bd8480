//! Several events on one topic: one producer, one handler with a method for each, one order for each key.

use std::time::Duration;

use eventgen::types::rust_decimal::Decimal;
use eventgen::{Delivery, HandlerError};
use eventgen_testkit::{TestCluster, caught_up};
use programs::events::com::example::shop::{
    PaymentReceived, PaymentRefunded, ShopPaymentsV1, ShopPaymentsV1Handler, shop_payments_v1,
};

const GROUP: &str = shop_payments_v1::groups::ACCOUNTING;

struct Accounting;

impl ShopPaymentsV1Handler for Accounting {
    async fn payment_received(&self, event: PaymentReceived, _: &Delivery) -> Result<(), HandlerError> {
        println!("{}: {} from {}", event.payment_id, event.amount, event.customer_id);
        Ok(())
    }

    async fn payment_refunded(&self, event: PaymentRefunded, _: &Delivery) -> Result<(), HandlerError> {
        println!("{}: refunded, {}", event.payment_id, event.reason.as_deref().unwrap_or("no reason given"));
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopPaymentsV1>().await?;
    let client = cluster.client()?;
    let payments = ShopPaymentsV1::producer(&client).await?;
    let (payment_id, customer_id) = ("payment-1".to_owned(), "ada".to_owned());
    let received = PaymentReceived {
        payment_id: payment_id.clone(),
        customer_id: customer_id.clone(),
        amount: Decimal::new(1995, 2),
    };
    payments.send(&received).await?;
    payments.send(&PaymentRefunded { payment_id, customer_id, reason: Some("broken".to_owned()) }).await?;

    let shutdown = async {
        let _ = caught_up(&client, GROUP, shop_payments_v1::TOPIC.name, Duration::from_secs(30)).await;
    };
    ShopPaymentsV1::consumer(&client, GROUP, Accounting).run_until(shutdown).await?;
    Ok(())
}
