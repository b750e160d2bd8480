//! Schemas of requests. The front end of a language interprets them.

use std::collections::BTreeMap;

use eventgen::SchemaType;
use eventgen_schema::SchemaVersion;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::Refusal;

/// The schema of a request.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewSchema {
    #[serde(rename = "schema")]
    pub(super) text: String,
    #[serde(default)]
    pub(super) schema_type: SchemaType,
    #[serde(default)]
    pub(super) references: Vec<Reference>,
}

/// A reference to a version of another subject.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Reference {
    pub(super) name: String,
    pub(super) subject: String,
    pub(super) version: u32,
}

impl NewSchema {
    /// Parses it; `referred` are the texts of references by name.
    pub(super) fn parse(&self, referred: &BTreeMap<String, String>) -> Result<SchemaVersion, Refusal> {
        SchemaVersion::parse(self.schema_type.as_str(), &self.text, referred)
            .map_err(|error| Refusal::InvalidSchema(error.to_string()))
    }

    /// The schema in a response. Responses omit the default type, which is Avro.
    pub(super) fn described(&self) -> Value {
        let mut described = json!({ "schema": self.text });
        if self.schema_type != SchemaType::default() {
            described["schemaType"] = json!(self.schema_type);
        }
        if !self.references.is_empty() {
            described["references"] = json!(self.references);
        }
        described
    }
}
