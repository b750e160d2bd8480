//! Wrong properties of `#[kafka(…)]`.
use eventgen::KafkaEvent;

#[derive(KafkaEvent)]
#[kafka(
    topic = "orders events",
    key = custmer_id,
    partitons = 12,
    replication_factor = "3",
    ordering = sorted,
    config("retention.ms" = "7 moons", "retention.mss" = 1),
    headers("trace" = missing, "amount" = amount),
    retry(atempts = 3),
    dead_letter = true,
    consumers(max_lag = "5m"),
    compatibility = "BACKWARDS"
)]
struct OrderEvent {
    customer_id: String,
    amount: f64,
}

#[derive(KafkaEvent)]
#[kafka(key = id)]
struct NoTopic {
    id: String,
}

#[derive(KafkaEvent)]
#[kafka(topic = "no.key.v1")]
struct NoKey {
    id: String,
}

#[derive(KafkaEvent)]
#[kafka(topic = "nullable.v1", key = [id, note, price])]
struct NullableKey {
    id: String,
    note: Option<String>,
    price: f32,
}

#[derive(KafkaEvent)]
#[kafka(topic = "twice.v1", topic = "twice.v2", key = 7)]
struct Twice {
    id: String,
}

#[derive(KafkaEvent)]
struct NoAnnotation {
    id: String,
}

fn main() {}
