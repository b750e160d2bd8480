//! Asks the cluster about a topic, and turns silence into an error that says why.

use std::time::{Duration, Instant};

use rdkafka::producer::{BaseProducer, Producer as _};
use rdkafka::types::RDKafkaRespErr;

use super::producer::Acknowledgements;
use super::{Context, Settings};
use crate::client::blocking;
use crate::{Client, Error};

/// How long a cluster may take to answer its first question.
const TIMEOUT: Duration = Duration::from_secs(5);

impl Client {
    /// How many partitions a topic has.
    ///
    /// # Errors
    /// [`Error::UnknownTopic`], [`Error::BrokersUnreachable`] after 5 seconds, [`Error::Authentication`].
    pub async fn partition_count(&self, topic: &str) -> Result<u32, Error> {
        let (client, topic) = (self.clone(), topic.to_owned());
        blocking(move || client.partition_count_blocking(&topic)).await
    }

    fn partition_count_blocking(&self, topic: &str) -> Result<u32, Error> {
        let probe = self.probe()?;
        // A topic made a moment ago may be unknown to the broker that answers.
        let deadline = Instant::now() + Duration::from_secs(2);
        loop {
            let metadata = probe.client().fetch_metadata(Some(topic), TIMEOUT);
            let metadata = metadata.map_err(|error| self.unanswered(&probe, &error.to_string()))?;
            let found = metadata.topics().iter().find(|found| found.name() == topic);
            match found.and_then(|found| found.error().map_or(Some(found.partitions().len()), |_| None)) {
                Some(partitions) if partitions > 0 => {
                    return Ok(u32::try_from(partitions).expect("Kafka counts partitions in 32 bits"));
                }
                _ if Instant::now() < deadline && found.is_some_and(|found| settles(found.error())) => {
                    std::thread::sleep(Duration::from_millis(100));
                }
                _ => {
                    return Err(Error::UnknownTopic {
                        topic: topic.to_owned(),
                        bootstrap_servers: self.bootstrap_servers().to_owned(),
                    });
                }
            }
        }
    }

    /// A client that only asks questions.
    pub(super) fn probe(&self) -> Result<BaseProducer<Acknowledgements>, Error> {
        let config = self.settings().configure(&[], &Settings::default(), &[])?;
        config
            .create_with_context(Acknowledgements::default())
            .map_err(|error| Error::InvalidSettings { client: "admin client", reason: error.to_string() })
    }

    /// Why a question got no answer, by what librdkafka reported while it waited.
    pub(super) fn unanswered(&self, probe: &BaseProducer<Acknowledgements>, fallback: &str) -> Error {
        // Reported errors wait in the queue until somebody polls.
        probe.poll(Duration::from_millis(10));
        let context: &Context = probe.client().context().client_context();
        let bootstrap_servers = self.bootstrap_servers().to_owned();
        match context.authentication_error() {
            Some(reason) => Error::Authentication { bootstrap_servers, reason },
            None => Error::BrokersUnreachable {
                bootstrap_servers,
                waited: TIMEOUT,
                reason: context.transport_error().unwrap_or_else(|| fallback.to_owned()),
            },
        }
    }
}

/// Whether the state of a topic is one that passes by itself.
fn settles(error: Option<RDKafkaRespErr>) -> bool {
    matches!(
        error,
        None | Some(
            RDKafkaRespErr::RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE
                | RDKafkaRespErr::RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART
        )
    )
}
