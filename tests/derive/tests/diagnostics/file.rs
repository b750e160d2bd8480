//! Types that differ from their schema file.
use std::collections::BTreeMap;

use eventgen::types::chrono::{DateTime, NaiveDate, Utc};
use eventgen::{AvroType, KafkaEvent};

#[derive(KafkaEvent)]
#[kafka(schema = "../../../../schemas/orders/order_event.avsc", partitions = 3)]
struct Annotated {
    order_id: String,
}

#[derive(KafkaEvent)]
#[kafka(schema = "../../../../schemas/orders/order_event.avsc")]
struct OrderEvent {
    order_id: i64,
    custmer_id: String,
    r#type: Kind,
    extra: BTreeMap<String, String>,
    timestamp: NaiveDate,
}

#[derive(AvroType)]
#[avro(schema = "../../../../schemas/orders/order_event.avsc", name = "OrderEventType")]
enum Kind {
    Created,
    Updated,
    Canceled,
}

#[derive(AvroType)]
#[avro(schema = "../../../../schemas/orders/order_event.avsc")]
struct OrderLine {
    sku: Option<String>,
    #[avro(default = 1)]
    quantity: i64,
    unit_price: Vec<u8>,
}

#[derive(AvroType)]
#[avro(schema = "../../../../schemas/orders/order_event.avsc")]
struct OrderPayloads {
    note: String,
}

#[derive(KafkaEvent)]
#[kafka(schema = "schemas/nowhere.avsc")]
struct Nowhere {
    id: String,
    time: DateTime<Utc>,
}

fn main() {}
