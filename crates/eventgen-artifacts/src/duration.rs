//! Durations in the notation of Prometheus.

use std::fmt::Write as _;
use std::time::Duration;

/// A duration such as `1h30m`. Prometheus has no `0`.
pub(crate) fn prometheus(duration: Duration) -> String {
    const UNITS: [(u128, &str); 5] =
        [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")];
    let mut rest = duration.as_millis();
    let mut text = String::new();
    for (unit, name) in UNITS {
        if rest >= unit {
            // Writing to a string does not fail.
            let _ = write!(text, "{}{name}", rest / unit);
            rest %= unit;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// A duration in seconds as a number, such as `300` or `0.25`.
pub(crate) fn seconds(duration: Duration) -> String {
    let (whole, millis) = (duration.as_secs(), duration.subsec_millis());
    if millis == 0 {
        return whole.to_string();
    }
    let text = format!("{whole}.{millis:03}");
    text.trim_end_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units_and_seconds_have_none() {
        let text = |millis| prometheus(Duration::from_millis(millis));
        assert_eq!([text(0), text(300_000), text(90_500)], ["0s", "5m", "1m30s500ms"]);
        assert_eq!(text(8 * 86_400_000 + 60_000), "8d1m");
        let number = |millis| seconds(Duration::from_millis(millis));
        assert_eq!([number(300_000), number(250), number(1_000)], ["300", "0.25", "1"]);
    }
}
