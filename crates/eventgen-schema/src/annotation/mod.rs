//! The `kafka` annotation: from words on a record to topics and events, every word checked.
//!
//! Words about a topic (`partitions`, `retry` …) may also come from `eventgen.toml`; words about an event (`key`,
//! `headers` …) only from the schema.

mod event;
mod quantity;
mod topic;
mod words;

pub(crate) use event::{EVENT_WORDS, EventWords};
pub(crate) use topic::{TOPIC_WORDS, TopicWords};
pub(crate) use words::{Casing, Words};
