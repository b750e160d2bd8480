//! Events: the implementation of `KafkaEvent`, with schema, key, headers and payload.

use eventgen_schema::Event;
use eventgen_schema::contract::HeaderValue;
use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::emitter::Emitter;
use crate::emit::idents::ident;
use crate::emit::key::{key_of, read_key};
use crate::emit::language::{Language, Payload};

impl Emitter<'_> {
    /// `impl KafkaEvent` for the type of an event.
    pub(crate) fn event(self, event: &Event, language: &dyn Language) -> TokenStream {
        let item = self.model.names.event(event);
        let ident = ident(&item.name);
        let (name, subject) = (&event.name, &event.subject);
        // The enum of the topic is in the module of the topic's first event, which may be another.
        let topic = self.model.names.topic(&event.topic).path(&item.module);
        let Payload { schema, write, options, read } = language.payload(self, event);
        let key = language.key(self, event);
        let key_parameter = if event.key.is_empty() { quote!(_) } else { quote!(key) };
        let typed = language.typed_key(self, event);
        let read_key = typed.as_ref().map(|typed| read_key(event, typed));
        let typed_key = event.typed_key.as_ref().zip(typed).map(|(key, typed)| {
            let (subject, schema) = (&key.subject, typed.schema);
            let subject = quote! {
                const KEY_SUBJECT: ::std::option::Option<&'static str> = ::std::option::Option::Some(#subject);
            };
            let schema = quote! {
                fn key_schema() -> ::std::option::Option<::eventgen::Schema> {
                    ::std::option::Option::Some(#schema)
                }
            };
            (subject, schema)
        });
        let (key_subject, key_schema) = typed_key.unzip();
        let headers = event.headers.iter().map(|(name, value)| match value {
            HeaderValue::Literal(text) => quote!(headers.set(#name, #text);),
            HeaderValue::Field(path) => language.header(self, event, name, path),
        });
        let key_of = key_of(self, event, language);
        let of_key =
            (key_of.is_some() || read_key.is_some()).then(|| quote!(impl #ident { #key_of #read_key }));
        quote! {
            #of_key

            impl ::eventgen::KafkaEvent for #ident {
                type Topic = #topic;
                const NAME: &'static str = #name;
                const SUBJECT: &'static str = #subject;
                #key_subject

                fn schema() -> ::eventgen::Schema {
                    #schema
                }

                #key_schema

                fn key(&self, #key_parameter: &mut ::eventgen::KeyBuffer) {
                    #key
                }

                fn headers(&self, headers: &mut ::eventgen::Headers) {
                    #(#headers)*
                }

                fn write_payload(
                    &self,
                    payload: &mut ::std::vec::Vec<u8>,
                ) -> ::std::result::Result<(), ::eventgen::EncodeError> {
                    #write
                }

                fn read_payload_with(
                    payload: &[u8],
                    #options: ::eventgen::DecodeOptions,
                ) -> ::std::result::Result<Self, ::eventgen::DecodeError> {
                    #read
                }
            }
        }
    }
}
