//! References between schemas. Of those that generated code embeds, what they refer to is registered first; of those in
//! the registry, what they refer to is fetched.

use std::collections::BTreeSet;

use super::{
    NewSchema, RegisteredSchema, RegistryClient, RegistryError, SchemaId, SchemaReference, SubjectVersion,
};
use crate::{ProtobufFile, Schema, SchemaFormat};

impl RegistryClient {
    /// Registers an event's schema, and before it the files that it imports, each under its own name.
    ///
    /// # Errors
    /// As [`register`](Self::register).
    pub fn register_schema(&self, subject: &str, schema: &Schema) -> Result<SchemaId, RegistryError> {
        let version = |file: &NewSchema<'_>, name: &str| {
            self.register(name, file)?;
            // The registry answers with the id only; the version is in the look-up.
            self.look_up(name, file)
        };
        match references(schema, &version)? {
            Some(references) => self.register(subject, &new(schema, &references)),
            None => Err(RegistryError::UnexpectedAnswer {
                method: "POST".to_owned(),
                url: self.url().to_owned(),
                reason: "a schema that was just registered is not found".to_owned(),
            }),
        }
    }

    /// The version under which a subject has an event's schema; `None` if it has not, or if a file that the schema
    /// imports is not registered.
    ///
    /// # Errors
    /// As [`look_up`](Self::look_up).
    pub fn look_up_schema(
        &self,
        subject: &str,
        schema: &Schema,
    ) -> Result<Option<SubjectVersion>, RegistryError> {
        match references(schema, &|file, name| self.look_up(name, file))? {
            Some(references) => self.look_up(subject, &new(schema, &references)),
            None => Ok(None),
        }
    }

    /// The texts of all schemas that a registered schema refers to, directly or through others. What a text refers to is
    /// before it. A name that several refer to, in whichever version, is there once: the first that is met, as
    /// Confluent's Java client has it. `None` if the registry lacks one of them.
    ///
    /// # Errors
    /// As [`version`](Self::version).
    pub fn referenced_texts(&self, schema: &RegisteredSchema) -> Result<Option<Vec<String>>, RegistryError> {
        let mut texts = Vec::new();
        let complete = self.collect_texts(&schema.references, &mut BTreeSet::new(), &mut texts)?;
        Ok(complete.then_some(texts))
    }

    /// Appends the texts of references; says whether the registry has all of them.
    fn collect_texts(
        &self,
        references: &[SchemaReference],
        seen: &mut BTreeSet<String>,
        texts: &mut Vec<String>,
    ) -> Result<bool, RegistryError> {
        for reference in references {
            if !seen.insert(reference.name.clone()) {
                continue;
            }
            let Some(found) = self.referenced_version(reference)? else { return Ok(false) };
            if !self.collect_texts(&found.references, seen, texts)? {
                return Ok(false);
            }
            texts.push(found.text);
        }
        Ok(true)
    }
}

/// The references of a schema; `None` where a file has no version.
fn references(schema: &Schema, version: &Version<'_>) -> Result<Option<Vec<SchemaReference>>, RegistryError> {
    match schema {
        Schema::Avro { .. } => Ok(Some(Vec::new())),
        Schema::Protobuf { file, .. } => imports(file, version, &mut Vec::new()),
    }
}

/// Finds or makes the version of a file.
type Version<'a> = dyn Fn(&NewSchema<'_>, &str) -> Result<Option<SubjectVersion>, RegistryError> + 'a;

fn new<'a>(schema: &Schema, references: &'a [SchemaReference]) -> NewSchema<'a> {
    NewSchema { format: schema.format(), text: schema.text(), references }
}

/// The references of a file; `known` are those that have been seen to.
fn imports(
    file: &ProtobufFile,
    version: &Version<'_>,
    known: &mut Vec<SchemaReference>,
) -> Result<Option<Vec<SchemaReference>>, RegistryError> {
    let mut references = Vec::with_capacity(file.imports.len());
    for import in file.imports {
        let seen = known.iter().find(|known| known.name == import.name).cloned();
        let reference = match seen {
            Some(reference) => reference,
            None => {
                let Some(inner) = imports(import, version, known)? else { return Ok(None) };
                let file =
                    NewSchema { format: SchemaFormat::Protobuf, text: import.text, references: &inner };
                let Some(found) = version(&file, import.name)? else { return Ok(None) };
                let (name, subject) = (import.name.to_owned(), found.subject);
                let reference = SchemaReference { name, subject, version: found.version };
                known.push(reference.clone());
                reference
            }
        };
        references.push(reference);
    }
    Ok(Some(references))
}
