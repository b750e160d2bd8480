//! What librdkafka's statistics say about a member of a group.

use std::time::Duration;

use rdkafka::Statistics;

/// The state of a member at the time of its statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MemberStatistics {
    /// Whether the member has joined and no rebalance is under way.
    pub(crate) is_stable: bool,
    /// How long ago a broker sent something; `None` if no broker is connected.
    pub(crate) heard: Option<Duration>,
}

impl MemberStatistics {
    pub(super) fn of(statistics: &Statistics) -> Self {
        let group = statistics.cgrp.as_ref();
        let connected = statistics.brokers.values().filter(|broker| broker.state == "UP");
        Self {
            is_stable: group.is_some_and(|group| group.state == "up" && group.join_state == "steady"),
            // Negative if nothing was received on the connection yet.
            heard: connected
                .filter_map(|broker| u64::try_from(broker.rxidle).ok())
                .min()
                .map(Duration::from_micros),
        }
    }
}
