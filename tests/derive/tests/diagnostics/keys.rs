//! Keys that go into foreign types.
use eventgen::{AvroType, KafkaEvent};

#[derive(AvroType)]
struct Customer {
    id: String,
    rating: f64,
    nickname: Option<String>,
}

#[derive(KafkaEvent)]
#[kafka(topic = "keys.v1", key = [customer.id, customer.rating, customer.nickname])]
struct Rated {
    customer: Customer,
}

#[derive(KafkaEvent)]
#[kafka(topic = "more.keys.v1", key = customer.ident)]
struct Renamed {
    customer: Customer,
}

fn main() {}
