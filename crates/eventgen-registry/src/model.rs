//! The data of the REST interface.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::SchemaType;

/// The id of a schema in one registry. Equal content has one id across subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(transparent)]
pub struct SchemaId(pub u32);

impl fmt::Display for SchemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The id of a schema in every registry that has it (Confluent's registry since version 8): a UUID of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "String")]
pub struct SchemaGuid(pub [u8; 16]);

impl fmt::Display for SchemaGuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            let hyphen = if matches!(index, 4 | 6 | 8 | 10) { "-" } else { "" };
            write!(f, "{hyphen}{byte:02x}")?;
        }
        Ok(())
    }
}

impl From<SchemaGuid> for String {
    fn from(guid: SchemaGuid) -> Self {
        guid.to_string()
    }
}

impl SchemaGuid {
    /// Reads a UUID in hexadecimal digits, with hyphens or without; `None` if the text is none.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|char| *char != '-').collect();
        let is_hexadecimal = digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = u128::from_str_radix(&digits, 16).ok().filter(|_| is_hexadecimal)?;
        Some(Self(number.to_be_bytes()))
    }
}

/// What names the schema of a record. In JSON, an id is a number and a guid is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum SchemaKey {
    /// An id of one registry.
    Id(SchemaId),
    /// An id of all registries.
    Guid(SchemaGuid),
}

impl fmt::Display for SchemaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Guid(guid) => guid.fmt(f),
        }
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

/// A schema as a registry stores it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RegisteredSchema {
    /// The schema language. Registries omit it for Avro.
    #[serde(default, deserialize_with = "default_if_null")]
    pub schema_type: SchemaType,
    /// The text. The registry may have reordered and re-spaced it.
    #[serde(rename = "schema")]
    pub text: String,
    /// The schemas of other subjects that it refers to.
    #[serde(default, deserialize_with = "default_if_null")]
    pub references: Vec<SchemaReference>,
}

impl RegisteredSchema {
    /// A schema that refers to no other.
    pub fn new(schema_type: SchemaType, text: impl Into<String>) -> Self {
        Self { schema_type, text: text.into(), references: Vec::new() }
    }
}

/// A schema to register, to look up or to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSchema<'a> {
    /// The schema language.
    pub schema_type: SchemaType,
    /// The text.
    pub text: &'a str,
    /// The registered schemas of other subjects that it refers to.
    pub references: &'a [SchemaReference],
}

impl<'a> NewSchema<'a> {
    /// A schema that refers to no other.
    pub const fn new(schema_type: SchemaType, text: &'a str) -> Self {
        Self { schema_type, text, references: &[] }
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

/// A version of a subject.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SubjectVersion {
    /// The subject.
    pub subject: String,
    /// The number of the version in the subject.
    pub version: u32,
    /// The id of the schema.
    pub id: SchemaId,
    /// Its id in every registry, if this registry has such ids.
    #[serde(default, deserialize_with = "guid")]
    pub guid: Option<SchemaGuid>,
    /// The schema language. Registries omit it for Avro.
    #[serde(default, deserialize_with = "default_if_null")]
    pub schema_type: SchemaType,
    /// The text. The registry may have reordered and re-spaced it.
    #[serde(rename = "schema")]
    pub text: String,
    /// The schemas of other subjects that it refers to.
    #[serde(default, deserialize_with = "default_if_null")]
    pub references: Vec<SchemaReference>,
}

/// Whether a registry would accept a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompatibilityOutcome {
    /// Whether it would.
    pub is_compatible: bool,
    /// What is incompatible, where the registry says so.
    pub messages: Vec<String>,
    /// Whether only the latest version was compared, because the registry has no call that compares all (Karapace).
    pub latest_only: bool,
}

fn guid<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SchemaGuid>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.and_then(|text| SchemaGuid::parse(&text)))
}

fn default_if_null<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
