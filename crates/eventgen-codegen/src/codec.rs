//! Types and codec calls: the Rust type of each Avro type, and the calls that write and read it.

use eventgen_schema::types::{Logical, Type, TypeId};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::Generator;
use crate::names::ModulePath;
use crate::support::nullable;

/// A value to be written: as it is, and by reference.
pub(crate) struct Place {
    value: TokenStream,
    reference: TokenStream,
}

impl Place {
    /// A field of `self`.
    pub(crate) fn field(field: &proc_macro2::Ident) -> Self {
        Self { value: quote!(self.#field), reference: quote!(&self.#field) }
    }

    /// The parameter of a closure, a reference.
    fn item() -> Self {
        Self { value: quote!(*item), reference: quote!(item) }
    }
}

/// How a type is called in the runtime's `Sink` and `Reader`.
enum Call {
    /// The same method name on both, the value by copy.
    Copied(&'static str),
    /// The same method name on both, the value by reference.
    Borrowed(&'static str),
    Fixed(u32),
    Decimal {
        precision: u32,
        scale: u32,
        fixed: Option<u32>,
    },
    Array(TypeId),
    Map(TypeId),
    Nullable {
        null: u8,
        inner: TypeId,
    },
    /// A type of its own, that writes and reads itself.
    Named,
}

impl Generator<'_> {
    fn call(&self, id: TypeId) -> Call {
        let types = &self.contract.types;
        match types.get(id) {
            Type::Boolean => Call::Copied("boolean"),
            Type::Int => Call::Copied("int"),
            Type::Long => Call::Copied("long"),
            Type::Float => Call::Copied("float"),
            Type::Double => Call::Copied("double"),
            Type::Bytes => Call::Borrowed("bytes"),
            Type::String => Call::Borrowed("string"),
            Type::Array(items) => Call::Array(*items),
            Type::Map(values) => Call::Map(*values),
            Type::Fixed(fixed) => Call::Fixed(fixed.size),
            Type::Record(_) | Type::Enum(_) => Call::Named,
            // Every other union, and null, was refused before.
            Type::Union(_) | Type::Null => {
                nullable(id, types).map_or(Call::Named, |(null, inner)| Call::Nullable { null, inner })
            }
            Type::Logical { logical, base } => match *logical {
                Logical::Decimal { precision, scale } => {
                    let fixed =
                        if let Type::Fixed(fixed) = types.get(*base) { Some(fixed.size) } else { None };
                    Call::Decimal { precision, scale, fixed }
                }
                Logical::Uuid => Call::Borrowed("uuid"),
                Logical::Date => Call::Borrowed("date"),
                Logical::TimeMillis => Call::Borrowed("time_millis"),
                Logical::TimeMicros => Call::Borrowed("time_micros"),
                Logical::TimestampMillis => Call::Borrowed("timestamp_millis"),
                Logical::TimestampMicros => Call::Borrowed("timestamp_micros"),
                Logical::TimestampNanos => Call::Borrowed("timestamp_nanos"),
                _ => self.call(*base),
            },
        }
    }

    /// The Rust type, as seen from a module.
    pub(crate) fn rust_type(&self, id: TypeId, from: &ModulePath) -> TokenStream {
        match self.call(id) {
            Call::Copied("boolean") => quote!(bool),
            Call::Copied("int") => quote!(i32),
            Call::Copied("float") => quote!(f32),
            Call::Copied("double") => quote!(f64),
            Call::Copied(_) => quote!(i64),
            Call::Borrowed("bytes") => quote!(::std::vec::Vec<u8>),
            Call::Borrowed("string") => quote!(::std::string::String),
            Call::Borrowed("uuid") => quote!(::eventgen::uuid::Uuid),
            Call::Borrowed("date") => quote!(::eventgen::chrono::NaiveDate),
            Call::Borrowed("time_millis" | "time_micros") => quote!(::eventgen::chrono::NaiveTime),
            Call::Borrowed(_) => quote!(::eventgen::chrono::DateTime<::eventgen::chrono::Utc>),
            Call::Fixed(size) => {
                let size = Literal::u32_unsuffixed(size);
                quote!([u8; #size])
            }
            Call::Decimal { .. } => quote!(::eventgen::rust_decimal::Decimal),
            Call::Array(items) => {
                let items = self.rust_type(items, from);
                quote!(::std::vec::Vec<#items>)
            }
            Call::Map(values) => {
                let values = self.rust_type(values, from);
                quote!(::std::collections::BTreeMap<::std::string::String, #values>)
            }
            Call::Nullable { inner, .. } => {
                let inner = self.rust_type(inner, from);
                quote!(::std::option::Option<#inner>)
            }
            Call::Named => self.names.path(id, from),
        }
    }

    /// The call that writes a value.
    pub(crate) fn encode(&self, id: TypeId, Place { value, reference }: &Place) -> TokenStream {
        match self.call(id) {
            Call::Copied(method) => {
                let method = crate::names::ident(method);
                quote!(sink.#method(#value))
            }
            Call::Borrowed(method) => {
                let method = crate::names::ident(method);
                quote!(sink.#method(#reference))
            }
            Call::Fixed(_) => quote!(sink.put(#reference)),
            Call::Decimal { precision, scale, fixed } => {
                let (precision, scale) = (Literal::u32_unsuffixed(precision), Literal::u32_unsuffixed(scale));
                match fixed.map(Literal::u32_unsuffixed) {
                    Some(size) => quote!(sink.decimal_fixed::<#size>(#reference, #precision, #scale)),
                    None => quote!(sink.decimal(#reference, #precision, #scale)),
                }
            }
            Call::Array(items) => {
                let item = self.encode(items, &Place::item());
                quote!(sink.array(#reference, |sink, item| #item))
            }
            Call::Map(values) => {
                let item = self.encode(values, &Place::item());
                quote!(sink.map(#reference, |sink, item| #item))
            }
            Call::Nullable { null, inner } => {
                let null = Literal::u8_unsuffixed(null);
                let item = self.encode(inner, &Place::item());
                // `*item.as_ref()` would be another thing.
                let option = if reference.to_string() == "item" { reference } else { value };
                quote!(sink.nullable(#null, #option.as_ref(), |sink, item| #item))
            }
            Call::Named => quote!(::eventgen::avro::Encode::encode(#reference, sink)),
        }
    }

    /// The expression that reads a value.
    pub(crate) fn decode(&self, id: TypeId) -> TokenStream {
        let call = self.decode_call(id);
        quote!(#call?)
    }

    fn decode_call(&self, id: TypeId) -> TokenStream {
        match self.call(id) {
            Call::Copied(method) | Call::Borrowed(method) => {
                let method = crate::names::ident(method);
                quote!(reader.#method())
            }
            Call::Fixed(_) => quote!(reader.fixed()),
            Call::Decimal { scale, fixed, .. } => {
                let scale = Literal::u32_unsuffixed(scale);
                match fixed.map(Literal::u32_unsuffixed) {
                    Some(size) => quote!(reader.decimal_fixed::<#size>(#scale)),
                    None => quote!(reader.decimal(#scale)),
                }
            }
            Call::Array(items) => {
                let (size, item) = (Literal::usize_unsuffixed(self.sizes.get(items)), self.decoder(items));
                quote!(reader.array(#size, #item))
            }
            Call::Map(values) => {
                let (size, item) = (Literal::usize_unsuffixed(self.sizes.get(values)), self.decoder(values));
                quote!(reader.map(#size, #item))
            }
            Call::Nullable { null, inner } => {
                let (null, item) = (Literal::u8_unsuffixed(null), self.decoder(inner));
                quote!(reader.nullable(#null, #item))
            }
            Call::Named => quote!(::eventgen::avro::Decode::decode(reader)),
        }
    }

    /// A function that reads a value: a path where one will do.
    fn decoder(&self, id: TypeId) -> TokenStream {
        match self.call(id) {
            Call::Copied(method) | Call::Borrowed(method) => {
                let method = crate::names::ident(method);
                quote!(::eventgen::avro::Reader::#method)
            }
            Call::Fixed(_) => quote!(::eventgen::avro::Reader::fixed),
            Call::Named => quote!(::eventgen::avro::Decode::decode),
            _ => {
                let call = self.decode_call(id);
                quote!(|reader| #call)
            }
        }
    }
}
