//! Which settings producers and consumers do not have. Those of a client may be of either kind, because it makes both. One of
//! the wrong kind for one producer or consumer is a mistake, and librdkafka only logs that it ignores it.

use super::Settings;
use crate::Error;

/// What settings are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Producer,
    Consumer,
}

/// The settings of librdkafka's consumers only: `CONFIGURATION.md`, marked `C`.
const OF_CONSUMERS: [&str; 31] = [
    "auto.commit.enable",
    "auto.commit.interval.ms",
    "auto.offset.reset",
    "check.crcs",
    "consume.callback.max.messages",
    "coordinator.query.interval.ms",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.partition.eof",
    "fetch.error.backoff.ms",
    "fetch.max.bytes",
    "fetch.message.max.bytes",
    "fetch.min.bytes",
    "fetch.queue.backoff.ms",
    "fetch.wait.max.ms",
    "group.id",
    "group.instance.id",
    "group.protocol",
    "group.protocol.type",
    "group.remote.assignor",
    "heartbeat.interval.ms",
    "isolation.level",
    "max.partition.fetch.bytes",
    "max.poll.interval.ms",
    "offset.store.method",
    "offset.store.path",
    "offset.store.sync.interval.ms",
    "partition.assignment.strategy",
    "queued.max.messages.kbytes",
    "queued.min.messages",
    "session.timeout.ms",
];

/// The settings of its producers only, marked `P`. Not `transactional.id`, for which there are errors of their own.
const OF_PRODUCERS: [&str; 27] = [
    "acks",
    "batch.num.messages",
    "batch.size",
    "compression.codec",
    "compression.level",
    "compression.type",
    "delivery.report.only.error",
    "delivery.timeout.ms",
    "enable.gapless.guarantee",
    "enable.idempotence",
    "linger.ms",
    "message.send.max.retries",
    "message.timeout.ms",
    "partitioner",
    "produce.offset.report",
    "queue.buffering.backpressure.threshold",
    "queue.buffering.max.kbytes",
    "queue.buffering.max.messages",
    "queue.buffering.max.ms",
    "queuing.strategy",
    "request.required.acks",
    "request.timeout.ms",
    "retries",
    "sticky.partitioning.linger.ms",
    "transaction.timeout.ms",
    "transactional.id",
    "msg_order_cmp",
];

/// Settings that name a cluster.
const OF_CLIENTS: [&str; 2] = ["bootstrap.servers", "metadata.broker.list"];

impl Role {
    /// Refuses settings of one producer or consumer that it does not have.
    ///
    /// # Errors
    /// [`Error::RefusedSetting`].
    pub(crate) fn check(self, own: &Settings) -> Result<(), Error> {
        own.iter().try_for_each(|(name, value)| match self.refusal(name) {
            None => Ok(()),
            Some(why) => {
                Err(Error::RefusedSetting { setting: name.to_owned(), value: value.to_owned(), why })
            }
        })
    }

    fn refusal(self, name: &str) -> Option<&'static str> {
        if OF_CLIENTS.contains(&name) {
            return Some(
                "topics are looked up, and offsets committed, on the cluster of the client: set it there",
            );
        }
        match self {
            Self::Consumer if name == "group.id" => Some("the group is an argument of the consumer"),
            Self::Producer if OF_CONSUMERS.contains(&name) => Some(
                "a producer does not have it: set it for the consumer with `Consumer::set`, or for the client",
            ),
            Self::Consumer if OF_PRODUCERS.contains(&name) => Some(
                "a consumer does not have it: set it for the producer, with `TransactionOptions::set` for the one of a \
                 transactional consumer, or for the client",
            ),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::ClientConfig;
    use rdkafka::consumer::BaseConsumer;
    use rdkafka::producer::BaseProducer;

    use super::*;

    #[test]
    fn settings_are_refused_where_librdkafka_would_ignore_them() {
        for (role, foreign, own) in [
            (Role::Producer, &OF_CONSUMERS[..], "linger.ms"),
            (Role::Consumer, &OF_PRODUCERS[..], "isolation.level"),
        ] {
            for name in foreign.iter().chain(&OF_CLIENTS) {
                let error = role.check(&Settings::of(&[(name, "x")])).expect_err("refused").to_string();
                assert!(error.starts_with(&format!("`{name}=x` is refused: ")), "{error}");
            }
            role.check(&Settings::of(&[(own, "x"), ("client.id", "x")])).expect("its own");
        }
    }

    #[test]
    fn librdkafka_knows_the_names() {
        // Settings that take a function have no text.
        for name in OF_CONSUMERS.iter().chain(&OF_PRODUCERS).filter(|name| !name.contains('_')) {
            let mut config = ClientConfig::new();
            config.set(*name, "\u{1}");
            let refused = if OF_CONSUMERS.contains(name) {
                config.create::<BaseConsumer>().err()
            } else {
                config.create::<BaseProducer>().err()
            };
            if let Some(error) = refused {
                assert!(!error.to_string().contains("No such configuration property"), "{name}: {error}");
            }
        }
    }
}
