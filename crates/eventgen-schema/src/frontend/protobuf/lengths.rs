//! Names of a file that are too long: of its package, its messages and its services, which every name inside repeats.

use prost_reflect::prost_types::{DescriptorProto, FileDescriptorProto};

use super::places::{Places, tag};
use crate::diagnostics::Diagnostic;
use crate::frontend::problems::too_long;
use crate::source::{SourceId, Span};

/// Reports every name that is too long; inside of one nothing is looked at.
pub(super) fn long_names(file: &FileDescriptorProto, places: &Places, source: SourceId) -> Vec<Diagnostic> {
    let mut names = Names { places, source, diagnostics: Vec::new() };
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
    places: &'a Places,
    source: SourceId,
    diagnostics: Vec<Diagnostic>,
}

impl Names<'_> {
    fn is_fit(&mut self, full_name: &str, path: &[i32]) -> bool {
        let span = Span { source: self.source, range: self.places.get(path).unwrap_or_default() };
        let diagnostic = too_long(full_name, &span);
        let is_fit = diagnostic.is_none();
        self.diagnostics.extend(diagnostic);
        is_fit
    }

    /// The compiler's parser has refused messages in messages without end.
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
