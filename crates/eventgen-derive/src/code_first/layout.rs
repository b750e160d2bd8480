//! The fingerprint of a type's layout on the wire, by which schema first compares foreign types.

use eventgen_schema::avro::layout_hash;
use eventgen_schema::types::{Type, TypeGraph, TypeId};
use proc_macro2::TokenStream;
use quote::quote;

use super::schema::Schema;
use crate::input::item::{Content, Item, VariantData};
use crate::input::rust_type::RustType;
use crate::model::existing::field_names;

/// The fingerprint as an expression of type `Option<u64>`. It is `None` where the layout depends on a foreign type in a way
/// that a constant expression cannot compute.
pub(super) fn layout(item: &Item, id: TypeId, schema: &Schema, types: &TypeGraph) -> TokenStream {
    let unknown = || quote!(::std::option::Option::None);
    let known = |id: TypeId| {
        let layout = layout_hash(types, id);
        quote!(::std::option::Option::Some(#layout))
    };
    if schema.foreign.is_empty() {
        return known(id);
    }
    let of_type = |ty: &RustType, id: TypeId| match ty {
        RustType::Foreign { ty, .. } => {
            let ty = &ty.tokens;
            Some(quote!(<#ty as ::eventgen::AvroType>::LAYOUT))
        }
        ty if ty.has_foreign() => None,
        _ => Some(known(id)),
    };
    match (&item.content, types.get(id)) {
        (Content::Newtype(_), _) => {
            schema.types.first().and_then(|ty| of_type(ty, id)).unwrap_or_else(unknown)
        }
        (Content::Branches(variants), Type::Union(branches)) => {
            let mut read = schema.types.iter();
            let layouts = variants.iter().zip(branches).map(|(variant, &branch)| match &variant.data {
                VariantData::Nothing => Some(known(branch)),
                VariantData::One(_) => read.next().and_then(|ty| of_type(ty, branch)),
                VariantData::Fields(fields) => {
                    let count = field_names(fields).len();
                    let is_known = read.by_ref().take(count).all(|ty| !ty.has_foreign());
                    is_known.then(|| known(branch))
                }
            });
            match layouts.collect::<Option<Vec<_>>>() {
                Some(layouts) => {
                    quote!(::eventgen::avro::layout_of(::eventgen::avro::Composite::Union, [#(#layouts),*]))
                }
                None => unknown(),
            }
        }
        _ => unknown(),
    }
}
