//! The code of an item: its codec by the emitters of generation, and what its schema is.

use std::path::{Path, PathBuf};

use eventgen_codegen::{Dates, Existing, Implementation, Kind, implement};
use eventgen_schema::Contract;
use proc_macro2::TokenStream;
use quote::quote;

use crate::item::{Content, Item};
use crate::mistakes::Mistakes;
use crate::pieces::{Piece, tokens};
use crate::rust_type::{RustType, Scalar};

/// A schema in pieces.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) name: Option<String>,
    pub(crate) namespace: Option<String>,
    pub(crate) is_union: bool,
    pub(crate) text: Vec<Piece>,
    pub(crate) canonical: Vec<Piece>,
    /// The fields: their names in Rust and in the schema, and the type of their own that they have.
    pub(crate) fields: Vec<(String, String, Option<String>)>,
}

/// What there is to be written down.
pub(crate) struct Emitted<'a> {
    pub(crate) item: &'a Item,
    pub(crate) existing: Existing,
    pub(crate) definition: Definition,
    /// The types that are not seen here, as they are written.
    pub(crate) foreign: Vec<String>,
    /// The symbols of an enum without data, in the order of its variants here.
    pub(crate) symbols: Vec<String>,
    /// The expression of the number by which layouts are told.
    pub(crate) shape: TokenStream,
    /// What must hold of other types.
    pub(crate) checks: TokenStream,
    /// Files that the code was made of.
    pub(crate) tracked: Vec<PathBuf>,
}

/// Writes the code down.
pub(crate) fn emit(
    contract: &Contract,
    emitted: Emitted<'_>,
    mistakes: &mut Mistakes,
) -> Option<TokenStream> {
    let Emitted { item, existing, definition: schema, foreign, symbols, shape, checks, tracked } = emitted;
    let implementation = match implement(contract, &existing) {
        Ok(implementation) => implementation,
        Err(error) => {
            mistakes.add(item.ident.span(), error);
            return None;
        }
    };
    let Implementation { codec, branches, event, topic } = implementation;
    let ident = &item.ident;
    let foreign: Vec<TokenStream> = foreign.iter().map(|path| parsed(path)).collect();
    let schema = definition(&schema, &foreign);
    let text_form = text_form(item, &existing, &symbols);
    let tracked = tracked.iter().map(|path| self::tracked(path));
    let derived = (!event.is_empty()).then(|| {
        quote! {
            impl ::eventgen::DerivedEvent for #ident {
                fn schema_files() -> ::std::vec::Vec<::eventgen::SchemaFile> {
                    ::std::vec![::eventgen::SchemaFile::avro::<Self>()]
                }
            }
        }
    });
    Some(quote! {
        #[allow(clippy::all, clippy::pedantic, deprecated)]
        const _: () = {
            #(#tracked)*
            #checks
            #codec

            impl ::eventgen::AvroType for #ident {
                const SHAPE: ::std::option::Option<u64> = #shape;

                fn definition() -> &'static ::eventgen::avro::Definition {
                    #schema
                }

                #branches
            }

            #text_form
            #derived
            #event
        };
        #topic
    })
}

/// What makes the compiler look at a file again when it has changed.
pub(crate) fn tracked(path: &Path) -> TokenStream {
    let path = path.display().to_string();
    quote!(
        const _: &[u8] = ::std::include_bytes!(#path);
    )
}

/// A definition as the runtime has it: at one place in memory, by which it is told from others.
pub(crate) fn definition(schema: &Definition, foreign: &[TokenStream]) -> TokenStream {
    let (name, namespace) = (option(schema.name.as_ref()), option(schema.namespace.as_ref()));
    let (text, canonical) = (tokens(&schema.text, foreign), tokens(&schema.canonical, foreign));
    let is_union = schema.is_union;
    let fields = schema.fields.iter().map(|(rust_name, name, foreign)| {
        let definition = option(foreign.as_ref().map(|path| {
            let path = parsed(path);
            quote!(<#path as ::eventgen::AvroType>::definition)
        }));
        quote!(::eventgen::avro::Field { rust_name: #rust_name, name: #name, definition: #definition })
    });
    quote!({
        static DEFINITION: ::eventgen::avro::Definition = ::eventgen::avro::Definition {
            name: #name,
            namespace: #namespace,
            is_union: #is_union,
            text: #text,
            canonical: #canonical,
            fields: &[#(#fields),*],
        };
        &DEFINITION
    })
}

/// Whether a type has the one text form that it has in any field.
fn has_text(ty: &syn::Type) -> bool {
    let Some(RustType::Scalar(scalar, _)) = RustType::read(ty, &mut Mistakes::default()) else {
        return false;
    };
    matches!(
        scalar,
        Scalar::Boolean
            | Scalar::Integer(_)
            | Scalar::String
            | Scalar::Text(_)
            | Scalar::Uuid
            | Scalar::Date(Dates::Chrono)
            | Scalar::Timestamp(Dates::Chrono)
    )
}

/// The text form of an enum without data, which is its symbol, and of a value under another name.
fn text_form(item: &Item, existing: &Existing, symbols: &[String]) -> TokenStream {
    let ident = &item.ident;
    if let Content::Newtype(field) = &item.content
        && has_text(&field.ty)
    {
        return quote! {
            impl ::eventgen::Text for #ident {
                fn write_text(&self, out: &mut ::std::vec::Vec<u8>) {
                    ::eventgen::Text::write_text(&self.0, out);
                }
            }
        };
    }
    let Kind::Symbols(_, variants) = &existing.kind else {
        return TokenStream::new();
    };
    let idents = variants.iter().map(|variant| crate::ident(variant));
    quote! {
        impl ::eventgen::Text for #ident {
            fn write_text(&self, out: &mut ::std::vec::Vec<u8>) {
                let symbol = match self { #(Self::#idents => #symbols,)* };
                ::eventgen::Text::write_text(symbol, out);
            }
        }
    }
}

/// A type as it was written.
pub(crate) fn parsed(path: &str) -> TokenStream {
    path.parse().unwrap_or_default()
}

/// An option as an expression.
pub(crate) fn option(value: Option<impl quote::ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::std::option::Option::Some(#value)),
        None => quote!(::std::option::Option::None),
    }
}

/// What stands for the code of an item with mistakes: what uses the type is not at fault.
pub(crate) fn stubs(input: &syn::DeriveInput) -> TokenStream {
    let ident = &input.ident;
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    quote! {
        const _: () = {
            impl ::eventgen::avro::Encode for #ident {
                fn encode<S: ::eventgen::avro::Sink>(&self, _: &mut S) {}
            }

            impl<'a> ::eventgen::avro::Decode<'a> for #ident {
                const MIN_WIRE_SIZE: usize = 0;

                fn decode(
                    _: &mut ::eventgen::avro::Reader<'a>,
                ) -> ::std::result::Result<Self, ::eventgen::avro::DecodeError> {
                    loop {}
                }
            }

            impl ::eventgen::AvroType for #ident {
                fn definition() -> &'static ::eventgen::avro::Definition {
                    loop {}
                }
            }
        };
    }
}
