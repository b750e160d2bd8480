//! Types and codec calls: the Rust type of each Avro type, and the calls that write and read it.

use eventgen_schema::types::{Fixed, Logical, Type, TypeId};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Index;

use crate::Generator;
use crate::existing::Form;
use crate::literals::number;
use crate::names::{ModulePath, ident};
use crate::settings::{Dates, Decimals, tokens};
use crate::unions::{Shape, shape};

/// The most digits that a `rust_decimal::Decimal` holds.
const MAX_DECIMAL_DIGITS: u32 = 28;

/// Larger fixed values are kept out of the struct: they would be copied about on the stack.
const MAX_INLINE_FIXED: u32 = 4096;

/// Whether a fixed value of so many bytes is kept out of the struct.
pub(crate) fn is_boxed(size: u32) -> bool {
    size > MAX_INLINE_FIXED
}

/// Where a type is named.
#[derive(Clone, Copy)]
pub(crate) struct Spot<'a> {
    /// The module it is named in.
    pub(crate) module: &'a ModulePath,
    /// The record or union enum that has the value in its own memory; `None` behind a vector or a map.
    pub(crate) holder: Option<TypeId>,
    /// Whether the value is a branch of a union there.
    pub(crate) in_union: bool,
}

impl Spot<'_> {
    /// Inside a vector or a map.
    pub(crate) fn elsewhere(self) -> Self {
        Self { holder: None, in_union: false, ..self }
    }
}

/// A value to be written: as it is, by reference, and as an option of a reference.
pub(crate) struct Place {
    pub(crate) value: TokenStream,
    pub(crate) reference: TokenStream,
    pub(crate) option: TokenStream,
}

impl Place {
    /// A field of `self`, by its name or number.
    pub(crate) fn field(field: &impl ToTokens) -> Self {
        Self {
            value: quote!(self.#field),
            reference: quote!(&self.#field),
            option: quote!(self.#field.as_ref()),
        }
    }

    /// A variable that is a reference.
    pub(crate) fn reference(name: &str) -> Self {
        let name = ident(name);
        Self { value: quote!(*#name), reference: quote!(#name), option: quote!(#name.as_ref()) }
    }

    /// A field of `self` without a name.
    pub(crate) fn index(index: usize) -> Self {
        Self::field(&Index::from(index))
    }

    /// The parameter of a closure.
    pub(crate) fn item() -> Self {
        Self::reference("item")
    }
}

/// How a type is called in the runtime's `Sink` and `Reader`.
pub(crate) enum Call {
    /// The same method name on both, the value by copy.
    Copied(&'static str),
    /// The same method name on both, the value by reference.
    Borrowed(&'static str),
    /// A string of a type of its own.
    Text,
    Fixed(u32),
    Decimal {
        precision: u32,
        scale: u32,
        fixed: Option<u32>,
    },
    Array(TypeId),
    Map(TypeId),
    Single(TypeId),
    Nullable {
        null: u8,
        inner: TypeId,
    },
    /// Null or the enum of the other branches.
    Optional {
        null: u32,
    },
    /// Null or a type that is not in the contract, which may be an enum of several branches.
    Option,
    /// A type that writes and reads itself.
    Named,
}

impl Generator<'_> {
    pub(crate) fn call(&self, id: TypeId) -> Call {
        match self.forms.get(&id) {
            Some(Form::Foreign { .. }) => return Call::Named,
            Some(Form::ForeignOption) => return Call::Option,
            Some(Form::Integer) => return Call::Copied("integer"),
            _ => {}
        }
        let types = &self.contract.types;
        match types.get(id) {
            Type::Boolean => Call::Copied("boolean"),
            Type::Int => Call::Copied("int"),
            Type::Long => Call::Copied("long"),
            Type::Float => Call::Copied("float"),
            Type::Double => Call::Copied("double"),
            Type::Bytes => Call::Borrowed("bytes"),
            Type::String if self.strings.contains_key(&id) => Call::Text,
            Type::String => Call::Borrowed("string"),
            Type::Array(items) => Call::Array(*items),
            Type::Map(values) => Call::Map(*values),
            Type::Fixed(fixed) => Call::Fixed(fixed.size),
            Type::Null | Type::Record(_) | Type::Enum(_) => Call::Named,
            Type::Union(branches) => match shape(branches, types) {
                Shape::Single(inner) => Call::Single(inner),
                Shape::Nullable { null, inner } => Call::Nullable { null, inner },
                Shape::Enum { null: Some(null), .. } => Call::Optional { null },
                Shape::Enum { null: None, .. } => Call::Named,
            },
            Type::Logical { logical, base } => self.logical_call(*logical, *base),
        }
    }

    fn logical_call(&self, logical: Logical, base: TypeId) -> Call {
        let fixed = match self.contract.types.get(base) {
            Type::Fixed(Fixed { size, .. }) => Some(*size),
            _ => None,
        };
        match logical {
            // A number of that many bytes is none.
            Logical::Decimal { .. } if fixed.is_some_and(is_boxed) => self.call(base),
            Logical::Decimal { precision, scale } => Call::Decimal { precision, scale, fixed },
            Logical::BigDecimal => Call::Borrowed("big_decimal"),
            Logical::Uuid if fixed.is_some() => Call::Borrowed("uuid_fixed"),
            Logical::Uuid => Call::Borrowed("uuid"),
            Logical::Date => Call::Borrowed("date"),
            Logical::TimeMillis => Call::Borrowed("time_millis"),
            Logical::TimeMicros => Call::Borrowed("time_micros"),
            Logical::TimestampMillis => Call::Borrowed("timestamp_millis"),
            Logical::TimestampMicros => Call::Borrowed("timestamp_micros"),
            Logical::TimestampNanos => Call::Borrowed("timestamp_nanos"),
            Logical::LocalTimestampMillis => Call::Borrowed("local_timestamp_millis"),
            Logical::LocalTimestampMicros => Call::Borrowed("local_timestamp_micros"),
            Logical::LocalTimestampNanos => Call::Borrowed("local_timestamp_nanos"),
            Logical::Duration => Call::Named,
        }
    }

    /// Whether a fixed value is what it is in Rust, its logical type left aside.
    pub(crate) fn is_plain(&self, id: TypeId) -> bool {
        matches!(self.call(id), Call::Fixed(_))
    }

    /// The Rust type, as seen from a place.
    pub(crate) fn rust_type(&self, id: TypeId, spot: Spot<'_>) -> TokenStream {
        match self.call(id) {
            Call::Copied("boolean") => quote!(bool),
            Call::Copied("int") => quote!(i32),
            Call::Copied("float") => quote!(f32),
            Call::Copied("double") => quote!(f64),
            Call::Copied(_) => quote!(i64),
            Call::Borrowed(method) => self.borrowed_type(method),
            Call::Text => self.strings.get(&id).map(|text| tokens(text)).unwrap_or_default(),
            Call::Fixed(size) => {
                let bytes = number(size);
                let array = quote!([u8; #bytes]);
                if is_boxed(size) { quote!(::std::boxed::Box<#array>) } else { array }
            }
            Call::Decimal { precision, .. } if self.is_big(id, precision) => {
                quote!(::eventgen::bigdecimal::BigDecimal)
            }
            Call::Decimal { .. } => quote!(::eventgen::rust_decimal::Decimal),
            Call::Array(items) => {
                let items = self.rust_type(items, spot.elsewhere());
                quote!(::std::vec::Vec<#items>)
            }
            Call::Map(values) => {
                let values = self.rust_type(values, spot.elsewhere());
                quote!(::std::collections::BTreeMap<::std::string::String, #values>)
            }
            Call::Single(inner) => self.rust_type(inner, spot),
            Call::Nullable { inner, .. } => {
                let inner = self.rust_type(inner, Spot { in_union: true, ..spot });
                quote!(::std::option::Option<#inner>)
            }
            Call::Optional { .. } | Call::Option => {
                let inner = self.named_type(id, spot);
                quote!(::std::option::Option<#inner>)
            }
            Call::Named => self.named_type(id, spot),
        }
    }

    fn named_type(&self, id: TypeId, spot: Spot<'_>) -> TokenStream {
        match self.contract.types.get(id) {
            Type::Null => return quote!(()),
            Type::Logical { .. } => return quote!(::eventgen::avro::Duration),
            _ => {}
        }
        let path = self.names.path(id, spot.module);
        let target = self.unions.first(id).unwrap_or(id);
        if spot.holder.is_some_and(|holder| self.cycles.boxed(holder, target, spot.in_union)) {
            quote!(::std::boxed::Box<#path>)
        } else {
            path
        }
    }

    /// The call that writes a value.
    pub(crate) fn encode(&self, id: TypeId, Place { value, reference, option }: &Place) -> TokenStream {
        match self.call(id) {
            Call::Copied(method) => {
                let method = ident(method);
                quote!(sink.#method(#value))
            }
            Call::Borrowed(method) => {
                let method = ident(method);
                quote!(sink.#method(#reference))
            }
            Call::Text => quote!(sink.string(#reference)),
            Call::Fixed(size) if self.boxes(id, size) => quote!(sink.put((#value).as_slice())),
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
            Call::Map(values) => match self.item_part(values) {
                Some(part) => {
                    let method = format_ident!("{}_of", self.map_method(id));
                    quote!(sink.#method(#reference, #part))
                }
                None => {
                    let (method, item) = (self.map_method(id), self.encode(values, &Place::item()));
                    quote!(sink.#method(#reference, |sink, item| #item))
                }
            },
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

    /// The expression that reads a value.
    pub(crate) fn decode(&self, id: TypeId) -> TokenStream {
        let call = self.decode_call(id);
        quote!(#call?)
    }

    /// The call that reads a value, or says why not.
    pub(crate) fn decode_call(&self, id: TypeId) -> TokenStream {
        match self.call(id) {
            Call::Copied(method) | Call::Borrowed(method) => {
                let method = ident(method);
                quote!(reader.#method())
            }
            Call::Text => quote!(reader.text()),
            Call::Fixed(size) if self.boxes(id, size) => quote!(reader.fixed_boxed()),
            Call::Fixed(_) => quote!(reader.fixed()),
            Call::Decimal { scale, fixed, .. } => {
                let scale = number(scale);
                match fixed.map(number) {
                    Some(size) => quote!(reader.decimal_fixed::<#size, _>(#scale)),
                    None => quote!(reader.decimal(#scale)),
                }
            }
            Call::Array(items) => match self.numbers(items).map(ident) {
                Some(method) => quote!(reader.#method()),
                None => {
                    let (size, item) = (self.size(items), self.decoder(items));
                    quote!(reader.array(#size, #item))
                }
            },
            Call::Map(values) => {
                let (method, size, item) = (self.map_method(id), self.size(values), self.decoder(values));
                quote!(reader.#method(#size, #item))
            }
            Call::Single(inner) => {
                let item = self.decoder(inner);
                quote!(reader.single(#item))
            }
            Call::Nullable { null, inner } => {
                let (null, item) = (number(null), self.decoder(inner));
                quote!(reader.nullable(#null, #item))
            }
            Call::Optional { null } => {
                let null = number(null);
                quote!(reader.optional(#null))
            }
            Call::Option => quote!(reader.option()),
            Call::Named => quote!(reader.value()),
        }
    }

    /// A function that reads a value: a path where one will do.
    pub(crate) fn decoder(&self, id: TypeId) -> TokenStream {
        match self.call(id) {
            Call::Copied(method) | Call::Borrowed(method) => {
                let method = ident(method);
                quote!(::eventgen::avro::Reader::#method)
            }
            Call::Text => quote!(::eventgen::avro::Reader::text),
            Call::Fixed(size) if self.boxes(id, size) => quote!(::eventgen::avro::Reader::fixed_boxed),
            Call::Fixed(_) => quote!(::eventgen::avro::Reader::fixed),
            Call::Named => quote!(::eventgen::avro::Reader::value),
            Call::Option => quote!(::eventgen::avro::Reader::option),
            _ => {
                let call = self.decode_call(id);
                quote!(|reader| #call)
            }
        }
    }

    pub(crate) fn is_big(&self, id: TypeId, precision: u32) -> bool {
        precision > MAX_DECIMAL_DIGITS
            || self.settings.decimals == Decimals::BigDecimal
            || self.forms.get(&id) == Some(&Form::BigDecimal)
    }

    /// Whether a fixed value of so many bytes is kept out of its struct.
    pub(crate) fn boxes(&self, id: TypeId, size: u32) -> bool {
        is_boxed(size) || self.forms.get(&id) == Some(&Form::Boxed)
    }

    /// How a map is called in the runtime.
    pub(crate) fn map_method(&self, id: TypeId) -> Ident {
        ident(if self.forms.get(&id) == Some(&Form::HashMap) { "hash_map" } else { "map" })
    }

    /// The type of what is written by reference.
    fn borrowed_type(&self, method: &str) -> TokenStream {
        match method {
            "bytes" => return quote!(::std::vec::Vec<u8>),
            "string" => return quote!(::std::string::String),
            "big_decimal" => return quote!(::eventgen::bigdecimal::BigDecimal),
            "uuid" | "uuid_fixed" => return quote!(::eventgen::uuid::Uuid),
            _ => {}
        }
        let timestamp = method.starts_with("timestamp");
        match (self.settings.dates, method) {
            (Dates::Chrono, "date") => quote!(::eventgen::chrono::NaiveDate),
            (Dates::Chrono, "time_millis" | "time_micros") => quote!(::eventgen::chrono::NaiveTime),
            (Dates::Chrono, _) if timestamp => quote!(::eventgen::chrono::DateTime<::eventgen::chrono::Utc>),
            (Dates::Chrono, _) => quote!(::eventgen::chrono::NaiveDateTime),
            (Dates::Jiff, "date") => quote!(::eventgen::jiff::civil::Date),
            (Dates::Jiff, "time_millis" | "time_micros") => quote!(::eventgen::jiff::civil::Time),
            (Dates::Jiff, _) if timestamp => quote!(::eventgen::jiff::Timestamp),
            (Dates::Jiff, _) => quote!(::eventgen::jiff::civil::DateTime),
            (Dates::Integers, "date" | "time_millis") => quote!(i32),
            (Dates::Integers, _) => quote!(i64),
        }
    }
}
