//! The code of an item: what its schema is, and what of its fields can be a key or a header.

use std::path::PathBuf;

use eventgen_codegen::field_number;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::attribute::{Kind, Label};
use super::field_type;
use super::item::{Content, Field, Item};
use super::text::{Piece, Text};
use crate::emit::parsed;

/// What only events have.
#[derive(Default)]
pub(super) struct Code {
    pub(super) event: TokenStream,
    pub(super) topic: TokenStream,
    pub(super) option: Option<String>,
    /// A file that the code was made of.
    pub(super) tracked: Option<PathBuf>,
}

/// Writes the code down.
pub(super) fn emit(item: &Item, text: &Text, code: &Code) -> TokenStream {
    let Code { event, topic, option, tracked } = code;
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
    let derived = option.as_ref().map(|_| {
        quote! {
            impl ::eventgen::DerivedEvent for #ident {
                fn schema_files() -> ::std::vec::Vec<::eventgen::SchemaFile> {
                    ::eventgen::SchemaFile::protobuf::<Self>()
                }
            }
        }
    });
    let tracked = tracked.iter().map(|path| crate::emit::tracked(path));
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

                #symbol
            }

            #fields
            #derived
            #event
        };
        #topic
    }
}

fn definition(item: &Item, text: &Text, option: Option<&str>) -> TokenStream {
    let (name, doc) = (&item.name.0, item.doc.as_deref().unwrap_or_default());
    // An event is a file of its own in any case.
    let package = item.package.as_ref().map(|(package, _)| package.as_str()).or(option.map(|_| ""));
    let (package, option) = (crate::emit::option(package), crate::emit::option(option));
    let kind = match &item.content {
        Content::Message(_) => quote!(Message),
        Content::Enum(_) => quote!(Enum),
        Content::Oneof(_) => quote!(Oneof),
    };
    let of = |index: &usize| {
        let path = parsed(&text.stubs[*index].path);
        quote!(<#path as ::eventgen::ProtobufType>::definition)
    };
    let pieces = text.pieces.iter().map(|piece| match piece {
        Piece::Text(text) => quote!(::eventgen::protobuf::Piece::Text(#text)),
        Piece::Type(index) => {
            let definition = of(index);
            quote!(::eventgen::protobuf::Piece::Type(#definition))
        }
        Piece::Members(index) => {
            let definition = of(index);
            quote!(::eventgen::protobuf::Piece::Members(#definition))
        }
    });
    quote! {
        ::eventgen::protobuf::Definition {
            name: #name,
            package: #package,
            kind: ::eventgen::protobuf::Kind::#kind,
            doc: #doc,
            option: #option,
            body: &[#(#pieces),*],
        }
    }
}

/// What prost does not look at: that a oneof and its message fit each other.
fn oneof_checks(field: &Field, names: &[&str]) -> TokenStream {
    let Kind::Oneof(path, tags) = &field.attribute.kind else { return TokenStream::new() };
    let (path, name) = (parsed(path), &field.name);
    let others = names.iter().filter(|other| *other != name);
    let other_tags =
        format!("the tags of `{name}` are not those of its oneof: list the tags of all its members");
    let same_names = format!(
        "a member of `{name}` is called like a field beside it: they are in one scope, so rename one of the two"
    );
    quote_spanned! {field.span=>
        const _: () = {
            let members = <#path as ::eventgen::ProtobufType>::MEMBERS;
            ::std::assert!(::eventgen::protobuf::has_tags(members, &[#(#tags),*]), #other_tags);
            ::std::assert!(::eventgen::protobuf::has_names_of_its_own(members, &[#(#others),*]), #same_names);
        };
    }
}

/// How a field is reached by a path.
fn field_trait(item: &Item, field: &Field) -> TokenStream {
    let (ident, place, number) = (&item.ident, &field.ident, field_number(&field.name));
    let is_optional = field.attribute.label == Label::Optional;
    let (value, text, absent) = match (&field.attribute.kind, field.attribute.label) {
        (_, Label::Repeated) => return TokenStream::new(),
        (Kind::Message, _) => {
            let message = parsed(&field_type::message(&field.ty));
            let reference = if field_type::is_boxed(&field.ty) { quote!(as_deref) } else { quote!(as_ref) };
            return quote! {
                impl ::eventgen::protobuf::MessageField<#number> for #ident {
                    type Message = #message;

                    fn message(&self) -> ::std::option::Option<&Self::Message> {
                        self.#place.#reference()
                    }
                }
            };
        }
        (Kind::Scalar("string"), Label::Optional) => {
            (quote!(&'v str), quote!(self.#place.as_deref()), quote!(""))
        }
        (Kind::Scalar("string"), Label::Plain) => (quote!(&'v str), some(&quote!(&*self.#place)), quote!("")),
        (Kind::Scalar("double" | "float" | "bytes") | Kind::Map(..) | Kind::Oneof(..), _) => {
            return TokenStream::new();
        }
        (Kind::Scalar(scalar), label) => {
            let ty = match *scalar {
                "bool" => quote!(bool),
                "int32" | "sint32" | "sfixed32" => quote!(i32),
                "uint32" | "fixed32" => quote!(u32),
                "uint64" | "fixed64" => quote!(u64),
                _ => quote!(i64),
            };
            let value =
                if label == Label::Optional { quote!(self.#place) } else { some(&quote!(self.#place)) };
            (ty, value, quote!(::std::default::Default::default()))
        }
        (Kind::Enumeration(path), label) => {
            let path = parsed(path);
            let symbol = |number: &TokenStream| {
                quote! {
                    ::eventgen::protobuf::Symbol::new(<#path as ::eventgen::ProtobufType>::symbol(#number), #number)
                }
            };
            let value = if label == Label::Optional {
                let symbol = symbol(&quote!(number));
                quote!(self.#place.map(|number| #symbol))
            } else {
                some(&symbol(&quote!(self.#place)))
            };
            (quote!(::eventgen::protobuf::Symbol), value, symbol(&quote!(0)))
        }
    };
    quote! {
        impl ::eventgen::protobuf::TextField<#number> for #ident {
            const OPTIONAL: bool = #is_optional;
            type Value<'v> = #value;

            fn text(&self) -> ::std::option::Option<Self::Value<'_>> {
                #text
            }

            fn absent<'v>() -> Self::Value<'v> {
                #absent
            }
        }
    }
}

fn some(value: &TokenStream) -> TokenStream {
    quote!(::std::option::Option::Some(#value))
}

/// What stands for the code of an item with mistakes: what uses the type is not at fault.
pub(crate) fn stubs(input: &syn::DeriveInput) -> TokenStream {
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
