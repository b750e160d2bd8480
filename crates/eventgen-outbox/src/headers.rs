//! Headers as JSON.
//!
//! Kafka's headers are a list in which names may repeat and values are bytes. So they are a list of pairs of name and value:
//! `[["event-type", "created"], ["empty", null], ["raw", {"base64": "AP8="}]]`. Bytes that are not text, and text with a zero
//! byte, which PostgreSQL does not store, are in base64. Programs in other languages may write an object instead.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use eventgen::Headers;
use serde_json::{Map, Value, json};

/// The text of the column.
pub(crate) fn to_json(headers: &Headers) -> String {
    let pairs = headers.iter().map(|(name, value)| json!([text(name), value.map_or(Value::Null, text)]));
    Value::Array(pairs.collect()).to_string()
}

fn text(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Value::String(text.to_owned()),
        _ => json!({ BASE64: STANDARD.encode(bytes) }),
    }
}

/// The name of the only field of bytes.
const BASE64: &str = "base64";

/// Reads the column.
///
/// # Errors
/// What is wrong, for an operator.
pub(crate) fn from_json(text: &str) -> Result<Headers, String> {
    let mut headers = Headers::new();
    match serde_json::from_str(text).map_err(|error| format!("the headers are not JSON: {error}"))? {
        Value::Array(pairs) => {
            for pair in pairs {
                let [name, value] = pair.as_array().map_or(&[] as &[Value], Vec::as_slice) else {
                    return Err(format!("the headers are not pairs of name and value: {}", short(&pair)));
                };
                let name = bytes(name)?.ok_or("a header has no name")?;
                headers.append(name, bytes(value)?);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                headers.append(name, bytes(&value)?);
            }
        }
        Value::Null => {}
        other => return Err(format!("the headers are neither a list nor an object: {}", short(&other))),
    }
    Ok(headers)
}

fn bytes(value: &Value) -> Result<Option<Vec<u8>>, String> {
    let encoded = |fields: &Map<String, Value>| match fields.get(BASE64) {
        Some(Value::String(text)) if fields.len() == 1 => STANDARD.decode(text).ok(),
        _ => None,
    };
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone().into_bytes())),
        Value::Object(fields) => match encoded(fields) {
            Some(bytes) => Ok(Some(bytes)),
            None => Err(format!("a header is neither text nor {{\"base64\": …}}: {}", short(value))),
        },
        other => Err(format!("a header is neither text nor {{\"base64\": …}}: {}", short(other))),
    }
}

/// The beginning of a value, for a message.
fn short(value: &Value) -> String {
    value.to_string().chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_come_back_with_their_order_and_bytes() {
        let mut headers = Headers::new();
        headers.append("b", Some(b"text".to_vec()));
        headers.append("a", None);
        headers.append("b", Some(vec![0, 0xff]));
        headers.append(b"caf\xe9", Some(Vec::new()));
        headers.append("zero", Some(b"a\0b".to_vec()));
        let json = to_json(&headers);
        let expected = r#"[["b","text"],["a",null],["b",{"base64":"AP8="}],[{"base64":"Y2Fm6Q=="},""],["zero",{"base64":"YQBi"}]]"#;
        assert_eq!(json, expected);
        assert_eq!(from_json(&json), Ok(headers));
    }

    #[test]
    fn other_languages_may_write_an_object() {
        let headers = from_json(r#"{"event-type": "created", "empty": null}"#).expect("headers");
        assert_eq!(
            (headers.len(), headers.text("event-type"), headers.bytes("empty")),
            (2, Some("created"), None)
        );
        assert_eq!(from_json("null").map(|headers| headers.len()), Ok(0));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (json, part) in [
            ("5", "neither a list nor an object: 5"),
            (r#"["a"]"#, "pairs of name and value: \"a\""),
            (r#"[[null, "a"]]"#, "no name"),
            (r#"{"a": 5}"#, "neither text nor"),
            (r#"{"a": {"base64": "?"}}"#, "neither text nor"),
            ("[", "not JSON"),
        ] {
            let error = from_json(json).expect_err(json);
            assert!(error.contains(part), "{json}: {error}");
        }
    }
}
