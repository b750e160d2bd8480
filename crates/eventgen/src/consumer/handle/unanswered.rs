//! Writes that are not acknowledged for long.

use std::pin::pin;
use std::time::Duration;

/// After how long a write that has not ended is reported. The client repeats by itself what brokers refuse for a while, and reports
/// nothing for up to 30 seconds.
pub(super) const REPORTED_AFTER: Duration = Duration::from_secs(2);

/// Waits for a write. Calls `report` once if it takes long.
pub(super) async fn reported<T>(write: impl Future<Output = T>, report: impl FnOnce()) -> T {
    let mut write = pin!(write);
    match tokio::time::timeout(REPORTED_AFTER, &mut write).await {
        Ok(answer) => answer,
        Err(_) => {
            report();
            write.await
        }
    }
}

/// What is reported.
pub(super) fn cause(topic: &str, what: &str) -> String {
    format!("`{topic}` has not acknowledged a record for {} s; {what}", REPORTED_AFTER.as_secs())
}
