//! Compatibility judged here, where the registry cannot be asked.

use std::collections::BTreeMap;

use eventgen_registry::SchemaFormat;
use eventgen_registry::{RegistryClient, SubjectVersion, VersionNumber};
use eventgen_schema::compatibility::{Incompatibility, check_level};
use eventgen_schema::{avro, protobuf};

use crate::failure::Failure;
use crate::register::Subject;

/// Why the contract's level forbids a schema behind the versions that are there; `None` if it does not.
pub(crate) fn refusals_by_level(
    registry: &RegistryClient,
    subject: &Subject<'_>,
) -> Result<Option<Vec<String>>, Failure> {
    let level = subject.level().unwrap_or_default();
    let mut existing = Vec::new();
    for number in registry.versions(subject.name)? {
        existing.extend(registry.version(subject.name, VersionNumber::Number(number))?);
    }
    let reasons: Vec<Incompatibility> = match subject.format() {
        SchemaFormat::Avro => {
            let existing = existing.iter().map(|version| avro::parse_schema(&version.text));
            let existing = existing.collect::<Result<Vec<_>, _>>()?;
            check_level(level, &avro::parse_schema(subject.text)?, &existing)
        }
        SchemaFormat::Protobuf => {
            let mut parsed = Vec::with_capacity(existing.len());
            for version in &existing {
                let mut files = BTreeMap::new();
                referred(registry, version, &mut files)?;
                parsed.push(protobuf::parse_schema(&version.text, &files)?);
            }
            let new = protobuf::parse_schema(subject.text, &subject.files)?;
            protobuf::compatibility::check_level(level, &new, &parsed)
        }
    };
    Ok((!reasons.is_empty()).then(|| reasons.iter().map(ToString::to_string).collect()))
}

/// The texts of what a version refers to, by name.
fn referred(
    registry: &RegistryClient,
    version: &SubjectVersion,
    files: &mut BTreeMap<String, String>,
) -> Result<(), Failure> {
    for reference in &version.references {
        if files.contains_key(&reference.name) {
            continue;
        }
        let number = VersionNumber::Number(reference.version);
        if let Some(version) = registry.version(&reference.subject, number)? {
            files.insert(reference.name.clone(), version.text.clone());
            referred(registry, &version, files)?;
        }
    }
    Ok(())
}
