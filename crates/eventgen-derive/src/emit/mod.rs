//! The code of a type in Avro: its codec from `eventgen-codegen`, its schema, and for an event everything about its topic.

pub(crate) mod definition;
pub(crate) mod spans;
pub(crate) mod stubs;
mod text_form;
pub(crate) mod tokens;

use std::path::PathBuf;

use eventgen_codegen::{Existing, Implementation, implement};
use eventgen_schema::Contract;
use proc_macro2::TokenStream;
use quote::quote;

use self::definition::definition;
use self::spans::{Paths, put_foreign_types};
use self::text_form::text_form;
use self::tokens::tracked;
use crate::errors::Errors;
use crate::input::item::Item;
use crate::input::properties::Property;
use crate::model::definition::Definition;
use crate::model::foreign::ForeignTypes;

/// A type whose schema is known.
pub(crate) struct Derived<'a> {
    pub(crate) item: &'a Item,
    pub(crate) existing: Existing,
    /// The foreign types that `existing` and `definition` refer to.
    pub(crate) foreign: ForeignTypes,
    pub(crate) definition: Definition,
    /// The symbols of an enum without data, in the order of the variants of `existing`.
    pub(crate) symbols: Vec<String>,
    /// The fingerprint of the layout on the wire, as an expression.
    pub(crate) layout: TokenStream,
    /// Assertions about foreign types.
    pub(crate) checks: TokenStream,
    /// The properties of `#[kafka(…)]`.
    pub(crate) annotation: &'a [Property],
    /// Files that the code was made of.
    pub(crate) tracked: Vec<PathBuf>,
}

/// Emits the code of a type.
pub(crate) fn emit(contract: &Contract, derived: &Derived<'_>, errors: &mut Errors) -> Option<TokenStream> {
    let Derived { item, existing, foreign, layout, checks, .. } = derived;
    let ident = &item.ident;
    let Implementation { codec, branches, event, topic } =
        match implement(contract, existing, cfg!(feature = "kafka")) {
            Ok(implementation) => implementation,
            Err(error) => {
                errors.add(ident.span(), error);
                return None;
            }
        };
    let files = (!event.is_empty()).then(|| {
        quote! {
            impl ::eventgen::DerivedEvent for #ident {
                fn schema_files() -> ::std::vec::Vec<::eventgen::SchemaFile> {
                    ::std::vec![::eventgen::SchemaFile::avro::<Self>()]
                }
            }
        }
    });
    let event = Paths::of_fields(derived.annotation).put(event, ident);
    let types: Vec<TokenStream> = foreign.iter().map(|ty| ty.tokens.clone()).collect();
    let definition = definition(&derived.definition, &types);
    let text_form = text_form(item, existing, &derived.symbols);
    let tracked = derived.tracked.iter().map(|path| tracked(path));
    let code = quote! {
        #[allow(clippy::all, clippy::pedantic, deprecated)]
        const _: () = {
            #(#tracked)*
            #checks
            #codec

            impl ::eventgen::AvroType for #ident {
                const LAYOUT: ::std::option::Option<u64> = #layout;

                fn definition() -> &'static ::eventgen::avro::Definition {
                    #definition
                }

                #branches
            }

            #text_form
            #files
            #event
        };
        #topic
    };
    Some(put_foreign_types(code, foreign))
}
