//! Events in Avro: the embedded schema, the payload, and keys and headers from the fields of a record.

use eventgen_schema::Event;
use eventgen_schema::avro::{canonical_form, fingerprint, parse_schema};
use eventgen_schema::contract::FieldPath;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::emit::emitter::Emitter;
use crate::emit::idents::ident;
use crate::emit::key::{set_key, set_key_if_present};
use crate::emit::language::{KeyParameter, Language, Payload, TypedKey};
use crate::emit::literals::{hex, raw_string};
use crate::error::Error;
use crate::model::existing::Representation;

/// Events in Avro.
pub(crate) struct Avro;

impl Language for Avro {
    fn schema_type(&self) -> &'static str {
        "AVRO"
    }

    /// The embedded schema is what a registry gets and what consumers resolve with, so it must stand alone and have the
    /// fingerprint of the event. It is parsed by our own front end, which is linked anyway; the tests ask `apache-avro`
    /// too, which would double the time that a build script takes to compile.
    fn check(&self, event: &Event) -> Result<(), Error> {
        let wrong = |reason: String| Error::Embedded { event: event.name.clone(), reason };
        if let Some(key) = &event.typed_key {
            parse_schema(&key.text).map_err(|error| wrong(error.to_string()))?;
        }
        let parsed = parse_schema(&event.schema).map_err(|error| wrong(error.to_string()))?;
        if fingerprint(&canonical_form(&parsed.types, parsed.root)) == fingerprint_of(event) {
            Ok(())
        } else {
            Err(wrong("its canonical form differs".to_owned()))
        }
    }

    fn payload(&self, emitter: Emitter<'_>, event: &Event) -> Payload {
        let schema = if emitter.model.codecs.forms.values().any(Representation::is_unresolved) {
            composed_schema(emitter, event)
        } else {
            let (text, fingerprint) = (raw_string(&event.schema), hex(fingerprint_of(event)));
            quote!(::eventgen::Schema::avro(#text, #fingerprint))
        };
        Payload {
            schema,
            write: quote!(::eventgen::avro::write(self, payload).map_err(::eventgen::EncodeError::from)),
            options: quote!(options),
            read: quote! {
                ::eventgen::avro::read_event(payload, options.into(), Self::schema)
                    .map_err(::eventgen::DecodeError::from)
            },
        }
    }

    fn key(&self, emitter: Emitter<'_>, event: &Event) -> TokenStream {
        if event.typed_key.is_some() {
            return emitter.set_typed_key(event);
        }
        if !event.key.iter().any(|path| path.nullable.contains(&true)) {
            let part = |path: &FieldPath| emitter.field_text(event, path);
            return set_key(&event.key.iter().map(part).collect::<Vec<_>>());
        }
        // A record has no key while a field of it is null.
        let options = event.key.iter().map(|path| {
            if path.nullable.contains(&true) {
                return emitter.optional_field(event, path);
            }
            let field = emitter.field(event, path);
            quote!(::std::option::Option::Some(&#field))
        });
        set_key_if_present(&options.collect::<Vec<_>>(), |index, value| {
            emitter.text_of_reference(event.key[index].type_id, &value)
        })
    }

    fn typed_key(&self, emitter: Emitter<'_>, event: &Event) -> Option<TypedKey> {
        let key = event.typed_key.as_ref()?;
        let parsed = parse_schema(&key.text).ok()?;
        let fingerprint = hex(fingerprint(&canonical_form(&parsed.types, parsed.root)));
        let text = raw_string(&key.text);
        let schema = quote!(::eventgen::Schema::avro(#text, #fingerprint));
        let (set, read) = (emitter.set_typed_key_of_parts(event), emitter.read_typed_key(event));
        Some(TypedKey { schema, set, read })
    }

    fn key_parameter(
        &self,
        emitter: Emitter<'_>,
        event: &Event,
        path: &FieldPath,
        name: &Ident,
    ) -> Option<KeyParameter> {
        Some(emitter.key_parameter(event, path, name))
    }

    fn header(&self, emitter: Emitter<'_>, event: &Event, name: &str, path: &FieldPath) -> TokenStream {
        if path.nullable.contains(&true) {
            let option = emitter.optional_field(event, path);
            let text = emitter.text_of_reference(path.type_id, &quote!(value));
            return quote! {
                if let ::std::option::Option::Some(value) = #option {
                    headers.set(#name, #text);
                }
            };
        }
        let text = emitter.field_text(event, path);
        quote!(headers.set(#name, #text);)
    }
}

/// The fingerprint of an event's schema.
fn fingerprint_of(event: &Event) -> u64 {
    event.avro_fingerprint().unwrap_or_default()
}

/// The schema of an event with types whose schemas are not in the contract: the types compose it at run time.
fn composed_schema(emitter: Emitter<'_>, event: &Event) -> TokenStream {
    let ident = ident(&emitter.model.names.event(event).name);
    quote! {
        static SCHEMA: ::std::sync::LazyLock<::eventgen::Schema> = ::std::sync::LazyLock::new(|| {
            let (text, fingerprint) =
                ::eventgen::avro::compose(<#ident as ::eventgen::AvroType>::definition());
            ::eventgen::Schema::avro(::std::string::String::leak(text), fingerprint)
        });
        *SCHEMA
    }
}
