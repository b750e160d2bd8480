//! Leaves the group at the end.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use crate::consumer::panics::catch_panic_in;
use crate::kafka::GroupConsumer;

/// How long leaving the group may delay the end. It takes longer only while the coordinator does not answer, and then it is
/// the session timeout that ends the membership.
const LEAVE: Duration = Duration::from_secs(3);

/// Leaves the group, on a thread of its own so that the end does not wait for it without a limit. Returns the message of a
/// panic in a callback.
pub(super) fn leave(consumer: Arc<GroupConsumer>, group: &str) -> Result<(), String> {
    let (done, left) = mpsc::channel();
    let close = move || {
        // Nobody waits if it took too long.
        let _ = done.send(catch_panic_in(|| drop(consumer)));
    };
    let thread = thread::Builder::new().name(format!("eventgen leave {group}"));
    if let Err(error) = thread.spawn(close) {
        tracing::error!(group, %error, "no thread to leave the group: the session timeout ends the membership");
        return Ok(());
    }
    left.recv_timeout(LEAVE).unwrap_or_else(|_| {
        tracing::warn!(group, "leaving the group takes too long: it continues in the background");
        Ok(())
    })
}
