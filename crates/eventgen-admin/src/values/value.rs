//! Data without a type of its own.

use std::fmt::Write as _;

use serde::ser::{Serialize, SerializeMap as _, Serializer};

/// A value of any schema. As JSON it has the order of the schema's fields, dates and times as ISO 8601, decimals as text, and
/// bytes as hexadecimal digits after `0x`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// No value.
    Null,
    /// True or false.
    Boolean(bool),
    /// A signed number.
    Integer(i64),
    /// A number that is not negative.
    Unsigned(u64),
    /// A number with a fraction.
    Number(f64),
    /// Text, and what has a textual form: symbols, decimals, dates, times, UUIDs.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Items in order.
    List(Vec<Value>),
    /// Fields or entries in order.
    Map(Vec<(String, Value)>),
    /// A value of a union with the name of its branch. Without the name the value would be one of another branch. The JSON form is an
    /// object with one member.
    Branch(String, Box<Value>),
}

impl Value {
    /// The JSON form of bytes.
    pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
        bytes.iter().fold("0x".to_owned(), |mut text, byte| {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Unsigned(value) => serializer.serialize_u64(*value),
            Self::Number(value) if value.is_finite() => serializer.serialize_f64(*value),
            // JSON has no such numbers.
            Self::Number(value) => serializer.collect_str(value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Bytes(bytes) => serializer.serialize_str(&Self::hexadecimal(bytes)),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (name, value) in entries {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            Self::Branch(name, value) => serializer.collect_map([(name, value)]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_form_keeps_the_order_and_has_no_number_that_json_lacks() {
        let value = Value::Map(vec![
            ("z".to_owned(), Value::Number(f64::NAN)),
            ("a".to_owned(), Value::Bytes(vec![0, 255])),
            ("m".to_owned(), Value::List(vec![Value::Null, Value::Unsigned(u64::MAX)])),
        ]);
        let json = serde_json::to_string(&value).expect("JSON");
        assert_eq!(json, r#"{"z":"NaN","a":"0x00ff","m":[null,18446744073709551615]}"#);
    }
}
