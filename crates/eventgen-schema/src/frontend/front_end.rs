//! The interface of a schema language.

use std::any::Any;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::PathBuf;

use super::context::Context;
use super::derived::DerivedSchema;
use super::description::of_graph;
use super::key::{KeyDefinition, KeyField, KeyProblem, KeyText};
use super::schema_file::SchemaFile;
use super::schemas::Schemas;
use crate::compatibility::{Element, Incompatibility, RuleSet};
use crate::contract::{Contract, Description, Event, FieldPath, ReferencedSchema};
use crate::diagnostics::Diagnostics;
use crate::source::{SourceId, Sources, Span};

/// A language that schemas are written in.
pub trait FrontEnd: Debug + Send + Sync {
    /// The name of the language in the API of a Schema Registry, such as `AVRO`.
    fn schema_type(&self) -> &'static str;

    /// The extensions of its files, without the dot.
    fn extensions(&self) -> &'static [&'static str];

    /// Reads files and what they import. All diagnostics go to the context.
    fn read(&self, input: &Input<'_>, context: &mut Context<'_>) -> Schemas;

    /// Checks the files once more, if no other errors were found.
    fn confirm(&self, _schemas: &Schemas, _context: &mut Context<'_>) {}

    /// Parses one version of a schema, as a registry keeps it. `references` are the texts of the schemas that it refers
    /// to, and of those that they refer to, by name.
    ///
    /// # Errors
    /// The text is not a schema.
    fn parse(
        &self,
        text: &str,
        references: &BTreeMap<String, String>,
    ) -> Result<Box<dyn Version>, Diagnostics>;

    /// The locations of everything that a file defines. Errors of the file are not reported.
    fn places(&self, _sources: &Sources, _file: SourceId) -> BTreeMap<Element, Span> {
        BTreeMap::new()
    }

    /// The schemas of a contract that are compared with others by name, those without an annotation among them. The name
    /// of a schema that has none is empty.
    fn schemas(&self, _contract: &Contract) -> Vec<ReferencedSchema> {
        Vec::new()
    }

    /// The text of a schema without its space, for fingerprints.
    fn normalize(&self, text: &str) -> String {
        text.trim().to_owned()
    }

    /// A schema of a registry as a file.
    fn file(&self, text: &str) -> SchemaFile {
        let extension = self.extensions().first().copied().unwrap_or_default();
        SchemaFile::new(text.to_owned(), extension, None)
    }

    /// The text of a schema that a client has registered in another form of the language, such as a descriptor.
    fn source_of<'a>(&self, text: &'a str) -> Cow<'a, str> {
        Cow::Borrowed(text)
    }

    /// The numbers of the fields of a path, if the language identifies fields by numbers; else none.
    fn field_numbers(&self, _contract: &Contract, _event: &Event, _path: &FieldPath) -> Vec<u32> {
        Vec::new()
    }

    /// The schema of a typed key. `None` if the language has none.
    ///
    /// # Errors
    /// The fields have no schema as a key, or the name of its record is taken.
    fn key_schema(&self, _key: &KeyDefinition<'_>) -> Option<Result<KeyText, KeyProblem>> {
        None
    }

    /// Describes an event of the language for people.
    fn describe(&self, contract: &Contract, event: &Event) -> Description {
        of_graph(contract.types_of(event), event.type_id)
    }
}

/// The input of a front end.
#[derive(Debug)]
pub struct Input<'a> {
    /// The files of the language.
    pub files: &'a [PathBuf],
    /// The files and folders that the user names.
    pub paths: &'a [PathBuf],
    /// The files and folders that `eventgen.toml` lists.
    pub listed: &'a [PathBuf],
    /// The folders that imports are searched in, in order.
    pub includes: &'a [PathBuf],
    /// A schema that is derived from a Rust type, if it is in this language.
    pub derived: Option<&'a DerivedSchema>,
    /// Whether schemas are registered with the annotations in them.
    pub keeps_annotations: bool,
}

/// A parsed version of a schema, which can be compared with other versions.
pub trait Version: Any + Debug + Send + Sync {
    /// What a registry compares when it is asked whether it has a schema: nothing of space, comments and the order of
    /// attributes. `text` is the one that was parsed.
    fn content(&self, text: &str) -> Vec<u8> {
        text.trim().as_bytes().to_vec()
    }

    /// The form that clients which cannot read the language ask for (`format=serialized`); `None` if there is none.
    fn serialized(&self) -> Option<Vec<u8>> {
        None
    }

    /// The fields of the record or of the first message, and of those in it, that a key can be made of.
    fn key_fields(&self) -> Vec<KeyField> {
        Vec::new()
    }

    /// The full name of the message, if the schema is that of a typed key in a language with messages: what `keyFormat` makes of
    /// such fields has the same content. `None` for other languages.
    ///
    /// # Errors
    /// Why `keyFormat` does not make the schema.
    fn key_message(&self) -> Option<Result<String, String>> {
        None
    }

    /// Every reason for which `rules` forbid that this version reads what `writer` wrote. `None` if the two are of
    /// different languages.
    fn incompatibilities(&self, writer: &dyn Version, rules: RuleSet) -> Option<Vec<Incompatibility>>;

    /// What changed since the version `old` in JSON and in code, whoever reads. `None` if the two are of different
    /// languages.
    fn changes_since(&self, old: &dyn Version) -> Option<Vec<Incompatibility>>;
}
