//! Opens the session of a transactional id, for a producer and for a consumer.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::session::Session;
use crate::kafka::{RecordWriter, Settings, TRANSACTIONAL_ID};
use crate::{Client, Error};

/// The setting for the timeout of transactions.
const TIMEOUT: &str = "transaction.timeout.ms";

/// The timeouts that librdkafka accepts, in milliseconds.
const TIMEOUTS: RangeInclusive<u128> = 1_000..=2_147_483_647;
/// The setting for how long a record may wait for its acknowledgement, by its two names.
const RECORD_TIMEOUTS: [&str; 2] = ["delivery.timeout.ms", "message.timeout.ms"];

/// What a session is made of.
pub(crate) struct Opening {
    /// The id, as the application names it.
    pub(crate) id: String,
    pub(crate) settings: Settings,
    pub(crate) timeout: Duration,
    /// Where the application sets the id and the timeout instead of the properties, for errors.
    pub(crate) id_is_set_by: &'static str,
    pub(crate) timeout_is_set_by: &'static str,
}

impl Opening {
    /// A session, which has not asked the cluster for anything yet, and the transactional id in the cluster.
    ///
    /// # Errors
    /// [`Error::RefusedSetting`], [`Error::InvalidSettings`].
    pub(crate) fn open(self, client: &Client) -> Result<(Session<RecordWriter>, String), Error> {
        let Self { id, mut settings, timeout, id_is_set_by, timeout_is_set_by } = self;
        for (name, why) in [(TRANSACTIONAL_ID, id_is_set_by), (TIMEOUT, timeout_is_set_by)] {
            if let Some(value) = settings.get(name).or(client.settings().get(name)) {
                let (setting, value) = (name.to_owned(), value.to_owned());
                return Err(Error::RefusedSetting { setting, value, why });
            }
        }
        if id.is_empty() {
            let (setting, value) = (TRANSACTIONAL_ID.to_owned(), id);
            return Err(Error::RefusedSetting {
                setting,
                value,
                why: "an empty id would turn transactions off",
            });
        }
        check_times(client.settings(), &settings, timeout)?;
        let id = client.topic_name(&id);
        settings.set(TRANSACTIONAL_ID, &id);
        settings.set(TIMEOUT, timeout.as_millis().to_string());
        let client = client.clone();
        let make = move || RecordWriter::transactional(client.settings(), &settings);
        // A setting that is refused is an error before anything is asked for.
        drop(make()?);
        Ok((Session::new(id.clone(), timeout, Box::new(make)), id))
    }
}

/// Refuses a timeout that librdkafka does not accept, and records that would wait for longer than their transaction.
fn check_times(shared: &Settings, own: &Settings, timeout: Duration) -> Result<(), Error> {
    let millis = timeout.as_millis();
    let refused = |setting: &str, value: String, why| {
        Err(Error::RefusedSetting { setting: setting.to_owned(), value, why })
    };
    if !TIMEOUTS.contains(&millis) {
        return refused(
            TIMEOUT,
            millis.to_string(),
            "a transaction needs a timeout of 1 s to 24 days, and brokers accept at most their \
             `transaction.max.timeout.ms`, 15 minutes by default",
        );
    }
    for name in RECORD_TIMEOUTS {
        let Some(value) = own.get(name).or(shared.get(name)) else { continue };
        // Zero is no limit. librdkafka reports what is not a number.
        if value.parse().is_ok_and(|record: u128| record == 0 || record > millis) {
            return refused(
                name,
                value.to_owned(),
                "a record must not wait for longer than its transaction: set it for the transactional producer to at most its \
                 `transaction.timeout.ms`, which is also its default",
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(millis: u64, shared: &[(&str, &str)], own: &[(&str, &str)]) -> Result<(), String> {
        let builder = Client::builder("localhost:1", "http://localhost:2");
        let builder = shared.iter().fold(builder, |builder, (name, value)| builder.set(*name, *value));
        let opening = Opening {
            id: "orders-0".to_owned(),
            settings: Settings::of(own),
            timeout: Duration::from_millis(millis),
            id_is_set_by: "",
            timeout_is_set_by: "",
        };
        opening.open(&builder.build().expect("complete")).map(drop).map_err(|error| error.to_string())
    }

    #[test]
    fn times_that_librdkafka_refuses_are_refused_with_the_reason() {
        for (millis, shared, own, part) in [
            (0, &[][..], &[][..], "`transaction.timeout.ms=0` is refused: a transaction needs"),
            (999, &[], &[], "`transaction.timeout.ms=999` is refused"),
            (u64::MAX, &[], &[], "24 days"),
            (60_000, &[("delivery.timeout.ms", "120000")], &[], "`delivery.timeout.ms=120000` is refused"),
            (60_000, &[], &[("message.timeout.ms", "0")], "`message.timeout.ms=0` is refused"),
            (60_000, &[], &[("isolation.level", "read_committed")], "a producer does not have it"),
            (60_000, &[], &[("bootstrap.servers", "localhost:3")], "on the cluster of the client"),
            (60_000, &[], &[("delivery.report.only.error", "true")], "would not be acknowledged"),
            (60_000, &[("enabled_events", "1")], &[], "would not be reported"),
        ] {
            let error = opened(millis, shared, own).expect_err("refused");
            assert!(error.contains(part), "{part}: {error}");
        }
        for (millis, shared, own) in [
            (1_000, &[][..], &[][..]),
            (60_000, &[("delivery.timeout.ms", "120000")], &[("delivery.timeout.ms", "60000")]),
            // Those of the client are also for its consumers.
            (60_000, &[("isolation.level", "read_committed")], &[("linger.ms", "5")]),
        ] {
            assert_eq!(opened(millis, shared, own), Ok(()));
        }
    }
}
