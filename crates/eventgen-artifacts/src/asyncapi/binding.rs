//! Kafka bindings, and references between objects.

use serde_json::{Value, json};

/// The version of the Kafka bindings.
const BINDING_VERSION: &str = "0.5.0";

/// The Kafka binding of an object.
pub(super) fn kafka(mut binding: Value) -> Value {
    binding["bindingVersion"] = BINDING_VERSION.into();
    json!({ "kafka": binding })
}

/// A reference to another object.
pub(super) fn reference(path: &str) -> Value {
    json!({ "$ref": path })
}
