//! Keys and headers of a message: the path to a field through values that may be absent, and its text.

use eventgen_schema::Event;
use eventgen_schema::contract::FieldPath;
use proc_macro2::{Ident, TokenStream};
use prost_types::FieldDescriptorProto;
use prost_types::field_descriptor_proto::{Label, Type};
use quote::quote;

use crate::emit::idents::ident;
use crate::emit::language::KeyParameter;
use crate::model::paths::{ItemPath, ModulePath};
use crate::model::protobuf::descriptors::{Descriptors, Message};
use crate::model::protobuf::prost_names::{oneof_name, snake, upper_camel};

/// Access to the fields of one event.
pub(super) struct Access<'a> {
    pub(super) descriptors: &'a Descriptors,
    pub(super) event: &'a Event,
    /// The module of the event's type.
    pub(super) module: &'a ModulePath,
}

/// A value of a key.
pub(super) enum KeyPart {
    /// A value that every event has.
    Always(TokenStream),
    /// An option: the field is `optional`, or a message around it may be absent.
    Optional(TokenStream),
}

/// A field at the end of a path.
struct Reached<'a> {
    /// The field itself, or an option of a reference to it.
    place: TokenStream,
    optional: bool,
    field: &'a FieldDescriptorProto,
}

impl Access<'_> {
    /// A part of the key.
    pub(super) fn key_part(&self, path: &FieldPath) -> Option<KeyPart> {
        let Reached { place, optional, field } = self.reach(path)?;
        Some(if optional {
            let text = self.symbol(field, &quote!(*value));
            KeyPart::Optional(text.map_or_else(|| place.clone(), |text| quote!(#place.map(|value| #text))))
        } else {
            let value = if field.r#type() == Type::String { quote!(&#place) } else { place };
            KeyPart::Always(self.symbol(field, &value).unwrap_or(value))
        })
    }

    /// A part of a typed key, with its type. A string is a reference; an option is of a reference.
    pub(super) fn typed_key_part(&self, path: &FieldPath) -> Option<(Type, KeyPart)> {
        let Reached { place, optional, field } = self.reach(path)?;
        let ty = field.r#type();
        Some((
            ty,
            match (optional, ty) {
                (true, _) => KeyPart::Optional(place),
                (false, Type::String) => KeyPart::Always(quote!(&#place)),
                (false, _) => KeyPart::Always(place),
            },
        ))
    }

    /// The type of the field at the end of a path.
    pub(super) fn type_of(&self, path: &FieldPath) -> Option<Type> {
        Some(self.reach(path)?.field.r#type())
    }

    /// A parameter for a value of the field at the end of a path.
    pub(super) fn key_parameter(&self, path: &FieldPath, name: &Ident) -> Option<KeyParameter> {
        let field = self.reach(path)?.field;
        let ty = match field.r#type() {
            Type::String => quote!(&str),
            Type::Bool => quote!(bool),
            Type::Int32 | Type::Sint32 | Type::Sfixed32 => quote!(i32),
            Type::Uint32 | Type::Fixed32 => quote!(u32),
            Type::Int64 | Type::Sint64 | Type::Sfixed64 => quote!(i64),
            Type::Uint64 | Type::Fixed64 => quote!(u64),
            // prost represents the values as numbers, and its enums convert into them.
            Type::Enum => {
                let ty = quote!(impl ::std::convert::Into<i32>);
                let number = quote!(::std::convert::Into::<i32>::into(#name));
                return Some(KeyParameter { ty, text: self.symbol(field, &number)? });
            }
            _ => return Some(KeyParameter { ty: quote!(impl ::eventgen::Text), text: quote!(&#name) }),
        };
        Some(KeyParameter::with_text(ty, name))
    }

    /// The statement that sets a header; an absent field sets none.
    pub(super) fn header(&self, name: &str, path: &FieldPath) -> Option<TokenStream> {
        let Reached { place, optional, field } = self.reach(path)?;
        if optional {
            let text = self.symbol(field, &quote!(*value)).unwrap_or_else(|| quote!(value));
            return Some(quote! {
                if let ::std::option::Option::Some(value) = #place {
                    headers.set(#name, #text);
                }
            });
        }
        let plain = if field.r#type() == Type::String { quote!(&#place) } else { place.clone() };
        let text = self.symbol(field, &place).unwrap_or(plain);
        Some(quote!(headers.set(#name, #text);))
    }

    /// Follows a path; `None` for a path to nowhere, which the front end rejects.
    fn reach(&self, path: &FieldPath) -> Option<Reached<'_>> {
        let mut message = self.descriptors.messages.get(&self.event.name)?;
        let mut reached: Option<Reached<'_>> = None;
        for name in &path.fields {
            if let Some(reached) = &reached {
                message = self.descriptors.messages.get(reached.field.type_name().trim_start_matches('.'))?;
            }
            let index = message.descriptor.field.iter().position(|field| field.name() == name)?;
            let before = reached.map(|reached| (reached.place, reached.optional));
            reached = Some(step(message, index, before, self.module)?);
        }
        reached
    }

    /// The text of an enum; `None` for other types.
    fn symbol(&self, field: &FieldDescriptorProto, number: &TokenStream) -> Option<TokenStream> {
        if field.r#type() != Type::Enum {
            return None;
        }
        let item = self.descriptors.enums.get(field.type_name().trim_start_matches('.'))?;
        let definition = item.seen_from(self.module);
        Some(quote!({
            let number = #number;
            let named = #definition::try_from(number).ok();
            ::eventgen::protobuf::Symbol::new(named.map(|value| value.as_str_name()), number)
        }))
    }
}

/// One step of a path from `before`, which is the event itself at first.
fn step<'a>(
    message: &'a Message,
    index: usize,
    before: Option<(TokenStream, bool)>,
    here: &ModulePath,
) -> Option<Reached<'a>> {
    let (field, renamed) = (message.descriptor.field.get(index)?, message.renamed.field.get(index)?);
    let (before, was_optional) = before.unwrap_or_else(|| (quote!(self), false));
    let oneof = field.oneof_index.filter(|_| !field.proto3_optional());
    let oneof = oneof.and_then(|index| message.renamed.oneof_decl.get(usize::try_from(index).ok()?));
    let name = ident(&snake(renamed.name()));
    // The field of the message `value` as an option.
    let option = |value: &TokenStream| match oneof {
        Some(oneof) => {
            let (place, variant) = (ident(&snake(oneof.name())), ident(&upper_camel(renamed.name())));
            let choice = ItemPath::new(message.inner_module(), oneof_name(&message.renamed, oneof.name()))
                .seen_from(here);
            quote! {
                match &#value.#place {
                    ::std::option::Option::Some(#choice::#variant(value)) => ::std::option::Option::Some(value),
                    _ => ::std::option::Option::None,
                }
            }
        }
        None => quote!(#value.#name.as_ref()),
    };
    let is_message = matches!(field.r#type(), Type::Message | Type::Group);
    let has_presence = match field.label() {
        Label::Required => false,
        // In proto2 the label `optional` is explicit; in proto3 it is the label of every field without one.
        _ => oneof.is_some() || is_message || field.proto3_optional() || message.is_proto2,
    };
    let inner = quote!(value);
    let place = match (was_optional, has_presence) {
        (false, true) => option(&before),
        (false, false) => quote!(#before.#name),
        (true, true) => {
            let option = option(&inner);
            quote!(#before.and_then(|value| #option))
        }
        (true, false) => quote!(#before.map(|value| &value.#name)),
    };
    Some(Reached { place, optional: was_optional || has_presence, field })
}
