//! Fields of a record along a path, and their text for keys and headers.

use eventgen_schema::Event;
use eventgen_schema::contract::FieldPath;
use eventgen_schema::types::{Logical, Type, TypeId};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::emit::emitter::Emitter;
use crate::emit::idents::ident;
use crate::emit::language::KeyParameter;
use crate::model::position::Position;
use crate::model::unions::UnionShape;
use crate::settings::Dates;

impl Emitter<'_> {
    /// The fields of a path as Rust identifiers.
    fn steps(self, event: &Event, path: &FieldPath) -> Vec<Ident> {
        let types = &self.model.contract.types;
        let mut record = event.type_id;
        let mut steps = Vec::with_capacity(path.fields.len());
        for name in &path.fields {
            if self.model.codecs.is_foreign(record) {
                // The path names the fields of an existing type as Rust does.
                steps.push(ident(name));
                continue;
            }
            let Type::Record(current) = types.get(record) else { break };
            let Some(index) = current.fields.iter().position(|field| field.name == *name) else { break };
            steps.push(ident(&self.model.names.fields(record)[index]));
            record = current.fields[index].type_id;
            if let Type::Union(branches) = types.get(record)
                && let UnionShape::Nullable { inner, .. } = UnionShape::of(branches, types)
            {
                record = inner;
            }
        }
        steps
    }

    /// The field at the end of a path without nullable fields.
    pub(crate) fn field(self, event: &Event, path: &FieldPath) -> TokenStream {
        let steps = self.steps(event, path);
        quote!(self.#(#steps).*)
    }

    /// The field at the end of a path with nullable fields, as an option of a reference.
    pub(crate) fn optional_field(self, event: &Event, path: &FieldPath) -> TokenStream {
        let mut place = quote!(self);
        let mut optional = false;
        for (step, &nullable) in self.steps(event, path).iter().zip(&path.nullable) {
            place = match (optional, nullable) {
                (false, false) => quote!(#place.#step),
                (false, true) => quote!(#place.#step.as_ref()),
                (true, false) => quote!(#place.map(|value| &value.#step)),
                (true, true) => quote!(#place.and_then(|value| value.#step.as_ref())),
            };
            optional |= nullable;
        }
        place
    }

    /// The text of the field at the end of a path without nullable fields.
    pub(crate) fn field_text(self, event: &Event, path: &FieldPath) -> TokenStream {
        let (id, place) = (path.type_id, self.field(event, path));
        match self.model.contract.types.get(id) {
            _ if self.model.codecs.is_foreign(id) => quote!(&#place),
            Type::Enum(_) => quote!(#place.as_str()),
            Type::String if self.model.codecs.strings.contains_key(&id) => quote!(&*#place),
            Type::String => quote!(&#place),
            // All other types with text are `Copy`.
            _ => self.date_text(id, &place).unwrap_or(place),
        }
    }

    /// The text of a value behind a reference.
    pub(crate) fn text_of_reference(self, id: TypeId, value: &TokenStream) -> TokenStream {
        match self.model.contract.types.get(id) {
            _ if self.model.codecs.is_foreign(id) => value.clone(),
            Type::Enum(_) => quote!(#value.as_str()),
            Type::String if self.model.codecs.strings.contains_key(&id) => quote!(&**#value),
            _ => self.date_text(id, &quote!(*#value)).unwrap_or_else(|| value.clone()),
        }
    }

    /// A parameter for a value of the field at the end of a path.
    pub(crate) fn key_parameter(self, event: &Event, path: &FieldPath, name: &Ident) -> KeyParameter {
        let id = path.type_id;
        if self.model.codecs.is_foreign(id) {
            // The compiler knows the type of the field; its text and its encoding are its own.
            let ty = if event.typed_key.is_some() {
                quote!(impl ::eventgen::avro::Encode)
            } else {
                quote!(impl ::eventgen::Text)
            };
            return KeyParameter { ty, text: quote!(&#name) };
        }
        let module = &self.model.names.event(event).module;
        let ty = || self.rust_type(id, Position::owned(module, None));
        match self.model.contract.types.get(id) {
            Type::String => KeyParameter::with_text(quote!(&str), name),
            Type::Enum(_) => KeyParameter { ty: ty(), text: quote!(#name.as_str()) },
            _ => {
                let text = self.date_text(id, &quote!(#name)).unwrap_or_else(|| quote!(#name));
                KeyParameter { ty: ty(), text }
            }
        }
    }

    /// The text of a date or timestamp. It is that of chrono for all libraries, so that a setting does not change keys.
    fn date_text(self, id: TypeId, place: &TokenStream) -> Option<TokenStream> {
        let Type::Logical { logical, .. } = self.model.contract.types.get(id) else { return None };
        let unit = match logical {
            // That of chrono has the text form itself.
            Logical::Date if self.model.dates(id) == Dates::Chrono => return None,
            Logical::Date => return Some(quote!(::eventgen::DateText(#place))),
            // In the unit of the value: a key with more digits would not be that of the event that is read.
            Logical::TimestampMillis => quote!(Millis),
            Logical::TimestampMicros => quote!(Micros),
            Logical::TimestampNanos => quote!(Nanos),
            _ => return None,
        };
        Some(quote!(::eventgen::TimestampText(#place, ::eventgen::avro::Unit::#unit)))
    }
}
