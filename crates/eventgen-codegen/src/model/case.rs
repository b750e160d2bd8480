//! Names in Rust's case: `snake_case` for fields and modules, `PascalCase` for types, and valid as identifiers.

use heck::{ToPascalCase, ToShoutySnakeCase, ToSnakeCase};

use crate::model::paths::ModulePath;

/// A field, a method or a module.
pub(crate) fn snake_case(name: &str) -> String {
    valid(ascii(name).to_snake_case(), "unnamed")
}

/// A type or a variant.
pub(crate) fn type_name(name: &str) -> String {
    valid(ascii(name).to_pascal_case(), "Unnamed")
}

/// The name of a type that consists of two. An underscore that makes one of them valid (`Self_`, `_1st`) is not kept between
/// them, where rustc warns of it.
pub(crate) fn joined(name: &str, suffix: &str) -> String {
    match suffix.trim_start_matches('_') {
        "" => format!("{name}{suffix}"),
        word => format!("{}{word}", name.trim_end_matches('_')),
    }
}

/// A constant.
pub(crate) fn constant_name(name: &str) -> String {
    valid(ascii(name).to_shouty_snake_case(), "UNNAMED")
}

/// The modules of a namespace.
pub(crate) fn module_path(namespace: Option<&str>) -> ModulePath {
    namespace.map(|namespace| namespace.split('.').map(module_name).collect()).unwrap_or_default()
}

/// A module must not shadow a primitive type that the code beside it names.
fn module_name(space: &str) -> String {
    let name = snake_case(space);
    if matches!(name.as_str(), "bool" | "f32" | "f64" | "i32" | "i64" | "str" | "u8" | "usize") {
        return name + "_";
    }
    name
}

/// Replaces letters beyond ASCII, which the name of a consumer group may have: rustc warns of letters that look alike.
fn ascii(name: &str) -> String {
    name.replace(|char: char| !char.is_ascii(), "_")
}

/// Makes a name valid: not empty, not starting with a digit, and none of the keywords that have no raw form.
fn valid(name: String, empty: &str) -> String {
    match (name.as_str(), name.bytes().next()) {
        (_, None) => empty.to_owned(),
        ("self" | "Self" | "super" | "crate", _) => name + "_",
        (_, Some(first)) if first.is_ascii_digit() => format!("_{name}"),
        (_, Some(_)) => name,
    }
}
