//! Schema first: an item is checked against a schema file, and every difference is reported.

mod comparison;
mod find;
mod location;
mod type_check;
mod type_names;

use std::io::ErrorKind;

use eventgen_codegen::{Existing, field_name};
use eventgen_schema::avro::{canonical_form, layout_hash};
use eventgen_schema::types::{Type, TypeId};
use eventgen_schema::{Loaded, Loader};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use self::comparison::Comparison;
use self::type_check::ForeignLayout;
use crate::emit::{self, Derived};
use crate::errors::Errors;
use crate::input::attributes::Text;
use crate::input::item::{Content, Field, Item};
use crate::manifest::manifest;
use crate::model::definition::{AnnotationFragment, DefinedField, Definition, Fragment, annotate};
use crate::model::existing::visibility;
use crate::package::folder;
use crate::report::report_files;

/// Expands an item whose schema is in a file.
pub(crate) fn expand(
    item: &Item,
    is_event: bool,
    (path, span): &Text,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let manifest = manifest(*span, errors);
    let file = folder().join(path);
    if file.symlink_metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        // The front end would explain paths of the command line and of eventgen.toml.
        let help = "check the path: it is relative to the folder of Cargo.toml";
        errors.add(*span, format!("{path} does not exist\nhelp: {help}\n[EG0001]"));
        return None;
    }
    let loaded = Loader::new().path(file).manifest(manifest).load();
    let loaded = loaded.map_err(|diagnostics| report_files(&diagnostics, *span, errors)).ok()?;
    let types = &loaded.contract.types;
    let id = find::find(item, is_event, &loaded, errors)?;
    let full_name = types.get(id).name()?.to_string();
    let mut comparison = Comparison::new(item, &loaded, errors);
    let (kind, skipped) = comparison.item(id, &full_name)?;
    let Comparison { representations, layouts, .. } = comparison;
    if !errors.is_empty() {
        return None;
    }
    let layout = layout_hash(types, id);
    let derived = Derived {
        item,
        existing: Existing {
            name: item.rust_name(),
            visibility: visibility(item),
            kind,
            forms: representations.forms,
            skipped,
            recursive: false,
        },
        foreign: representations.foreign,
        definition: definition(id, &full_name, item, &loaded),
        symbols: match types.get(id) {
            Type::Enum(definition) => definition.symbols.clone(),
            _ => Vec::new(),
        },
        layout: quote!(::std::option::Option::Some(#layout)),
        checks: checks(&layouts, &full_name, path),
        // The front end has checked the annotation in the file.
        annotation: &[],
        tracked: loaded.files.clone(),
    };
    emit::emit(&loaded.contract, &derived, errors)
}

/// Assertions that foreign types have the layout of the schema.
fn checks(layouts: &[ForeignLayout], full_name: &str, path: &str) -> TokenStream {
    let checks = layouts.iter().map(|ForeignLayout { ty, layout }| {
        let message = format!(
            "`{}` differs from its schema in `{full_name}`: compare the fields and their order, or let its derive compare \
             them, with #[avro(schema = \"{path}\")]",
            ty.path
        );
        let tokens = &ty.tokens;
        quote_spanned! {ty.span=>
            const _: () = ::std::assert!(
                ::std::matches!(<#tokens as ::eventgen::AvroType>::LAYOUT, ::std::option::Option::Some(#layout)),
                #message
            );
        }
    });
    checks.collect()
}

/// The schema, which the file has as a whole.
fn definition(id: TypeId, full_name: &str, item: &Item, loaded: &Loaded) -> Definition {
    let types = &loaded.contract.types;
    let mut text = vec![Fragment::Text(loaded.schemas().remove(full_name).unwrap_or_default())];
    if let Some(annotation) = loaded.annotation(full_name) {
        annotate(&mut text, vec![AnnotationFragment::Text(annotation)]);
    }
    let fields = match (types.get(id), &item.content) {
        (Type::Record(record), Content::Struct(fields)) => {
            let rust_name = |name: &str| {
                let is_it = |field: &&Field| field.name == name || field.rust_name == field_name(name);
                fields.iter().find(is_it).map(|field| field.rust_name.clone())
            };
            let fields = record.fields.iter().filter_map(|field| {
                let rust_name = rust_name(&field.name)?;
                Some(DefinedField { rust_name, name: field.name.clone(), foreign: None })
            });
            fields.collect()
        }
        _ => Vec::new(),
    };
    let (namespace, name) = full_name.rsplit_once('.').unwrap_or(("", full_name));
    Definition {
        name: Some(name.to_owned()),
        namespace: Some(namespace.to_owned()),
        is_union: false,
        text,
        canonical: vec![Fragment::Text(canonical_form(types, id))],
        fields,
    }
}
