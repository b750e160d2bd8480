//! Which records are shown.

use eventgen_admin::Record;
use eventgen_admin::values::{DecodedValue, Value};

use super::values::Decoded;
use crate::arguments;

/// The conditions of a command line.
pub(super) struct Filter {
    key: Option<Vec<u8>>,
    /// The paths of fields with what they have to hold.
    conditions: Vec<(Vec<String>, String)>,
}

impl Filter {
    pub(super) fn of(arguments: &arguments::Tail) -> Self {
        let path = |path: &str| path.split('.').map(str::to_owned).collect();
        let conditions = arguments.conditions.iter();
        Self {
            key: arguments.key.as_ref().map(|key| key.clone().into_bytes()),
            conditions: conditions.map(|(field, value)| (path(field), value.clone())).collect(),
        }
    }

    /// Whether a record has the key.
    pub(super) fn takes(&self, record: &Record) -> bool {
        self.key.is_none() || self.key == record.key
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
}
