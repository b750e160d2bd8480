//! Schemas of requests and of responses. The front end of a language interprets them.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use eventgen::SchemaType;
use eventgen_schema::SchemaVersion;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use super::error::Refusal;
use super::qualified::Qualified;

/// The schema of a request.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewSchema {
    #[serde(rename = "schema")]
    pub(super) text: String,
    #[serde(default, deserialize_with = "default_if_null")]
    pub(super) schema_type: SchemaType,
    #[serde(default, deserialize_with = "default_if_null")]
    pub(super) references: Vec<Reference>,
    /// The id that the schema has elsewhere, in the mode `IMPORT`.
    #[serde(default, deserialize_with = "positive")]
    pub(super) id: Option<u32>,
    /// The version that it has there.
    #[serde(default, deserialize_with = "positive")]
    pub(super) version: Option<u32>,
}

/// A reference to a version of another subject.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Reference {
    pub(super) name: String,
    pub(super) subject: String,
    /// -1 is the latest. What is stored has its number.
    pub(super) version: i64,
}

fn default_if_null<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Clients write 0 or -1 for none.
fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let number = Option::<i64>::deserialize(deserializer)?;
    Ok(number.and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0))
}

impl NewSchema {
    /// Takes the context off references that have that of their schema: a store knows none.
    pub(super) fn unqualified(mut self, context: &str) -> Self {
        for reference in &mut self.references {
            let qualified = Qualified::new(&reference.subject);
            if qualified.context == context {
                reference.subject = qualified.subject;
            }
        }
        self
    }

    /// Parses it; `referred` are the texts of references by name.
    pub(super) fn parse(self, referred: &BTreeMap<String, String>) -> Result<Schema, Refusal> {
        let parsed = SchemaVersion::parse(self.schema_type.as_str(), &self.text, referred)
            .map_err(|error| Refusal::InvalidSchema(error.to_string()))?;
        Ok(Schema { language: self.schema_type, references: self.references, parsed })
    }
}

/// A schema that has been parsed.
#[derive(Debug)]
pub(super) struct Schema {
    language: SchemaType,
    pub(super) references: Vec<Reference>,
    pub(super) parsed: SchemaVersion,
}

impl Schema {
    /// Whether both have the same id.
    pub(super) fn equals(&self, other: &Self) -> bool {
        self.parsed.has_content_of(&other.parsed) && self.references == other.references
    }

    /// Identifies the content in all registries of this kind: a hash (FNV-1a, 128 bits), written as a UUID.
    pub(super) fn guid(&self) -> String {
        const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
        const PRIME: u128 = 0x0100_0000_0000_0000_0000_013b;
        let references = json!(self.references).to_string();
        let parts = [self.language.as_str().as_bytes(), self.parsed.content(), references.as_bytes()];
        let bytes = parts.into_iter().flatten();
        let hash = bytes.fold(OFFSET, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME));
        let hex = format!("{hash:032x}");
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }

    /// The text in the form that a request asks for: `serialized` is a descriptor of Protobuf in base64.
    pub(super) fn text(&self, format: &str) -> String {
        let serialized = (format == "serialized").then(|| self.parsed.serialized()).flatten();
        serialized.map_or_else(|| self.parsed.text().to_owned(), |bytes| BASE64_STANDARD.encode(bytes))
    }

    /// The schema in a response. Responses omit the default type, which is Avro.
    pub(super) fn described(&self, format: &str) -> Value {
        let mut described = json!({ "schema": self.text(format), "guid": self.guid() });
        if self.language != SchemaType::default() {
            described["schemaType"] = json!(self.language);
        }
        if !self.references.is_empty() {
            described["references"] = json!(self.references);
        }
        described
    }
}
