//! Defaults of fields as Rust expressions, for builders.

use std::cell::Cell;

use eventgen_schema::types::{Field, Record, Type, TypeId, default_branch, encode_default};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;

use crate::emit::emitter::Emitter;
use crate::emit::idents::{ident, idents};
use crate::model::borrowing::Ownership;
use crate::model::branches::branch_variants;
use crate::model::codec::is_boxed;
use crate::model::paths::ModulePath;
use crate::model::position::Position;
use crate::model::scope::variant_names;
use crate::model::unions::UnionShape;

/// The maximum depth of defaults within a default: the default of a record may contain the same record.
const DEEPEST: usize = 16;
/// The maximum number of defaults within one default: their number may grow exponentially with the depth.
const MOST: usize = 1_000;

/// What is left of the limits.
#[derive(Clone, Copy)]
struct Left<'a> {
    levels: usize,
    defaults: &'a Cell<usize>,
}

impl Left<'_> {
    fn inner(self) -> Option<Self> {
        Some(Self { levels: self.levels.checked_sub(1)?, ..self })
    }

    fn take_default(self) -> Option<()> {
        self.defaults.set(self.defaults.get().checked_sub(1)?);
        Some(())
    }
}

impl Emitter<'_> {
    /// The default of a field; `None` if it has none or its Rust type cannot hold it.
    pub(crate) fn builder_default(self, field: &Field, module: &ModulePath) -> Option<TokenStream> {
        let default = field.default.as_ref()?;
        let position = Position::owned(module, None);
        self.value(field.type_id, default, position, Left { levels: DEEPEST, defaults: &Cell::new(MOST) })
    }

    fn value(self, id: TypeId, json: &Value, position: Position<'_>, left: Left<'_>) -> Option<TokenStream> {
        let types = &self.model.contract.types;
        let inner = |id: TypeId, json: &Value| self.value(id, json, position, left.inner()?);
        Some(match (types.get(id), json) {
            (Type::Null, Value::Null) => quote!(()),
            (Type::Boolean, Value::Bool(value)) => quote!(#value),
            // `-0` is parsed as a double.
            (Type::Int | Type::Long, Value::Number(number)) => whole(number.as_i64().unwrap_or_default()),
            (Type::Float, Value::Number(number)) => float(number.as_f64()?, true),
            (Type::Double, Value::Number(number)) => float(number.as_f64()?, false),
            // `NaN` and the infinities.
            (Type::Float, Value::String(text)) => float(text.parse().ok()?, true),
            (Type::Double, Value::String(text)) => float(text.parse().ok()?, false),
            (Type::String, Value::String(text)) => {
                let rust_type = self.rust_type(id, position);
                quote!(<#rust_type>::from(#text))
            }
            (Type::Bytes, Value::String(text)) => {
                let bytes = Literal::byte_string(&bytes(text)?);
                quote!(#bytes.to_vec())
            }
            (Type::Fixed(fixed), Value::String(text)) => {
                let bytes = Literal::byte_string(&bytes(text)?);
                if is_boxed(fixed.size) { quote!(::std::boxed::Box::new(*#bytes)) } else { quote!(*#bytes) }
            }
            (Type::Logical { .. }, _) => {
                // Decoded at run time, so that the default is what the type holds after reading it.
                let (encoded, read) =
                    (Literal::byte_string(&self.encoded(id, json)?), self.decode_call(id, Ownership::Owned));
                let rust_type = self.rust_type(id, position);
                quote!(::eventgen::avro::default_value::<#rust_type>(#encoded, |reader| #read))
            }
            (Type::Enum(definition), Value::String(symbol)) => {
                let index = definition.symbols.iter().position(|other| other == symbol)?;
                let variants = idents(&variant_names(definition.symbols.iter().map(String::as_str)));
                let variant = &variants[index];
                let path = self.model.names.path(id, position.module);
                quote!(#path::#variant)
            }
            (Type::Array(items), Value::Array(values)) => {
                let values = values.iter().map(|value| inner(*items, value)).collect::<Option<Vec<_>>>()?;
                quote!(::std::vec![#(#values),*])
            }
            (Type::Map(values), Value::Object(entries)) => {
                let keys = entries.keys();
                let values =
                    entries.values().map(|value| inner(*values, value)).collect::<Option<Vec<_>>>()?;
                quote!(::std::collections::BTreeMap::from([#((::std::string::String::from(#keys), #values)),*]))
            }
            (Type::Record(record), Value::Object(given)) => {
                self.record_value(id, record, given, position, left)?
            }
            (Type::Union(branches), _) => self.union_value(id, branches, json, position, left)?,
            _ => return None,
        })
    }

    fn record_value(
        self,
        id: TypeId,
        record: &Record,
        given: &serde_json::Map<String, Value>,
        position: Position<'_>,
        left: Left<'_>,
    ) -> Option<TokenStream> {
        let path = self.model.names.path(id, position.module);
        let values = record.fields.iter().map(|field| {
            let json = match given.get(&field.name) {
                Some(json) => json,
                None => left.take_default().and(field.default.as_ref())?,
            };
            self.held(field.type_id, json, Position { holder: Some(id), in_union: false, ..position }, left)
        });
        let values = values.collect::<Option<Vec<_>>>()?;
        let fields = self.fields(id);
        Some(quote!(#path { #(#fields: #values),* }))
    }

    /// The default of a union is a value of the first branch that accepts it.
    fn union_value(
        self,
        id: TypeId,
        branches: &[TypeId],
        json: &Value,
        position: Position<'_>,
        left: Left<'_>,
    ) -> Option<TokenStream> {
        let types = &self.model.contract.types;
        let chosen = *branches.get(default_branch(types, branches, json)?)?;
        let some = |value: TokenStream| quote!(::std::option::Option::Some(#value));
        match UnionShape::of(branches, types) {
            UnionShape::Single(inner) => self.value(inner, json, position, left.inner()?),
            _ if *types.get(chosen) == Type::Null => Some(quote!(::std::option::Option::None)),
            UnionShape::Nullable { inner, .. } => self.held(inner, json, position.branch(), left).map(some),
            UnionShape::Enum { null, branches } => {
                let index = branches.iter().position(|&(_, branch)| branch == chosen)?;
                let variant = idents(&branch_variants(&branches, types)).into_iter().nth(index)?;
                let path = self.model.names.path(id, position.module);
                let holder = self.model.unions.first(id);
                let value = self.held(chosen, json, Position { holder, in_union: true, ..position }, left)?;
                let value = quote!(#path::#variant(#value));
                Some(if null.is_some() { some(value) } else { value })
            }
        }
    }

    /// A value, boxed where its position needs a box.
    fn held(self, id: TypeId, json: &Value, position: Position<'_>, left: Left<'_>) -> Option<TokenStream> {
        let value = self.value(id, json, position, left.inner()?)?;
        let boxed = matches!(self.model.contract.types.get(id), Type::Record(_) | Type::Union(_))
            && self.is_boxed_at(id, position);
        Some(if boxed { quote!(::std::boxed::Box::new(#value)) } else { value })
    }

    /// The encoding of a logical type, if the Rust type can hold the value.
    fn encoded(self, id: TypeId, json: &Value) -> Option<Vec<u8>> {
        let encoded = encode_default(&self.model.contract.types, id, json).ok()?;
        encoded.unreadable.is_none().then_some(encoded.bytes)
    }
}

/// The bytes of a default of bytes or fixed: a code point from 0 to 255 for each byte.
fn bytes(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|char| u8::try_from(u32::from(char)).ok()).collect()
}

/// A whole number. The minimum of `i64` is not the negation of a literal.
fn whole(value: i64) -> TokenStream {
    let digits = crate::emit::literals::number(value.unsigned_abs());
    match value {
        i64::MIN => quote!(i64::MIN),
        0.. => digits,
        _ => quote!(-#digits),
    }
}

/// A number in the fewest digits that denote the same value of its type.
fn float(value: f64, single: bool) -> TokenStream {
    #[expect(clippy::cast_possible_truncation, reason = "a default of a float is rounded to one")]
    let short = value as f32;
    let (name, infinite) = if single { ("f32", short.is_infinite()) } else { ("f64", value.is_infinite()) };
    let name = ident(name);
    if value.is_nan() {
        return quote!(#name::NAN);
    }
    if infinite {
        return if value < 0.0 { quote!(#name::NEG_INFINITY) } else { quote!(#name::INFINITY) };
    }
    let usual = value == 0.0 || (1e-4..1e4).contains(&value.abs());
    let text = match (single, usual) {
        (true, true) => format!("{short:?}"),
        (true, false) => format!("{short:e}"),
        (false, true) => format!("{value:?}"),
        (false, false) => format!("{value:e}"),
    };
    // A builder takes `impl Into<f32>`, for which the compiler infers `f64` from a literal without a suffix.
    let suffix = if single { "_f32" } else { "" };
    format!("{}{suffix}", grouped(&text)).parse().unwrap_or_default()
}

/// The digits after the point in groups of three.
fn grouped(text: &str) -> String {
    let Some((whole, rest)) = text.split_once('.') else { return text.to_owned() };
    let digits = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
    let (fraction, exponent) = rest.split_at(digits);
    let groups: Vec<_> = fraction.as_bytes().chunks(3).map(String::from_utf8_lossy).collect();
    format!("{whole}.{}{exponent}", groups.join("_"))
}
