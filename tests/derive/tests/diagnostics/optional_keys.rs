//! Keys of messages of prost that end in an optional field of a foreign type. The other types are correct.
use eventgen::types::prost::Message;
use eventgen::{KafkaEvent, ProtobufType};

#[derive(Clone, PartialEq, Message, KafkaEvent)]
#[kafka(protobuf, topic = "a.v1", key = [customer.id, customer.note])]
struct Keys {
    #[prost(message, tag = "1")]
    customer: Option<Customer>,
}

#[derive(Clone, PartialEq, Message, ProtobufType)]
struct Customer {
    #[prost(string, tag = "1")]
    id: String,
    #[prost(string, optional, tag = "2")]
    note: Option<String>,
}

fn main() {}
