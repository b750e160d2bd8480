//! Fields of a message: prost writes them in snake case, and methods with names made of theirs.

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto};

use super::kinds::is_map_entry;
use super::scope::{Scope, first_free};
use crate::model::protobuf::prost_names::snake;
use crate::model::reserved::KEYWORDS;

/// The names of a message's fields and methods in Rust.
#[derive(Debug, Default)]
pub(super) struct Members {
    fields: Scope,
    methods: Scope,
}

impl Members {
    pub(super) fn is_free(&self, name: &str) -> bool {
        self.fields.is_free(&snake(name))
    }

    pub(super) fn take(&mut self, name: &str) {
        self.fields.take(snake(name));
    }
}

/// Renames the fields outside of oneofs, and returns the names that are taken.
pub(super) fn rename(message: &mut DescriptorProto) -> Members {
    let mut members = Members::default();
    let enum_maps: Vec<String> = message
        .nested_type
        .iter()
        .filter(|nested| is_map_entry(nested))
        .filter(|nested| {
            nested.field.iter().any(|field| field.name() == "value" && field.r#type() == Type::Enum)
        })
        .map(|nested| nested.name().to_owned())
        .collect();
    let is_enum_map = |field: &FieldDescriptorProto| {
        let entry = field.type_name().rsplit('.').next().unwrap_or_default();
        field.label() == Label::Repeated
            && field.r#type() == Type::Message
            && enum_maps.iter().any(|map| map == entry)
    };
    // Names that are the same in Rust stay.
    for stays in [true, false] {
        for field in &mut message.field {
            let is_member = field.oneof_index.is_some() && !field.proto3_optional();
            if is_member || (snake(field.name()) == field.name()) != stays {
                continue;
            }
            let is_enum_map = is_enum_map(field);
            let name = first_free(field.name(), |name| {
                let rust = snake(name);
                // prost-derive panics on the methods of such a map.
                let panics = is_enum_map && KEYWORDS.contains(&rust.as_str());
                !panics
                    && members.fields.is_free(&rust)
                    && methods(field, is_enum_map, &rust).iter().all(|method| members.methods.is_free(method))
            });
            members.take(&name);
            for method in methods(field, is_enum_map, &snake(&name)) {
                members.methods.take(method);
            }
            field.name = Some(name);
        }
    }
    members
}

/// The methods that prost writes for a field.
fn methods(field: &FieldDescriptorProto, is_enum_map: bool, name: &str) -> Vec<String> {
    let prefixed = |prefix: &str| format!("{prefix}_{name}");
    match (field.r#type(), field.label()) {
        _ if is_enum_map => vec![prefixed("get"), prefixed("insert")],
        (Type::Enum, Label::Repeated) => vec![name.to_owned(), prefixed("push")],
        (Type::Enum, _) => vec![name.to_owned(), prefixed("set")],
        (Type::Message | Type::Group, _) | (_, Label::Repeated) => Vec::new(),
        // Only those with presence have one, and a name that is free for both does no harm.
        _ => vec![name.to_owned()],
    }
}
