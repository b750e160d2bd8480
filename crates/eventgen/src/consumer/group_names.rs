//! Names of groups. A group whose name is misspelt begins with the oldest record and handles everything again.

use super::topics::Topics;
use crate::{Error, Topic};

/// Why no consumer can be in a group of this name.
pub(super) fn refused(group: &str) -> Option<&'static str> {
    if group.is_empty() {
        return Some(
            "the name of the group is empty: pass one that identifies this service, such as a constant of the contract's \
             `groups`",
        );
    }
    group.contains('\0').then_some("the name of the group has a zero byte: remove it")
}

/// Logs a warning if the contract of a topic names groups, but not this one.
pub(super) fn warn_of_unnamed(group: &str, topics: &Topics) {
    let lacks = |groups: &[&str]| !groups.is_empty() && !groups.contains(&group);
    let unnamed: Vec<_> = topics.sources().iter().filter(|topic| lacks(topic.groups)).collect();
    if unnamed.is_empty() {
        return;
    }
    let names: Vec<&str> = unnamed.iter().flat_map(|topic| topic.groups).copied().collect();
    let hint = match nearest(group, &names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the contract names {}", names.join(", ")),
    };
    let topics = unnamed.iter().map(|topic| topic.name).collect::<Vec<_>>().join(", ");
    tracing::warn!(
        topics,
        group,
        "the contract does not name this group, which reads its topics from the beginning if it is new: {hint}"
    );
}

/// The error for a retry topic that cannot be asked for. If it does not exist because the contract does not name the group,
/// creating the topics of the contract does not help.
pub(super) fn without_retry_topics(error: Error, group: &str, source: &Topic) -> Error {
    match error {
        Error::UnknownTopic { topic, .. } if !source.groups.contains(&group) => {
            let named = match nearest(group, source.groups) {
                Some(near) => format!("did you mean `{near}`? If not, name"),
                None => "name".to_owned(),
            };
            let reason = format!(
                "its retry topic `{topic}` does not exist, because the contract of `{}` does not name the group: {named} it in \
                 `consumers`, then create the topics (EG0128)",
                source.name
            );
            Error::InvalidSubscription { group: group.to_owned(), reason }
        }
        error => error,
    }
}

/// The name that a misspelt one probably means: the one with the fewest edits, at most a third of the length.
fn nearest<'a>(name: &str, names: &[&'a str]) -> Option<&'a str> {
    let most = (name.chars().count() / 3).max(1);
    let near = names.iter().map(|candidate| (edits(name, candidate), *candidate)).min()?;
    (near.0 <= most).then_some(near.1)
}

/// How many characters must be inserted, removed or replaced, or swapped with their neighbour, to make `to` of `from`.
fn edits(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    // The distances of the prefixes of `from` to those of `to`.
    let mut distances = vec![vec![0; to.len() + 1]; from.len() + 1];
    for i in 0..=from.len() {
        for j in 0..=to.len() {
            distances[i][j] = match (i, j) {
                (0, _) => j,
                (_, 0) => i,
                _ => {
                    let replaced = distances[i - 1][j - 1] + usize::from(from[i - 1] != to[j - 1]);
                    let mut fewest = replaced.min(distances[i - 1][j] + 1).min(distances[i][j - 1] + 1);
                    let is_swap = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
                    if is_swap {
                        fewest = fewest.min(distances[i - 2][j - 2] + 1);
                    }
                    fewest
                }
            };
        }
    }
    distances[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_has_a_nearest_one() {
        let names = ["gate", "order-processor", "search"];
        assert_eq!(nearest("gaet", &names), Some("gate"));
        assert_eq!(nearest("order-procesor", &names), Some("order-processor"));
        assert_eq!(nearest("orders-processor2", &names), Some("order-processor"));
        assert_eq!(nearest("Search", &names), Some("search"));
        assert_eq!(nearest("billing", &names), None);
        assert_eq!(nearest("gaet", &[]), None);
    }

    #[test]
    fn a_retry_topic_that_is_missing_because_of_the_group_is_not_to_be_created() {
        const SOURCE: Topic = Topic::new("orders").with_groups(&["billing"]);
        let error = |group: &str| {
            let topic = format!("orders.{group}.retry.0");
            let missing = Error::UnknownTopic { topic, bootstrap_servers: "kafka:9092".to_owned() };
            without_retry_topics(missing, group, &SOURCE).to_string()
        };
        assert!(error("billing").contains("create it with `Client::create_topics`"));
        let of_other = error("search");
        assert!(of_other.contains(": name it in `consumers`, then create the topics (EG0128)"), "{of_other}");
        assert!(error("biling").contains("did you mean `billing`? If not, name it"));
    }

    #[test]
    fn edits_are_counted() {
        for (from, to, count) in
            [("", "", 0), ("", "ab", 2), ("ab", "", 2), ("abc", "acb", 1), ("kitten", "sitting", 3)]
        {
            assert_eq!(edits(from, to), count, "{from} {to}");
        }
    }

    #[test]
    fn names_that_no_broker_can_have_are_refused() {
        assert!(refused("").is_some_and(|reason| reason.contains("is empty")));
        assert!(refused("a\0b").is_some_and(|reason| reason.contains("zero byte")));
        assert_eq!(refused("gate"), None);
    }
}
