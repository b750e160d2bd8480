//! An embedded Kafka cluster and an embedded Schema Registry, for tests and demos of services built with eventgen: no
//! Docker, no Java, nothing to install.
//!
//! - [`TestCluster`]: librdkafka's in-process mock cluster with an [`EmbeddedRegistry`] beside it.
//! - [`EmbeddedRegistry`]: the Schema Registry's REST interface for Avro and Protobuf, in this process.
//! - [`deliver`]: hands events to a handler without any broker, with retries and dead letters as in production.
//! - [`records`], [`send_bytes`], [`caught_up`]: look at a topic, put anything on it, wait for a group; on any cluster.
#![forbid(unsafe_code)]

mod caught_up;
mod cluster;
mod deliver;
mod records;
mod registry;
mod send_bytes;

pub use caught_up::caught_up;
pub use cluster::{TestCluster, TestClusterBuilder, TestClusterError, WriteError};
pub use deliver::{DeadLetter, Outcome, TopicEvent, deliver};
pub use records::{Record, records};
pub use registry::{EmbeddedRegistry, EmbeddedRegistryBuilder};
pub use send_bytes::{send_bytes, send_with_headers};
