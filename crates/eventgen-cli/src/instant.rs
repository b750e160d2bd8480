//! Points in time: on the command line, and in tables.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use eventgen_admin::short_duration;
use eventgen_schema::contract::parse_duration;

/// Milliseconds since the Unix epoch.
pub(crate) fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

/// A time, in milliseconds since the Unix epoch: a duration before now, or a date, with a time of day in UTC if one is given.
pub(crate) fn parse(text: &str) -> Result<i64, String> {
    let ago = text.strip_suffix(" ago").unwrap_or(text);
    if let Some(duration) = parse_duration(ago) {
        return Ok(now().saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)));
    }
    absolute(text).ok_or_else(|| {
        "write how long ago, such as 2h, or a time in UTC, such as 2026-11-27T03:00:00Z".to_owned()
    })
}

fn absolute(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00:00"));
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1970..=9999).contains(&year)
        || !(1..=12).contains(&month)
        || !(1..=days_of(year, month)).contains(&day)
    {
        return None;
    }
    let time = time.trim_end_matches('Z');
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut parts = time.splitn(3, ':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..60).contains(&second) {
        return None;
    }
    let is_digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let millis: i64 = format!("{fraction:0<3}").get(..3).filter(|_| is_digits)?.parse().ok()?;
    // Days since 0000-03-01, so that a leap day is the last of its year, and from there to 1970-01-01.
    let years = if month <= 2 { year - 1 } else { year };
    let month_from_march = (month + 9) % 12;
    let days = 365 * years + years / 4 - years / 100 + years / 400 + (153 * month_from_march + 2) / 5 + day
        - 1
        - 719_468;
    Some(((days * 24 + hour) * 60 + minute) * 60_000 + second * 1_000 + millis)
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// How long ago a time was; `-` if it is unknown.
pub(crate) fn ago(at: Option<i64>, now: i64) -> String {
    let Some(at) = at else { return "-".to_owned() };
    short_duration(Duration::from_millis(u64::try_from(now.saturating_sub(at)).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_utc() {
        for (text, millis) in [
            ("1970-01-01", 0),
            ("2000-02-29T00:00:01Z", 951_782_401_000),
            ("2023-11-14T22:13:20.12Z", 1_700_000_000_120),
            ("2023-11-14 22:13", 1_699_999_980_000),
            ("2024-03-01T00:00:00Z", 1_709_251_200_000),
        ] {
            assert_eq!(parse(text), Ok(millis), "{text}");
        }
        for wrong in [
            "",
            "2023-02-29",
            "2023-13-01",
            "yesterday",
            "2023-11-14T25:00",
            "2023-11-14T10:00:00+02:00",
            "-1h",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_duration_is_before_now() {
        let parsed = [parse("2h"), parse("2h ago")].map(|parsed| parsed.expect("a duration"));
        assert!(parsed.iter().all(|at| (now() - 7_260_000..=now() - 7_200_000).contains(at)));
        assert_eq!(ago(Some(1_000), 61_000), "1m");
        assert_eq!(ago(Some(9_000), 1_000), ago(Some(1_000), 1_000));
    }
}
