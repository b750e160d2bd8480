//! Foreign types with another layout than the schema file.
use eventgen::types::chrono::{DateTime, Utc};
use eventgen::{AvroType, KafkaEvent};

#[derive(KafkaEvent)]
#[kafka(schema = "../../../../schemas/orders/order_event.avsc")]
struct OrderEvent {
    order_id: String,
    customer_id: String,
    r#type: Kind,
    payload: Payload,
    timestamp: DateTime<Utc>,
}

#[derive(AvroType)]
#[serde(rename_all = "UPPERCASE")]
enum Kind {
    Updated,
    Created,
    Cancelled,
}

#[derive(AvroType)]
struct Payload {
    note: Option<String>,
}

fn main() {}
