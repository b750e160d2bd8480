//! Describes messages in the words of Protobuf: numbers, scalar types and oneofs, which the graph does not have.

use prost_reflect::{Cardinality, DescriptorPool, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};

use super::event::{Parsed, SCHEMA_TYPE};
use super::{example, governance};
use crate::contract::{
    Content, Contract, Description, Event, FieldDescription, SymbolDescription, TypeDescription, TypePart,
};
use crate::frontend::description::of_graph;

/// Describes an event.
pub(super) fn describe(contract: &Contract, event: &Event) -> Description {
    let mut description = of_graph(contract.types_of(event), event.type_id);
    let Some(pool) = contract.data::<Parsed>(SCHEMA_TYPE).and_then(|parsed| parsed.pool.as_ref()) else {
        return description;
    };
    for ty in &mut description.types {
        refine(ty, pool);
    }
    description.example = pool.get_message_by_name(&event.name).and_then(|message| example::of(&message));
    description
}

/// Corrects what the graph says of a type. It keeps the documentation.
fn refine(ty: &mut TypeDescription, pool: &DescriptorPool) {
    match &mut ty.content {
        Content::Record(fields) => {
            let Some(message) = pool.get_message_by_name(&ty.name) else { return };
            ty.kind = "message";
            (ty.tags, ty.rules) = governance::of(pool, governance::MESSAGE, &message.options());
            for field in fields {
                let Some(descriptor) = message.get_field_by_name(&field.name) else { continue };
                refine_field(field, &message, &descriptor);
                let options = descriptor.options();
                (field.tags, field.rules) = governance::of(pool, governance::FIELD, &options);
            }
        }
        Content::Enum { symbols, default } => {
            let Some(definition) = pool.get_enum_by_name(&ty.name) else { return };
            *default = None;
            (ty.tags, ty.rules) = governance::of(pool, governance::ENUM, &definition.options());
            *symbols = described_symbols(&definition, pool);
        }
        Content::Fixed { .. } => {}
    }
}

fn described_symbols(definition: &EnumDescriptor, pool: &DescriptorPool) -> Vec<SymbolDescription> {
    let file = definition.parent_file();
    let info = file.file_descriptor_proto().source_code_info.as_ref();
    let doc = |path: &[i32]| {
        let locations = info.map(|info| info.location.as_slice()).unwrap_or_default();
        let at = locations.iter().find(|location| location.path == path)?;
        let comment = at.leading_comments.as_ref().or(at.trailing_comments.as_ref())?;
        let lines = comment.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
        Some(lines.collect::<Vec<_>>().join("\n"))
    };
    let symbols = definition.values().map(|value| {
        let (tags, rules) = governance::of(pool, governance::SYMBOL, &value.options());
        let (name, number) = (value.name().to_owned(), Some(value.number()));
        SymbolDescription { name, number, doc: doc(value.path()), tags, rules }
    });
    symbols.collect()
}

fn refine_field(field: &mut FieldDescription, message: &MessageDescriptor, descriptor: &FieldDescriptor) {
    field.number = Some(descriptor.number());
    let oneof = descriptor.containing_oneof().filter(|oneof| !oneof.is_synthetic());
    field.oneof = oneof.as_ref().map(|oneof| oneof.name().to_owned());
    // The pool has every file as proto2, so that a field without a label is an optional one there. Whether one was written
    // does not show in the pool: the graph has null for it.
    let is_nullable =
        matches!(field.type_parts.last(), Some(TypePart::Text(text)) if text.ends_with(" or null"));
    let is_message = matches!(descriptor.kind(), Kind::Message(_));
    field.type_parts.clear();
    if let (true, Kind::Message(entry)) = (descriptor.is_map(), descriptor.kind()) {
        let key = scalar(&entry.map_entry_key_field().kind()).unwrap_or("string");
        field.type_parts.push(TypePart::Text(format!("map of {key} to ")));
        field.type_parts.push(part(&entry.map_entry_value_field().kind()));
    } else {
        let label = match descriptor.cardinality() {
            Cardinality::Repeated => "repeated ",
            Cardinality::Required => "required ",
            Cardinality::Optional if is_nullable && !is_message && oneof.is_none() => "optional ",
            Cardinality::Optional => "",
        };
        if !label.is_empty() {
            field.type_parts.push(TypePart::Text(label.to_owned()));
        }
        field.type_parts.push(part(&descriptor.kind()));
    }
    let declared = message.descriptor_proto().field.iter().find(|declared| declared.name() == field.name);
    field.default = declared.and_then(|declared| declared.default_value.clone());
}

fn part(kind: &Kind) -> TypePart {
    match (kind, scalar(kind)) {
        (_, Some(name)) => TypePart::Text(name.to_owned()),
        (Kind::Message(message), None) => TypePart::Name(message.full_name().to_owned()),
        (Kind::Enum(definition), None) => TypePart::Name(definition.full_name().to_owned()),
        (_, None) => TypePart::Text("value".to_owned()),
    }
}

/// The keyword of a scalar type.
fn scalar(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Double => "double",
        Kind::Float => "float",
        Kind::Int32 => "int32",
        Kind::Int64 => "int64",
        Kind::Uint32 => "uint32",
        Kind::Uint64 => "uint64",
        Kind::Sint32 => "sint32",
        Kind::Sint64 => "sint64",
        Kind::Fixed32 => "fixed32",
        Kind::Fixed64 => "fixed64",
        Kind::Sfixed32 => "sfixed32",
        Kind::Sfixed64 => "sfixed64",
        Kind::Bool => "bool",
        Kind::String => "string",
        Kind::Bytes => "bytes",
        Kind::Message(_) | Kind::Enum(_) => return None,
    })
}
