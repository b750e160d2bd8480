//! The metrics that producers and consumers of eventgen emit about themselves, and no exporter has.

/// The names of metrics in Prometheus. All are about a group on a topic unless they say otherwise.
#[derive(Debug)]
pub(crate) struct Runtime {
    /// Consumers that run.
    pub(crate) up: &'static str,
    /// Attempts that failed and are repeated.
    pub(crate) retries: &'static str,
    /// Records that became dead letters, by disposition.
    pub(crate) dead_letters: &'static str,
    /// Records that were skipped.
    pub(crate) skipped: &'static str,
    /// Records that were fetched, by partition.
    pub(crate) consumed: &'static str,
    /// Records that retention removed before they were read.
    pub(crate) lost: &'static str,
    /// Whether records of a partition wait, by partition and reason.
    pub(crate) held: &'static str,
    /// Whether the breaker of a partition is open, by partition.
    pub(crate) breaker_open: &'static str,
    /// Records that are fetched and not done, by partition.
    pub(crate) in_flight: &'static str,
    /// The age of the oldest of them, by partition.
    pub(crate) in_flight_age: &'static str,
    /// Records that wait for their next attempt, by partition.
    pub(crate) delayed: &'static str,
    /// How long handlers take: a histogram.
    pub(crate) process_duration: &'static str,
    /// Commits of a group that were refused.
    pub(crate) commit_failures: &'static str,
    /// Rebalances that members of a group have answered, by kind.
    pub(crate) rebalances: &'static str,
    /// Records that were sent to a topic.
    pub(crate) sent: &'static str,
    /// Records for a topic that were not acknowledged.
    pub(crate) producer_failures: &'static str,
}

/// The label of the reason for which a partition is held.
pub(crate) const REASON: &str = "eventgen_hold_reason";
/// The label of the reason for which a record is a dead letter.
pub(crate) const DISPOSITION: &str = "eventgen_dead_letter_disposition";
/// The label of what a rebalance does.
pub(crate) const REBALANCE_KIND: &str = "eventgen_rebalance_kind";
/// The label of the error of an operation that failed.
pub(crate) const ERROR: &str = "error_type";

pub(crate) const RUNTIME: Runtime = Runtime {
    up: "eventgen_consumer_up",
    retries: "eventgen_consumer_retries_total",
    dead_letters: "eventgen_consumer_dead_letters_total",
    skipped: "eventgen_consumer_skipped_total",
    consumed: "messaging_client_consumed_messages_total",
    lost: "eventgen_consumer_lost_records_total",
    held: "eventgen_consumer_held",
    breaker_open: "eventgen_consumer_breaker_open",
    in_flight: "eventgen_consumer_in_flight_records",
    in_flight_age: "eventgen_consumer_in_flight_age_seconds",
    delayed: "eventgen_consumer_delayed_records",
    process_duration: "messaging_process_duration_seconds",
    commit_failures: "eventgen_consumer_commit_failures_total",
    rebalances: "eventgen_consumer_rebalances_total",
    sent: "messaging_client_sent_messages_total",
    producer_failures: "eventgen_producer_failures_total",
};

/// By how much each series of a counter has grown within a time. One that is new has grown from 0: `increase` alone does not
/// see what a process has counted before it was scraped first. A series that was there within an hour before is not new, so
/// that a gap between scrapes does not count everything again.
pub(crate) fn growth(counter: &str, within: &str) -> String {
    format!(
        "{counter} - (last_over_time({counter}[1h] offset {within}) or {counter} * 0) > 0 or increase({counter}[{within}])"
    )
}
