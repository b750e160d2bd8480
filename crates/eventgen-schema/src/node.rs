//! The tree that JSON, TOML, Avro IDL and annotations are read into: values with their spans.

pub use eventgen_avro::parse::{Member, Node, Value};
