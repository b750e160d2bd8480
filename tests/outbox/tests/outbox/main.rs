//! The outbox on a real PostgreSQL and the embedded cluster: what is stored, what is published, in which order, and what
//! happens when something fails. `cargo xtask test --only outbox` runs them.

mod connect;
mod debezium;
mod failures;
mod inbox;
mod order;
mod publishing;
mod recipes;
mod storing;
mod support;
mod takeover;
mod trial;
