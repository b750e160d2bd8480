//! `#[kafka(…)]` as the option `eventgen.kafka` of a `.proto` file, in Protobuf's text format: one field a line.

use crate::annotation::grouped;
use crate::words::{Value, Word};

/// Words whose values are numbers or booleans in the vocabulary; all others are strings.
const PLAIN: [&str; 5] = ["partitions", "replication_factor", "attempts", "jitter", "enabled"];

/// The fields of the option.
pub(super) fn text(words: &[Word]) -> String {
    grouped(words).iter().flat_map(|word| fields(&word.name, &word.value)).collect::<Vec<_>>().join("\n")
}

/// A word as fields of the option: one for each entry of a map or a list.
fn fields(name: &str, value: &Value) -> Vec<String> {
    match (name, value) {
        ("headers" | "config", Value::Words(entries, _)) => {
            entries.iter().map(|entry| format!("{name}: {{ {} }}", self::entry(name, entry))).collect()
        }
        (_, Value::List(values, _)) => values.iter().flat_map(|value| fields(name, value)).collect(),
        ("dead_letter", Value::Boolean(is_on, _)) => vec![format!("dead_letter: {{ enabled: {is_on} }}")],
        (_, Value::Words(words, _)) => {
            let inner: Vec<String> = words.iter().flat_map(|word| fields(&word.name, &word.value)).collect();
            vec![format!("{name}: {{ {} }}", inner.join(" "))]
        }
        _ => vec![format!("{name}: {}", scalar(name, value))],
    }
}

/// An entry of a map: a name in Rust is a field, a text the text of every record.
fn entry(map: &str, entry: &Word) -> String {
    let word = if map == "headers" && matches!(entry.value, Value::Text(..)) { "literal" } else { "value" };
    format!("key: {} {word}: {}", quoted(&entry.name), scalar("", &entry.value))
}

fn scalar(name: &str, value: &Value) -> String {
    let text = match value {
        Value::None => "true".to_owned(),
        Value::Text(text, _) | Value::Number(text, _) => text.clone(),
        Value::Boolean(value, _) => value.to_string(),
        Value::Path(path, _) => path.join("."),
        // The front end has refused them.
        Value::List(..) | Value::Words(..) => String::new(),
    };
    if PLAIN.contains(&name) { text } else { quoted(&text) }
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

    fn word(name: &str, value: Value) -> Word {
        Word { name: name.to_owned(), span: Span::call_site(), value }
    }

    #[test]
    fn words_are_fields_of_the_option() {
        let span = Span::call_site();
        let text_value = |text: &str| Value::Text(text.to_owned(), span);
        let path = |path: &str| Value::Path(vec![path.to_owned()], span);
        let group = || Value::Words(vec![word("group", text_value("a \"b\"\n"))], span);
        let words = [
            word("topic", text_value("orders")),
            word("key", Value::List(vec![path("tenant"), path("id")], span)),
            word("partitions", Value::Number("3".to_owned(), span)),
            word("headers", Value::Words(vec![word("id", path("id")), word("by", text_value("us"))], span)),
            word(
                "config",
                Value::Words(vec![word("min.insync.replicas", Value::Number("2".to_owned(), span))], span),
            ),
            word("dead_letter", Value::Boolean(false, span)),
            word("consumers", group()),
            word("consumers", group()),
            word("ordering", path("none")),
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
        assert_eq!(text(&words), expected);
    }
}
