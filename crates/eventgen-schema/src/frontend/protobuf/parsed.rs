//! The text of one file to its descriptor: what the parser does not know is replaced before, and what the compiler would
//! refuse wrongly is removed afterwards.

use prost_reflect::prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};
use protox::file::File;

use super::error::{CompileError, Violation};
use super::names::check_names;
use super::places::{Places, tag};
use super::rewritten::Rewritten;
use super::standard_options::remove_standard;
use crate::guard::guarded;

/// A file that has been parsed. Its descriptor has no syntax: the compiler's rules for proto3 differ from those of protoc
/// and are applied here.
#[derive(Debug, Clone)]
pub(super) struct ParsedFile {
    pub(super) descriptor: FileDescriptorProto,
    /// Whether a field without `optional` has no presence.
    pub(super) is_proto3: bool,
}

impl ParsedFile {
    /// Parses a text. The caller provides enough stack.
    ///
    /// # Errors
    /// The syntax errors of the file, or the rules that it breaks by itself.
    pub(super) fn parse(name: &str, text: &str) -> Result<Self, CompileError> {
        let rewritten = Rewritten::new(text, &[]);
        let panic = |cause| CompileError::Panic { file: name.to_owned(), cause };
        let parsed = guarded(|| File::from_source(name, &rewritten.text)).map_err(panic)?;
        let mut descriptor: FileDescriptorProto = match parsed {
            Ok(file) => file.into(),
            Err(error) => return Err(CompileError::Parse { file: name.to_owned(), error, rewritten }),
        };
        rewritten.restore(text, &mut descriptor);
        let places = Places::of(&descriptor, text);
        let is_proto3 = descriptor.syntax.take().is_some();
        let mut violations: Vec<Violation> = Vec::new();
        check_names(&mut descriptor, !is_proto3, &places, &mut violations);
        check_first_values(&descriptor, is_proto3, &places, &mut violations);
        remove_standard(&mut descriptor, &places, &mut violations);
        if violations.is_empty() {
            Ok(Self { descriptor, is_proto3 })
        } else {
            Err(CompileError::Rule { file: name.to_owned(), violations })
        }
    }
}

/// Open enums start with zero.
fn check_first_values(
    file: &FileDescriptorProto,
    is_open: bool,
    places: &Places,
    violations: &mut Vec<Violation>,
) {
    let mut enums: Vec<(Vec<i32>, &EnumDescriptorProto)> =
        (0..).zip(&file.enum_type).map(|(index, item)| (vec![tag::FILE_ENUM, index], item)).collect();
    let mut messages: Vec<(Vec<i32>, &DescriptorProto)> =
        (0..).zip(&file.message_type).map(|(index, item)| (vec![tag::FILE_MESSAGE, index], item)).collect();
    while let Some((path, message)) = messages.pop() {
        let inner = |tag, index| [&path[..], &[tag, index]].concat();
        messages
            .extend((0..).zip(&message.nested_type).map(|(i, item)| (inner(tag::MESSAGE_NESTED, i), item)));
        enums.extend((0..).zip(&message.enum_type).map(|(i, item)| (inner(tag::MESSAGE_ENUM, i), item)));
    }
    for (path, definition) in enums {
        let first = definition.value.first();
        if is_open && first.is_some_and(|first| first.number() != 0) {
            let path = [&path[..], &[tag::ENUM_VALUE, 0, tag::ENUM_VALUE_NUMBER]].concat();
            let range = places.get(&path).unwrap_or_default();
            let message = "the first value for proto3 enums must be 0";
            violations.push(Violation::invalid(
                message,
                range,
                "defined here",
                "start the enum with a value 0",
            ));
        }
    }
}
