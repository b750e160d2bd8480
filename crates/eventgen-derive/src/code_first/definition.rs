//! The schema of an item as fragments.

use std::borrow::Cow;

use eventgen_schema::avro::canonical_form;
use eventgen_schema::types::{Enum, Fixed, Record, Type, TypeGraph, TypeId};

use super::fragments::split;
use super::names::HERE;
use super::schema::Schema;
use crate::input::item::{Content, Item, VariantData};
use crate::input::properties::Property;
use crate::input::rust_type::RustType;
use crate::model::annotation;
use crate::model::definition::{DefinedField, Definition, Fragment, annotate};

/// Describes the item, which has the type `id`. Names without a namespace get that of the type that contains the item.
pub(super) fn definition(
    item: &Item,
    id: TypeId,
    schema: &Schema,
    types: &TypeGraph,
    kafka: Option<&[Property]>,
) -> Definition {
    let types = in_here(types);
    let count = schema.foreign.len();
    let canonical = |id: TypeId| split(&canonical_form(&types, id), count);
    let namespace = item.attributes.namespace.as_ref().map(|(text, _)| text.clone());
    let unnamed = Definition {
        name: None,
        namespace: namespace.clone(),
        is_union: false,
        text: Vec::new(),
        canonical: Vec::new(),
        fields: fields(item, schema),
    };
    match (&item.content, types.get(id)) {
        (Content::Struct(_) | Content::Symbols(_), ty) => {
            let mut text = split(&schema.without_annotation(), count);
            if let Some(properties) = kafka {
                annotate(&mut text, annotation::fragments(properties));
            }
            let name = ty.name();
            let namespace = name.and_then(|name| name.namespace.clone());
            Definition {
                name: name.map(|name| name.name.clone()),
                namespace: namespace.filter(|namespace| namespace != HERE),
                text,
                canonical: canonical(id),
                ..unnamed
            }
        }
        (Content::Newtype(_), _) => Definition {
            text: schema.parts.first().map(|text| split(text, count)).unwrap_or_default(),
            canonical: canonical(id),
            ..unnamed
        },
        (Content::Branches(variants), Type::Union(branches)) => {
            let (mut text, mut canonical_text) = (Vec::new(), Vec::new());
            for (index, (variant, part)) in variants.iter().zip(&schema.parts).enumerate() {
                if index > 0 {
                    text.push(Fragment::Text(",".to_owned()));
                    canonical_text.push(Fragment::Text(",".to_owned()));
                }
                if let VariantData::One(_) = variant.data {
                    text.extend(split(part, count));
                    canonical_text.extend(canonical(branches[index]));
                    continue;
                }
                let name = types.get(branches[index]).name().map(|name| name.name.clone());
                for fragments in [&mut text, &mut canonical_text] {
                    let inner = Definition {
                        name: name.clone(),
                        namespace: namespace.clone(),
                        is_union: false,
                        text: split(part, count),
                        canonical: canonical(branches[index]),
                        fields: Vec::new(),
                    };
                    fragments.push(Fragment::Inner(Box::new(inner)));
                }
            }
            Definition { is_union: true, text, canonical: canonical_text, ..unnamed }
        }
        (Content::Branches(_), _) => unnamed,
    }
}

/// The types with names without a namespace in the namespace [`HERE`], where [`split`] finds them. Only an event has such
/// names: its full name must be the one that it is registered under.
fn in_here(types: &TypeGraph) -> Cow<'_, TypeGraph> {
    let is_bare = |ty: &Type| ty.name().is_some_and(|name| name.namespace.is_none());
    let bare: Vec<TypeId> = types.iter().filter(|(_, ty)| is_bare(ty)).map(|(id, _)| id).collect();
    if bare.is_empty() {
        return Cow::Borrowed(types);
    }
    let mut types = types.clone();
    for id in bare {
        let mut ty = types.get(id).clone();
        if let Type::Record(Record { name, .. })
        | Type::Enum(Enum { name, .. })
        | Type::Fixed(Fixed { name, .. }) = &mut ty
        {
            name.namespace = Some(HERE.to_owned());
        }
        types.set(id, ty);
    }
    Cow::Owned(types)
}

fn fields(item: &Item, schema: &Schema) -> Vec<DefinedField> {
    let Content::Struct(fields) = &item.content else { return Vec::new() };
    let fields = fields.iter().filter(|field| !field.attributes.skip).zip(&schema.types);
    let fields = fields.map(|(field, ty)| {
        let ty = match ty {
            RustType::Option(inner, _) => inner,
            ty => ty,
        };
        let foreign = match ty {
            RustType::Foreign { ty, .. } => schema.foreign.iter().position(|known| known.path == ty.path),
            _ => None,
        };
        DefinedField { rust_name: field.rust_name.clone(), name: field.name.clone(), foreign }
    });
    fields.collect()
}
