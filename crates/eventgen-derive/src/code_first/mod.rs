//! Code first: an item becomes a schema, and the schema a contract.

use eventgen_codegen::{Branch, Data, Existing, Kind};
use eventgen_schema::avro::{canonical_form, shape};
use eventgen_schema::types::{Type, TypeId};
use eventgen_schema::{DerivedSchema, Loaded, Loader, Manifest};
use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::annotation::file_pieces;
use crate::emit::{Definition, Emitted, emit};
use crate::forms::{Forms, enter};
use crate::item::{Content, Field, Item, Variant, VariantData};
use crate::mistakes::Mistakes;
use crate::pieces::{Piece, split};
use crate::rust_type::RustType;
use crate::schema::{HERE, Schema, WRAPPER, schema};
use crate::words::Word;
use crate::{package, said};

/// The code for an item.
pub(crate) fn expand(
    item: &Item,
    kafka: Option<(&[Word], Span)>,
    mistakes: &mut Mistakes,
) -> Option<TokenStream> {
    let own = item.attributes.namespace.as_ref().map(|(text, _)| text.as_str());
    // The namespace of an event is its own, that of any other type may be that of where it is used.
    let namespace = if kafka.is_some() { own } else { own.or(Some(HERE)) };
    let made = schema(item, namespace, kafka, mistakes);
    let manifest = Manifest::discover(&package()).unwrap_or_else(|error| {
        said::report_files(&error, item.ident.span(), mistakes);
        None
    });
    let loaded = load(item, &made, manifest.clone(), mistakes)?;
    if !mistakes.is_empty() {
        return None;
    }
    // As a part of others an event without a namespace has theirs, and no topic.
    let part = schema(item, own.or(Some(HERE)), None, mistakes);
    let definition = definition(item, &part, &load(item, &part, None, mistakes)?, kafka);
    let existing = existing(item, namespace, &made, &loaded)?;
    let emitted = Emitted {
        item,
        existing,
        definition,
        foreign: made.foreign.clone(),
        symbols: match &item.content {
            Content::Symbols(variants) => variants.iter().map(|variant| variant.name.clone()).collect(),
            _ => Vec::new(),
        },
        shape: shape_of(item, namespace, &made, &loaded),
        checks: TokenStream::new(),
        tracked: manifest.iter().map(|manifest| manifest.path().to_owned()).collect(),
    };
    emit(&loaded.contract, emitted, mistakes)
}

fn load(item: &Item, made: &Schema, manifest: Option<Manifest>, mistakes: &mut Mistakes) -> Option<Loaded> {
    let text = made.document.text().to_owned();
    let schema = DerivedSchema::avro(item.rust_name(), text, made.foreign_names());
    match Loader::new().manifest(manifest).derived(schema).load() {
        Ok(loaded) => Some(loaded),
        Err(error) => {
            said::report(&error, &[&made.document], &made.made_up(), item.ident.span(), mistakes);
            None
        }
    }
}

/// The full name of the schema of an item, or of the record around it.
fn full_name(item: &Item, namespace: Option<&str>) -> String {
    let (name, _) = match item.content {
        Content::Struct(_) | Content::Symbols(_) => item.name(),
        _ => (WRAPPER.rsplit('.').next().unwrap_or_default().to_owned(), Span::call_site()),
    };
    match namespace {
        _ if name.contains('.') => name,
        Some(namespace) if !namespace.is_empty() => format!("{namespace}.{name}"),
        _ => name,
    }
}

/// The type of an item: that of its record, or what is in the record around it.
fn type_id(item: &Item, namespace: Option<&str>, loaded: &Loaded) -> Option<TypeId> {
    let name = full_name(item, namespace);
    let types = &loaded.contract.types;
    let id = types.find(&name)?;
    match (&item.content, types.get(id)) {
        (Content::Struct(_) | Content::Symbols(_), _) => Some(id),
        (_, Type::Record(record)) => record.fields.first().map(|field| field.type_id),
        _ => None,
    }
}

fn existing(item: &Item, namespace: Option<&str>, made: &Schema, loaded: &Loaded) -> Option<Existing> {
    let types = &loaded.contract.types;
    let id = type_id(item, namespace, loaded)?;
    let mut forms = Forms::new();
    let mut read = made.types.iter();
    let mut of_record = |id: TypeId, forms: &mut Forms| {
        let Type::Record(record) = types.get(id) else { return };
        for (field, ty) in record.fields.iter().zip(read.by_ref()) {
            enter(ty, field.type_id, types, false, forms);
        }
    };
    let mut skipped = Vec::new();
    let kind = match &item.content {
        Content::Struct(fields) => {
            of_record(id, &mut forms);
            skipped = names(fields, true);
            Kind::Struct(id, names(fields, false))
        }
        Content::Newtype(_) => {
            enter(made.types.first()?, id, types, false, &mut forms);
            Kind::Newtype(id)
        }
        Content::Symbols(variants) => {
            Kind::Symbols(id, variants.iter().map(|variant| variant.rust_name.clone()).collect())
        }
        Content::Branches(variants) => {
            let Type::Union(branches) = types.get(id) else { return None };
            let mut types_left = made.types.iter();
            for (variant, &branch) in variants.iter().zip(branches) {
                match &variant.data {
                    VariantData::Nothing => {}
                    VariantData::One(_) => enter(types_left.next()?, branch, types, false, &mut forms),
                    VariantData::Fields(_) => {
                        let Type::Record(record) = types.get(branch) else { return None };
                        for field in &record.fields {
                            enter(types_left.next()?, field.type_id, types, false, &mut forms);
                        }
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
        forms,
        skipped,
        recursive: made.types.iter().any(RustType::may_recur),
    })
}

/// Who may see an item, as it is written.
pub(crate) fn visibility(item: &Item) -> String {
    let visibility = &item.visibility;
    quote!(#visibility).to_string()
}

/// The names of the fields that are skipped, or of those that are not.
pub(crate) fn names(fields: &[Field], skipped: bool) -> Vec<String> {
    let fields = fields.iter().filter(|field| field.attributes.skip == skipped);
    fields.map(|field| field.rust_name.clone()).collect()
}

fn branch(variant: &Variant) -> Branch {
    let data = match &variant.data {
        VariantData::Nothing => Data::Nothing,
        VariantData::One(_) => Data::One,
        VariantData::Fields(fields) => Data::Fields(names(fields, false), names(fields, true)),
    };
    Branch { name: variant.rust_name.clone(), data }
}

/// The schema in pieces.
fn definition(item: &Item, part: &Schema, loaded: &Loaded, kafka: Option<(&[Word], Span)>) -> Definition {
    let namespace = item.attributes.namespace.as_ref().map_or(HERE, |(text, _)| text);
    let (types, count) = (&loaded.contract.types, part.foreign.len());
    let canonical = |id: TypeId| split(&canonical_form(types, id), count);
    let id = type_id(item, Some(namespace), loaded);
    let own = item.attributes.namespace.as_ref().map(|(text, _)| text.clone());
    let unnamed = Definition {
        name: None,
        namespace: own.clone(),
        is_union: false,
        text: Vec::new(),
        canonical: Vec::new(),
        fields: definition_fields(item, part),
    };
    match (&item.content, id) {
        (_, None) => unnamed,
        (Content::Struct(_) | Content::Symbols(_), Some(id)) => {
            let name = full_name(item, Some(namespace));
            let mut text = split(part.document.text(), count);
            if let (Some((words, _)), Some(Piece::Text(last))) = (kafka, text.last_mut()) {
                // Behind all else in the record.
                last.pop();
                let word = crate::annotation::FilePiece::Text(",\"kafka\":".to_owned());
                text.push(Piece::Annotation([word].into_iter().chain(file_pieces(words)).collect()));
                text.push(Piece::Text("}".to_owned()));
            }
            let space = name.rsplit_once('.').map(|(space, _)| space.to_owned());
            Definition {
                name: name.rsplit('.').next().map(str::to_owned),
                namespace: space.filter(|space| space != HERE),
                text,
                canonical: canonical(id),
                ..unnamed
            }
        }
        (Content::Newtype(_), Some(id)) => Definition {
            text: part.parts.first().map(|text| split(text, count)).unwrap_or_default(),
            canonical: canonical(id),
            ..unnamed
        },
        (Content::Branches(variants), Some(id)) => {
            let Type::Union(branches) = types.get(id) else { return unnamed };
            let (mut text, mut forms) = (Vec::new(), Vec::new());
            for (index, (variant, part)) in variants.iter().zip(&part.parts).enumerate() {
                if index > 0 {
                    text.push(Piece::Text(",".to_owned()));
                    forms.push(Piece::Text(",".to_owned()));
                }
                let (branch_text, form) = (split(part, count), canonical(branches[index]));
                if let VariantData::One(_) = variant.data {
                    text.extend(branch_text);
                    forms.extend(form);
                    continue;
                }
                let name = types.get(branches[index]).name().map(|name| name.name.clone());
                for pieces in [&mut text, &mut forms] {
                    let inner = Definition {
                        name: name.clone(),
                        namespace: own.clone(),
                        is_union: false,
                        text: split(part, count),
                        canonical: canonical(branches[index]),
                        fields: Vec::new(),
                    };
                    pieces.push(Piece::Inner(Box::new(inner)));
                }
            }
            Definition { is_union: true, text, canonical: forms, ..unnamed }
        }
    }
}

/// The fields that paths of annotations may go through.
fn definition_fields(item: &Item, made: &Schema) -> Vec<(String, String, Option<String>)> {
    let Content::Struct(fields) = &item.content else { return Vec::new() };
    let fields = fields.iter().filter(|field| !field.attributes.skip).zip(&made.types);
    let fields = fields.map(|(field, ty)| {
        let foreign = match ty {
            RustType::Foreign { path, .. } => Some(path.clone()),
            RustType::Option(inner, _) => match &**inner {
                RustType::Foreign { path, .. } => Some(path.clone()),
                _ => None,
            },
            _ => None,
        };
        (field.rust_name.clone(), field.name.clone(), foreign)
    });
    fields.collect()
}

/// The number by which layouts are told, as an expression.
fn shape_of(item: &Item, namespace: Option<&str>, made: &Schema, loaded: &Loaded) -> TokenStream {
    let none = quote!(::std::option::Option::None);
    let Some(id) = type_id(item, namespace, loaded) else { return none };
    let types = &loaded.contract.types;
    let some = |id: TypeId| {
        let shape = shape(types, id);
        quote!(::std::option::Option::Some(#shape))
    };
    if made.foreign.is_empty() {
        return some(id);
    }
    let of_type = |ty: &RustType, id: TypeId| match ty {
        RustType::Foreign { path, .. } => {
            let path: TokenStream = path.parse().unwrap_or_default();
            Some(quote!(<#path as ::eventgen::AvroType>::SHAPE))
        }
        ty if has_foreign(ty) => None,
        _ => Some(some(id)),
    };
    match (&item.content, types.get(id)) {
        (Content::Newtype(_), _) => made.types.first().and_then(|ty| of_type(ty, id)).unwrap_or(none),
        (Content::Branches(variants), Type::Union(branches)) => {
            let mut read = made.types.iter();
            let shapes = variants.iter().zip(branches).map(|(variant, &branch)| match &variant.data {
                VariantData::Nothing => Some(some(branch)),
                VariantData::One(_) => read.next().and_then(|ty| of_type(ty, branch)),
                VariantData::Fields(fields) => {
                    let count = names(fields, false).len();
                    let known = read.by_ref().take(count).all(|ty| !has_foreign(ty));
                    known.then(|| some(branch))
                }
            });
            match shapes.collect::<Option<Vec<_>>>() {
                Some(shapes) => {
                    quote!(::eventgen::avro::shape_of(::eventgen::avro::ShapeKind::Union, [#(#shapes),*]))
                }
                None => none,
            }
        }
        _ => none,
    }
}

fn has_foreign(ty: &RustType) -> bool {
    match ty {
        RustType::Foreign { .. } => true,
        RustType::List(inner, _) | RustType::Option(inner, _) => has_foreign(inner),
        RustType::Map { values, .. } => has_foreign(values),
        _ => false,
    }
}
