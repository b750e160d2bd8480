//! Defaults of fields that prost writes as Rust that does not compile.

use std::collections::BTreeMap;

use prost_types::field_descriptor_proto::Type;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};

use crate::model::paths::{ItemPath, ModulePath};
use crate::model::protobuf::prost_names::{inner_module, package_module, type_path};

/// Replaces an alias by the value that prost has a variant for, and a number beyond the range of `float` by infinity, which
/// is what it means in Protobuf.
pub(super) fn replace(files: &mut [FileDescriptorProto]) {
    let mut first_names: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    each_enum(files, &mut |scope, _, definition| {
        let mut by_number = BTreeMap::new();
        let names = definition.value.iter().map(|value| {
            let first = by_number.entry(value.number()).or_insert_with(|| value.name().to_owned());
            (value.name().to_owned(), first.clone())
        });
        first_names.insert(format!(".{scope}"), names.collect());
    });
    each_default(files, &mut |ty, type_name, default| match ty {
        Type::Enum => {
            if let Some(first) = first_names.get(type_name).and_then(|names| names.get(default)) {
                default.clone_from(first);
            }
        }
        Type::Float => match default.parse::<f32>() {
            Ok(value) if value.is_infinite() => {
                if value > 0.0 { "inf" } else { "-inf" }.clone_into(default);
            }
            _ => {}
        },
        _ => {}
    });
}

/// Follows the new names of enum values.
pub(super) fn rename_values(
    files: &mut [FileDescriptorProto],
    values: &BTreeMap<ItemPath, BTreeMap<String, String>>,
) {
    if values.is_empty() {
        return;
    }
    let mut renamed: BTreeMap<String, &BTreeMap<String, String>> = BTreeMap::new();
    each_enum(files, &mut |scope, module, definition| {
        if let Some(values) = values.get(&type_path(module, definition.name())) {
            renamed.insert(format!(".{scope}"), values);
        }
    });
    each_default(files, &mut |ty, type_name, default| {
        let values = renamed.get(type_name).filter(|_| ty == Type::Enum);
        if let Some((new, _)) = values.and_then(|values| values.iter().find(|(_, old)| *old == default)) {
            default.clone_from(new);
        }
    });
}

type VisitEnum<'a> = dyn FnMut(&str, &ModulePath, &EnumDescriptorProto) + 'a;

/// Visits every enum with its full name and its module.
fn each_enum(files: &[FileDescriptorProto], visit: &mut VisitEnum<'_>) {
    for file in files {
        let module = package_module(file.package());
        enums(file.package(), &module, &file.message_type, &file.enum_type, visit);
    }
}

/// The compiler bounds the depth.
fn enums(
    scope: &str,
    module: &ModulePath,
    messages: &[DescriptorProto],
    definitions: &[EnumDescriptorProto],
    visit: &mut VisitEnum<'_>,
) {
    let full_name = |name: &str| if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") };
    for definition in definitions {
        visit(&full_name(definition.name()), module, definition);
    }
    for message in messages {
        let inner = inner_module(module, message.name());
        enums(&full_name(message.name()), &inner, &message.nested_type, &message.enum_type, visit);
    }
}

type VisitDefault<'a> = dyn FnMut(Type, &str, &mut String) + 'a;

/// Visits the default of every field with the field's type and the name of that.
fn each_default(files: &mut [FileDescriptorProto], visit: &mut VisitDefault<'_>) {
    for message in files.iter_mut().flat_map(|file| &mut file.message_type) {
        defaults(message, visit);
    }
}

fn defaults(message: &mut DescriptorProto, visit: &mut VisitDefault<'_>) {
    for field in &mut message.field {
        let (ty, type_name) = (field.r#type(), field.type_name().to_owned());
        if let Some(default) = &mut field.default_value {
            visit(ty, &type_name, default);
        }
    }
    for nested in &mut message.nested_type {
        defaults(nested, visit);
    }
}
