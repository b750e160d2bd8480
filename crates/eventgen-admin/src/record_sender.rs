//! Writes records to a topic.

use crate::AdminError;
use crate::kafka::Cluster;
use crate::records::{OutgoingRecord, Receipt};

/// Writes records to a topic in their order, with an idempotent producer, and blocks until each is acknowledged by all in-sync
/// replicas or has failed (`delivery.timeout.ms`, 2 minutes). A record that failed may have been written all the same.
///
/// # Errors
/// [`AdminError::UnknownTopic`], [`AdminError::BrokersUnreachable`] after 5 seconds, [`AdminError::Authentication`],
/// [`AdminError::InvalidSettings`]: then nothing was written.
pub fn send_records<N: Into<String>, V: Into<String>>(
    settings: impl IntoIterator<Item = (N, V)>,
    topic: &str,
    records: &[OutgoingRecord],
) -> Result<Vec<Result<Receipt, String>>, AdminError> {
    let settings = settings.into_iter().map(|(name, value)| (name.into(), value.into()));
    Cluster::new(settings.collect()).send(topic, records)
}
