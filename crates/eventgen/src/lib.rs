//! Typed Kafka events from one annotated schema.
#![cfg_attr(feature = "derive", doc = include_str!("service.md"))]
//!
//! An Avro or Protobuf schema that also names its topic, partition key, retries and dead letter is the whole contract of an event.
//! `eventgen-build` turns it into Rust; this crate is what that code calls and what an application uses beside it:
//!
//! - [`Client`]: a cluster and its Schema Registry.
//! - [`Producer`]: idempotent, with the JVM client's partition for each key, values in Confluent's wire format.
//! - [`Consumer`] and [`Handler`]: at least once, in order by key, retries in place, dead letters.
//! - [`KafkaEvent`] and [`TopicEvents`]: what generated code tells the runtime.
//! - [`avro`] and [`protobuf`]: the codecs that generated code calls.
//! - [`registry`] and [`wire`]: the Schema Registry's REST interface and its frame.
//!
//! Without a build script, the feature `derive` makes events of Rust types: `#[derive(KafkaEvent)]` and
//! `#[derive(AvroType)]`. With the feature `derive-protobuf` they may be messages of prost, with `#[derive(ProtobufType)]`.
//!
//! Features of generated code, each with a setting of `eventgen_build::configure()`: `rust_decimal` (on unless default
//! features are off), `jiff`, `builders` and `serde`.
//!
//! Features of the client: `zstd` (on unless default features are off) reads and writes records compressed with zstd;
//! `tls` is TLS and SCRAM for brokers and HTTPS for the registry.

/// The Avro codec that generated code calls, schemas and their resolution: the crate `eventgen-avro`.
pub mod avro {
    pub use eventgen_avro::*;
}
mod client;
mod consumer;
mod error;
mod event;
mod export;
mod generated;
mod headers;
mod kafka;
mod key;
pub mod observe;
mod payload;
mod producer;
pub mod protobuf;
mod shutdown;
mod text;
mod topic;

pub use client::{Client, ClientBuilder};
#[doc(hidden)]
pub use consumer::{AttemptOutcome, attempt};
pub use consumer::{
    Consumer, Delivery, Disposition, Handler, HandlerError, HandlerErrorKind, Report, dead_letter,
};
pub use error::Error;
pub use event::{EventKind, KafkaEvent, TopicEvents};
pub use eventgen_avro::AvroType;
#[cfg(feature = "derive-protobuf")]
pub use eventgen_derive::ProtobufType;
#[cfg(feature = "derive")]
pub use eventgen_derive::{AvroType, KafkaEvent};
pub use eventgen_registry::{self as registry, Compatibility, ProtobufFile, Schema, SchemaType, wire};
#[doc(hidden)]
pub use export::export_events;
pub use export::{DerivedEvent, SchemaFile};
#[doc(hidden)]
pub use generated::generated_for;
pub use headers::Headers;
pub use kafka::{PartitionLag, Receipt, TopicOverrides};
#[doc(hidden)]
pub use kafka::{RawRecord, read_raw, write_raw};
pub use key::KeyBuffer;
pub use payload::{DecodeError, EncodeError};
pub use producer::Producer;
pub use protobuf::ProtobufType;
pub use shutdown::shutdown_signal;
pub use text::{DateText, Text, TimestampText};
pub use topic::{Backoff, DeadLetterTopic, Ordering, Retry, Topic};

// Generated code names these types, so that applications need no dependency of the same version.
pub use bigdecimal;
#[cfg(feature = "builders")]
pub use bon;
pub use chrono;
#[cfg(feature = "jiff")]
pub use jiff;
pub use prost;
pub use prost_types;
#[cfg(feature = "rust_decimal")]
pub use rust_decimal;
#[cfg(feature = "serde")]
pub use serde;
pub use uuid;

/// Includes the code that `eventgen-build` made from the schemas. Put it into a module of its own:
///
/// ```ignore
/// mod events {
///     eventgen::include_events!();
/// }
/// ```
#[macro_export]
macro_rules! include_events {
    () => {
        include!(concat!(env!("OUT_DIR"), "/eventgen.rs"));
    };
}
