//! Points in time as people write them.

use std::time::{SystemTime, UNIX_EPOCH};

use eventgen_schema::contract::parse_duration;

/// Milliseconds since the Unix epoch, of a time by RFC 3339 such as `2026-01-31T09:30:00Z`, of the start of a day in UTC such as
/// `2026-01-31`, or of how long before `now`, such as `2h`.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use eventgen_admin::parse_time;
///
/// let now = UNIX_EPOCH + Duration::from_secs(7_200);
/// assert_eq!(parse_time("2h", now), Some(0));
/// assert_eq!(parse_time("1970-01-02", now), Some(86_400_000));
/// assert_eq!(parse_time("1970-01-01T01:00:00.5+01:00", now), Some(500));
/// assert_eq!(parse_time("yesterday", now), None);
/// ```
pub fn parse_time(text: &str, now: SystemTime) -> Option<i64> {
    if let Some(ago) = parse_duration(text) {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        return i64::try_from(now.saturating_sub(ago).as_millis()).ok();
    }
    if let Ok(time) = chrono::DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_millis());
    }
    let day = text.parse::<chrono::NaiveDate>().ok()?;
    Some(day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis())
}
