//! The schema of a Rust type, which a derive made: text in the place of files.

use std::path::PathBuf;

use crate::avro::Root;
use crate::contract::{EventFormat, Protobuf};
use crate::diagnostics::Diagnostic;
use crate::json::parse_json;
use crate::protobuf::Annotated;
use crate::source::{Sources, Span};

/// A schema that was derived from a Rust type.
#[derive(Debug, Clone)]
pub struct DerivedSchema {
    /// What the text is called in messages, and as a file.
    path: PathBuf,
    text: String,
    /// Full names of types that are defined elsewhere.
    foreign: Vec<String>,
    language: Language,
}

#[derive(Debug, Clone)]
enum Language {
    Avro,
    /// With the full name of the message and its annotation, if it is an event.
    Protobuf(Option<(String, String)>),
}

impl DerivedSchema {
    /// Avro JSON in which the annotation has the words of `#[kafka(…)]`. `foreign` are the full names of types that it
    /// refers to and that are defined elsewhere.
    pub fn avro(path: impl Into<PathBuf>, text: String, foreign: Vec<String>) -> Self {
        Self { path: path.into(), text, foreign, language: Language::Avro }
    }

    /// The text of a `.proto` file. `foreign` are the full names of messages in it that stand for some that are defined
    /// elsewhere.
    pub fn protobuf(path: impl Into<PathBuf>, text: String, foreign: Vec<String>) -> Self {
        Self { path: path.into(), text, foreign, language: Language::Protobuf(None) }
    }

    /// Makes an event of the message of this name, the first of its file; `annotation` is JSON with the words of
    /// `#[kafka(…)]`.
    #[must_use]
    pub fn event(mut self, full_name: String, annotation: String) -> Self {
        self.language = Language::Protobuf(Some((full_name, annotation)));
        self
    }

    /// The path of the annotation that [`event`](Self::event) adds, in the sources of diagnostics. It differs from that of
    /// the text.
    #[must_use]
    pub fn annotation_path(&self) -> PathBuf {
        self.path.with_extension("kafka")
    }

    pub(crate) fn foreign(&self) -> &[String] {
        &self.foreign
    }

    /// The path and the text of a `.proto` file.
    pub(crate) fn message(&self) -> Option<(PathBuf, String)> {
        matches!(self.language, Language::Protobuf(_)).then(|| (self.path.clone(), self.text.clone()))
    }

    /// Reads what is Avro.
    pub(crate) fn read(&self, roots: &mut Vec<Root>, sources: &mut Sources, mistakes: &mut Vec<Diagnostic>) {
        if !matches!(self.language, Language::Avro) {
            return;
        }
        let foreign = self.foreign.iter().map(|name| foreign_definition(name)).collect::<Vec<_>>().join(",");
        let mut texts = vec![(self.path.clone(), self.text.clone())];
        if !foreign.is_empty() {
            texts.push((self.path.with_extension("foreign"), format!("[{foreign}]")));
        }
        for (path, text) in texts {
            let source = sources.add(path, text);
            match parse_json(sources, source) {
                Ok(node) => roots.push(Root::schema(node, None)),
                Err(found) => mistakes.extend(found),
            }
        }
    }

    /// The message that is an event.
    pub(crate) fn annotated(
        &self,
        protobuf: &Protobuf,
        sources: &mut Sources,
        mistakes: &mut Vec<Diagnostic>,
    ) -> Option<Annotated> {
        let Language::Protobuf(Some((full_name, annotation))) = &self.language else { return None };
        let source = sources.add(self.annotation_path(), annotation.clone());
        let annotation = parse_json(sources, source).map_err(|found| mistakes.extend(found)).ok()?;
        Some(Annotated {
            type_id: protobuf.types.find(full_name),
            full_name: full_name.clone(),
            span: Span { source, range: annotation.span.range.clone() },
            annotation,
            format: EventFormat::Protobuf { file: self.path.display().to_string(), message_indexes: vec![0] },
        })
    }
}

/// What stands for a type that is defined elsewhere, in the registered form of a type that refers to it.
pub fn foreign_definition(full_name: &str) -> String {
    format!("{{\"type\":\"record\",\"name\":\"{full_name}\",\"fields\":[]}}")
}
