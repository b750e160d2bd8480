//! The derive macros of [eventgen](https://docs.rs/eventgen): [`macro@KafkaEvent`], [`macro@AvroType`] and `ProtobufType`.
//!
//! Use them through the crate `eventgen`, features `derive` and `derive-protobuf`: the code that they generate calls that
//! crate.
//!
//! A derive reads the Rust type (`input`) and turns it into a schema: JSON for Avro, a `.proto` file for Protobuf. Every
//! part of that text has the span of the code that it is made of. The front end of `eventgen-schema` checks the text like
//! any other schema, and its diagnostics are reported at those spans (`report`). `eventgen-codegen` then emits the same
//! codec, event and topic as for a build script (`emit`).
//!
//! The examples in the documentation are doctests of `tests/derive`: this crate cannot depend on `eventgen`.
#![forbid(unsafe_code)]

mod code_first;
mod emit;
mod errors;
mod expand;
mod input;
mod manifest;
mod model;
mod package;
#[cfg(feature = "protobuf")]
mod protobuf;
mod report;
mod schema_first;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

#[doc = include_str!("docs/kafka_event.md")]
#[proc_macro_derive(KafkaEvent, attributes(kafka, avro, serde, protobuf, prost))]
pub fn kafka_event(input: TokenStream) -> TokenStream {
    expand::kafka_event(parse_macro_input!(input as DeriveInput)).into()
}

#[doc = include_str!("docs/avro_type.md")]
#[proc_macro_derive(AvroType, attributes(kafka, avro, serde))]
pub fn avro_type(input: TokenStream) -> TokenStream {
    expand::avro_type(parse_macro_input!(input as DeriveInput)).into()
}

#[doc = include_str!("docs/protobuf_type.md")]
#[cfg(feature = "protobuf")]
#[proc_macro_derive(ProtobufType, attributes(protobuf, prost))]
pub fn protobuf_type(input: TokenStream) -> TokenStream {
    expand::protobuf_type(parse_macro_input!(input as DeriveInput)).into()
}
