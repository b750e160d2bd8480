//! What a registry says.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::SchemaFormat;

/// Names a schema in one registry: equal content has one id across subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(transparent)]
pub struct SchemaId(pub u32);

impl fmt::Display for SchemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A version of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionNumber {
    /// The newest.
    Latest,
    /// Versions count from 1.
    Number(u32),
}

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => f.write_str("latest"),
            Self::Number(number) => number.fmt(f),
        }
    }
}

/// A schema as a registry keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RegisteredSchema {
    /// Its language in the registry's word; registries leave it out for Avro.
    #[serde(default = "avro", deserialize_with = "avro_if_null")]
    pub schema_type: String,
    /// Its text: the registry may have reordered and re-spaced it.
    #[serde(rename = "schema")]
    pub text: String,
    /// Schemas of other subjects that it refers to.
    #[serde(default, deserialize_with = "empty_if_null")]
    pub references: Vec<SchemaReference>,
}

/// A schema to be registered, looked up or checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewSchema<'a> {
    /// Its language.
    pub format: SchemaFormat,
    /// Its text.
    pub text: &'a str,
    /// Schemas of other subjects that it refers to; they are registered already.
    pub references: &'a [SchemaReference],
}

impl<'a> NewSchema<'a> {
    /// A schema that refers to no other.
    pub const fn new(format: SchemaFormat, text: &'a str) -> Self {
        Self { format, text, references: &[] }
    }
}

/// A reference from one schema to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaReference {
    /// The name used in the referring schema: an Avro full name or a Protobuf import path.
    pub name: String,
    /// The subject of the other schema.
    pub subject: String,
    /// Its version there.
    pub version: u32,
}

/// A schema under a subject.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct SubjectVersion {
    /// The subject.
    pub subject: String,
    /// Its version there.
    pub version: u32,
    /// Its id.
    pub id: SchemaId,
    /// Its text.
    #[serde(rename = "schema")]
    pub text: String,
    /// Schemas of other subjects that it refers to.
    #[serde(default, deserialize_with = "empty_if_null")]
    pub references: Vec<SchemaReference>,
}

/// Whether a registry would accept a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompatibilityVerdict {
    /// Whether it would.
    pub is_compatible: bool,
    /// What is incompatible, where the registry says so.
    pub messages: Vec<String>,
}

fn avro_if_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(avro))
}

fn empty_if_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<SchemaReference>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

fn avro() -> String {
    SchemaFormat::Avro.as_str().to_owned()
}
