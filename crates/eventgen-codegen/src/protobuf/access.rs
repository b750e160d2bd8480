//! Keys and headers of a message: how a field is reached through what may be absent, and its text form.

use eventgen_schema::Event;
use eventgen_schema::contract::{FieldPath, HeaderValue};
use proc_macro2::TokenStream;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto};
use quote::quote;

use super::descriptors::{Message, snake, upper_camel};
use crate::Generator;
use crate::names::{ModulePath, ident, relative};

/// A field that has been reached.
struct Reached<'a> {
    /// The field itself, or an option of a reference to it.
    place: TokenStream,
    optional: bool,
    field: &'a FieldDescriptorProto,
}

impl Generator<'_> {
    /// The parts of an event's key. What is absent on the way counts as the field's default, as Protobuf has it.
    pub(crate) fn message_key(&self, event: &Event) -> Vec<TokenStream> {
        event.key.iter().filter_map(|path| self.message_key_part(event, path)).collect()
    }

    /// The same as options: where there is no order, a record has no key while an `optional` field of it is absent.
    pub(crate) fn message_key_options(&self, event: &Event) -> Vec<TokenStream> {
        let module = self.names.event_module(event);
        let option = |path: &FieldPath| {
            if !path.nullable.contains(&true) {
                let part = self.message_key_part(event, path)?;
                return Some(quote!(::std::option::Option::Some(#part)));
            }
            let Reached { place, field, .. } = self.reach(event, path)?;
            let text = self.symbol(field, &quote!(*value), &module);
            Some(text.map_or_else(|| place.clone(), |text| quote!(#place.map(|value| #text))))
        };
        event.key.iter().filter_map(option).collect()
    }

    fn message_key_part(&self, event: &Event, path: &FieldPath) -> Option<TokenStream> {
        let Reached { place, optional, field } = self.reach(event, path)?;
        let value = match (field.r#type(), optional) {
            (Type::String, true) => quote!(#place.map_or("", |value| value.as_str())),
            (Type::String, false) => quote!(&#place),
            (_, true) => quote!(#place.copied().unwrap_or_default()),
            (_, false) => place,
        };
        Some(self.symbol(field, &value, &self.names.event_module(event)).unwrap_or(value))
    }

    /// The statement that sets a header; one of a field that is absent is not set.
    pub(crate) fn message_header(&self, event: &Event, name: &str, value: &HeaderValue) -> TokenStream {
        let path = match value {
            HeaderValue::Literal(text) => return quote!(headers.set(#name, #text);),
            HeaderValue::Field(path) => path,
        };
        let module = self.names.event_module(event);
        let Some(Reached { place, optional, field }) = self.reach(event, path) else {
            return TokenStream::new();
        };
        if optional {
            let text = self.symbol(field, &quote!(*value), &module).unwrap_or_else(|| quote!(value));
            return quote! {
                if let ::std::option::Option::Some(value) = #place {
                    headers.set(#name, #text);
                }
            };
        }
        let plain = if field.r#type() == Type::String { quote!(&#place) } else { place.clone() };
        let text = self.symbol(field, &place, &module).unwrap_or(plain);
        quote!(headers.set(#name, #text);)
    }

    /// Follows a path; `None` if it leads nowhere, which the front end has ruled out.
    fn reach(&self, event: &Event, path: &FieldPath) -> Option<Reached<'_>> {
        let here = self.names.event_module(event);
        let mut message = self.descriptors.messages.get(&event.name)?;
        let mut reached: Option<Reached<'_>> = None;
        for name in &path.fields {
            if let Some(reached) = &reached {
                message = self.descriptors.messages.get(reached.field.type_name().trim_start_matches('.'))?;
            }
            let field = message.descriptor.field.iter().find(|field| field.name() == name)?;
            let before = reached.map(|reached| (reached.place, reached.optional));
            reached = Some(step(message, field, before, &here));
        }
        reached
    }

    /// The text form of an enum; `None` for what is none.
    fn symbol(
        &self,
        field: &FieldDescriptorProto,
        number: &TokenStream,
        here: &ModulePath,
    ) -> Option<TokenStream> {
        if field.r#type() != Type::Enum {
            return None;
        }
        let (module, name) = self.descriptors.enumeration(field.type_name().trim_start_matches('.'))?;
        let definition = relative(module, name, here);
        Some(quote!({
            let number = #number;
            let named = #definition::try_from(number).ok();
            ::eventgen::protobuf::Symbol::new(named.map(|value| value.as_str_name()), number)
        }))
    }
}

/// One step from `before`, which is the event itself at first.
fn step<'a>(
    message: &Message,
    field: &'a FieldDescriptorProto,
    before: Option<(TokenStream, bool)>,
    here: &ModulePath,
) -> Reached<'a> {
    let (before, was_optional) = before.unwrap_or_else(|| (quote!(self), false));
    let oneof = field.oneof_index.filter(|_| !field.proto3_optional());
    let oneof = oneof.and_then(|index| message.descriptor.oneof_decl.get(usize::try_from(index).ok()?));
    let name = ident(&snake(field.name()));
    // What of `value`, the message that the field is in, is an option of the field.
    let option = |value: &TokenStream| match oneof {
        Some(oneof) => {
            let (place, variant) = (ident(&snake(oneof.name())), ident(&upper_camel(field.name())));
            let choice = relative(&message.inner_module(), &oneof_name(message, oneof.name()), here);
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
        // In proto2 the label `optional` is written, in proto3 it is what fields have that say nothing.
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
    Reached { place, optional: was_optional || has_presence, field }
}

/// The enum of a oneof: prost keeps it apart from a nested type of the same name.
fn oneof_name(message: &Message, oneof: &str) -> String {
    let name = upper_camel(oneof);
    let nested = message.descriptor.nested_type.iter().map(DescriptorProto::name);
    let enums = message.descriptor.enum_type.iter().map(EnumDescriptorProto::name);
    if nested.chain(enums).any(|other| upper_camel(other) == name) { name + "OneOf" } else { name }
}
