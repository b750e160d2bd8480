//! The `kafka` annotation: checks the properties of a record and builds topics and events from them.
//!
//! Properties of a topic (`partitions`, `retry` …) may also be set in `eventgen.toml`. Properties of an event (`key`,
//! `headers` …) are set in the schema only.

mod config;
mod config_names;
mod consumers;
mod dead_letter;
mod duration;
mod event;
mod key;
mod quantity;
mod retry;
mod retry_config;
mod subject;
mod topic;
mod topic_name;

pub(crate) use dead_letter::ROOM as DEAD_LETTER_ROOM;
pub(crate) use event::{Checked, EVENT_PROPERTIES, EventProperties};
pub(crate) use key::{TypedKey, check_key_schemas};
pub use quantity::duration as parse_duration;
pub(crate) use topic::{TOPIC_PROPERTIES, TopicProperties};
pub(crate) use topic_name::{MAX_TOPIC_NAME, check_topic_name, check_topic_name_length, foreign_char};
