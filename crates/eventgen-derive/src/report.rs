//! Reports the diagnostics of the front end where the code is that they are about.

use std::fmt::Write as _;
use std::path::PathBuf;

use eventgen_schema::{Diagnostics, Severity, Sources};
use proc_macro2::Span;

use crate::errors::Errors;
use crate::model::document::Document;
use crate::package::folder;

/// A text that was made from code and given to the front end.
pub(crate) struct Source<'a> {
    /// The path under which the front end knows the text. Unlike the paths of files it is relative, and it differs from
    /// those of the other texts of the same load.
    pub(crate) path: PathBuf,
    pub(crate) document: &'a Document,
}

/// Reports diagnostics about texts that were made from code.
///
/// `placeholders` are names in the texts with what the user wrote in their place. `fallback` is the span of diagnostics
/// that are about no part of the code.
pub(crate) fn report(
    diagnostics: &Diagnostics,
    texts: &[Source<'_>],
    placeholders: &[(String, &str)],
    fallback: Span,
    errors: &mut Errors,
) {
    let sources = diagnostics.sources();
    for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error) {
        let mut span = fallback;
        let mut message = diagnostic.message.clone();
        for (index, (location, label)) in diagnostic.labels.iter().enumerate() {
            match document(sources, texts, location) {
                Some(document) => {
                    if index == 0 {
                        span = document.span(&location.range).unwrap_or(fallback);
                        message.push_str(": ");
                        message.push_str(label);
                    }
                }
                None => {
                    let position = sources.position(location.source, location.range.start);
                    let path = sources.path(location.source).display();
                    let _ = write!(message, "\n  {path}:{}:{}: {label}", position.line, position.column);
                }
            }
        }
        if let Some(help) = &diagnostic.help {
            message.push_str("\nhelp: ");
            message.push_str(help);
        }
        let _ = write!(message, "\n[{}]", diagnostic.code.id);
        errors.add(span, as_written(&message, placeholders));
    }
}

/// Reports diagnostics about files.
pub(crate) fn report_files(diagnostics: &Diagnostics, fallback: Span, errors: &mut Errors) {
    report(diagnostics, &[], &[], fallback, errors);
}

/// The document that a location is in; `None` for files and for the stubs of the front end.
fn document<'a>(
    sources: &Sources,
    texts: &[Source<'a>],
    location: &eventgen_schema::Span,
) -> Option<&'a Document> {
    let path = sources.path(location.source);
    texts.iter().find(|text| text.path == path).map(|text| text.document)
}

/// A message with the names of the user's code, and with paths relative to the package.
fn as_written(message: &str, placeholders: &[(String, &str)]) -> String {
    let message = message.replace(&format!("{}/", folder().display()), "");
    placeholders.iter().fold(message, |message, (placeholder, name)| message.replace(placeholder, name))
}

#[cfg(test)]
mod tests {
    use eventgen_schema::{DerivedSchema, Loader};

    use super::*;

    #[test]
    fn a_text_that_equals_a_document_is_not_that_document() {
        // The text equals that of the front end's stub for the foreign type, and both have an invalid name.
        let text = format!("[{}]", eventgen_schema::foreign_definition("com.example.Ot-her"));
        let mut document = Document::default();
        document.raw(&text);
        let schema = DerivedSchema::avro("Event", text, vec!["com.example.Ot-her".to_owned()]);
        let diagnostics = Loader::new().derived(schema).load().expect_err("the name is invalid");
        let sources = diagnostics.sources();
        let texts = [Source { path: "Event".into(), document: &document }];
        let found = sources.ids().map(|source| {
            let location = eventgen_schema::Span { source, range: 0..1 };
            self::document(sources, &texts, &location).is_some()
        });
        assert_eq!(found.collect::<Vec<_>>(), [true, false]);
    }
}
