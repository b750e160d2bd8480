//! Quantities with units: `7d`, `12h`, `500ms`, `1GiB`.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::vocabulary::MOST_PARTITIONS;

/// How many partitions a topic may have (`NumPartitions` of Kafka's protocol is an int32).
pub(super) const PARTITIONS: RangeInclusive<u32> = 1..=MOST_PARTITIONS;

/// Milliseconds of a duration such as `7d`, `12h`, `30m`, `10s`, `500ms`, or of a plain number of milliseconds.
pub(super) fn milliseconds(text: &str) -> Option<u64> {
    scaled(text, &TIME_UNITS).and_then(|ms| ms.try_into().ok())
}

/// The units of durations in milliseconds.
const TIME_UNITS: [(&str, u64); 7] = [
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
    ("w", 604_800_000),
    ("", 1),
];

/// Bytes of a size such as `1GiB`, `500MB`, `64KiB`, or of a plain number of bytes.
pub(super) fn bytes(text: &str) -> Option<u64> {
    const KIB: u64 = 1024;
    scaled(
        text,
        &[
            ("TiB", KIB.pow(4)),
            ("GiB", KIB.pow(3)),
            ("MiB", KIB.pow(2)),
            ("KiB", KIB),
            ("TB", 1_000_000_000_000),
            ("GB", 1_000_000_000),
            ("MB", 1_000_000),
            ("kB", 1_000),
            ("KB", 1_000),
            ("B", 1),
            ("", 1),
        ],
    )
    .and_then(|bytes| bytes.try_into().ok())
}

/// A duration with its unit, such as `24h`. `None` if it is none, or has no unit.
pub fn duration(text: &str) -> Option<Duration> {
    has_unit(text).then(|| milliseconds(text).map(Duration::from_millis)).flatten()
}

/// The same, where one that is too long to count is the longest there is.
pub(super) fn saturating_duration(text: &str) -> Option<Duration> {
    let millis = scaled(text, &TIME_UNITS).filter(|_| has_unit(text))?;
    Some(millis.try_into().map_or(Duration::MAX, Duration::from_millis))
}

/// A number without a unit is a number of records in other properties.
fn has_unit(text: &str) -> bool {
    !text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number times its unit. Saturates.
fn scaled(text: &str, units: &[(&str, u64)]) -> Option<u128> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit.trim_start())?;
    if number.is_empty() {
        return None;
    }
    // Digits that do not parse are too many.
    Some(number.parse::<u128>().unwrap_or(u128::MAX).saturating_mul(u128::from(*factor)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_scale() {
        assert_eq!(milliseconds("7d"), Some(604_800_000));
        assert_eq!(milliseconds("500ms"), Some(500));
        assert_eq!(milliseconds("86400000"), Some(86_400_000));
        assert_eq!(bytes("1GiB"), Some(1 << 30));
        assert_eq!(bytes("5 MB"), Some(5_000_000));
        assert_eq!(duration("30s"), Some(Duration::from_secs(30)));
    }

    #[test]
    fn other_texts_are_not_quantities() {
        for text in ["", "d", "7 days", "-1d", "1.5h", "99999999999999999999d", "99999999999999999w"] {
            assert_eq!(milliseconds(text), None, "{text}");
        }
        assert_eq!(duration("30"), None);
    }

    #[test]
    fn a_duration_that_is_too_long_to_count_is_not_another_one() {
        for text in ["99999999999999999w", "99999999999999999999d", &format!("{}s", "9".repeat(99))] {
            assert_eq!((duration(text), saturating_duration(text)), (None, Some(Duration::MAX)), "{text}");
        }
        assert_eq!(saturating_duration("30s"), Some(Duration::from_secs(30)));
        for text in ["30", "", "d", "-1d", "1.5h"] {
            assert_eq!(saturating_duration(text), None, "{text}");
        }
    }
}
