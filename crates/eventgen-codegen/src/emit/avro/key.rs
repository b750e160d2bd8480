//! Typed keys in Avro: the fields of the key, one after another, which is also how a record of them is written.

use std::collections::BTreeSet;

use eventgen_schema::Event;
use eventgen_schema::contract::FieldPath;
use eventgen_schema::types::{Type, TypeId};
use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote};

use crate::emit::emitter::Emitter;
use crate::emit::idents::ident;
use crate::emit::language::{ReadKey, key_part};
use crate::emit::place::Place;
use crate::model::borrowing::Ownership;
use crate::model::codec::{Call, Method};
use crate::model::position::Position;

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

    /// How the fields of a key are read. Where only the compiler knows the type of a field, the caller says which one it reads.
    pub(super) fn read_typed_key(self, event: &Event) -> ReadKey {
        let module = &self.model.names.event(event).module;
        let is_foreign = |path: &FieldPath| self.model.codecs.is_foreign(path.type_id);
        let parameter = |index: usize| format_ident!("Part{index}");
        let types = event.key.iter().enumerate().map(|(index, path)| {
            if is_foreign(path) {
                return parameter(index).to_token_stream();
            }
            self.rust_type(path.type_id, Position::owned(module, None))
        });
        let foreign = event.key.iter().enumerate().filter(|(_, path)| is_foreign(path));
        let generics = foreign.map(|(index, _)| {
            let parameter = parameter(index);
            quote!(#parameter: for<'a> ::eventgen::avro::Decode<'a>)
        });
        let (types, generics) = (types.collect(), generics.collect());
        let read = match &event.key[..] {
            [only] => self.decoder(only.type_id, Ownership::Owned),
            paths => {
                let values = paths.iter().map(|path| self.decode(path.type_id, Ownership::Owned));
                quote!(|reader| ::std::result::Result::Ok((#(#values),*)))
            }
        };
        let body = quote! {
            ::eventgen::avro::read_with(::eventgen::private::key_value(key)?, #read)
                .map_err(::eventgen::DecodeError::from)
        };
        ReadKey { generics, types, body }
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
