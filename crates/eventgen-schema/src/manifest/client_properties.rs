//! `[environments.<name>.kafka]`: properties of the clients of a cluster, by Kafka's own names.

use std::collections::BTreeMap;

use crate::diagnostics::{Diagnostic, code};
use crate::node::{Member, Value};
use crate::reader::wrong_kind;
use crate::source::Spanned;

/// Reads the table. TOML reads `sasl.username = "…"` as a table in a table, and `"sasl.username" = "…"` as one name: both are the
/// property `sasl.username`.
pub(super) fn read(
    members: &[Member],
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Spanned<String>> {
    let mut properties = BTreeMap::new();
    flatten("", members, &mut properties, diagnostics);
    properties
}

fn flatten(
    prefix: &str,
    members: &[Member],
    properties: &mut BTreeMap<String, Spanned<String>>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for member in members {
        let name = format!("{prefix}{}", member.name);
        let value = match &member.value.value {
            Value::Object(inner) => {
                flatten(&format!("{name}."), inner, properties, diagnostics);
                continue;
            }
            Value::String(text) => text.clone(),
            Value::Boolean(value) => value.to_string(),
            Value::Number(number) => number.clone(),
            _ => {
                let example = format!("\"{name}\" = \"…\"");
                diagnostics.push(wrong_kind(&format!("`{name}`"), "a string", &example, &member.value));
                continue;
            }
        };
        let span = member.value.span.clone();
        if properties.insert(name.clone(), Spanned { value, span }).is_some() {
            let twice = Diagnostic::error(code::WRONG_VALUE, format!("`{name}` is set twice"));
            let help = "a property can be written as one name or as tables in tables: keep one of them";
            diagnostics.push(twice.at(&member.name_span, "the second one").help(help));
        }
    }
}
