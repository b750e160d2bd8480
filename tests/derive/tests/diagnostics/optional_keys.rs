//! Keys of messages of prost through types that the derive does not see: what the compiler says when all types are right.
use eventgen::prost::Message;
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
