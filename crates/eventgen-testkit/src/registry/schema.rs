//! Schemas of requests, in every language.

use std::collections::BTreeMap;

use eventgen_schema::compatibility::{self, Incompatibility, IncompatibilityKind};
use eventgen_schema::{Diagnostics, avro, protobuf};
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
    pub(super) fn parse(&self, referred: &BTreeMap<String, String>) -> Result<Parsed, Refusal> {
        let invalid = |mistakes: Diagnostics| Refusal::InvalidSchema(mistakes.to_string());
        Ok(match self.format {
            Format::Avro => Parsed::Avro(avro::parse_schema(&self.text).map_err(invalid)?),
            Format::Protobuf => {
                Parsed::Protobuf(protobuf::parse_schema(&self.text, referred).map_err(invalid)?)
            }
        })
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

/// A schema that has been parsed.
#[derive(Debug, Clone)]
pub(super) enum Parsed {
    Avro(avro::ParsedSchema),
    Protobuf(protobuf::ParsedSchema),
}

impl Parsed {
    /// Why this, a reader's, cannot read what a writer wrote.
    pub(super) fn incompatibilities(&self, writer: &Self) -> Vec<Incompatibility> {
        match (self, writer) {
            (Self::Avro(reader), Self::Avro(writer)) => compatibility::check(reader, writer),
            (Self::Protobuf(reader), Self::Protobuf(writer)) => {
                protobuf::compatibility::check(reader, writer)
            }
            _ => vec![Incompatibility {
                kind: IncompatibilityKind::FormatChanged,
                path: String::new(),
                message: "the schema language differs".to_owned(),
            }],
        }
    }
}
