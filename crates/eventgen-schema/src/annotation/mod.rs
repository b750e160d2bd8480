//! The `kafka` annotation: from words on a record to topics and events, every word checked.
//!
//! Words about a topic (`partitions`, `retry` …) may also come from `eventgen.toml`; words about an event (`key`,
//! `headers` …) only from the schema.

mod config;
mod consumers;
mod dead_letter;
mod event;
mod quantity;
mod retry;
mod topic;
mod topic_name;
mod words;

pub(crate) use dead_letter::{DEFAULT_RETENTION_MS, derived_dead_letter};
pub(crate) use event::{Checked, EVENT_WORDS, EventWords};
pub(crate) use quantity::readable;
pub(crate) use retry::RetryMode;
pub(crate) use topic::{TOPIC_WORDS, TopicWords};
pub(crate) use topic_name::{MAX_TOPIC_NAME, check_topic_name_length};
pub(crate) use words::{Casing, Words, wrong_kind};
