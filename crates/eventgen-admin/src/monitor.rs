//! The handle of a monitor.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::kafka::{Cluster, Monitor};
use crate::{AdminError, LagQuery, LagSample};

/// Samples the lag of groups. Its clients live as long as it does; creating one does not connect. It joins no group, commits
/// nothing and creates no topic.
///
/// The brokers have to allow it to describe the topics and groups and to read the topics: the age of a group's lag is that of
/// the record that the group handles next.
pub struct LagMonitor {
    monitor: Arc<Mutex<Monitor>>,
}

impl fmt::Debug for LagMonitor {
    /// Without the settings, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LagMonitor").finish_non_exhaustive()
    }
}

impl LagMonitor {
    /// A monitor with librdkafka's settings, by their names. `bootstrap.servers` is one of them.
    pub fn new<N: Into<String>, V: Into<String>>(
        settings: impl IntoIterator<Item = (N, V)>,
        query: LagQuery,
    ) -> Self {
        let settings = settings.into_iter().map(|(name, value)| (name.into(), value.into()));
        let monitor = Monitor::new(Cluster::new(settings.collect()), query);
        Self { monitor: Arc::new(Mutex::new(monitor)) }
    }

    /// Asks the cluster. Takes at most 15 seconds, or 5 if no broker answers. What part of the cluster does not answer is
    /// missing in the sample: see [`LagSample::problems`] and [`LagSample::unread`].
    ///
    /// # Errors
    /// [`AdminError::BrokersUnreachable`], [`AdminError::Authentication`], [`AdminError::InvalidSettings`]. The next call may
    /// succeed.
    pub async fn sample(&self) -> Result<LagSample, AdminError> {
        let monitor = Arc::clone(&self.monitor);
        let sample = move || monitor.lock().unwrap_or_else(PoisonError::into_inner).sample();
        match tokio::task::spawn_blocking(sample).await {
            Ok(sample) => sample,
            Err(failure) => std::panic::resume_unwind(failure.into_panic()),
        }
    }
}
