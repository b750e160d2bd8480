//! Schemas of requests, in every language.

use std::collections::BTreeMap;

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
    #[serde(default, rename = "schemaType")]
    pub(super) format: Format,
    #[serde(default)]
    pub(super) references: Vec<Reference>,
}

/// The schema language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Format {
    #[default]
    Avro,
    Protobuf,
}

impl Format {
    fn as_str(self) -> &'static str {
        match self {
            Self::Avro => "AVRO",
            Self::Protobuf => "PROTOBUF",
        }
    }
}

/// A reference to a version of another subject.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Reference {
    pub(super) name: String,
    pub(super) subject: String,
    pub(super) version: u32,
}

impl NewSchema {
    /// Parses it; `referred` are the texts of references by name. (Avro's are not resolved: a schema of ours holds all
    /// its types.)
    pub(super) fn parse(&self, referred: &BTreeMap<String, String>) -> Result<SchemaVersion, Refusal> {
        SchemaVersion::parse(self.format.as_str(), &self.text, referred)
            .map_err(|error| Refusal::InvalidSchema(error.to_string()))
    }

    /// The content, which equal schemas share: Avro in any order and spacing, Protobuf as written, with the references.
    pub(super) fn content(&self) -> Result<Value, Refusal> {
        let schema = match self.format {
            Format::Avro => {
                serde_json::from_str(&self.text).map_err(|error| Refusal::InvalidSchema(error.to_string()))?
            }
            Format::Protobuf => Value::from(self.text.trim()),
        };
        Ok(json!({ "type": self.format, "schema": schema, "references": self.references }))
    }

    /// The schema in a response. Responses omit the type of Avro.
    pub(super) fn described(&self) -> Value {
        let mut described = json!({ "schema": self.text });
        if self.format != Format::Avro {
            described["schemaType"] = json!(self.format);
        }
        if !self.references.is_empty() {
            described["references"] = json!(self.references);
        }
        described
    }
}
