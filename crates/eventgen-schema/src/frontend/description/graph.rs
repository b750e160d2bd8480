//! Describes the types of a graph.

use std::collections::{BTreeSet, VecDeque};

use super::example;
use crate::contract::{Content, Description, FieldDescription, SymbolDescription, TypeDescription, TypePart};
use crate::types::{Field, Type, TypeGraph, TypeId};

/// Describes a record and the types that it is made of.
pub(crate) fn of_graph(types: &TypeGraph, root: TypeId) -> Description {
    let mut described = Vec::new();
    let (mut seen, mut open) = (BTreeSet::from([root]), VecDeque::from([root]));
    while let Some(id) = open.pop_front() {
        described.extend(describe(types, types.get(id)));
        if let Type::Record(record) = types.get(id) {
            let named = record.fields.iter().flat_map(|field| named_in(types, field.type_id));
            open.extend(named.filter(|part| seen.insert(*part)));
        }
    }
    Description::new(described, example::of(types, root))
}

/// The named types that a type is written with, in order.
fn named_in(types: &TypeGraph, id: TypeId) -> Vec<TypeId> {
    let (mut named, mut open) = (Vec::new(), vec![id]);
    while let Some(id) = open.pop() {
        match types.get(id) {
            Type::Array(part) | Type::Map(part) | Type::Logical { base: part, .. } => open.push(*part),
            Type::Union(branches) => open.extend(branches.iter().rev()),
            Type::Record(_) | Type::Enum(_) | Type::Fixed(_) => named.push(id),
            _ => {}
        }
    }
    named
}

fn describe(types: &TypeGraph, ty: &Type) -> Option<TypeDescription> {
    let (kind, doc, aliases, content) = match ty {
        Type::Record(record) => {
            let fields = record.fields.iter().map(|field| describe_field(types, field)).collect();
            ("record", &record.doc, &record.aliases, Content::Record(fields))
        }
        Type::Enum(definition) => {
            let symbol = |name: &String| SymbolDescription {
                name: name.clone(),
                number: None,
                doc: None,
                tags: Vec::new(),
                rules: Vec::new(),
            };
            let symbols = definition.symbols.iter().map(symbol).collect();
            let default = definition.default.clone();
            ("enum", &definition.doc, &definition.aliases, Content::Enum { symbols, default })
        }
        Type::Fixed(fixed) => ("fixed", &fixed.doc, &fixed.aliases, Content::Fixed { size: fixed.size }),
        _ => return None,
    };
    Some(TypeDescription {
        name: ty.name()?.to_string(),
        kind,
        doc: doc.clone(),
        former_names: aliases.iter().map(ToString::to_string).collect(),
        // The graph has no properties of other tools.
        tags: Vec::new(),
        rules: Vec::new(),
        content,
    })
}

fn describe_field(types: &TypeGraph, field: &Field) -> FieldDescription {
    let mut type_parts = Vec::new();
    express(types, field.type_id, &mut type_parts);
    FieldDescription {
        name: field.name.clone(),
        number: None,
        type_parts,
        doc: field.doc.clone(),
        default: field.default.as_ref().map(ToString::to_string),
        oneof: None,
        former_names: field.aliases.clone(),
        tags: Vec::new(),
        rules: Vec::new(),
    }
}

/// Writes a type in words. Schemas nest at most [`MAX_LEVELS`](crate::types::MAX_LEVELS) types.
fn express(types: &TypeGraph, id: TypeId, parts: &mut Vec<TypePart>) {
    let word = match types.get(id) {
        Type::Null => "null",
        Type::Boolean => "boolean",
        Type::Int => "int",
        Type::Long => "long",
        Type::Float => "float",
        Type::Double => "double",
        Type::Bytes => "bytes",
        Type::String => "string",
        Type::Array(items) => {
            add(parts, "array of ");
            return grouped(types, *items, parts);
        }
        Type::Map(values) => {
            add(parts, "map of ");
            return grouped(types, *values, parts);
        }
        Type::Union(branches) => {
            // `string or null` is what people say of a value that may be absent.
            let (null, others): (Vec<TypeId>, Vec<TypeId>) =
                branches.iter().copied().partition(|branch| matches!(types.get(*branch), Type::Null));
            for (index, branch) in others.into_iter().chain(null).enumerate() {
                if index > 0 {
                    add(parts, " or ");
                }
                express(types, branch, parts);
            }
            return;
        }
        Type::Logical { logical, base } => {
            add(parts, &logical.to_string());
            add(parts, " in ");
            return express(types, *base, parts);
        }
        named @ (Type::Record(_) | Type::Enum(_) | Type::Fixed(_)) => {
            parts.extend(named.name().map(|name| TypePart::Name(name.to_string())));
            return;
        }
    };
    add(parts, word);
}

/// Writes a type within another one: a union in brackets.
fn grouped(types: &TypeGraph, id: TypeId, parts: &mut Vec<TypePart>) {
    let is_union = matches!(types.get(id), Type::Union(_));
    if is_union {
        add(parts, "(");
    }
    express(types, id, parts);
    if is_union {
        add(parts, ")");
    }
}

fn add(parts: &mut Vec<TypePart>, words: &str) {
    match parts.last_mut() {
        Some(TypePart::Text(text)) => text.push_str(words),
        _ => parts.push(TypePart::Text(words.to_owned())),
    }
}
