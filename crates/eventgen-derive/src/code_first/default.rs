//! Defaults in JSON.

use crate::document::quoted;
use crate::rust_type::{RustType, Scalar};
use crate::words::Value;

/// Whether a value is null.
pub(crate) fn is_null(value: &Value) -> bool {
    matches!(value, Value::Path(path, _) if path.len() == 1 && matches!(path[0].as_str(), "null" | "None"))
}

/// A default in JSON.
pub(crate) fn json(value: &Value) -> Option<String> {
    Some(match value {
        value if is_null(value) => "null".to_owned(),
        Value::Text(text, _) => quoted(text),
        Value::Number(text, _) => text.clone(),
        Value::Boolean(value, _) => value.to_string(),
        Value::List(values, _) => {
            format!("[{}]", values.iter().map(json).collect::<Option<Vec<_>>>()?.join(","))
        }
        Value::Words(words, _) => {
            let members =
                words.iter().map(|word| Some(format!("{}:{}", quoted(&word.name), json(&word.value)?)));
            format!("{{{}}}", members.collect::<Option<Vec<_>>>()?.join(","))
        }
        Value::Path(..) | Value::None => return None,
    })
}

/// What `Default::default()` is in JSON.
pub(crate) fn default_of(ty: &RustType) -> Option<&'static str> {
    Some(match ty {
        RustType::Option(..) => "null",
        RustType::List(..) => "[]",
        RustType::Map { .. } => "{}",
        RustType::Scalar(scalar, _) => match scalar {
            Scalar::Boolean => "false",
            Scalar::Integer(_) => "0",
            Scalar::Float | Scalar::Double => "0.0",
            Scalar::String | Scalar::Text(_) | Scalar::Bytes => "\"\"",
            _ => return None,
        },
        RustType::Fixed { .. } | RustType::Foreign { .. } => return None,
    })
}
