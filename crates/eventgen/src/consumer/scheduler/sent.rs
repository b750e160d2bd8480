//! Whether the client reads a partition from where it was sent.
//!
//! librdkafka may go back after it has accepted a seek. If it was looking up where to begin, the answer comes too late and is
//! dropped, but half a second later the look-up is repeated, and the client continues from there
//! (`rd_kafka_toppar_handle_Offset` and `rd_kafka_toppar_offset_retry` of librdkafka 2.12). A group that starts with the newest
//! record would then handle the partition from its beginning. So a record from before the right place is dropped, and the
//! client is sent again.

use std::time::{Duration, Instant};

/// How many times the client is sent again. If it goes back nevertheless, the log has changed: the topic was deleted and created,
/// or its end was lost.
const ATTEMPTS: u32 = 3;

/// How long the client is watched once it has delivered a record from the right place. It may deliver some before it goes back.
const WATCH: Duration = Duration::from_secs(10);

/// Where the client was sent.
#[derive(Debug)]
pub(super) struct Sent {
    from: i64,
    /// How many times it may be sent again.
    attempts: u32,
    /// Until when it is watched; `None` until it has delivered a record from the right place.
    until: Option<Instant>,
}

/// What a record says about where the client is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sight {
    Right,
    /// It is from before that place: the client is to be sent there again.
    Strays,
    /// The same, and it does not help to send it again.
    GoneBack,
}

impl Sent {
    /// It was sent to an offset, perhaps `again`.
    pub(super) fn to(from: i64, again: Option<&Self>) -> Self {
        Self { from, attempts: again.map_or(ATTEMPTS, |sent| sent.attempts), until: None }
    }

    /// Looks at the offset of a record. The one that follows the last record from the right place is `next`, if there was one.
    pub(super) fn look(&mut self, offset: i64, next: Option<i64>) -> Sight {
        if offset >= next.unwrap_or(self.from) {
            self.until.get_or_insert_with(|| Instant::now() + WATCH);
            return Sight::Right;
        }
        if self.attempts == 0 || self.until.is_some_and(|until| Instant::now() >= until) {
            return Sight::GoneBack;
        }
        self.attempts -= 1;
        Sight::Strays
    }

    /// Where the client has to continue.
    pub(super) fn from(&self, next: Option<i64>) -> i64 {
        next.unwrap_or(self.from)
    }
}
