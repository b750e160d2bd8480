//! Reads into an existing value, so that the memory it owns is reused.

use eventgen_schema::types::{Type, TypeId};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::emit::emitter::Emitter;
use crate::emit::literals::number;
use crate::model::borrowing::Ownership;
use crate::model::codec::{Call, Method};

impl Emitter<'_> {
    /// The statement that reads into a field of `out`.
    pub(crate) fn decode_into(self, id: TypeId, field: &Ident) -> TokenStream {
        match self.reuse_call(id, &quote!(&mut out.#field)) {
            Some(call) => quote!(#call?;),
            None => {
                let call = self.decode(id, Ownership::Owned);
                quote!(out.#field = #call;)
            }
        }
    }

    /// The call that reads into a place, given as a reference; `None` if the type owns no memory to reuse.
    fn reuse_call(self, id: TypeId, place: &TokenStream) -> Option<TokenStream> {
        Some(match self.model.codecs.call(id) {
            Call::Method(method @ (Method::Bytes | Method::String)) => {
                let method = format_ident!("{}_into", method.name());
                quote!(reader.#method(#place))
            }
            Call::Array(items) => match self.model.codecs.numbers(items) {
                Some(numbers) => {
                    let method = format_ident!("{}_into", numbers.name());
                    quote!(reader.#method(#place))
                }
                None => {
                    let size = self.min_size(items);
                    let (item, into) = (self.decoder(items, Ownership::Owned), self.decoder_into(items));
                    quote!(reader.array_into(#place, #size, #item, #into))
                }
            },
            Call::Map(values) if !self.model.codecs.forms.contains_key(&id) => {
                let size = self.min_size(values);
                let (item, into) = (self.decoder(values, Ownership::Owned), self.decoder_into(values));
                quote!(reader.map_into(#place, #size, #item, #into))
            }
            Call::Nullable { null, inner } => {
                let null = number(null);
                let (item, into) = (self.decoder(inner, Ownership::Owned), self.decoder_into(inner));
                quote!(reader.nullable_into(#place, #null, #item, #into))
            }
            Call::Named
                if self.model.codecs.forms.contains_key(&id)
                    || matches!(self.model.contract.types.get(id), Type::Record(_)) =>
            {
                quote!(reader.value_into(#place))
            }
            _ => return None,
        })
    }

    /// A function that reads into a value: a path where one is enough, a closure otherwise.
    fn decoder_into(self, id: TypeId) -> TokenStream {
        match (self.model.codecs.call(id), self.reuse_call(id, &quote!(out))) {
            (Call::Method(method), Some(_)) => {
                let method = format_ident!("{}_into", method.name());
                quote!(::eventgen::avro::Reader::#method)
            }
            (Call::Named, Some(_)) => quote!(::eventgen::avro::Reader::value_into),
            (_, Some(call)) => quote!(|reader, out| #call),
            (_, None) => {
                let item = self.decoder(id, Ownership::Owned);
                quote!(::eventgen::avro::Reader::anew(#item))
            }
        }
    }
}
