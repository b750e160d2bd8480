//! What is on the wire and what it means, as one number: two types of equal shape read and write each other's bytes and
//! take them for the same. Unlike the canonical form it knows logical types and no names of types, since Rust types that
//! are checked against a schema may be called as their author likes.
//!
//! The runtime makes the same numbers of Rust types, when they are compiled.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::canonical::{crc, fingerprint};
use crate::types::{Logical, Type, TypeGraph, TypeId};

/// The shape of a type.
pub fn shape(types: &TypeGraph, id: TypeId) -> u64 {
    match types.get(id) {
        Type::Array(items) => of_all("array", types, &[*items]),
        Type::Map(values) => of_all("map", types, &[*values]),
        Type::Union(branches) => union_shape(types, branches),
        _ => fingerprint(&form(types, id)),
    }
}

/// The shape of a union of these types.
pub fn union_shape(types: &TypeGraph, branches: &[TypeId]) -> u64 {
    of_all("union", types, branches)
}

fn of_all(kind: &str, types: &TypeGraph, inner: &[TypeId]) -> u64 {
    let start = crc(kind.as_bytes());
    inner.iter().fold(start, |state, id| {
        let bytes = [state.to_le_bytes(), shape(types, *id).to_le_bytes()].concat();
        crc(&bytes)
    })
}

/// What is left to write.
enum Left {
    Text(String),
    Type(TypeId),
}

/// A text that two types have in common only if they are laid out alike. Named types have numbers.
fn form(types: &TypeGraph, id: TypeId) -> String {
    let mut numbers: BTreeMap<TypeId, usize> = BTreeMap::new();
    let mut out = String::new();
    let mut left = vec![Left::Type(id)];
    while let Some(next) = left.pop() {
        let id = match next {
            Left::Text(text) => {
                out.push_str(&text);
                continue;
            }
            Left::Type(id) => id,
        };
        let text = |text: &str| Left::Text(text.to_owned());
        let mut pieces = Vec::new();
        match types.get(id) {
            Type::Null => out.push_str("\"null\""),
            Type::Boolean => out.push_str("\"boolean\""),
            Type::Int => out.push_str("\"int\""),
            Type::Long => out.push_str("\"long\""),
            Type::Float => out.push_str("\"float\""),
            Type::Double => out.push_str("\"double\""),
            Type::Bytes => out.push_str("\"bytes\""),
            Type::String => out.push_str("\"string\""),
            Type::Array(items) => pieces.extend([text("["), Left::Type(*items), text("]")]),
            Type::Map(values) => pieces.extend([text("{"), Left::Type(*values), text("}")]),
            Type::Union(branches) => {
                pieces.push(text("("));
                pieces.extend(branches.iter().flat_map(|branch| [Left::Type(*branch), text(",")]));
                pieces.push(text(")"));
            }
            Type::Logical { logical, base } => {
                let logical = Left::Text(format!(",\"logicalType\":{}}}", logical_text(*logical)));
                pieces.extend([text("{\"type\":"), Left::Type(*base), logical]);
            }
            named => {
                if let Some(number) = numbers.get(&id) {
                    let _ = write!(out, "#{number}");
                    continue;
                }
                numbers.insert(id, numbers.len());
                match named {
                    Type::Record(record) => {
                        pieces.push(text("record{"));
                        for field in &record.fields {
                            let name = Left::Text(format!("{}:", field.name));
                            pieces.extend([name, Left::Type(field.type_id), text(",")]);
                        }
                        pieces.push(text("}"));
                    }
                    Type::Enum(definition) => {
                        pieces.push(Left::Text(format!("enum{:?}", definition.symbols)));
                    }
                    Type::Fixed(fixed) => pieces.push(Left::Text(format!("fixed({})", fixed.size))),
                    _ => {}
                }
            }
        }
        left.extend(pieces.into_iter().rev());
    }
    out
}

fn logical_text(logical: Logical) -> String {
    let name = logical.name();
    match logical {
        Logical::Decimal { precision, scale } => {
            format!("\"{name}\",\"precision\":{precision},\"scale\":{scale}")
        }
        _ => format!("\"{name}\""),
    }
}
