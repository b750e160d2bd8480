//! The embedded cluster: librdkafka's mock brokers and a Schema Registry.

use std::fmt;

use eventgen::{Client, ClientBuilder, Topic, TopicEvents};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};
use thiserror::Error;

use crate::EmbeddedRegistry;

/// A Kafka cluster with a Schema Registry in this process. It stops when it is dropped.
///
/// The brokers are librdkafka's mock. They implement the protocol of producers, consumers and groups over real sockets.
/// They ignore isolation levels (records of aborted transactions are visible), do not implement the admin API
/// ([`create_topic`](Self::create_topic) creates topics; requests about other topics create none), and keep about 5 MB of each partition. Tests of these
/// features need a real cluster.
pub struct TestCluster {
    brokers: MockCluster<'static, DefaultProducerContext>,
    registry: EmbeddedRegistry,
    broker_count: u16,
}

/// Sets up a [`TestCluster`].
#[derive(Debug)]
#[must_use = "`start` starts the cluster"]
pub struct TestClusterBuilder {
    brokers: u16,
}

/// Why a cluster does not start, or a topic is not created. Its `Debug` is the readable text, for tests that return it.
#[derive(Error)]
#[non_exhaustive]
pub enum TestClusterError {
    /// The mock brokers.
    #[error("the embedded brokers failed: {0}")]
    Brokers(String),
    /// A topic that the brokers do not create.
    #[error("topic `{topic}` could not be created: {reason}")]
    #[non_exhaustive]
    Topic {
        /// The topic.
        topic: String,
        /// What librdkafka reports.
        reason: String,
    },
    /// The embedded registry.
    #[error("the embedded registry did not start: {0}")]
    Registry(#[from] std::io::Error),
    /// The client.
    #[error(transparent)]
    Client(#[from] eventgen::Error),
}

impl fmt::Debug for TestClusterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TestClusterError {
    fn brokers(error: impl fmt::Display) -> Self {
        Self::Brokers(error.to_string())
    }
}

/// An error that brokers return for a produce request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WriteError {
    /// The record is larger than the topic allows (`MESSAGE_TOO_LARGE`).
    TooLarge,
    /// The timestamp of the record is not in the range that the topic allows (`INVALID_TIMESTAMP`).
    InvalidTimestamp,
    /// The client may not write to the topic (`TOPIC_AUTHORIZATION_FAILED`).
    NotAuthorized,
    /// A policy of the cluster forbids the record (`POLICY_VIOLATION`).
    PolicyViolation,
    /// The sequence of an idempotent producer has a gap, which is fatal for the producer
    /// (`OUT_OF_ORDER_SEQUENCE_NUMBER`).
    OutOfOrderSequence,
}

impl WriteError {
    fn code(self) -> RDKafkaRespErr {
        match self {
            Self::TooLarge => RDKafkaRespErr::RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
            Self::InvalidTimestamp => RDKafkaRespErr::RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP,
            Self::NotAuthorized => RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
            Self::PolicyViolation => RDKafkaRespErr::RD_KAFKA_RESP_ERR_POLICY_VIOLATION,
            Self::OutOfOrderSequence => RDKafkaRespErr::RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
        }
    }
}

impl TestClusterBuilder {
    /// Sets the number of brokers. Default: 3.
    pub fn brokers(mut self, brokers: u16) -> Self {
        self.brokers = brokers.max(1);
        self
    }

    /// Starts the cluster.
    ///
    /// # Errors
    /// No free ports or no threads to be had.
    pub fn start(self) -> Result<TestCluster, TestClusterError> {
        let brokers = MockCluster::new(i32::from(self.brokers)).map_err(TestClusterError::brokers)?;
        Ok(TestCluster { brokers, registry: EmbeddedRegistry::start()?, broker_count: self.brokers })
    }
}

impl TestCluster {
    /// Starts three brokers and a registry.
    ///
    /// # Errors
    /// No free ports or no threads to be had.
    pub fn start() -> Result<Self, TestClusterError> {
        Self::builder().start()
    }

    /// Builds a cluster with other settings.
    pub fn builder() -> TestClusterBuilder {
        TestClusterBuilder { brokers: 3 }
    }

    /// The addresses of the brokers.
    pub fn bootstrap_servers(&self) -> String {
        self.brokers.bootstrap_servers()
    }

    /// The registry.
    pub fn schema_registry(&self) -> &EmbeddedRegistry {
        &self.registry
    }

    /// Answers the next produce requests with these errors, one each, whichever client sends them.
    pub fn refuse_writes(&self, errors: &[WriteError]) {
        let errors: Vec<RDKafkaRespErr> = errors.iter().map(|error| error.code()).collect();
        self.brokers.request_errors(RDKafkaApiKey::Produce, &errors);
    }

    /// Refuses the next commits of offsets, whichever group commits. The client does not repeat them by itself.
    pub fn refuse_commits(&self, times: usize) {
        let error = RDKafkaRespErr::RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
        self.brokers.request_errors(RDKafkaApiKey::OffsetCommit, &vec![error; times]);
    }

    /// Stops a broker and closes its connections. The first broker is 1.
    ///
    /// # Errors
    /// A broker that is not there.
    pub fn broker_down(&self, broker: i32) -> Result<(), TestClusterError> {
        self.brokers.broker_down(broker).map_err(TestClusterError::brokers)
    }

    /// Starts a broker that was stopped.
    ///
    /// # Errors
    /// A broker that is not there.
    pub fn broker_up(&self, broker: i32) -> Result<(), TestClusterError> {
        self.brokers.broker_up(broker).map_err(TestClusterError::brokers)
    }

    /// A client of the cluster and its registry.
    ///
    /// # Errors
    /// The client cannot be created. This does not happen with the settings of this cluster.
    pub fn client(&self) -> Result<Client, TestClusterError> {
        Ok(self.client_builder().build()?)
    }

    /// The builder of a client, for tests that change a setting or use another registry.
    pub fn client_builder(&self) -> ClientBuilder {
        Client::builder(self.bootstrap_servers(), self.registry.url())
            // At the mock coordinator, a member that joins an existing group waits for almost a session timeout.
            .set("session.timeout.ms", "6000")
            .set("heartbeat.interval.ms", "1000")
    }

    /// Creates a topic, the retry topics of the groups that its contract names, and its dead-letter topic, with the contract's
    /// number of partitions, by default 1. There are at most as many replicas as brokers. A topic that exists is not changed.
    ///
    /// # Errors
    /// [`TestClusterError::Topic`] if the brokers refuse it.
    pub fn create_topic(&self, topic: &Topic) -> Result<(), TestClusterError> {
        self.create(topic.name, topic.partitions, topic.replication_factor)?;
        for name in topic.groups.iter().flat_map(|group| topic.retry_topics(group)) {
            self.create(&name, topic.partitions, topic.replication_factor)?;
        }
        if let Some(dead_letter) = topic.dead_letter {
            self.create(
                dead_letter.name,
                dead_letter.partitions.or(topic.partitions),
                topic.replication_factor,
            )?;
        }
        Ok(())
    }

    fn create(
        &self,
        name: &str,
        partitions: Option<u32>,
        replicas: Option<u16>,
    ) -> Result<(), TestClusterError> {
        let partitions = i32::try_from(partitions.unwrap_or(1)).unwrap_or(i32::MAX);
        let replicas = i32::from(replicas.unwrap_or(1).min(self.broker_count));
        match self.brokers.create_topic(name, partitions, replicas) {
            Ok(()) | Err(KafkaError::MockCluster(RDKafkaErrorCode::TopicAlreadyExists)) => Ok(()),
            Err(error) => Err(TestClusterError::Topic { topic: name.to_owned(), reason: error.to_string() }),
        }
    }

    /// Creates a topic, its retry topics and its dead-letter topic, and registers the schemas of the topic's events. It may be called again: a
    /// topic that exists is not changed.
    ///
    /// # Errors
    /// As [`create_topic`](Self::create_topic); [`TestClusterError::Client`] if the registry refuses a schema.
    pub async fn prepare<T: TopicEvents>(&self) -> Result<(), TestClusterError> {
        self.create_topic(T::TOPIC)?;
        self.client()?.register::<T>().await?;
        Ok(())
    }
}
