//! Derived events that are messages of prost, with a field of every kind.
#![expect(missing_docs, reason = "the names of the fields say it")]

use std::collections::{BTreeMap, HashMap};

use eventgen::{KafkaEvent, ProtobufType};
use prost_types::{Duration, Timestamp};

/// Everything at once.
///
/// "Quoted", and \ back.
#[derive(Clone, PartialEq, prost::Message, KafkaEvent)]
#[protobuf(package = "com.example.messages")]
#[kafka(
    protobuf,
    topic = "messages.everything.v1",
    key = [id, part.small, part.inner.kind, kind, r#type],
    partitions = 6,
    config("cleanup.policy" = "compact,delete", "retention.ms" = "7d", "min.insync.replicas" = 2),
    headers("correlation-id" = id, "source" = "the \"tests\"", "note" = note, "small" = part.small, "maybe-kind" = maybe_kind),
    retry(attempts = 5, backoff = fixed, mode = topics, delays = ["10s", "1m"]),
    handler_timeout = "45s",
    dead_letter(topic = "messages.dead.v1", config("retention.ms" = "30d")),
    consumers(group = "everything-reader", max_lag = "5m"),
    consumers(group = "other-reader"),
    owner = "tests"
)]
pub struct EverythingMessage {
    /// The id.
    #[prost(string, tag = "1")]
    pub id: String,
    #[prost(double, tag = "2")]
    pub double: f64,
    #[prost(float, tag = "3")]
    pub float: f32,
    #[prost(int32, tag = "4")]
    pub int32: i32,
    #[prost(int64, tag = "5")]
    pub int64: i64,
    #[prost(uint32, tag = "6")]
    pub uint32: u32,
    #[prost(uint64, tag = "7")]
    pub uint64: u64,
    #[prost(sint32, tag = "8")]
    pub sint32: i32,
    #[prost(sint64, tag = "9")]
    pub sint64: i64,
    #[prost(fixed32, tag = "10")]
    pub fixed32: u32,
    #[prost(fixed64, tag = "11")]
    pub fixed64: u64,
    #[prost(sfixed32, tag = "12")]
    pub sfixed32: i32,
    #[prost(sfixed64, tag = "13")]
    pub sfixed64: i64,
    #[prost(bool, tag = "14")]
    pub flag: bool,
    #[prost(bytes = "vec", tag = "15")]
    pub bytes: Vec<u8>,
    #[prost(string, optional, tag = "16")]
    pub note: Option<String>,
    #[prost(int64, optional, tag = "17")]
    pub maybe: Option<i64>,
    #[prost(int32, repeated, tag = "18")]
    pub numbers: Vec<i32>,
    #[prost(int32, repeated, packed = "false", tag = "19")]
    pub unpacked: Vec<i32>,
    #[prost(string, repeated, tag = "20")]
    pub texts: Vec<String>,
    #[prost(enumeration = "Kind", tag = "21")]
    pub kind: i32,
    #[prost(enumeration = "Kind", optional, tag = "22")]
    pub maybe_kind: Option<i32>,
    #[prost(enumeration(Kind), repeated, tag = "23")]
    pub kinds: Vec<i32>,
    #[prost(message, tag = "24")]
    pub part: Option<Part>,
    #[prost(message, optional, boxed, tag = "25")]
    pub boxed: Option<Box<Part>>,
    #[prost(message, repeated, tag = "26")]
    pub parts: Vec<Part>,
    #[prost(map = "string, int64", tag = "27")]
    pub hash_map: HashMap<String, i64>,
    #[prost(btree_map = "int64, message", tag = "28")]
    pub tree_map: BTreeMap<i64, Part>,
    #[prost(btree_map = "string, enumeration(Kind)", tag = "29")]
    pub map_of_kinds: BTreeMap<String, i32>,
    #[prost(oneof = "Choice", tags = "30, 31, 32, 33")]
    pub choice: Option<Choice>,
    #[prost(message, optional, tag = "34")]
    pub at: Option<Timestamp>,
    #[prost(message, optional, tag = "35")]
    pub took: Option<Duration>,
    #[prost(message, optional, tag = "36")]
    pub wrapped: Option<String>,
    #[prost(message, optional, tag = "37")]
    pub price: Option<Money>,
    #[prost(message, optional, tag = "38")]
    pub tree: Option<Tree>,
    #[prost(string, tag = "39")]
    pub r#type: String,
}

/// An event whose records may have no key.
#[derive(Clone, PartialEq, prost::Message, KafkaEvent)]
#[protobuf(package = "com.example.messages")]
#[kafka(
    protobuf,
    topic = "messages.loose.v1",
    ordering = none,
    key = [note, maybe_kind, count, inner.note, inner.kind]
)]
pub struct LooseMessage {
    #[prost(string, optional, tag = "1")]
    pub note: Option<String>,
    #[prost(enumeration = "Kind", optional, tag = "2")]
    pub maybe_kind: Option<i32>,
    #[prost(uint64, tag = "3")]
    pub count: u64,
    #[prost(message, tag = "4")]
    pub inner: Option<Inner>,
}

/// A part of others.
#[derive(Clone, PartialEq, prost::Message, ProtobufType)]
pub struct Part {
    #[prost(sint32, tag = "1")]
    pub small: i32,
    #[prost(message, optional, boxed, tag = "2")]
    pub inner: Option<Box<Inner>>,
}

#[derive(Clone, PartialEq, prost::Message, ProtobufType)]
#[protobuf(name = "InnerPart")]
pub struct Inner {
    #[prost(enumeration = "Kind", tag = "1")]
    pub kind: i32,
    #[prost(string, optional, tag = "2")]
    pub note: Option<String>,
}

/// One of three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration, ProtobufType)]
#[repr(i32)]
pub enum Kind {
    Unspecified = 0,
    /// The usual one.
    First = 1,
    #[protobuf(name = "KIND_THE_LAST")]
    Last = -1,
}

#[derive(Clone, PartialEq, prost::Oneof, ProtobufType)]
pub enum Choice {
    /// Some text.
    #[prost(string, tag = "30")]
    Text(String),
    #[prost(message, tag = "31")]
    ChosenPart(Part),
    #[prost(enumeration = "Kind", tag = "32")]
    OtherKind(i32),
    #[prost(message, tag = "33")]
    Nothing(()),
}

/// An amount, in a file of its own.
#[derive(Clone, PartialEq, prost::Message, ProtobufType)]
#[protobuf(package = "com.example.common")]
pub struct Money {
    #[prost(int64, tag = "1")]
    pub units: i64,
    #[prost(message, optional, tag = "2")]
    pub currency: Option<Currency>,
    #[prost(message, optional, tag = "3")]
    pub since: Option<Timestamp>,
}

#[derive(Clone, PartialEq, prost::Message, ProtobufType)]
#[protobuf(package = "com.example.common.money")]
pub struct Currency {
    #[prost(string, tag = "1")]
    pub code: String,
}

/// A message that holds itself.
#[derive(Clone, PartialEq, prost::Message, ProtobufType)]
pub struct Tree {
    #[prost(string, tag = "1")]
    pub value: String,
    #[prost(message, repeated, tag = "2")]
    pub children: Vec<Tree>,
}
