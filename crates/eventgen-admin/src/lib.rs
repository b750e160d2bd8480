//! Topics, consumer lag and dead letters of a Kafka cluster.
//!
//! - [`TopicSpec`]: a topic with its retry topics and its dead-letter topic, as a contract asks for them.
//! - [`plan`](fn@plan): compares specifications with the topics of a cluster and returns a [`Plan`], with a reason for each
//!   step. A pure function.
//! - [`Admin`]: asks the cluster about topics and lag, and creates topics.
//! - [`LagMonitor`]: samples the lag of all groups on some topics, and [`LagHistory`] finds the [state](LagState) of a group
//!   in several samples.
//! - `blocking::DeadLetters` (feature `dead-letters`): the letters of dead-letter topics, whoever has written them.
//! - `RecordReader` (feature `records`): the records of a topic, without a group.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use eventgen_admin::{Action, TopicSpec, plan};
//!
//! let orders = TopicSpec::new("orders").with_partitions(12);
//! let plan = plan(&[orders], &BTreeMap::new());
//! assert!(matches!(plan.steps[0].action, Action::Create { partitions: Some(12), .. }));
//! assert_eq!(plan.steps[0].reason, "the topic does not exist");
//! ```
#![deny(unsafe_code)]

mod admin;
#[cfg(feature = "dead-letters")]
pub mod blocking;
mod connection;
#[cfg(feature = "contract")]
mod contract;
#[cfg(feature = "dead-letters")]
pub mod dead_letters;
mod error;
#[cfg(feature = "contract")]
mod guarded;
mod kafka;
mod lag;
mod monitor;
mod observation;
mod plan;
#[cfg(feature = "records")]
mod record_reader;
#[cfg(feature = "records")]
mod record_sender;
#[cfg(feature = "records")]
mod records;
mod retry;
mod secrets;
mod spec;
#[cfg(feature = "values")]
pub mod values;

pub use admin::{Admin, PartitionLag};
pub use connection::{
    CONNECTION_PROPERTIES, connection_settings, refused_credentials, refused_settings, unreachable,
};
pub use error::AdminError;
#[cfg(feature = "contract")]
pub use guarded::{
    Applied, ApplyError, GuardedPlan, Moved, PlanFileError, PlanOptions, Reassignment, Rejection, Warning,
    guarded_plan,
};

pub use lag::{
    GroupPartition, GroupSample, GroupStatus, LagHistory, LagLimit, LagQuery, LagReason, LagSample, LagState,
    Owner, PartitionOffsets, PartitionStatus, short_duration,
};
pub use monitor::LagMonitor;
pub use observation::Observation;
pub use plan::{Action, ConfigChange, ExistingTopic, Guard, Plan, Step, plan};
#[cfg(feature = "records")]
pub use record_reader::RecordReader;
#[cfg(feature = "records")]
pub use record_sender::send_records;
#[cfg(feature = "records")]
pub use records::{
    ContractReader, EncodedEvent, EventEncoder, Header, KeyComparison, NextRecord, NoEncoder, OutgoingRecord,
    Problem, Receipt, Record, RecordQuery, Start, Unsent, parse_time, registered_id, registered_key_id,
    typed_key_payload,
};
pub use retry::RetrySpec;
pub use secrets::{without_credentials, without_values};
pub use spec::{DeadLetterSpec, Reliance, TopicOverrides, TopicSpec};
