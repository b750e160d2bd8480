//! Retention limits of topics, by time and by size.

/// Kafka's default of `retention.ms`.
pub(crate) const DEFAULT_RETENTION_MS: u64 = 7 * 86_400_000;

/// A retention in milliseconds or bytes as a number that can be compared: -1 is no limit.
pub(crate) fn retention(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

/// A value of a topic configuration as a person writes it: `7d` for 604800000 of `retention.ms`, `1GiB` for 1073741824 of
/// `retention.bytes`. Others stay as they are.
pub fn readable(name: &str, value: &str) -> String {
    let units: &[(u64, &str)] = match name.rsplit('.').next() {
        Some("ms") => &[(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")],
        Some("bytes") => &[(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"), (1, "B")],
        _ => &[],
    };
    match value.parse::<u64>() {
        Err(_) if value == "-1" && !units.is_empty() => "no limit".to_owned(),
        Err(_) | Ok(0) => value.to_owned(),
        Ok(number) => units
            .iter()
            .find(|(unit, _)| number % unit == 0)
            .map_or_else(|| value.to_owned(), |(unit, name)| format!("{}{name}", number / unit)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_with_the_largest_unit_that_fits() {
        assert_eq!(readable("retention.ms", "604800000"), "7d");
        assert_eq!(readable("retention.ms", "5400000"), "90m");
        assert_eq!(readable("retention.ms", "1"), "1ms");
        assert_eq!(readable("retention.bytes", "1073741824"), "1GiB");
        assert_eq!(readable("retention.bytes", "-1"), "no limit");
        assert_eq!(readable("min.insync.replicas", "2"), "2");
    }
}
