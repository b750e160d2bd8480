//! The property `config`: Kafka's own topic configuration, with units on durations and sizes.

use std::collections::BTreeMap;

use super::config_names::{check_config, check_value, values_of};
use super::quantity;
use crate::diagnostics::{Diagnostic, code};
use crate::node::{Member, Node, Value};
use crate::reader::wrong_kind;
use crate::source::Spanned;
use crate::vocabulary::ConfigValues;

/// Reads the names and their values. Quantities become plain numbers, as Kafka expects them.
pub(super) fn read_config(
    node: &Node,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Spanned<String>> {
    let Value::Object(members) = &node.value else {
        let expected = "an object of Kafka's topic configuration";
        diagnostics.push(wrong_kind(
            "`config`",
            expected,
            "the names with their values, such as retention.ms",
            node,
        ));
        return BTreeMap::new();
    };
    let value = |member: &Member| {
        check_config(member, diagnostics);
        let value = config_value(&member.name, &member.value, diagnostics)?;
        let written = member.value.as_str().unwrap_or(&value);
        check_value(&member.name, &value, written, &member.value.span, diagnostics);
        Some((member.name.clone(), Spanned { value, span: member.value.span.clone() }))
    };
    members.iter().filter_map(value).collect()
}

fn config_value(name: &str, node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
    let no_limit = match values_of(name) {
        ConfigValues::Whole(least, _) if least >= 0 => "",
        _ => ", or -1 for no limit",
    };
    let mut unknown = |text: &str, what: &str, example: &str| {
        diagnostics.push(
            Diagnostic::error(code::INVALID_QUANTITY, format!("`{text}` is not understood as `{name}`"))
                .at(&node.span, format!("not {what}"))
                .help(format!("write {example}{no_limit}")),
        );
        None
    };
    let unit = name.rsplit('.').next().unwrap_or_default();
    match &node.value {
        Value::String(text) if text == "-1" || text == "-2" && name.starts_with("local.") => {
            Some(text.clone())
        }
        Value::String(text) if unit == "ms" => match quantity::milliseconds(text) {
            Some(ms) => Some(ms.to_string()),
            None => unknown(text, "a duration", "a number with ms, s, m, h, d or w, such as \"7d\""),
        },
        Value::String(text) if unit == "bytes" => match quantity::bytes(text) {
            Some(bytes) => Some(bytes.to_string()),
            None => unknown(text, "a size", "a number with B, KiB, MiB, GiB, kB, MB or GB, such as \"1GiB\""),
        },
        Value::String(text) | Value::Number(text) => Some(text.clone()),
        Value::Boolean(value) => Some(value.to_string()),
        _ => {
            let example = "the value in the form that Kafka's documentation gives";
            diagnostics.push(wrong_kind(
                &format!("`{name}`"),
                "a string, a number or a boolean",
                example,
                node,
            ));
            None
        }
    }
}
