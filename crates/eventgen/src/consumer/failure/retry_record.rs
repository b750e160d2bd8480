//! Records in retry topics: what their headers say of their past.
//!
//! The headers are UTF-8 text, and are removed before a handler sees the record. A record without them, which somebody else has
//! written there, counts as one that has not failed yet.

use std::time::Duration;

use chrono::DateTime;

use super::dead_letter::Reason;
use super::history::History;
use crate::consumer::Delivery;
use crate::consumer::open_keys::RetryId;
use crate::{Headers, Text};

/// What the names of all of these headers begin with.
const PREFIX: &[u8] = b"__retry.";
/// Where the record is.
const TOPIC: &str = "__retry.topic";
const PARTITION: &str = "__retry.partition";
const OFFSET: &str = "__retry.offset";
/// When it was made, in milliseconds since the Unix epoch.
const TIMESTAMP: &str = "__retry.timestamp";
/// How often the handler was called with it.
const DELIVERY_COUNT: &str = "__retry.delivery.count";
/// How many delays are behind it, with the one that it waits for.
const DELAYS: &str = "__retry.delays";
/// When the handler failed first, in milliseconds since the Unix epoch.
const FIRST_FAILURE: &str = "__retry.first.failure";
/// When it is due, in milliseconds since the Unix epoch. Absent from followers.
const DUE: &str = "__retry.due";
/// The last error with its causes, at most [`MAX_MESSAGE`](super::dead_letter::MAX_MESSAGE) bytes, and its Rust type.
const MESSAGE: &str = "__retry.message";
const EXCEPTION: &str = "__retry.exception";

/// When a record is due, in milliseconds since the Unix epoch.
pub(crate) fn due(headers: &Headers) -> Option<i64> {
    headers.text(DUE)?.parse().ok()
}

/// By how much the clocks of members and brokers may differ without a time that they state being doubted.
const CLOCKS: i64 = 1_000;

/// Bounds the time at which a record is due by when its delay is over, counted from when it was in the topic. It was there when
/// the broker appended it, and at the latest now. Without the bound, a header from a wrong clock would hold back the records
/// behind it, of whatever key. Returns by how many milliseconds the header was beyond the bound. It is not due before it was
/// there either: an earlier time would be an absurd lag.
pub(crate) fn bound_due(
    headers: &mut Headers,
    delay: Duration,
    appended: Option<i64>,
    now: i64,
) -> Option<i64> {
    let due = due(headers)?;
    let delay = i64::try_from(delay.as_millis()).unwrap_or(i64::MAX);
    let latest = appended.unwrap_or(now).min(now).saturating_add(delay);
    if let Some(earliest) = appended.map(|appended| appended.min(now)).filter(|earliest| due < *earliest) {
        headers.set(DUE, earliest);
    }
    let beyond = due.saturating_sub(latest);
    (beyond > CLOCKS).then(|| {
        headers.set(DUE, latest);
        beyond
    })
}

/// The number of delays and the offset in the source that a record states: what identifies it among those of its key.
pub(crate) fn id(headers: &Headers) -> Option<RetryId> {
    let delays = headers.text(DELAYS)?.parse().ok()?;
    Some(RetryId { delays, offset: headers.text(OFFSET)?.parse().ok()? })
}

impl History {
    /// Takes the history out of a record. What is left is the record as its source has it, and the number of the next attempt.
    pub(crate) fn take(delivery: &mut Delivery) -> Self {
        let number = |name: &str| delivery.headers.text(name).and_then(|text| text.parse::<i64>().ok());
        let small = |name: &str| number(name).and_then(|number| u32::try_from(number).ok()).unwrap_or(0);
        let history = Self {
            attempts: small(DELIVERY_COUNT),
            delays: small(DELAYS) as usize,
            first_failure: number(FIRST_FAILURE),
        };
        let (offset, timestamp) = (number(OFFSET), number(TIMESTAMP));
        delivery.offset = offset.unwrap_or(delivery.offset);
        delivery.timestamp = timestamp.and_then(DateTime::from_timestamp_millis).or(delivery.timestamp);
        delivery.attempt = history.attempts.saturating_add(1);
        let mut own = Headers::new();
        let others = delivery.headers.iter().filter(|(name, _)| !name.starts_with(PREFIX));
        others.for_each(|(name, value)| own.append(name, value.map(<[u8]>::to_vec)));
        delivery.headers = own;
        history
    }

    /// The headers of a record in a retry topic. `failure` is absent from followers.
    pub(crate) fn headers(self, delivery: &Delivery, failure: Option<(&Reason, i64)>) -> Headers {
        let mut headers = delivery.headers.clone();
        let mut add = |name: &str, value: &dyn Text| headers.set(name, value);
        add(TOPIC, &delivery.topic);
        add(PARTITION, &delivery.partition);
        add(OFFSET, &delivery.offset);
        if let Some(timestamp) = delivery.timestamp {
            add(TIMESTAMP, &timestamp.timestamp_millis());
        }
        add(DELIVERY_COUNT, &i64::from(self.attempts));
        add(DELAYS, &i64::try_from(self.delays).unwrap_or(i64::MAX));
        if let Some(first) = self.first_failure {
            add(FIRST_FAILURE, &first);
        }
        if let Some((reason, due)) = failure {
            add(DUE, &due);
            add(MESSAGE, &reason.message);
            add(EXCEPTION, &reason.exception);
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consumer::Disposition;

    #[test]
    fn a_record_comes_back_as_it_was_with_the_number_of_its_next_attempt() {
        let mut delivery = Delivery::new("orders", 3, 17);
        delivery.timestamp = DateTime::from_timestamp_millis(1_000);
        delivery.headers.append("trace", Some(b"7".to_vec()));
        delivery.headers.append("trace", None);
        let history = History::default().failed(4, 8_000);
        assert_eq!(id(&delivery.headers), None);
        let reason =
            Reason { disposition: Disposition::Exhausted, exception: "E", message: "closed".to_owned() };
        let headers = history.headers(&delivery, Some((&reason, 9_000)));
        assert_eq!(due(&headers), Some(9_000));
        assert_eq!(id(&headers), Some(RetryId { delays: 1, offset: 17 }));
        let mut read = Delivery::new("orders", 3, 2);
        read.headers = headers;
        assert_eq!(History::take(&mut read), history);
        assert_eq!(read, Delivery { attempt: 5, ..delivery });
    }

    #[test]
    fn a_record_is_due_at_the_latest_when_its_delay_is_over() {
        const DELAY: Duration = Duration::from_secs(10);
        let bounded = |stated: i64, appended, now| {
            let mut headers = Headers::new();
            headers.append(DUE, Some(stated.to_string().into()));
            let beyond = bound_due(&mut headers, DELAY, appended, now);
            (due(&headers), beyond)
        };
        let (appended, now) = (Some(50_000), 57_000);
        assert_eq!(bounded(59_990, appended, now), (Some(59_990), None));
        assert_eq!(bounded(61_000, appended, now), (Some(61_000), None), "clocks differ a little");
        assert_eq!(bounded(61_001, appended, now), (Some(60_000), Some(1_001)));
        assert_eq!(bounded(i64::MAX, appended, now).0, Some(60_000));
        assert_eq!(bounded(i64::MIN, appended, now), (Some(50_000), None), "not before it was in the topic");
        assert_eq!(bounded(0, Some(i64::MAX), now), (Some(now), None));
        assert_eq!(bounded(0, None, now), (Some(0), None));
        // The topic keeps the time of producers, of which one is wrong: the delay counts from now.
        assert_eq!(bounded(i64::MAX, None, now).0, Some(67_000));
        // The clock of the broker is ahead, too.
        assert_eq!(bounded(i64::MAX, Some(i64::MAX), now).0, Some(67_000));
        assert_eq!(bound_due(&mut Headers::new(), DELAY, appended, now), None, "followers state no time");
    }

    #[test]
    fn headers_that_somebody_else_has_written_are_no_fault() {
        let mut delivery = Delivery::new("orders", 3, 17);
        for (name, value) in [(OFFSET, "x"), (DELIVERY_COUNT, "-1"), (DELAYS, "99999999999"), (DUE, "")] {
            delivery.headers.append(name, Some(value.into()));
        }
        assert_eq!(due(&delivery.headers), None);
        assert_eq!(History::take(&mut delivery), History::default());
        assert_eq!(delivery, Delivery::new("orders", 3, 17));
    }
}
