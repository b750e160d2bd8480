//! Settings of librdkafka by Kafka's names: defaults of the runtime, overrides of an application, and values that are refused
//! because they would break a guarantee.

use std::collections::BTreeMap;
use std::fmt;

use eventgen_admin::{without_credentials, without_values};
use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;

use crate::Error;

/// Settings that contain credentials, which are never printed.
const SECRETS: [&str; 10] = [
    "sasl.password",
    "sasl.oauthbearer.client.secret",
    "sasl.oauthbearer.client.credentials.client.secret",
    "sasl.oauthbearer.assertion.private.key.passphrase",
    "ssl_key",
    "sasl.oauthbearer.config",
    "ssl.key.password",
    "ssl.key.pem",
    "ssl.keystore.password",
    "sasl.oauthbearer.assertion.private.key.pem",
];

/// Settings by name. Their `Debug` output omits secrets.
#[derive(Clone, Default)]
pub(crate) struct Settings(BTreeMap<String, String>);

/// A setting that a guarantee depends on: its name, whether a value keeps the guarantee, and what would happen otherwise.
pub(crate) type Invariant = (&'static str, fn(&str) -> bool, &'static str);

/// librdkafka would pass what it reports to a queue that nobody reads.
pub(crate) const EVENTS: Invariant = (
    "enabled_events",
    |events| events == "0",
    "acknowledgements, rebalances and errors would not be reported any more",
);

impl Settings {
    /// These settings.
    pub(crate) fn of(settings: &[(&str, &str)]) -> Self {
        Self(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    pub(crate) fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The names and values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The configuration of a client: `defaults`, overridden by these settings, overridden by `overrides`.
    ///
    /// # Errors
    /// [`Error::RefusedSetting`] for a value that would break a guarantee.
    pub(super) fn configure(
        &self,
        defaults: &[(&str, &str)],
        overrides: &Settings,
        promises: &[Invariant],
    ) -> Result<ClientConfig, Error> {
        let mut config = ClientConfig::new();
        for (name, value) in defaults {
            config.set(*name, *value);
        }
        for (name, value) in self.0.iter().chain(&overrides.0) {
            if let Some((_, _, why)) =
                promises.iter().find(|(promised, keeps, _)| promised == name && !keeps(value))
            {
                return Err(Error::RefusedSetting { setting: name.clone(), value: value.clone(), why });
            }
            config.set(name, value);
        }
        // The tracing subscriber of the application filters librdkafka's log.
        config.set_log_level(RDKafkaLogLevel::Info);
        Ok(config)
    }
}

/// The error of settings that librdkafka refuses, without their values.
pub(super) fn refused(client: &'static str, config: &ClientConfig, error: &KafkaError) -> Error {
    Error::invalid_settings(client, without_values(&error.to_string(), config.config_map()))
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |name: &str, value: &str| match name {
            name if SECRETS.contains(&name) => "[secret]".to_owned(),
            "bootstrap.servers" => without_credentials(value),
            _ => value.to_owned(),
        };
        f.debug_map().entries(self.0.iter().map(|(name, value)| (name, shown(name, value)))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_printed() {
        let mut settings = Settings::default();
        settings.set("sasl.username", "alice");
        settings.set("sasl.password", "open sesame");
        settings.set("bootstrap.servers", "ada:sesame@kafka-1:9092");
        let printed = format!("{settings:?}");
        assert!(printed.contains("alice") && !printed.contains("sesame"), "{printed}");
    }

    #[test]
    fn a_setting_that_is_refused_is_named_without_its_value() {
        let settings = Settings::of(&[("sasl.passwrd", "open sesame")]);
        let config = settings.configure(&[], &Settings::default(), &[]).expect("no promise");
        let error = config.create::<rdkafka::consumer::BaseConsumer>().err().expect("refused");
        let printed = refused("consumer", &config, &error).to_string();
        assert!(printed.contains("sasl.passwrd") && !printed.contains("sesame"), "{printed}");
    }

    #[test]
    fn a_broken_promise_is_refused_wherever_it_is_set() {
        let promises: &[Invariant] = &[("acks", |value| value == "all", "records would be lost")];
        let (mut shared, mut own) = (Settings::default(), Settings::default());
        own.set("acks", "all");
        assert!(shared.configure(&[("acks", "all")], &own, promises).is_ok());
        shared.set("acks", "1");
        let error = shared.configure(&[], &own, promises).expect_err("refused");
        assert_eq!(error.to_string(), "`acks=1` is refused: records would be lost");
    }
}
