//! The fields of a message: traits that paths of keys and headers go through, and checks of oneofs.

use eventgen_codegen::field_number;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::attribute::{Kind, Label};
use super::field_type::{is_boxed, message};
use super::item::{Field, Item};
use crate::input::rust_type::ForeignType;

/// Assertions that a oneof and its message agree. prost does not check them.
pub(super) fn oneof_checks(field: &Field, names: &[&str]) -> TokenStream {
    let Kind::Oneof(path, tags) = &field.attribute.kind else { return TokenStream::new() };
    let (ty, name) = (ForeignType::in_string(path, field.span).tokens, &field.name);
    let others = names.iter().filter(|other| *other != name);
    let other_tags =
        format!("the tags of `{name}` differ from those of its oneof: list the tags of all members");
    let same_names =
        format!("a member of `{name}` has the name of another field of the message: rename one of the two");
    quote_spanned! {field.span=>
        const _: () = {
            let members = <#ty as ::eventgen::ProtobufType>::MEMBERS;
            ::std::assert!(::eventgen::protobuf::has_tags(members, &[#(#tags),*]), #other_tags);
            ::std::assert!(::eventgen::protobuf::has_names_of_its_own(members, &[#(#others),*]), #same_names);
        };
    }
}

/// The trait of a field that a path can end at or go through.
pub(super) fn field_trait(item: &Item, field: &Field) -> TokenStream {
    let (ident, place, number) = (&item.ident, &field.ident, field_number(&field.name));
    let is_optional = field.attribute.label == Label::Optional;
    let (value, text) = match (&field.attribute.kind, field.attribute.label) {
        (_, Label::Repeated) => return TokenStream::new(),
        (Kind::Message, _) => {
            let message = message(&field.ty);
            let reference = if is_boxed(&field.ty) { quote!(as_deref) } else { quote!(as_ref) };
            return quote! {
                impl ::eventgen::protobuf::MessageField<#number> for #ident {
                    type Message = #message;

                    fn message(&self) -> ::std::option::Option<&Self::Message> {
                        self.#place.#reference()
                    }
                }
            };
        }
        (Kind::Scalar("string"), Label::Optional) => (quote!(&'v str), quote!(self.#place.as_deref())),
        (Kind::Scalar("string"), Label::Plain) => (quote!(&'v str), some(&quote!(&*self.#place))),
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
            (ty, value)
        }
        (Kind::Enumeration(path), label) => {
            let ty = ForeignType::in_string(path, field.span).tokens;
            let symbol = |number: &TokenStream| {
                quote! {
                    ::eventgen::protobuf::Symbol::new(<#ty as ::eventgen::ProtobufType>::symbol(#number), #number)
                }
            };
            let value = if label == Label::Optional {
                let symbol = symbol(&quote!(number));
                quote!(self.#place.map(|number| #symbol))
            } else {
                some(&symbol(&quote!(self.#place)))
            };
            (quote!(::eventgen::protobuf::Symbol), value)
        }
    };
    quote! {
        impl ::eventgen::protobuf::TextField<#number> for #ident {
            const OPTIONAL: bool = #is_optional;
            type Value<'v> = #value;

            fn text(&self) -> ::std::option::Option<Self::Value<'_>> {
                #text
            }
        }
    }
}

fn some(value: &TokenStream) -> TokenStream {
    quote!(::std::option::Option::Some(#value))
}
