//! Compatibility of schemas, checked by the rules of the registries.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use eventgen_registry::Compatibility;
use eventgen_registry::registration::{CompatibilityChecker, ResolvedSchema};
use eventgen_schema::comparison::VersionText;
use eventgen_schema::compatibility::{RuleSet, check_level_with};
use eventgen_schema::{SchemaVersion, contract};

/// Checks compatibility by the rules of the registries, and keeps what they forbid for the report.
#[derive(Debug, Default)]
pub(crate) struct Checker {
    forbidden: Mutex<BTreeMap<String, Vec<Forbidden>>>,
}

/// A schema that a level forbids, with the versions that it was compared with, oldest first.
#[derive(Debug)]
pub(crate) struct Forbidden {
    pub(crate) level: contract::Compatibility,
    pub(crate) new: VersionText,
    pub(crate) versions: Vec<(String, VersionText)>,
}

impl Checker {
    /// What was forbidden, by subject.
    pub(crate) fn forbidden(self) -> BTreeMap<String, Vec<Forbidden>> {
        self.forbidden.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CompatibilityChecker for Checker {
    fn check(
        &self,
        level: Compatibility,
        new: &ResolvedSchema,
        existing: &[ResolvedSchema],
    ) -> Result<Vec<String>, String> {
        let level =
            level.as_str().parse().map_err(|error: contract::UnknownCompatibility| error.to_string())?;
        let parsed = parse(new)?;
        let old = existing.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        let check = |reader: &SchemaVersion, writer: &_| reader.incompatibilities(writer, RuleSet::Registry);
        let reasons = check_level_with(level, &parsed, &old, check);
        if !reasons.is_empty() {
            let versions = existing.iter().map(|schema| (shown(schema), text(schema))).collect();
            let forbidden = Forbidden { level, new: text(new), versions };
            let mut all = self.forbidden.lock().unwrap_or_else(PoisonError::into_inner);
            all.entry(new.subject.clone()).or_default().push(forbidden);
        }
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

fn text(schema: &ResolvedSchema) -> VersionText {
    VersionText::new(schema.schema_type.as_str(), schema.text.clone(), schema.references.clone())
}

fn shown(schema: &ResolvedSchema) -> String {
    match schema.version {
        Some(version) => format!("{} version {version}", schema.subject),
        None => format!("{}, registered with it", schema.subject),
    }
}
