//! The code of a type: its schema, and for an event everything about its topic.

use std::path::PathBuf;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::definition::definition;
use super::fields::{field_trait, oneof_checks};
use super::item::{Content, Item};
use super::nested::nested;
use super::text::Text;
use crate::emit::tokens::tracked;

/// The code that only an event has.
#[derive(Default)]
pub(super) struct EventCode {
    pub(super) event: TokenStream,
    pub(super) topic: TokenStream,
    /// The option of the message in the exported file.
    pub(super) option: Option<String>,
    /// A file that the code was made of.
    pub(super) tracked: Option<PathBuf>,
}

/// Emits the code of a type.
pub(super) fn emit(item: &Item, text: &Text, code: &EventCode) -> TokenStream {
    let EventCode { event, topic, option, tracked: file } = code;
    let ident = &item.ident;
    let definition = definition(item, text, option.as_deref());
    let (members, symbol, fields) = match &item.content {
        Content::Message(fields) => {
            let traits = fields.iter().map(|field| field_trait(item, field));
            let names = fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>();
            let checks = fields.iter().map(|field| oneof_checks(field, &names));
            (None, None, quote!(#(#traits)* #(#checks)*))
        }
        Content::Oneof(members) => {
            let members = members.iter().map(|member| {
                let (tag, name) = (member.attribute.tag, &member.name);
                quote!((#tag, #name))
            });
            let members = quote!(const MEMBERS: &'static [(u32, &'static str)] = &[#(#members),*];);
            (Some(members), None, TokenStream::new())
        }
        Content::Enum(symbols) => {
            let arms = symbols.iter().map(|symbol| {
                let (number, name) = (symbol.number, &symbol.name.0);
                quote!(#number => #name,)
            });
            let symbol = quote! {
                fn symbol(number: i32) -> ::std::option::Option<&'static str> {
                    ::std::option::Option::Some(match number { #(#arms)* _ => return ::std::option::Option::None })
                }
            };
            (None, Some(symbol), TokenStream::new())
        }
    };
    let nested = nested(&item.content);
    let files = option.as_ref().map(|_| {
        quote! {
            impl ::eventgen::DerivedEvent for #ident {
                fn schema_files() -> ::std::vec::Vec<::eventgen::SchemaFile> {
                    ::eventgen::SchemaFile::protobuf::<Self>()
                }
            }
        }
    });
    let tracked = file.iter().map(|path| tracked(path));
    quote! {
        #[allow(clippy::all, clippy::pedantic, deprecated)]
        const _: () = {
            #(#tracked)*

            impl ::eventgen::ProtobufType for #ident {
                #members

                fn definition() -> &'static ::eventgen::protobuf::Definition {
                    static DEFINITION: ::eventgen::protobuf::Definition = #definition;
                    &DEFINITION
                }

                #nested

                #symbol
            }

            #fields
            #files
            #event
        };
        #topic
    }
}

/// An implementation for a type with errors, so that the compiler does not report its users as well.
pub(crate) fn stubs(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    quote! {
        impl ::eventgen::ProtobufType for #ident {
            fn definition() -> &'static ::eventgen::protobuf::Definition {
                loop {}
            }
        }
    }
}
