//! Confluent's tags and rules, which are options of messages, fields, enums and their values.

use prost_reflect::{DescriptorPool, DynamicMessage, ReflectMessage as _, Value};

use crate::contract::RuleDescription;

/// The options of a message.
pub(super) const MESSAGE: &str = "confluent.message_meta";
/// The options of an enum.
pub(super) const ENUM: &str = "confluent.enum_meta";
/// The options of a value of an enum.
pub(super) const SYMBOL: &str = "confluent.enum_value_meta";
/// The options of a field.
pub(super) const FIELD: &str = "confluent.field_meta";

/// The tags and rules in the extension `name` of options.
pub(super) fn of(
    pool: &DescriptorPool,
    name: &str,
    options: &DynamicMessage,
) -> (Vec<String>, Vec<RuleDescription>) {
    let extension = pool.get_extension_by_name(name);
    let ours = extension.filter(|extension| {
        extension.containing_message() == options.descriptor() && options.has_extension(extension)
    });
    let Some(extension) = ours else { return (Vec::new(), Vec::new()) };
    let meta = options.get_extension(&extension);
    let Some(meta) = meta.as_message() else { return (Vec::new(), Vec::new()) };
    let tags = items(meta, "tags").iter().filter_map(Value::as_str).map(str::to_owned).collect();
    // An older copy of the file has no rules.
    let rules = items(meta, "rules").into_iter().filter_map(|rule| {
        let rule = rule.as_message()?.clone();
        let text = |name| {
            let value = rule.get_field_by_name(name)?;
            value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
        };
        Some(RuleDescription {
            name: text("name"),
            doc: text("doc"),
            expression: text("expr"),
            sql: text("sql"),
        })
    });
    (tags, rules.collect())
}

fn items(message: &DynamicMessage, field: &str) -> Vec<Value> {
    let value = message.get_field_by_name(field);
    value.and_then(|value| value.as_list().map(<[Value]>::to_vec)).unwrap_or_default()
}
