//! Messages that are there already: prost's derive writes and reads them, and what of their fields can be a key or a header
//! they say themselves, through the runtime's traits.

use eventgen_schema::contract::{FieldPath, HeaderValue, Ordering};
use eventgen_schema::{Event, EventFormat};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::Generator;
use crate::event::key_of_options;
use crate::existing::Kind;
use crate::literals::hex;

/// The number that stands for a field's name where traits are told by it, as an expression.
pub fn field_number(name: &str) -> TokenStream {
    hex(eventgen_schema::avro::fingerprint(name))
}

impl Generator<'_> {
    /// Whether an event is a message that is there already.
    pub(crate) fn is_existing_message(&self, event: &Event) -> bool {
        matches!(event.format, EventFormat::Protobuf { .. })
            && self.existing.is_some_and(|existing| matches!(existing.kind, Kind::Message(_)))
    }

    /// The schema, which is put together of what all types say.
    pub(crate) fn existing_message_schema(&self, event: &Event) -> TokenStream {
        let ident = self.names.event_ident(event);
        quote! {
            static SCHEMA: ::std::sync::LazyLock<::eventgen::Schema> = ::std::sync::LazyLock::new(|| {
                ::eventgen::protobuf::compose(<#ident as ::eventgen::ProtobufType>::definition())
            });
            *SCHEMA
        }
    }

    /// The statement that sets the key. What is absent on the way counts as the field's default, as Protobuf has it; only
    /// where there is no order a record has no key while a field of it is absent.
    pub(crate) fn existing_message_key(&self, event: &Event) -> TokenStream {
        let ident = self.names.event_ident(event);
        let topic = self.contract.topics.get(&event.topic);
        let is_ordered = topic.is_none_or(|topic| topic.ordering != Ordering::None);
        let options = event.key.iter().map(|path| {
            let (value, field) = (value(path), text_field(&ident, path));
            let present = quote!(::std::option::Option::Some(#value.unwrap_or_else(#field::absent)));
            if is_ordered {
                return present;
            }
            quote!(if const { #field::OPTIONAL } { #value } else { #present })
        });
        let checks = event.key.iter().filter(|_| is_ordered).map(|path| {
            let field = text_field(&ident, path);
            let message = format!(
                "`{}` may be absent and is part of the key: choose a field that is not `optional`",
                path.fields.join(".")
            );
            quote! {
                const _: () = { ::std::assert!(!#field::OPTIONAL, #message) };
            }
        });
        let key = key_of_options(&options.collect::<Vec<_>>());
        quote!(#(#checks)* #key)
    }

    /// The statement that sets a header; one of a field that is absent is not set.
    pub(crate) fn existing_message_header(name: &str, header: &HeaderValue) -> TokenStream {
        match header {
            HeaderValue::Literal(text) => quote!(headers.set(#name, #text);),
            HeaderValue::Field(path) => {
                let value = value(path);
                quote! {
                    if let ::std::option::Option::Some(value) = #value {
                        headers.set(#name, value);
                    }
                }
            }
        }
    }
}

/// The value at the end of a path, as an option.
fn value(path: &FieldPath) -> TokenStream {
    let Some((last, before)) = path.fields.split_last() else { return TokenStream::new() };
    let mut place = quote!(::std::option::Option::Some(self));
    for step in before {
        let number = field_number(step);
        place = quote!(#place.and_then(::eventgen::protobuf::MessageField::<#number>::message));
    }
    let number = field_number(last);
    quote!(#place.and_then(::eventgen::protobuf::TextField::<#number>::text))
}

/// The trait of the field at the end of a path, as of the message that it is in.
fn text_field(event: &Ident, path: &FieldPath) -> TokenStream {
    let Some((last, before)) = path.fields.split_last() else { return TokenStream::new() };
    let mut message = quote!(#event);
    for step in before {
        let number = field_number(step);
        message = quote!(<#message as ::eventgen::protobuf::MessageField<#number>>::Message);
    }
    let number = field_number(last);
    quote!(<#message as ::eventgen::protobuf::TextField<#number>>)
}
