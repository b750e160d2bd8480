//! The settings of a consumer. [`Consumer`](super::Consumer) collects them, and a run takes them.

use std::time::Duration;

use super::failure::breaker::Breaker;
use super::failure::policy::{OnPanic, UnknownEvents};
use super::failure::rejections::Rejections;
use super::group_names;
use super::middleware::MiddlewareStack;
use super::outputs::TransactionOptions;
use super::start_from::StartFrom;
use super::subscription::Subscription;
use super::topics::Topics;
use crate::kafka::Settings;
use crate::{Client, DecodeOptions, Error};

/// The settings of a consumer: see the methods of [`Consumer`](super::Consumer).
pub(crate) struct Config {
    pub(super) client: Client,
    pub(super) group: String,
    pub(super) handlers: Vec<Subscription>,
    pub(super) middleware: MiddlewareStack,
    pub(super) concurrency: usize,
    pub(super) decode_options: DecodeOptions,
    pub(super) drain: Duration,
    pub(super) commit_interval: Duration,
    pub(super) handler_timeout: Option<Duration>,
    pub(super) schema_grace: Duration,
    pub(super) wait_at_start: Duration,
    pub(super) unknown_events: UnknownEvents,
    pub(super) on_panic: OnPanic,
    pub(super) rejections: Rejections,
    pub(super) breaker: Breaker,
    pub(super) start: StartFrom,
    pub(super) settings: Settings,
    pub(super) transactions: Option<TransactionOptions>,
}

impl Config {
    /// The defaults, without a handler.
    pub(super) fn new(client: &Client, group: String) -> Self {
        Self {
            client: client.clone(),
            group,
            handlers: Vec::new(),
            middleware: MiddlewareStack::default(),
            concurrency: 16,
            decode_options: DecodeOptions::DEFAULT,
            drain: Duration::from_secs(20),
            commit_interval: Duration::from_millis(100),
            handler_timeout: None,
            schema_grace: Duration::from_secs(30),
            wait_at_start: Duration::ZERO,
            unknown_events: UnknownEvents::default(),
            on_panic: OnPanic::default(),
            rejections: Rejections::default(),
            breaker: Breaker::DEFAULT,
            start: StartFrom::Beginning,
            settings: Settings::default(),
            transactions: None,
        }
    }

    /// The topics in the order of the handlers.
    pub(super) fn topics(&self) -> Result<Topics, Error> {
        let invalid = |reason: String| Error::InvalidSubscription { group: self.group.clone(), reason };
        if let Some(reason) = group_names::refused(&self.group) {
            return Err(invalid(reason.to_owned()));
        }
        if self.handlers.is_empty() {
            return Err(invalid("it has no topic: call `subscribe` with a handler".to_owned()));
        }
        let is_batched = |handler: &Subscription| matches!(handler, Subscription::Batches(..));
        let topics = Topics::new(self.handlers.iter().map(|handler| self.client.topic(handler.topic())))
            .with_batches(self.handlers.iter().map(is_batched));
        for (index, name) in topics.names().into_iter().enumerate() {
            if topics.find(name) != Some(index) {
                return Err(invalid(format!(
                    "it subscribes to `{name}` twice: one handler receives all events of a topic"
                )));
            }
        }
        let topics = topics.with_retry_topics(&self.group);
        if topics.have_retry_topics() {
            self.refuse_eager_rebalances()?;
        }
        Ok(topics)
    }

    /// The effective value of a setting, if it is set.
    pub(super) fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).or(self.client.settings().get(name))
    }

    /// With eager rebalances a member gives up all of its partitions at once, and librdkafka replaces its whole assignment, so
    /// that partitions that are not the group's do not last.
    fn refuse_eager_rebalances(&self) -> Result<(), Error> {
        const STRATEGY: &str = "partition.assignment.strategy";
        let is_by_broker = self.setting("group.protocol") == Some("consumer");
        let strategy = self.setting(STRATEGY).filter(|_| !is_by_broker);
        match strategy {
            Some(value) if value.split(',').any(|name| name.trim() != "cooperative-sticky") => {
                Err(Error::RefusedSetting {
                    setting: STRATEGY.to_owned(),
                    value: value.to_owned(),
                    why: "retry topics need `cooperative-sticky`, or `group.protocol` with the value `consumer`",
                })
            }
            _ => Ok(()),
        }
    }
}
