//! A consumer that produces, with OpenTelemetry: the order, its handling and the payment are one trace.
//!
//! The spans are printed. A service exports them to a collector, for example with the crate `opentelemetry-otlp`.

use std::error::Error;
use std::time::Duration;

use eventgen::types::rust_decimal::Decimal;
use eventgen::{Delivery, HandlerError, Producer};
use eventgen_testkit::{TestCluster, caught_up};
use opentelemetry::trace::{FutureExt as _, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, global};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use programs::events::com::example::shop::{
    OrderPlaced, PaymentReceived, ShopOrdersV1, ShopOrdersV1Handler, ShopPaymentsV1, shop_orders_v1,
};

const GROUP: &str = shop_orders_v1::groups::WAREHOUSE;

/// Answers each order with a payment.
struct Billing(Producer<ShopPaymentsV1>);

impl ShopOrdersV1Handler for Billing {
    async fn order_placed(&self, event: OrderPlaced, _: &Delivery) -> Result<(), HandlerError> {
        let OrderPlaced { order_id, customer_id, quantity } = event;
        let payment_id = format!("payment of {order_id}");
        let amount = Decimal::new(1995, 2) * Decimal::from(quantity);
        // The span of this call is current, so that the record belongs to the same trace.
        self.0.send(&PaymentReceived { payment_id, customer_id, amount }).await?;
        Ok(())
    }
}

/// Prints spans.
#[derive(Debug)]
struct Print;

impl SpanExporter for Print {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        for SpanData { span_context, parent_span_id, name, .. } in batch {
            let (trace, span) = (span_context.trace_id(), span_context.span_id());
            println!("trace {trace} span {span} parent {parent_span_id}: {name}");
        }
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let tracers = SdkTracerProvider::builder()
        .with_resource(Resource::builder().with_service_name("billing").build())
        .with_batch_exporter(Print)
        .build();
    // Before the first producer and the first consumer.
    global::set_tracer_provider(tracers.clone());

    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopOrdersV1>().await?;
    cluster.prepare::<ShopPaymentsV1>().await?;
    let client = cluster.client()?;
    let orders = ShopOrdersV1::producer(&client).await?;
    let (order_id, customer_id) = ("order-1".to_owned(), "ada".to_owned());
    // A web framework makes such a span for each request.
    let request = Context::new().with_span(global::tracer("shop").start("check out"));
    let order = OrderPlaced { order_id, customer_id, quantity: 2 };
    orders.send(&order).with_context(request.clone()).await?;
    request.span().end();

    let payments = ShopPaymentsV1::producer(&client).await?;
    let consumer = ShopOrdersV1::consumer(&client, GROUP, Billing(payments));
    let shutdown = async {
        let _ = caught_up(&client, GROUP, shop_orders_v1::TOPIC.name, Duration::from_secs(30)).await;
    };
    consumer.run_until(shutdown).await?;
    // Exports the last spans.
    tracers.shutdown()?;
    Ok(())
}
