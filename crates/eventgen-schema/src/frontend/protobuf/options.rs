//! The options of a file before they are interpreted.

use std::collections::HashMap;

use prost_reflect::prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, UninterpretedOption,
};

use super::spans::tag;

/// The kind of element that an option belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    File,
    Message,
    Field,
    Oneof,
    ExtensionRange,
    Enum,
    EnumValue,
    Service,
    Method,
}

/// The options of one element.
pub(super) struct Options<'a> {
    pub(super) element: Element,
    /// The path of the options among the source locations.
    pub(super) path: Vec<i32>,
    pub(super) list: &'a mut Vec<UninterpretedOption>,
}

impl Options<'_> {
    /// The path of an option by its index.
    pub(super) fn path_of(&self, index: usize) -> Vec<i32> {
        let index = i32::try_from(index).unwrap_or(i32::MAX);
        [&self.path[..], &[tag::UNINTERPRETED_OPTION, index]].concat()
    }
}

/// Visits the options of every element that has some.
pub(super) fn visit(file: &mut FileDescriptorProto, visit: &mut dyn FnMut(Options<'_>)) {
    let mut visitor = Visitor { visit, path: Vec::new() };
    if let Some(options) = &mut file.options {
        visitor.options(Element::File, tag::FILE_OPTIONS, &mut options.uninterpreted_option);
    }
    visitor.each(tag::FILE_MESSAGE, &mut file.message_type, Visitor::message);
    visitor.each(tag::FILE_ENUM, &mut file.enum_type, Visitor::enumeration);
    visitor.each(tag::FILE_EXTENSION, &mut file.extension, Visitor::field);
    visitor.each(tag::FILE_SERVICE, &mut file.service, |visitor, service| {
        if let Some(options) = &mut service.options {
            visitor.options(Element::Service, tag::SERVICE_OPTIONS, &mut options.uninterpreted_option);
        }
        visitor.each(tag::SERVICE_METHOD, &mut service.method, |visitor, method| {
            if let Some(options) = &mut method.options {
                visitor.options(Element::Method, tag::METHOD_OPTIONS, &mut options.uninterpreted_option);
            }
        });
    });
}

struct Visitor<'a> {
    visit: &'a mut dyn FnMut(Options<'_>),
    path: Vec<i32>,
}

impl Visitor<'_> {
    fn options(&mut self, element: Element, tag: i32, options: &mut Vec<UninterpretedOption>) {
        if !options.is_empty() {
            (self.visit)(Options { element, path: [&self.path[..], &[tag]].concat(), list: options });
        }
    }

    fn each<T>(&mut self, tag: i32, items: &mut [T], visit: impl Fn(&mut Self, &mut T)) {
        for (index, item) in (0..).zip(items) {
            self.path.extend([tag, index]);
            visit(self, item);
            self.path.truncate(self.path.len() - 2);
        }
    }

    /// The parser bounds the depth.
    fn message(&mut self, message: &mut DescriptorProto) {
        if let Some(options) = &mut message.options {
            self.options(Element::Message, tag::MESSAGE_OPTIONS, &mut options.uninterpreted_option);
        }
        self.each(tag::MESSAGE_FIELD, &mut message.field, Self::field);
        self.each(tag::MESSAGE_NESTED, &mut message.nested_type, Self::message);
        self.each(tag::MESSAGE_ENUM, &mut message.enum_type, Self::enumeration);
        self.each(tag::MESSAGE_EXTENSION, &mut message.extension, Self::field);
        self.each(tag::MESSAGE_ONEOF, &mut message.oneof_decl, |visitor, oneof| {
            if let Some(options) = &mut oneof.options {
                visitor.options(Element::Oneof, tag::ONEOF_OPTIONS, &mut options.uninterpreted_option);
            }
        });
        self.each(tag::MESSAGE_EXTENSION_RANGE, &mut message.extension_range, |visitor, range| {
            if let Some(options) = &mut range.options {
                let options = &mut options.uninterpreted_option;
                visitor.options(Element::ExtensionRange, tag::EXTENSION_RANGE_OPTIONS, options);
            }
        });
    }

    fn field(&mut self, field: &mut FieldDescriptorProto) {
        if let Some(options) = &mut field.options {
            self.options(Element::Field, tag::FIELD_OPTIONS, &mut options.uninterpreted_option);
        }
    }

    fn enumeration(&mut self, definition: &mut EnumDescriptorProto) {
        if let Some(options) = &mut definition.options {
            self.options(Element::Enum, tag::ENUM_OPTIONS, &mut options.uninterpreted_option);
        }
        self.each(tag::ENUM_VALUE, &mut definition.value, |visitor, value| {
            if let Some(options) = &mut value.options {
                visitor.options(
                    Element::EnumValue,
                    tag::ENUM_VALUE_OPTIONS,
                    &mut options.uninterpreted_option,
                );
            }
        });
    }
}

/// Removes the options that `is_removed` selects, and their locations.
pub(super) fn remove(
    file: &mut FileDescriptorProto,
    mut is_removed: impl FnMut(Element, &[i32], &UninterpretedOption) -> bool,
) {
    // The new index of each option that stays, by the path of the options it is among.
    let mut indexes: HashMap<Vec<i32>, Vec<Option<i32>>> = HashMap::new();
    visit(file, &mut |options| {
        let mut kept = 0..;
        let mut of_element = Vec::with_capacity(options.list.len());
        for (index, option) in options.list.iter().enumerate() {
            let is_removed = is_removed(options.element, &options.path_of(index), option);
            of_element.push(if is_removed { None } else { kept.next() });
        }
        if of_element.contains(&None) {
            let mut kept = of_element.iter().map(Option::is_some);
            options.list.retain(|_| kept.next().unwrap_or(true));
            indexes.insert(options.path, of_element);
        }
    });
    if indexes.is_empty() {
        return;
    }
    let Some(info) = &mut file.source_code_info else { return };
    info.location.retain_mut(|location| {
        let Some(position) = location.path.iter().position(|&tag| tag == tag::UNINTERPRETED_OPTION) else {
            return true;
        };
        let Some(of_element) = indexes.get(&location.path[..position]) else { return true };
        let Some(index) = location.path.get_mut(position + 1) else { return true };
        match usize::try_from(*index).ok().and_then(|index| of_element.get(index)).copied().flatten() {
            Some(kept) => *index = kept,
            None => return false,
        }
        true
    });
}

/// The name of an option as it is written, such as `(x.y).z`.
pub(super) fn name(option: &UninterpretedOption) -> String {
    let parts = option
        .name
        .iter()
        .map(|part| if part.is_extension { format!("({})", part.name_part) } else { part.name_part.clone() });
    parts.collect::<Vec<_>>().join(".")
}

/// Whether an option is set to `true`.
pub(super) fn is_true(option: &UninterpretedOption) -> bool {
    option.identifier_value.as_deref() == Some("true")
}
