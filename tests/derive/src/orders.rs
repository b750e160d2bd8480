//! Schema first: handwritten types for the orders sample.
#![expect(missing_docs, reason = "the names of the fields say it")]

use std::sync::Arc;

use eventgen::types::chrono::{DateTime, Utc};
use eventgen::types::rust_decimal::Decimal;
use eventgen::{AvroType, KafkaEvent};

#[derive(Debug, Clone, PartialEq, KafkaEvent)]
#[kafka(schema = "../../schemas/orders/order_event.avsc")]
pub struct OrderEvent {
    pub timestamp: DateTime<Utc>,
    pub customer_id: Arc<str>,
    #[serde(rename = "orderId")]
    pub id: String,
    pub r#type: OrderEventType,
    pub payload: Box<OrderPayload>,
    #[serde(skip)]
    pub seen: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, AvroType)]
#[avro(schema = "../../schemas/orders/order_event.avsc")]
pub enum OrderEventType {
    Cancelled,
    Updated,
    Created,
}

#[derive(Debug, Clone, PartialEq, AvroType)]
#[avro(schema = "../../schemas/orders/order_event.avsc")]
pub struct OrderPayload {
    pub lines: Vec<Line>,
    pub amount: Decimal,
    pub currency: String,
    pub note: Option<String>,
}

/// Called `OrderLine` in the schema.
#[derive(Debug, Clone, PartialEq, AvroType)]
pub struct Line {
    pub sku: String,
    pub quantity: i32,
    #[serde(rename = "unitPrice")]
    #[avro(decimal(precision = 12, scale = 2))]
    pub unit_price: Decimal,
}
