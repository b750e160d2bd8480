//! Retry topics on real brokers: what waits across restarts and rebalances, in which order records come back, what ends as a
//! dead letter, and what the group commits.

mod commits;
mod ends;
mod order;
mod partitions;
mod support;
mod waiting;
