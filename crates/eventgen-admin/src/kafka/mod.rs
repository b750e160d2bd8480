//! librdkafka. No other module names a type of the crate `rdkafka`.

#[cfg(feature = "contract")]
mod apply;
mod context;
mod create;
mod groups;
mod kept;
mod lag;
#[cfg(feature = "records")]
mod log;
mod metadata;
mod monitor;
mod native;
mod next_records;
mod observe;
mod offsets;
mod parallel;
#[cfg(feature = "dead-letters")]
mod progress;
#[cfg(feature = "dead-letters")]
mod records;
#[cfg(feature = "records")]
mod send;
mod silence;
#[cfg(feature = "dead-letters")]
mod transactions;

use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::BaseConsumer;
use rdkafka::error::KafkaError;

use crate::AdminError;
use crate::secrets::{without_credentials, without_values};
#[cfg(feature = "contract")]
pub(crate) use apply::Session;
use context::Context;
use kept::Kept;
#[cfg(feature = "records")]
pub(crate) use log::Log;
pub(crate) use monitor::Monitor;
pub(crate) use observe::Asked;
#[cfg(feature = "dead-letters")]
pub(crate) use records::{Ranges, Record, Records};
#[cfg(feature = "dead-letters")]
pub(crate) use transactions::Transactions;

/// A cluster and how to reach it.
pub(crate) struct Cluster {
    settings: Vec<(String, String)>,
    kept: Kept,
}

impl Cluster {
    pub(crate) fn new(settings: Vec<(String, String)>) -> Self {
        Self { settings, kept: Kept::default() }
    }

    fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        for (name, value) in &self.settings {
            config.set(name, value);
        }
        // An application chooses what it sees of librdkafka's log by its tracing subscriber.
        config.set_log_level(RDKafkaLogLevel::Info);
        config
    }

    /// A consumer that joins no group and commits nothing.
    fn consumer(&self, settings: &[(&str, &str)]) -> Result<BaseConsumer<Context>, AdminError> {
        let mut config = self.config();
        for (name, value) in settings {
            config.set(*name, *value);
        }
        config
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("allow.auto.create.topics", "false")
            .create_with_context(Context::new(&self.settings))
            .map_err(|error| self.refused(&error))
    }

    /// Settings that librdkafka refuses, without their values.
    fn refused(&self, error: &KafkaError) -> AdminError {
        let settings = self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        AdminError::invalid_settings(without_values(&error.to_string(), settings))
    }

    /// The addresses, for messages.
    fn bootstrap_servers(&self) -> String {
        let servers = self.settings.iter().rev().find(|(name, _)| name == "bootstrap.servers");
        servers.map(|(_, value)| without_credentials(value)).unwrap_or_default()
    }
}

/// The time until a deadline.
fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
}
