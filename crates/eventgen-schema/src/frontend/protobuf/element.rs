//! The locations of the messages, enums, fields and values of a file.

use std::collections::BTreeMap;

use prost_reflect::prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};

use super::file::nesting;
use super::parsed::ParsedFile;
use super::spans::{Spans, tag};
use crate::compatibility::Element;
use crate::source::{SourceId, Span};
use crate::stack::with_room_for;

/// The name of the file while it is parsed by itself.
const NAME: &str = "schema.proto";

/// The locations of everything that a file defines; empty if it cannot be parsed.
pub(super) fn places(text: &str, source: SourceId) -> BTreeMap<Element, Span> {
    if nesting(text, source).is_some() {
        return BTreeMap::new();
    }
    let Ok(parsed) = with_room_for([text], || ParsedFile::parse(NAME, text)) else { return BTreeMap::new() };
    let spans = Spans::of(&parsed.descriptor, text);
    let mut places = Places { spans: &spans, source, found: BTreeMap::new() };
    places.file(&parsed.descriptor);
    places.found
}

struct Places<'a> {
    spans: &'a Spans,
    source: SourceId,
    found: BTreeMap<Element, Span>,
}

impl Places<'_> {
    fn file(&mut self, file: &FileDescriptorProto) {
        if let Some(range) = self.spans.get(&[tag::FILE_PACKAGE]) {
            self.found.insert(Element::schema(), Span { source: self.source, range });
        }
        // Messages nest as deep as the file does, which is bounded.
        for (index, message) in (0..).zip(&file.message_type) {
            self.message(message, file.package(), &[tag::FILE_MESSAGE, index]);
        }
        for (index, definition) in (0..).zip(&file.enum_type) {
            self.values(definition, file.package(), &[tag::FILE_ENUM, index]);
        }
        for (index, extension) in (0..).zip(&file.extension) {
            let element = Element::of_type(join(file.package(), extension.name()));
            self.insert(element, &[tag::FILE_EXTENSION, index]);
        }
    }

    fn message(&mut self, message: &DescriptorProto, scope: &str, path: &[i32]) {
        let full_name = join(scope, message.name());
        self.insert(Element::of_type(&full_name), path);
        for (index, field) in (0..).zip(&message.field) {
            let element = Element::of_member(&full_name, field.name());
            self.insert(element, &[path, &[tag::MESSAGE_FIELD, index]].concat());
        }
        for (index, extension) in (0..).zip(&message.extension) {
            let element = Element::of_type(join(&full_name, extension.name()));
            self.insert(element, &[path, &[tag::MESSAGE_EXTENSION, index]].concat());
        }
        for (index, nested) in (0..).zip(&message.nested_type) {
            self.message(nested, &full_name, &[path, &[tag::MESSAGE_NESTED, index]].concat());
        }
        for (index, definition) in (0..).zip(&message.enum_type) {
            self.values(definition, &full_name, &[path, &[tag::MESSAGE_ENUM, index]].concat());
        }
    }

    fn values(&mut self, definition: &EnumDescriptorProto, scope: &str, path: &[i32]) {
        let full_name = join(scope, definition.name());
        self.insert(Element::of_type(&full_name), path);
        for (index, value) in (0..).zip(&definition.value) {
            let element = Element::of_member(&full_name, value.name());
            self.insert(element, &[path, &[tag::ENUM_VALUE, index]].concat());
        }
    }

    /// The location of the name, else of the whole definition: a map entry has no name in the file.
    fn insert(&mut self, element: Element, path: &[i32]) {
        let range = self.spans.get(&[path, &[tag::NAME]].concat()).or_else(|| self.spans.get(path));
        if let Some(range) = range {
            self.found.insert(element, Span { source: self.source, range });
        }
    }
}

fn join(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}
