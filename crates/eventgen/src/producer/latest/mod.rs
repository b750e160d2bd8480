//! Writes events in the latest version of their subjects instead of the schema of this build (Confluent's
//! `use.latest.version`).

#[cfg(feature = "avro")]
mod avro;
mod conversion;
mod list;
#[cfg(feature = "protobuf")]
mod protobuf;

pub(super) use conversion::Conversion;

use crate::registry::{RegisteredSchema, RegistryClient, SubjectVersion, VersionNumber};
use crate::{Error, EventKind};

/// The latest version of the subject of an event, and how events are written in it: `None` if as in the schema of this build.
pub(super) type Latest = (SubjectVersion, Option<Box<dyn Conversion>>);

/// Finds the latest version of the subject of an event. `None` if the subject has none.
///
/// # Errors
/// [`Error::LatestVersion`] if the version cannot be written, or the registry does not answer.
pub(super) async fn latest(registry: &RegistryClient, kind: &EventKind) -> Result<Option<Latest>, Error> {
    let Some(version) = registry.version(kind.subject, VersionNumber::Latest).await? else {
        return Ok(None);
    };
    let failed = |reason: String| Error::LatestVersion {
        event: kind.name,
        subject: kind.subject,
        version: version.version,
        reason,
    };
    if version.schema_type != kind.schema().schema_type() {
        return Err(failed(format!("it is in {}", version.schema_type)));
    }
    let mut schema = RegisteredSchema::new(version.schema_type.clone(), version.text.as_str());
    schema.references.clone_from(&version.references);
    let referenced = registry.referenced_schemas(&schema).await?;
    let referenced =
        referenced.ok_or_else(|| failed("the registry lacks a schema that it refers to".to_owned()))?;
    let referenced: Vec<String> = referenced.into_iter().map(|schema| schema.text).collect();
    let conversion = list::conversion(kind, &version.text, &referenced).map_err(failed)?;
    Ok(Some((version, conversion)))
}
