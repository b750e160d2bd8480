//! `#[kafka(…)]` as the option `eventgen.kafka` of a `.proto` file, in Protobuf's text format with one field a line.

use crate::input::properties::{Property, Value, combined};

/// Properties whose values are numbers or booleans. Those of the others are strings.
const UNQUOTED: [&str; 5] = ["partitions", "replication_factor", "attempts", "jitter", "enabled"];

/// The fields of the option.
pub(super) fn text(properties: &[Property]) -> String {
    let properties = combined(properties);
    let fields = properties.iter().flat_map(|property| fields(&property.name, &property.value));
    fields.collect::<Vec<_>>().join("\n")
}

/// A property as fields of the option: one for each entry of a map or a list.
fn fields(name: &str, value: &Value) -> Vec<String> {
    match (name, value) {
        ("headers" | "config", Value::Properties(entries, _)) => {
            entries.iter().map(|entry| format!("{name}: {{ {} }}", self::entry(name, entry))).collect()
        }
        (_, Value::List(values, _)) => values.iter().flat_map(|value| fields(name, value)).collect(),
        ("dead_letter", Value::Boolean(is_on, _)) => vec![format!("dead_letter: {{ enabled: {is_on} }}")],
        (_, Value::Properties(properties, _)) => {
            let inner = properties.iter().flat_map(|property| fields(&property.name, &property.value));
            vec![format!("{name}: {{ {} }}", inner.collect::<Vec<_>>().join(" "))]
        }
        _ => vec![format!("{name}: {}", scalar(name, value))],
    }
}

/// An entry of a map. A string in `headers` is literal; a name is the path of a field.
fn entry(map: &str, entry: &Property) -> String {
    let is_literal = map == "headers" && matches!(entry.value, Value::Text(..));
    let field = if is_literal { "literal" } else { "value" };
    format!("key: {} {field}: {}", quoted(&entry.name), scalar("", &entry.value))
}

fn scalar(name: &str, value: &Value) -> String {
    let text = match value {
        Value::None => "true".to_owned(),
        Value::Text(text, _) | Value::Number(text, _) => text.clone(),
        Value::Boolean(value, _) => value.to_string(),
        Value::Path(path, _) => path.join("."),
        // The front end has refused them.
        Value::List(..) | Value::Properties(..) => String::new(),
    };
    if UNQUOTED.contains(&name) { text } else { quoted(&text) }
}

/// A string of the text format.
fn quoted(text: &str) -> String {
    let mut out = "\"".to_owned();
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            '\n' => out.push_str("\\n"),
            char if char.is_control() => {
                let mut bytes = [0; 4];
                out.extend(char.encode_utf8(&mut bytes).bytes().map(|byte| format!("\\{byte:03o}")));
            }
            char => out.push(char),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;

    fn property(name: &str, value: Value) -> Property {
        Property { name: name.to_owned(), span: Span::call_site(), value }
    }

    #[test]
    fn properties_are_fields_of_the_option() {
        let span = Span::call_site();
        let text_value = |text: &str| Value::Text(text.to_owned(), span);
        let path = |path: &str| Value::Path(vec![path.to_owned()], span);
        let group = || Value::Properties(vec![property("group", text_value("a \"b\"\n"))], span);
        let headers = vec![property("id", path("id")), property("by", text_value("us"))];
        let config = vec![property("min.insync.replicas", Value::Number("2".to_owned(), span))];
        let properties = [
            property("topic", text_value("orders")),
            property("key", Value::List(vec![path("tenant"), path("id")], span)),
            property("partitions", Value::Number("3".to_owned(), span)),
            property("headers", Value::Properties(headers, span)),
            property("config", Value::Properties(config, span)),
            property("dead_letter", Value::Boolean(false, span)),
            property("consumers", group()),
            property("consumers", group()),
            property("ordering", path("none")),
        ];
        let expected = r#"topic: "orders"
key: "tenant"
key: "id"
partitions: 3
headers: { key: "id" value: "id" }
headers: { key: "by" literal: "us" }
config: { key: "min.insync.replicas" value: "2" }
dead_letter: { enabled: false }
consumers: { group: "a \"b\"\n" }
consumers: { group: "a \"b\"\n" }
ordering: "none""#;
        assert_eq!(text(&properties), expected);
    }
}
