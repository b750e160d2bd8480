//! librdkafka. No other module names a type of the crate `rdkafka`.

mod context;
mod lag;
mod metadata;
mod topics;

use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;

use context::Context;

/// A cluster and how to reach it.
pub(crate) struct Cluster {
    settings: Vec<(String, String)>,
}

impl Cluster {
    pub(crate) fn new(settings: Vec<(String, String)>) -> Self {
        Self { settings }
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

    fn bootstrap_servers(&self) -> String {
        let servers = self.settings.iter().find(|(name, _)| name == "bootstrap.servers");
        servers.map(|(_, value)| value.clone()).unwrap_or_default()
    }
}
