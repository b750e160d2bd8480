//! The table of the fields that hold messages, along which the runtime limits payloads.

use proc_macro2::TokenStream;
use quote::quote;

use super::attribute::{Kind, Label};
use super::field_type::{is_boxed, message};
use super::item::{Content, Field};
use crate::input::rust_type::ForeignType;

/// The method with the table of a message or a oneof; none for an enum.
pub(super) fn nested(content: &Content) -> TokenStream {
    let (Content::Message(fields) | Content::Oneof(fields)) = content else { return TokenStream::new() };
    let entries = fields.iter().filter_map(entry);
    let oneofs = fields.iter().filter_map(|field| match &field.attribute.kind {
        Kind::Oneof(path, _) => {
            let ty = ForeignType::in_string(path, field.span).tokens;
            Some(quote!(<#ty as ::eventgen::ProtobufType>::nested))
        }
        _ => None,
    });
    quote! {
        fn nested() -> &'static ::eventgen::protobuf::NestedFields {
            static NESTED: ::eventgen::protobuf::NestedFields =
                ::eventgen::protobuf::NestedFields::new(&[#(#entries),*], &[#(#oneofs),*]);
            &NESTED
        }
    }
}

/// The entry of a field that holds messages.
fn entry(field: &Field) -> Option<TokenStream> {
    let (tag, ty) = (field.attribute.tag, message(&field.ty));
    let nested = quote!(<#ty as ::eventgen::ProtobufType>::nested);
    match &field.attribute.kind {
        Kind::Message => {
            let is_allocated = field.attribute.label == Label::Repeated || is_boxed(&field.ty);
            let memory = if is_allocated { quote!(::std::mem::size_of::<#ty>()) } else { quote!(0) };
            Some(quote!(::eventgen::protobuf::NestedField::new(#tag, #memory, #nested)))
        }
        Kind::Map(_, value) if matches!(**value, Kind::Message) => {
            let memory = quote!(::std::mem::size_of::<(::std::string::String, #ty)>());
            Some(quote!(::eventgen::protobuf::NestedField::map(#tag, #memory, #nested)))
        }
        _ => None,
    }
}
