//! Typed Kafka events from one annotated schema.
#![cfg_attr(all(feature = "derive", feature = "kafka"), doc = include_str!("service.md"))]
//!
//! An Avro or Protobuf schema that also names its topic, partition key, retries and dead letter is the whole contract of an
//! event. `eventgen-build` generates Rust from it. This crate is what that code calls, and what an application uses with
//! it:
//!
//! - [`Client`]: a cluster and its Schema Registry.
//! - [`Producer`]: idempotent; it chooses the partition that the JVM client chooses, and writes Confluent's wire format.
//! - [`TransactionalProducer`]: events of any topics, all of them visible or none.
//! - [`Consumer`] and [`Handler`]: at least once, ordered by key, with retries and dead letters.
//! - [`KafkaEvent`] and [`TopicEvents`]: the traits that generated code implements.
//! - [`avro`] and [`protobuf`]: the codecs that generated code calls.
//! - [`registry`] and [`wire`]: the Schema Registry's REST interface and its wire format.
//! - [`types`]: the crates whose types are fields of generated types.
//!
//! Without a build script, the feature `derive` derives events from Rust types: `#[derive(KafkaEvent)]` and
//! `#[derive(AvroType)]`. With the feature `derive-protobuf` they may be messages of prost, with `#[derive(ProtobufType)]`.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `kafka` | on | clients, producers and consumers, with librdkafka (a C compiler is needed) and tokio |
//! | `avro` | on | events in Avro |
//! | `protobuf` | on | events in Protobuf |
//! | `zstd` | on | records compressed with zstd |
//! | `tls` | off | TLS and SCRAM for brokers, HTTPS for the registry |
//! | `metrics`, `otel` | off | [metrics](observe::names) of producers and consumers to the `metrics` facade, metrics and traces to OpenTelemetry |
//! | `derive`, `derive-protobuf` | off | events from Rust types |
//! | `rust_decimal` (on), `jiff`, `builders`, `serde` | off | types and traits of generated code, each with a setting of `eventgen_build::configure()` |
//!
//! A service that only encodes and decodes turns `kafka` off and generates code with
//! `eventgen_build::configure().clients(false)`.

/// The Avro codec that generated code calls, schemas and their resolution: the crate `eventgen-avro`.
#[cfg(feature = "avro")]
pub mod avro {
    pub use eventgen_avro::*;
}
#[cfg(feature = "kafka")]
mod client;
#[cfg(feature = "kafka")]
mod consumer;
mod decode_options;
#[cfg(feature = "kafka")]
mod error;
mod event;
mod export;
mod headers;
#[cfg(feature = "kafka")]
mod interned;
#[cfg(feature = "kafka")]
mod kafka;
mod key;
pub mod observe;
mod payload;
#[cfg(eventgen_planted)]
mod planted;
#[doc(hidden)]
pub mod private;
#[cfg(feature = "kafka")]
mod producer;
#[cfg(feature = "protobuf")]
pub mod protobuf;
mod retry_topics;
#[cfg(feature = "kafka")]
mod shutdown;
mod text;
mod topic;
pub mod types;

#[cfg(feature = "kafka")]
pub use client::{Client, ClientBuilder};
#[cfg(feature = "kafka")]
pub use consumer::{
    Batch, BatchError, BatchHandler, BatchOptions, Breaker, Call, Consumer, ConsumerHandle, Delivery,
    Disposition, GroupRun, Handler, HandlerError, HandlerErrorKind, Hold, HoldReason, Middleware, Next,
    OnPanic, PartitionStatus, Report, RunAllError, RunError, StartFrom, TransactionOptions, UnknownEvents,
    dead_letter, run_all,
};
pub use decode_options::DecodeOptions;
#[cfg(feature = "kafka")]
pub use error::Error;
pub use event::{EventKind, KafkaEvent, TopicEvents};
#[cfg(feature = "kafka")]
pub use eventgen_admin::{PartitionLag, TopicOverrides};
#[cfg(feature = "avro")]
pub use eventgen_avro::AvroType;
#[cfg(feature = "derive-protobuf")]
pub use eventgen_derive::ProtobufType;
#[cfg(feature = "derive")]
pub use eventgen_derive::{AvroType, KafkaEvent};
pub use eventgen_registry::{self as registry, Compatibility, ProtobufFile, Schema, SchemaType, wire};
pub use export::{DerivedEvent, SchemaFile};
pub use headers::Headers;
#[cfg(feature = "kafka")]
pub use kafka::{FailedRecord, Receipt};
pub use key::KeyBuffer;
pub use payload::{DecodeError, EncodeError};
#[cfg(feature = "kafka")]
pub use producer::{
    EncodedRecord, Producer, ProducerBuilder, Transaction, TransactionError, TransactionalProducer,
    TransactionalProducerBuilder,
};
#[cfg(feature = "protobuf")]
pub use protobuf::ProtobufType;
pub use retry_topics::retry_topic_name;
#[cfg(feature = "kafka")]
pub use shutdown::shutdown_signal;
pub use text::Text;
#[cfg(feature = "avro")]
pub use text::{DateText, TimestampText};
pub use topic::{Backoff, DeadLetterTopic, Ordering, Retry, Topic};

/// Includes the code that `eventgen-build` generated from the schemas. Put it into a module of its own:
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
