//! Checks the names and the values of topic configurations.

use crate::diagnostics::{Diagnostic, code, did_you_mean};
use crate::node::Member;
use crate::source::Span;
use crate::vocabulary::{ConfigValues, configs};

/// The values of a configuration; any of one that Kafka does not know.
pub(super) fn values_of(name: &str) -> ConfigValues {
    configs().find(|(known, _)| *known == name).map_or(ConfigValues::Any, |(_, values)| values)
}

impl ConfigValues {
    /// Whether a broker takes this text.
    fn contains(self, text: &str) -> bool {
        let text = text.trim();
        match self {
            Self::Whole(least, most) => {
                text.parse::<i64>().is_ok_and(|number| (least..=most).contains(&number))
            }
            Self::Ratio => text.parse::<f64>().is_ok_and(|number| (0.0..=1.0).contains(&number)),
            Self::Boolean => text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false"),
            Self::OneOf(choices) => choices.contains(&text),
            // Kafka 4.2 takes an empty list of policies: records are neither deleted nor compacted.
            Self::ListOf(choices) => {
                text.is_empty() || text.split(',').all(|item| choices.contains(&item.trim()))
            }
            Self::Level(most) => {
                text.parse::<i64>().is_ok_and(|level| level == -1 || (1..=most).contains(&level))
            }
            Self::Replicas => {
                let is_number =
                    |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                let is_replica = |item: &str| {
                    let parts = item.trim().split_once(':');
                    parts.is_some_and(|(partition, broker)| is_number(partition) && is_number(broker))
                };
                text.is_empty() || text == "*" || text.split(',').all(is_replica)
            }
            Self::Any => true,
        }
    }

    fn expected(self) -> String {
        match self {
            Self::Whole(least, most) if most == i64::MAX => format!("a whole number from {least}"),
            Self::Whole(least, most) => format!("a whole number from {least} to {most}"),
            Self::Ratio => "a number from 0 to 1".to_owned(),
            Self::Boolean => "true or false".to_owned(),
            Self::OneOf(choices) => format!("one of {}", choices.join(", ")),
            Self::ListOf(choices) => format!("{}, or a list of them", choices.join(", ")),
            Self::Level(most) => format!("-1 for its default, or a level from 1 to {most}"),
            Self::Replicas => "`*`, or a list of partition:broker, such as 0:1,1:2".to_owned(),
            Self::Any => "any text".to_owned(),
        }
    }
}

/// Reports a value that every broker refuses. `written` is how the user writes `value`.
pub(super) fn check_value(
    name: &str,
    value: &str,
    written: &str,
    span: &Span,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let values = values_of(name);
    if values.contains(value) {
        return;
    }
    let near = match values {
        ConfigValues::OneOf(choices) | ConfigValues::ListOf(choices) => {
            did_you_mean(value, choices.iter().copied())
        }
        _ => None,
    };
    let remark = near.map_or_else(
        || "a broker refuses a topic with this value".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    diagnostics.push(
        Diagnostic::error(code::WRONG_VALUE, format!("`{name}` cannot be `{written}`"))
            .at(span, remark)
            .help(format!("Kafka takes {}", values.expected())),
    );
}

/// Reports a name that is not one of Kafka's.
pub(super) fn check_config(config: &Member, diagnostics: &mut Vec<Diagnostic>) {
    let name = config.name.as_str();
    let mut names = configs().map(|(name, _)| name);
    if names.any(|known| known == name) {
        return;
    }
    let remark = match did_you_mean(name, configs().map(|(name, _)| name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "Kafka 4 has no topic configuration of this name".to_owned(),
    };
    diagnostics.push(
        Diagnostic::lint(code::UNKNOWN_CONFIG, format!("unknown topic configuration `{name}`"))
            .at(&config.name_span, remark)
            .help(
                "brokers refuse a topic with an unknown configuration; `eventgen explain EG0308` lists the names",
            ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_lists_every_name() {
        for (name, _) in configs() {
            assert!(code::UNKNOWN_CONFIG.page().contains(&format!("`{name}`")), "{name}");
        }
    }

    #[test]
    fn values_are_those_that_brokers_take() {
        for (name, value) in [
            ("retention.ms", "-1"),
            ("local.retention.ms", "-2"),
            ("cleanup.policy", "compact, delete"),
            ("cleanup.policy", ""),
            ("min.cleanable.dirty.ratio", "0.5"),
            ("preallocate", "TRUE"),
            ("max.message.bytes", "2147483647"),
            ("leader.replication.throttled.replicas", "0:1,1:2"),
            ("leader.replication.throttled.replicas", "*"),
            ("follower.replication.throttled.replicas", ""),
            ("compression.gzip.level", "-1"),
            ("compression.gzip.level", "9"),
            ("vendor.setting", "anything"),
        ] {
            assert!(values_of(name).contains(value), "{name} = {value}");
        }
        for (name, value) in [
            ("retention.ms", "-2"),
            ("retention.ms", "1.5"),
            ("retention.ms", "9223372036854775808"),
            ("segment.ms", "-1"),
            ("cleanup.policy", "compacted"),
            ("min.cleanable.dirty.ratio", "NaN"),
            ("min.insync.replicas", "0"),
            ("preallocate", "yes"),
            ("max.message.bytes", "2147483648"),
            ("compression.gzip.level", "0"),
            ("compression.gzip.level", "10"),
            ("leader.replication.throttled.replicas", "all"),
            ("leader.replication.throttled.replicas", "0:1,2"),
            ("follower.replication.throttled.replicas", "0:-1"),
        ] {
            assert!(!values_of(name).contains(value), "{name} = {value}");
        }
    }
}
