//! The handle of a reader.

use std::fmt;
use std::time::Duration;

use crate::AdminError;
use crate::kafka::{Cluster, Log};
use crate::records::{NextRecord, RecordQuery};

/// Reads records of a topic in the order of each partition. It joins no group and commits nothing. Of transactions it reads those
/// that are committed (`isolation.level=read_committed`). It buffers at most 16 MiB of records that nobody has asked for yet.
///
/// Every call blocks: it is for commands, not for services.
pub struct RecordReader {
    log: Log,
}

impl fmt::Debug for RecordReader {
    /// Without the settings, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordReader").finish_non_exhaustive()
    }
}

impl RecordReader {
    /// A reader with librdkafka's settings, by their names. `bootstrap.servers` is one of them. Takes at most 15 seconds.
    ///
    /// # Errors
    /// [`AdminError::UnknownTopic`], [`AdminError::UnknownPartition`], [`AdminError::BrokersUnreachable`] after 5 seconds,
    /// [`AdminError::Authentication`], [`AdminError::Request`].
    pub fn open<N: Into<String>, V: Into<String>>(
        settings: impl IntoIterator<Item = (N, V)>,
        query: &RecordQuery,
    ) -> Result<Self, AdminError> {
        let settings = settings.into_iter().map(|(name, value)| (name.into(), value.into()));
        Ok(Self { log: Cluster::new(settings.collect()).log(query)? })
    }

    /// The next record, which is waited for at most this long.
    ///
    /// # Errors
    /// [`AdminError::Authentication`], and [`AdminError::Request`] where the topic cannot be read (any more), or a cluster does
    /// not answer for 30 seconds although records are left. A reader that follows waits for its cluster.
    pub fn next(&mut self, wait: Duration) -> Result<NextRecord, AdminError> {
        self.log.next(wait)
    }
}
