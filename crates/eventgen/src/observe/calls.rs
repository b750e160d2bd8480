//! Calls of handlers that were short, until they are recorded together.
//!
//! A worker records them after a burst of records, so that workers contend for the histogram of their exporter less often
//! than they call handlers.

use std::time::Duration;

/// Calls that take longer are recorded at once: that costs little beside them, and a burst of them takes long.
const LONGEST: Duration = Duration::from_micros(100);

/// A short call of a handler that has succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ShortCall {
    pub(super) topic: u32,
    nanos: u32,
}

impl ShortCall {
    /// A call that took this long; `None` if that is not short.
    pub(super) fn new(topic: usize, took: Duration) -> Option<Self> {
        let topic = u32::try_from(topic).ok()?;
        (took <= LONGEST).then(|| Self { topic, nanos: took.subsec_nanos() })
    }

    pub(super) fn took(self) -> Duration {
        Duration::from_nanos(u64::from(self.nanos))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_calls_that_take_long_are_not_short() {
        let call = ShortCall::new(3, LONGEST).expect("short");
        assert_eq!((call.topic, call.took()), (3, LONGEST));
        assert_eq!(ShortCall::new(0, LONGEST + Duration::from_nanos(1)), None);
        assert_eq!(ShortCall::new(0, Duration::from_secs(1)), None);
    }
}
