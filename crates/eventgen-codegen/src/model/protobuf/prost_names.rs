//! prost's naming rules, which generated code must follow to name messages, fields and oneofs.

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use prost_types::{DescriptorProto, EnumDescriptorProto};

use crate::model::paths::{ItemPath, ModulePath};

/// The modules of a package.
pub(crate) fn package_module(package: &str) -> ModulePath {
    package.split('.').filter(|part| !part.is_empty()).map(snake).collect()
}

/// The path of a message or enum of a module.
pub(crate) fn type_path(module: &ModulePath, name: &str) -> ItemPath {
    ItemPath::new(module.clone(), upper_camel(name))
}

/// The module of the items nested in a message.
pub(crate) fn inner_module(module: &ModulePath, message: &str) -> ModulePath {
    module.iter().cloned().chain([snake(message)]).collect()
}

/// A field or a module. Keywords become raw where the name becomes an identifier.
pub(crate) fn snake(name: &str) -> String {
    valid(name.to_snake_case())
}

/// A type or a variant.
pub(crate) fn upper_camel(name: &str) -> String {
    valid(name.to_upper_camel_case())
}

/// The enum of a oneof: prost renames it if a nested type has the same name.
pub(crate) fn oneof_name(message: &DescriptorProto, oneof: &str) -> String {
    let name = upper_camel(oneof);
    let nested = message.nested_type.iter().map(DescriptorProto::name);
    let enums = message.enum_type.iter().map(EnumDescriptorProto::name);
    if nested.chain(enums).any(|other| upper_camel(other) == name) { name + "OneOf" } else { name }
}

/// A name without the prefix of a raw identifier.
pub(crate) fn unraw(name: &str) -> String {
    name.trim_start_matches("r#").to_owned()
}

/// The constant of a file, such as `COMMON_MONEY_PROTO`. prost has none: this name follows its rules.
pub(crate) fn file_constant(file: &str) -> String {
    let name = file.replace(|char: char| !char.is_ascii(), "_").to_shouty_snake_case();
    if name.starts_with(|first: char| first.is_ascii_digit()) { format!("_{name}") } else { name }
}

/// prost's replacements of names that cannot be raw identifiers.
fn valid(name: String) -> String {
    match name.as_str() {
        "_" | "super" | "self" | "Self" | "extern" | "crate" => name + "_",
        text if text.starts_with(char::is_numeric) => format!("_{text}"),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::file_constant;

    #[test]
    fn the_constant_of_a_file_is_a_valid_identifier() {
        assert_eq!(file_constant("common/money.proto"), "COMMON_MONEY_PROTO");
        assert_eq!(file_constant("2024/é.proto"), "_2024_PROTO");
    }
}
