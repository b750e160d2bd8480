//! Names of topics (Kafka's `Topic.validate`).

use crate::diagnostics::{Diagnostic, code};
use crate::source::Span;

/// The maximum length of a topic's name. With the number of a partition it must fit into the name of a file.
pub(crate) const MAX_TOPIC_NAME: usize = 249;

/// The topics that brokers keep their own state in (Kafka's `Topic`).
const INTERNAL_TOPICS: [&str; 4] =
    ["__consumer_offsets", "__transaction_state", "__share_group_state", "__cluster_metadata"];

/// Reports a topic name that Kafka does not allow.
pub(crate) fn check_topic_name(name: &str, span: &Span, diagnostics: &mut Vec<Diagnostic>) {
    let wrong = foreign_char(name);
    if wrong.is_some() || matches!(name, "." | "..") {
        let remark = wrong.map_or_else(
            || "this is the name of a folder in every file system".to_owned(),
            |char| format!("{char:?} is not allowed"),
        );
        diagnostics.push(
            Diagnostic::error(
                code::INVALID_TOPIC_NAME,
                format!("Kafka does not allow a topic named {name:?}"),
            )
            .at(span, remark)
            .help("use ASCII letters, digits, `.`, `_` and `-`"),
        );
    }
    if INTERNAL_TOPICS.contains(&name) {
        diagnostics.push(
            Diagnostic::error(code::INVALID_TOPIC_NAME, format!("topic `{name}` is one of Kafka's own"))
                .at(span, "brokers keep their state in it")
                .help("choose another name"),
        );
    }
    check_topic_name_length(name, span, diagnostics);
}

/// The first character that cannot be in the name of a topic.
pub(crate) fn foreign_char(name: &str) -> Option<char> {
    let allowed = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-');
    name.chars().find(|&char| !allowed(char))
}

/// Reports a name that is too long.
pub(crate) fn check_topic_name_length(name: &str, span: &Span, diagnostics: &mut Vec<Diagnostic>) {
    if name.len() > MAX_TOPIC_NAME {
        let message = format!("the topic's name has {} characters", name.len());
        let remark = format!("Kafka allows {MAX_TOPIC_NAME}");
        diagnostics.push(Diagnostic::error(code::LONG_TOPIC_NAME, message).at(span, remark).help(
            "shorten it; the dead-letter topic's name is the same with `.dlq` appended, unless `deadLetter` sets it",
        ));
    }
}
