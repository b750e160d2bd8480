//! What identifies a schema in a registry: Java's parser reads it, resolves its names, and writes it again.

use serde_json::{Map, Value};

use super::format::parsed;

/// The primitive types (specification 1.12, "Primitive Types").
const PRIMITIVE: [&str; 8] = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];

/// The schema in normal form: sorted members without space and comments, full names, primitive types as plain names.
pub(super) fn content(text: &str) -> Vec<u8> {
    let content =
        parsed(text).map_or_else(|| text.trim().to_owned(), |schema| qualified(schema, "").to_string());
    content.into_bytes()
}

/// The full name of the type; `None` for a type without a name.
pub(super) fn name(text: &str) -> Option<String> {
    let schema = qualified(parsed(text)?, "");
    schema.get("name").and_then(Value::as_str).map(str::to_owned)
}

/// A type with full names. The reader of the schema bounds its depth.
fn qualified(schema: Value, namespace: &str) -> Value {
    match schema {
        Value::String(name) => Value::String(full_name(&name, namespace)),
        Value::Array(branches) => branches.into_iter().map(|branch| qualified(branch, namespace)).collect(),
        Value::Object(members) => object(members, namespace),
        other => other,
    }
}

fn object(mut members: Map<String, Value>, enclosing: &str) -> Value {
    let is = |ty: &str| members.get("type").is_some_and(|value| value == ty);
    let is_named = ["record", "error", "enum", "fixed"].into_iter().any(is);
    if is_named {
        let own = members.remove("namespace");
        let namespace = own.as_ref().and_then(Value::as_str).unwrap_or(enclosing);
        let name = members.get("name").and_then(Value::as_str).map(|name| full_name(name, namespace));
        let name = name.unwrap_or_default();
        let inside = name.rsplit_once('.').map_or("", |(namespace, _)| namespace).to_owned();
        members.insert("name".to_owned(), name.into());
        if let Some(Value::Array(aliases)) = members.get_mut("aliases") {
            for alias in aliases {
                *alias = qualified(alias.take(), &inside);
            }
        }
        if let Some(Value::Array(fields)) = members.get_mut("fields") {
            for ty in fields.iter_mut().filter_map(|field| field.get_mut("type")) {
                *ty = qualified(ty.take(), &inside);
            }
        }
        return Value::Object(members);
    }
    // An array and a map are their own kinds of type, not names.
    let inside = ["items", "values", "type"]
        .into_iter()
        .filter(|member| *member != "type" || !(is("array") || is("map")));
    let inside: Vec<&str> = inside.collect();
    for member in inside {
        if let Some(ty) = members.get_mut(member) {
            *ty = qualified(ty.take(), enclosing);
        }
    }
    match members.remove("type") {
        Some(ty) if members.is_empty() => ty,
        Some(ty) => {
            members.insert("type".to_owned(), ty);
            Value::Object(members)
        }
        None => Value::Object(members),
    }
}

fn full_name(name: &str, namespace: &str) -> String {
    if PRIMITIVE.contains(&name) || name.contains('.') || namespace.is_empty() {
        name.to_owned()
    } else {
        format!("{namespace}.{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_notations_of_one_type_are_one_content() {
        let full = r#"{"type":"record","name":"shop.Order","aliases":["shop.Old"],"fields":[
            {"name":"a","type":"string"},{"name":"b","type":["null","shop.Kind"]},{"name":"c","type":{"type":"array","items":"other.X"}},
            {"name":"d","type":{"type":"map","values":"int"}},{"name":"e","type":{"type":"long","logicalType":"timestamp-millis"}}]}"#;
        let short = r#"{ "namespace": "shop", "name": "Order", "type": "record", "aliases": ["Old"], "fields": [
            {"type":{"type":"string"},"name":"a"},{"name":"b","type":["null",{"type":"Kind"}]},{"name":"c","type":{"items":"other.X","type":"array"}},
            {"name":"d","type":{"type":"map","values":{"type":"int"}}},{"name":"e","type":{"logicalType":"timestamp-millis","type":"long"}}]}"#;
        assert_eq!(content(full), content(short));
        for other in [
            full.replace("shop.Old", "Older"),
            full.replace("\"a\"", "\"z\""),
            full.replace("shop.Order", "Order"),
        ] {
            assert_ne!(content(full), content(&other), "{other}");
        }
        assert_eq!(content(" \"int\" "), content("{\"type\": \"int\"}"));
        assert_eq!(content(" no JSON "), b"no JSON");
    }
}
