//! Descriptions of types in the model of Avro, which languages without a model of their own share.

mod example;
mod graph;
mod json;
mod text;

pub(crate) use graph::of_graph;
#[cfg(feature = "protobuf")]
pub(crate) use json::Json;
#[cfg(feature = "protobuf")]
pub(crate) use text::text_for;
