//! Typed keys in Avro: the fields of the key, one after another, which is also how a record of them is written.

use std::collections::BTreeSet;

use eventgen_schema::Event;
use eventgen_schema::contract::FieldPath;
use eventgen_schema::types::{Type, TypeId};
use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::emitter::Emitter;
use crate::emit::idents::ident;
use crate::emit::language::key_part;
use crate::emit::place::Place;
use crate::model::codec::{Call, Method};

impl Emitter<'_> {
    /// The statement that sets the key to the fields of the event. A record has no key while a field of it is null.
    pub(super) fn set_typed_key(self, event: &Event) -> TokenStream {
        let is_nullable = |path: &FieldPath| path.nullable.contains(&true);
        if !event.key.iter().any(is_nullable) {
            let places = event.key.iter().map(|path| {
                let field = self.field(event, path);
                Place { value: field.clone(), reference: quote!(&#field), option: quote!(#field.as_ref()) }
            });
            return self.write_key(event, places);
        }
        let parts = (0..event.key.len()).map(key_part);
        let options = event.key.iter().map(|path| {
            if is_nullable(path) {
                return self.optional_field(event, path);
            }
            let field = self.field(event, path);
            quote!(::std::option::Option::Some(&#field))
        });
        let places = (0..event.key.len()).map(|index| Place::reference(&key_part(index).to_string()));
        let set = self.write_key(event, places);
        quote! {
            if let (#(::std::option::Option::Some(#parts),)*) = (#(#options,)*) {
                #set
            }
        }
    }

    /// The statement that sets the key to the parameters of `key_of`: a `&str` for a string, else a value.
    pub(super) fn set_typed_key_of_parts(self, event: &Event) -> TokenStream {
        let places = event.key.iter().enumerate().map(|(index, path)| {
            let part = key_part(index);
            let is_string = matches!(self.model.contract.types.get(path.type_id), Type::String)
                && !self.model.codecs.is_foreign(path.type_id);
            let reference = if is_string { quote!(#part) } else { quote!(&#part) };
            Place { value: quote!(#part), reference, option: quote!(#part.as_ref()) }
        });
        self.write_key(event, places)
    }

    fn write_key(self, event: &Event, places: impl Iterator<Item = Place>) -> TokenStream {
        let ids = event.key.iter().map(|path| path.type_id);
        let traits: BTreeSet<&str> = ids.clone().map(|id| self.sink_trait(id)).collect();
        let traits = traits.into_iter().map(ident);
        let writes = ids.zip(places).map(|(id, place)| self.encode(id, &place));
        quote! {
            key.set_typed(|value| {
                #(use ::eventgen::avro::#traits as _;)*
                ::eventgen::avro::write_with(value, |sink| {
                    #(#writes;)*
                })
                .map_err(::eventgen::EncodeError::from)
            });
        }
    }

    /// The trait with the method that writes a type of a key.
    fn sink_trait(self, id: TypeId) -> &'static str {
        match self.model.codecs.call(id) {
            Call::Method(Method::Integer) => "AdaptedSink",
            Call::Method(Method::Boolean | Method::Int | Method::Long | Method::String) | Call::Text => {
                "Sink"
            }
            Call::Method(_) => "LogicalSink",
            _ => "ValueSink",
        }
    }
}
