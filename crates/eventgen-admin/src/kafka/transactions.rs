//! Writes records and what has become of their letters in one transaction: a run that is killed leaves none of them half done.

use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerGroupMetadata};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _, PurgeConfig};
use rdkafka::{Offset, TopicPartitionList};

use super::native::to_native;
use super::progress::denied as group_denied;
use super::{Cluster, Context};
use crate::AdminError;
use crate::dead_letters::{Outgoing, PROGRESS_GROUP, RunError};

/// How long each step of a transaction may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How long room in the buffer is waited for at a time.
const ROOM: Duration = Duration::from_millis(100);

/// One transaction after another, by the only producer that works on a dead-letter topic.
pub(crate) struct Transactions {
    producer: BaseProducer<Context>,
    /// It has to live as long as the producer asks for its group.
    group: (BaseConsumer<Context>, ConsumerGroupMetadata),
    topic: String,
}

impl Cluster {
    /// Ends what an earlier run has left of a transaction. A run that still goes on is fenced off.
    pub(crate) fn transactions(&self, topic: &str) -> Result<Transactions, RunError> {
        let mut config = self.config();
        config.remove("group.id");
        config
            .set("transactional.id", transactional_id(topic))
            .set("transaction.timeout.ms", "60000")
            .set("delivery.timeout.ms", "30000")
            .set("compression.type", "lz4")
            // That of JVM clients.
            .set("partitioner", "murmur2_random")
            .set("linger.ms", "5")
            // The topic decides which records are too large, and it refuses a whole batch.
            .set("message.max.bytes", "100000000")
            .set("batch.size", "16384");
        let producer: BaseProducer<Context> =
            config.create_with_context(Context::new(&self.settings)).map_err(|error| self.refused(&error))?;
        let consumer = self.consumer(&[("group.id", PROGRESS_GROUP)])?;
        let group = consumer.group_metadata().ok_or_else(|| {
            AdminError::request("committing what was done", "librdkafka does not know the group")
        })?;
        let transactions = Transactions { producer, group: (consumer, group), topic: topic.to_owned() };
        let begun = transactions.producer.init_transactions(TIMEOUT);
        begun.map_err(|error| transactions.failed("beginning transactions", &error))?;
        Ok(transactions)
    }
}

/// The name under which the runs on a dead-letter topic fence each other off.
fn transactional_id(topic: &str) -> String {
    format!("{PROGRESS_GROUP}.{topic}")
}

/// Whether a broker refuses a record for what it is, or for its topic: any other record may be written.
fn is_of_the_record(code: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(
        code,
        Code::MessageSizeTooLarge
            | Code::InvalidMessageSize
            | Code::InvalidRecord
            | Code::InvalidTimestamp
            | Code::InvalidMessage
            | Code::InvalidTopic
            | Code::PolicyViolation
            | Code::UnknownTopic
            | Code::UnknownPartition
            | Code::UnknownTopicOrPartition
    )
}

impl Transactions {
    pub(crate) fn begin(&self) -> Result<(), RunError> {
        self.producer.begin_transaction().map_err(|error| self.failed("beginning a transaction", &error))
    }

    /// Hands over a record. Whether it is written is known when the transaction is committed.
    pub(crate) fn send(&self, outgoing: &Outgoing) -> Result<(), RunError> {
        let mut record = BaseRecord::<[u8], [u8]>::to(&outgoing.topic).headers(to_native(&outgoing.headers));
        record.key = outgoing.key.as_deref();
        record.payload = outgoing.value.as_deref();
        record.partition = outgoing.partition;
        loop {
            let Err((error, unsent)) = self.producer.send(record) else { return Ok(()) };
            match error.rdkafka_error_code() {
                Some(RDKafkaErrorCode::QueueFull) => {}
                Some(code) if is_of_the_record(code) => {
                    self.producer.context().refuse(code, outgoing.size(), &outgoing.topic);
                    return Ok(());
                }
                // One that was sent before is refused: waiting for it tells which.
                _ if self.producer.context().undelivered().is_some() => return Ok(()),
                _ => return Err(self.failed(&format!("writing to `{}`", outgoing.topic), &error)),
            }
            record = unsent;
            self.producer.poll(ROOM);
        }
    }

    /// Waits until all records that were handed over are written. `Some` is the reason why the topic of one of them does not take
    /// it, whoever sends it: nothing of the transaction can be committed.
    pub(crate) fn deliver(&self) -> Result<Option<String>, RunError> {
        let context: &Context = self.producer.context();
        let deadline = Instant::now() + TIMEOUT;
        while self.producer.in_flight_count() > 0 && context.undelivered().is_none() {
            if Instant::now() >= deadline {
                let late = KafkaError::Flush(RDKafkaErrorCode::OperationTimedOut);
                return Err(self.failed("writing", &late));
            }
            self.producer.poll(ROOM);
        }
        match context.undelivered() {
            None => Ok(None),
            Some((Some(code), reason)) if is_of_the_record(code) => Ok(Some(reason)),
            Some((code, _)) => {
                let code = code.unwrap_or(RDKafkaErrorCode::Unknown);
                Err(self.failed("writing", &KafkaError::MessageProduction(code)))
            }
        }
    }

    /// Commits the records with the offsets and metadata of partitions.
    pub(crate) fn commit(&self, done: &[(i32, i64, String)]) -> Result<(), RunError> {
        let mut offsets = TopicPartitionList::with_capacity(done.len());
        for (partition, offset, metadata) in done {
            let added = offsets.add_partition_offset(&self.topic, *partition, Offset::Offset(*offset));
            added.map_err(|error| self.failed("committing", &error))?;
            if let Some(mut element) = offsets.find_partition(&self.topic, *partition) {
                element.set_metadata(metadata);
            }
        }
        self.producer
            .flush(TIMEOUT)
            .and_then(|()| self.producer.send_offsets_to_transaction(&offsets, &self.group.1, TIMEOUT))
            .and_then(|()| self.producer.commit_transaction(TIMEOUT))
            .map_err(|error| self.failed("committing", &error))
    }

    /// Leaves nothing of the transaction. If that fails the brokers abort it after a minute, or the next run does.
    pub(crate) fn abort(&self) -> Result<(), RunError> {
        // librdkafka waits for the outcome of every record, which nobody else asks for.
        self.producer.purge(PurgeConfig::default().queue());
        let deadline = Instant::now() + TIMEOUT;
        while self.producer.in_flight_count() > 0 && Instant::now() < deadline {
            self.producer.poll(ROOM);
        }
        self.producer.context().forget_undelivered();
        let aborted = self.producer.abort_transaction(TIMEOUT);
        aborted.map_err(|error| self.failed("aborting a transaction", &error))
    }

    fn failed(&self, what: &str, error: &KafkaError) -> RunError {
        use RDKafkaErrorCode as Code;
        let context: &Context = self.producer.context();
        let fatal = self.producer.client().fatal_error().map(|(code, _)| code);
        let code = fatal.or(error.rdkafka_error_code()).unwrap_or(Code::Unknown);
        let code = if matches!(code, Code::Fatal | Code::State | Code::Fail) {
            error.rdkafka_error_code().unwrap_or(code)
        } else {
            code
        };
        let (unwritten_code, unwritten) = context.undelivered().unzip();
        let code = if unwritten_code.flatten() == Some(Code::TopicAuthorizationFailed) {
            Code::TopicAuthorizationFailed
        } else {
            code
        };
        let id = transactional_id(&self.topic);
        let denied = |right: String| AdminError::Denied { what: what.to_owned(), right }.into();
        match code {
            Code::Fenced | Code::ProducerFenced | Code::InvalidProducerEpoch => {
                RunError::Fenced { topic: self.topic.clone() }
            }
            Code::TransactionalIdAuthorizationFailed => {
                denied(format!("the operations Describe and Write on transactional id `{id}`"))
            }
            Code::GroupAuthorizationFailed => group_denied().into(),
            Code::TopicAuthorizationFailed => {
                denied("the operations Describe and Write on the topic that letters go to".to_owned())
            }
            _ => {
                let transport = || context.transport_error();
                let reason = unwritten.or_else(transport).unwrap_or_else(|| error.to_string());
                AdminError::request(what, reason).into()
            }
        }
    }
}
