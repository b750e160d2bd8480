//! The `[rust]` table of `eventgen.toml`: settings of the generated Rust. Code generation applies them.

use std::slice;

use crate::diagnostics::Diagnostic;
use crate::node::{Node, Value};
use crate::reader::{Casing, Properties, wrong_kind};
use crate::source::Span;
use crate::vocabulary::{DATES, DECIMALS, RUST, names};
pub use crate::vocabulary::{Dates, Decimals};

/// The properties of the table.
const PROPERTIES: [&str; RUST.len()] = names(&RUST);

/// The settings of the table. Settings that are not in it are `None` or empty.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct RustSettings {
    /// Attributes of types, by path.
    pub type_attributes: Vec<RustSetting>,
    /// Attributes of fields and symbols, by path.
    pub field_attributes: Vec<RustSetting>,
    /// Types of strings, by path.
    pub string_types: Vec<RustSetting>,
    /// Rust paths of types that another crate generates, by path.
    pub extern_paths: Vec<RustSetting>,
    /// Whether serde's traits are derived.
    pub serde: Option<bool>,
    /// Whether structs that borrow from the payload are generated.
    pub borrowed: Option<bool>,
    /// The minimum number of fields of a record with a builder.
    pub builders: Option<usize>,
    /// The type of decimals.
    pub decimals: Option<Decimals>,
    /// The types of dates, times and timestamps.
    pub dates: Option<Dates>,
}

/// A setting for a path.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RustSetting {
    /// The path.
    pub path: String,
    /// The location of the path.
    pub path_span: Span,
    /// The value as Rust source. Code generation checks that it is valid Rust.
    pub source: String,
    /// The location of the value.
    pub source_span: Span,
}

impl RustSettings {
    pub(super) fn read(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let read = Properties::read(node, "[rust]", &PROPERTIES, Casing::Kebab, diagnostics);
        let Some(mut properties) = read else { return Self::default() };
        let attribute = "\"#[derive(PartialOrd)]\"";
        Self {
            type_attributes: by_path(&mut properties, "typeAttributes", attribute, true),
            field_attributes: by_path(&mut properties, "fieldAttributes", "\"#[deprecated]\"", true),
            string_types: by_path(&mut properties, "stringTypes", "\"::std::sync::Arc<str>\"", false),
            extern_paths: by_path(&mut properties, "externPaths", "\"::common_events\"", false),
            serde: properties.boolean("serde").map(|serde| serde.value),
            borrowed: properties.boolean("borrowed").map(|borrowed| borrowed.value),
            builders: properties
                .number("builders", 0..=u32::MAX)
                .and_then(|fields| usize::try_from(fields.value).ok()),
            decimals: properties.one_of("decimals", &DECIMALS).map(|decimals| decimals.value),
            dates: properties.one_of("dates", &DATES).map(|dates| dates.value),
        }
    }
}

/// A table from paths to Rust source; with `several`, also to lists of it.
fn by_path(
    properties: &mut Properties<'_, '_>,
    name: &str,
    example: &str,
    several: bool,
) -> Vec<RustSetting> {
    let Some(node) = properties.get(name) else { return Vec::new() };
    let name = properties.casing.of(name);
    let Value::Object(members) = &node.value else {
        let example = format!("{name} = {{ \".com.example.Order\" = {example} }}");
        properties.diagnostics.push(wrong_kind(&format!("`{name}`"), "a table of paths", &example, node));
        return Vec::new();
    };
    let expected = if several { "a string or a list of strings" } else { "a string" };
    let mut settings = Vec::new();
    for member in members {
        let values = match &member.value.value {
            Value::Array(items) if several => items.as_slice(),
            _ => slice::from_ref(&member.value),
        };
        for value in values {
            match value.as_str() {
                Some(source) => settings.push(RustSetting {
                    path: member.name.clone(),
                    path_span: member.name_span.clone(),
                    source: source.to_owned(),
                    source_span: value.span.clone(),
                }),
                None => properties.diagnostics.push(wrong_kind(
                    &format!("`{}` in `{name}`", member.name),
                    expected,
                    // A path without quotes is a table in TOML.
                    &format!("the path in quotes: \".com.example.Order\" = {example}"),
                    value,
                )),
            }
        }
    }
    settings
}
