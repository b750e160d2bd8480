//! What the registry needs to know of each schema language. Nothing else in this crate depends on the language.

mod avro;
mod json_schema;
mod protobuf;

pub use protobuf::ProtobufFile;
