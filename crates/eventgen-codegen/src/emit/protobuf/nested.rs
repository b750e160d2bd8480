//! The tables of the fields that hold messages, along which the runtime limits payloads.

use proc_macro2::TokenStream;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, MessageOptions};
use quote::quote;

use crate::emit::idents::ident;
use crate::emit::literals::number;
use crate::emit::protobuf::boxed::reaches;
use crate::model::paths::ModulePath;
use crate::model::protobuf::descriptors::{Descriptors, Message};

/// The table of every message, by module.
pub(super) fn tables(descriptors: &Descriptors) -> Vec<(ModulePath, TokenStream)> {
    let all = descriptors.messages.iter();
    let all = all.map(|(name, message)| (format!(".{name}"), &message.descriptor)).collect();
    let generated = descriptors.messages.iter().filter(|(name, message)| {
        !name.starts_with("google.protobuf.") && !is_map_entry(&message.descriptor)
    });
    let tables = generated.map(|(name, message)| {
        let fields = message.descriptor.field.iter().filter_map(|field| {
            let is_boxed = || reaches(field.type_name(), &format!(".{name}"), &all);
            entry(descriptors, message, field, is_boxed)
        });
        let ident = ident(&message.item.name);
        let table = quote! {
            impl ::eventgen::protobuf::NestedMessages for #ident {
                fn nested() -> &'static ::eventgen::protobuf::NestedFields {
                    static NESTED: ::eventgen::protobuf::NestedFields =
                        ::eventgen::protobuf::NestedFields::new(&[#(#fields),*], &[]);
                    &NESTED
                }
            }
        };
        (message.item.module.clone(), table)
    });
    tables.collect()
}

/// The entry of a field; `None` for one that holds no message with a table.
fn entry(
    descriptors: &Descriptors,
    message: &Message,
    field: &FieldDescriptorProto,
    is_boxed: impl Fn() -> bool,
) -> Option<TokenStream> {
    let tag = number(u64::try_from(field.number()).ok()?);
    let name = message_of(field)?;
    let here = &message.item.module;
    if let Some(entry) = descriptors.messages.get(name).filter(|entry| is_map_entry(&entry.descriptor)) {
        let ty = rust_type(descriptors, message_of(entry.descriptor.field.get(1)?)?, here)?;
        return Some(quote! {
            ::eventgen::protobuf::NestedField::map(
                #tag,
                ::std::mem::size_of::<(::std::string::String, #ty)>(),
                <#ty as ::eventgen::protobuf::NestedMessages>::nested,
            )
        });
    }
    let ty = rust_type(descriptors, name, here)?;
    let is_allocated = field.label() == Label::Repeated || is_boxed();
    let memory = if is_allocated { quote!(::std::mem::size_of::<#ty>()) } else { quote!(0) };
    Some(quote! {
        ::eventgen::protobuf::NestedField::new(
            #tag,
            #memory,
            <#ty as ::eventgen::protobuf::NestedMessages>::nested,
        )
    })
}

/// The full name of the message in a field.
fn message_of(field: &FieldDescriptorProto) -> Option<&str> {
    let is_message = matches!(field.r#type(), Type::Message | Type::Group);
    is_message.then(|| field.type_name().trim_start_matches('.'))
}

/// The type of a message that has a table. Of Google's, those have one that contain themselves.
fn rust_type(descriptors: &Descriptors, name: &str, here: &ModulePath) -> Option<TokenStream> {
    match name.strip_prefix("google.protobuf.") {
        Some(google @ ("Struct" | "Value" | "ListValue")) => {
            let ident = ident(google);
            Some(quote!(::eventgen::private::prost_types::#ident))
        }
        Some(_) => None,
        None => {
            let path = descriptors.messages.get(name)?.item.seen_from(here);
            Some(quote!(#path))
        }
    }
}

fn is_map_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(MessageOptions::map_entry)
}
