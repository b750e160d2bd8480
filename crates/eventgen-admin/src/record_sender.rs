//! Writes records to a topic.

use std::sync::atomic::AtomicBool;

use crate::AdminError;
use crate::kafka::Cluster;
use crate::records::{OutgoingRecord, Receipt, Unsent};

/// Writes records to a topic in their order, with an idempotent producer, and blocks until each is acknowledged by all in-sync
/// replicas or has failed (`delivery.timeout.ms`, 2 minutes). A record that failed may have been written all the same.
///
/// `each` is called with the position of a record and what has become of it: once for each, in the order of the records, as soon as
/// it and all before it are known. If `is_interrupted` becomes true, no other record is sent, and acknowledgements of those under way
/// are waited for at most 10 seconds.
///
/// # Errors
/// [`AdminError::UnknownTopic`], [`AdminError::Denied`], [`AdminError::BrokersUnreachable`] after 5 seconds, [`AdminError::Authentication`],
/// [`AdminError::InvalidSettings`]: then nothing was written.
pub fn send_records<N: Into<String>, V: Into<String>>(
    settings: impl IntoIterator<Item = (N, V)>,
    topic: &str,
    records: &[OutgoingRecord],
    is_interrupted: &AtomicBool,
    each: impl FnMut(usize, &Result<Receipt, Unsent>),
) -> Result<(), AdminError> {
    let settings = settings.into_iter().map(|(name, value)| (name.into(), value.into()));
    Cluster::new(settings.collect()).send(topic, records, is_interrupted, each)
}
