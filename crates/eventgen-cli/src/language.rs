//! The schema languages: what a contract registers of each, and how compatibility is checked in each. Nothing else in
//! the command depends on the language.

use std::collections::BTreeMap;

use eventgen_registry::registration::{CompatibilityChecker, ResolvedSchema};
use eventgen_registry::{Compatibility, SchemaType};
use eventgen_schema::contract::{self, ProtobufFile};
use eventgen_schema::{Contract, Diagnostics, Event, EventFormat, avro, compatibility, protobuf};

/// The language of an event's schema.
pub(crate) fn schema_type(event: &Event) -> SchemaType {
    match event.format {
        EventFormat::Avro { .. } => SchemaType::AVRO,
        EventFormat::Protobuf { .. } => SchemaType::PROTOBUF,
    }
}

/// The file that defines an event, where it may import others.
pub(crate) fn file<'a>(contract: &'a Contract, event: &Event) -> Option<&'a ProtobufFile> {
    match &event.format {
        EventFormat::Avro { .. } => None,
        EventFormat::Protobuf { file, .. } => contract.protobuf.files.get(file),
    }
}

/// Checks compatibility by the rules of the registries.
pub(crate) struct Checker;

impl CompatibilityChecker for Checker {
    fn check(
        &self,
        level: Compatibility,
        new: &ResolvedSchema,
        existing: &[ResolvedSchema],
    ) -> Result<Vec<String>, String> {
        let level =
            level.as_str().parse().map_err(|error: contract::UnknownCompatibility| error.to_string())?;
        let reasons = if new.schema_type == SchemaType::PROTOBUF {
            let (new, existing) = parse_all(new, existing, protobuf::parse_schema)?;
            protobuf::compatibility::check_level(level, &new, &existing)
        } else {
            let (new, existing) = parse_all(new, existing, |text, _| avro::parse_schema(text))?;
            compatibility::check_level(level, &new, &existing)
        };
        Ok(reasons.iter().map(ToString::to_string).collect())
    }
}

/// Parses a schema and the versions before it. All of them are in one language.
fn parse_all<S>(
    new: &ResolvedSchema,
    existing: &[ResolvedSchema],
    parse: impl Fn(&str, &BTreeMap<String, String>) -> Result<S, Diagnostics>,
) -> Result<(S, Vec<S>), String> {
    let parse = |schema: &ResolvedSchema| {
        if schema.schema_type != new.schema_type {
            return Err(format!(
                "a version is in {}, the new schema in {}",
                schema.schema_type, new.schema_type
            ));
        }
        parse(&schema.text, &schema.references).map_err(|errors| errors.to_string())
    };
    Ok((parse(new)?, existing.iter().map(parse).collect::<Result<_, _>>()?))
}
