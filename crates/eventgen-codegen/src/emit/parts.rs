//! Parts: values whose maximum encoded size is known before they are written, so that consecutive parts of a record share
//! one check of the buffer's capacity.

use eventgen_schema::types::{Type, TypeId};
use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::emitter::Emitter;
use crate::emit::idents::ident;
use crate::emit::literals::number;
use crate::emit::place::Place;
use crate::model::codec::{Call, Method};

/// The longest tuple that is a part itself.
const LONGEST_TUPLE: usize = 8;

/// Larger fixed values are not parts: a part is moved.
const MAX_PART_FIXED: u32 = 64;

impl Emitter<'_> {
    /// The expression of a value as a part of its record; `None` if its size has no maximum.
    pub(crate) fn part(self, id: TypeId, Place { value, reference, option }: &Place) -> Option<TokenStream> {
        let part = |method: &str, place: &TokenStream| {
            let method = ident(method);
            quote!(::eventgen::avro::part::#method(#place))
        };
        let (model, codecs) = (self.model, &self.model.codecs);
        Some(match codecs.call(id) {
            Call::Method(Method::BigDecimal) => return None,
            Call::Method(method) => part(method.name(), if method.takes_copy() { value } else { reference }),
            Call::Text => part("string", reference),
            Call::Fixed(size) if size <= MAX_PART_FIXED && !codecs.is_boxed_fixed(id, size) => {
                part("fixed", reference)
            }
            Call::Decimal { precision, scale, fixed: None } if !codecs.is_big_decimal(id, precision) => {
                let (precision, scale) = (number(precision), number(scale));
                quote!(::eventgen::avro::part::decimal(#reference, #precision, #scale))
            }
            Call::Array(items) => part(codecs.numbers(items)?.name(), reference),
            Call::Nullable { null, inner } => {
                let (null, item) = (number(null), self.item_part(inner)?);
                quote!(::eventgen::avro::part::nullable(#null, #option.map(#item)))
            }
            // The enum of another crate need not have the representation of a generated one.
            Call::Named
                if matches!(model.contract.types.get(id), Type::Enum(_))
                    && !model.names.is_extern(id)
                    && !codecs.forms.contains_key(&id) =>
            {
                part("int", &quote!(#value as i32))
            }
            _ => return None,
        })
    }

    /// A function from an item to its part: a path where one is enough, a closure otherwise.
    pub(crate) fn item_part(self, id: TypeId) -> Option<TokenStream> {
        let part = self.part(id, &Place::item())?;
        let method = match self.model.codecs.call(id) {
            // The functions of strings and bytes take what the types dereference to.
            Call::Method(Method::String | Method::Bytes) => return Some(quote!(|item| #part)),
            Call::Method(method) if !method.takes_copy() => ident(method.name()),
            Call::Fixed(_) => ident("fixed"),
            _ => return Some(quote!(|item| #part)),
        };
        Some(quote!(::eventgen::avro::part::#method))
    }
}

/// Several parts as one: a tuple, or a tuple of tuples.
pub(crate) fn tuple(parts: &[TokenStream]) -> Option<TokenStream> {
    match parts {
        [] => None,
        [part] => Some(part.clone()),
        _ if parts.len() <= LONGEST_TUPLE => Some(quote!((#(#parts,)*))),
        _ => tuple(&parts.chunks(LONGEST_TUPLE).filter_map(tuple).collect::<Vec<_>>()),
    }
}
