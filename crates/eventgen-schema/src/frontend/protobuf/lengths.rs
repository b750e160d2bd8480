//! Finds names that are too long: of the package, of messages and of services. Every name inside them repeats them.

use prost_reflect::prost_types::{DescriptorProto, FileDescriptorProto};

use super::spans::{Spans, tag};
use crate::diagnostics::Diagnostic;
use crate::frontend::problems::too_long;
use crate::source::{SourceId, Span};

/// Reports every name that is too long. Definitions inside of one are not checked.
pub(super) fn long_names(file: &FileDescriptorProto, spans: &Spans, source: SourceId) -> Vec<Diagnostic> {
    let mut names = Names { spans, source, diagnostics: Vec::new() };
    let package = file.package();
    if names.is_fit(package, &[tag::FILE_PACKAGE]) {
        for (index, service) in (0..).zip(&file.service) {
            names.is_fit(&inside(package, service.name()), &[tag::FILE_SERVICE, index, tag::NAME]);
        }
        names.messages(package, &[tag::FILE_MESSAGE], &file.message_type);
    }
    names.diagnostics
}

struct Names<'a> {
    spans: &'a Spans,
    source: SourceId,
    diagnostics: Vec<Diagnostic>,
}

impl Names<'_> {
    fn is_fit(&mut self, full_name: &str, path: &[i32]) -> bool {
        let span = Span { source: self.source, range: self.spans.get(path).unwrap_or_default() };
        let diagnostic = too_long(full_name, &span);
        let is_fit = diagnostic.is_none();
        self.diagnostics.extend(diagnostic);
        is_fit
    }

    /// The parser bounds the depth.
    fn messages(&mut self, outer: &str, list: &[i32], messages: &[DescriptorProto]) {
        for (index, message) in (0..).zip(messages) {
            let (name, path) = (inside(outer, message.name()), [list, &[index]].concat());
            if self.is_fit(&name, &[&path[..], &[tag::NAME]].concat()) {
                self.messages(&name, &[&path[..], &[tag::MESSAGE_NESTED]].concat(), &message.nested_type);
            }
        }
    }
}

fn inside(outer: &str, name: &str) -> String {
    if outer.is_empty() { name.to_owned() } else { format!("{outer}.{name}") }
}
