//! Calls of the runtime's `Sink` that write values.

use eventgen_schema::types::{Type, TypeId};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::emit::emitter::Emitter;
use crate::emit::idents::ident;
use crate::emit::literals::number;
use crate::emit::parts::tuple;
use crate::emit::place::Place;
use crate::model::codec::Call;

impl Emitter<'_> {
    /// The call that writes a value.
    pub(crate) fn encode(self, id: TypeId, Place { value, reference, option }: &Place) -> TokenStream {
        match self.model.codecs.call(id) {
            Call::Method(method) => {
                let argument = if method.takes_copy() { value } else { reference };
                let method = ident(method.name());
                quote!(sink.#method(#argument))
            }
            Call::Text => quote!(sink.string(#reference)),
            Call::Fixed(size) if self.model.codecs.is_boxed_fixed(id, size) => {
                quote!(sink.put((#value).as_slice()))
            }
            Call::Fixed(_) => quote!(sink.put(#reference)),
            Call::Decimal { precision, scale, fixed } => {
                let (precision, scale) = (number(precision), number(scale));
                match fixed.map(number) {
                    Some(size) => quote!(sink.decimal_fixed::<#size>(#reference, #precision, #scale)),
                    None => quote!(sink.decimal(#reference, #precision, #scale)),
                }
            }
            Call::Array(items) => match self.item_part(items) {
                Some(part) => quote!(sink.array_of(#reference, #part)),
                None => {
                    let item = self.encode(items, &Place::item());
                    quote!(sink.array(#reference, |sink, item| #item))
                }
            },
            Call::Map(values) => {
                let method = self.map_method(id);
                match self.item_part(values) {
                    Some(part) => {
                        let method = format_ident!("{method}_of");
                        quote!(sink.#method(#reference, #part))
                    }
                    None => {
                        let item = self.encode(values, &Place::item());
                        quote!(sink.#method(#reference, |sink, item| #item))
                    }
                }
            }
            Call::Single(inner) => {
                let item = self.encode(inner, &Place::item());
                quote!(sink.single(#reference, |sink, item| #item))
            }
            Call::Nullable { null, inner } => {
                let (null, item) = (number(null), self.encode(inner, &Place::item()));
                quote!(sink.nullable(#null, #option, |sink, item| #item))
            }
            Call::Optional { null } => {
                let null = number(null);
                quote!(sink.optional(#null, #option))
            }
            Call::Option => quote!(sink.option(#option)),
            Call::Named => quote!(sink.value(#reference)),
        }
    }

    /// The statements that write the fields of a record. Consecutive fields that are parts are written together.
    pub(crate) fn encode_fields(self, id: TypeId, place: impl Fn(usize) -> Place) -> Vec<TokenStream> {
        let Type::Record(record) = self.model.contract.types.get(id) else { return Vec::new() };
        let mut statements = Vec::new();
        let mut parts = Vec::new();
        let flush = |parts: &mut Vec<TokenStream>, statements: &mut Vec<TokenStream>| {
            statements.extend(tuple(&std::mem::take(parts)).map(|parts| quote!(sink.parts(#parts);)));
        };
        for (index, field) in record.fields.iter().enumerate() {
            let place = place(index);
            match self.part(field.type_id, &place) {
                Some(part) => parts.push(part),
                None => {
                    flush(&mut parts, &mut statements);
                    let encode = self.encode(field.type_id, &place);
                    statements.push(quote!(#encode;));
                }
            }
        }
        flush(&mut parts, &mut statements);
        statements
    }

    /// The method of `Sink` and `Reader` for a map.
    pub(crate) fn map_method(self, id: TypeId) -> Ident {
        ident(if self.model.codecs.is_hash_map(id) { "hash_map" } else { "map" })
    }
}
