//! The parsing canonical form and its fingerprint (specification 1.12, "Transforming into Parsing Canonical Form" and
//! "Schema Fingerprints").

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::types::{Name, Type, TypeGraph, TypeId};

/// The parsing canonical form of a type: equal forms read and write the same bytes.
pub fn canonical_form(types: &TypeGraph, id: TypeId) -> String {
    let (mut out, mut written) = (String::new(), BTreeSet::new());
    // A list of what is left to write, last first: types may refer to each other without an end to the depth.
    let mut left = vec![Piece::Type(id)];
    while let Some(piece) = left.pop() {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Name(name) => {
                let _ = write!(out, "\"{name}\"");
            }
            Piece::Type(id) => {
                let pieces = pieces(types, id, &mut written, &mut out);
                left.extend(pieces.into_iter().rev());
            }
        }
    }
    out
}

/// What is left to write of a type.
enum Piece<'a> {
    Text(&'static str),
    Name(&'a str),
    Type(TypeId),
}

/// Writes the beginning of a type, and says what comes then.
fn pieces<'a>(
    types: &'a TypeGraph,
    id: TypeId,
    written: &mut BTreeSet<TypeId>,
    out: &mut String,
) -> Vec<Piece<'a>> {
    let primitive = match types.get(id) {
        Type::Null => "\"null\"",
        Type::Boolean => "\"boolean\"",
        Type::Int => "\"int\"",
        Type::Long => "\"long\"",
        Type::Float => "\"float\"",
        Type::Double => "\"double\"",
        Type::Bytes => "\"bytes\"",
        Type::String => "\"string\"",
        Type::Logical { base, .. } => return vec![Piece::Type(*base)],
        Type::Array(items) => {
            return vec![
                Piece::Text("{\"type\":\"array\",\"items\":"),
                Piece::Type(*items),
                Piece::Text("}"),
            ];
        }
        Type::Map(values) => {
            return vec![
                Piece::Text("{\"type\":\"map\",\"values\":"),
                Piece::Type(*values),
                Piece::Text("}"),
            ];
        }
        Type::Union(branches) => {
            let branches = branches.iter().map(|branch| vec![Piece::Type(*branch)]);
            return listed(branches, Piece::Text("]"));
        }
        // A named type is written out once; its name stands for it from then on.
        Type::Record(record) if written.insert(id) => {
            open(&record.name, "record", out);
            out.push_str(",\"fields\":");
            let fields = record.fields.iter().map(|field| {
                vec![
                    Piece::Text("{\"name\":"),
                    Piece::Name(&field.name),
                    Piece::Text(",\"type\":"),
                    Piece::Type(field.type_id),
                    Piece::Text("}"),
                ]
            });
            return listed(fields, Piece::Text("]}"));
        }
        Type::Enum(definition) if written.insert(id) => {
            open(&definition.name, "enum", out);
            out.push_str(",\"symbols\":");
            let symbols = definition.symbols.iter().map(|symbol| vec![Piece::Name(symbol)]);
            return listed(symbols, Piece::Text("]}"));
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
    vec![Piece::Text(primitive)]
}

fn open(name: &Name, kind: &str, out: &mut String) {
    let _ = write!(out, "{{\"name\":\"{name}\",\"type\":\"{kind}\"");
}

fn listed<'a>(items: impl Iterator<Item = Vec<Piece<'a>>>, end: Piece<'a>) -> Vec<Piece<'a>> {
    let mut pieces = vec![Piece::Text("[")];
    for (index, item) in items.enumerate() {
        if index > 0 {
            pieces.push(Piece::Text(","));
        }
        pieces.extend(item);
    }
    pieces.push(end);
    pieces
}

/// The fingerprint of the empty string, which is the polynomial too.
const EMPTY: u64 = 0xc15d_213a_a4d7_a795;

/// CRC-64-AVRO (Rabin) of a canonical form.
pub fn fingerprint(canonical_form: &str) -> u64 {
    crc(canonical_form.as_bytes())
}

/// The same of any bytes.
pub(super) fn crc(bytes: &[u8]) -> u64 {
    bytes.iter().fold(EMPTY, |state, &byte| {
        let mut entry = (state ^ u64::from(byte)) & 0xff;
        for _ in 0..8 {
            entry = (entry >> 1) ^ if entry & 1 == 1 { EMPTY } else { 0 };
        }
        (state >> 8) ^ entry
    })
}
