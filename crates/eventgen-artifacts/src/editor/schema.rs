//! The parts of a JSON schema (draft 7, which every editor reads) that are used here.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// A JSON schema.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Schema {
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    pub(super) dialect: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<&'static str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) description: String,
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<&'static str>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<&'static str>,
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub(super) choices: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) default: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) minimum: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) maximum: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pattern: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min_length: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_length: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) items: Option<Box<Schema>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min_items: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_items: Option<usize>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) properties: BTreeMap<String, Schema>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) pattern_properties: BTreeMap<&'static str, Schema>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) required: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) additional_properties: Option<Additional>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) any_of: Vec<Schema>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) all_of: Vec<Schema>,
    #[serde(rename = "if", skip_serializing_if = "Option::is_none")]
    pub(super) condition: Option<Box<Schema>>,
    #[serde(rename = "then", skip_serializing_if = "Option::is_none")]
    pub(super) consequence: Option<Box<Schema>>,
    #[serde(rename = "else", skip_serializing_if = "Option::is_none")]
    pub(super) alternative: Option<Box<Schema>>,
    #[serde(rename = "not", skip_serializing_if = "Option::is_none")]
    pub(super) negated: Option<Box<Schema>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) definitions: BTreeMap<&'static str, Schema>,
}

/// The properties of an object that have no schema by their names.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(super) enum Additional {
    /// `false`: there are none.
    None(bool),
    Like(Box<Schema>),
}

impl Schema {
    /// The root of a file.
    pub(super) fn root(title: &'static str) -> Self {
        Self {
            dialect: Some("http://json-schema.org/draft-07/schema#"),
            title: Some(title),
            ..Self::default()
        }
    }

    pub(super) fn of(kind: &'static str) -> Self {
        Self { kind: Some(kind), ..Self::default() }
    }

    pub(super) fn reference(to: &'static str) -> Self {
        Self { reference: Some(to), ..Self::default() }
    }

    /// Text that a pattern matches.
    pub(super) fn text(pattern: impl Into<String>) -> Self {
        Self { pattern: Some(pattern.into()), ..Self::of("string") }
    }

    pub(super) fn any_of(schemas: impl IntoIterator<Item = Self>) -> Self {
        Self { any_of: schemas.into_iter().collect(), ..Self::default() }
    }

    /// A value that is one of these words.
    pub(super) fn one_of(words: &[&str]) -> Self {
        Self { choices: words.iter().map(|word| Value::from(*word)).collect(), ..Self::of("string") }
    }

    pub(super) fn list(items: Self) -> Self {
        Self { items: Some(Box::new(items)), ..Self::of("array") }
    }

    /// An object with names of any kind.
    pub(super) fn map(values: Self) -> Self {
        Self { additional_properties: Some(Additional::Like(Box::new(values))), ..Self::of("object") }
    }

    /// A value that is refused wherever it is.
    pub(super) fn never(why: &str) -> Self {
        Self { description: why.to_owned(), negated: Some(Box::default()), ..Self::default() }
    }

    pub(super) fn describe(self, about: impl Into<String>) -> Self {
        Self { description: about.into(), ..self }
    }
}
