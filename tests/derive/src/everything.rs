//! A derived event with a field of every type that the derive recognises.
#![expect(missing_docs, reason = "the names of the fields say it")]

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use eventgen::types::bigdecimal::BigDecimal;
use eventgen::types::chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use eventgen::types::jiff;
use eventgen::types::rust_decimal::Decimal;
use eventgen::types::uuid::Uuid;
use eventgen::{AvroType, KafkaEvent, avro};

/// Everything at once.
#[derive(Debug, Clone, PartialEq, KafkaEvent)]
#[avro(namespace = "com.example.derive")]
#[kafka(
    topic = "derive.everything.v1",
    key = [id, part.small, kind],
    partitions = 6,
    config("retention.ms" = "7d", "min.insync.replicas" = 2),
    headers("correlation-id" = id, "source" = "tests", "size" = part.small),
    retry(attempts = 5, backoff = fixed, mode = topics, delays = ["10s", "1m"]),
    handler_timeout = "45s",
    dead_letter(topic = "derive.dead.v1"),
    consumers(group = "everything-reader", max_lag = "5m"),
    owner = "tests"
)]
pub struct Everything {
    /// The id.
    #[avro(aliases = ["identifier"])]
    pub id: String,
    pub shared: Arc<str>,
    pub boxed: Box<str>,
    pub flag: bool,
    pub tiny: i8,
    pub byte: u8,
    pub short: i16,
    pub unsigned_short: u16,
    #[avro(default = -7)]
    pub int: i32,
    pub unsigned: u32,
    pub long: i64,
    pub large: u64,
    pub size: usize,
    pub float: f32,
    pub double: f64,
    pub bytes: Vec<u8>,
    pub fixed: [u8; 4],
    pub boxed_fixed: Box<[u8; 16]>,
    pub uuid: Uuid,
    #[avro(decimal(precision = 12, scale = 2))]
    pub price: Decimal,
    #[avro(decimal(precision = 40, scale = 4))]
    pub large_price: BigDecimal,
    pub any_price: BigDecimal,
    pub date: NaiveDate,
    pub time: NaiveTime,
    #[avro(logical = "time-millis")]
    pub time_in_millis: NaiveTime,
    pub timestamp: DateTime<Utc>,
    #[avro(logical = "timestamp-millis")]
    pub timestamp_in_millis: DateTime<Utc>,
    pub local: NaiveDateTime,
    #[avro(logical = "timestamp-nanos")]
    pub nanos: i64,
    pub jiff_date: jiff::civil::Date,
    #[avro(logical = "timestamp-millis")]
    pub jiff_timestamp: jiff::Timestamp,
    pub duration: avro::Duration,
    pub note: Option<String>,
    #[avro(default = 3)]
    pub retries: Option<i32>,
    pub maybe_small: Option<u16>,
    pub numbers: Vec<i64>,
    pub shorts: Vec<u16>,
    pub names: Vec<Option<String>>,
    pub tree_map: BTreeMap<String, i32>,
    pub hash_map: HashMap<String, Vec<Part>>,
    pub texts: HashMap<String, String>,
    pub part: Part,
    pub maybe_part: Option<Part>,
    pub shared_part: Arc<Part>,
    pub parts: Vec<Part>,
    pub kind: Kind,
    pub maybe_kind: Option<Kind>,
    pub choice: Choice,
    pub maybe_choice: Option<Choice>,
    pub choices: Vec<Choice>,
    pub customer: CustomerId,
    pub tags: Tags,
    pub alias: Alias,
    pub tree: Tree,
    #[serde(skip)]
    pub cached: usize,
    pub r#type: i32,
}

pub type Alias = String;

/// A part of others, which has their namespace.
#[derive(Debug, Clone, PartialEq, AvroType)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    pub small: i16,
    #[serde(alias = "label")]
    pub display_name: String,
    #[serde(default)]
    pub labels: Vec<String>,
}

/// One of three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AvroType)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    FirstOne,
    SecondOne,
    #[avro(default)]
    Other,
}

/// One of several types.
#[derive(Debug, Clone, PartialEq, AvroType)]
pub enum Choice {
    Nothing,
    Text(String),
    Number(i64),
    Part(Part),
    Pair { left: i32, right: Option<Part> },
}

#[derive(Debug, Clone, PartialEq, Eq, AvroType)]
pub struct CustomerId(pub Uuid);

#[derive(Debug, Clone, PartialEq, Eq, AvroType)]
pub struct Tags(pub Vec<String>);

/// A type that holds itself.
#[derive(Debug, Clone, PartialEq, AvroType)]
pub struct Tree {
    pub value: i32,
    pub children: Vec<Tree>,
    pub left: Option<Box<Tree>>,
}
