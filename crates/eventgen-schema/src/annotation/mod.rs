//! The `kafka` annotation: from properties of a record to topics and events, every property checked.
//!
//! Properties of a topic (`partitions`, `retry` …) may also come from `eventgen.toml`; properties of an event (`key`,
//! `headers` …) only from the schema.

mod config;
mod config_names;
mod consumers;
mod dead_letter;
mod event;
mod quantity;
mod retry;
mod topic;
mod topic_name;

pub(crate) use event::{Checked, EVENT_PROPERTIES, EventProperties};
pub(crate) use retry::RetryMode;
pub(crate) use topic::{TOPIC_PROPERTIES, TopicProperties};
pub(crate) use topic_name::{MAX_TOPIC_NAME, check_topic_name_length};
