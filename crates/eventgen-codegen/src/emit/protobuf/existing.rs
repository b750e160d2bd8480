//! Events that are existing messages: prost's derive writes and reads them, and the runtime's traits give access to their
//! fields.

use eventgen_schema::Event;
use eventgen_schema::contract::{FieldPath, Ordering, ReferenceStrategy};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::emit::emitter::Emitter;
use crate::emit::idents::ident;
use crate::emit::key::{or_absent, set_key_if_present};
use crate::emit::language::{KeyParameter, Language, Payload};
use crate::emit::literals::hex;
use crate::emit::protobuf::payload::payload;

/// Existing messages.
pub(crate) struct ExistingMessage;

/// The constant that identifies a field by name in the traits of fields, as an expression.
pub fn field_number(name: &str) -> TokenStream {
    hex(eventgen_schema::avro::fingerprint(name))
}

impl Language for ExistingMessage {
    fn schema_type(&self) -> &'static str {
        "PROTOBUF"
    }

    /// The types of the message compose the schema at run time.
    fn payload(&self, emitter: Emitter<'_>, event: &Event) -> Payload {
        let ident = event_ident(emitter, event);
        let nested = quote!(<Self as ::eventgen::ProtobufType>::nested());
        let compose = match emitter.model.contract.reference_strategy {
            ReferenceStrategy::Default => quote!(compose),
            ReferenceStrategy::Qualified => quote!(compose_qualified),
        };
        let schema = quote! {
            static SCHEMA: ::std::sync::LazyLock<::eventgen::Schema> = ::std::sync::LazyLock::new(|| {
                ::eventgen::protobuf::#compose(<#ident as ::eventgen::ProtobufType>::definition())
            });
            *SCHEMA
        };
        payload(schema, &nested)
    }

    /// A record has no key while a field of it is absent, or a message that holds one. Where records are ordered by key,
    /// `optional` fields are refused at compile time, and absent messages when a record is produced.
    fn key(&self, emitter: Emitter<'_>, event: &Event) -> TokenStream {
        let ident = event_ident(emitter, event);
        let topic = emitter.model.contract.topics.get(&event.topic);
        let is_ordered = topic.is_none_or(|topic| topic.ordering != Ordering::None);
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
        let options: Vec<TokenStream> = event.key.iter().map(value).collect();
        let key = set_key_if_present(&options, |_, value| value);
        let or_absent = or_absent(emitter.model.contract, event);
        quote!(#(#checks)* #key #or_absent)
    }

    /// The type of the field's text: only the compiler knows the type of the field.
    fn key_parameter(
        &self,
        emitter: Emitter<'_>,
        event: &Event,
        path: &FieldPath,
        name: &Ident,
    ) -> Option<KeyParameter> {
        let field = text_field(&event_ident(emitter, event), path);
        Some(KeyParameter::with_text(quote!(#field::Value<'_>), name))
    }

    fn header(&self, _: Emitter<'_>, _: &Event, name: &str, path: &FieldPath) -> TokenStream {
        let value = value(path);
        quote! {
            if let ::std::option::Option::Some(value) = #value {
                headers.set(#name, value);
            }
        }
    }
}

fn event_ident(emitter: Emitter<'_>, event: &Event) -> Ident {
    ident(&emitter.model.names.event(event).name)
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

/// The trait of the field at the end of a path, for the message that contains the field.
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
