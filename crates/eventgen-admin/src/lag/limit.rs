//! The limit of a group's lag.

use std::fmt;
use std::time::Duration;

/// The lag that a group may have on a topic: `maxLag` of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LagLimit {
    /// All partitions together, in records.
    Records(u64),
    /// The age of the oldest record that the group has not committed.
    Time(Duration),
}

impl fmt::Display for LagLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Records(records) => records.fmt(f),
            Self::Time(time) => f.write_str(&short_duration(*time)),
        }
    }
}

#[cfg(feature = "contract")]
impl From<eventgen_schema::contract::MaxLag> for LagLimit {
    fn from(limit: eventgen_schema::contract::MaxLag) -> Self {
        use eventgen_schema::contract::MaxLag;
        match limit {
            MaxLag::Records(records) => Self::Records(records),
            MaxLag::Time(time) => Self::Time(time),
        }
    }
}

/// A duration in its two largest units, such as `5m12s`; below a second in milliseconds.
pub fn short_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let two = |large: u64, unit: char, small: u64, small_unit: char| match small {
        0 => format!("{large}{unit}"),
        small => format!("{large}{unit}{small}{small_unit}"),
    };
    match seconds {
        0 if !duration.is_zero() => format!("{}ms", duration.as_millis()),
        0..60 => format!("{seconds}s"),
        60..3_600 => two(seconds / 60, 'm', seconds % 60, 's'),
        3_600..86_400 => two(seconds / 3_600, 'h', seconds % 3_600 / 60, 'm'),
        _ => two(seconds / 86_400, 'd', seconds % 86_400 / 3_600, 'h'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units() {
        let cases = [
            (0, "0s"),
            (120, "120ms"),
            (59_900, "59s"),
            (300_000, "5m"),
            (312_000, "5m12s"),
            (3_600_000, "1h"),
            (90_000_000, "1d1h"),
        ];
        for (millis, text) in cases {
            assert_eq!(short_duration(Duration::from_millis(millis)), text);
        }
    }
}
