//! Parses one schema with its references, as a registry stores it.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::{EnumDescriptor, FileDescriptor};

use super::compile::{Texts, compile};
use super::syntax::Written;
use crate::diagnostics::Diagnostics;
use crate::source::Sources;

/// The file name of a schema without a name.
const NAME: &str = "schema.proto";

/// One `.proto` file, as a registry stores it.
#[derive(Debug, Clone)]
pub struct ParsedSchema {
    pub(super) file: FileDescriptor,
    /// The syntax of each file.
    written: BTreeMap<String, Written>,
    /// The full names of closed enums.
    closed: BTreeSet<String>,
}

impl ParsedSchema {
    /// The syntax of the file or of one that it imports.
    pub(super) fn written(&self, file: &FileDescriptor) -> Written {
        self.written.get(file.name()).copied().unwrap_or(Written::Proto2)
    }

    /// Whether an enum of the file or of its imports has no values but those that are declared.
    pub(super) fn is_closed(&self, definition: &EnumDescriptor) -> bool {
        self.closed.contains(definition.full_name())
    }
}

/// Parses a schema; `references` are the texts of the files that it imports, and of those that they import, by name.
///
/// # Errors
/// The errors of the compiler, with spans in `text`.
pub fn parse_schema(text: &str, references: &BTreeMap<String, String>) -> Result<ParsedSchema, Diagnostics> {
    let mut sources = Sources::default();
    let mut texts = Texts::default();
    for (name, text) in references {
        texts.insert(name, text.clone());
    }
    // A registry does not store the schema's file name. It must differ from the names of the references.
    let mut name = NAME.to_owned();
    while references.contains_key(&name) {
        name.insert(0, '_');
    }
    texts.insert(&name, text.to_owned());
    let ids = BTreeMap::from([(name.clone(), sources.add(NAME, text.to_owned()))]);
    match compile(&texts) {
        Ok(compiled) => match compiled.pool.get_file_by_name(&name) {
            Some(file) => Ok(ParsedSchema { file, written: compiled.written, closed: compiled.closed }),
            None => Err(Diagnostics::new(sources, Vec::new())),
        },
        Err(errors) => {
            let diagnostics = errors.iter().flat_map(|error| error.diagnostics(&ids, &sources)).collect();
            Err(Diagnostics::new(sources, diagnostics))
        }
    }
}
