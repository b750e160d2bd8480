//! The property `consumers`.

use std::collections::BTreeMap;

use super::duration::{DURATION, read_duration};
use crate::contract::{ConsumerGroup, MaxLag};
use crate::diagnostics::{Diagnostic, code};
use crate::node::{Node, Value};
use crate::reader::{Casing, Properties, wrong_kind};
use crate::source::{Span, Spanned};
use crate::vocabulary::{CONSUMER, names};

/// Groups with the places of their names.
pub(super) type Groups = Spanned<Vec<Spanned<ConsumerGroup>>>;

pub(super) fn read_consumers(
    node: &Node,
    casing: Casing,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Groups> {
    let example = casing.example("group", "\"order-processor\"");
    let Value::Array(items) = &node.value else {
        let expected = "a list of objects with a `group`";
        let example = match casing {
            Casing::Rust => format!("consumers({example})"),
            _ => format!("[{{ {example} }}]"),
        };
        diagnostics.push(wrong_kind("`consumers`", expected, &example, node));
        return None;
    };
    let mut consumers = Vec::with_capacity(items.len());
    let mut groups: BTreeMap<String, Span> = BTreeMap::new();
    for item in items {
        let Some(mut properties) =
            Properties::read(item, "a consumer", &names(&CONSUMER), casing, diagnostics)
        else {
            continue;
        };
        let max_lag = match properties.get("maxLag").map(|node| &node.value) {
            Some(Value::Number(_)) => {
                properties.number("maxLag", 0..=u64::MAX).map(|records| MaxLag::Records(records.value))
            }
            // In Protobuf both are one field, a string.
            Some(Value::String(text)) if casing == Casing::Snake && text.parse::<u64>().is_ok() => {
                text.parse().ok().map(MaxLag::Records)
            }
            Some(_) => {
                read_duration(&mut properties, "maxLag", &format!("{DURATION}; or a number of records"))
                    .map(|time| MaxLag::Time(time.value))
            }
            None => None,
        };
        match properties.string("group") {
            Some(group) => {
                check_group(&group, groups.get(&group.value), properties.diagnostics);
                if groups.contains_key(&group.value) {
                    continue;
                }
                groups.insert(group.value.clone(), group.span.clone());
                let value = ConsumerGroup { group: group.value, max_lag };
                consumers.push(Spanned { value, span: group.span });
            }
            None if properties.get("group").is_some() => {}
            None => diagnostics.push(
                Diagnostic::error(code::MISSING_PROPERTY, "a consumer needs a group")
                    .at(&item.span, "it has no `group`")
                    .help(format!("add {example}")),
            ),
        }
    }
    Some(Spanned { value: consumers, span: node.span.clone() })
}

/// Reports a group that is there before, at `first`, and one that clients do not take.
fn check_group(group: &Spanned<String>, first: Option<&Span>, diagnostics: &mut Vec<Diagnostic>) {
    if let Some(first) = first {
        diagnostics.push(
            Diagnostic::error(code::WRONG_VALUE, format!("group `{}` is here twice", group.value))
                .at(&group.span, "again here")
                .at(first, "first here")
                .help("remove one of the two"),
        );
    } else if group.value.contains('\0') {
        diagnostics.push(
            Diagnostic::error(code::WRONG_VALUE, format!("group {:?} has a zero byte", group.value))
                .at(&group.span, "no consumer can be in a group of this name")
                .help("take the zero byte out of the name"),
        );
    }
}
