//! The parsing canonical form and its fingerprint (specification 1.12, "Transforming into Parsing Canonical Form" and
//! "Schema Fingerprints").

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::types::{Name, Type, TypeGraph, TypeId};

/// The parsing canonical form of a type: equal forms read and write the same bytes.
pub fn canonical_form(types: &TypeGraph, id: TypeId) -> String {
    let mut out = String::new();
    write(types, id, &mut BTreeSet::new(), &mut out);
    out
}

fn write(types: &TypeGraph, id: TypeId, written: &mut BTreeSet<TypeId>, out: &mut String) {
    match types.get(id) {
        Type::Null => out.push_str("\"null\""),
        Type::Boolean => out.push_str("\"boolean\""),
        Type::Int => out.push_str("\"int\""),
        Type::Long => out.push_str("\"long\""),
        Type::Float => out.push_str("\"float\""),
        Type::Double => out.push_str("\"double\""),
        Type::Bytes => out.push_str("\"bytes\""),
        Type::String => out.push_str("\"string\""),
        Type::Logical { base, .. } => write(types, *base, written, out),
        Type::Array(items) => {
            out.push_str("{\"type\":\"array\",\"items\":");
            write(types, *items, written, out);
            out.push('}');
        }
        Type::Map(values) => {
            out.push_str("{\"type\":\"map\",\"values\":");
            write(types, *values, written, out);
            out.push('}');
        }
        Type::Union(branches) => {
            list(branches, out, |branch, out| write(types, *branch, written, out));
        }
        // A named type is written out once; its name stands for it from then on.
        Type::Record(record) if written.insert(id) => {
            open(&record.name, "record", out);
            out.push_str(",\"fields\":");
            list(&record.fields, out, |field, out| {
                let _ = write!(out, "{{\"name\":\"{}\",\"type\":", field.name);
                write(types, field.type_id, written, out);
                out.push('}');
            });
            out.push('}');
        }
        Type::Enum(definition) if written.insert(id) => {
            open(&definition.name, "enum", out);
            out.push_str(",\"symbols\":");
            list(&definition.symbols, out, |symbol, out| {
                let _ = write!(out, "\"{symbol}\"");
            });
            out.push('}');
        }
        Type::Fixed(fixed) if written.insert(id) => {
            open(&fixed.name, "fixed", out);
            let _ = write!(out, ",\"size\":{}}}", fixed.size);
        }
        Type::Record(_) | Type::Enum(_) | Type::Fixed(_) => {
            let name = types.get(id).name().map(ToString::to_string).unwrap_or_default();
            let _ = write!(out, "\"{name}\"");
        }
    }
}

fn open(name: &Name, kind: &str, out: &mut String) {
    let _ = write!(out, "{{\"name\":\"{name}\",\"type\":\"{kind}\"");
}

fn list<T>(items: &[T], out: &mut String, mut item: impl FnMut(&T, &mut String)) {
    out.push('[');
    for (index, value) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        item(value, out);
    }
    out.push(']');
}

/// The fingerprint of the empty string, which is the polynomial too.
const EMPTY: u64 = 0xc15d_213a_a4d7_a795;

/// CRC-64-AVRO (Rabin) of a canonical form.
pub fn fingerprint(canonical_form: &str) -> u64 {
    canonical_form.bytes().fold(EMPTY, |state, byte| {
        let mut entry = (state ^ u64::from(byte)) & 0xff;
        for _ in 0..8 {
            entry = (entry >> 1) ^ if entry & 1 == 1 { EMPTY } else { 0 };
        }
        (state >> 8) ^ entry
    })
}
