//! Typed Kafka events from one annotated schema.
//!
//! An Avro schema that also names its topic, key, retries and dead letters is the whole contract; generated code calls
//! this crate to keep it.

pub mod avro;
mod event;
mod headers;
mod key;
mod schema;
mod text;
mod topic;

pub use event::{EventKind, KafkaEvent, TopicEvents};
pub use headers::Headers;
pub use key::KeyBuffer;
pub use schema::{Schema, SchemaFormat};
pub use text::Text;
pub use topic::{Backoff, DeadLetterTopic, Ordering, Retry, Topic};

// Generated code names these types, so that applications need no dependency of the same version.
pub use chrono;
pub use rust_decimal;
pub use uuid;
