//! End-to-end tests on three real brokers and a real registry. A plain `cargo test` ignores them; `cargo xtask test --only
//! real` starts the servers and runs them. What members, producers and brokers suffer is tried in `tests/chaos`.

mod compliance;
mod delivery;
mod dlq;
mod errors;
mod faults;
mod java_client;
mod lag;
mod oracles;
mod positions;
mod proxy;
mod python_client;
mod register;
mod retry_topics;
mod scripts;
mod send;
mod static_members;
mod tail;
mod topics;
mod transactions;
mod typed_keys;
mod walkthroughs;

use std::env;

use eventgen::Client;

/// The value of a variable that `cargo xtask test` sets.
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test`"))
}

/// A client of the real cluster and the real registry.
fn client() -> Client {
    Client::builder(variable("EVENTGEN_KAFKA"), variable("EVENTGEN_REGISTRY"))
        .build()
        .expect("the addresses are complete")
}
