//! Bytes of records in JSON.

use eventgen_admin::values::Value;
use serde::Serialize;

/// Bytes: text if they are UTF-8, otherwise an object with hexadecimal digits, so that text with such digits is not mistaken for
/// them.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Bytes<'a> {
    Text(&'a str),
    Binary { bytes: Value },
}

impl<'a> Bytes<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(_) => Self::Binary { bytes: Value::Bytes(bytes.to_vec()) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_from_text_that_looks_like_them() {
        let json = |bytes| serde_json::to_string(&Bytes::of(bytes)).expect("JSON");
        assert_eq!(json(b"0xff00"), r#""0xff00""#);
        assert_eq!(json(&[0xff, 0x00]), r#"{"bytes":"0xff00"}"#);
    }
}
