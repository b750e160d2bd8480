//! References between schemas: those of an embedded schema are looked up, those of a registered schema are fetched.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    NewSchema, RegisteredSchema, RegistryClient, RegistryError, Schema, SchemaReference, Subject,
    SubjectReference, SubjectVersion,
};

/// A schema that another one refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReferencedSchema {
    /// The name in the referring schema: an Avro full name or a Protobuf import path.
    pub name: String,
    /// The text of the schema.
    pub text: String,
}

impl ReferencedSchema {
    /// A schema with the name by which another one refers to it.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }
}

impl RegistryClient {
    /// Looks up the version under which a subject has an event's schema. `None` if the subject lacks it, or if the
    /// registry lacks a schema that it refers to.
    ///
    /// # Errors
    /// As [`look_up`](Self::look_up).
    pub async fn look_up_schema(
        &self,
        subject: &str,
        schema: Schema,
    ) -> Result<Option<SubjectVersion>, RegistryError> {
        let subjects = schema.subjects(subject);
        let mut versions = Versions::default();
        let mut found = None;
        for subject in &subjects {
            let Some(references) = versions.references(subject) else { return Ok(None) };
            found = self.look_up(&subject.name, &subject.schema(&references)).await?;
            let Some(version) = &found else { return Ok(None) };
            versions.insert(&subject.name, &version.subject, version.version);
        }
        Ok(found)
    }

    /// Fetches all schemas that a registered schema refers to, directly or through others. What a schema refers to
    /// comes before it. A name that several schemas refer to, in whichever version, occurs once: the first that is met,
    /// as in Confluent's Java client. `None` if the registry lacks one of them.
    ///
    /// # Errors
    /// As [`version`](Self::version).
    pub async fn referenced_schemas(
        &self,
        schema: &RegisteredSchema,
    ) -> Result<Option<Vec<ReferencedSchema>>, RegistryError> {
        self.fetch_references(&schema.references).await
    }

    pub(crate) async fn fetch_references(
        &self,
        references: &[SchemaReference],
    ) -> Result<Option<Vec<ReferencedSchema>>, RegistryError> {
        let mut schemas = Vec::new();
        let mut seen = BTreeSet::new();
        // Depth first with a stack on the heap: a chain of references has any length.
        let mut open = vec![(None, Vec::from(references).into_iter())];
        while let Some((_, references)) = open.last_mut() {
            let Some(reference) = references.next() else {
                schemas.extend(open.pop().and_then(|(schema, _)| schema));
                continue;
            };
            if seen.insert(reference.name.clone()) {
                let Some(found) = self.referenced_version(&reference).await? else { return Ok(None) };
                let schema = ReferencedSchema { name: reference.name, text: found.text };
                open.push((Some(schema), found.references.into_iter()));
            }
        }
        Ok(Some(schemas))
    }
}

/// The registered versions of the subjects that others refer to, by their names in the contract. The registry may answer
/// with another name, so with that of a context.
#[derive(Debug, Default)]
pub(crate) struct Versions(BTreeMap<String, (String, u32)>);

impl Versions {
    /// Adds the version of a subject that the registry calls `answered`.
    pub(crate) fn insert(&mut self, subject: &str, answered: &str, version: u32) {
        self.0.insert(subject.to_owned(), (answered.to_owned(), version));
    }

    /// Removes it: another version is registered.
    pub(crate) fn remove(&mut self, subject: &str) {
        self.0.remove(subject);
    }

    /// The references of a subject; `None` if one of them is not registered.
    pub(crate) fn references(&self, subject: &Subject) -> Option<Vec<SchemaReference>> {
        let registered = |reference: &SubjectReference| {
            let (subject, version) = self.0.get(&reference.subject)?.clone();
            Some(SchemaReference { name: reference.name.clone(), subject, version })
        };
        subject.references.iter().map(registered).collect()
    }
}

impl Subject {
    /// The schema with the versions of what it refers to.
    pub(crate) fn schema<'a>(&'a self, references: &'a [SchemaReference]) -> NewSchema<'a> {
        NewSchema { schema_type: self.schema_type.clone(), text: &self.text, references }
    }
}
