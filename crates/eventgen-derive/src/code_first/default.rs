//! Defaults of fields as JSON.

use crate::input::properties::Value;
use crate::input::rust_type::RustType;
use crate::input::scalar::Scalar;
use crate::model::document::quoted;

/// Whether a value is null.
pub(super) fn is_null(value: &Value) -> bool {
    matches!(value, Value::Path(path, _) if path.len() == 1 && matches!(path[0].as_str(), "null" | "None"))
}

/// A value as JSON; `None` for a path, which is not a value.
pub(super) fn json(value: &Value) -> Option<String> {
    Some(match value {
        value if is_null(value) => "null".to_owned(),
        Value::Text(text, _) => quoted(text),
        Value::Number(text, _) => text.clone(),
        Value::Boolean(value, _) => value.to_string(),
        Value::List(values, _) => {
            format!("[{}]", values.iter().map(json).collect::<Option<Vec<_>>>()?.join(","))
        }
        Value::Properties(properties, _) => {
            let members = properties
                .iter()
                .map(|property| Some(format!("{}:{}", quoted(&property.name), json(&property.value)?)));
            format!("{{{}}}", members.collect::<Option<Vec<_>>>()?.join(","))
        }
        Value::Path(..) | Value::None => return None,
    })
}

/// `Default::default()` of a type as JSON; `None` if the derive does not know it.
pub(super) fn default_of(ty: &RustType) -> Option<&'static str> {
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
