//! Wrong properties of `#[avro(…)]`, and invalid schemas.
use eventgen::types::bigdecimal::BigDecimal;
use eventgen::types::chrono::{DateTime, Utc};
use eventgen::types::rust_decimal::Decimal;
use eventgen::AvroType;

#[derive(AvroType)]
#[avro(namespce = "com.example", name = 7, aliases = "Old")]
struct Words {
    #[avro(logicl = "date")]
    unknown: i32,
    #[avro(logical = "timestamp-milis")]
    near: DateTime<Utc>,
    #[avro(logical = "date")]
    wrong: String,
    #[avro(decimal(precision = 12))]
    not_decimal: f64,
    #[avro(decimal(scale = 2))]
    no_precision: Decimal,
    #[avro(decimal(precision = 40, scale = 2))]
    long: Decimal,
    #[avro(decimal(precision = 2, scale = 4))]
    no_digits: BigDecimal,
    #[avro(default = "seven")]
    default: i32,
    #[avro(default = other)]
    named_default: i32,
}

#[derive(AvroType)]
#[avro(namespace = "com.ex-ample")]
#[serde(rename_all = "kebab-case")]
struct Names {
    first_name: String,
    #[serde(rename = "first-name")]
    second: String,
}

#[derive(AvroType)]
enum Alike {
    Name(String),
    Title(String),
    Empty(Option<i32>),
    Two(i32, i32),
}

#[derive(AvroType)]
enum Symbols {
    #[avro(name = "A")]
    First,
    #[avro(name = "A")]
    Second,
}

#[derive(AvroType)]
#[kafka(topic = "not.an.event")]
struct NoEvent {
    id: String,
}

#[derive(eventgen::KafkaEvent)]
#[kafka(topic = "an.enum", key = id)]
enum EnumEvent {
    One(String),
}

fn main() {}
