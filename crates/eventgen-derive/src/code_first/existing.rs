//! The item as `eventgen-codegen` sees it: an existing type for a type of the contract.

use std::slice::Iter;

use eventgen_codegen::{Branch, Data, Existing, Kind};
use eventgen_schema::types::{Type, TypeGraph, TypeId};

use super::schema::Schema;
use crate::input::item::{Content, Item, Variant, VariantData};
use crate::input::rust_type::RustType;
use crate::model::existing::{field_names, skipped_names, visibility};
use crate::model::representations::Representations;

/// Describes the item, which has the type `id` of the contract.
pub(super) fn existing(item: &Item, id: TypeId, schema: &Schema, types: &TypeGraph) -> Option<Existing> {
    let mut representations =
        Representations { foreign: schema.foreign.clone(), ..Representations::default() };
    let mut read = schema.types.iter();
    let mut skipped = Vec::new();
    let kind = match &item.content {
        Content::Struct(fields) => {
            add_fields(id, &mut read, types, &mut representations)?;
            skipped = skipped_names(fields);
            Kind::Struct(id, field_names(fields))
        }
        Content::Newtype(_) => {
            representations.add(read.next()?, id, types, false);
            Kind::Newtype(id)
        }
        Content::Symbols(variants) => {
            Kind::Symbols(id, variants.iter().map(|variant| variant.rust_name.clone()).collect())
        }
        Content::Branches(variants) => {
            let Type::Union(branches) = types.get(id) else { return None };
            for (variant, &branch) in variants.iter().zip(branches) {
                match &variant.data {
                    VariantData::Nothing => {}
                    VariantData::One(_) => representations.add(read.next()?, branch, types, false),
                    VariantData::Fields(_) => {
                        add_fields(branch, &mut read, types, &mut representations)?;
                    }
                }
            }
            Kind::Branches(id, variants.iter().map(branch).collect())
        }
    };
    Some(Existing {
        name: item.rust_name(),
        visibility: visibility(item),
        kind,
        forms: representations.forms,
        skipped,
        recursive: schema.types.iter().any(RustType::may_recur),
    })
}

/// Adds the fields of a record, whose types come next.
fn add_fields(
    id: TypeId,
    read: &mut Iter<'_, RustType>,
    types: &TypeGraph,
    representations: &mut Representations,
) -> Option<()> {
    let Type::Record(record) = types.get(id) else { return None };
    for field in &record.fields {
        representations.add(read.next()?, field.type_id, types, false);
    }
    Some(())
}

fn branch(variant: &Variant) -> Branch {
    let data = match &variant.data {
        VariantData::Nothing => Data::Nothing,
        VariantData::One(_) => Data::One,
        VariantData::Fields(fields) => Data::Fields(field_names(fields), skipped_names(fields)),
    };
    Branch { name: variant.rust_name.clone(), data }
}
