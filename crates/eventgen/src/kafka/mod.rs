//! The interface to librdkafka. No other module names a type of the crate `rdkafka`. Requests for topics and lag are in the
//! crate `eventgen-admin`.
//!
//! | file | what it does |
//! |---|---|
//! | `settings` | configuration by Kafka's names, and the invariants that the guarantees depend on |
//! | `roles` | which settings producers and consumers do not have |
//! | `context` | librdkafka's log and error callbacks |
//! | `headers` | record headers as bytes, through the C interface |
//! | `message`, `partitions` | a fetched record and a list of partitions, without copies |
//! | `block` | memory that copies of records share |
//! | `consumer` | a member of a group: poll, pause, commit, rebalance |
//! | `statistics` | what the client's statistics say about brokers and the group |
//! | `producer` | writes records and tracks each until it is acknowledged |
//! | `log_reader` | reads parts of logs without a group |
//! | `raw` | reads and writes records of any bytes, for the test kit |

mod block;
mod consumer;
mod context;
mod error;
mod headers;
mod log_reader;
mod message;
mod partitions;
mod producer;
mod raw;
mod roles;
mod settings;
mod statistics;

pub(crate) use consumer::{GroupConsumer, GroupEvent, GroupMetadata, PollError, Timestamp};
pub(crate) use context::Context;
pub(crate) use error::KafkaFailure;
pub(crate) use log_reader::{LogPart, read_logs};
pub(crate) use message::Message;
pub(crate) use partitions::{CommittedOffset, PartitionList};
pub use producer::{FailedRecord, Receipt};
pub(crate) use producer::{
    FailedRecords, FailureClass, NotDelivered, OutgoingRecord, RecordWriter, Sending, Settled,
    TRANSACTIONAL_ID, TransactionFailure, WRITE_ON_TOPIC, record_size,
};
pub use raw::{RawRecord, read_raw, write_raw};
pub(crate) use roles::Role;
pub(crate) use settings::{EVENTS, Invariant, Settings};
