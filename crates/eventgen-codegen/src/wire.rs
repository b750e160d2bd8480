//! The fewest bytes of a type on the wire: what tells a hostile count from an honest one.

use eventgen_schema::types::{Type, TypeGraph, TypeId};

/// The fewest bytes a value takes (specification 1.12, "Binary Encoding"). Types that contain themselves do not get here.
pub(crate) fn min_wire_size(id: TypeId, types: &TypeGraph) -> usize {
    match types.get(id) {
        Type::Null => 0,
        Type::Boolean
        | Type::Int
        | Type::Long
        | Type::Bytes
        | Type::String
        | Type::Array(_)
        | Type::Map(_)
        | Type::Enum(_) => 1,
        Type::Float => 4,
        Type::Double => 8,
        Type::Fixed(fixed) => fixed.size as usize,
        Type::Union(branches) => {
            1 + branches.iter().map(|&branch| min_wire_size(branch, types)).min().unwrap_or(0)
        }
        Type::Record(record) => record
            .fields
            .iter()
            .map(|field| min_wire_size(field.type_id, types))
            .fold(0, usize::saturating_add),
        Type::Logical { base, .. } => min_wire_size(*base, types),
    }
}
