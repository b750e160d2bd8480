//! Messages of prost with wrong or missing attributes.
use eventgen::types::prost::{self, Oneof};
use eventgen::{KafkaEvent, ProtobufType};
use std::collections::BTreeMap;

// These types do not derive prost's traits, whose errors are prost's own.

#[derive(ProtobufType)]
struct Fields {
    nothing: String,
    #[prost(tag = "2")]
    no_type: String,
    #[prost(string)]
    no_tag: String,
    #[prost(strin, tag = "4")]
    misspelt: String,
    #[prost(string, tag = "five")]
    no_number: String,
    #[prost(group, optional, tag = "6")]
    group: Option<()>,
    #[prost(string, required, tag = "7")]
    required: String,
    #[prost(string, default = "a", tag = "8")]
    default: String,
    #[prost(btree_map = "bytes, string", tag = "9")]
    map: BTreeMap<Vec<u8>, String>,
    #[prost(map, tag = "10")]
    no_map: BTreeMap<String, String>,
    #[prost(oneof = "Choice")]
    oneof: Option<Choice>,
    #[prost(enumeration, tag = "12")]
    enumeration: i32,
}

#[derive(ProtobufType)]
struct Tags {
    #[prost(string, tag = "1")]
    first: String,
    #[prost(string, tag = "1")]
    same: String,
    #[prost(string, tag = "0")]
    zero: String,
    #[prost(string, tag = "19000")]
    reserved: String,
}

#[derive(ProtobufType)]
struct Letters {
    #[prost(string, tag = "4")]
    größe: String,
}

#[derive(ProtobufType)]
#[protobuf(nam = "Other", package = 3)]
struct Words {}

#[derive(ProtobufType)]
#[protobuf(package = "com..example")]
struct Package {}

#[derive(ProtobufType)]
struct Tuple(String, i32);

#[derive(ProtobufType)]
struct Generic<T> {
    #[prost(message, tag = "1")]
    value: Option<T>,
}

#[derive(ProtobufType)]
enum NoNumber {
    First,
}

#[derive(ProtobufType)]
enum NoZero {
    First = 1,
    Unspecified = 0,
}

#[derive(ProtobufType)]
enum Empty {}

#[derive(ProtobufType)]
enum SymbolWords {
    #[protobuf(nme = "A")]
    First = 0,
    #[protobuf(name = "a-b")]
    Second = 1,
}

#[derive(ProtobufType)]
#[protobuf(package = "com.example")]
enum Members {
    #[prost(string, tag = "1")]
    Two(String, String),
    #[prost(string, tag = "2")]
    Named { text: String },
    #[prost(map = "string, string", tag = "3")]
    Map(BTreeMap<String, String>),
    Nothing,
}

#[derive(KafkaEvent)]
#[kafka(protobuf, topic = "a.v1", key = id)]
enum NoMessage {
    #[prost(string, tag = "1")]
    Id(String),
}

#[derive(KafkaEvent)]
#[kafka(protobuf, schema = "order.proto")]
struct First {
    #[prost(string, tag = "1")]
    id: String,
}

#[derive(KafkaEvent)]
#[kafka(protobuf, topic = "a.v1", key = id)]
#[avro(namespace = "com.example")]
struct OfAvro {
    #[prost(string, tag = "1")]
    id: String,
}

#[derive(KafkaEvent)]
#[kafka(
    protobuf,
    topic = "a b",
    key = [idd, note, price, list],
    partitons = 3,
    headers("a" = missing, "b" = map)
)]
struct Annotation {
    #[prost(string, tag = "1")]
    id: String,
    #[prost(string, optional, tag = "2")]
    note: Option<String>,
    #[prost(double, tag = "3")]
    price: f64,
    #[prost(string, repeated, tag = "4")]
    list: Vec<String>,
    #[prost(oneof = "Choice", tags = "5, 6")]
    choice: Option<Choice>,
    #[prost(btree_map = "string, string", tag = "7")]
    map: BTreeMap<String, String>,
}

#[derive(KafkaEvent)]
#[kafka(protobuf, topic = "a.v1", key = choice, headers("a" = choice.card))]
struct Paths {
    #[prost(oneof = "Choice", tags = "5, 6")]
    choice: Option<Choice>,
}

#[derive(KafkaEvent)]
#[kafka(protobuf, topic = "no.key.v1")]
struct NoKey {
    #[prost(string, tag = "1")]
    id: String,
}

#[derive(Clone, PartialEq, Oneof, ProtobufType)]
enum Choice {
    #[prost(string, tag = "5")]
    Card(String),
    #[prost(string, tag = "6")]
    Cash(String),
}

fn main() {}
