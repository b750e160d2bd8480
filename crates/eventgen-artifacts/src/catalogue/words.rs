//! Values of a contract in words.

use std::collections::BTreeMap;
use std::time::Duration;

use eventgen_schema::contract::{Backoff, Compatibility, MaxLag, Ordering, Retry, readable};

/// A count with its noun, such as `2 events`.
pub(super) fn count(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// How many topics a service writes and reads.
pub(super) fn flow(written: usize, read: usize) -> String {
    match (count(written, "topic"), count(read, "topic")) {
        (written, _) if read == 0 => format!("Writes {written}"),
        (_, read) if written == 0 => format!("Reads {read}"),
        (written, read) => format!("Writes {written}, reads {read}"),
    }
}

/// A duration such as `90s` or `7d`, with the largest unit that has no rest.
pub(super) fn short(duration: Duration) -> String {
    let millis = duration.as_millis().to_string();
    if millis == "0" { "0s".to_owned() } else { readable("ms", &millis) }
}

/// What an order keeps.
pub(super) fn ordering(ordering: Ordering) -> &'static str {
    match ordering {
        Ordering::Key => "by key: records with the same key stay in order",
        Ordering::None => "none",
        Ordering::Total => "total: one partition, all records stay in order",
    }
}

/// How long records are kept.
pub(super) fn kept(config: &BTreeMap<String, String>) -> String {
    let value = |name: &str| config.get(name).map(|value| value.trim());
    let policy = value("cleanup.policy").unwrap_or("delete");
    let mut parts = Vec::new();
    if policy.contains("compact") {
        parts.push("the last record of each key".to_owned());
    }
    if policy.contains("delete") {
        parts.extend(value("retention.ms").map(|time| match time {
            "-1" => "for ever".to_owned(),
            time => readable("retention.ms", time),
        }));
        let bytes = value("retention.bytes").filter(|bytes| *bytes != "-1");
        parts.extend(
            bytes.map(|bytes| format!("at most {} in each partition", readable("retention.bytes", bytes))),
        );
    }
    if parts.is_empty() { "left to the cluster".to_owned() } else { parts.join(", ") }
}

/// How far a group may be behind.
pub(super) fn max_lag(limit: MaxLag) -> String {
    match limit {
        MaxLag::Records(1) => "1 record".to_owned(),
        MaxLag::Records(records) => format!("{records} records"),
        MaxLag::Time(time) => short(time),
    }
}

/// What a level demands of a new version.
pub(super) fn compatibility(level: Compatibility) -> &'static str {
    match level {
        Compatibility::None => "no version is compared with another",
        Compatibility::Backward => "a new version reads what the latest one wrote",
        Compatibility::BackwardTransitive => "a new version reads what every version wrote",
        Compatibility::Forward => "the latest version reads what a new one writes",
        Compatibility::ForwardTransitive => "every version reads what a new one writes",
        Compatibility::Full => "a new version and the latest one read each other",
        Compatibility::FullTransitive => "a new version and every other one read each other",
    }
}

/// The attempts after the first one, without the end of the sentence.
pub(super) fn retries(retry: &Retry) -> Option<String> {
    let times = match retry.attempts {
        0 => return None,
        1 => "once".to_owned(),
        attempts => format!("{attempts} times"),
    };
    let pauses = match retry.backoff {
        Backoff::Fixed => format!("with pauses of {}", short(retry.initial)),
        Backoff::Exponential => {
            format!("with pauses that double, from {} to at most {}", short(retry.initial), short(retry.max))
        }
    };
    Some(format!("{times}, {pauses}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_the_largest_unit_without_a_rest() {
        let text = |millis| short(Duration::from_millis(millis));
        assert_eq!([text(0), text(90_000), text(604_800_000), text(1_500)], ["0s", "90s", "7d", "1500ms"]);
    }

    #[test]
    fn retention_is_by_time_by_size_or_by_key() {
        let kept = |pairs: &[(&str, &str)]| {
            let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            super::kept(&pairs.iter().map(pair).collect())
        };
        assert_eq!(kept(&[]), "left to the cluster");
        assert_eq!(
            kept(&[("retention.ms", "-1"), ("retention.bytes", "1024")]),
            "for ever, at most 1KiB in each partition"
        );
        assert_eq!(
            kept(&[("cleanup.policy", "compact"), ("retention.ms", "1000")]),
            "the last record of each key"
        );
    }
}
