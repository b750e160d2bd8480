//! The layout hash: types with equal hashes have the same encoding and the same logical types.
//!
//! Unlike the canonical form, it includes logical types and leaves out the names of types, because a Rust type that is
//! checked against a schema may have any name. Derived code computes the hash of composite types at compile time with
//! [`layout_of`]; [`layout_hash`] uses the same functions, so the two cannot differ.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::fingerprint::{combine, fingerprint};
use super::{Logical, Type, TypeGraph, TypeId};

/// A type that is composed of other types and has no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Composite {
    /// An array.
    Array,
    /// A map.
    Map,
    /// A union.
    Union,
}

impl Composite {
    /// The hash of this type without its inner types; each of them is then [combined](combine) with it.
    const fn seed(self) -> u64 {
        fingerprint(match self {
            Self::Array => b"array",
            Self::Map => b"map",
            Self::Union => b"union",
        })
    }
}

/// The layout hash of a composite type from those of its inner types; `None` if one of them is not known.
pub const fn layout_of<const N: usize>(composite: Composite, inner: [Option<u64>; N]) -> Option<u64> {
    let mut state = composite.seed();
    let mut index = 0;
    while index < N {
        let Some(hash) = inner[index] else { return None };
        state = combine(state, hash);
        index += 1;
    }
    Some(state)
}

/// The layout hash of a type.
pub fn layout_hash(types: &TypeGraph, id: TypeId) -> u64 {
    match types.get(id) {
        Type::Array(items) => composite(Composite::Array, types, &[*items]),
        Type::Map(values) => composite(Composite::Map, types, &[*values]),
        Type::Union(branches) => union_layout_hash(types, branches),
        _ => fingerprint(form(types, id).as_bytes()),
    }
}

/// The layout hash of a union of these types.
pub fn union_layout_hash(types: &TypeGraph, branches: &[TypeId]) -> u64 {
    composite(Composite::Union, types, branches)
}

fn composite(kind: Composite, types: &TypeGraph, inner: &[TypeId]) -> u64 {
    inner.iter().fold(kind.seed(), |state, id| combine(state, layout_hash(types, *id)))
}

/// A part of the form that is still to be written.
enum Fragment {
    Text(String),
    Type(TypeId),
}

/// A text that is equal for two types only if their layouts are. Named types are numbered.
fn form(types: &TypeGraph, id: TypeId) -> String {
    let mut numbers: BTreeMap<TypeId, usize> = BTreeMap::new();
    let mut out = String::new();
    let mut open = vec![Fragment::Type(id)];
    while let Some(next) = open.pop() {
        let id = match next {
            Fragment::Text(text) => {
                out.push_str(&text);
                continue;
            }
            Fragment::Type(id) => id,
        };
        let text = |text: &str| Fragment::Text(text.to_owned());
        let mut fragments = Vec::new();
        match types.get(id) {
            Type::Null => out.push_str("\"null\""),
            Type::Boolean => out.push_str("\"boolean\""),
            Type::Int => out.push_str("\"int\""),
            Type::Long => out.push_str("\"long\""),
            Type::Float => out.push_str("\"float\""),
            Type::Double => out.push_str("\"double\""),
            Type::Bytes => out.push_str("\"bytes\""),
            Type::String => out.push_str("\"string\""),
            Type::Array(items) => fragments.extend([text("["), Fragment::Type(*items), text("]")]),
            Type::Map(values) => fragments.extend([text("{"), Fragment::Type(*values), text("}")]),
            Type::Union(branches) => {
                fragments.push(text("("));
                fragments.extend(branches.iter().flat_map(|branch| [Fragment::Type(*branch), text(",")]));
                fragments.push(text(")"));
            }
            Type::Logical { logical, base } => {
                let logical = Fragment::Text(format!(",\"logicalType\":{}}}", logical_text(*logical)));
                fragments.extend([text("{\"type\":"), Fragment::Type(*base), logical]);
            }
            named => {
                if let Some(number) = numbers.get(&id) {
                    let _ = write!(out, "#{number}");
                    continue;
                }
                numbers.insert(id, numbers.len());
                match named {
                    Type::Record(record) => {
                        fragments.push(text("record{"));
                        for field in &record.fields {
                            let name = Fragment::Text(format!("{}:", field.name));
                            fragments.extend([name, Fragment::Type(field.type_id), text(",")]);
                        }
                        fragments.push(text("}"));
                    }
                    Type::Enum(definition) => {
                        fragments.push(Fragment::Text(format!("enum{:?}", definition.symbols)));
                    }
                    Type::Fixed(fixed) => fragments.push(Fragment::Text(format!("fixed({})", fixed.size))),
                    _ => {}
                }
            }
        }
        open.extend(fragments.into_iter().rev());
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
