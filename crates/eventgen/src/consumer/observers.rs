//! The observers of one consumer.

use std::sync::Arc;

use super::topics::Topics;
use crate::Error;
use crate::observe::trace::Spans;
use crate::observe::{ConsumerEvent, ConsumerMeters, ENABLED, Observer};

/// Notifies every observer of a consumer.
pub(crate) struct Observers {
    group: String,
    /// The names of all topics, separated by commas.
    topics: String,
    all: Vec<Arc<dyn Observer>>,
    meters: Arc<ConsumerMeters>,
    spans: Spans,
}

impl Observers {
    pub(crate) fn new(group: &str, topics: &Topics, mut all: Vec<Arc<dyn Observer>>) -> Self {
        let meters = Arc::new(ConsumerMeters::new(group, &topics.names()));
        if ENABLED {
            all.push(Arc::clone(&meters) as _);
        }
        let spans = Spans::of_consumer(group, &topics.source_names());
        Self { group: group.to_owned(), topics: topics.source_names().join(", "), all, meters, spans }
    }

    /// The metrics of the consumer.
    pub(crate) fn meters(&self) -> &ConsumerMeters {
        &self.meters
    }

    /// Makes the spans of the consumer.
    pub(crate) fn spans(&self) -> &Spans {
        &self.spans
    }

    pub(crate) fn group(&self) -> &str {
        &self.group
    }

    pub(crate) fn notify(&self, event: &ConsumerEvent<'_>) {
        for observer in &self.all {
            observer.on_consumer_event(&self.group, event);
        }
    }

    pub(crate) fn tick(&self) {
        for observer in &self.all {
            observer.on_tick();
        }
    }

    /// Reports an error of the cluster that does not stop the consumer.
    pub(crate) fn cluster_error(&self, cause: &str) {
        self.notify(&ConsumerEvent::ClusterError { at: None, cause });
    }

    /// Reports such an error that is about one partition.
    pub(crate) fn cluster_error_at(&self, topic: &str, partition: i32, cause: &str) {
        self.notify(&ConsumerEvent::ClusterError { at: Some((topic, partition)), cause });
    }

    /// The error of a consumer that cannot continue.
    pub(crate) fn stopped(&self, reason: String) -> Error {
        Error::ConsumerStopped { topics: self.topics.clone(), group: self.group.clone(), reason }
    }
}
