//! The three events as serde's peers take them: bytes for decimals and numbers for timestamps, the fastest they offer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum OrderEventType {
    Created,
    Updated,
    Cancelled,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum DeviceStatus {
    Ok,
    Degraded,
    Fault,
    Offline,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderEvent {
    pub(crate) order_id: String,
    pub(crate) customer_id: String,
    pub(crate) r#type: OrderEventType,
    #[serde(with = "serde_bytes")]
    pub(crate) amount: Vec<u8>,
    pub(crate) currency: String,
    pub(crate) timestamp: i64,
    pub(crate) correlation_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderLine {
    pub(crate) sku: String,
    pub(crate) title: String,
    pub(crate) quantity: i32,
    #[serde(with = "serde_bytes")]
    pub(crate) unit_price: Vec<u8>,
    pub(crate) discount: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderLinesEvent {
    pub(crate) order_id: String,
    pub(crate) customer_id: String,
    pub(crate) r#type: OrderEventType,
    #[serde(with = "serde_bytes")]
    pub(crate) amount: Vec<u8>,
    pub(crate) currency: String,
    pub(crate) timestamp: i64,
    pub(crate) correlation_id: Option<String>,
    pub(crate) lines: Vec<OrderLine>,
    pub(crate) attributes: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TelemetryEvent {
    pub(crate) device_id: String,
    pub(crate) site: String,
    pub(crate) timestamp: i64,
    pub(crate) sequence: i64,
    pub(crate) samples: Vec<f64>,
    pub(crate) quality: Vec<i32>,
    pub(crate) status: DeviceStatus,
}
