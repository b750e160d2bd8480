//! The parts of a record: fields whose greatest size is known before they are written, all behind one check of the
//! buffer's room.

use eventgen_schema::types::{Type, TypeId};
use proc_macro2::TokenStream;
use quote::quote;

use crate::Generator;
use crate::codec::{Call, Place};
use crate::literals::number;
use crate::names::ident;

/// The longest tuple that is a part itself.
const LONGEST_TUPLE: usize = 8;

/// Larger fixed values are not moved about as parts.
const MAX_PART_FIXED: u32 = 64;

impl Generator<'_> {
    /// The statements that write fields: parts in tuples, as many together as can be, the rest one by one.
    pub(crate) fn encode_all(&self, places: &[(TypeId, Place)]) -> Vec<TokenStream> {
        let mut statements = Vec::new();
        let mut parts = Vec::new();
        let flush = |parts: &mut Vec<TokenStream>, statements: &mut Vec<TokenStream>| {
            statements.extend(tuple(&std::mem::take(parts)).map(|parts| quote!(sink.parts(#parts);)));
        };
        for (id, place) in places {
            match self.part(*id, place) {
                Some(part) => parts.push(part),
                None => {
                    flush(&mut parts, &mut statements);
                    let encode = self.encode(*id, place);
                    statements.push(quote!(#encode;));
                }
            }
        }
        flush(&mut parts, &mut statements);
        statements
    }

    /// The expression of a value as a part of its record, if it is one.
    pub(crate) fn part(&self, id: TypeId, Place { value, reference, option }: &Place) -> Option<TokenStream> {
        let part = |method: &str, place: &TokenStream| {
            let method = ident(method);
            quote!(::eventgen::avro::part::#method(#place))
        };
        Some(match self.call(id) {
            Call::Copied(method) => part(method, value),
            Call::Borrowed("big_decimal") => return None,
            Call::Borrowed(method) => part(method, reference),
            Call::Text => part("string", reference),
            Call::Fixed(size) if size <= MAX_PART_FIXED && !self.boxes(id, size) => part("fixed", reference),
            Call::Decimal { precision, scale, fixed: None } if !self.is_big(id, precision) => {
                let (precision, scale) = (number(precision), number(scale));
                quote!(::eventgen::avro::part::decimal(#reference, #precision, #scale))
            }
            Call::Array(items) => part(self.numbers(items)?, reference),
            Call::Nullable { null, inner } => {
                let (null, item) = (number(null), self.item_part(inner)?);
                quote!(::eventgen::avro::part::nullable(#null, #option.map(#item)))
            }
            // An enum of another crate may be anything.
            Call::Named
                if matches!(self.contract.types.get(id), Type::Enum(_))
                    && !self.names.is_extern(id)
                    && !self.forms.contains_key(&id) =>
            {
                part("int", &quote!(#value as i32))
            }
            _ => return None,
        })
    }

    /// A function from an item to its part: a path where one will do.
    pub(crate) fn item_part(&self, id: TypeId) -> Option<TokenStream> {
        let part = self.part(id, &Place::item())?;
        let method = match self.call(id) {
            // Their functions take what the types deref to.
            Call::Borrowed("string" | "bytes") => return Some(quote!(|item| #part)),
            Call::Borrowed(method) => ident(method),
            Call::Fixed(_) => ident("fixed"),
            _ => return Some(quote!(|item| #part)),
        };
        Some(quote!(::eventgen::avro::part::#method))
    }

    /// The method for an array of numbers, which are written and read all at once.
    pub(crate) fn numbers(&self, items: TypeId) -> Option<&'static str> {
        match self.call(items) {
            Call::Copied("double") => Some("doubles"),
            Call::Copied("float") => Some("floats"),
            Call::Copied("int") => Some("ints"),
            Call::Copied("long") => Some("longs"),
            _ => None,
        }
    }
}

/// Parts as one: a tuple, of tuples if they are many.
fn tuple(parts: &[TokenStream]) -> Option<TokenStream> {
    match parts {
        [] => None,
        [part] => Some(part.clone()),
        _ if parts.len() <= LONGEST_TUPLE => Some(quote!((#(#parts,)*))),
        _ => tuple(&parts.chunks(LONGEST_TUPLE).filter_map(tuple).collect::<Vec<_>>()),
    }
}
