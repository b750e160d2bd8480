//! Finds the type of a schema file that an item implements.

use eventgen_schema::types::{Type, TypeId};
use eventgen_schema::{Event, Loaded, did_you_mean};
use proc_macro2::Span;

use crate::errors::Errors;
use crate::input::item::Item;

/// The type of the item. Reports it if there is none.
pub(super) fn find(item: &Item, is_event: bool, loaded: &Loaded, errors: &mut Errors) -> Option<TypeId> {
    let (name, span) = item.name();
    if is_event { event(item, &name, span, loaded, errors) } else { named_type(&name, span, loaded, errors) }
}

/// Whether a full name has this name, with or without the namespace.
fn is_named(full_name: &str, name: &str) -> bool {
    full_name == name || short(full_name) == name
}

fn short(full_name: &str) -> &str {
    full_name.rsplit('.').next().unwrap_or_default()
}

fn event(item: &Item, name: &str, span: Span, loaded: &Loaded, errors: &mut Errors) -> Option<TypeId> {
    let contract = &loaded.contract;
    let events: Vec<&Event> = contract.events.iter().collect();
    let found = match events[..] {
        [only] if item.attributes.name.is_none() => Some(only),
        _ => events.iter().copied().find(|event| is_named(&event.name, name)),
    };
    let Some(event) = found else {
        let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
        let message = if names.is_empty() {
            "no record of the file is an event: add the property \"kafka\" to the record".to_owned()
        } else {
            format!("the file has no event `{name}`, but {}: write #[avro(name = \"…\")]", names.join(", "))
        };
        errors.add(span, message);
        return None;
    };
    let on_topic: Vec<&str> = contract.events_on(&event.topic).map(|event| event.name.as_str()).collect();
    if on_topic.len() > 1 {
        errors.add(
            span,
            format!(
                "the topic {} has the events {}, but a derive sees one type: generate them in a build script",
                event.topic,
                on_topic.join(" and ")
            ),
        );
        return None;
    }
    Some(event.type_id)
}

fn named_type(name: &str, span: Span, loaded: &Loaded, errors: &mut Errors) -> Option<TypeId> {
    let types = loaded.contract.types.iter();
    let types = types.filter(|(_, ty)| matches!(ty, Type::Record(_) | Type::Enum(_)));
    let types: Vec<(TypeId, String)> =
        types.filter_map(|(id, ty)| Some((id, ty.name()?.to_string()))).collect();
    let found = types.iter().find(|(_, full_name)| is_named(full_name, name));
    if found.is_none() {
        let names: Vec<&str> = types.iter().map(|(_, full_name)| short(full_name)).collect();
        let hint = did_you_mean(name, names.iter().copied()).map_or_else(
            || format!("it has {}: write #[avro(name = \"…\")]", names.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        errors.add(span, format!("the file has no type `{name}`: {hint}"));
    }
    found.map(|(id, _)| *id)
}
