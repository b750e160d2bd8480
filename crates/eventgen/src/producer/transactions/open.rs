//! Opens the session of a transactional id, for a producer and for a consumer.

use std::time::Duration;

use super::session::Session;
use crate::kafka::{RecordWriter, Settings, TRANSACTIONAL_ID};
use crate::{Client, Error};

/// The setting for the timeout of transactions.
const TIMEOUT: &str = "transaction.timeout.ms";

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
