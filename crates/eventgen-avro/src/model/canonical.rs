//! The parsing canonical form (specification 1.12, "Transforming into Parsing Canonical Form").

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Name, Type, TypeGraph, TypeId};

/// The parsing canonical form of a type. Types with equal forms read and write the same bytes.
pub fn canonical_form(types: &TypeGraph, id: TypeId) -> String {
    let (mut out, mut written) = (String::new(), BTreeSet::new());
    // An explicit stack: types may be nested deeper than the thread's stack allows.
    let mut open = vec![Fragment::Type(id)];
    while let Some(fragment) = open.pop() {
        match fragment {
            Fragment::Text(text) => out.push_str(text),
            Fragment::Name(name) => {
                let _ = write!(out, "\"{name}\"");
            }
            Fragment::Type(id) => {
                let fragments = fragments(types, id, &mut written, &mut out);
                open.extend(fragments.into_iter().rev());
            }
        }
    }
    out
}

/// A part of the form that is still to be written.
enum Fragment<'a> {
    Text(&'static str),
    Name(&'a str),
    Type(TypeId),
}

/// Writes the start of a type and returns the fragments that follow.
fn fragments<'a>(
    types: &'a TypeGraph,
    id: TypeId,
    written: &mut BTreeSet<TypeId>,
    out: &mut String,
) -> Vec<Fragment<'a>> {
    let primitive = match types.get(id) {
        Type::Null => "\"null\"",
        Type::Boolean => "\"boolean\"",
        Type::Int => "\"int\"",
        Type::Long => "\"long\"",
        Type::Float => "\"float\"",
        Type::Double => "\"double\"",
        Type::Bytes => "\"bytes\"",
        Type::String => "\"string\"",
        Type::Logical { base, .. } => return vec![Fragment::Type(*base)],
        Type::Array(items) => {
            return vec![
                Fragment::Text("{\"type\":\"array\",\"items\":"),
                Fragment::Type(*items),
                Fragment::Text("}"),
            ];
        }
        Type::Map(values) => {
            return vec![
                Fragment::Text("{\"type\":\"map\",\"values\":"),
                Fragment::Type(*values),
                Fragment::Text("}"),
            ];
        }
        Type::Union(branches) => {
            let branches = branches.iter().map(|branch| vec![Fragment::Type(*branch)]);
            return listed(branches, Fragment::Text("]"));
        }
        // A named type is written out once and referred to by name afterwards.
        Type::Record(record) if written.insert(id) => {
            open(&record.name, "record", out);
            out.push_str(",\"fields\":");
            let fields = record.fields.iter().map(|field| {
                vec![
                    Fragment::Text("{\"name\":"),
                    Fragment::Name(&field.name),
                    Fragment::Text(",\"type\":"),
                    Fragment::Type(field.type_id),
                    Fragment::Text("}"),
                ]
            });
            return listed(fields, Fragment::Text("]}"));
        }
        Type::Enum(definition) if written.insert(id) => {
            open(&definition.name, "enum", out);
            out.push_str(",\"symbols\":");
            let symbols = definition.symbols.iter().map(|symbol| vec![Fragment::Name(symbol)]);
            return listed(symbols, Fragment::Text("]}"));
        }
        Type::Fixed(fixed) if written.insert(id) => {
            open(&fixed.name, "fixed", out);
            let _ = write!(out, ",\"size\":{}}}", fixed.size);
            ""
        }
        Type::Record(_) | Type::Enum(_) | Type::Fixed(_) => {
            let name = types.get(id).name().map(ToString::to_string).unwrap_or_default();
            let _ = write!(out, "\"{name}\"");
            ""
        }
    };
    vec![Fragment::Text(primitive)]
}

fn open(name: &Name, kind: &str, out: &mut String) {
    let _ = write!(out, "{{\"name\":\"{name}\",\"type\":\"{kind}\"");
}

fn listed<'a>(items: impl Iterator<Item = Vec<Fragment<'a>>>, end: Fragment<'a>) -> Vec<Fragment<'a>> {
    let mut fragments = vec![Fragment::Text("[")];
    for (index, item) in items.enumerate() {
        if index > 0 {
            fragments.push(Fragment::Text(","));
        }
        fragments.extend(item);
    }
    fragments.push(end);
    fragments
}
