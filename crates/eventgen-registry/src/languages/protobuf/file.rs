//! Protobuf files that import each other.

use crate::{SchemaType, Subject, SubjectReference};

/// A `.proto` file in its registered form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProtobufFile {
    /// The path by which others import it.
    pub name: &'static str,
    /// The subject under which it is registered when they do: its name, or what Confluent's
    /// `QualifiedReferenceSubjectNameStrategy` makes of it.
    pub subject: &'static str,
    /// Its text.
    pub text: &'static str,
    /// What it imports, without Google's well-known types, which every registry has.
    pub imports: &'static [&'static ProtobufFile],
}

impl ProtobufFile {
    /// The files with everything that they import, each once and after what it imports itself.
    pub(crate) fn in_order(files: &'static [&'static Self]) -> Vec<&'static Self> {
        let mut ordered: Vec<&Self> = Vec::new();
        // Depth first with a stack on the heap: a chain of imports has any length.
        let mut open: Vec<(Option<&Self>, std::slice::Iter<'_, &Self>)> = vec![(None, files.iter())];
        while let Some((file, imports)) = open.last_mut() {
            match imports.next() {
                Some(import) if ordered.iter().any(|known| known.name == import.name) => {}
                Some(import) => open.push((Some(import), import.imports.iter())),
                None => {
                    ordered.extend(*file);
                    open.pop();
                }
            }
        }
        ordered
    }

    /// The subject under which others refer to the file. Its compatibility level is not the contract's matter.
    pub(crate) fn subject(&self) -> Subject {
        let imports = self.imports.iter().map(|import| import.reference());
        Subject::new(self.subject, SchemaType::PROTOBUF, self.text).with_references(imports)
    }

    /// The file as others refer to it.
    pub(crate) fn reference(&self) -> SubjectReference {
        SubjectReference::new(self.name, self.subject)
    }
}
