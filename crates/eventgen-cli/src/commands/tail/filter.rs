//! Which records are shown.

use eventgen_admin::values::{DecodedValue, Value};

use super::values::Decoded;
use crate::arguments;

/// The conditions of a command line.
pub(super) struct Filter {
    key: Option<String>,
    /// The paths of fields with what they have to hold.
    conditions: Vec<(Vec<String>, String)>,
}

impl Filter {
    pub(super) fn of(arguments: &arguments::Tail) -> Self {
        let path = |path: &str| path.split('.').map(str::to_owned).collect();
        let conditions = arguments.conditions.iter();
        Self {
            key: arguments.key.clone(),
            conditions: conditions.map(|(field, value)| (path(field), value.clone())).collect(),
        }
    }

    /// Whether a key is the one that is asked for, as text. `typed` reads a key with a schema, which is asked for as JSON.
    pub(super) fn takes(&self, key: Option<&[u8]>, typed: impl FnOnce() -> Option<Value>) -> bool {
        let Some(wanted) = &self.key else { return true };
        key == Some(wanted.as_bytes())
            || typed().is_some_and(|key| holds(&key, &[], wanted) || is_json(&key, wanted))
    }

    /// Whether a value has all that is asked for. Without a value there is nothing to have it.
    pub(super) fn takes_value(&self, value: &Decoded) -> bool {
        let value = match value {
            Decoded::Value(DecodedValue { value, .. }) => Some(value),
            Decoded::Tombstone | Decoded::Undecoded(_) => None,
        };
        self.conditions.iter().all(|(path, wanted)| value.is_some_and(|value| holds(value, path, wanted)))
    }
}

/// Whether a value is the one of a JSON text. The order of members does not count.
fn is_json(value: &Value, wanted: &str) -> bool {
    let wanted = serde_json::from_str::<serde_json::Value>(wanted);
    wanted.is_ok_and(|wanted| serde_json::to_value(value).is_ok_and(|value| value == wanted))
}

/// Whether a field holds something; of a list, whether one of its items does.
fn holds(value: &Value, path: &[String], wanted: &str) -> bool {
    match (value, path.split_first()) {
        (Value::Branch(_, value), _) => holds(value, path, wanted),
        (Value::List(items), _) => items.iter().any(|item| holds(item, path, wanted)),
        (Value::Map(fields), Some((first, rest))) => {
            fields.iter().any(|(name, value)| name == first && holds(value, rest, wanted))
        }
        (Value::Map(_), None) | (_, Some(_)) => false,
        (Value::Null, None) => wanted == "null",
        (Value::Text(text), None) => text == wanted,
        // Numbers, booleans and bytes as they are shown.
        (value, None) => serde_json::to_string(value).is_ok_and(|shown| shown.trim_matches('"') == wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_look_into_records_and_lists() {
        let text = |text: &str| Value::Text(text.to_owned());
        let map = |name: &str, value: Value| Value::Map(vec![(name.to_owned(), value)]);
        let lines = Value::List(vec![map("sku", text("a")), map("sku", text("b"))]);
        let value = map("order", map("lines", lines));
        let takes = |path: &str, wanted: &str| {
            let path: Vec<String> = path.split('.').map(str::to_owned).collect();
            holds(&value, &path, wanted)
        };
        assert!(takes("order.lines.sku", "b"));
        assert!(!takes("order.lines.sku", "c"));
        assert!(!takes("order.lines", "b"));
        assert!(!takes("lines", "b"));
        let branch = |value: Value| Value::Branch("Card".to_owned(), Box::new(value));
        let paid = map("payment", branch(map("number", branch(text("1")))));
        assert!(holds(&paid, &["payment".to_owned(), "number".to_owned()], "1"));
        assert!(!holds(&paid, &["payment".to_owned(), "Card".to_owned(), "number".to_owned()], "1"));
        assert!(holds(&Value::Integer(-3), &[], "-3"));
        assert!(holds(&Value::Boolean(true), &[], "true"));
        assert!(holds(&Value::Null, &[], "null"));
        assert!(holds(&Value::Bytes(vec![1]), &[], "0x01"));
    }
    #[test]
    fn typed_keys_are_asked_for_by_their_json_or_by_the_text_of_one_value() {
        let text = |text: &str| Value::Text(text.to_owned());
        let takes = |wanted: &str, key: &[u8], typed: Option<Value>| {
            let filter = Filter { key: Some(wanted.to_owned()), conditions: Vec::new() };
            filter.takes(Some(key), || typed)
        };
        let framed = [0, 0, 0, 0, 7, 2, 97];
        assert!(takes("a", &framed, Some(text("a"))));
        assert!(takes("\"a\"", &framed, Some(text("a"))));
        assert!(!takes("b", &framed, Some(text("a"))));
        assert!(takes("7", &framed, Some(Value::Integer(7))));
        let pair = || {
            let fields = [("tenant", text("a")), ("id", Value::Integer(1))];
            Some(Value::Map(fields.map(|(name, value)| (name.to_owned(), value)).to_vec()))
        };
        assert!(takes(r#"{"id": 1, "tenant": "a"}"#, &framed, pair()));
        assert!(!takes(r#"{"tenant": "a"}"#, &framed, pair()));
        assert!(!takes("a|1", &framed, pair()));
        assert!(takes("a|1", b"a|1", None));
        assert!(!takes("a|1", b"a|2", None));
    }
}
