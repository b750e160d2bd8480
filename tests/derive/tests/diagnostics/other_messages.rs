//! Messages of prost and foreign types: errors that only the compiler can find.
use eventgen::types::prost::{Enumeration, Message, Oneof};
use eventgen::{KafkaEvent, ProtobufType};

#[derive(Clone, PartialEq, Message, KafkaEvent)]
#[kafka(
    protobuf,
    topic = "a.v1",
    key = [customer.idd, customer.note, customer.tags, customer],
    headers("a" = customer.address.city, "b" = customer.adress.city)
)]
struct Paths {
    #[prost(message, tag = "1")]
    customer: Option<Customer>,
}

#[derive(Clone, PartialEq, Message, ProtobufType)]
struct Customer {
    #[prost(string, tag = "1")]
    id: String,
    #[prost(string, optional, tag = "2")]
    note: Option<String>,
    #[prost(string, repeated, tag = "3")]
    tags: Vec<String>,
    #[prost(message, tag = "4")]
    address: Option<Address>,
}

#[derive(Clone, PartialEq, Message, ProtobufType)]
struct Address {
    #[prost(string, tag = "1")]
    street: String,
}

#[derive(Clone, PartialEq, Message)]
struct NoSchema {}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Enumeration)]
#[repr(i32)]
enum NoEnum {
    Unspecified = 0,
}

#[derive(Clone, PartialEq, Oneof, ProtobufType)]
enum Choice {
    #[prost(string, tag = "5")]
    Card(String),
    #[prost(string, tag = "6")]
    Cash(String),
}

#[derive(Clone, PartialEq, Message, ProtobufType)]
struct Types {
    #[prost(message, tag = "1")]
    message: Option<NoSchema>,
    #[prost(enumeration = "NoEnum", tag = "2")]
    kind: i32,
}

#[derive(Clone, PartialEq, Message, ProtobufType)]
struct Tags {
    #[prost(oneof = "Choice", tags = "5")]
    choice: Option<Choice>,
}

#[derive(Clone, PartialEq, Message, ProtobufType)]
struct Names {
    #[prost(string, tag = "1")]
    card: String,
    #[prost(oneof = "Choice", tags = "5, 6")]
    choice: Option<Choice>,
}

#[derive(KafkaEvent)]
#[kafka(protobuf, topic = "b.v1", key = id)]
struct NoProst {
    #[prost(string, tag = "1")]
    id: String,
}

fn main() {}
