//! Identifiers of dashboards: the same name has the same one, so that an import replaces the dashboard of before.

use crate::hash::fnv;

/// The identifier of the overview.
pub(super) fn of_overview(title: &str) -> String {
    uid(&["overview", title])
}

/// The identifier of the dashboard of outboxes.
pub(super) fn of_outboxes(title: &str) -> String {
    uid(&["outboxes", title])
}

/// The identifier of a topic's dashboard. Services that share a topic have one each.
pub(super) fn of_topic(title: &str, topic: &str) -> String {
    uid(&["topic", title, topic])
}

/// Grafana allows 40 characters, and no dots.
fn uid(names: &[&str]) -> String {
    format!("eventgen-{:016x}", fnv(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_stay_and_differ_by_every_name() {
        assert_eq!(of_overview("Kafka"), "eventgen-8331e9b9cea2483c");
        let overviews = [of_overview("a"), of_overview("b"), of_outboxes("a"), of_outboxes("b")];
        let topics = [of_topic("a", "b"), of_topic("ab", ""), of_topic("", "ab")];
        let all = [&overviews[..], &topics[..]].concat();
        for (index, uid) in all.iter().enumerate() {
            assert!(uid.len() <= 40);
            assert!(!all[..index].contains(uid), "{uid} twice");
        }
    }
}
