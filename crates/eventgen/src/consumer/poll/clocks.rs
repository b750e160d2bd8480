//! When records of retry topics are due. They state it by the clock of the member that wrote them, which may be wrong.

use std::collections::HashSet;
use std::time::Duration;

use crate::consumer::dead_letter::now;
use crate::consumer::failure::retry_record;
use crate::consumer::observers::Observers;
use crate::consumer::record::Record;
use crate::consumer::topics::{Place, TopicPartition, Topics};

/// The partitions of retry topics with a record of which the time was reported.
#[derive(Default)]
pub(super) struct Clocks {
    reported: HashSet<TopicPartition>,
}

impl Clocks {
    /// Bounds when a record is due, if it waits for a delay. `appended` is when the broker appended it, if the topic keeps that.
    pub(super) fn bound_due(
        &mut self,
        record: &mut Record,
        appended: Option<i64>,
        (topics, observers): (&Topics, &Observers),
    ) {
        let (at, offset) = (record.at, record.delivery.offset);
        let Place::Retry { tier: tier @ 1.., .. } = topics.place(at.topic) else { return };
        let topic = topics.get(at.topic);
        let delay = topic.retry.delays.get(tier - 1).copied().unwrap_or_default();
        let beyond = retry_record::bound_due(&mut record.delivery.headers, delay, appended, now());
        let Some(beyond) = beyond.and_then(|millis| u64::try_from(millis).ok()) else { return };
        if self.reported.insert(at) {
            tracing::warn!(
                group = observers.group(),
                topic = topic.name,
                partition = at.partition,
                offset,
                delay = ?delay,
                beyond = ?Duration::from_millis(beyond),
                "a record in a retry topic states that it is due later than its delay allows: a clock is wrong, the header is \
                 forged, or the delay was longer; it is handled when the delay is over. Further ones of this partition are not \
                 logged"
            );
        }
    }
}
