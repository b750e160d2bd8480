//! The same events with strings and bytes borrowed from the payload, for peers that can.

use serde::{Deserialize, Deserializer};

use super::plain::{DeviceStatus, OrderEventType};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "what is decoded is not looked at")]
pub(crate) struct OrderEvent<'a> {
    order_id: &'a str,
    customer_id: &'a str,
    r#type: OrderEventType,
    #[serde(borrow, with = "serde_bytes")]
    amount: &'a [u8],
    currency: &'a str,
    timestamp: i64,
    correlation_id: Option<&'a str>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "what is decoded is not looked at")]
pub(crate) struct OrderLine<'a> {
    sku: &'a str,
    title: &'a str,
    quantity: i32,
    #[serde(borrow, with = "serde_bytes")]
    unit_price: &'a [u8],
    discount: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "what is decoded is not looked at")]
pub(crate) struct OrderLinesEvent<'a> {
    order_id: &'a str,
    customer_id: &'a str,
    r#type: OrderEventType,
    #[serde(borrow, with = "serde_bytes")]
    amount: &'a [u8],
    currency: &'a str,
    timestamp: i64,
    correlation_id: Option<&'a str>,
    #[serde(borrow)]
    lines: Vec<OrderLine<'a>>,
    #[serde(borrow, deserialize_with = "entries")]
    attributes: Vec<(&'a str, &'a str)>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "what is decoded is not looked at")]
pub(crate) struct TelemetryEvent<'a> {
    device_id: &'a str,
    site: &'a str,
    timestamp: i64,
    sequence: i64,
    samples: Vec<f64>,
    quality: Vec<i32>,
    status: DeviceStatus,
}

/// A map as the list of its entries, which costs less than a map and is what eventgen's borrowed form has.
fn entries<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(&'de str, &'de str)>, D::Error> {
    struct Entries;
    impl<'de> serde::de::Visitor<'de> for Entries {
        type Value = Vec<(&'de str, &'de str)>;

        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("a map of strings")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut entries = Vec::with_capacity(map.size_hint().unwrap_or(0));
            while let Some(entry) = map.next_entry()? {
                entries.push(entry);
            }
            Ok(entries)
        }
    }
    deserializer.deserialize_map(Entries)
}
