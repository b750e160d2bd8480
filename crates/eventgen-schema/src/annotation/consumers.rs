//! The property `consumers`.

use super::quantity;
use super::retry::DURATION;
use crate::contract::{ConsumerGroup, MaxLag};
use crate::diagnostics::{Diagnostic, code};
use crate::node::{Node, Value};
use crate::reader::{Casing, Properties, wrong_kind};
use crate::source::Spanned;

pub(super) fn read_consumers(
    node: &Node,
    casing: Casing,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Spanned<Vec<ConsumerGroup>>> {
    let example = casing.example("group", "\"order-processor\"");
    let Value::Array(items) = &node.value else {
        let expected = "a list of objects with a `group`";
        diagnostics.push(wrong_kind("`consumers`", expected, &format!("[{{ {example} }}]"), node));
        return None;
    };
    let mut consumers = Vec::with_capacity(items.len());
    for item in items {
        let Some(mut properties) =
            Properties::read(item, "a consumer", &["group", "maxLag"], casing, diagnostics)
        else {
            continue;
        };
        let max_lag = match properties.get("maxLag").map(|node| &node.value) {
            Some(Value::Number(_)) => {
                properties.number("maxLag", 0..=u64::MAX).map(|records| MaxLag::Records(records.value))
            }
            // Protobuf has one field, a string, for both.
            Some(Value::String(text)) if casing == Casing::Snake && text.parse::<u64>().is_ok() => {
                text.parse().ok().map(MaxLag::Records)
            }
            Some(_) => properties
                .quantity("maxLag", quantity::duration, &format!("{DURATION}; or a number of records"))
                .map(|time| MaxLag::Time(time.value)),
            None => None,
        };
        match properties.string("group") {
            Some(group) => consumers.push(ConsumerGroup { group: group.value, max_lag }),
            None if properties.get("group").is_some() => {}
            None => diagnostics.push(
                Diagnostic::error(code::MISSING_PROPERTY, "a consumer needs a group")
                    .at(&item.span, "this names none")
                    .help(format!("add {example}")),
            ),
        }
    }
    Some(Spanned { value: consumers, span: node.span.clone() })
}
