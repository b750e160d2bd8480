//! An embedded Kafka cluster and an embedded Schema Registry, for tests and demos of services built with eventgen: no
//! Docker, no Java, nothing to install.
//!
//! - [`TestCluster`]: librdkafka's in-process mock cluster with an [`EmbeddedRegistry`].
//! - [`EmbeddedRegistry`]: the Schema Registry's REST interface for Avro and Protobuf, in this process.
//! - [`deliver`]: passes events to a handler without a broker, with retries and dead letters as in production;
//!   [`deliver_transactional`] returns what it sends, too.
//! - [`records`], [`send_bytes`], [`send_record`], [`caught_up`]: read a topic, write any bytes to it, wait for a group. They
//!   work on any cluster.
#![forbid(unsafe_code)]

mod caught_up;
mod cluster;
mod deliver;
mod records;
mod registry;
mod send_bytes;
mod sent;

pub use caught_up::caught_up;
pub use cluster::{TestCluster, TestClusterBuilder, TestClusterError, WriteError};
pub use deliver::{DeadLetter, Outcome, Skipped, TopicEvent, deliver, deliver_transactional};
pub use records::{Record, records};
pub use registry::{EmbeddedRegistry, EmbeddedRegistryBuilder};
pub use send_bytes::{send_bytes, send_record, send_with_headers};
pub use sent::SentRecord;
