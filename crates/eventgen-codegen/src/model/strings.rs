//! Strings whose Rust type is not `String`.

use std::collections::BTreeMap;

use eventgen_schema::types::{Type, TypeGraph, TypeId};

use crate::settings::Settings;

/// The Rust type of every string that has a setting. Each use of `string` in a schema has its own id, so a setting of
/// one field does not reach another.
pub(crate) fn find<'a>(types: &TypeGraph, settings: &'a Settings) -> BTreeMap<TypeId, &'a str> {
    let mut strings = BTreeMap::new();
    for (_, ty) in types.iter() {
        let Type::Record(record) = ty else { continue };
        let full_name = record.name.to_string();
        for field in &record.fields {
            if let Some(rust_type) = settings.string_type_of(&full_name, &field.name) {
                walk(field.type_id, rust_type, types, &mut strings);
            }
        }
    }
    strings
}

fn walk<'a>(id: TypeId, rust_type: &'a str, types: &TypeGraph, strings: &mut BTreeMap<TypeId, &'a str>) {
    match types.get(id) {
        Type::String => drop(strings.insert(id, rust_type)),
        Type::Array(inner) | Type::Map(inner) => walk(*inner, rust_type, types, strings),
        Type::Union(branches) => branches.iter().for_each(|&branch| walk(branch, rust_type, types, strings)),
        _ => {}
    }
}
