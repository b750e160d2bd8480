//! The Rust type of each schema type, owned or borrowed from the payload.

use eventgen_schema::types::{Type, TypeId};
use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::emitter::Emitter;
use crate::emit::idents::source;
use crate::emit::literals::number;
use crate::model::borrowing::Ownership;
use crate::model::codec::{Call, Method, is_boxed};
use crate::model::position::Position;
use crate::settings::Dates;

impl Emitter<'_> {
    /// The Rust type at a position.
    pub(crate) fn rust_type(self, id: TypeId, position: Position<'_>) -> TokenStream {
        let codecs = &self.model.codecs;
        let borrowed = self.model.borrowing.of_type(id, position.ownership) == Ownership::Borrowed;
        match codecs.call(id) {
            Call::Method(Method::String) | Call::Text if borrowed => quote!(&'a str),
            Call::Method(Method::Bytes) if borrowed => quote!(&'a [u8]),
            Call::Method(method) => self.method_type(method),
            Call::Text => codecs.strings.get(&id).map(|text| source(text)).unwrap_or_default(),
            Call::Fixed(size) => {
                let bytes = number(size);
                let array = quote!([u8; #bytes]);
                if is_boxed(size) { quote!(::std::boxed::Box<#array>) } else { array }
            }
            Call::Decimal { precision, .. } if codecs.is_big_decimal(id, precision) => {
                quote!(::eventgen::private::bigdecimal::BigDecimal)
            }
            Call::Decimal { .. } => quote!(::eventgen::private::rust_decimal::Decimal),
            Call::Array(items) => {
                let numbers = borrowed && codecs.numbers(items).is_some();
                let items = self.rust_type(items, position.elsewhere());
                if numbers {
                    quote!(::eventgen::avro::NumberSlice<'a, #items>)
                } else {
                    quote!(::std::vec::Vec<#items>)
                }
            }
            Call::Map(values) => {
                let values = self.rust_type(values, position.elsewhere());
                if borrowed {
                    quote!(::std::vec::Vec<(&'a str, #values)>)
                } else {
                    quote!(::std::collections::BTreeMap<::std::string::String, #values>)
                }
            }
            Call::Single(inner) => self.rust_type(inner, position),
            Call::Nullable { inner, .. } => {
                let inner = self.rust_type(inner, position.branch());
                quote!(::std::option::Option<#inner>)
            }
            Call::Optional { .. } | Call::Option => {
                let inner = self.named_type(id, position);
                quote!(::std::option::Option<#inner>)
            }
            Call::Named => self.named_type(id, position),
        }
    }

    fn named_type(self, id: TypeId, position: Position<'_>) -> TokenStream {
        let model = self.model;
        match model.contract.types.get(id) {
            Type::Null => return quote!(()),
            Type::Logical { .. } => return quote!(::eventgen::avro::Duration),
            _ => {}
        }
        let path = match model.borrowing.of_type(id, position.ownership) {
            Ownership::Owned => {
                let path = model.names.path(id, position.module);
                quote!(#path)
            }
            Ownership::Borrowed => {
                let path = model.names.borrowed(id).seen_from(position.module);
                quote!(#path<'a>)
            }
        };
        if self.is_boxed_at(id, position) { quote!(::std::boxed::Box<#path>) } else { path }
    }

    /// Whether a named type is boxed at a position.
    pub(crate) fn is_boxed_at(self, id: TypeId, position: Position<'_>) -> bool {
        let target = self.model.unions.first(id).unwrap_or(id);
        position.holder.is_some_and(|holder| self.model.cycles.boxed(holder, target, position.in_union))
    }

    /// The owned type that a method writes and reads.
    fn method_type(self, method: Method) -> TokenStream {
        let date_type = |chrono, jiff, integer| match self.model.settings.date_types() {
            Dates::Chrono => chrono,
            Dates::Jiff => jiff,
            Dates::Integers => integer,
        };
        match method {
            Method::Boolean => quote!(bool),
            Method::Int => quote!(i32),
            Method::Long | Method::Integer => quote!(i64),
            Method::Float => quote!(f32),
            Method::Double => quote!(f64),
            Method::Bytes => quote!(::std::vec::Vec<u8>),
            Method::String => quote!(::std::string::String),
            Method::BigDecimal => quote!(::eventgen::private::bigdecimal::BigDecimal),
            Method::Uuid | Method::UuidFixed => quote!(::eventgen::private::uuid::Uuid),
            Method::Date => date_type(
                quote!(::eventgen::private::chrono::NaiveDate),
                quote!(::eventgen::private::jiff::civil::Date),
                quote!(i32),
            ),
            Method::TimeMillis | Method::TimeMicros => date_type(
                quote!(::eventgen::private::chrono::NaiveTime),
                quote!(::eventgen::private::jiff::civil::Time),
                if method == Method::TimeMillis { quote!(i32) } else { quote!(i64) },
            ),
            Method::TimestampMillis | Method::TimestampMicros | Method::TimestampNanos => date_type(
                quote!(::eventgen::private::chrono::DateTime<::eventgen::private::chrono::Utc>),
                quote!(::eventgen::private::jiff::Timestamp),
                quote!(i64),
            ),
            Method::LocalTimestampMillis | Method::LocalTimestampMicros | Method::LocalTimestampNanos => {
                date_type(
                    quote!(::eventgen::private::chrono::NaiveDateTime),
                    quote!(::eventgen::private::jiff::civil::DateTime),
                    quote!(i64),
                )
            }
        }
    }
}
