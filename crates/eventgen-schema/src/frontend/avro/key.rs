//! The schemas of typed keys in Avro: that of the field if there is one, else a record of the fields.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use eventgen_avro::parse::ParsedSchema;

use super::super::key::{KeyDefinition, KeyField, KeyProblem, KeyText};
use super::super::schemas::Schemas;
use super::parse::parse_schema;
use crate::types::{Name, Type, TypeGraph, TypeId};

/// The schema of a key.
pub(super) fn key_schema(key: &KeyDefinition<'_>) -> Result<KeyText, KeyProblem> {
    let types = &key.schemas.types;
    let mut defined = BTreeSet::new();
    let (name, text) = match (key.paths, key.name) {
        ([only], None) => (None, schema(only.type_id, types, &mut defined)?),
        _ => {
            let name = record_name(key);
            let fields = key.paths.iter().zip(key.fields).map(|(path, field)| (&**field, path.type_id));
            let text = record(&name, fields, types, &mut defined)?;
            check_name(&name, &text, key.schemas)?;
            (Some(name.to_string()), text)
        }
    };
    // What a registry would refuse, such as a reference to a type without a namespace inside of one.
    parse_schema(&text).map_err(|errors| {
        errors.iter().next().map_or_else(|| errors.to_string(), |error| error.message.clone())
    })?;
    Ok(KeyText { name, text, references: Vec::new() })
}

/// A record of the key, or one that could be.
fn record<'f>(
    name: &Name,
    fields: impl Iterator<Item = (&'f str, TypeId)>,
    types: &TypeGraph,
    defined: &mut BTreeSet<String>,
) -> Result<String, String> {
    let mut text = format!("{{\"type\":\"record\",{},\"fields\":[", named(name));
    for (index, (field, type_id)) in fields.enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let ty = schema(type_id, types, defined)?;
        let _ = write!(text, "{comma}{{\"name\":\"{field}\",\"type\":{ty}}}");
    }
    text.push_str("]}");
    Ok(text)
}

/// Refuses the name of another type: services that use both would have two types of one name. A record that is written as the
/// key is the same type, such as the one from which another service makes its keys. An event is not: its schema evolves.
fn check_name(name: &Name, text: &str, schemas: &Schemas) -> Result<(), KeyProblem> {
    let (full_name, types) = (name.to_string(), &schemas.types);
    let kind = match types.find(&full_name).map(|id| types.get(id)) {
        None => return Ok(()),
        Some(Type::Record(known)) => {
            let is_event = schemas.annotated.iter().any(|annotated| annotated.full_name == full_name);
            let fields = known.fields.iter().map(|field| (&*field.name, field.type_id));
            let known = record(name, fields, types, &mut BTreeSet::new());
            if !is_event && known.is_ok_and(|known| known == text) {
                return Ok(());
            }
            "record"
        }
        Some(Type::Enum(_)) => "enum",
        Some(_) => "fixed type",
    };
    Err(KeyProblem::NameTaken(format!("the {kind} `{full_name}`")))
}

/// The fields of a schema that keys can be made of.
pub(super) fn key_fields(schema: &ParsedSchema) -> Vec<KeyField> {
    let (types, mut found) = (&schema.types, Vec::new());
    collect(types, schema.root, &mut Vec::new(), &mut found);
    found
}

fn collect(types: &TypeGraph, id: TypeId, path: &mut Vec<String>, found: &mut Vec<KeyField>) {
    if path.len() > KeyField::DEEPEST || found.len() >= KeyField::MOST {
        return;
    }
    match types.get(id) {
        Type::Record(record) => {
            for field in &record.fields {
                path.push(field.name.clone());
                collect(types, field.type_id, path, found);
                path.pop();
            }
        }
        // A field that may be null is one of a key where records have no order.
        Type::Union(branches) => match branches[..] {
            [first, second] if matches!(types.get(first), Type::Null) => collect(types, second, path, found),
            [first, second] if matches!(types.get(second), Type::Null) => collect(types, first, path, found),
            _ => {}
        },
        _ => {
            if let Ok(text) = self::schema(id, types, &mut BTreeSet::new()) {
                found.push(KeyField::new(path.clone(), text));
            }
        }
    }
}

/// The name of the record: `<Event>Key` or the given one, in the namespace of the event unless it has its own.
fn record_name(key: &KeyDefinition<'_>) -> Name {
    let (namespace, short) = match key.full_name.rsplit_once('.') {
        Some((namespace, short)) => (Some(namespace.to_owned()), short),
        None => (None, key.full_name),
    };
    match key.name.map(|name| (name, name.rsplit_once('.'))) {
        None => Name { namespace, name: format!("{short}Key") },
        Some((name, None)) => Name { namespace, name: name.to_owned() },
        Some((_, Some((namespace, name)))) => {
            Name { namespace: Some(namespace.to_owned()), name: name.to_owned() }
        }
    }
}

/// The name of a definition. Without a namespace it would be in that of the record around it.
fn named(name: &Name) -> String {
    let namespace = name.namespace.as_deref().unwrap_or_default();
    format!("\"name\":\"{}\",\"namespace\":\"{namespace}\"", name.name)
}

/// The schema of a field: nothing of it but what decides how its values are written.
fn schema(id: TypeId, types: &TypeGraph, defined: &mut BTreeSet<String>) -> Result<String, String> {
    let mut definition = |name: &Name, kind: &str, rest: String| {
        let full_name = name.to_string();
        if defined.contains(&full_name) {
            return format!("\"{full_name}\"");
        }
        defined.insert(full_name);
        format!("{{\"type\":\"{kind}\",{},{rest}}}", named(name))
    };
    Ok(match types.get(id) {
        Type::Boolean => "\"boolean\"".to_owned(),
        Type::Int => "\"int\"".to_owned(),
        Type::Long => "\"long\"".to_owned(),
        Type::String => "\"string\"".to_owned(),
        Type::Enum(ty) => {
            definition(&ty.name, "enum", format!("\"symbols\":[\"{}\"]", ty.symbols.join("\",\"")))
        }
        Type::Logical { logical, base } => {
            let logical = format!("\"logicalType\":\"{}\"", logical.name());
            match types.get(*base) {
                Type::Fixed(ty) => definition(&ty.name, "fixed", format!("\"size\":{},{logical}", ty.size)),
                _ => format!("{{\"type\":{},{logical}}}", schema(*base, types, defined)?),
            }
        }
        _ => return Err("a field has no form as a key".to_owned()),
    })
}
