//! Calls of the runtime's `Reader` that read values, owned or borrowed from the payload.

use eventgen_schema::types::{Type, TypeId};
use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::emitter::Emitter;
use crate::emit::idents::{ident, source};
use crate::emit::literals::number;
use crate::model::borrowing::Ownership;
use crate::model::codec::{Call, Method};

/// How a value is read.
enum Read {
    /// By a method without arguments.
    Method(&'static str),
    /// By this call.
    Call(TokenStream),
}

impl Emitter<'_> {
    /// The expression that reads a value.
    pub(crate) fn decode(self, id: TypeId, ownership: Ownership) -> TokenStream {
        let call = self.decode_call(id, ownership);
        quote!(#call?)
    }

    /// The expressions that read the fields of a record, in order.
    pub(crate) fn decode_fields(self, id: TypeId, ownership: Ownership) -> Vec<TokenStream> {
        let Type::Record(record) = self.model.contract.types.get(id) else { return Vec::new() };
        record.fields.iter().map(|field| self.decode(field.type_id, ownership)).collect()
    }

    /// The call that reads a value, as a `Result`.
    pub(crate) fn decode_call(self, id: TypeId, ownership: Ownership) -> TokenStream {
        match self.read(id, ownership) {
            Read::Method(method) => {
                let method = ident(method);
                quote!(reader.#method())
            }
            Read::Call(call) => call,
        }
    }

    /// A function that reads a value: a path where one is enough, a closure otherwise.
    pub(crate) fn decoder(self, id: TypeId, ownership: Ownership) -> TokenStream {
        match self.read(id, ownership) {
            Read::Method(method) => {
                let method = ident(method);
                quote!(::eventgen::avro::Reader::#method)
            }
            Read::Call(call) => quote!(|reader| #call),
        }
    }

    fn read(self, id: TypeId, ownership: Ownership) -> Read {
        let codecs = &self.model.codecs;
        let borrowed = self.model.borrowing.of_type(id, ownership) == Ownership::Borrowed;
        let item = |id| (self.min_size(id), self.decoder(id, ownership));
        Read::Call(match codecs.call(id) {
            Call::Method(Method::String) | Call::Text if borrowed => return Read::Method("string_ref"),
            Call::Method(Method::Bytes) if borrowed => return Read::Method("bytes_ref"),
            Call::Method(method) => return Read::Method(method.name()),
            Call::Text => return Read::Method("text"),
            Call::Fixed(size) if codecs.is_boxed_fixed(id, size) => return Read::Method("fixed_boxed"),
            Call::Fixed(_) => return Read::Method("fixed"),
            Call::Option => return Read::Method("option"),
            Call::Named => return Read::Method("value"),
            Call::Decimal { scale, fixed, .. } => {
                let scale = number(scale);
                match fixed.map(number) {
                    Some(size) => quote!(reader.decimal_fixed::<#size, _>(#scale)),
                    None => quote!(reader.decimal(#scale)),
                }
            }
            Call::Array(items) => match codecs.numbers(items) {
                Some(_) if borrowed => return Read::Method("number_slice"),
                Some(numbers) => {
                    let method = ident(numbers.name());
                    quote!(reader.#method())
                }
                None => {
                    let (size, item) = item(items);
                    quote!(reader.array(#size, #item))
                }
            },
            Call::Map(values) => {
                let method = if borrowed { ident("map_ref") } else { self.map_method(id) };
                let (size, item) = item(values);
                quote!(reader.#method(#size, #item))
            }
            Call::Single(inner) => {
                let item = self.decoder(inner, ownership);
                quote!(reader.single(#item))
            }
            Call::Nullable { null, inner } => {
                let (null, item) = (number(null), self.decoder(inner, ownership));
                quote!(reader.nullable(#null, #item))
            }
            Call::Optional { null } => {
                let null = number(null);
                quote!(reader.optional(#null))
            }
        })
    }

    /// The minimum encoded size of a type, as an expression: types whose schema is not in the contract give their own.
    pub(crate) fn min_size(self, id: TypeId) -> TokenStream {
        let model = self.model;
        if let Some(path) = model.codecs.unresolved(id) {
            let path = source(path);
            return quote!(<#path as ::eventgen::avro::Decode<'_>>::MIN_WIRE_SIZE);
        }
        let own = number(model.sizes.get(id));
        let Type::Record(record) = model.contract.types.get(id) else { return own };
        let unresolved =
            record.fields.iter().filter(|field| model.codecs.unresolved(field.type_id).is_some());
        let unresolved = unresolved.map(|field| self.min_size(field.type_id));
        quote!(#own #(+ #unresolved)*)
    }
}
