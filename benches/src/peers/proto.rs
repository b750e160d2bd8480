//! The same events as Protobuf messages: other bytes, the same content.

use std::collections::BTreeMap;

use super::plain;

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct OrderEvent {
    #[prost(string, tag = "1")]
    order_id: String,
    #[prost(string, tag = "2")]
    customer_id: String,
    #[prost(int32, tag = "3")]
    r#type: i32,
    #[prost(bytes = "vec", tag = "4")]
    amount: Vec<u8>,
    #[prost(string, tag = "5")]
    currency: String,
    #[prost(int64, tag = "6")]
    timestamp: i64,
    #[prost(string, optional, tag = "7")]
    correlation_id: Option<String>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct OrderLine {
    #[prost(string, tag = "1")]
    sku: String,
    #[prost(string, tag = "2")]
    title: String,
    #[prost(int32, tag = "3")]
    quantity: i32,
    #[prost(bytes = "vec", tag = "4")]
    unit_price: Vec<u8>,
    #[prost(double, optional, tag = "5")]
    discount: Option<f64>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct OrderLinesEvent {
    #[prost(string, tag = "1")]
    order_id: String,
    #[prost(string, tag = "2")]
    customer_id: String,
    #[prost(int32, tag = "3")]
    r#type: i32,
    #[prost(bytes = "vec", tag = "4")]
    amount: Vec<u8>,
    #[prost(string, tag = "5")]
    currency: String,
    #[prost(int64, tag = "6")]
    timestamp: i64,
    #[prost(string, optional, tag = "7")]
    correlation_id: Option<String>,
    #[prost(message, repeated, tag = "8")]
    lines: Vec<OrderLine>,
    #[prost(btree_map = "string, string", tag = "9")]
    attributes: BTreeMap<String, String>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct TelemetryEvent {
    #[prost(string, tag = "1")]
    device_id: String,
    #[prost(string, tag = "2")]
    site: String,
    #[prost(int64, tag = "3")]
    timestamp: i64,
    #[prost(int64, tag = "4")]
    sequence: i64,
    #[prost(double, repeated, tag = "5")]
    samples: Vec<f64>,
    #[prost(int32, repeated, tag = "6")]
    quality: Vec<i32>,
    #[prost(int32, tag = "7")]
    status: i32,
}

impl From<&plain::OrderEvent> for OrderEvent {
    fn from(event: &plain::OrderEvent) -> Self {
        let plain::OrderEvent { order_id, customer_id, r#type, amount, currency, timestamp, correlation_id } =
            event.clone();
        let r#type = r#type as i32;
        Self { order_id, customer_id, r#type, amount, currency, timestamp, correlation_id }
    }
}

impl From<&plain::OrderLinesEvent> for OrderLinesEvent {
    fn from(event: &plain::OrderLinesEvent) -> Self {
        let event = event.clone();
        let line = |line: plain::OrderLine| OrderLine {
            sku: line.sku,
            title: line.title,
            quantity: line.quantity,
            unit_price: line.unit_price,
            discount: line.discount,
        };
        Self {
            order_id: event.order_id,
            customer_id: event.customer_id,
            r#type: event.r#type as i32,
            amount: event.amount,
            currency: event.currency,
            timestamp: event.timestamp,
            correlation_id: event.correlation_id,
            lines: event.lines.into_iter().map(line).collect(),
            attributes: event.attributes,
        }
    }
}

impl From<&plain::TelemetryEvent> for TelemetryEvent {
    fn from(event: &plain::TelemetryEvent) -> Self {
        let plain::TelemetryEvent { device_id, site, timestamp, sequence, samples, quality, status } =
            event.clone();
        Self { device_id, site, timestamp, sequence, samples, quality, status: status as i32 }
    }
}
