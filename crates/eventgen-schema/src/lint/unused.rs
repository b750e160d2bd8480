//! Reports settings of `eventgen.toml` that apply to no topic.

use std::collections::BTreeMap;

use crate::contract::Contract;
use crate::diagnostics::{Diagnostic, code, did_you_mean};
use crate::source::Span;

/// Reports tables `[topics."…"]` for topics that no event is on. `tables` are the locations of their names.
///
/// Call it only for a contract of all schemas that the file is about: a part of them has not all topics.
pub(crate) fn check_unused<'a>(
    tables: impl Iterator<Item = (&'a str, &'a Span)>,
    contract: &Contract,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let dead_letters: BTreeMap<&str, &str> = contract
        .topics
        .values()
        .filter_map(|topic| Some((topic.dead_letter.as_ref()?.topic.as_str(), topic.name.as_str())))
        .collect();
    for (name, span) in tables.filter(|(name, _)| !contract.topics.contains_key(*name)) {
        let known: Vec<&str> = contract.topics.keys().map(String::as_str).collect();
        let retried = contract
            .topics
            .values()
            .find(|topic| topic.retry_topics().iter().any(|retry_topic| retry_topic.name == name));
        let (remark, help) = if let Some(source) = dead_letters.get(name) {
            (
                "this is a dead-letter topic".to_owned(),
                format!("set `dead-letter` in [topics.\"{source}\"], whose dead letters it carries"),
            )
        } else if let Some(source) = retried {
            (
                "this is a retry topic, whose settings follow from its source's".to_owned(),
                format!("set `retry` in [topics.\"{}\"], whose records wait in it", source.name),
            )
        } else {
            let remark = did_you_mean(name, known.iter().copied())
                .map_or_else(|| "no event is on it".to_owned(), |near| format!("did you mean `{near}`?"));
            let help = match &known[..] {
                [] => "remove the table: the schemas have no events".to_owned(),
                known if known.len() <= 6 => format!("the topics are {}", known.join(", ")),
                _ => "`eventgen check` lists the topics".to_owned(),
            };
            (remark, help)
        };
        diagnostics.push(
            Diagnostic::lint(code::UNUSED_SETTINGS, format!("no schema has an event on topic `{name}`"))
                .at(span, remark)
                .help(help),
        );
    }
}
