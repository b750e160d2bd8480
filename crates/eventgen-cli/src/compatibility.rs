//! Compatibility of schemas, checked by the rules of the registries.

use eventgen_registry::Compatibility;
use eventgen_registry::registration::{CompatibilityChecker, ResolvedSchema};
use eventgen_schema::compatibility::{RuleSet, check_level_with};
use eventgen_schema::{SchemaVersion, contract};

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
        let new = parse(new)?;
        let existing = existing.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        let check = |reader: &SchemaVersion, writer: &_| reader.incompatibilities(writer, RuleSet::Registry);
        let reasons = check_level_with(level, &new, &existing, check);
        Ok(reasons.iter().map(ToString::to_string).collect())
    }
}

fn parse(schema: &ResolvedSchema) -> Result<SchemaVersion, String> {
    SchemaVersion::parse(schema.schema_type.as_str(), &schema.text, &schema.references).map_err(|error| {
        match schema.version {
            Some(version) => format!("version {version} of the subject cannot be read: {error}"),
            None => error.to_string(),
        }
    })
}
